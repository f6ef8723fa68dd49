"""Where each standard of a plan holds, and what its share is a share of."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from standby._show import Shown
from standby._typing import Codes, Floats
from standby.attendance.model import MEASURES, AttendanceModel
from standby.plan import Standard


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


def setting_of(model: AttendanceModel, standards: dict[str, Standard]) -> Setting:
    """Return where and for what each standard holds.

    Parameters
    ----------
    model
        The plan made ready.
    standards
        Its standards by id.
    """
    s = model.structure
    areas = len(s.areas)
    within_min = np.full((len(standards), model.group.size), np.nan)

    for row, standard in enumerate(standards.values()):
        holds = s.planned[model.place_force].copy()
        if standard.classes:
            holds &= np.isin(model.place_class, [s.classes.index(name) for name in standard.classes])
        if standard.forces:
            holds &= np.isin(model.place_force, [s.forces.index(name) for name in standard.forces])
        if standard.of == "key_locations":
            holds[:areas] = False
        else:
            holds[areas:] = False
        within_min[row, holds] = standard.within_min

        # A key location may have minutes of its own for the first armed arrival.
        if standard.of == "key_locations" and standard.measure == "first":
            own_min = np.where(np.isnan(s.key_within_min), standard.within_min, s.key_within_min)
            within_min[row, areas:] = np.where(holds[areas:], own_min, np.nan)

    types = np.array(
        [s.types.index(standard.incident_type) for standard in standards.values()], dtype=np.int64
    )
    measures = np.array([MEASURES.index(standard.measure) for standard in standards.values()], dtype=np.int64)
    measured = tuple(sorted(set(types.tolist())))
    return Setting(within_min, types, measures, measured)


def standard_weights(
    model: AttendanceModel, setting: Setting, standards: dict[str, Standard], people: Floats, calls: Floats
) -> Floats:
    """Return what each standard's share is a share of, shape (standards, places).

    Parameters
    ----------
    model, setting, standards
        The model and its standards.
    people
        Residents of the areas, shape (areas,).
    calls
        Calls by type and area, shape (types, areas).
    """
    areas = len(model.structure.areas)
    weights = np.zeros(setting.within_min.shape)

    for row, standard in enumerate(standards.values()):
        if standard.of == "people":
            weights[row, :areas] = people
        elif standard.of == "demand":
            weights[row, :areas] = calls[setting.types[row]]
        else:
            weights[row, areas:] = model.structure.key_weight

    return np.where(np.isnan(setting.within_min), 0.0, weights)
