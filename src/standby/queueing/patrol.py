"""The hypercube when units also start work of their own, which calls may break off."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from standby._show import Shown
from standby.queueing import _kernels_patrol as kernels
from standby.queueing._errors import QueueingInputError
from standby.queueing._inputs import (
    System,
    check_effort,
    check_memory,
    check_rates_by_unit,
    check_system,
    number_of_states,
)
from standby.queueing._relaxed import class_factors, largest_imbalance, sweep_until_balanced

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike

    from standby._typing import Codes, Floats

__all__ = ["HypercubePatrol", "hypercube_patrol"]

_LOG = logging.getLogger(__name__)
_RULES = ("never", "last resort", "always")


@dataclass(frozen=True, eq=False)
class HypercubePatrol(Shown):
    """Steady state of units that answer calls and start work of their own.

    Attributes
    ----------
    on_calls, on_own
        Share of its time that each unit is on calls and on its own work, shape (units,).
    dispatch
        Calls of an area that go to a unit, as a fraction of all calls, shape (areas, units).
    lost
        Fraction of all calls that nobody answers.
    lost_by_area
        Fraction of an area's own calls that nobody answers, shape (areas,).
    broken_off
        Fraction of the own work that each unit starts that a call breaks off, nan if it starts none, shape
        (units,).
    residual
        Largest share, over classes of equal numbers of units on calls and on own work, by which flows in and
        out differ.
    sweeps
        Number of sweeps done.
    """

    on_calls: Floats
    on_own: Floats
    dispatch: Floats
    lost: float
    lost_by_area: Floats
    broken_off: Floats
    residual: float
    sweeps: int


def hypercube_patrol(
    arrival: ArrayLike,
    preference: ArrayLike,
    service: ArrayLike,
    *,
    initiated: ArrayLike,
    own_service: ArrayLike,
    break_off: str | Sequence[str] = "never",
    tolerance: float = 1e-12,
    max_sweeps: int = 10_000,
    memory_gb: float | None = None,
) -> HypercubePatrol:
    """Solve the hypercube exactly when own work has its own length and its own rule for breaking off.

    A free unit starts work of its own at a rate and finishes it at another, unless a call breaks it off; work
    broken off is not taken up again. Calls that find no unit are lost. Each unit is in one of three
    conditions, so there are 3^units states.

    Parameters
    ----------
    arrival, preference
        As for :func:`hypercube`; an area with calls of two kinds has two rows.
    service
        Services that a unit completes per unit of time on calls, one number or shape (units,).
    initiated
        Own work that a free unit starts per unit of time, one number or shape (units,).
    own_service
        Own work that a unit finishes per unit of time, one number or shape (units,).
    break_off
        Which own work a call breaks off, for all areas or one word for each: "never"; "last resort", when no
        unit of the list is free; "always", when the unit comes before every free one.
    tolerance, max_sweeps, memory_gb
        As for :func:`hypercube`.

    Returns
    -------
    HypercubePatrol
        The answer.

    Raises
    ------
    QueueingInputError
        As for :func:`hypercube`, and for rates of own work and rules that make no sense.
    MemoryLimitError
        When 3^units states do not fit in memory.
    ConvergenceError
        When `max_sweeps` sweeps were not enough.

    References
    ----------
    S.-H. Gau and R. C. Larson, "Hypercube model with multiple-unit dispatches and police patrol-initiated
    activities", MIT OR 188-88 (1988), who put such work into the hypercube; the three conditions and the
    rules for breaking off are ours.

    Examples
    --------
    Calls that always break off own work do not notice it:

    >>> result = hypercube_patrol([1.0], [[0]], 1.0, initiated=2.0, own_service=0.5, break_off="always")
    >>> round(result.lost, 6), result.on_calls.round(6).tolist()
    (0.5, [0.5])
    """
    tolerance, max_sweeps = check_effort(tolerance, max_sweeps)
    system = check_system(arrival, preference, service, None, initiated)
    units = system.service.size
    own_speeds = check_rates_by_unit("own_service", own_service, units)
    rules = _check_rules(break_off, system.arrival.size)

    needed = 8.0 * (units + 3) * number_of_states(3, units) / 1e9
    _LOG.info("hypercube_patrol: %d units, 3^%d states, %.3g GB", units, units, needed)
    check_memory(f"the model of {units} units with own work", needed, memory_gb)

    solver = _Patrol(system, own_speeds, rules)
    residual, sweeps = solver.solve(tolerance, max_sweeps)

    dispatch = np.zeros((system.arrival.size, units))
    broken = np.zeros_like(dispatch)
    doing = np.zeros((units, 3))
    chance = solver.chance / solver.chance.sum()
    kernels.count_patrol(system.preference, rules, chance, dispatch, broken, doing)

    started = system.initiated * doing[:, 0]
    broken_off = np.full(units, np.nan)
    np.divide(system.arrival @ broken, started, out=broken_off, where=started > 0)

    lost = np.where(system.arrival > 0, 1.0 - dispatch.sum(axis=1), 0.0)
    call_share = system.arrival / system.total

    return HypercubePatrol(
        on_calls=doing[:, 2],
        on_own=doing[:, 1],
        dispatch=dispatch * call_share[:, None],
        lost=float(lost @ call_share),
        lost_by_area=lost,
        broken_off=broken_off,
        residual=residual,
        sweeps=sweeps,
    )


def _check_rules(break_off: str | Sequence[str], areas: int) -> Codes:
    """Turn words into the numbers of the rules, one for each area."""
    words = [break_off] * areas if isinstance(break_off, str) else list(break_off)
    if len(words) != areas or not set(words) <= set(_RULES):
        raise QueueingInputError(
            "break_off has an unknown rule, or another length",
            f"give one of {', '.join(_RULES)}, or one for each of {areas} areas",
        )
    return np.array([_RULES.index(word) for word in words], dtype=np.int64)


class _Patrol:
    """Chances of all states and the sweeps that improve them."""

    def __init__(self, system: System, own_service: Floats, rules: Codes) -> None:
        units = system.service.size
        states = 3**units

        call_rate = np.empty((states, units))
        kernels.fill_call_rates(system.arrival, system.preference, rules, call_rate)
        self.rates = kernels.Rates(system.service, own_service, system.initiated, call_rate)

        # A unit that nothing is asked of stays in fewer than three conditions.
        called = np.isin(np.arange(units), system.preference[system.arrival > 0])
        able = np.column_stack([np.ones(units, dtype=np.bool_), system.initiated > 0, called])
        self.chance = np.empty(states)
        kernels.start_evenly(able, self.chance)

        classes = (units + 1) ** 2
        self._tallies = kernels.Tallies(
            label=_classes(units),
            inflow=np.empty(states),
            mass=np.empty(classes),
            flow=np.empty((classes, classes)),
            off=np.empty(classes),
        )

    def sweep(self, relax: float) -> float:
        """Do one sweep; return the largest share by which a class is out of balance."""
        tallies = self._tallies
        kernels.sweep_patrol(relax, self.rates, self.chance, tallies)

        if relax and np.all(tallies.mass >= 0):
            kernels.scale_classes(self.chance, tallies.label, class_factors(tallies.mass, tallies.flow))
        return largest_imbalance(tallies.off, tallies.flow)

    def solve(self, tolerance: float, max_sweeps: int) -> tuple[float, int]:
        """Sweep until every class balances to `tolerance`; return the imbalance left and the sweeps."""
        return sweep_until_balanced(self.sweep, self.chance, tolerance, max_sweeps, class_name="class")


def _classes(units: int) -> Codes:
    """Return the class of each state: units on calls times (units + 1), and units on own work."""
    label = np.zeros(1, dtype=np.int64)

    # Each further unit is a digit before the others: free, on its own work, on a call.
    for _ in range(units):
        label = np.concatenate([label, label + 1, label + units + 1])

    return label
