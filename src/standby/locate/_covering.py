"""Cover everyone with the fewest sites (LSCP), or most with the units there are (MCLP)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Unpack

import numpy as np

from standby.locate import _check
from standby.locate._choose import SiteProblem, grain_of
from standby.locate._control import Control
from standby.locate._decide import cover_choice
from standby.locate._finish import finished
from standby.locate._inputs import checked_fee, checked_units, checked_weight, room
from standby.locate._reduce import reduced, repaired, without_weak_sites
from standby.locate._result import InfeasibleError, Siting, SolveOptions
from standby.locate._scale import with_ordinary_weights
from standby.locate._times import CoverGroups, Times, listed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import ArrayLike, NDArray


def open_status(least: NDArray[np.int64], most: NDArray[np.int64]) -> NDArray[np.int8]:
    """Search status of each site: 1 must be open, 2 may not, 0 free."""
    return np.where(least > 0, 1, np.where(most == 0, 2, 0)).astype(np.int8)


def refuse_unreachable(
    times: Times, within: NDArray[Any], usable: NDArray[np.int64], what: str
) -> NDArray[Any]:
    """Raise if an area is out of every usable site's reach; returns the least minutes otherwise.

    Raises
    ------
    InfeasibleError
        Naming the areas and the smallest standard that could be met.
    """
    best = times.least(usable)
    missed = np.nonzero(~((best <= within) & np.isfinite(best)))[0]
    if missed.size == 0:
        return best
    smallest = float(best.max())
    mend = (
        f"with a unit at every site allowed the smallest standard for all would be {smallest:g} minutes"
        if np.isfinite(smallest)
        else f"areas {listed(np.nonzero(~np.isfinite(best))[0])} can't be served by any site at all"
    )
    raise InfeasibleError(
        f"{what}: no site allowed reaches areas {listed(missed)} in time",
        f"{mend}",
        areas=tuple(int(i) for i in missed),
        smallest_unlimited=smallest,
    )


def set_cover_problem(groups: CoverGroups, fee: NDArray[np.float64], status: NDArray[np.int8]) -> SiteProblem:
    """Set cover as site choice: leaving a group out costs as much as its cheapest site, which repairs it."""
    shut = status == 2
    usable = ~shut[groups.site]
    rows = np.repeat(np.arange(groups.size), np.diff(groups.indptr))[usable]
    site = groups.site[usable]
    indptr = np.zeros(groups.size + 1, np.int64)
    np.cumsum(np.bincount(rows, minlength=groups.size), out=indptr[1:])
    spare = np.minimum.reduceat(fee[site], indptr[:-1])
    return SiteProblem(indptr, site, np.zeros(site.size), spare, fee, status, fee.size, grain_of(fee[~shut]))


def lscp(
    minutes: ArrayLike,
    within: ArrayLike,
    *,
    cost: ArrayLike | None = None,
    fixed: Iterable[int] = (),
    closed: Iterable[int] = (),
    **options: Unpack[SolveOptions],
) -> Siting:
    """Fewest sites that reach every area in time: the location set covering problem.

    Minimise ``sum_j cost_j x_j`` subject to ``sum_{j in N_i} x_j >= 1`` for every area i, x binary, where N_i
    are the sites with ``minutes[j, i] <= within[i]``.

    Parameters
    ----------
    minutes : array_like or scipy.sparse matrix
        Travel minutes, shape (sites, areas); ``inf`` or an unstored pair: may not serve; a boolean matrix:
        who reaches whom [min].
    within : float or array_like
        The standard, one number or one for each area [min].
    cost : array_like, optional
        Cost of each site, shape (sites,); default 1 each, so that the objective counts sites.
    fixed, closed : iterable of int
        Sites that must, and may not, hold a unit.
    **options
        See `SolveOptions`.

    Returns
    -------
    Siting
        `objective` is the number (or cost) of sites, one unit each.

    Raises
    ------
    InfeasibleError
        Naming areas that no allowed site reaches in time, and the smallest standard that could be met.
    SitingInputError
        If an argument is wrong.

    References
    ----------
    Toregas, Swain, ReVelle and Bergman (1971), The location of emergency service facilities, Operations
    Research 19, 1363-1373.
    """
    control = Control(options)
    times = Times(minutes)
    reach = times.standard(within)
    fee = np.ones(times.n_sites) if cost is None else checked_fee(cost, times.n_sites, "cost")
    status = open_status(*room(times.n_sites, None, per_site=None, fixed=fixed, closed=closed))
    return _solve_lscp(times, reach, fee, status, control)


def _solve_lscp(
    times: Times, reach: NDArray[Any], fee: NDArray[np.float64], status: NDArray[np.int8], control: Control
) -> Siting:
    """Solve the set cover of sites that are open (1), shut (2) or free."""
    (groups,) = times.groups(reach)
    usable = np.nonzero(status != 2)[0]
    reachable = np.zeros(groups.size, bool)
    reachable[np.repeat(np.arange(groups.size), np.diff(groups.indptr))[status[groups.site] != 2]] = True
    if not reachable.all():
        refuse_unreachable(times, reach, usable, "lscp")
    problem = reduced(set_cover_problem(groups, fee, status))
    choice = cover_choice(problem, control)
    placed = repaired(problem, choice.is_open).astype(np.int64)
    sites = np.nonzero(placed)[0]
    _check.holds(
        bool((_check.reached_by(times, sites, placed[sites], reach) >= 1).all()),
        "every area is reached in time",
    )
    objective = float(fee[sites].sum())
    _check.holds(
        objective <= choice.value + 1e-6 * max(1.0, objective),
        "opening the left-out groups' sites costs no more",
    )
    return finished(
        times,
        placed,
        objective=objective,
        bound=choice.bound,
        larger_is_better=False,
        control=control,
        within=reach,
    )


def max_cover_problem(
    groups: CoverGroups, weight: NDArray[np.float64], status: NDArray[np.int8], units: int
) -> SiteProblem:
    """Maximal cover as site choice: an area left out pays its weight."""
    rows = np.repeat(np.arange(groups.size), np.diff(groups.indptr))
    useful = (status[groups.site] != 2) & (weight[rows] > 0)
    kept, row = np.unique(rows[useful], return_inverse=True)
    indptr = np.zeros(kept.size + 1, np.int64)
    np.cumsum(np.bincount(row, minlength=kept.size), out=indptr[1:])
    site = groups.site[useful]
    spare = weight[kept]
    return SiteProblem(
        indptr, site, np.zeros(site.size), spare, np.zeros(status.size), status, units, grain_of(spare)
    )


def solve_mclp(
    times: Times,
    groups: CoverGroups,
    weight: NDArray[np.float64],
    reach: NDArray[Any],
    bounds: tuple[NDArray[np.int64], NDArray[np.int64]],
    units: int,
    control: Control,
    start: NDArray[np.bool_] | None = None,
) -> Siting:
    """MCLP on groups already merged."""
    problem = without_weak_sites(max_cover_problem(groups, groups.total(weight), open_status(*bounds), units))
    total = float(problem.spare.sum())
    control.show = lambda cost: total - cost
    choice = cover_choice(problem, control, start=start)
    placed = choice.is_open.astype(np.int64)
    sites = np.nonzero(placed)[0]
    _check.holds(sites.size <= units, "at most the units there are")
    objective = float(weight[_check.reached_by(times, sites, placed[sites], reach) >= 1].sum())
    _check.same_value(total - choice.value, objective, "mclp")
    bound = objective if choice.bound >= choice.value else total - choice.bound
    return finished(
        times, placed, objective=objective, bound=bound, larger_is_better=True, control=control, within=reach
    )


@with_ordinary_weights
def mclp(
    minutes: ArrayLike,
    weight: ArrayLike,
    within: ArrayLike,
    units: int,
    *,
    fixed: Iterable[int] = (),
    closed: Iterable[int] = (),
    **options: Unpack[SolveOptions],
) -> Siting:
    """Most weight reached in time by the units there are: the maximal covering location problem.

    Maximise ``sum_i weight_i y_i`` subject to ``y_i <= sum_{j in N_i} x_j``, ``sum_j x_j <= units``, x and y
    binary, where N_i are the sites with ``minutes[j, i] <= within[i]``.

    Parameters
    ----------
    minutes : array_like or scipy.sparse matrix
        Travel minutes, shape (sites, areas); ``inf`` or an unstored pair: may not serve; a boolean matrix:
        who reaches whom [min].
    weight : array_like
        Demand of each area, shape (areas,), >= 0.
    within : float or array_like
        The standard, one number or one for each area [min].
    units : int
        At most this many units, one a site.
    fixed, closed : iterable of int
        Sites that must, and may not, hold a unit.
    **options
        See `SolveOptions`.

    Returns
    -------
    Siting
        `objective` is the weight reached in time.

    Raises
    ------
    SitingInputError
        If an argument is wrong, for instance more units than sites.

    References
    ----------
    Church and ReVelle (1974), The maximal covering location problem, Papers of the Regional Science
    Association 32, 101-118.
    """
    control = Control(options)
    times = Times(minutes)
    reach = times.standard(within)
    demand = checked_weight(weight, times.n_areas)
    units = checked_units(units)
    bounds = room(times.n_sites, units, per_site=1, fixed=fixed, closed=closed)
    (groups,) = times.groups(reach)
    return solve_mclp(times, groups, demand, reach, bounds, units, control)
