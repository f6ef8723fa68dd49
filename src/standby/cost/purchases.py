"""Buying things that wear out: first purchases, replacements, and the life that is left at the horizon."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from standby.cost._paths import as_figure, as_path

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from standby._typing import Floats

LIFE_SLACK = 1e-9
"""Years by which a life may pass a whole year through binary rounding alone."""

SHORTEST_LIFE_YEARS = 0.1
"""Things that serve shorter than this are used up, not kept: they are a running cost."""


class Service(NamedTuple):
    """What is bought to keep items in service, and how much of its life is left.

    Parameters
    ----------
    bought
        Items bought in each year, shape (..., years) [items/year].
    unused
        Life that the items still have at the horizon, in whole lives of one item, shape (...) [items].
    """

    bought: Floats
    unused: Floats


def purchases(count: ArrayLike, *, life_years: ArrayLike, years: int) -> Floats:
    """Return the items to buy in each year so that enough are in service.

    Parameters
    ----------
    count
        Items in use in each year; path [items].
    life_years
        Years for which an item serves, at least 0.1; figure [years].
    years
        Horizon [years].

    Returns
    -------
    ndarray
        Items bought in each year, shape (..., years) [items/year].

    Raises
    ------
    ValueError
        If a number leaves its range.

    See Also
    --------
    keep_in_service : The same with the life that is left at the horizon, and the rule.
    """
    return keep_in_service(count, life_years=life_years, years=years).bought


def keep_in_service(count: ArrayLike, *, life_years: ArrayLike, years: int) -> Service:
    """Return what it takes to keep enough items in service, and how much life is left at the horizon.

    All of a year's items are there from its first day. Each is replaced on the day on which its life ends,
    in whichever year that falls (with a life of 4.5 years, in years 4, 9 and 13), as far as the year still
    needs it. Items that are no longer needed are kept to the end of their life and serve again
    if the count rises.

    Parameters
    ----------
    count
        Items in use in each year; path [items].
    life_years
        Years for which an item serves, at least 0.1; figure [years].
    years
        Horizon [years].

    Returns
    -------
    Service
        Purchases by year, and the share of their lives that lies beyond the horizon.

    Raises
    ------
    ValueError
        If a number leaves its range.

    Examples
    --------
    >>> service = keep_in_service(1, life_years=4, years=10)
    >>> service.bought.tolist()
    [1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0, 0.0]
    >>> float(service.unused)
    0.5
    """
    used = as_path("count", count, years)
    life = as_figure("life_years", life_years, low=SHORTEST_LIFE_YEARS)[..., 0]

    draws = np.broadcast_shapes(used.shape[:-1], life.shape)
    bought = np.zeros((*draws, years))
    batches = _Batches(draws)

    for year in range(years):
        # On the first day of the year: what still serves, and what has to be added to it.
        serving = batches.serving(year)
        added = np.maximum(used[..., year] - serving, 0.0)
        bought[..., year] += added
        batches.add(year + life, added)

        # Within the year: what wears out is replaced, unless an idle item takes its place. Draws differ in
        # their days, so that each goes from one end of a life to the next by itself.
        idle = np.maximum(serving - used[..., year], 0.0)
        today = np.full(draws, float(year))
        while (end_of_life := batches.next_end(today, year + 1.0)) is not None:
            worn_out = batches.ending(end_of_life)
            replaced = np.maximum(worn_out - idle, 0.0)
            idle = np.maximum(idle - worn_out, 0.0)
            bought[..., year] += replaced
            batches.add(end_of_life + life, replaced)
            today = np.where(np.isfinite(end_of_life), end_of_life, today)

    return Service(bought=bought, unused=batches.life_beyond(years) / life)


class _Batches:
    """Items by the day on which their life ends; each batch has its own day and size in every draw."""

    def __init__(self, draws: tuple[int, ...]) -> None:
        self._draws = draws
        self._ends = np.zeros((*draws, 0))
        self._items = np.zeros((*draws, 0))

    def add(self, ends: Floats, items: Floats) -> None:
        """Add a batch; a batch of nothing in every draw is not kept."""
        if not items.any():
            return

        ends = np.broadcast_to(ends, self._draws)[..., np.newaxis]
        items = np.broadcast_to(items, self._draws)[..., np.newaxis]
        self._ends = np.concatenate([self._ends, np.where(items > 0.0, ends, 0.0)], axis=-1)
        self._items = np.concatenate([self._items, items], axis=-1)

    def serving(self, day: float) -> Floats:
        """Return the items whose life goes beyond a day."""
        serves = self._ends > day + LIFE_SLACK
        return np.asarray((self._items * serves).sum(axis=-1))

    def next_end(self, after: Floats, before: float) -> Floats | None:
        """Return each draw's next end of a life in a span, infinite where there is none; None if nowhere."""
        within = (self._ends > after[..., np.newaxis] + LIFE_SLACK) & (self._ends < before - LIFE_SLACK)
        if not within.any():
            return None

        return np.asarray(np.where(within, self._ends, np.inf).min(axis=-1))

    def ending(self, day: Floats) -> Floats:
        """Return the items whose life ends on each draw's day."""
        ends_that_day = np.abs(self._ends - day[..., np.newaxis]) <= LIFE_SLACK
        return np.asarray((self._items * ends_that_day).sum(axis=-1))

    def life_beyond(self, day: float) -> Floats:
        """Return the years of life, of all items together, that lie beyond a day."""
        years_left = np.maximum(self._ends - day, 0.0)
        return np.asarray((self._items * years_left).sum(axis=-1))
