"""From roads as read to a road graph."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from standby._typing import Floats, Mask
from standby.travel._great_circle import EARTH_RADIUS_KM
from standby.travel.roads._codes import CLASS_CODE, STREETS
from standby.travel.roads._driving_side import left_hand_of
from standby.travel.roads._errors import RoadsError
from standby.travel.roads._graph import Ints, Longs, RoadGraph, attribute_rows
from standby.travel.roads._kernels_build import adjacency, chains, junctions
from standby.travel.roads._raw import RawRoads

BUILT_UP_CELL_KM: Final = 0.25
"""Side of the squares in which streets are counted [km]. An assumption."""

BUILT_UP_STREETS_KM: Final = 0.6
"""A stretch lies in a built-up area if so much residential street lies in its square and the eight around it
[km]. An assumption; three quarters of a kilometre square with a street and its side street is a village."""

LEAST_BENDS: Final = 3
"""Bends of roundabouts that must turn otherwise than traffic does before that is said."""


@dataclass(slots=True)
class _Stretches:
    """Stretches as the file has them, one entry each."""

    u: Ints
    v: Ints
    way: Longs
    km: Floats
    own_min: Floats
    own_min_back: Floats


def build_graph(raw: RawRoads, *, left_hand: bool | None = None) -> RoadGraph:
    """Build the graph of what a reader read.

    Raises
    ------
    RoadsError
        If there is no road.
    """
    ids, first, point = np.unique(raw.point_id, return_index=True, return_inverse=True)
    lon, lat = raw.lon[first], raw.lat[first]
    stretches = _stretches(raw, point.astype(np.int32), lon, lat)
    if not stretches.u.size:
        raise RoadsError(
            "the file has no road that a car could be on",
            "give an extract with its highways, and check that it is the area you meant",
        )
    attributes = attribute_rows(raw.attributes)
    of_way = raw.way_attributes[stretches.way]
    start, touching = adjacency(stretches.u, stretches.v, ids.size)
    junction = junctions(
        start,
        touching,
        stretches.u,
        _signature(attributes, of_way, stretches.own_min),
        attributes[of_way, 3] > 0,
        _kept(raw, ids),
    )
    order, turned, chain_start, _ = chains(start, touching, stretches.u, stretches.v, junction)
    renumber, new_order = _renumbered(junction, start, lon, lat)
    a, b = renumber[stretches.u[order]], renumber[stretches.v[order]]
    stretch_from, stretch_to = np.where(turned, b, a), np.where(turned, a, b)
    heads, tails = chain_start[:-1], chain_start[1:] - 1
    kinds = np.zeros(ids.size, np.uint8)
    kinds[_positions_of(ids, raw.node_kinds.keys())] = [
        kind for number, kind in raw.node_kinds.items() if _among(ids, number)
    ]
    graph = RoadGraph(
        lon=lon[new_order],
        lat=lat[new_order],
        node_kind=kinds[new_order][: int(junction.sum())],
        stretch_from=stretch_from.astype(np.int32),
        stretch_to=stretch_to.astype(np.int32),
        stretch_km=stretches.km[order].astype(np.float32),
        stretch_min=stretches.own_min[order].astype(np.float32),
        stretch_min_back=stretches.own_min_back[order].astype(np.float32),
        stretch_attributes=of_way[order].astype(np.int32),
        stretch_turned=turned,
        stretch_built_up=_built_up(raw, stretches, attributes, lon, lat)[order],
        chain_start=chain_start,
        chain_from=stretch_from[heads].astype(np.int32),
        chain_to=stretch_to[tails].astype(np.int32),
        attributes=attributes,
        turns_no=np.zeros((0, 2), np.int32),
        turns_only=np.zeros((0, 2), np.int32),
        left_hand=False,
        findings=(),
    )
    return _finished(graph, raw, ids, renumber, stretches.way[order], left_hand=left_hand)


def _finished(
    graph: RoadGraph, raw: RawRoads, ids: Longs, renumber: Ints, way: Longs, *, left_hand: bool | None
) -> RoadGraph:
    """Add turns, the side of the road and the findings."""
    stored = graph.arrays()
    findings = list(raw.findings)
    no, only, unresolved = _turns(graph, raw, ids, renumber, raw.way_id[way])
    if unresolved:
        findings.append(
            f"{unresolved} turn restrictions name roads that do not meet there, and are not obeyed"
        )
    if not np.isfinite(graph.stretch_km).all():
        raise RoadsError("the file has roads of no finite length", "it is damaged")
    middle = graph.stretch_from
    left, said = left_hand_of(
        graph.lon[middle], graph.lat[middle], graph.stretch_km.astype(np.float64), raw.way_side[way],
        country_sides=raw.country_sides, given=left_hand,
    )  # fmt: skip
    findings += said + _rings_turn_otherwise(graph, left=left)
    stored.update(
        turns_no=no,
        turns_only=only,
        left_hand=np.asarray(left),
        findings=np.array(findings, dtype=np.str_),
    )
    return RoadGraph.of_arrays(stored)


def _stretches(raw: RawRoads, point: Ints, lon: Floats, lat: Floats) -> _Stretches:
    """Join neighbouring points of each way; share a way's own length and minutes out by length."""
    counts = np.diff(raw.way_start)
    way_of_point = np.repeat(np.arange(counts.size), counts)
    inside = way_of_point[:-1] == way_of_point[1:] if point.size else np.zeros(0, np.bool_)
    u, v, way = point[:-1][inside], point[1:][inside], way_of_point[:-1][inside]
    distinct = u != v
    u, v, way = u[distinct], v[distinct], way[distinct]
    km = step_km(lon[u], lat[u], lon[v], lat[v])
    km = np.maximum(km, 1e-6)  # two nodes in one place: a millimetre keeps every speed finite
    whole = np.bincount(way, weights=km, minlength=counts.size)
    share = km / whole[way]
    km = np.where(np.isnan(raw.way_km[way]), km, raw.way_km[way] * share)
    return _Stretches(u, v, way, km, raw.way_min[way] * share, raw.way_min_back[way] * share)


def step_km(lon_a: Floats, lat_a: Floats, lon_b: Floats, lat_b: Floats) -> Floats:
    """Great-circle distance of each pair, by the haversine formula [km]."""
    a, b = np.radians(lat_a), np.radians(lat_b)
    half = np.sin((b - a) / 2) ** 2 + np.cos(a) * np.cos(b) * np.sin(np.radians(lon_b - lon_a) / 2) ** 2
    return np.asarray(2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.minimum(half, 1.0))))


def _signature(attributes: Floats, of_way: Longs, own_min: Floats) -> Ints:
    """Give one number to stretches on which every profile decides the same about passing."""
    _, same = np.unique(attributes[:, [0, 1, 3, 4, 7]], axis=0, return_inverse=True)
    return (same.ravel()[of_way] * 2 + ~np.isnan(own_min)).astype(np.int32)


def _kept(raw: RawRoads, ids: Longs) -> Mask:
    """Mark nodes that are junctions whatever meets there."""
    keep = np.zeros(ids.size, np.bool_)
    keep[_positions_of(ids, raw.node_kinds.keys())] = True
    keep[_positions_of(ids, (turn.via for turn in raw.turns))] = True
    return keep


def _positions_of(ids: Longs, wanted: object) -> Longs:
    given = np.fromiter(wanted, dtype=np.int64)  # type: ignore[call-overload]
    at = np.minimum(np.searchsorted(ids, given), ids.size - 1)
    return np.asarray(at[ids[at] == given])


def _among(ids: Longs, number: int) -> bool:
    at = int(np.searchsorted(ids, number))
    return at < ids.size and int(ids[at]) == number


def _renumbered(junction: Mask, start: Longs, lon: Floats, lat: Floats) -> tuple[Ints, Longs]:
    """Put junctions first, neighbours together and dead ends last, so that a search stays in the cache.

    Returns the new number of each node and the old number of each new one.
    """
    roads_at = np.diff(start)
    kind = np.where(junction, np.where(roads_at > 1, 0, 1), 2)
    order = np.lexsort((_curve(lon, lat), kind))
    order = order[(kind[order] < 2) | (roads_at[order] > 0)]
    renumber = np.full(junction.size, -1, np.int32)
    renumber[order] = np.arange(order.size)
    return renumber, order


def _curve(lon: Floats, lat: Floats) -> Longs:
    """Return places along a Z-order curve over squares of about 300 m: near places have near numbers."""
    column = np.floor((lon + 180) / 0.004).astype(np.int64)
    row = np.floor((lat + 90) / 0.003).astype(np.int64)
    out = np.zeros(lon.size, np.int64)
    for bit in range(17):
        out |= ((column >> bit) & 1) << (2 * bit) | ((row >> bit) & 1) << (2 * bit + 1)
    return out


def _built_up(raw: RawRoads, s: _Stretches, attributes: Floats, lon: Floats, lat: Floats) -> Mask:
    """Whether each stretch lies among streets, by the length of street in its square and the eight around."""
    road_class = attributes[raw.way_attributes[s.way], 0]
    street = np.isin(road_class, [CLASS_CODE[name] for name in STREETS])
    mid_lon, mid_lat = (lon[s.u] + lon[s.v]) / 2, (lat[s.u] + lat[s.v]) / 2
    per_degree = np.pi / 180 * EARTH_RADIUS_KM
    x = mid_lon * per_degree * np.cos(np.radians(np.median(mid_lat))) / BUILT_UP_CELL_KM
    y = mid_lat * per_degree / BUILT_UP_CELL_KM
    column, row = np.floor(x).astype(np.int64), np.floor(y).astype(np.int64)
    width = 1 << 32
    key = row * width + column
    cells, length = np.unique(key[street], return_inverse=True)
    if not cells.size:
        return np.asarray(raw.way_lit[s.way])
    km = np.bincount(length.ravel(), weights=s.km[street], minlength=cells.size)
    around = np.zeros(key.size)
    for shift in (dy * width + dx for dy in (-1, 0, 1) for dx in (-1, 0, 1)):
        at = np.minimum(np.searchsorted(cells, key + shift), cells.size - 1)
        around += np.where(cells[at] == key + shift, km[at], 0.0)
    return np.asarray((around >= BUILT_UP_STREETS_KM) | raw.way_lit[s.way])


def _rings_turn_otherwise(graph: RoadGraph, *, left: bool) -> list[str]:
    """Return a sentence if the roundabouts turn as they do where traffic keeps to the other side."""
    ring = np.flatnonzero((graph.attributes[graph.stretch_attributes, 4] > 0) & _one_ways(graph))
    sign = np.where(graph.stretch_turned[ring], -1.0, 1.0)
    sense = _turning(graph, ring) * sign
    as_left, as_right = int((sense < -0.5).sum()), int((sense > 0.5).sum())
    if as_left + as_right < LEAST_BENDS or as_left == as_right or (as_left > as_right) == left:
        return []
    side = "left" if as_left > as_right else "right"
    return [
        f"but its roundabouts turn as where traffic keeps to the {side}: give driving_side if that is right"
    ]


def _one_ways(graph: RoadGraph) -> Mask:
    return np.asarray(graph.attributes[graph.stretch_attributes, 3] > 0)


def _turning(graph: RoadGraph, ring: Longs) -> Floats:
    """Bend from each stretch of a roundabout to the next of its chain: positive to the left, 0 at the end."""
    u, v = graph.stretch_from[ring], graph.stretch_to[ring]
    dx = (graph.lon[v] - graph.lon[u]) * np.cos(np.radians(graph.lat[u]))
    heading = np.arctan2(graph.lat[v] - graph.lat[u], dx)
    bend = np.zeros(ring.size)
    follows = (np.diff(ring) == 1) & (u[1:] == v[:-1])
    bend[:-1][follows] = np.angle(np.exp(1j * np.diff(heading)))[follows]
    return np.sign(bend)


def _turns(
    graph: RoadGraph, raw: RawRoads, ids: Longs, renumber: Ints, way_id: Longs
) -> tuple[Ints, Ints, int]:
    """Turn restrictions as pairs of edges; those whose roads do not meet in one way each are counted."""
    first_way, last_way = way_id[graph.chain_start[:-1]], way_id[graph.chain_start[1:] - 1]
    leaving: dict[int, list[tuple[int, int]]] = {}
    vias = {int(renumber[np.searchsorted(ids, t.via)]) for t in raw.turns if _among(ids, t.via)}
    touching = np.flatnonzero(np.isin(graph.chain_from, list(vias)) | np.isin(graph.chain_to, list(vias)))
    for c in touching.tolist():
        leaving.setdefault(int(graph.chain_from[c]), []).append((2 * c, int(first_way[c])))
        leaving.setdefault(int(graph.chain_to[c]), []).append((2 * c + 1, int(last_way[c])))
    pairs: dict[bool, set[tuple[int, int]]] = {True: set(), False: set()}
    unresolved = 0
    for turn in raw.turns:
        out = leaving.get(int(renumber[np.searchsorted(ids, turn.via)]), []) if _among(ids, turn.via) else []
        come = [edge ^ 1 for edge, way in out if way == turn.from_way and _open(graph, edge ^ 1)]
        go = [edge for edge, way in out if way == turn.to_way and _open(graph, edge)]
        if len(come) != 1 or len(go) != 1:
            unresolved += 1
            continue
        pairs[turn.only].add((come[0], go[0]))
    no, only = (np.array(sorted(pairs[kind]), np.int32).reshape(-1, 2) for kind in (False, True))
    return no, only, unresolved


def _open(graph: RoadGraph, edge: int) -> bool:
    """Whether an edge runs along its one-way street, or on a street that has two ways."""
    stretch = int(graph.chain_start[edge >> 1])
    oneway = graph.attributes[graph.stretch_attributes[stretch], 3] > 0
    return not oneway or (edge & 1) == int(graph.stretch_turned[stretch])
