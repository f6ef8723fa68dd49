"""Compiled passes over all blocks of states, on one thread or several.

Blocks are taken layer by layer of their names, that is by how many of the high units are busy: blocks of one
layer do not touch each other. Several threads only pay for themselves above some thousands of states, so each
pass exists twice. What the parameters are is said in :mod:`standby.queueing._kernels_blocks`.
"""

from __future__ import annotations

import numpy as np
from numba import njit, prange

from standby.queueing._kernels_blocks import count_block, fill_rates, scale_block, sweep_block


@njit(cache=True)
def sweep_share(
    blocks: np.ndarray,
    part: int,
    parts: int,
    low_bits: int,
    relax: float,
    service: np.ndarray,
    lead: np.ndarray,
    first: np.ndarray,
    before: np.ndarray,
    group: np.ndarray,
    rate: np.ndarray,
    choose: np.ndarray,
    chance: np.ndarray,
    table: np.ndarray,
    lines: np.ndarray,
    tallies: np.ndarray,
) -> None:
    """Relax every `parts`-th of some blocks, from `part` on."""
    for i in range(part, blocks.size, parts):
        fill_rates(blocks[i], low_bits, lead, first, before, group, rate, choose, table)
        sweep_block(blocks[i], low_bits, relax, service, table, chance, lines[0], lines[1], tallies)


@njit(cache=True)
def sweep_alone(
    order: np.ndarray,
    starts: np.ndarray,  # noqa: ARG001 the same parameters as `sweep_together`
    low_bits: int,
    relax: float,
    service: np.ndarray,
    lead: np.ndarray,
    first: np.ndarray,
    before: np.ndarray,
    group: np.ndarray,
    rate: np.ndarray,
    choose: np.ndarray,
    chance: np.ndarray,
    tallies: np.ndarray,
) -> None:
    """Relax all states once on one thread; `tallies`, shape (1, layers, 4), is overwritten."""
    tallies[:] = 0.0
    table = np.empty((1 << low_bits, service.size))
    lines = np.empty((2, 1 << low_bits))
    sweep_share(
        order, 0, 1, low_bits, relax, service, lead, first, before, group, rate, choose, chance, table, lines,
        tallies[0],
    )  # fmt: skip


@njit(cache=True, parallel=True)
def sweep_together(
    order: np.ndarray,
    starts: np.ndarray,
    low_bits: int,
    relax: float,
    service: np.ndarray,
    lead: np.ndarray,
    first: np.ndarray,
    before: np.ndarray,
    group: np.ndarray,
    rate: np.ndarray,
    choose: np.ndarray,
    chance: np.ndarray,
    tallies: np.ndarray,
) -> None:
    """Relax all states once on several threads; `tallies`, shape (threads, layers, 4), is overwritten."""
    threads = tallies.shape[0]
    tallies[:] = 0.0
    tables = np.empty((threads, 1 << low_bits, service.size))
    lines = np.empty((threads, 2, 1 << low_bits))
    for layer in range(starts.size - 1):
        blocks = order[starts[layer] : starts[layer + 1]]
        for t in prange(threads):
            sweep_share(
                blocks, t, threads, low_bits, relax, service, lead, first, before, group, rate, choose,
                chance, tables[t], lines[t], tallies[t],
            )  # fmt: skip


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
def count_alone(
    low_bits: int,
    lead: np.ndarray,
    first: np.ndarray,
    before: np.ndarray,
    group: np.ndarray,
    slot: np.ndarray,
    choose: np.ndarray,
    chance: np.ndarray,
    shares: np.ndarray,
    busy: np.ndarray,
) -> None:
    """Chance that a call of each entry goes to each of its units, and that each unit is busy.

    `shares`, shape (1, slots), and `busy`, shape (1, units + 1), are overwritten; an entry without a group
    counts the chance that all units before it are busy; the last column of `busy` is the whole mass.
    """
    shares[:] = 0.0
    busy[:] = 0.0
    sums = np.empty(1 << low_bits)
    for block in range(chance.size >> low_bits):
        count_block(
            block, low_bits, lead, first, before, group, slot, choose, chance, sums, shares[0], busy[0]
        )


@njit(cache=True, parallel=True)
def count_together(
    low_bits: int,
    lead: np.ndarray,
    first: np.ndarray,
    before: np.ndarray,
    group: np.ndarray,
    slot: np.ndarray,
    choose: np.ndarray,
    chance: np.ndarray,
    shares: np.ndarray,
    busy: np.ndarray,
) -> None:
    """Count as :func:`count_alone` does, on several threads: `shares` and `busy` have one row for each."""
    threads = shares.shape[0]
    shares[:] = 0.0
    busy[:] = 0.0
    sums = np.empty((threads, 1 << low_bits))
    for t in prange(threads):
        for block in range(np.int64(t), chance.size >> low_bits, threads):
            count_block(
                block, low_bits, lead, first, before, group, slot, choose, chance, sums[t], shares[t], busy[t]
            )
