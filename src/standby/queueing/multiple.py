"""The hypercube when a call takes several units at once."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from standby._checks import numbers
from standby._show import Shown
from standby.queueing import _kernels_multiple as kernels
from standby.queueing._errors import QueueingInputError
from standby.queueing._inputs import System, check_effort, check_memory, check_system, number_of_states
from standby.queueing._relaxed import class_factors, largest_imbalance, sweep_until_balanced

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from standby._typing import Codes, Floats

__all__ = ["HypercubeMultiple", "hypercube_multiple"]

_LOG = logging.getLogger(__name__)
_MOVE_BYTES = 16  # one state number and one rate


@dataclass(frozen=True, eq=False)
class HypercubeMultiple(Shown):
    """Steady state of calls that take several units at once.

    Attributes
    ----------
    busy
        Share of its time that each unit is busy, shape (units,).
    dispatch
        Chance that a stream's call is one of those a unit is sent to, as a fraction of all calls; sums to the
        mean number of units sent to a call, shape (streams, units).
    lost
        Fraction of all calls to which nobody is sent.
    short
        Fraction of all calls to which some, but not all units needed are sent.
    complete
        Fraction of each stream's calls that get all units needed, shape (streams,).
    first_response
        Mean time of the first unit over a stream's calls that get any, nan without `times`, shape (streams,)
        [min].
    full_response
        Mean time of the last unit over a stream's calls that get all, nan without `times`, shape (streams,)
        [min].
    states
        Chance of each set of busy units, bit n set when unit n is busy, shape (2^units,).
    residual
        Largest share, over layers of equal numbers of busy units, by which flows in and out differ.
    sweeps
        Number of sweeps done.
    """

    busy: Floats
    dispatch: Floats
    lost: float
    short: float
    complete: Floats
    first_response: Floats
    full_response: Floats
    states: Floats
    residual: float
    sweeps: int


def hypercube_multiple(
    arrival: ArrayLike,
    preference: ArrayLike,
    service: ArrayLike,
    needed: ArrayLike,
    *,
    when_short: Literal["send", "lose"] = "send",
    times: ArrayLike | None = None,
    initiated: ArrayLike | None = None,
    tolerance: float = 1e-12,
    max_sweeps: int = 10_000,
    memory_gb: float | None = None,
) -> HypercubeMultiple:
    """Solve the hypercube exactly when calls need several units at once.

    A stream is the calls of one area that need the same number of units; an area with several kinds of
    call has a row for each. A call takes the first free units of its list, as many as it needs. Each unit
    sent is busy for an exponential time of its own, so units of one call come free one by one. Calls never
    wait.

    Parameters
    ----------
    arrival
        Calls of each stream per unit of time, shape (streams,).
    preference
        Lists as for :func:`hypercube`, shape (streams, places).
    service
        Services that a unit completes per unit of time while busy, one number or shape (units,).
    needed
        Units that a call needs, one number or shape (streams,).
    when_short
        What happens when fewer are free: "send" those there are, or "lose" the call.
    times
        Response of each unit to each stream, for the mean responses, shape (streams, units) [min].
    initiated
        Own work that a free unit starts per unit of time (patrol-initiated); it lasts as long as a call does
        and is not broken off; one number or shape (units,).
    tolerance, max_sweeps, memory_gb
        As for :func:`hypercube`.

    Returns
    -------
    HypercubeMultiple
        The answer.

    Raises
    ------
    QueueingInputError
        As for :func:`hypercube`, and when `needed` is not a whole number of at least 1 or more than a list
        holds.
    MemoryLimitError
        When the states and their moves do not fit in memory.
    ConvergenceError
        When `max_sweeps` sweeps were not enough.

    References
    ----------
    K. R. Chelst and Z. Barlach, "Multiple unit dispatches in emergency services: models to estimate system
    performance", Management Science 27 (1981). S.-H. Gau and R. C. Larson, "Hypercube model
    with multiple-unit dispatches and police patrol-initiated activities", MIT OR 188-88 (1988). F. Chiyoshi,
    A. P. Iannoni and R. Morabito, "A tutorial on hypercube queueing models and some practical applications
    in emergency service systems", Pesquisa Operacional 31 (2011).

    Examples
    --------
    Two units that always go together are one:

    >>> result = hypercube_multiple([1.0], [[0, 1]], 1.0, 2, when_short="lose")
    >>> round(result.lost, 4)
    0.6
    """
    tolerance, max_sweeps = check_effort(tolerance, max_sweeps)
    system = check_system(arrival, preference, service, None, initiated)
    counts = _check_needed(needed, system)
    if when_short not in {"send", "lose"}:
        raise QueueingInputError(f"when_short is {when_short!r}", 'give "send" or "lose"')

    units = system.service.size
    checked_times = _check_times(times, (system.arrival.size, units))
    base_gb = 3.0 * 8.0 * number_of_states(2, units) / 1e9
    check_memory(f"the model of {units} units with several units a call", base_gb, memory_gb)

    calls = kernels.Calls(
        arrival=system.arrival,
        preference=system.preference,
        needed=counts,
        least=counts if when_short == "lose" else np.ones_like(counts),
        initiated=system.initiated,
    )
    model = _Model(calls, system.service, base_gb, memory_gb)
    residual, sweeps = model.solve(tolerance, max_sweeps)
    chance = model.chance / model.chance.sum()

    dispatch = np.zeros(checked_times.shape)
    outcome = np.zeros((system.arrival.size, 3))  # chance of none, some, all of the units needed
    response = np.zeros((system.arrival.size, 2))
    kernels.count_sent(calls, chance, checked_times, dispatch, outcome, response)

    call_share = system.arrival / system.total
    some = outcome[:, 1] + outcome[:, 2]
    no_times = times is None
    state = np.arange(1 << units)

    return HypercubeMultiple(
        busy=np.array([chance[(state >> n) & 1 == 1].sum() for n in range(units)]),
        dispatch=dispatch * call_share[:, None],
        lost=float(call_share @ outcome[:, 0]),
        short=float(call_share @ outcome[:, 1]),
        complete=outcome[:, 2],
        first_response=_mean(response[:, 0], some, unknown=no_times),
        full_response=_mean(response[:, 1], outcome[:, 2], unknown=no_times),
        states=chance,
        residual=residual,
        sweeps=sweeps,
    )


def _mean(sums: Floats, weights: Floats, *, unknown: bool) -> Floats:
    """Divide sums by weights; nan where there is no weight or the sums are not known."""
    mean = np.full(sums.shape, np.nan)
    if not unknown:
        np.divide(sums, weights, out=mean, where=weights > 0)
    return mean


def _check_needed(needed: ArrayLike, system: System) -> Codes:
    """Refuse numbers of units that make no sense or that a list does not hold."""
    raw = numbers("needed", needed, refusal=QueueingInputError)
    counts = np.full(system.arrival.size, float(raw)) if raw.ndim == 0 else raw
    if counts.shape != system.arrival.shape:
        raise QueueingInputError(f"needed: shape {raw.shape}", "give one number, or one for each stream")

    bad = np.flatnonzero(~np.isfinite(counts) | (counts < 1) | (counts % 1 != 0))
    if bad.size:
        raise QueueingInputError(
            f"needed: stream {bad[0]} needs {counts[bad[0]]:g} units", "give a whole number from 1"
        )

    bad = np.flatnonzero((counts > system.listed) & (system.listed > 0))
    if bad.size:
        raise QueueingInputError(
            f"needed: stream {bad[0]} needs {counts[bad[0]]:g} units and its list has "
            f"{system.listed[bad[0]]}, so no call would ever be complete",
            "lengthen the list or lower the number",
        )
    return counts.astype(np.int64)


def _check_times(times: ArrayLike | None, shape: tuple[int, int]) -> Floats:
    """Refuse times of another shape, negative or missing ones."""
    if times is None:
        return np.zeros(shape)
    matrix = numbers("times", times, refusal=QueueingInputError).copy()
    if matrix.shape != shape or np.isnan(matrix).any() or (matrix < 0).any():
        raise QueueingInputError(
            "times has another shape, or a number below 0",
            f"give numbers of at least 0, shape (streams, units) = {shape}",
        )
    return matrix


class _Model:
    """All moves between states that calls make, the chances of the states, and the sweeps over them."""

    def __init__(
        self,
        calls: kernels.Calls,
        service: Floats,
        base_gb: float,
        memory_gb: float | None,
    ) -> None:
        self.service = service
        units = service.size

        # Count the moves first, so that a model that does not fit is refused before it takes memory.
        starts = kernels.count_moves(1 << units, calls)
        size = int(starts[-1])
        total_gb = base_gb + _MOVE_BYTES * size / 1e9
        _LOG.info("hypercube_multiple: %d units, %d moves, %.3g GB", units, size, total_gb)
        check_memory(f"the model of {units} units with several units a call", total_gb, memory_gb)

        self.moves = kernels.Moves(starts, np.empty(size, dtype=np.int64), np.empty(size))
        kernels.fill_moves(calls, self.moves)

        # States that can come about from "all are free" begin alike, the others stay at 0.
        reached = np.zeros(1 << units, dtype=np.int64)
        reached[0] = 1
        kernels.mark_reached(self.moves, units, reached)
        self.chance = reached / reached.sum()

        layers = units + 1
        self._tallies = kernels.Tallies(
            inflow=np.empty_like(self.chance),
            mass=np.empty(layers),
            flow=np.empty((layers, layers)),
            off=np.empty(layers),
        )

    def sweep(self, relax: float) -> float:
        """Do one sweep; return the largest share by which a layer is out of balance."""
        tallies = self._tallies
        kernels.sweep_moves(relax, self.service, self.moves, self.chance, tallies)

        if relax and np.all(tallies.mass >= 0):
            kernels.scale_states(self.chance, class_factors(tallies.mass, tallies.flow))
        return largest_imbalance(tallies.off, tallies.flow)

    def solve(self, tolerance: float, max_sweeps: int) -> tuple[float, int]:
        """Sweep until every layer balances to `tolerance`; return the imbalance left and the sweeps."""
        return sweep_until_balanced(self.sweep, self.chance, tolerance, max_sweeps, class_name="layer")
