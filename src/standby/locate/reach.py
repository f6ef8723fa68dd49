"""The problem that all siting models share: who reaches whom in time, what for, and who may stand where."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from standby.locate.engine._kernels_search import FREE, OPEN, SHUT
from standby.locate.errors import InfeasibleError
from standby.locate.inputs import checked_units, checked_weight, units_by_site
from standby.locate.minutes import MinutesTable, listed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import ArrayLike, NDArray

    from standby._typing import Codes, Floats
    from standby.locate.minutes import CoverGroups


@dataclass(frozen=True, eq=False)
class Reach:
    """Sites, areas and units of one siting problem, checked once by `checked_reach`.

    Attributes
    ----------
    minutes
        Travel minutes from sites to areas [min].
    within
        The standard of each area, in the precision of the minutes, shape (areas,) [min].
    weight
        Demand of each area, shape (areas,).
    least, most
        Least and most units at each site, shape (sites,).
    units
        Most units of all.
    """

    minutes: MinutesTable
    within: NDArray[Any]
    weight: Floats
    least: Codes
    most: Codes
    units: int

    @property
    def n_sites(self) -> int:
        """Number of sites."""
        return self.minutes.n_sites

    @property
    def n_areas(self) -> int:
        """Number of areas."""
        return self.minutes.n_areas

    @property
    def status(self) -> NDArray[np.int8]:
        """What the search may do with each site: open it or not, it must be open, or it may not."""
        return np.where(self.least > 0, OPEN, np.where(self.most == 0, SHUT, FREE)).astype(np.int8)

    @property
    def usable(self) -> Codes:
        """Sites that may hold a unit, rising."""
        return np.flatnonzero(self.most)

    def with_units(self, units: int) -> Reach:
        """Return the problem with another number of units in all."""
        return replace(self, units=units)

    def groups(self) -> CoverGroups:
        """Return the areas with those of equal cover sets merged."""
        return self.minutes.groups(self.within)[0]

    def count(self, placed: Codes, within: NDArray[Any] | None = None) -> Codes:
        """Count the units that reach each area in time, from the input alone.

        Parameters
        ----------
        placed
            Units at each site, shape (sites,).
        within
            Another standard of each area; default its own [min].
        """
        return self.minutes.reached_by(placed, self.within if within is None else within)

    def covered_weight(self, placed: Codes) -> float:
        """Sum the weight of the areas that at least one unit reaches in time, from the input alone."""
        return float(self.weight[self.count(placed) >= 1].sum())

    def refuse_unreachable(self, what: str, within: NDArray[Any] | None = None) -> NDArray[Any]:
        """Raise if an area is out of reach of every usable site; return the least minutes to each otherwise.

        Parameters
        ----------
        what
            The model, for the message.
        within
            Another standard of each area; default its own [min].

        Raises
        ------
        InfeasibleError
            Naming the areas and the smallest standard that could be met.
        """
        limit = self.within if within is None else within
        soonest = self.minutes.least(self.usable)
        missed = np.flatnonzero(~((soonest <= limit) & np.isfinite(soonest)))
        if missed.size == 0:
            return soonest

        # What could be met instead.
        smallest = float(soonest.max())
        if np.isfinite(smallest):
            fix = (
                f"with a unit at every site allowed the smallest standard for all would be {smallest:g} "
                "minutes"
            )
        else:
            never = np.flatnonzero(~np.isfinite(soonest))
            fix = f"areas {listed(never)} can't be served by any site at all"

        raise InfeasibleError(
            f"{what}: no site allowed reaches areas {listed(missed)} in time",
            fix,
            areas=tuple(int(i) for i in missed),
            smallest_unlimited=smallest,
        )


def checked_reach(
    minutes: ArrayLike,
    *,
    weight: ArrayLike | None = None,
    within: ArrayLike = np.inf,
    units: int | None = None,
    least_units: int = 0,
    per_site: ArrayLike | None = None,
    fixed: Iterable[int] = (),
    closed: Iterable[int] = (),
) -> Reach:
    """Check the arguments that the siting models share, and return them as one problem.

    Parameters
    ----------
    minutes
        Travel minutes, an array or a sparse matrix of shape (sites, areas); ``inf`` or an unstored pair: may
        not serve [min].
    weight
        Demand of each area, shape (areas,), >= 0; default 1 each.
    within
        The standard, one number or one for each area; default none [min].
    units
        Most units of all; default no limit.
    least_units
        Fewer units than this are refused.
    per_site
        Most units at a site; default no limit.
    fixed, closed
        Sites that must, and may not, hold a unit.

    Returns
    -------
    Reach
        The problem.

    Raises
    ------
    SitingInputError
        Naming the argument that is wrong.
    """
    table = MinutesTable(minutes)
    standard = table.standard(within)
    demand = np.ones(table.n_areas) if weight is None else checked_weight(weight, table.n_areas)

    if units is not None:
        units = checked_units(units, least=least_units)
    least, most = units_by_site(table.n_sites, units, per_site=per_site, fixed=fixed, closed=closed)
    return Reach(table, standard, demand, least, most, table.n_sites if units is None else units)
