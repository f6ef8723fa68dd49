"""Handle rows of different length in flat arrays."""

import numpy as np
import numpy.typing as npt


def spread_out(
    start: npt.NDArray[np.integer], wanted: npt.NDArray[np.integer]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return the entries of the wanted rows of a ragged table.

    Returns
    -------
    row, at
        Which of the wanted rows each entry belongs to, and where the entry is.

    Examples
    --------
    >>> row, at = spread_out(np.array([0, 2, 2, 5]), np.array([2, 0]))
    >>> row.tolist(), at.tolist()
    ([0, 0, 0, 1, 1], [2, 3, 4, 0, 1])
    """
    count = start[wanted + 1] - start[wanted]
    row = np.repeat(np.arange(wanted.size), count)

    # The entry's number within its row: its number in all less that of the row's first.
    within_row = np.arange(row.size) - np.repeat(np.cumsum(count) - count, count)
    return row, start[wanted][row] + within_row
