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
from standby.opendata._positions import grid_of, to_grid
from standby.opendata.classes import CLASS_OF_CODE, class_by_density
from standby.opendata.crime import PROXY_TYPES
from standby.opendata.error import OpenDataError
from standby.opendata.forces import known_force
from standby.tables import records
from standby.words import count, counted

BORDER_KM = 3.0
"""How far outside a force's boundary its areas may lie, boundaries being simplified, before it is noted."""

ALONE_KM = 25.0
"""Distance to the nearest other area beyond which one is noted: in the sea, or a wrong position."""

PRIOR_CRIMES = 10.0
"""Crimes at the force's own rate that are added to those of each area, so that small counts say little."""

MOST_AREAS = 60_000
"""Areas that a plan may have; London has 26,000 output areas."""

GIVE_BOUNDARIES = "Give boundaries of forces to say whose they are"
"""The fix for areas of which no file says the force."""

ISLANDS = ("Isle of Wight", "Isles of Scilly")
"""Districts that no road leads to."""


def areas_of(gathered: Gathered, force: Force) -> pd.DataFrame:
    """Return the areas of a force, with position.

    Raises
    ------
    OpenDataError
        If no file says which areas are its own, or none is, or they have no position.
    """
    areas = gathered.areas
    placed = _placed(areas)
    owner = _stated_owner(areas, gathered.lookup, force)

    is_unstated = owner == UNSTATED
    inside = _inside(placed, is_unstated, gathered, force)
    is_own = owner == OWN
    if inside is not None:
        is_own |= is_unstated & inside

    if not is_own.any():
        raise OpenDataError(*_why_none(gathered, force, owner))
    if inside is None and is_unstated.any():
        note = _unstated_note(placed[is_unstated], placed[is_own], force)
        gathered.findings.append(f"{note}. {GIVE_BOUNDARIES}")
    if is_own.sum() > MOST_AREAS:
        raise OpenDataError(
            f"{force.name} has {is_own.sum():,} areas, and a plan has at most {MOST_AREAS:,}",
            "Give larger ones, such as LSOAs.",
        )

    chosen = _with_positions(placed[is_own].reset_index(drop=True), gathered)
    _note_far(chosen, gathered, force)
    return chosen


OWN, UNSTATED, ANOTHERS = 1, 0, -1
"""What tables say of an area: it is the force's, nothing, another's."""


def _stated_owner(areas: pd.DataFrame, lookup: pd.DataFrame | None, force: Force) -> NDArray[np.int64]:
    """Return whose each area is by the tables, `OWN`, `UNSTATED` or `ANOTHERS`, shape (areas,).

    What a table of areas says counts before a lookup of districts.
    """
    owner = _compare(areas["force_code"], areas["force"], force)
    if lookup is None:
        return owner

    for key in ("district_code", "district"):
        force_of = {
            _bare(str(row[key])): (row["force_code"], row["force"]) for row in records(lookup) if row[key]
        }
        forces = [force_of.get(_bare(place), ("", "")) for place in areas[key]]
        rows = pd.DataFrame(forces, columns=["code", "name"], index=areas.index, dtype="object")
        owner = np.where(owner == UNSTATED, _compare(rows["code"], rows["name"], force), owner)

    return owner


def _bare(district: str) -> str:
    """Return a district's name or code without what tables write differently.

    Examples
    --------
    >>> _bare("Bristol, City of"), _bare("The Vale of Glamorgan")
    ('bristol', 'vale of glamorgan')
    """
    return re.sub(r", (city|county) of$", "", district.strip().lower()).removeprefix("the ")


def _compare(codes: pd.Series, names: pd.Series, force: Force) -> NDArray[np.int64]:
    """Return whether codes and names are a force's own, another's or unstated; a known code counts first."""
    by_name = {name: known_force(name) for name in names.unique()}
    same_name = names.map(
        {name: known is not None and known.code == force.code for name, known in by_name.items()}
    )
    without_name = np.where(codes == "", UNSTATED, ANOTHERS)
    owner = np.where(names == "", without_name, np.where(same_name, OWN, ANOTHERS))

    is_known_code = codes.isin([known.code for known in FORCES])
    owner = np.where(is_known_code, ANOTHERS, owner)
    return np.where(codes == force.code, OWN, owner).astype(np.int64)


def _placed(areas: pd.DataFrame) -> pd.DataFrame:
    """Return areas; one without a position stands at the middle of its neighbours of nearly the same name."""
    lacking = areas["lon"].isna()
    placed = areas.assign(moved=lacking)
    if not lacking.any() or lacking.all():
        return placed

    # "Dorset 001A" and "Dorset 001B" are neighbours; their mean is weighted by people.
    group = areas["name"].str.slice(stop=-1).where(areas["name"].str.fullmatch(r".+ \d{3}[A-Z]"), "")
    weight = areas["population"].where(~lacking, 0.0).fillna(0.0) + 1e-9
    is_known = ~lacking & (group != "")
    for column in ("lon", "lat"):
        total = (areas[column] * weight)[is_known].groupby(group[is_known]).sum()
        mean = total / weight[is_known].groupby(group[is_known]).sum()
        placed[column] = areas[column].where(~lacking, group.map(mean))

    return placed


def _boundary(gathered: Gathered, force: Force) -> shapely.Geometry | None:
    """Return the boundary of a force, None where no file has it; a file without it is dropped."""
    if gathered.boundaries is None:
        return None

    is_own = [
        row.force_code == force.code
        or ((known := known_force(row.force)) is not None and known.code == force.code)
        for row in gathered.boundaries.itertuples()
    ]
    shapes = gathered.boundaries.geometry[np.array(is_own, dtype=bool)]
    if shapes.empty:
        gathered.drop("boundaries", f"has no boundary of {force.name}")
        gathered.boundaries = None
        return None
    return shapely.union_all(shapes.to_numpy())


def _inside(areas: pd.DataFrame, is_unstated: Mask, gathered: Gathered, force: Force) -> Mask | None:
    """Return which areas lie in the force's boundary, or nearest to it when they lie just off every one."""
    boundary = _boundary(gathered, force)
    if boundary is None or gathered.boundaries is None:
        return None

    shapely.prepare(boundary)
    lon = areas["lon"].fillna(0.0).to_numpy(dtype=float)
    lat = areas["lat"].fillna(0.0).to_numpy(dtype=float)
    inside = np.asarray(shapely.contains_xy(boundary, lon, lat))

    # Boundaries are simplified, so an area may lie off all of them. A degree is at least 60 km here.
    west, south, east, north = boundary.buffer(BORDER_KM / 60).bounds
    in_frame = (lon > west) & (lon < east) & (lat > south) & (lat < north)
    near = np.flatnonzero(is_unstated & ~inside & in_frame)
    if near.size:
        points = shapely.points(*to_grid(lon[near], lat[near]))
        shapes = [_on_grid(shape) for shape in gathered.boundaries.geometry]
        km_to_any = np.min([shapely.distance(points, shape) / 1000 for shape in shapes], axis=0)
        km_to_own = shapely.distance(points, _on_grid(boundary)) / 1000
        is_taken = (km_to_own <= km_to_any) & (km_to_own <= BORDER_KM)
        inside[near[is_taken]] = True
        if is_taken.any():
            gathered.findings.append(
                f"{counted(int(is_taken.sum()), 'area')} just outside every boundary and nearest to that of "
                f"{force.name} taken as its own"
            )

    return inside


def _on_grid(shape: shapely.Geometry) -> shapely.Geometry:
    return shapely.transform(shape, lambda xy: np.column_stack(to_grid(xy[:, 0], xy[:, 1])))


def _why_none(gathered: Gathered, force: Force, owner: NDArray[np.int64]) -> tuple[str, str]:
    """Return why no area of the force was found, and the fix."""
    if (owner == UNSTATED).all() and gathered.boundaries is None:
        what = f"no file says which of the {count(len(gathered.areas))} areas are policed by {force.name}"
        fix = (
            "Give a table of areas with a column of forces (PFA..CD or PFA..NM), a lookup of districts, or "
            "boundaries of forces"
        )
        return what, fix

    found = (known_force(name) for name in gathered.areas["force"].unique())
    names = sorted({other.name for other in found if other is not None})
    there = f"; they are of {', '.join(names[:5])}{' …' if len(names) > 5 else ''}" if names else ""
    what = f"none of the {count(len(gathered.areas))} areas is policed by {force.name}{there}"

    if (owner == UNSTATED).any() and gathered.boundaries is None:
        unstated = gathered.areas[owner == UNSTATED]
        return f"{what}; {_unstated_note(unstated, gathered.areas, force)}", GIVE_BOUNDARIES
    return what, "Name another force, or give its areas"


def _unstated_note(areas: pd.DataFrame, own: pd.DataFrame, force: Force) -> str:
    """Return how many areas no file says the force of, and their districts, likeliest first."""
    # Nearest to the force first; at these latitudes a degree east is some 0.6 of a degree north.
    east = 0.6 * (areas["lon"] - own["lon"].mean())
    north = areas["lat"] - own["lat"].mean()
    away = pd.Series(np.hypot(east, north), index=areas.index)
    nearest = away.groupby(areas["district"]).min().sort_values(kind="stable")

    # A district that has the force's name is the likeliest of all.
    names = sorted((str(name) for name in nearest.index if name), key=lambda name: force.name not in name)
    named = f" (of {', '.join(names[:6])}{' …' if len(names) > 6 else ''})" if names else ""
    return f"of {counted(len(areas), 'area')}{named} no file says which force polices it: left out"


def _with_positions(areas: pd.DataFrame, gathered: Gathered) -> pd.DataFrame:
    """Leave out areas without a position or without a number of people, and note how many."""
    lacking = areas["lon"].isna()
    if lacking.all():
        raise OpenDataError(
            "no file says where the areas are",
            "Add population-weighted centroids (positions by code of area).",
        )

    moved = int((areas["moved"] & ~lacking).sum())
    if moved:
        gathered.findings.append(
            f"{counted(moved, 'area')} without a position: each stands amid the areas of the same "
            "name but its last letter"
        )

    if lacking.any():
        people = areas.loc[lacking, "population"].sum()
        gathered.findings.append(
            f"{counted(int(lacking.sum()), 'area')} with {count(people)} people left out: no position"
        )

    is_unknown = areas["population"].isna()
    if is_unknown.any():
        gathered.findings.append(
            f"{counted(int(is_unknown.sum()), 'area')} left out, having no number of people"
        )

    kept = areas[~lacking & ~is_unknown].reset_index(drop=True)
    if kept["population"].sum() <= 0:
        raise OpenDataError(
            "the areas of the force have no people", "Give a table with the people of each area."
        )
    return kept


def _note_far(areas: pd.DataFrame, gathered: Gathered, force: Force) -> None:
    """Note areas that lie where the others are not."""
    boundary = _boundary(gathered, force)
    grid = grid_of(areas)

    if boundary is not None:
        km = shapely.distance(shapely.points(grid), _on_grid(boundary)) / 1000
        _note_areas(
            areas,
            km > BORDER_KM,
            gathered,
            f"lie more than {BORDER_KM:g} km outside the boundary of {force.name}",
        )

    if len(areas) > 1:
        metres, _ = cKDTree(grid).query(grid, k=2)  # the nearest of all is the area itself
        km = np.asarray(metres)[:, 1] / 1000
        km[areas["district"].isin(ISLANDS)] = 0.0
        _note_areas(areas, km > ALONE_KM, gathered, f"lie more than {ALONE_KM:g} km from every other area")


def _note_areas(areas: pd.DataFrame, which: Mask, gathered: Gathered, what: str) -> None:
    """Note what is odd about some areas, the first of them by name."""
    if which.any():
        chosen = areas.loc[which]
        names = chosen["name"].where(chosen["name"] != "", chosen["code"]).tolist()
        named = ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
        gathered.findings.append(f"areas that {what}, in the sea or at a wrong position perhaps: {named}")


def with_classes(areas: pd.DataFrame, gathered: Gathered) -> pd.DataFrame:
    """Return areas with ``class`` and ``note``; one without a rural–urban code has one by people a km²."""
    classed = areas.assign(note="")
    classed["class"] = areas["ruc"].map(dict(CLASS_OF_CODE))

    lacking = classed["class"].isna()
    if lacking.any():
        rest = areas[lacking]
        classed.loc[lacking, "class"] = class_by_density(
            rest["population"].to_numpy(dtype=float), rest["area_km2"].to_numpy(dtype=float)
        )
        has_extent = areas["area_km2"].notna()
        for rows, how in (
            (lacking & has_extent, "class by people a km²"),
            (lacking & ~has_extent, "no extent either, taken as a town"),
        ):
            classed.loc[rows, "note"] = f"{how}: assumption"
            if rows.any():
                gathered.findings.append(
                    f"{counted(int(rows.sum()), 'area')} without a rural–urban code: {how}"
                )

    moved = classed["moved"]
    notes = classed.loc[moved, "note"] + "; position: the middle of its neighbours"
    classed.loc[moved, "note"] = notes.str.lstrip("; ")

    classed["island"] = areas["district"].where(areas["district"].isin(ISLANDS), "")
    return classed


def likelihood_of(areas: pd.DataFrame, gathered: Gathered) -> NDArray[np.float64] | None:
    """Return incidents per head relative to the mean, from street-level crime as a proxy; None without one.

    Crimes of `PROXY_TYPES` per head, with `PRIOR_CRIMES` at the force's own rate added to each area, over the
    mean over people. An area that no crime names has 1.
    """
    if gathered.crime is None:
        return None

    with_area = gathered.crime[gathered.crime["code"] != ""]
    is_named = areas["code"].isin(set(with_area["code"])).to_numpy(dtype=bool)
    if is_named.mean() < 0.5:
        gathered.drop(
            "crime",
            f"names only {int(is_named.sum()):,} of the {len(areas):,} areas of the plan; give months of the "
            "force with codes of the same census",
        )
        gathered.crime = None
        return None

    by_area = with_area[with_area["crime_type"].isin(PROXY_TYPES)].groupby("code")["crimes"].sum()
    crimes = areas["code"].map(by_area).fillna(0.0).to_numpy(dtype=float)
    if crimes.sum() == 0:
        gathered.drop("crime", f"has no crimes of the kinds that are counted ({', '.join(PROXY_TYPES)})")
        gathered.crime = None
        return None

    lost = int(gathered.crime.loc[gathered.crime["code"] == "", "crimes"].sum())
    if lost:
        gathered.findings.append(f"{counted(lost, 'street-level crime')} without an area, not counted")
    if not is_named.all():
        gathered.findings.append(
            f"{counted(int((~is_named).sum()), 'area')} that no crime of any kind names (of another census "
            "perhaps): likelihood 1, the mean"
        )

    # A small area with few crimes is drawn towards the force's own rate, as a gamma prior would draw it.
    people = areas["population"].to_numpy(dtype=float)
    rate = crimes.sum() / people[is_named].sum()
    relative = (crimes + PRIOR_CRIMES) / (people * rate + PRIOR_CRIMES)

    mean = np.sum((relative * people)[is_named]) / people[is_named].sum()
    return np.where(is_named, relative / mean, 1.0)


__all__ = ["areas_of", "likelihood_of", "with_classes"]
