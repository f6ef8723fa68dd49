"""The two shapes of a cost's numbers: a path has years on its last axis, a figure does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from standby._checks import number
from standby._refusals import Refusal

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from standby._typing import Floats


def as_path(name: str, value: ArrayLike, years: int, *, low: float = 0.0, high: float = np.inf) -> Floats:
    """Return a number for each year from a scalar (the same each year) or a path.

    A path has shape (years,), (draws, years) or (draws, 1).

    Parameters
    ----------
    name
        What the numbers are, for the message.
    value
        The numbers; one axis always means years, never draws.
    years
        Length of the horizon [years].
    low, high
        Smallest and largest value allowed.

    Returns
    -------
    ndarray
        The numbers, shape (..., years).

    Raises
    ------
    ValueError
        If the last axis is neither 1 nor `years` long, or a number leaves its range.
    """
    array = np.atleast_1d(number(name, value, low=low, high=high))
    if array.shape[-1] not in {1, years}:
        raise Refusal(
            f"{name} has {array.shape[-1]} numbers on its last axis, the years, but the horizon is {years}",
            "give one a year, or shape (draws, 1) for one a draw",
        )
    return np.broadcast_to(array, (*array.shape[:-1], years))


def as_figure(
    name: str, value: ArrayLike, *, low: float = 0.0, high: float = np.inf, above: bool = False
) -> Floats:
    """Return a number that holds in every year, a scalar or one for each draw, with an axis for years.

    Parameters
    ----------
    name
        What the number is, for the message.
    value
        Scalar or shape (draws,).
    low, high
        Smallest and largest value allowed.
    above
        Whether `low` itself is forbidden.

    Returns
    -------
    ndarray
        The number, shape (..., 1).

    Raises
    ------
    ValueError
        If the number leaves its range.
    """
    return number(name, value, low=low, high=high, above=above)[..., np.newaxis]
