"""From a figure and a chance to a value: the quantile functions of the shapes.

Every shape passes exactly through what the planner gave. The ``normal`` family has two pieces that meet in
the median: the value is the 50th percentile, low the 5th and high the 95th, so that an uneven doubt stays
uneven (the two-piece construction of Johnson's and Hadlock and Bickel's quantile-parameterised
distributions, on the plain, logarithmic or logit scale).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit, logit, ndtr, ndtri
from scipy.stats import beta

from standby.evidence.figure import Figure, Shape

Z95 = 1.6448536269514722
"""Standard normal 95th percentile: the distance of p5 and p95 from the median."""

PERT_WEIGHT = 4.0
"""Weight of the most likely value in the PERT mean, (low + 4 value + high) / 6 (Malcolm et al. 1959)."""


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
        What values the field can take. A ``normal`` shape that reaches beyond them is cut off there
        (truncated, not piled up at the bound).

    Returns
    -------
    ndarray
        Values, same shape as ``chance``, in the figure's own unit.

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
        case "normal":
            return _normal(u, value, low, high, lowest, highest)
        case "lognormal":
            return np.exp(_two_piece(ndtri(u), np.log(value), np.log(low), np.log(high)))
        case "logitnormal":
            return np.asarray(expit(_two_piece(ndtri(u), logit(value), logit(low), logit(high))))
        case "uniform":
            margin = (
                (high - low) / 18.0 if figure.range == "p5-p95" else 0.0
            )  # 5% of the width on either side
            return np.clip((low - margin) + u * (high - low + 2 * margin), lowest, highest)
        case "triangular":
            return _triangular(u, value, low, high)
        case "pert":
            a = 1 + PERT_WEIGHT * (value - low) / (high - low)
            return np.asarray(low + (high - low) * beta.ppf(u, a, 2 + PERT_WEIGHT - a))


def _two_piece(z: NDArray[np.float64], median: float, low: float, high: float) -> NDArray[np.float64]:
    return median + z / Z95 * np.where(z < 0, median - low, high - median)


def _normal(
    u: NDArray[np.float64], value: float, low: float, high: float, lowest: float, highest: float
) -> NDArray[np.float64]:
    below = ndtr((lowest - value) / (value - low) * Z95) if value > low else 0.0
    above = ndtr((highest - value) / (high - value) * Z95) if high > value else 1.0
    return _two_piece(ndtri(below + u * (above - below)), value, low, high)


def _triangular(u: NDArray[np.float64], mode: float, low: float, high: float) -> NDArray[np.float64]:
    width = high - low
    rising = low + np.sqrt(u * width * (mode - low))
    falling = high - np.sqrt((1 - u) * width * (high - mode))
    return np.where(u < (mode - low) / width, rising, falling)
