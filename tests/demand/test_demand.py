"""The demand of a plan."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from standby.demand import call_rates, demand, ordinary_share
from standby.evidence.draws import draw
from standby.plan import HOURS_A_YEAR, Plan, plan_arrays
from standby.plan.arrays.sections import LevelArrays


def test_tiny_by_hand(tiny: Plan) -> None:
    """40 calls per 100,000 a year: 40 at home, by people times likelihood (72, 20, 8, 2, 8 of 110)."""
    table = demand(tiny).table
    home = table[table["force"] == "home"]
    assert home["per_year"].tolist() == pytest.approx([40 * k / 110 for k in (72, 20, 8, 2, 8)])
    assert table[table["force"] == "next"]["per_year"].tolist() == pytest.approx([20.0])
    assert table["planned"].tolist() == (table["force"] == "home").tolist()


def test_summary_counts_the_planned_forces(tiny: Plan) -> None:
    """The sentence gives the calls of the forces planned for, without the neighbour's 20."""
    assert demand(tiny).summary() == "spontaneous: 40 a year."


def test_forces_keep_their_own_counts(south_west: Plan) -> None:
    """Each force with a count of its own has it; Wiltshire has the rate per 100,000 of its people."""
    table = demand(south_west).table
    kind = south_west.document.incident_types["spontaneous"]
    by = table[table["incident_type"] == "spontaneous"].groupby("force")["per_year"].sum()
    for force, figure in kind.per_year.items():
        assert by[force] == pytest.approx(figure.value)
    people = plan_arrays(south_west).areas.population
    own = np.array(plan_arrays(south_west).areas.forces) == list(south_west.document.forces).index(
        "wiltshire"
    )
    assert by["wiltshire"] == pytest.approx(kind.per_100k_year.value * people[own].sum() / 1e5)


def test_every_draw_is_what_it_is_alone(south_west: Plan) -> None:
    """Rates of a table of draws are those of each draw evaluated by itself."""
    arrays = plan_arrays(south_west)
    drawn = arrays.drawn(draw(arrays.dimensions, 4, seed=3, scrambles=2))
    together = call_rates(drawn)
    for k in range(4):
        assert together[k] == pytest.approx(call_rates(drawn.one(k)))


def test_demand_factor_multiplies_every_rate(tiny: Plan) -> None:
    """A response level's factor scales all rates; where none is given it is 1."""
    arrays = plan_arrays(tiny)
    assert np.isnan(arrays.level.demand_factor)
    twice = replace(arrays, level=LevelArrays(demand_factor=np.array(2.0)))
    assert call_rates(twice) == pytest.approx(2 * call_rates(arrays))
    assert call_rates(arrays).sum() * HOURS_A_YEAR == pytest.approx(60.0)


def test_ordinary_share(tiny: Plan) -> None:
    """0.2 jobs an hour of 45 minutes are 15% of the time; a fifth of it can't be broken off."""
    busy, held = ordinary_share(plan_arrays(tiny))
    assert busy.tolist() == pytest.approx([0.15, 0.0, 0.0])
    assert held.tolist() == pytest.approx([0.03, 0.0, 0.0])


def test_ordinary_work_fills_no_more_than_the_hour(tiny: Plan) -> None:
    """Two jobs an hour of 45 minutes leave no time, and not less than none."""
    arrays = plan_arrays(tiny)
    tiers = replace(arrays.tiers, calls_per_hour=np.array([2.0, np.nan, np.nan]))
    busy, held = ordinary_share(replace(arrays, tiers=tiers))
    assert (busy[0], held[0]) == pytest.approx((1.0, 0.2))
