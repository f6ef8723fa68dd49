"""First and second cover traded against each other: backup covering problem 2 (BACOP2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

import numpy as np

from standby.locate.engine.control import Control
from standby.locate.engine.levels import Level, LevelModel, checked_siting, placed_units
from standby.locate.engine.scale import with_ordinary_weights
from standby.locate.inputs import checked_share
from standby.locate.reach import checked_reach
from standby.locate.result import Siting, SolveOptions

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import ArrayLike


@with_ordinary_weights
def bacop2(
    minutes: ArrayLike,
    weight: ArrayLike,
    within: ArrayLike,
    units: int,
    *,
    theta: float = 0.5,
    fixed: Iterable[int] = (),
    closed: Iterable[int] = (),
    **options: Unpack[SolveOptions],
) -> Siting:
    """First and second cover traded against each other: backup covering problem 2, one unit a site.

    Maximise ``theta sum_i weight_i y_i + (1 - theta) sum_i weight_i u_i`` subject to ``y_i + u_i <= sum_{j in
    N_i} x_j``, ``u_i <= y_i``, ``sum_j x_j <= units``, all binary.

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
    theta
        Importance of being reached once against being reached twice, between 0 and 1.
    fixed, closed
        Sites that must, and may not, hold a unit.
    **options
        See `SolveOptions`.

    Returns
    -------
    Siting
        `objective` is the weighted sum above.

    Raises
    ------
    SitingInputError
        If an argument is wrong.

    References
    ----------
    Hogan and ReVelle (1986), Management Science 32, 1434-1444; in the form of Brotcorne, Laporte and Semet
    (2003), EJOR 147, 451-463.
    """
    control = Control(options)
    theta = checked_share(theta, "theta")
    reach = checked_reach(
        minutes, weight=weight, within=within, units=units, per_site=1, fixed=fixed, closed=closed
    )

    groups = reach.groups()
    total = groups.total(reach.weight)
    one_unit = np.ones(groups.size, np.int64)
    levels = [Level(one_unit, theta * total), Level(one_unit, (1 - theta) * total)]
    model = LevelModel(reach, groups, levels)
    answer = model.solve(control, 0.0)

    placed = placed_units(model, answer, "bacop2")
    count = reach.count(placed)
    once = reach.weight[count >= 1].sum()
    twice = reach.weight[count >= 2].sum()
    objective = float(theta * once + (1 - theta) * twice)
    return checked_siting(reach, placed, answer, objective=objective, control=control, what="bacop2")
