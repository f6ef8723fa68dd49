"""From places to positions on roads."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from standby._typing import Floats
from standby.travel._check import positions
from standby.travel._great_circle import EARTH_RADIUS_KM
from standby.travel.roads._errors import RoadsError
from standby.travel.roads._graph import Bytes, Ints, Longs, RoadGraph
from standby.travel.roads._kernels_snap import grid_of, nearest
from standby.travel.roads._search_graph import MAIN_RANK, SearchGraph

CELL_KM: Final = 0.25
"""Side of the squares of the grid; larger where the roads reach far [km]."""

MOST_CELLS: Final = 4_000_000
"""Squares that a grid may have."""

DETOUR_KM: Final = 0.25
"""A place is put on the main network if that is at most so much further than the nearest fragment [km]."""

AT_JUNCTION_KM: Final = 1e-5
"""Within a centimetre of a junction a place is at the junction [km]."""

SWAP_KM: Final = 50.0
"""Places further than this from all roads are looked at: exchanged, are they on the map? [km]"""


@dataclass(frozen=True, slots=True, eq=False)
class Snapped:
    """Positions on roads.

    Parameters
    ----------
    stretch
        Stretch of each place, -1 where none is near, shape (n,).
    share
        Where on it, from 0 at its start to 1 at its end.
    km
        Distance of the place from it; ``inf`` where none is near [km].
    """

    stretch: Ints
    share: Floats
    km: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """Stretches in squares, coordinates in km from the south-west corner."""

    west: float
    south: float
    east_scale: float
    cell: float
    n_x: int
    n_y: int
    ends: Floats
    start: Longs
    stretch: Ints


_PER_DEGREE: Final = np.pi / 180 * EARTH_RADIUS_KM


def make_grid(graph: RoadGraph) -> Grid:
    """Put all stretches into squares."""
    west, south, east, north = graph.bounds
    scale = _PER_DEGREE * max(np.cos(np.radians((south + north) / 2)), 0.01)
    width, height = (east - west) * scale, (north - south) * _PER_DEGREE
    cell = max(CELL_KM, np.sqrt(max(width, CELL_KM) * max(height, CELL_KM) / MOST_CELLS))
    n_x, n_y = int(width / cell) + 1, int(height / cell) + 1
    x, y = (graph.lon - west) * scale, (graph.lat - south) * _PER_DEGREE
    a, b = graph.stretch_from, graph.stretch_to
    ends = np.stack([x[a], y[a], x[b], y[b]], axis=1)
    start, stretch = grid_of(ends, cell, n_x, n_y)
    return Grid(west, south, scale, cell, n_x, n_y, ends, start, stretch)


def snap(
    graph: RoadGraph, grid: Grid, search: SearchGraph, lonlat: Floats, most_km: float, rank: Bytes
) -> Snapped:
    """Put each place on the nearest road that the profile may use.

    `rank` is 0 for stretches on which nobody stands, 1 for fragments (a car park, a track that nothing joins
    to the rest), 2 for other networks (an island) and 3 for the main network. A place is put on the nearest
    road, or on one of a higher rank that is nearly as near; a scrap is passed over whatever the distance.
    """
    n = lonlat.shape[0]
    found, share = np.full((n, MAIN_RANK), -1, np.int32), np.zeros((n, MAIN_RANK))
    away = np.full((n, MAIN_RANK), np.inf)
    x = (lonlat[:, 0] - grid.west) * grid.east_scale
    y = (lonlat[:, 1] - grid.south) * _PER_DEGREE
    squeeze = _PER_DEGREE * np.cos(np.radians(np.clip(lonlat[:, 1], -89, 89))) / grid.east_scale
    near = np.flatnonzero(_near_the_map(graph, lonlat))
    near = near[np.lexsort((y[near] // grid.cell, x[near] // grid.cell))]  # neighbours use the same squares

    def run(part: Longs) -> None:
        """Put the places of one thread on roads."""
        one, two, three = found[part], share[part], away[part]
        nearest(
            x[part], y[part], squeeze[part], grid.ends, rank, grid.cell,
            grid.n_x, grid.n_y, grid.start, grid.stretch, most_km, one, two, three,
        )  # fmt: skip
        found[part], share[part], away[part] = one, two, three

    if near.size:
        workers = min(os.cpu_count() or 1, 1 + near.size // 1000)
        with ThreadPoolExecutor(workers) as pool:
            list(pool.map(run, np.array_split(near, workers)))

    # The nearest road of all, a network that is nearly as near, the main network if it is nearly as near.
    row = np.arange(n)
    scrap = search.scrap[np.maximum(found[:, 0], 0)] & (found[:, 1] >= 0)
    pick = (scrap | ((found[:, 1] >= 0) & (away[:, 1] <= away[:, 0] + DETOUR_KM))).astype(np.intp)
    chosen_km = away[row, pick]
    pick[(found[:, 2] >= 0) & (away[:, 2] <= chosen_km + DETOUR_KM)] = 2
    stretch = found[row, pick]
    return Snapped(stretch, share[row, pick], np.where(stretch >= 0, away[row, pick], np.inf))


def places(given: npt.ArrayLike, graph: RoadGraph, *, label: str) -> Floats:
    """Return checked positions; refuse those that are plainly exchanged or in another system.

    Raises
    ------
    RoadsError
        If positions look like latitude, longitude or like National Grid eastings and northings.
    TravelInputError
        If they are missing or their shape is wrong.
    """
    numbers = _numbers(given)
    if numbers is not None and numbers.size and (np.abs(numbers) > 180).any(axis=1).all():
        east, north = numbers[0]
        if 0 <= east < 800_000 and 0 <= north < 1_400_000:
            raise RoadsError(
                f"{label}: ({east:g}, {north:g}) looks like British National Grid",
                "convert eastings and northings to longitude and latitude (EPSG:27700 to EPSG:4326) first",
            )
    lonlat = positions(given, label=label)
    far = ~_near_the_map(graph, lonlat)
    swapped = np.flatnonzero(far & _near_the_map(graph, lonlat[:, ::-1]))
    if swapped.size:
        lon, lat = lonlat[swapped[0]]
        raise RoadsError(
            f"{label}: place {swapped[0]} at ({lon:g}, {lat:g}) is far from the roads, but would be among "
            "them with its numbers exchanged",
            "give longitude first",
        )
    return lonlat


def same_places(origins: npt.ArrayLike, destinations: npt.ArrayLike) -> tuple[Longs, Longs]:
    """Return the pairs of origins and destinations that are one place, to a ten-millionth of a degree."""
    keys = []
    for given in (origins, destinations):
        lonlat = np.round(np.asarray(given, dtype=np.float64).reshape(-1, 2) * 1e7).astype(np.int64)
        keys.append((lonlat[:, 0] << 32) + lonlat[:, 1])
    start, end = keys

    order = np.argsort(end, kind="stable")
    low, high = (np.searchsorted(end[order], start, side=side) for side in ("left", "right"))
    here = np.repeat(np.arange(start.size), high - low)
    within = np.arange(here.size) - np.repeat(np.cumsum(high - low) - (high - low), high - low)
    return here, order[low[here] + within]


def _numbers(given: npt.ArrayLike) -> Floats | None:
    try:
        numbers = np.asarray(given, dtype=np.float64)
    except (TypeError, ValueError):
        return None
    ok = numbers.ndim == 2 and numbers.shape[1] == 2 and np.isfinite(numbers).all()
    return numbers if ok else None


def _near_the_map(graph: RoadGraph, lonlat: Floats) -> npt.NDArray[np.bool_]:
    west, south, east, north = graph.bounds
    up = SWAP_KM / _PER_DEGREE
    over = up / max(np.cos(np.radians(max(abs(south), abs(north)))), 0.01)
    lon, lat = lonlat[:, 0], lonlat[:, 1]
    wide = (lon >= west - over) & (lon <= east + over)
    return np.asarray(wide & (lat >= south - up) & (lat <= north + up))
