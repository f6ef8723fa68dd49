"""A compliance table: which sites to hold when k units are free."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Unpack

import numpy as np
from scipy import sparse

from standby import _checks
from standby._show import Shown
from standby.locate import verify
from standby.locate.engine.control import Control
from standby.locate.engine.mip import Mip
from standby.locate.engine.scale import with_ordinary_weights
from standby.locate.errors import NoAnswerYetError, SitingInputError
from standby.locate.models.mclp import solve_mclp
from standby.locate.reach import checked_reach
from standby.locate.result import SolveOptions, Status, relative_gap

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from standby.locate.minutes import CoverGroups
    from standby.locate.reach import Reach


@dataclass(frozen=True)
class ComplianceTable(Shown):
    """Which sites to hold when k units are free.

    Attributes
    ----------
    rows
        Row k - 1: the sites to hold with k units free, rising; at most k.
    cover
        Weight reached in time by each row.
    objective
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
    minutes
        Travel minutes, an array or a sparse matrix of shape (sites, areas); ``inf`` or an unstored pair: may
        not serve [min].
    weight
        Demand of each area, shape (areas,), >= 0.
    within
        The standard, one number or one for each area [min].
    units
        Most units free at once.
    chance
        Chance that 1, 2, … `units` units are free, shape (units,), >= 0; default equal.
    nested
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
    reach = checked_reach(minutes, weight=weight, within=within, units=units, least_units=1, per_site=1)
    share = _checked_chance(chance, reach.units)
    groups = reach.groups()

    if nested:
        rows, said, bound = _nested(reach, groups, share, control)
        verify.holds(all(set(a) <= set(b) for a, b in pairwise(rows)), "rows are nested")
    else:
        sitings = [solve_mclp(reach.with_units(k), groups, control) for k in range(1, reach.units + 1)]
        rows = tuple(s.sites for s in sitings)
        said = float(share @ [s.objective for s in sitings])
        bound = float(share @ [s.bound for s in sitings])

    # The rows are valued from the input alone.
    cover = tuple(_cover(reach, sites) for sites in rows)
    objective = float(share @ cover)
    verify.no_worse(said, objective, "compliance_table", larger_is_better=True, proven=said >= bound)
    verify.holds(all(sites.size <= k for k, sites in enumerate(rows, 1)), "row k holds at most k sites")

    bound = verify.bound_side(objective, bound, larger_is_better=True)
    gap = relative_gap(objective, bound)
    return ComplianceTable(
        rows=rows,
        cover=cover,
        objective=objective,
        bound=objective if gap == 0 else bound,
        gap=gap,
        status="optimal" if gap == 0 else control.status,
        seconds=control.seconds,
    )


def _checked_chance(chance: ArrayLike | None, units: int) -> NDArray[np.float64]:
    """Return one chance for each number of free units; equal ones for None.

    Raises
    ------
    SitingInputError
        If the shape is wrong, or a chance is negative or not finite.
    """
    given = np.full(units, 1.0 / units) if chance is None else chance
    share = _checks.numbers("chance", given, refusal=SitingInputError)
    if share.shape != (units,) or not ((share >= 0) & np.isfinite(share)).all():
        raise SitingInputError(
            f"chance has shape {share.shape} or bad values",
            f"give one chance >= 0 for each of {units} numbers of free units",
        )
    return share


def _cover(reach: Reach, sites: NDArray[np.int64]) -> float:
    """Return the weight reached in time by a unit at each of some sites."""
    placed = np.zeros(reach.n_sites, np.int64)
    placed[sites] = 1
    return reach.covered_weight(placed)


def _nested(
    reach: Reach, groups: CoverGroups, share: NDArray[np.float64], control: Control
) -> tuple[tuple[NDArray[np.int64], ...], float, float]:
    """Solve the nested table; return rows, value and bound.

    Raises
    ------
    NoAnswerYetError
        If no answer was found in the time given.
    """
    # Columns for each number of units free: sites with a unit, and groups covered.
    model = Mip()
    total = groups.total(reach.weight)
    manned = [model.columns(reach.n_sites, upper=1.0) for _ in share]
    covered = [model.columns(groups.size, cost=-part * total, upper=1.0) for part in share]

    who_reaches = groups.matrix(reach.n_sites)
    each_group = sparse.eye(groups.size)
    each_site = sparse.eye(reach.n_sites)
    for k in range(share.size):
        model.rows((who_reaches, manned[k]), (-each_group, covered[k]), lower=0.0)
        model.rows((np.ones((1, reach.n_sites)), manned[k]), upper=float(k + 1))
        if k:  # the sites of the row before are among them
            model.rows((each_site, manned[k]), (-each_site, manned[k - 1]), lower=0.0)

    control.show = lambda value: -value
    answer = model.solve(control)
    if answer.x is None:
        raise NoAnswerYetError("compliance_table: no answer was found in the time given; give more time")
    rows = tuple(np.flatnonzero(answer.x[columns]) for columns in manned)
    return rows, -answer.value, -answer.bound
