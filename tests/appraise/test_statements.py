"""What was said beside what the model says: arithmetic, minutes, and what can't be told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from standby.appraise import statements_table
from standby.cover import cover
from standby.evidence import draw
from standby.plan import Plan, dimensions_of, plan_arrays
from standby.travel import travel_times

Alter = Callable[[Plan, dict[str, Any]], Plan]
SAID = {"said": "x", "date": "2019-01", "source": "invented"}


def table_of(plan: Plan, altered: Alter, **statements: dict[str, Any]) -> pd.DataFrame:
    """Return the table of a plan's statements, by id."""
    entries = {
        f"statements.{name}.{key}": value
        for name, s in statements.items()
        for key, value in {**SAID, **s}.items()
    }
    plan = altered(plan, entries)
    return statements_table(plan, draw(dimensions_of([plan_arrays(plan)]), 64, seed=2)).set_index("statement")


def test_arithmetic(tiny: Plan, altered: Alter) -> None:
    """Sums, shares and officers for units are worked out from what was said, and agree or not."""
    table = table_of(
        tiny,
        altered,
        total={"measure": "sum", "low": 1351, "high": 1351, "inputs": {"a": 874, "b": 477}},
        arvs={
            "measure": "officers_for_units",
            "low": 640,
            "high": 640,
            "inputs": {"units": 41, "crew": 2, "relief": 6, "hours_a_day": 24},
        },
        tours={
            "measure": "officers_for_units",
            "low": 640,
            "high": 640,
            "inputs": {"units": 41, "crew": 2, "relief": 6, "hours_a_day": 12},
        },
        unarmed={
            "measure": "unarmed_share",
            "low": 0.92,
            "high": 0.92,
            "inputs": {"armed": 2800, "officers": 35000},
        },
        fte={
            "measure": "unarmed_share",
            "low": 0.92,
            "high": 0.92,
            "inputs": {"armed": 2800, "officers": 31517},
        },
    )
    assert table.loc[["total", "arvs", "tours"], "model"].tolist() == [1351, 492, 246]
    assert table.loc["unarmed", "model"] == pytest.approx(0.92)
    assert table.loc["fte", "model"] == pytest.approx(0.911, abs=5e-4)
    assert table.loc[["total", "arvs", "tours", "unarmed", "fte"], "agrees"].tolist() == [
        True,
        False,
        False,
        True,
        False,
    ]


def test_missing_input_is_named(tiny: Plan, altered: Alter) -> None:
    """A statement without one of its inputs is refused, and the input named."""
    with pytest.raises(ValueError, match="has no officers for 'unarmed_share'"):
        table_of(tiny, altered, x={"measure": "unarmed_share", "low": 0, "high": 1, "inputs": {"armed": 1}})


def test_on_duty(tiny: Plan, altered: Alter) -> None:
    """Armed officers on duty are crews of armed units as a mean over the week, in the forces named."""
    table = table_of(
        tiny,
        altered,
        all={"measure": "armed_on_duty", "low": 4, "high": 5},
        east={"measure": "armed_on_duty", "low": 2, "high": 2, "forces": ["next"]},
    )
    assert table["model"].loc[["all", "east"]].tolist() == pytest.approx([4 + 2 * 24 / 168, 2])


@pytest.mark.parametrize(
    ("statistic", "column"),
    [("mean", "mean_min"), ("median", "p50_min"), ("p90", "p90_min"), ("p95", "p95_min")],
)
def test_minutes_are_the_cover_tables(tiny: Plan, altered: Alter, statistic: str, column: str) -> None:
    """A statement on minutes is answered by the same number as stands in the table of minutes."""
    table = table_of(
        tiny,
        altered,
        x={"measure": "first_min", "low": 1, "high": 2, "statistic": statistic, "settings": ["urban"]},
    )
    minutes = cover(tiny, travel_times(tiny)).minutes
    rows = minutes[
        (minutes["measure"] == "first") & (minutes["weight"] == "people") & (minutes["scope"] == "urban")
    ]
    assert table.loc["x", "model"] == pytest.approx(rows[column].iloc[0])
    assert table.loc["x", "model_low"] <= table.loc["x", "model"] <= table.loc["x", "model_high"]


def test_highest_is_the_worst_place(tiny: Plan, altered: Alter) -> None:
    """The highest time is that of the worst-served place, a number and not nothing."""
    table = table_of(tiny, altered, x={"measure": "first_min", "low": 1, "high": 2, "statistic": "highest"})
    assert table.loc["x", "model"] == pytest.approx(
        cover(tiny, travel_times(tiny)).worst["first_mean_min"].max()
    )
    assert np.isfinite(table.loc["x", ["model_low", "model_high"]].astype(float)).all()


def test_incident_type_without_standard(tiny: Plan, altered: Alter) -> None:
    """A statement on an incident type that no standard is about is measured all the same."""
    other = {**tiny.raw["incident_types"]["spontaneous"], "name": "Other", "authorisation_min": 10}
    plan = altered(tiny, {f"incident_types.other.{key}": value for key, value in other.items()})
    table = table_of(
        plan,
        altered,
        one={"measure": "first_min", "low": 1, "high": 2, "incident_type": "spontaneous"},
        other={"measure": "first_min", "low": 1, "high": 2, "incident_type": "other"},
    )
    assert table.loc["other", "model"] == pytest.approx(table.loc["one", "model"] + 7, abs=0.3)


def test_nobody_to_ask(tiny: Plan, altered: Alter) -> None:
    """A statement about people that the plan has none of is refused, not answered with nothing."""
    with pytest.raises(ValueError, match=r"statements\.x is about people that the plan has none of"):
        table_of(tiny, altered, x={"measure": "first_min", "low": 1, "high": 2, "forces": ["next"]})


def test_no_statements(tiny: Plan, altered: Alter) -> None:
    """A plan without statements gives a table without rows, with its columns."""
    plan = altered(tiny, {})
    plan.document.statements.clear()
    table = statements_table(plan, draw([], 32, seed=1))
    assert len(table) == 0
    assert {"statement", "said", "model", "agrees"} <= set(table.columns)
