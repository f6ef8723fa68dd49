"""Compiled sweeps over the 2^N states of a hypercube, without a matrix.

A state is a number whose bit n says that unit n is busy. The low bits of a state count within a *block*, the
high bits name the block. For one block the rate at which calls would go to each unit, in each state, is made
where it is used: every entry of a preference list adds its rate at the set of units that come before it, and
a sum over subsets spreads it to every state in which those are busy. The cost is N·L/2 additions a state,
whatever the number of areas, and nothing of the matrix is kept.

Blocks have two colours, by whether an even or odd number of the high units is busy: blocks of one colour do
not touch each other, so threads share them out and the result does not depend on who is first. Several
threads only pay for themselves above some thousands of states, so each pass exists twice.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit, prange

_FAST = {"reassoc", "contract", "nsz"}


class Blocks(NamedTuple):
    """How the states are cut into blocks.

    low_bits: number of bits that count within a block; order: names of the blocks, those with an even number
    of busy high units first, (blocks,); starts: where in that order each colour begins, and the end,
    (colours + 1,).
    """

    low_bits: int
    order: np.ndarray
    starts: np.ndarray


class Entries(NamedTuple):
    """Places of preference lists, sorted by the high part of `before`.

    lead: that high part of each group of entries, (leads,); first: entries of lead g are first[g] to
    first[g + 1], (leads + 1,); before: units that come before it, as bits, (entries,); group: equally good
    units, one bit when there is no tie, none to count calls that find nobody, (entries,); rate: its calls per
    unit of time, (entries,); slot: where its dispatches are counted, (entries,); choose: binomial
    coefficients, (units + 1, units + 1).
    """

    lead: np.ndarray
    first: np.ndarray
    before: np.ndarray
    group: np.ndarray
    rate: np.ndarray
    slot: np.ndarray
    choose: np.ndarray


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
    """Return the position of the only set bit."""
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

    left = group
    while left:
        bit = left & -left
        left ^= bit
        n = bit_index(bit)

        others = group ^ bit
        size = popcount(group) - popcount(others & high_busy)

        # Walk the subsets of the other low units, from all of them down to none.
        spread = others & low
        subset = spread
        while True:
            table[(before & low) | subset, n] += rate / (size * choose[size - 1, popcount(subset)])
            if subset == 0:
                break
            subset = (subset - 1) & spread


@njit(cache=True, fastmath=_FAST)
def fill_rates(block: int, low_bits: int, entries: Entries, table: np.ndarray) -> None:
    """Fill `table[state in block, unit]` with the rate of calls that go to the unit if it is free."""
    lead, first, before, group, rate, _, choose = entries
    low = (1 << low_bits) - 1

    # Each entry enters at the set of units before it, unless one of those is free in the whole block.
    table[:, :] = 0.0
    for g in range(lead.size):
        if lead[g] & ~block:
            continue
        for i in range(first[g], first[g + 1]):
            if group[i] & (group[i] - 1) == 0:
                table[before[i] & low, bit_index(group[i])] += rate[i]
            else:
                share_tied(block, low_bits, before[i], group[i], rate[i], choose, table)

    # Sum over subsets, one bit at a time: states with the bit set take in those without it.
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
    lines: np.ndarray,
    tallies: np.ndarray,
) -> None:
    """Relax the states of one block in rising order; `relax` 0 only measures.

    Adds to `tallies[layer]`: mass, flow up, flow down, size of the imbalance before the update.
    """
    inflow = lines[0]
    up = lines[1]
    down_high = gather_high(block, low_bits, service, table, chance, inflow, up)
    base = block << low_bits
    layer_high = popcount(block)

    for k in range(1 << low_bits):
        gain = inflow[k]
        rise = up[k]
        fall = down_high

        # Busy and free are factors of 0 and 1 here, so that the loop has no branch and runs in vectors.
        for n in range(low_bits):
            busy = float((k >> n) & 1)
            free = 1.0 - busy
            gain += (busy * table[k, n] + free * service[n]) * chance[base | (k ^ (1 << n))]
            fall += busy * service[n]
            rise += free * table[k, n]

        # In balance, what flows into a state is its chance times the rate at which it is left.
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
def sweep_alone(
    blocks: Blocks,
    relax: float,
    service: np.ndarray,
    entries: Entries,
    chance: np.ndarray,
    tallies: np.ndarray,
) -> None:
    """Relax all states once on one thread; `tallies`, shape (1, layers, 4), is overwritten."""
    low_bits, order, _ = blocks
    tallies[:] = 0.0
    table = np.empty((1 << low_bits, service.size))
    lines = np.empty((2, 1 << low_bits))

    for block in order:
        fill_rates(block, low_bits, entries, table)
        sweep_block(block, low_bits, relax, service, table, chance, lines, tallies[0])


@njit(cache=True, parallel=True)
def sweep_together(
    blocks: Blocks,
    relax: float,
    service: np.ndarray,
    entries: Entries,
    chance: np.ndarray,
    tallies: np.ndarray,
) -> None:
    """Relax all states once on several threads; `tallies`, shape (threads, layers, 4), is overwritten."""
    low_bits, order, starts = blocks
    threads = tallies.shape[0]
    tallies[:] = 0.0
    tables = np.empty((threads, 1 << low_bits, service.size))
    lines = np.empty((threads, 2, 1 << low_bits))

    for colour in range(starts.size - 1):
        for t in prange(threads):
            for i in range(starts[colour] + t, starts[colour + 1], threads):
                fill_rates(order[i], low_bits, entries, tables[t])
                sweep_block(order[i], low_bits, relax, service, tables[t], chance, lines[t], tallies[t])


@njit(cache=True)
def scale_block(block: int, low_bits: int, factor: np.ndarray, chance: np.ndarray) -> None:
    """Multiply the states of one block by the factors of their layers."""
    high = popcount(block)
    base = block << low_bits
    for k in range(1 << low_bits):
        chance[base | k] *= factor[high + popcount(k)]


@njit(cache=True)
def scale_alone(chance: np.ndarray, low_bits: int, factor: np.ndarray) -> None:
    """Multiply every state by the factor of its layer (its number of busy units)."""
    for block in range(chance.size >> low_bits):
        scale_block(block, low_bits, factor, chance)


@njit(cache=True, parallel=True)
def scale_together(chance: np.ndarray, low_bits: int, factor: np.ndarray) -> None:
    """Multiply every state by the factor of its layer, on several threads."""
    for block in prange(chance.size >> low_bits):
        scale_block(int(np.int64(block)), low_bits, factor, chance)


@njit(cache=True)
def superset_sums(chance: np.ndarray, start: int, low_bits: int, sums: np.ndarray) -> None:
    """Fill `sums` for one block: the chance of all its states whose bits include those of the index."""
    for k in range(sums.size):
        sums[k] = chance[start + k]

    # One bit at a time: states without the bit take in those that have it.
    for b in range(low_bits):
        step = 1 << b
        for base in range(0, sums.size, 2 * step):
            for k in range(base, base + step):
                sums[k] += sums[k + step]


@njit(cache=True)
def count_share(
    block: int, low_bits: int, before: int, bit: int, group: int, choose: np.ndarray, sums: np.ndarray
) -> float:
    """Return the chance, within a block, that a call of this entry goes to the unit of `bit`."""
    low = (1 << low_bits) - 1
    high_busy = block << low_bits
    if bit & high_busy:
        return 0.0

    # The weights are those of `share_tied`.
    others = group ^ bit
    size = popcount(group) - popcount(others & high_busy)
    spread = others & low
    subset = spread
    total: float = 0.0
    while True:
        ahead = (before & low) | subset
        share = sums[ahead]
        if bit & low:  # only states in which the unit is free
            share -= sums[ahead | bit]
        total += share / (size * choose[size - 1, popcount(subset)])
        if subset == 0:
            break
        subset = (subset - 1) & spread
    return total


@njit(cache=True)
def count_block(
    block: int,
    low_bits: int,
    entries: Entries,
    chance: np.ndarray,
    sums: np.ndarray,
    shares: np.ndarray,
    busy: np.ndarray,
) -> None:
    """Add the chances of one block to `shares`, by slot, and to `busy`, by unit with the mass at the end."""
    lead, first, before, group, _, slot, choose = entries
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
            if group[i] == 0:
                shares[slot[i]] += sums[before[i] & (sums.size - 1)]

            left = group[i]
            place = slot[i]
            while left:
                bit = left & -left
                left ^= bit
                shares[place] += count_share(block, low_bits, before[i], bit, group[i], choose, sums)
                place += 1


@njit(cache=True)
def count_alone(
    low_bits: int, entries: Entries, chance: np.ndarray, shares: np.ndarray, busy: np.ndarray
) -> None:
    """Count the chances that a call of each entry goes to each of its units, and that each unit is busy.

    `shares`, shape (1, slots), and `busy`, shape (1, units + 1), are overwritten; an entry without a group
    counts the chance that all units before it are busy; the last column of `busy` is the whole mass.
    """
    shares[:] = 0.0
    busy[:] = 0.0
    sums = np.empty(1 << low_bits)

    for block in range(chance.size >> low_bits):
        count_block(block, low_bits, entries, chance, sums, shares[0], busy[0])


@njit(cache=True, parallel=True)
def count_together(
    low_bits: int, entries: Entries, chance: np.ndarray, shares: np.ndarray, busy: np.ndarray
) -> None:
    """Count as :func:`count_alone` does, on several threads: `shares` and `busy` have one row for each."""
    threads = shares.shape[0]
    shares[:] = 0.0
    busy[:] = 0.0
    sums = np.empty((threads, 1 << low_bits))

    for t in prange(threads):
        for block in range(np.int64(t), chance.size >> low_bits, threads):
            count_block(block, low_bits, entries, chance, sums[t], shares[t], busy[t])
