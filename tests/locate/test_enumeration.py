"""Every model against enumeration of every placement on small random cases."""

from __future__ import annotations

from itertools import combinations, combinations_with_replacement

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy import sparse

from standby import locate
from standby.locate.engine import decide_cover
from standby.locate.engine.choose import Choice
from standby.locate.engine.control import Control
from standby.locate.minutes import MinutesTable
from standby.locate.models.mclp import max_cover_problem

SLOW = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def cases(draw, most_sites=6, most_areas=8, *, unreachable=True):
    """Minutes, weights, a standard and a number of units."""
    n_sites = draw(st.integers(1, most_sites))
    n_areas = draw(st.integers(1, most_areas))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    minutes = rng.integers(0, 12, (n_sites, n_areas)).astype(float)
    if draw(st.booleans()):
        minutes += rng.random(minutes.shape).round(3)
    if unreachable and draw(st.booleans()):
        minutes[rng.random(minutes.shape) < 0.2] = np.inf
    weight = rng.integers(0, 9, n_areas).astype(float)
    if draw(st.booleans()):
        weight = weight + rng.random(n_areas).round(3)
    within = (
        float(draw(st.integers(0, 11))) if draw(st.booleans()) else rng.integers(0, 12, n_areas).astype(float)
    )
    form = draw(st.sampled_from(["dense", "float32", "fortran", "sparse"]))
    return minutes, weight, within, draw(st.integers(1, n_sites)), form


def shaped(minutes, form):
    """Return the same minutes in another form."""
    if form == "float32":
        return minutes.astype(np.float32)
    if form == "fortran":
        return np.asfortranarray(minutes)
    if form == "sparse":
        row, column = np.nonzero(np.isfinite(minutes))
        return sparse.coo_matrix((minutes[row, column], (row, column)), shape=minutes.shape)
    return minutes


def rounded(minutes, form):
    """Minutes as the form holds them."""
    return minutes.astype(np.float32).astype(float) if form == "float32" else minutes


def standard_of(within, form):
    """Return the standard in the precision of the minutes."""
    return np.asarray(within, np.float32).astype(float) if form == "float32" else within


def subsets(n_sites, units):
    """Every choice of at most `units` sites."""
    for k in range(units + 1):
        yield from (list(c) for c in combinations(range(n_sites), k))


def placements(n_sites, units, per_site):
    """Every number of units at each site, at most `units` in all and `per_site` at each."""
    for k in range(units + 1):
        for sites in combinations_with_replacement(range(n_sites), k):
            placed = np.bincount(np.array(sites, int), minlength=n_sites)
            if placed.max(initial=0) <= per_site:
                yield placed


def reach_count(minutes, within, placed):
    """Units that reach each area."""
    return ((minutes <= within) & np.isfinite(minutes)).T.astype(int) @ np.asarray(placed).astype(int)


def agree(siting, best, *, relative=1e-9):
    """Whether the answer is the enumerated optimum and proven."""
    assert siting.objective == pytest.approx(best, rel=relative, abs=1e-7)
    assert siting.gap == 0.0
    assert siting.bound == siting.objective
    assert siting.status == "optimal"
    assert siting.units.shape == siting.sites.shape
    assert (np.diff(siting.sites) > 0).all()


@SLOW
@given(cases())
def test_lscp(case):
    """The fewest sites reach everyone; where none do, the error names exactly the areas."""
    minutes, _, within, _, form = case
    exact, limit = rounded(minutes, form), standard_of(within, form)
    good = [s for s in subsets(len(exact), len(exact)) if s and (exact[s].min(axis=0) <= limit).all()]
    if not good:
        with pytest.raises(locate.InfeasibleError) as caught:
            locate.lscp(shaped(minutes, form), within)
        assert caught.value.areas == tuple(np.nonzero(~(exact.min(axis=0) <= limit))[0])
        assert caught.value.smallest_unlimited == exact.min(axis=0).max()
        return
    agree(locate.lscp(shaped(minutes, form), within), min(len(s) for s in good))


@SLOW
@given(cases(), st.data())
def test_lscp_with_costs_fixed_and_closed_sites(case, data):
    """The cheapest cover that keeps fixed sites and leaves closed ones is found."""
    minutes, _, within, _, _ = case
    n = len(minutes)
    cost = np.array(data.draw(st.lists(st.integers(0, 9), min_size=n, max_size=n)), float)
    mark = data.draw(st.lists(st.sampled_from(["", "", "fixed", "closed"]), min_size=n, max_size=n))
    fixed = [j for j in range(n) if mark[j] == "fixed"]
    closed = [j for j in range(n) if mark[j] == "closed"]
    good = [
        s
        for s in subsets(n, n)
        if s
        and set(fixed) <= set(s)
        and not set(closed) & set(s)
        and (minutes[s].min(axis=0) <= within).all()
    ]
    if not good:
        with pytest.raises(locate.InfeasibleError):
            locate.lscp(minutes, within, cost=cost, fixed=fixed, closed=closed)
        return
    answer = locate.lscp(minutes, within, cost=cost, fixed=fixed, closed=closed)
    agree(answer, min(cost[s].sum() for s in good))
    assert set(fixed) <= set(answer.sites)
    assert not set(closed) & set(answer.sites)


@SLOW
@given(cases())
def test_mclp(case):
    """The most weight is reached, and the assignment names the soonest chosen site in time."""
    minutes, weight, within, units, form = case
    exact, limit = rounded(minutes, form), standard_of(within, form)
    best = max(
        weight[reach_count(exact, limit, np.isin(np.arange(len(exact)), s)) >= 1].sum()
        for s in subsets(len(exact), units)
    )
    answer = locate.mclp(shaped(minutes, form), weight, within, units)
    agree(answer, best)
    for i, j in enumerate(answer.assignment):
        times = exact[answer.sites, i]
        in_time = times[(times <= np.broadcast_to(limit, exact.shape[1])[i]) & np.isfinite(times)]
        assert (j == -1) == (in_time.size == 0)
        assert j == -1 or exact[j, i] == in_time.min()


@SLOW
@given(cases(), st.data())
def test_mclp_fixed_and_closed(case, data):
    """The most weight is reached among choices that keep fixed sites and leave closed ones."""
    minutes, weight, within, units, _ = case
    n = len(minutes)
    mark = data.draw(st.lists(st.sampled_from(["", "", "", "fixed", "closed"]), min_size=n, max_size=n))
    fixed = [j for j in range(n) if mark[j] == "fixed"][:units]
    closed = [j for j in range(n) if mark[j] == "closed"][: n - units]
    best = max(
        weight[reach_count(minutes, within, np.isin(np.arange(n), s)) >= 1].sum()
        for s in subsets(n, units)
        if set(fixed) <= set(s) and not set(closed) & set(s)
    )
    answer = locate.mclp(minutes, weight, within, units, fixed=fixed, closed=closed)
    agree(answer, best)
    assert set(fixed) <= set(answer.sites)
    assert not set(closed) & set(answer.sites)


@SLOW
@given(cases())
def test_p_median(case):
    """The least total weighted minutes is found; areas without weight need not be reached."""
    minutes, weight, _, units, form = case
    exact = rounded(minutes, form)
    needed = weight > 0
    values = [
        (weight[needed] * exact[s][:, needed].min(axis=0)).sum() for s in subsets(len(exact), units) if s
    ]
    if not np.isfinite(min(values)):
        with pytest.raises(locate.InfeasibleError):
            locate.p_median(shaped(minutes, form), weight, units)
        return
    agree(locate.p_median(shaped(minutes, form), weight, units), min(values))


@SLOW
@given(cases())
def test_p_centre(case):
    """The least worst minutes is found exactly."""
    minutes, _, _, units, form = case
    exact = rounded(minutes, form)
    best = min(exact[s].min(axis=0).max() for s in subsets(len(exact), units) if s)
    if not np.isfinite(best):
        with pytest.raises(locate.InfeasibleError):
            locate.p_centre(shaped(minutes, form), units)
        return
    answer = locate.p_centre(shaped(minutes, form), units)
    agree(answer, best)
    assert answer.objective == best


@SLOW
@given(cases(most_sites=5))
def test_bacop1(case):
    """Everyone is reached once and the most weight twice; one candidate is never a backup."""
    minutes, weight, within, units, form = case
    exact, limit = rounded(minutes, form), standard_of(within, form)
    values = []
    for s in subsets(len(exact), units):
        count = reach_count(exact, limit, np.isin(np.arange(len(exact)), s))
        if (count >= 1).all():
            values.append(weight[count >= 2].sum())
    if not values:
        with pytest.raises(locate.InfeasibleError):
            locate.bacop1(shaped(minutes, form), weight, within, units)
        return
    agree(locate.bacop1(shaped(minutes, form), weight, within, units), max(values))


@SLOW
@given(cases(most_sites=5), st.sampled_from([0.0, 0.2, 0.5, 0.7, 1.0]))
def test_bacop2(case, theta):
    """The weighted sum of first and second cover is greatest for any weighting."""
    minutes, weight, within, units, _ = case
    values = []
    for s in subsets(len(minutes), units):
        count = reach_count(minutes, within, np.isin(np.arange(len(minutes)), s))
        values.append(theta * weight[count >= 1].sum() + (1 - theta) * weight[count >= 2].sum())
    agree(locate.bacop2(minutes, weight, within, units, theta=theta), max(values))


@SLOW
@given(
    cases(most_sites=4, most_areas=6),
    st.integers(0, 8),
    st.sampled_from([0.0, 0.3, 0.7, 1.0]),
    st.integers(1, 3),
)
def test_dsm(case, wider, share, per_site):
    """DSM finds the most weight twice in reach among placements that meet both standards."""
    minutes, weight, within, units, _ = case
    outer = within + wider
    units = min(units, per_site * len(minutes))
    values = []
    for placed in placements(len(minutes), units, per_site):
        count = reach_count(minutes, within, placed)
        everyone = (reach_count(minutes, outer, placed) >= 1).all()
        if everyone and weight[count >= 1].sum() >= share * weight.sum() - 1e-9:
            values.append(weight[count >= 2].sum())
    if not values:
        with pytest.raises(locate.InfeasibleError):
            locate.dsm(minutes, weight, within, outer, share, units, per_site=per_site)
        return
    agree(locate.dsm(minutes, weight, within, outer, share, units, per_site=per_site), max(values))


@SLOW
@given(cases(most_sites=4), st.sampled_from([0.0, 0.1, 0.45, 0.8, 1.0]), st.sampled_from([None, 1, 2]))
def test_mexclp(case, busy, per_site):
    """Expected cover is greatest, with units sharing a site where that is allowed."""
    minutes, weight, within, units, form = case
    exact, limit = rounded(minutes, form), standard_of(within, form)
    best = 0.0
    for placed in placements(len(exact), units, per_site or units):
        count = reach_count(exact, limit, placed)
        best = max(best, sum(w * (1 - busy**n) for w, n in zip(weight, count, strict=True) if n))
    agree(
        locate.mexclp(shaped(minutes, form), weight, within, units, busy, per_site=per_site),
        best,
        relative=1e-8,
    )


@SLOW
@given(cases(most_sites=4), st.sampled_from([0.1, 0.4, 0.7]), st.sampled_from([0.3, 0.8, 0.95]))
def test_malp1(case, busy, reliability):
    """The most weight finds a free unit with the stated reliability."""
    minutes, weight, within, units, _ = case
    best = max(
        weight[(1 - busy ** reach_count(minutes, within, placed)) >= reliability].sum()
        for placed in placements(len(minutes), units, units)
    )
    agree(locate.malp1(minutes, weight, within, units, busy, reliability), best)


@SLOW
@given(cases(most_sites=4), st.sampled_from([0.5, 0.8, 0.95]), st.data())
def test_malp2(case, reliability, data):
    """The most weight finds a free unit, each area needing units by the load around it."""
    minutes, weight, within, units, _ = case
    n = minutes.shape[1]
    load = np.array(data.draw(st.lists(st.sampled_from([0.0, 0.2, 0.7, 1.3]), min_size=n, max_size=n)))
    best = 0.0
    for placed in placements(len(minutes), units, units):
        count = reach_count(minutes, within, placed)
        enough = [
            c >= 1 and c >= r and 1 - (r / c) ** c >= reliability for c, r in zip(count, load, strict=True)
        ]
        best = max(best, weight[enough].sum())
    agree(locate.malp2(minutes, weight, within, units, load, reliability), best)


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_a_cover_handed_to_the_general_solver(seed):
    """From nothing known, the general solver alone finds and proves the best cover."""
    rng = np.random.default_rng(seed)
    n_sites, n_areas, units = 7, 14, int(rng.integers(1, 5))
    reach = rng.random((n_sites, n_areas)) < 0.3
    weight = rng.integers(1, 9, n_areas).astype(float) + (rng.random(n_areas) if seed % 2 else 0.0)
    times = MinutesTable(reach)
    (groups,) = times.groups(times.standard(0.0))
    status = np.zeros(n_sites, np.int8)
    problem = max_cover_problem(groups, groups.total(weight), status, units)
    total = float(problem.spare.sum())
    nothing = Choice(np.zeros(n_sites, bool), total, -np.inf, 0, status)
    found = decide_cover._by_mip(problem, nothing, Control({}), -np.inf)
    best = max(weight[reach[list(s)].any(axis=0)].sum() for s in combinations(range(n_sites), units))
    assert total - found.value == pytest.approx(best)
    assert found.bound == pytest.approx(found.value)
