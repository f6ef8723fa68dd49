"""Means of groups, drawn towards their common mean by as much as their counts are small."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from standby._refusals import Refusal
from standby._typing import Floats

TINY = 1e-200
"""Variances below this are none."""

POINTS = 200
"""Values of the groups' standard deviation that are averaged over, at equal steps of its prior chance."""


@dataclass(frozen=True, eq=False)
class Shrunk:
    """Means of groups.

    Parameters
    ----------
    counts
        Observations of each group, shape (groups,).
    raw
        Plain means, shape (groups,).
    mean
        Shrunk means, shape (groups,).
    low, high
        5th and 95th percentile of what is known of each mean, shape (groups,).
    spread
        Standard deviation of one observation about its group's mean.
    between
        Standard deviation of the groups' true means about their common mean.
    """

    counts: NDArray[np.int64]
    raw: Floats
    mean: Floats
    low: Floats
    high: Floats
    spread: float
    between: float


def shrink(values: Floats, groups: NDArray[np.int64]) -> Shrunk:
    """Estimate the means of groups together.

    Groups are taken as drawn from a common normal distribution; the variance within is the same in all. How
    much groups differ is not taken as known: their standard deviation has a half-Cauchy prior with half the
    spread of single observations as its scale, and is averaged over, so that few groups that happen to agree
    do not make each other look certain.

    Parameters
    ----------
    values
        Observations, shape (n,).
    groups
        Group of each, 0 and up with none left out, shape (n,).

    Returns
    -------
    Shrunk
        The means.

    Raises
    ------
    ValueError
        If there are not at least two observations more than groups.

    References
    ----------
    Gelman, A. (2006). Prior distributions for variance parameters in hierarchical models. Bayesian Analysis
    1(3), 515-534.
    """
    counts = np.bincount(groups)
    free = values.size - counts.size
    if free < 2:
        raise Refusal(
            f"{values.size} calls are too few for {counts.size} groups", "give more calls or fewer groups"
        )
    raw = np.bincount(groups, values) / counts
    within = float(((values - raw[groups]) ** 2).sum() / free)
    error = within / counts
    if not error.all() or within < TINY:  # every call of a group is like the others
        return Shrunk(counts, raw, raw, raw, raw, 0.0, float(raw.std()))
    between = 0.5 * within**0.5 * np.tan((np.arange(POINTS) + 0.5) / POINTS * np.pi / 2.0)
    variance = between[:, None] ** 2 + error  # (points, groups)
    doubt = 1.0 / (1.0 / variance).sum(axis=1)  # of the common mean
    common = doubt * (raw / variance).sum(axis=1)
    off = raw - common[:, None]
    evidence = 0.5 * (np.log(doubt) - np.log(variance).sum(axis=1) - (off**2 / variance).sum(axis=1))
    chance = np.exp(evidence - evidence.max())
    chance /= chance.sum()
    own = between[:, None] ** 2 / variance  # how much a group's own mean counts
    each = common[:, None] + own * off
    mean = chance @ each
    square = chance @ (own * error + (1.0 - own) ** 2 * doubt[:, None] + (each - mean) ** 2)
    half = stats.t.ppf(0.95, free) * np.sqrt(square)
    return Shrunk(counts, raw, mean, mean - half, mean + half, within**0.5, float(chance @ between))
