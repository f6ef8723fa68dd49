"""Compiled passes of Larson's and Jarvis's approximation.

`ratio[n]` is the unit's busy fraction over the mean one.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

_NEGLIGIBLE = 1e-16  # a place that is reached with a smaller chance is left out
_LARGE_GROUP = 12


class Areas(NamedTuple):
    """Areas of a pool and how long its units take.

    arrival: calls per unit of time, (areas,); lists: units of each list, -1 after the last, (areas, places);
    tied: whether a unit is as good as the one before it, (areas, places); duration: time that a unit is busy
    with a call, (areas or 1, units).
    """

    arrival: np.ndarray
    lists: np.ndarray
    tied: np.ndarray
    duration: np.ndarray


class PoolChances(NamedTuple):
    """Chances of a pool in which any unit is as likely to be busy as any other, by k, (units + 1,).

    step: that k given units are busy and one more is free, over the chance that a unit is free; ahead: that k
    given units are busy.
    """

    step: np.ndarray
    ahead: np.ndarray


@njit(cache=True)
def pool_chances(chance: np.ndarray, pool: PoolChances) -> None:
    """Fill `pool` from the chances of 0, 1, … units busy."""
    step, ahead = pool
    units = chance.size - 1
    step[:] = 0.0
    ahead[:] = chance[units]
    mean = chance[units] * units

    for i in range(units):
        mean += chance[i] * i

        # Sampling without replacement: `part` is the chance that i are busy and k given units among them.
        part = chance[i]
        for k in range(i + 1):
            ahead[k] += part
            step[k] += part * (units - i) / (units - k)
            part *= (i - k) / (units - k)

    step /= 1.0 - mean / units


@njit(cache=True)
def weigh_group(
    units: np.ndarray, place: int, product: float, step: np.ndarray, ratio: np.ndarray, given: np.ndarray
) -> None:
    """Write the weights of tied units: the mean over all orders in which they may be asked.

    Beyond a dozen units the others are taken as equally busy.
    """
    size = units.size
    for a in range(size):
        total = 0.0

        if size > _LARGE_GROUP:
            mean = 0.0
            for b in range(size):
                if b != a:
                    mean += ratio[units[b]] / (size - 1)
            power = 1.0
            for t in range(size):
                total += step[place + t] * power
                power *= mean
        else:
            # symmetric[t]: sum over sets of t other units of the product of their ratios
            symmetric = np.zeros(size)
            symmetric[0] = 1.0
            for b in range(size):
                if b != a:
                    for t in range(size - 1, 0, -1):
                        symmetric[t] += symmetric[t - 1] * ratio[units[b]]

            sets = 1.0  # how many sets of t others there are
            for t in range(size):
                total += step[place + t] * symmetric[t] / sets
                sets *= (size - 1 - t) / (t + 1)

        # A random order puts the unit at each of the group's places equally often.
        given[place + a] = product * total / size


@njit(cache=True)
def weigh_list(
    units: np.ndarray, tied: np.ndarray, pool: PoolChances, ratio: np.ndarray, given: np.ndarray
) -> tuple[int, int, float]:
    """Write the weights of the units of one list, each as if it were free.

    Returns the number of places weighed, the length of the list and the chance that all its units are busy.
    """
    step, ahead = pool
    length = 0
    while length < units.size and units[length] >= 0:
        length += 1

    product = 1.0  # of the ratios of the units before this place
    place = 0
    while place < length:
        if ahead[place] * product < _NEGLIGIBLE:
            return place, length, 0.0

        end = place + 1
        while end < length and tied[end]:
            end += 1

        if end == place + 1:
            given[place] = step[place] * product
        else:
            weigh_group(units[place:end], place, product, step, ratio, given)

        for k in range(place, end):
            product *= ratio[units[k]]
        place = end

    return length, length, ahead[length] * product


@njit(cache=True)
def weigh_areas(
    areas: Areas,
    busy: np.ndarray,
    pool: PoolChances,
    odds: np.ndarray,
    lost: np.ndarray,
    dispatch: np.ndarray,
) -> float:
    """Pass over all areas: fill `odds` (work offered to each unit while free) and `lost` (by area).

    When `dispatch` has rows, fill it with each area's shares. Returns the work carried, in units kept busy.
    """
    arrival, lists, tied, duration = areas
    count = busy.size
    ratio = busy / max(busy.mean(), 1e-300)
    given = np.zeros(count)
    odds[:] = 0.0
    carried = 0.0

    for area in range(arrival.size):
        if arrival[area] == 0.0:
            continue
        times = duration[area % duration.shape[0]]
        units = lists[area]
        weighed, length, blocked = weigh_list(units, tied[area], pool, ratio, given)

        found = 0.0
        work = 0.0
        for k in range(weighed):
            n = units[k]
            odds[n] += arrival[area] * given[k] * times[n]
            share = given[k] * (1.0 - busy[n])
            found += share
            work += share * times[n]

        # A whole list loses what the pool loses; Larson scales the other shares to the rest.
        lost[area] = pool.ahead[count] if length == count else blocked / (found + blocked)
        carried += arrival[area] * (1.0 - lost[area]) * work / found

        if dispatch.shape[0]:
            for k in range(weighed):
                n = units[k]
                dispatch[area, n] = (1.0 - lost[area]) * given[k] * (1.0 - busy[n]) / found

    return carried
