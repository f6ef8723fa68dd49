"""Least total minutes: the p-median problem."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Unpack

import numpy as np

from standby.locate import verify
from standby.locate.compressed import rows_of
from standby.locate.engine.choose import SiteProblem, grain_of
from standby.locate.engine.control import Control
from standby.locate.engine.decide_median import median_choice
from standby.locate.engine.scale import with_ordinary_weights
from standby.locate.errors import InfeasibleError, NoAnswerYetError
from standby.locate.inputs import BYTES_A_PAIR_OF_A_MEDIAN, refuse_too_large
from standby.locate.minutes import MinutesTable, listed
from standby.locate.reach import checked_reach
from standby.locate.result import Siting, SolveOptions

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import ArrayLike, NDArray

    from standby._typing import Codes, Floats
    from standby.locate.reach import Reach

_PAIRS_A_BLOCK = 2_000_000
"""Pairs of sites and areas that are put in order between two looks at the clock."""


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
    minutes
        Travel minutes, an array or a sparse matrix of shape (sites, areas); ``inf`` or an unstored pair: may
        not serve [min].
    weight
        Demand of each area, shape (areas,), >= 0.
    units
        At most this many units, one a site.
    fixed, closed
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
    reach = checked_reach(
        minutes, weight=weight, units=units, least_units=1, per_site=1, fixed=fixed, closed=closed
    )
    if reach.minutes.dense is not None:
        refuse_too_large(
            "p_median", *reach.minutes.shape, bytes_a_pair=BYTES_A_PAIR_OF_A_MEDIAN, areas="areas"
        )
    needed = np.flatnonzero(reach.weight > 0)
    _refuse_unserved(reach, needed)

    problem, penalty = p_median_problem(reach, control)
    choice = median_choice(problem, control)
    placed = choice.is_open.astype(np.int64)
    if not placed.any():
        placed[reach.usable[0]] = 1  # every site is as bad as the worst for every area

    sites = np.flatnonzero(placed)
    _, soonest = verify.nearest(reach.minutes, sites)
    if choice.value >= penalty:
        _refuse_too_few(reach, needed, soonest, proven=choice.bound >= penalty)

    verify.holds(sites.size <= reach.units, "at most the units there are")
    objective = float((reach.weight[needed] * soonest[needed]).sum())
    verify.same_value(choice.value, objective, "p_median")
    bound = objective if choice.bound >= choice.value else choice.bound
    return verify.finished(
        reach, placed, objective=objective, bound=bound, larger_is_better=False, control=control
    )


def p_median_problem(reach: Reach, control: Control) -> tuple[SiteProblem, float]:
    """Return the p-median as site choice, and the penalty for leaving an area out.

    The penalty is above every real answer; it is infinite where every site may serve every area.
    """
    areas = np.flatnonzero(reach.weight > 0)
    indptr, site, cost = _sorted_costs(reach.minutes, areas, reach.weight[areas], control)
    greatest = cost[indptr[1:] - 1] if areas.size else np.empty(0)

    complete = bool((np.diff(indptr) == reach.n_sites).all()) and reach.units > 0
    penalty = float(np.ceil(float(greatest.sum()) + 1.0))
    spare = greatest if complete else np.full(areas.size, penalty)

    status = reach.status
    problem = SiteProblem(
        indptr, site, cost, spare, np.zeros(reach.n_sites), status, reach.units, grain_of(cost, spare)
    )
    return problem.without_shut(status), np.inf if complete else penalty


def _sorted_costs(
    minutes: MinutesTable, areas: Codes, weight: Floats, control: Control
) -> tuple[Codes, NDArray[np.int32], Floats]:
    """Return each area's sites in order of rising weighted minutes, unreachable pairs left out.

    Raises
    ------
    NoAnswerYetError
        If time is over before the table is made.
    """
    step = max(1, _PAIRS_A_BLOCK // minutes.n_sites)
    count = np.zeros(areas.size + 1, np.int64)
    sites = [np.empty(0, np.int32)]
    costs = [np.empty(0)]
    for begin in range(0, areas.size, step):
        if begin and not control.go_on():
            raise NoAnswerYetError("p_median: the time was over before any answer was found; give more time")
        block = slice(begin, begin + step)
        row, site, cost = _block_costs(minutes, areas[block], weight[block])
        count[1:][block] = np.bincount(row, minlength=areas[block].size)
        sites.append(site.astype(np.int32))
        costs.append(cost.astype(np.float64))
    return np.cumsum(count), np.concatenate(sites), np.concatenate(costs)


def _block_costs(
    minutes: MinutesTable, areas: Codes, weight: Floats
) -> tuple[Codes, NDArray[Any], NDArray[Any]]:
    """Return area (counted in the block), site and weighted minutes of each pair that may serve, in order."""
    if minutes.sparse is not None:
        table = minutes.sparse[:, areas].T.tocsr()
        table.sort_indices()
        row = rows_of(table.indptr)
        finite = np.isfinite(table.data)
        row, site, cost = row[finite], table.indices[finite], table.data[finite] * weight[row[finite]]
        order = np.lexsort((cost, row))
        return row[order], site[order], cost[order]

    assert minutes.dense is not None  # noqa: S101 - one of the two is always set
    costs = np.ascontiguousarray(minutes.dense[:, areas].T) * weight[:, None]
    rank = np.argsort(costs, axis=1, kind="stable")
    costs = np.take_along_axis(costs, rank, axis=1)
    finite = np.isfinite(costs)
    return np.nonzero(finite)[0], rank[finite], costs[finite]


def _refuse_unserved(reach: Reach, needed: Codes) -> None:
    """Refuse areas of weight that no site allowed may serve at all.

    Raises
    ------
    InfeasibleError
        Naming them.
    """
    served = np.isfinite(reach.minutes.least(reach.usable)[needed])
    if served.all():
        return

    missed = needed[~served]
    raise InfeasibleError(
        f"p_median: no site allowed may serve areas {listed(missed)}",
        "give them minutes from some site, or weight 0",
        areas=tuple(int(i) for i in missed),
        smallest_with_units=np.inf,
        smallest_unlimited=np.inf,
    )


def _refuse_too_few(reach: Reach, needed: Codes, soonest: Floats, *, proven: bool) -> None:
    """Say that the units can't reach everyone who needs to be reached.

    Raises
    ------
    InfeasibleError
        When that is proven.
    NoAnswerYetError
        When it isn't.
    """
    units = reach.units
    if not proven:
        raise NoAnswerYetError(f"p_median: no {units} units that reach every area were found; give more time")

    missed = needed[~np.isfinite(soonest[needed])]
    raise InfeasibleError(
        f"p_median: {units} units can't reach every area",
        f"the best found leaves out areas {listed(missed)}. "
        "lscp(minutes, inf) gives the units needed "
        f"(the matrix has {reach.n_sites} sites)",
        areas=tuple(int(i) for i in missed),
        smallest_with_units=np.inf,
        smallest_unlimited=float(reach.minutes.least()[needed].max()),
    )
