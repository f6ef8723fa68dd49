"""Numbers that are possible and hardly meant: notes on what lies outside the ranges that the schema names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from standby.plan.checking.against_schema import Location, mark_at, spell
from standby.plan.faults import Note
from standby.plan.options import flatten
from standby.plan.schema.changes import CHANGEABLE, UNCHANGEABLE, Changes
from standby.plan.schema.document import Document
from standby.plan.schema.plausible import Plausible
from standby.plan.schema.tables import DOUBT_SUFFIXES, TABLES, PlanColumn

PARTS = {"value": "is", "low": "has a low of", "high": "has a high of"}
"""Numbers of a figure, and how a note begins that is about one of them."""


def hardly_meant(document: Document, tables: Mapping[str, pd.DataFrame]) -> Iterator[Note]:
    """Yield a note for each number outside its plausible range, one for all rows of a column.

    Parameters
    ----------
    document, tables
        The plan. What the schema fills in is not looked at.
    """
    base = document.model_dump(exclude_unset=True, exclude=set(UNCHANGEABLE), by_alias=True)
    yield from _in_values(base, ())

    for name, frame in tables.items():
        for column in TABLES[name].columns:
            if column.plausible is not None and column.name in frame:
                yield from _in_column(name, frame, column, column.plausible)

    for section in ("options", "scenarios"):
        for name, changes in getattr(document, section).items():
            yield from _in_changes((section, name), changes)


def _in_values(value: Any, place: Location) -> Iterator[Note]:
    """Yield notes on the numbers in a part of the document."""
    if isinstance(value, dict) and "value" not in value:
        for key, part in value.items():
            yield from _in_values(part, (*place, key))
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from _in_values(part, (*place, index))
    else:
        doubt = _doubt(value, place)
        if doubt is not None:
            yield Note(spell(place), doubt)


def _doubt(value: Any, place: Location) -> str | None:
    """Return what a note says of a number or a figure at a place of the document, None if nothing."""
    if isinstance(value, dict):
        parts = [(words, _number(value.get(part))) for part, words in PARTS.items()]
    else:
        parts = [("is", _number(value))]

    if all(number is None for _, number in parts):
        return None
    plausible = mark_at(place, Document, Plausible)
    return None if plausible is None else plausible.doubt(parts)


def _number(value: Any) -> float | None:
    """Return a number as it is, None for anything else."""
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _in_column(name: str, frame: pd.DataFrame, column: PlanColumn, plausible: Plausible) -> Iterator[Note]:
    """Yield a note on the rows of a column that hold a number outside its range, or a bound of one."""
    parts = [column.name, *(column.name + end for end in DOUBT_SUFFIXES if column.name + end in frame)]
    cells = frame[parts].to_numpy(dtype=float)
    rows = np.flatnonzero(plausible.outside(cells).any(axis=1))
    if not rows.size:
        return

    first = int(rows[0])
    doubt = plausible.doubt(zip(PARTS.values(), cells[first].tolist(), strict=False))
    place = f"{name}[{frame['id'].iloc[first]}].{column.name}"
    if rows.size == 1:
        yield Note(place, f"{doubt}")
    else:
        yield Note(
            f"{name}.{column.name}", f"is hardly meant in {rows.size:,} rows; the first, {place}, {doubt}"
        )


def _in_changes(place: Location, changes: Changes) -> Iterator[Note]:
    """Yield notes on what an option or a scenario sets, adds and changes, and on its own money."""
    own = changes.model_dump(exclude_unset=True, exclude={"set", "add", "change", "remove", "forces"})
    yield from _in_values(own, place)

    for path, value in flatten(changes.set):
        doubt = _doubt(value, tuple(path.split(".")))
        if doubt is not None:
            yield Note(spell((*place, "set", path)), doubt)

    for verb in ("add", "change"):
        for table in CHANGEABLE:
            for row in getattr(getattr(changes, verb), table):
                yield from _in_row(f"{spell(place)}.{verb}.{table}[{row.get('id', '')}]", table, row)


def _in_row(place: str, table: str, row: Mapping[str, Any]) -> Iterator[Note]:
    """Yield notes on the cells of a row of an option."""
    for column in TABLES[table].columns:
        if column.plausible is None:
            continue
        ends = ["", *DOUBT_SUFFIXES]
        parts = [
            (words, _number(row.get(column.name + end)))
            for words, end in zip(PARTS.values(), ends, strict=True)
        ]
        doubt = column.plausible.doubt(parts)
        if doubt is not None:
            yield Note(f"{place}.{column.name}", doubt)
