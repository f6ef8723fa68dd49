"""Sites that options open and close: each costs the same, whichever option opens it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from standby import examples
from standby.appraise.variants import notes_on_options, variants_of
from standby.cost import Head, cost, force_costs
from standby.evidence import draw
from standby.plan import dimensions_of, open_plan, plan_arrays

PRICES = {"costs.site_capital_gbp": 200_000, "costs.site_running_gbp": 10_000}
CAR = {"id": "new", "tier": "arv", "site": "westham", "provider": "home"}
FIELD = {
    "id": "field",
    "name": "Field",
    "lon": -3.7,
    "lat": 50.7,
    "class": "village",
    "provider": "home",
    "existing": False,
}
RURAL = {
    f"tiers.rural.{name}": value
    for name, value in {
        "name": "Armed response officers",
        "crew": 2,
        "armed": True,
        "dual_role": True,
        "turnout_min": 3,
    }.items()
}


def of(plan, altered, changes=(), **option):
    """Return the plan with an option made of changes of rows."""
    own = {f"options.o.{name.replace('__', '.')}": value for name, value in option.items()}
    return altered(plan, {**PRICES, **dict(changes), "options.o.name": "o", **own})


def sites(plan):
    """Return the budget cost of its sites by year."""
    return cost(plan.with_option("o"), base=plan).budget.head(Head.SITES)


BY_HAND = {
    "first armed crew at a site": ({"add__units": [CAR]}, 1, 1),
    "two crews there": (
        {"add__units": [{**CAR, "count": 2}, {**CAR, "id": "b", "hours": "mon 08:00-09:00"}]},
        1,
        1,
    ),
    "more crews where some stand": ({"add__units": [{**CAR, "site": "midtown"}]}, 0, 0),
    "one of two rows moves": ({"change__units": [{"id": "mid-night", "site": "westham"}]}, 1, 1),
    "all of them move": (
        {"change__units": [{"id": name, "site": "westham"} for name in ("mid-night", "mid-arv")]},
        1,
        0,
    ),
    "armed crews leave": ({"remove__units": ["mid-night", "mid-arv"]}, 0, -1),
    "unarmed unit at a new site": (
        {"add__sites": [FIELD], "add__units": [{**CAR, "tier": "response", "site": "field"}]},
        1,
        1,
    ),
    "armed and unarmed at a new site": (
        {
            "add__sites": [FIELD],
            "add__units": [{**CAR, "site": "field"}, {**CAR, "id": "r", "tier": "response", "site": "field"}],
        },
        1,
        1,
    ),
    "unarmed unit where one stands": ({"add__units": [{**CAR, "tier": "response"}]}, 0, 0),
    "unarmed unit at a site in use": ({"add__units": [{**CAR, "tier": "response", "site": "midtown"}]}, 0, 0),
    "site that nobody stands at": ({"add__sites": [FIELD]}, 0, 0),
    "a crew armed in its role": ({"change__units": [{"id": "west-response", "tier": "rural"}]}, 0, 0),
    "the first units of a site leave": ({"remove__units": ["west-response"]}, 0, -1),
    "a neighbour's crew": ({"add__units": [{**CAR, "provider": "next"}]}, 0, 0),
}  # what is changed, sites opened, sites run beyond the base


@pytest.mark.parametrize(("option", "opened", "run"), BY_HAND.values(), ids=BY_HAND.keys())
def test_by_hand(tiny, altered, option, opened, run):
    """A site that is opened costs its capital once and its running cost every year; a closed one saves it."""
    found = sites(of(tiny, altered, RURAL, **option))
    np.testing.assert_allclose(found, [200_000 * opened + 10_000 * run] + [10_000 * run] * 9, atol=1e-6)


def test_optimism_raises_what_is_spent_and_not_what_is_saved(tiny, altered):
    """A site's capital gets the plan's optimism bias; the running cost that is given back does not."""
    bias = {"costs.optimism_bias_capital": 1.5, "costs.optimism_bias_operating": 1.2}
    moved = [{"id": name, "site": "westham"} for name in ("mid-night", "mid-arv")]
    plan = of(tiny, altered, bias, change__units=moved)
    found = cost(plan.with_option("o"), base=plan).budget.head(Head.OPTIMISM_BIAS)
    np.testing.assert_allclose(found, [0.5 * 200_000 + 0.2 * 10_000] + [0.2 * 10_000] * 9)


def test_site_of_its_own_price(tiny, altered):
    """A site's own figures take the place of those for every site, and their doubt is drawn."""
    plan = of(tiny, altered, add__units=[CAR])
    frame = plan.table("sites").assign(capital_gbp=np.nan, running_gbp=np.nan)
    here = frame["id"] == "westham"
    frame.loc[here, ["capital_gbp", "capital_gbp_low", "capital_gbp_high"]] = [50_000, 40_000, 60_000]
    plan = replace(plan, tables={**plan.tables, "sites": frame})
    np.testing.assert_allclose(sites(plan), [60_000] + [10_000] * 9)
    base, option = plan_arrays(plan), plan_arrays(plan.with_option("o"))
    draws = draw(dimensions_of([base, option]), 64, seed=1)
    drawn = force_costs(option.drawn(draws), base.drawn(draws), basis="budget")["home"].head(Head.SITES)
    assert 35_000 < drawn[:, 0].min() < drawn[:, 0].max() < 75_000
    np.testing.assert_allclose(drawn[:, 1], 10_000)


def test_forces_that_open_a_site_share_it(tiny, altered):
    """Two forces whose crews open a site together pay half of it each."""
    both = {"plan.forces": ["home", "next"], "forces.next.officers": 200, "forces.next.strength": 20}
    plan = of(tiny, altered, both, add__units=[CAR, {**CAR, "id": "e", "provider": "next"}])
    found = force_costs(plan_arrays(plan.with_option("o")), plan_arrays(plan), basis="budget")
    for name in ("home", "next"):
        assert found[name].head(Head.SITES)[0] == pytest.approx(105_000)


def notes(plan):
    """Return what is noted of the option's sites."""
    found = notes_on_options(variants_of(plan))
    return [n["text"] for n in found if n["subject"] == "options.o" and n["text"].startswith("opens")]


def test_sites_opened_for_nothing_are_noted(tiny, altered):
    """An option that opens sites without a price says that they are counted as free."""
    free = altered(tiny, {"options": {"o": {"name": "o", "add": {"units": [CAR]}}}})
    (text,) = notes(free)
    assert text.startswith("opens 1 site and the plan gives no price")
    assert notes(altered(free, {"options.o.capital_gbp": 1_000})) == []
    assert notes(altered(free, PRICES)) == []


def test_sites_paid_for_twice_are_noted(tiny, altered):
    """An option that states money of its own and opens sites that have a price says that both are counted."""
    option = {"name": "o", "add": {"units": [CAR]}, "capital_gbp": 1_000}
    (text,) = notes(altered(tiny, {**PRICES, "options": {"o": option}}))
    assert text.startswith("opens 1 site at the plan's price and states capital_gbp or running_gbp besides")


def test_packaged_options_pay_for_each_site_alike():
    """In the packaged plan four sites for more vehicles cost as much each as three of the second bases."""
    plan = open_plan(examples.path("south-west"))
    opened = {"more-arvs": 4, "second-base": 3, "specialist-standby": 0, "rural-armed": 0, "arm-all": 0}
    for name, number in opened.items():
        found = cost(plan.with_option(name), base=plan).budget.head(Head.SITES)
        run = number - (name == "second-base")  # the vehicle of Poole moves, so that base is closed
        np.testing.assert_allclose(found[:2], [number * 500_000 + run * 50_000, run * 50_000], err_msg=name)
