"""Work out the minutes of a plan over its own road file."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from standby._globe import KM_PER_DEGREE
from standby._refusals import MissingExtraError
from standby._typing import Codes, Floats, Mask
from standby.plan import Fault, Plan, PlanError
from standby.travel.plan_files import fault_of, missing_roads
from standby.travel.roads._errors import RoadsError
from standby.travel.roads._files import content_hash
from standby.travel.roads.profile import PROFILES, Profile
from standby.travel.roads.profiles import read_profile
from standby.travel.roads.read import read_roads
from standby.travel.roads.roads import Roads
from standby.words import degrees

AROUND: Final = 6
"""Points around an area's own point that stand for its extent."""

RING: Final = float(np.sqrt((AROUND + 1) / (2 * AROUND) / np.pi))
"""Their distance as a share of √area: all points together are as far from the middle, by root mean square, as
people spread over a disc of that area."""

SPARE: Final = 4.0
"""The search goes on to this many times ``limit_min``, so that no factor of a plan brings a place inside the
limit that the search had left out."""

SITES_AT_A_TIME: Final = 16
"""Origins whose minutes to all points are in memory at once."""

OFF: Final = "no road within {km:g} km"
BEYOND: Final = "no site within {minutes:g} minutes by road"
NO_WAY: Final = "no way by road from any site"
OTHER_ISLAND: Final = "no way from any site on the same island"
NOWHERE: Final = "no place within {minutes:g} minutes by road"
FINDING_COLUMNS: Final = ("kind", "id", "name", "reason")


@dataclass(frozen=True, eq=False)
class RoadMinutes:
    """Minutes over a plan's roads, and what they leave unanswered.

    Parameters
    ----------
    minutes
        Shape (sites, places) [min].
    findings
        Sites and places without minutes: ``kind``, ``id``, ``name``, ``reason``.
    notes
        What was noticed while the file was read.
    method
        What the minutes come from, in words.
    """

    minutes: Floats
    findings: pd.DataFrame
    notes: tuple[str, ...]
    method: str


def plan_roads(plan: Plan) -> tuple[Roads, Profile]:
    """Return the roads and the profile that a plan names.

    Parameters
    ----------
    plan
        A plan that was read from a folder, with the method ``roads``.

    Returns
    -------
    roads, profile
        The road network, read once for each file, and the checked profile.

    Raises
    ------
    PlanError
        If the road file or the profile cannot be used; the message names the file and the fix.
    """
    travel = plan.document.travel
    if travel.roads is None or plan.folder is None or not (plan.folder / travel.roads).is_file():
        raise PlanError([missing_roads(travel.roads)])

    path = (plan.folder / travel.roads).resolve()
    own_profile = None if travel.profile in PROFILES else plan.folder / travel.profile

    try:
        stat = path.stat()
        roads, roads_hash = _roads(path, stat.st_mtime_ns, stat.st_size, travel.driving_side)
    except (RoadsError, MissingExtraError, OSError) as error:
        raise PlanError([fault_of(travel.roads, error)]) from error
    _refuse_changed(plan, travel.roads, roads_hash)

    try:
        profile = read_profile(travel.profile if own_profile is None else own_profile)
        if own_profile is not None:
            _refuse_changed(plan, travel.profile, content_hash(own_profile))
    except (RoadsError, OSError) as error:
        raise PlanError([fault_of(travel.profile, error)]) from error

    return roads, profile


@lru_cache(maxsize=2)
def _roads(path: Path, _changed: int, _size: int, driving_side: str | None) -> tuple[Roads, str]:
    """Return roads and the hash of their file; read again if its time of change or its size differs."""
    return read_roads(path, driving_side=driving_side), content_hash(path)


def _refuse_changed(plan: Plan, name: str, current_hash: str) -> None:
    """Refuse a file that is no longer the one whose hash stands in the plan's results."""
    if plan.hashes.get(name, current_hash) != current_hash:
        what = "has changed since the plan was opened"
        raise PlanError([Fault(name, "", "", what, "Open the plan again", "unreadable")])


@dataclass(frozen=True, eq=False)
class Points:
    """Points that stand for places.

    Parameters
    ----------
    lonlat
        Positions, shape (points, 2) [degrees].
    first
        Number of each place's own point, shape (places,).
    count
        How many points stand for each place, shape (places,).
    owner
        Which place each point stands for, shape (points,).
    """

    lonlat: Floats
    first: Codes
    count: Codes
    owner: Codes


def road_minutes(plan: Plan, sites: pd.DataFrame, places: pd.DataFrame, apart: Mask) -> RoadMinutes:
    """Return the minutes over a plan's roads, and the places that the roads do not reach.

    Parameters
    ----------
    plan
        The plan.
    sites, places
        ``id``, ``name``, ``lon``, ``lat``; places with ``kind`` and ``area_km2`` as well.
    apart
        Which pairs the plan's islands keep apart, though a ferry may join them, shape (sites, places).

    Returns
    -------
    RoadMinutes
        The minutes, ``inf`` where there is no answer, with the reason.

    Raises
    ------
    PlanError
        If the road file or the profile cannot be used, or no site or no place lies on the roads.
    """
    roads, profile = plan_roads(plan)
    site_lonlat = sites[["lon", "lat"]].to_numpy(dtype=float)
    points = points_of(places)
    limit_min = plan.document.travel.limit_min * SPARE

    try:
        site_on_road = np.isfinite(roads.snap(site_lonlat, role="origin", profile=profile)["km"].to_numpy())
        point_on_road = np.isfinite(roads.snap(points.lonlat, profile=profile)["km"].to_numpy())
        place_on_road = np.add.reduceat(point_on_road.astype(np.int64), points.first) > 0
        if not (site_on_road.any() and place_on_road.any()):
            raise PlanError([_elsewhere(plan, roads)])

        by_road = _to_places(roads, profile, site_lonlat, points, point_on_road, limit_min)
        minutes = np.where(apart, np.inf, by_road)

        # Without a limit, is an unanswered place reached at all?
        unanswered = np.flatnonzero(place_on_road & ~np.isfinite(minutes).any(axis=0))
        asked = points_of(places.iloc[unanswered])
        asked_on_road = point_on_road[np.isin(points.owner, unanswered)]
        without_limit = _to_places(roads, profile, site_lonlat, asked, asked_on_road, np.inf)
        has_a_way = np.isfinite(without_limit)
    except RoadsError as error:
        raise PlanError([fault_of(str(plan.document.travel.roads), error)]) from error

    off_road = OFF.format(km=roads.max_snap_km)
    place_reasons = np.full(len(places), "", dtype=object)
    place_reasons[~place_on_road] = off_road
    has_own_way = (has_a_way & ~apart[:, unanswered]).any(axis=0)
    place_reasons[unanswered] = np.select(
        [has_own_way, has_a_way.any(axis=0)], [BEYOND.format(minutes=limit_min), OTHER_ISLAND], NO_WAY
    )

    reason_if_unanswered = np.where(site_on_road, NOWHERE.format(minutes=limit_min), off_road)
    site_reasons = np.where(np.isfinite(minutes).any(axis=1), "", reason_if_unanswered)

    findings = pd.concat(
        [
            _without_minutes(sites.assign(kind="site"), site_reasons),
            _without_minutes(places, place_reasons),
        ],
        ignore_index=True,
    )
    method = f"the roads of {plan.document.travel.roads} and the profile {profile.name}"
    return RoadMinutes(minutes, findings, roads.findings, method)


def points_of(places: pd.DataFrame) -> Points:
    """Return the points that stand for places: one with an extent is its own point and a ring around it.

    Parameters
    ----------
    places
        ``lon``, ``lat`` and ``area_km2``.

    Returns
    -------
    Points
        Their positions, and which of them belong to each place.
    """
    centre = places[["lon", "lat"]].to_numpy(dtype=float)
    area_km2 = np.nan_to_num(places["area_km2"].to_numpy(dtype=float))

    # Row 0 of the pattern is the place's own point, the others lie on a circle of radius 1.
    angle = np.arange(AROUND) * (2 * np.pi / AROUND)
    circle = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    pattern = np.vstack([np.zeros(2), circle])

    count = np.where(area_km2 > 0, AROUND + 1, 1)
    first = (np.cumsum(count) - count).astype(np.int64)
    owner = np.repeat(np.arange(len(centre)), count)
    row_of_pattern = np.arange(owner.size) - first[owner]

    radius_degrees = RING * np.sqrt(area_km2[owner]) / KM_PER_DEGREE
    offset = pattern[row_of_pattern] * radius_degrees[:, None]

    # A degree of longitude is shorter away from the equator.
    offset[:, 0] /= np.maximum(np.cos(np.radians(centre[owner, 1])), 0.01)
    return Points(centre[owner] + offset, first, count, owner)


def _to_places(
    roads: Roads,
    profile: Profile,
    site_lonlat: Floats,
    points: Points,
    point_on_road: Mask,
    limit_min: float,
) -> Floats:
    """Return the minutes from each site to each place, shape (sites, places) [min]."""
    minutes = np.empty((len(site_lonlat), points.first.size))
    if not points.first.size:
        return minutes

    # A few sites at a time: the minutes to all points would be seven times as large as the answer.
    for k in range(0, len(site_lonlat), SITES_AT_A_TIME):
        batch = slice(k, k + SITES_AT_A_TIME)
        to_points = roads.minutes(site_lonlat[batch], points.lonlat, profile=profile, limit_min=limit_min)
        minutes[batch] = _middle(to_points, points, point_on_road)
    return minutes


def _middle(to_points: Floats, points: Points, point_on_road: Mask) -> Floats:
    """Return the minutes within which half of each place's points on the roads are reached."""
    minutes = to_points[:, points.first]
    with_ring = np.flatnonzero(points.count > 1)
    columns = points.first[with_ring, None] + np.arange(AROUND + 1)

    # Points off the roads are inf and come last, so the median counts only those on the roads.
    in_order = np.sort(to_points[:, columns], axis=2)
    middle = np.maximum(point_on_road[columns].sum(axis=1) - 1, 0) // 2
    minutes[:, with_ring] = np.take_along_axis(in_order, middle[None, :, None], axis=2)[:, :, 0]
    return minutes


def _without_minutes(frame: pd.DataFrame, reasons: NDArray[np.object_]) -> pd.DataFrame:
    """Return the findings of those rows that have a reason."""
    rows = frame[["kind", "id", "name"]].assign(reason=reasons)
    return rows.loc[rows["reason"] != "", list(FINDING_COLUMNS)]


def _elsewhere(plan: Plan, roads: Roads) -> Fault:
    """Return the fault of a road file that covers another part of the world than the plan."""
    west, south, east, north = roads.graph.bounds
    what = (
        f"covers {degrees(west)} to {degrees(east)} E and {degrees(south)} to {degrees(north)} N: none of "
        "the plan's sites, or none of its areas and key locations, is near its roads"
    )
    fix = "Give the roads of the plan's own part of the country"
    return Fault(str(plan.document.travel.roads), "", "", what, fix, "outside-extent")
