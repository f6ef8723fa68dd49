"""Least total minutes (p-median) and least worst minutes (p-centre)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Unpack

import numpy as np

from standby.locate import _check
from standby.locate._choose import SiteProblem, grain_of
from standby.locate._control import Control
from standby.locate._covering import open_status, refuse_unreachable, set_cover_problem
from standby.locate._decide import cover_choice
from standby.locate._decide_median import median_choice
from standby.locate._finish import finished
from standby.locate._inputs import (
    BYTES_A_PAIR_OF_A_MEDIAN,
    checked_units,
    checked_weight,
    refuse_too_large,
    room,
)
from standby.locate._reduce import reduced, repaired
from standby.locate._result import InfeasibleError, NoAnswerYetError, Siting, SolveOptions
from standby.locate._scale import with_ordinary_weights
from standby.locate._times import Times, listed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import ArrayLike, NDArray


_PAIRS_A_BLOCK = 2_000_000
"""Pairs of sites and areas that are put in order between two looks at the clock."""


def _sorted_costs(
    times: Times, areas: NDArray[np.int64], weight: NDArray[np.float64], control: Control
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.float64]]:
    """Each area's sites in order of rising weighted minutes, unreachable pairs left out.

    Raises
    ------
    NoAnswerYetError
        If time is over before the table is made.
    """
    step = max(1, _PAIRS_A_BLOCK // times.n_sites)
    count = np.zeros(areas.size + 1, np.int64)
    sites, costs = [np.empty(0, np.int32)], [np.empty(0)]
    for begin in range(0, areas.size, step):
        if begin and not control.go_on():
            raise NoAnswerYetError("p_median: the time was over before any answer was found; give more time")
        block = slice(begin, begin + step)
        row, site, cost = _block_costs(times, areas[block], weight[block])
        count[1:][block] = np.bincount(row, minlength=areas[block].size)
        sites.append(site.astype(np.int32))
        costs.append(cost.astype(np.float64))
    return np.cumsum(count), np.concatenate(sites), np.concatenate(costs)


def _block_costs(
    times: Times, areas: NDArray[np.int64], weight: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[Any], NDArray[Any]]:
    """Return area (counted in the block), site and weighted minutes of each pair that may serve, in order."""
    if times.sparse is not None:
        table = times.sparse[:, areas].T.tocsr()
        table.sort_indices()
        row = np.repeat(np.arange(areas.size), np.diff(table.indptr))
        finite = np.isfinite(table.data)
        row, site, cost = row[finite], table.indices[finite], table.data[finite] * weight[row[finite]]
        order = np.lexsort((cost, row))
        return row[order], site[order], cost[order]
    assert times.dense is not None  # noqa: S101 - one of the two is always set
    costs = np.ascontiguousarray(times.dense[:, areas].T) * weight[:, None]
    rank = np.argsort(costs, axis=1, kind="stable")
    costs = np.take_along_axis(costs, rank, axis=1)
    finite = np.isfinite(costs)
    return np.nonzero(finite)[0], rank[finite], costs[finite]


def p_median_problem(
    times: Times, weight: NDArray[np.float64], status: NDArray[np.int8], units: int, control: Control
) -> tuple[SiteProblem, float]:
    """p-median as site choice, and the penalty for leaving an area out (above every real answer)."""
    areas = np.nonzero(weight > 0)[0]
    indptr, site, cost = _sorted_costs(times, areas, weight[areas], control)
    counts = np.diff(indptr)
    worst = cost[indptr[1:] - 1] if areas.size else np.empty(0)
    complete = bool((counts == times.n_sites).all()) and units > 0
    penalty = float(worst.sum()) + 1.0
    penalty = float(np.ceil(penalty))
    spare = worst if complete else np.full(areas.size, penalty)
    problem = SiteProblem(
        indptr, site, cost, spare, np.zeros(times.n_sites), status, units, grain_of(cost, spare)
    )
    return problem.without_shut(status), np.inf if complete else penalty


@with_ordinary_weights
def p_median(
    minutes: ArrayLike,
    weight: ArrayLike,
    units: int,
    *,
    fixed: Iterable[int] = (),
    closed: Iterable[int] = (),
    **options: Unpack[SolveOptions],
) -> Siting:
    """Least total weighted minutes to the nearest chosen site: the p-median problem.

    Minimise ``sum_i sum_j weight_i minutes_ji x_ji`` subject to ``sum_j x_ji = 1``, ``x_ji <= y_j``, ``sum_j
    y_j <= units``, x and y binary. Areas of weight 0 add nothing and need not be reachable.

    Parameters
    ----------
    minutes : array_like or scipy.sparse matrix
        Travel minutes, shape (sites, areas); ``inf`` or an unstored pair: may not serve [min].
    weight : array_like
        Demand of each area, shape (areas,), >= 0.
    units : int
        At most this many units, one a site.
    fixed, closed : iterable of int
        Sites that must, and may not, hold a unit.
    **options
        See `SolveOptions`.

    Returns
    -------
    Siting
        `objective` is the total of weight times minutes.

    Raises
    ------
    InfeasibleError
        Naming areas no allowed site serves, or saying how many units would reach everyone.
    SitingInputError
        If an argument is wrong.

    References
    ----------
    Hakimi (1964), Operations Research 12, 450-459; ReVelle and Swain (1970), Geographical Analysis 2, 30-42.
    The bound is that of Cornuéjols, Fisher and Nemhauser (1977), Management Science 23, 789-810.
    """
    control = Control(options)
    times = Times(minutes)
    demand = checked_weight(weight, times.n_areas)
    units = checked_units(units, least=1)
    if times.dense is not None:
        refuse_too_large("p_median", *times.shape, bytes_a_pair=BYTES_A_PAIR_OF_A_MEDIAN, areas="areas")
    least, most = room(times.n_sites, units, per_site=1, fixed=fixed, closed=closed)
    needed = np.nonzero(demand > 0)[0]
    usable = np.nonzero(most)[0]
    best = times.least(usable)
    if not np.isfinite(best[needed]).all():
        missed = needed[~np.isfinite(best[needed])]
        raise InfeasibleError(
            f"p_median: no site allowed may serve areas {listed(missed)}",
            "give them minutes from some site, or weight 0",
            areas=tuple(int(i) for i in missed),
            smallest_with_units=np.inf,
            smallest_unlimited=np.inf,
        )
    return _solve_p_median(times, demand, needed, open_status(least, most), units, control)


def _solve_p_median(
    times: Times,
    demand: NDArray[np.float64],
    needed: NDArray[np.int64],
    status: NDArray[np.int8],
    units: int,
    control: Control,
) -> Siting:
    """Solve the p-median of areas that some site may serve."""
    problem, penalty = p_median_problem(times, demand, status, units, control)
    choice = median_choice(problem, control)
    placed = choice.is_open.astype(np.int64)
    if not placed.any():  # every site is as bad as the worst for every area
        placed[np.nonzero(status != 2)[0][0]] = 1
    sites = np.nonzero(placed)[0]
    _, soonest = _check.nearest(times, sites)
    if choice.value >= penalty:
        _refuse_too_few(times, needed, soonest, units, proven=choice.bound >= penalty)
    _check.holds(sites.size <= units, "at most the units there are")
    objective = float((demand[needed] * soonest[needed]).sum())
    _check.same_value(choice.value, objective, "p_median")
    return finished(
        times,
        placed,
        objective=objective,
        bound=objective if choice.bound >= choice.value else choice.bound,
        larger_is_better=False,
        control=control,
        within=np.full(times.n_areas, np.inf, times.dtype),
    )


def _refuse_too_few(
    times: Times, needed: NDArray[np.int64], soonest: NDArray[np.float64], units: int, *, proven: bool
) -> None:
    """Say that the units can't reach everyone who needs to be reached.

    Raises
    ------
    InfeasibleError
        When that is proven.
    NoAnswerYetError
        When it isn't.
    """
    missed = needed[~np.isfinite(soonest[needed])]
    if not proven:
        raise NoAnswerYetError(f"p_median: no {units} units that reach every area were found; give more time")
    raise InfeasibleError(
        f"p_median: {units} units can't reach every area",
        f"the best found leaves out areas {listed(missed)}. "
        "lscp(minutes, inf) gives the units needed "
        f"(the matrix has {times.n_sites} sites)",
        areas=tuple(int(i) for i in missed),
        smallest_with_units=np.inf,
        smallest_unlimited=float(times.least()[needed].max()),
    )


_GREEDY_LARGEST = 2_000_000
"""Entries of a matrix beyond which the greedy start of a p-centre doesn't try every site."""


_UNMERGED = 100_000
"""Entries of a matrix up to which dominance alone is quicker than merging equal areas first."""


class _Radius:
    """Decides whether a number of sites can reach every area within a radius."""

    def __init__(self, times: Times, status: NDArray[np.int8], units: int, control: Control) -> None:
        self.times, self.status, self.units, self.control = times, status, units, control
        self.fee = np.ones(times.n_sites)

    def sites(self, radius: float) -> NDArray[np.int64] | None:
        """Sites that do it, None if proven impossible or (see `control.status`) undecided."""
        reach = self.times.standard(radius)
        small = self.times.n_sites * self.times.n_areas <= _UNMERGED
        groups = self.times.single(reach) if small else self.times.groups(reach)[0]
        problem = set_cover_problem(groups, self.fee, self.status)
        problem = reduced(problem)
        choice = cover_choice(problem, self.control, enough=self.units)
        if choice.value > self.units + 0.5:
            return None
        return np.nonzero(repaired(problem, choice.is_open))[0]


def p_centre(
    minutes: ArrayLike,
    units: int,
    *,
    fixed: Iterable[int] = (),
    closed: Iterable[int] = (),
    **options: Unpack[SolveOptions],
) -> Siting:
    """Least worst minutes to the nearest chosen site: the (vertex) p-centre problem.

    Minimise ``max_i min_{j chosen} minutes_ji`` with at most `units` sites chosen, by a search over the
    distinct minutes; at each a set cover is decided.

    Parameters
    ----------
    minutes : array_like or scipy.sparse matrix
        Travel minutes, shape (sites, areas); ``inf`` or an unstored pair: may not serve [min].
    units : int
        At most this many units, one a site.
    fixed, closed : iterable of int
        Sites that must, and may not, hold a unit.
    **options
        See `SolveOptions`.

    Returns
    -------
    Siting
        `objective` is the worst minutes: a value of the matrix, such that ``lscp(minutes, objective)`` needs
        at most `units` sites and more at the next smaller value.

    Raises
    ------
    InfeasibleError
        Naming areas no allowed site serves, or saying that the units can't reach everyone.
    SitingInputError
        If an argument is wrong.

    References
    ----------
    Minieka (1970), The m-center problem, SIAM Review 12, 138-139; Elloumi, Labbé and Pochet (2004), INFORMS
    Journal on Computing 16, 84-94.
    """
    control = Control(options)
    times = Times(minutes)
    units = checked_units(units, least=1)
    least, most = room(times.n_sites, units, per_site=1, fixed=fixed, closed=closed)
    status = open_status(least, most)
    usable = np.nonzero(most)[0]
    best = refuse_unreachable(times, times.standard(np.inf), usable, "p_centre")
    sites, radius, proven = _search_radius(times, status, units, float(best.max()), control)
    if sites is None:
        if control.status != "optimal":
            raise NoAnswerYetError(
                f"p_centre: no {units} units that reach every area were found; give more time"
            )
        raise InfeasibleError(
            f"p_centre: {units} units can't reach every area",
            "lscp(minutes, inf) gives the units needed",
            smallest_with_units=np.inf,
            smallest_unlimited=float(best.max()),
        )
    placed = np.zeros(times.n_sites, np.int64)
    placed[sites] = 1
    _check.holds(sites.size <= units, "at most the units there are")
    objective = float(_check.nearest(times, sites)[1].max())
    _check.same_value(radius, objective, "p_centre")
    return finished(
        times, placed, objective=objective, bound=proven, larger_is_better=False, control=control, within=None
    )


def _greedy_centre(times: Times, status: NDArray[np.int8], units: int) -> NDArray[np.int64] | None:
    """Sites opened one after another where the worst minutes become least; None if that leaves areas out."""
    if times.dense is None:
        return None
    sites = np.nonzero(status == 1)[0].tolist()
    free = np.nonzero(status == 0)[0]
    best = times.least(sites)
    while len(sites) < units and free.size:
        nearest_to_worst = int(np.argmin(times.dense[free, int(np.argmax(best))]))
        pick = nearest_to_worst
        if (
            times.dense.size <= _GREEDY_LARGEST
        ):  # try each site; the one nearest to the worst area if none helps
            worst = np.minimum(times.dense[free], best).max(axis=1)
            pick = int(np.argmin(worst))
            pick = pick if worst[pick] < best.max() else nearest_to_worst
        sites.append(int(free[pick]))
        best = np.minimum(best, times.dense[free[pick]])
        free = np.delete(free, pick)
    return np.array(sites, np.int64) if np.isfinite(best.max()) else None


def _search_radius(
    times: Times, status: NDArray[np.int8], units: int, floor: float, control: Control
) -> tuple[NDArray[np.int64] | None, float, float]:
    """Bisect over the distinct minutes from `floor` on; returns sites, radius and proven bound."""
    stored = times.dense[status != 2] if times.dense is not None else times.sparse[status != 2].data  # type: ignore[index]
    found = _greedy_centre(times, status, units)
    ceiling = np.inf if found is None else _check.nearest(times, found)[1].max()
    values = np.unique(stored[(stored >= floor) & (stored <= ceiling) & np.isfinite(stored)])
    quiet = control.quiet()
    decide = _Radius(times, status, units, quiet)
    low, high = 0, values.size  # values[low - 1] is proven too small; values[high] is known to do
    if found is not None:
        high = int(np.searchsorted(values, _check.nearest(times, found)[1].max()))
    while low < high and (found is None or quiet.go_on()):
        middle = values.size - 1 if found is None else (low + high) // 2
        sites = decide.sites(float(values[middle]))
        if sites is not None:
            found = sites
            high = int(np.searchsorted(values, _check.nearest(times, sites)[1].max()))
            low = min(low, high)
        elif quiet.status == "optimal":
            low = middle + 1
        else:
            break
        control.tell(
            float(values[high]) if found is not None else np.inf,
            float(values[low]) if low < values.size else np.inf,
        )
    control.status = quiet.status
    bound = float(values[min(low, values.size - 1)])
    return found, float(values[min(high, values.size - 1)]), bound
