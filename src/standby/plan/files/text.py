"""Text of plan files: bytes to text, text to cells, with what is wrong with the file itself."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter, defaultdict
from contextlib import suppress
from dataclasses import dataclass, replace

from standby._deadline import Deadline
from standby._files import Limits, UnreadableFileError, cells_within, check_shape, check_time
from standby._refusals import Fault
from standby.plan.faults import rows_text

FALLBACK_ENCODING = "cp1252"
"""What a file that is not UTF-8 most often is; used only to go on looking for faults."""

BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
"""First bytes that betray an encoding; the longer ones first."""

WIDTH = {"utf-32-le": 4, "utf-32-be": 4, "utf-16-le": 2, "utf-16-be": 2}
"""Bytes of a character, or of a half of one."""

WIDE_SHARE = 0.25
"""Share of bytes that are 0 from which a text is taken for UTF-16 or UTF-32, whose plain letters have half of
them or more."""

SEPARATORS = (";", "\t", "|")
"""What stands between cells in files that are not comma-separated."""

ROWS_BETWEEN_LOOKS = 10_000
"""Rows between two looks at the clock."""

_DECIMAL_COMMA = re.compile(r"-?\d+,\d+")

ENCODING_FIX = "Save the file as UTF-8 (in a spreadsheet: 'CSV UTF-8')"


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
    wide = wide_encoding(data)
    if wide is not None:
        # A text that was cut off in the middle of a character is read up to there.
        whole = len(data) // WIDTH[wide] * WIDTH[wide]
        text = data[:whole].decode(wide, errors="replace").removeprefix("\ufeff")
        what = f"is not UTF-8 text but {wide[:6].upper()}"
        return _one_line_end(text), [Fault(file, "", "", what, ENCODING_FIX, "encoding")]

    try:
        text = data.decode("utf-8-sig")
        if "\0" not in text:
            return _one_line_end(text), []
    except UnicodeDecodeError:
        text = data.decode(FALLBACK_ENCODING, errors="replace")

    fault = Fault(file, _rows_not_utf8(file, data), "", "is not UTF-8 text", ENCODING_FIX, "encoding")
    return _one_line_end(text.replace("\0", "")), [fault]


def wide_encoding(data: bytes) -> str | None:
    """Return the encoding of a text whose characters take two or four bytes, None for any other.

    Parameters
    ----------
    data
        What is in the file: with a mark at its start, or with many bytes that are 0.
    """
    marked = next((encoding for mark, encoding in BOMS if data.startswith(mark)), None)
    if marked is not None or data.count(0) < WIDE_SHARE * len(data) or not data:
        return marked

    # What is read as UTF-32 without a fault is UTF-32: four bytes of UTF-16 make no character of it.
    for encoding in ("utf-32-le", "utf-32-be"):
        with suppress(UnicodeDecodeError):
            data[: len(data) // 4 * 4].decode(encoding)
            return encoding

    # Of the two bytes of a plain letter in UTF-16 one is 0: the first or the last.
    return "utf-16-le" if data[1::2].count(0) >= data[::2].count(0) else "utf-16-be"


def _one_line_end(text: str) -> str:
    """Return a text with line feeds alone at the ends of its lines."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _rows_not_utf8(file: str, data: bytes) -> str:
    """Return the rows of a table, or the lines of another file, that hold bytes which are not UTF-8 text."""
    text = _one_line_end(data.decode("utf-8", errors="surrogateescape"))
    is_table = file.endswith(".csv")

    try:
        lines = csv.reader(io.StringIO(text)) if is_table else ([line] for line in text.split("\n"))
        with cells_within(file):
            found = [k for k, cells in enumerate(lines, 1) if any(map(_is_odd, cells))]
    except (csv.Error, UnreadableFileError):  # a fault of its own when the cells are read
        return ""

    return rows_text(found) if is_table else rows_text(found).replace("row", "line")


def _is_odd(text: str) -> bool:
    """Return whether a text holds bytes that were not UTF-8, or that are 0."""
    return any("\udc80" <= character <= "\udcff" or character == "\0" for character in text)


def read_csv(file: str, data: bytes, limits: Limits | None = None) -> tuple[TextTable | None, list[Fault]]:
    """Return the cells of a CSV file, None when it can't be read.

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

    # Saving a table of UTF-16 as "CSV UTF-8" puts commas between its cells as well: one fault, not two.
    separator = _separator(text)
    if separator != "," and wide_encoding(data) is None:
        shown = "tabs" if separator == "\t" else f"{separator!r}"
        fix = "Save it as CSV with commas between cells and points in decimals"
        faults.append(Fault(file, "", "", f"has {shown} between its cells, not commas", fix, "unreadable"))

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
                    check_time(file, deadline)
    except UnreadableFileError as error:
        is_about_a_cell = records and "a cell of" in error.what
        where = f"row {records[-1][0] + 1} or later" if is_about_a_cell else ""
        return None, [*faults, Fault(file, where, "", error.what, error.fix, "unreadable")]
    except csv.Error as error:
        after = records[-1][0] + 1 if records else 1
        what = f"can't be read as CSV: {error}"
        fix = "Close the double quotes there, and write a quote inside a cell twice"
        return None, [*faults, Fault(file, f"row {after} or later", "", what, fix, "unreadable")]

    # Where semicolons stand between cells, commas stand in decimals.
    if separator == ";":
        records = [(number, [_with_point(cell) for cell in cells]) for number, cells in records]
    return _table(file, records, faults)


def _separator(text: str) -> str:
    """Return what stands between the cells of the heading: another mark only where it has no comma."""
    first = next((line for line in text.split("\n") if line.strip(" \"';,\t")), "")
    return next((mark for mark in SEPARATORS if mark in first and "," not in first), ",")


def _with_point(cell: str) -> str:
    """Return a number with a point for its decimal comma, any other cell as it is."""
    return cell.replace(",", ".") if _DECIMAL_COMMA.fullmatch(cell) else cell


def _table(
    file: str, records: list[tuple[int, list[str]]], faults: list[Fault]
) -> tuple[TextTable, list[Fault]]:
    """Return the table of records, the first of which is the heading, with what is wrong with its form."""
    if not records:
        return TextTable(file, (), [], []), faults

    # Spreadsheets end rows with commas: columns at the end without a heading and without cells are none.
    heading, headings = records[0]
    while headings and not headings[-1] and not any(any(cells[len(headings) - 1 :]) for _, cells in records):
        headings.pop()
    faults += _heading_faults(file, heading, headings)
    table = TextTable(file, tuple(dict.fromkeys(filter(None, headings))), [], [], heading)

    unsure: set[str] = set()
    rows_by_width: dict[int, list[int]] = defaultdict(list)
    nameless: list[int] = []
    for number, cells in records[1:]:
        # It is not known which cell of such a row belongs to which column.
        if len(cells) < len(headings) or any(cells[len(headings) :]):
            rows_by_width[len(cells)].append(number)
            unsure |= set(cells)
            continue

        # Of columns with the same heading the first counts.
        row: dict[str, str] = {}
        for name, cell in zip(headings, cells, strict=False):
            row.setdefault(name, cell)
        if any(cell and not name for name, cell in zip(headings, cells, strict=False)):
            nameless.append(number)
        row.pop("", None)

        table.rows.append(row)
        table.numbers.append(number)

    faults += _row_faults(file, len(headings), rows_by_width, nameless)
    return replace(table, unsure=frozenset(unsure)), faults


def _row_faults(
    file: str, width: int, rows_by_width: dict[int, list[int]], nameless: list[int]
) -> list[Fault]:
    """Return a fault for the rows of each wrong number of cells, and one for cells under no heading."""
    faults = []
    for count, rows in rows_by_width.items():
        fix = "Put text that contains commas in double quotes"
        if count < width:
            fix = "Give every column a cell; an empty one is nothing between two commas"
        what = f"has {count} cells, the heading has {width}"
        faults.append(Fault(file, rows_text(rows), "", what, fix, "unreadable"))

    if nameless:
        what = "has a cell under no heading"
        fix = "Name the column in the heading, or empty it"
        faults.append(Fault(file, rows_text(nameless), "", what, fix, "unknown-column"))
    return faults


def _heading_faults(file: str, heading: int, headings: list[str]) -> list[Fault]:
    """Return a fault for each heading that is there twice."""
    times = Counter(headings)
    twice = [name for name in times if name and times[name] > 1]
    return [
        Fault(file, f"row {heading}", name, "is in the heading twice", "Keep one of the columns", "overlap")
        for name in twice
    ]
