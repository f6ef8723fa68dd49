"""Cover place by place and unit by unit: for internal use."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from standby._typing import Floats
from standby.attendance import SLACK_MIN, arrival_minutes, before_min
from standby.cover.beyond import beyond_by_place, is_bound
from standby.cover.evaluated import Evaluated
from standby.demand import call_rates
from standby.plan import HOURS_A_WEEK, HOURS_A_YEAR

WORST_SHOWN = 10
"""Areas in the list of the worst served."""

WORST_COLUMNS = (
    "rank", "area", "name", "force", "class", "people", "first_mean_min", "first_at_least", "chance_in_time",
)  # fmt: skip


def area_table(evaluated: Evaluated) -> pd.DataFrame:
    """Return cover by area of the planned forces, for the main standard."""
    arrays = evaluated.arrays
    outcome = evaluated.outcome
    areas = arrays.areas
    row = arrays.standards.main
    incident_type = int(arrays.standards.types[row])
    within_min = evaluated.standards[arrays.standards.ids[row]].within_min

    here = arrays.places.of_areas
    holds = ~np.isnan(evaluated.setting.within_min[row, here])
    chance_in_time = np.where(holds, np.minimum(outcome.reached[row, here], 1.0), np.nan)
    nearest = _nearest(evaluated, incident_type, within_min)
    beyond = beyond_by_place(evaluated, incident_type)
    first_bound, full_bound = is_bound(beyond, evaluated.arrays.travel.limit_min)

    frame = pd.DataFrame(
        {
            "area": areas.ids,
            "name": areas.names,
            "force": [arrays.forces.ids[code] for code in areas.forces],
            "class": [arrays.classes.ids[code] for code in areas.classes],
            "setting": ["rural" if arrays.classes.rural[code] else "urban" for code in areas.classes],
            "lon": areas.positions[:, 0],
            "lat": areas.positions[:, 1],
            "people": areas.population,
            "calls_per_year": call_rates(evaluated.arrays)[incident_type] * HOURS_A_YEAR,
            "nearest_min": nearest.minutes[here],
            "first_mean_min": outcome.mean_min[incident_type, 0, here],
            "full_mean_min": outcome.mean_min[incident_type, 1, here],
            "first_at_least": first_bound[here],
            "full_at_least": full_bound[here],
            "chance_in_time": chance_in_time,
            "units_in_time": nearest.units_in_time[here],
            "chance_nearest_free": nearest.chance_free[here],
        }
    )
    return frame[arrays.forces.planned[areas.forces]].reset_index(drop=True)


def worst_table(areas: pd.DataFrame) -> pd.DataFrame:
    """Return the areas with the longest mean minutes to the first armed arrival, the worst first."""
    worst = areas.sort_values(["first_mean_min", "area"], ascending=[False, True]).head(WORST_SHOWN)
    worst = worst.assign(rank=range(1, len(worst) + 1))
    return worst[list(WORST_COLUMNS)].reset_index(drop=True)


class _Nearest(NamedTuple):
    """The units that could come to each place, as means over the hours of the week.

    Parameters
    ----------
    minutes
        Minutes of the nearest unit on duty, ``inf`` where in some hours nobody could come, shape (places,)
        [min].
    units_in_time
        Units on duty within the time asked for, shape (places,).
    chance_free
        Chance that the nearest unit is free and is lent, shape (places,).
    """

    minutes: Floats
    units_in_time: Floats
    chance_free: Floats


def _nearest(evaluated: Evaluated, incident_type: int, within_min: float) -> _Nearest:
    """Return the units that could come first to each place, of those with nothing to break off.

    Parameters
    ----------
    evaluated
        The plan evaluated at its central values.
    incident_type
        Code of the incident type; units count that can help in its first armed arrival.
    within_min
        Time since the call in which units count as in time [min].
    """
    model = evaluated.model
    arrays = evaluated.arrays
    arrive_min, lend_chance = arrival_minutes(model, arrays)
    arrive_min = arrive_min + before_min(arrays)[0, incident_type]
    lend_chance = lend_chance[:, arrays.places.forces]
    can_help = model.machines.kind[model.machines.of[0, incident_type]] >= 0

    place = np.arange(len(arrays.places))
    nearest_min = np.zeros(place.size)
    units_in_time = np.zeros(place.size)
    chance_free = np.zeros(place.size)
    for busy_share, period in zip(evaluated.start, model.periods, strict=True):
        week_share = period.hours / HOURS_A_WEEK
        units = np.flatnonzero(period.on_duty & can_help)
        if units.size == 0:
            nearest_min += np.inf
            continue

        first = units[np.argmin(arrive_min[units], axis=0)]
        minutes = arrive_min[first, place]
        nearest_min += week_share * minutes
        units_in_time += week_share * (arrive_min[units] <= within_min + SLACK_MIN).sum(axis=0)
        chance = (1.0 - busy_share[first]) * lend_chance[first, place]
        chance_free += week_share * np.where(np.isfinite(minutes), chance, 0.0)
    return _Nearest(nearest_min, units_in_time, chance_free)


def key_location_table(evaluated: Evaluated) -> pd.DataFrame:
    """Return cover by key location of the planned forces, for the first standard of key locations.

    Where there is none, the main standard says of which incident type the minutes are.
    """
    arrays = evaluated.arrays
    outcome = evaluated.outcome
    key_locations = arrays.key_locations
    standards = arrays.standards
    row = standards.of.index("key_locations") if "key_locations" in standards.of else standards.main
    incident_type = int(standards.types[row])

    here = arrays.places.of_key_locations
    within_min = evaluated.setting.within_min[row, here]
    chance_in_time = np.where(np.isnan(within_min), np.nan, np.minimum(outcome.reached[row, here], 1.0))
    beyond = beyond_by_place(evaluated, incident_type)
    first_bound, full_bound = is_bound(beyond, evaluated.arrays.travel.limit_min)

    frame = pd.DataFrame(
        {
            "key_location": key_locations.ids,
            "name": key_locations.names,
            "force": [arrays.forces.ids[code] for code in key_locations.forces],
            "class": [arrays.classes.ids[code] for code in key_locations.classes],
            "lon": key_locations.positions[:, 0],
            "lat": key_locations.positions[:, 1],
            "first_mean_min": outcome.mean_min[incident_type, 0, here],
            "full_mean_min": outcome.mean_min[incident_type, 1, here],
            "first_at_least": first_bound[here],
            "full_at_least": full_bound[here],
            "chance_in_time": chance_in_time,
            "incident_type": arrays.types.ids[incident_type],
            "within_min": within_min,
        }
    )
    return frame[arrays.forces.planned[key_locations.forces]].reset_index(drop=True)


def unit_table(evaluated: Evaluated) -> pd.DataFrame:
    """Return the units of every force, with the share of their hours on duty that they are not free."""
    arrays = evaluated.arrays
    units = arrays.units
    sites = arrays.sites

    # A row of units.csv may stand for several like units: their mean.
    busy_share = pd.Series(evaluated.outcome.busy).groupby(evaluated.model.rows).mean()
    rows = busy_share.index.to_numpy(dtype=np.int64)
    site_codes = units.sites[rows]
    return pd.DataFrame(
        {
            "unit": [units.ids[row] for row in rows],
            "tier": [arrays.tiers.ids[units.tiers[row]] for row in rows],
            "site": [sites.ids[site] for site in site_codes],
            "site_name": [sites.names[site] for site in site_codes],
            "force": [arrays.forces.ids[units.forces[row]] for row in rows],
            "lon": sites.positions[site_codes, 0],
            "lat": sites.positions[site_codes, 1],
            "count": units.count[rows],
            "hours_per_week": units.hours[rows].sum(axis=1),
            "busy_share": busy_share.to_numpy(),
        }
    )


def commitment_table(evaluated: Evaluated) -> pd.DataFrame:
    """Return the commitments beside the units on duty that could take them, as means over their hours."""
    model = evaluated.model
    arrays = evaluated.arrays
    commitments = arrays.commitments
    wanted = evaluated.arrays.commitments.units

    # Hours of each period in which a commitment takes place, shape (periods, commitments).
    period_hours = np.array([[period.hours] for period in model.periods])
    hours = period_hours * [period.commitments for period in model.periods]
    total_hours = np.maximum(hours.sum(axis=0), 1)

    on_duty = (model.pools > 0.0).sum(axis=-1)
    short = np.maximum(wanted - on_duty, 0.0)
    return pd.DataFrame(
        {
            "commitment": commitments.ids,
            "force": [arrays.forces.ids[code] for code in commitments.forces],
            "tier": [arrays.tiers.ids[code] for code in commitments.tiers],
            "hours_per_week": commitments.hours.sum(axis=1),
            "units": wanted,
            "units_on_duty": (hours * on_duty).sum(axis=0) / total_hours,
            "units_short": (hours * short).sum(axis=0) / total_hours,
        }
    )
