"""What spare officers save: posts that they fill cost their vehicle, and a course where they need one."""

from __future__ import annotations

import numpy as np
import pytest

from standby.cost import Head, cost, plan_cost
from standby.evidence import draw
from standby.plan import dimensions_of, plan_arrays

PAY, COURSE, WEEKS = 55_000, 13_000, 220 / 5
POSTS = (2 + 24 / 168) * 12
CAR = {"id": "new", "tier": "arv", "site": "westham", "provider": "home"}
TEAM = {"tiers.team.course_gbp": 40_000, "tiers.team.course_weeks": 20, "tiers.team.kit_gbp": 10_000}
NOBODY = (Head.OFFICERS, Head.TRAINING, Head.KIT, Head.BACKFILL, Head.RESPONSE_FORGONE)


def of(plan, altered, changes, **option):
    """Return the cost of an option made of changes of rows."""
    own = {f"options.o.{name.replace('__', '.')}": value for name, value in option.items()}
    plan = altered(plan, {**changes, "options.o.name": "o", **own})
    return cost(plan.with_option("o"), base=plan)


def test_spare_officers_cost_nothing_more(tiny, altered):
    """With 300 in post for 26 officers' posts a car costs the car: no pay, course or kit, in either view."""
    found = of(tiny, altered, {"forces.home.strength": 300}, add__units=[CAR])
    for view in (found.budget, found.economic):
        assert not any(view.head(head).any() for head in NOBODY)
        np.testing.assert_allclose(view.head(Head.VEHICLES)[:2], [62_000, 12_000])


def test_only_those_beyond_the_spare_ones_are_found(tiny, altered):
    """Of the twelve of a car, 7.05 are spare; courses, kit and backfill are those of the other 4.95."""
    found = of(tiny, altered, {}, add__units=[CAR]).budget
    new = 12 - (0.91 * 36 - POSTS)
    starters = np.array([new / 0.6] + [new * 0.1 / 0.6] * 9)
    np.testing.assert_allclose(found.head(Head.TRAINING), starters * COURSE)
    np.testing.assert_allclose(found.head(Head.BACKFILL), (new + starters * 11 / WEEKS) * PAY)
    np.testing.assert_allclose(found.head(Head.KIT)[[0, 5]], new * 5_000)


def test_cars_until_the_spare_officers_are_used_up(tiny, altered):
    """Of two, three and four cars only posts beyond the 30 spare officers cost pay."""
    enough = {
        "forces.home.strength": POSTS + 30,
        "workforce.deployable_share": 1,
        "tiers.arv.course_weeks": 0,
    }
    for cars, new in ((1, 0), (2, 0), (3, 6), (4, 18)):
        found = of(tiny, altered, enough, add__units=[{**CAR, "count": cars}]).budget
        np.testing.assert_allclose(found.head(Head.BACKFILL), new * PAY, atol=1e-6)


def test_other_tier_costs_its_course_and_kit(tiny, altered):
    """Spare officers who crew a team take its course, without anybody to stand in for them."""
    enough = {**TEAM, "forces.home.strength": 60, "workforce.deployable_share": 1}
    found = of(tiny, altered, enough, add__units=[{**CAR, "tier": "team"}]).budget
    starters = 24 / 0.6
    assert found.head(Head.TRAINING)[0] == pytest.approx(starters * 40_000)
    np.testing.assert_allclose(found.head(Head.KIT)[[0, 5]], 24 * 10_000)
    assert found.head(Head.BACKFILL)[0] == 0
    # Later a tenth of the team is replaced each year, and so many fewer who crew a vehicle.
    again = 2.4 / 0.6
    np.testing.assert_allclose(found.head(Head.TRAINING)[1:], again * (40_000 - COURSE))
    np.testing.assert_allclose(found.head(Head.BACKFILL)[1:], again * (20 - 11) / WEEKS * PAY)
    shared = of(
        tiny, altered, {**enough, "tiers.team.accreditation": "arv"}, add__units=[{**CAR, "tier": "team"}]
    )
    assert not any(shared.budget.head(head).any() for head in NOBODY)


def test_posts_given_up_make_officers_spare(tiny, altered):
    """A car given up saves its running cost alone, as its officers stay; adding it back costs as much."""
    found = of(tiny, altered, {}, change__units=[{"id": "mid-arv", "count": 1}])
    for view in (found.budget, found.economic):
        np.testing.assert_allclose(view.net_gbp, -12_000)


def test_unarmed_post_converted_by_spare_officers(tiny, altered):
    """Where spare officers take a converted post, its unarmed officers are no longer paid for it."""
    enough = {"forces.home.strength": 300}
    found = of(tiny, altered, enough, change__units=[{"id": "west-response", "tier": "arv"}]).budget
    np.testing.assert_allclose(found.head(Head.OFFICERS), -12 * PAY)


def test_rule_is_said_with_the_cost(tiny, altered):
    """The summary of a cost says what became of spare officers."""
    assert "'fill posts'" in of(tiny, altered, {}, add__units=[CAR]).summary()
    tied = {"workforce.spare_officers": "other duties"}
    assert "'other duties'" in of(tiny, altered, tied, add__units=[CAR]).summary()


@pytest.mark.parametrize("view", ["budget", "economic"])
def test_draws_are_like_single_draws(tiny, altered, view):
    """A table of draws, some with spare officers and some without, gives what each draw gives alone."""
    plan = altered(
        tiny,
        {
            **TEAM,
            "forces.home.strength": {"value": 40, "low": 25, "high": 80},
            "workforce.deployable_share": {"value": 0.9, "low": 0.6, "high": 0.99},
            "options.o": {"name": "o", "add": {"units": [CAR, {**CAR, "id": "t", "tier": "team"}]}},
        },
    )
    base, option = plan_arrays(plan), plan_arrays(plan.with_option("o"))
    draws = draw(dimensions_of([base, option]), 64, seed=3)
    base, option = base.drawn(draws), option.drawn(draws)
    together = plan_cost(option, base, basis=view)
    for k in range(64):
        alone = plan_cost(option.one(k), base.one(k), basis=view)
        np.testing.assert_allclose(together.by_head_gbp[k], alone.by_head_gbp, rtol=1e-12, atol=1e-6)
