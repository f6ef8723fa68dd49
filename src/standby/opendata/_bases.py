"""Where units might stand, and the assumed first deployment: as near to as many people as it can be."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from standby._typing import Floats
from standby.opendata._gather import Gathered, slug
from standby.opendata._positions import grid_of

PEOPLE_AN_ARV = 250_000
"""People for each armed response vehicle on duty round the clock (an assumption)."""

LEAST_ARVS = 2
"""Fewest vehicles: full attendance asks for two."""

REACH_KM = 10.0
"""Farthest that a site may lie from the nearest area of the plan."""

SAME_KM = 0.3
"""Points nearer to each other than this are one site."""

TOWN_KM = 3.0
"""Radius within which people are summed for the most populous places."""

APART_KM = 8.0
"""Least distance of the most populous places from each other."""

MOST_PLACES = 8
"""Most populous places that are sites, where a plan does not need more."""

MOST_SITES = 1_000
"""More points than this in one force are no list of its police stations."""

STATION = re.compile(r"police (station|headquarters|hq)\b|constabulary headquarters", re.IGNORECASE)
NO_MORE = re.compile(r"\b(former|disused|closed|derelict|museum|old police)\b", re.IGNORECASE)
ODD = re.compile(
    r"\b(neighbourhood|safety|community|contact|enquir(y|ies)|front (desk|counter)|offices?|shop|kiosk|post"
    r"|box|point|training|school|college|academy|court|custody|kennels?|dog|dogs|mounted|stables|garage|workshops?"
    r"|stores?|club|memorial|federation|hospital|fire|ambulance|coastguard|lifeboat|prison|mobile|temporary"
    r"|volunteers?|cadets?|house|library|town hall|supermarket|airport|port|university)\b",
    re.IGNORECASE,
)
"""Words in the names of places from which armed vehicles hardly work."""


@dataclass(frozen=True, eq=False)
class Bases:
    """Sites, and how many vehicles stand at each.

    Parameters
    ----------
    sites
        Rows of ``sites.csv``.
    counts
        Vehicles by id of the site, largest first.
    following
        Id of the site that would be opened next.
    odd
        Names of sites that are not what armed vehicles work from, by what is known of them.
    """

    sites: pd.DataFrame
    counts: dict[str, int]
    following: str
    odd: tuple[str, ...] = ()


def bases_of(areas: pd.DataFrame, gathered: Gathered, force_id: str) -> Bases:
    """Return sites and the assumed deployment.

    Parameters
    ----------
    areas
        Areas of the plan, with position, class and people.
    gathered
        What was read; police stations are sites. What a reader should know is added to its findings.
    force_id
        Id of the force in the plan.
    """
    people = areas["population"].to_numpy(dtype=float)
    vehicles = max(LEAST_ARVS, round(float(people.sum()) / PEOPLE_AN_ARV))
    bases = -(-vehicles // 2)
    grid = grid_of(areas)

    found = _stations(areas, gathered, grid)
    usual = int((~found["odd"].astype(bool)).sum())
    if usual < bases + 1:
        places = _populous_places(areas, grid, max(MOST_PLACES, bases + 1))
        if found.empty:
            gathered.findings.append(
                "no site lies in the plan: the most populous places are sites, by assumption"
            )
        else:
            gathered.findings.append(
                f"{len(found)} of the sites that were given lie in the plan; the most populous places "
                "are sites as well, by assumption"
            )
        found = _merged(pd.concat([found, places], ignore_index=True))

    # Vehicles stand at odd sites only when there are no others.
    candidates = np.flatnonzero(~found["odd"].to_numpy(dtype=bool))
    if not len(candidates):
        candidates = np.arange(len(found))
    east, north = (grid_of(found)[:, None, :] - grid[None, :, :]).transpose(2, 0, 1)
    km = np.hypot(east, north) / 1000
    order = candidates[_greedy(km[candidates], people, min(bases + 1, len(candidates)))].tolist()
    opened = order[:bases]

    # Each base serves the people that it is nearest to.
    nearest = np.argmin(km[opened], axis=0)
    served = np.bincount(nearest, weights=people, minlength=len(opened)).astype(float)
    counts = _vehicles_by_base(vehicles, served)

    sites = _site_rows(found, areas, grid, opened, force_id)
    ids = sites["id"].tolist()
    by_id = {ids[k]: count for k, count in zip(opened, counts, strict=True)}
    return Bases(
        sites=sites,
        counts=dict(sorted(by_id.items(), key=lambda item: -item[1])),
        following=ids[order[-1]],
        odd=tuple(found.loc[found["odd"].astype(bool), "name"]),
    )


def _stations(areas: pd.DataFrame, gathered: Gathered, grid: Floats) -> pd.DataFrame:
    """Return the points that lie among the areas: nearest to one of the plan, and not far from it."""
    nothing = pd.DataFrame({"name": [], "odd": [], "lon": [], "lat": [], "source": [], "note": []})
    if gathered.sites is None:
        return nothing

    # The area nearest to a point, of all forces, says whose it is.
    everywhere = gathered.areas[gathered.areas["lon"].notna()]
    metres, nearest = cKDTree(grid_of(everywhere)).query(grid_of(gathered.sites))
    is_own_area = everywhere["code"].isin(set(areas["code"])).to_numpy()
    is_own = is_own_area[nearest] & (metres / 1000 <= REACH_KM)
    if not is_own.any():
        gathered.drop("sites", "none of its points lies among the areas of the plan")
        gathered.sites = None
        return nothing

    kept = gathered.sites[is_own].reset_index(drop=True)
    if len(kept) > MOST_SITES:
        gathered.drop(
            "sites",
            f"has {len(kept):,} points among the areas of the plan, and at most {MOST_SITES:,} can be sites; "
            "give police stations alone",
        )
        gathered.sites = None
        return nothing

    # Where no kind speaks of police, the column tells other sorts apart, such as node and way.
    kinds = [kind.replace("_", " ") for kind in kept["kind"]]
    if not any("police" in kind.lower() for kind in kinds):
        kinds = [kind if ODD.search(kind) else "" for kind in kinds]

    near_names = _near_names(kept, areas, grid)
    kept["odd"] = [is_odd(name, kind) for name, kind in zip(kept["name"], kinds, strict=True)]
    kept["name"] = [name or f"Site near {near}" for name, near in zip(kept["name"], near_names, strict=True)]
    kept["source"] = gathered.source("sites")
    kept["note"] = np.where(
        kept["odd"],
        "a point on the map, and no police station by its name or kind; armed units may hardly stand there",
        "a point on the map; whether armed units may stand there is not known",
    )
    return _merged(kept.drop(columns="kind"))


def is_odd(name: str, kind: str) -> bool:
    """Return whether a place is, by its name or kind, none that armed vehicles work from.

    Examples
    --------
    >>> is_odd("Neighbourhood Safety Office", "police"), is_odd("Earls Court Police Station", "")
    (True, False)
    """
    if kind and "police" not in kind.lower():
        return True
    if NO_MORE.search(name):
        return True
    return not STATION.search(name) and ODD.search(name) is not None


def _near_names(table: pd.DataFrame, areas: pd.DataFrame, grid: Floats) -> list[str]:
    """Return the name of the area nearest to each row, its code where it has none."""
    _, nearest = cKDTree(grid).query(grid_of(table))
    names = areas["name"].where(areas["name"] != "", areas["code"])
    return [str(names.iloc[k]) for k in np.asarray(nearest).tolist()]


def _merged(table: pd.DataFrame) -> pd.DataFrame:
    """Return points without those that lie next to an earlier one."""
    grid = grid_of(table)
    keep = _apart(grid, range(len(table)), SAME_KM)
    return table.iloc[keep].reset_index(drop=True)


def _apart(grid: Floats, order: Iterable[int], least_km: float, most: int | None = None) -> list[int]:
    """Return points, taken in an order, that are farther than a distance from all taken before."""
    keep: list[int] = []
    for k in order:
        if not keep or np.hypot(*(grid[keep] - grid[k]).T).min() > least_km * 1000:
            keep.append(k)
        if len(keep) == most:
            break
    return keep


def _populous_places(areas: pd.DataFrame, grid: Floats, most: int) -> pd.DataFrame:
    """Return the areas with most people around them, some way apart."""
    tree = cKDTree(grid)
    people = areas["population"].to_numpy(dtype=float)
    around = np.array([people[tree.query_ball_point(at, TOWN_KM * 1000)].sum() for at in grid])
    keep = _apart(grid, np.argsort(-around, kind="stable").tolist(), APART_KM, most)

    # When all live together, the other site is the area farthest from them.
    if len(keep) == 1:
        metres = np.hypot(*(grid - grid[keep[0]]).T)
        keep += [int(metres.argmax())] if metres.max() > SAME_KM * 1000 else []

    rows = areas.iloc[keep]
    names = rows["name"].where(rows["name"] != "", rows["code"])
    note = f"assumption: one of the most populous places (people within {TOWN_KM:g} km); not a real base"
    return pd.DataFrame(
        {
            "name": [f"Around {name}" for name in names],
            "odd": False,
            "lon": rows["lon"].to_numpy(),
            "lat": rows["lat"].to_numpy(),
            "source": "assumption",
            "note": note,
        }
    )


def _greedy(km: Floats, people: Floats, number: int) -> list[int]:
    """Return sites in the order in which each brings people's mean distance down most."""
    nearest = np.full(km.shape[1], np.inf)
    order: list[int] = []

    for _ in range(number):
        person_km = (np.minimum(km, nearest) * people).sum(axis=1)
        person_km[order] = np.inf
        order.append(int(person_km.argmin()))
        nearest = np.minimum(nearest, km[order[-1]])

    return order


def _vehicles_by_base(number: int, people: Floats) -> list[int]:
    """Return vehicles of each base: one each, then where most people are to a vehicle."""
    counts = np.ones(len(people), dtype=int)
    for _ in range(number - len(counts)):
        counts[int((people / counts).argmax())] += 1
    return [int(count) for count in counts]


def _site_rows(
    found: pd.DataFrame, areas: pd.DataFrame, grid: Floats, opened: list[int], force_id: str
) -> pd.DataFrame:
    """Return the rows of ``sites.csv``: class and island of each are those of the nearest area."""
    _, nearest = cKDTree(grid).query(grid_of(found))

    ids: list[str] = []
    for name in found["name"]:
        base = slug(name)[:40].strip("-") or "site"
        same = sum(taken.startswith(base) for taken in ids)
        ids.append(base if base not in ids else f"{base}-{1 + same}")

    return pd.DataFrame(
        {
            "id": ids,
            "name": found["name"].to_numpy(),
            "lon": found["lon"].round(6).to_numpy(),
            "lat": found["lat"].round(6).to_numpy(),
            "class": areas["class"].to_numpy()[nearest],
            "provider": force_id,
            "existing": ["true" if k in opened else "false" for k in range(len(found))],
            "island": areas["island"].to_numpy()[nearest],
            "source": found["source"].to_numpy(),
            "note": found["note"].to_numpy(),
        }
    )


__all__ = ["PEOPLE_AN_ARV", "Bases", "bases_of", "is_odd"]
