"""From a figure and a chance to a value: the quantile functions of the shapes.

Every shape passes exactly through what the planner gave. The ``normal`` family has two pieces that meet in
the median: the value is the 50th percentile, low the 5th and high the 95th, so that an uneven doubt stays
uneven (the two-piece construction of Johnson's and Hadlock and Bickel's quantile-parameterised
distributions, on the plain, logarithmic or logit scale). A tail that would leave what the field can take is
cut off and drawn within what is left of it; low, value and high stay the percentiles that they are.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit, logit, ndtr, ndtri
from scipy.stats import beta

from standby.evidence.figure import Figure, Shape

Z95 = 1.6448536269514722
"""Standard normal 95th percentile: the distance of p5 and p95 from the median."""

PERT_WEIGHT = 4.0
"""Weight of the most likely value in the PERT mean, (low + 4 value + high) / 6 (Malcolm et al. 1959)."""


def _plain(x: float) -> float:
    return x


SCALES: dict[Shape, tuple[Callable[..., Any], Callable[..., Any]]] = {
    "normal": (_plain, _plain),
    "lognormal": (np.log, np.exp),
    "logitnormal": (logit, expit),
}
"""To and from the scale on which a shape of the normal family is made of two halves."""


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
    if lowest == 0 and highest == 1 and figure.low > 0 and figure.high < 1:
        return "logitnormal"
    if lowest == 0 and highest > 1 and figure.low > 0:
        return "lognormal"
    return "normal"


def quantile(
    figure: Figure, chance: ArrayLike, *, lowest: float = -np.inf, highest: float = np.inf
) -> NDArray[np.float64]:
    """Return the values of a figure at given chances of being lower.

    Parameters
    ----------
    figure
        The figure.
    chance
        Chances, any shape; 0 to 1, both excluded for unbounded shapes.
    lowest, highest
        What values the field can take. The 5% of a shape's tail that reach beyond are drawn from the part of
        the tail that does not (truncated, not piled up at the bound); low, value and high keep their chances.

    Returns
    -------
    ndarray
        Values, same shape as ``chance``, in the figure's own unit; never outside lowest to highest.

    Examples
    --------
    >>> quantile(Figure(value=2, low=1, high=4), [0.05, 0.5, 0.95], lowest=0).round(6).tolist()
    [1.0, 2.0, 4.0]
    """
    u = np.asarray(chance, dtype=float)
    if figure.low is None or figure.high is None or figure.low == figure.high:
        return np.full(u.shape, figure.value)
    shape = shape_of(figure, lowest, highest)
    value, low, high = figure.value, figure.low, figure.high
    match shape:
        case "triangular":
            found = _triangular(u, value, low, high)
        case "pert":
            a = 1 + PERT_WEIGHT * (value - low) / (high - low)
            found = low + (high - low) * beta.ppf(u, a, 2 + PERT_WEIGHT - a)
        case "uniform" if figure.range == "min-max":
            found = low + u * (high - low)
        case "uniform":
            found = _uniform(u, low, high, lowest, highest)
        case _:
            found = _normal_family(shape, u, (low, value, high), (lowest, highest))
    return np.clip(found, lowest, highest)


def _two_piece(z: NDArray[np.float64], median: float, low: float, high: float) -> NDArray[np.float64]:
    return median + z / Z95 * np.where(z < 0, median - low, high - median)


def _normal_family(
    shape: Shape, u: NDArray[np.float64], points: tuple[float, float, float], limits: tuple[float, float]
) -> NDArray[np.float64]:
    to, back = SCALES[shape]
    low, value, high = (float(to(x)) for x in points)
    with np.errstate(divide="ignore", invalid="ignore"):  # log 0 is -inf here
        lowest, highest = (float(to(x)) for x in limits)
    least = _score(lowest, value, low) if np.isfinite(lowest) else -np.inf
    most = _score(highest, value, high) if np.isfinite(highest) else np.inf
    z = ndtri(u)
    if np.isfinite(least):
        z = np.where(u < 0.05, ndtri(ndtr(least) + u * (0.05 - ndtr(least)) / 0.05), z)
    if np.isfinite(most):
        z = np.where(u > 0.95, -ndtri(ndtr(-most) + (1 - u) * (0.05 - ndtr(-most)) / 0.05), z)
    return np.asarray(back(_two_piece(z, value, low, high)))


def _score(limit: float, median: float, bound: float) -> float:
    """Return how many standard deviations a limit lies from the median on the side of a bound."""
    return (limit - median) / abs(bound - median) * Z95 if bound != median else float("inf")


def _uniform(
    u: NDArray[np.float64], low: float, high: float, lowest: float, highest: float
) -> NDArray[np.float64]:
    margin = (high - low) / 18.0  # the 5% on either side of the middle 90%
    bottom, top = max(low - margin, lowest), min(high + margin, highest)
    return np.asarray(np.interp(u, [0.0, 0.05, 0.95, 1.0], [bottom, low, high, top]))


def _triangular(u: NDArray[np.float64], mode: float, low: float, high: float) -> NDArray[np.float64]:
    width = high - low
    rising = low + np.sqrt(u * width * (mode - low))
    falling = high - np.sqrt((1 - u) * width * (high - mode))
    return np.where(u < (mode - low) / width, rising, falling)
