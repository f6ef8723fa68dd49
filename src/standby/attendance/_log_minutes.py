"""The modelled drive of past calls, by the method of their plan."""

from __future__ import annotations

import numpy as np
import pandas as pd

from standby._typing import Codes, Floats
from standby.demand import nearest_area
from standby.plan import Plan
from standby.travel import car_minutes_from_km, great_circle_km, plan_roads, travel_times

POINTS = ["lon", "lat"]


def modelled_minutes(plan: Plan, log: pd.DataFrame) -> tuple[Floats, str]:
    """Return the modelled drive of each call from its unit's site.

    Over roads and by distance to the call's own position; with a table of minutes to the nearest area.

    Parameters
    ----------
    plan
        The plan.
    log
        Its past calls.

    Returns
    -------
    minutes, method
        Shape (calls,) [min], NaN where the site is not given; and the method in words.
    """
    # Calls whose site is not given stay without minutes.
    sites = plan.table("sites").reset_index(drop=True)
    row = log["unit_site"].map(dict(zip(sites["id"], sites.index, strict=True)))
    minutes = np.full(len(log), np.nan)
    known = row.notna().to_numpy()
    if not known.any():
        return minutes, "the model"

    used = row[known].to_numpy(dtype=np.int64)
    area = nearest_area(plan, log)[0][known]
    points = log.loc[known, POINTS].to_numpy(dtype=float)
    method = plan.document.travel.method
    if method == "matrix":
        times = travel_times(plan)
        minutes[known] = times.rows(tuple(sites["id"]))[used, area]
        return minutes, times.method

    if method == "roads":
        roads, profile = plan_roads(plan)
        from_every_site = roads.minutes(sites[POINTS].to_numpy(dtype=float), points, profile=profile)
        by_road = from_every_site[used, np.arange(used.size)]
        minutes[known] = _on_its_island(plan, sites, used, area, by_road)
        return minutes, f"the roads by the profile {profile.name}"

    by_distance = _by_distance(plan, sites, used, area, points)
    minutes[known] = _on_its_island(plan, sites, used, area, by_distance)
    return minutes, "great-circle distance and the class of both ends"


def _on_its_island(plan: Plan, sites: pd.DataFrame, used: Codes, area: Codes, minutes: Floats) -> Floats:
    """Return minutes, infinite between places that the plan's islands keep apart."""
    start = sites["island"].to_numpy()[used]
    end = plan.table("areas")["island"].to_numpy()[area]
    return np.where(start == end, minutes, np.inf)


def _by_distance(plan: Plan, sites: pd.DataFrame, used: Codes, area: Codes, points: Floats) -> Floats:
    """Return the minutes of each call's drive by its distance and the class of both ends, shape (calls,)."""
    travel_class = {name: c.travel_class for name, c in plan.document.classes.items()}
    start = [travel_class[name] for name in sites["class"]]
    end = [travel_class[name] for name in plan.table("areas")["class"].to_numpy()[area]]

    km = great_circle_km(sites[POINTS].to_numpy(dtype=float), points)
    return np.asarray(car_minutes_from_km(km, start, end)[used, np.arange(used.size)])
