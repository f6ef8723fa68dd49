"""From positions on roads to minutes: what leads out of an origin, into a destination, and between."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

import numpy as np

from standby._typing import Floats, Mask
from standby.travel.roads._graph import Ints, Longs, RoadGraph, Singles
from standby.travel.roads._kernels_search import rows
from standby.travel.roads._ragged import spread_out
from standby.travel.roads._search_graph import SearchGraph
from standby.travel.roads._snap import AT_JUNCTION_KM, Snapped
from standby.travel.roads._speeds import ChainMinutes

BUCKET_SHARE: Final = 1.0
"""Width of the buckets of the search, as a share of the mean edge. It decides speed, not results."""

MOST_BUCKETS: Final = 100_000
"""Most buckets; a ferry of a day makes them wider."""


@dataclass(frozen=True, slots=True, eq=False)
class Costs:
    """A search graph with its minutes.

    Parameters
    ----------
    search
        The graph.
    chains
        Minutes along chains.
    extra
        Minutes of the junction before each search edge [min].
    weight
        Minutes of each search edge, its junction included [min].
    """

    search: SearchGraph
    chains: ChainMinutes
    extra: Floats
    weight: Singles


@dataclass(frozen=True, slots=True, eq=False)
class Links:
    """Vertices that each position leads to: starts by position, vertices, minutes."""

    start: Longs
    vertex: Ints
    minutes: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Entries:
    """Destinations that are entered from each vertex: starts by vertex, destinations, minutes."""

    start: Longs
    place: Ints
    minutes: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Spots:
    """Positions in minutes along their chain.

    Parameters
    ----------
    chain
        Chain of each position, -1 where there is none, shape (n,).
    junction
        Junction at which it lies, -1 for none.
    to_end, to_start
        Minutes to the end of the chain, and back to its start; ``inf`` where that way is closed [min].
    from_start, from_end
        Minutes from there to the position [min].
    along
        Place on the chain: stretch and share of it, which puts positions of one chain in order.
    """

    chain: Ints
    junction: Ints
    to_end: Floats
    to_start: Floats
    from_start: Floats
    from_end: Floats
    along: Floats


def spots(graph: RoadGraph, costs: ChainMinutes, snapped: Snapped) -> Spots:
    """Return where positions lie, in minutes."""
    known = snapped.stretch >= 0
    s = np.where(known, snapped.stretch, 0)
    chain = np.searchsorted(graph.chain_start, s, side="right") - 1
    first, share = graph.chain_start[chain], snapped.share
    ahead = costs.along[s] - costs.along[first] + share * (costs.along[s + 1] - costs.along[s])
    behind = costs.against[s] - costs.against[first] + share * (costs.against[s + 1] - costs.against[s])
    go, back = costs.edge[2 * chain], costs.edge[2 * chain + 1]
    closed, closed_back = ~np.isfinite(go), ~np.isfinite(back)
    return Spots(
        chain=np.where(known, chain, -1).astype(np.int32),
        junction=np.where(known, _junction(graph, chain, s, share), -1).astype(np.int32),
        to_end=np.where(closed, np.inf, np.maximum(np.where(closed, 0, go) - ahead, 0.0)),
        to_start=np.where(closed_back, np.inf, behind),
        from_start=np.where(closed, np.inf, ahead),
        from_end=np.where(closed_back, np.inf, np.maximum(np.where(closed_back, 0, back) - behind, 0.0)),
        along=s + share,
    )


def _junction(graph: RoadGraph, chain: Longs, stretch: Longs, share: Floats) -> Longs:
    km = graph.stretch_km[stretch]
    at_start = (stretch == graph.chain_start[chain]) & (share * km <= AT_JUNCTION_KM)
    at_end = (stretch == graph.chain_start[chain + 1] - 1) & ((1 - share) * km <= AT_JUNCTION_KM)
    return np.where(at_start, graph.chain_from[chain], np.where(at_end, graph.chain_to[chain], -1))


def departures(search: SearchGraph, origins: Spots) -> Links:
    """Return the vertices that origins lead to, and when."""
    chain, on_road = origins.chain, (origins.chain >= 0) & (origins.junction < 0)
    ways = [
        (on_road & np.isfinite(minutes), search.arrival[2 * chain + k], minutes)
        for k, minutes in ((0, origins.to_end), (1, origins.to_start))
    ]
    ways.append((origins.junction >= 0, origins.junction, np.zeros(chain.size)))
    place = np.concatenate([np.flatnonzero(ok) for ok, _, _ in ways])
    vertex = np.concatenate([v[ok] for ok, v, _ in ways])
    minutes = np.concatenate([m[ok] for ok, _, m in ways])
    return _by_place(place, vertex, minutes, chain.size)


def arrivals(costs: Costs, destinations: Spots) -> Entries:
    """Return the vertices that destinations are entered from, and how long that takes."""
    search, chain = costs.search, destinations.chain
    at_junction = (destinations.junction >= 0) & ~search.leaf[destinations.junction]
    on_road = (chain >= 0) & ~at_junction
    place, vertex, minutes = [], [], []
    for k, inward in ((0, destinations.from_start), (1, destinations.from_end)):
        rows_here = np.flatnonzero(on_road & np.isfinite(inward))
        repeat, at = spread_out(search.entry_start, 2 * chain[rows_here] + k)
        place.append(rows_here[repeat])
        vertex.append(search.entry_tail[at])
        minutes.append(inward[rows_here][repeat] + costs.extra[search.entry_edge[at]])
    rows_here = np.flatnonzero(at_junction)
    repeat, at = spread_out(search.at_start, destinations.junction[rows_here])
    place.append(rows_here[repeat])
    vertex.append(search.at_vertex[at])
    minutes.append(np.zeros(at.size))
    vertices, places = np.concatenate(vertex), np.concatenate(place)
    order = np.argsort(vertices, kind="stable")
    start = np.concatenate([[0], np.cumsum(np.bincount(vertices, minlength=search.start.size - 1))])
    return Entries(start.astype(np.int64), places[order].astype(np.int32), np.concatenate(minutes)[order])


def table(costs: Costs, origins: Spots, destinations: Spots, limit_min: float) -> Floats:
    """Return the minutes from all origins to all destinations, ``inf`` beyond the limit, shape (n, m)."""
    n, m = origins.chain.size, destinations.chain.size
    if not n or not m:
        return np.full((n, m), np.inf)
    out = _direct(origins, destinations)
    out[out > limit_min] = np.inf
    leave, enter = departures(costs.search, origins), arrivals(costs, destinations)
    workers = max(1, min(n, os.cpu_count() or 1))
    search = costs.search
    width, n_buckets = buckets(costs, leave)

    def run(first: int) -> None:
        """Search from every origin that is this thread's."""
        rows(
            search.start, search.stop, search.head, costs.weight, leave.start, leave.vertex, leave.minutes,
            enter.start, enter.place, enter.minutes, limit_min, width, n_buckets, first, workers, out,
        )  # fmt: skip

    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(run, range(workers)))
    return out


def buckets(costs: Costs, leave: Links) -> tuple[float, int]:
    """Return how wide the buckets of the search are [min], and how many it needs."""
    if not costs.weight.size:
        return 1.0, 2
    width = max(float(costs.weight.mean()) * BUCKET_SHARE, 1e-6)
    longest = max(float(costs.weight.max()), float(leave.minutes.max(initial=0.0)))
    width = max(width, longest / MOST_BUCKETS)
    return width, 1 << int(longest / width + 3).bit_length()


def _direct(origins: Spots, destinations: Spots) -> Floats:
    """Minutes between positions of one chain without leaving it, ``inf`` for all others."""
    out = np.full((origins.chain.size, destinations.chain.size), np.inf)
    order = np.argsort(destinations.chain, kind="stable")
    chain = destinations.chain[order]
    lo = np.searchsorted(chain, origins.chain, side="left")
    hi = np.searchsorted(chain, origins.chain, side="right")
    for o in np.flatnonzero((hi > lo) & (origins.chain >= 0)):
        here = order[lo[o] : hi[o]]
        ahead = destinations.along[here] - origins.along[o]
        with np.errstate(invalid="ignore"):
            on = np.where(ahead >= 0, destinations.from_start[here] - origins.from_start[o], np.inf)
            back = np.where(ahead <= 0, destinations.from_end[here] - origins.from_end[o], np.inf)
        best = np.fmin(on, back)
        out[o, here] = np.where(ahead == 0, 0.0, np.where(np.isnan(best), np.inf, np.maximum(best, 0.0)))
    return out


def _by_place(place: Longs, vertex: Ints, minutes: Floats, n: int) -> Links:
    order = np.argsort(place, kind="stable")
    start = np.concatenate([[0], np.cumsum(np.bincount(place, minlength=n))]).astype(np.int64)
    return Links(start, vertex[order].astype(np.int32), minutes[order].astype(np.float64))


def reachable(costs: Costs, origins: Spots, destinations: Spots, wanted: Mask) -> Mask:
    """Return which of the wanted pairs have any route at all, however long, shape (n, m)."""
    out = np.zeros(wanted.shape, np.bool_)
    search = costs.search
    leave, enter = departures(search, origins), arrivals(costs, destinations)
    vertex = np.repeat(np.arange(search.start.size - 1), np.diff(enter.start))
    part = np.full(destinations.chain.size, -1)
    part[enter.place] = search.vertex_part[vertex]
    home = np.split(search.vertex_part[leave.vertex], leave.start[1:-1])
    for o in np.flatnonzero(wanted.any(axis=1)):
        out[o] = wanted[o] & np.isin(part, home[o])
    left = np.flatnonzero((wanted & ~out).any(axis=1))
    if left.size:
        far = np.isfinite(table(costs, rows_of(origins, left), destinations, np.inf))
        out[left] |= wanted[left] & far
    return out


def rows_of(given: Spots, which: Longs) -> Spots:
    """Return some of the positions."""
    return Spots(*(getattr(given, name)[which] for name in Spots.__slots__))
