"""A plan's road file and driving profile, looked at without being read: their reader is `standby.travel`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

from standby._files import Limits, UnreadableFileError, open_regular, read_regular
from standby._refusals import Fault
from standby.plan._document import value_at
from standby.plan._files import (
    LARGEST_FILE,
    LARGEST_ROADS,
    PLAN_FILE,
    Folder,
    is_there,
    line_shown,
    outside,
)
from standby.plan.document import ROAD_PROFILES
from standby.plan.edge_table import ENDS, FIRST_ROW, is_edge_table, judge_edges, read_edge_table
from standby.plan.faults import Note

KINDS: dict[tuple[str, ...], str] = {
    (".osm.pbf", ".pbf"): "an OpenStreetMap extract (.osm.pbf)",
    (".osm", ".osm.xml"): "OpenStreetMap as text (.osm)",
    (".osm.gz",): "OpenStreetMap as text, packed (.osm.gz)",
    (".osm.bz2",): "OpenStreetMap as text, packed (.osm.bz2)",
    (".o5m",): "OpenStreetMap (.o5m)",
    (".gpkg",): "a GeoPackage (.gpkg)",
    (".parquet",): "a Parquet file",
    (".csv",): "a table of edges (.csv)",
}
"""What a road file may be, by the end of its name."""

HEAD = 4096
"""Bytes at the start of a file that are looked at."""

FILES = "an .osm.pbf extract, an OS Open Roads .gpkg, or a .csv table of edges"
LONGEST_HEADER = 64 * 1024
"""Most bytes that the header of a block may have in an OpenStreetMap extract, by the format's own rule."""


def judge_roads(folder: Folder, raw: Mapping[str, Any]) -> tuple[list[Fault], list[Note]]:
    """Return what is wrong with the road file and the profile of a plan that uses them, and what is odd.

    A table of edges is read, and its rows are judged. A map is not: that it is there, is what its name says,
    and is not cut off, is what can be seen at once. The rest is reported by `standby.travel.travel_times`.

    Parameters
    ----------
    folder, raw
        The folder, and the document as written.
    """
    if value_at(raw, ("travel", "method")) != "roads":
        return [], []
    roads, profile = (value_at(raw, ("travel", key)) for key in ("roads", "profile"))
    faults: list[Fault] = []
    notes: list[Note] = []
    if roads is None:
        mend = f"Give roads = 'roads.osm.pbf': {FILES}, in the plan's folder"
        faults.append(Fault(PLAN_FILE, "travel", "roads", "is missing", mend, "missing-file"))
    elif isinstance(roads, str):
        faults += _judge_file(folder, roads)
        if not faults:
            faults, notes = _judge_table(folder.path / roads, roads)
    if isinstance(profile, str) and profile not in ROAD_PROFILES:
        faults += _judge_profile(folder, profile)
    return faults, notes


def missing_roads(name: str | None) -> Fault:
    """Return the fault of a plan whose road file is not there.

    Parameters
    ----------
    name
        What ``travel.roads`` says.
    """
    mend = "Add the file that travel.roads names, or use the model: method = 'great-circle'"
    if name is None:
        return Fault(PLAN_FILE, "travel", "roads", "is missing", f"Give {FILES}", "missing-file")
    return Fault(name, "", "", "is missing", mend, "missing-file")


def _judge_file(folder: Folder, name: str) -> list[Fault]:
    if outside(name):
        what = f"is {name!r}, which is not in the plan's folder"
        mend = "Put the file, or a link to it, into the folder and give its name there"
        return [Fault(PLAN_FILE, "travel", "roads", what, mend, "bad-field")]
    path = folder.path / name
    if not is_there(path):
        return [missing_roads(name)]
    if name not in folder.hashes:
        return []  # it can't be opened, which is said already
    kind = next((kind for ends, kind in KINDS.items() if name.lower().endswith(ends)), None)
    if kind is None:
        what, mend = f"is {name!r}, whose ending is not known", f"Give {FILES}"
        return [Fault(PLAN_FILE, "travel", "roads", what, mend, "bad-field")]
    try:
        with open_regular(path, Limits.here(file_bytes=LARGEST_ROADS)) as file:
            wrong = _wrong(file, name.lower(), path.stat().st_size, kind)
    except (UnreadableFileError, OSError):
        return []  # told when its hash was taken
    if wrong is None:
        return []
    mend = "Download the file again and compare its size with the publisher's"
    return [Fault(name, "", "", wrong, mend, "unreadable")]


def _judge_table(path: Path, name: str) -> tuple[list[Fault], list[Note]]:
    """Return what is wrong and what is odd in a table of edges; nothing for another road file."""
    if not is_edge_table(path):
        return [], []
    try:
        judged = judge_edges(read_edge_table(path), first_row=FIRST_ROW)
    except ImportError:
        return [], []  # told with the extra to install when the roads are read
    except UnreadableFileError as error:
        return [Fault(name, "", "", error.what, error.fix, "unreadable")], []
    except (OSError, ValueError) as error:
        said = (str(error) or type(error).__name__).splitlines()[0][:200]
        mend = f"Give a table with the columns {', '.join(ENDS)}, and minutes, kph or road_class"
        return [Fault(name, "", "", f"cannot be read as a table of edges ({said})", mend, "unreadable")], []
    faults = [fault.in_file(name) for fault in judged.faults]
    return faults, [Note("travel.roads", f"{name}: {finding}") for finding in judged.findings]


def _wrong(file: BinaryIO, name: str, size: int, kind: str) -> str | None:
    """Return what can be seen to be wrong with a file at a glance."""
    if not size:
        return "is empty (0 bytes)"
    head = file.read(HEAD)
    if name.endswith(".pbf"):
        return _wrong_blocks(file, size, kind)
    if name.endswith(".csv"):
        return None  # its rows are judged
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    file.seek(max(size - 4, 0))
    fits = {
        ".osm.gz": head.startswith(b"\x1f\x8b"),
        ".osm.bz2": head.startswith(b"BZh"),
        ".o5m": head.startswith(b"\xff"),
        ".gpkg": head.startswith(b"SQLite format 3\0"),
        ".parquet": head.startswith(b"PAR1") and file.read() == b"PAR1",
        ".osm": text.startswith((b"<?xml", b"<osm")),
        ".osm.xml": text.startswith((b"<?xml", b"<osm")),
    }
    return None if next(fit for end, fit in fits.items() if name.endswith(end)) else f"is not {kind}"


def _wrong_blocks(file: BinaryIO, size: int, kind: str) -> str | None:
    """Go from block to block of an OpenStreetMap extract, reading only how long each one is."""
    at, first = 0, True
    while at < size:
        file.seek(at)
        length = int.from_bytes(file.read(4), "big")
        header = file.read(length) if 0 < length <= LONGEST_HEADER else b""
        data = _data_size(header) if len(header) == length else None
        if first and (data is None or b"OSMHeader" not in header):
            return f"is not {kind}"
        if data is None or at + 4 + length + data > size:
            return f"is cut off or damaged after {at:,} of its {size:,} bytes"
        at, first = at + 4 + length + data, False
    return None


def _data_size(header: bytes) -> int | None:
    """Return the third field of a block's header: how many bytes follow it."""
    at = 0
    while at < len(header):
        key, at = _varint(header, at)
        value, after = _varint(header, at)
        if key == 3 << 3:
            return value
        if key not in {1 << 3 | 2, 2 << 3 | 2}:  # its kind, and an index: bytes with their length before them
            return None
        at = after + value
    return None


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """Return a number of protocol buffers, and where it ends."""
    value = shift = 0
    while at < len(data):
        byte, at = data[at], at + 1
        value |= (byte & 127) << shift
        if byte < 128:
            break
        shift += 7
    return value, at


def _judge_profile(folder: Folder, name: str) -> list[Fault]:
    known = ", ".join(ROAD_PROFILES)
    if outside(name) or not name.endswith(".toml"):
        what = f"is {name!r}, which is no profile"
        mend = f"Use one of {known}, or name a .toml file in the plan's folder"
        return [Fault(PLAN_FILE, "travel", "profile", what, mend, "bad-word")]
    path = folder.path / name
    if not is_there(path):
        mend = f"Add the profile that travel.profile names, or use one of {known}"
        return [Fault(name, "", "", "is missing", mend, "missing-file")]
    return _not_toml(path, name)


def _not_toml(path: Path, name: str) -> list[Fault]:
    text = ""
    try:
        text = read_regular(path, Limits.here(file_bytes=LARGEST_FILE)).decode()
        tomllib.loads(text)
    except UnreadableFileError:
        return []  # told when its hash was taken
    except RecursionError:
        what, mend = "has too many tables or lists within each other", "Write it as the reference page shows"
        return [Fault(name, "", "", what, mend, "syntax")]
    except ValueError as error:  # no UTF-8, no TOML, or a number of thousands of digits
        what = f"is not TOML: {error}{line_shown(str(error), text)}"
        return [Fault(name, "", "", what, "Fix the line that is shown", "syntax")]
    return []
