"""Workbooks (XLSX, ODS, XLS) as rows of text: judged by what they declare, then read in another process."""

from __future__ import annotations

import importlib.util
import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path
from xml.parsers import expat

from standby._deadline import Deadline, UnfinishedError
from standby._files import (
    AGAIN,
    Limits,
    UnreadableFileError,
    check_members,
    check_shape,
    open_regular,
    open_zip,
    too_slow,
    unpack_member,
)
from standby._refusals import MissingExtraError

OLE = b"\xd0\xcf\x11\xe0"
"""Beginning of workbooks before 2007 (XLS), and of those with a password."""

ZIP = b"PK"
"""Beginning of the others."""

AS_PUBLISHED = "Give a CSV, XLSX, ODS or GeoJSON file as published"
"""What would be right instead of a file of another kind."""

Sheets = dict[str, list[list[str]]]

PROCESS = Path(__file__).with_name("_workbook_process.py")


def sheets_of(
    path: Path, limits: Limits, deadline: Deadline, *, head_rows: int = 0, wanted: Sequence[str] = ()
) -> Sheets:
    """Return sheets of a workbook as rows of text.

    Parameters
    ----------
    path
        The file.
    limits, deadline
        What is read at most.
    head_rows
        First rows of each sheet that are wanted; 0 for all of them.
    wanted
        Names of the sheets that are wanted; empty for all of them.

    Raises
    ------
    UnreadableFileError
        If the file is no workbook, is damaged, or is larger than is read.
    MissingExtraError
        If the library that reads workbooks is not installed.
    """
    if importlib.util.find_spec("python_calamine") is None:
        raise MissingExtraError(f"{path.name} is a workbook, and its reader is not installed", "opendata")
    judge_workbook(path, limits, deadline)

    numbers = (limits.cells, limits.memory_bytes, head_rows)
    command = [sys.executable, "-P", str(PROCESS), *map(str, numbers), json.dumps(list(wanted))]
    try:
        with open_regular(path, limits) as file:
            done = subprocess.run(  # noqa: S603 - Standby's own program, with numbers for arguments
                command, stdin=file, capture_output=True, check=False, timeout=deadline.left()
            )
    except (subprocess.TimeoutExpired, UnfinishedError):
        raise too_slow(path, deadline) from None
    if done.returncode != 0:
        raise UnreadableFileError(path, _why(done, limits), AGAIN)

    return _sheets(path, done.stdout, limits)


def _sheets(path: Path, lines: bytes, limits: Limits) -> Sheets:
    """Return the sheets that the other process wrote, one a line; refuse one that is too large."""
    sheets: Sheets = {}

    for text in lines.splitlines():
        line = json.loads(text)
        name = line["sheet"]
        limits.check(path, "cells", line.get("cells", 0), f"cells in sheet {name!r}")

        rows = line["rows"]
        check_shape(path, len(rows), len(rows[0]) if rows else 0, limits, of=f"in sheet {name!r}")
        sheets[name] = rows

    return sheets


def _why(done: subprocess.CompletedProcess[bytes], limits: Limits) -> str:
    """Return in words why the process that reads a workbook failed."""
    complaints = done.stderr.decode("utf-8", "replace").strip().splitlines()
    last = complaints[-1][:200] if complaints else ""

    # A negative status is the signal that ended it: the compiled library aborts when memory runs out.
    if done.returncode < 0 or "MemoryError" in last or "memory allocation" in "".join(complaints):
        most = f"{limits.memory_bytes / (1 << 30):g} GB"
        return f"can't be read as a workbook within {most} of memory: a cell may stand far from the others"
    return f"can't be read as a workbook ({last.partition(': ')[2] or last})"


def judge_workbook(path: Path, limits: Limits, deadline: Deadline) -> None:
    """Refuse a workbook that is no whole one, or whose sheets declare more than is read.

    Raises
    ------
    UnreadableFileError
        With what is wrong.
    """
    with open_regular(path, limits) as file:
        if file.read(4) == OLE:
            return  # its size bounds it: 65,536 rows of 256 columns a sheet

    with open_zip(path, limits) as archive:
        names = {member.filename for member in archive.infolist()}
        check_members(path, archive.infolist(), limits)

        if "content.xml" in names:
            _judge_ods(path, archive, limits, deadline)
        elif "xl/workbook.xml" in names:
            for name in sorted(names):
                if re.fullmatch(r"xl/worksheets/[^/]+\.xml", name):
                    _judge_xlsx(path, archive, name, limits, deadline)
                elif name.startswith("xl/") and name.endswith((".xml", ".rels")):
                    for _ in unpack_member(path, archive, name, limits, deadline):
                        pass  # texts and styles are not read: unpacked to check their size
        elif "xl/workbook.bin" in names:
            raise UnreadableFileError(path, "is a binary workbook (XLSB)", "Save it as XLSX or CSV")
        else:
            what = "is a zip archive and no workbook"
            raise UnreadableFileError(path, what, AS_PUBLISHED)


CELL = re.compile(rb"""\br\s*=\s*["']([A-Z]{0,3})(\d{1,7})["']""")
"""Place of a row or cell in a sheet of an XLSX file, as ``r="B7"``."""

OVERLAP = 64
"""Bytes of a piece that are looked at again with the next one."""


def _judge_xlsx(path: Path, archive: zipfile.ZipFile, name: str, limits: Limits, deadline: Deadline) -> None:
    """Refuse a sheet whose farthest cells span more than is read: it is laid out with all between them."""
    columns: set[bytes] = set()
    rows = 0

    # A place may be cut in two by the end of a piece, so its end is looked at again with the next.
    rest = b""
    for piece in unpack_member(path, archive, name, limits, deadline):
        found = CELL.findall(rest + piece)
        columns |= {column for column, _ in found}
        rows = max(rows, max((int(row) for _, row in found), default=0))
        rest = piece[-OVERLAP:]

    widest = max((_column_number(column) for column in columns), default=0)
    check_shape(path, rows, widest, limits, of=f"in sheet {name.rpartition('/')[2]!r}")


def _column_number(letters: bytes) -> int:
    """Return the number of a column from its letters, counted from 1."""
    number = 0
    for letter in letters:
        number = 26 * number + letter - 64
    return number


class _Extent:
    """Follows the cells of an ODS file, whose rows and cells may stand for many like them.

    Empty rows and cells count only when something comes after them: programs fill up a sheet with them.
    """

    def __init__(self, path: Path, limits: Limits) -> None:
        self.path = path
        self.limits = limits
        self.sheet = ""
        self.rows = 0
        self.columns = 0
        self._row = 0
        self._column = 0
        self._repeat = 0  # how many rows the present one stands for
        self._filled = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Look at the beginning of an element."""
        # Names without their prefix, which each program chooses for itself.
        kind = name.rpartition(":")[2]
        named = {key.rpartition(":")[2]: value for key, value in attributes.items()}

        if kind == "table":
            self.sheet = named.get("name", "")
            self._row = 0
            self.rows = 0
            self.columns = 0
        elif kind == "table-row":
            self._repeat = self._times(named, "number-rows-repeated")
            self._column = 0
            self._filled = False
        elif kind in {"table-cell", "covered-table-cell"}:
            self._column += self._times(named, "number-columns-repeated")
            if "value-type" in named:
                self._fill()
        elif kind == "p":
            self._fill()

    def end(self, name: str) -> None:
        """Look at the end of an element."""
        kind = name.rpartition(":")[2]
        if kind == "table-row":
            self._row += self._repeat
            if self._filled:
                self.rows = self._row
                check_shape(self.path, self.rows, self.columns, self.limits, of=f"in sheet {self.sheet!r}")

    def _fill(self) -> None:
        self._filled = True
        self.columns = max(self.columns, self._column)

    def _times(self, attributes: dict[str, str], key: str) -> int:
        text = attributes.get(key, "1")
        if not re.fullmatch(r"[0-9]{1,18}", text) or int(text) < 1:
            what = f"repeats a row or cell {text[:30]!r} times in sheet {self.sheet!r}"
            raise UnreadableFileError(self.path, what, AGAIN)
        return int(text)


def _judge_ods(path: Path, archive: zipfile.ZipFile, limits: Limits, deadline: Deadline) -> None:
    """Refuse a file that is no whole XML, or whose repeated rows and cells make too large a sheet."""
    extent = _Extent(path, limits)
    parser = expat.ParserCreate()
    parser.StartElementHandler = extent.start
    parser.EndElementHandler = extent.end

    try:
        for piece in unpack_member(path, archive, "content.xml", limits, deadline):
            parser.Parse(piece, False)  # noqa: FBT003 - its parameters have no names
        parser.Parse(b"", True)  # noqa: FBT003 - the same
    except expat.ExpatError as error:
        raise UnreadableFileError(path, f"can't be read as a workbook ({error})", AGAIN) from None


__all__ = ["AS_PUBLISHED", "OLE", "ZIP", "judge_workbook", "sheets_of"]
