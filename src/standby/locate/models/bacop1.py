"""Everyone reached once, most weight reached twice: backup covering problem 1 (BACOP1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

import numpy as np

from standby.locate import verify
from standby.locate.engine.choose import grain_of
from standby.locate.engine.control import Control
from standby.locate.engine.levels import Level, LevelModel, checked_siting, placed_units
from standby.locate.engine.scale import with_ordinary_weights
from standby.locate.models.p_centre import refuse_standard_for_all
from standby.locate.reach import checked_reach
from standby.locate.result import Siting, SolveOptions

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import ArrayLike


@with_ordinary_weights
def bacop1(
    minutes: ArrayLike,
    weight: ArrayLike,
    within: ArrayLike,
    units: int,
    *,
    fixed: Iterable[int] = (),
    closed: Iterable[int] = (),
    **options: Unpack[SolveOptions],
) -> Siting:
    """Everyone reached once, most weight reached twice: backup covering problem 1, one unit a site.

    Maximise ``sum_i weight_i u_i`` subject to ``sum_{j in N_i} x_j >= 1 + u_i``, ``sum_j x_j <= units``, x
    and u binary. An area with a single site in reach can never be backed up.

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
        At most this many units, one a site.
    fixed, closed
        Sites that must, and may not, hold a unit.
    **options
        See `SolveOptions`.

    Returns
    -------
    Siting
        `objective` is the weight with two units in reach.

    Raises
    ------
    InfeasibleError
        If not everyone can be reached: which areas, or the smallest standard the units could meet.
    SitingInputError
        If an argument is wrong.

    References
    ----------
    Hogan and ReVelle (1986), Concepts and applications of backup coverage, Management Science 32, 1434-1444.
    """
    control = Control(options)
    reach = checked_reach(
        minutes, weight=weight, within=within, units=units, per_site=1, fixed=fixed, closed=closed
    )
    soonest = reach.refuse_unreachable("bacop1")

    # The first unit in reach is a condition and the second is worth the weight.
    groups = reach.groups()
    total = groups.total(reach.weight)
    one_unit = np.ones(groups.size, np.int64)
    levels = [Level(one_unit, np.zeros(groups.size), least=1.0), Level(one_unit, total)]
    model = LevelModel(reach, groups, levels)
    answer = model.solve(control, grain_of(total[total > 0]))
    if answer.infeasible:
        refuse_standard_for_all("bacop1", reach, soonest, control)

    placed = placed_units(model, answer, "bacop1")
    count = reach.count(placed)
    verify.holds(bool((count >= 1).all()), "every area is reached in time")
    value = float(reach.weight[count >= 2].sum())
    return checked_siting(reach, placed, answer, objective=value, control=control, what="bacop1")
