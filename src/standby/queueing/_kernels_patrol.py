"""Compiled model of units that are free (0), on work of their own (1) or on a call (2).

A state is a number whose digits to the base three are the units'. `call_rate[state, unit]` is the rate at
which calls go to a unit. Work is done in rising order of states, so that what calls and own work add comes
from states already relaxed.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit


class Rates(NamedTuple):
    """How often what happens, per unit of time.

    service: calls that a unit completes, (units,); own_service: own work that it completes, (units,);
    initiated: own work that it starts while free, (units,); call_rate: calls that go to it in each state,
    (states, units).
    """

    service: np.ndarray
    own_service: np.ndarray
    initiated: np.ndarray
    call_rate: np.ndarray


class Tallies(NamedTuple):
    """What a sweep measures, by class: numbers of units on calls and on own work.

    label: class of each state, (states,); inflow: flow into each state from states before it, (states,);
    mass: chance of a class, (classes,); flow: from class to class, (classes, classes); off: size of the
    imbalance before the update, (classes,).
    """

    label: np.ndarray
    inflow: np.ndarray
    mass: np.ndarray
    flow: np.ndarray
    off: np.ndarray


@njit(cache=True)
def next_digits(digits: np.ndarray) -> None:
    """Count up by one; after the last state back to the first."""
    for n in range(digits.size):
        if digits[n] < 2:
            digits[n] += 1
            return
        digits[n] = 0


@njit(cache=True)
def choose_unit(units: np.ndarray, rule: int, digits: np.ndarray) -> int:
    """Return the unit that answers, -1 for none.

    Rule 0 never breaks off own work, 1 only when no unit of the list is free, 2 whenever the unit comes
    first.
    """
    spare = -1
    for k in range(units.size):
        n = units[k]
        if n < 0:
            break

        if digits[n] == 0 or (digits[n] == 1 and rule == 2):
            return int(n)
        if digits[n] == 1 and spare < 0:
            spare = int(n)

    return spare if rule == 1 else -1


@njit(cache=True)
def fill_call_rates(
    arrival: np.ndarray, preference: np.ndarray, rule: np.ndarray, call_rate: np.ndarray
) -> None:
    """Fill the rate of calls to each unit in each state."""
    digits = np.zeros(call_rate.shape[1], dtype=np.int64)
    call_rate[:] = 0.0
    for state in range(call_rate.shape[0]):
        for area in range(arrival.size):
            unit = choose_unit(preference[area], rule[area], digits)
            if unit >= 0:
                call_rate[state, unit] += arrival[area]

        next_digits(digits)


@njit(cache=True)
def start_evenly(able: np.ndarray, chance: np.ndarray) -> None:
    """Give every state that can occur the same chance; `able[unit, digit]` says what a unit can do."""
    digits = np.zeros(able.shape[0], dtype=np.int64)
    for state in range(chance.size):
        chance[state] = 1.0
        for n in range(digits.size):
            if not able[n, digits[n]]:
                chance[state] = 0.0

        next_digits(digits)

    chance /= chance.sum()


@njit(cache=True)
def sweep_patrol(relax: float, rates: Rates, chance: np.ndarray, tallies: Tallies) -> None:
    """Relax all states once; `relax` 0 only measures. All of `tallies` but its labels is overwritten."""
    service, own_service, initiated, call_rate = rates
    label, inflow, mass, flow, off = tallies
    units = service.size
    digits = np.zeros(units, dtype=np.int64)
    inflow[:] = 0.0
    mass[:] = 0.0
    flow[:] = 0.0
    off[:] = 0.0

    for state in range(chance.size):
        # Work that ends leads here from higher states; what is started came with `inflow`.
        gain = inflow[state]
        leave = 0.0
        power = 1  # adding it to the state moves unit n to its next condition
        for n in range(units):
            if digits[n] == 0:
                gain += service[n] * chance[state + 2 * power] + own_service[n] * chance[state + power]
                leave += call_rate[state, n] + initiated[n]
            elif digits[n] == 1:
                leave += call_rate[state, n] + own_service[n]
            else:
                leave += service[n]
            power *= 3

        # In balance, what flows into a state is its chance times the rate at which it is left.
        old = chance[state]
        new = old
        if relax != 0.0 and leave > 0.0:
            new = old + relax * (gain / leave - old)
            chance[state] = new

        here = label[state]
        mass[here] += new
        off[here] += abs(gain - old * leave)

        # Push what the state starts to higher ones, and note every flow by class.
        power = 1
        for n in range(units):
            if digits[n] < 2:
                target = state + (2 - digits[n]) * power
                inflow[target] += call_rate[state, n] * new
                flow[here, label[target]] += call_rate[state, n] * new
            else:
                flow[here, label[state - 2 * power]] += service[n] * new

            if digits[n] == 0:
                inflow[state + power] += initiated[n] * new
                flow[here, label[state + power]] += initiated[n] * new
            elif digits[n] == 1:
                flow[here, label[state - power]] += own_service[n] * new
            power *= 3

        next_digits(digits)


@njit(cache=True)
def scale_classes(chance: np.ndarray, label: np.ndarray, factor: np.ndarray) -> None:
    """Multiply every state by the factor of its class."""
    for state in range(chance.size):
        chance[state] *= factor[label[state]]


@njit(cache=True)
def count_patrol(
    preference: np.ndarray,
    rule: np.ndarray,
    chance: np.ndarray,
    dispatch: np.ndarray,
    broken: np.ndarray,
    doing: np.ndarray,
) -> None:
    """Add up the chances that a call goes to each unit and breaks off its work, and what units are doing.

    `dispatch` and `broken` have shape (areas, units), `doing` (units, 3).
    """
    digits = np.zeros(doing.shape[0], dtype=np.int64)
    for state in range(chance.size):
        for n in range(digits.size):
            doing[n, digits[n]] += chance[state]

        for area in range(dispatch.shape[0]):
            unit = choose_unit(preference[area], rule[area], digits)
            if unit >= 0:
                dispatch[area, unit] += chance[state]
                if digits[unit] == 1:
                    broken[area, unit] += chance[state]

        next_digits(digits)
