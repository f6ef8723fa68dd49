"""Files of a plan folder, with the faults of the files themselves."""

from __future__ import annotations

import hashlib
import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

from standby._files import Limits, UnreadableFileError, open_regular, read_regular
from standby._refusals import Fault, closest
from standby.plan.faults import Note, rows_text
from standby.plan.files.frames import read_frame
from standby.plan.files.text import TextTable, decode, read_csv
from standby.plan.schema.tables import TABLES, PlanTable

PLAN_FILE = "plan.toml"
SOURCES_FILE = "sources.toml"
OUTLINES_FILE = "outlines.geojson"
FORMATS = (".csv", ".gpkg", ".geoparquet", ".parquet")
"""Endings that a table may have, in the order they are looked for."""

LARGEST_FILE = 1 << 30
"""Largest file of a plan that is read whole [bytes]."""

LARGEST_ROADS = 1 << 40
"""Largest road file [bytes]."""

MOST_ROWS = 500_000
MOST_COLUMNS = 1_000
"""Largest table of a plan; a country has a quarter of a million small areas."""

LONGEST_LINE = 120
"""Characters of a line of TOML that a fault repeats."""

DEEPEST = 50
"""Tables within tables that plan.toml may have; the schema has six."""

TRAVEL_FILES = ("matrix", "roads", "profile")
"""Keys of the section on travel that may name a file."""

MOST_DIGITS = 4_300
"""Digits of a whole number beyond which Python does not read it."""

_ENDLESS = re.compile(rf"\d[\d_]{{{MOST_DIGITS},}}")
_AT_LINE = re.compile(r"\(at line (\d+), column \d+\)")


@dataclass
class Folder:
    """What was found in a plan folder.

    Parameters
    ----------
    path
        The folder.
    document, sources
        Parsed ``plan.toml`` and ``sources.toml``; None when missing or unreadable.
    outlines
        Text of the outlines of the forces; None when the folder has none.
    tables
        The tables that could be read.
    unknown
        Tables of which nothing is known: missing without a word, or unreadable.
    hashes
        SHA-256 by file name.
    faults, notes
        Faults of the files themselves, and files that are not read.
    """

    path: Path
    document: dict[str, Any] | None = None
    sources: dict[str, Any] | None = None
    outlines: str | None = None
    tables: dict[str, TextTable] = field(default_factory=dict)
    unknown: set[str] = field(default_factory=set)
    hashes: dict[str, str] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)

    def fault(self, file: str, what: str, fix: str, code: Any, where: str = "") -> None:
        """Keep a fault of a file."""
        self.faults.append(Fault(file, where, "", what, fix, code))

    def hash(self, name: str) -> None:
        """Keep the hash of a file that need not fit into memory, or a fault when it can't be opened."""
        try:
            with open_regular(self.path / name, Limits.here(file_bytes=LARGEST_ROADS)) as file:
                self.hashes[name] = hashlib.file_digest(file, "sha256").hexdigest()
        except (UnreadableFileError, OSError) as error:
            self._not_read(name, error)

    def _not_read(self, name: str, error: UnreadableFileError | OSError) -> None:
        """Keep a fault of a file that can't be opened."""
        if isinstance(error, UnreadableFileError):
            self.fault(name, error.what, error.fix, "unreadable")
        else:
            self.fault(name, f"can't be read: {error.strerror or error}", "Copy it again", "unreadable")

    def read(self, name: str) -> bytes | None:
        """Return the bytes of a file and keep their hash; None, with a fault, when it can't be opened."""
        try:
            data = read_regular(self.path / name, Limits.here(file_bytes=LARGEST_FILE))
        except UnreadableFileError as error:
            self._not_read(name, error)
            return None
        self.hashes[name] = hashlib.sha256(data).hexdigest()
        return data


def read_folder(path: Path) -> Folder:
    """Read every file of a plan folder; an unreadable one hides nothing elsewhere.

    Parameters
    ----------
    path
        The folder, or the ``plan.toml`` in it.
    """
    if path.name == PLAN_FILE and path.is_file():
        path = path.parent

    folder = Folder(path)
    if not path.is_dir():
        what = "is a file, not a folder" if path.exists() else "does not exist"
        folder.fault(str(path), what, "Name the folder that holds plan.toml", "missing-file")
        return folder

    folder.document = _toml(folder, PLAN_FILE)
    if folder.document is not None and not folder.document:
        folder.document = None
        folder.fault(PLAN_FILE, "has nothing in it", "Start from a copy of a packaged plan", "empty-table")
    folder.sources = _toml(folder, SOURCES_FILE)

    without = _without(folder.document)
    for table in TABLES.values():
        _table(folder, table, without)
    _outlines(folder)

    # Files on travel are only hashed here: the room that knows them reads them.
    named = travel_files(folder.document)
    for name in named:
        if is_there(path / name):
            folder.hash(name)

    _not_read(folder, named)
    return folder


def _without(document: dict[str, Any] | None) -> set[str] | None:
    """Return the tables that the plan does without; None when that is not known."""
    if document is None:
        return None

    about = document.get("plan", {})
    listed = about.get("without", []) if isinstance(about, dict) else []
    return {name for name in listed if isinstance(name, str)} if isinstance(listed, list) else None


def travel_files(document: Mapping[str, Any] | None) -> tuple[str, ...]:
    """Return the files in the folder that the section on travel names: matrix, roads, and a profile's own.

    Parameters
    ----------
    document
        ``plan.toml`` as it was written.
    """
    travel = (document or {}).get("travel", {})
    given = [travel.get(key) for key in TRAVEL_FILES] if isinstance(travel, dict) else []
    return tuple(
        name
        for key, name in zip(TRAVEL_FILES, given, strict=False)
        if isinstance(name, str) and not outside(name) and (key != "profile" or name.endswith(".toml"))
    )


def outside(name: str) -> bool:
    """Return whether a name of a file leads out of the plan's folder.

    Parameters
    ----------
    name
        As a planner wrote it, on whatever system.
    """
    paths = (PurePosixPath(name), PureWindowsPath(name))
    return not name.strip() or any(path.is_absolute() or path.drive or ".." in path.parts for path in paths)


def _toml(folder: Folder, name: str) -> dict[str, Any] | None:
    """Return what a file of TOML holds; None, with a fault, when it can't be read."""
    if not is_there(folder.path / name):
        folder.fault(name, "is missing", f"Add it to the plan's folder{_meant(folder, name)}", "missing-file")
        return None
    data = folder.read(name)
    if data is None:
        return None

    document, faults = parse_toml(name, data)
    folder.faults += faults
    return document


def parse_toml(name: str, data: bytes) -> tuple[dict[str, Any] | None, list[Fault]]:
    """Return what a file of TOML holds, None when it can't be read, and its faults.

    Parameters
    ----------
    name
        Its name, for the faults.
    data
        Its bytes.
    """
    text, faults = decode(name, data)
    try:
        document = tomllib.loads(text)
    except RecursionError:
        document = None
    except tomllib.TOMLDecodeError as error:
        message = str(error)
        shown = f"{message}{_line_shown(message, text)}"
        if "Cannot declare" in message or "Cannot overwrite" in message:
            fix = "Keep one of the two, or give one another id"
            faults.append(Fault(name, "", "", f"says something twice: {shown}", fix, "duplicate-id"))
        elif not faults or faults[0].where:  # text in another encoding altogether is one fault, not two
            fix = "Fix the line that is shown"
            faults.append(Fault(name, "", "", f"is not TOML: {shown}", fix, "syntax"))
        return None, faults
    except ValueError:  # Python reads no whole number of thousands of digits
        lines = [k for k, line in enumerate(text.split("\n"), 1) if _ENDLESS.search(line)]
        what = f"has a number of more than {MOST_DIGITS:,} digits, which is too large"
        where = rows_text(lines).replace("row", "line") if lines else ""
        fix = "Write a number that can be meant"
        return None, [*faults, Fault(name, where, "", what, fix, "out-of-range")]

    if document is None or _is_deep(document):
        what = f"has more than {DEEPEST} tables or lists within each other"
        return None, [*faults, Fault(name, "", "", what, "Write it as the schema has it", "syntax")]
    return document, faults


def _line_shown(message: str, text: str) -> str:
    """Return the line that a message of the TOML reader is about, ready to be put behind it.

    The message is as the reader wrote it: "… (at line 3, column 7)", or "… (at end of document)".
    """
    lines = text.split("\n")

    # Where something is missing at the end, the last line that says anything is to be looked at.
    found = _AT_LINE.search(message)
    if found is not None:
        number = int(found[1])
    elif "end of document" in message:
        number = max((k for k, line in enumerate(lines, 1) if line.strip()), default=0)
    else:
        return ""

    if not 1 <= number <= len(lines):
        return ""
    line = lines[number - 1].strip()
    cut = f"{line[:LONGEST_LINE]} …" if len(line) > LONGEST_LINE else line
    return f": line {number} is {cut!r}" if line else ""


def _is_deep(document: Any) -> bool:
    """Return whether tables and lists lie in each other deeper than anything in a plan does."""
    level = [document]
    for _ in range(DEEPEST):
        inner = [part.values() if isinstance(part, dict) else part for part in level]
        level = [item for items in inner for item in items if isinstance(item, (dict, list))]
        if not level:
            return False
    return True


def is_there(path: Path) -> bool:
    """Return whether anything has that name; what is no file is refused when it is opened."""
    return os.path.lexists(path)


def _table(folder: Folder, table: PlanTable, without: set[str] | None) -> None:
    """Read a table, in whichever format it is there, and keep what is wrong with its file."""
    found = [table.name + ending for ending in FORMATS if is_there(folder.path / (table.name + ending))]
    if not found:
        _missing_table(folder, table, without)
        return

    name = found[0]
    if len(found) > 1:
        folder.fault(name, f"is there twice: {' and '.join(found)}", "Keep one of them", "overlap")
    if without and table.name in without:
        fix = "Remove the file, or the name in plan.toml"
        folder.fault(name, "is there, but plan.without names it", fix, "overlap")

    data = folder.read(name)
    if data is None:
        folder.unknown.add(table.name)
        return

    limits = Limits.here(rows=MOST_ROWS, columns=MOST_COLUMNS)
    if name.endswith(".csv"):
        text, faults = read_csv(name, data, limits)
    else:
        text, faults = read_frame(folder.path / name, limits)
    folder.faults += faults
    if text is None:
        folder.unknown.add(table.name)
        return

    folder.tables[table.name] = text
    if not text.rows and not text.unsure:
        fix = "Add rows" if table.needed else f"Add rows, or remove it and write without = [{table.name!r}]"
        folder.fault(name, "has no rows", fix, "empty-table")


def _missing_table(folder: Folder, table: PlanTable, without: set[str] | None) -> None:
    """Keep a fault for a table that is not there, unless the plan can do without it and says so."""
    is_left_out = without is not None and table.name in without and not table.needed
    if table.optional or is_left_out:
        return

    folder.unknown.add(table.name)
    if without is None and not table.needed:
        return  # plan.toml, which may say that the plan is without it, can't be read

    fix = "Add it to the plan's folder"
    if not table.needed:
        fix += f", or say in plan.toml that the plan is without it: without = [{table.name!r}]"
    name = f"{table.name}.csv"
    folder.fault(name, "is missing", fix + _meant(folder, name), "missing-file")


def _meant(folder: Folder, name: str) -> str:
    """Return a question after a file whose name is nearly the one that is missing."""
    own = {PLAN_FILE, SOURCES_FILE, *(table + ending for table in TABLES for ending in FORMATS)}
    there = {path.name.lower(): path.name for path in folder.path.iterdir() if path.name not in own}
    close = closest(name, there, cutoff=0.8)
    return f". Is it {there[close]!r}?" if close else ""


def _outlines(folder: Folder) -> None:
    """Read the outlines of the forces as text, where the folder has them."""
    if not is_there(folder.path / OUTLINES_FILE):
        return
    data = folder.read(OUTLINES_FILE)
    if data is None:
        return

    text, faults = decode(OUTLINES_FILE, data)
    folder.faults += faults

    # Text with characters put in place of those that could not be read would be judged twice.
    if not faults:
        folder.outlines = text


def _not_read(folder: Folder, named: tuple[str, ...]) -> None:
    """Note tables that nobody reads because of their name."""
    for path in sorted(folder.path.iterdir()):
        if path.suffix.lower() in FORMATS and path.stem not in TABLES and path.name not in named:
            close = closest(path.stem.lower(), TABLES, cutoff=0.7)
            meant = f"; is it meant to be {close}{path.suffix.lower()}?" if close else ""
            folder.notes.append(Note(path.name, f"is not read{meant}"))
