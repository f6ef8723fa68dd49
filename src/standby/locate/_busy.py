"""Cover by units that may be busy: expected cover (MEXCLP) and reliable cover (MALP I and II)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Unpack

import numpy as np
from scipy import sparse

from standby.locate._choose import grain_of
from standby.locate._control import Control
from standby.locate._covering import solve_mclp
from standby.locate._expected import expected_cover
from standby.locate._inputs import checked_share, checked_weight
from standby.locate._levels import (
    Level,
    LevelModel,
    Ranges,
    checked_siting,
    count_units,
    placed_units,
    read_levels,
)
from standby.locate._mip import MipAnswer
from standby.locate._result import Siting, SitingInputError, SolveOptions, SolverMissingError
from standby.locate._scale import with_ordinary_weights

_MOST_WORK = 2e9
"""Elementary steps (a few seconds) after which the own search hands over to the general solver, if that is
installed."""

_SMALLEST = 1e-12
"""Worth of one unit more in reach, as a share of the weight, below which it is not counted by the solver."""

_LARGEST = 3_000_000
"""Entries of a model beyond which the general solver isn't asked, and the own search goes on."""

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import ArrayLike, NDArray

    from standby.locate._times import CoverGroups, Times


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
    minutes : array_like or scipy.sparse matrix
        Travel minutes, shape (sites, areas); ``inf`` or an unstored pair: may not serve [min].
    weight : array_like
        Demand of each area, shape (areas,), >= 0.
    within : float or array_like
        The standard, one number or one for each area [min].
    units : int
        At most this many units.
    busy : float
        Chance that a unit is busy, between 0 and 1.
    per_site : int or array_like, optional
        Most units at a site; default no limit (units may share a site).
    fixed, closed : iterable of int
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
    times, demand, reach, ranges = read_levels(minutes, weight, within, units, per_site, fixed, closed)
    return _expected(times, demand, reach, busy, ranges, control)


def _expected(
    times: Times,
    demand: NDArray[np.float64],
    reach: NDArray[Any],
    busy: float,
    ranges: Ranges,
    control: Control,
) -> Siting:
    """Solve the expected cover: own search first, the general solver when that takes long."""
    (groups,) = times.groups(reach)
    if busy == 0:  # a second unit in reach adds nothing
        once = (ranges.least, np.minimum(ranges.most, 1))
        return solve_mclp(times, groups, demand, reach, once, min(ranges.units, times.n_sites), control)
    total = groups.total(demand)
    control.show = lambda value: -value
    answer = expected_cover(groups, total, busy, ranges, control, most_work=_MOST_WORK).answer()
    if answer.bound < answer.value and control.go_on():
        answer = _by_levels(groups, total, busy, ranges, control, answer)
    placed = answer.x[: times.n_sites].astype(np.int64)  # type: ignore[index]
    count = count_units(times, placed, reach)
    objective = float((demand * np.where(count > 0, 1 - busy**count, 0.0)).sum())
    return checked_siting(
        times,
        placed,
        answer,
        objective=objective,
        within=reach,
        ranges=ranges,
        control=control,
        what="mexclp",
    )


def _by_levels(
    groups: CoverGroups,
    total: NDArray[np.float64],
    busy: float,
    ranges: Ranges,
    control: Control,
    known: MipAnswer,
) -> MipAnswer:
    """Solve Daskin's own model with the general solver, from the placement known; without it search on."""
    deepest = int((groups.matrix(ranges.most.size) @ ranges.most).max(initial=0))
    worth = [(1 - busy) * busy ** (k - 1) for k in range(1, min(ranges.units, deepest) + 1)]
    ones = np.ones(groups.size, np.int64)
    # levels that no sum in double precision would show are left out
    levels = [Level(ones, value * total) for value in worth if value > _SMALLEST]
    if groups.site.size + 3 * len(levels) * groups.size > _LARGEST:
        return _searched_on(groups, total, busy, ranges, control, known)

    try:
        answer = LevelModel(groups, levels, ranges).solve(control, 0.0)
    except SolverMissingError:
        return _searched_on(groups, total, busy, ranges, control, known)
    bound = max(answer.bound, known.bound)
    best = known if answer.x is None or known.value < answer.value else answer
    return MipAnswer(best.x, best.value, min(bound, best.value), infeasible=False)


def _searched_on(
    groups: CoverGroups,
    total: NDArray[np.float64],
    busy: float,
    ranges: Ranges,
    control: Control,
    known: MipAnswer,
) -> MipAnswer:
    """Go on with the own search to the end; the better placement and the better bound hold."""
    answer = expected_cover(groups, total, busy, ranges, control).answer()
    best = known if known.value < answer.value else answer
    return MipAnswer(best.x, best.value, min(max(answer.bound, known.bound), best.value), infeasible=False)


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
    minutes : array_like or scipy.sparse matrix
        Travel minutes, shape (sites, areas); ``inf`` or an unstored pair: may not serve [min].
    weight : array_like
        Demand of each area, shape (areas,), >= 0.
    within : float or array_like
        The standard, one number or one for each area [min].
    units : int
        At most this many units.
    busy : float
        Chance that a unit is busy, between 0 and 1 (below 1).
    reliability : float
        Chance of finding a free unit that counts as cover, between 0 and 1 (below 1 unless `busy` is 0).
    per_site : int or array_like, optional
        Most units at a site; default no limit.
    fixed, closed : iterable of int
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
    need = units_for_reliability(checked_share(busy, "busy"), checked_share(reliability, "reliability"))
    times, demand, reach, ranges = read_levels(minutes, weight, within, units, per_site, fixed, closed)
    return _reliable(times, demand, reach, ranges, np.full(times.n_areas, need), control, "malp1")


@with_ordinary_weights
def malp2(
    minutes: ArrayLike,
    weight: ArrayLike,
    within: ArrayLike,
    units: int,
    load: ArrayLike,
    reliability: float = 0.9,
    *,
    per_site: ArrayLike | None = None,
    fixed: Iterable[int] = (),
    closed: Iterable[int] = (),
    **options: Unpack[SolveOptions],
) -> Siting:
    """Most weight that reliably finds a free unit in reach, by each area's local load: MALP II.

    Area i needs b_i units in reach, the least b with ``1 - (load_i / b)^b >= reliability``, where load_i is
    the work offered in the surroundings of i (see `local_load`). Otherwise as `malp1`.

    Parameters
    ----------
    minutes : array_like or scipy.sparse matrix
        Travel minutes, shape (sites, areas); ``inf`` or an unstored pair: may not serve [min].
    weight : array_like
        Demand of each area, shape (areas,), >= 0.
    within : float or array_like
        The standard, one number or one for each area [min].
    units : int
        At most this many units.
    load : array_like
        Units kept busy by the calls in the surroundings of each area (calls per hour times hours per call),
        shape (areas,), >= 0.
    reliability : float
        Chance of finding a free unit that counts as cover, between 0 and 1 (below 1).
    per_site : int or array_like, optional
        Most units at a site; default no limit.
    fixed, closed : iterable of int
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
        If an argument is wrong.

    References
    ----------
    ReVelle and Hogan (1989), The maximum availability location problem, Transportation Science 23, 192-200.
    """
    control = Control(options)
    reliability = checked_share(reliability, "reliability")
    times, demand, reach, ranges = read_levels(minutes, weight, within, units, per_site, fixed, closed)
    work = checked_weight(load, times.n_areas, "load")
    if reliability == 1 and (work > 0).any():
        raise SitingInputError(
            "reliability is 1, which no number of units gives where there is load", "give less than 1"
        )
    need = np.array([_units_for_load(value, reliability) for value in work], np.int64)
    return _reliable(times, demand, reach, ranges, need, control, "malp2")


def units_for_reliability(busy: float, reliability: float) -> int:
    """Least b (at least 1) with ``1 - busy^b >= reliability``.

    Parameters
    ----------
    busy, reliability : float
        Chances between 0 and 1.

    Returns
    -------
    int
        Number of units.

    Raises
    ------
    SitingInputError
        If no number of units gives the reliability.
    """
    if busy == 0 or reliability == 0:
        return 1
    if busy == 1 or reliability == 1:
        raise SitingInputError(
            f"no number of units gives reliability {reliability:g} when each is busy with chance {busy:g}",
            "ask for less, or give a lower busy share",
        )
    b = max(1, math.floor(math.log1p(-reliability) / math.log(busy)) - 1)
    while 1 - busy**b < reliability - 1e-12:
        b += 1
    return b


def _units_for_load(load: float, reliability: float) -> int:
    b = max(1, math.ceil(load))
    while 1 - (load / b) ** b < reliability - 1e-12:
        b += 1
    return b


def local_load(load: ArrayLike, neighbours: ArrayLike | sparse.spmatrix) -> NDArray[np.float64]:
    """Work offered in the surroundings of each area, for `malp2`.

    Parameters
    ----------
    load : array_like
        Units kept busy by each area's own calls, shape (areas,).
    neighbours : array_like or scipy.sparse matrix
        Whether area k counts to the surroundings of area i, shape (areas, areas), usually those within the
        standard of one another.

    Returns
    -------
    numpy.ndarray
        Sum of the loads of the neighbours, shape (areas,).

    Raises
    ------
    SitingInputError
        If the shapes don't fit.
    """
    table = neighbours if sparse.issparse(neighbours) else np.asarray(neighbours)
    own = checked_weight(load, table.shape[0], "load")
    if table.shape != (own.size, own.size):
        raise SitingInputError(
            f"neighbours has shape {table.shape}", f"give (areas, areas) = ({own.size}, {own.size})"
        )
    return np.asarray((table != 0) @ own, dtype=np.float64).ravel()


def _reliable(
    times: Times,
    demand: NDArray[np.float64],
    reach: NDArray[Any],
    ranges: Ranges,
    need: NDArray[np.int64],
    control: Control,
    what: str,
) -> Siting:
    """Maximise the weight of areas with at least `need` units in reach."""
    (groups,) = times.groups(reach, labels=need)
    total = groups.total(demand)
    wanted = need[groups.first_member()]
    possible = groups.matrix(times.n_sites) @ np.minimum(ranges.most, ranges.units) >= wanted
    value = np.where(possible & (wanted <= ranges.units), total, 0.0)
    model = LevelModel(groups, [Level(wanted, value)], ranges)
    answer = model.solve(control, grain_of(value[value > 0]))
    placed = placed_units(model, answer, what)
    objective = float(demand[count_units(times, placed, reach) >= need].sum())
    return checked_siting(
        times, placed, answer, objective=objective, within=reach, ranges=ranges, control=control, what=what
    )
