"""What an evaluation measures, and what the share of a standard is a share of."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from standby._show import Shown
from standby._typing import Codes, Floats
from standby.plan import PlanArrays, StandardArrays


@dataclass(frozen=True, eq=False)
class Setting(Shown):
    """What an evaluation measures.

    Parameters
    ----------
    within_min
        Minutes of a standard at a place, NaN where it does not hold, shape (standards, places) [min].
    types, measures
        Incident type and measure (0 first, 1 full) of each standard, shape (standards,).
    measured
        Incident types whose arrival times are measured; the others only keep units busy.
    """

    within_min: Floats
    types: Codes
    measures: Codes
    measured: tuple[int, ...]


def setting_of(standards: StandardArrays) -> Setting:
    """Return the setting that measures standards, and the incident types that they are for.

    Parameters
    ----------
    standards
        Where each of them holds.
    """
    measured = tuple(sorted(set(standards.types.tolist())))
    return Setting(standards.within_min, standards.types, standards.measures, measured)


def standard_weights(arrays: PlanArrays, standards: StandardArrays, calls: Floats) -> Floats:
    """Return what each standard's share is a share of, shape (standards, places).

    Parameters
    ----------
    arrays
        The plan at its central values, or at one draw.
    standards
        Its standards, or others.
    calls
        Calls by type and area, shape (types, areas).
    """
    places = arrays.places
    people = places.from_areas(arrays.areas.population)
    calls_at_places = places.from_areas(calls)
    key_weight = places.from_key_locations(arrays.key_locations.weight)

    weights = np.zeros(standards.within_min.shape)
    for row, (of, incident_type) in enumerate(zip(standards.of, standards.types, strict=True)):
        if of == "people":
            weights[row] = people
        elif of == "demand":
            weights[row] = calls_at_places[incident_type]
        else:
            weights[row] = key_weight

    return np.where(np.isnan(standards.within_min), 0.0, weights)
