"""Compiled loops of the cover model: who is free, who arrives when, with which chance.

An attendance is a small machine: its state counts the officers and units that have arrived, each arriving
unit moves it to ``next_state[state, kind]``, and states are marked when the first armed arrival and the full
attendance are complete. Units come in order of arrival and each is free with its own chance, independently.
"""

import numpy as np
from numba import njit

NEVER = np.inf
GONE = 1e-10  # chance below which the rest of a walk along the units can't matter to a share
IDLE = 1e-7  # chance below which it can't matter to how busy a unit is


@njit(cache=True, nogil=True, error_model="numpy")
def arrival_order(arrive, order):
    """Sort the units of each place by arrival, equal ones by number.

    arrive: minutes, shape (places, units); order: any order of the units, written, shape (places, units). An
    insertion sort: the order of the last evaluation is nearly the right one.
    """
    units = arrive.shape[1]
    for place in range(arrive.shape[0]):
        for k in range(1, units):
            unit = order[place, k]
            minutes = arrive[place, unit]
            at = k
            while at > 0:
                other = order[place, at - 1]
                if arrive[place, other] < minutes or (arrive[place, other] == minutes and other < unit):
                    break
                order[place, at] = other
                at -= 1
            order[place, at] = unit


@njit(cache=True, nogil=True, error_model="numpy")
def asked(arrive, order, lend, force, rate, kind, next_state, full, sizes, scene, free, load):
    """Add up how much work each unit is asked for.

    arrive: (places, units) [min]; order: (places, units); lend: chance that a unit may go to a force,
    (units, forces); force: (places,); rate: (types, places) [per hour]; kind: (types, units), -1 never sent;
    next_state: (types, states, kinds); full: (types, states); sizes: states of each type, (types,);
    scene: (types, places) [min]; free: (units,); load: written, (units,), hours of work asked for per hour.
    """
    load[:] = 0.0
    units = arrive.shape[1]
    for t in range(rate.shape[0]):
        now = np.empty(sizes[t])
        for place in range(arrive.shape[0]):
            if rate[t, place] <= 0.0:
                continue
            now[:] = 0.0
            now[0] = 1.0
            waiting = 1.0
            for rank in range(units):
                unit = order[place, rank]
                if arrive[place, unit] == NEVER or waiting < IDLE:
                    break
                if kind[t, unit] < 0:
                    continue
                may = lend[unit, force[place]]
                wanted = needed(now, next_state[t], kind[t, unit]) * may
                load[unit] += rate[t, place] * wanted * (arrive[place, unit] + scene[t, place]) / 60.0
                waiting = step(now, next_state[t], full[t], kind[t, unit], may * free[unit])


@njit(cache=True, nogil=True, error_model="numpy")
def step(now, following, done, kind, chance):
    """Let one unit arrive with a chance; return the chance that the attendance is still incomplete.

    States grow with every arrival, so that going through them downwards moves each once.
    """
    waiting = 0.0
    for state in range(now.size - 2, -1, -1):  # the last state is the complete attendance
        if now[state] == 0.0:
            continue
        moved = now[state] * chance
        now[state] -= moved
        target = following[state, kind]
        if not done[target]:
            now[target] += moved
    for state in range(now.size - 1):
        waiting += now[state]
    return waiting


@njit(cache=True, nogil=True, error_model="numpy")
def needed(now, following, kind):
    """Return the chance that one more unit of a kind would bring the attendance nearer."""
    chance = 0.0
    for state in range(now.size - 1):
        if following[state, kind] != state:
            chance += now[state]
    return chance


@njit(cache=True, nogil=True, error_model="numpy")
def busy_shares(
    arrive, order, lend, force, rate, kind, next_state, full, sizes, scene, held, busy, tolerance, rounds
):
    """Find the busy share of every unit by successive substitution.

    held: share of time taken by what can't be broken off, (units,); busy: start and answer, (units,).
    Returns the last change. Each unit obeys busy = (held + load) / (1 + load), the share of time in work
    that reaches it only while it is free (Larson 1975, equation for the utilisation without the correction
    for dependence).
    """
    units = busy.size
    load = np.empty(units)
    change = 0.0
    for _ in range(rounds):
        asked(arrive, order, lend, force, rate, kind, next_state, full, sizes, scene, 1.0 - busy, load)
        change = 0.0
        for unit in range(units):
            new = (held[unit] + load[unit]) / (1.0 + load[unit])
            change = max(change, abs(new - busy[unit]))
            busy[unit] = new
        if change < tolerance:
            break
    return change


@njit(cache=True, nogil=True, error_model="numpy")
def arrivals(arrive, order, lend, force, extra, kind, next_state, done, size, free, place, times, masses):
    """Write when an attendance is complete at one place, and with which chance; return how many times.

    extra: minutes before anybody sets out or after the last arrives [min]; kind: (units,); done: (states,);
    size: number of states; times, masses: written, (units,). The masses add up to the chance that it is
    ever complete.
    """
    now = np.zeros(size)
    now[0] = 1.0
    if done[0]:
        times[0], masses[0] = extra, 1.0
        return 1
    count = 0
    waiting = 1.0
    for rank in range(order.shape[1]):
        unit = order[place, rank]
        if arrive[place, unit] == NEVER or waiting < GONE:
            break
        if kind[unit] < 0:
            continue
        chance = free[unit] * lend[unit, force[place]]
        before = waiting
        waiting = step(now, next_state, done, kind[unit], chance)
        if before > waiting:
            times[count], masses[count] = arrive[place, unit] + extra, before - waiting
            count += 1
    return count


@njit(cache=True, nogil=True, error_model="numpy")
def measure(
    arrive, order, lend, force, extra, kind, next_state, done, size, free,
    within, group, weight, bin_min, histogram, reached, mean, limit,
):  # fmt: skip
    """Add one attendance, in one period, to the histograms and to each place's record.

    within: (standards, places) minutes, NaN where a standard does not hold; group: (places,), -1 not counted;
    weight: (weights, places); histogram: added to, (weights, groups, bins), the last bin being "beyond the
    limit or never"; reached: added to, (standards, places), chance of being reached in time; mean: added to,
    (places,), mean minutes with those beyond the limit counted as the limit.
    """
    units = arrive.shape[1]
    times = np.empty(units + 1)
    masses = np.empty(units + 1)
    last = histogram.shape[2] - 1
    for place in range(arrive.shape[0]):
        if group[place] < 0:
            continue
        count = arrivals(
            arrive, order, lend, force, extra, kind, next_state, done, size, free, place, times, masses
        )
        never = 1.0
        for k in range(count):
            never -= masses[k]
            if times[k] >= limit:
                never += masses[k]
                continue
            mean[place] += masses[k] * times[k]
            column = int(times[k] / bin_min)
            for w in range(weight.shape[0]):
                histogram[w, group[place], min(column, last - 1)] += weight[w, place] * masses[k]
            for s in range(within.shape[0]):
                if times[k] <= within[s, place]:
                    reached[s, place] += masses[k]
        mean[place] += never * limit
        for w in range(weight.shape[0]):
            histogram[w, group[place], last] += weight[w, place] * never
