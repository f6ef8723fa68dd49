"""The search for expected cover: its kernels beside slow twins, and the whole beside another method."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from standby import locate
from standby.locate.engine import _kernels_expected as kernels
from standby.locate.engine import expected
from standby.locate.engine.control import Control
from standby.locate.engine.expected import expected_cover
from standby.locate.models import mexclp
from standby.locate.reach import checked_reach

SEEDS = st.integers(0, 10**6)


def tables(rng, busy, places, n_areas=5, n_sites=4):
    """Make a random reach, and the problem of so many units as the kernels take it."""
    reach = rng.random((n_areas, n_sites)) < 0.5
    _, column = np.nonzero(reach)
    indptr = np.concatenate([[0], np.cumsum(reach.sum(axis=1))])
    colptr = np.concatenate([[0], np.cumsum(reach.sum(axis=0))])
    area = np.nonzero(reach.T)[1]
    weight = rng.integers(1, 9, n_areas).astype(float)
    alone = (1 - busy) * (reach.T @ weight)
    return reach, kernels.Cover(indptr, column, colptr, area, weight, busy, alone, places)


def value_of(reach, weight, busy, units):
    """Value of a placement, area by area."""
    return sum(w * (1 - busy ** int(n)) for w, n in zip(weight, reach @ np.asarray(units), strict=True) if n)


def placements(low, high, places):
    """Every placement between two others of at most so many units."""
    for units in product(*(range(a, b + 1) for a, b in zip(low, high, strict=True))):
        if sum(units) <= places:
            yield units


@settings(max_examples=150)
@given(SEEDS, st.sampled_from([0.05, 0.3, 0.6, 0.9]))
def test_bound_holds_for_every_placement_at_any_price(seed, busy):
    """The relaxed value is above every placement's value, whatever the prices, and counts its own choice."""
    rng = np.random.default_rng(seed)
    places = int(rng.integers(3, 6))
    reach, cover = tables(rng, busy, places)
    weight = cover.weight
    low, high = rng.integers(0, 2, 4), rng.integers(1, 4, 4)
    low = np.minimum(low, high)
    if low.sum() > places:
        low[:] = 0
    price = rng.random(weight.size) * weight
    slope, chosen, earned = np.empty(weight.size), np.zeros(4, np.int64), np.zeros(4)
    bounds = kernels.relaxed(cover, kernels.Room(low, high), price, slope, chosen, earned)
    best = max(value_of(reach, weight, busy, units) for units in placements(low, high, places))
    assert bounds[0] >= best - 1e-9
    assert low.sum() <= chosen.sum() <= places
    assert ((chosen >= low) & (chosen <= high)).all()
    np.testing.assert_allclose(earned, reach.T @ price)
    least, most = low.copy(), high.copy()
    kernels.fix(cover, kernels.Room(least, most), chosen, earned, bounds, best - 1e-6)
    kept = max(value_of(reach, weight, busy, units) for units in placements(least, most, places))
    assert kept == pytest.approx(best)


@settings(max_examples=100)
@given(SEEDS, st.sampled_from([0.05, 0.5, 0.9]))
def test_interchange_gives_a_placement_that_no_single_move_betters(seed, busy):
    """Worth is the value by hand; after improving, neither one unit more nor one unit moved gains."""
    rng = np.random.default_rng(seed)
    places = 3
    reach, cover = tables(rng, busy, places)
    weight = cover.weight
    low, high = np.zeros(4, np.int64), np.full(4, 2)
    units = np.zeros(4, np.int64)
    while kernels.improve(cover, kernels.Room(low, high), units, 2):
        pass
    value = value_of(reach, weight, busy, units)
    assert kernels.worth(cover, units) == pytest.approx(value)
    assert units.sum() <= places
    for a, b in product(range(4), repeat=2):
        moved = units.copy()
        moved[a] -= 1
        moved[b] += 1
        if moved.min() >= 0 and (moved <= high).all():
            assert value_of(reach, weight, busy, moved) <= value + 1e-9


@pytest.mark.parametrize("seed", range(6))
def test_two_methods_agree_on_instances_beyond_enumeration(seed):
    """The own search and Daskin's model in the general solver find the same value, both proven."""
    rng = np.random.default_rng(seed)
    areas, sites = rng.random((200, 2)), rng.random((25, 2))
    minutes = np.hypot(*(sites[:, None] - areas[None]).transpose(2, 0, 1))
    weight, busy, units = rng.integers(1, 100, 200).astype(float), float(rng.choice([0.1, 0.4, 0.7])), 9
    reach = checked_reach(minutes, weight=weight, within=0.2, units=units, per_site=3, fixed=[2], closed=[5])
    groups = reach.groups()
    own = expected_cover(reach, groups, busy, Control({}))
    other = mexclp._by_levels(reach, groups, busy, Control({}), own.answer())
    assert own.proven
    assert own.value == pytest.approx(-other.value, rel=1e-9)
    assert locate.mexclp(
        minutes, weight, 0.2, units, busy, per_site=3, fixed=[2], closed=[5]
    ).objective == pytest.approx(own.value, rel=1e-9)


def test_search_goes_on_without_the_general_solver(monkeypatch):
    """Where the own search takes long and the solver is not installed, it goes on to proof."""
    monkeypatch.setattr(mexclp, "_MOST_WORK", 0.0)
    monkeypatch.setattr(expected, "_WORK", 1)
    rng = np.random.default_rng(3)
    minutes = rng.random((15, 80)) * 10
    weight = rng.integers(1, 50, 80).astype(float)
    wanted = locate.mexclp(minutes, weight, 4, 5, 0.35)

    def missing(*_args, **_options):
        raise locate.SolverMissingError("this siting model needs the HiGHS solver", "locate")

    monkeypatch.setattr(mexclp.LevelModel, "solve", missing)
    found = locate.mexclp(minutes, weight, 4, 5, 0.35)
    assert found.gap == wanted.gap == 0.0
    assert found.objective == pytest.approx(wanted.objective)
