"""Checks of arguments: weights, costs, numbers of units, fixed and closed sites."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from standby import _checks, _memory
from standby._refusals import shown
from standby.locate.errors import SitingInputError
from standby.locate.minutes import listed
from standby.words import gigabytes

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from standby._typing import Codes, Floats

LARGEST_WEIGHT = 1e200
"""Sums of larger weights, times minutes, could pass what a number can hold."""

BYTES_A_PAIR_OF_A_PLAN = 64
"""Memory at the peak for each pair of a site and a place: minutes of the drive and to arrival (measured)."""

BYTES_A_PAIR_OF_A_MEDIAN = 56
"""The same for a p-median on arrays beyond its input: costs in order by area, and by site."""


def refuse_too_large(what: str, n_sites: int, n_areas: int, *, bytes_a_pair: float, areas: str) -> None:
    """Raise if a table of sites and areas will not fit into memory.

    Raises
    ------
    SitingInputError
        With the size, what is free, and what to do.
    """
    needed = float(n_sites) * n_areas * bytes_a_pair
    free = _memory.free_bytes()
    if needed > free:
        raise SitingInputError(
            f"{what}: {n_areas:,} {areas} × {n_sites:,} sites take about {gigabytes(needed)} of memory and "
            f"{gigabytes(free)} are free",
            f"give fewer candidate sites, merge small {areas}, or use a machine with more memory",
        )


def checked_weight(weight: ArrayLike, n_areas: int, name: str = "weight") -> Floats:
    """Return one finite weight >= 0 for each area, shape (areas,).

    Raises
    ------
    SitingInputError
        Naming the areas whose weight is NaN, infinite or negative, or the wrong shape.
    """
    values = _checks.numbers(name, weight, refusal=SitingInputError)
    if values.shape != (n_areas,):
        raise SitingInputError(f"{name} has shape {values.shape}", f"give one for each of {n_areas} areas")

    bad = np.flatnonzero(~((values >= 0) & np.isfinite(values)))
    if bad.size:
        raise SitingInputError(
            f"{name} is NaN, infinite or negative for areas {listed(bad)}", "give finite weights >= 0"
        )
    if values.size and float(values.max()) > LARGEST_WEIGHT:
        raise SitingInputError(
            f"{name} is {values.max():g} somewhere", f"give weights of {LARGEST_WEIGHT:g} or less"
        )
    return values


def checked_fee(cost: ArrayLike | None, n_sites: int, name: str) -> Floats:
    """Return one finite cost >= 0 for each site, shape (sites,); zero for None.

    Raises
    ------
    SitingInputError
        Naming the sites whose cost is NaN, infinite or negative, or the wrong shape.
    """
    values = _checks.numbers(name, 0.0 if cost is None else cost, refusal=SitingInputError)
    values = np.full(n_sites, float(values)) if values.ndim == 0 else values
    if values.shape != (n_sites,):
        raise SitingInputError(
            f"{name} has shape {values.shape}", f"give a number or one for each of {n_sites} sites"
        )

    bad = np.flatnonzero(~((values >= 0) & np.isfinite(values)))
    if bad.size:
        raise SitingInputError(
            f"{name} is NaN, infinite or negative for sites {listed(bad)}", "give finite costs >= 0"
        )
    return values


def checked_share(value: float, name: str) -> float:
    """Return a chance or share between 0 and 1.

    Raises
    ------
    SitingInputError
        If it isn't.
    """
    return _checks.single(name, value, high=1.0, refusal=SitingInputError)


def checked_units(units: int, *, least: int = 0) -> int:
    """Return a whole number of units.

    Raises
    ------
    SitingInputError
        If it isn't whole, or is less than `least`.
    """
    return _checks.whole("units", units, low=least, refusal=SitingInputError)


def site_indices(sites: Iterable[int], n_sites: int, name: str) -> Codes:
    """Return the row numbers of sites, rising, each once.

    Raises
    ------
    SitingInputError
        Naming those that aren't rows of the matrix, or what isn't a list of whole numbers.
    """
    if isinstance(sites, str) or not isinstance(sites, Iterable):
        raise SitingInputError(f"{name} is {shown(sites)}", "give a list of sites, as rows of minutes")

    # The least is far below 0, so that wrong rows are named together.
    rows = [
        _checks.whole(f"a site of {name}", j, low=-_checks.LARGEST_WHOLE, refusal=SitingInputError)
        for j in sites
    ]
    values = np.unique(np.asarray(rows, dtype=np.int64))
    bad = values[(values < 0) | (values >= n_sites)]
    if bad.size:
        raise SitingInputError(
            f"{name} names sites {listed(bad)}", f"sites are rows 0 to {n_sites - 1} of minutes"
        )
    return values


def units_by_site(
    n_sites: int,
    units: int | None,
    *,
    per_site: ArrayLike | None,
    fixed: Iterable[int] = (),
    closed: Iterable[int] = (),
) -> tuple[Codes, Codes]:
    """Return the least and the greatest number of units at each site, each of shape (sites,).

    Raises
    ------
    SitingInputError
        If a site is both fixed and closed, more sites are fixed than there are units, or there are more units
        than places.
    """
    must = site_indices(fixed, n_sites, "fixed")
    never = site_indices(closed, n_sites, "closed")
    both = np.intersect1d(must, never)
    if both.size:
        raise SitingInputError(
            f"sites {listed(both)} are both fixed and closed", "name each in one of the two"
        )

    most = np.full(n_sites, n_sites if units is None else units, dtype=np.int64)
    if per_site is not None:
        limit = _checks.numbers("per_site", per_site, refusal=SitingInputError)
        if limit.ndim > 1 or (limit.ndim == 1 and limit.size != n_sites):
            raise SitingInputError(
                f"per_site has shape {limit.shape}", f"give a number or one for each of {n_sites} sites"
            )

        each = np.atleast_1d(limit)
        bad = np.flatnonzero(~(each >= 0) | (each != np.floor(each)))
        if bad.size:
            raise SitingInputError(
                f"per_site is negative, NaN or not whole at {listed(bad)}", "give whole numbers >= 0"
            )

        # Rows that may hold any number hold no more than there are units.
        most = np.minimum(most, np.minimum(limit, most.max(initial=0)).astype(np.int64))
    most[never] = 0

    if units is not None and most.sum() < units:
        raise SitingInputError(
            f"there are {units} units but only {int(most.sum())} places for them",
            "lower units, raise per_site or close fewer sites",
        )

    least = np.zeros(n_sites, np.int64)
    least[must] = 1
    if units is not None and must.size > units:
        raise SitingInputError(
            f"{must.size} sites are fixed ({listed(must)}) but there are {units} units",
            "raise units or fix fewer",
        )

    full = np.flatnonzero(least > most)
    if full.size:
        raise SitingInputError(
            f"sites {listed(full)} are fixed but have no place for a unit", "raise per_site there"
        )
    return least, most
