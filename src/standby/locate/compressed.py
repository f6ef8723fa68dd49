"""Compressed tables: the entries of all rows one after another, and where each row starts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from standby._typing import Codes


def starts_of(row: NDArray[np.integer], n_rows: int) -> Codes:
    """Return where each row starts, and where the last one ends, shape (rows + 1,).

    Parameters
    ----------
    row
        Row of each entry; rising, for the entries to stand row by row.
    n_rows
        Number of rows, empty ones included.
    """
    starts = np.zeros(n_rows + 1, np.int64)
    np.cumsum(np.bincount(row, minlength=n_rows), out=starts[1:])
    return starts


def rows_of(starts: NDArray[np.integer]) -> Codes:
    """Return the row of each entry, from where each row starts."""
    return np.repeat(np.arange(starts.size - 1), np.diff(starts))
