"""Everyone reached once, most weight reached twice: backup covering problem 1 (BACOP1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn, Unpack

import numpy as np

from standby.locate import verify
from standby.locate.engine.choose import grain_of
from standby.locate.engine.control import Control
from standby.locate.engine.levels import Level, LevelModel, checked_siting, placed_units
from standby.locate.engine.scale import with_ordinary_weights
from standby.locate.errors import InfeasibleError, NoAnswerYetError
from standby.locate.models.p_centre import p_centre
from standby.locate.reach import checked_reach
from standby.locate.result import Siting, SolveOptions

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import ArrayLike, NDArray

    from standby.locate.reach import Reach


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
    minutes : array_like or scipy.sparse matrix
        Travel minutes, shape (sites, areas); ``inf`` or an unstored pair: may not serve [min].
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
        refuse_too_few("bacop1", reach, soonest, control)

    placed = placed_units(model, answer, "bacop1")
    count = reach.count(placed)
    verify.holds(bool((count >= 1).all()), "every area is reached in time")
    value = float(reach.weight[count >= 2].sum())
    return checked_siting(reach, placed, answer, objective=value, control=control, what="bacop1")


def refuse_too_few(what: str, reach: Reach, soonest: NDArray[np.float64], control: Control) -> NoReturn:
    """Say that the units can't reach every area, and what standard they could meet.

    Parameters
    ----------
    what : str
        The model, for the message.
    reach : Reach
        The problem.
    soonest : numpy.ndarray
        Least minutes to each area from a usable site, shape (areas,) [min].
    control : Control
        The clock of the call.

    Raises
    ------
    InfeasibleError
        Always.
    """
    smallest: float | None = np.inf
    words = "the smallest standard they could meet is"
    try:
        found = p_centre(
            reach.minutes.table,
            reach.units,
            fixed=np.flatnonzero(reach.least),
            closed=np.flatnonzero(reach.most == 0),
            **control.left(),
        )
        smallest = found.objective
        words += " at most" if found.gap else ""
    except InfeasibleError:
        pass
    except NoAnswerYetError:
        smallest, words = None, "there was no time to find the smallest standard they could meet"

    shown = "" if smallest is None else f" {smallest:g} minutes"
    raise InfeasibleError(
        f"{what}: {reach.units} units can't reach every area in time",
        f"{words}{shown}, with units at every site it is {float(soonest.max()):g} minutes",
        smallest_with_units=smallest,
        smallest_unlimited=float(soonest.max()),
    )
