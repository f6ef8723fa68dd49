"""What is wrong with a public file, where, and how to fix it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from standby._characters import printable
from standby._files import UnreadableFileError
from standby._refusals import Refusal

SHOWN = 5
"""Faults of one kind that are named in full; of the others only the number is given."""

LONGEST = 60
"""Longest text of a cell that a message quotes whole [characters]."""


class OpenDataError(Refusal):
    """A public file can't be used as it is; control characters in it are spelled out.

    Parameters
    ----------
    what, fix
        What is wrong, and what would be right.
    subject
        Name of the file.
    """

    def __init__(self, what: str, fix: str = "", *, subject: str = "") -> None:
        super().__init__(printable(what, keep="\n"), printable(fix, keep="\n"), subject=printable(subject))


def fault(path: str | Path, what: str, fix: str) -> OpenDataError:
    """Return the error that says what is wrong with a file, and the fix."""
    return OpenDataError(what.replace("\n", " "), fix.replace("\n", " "), subject=Path(path).name)


def row_fault(path: str | Path, column: str, rows: Sequence[tuple[int, str]], fix: str) -> OpenDataError:
    """Return the error that names the rows of a column that are wrong.

    Parameters
    ----------
    path, column
        The file, and the column as it is headed there.
    rows
        Row of the file, counted from 1 with the heading, and what stands there.
    fix
        What would be right.
    """
    named = "; ".join(f"row {row} {what}" for row, what in rows[:SHOWN])
    more = f"; and {len(rows) - SHOWN:,} rows more" if len(rows) > SHOWN else ""
    return fault(path, f"column {quoted(column)}: {named}{more}", fix)


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


__all__ = ["OpenDataError", "as_open_data", "fault", "quoted", "row_fault"]
