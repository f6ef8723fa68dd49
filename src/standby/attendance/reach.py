"""How far each site reaches over the plan's roads, as areas for a map."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

import geopandas as gpd
import pandas as pd

from standby._checks import number
from standby.attendance.arrival import drive_factor, ordinary_min
from standby.attendance.nearest import sites_of
from standby.plan import Plan, plan_arrays
from standby.travel import TravelInputError, plan_roads

STEPS_MIN = (10.0, 20.0, 30.0)
"""Minutes of an emergency drive that isochrones are drawn for."""


def isochrones(
    plan: Plan,
    *,
    minutes: Sequence[float] = STEPS_MIN,
    sites: Literal["existing", "all"] = "existing",
    progress: Callable[[int, int], None] | None = None,
) -> gpd.GeoDataFrame:
    """Return the areas reached by an emergency drive of some minutes from each site of a plan with roads.

    They are those of units at their sites, not on patrol. The areas follow the roads and ferries of the road
    file. What the plan keeps apart by naming islands is
    not taken out of them: only its places, and not their shores, are known.

    Parameters
    ----------
    plan
        A plan whose ``travel.method`` is ``roads``.
    minutes
        Minutes of an emergency drive [min].
    sites
        ``"existing"``: those in use today, or where the plan has units; ``"all"``: every site of the plan.
    progress
        Called with how many areas are done, and how many there are.

    Returns
    -------
    geopandas.GeoDataFrame
        One row each site and time, the longest time first so that shorter ones lie on top: ``site``,
        ``site_name``, ``minutes`` and ``geometry`` in longitude and latitude; empty where a site is on no
        road.

    Raises
    ------
    TravelInputError
        If the plan has no roads, or minutes are not above 0.
    PlanError
        If the road file or the profile cannot be used.
    """
    if plan.document.travel.method != "roads":
        raise TravelInputError(
            "isochrones need roads", "write method = 'roads' and roads = 'file' into [travel] of plan.toml"
        )
    steps = sorted((float(number("minutes", step, above=True)) for step in minutes), reverse=True)
    roads, profile = plan_roads(plan)
    arrays = plan_arrays(plan)
    table = sites_of(plan, sites)
    total = len(steps) * len(table)

    rows = []
    for step in steps:
        # The roads know ordinary drives: look as far as one goes that takes these minutes on an emergency.
        ordinary = float(ordinary_min(step, float(arrays.travel.start_min), drive_factor(arrays)))
        for site, name, lon, lat in zip(*(table[c] for c in ("id", "name", "lon", "lat")), strict=True):
            shape = roads.isochrone((lon, lat), ordinary, profile=profile)
            rows.append({"site": site, "site_name": name, "minutes": step, "geometry": shape})
            if progress is not None:
                progress(len(rows), total)

    frame = pd.DataFrame(rows, columns=["site", "site_name", "minutes", "geometry"])
    return gpd.GeoDataFrame(frame, geometry="geometry", crs="EPSG:4326")
