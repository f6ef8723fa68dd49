"""Cells of a public table turned into numbers and codes, every bad row named."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from standby.opendata._raw import Raw
from standby.opendata.error import row_fault

NOTHING = frozenset(
    {"", "..", ".", "-", "–", ":", "*", "n/a", "na", "nan", "null", "none", "x", "[x]", "[z]", "c"}
)
"""What publishers write where there is no number."""

GSS = re.compile(r"[EWSNKL]\d{8}")
"""Codes of the Office for National Statistics."""


def numbers(raw: Raw, column: str, *, least: float = -np.inf, most: float = np.inf) -> NDArray[np.float64]:
    """Return a column as numbers, NaN where the publisher has none.

    Parameters
    ----------
    raw
        The table.
    column
        Its column.
    least, most
        Limits that a number must keep.

    Raises
    ------
    OpenDataError
        If a cell holds text, or a number that is impossible; the rows are named.
    """
    cells = raw.frame[column].astype(str)
    cleaned = cells.str.replace(r"(?<=\d),(?=\d{3}\b)", "", regex=True).str.lower()
    made = pd.to_numeric(cleaned.mask(cleaned.isin(NOTHING)), errors="coerce").to_numpy(dtype=float)
    text = np.isnan(made) & ~cleaned.isin(NOTHING).to_numpy(dtype=bool) | np.isinf(made)
    if text.any():
        rows = [(raw.row(k), f"is {cells.iloc[k]!r}") for k in np.flatnonzero(text).tolist()]
        raise row_fault(raw.path, column, rows, "Write a number there, or leave the cell empty")
    wrong = (made < least) | (made > most)
    if wrong.any():
        rows = [(raw.row(k), f"is {made[k]:g}") for k in np.flatnonzero(wrong).tolist()]
        limits = f"from {least:g} to {most:g}" if np.isfinite(most) else f"of at least {least:g}"
        raise row_fault(raw.path, column, rows, f"A number {limits} is needed")
    return made


def codes(raw: Raw, column: str) -> list[str]:
    """Return a column of ONS codes, each a code and there once.

    Raises
    ------
    OpenDataError
        If a cell holds something else, or a code is there twice; the rows are named.
    """
    values = raw.frame[column].astype(str).tolist()
    odd = [(raw.row(k), f"is {value!r}") for k, value in enumerate(values) if not GSS.fullmatch(value)]
    if odd:
        raise row_fault(raw.path, column, odd, "A code such as E01000001 is needed in every row")
    first: dict[str, int] = {}
    twice = []
    for k, value in enumerate(values):
        if value in first:
            twice.append((raw.row(k), f"has {value}, which row {first[value]} has already"))
        first.setdefault(value, raw.row(k))
    if twice:
        raise row_fault(raw.path, column, twice, "Keep one row for each area")
    return values


__all__ = ["GSS", "codes", "numbers"]
