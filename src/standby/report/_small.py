"""Small numbers: which cells of the public edition are withheld, so that no place or person shows through.

A part of the plan with few places says what one place's minutes are. It is withheld, and so is the next
smallest part wherever a single withheld part could be worked out from the others and their total.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import pandas as pd

from standby.plan import Plan, Standard
from standby.report.content import WITHHELD_COLUMN

FEWEST_PLACES = 3
"""Fewest places in a part of the plan whose numbers are shown."""

FEWEST_PEOPLE = 5
"""Fewest people or officers in a count that is shown."""

Scope = tuple[str, str]
SETTINGS = ("urban", "rural")


def mark(frame: pd.DataFrame, rows: pd.Series, columns: Iterable[str]) -> pd.DataFrame:
    """Return the table with cells emptied and named in the column ``withheld``.

    Parameters
    ----------
    frame
        The table.
    rows
        Which rows, shape (rows,).
    columns
        Which columns; those that the table has not are passed over.
    """
    frame = frame.copy()
    if WITHHELD_COLUMN not in frame:
        frame[WITHHELD_COLUMN] = ""
    names = [c for c in columns if c in frame]
    if not rows.any() or not names:
        return frame
    before = frame.loc[rows, WITHHELD_COLUMN]
    frame.loc[rows, WITHHELD_COLUMN] = [
        "|".join(dict.fromkeys([*filter(None, b.split("|")), *names])) for b in before
    ]
    for name in names:
        if frame[name].dtype == bool:
            frame[name] = frame[name].astype(object)
        frame.loc[rows, name] = None if frame[name].dtype == object else float("nan")
    return frame


def scope_sizes(plan: Plan, table: str, standard: Standard | None = None) -> dict[Scope, int]:
    """Return how many places each part of the plan has.

    Parameters
    ----------
    plan
        The base.
    table
        ``areas`` or ``key_locations``.
    standard
        Count only the places that it is for.
    """
    frame = plan.table(table)
    kept = frame["force"].isin(standard.forces if standard and standard.forces else plan.forces)
    if standard and standard.classes:
        kept &= frame["class"].isin(standard.classes)
    frame = frame[kept & frame["force"].isin(plan.forces)]
    setting = frame["class"].map({k: c.setting for k, c in plan.document.classes.items()})
    sizes: dict[Scope, int] = {("all", ""): len(frame)}
    sizes |= {("force", f): int((frame["force"] == f).sum()) for f in plan.forces}
    sizes |= {("setting", s): int((setting == s).sum()) for s in SETTINGS}
    sizes |= {
        ("force setting", f"{f} {s}"): int(((frame["force"] == f) & (setting == s)).sum())
        for f in plan.forces
        for s in SETTINGS
    }
    return sizes | {("class", c): int((frame["class"] == c).sum()) for c in plan.document.classes}


def too_small(plan: Plan, sizes: Mapping[Scope, int]) -> set[Scope]:
    """Return the parts of the plan that are withheld, the ones that would give them away included."""
    hidden = {scope for scope, size in sizes.items() if 0 < size < FEWEST_PLACES}
    parts = [
        [("force", f) for f in plan.forces],
        [("setting", s) for s in SETTINGS],
        [("class", c) for c in plan.document.classes],
        *([("force setting", f"{f} {s}") for s in SETTINGS] for f in plan.forces),
        *([("force setting", f"{f} {s}") for f in plan.forces] for s in SETTINGS),
    ]
    while True:
        added = {scope for part in parts for scope in _companion(part, hidden, sizes)}
        if not added - hidden:
            return hidden
        hidden |= added


def _companion(part: list[Scope], hidden: set[Scope], sizes: Mapping[Scope, int]) -> list[Scope]:
    """Return the next smallest part when a single one is withheld among several."""
    present = [scope for scope in part if sizes.get(scope, 0) > 0]
    open_ones = sorted((sizes[s], s) for s in present if s not in hidden)
    return [open_ones[0][1]] if len(present) - len(open_ones) == 1 and open_ones else []


def few(values: pd.Series) -> pd.Series:
    """Return where a count of people is above nought and below the fewest that are shown, shape (rows,)."""
    numbers = pd.to_numeric(values, errors="coerce").abs()
    return (numbers > 0) & (numbers < FEWEST_PEOPLE)


def few_in(frame: pd.DataFrame, columns: Iterable[str]) -> pd.Series:
    """Return which rows have such a count in any of the columns, shape (rows,)."""
    found = pd.Series(data=False, index=frame.index)
    for column in columns:
        if column in frame:
            found |= few(frame[column])
    return found


def hidden_rows(frame: pd.DataFrame, hidden: Callable[[pd.Series], set[Scope]]) -> pd.Series:
    """Return which rows are of a withheld part of the plan, shape (rows,).

    Parameters
    ----------
    frame
        A table with ``scope_kind`` and ``scope``.
    hidden
        Gives the withheld parts for a row.
    """
    found = [(row["scope_kind"], row["scope"]) in hidden(row) for _, row in frame.iterrows()]
    return pd.Series(found, index=frame.index, dtype=bool)
