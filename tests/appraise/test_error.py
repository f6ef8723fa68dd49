"""The Monte Carlo standard error: by hand, between seeds, and for what no draw has shown."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import t as student

from standby.appraise import mean_error
from standby.appraise.error import Edge, Floors


def test_error_by_hand() -> None:
    """It is the spread of the scrambles' means over the root of their number, widened for another seed."""
    samples = np.array([1.0, 3.0, 2.0, 6.0, 0.0, 0.0, 5.0, 1.0])  # four scrambles of two: 2, 4, 0, 3
    spread = np.std([2.0, 4.0, 0.0, 3.0], ddof=1) / 2
    wide = np.sqrt(2) * -student.ppf(2.5e-4, 3) / 4
    extreme = np.sqrt(2) * (6.0 - 2.25) / 8  # two more draws like the farthest from the mean
    assert mean_error(samples, 4) == pytest.approx(np.hypot(spread, extreme) * wide)
    with_floor = np.sqrt(spread**2 + extreme**2 + 2.0**2) * wide
    assert mean_error(samples, 4, 2.0) == pytest.approx(with_floor)
    assert mean_error(samples, 4, matters=1e3) == 1e3 / 8


def test_error_of_many_columns() -> None:
    """Each column of a table has its own error, and a constant none."""
    samples = np.random.default_rng(1).normal(size=(64, 3))
    samples[:, 1] = 7.0
    found = mean_error(samples, 32)
    assert found[1] == 0
    np.testing.assert_allclose(found, [mean_error(samples[:, k], 32) for k in range(3)])


def test_another_seed_is_within_four() -> None:
    """With normal draws another seed moves the mean beyond four errors less than once in 2,000 times."""
    rng = np.random.default_rng(20191231)
    pairs, beyond = 100_000, 0
    for _ in range(50):
        one, other = rng.normal(size=(2, 64, pairs // 50))
        moved = np.abs(one.mean(axis=0) - other.mean(axis=0))
        beyond += int((moved > 4 * mean_error(one, 32)).sum())
    assert beyond <= pairs / 2000


def test_error_is_not_far_too_wide() -> None:
    """The error is one to two times the true standard error of the mean of normal draws."""
    samples = np.random.default_rng(5).normal(size=(512, 2000))
    found = float(np.sqrt((mean_error(samples, 32) ** 2).mean()))
    assert 1 < found * np.sqrt(512) < 2


def edge(rare: list[bool], *, weights: list[float], draws: int = 100, minutes: float = 1.0) -> Edge:
    """Return the edge of one standard over places of one scope."""
    count = len(rare)
    return Edge(
        standards=("main",),
        places=tuple("abcdef"[:count]),
        main=0,
        rare=np.array([rare]),
        minutes=np.full((2, 1, count), minutes),
        weights=np.array([weights]),
        counted=np.array(weights),
        members=np.ones((1, count), dtype=bool),
        draws=draws,
    )


def test_floor_by_hand() -> None:
    """Two draws more that cross are counted for each place that rarely does, by its weight."""
    floors = Floors({"base": edge([True, False, True], weights=[300.0, 500.0, 400.0])})
    assert floors.of("base", "people_in_standard") == pytest.approx(np.sqrt(2) * 500 / 100)
    assert floors.of("base", "share_main") == pytest.approx(np.sqrt(2) * 500 / 1200 / 100)
    assert floors.of("base", "first_mean_min") == floors.of("base", "share_other") == 0


def test_floor_of_a_difference() -> None:
    """Where two options are the same at every place a difference has no floor; else that of both."""
    one = edge([True, False], weights=[300.0, 400.0])
    other = edge([False, True], weights=[300.0, 400.0], minutes=2.0)
    floors = Floors({"base": one, "same": edge([True, False], weights=[300.0, 400.0]), "other": other})
    assert floors.between("same", "base", "people_in_standard") == 0
    assert floors.between("other", "base", "people_in_standard") == pytest.approx(np.sqrt(2) * 500 / 100)
    assert Floors({}).between("other", "base", "people_in_standard") == 0
