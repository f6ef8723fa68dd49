"""Officers with a CED and days of training, by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from standby import examples
from standby.cost import Head, cost
from standby.plan import Plan, open_plan, plan_arrays
from standby.workforce import training_table


@pytest.fixture(scope="module")
def tiny() -> Plan:
    """Return the made-up county."""
    return open_plan(examples.path("tiny"))


def test_training_of_the_tiny_plan_by_hand(tiny: Plan) -> None:
    """36 armed officers refresh for 15 days; a tenth leave, and of ten who start eleven weeks six pass."""
    base = plan_arrays(tiny)
    found = training_table(base, base).set_index("scope_kind").loc["all"]
    assert found["refresher_days_year"] == pytest.approx(36 * 15)
    assert found["course_days_year"] == pytest.approx(36 * 0.1 / 0.6 * 55)
    assert found["training_days_year"] == pytest.approx(36 * 15 + 36 * 0.1 / 0.6 * 55)
    assert found["training_days_first"] == 0
    assert np.isnan(found["ced_share"])  # the plan does not say how many have one


def test_an_option_trains_more(tiny: Plan) -> None:
    """A third car takes 37.7 officers where 32.8 can be deployed: these are trained; of ten six pass."""
    base = plan_arrays(tiny)
    more = plan_arrays(tiny.with_option("second-car"))
    found = training_table(more, base).set_index("scope_kind").loc["all"]
    more_officers = (3 + 24 / 168) * 2 * 6 - 0.91 * 36
    assert found["training_days_first"] == pytest.approx(more_officers / 0.6 * 55)
    assert found["refresher_days_year"] == pytest.approx((36 + more_officers) * 15)


def test_ced_share_of_the_south_west() -> None:
    """More officers with a CED: their share of all officers, and their days, by force and together."""
    plan = open_plan(examples.path("south-west"))
    base, option = plan_arrays(plan), plan_arrays(plan.with_option("ced-uplift"))
    before, after = (training_table(r, base).set_index(["scope_kind", "scope"]) for r in (base, option))
    assert before.loc[("all", ""), "ced_officers"] == 735 + 280 + 243
    assert after.loc[("all", ""), "ced_officers"] == 1200 + 490 + 397
    officers = base.forces.officers[base.forces.planned].sum()
    assert after.loc[("all", ""), "ced_share"] == pytest.approx(2087 / officers)
    assert after.loc[("force", "dorset"), "ced_days_year"] == 490
    assert after.loc[("force", "dorset"), "training_days_first"] == pytest.approx((490 - 280) * 3)
    assert (after["refresher_days_year"] == before["refresher_days_year"]).all()
    assert set(after.index.get_level_values("scope")) == {"", *plan.forces}


def laid(tiny: Plan, altered, changes, **option) -> pd.Series:
    """Return the row of an option made of changes of rows, for all planned forces."""
    own = {f"options.o.{name.replace('__', '.')}": value for name, value in option.items()}
    plan = altered(tiny, {**changes, "options.o.name": "o", **own})
    return (
        training_table(plan_arrays(plan.with_option("o")), plan_arrays(plan))
        .set_index("scope_kind")
        .loc["all"]
    )


ENOUGH = {"forces.home.strength": 60, "workforce.deployable_share": 1}
TEAM = {"tiers.team.course_weeks": 20, "tiers.team.refresher_days": 40}
MORE = {"id": "new", "tier": "team", "site": "midtown", "provider": "home"}


def test_spare_officers_of_another_accreditation_are_taught(tiny: Plan, altered) -> None:
    """The 24 of a team who crewed vehicles take its course of 100 days; four in ten start for nothing."""
    found = laid(tiny, altered, {**ENOUGH, **TEAM}, add__units=[MORE])
    assert found["training_days_first"] == pytest.approx(24 / 0.6 * 100)
    assert found["refresher_days_year"] == pytest.approx(24 * 40 + 36 * 15)
    assert found["course_days_year"] == pytest.approx((24 * 100 + 36 * 55) * 0.1 / 0.6)


def test_spare_officers_of_the_same_accreditation_take_no_course(tiny: Plan, altered) -> None:
    """Nobody is taught for a post that a spare officer of the same accreditation fills."""
    shared = {**ENOUGH, **TEAM, "tiers.team.accreditation": "arv"}
    assert laid(tiny, altered, shared, add__units=[MORE])["training_days_first"] == 0


def test_officers_armed_in_their_role_do_not_change_what_the_spare_ones_are(tiny: Plan, altered) -> None:
    """Of 60 armed officers 34 are spare; 48 who are armed in their role take their own four weeks only."""
    rural = {
        f"tiers.rural.{name}": value
        for name, value in {
            "name": "Armed response officers",
            "crew": 2,
            "armed": True,
            "dual_role": True,
            "turnout_min": 3,
            "course_weeks": 4,
            "refresher_days": 10,
        }.items()
    }
    crews = [{**MORE, "tier": "rural", "count": 4}]
    found = laid(tiny, altered, {**ENOUGH, **rural}, add__units=crews)
    assert found["training_days_first"] == pytest.approx(48 / 0.6 * 20)
    assert found["refresher_days_year"] == pytest.approx(60 * 15 + 48 * 10)


def test_whoever_is_taught_is_who_takes_a_course_in_the_cost(tiny: Plan, altered) -> None:
    """Days of courses once, and course days a year beyond the base, are those that the cost is made of."""
    plan = altered(
        tiny, {"options.o": {"name": "o", "add": {"units": [{**MORE, "tier": "arv", "count": 2}]}}}
    )
    option, base = plan_arrays(plan.with_option("o")), plan_arrays(plan)
    found, before = (training_table(p, base).set_index("scope").loc["home"] for p in (option, base))
    starters = cost(plan.with_option("o"), base=plan).budget.head(Head.TRAINING) / 13_000
    assert found["training_days_first"] == pytest.approx(starters[0] * 55)
    assert found["course_days_year"] - before["course_days_year"] == pytest.approx(starters[1] * 55)
