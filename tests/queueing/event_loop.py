"""A plain event loop for areas that call and units that answer; it shares nothing with the model."""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(cache=True)
def choose(units, tied, done, rng):
    """Give a free unit of the best tied group that has one, each with equal chance; -1 for none."""
    sent = -1
    free = 0
    for k in range(units.size):
        if units[k] < 0 or (sent >= 0 and not tied[k]):
            break
        if done[units[k]] == np.inf:
            free += 1
            if free == 1 or rng.random() * free < 1.0:
                sent = units[k]
    return sent


@njit(cache=True)
def run(arrival, preference, tied, service, queue, calls, batches, rng):
    """Play calls one by one, in batches after one batch of warming up.

    Returns, by batch: each unit's share of time busy, shape (batches, units); share of calls delayed or lost,
    shape (batches,).
    """
    total = arrival.sum()
    cumulated = np.cumsum(arrival) / total
    done = np.full(service.size, np.inf)  # when a busy unit will be free
    waiting = 0
    clock = 0.0
    next_call = rng.exponential(1.0 / total)
    busy = np.zeros((batches + 1, service.size))
    stuck = np.zeros(batches + 1)
    for batch in range(batches + 1):
        began = clock
        seen = 0
        while seen < calls:
            unit = np.argmin(done)
            moment = min(done[unit], next_call)
            busy[batch] += (done < np.inf) * (moment - clock)
            clock = moment
            if moment < next_call:
                done[unit] = np.inf
                if waiting > 0:
                    waiting -= 1
                    done[unit] = clock + rng.exponential(1.0 / service[unit])
                continue
            seen += 1
            next_call = clock + rng.exponential(1.0 / total)
            area = min(np.searchsorted(cumulated, rng.random()), arrival.size - 1)
            sent = choose(preference[area], tied[area], done, rng)
            if sent >= 0:
                done[sent] = clock + rng.exponential(1.0 / service[sent])
            else:
                stuck[batch] += 1
                waiting += queue
        busy[batch] /= clock - began
    return busy[1:], stuck[1:] / calls
