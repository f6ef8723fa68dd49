"""Cover everyone with the fewest sites: the location set covering problem (LSCP)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

import numpy as np

from standby.locate import verify
from standby.locate.compressed import rows_of, starts_of
from standby.locate.engine._kernels_search import SHUT
from standby.locate.engine.choose import SiteProblem, grain_of
from standby.locate.engine.control import Control
from standby.locate.engine.decide_cover import cover_choice
from standby.locate.engine.reduce import reduced, repaired
from standby.locate.inputs import checked_fee
from standby.locate.reach import checked_reach
from standby.locate.result import Siting, SolveOptions

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import ArrayLike, NDArray

    from standby._typing import Floats
    from standby.locate.minutes import CoverGroups
    from standby.locate.reach import Reach


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
    minutes
        Travel minutes, an array or a sparse matrix of shape (sites, areas); ``inf`` or an unstored pair: may
        not serve; a boolean matrix: who reaches whom [min].
    within
        The standard, one number or one for each area [min].
    cost
        Cost of each site, shape (sites,); default 1 each, so that the objective counts sites.
    fixed, closed
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
    reach = checked_reach(minutes, within=within, fixed=fixed, closed=closed)
    fee = np.ones(reach.n_sites) if cost is None else checked_fee(cost, reach.n_sites, "cost")

    groups = reach.groups()
    if not _all_reachable(reach, groups):
        reach.refuse_unreachable("lscp")

    # Leaving a group out costs as much as its cheapest site, so that opening this one repairs it.
    problem = reduced(set_cover_problem(groups, fee, reach.status), control)
    choice = cover_choice(problem, control)
    placed = repaired(problem, choice.is_open).astype(np.int64)

    objective = float(fee[np.flatnonzero(placed)].sum())
    verify.holds(bool((reach.count(placed) >= 1).all()), "every area is reached in time")
    verify.holds(
        objective <= choice.value + 1e-6 * max(1.0, objective),
        "opening the left-out groups' sites costs no more",
    )
    return verify.finished(
        reach, placed, objective=objective, bound=choice.bound, larger_is_better=False, control=control
    )


def _all_reachable(reach: Reach, groups: CoverGroups) -> bool:
    """Say whether every group has a site that may be open."""
    group_of_pair = rows_of(groups.indptr)
    reachable = np.zeros(groups.size, bool)
    reachable[group_of_pair[reach.status[groups.site] != SHUT]] = True
    return bool(reachable.all())


def set_cover_problem(groups: CoverGroups, fee: Floats, status: NDArray[np.int8]) -> SiteProblem:
    """Return set cover as site choice: leaving a group out costs as much as its cheapest site.

    Parameters
    ----------
    groups
        Areas with equal cover sets merged; each has a site that may be open.
    fee
        Cost of each site, shape (sites,).
    status
        Which sites are free, open and shut, shape (sites,).
    """
    shut = status == SHUT
    usable = ~shut[groups.site]
    group_of_pair = rows_of(groups.indptr)[usable]
    site = groups.site[usable]

    indptr = starts_of(group_of_pair, groups.size)
    return SiteProblem(
        indptr=indptr,
        site=site,
        cost=np.zeros(site.size),
        spare=np.minimum.reduceat(fee[site], indptr[:-1]),
        fee=fee,
        status=status,
        places=fee.size,
        grain=grain_of(fee[~shut]),
    )
