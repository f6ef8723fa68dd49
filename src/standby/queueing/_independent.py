"""Parts of a system that share no calls: each is solved alone, and together they are independent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from standby.queueing._errors import QueueingInputError, UnstableQueueError
from standby.queueing._inputs import NONE, System

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Pool:
    """Units that can, through chains of calls, affect one another, and the areas that call them.

    Attributes
    ----------
    units, areas
        Their numbers in the whole system, ascending.
    system
        The same as a system of its own, units counted from 0.
    """

    units: NDArray[np.int64]
    areas: NDArray[np.int64]
    system: System

    @property
    def called(self) -> bool:
        """Whether its units ever have anything to do."""
        return bool(self.areas.size) or bool(self.system.initiated.any())


def split_pools(system: System) -> list[Pool]:
    """Split a system into pools; areas without calls or without units belong to none."""
    units = system.service.size
    calling = np.flatnonzero((system.arrival > 0) & (system.preference[:, 0] != NONE))

    # Each list links its first unit with the others; what hangs together is a pool.
    lists = system.preference[calling]
    rows, places = np.nonzero(lists != NONE)
    links = coo_array((np.ones(rows.size), (lists[rows, 0], lists[rows, places])), shape=(units, units))
    number, label = connected_components(links, directed=False)

    owner = label[lists[:, 0]] if calling.size else np.zeros(0, dtype=np.int64)
    return [
        _make_pool(system, np.flatnonzero(label == pool), calling[owner == pool]) for pool in range(number)
    ]


def _make_pool(system: System, units: NDArray[np.int64], areas: NDArray[np.int64]) -> Pool:
    """Cut one pool out of the whole and count its units from 0."""
    local = np.full(system.service.size + 1, NONE)
    local[units] = np.arange(units.size)  # the last entry stays -1, and is what -1 points at
    part = System(
        arrival=system.arrival[areas],
        preference=local[system.preference[areas]],
        tied=system.tied[areas],
        service=system.service[units],
        initiated=system.initiated[units],
    )
    return Pool(units=units, areas=areas, system=part)


def check_queue(system: System, pools: list[Pool]) -> None:
    """Refuse a queue without units for every call, whole lists and enough capacity."""
    unserved = np.flatnonzero((system.arrival > 0) & (system.listed == 0))
    if unserved.size:
        raise QueueingInputError(
            f"preference: nobody may serve area {unserved[0]}, so its calls would wait for ever",
            "give it a unit, or use queue=False and they are lost",
        )

    for pool in pools:
        short = pool.areas[pool.system.listed < pool.units.size]
        if short.size:
            area = int(short[0])
            missing = np.setdiff1d(pool.units, system.preference[area])
            raise QueueingInputError(
                f"preference: area {area} leaves out unit {missing[0]}, which shares calls with units "
                "of its list. With queue=True such areas must list the same units: otherwise a call "
                "may wait while units are free, and the state would have to keep the order of the "
                "queue",
                "Complete the lists, or use queue=False",
            )

        total = pool.system.total
        capacity = float(pool.system.service.sum())
        if total >= capacity:
            raise UnstableQueueError(
                f"arrival: {total:.6g} calls per unit of time for units {_span(pool.units)}, which can serve "
                f"{capacity:.6g}: the queue would grow for ever",
                "add units, raise service, or use queue=False",
            )


def _span(units: NDArray[np.int64]) -> str:
    """Return a short text that names a pool's units."""
    if units.size <= 5:
        return ", ".join(str(unit) for unit in units)
    return f"{units[0]} to {units[-1]} ({units.size} units)"


def join_states(
    parts: list[tuple[NDArray[np.int64], NDArray[np.float64]]], units: int
) -> NDArray[np.float64]:
    """Return the chances of all states from those of independent pools.

    Parameters
    ----------
    parts
        Units and chances of the states of each pool.
    units
        Number of units of the whole system.
    """
    if len(parts) == 1 and np.array_equal(parts[0][0], np.arange(units)):
        return parts[0][1]

    joint = np.ones(1 << units)
    state = np.arange(1 << units)

    for numbers, chance in parts:
        # The pool's own state within each state of the whole: its units' bits, moved together.
        pool_state = np.zeros_like(state)
        for k, unit in enumerate(numbers.tolist()):
            pool_state |= ((state >> unit) & 1) << k
        joint *= chance[pool_state]

    return joint
