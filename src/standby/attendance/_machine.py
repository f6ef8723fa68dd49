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
        each = np.append(np.arange(1, self.states), self.states - 1)
        return bool((self.next_state[self.useful] == each).all())


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
    real, kinds = len(kinds), [*kinds, *_missing(parts, serves, kinds)]
    abilities = [tuple(bool(able) for able in serves[tier, required]) for tier, _ in kinds]
    groups = sorted({ability for ability in abilities if any(ability)})
    masks = list({part.counts.tobytes(): part.counts for part in parts if part.officers > 0}.values())
    caps = [max(p.officers for p in parts if np.array_equal(p.counts, mask)) for mask in masks]
    caps += [max(int(part.units[required][np.array(group)].sum()) for part in parts) for group in groups]
    steps = [
        [*(crew if mask[tier] else 0 for mask in masks), *(int(ability == group) for group in groups)]
        for (tier, crew), ability in zip(kinds, abilities, strict=True)
    ]
    states = _reachable(caps, steps)
    unfinished = [
        state for state in states if not all(_filled(state, part, required, masks, groups) for part in parts)
    ]
    table = _merged(_table(unfinished, steps, caps))
    following = np.ascontiguousarray(np.array(table, dtype=np.int64).reshape(len(table), len(kinds)).T[:real])
    return Machine(following, (following != np.arange(len(table))).any(axis=1))


def _missing(parts: list[Needed], serves: Mask, kinds: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return kinds of units that an attendance asks for and nobody has.

    With them no attendance is out of reach, so that units still come, and are kept busy, where the last one
    needed does not exist.
    """
    asked = [int(tier) for part in parts for tier in np.flatnonzero(part.units)]
    missing = [(tier, 0) for tier in asked if not any(serves[own, tier] for own, _ in kinds)]
    missing += [
        (int(np.argmax(part.counts)), part.officers)
        for part in parts
        if part.officers > 0 and part.counts.any() and not any(part.counts[own] for own, _ in kinds)
    ]
    return list(dict.fromkeys(missing))


def _filled(
    state: State, part: Needed, required: Codes, masks: list[Mask], groups: list[tuple[bool, ...]]
) -> bool:
    """Return whether a state completes a part."""
    officers = dict(zip((mask.tobytes() for mask in masks), state, strict=False))
    if part.officers > 0 and officers[part.counts.tobytes()] < part.officers:
        return False
    return can_be_filled(state[len(masks) :], groups, part.units[required])


def can_be_filled(have: State, groups: list[tuple[bool, ...]], needs: Codes) -> bool:
    """Return whether arrived units can fill the required places, each unit one (Hall 1935).

    Parameters
    ----------
    have
        Units that have arrived, by group.
    groups
        Required tiers that the units of a group can serve as.
    needs
        Units needed of each required tier, shape (required tiers,).
    """
    tiers = range(len(needs))
    for subset in chain.from_iterable(combinations(tiers, size) for size in range(1, len(needs) + 1)):
        able = sum(n for n, group in zip(have, groups, strict=True) if any(group[k] for k in subset))
        if able < sum(needs[k] for k in subset):
            return False
    return True


def _after(state: State, step: list[int], caps: list[int]) -> State:
    return tuple(min(s + d, c) for s, d, c in zip(state, step, caps, strict=True))


def _reachable(caps: list[int], steps: list[list[int]]) -> list[State]:
    """Return the states that arrivals can lead to, smaller ones first, so that a step never goes back."""
    found: set[State] = {tuple([0] * len(caps))}
    fresh = list(found)
    while fresh:
        state = fresh.pop()
        for step in steps:
            new = _after(state, step, caps)
            if new not in found:
                found.add(new)
                fresh.append(new)
        if len(found) > MOST_STATES:
            raise Refusal(
                f"an attendance with over {MOST_STATES:,} states", "ask for fewer officers or units"
            )
    return sorted(found)


def _table(unfinished: list[State], steps: list[list[int]], caps: list[int]) -> list[list[int]]:
    """Return the number of the state after each step, for every state; the complete one is the last."""
    index = {state: place for place, state in enumerate(unfinished)}
    complete = len(unfinished)
    table = [[index.get(_after(state, step, caps), complete) for step in steps] for state in unfinished]
    return [*table, [complete] * len(steps)]


def _merged(table: list[list[int]]) -> list[list[int]]:
    """Return the table with states of the same future merged, in the order of the states that stay.

    From the last state to the first: a state is the same as another when the same steps lead from both to the
    same states, where staying in one counts as staying in the other. The complete attendance stays alone.
    """
    complete = len(table) - 1
    stands_for = list(range(len(table)))
    rows: dict[int, list[int]] = {complete: table[complete]}
    known: dict[tuple[int, ...], int] = {}
    for state in range(complete - 1, -1, -1):
        row = [stands_for[after] for after in table[state]]
        others = [s for s in dict.fromkeys(row) if s not in {state, complete}]
        same = [s for s in others if _moved(row, state, s) == rows[s]]
        key = tuple(_moved(row, state, -1))
        stands_for[state] = same[0] if same else known.setdefault(key, state)
        rows.setdefault(stands_for[state], row)
    kept = sorted(rows)
    number = {state: place for place, state in enumerate(kept)}
    return [[number[after] for after in rows[state]] for state in kept]


def _moved(row: list[int], state: int, to: int) -> list[int]:
    return [to if after == state else after for after in row]


def stack(machines: list[Machine]) -> tuple[Codes, Codes]:
    """Return the tables of several machines in one array, padded, and their numbers of states."""
    states = max(m.states for m in machines)
    following = np.zeros((len(machines), len(machines[0].next_state), states), dtype=np.int64)
    for row, m in enumerate(machines):
        following[row, :, : m.states] = m.next_state
    return following, np.array([m.states for m in machines], dtype=np.int64)
