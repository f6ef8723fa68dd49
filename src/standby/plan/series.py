"""The dated counts of a plan."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import pandas as pd

from standby.evidence import QUANTITY_OF, Allowed, Compared, Judgement, Series, judge_claim
from standby.plan.schema.changes import Statement
from standby.plan.schema.moments import day_of


def series_of(frame: pd.DataFrame) -> dict[str, Series]:
    """Return the series of a plan by name.

    Parameters
    ----------
    frame
        The table ``series`` of a plan without faults.
    """
    found = {}
    for name, rows in frame.sort_values("date").groupby("series", sort=False):
        first = rows.iloc[0]
        found[str(name)] = Series(
            name=str(name),
            dates=tuple(map(day_of, rows["date"])),
            values=rows["value"].to_numpy(dtype=float),
            unit=first["unit"],
            scope=first["scope"],
            counts=first["counts"],
            since=day_of(first["since"]) if first["since"] else None,
        )
    return found


def judge_statement(statement: Statement, series: Mapping[str, Series]) -> Judgement:
    """Return what becomes of a statement beside the series that it names.

    Parameters
    ----------
    statement
        A statement that names a series.
    series
        The plan's series by name.

    Raises
    ------
    ValueError
        If the series can't be compared as the statement does.
    """
    compared = cast("Compared", statement.measure)
    return judge_claim(
        series[str(statement.series)],
        Allowed(statement.low, statement.high, of=QUANTITY_OF[compared]),
        compared=compared,
        on=statement.date,
        since=statement.since,
        base=statement.inputs.get("base"),
    )


__all__ = ["judge_statement", "series_of"]
