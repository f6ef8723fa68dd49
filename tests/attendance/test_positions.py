"""Positions of a patrol gathered place by place, against a slow twin and by what has to stay the same."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from standby.attendance._kernels_positions import NEAR_MIN, gather


def gathered(minutes: np.ndarray, weight: np.ndarray, most: int) -> tuple[np.ndarray, np.ndarray]:
    """Return minutes and weights of the arrivals, shapes (most, places)."""
    found = np.empty((most, minutes.shape[1])), np.empty((most, minutes.shape[1]))
    gather(minutes, weight, most, *found)
    return found


def plain(minutes: np.ndarray, weight: np.ndarray, most: int) -> list[tuple[float, float]]:
    """Return the arrivals at one place: minutes and weight, merged one pair after the other."""
    rows = sorted((float(m), float(w)) for m, w in zip(minutes, weight, strict=True))
    never = sum(w for m, w in rows if np.isinf(m))
    groups = [[(m, w)] for m, w in rows if np.isfinite(m) and w > 0.0]

    def spread(group: list[tuple[float, float]]) -> float:
        at = np.array([1.0 / (m + NEAR_MIN) ** 2 for m, _ in group])
        of = np.array([w for _, w in group])
        return float(of @ (at - of @ at / of.sum()) ** 2)

    while len(groups) > most - (never > 0.0):
        losses = [spread(one + two) - spread(one) - spread(two) for one, two in pairwise(groups)]
        best = int(np.argmin(losses))
        groups[best : best + 2] = [groups[best] + groups[best + 1]]
    found = [(sum(m * w for m, w in g) / sum(w for _, w in g), sum(w for _, w in g)) for g in groups]
    return [*found, (np.inf, never)] if never > 0.0 else found


@given(st.integers(0, 2**32 - 1), st.integers(2, 9))
def test_arrivals_are_those_of_the_twin(seed: int, most: int) -> None:
    """Minutes and weights of each place are those of merging pairs by hand."""
    rng = np.random.default_rng(seed)
    positions = int(rng.integers(1, 15))
    minutes = np.where(rng.random((positions, 3)) < 0.2, np.inf, rng.uniform(0.0, 90.0, (positions, 3)))
    weight = rng.random(positions) + 0.01
    found_min, found_weight = gathered(minutes, weight, most)
    for place in range(3):
        has = found_weight[:, place] > 0.0
        got = sorted(zip(found_min[has, place], found_weight[has, place], strict=True))
        expected = plain(minutes[:, place], weight, most)
        assert np.array(got) == pytest.approx(np.array(expected), rel=1e-9)


@given(st.integers(0, 2**32 - 1))
def test_weight_and_mean_minutes_stay(seed: int) -> None:
    """All the weight is somewhere, what is never reached stays so, and the mean of the rest is the same."""
    rng = np.random.default_rng(seed)
    minutes = np.where(rng.random((30, 4)) < 0.3, np.inf, rng.uniform(0.0, 90.0, (30, 4)))
    weight = rng.random(30)
    found_min, found_weight = gathered(minutes, weight, 6)
    assert found_weight.sum(axis=0) == pytest.approx(weight.sum())
    for place in range(4):
        reached = np.isfinite(minutes[:, place])
        found = np.isfinite(found_min[:, place]) & (found_weight[:, place] > 0.0)
        assert found_weight[found, place].sum() == pytest.approx(weight[reached].sum())
        assert found_weight[found, place] @ found_min[found, place] == pytest.approx(
            weight[reached] @ minutes[reached, place]
        )
