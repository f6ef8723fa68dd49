"""Checks of what a hypercube is asked; each message names the place and the fix."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from standby import _checks, _memory
from standby.queueing._errors import MemoryLimitError, QueueingInputError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from standby._typing import Codes, Floats, Mask

NONE = -1
"""Marks the end of a preference list."""

_UNKNOWN_GB = 4.0
"""Memory counted on where the system does not say what is free [GB]."""


@dataclass(frozen=True)
class System:
    """A checked system of areas and units.

    Attributes
    ----------
    arrival
        Calls per unit of time, shape (areas,).
    preference
        Unit of each place in each list, -1 after the last, shape (areas, places).
    tied
        True where a unit is as good as the one before it, shape (areas, places).
    service
        Services per unit of time while busy, shape (units,).
    initiated
        Own work that a free unit starts per unit of time, shape (units,).
    """

    arrival: Floats
    preference: Codes
    tied: Mask
    service: Floats
    initiated: Floats

    @property
    def total(self) -> float:
        """Calls per unit of time, all areas together."""
        return float(self.arrival.sum())

    @property
    def listed(self) -> Codes:
        """Number of units in each area's list, shape (areas,)."""
        return np.asarray((self.preference != NONE).sum(axis=1))


def check_system(
    arrival: ArrayLike,
    preference: ArrayLike,
    service: ArrayLike,
    tied: ArrayLike | None,
    initiated: ArrayLike | None = None,
) -> System:
    """Check every part of a system and bring it to arrays of known shape."""
    rates = _check_arrival(arrival)
    lists = _check_shape(preference, rates.size)
    speeds = _check_service(service, lists)
    _check_lists(lists, speeds.size)

    return System(
        arrival=rates,
        preference=lists,
        tied=_check_tied(tied, lists),
        service=speeds,
        initiated=_check_initiated(initiated, speeds.size),
    )


def _some(rows: Codes) -> str:
    """Return a text that names up to five rows, and how many more there are."""
    shown = ", ".join(str(row) for row in rows[:5])
    return shown if rows.size <= 5 else f"{shown} and {rows.size - 5} more"


def _check_arrival(arrival: ArrayLike) -> Floats:
    """Refuse rates that are negative, not finite, or all 0."""
    rates = _checks.numbers("arrival", arrival, refusal=QueueingInputError).copy()
    if rates.ndim != 1 or rates.size == 0:
        raise QueueingInputError(
            f"arrival: shape {rates.shape}", "give one rate for each area, shape (areas,)"
        )

    bad = np.flatnonzero(~np.isfinite(rates) | (rates < 0))
    if bad.size:
        raise QueueingInputError(
            f"arrival: the rate of area {_some(bad)} is negative or not finite", "give numbers of at least 0"
        )

    if not rates.any():
        raise QueueingInputError(
            "arrival: every rate is 0, so no share of calls is defined", "give at least one call"
        )
    return rates


def _check_shape(preference: ArrayLike, areas: int) -> Codes:
    """Refuse lists that are not one row of whole numbers for each area."""
    raw = np.asarray(preference)
    if raw.ndim != 2 or raw.shape[0] != areas or raw.shape[1] == 0:
        raise QueueingInputError(
            f"preference: shape {raw.shape} does not fit {areas} areas",
            "give one row for each area, shape (areas, units)",
        )

    is_whole = raw.dtype.kind in "iu"
    if raw.dtype.kind == "f":
        is_whole = bool(np.all(np.isfinite(raw)) and not np.any(raw % 1))
    if not is_whole:
        raise QueueingInputError(
            "preference holds something other than whole numbers",
            "give whole numbers, units counted from 0 and -1 for none",
        )
    return np.array(raw, dtype=np.int64)


def _check_service(service: ArrayLike, lists: Codes) -> Floats:
    """Refuse rates of 0 or less; spread one number over the units."""
    speeds = _checks.numbers("service", service, refusal=QueueingInputError).copy()

    # One number is for as many units as a list has places, or names.
    if speeds.ndim == 0:
        speeds = np.full(max(lists.shape[1], int(lists.max()) + 1), float(speeds))
    if speeds.ndim != 1 or speeds.size == 0:
        raise QueueingInputError(
            f"service: shape {speeds.shape}", "give one rate, or one for each unit, shape (units,)"
        )

    bad = np.flatnonzero(~np.isfinite(speeds) | (speeds <= 0))
    if bad.size:
        raise QueueingInputError(
            f"service: the rate of unit {_some(bad)} is zero, negative or not finite, so it would "
            "never be free again",
            "give rates above 0 or take the unit out of every list",
        )
    return speeds


def _check_lists(lists: Codes, units: int) -> None:
    """Refuse unknown units, repeats and gaps."""
    bad = np.flatnonzero(((lists < NONE) | (lists >= units)).any(axis=1))
    if bad.size:
        raise QueueingInputError(
            f"preference: area {_some(bad)} names a unit outside 0 to {units - 1}",
            "use -1 for none, or give a service rate for every unit",
        )

    is_none = lists == NONE
    bad = np.flatnonzero((is_none[:, :-1] & ~is_none[:, 1:]).any(axis=1))
    if bad.size:
        raise QueueingInputError(
            f"preference: area {_some(bad)} has a gap, a unit after -1", "move the -1 to the end of the list"
        )

    order = np.sort(lists, axis=1)
    bad = np.flatnonzero(((order[:, 1:] == order[:, :-1]) & (order[:, 1:] != NONE)).any(axis=1))
    if bad.size:
        raise QueueingInputError(
            f"preference: area {_some(bad)} repeats a unit", "name each unit at most once"
        )


def _check_tied(tied: ArrayLike | None, lists: Codes) -> Mask:
    """Refuse ties of another shape, or before the first unit."""
    if tied is None:
        return np.zeros(lists.shape, dtype=np.bool_)

    flags = np.asarray(tied)
    if flags.shape != lists.shape:
        raise QueueingInputError(
            f"tied: shape {flags.shape} is not that of preference, {lists.shape}",
            "give one value for each place of each list",
        )

    if flags.dtype != np.bool_ and not np.all((flags == 0) | (flags == 1)):
        raise QueueingInputError(
            "tied holds something other than true and false", "give true or false for each place of each list"
        )

    flags = flags.astype(np.bool_)
    bad = np.flatnonzero(flags[:, 0])
    if bad.size:
        raise QueueingInputError(
            f"tied: the first unit of area {_some(bad)} has none before it to be as good as",
            "set it to false",
        )
    return np.asarray(flags & (lists != NONE))


def _check_initiated(initiated: ArrayLike | None, units: int) -> Floats:
    """Refuse rates of own work below 0; spread one number over the units."""
    if initiated is None:
        return np.zeros(units)

    rates = _checks.numbers("initiated", initiated, refusal=QueueingInputError).copy()
    if rates.ndim == 0:
        rates = np.full(units, float(rates))
    if rates.shape != (units,) or not np.all(np.isfinite(rates)) or np.any(rates < 0):
        raise QueueingInputError(
            "initiated has another shape, or a rate that is negative or not finite",
            f"give one finite rate of at least 0, or one for each of {units} units",
        )
    return rates


def check_rates_by_unit(name: str, rates: ArrayLike, units: int) -> Floats:
    """Refuse rates of 0 or less; spread one number over the units."""
    speeds = _checks.numbers(name, rates, refusal=QueueingInputError).copy()
    if speeds.ndim == 0:
        speeds = np.full(units, float(speeds))
    if speeds.shape != (units,) or not np.all(np.isfinite(speeds)) or np.any(speeds <= 0):
        raise QueueingInputError(
            f"{name} has another shape, or a rate that is not above 0 or not finite",
            f"give one finite rate above 0, or one for each of {units} units",
        )
    return speeds


def check_effort(tolerance: float, max_sweeps: int) -> tuple[float, int]:
    """Return when to stop, as plain numbers; refuse a tolerance that is no share, and no sweeps at all."""
    return (
        _checks.single("tolerance", tolerance, high=1.0, below=True, refusal=QueueingInputError),
        _checks.whole("max_sweeps", max_sweeps, low=1, refusal=QueueingInputError),
    )


def number_of_states(conditions: int, units: int) -> float:
    """Return how many states units have together, infinite where that is more than a number can hold."""
    try:
        return float(conditions) ** units
    except OverflowError:
        return math.inf


def memory_limit_gb(memory_gb: float | None) -> float:
    """Return the memory that may be used: what is allowed, else what is free [GB]."""
    if memory_gb is not None:
        return _checks.single("memory_gb", memory_gb, refusal=QueueingInputError)

    free = _memory.free_bytes() / 1e9
    return free if np.isfinite(free) else _UNKNOWN_GB


def check_memory(name: str, needed_gb: float, memory_gb: float | None) -> None:
    """Refuse a model that would not fit."""
    limit = memory_limit_gb(memory_gb)
    if needed_gb > limit:
        whose = "free on this machine" if memory_gb is None else "allowed by memory_gb"
        raise MemoryLimitError(
            f"{name} needs {needed_gb:,.3g} GB and {limit:,.3g} GB are {whose}; use "
            "hypercube_approximate, fewer units, or a larger machine"
        )
