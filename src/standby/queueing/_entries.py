"""Preference lists as entries: the units before, the group of equally good units, the rate of calls.

Areas whose calls find the same units ahead of the same group share an entry, so that the work of a sweep
grows with the number of different entries and not with the number of areas.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from standby.queueing import _kernels_hypercube as kernels
from standby.queueing._inputs import NONE

if TYPE_CHECKING:
    from standby._typing import Codes
    from standby.queueing._inputs import System

LOW_BITS = 8
"""States in a block: 2^8 rows of rates stay in the fast cache; 6 to 10 measured within a tenth of each
other."""


@dataclass(frozen=True)
class Entries:
    """Preference lists as the kernels read them, and where their counts belong.

    Attributes
    ----------
    blocks
        How the states are cut into blocks.
    packed
        The entries, sorted for the kernels.
    slots
        Number of slots: one for each unit of an entry's group, ascending, or one for an entry without units.
    place
        Slot of each place of each list, -1 for none, shape (areas, places).
    blocked
        Slot of the chance that every unit of an area's list is busy, shape (areas,), -1 without calls.
    """

    blocks: kernels.Blocks
    packed: kernels.Entries
    slots: int
    place: Codes
    blocked: Codes


class _Book:
    """Collects entries and hands out their slots."""

    def __init__(self) -> None:
        self.rates: dict[tuple[int, int], float] = {}
        self.slot: dict[tuple[int, int], int] = {}
        self.slots = 0

    def add(self, before: int, group: int, rate: float) -> int:
        """Add calls to an entry; return its first slot."""
        key = (before, group)

        if key not in self.slot:
            self.slot[key] = self.slots
            self.rates[key] = 0.0
            self.slots += max(1, group.bit_count())

        self.rates[key] += rate
        return self.slot[key]


def _groups(units: list[int], tied: list[bool]) -> list[list[int]]:
    """Return the places of a list, gathered into groups of equally good units."""
    groups: list[list[int]] = []

    for k, unit in enumerate(units):
        if unit == NONE:
            break
        if tied[k]:
            groups[-1].append(k)
        else:
            groups.append([k])

    return groups


def _add_area(book: _Book, units: list[int], tied: list[bool], rate: float, place: Codes) -> int:
    """Enter one area's list; fill its row of `place`; return the slot of its blocked calls."""
    before = 0

    for places in _groups(units, tied):
        group = sum(1 << units[k] for k in places)
        slot = book.add(before, group, rate)

        # The slots of a group are in the order of its units, not of the list.
        for rank, k in enumerate(sorted(places, key=lambda k: units[k])):
            place[k] = slot + rank
        before |= group

    # An entry without units counts the calls that find all of the list busy.
    return book.add(before, 0, 0.0)


def make_entries(system: System) -> Entries:
    """Turn lists into entries, sorted for the kernels."""
    units = system.service.size
    book = _Book()
    place = np.full(system.preference.shape, -1, dtype=np.int64)
    blocked = np.full(system.arrival.size, -1, dtype=np.int64)

    lists = system.preference.tolist()
    ties = system.tied.tolist()
    for area in np.flatnonzero(system.arrival):
        rate = float(system.arrival[area])
        blocked[area] = _add_area(book, lists[area], ties[area], rate, place[area])

    # A unit's own work is a call that only this unit may take.
    for unit in np.flatnonzero(system.initiated):
        book.add(0, 1 << int(unit), float(system.initiated[unit]))

    low_bits = min(LOW_BITS, units)
    return Entries(
        blocks=_cut_blocks(units, low_bits),
        packed=_pack(book, units, low_bits),
        slots=book.slots,
        place=place,
        blocked=blocked,
    )


def _cut_blocks(units: int, low_bits: int) -> kernels.Blocks:
    """Order the blocks by colour: those with an even number of busy high units first."""
    names = np.arange(1 << (units - low_bits))
    is_odd = np.bitwise_count(names).astype(np.int64) & 1
    return kernels.Blocks(
        low_bits=low_bits,
        order=np.argsort(is_odd, kind="stable"),
        starts=np.concatenate(([0], np.cumsum(np.bincount(is_odd)))),
    )


def _pack(book: _Book, units: int, low_bits: int) -> kernels.Entries:
    """Sort the entries so that those which share the high part of `before` stand together."""
    keys = sorted(book.rates, key=lambda key: (key[0] >> low_bits, key))
    before = np.array([key[0] for key in keys], dtype=np.int64)
    lead, first = np.unique(before >> low_bits, return_index=True)

    binomials = [[math.comb(n, k) for k in range(units + 1)] for n in range(units + 1)]

    return kernels.Entries(
        lead=lead,
        first=np.append(first, before.size),
        before=before,
        group=np.array([key[1] for key in keys], dtype=np.int64),
        rate=np.array([book.rates[key] for key in keys]),
        slot=np.array([book.slot[key] for key in keys], dtype=np.int64),
        choose=np.array(binomials, dtype=np.float64),
    )
