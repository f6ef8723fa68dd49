"""What chance allows: how many calls come, and how many of them are reached in time."""

from __future__ import annotations

import numpy as np
from scipy import special, stats

from standby._typing import Floats

LOW, HIGH = 0.05, 0.95
"""Chances between which what chance allows is shown: nine in ten."""

NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(9)
"""Values that stand for a normal distribution, and their weights (Gauss and Hermite)."""


def chances_of_number(chances: Floats, doubt: float = 0.0) -> Floats:
    """Return the chance of each number of calls that are reached, of calls with a chance each.

    Parameters
    ----------
    chances
        Of each call to be reached, independent of the others, shape (calls,).
    doubt
        Standard deviation of their sum for what is not known of the chances [calls]. All of them move
        together then, by their logits; a chance of 0 or 1 stays.

    Returns
    -------
    ndarray
        Chances of 0, 1, … calls, shape (calls + 1,): Poisson-binomial, or a mixture of such.

    References
    ----------
    Hong, Y. (2013). On computing the distribution function for the Poisson binomial distribution.
    Computational Statistics and Data Analysis 59, 41-51.

    Examples
    --------
    >>> chances_of_number(np.array([0.5, 0.5])).tolist()
    [0.25, 0.5, 0.25]
    """
    # By how much the sum moves with the logits.
    slope = float((chances * (1.0 - chances)).sum())
    if doubt <= 0.0 or slope <= 0.0:
        return _poisson_binomial(chances)

    logit = special.logit(chances)
    weights = WEIGHTS / WEIGHTS.sum()
    parts = [
        weight * _poisson_binomial(special.expit(logit + doubt / slope * node))
        for node, weight in zip(NODES, weights, strict=True)
    ]
    return np.asarray(np.sum(parts, axis=0))


def _poisson_binomial(chances: Floats) -> Floats:
    """Return the chances of each number, call by call."""
    number = np.zeros(chances.size + 1)
    number[0] = 1.0
    for k, chance in enumerate(chances.tolist(), start=1):
        number[1 : k + 1] = number[1 : k + 1] * (1.0 - chance) + number[:k] * chance
        number[0] *= 1.0 - chance
    return number


def chances_of_calls(expected: float, fitted_to: float) -> stats.distributions.rv_frozen:
    """Return the distribution of how many calls come.

    Parameters
    ----------
    expected
        Calls expected, above 0 [calls].
    fitted_to
        Calls of the log that the expectation comes from, infinite for one that is not in doubt [calls].

    Returns
    -------
    scipy.stats distribution
        Poisson; where the rate itself is in doubt, a negative binomial one, whose rate is a gamma variable
        with the shape that Jeffreys' prior gives.
    """
    if np.isinf(fitted_to):
        return stats.poisson(expected)
    shape = fitted_to + 0.5
    return stats.nbinom(shape, shape / (shape + expected))


def two_sided(number_chances: Floats, number: int) -> float:
    """Return the chance of a number as far out as this one, on either side.

    Parameters
    ----------
    number_chances
        Chances of 0, 1, …, shape (numbers,).
    number
        What was seen.
    """
    below = float(number_chances[: number + 1].sum())
    above = float(number_chances[number:].sum())
    return min(1.0, 2.0 * min(below, above))


def ends(number_chances: Floats) -> tuple[int, int]:
    """Return the least and the greatest number that nine in ten lie between.

    Parameters
    ----------
    number_chances
        Chances of 0, 1, …, shape (numbers,).
    """
    total = np.cumsum(number_chances)
    low = int(np.searchsorted(total, LOW * total[-1], side="right"))
    high = int(np.searchsorted(total, HIGH * total[-1], side="left"))
    return low, high
