"""One pool of equal units: Erlang's formulae and M/M/c.

These closed forms answer "how often is nobody free?" when it does not matter which unit goes where; the
hypercube (:mod:`standby.queueing.exact`) answers it when it does. Every rate is in calls per one unit of
time, the same one throughout; waits come back in that unit of time.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from standby._checks import LARGEST_WHOLE, number, single, together, whole
from standby._show import Shown
from standby.queueing._errors import QueueingInputError, UnstableQueueError
from standby.queueing._kernels_erlang import erlang_b_flat

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from standby._typing import Codes, Floats

__all__ = ["MMc", "erlang_b", "erlang_c", "mmc"]


def _broadcast(load: ArrayLike, units: ArrayLike) -> tuple[Floats, Codes]:
    """Check loads and units and bring them to one shape."""
    load_array = number("load", load, refusal=QueueingInputError)
    unit_floats = number("units", units, high=LARGEST_WHOLE, refusal=QueueingInputError)
    if np.any(unit_floats % 1):
        raise QueueingInputError(
            "units holds something other than whole numbers", "give whole numbers of at least 0"
        )

    loads, counts = together(refusal=QueueingInputError, load=load_array, units=unit_floats.astype(np.int64))
    return loads, counts


def erlang_b(load: ArrayLike, units: ArrayLike) -> float | Floats:
    """Return the chance that a call is lost when it finds all units busy (M/G/c/c, Erlang B).

    Parameters
    ----------
    load
        Offered load, arrival rate times mean service time; a number or an array [erlang].
    units
        Number of units; a number or an array that broadcasts with `load`.

    Returns
    -------
    float or ndarray
        The chance, a float when both parameters are numbers, else an array of the common shape. It does not
        depend on the shape of the service times.

    Raises
    ------
    QueueingInputError
        When a load is no number, negative or not finite, a number of units is not whole, or the shapes do not
        fit each other.

    References
    ----------
    A. K. Erlang, "Solution of some problems in the theory of probabilities of significance in automatic
    telephone exchanges", 1917. The recursion on the number of units loses no digits at large loads.

    Examples
    --------
    >>> round(erlang_b(2, 3), 6)
    0.210526
    """
    loads, counts = _broadcast(load, units)
    blocked = np.empty(loads.size)
    erlang_b_flat(loads.flatten(), counts.flatten(), blocked)  # copies: Numba warns of broadcast views

    return float(blocked[0]) if loads.ndim == 0 else blocked.reshape(loads.shape)


def erlang_c(load: ArrayLike, units: ArrayLike) -> float | Floats:
    """Return the chance that a call has to wait when the queue has no limit (M/M/c, Erlang C).

    Parameters
    ----------
    load
        Offered load, arrival rate times mean service time; a number or an array [erlang].
    units
        Number of units; a number or an array that broadcasts with `load`.

    Returns
    -------
    float or ndarray
        The chance, a float when both parameters are numbers, else an array of the common shape.

    Raises
    ------
    UnstableQueueError
        When a load is not below its number of units.
    QueueingInputError
        When a load is no number, negative or not finite, a number of units is not whole, or the shapes do not
        fit each other.

    References
    ----------
    A. K. Erlang (1917), as for :func:`erlang_b`.

    Examples
    --------
    >>> round(erlang_c(2, 3), 6)
    0.444444
    """
    loads, counts = _broadcast(load, units)
    if np.any(loads >= counts):
        k = int(np.argmax(loads - counts))
        raise UnstableQueueError(
            f"load {loads.ravel()[k]:g} is not below {counts.ravel()[k]} units: a queue without limit "
            "grows for ever",
            "add units or use erlang_b",
        )

    # C = c B / (c - a (1 - B)), with a the load and c the units.
    blocked = np.asarray(erlang_b(loads, counts))
    waiting = counts * blocked / (counts - loads * (1.0 - blocked))
    return float(waiting) if loads.ndim == 0 else waiting


@dataclass(frozen=True)
class MMc(Shown):
    """Steady state of M/M/c with a queue without limit.

    Attributes
    ----------
    arrival, service, units
        What was asked.
    utilisation
        Share of its time that a unit is busy.
    empty
        Chance that no call is in the system.
    delayed
        Chance that a call waits (Erlang C).
    queue
        Mean number of calls waiting.
    wait
        Mean wait of all calls, those that do not wait included [time unit of the rates].
    present
        Mean number of calls waiting or in service.
    """

    arrival: float
    service: float
    units: int
    utilisation: float
    empty: float
    delayed: float
    queue: float
    wait: float
    present: float

    @property
    def time(self) -> float:
        """Mean time from call to end of service [time unit of the rates]."""
        return self.wait + 1.0 / self.service

    def wait_exceeds(self, limit: float) -> float:
        """Return the chance that a call waits longer than a limit, first come first served.

        Parameters
        ----------
        limit
            How long [time unit of the rates].
        """
        if limit < 0:
            return 1.0
        return self.delayed * math.exp(-(self.units * self.service - self.arrival) * limit)


def mmc(arrival: float, service: float, units: int) -> MMc:
    """Return waits and queue of a pool of equal units with exponential service (M/M/c).

    Parameters
    ----------
    arrival
        Calls per unit of time.
    service
        Services that one unit completes per unit of time while busy.
    units
        Number of units.

    Returns
    -------
    MMc
        The steady state.

    Raises
    ------
    UnstableQueueError
        When `arrival` is not below `units` times `service`.
    QueueingInputError
        When a rate is negative, not finite, or `service` or `units` is zero.

    References
    ----------
    Gross and Harris, Fundamentals of Queueing Theory, section 2.3.

    Examples
    --------
    >>> round(mmc(6, 3, 3).wait, 6)
    0.148148
    """
    arrival, service, units = check_rates(arrival, service, units)
    load = arrival / service
    delayed = float(erlang_c(load, units))
    wait = delayed / (units * service - arrival)

    # The chance of nobody is 1 / Σ a^n / n!, the last term divided by 1 - a/c; logs keep large loads finite.
    terms = np.zeros(1)
    if load:
        terms = np.concatenate(([0.0], np.cumsum(np.log(load) - np.log(np.arange(1, units + 1)))))
        terms[-1] -= math.log1p(-load / units)
    top = terms.max()
    empty = math.exp(-(top + math.log(np.exp(terms - top).sum())))

    return MMc(
        arrival=arrival,
        service=service,
        units=units,
        utilisation=load / units,
        empty=empty,
        delayed=delayed,
        queue=arrival * wait,
        wait=wait,
        present=arrival * wait + load,
    )


def check_rates(
    arrival: float, service: float, units: int, *, arrival_name: str = "arrival"
) -> tuple[float, float, int]:
    """Return rates and the number of units as plain numbers; refuse those that make no sense."""
    return (
        single(arrival_name, arrival, refusal=QueueingInputError),
        single("service", service, above=True, refusal=QueueingInputError),
        whole("units", units, low=1, refusal=QueueingInputError),
    )
