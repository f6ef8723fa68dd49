"""One pool of units beyond Erlang: priorities, any service times, many units, few sources.

Every rate is in calls per one unit of time, the same one throughout; waits come back in that unit of time.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from standby._checks import flag, numbers, single, whole
from standby._show import Shown
from standby.queueing._errors import QueueingInputError, UnstableQueueError
from standby.queueing._kernels_erlang import birth_death
from standby.queueing.erlang import check_rates, erlang_c

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from standby._typing import Floats

__all__ = ["FiniteSource", "finite_source", "mg1_wait", "mg_infinity", "preemptive_wait", "priority_wait"]


def _class_rates(arrival: ArrayLike) -> Floats:
    """Return arrival rates by class, checked."""
    rates = numbers("arrival", arrival, refusal=QueueingInputError)
    if rates.ndim != 1 or rates.size == 0 or not np.all(np.isfinite(rates)) or np.any(rates < 0):
        raise QueueingInputError(
            "arrival has another shape, or a rate that is negative or not finite",
            "give one finite rate of at least 0 for each class, highest priority first",
        )
    return rates


def _loads_up_to(rates: Floats, capacity: float) -> Floats:
    """Return the share of capacity that classes 0..k ask for, with 0 before the first class."""
    loads = np.concatenate(([0.0], np.cumsum(rates) / capacity))
    if loads[-1] >= 1.0:
        worst = int(np.argmax(loads >= 1.0)) - 1
        raise UnstableQueueError(
            f"classes 0 to {worst} together ask for {loads[worst + 1]:.4g} of what the units can do: "
            "it must stay below 1",
            "add units or leave classes out",
        )
    return loads


def priority_wait(arrival: ArrayLike, service: float, units: int = 1) -> Floats:
    """Return the mean wait by priority class in M/M/c when service is not interrupted (Cobham).

    Parameters
    ----------
    arrival
        Calls per unit of time by class, highest priority first, shape (classes,).
    service
        Services that one unit completes per unit of time, the same for every class.
    units
        Number of units.

    Returns
    -------
    ndarray
        Mean wait before service by class, shape (classes,) [time unit of the rates].

    Raises
    ------
    UnstableQueueError
        When all classes together ask for more than the units can do.
    QueueingInputError
        When a rate or size makes no sense.

    References
    ----------
    A. Cobham, "Priority assignment in waiting line problems", Operations Research 2 (1954).

    Examples
    --------
    >>> [round(w, 4) for w in priority_wait([0.2, 0.6, 1.2], 3).tolist()]
    [0.2381, 0.3247, 0.9091]
    """
    rates = _class_rates(arrival)
    total = float(rates.sum())
    _, service, units = check_rates(total, service, units)
    loads = _loads_up_to(rates, units * service)

    # W_k = W_0 / ((1 - σ_{k-1}) (1 - σ_k)), with W_0 = C / (c μ): the mean time until a unit is free.
    base = float(erlang_c(total / service, units)) / (units * service)
    return np.asarray(base / ((1.0 - loads[:-1]) * (1.0 - loads[1:])))


def preemptive_wait(arrival: ArrayLike, service: float) -> Floats:
    """Return the mean time lost by class in M/M/1 when a higher class interrupts and work is resumed.

    Parameters
    ----------
    arrival
        Calls per unit of time by class, highest priority first, shape (classes,).
    service
        Services completed per unit of time, the same for every class.

    Returns
    -------
    ndarray
        Mean time in the system less the call's own service, shape (classes,) [time unit of the rates].

    Raises
    ------
    UnstableQueueError
        When all classes together ask for more than the unit can do.
    QueueingInputError
        When a rate makes no sense.

    References
    ----------
    Gross and Harris, Fundamentals of Queueing Theory, section 3.4.

    Examples
    --------
    >>> [round(w, 4) for w in preemptive_wait([0.3, 0.4], 1).tolist()]
    [0.4286, 3.7619]
    """
    rates = _class_rates(arrival)
    _, service, _ = check_rates(float(rates.sum()), service, 1)
    loads = _loads_up_to(rates, service)

    return np.asarray(1.0 / (service * (1.0 - loads[:-1]) * (1.0 - loads[1:])) - 1.0 / service)


def mg1_wait(arrival: float, mean: float, variance: float) -> float:
    """Return the mean wait before service for one unit with any service times (Pollaczek and Khinchine).

    Parameters
    ----------
    arrival
        Calls per unit of time.
    mean
        Mean service time [time unit of the rate].
    variance
        Variance of the service time [its square].

    Returns
    -------
    float
        Mean wait before service [time unit of the rate].

    Raises
    ------
    UnstableQueueError
        When `arrival` times `mean` is not below 1.
    QueueingInputError
        When a number is negative or not finite, or the mean is 0.

    References
    ----------
    F. Pollaczek (1930); A. Y. Khinchine (1932).

    Examples
    --------
    >>> round(mg1_wait(0.8, 1.0, 0.0), 12)
    2.0
    """
    mean = single("mean", mean, above=True, refusal=QueueingInputError)
    variance = single("variance", variance, refusal=QueueingInputError)
    arrival, _, _ = check_rates(arrival, 1.0 / mean, 1)

    load = arrival * mean
    if load >= 1.0:
        raise UnstableQueueError(f"load {load:.4g} is not below 1", "a queue without limit grows for ever")

    return arrival * (variance + mean * mean) / (2.0 * (1.0 - load))


def mg_infinity(arrival: float, mean: float, count: int) -> Floats:
    """Return the chance of each number of calls in service when there is always a unit (M/G/∞).

    Parameters
    ----------
    arrival
        Calls per unit of time.
    mean
        Mean service time [time unit of the rate].
    count
        Largest number of calls to give a chance for.

    Returns
    -------
    ndarray
        Chance of exactly 0, 1, …, `count` calls in service, shape (count + 1,). The number is Poisson with
        mean `arrival` times `mean`, whatever the shape of the service times.

    Raises
    ------
    QueueingInputError
        When a number is negative or not finite, or the mean is 0.

    References
    ----------
    L. Takács, Introduction to the Theory of Queues (1962), chapter 3.

    Examples
    --------
    >>> [round(p, 4) for p in mg_infinity(2.0, 0.5, 2).tolist()]
    [0.3679, 0.3679, 0.1839]
    """
    mean = single("mean", mean, above=True, refusal=QueueingInputError)
    count = whole("count", count, refusal=QueueingInputError)
    arrival, _, _ = check_rates(arrival, 1.0 / mean, 1)

    load = arrival * mean
    if load == 0.0:
        return np.asarray(np.eye(1, count + 1)[0])

    # Poisson chances from their logs, so that large counts don't overflow.
    number = np.arange(count + 1)
    log_factorial = np.concatenate(([0.0], np.cumsum(np.log(number[1:]))))
    logs = number * math.log(load) - load - log_factorial
    return np.asarray(np.exp(logs))


@dataclass(frozen=True)
class FiniteSource(Shown):
    """Steady state of few sources that share units.

    Attributes
    ----------
    busy
        Mean number of busy units.
    lost
        Chance that a call finds all units busy and is lost; 0 when calls wait.
    delayed
        Chance that a call finds all units busy and waits; 0 when calls are lost.
    queue
        Mean number of calls waiting.
    wait
        Mean wait of all calls that are served [time unit of the rates].
    calls
        Calls made per unit of time, all sources together.
    chance
        Chance of 0, 1, … calls present, shape (largest number present + 1,).
    """

    busy: float
    lost: float
    delayed: float
    queue: float
    wait: float
    calls: float
    chance: Floats


def finite_source(
    sources: int, rate: float, service: float, units: int, *, queue: bool = False
) -> FiniteSource:
    """Solve units shared by few sources, each of which calls only while it is not being served or waiting.

    Parameters
    ----------
    sources
        Number of sources, for example commitments that may each call for help.
    rate
        Calls per unit of time that one idle source makes.
    service
        Services that one unit completes per unit of time while busy.
    units
        Number of units.
    queue
        Whether a call that finds all units busy waits (machine repair) or is lost (Engset).

    Returns
    -------
    FiniteSource
        `lost` and `delayed` are as calls see them, which differs from shares of time.

    Raises
    ------
    QueueingInputError
        When a rate or a size makes no sense.

    References
    ----------
    T. Engset (1918); C. Palm (1947), "The distribution of repairmen in servicing automatic machines".

    Examples
    --------
    >>> round(finite_source(10, 0.1, 1.0, 2).lost, 4)
    0.1593
    """
    rate, service, units = check_rates(rate, service, units, arrival_name="rate")
    sources = whole("sources", sources, low=1, refusal=QueueingInputError)
    queue = flag("queue", queue, refusal=QueueingInputError)

    # A birth-death chain of the calls present; only idle sources call.
    most_present = sources if queue else min(sources, units)
    present = np.arange(most_present + 1)
    working = np.minimum(present, units)
    chance = birth_death((sources - present[:-1]) * float(rate), working[1:] * float(service))

    # What calls see: states weighted by the calls that are made in them.
    calling = chance * (sources - present) * rate
    calls = float(calling.sum())
    full = float(calling[present >= units].sum()) / calls if calls else 0.0

    waiting = float((chance * (present - working)).sum())
    served = calls * (1.0 - (0.0 if queue else full))

    return FiniteSource(
        busy=float((chance * working).sum()),
        lost=0.0 if queue else full,
        delayed=full if queue else 0.0,
        queue=waiting,
        wait=waiting / served if served else 0.0,
        calls=calls,
        chance=chance,
    )
