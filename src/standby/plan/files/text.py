"""Text of plan files: bytes to text, text to cells, with what is wrong with the file itself."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter, defaultdict
from dataclasses import dataclass, replace

from standby._files import Deadline, Limits, UnreadableFileError, cells_within, check_shape
from standby._refusals import Fault
from standby.plan.faults import rows_text

FALLBACK_ENCODING = "cp1252"
"""What a file that is not UTF-8 most often is; used only to go on looking for faults."""

BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
"""First bytes that betray an encoding; the longer ones first."""

SEPARATORS = (";", "\t", "|")
"""What stands between cells in files that are not comma-separated."""

ROWS_BETWEEN_LOOKS = 10_000
"""Rows between two looks at the clock."""

_DECIMAL_COMMA = re.compile(r"-?\d+,\d+")
ENCODING_MEND = "Save the file as UTF-8 (in a spreadsheet: 'CSV UTF-8')"


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
        Row numbers as a spreadsheet shows them.
    heading
        Row number of the heading.
    unsure
        Cells of rows that could not be read: any of them may be an id.
    """

    file: str
    columns: tuple[str, ...]
    rows: list[dict[str, str]]
    numbers: list[int]
    heading: int = 1
    unsure: frozenset[str] = frozenset()


def decode(file: str, data: bytes) -> tuple[str, list[Fault]]:
    """Return the text of a file, and a fault when it is not UTF-8 (the text is then a fair guess)."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = ""
        encoding = next((name for mark, name in BOMS if data.startswith(mark)), FALLBACK_ENCODING)
    else:
        if "\0" not in text:
            return _one_line_end(text), []
        encoding = "utf-16-le" if data[1::2].count(0) >= data[::2].count(0) else "utf-16-be"
    if encoding == FALLBACK_ENCODING:
        where, what = _not_utf8(file, data), "is not UTF-8 text"
    else:
        where, what = "", f"is not UTF-8 text but {encoding[:6].upper()}"
    text = data.decode(encoding, errors="replace").replace("\0", "")
    return _one_line_end(text), [Fault(file, where, "", what, ENCODING_MEND, "encoding")]


def _one_line_end(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _not_utf8(file: str, data: bytes) -> str:
    """Return the rows of a table, or the lines of another file, that hold bytes which are not UTF-8."""
    text = _one_line_end(data.decode("utf-8", errors="surrogateescape"))
    is_table = file.endswith(".csv")
    try:
        lines = csv.reader(io.StringIO(text)) if is_table else ([line] for line in text.split("\n"))
        with cells_within(file):
            found = [k for k, cells in enumerate(lines, 1) if any(map(_odd, cells))]
    except (csv.Error, UnreadableFileError):  # told when the cells are read
        return ""
    return rows_text(found) if is_table else rows_text(found).replace("row", "line")


def _odd(text: str) -> bool:
    return any("\udc80" <= character <= "\udcff" for character in text)


def read_csv(file: str, data: bytes, limits: Limits | None = None) -> tuple[TextTable | None, list[Fault]]:
    """Return the cells of a CSV file, None when they can't be told.

    Parameters
    ----------
    file
        Name of the file.
    data
        What is in it.
    limits
        Most rows and columns, and how long reading may take; those of the process when left out.
    """
    limits = limits or Limits.here()
    deadline = Deadline(limits.seconds)
    text, faults = decode(file, data)
    separator = _separator(text)
    if separator != ",":
        shown = "tabs" if separator == "\t" else f"{separator!r}"
        mend = "Save it as CSV with commas between cells and points in decimals"
        faults.append(Fault(file, "", "", f"has {shown} between its cells, not commas", mend, "unreadable"))
    reader = csv.reader(io.StringIO(text), delimiter=separator, strict=True)
    records: list[tuple[int, list[str]]] = []
    try:
        with cells_within(file, limits):
            for number, record in enumerate(reader, 1):
                cells = [cell.strip() for cell in record]
                if not any(cells):
                    continue
                records.append((number, cells))
                check_shape(file, len(records) - 1, len(cells), limits)
                if not number % ROWS_BETWEEN_LOOKS:
                    deadline.check(file)
    except UnreadableFileError as error:
        is_cell = records and "a cell of" in error.what
        where = f"row {records[-1][0] + 1} or later" if is_cell else ""
        return None, [*faults, Fault(file, where, "", error.what, error.fix, "unreadable")]
    except csv.Error as error:
        after = records[-1][0] + 1 if records else 1
        mend = "Close the double quotes there, and write a quote inside a cell twice"
        what = f"can't be read as CSV: {error}"
        return None, [*faults, Fault(file, f"row {after} or later", "", what, mend, "unreadable")]
    if separator == ";":
        records = [(number, [_point(cell) for cell in cells]) for number, cells in records]
    return _table(file, records, faults)


def _separator(text: str) -> str:
    first = next((line for line in text.split("\n") if line.strip(" \"';,\t")), "")
    return next((mark for mark in SEPARATORS if mark in first and "," not in first), ",")


def _point(cell: str) -> str:
    return cell.replace(",", ".") if _DECIMAL_COMMA.fullmatch(cell) else cell


def _table(
    file: str, records: list[tuple[int, list[str]]], faults: list[Fault]
) -> tuple[TextTable, list[Fault]]:
    if not records:
        return TextTable(file, (), [], []), faults
    heading, headings = records[0]
    while headings and not headings[-1] and not any(any(cells[len(headings) - 1 :]) for _, cells in records):
        headings.pop()  # spreadsheets end rows with commas
    table = TextTable(file, tuple(dict.fromkeys(filter(None, headings))), [], [], heading)
    faults += _heading_faults(file, heading, headings)
    unsure: set[str] = set()
    odd: dict[int, list[int]] = defaultdict(list)
    nameless: list[int] = []
    for number, cells in records[1:]:
        if len(cells) < len(headings) or any(cells[len(headings) :]):
            odd[len(cells)].append(number)
            unsure |= set(cells)
            continue
        row: dict[str, str] = {}
        for name, cell in zip(headings, cells, strict=False):
            row.setdefault(name, cell)
        if any(cell and not name for name, cell in zip(headings, cells, strict=False)):
            nameless.append(number)
        row.pop("", None)
        table.rows.append(row)
        table.numbers.append(number)
    faults += _row_faults(file, len(headings), odd, nameless)
    return replace(table, unsure=frozenset(unsure)), faults


def _row_faults(file: str, width: int, odd: dict[int, list[int]], nameless: list[int]) -> list[Fault]:
    """Return a fault for the rows of each wrong number of cells, and one for cells under no heading."""
    faults = []
    for count, rows in odd.items():
        mend = "Put text that contains commas in double quotes"
        if count < width:
            mend = "Give every column a cell; an empty one is nothing between two commas"
        what = f"has {count} cells, the heading has {width}"
        faults.append(Fault(file, rows_text(rows), "", what, mend, "unreadable"))
    if nameless:
        what, mend = "has a cell under no heading", "Name the column in the heading, or empty it"
        faults.append(Fault(file, rows_text(nameless), "", what, mend, "unknown-column"))
    return faults


def _heading_faults(file: str, heading: int, headings: list[str]) -> list[Fault]:
    times = Counter(headings)
    twice = [name for name in times if name and times[name] > 1]
    return [
        Fault(file, f"row {heading}", name, "is in the heading twice", "Keep one of the columns", "overlap")
        for name in twice
    ]
