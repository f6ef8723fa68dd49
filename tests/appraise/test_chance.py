"""What chance allows: against SciPy, by enumeration, and by simulation."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special, stats

from standby.appraise.chance import chances_of_calls, chances_of_number, ends, two_sided

CHANCES = st.lists(st.floats(0.0, 1.0), min_size=1, max_size=8).map(np.array)


@given(CHANCES)
def test_numbers_by_enumeration(chances: np.ndarray) -> None:
    """The chance of each number is the sum over all ways to come to it."""
    brute = np.zeros(chances.size + 1)
    for hits in product([False, True], repeat=chances.size):
        brute[sum(hits)] += np.prod(np.where(hits, chances, 1.0 - chances))
    np.testing.assert_allclose(chances_of_number(chances), brute, atol=1e-12)


def test_equal_chances_are_binomial() -> None:
    """Calls with one chance make SciPy's binomial distribution."""
    found = chances_of_number(np.full(40, 0.3))
    np.testing.assert_allclose(found, stats.binom.pmf(np.arange(41), 40, 0.3), atol=1e-12)


def test_doubt_by_simulation() -> None:
    """With doubt the mean stays within a hundredth and the standard deviation is what both parts give."""
    rng = np.random.default_rng(1)
    chances = rng.uniform(0.1, 0.9, 200)
    doubt = 10.0
    slope = (chances * (1.0 - chances)).sum()
    shifts = doubt / slope * rng.standard_normal(40_000)
    played = (rng.random((40_000, 200)) < special.expit(special.logit(chances) + shifts[:, None])).sum(axis=1)

    found = chances_of_number(chances, doubt)
    number = np.arange(201)
    mean = found @ number
    assert found.sum() == pytest.approx(1.0)
    assert mean == pytest.approx(played.mean(), rel=0.01)
    assert np.sqrt(found @ (number - mean) ** 2) == pytest.approx(played.std(), rel=0.02)


def test_certain_chances_stay_certain() -> None:
    """Doubt moves no chance of 0 or 1."""
    found = chances_of_number(np.array([0.0, 1.0, 1.0]), 5.0)
    assert found.tolist() == [0.0, 0.0, 1.0, 0.0]


def test_ends_hold_nine_in_ten() -> None:
    """Between the ends lies a chance of at least 0.9, and without them less."""
    number = chances_of_number(np.linspace(0.05, 0.95, 60))
    low, high = ends(number)
    assert number[low : high + 1].sum() >= 0.9
    assert number[low + 1 : high].sum() < 0.9


def test_what_is_far_out_is_rare() -> None:
    """The most likely number has a chance near 1, one far out hardly any; none has more than 1."""
    number = chances_of_number(np.full(100, 0.5))
    assert two_sided(number, 50) == 1.0
    assert two_sided(number, 90) < 1e-10
    assert two_sided(number, 90) == pytest.approx(two_sided(number, 10))


def test_calls_of_a_rate_in_doubt() -> None:
    """Calls of a rate that was fitted spread as a gamma mixture of Poisson numbers, as simulated."""
    rng = np.random.default_rng(2)
    expected, fitted_to = 50.0, 30.0
    rates = rng.gamma(fitted_to + 0.5, expected / (fitted_to + 0.5), 200_000)
    played = rng.poisson(rates)
    found = chances_of_calls(expected, fitted_to)
    assert found.mean() == pytest.approx(expected)
    assert found.std() == pytest.approx(played.std(), rel=0.01)
    assert chances_of_calls(expected, np.inf).std() == pytest.approx(np.sqrt(expected))
