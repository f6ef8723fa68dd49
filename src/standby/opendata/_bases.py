"""Where units might stand, and the assumed first deployment: as near to as many people as it can be."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from standby._typing import Floats
from standby.opendata._gather import Gathered, slug
from standby.opendata._positions import to_grid

PEOPLE_AN_ARV = 250_000
"""People for each armed response vehicle on duty round the clock (an assumption)."""

LEAST_ARVS = 2
"""Fewest vehicles: full attendance asks for two."""

REACH_KM = 10.0
"""Farthest that a site may lie from the nearest area of the plan."""

SAME_KM = 0.3
"""Points nearer to each other than this are one site."""

TOWN_KM, APART_KM = 3.0, 8.0
"""Radius within which people are summed for the most populous places, and their least distance."""

MOST_PLACES = 8

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


def bases_of(areas: pd.DataFrame, got: Gathered, force_id: str) -> Bases:
    """Return sites and the assumed deployment.

    Parameters
    ----------
    areas
        Areas of the plan, with position, class and people.
    got
        What was read; police stations are sites.
    force_id
        Id of the force in the plan.
    """
    people = areas["population"].to_numpy(dtype=float)
    number = max(LEAST_ARVS, round(float(people.sum()) / PEOPLE_AN_ARV))
    bases = -(-number // 2)
    grid = _grid(areas)
    found = _stations(areas, got, grid)
    if (~found["odd"].astype(bool)).sum() < bases + 1:
        places = _places(areas, grid, max(MOST_PLACES, bases + 1))
        if found.empty:
            got.findings.append("no site lies in the plan: the most populous places are sites, by assumption")
        else:
            got.findings.append(
                f"{len(found)} of the sites that were given lie in the plan; the most populous places "
                "are sites as well, by assumption"
            )
        found = _merged(pd.concat([found, places], ignore_index=True))
    # Vehicles stand at odd sites only when there are no others.
    km = np.hypot(*(_grid(found)[:, None, :] - grid[None, :, :]).transpose(2, 0, 1)) / 1000
    usual = np.flatnonzero(~found["odd"].to_numpy(dtype=bool))
    likely = usual if len(usual) else np.arange(len(found))
    order = [int(likely[k]) for k in _greedy(km[likely], people, min(bases + 1, len(likely)))]
    opened = order[:bases]
    served = np.bincount(np.argmin(km[opened], axis=0), weights=people, minlength=len(opened)).astype(float)
    counts = _counts(number, served)
    sites = _rows(found, areas, grid, opened, force_id)
    ids = sites["id"].tolist()
    named = {ids[k]: count for k, count in zip(opened, counts, strict=True)}
    largest_first = dict(sorted(named.items(), key=lambda item: -item[1]))
    odd = tuple(found.loc[found["odd"].astype(bool), "name"])
    return Bases(sites, largest_first, ids[order[-1]], odd)


def _grid(table: pd.DataFrame) -> Floats:
    return np.column_stack(to_grid(table["lon"].to_numpy(dtype=float), table["lat"].to_numpy(dtype=float)))


def _stations(areas: pd.DataFrame, got: Gathered, grid: Floats) -> pd.DataFrame:
    """Return the points that lie among the areas: nearest to one of the plan, and not far from it."""
    nothing = pd.DataFrame({"name": [], "odd": [], "lon": [], "lat": [], "source": [], "note": []})
    if got.sites is None:
        return nothing
    everywhere = got.areas[got.areas["lon"].notna()]
    all_points, own = _grid(everywhere), set(areas["code"])
    points = _grid(got.sites)
    km, nearest = cKDTree(all_points).query(points)
    mine = everywhere["code"].isin(own).to_numpy()[nearest] & (km / 1000 <= REACH_KM)
    if not mine.any():
        got.drop("sites", "none of its points lies among the areas of the plan")
        got.sites = None
        return nothing
    kept = got.sites[mine].reset_index(drop=True)
    if len(kept) > MOST_SITES:
        got.drop(
            "sites",
            f"has {len(kept):,} points among the areas of the plan, and at most {MOST_SITES:,} can be sites; "
            "give police stations alone",
        )
        got.sites = None
        return nothing

    named = _near_names(kept, areas, grid)
    kinds = [kind.replace("_", " ") for kind in kept["kind"]]
    if not any("police" in kind.lower() for kind in kinds):
        kinds = [kind if ODD.search(kind) else "" for kind in kinds]  # other sorts, such as node and way
    kept["odd"] = [is_odd(name, kind) for name, kind in zip(kept["name"], kinds, strict=True)]
    kept["name"] = [name or f"Site near {near}" for name, near in zip(kept["name"], named, strict=True)]
    kept["source"] = got.source("sites")
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
    nearest = cKDTree(grid).query(_grid(table))[1]
    names = areas["name"].where(areas["name"] != "", areas["code"])
    return [str(names.iloc[k]) for k in np.asarray(nearest).tolist()]


def _merged(table: pd.DataFrame) -> pd.DataFrame:
    """Return points without those that lie next to an earlier one."""
    grid = _grid(table)
    keep: list[int] = []
    for k in range(len(table)):
        if not keep or np.hypot(*(grid[keep] - grid[k]).T).min() > SAME_KM * 1000:
            keep.append(k)
    return table.iloc[keep].reset_index(drop=True)


def _places(areas: pd.DataFrame, grid: Floats, most: int) -> pd.DataFrame:
    """Return the areas with most people around them, some way apart."""
    tree = cKDTree(grid)
    people = areas["population"].to_numpy(dtype=float)
    around = np.array([people[tree.query_ball_point(at, TOWN_KM * 1000)].sum() for at in grid])
    keep: list[int] = []
    for k in np.argsort(-around, kind="stable").tolist():
        if not keep or np.hypot(*(grid[keep] - grid[k]).T).min() > APART_KM * 1000:
            keep.append(k)
        if len(keep) == most:
            break
    if len(keep) == 1:  # all live together: the other site is where it differs most
        far = np.hypot(*(grid - grid[keep[0]]).T)
        keep += [int(far.argmax())] if far.max() > SAME_KM * 1000 else []
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
        cost = (np.minimum(km, nearest) * people).sum(axis=1)
        cost[order] = np.inf
        order.append(int(cost.argmin()))
        nearest = np.minimum(nearest, km[order[-1]])
    return order


def _counts(number: int, people: Floats) -> list[int]:
    """Return vehicles of each base: one each, then where most people are to a vehicle."""
    counts = np.ones(len(people), dtype=int)
    for _ in range(number - len(counts)):
        counts[int((people / counts).argmax())] += 1
    return [int(count) for count in counts]


def _rows(
    found: pd.DataFrame, areas: pd.DataFrame, grid: Floats, opened: list[int], force_id: str
) -> pd.DataFrame:
    nearest = cKDTree(grid).query(_grid(found))[1]
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
