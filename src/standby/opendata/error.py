"""What is wrong with a public file, where, and how to mend it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from standby._characters import printable
from standby._files import UnreadableFileError

SHOWN = 5
"""Faults of one kind that are named in full; of the others the number is told."""

LONGEST = 60
"""Longest text of a cell that a message quotes whole [characters]."""


class OpenDataError(ValueError):
    """A public file can't be used as it is; the message names file, place and mend.

    Parameters
    ----------
    message
        What is wrong; control characters, which a file may have put there, are spelled out.
    """

    def __init__(self, message: str) -> None:
        super().__init__(printable(message, keep="\n"))


def fault(path: str | Path, what: str, mend: str) -> OpenDataError:
    """Return the error that says what is wrong with a file, and the mend."""
    return OpenDataError(f"{Path(path).name}: {what}. {mend}.".replace("\n", " "))


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
    return fault(path, f"column {quoted(column)}: {named}{more}", mend)


def quoted(cell: object) -> str:
    """Return a cell as a message quotes it: without control characters, and not too long.

    Examples
    --------
    >>> quoted("about 900"), quoted("9" * 100)[:12]
    ("'about 900'", "'99999999999")
    """
    text = str(cell)
    if len(text) <= LONGEST:
        return repr(text)
    return f"{text[: LONGEST - 20]!r} … ({len(text):,} characters)"


@contextmanager
def as_open_data() -> Iterator[None]:
    """Turn the refusal of a file into the error of this room."""
    try:
        yield
    except UnreadableFileError as error:
        raise fault(error.path, error.what, error.fix) from None


def counted(number: int, noun: str) -> str:
    """Return a number with its noun.

    Examples
    --------
    >>> counted(1, "area"), counted(1200, "area")
    ('1 area', '1,200 areas')
    """
    return f"{number:,} {noun}{'s' * (number != 1)}"


__all__ = ["OpenDataError", "as_open_data", "counted", "fault", "quoted", "row_fault"]
