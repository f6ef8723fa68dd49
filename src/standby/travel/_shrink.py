"""Means of groups, drawn towards their common mean by as much as their counts are small."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Floats = NDArray[np.float64]

TINY = 1e-200  # so that groups without any variance have a finite weight


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

    Groups are taken as drawn from a common normal distribution, whose variance is estimated by moments; the
    variance within is the same in all groups. With one group, or where groups differ no more than by luck,
    every mean is the common one. The interval counts the doubt of the common mean as well.

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
    DerSimonian, R. and Laird, N. (1986). Meta-analysis in clinical trials. Controlled Clinical Trials 7,
    177-188. Morris, C. N. (1983). Parametric empirical Bayes inference. Journal of the American Statistical
    Association 78, 47-55.
    """
    counts = np.bincount(groups)
    free = values.size - counts.size
    if free < 2:
        raise ValueError(f"{values.size} calls are too few for {counts.size} groups")
    raw = np.bincount(groups, values) / counts
    within = float(((values - raw[groups]) ** 2).sum() / free)
    error = within / counts
    between = _between(raw, error)
    weight = 1.0 / np.maximum(between + error, TINY)
    common, doubt = float(weight @ raw / weight.sum()), float(1.0 / weight.sum())
    own = between * weight  # how much a group's own mean counts
    mean = common + own * (raw - common)
    half = stats.t.ppf(0.95, free) * np.sqrt(own * error + (1.0 - own) ** 2 * doubt)
    return Shrunk(counts, raw, mean, mean - half, mean + half, within**0.5, between**0.5)


def _between(raw: Floats, error: Floats) -> float:
    """Return the variance of the groups' true means, 0 where they differ by no more than luck explains."""
    if raw.size < 2 or not error.any():
        return float(raw.var(ddof=1)) if raw.size > 1 else 0.0
    weight = 1.0 / error
    common = weight @ raw / weight.sum()
    excess = weight @ (raw - common) ** 2 - (raw.size - 1)
    return max(0.0, float(excess / (weight.sum() - (weight**2).sum() / weight.sum())))
