"""Dated counts: that the rows of a series belong together, and that statements on it can be judged."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from standby._refusals import Fault, Refusal, meant, shown
from standby.evidence import THREAT_LEVELS, Series
from standby.plan.checking.patrols import Found
from standby.plan.files.folder import PLAN_FILE
from standby.plan.schema.changes import Statement
from standby.plan.series import judge_statement
from standby.tables import records

SAME = ("unit", "scope", "counts", "since")
"""Columns that are the same in every row of a series."""


def judge_series(frame: pd.DataFrame) -> Iterator[Found]:
    """Yield what makes no series of the rows that say they are one.

    Parameters
    ----------
    frame
        The judged table; a cell with a fault of its own is empty in it.
    """
    first_rows: dict[str, dict[str, Any]] = {}
    dates: set[tuple[str, str]] = set()

    for row, entry in enumerate(records(frame)):
        name = entry["series"]
        yield from _value(row, entry)
        if not name:
            continue

        first = first_rows.setdefault(name, entry)
        for column in SAME:
            if entry[column] and first[column] and entry[column] != first[column]:
                what = f"is {shown(entry[column])}, and series {name!r} begins with {shown(first[column])}"
                fix = "Give what counts otherwise a series of its own: one is no growth of the other"
                yield Found(row, column, what, fix, "bad-field")

        if entry["date"] and (name, entry["date"]) in dates:
            what = f"is {entry['date']}, and series {name!r} has a value of that day"
            fix = "Keep one of them, or give the other count a series of its own"
            yield Found(row, "date", what, fix, "duplicate-id")
        dates.add((name, entry["date"]))


def _value(row: int, entry: Mapping[str, Any]) -> Iterator[Found]:
    """Yield a value that what it counts can't be, and a first day that is missing, too late or of no use."""
    counts = entry["counts"]
    value = entry["value"]
    levels = range(1, len(THREAT_LEVELS) + 1)

    # A cell with a fault of its own compares as neither.
    if counts == "level" and not pd.isna(value) and value not in levels:
        fix = f"Write {', '.join(f'{k} for {word}' for k, word in enumerate(THREAT_LEVELS, 1))}"
        yield Found(row, "value", f"is {value:g}, which is no level", fix, "out-of-range")
    elif counts in {"stock", "period"} and value < 0:
        fix = "Write how many there were, or counts = added"
        yield Found(row, "value", f"is {value:g}", fix, "out-of-range")

    if counts == "added" and not entry["since"]:
        fix = "Write the day from which on they were added"
        yield Found(row, "since", "is empty, and the row counts what was added", fix, "missing-value")
    elif counts in {"stock", "period", "level"} and entry["since"]:
        what = f"is {entry['since']}, and the row counts nothing that was added"
        yield Found(row, "since", what, "Empty it, or write counts = added", "bad-field")
    elif entry["since"] and entry["date"] and entry["since"] >= entry["date"]:
        what = f"is {entry['since']}, and the value of {entry['date']}"
        yield Found(row, "since", what, "Write a day before the value's", "out-of-range")


def judge_series_statements(
    statements: Mapping[str, Statement], series: Mapping[str, Series]
) -> Iterator[Fault]:
    """Yield statements on series that there are none of, or that can't be judged by them.

    Parameters
    ----------
    statements
        The statements of a plan.
    series
        Its series by name.
    """
    for name, statement in statements.items():
        if statement.series is None:
            continue

        if statement.series not in series:
            what = f"names {shown(statement.series)}, which is no series"
            fix = meant(statement.series, series) or "Add its values to series.csv"
            yield Fault(PLAN_FILE, f"statements.{name}", "series", what, fix, "unknown-reference")
            continue

        try:
            judge_statement(statement, series)
        except Refusal as error:
            fix = error.fix[:1].upper() + error.fix[1:]
            yield Fault(PLAN_FILE, f"statements.{name}", "series", error.what, fix, "bad-field")
