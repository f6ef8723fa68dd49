"""Options: named changes of values and rows, laid over the base."""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from standby._refusals import Refusal, UnknownNameError
from standby.evidence import Figure
from standby.plan.files.cells import Cells, empty_table
from standby.plan.files.folder import PLAN_FILE
from standby.plan.files.text import TextTable
from standby.plan.schema.changes import CHANGEABLE, UNCHANGEABLE, Changes, Option
from standby.plan.schema.hours import hours_of_week, hours_text
from standby.plan.schema.tables import DOUBT_SUFFIXES, TABLES, PlanTable
from standby.tables import records

BASE = "base"
"""Id of the base in every table of options; no option may have it."""

DURING = "during"
"""Key of a changed row: hours of the week in which the change holds; in others the row stays as it was."""


def unit_of_row(name: str) -> str:
    """Return the unit of a row: its own id, or that of the unit whose hours an option gave it a part of.

    Parameters
    ----------
    name
        Id of the row.
    """
    return name.removesuffix(f":{DURING}")


def forces_opted_out(changes: Changes) -> frozenset[str]:
    """Return the forces that ruled an option out on their own, unless all of it is ruled out.

    Parameters
    ----------
    changes
        An option or a scenario.
    """
    if not isinstance(changes, Option) or changes.status == "ruled out":
        return frozenset()
    return frozenset(name for name, status in changes.forces.items() if status.status == "ruled out")


def flatten(changes: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    """Yield (path, value) of a ``set``; nested tables are paths, a table with a value is a figure."""
    for key, value in changes.items():
        path = f"{before}.{key}" if before else str(key)
        if isinstance(value, dict) and "value" not in value:
            yield from flatten(value, path)
        else:
            yield path, value


def force_of(path: str) -> str | None:
    """Return the force whose own value a path names, None for a value that holds for all."""
    match path.split("."):
        case ["forces", force, *_] | ["incident_types", _, "per_year", force, *_]:
            return force
        case _:
            return None


def laid_over(changes: Mapping[str, Any], opted_out: frozenset[str] = frozenset()) -> list[tuple[str, Any]]:
    """Return the paths and values of a ``set`` without those of forces that hold it back.

    Parameters
    ----------
    changes
        The option's ``set``.
    opted_out
        Forces that ruled the option out.
    """
    return [(path, value) for path, value in flatten(changes) if force_of(path) not in opted_out]


def changed_document(
    raw: Mapping[str, Any], changes: Mapping[str, Any], opted_out: frozenset[str] = frozenset()
) -> dict[str, Any]:
    """Return the raw document with new values by path.

    Parameters
    ----------
    raw
        The base document; not changed.
    changes
        The option's ``set``. A part of a figure may be set alone (``….turnout_min.high``): the rest of the
        figure stays, and a plain number is the figure's value.
    opted_out
        Forces that ruled the option out: their values stay.
    """
    laid = laid_over(changes, opted_out)

    # Options are by far the most of a document; what nobody changes need not be copied for each of them.
    roots = {path.partition(".")[0] for path, _ in laid}
    shared = set(UNCHANGEABLE) - roots
    new = {key: value if key in shared else copy.deepcopy(value) for key, value in raw.items()}

    for path, value in laid:
        keys = path.split(".")
        place: dict[str, Any] = new
        for key, following in pairwise(keys):
            there = place.get(key)

            # Sections on the way that are not there are made; a plain number becomes a figure of that value.
            if not isinstance(there, dict):
                is_number = isinstance(there, (int, float)) and not isinstance(there, bool)
                becomes_figure = is_number and following in Figure.model_fields
                there = place[key] = {"value": there} if becomes_figure else {}
            place = there

        place[keys[-1]] = copy.deepcopy(value)

    return new


def changed_tables(
    tables: Mapping[str, pd.DataFrame], changes: Changes, opted_out: frozenset[str] = frozenset()
) -> dict[str, pd.DataFrame]:
    """Return the tables with rows added, changed and removed.

    Parameters
    ----------
    tables
        The base's tables; not changed.
    changes
        The changes, free of faults. A changed number loses the bounds and the source that the base gives it,
        unless the change gives others.
    opted_out
        Forces that ruled the option out: their rows stay, and none of theirs is added.
    """
    new = dict(tables)

    for name in CHANGEABLE:
        added = getattr(changes.add, name)
        changed = getattr(changes.change, name)
        removed = getattr(changes.remove, name)
        if not (added or changed or removed):
            continue

        frame = new[name] if name in new else empty_table(name)
        if changed:
            frame = _change(name, frame, changed, opted_out)
        is_removed = frame["id"].isin(removed) & ~frame[TABLES[name].of_force].isin(opted_out)
        new[name] = _add(name, frame[~is_removed], added, opted_out).reset_index(drop=True)

    return new


def merged_row(
    table: PlanTable, base: Mapping[str, Any], new: Mapping[str, Any], given: Mapping[str, Any]
) -> dict[str, Any]:
    """Return a row of the base with the cells that a change gives.

    Parameters
    ----------
    table
        The data dictionary's entry.
    base, new
        The row as it is, and the judged cells of the change.
    given
        The cells that the change names.
    """
    row = {**base, **{name: new[name] for name in given if name in new}}

    # The bounds and the source were those of the base's number, and say nothing of the new one.
    numbers = [column.name for column in table.columns if column.doubt and column.name in given]
    for name in numbers:
        ends = [name + end for end in DOUBT_SUFFIXES if name + end in row and name + end not in given]
        row |= dict.fromkeys(ends, float("nan"))
    if numbers and "source" not in given:
        row["source"] = ""
    return row


def _change(
    name: str, base: pd.DataFrame, changed: list[dict[str, Any]], opted_out: frozenset[str]
) -> pd.DataFrame:
    """Return a table of the base with rows changed; a row may become two, by hours."""
    table = TABLES[name]
    force = TABLES[name].of_force
    updates, _ = rows_of(name, changed, partial=True)
    first = base.drop_duplicates("id").set_index("id", drop=False)

    rows: dict[str, list[dict[str, Any]]] = {}
    for new, given in zip(records(updates), changed, strict=True):
        if new["id"] not in first.index:
            continue  # a fault that the check names
        before = {str(column): value for column, value in first.loc[new["id"]].items()}
        row = merged_row(table, before, new, given)

        # A force that opted out neither loses a row nor is given one.
        if before[force] not in opted_out and row[force] not in opted_out:
            rows[new["id"]] = _by_hours(before, row, given)

    if not rows:
        return base
    frame = pd.DataFrame([row for old in records(base) for row in rows.get(old["id"], [old])])
    return frame.astype({column: base[column].dtype for column in base.columns})


def _by_hours(
    before: dict[str, Any], changed: dict[str, Any], given: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """Return a changed row; where it changes in some hours only, after the row as it was in the others."""
    if DURING not in given or "hours" not in changed:
        return [changed]

    try:
        own = hours_of_week(changed["hours"])
        asked = hours_of_week(str(given[DURING]))
    except Refusal:  # a fault that the check names
        return [changed]

    # All of its hours, or none of them: there is nothing to share out.
    if not (own & ~asked).any() or not (own & asked).any():
        return [changed]

    # The hours of the row are shared out between the two, so that nobody is on duty twice.
    stays = {**before, "hours": hours_text(own & ~asked)}
    moves = {**changed, "id": f"{changed['id']}:{DURING}", "hours": hours_text(own & asked)}
    return [stays, moves]


def _add(
    name: str, frame: pd.DataFrame, added: list[dict[str, Any]], opted_out: frozenset[str]
) -> pd.DataFrame:
    """Return a table with rows added, but for those of forces that opted out."""
    if not added:
        return frame

    rows, _ = rows_of(name, added)
    rows = rows[~rows[TABLES[name].of_force].isin(opted_out)]
    if not len(frame):
        return rows
    return pd.concat([frame, rows], ignore_index=True) if len(rows) else frame


def rows_of(
    name: str, rows: list[dict[str, Any]], *, places: list[str] | None = None, partial: bool = False
) -> tuple[pd.DataFrame, Cells]:
    """Return the rows of an option as a judged table, and the judge with the faults.

    Parameters
    ----------
    name
        Table.
    rows
        The rows, each with its own keys.
    places
        What to call each row in a fault.
    partial
        Whether a row names only what it changes.
    """
    if partial:
        rows = [{key: value for key, value in row.items() if key != DURING} for row in rows]

    # The rows go through the same judge as a file, as text.
    columns = tuple(dict.fromkeys(str(key) for row in rows for key in row))
    cells = [{str(key): _text(value) for key, value in row.items()} for row in rows]
    text = TextTable(PLAN_FILE, columns, cells, [0] * len(rows))
    judge = Cells(TABLES[name], text, places=places or [""] * len(rows), partial=partial)
    return judge.judge(), judge


def as_written(value: object) -> object:
    """Return a value as TOML has it: of a figure the fields that are given.

    Parameters
    ----------
    value
        A number, a figure or entries.
    """
    return value.model_dump(mode="json", exclude_none=True) if isinstance(value, Figure) else value


def with_cells(tables: Mapping[str, pd.DataFrame], values: Mapping[str, Any]) -> dict[str, pd.DataFrame]:
    """Return the tables with other numbers in single cells.

    Parameters
    ----------
    tables
        The tables; not changed.
    values
        Numbers or figures by path, such as ``areas[exeter].likelihood``; those of a cell that had bounds lose
        them unless they are figures with bounds of their own.

    Raises
    ------
    KeyError
        If a table has no such row or column.
    """
    by_column: dict[tuple[str, str], dict[str, Figure]] = {}
    for path, value in values.items():
        table, _, rest = path.partition("[")
        row, _, column = rest.rpartition("].")
        by_column.setdefault((table, column), {})[row] = Figure.of(value)

    new = dict(tables)
    for (table, column), figures in by_column.items():
        known = TABLES[table].column(column) if table in TABLES else None
        if known is None or not known.doubt or table not in new:
            raise UnknownNameError(f"there is no figure {column!r} in the table {table!r}")
        frame = new[table].copy()
        missing = sorted(set(figures) - set(frame["id"]))
        if missing:
            raise UnknownNameError(f"the table {table!r} has no row {missing[0]!r}")

        # The number, and its bounds beside it.
        given = frame["id"].map(figures)
        has_new = given.notna()
        for suffix, part in zip(("", *DOUBT_SUFFIXES), ("value", "low", "high"), strict=True):
            numbers = [getattr(figure, part) for figure in given[has_new]]
            if column + suffix not in frame:
                frame[column + suffix] = np.nan
            frame.loc[has_new, column + suffix] = np.array(numbers, dtype=float)
        new[table] = frame
    return new


def _text(value: object) -> str:
    """Return a value of TOML as a cell has it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (dt.date, dt.time)):
        return value.isoformat()
    return "" if value is None else str(value).strip()
