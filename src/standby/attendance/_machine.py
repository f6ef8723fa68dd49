"""From what an attendance needs to the table of states that the kernels walk through."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain, combinations

import numpy as np

from standby._refusals import Refusal
from standby._typing import Codes, Mask

State = tuple[int, ...]

MOST_STATES = 20_000
"""More states than this mean that an attendance asks for too many officers and units to be followed."""


@dataclass(frozen=True, eq=False)
class Needed:
    """What has to be there.

    Parameters
    ----------
    officers
        Officers needed.
    counts
        Tiers whose officers count, shape (tiers,).
    units
        Units needed by tier, each a different unit, shape (tiers,).
    """

    officers: int
    counts: Mask
    units: Codes


@dataclass(frozen=True, eq=False)
class Machine:
    """States of one attendance.

    Parameters
    ----------
    next_state
        State after one more unit of a kind, shape (kinds, states): the same one if the unit is of no use,
        else a larger one. The first state is "nobody is there", the last one the complete attendance.
    useful
        Whether a kind can ever help, shape (kinds,).
    """

    next_state: Codes
    useful: Mask

    @property
    def states(self) -> int:
        """Number of states."""
        return int(self.next_state.shape[1])

    @property
    def is_chain(self) -> bool:
        """Whether every unit that helps takes the attendance one state further."""
        one_further = np.append(np.arange(1, self.states), self.states - 1)
        return bool((self.next_state[self.useful] == one_further).all())


def machine(parts: list[Needed], serves: Mask, kinds: list[tuple[int, int]]) -> Machine:
    """Return the states of an attendance.

    A state counts the officers who have arrived, and for each set of required tiers the units that can serve
    as just these; counts stop where more can't matter. A part is complete when there are enough officers and
    every required unit can be a different arrived one (Hall's condition on the sets of tiers); the attendance
    is complete when each of its parts is, and a unit may serve in all of them. States with the same future
    are merged, so that a unit moves the attendance only if it brings it nearer.

    Parameters
    ----------
    parts
        What has to be there.
    serves
        Which tier can serve as which, shape (tiers, tiers).
    kinds
        Tier and crew of each kind of unit.

    Raises
    ------
    ValueError
        If the attendance needs more states than can be followed.

    References
    ----------
    Hall, P. (1935). On representatives of subsets. Journal of the London Mathematical Society 10(1), 26-30.
    """
    required = np.flatnonzero(np.any([part.units for part in parts], axis=0))
    all_kinds = [*kinds, *_missing(parts, serves, kinds)]

    # A group is a set of required tiers that some kind of unit can serve as.
    abilities = [tuple(bool(able) for able in serves[tier, required]) for tier, _ in all_kinds]
    groups = sorted({ability for ability in abilities if any(ability)})

    # A state counts officers for each mask of tiers and units for each group, up to what can matter.
    masks = list({part.counts.tobytes(): part.counts for part in parts if part.officers > 0}.values())
    caps = list[int]()
    for mask in masks:
        caps.append(max(part.officers for part in parts if np.array_equal(part.counts, mask)))
    for group in groups:
        caps.append(max(int(part.units[required][np.array(group)].sum()) for part in parts))

    # What one unit of each kind adds to these counts.
    steps = list[list[int]]()
    for (tier, crew), ability in zip(all_kinds, abilities, strict=True):
        officers = [crew if mask[tier] else 0 for mask in masks]
        units = [int(ability == group) for group in groups]
        steps.append([*officers, *units])

    unfinished = [
        state
        for state in _reachable(caps, steps)
        if not all(_filled(state, part, required, masks, groups) for part in parts)
    ]
    table = _merged(_table(unfinished, steps, caps))

    # Kinds that nobody has only made states reachable.
    by_kind = np.array(table, dtype=np.int64).reshape(len(table), len(all_kinds)).T
    next_state = np.ascontiguousarray(by_kind[: len(kinds)])
    useful = (next_state != np.arange(len(table))).any(axis=1)
    return Machine(next_state, useful)


def _missing(parts: list[Needed], serves: Mask, kinds: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return kinds of units that an attendance asks for and nobody has.

    With them no attendance is out of reach, so that units still come, and are kept busy, where the last one
    needed does not exist.
    """
    needed_tiers = [int(tier) for part in parts for tier in np.flatnonzero(part.units)]
    missing = [(tier, 0) for tier in needed_tiers if not any(serves[own, tier] for own, _ in kinds)]

    # One such unit brings all the officers that a part needs.
    for part in parts:
        nobody_counts = not any(part.counts[own] for own, _ in kinds)
        if part.officers > 0 and part.counts.any() and nobody_counts:
            missing.append((int(np.argmax(part.counts)), part.officers))

    return list(dict.fromkeys(missing))


def _filled(
    state: State, part: Needed, required: Codes, masks: list[Mask], groups: list[tuple[bool, ...]]
) -> bool:
    """Return whether a state completes a part."""
    # Counts of officers come first in a state, one for each mask.
    officers = dict(zip((mask.tobytes() for mask in masks), state, strict=False))
    if part.officers > 0 and officers[part.counts.tobytes()] < part.officers:
        return False

    return can_be_filled(state[len(masks) :], groups, part.units[required])


def can_be_filled(arrived: State, groups: list[tuple[bool, ...]], needed: Codes) -> bool:
    """Return whether arrived units can fill the required places, each unit one (Hall 1935).

    Parameters
    ----------
    arrived
        Units that have arrived, by group.
    groups
        Required tiers that the units of a group can serve as.
    needed
        Units needed of each required tier, shape (required tiers,).
    """
    tiers = range(len(needed))
    subsets = chain.from_iterable(combinations(tiers, size) for size in range(1, len(needed) + 1))

    # Hall's condition: every set of required tiers has enough units that can serve as one of them.
    for subset in subsets:
        able = sum(n for n, group in zip(arrived, groups, strict=True) if any(group[k] for k in subset))
        if able < sum(needed[k] for k in subset):
            return False
    return True


def _after(state: State, step: list[int], caps: list[int]) -> State:
    """Return the state after one more unit; counts stop at their caps."""
    return tuple(min(count + more, cap) for count, more, cap in zip(state, step, caps, strict=True))


def _reachable(caps: list[int], steps: list[list[int]]) -> list[State]:
    """Return the states that arrivals can lead to, smaller ones first, so that a step never goes back."""
    reachable: set[State] = {tuple([0] * len(caps))}
    unexplored = list(reachable)
    while unexplored:
        state = unexplored.pop()
        for step in steps:
            after = _after(state, step, caps)
            if after not in reachable:
                reachable.add(after)
                unexplored.append(after)

        if len(reachable) > MOST_STATES:
            raise Refusal(
                f"an attendance with over {MOST_STATES:,} states", "ask for fewer officers or units"
            )
    return sorted(reachable)


def _table(unfinished: list[State], steps: list[list[int]], caps: list[int]) -> list[list[int]]:
    """Return the number of the state after each step, for every state; the complete one is the last."""
    index = {state: place for place, state in enumerate(unfinished)}
    complete = len(unfinished)
    table = [[index.get(_after(state, step, caps), complete) for step in steps] for state in unfinished]
    return [*table, [complete] * len(steps)]


def _merged(table: list[list[int]]) -> list[list[int]]:
    """Return the table with states of the same future merged, in the order of the states that stay.

    A state is the same as another when the same steps lead from both to the same states, where staying in one
    counts as staying in the other. The complete attendance stays alone.
    """
    complete = len(table) - 1
    stand_in = list(range(len(table)))
    rows: dict[int, list[int]] = {complete: table[complete]}
    state_by_future: dict[tuple[int, ...], int] = {}

    # From the last state to the first: steps lead upwards, so what follows is merged already.
    for state in range(complete - 1, -1, -1):
        row = [stand_in[after] for after in table[state]]

        # Either one of the states that it leads to is the same, or an earlier one with the same future.
        following = [after for after in dict.fromkeys(row) if after not in {state, complete}]
        same = [after for after in following if _replaced(row, state, after) == rows[after]]
        future = tuple(_replaced(row, state, -1))
        stand_in[state] = same[0] if same else state_by_future.setdefault(future, state)
        rows.setdefault(stand_in[state], row)

    kept = sorted(rows)
    number = {state: place for place, state in enumerate(kept)}
    return [[number[after] for after in rows[state]] for state in kept]


def _replaced(row: list[int], state: int, other: int) -> list[int]:
    """Return a row of the table in which one state is replaced by another."""
    return [other if after == state else after for after in row]


def stack(machines: list[Machine]) -> tuple[Codes, Codes]:
    """Return the tables of several machines in one array, padded, and their numbers of states."""
    sizes = np.array([m.states for m in machines], dtype=np.int64)
    kinds = len(machines[0].next_state)

    stacked = np.zeros((len(machines), kinds, int(sizes.max())), dtype=np.int64)
    for row, m in enumerate(machines):
        stacked[row, :, : m.states] = m.next_state
    return stacked, sizes
