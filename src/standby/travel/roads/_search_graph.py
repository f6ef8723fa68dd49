"""The graph that is searched: junctions split where turns matter, edges in the order of their tails."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from standby._typing import Floats, Mask
from standby.travel.roads._codes import CLASS_CODE, NODE_KINDS
from standby.travel.roads._graph import Bytes, Ints, Longs, RoadGraph
from standby.travel.roads._kernels_search import flood
from standby.travel.roads._ragged import spread_out
from standby.travel.roads._speeds import carried, passable, speeds, timed
from standby.travel.roads.profile import Profile

SMALL_SHARE: Final = 0.01
"""A part of the network with less than this share of the length of the largest part,"""

SMALL_KM: Final = 5.0
"""and less than this length, is no network of its own: a car park or a clipped end of road [km]."""

MAIN_SHARE: Final = 0.5
"""Parts with at least this share of the streets and roads of the largest are the main network; tracks and
service roads do not count for that."""

MINOR: Final = ("track", "service", "pedestrian", "busway")
"""Classes of which a network alone has no people of its own."""

MAIN_RANK: Final = 3
"""Rank of roads of the main network, the highest."""

SCRAP_KM: Final = 0.5
"""A part shorter than this has no people of its own, and is passed over at any distance [km]."""

TURN_RANGE: Final = (np.radians(45), np.radians(170))
"""A bend between these is a turn to that side; less is straight on, more is back [radians]."""


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
        Vertices at dead ends: who comes there must go back by the same road, shape (n_vertices,).
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
        Stretches that belong to a part with no people of its own, shape (n_stretches,).
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
    """Build the search graph of a profile."""
    kph = speeds(graph.attributes, profile)
    open_edge = passable(graph, kph)
    tail = np.empty(2 * graph.n_chains, np.int32)
    tail[0::2], tail[1::2] = graph.chain_from, graph.chain_to
    head = tail.reshape(-1, 2)[:, ::-1].ravel()
    made = _split(graph, profile, tail, head, open_edge)
    arrival, n_vertices = made.arrival, made.n_vertices
    leaf = _leaves(made, graph.n_junctions)
    order = np.lexsort((leaf[made.head], made.tail))
    base, out_tail, out_head = (a[order] for a in (made.base, made.tail, made.head))
    extra = made.extra[order]
    start = np.concatenate([[0], np.cumsum(np.bincount(out_tail, minlength=n_vertices))])
    by_base = np.argsort(base, kind="stable").astype(np.int32)
    junction_of = np.arange(n_vertices)
    junction_of[arrival] = head
    vertices = np.argsort(junction_of, kind="stable").astype(np.int32)
    ones = np.ones(out_head.size, np.int8)
    matrix = csr_array((ones, out_head, start.astype(np.int32)), shape=(n_vertices, n_vertices))
    vertex_part = np.asarray(connected_components(matrix, connection="strong")[1], dtype=np.int32)
    part = np.where(open_edge, vertex_part[arrival], -1).astype(np.int32)
    part_km = _part_km(graph, open_edge, part, int(vertex_part.max(initial=0)) + 1)
    longest = part_km.max(initial=0.0)
    back = csr_array(matrix.T)

    def joined(parts: Mask) -> tuple[Mask, Mask]:
        """Return the chains from which one comes to some parts of the network, and to which from there."""
        seeds = parts[vertex_part]
        leads = open_edge & flood(back.indptr.astype(np.int64), back.indices, seeds)[arrival]
        reached = np.zeros(open_edge.size, np.bool_)
        reached[base[flood(start.astype(np.int64), out_head, seeds)[out_tail]]] = True
        return np.asarray(leads.reshape(-1, 2).any(axis=1)), np.asarray(reached.reshape(-1, 2).any(axis=1))

    chain_leads, chain_reached = joined((part_km >= SMALL_KM) | (part_km >= SMALL_SHARE * longest))
    public_km = _part_km(graph, open_edge, part, part_km.size, but=MINOR)
    to_main, from_main = joined(public_km >= MAIN_SHARE * public_km.max(initial=0.0))
    own_part = part.reshape(-1, 2).max(axis=1)
    usable = open_edge[0::2] | open_edge[1::2]
    return SearchGraph(
        kph=kph,
        start=start.astype(np.int32),
        stop=(start[1:] - np.bincount(out_tail[leaf[out_head]], minlength=n_vertices)).astype(np.int32),
        leaf=leaf,
        base=base,
        head=out_head,
        extra=extra,
        arrival=arrival,
        entry_start=np.searchsorted(base[by_base], np.arange(tail.size + 1)).astype(np.int64),
        entry_edge=by_base,
        entry_tail=out_tail[by_base],
        at_start=np.searchsorted(junction_of[vertices], np.arange(graph.n_junctions + 1)).astype(np.int64),
        at_vertex=vertices,
        usable=usable,
        leads=chain_leads,
        reached=chain_reached,
        origin_rank=_rank(graph, usable, chain_leads, to_main),
        destination_rank=_rank(graph, usable, chain_reached, from_main),
        scrap=np.repeat((own_part >= 0) & (part_km[own_part] < SCRAP_KM), np.diff(graph.chain_start)),
        part=part,
        vertex_part=vertex_part,
        part_km=part_km,
    )


@dataclass(slots=True)
class _Split:
    """Edges of the search graph in no order, and the vertex where each edge of the road graph arrives."""

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
    wait, blocked = _at_nodes(graph, profile)
    free = np.repeat(timed(graph.attributes)[graph.stretch_attributes[graph.chain_start[:-1]]], 2)
    split, busy = _split_junctions(graph, profile, tail, head, blocked, open_edge & ~free)
    come = np.flatnonzero(open_edge & split[head])
    arrival = head.copy()
    arrival[come] = graph.n_junctions + np.arange(come.size, dtype=np.int32)
    plain = np.flatnonzero(open_edge)
    leaving = plain[np.argsort(tail[plain], kind="stable")]
    start = np.searchsorted(tail[leaving], np.arange(graph.n_junctions + 1))
    repeat, at = spread_out(start, head[come])
    first, go = come[repeat], leaving[at]
    turn = _turn_min(graph, profile, first, go, busy[tail[go]])
    cost = np.where(free[first] | free[go], 0.0, turn) + wait[tail[go]]
    allowed = ~blocked[tail[go]] & _allowed(graph, profile, first, go)
    first, go, cost = first[allowed], go[allowed], cost[allowed]
    return _Split(
        base=np.concatenate([plain, go]).astype(np.int32),
        tail=np.concatenate([tail[plain], arrival[first]]),
        head=np.concatenate([arrival[plain], arrival[go]]),
        extra=np.concatenate([np.where(split[tail[plain]], 0.0, wait[tail[plain]]), cost]),
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
    any_cost = costs.crossing_turn_s.value + costs.u_turn_s.value > 0
    some = np.bincount(tail[charged], minlength=graph.n_junctions) > 0
    busy = (np.bincount(tail, minlength=graph.n_junctions) >= 3) & some & any_cost
    split = blocked | busy

    # One turns back where there is no junction as well: where a limit changes, or at a dead end.
    if costs.u_turn_s.value > 0:
        split[tail[charged & charged.reshape(-1, 2)[:, ::-1].ravel()]] = True
    if profile.rules.turn_restrictions:
        for turns in (graph.turns_no, graph.turns_only):
            split[head[turns[:, 0]]] = True
    return split, busy


def _allowed(graph: RoadGraph, profile: Profile, come: Longs, go: Longs) -> Mask:
    """Return which turns the restrictions leave open."""
    if not profile.rules.turn_restrictions:
        return np.ones(come.size, np.bool_)
    width = np.int64(2 * graph.n_chains)
    turn = come * width + go
    no, only = (t[:, 0].astype(np.int64) * width + t[:, 1] for t in (graph.turns_no, graph.turns_only))
    bound = np.isin(come, graph.turns_only[:, 0])
    return np.asarray(~np.isin(turn, no) & (~bound | np.isin(turn, only)))


def _turn_min(graph: RoadGraph, profile: Profile, come: Longs, go: Longs, busy: Mask) -> Floats:
    """Return the minutes of turns across the oncoming traffic at busy junctions, and of turns back."""
    out, arrive = _headings(graph)
    bend = (out[go] - arrive[come] + np.pi) % (2 * np.pi) - np.pi
    across = -bend if graph.left_hand else bend
    crossing = busy & (across > TURN_RANGE[0]) & (across < TURN_RANGE[1])
    cost = np.where(crossing, profile.junctions.crossing_turn_s.value, 0.0)

    # Back by the same road, or at a junction by the other carriageway.
    u_turn = (come == (go ^ 1)) | (busy & (np.abs(bend) >= TURN_RANGE[1]))
    return np.asarray(np.where(u_turn, profile.junctions.u_turn_s.value, cost) / 60)


def _at_nodes(graph: RoadGraph, profile: Profile) -> tuple[Floats, Mask]:
    """Minutes that each junction takes, and where it is closed."""
    seconds = [
        0.0 if name == "plain" else getattr(profile.junctions, f"{name}_s").value for name in NODE_KINDS
    ]
    closed = np.array([name in profile.rules.closed_at for name in NODE_KINDS], dtype=np.bool_)
    minutes = np.array(seconds, dtype=np.float64) / 60
    return np.asarray(minutes[graph.node_kind]), np.asarray(closed[graph.node_kind])


def _headings(graph: RoadGraph) -> tuple[Floats, Floats]:
    """Direction in which each edge leaves, and in which it arrives [radians, anticlockwise from east]."""
    first, last = graph.chain_start[:-1], graph.chain_start[1:] - 1

    def heading(a: Ints, b: Ints) -> Floats:
        """Return the direction from points to points."""
        dx = (graph.lon[b] - graph.lon[a]) * np.cos(np.radians(graph.lat[a]))
        return np.asarray(np.arctan2(graph.lat[b] - graph.lat[a], dx))

    out, arrive = np.empty(2 * graph.n_chains), np.empty(2 * graph.n_chains)
    out[0::2] = heading(graph.stretch_from[first], graph.stretch_to[first])
    arrive[0::2] = heading(graph.stretch_from[last], graph.stretch_to[last])
    out[1::2] = heading(graph.stretch_to[last], graph.stretch_from[last])
    arrive[1::2] = heading(graph.stretch_to[first], graph.stretch_from[first])
    return out, arrive


def _leaves(made: _Split, n_junctions: int) -> Mask:
    """Mark plain junctions with one edge in and none out, or only the same road back."""
    n = made.n_vertices
    comes, goes = np.bincount(made.head, minlength=n), np.bincount(made.tail, minlength=n)
    base_in, base_out = np.full(n, -1, np.int64), np.full(n, -1, np.int64)
    base_in[made.head], base_out[made.tail] = made.base, made.base
    back = (goes == 1) & (base_out == (base_in ^ 1))
    return np.asarray((np.arange(n) < n_junctions) & (comes == 1) & ((goes == 0) | back))


def _rank(graph: RoadGraph, usable: Mask, network: Mask, main: Mask) -> Bytes:
    """Rank stretches for placing: nobody stands on a ferry, and fragments come last."""
    drivable = usable & ~carried(graph)
    rank = drivable.astype(np.uint8) + (drivable & (network | main)) + (drivable & main)
    return np.asarray(np.repeat(rank, np.diff(graph.chain_start)), dtype=np.uint8)


def _part_km(
    graph: RoadGraph, open_edge: Mask, part: Ints, n_parts: int, but: tuple[str, ...] = ()
) -> Floats:
    """Return the length of road in each part; a road of two ways counts once, a ferry not at all."""
    km = graph.stretch_km.astype(np.float64)
    road = graph.attributes[graph.stretch_attributes, 0]
    km[np.isin(road, [CLASS_CODE[name] for name in but])] = 0.0
    chain_km = np.add.reduceat(km, graph.chain_start[:-1])
    chain_km[carried(graph)] = 0.0
    km = np.repeat(chain_km, 2) / np.maximum(open_edge.reshape(-1, 2).sum(axis=1), 1).repeat(2)
    return np.asarray(
        np.bincount(part[open_edge], weights=km[open_edge], minlength=n_parts), dtype=np.float64
    )
