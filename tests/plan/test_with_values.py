"""Other values by path, laid over the base of a plan: what a fit to a log is put into a plan with."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from standby import examples
from standby.evidence import Figure
from standby.plan import Plan, open_plan, write_plan


@pytest.fixture(scope="module")
def plan() -> Plan:
    """Return the smallest packaged plan."""
    return open_plan(examples.path("tiny"))


def test_values_of_the_document_and_of_tables(plan: Plan, tmp_path: Path) -> None:
    """Numbers, figures and entries stand where their paths say, in memory and in a folder that is written."""
    new = plan.with_values(
        {
            "tiers.arv.turnout_min": 3.0,
            "travel.emergency_factor": Figure(value=0.8, low=0.7, high=0.9, kind="measured"),
            "incident_types.spontaneous.hours": [{"hours": "22:00-04:00", "weight": 2.5}],
            "areas[moor].likelihood": Figure(value=1.5, low=1.2, high=1.9),
        }
    )
    for one in (new, open_plan(write_plan(new, tmp_path / "plan"))):
        document = one.document
        assert document.tiers["arv"].turnout_min.value == 3.0
        assert document.travel.emergency_factor.high == 0.9
        assert document.incident_types["spontaneous"].hours[0].weight == 2.5
        moor = one.table("areas").set_index("id").loc["moor"]
        assert (moor["likelihood"], moor["likelihood_low"], moor["likelihood_high"]) == (1.5, 1.2, 1.9)


def test_nothing_else_changes(plan: Plan) -> None:
    """The plan itself, its other tables and other rows stay as they were."""
    before = plan.table("areas").copy()
    new = plan.with_values({"areas[moor].population": 7000.0})
    pd.testing.assert_frame_equal(plan.table("areas"), before)
    others = new.table("areas")["id"] != "moor"
    assert np.array_equal(new.table("areas").loc[others, "population"], before.loc[others, "population"])
    assert new.document == plan.document
    assert plan.with_values({}).document == plan.document


def test_a_number_without_bounds_loses_those_of_the_old_one(plan: Plan) -> None:
    """Bounds say nothing of another number."""
    doubted = plan.with_values({"areas[moor].likelihood": Figure(value=1.5, low=1.2, high=1.9)})
    row = doubted.with_values({"areas[moor].likelihood": 1.0}).table("areas").set_index("id").loc["moor"]
    assert row["likelihood"] == 1.0
    assert np.isnan(row["likelihood_low"])


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("areas[nowhere].likelihood", "no row 'nowhere'"),
        ("areas[moor].name", "no figure 'name'"),
        ("places[moor].likelihood", "no figure 'likelihood'"),
    ],
)
def test_paths_that_lead_nowhere_are_refused(plan: Plan, path: str, words: str) -> None:
    """A table, a row or a column that is not there, or holds no figure, is refused by name."""
    with pytest.raises(KeyError, match=words):
        plan.with_values({path: 1.0})


def test_only_the_base_is_changed(plan: Plan) -> None:
    """A plan with an option laid over it is refused, and a value that can't be where it is put too."""
    with pytest.raises(ValueError, match="start from the base"):
        plan.with_option("quicker").with_values({"tiers.arv.turnout_min": 1.0})
    with pytest.raises(ValueError, match="turnout_min"):
        plan.with_values({"tiers.arv.turnout_min": -1.0})
