"""Backup cover: a second unit in reach (BACOP1, BACOP2) and the double standard (DSM)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Unpack

import numpy as np

from standby.locate import _check
from standby.locate._choose import grain_of
from standby.locate._control import Control
from standby.locate._covering import refuse_unreachable
from standby.locate._distance import p_centre
from standby.locate._inputs import checked_share
from standby.locate._levels import (
    Level,
    LevelModel,
    Ranges,
    checked_siting,
    count_units,
    placed_units,
    read_levels,
)
from standby.locate._result import (
    InfeasibleError,
    NoAnswerYetError,
    Siting,
    SitingInputError,
    SolveOptions,
)
from standby.locate._scale import with_ordinary_weights

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import ArrayLike, NDArray

    from standby.locate._times import Times


def _refuse_short(
    what: str,
    times: Times,
    units: int,
    fixed: Iterable[int],
    closed: Iterable[int],
    best: NDArray[Any],
    control: Control,
) -> None:
    """Say that the units can't reach every area, and what standard they could meet.

    Raises
    ------
    InfeasibleError
        Always.
    """
    table = times.dense if times.dense is not None else times.sparse
    could: float | None = np.inf
    words = "the smallest standard they could meet is"
    try:
        found = p_centre(table, units, fixed=fixed, closed=closed, **control.left())  # type: ignore[arg-type]
        could = found.objective
        words += " at most" if found.gap else ""
    except InfeasibleError:
        pass
    except NoAnswerYetError:
        could, words = None, "there was no time to find the smallest standard they could meet"

    shown = "" if could is None else f" {could:g} minutes"
    raise InfeasibleError(
        f"{what}: {units} units can't reach every area in time",
        f"{words}{shown}, with units at every site it is {float(best.max()):g} minutes",
        smallest_with_units=could,
        smallest_unlimited=float(best.max()),
    )


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
    times, demand, reach, ranges = read_levels(minutes, weight, within, units, 1, fixed, closed)
    best = refuse_unreachable(times, reach, np.nonzero(ranges.most)[0], "bacop1")
    (groups,) = times.groups(reach)
    total = groups.total(demand)
    none = np.zeros(groups.size)
    ones = np.ones(groups.size, np.int64)
    model = LevelModel(groups, [Level(ones, none, least=1.0), Level(ones, total)], ranges)
    answer = model.solve(control, grain_of(total[total > 0]))
    if answer.infeasible:
        _refuse_short("bacop1", times, units, fixed, closed, best, control)
    placed = placed_units(model, answer, "bacop1")
    count = count_units(times, placed, reach)
    _check.holds(bool((count >= 1).all()), "every area is reached in time")
    value = float(demand[count >= 2].sum())
    return checked_siting(
        times, placed, answer, objective=value, within=reach, ranges=ranges, control=control, what="bacop1"
    )


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
    minutes : array_like or scipy.sparse matrix
        Travel minutes, shape (sites, areas); ``inf`` or an unstored pair: may not serve [min].
    weight : array_like
        Demand of each area, shape (areas,), >= 0.
    within : float or array_like
        The standard, one number or one for each area [min].
    units : int
        At most this many units, one a site.
    theta : float
        Importance of being reached once against being reached twice, between 0 and 1.
    fixed, closed : iterable of int
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
    times, demand, reach, ranges = read_levels(minutes, weight, within, units, 1, fixed, closed)
    (groups,) = times.groups(reach)
    total = groups.total(demand)
    ones = np.ones(groups.size, np.int64)
    levels = [Level(ones, theta * total), Level(ones, (1 - theta) * total)]
    model = LevelModel(groups, levels, ranges)
    answer = model.solve(control, 0.0)
    placed = placed_units(model, answer, "bacop2")
    count = count_units(times, placed, reach)
    objective = float(theta * demand[count >= 1].sum() + (1 - theta) * demand[count >= 2].sum())
    return checked_siting(
        times,
        placed,
        answer,
        objective=objective,
        within=reach,
        ranges=ranges,
        control=control,
        what="bacop2",
    )


@with_ordinary_weights
def dsm(
    minutes: ArrayLike,
    weight: ArrayLike,
    within: ArrayLike,
    outer: ArrayLike,
    share: float,
    units: int,
    *,
    per_site: ArrayLike | None = None,
    fixed: Iterable[int] = (),
    closed: Iterable[int] = (),
    **options: Unpack[SolveOptions],
) -> Siting:
    """Place units by the double standard model: a wide standard for all, a short one for most, and twice.

    Maximise ``sum_i weight_i u_i`` subject to ``sum_{j in outer reach} x_j >= 1``, ``y_i + u_i <= sum_{j in
    reach} x_j``, ``u_i <= y_i``, ``sum_i weight_i y_i >= share * sum_i weight_i``, ``sum_j x_j <= units``,
    ``x_j <= per_site_j``; x whole, y and u binary. Two units at one site back each other up.

    Parameters
    ----------
    minutes : array_like or scipy.sparse matrix
        Travel minutes, shape (sites, areas); ``inf`` or an unstored pair: may not serve [min].
    weight : array_like
        Demand of each area, shape (areas,), >= 0.
    within, outer : float or array_like
        Inner and outer standard, one number or one for each area, outer no shorter [min].
    share : float
        Share of the weight that must be reached within the inner standard, between 0 and 1.
    units : int
        At most this many units.
    per_site : int or array_like, optional
        Most units at a site; default no limit.
    fixed, closed : iterable of int
        Sites that must, and may not, hold a unit.
    **options
        See `SolveOptions`.

    Returns
    -------
    Siting
        `objective` is the weight with two units within the inner standard.

    Raises
    ------
    InfeasibleError
        If the outer standard or the share can't be met: which areas, and what could be met.
    SitingInputError
        If an argument is wrong.

    References
    ----------
    Gendreau, Laporte and Semet (1997), Solving an ambulance location model by tabu search, Location Science
    5, 75-88.
    """
    control = Control(options)
    share = checked_share(share, "share")
    times, demand, reach, ranges = read_levels(minutes, weight, within, units, per_site, fixed, closed)
    wide, best = _outer(times, outer, reach, ranges)
    model = _double(times, demand, reach, wide, ranges, share)
    answer = model.solve(control, grain_of(demand[demand > 0]))
    if answer.infeasible:
        _refuse_double(times, demand, reach, wide, ranges, fixed, closed, best, share, control)
    placed = placed_units(model, answer, "dsm")
    count = count_units(times, placed, reach)
    _check_double(demand, count, count_units(times, placed, wide), share)
    value = float(demand[count >= 2].sum())
    return checked_siting(
        times, placed, answer, objective=value, within=reach, ranges=ranges, control=control, what="dsm"
    )


def _outer(
    times: Times, outer: ArrayLike, reach: NDArray[Any], ranges: Ranges
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return the outer standard and the least minutes of each area.

    Raises
    ------
    SitingInputError
        If it is shorter than the inner one.
    """
    wide = times.standard(outer, "outer")
    if (wide < reach).any():
        raise SitingInputError("outer is shorter than within for some areas", "give outer >= within")
    return wide, refuse_unreachable(times, wide, np.nonzero(ranges.most)[0], "dsm")


def _check_double(
    demand: NDArray[np.float64], inner: NDArray[np.int64], outer: NDArray[np.int64], share: float
) -> None:
    """Hold that everyone has a unit within the outer standard, and the share one within the inner."""
    once, wanted = float(demand[inner >= 1].sum()), share * float(demand.sum())
    _check.holds(bool((outer >= 1).all()), "every area is within the outer standard")
    _check.holds(once >= wanted - 1e-6 * max(1.0, wanted), "the share is within the inner standard")


def _double(
    times: Times,
    demand: NDArray[np.float64],
    reach: NDArray[Any],
    wide: NDArray[Any],
    ranges: Ranges,
    share: float,
) -> LevelModel:
    """Return the double standard model."""
    inner_groups, outer_groups = times.groups(reach, wide)
    total = inner_groups.total(demand)
    ones = np.ones(inner_groups.size, np.int64)
    levels = [Level(ones, np.zeros(ones.size)), Level(ones, total)]
    model = LevelModel(inner_groups, levels, ranges)
    model.must_reach(outer_groups)
    wanted = share * float(demand.sum())
    model.mip.rows((total[None, :], model.met[0]), lower=wanted - 1e-9 * max(1.0, wanted))
    return model


def _refuse_double(
    times: Times,
    demand: NDArray[np.float64],
    reach: NDArray[Any],
    wide: NDArray[Any],
    ranges: Ranges,
    fixed: Iterable[int],
    closed: Iterable[int],
    best: NDArray[Any],
    share: float,
    control: Control,
) -> None:
    """Say which of the two standards can't be met.

    Raises
    ------
    InfeasibleError
        Always.
    """
    inner_groups, outer_groups = times.groups(reach, wide)
    total = inner_groups.total(demand)
    model = LevelModel(inner_groups, [Level(np.ones(total.size, np.int64), total)], ranges)
    model.must_reach(outer_groups)
    most = model.solve(control, 0.0)
    if most.infeasible:
        _refuse_short("dsm (outer)", times, ranges.units, fixed, closed, best, control)

    alone = float(demand[times.least(np.nonzero(ranges.most)[0]) <= reach].sum() / demand.sum())
    proven = most.x is not None and most.bound >= most.value
    words = "the greatest share" if proven else "the greatest share found in the time given that"
    greatest = "" if most.x is None else f"{words} these {ranges.units} units can reach is "
    greatest += "" if most.x is None else f"{-most.value / float(demand.sum()):.6g}, "
    raise InfeasibleError(
        f"dsm: a share of {share:g} can't be reached within the inner standard",
        f"{greatest}with units at every site {alone:.6g}",
    )
