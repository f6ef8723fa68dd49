"""Build a road graph from roads as they were read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np

from standby._globe import KM_PER_DEGREE
from standby._typing import Floats, Mask
from standby.travel._great_circle import pairs_km
from standby.travel.roads._codes import CLASS_CODE, STREETS
from standby.travel.roads._driving_side import left_hand_of
from standby.travel.roads._errors import RoadsError
from standby.travel.roads._graph import AttributeColumn, Ints, Longs, RoadGraph, attribute_rows
from standby.travel.roads._kernels_build import adjacency, chains, junctions
from standby.travel.roads._raw import RawRoads

BUILT_UP_CELL_KM: Final = 0.25
"""Side of the squares in which streets are counted [km]. An assumption."""

BUILT_UP_STREETS_KM: Final = 0.6
"""A stretch lies in a built-up area if at least this much residential street lies in its square and the eight
around it [km]. An assumption: a street with a side street within some 750 m is a village."""

LEAST_BENDS: Final = 3
"""Bends of roundabouts that are needed before they can speak against the side that was decided."""


_DECIDING: Final = [
    AttributeColumn.ROAD_CLASS,
    AttributeColumn.ACCESS,
    AttributeColumn.ONEWAY,
    AttributeColumn.ROUNDABOUT,
    AttributeColumn.TIMED,
]
"""Columns of the attributes that decide whether a profile may pass; the others decide how fast."""


@dataclass(slots=True)
class _Stretches:
    """Stretches as the file has them, one entry each.

    Parameters
    ----------
    u, v
        Nodes at the two ends.
    way
        The way that the stretch is of.
    km
        Its length [km].
    own_min, own_min_back
        Its share of the way's own minutes, along and against; NaN where speeds decide [min].
    """

    u: Ints
    v: Ints
    way: Longs
    km: Floats
    own_min: Floats
    own_min_back: Floats


def build_graph(raw: RawRoads, *, left_hand: bool | None = None) -> RoadGraph:
    """Return the graph of roads that a reader has read.

    Raises
    ------
    RoadsError
        If there is no road.
    """
    # Number the nodes 0, 1, … in the order of their identifiers.
    ids, first, point = np.unique(raw.point_id, return_index=True, return_inverse=True)
    lon = raw.lon[first]
    lat = raw.lat[first]
    stretches = _stretches(raw, point.astype(np.int32), lon, lat)
    if not stretches.u.size:
        raise RoadsError(
            "the file has no road that a car could be on",
            "give an extract with its highways, and check that it is the area you meant",
        )

    # Join stretches into chains between junctions.
    attributes = attribute_rows(raw.attributes)
    of_way = raw.way_attributes[stretches.way]
    start, touching = adjacency(stretches.u, stretches.v, ids.size)
    junction = junctions(
        start,
        touching,
        stretches.u,
        _signature(attributes, of_way, stretches.own_min),
        attributes[of_way, AttributeColumn.ONEWAY] > 0,
        _forced_junctions(raw, ids),
    )
    order, turned, chain_start, _ = chains(start, touching, stretches.u, stretches.v, junction)

    # Give nodes their final numbers, and stretches the direction of their chains.
    new_number, old_number = _renumbered(junction, start, lon, lat)
    u = new_number[stretches.u[order]]
    v = new_number[stretches.v[order]]
    stretch_from = np.where(turned, v, u)
    stretch_to = np.where(turned, u, v)
    first_stretch = chain_start[:-1]
    last_stretch = chain_start[1:] - 1

    node_kind = np.zeros(ids.size, np.uint8)
    node_kind[_positions_of(ids, raw.node_kinds.keys())] = [
        kind for number, kind in raw.node_kinds.items() if _is_among(ids, number)
    ]

    graph = RoadGraph(
        lon=lon[old_number],
        lat=lat[old_number],
        node_kind=node_kind[old_number][: int(junction.sum())],
        stretch_from=stretch_from.astype(np.int32),
        stretch_to=stretch_to.astype(np.int32),
        stretch_km=stretches.km[order].astype(np.float32),
        stretch_min=stretches.own_min[order].astype(np.float32),
        stretch_min_back=stretches.own_min_back[order].astype(np.float32),
        stretch_attributes=of_way[order].astype(np.int32),
        stretch_turned=turned,
        stretch_built_up=_built_up(raw, stretches, attributes, lon, lat)[order],
        chain_start=chain_start,
        chain_from=stretch_from[first_stretch].astype(np.int32),
        chain_to=stretch_to[last_stretch].astype(np.int32),
        attributes=attributes,
        turns_no=np.zeros((0, 2), np.int32),
        turns_only=np.zeros((0, 2), np.int32),
        left_hand=False,
        findings=(),
    )
    return _finished(graph, raw, ids, new_number, stretches.way[order], left_hand=left_hand)


def _finished(
    graph: RoadGraph, raw: RawRoads, ids: Longs, new_number: Ints, way: Longs, *, left_hand: bool | None
) -> RoadGraph:
    """Return the graph with its turns, the side of the road and the findings."""
    findings = list(raw.findings)
    turns_no, turns_only, unresolved = _turns(graph, raw, ids, new_number, raw.way_id[way])
    if unresolved:
        findings.append(
            f"{unresolved} turn restrictions name roads that do not meet there, and are not obeyed"
        )

    if not np.isfinite(graph.stretch_km).all():
        raise RoadsError("the file has roads of no finite length: it is damaged", "download it again")

    keeps_left, side_findings = left_hand_of(
        graph.lon[graph.stretch_from],
        graph.lat[graph.stretch_from],
        graph.stretch_km.astype(np.float64),
        raw.way_side[way],
        country_sides=raw.country_sides,
        given=left_hand,
    )
    findings += side_findings
    findings += _roundabouts_disagree(graph, keeps_left=keeps_left)

    arrays = graph.arrays()
    arrays.update(
        turns_no=turns_no,
        turns_only=turns_only,
        left_hand=np.asarray(keeps_left),
        findings=np.array(findings, dtype=np.str_),
    )
    return RoadGraph.of_arrays(arrays)


def _stretches(raw: RawRoads, point: Ints, lon: Floats, lat: Floats) -> _Stretches:
    """Return what joins neighbouring points of each way; a way's own km and minutes are shared by length."""
    counts = np.diff(raw.way_start)
    way_of_point = np.repeat(np.arange(counts.size), counts)
    same_way = way_of_point[:-1] == way_of_point[1:] if point.size else np.zeros(0, np.bool_)
    u = point[:-1][same_way]
    v = point[1:][same_way]
    way = way_of_point[:-1][same_way]

    # A node that is listed twice in a row makes no stretch.
    distinct = u != v
    u = u[distinct]
    v = v[distinct]
    way = way[distinct]

    # Two nodes in one place are a millimetre apart, which keeps every speed finite.
    drawn_km = np.maximum(pairs_km(lon[u], lat[u], lon[v], lat[v]), 1e-6)
    way_drawn_km = np.bincount(way, weights=drawn_km, minlength=counts.size)
    share = drawn_km / way_drawn_km[way]
    km = np.where(np.isnan(raw.way_km[way]), drawn_km, raw.way_km[way] * share)
    return _Stretches(u, v, way, km, raw.way_min[way] * share, raw.way_min_back[way] * share)


def _signature(attributes: Floats, of_way: Longs, own_min: Floats) -> Ints:
    """Return one number for stretches on which every profile decides the same about passing."""
    _, same = np.unique(attributes[:, _DECIDING], axis=0, return_inverse=True)
    return (same.ravel()[of_way] * 2 + ~np.isnan(own_min)).astype(np.int32)


def _forced_junctions(raw: RawRoads, ids: Longs) -> Mask:
    """Return which nodes are junctions whatever meets there: something stands there, or turns matter."""
    forced = np.zeros(ids.size, np.bool_)
    forced[_positions_of(ids, raw.node_kinds.keys())] = True
    forced[_positions_of(ids, (turn.via for turn in raw.turns))] = True
    return forced


def _positions_of(ids: Longs, wanted: Iterable[int]) -> Longs:
    """Return where wanted identifiers are among the sorted ones; those that are absent are passed over."""
    given = np.fromiter(wanted, dtype=np.int64)
    at = np.minimum(np.searchsorted(ids, given), ids.size - 1)
    return np.asarray(at[ids[at] == given])


def _is_among(ids: Longs, number: int) -> bool:
    """Return whether an identifier is among the sorted ones."""
    at = int(np.searchsorted(ids, number))
    return at < ids.size and int(ids[at]) == number


def _renumbered(junction: Mask, start: Longs, lon: Floats, lat: Floats) -> tuple[Ints, Longs]:
    """Put junctions first, neighbours together and dead ends last, so that a search stays in the cache.

    Returns the new number of each node and the old number of each new one. Nodes that no road touches get
    none (-1).
    """
    roads_at = np.diff(start)
    group = np.where(junction, np.where(roads_at > 1, 0, 1), 2)
    order = np.lexsort((_along_z_curve(lon, lat), group))
    order = order[(group[order] < 2) | (roads_at[order] > 0)]

    new_number = np.full(junction.size, -1, np.int32)
    new_number[order] = np.arange(order.size)
    return new_number, order


def _along_z_curve(lon: Floats, lat: Floats) -> Longs:
    """Return places along a Z-order curve over squares of about 300 m: near places have near numbers."""
    column = np.floor((lon + 180) / 0.004).astype(np.int64)
    row = np.floor((lat + 90) / 0.003).astype(np.int64)

    # The bits of column and row in turn; 17 bits hold 360 / 0.004.
    position = np.zeros(lon.size, np.int64)
    for bit in range(17):
        position |= ((column >> bit) & 1) << (2 * bit) | ((row >> bit) & 1) << (2 * bit + 1)
    return position


def _built_up(raw: RawRoads, stretches: _Stretches, attributes: Floats, lon: Floats, lat: Floats) -> Mask:
    """Return whether each stretch lies among streets, by their length in its square and the eight around."""
    road_class = attributes[raw.way_attributes[stretches.way], AttributeColumn.ROAD_CLASS]
    is_street = np.isin(road_class, [CLASS_CODE[name] for name in STREETS])
    is_lit = raw.way_lit[stretches.way]

    # The square of each stretch's middle, as one number.
    middle_lon = (lon[stretches.u] + lon[stretches.v]) / 2
    middle_lat = (lat[stretches.u] + lat[stretches.v]) / 2
    x = middle_lon * KM_PER_DEGREE * np.cos(np.radians(np.median(middle_lat))) / BUILT_UP_CELL_KM
    y = middle_lat * KM_PER_DEGREE / BUILT_UP_CELL_KM
    column = np.floor(x).astype(np.int64)
    row = np.floor(y).astype(np.int64)
    width = 1 << 32
    cell = row * width + column

    # The length of street in each square that has some.
    street_cells, cell_of_street = np.unique(cell[is_street], return_inverse=True)
    if not street_cells.size:
        return np.asarray(is_lit)
    street_km = np.bincount(
        cell_of_street.ravel(), weights=stretches.km[is_street], minlength=street_cells.size
    )

    around_km = np.zeros(cell.size)
    for shift in (rows * width + columns for rows in (-1, 0, 1) for columns in (-1, 0, 1)):
        neighbour = cell + shift
        at = np.minimum(np.searchsorted(street_cells, neighbour), street_cells.size - 1)
        around_km += np.where(street_cells[at] == neighbour, street_km[at], 0.0)

    return np.asarray((around_km >= BUILT_UP_STREETS_KM) | is_lit)


def _roundabouts_disagree(graph: RoadGraph, *, keeps_left: bool) -> list[str]:
    """Return a sentence if the roundabouts turn as they do where traffic keeps to the other side."""
    is_roundabout = graph.attributes[graph.stretch_attributes, AttributeColumn.ROUNDABOUT] > 0
    ring = np.flatnonzero(is_roundabout & _one_ways(graph))

    # A chain that runs against the traffic bends the other way.
    sign = np.where(graph.stretch_turned[ring], -1.0, 1.0)
    bend = _bends(graph, ring) * sign

    # Where traffic keeps to the left it goes round clockwise, which bends to the right.
    as_left = int((bend < -0.5).sum())
    as_right = int((bend > 0.5).sum())
    if as_left + as_right < LEAST_BENDS or as_left == as_right or (as_left > as_right) == keeps_left:
        return []

    side = "left" if as_left > as_right else "right"
    return [
        f"but its roundabouts turn as where traffic keeps to the {side}: give driving_side if that is right"
    ]


def _one_ways(graph: RoadGraph) -> Mask:
    """Return which stretches are of one-way roads."""
    return np.asarray(graph.attributes[graph.stretch_attributes, AttributeColumn.ONEWAY] > 0)


def _bends(graph: RoadGraph, ring: Longs) -> Floats:
    """Return the bend from each stretch of a roundabout to the next of its chain.

    It is 1 to the left, -1 to the right, and 0 at the end of the chain.
    """
    u = graph.stretch_from[ring]
    v = graph.stretch_to[ring]
    dx = (graph.lon[v] - graph.lon[u]) * np.cos(np.radians(graph.lat[u]))
    dy = graph.lat[v] - graph.lat[u]
    heading = np.arctan2(dy, dx)

    # The angle of a complex number brings the difference between -π and π.
    bend = np.zeros(ring.size)
    follows = (np.diff(ring) == 1) & (u[1:] == v[:-1])
    bend[:-1][follows] = np.angle(np.exp(1j * np.diff(heading)))[follows]
    return np.sign(bend)


def _turns(
    graph: RoadGraph, raw: RawRoads, ids: Longs, new_number: Ints, way_id: Longs
) -> tuple[Ints, Ints, int]:
    """Return turn restrictions as pairs of edges: forbidden, and the only ones allowed.

    Those whose two roads do not meet at the node, one edge each, are only counted.
    """
    # The edges that leave each node of a restriction, with the way that they begin on.
    first_way = way_id[graph.chain_start[:-1]]
    last_way = way_id[graph.chain_start[1:] - 1]
    vias = {int(new_number[np.searchsorted(ids, t.via)]) for t in raw.turns if _is_among(ids, t.via)}
    touching = np.flatnonzero(np.isin(graph.chain_from, list(vias)) | np.isin(graph.chain_to, list(vias)))
    leaving: dict[int, list[tuple[int, int]]] = {}
    for c in touching.tolist():
        leaving.setdefault(int(graph.chain_from[c]), []).append((2 * c, int(first_way[c])))
        leaving.setdefault(int(graph.chain_to[c]), []).append((2 * c + 1, int(last_way[c])))

    forbidden: set[tuple[int, int]] = set()
    only: set[tuple[int, int]] = set()
    unresolved = 0
    for turn in raw.turns:
        edges_here: list[tuple[int, int]] = []
        if _is_among(ids, turn.via):
            edges_here = leaving.get(int(new_number[np.searchsorted(ids, turn.via)]), [])

        # One comes by the edge that is opposite to one that leaves.
        come = [edge ^ 1 for edge, way in edges_here if way == turn.from_way and _is_open(graph, edge ^ 1)]
        go = [edge for edge, way in edges_here if way == turn.to_way and _is_open(graph, edge)]
        if len(come) != 1 or len(go) != 1:
            unresolved += 1
            continue

        (only if turn.only else forbidden).add((come[0], go[0]))

    return _edge_pairs(forbidden), _edge_pairs(only), unresolved


def _edge_pairs(pairs: set[tuple[int, int]]) -> Ints:
    """Return pairs of edges in order, shape (k, 2)."""
    return np.array(sorted(pairs), np.int32).reshape(-1, 2)


def _is_open(graph: RoadGraph, edge: int) -> bool:
    """Return whether an edge runs along its one-way street, or on a street that has two ways."""
    stretch = int(graph.chain_start[edge >> 1])
    is_oneway = graph.attributes[graph.stretch_attributes[stretch], AttributeColumn.ONEWAY] > 0
    return not is_oneway or (edge & 1) == int(graph.stretch_turned[stretch])
