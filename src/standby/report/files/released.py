"""What is in the files of a public edition, for the attacks that it has to stand."""

from __future__ import annotations

import html
import json
import re
import zipfile
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import pandas as pd

from standby._refusals import Refusal
from standby.disclosure import FoundTable, Release
from standby.report.content import INTERNAL_MARKING
from standby.report.files.files import PARTS_OF_RESULTS
from standby.report.files.folder import MARKER
from standby.report.files.workbook import CHANGE_PARTS, DECISION, VALUE_PARTS
from standby.report.pages.page import REPORT_PAGE, MissingLibraryError, libraries
from standby.tables import TABLES, column_of

FILES = (REPORT_PAGE, "siting.html", "results.json", "results.xlsx", "manifest.json", MARKER)
"""Files of a public edition beside its tables (CSV), and beside what commands print as JSON."""

UNMARKED = ("manifest.json", MARKER)
"""Those that do not say of which edition they are."""

BEGINNINGS = ("", "siting_", "times_", "fit_", "need_")
"""What names of tables begin with that their files are named without."""

PRINTED = frozenset(
    {
        "edition",
        "marking",
        "summary",
        "notes",
        "manifest",
        "model",
        "standard",
        "tier",
        "crews",
        "siting",
        "files",
        "saved_as",
    }
)
"""What commands print as JSON in the public edition, beside tables."""

OF_A_SITING = ("status", "units_asked")
"""What is said there of a siting's answer."""

ABOUT = "About"
"""Sheet of a workbook that explains the others."""


def read_release(folder: str | Path) -> Release:
    """Read the tables and the text of every file of a public edition.

    Parameters
    ----------
    folder
        Where it was written.

    Raises
    ------
    Refusal
        If there is no such folder, or no table of results (CSV) in it.
    """
    folder = Path(folder)
    texts = dict(_texts(folder))
    found: list[FoundTable] = []
    strangers: list[str] = []
    read: defaultdict[str, list[pd.DataFrame]] = defaultdict(list)

    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        name = path.relative_to(folder).as_posix()
        tables_of_file = _tables_of(path, name)
        if tables_of_file is None:
            strangers.append(name)
            continue
        found += tables_of_file
        if path.suffix == ".csv":
            read[tables_of_file[0].name].append(tables_of_file[0].frame)

    if not read:
        what = "holds no tables of results (CSV)" if folder.is_dir() else "is no folder"
        raise Refusal(f"{folder} {what}", "name the folder of a public edition")
    if not any(TABLES[name].public for name in read if name in TABLES):
        raise Refusal(f"{folder} holds no table of a public edition", "name the folder of a public edition")

    # A table that two files hold is read with the rows of both.
    tables = {name: pd.concat(frames, ignore_index=True) for name, frames in read.items()}
    strangers += [name for name, text in texts.items() if INTERNAL_MARKING in html.unescape(text)]
    return Release(tables, texts, tuple(found), tuple(dict.fromkeys(strangers)))


def _tables_of(path: Path, name: str) -> list[FoundTable] | None:
    """Return the tables of a file; None for one that no public edition has, or that can't be read."""
    try:
        if path.suffix == ".csv":
            # They are our own, so that pandas may tell numbers from texts.
            frame = pd.read_csv(path, encoding="utf-8-sig")
            return [FoundTable(name, _declared_name(path.stem, frame), frame)]
        if path.suffix == ".json":
            return _in_json(path, name)
        if path.name == "results.xlsx":
            return list(_in_workbook(path, name))
    except (ValueError, KeyError, IndexError, TypeError, zipfile.BadZipFile):
        return None
    return [] if path.name in FILES else None


def _declared_name(stem: str, frame: pd.DataFrame) -> str:
    """Return the declared table that a file holds: of those of its name, the one with most of its columns."""
    known = [f"{beginning}{stem}" for beginning in BEGINNINGS if f"{beginning}{stem}" in TABLES]
    columns = set(map(str, frame))
    return max(known, key=lambda name: len(columns & {c.name for c in TABLES[name].columns}), default=stem)


def _in_json(path: Path, name: str) -> list[FoundTable] | None:
    """Return the tables of ``results.json``, or of what a command printed; None for another edition."""
    content = json.loads(path.read_text(encoding="utf-8"))
    if path.name in UNMARKED:
        return []
    if content["edition"] != "public":
        return None

    if path.name == "results.json":
        added = [FoundTable(name, key, pd.DataFrame()) for key in content if key not in PARTS_OF_RESULTS]
        return added + [
            FoundTable(name, table, pd.DataFrame(held["rows"], columns=held["columns"]))
            for table, held in content["tables"].items()
        ]
    return list(_printed(name, content))


def _printed(name: str, content: Mapping[str, Any]) -> Iterator[FoundTable]:
    """Yield the tables of what a command printed: lists of rows; and as such what the public has not."""
    for key, value in content.items():
        if isinstance(value, list) and value and all(isinstance(row, dict) for row in value):
            frame = pd.DataFrame(value)
            yield FoundTable(name, _declared_name(key, frame), frame)
        elif value and key not in PRINTED:
            yield FoundTable(name, key, pd.DataFrame())

    for key in content.get("siting", {}):
        if key not in OF_A_SITING:
            yield FoundTable(name, f"siting.{key}", pd.DataFrame())


CELL = re.compile(r'<c r="([A-Z]+)\d+"([^>]*?)(?:/>|>(.*?)</c>)', re.DOTALL)
"""A cell of a sheet: its column, what it is, and what it holds."""


def _in_workbook(path: Path, name: str) -> Iterator[FoundTable]:
    """Yield the sheets of a workbook that are tables, as XlsxWriter writes them."""
    with zipfile.ZipFile(path) as book:
        parts = {part: book.read(part).decode("utf-8") for part in book.namelist() if part.endswith(".xml")}

    texts = [
        html.unescape("".join(re.findall(r"<t[^>]*>(.*?)</t>", text, re.DOTALL)))
        for text in re.findall(r"<si>(.*?)</si>", parts["xl/sharedStrings.xml"], re.DOTALL)
    ]
    sheets = [html.unescape(sheet) for sheet in re.findall(r'<sheet name="(.*?)"', parts["xl/workbook.xml"])]

    # A part that the workbook does not list is shown by no program, and read by whoever unpacks it.
    listed = {f"xl/worksheets/sheet{number}.xml" for number in range(1, len(sheets) + 1)}
    for part in parts:
        if part.startswith("xl/worksheets/") and part not in listed:
            yield FoundTable(name, part, pd.DataFrame())

    for number, sheet in enumerate(sheets, start=1):
        rows = [
            {column: _cell(what, held, texts) for column, what, held in CELL.findall(row)}
            for row in re.findall(r"<row .*?</row>", parts[f"xl/worksheets/sheet{number}.xml"], re.DOTALL)
        ]
        file = f"{name}/{sheet}"
        if sheet == DECISION:
            yield FoundTable(file, "decision", _decision(rows))
        elif sheet != ABOUT:
            heads = {column: str(head) for column, head in rows[0].items()} if rows else {}
            cells = [[row.get(column) for column in heads] for row in rows[1:]]
            frame = pd.DataFrame(cells, columns=list(heads.values()))
            yield FoundTable(file, _declared_name(sheet, frame), frame)


def _decision(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Return the decision table from its sheet: options side by side, below three rows of heads."""
    parts = {column_of("decision", part).label: part for part in (*VALUE_PARTS, *CHANGE_PARTS)}
    _, options, labels = rows[:3]
    cells: defaultdict[tuple[str, str], dict[str, Any]] = defaultdict(dict)
    for row in rows[3:]:
        for column in labels if row.get("B") is not None else ():
            if column not in "ABC":
                cells[options[column], row["B"]][parts[labels[column]]] = row.get(column)
    return pd.DataFrame(
        [{"option": option, "criterion": criterion, **held} for (option, criterion), held in cells.items()]
    )


def _cell(what: str, held: str, texts: list[str]) -> Any:
    """Return what a cell holds: a text, whether something is so, or a number; None where it is empty."""
    value = re.search(r"<v>(.*?)</v>", held)
    if value is None:
        return None
    if 't="s"' in what:
        return texts[int(value[1])]
    if 't="b"' in what:
        return value[1] == "1"
    return value[1] if 't="' in what else float(value[1])


def _texts(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield the name and the text of every file, and of every file inside a packed one."""
    ours: tuple[str, ...] = ()
    with suppress(MissingLibraryError):
        ours = libraries()

    for path in sorted(folder.rglob("*")):
        if not path.is_file():
            continue

        # A workbook is a ZIP file: its texts stand in its parts.
        name = path.relative_to(folder).as_posix()
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as packed:
                for part in packed.namelist():
                    yield f"{name}/{part}", packed.read(part).decode("utf-8", "replace")
            continue

        # The libraries in a page are public, and long; "reading" in them is no town.
        text = path.read_text(encoding="utf-8", errors="replace")
        for library in ours:
            text = text.replace(library, "\n")
        yield name, text
