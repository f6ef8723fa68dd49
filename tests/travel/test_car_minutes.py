"""Minutes without a road file."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from standby.travel import (
    TRAVEL_CLASSES,
    CarMinutesModel,
    TravelInputError,
    car_minutes,
    car_minutes_from_km,
    fitted,
    great_circle_km,
)

KM = st.floats(0, 700)
CODE = st.integers(0, 3)
PLACE = st.tuples(st.floats(-10, 2), st.floats(49.5, 61), CODE)
TOWNS = [(-3.53, 50.72), (-5.05, 50.26), (-1.80, 51.07)]


def naive_minutes(km, a, b):
    """Add up the formula for one pair, term by term."""
    model = fitted().model
    total = model.start_min + 60 * km / model.far_kph
    for code in (a, b):
        total += model.delay_min[code] * (1 - math.exp(-km / model.reach_km[code]))
    return total


@given(st.lists(PLACE, min_size=1, max_size=4), st.lists(PLACE, min_size=1, max_size=4), st.floats(0.1, 3))
def test_agrees_with_naive_twin(origins, destinations, factor):
    """The array function gives each pair what the formula gives, times the factor."""
    start, end = [p[:2] for p in origins], [p[:2] for p in destinations]
    first, last = [p[2] for p in origins], [p[2] for p in destinations]
    found = car_minutes(start, first, end, last, factor=factor)
    km = great_circle_km(start, end)
    expected = [
        [factor * naive_minutes(km[i, j], a, b) for j, b in enumerate(last)] for i, a in enumerate(first)
    ]
    np.testing.assert_allclose(found, expected, rtol=1e-12)


@given(KM, KM, CODE, CODE)
def test_farther_takes_longer(km, other, a, b):
    """Between the same classes a longer way never takes less time, and no way takes no time."""
    near, far = sorted((km, other))
    minutes = car_minutes_from_km([[near, far]], [a], [b, b])[0]
    assert 0 < minutes[0] <= minutes[1]
    if far - near > 1e-6:
        assert minutes[0] < minutes[1]


@given(KM, KM, CODE, CODE)
def test_speed_grows_with_distance(km, other, a, b):
    """Minutes are concave: half way takes at least half of the sum of both ends."""
    ends, middle = car_minutes_from_km([[km, other]], [a], [b, b])[0], (km + other) / 2
    assert car_minutes_from_km([[middle]], [a], [b])[0, 0] >= ends.mean() - 1e-9


@given(KM, CODE, CODE)
def test_same_both_ways(km, a, b):
    """The way back takes as long as the way there."""
    assert car_minutes_from_km([[km]], [a], [b])[0, 0] == pytest.approx(
        car_minutes_from_km([[km]], [b], [a])[0, 0]
    )


@given(KM, CODE, CODE)
def test_speeds_are_those_of_cars(km, a, b):
    """The speed on the last kilometre lies between 25 and 90 km/h in a straight line, from 0 to 700 km."""
    minutes = car_minutes_from_km([[km, km + 1]], [a], [b, b])[0]
    assert 25 < 60 / (minutes[1] - minutes[0]) < 90


def test_names_and_codes_give_the_same():
    """Classes by name give the minutes of classes by code."""
    names = ["urban_town", "rural_village", "urban_conurbation"]
    codes = [TRAVEL_CLASSES.index(name) for name in names]
    assert np.array_equal(car_minutes(TOWNS, names, TOWNS, names), car_minutes(TOWNS, codes, TOWNS, codes))


def test_distances_known_before():
    """Distances that were computed once give the same minutes as positions, and are left as they were."""
    km = great_circle_km(TOWNS, TOWNS[:2])
    before = km.copy()
    found = car_minutes_from_km(km, [1, 2, 3], [0, 1], factor=0.7)
    assert np.array_equal(found, car_minutes(TOWNS, [1, 2, 3], TOWNS[:2], [0, 1], factor=0.7))
    assert np.array_equal(km, before)


def test_no_places():
    """No origins give no rows."""
    assert car_minutes([], [], TOWNS, [1, 1, 1]).shape == (0, 3)
    assert car_minutes_from_km(np.zeros((3, 0)), [1, 1, 1], []).shape == (3, 0)


@pytest.mark.parametrize(
    ("origins", "message"),
    [
        ([(50.72, -3.53)], r"origins: place 0 at \(50.72, -3.53\) looks like latitude, longitude"),
        ([(-3.53, 50.72), (13.4, 52.5)], "place 1 .* outside the British Isles"),
        ([(-3.53, math.nan)], "no finite position"),
    ],
)
def test_places_that_the_model_does_not_know(origins, message):
    """Swapped, foreign and missing positions are refused, each with its fix."""
    with pytest.raises(TravelInputError, match=message):
        car_minutes(origins, [1] * len(origins), TOWNS, [1, 1, 1])


@pytest.mark.parametrize(
    ("km", "first", "last", "factor", "message"),
    [
        (
            [[1.0, 2.0]],
            [0],
            [0],
            1.0,
            r"km has the shape \(1, 2\); give \(1, 1\): 1 origins and 1 destinations",
        ),
        ([[-1.0]], [0], [0], 1.0, r"km\[0, 0\] is -1.0; distances must be finite and not negative"),
        ([[1.0], [math.nan]], [0, 0], [0], 1.0, r"km\[1, 0\] is nan"),
        ([[math.inf]], [0], [0], 1.0, "finite"),
        ([[1.0]], ["town"], [0], 1.0, "origin_classes: place 0"),
        ([[1.0]], [0], [9], 1.0, "destination_classes: place 0"),
        ([[1.0]], [0], [0], 0.0, "factor is 0.0; it must be a finite number above 0"),
        ([[1.0]], [0], [0], math.nan, "factor is nan"),
        ([[1.0]], [0], [0], math.inf, "factor is inf"),
    ],
)
def test_bad_distances_classes_and_factors(km, first, last, factor, message):
    """What would make silent nonsense of the minutes is refused."""
    with pytest.raises(TravelInputError, match=message):
        car_minutes_from_km(km, first, last, factor=factor)


@pytest.mark.parametrize(
    "change",
    [
        {"start_min": 0.0},
        {"far_kph": -80.0},
        {"far_kph": math.inf},
        {"delay_min": (1.0, 1.0, 1.0, -1.0)},
        {"reach_km": (1.0, 1.0, 1.0, 0.0)},
        {"delay_min": (1.0, 1.0, 1.0)},
    ],
)
def test_parameters_that_break_the_laws(change):
    """Parameters with which minutes would not increase with distance make no model."""
    good = {"start_min": 6.0, "far_kph": 80.0, "delay_min": (5.0,) * 4, "reach_km": (10.0,) * 4}
    CarMinutesModel(**good)
    with pytest.raises(TravelInputError):
        CarMinutesModel(**(good | change))
