"""Most weight expected to find a free unit in reach: maximum expected covering (MEXCLP)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Unpack

import numpy as np

from standby.locate.engine.control import Control
from standby.locate.engine.expected import expected_cover
from standby.locate.engine.levels import Level, LevelModel, checked_siting
from standby.locate.engine.mip import MipAnswer
from standby.locate.engine.scale import with_ordinary_weights
from standby.locate.errors import SolverMissingError
from standby.locate.inputs import checked_share
from standby.locate.models.mclp import solve_mclp
from standby.locate.reach import checked_reach
from standby.locate.result import Siting, SolveOptions

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import ArrayLike

    from standby.locate.minutes import CoverGroups
    from standby.locate.reach import Reach

_MOST_WORK = 2e9
"""Elementary steps (a few seconds) after which the own search hands over to the general solver, if that is
installed."""

_SMALLEST = 1e-12
"""Worth of one unit more in reach, as a share of the weight, below which it is not counted by the solver."""

_LARGEST = 3_000_000
"""Entries of a model beyond which the general solver isn't asked, and the own search goes on."""


@with_ordinary_weights
def mexclp(
    minutes: ArrayLike,
    weight: ArrayLike,
    within: ArrayLike,
    units: int,
    busy: float,
    *,
    per_site: ArrayLike | None = None,
    fixed: Iterable[int] = (),
    closed: Iterable[int] = (),
    **options: Unpack[SolveOptions],
) -> Siting:
    """Most weight expected to find a free unit in reach: the maximum expected covering location problem.

    Maximise ``sum_i sum_k weight_i (1 - busy) busy^(k-1) y_ik`` subject to ``sum_k y_ik <= sum_{j in N_i}
    x_j``, ``sum_j x_j <= units``, ``x_j <= per_site_j``, x whole; with n units in reach an area counts ``1 -
    busy^n`` of its weight. Units are busy independently.

    Parameters
    ----------
    minutes
        Travel minutes, an array or a sparse matrix of shape (sites, areas); ``inf`` or an unstored pair: may
        not serve [min].
    weight
        Demand of each area, shape (areas,), >= 0.
    within
        The standard, one number or one for each area [min].
    units
        At most this many units.
    busy
        Chance that a unit is busy, between 0 and 1.
    per_site
        Most units at a site; default no limit (units may share a site).
    fixed, closed
        Sites that must, and may not, hold a unit.
    **options
        See `SolveOptions`.

    Returns
    -------
    Siting
        `objective` is the expected weight reached by a free unit.

    Raises
    ------
    SitingInputError
        If an argument is wrong, for instance more units than places.

    References
    ----------
    Daskin (1983), A maximum expected covering location model, Transportation Science 17, 48-70.
    """
    control = Control(options)
    busy = checked_share(busy, "busy")
    reach = checked_reach(
        minutes, weight=weight, within=within, units=units, per_site=per_site, fixed=fixed, closed=closed
    )
    groups = reach.groups()

    # Where no unit is ever busy, a second one in reach adds nothing.
    if busy == 0:
        once = replace(reach, most=np.minimum(reach.most, 1), units=min(reach.units, reach.n_sites))
        return solve_mclp(once, groups, control)

    # Own search first; the general solver when that takes long.
    control.show = lambda value: -value
    answer = expected_cover(reach, groups, busy, control, most_work=_MOST_WORK).answer()
    if answer.bound < answer.value and control.go_on():
        answer = _by_levels(reach, groups, busy, control, answer)

    placed = answer.x[: reach.n_sites].astype(np.int64)  # type: ignore[index]
    count = reach.count(placed)
    objective = float((reach.weight * np.where(count > 0, 1 - busy**count, 0.0)).sum())
    return checked_siting(reach, placed, answer, objective=objective, control=control, what="mexclp")


def _by_levels(
    reach: Reach, groups: CoverGroups, busy: float, control: Control, known: MipAnswer
) -> MipAnswer:
    """Solve Daskin's own model with the general solver, from the placement known; without it search on."""
    # The k-th unit in reach is worth this share of the weight; levels that no sum would show are left out.
    deepest = int((groups.matrix(reach.n_sites) @ reach.most).max(initial=0))
    worth = [(1 - busy) * busy ** (k - 1) for k in range(1, min(reach.units, deepest) + 1)]
    total = groups.total(reach.weight)
    one_unit = np.ones(groups.size, np.int64)
    levels = [Level(one_unit, value * total) for value in worth if value > _SMALLEST]
    if groups.site.size + 3 * len(levels) * groups.size > _LARGEST:
        return _searched_on(reach, groups, busy, control, known)

    try:
        answer = LevelModel(reach, groups, levels).solve(control, 0.0)
    except SolverMissingError:
        return _searched_on(reach, groups, busy, control, known)
    return _better_of(answer, known)


def _searched_on(
    reach: Reach, groups: CoverGroups, busy: float, control: Control, known: MipAnswer
) -> MipAnswer:
    """Go on with the own search to the end."""
    return _better_of(expected_cover(reach, groups, busy, control).answer(), known)


def _better_of(newer: MipAnswer, older: MipAnswer) -> MipAnswer:
    """Return the better placement, the newer of two alike, with the better of the two bounds."""
    best = older if newer.x is None or older.value < newer.value else newer
    bound = max(newer.bound, older.bound)
    return MipAnswer(best.x, best.value, min(bound, best.value), infeasible=False)
