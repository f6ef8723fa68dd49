"""Any public table as text: CSV, workbooks (XLSX, ODS, XLS) and GeoJSON, told apart by what is in them."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely.geometry import shape

from standby._characters import CONTROLS, without_controls
from standby._deadline import Deadline
from standby._files import (
    AGAIN,
    Limits,
    UnreadableFileError,
    cells_within,
    check_shape,
    check_time,
    read_regular,
)
from standby.opendata import _workbook
from standby.opendata._workbook import AS_PUBLISHED
from standby.opendata.error import SHOWN, OpenDataError, as_open_data, fault, quoted
from standby.words import counted

Wanted = Callable[[Iterable[str]], bool]

HEADING_ROWS = 60
"""Rows of a sheet among which its heading is looked for."""

SEPARATORS = ",;\t"
"""What may stand between the cells of a text file."""

DEFAULTS = {
    "file_bytes": 512 << 20, "member_bytes": 512 << 20, "unpacked_bytes": 1 << 30, "cells": 10_000_000
}  # fmt: skip
"""Limits of the tables of this room that are lower than elsewhere: each is kept in memory as text."""


def limits() -> Limits:
    """Return what is read of a table at most."""
    with as_open_data():
        return Limits.here(**DEFAULTS)


@dataclass(frozen=True, eq=False)
class Raw:
    """A table as it stands in a file.

    Parameters
    ----------
    path
        The file.
    frame
        Cells as text, empty where there is nothing; columns as headed, repeated names followed by ``#2``.
    rows
        Row of the file that each row of the frame is, counted from 1, shape (rows,).
    shapes
        Geometry of each row; empty when the file has none.
    sheet, others
        Sheet of a workbook that it is, and others that would fit; empty elsewhere.
    nested
        Columns some of whose cells are lists or objects, which no column of a table is.
    decimal_comma
        Whether a comma in a number may be meant as a decimal point.
    notes
        What a reader should know of the file.
    """

    path: Path
    frame: pd.DataFrame
    rows: NDArray[np.int64]
    shapes: tuple[Any, ...] = ()
    sheet: str = ""
    others: tuple[str, ...] = ()
    nested: frozenset[str] = frozenset()
    decimal_comma: bool = False
    notes: tuple[str, ...] = ()

    def row(self, index: int) -> int:
        """Return the row of the file that a row of the frame is."""
        return int(self.rows[index])

    def only(self, kept: NDArray[np.bool_]) -> Raw:
        """Return the table with some of its rows, shape (rows,)."""
        shapes = tuple(s for s, keep in zip(self.shapes, kept, strict=True) if keep) if self.shapes else ()
        frame = self.frame[kept].reset_index(drop=True)
        return replace(self, frame=frame, rows=self.rows[kept], shapes=shapes)

    def noted(self, *notes: str) -> Raw:
        """Return the table with more notes."""
        return replace(self, notes=(*self.notes, *notes))


def read_raw(path: str | Path, *, wanted: Wanted, fix: str) -> Raw:
    """Read the table of a file whose heading is wanted.

    Parameters
    ----------
    path
        The file.
    wanted
        Whether a row of cells is the heading that is looked for.
    fix
        What to give when no row is.

    Raises
    ------
    OpenDataError
        If the file is not there, empty, cut off, too large, of another kind, in another encoding or without
        such a heading.
    """
    path = Path(path)
    try:
        with as_open_data():
            return _cleaned(_read(path, wanted))
    except HeadingError as error:
        raise HeadingError(error.what, fix, subject=path.name) from None


def _cleaned(raw: Raw) -> Raw:
    """Return a table without control characters in its cells, and a note for each column that had some."""
    frame = raw.frame
    notes = []

    for place, name in enumerate(frame.columns):
        cells = frame.iloc[:, place].tolist()
        if CONTROLS.search("".join(cells)) is None:  # so it is nearly always, and cells are many
            continue

        found = [k for k, cell in enumerate(cells) if CONTROLS.search(cell)]
        frame.isetitem(place, [without_controls(cell) for cell in cells])
        shown = ", ".join(str(raw.row(k)) for k in found[:SHOWN]) + (" …" if len(found) > SHOWN else "")
        notes.append(
            f"column {quoted(name)}: control characters were taken out of {counted(len(found), 'cell')} "
            f"(row {shown})"
        )

    return raw.noted(*notes)


def _read(path: Path, wanted: Wanted) -> Raw:
    deadline = Deadline(limits().seconds)
    data = read_bytes(path)
    if data.startswith((b"PK\x03\x04", _workbook.OLE)):
        return _from_sheets(path, wanted, deadline)

    start = data[:512].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start[:1] == b"{":
        return _from_geojson(path, data, wanted)
    if start[:1] == b"<":
        raise fault(
            path, "is a web page or XML, not a table", "Download the file itself, not the page about it"
        )
    return _from_csv(path, data, wanted, deadline)


def read_bytes(path: Path) -> bytes:
    """Return what is in a file, or say that there is nothing in it.

    Raises
    ------
    OpenDataError
        If it is no regular file, may not be read, is too large or empty.
    """
    with as_open_data():
        data = read_regular(path, limits())
    if not data.strip(b"\x00 \t\r\n"):
        raise fault(path, "is empty", AGAIN)
    return data


def text_of(path: Path, data: bytes) -> str:
    """Return bytes as text: UTF-8, UTF-16 with its mark, or else Windows-1252 as older files have it."""
    return _text_and_encoding(path, data)[0]


def _text_and_encoding(path: Path, data: bytes) -> tuple[str, str]:
    """Return bytes as text, and the encoding that they have."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        try:
            return data.decode("utf-16"), "UTF-16"
        except UnicodeDecodeError as error:
            raise fault(path, "begins as UTF-16 text and goes on as something else", AGAIN) from error

    if b"\x00" in data:
        raise fault(path, "holds bytes that are no text", AS_PUBLISHED)
    try:
        return data.decode("utf-8-sig"), "UTF-8"
    except UnicodeDecodeError:
        pass

    try:
        return data.decode("cp1252"), "Windows-1252"
    except UnicodeDecodeError as error:
        row = data[: error.start].count(b"\n") + 1
        raise fault(
            path, f"row {row} is neither UTF-8 nor Windows-1252 text", "Save it as UTF-8 (CSV UTF-8)"
        ) from error


def _from_csv(path: Path, data: bytes, wanted: Wanted, deadline: Deadline) -> Raw:
    text, encoding = _text_and_encoding(path, data)
    notes = () if encoding != "Windows-1252" else ("is no UTF-8 text: it was read as Windows-1252",)

    # A title above the heading may hold other separators: the one that makes a heading of some row is right.
    head = text.lstrip().split("\n", 1)[0]
    likely = sorted(SEPARATORS, key=head.count, reverse=True)
    separator = next((mark for mark in likely if _has_heading(text, mark, wanted)), likely[0])

    # Limits are checked on the way, since a small file may hold a very large table.
    rows: list[list[str]] = []
    cells = 0
    most = limits()
    try:
        with cells_within(path, most):
            for row in csv_rows(text, separator):
                rows.append(row)
                cells += len(row)

                most.check(path, "columns", len(row), f"columns in row {len(rows)}")
                if len(rows) % 10_000 == 0:
                    check_time(path, deadline)
                    most.check(path, "rows", len(rows), "rows or more")
                    most.check(path, "cells", cells, "cells or more")
    except csv.Error as error:
        raise fault(path, f"is not a whole CSV table ({error})", AGAIN) from error

    most.check(path, "rows", len(rows), "rows")
    raw = below_heading(path, rows, wanted)
    return replace(raw, decimal_comma=separator != ",").noted(*notes)


def csv_rows(text: str, separator: str) -> Iterator[list[str]]:
    """Yield rows as they are: a published table has notes above its heading, which a plan's may not have."""
    return csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)


def _has_heading(text: str, separator: str, wanted: Wanted) -> bool:
    """Return whether one of the first rows is the heading, when cells are told apart by a separator."""
    most = limits()
    try:
        with cells_within("", most):
            rows = islice(csv_rows(text, separator), HEADING_ROWS)
            return any(len(row) <= most.columns and wanted(row) for row in rows)
    except (csv.Error, UnreadableFileError):
        return False


def below_heading(path: Path, rows: list[list[str]], wanted: Wanted) -> Raw:
    """Return the table below the heading that is wanted, without the notes that follow it.

    Raises
    ------
    OpenDataError
        If there is no such heading, nothing below it, or a row of another width.
    """
    at = next((k for k, row in enumerate(rows[:HEADING_ROWS]) if wanted(row)), None)
    if at is None:
        shown = _begins(rows[0] if rows else [])
        raise HeadingError(f"has none of the columns that are looked for; it begins: {shown}")

    heading = [cell.strip() for cell in rows[at]]
    width = len(heading)
    body = [[cell.strip() for cell in row] for row in rows[at + 1 :]]

    while body and not any(body[-1]):
        body.pop()
    body, footnotes = _without_footnotes(body)

    ragged = [k for k, row in enumerate(body) if len(row) != width and any(row)]
    if ragged:
        row = at + 2 + ragged[0]
        raise fault(path, f"row {row} has {len(body[ragged[0]])} cells where the heading has {width}", AGAIN)
    if not body:
        raise fault(path, "has a heading and no rows below it", AGAIN)

    kept = [row if len(row) == width else [""] * width for row in body]
    numbers = np.arange(at + 2, at + 2 + len(kept), dtype=np.int64)
    raw = Raw(path, pd.DataFrame(kept, columns=_unique(heading), dtype="object"), numbers)
    return raw.noted(f"{counted(footnotes, 'line')} of notes below the table left out") if footnotes else raw


def _begins(names: list[str]) -> str:
    """Return the beginning of a heading on one line."""
    return " ".join(", ".join(filter(None, names)).split())[:120]


def _without_footnotes(body: list[list[str]]) -> tuple[list[list[str]], int]:
    """Return a table without the notes below it, and how many lines they have.

    Notes come after an empty row, and fill one cell a row at most.
    """
    start = len(body)
    while start and sum(map(bool, body[start - 1])) <= 1:
        start -= 1

    empty = next((k for k in range(start, len(body)) if not any(body[k])), None)
    if empty is None:
        return body, 0
    return body[:empty], sum(map(any, body[empty:]))


REPEATED = re.compile(r"#\d+$")
"""End of a heading's name that an earlier column has already."""


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


def is_workbook(path: Path) -> bool:
    """Return whether a file begins as a workbook does."""
    return read_bytes(path)[:4].startswith((_workbook.ZIP, _workbook.OLE))


def sheets_of(
    path: Path, fits: Callable[[str, list[list[str]]], bool], deadline: Deadline
) -> dict[str, list[list[str]]]:
    """Return the first rows of those sheets of a workbook (XLSX, ODS, XLS) that fit.

    Parameters
    ----------
    path
        The file.
    fits
        Whether a sheet is wanted, from its name and first rows.
    deadline
        By when it has to be read.

    Raises
    ------
    OpenDataError
        If the file is no workbook, is damaged, or is larger than is read.
    MissingExtraError
        If the library that reads workbooks is not installed.
    """
    with as_open_data():
        heads = _workbook.sheets_of(path, limits(), deadline, head_rows=HEADING_ROWS)
    return {name: rows for name, rows in heads.items() if fits(name, rows)}


def whole_sheets(path: Path, names: Sequence[str], deadline: Deadline) -> dict[str, list[list[str]]]:
    """Return all rows of some sheets of a workbook; raise as `sheets_of` does."""
    if not names:
        return {}
    with as_open_data():
        return _workbook.sheets_of(path, limits(), deadline, wanted=names)


EVERYBODY = re.compile(r"person|people|total|\ball\b", re.IGNORECASE)
"""In the name of a sheet or column: both sexes and all ages."""


def _from_sheets(path: Path, wanted: Wanted, deadline: Deadline) -> Raw:
    fit = list(sheets_of(path, lambda _, rows: any(map(wanted, rows)), deadline))
    if not fit:
        raise HeadingError("no sheet has the columns that are looked for")

    # Of several sheets the newest counts, and of one year that of everybody.
    newest = max(map(year_of, fit))
    best = [name for name in fit if year_of(name) == newest]
    if len(best) > 1:
        best = [name for name in best if EVERYBODY.search(name)] or best
    if len(best) > 1:
        named = ", ".join(map(quoted, best))
        raise fault(path, f"has several sheets that fit: {named}", "Keep the one that is meant in the file")

    others = tuple(name for name in fit if name != best[0])
    (rows,) = whole_sheets(path, best, deadline).values()
    return replace(below_heading(path, rows, wanted), sheet=best[0], others=others)


def year_of(text: str) -> int:
    """Return the year of an estimate in a heading or the name of a sheet, 0 when there is none.

    Examples
    --------
    >>> year_of("Mid-2018 population"), year_of("pop2021"), year_of("Mid-2022 LSOA 2021"), year_of("Total")
    (2018, 2021, 2022, 0)
    """
    match = re.search(r"(?:mid|pop)\D?((?:19|20)\d{2})", text.lower()) or re.search(r"((?:19|20)\d{2})", text)
    return int(match[1]) if match else 0


def geojson_features(path: Path, data: bytes) -> list[dict[str, Any]]:
    """Return the features of a GeoJSON file.

    Raises
    ------
    OpenDataError
        If it is cut off, nested too deeply, no GeoJSON or without features.
    """
    try:
        content = json.loads(text_of(path, data))
    except RecursionError as error:
        raise fault(path, "is nested too deeply for GeoJSON", AS_PUBLISHED) from error
    except ValueError as error:
        if isinstance(error, OpenDataError):  # of the text, which says more
            raise
        raise fault(path, f"is not whole GeoJSON ({error})", AGAIN) from error

    features = content.get("features") if isinstance(content, dict) else None
    if not isinstance(features, list) or not all(isinstance(item, dict) for item in features):
        raise fault(path, "is JSON, but no GeoJSON FeatureCollection", AS_PUBLISHED)
    if not features:
        raise fault(path, "has no features", AGAIN)
    return features


def shapes_of(path: Path, features: list[dict[str, Any]]) -> tuple[Any, ...]:
    """Return the geometry of each feature, None where it has none."""
    shapes: list[Any] = []
    for number, item in enumerate(features, start=1):
        geometry = item.get("geometry")

        # Shapely refuses a damaged geometry in as many ways as there are damages.
        try:
            shapes.append(None if geometry is None else shape(geometry))
        except (
            shapely.errors.ShapelyError, ValueError, TypeError, AttributeError, KeyError, IndexError,
            OverflowError, RecursionError, AssertionError,
        ) as error:  # fmt: skip
            raise fault(
                path, f"feature {number} has a geometry that can't be read ({error})"[:300], AGAIN
            ) from error

        if shapes[-1] is not None and not np.isfinite(shapely.get_coordinates(shapes[-1])).all():
            raise fault(path, f"feature {number} has a position that is no number", AGAIN)

    return tuple(shapes)


def _from_geojson(path: Path, data: bytes, wanted: Wanted) -> Raw:
    features = geojson_features(path, data)
    properties = [item.get("properties") or {} for item in features]
    if not all(isinstance(row, dict) for row in properties):
        raise fault(path, "has properties that are no table", AGAIN)

    names = list(dict.fromkeys(name for row in properties for name in row))
    check_shape(path, len(properties), len(names), limits(), of="of its features")
    if not wanted(names):
        raise HeadingError(f"has none of the properties that are looked for: {_begins(names)}")

    cells = [[_cell(row.get(name)) for name in names] for row in properties]
    nested = {name for row in properties for name, value in row.items() if isinstance(value, (list, dict))}

    return Raw(
        path,
        pd.DataFrame(cells, columns=names, dtype="object"),
        np.arange(1, len(cells) + 1, dtype=np.int64),
        shapes_of(path, features),
        nested=frozenset(nested),
    )


def _cell(value: Any) -> str:
    """Return a value as text, whole numbers without a decimal point."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return "" if value is None else str(value).strip()


def plain(name: str) -> str:
    """Return a column's name in small letters and digits alone, as if no other column had it.

    Examples
    --------
    >>> plain("Area Sq Km"), plain("population#2")
    ('areasqkm', 'population')
    """
    return re.sub(r"[^a-z0-9]", "", REPEATED.sub("", name).lower())


__all__ = [
    "HeadingError",
    "Raw",
    "below_heading",
    "geojson_features",
    "is_workbook",
    "limits",
    "plain",
    "read_bytes",
    "read_raw",
    "shapes_of",
    "sheets_of",
    "text_of",
    "whole_sheets",
    "year_of",
]
