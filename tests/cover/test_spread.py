"""Trips, turnout and authorisation that vary: against playing calls out, and neutral where nothing varies."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from plans import unit, write
from scipy.integrate import quad
from scipy.stats import lognorm, norm

from standby.attendance import (
    BIN_MIN,
    arrival_minutes,
    before_min,
    chance_by,
    varying_minutes,
    work_of,
)
from standby.attendance._kernels_spread import GRID, mean_to, quadrature_of, roughly_normal, spread_over_bins
from standby.attendance._kernels_spread import chance_by as kernel_chance_by
from standby.cover import Evaluated, cover_of, evaluate_plan, need

ROWS = [unit("a", "midtown", count=2), unit("b", "westham"), unit("c", "eastport", "next")]
CALLS = 200_000


def vary(document: dict[str, Any]) -> None:
    """Let everything vary."""
    for entry in document["classes"].values():
        entry["trip_cv"] = 0.3
    for entry in document["tiers"].values():
        entry["turnout_cv"] = 0.6
    for entry in document["incident_types"].values():
        entry["authorisation_cv"] = 0.5


@pytest.fixture(scope="module")
def varied() -> Evaluated:
    """Return a plan in which everything varies."""
    return evaluate_plan(*write(units=ROWS, change=vary))


def played_out(e: Evaluated, place: int, measure: int, rng: np.random.Generator) -> np.ndarray:
    """Return minutes of calls at a place: who is free and at work is drawn, units go by their means."""
    model, arrays = e.model, e.arrays
    machines, pools = model.machines, model.congestion
    mean_min, lent = arrival_minutes(model, arrays)
    varying_min, sd = varying_minutes(model, arrays)
    work = work_of(model, arrays)
    units = len(model.rows)

    group = pools.place[place]
    nodes = np.arange(pools.first[group], pools.first[group + 1])
    weight = e.outcome.node_weight[0, nodes]
    node = rng.choice(nodes, p=weight / weight.sum(), size=CALLS)
    comes = rng.random((CALLS, units)) < e.outcome.free[0][node] * lent[:, arrays.places.forces[place]]
    at_work = rng.random((CALLS, units)) < work.breakable_share[0]

    expected = mean_min[:, place] + np.where(at_work, work.break_off_min[0], 0.0)
    sigma = np.sqrt(np.log1p((sd[:, place] / varying_min[:, place]) ** 2))
    factor = np.exp(sigma * rng.standard_normal((CALLS, units)) - sigma**2 / 2)
    arrives = expected + varying_min[:, place] * (factor - 1.0)

    # Units that help are sent in the order in which they are expected, until the attendance is complete.
    order = np.argsort(np.where(comes, expected, np.inf), axis=1, kind="stable")
    machine = machines.of[measure, 0]
    last = machines.sizes[machine] - 1
    state, latest, call = np.zeros(CALLS, dtype=int), np.zeros(CALLS), np.arange(CALLS)
    for rank in range(units):
        number = order[:, rank]
        kind = machines.kind[machine][number]
        after = machines.next_state[machine, kind, np.minimum(state, last - 1)]
        helps = comes[call, number] & (kind >= 0) & (state < last) & (after != state)
        latest = np.where(helps, np.maximum(latest, arrives[call, number]), latest)
        state = np.where(helps, after, state)

    authorisation = arrays.types.authorisation_min[0]
    sigma = np.sqrt(np.log1p(arrays.types.authorisation_cv[0] ** 2))
    authorised = authorisation * np.exp(sigma * rng.standard_normal(CALLS) - sigma**2 / 2)
    before = before_min(arrays)[measure, 0] - authorisation
    return np.where(state == last, latest + authorised + before, np.inf)


@pytest.mark.parametrize("measure", [0, 1])
def test_chances_and_means_are_those_of_playing_calls_out(varied: Evaluated, measure: int) -> None:
    """In time with a chance within 0.004 of 200,000 calls (four standard errors), minutes within 1%."""
    e = varied
    assert len(e.model.periods) == 1
    limit = e.arrays.travel.limit_min
    rng = np.random.default_rng(7)
    rows = [
        row
        for row in range(len(e.standards))
        if e.setting.types[row] == 0 and e.setting.measures[row] == measure
    ]
    assert rows
    for place in np.flatnonzero(e.arrays.places.group >= 0):
        minutes = played_out(e, int(place), measure, rng)
        mean = np.minimum(minutes, limit).mean()
        error = 4.0 * np.minimum(minutes, limit).std() / np.sqrt(CALLS)
        assert e.outcome.mean_min[0, measure, place] == pytest.approx(mean, rel=0.01, abs=error)
        for row in rows:
            within = e.setting.within_min[row, place]
            if not np.isnan(within):
                share = (minutes <= within).mean()
                assert e.outcome.reached[row, place] == pytest.approx(share, abs=0.004)


def test_percentiles_are_those_of_playing_calls_out(varied: Evaluated) -> None:
    """Half and nine in ten of the people are reached within the minutes of played-out calls."""
    e = varied
    rng = np.random.default_rng(8)
    people = e.arrays.places.from_areas(e.arrays.areas.population)
    places = np.flatnonzero((e.arrays.places.group >= 0) & (people > 0))
    minutes = np.concatenate([played_out(e, int(place), 0, rng) for place in places])
    weight = np.repeat(people[places], CALLS)
    order = np.argsort(minutes)
    cumulated = np.cumsum(weight[order]) / weight.sum()

    histogram = e.outcome.histogram[0, 0, 0].sum(axis=0)
    assert histogram.sum() == pytest.approx(people[places].sum())
    shares = np.cumsum(histogram) / histogram.sum()
    for share in (0.5, 0.9):
        got = (np.searchsorted(shares, share) + 1) * BIN_MIN
        assert got == pytest.approx(minutes[order][np.searchsorted(cumulated, share)], abs=1.5)


def test_a_variation_of_nothing_changes_nothing() -> None:
    """Coefficients of 0 give the numbers without them to the last digit; tiny ones nearly."""

    def of(value: float) -> Any:
        def change(document: dict[str, Any]) -> None:
            for entry in document["classes"].values():
                entry["trip_cv"] = value

        return evaluate_plan(*write(units=ROWS, change=change)).outcome

    without = evaluate_plan(*write(units=ROWS)).outcome
    none, tiny = of(0.0), of(1e-6)
    assert np.array_equal(without.reached, none.reached)
    assert np.array_equal(without.histogram, none.histogram)
    assert np.array_equal(without.mean_min, none.mean_min)
    assert tiny.reached == pytest.approx(without.reached, abs=1e-6)
    assert tiny.mean_min == pytest.approx(without.mean_min, abs=1e-3)


@pytest.mark.parametrize(("by", "mean", "varying", "sd"), [(20, 18, 15, 4), (20, 30, 15, 4), (9, 30, 15, 4)])
def test_the_chance_of_an_arrival_is_the_lognormal_of_scipy(
    by: float, mean: float, varying: float, sd: float
) -> None:
    """Kernel, NumPy and SciPy agree on the chance."""
    sigma = np.sqrt(np.log1p((sd / varying) ** 2))
    law = lognorm(s=sigma, scale=varying * np.exp(-(sigma**2) / 2), loc=mean - varying)
    assert kernel_chance_by(by, mean, varying, sigma) == pytest.approx(law.cdf(by), abs=1e-9)
    assert float(chance_by(by, mean, varying, sd)) == pytest.approx(law.cdf(by), abs=1e-9)


def test_the_table_of_the_normal_distribution_is_right() -> None:
    """Linear between its entries, it is right to 2e-6, and 0 or 1 beyond them."""
    z = np.linspace(-9.0, 9.0, 20_001)
    table = np.array([roughly_normal(one) for one in z])
    assert table == pytest.approx(norm.cdf(z), abs=2e-6)
    assert set(table[np.abs(z) > 6.01]) == {0.0, 1.0}


@pytest.mark.parametrize("limit", [119.0, 90.0, 31.0])
@pytest.mark.parametrize(("fixed", "mean", "sigma"), [(0.0, 18.0, 0.25), (12.0, 25.0, 0.4), (5.0, 60.0, 0.7)])
def test_means_from_the_grid_are_those_of_quadrature(
    fixed: float, mean: float, sigma: float, limit: float
) -> None:
    """The mean of an arrival up to a limit, from chances on a grid, is that of SciPy within 0.4%."""
    law = lognorm(s=sigma, scale=(mean - fixed) * np.exp(-(sigma**2) / 2), loc=fixed)
    first, last = float(law.ppf(3e-5)), 120.0
    step = np.log(last / first) / (GRID - 1)
    minutes = first * np.exp(step * np.arange(GRID))
    quadrature = np.empty(GRID + 1)
    quadrature_of(first, step, quadrature)

    got = mean_to(limit, minutes, 0.3 * law.cdf(minutes), 0.3, quadrature) / 0.3
    true = limit - quad(law.cdf, 0.0, limit, limit=200)[0]
    assert got == pytest.approx(true, rel=4e-3)


def test_bins_take_everything_that_arrives() -> None:
    """Weight is spread evenly between two minutes of the grid; what is beyond is in the last bin."""
    minutes = np.linspace(5.0, 28.0, GRID)
    by_bin = np.zeros(81)
    spread_over_bins(2.0, minutes, np.linspace(0.1, 0.56, GRID), 1.0, 0.25, by_bin)
    expected = np.zeros(81)
    expected[8] = 0.1
    expected[28:80] = 0.46 * 0.25 / 23.0
    expected[80] = 1.0 - expected.sum()
    assert by_bin == pytest.approx(expected, abs=1e-12)


def test_build_up_counts_alike_whether_minutes_vary_or_not() -> None:
    """Trips that hardly vary give the officers of trips that do not, which are counted another way."""

    def hardly(document: dict[str, Any]) -> None:
        for entry in document["classes"].values():
            entry["trip_cv"] = 1e-9

    origins = ["own", "shared", "neighbour"]
    plain = cover_of(evaluate_plan(*write(units=ROWS))).build_up[origins]
    varied = cover_of(evaluate_plan(*write(units=ROWS, change=hardly))).build_up[origins]
    assert plain.to_numpy().max() > 1.0
    assert varied.to_numpy() == pytest.approx(plain.to_numpy(), abs=1e-9)


def test_need_says_that_it_takes_means() -> None:
    """The units of need are those of a plan whose minutes do not vary, with a note."""
    varied = need(*write(units=ROWS, change=vary))
    plain = need(*write(units=ROWS))
    assert varied.table.drop(columns="reason").equals(plain.table.drop(columns="reason"))
    assert any("taken at their means" in note for note in varied.notes)
    assert not any("taken at their means" in note for note in plain.notes)
