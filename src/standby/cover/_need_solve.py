"""The mathematics of need: fewest crewed units that reach enough, surely enough."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any, cast

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, OptimizeResult, milp
from scipy.sparse import coo_array
from scipy.special import bdtrc

from standby._typing import Codes, Floats, Mask

MOST_NODES = 500
"""Most nodes of branch and bound in one search: work, not time, so that the answer is the same everywhere."""

MOST_UNITS = 250
"""More units of a tier than this in reach of one place, or at one site, are never asked for."""

SMALL = 1e-9
"""Share by which a share may be missed for rounding."""


class TooBusyError(ValueError):
    """Units are so busy that no number of them in reach is sure enough."""


class UnsolvedError(ArithmeticError):
    """A search was cut, by its nodes or by the time given, before it found an answer."""


@dataclass
class Deadline:
    """Seconds left of a time limit, if there is one.

    Parameters
    ----------
    limit_s
        The limit [s]; None: none.
    clock
        Gives seconds.
    """

    limit_s: float | None
    clock: Callable[[], float]

    def __post_init__(self) -> None:
        self._end = None if self.limit_s is None else self.clock() + self.limit_s

    def left(self) -> float | None:
        """Return the seconds left; None where there is no limit.

        Raises
        ------
        UnsolvedError
            If there are none.
        """
        if self._end is None:
            return None
        left = self._end - self.clock()
        if left <= 0.0:
            raise UnsolvedError("not found in the time given")
        return left


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


def chances_of_one_tier(needed: int, most: int, busy: Floats, weight: Floats) -> Floats:
    """Return the chance that enough are free of 0, 1, … units in reach, shape (most + 1,)."""
    return _chances(needed, most, busy.tobytes(), weight.tobytes())


@lru_cache(maxsize=1024)
def _chances(needed: int, most: int, busy: bytes, weight: bytes) -> Floats:
    if needed == 0:
        return np.ones(most + 1)
    number = np.arange(most + 1)[:, None]
    free = 1.0 - np.frombuffer(busy)
    enough = bdtrc(needed - 1, np.maximum(number, needed), free)  # that more than needed - 1 are free
    return np.asarray(np.where(number >= needed, enough, 0.0) @ np.frombuffer(weight))


def _by_node(busy: Floats, weight: Floats | None) -> tuple[Floats, Floats]:
    """Return busy chances and weights by tier and node, shape (tiers, nodes)."""
    busy = busy.reshape(len(busy), -1)
    return busy, np.full(busy.shape, 1.0 / busy.shape[1]) if weight is None else weight


def chance_enough(goal: Goal, numbers: tuple[int, ...], busy: Floats, weight: Floats | None = None) -> float:
    """Return the chance that enough units are free of those in reach.

    Parameters
    ----------
    goal
        The goal.
    numbers
        Units in reach of each tier.
    busy
        Chance that a unit of each tier is busy, shape (tiers,), or at each node of the congestion of its
        tier, shape (tiers, nodes); tiers are independent of each other.
    weight
        Weight of each node, shape (tiers, nodes).
    """
    shares, weights = _by_node(busy, weight)
    parts = zip(goal.needed.tolist(), numbers, shares, weights, strict=True)
    return float(np.prod([chances_of_one_tier(needed, n, b, w)[n] for needed, n, b, w in parts]))


def numbers_in_reach(goal: Goal, busy: Floats, weight: Floats | None = None, *, surer: int = 0) -> Codes:
    """Return the least numbers of units that must be in reach of a place for it to count as reached.

    Every combination of tiers from which no unit can be left out such that the chance that enough are free is
    at least the reliability (for one unit of one tier, and units independent, the number of ReVelle and Hogan
    1989).

    Parameters
    ----------
    goal
        The goal.
    busy, weight
        How busy units of each tier are; see `chance_enough`.
    surer
        How many steps surer than that, or below 0 less sure: a step is the least that changes the numbers,
        while any is surer.

    Returns
    -------
    ndarray
        Shape (combinations, tiers).

    Raises
    ------
    TooBusyError
        If no combination of up to `MOST_UNITS` of each tier is sure enough.

    References
    ----------
    ReVelle, C. and Hogan, K. (1989). The maximum availability location problem. Transportation Science 23(3).
    """
    shares, weights = _by_node(busy, weight)
    chances = [
        chances_of_one_tier(needed, MOST_UNITS, b, w)
        for needed, b, w in zip(goal.needed.tolist(), shares, weights, strict=True)
    ]
    missing = 1.0 - goal.reliability
    counts = _least(chances, 1.0 - missing)
    for _ in range(abs(surer)):
        before = counts
        while counts and counts == before and SMALL < missing < 1.0:
            missing *= 0.8 if surer > 0 else 1.25
            counts = _least(chances, max(1.0 - missing, 0.0))
    if not counts:
        shown = ", ".join(f"{share:.0%}" for share in (shares * weights).sum(axis=1))
        raise TooBusyError(f"units are busy {shown} of the time: no number in reach is sure enough")
    return _unbeaten(counts, goal.needed.size)


def _least(chances: list[Floats], wanted: float) -> list[tuple[int, ...]]:
    """Return least numbers of units, by tier, whose chances together are at least a chance."""
    first = int(np.searchsorted(chances[0], wanted - SMALL))
    if len(chances) > 1:  # with no chance here nothing can be made up elsewhere
        first = max(first, int(np.searchsorted(chances[0], 0.0, side="right")))
    if len(chances) == 1:
        return [(first,)] if first < chances[0].size else []

    best = _least(chances[1:], wanted / chances[0][-1]) if chances[0][-1] > 0.0 else []
    found: list[tuple[int, ...]] = []
    for number in range(first, chances[0].size):
        rest = _least(chances[1:], wanted / chances[0][number])
        found += [(number, *more) for more in rest]
        if rest == best:  # more of this tier leave no less to the others
            break
    return found


def _unbeaten(found: list[tuple[int, ...]], tiers: int) -> Codes:
    numbers = np.array(found, dtype=np.int64).reshape(-1, tiers)
    beaten = [((numbers <= one).all(axis=1) & (numbers < one).any(axis=1)).any() for one in numbers]
    return np.asarray(numbers[~np.array(beaten, dtype=bool)])


@dataclass(eq=False)
class Search:
    """Finds the fewest units for given busy shares; like questions are answered once.

    Parameters
    ----------
    goals
        The goals to be met together.
    capacity
        Units that a site can hold, shape (sites,).
    cost
        What a unit of each tier counts in what is minimised, shape (tiers,); None: one.
    time_left
        Seconds left for a search [s]; None: no limit but its nodes.
    """

    goals: list[Goal]
    capacity: Floats
    cost: Floats | None = None
    time_left: Callable[[], float | None] | None = None
    _answers: dict[tuple[bytes, ...], Found] = field(default_factory=dict)

    def __call__(self, busy: Floats, least: Codes | None = None) -> Found:
        """Return the fewest units for independent busy shares, and at least so many of each tier."""
        return self.answer([numbers_in_reach(goal, busy) for goal in self.goals], least=least)

    def answer(
        self, counts: list[Codes], *, levels: list[Levels] | None = None, least: Codes | None = None
    ) -> Found:
        """Return the fewest units for given numbers in reach; see `fewest_units`."""
        parts = [*counts, *(part for level in levels or [] for part in (level.of, *level.counts))]
        key = (*(part.tobytes() for part in parts), b"" if least is None else least.tobytes())
        if key not in self._answers:
            left = None if self.time_left is None else self.time_left()
            self._answers[key] = fewest_units(
                self.goals, counts, self.capacity, least=least, levels=levels, cost=self.cost,
                time_limit_s=left,
            )  # fmt: skip
        return self._answers[key]


@dataclass(frozen=True, eq=False)
class Levels:
    """Places of one goal that have to be surer than the reliability asks, for units that do not share evenly.

    Parameters
    ----------
    of
        Level of each place, 0 for those that need not be surer, shape (places,).
    counts
        Numbers in reach at each level, from 0 on, each shape (combinations, tiers).
    """

    of: Codes
    counts: list[Codes]


def fewest_units(
    goals: list[Goal],
    counts: list[Codes],
    capacity: Floats,
    *,
    least: Codes | None = None,
    levels: list[Levels] | None = None,
    cost: Floats | None = None,
    time_limit_s: float | None = None,
) -> Found:
    """Return the fewest units that meet every goal.

    minimise Σ c_t x_ts subject to Σ_{sites in time} x_ts ≥ Σ_c n_gct y_gic for every goal g, place i and tier
    t,
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
    levels
        Places that need other numbers than ``counts``, by goal.
    cost
        What a unit of each tier counts, shape (tiers,); None: one.
    time_limit_s
        Seconds for each search [s]; None: only nodes are counted.

    Raises
    ------
    UnsolvedError
        If a search was cut before it found an answer.
    """
    open_goals = [_at_open_sites(goal, capacity) for goal in goals]
    levels = levels or [
        Levels(np.zeros(goal.weight.size, dtype=np.int64), [count])
        for goal, count in zip(goals, counts, strict=True)
    ]
    pairs = list(zip(open_goals, levels, strict=True))
    attainable = [_attainable(goal, level) for goal, level in pairs]
    shares = [min(goal.share, most) for goal, most in zip(goals, attainable, strict=True)]
    if np.isfinite(capacity[capacity > 0]).any():
        attainable = [_Program([pair], capacity, time_limit_s).reach([1.0])[0] for pair in pairs]
        shares = _Program(pairs, capacity, time_limit_s).reach([goal.share for goal in goals])
    tiers, sites = goals[0].in_time.shape[:2]
    if max(shares) <= SMALL and (least is None or not least.any()):
        return Found(
            np.zeros((tiers, sites), dtype=np.int64),
            0,
            proven=True,
            shares=tuple(shares),
            attainable=tuple(attainable),
        )
    units, bound = _Program(pairs, capacity, time_limit_s).fewest(shares, least, cost)
    for (goal, level), share in zip(pairs, shares, strict=True):
        _verify(goal, units, level, share)
    each = np.ones(tiers) if cost is None else cost
    spent = float((units.sum(axis=1) * each).sum())
    return Found(units, bound, bound >= spent - 1e-6, tuple(shares), tuple(attainable))


def _attainable(goal: Goal, levels: Levels) -> float:
    return float(goal.weight[_reachable(goal, levels)].sum() / goal.weight.sum())


def _reachable(goal: Goal, levels: Levels) -> Mask:
    """Return the places that units at every site could reach with one of the numbers of their level."""
    found = np.array([goal.reachable(count) for count in levels.counts])
    return np.asarray(found[levels.of, np.arange(goal.weight.size)])


def reached_by(goal: Goal, units: Codes, levels: Levels) -> Mask:
    """Return the places that have one of the numbers of their level in reach, shape (places,).

    Parameters
    ----------
    goal, levels
        What is asked.
    units
        Units by tier and site, shape (tiers, sites).
    """
    in_reach = np.einsum("ts,tsp->tp", units, goal.in_time.astype(np.int64))
    each = [(in_reach[None] >= count[:, :, None]).all(axis=1).any(axis=0) for count in levels.counts]
    return np.asarray(np.array(each)[levels.of, np.arange(goal.weight.size)])


def shares_reached(
    goals: list[Goal],
    counts: list[Codes],
    capacity: Floats,
    *,
    together: bool = False,
    time_limit_s: float | None = None,
) -> list[float]:
    """Return the shares that any number of units reaches, each goal by itself or all together.

    Parameters
    ----------
    goals, counts, capacity, time_limit_s
        See `fewest_units`.
    together
        Whether the goals have the same units, which matters where sites have limits; each share is then no
        more than its goal asks for.
    """
    pairs = [
        (_at_open_sites(goal, capacity), Levels(np.zeros(goal.weight.size, dtype=np.int64), [count]))
        for goal, count in zip(goals, counts, strict=True)
    ]
    if not np.isfinite(capacity[capacity > 0]).any():
        return [_attainable(goal, levels) for goal, levels in pairs]
    if together:
        return _Program(pairs, capacity, time_limit_s).reach([goal.share for goal in goals])
    return [_Program([pair], capacity, time_limit_s).reach([1.0])[0] for pair in pairs]


def _at_open_sites(goal: Goal, capacity: Floats) -> Goal:
    in_time = goal.in_time & (capacity > 0)[None, :, None]
    return Goal(in_time, goal.needed, goal.weight, goal.share, goal.reliability)


def _verify(goal: Goal, units: Codes, levels: Levels, share: float) -> None:
    """Check an answer by counting, independently of the solver."""
    got = goal.weight[reached_by(goal, units, levels)].sum() / goal.weight.sum()
    if got < share - 1e-6:
        raise ArithmeticError(f"the units found reach {got:.4%}, not {share:.4%}: please report this plan")


@dataclass(eq=False)
class _Program:
    """The mixed-integer program of some goals, with the numbers that each asks for.

    Columns are units by tier and site, then one per goal, merged place and combination, then each goal's
    shortfall.
    """

    goals: list[tuple[Goal, Levels]]
    capacity: Floats
    time_limit_s: float | None = None

    def __post_init__(self) -> None:
        self.tiers, self.sites = self.goals[0][0].in_time.shape[:2]
        self._rows: list[int] = []
        self._columns: list[int] = []
        self._values: list[float] = []
        self._low: list[float] = []
        self._high: list[float] = []
        self.width = self.tiers * self.sites
        self._share_rows = []
        for goal, levels in self.goals:
            self._share_rows.append(self._add_goal(goal, levels))
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

    def _add_goal(self, goal: Goal, levels: Levels) -> int:
        """Add a goal's places; return the row of its share."""
        wanted = _reachable(goal, levels) & (goal.weight > 0)
        near = goal.in_time[:, :, wanted].reshape(self.tiers * self.sites, -1)
        asked = np.vstack([near.astype(np.int64), levels.of[wanted]])
        patterns, group = np.unique(asked, axis=1, return_inverse=True)
        weight = np.bincount(group.ravel(), goal.weight[wanted], minlength=patterns.shape[1])
        share_row = self._row(0.0, np.inf)
        for pattern, heavy in zip(patterns.T, weight / goal.weight.sum(), strict=True):
            near = pattern[:-1].reshape(self.tiers, self.sites) > 0
            counts = levels.counts[int(pattern[-1])]
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
        options: dict[str, Any] = {"node_limit": MOST_NODES, "mip_rel_gap": 0.0}
        if self.time_limit_s is not None:
            options["time_limit"] = max(self.time_limit_s, 0.0)
        answer = milp(
            cost,
            integrality=whole,
            bounds=Bounds(0.0, upper),
            constraints=LinearConstraint(self._matrix.tocsr(), low, self._high),
            options=cast(Any, options),
        )
        if answer.x is None:
            raise UnsolvedError("no answer was found within the work allowed for the search")
        return answer

    def reach(self, shares: list[float]) -> list[float]:
        """Return the shares that come nearest to those asked for."""
        low, cost = np.array(self._low), np.zeros(self.width + len(self.goals))
        low[self._share_rows] = shares
        cost[self.shortfalls] = 1.0
        answer = self._solve(cost, low, slack=True)
        found = np.array(shares) - answer.x[self.shortfalls]
        return [float(share) for share in np.maximum(found, 0.0)]

    def fewest(
        self, shares: list[float], least: Codes | None, weights: Floats | None = None
    ) -> tuple[Codes, int]:
        """Return the fewest units that reach the shares, and a proven bound on what they count."""
        units = self.tiers * self.sites
        low, cost = np.array(self._low), np.zeros(self.width + len(self.goals))
        low[self._share_rows] = np.array(shares) - SMALL
        low[self._tier_rows] = 0.0 if least is None else least
        cost[:units] = 1.0 if weights is None else np.repeat(weights, self.sites)
        answer = self._solve(cost, low, slack=False)
        found = np.rint(answer.x[:units]).astype(np.int64).reshape(self.tiers, self.sites)
        bound = answer.mip_dual_bound
        return found, 0 if bound is None else int(np.ceil(bound - 1e-6))

    def most(self, number: int) -> Codes:
        """Return so many units that reach the largest share, shape (tiers, sites); for one goal."""
        units = self.tiers * self.sites
        row = self._row(-np.inf, float(number))
        for column in range(units):
            self._entry(row, column, 1.0)
        low, cost = np.array(self._low), np.zeros(self.width + len(self.goals))
        low[self._share_rows] = 1.0
        cost[self.shortfalls] = 1.0
        cost[:units] = 1e-7  # no unit that reaches nobody more
        answer = self._solve(cost, low, slack=True)
        return np.asarray(np.rint(answer.x[:units]).astype(np.int64).reshape(self.tiers, self.sites))


def most_reached(
    goal: Goal, counts: Codes, capacity: Floats, number: int, *, time_limit_s: float | None = None
) -> Codes:
    """Return so many units that reach the largest share of one goal, shape (tiers, sites).

    Parameters
    ----------
    goal, counts, capacity, time_limit_s
        See `fewest_units`.
    number
        How many units there are.
    """
    levels = Levels(np.zeros(goal.weight.size, dtype=np.int64), [counts])
    return _Program([(_at_open_sites(goal, capacity), levels)], capacity, time_limit_s).most(number)
