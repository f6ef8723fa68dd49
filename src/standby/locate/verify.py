"""Answers checked against the input and the chosen sites alone; nothing here knows the solver."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from standby.locate.errors import SitingCheckError
from standby.locate.result import PROVEN_GAP, Siting, relative_gap

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from standby._typing import Codes
    from standby.locate.engine.control import Control
    from standby.locate.minutes import MinutesTable
    from standby.locate.reach import Reach


def nearest(
    times: MinutesTable, sites: Codes, within: NDArray[Any] | None = None
) -> tuple[Codes, NDArray[Any]]:
    """Return the chosen site that serves each area soonest (-1 none in time) and its minutes."""
    best = np.full(times.n_areas, np.inf, times.dtype)
    who = np.full(times.n_areas, -1, np.int64)
    for j in sites:
        row = times.row(int(j))
        sooner = row < best
        best[sooner] = row[sooner]
        who[sooner] = j

    if within is not None:
        who[~(best <= within)] = -1
    return who, best


def same_value(said: float, found: float, what: str) -> None:
    """Compare what the solver said with what was found.

    Raises
    ------
    SitingCheckError
        If they differ by more than rounding.
    """
    if not abs(said - found) <= 1e-6 * max(1.0, abs(found)):
        raise SitingCheckError(
            f"{what}: the solver said {said!r}, the input gives {found!r}; please report this"
        )


def no_worse(said: float, found: float, what: str, *, larger_is_better: bool, proven: bool) -> None:
    """Compare what the solver said with what was found: the same if proven, else at least as good.

    The incumbent of a solve that was stopped can be worth more than its own columns say.

    Raises
    ------
    SitingCheckError
        If it isn't.
    """
    better = found > said if larger_is_better else found < said
    if proven or not better:
        same_value(said, found, what)


def holds(condition: bool, what: str) -> None:  # noqa: FBT001 - reads as "holds(x <= y, 'x is at most y')"
    """Raise if a condition of the model isn't met.

    Raises
    ------
    SitingCheckError
        If it isn't.
    """
    if not condition:
        raise SitingCheckError(f"the solver's answer breaks a condition: {what}; please report this")


def bound_side(objective: float, bound: float, *, larger_is_better: bool) -> float:
    """Return the bound, moved to the objective where rounding put it on the wrong side.

    Raises
    ------
    SitingCheckError
        If the answer is better than its bound by more than rounding.
    """
    excess = objective - bound if larger_is_better else bound - objective
    if excess > 1e3 * PROVEN_GAP * max(1.0, abs(objective)):
        raise SitingCheckError(
            f"the answer {objective!r} is better than its own bound {bound!r}; please report this"
        )
    return objective if excess > 0 else bound


def finished(
    reach: Reach,
    placed: Codes,
    *,
    objective: float,
    bound: float,
    larger_is_better: bool,
    control: Control,
) -> Siting:
    """Build the answer from the units at every site and an objective that was computed from the input.

    Parameters
    ----------
    reach
        The problem.
    placed
        Units at each site, shape (sites,).
    objective
        Value of these units, computed without the solver.
    bound
        Value that the solver proved no answer can beat.
    larger_is_better
        Whether the model maximises.
    control
        The clock of the call, which knows why the solve ended.
    """
    sites = np.flatnonzero(placed)
    bound = bound_side(objective, bound, larger_is_better=larger_is_better)
    gap = relative_gap(objective, bound)

    return Siting(
        sites=sites,
        units=placed[sites].astype(np.int64),
        objective=objective,
        bound=objective if gap == 0.0 else bound,
        gap=gap,
        status="optimal" if gap == 0.0 else control.status,
        seconds=control.seconds,
        assignment=nearest(reach.minutes, sites, reach.within)[0],
    )
