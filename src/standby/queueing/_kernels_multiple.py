"""Compiled model of calls that take several units at once. The twin in the tests writes the full matrix."""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(cache=True)
def choose_units(units: np.ndarray, needed: int, least: int, state: int) -> int:
    """Set of units sent: the first `needed` free ones of a list, or all free ones when there are fewer.

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
def list_moves(
    state: int,
    arrival: np.ndarray,
    preference: np.ndarray,
    needed: np.ndarray,
    initiated: np.ndarray,
    least: np.ndarray,
    sets: np.ndarray,
    rates: np.ndarray,
) -> int:
    """Gather the sets of units that calls in a state would take, with their rates; return how many."""
    count = 0
    for area in range(arrival.size + initiated.size):
        if area < arrival.size:
            rate = arrival[area]
            sent = choose_units(preference[area], needed[area], least[area], state)
        else:
            rate = initiated[area - arrival.size]
            sent = (1 << (area - arrival.size)) & ~state
        if sent == 0 or rate == 0.0:
            continue
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
def count_moves(
    states: int,
    arrival: np.ndarray,
    preference: np.ndarray,
    needed: np.ndarray,
    initiated: np.ndarray,
    least: np.ndarray,
) -> np.ndarray:
    """Where each state's moves begin in one long list, shape (states + 1,)."""
    room = arrival.size + initiated.size
    sets = np.empty(room, dtype=np.int64)
    rates = np.empty(room)
    starts = np.zeros(states + 1, dtype=np.int64)
    for state in range(states):
        found = list_moves(state, arrival, preference, needed, initiated, least, sets, rates)
        starts[state + 1] = starts[state] + found
    return starts


@njit(cache=True)
def fill_moves(
    starts: np.ndarray,
    arrival: np.ndarray,
    preference: np.ndarray,
    needed: np.ndarray,
    initiated: np.ndarray,
    least: np.ndarray,
    moves: np.ndarray,
    flows: np.ndarray,
) -> None:
    """Write every state's moves (the states they lead to) and their rates."""
    room = arrival.size + initiated.size
    sets = np.empty(room, dtype=np.int64)
    rates = np.empty(room)
    for state in range(starts.size - 1):
        found = list_moves(state, arrival, preference, needed, initiated, least, sets, rates)
        for i in range(found):
            moves[starts[state] + i] = state | sets[i]
            flows[starts[state] + i] = rates[i]


@njit(cache=True)
def mark_reached(starts: np.ndarray, moves: np.ndarray, units: int, reached: np.ndarray) -> None:
    """Mark the states that can be reached from those already marked."""
    marked = 0
    while marked < reached.sum():
        marked = reached.sum()
        for state in range(reached.size):
            if reached[state]:
                for i in range(starts[state], starts[state + 1]):
                    reached[moves[i]] = 1
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
    relax: float,
    service: np.ndarray,
    starts: np.ndarray,
    moves: np.ndarray,
    flows: np.ndarray,
    chance: np.ndarray,
    inflow: np.ndarray,
    mass: np.ndarray,
    layer_flow: np.ndarray,
    off: np.ndarray,
) -> None:
    """Relax all states once in rising order, pushing each state's calls upwards; `relax` 0 only measures.

    Overwrites, by number of busy units: `mass`, the flow between layers and the imbalance before the update.
    """
    inflow[:] = 0.0
    mass[:] = 0.0
    layer_flow[:] = 0.0
    off[:] = 0.0
    for state in range(chance.size):
        layer = bits_of(state)
        gain = inflow[state]
        down = 0.0
        for n in range(service.size):
            if (state >> n) & 1:
                down += service[n]
            else:
                gain += service[n] * chance[state | (1 << n)]
        leave = down
        for i in range(starts[state], starts[state + 1]):
            leave += flows[i]
        old = chance[state]
        new = old
        if relax != 0.0:
            new = old + relax * (gain / leave - old) if leave > 0.0 else old
            chance[state] = new
        for i in range(starts[state], starts[state + 1]):
            inflow[moves[i]] += flows[i] * new
            layer_flow[layer, bits_of(moves[i])] += flows[i] * new
        if layer:
            layer_flow[layer, layer - 1] += down * new
        mass[layer] += new
        off[layer] += abs(gain - old * leave)


@njit(cache=True)
def scale_states(chance: np.ndarray, factor: np.ndarray) -> None:
    """Multiply every state by the factor of its layer."""
    for state in range(chance.size):
        chance[state] *= factor[bits_of(state)]


@njit(cache=True)
def count_sent(
    arrival: np.ndarray,
    preference: np.ndarray,
    needed: np.ndarray,
    least: np.ndarray,
    chance: np.ndarray,
    times: np.ndarray,
    dispatch: np.ndarray,
    outcome: np.ndarray,
    response: np.ndarray,
) -> None:
    """Add up, over all states, what becomes of each stream's calls.

    `dispatch[area, unit]` is the chance that the unit is sent; `outcome[area]` the chances that none, some
    and all needed are sent; `response[area]` the sums of the time of the first unit when any is sent, and
    of the last when all are.
    """
    for state in range(chance.size):
        for area in range(arrival.size):
            sent = choose_units(preference[area], needed[area], least[area], state)
            first = np.inf
            last = 0.0
            count = 0
            for n in range(dispatch.shape[1]):
                if (sent >> n) & 1:
                    dispatch[area, n] += chance[state]
                    first = min(first, times[area, n])
                    last = max(last, times[area, n])
                    count += 1
            if count == 0:
                outcome[area, 0] += chance[state]
                continue
            response[area, 0] += chance[state] * first
            if count < needed[area]:
                outcome[area, 1] += chance[state]
            else:
                outcome[area, 2] += chance[state]
                response[area, 1] += chance[state] * last
