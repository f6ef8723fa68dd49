"""Compiled model of calls that take several units at once. The twin in the tests writes the full matrix."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit


class Calls(NamedTuple):
    """What is asked of the units.

    arrival: calls of each stream per unit of time, (streams,); preference: units of each stream's list, -1
    after the last, (streams, places); needed: units that a call needs, (streams,); least: fewest free units
    of its list with which a call is answered at all, (streams,); initiated: own work that a free unit starts
    per unit of time, (units,).
    """

    arrival: np.ndarray
    preference: np.ndarray
    needed: np.ndarray
    least: np.ndarray
    initiated: np.ndarray


class Moves(NamedTuple):
    """Where calls lead from each state.

    starts: moves of a state are starts[state] to starts[state + 1], (states + 1,); target: state that a move
    leads to, (moves,); rate: how often it happens per unit of time, (moves,).
    """

    starts: np.ndarray
    target: np.ndarray
    rate: np.ndarray


class Tallies(NamedTuple):
    """What a sweep measures, by number of busy units (the layer).

    inflow: flow into each state from states before it, (states,); mass: chance of a layer, (layers,); flow:
    from layer to layer, (layers, layers); off: size of the imbalance before the update, (layers,).
    """

    inflow: np.ndarray
    mass: np.ndarray
    flow: np.ndarray
    off: np.ndarray


@njit(cache=True)
def choose_units(units: np.ndarray, needed: int, least: int, state: int) -> int:
    """Return the set of units sent: the first `needed` free ones of a list, or all free ones if fewer.

    Nobody is sent when fewer than `least` are free.
    """
    sent = 0
    count = 0
    for k in range(units.size):
        if units[k] < 0 or count == needed:
            break
        bit = 1 << units[k]
        if state & bit == 0:
            sent |= bit
            count += 1

    if count < least:
        return 0
    return sent


@njit(cache=True)
def list_moves(state: int, calls: Calls, sets: np.ndarray, rates: np.ndarray) -> int:
    """Gather the sets of units that calls in a state would take, with their rates; return how many."""
    streams = calls.arrival.size
    count = 0

    # Each unit's own work follows the streams: it takes that unit, if it is free.
    for source in range(streams + calls.initiated.size):
        if source < streams:
            rate = calls.arrival[source]
            sent = choose_units(calls.preference[source], calls.needed[source], calls.least[source], state)
        else:
            rate = calls.initiated[source - streams]
            sent = (1 << (source - streams)) & ~state
        if sent == 0 or rate == 0.0:
            continue

        # Sources that take the same units are one move.
        place = 0
        while place < count and sets[place] != sent:
            place += 1
        if place == count:
            sets[place] = sent
            rates[place] = 0.0
            count += 1
        rates[place] += rate

    return count


@njit(cache=True)
def count_moves(states: int, calls: Calls) -> np.ndarray:
    """Return where each state's moves begin in one long list, shape (states + 1,)."""
    room = calls.arrival.size + calls.initiated.size
    sets = np.empty(room, dtype=np.int64)
    rates = np.empty(room)

    starts = np.zeros(states + 1, dtype=np.int64)
    for state in range(states):
        starts[state + 1] = starts[state] + list_moves(state, calls, sets, rates)
    return starts


@njit(cache=True)
def fill_moves(calls: Calls, moves: Moves) -> None:
    """Write every state's moves (the states they lead to) and their rates; `starts` is given."""
    room = calls.arrival.size + calls.initiated.size
    sets = np.empty(room, dtype=np.int64)
    rates = np.empty(room)

    for state in range(moves.starts.size - 1):
        found = list_moves(state, calls, sets, rates)
        for i in range(found):
            moves.target[moves.starts[state] + i] = state | sets[i]
            moves.rate[moves.starts[state] + i] = rates[i]


@njit(cache=True)
def mark_reached(moves: Moves, units: int, reached: np.ndarray) -> None:
    """Mark the states that can be reached from those already marked."""
    marked = 0
    while marked < reached.sum():
        marked = reached.sum()

        # Calls lead to higher numbers, so one pass upwards follows whole chains of them.
        for state in range(reached.size):
            if reached[state]:
                for i in range(moves.starts[state], moves.starts[state + 1]):
                    reached[moves.target[i]] = 1

        # Units that come free lead downwards.
        for state in range(reached.size - 1, -1, -1):
            if reached[state]:
                for n in range(units):
                    reached[state & ~(1 << n)] = 1


@njit(cache=True)
def bits_of(state: int) -> int:
    """Count the busy units."""
    count = 0
    while state:
        state &= state - 1
        count += 1
    return count


@njit(cache=True)
def sweep_moves(
    relax: float, service: np.ndarray, moves: Moves, chance: np.ndarray, tallies: Tallies
) -> None:
    """Relax all states once in rising order, pushing each state's calls upwards; `relax` 0 only measures.

    `tallies` is overwritten.
    """
    starts, target, rate = moves
    inflow, mass, flow, off = tallies
    inflow[:] = 0.0
    mass[:] = 0.0
    flow[:] = 0.0
    off[:] = 0.0

    for state in range(chance.size):
        layer = bits_of(state)

        # In balance, what flows into a state is its chance times the rate at which it is left.
        gain = inflow[state]
        down = 0.0
        for n in range(service.size):
            if (state >> n) & 1:
                down += service[n]
            else:
                gain += service[n] * chance[state | (1 << n)]
        leave = down
        for i in range(starts[state], starts[state + 1]):
            leave += rate[i]

        old = chance[state]
        new = old
        if relax != 0.0:
            new = old + relax * (gain / leave - old) if leave > 0.0 else old
            chance[state] = new

        for i in range(starts[state], starts[state + 1]):
            inflow[target[i]] += rate[i] * new
            flow[layer, bits_of(target[i])] += rate[i] * new
        if layer:
            flow[layer, layer - 1] += down * new
        mass[layer] += new
        off[layer] += abs(gain - old * leave)


@njit(cache=True)
def scale_states(chance: np.ndarray, factor: np.ndarray) -> None:
    """Multiply every state by the factor of its layer."""
    for state in range(chance.size):
        chance[state] *= factor[bits_of(state)]


@njit(cache=True)
def count_sent(
    calls: Calls,
    chance: np.ndarray,
    times: np.ndarray,
    dispatch: np.ndarray,
    outcome: np.ndarray,
    response: np.ndarray,
) -> None:
    """Add up, over all states, what becomes of each stream's calls.

    `dispatch[stream, unit]` is the chance that the unit is sent; `outcome[stream]` the chances that none,
    some and all needed are sent; `response[stream]` the sums of the time of the first unit when any is sent,
    and of the last when all are.
    """
    for state in range(chance.size):
        for stream in range(calls.arrival.size):
            needed = calls.needed[stream]
            sent = choose_units(calls.preference[stream], needed, calls.least[stream], state)

            first = np.inf
            last = 0.0
            count = 0
            for n in range(dispatch.shape[1]):
                if (sent >> n) & 1:
                    dispatch[stream, n] += chance[state]
                    first = min(first, times[stream, n])
                    last = max(last, times[stream, n])
                    count += 1

            if count == 0:
                outcome[stream, 0] += chance[state]
                continue
            response[stream, 0] += chance[state] * first
            if count < needed:
                outcome[stream, 1] += chance[state]
            else:
                outcome[stream, 2] += chance[state]
                response[stream, 1] += chance[state] * last
