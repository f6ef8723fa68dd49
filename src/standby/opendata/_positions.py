"""Positions in degrees or on the National Grid, recognised by the names of columns and by their values."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import pandas as pd
import shapely
from pyproj import Transformer

from standby._globe import KM_PER_DEGREE
from standby._typing import Floats, Mask
from standby.opendata._cells import numbers
from standby.opendata._raw import Raw, plain
from standby.opendata.error import OpenDataError, fault, quoted, row_fault
from standby.words import count

DEGREES = (
    re.compile(r"lon|lng|long|longitude|x"),
    re.compile(r"lat|latitude|y"),
)
GRID = (
    re.compile(r"e|easting|eastings|bnge|oseast1m|oseastg?1?m?|x"),
    re.compile(r"n|northing|northings|bngn|osnrth1m|osnrthg?1?m?|y"),
)
PAIRS = {
    "longitude": "latitude", "easting": "northing", "eastings": "northings", "e": "n", "bnge": "bngn",
    "oseast1m": "osnrth1m", "x": "y",
}  # fmt: skip
"""Names that go together; others go with each other."""

UK = ((-9.0, 49.5, 3.0, 61.5), (-100_000.0, -20_000.0, 800_000.0, 1_300_000.0))
"""West, south, east and north limits of the United Kingdom: in degrees, and on the National Grid [m]."""

TOGETHER_KM = 1.0
"""Farthest that two positions of the same row may be apart."""

LAND = shapely.Polygon(
    [
        (-6.7, 49.7), (-4.9, 49.7), (-3.4, 49.9), (-1.0, 50.3), (1.2, 50.7), (1.8, 51.2), (1.3, 51.7),
        (2.1, 52.4),
        (2.0, 52.9), (0.8, 53.2), (0.5, 53.9), (-0.8, 55.0), (-1.8, 56.0), (-1.3, 57.3), (-1.6, 57.9),
        (-3.0, 58.0), (-2.2, 59.5), (-0.5, 60.0), (-0.4, 61.1), (-1.9, 61.0), (-3.7, 59.5), (-5.5, 59.0),
        (-7.9, 58.2), (-8.9, 57.5), (-7.4, 56.2), (-6.8, 55.4), (-8.3, 54.5), (-7.4, 54.0), (-6.0, 53.9),
        (-5.2, 54.1), (-5.0, 52.9), (-5.6, 51.6), (-4.9, 51.2), (-5.9, 50.3), (-6.7, 50.2),
    ]
)  # fmt: skip
"""The United Kingdom very roughly, some 20 km of sea included [degrees]."""


@dataclass(frozen=True, eq=False)
class Positions:
    """Where the rows of a table are.

    Parameters
    ----------
    lon, lat
        NaN where the file has none, shape (rows,) [degrees].
    how
        What they were read from.
    """

    lon: Floats
    lat: Floats
    how: str


@cache
def _transformer(source: int, target: int) -> Transformer:
    return Transformer.from_crs(source, target, always_xy=True)


def to_degrees(east: Floats, north: Floats, *, crs: int = 27700) -> tuple[Floats, Floats]:
    """Return longitude and latitude of positions in metres, on the National Grid or another.

    Examples
    --------
    >>> lon, lat = to_degrees(np.array([449345.5]), np.array([96064.9]))
    >>> round(float(lon[0]), 4), round(float(lat[0]), 4)
    (-1.3017, 50.7621)
    """
    lon, lat = _transformer(crs, 4326).transform(east, north)
    return np.asarray(lon, float), np.asarray(lat, float)


def to_grid(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Return eastings and northings on the National Grid [m]."""
    east, north = _transformer(4326, 27700).transform(lon, lat)
    return np.asarray(east, float), np.asarray(north, float)


def grid_of(table: pd.DataFrame) -> Floats:
    """Return the rows of a table with ``lon`` and ``lat`` on the National Grid, shape (rows, 2) [m]."""
    lon = table["lon"].to_numpy(dtype=float)
    lat = table["lat"].to_numpy(dtype=float)
    return np.column_stack(to_grid(lon, lat))


def positions_of(raw: Raw) -> Positions | None:
    """Return the positions of a table, None when it has no columns and no geometry of that kind.

    Raises
    ------
    OpenDataError
        If they are in the wrong order, on another grid, outside the United Kingdom, or two pairs of columns
        disagree.
    """
    pairs = dict.fromkeys([*_pairs(raw, DEGREES, 0), *_pairs(raw, GRID, 1)])
    if not pairs:
        return _from_shapes(raw)

    made = [_read(raw, *pair) for pair in pairs]
    for other in made[1:]:
        _agree(raw, made[0], other)
    return made[0]


def _pairs(raw: Raw, names: tuple[re.Pattern[str], re.Pattern[str]], kind: int) -> list[tuple[str, str]]:
    """Return the pairs of columns of a kind, every one that a table has; x and y go by their values."""
    across = [column for column in raw.frame.columns if names[0].fullmatch(plain(column))]
    along = [column for column in raw.frame.columns if names[1].fullmatch(plain(column))]

    # A column goes with the one of the name that belongs to its own; without one, with any but y.
    pairs = []
    for x in across:
        own = [y for y in along if plain(y) == PAIRS.get(plain(x))]
        any_other = [y for y in along if plain(y) != "y"]
        pairs += [(x, y) for y in own or ([] if plain(x) == "x" else any_other)]

    telling_first = sorted(pairs, key=lambda pair: plain(pair[0]) == "x")
    return [pair for pair in telling_first if plain(pair[0]) != "x" or _looks(raw, pair) == kind]


def _looks(raw: Raw, pair: tuple[str, str]) -> int:
    """Return 0 when values look like degrees, 1 when like metres."""
    largest = max(float(np.nanmax(np.abs(numbers(raw, c)), initial=0.0)) for c in pair)
    return 0 if largest <= 180.0 else 1


def _read(raw: Raw, x: str, y: str) -> Positions:
    """Read positions from two columns, of whichever grid their values are; refuse what is not in the UK."""
    first = numbers(raw, x)
    second = numbers(raw, y)
    is_known = np.isfinite(first) & np.isfinite(second)
    is_half = np.isfinite(first) != np.isfinite(second)

    if is_half.any():
        rows = [
            (raw.row(k), "has one of the two and not the other") for k in np.flatnonzero(is_half).tolist()
        ]
        raise row_fault(raw.path, f"{x}, {y}", rows, "Give both, or neither")
    if not is_known.any():
        raise fault(raw.path, f"columns {quoted(x)} and {quoted(y)} are empty", "Give a file with positions")

    if max(np.abs(first[is_known]).max(), np.abs(second[is_known]).max()) <= 180.0:
        lon = first
        lat = second
        how = f"{x}, {y} (WGS 84)"
    elif _is_mercator(first[is_known], second[is_known]):
        lon, lat = to_degrees(first, second, crs=3857)
        how = f"{x}, {y} (Web Mercator, turned into WGS 84)"
    else:
        lon, lat = to_degrees(first, second)
        how = f"{x}, {y} (National Grid, turned into WGS 84)"

    positions = Positions(np.where(is_known, lon, np.nan), np.where(is_known, lat, np.nan), how)
    _check_inside(raw, f"{x}, {y}", (first, second), positions)
    return positions


def _is_mercator(x: Floats, y: Floats) -> bool:
    """Return whether metres are those of Web Mercator: the country is 6,300 to 8,800 km north there."""
    return bool(np.median(y) > 6.3e6 and np.median(y) < 8.8e6 and np.median(np.abs(x)) < 1.2e6)


def _on_land(lon: Floats, lat: Floats) -> Mask:
    """Return which positions are in the United Kingdom, or not far off its coast."""
    is_known = np.isfinite(lon) & np.isfinite(lat)
    inside = shapely.contains_xy(LAND, np.where(is_known, lon, 0.0), np.where(is_known, lat, 0.0))
    return np.asarray(inside & is_known)


def _check_inside(raw: Raw, column: str, given: tuple[Floats, Floats], positions: Positions) -> None:
    """Raise when positions are not in the United Kingdom, and say whether they are exchanged.

    Parameters
    ----------
    raw, column
        The table, and the columns of the positions for a message.
    given
        What stands in the two columns, each of shape (rows,).
    positions
        What was made of it.
    """
    first, second = given
    is_known = np.isfinite(first)
    outside = is_known & ~_on_land(positions.lon, positions.lat)
    if not outside.any():
        return

    def named(which: Mask) -> list[tuple[int, str]]:
        """Return some rows with what stands there."""
        return [(raw.row(k), f"is {first[k]:g}, {second[k]:g}") for k in np.flatnonzero(which).tolist()]

    # If most of them are in the United Kingdom the other way round, that is what happened.
    in_degrees = np.abs(first[is_known]).max() <= 180.0 and np.abs(second[is_known]).max() <= 180.0
    turned = (second, first) if in_degrees else to_degrees(second, first)
    exchanged = outside & _on_land(*turned)
    if exchanged[outside].mean() > 0.5:
        order = "longitude (east) and latitude (north)" if in_degrees else "eastings and northings"
        fix = f"They are in the wrong order: exchange {order}"
        raise row_fault(raw.path, column, named(exchanged), fix)

    grid = "longitude and latitude in WGS 84" if in_degrees else "eastings and northings of the National Grid"
    raise row_fault(
        raw.path,
        column,
        named(outside),
        f"They lie in the sea or outside the United Kingdom when read as {grid}: correct them, or export "
        "them in WGS 84 or on the National Grid (EPSG:27700)",
    )


def _agree(raw: Raw, first: Positions, second: Positions) -> None:
    """Raise when two pairs of columns put the same row at different places."""
    # Over such short distances a degree of longitude is a degree of latitude, shortened by its cosine.
    across = np.cos(np.radians(first.lat)) * (first.lon - second.lon)
    km = KM_PER_DEGREE * np.hypot(across, first.lat - second.lat)

    apart = km > TOGETHER_KM
    if apart.any():
        rows = [(raw.row(k), f"{count(km[k])} km apart") for k in np.flatnonzero(apart).tolist()]
        raise row_fault(
            raw.path, f"{first.how}; {second.how}", rows, "Remove the pair of columns that is wrong"
        )


def _from_shapes(raw: Raw) -> Positions | None:
    """Return a point inside each geometry of a table, None when it has no geometry."""
    if not any(s is not None and not s.is_empty for s in raw.shapes):
        return None

    points = [None if s is None or s.is_empty else s.representative_point() for s in raw.shapes]
    x = np.array([np.nan if point is None else point.x for point in points])
    y = np.array([np.nan if point is None else point.y for point in points])

    # Read as if they stood in columns, so that the same checks hold.
    frame = raw.frame.assign(longitude=_texts(x), latitude=_texts(y))
    positions = _read(Raw(raw.path, frame, raw.rows), "longitude", "latitude")
    how = positions.how.replace("longitude, latitude", "a point inside each geometry")
    return replace(positions, how=how)


def _texts(values: Floats) -> list[str]:
    return ["" if np.isnan(v) else repr(float(v)) for v in values]


def areas_km2(raw: Raw) -> Floats | None:
    """Return the extent of each polygon of a table, None when it has none [km²]."""
    if not any(s is not None and s.geom_type in {"Polygon", "MultiPolygon"} for s in raw.shapes):
        return None

    shapes = np.array(raw.shapes, dtype=object)
    in_degrees = (
        max(abs(v) for s in raw.shapes if s is not None and not s.is_empty for v in s.bounds) <= 180.0
    )
    if in_degrees:
        shapes = shapely.transform(shapes, lambda xy: np.column_stack(to_grid(xy[:, 0], xy[:, 1])))
    return np.asarray(shapely.area(shapes) / 1e6, float)


__all__ = ["OpenDataError", "Positions", "areas_km2", "grid_of", "positions_of", "to_degrees", "to_grid"]
