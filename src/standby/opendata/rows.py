"""Any table of somebody else's as rows of text, with nothing said of what they mean."""

from __future__ import annotations

import csv
from pathlib import Path

from standby._deadline import Deadline
from standby._files import UnreadableFileError, cells_within, check_shape
from standby.opendata import _workbook
from standby.opendata._raw import SEPARATORS, csv_rows, limits, read_bytes, text_of
from standby.opendata.error import as_open_data, fault


def read_rows(path: str | Path) -> dict[str, list[list[str]]]:
    """Return the rows of a CSV file, or of each sheet of a workbook, as text without blanks around it.

    Parameters
    ----------
    path
        CSV (UTF-8, UTF-16 with its mark or Windows-1252; commas, semicolons or tabs), XLSX, ODS or XLS.

    Returns
    -------
    dict
        Rows by the name of the sheet, that of a CSV file being empty. Rows of a CSV file may have different
        numbers of cells; rows without any text keep their place.

    Raises
    ------
    OpenDataError
        If the file is not there, is empty, damaged, too large or of another kind.
    MissingExtraError
        If it is a workbook and the library that reads these is not installed.
    """
    path = Path(path)
    with as_open_data():
        data = read_bytes(path)
        if data.startswith((_workbook.ZIP, _workbook.OLE)):
            most = limits()
            return _workbook.sheets_of(path, most, Deadline(most.seconds))
        return {"": _csv(path, text_of(path, data))}


def _csv(path: Path, text: str) -> list[list[str]]:
    """Return the rows of a text, told apart by the mark that its first line has most of."""
    head = next((line for line in text.splitlines() if line.strip(" \"';,\t")), "")
    separator = max(SEPARATORS, key=head.count)

    most = limits()
    rows: list[list[str]] = []
    try:
        with cells_within(path, most):
            for row in csv_rows(text, separator):
                rows.append([cell.strip() for cell in row])
                check_shape(path, len(rows), len(row), most)
    except UnreadableFileError:
        raise
    except csv.Error as error:
        raise fault(path, f"is not a whole CSV table ({error})", "Save it again as CSV") from error
    return rows


__all__ = ["read_rows"]
