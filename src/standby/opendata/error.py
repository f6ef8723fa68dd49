"""What is wrong with a public file, where, and how to mend it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

SHOWN = 5
"""Faults of one kind that are named in full; of the others the number is told."""


class OpenDataError(ValueError):
    """A public file can't be used as it is; the message names file, place and mend.

    `OSError` is raised as it comes when a file does not exist or may not be read.
    """


def fault(path: str | Path, what: str, mend: str) -> OpenDataError:
    """Return the error that says what is wrong with a file, and the mend."""
    return OpenDataError(f"{Path(path).name}: {what}. {mend}.")


def row_fault(path: str | Path, column: str, rows: Sequence[tuple[int, str]], mend: str) -> OpenDataError:
    """Return the error that names the rows of a column that are wrong.

    Parameters
    ----------
    path, column
        The file, and the column as it is headed there.
    rows
        Row of the file, counted from 1 with the heading, and what stands there.
    mend
        What would be right.
    """
    named = "; ".join(f"row {row} {what}" for row, what in rows[:SHOWN])
    more = f"; and {len(rows) - SHOWN:,} rows more" if len(rows) > SHOWN else ""
    return fault(path, f"column {column!r}: {named}{more}", mend)


def counted(number: int, noun: str) -> str:
    """Return a number with its noun.

    Examples
    --------
    >>> counted(1, "area"), counted(1200, "area")
    ('1 area', '1,200 areas')
    """
    return f"{number:,} {noun}{'s' * (number != 1)}"


__all__ = ["OpenDataError", "counted", "fault", "row_fault"]
