"""Any public table as text: CSV, workbooks (XLSX, ODS, XLS) and GeoJSON, told apart by what is in them."""

from __future__ import annotations

import csv
import importlib.util
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd
import shapely
from shapely.geometry import shape

from standby.opendata.error import OpenDataError, fault

Wanted = Callable[[Iterable[str]], bool]

HEADING_ROWS = 60
"""Rows of a sheet among which its heading is looked for."""

MENDS = {
    "again": "Download it again, and don't save it from another program",
    "kind": "Give a CSV, XLSX, ODS or GeoJSON file as published",
}
OLE = b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True, eq=False)
class Raw:
    """A table as it stands in a file.

    Parameters
    ----------
    path
        The file.
    frame
        Cells as text, empty where there is nothing; columns as headed.
    first_row
        Row of the file that the first row of the frame is, counted from 1.
    shapes
        Geometry of each row; empty when the file has none.
    sheet, others
        Sheet of a workbook that it is, and others that would fit; empty elsewhere.
    """

    path: Path
    frame: pd.DataFrame
    first_row: int = 2
    shapes: tuple[Any, ...] = ()
    sheet: str = ""
    others: tuple[str, ...] = ()

    def row(self, index: int) -> int:
        """Return the row of the file that a row of the frame is."""
        return self.first_row + index


def read_raw(path: str | Path, *, wanted: Wanted, mend: str) -> Raw:
    """Read the table of a file whose heading is wanted.

    Parameters
    ----------
    path
        The file.
    wanted
        Whether a row of cells is the heading that is looked for.
    mend
        What to give when no row is.

    Raises
    ------
    OpenDataError
        If the file is empty, cut off, of another kind, in another encoding or without such a heading.
    """
    path = Path(path)
    try:
        return _read(path, wanted)
    except HeadingError as error:
        raise HeadingError(f"{path.name}: {error}. {mend}.") from None


def _read(path: Path, wanted: Wanted) -> Raw:
    data = read_bytes(path)
    start = data[:512].lstrip(b"\xef\xbb\xbf \t\r\n")
    if data[:4] in (b"PK\x03\x04", OLE):
        return _from_sheets(path, wanted)
    if start[:1] == b"{":
        return _from_geojson(path, data, wanted)
    if start[:1] == b"<":
        raise fault(
            path, "is a web page or XML, not a table", "Download the file itself, not the page about it"
        )
    return _from_csv(path, data, wanted)


def read_bytes(path: Path) -> bytes:
    """Return what is in a file, or say that there is nothing in it."""
    if path.is_dir():
        raise fault(path, "is a folder, not a file", "Name the file in it")
    data = path.read_bytes()
    if not data.strip(b"\x00 \t\r\n"):
        raise fault(path, "is empty", MENDS["again"])
    return data


def text_of(path: Path, data: bytes) -> str:
    """Return bytes as text: UTF-8, UTF-16 with its mark, or else Windows-1252 as older files have it."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        try:
            return data.decode("utf-16")
        except UnicodeDecodeError as error:
            raise fault(
                path, "begins as UTF-16 text and goes on as something else", MENDS["again"]
            ) from error
    if b"\x00" in data:
        raise fault(path, "holds bytes that are no text", MENDS["kind"])
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError as error:
        row = data[: error.start].count(b"\n") + 1
        raise fault(
            path, f"row {row} is neither UTF-8 nor Windows-1252 text", "Save it as UTF-8 (CSV UTF-8)"
        ) from error


def _from_csv(path: Path, data: bytes, wanted: Wanted) -> Raw:
    text = text_of(path, data)
    head = text.lstrip().split("\n", 1)[0]
    separator = max(",;\t", key=head.count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
    except csv.Error as error:
        raise fault(path, f"is not a whole CSV table ({error})", MENDS["again"]) from error
    return _below_heading(path, rows, wanted)


def _below_heading(path: Path, rows: list[list[str]], wanted: Wanted) -> Raw:
    at = next((k for k, row in enumerate(rows[:HEADING_ROWS]) if wanted(row)), None)
    if at is None:
        shown = ", ".join(filter(None, rows[0]))[:120] if rows else ""
        raise HeadingError(f"has none of the columns that are looked for; it begins: {shown}")
    heading = [cell.strip() for cell in rows[at]]
    width = len(heading)
    body = rows[at + 1 :]
    ragged = [k for k, row in enumerate(body) if len(row) != width and any(row)]
    if ragged:
        row = at + 2 + ragged[0]
        raise fault(
            path, f"row {row} has {len(body[ragged[0]])} cells where the heading has {width}", MENDS["again"]
        )
    kept = [[cell.strip() for cell in row] for row in body]
    while kept and not any(kept[-1]):
        kept.pop()
    kept = [row or [""] * width for row in kept]
    if not kept:
        raise fault(path, "has a heading and no rows below it", MENDS["again"])
    return Raw(path, pd.DataFrame(kept, columns=_unique(heading), dtype="object"), at + 2)


def _unique(heading: list[str]) -> list[str]:
    """Return the heading with repeated and empty names told apart."""
    seen: dict[str, int] = {}
    names = []
    for cell in heading:
        seen[cell] = seen.get(cell, 0) + 1
        names.append(cell if seen[cell] == 1 and cell else f"{cell}#{seen[cell]}")
    return names


class HeadingError(OpenDataError):
    """No row of a file is the heading that was looked for."""


def sheets_of(path: Path) -> dict[str, list[list[str]]]:
    """Return the sheets of a workbook (XLSX, ODS, XLS) as rows of text.

    Raises
    ------
    OpenDataError
        If the file is no workbook, or is damaged.
    ImportError
        If the library that reads workbooks is not installed.
    """
    if importlib.util.find_spec("python_calamine") is None:
        raise ImportError(
            f"{path.name} is a workbook; to read it, install the extra: pip install 'standby[opendata]'"
        )
    import python_calamine  # noqa: PLC0415 - an optional part: only who reads workbooks needs it

    data = io.BytesIO(path.read_bytes())
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(data)
        return {
            name: _rows(book.get_sheet_by_name(name).to_python(skip_empty_area=False))
            for name in book.sheet_names
        }
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException as error:  # its Rust core may panic on damage, which is no Exception
        raise fault(path, f"can't be read as a workbook ({error})", MENDS["again"]) from error


def _rows(cells: list[list[Any]]) -> list[list[str]]:
    return [[_cell(cell) for cell in row] for row in cells]


def _cell(value: Any) -> str:
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return "" if value is None else str(value).strip()


def _from_sheets(path: Path, wanted: Wanted) -> Raw:
    _is_workbook(path)
    sheets = sheets_of(path)
    fit = [name for name, rows in sheets.items() if any(wanted(row) for row in rows[:HEADING_ROWS])]
    if not fit:
        raise HeadingError("no sheet has the columns that are looked for")
    taken = max(fit, key=lambda name: (year_of(name), -fit.index(name)))
    others = tuple(name for name in fit if name != taken)
    return replace(_below_heading(path, sheets[taken], wanted), sheet=taken, others=others)


def year_of(text: str) -> int:
    """Return the year of an estimate in a heading or the name of a sheet, 0 when there is none.

    Examples
    --------
    >>> year_of("Mid-2018 population"), year_of("pop2021"), year_of("Mid-2022 LSOA 2021"), year_of("Total")
    (2018, 2021, 2022, 0)
    """
    match = re.search(r"(?:mid|pop)\D?((?:19|20)\d{2})", text.lower()) or re.search(r"((?:19|20)\d{2})", text)
    return int(match[1]) if match else 0


def _is_workbook(path: Path) -> None:
    if path.read_bytes()[:4] == OLE:
        return
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise fault(path, "is a zip or workbook that is cut off or damaged", MENDS["again"]) from error
    if not any(name in {"content.xml", "xl/workbook.xml", "xl/workbook.bin"} for name in names):
        raise fault(path, "is a zip archive and no workbook", MENDS["kind"])


def geojson_features(path: Path, data: bytes) -> list[dict[str, Any]]:
    """Return the features of a GeoJSON file.

    Raises
    ------
    OpenDataError
        If it is cut off, no GeoJSON or without features.
    """
    try:
        content = json.loads(text_of(path, data))
    except (ValueError, RecursionError) as error:
        if isinstance(error, OpenDataError):
            raise
        raise fault(path, f"is not whole GeoJSON ({error})", MENDS["again"]) from error
    features = content.get("features") if isinstance(content, dict) else None
    if not isinstance(features, list) or not all(isinstance(item, dict) for item in features):
        raise fault(path, "is JSON, but no GeoJSON FeatureCollection", MENDS["kind"])
    if not features:
        raise fault(path, "has no features", MENDS["again"])
    return features


def shapes_of(path: Path, features: list[dict[str, Any]]) -> tuple[Any, ...]:
    """Return the geometry of each feature, None where it has none."""
    made: list[Any] = []
    for number, item in enumerate(features, start=1):
        geometry = item.get("geometry")
        try:
            made.append(None if geometry is None else shape(geometry))
        except (
            shapely.errors.ShapelyError, ValueError, TypeError, AttributeError, KeyError, IndexError,
        ) as error:  # fmt: skip
            raise fault(
                path, f"feature {number} has a geometry that can't be read ({error})", MENDS["again"]
            ) from error
    return tuple(made)


def _from_geojson(path: Path, data: bytes, wanted: Wanted) -> Raw:
    features = geojson_features(path, data)
    properties = [item.get("properties") or {} for item in features]
    if not all(isinstance(row, dict) for row in properties):
        raise fault(path, "has properties that are no table", MENDS["again"])
    names = list(dict.fromkeys(name for row in properties for name in row))
    if not wanted(names):
        raise HeadingError(f"has none of the properties that are looked for: {', '.join(names)[:120]}")
    cells = [[_cell(row.get(name)) for name in names] for row in properties]
    frame = pd.DataFrame(cells, columns=names, dtype="object")
    return Raw(path, frame, 1, shapes_of(path, features))


def plain(name: str) -> str:
    """Return a column's name in small letters and digits alone.

    Examples
    --------
    >>> plain("Area Sq Km")
    'areasqkm'
    """
    return re.sub(r"[^a-z0-9]", "", name.lower())


__all__ = [
    "HeadingError",
    "Raw",
    "geojson_features",
    "plain",
    "read_bytes",
    "read_raw",
    "shapes_of",
    "sheets_of",
    "text_of",
    "year_of",
]
