"""Compiled mathematics of units that are busy together: a pool's congestion, and what it means for each unit.

In a loss system of N units alike with offered load a, the chance that k named units are all busy is
B(N, a) / B(N - k, a). As 1 / B(n, a) = a ∫ e^(-at) (1 + t)^n dt over t ≥ 0, these are the moments of
X = 1 / (1 + T), T having a density in proportion to (1 + t)^N e^(-at): *given T the units are busy
independently, each with chance X*. T is the congestion of a pool. A few nodes of T stand for it (Gauss's
rule for X).

A unit that is busier or less busy than the others has odds of its own: given T it is on a call with chance
θ / (θ + T^κ), where θ makes the mean right, and κ (1 for units alike) the chance that the whole pool is away.
"""

import math
from typing import NamedTuple

import numpy as np
from numba import njit

from standby.queueing._kernels_erlang import erlang_b_real

GRID = 96  # points of the trapezoid rule in log t
FAR = 32.0  # natural logs below the peak at which a density ends
ALMOST = 1e-9  # a unit is never busier on calls than all but this
NEVER = 1e-13  # and never less busy than this
ROOM = 60  # most steps of a search; all of them converge in far fewer
LEAST_POWER = 0.05  # of T: below it units are independent to all intents
MOST_POWER = 3.0  # of T: more dependence than this is not made up for a pool that no call unites
TINY = 1e-200  # a chance below this is not worth a search
SLIGHT = 1e-6  # a node of less weight than this is not worth its time: one node fewer does


class Pools(NamedTuple):
    """Units that calls share, and the nodes that stand for their congestion.

    of: pool of each unit, -1 for units that no call keeps busy, (units,); alike: units of one number share
    their work evenly, (units,); takes: units of a pool that a call of a machine takes, (machines, pools);
    place: group of forces of a place, (places,); home: group of forces of a pool, (pools,); first: nodes of
    group g are first[g] to first[g + 1], (groups + 1,); step: node of each pool that a node stands for, -1
    for pools of other groups, (nodes, pools); most: most nodes of a pool, (pools,).
    """

    of: np.ndarray
    alike: np.ndarray
    takes: np.ndarray
    place: np.ndarray
    home: np.ndarray
    first: np.ndarray
    step: np.ndarray
    most: np.ndarray


class Members(NamedTuple):
    """Units of one pool that are on duty and that calls reach.

    share: of its uncommitted time in which a unit is on a call, (units,); committed: share of its time taken
    by what calls cannot break off, (units,); alike: units of one number share their work evenly, (units,);
    numbers: chance that n units are not committed, (units + 1,); peak: units that a call takes at once.
    """

    share: np.ndarray
    committed: np.ndarray
    alike: np.ndarray
    numbers: np.ndarray
    peak: float


class PoolNodes(NamedTuple):
    """Nodes of the congestion of one pool.

    t: values of T, (nodes,); weight: at least (nodes,); chance: that each unit is on a call at each node,
    (nodes, units).
    """

    t: np.ndarray
    weight: np.ndarray
    chance: np.ndarray


@njit(cache=True, nogil=True, error_model="numpy")
def numbers_free(committed, numbers):
    """Write the chance that n units are not committed, each with its own chance: numbers, (units + 1,)."""
    numbers[:] = 0.0
    numbers[0] = 1.0

    # One unit more at a time, from the top so that each chance is still that of the units before.
    for one in range(committed.size):
        for n in range(one + 1, 0, -1):
            numbers[n] = numbers[n] * committed[one] + numbers[n - 1] * (1.0 - committed[one])
        numbers[0] *= committed[one]


@njit(cache=True, nogil=True, error_model="numpy")
def all_away(load, numbers, peak):
    """Return the chance that no unit is free: Erlang's B for those that are not committed.

    load: offered [erlang]; numbers: chance that n units are not committed, (units + 1,); peak: units a call
    takes at once, by which load and units are divided (Hayward), the units to no less than one: a call takes
    those there are.
    """
    total = 0.0

    # With one unit a call, Erlang's recursion passes every number of units on its way.
    if peak == 1.0:
        blocked = 1.0
        for n in range(numbers.size):
            if n > 0:
                blocked = load * blocked / (n + load * blocked)
            total += numbers[n] * blocked
        return total

    for n in range(numbers.size):
        if numbers[n] > 0.0:
            total += numbers[n] * erlang_b_real(load / peak, max(n / peak, 1.0) if n > 0 else 0.0)
    return total


@njit(cache=True, nogil=True, error_model="numpy")
def offered(carried, numbers, peak):
    """Return the load that leaves so much carried: a (1 - B) = carried."""
    most = 0.0
    for n in range(numbers.size):
        most += n * numbers[n]
    carried = min(carried, most * (1.0 - ALMOST))

    low = carried
    high = 2.0 * carried
    while high * (1.0 - all_away(high, numbers, peak)) < carried and high < 1e15:
        low = high
        high *= 4.0

    for _ in range(ROOM):
        middle = 0.5 * (low + high)
        if high - low <= 1e-15 * high:
            break
        if middle * (1.0 - all_away(middle, numbers, peak)) < carried:
            low = middle
        else:
            high = middle

    return 0.5 * (low + high)


@njit(cache=True, nogil=True, error_model="numpy")
def density(v, units, load):
    """Return the log of the density of v = log T, but for a constant."""
    t = math.exp(v)
    return v + units * math.log1p(t) - load * t


@njit(cache=True, nogil=True, error_model="numpy")
def nodes_of(units, load, size, t, weight):
    """Write Gauss's nodes for X = 1 / (1 + T): t and weight, the first ``size``.

    The density of log T is summed by the trapezoid rule, and the rule of Stieltjes gives the recursion of its
    orthogonal polynomials, whose eigenvalues are the nodes (Golub and Welsch 1969). units may be any number.
    """
    # The peak solves a t² - (1 + N - a) t - 1 = 0; of the two ways to write its root, the one that
    # subtracts nothing.
    half = 0.5 * (1.0 + units - load)
    root = math.sqrt(half * half + load)
    peak = (half + root) / load if half >= 0.0 else 1.0 / (root - half)

    # The density ends where it is negligible, found by steps of its width at the peak.
    middle = math.log(peak)
    top = density(middle, units, load)
    width = 1.0 / math.sqrt(load * peak - units * peak / (1.0 + peak) ** 2)
    low = middle - width
    high = middle + width
    while density(low, units, load) > top - FAR:
        low -= width
    while density(high, units, load) > top - FAR:
        high += width

    # x = 1/(1+t), or where that is near 1 its complement: the same polynomials, no digits lost.
    x = np.empty(GRID)
    mass = np.empty(GRID)
    complement = peak < 1.0
    for k in range(GRID):
        v = low + (high - low) * k / (GRID - 1)
        grid = math.exp(v)
        mass[k] = math.exp(density(v, units, load) - top)
        x[k] = grid / (1.0 + grid) if complement else 1.0 / (1.0 + grid)
    mass /= mass.sum()

    # p_(k+1)(x) = (x - α_k) p_k(x) - β_k p_(k-1)(x); α and √β fill the symmetric matrix of the recursion.
    before = np.zeros(GRID)
    now = np.ones(GRID)
    matrix = np.zeros((size, size))
    norm = 1.0
    for k in range(size):
        alpha = 0.0
        square = 0.0
        for i in range(GRID):
            part = mass[i] * now[i] * now[i]
            square += part
            alpha += part * x[i]
        alpha /= square
        beta = square / norm
        norm = square

        matrix[k, k] = alpha
        if k > 0:
            matrix[k - 1, k] = matrix[k, k - 1] = math.sqrt(beta)
        else:
            beta = 0.0

        for i in range(GRID):
            after = (x[i] - alpha) * now[i] - beta * before[i]
            before[i] = now[i]
            now[i] = after

    value, vector = np.linalg.eigh(matrix)
    for k in range(size):
        t[k] = value[k] / (1.0 - value[k]) if complement else (1.0 - value[k]) / value[k]
        weight[k] = vector[0, k] ** 2


@njit(cache=True, nogil=True, error_model="numpy")
def nodes_needed(members, most):
    """Return how many nodes a pool needs, at least two where there are several: none of them is slight."""
    uncommitted = 1.0 - members.committed
    load = offered((uncommitted * members.share).sum(), members.numbers, members.peak)

    t = np.empty(most)
    weight = np.empty(most)
    size = most
    while size > 2:
        nodes_of(uncommitted.sum() / members.peak, load / members.peak, size, t, weight)
        if weight[:size].min() >= SLIGHT:
            break
        size -= 1
    return size


@njit(cache=True, nogil=True, error_model="numpy")
def odds_of(share, powered, weight):
    """Return θ such that the mean of θ / (θ + T^κ) is a share, by Newton's rule for its log odds.

    powered: T^κ of each node, (nodes,); weight: at least (nodes,).
    """
    # Start from the odds of the share, at the geometric mean of T^κ.
    wanted = math.log(share) - math.log1p(-share)
    odds = 0.0
    for k in range(powered.size):
        odds += weight[k] * math.log(powered[k])
    odds = math.exp(wanted + odds)

    for _ in range(ROOM):
        busy = 0.0
        free = 0.0
        slope = 0.0
        for k in range(powered.size):
            chance = odds / (odds + powered[k])
            busy += weight[k] * chance
            free += weight[k] * powered[k] / (odds + powered[k])
            slope += weight[k] * chance * powered[k] / (odds + powered[k])

        # The log odds of the mean have the slope d log(busy / free) / d log θ = slope / (busy free).
        step = (wanted - math.log(busy / free)) * busy * free / slope
        odds *= math.exp(min(max(step, -3.0), 3.0))
        if abs(step) < 1e-13:
            break

    return odds


@njit(cache=True, nogil=True, error_model="numpy")
def away_together(log_power, members, nodes):
    """Write each unit's chance to be on a call at each node; return the log of the chance that none is free.

    log_power: log κ. Written: nodes.chance.
    """
    t, weight, chance = nodes
    size = t.size
    power = math.exp(log_power)
    powered = np.empty(size)
    for k in range(size):
        powered[k] = max(t[k], 1e-290) ** power

    units = members.share.size
    for one in range(units):
        if one > 0 and members.alike[one] == members.alike[one - 1]:
            for k in range(size):
                chance[k, one] = chance[k, one - 1]
            continue

        odds = odds_of(members.share[one], powered, weight)
        for k in range(size):
            chance[k, one] = odds / (odds + powered[k])

    # At a node the units are independent.
    total = 0.0
    for k in range(size):
        none = weight[k]
        for one in range(units):
            none *= members.committed[one] + (1.0 - members.committed[one]) * chance[k, one]
        total += none
    return math.log(max(total, TINY))


@njit(cache=True, nogil=True, error_model="numpy")
def congestion(members, full_access, log_power, nodes):
    """Write the nodes of a pool's congestion and each unit's chance to be on a call at each; return log κ.

    full_access: how far every unit can serve every call, from 0 to 1; log_power: log κ where to start.
    Written: nodes.

    κ is such that the chance that no unit is free is Erlang's. Where calls have units of their own that is
    too much to ask, and the target lies between that chance at κ = 1 and Erlang's (a geometric mean).
    """
    carried = 0.0
    effective = 0.0
    for one in range(members.share.size):
        carried += (1.0 - members.committed[one]) * members.share[one]
        effective += 1.0 - members.committed[one]
    load = offered(carried, members.numbers, members.peak)
    nodes_of(effective / members.peak, load / members.peak, nodes.t.size, nodes.t, nodes.weight)

    target = math.log(max(all_away(load, members.numbers, members.peak), TINY))
    if full_access < 1.0:
        plain = away_together(0.0, members, nodes)
        target = plain + full_access * (target - plain)

    # Secant steps in log κ, halving where one leaves the interval that is known to hold the answer.
    low = math.log(LEAST_POWER)
    high = math.log(MOST_POWER)
    now = log_power
    before = 0.0
    missed_before = 0.0
    for step in range(ROOM):
        missed = away_together(now, members, nodes) - target
        if abs(missed) < 1e-11 or high - low < 1e-12:
            break
        if missed < 0.0:
            low = now
        else:
            high = now

        after = now - math.copysign(0.02, missed)
        if step > 0 and missed != missed_before:
            after = now - missed * (now - before) / (missed - missed_before)
        if not low < after < high:
            after = 0.5 * (low + high)

        before = now
        missed_before = missed
        now = after

    return now
