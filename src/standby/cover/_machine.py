"""From what an attendance needs to the table of states that the kernels walk through."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain, combinations

import numpy as np
from numpy.typing import NDArray

MOST_STATES = 20_000
"""More states than this mean that an attendance asks for too many officers and units to be followed."""


@dataclass(frozen=True, eq=False)
class Machine:
    """States of one attendance.

    Parameters
    ----------
    next_state
        State after one more unit of a kind, shape (states, kinds); never a smaller one. The last state is the
        complete attendance.
    done
        Whether the attendance is complete, shape (states,).
    useful
        Whether a kind can ever help, shape (kinds,).
    """

    next_state: NDArray[np.int64]
    done: NDArray[np.bool_]
    useful: NDArray[np.bool_]


def machine(
    officers: int,
    units: NDArray[np.int64],
    counts: NDArray[np.bool_],
    serves: NDArray[np.bool_],
    kinds: list[tuple[int, int]],
) -> Machine:
    """Return the states of an attendance.

    A state counts the officers who have arrived, and for each set of required tiers the units that can serve
    as just these; counts stop where more can't matter. The attendance is complete when there are enough
    officers and every required unit can be a different arrived one (Hall's condition on the sets of tiers).

    Parameters
    ----------
    officers
        Officers needed.
    units
        Units needed by tier, shape (tiers,).
    counts
        Tiers whose officers count, shape (tiers,).
    serves
        Which tier can serve as which, shape (tiers, tiers).
    kinds
        Tier and crew of each kind of unit.

    Raises
    ------
    ValueError
        If the attendance needs more states than can be followed.
    """
    required = np.flatnonzero(units)
    abilities = [tuple(serves[tier, required]) for tier, _ in kinds]
    groups = sorted({ability for ability in abilities if any(ability)})
    needs = units[required]
    caps = [officers, *(int(needs[np.array(group)].sum()) for group in groups)]
    steps = [
        [crew if counts[tier] else 0, *(int(ability == group) for group in groups)]
        for (tier, crew), ability in zip(kinds, abilities, strict=True)
    ]
    states = _reachable(caps, steps)
    open_states = [s for s in states if not (s[0] >= officers and _can_be_filled(s[1:], groups, needs))]
    index = {state: place for place, state in enumerate(open_states)}
    complete = len(open_states)
    table = [[index.get(_after(state, step, caps), complete) for step in steps] for state in open_states]
    following = np.array([*table, [complete] * len(kinds)], dtype=np.int64).reshape(complete + 1, len(kinds))
    useful = np.array([any(step) for step in steps], dtype=bool)
    return Machine(following, np.arange(complete + 1) == complete, useful)


def _after(state: tuple[int, ...], step: list[int], caps: list[int]) -> tuple[int, ...]:
    return tuple(min(s + d, c) for s, d, c in zip(state, step, caps, strict=True))


def _reachable(caps: list[int], steps: list[list[int]]) -> list[tuple[int, ...]]:
    """Return the states that arrivals can lead to, smaller ones first, so that a step never goes back."""
    found = {tuple([0] * len(caps))}
    fresh = list(found)
    while fresh:
        state = fresh.pop()
        for step in steps:
            new = _after(state, step, caps)
            if new not in found:
                found.add(new)
                fresh.append(new)
        if len(found) > MOST_STATES:
            raise ValueError(
                f"an attendance with over {MOST_STATES:,} states; ask for fewer officers or units"
            )
    return sorted(found)


def _can_be_filled(have: tuple[int, ...], groups: list[tuple[bool, ...]], needs: NDArray[np.int64]) -> bool:
    """Return whether arrived units can fill the required places, each unit one (Hall 1935)."""
    places = range(len(needs))
    for subset in chain.from_iterable(combinations(places, size) for size in range(1, len(needs) + 1)):
        able = sum(n for n, group in zip(have, groups, strict=True) if any(group[k] for k in subset))
        if able < sum(needs[k] for k in subset):
            return False
    return True


def stack(machines: list[Machine]) -> tuple[NDArray[np.int64], NDArray[np.bool_], NDArray[np.int64]]:
    """Return the tables of several machines in one array each, padded, and their numbers of states."""
    states = max(m.done.size for m in machines)
    kinds = machines[0].next_state.shape[1]
    following = np.zeros((len(machines), states, kinds), dtype=np.int64)
    done = np.ones((len(machines), states), dtype=bool)
    for row, m in enumerate(machines):
        following[row, : m.done.size] = m.next_state
        done[row, : m.done.size] = m.done
    return following, done, np.array([m.done.size for m in machines], dtype=np.int64)
