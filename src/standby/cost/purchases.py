"""Buying things that wear out: first purchases and replacements."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from standby.cost._paths import as_figure, as_path

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

LIFE_SLACK = 1e-9
"""Years by which a life may pass a whole year through binary rounding alone."""


def purchases(count: ArrayLike, *, life_years: ArrayLike, years: int) -> NDArray[np.float64]:
    """Count the items to buy in each year so that enough are in service.

    All of the first year's items are bought in year 0; each is replaced in the first year that begins after
    its life. Items that are no longer needed are kept to the end of their life and serve again if the count
    rises; nothing is sold, and what is left at the horizon has no value.

    Parameters
    ----------
    count : array_like
        Items in use in each year; path [items].
    life_years : array_like
        Years for which an item serves, more than 0; figure [years].
    years : int
        Horizon [years].

    Returns
    -------
    ndarray
        Items bought in each year, shape (..., years) [items/year].

    Raises
    ------
    ValueError
        If a number leaves its range.
    """
    used = as_path("count", count, years)
    life = as_figure("life_years", life_years, above=True)
    bought = np.zeros(np.broadcast_shapes(used.shape, life.shape))
    for year in range(years):
        age = year - np.arange(year)
        in_service = (bought[..., :year] * (age < life - LIFE_SLACK)).sum(axis=-1)
        bought[..., year] = np.maximum(used[..., year] - in_service, 0.0)
    return bought
