"""The mathematics of need: fewest crewed units that reach enough, surely enough."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array, csr_array, hstack, vstack
from scipy.stats import binom

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

TIME_LIMIT_S = 20.0
"""Most seconds for one search; after it the best found and its bound are given."""

MOST_UNITS = 60
"""More units than this in reach of one place are never asked for."""


@dataclass(frozen=True, eq=False)
class Goal:
    """One standard as the search sees it.

    Parameters
    ----------
    in_time
        Whether a unit of a tier at a site is in time at a place, shape (tiers, sites, places).
    units
        Free units of each tier that are needed, shape (tiers,).
    weight
        What the share is a share of, shape (places,).
    share
        Share that must be reached.
    reliability
        Chance that an area counted as reached is reached in time.
    """

    in_time: Mask
    units: NDArray[np.int64]
    weight: Floats
    share: float
    reliability: float

    @property
    def attainable(self) -> float:
        """Share that units at every site could reach."""
        reach = np.all(self.in_time.any(axis=1) | (self.units == 0)[:, None], axis=0)
        return float(self.weight[reach].sum() / self.weight.sum())


@dataclass(frozen=True, eq=False)
class Found:
    """Fewest units.

    Parameters
    ----------
    units
        Units by tier and site, shape (tiers, sites).
    bound
        No fewer units than this can do.
    proven
        Whether the units are proven to be the fewest.
    """

    units: NDArray[np.int64]
    bound: int
    proven: bool


def units_for_reliability(needed: int, busy: float, reliability: float) -> int:
    """Return how many units must be in reach for enough of them to be free.

    The smallest n with P(Binomial(n, 1 − busy) ≥ needed) ≥ reliability: units are busy independently of each
    other (ReVelle and Hogan 1989 for one unit).

    Parameters
    ----------
    needed
        Free units needed.
    busy
        Chance that a unit is busy.
    reliability
        Chance asked for.

    Raises
    ------
    ValueError
        If units are so busy that no number up to 60 is enough.

    References
    ----------
    ReVelle, C. and Hogan, K. (1989). The maximum availability location problem. Transportation Science 23(3).

    Examples
    --------
    >>> units_for_reliability(1, 0.2, 0.9), units_for_reliability(2, 0.2, 0.9)
    (2, 4)
    """
    if needed == 0:
        return 0
    numbers = np.arange(needed, MOST_UNITS + 1)
    enough = np.asarray(binom.sf(needed - 1, numbers, 1.0 - busy)) >= reliability
    if not enough.any():
        raise ValueError(f"units are busy {busy:.0%} of the time: no number in reach is sure enough")
    return int(numbers[np.argmax(enough)])


def units_in_reach(goal: Goal, busy: Floats) -> NDArray[np.int64]:
    """Return the units of each tier that must be in reach of a place for it to count as reached."""
    pairs = zip(goal.units, busy, strict=True)
    return np.array(
        [units_for_reliability(int(n), float(b), goal.reliability) for n, b in pairs], dtype=np.int64
    )


def fewest_units(goals: list[Goal], in_reach: list[NDArray[np.int64]], capacity: Floats) -> Found:
    """Return the fewest units that meet every goal.

    minimise Σ x subject to Σ_{sites in time} x_ts ≥ n_gt y_gi for every goal g, tier t and place i,
    Σ_i w_gi y_gi ≥ share_g Σ_i w_gi, x whole and within capacity, y 0 or 1. A share that no number of units
    can reach is lowered to what is attainable.

    Parameters
    ----------
    goals
        The goals; places reached alike are merged.
    in_reach
        Units that must be in reach of a place, by goal, each shape (tiers,); see `units_in_reach`.
    capacity
        Units that a site can hold, shape (sites,).
    """
    tiers, sites = goals[0].in_time.shape[:2]
    blocks = [_block(goal, counts, tiers * sites) for goal, counts in zip(goals, in_reach, strict=True)]
    merged = [block[2].size for block in blocks]
    columns = tiers * sites + sum(merged)
    rows, low = [], []
    offset = tiers * sites
    for (cover, needs, weight, least), size in zip(blocks, merged, strict=True):
        own = coo_array(
            (-needs[1], (needs[0], offset - tiers * sites + needs[2])), (cover.shape[0], sum(merged))
        )
        rows.append(hstack([cover, own]))
        low.append(np.zeros(cover.shape[0]))
        share = np.zeros((1, columns))
        share[0, offset : offset + size] = weight
        rows.append(csr_array(share))
        low.append(np.array([least]))
        offset += size
    limits = np.isfinite(capacity)
    hold = np.tile(np.eye(sites), tiers)[limits]
    cost = np.concatenate([np.ones(tiers * sites), np.zeros(sum(merged))])
    upper = np.concatenate([np.tile(np.minimum(capacity, MOST_UNITS), tiers), np.ones(sum(merged))])
    constraints = [LinearConstraint(csr_array(vstack(rows)), np.concatenate(low), np.inf)]
    if limits.any():
        wide = np.hstack([hold, np.zeros((hold.shape[0], sum(merged)))])
        constraints.append(LinearConstraint(csr_array(wide), -np.inf, capacity[limits]))
    answer = milp(
        cost,
        integrality=np.ones(columns),
        bounds=Bounds(0, upper),
        constraints=constraints,
        options={"time_limit": TIME_LIMIT_S, "mip_rel_gap": 0.0},
    )
    if answer.x is None:
        raise RuntimeError(f"the search for the fewest units failed: {answer.message}")
    units = np.rint(answer.x[: tiers * sites]).astype(np.int64).reshape(tiers, sites)
    bound = (
        int(np.ceil(answer.mip_dual_bound - 1e-6)) if answer.mip_dual_bound is not None else int(units.sum())
    )
    for goal, counts in zip(goals, in_reach, strict=True):
        _verify(goal, units, counts)
    return Found(units, bound, bound >= int(units.sum()))


def _block(
    goal: Goal, counts: NDArray[np.int64], width: int
) -> tuple[csr_array, tuple[NDArray[np.int64], Floats, NDArray[np.int64]], Floats, float]:
    """Return a goal's cover rows, the entries of its y columns, their weights and the weight to be reached."""
    reach = np.all(goal.in_time.any(axis=1) | (counts == 0)[:, None], axis=0)
    least = min(goal.share, goal.attainable) * goal.weight.sum()
    wanted = reach & (goal.weight > 0)
    patterns, group = np.unique(goal.in_time[:, :, wanted].reshape(width, -1), axis=1, return_inverse=True)
    weight = np.bincount(group, goal.weight[wanted], minlength=patterns.shape[1]).astype(float)
    tiers = np.flatnonzero(counts)
    sites = width // counts.size
    cover: list[Floats] = []
    rows, values, columns = [], [], []
    for place in range(patterns.shape[1]):
        by_tier = patterns[:, place].reshape(counts.size, sites)
        for t in tiers:
            row = np.zeros(width)
            row[t * sites : (t + 1) * sites] = by_tier[t]
            rows.append(len(cover))
            values.append(float(counts[t]))
            columns.append(place)
            cover.append(row)
    entries = (
        np.array(rows, dtype=np.int64),
        np.array(values, dtype=float),
        np.array(columns, dtype=np.int64),
    )
    return csr_array(np.array(cover).reshape(-1, width)), entries, weight, float(least * (1 - 1e-9))


def _verify(goal: Goal, units: NDArray[np.int64], counts: NDArray[np.int64]) -> None:
    """Check an answer by counting, independently of the solver."""
    in_reach = np.einsum("ts,tsp->tp", units, goal.in_time.astype(np.int64))
    reached = goal.weight[np.all(in_reach >= counts[:, None], axis=0)].sum()
    asked = min(goal.share, goal.attainable) * goal.weight.sum()
    if reached < asked * (1 - 1e-6):
        raise RuntimeError(f"the units found reach {reached:,.0f}, not {asked:,.0f}: please report this plan")
