"""Build the graph that is searched: junctions split where turns matter, edges in the order of their tails."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from standby._typing import Floats, Mask
from standby.travel.roads._codes import CLASS_CODE, NODE_KINDS
from standby.travel.roads._graph import AttributeColumn, Bytes, Ints, Longs, RoadGraph
from standby.travel.roads._kernels_search import flood
from standby.travel.roads._ragged import spread_out
from standby.travel.roads._speeds import carried, passable, speeds, timed
from standby.travel.roads.profile import Profile

SMALL_SHARE: Final = 0.01
"""A part of the network is a fragment if it has less than this share of the length of the largest part, and
less than `SMALL_KM`: a car park or a clipped end of road."""

SMALL_KM: Final = 5.0
"""A part of at least this length is a network of its own, whatever its share [km]."""

MAIN_SHARE: Final = 0.5
"""Parts with at least this share of the streets and roads of the largest are the main network; tracks and
service roads do not count for that."""

MINOR: Final = ("track", "service", "pedestrian", "busway")
"""Classes of road that alone make no network where people live."""

MAIN_RANK: Final = 3
"""Rank of roads of the main network, the highest."""

SCRAP_KM: Final = 0.5
"""A part shorter than this is a scrap: nobody lives there, and it is passed over at any distance [km]."""

TURN_RANGE: Final = (np.radians(45), np.radians(170))
"""A bend between these is a turn to that side; a smaller one is straight on, a larger one back [radians]."""


@dataclass(frozen=True, slots=True, eq=False)
class SearchGraph:
    """What a profile makes of a road graph, whatever the hour.

    Parameters
    ----------
    kph
        Speeds by attributes, as from `speeds` [km/h].
    start
        Where the edges that leave each vertex start, shape (n_vertices + 1,).
    stop
        Where those end that a search follows; behind them come those to dead ends, shape (n_vertices,).
    leaf
        Vertices at dead ends: from there one can only go back by the same road, shape (n_vertices,).
    base
        Edge of the road graph that each edge stands for, shape (n,).
    head
        Vertex it leads to.
    extra
        Minutes of the junction before it: signals, turn [min].
    arrival
        Vertex where each edge of the road graph arrives, shape (2 n_chains,).
    entry_start, entry_edge
        For each edge of the road graph, its edges here: starts, and numbers in the order of `base`.
    entry_tail
        Vertices that those leave.
    at_start, at_vertex
        For each junction, the vertices that stand for it.
    usable
        Chains that are open in a direction, shape (n_chains,).
    leads, reached
        Chains from which one comes to a part of the network that is no fragment, and to which one comes
        from there.
    origin_rank, destination_rank
        For stretches: 0 if nobody can stand there; 3 if its chain leads to the main network (is reached from
        it); 2 if to some network that is no fragment; else 1, shape (n_stretches,).
    scrap
        Stretches of parts shorter than `SCRAP_KM`, shape (n_stretches,).
    part
        Part of the network (strongly connected) of each edge of the road graph; -1 if closed.
    vertex_part
        The same of each vertex.
    part_km
        Length of each part [km].
    """

    kph: Floats
    start: Ints
    stop: Ints
    leaf: Mask
    base: Ints
    head: Ints
    extra: Floats
    arrival: Ints
    entry_start: Longs
    entry_edge: Ints
    entry_tail: Ints
    at_start: Longs
    at_vertex: Ints
    usable: Mask
    leads: Mask
    reached: Mask
    origin_rank: Bytes
    destination_rank: Bytes
    scrap: Mask
    part: Ints
    vertex_part: Ints
    part_km: Floats

    @property
    def main(self) -> Mask:
        """Chains of the main network: one can drive from there and to there."""
        return np.asarray(self.leads & self.reached)


def search_graph(graph: RoadGraph, profile: Profile) -> SearchGraph:
    """Return the search graph of a profile."""
    kph = speeds(graph.attributes, profile)
    open_edge = passable(graph, kph)
    tail = np.empty(2 * graph.n_chains, np.int32)
    tail[0::2] = graph.chain_from
    tail[1::2] = graph.chain_to
    head = tail.reshape(-1, 2)[:, ::-1].ravel()
    split = _split(graph, profile, tail, head, open_edge)
    n_vertices = split.n_vertices

    # Edges in the order of the vertex that they leave; those to dead ends come last, where a search stops.
    leaf = _leaves(split, graph.n_junctions)
    order = np.lexsort((leaf[split.head], split.tail))
    base = split.base[order]
    edge_tail = split.tail[order]
    edge_head = split.head[order]
    start = np.concatenate([[0], np.cumsum(np.bincount(edge_tail, minlength=n_vertices))])
    n_to_leaves = np.bincount(edge_tail[leaf[edge_head]], minlength=n_vertices)

    # Look-ups the other way: from edges of the road graph, and from junctions to the vertices of each.
    by_base = np.argsort(base, kind="stable").astype(np.int32)
    junction_of = np.arange(n_vertices)
    junction_of[split.arrival] = head
    vertices = np.argsort(junction_of, kind="stable").astype(np.int32)

    # Parts of the network within which everything leads everywhere, and their lengths.
    ones = np.ones(edge_head.size, np.int8)
    leads_to = csr_array((ones, edge_head, start.astype(np.int32)), shape=(n_vertices, n_vertices))
    vertex_part = np.asarray(connected_components(leads_to, connection="strong")[1], dtype=np.int32)
    part = np.where(open_edge, vertex_part[split.arrival], -1).astype(np.int32)
    part_km = _part_km(graph, open_edge, part, int(vertex_part.max(initial=0)) + 1)
    public_km = _part_km(graph, open_edge, part, part_km.size, without=MINOR)
    comes_from = csr_array(leads_to.T)

    def joined(parts: Mask) -> tuple[Mask, Mask]:
        """Return the chains from which one comes to some parts of the network, and to which from there."""
        seeds = parts[vertex_part]
        can_leave = flood(comes_from.indptr.astype(np.int64), comes_from.indices, seeds)
        edge_leads = open_edge & can_leave[split.arrival]

        can_come = flood(start.astype(np.int64), edge_head, seeds)
        edge_reached = np.zeros(open_edge.size, np.bool_)
        edge_reached[base[can_come[edge_tail]]] = True

        # A chain does if one of its two edges does.
        leads = np.asarray(edge_leads.reshape(-1, 2).any(axis=1))
        reached = np.asarray(edge_reached.reshape(-1, 2).any(axis=1))
        return leads, reached

    is_network = (part_km >= SMALL_KM) | (part_km >= SMALL_SHARE * part_km.max(initial=0.0))
    is_main = public_km >= MAIN_SHARE * public_km.max(initial=0.0)
    leads, reached = joined(is_network)
    leads_to_main, reached_from_main = joined(is_main)

    usable = open_edge[0::2] | open_edge[1::2]
    chain_part = part.reshape(-1, 2).max(axis=1)
    chain_is_scrap = (chain_part >= 0) & (part_km[chain_part] < SCRAP_KM)

    return SearchGraph(
        kph=kph,
        start=start.astype(np.int32),
        stop=(start[1:] - n_to_leaves).astype(np.int32),
        leaf=leaf,
        base=base,
        head=edge_head,
        extra=split.extra[order],
        arrival=split.arrival,
        entry_start=np.searchsorted(base[by_base], np.arange(tail.size + 1)).astype(np.int64),
        entry_edge=by_base,
        entry_tail=edge_tail[by_base],
        at_start=np.searchsorted(junction_of[vertices], np.arange(graph.n_junctions + 1)).astype(np.int64),
        at_vertex=vertices,
        usable=usable,
        leads=leads,
        reached=reached,
        origin_rank=_rank(graph, usable, leads, leads_to_main),
        destination_rank=_rank(graph, usable, reached, reached_from_main),
        scrap=np.repeat(chain_is_scrap, np.diff(graph.chain_start)),
        part=part,
        vertex_part=vertex_part,
        part_km=part_km,
    )


@dataclass(slots=True)
class _Split:
    """Edges of the search graph before they are ordered.

    Parameters
    ----------
    base
        Edge of the road graph that each edge stands for.
    tail, head
        Vertices that it leaves and leads to.
    extra
        Minutes of the junction before it [min].
    arrival
        Vertex where each edge of the road graph arrives, shape (2 n_chains,).
    n_vertices
        Number of vertices: the junctions, and those that were split off.
    """

    base: Ints
    tail: Ints
    head: Ints
    extra: Floats
    arrival: Ints
    n_vertices: int


def _split(graph: RoadGraph, profile: Profile, tail: Ints, head: Ints, open_edge: Mask) -> _Split:
    """Split junctions where what comes next depends on where one came from.

    Such a junction keeps its number for who starts there, and gets one more vertex for each open edge that
    leads to it; from that vertex only the turns that are allowed lead on.
    """
    wait_min, blocked = _at_nodes(graph, profile)

    # Seconds of the profile do not count between roads with minutes of their own.
    first_stretch = graph.chain_start[:-1]
    chain_timed = timed(graph.attributes)[graph.stretch_attributes[first_stretch]]
    free = np.repeat(chain_timed, 2)
    is_split, busy = _split_junctions(graph, profile, tail, head, blocked, open_edge & ~free)

    # One more vertex for each open edge that comes to a split junction.
    come = np.flatnonzero(open_edge & is_split[head])
    arrival = head.copy()
    arrival[come] = graph.n_junctions + np.arange(come.size, dtype=np.int32)

    # Every turn there: from each edge that comes to each open edge that leaves.
    open_edges = np.flatnonzero(open_edge)
    leaving = open_edges[np.argsort(tail[open_edges], kind="stable")]
    start = np.searchsorted(tail[leaving], np.arange(graph.n_junctions + 1))
    row, entry = spread_out(start, head[come])
    turn_from = come[row]
    turn_to = leaving[entry]

    turn_min = _turn_min(graph, profile, turn_from, turn_to, busy[tail[turn_to]])
    turn_min = np.where(free[turn_from] | free[turn_to], 0.0, turn_min) + wait_min[tail[turn_to]]
    allowed = ~blocked[tail[turn_to]] & _allowed(graph, profile, turn_from, turn_to)
    turn_from = turn_from[allowed]
    turn_to = turn_to[allowed]
    turn_min = turn_min[allowed]

    # The edges of the road graph, from junctions as they were, and then one edge for each turn. Who starts at
    # a split junction has no wait there.
    start_min = np.where(is_split[tail[open_edges]], 0.0, wait_min[tail[open_edges]])
    return _Split(
        base=np.concatenate([open_edges, turn_to]).astype(np.int32),
        tail=np.concatenate([tail[open_edges], arrival[turn_from]]),
        head=np.concatenate([arrival[open_edges], arrival[turn_to]]),
        extra=np.concatenate([start_min, turn_min]),
        arrival=arrival,
        n_vertices=graph.n_junctions + come.size,
    )


def _split_junctions(
    graph: RoadGraph, profile: Profile, tail: Ints, head: Ints, blocked: Mask, charged: Mask
) -> tuple[Mask, Mask]:
    """Return which junctions are split, and at which of them turns across the traffic take time.

    `charged` are the open edges on which the profile's seconds count.
    """
    costs = profile.junctions
    turns_cost = costs.crossing_turn_s.value + costs.u_turn_s.value > 0
    has_charged = np.bincount(tail[charged], minlength=graph.n_junctions) > 0
    has_three_roads = np.bincount(tail, minlength=graph.n_junctions) >= 3
    busy = has_three_roads & has_charged & turns_cost
    is_split = blocked | busy

    # One turns back where there is no junction as well: where a limit changes, or at a dead end.
    if costs.u_turn_s.value > 0:
        charged_back = charged.reshape(-1, 2)[:, ::-1].ravel()
        is_split[tail[charged & charged_back]] = True

    if profile.rules.turn_restrictions:
        for turns in (graph.turns_no, graph.turns_only):
            is_split[head[turns[:, 0]]] = True

    return is_split, busy


def _allowed(graph: RoadGraph, profile: Profile, turn_from: Longs, turn_to: Longs) -> Mask:
    """Return which turns the restrictions leave open."""
    if not profile.rules.turn_restrictions:
        return np.ones(turn_from.size, np.bool_)

    # A turn as one number.
    width = np.int64(2 * graph.n_chains)
    turn = turn_from * width + turn_to
    forbidden, only = (
        pairs[:, 0].astype(np.int64) * width + pairs[:, 1] for pairs in (graph.turns_no, graph.turns_only)
    )

    has_only = np.isin(turn_from, graph.turns_only[:, 0])
    return np.asarray(~np.isin(turn, forbidden) & (~has_only | np.isin(turn, only)))


def _turn_min(graph: RoadGraph, profile: Profile, turn_from: Longs, turn_to: Longs, busy: Mask) -> Floats:
    """Return the minutes of turns across the oncoming traffic at busy junctions, and of turns back."""
    leaves, arrives = _headings(graph)

    # The change of heading between -π and π, to the left above 0.
    bend = (leaves[turn_to] - arrives[turn_from] + np.pi) % (2 * np.pi) - np.pi
    across = -bend if graph.left_hand else bend
    crossing = busy & (across > TURN_RANGE[0]) & (across < TURN_RANGE[1])
    crossing_s = np.where(crossing, profile.junctions.crossing_turn_s.value, 0.0)

    # Back by the same road, or at a junction by the other carriageway.
    u_turn = (turn_from == (turn_to ^ 1)) | (busy & (np.abs(bend) >= TURN_RANGE[1]))
    return np.asarray(np.where(u_turn, profile.junctions.u_turn_s.value, crossing_s) / 60)


def _at_nodes(graph: RoadGraph, profile: Profile) -> tuple[Floats, Mask]:
    """Return the minutes that each junction takes, and where it is closed."""
    seconds = [
        0.0 if name == "plain" else getattr(profile.junctions, f"{name}_s").value for name in NODE_KINDS
    ]
    minutes = np.array(seconds, dtype=np.float64) / 60
    closed = np.array([name in profile.rules.closed_at for name in NODE_KINDS], dtype=np.bool_)
    return np.asarray(minutes[graph.node_kind]), np.asarray(closed[graph.node_kind])


def _headings(graph: RoadGraph) -> tuple[Floats, Floats]:
    """Return the direction in which each edge leaves, and in which it arrives.

    Both in radians, anticlockwise from east.
    """

    def heading(a: Ints, b: Ints) -> Floats:
        """Return the direction from points to points."""
        dx = (graph.lon[b] - graph.lon[a]) * np.cos(np.radians(graph.lat[a]))
        dy = graph.lat[b] - graph.lat[a]
        return np.asarray(np.arctan2(dy, dx))

    u = graph.stretch_from
    v = graph.stretch_to
    first = graph.chain_start[:-1]
    last = graph.chain_start[1:] - 1

    leaves = np.empty(2 * graph.n_chains)
    leaves[0::2] = heading(u[first], v[first])
    leaves[1::2] = heading(v[last], u[last])

    arrives = np.empty(2 * graph.n_chains)
    arrives[0::2] = heading(u[last], v[last])
    arrives[1::2] = heading(v[first], u[first])
    return leaves, arrives


def _leaves(split: _Split, n_junctions: int) -> Mask:
    """Return the plain junctions with one edge in and none out, or only the same road back."""
    n = split.n_vertices
    n_in = np.bincount(split.head, minlength=n)
    n_out = np.bincount(split.tail, minlength=n)

    # The last edge in and the last edge out of each vertex; where there is one of each, those.
    base_in = np.full(n, -1, np.int64)
    base_out = np.full(n, -1, np.int64)
    base_in[split.head] = split.base
    base_out[split.tail] = split.base

    only_back = (n_out == 1) & (base_out == (base_in ^ 1))
    is_plain = np.arange(n) < n_junctions
    return np.asarray(is_plain & (n_in == 1) & ((n_out == 0) | only_back))


def _rank(graph: RoadGraph, usable: Mask, network: Mask, main: Mask) -> Bytes:
    """Return the rank of each stretch for placing: nobody stands on a ferry, and fragments come last."""
    drivable = usable & ~carried(graph)
    rank = drivable.astype(np.uint8) + (drivable & (network | main)) + (drivable & main)
    return np.asarray(np.repeat(rank, np.diff(graph.chain_start)), dtype=np.uint8)


def _part_km(
    graph: RoadGraph, open_edge: Mask, part: Ints, n_parts: int, without: tuple[str, ...] = ()
) -> Floats:
    """Return the length of road in each part; a road of two ways counts once, a ferry not at all."""
    km = graph.stretch_km.astype(np.float64)
    road_class = graph.attributes[graph.stretch_attributes, AttributeColumn.ROAD_CLASS]
    km[np.isin(road_class, [CLASS_CODE[name] for name in without])] = 0.0
    chain_km = np.add.reduceat(km, graph.chain_start[:-1])
    chain_km[carried(graph)] = 0.0

    # Half of the chain for each edge where both are open.
    n_open = open_edge.reshape(-1, 2).sum(axis=1)
    edge_km = np.repeat(chain_km, 2) / np.maximum(n_open, 1).repeat(2)
    return np.asarray(
        np.bincount(part[open_edge], weights=edge_km[open_edge], minlength=n_parts), dtype=np.float64
    )
