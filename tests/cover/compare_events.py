"""How far cover is from what happens when a plan is played out, in the numbers that are promised of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from plan_event_loop import Happened

from standby.attendance import standard_weights
from standby.cover import Evaluated
from standby.demand import call_weights

NEAR = 0.01
"""Chances so near to a standard's reliability, and `LUCK` more, may count as assured or not."""

LUCK = 2.0
"""Standard errors by which a single number that happened may be off."""


@dataclass(frozen=True)
class Compared:
    """One plan: cover beside what happened.

    Parameters
    ----------
    standards
        Ids of the standards.
    mean, largest
        Difference of a place's chance of being in time: mean, weighted as the standard weighs places, and
        largest beyond `LUCK`, shape (standards,).
    noise
        What `mean` would be on average if cover were right, for the luck of the play, shape (standards,).
    assured, least, most
        Share that is assured by cover, and that which happened if places near the reliability count or not,
        shape (standards,).
    expected_minutes, minutes
        Mean minutes over people, by cover and as they happened, shape (types, measures) [min].
    busy, busy_load
        Largest difference of a unit's busy share beyond `LUCK`, and the mean busy share that happened.
    """

    standards: tuple[str, ...]
    mean: np.ndarray
    largest: np.ndarray
    noise: np.ndarray
    assured: np.ndarray
    least: np.ndarray
    most: np.ndarray
    expected_minutes: np.ndarray
    minutes: np.ndarray
    busy: float
    busy_load: float

    @property
    def minutes_off(self) -> float:
        """Largest difference of mean minutes, relative."""
        return float(np.abs(self.expected_minutes / self.minutes - 1.0).max())

    @property
    def assured_off(self) -> float:
        """How far the assured share lies outside of what happened, 0 inside."""
        beyond = np.maximum(self.assured - self.most, self.least - self.assured)
        return float(np.maximum(beyond, 0.0).max())


def compare(evaluated: Evaluated, happened: Happened) -> Compared:
    """Return cover of a plan beside what happened."""
    arrays = evaluated.arrays
    outcome = evaluated.outcome
    weights = standard_weights(arrays, arrays.standards, call_weights(arrays))
    weights /= weights.sum(axis=1, keepdims=True)
    off = np.abs(outcome.reached - happened.in_time) * (weights > 0.0)

    # A normal error is off by 0.8 of its standard error on average.
    noise = (weights * happened.in_time_error).sum(axis=1) * np.sqrt(2.0 / np.pi)

    reliability = np.array([standard.reliability for standard in evaluated.standards.values()])[:, None]
    near = NEAR + LUCK * happened.in_time_error

    people = arrays.places.from_areas(arrays.areas.population) * (arrays.places.group >= 0)
    measured = list(outcome.measured)
    return Compared(
        standards=tuple(evaluated.standards),
        mean=(weights * off).sum(axis=1),
        largest=beyond_luck(off, happened.in_time_error).max(axis=1),
        noise=noise,
        assured=(weights * (outcome.reached >= reliability - 1e-9)).sum(axis=1),
        least=(weights * (happened.in_time >= reliability + near)).sum(axis=1),
        most=(weights * (happened.in_time >= reliability - near)).sum(axis=1),
        expected_minutes=outcome.mean_min[measured] @ people / people.sum(),
        minutes=happened.mean_min[measured] @ people / people.sum(),
        busy=float(beyond_luck(np.abs(outcome.busy - happened.busy), happened.busy_error).max()),
        busy_load=float(happened.busy.mean()),
    )


def beyond_luck(off: np.ndarray, error: np.ndarray) -> np.ndarray:
    """Return by how much differences are larger than luck explains."""
    return np.maximum(off - LUCK * error, 0.0)
