"""Rates of groups that are drawn together: against brute force, on truths that are known, and as laws."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from standby.demand import rate_ends, shrink_rates
from standby.demand.shrink import SCALE


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ([0, 3, 10, 4], [2.0, 2.0, 5.0, 6.0]),
        ([40, 55, 61], [50.0, 50.0, 50.0]),
        ([0, 0, 1, 12, 0, 2, 7], [1.0, 0.5, 2.0, 3.0, 0.2, 2.0, 9.0]),
        ([7], [10.0]),
    ],
)
def test_against_integration(counts: list[int], expected: list[float]) -> None:
    """Ratios are those of numerical integration over the strength, with SciPy's negative binomial."""
    count, expectation = np.array(counts), np.array(expected)

    def weighted(angle: float, of: int | None) -> float:
        """Return the likelihood times a ratio, at a quantile of the prior written as an angle."""
        between = SCALE * np.tan(angle)
        shape = between**-2.0
        likelihood = stats.nbinom.pmf(count, shape, shape / (shape + expectation)).prod()
        ratio = 1.0 if of is None else (shape + count[of]) / (shape + expectation[of])
        return float(likelihood * ratio)

    ends = (1e-4, np.pi / 2.0 - 1e-4)
    total = integrate.quad(weighted, *ends, args=(None,), epsabs=0.0, epsrel=1e-8, limit=500)[0]
    brute = [
        integrate.quad(weighted, *ends, args=(of,), epsabs=0.0, epsrel=1e-8, limit=500)[0] / total
        for of in range(count.size)
    ]
    np.testing.assert_allclose(shrink_rates(counts, expected).ratio, brute, rtol=2e-3)


def made_groups(rng: np.random.Generator, groups: int = 80) -> tuple[np.ndarray, ...]:
    """Return true ratios with a standard deviation of a half, what was expected, and counts."""
    truth = rng.gamma(4.0, 0.25, groups)
    expected = np.exp(rng.uniform(np.log(0.3), np.log(60.0), groups))
    return truth, expected, rng.poisson(truth * expected)


def test_ends_hold_as_often_as_they_say() -> None:
    """Over 30 sets of 80 groups the 90% intervals hold the true ratios nine times in ten."""
    rng = np.random.default_rng(3)
    hit = trials = 0
    for _ in range(30):
        truth, expected, counts = made_groups(rng)
        found = shrink_rates(counts, expected)
        hit += int(((found.low <= truth) & (truth <= found.high)).sum())
        trials += truth.size
    assert stats.binomtest(hit, trials, 0.9).pvalue > 0.001


def test_closer_to_the_truth_than_raw_ratios() -> None:
    """In each of 20 sets the squared error is less than that of raw ratios, and of taking all as alike."""
    rng = np.random.default_rng(4)
    for _ in range(20):
        truth, expected, counts = made_groups(rng)
        found = shrink_rates(counts, expected)
        error = ((found.ratio - truth) ** 2).sum()
        assert error < ((found.raw - truth) ** 2).sum()
        assert error < ((1.0 - truth) ** 2).sum()


def test_the_strength_is_found() -> None:
    """From many groups the standard deviation of the ratios is found; from groups that are alike almost 0."""
    rng = np.random.default_rng(5)
    _, expected, counts = made_groups(rng, 3000)
    assert shrink_rates(counts, expected).between == pytest.approx(0.5, rel=0.05)
    alike = rng.poisson(np.full(3000, 20.0))
    assert shrink_rates(alike, np.full(3000, 20.0)).between < 0.05


COUNTS = st.lists(st.tuples(st.integers(0, 200), st.floats(0.01, 200.0)), min_size=1, max_size=12)


@given(COUNTS)
def test_estimates_lie_between_raw_and_what_was_expected(groups: list[tuple[int, float]]) -> None:
    """A ratio lies between the group's own and 1, and within its ends."""
    counts, expected = np.array(groups).T
    found = shrink_rates(counts, expected)
    low, high = np.minimum(found.raw, 1.0), np.maximum(found.raw, 1.0)
    assert (found.ratio >= low - 1e-9).all()
    assert (found.ratio <= high + 1e-9).all()
    assert (found.low <= found.high).all()


@given(COUNTS, st.randoms())
def test_the_order_of_groups_does_not_matter(groups: list[tuple[int, float]], random: object) -> None:
    """Groups in another order have the same ratios."""
    shuffled = list(enumerate(groups))
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    order = [k for k, _ in shuffled]
    counts, expected = np.array(groups).T
    one, other = shrink_rates(counts, expected), shrink_rates(counts[order], expected[order])
    np.testing.assert_allclose(one.ratio[order], other.ratio, rtol=1e-9)


def test_ends_of_a_rate_hold_as_often_as_they_say() -> None:
    """Over rates from 5 to 300 calls a year the 90% interval holds the rate nine times in ten."""
    rng = np.random.default_rng(6)
    rates = np.exp(rng.uniform(np.log(5.0), np.log(300.0), 4000))
    low, high = rate_ends(rng.poisson(2.0 * rates), 2.0)
    hit = int(((low <= rates) & (rates <= high)).sum())
    assert stats.binomtest(hit, 4000, 0.9).pvalue > 0.001


@pytest.mark.parametrize(
    ("counts", "expected", "words"),
    [
        ([-1], [1.0], "no count"),
        ([0.5], [1.0], "no count"),
        ([1], [-1.0], "below 0"),
        ([], [], "not a row"),
        ([1, 2], [1.0, 1.0, 1.0], "expected"),
    ],
)
def test_what_is_no_count_is_refused(counts: list[float], expected: list[float], words: str) -> None:
    """Counts below 0 or in parts, expectations below 0, no groups and shapes that differ are refused."""
    with pytest.raises(ValueError, match=words):
        shrink_rates(counts, expected)
