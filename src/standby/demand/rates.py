"""How often calls come, by area and type, from a force's count and the people who live there."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from standby._refusals import Refusal
from standby._typing import Floats
from standby.plan import HOURS_A_YEAR


def area_rates(
    per_year: ArrayLike,
    per_100k_year: ArrayLike,
    population: ArrayLike,
    weight: ArrayLike,
    forces: ArrayLike,
    *,
    force_count: int,
) -> Floats:
    """Return incidents an hour by type and area.

    A force's count a year is kept; its areas share it in proportion to ``population × weight``. A force
    without a count takes the rate per 100,000 people, shared in the same way. All arguments may have draws as
    leading axes. A force without areas has no calls, whatever its count.

    Parameters
    ----------
    per_year
        Count by type and force, NaN where there is none, shape (..., types, forces) [per year].
    per_100k_year
        Rate by type, shape (..., types) [per year per 100,000 people].
    population
        Residents, shape (..., areas) [people].
    weight
        Relative incidents per head, shape (..., types, areas).
    forces
        Code of each area's force, shape (areas,).
    force_count
        Number of forces.

    Returns
    -------
    ndarray
        Shape (..., types, areas) [per hour, mean over the week].

    Raises
    ------
    ValueError
        If a force has incidents and areas, but none of its areas has both people and weight.

    Examples
    --------
    >>> area_rates([[8766.0]], [0.0], [300.0, 100.0], [[1.0, 1.0]], [0, 0], force_count=1)
    array([[0.75, 0.25]])
    """
    counts = np.asarray(per_year, float)
    rates = np.asarray(per_100k_year, float)
    people = np.asarray(population, float)
    area_force = np.asarray(forces, dtype=np.int64)
    is_in_force = np.eye(force_count)[area_force]  # (areas, forces)

    # What each force has in a year: its own count, or the general rate times its residents.
    residents = people @ is_in_force
    by_rate = rates[..., None] * residents[..., None, :] / 1e5
    force_total = np.where(np.isnan(counts), by_rate, counts)

    # What its areas share this by.
    area_weight = people[..., None, :] * np.asarray(weight, float)
    force_weight = area_weight @ is_in_force

    is_lost = (force_total > 0) & (force_weight <= 0) & is_in_force.any(axis=0)
    if is_lost.any():
        in_any_draw = is_lost.reshape(-1, *is_lost.shape[-2:]).any(axis=0)
        incident_type, force = np.argwhere(in_any_draw)[0]
        raise Refusal(
            f"incident type {incident_type} of force {force} has incidents and no area to put them in",
            "give one of the force's areas people, a likelihood and a class_weight above 0",
        )

    with np.errstate(divide="ignore", invalid="ignore"):
        per_weight = np.where(force_weight > 0, force_total / force_weight, 0.0)
    return np.asarray(area_weight * per_weight[..., area_force] / HOURS_A_YEAR)
