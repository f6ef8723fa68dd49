"""Draw the area that is reached: every reached point of the network gets the land that is nearest to it."""

from __future__ import annotations

from typing import Final

import numpy as np
import shapely
from scipy.spatial import Voronoi, cKDTree

from standby._globe import KM_PER_DEGREE
from standby._typing import Floats, Mask
from standby.travel.roads._engine import GraphMinutes, Spots, buckets, departures
from standby.travel.roads._graph import Longs, RoadGraph
from standby.travel.roads._kernels_search import spread, workspace
from standby.travel.roads._search_graph import MAIN_RANK

OPEN_KM: Final = 0.4
"""Land that is further than about this from every point of the network belongs to no isochrone [km]."""

NEARBY_KM: Final = 2.0
"""Points of the network within this distance of a reached one bound the area [km]."""

GRAIN_KM: Final = 1e-4
"""Points that lie closer together count as one, and as reached if one of them is [km]."""


def node_minutes(graph: RoadGraph, costs: GraphMinutes, origins: Spots, limit_min: float) -> Floats:
    """Return the time at which each node of the graph is first reached, ``inf`` beyond the limit [min]."""
    search = costs.search
    vertex_min = _vertex_minutes(costs, origins, limit_min)

    # A junction is reached with the first of the vertices that stand for it.
    minutes = np.full(graph.lon.size, np.inf)
    minutes[: graph.n_junctions] = np.minimum.reduceat(vertex_min[search.at_vertex], search.at_start[:-1])

    # Nodes along a chain are reached from its two ends: when each of its edges is entered, and the way there.
    entered = np.full(2 * graph.n_chains, np.inf)
    np.minimum.at(entered, search.base, vertex_min[_tails(search.start)] + costs.extra)

    chain = np.repeat(np.arange(graph.n_chains), np.diff(graph.chain_start))
    first = graph.chain_start[chain]
    end = graph.chain_start[chain + 1]
    along = costs.chains.along
    against = costs.chains.against
    row = np.arange(chain.size)
    onward = entered[2 * chain] + along[row + 1] - along[first]
    back = entered[2 * chain + 1] + against[end] - against[row]
    np.minimum.at(minutes, graph.stretch_to, onward)
    np.minimum.at(minutes, graph.stretch_from, back)

    _reach_own_chain(graph, costs, origins, minutes)
    minutes[minutes > limit_min] = np.inf
    return minutes


def _vertex_minutes(costs: GraphMinutes, origins: Spots, limit_min: float) -> Floats:
    """Return the time at which each vertex of the search graph is first reached from any origin [min]."""
    leave = departures(costs.search, origins)
    by_time = buckets(costs, leave)
    work = workspace(costs.search.start.size - 1, by_time.number)

    # The links of all origins at once are the seeds: the nearest origin counts.
    spread(costs.edges, leave.vertex, leave.minutes, limit_min, by_time.width, work)
    return work.distance


def _tails(start: np.ndarray) -> np.ndarray:
    """Return the vertex that each edge leaves."""
    return np.repeat(np.arange(start.size - 1), np.diff(start))


def _reach_own_chain(graph: RoadGraph, costs: GraphMinutes, origins: Spots, minutes: Floats) -> None:
    """Lower the minutes of nodes on the chain that an origin stands on: they need no junction."""
    along = costs.chains.along
    against = costs.chains.against

    for o in np.flatnonzero(origins.chain >= 0):
        c = origins.chain[o]
        first = graph.chain_start[c]
        end = graph.chain_start[c + 1]
        row = np.arange(first, end)

        if np.isfinite(costs.chains.edge[2 * c]):
            ahead = row + 1 >= origins.along[o]
            when = along[row + 1] - along[first] - origins.from_start[o]
            np.minimum.at(minutes, graph.stretch_to[row[ahead]], np.maximum(when[ahead], 0.0))

        if np.isfinite(costs.chains.edge[2 * c + 1]):
            behind = row <= origins.along[o]
            when = origins.to_start[o] - (against[row] - against[first])
            np.minimum.at(minutes, graph.stretch_from[row[behind]], np.maximum(when[behind], 0.0))


def isochrone(graph: RoadGraph, when: Floats, limit_min: float) -> shapely.MultiPolygon:
    """Return the area that lies nearer to a node reached within the limit than to any other node."""
    in_time: Mask = when <= limit_min
    if not in_time.any():
        return shapely.MultiPolygon()

    # Kilometres east and north of the middle of what is reached.
    middle_lon = float(graph.lon[in_time].mean())
    middle_lat = float(graph.lat[in_time].mean())
    scale = np.array([KM_PER_DEGREE * max(np.cos(np.radians(middle_lat)), 0.01), KM_PER_DEGREE])
    xy = (np.stack([graph.lon, graph.lat], axis=1) - (middle_lon, middle_lat)) * scale
    reached = xy[in_time]
    area = _union(_cells(reached, xy[~in_time]))

    # Cells of points closer than the grain may leave one of them out: it gets a dot.
    outside = ~shapely.contains_xy(area, reached)
    if outside.any():
        dots = shapely.MultiPoint(reached[outside]).buffer(2 * GRAIN_KM, quad_segs=2)
        area = shapely.union(area, dots)

    lonlat = shapely.transform(area, lambda points: points / scale + (middle_lon, middle_lat))
    return shapely.MultiPolygon([part for part in shapely.get_parts(lonlat) if part.geom_type == "Polygon"])


def nodes_of_use(graph: RoadGraph, costs: GraphMinutes) -> Mask:
    """Return which nodes lie on roads to which the profile comes from the main network."""
    usable = costs.search.destination_rank == MAIN_RANK
    on_usable = np.zeros(graph.lon.size, np.bool_)
    on_usable[graph.stretch_from[usable]] = True
    on_usable[graph.stretch_to[usable]] = True
    return on_usable


def _cells(reached: Floats, other: Floats) -> list[shapely.Polygon]:
    """Return the Voronoi cells of the reached points among all points and the open land around them."""
    if other.size:
        distance, _ = cKDTree(reached).query(other, distance_upper_bound=NEARBY_KM)
        other = other[np.isfinite(distance)]

    # Points within the grain count as one. The reached ones come first, so that one of them wins.
    points = np.concatenate([reached, other])
    distinct, first = np.unique(np.round(points / GRAIN_KM).astype(np.int64), axis=0, return_index=True)
    is_reached = first < reached.shape[0]

    sites = np.concatenate([distinct * GRAIN_KM, _open_land(points)])
    diagram = Voronoi(sites)
    wanted = np.flatnonzero(is_reached)
    corners = [diagram.regions[diagram.point_region[k]] for k in wanted]
    return _rings(diagram.vertices, sites[wanted], corners)


def _rings(vertices: Floats, sites: Floats, corners: list[list[int]]) -> list[shapely.Polygon]:
    """Return convex cells from their corners, which are put in order around the site."""
    count = np.array([len(own) for own in corners])
    proper = np.flatnonzero(count >= 3)
    cell: Longs = np.repeat(np.arange(proper.size), count[proper])
    corner = np.concatenate([np.asarray(corners[k]) for k in proper])

    from_site = vertices[corner] - sites[proper][cell]
    bearing = np.arctan2(from_site[:, 1], from_site[:, 0])
    order = np.lexsort((bearing, cell))
    rings = shapely.linearrings(vertices[corner[order]], indices=cell)
    return list(shapely.polygons(rings))


def _open_land(points: Floats) -> Floats:
    """Return places all around that are far from every point, as neighbours that are never reached."""
    low = points.min(axis=0) - 3 * OPEN_KM
    high = points.max(axis=0) + 3 * OPEN_KM

    # A grid of at most about a million places.
    step = max(OPEN_KM, float(np.sqrt(np.prod(high - low) / 1_000_000)))
    axes = [np.arange(low[k], high[k] + step, step) for k in range(2)]
    grid = np.stack([axis.ravel() for axis in np.meshgrid(*axes)], axis=1)
    distance, _ = cKDTree(points).query(grid, distance_upper_bound=2 * OPEN_KM)
    far = grid[distance > OPEN_KM]

    # Four corners far outside bound every cell, so that none of them is open.
    middle = (low + high) / 2
    size = (high - low).max() * 10 + 10
    corners = middle + size * np.array([[1, 1], [1, -1], [-1, 1], [-1, -1]])
    return np.concatenate([far, corners])


def _union(cells: list[shapely.Polygon]) -> shapely.Geometry:
    """Return the union of cells that touch and do not overlap."""
    try:
        return shapely.coverage_union_all(cells)
    except shapely.GEOSException:
        # Cells that fail to touch by a rounding error.
        return shapely.union_all(shapely.buffer(cells, 1e-9))
