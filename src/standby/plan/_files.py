"""Files of a plan folder: bytes in, text tables out, with the faults of the files themselves."""

from __future__ import annotations

import csv
import hashlib
import io
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from standby.plan.faults import Fault, rows_text
from standby.plan.tables import TABLES, Table

PLAN_FILE = "plan.toml"
SOURCES_FILE = "sources.toml"
OUTLINES_FILE = "outlines.geojson"
FORMATS = (".csv", ".gpkg", ".geoparquet", ".parquet")
"""Endings that a table may have, in the order they are looked for."""

FALLBACK_ENCODING = "cp1252"
"""What a file that is not UTF-8 most often is; used only to go on looking for faults."""


@dataclass(frozen=True)
class TextTable:
    """A table as text, before it is judged.

    Parameters
    ----------
    file
        File name.
    columns
        Headings.
    rows
        Cells as text, one dict a row; an empty string is an empty cell.
    numbers
        Row numbers as a spreadsheet shows them (heading: row 1).
    """

    file: str
    columns: tuple[str, ...]
    rows: list[dict[str, str]]
    numbers: list[int]


@dataclass
class Folder:
    """What was found in a plan folder.

    Parameters
    ----------
    path
        The folder.
    document, sources
        Parsed ``plan.toml`` and ``sources.toml``; None when missing or unreadable.
    tables
        The tables that could be read.
    hashes
        SHA-256 by file name.
    faults
        Faults of the files themselves.
    """

    path: Path
    document: dict[str, Any] | None = None
    sources: dict[str, Any] | None = None
    tables: dict[str, TextTable] = field(default_factory=dict)
    hashes: dict[str, str] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)


def read_folder(path: Path) -> Folder:
    """Read every file of a plan folder; an unreadable one hides nothing elsewhere."""
    folder = Folder(path)
    if not path.is_dir():
        what = "is a file, not a folder" if path.exists() else "does not exist"
        mend = "Name the folder that holds plan.toml"
        folder.faults.append(Fault(str(path), "", "", what, mend, "missing-file"))
        return folder
    folder.document = _toml(folder, PLAN_FILE)
    without = _without(folder.document)
    folder.sources = _toml(folder, SOURCES_FILE)
    for table in TABLES.values():
        _table(folder, table, left_out=table.optional or table.name in without)
    for extra in (OUTLINES_FILE, _matrix(folder.document)):
        if extra is not None and (path / extra).is_file():
            folder.hashes[extra] = _sha256((path / extra).read_bytes())
    return folder


def _without(document: dict[str, Any] | None) -> set[str]:
    about = (document or {}).get("plan", {})
    listed = about.get("without", []) if isinstance(about, dict) else []
    return {name for name in listed if isinstance(name, str)} if isinstance(listed, list) else set()


def _matrix(document: dict[str, Any] | None) -> str | None:
    travel = (document or {}).get("travel", {})
    name = travel.get("matrix") if isinstance(travel, dict) else None
    return name if isinstance(name, str) else None


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _toml(folder: Folder, name: str) -> dict[str, Any] | None:
    path = folder.path / name
    if not path.is_file():
        folder.faults.append(Fault(name, "", "", "is missing", "Add it to the plan's folder", "missing-file"))
        return None
    data = path.read_bytes()
    folder.hashes[name] = _sha256(data)
    text = _decode(folder, name, data)
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        what = f"is not TOML: {error}"
        folder.faults.append(Fault(name, "", "", what, "Mend the line that is named", "syntax"))
        return None


def _decode(folder: Folder, name: str, data: bytes) -> str:
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        lines = [k for k, line in enumerate(data.split(b"\n"), 1) if not _is_utf8(line)]
        mend = "Save the file as UTF-8 (in a spreadsheet: 'CSV UTF-8')"
        folder.faults.append(Fault(name, rows_text(lines), "", "is not UTF-8 text", mend, "encoding"))
        return data.decode(FALLBACK_ENCODING, errors="replace").replace("\r\n", "\n")


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _table(folder: Folder, table: Table, *, left_out: bool) -> None:
    found = [
        folder.path / (table.name + ending)
        for ending in FORMATS
        if (folder.path / (table.name + ending)).is_file()
    ]
    if not found:
        if not left_out:
            mend = f"Add it, or say in plan.toml that the plan is without it: without = [{table.name!r}]"
            folder.faults.append(Fault(f"{table.name}.csv", "", "", "is missing", mend, "missing-file"))
        return
    if len(found) > 1:
        names = " and ".join(path.name for path in found)
        folder.faults.append(
            Fault(found[0].name, "", "", f"is there twice: {names}", "Keep one of them", "overlap")
        )
    path = found[0]
    folder.hashes[path.name] = _sha256(path.read_bytes())
    text = _csv(folder, path) if path.suffix == ".csv" else _frame(folder, path)
    if text is None:
        return
    folder.tables[table.name] = text
    if not text.rows:
        mend = f"Add rows, or remove the file and write without = [{table.name!r}] in plan.toml"
        folder.faults.append(Fault(path.name, "", "", "has no rows", mend, "empty-table"))


def _csv(folder: Folder, path: Path) -> TextTable | None:
    text = _decode(folder, path.name, path.read_bytes())
    reader = csv.reader(io.StringIO(text))
    try:
        lines = [(reader.line_num, [cell.strip() for cell in line]) for line in reader]
    except csv.Error as error:
        what = f"can't be read as CSV: {error}"
        folder.faults.append(Fault(path.name, "", "", what, "Save it again as CSV", "unreadable"))
        return None
    lines = [(number, cells) for number, cells in lines if any(cells)]
    if not lines:
        return TextTable(path.name, (), [], [])
    headings = tuple(lines[0][1])
    table = TextTable(path.name, headings, [], [])
    for number, cells in lines[1:]:
        if len(cells) > len(headings):
            what = f"has {len(cells)} cells, the heading has {len(headings)}"
            mend = "Put text that contains commas in double quotes"
            folder.faults.append(Fault(path.name, f"row {number}", "", what, mend, "unreadable"))
            continue
        table.rows.append(dict(zip(headings, cells + [""] * (len(headings) - len(cells)), strict=True)))
        table.numbers.append(number)
    return table


def _frame(folder: Folder, path: Path) -> TextTable | None:
    try:
        frame = _read_gpkg(path) if path.suffix == ".gpkg" else _read_parquet(path)
    except ImportError:
        mend = "Install the extra: pip install 'standby[parquet]'"
        folder.faults.append(Fault(path.name, "", "", "needs pyarrow", mend, "unreadable"))
        return None
    except Exception as error:  # noqa: BLE001 - readers raise what their libraries raise; the fault names it
        what = f"can't be read: {str(error).splitlines()[0] if str(error) else type(error).__name__}"
        folder.faults.append(Fault(path.name, "", "", what, "Write the file again", "unreadable"))
        return None
    rows = [{str(k): _as_text(v) for k, v in row.items()} for row in frame.to_dict("records")]
    return TextTable(path.name, tuple(map(str, frame.columns)), rows, list(range(2, len(rows) + 2)))


def _read_gpkg(path: Path) -> pd.DataFrame:
    import geopandas  # noqa: PLC0415 - heavy; only for plans that keep tables in this format

    return _positions_as_columns(geopandas.read_file(path))


def _read_parquet(path: Path) -> pd.DataFrame:
    import pyarrow.parquet as pq  # noqa: PLC0415 - an extra

    if b"geo" in (pq.read_schema(path).metadata or {}):
        import geopandas  # noqa: PLC0415 - heavy; only for plans that keep tables in this format

        return _positions_as_columns(geopandas.read_parquet(path))
    return pd.read_parquet(path)


def _positions_as_columns(frame: Any) -> pd.DataFrame:
    points = frame.geometry.to_crs(4326) if frame.crs is not None else frame.geometry
    plain = pd.DataFrame(frame.drop(columns=frame.geometry.name))
    if "lon" not in plain:
        centre = points.representative_point()
        plain["lon"], plain["lat"] = centre.x, centre.y
    return plain


def _as_text(value: object) -> str:
    if value is None or (isinstance(value, float) and value != value):  # noqa: PLR0124 - NaN is not itself
        return ""
    if value is pd.NA or value is pd.NaT:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
