"""Larson's and Jarvis's approximation of the hypercube, for hundreds of units in milliseconds."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from standby._checks import flag, numbers
from standby.queueing import _kernels_approximate as kernels
from standby.queueing._anderson import Anderson
from standby.queueing._errors import ConvergenceError, QueueingInputError
from standby.queueing._independent import Pool, check_queue, split_pools
from standby.queueing._inputs import System, check_effort, check_system
from standby.queueing._kernels_erlang import birth_death
from standby.queueing._result import Hypercube

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["hypercube_approximate"]

_EMPTIEST, _FULLEST = 1e-15, 1.0 - 1e-12  # between which a busy fraction has finite odds


def hypercube_approximate(
    arrival: ArrayLike,
    preference: ArrayLike,
    service: ArrayLike,
    *,
    queue: bool = False,
    tied: ArrayLike | None = None,
    initiated: ArrayLike | None = None,
    tolerance: float = 1e-11,
    max_sweeps: int = 1000,
) -> Hypercube:
    """Approximate the hypercube by one busy fraction for each unit.

    Units are taken as busy independently of one another, but for a factor that makes the chance that the
    first k units of a list are busy and the next is free right for a pool of units that are all alike
    (Larson). With unequal service the load of that pool is found together with the busy fractions
    (Jarvis). Pools that share no calls are solved apart. `docs/queueing.md` has a table of the error
    against :func:`hypercube`.

    Parameters
    ----------
    arrival, preference, queue, tied, initiated
        As for :func:`hypercube`; `initiated` needs ``queue=False``.
    service
        Services that a unit completes per unit of time while busy: one number, shape (units,), or shape
        (areas, units) when it depends on where the call is (needs ``queue=False``).
    tolerance
        Largest change of a busy fraction in the last pass, below 1.
    max_sweeps
        Passes after which to give up, at least 1.

    Returns
    -------
    Hypercube
        The answer, without `states`; `residual` is the largest change in the last pass.

    Raises
    ------
    QueueingInputError, UnstableQueueError
        As for :func:`hypercube`, and when an option needs ``queue=False``.
    ConvergenceError
        When `max_sweeps` passes were not enough.

    References
    ----------
    R. C. Larson, "Approximating the performance of urban emergency service systems", Operations Research 23
    (1975). J. P. Jarvis, "Approximating the equilibrium behavior of multi-server loss systems", Management
    Science 31 (1985).

    Examples
    --------
    >>> result = hypercube_approximate([0.5, 0.5], [[0, 1], [1, 0]], 1.0)
    >>> round(result.lost, 6), result.busy.round(6).tolist()
    (0.2, [0.4, 0.4])
    """
    queue = flag("queue", queue, refusal=QueueingInputError)
    tolerance, max_sweeps = check_effort(tolerance, max_sweeps)
    speeds = numbers("service", service, refusal=QueueingInputError)
    by_area = speeds.ndim == 2
    unit_speeds = _mean_rate(speeds) if by_area else speeds
    system = check_system(arrival, preference, unit_speeds, tied, initiated)

    if by_area and speeds.shape[0] != system.arrival.size:
        raise QueueingInputError(
            f"service: shape {speeds.shape} is not (areas, units)", "give one row for each area"
        )
    if queue and (by_area or system.initiated.any()):
        raise QueueingInputError(
            "initiated and service by area need queue=False", "the approximation has no queue with them"
        )
    duration = 1.0 / speeds if by_area else 1.0 / system.service[None, :]

    pools = split_pools(system)
    if queue:
        check_queue(system, pools)

    # Start from a system in which nothing happens; each pool adds its own answers.
    total = system.total
    lost = np.where((system.arrival > 0) & (system.listed == 0), 1.0, 0.0)
    areas = system.arrival.size
    units = system.service.size
    result = Hypercube(
        busy=np.zeros(units), dispatch=np.zeros((areas, units)), calls=system.arrival / total, lost=0.0,
        delayed=0.0, lost_by_area=lost, queue_length=0.0, wait=0.0, states=None, residual=0.0, sweeps=0,
    )  # fmt: skip

    for pool in pools:
        if pool.called:
            rows = pool.areas if by_area else np.zeros(1, dtype=np.int64)
            part = _Approximation(pool, duration[np.ix_(rows, pool.units)], queue=queue)
            part.solve(tolerance, max_sweeps)
            result = part.add_to(result)

    return replace(
        result, lost=0.0 if queue else float(lost @ result.calls), wait=result.queue_length / total
    )


def _mean_rate(speeds: NDArray[np.float64]) -> NDArray[np.float64]:
    """Check rates by area and unit; return each unit's mean."""
    bad = np.argwhere(~np.isfinite(speeds) | (speeds <= 0))
    if bad.size:
        raise QueueingInputError(
            f"service: the rate of unit {bad[0][1]} in area {bad[0][0]} is zero, negative or not finite",
            "give rates above 0",
        )
    return np.asarray(speeds.mean(axis=0))


class _Approximation:
    """One pool: its busy fractions, improved pass by pass."""

    def __init__(self, pool: Pool, duration: NDArray[np.float64], *, queue: bool) -> None:
        self.pool = pool
        self.system: System = pool.system
        self.queue = queue
        self.units = pool.units.size
        self.areas = kernels.Areas(
            arrival=self.system.arrival,
            lists=self.system.preference.astype(np.int32),
            tied=self.system.tied,
            duration=np.ascontiguousarray(duration),
        )

        # Work: calls times their mean duration, and what units start themselves.
        self.own_work = self.system.initiated / self.system.service
        self.load = self.system.total * float(duration.mean()) + float(self.own_work.sum())

        self.lost = np.zeros(pool.areas.size)
        self.odds = np.zeros(self.units)
        self.chances = kernels.PoolChances(np.zeros(self.units + 1), np.zeros(self.units + 1))
        self.busy = np.full(self.units, self._set_load())
        self.change = np.inf
        self.passes = 0

    @property
    def all_busy(self) -> float:
        """Chance, in the pool of units alike, that none is free."""
        return float(self.chances.ahead[-1])

    def _set_load(self) -> float:
        """Find the chances of the pool at its present load; return its mean busy fraction."""
        up = np.full(self.units, self.load)
        chance = birth_death(up, np.arange(1.0, self.units + 1.0))

        # With a queue, the state in which all are busy stands for all queues above it.
        if self.queue:
            chance[-1] /= 1.0 - self.load / self.units
            chance /= chance.sum()

        kernels.pool_chances(chance, self.chances)
        return float(chance @ np.arange(self.units + 1)) / self.units

    def _weigh(self, dispatch: NDArray[np.float64]) -> float:
        """Pass over the areas; return the work carried."""
        return kernels.weigh_areas(self.areas, self.busy, self.chances, self.odds, self.lost, dispatch)

    def _image(self, busy: NDArray[np.float64], load: float) -> tuple[NDArray[np.float64], float]:
        """Return the busy fractions and the load that follow from given ones.

        The fractions sum to the work carried.
        """
        self.busy = busy
        self.load = load
        self._set_load()

        carried = self._weigh(np.zeros((0, self.units)))
        odds = self.odds + self.own_work
        if self.queue:
            # Delayed calls go to units in proportion to their rates, so they keep all busy for the same time.
            delayed = self.system.total * self.all_busy / self.system.service.sum()
            work = carried + delayed * self.units
            fresh = (odds + delayed) / (1.0 + odds)
            fresh_load = work
        else:
            work = carried + float(self.own_work @ (1.0 - busy))
            fresh = odds / (1.0 + odds)
            fresh_load = work / (1.0 - self.all_busy)

        return fresh * work / fresh.sum(), fresh_load

    def _clip(self, point: NDArray[np.float64]) -> NDArray[np.float64]:
        """Keep busy fractions, and the load of a queue, where they make sense."""
        busy = np.clip(point[:-1], _EMPTIEST, _FULLEST)
        load = min(max(point[-1], _EMPTIEST), _FULLEST if self.queue else np.inf)
        return np.append(busy, load)

    def solve(self, tolerance: float, max_sweeps: int) -> None:
        """Repeat passes until nothing changes."""
        memory = Anderson()
        point = self._clip(np.append(self.busy, self.load / self.units))

        while self.change > tolerance:
            if self.passes >= max_sweeps:
                raise ConvergenceError(
                    f"after {self.passes} passes busy fractions still change by {self.change:.2g}, "
                    f"not {tolerance:.2g}; raise max_sweeps, or tolerance if that is near enough"
                )

            busy, load = self._image(point[:-1].copy(), point[-1] * self.units)
            image = self._clip(np.append(busy, load / self.units))
            self.change = float(np.abs(image - point).max())
            self.passes += 1
            point = image if self.change <= tolerance else self._clip(memory.propose(point, image))

        self.busy = point[:-1].copy()
        self.load = point[-1] * self.units
        self._set_load()

    def add_to(self, result: Hypercube) -> Hypercube:
        """Enter this pool's answers into those of the whole system."""
        pool = self.pool
        system = self.system
        shares = np.zeros((pool.areas.size, self.units))
        self._weigh(shares)

        delayed = 0.0
        queue_length = 0.0
        calls = result.calls[pool.areas]
        if self.queue:
            delayed = self.all_busy
            shares += delayed * system.service / system.service.sum()
            self.lost[:] = 0.0
            load = system.total / float(system.service.sum())
            queue_length = delayed * load / (1.0 - load)

        result.busy[pool.units] = self.busy
        result.dispatch[np.ix_(pool.areas, pool.units)] = shares * calls[:, None]
        result.lost_by_area[pool.areas] = self.lost

        return replace(
            result,
            delayed=result.delayed + delayed * float(calls.sum()),
            queue_length=result.queue_length + queue_length,
            residual=max(result.residual, self.change),
            sweeps=max(result.sweeps, self.passes),
        )
