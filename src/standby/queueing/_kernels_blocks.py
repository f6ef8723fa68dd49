"""Compiled work on one block of the 2^N states of a hypercube, without a matrix.

A state is a number whose bit n says that unit n is busy. The low bits of a state count within a *block*, the
high bits name the block. For one block the rate at which calls would go to each unit, in each state, is made
where it is used: every entry of a preference list adds its rate at the set of units that come before it, and
a sum over subsets spreads it to every state in which those are busy. The cost is N·L/2 additions a state,
whatever the number of areas, and nothing of the matrix is kept.

Entries are sorted by the high part of the units before them; `lead[g]` is that part and
`first[g]:first[g + 1]` its entries. An entry is the units before it (`before`), the group of equally good
units (`group`, one bit when there is no tie) and the rate of its calls (`rate`).
"""

from __future__ import annotations

import numpy as np
from numba import njit

_FAST = {"reassoc", "contract", "nsz"}


@njit(cache=True, inline="always")
def popcount(mask: int) -> int:
    """Count the set bits."""
    count = 0
    while mask:
        mask &= mask - 1
        count += 1
    return count


@njit(cache=True, inline="always")
def bit_index(bit: int) -> int:
    """Position of the only set bit."""
    index = 0
    while bit > 1:
        bit >>= 1
        index += 1
    return index


@njit(cache=True)
def share_tied(
    block: int, low_bits: int, before: int, group: int, rate: float, choose: np.ndarray, table: np.ndarray
) -> None:
    """Spread the calls of one tied group over its units, as if its order were drawn anew for each call.

    A random order gives each free unit the same share. The chance that exactly the units of a set T of size t
    come before unit n in a group of size s is 1 / (s · C(s - 1, t)). Units in the high bits are known to be
    busy or free within a block, so they only lower s.
    """
    low = (1 << low_bits) - 1
    high_busy = block << low_bits
    units = group
    while units:
        bit = units & -units
        units ^= bit
        n = bit_index(bit)
        others = group ^ bit
        size = popcount(group) - popcount(others & high_busy)
        spread = others & low
        subset = spread
        while True:
            table[(before & low) | subset, n] += rate / (size * choose[size - 1, popcount(subset)])
            if subset == 0:
                break
            subset = (subset - 1) & spread


@njit(cache=True, fastmath=_FAST)
def fill_rates(
    block: int,
    low_bits: int,
    lead: np.ndarray,
    first: np.ndarray,
    before: np.ndarray,
    group: np.ndarray,
    rate: np.ndarray,
    choose: np.ndarray,
    table: np.ndarray,
) -> None:
    """Fill `table[state in block, unit]` with the rate of calls that go to the unit if it is free."""
    table[:, :] = 0.0
    low = (1 << low_bits) - 1
    for g in range(lead.size):
        if lead[g] & ~block:
            continue
        for i in range(first[g], first[g + 1]):
            if group[i] & (group[i] - 1) == 0:
                table[before[i] & low, bit_index(group[i])] += rate[i]
            else:
                share_tied(block, low_bits, before[i], group[i], rate[i], choose, table)
    flat = table.reshape(table.size)
    for b in range(low_bits):
        half = table.shape[1] << b
        for base in range(0, flat.size, 2 * half):
            lower = flat[base : base + half]
            upper = flat[base + half : base + 2 * half]
            for i in range(half):
                upper[i] += lower[i]


@njit(cache=True, fastmath=_FAST)
def gather_high(
    block: int,
    low_bits: int,
    service: np.ndarray,
    table: np.ndarray,
    chance: np.ndarray,
    inflow: np.ndarray,
    up: np.ndarray,
) -> float:
    """Start `inflow` and `up` of each state with what the high units give; return their flow down."""
    inflow[:] = 0.0
    up[:] = 0.0
    down = 0.0
    size = 1 << low_bits
    base = block << low_bits
    for n in range(low_bits, service.size):
        bit = 1 << n
        other = chance[base ^ bit : (base ^ bit) + size]
        if base & bit:
            down += service[n]
            for k in range(size):
                inflow[k] += table[k, n] * other[k]
        else:
            for k in range(size):
                inflow[k] += service[n] * other[k]
                up[k] += table[k, n]
    return down


@njit(cache=True, fastmath=_FAST)
def sweep_block(
    block: int,
    low_bits: int,
    relax: float,
    service: np.ndarray,
    table: np.ndarray,
    chance: np.ndarray,
    inflow: np.ndarray,
    up: np.ndarray,
    tallies: np.ndarray,
) -> None:
    """Relax the states of one block in rising order; `relax` 0 only measures.

    Adds to `tallies[layer]`: mass, flow up, flow down, size of the imbalance before the update.
    """
    down_high = gather_high(block, low_bits, service, table, chance, inflow, up)
    base = block << low_bits
    layer_high = popcount(block)
    for k in range(1 << low_bits):
        gain = inflow[k]
        rise = up[k]
        fall = down_high
        for n in range(low_bits):
            busy = float((k >> n) & 1)
            free = 1.0 - busy
            gain += (busy * table[k, n] + free * service[n]) * chance[base | (k ^ (1 << n))]
            fall += busy * service[n]
            rise += free * table[k, n]
        old = chance[base | k]
        leave = rise + fall
        new = old
        if relax != 0.0:
            new = old + relax * (gain / leave - old)
            chance[base | k] = new
        layer = layer_high + popcount(k)
        tallies[layer, 0] += new
        tallies[layer, 1] += new * rise
        tallies[layer, 2] += new * fall
        tallies[layer, 3] += abs(gain - old * leave)


@njit(cache=True)
def superset_sums(chance: np.ndarray, start: int, low_bits: int, sums: np.ndarray) -> None:
    """Fill `sums` for one block: the chance of all its states whose bits include those of the index."""
    for k in range(sums.size):
        sums[k] = chance[start + k]
    for b in range(low_bits):
        step = 1 << b
        for base in range(0, sums.size, 2 * step):
            for k in range(base, base + step):
                sums[k] += sums[k + step]


@njit(cache=True)
def count_share(
    block: int, low_bits: int, before: int, bit: int, group: int, choose: np.ndarray, sums: np.ndarray
) -> float:
    """Chance, within a block, that a call of this entry goes to the unit of `bit`."""
    low = (1 << low_bits) - 1
    high_busy = block << low_bits
    if bit & high_busy:
        return 0.0
    others = group ^ bit
    size = popcount(group) - popcount(others & high_busy)
    spread = others & low
    subset = spread
    total: float = 0.0
    while True:
        ahead = (before & low) | subset
        share = sums[ahead]
        if bit & low:
            share -= sums[ahead | bit]
        total += share / (size * choose[size - 1, popcount(subset)])
        if subset == 0:
            break
        subset = (subset - 1) & spread
    return total


@njit(cache=True)
def count_entry(
    block: int,
    low_bits: int,
    before: int,
    group: int,
    slot: int,
    choose: np.ndarray,
    sums: np.ndarray,
    shares: np.ndarray,
) -> None:
    """Add one entry's chances within a block to its slots."""
    if group == 0:
        shares[slot] += sums[before & ((1 << low_bits) - 1)]
        return
    left = group
    while left:
        bit = left & -left
        left ^= bit
        shares[slot] += count_share(block, low_bits, before, bit, group, choose, sums)
        slot += 1


@njit(cache=True)
def scale_block(block: int, low_bits: int, factor: np.ndarray, chance: np.ndarray) -> None:
    """Multiply the states of one block by the factors of their layers."""
    high = popcount(block)
    base = block << low_bits
    for k in range(1 << low_bits):
        chance[base | k] *= factor[high + popcount(k)]


@njit(cache=True)
def count_block(
    block: int,
    low_bits: int,
    lead: np.ndarray,
    first: np.ndarray,
    before: np.ndarray,
    group: np.ndarray,
    slot: np.ndarray,
    choose: np.ndarray,
    chance: np.ndarray,
    sums: np.ndarray,
    shares: np.ndarray,
    busy: np.ndarray,
) -> None:
    """Add the chances of one block to `shares`, by slot, and to `busy`, by unit with the mass at the end."""
    superset_sums(chance, block << low_bits, low_bits, sums)
    units = busy.size - 1
    busy[units] += sums[0]
    for n in range(units):
        if n < low_bits:
            busy[n] += sums[1 << n]
        elif (block >> (n - low_bits)) & 1:
            busy[n] += sums[0]
    for g in range(lead.size):
        if lead[g] & ~block:
            continue
        for i in range(first[g], first[g + 1]):
            count_entry(block, low_bits, before[i], group[i], slot[i], choose, sums, shares)
