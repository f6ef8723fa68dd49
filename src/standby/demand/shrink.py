"""Rates of groups from counts, drawn towards what was expected, the more so the fewer calls a group has."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from standby import _checks
from standby._refusals import Refusal
from standby._show import Shown
from standby._typing import Floats

SCALE = 0.5
"""Half of the prior chance is that groups differ by less than this: standard deviation of their ratios."""

POINTS = 200
"""Values of that standard deviation that are averaged over, at equal steps of its prior chance."""

LOW, HIGH = 0.05, 0.95
"""Percentiles that are given as the ends of what is known."""


@dataclass(frozen=True, eq=False)
class ShrunkRates(Shown):
    """Rates of groups, relative to what was expected of each.

    Parameters
    ----------
    raw
        Count over expected, NaN where none was expected, shape (groups,).
    ratio
        The same, drawn towards 1, shape (groups,).
    low, high
        5th and 95th percentile of what is known of each ratio, shape (groups,).
    between
        Standard deviation of the groups' true ratios about 1, as the counts tell it.
    """

    raw: Floats
    ratio: Floats
    low: Floats
    high: Floats
    between: float


def shrink_rates(counts: ArrayLike, expected: ArrayLike) -> ShrunkRates:
    """Estimate the rates of groups together, from their counts.

    The count of a group is Poisson; its mean is what was expected times a ratio of its own. Ratios are drawn
    from a gamma distribution with mean 1, whose strength the counts themselves tell: with standard deviation
    τ its shape is 1/τ², and a count y where E were expected gives the ratio (1/τ² + y) / (1/τ² + E). How much
    groups differ is not taken as known: τ has a half-Cauchy prior with scale 0.5 and is averaged over, each
    value weighted by how well it explains the counts (negative binomial), so that few groups that happen to
    agree do not make each other look certain. Ends of a ratio are those of a gamma distribution with the mean
    and the variance that this average has.

    Parameters
    ----------
    counts
        What came, shape (groups,) [calls].
    expected
        What was expected, 0 and up, shape (groups,) [calls].

    Returns
    -------
    ShrunkRates
        The ratios.

    Raises
    ------
    ValueError
        If counts are negative or not whole, expectations are negative, or there are no groups.

    References
    ----------
    Clayton, D. and Kaldor, J. (1987). Empirical Bayes estimates of age-standardized relative risks for use in
    disease mapping. Biometrics 43(3), 671-681.

    Gelman, A. (2006). Prior distributions for variance parameters in hierarchical models. Bayesian Analysis
    1(3), 515-534.

    Examples
    --------
    >>> found = shrink_rates([0, 10, 50], [10.0, 10.0, 10.0])
    >>> bool(0.0 < found.ratio[0] < found.ratio[1] < found.ratio[2] < 5.0)
    True
    """
    count, expectation = _checks.together(
        counts=_checks.numbers("counts", counts), expected=_checks.numbers("expected", expected)
    )
    if count.ndim != 1 or not count.size:
        raise Refusal("counts are not a row of numbers", "give one for each of one or more groups")
    if (count < 0.0).any() or (count % 1.0 != 0.0).any():
        raise Refusal("counts has a number that is no count", "give whole numbers of 0 or more")
    if (expectation < 0.0).any():
        raise Refusal("expected has a number below 0", "give 0 or more")

    # Quantiles of the half-Cauchy prior, at equal steps of its chance.
    between = SCALE * np.tan((np.arange(POINTS) + 0.5) / POINTS * np.pi / 2.0)
    shape = between[:, None] ** -2.0  # (points, 1)

    # How well each point explains the counts; what no point changes is left out.
    log_likelihood = (
        special.gammaln(shape + count)
        - special.gammaln(shape)
        - shape * np.log1p(expectation / shape)
        - count * np.log(shape + expectation)
    ).sum(axis=1)
    chance = np.exp(log_likelihood - log_likelihood.max())
    chance /= chance.sum()

    # Each group's ratio at each point, and over all of them (the law of total variance).
    at_point = (shape + count) / (shape + expectation)
    ratio = chance @ at_point
    variance = chance @ (at_point / (shape + expectation) + (at_point - ratio) ** 2)

    low, high = gamma_ends(ratio, variance)
    raw = np.full(count.shape, np.nan)
    np.divide(count, expectation, out=raw, where=expectation > 0.0)
    return ShrunkRates(raw, ratio, low, high, float(chance @ between))


def gamma_ends(mean: Floats, variance: Floats) -> tuple[Floats, Floats]:
    """Return the 5th and 95th percentile of gamma distributions.

    Parameters
    ----------
    mean, variance
        Above 0, any shape.
    """
    shape = mean**2 / variance
    scale = variance / mean
    ends = [special.gammaincinv(shape, chance) * scale for chance in (LOW, HIGH)]
    return np.asarray(ends[0]), np.asarray(ends[1])


def rate_ends(count: ArrayLike, exposure: float) -> tuple[Floats, Floats]:
    """Return the 5th and 95th percentile of what is known of a rate from a count.

    Parameters
    ----------
    count
        What came, any shape [calls].
    exposure
        In how long, above 0 [any unit of time].

    Returns
    -------
    low, high
        The shape of `count` [calls per unit of time]: of a gamma distribution with shape count + 1/2, which
        Jeffreys' prior gives.

    References
    ----------
    Brown, L. D., Cai, T. T. and DasGupta, A. (2003). Interval estimation in exponential families. Statistica
    Sinica 13(1), 19-49.
    """
    shape = np.asarray(count, dtype=float) + 0.5
    low, high = (special.gammaincinv(shape, chance) / exposure for chance in (LOW, HIGH))
    return np.asarray(low), np.asarray(high)
