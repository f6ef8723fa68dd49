"""The mathematics of need: the fewest crewed units that reach a large enough share, reliably enough."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any, Self, cast

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, OptimizeResult, milp
from scipy.sparse import coo_array
from scipy.special import bdtrc

from standby import words
from standby._typing import Codes, Floats, Mask

MOST_NODES = 500
"""Most nodes of branch and bound in one search: work, not time, so that the answer is the same everywhere."""

MOST_UNITS = 250
"""Most units of a tier that are ever asked for in reach of one place, or at one site."""

SMALL = 1e-9
"""Amount by which rounding may make a share or a chance fall short."""

SOLVER_SLACK = 1e-6
"""Amount by which the solver's tolerances may make a share or a bound fall short."""


class TooBusyError(ValueError):
    """Units are so busy that no number of them in reach is reliable enough."""


class UnsolvedError(ArithmeticError):
    """A search was cut short, by its limit of nodes or by the time given, before it found an answer."""


@dataclass
class Deadline:
    """The seconds that are left of a time limit, if there is one.

    Parameters
    ----------
    limit_s
        The limit [s]; None: none.
    clock
        Returns seconds that never go back.
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
    """One standard as the search sees it: which units are in time where, and what share is required.

    Parameters
    ----------
    in_time
        Whether a unit of a tier at a site is in time at a place, shape (tiers, sites, places).
    needed
        Free units of each tier that a call needs, shape (tiers,).
    weight
        What the share is a share of, people for example, shape (places,).
    share
        Share of the weight that must be reached.
    reliability
        Least chance of being reached in time at which a place counts as reached.
    """

    in_time: Mask
    needed: Codes
    weight: Floats
    share: float
    reliability: float

    def reachable(self, counts: Codes) -> Mask:
        """Return the places that enough units could reach, were they at every site, shape (places,).

        Parameters
        ----------
        counts
            Numbers of units that are enough, shape (combinations, tiers).
        """
        has_site = self.in_time.any(axis=1)  # (tiers, places)
        by_combination = [np.all(has_site | (count == 0)[:, None], axis=0) for count in counts]
        return np.asarray(np.any(by_combination, axis=0))


@dataclass(frozen=True, eq=False)
class Solution:
    """The fewest units, and what was proven of them.

    Parameters
    ----------
    units
        Units by tier and site, shape (tiers, sites).
    bound
        Proven lower bound on the cost of the units: their number, unless a cost was given.
    proven
        Whether the units are proven to cost least.
    shares
        Share that the units reach of each goal: what is required, or what is attainable if that is less.
    attainable
        Share of each goal that any number of units could reach.
    """

    units: Codes
    bound: int
    proven: bool
    shares: tuple[float, ...]
    attainable: tuple[float, ...]


def chances_of_one_tier(needed: int, most: int, busy: Floats, weight: Floats) -> Floats:
    """Return the chance that enough are free of 0, 1, … units in reach, shape (most + 1,).

    Parameters
    ----------
    needed
        Free units that are enough.
    most
        Largest number in reach.
    busy, weight
        Chance that a unit is busy at each node of the tier's congestion, and the node's weight, both shape
        (nodes,).
    """
    return _chances(needed, most, busy.tobytes(), weight.tobytes())


@lru_cache(maxsize=1024)
def _chances(needed: int, most: int, busy: bytes, weight: bytes) -> Floats:
    """Do as `chances_of_one_tier`, with arrays as bytes: these can be the key of a cache."""
    if needed == 0:
        return np.ones(most + 1)

    # At a node units are independent, so the free ones are binomial: bdtrc is P(free > needed - 1).
    number = np.arange(most + 1)[:, None]
    free_chance = 1.0 - np.frombuffer(busy)
    enough = bdtrc(needed - 1, np.maximum(number, needed), free_chance)
    return np.asarray(np.where(number >= needed, enough, 0.0) @ np.frombuffer(weight))


def _by_node(busy: Floats, weight: Floats | None) -> tuple[Floats, Floats]:
    """Return busy chances and weights by tier and node, both shape (tiers, nodes)."""
    busy = busy.reshape(len(busy), -1)
    if weight is None:
        weight = np.full(busy.shape, 1.0 / busy.shape[1])
    return busy, weight


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
    busy_chances, node_weights = _by_node(busy, weight)
    by_tier = [
        chances_of_one_tier(needed, number, tier_busy, tier_weight)[number]
        for needed, number, tier_busy, tier_weight in zip(
            goal.needed.tolist(), numbers, busy_chances, node_weights, strict=True
        )
    ]
    return float(np.prod(by_tier))


def numbers_in_reach(
    goal: Goal, busy: Floats, weight: Floats | None = None, *, extra_steps: int = 0
) -> Codes:
    """Return the least numbers of units that must be in reach of a place for it to count as reached.

    Returns every combination of tiers from which no unit can be left out such that the chance that enough are
    free is at least the reliability. For one unit of one tier and independent units this is the number of
    ReVelle and Hogan (1989).

    Parameters
    ----------
    goal
        The goal.
    busy, weight
        How busy units of each tier are; see `chance_enough`.
    extra_steps
        Steps by which to be surer than the reliability asks, or less sure if below 0. A step is the least
        change of the chance, by the factors below, that changes the numbers.

    Returns
    -------
    ndarray
        Shape (combinations, tiers).

    Raises
    ------
    TooBusyError
        If no combination of up to `MOST_UNITS` of each tier is reliable enough.

    References
    ----------
    ReVelle, C. and Hogan, K. (1989). The maximum availability location problem. Transportation Science 23(3).
    """
    busy_chances, node_weights = _by_node(busy, weight)
    chances = [
        chances_of_one_tier(needed, MOST_UNITS, tier_busy, tier_weight)
        for needed, tier_busy, tier_weight in zip(
            goal.needed.tolist(), busy_chances, node_weights, strict=True
        )
    ]

    allowed_miss = 1.0 - goal.reliability
    counts = _least_counts(chances, 1.0 - allowed_miss)

    # The factors are each other's inverse: steps up and steps down are of one size.
    factor = 0.8 if extra_steps > 0 else 1.25
    for _ in range(abs(extra_steps)):
        before = counts
        while counts and counts == before and SMALL < allowed_miss < 1.0:
            allowed_miss *= factor
            counts = _least_counts(chances, max(1.0 - allowed_miss, 0.0))

    if not counts:
        mean_busy = (busy_chances * node_weights).sum(axis=1)
        shown = ", ".join(map(words.share, mean_busy))
        raise TooBusyError(f"units are busy {shown} of the time: no number in reach is sure enough")
    return _not_dominated(counts, goal.needed.size)


def _least_counts(chances: list[Floats], wanted: float) -> list[tuple[int, ...]]:
    """Return the least numbers of units, by tier, at which the product of their chances is enough.

    Parameters
    ----------
    chances
        Chance that enough are free of 0, 1, … units in reach, one array a tier.
    wanted
        Least chance that enough are free of every tier.
    """
    own, others = chances[0], chances[1:]
    first = int(np.searchsorted(own, wanted - SMALL))
    if not others:
        return [(first,)] if first < own.size else []

    # Where the chance of this tier is 0, no number of the others makes up for it.
    first = max(first, int(np.searchsorted(own, 0.0, side="right")))

    # With all the units there can be of this tier, the others need fewest.
    fewest_others = _least_counts(others, wanted / own[-1]) if own[-1] > 0.0 else []

    found: list[tuple[int, ...]] = []
    for number in range(first, own.size):
        rest = _least_counts(others, wanted / own[number])
        found += [(number, *more) for more in rest]
        if rest == fewest_others:  # more of this tier would save no unit of the others
            break
    return found


def _not_dominated(counts: list[tuple[int, ...]], tiers: int) -> Codes:
    """Return the combinations that none of the others undercuts, shape (combinations, tiers)."""
    numbers = np.array(counts, dtype=np.int64).reshape(-1, tiers)
    dominated = [((numbers <= row).all(axis=1) & (numbers < row).any(axis=1)).any() for row in numbers]
    return np.asarray(numbers[~np.array(dominated, dtype=bool)])


@dataclass(frozen=True, eq=False)
class Levels:
    """How many units each place of one goal needs in reach.

    Units that do not share the work evenly make some places less sure than the search expects. Such places
    are put on a higher level, which asks for more units.

    Parameters
    ----------
    of_place
        Level of each place, 0 for those that need no more than the reliability asks, shape (places,).
    counts
        Numbers of units that are enough at each level, from 0 on, each shape (combinations, tiers).
    """

    of_place: Codes
    counts: list[Codes]

    @classmethod
    def alike(cls, goal: Goal, counts: Codes) -> Self:
        """Return levels that ask for the same numbers at every place of a goal."""
        return cls(np.zeros(goal.weight.size, dtype=np.int64), [counts])


@dataclass(eq=False)
class Search:
    """A search for the fewest units that answers the same question only once.

    Parameters
    ----------
    goals
        The goals to be met together.
    capacity
        Units that a site can hold, shape (sites,).
    cost
        What a unit of each tier counts in what is minimised, shape (tiers,); None: one.
    time_left
        Returns the seconds left for a search [s]; None: no limit but its nodes.
    """

    goals: list[Goal]
    capacity: Floats
    cost: Floats | None = None
    time_left: Callable[[], float | None] | None = None
    _solutions: dict[tuple[bytes, ...], Solution] = field(default_factory=dict)

    def __call__(self, busy: Floats, least: Codes | None = None) -> Solution:
        """Return the fewest units for independent busy shares, and at least so many of each tier."""
        return self.solve([numbers_in_reach(goal, busy) for goal in self.goals], least=least)

    def solve(
        self, counts: list[Codes], *, levels: list[Levels] | None = None, least: Codes | None = None
    ) -> Solution:
        """Return the fewest units for given numbers in reach; see `fewest_units`."""
        parts = list(counts)
        for level in levels or []:
            parts += [level.of_place, *level.counts]
        key = (*(part.tobytes() for part in parts), b"" if least is None else least.tobytes())

        if key not in self._solutions:
            self._solutions[key] = fewest_units(
                self.goals,
                counts,
                self.capacity,
                least=least,
                levels=levels,
                cost=self.cost,
                time_limit_s=None if self.time_left is None else self.time_left(),
            )
        return self._solutions[key]


def fewest_units(
    goals: list[Goal],
    counts: list[Codes],
    capacity: Floats,
    *,
    least: Codes | None = None,
    levels: list[Levels] | None = None,
    cost: Floats | None = None,
    time_limit_s: float | None = None,
) -> Solution:
    """Return the fewest units that meet every goal.

    ::

        minimise    Σ_ts c_t x_ts
        subject to  Σ_{s in time of i} x_ts ≥ Σ_c n_gct y_gic   for every goal g, place i and tier t
                    Σ_c y_gic ≤ 1                               for every goal g and place i
                    Σ_ic w_gi y_gic ≥ share_g Σ_i w_gi          for every goal g
                    x whole and within capacity, y 0 or 1

    where x are units by tier and site, c_t is what a unit counts, the index c runs over the combinations of
    numbers n that are reliable enough, and y says that a place is reached with one of these. A share that no
    number of units can reach is lowered to what is attainable; where sites have limits, to what comes nearest
    to all shares together.

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
        If a search was cut short before it found an answer.
    ArithmeticError
        If the units do not reach the shares when counted without the solver.
    """
    if not levels:
        levels = [Levels.alike(goal, count) for goal, count in zip(goals, counts, strict=True)]
    open_goals = [_at_open_sites(goal, capacity) for goal in goals]
    pairs = list(zip(open_goals, levels, strict=True))

    # Without limits every site takes enough units; with limits the goals compete, which needs a program.
    attainable = [_attainable(goal, level) for goal, level in pairs]
    shares = [min(goal.share, most) for goal, most in zip(goals, attainable, strict=True)]
    if np.isfinite(capacity[capacity > 0]).any():
        attainable = [_Program([pair], capacity, time_limit_s).reach([1.0])[0] for pair in pairs]
        shares = _Program(pairs, capacity, time_limit_s).reach([goal.share for goal in goals])

    tiers, sites = goals[0].in_time.shape[:2]
    if max(shares) <= SMALL and (least is None or not least.any()):
        none = np.zeros((tiers, sites), dtype=np.int64)
        return Solution(none, 0, proven=True, shares=tuple(shares), attainable=tuple(attainable))

    units, bound = _Program(pairs, capacity, time_limit_s).fewest(shares, least, cost)
    for (goal, level), share in zip(pairs, shares, strict=True):
        _verify(goal, units, level, share)

    unit_cost = np.ones(tiers) if cost is None else cost
    total_cost = float((units.sum(axis=1) * unit_cost).sum())
    proven = bound >= total_cost - SOLVER_SLACK
    return Solution(units, bound, proven, tuple(shares), tuple(attainable))


def _attainable(goal: Goal, levels: Levels) -> float:
    """Return the share that enough units at every site could reach."""
    return float(goal.weight[_reachable(goal, levels)].sum() / goal.weight.sum())


def _reachable(goal: Goal, levels: Levels) -> Mask:
    """Return the places that enough units for their level could reach, were they at every site."""
    by_level = np.array([goal.reachable(count) for count in levels.counts])
    return np.asarray(by_level[levels.of_place, np.arange(goal.weight.size)])


def reached_by(goal: Goal, units: Codes, levels: Levels) -> Mask:
    """Return the places that have enough units for their level in reach, shape (places,).

    Parameters
    ----------
    goal, levels
        Which units are in time, and how many each place needs.
    units
        Units by tier and site, shape (tiers, sites).
    """
    in_reach = np.einsum("ts,tsp->tp", units, goal.in_time.astype(np.int64))
    by_level = [(in_reach[None] >= count[:, :, None]).all(axis=1).any(axis=0) for count in levels.counts]
    return np.asarray(np.array(by_level)[levels.of_place, np.arange(goal.weight.size)])


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
        (_at_open_sites(goal, capacity), Levels.alike(goal, count))
        for goal, count in zip(goals, counts, strict=True)
    ]

    # Without limits the goals don't compete for room, and no program is needed.
    if not np.isfinite(capacity[capacity > 0]).any():
        return [_attainable(goal, levels) for goal, levels in pairs]
    if together:
        return _Program(pairs, capacity, time_limit_s).reach([goal.share for goal in goals])
    return [_Program([pair], capacity, time_limit_s).reach([1.0])[0] for pair in pairs]


def _at_open_sites(goal: Goal, capacity: Floats) -> Goal:
    """Return a goal that only units at sites with room can meet."""
    in_time = goal.in_time & (capacity > 0)[None, :, None]
    return Goal(in_time, goal.needed, goal.weight, goal.share, goal.reliability)


def _verify(goal: Goal, units: Codes, levels: Levels, share: float) -> None:
    """Check an answer by counting, independently of the solver."""
    reached = goal.weight[reached_by(goal, units, levels)].sum() / goal.weight.sum()
    if reached < share - SOLVER_SLACK:
        raise ArithmeticError(
            f"the units found reach {reached:.4%}, not {share:.4%}: please report this plan"
        )


@dataclass(eq=False)
class _Program:
    """The mixed-integer program of some goals, with the numbers that each asks for.

    Columns are units by tier and site, then one per goal, group of places reached alike and combination, then
    each goal's shortfall.
    """

    goals: list[tuple[Goal, Levels]]
    capacity: Floats
    time_limit_s: float | None = None

    def __post_init__(self) -> None:
        self.tiers, self.sites = self.goals[0][0].in_time.shape[:2]

        # Entries of the sparse matrix, and the range of each of its rows.
        self._rows: list[int] = []
        self._columns: list[int] = []
        self._values: list[float] = []
        self._low: list[float] = []
        self._high: list[float] = []

        self.width = self.tiers * self.sites
        self._share_rows = [self._add_goal(goal, levels) for goal, levels in self.goals]

        self.shortfalls = np.arange(self.width, self.width + len(self.goals))
        for row, column in zip(self._share_rows, self.shortfalls, strict=True):
            self._add_entry(row, int(column), 1.0)

        # A site's limit is for all its tiers together.
        for site in np.flatnonzero(np.isfinite(self.capacity)):
            row = self._add_row(-np.inf, float(self.capacity[site]))
            for tier in range(self.tiers):
                self._add_entry(row, tier * self.sites + int(site), 1.0)

        # Rows by which a least number of units of each tier can be asked for.
        self._tier_rows = [self._add_row(0.0, np.inf) for _ in range(self.tiers)]
        for tier, site in np.ndindex(self.tiers, self.sites):
            self._add_entry(self._tier_rows[tier], tier * self.sites + site, 1.0)

    def _add_row(self, low: float, high: float) -> int:
        """Add a row without entries; return its number."""
        self._low.append(low)
        self._high.append(high)
        return len(self._low) - 1

    def _add_entry(self, row: int, column: int, value: float) -> None:
        """Add an entry of the matrix."""
        self._rows.append(row)
        self._columns.append(column)
        self._values.append(value)

    def _add_goal(self, goal: Goal, levels: Levels) -> int:
        """Add a goal's places; return the row of its share."""
        # Places with the same units in time and the same level are reached together: one pattern each.
        wanted = _reachable(goal, levels) & (goal.weight > 0)
        in_time = goal.in_time[:, :, wanted].reshape(self.tiers * self.sites, -1)
        columns_of_places = np.vstack([in_time.astype(np.int64), levels.of_place[wanted]])
        patterns, pattern_of_place = np.unique(columns_of_places, axis=1, return_inverse=True)
        weight = np.bincount(pattern_of_place.ravel(), goal.weight[wanted], minlength=patterns.shape[1])

        share_row = self._add_row(0.0, np.inf)
        for pattern, share in zip(patterns.T, weight / goal.weight.sum(), strict=True):
            near = pattern[:-1].reshape(self.tiers, self.sites) > 0
            counts = levels.counts[int(pattern[-1])]
            possible = counts[(near.any(axis=1) | (counts == 0)).all(axis=1)]
            self._add_pattern(share_row, near, possible, float(share))
        return share_row

    def _add_pattern(self, share_row: int, near: Mask, counts: Codes, share: float) -> None:
        """Add places reached alike: one column for each combination of numbers that is enough for them."""
        columns = np.arange(self.width, self.width + len(counts))
        self.width += len(counts)

        once = self._add_row(-np.inf, 1.0)
        for column in columns:
            self._add_entry(once, int(column), 1.0)
            self._add_entry(share_row, int(column), share)

        for tier in np.flatnonzero(counts.any(axis=0)):
            row = self._add_row(0.0, np.inf)
            for site in np.flatnonzero(near[tier]):
                self._add_entry(row, int(tier * self.sites + site), 1.0)
            for column, number in zip(columns, counts[:, tier], strict=True):
                self._add_entry(row, int(column), -float(number))

    @cached_property
    def _matrix(self) -> coo_array:
        """The matrix of all rows and columns added so far."""
        shape = (len(self._low), self.width + len(self.goals))
        return coo_array((self._values, (self._rows, self._columns)), shape=shape)

    def _solve(self, cost: Floats, low: Floats, *, may_fall_short: bool) -> OptimizeResult:
        """Return the solver's answer for a cost of each column and a least value of each row."""
        units = self.tiers * self.sites
        upper = np.ones(cost.size)
        upper[:units] = np.tile(np.minimum(self.capacity, MOST_UNITS), self.tiers)
        upper[self.shortfalls] = 1.0 if may_fall_short else 0.0

        # All columns are whole numbers but the shortfalls.
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

    def _costs_and_lows(self) -> tuple[Floats, Floats]:
        """Return a cost of 0 for each column, and a copy of the least value of each row."""
        return np.zeros(self.width + len(self.goals)), np.array(self._low)

    def reach(self, shares: list[float]) -> list[float]:
        """Return the attainable shares that come nearest to those asked for."""
        cost, low = self._costs_and_lows()
        low[self._share_rows] = shares
        cost[self.shortfalls] = 1.0

        answer = self._solve(cost, low, may_fall_short=True)
        found = np.array(shares) - answer.x[self.shortfalls]
        return [float(share) for share in np.maximum(found, 0.0)]

    def fewest(
        self, shares: list[float], least: Codes | None, unit_cost: Floats | None = None
    ) -> tuple[Codes, int]:
        """Return the fewest units that reach the shares, and a proven bound on what they cost."""
        units = self.tiers * self.sites
        cost, low = self._costs_and_lows()
        low[self._share_rows] = np.array(shares) - SMALL
        low[self._tier_rows] = 0.0 if least is None else least
        cost[:units] = 1.0 if unit_cost is None else np.repeat(unit_cost, self.sites)

        answer = self._solve(cost, low, may_fall_short=False)
        found = np.rint(answer.x[:units]).astype(np.int64).reshape(self.tiers, self.sites)
        bound = answer.mip_dual_bound
        return found, 0 if bound is None else int(np.ceil(bound - SOLVER_SLACK))

    def most(self, number: int) -> Codes:
        """Return where so many units reach the largest share of one goal, shape (tiers, sites)."""
        units = self.tiers * self.sites
        row = self._add_row(-np.inf, float(number))
        for column in range(units):
            self._add_entry(row, column, 1.0)

        cost, low = self._costs_and_lows()
        low[self._share_rows] = 1.0
        cost[self.shortfalls] = 1.0
        cost[:units] = 1e-7  # so little that it decides nothing but to leave out units that reach nobody more

        answer = self._solve(cost, low, may_fall_short=True)
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
    pair = (_at_open_sites(goal, capacity), Levels.alike(goal, counts))
    return _Program([pair], capacity, time_limit_s).most(number)
