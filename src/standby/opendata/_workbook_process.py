"""Run by `standby.opendata._workbook` as a program: a workbook on standard input becomes lines of JSON.

The library that reads workbooks is compiled: on damaged files it may panic, loop or ask for all memory there
is. None of that reaches the caller from here, and the process can be ended. It imports nothing of Standby.
"""

import io
import json
import sys
from typing import Any


def main(most_cells: int, memory_bytes: int, head_rows: int, wanted: list[str]) -> None:
    """Write a line for each sheet: its name and rows of text, or its number of cells if that is too large.

    Parameters
    ----------
    most_cells
        Cells that a sheet may have.
    memory_bytes
        Memory that this process may take, where the system can limit it [bytes].
    head_rows
        First rows of each sheet that are wanted; 0 for all of them.
    wanted
        Names of the sheets that are wanted; empty for all of them.
    """
    try:
        import resource  # noqa: PLC0415 - systems other than POSIX have none

        resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    except (ImportError, OSError, ValueError):
        pass

    import python_calamine  # noqa: PLC0415 - after the limit of memory is set

    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read()))
    for name in wanted or book.sheet_names:
        sheet = book.get_sheet_by_name(name)
        cells = sheet.total_height * sheet.total_width
        if cells > most_cells:
            _put({"sheet": name, "cells": cells})
            return

        rows = sheet.to_python(skip_empty_area=False, nrows=head_rows or None)
        _put({"sheet": name, "rows": [[_cell(value) for value in row] for row in rows]})


def _cell(value: Any) -> str:
    # Workbooks keep whole numbers as 1.0.
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value).strip()


def _put(line: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(line) + "\n")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), json.loads(sys.argv[4]))
