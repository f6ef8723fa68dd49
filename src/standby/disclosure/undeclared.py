"""What files hold beyond the public edition: files, tables, columns and rows, and numbers that are too fine.

A release is judged by what is declared in `standby.tables` and by the rules of rounding, not by how it was
made: somebody may have added to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import numpy as np
import pandas as pd

from standby._typing import Floats, Mask
from standby.disclosure.examined import Finding, FoundTable, Release
from standby.disclosure.rounding import kind_of_criterion, public_share_of_draws, rounded
from standby.plan import BASE, Plan
from standby.tables import TABLES, Column, Table

MARKING = "marking"
"""Column of a file that says how the edition is marked; a table without rows says it in the heading."""

NUMBERS = frozenset({"share", "minutes", "people", "count", "money", "number", "measure"})
"""Kinds of columns whose numbers are rounded for the public."""

SLACK = 1e-8
"""Part by which a number may miss its step: files have nine digits."""

WHOLE = 0.5
"""People by which a number of people may miss its step: files have whole people."""

SHOWN = 5
"""Most names that a sentence lists."""


def beyond_public(release: Release) -> Finding:
    """Return which files, tables, columns and rows of a release the public edition does not have.

    Parameters
    ----------
    release
        The release.
    """
    strange = [f"the file {name!r}" for name in release.strangers]
    for table in release.found:
        strange += _strange_in(table)
    strange = list(dict.fromkeys(strange))

    says = f"{len(strange)} files, tables, columns or parts are not declared public{_list_of(strange)}."
    fix = "" if not strange else "take them out: what is not declared public may not be released"
    return Finding("what the public edition does not have", len(strange), 0, says, not strange, fix)


def _strange_in(found: FoundTable) -> Iterator[str]:
    """Yield what the public may not see of a table."""
    known = TABLES.get(found.name)
    if known is None or not known.public:
        yield f"the table {found.name!r} ({found.file})"
        return

    allowed = {column.name for column in known.public_columns} | {MARKING}
    allowed |= {f"{column.name}_name" for column in known.public_columns if column.kind == "name"}
    blank = {column.name for column in known.columns if column.kind == "words"}
    for column in map(str, found.frame):
        values = found.frame[column]
        is_blank = bool((values.isna() | (values.astype(str).str.strip() == "")).all())

        # Free text that was left out keeps its column; a table without rows has its marking as a heading.
        is_marking = values.empty and "PUBLIC EDITION" in column
        if column in allowed or (is_blank and column in blank) or is_marking:
            continue
        yield f"the column {column!r} of {found.name!r} ({found.file})"

    # Rows about a force or a class are internal, whatever their columns.
    if "scope_kind" in found.frame and not (found.frame["scope_kind"] == "all").all():
        yield f"rows about parts of the region in {found.name!r} ({found.file})"


def too_fine(plan: Plan, release: Release) -> Finding:
    """Return how many numbers of a release are finer than the rules round them.

    Parameters
    ----------
    plan
        The plan.
    release
        The release.
    """
    units = _units_of_criteria(release.found)
    where: dict[str, int] = {}
    for found in release.found:
        table = TABLES.get(found.name)
        if table is None or not table.public or table.stated:
            continue

        for column in table.public_columns:
            if column.name not in found.frame or column.kind not in NUMBERS or column.stated:
                continue
            finer = int(np.sum(~_on_its_step(plan, table, column, found.frame, units)))
            if finer:
                name = f"{column.name!r} of {found.name!r} ({found.file})"
                where[name] = where.get(name, 0) + finer

    total = sum(where.values())
    says = f"{total} numbers are finer than the rules round them, or are none{_list_of(where)}."
    fix = "" if not total else "write the files again by the public edition"
    return Finding("numbers finer than the rules", total, 0, says, not total, fix)


def _units_of_criteria(tables: Iterable[FoundTable]) -> dict[str, str]:
    """Return the unit of each criterion, as the release gives them."""
    units: dict[str, str] = {}
    for found in tables:
        if found.name == "criteria" and {"criterion", "unit"} <= set(found.frame):
            units |= dict(zip(found.frame["criterion"], found.frame["unit"].astype(str), strict=True))
    return units


def _on_its_step(
    plan: Plan, table: Table, column: Column, frame: pd.DataFrame, units: Mapping[str, str]
) -> Mask:
    """Return for each cell of a column whether the public may have its number, shape (rows,)."""
    cells = frame[column.name]
    values = pd.to_numeric(cells, errors="coerce").to_numpy(dtype=float)
    is_empty = (cells.isna() | (cells.astype(str).str.strip() == "")).to_numpy()

    if column.kind == "measure":
        criteria = frame["criterion"].astype(str) if "criterion" in frame else [""] * len(values)
        kinds = [_kind_of_criterion(criterion, units) for criterion in criteria]
    else:
        kinds = [column.kind] * len(values)

    allowed = np.zeros(len(values), dtype=bool)
    expected = _differences(table, column, frame)
    for row, (value, kind) in enumerate(zip(values, kinds, strict=True)):
        if np.isnan(value):
            allowed[row] = is_empty[row]  # a text in place of a number can't be judged
        elif np.isinf(value):
            allowed[row] = True
        elif column.unit == "points":
            allowed[row] = _same(value / 100.0, rounded(plan, "share", value / 100.0))
        elif column.rounding == "difference" and kind in {"count", "money"}:
            allowed[row] = np.isfinite(expected[row]) and _same(value, expected[row])
        elif column.rounding == "draws":
            allowed[row] = _same(value, public_share_of_draws(value))
        else:
            slack = WHOLE if kind in {"people", "key_locations"} else 0.0
            allowed[row] = _same(value, rounded(plan, kind, value), slack)
    return allowed


def _same(value: float, other: float, slack: float = 0.0) -> bool:
    """Return whether two numbers are one, but for the digits of a file."""
    return abs(value - other) <= max(SLACK * max(1.0, abs(value)), slack)


def _kind_of_criterion(criterion: str, units: Mapping[str, str]) -> str:
    """Return the kind of a criterion's numbers; the ids of shares and minutes say it themselves."""
    if criterion.startswith("share_") or criterion.endswith("_share"):
        return "share"
    if criterion.endswith("_min"):
        return "minutes"
    if criterion == "people_in_standard":
        return "people"
    return kind_of_criterion(units.get(criterion, ""))


def _differences(table: Table, column: Column, frame: pd.DataFrame) -> Floats:
    """Return the differences of the numbers that a table shows, which a column of differences repeats."""
    nothing = np.full(len(frame), np.nan)
    if column.rounding != "difference":
        return nothing

    if column.name.startswith("gap_") and "officers" in frame:
        of = column.name.removeprefix("gap_")
        return _numbers(frame, "officers") - _numbers(frame, of) if of in frame else nothing

    if table.name == "decision" and {"option", "criterion", "mean"} <= set(frame):
        base = frame[frame["option"] == BASE].drop_duplicates("criterion").set_index("criterion")
        before = frame["criterion"].map(pd.to_numeric(base["mean"], errors="coerce"))
        return _numbers(frame, "mean") - _numbers(pd.DataFrame({"before": before}), "before")
    return nothing


def _numbers(frame: pd.DataFrame, column: str) -> Floats:
    """Return a column as numbers, shape (rows,)."""
    numbers: Floats = pd.to_numeric(frame[column], errors="coerce").to_numpy(dtype=float)
    return numbers


def _list_of(names: Iterable[str]) -> str:
    """Return the first of some names for the end of a sentence; nothing where there is none."""
    listed = list(names)
    more = f" and {len(listed) - SHOWN} more" if len(listed) > SHOWN else ""
    return f": {', '.join(listed[:SHOWN])}{more}" if listed else ""
