"""Whether an option changes anything that a result could depend on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from standby.evidence import Figure
from standby.plan.checking.against_schema import field_at, value_at
from standby.plan.options import changed_tables, laid_over
from standby.plan.schema.changes import CHANGEABLE, Changes
from standby.plan.schema.document import Document
from standby.plan.schema.tables import DOUBT_SUFFIXES

WORDS = {"name", "note", "source", "title", "summary", "description", "scope", "as_of", "kind", "code"}
"""Fields that say something about a value and change none."""

MONEY = ("capital_gbp", "running_gbp", "grant_gbp")


def same_as_base(
    changes: Changes, raw: Mapping[str, Any], tables: Mapping[str, pd.DataFrame], opted_out: frozenset[str]
) -> bool:
    """Return whether the changes leave every number, choice and row, money included, as in the base.

    Parameters
    ----------
    changes
        The changes, free of faults.
    raw, tables
        The base.
    opted_out
        Forces whose values and rows stay as they are.
    """
    figures = [getattr(changes, name) for name in MONEY if hasattr(changes, name)]
    if any(figure.value != 0 or not figure.certain for figure in figures):
        return False

    if any(not _same_value(raw, path, value) for path, value in laid_over(changes.set, opted_out)):
        return False

    new = changed_tables(tables, changes, opted_out)
    touched = [name for name in CHANGEABLE if new.get(name) is not tables.get(name)]
    return all(name in tables and _effect(new[name]).equals(_effect(tables[name])) for name in touched)


def _effect(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the columns of a table that a result could depend on, in one order."""
    empty_bounds = [name for name in frame if str(name).endswith(DOUBT_SUFFIXES) and frame[name].isna().all()]
    return frame.drop(columns=[*WORDS & set(frame), *empty_bounds]).sort_index(axis=1).reset_index(drop=True)


def _same_value(raw: Mapping[str, Any], path: str, new: object) -> bool:
    """Return whether a value that an option sets is the one that the base has, by its effect."""
    *parents, last = path.split(".")
    location = (*parents, last)

    # The day of the plan itself decides which alliances there are; that of a figure is a word about it.
    is_day_of_plan = parents == ["plan"] and last == "as_of"
    if last in WORDS and not is_day_of_plan:
        return True

    # What the base does not say, the schema may.
    old = value_at(raw, location)
    if old is None:
        field = field_at(location, Document)
        if field is None or field.is_required():
            return False
        old = field.get_default(call_default_factory=True)

    try:
        return _figure(old) == _figure(new)
    except ValueError:
        return type(old) is type(new) and old == new


def _figure(value: Any) -> tuple[object, ...]:
    """Return the parts of a figure that results depend on."""
    figure = Figure.of(value)
    doubt = () if figure.certain else (figure.low, figure.high, figure.range, figure.shape, figure.group)
    return (figure.value, *doubt)
