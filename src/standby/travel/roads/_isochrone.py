"""The area that is reached: every reached point of the network gets the land that is nearest to it."""

from __future__ import annotations

from typing import Final

import numpy as np
import shapely
from scipy.spatial import Voronoi, cKDTree

from standby._typing import Floats, Mask
from standby.travel._great_circle import EARTH_RADIUS_KM
from standby.travel.roads._engine import Costs, Spots, buckets, departures
from standby.travel.roads._graph import Longs, RoadGraph
from standby.travel.roads._kernels_search import spread
from standby.travel.roads._search_graph import MAIN_RANK

OPEN_KM: Final = 0.4
"""Land further than about this from every point of the network belongs to no isochrone [km]."""

NEARBY_KM: Final = 2.0
"""Points of the network within this distance of a reached one bound the area [km]."""

GRAIN_KM: Final = 1e-4
"""Points that lie closer together count as one, and as reached if one of them is [km]."""

_PER_DEGREE: Final = np.pi / 180 * EARTH_RADIUS_KM


def node_minutes(graph: RoadGraph, costs: Costs, origins: Spots, limit_min: float) -> Floats:
    """Return the time at which each node of the graph is first reached, ``inf`` beyond the limit [min]."""
    search = costs.search
    distance = np.full(search.start.size - 1, np.inf)
    leave = departures(search, origins)
    width, n_buckets = buckets(costs, leave)
    spread(
        search.start, search.stop, search.head, costs.weight, leave.vertex, leave.minutes, limit_min, width,
        distance, np.full(n_buckets, -1, np.int32), np.empty(distance.size, np.int32),
    )  # fmt: skip
    out = np.full(graph.lon.size, np.inf)
    out[: graph.n_junctions] = np.minimum.reduceat(distance[search.at_vertex], search.at_start[:-1])
    entered = np.full(2 * graph.n_chains, np.inf)
    np.minimum.at(entered, search.base, distance[_tails(search.start)] + costs.extra)
    chain = np.repeat(np.arange(graph.n_chains), np.diff(graph.chain_start))
    first, end = graph.chain_start[chain], graph.chain_start[chain + 1]
    along, against = costs.chains.along, costs.chains.against
    row = np.arange(chain.size)
    onward = entered[2 * chain] + along[row + 1] - along[first]
    back = entered[2 * chain + 1] + against[end] - against[row]
    np.minimum.at(out, graph.stretch_to, onward)
    np.minimum.at(out, graph.stretch_from, back)
    _on_own_chain(graph, costs, origins, out)
    out[out > limit_min] = np.inf
    return out


def _tails(start: np.ndarray) -> np.ndarray:
    return np.repeat(np.arange(start.size - 1), np.diff(start))


def _on_own_chain(graph: RoadGraph, costs: Costs, origins: Spots, out: Floats) -> None:
    """Nodes of the chain that an origin stands on are reached without a junction."""
    for o in np.flatnonzero(origins.chain >= 0):
        c = origins.chain[o]
        a, b = graph.chain_start[c], graph.chain_start[c + 1]
        row = np.arange(a, b)
        if np.isfinite(costs.chains.edge[2 * c]):
            ahead = row + 1 >= origins.along[o]
            when = costs.chains.along[row + 1] - costs.chains.along[a] - origins.from_start[o]
            np.minimum.at(out, graph.stretch_to[row[ahead]], np.maximum(when[ahead], 0.0))
        if np.isfinite(costs.chains.edge[2 * c + 1]):
            behind = row <= origins.along[o]
            when = origins.to_start[o] - (costs.chains.against[row] - costs.chains.against[a])
            np.minimum.at(out, graph.stretch_from[row[behind]], np.maximum(when[behind], 0.0))


def isochrone(graph: RoadGraph, when: Floats, limit_min: float) -> shapely.MultiPolygon:
    """Return the area that lies nearer to a node reached within the limit than to any other node."""
    hit: Mask = when <= limit_min
    if not hit.any():
        return shapely.MultiPolygon()
    lon0, lat0 = float(graph.lon[hit].mean()), float(graph.lat[hit].mean())
    scale = np.array([_PER_DEGREE * max(np.cos(np.radians(lat0)), 0.01), _PER_DEGREE])
    xy = (np.stack([graph.lon, graph.lat], axis=1) - (lon0, lat0)) * scale
    reached = xy[hit]
    shape = _union(_cells(reached, xy[~hit]))
    outside = ~shapely.contains_xy(shape, reached)
    if outside.any():
        dots = shapely.MultiPoint(reached[outside]).buffer(2 * GRAIN_KM, quad_segs=2)
        shape = shapely.union(shape, dots)
    back = shapely.transform(shape, lambda points: points / scale + (lon0, lat0))
    return shapely.MultiPolygon([p for p in shapely.get_parts(back) if p.geom_type == "Polygon"])


def nodes_of_use(graph: RoadGraph, costs: Costs) -> Mask:
    """Return which nodes lie on roads to which the profile comes from the main network."""
    usable = costs.search.destination_rank == MAIN_RANK
    out = np.zeros(graph.lon.size, np.bool_)
    out[graph.stretch_from[usable]] = True
    out[graph.stretch_to[usable]] = True
    return out


def _cells(reached: Floats, other: Floats) -> list[shapely.Polygon]:
    """Return the Voronoi cells of the reached points among all points and the open land around them."""
    if other.size:
        away, _ = cKDTree(reached).query(other, distance_upper_bound=NEARBY_KM)
        other = other[np.isfinite(away)]
    every = np.concatenate([reached, other])
    sites, first = np.unique(np.round(every / GRAIN_KM).astype(np.int64), axis=0, return_index=True)
    mine = first < reached.shape[0]  # the first of a place is a reached one if any is
    points = np.concatenate([sites * GRAIN_KM, _open_land(every)])
    drawn = Voronoi(points)
    wanted = np.flatnonzero(mine)
    corners = [drawn.regions[drawn.point_region[k]] for k in wanted]
    return _rings(drawn.vertices, points[wanted], corners)


def _rings(vertices: Floats, sites: Floats, corners: list[list[int]]) -> list[shapely.Polygon]:
    """Return convex cells from their corners, which are put in order around the site."""
    count = np.array([len(c) for c in corners])
    ok = np.flatnonzero(count >= 3)
    cell: Longs = np.repeat(np.arange(ok.size), count[ok])
    corner = np.concatenate([np.asarray(corners[k]) for k in ok])
    from_site = vertices[corner] - sites[ok][cell]
    order = np.lexsort((np.arctan2(from_site[:, 1], from_site[:, 0]), cell))
    rings = shapely.linearrings(vertices[corner[order]], indices=cell)
    return list(shapely.polygons(rings))


def _open_land(points: Floats) -> Floats:
    """Return places all around that are far from every point, as neighbours that are never reached."""
    low, high = points.min(axis=0) - 3 * OPEN_KM, points.max(axis=0) + 3 * OPEN_KM
    step = max(OPEN_KM, float(np.sqrt(np.prod(high - low) / 1_000_000)))
    axes = [np.arange(low[k], high[k] + step, step) for k in range(2)]
    grid = np.stack([a.ravel() for a in np.meshgrid(*axes)], axis=1)
    away, _ = cKDTree(points).query(grid, distance_upper_bound=2 * OPEN_KM)
    far = grid[away > OPEN_KM]
    middle, size = (low + high) / 2, (high - low).max() * 10 + 10
    corners = middle + size * np.array([[1, 1], [1, -1], [-1, 1], [-1, -1]])
    return np.concatenate([far, corners])


def _union(cells: list[shapely.Polygon]) -> shapely.Geometry:
    try:
        return shapely.coverage_union_all(cells)
    except shapely.GEOSException:  # cells that touch within rounding
        return shapely.union_all(shapely.buffer(cells, 1e-9))
