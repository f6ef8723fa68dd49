"""Least worst minutes: the (vertex) p-centre problem."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn, Unpack

import numpy as np

from standby.locate import verify
from standby.locate.engine._kernels_search import FREE, OPEN, SHUT
from standby.locate.engine.control import Control
from standby.locate.engine.decide_cover import cover_choice
from standby.locate.engine.reduce import reduced, repaired
from standby.locate.errors import InfeasibleError, NoAnswerYetError
from standby.locate.models.lscp import set_cover_problem
from standby.locate.reach import checked_reach
from standby.locate.result import Siting, SolveOptions

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import ArrayLike

    from standby._typing import Codes, Floats
    from standby.locate.reach import Reach

_GREEDY_LARGEST = 2_000_000
"""Entries of a matrix beyond which the greedy start doesn't try every site."""

_UNMERGED = 100_000
"""Entries of a matrix up to which dominance alone is quicker than merging equal areas first."""


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
    minutes
        Travel minutes, an array or a sparse matrix of shape (sites, areas); ``inf`` or an unstored pair: may
        not serve [min].
    units
        At most this many units, one a site.
    fixed, closed
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
    reach = checked_reach(minutes, units=units, least_units=1, per_site=1, fixed=fixed, closed=closed)
    smallest_unlimited = float(reach.refuse_unreachable("p_centre").max())

    sites, radius, bound = _search_radius(reach, smallest_unlimited, control)
    if sites is None:
        _refuse_too_few(reach.units, smallest_unlimited, proven=control.status == "optimal")

    placed = np.zeros(reach.n_sites, np.int64)
    placed[sites] = 1
    verify.holds(int(placed.sum()) <= reach.units, "at most the units there are")
    objective = float(verify.nearest(reach.minutes, np.flatnonzero(placed))[1].max())
    verify.same_value(radius, objective, "p_centre")
    return verify.finished(
        reach, placed, objective=objective, bound=bound, larger_is_better=False, control=control
    )


def _search_radius(reach: Reach, floor: float, control: Control) -> tuple[Codes | None, float, float]:
    """Bisect over the distinct minutes from `floor` on; return sites, radius and proven bound."""
    found = _greedy_centre(reach)
    ceiling = np.inf if found is None else _radius_of(reach, found)
    values = _distinct_minutes(reach, floor, ceiling)

    # values[low - 1] is proven too small, values[high] is known to do.
    low = 0
    high = values.size
    if found is not None:
        high = int(np.searchsorted(values, ceiling))

    quiet = control.quiet()
    while low < high and (found is None or quiet.go_on()):
        middle = values.size - 1 if found is None else (low + high) // 2
        sites = _sites_within(reach, float(values[middle]), quiet)
        if sites is not None:
            found = sites
            high = int(np.searchsorted(values, _radius_of(reach, sites)))
            low = min(low, high)
        elif quiet.status == "optimal":
            low = middle + 1
        else:
            break
        control.report(
            float(values[high]) if found is not None else np.inf,
            float(values[low]) if low < values.size else np.inf,
        )

    control.status = quiet.status
    bound = float(values[min(low, values.size - 1)])
    return found, float(values[min(high, values.size - 1)]), bound


def _sites_within(reach: Reach, radius: float, control: Control) -> Codes | None:
    """Return sites that reach every area within a radius, at most as many as there are units.

    None if that is proven impossible or, as `control.status` then says, undecided.
    """
    within = reach.minutes.standard(radius)
    small = reach.n_sites * reach.n_areas <= _UNMERGED
    groups = reach.minutes.single(within) if small else reach.minutes.groups(within)[0]

    problem = reduced(set_cover_problem(groups, np.ones(reach.n_sites), reach.status), control)
    choice = cover_choice(problem, control, enough=reach.units)
    if choice.value > reach.units + 0.5:
        return None
    return np.flatnonzero(repaired(problem, choice.is_open))


def _greedy_centre(reach: Reach) -> Codes | None:
    """Return sites opened one by one where the worst minutes become least; None if areas are left out."""
    minutes = reach.minutes.dense
    if minutes is None:
        return None

    sites = np.flatnonzero(reach.status == OPEN).tolist()
    free = np.flatnonzero(reach.status == FREE)
    soonest = reach.minutes.least(sites)
    while len(sites) < reach.units and free.size:
        pick = int(np.argmin(minutes[free, int(np.argmax(soonest))]))  # nearest to the worst area

        # Where the matrix is small, the site that helps the worst area most, if one helps.
        if minutes.size <= _GREEDY_LARGEST:
            worst = np.minimum(minutes[free], soonest).max(axis=1)
            best = int(np.argmin(worst))
            pick = best if worst[best] < soonest.max() else pick

        sites.append(int(free[pick]))
        soonest = np.minimum(soonest, minutes[free[pick]])
        free = np.delete(free, pick)
    return np.array(sites, np.int64) if np.isfinite(soonest.max()) else None


def _distinct_minutes(reach: Reach, floor: float, ceiling: float) -> Floats:
    """Return the distinct minutes of usable sites between two limits, rising [min]."""
    usable = reach.status != SHUT
    if reach.minutes.dense is not None:
        stored = reach.minutes.dense[usable]
    else:
        assert reach.minutes.sparse is not None  # noqa: S101 - one of the two is always set
        stored = reach.minutes.sparse[usable].data
    return np.unique(stored[(stored >= floor) & (stored <= ceiling) & np.isfinite(stored)])


def _radius_of(reach: Reach, sites: Codes) -> float:
    """Return the worst minutes from the nearest of some sites [min]."""
    return float(verify.nearest(reach.minutes, sites)[1].max())


def _refuse_too_few(units: int, smallest_unlimited: float, *, proven: bool) -> NoReturn:
    """Say that the units can't reach every area.

    Raises
    ------
    InfeasibleError
        When that is proven.
    NoAnswerYetError
        When it isn't.
    """
    if not proven:
        raise NoAnswerYetError(f"p_centre: no {units} units that reach every area were found; give more time")
    raise InfeasibleError(
        f"p_centre: {units} units can't reach every area",
        "lscp(minutes, inf) gives the units needed",
        smallest_with_units=np.inf,
        smallest_unlimited=smallest_unlimited,
    )


def refuse_standard_for_all(what: str, reach: Reach, soonest: Floats, control: Control) -> NoReturn:
    """Say that the units can't reach every area, and what standard they could meet.

    Parameters
    ----------
    what
        The model, for the message.
    reach
        The problem.
    soonest
        Least minutes to each area from a usable site, shape (areas,) [min].
    control
        The clock of the call.

    Raises
    ------
    InfeasibleError
        Always.
    """
    smallest: float | None = np.inf
    words = "the smallest standard they could meet is"
    try:
        fixed = np.flatnonzero(reach.least)
        closed = np.flatnonzero(reach.most == 0)
        found = p_centre(reach.minutes.table, reach.units, fixed=fixed, closed=closed, **control.left())
        smallest = found.objective
        words += " at most" if found.gap else ""
    except InfeasibleError:
        pass
    except NoAnswerYetError:
        smallest = None
        words = "there was no time to find the smallest standard they could meet"

    shown = "" if smallest is None else f" {smallest:g} minutes"
    raise InfeasibleError(
        f"{what}: {reach.units} units can't reach every area in time",
        f"{words}{shown}, with units at every site it is {float(soonest.max()):g} minutes",
        smallest_with_units=smallest,
        smallest_unlimited=float(soonest.max()),
    )
