"""The mathematics of need: the fewest crewed units that reach a large enough share, reliably enough."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import coo_array, csr_array
from scipy.special import bdtrc

from standby import words
from standby._deadline import NO_LIMIT, Deadline, UnfinishedError
from standby._process import run_program
from standby._typing import Codes, Floats, Mask
from standby.cover._need_program import Model, solve

SOLVER = Path(__file__).with_name("_need_program.py")
"""The program that solves a large model where there is a time limit."""

LARGE = 60_000
"""Entries and columns of a model beyond which that is done: its start takes less than half a second, and the
solver's presolve of such a model can outrun any limit."""

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
    needed = tuple(goal.needed.tolist())
    return _numbers_in_reach(
        needed, goal.reliability, busy_chances.tobytes(), node_weights.tobytes(), extra_steps
    )


@lru_cache(maxsize=8192)
def _numbers_in_reach(
    needed: tuple[int, ...], reliability: float, busy: bytes, weight: bytes, extra_steps: int
) -> Codes:
    """Do as `numbers_in_reach`, with arrays as bytes: several places and hours ask for the same."""
    busy_chances = np.frombuffer(busy).reshape(len(needed), -1)
    node_weights = np.frombuffer(weight).reshape(len(needed), -1)
    chances = [
        chances_of_one_tier(tier_needed, MOST_UNITS, tier_busy, tier_weight)
        for tier_needed, tier_busy, tier_weight in zip(needed, busy_chances, node_weights, strict=True)
    ]

    allowed_miss = 1.0 - reliability
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
    return _not_dominated(counts, len(needed))


def _least_counts(chances: list[Floats], wanted: float) -> list[tuple[int, ...]]:
    """Return the least numbers of units, by tier, at which the product of their chances is enough.

    Parameters
    ----------
    chances
        Chance that enough are free of 0, 1, … units in reach, one array a tier.
    wanted
        Least chance that enough are free of every tier.
    """
    own = chances[0]
    others = chances[1:]
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
    deadline
        When to stop; without a limit only nodes are counted.
    """

    goals: list[Goal]
    capacity: Floats
    cost: Floats | None = None
    deadline: Deadline = NO_LIMIT
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
                deadline=self.deadline,
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
    deadline: Deadline = NO_LIMIT,
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
    deadline
        When to stop; without a limit only nodes are counted.

    Raises
    ------
    UnfinishedError
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
        attainable = [_Program([pair], capacity, deadline).reach([1.0])[0] for pair in pairs]
        shares = _Program(pairs, capacity, deadline).reach([goal.share for goal in goals])

    tiers, sites = goals[0].in_time.shape[:2]
    if max(shares) <= SMALL and (least is None or not least.any()):
        none = np.zeros((tiers, sites), dtype=np.int64)
        return Solution(none, 0, proven=True, shares=tuple(shares), attainable=tuple(attainable))

    units, bound = _Program(pairs, capacity, deadline).fewest(shares, least, cost)
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
    in_reach = np.zeros((units.shape[0], goal.weight.size), dtype=np.int64)
    for tier, site in zip(*np.nonzero(units), strict=True):
        in_reach[tier] += units[tier, site] * goal.in_time[tier, site]
    by_level = [(in_reach[None] >= count[:, :, None]).all(axis=1).any(axis=0) for count in levels.counts]
    return np.asarray(np.array(by_level)[levels.of_place, np.arange(goal.weight.size)])


def shares_reached(
    goals: list[Goal],
    counts: list[Codes],
    capacity: Floats,
    *,
    together: bool = False,
    deadline: Deadline = NO_LIMIT,
) -> list[float]:
    """Return the shares that any number of units reaches, each goal by itself or all together.

    Parameters
    ----------
    goals, counts, capacity, deadline
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
        return _Program(pairs, capacity, deadline).reach([goal.share for goal in goals])
    return [_Program([pair], capacity, deadline).reach([1.0])[0] for pair in pairs]


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


def _patterns(goal: Goal, levels: Levels, wanted: Mask) -> tuple[Mask, Codes, Floats]:
    """Return places with the same units in time and the same level once: they are reached together.

    Parameters
    ----------
    goal, levels
        The goal, and how many units each place needs.
    wanted
        Places that count, shape (places,).

    Returns
    -------
    near, level, weight
        Which units are in time, shape (patterns, tiers, sites), the level and the weight of the places, both
        shape (patterns,).
    """
    tiers, sites = goal.in_time.shape[:2]
    in_time = goal.in_time[:, :, wanted].reshape(tiers * sites, -1)

    # Bits in the order of the sites, then the level, first bytes first: they sort as the numbers would.
    bits = np.packbits(in_time, axis=0).T
    level_bytes = levels.of_place[wanted].astype(">i8").view(np.uint8).reshape(-1, 8)
    keys = np.ascontiguousarray(np.hstack([bits, level_bytes]))
    keys = keys.view(f"S{keys.shape[1]}").ravel()
    _, first, pattern_of_place = np.unique(keys, return_index=True, return_inverse=True)

    near = in_time[:, first].T.reshape(-1, tiers, sites)
    weight = np.bincount(pattern_of_place.ravel(), goal.weight[wanted], minlength=first.size)
    return near, levels.of_place[wanted][first], weight.astype(float)


def _solved_in_time(model: Model, deadline: Deadline) -> tuple[Any, float | None]:
    """Return what `solve` does, from a process that is ended when the time is up.

    Raises
    ------
    UnfinishedError
        If the time is up.
    """
    found = list[tuple[Any, float | None]]()

    def hear(_: str, columns: Any, bound: float | None) -> None:
        """Keep the answer."""
        found.append((columns, bound))

    run_program(SOLVER, vars(model), hear=hear, go_on=lambda: not deadline.is_over)
    deadline.left()
    return found[0]


@dataclass(eq=False)
class _Program:
    """The mixed-integer program of some goals, with the numbers that each asks for.

    Columns are units by tier and site, then one per goal, group of places reached alike and combination, then
    each goal's shortfall.
    """

    goals: list[tuple[Goal, Levels]]
    capacity: Floats
    deadline: Deadline = NO_LIMIT

    def __post_init__(self) -> None:
        self.tiers, self.sites = self.goals[0][0].in_time.shape[:2]

        # Entries of the sparse matrix in pieces, and the range of each of its rows.
        self._entries: list[tuple[Codes, Codes, Floats]] = []
        self._low: list[float] = []
        self._high: list[float] = []

        self.width = self.tiers * self.sites
        self._share_rows = [self._add_goal(goal, levels) for goal, levels in self.goals]

        self.shortfalls = np.arange(self.width, self.width + len(self.goals))
        self._add_entries(self._share_rows, self.shortfalls, 1.0)

        # A site's limit is for all its tiers together.
        site_columns = np.arange(self.tiers * self.sites).reshape(self.tiers, self.sites)
        for site in np.flatnonzero(np.isfinite(self.capacity)):
            row = self._add_row(-np.inf, float(self.capacity[site]))
            self._add_entries(row, site_columns[:, site], 1.0)

        # Rows by which a least number of units of each tier can be asked for.
        self._tier_rows = [self._add_row(0.0, np.inf) for _ in range(self.tiers)]
        for row, columns in zip(self._tier_rows, site_columns, strict=True):
            self._add_entries(row, columns, 1.0)

    def _add_row(self, low: float, high: float) -> int:
        """Add a row without entries; return its number."""
        self._low.append(low)
        self._high.append(high)
        return len(self._low) - 1

    def _add_entries(self, rows: ArrayLike, columns: ArrayLike, values: ArrayLike) -> None:
        """Add entries of the matrix; what is one number holds for all of them."""
        row, column, value = np.broadcast_arrays(rows, columns, values)
        self._entries.append(
            (row.ravel().astype(np.int64), column.ravel().astype(np.int64), value.ravel().astype(float))
        )

    def _add_goal(self, goal: Goal, levels: Levels) -> int:
        """Add a goal's places; return the row of its share."""
        self.deadline.left()
        wanted = _reachable(goal, levels) & (goal.weight > 0)
        near, level, weight = _patterns(goal, levels, wanted)
        share = weight / goal.weight.sum()
        share_row = self._add_row(0.0, np.inf)

        # Patterns of one kind have the same level and the same tiers in time: the same numbers are possible.
        has_site = near.any(axis=2)
        kinds, kind_of_pattern = np.unique(np.column_stack([level, has_site]), axis=0, return_inverse=True)
        kind_of_pattern = kind_of_pattern.ravel()
        possible = list[Codes]()
        for kind in kinds:
            counts = levels.counts[int(kind[0])]
            possible.append(counts[((kind[1:] > 0) | (counts == 0)).all(axis=1)])

        # Each pattern has a column for each combination, a row by which it is reached once, and one a tier.
        columns_of_kind = np.array([len(counts) for counts in possible], dtype=np.int64)
        rows_of_kind = np.array([1 + np.count_nonzero(c.any(axis=0)) for c in possible], dtype=np.int64)
        column_ends = np.cumsum(columns_of_kind[kind_of_pattern])
        row_ends = np.cumsum(rows_of_kind[kind_of_pattern])
        first_column = self.width + column_ends - columns_of_kind[kind_of_pattern]
        first_row = len(self._low) + row_ends - rows_of_kind[kind_of_pattern]
        self.width += int(column_ends[-1]) if column_ends.size else 0

        low = np.zeros(int(row_ends[-1]) if row_ends.size else 0)
        high = np.full(low.size, np.inf)
        low[first_row - len(self._low)] = -np.inf
        high[first_row - len(self._low)] = 1.0
        self._low += low.tolist()
        self._high += high.tolist()

        for kind_number, counts in enumerate(possible):
            of_kind = np.flatnonzero(kind_of_pattern == kind_number)
            columns = first_column[of_kind, None] + np.arange(len(counts))
            self._add_entries(first_row[of_kind, None], columns, 1.0)
            self._add_entries(share_row, columns, share[of_kind, None])

            for place, tier in enumerate(np.flatnonzero(counts.any(axis=0)), start=1):
                rows = first_row[of_kind] + place
                pattern, site = np.nonzero(near[of_kind, tier])
                self._add_entries(rows[pattern], tier * self.sites + site, 1.0)
                self._add_entries(rows[:, None], columns, -counts[:, tier].astype(float))
        return share_row

    @cached_property
    def _matrix(self) -> csr_array:
        """The matrix of all rows and columns added so far."""
        rows, columns, values = (np.concatenate(parts) for parts in zip(*self._entries, strict=True))
        shape = (len(self._low), self.width + len(self.goals))
        return coo_array((values, (rows, columns)), shape=shape).tocsr()

    def _solve(self, cost: Floats, low: Floats, *, may_fall_short: bool) -> tuple[Floats, float | None]:
        """Return the solver's columns and bound for a cost of each column and a least value of each row."""
        units = self.tiers * self.sites
        upper = np.ones(cost.size)
        upper[:units] = np.tile(np.minimum(self.capacity, MOST_UNITS), self.tiers)
        upper[self.shortfalls] = 1.0 if may_fall_short else 0.0

        # All columns are whole numbers but the shortfalls.
        whole = np.ones(cost.size, dtype=np.int64)
        whole[self.shortfalls] = 0

        matrix = self._matrix
        options: dict[str, Any] = {"node_limit": MOST_NODES, "mip_rel_gap": 0.0}
        time_left = self.deadline.left()
        if time_left is not None:
            options["time_limit"] = time_left
        model = Model(
            cost, upper, whole, low, np.array(self._high), matrix.indptr, matrix.indices, matrix.data, options
        )

        is_large = matrix.nnz + cost.size > LARGE
        if time_left is None or not is_large:
            columns, bound = solve(model)
        else:
            columns, bound = _solved_in_time(model, self.deadline)

        # What the solver had when its time was up is no answer that could be had again.
        self.deadline.left()
        if columns is None:
            raise UnfinishedError("no answer was found within the work allowed for the search")
        return np.asarray(columns), bound

    def _costs_and_lows(self) -> tuple[Floats, Floats]:
        """Return a cost of 0 for each column, and a copy of the least value of each row."""
        return np.zeros(self.width + len(self.goals)), np.array(self._low)

    def reach(self, shares: list[float]) -> list[float]:
        """Return the attainable shares that come nearest to those asked for."""
        cost, low = self._costs_and_lows()
        low[self._share_rows] = shares
        cost[self.shortfalls] = 1.0

        columns, _ = self._solve(cost, low, may_fall_short=True)
        found = np.array(shares) - columns[self.shortfalls]
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

        columns, bound = self._solve(cost, low, may_fall_short=False)
        found = np.rint(columns[:units]).astype(np.int64).reshape(self.tiers, self.sites)
        return found, 0 if bound is None else int(np.ceil(bound - SOLVER_SLACK))

    def most(self, number: int) -> Codes:
        """Return where so many units reach the largest share of one goal, shape (tiers, sites)."""
        units = self.tiers * self.sites
        row = self._add_row(-np.inf, float(number))
        self._add_entries(row, np.arange(units), 1.0)

        cost, low = self._costs_and_lows()
        low[self._share_rows] = 1.0
        cost[self.shortfalls] = 1.0
        cost[:units] = 1e-7  # so little that it decides nothing but to leave out units that reach nobody more

        columns, _ = self._solve(cost, low, may_fall_short=True)
        return np.asarray(np.rint(columns[:units]).astype(np.int64).reshape(self.tiers, self.sites))


def most_reached(
    goal: Goal, counts: Codes, capacity: Floats, number: int, *, deadline: Deadline = NO_LIMIT
) -> Codes:
    """Return so many units that reach the largest share of one goal, shape (tiers, sites).

    Parameters
    ----------
    goal, counts, capacity, deadline
        See `fewest_units`.
    number
        How many units there are.
    """
    pair = (_at_open_sites(goal, capacity), Levels.alike(goal, counts))
    return _Program([pair], capacity, deadline).most(number)
