"""Means of groups, drawn towards their common mean, the more so the smaller a group is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from standby._refusals import Refusal
from standby._typing import Codes, Floats

TINY = 1e-200
"""A variance below this counts as none."""

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

    counts: Codes
    raw: Floats
    mean: Floats
    low: Floats
    high: Floats
    spread: float
    between: float


def shrink(values: Floats, groups: Codes) -> Shrunk:
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
    freedom = values.size - counts.size  # degrees of freedom within groups
    if freedom < 2:
        raise Refusal(
            f"{values.size} calls are too few for {counts.size} groups", "give more calls or fewer groups"
        )

    raw = np.bincount(groups, values) / counts
    variance_within = float(((values - raw[groups]) ** 2).sum() / freedom)
    error_variance = variance_within / counts
    if not error_variance.all() or variance_within < TINY:  # every call of a group is like the others
        return Shrunk(counts, raw, raw, raw, raw, 0.0, float(raw.std()))

    # Quantiles of the half-Cauchy prior, at equal steps of its chance.
    scale = 0.5 * variance_within**0.5
    between = scale * np.tan((np.arange(POINTS) + 0.5) / POINTS * np.pi / 2.0)

    # At each point: the common mean with its variance, the groups weighted by how well they are known.
    variance = between[:, None] ** 2 + error_variance  # (points, groups)
    common_variance = 1.0 / (1.0 / variance).sum(axis=1)
    common = common_variance * (raw / variance).sum(axis=1)
    off = raw - common[:, None]

    # How well each point explains the means, the common mean integrated out.
    log_likelihood = 0.5 * (
        np.log(common_variance) - np.log(variance).sum(axis=1) - (off**2 / variance).sum(axis=1)
    )
    chance = np.exp(log_likelihood - log_likelihood.max())
    chance /= chance.sum()

    # Each group's mean at each point, and over all of them (the law of total variance).
    own_weight = between[:, None] ** 2 / variance  # how much a group's own mean counts
    mean_at_point = common[:, None] + own_weight * off
    mean = chance @ mean_at_point
    mean_variance = chance @ (
        own_weight * error_variance
        + (1.0 - own_weight) ** 2 * common_variance[:, None]
        + (mean_at_point - mean) ** 2
    )

    half_width = stats.t.ppf(0.95, freedom) * np.sqrt(mean_variance)
    return Shrunk(
        counts=counts,
        raw=raw,
        mean=mean,
        low=mean - half_width,
        high=mean + half_width,
        spread=variance_within**0.5,
        between=float(chance @ between),
    )
