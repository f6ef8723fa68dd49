"""Rows of a table: those of a key, and all of them by the names of their columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import numpy as np
import pandas as pd


def pick(frame: pd.DataFrame, key: Sequence[tuple[str, str]]) -> pd.DataFrame:
    """Return the rows of a table whose columns have certain values; none where a column is missing.

    Parameters
    ----------
    frame
        The table.
    key
        Columns and their values.
    """
    for column, value in key:
        frame = frame[frame[column] == value] if column in frame else frame.iloc[:0]
    return frame


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a table, each by the names of its columns.

    Parameters
    ----------
    frame
        The table.
    """
    return cast("list[dict[str, Any]]", frame.to_dict("records"))


def is_flag(value: object) -> bool:
    """Return whether a cell holds yes or no: Python's boolean, or NumPy's, which is no `bool`.

    Parameters
    ----------
    value
        The cell.
    """
    return isinstance(value, (bool, np.bool_))
