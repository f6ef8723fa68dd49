"""Put places on the nearest road."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from standby._globe import KM_PER_DEGREE
from standby._run import processors, run
from standby._typing import Floats, Mask
from standby.travel._check import positions
from standby.travel.roads._errors import RoadsError
from standby.travel.roads._graph import Bytes, Ints, Longs, RoadGraph
from standby.travel.roads._kernels_snap import Grid, Nearest, grid_of, nearest
from standby.travel.roads._search_graph import MAIN_RANK, SearchGraph

CELL_KM: Final = 0.25
"""Side of the squares of the grid; larger where the roads reach far [km]."""

MOST_CELLS: Final = 4_000_000
"""Most squares that a grid may have."""

DETOUR_KM: Final = 0.25
"""A place is put on the main network if that is at most this much further than the nearest fragment [km]."""

AT_JUNCTION_KM: Final = 1e-5
"""A place within a centimetre of a junction is at the junction [km]."""

SWAP_KM: Final = 50.0
"""Beyond this distance from the roads, test whether swapping longitude and latitude puts a place on the map
[km]."""


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
class RoadGrid:
    """A grid over the roads, and how positions come onto it.

    Parameters
    ----------
    west, south
        Its south-west corner [degrees].
    km_per_degree_east
        Length of a degree of longitude in the middle of the map [km].
    squares
        The grid itself.
    """

    west: float
    south: float
    km_per_degree_east: float
    squares: Grid


def make_grid(graph: RoadGraph) -> RoadGrid:
    """Return all stretches in squares."""
    west, south, east, north = graph.bounds
    km_per_degree_east = KM_PER_DEGREE * max(np.cos(np.radians((south + north) / 2)), 0.01)
    width_km = (east - west) * km_per_degree_east
    height_km = (north - south) * KM_PER_DEGREE

    # Larger squares where the map is so large that there would be too many.
    cell = max(CELL_KM, np.sqrt(max(width_km, CELL_KM) * max(height_km, CELL_KM) / MOST_CELLS))
    n_x = int(width_km / cell) + 1
    n_y = int(height_km / cell) + 1

    x = (graph.lon - west) * km_per_degree_east
    y = (graph.lat - south) * KM_PER_DEGREE
    u = graph.stretch_from
    v = graph.stretch_to
    ends = np.stack([x[u], y[u], x[v], y[v]], axis=1)
    start, stretch = grid_of(ends, cell, n_x, n_y)
    return RoadGrid(west, south, km_per_degree_east, Grid(ends, float(cell), n_x, n_y, start, stretch))


def snap(
    graph: RoadGraph, grid: RoadGrid, search: SearchGraph, lonlat: Floats, most_km: float, rank: Bytes
) -> Snapped:
    """Return where each place lies on the nearest road that the profile may use.

    `rank` is 0 for stretches on which nobody stands, 1 for fragments (a car park, a track that nothing joins
    to the rest), 2 for other networks (an island) and 3 for the main network. A place is put on the nearest
    road, or on one of a higher rank that is nearly as near; a scrap is passed over whatever the distance.
    """
    n = lonlat.shape[0]
    stretch = np.full((n, MAIN_RANK), -1, np.int32)
    share = np.zeros((n, MAIN_RANK))
    km = np.full((n, MAIN_RANK), np.inf)

    x = (lonlat[:, 0] - grid.west) * grid.km_per_degree_east
    y = (lonlat[:, 1] - grid.south) * KM_PER_DEGREE
    squeeze = KM_PER_DEGREE * np.cos(np.radians(np.clip(lonlat[:, 1], -89, 89))) / grid.km_per_degree_east

    # In the order of the squares, so that neighbours find the same squares in the cache.
    near = np.flatnonzero(_near_the_map(graph, lonlat))
    cell = grid.squares.cell
    near = near[np.lexsort((y[near] // cell, x[near] // cell))]

    def snap_part(part: Longs) -> None:
        """Put the places of one thread on roads."""
        found = Nearest(stretch[part], share[part], km[part])
        nearest(x[part], y[part], squeeze[part], grid.squares, rank, most_km, found)
        stretch[part], share[part], km[part] = found

    if near.size:
        workers = min(processors(), 1 + near.size // 1000)
        run(np.array_split(near, workers), snap_part, workers=workers)

    # The nearest road of all, unless it is a scrap or another network is nearly as near …
    row = np.arange(n)
    network_found = stretch[:, 1] >= 0
    on_scrap = search.scrap[np.maximum(stretch[:, 0], 0)] & network_found
    network_near = network_found & (km[:, 1] <= km[:, 0] + DETOUR_KM)
    choice = (on_scrap | network_near).astype(np.intp)

    # … and the main network in place of either if it is nearly as near.
    chosen_km = km[row, choice]
    choice[(stretch[:, 2] >= 0) & (km[:, 2] <= chosen_km + DETOUR_KM)] = 2

    chosen = stretch[row, choice]
    return Snapped(chosen, share[row, choice], np.where(chosen >= 0, km[row, choice], np.inf))


def places(given: npt.ArrayLike, graph: RoadGraph, *, label: str) -> Floats:
    """Return checked positions; refuse those that are plainly swapped or in another system.

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
    start = _place_keys(origins)
    end = _place_keys(destinations)

    # Among the sorted destinations, those that equal an origin are a run.
    order = np.argsort(end, kind="stable")
    low = np.searchsorted(end[order], start, side="left")
    high = np.searchsorted(end[order], start, side="right")

    count = high - low
    origin = np.repeat(np.arange(start.size), count)
    within_run = np.arange(origin.size) - np.repeat(np.cumsum(count) - count, count)
    return origin, order[low[origin] + within_run]


def _place_keys(given: npt.ArrayLike) -> Longs:
    """Return one number for each position: its longitude and latitude in ten-millionths of a degree."""
    lonlat = np.round(np.asarray(given, dtype=np.float64).reshape(-1, 2) * 1e7).astype(np.int64)
    return np.asarray((lonlat[:, 0] << 32) + lonlat[:, 1])


def _numbers(given: npt.ArrayLike) -> Floats | None:
    """Return finite numbers of shape (n, 2), None if they are anything else: `positions` then says what."""
    try:
        numbers = np.asarray(given, dtype=np.float64)
    except (TypeError, ValueError):
        return None
    ok = numbers.ndim == 2 and numbers.shape[1] == 2 and np.isfinite(numbers).all()
    return numbers if ok else None


def _near_the_map(graph: RoadGraph, lonlat: Floats) -> Mask:
    """Return which positions lie within `SWAP_KM` of the box around all roads."""
    west, south, east, north = graph.bounds
    lat_margin = SWAP_KM / KM_PER_DEGREE

    # Degrees of longitude are shortest at the end of the map that is nearer to a pole.
    lon_margin = lat_margin / max(np.cos(np.radians(max(abs(south), abs(north)))), 0.01)

    lon = lonlat[:, 0]
    lat = lonlat[:, 1]
    lon_fits = (lon >= west - lon_margin) & (lon <= east + lon_margin)
    lat_fits = (lat >= south - lat_margin) & (lat <= north + lat_margin)
    return np.asarray(lon_fits & lat_fits)
