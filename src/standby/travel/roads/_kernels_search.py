"""Compiled cut-off shortest paths from many positions to many positions.

Dijkstra's algorithm with buckets in place of a heap, in the form of Meyer and Sanders, "Δ-stepping: a
parallelizable shortest path algorithm", Journal of Algorithms 49(1), 2003, pages 114-152, on one thread.
"""

from typing import NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray


class Edges(NamedTuple):
    """Edges of a search graph: vertex v leads on by the edges start[v] to stop[v].

    Parameters
    ----------
    start, stop
        First edge of each vertex, shape (n_vertices + 1,), and where those that are searched end.
    head
        Vertex that each edge leads to, shape (n_edges,).
    weight
        Minutes that it takes [min].
    """

    start: NDArray[np.int32]
    stop: NDArray[np.int32]
    head: NDArray[np.int32]
    weight: NDArray[np.float32]


class Links(NamedTuple):
    """Vertices that each origin leads to, and when.

    Parameters
    ----------
    start
        Where the links of each origin start, and the end, shape (n_origins + 1,).
    vertex
        Vertex of each link.
    minutes
        When it is reached [min].
    """

    start: NDArray[np.int64]
    vertex: NDArray[np.int32]
    minutes: NDArray[np.float64]


class Entries(NamedTuple):
    """Destinations that are entered from each vertex, and how long that takes.

    Parameters
    ----------
    start
        Where the entries of each vertex start, and the end, shape (n_vertices + 1,).
    place
        Destination of each entry.
    minutes
        Minutes from the vertex to it [min].
    """

    start: NDArray[np.int64]
    place: NDArray[np.int32]
    minutes: NDArray[np.float64]


class Buckets(NamedTuple):
    """How vertices wait for their turn.

    Parameters
    ----------
    width
        Minutes in a bucket [min].
    number
        How many buckets: a power of two, and more than the longest edge or link has widths.
    """

    width: float
    number: int


class Workspace(NamedTuple):
    """What a search writes into, made once and used for one origin after the other.

    Parameters
    ----------
    distance
        Minutes at which each vertex is reached, ``inf`` where it is not, shape (n_vertices,) [min].
    bucket
        First item that waits in each bucket, -1 where none does, shape (n_buckets,).
    touched
        Vertices that were reached, in the first places, shape (n_vertices,).
    """

    distance: NDArray[np.float64]
    bucket: NDArray[np.int32]
    touched: NDArray[np.int32]


@numba.njit(cache=True, nogil=True)
def workspace(n_vertices: int, n_buckets: int) -> Workspace:
    """Return a workspace in which nothing has been reached."""
    return Workspace(
        np.full(n_vertices, np.inf), np.full(n_buckets, -1, np.int32), np.empty(n_vertices, np.int32)
    )


@numba.njit(cache=True, nogil=True)
def _longer(given):  # type: ignore[no-untyped-def] # of any kind of number
    """Return an array of twice the length that begins with the given one."""
    return np.concatenate((given, np.empty_like(given)))


@numba.njit(cache=True, nogil=True)
def spread(  # one loop on purpose: a call an edge would cost more than the edge
    edges: Edges,
    seed_vertex: NDArray[np.int32],
    seed_min: NDArray[np.float64],
    limit: float,
    width: float,
    work: Workspace,
) -> int:
    """Write shortest times from several vertices that are reached at given minutes; nothing beyond the limit.

    Vertices wait in buckets of `width` minutes, used in turn; one that is reached sooner is expanded again,
    so the result is exact whatever the width. The number of buckets is a power of two and more than the
    longest edge or seed has widths. The workspace comes in with nothing reached; returns how many vertices
    were, the first of `touched`.
    """
    start, stop, head, weight = edges
    distance, bucket, touched = work
    mask = bucket.size - 1
    per_min = 1.0 / width

    # A bucket is a linked list: bucket[b] is its first item, after[k] the item behind item k, -1 the end.
    # Item k is a vertex and the minutes at which it was put there. Items that are done form a list of free
    # ones.
    item_vertex = np.empty(1024, np.int32)
    after = np.empty(1024, np.int32)
    item_min = np.empty(1024)
    n_items = 0
    first_free = -1
    n_waiting = 0
    n_touched = 0
    now = np.int64(seed_min.min() * per_min) if seed_min.size else np.int64(0)

    # First the seeds are put into buckets, then the edges of one vertex after the other.
    i = 0
    end = seed_vertex.size
    base = 0.0
    seeding = True
    while True:
        if i < end:
            w = seed_vertex[i] if seeding else head[i]
            reached = seed_min[i] if seeding else base + weight[i]
            i += 1
            if reached >= distance[w] or reached > limit:
                continue

            if distance[w] == np.inf:
                touched[n_touched] = w
                n_touched += 1
            distance[w] = reached

            if first_free >= 0:
                k = first_free
                first_free = after[k]
            else:
                if n_items == item_vertex.size:
                    item_vertex = _longer(item_vertex)
                    after = _longer(after)
                    item_min = _longer(item_min)
                k = n_items
                n_items += 1

            b = np.int64(reached * per_min) & mask
            item_vertex[k] = w
            item_min[k] = reached
            after[k] = bucket[b]
            bucket[b] = k
            n_waiting += 1
            continue

        if n_waiting == 0:
            return n_touched

        # Take the next item out of the earliest bucket that has one.
        k = bucket[now & mask]
        if k < 0:
            now += 1
            continue
        bucket[now & mask] = after[k]
        after[k] = first_free
        first_free = k
        n_waiting -= 1

        v = item_vertex[k]
        base = distance[v]
        seeding = False

        # An item that is later than the vertex's own time is stale: the vertex was reached sooner since.
        if item_min[k] == base:
            i = start[v]
            end = stop[v]


@numba.njit(cache=True, nogil=True)
def rows(
    edges: Edges,
    leave: Links,
    enter: Entries,
    buckets: Buckets,
    limit: float,
    first: int,
    step: int,
    out: NDArray[np.float64],
) -> None:
    """Write minutes from origins first, first + step, … to destinations, where less than what is there."""
    work = workspace(edges.start.size - 1, buckets.number)
    distance, _, touched = work
    entry_start, entry_place, entry_min = enter

    for o in range(first, leave.start.size - 1, step):
        a = leave.start[o]
        b = leave.start[o + 1]
        n_touched = spread(edges, leave.vertex[a:b], leave.minutes[a:b], limit, buckets.width, work)

        # Enter destinations from the vertices that were reached, and make them ready for the next origin.
        for i in range(n_touched):
            v = touched[i]
            for k in range(entry_start[v], entry_start[v + 1]):
                arrived = distance[v] + entry_min[k]
                if arrived < out[o, entry_place[k]] and arrived <= limit:
                    out[o, entry_place[k]] = arrived
            distance[v] = np.inf


@numba.njit(cache=True, nogil=True)
def flood(start: NDArray[np.int64], head: NDArray[np.int32], seeds: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the vertices that can be reached from any of the seeds, shape (n,)."""
    reached = seeds.copy()

    # Vertices whose edges have not been followed yet.
    stack = np.empty(seeds.size, np.int64)
    size = 0
    for v in range(seeds.size):
        if seeds[v]:
            stack[size] = v
            size += 1

    while size > 0:
        size -= 1
        v = stack[size]
        for e in range(start[v], start[v + 1]):
            w = head[e]
            if not reached[w]:
                reached[w] = True
                stack[size] = w
                size += 1

    return reached
