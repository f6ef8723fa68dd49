"""The exact hypercube: which unit goes where, how often, and how often nobody is free."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from standby._checks import flag, whole
from standby.queueing._entries import make_entries
from standby.queueing._errors import QueueingInputError
from standby.queueing._independent import Pool, check_queue, join_states, split_pools
from standby.queueing._inputs import (
    NONE,
    System,
    check_effort,
    check_memory,
    check_system,
    memory_limit_gb,
    number_of_states,
)
from standby.queueing._result import Hypercube
from standby.queueing._steady import Steady

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["hypercube", "hypercube_memory_gb"]

_LOG = logging.getLogger(__name__)


def hypercube_memory_gb(units: int) -> float:
    """Return the memory that :func:`hypercube` needs for a number of units [GB].

    Parameters
    ----------
    units
        Number of units that are called at all.

    Returns
    -------
    float
        One number of 8 bytes for each of 2^units states, with a hundredth and 50 MB for what goes with them;
        infinite where 2^units is more than a number can hold [GB].

    Raises
    ------
    QueueingInputError
        When `units` is not a whole number of at least 0.

    Examples
    --------
    >>> round(hypercube_memory_gb(24), 2)
    0.19
    """
    units = whole("units", units, refusal=QueueingInputError)
    return 8.0 * number_of_states(2, units) * 1.01 / 1e9 + 0.05


def hypercube(
    arrival: ArrayLike,
    preference: ArrayLike,
    service: ArrayLike,
    *,
    queue: bool = False,
    tied: ArrayLike | None = None,
    initiated: ArrayLike | None = None,
    tolerance: float = 1e-12,
    max_sweeps: int = 10_000,
    memory_gb: float | None = None,
    keep_states: bool = True,
) -> Hypercube:
    """Solve Larson's hypercube queueing model exactly, with equal or unequal service rates.

    Calls come from areas in Poisson streams. A call goes to the first free unit of its area's list; when
    none is free it is lost, or waits with the others, first come first served. A unit is busy for an
    exponential time.

    Parameters
    ----------
    arrival
        Calls of each area per unit of time, shape (areas,).
    preference
        `preference[i, k]` is the k-th unit of area i, counted from 0; -1 for none, only at the end of a list,
        shape (areas, places). A list of -1 alone is an area that nobody may serve: all its calls are lost.
    service
        Services that a unit completes per unit of time while busy, one number or shape (units,). With one
        number there are as many units as `preference` has places, or names.
    queue
        Whether calls that find nobody free wait, in a queue without limit, instead of being lost. Areas that
        share a unit must then list the same units, in any order.
    tied
        True where the unit is as good as the one before it; free units of the best group that has any share
        the calls equally, shape (areas, places).
    initiated
        Own work that a free unit starts per unit of time, such as patrol-initiated work; it lasts as long as
        a call does and is not broken off; one number or shape (units,).
    tolerance
        Largest share of a layer's flow by which flows in and out of its states may differ, below 1.
    max_sweeps
        Sweeps after which to give up, at least 1.
    memory_gb
        Memory that may be used; by default what the machine has free [GB].
    keep_states
        Whether the result holds the chances of all states.

    Returns
    -------
    Hypercube
        The answer.

    Raises
    ------
    QueueingInputError
        When a rate is zero, negative or not finite where it must not be, a list repeats a unit, has a gap
        or names a unit that is not there, shapes do not fit, calls would wait for units that other calls may
        not use, or an option is not of its kind or leaves its range.
    UnstableQueueError
        When calls that wait come as fast as they can be served.
    MemoryLimitError
        When 2^units states do not fit in memory.
    ConvergenceError
        When `max_sweeps` sweeps were not enough.

    References
    ----------
    R. C. Larson, "A hypercube queuing model for facility location and redistricting in urban emergency
    services", Computers & Operations Research 1 (1974). Patrol-initiated work: S.-H. Gau and R. C. Larson,
    "Hypercube model with multiple-unit dispatches and police patrol-initiated activities", MIT OR 188-88
    (1988). That a solution by layers converges geometrically also with unequal rates: Hua, Luo, Swersey and
    Wen, "A geometrically convergent solution to spatial hypercube queueing models" (2026). How it is done
    here is in `docs/design/0005-hypercube.md`.

    Examples
    --------
    Two officers' posts, the nearer one first:

    >>> result = hypercube([0.5, 0.5], [[0, 1], [1, 0]], 1.0)
    >>> round(result.lost, 6), result.busy.round(6).tolist()
    (0.2, [0.4, 0.4])
    """
    queue = flag("queue", queue, refusal=QueueingInputError)
    keep_states = flag("keep_states", keep_states, refusal=QueueingInputError)
    tolerance, max_sweeps = check_effort(tolerance, max_sweeps)
    system = check_system(arrival, preference, service, tied, initiated)

    pools = split_pools(system)
    if queue:
        check_queue(system, pools)

    largest = max((pool.units.size for pool in pools if pool.called), default=0)
    needed = hypercube_memory_gb(largest)
    _LOG.info("hypercube: the largest pool has %d units, 2^%d states, %.3g GB", largest, largest, needed)
    check_memory(f"the exact model of {largest} units", needed, memory_gb)
    keep = keep_states and _joint_fits(system, pools, memory_gb)

    parts = [_solve_pool(pool, tolerance, max_sweeps, queue=queue) for pool in pools]
    return _join(system, pools, parts, queue=queue, keep=keep)


def _joint_fits(system: System, pools: list[Pool], memory_gb: float | None) -> bool:
    """Return whether memory holds the states of all units together."""
    if len(pools) == 1:  # its states are those of all units
        return True

    # The joint states and four arrays of numbers to make them.
    needed = 5.0 * hypercube_memory_gb(system.service.size)
    return needed <= memory_limit_gb(memory_gb)


@dataclass
class _Part:
    """One solved pool; the fields are those of :class:`Hypercube`, over its own units and areas."""

    busy: NDArray[np.float64]
    dispatch: NDArray[np.float64]
    lost: NDArray[np.float64]
    delayed: float
    queue_length: float
    states: NDArray[np.float64]
    residual: float
    sweeps: int


def _solve_pool(pool: Pool, tolerance: float, max_sweeps: int, *, queue: bool) -> _Part:
    """Solve one pool; `dispatch` and `lost` are fractions of each area's own calls, not of all."""
    units = pool.units.size
    if not pool.called:
        return _Part(
            busy=np.zeros(units),
            dispatch=np.zeros((0, units)),
            lost=np.zeros(0),
            delayed=0.0,
            queue_length=0.0,
            states=np.eye(1, 1 << units)[0],  # all are free
            residual=0.0,
            sweeps=0,
        )

    entries = make_entries(pool.system)
    steady = Steady(entries, pool.system.service)
    residual = steady.solve(tolerance, max_sweeps)
    shares, busy = steady.count()

    dispatch = np.zeros((pool.areas.size, units))
    rows, places = np.nonzero(pool.system.preference != NONE)
    dispatch[rows, pool.system.preference[rows, places]] = shares[entries.place[rows, places]]

    part = _Part(
        busy=busy,
        dispatch=dispatch,
        lost=shares[entries.blocked],
        delayed=0.0,
        queue_length=0.0,
        states=steady.chance,
        residual=residual,
        sweeps=steady.sweeps,
    )
    if queue:
        _add_queue(part, pool.system)
    return part


def _add_queue(part: _Part, system: System) -> None:
    """Turn a loss model in which every area lists every unit into one with a queue.

    While calls wait all units are busy and free themselves at one total rate, so the queue is that of
    M/M/1 above the state in which all are busy, the states below keep their proportions, and a waiting
    call goes to whichever unit is free next.
    """
    capacity = float(system.service.sum())
    load = system.total / capacity

    # Each call more that waits is `load` times as likely as the state before it: a geometric sum.
    full = float(part.states[-1])
    waiting = full * load / (1.0 - load)
    total = 1.0 + waiting

    part.delayed = (full + waiting) / total
    part.queue_length = part.delayed * load / (1.0 - load)
    part.busy = (part.busy + waiting) / total
    part.dispatch = part.dispatch / total + part.delayed * system.service / capacity
    part.lost = np.zeros_like(part.lost)
    part.states[-1] += waiting
    part.states /= total


def _join(system: System, pools: list[Pool], parts: list[_Part], *, queue: bool, keep: bool) -> Hypercube:
    """Put solved pools together."""
    total = system.total
    busy = np.zeros(system.service.size)
    dispatch = np.zeros((system.arrival.size, system.service.size))
    lost = np.where((system.arrival > 0) & (system.listed == 0), 1.0, 0.0)
    delayed = 0.0

    for pool, part in zip(pools, parts, strict=True):
        busy[pool.units] = part.busy
        weight = pool.system.arrival / total
        dispatch[np.ix_(pool.areas, pool.units)] = part.dispatch * weight[:, None]
        lost[pool.areas] = part.lost
        delayed += part.delayed * float(weight.sum())

    queue_length = sum(part.queue_length for part in parts)
    states = None
    if keep:
        pool_states = [(pool.units, part.states) for pool, part in zip(pools, parts, strict=True)]
        states = join_states(pool_states, system.service.size)

    return Hypercube(
        busy=busy,
        dispatch=dispatch,
        calls=system.arrival / total,
        lost=0.0 if queue else float(lost @ system.arrival / total),
        delayed=delayed,
        lost_by_area=lost,
        queue_length=queue_length,
        wait=queue_length / total,
        states=states,
        residual=max(part.residual for part in parts),
        sweeps=max(part.sweeps for part in parts),
    )
