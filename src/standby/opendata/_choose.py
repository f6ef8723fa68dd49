"""The areas of one force, each with a position, a class and perhaps a likelihood."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from standby._typing import Mask
from standby.opendata._force_list import FORCES, Force
from standby.opendata._gather import Gathered
from standby.opendata._positions import to_grid
from standby.opendata.classes import CLASS_OF_CODE, class_by_density
from standby.opendata.crime import PROXY_TYPES
from standby.opendata.error import OpenDataError
from standby.opendata.forces import known_force
from standby.words import count, counted

BORDER_KM = 3.0
"""How far outside a force's boundary its areas may lie, boundaries being simplified, before it is told."""

ALONE_KM = 25.0
"""Distance to the nearest other area beyond which an area is told: in the sea, or a wrong position."""

PRIOR_CRIMES = 10.0
"""Crimes at the force's own rate that are added to those of each area, so that small counts say little."""

MOST_AREAS = 60_000
"""Areas that a plan may have; London has 26,000 output areas."""

GIVE_BOUNDARIES = "Give boundaries of forces to say whose they are"
"""The fix for areas of which no file says the force."""

ISLANDS = ("Isle of Wight", "Isles of Scilly")
"""Districts that no road leads to."""


def areas_of(got: Gathered, force: Force) -> pd.DataFrame:
    """Return the areas of a force, with position.

    Raises
    ------
    OpenDataError
        If no file says which areas are its own, or none is, or they have no position.
    """
    areas = got.areas
    placed = _placed(areas)
    owner = _said(areas, got.lookup, force)
    inside = _inside(placed, owner == 0, got, force)
    mine = owner == 1
    if inside is not None:
        mine |= (owner == 0) & inside
    if not mine.any():
        raise OpenDataError(*_nothing(got, force, owner))
    unsaid = owner == 0
    if inside is None and unsaid.any():
        got.findings.append(f"{_unsaid(placed[unsaid], placed[mine], force)}. {GIVE_BOUNDARIES}")
    if mine.sum() > MOST_AREAS:
        raise OpenDataError(
            f"{force.name} has {mine.sum():,} areas, and a plan has at most {MOST_AREAS:,}",
            "Give larger ones, such as LSOAs.",
        )
    chosen = placed[mine].reset_index(drop=True)
    chosen = _with_positions(chosen, got)
    _far(chosen, got, force)
    return chosen


def _said(areas: pd.DataFrame, lookup: pd.DataFrame | None, force: Force) -> NDArray[np.int64]:
    """Return for each area 1 when a table says that it is the force's, -1 when another's, 0 when nothing."""
    said = _compare(areas["force_code"], areas["force"], force)
    if lookup is None:
        return said
    for key in ("district_code", "district"):
        owners = {
            _bare(str(row[key])): (row["force_code"], row["force"])
            for row in lookup.to_dict("records")
            if row[key]
        }
        told = [owners.get(_bare(place), ("", "")) for place in areas[key]]
        rows = pd.DataFrame(told, columns=["code", "name"], index=areas.index, dtype="object")
        said = np.where(said == 0, _compare(rows["code"], rows["name"], force), said)
    return said


def _bare(district: str) -> str:
    """Return a district's name or code without what tables write differently.

    Examples
    --------
    >>> _bare("Bristol, City of"), _bare("The Vale of Glamorgan")
    ('bristol', 'vale of glamorgan')
    """
    return re.sub(r", (city|county) of$", "", district.strip().lower()).removeprefix("the ")


def _compare(codes: pd.Series, names: pd.Series, force: Force) -> NDArray[np.int64]:
    by_name = {name: known_force(name) for name in names.unique()}
    same_name = names.map(
        {name: found is not None and found.code == force.code for name, found in by_name.items()}
    )
    by_code = codes.isin([known.code for known in FORCES])
    said = np.where(names == "", np.where(codes == "", 0, -1), np.where(same_name, 1, -1))
    said = np.where(by_code, -1, said)
    return np.where(codes == force.code, 1, said).astype(np.int64)


def _placed(areas: pd.DataFrame) -> pd.DataFrame:
    """Return areas; one without a position stands at the middle of its neighbours of nearly the same name."""
    lacking = areas["lon"].isna()
    made = areas.assign(moved=lacking)
    if not lacking.any() or lacking.all():
        return made
    group = areas["name"].str.slice(stop=-1).where(areas["name"].str.fullmatch(r".+ \d{3}[A-Z]"), "")
    weight = areas["population"].where(~lacking, 0.0).fillna(0.0) + 1e-9
    for column in ("lon", "lat"):
        known = ~lacking & (group != "")
        total = (areas[column] * weight)[known].groupby(group[known]).sum()
        mean = total / weight[known].groupby(group[known]).sum()
        made[column] = areas[column].where(~lacking, group.map(mean))
    return made


def _boundary(got: Gathered, force: Force) -> shapely.Geometry | None:
    if got.boundaries is None:
        return None
    same = [
        row.force_code == force.code
        or ((found := known_force(row.force)) is not None and found.code == force.code)
        for row in got.boundaries.itertuples()
    ]
    shapes = got.boundaries.geometry[np.array(same, dtype=bool)]
    if shapes.empty:
        got.drop("boundaries", f"has no boundary of {force.name}")
        got.boundaries = None
        return None
    return shapely.union_all(shapes.to_numpy())


def _inside(areas: pd.DataFrame, unsaid: Mask, got: Gathered, force: Force) -> Mask | None:
    """Return which areas lie in the force's boundary, or nearest to it when they lie just off every one."""
    area = _boundary(got, force)
    if area is None or got.boundaries is None:
        return None
    shapely.prepare(area)
    lon, lat = (areas[c].fillna(0.0).to_numpy(dtype=float) for c in ("lon", "lat"))
    inside = np.asarray(shapely.contains_xy(area, lon, lat))
    west, south, east, north = area.buffer(BORDER_KM / 60).bounds
    near = unsaid & ~inside & (lon > west) & (lon < east) & (lat > south) & (lat < north)
    off = np.flatnonzero(near)
    if off.size:
        shapes = [_on_grid(shape) for shape in got.boundaries.geometry]
        points = shapely.points(*to_grid(lon[off], lat[off]))
        km = np.array([shapely.distance(points, shape) / 1000 for shape in shapes])
        ours = shapely.distance(points, _on_grid(area)) / 1000
        taken = (ours <= km.min(axis=0)) & (ours <= BORDER_KM)
        inside[off[taken]] = True
        if taken.any():
            got.findings.append(
                f"{counted(int(taken.sum()), 'area')} just outside every boundary and nearest to that of "
                f"{force.name} taken as its own"
            )
    return inside


def _on_grid(shape: shapely.Geometry) -> shapely.Geometry:
    return shapely.transform(shape, _grid_of)


def _grid_of(xy: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.column_stack(to_grid(xy[:, 0], xy[:, 1]))


def _nothing(got: Gathered, force: Force, owner: NDArray[np.int64]) -> tuple[str, str]:
    """Return why no area of the force was found, and the fix."""
    if (owner == 0).all() and got.boundaries is None:
        what = f"no file says which of the {count(len(got.areas))} areas are policed by {force.name}"
        fix = (
            "Give a table of areas with a column of forces (PFA..CD or PFA..NM), a lookup of districts, or "
            "boundaries of forces"
        )
        return what, fix

    found = (known_force(name) for name in got.areas["force"].unique())
    names = sorted({other.name for other in found if other is not None})
    there = f"; they are of {', '.join(names[:5])}{' …' if len(names) > 5 else ''}" if names else ""
    what = f"none of the {count(len(got.areas))} areas is policed by {force.name}{there}"

    if (owner == 0).any() and got.boundaries is None:
        return f"{what}; {_unsaid(got.areas[owner == 0], got.areas, force)}", GIVE_BOUNDARIES
    return what, "Name another force, or give its areas"


def _unsaid(areas: pd.DataFrame, own: pd.DataFrame, force: Force) -> str:
    """Return how many areas no file says the force of, and their districts, likeliest first."""
    east = 0.6 * (areas["lon"] - own["lon"].mean())
    away = pd.Series(np.hypot(east, areas["lat"] - own["lat"].mean()), index=areas.index)
    nearest = away.groupby(areas["district"]).min().sort_values(kind="stable")
    names = sorted((str(name) for name in nearest.index if name), key=lambda name: force.name not in name)
    named = f" (of {', '.join(names[:6])}{' …' if len(names) > 6 else ''})" if names else ""
    return f"of {counted(len(areas), 'area')}{named} no file says which force polices it: left out"


def _with_positions(areas: pd.DataFrame, got: Gathered) -> pd.DataFrame:
    """Leave out areas without a position and tell their people."""
    lacking = areas["lon"].isna()
    if lacking.all():
        raise OpenDataError(
            "no file says where the areas are",
            "Add population-weighted centroids (positions by code of area).",
        )
    moved = int((areas["moved"] & ~lacking).sum())
    if moved:
        got.findings.append(
            f"{counted(moved, 'area')} without a position: each stands amid the areas of the same "
            "name but its last letter"
        )
    if lacking.any():
        people = areas.loc[lacking, "population"].sum()
        got.findings.append(
            f"{counted(int(lacking.sum()), 'area')} with {count(people)} people left out: no position"
        )
    unknown = areas["population"].isna()
    if unknown.any():
        got.findings.append(f"{counted(int(unknown.sum()), 'area')} left out, having no number of people")
    kept = areas[~lacking & ~unknown].reset_index(drop=True)
    if kept["population"].sum() <= 0:
        raise OpenDataError(
            "the areas of the force have no people", "Give a table with the people of each area."
        )
    return kept


def _far(areas: pd.DataFrame, got: Gathered, force: Force) -> None:
    """Tell areas that lie where the others are not."""
    boundary = _boundary(got, force)
    east, north = to_grid(areas["lon"].to_numpy(), areas["lat"].to_numpy())
    if boundary is not None:
        km = shapely.distance(shapely.points(east, north), _on_grid(boundary)) / 1000
        _tell(
            areas, km > BORDER_KM, got, f"lie more than {BORDER_KM:g} km outside the boundary of {force.name}"
        )
    if len(areas) > 1:
        grid = np.column_stack([east, north])
        near = np.asarray(cKDTree(grid).query(grid, k=2)[0])[:, 1] / 1000
        near[areas["district"].isin(ISLANDS)] = 0.0
        _tell(areas, near > ALONE_KM, got, f"lie more than {ALONE_KM:g} km from every other area")


def _tell(areas: pd.DataFrame, which: Mask, got: Gathered, what: str) -> None:
    if which.any():
        names = (
            areas.loc[which, "name"].where(areas.loc[which, "name"] != "", areas.loc[which, "code"])
        ).tolist()
        named = ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
        got.findings.append(f"areas that {what}, in the sea or at a wrong position perhaps: {named}")


def with_classes(areas: pd.DataFrame, got: Gathered) -> pd.DataFrame:
    """Return areas with ``class`` and ``note``; one without a rural–urban code has one by people a km²."""
    made = areas.assign(note="")
    made["class"] = areas["ruc"].map(dict(CLASS_OF_CODE))
    lacking = made["class"].isna()
    if lacking.any():
        rest = areas[lacking]
        made.loc[lacking, "class"] = class_by_density(
            rest["population"].to_numpy(dtype=float), rest["area_km2"].to_numpy(dtype=float)
        )
        extent = areas["area_km2"].notna()
        for rows, told in (
            (lacking & extent, "class by people a km²"),
            (lacking & ~extent, "no extent either, taken as a town"),
        ):
            made.loc[rows, "note"] = f"{told}: assumption"
            if rows.any():
                got.findings.append(f"{counted(int(rows.sum()), 'area')} without a rural–urban code: {told}")
    moved = made["moved"]
    made.loc[moved, "note"] = (
        made.loc[moved, "note"] + "; position: the middle of its neighbours"
    ).str.lstrip("; ")
    made["island"] = areas["district"].where(areas["district"].isin(ISLANDS), "")
    return made


def likelihood_of(areas: pd.DataFrame, got: Gathered) -> NDArray[np.float64] | None:
    """Return incidents per head relative to the mean, from street-level crime as a proxy; None without one.

    Crimes of `PROXY_TYPES` per head, with `PRIOR_CRIMES` at the force's own rate added to each area, over the
    mean over people. An area that no crime names has 1.
    """
    if got.crime is None:
        return None
    known = got.crime[got.crime["code"] != ""]
    named = areas["code"].isin(set(known["code"]))
    if named.mean() < 0.5:
        got.drop(
            "crime",
            f"names only {int(named.sum()):,} of the {len(areas):,} areas of the plan; give months of the "
            "force with codes of the same census",
        )
        got.crime = None
        return None
    alike = known[known["crime_type"].isin(PROXY_TYPES)].groupby("code")["crimes"].sum()
    crimes = areas["code"].map(alike).fillna(0.0).to_numpy(dtype=float)
    people = areas["population"].to_numpy(dtype=float)
    if crimes.sum() == 0:
        got.drop("crime", f"has no crimes of the kinds that are counted ({', '.join(PROXY_TYPES)})")
        got.crime = None
        return None
    lost = int(got.crime.loc[got.crime["code"] == "", "crimes"].sum())
    if lost:
        got.findings.append(f"{counted(lost, 'street-level crime')} without an area, not counted")
    seen = named.to_numpy(dtype=bool)
    if not seen.all():
        got.findings.append(
            f"{counted(int((~seen).sum()), 'area')} that no crime of any kind names (of another census "
            "perhaps): likelihood 1, the mean"
        )
    rate = crimes.sum() / people[seen].sum()
    relative = (crimes + PRIOR_CRIMES) / (people * rate + PRIOR_CRIMES)
    mean = np.sum((relative * people)[seen]) / people[seen].sum()
    return np.where(seen, relative / mean, 1.0)


__all__ = ["areas_of", "likelihood_of", "with_classes"]
