"""The mathematics of need: fewest crewed units that reach enough, surely enough."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, OptimizeResult, milp
from scipy.sparse import coo_array
from scipy.special import bdtrc

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
Codes = NDArray[np.int64]

TIME_LIMIT_S = 20.0
"""Most seconds for one search; after it the best found and its bound are given."""

MOST_UNITS = 60
"""More units of a tier than this in reach of one place, or at one site, are never asked for."""

SMALL = 1e-9
"""Share by which a share may be missed for rounding."""


class TooBusyError(ValueError):
    """Units are so busy that no number of them in reach is sure enough."""


@dataclass(frozen=True, eq=False)
class Goal:
    """One standard as the search sees it.

    Parameters
    ----------
    in_time
        Whether a unit of a tier at a site is in time at a place, shape (tiers, sites, places).
    needed
        Free units of each tier that are needed, shape (tiers,).
    weight
        What the share is a share of, shape (places,).
    share
        Share that must be reached.
    reliability
        Chance that an area counted as reached is reached in time.
    """

    in_time: Mask
    needed: Codes
    weight: Floats
    share: float
    reliability: float

    def reachable(self, counts: Codes) -> Mask:
        """Return the places that units at every site could reach with one of the numbers, (places,)."""
        there = self.in_time.any(axis=1)  # (tiers, places)
        each = [np.all(there | (count == 0)[:, None], axis=0) for count in counts]
        return np.asarray(np.any(each, axis=0))

    def attainable(self, counts: Codes) -> float:
        """Return the share that enough units at every site could reach."""
        return float(self.weight[self.reachable(counts)].sum() / self.weight.sum())


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
    shares
        Share of each goal that the units are for: what is required, or what is attainable if that is less.
    attainable
        Share of each goal that could be reached.
    """

    units: Codes
    bound: int
    proven: bool
    shares: tuple[float, ...]
    attainable: tuple[float, ...]


def chance_enough(goal: Goal, numbers: tuple[int, ...], busy: Floats) -> float:
    """Return the chance that enough units are free of those in reach, each busy independently of the others.

    Parameters
    ----------
    goal
        The goal.
    numbers
        Units in reach of each tier.
    busy
        Chance that a unit of each tier is busy, shape (tiers,).
    """
    chance = 1.0
    for needed, number, share in zip(goal.needed.tolist(), numbers, busy.tolist(), strict=True):
        if number < needed:
            return 0.0
        if needed > 0:
            chance *= float(bdtrc(needed - 1, number, 1.0 - share))  # that more than needed - 1 are free
    return chance


def numbers_in_reach(goal: Goal, busy: Floats) -> Codes:
    """Return the least numbers of units that must be in reach of a place for it to count as reached.

    Every combination of tiers from which no unit can be left out such that the chance that enough are free is
    at least the reliability (for one unit of one tier the number of ReVelle and Hogan 1989).

    Parameters
    ----------
    goal
        The goal.
    busy
        Chance that a unit of each tier is busy, shape (tiers,).

    Returns
    -------
    ndarray
        Shape (combinations, tiers).

    Raises
    ------
    TooBusyError
        If no combination of up to 60 units of each tier is sure enough.

    References
    ----------
    ReVelle, C. and Hogan, K. (1989). The maximum availability location problem. Transportation Science 23(3).
    """
    found = _least(goal, busy, ())
    if not found:
        shown = ", ".join(f"{share:.0%}" for share in busy)
        raise TooBusyError(f"units are busy {shown} of the time: no number in reach is sure enough")
    return np.array([one for one in found if not _beaten(one, found)], dtype=np.int64)


def _beaten(one: tuple[int, ...], others: list[tuple[int, ...]]) -> bool:
    return any(other != one and all(a <= b for a, b in zip(other, one, strict=True)) for other in others)


def _least(goal: Goal, busy: Floats, given: tuple[int, ...]) -> list[tuple[int, ...]]:
    """Return least numbers of the remaining tiers, those of the first ones being given."""
    if len(given) == goal.needed.size:
        return [()] if chance_enough(goal, given, busy) >= goal.reliability - SMALL else []
    if not _least_is_possible(goal, busy, given):
        return []
    best = _least(goal, busy, (*given, MOST_UNITS)) if len(given) < goal.needed.size - 1 else [()]
    found: list[tuple[int, ...]] = []
    for number in range(MOST_UNITS + 1):
        rest = _least(goal, busy, (*given, number))
        found += [(number, *more) for more in rest]
        if rest == best:
            break
    return found


def _least_is_possible(goal: Goal, busy: Floats, given: tuple[int, ...]) -> bool:
    most = (*given, *[MOST_UNITS] * (goal.needed.size - len(given)))
    return chance_enough(goal, most, busy) >= goal.reliability - SMALL


@dataclass(eq=False)
class Search:
    """Finds the fewest units for given busy shares; like questions are answered once.

    Parameters
    ----------
    goals
        The goals to be met together.
    capacity
        Units that a site can hold, shape (sites,).
    """

    goals: list[Goal]
    capacity: Floats
    _answers: dict[tuple[bytes, ...], Found] = field(default_factory=dict)

    def __call__(self, busy: Floats, least: Codes | None = None) -> Found:
        """Return the fewest units, and at least so many of each tier, shape (tiers,)."""
        counts = [numbers_in_reach(goal, busy) for goal in self.goals]
        key = (*(part.tobytes() for part in counts), b"" if least is None else least.tobytes())
        if key not in self._answers:
            self._answers[key] = fewest_units(self.goals, counts, self.capacity, least=least)
        return self._answers[key]


def fewest_units(
    goals: list[Goal], counts: list[Codes], capacity: Floats, *, least: Codes | None = None
) -> Found:
    """Return the fewest units that meet every goal.

    minimise Σ x subject to Σ_{sites in time} x_ts ≥ Σ_c n_gct y_gic for every goal g, place i and tier t,
    Σ_c y_gic ≤ 1, Σ_ic w_gi y_gic ≥ share_g Σ_i w_gi, x whole and within capacity, y 0 or 1, where c are the
    combinations of numbers that are sure enough. A share that no number of units can reach is lowered to what
    is attainable; where sites have limits, to what comes nearest to all shares together.

    Parameters
    ----------
    goals
        The goals; places reached alike are merged.
    counts
        Numbers of units that must be in reach of a place, by goal, each shape (combinations, tiers); see
        `numbers_in_reach`.
    capacity
        Units that a site can hold, shape (sites,).
    least
        Units of each tier that there are at least, shape (tiers,).
    """
    open_goals = [_at_open_sites(goal, capacity) for goal in goals]
    pairs = list(zip(open_goals, counts, strict=True))
    attainable = [goal.attainable(count) for goal, count in pairs]
    shares = [min(goal.share, most) for goal, most in zip(goals, attainable, strict=True)]
    if np.isfinite(capacity[capacity > 0]).any():
        attainable = [_Program([pair], capacity).reach([1.0])[0] for pair in pairs]
        shares = _Program(pairs, capacity).reach([goal.share for goal in goals])
    tiers, sites = goals[0].in_time.shape[:2]
    if max(shares) <= SMALL and (least is None or not least.any()):
        return Found(
            np.zeros((tiers, sites), dtype=np.int64),
            0,
            proven=True,
            shares=tuple(shares),
            attainable=tuple(attainable),
        )
    units, bound = _Program(pairs, capacity).fewest(shares, least)
    for (goal, count), share in zip(pairs, shares, strict=True):
        _verify(goal, units, count, share)
    return Found(units, bound, bound >= int(units.sum()), tuple(shares), tuple(attainable))


def _at_open_sites(goal: Goal, capacity: Floats) -> Goal:
    in_time = goal.in_time & (capacity > 0)[None, :, None]
    return Goal(in_time, goal.needed, goal.weight, goal.share, goal.reliability)


def _verify(goal: Goal, units: Codes, counts: Codes, share: float) -> None:
    """Check an answer by counting, independently of the solver."""
    in_reach = np.einsum("ts,tsp->tp", units, goal.in_time.astype(np.int64))
    reached = (in_reach[None] >= counts[:, :, None]).all(axis=1).any(axis=0)
    got = goal.weight[reached].sum() / goal.weight.sum()
    if got < share - 1e-6:
        raise ArithmeticError(f"the units found reach {got:.4%}, not {share:.4%}: please report this plan")


@dataclass(eq=False)
class _Program:
    """The mixed-integer program of some goals, with the numbers that each asks for.

    Columns are units by tier and site, then one per goal, merged place and combination, then each goal's
    shortfall.
    """

    goals: list[tuple[Goal, Codes]]
    capacity: Floats

    def __post_init__(self) -> None:
        self.tiers, self.sites = self.goals[0][0].in_time.shape[:2]
        self._rows: list[int] = []
        self._columns: list[int] = []
        self._values: list[float] = []
        self._low: list[float] = []
        self._high: list[float] = []
        self.width = self.tiers * self.sites
        self._share_rows = []
        for goal, counts in self.goals:
            self._share_rows.append(self._add_goal(goal, counts))
        self.shortfalls = np.arange(self.width, self.width + len(self.goals))
        for row, column in zip(self._share_rows, self.shortfalls, strict=True):
            self._entry(row, int(column), 1.0)
        for site in np.flatnonzero(np.isfinite(self.capacity)):
            row = self._row(-np.inf, float(self.capacity[site]))
            for tier in range(self.tiers):
                self._entry(row, tier * self.sites + int(site), 1.0)
        self._tier_rows = [self._row(0.0, np.inf) for _ in range(self.tiers)]
        for tier, site in np.ndindex(self.tiers, self.sites):
            self._entry(self._tier_rows[tier], tier * self.sites + site, 1.0)

    def _row(self, low: float, high: float) -> int:
        self._low.append(low)
        self._high.append(high)
        return len(self._low) - 1

    def _entry(self, row: int, column: int, value: float) -> None:
        self._rows.append(row)
        self._columns.append(column)
        self._values.append(value)

    def _add_goal(self, goal: Goal, counts: Codes) -> int:
        """Add a goal's places; return the row of its share."""
        wanted = goal.reachable(counts) & (goal.weight > 0)
        patterns, group = np.unique(
            goal.in_time[:, :, wanted].reshape(self.tiers * self.sites, -1), axis=1, return_inverse=True
        )
        weight = np.bincount(group.ravel(), goal.weight[wanted], minlength=patterns.shape[1])
        share_row = self._row(0.0, np.inf)
        for pattern, heavy in zip(patterns.T, weight / goal.weight.sum(), strict=True):
            near = pattern.reshape(self.tiers, self.sites)
            able = counts[(near.any(axis=1) | (counts == 0)).all(axis=1)]
            columns = np.arange(self.width, self.width + len(able))
            self.width += len(able)
            once = self._row(-np.inf, 1.0)
            for column in columns:
                self._entry(once, int(column), 1.0)
                self._entry(share_row, int(column), float(heavy))
            for tier in np.flatnonzero(able.any(axis=0)):
                row = self._row(0.0, np.inf)
                for site in np.flatnonzero(near[tier]):
                    self._entry(row, int(tier * self.sites + site), 1.0)
                for column, number in zip(columns, able[:, tier], strict=True):
                    self._entry(row, int(column), -float(number))
        return share_row

    @cached_property
    def _matrix(self) -> coo_array:
        shape = (len(self._low), self.width + len(self.goals))
        return coo_array((self._values, (self._rows, self._columns)), shape=shape)

    def _solve(self, cost: Floats, low: Floats, *, slack: bool) -> OptimizeResult:
        units = self.tiers * self.sites
        upper = np.ones(cost.size)
        upper[:units] = np.tile(np.minimum(self.capacity, MOST_UNITS), self.tiers)
        upper[self.shortfalls] = 1.0 if slack else 0.0
        whole = np.ones(cost.size, dtype=np.int64)
        whole[self.shortfalls] = 0
        answer = milp(
            cost,
            integrality=whole,
            bounds=Bounds(0.0, upper),
            constraints=LinearConstraint(self._matrix.tocsr(), low, self._high),
            options={"time_limit": TIME_LIMIT_S, "mip_rel_gap": 0.0},
        )
        if answer.x is None:
            raise ArithmeticError(f"the search for the fewest units failed: {answer.message}")
        return answer

    def reach(self, shares: list[float]) -> list[float]:
        """Return the shares that come nearest to those asked for."""
        low, cost = np.array(self._low), np.zeros(self.width + len(self.goals))
        low[self._share_rows] = shares
        cost[self.shortfalls] = 1.0
        answer = self._solve(cost, low, slack=True)
        found = np.array(shares) - answer.x[self.shortfalls]
        return [float(share) for share in np.maximum(found, 0.0)]

    def fewest(self, shares: list[float], least: Codes | None) -> tuple[Codes, int]:
        """Return the fewest units that reach the shares, and a proven bound."""
        units = self.tiers * self.sites
        low, cost = np.array(self._low), np.zeros(self.width + len(self.goals))
        low[self._share_rows] = np.array(shares) - SMALL
        low[self._tier_rows] = 0.0 if least is None else least
        cost[:units] = 1.0
        answer = self._solve(cost, low, slack=False)
        found = np.rint(answer.x[:units]).astype(np.int64).reshape(self.tiers, self.sites)
        bound = answer.mip_dual_bound
        return found, 0 if bound is None else int(np.ceil(bound - 1e-6))
