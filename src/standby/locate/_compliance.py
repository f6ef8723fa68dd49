"""A compliance table: which sites to hold when k units are free."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Unpack

import numpy as np
from scipy import sparse

from standby._show import Shown
from standby.locate import _check
from standby.locate._control import Control
from standby.locate._covering import solve_mclp
from standby.locate._inputs import checked_units, checked_weight, room
from standby.locate._mip import Mip
from standby.locate._result import (
    NoAnswerYetError,
    SitingInputError,
    SolveOptions,
    Status,
    relative_gap,
)
from standby.locate._scale import with_ordinary_weights
from standby.locate._times import Times

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from standby.locate._times import CoverGroups


@dataclass(frozen=True)
class ComplianceTable(Shown):
    """Which sites to hold when k units are free.

    Attributes
    ----------
    rows : tuple of numpy.ndarray of int
        Row k - 1: the sites to hold with k units free, rising; at most k.
    cover : tuple of float
        Weight reached in time by each row.
    objective : float
        Chance-weighted cover, computed from the input alone.
    bound, gap, status, seconds
        As in `Siting`.
    """

    rows: tuple[NDArray[np.int64], ...]
    cover: tuple[float, ...]
    objective: float
    bound: float
    gap: float
    status: Status
    seconds: float


@with_ordinary_weights
def compliance_table(
    minutes: ArrayLike,
    weight: ArrayLike,
    within: ArrayLike,
    units: int,
    *,
    chance: ArrayLike | None = None,
    nested: bool = True,
    **options: Unpack[SolveOptions],
) -> ComplianceTable:
    """Which sites to hold when k units are free, for k from 1 to `units`, one unit a site.

    Maximise ``sum_k chance_k sum_i weight_i y_ik`` subject to ``y_ik <= sum_{j in N_i} x_jk``, ``sum_j x_jk
    <= k`` and, when nested, ``x_jk <= x_j,k+1``, so that a unit that leaves makes nobody else move.

    Parameters
    ----------
    minutes : array_like or scipy.sparse matrix
        Travel minutes, shape (sites, areas); ``inf`` or an unstored pair: may not serve [min].
    weight : array_like
        Demand of each area, shape (areas,), >= 0.
    within : float or array_like
        The standard, one number or one for each area [min].
    units : int
        Most units free at once.
    chance : array_like, optional
        Chance that 1, 2, … `units` units are free, shape (units,), >= 0; default equal.
    nested : bool
        Whether each row must hold the sites of the row before; otherwise each row is best by itself.
    **options
        See `SolveOptions`.

    Returns
    -------
    ComplianceTable
        One row for each number of free units.

    Raises
    ------
    SitingInputError
        If an argument is wrong.

    References
    ----------
    Gendreau, Laporte and Semet (2006), The maximal expected coverage relocation problem for emergency
    vehicles, JORS 57, 22-28.
    """
    control = Control(options)
    times = Times(minutes)
    reach = times.standard(within)
    demand = checked_weight(weight, times.n_areas)
    units = checked_units(units, least=1)
    bounds = room(times.n_sites, units, per_site=1)
    share = _checked_chance(chance, units)
    (groups,) = times.groups(reach)
    if nested:
        rows, said, bound = _nested(groups, groups.total(demand), units, share, times.n_sites, control)
    else:
        sitings = [solve_mclp(times, groups, demand, reach, bounds, k, control) for k in range(1, units + 1)]
        rows = tuple(s.sites for s in sitings)
        said = float(share @ [s.objective for s in sitings])
        bound = float(share @ [s.bound for s in sitings])
    if nested:
        _check.holds(all(set(a) <= set(b) for a, b in pairwise(rows)), "rows are nested")
    return _table(times, demand, reach, share, rows, said, bound, control)


def _table(
    times: Times,
    demand: NDArray[np.float64],
    reach: NDArray[Any],
    share: NDArray[np.float64],
    rows: tuple[NDArray[np.int64], ...],
    said: float,
    bound: float,
    control: Control,
) -> ComplianceTable:
    """Value the rows from the input alone, compare, and build the result."""
    cover = tuple(_cover(times, sites, demand, reach) for sites in rows)
    objective = float(share @ cover)
    _check.no_worse(said, objective, "compliance_table", larger_is_better=True, proven=said >= bound)
    _check.holds(all(sites.size <= k for k, sites in enumerate(rows, 1)), "row k holds at most k sites")
    bound = _check.bound_side(objective, bound, larger_is_better=True)
    gap = relative_gap(objective, bound)
    status: Status = "optimal" if gap == 0 else control.status
    return ComplianceTable(
        rows, cover, objective, objective if gap == 0 else bound, gap, status, control.seconds
    )


def _checked_chance(chance: ArrayLike | None, units: int) -> NDArray[np.float64]:
    """Return one chance for each number of free units; equal ones for None.

    Raises
    ------
    SitingInputError
        If the shape is wrong, or a chance is negative or not finite.
    """
    share = np.full(units, 1.0 / units) if chance is None else np.asarray(chance, float)
    if share.shape != (units,) or not ((share >= 0) & np.isfinite(share)).all():
        raise SitingInputError(
            f"chance has shape {share.shape} or bad values",
            f"give one chance >= 0 for each of {units} numbers of free units",
        )
    return share


def _cover(times: Times, sites: NDArray[np.int64], demand: NDArray[np.float64], reach: NDArray[Any]) -> float:
    count = _check.reached_by(times, sites, np.ones(sites.size, np.int64), reach)
    return float(demand[count >= 1].sum())


def _nested(
    groups: CoverGroups,
    total: NDArray[np.float64],
    units: int,
    share: NDArray[np.float64],
    n_sites: int,
    control: Control,
) -> tuple[tuple[NDArray[np.int64], ...], float, float]:
    """Solve the nested table; returns rows, value and bound.

    Raises
    ------
    InfeasibleError
        If no answer was found in the time given.
    """
    model = Mip()
    x = [model.columns(n_sites, upper=1.0) for _ in range(units)]
    y = [model.columns(groups.size, cost=-share[k] * total, upper=1.0) for k in range(units)]
    reach, one = groups.matrix(n_sites), sparse.eye(n_sites)
    for k in range(units):
        model.rows((reach, x[k]), (-sparse.eye(groups.size), y[k]), lower=0.0)
        model.rows((np.ones((1, n_sites)), x[k]), upper=float(k + 1))
        if k:
            model.rows((one, x[k]), (-one, x[k - 1]), lower=0.0)
    control.show = lambda value: -value
    answer = model.solve(control)
    if answer.x is None:
        raise NoAnswerYetError("compliance_table: no answer was found in the time given; give more time")
    rows = tuple(np.nonzero(answer.x[columns])[0] for columns in x)
    return rows, -answer.value, -answer.bound
