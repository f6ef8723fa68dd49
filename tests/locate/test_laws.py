"""Laws that hold for every case."""

from __future__ import annotations

import contextlib

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from standby import locate

SLOW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
seeds = st.integers(0, 2**32 - 1)


def instance(seed, n_sites=7, n_areas=15):
    """Minutes, weights and a standard that someone meets."""
    rng = np.random.default_rng(seed)
    minutes = rng.integers(1, 30, (n_sites, n_areas)).astype(float)
    return minutes, rng.integers(1, 20, n_areas).astype(float), float(rng.integers(5, 20)), rng


def models(minutes, weight, within, units):
    """Objective of every model with a number of units, so that more is better; None where it can't be met."""
    n = len(minutes)
    calls = {
        "mclp": lambda: locate.mclp(minutes, weight, within, units).objective,
        "bacop1": lambda: locate.bacop1(minutes, weight, within, units).objective,
        "bacop2": lambda: locate.bacop2(minutes, weight, within, units).objective,
        "dsm": lambda: locate.dsm(minutes, weight, within, within + 10, 0.3, units).objective,
        "mexclp": lambda: locate.mexclp(minutes, weight, within, units, 0.4).objective,
        "malp1": lambda: locate.malp1(minutes, weight, within, units, 0.4, 0.8).objective,
        "malp2": lambda: (
            locate.malp2(minutes, weight, within, units, np.full(minutes.shape[1], 0.5), 0.8).objective
        ),
        "p_median": lambda: -locate.p_median(minutes, weight, units).objective,
        "p_centre": lambda: -locate.p_centre(minutes, units).objective,
        "cover_model": lambda: (
            locate.cover_model(
                [locate.Need(minutes, weight, (locate.Arrival(within, 2),))], locate.Fleet({"arv": units})
            ).objective
        ),
    }
    found = {}
    for name, call in calls.items():
        try:
            found[name] = call()
        except locate.InfeasibleError:
            found[name] = -np.inf
    assert units <= n
    return found


@settings(max_examples=12, deadline=None)
@given(seeds, st.integers(1, 5))
def test_one_more_unit_never_worsens_the_optimum(seed, units):
    """At most that many units are used, so one more never hurts."""
    minutes, weight, within, _ = instance(seed)
    fewer, more = models(minutes, weight, within, units), models(minutes, weight, within, units + 1)
    assert all(
        more[name] >= fewer[name] - 1e-9 * abs(fewer[name] if np.isfinite(fewer[name]) else 0)
        for name in fewer
    )


@settings(max_examples=12, deadline=None)
@given(seeds, st.integers(1, 5))
def test_order_of_sites_and_areas_changes_no_objective(seed, units):
    """Permuting sites and areas leaves every objective."""
    minutes, weight, within, rng = instance(seed)
    site, area = rng.permutation(minutes.shape[0]), rng.permutation(minutes.shape[1])
    assert models(minutes, weight, within, units) == pytest.approx(
        models(minutes[site][:, area], weight[area], within, units)
    )


@SLOW
@given(seeds, st.integers(1, 5))
def test_a_site_no_better_anywhere_is_not_needed(seed, units):
    """LSCP, MCLP, p-median and p-centre keep their optimum without a site that another beats everywhere."""
    minutes, weight, within, rng = instance(seed)
    worse = minutes[int(rng.integers(len(minutes)))] + rng.integers(0, 3, minutes.shape[1])
    padded = np.vstack([minutes, worse])
    within = max(within, minutes.min(axis=0).max())
    assert locate.lscp(padded, within).objective == locate.lscp(minutes, within).objective
    assert (
        locate.mclp(padded, weight, within, units).objective
        == locate.mclp(minutes, weight, within, units).objective
    )
    assert (
        locate.p_median(padded, weight, units).objective == locate.p_median(minutes, weight, units).objective
    )
    assert locate.p_centre(padded, units).objective == locate.p_centre(minutes, units).objective


@SLOW
@given(seeds, st.integers(1, 5), st.booleans())
def test_p_centre_is_where_the_set_cover_turns(seed, units, single):
    """At the p-centre's minutes the LSCP needs at most p sites, at the next smaller minutes more."""
    minutes, _, _, rng = instance(seed)
    minutes = (minutes + rng.random(minutes.shape)).astype(np.float32 if single else np.float64)
    radius = locate.p_centre(minutes, units).objective
    assert locate.lscp(minutes, radius).objective <= units
    smaller = minutes[minutes < radius]
    with contextlib.suppress(locate.InfeasibleError):  # then no number of sites does it
        assert smaller.size == 0 or locate.lscp(minutes, float(smaller.max())).objective > units


@SLOW
@given(seeds)
def test_curve_against_units_agrees_with_single_solves(seed):
    """Every point of the curve is the MCLP optimum, and marginal values add up."""
    minutes, weight, within, _ = instance(seed)
    curve = locate.pareto(minutes, weight, within, units=5)
    assert curve.complete
    assert [p.units for p in curve.points] == list(range(6))
    for point in curve.points:
        assert point.siting.objective == locate.mclp(minutes, weight, within, point.units).objective
    assert sum(p.marginal for p in curve.points) == pytest.approx(curve.points[-1].siting.objective)


@settings(max_examples=12, deadline=None)
@given(seeds)
def test_curve_against_money_is_every_efficient_point(seed):
    """The curve against money is exactly the efficient pairs found by enumeration."""
    minutes, weight, within, rng = instance(seed, n_sites=5)
    cost = rng.integers(1, 8, 5).astype(float)
    pairs = set()
    for code in range(2**5):
        chosen = np.array([code >> j & 1 for j in range(5)], bool)
        reached = (minutes[chosen] <= within).any(axis=0) if chosen.any() else np.zeros(weight.size, bool)
        pairs.add((float(cost[chosen].sum()), float(weight[reached].sum())))
    efficient = sorted(p for p in pairs if not any(q != p and q[0] <= p[0] and q[1] >= p[1] for q in pairs))
    curve = locate.pareto(minutes, weight, within, cost_gbp=cost)
    assert [(p.cost_gbp, p.siting.objective) for p in curve.points] == efficient
    assert curve.complete
    budgets = locate.pareto(minutes, weight, within, cost_gbp=cost, budgets_gbp=[4.0, 9.0])
    best = [max(v for c, v in efficient if c <= b) for b in (4.0, 9.0)]
    assert [p.siting.objective for p in budgets.points] == best


@settings(max_examples=12, deadline=None)
@given(seeds, st.integers(1, 4))
def test_nested_compliance_table_is_the_best_chain(seed, units):
    """The nested table is the best of all chains of sites; the free one is best row by row."""
    minutes, weight, within, rng = instance(seed, n_sites=5)
    chance = rng.dirichlet(np.ones(units))
    best = 0.0
    chains = [[]]
    for _ in range(units):
        chains = [[*c, j] for c in chains for j in range(5) if j not in c]
    for chain in chains:
        covers = [weight[(minutes[chain[: k + 1]] <= within).any(axis=0)].sum() for k in range(units)]
        best = max(best, float(chance @ covers))
    table = locate.compliance_table(minutes, weight, within, units, chance=chance)
    assert table.objective == pytest.approx(best)
    assert table.gap == 0.0
    free = locate.compliance_table(minutes, weight, within, units, chance=chance, nested=False)
    assert free.objective >= table.objective - 1e-9
    assert list(free.cover) == [
        locate.mclp(minutes, weight, within, k).objective for k in range(1, units + 1)
    ]
