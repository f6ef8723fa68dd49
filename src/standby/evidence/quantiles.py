"""From a figure and a chance to a value: the quantile functions of the shapes.

Every shape passes exactly through what the planner gave. The ``normal`` family has two pieces that meet at
the median: the value is the 50th percentile, low the 5th and high the 95th, so that an uneven doubt stays
uneven. This is the two-piece construction of Johnson's and Hadlock and Bickel's quantile-parameterised
distributions, on the plain, logarithmic or logit scale. A tail that would leave the values that the field can
take is truncated there; low, value and high stay the percentiles that they are.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit, logit, ndtr, ndtri
from scipy.stats import beta, triang

from standby._typing import Floats
from standby.evidence.figure import Figure, Shape

Z95 = 1.6448536269514722
"""Standard normal 95th percentile: the distance of p5 and p95 from the median."""

PERT_WEIGHT = 4.0
"""Weight of the most likely value in the PERT mean, (low + 4 value + high) / 6 (Malcolm et al. 1959)."""

TAIL = 0.05
"""Chance beyond either bound of a ``p5-p95`` range."""


def _plain(value: float) -> float:
    """Return a value as it is."""
    return value


SCALES: dict[Shape, tuple[Callable[..., Any], Callable[..., Any]]] = {
    "normal": (_plain, _plain),
    "lognormal": (np.log, np.exp),
    "logitnormal": (logit, expit),
}
"""Functions to and from the scale on which a shape of the normal family is made of two halves of normals."""


def shape_of(figure: Figure, lowest: float = -np.inf, highest: float = np.inf) -> Shape:
    """Return the shape that a figure is drawn from.

    Parameters
    ----------
    figure
        The figure; one with a stated shape keeps it.
    lowest, highest
        What values the field can take, e.g. 0 and 1 for a chance.

    Returns
    -------
    Shape
        ``triangular`` for least and greatest values; for percentiles ``logitnormal`` within 0 to 1,
        ``lognormal`` above 0, else ``normal``.
    """
    if figure.shape is not None:
        return figure.shape
    if figure.low is None or figure.high is None:
        return "normal"
    if figure.range == "min-max":
        return "triangular"

    # Doubt about a chance is drawn within 0 to 1, doubt about a positive number above 0.
    if lowest == 0 and highest == 1 and figure.low > 0 and figure.high < 1:
        return "logitnormal"
    if lowest == 0 and highest > 1 and figure.low > 0:
        return "lognormal"
    return "normal"


def quantile(
    figure: Figure, chance: ArrayLike, *, lowest: float = -np.inf, highest: float = np.inf
) -> Floats:
    """Return the values of a figure at given chances of being lower.

    Parameters
    ----------
    figure
        The figure.
    chance
        Chances, any shape; 0 to 1, both excluded for unbounded shapes.
    lowest, highest
        What values the field can take. A tail, the 5% beyond low or high, that reaches past them is truncated
        and not piled up at the limit; low, value and high keep their chances.

    Returns
    -------
    ndarray
        Values, same shape as ``chance``, in the figure's own unit; never outside lowest to highest.

    Examples
    --------
    >>> quantile(Figure(value=2, low=1, high=4), [0.05, 0.5, 0.95], lowest=0).round(6).tolist()
    [1.0, 2.0, 4.0]
    """
    chances = np.asarray(chance, dtype=float)
    value = figure.value
    low = figure.low
    high = figure.high
    if low is None or high is None or low == high:
        return np.full(chances.shape, value)

    shape = shape_of(figure, lowest, highest)
    match shape:
        case "triangular":
            values = _triangular(chances, value, low, high)
        case "pert":
            values = _pert(chances, value, low, high)
        case "uniform" if figure.range == "min-max":
            values = low + chances * (high - low)
        case "uniform":
            values = _uniform(chances, low, high, lowest, highest)
        case _:
            values = _normal_family(shape, chances, (low, value, high), (lowest, highest))
    return np.clip(values, lowest, highest)


def _normal_family(
    shape: Shape,
    chances: Floats,
    points: tuple[float, float, float],
    limits: tuple[float, float],
) -> Floats:
    """Return quantiles of two halves of normals through three points, truncated at limits."""
    to_scale, from_scale = SCALES[shape]
    low, median, high = (float(to_scale(point)) for point in points)
    with np.errstate(divide="ignore", invalid="ignore"):  # log 0 is -inf here
        lowest, highest = (float(to_scale(limit)) for limit in limits)

    # Standard scores of the limits, each on its own half.
    least = _score(lowest, median, low) if np.isfinite(lowest) else -np.inf
    most = _score(highest, median, high) if np.isfinite(highest) else np.inf

    # The chances of a tail are spread over the part of it that lies within the limit.
    score = ndtri(chances)
    if np.isfinite(least):
        beyond = ndtr(least)
        within_tail = beyond + chances * (TAIL - beyond) / TAIL
        score = np.where(chances < TAIL, ndtri(within_tail), score)
    if np.isfinite(most):
        beyond = ndtr(-most)
        within_tail = beyond + (1 - chances) * (TAIL - beyond) / TAIL
        score = np.where(chances > 1 - TAIL, -ndtri(within_tail), score)

    half_width = np.where(score < 0, median - low, high - median)
    return np.asarray(from_scale(median + score / Z95 * half_width))


def _score(limit: float, median: float, bound: float) -> float:
    """Return how many standard deviations a limit lies from the median on the side of a bound."""
    return (limit - median) / abs(bound - median) * Z95 if bound != median else float("inf")


def _uniform(chances: Floats, low: float, high: float, lowest: float, highest: float) -> Floats:
    """Return quantiles of a uniform distribution of which low and high are the 5th and 95th percentile."""
    margin = (high - low) / 18.0  # the 5% on either side of the middle 90%
    bottom = max(low - margin, lowest)
    top = min(high + margin, highest)
    return np.asarray(np.interp(chances, [0.0, TAIL, 1 - TAIL, 1.0], [bottom, low, high, top]))


def _triangular(chances: Floats, mode: float, low: float, high: float) -> Floats:
    """Return quantiles of a triangular distribution, whose density rises to its mode and falls from it."""
    width = high - low
    return np.asarray(triang.ppf(chances, (mode - low) / width, low, width))


def _pert(chances: Floats, mode: float, low: float, high: float) -> Floats:
    """Return quantiles of a PERT distribution: a beta with the mode and the mean that PERT gives."""
    alpha = 1 + PERT_WEIGHT * (mode - low) / (high - low)
    return np.asarray(low + (high - low) * beta.ppf(chances, alpha, 2 + PERT_WEIGHT - alpha))
