"""Most weight that reliably finds a free unit in reach, all units equally busy (MALP I)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Unpack

import numpy as np

from standby.locate.engine.choose import grain_of
from standby.locate.engine.control import Control
from standby.locate.engine.levels import Level, LevelModel, checked_siting, placed_units
from standby.locate.engine.scale import with_ordinary_weights
from standby.locate.errors import SitingInputError
from standby.locate.inputs import checked_share
from standby.locate.reach import checked_reach
from standby.locate.result import Siting, SolveOptions

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import ArrayLike

    from standby._typing import Codes
    from standby.locate.reach import Reach


@with_ordinary_weights
def malp1(
    minutes: ArrayLike,
    weight: ArrayLike,
    within: ArrayLike,
    units: int,
    busy: float,
    reliability: float = 0.9,
    *,
    per_site: ArrayLike | None = None,
    fixed: Iterable[int] = (),
    closed: Iterable[int] = (),
    **options: Unpack[SolveOptions],
) -> Siting:
    """Most weight that reliably finds a free unit in reach, all units equally busy: MALP I.

    An area needs b units in reach, the least b with ``1 - busy^b >= reliability``. Maximise ``sum_i weight_i
    y_i`` subject to ``b y_i <= sum_{j in N_i} x_j``, ``sum_j x_j <= units``, x whole, y binary.

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
        Chance that a unit is busy, between 0 and 1 (below 1).
    reliability
        Chance of finding a free unit that counts as cover, between 0 and 1 (below 1 unless `busy` is 0).
    per_site
        Most units at a site; default no limit.
    fixed, closed
        Sites that must, and may not, hold a unit.
    **options
        See `SolveOptions`.

    Returns
    -------
    Siting
        `objective` is the weight reached with the stated reliability.

    Raises
    ------
    SitingInputError
        If an argument is wrong, or no number of units gives the reliability.

    References
    ----------
    ReVelle and Hogan (1989), The maximum availability location problem, Transportation Science 23, 192-200.
    """
    control = Control(options)
    enough = units_for_reliability(busy, reliability)
    reach = checked_reach(
        minutes, weight=weight, within=within, units=units, per_site=per_site, fixed=fixed, closed=closed
    )
    return solve_reliable(reach, np.full(reach.n_areas, enough), control, "malp1")


def solve_reliable(reach: Reach, enough: Codes, control: Control, what: str) -> Siting:
    """Maximise the weight of areas that enough units reach.

    Parameters
    ----------
    reach
        The problem.
    enough
        Units in reach that make each area reliably covered, shape (areas,).
    control
        Time limit, progress and interruption.
    what
        The model, for messages.
    """
    (groups,) = reach.minutes.groups(reach.within, labels=enough)
    total = groups.total(reach.weight)
    need = enough[groups.first_member()]

    # A group that all the units at the sites in its reach would not cover is worth nothing.
    possible = groups.matrix(reach.n_sites) @ np.minimum(reach.most, reach.units) >= need
    value = np.where(possible & (need <= reach.units), total, 0.0)
    model = LevelModel(reach, groups, [Level(need, value)])
    answer = model.solve(control, grain_of(value[value > 0]))

    placed = placed_units(model, answer, what)
    objective = float(reach.weight[reach.count(placed) >= enough].sum())
    return checked_siting(reach, placed, answer, objective=objective, control=control, what=what)


def units_for_reliability(busy: float, reliability: float) -> int:
    """Return the least b (at least 1) with ``1 - busy^b >= reliability``.

    Parameters
    ----------
    busy, reliability
        Chances between 0 and 1.

    Returns
    -------
    int
        Number of units.

    Raises
    ------
    SitingInputError
        If a chance is none, or no number of units gives the reliability.
    """
    busy = checked_share(busy, "busy")
    reliability = checked_share(reliability, "reliability")
    if busy == 0 or reliability == 0:
        return 1
    if busy == 1 or reliability == 1:
        raise SitingInputError(
            f"no number of units gives reliability {reliability:g} when each is busy with chance {busy:g}",
            "ask for less, or give a lower busy share",
        )

    # From one below the solution of 1 - busy^b = reliability, for rounding.
    b = max(1, math.floor(math.log1p(-reliability) / math.log(busy)) - 1)
    while 1 - busy**b < reliability - 1e-12:
        b += 1
    return b
