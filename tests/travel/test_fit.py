"""Fitting minutes and measuring their error, on made-up trips."""

import numpy as np
import pytest

from standby.travel import CarMinutesModel, TravelInputError
from standby.travel.fit import (
    BAND_EDGES_KM,
    MIN_CELL_PAIRS,
    destination_folds,
    fit_car_minutes,
    median_cells,
    summarise_errors,
)

TRUTH = CarMinutesModel(
    start_min=4.0, far_kph=85.0, delay_min=(9.0, 6.0, 4.0, 12.0), reach_km=(8.0, 14.0, 25.0, 40.0)
)


def trips(n_origins=400, n_destinations=40, seed=1):
    """Distances, classes and true minutes of made-up trips; every class at both ends."""
    rng = np.random.default_rng(seed)
    km = np.exp(rng.uniform(np.log(0.2), np.log(300), (n_origins, n_destinations)))
    first, last = rng.integers(0, 4, n_origins), rng.integers(0, 4, n_destinations)
    return km, first, last, TRUTH.minutes(km, first, last)


def assert_same_minutes(found, tolerance):
    """Two models give the same minutes from 1 to 200 km for all pairs of classes."""
    km = np.broadcast_to(np.geomspace(1, 200, 30)[:, None], (30, 4))
    for code in range(4):
        args = km, np.full(30, code), np.arange(4)
        np.testing.assert_allclose(found.minutes(*args), TRUTH.minutes(*args), rtol=tolerance)


def test_finds_what_made_the_trips():
    """Trips without error give back the minutes that made them."""
    assert_same_minutes(fit_car_minutes(*trips()), 0.01)


def test_doubt_and_estuaries_do_not_move_it():
    """Multiplicative noise with median 1, a tenth of trips gone and one in twelve tripled move it little."""
    km, first, last, minutes = trips(n_origins=3000)
    rng = np.random.default_rng(2)
    noisy = minutes * np.exp(rng.normal(0, 0.15, minutes.shape))
    noisy[rng.random(minutes.shape) < 1 / 12] *= 3
    noisy[rng.random(minutes.shape) < 0.1] = np.nan
    assert_same_minutes(fit_car_minutes(km, first, last, noisy), 0.05)


def test_same_whichever_end_is_called_destination():
    """Turning all trips around gives the same minutes, if the cells have one destination weight."""
    km, first, last, minutes = trips(60, 60)
    there = fit_car_minutes(km, first, last, minutes)
    back = fit_car_minutes(km.T, last, first, minutes.T)
    at = np.array([[5.0, 20.0, 80.0]]), np.array([1]), np.array([0, 2, 3])
    np.testing.assert_allclose(there.minutes(*at), back.minutes(*at), rtol=0.01)


def test_cells_agree_with_naive_twin():
    """Each cell holds the median, the mean distance and the destinations that a loop over trips finds."""
    km, first, last, minutes = trips(80, 12)
    minutes[3, 4] = np.nan
    gathered = {}
    for i, a in enumerate(first):
        for j, b in enumerate(last):
            if np.isfinite(minutes[i, j]):
                band = int(np.searchsorted(BAND_EDGES_KM, km[i, j], side="right"))
                gathered.setdefault((min(a, b), max(a, b), band), []).append((km[i, j], minutes[i, j], j))
    expected = [
        (
            one,
            other,
            np.mean([r[0] for r in rows]),
            np.median([r[1] for r in rows]),
            len({r[2] for r in rows}),
        )
        for (one, other, _), rows in sorted(gathered.items())
        if len(rows) >= MIN_CELL_PAIRS
    ]
    cells = median_cells(km, first, last, minutes)
    found = np.column_stack([cells.one, cells.other, cells.km, cells.minutes, cells.n_destinations])
    np.testing.assert_allclose(found, np.array(expected, dtype=float), rtol=1e-12)


def test_weights():
    """A cell counts as many times as it has destinations, and a quarter at twice the near distance."""
    cells = median_cells([[10.0] * 5, [140.0] * 5], [0, 0], [0] * 5, [[20.0] * 5, [120.0] * 5])
    np.testing.assert_allclose(cells.weight() ** 2, [5.0, 5.0 / 4])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"minutes": np.ones((2, 2))}, "minutes has the shape"),
        ({"minutes": np.zeros((400, 40))}, "minutes must be above 0; give NaN"),
        ({"minutes": np.full((400, 40), np.nan)}, "no cell of the fit has 5 trips"),
        ({"km": np.full((400, 40), -1.0)}, "distances must be finite and not negative"),
        ({"origin_classes": np.full(400, 7)}, "origin_classes: place 0"),
    ],
)
def test_bad_trips(change, message):
    """Trips that cannot be fitted are refused with what is wrong."""
    given = dict(zip(("km", "origin_classes", "destination_classes", "minutes"), trips(), strict=True))
    with pytest.raises(TravelInputError, match=message):
        fit_car_minutes(**(given | change))


def test_unseen_class():
    """A fit that would have to invent a class is refused."""
    km, first, last, minutes = trips()
    with pytest.raises(TravelInputError, match=r"no trips begin or end in \['rural_village'\]"):
        fit_car_minutes(km, np.minimum(first, 2), np.minimum(last, 2), minutes)


def test_folds():
    """Every destination is in exactly one part, parts are equal, and the seed decides."""
    folds = destination_folds(125, seed=3)
    assert [fold.size for fold in folds] == [25] * 5
    assert sorted(np.concatenate(folds)) == list(range(125))
    assert all(np.array_equal(a, b) for a, b in zip(folds, destination_folds(125, seed=3), strict=True))
    assert not np.array_equal(folds[0], destination_folds(125, seed=4)[0])


def test_error_summary_by_hand():
    """Two destinations of ten trips each, one 20% late and one on time, give what a hand finds."""
    predicted = np.tile(np.arange(10.0, 20.0), 2)
    actual = predicted * np.repeat([1.2, 1.0], 10)
    found = summarise_errors(
        predicted, actual, np.repeat([4, 9], 10), sample="s", minutes_range="all", ends=("urban_town",) * 2
    )
    assert (found.n_pairs, found.n_destinations, found.sample, found.ends) == (
        20,
        2,
        "s",
        ("urban_town",) * 2,
    )
    assert found.bias_min == pytest.approx(-0.2 * 14.5 / 2)
    assert found.median_abs_error_min == pytest.approx(1.0)  # ten misses of 0, then 2.0 to 3.8
    assert (found.ratio_p5, found.ratio_p50, found.ratio_p95) == pytest.approx((1.0, 1.1, 1.2))
    assert (found.destination_p5, found.destination_p95) == pytest.approx((1.01, 1.19))
    assert found.r_squared == pytest.approx(1 - np.mean((actual - predicted) ** 2) / np.var(actual))


def test_too_few_pairs_are_not_summarised():
    """Nineteen pairs say too little to print percentiles of."""
    pairs = np.arange(1.0, 20.0)
    assert summarise_errors(pairs, pairs, np.arange(19), sample="s", minutes_range="all") is None
