"""Cover place by place and unit by unit: for internal use."""

from __future__ import annotations

import numpy as np
import pandas as pd

from standby._typing import Floats
from standby.attendance import SLACK_MIN, arrival_minutes, before_min
from standby.cover.beyond import beyond_by_place, is_bound
from standby.cover.evaluated import Evaluated, main_standard
from standby.demand import HOURS_A_YEAR, call_rates
from standby.plan import HOURS_A_WEEK

WORST_SHOWN = 10
"""Areas in the list of the worst served."""


def area_table(e: Evaluated) -> pd.DataFrame:
    """Return cover by area of the planned forces."""
    s, areas = e.model.structure, len(e.model.structure.areas)
    name = main_standard(e.standards)
    standard = e.standards[name]
    row, t = list(e.standards).index(name), s.types.index(standard.incident_type)
    holds = ~np.isnan(e.setting.within_min[row, :areas])
    nearest, in_time, chance_free = _nearest(e, t, standard.within_min)
    first_bound, full_bound = is_bound(beyond_by_place(e, t), e.model.limit_min)
    frame = pd.DataFrame(
        {
            "area": s.areas.ids,
            "name": s.areas.names,
            "force": [s.forces[code] for code in s.areas.forces],
            "class": [s.classes[code] for code in s.areas.classes],
            "setting": ["rural" if s.rural[code] else "urban" for code in s.areas.classes],
            "lon": s.areas.positions[:, 0],
            "lat": s.areas.positions[:, 1],
            "people": e.resolved["areas.population"],
            "calls_per_year": call_rates(e.resolved)[t] * HOURS_A_YEAR,
            "nearest_min": nearest[:areas],
            "first_mean_min": e.outcome.mean_min[t, 0, :areas],
            "full_mean_min": e.outcome.mean_min[t, 1, :areas],
            "first_at_least": first_bound[:areas],
            "full_at_least": full_bound[:areas],
            "chance_in_time": np.where(holds, np.minimum(e.outcome.reached[row, :areas], 1.0), np.nan),
            "units_in_time": in_time[:areas],
            "chance_nearest_free": chance_free[:areas],
        }
    )
    return frame[s.planned[s.areas.forces]].reset_index(drop=True)


def worst_table(areas: pd.DataFrame) -> pd.DataFrame:
    """Return the areas with the longest mean minutes to the first armed arrival, the worst first."""
    worst = areas.sort_values(["first_mean_min", "area"], ascending=[False, True]).head(WORST_SHOWN)
    worst = worst.assign(rank=range(1, len(worst) + 1))
    columns = [
        "rank",
        "area",
        "name",
        "force",
        "class",
        "people",
        "first_mean_min",
        "first_at_least",
        "chance_in_time",
    ]
    return worst[columns].reset_index(drop=True)


def _nearest(e: Evaluated, t: int, within_min: float) -> tuple[Floats, Floats, Floats]:
    """Return the nearest unit's minutes, the units within a time, the chance that the nearest comes.

    Means over the hours of the week, of units that can help in a first armed arrival and have nothing to
    break off; the minutes are ``inf`` where in some hours nobody could come.
    """
    arrive, lend = arrival_minutes(e.model, e.resolved)
    arrive = arrive + before_min(e.resolved)[0, t]
    may = lend[:, e.model.place_force]
    places = e.model.group.size
    nearest, in_time, chance_free = np.zeros(places), np.zeros(places), np.zeros(places)
    able = e.model.machines.kind[e.model.machines.of[0, t]] >= 0
    for busy, period in zip(e.start, e.model.periods, strict=True):
        share = period.hours / HOURS_A_WEEK
        on = np.flatnonzero(period.on_duty & able)
        if on.size == 0:
            nearest += np.inf
            continue
        first = on[np.argmin(arrive[on], axis=0)]
        minutes = arrive[first, np.arange(places)]
        nearest += share * minutes
        in_time += share * (arrive[on] <= within_min + SLACK_MIN).sum(axis=0)
        chance = (1.0 - busy[first]) * may[first, np.arange(places)]
        chance_free += share * np.where(np.isfinite(minutes), chance, 0.0)
    return nearest, in_time, chance_free


def key_location_table(e: Evaluated) -> pd.DataFrame:
    """Return cover by key location of the planned forces, for the first standard of key locations."""
    s, areas = e.model.structure, len(e.model.structure.areas)
    names = [name for name, standard in e.standards.items() if standard.of == "key_locations"]
    name = names[0] if names else main_standard(e.standards)
    row, t = list(e.standards).index(name), s.types.index(e.standards[name].incident_type)
    within = e.setting.within_min[row, areas:]
    chance = np.where(np.isnan(within), np.nan, np.minimum(e.outcome.reached[row, areas:], 1.0))
    first_bound, full_bound = is_bound(beyond_by_place(e, t), e.model.limit_min)
    frame = pd.DataFrame(
        {
            "key_location": s.key_locations.ids,
            "name": s.key_locations.names,
            "force": [s.forces[code] for code in s.key_locations.forces],
            "class": [s.classes[code] for code in s.key_locations.classes],
            "lon": s.key_locations.positions[:, 0],
            "lat": s.key_locations.positions[:, 1],
            "first_mean_min": e.outcome.mean_min[t, 0, areas:],
            "full_mean_min": e.outcome.mean_min[t, 1, areas:],
            "first_at_least": first_bound[areas:],
            "full_at_least": full_bound[areas:],
            "chance_in_time": chance,
            "incident_type": e.standards[name].incident_type,
            "within_min": within,
        }
    )
    return frame[s.planned[s.key_locations.forces]].reset_index(drop=True)


def unit_table(e: Evaluated) -> pd.DataFrame:
    """Return the units of every force, with the share of their hours on duty that they are not free."""
    s = e.model.structure
    busy = pd.Series(e.outcome.busy).groupby(e.model.rows).mean()
    rows = busy.index.to_numpy(dtype=np.int64)
    sites = s.units.sites[rows]
    return pd.DataFrame(
        {
            "unit": [s.units.ids[row] for row in rows],
            "tier": [s.tiers[s.units.tiers[row]] for row in rows],
            "site": [s.sites.ids[site] for site in sites],
            "site_name": [s.sites.names[site] for site in sites],
            "force": [s.forces[s.units.forces[row]] for row in rows],
            "lon": s.sites.positions[sites, 0],
            "lat": s.sites.positions[sites, 1],
            "count": s.units.count[rows],
            "hours_per_week": s.units.hours[rows].sum(axis=1),
            "busy_share": busy.to_numpy(),
        }
    )


def commitment_table(e: Evaluated) -> pd.DataFrame:
    """Return the commitments beside the units on duty that could take them, as means over their hours."""
    s, c = e.model.structure, e.model.structure.commitments
    wanted = e.resolved["commitments.units"]
    hours = np.array([[period.hours] for period in e.model.periods]) * [
        period.commitments for period in e.model.periods
    ]
    on_duty = (e.model.pools > 0.0).sum(axis=-1)
    total = np.maximum(hours.sum(axis=0), 1)
    return pd.DataFrame(
        {
            "commitment": c.ids,
            "force": [s.forces[code] for code in c.forces],
            "tier": [s.tiers[code] for code in c.tiers],
            "hours_per_week": c.hours.sum(axis=1),
            "units": wanted,
            "units_on_duty": (hours * on_duty).sum(axis=0) / total,
            "units_short": (hours * np.maximum(wanted - on_duty, 0.0)).sum(axis=0) / total,
        }
    )
