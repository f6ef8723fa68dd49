"""The minutes of a plan over its own road file."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from standby._typing import Floats
from standby.plan import Fault, Plan, PlanError
from standby.travel._great_circle import EARTH_RADIUS_KM
from standby.travel.plan_files import fault_of, missing_roads
from standby.travel.roads._errors import RoadsError
from standby.travel.roads._files import content_hash
from standby.travel.roads.profile import PROFILES, Profile
from standby.travel.roads.profiles import read_profile
from standby.travel.roads.read import read_roads
from standby.travel.roads.roads import Roads

AROUND: Final = 6
"""Points around an area's own that stand for its extent."""

RING: Final = float(np.sqrt((AROUND + 1) / (2 * AROUND) / np.pi))
"""Their distance as a share of √area: all points together are as far from the middle, by root mean square, as
people spread over a disc of that area."""

SPARE: Final = 4.0
"""The search goes on to this many times ``limit_min``, so that no factor of a plan brings a place inside the
limit that the search had left out."""

SITES_AT_A_TIME: Final = 16

OFF: Final = "no road within {km:g} km"
BEYOND: Final = "no site within {minutes:g} minutes by road"
NO_WAY: Final = "no way by road from any site"
NOWHERE: Final = "no place within {minutes:g} minutes by road"
FINDING_COLUMNS: Final = ("kind", "id", "name", "reason")


@dataclass(frozen=True, eq=False)
class RoadMinutes:
    """What the roads say.

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
    """Return the roads and the way of driving that a plan names.

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
        If the road file or the profile cannot be used; the file and the mend are named.
    """
    travel = plan.document.travel
    if travel.roads is None or plan.folder is None or not (plan.folder / travel.roads).is_file():
        raise PlanError([missing_roads(travel.roads)])
    path = (plan.folder / travel.roads).resolve()
    own = None if travel.profile in PROFILES else plan.folder / travel.profile
    try:
        seen = path.stat()
        roads, known = _roads(path, seen.st_mtime_ns, seen.st_size, travel.driving_side)
    except (RoadsError, OSError) as error:
        raise PlanError([fault_of(travel.roads, error)]) from error
    _same(plan, travel.roads, known)
    try:
        profile = read_profile(travel.profile if own is None else own)
        if own is not None:
            _same(plan, travel.profile, content_hash(own))
    except (RoadsError, OSError) as error:
        raise PlanError([fault_of(travel.profile, error)]) from error
    return roads, profile


@lru_cache(maxsize=2)
def _roads(path: Path, _changed: int, _size: int, driving_side: str | None) -> tuple[Roads, str]:
    return read_roads(path, driving_side=driving_side), content_hash(path)


def _same(plan: Plan, name: str, known: str) -> None:
    """Refuse a file that is no longer the one whose hash stands in the plan's results."""
    if plan.hashes.get(name, known) != known:
        what, mend = "has changed since the plan was opened", "Open the plan again"
        raise PlanError([Fault(name, "", "", what, mend, "unreadable")])


@dataclass(frozen=True, eq=False)
class Points:
    """Points that stand for places.

    Parameters
    ----------
    lonlat
        Positions, shape (points, 2) [degrees].
    first, count
        Number of each place's own point, and how many stand for it, shape (places,).
    """

    lonlat: Floats
    first: NDArray[np.int64]
    count: NDArray[np.int64]


def road_minutes(plan: Plan, sites: pd.DataFrame, places: pd.DataFrame, kinds: list[str]) -> RoadMinutes:
    """Return the minutes over a plan's roads, and the places that the roads do not reach.

    Parameters
    ----------
    plan
        The plan.
    sites, places
        ``id``, ``name``, ``lon``, ``lat``; places with ``area_km2`` as well.
    kinds
        What each place is called.

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
    start = sites[["lon", "lat"]].to_numpy(dtype=float)
    points = points_of(places)
    most = plan.document.travel.limit_min * SPARE
    try:
        site_on = np.isfinite(roads.snap(start, role="origin", profile=profile)["km"].to_numpy())
        on = np.isfinite(roads.snap(points.lonlat, profile=profile)["km"].to_numpy())
        place_on = np.add.reduceat(on.astype(np.int64), points.first) > 0
        if not (site_on.any() and place_on.any()):
            raise PlanError([_elsewhere(plan, roads)])
        minutes = np.empty((len(start), len(places)))
        for k in range(0, len(start), SITES_AT_A_TIME):
            part = slice(k, k + SITES_AT_A_TIME)
            found = roads.minutes(start[part], points.lonlat, profile=profile, limit_min=most)
            minutes[part] = _middle(found, points, on)
        lost = np.flatnonzero(place_on & ~np.isfinite(minutes).any(axis=0))
        own = points.lonlat[[points.first[k] + np.argmax(on[points.first[k] :]) for k in lost]]
        far = np.isfinite(roads.minutes(start, own, profile=profile)).any(axis=0)
    except RoadsError as error:
        raise PlanError([fault_of(str(plan.document.travel.roads), error)]) from error
    reasons = np.full(len(places), "", dtype=object)
    reasons[~place_on] = OFF.format(km=roads.max_snap_km)
    reasons[lost] = np.where(far, BEYOND.format(minutes=most), NO_WAY)
    nowhere = np.where(site_on, NOWHERE.format(minutes=most), OFF.format(km=roads.max_snap_km))
    site_reasons = np.where(np.isfinite(minutes).any(axis=1), "", nowhere)
    findings = pd.concat(
        [_found(sites, ["site"] * len(sites), site_reasons), _found(places, kinds, reasons)],
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
    """
    own = places[["lon", "lat"]].to_numpy(dtype=float)
    extent = np.nan_to_num(places["area_km2"].to_numpy(dtype=float))
    angle = np.arange(AROUND) * (2 * np.pi / AROUND)
    ring = np.vstack([np.zeros(2), np.stack([np.cos(angle), np.sin(angle)], axis=1)])
    count = np.where(extent > 0, AROUND + 1, 1)
    first = np.concatenate([[0], np.cumsum(count)[:-1]]).astype(np.int64)
    owner = np.repeat(np.arange(len(own)), count)
    radius = RING * np.sqrt(extent[owner]) / (np.radians(1.0) * EARTH_RADIUS_KM)  # [degrees of latitude]
    offset = ring[np.arange(owner.size) - first[owner]] * radius[:, None]
    offset[:, 0] /= np.maximum(np.cos(np.radians(own[owner, 1])), 0.01)
    return Points(own[owner] + offset, first, count)


def _middle(found: Floats, points: Points, on: NDArray[np.bool_]) -> Floats:
    """Return the minutes within which half of each place's points on the roads are reached."""
    out = found[:, points.first]
    wide = np.flatnonzero(points.count > 1)
    columns = points.first[wide, None] + np.arange(AROUND + 1)
    ordered = np.sort(found[:, columns], axis=2)  # points off the roads are inf, and come last
    half = np.maximum(on[columns].sum(axis=1) - 1, 0) // 2
    out[:, wide] = np.take_along_axis(ordered, half[None, :, None], axis=2)[:, :, 0]
    return out


def _found(frame: pd.DataFrame, kinds: list[str], reasons: NDArray[np.object_]) -> pd.DataFrame:
    rows = frame[["id", "name"]].assign(kind=kinds, reason=reasons)
    return rows.loc[rows["reason"] != "", list(FINDING_COLUMNS)]


def _elsewhere(plan: Plan, roads: Roads) -> Fault:
    west, south, east, north = roads.graph.bounds
    what = f"covers {west:.2f} to {east:.2f} E and {south:.2f} to {north:.2f} N: none of the plan's "
    what += "sites, or none of its areas and key locations, is near its roads"
    mend = "Give the roads of the plan's own part of the country"
    return Fault(str(plan.document.travel.roads), "", "", what, mend, "outside-extent")
