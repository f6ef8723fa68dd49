"""Busy shares and expected cover of a plan and its options."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from standby import examples
from standby.attendance import Availability, availability, available
from standby.cover import cover, evaluate_plan
from standby.plan import Plan, open_plan
from standby.travel import Times, travel_times


@pytest.fixture(scope="module", params=["tiny", "south-west"])
def found(request: pytest.FixtureRequest) -> tuple[Plan, Times, Availability]:
    """Return each packaged plan with its minutes and availability."""
    plan = open_plan(examples.path(request.param))
    times = travel_times(plan)
    return plan, times, availability(plan, times)


def test_every_option_is_there(found: tuple[Plan, Times, Availability]) -> None:
    """The base and each option have rows in every table, in the plan's order."""
    plan, _, result = found
    ids = ["base", *plan.document.options]
    assert list(result.options) == ids
    for table in (result.table, result.units, result.standards):
        assert list(dict.fromkeys(table["option"])) == ids


def test_cover_says_the_same(found: tuple[Plan, Times, Availability]) -> None:
    """Busy and expected shares of each option are those of `cover` on the plan with the option laid over."""
    plan, _, result = found
    for name in result.options:
        laid = plan if name == "base" else plan.with_option(name)
        whole = cover(laid, travel_times(laid))
        mine = result.units[result.units["option"] == name].set_index("unit")["busy_share"]
        theirs = whole.units.set_index("unit")["busy_share"]
        assert mine.to_dict() == pytest.approx(theirs.to_dict(), abs=1e-12)
        rows = result.standards[result.standards["option"] == name]
        assert len(rows)
        for row in rows.to_dict("records"):
            same = whole.standards[
                (whole.standards["standard"] == row["standard"])
                & (whole.standards["scope_kind"] == ("force" if row["force"] else "all"))
                & (whole.standards["scope"] == row["force"])
            ]
            assert row["share_expected"] == pytest.approx(float(same["share_expected"].iloc[0]), abs=1e-12)


def test_means_weigh_by_hours_on_duty(found: tuple[Plan, Times, Availability]) -> None:
    """A tier's busy share is the mean of its rows' by unit-hours, between nobody's and the busiest."""
    _, _, result = found
    units = result.units.assign(hours=lambda u: u["count"] * u["hours_per_week"])
    for (option, force, tier), row in result.table.set_index(["option", "force", "tier"]).iterrows():
        part = units[(units["option"] == option) & (units["force"] == force) & (units["tier"] == tier)]
        assert row["busy_share"] == pytest.approx(np.average(part["busy_share"], weights=part["hours"]))
        assert row["units_on_duty"] == pytest.approx(part["hours"].sum() / 168)
        assert 0 <= row["busy_share"] <= row["busiest_share"] + 1e-12 < 1


def test_summary_holds_the_numbers_of_the_table(found: tuple[Plan, Times, Availability]) -> None:
    """The sentence names each tier and force of the base with its busy share."""
    _, _, result = found
    for row in result.table[result.table["option"] == "base"].to_dict("records"):
        assert f"{row['tier']} in {row['force']}: busy {row['busy_share']:.0%}" in result.summary()


def test_option_with_sites_of_its_own(found: tuple[Plan, Times, Availability]) -> None:
    """Minutes by the plan's own method are made anew for an option that adds a site; others' are refused."""
    plan, times, result = found
    sites = {name: plan.with_option(name).table("sites") for name in plan.document.options}
    added = [name for name, table in sites.items() if not table.equals(plan.table("sites"))]
    if not added:
        assert set(result.options) == {"base", *plan.document.options}
        return
    with pytest.raises(ValueError, match=f"options.{added[0]} has sites or places of its own"):
        availability(plan, replace(times, method="somebody's matrix"))


def test_laid_over_twice_is_refused() -> None:
    """A plan that has an option laid over it is refused: its own options start from the base."""
    plan = open_plan(examples.path("tiny"))
    laid = plan.with_option("second-car")
    with pytest.raises(ValueError, match="start from the base"):
        availability(laid, travel_times(laid))
    assert available(laid, travel_times(laid)).outcome.busy.size


def test_cover_starts_from_it() -> None:
    """`evaluate_plan` has the busy shares of `available`, to the last bit."""
    plan = open_plan(examples.path("tiny"))
    times = travel_times(plan)
    one, other = available(plan, times), evaluate_plan(plan, times)
    assert np.array_equal(one.outcome.shares, other.outcome.shares)
    assert np.array_equal(one.outcome.reached, other.outcome.reached)
