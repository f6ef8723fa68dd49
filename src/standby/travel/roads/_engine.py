"""Work out minutes between positions on roads: out of an origin, along the roads, into a destination."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from standby._run import processors, run
from standby._typing import Floats, Mask
from standby.travel.roads._graph import Ints, Longs, RoadGraph, Singles
from standby.travel.roads._kernels_search import Buckets, Edges, Entries, Links, rows
from standby.travel.roads._ragged import spread_out
from standby.travel.roads._search_graph import SearchGraph
from standby.travel.roads._snap import AT_JUNCTION_KM, Snapped
from standby.travel.roads._speeds import ChainMinutes

BUCKET_SHARE: Final = 1.0
"""Width of the buckets of the search, as a share of the mean edge. It decides speed, not results."""

MOST_BUCKETS: Final = 100_000
"""Most buckets; a ferry that sails for a day makes them wider."""


@dataclass(frozen=True, slots=True, eq=False)
class GraphMinutes:
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

    @property
    def edges(self) -> Edges:
        """The edges of the search graph with their minutes, as the search takes them."""
        return Edges(self.search.start, self.search.stop, self.search.head, self.weight)


@dataclass(frozen=True, slots=True, eq=False)
class Spots:
    """Positions in minutes along their chain.

    Parameters
    ----------
    chain
        Chain of each position, -1 where there is none, shape (n,).
    junction
        Junction at which it lies, -1 for none, shape (n,).
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
    """Return where positions lie, in minutes along their chains."""
    on_road = snapped.stretch >= 0
    stretch = np.where(on_road, snapped.stretch, 0)
    share = snapped.share
    chain = np.searchsorted(graph.chain_start, stretch, side="right") - 1
    first = graph.chain_start[chain]

    # Minutes from the start of the chain to the position, and from the position back to the start.
    from_start = (
        costs.along[stretch] - costs.along[first] + share * (costs.along[stretch + 1] - costs.along[stretch])
    )
    to_start = (
        costs.against[stretch]
        - costs.against[first]
        + share * (costs.against[stretch + 1] - costs.against[stretch])
    )

    # The rest of the whole chain is what lies on the other side; rounding may make it a little negative.
    whole = costs.edge[2 * chain]
    whole_back = costs.edge[2 * chain + 1]
    closed = ~np.isfinite(whole)
    closed_back = ~np.isfinite(whole_back)
    to_end = np.maximum(np.where(closed, 0, whole) - from_start, 0.0)
    from_end = np.maximum(np.where(closed_back, 0, whole_back) - to_start, 0.0)

    return Spots(
        chain=np.where(on_road, chain, -1).astype(np.int32),
        junction=np.where(on_road, _junction(graph, chain, stretch, share), -1).astype(np.int32),
        to_end=np.where(closed, np.inf, to_end),
        to_start=np.where(closed_back, np.inf, to_start),
        from_start=np.where(closed, np.inf, from_start),
        from_end=np.where(closed_back, np.inf, from_end),
        along=stretch + share,
    )


def _junction(graph: RoadGraph, chain: Longs, stretch: Longs, share: Floats) -> Longs:
    """Return the junction at which each position lies, -1 for those that lie between junctions."""
    km = graph.stretch_km[stretch]
    at_start = (stretch == graph.chain_start[chain]) & (share * km <= AT_JUNCTION_KM)
    at_end = (stretch == graph.chain_start[chain + 1] - 1) & ((1 - share) * km <= AT_JUNCTION_KM)
    return np.where(at_start, graph.chain_from[chain], np.where(at_end, graph.chain_to[chain], -1))


def departures(search: SearchGraph, origins: Spots) -> Links:
    """Return the vertices that origins lead to, and when."""
    chain = origins.chain
    between_junctions = (chain >= 0) & (origins.junction < 0)

    # From a chain one drives on to its end, or back to its start.
    onward = np.flatnonzero(between_junctions & np.isfinite(origins.to_end))
    back = np.flatnonzero(between_junctions & np.isfinite(origins.to_start))
    at_junction = np.flatnonzero(origins.junction >= 0)

    origin = np.concatenate([onward, back, at_junction])
    vertex = np.concatenate(
        [
            search.arrival[2 * chain[onward]],
            search.arrival[2 * chain[back] + 1],
            origins.junction[at_junction],
        ]
    )
    minutes = np.concatenate([origins.to_end[onward], origins.to_start[back], np.zeros(at_junction.size)])

    order = np.argsort(origin, kind="stable")
    return Links(
        start=_starts(origin, chain.size),
        vertex=vertex[order].astype(np.int32),
        minutes=minutes[order].astype(np.float64),
    )


def arrivals(costs: GraphMinutes, destinations: Spots) -> Entries:
    """Return the vertices that destinations are entered from, and how long that takes."""
    search = costs.search
    chain = destinations.chain

    # The search does not follow edges to dead ends, so a destination at one is entered along its chain.
    at_junction = (destinations.junction >= 0) & ~search.leaf[destinations.junction]
    along_chain = (chain >= 0) & ~at_junction

    # A chain is entered from every vertex that its edge leaves, by what the junction there takes.
    place = []
    vertex = []
    minutes = []
    for k, inward_min in ((0, destinations.from_start), (1, destinations.from_end)):
        entered = np.flatnonzero(along_chain & np.isfinite(inward_min))
        row, entry = spread_out(search.entry_start, 2 * chain[entered] + k)
        place.append(entered[row])
        vertex.append(search.entry_tail[entry])
        minutes.append(inward_min[entered][row] + costs.extra[search.entry_edge[entry]])

    # A junction is reached with any of the vertices that stand for it.
    entered = np.flatnonzero(at_junction)
    row, entry = spread_out(search.at_start, destinations.junction[entered])
    place.append(entered[row])
    vertex.append(search.at_vertex[entry])
    minutes.append(np.zeros(entry.size))

    all_places = np.concatenate(place)
    all_vertices = np.concatenate(vertex)
    all_minutes = np.concatenate(minutes)
    order = np.argsort(all_vertices, kind="stable")
    return Entries(
        start=_starts(all_vertices, search.start.size - 1),
        place=all_places[order].astype(np.int32),
        minutes=all_minutes[order],
    )


def table(costs: GraphMinutes, origins: Spots, destinations: Spots, limit_min: float) -> Floats:
    """Return the minutes from all origins to all destinations, ``inf`` beyond the limit, shape (n, m)."""
    n_origins = origins.chain.size
    n_destinations = destinations.chain.size
    if not n_origins or not n_destinations:
        return np.full((n_origins, n_destinations), np.inf)

    # The search lowers what it can: pairs on one chain may need no junction.
    minutes = _direct(origins, destinations)
    minutes[minutes > limit_min] = np.inf

    edges = costs.edges
    leave = departures(costs.search, origins)
    enter = arrivals(costs, destinations)
    by_time = buckets(costs, leave)
    workers = max(1, min(n_origins, processors()))

    def search_from_own(first: int) -> None:
        """Search from every origin that is this thread's."""
        rows(edges, leave, enter, by_time, limit_min, first, workers, minutes)

    run(range(workers), search_from_own, workers=workers)

    return minutes


def buckets(costs: GraphMinutes, leave: Links) -> Buckets:
    """Return the buckets that a search needs."""
    if not costs.weight.size:
        return Buckets(1.0, 2)

    width = max(float(costs.weight.mean()) * BUCKET_SHARE, 1e-6)
    longest = max(float(costs.weight.max()), float(leave.minutes.max(initial=0.0)))
    width = max(width, longest / MOST_BUCKETS)
    return Buckets(width, 1 << int(longest / width + 3).bit_length())


def _direct(origins: Spots, destinations: Spots) -> Floats:
    """Return the minutes between positions of one chain without leaving it, ``inf`` for all others."""
    minutes = np.full((origins.chain.size, destinations.chain.size), np.inf)

    # Among the destinations sorted by chain, those on an origin's chain are a run.
    order = np.argsort(destinations.chain, kind="stable")
    chain = destinations.chain[order]
    low = np.searchsorted(chain, origins.chain, side="left")
    high = np.searchsorted(chain, origins.chain, side="right")

    for o in np.flatnonzero((high > low) & (origins.chain >= 0)):
        here = order[low[o] : high[o]]
        ahead = destinations.along[here] - origins.along[o]

        # Where a way is closed both times are inf, and their difference is NaN.
        with np.errstate(invalid="ignore"):
            onward = np.where(ahead >= 0, destinations.from_start[here] - origins.from_start[o], np.inf)
            back = np.where(ahead <= 0, destinations.from_end[here] - origins.from_end[o], np.inf)
        best = np.fmin(onward, back)
        known = np.where(np.isnan(best), np.inf, np.maximum(best, 0.0))
        minutes[o, here] = np.where(ahead == 0, 0.0, known)

    return minutes


def _starts(owner: Longs | Ints, n_owners: int) -> Longs:
    """Return where the entries of each owner start once they are sorted by owner, and the end."""
    return np.concatenate([[0], np.cumsum(np.bincount(owner, minlength=n_owners))]).astype(np.int64)


def reachable(costs: GraphMinutes, origins: Spots, destinations: Spots, wanted: Mask) -> Mask:
    """Return which of the wanted pairs have any route at all, however long, shape (n, m)."""
    answer = np.zeros(wanted.shape, np.bool_)
    search = costs.search
    leave = departures(search, origins)
    enter = arrivals(costs, destinations)

    # Within one strongly connected part of the network everything leads everywhere: no search is needed.
    entered_from = np.repeat(np.arange(search.start.size - 1), np.diff(enter.start))
    destination_part = np.full(destinations.chain.size, -1)
    destination_part[enter.place] = search.vertex_part[entered_from]
    origin_parts = np.split(search.vertex_part[leave.vertex], leave.start[1:-1])
    for o in np.flatnonzero(wanted.any(axis=1)):
        answer[o] = wanted[o] & np.isin(destination_part, origin_parts[o])

    # Search for the others without a limit.
    unsure = np.flatnonzero((wanted & ~answer).any(axis=1))
    if unsure.size:
        has_route = np.isfinite(table(costs, rows_of(origins, unsure), destinations, np.inf))
        answer[unsure] |= wanted[unsure] & has_route

    return answer


def rows_of(given: Spots, which: Longs) -> Spots:
    """Return some of the positions."""
    return Spots(*(getattr(given, name)[which] for name in Spots.__slots__))
