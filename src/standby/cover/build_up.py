"""The build-up curve: how many armed officers, from where, by when."""

from __future__ import annotations

import numpy as np
import pandas as pd

from standby._typing import Floats
from standby.attendance import (
    SLACK_MIN,
    AttendanceModel,
    arrival_minutes,
    chance_by,
    position_share,
    varying_minutes,
    work_of,
)
from standby.plan import HOURS_A_WEEK, PlanArrays

STEP_MIN = 5
"""Step of the build-up curve [min]."""

ORIGINS = ("own", "shared", "neighbour")
"""Own force, a force of the same alliance, or another force."""

SCOPE_KINDS = ("all", "force", "setting")
"""Kinds of scope that have a curve."""


def build_up_table(model: AttendanceModel, arrays: PlanArrays, busy: Floats) -> pd.DataFrame:
    """Return the armed officers expected to have arrived if every free unit is sent, by minutes.

    Each number is a mean over the people of a scope and over the hours of the week. Officers who never arrive
    are in none of them.

    Parameters
    ----------
    model, arrays
        The plan made ready, and its values.
    busy
        Share of time that each unit is not free, shape (periods, units).

    Returns
    -------
    DataFrame
        ``incident_type``, ``scope_kind``, ``scope``, ``minutes`` since the call [min], and officers by
        origin: ``own``, ``shared`` (alliance), ``neighbour``.
    """
    scopes = arrays.scopes
    steps_min = np.arange(0, arrays.travel.limit_min + STEP_MIN, STEP_MIN)
    people = scopes.places[:, arrays.places.of_areas] * arrays.areas.population

    parts = []
    for incident_type, type_name in enumerate(arrays.types.ids):
        authorisation_min = arrays.types.authorisation_min[incident_type]
        arrived = _arrived(model, arrays, busy, steps_min - authorisation_min)

        for row, (kind, scope) in enumerate(scopes.names):
            total = people[row].sum()
            if kind not in SCOPE_KINDS or not total > 0:
                continue
            mean = arrived @ people[row] / total  # (origins, steps)
            key = {"incident_type": type_name, "scope_kind": kind, "scope": scope, "minutes": steps_min}
            parts.append(pd.DataFrame({**key, **dict(zip(ORIGINS, mean, strict=True))}))

    if not parts:  # nobody lives in the planned forces
        return pd.DataFrame(columns=["incident_type", "scope_kind", "scope", "minutes", *ORIGINS])
    return pd.concat(parts, ignore_index=True)


def _arrived(model: AttendanceModel, arrays: PlanArrays, busy: Floats, steps_min: Floats) -> Floats:
    """Return officers expected by so many minutes after being sent, shape (origins, steps, areas)."""
    areas = len(arrays.areas)
    area_force = arrays.areas.forces
    arrive_min, lend_chance = arrival_minutes(model, arrays)
    work = work_of(model, arrays)

    # All is by position: a unit is at one of its own, with a share of its time at each.
    unit = model.positions.unit
    rows = model.rows[unit]
    units = arrays.units
    lend_chance = lend_chance[unit][:, area_force]
    officers = np.where(arrays.tiers.armed[units.tiers[rows]], units.crew[rows], 0)
    share = position_share(model, arrays)[:, :areas]
    is_own = units.forces[rows][:, None] == area_force[None, :]
    is_neighbours = model.border[unit][:, area_force]
    is_shared = ~is_own & ~is_neighbours
    varying_min, varying_sd = (part[:, :areas] for part in varying_minutes(model, arrays))

    counts = np.zeros((len(ORIGINS), steps_min.size, areas))
    first_there = np.zeros((len(ORIGINS), steps_min.size + 1, areas))
    area = np.broadcast_to(np.arange(areas), lend_chance.shape)
    for row, period in enumerate(model.periods):
        free_chance = ((1.0 - busy[row]) * period.on_duty)[unit]
        free_officers = officers * free_chance * (period.hours / HOURS_A_WEEK)

        # With nothing to do, or later by the minutes of breaking off their work.
        at_work = work.breakable_share[row, unit]
        late_min = work.break_off_min[row, unit, None]
        for mode_share, delay_min in ((1.0 - at_work, 0.0), (at_work, late_min)):
            mean_min = arrive_min[:, :areas] + delay_min
            expected = (free_officers * mode_share)[:, None] * share * lend_chance

            # Where nothing varies, officers are counted once, at the first step by which they are there.
            if not varying_sd.any():
                first_step = np.searchsorted(steps_min, mean_min - SLACK_MIN)
                for count, mask in zip(first_there, (is_own, is_shared, is_neighbours), strict=True):
                    np.add.at(count, (first_step, area), expected * mask)
                continue

            for step, minutes in enumerate(steps_min):
                there = expected * chance_by(minutes, mean_min, varying_min, varying_sd)
                for count, mask in zip(counts, (is_own, is_shared, is_neighbours), strict=True):
                    count[step] += (there * mask).sum(axis=0)

    # The last step is beyond all others, or never.
    return np.asarray(counts + first_there.cumsum(axis=1)[:, :-1])
