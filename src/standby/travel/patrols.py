"""Where units on patrol are: the positions of each patrol, with the share of its time at each.

A patrol over a class may be in thousands of areas, and minutes have to be found from each. Beyond
`MOST_POSITIONS` they are gathered around some of them: each stands for those that are nearest to it, with
their weight. How far these are from it is kept (`PatrolMinutes.apart_km`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from standby._globe import KM_PER_DEGREE
from standby._refusals import UnknownNameError
from standby._show import Shown
from standby._typing import Codes, Floats, Mask
from standby.plan import Plan
from standby.tables import records
from standby.travel._great_circle import great_circle_km
from standby.travel._plan_roads import points_of

MOST_POSITIONS: Final = 64
"""Positions of a patrol, from each of which minutes are found."""

ROUNDS: Final = 50
"""Rounds in which positions move to the middle of what they stand for; a dozen settle it."""

ISLANDS_APART_KM: Final = 1e4
"""Distance that keeps areas of different islands from being gathered at one position."""

COLUMNS: Final = ["patrol", "lon", "lat", "class", "island", "area_km2", "weight"]


@dataclass(frozen=True, eq=False)
class PatrolMinutes(Shown):
    """Minutes of a drive from the positions of patrols.

    Parameters
    ----------
    ids
        Patrol that each position belongs to, one each position; those of a patrol stand together.
    lonlat
        Positions, shape (positions, 2) [degrees].
    weight
        Share of the patrol's time at each, shape (positions,).
    apart_km
        How far the points that a position stands for are from it, root mean square by weight, shape
        (positions,) [km].
    minutes
        The drive to each place, shape (positions, places) [min].
    """

    ids: tuple[str, ...]
    lonlat: Floats
    weight: Floats
    apart_km: Floats
    minutes: Floats

    def of(self, patrol_ids: tuple[str, ...]) -> Codes:
        """Return the patrol of each position, as a row of the patrols named, shape (positions,).

        Raises
        ------
        UnknownNameError
            A ``ValueError`` and a ``KeyError``: if a patrol has no position; its id is named.
        """
        row_of = {name: row for row, name in enumerate(patrol_ids)}
        missing = [name for name in patrol_ids if name not in self.ids]
        if missing:
            named = ", ".join(missing[:5])
            raise UnknownNameError(
                f"no travel times from patrol {named}", "make them with travel_times(plan)"
            )
        return np.array([row_of.get(name, -1) for name in self.ids], dtype=np.int64)


def no_patrols(places: int = 0) -> PatrolMinutes:
    """Return the minutes of a plan without patrols.

    Parameters
    ----------
    places
        Number of places.
    """
    return PatrolMinutes((), np.empty((0, 2)), np.empty(0), np.empty(0), np.empty((0, places)))


def patrolled_points(plan: Plan, *, rings: bool = False) -> pd.DataFrame:
    """Return all points that the patrols of a plan are spread over.

    Parameters
    ----------
    plan
        The plan.
    rings
        Whether a patrol of a single area with an extent is spread over the seven points that stand for the
        area over roads.

    Returns
    -------
    DataFrame
        ``patrol``, ``lon``, ``lat``, ``class``, ``island``, ``area_km2`` and ``weight``, the share of the
        patrol's time, which sums to 1 for each.
    """
    parts = [_points_of_patrol(plan, row, rings=rings) for row in records(plan.table("patrols"))]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=COLUMNS)


def _points_of_patrol(plan: Plan, patrol: dict[str, Any], *, rings: bool) -> pd.DataFrame:
    """Return the points of one patrol."""
    points: pd.DataFrame
    areas = plan.table("areas")
    if patrol["area"]:
        points = areas[areas["id"] == patrol["area"]].assign(weight=1.0)
    elif patrol["class"]:
        inside = (areas["class"] == patrol["class"]) & (areas["force"] == patrol["provider"])
        points = areas[inside]
        points = points.assign(weight=_weights(points, patrol["spread"]))
    elif patrol["site"]:
        sites = plan.table("sites")
        points = sites[sites["id"] == patrol["site"]].assign(weight=1.0, area_km2=0.0)
    else:
        # A position is of the class of the nearest area, and on its island.
        position = [[patrol["lon"], patrol["lat"]]]
        km = great_circle_km(position, areas[["lon", "lat"]].to_numpy(dtype=float))
        nearest = areas.iloc[[int(km.argmin())]]
        points = nearest.assign(lon=patrol["lon"], lat=patrol["lat"], area_km2=0.0, weight=1.0)

    points = points.assign(patrol=patrol["id"])[COLUMNS]
    points["area_km2"] = points["area_km2"].fillna(0.0).astype(float)
    if rings and len(points) == 1:
        ring = points_of(points)
        points = points.iloc[ring.owner].assign(
            lon=ring.lonlat[:, 0], lat=ring.lonlat[:, 1], weight=1.0 / len(ring.owner), area_km2=0.0
        )
    return points


def _weights(areas: pd.DataFrame, spread: str) -> Floats:
    """Return the share of a patrol's time in each area."""
    weight = np.ones(len(areas))
    if spread != "evenly":
        weight = areas["population"].to_numpy(dtype=float)
    if spread == "calls":
        weight = weight * areas["likelihood"].to_numpy(dtype=float)
    return np.asarray(weight / weight.sum())


def gathered(points: pd.DataFrame, most: int) -> tuple[Codes, Codes]:
    """Return the points that stand for all, and which of these stands for each.

    The first is the one that is nearest to the middle of all; each further one is that which weighs most by
    the square of its distance to those before it (as k-means++ does by chance). Then each moves to the point
    nearest to the middle of what it stands for, until none moves (Lloyd).

    Parameters
    ----------
    points
        Points of one patrol, from `patrolled_points`.
    most
        How many of them may stand for all.

    Returns
    -------
    chosen, owner
        Rows of points, shape (chosen,), and the place of its own among these for each point, shape (points,).

    References
    ----------
    Arthur, D., Vassilvitskii, S. (2007). k-means++: the advantages of careful seeding. SODA, 1027-1035.
    Lloyd, S. (1982). Least squares quantization in PCM. IEEE Transactions on Information Theory 28, 129-137.
    """
    if len(points) <= most:
        each = np.arange(len(points))
        return each, each

    at = _on_a_plane(points)
    weight = points["weight"].to_numpy(dtype=float)
    middle = weight @ at / weight.sum()
    chosen = [int(_squared(at, middle).argmin())]
    while len(chosen) < most:
        nearest = np.min([_squared(at, at[row]) for row in chosen], axis=0)
        chosen.append(int(np.argmax(weight * nearest)))

    for _ in range(ROUNDS):
        owner = np.argmin([_squared(at, at[row]) for row in chosen], axis=0)
        before = list(chosen)
        for place in range(len(chosen)):
            own = np.flatnonzero((owner == place) & (weight > 0.0))
            if own.size:
                middle = weight[own] @ at[own] / weight[own].sum()
                chosen[place] = int(own[_squared(at[own], middle).argmin()])
        if chosen == before:
            break

    owner = np.argmin([_squared(at, at[row]) for row in chosen], axis=0)
    return np.array(chosen), np.asarray(owner)


def _on_a_plane(points: pd.DataFrame) -> Floats:
    """Return positions on a plane that touches the Earth amid them, islands far apart, (points, 3) [km]."""
    lon, lat = points["lon"].to_numpy(dtype=float), points["lat"].to_numpy(dtype=float)
    island, _ = pd.factorize(points["island"])
    across = lon * KM_PER_DEGREE * np.cos(np.radians(lat.mean()))
    return np.column_stack([across, lat * KM_PER_DEGREE, island * ISLANDS_APART_KM])


def _squared(at: Floats, other: Floats) -> Floats:
    """Return the squares of distances to one of some points, shape (points,) [km²]."""
    return np.asarray(((at - other) ** 2).sum(axis=1))


def patrol_positions(points: pd.DataFrame) -> pd.DataFrame:
    """Return the positions that stand for the points of patrols, not too many for each.

    Parameters
    ----------
    points
        All points, from `patrolled_points`, or some of them.

    Returns
    -------
    DataFrame
        The columns of points, one row each position, and ``apart_km2``: the mean square distance of what it
        stands for [km²], in which an area with an extent is a disc of people.
    """
    parts = []
    for _, own in points.groupby("patrol", sort=False):
        chosen, owner = gathered(own, MOST_POSITIONS)
        weight = own["weight"].to_numpy(dtype=float)
        at = _on_a_plane(own)
        of_disc = own["area_km2"].to_numpy(dtype=float) / (2.0 * np.pi)
        square = ((at - at[chosen][owner])[:, :2] ** 2).sum(axis=1) + of_disc

        total = np.bincount(owner, weight, chosen.size)
        apart_km2 = np.bincount(owner, weight * square, chosen.size)
        np.divide(apart_km2, total, out=apart_km2, where=total > 0.0)
        parts.append(own.iloc[chosen].assign(weight=total / total.sum(), apart_km2=apart_km2))
    return pd.concat(parts, ignore_index=True) if parts else points.assign(apart_km2=0.0)


def minutes_of_patrols(positions: pd.DataFrame, minutes: Floats, apart: Mask | None = None) -> PatrolMinutes:
    """Return positions with their minutes.

    Parameters
    ----------
    positions
        From `patrol_positions`.
    minutes
        Their drives, shape (positions, places) [min].
    apart
        Which pairs the plan's islands keep apart, the same shape; None: none.
    """
    return PatrolMinutes(
        ids=tuple(positions["patrol"]),
        lonlat=positions[["lon", "lat"]].to_numpy(dtype=float),
        weight=positions["weight"].to_numpy(dtype=float),
        apart_km=np.sqrt(positions["apart_km2"].to_numpy(dtype=float)),
        minutes=minutes if apart is None else np.where(apart, np.inf, minutes),
    )
