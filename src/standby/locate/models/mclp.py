"""Cover most with the units there are: the maximal covering location problem (MCLP)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

import numpy as np

from standby.locate import verify
from standby.locate.compressed import rows_of, starts_of
from standby.locate.engine._kernels_search import SHUT
from standby.locate.engine.choose import SiteProblem, grain_of
from standby.locate.engine.control import Control
from standby.locate.engine.decide_cover import cover_choice
from standby.locate.engine.reduce import without_weak_sites
from standby.locate.engine.scale import with_ordinary_weights
from standby.locate.reach import checked_reach
from standby.locate.result import Siting, SolveOptions

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import ArrayLike, NDArray

    from standby._typing import Floats, Mask
    from standby.locate.minutes import CoverGroups
    from standby.locate.reach import Reach


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
    minutes
        Travel minutes, an array or a sparse matrix of shape (sites, areas); ``inf`` or an unstored pair: may
        not serve; a boolean matrix: who reaches whom [min].
    weight
        Demand of each area, shape (areas,), >= 0.
    within
        The standard, one number or one for each area [min].
    units
        At most this many units, one a site.
    fixed, closed
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
    reach = checked_reach(
        minutes, weight=weight, within=within, units=units, per_site=1, fixed=fixed, closed=closed
    )
    return solve_mclp(reach, reach.groups(), control)


def solve_mclp(reach: Reach, groups: CoverGroups, control: Control, start: Mask | None = None) -> Siting:
    """Solve a maximal cover of at most one unit a site.

    Parameters
    ----------
    reach
        The problem.
    groups
        Its areas with equal cover sets merged.
    control
        Time limit, progress and interruption.
    start
        Sites of a known answer, shape (sites,).
    """
    problem = without_weak_sites(
        max_cover_problem(groups, groups.total(reach.weight), reach.status, reach.units)
    )

    # The search pays for what is left out.
    total = float(problem.spare.sum())
    control.show = lambda left_out: total - left_out
    choice = cover_choice(problem, control, start=start)

    placed = choice.is_open.astype(np.int64)
    verify.holds(int(placed.sum()) <= reach.units, "at most the units there are")
    objective = reach.covered_weight(placed)
    verify.same_value(total - choice.value, objective, "mclp")

    bound = objective if choice.bound >= choice.value else total - choice.bound
    return verify.finished(
        reach, placed, objective=objective, bound=bound, larger_is_better=True, control=control
    )


def max_cover_problem(
    groups: CoverGroups, weight: Floats, status: NDArray[np.int8], units: int
) -> SiteProblem:
    """Return maximal cover as site choice: a group left out pays its weight.

    Parameters
    ----------
    groups
        Areas with equal cover sets merged.
    weight
        Weight of each group.
    status
        Which sites are free, open and shut, shape (sites,).
    units
        Most sites that may be open.
    """
    # Only pairs of a site that may be open and a group of weight matter.
    group_of_pair = rows_of(groups.indptr)
    useful = (status[groups.site] != SHUT) & (weight[group_of_pair] > 0)
    kept, row = np.unique(group_of_pair[useful], return_inverse=True)
    site = groups.site[useful]
    spare = weight[kept]

    return SiteProblem(
        indptr=starts_of(row, kept.size),
        site=site,
        cost=np.zeros(site.size),
        spare=spare,
        fee=np.zeros(status.size),
        status=status,
        places=units,
        grain=grain_of(spare),
    )
