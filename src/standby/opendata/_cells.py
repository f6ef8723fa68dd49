"""Cells of a public table turned into numbers, words and codes, every bad row named."""

from __future__ import annotations

import re
from collections import Counter

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from standby._typing import Floats
from standby.opendata._raw import Raw
from standby.opendata.error import fault, quoted, row_fault
from standby.words import counted

NOTHING = frozenset(
    {
        "", "..", ".", "-", "–", ":", "*", "n/a", "na", "nan", "null", "none", "x", "[x]", "[z]", "c", "[c]",
        "[u]", "[low]",
    }
)  # fmt: skip
"""What publishers write where there is no number."""

NUMBER = r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:e[+-]?[0-9]+)?"

GSS = re.compile(r"[EWSNKLMJ]\d{8}")
"""Codes of the Office for National Statistics."""

NATIONS = {
    "Scotland": re.compile(r"S\d{8}"),
    "Northern Ireland": re.compile(r"N\d{8}|9[5-9][A-Z]{2}\d{0,2}[A-Z]?\d{0,3}"),
    "the Isle of Man or the Channel Islands": re.compile(r"[LMJ]\d{8}"),
}
"""Codes of areas of other nations; those of Northern Ireland of 2001 begin with 95."""

KINDS = {
    "nations and groups of them": ("E92", "W92", "S92", "N92", "K"),
    "regions": ("E12", "E13", "E15"),
    "districts": ("E06", "E07", "E08", "E09", "W06"),
    "counties": ("E10", "E11"),
    "police force areas": ("E23", "W15"),
    "middle layer areas": ("E02", "W02"),
    "lower layer areas": ("E01", "W01"),
    "output areas": ("E00", "W00"),
    "wards": ("E05", "W05"),
}
"""Kinds of area by how their codes begin."""


def numbers(raw: Raw, column: str, *, least: float = -np.inf, most: float = np.inf) -> Floats:
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
    cells = texts(raw, column)
    cleaned = cells.str.lower()

    # Where commas do not part the cells, 1,234 may be one and a bit.
    if raw.decimal_comma:
        has_comma = cleaned.str.contains(",", regex=False)
        refuse_cells(raw, column, has_comma, "Write a point before decimals, and nothing between thousands")
    cleaned = cleaned.str.replace(r"(?<=\d),(?=\d{3}\b)", "", regex=True)

    is_nothing = cleaned.isin(NOTHING).to_numpy(dtype=bool)
    is_number = cleaned.str.fullmatch(NUMBER).to_numpy(dtype=bool)
    values = pd.to_numeric(cleaned.where(is_number), errors="coerce").to_numpy(dtype=float)
    is_text = ~is_nothing & (~is_number | ~np.isfinite(values))
    refuse_cells(raw, column, is_text, "Write a number there, or leave the cell empty")

    beyond = (values < least) | (values > most)
    if beyond.any():
        rows = [(raw.row(k), f"is {values[k]:g}") for k in np.flatnonzero(beyond).tolist()]
        limits = f"from {least:g} to {most:g}" if np.isfinite(most) else f"of at least {least:g}"
        raise row_fault(raw.path, column, rows, f"A number {limits} is needed")
    return values


def refuse_cells(raw: Raw, column: str, wrong: ArrayLike, fix: str) -> None:
    """Refuse the cells of a column that are wrong, each named with what stands there.

    Parameters
    ----------
    raw, column
        The table and its column.
    wrong
        Whether each cell is wrong, shape (rows,).
    fix
        What would be right.

    Raises
    ------
    OpenDataError
        If one is.
    """
    which = np.flatnonzero(np.asarray(wrong, dtype=bool)).tolist()
    if which:
        cells = raw.frame[column]
        rows = [(raw.row(k), f"is {quoted(cells.iloc[k])}") for k in which]
        raise row_fault(raw.path, column, rows, fix)


def texts(raw: Raw, column: str) -> pd.Series:
    """Return a column as text.

    Raises
    ------
    OpenDataError
        If its cells are lists or objects.
    """
    if column in raw.nested:
        what = f"column {quoted(column)} has lists or objects in its cells"
        raise fault(raw.path, what, "Give one value a cell")
    return raw.frame[column].astype(str)


def codes(raw: Raw, column: str) -> list[str]:
    """Return a column of ONS codes, each a code and there once.

    Raises
    ------
    OpenDataError
        If a cell holds something else, or a code is there twice; the rows are named.
    """
    values = texts(raw, column).tolist()
    is_odd = [GSS.fullmatch(value) is None for value in values]
    refuse_cells(raw, column, is_odd, "A code such as E01000001 is needed in every row")

    first: dict[str, int] = {}
    twice = []
    for k, value in enumerate(values):
        if value in first:
            twice.append((raw.row(k), f"has {value}, which row {first[value]} has already"))
        first.setdefault(value, raw.row(k))
    if twice:
        raise row_fault(raw.path, column, twice, "Keep one row for each area")
    return values


def nation_of(code: str) -> str:
    """Return the nation of a code that is none of England or Wales, empty for theirs and for what is no code.

    Examples
    --------
    >>> nation_of("S01006506"), nation_of("95AA01S1"), nation_of("E01000001")
    ('Scotland', 'Northern Ireland', '')
    """
    return next((nation for nation, pattern in NATIONS.items() if pattern.fullmatch(code)), "")


def without_others(raw: Raw, column: str) -> Raw:
    """Return a table without rows of other nations and of larger areas, which are counted in a note.

    Parameters
    ----------
    raw
        A table of areas.
    column
        Its column of codes.

    Raises
    ------
    OpenDataError
        If no row is left.
    """
    values = texts(raw, column).tolist()
    nations = [nation_of(value) for value in values]
    elsewhere = Counter(filter(None, nations))

    if elsewhere and sum(elsewhere.values()) == len(values):
        what = f"has no area of England or Wales, but {_counts(elsewhere)}"
        raise fault(raw.path, what, "Give areas of England or Wales")
    if elsewhere:
        raw = raw.only(np.array([not nation for nation in nations]))
        raw = raw.noted(f"rows of other nations left out: {_counts(elsewhere)}")
        values = texts(raw, column).tolist()

    # Totals of larger areas would count people twice: the kind with most rows is that of the table.
    kinds = [kind_of(value) for value in values]
    counts = Counter(filter(None, kinds))
    if len(counts) > 1:
        meant = counts.most_common(1)[0][0]
        other = Counter({kind: number for kind, number in counts.items() if kind != meant})

        # Rows of no kind stay: a code that is none is refused later, and named.
        raw = raw.only(np.array([kind in {meant, ""} for kind in kinds]))
        raw = raw.noted(f"rows of other kinds of area than {meant} left out: {_counts(other)}")

    return raw


def kind_of(code: str) -> str:
    """Return the kind of area of a code, empty for what is no code.

    Examples
    --------
    >>> kind_of("E01000001"), kind_of("E92000001")
    ('lower layer areas', 'nations and groups of them')
    """
    if not GSS.fullmatch(code):
        return ""
    return next((kind for kind, begins in KINDS.items() if code.startswith(begins)), f"{code[:3]} areas")


def _counts(found: Counter[str]) -> str:
    return ", ".join(f"{counted(number, 'row')} of {name}" for name, number in found.most_common())


__all__ = [
    "GSS",
    "NOTHING",
    "codes",
    "kind_of",
    "nation_of",
    "numbers",
    "refuse_cells",
    "texts",
    "without_others",
]
