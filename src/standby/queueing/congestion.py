"""Units alike that calls keep busy together: how often several of them are away at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from standby._checks import ROUNDING_SLACK, single, whole
from standby._show import Shown
from standby._typing import Floats
from standby.queueing import kernels_congestion as _kernels
from standby.queueing._errors import QueueingInputError

NODES = (4, 3, 2)
"""Most nodes of a pool's congestion, where a group of forces has one such pool, two, or more.

With four, every joint chance of up to seven units alike is exact, and of thirteen right to 0.0003.
"""


@dataclass(frozen=True, eq=False)
class Congestion(Shown):
    """How busy the units of one pool are, units alike.

    Parameters
    ----------
    busy
        Chance that a unit is not free at each node, shape (nodes,). At a node units are independent.
    weight
        Weight of each node, shape (nodes,).
    all_away
        Chance that no unit is free.
    """

    busy: Floats
    weight: Floats
    all_away: float


def congestion(load: float, units: int, *, committed_share: float = 0.0, peak: float = 1.0) -> Congestion:
    """Return how busy units alike are together: the model of `evaluate` for one pool that serves every call.

    Parameters
    ----------
    load
        Work offered [erlang].
    units
        How many there are, at least 1.
    committed_share
        Share of time that each unit is committed to what calls cannot break off.
    peak
        Units that a call takes at once, at least 1. More than one is Hayward's approximation: load and units
        are divided by it. If the units of a call leave together, the exact chance that nobody is free is
        B(a/k, ⌈N/k⌉) for k units a call; docs/queueing.md has the error.

    Returns
    -------
    Congestion
        Without commitments and with one unit a call, the chance that k of the units are all away is
        B(N, a) / B(N - k, a) exactly for k up to 7 and for k = N, B being Erlang's formula.

    Raises
    ------
    QueueingInputError
        When a parameter is no number, not finite or leaves its range.

    References
    ----------
    Erlang, A. K. (1917). Fredericks, A. A. (1980). Congestion in blocking systems: a simple approximation
    technique. Bell System Technical Journal 59(6), 805-827 (Hayward).

    Examples
    --------
    >>> found = congestion(2.4, 5)
    >>> round(found.all_away, 6), round(float(found.weight @ found.busy**5), 6)
    (0.062423, 0.062423)
    """
    load = single("load", load, refusal=QueueingInputError)
    units = whole("units", units, low=1, refusal=QueueingInputError)
    peak = single("peak", peak, low=1.0, refusal=QueueingInputError)

    # A share that is a mean over forces may pass 1 by rounding.
    most = 1.0 + ROUNDING_SLACK
    committed_share = min(
        single("committed_share", committed_share, high=most, refusal=QueueingInputError), 1.0
    )

    committed = np.full(units, committed_share)
    numbers = np.empty(units + 1)
    _kernels.numbers_free(committed, numbers)
    away = float(_kernels.all_away(load, numbers, peak))

    # What is carried is shared evenly over the time that units are not committed.
    carried = load * (1.0 - away)
    free_share = 1.0 - committed_share
    share = carried / (units * free_share) if free_share > 0.0 else 0.0
    if units < 2 or share <= _kernels.NEVER:
        return Congestion(np.array([committed_share + free_share * min(share, 1.0)]), np.ones(1), away)

    members = _kernels.Members(
        share=np.full(units, min(share, 1.0 - _kernels.ALMOST)),
        committed=committed,
        alike=np.zeros(units, dtype=np.int64),
        numbers=numbers,
        peak=peak,
    )
    size = min(NODES[0], (units + 2) // 2)
    nodes = _kernels.PoolNodes(np.empty(size), np.empty(size), np.empty((size, units)))
    _kernels.congestion(members, 1.0, 0.0, nodes)
    return Congestion(committed_share + free_share * nodes.chance[:, 0], nodes.weight, away)


def all_away(load: float, units: int) -> float:
    """Return the chance that all of some units are away, one unit a call: Erlang's formula.

    Parameters
    ----------
    load
        Work offered [erlang].
    units
        How many there are.

    Raises
    ------
    QueueingInputError
        When the load is no number, negative or not finite, or the number of units is not whole.
    """
    load = single("load", load, refusal=QueueingInputError)
    units = whole("units", units, refusal=QueueingInputError)

    numbers = np.zeros(units + 1)
    numbers[units] = 1.0
    return float(_kernels.all_away(load, numbers, 1.0))
