"""Compiled recursions for one pool of equal units. The twins are the textbook sums in the tests."""

from __future__ import annotations

import math

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def erlang_b_scalar(load: float, units: int) -> float:
    """Return the chance that all units are busy when calls that find none are lost."""
    blocked = 1.0
    for k in range(1, units + 1):
        blocked = load * blocked / (k + load * blocked)
    return blocked


@njit(cache=True, nogil=True)
def erlang_b_real(load: float, units: float) -> float:
    """Return it for any number of units of at least 0: geometric between the two whole numbers beside it."""
    whole = int(units)
    part = units - whole

    blocked = erlang_b_scalar(load, whole)
    after = load * blocked / (whole + 1 + load * blocked)
    return math.pow(blocked, 1.0 - part) * math.pow(after, part)


@njit(cache=True)
def erlang_b_flat(load: np.ndarray, units: np.ndarray, out: np.ndarray) -> None:
    """Fill `out` with Erlang B for each pair of load and units."""
    for i in range(load.size):
        out[i] = erlang_b_scalar(load[i], units[i])


@njit(cache=True)
def birth_death(up: np.ndarray, down: np.ndarray) -> np.ndarray:
    """Return the steady state of a birth-death chain: `up[k]` from k to k+1, `down[k]` from k+1 to k.

    Works with logarithms, so that neither very small nor very large chances are lost on the way.
    """
    logs = np.full(up.size + 1, -np.inf)
    logs[0] = 0.0
    top = 0.0

    # In balance chance[k] up[k] = chance[k + 1] down[k]; states above one that is never left stay at none.
    for k in range(up.size):
        if up[k] <= 0.0:
            break
        logs[k + 1] = logs[k] + math.log(up[k]) - math.log(down[k])
        top = max(top, logs[k + 1])

    chance = np.exp(logs - top)
    result: np.ndarray = chance / chance.sum()
    return result
