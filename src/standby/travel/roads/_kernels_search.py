"""Compiled cut-off shortest paths from many positions to many positions.

Dijkstra's algorithm with buckets in place of a heap, in the form of Meyer and Sanders, "Δ-stepping: a
parallelizable shortest path algorithm", Journal of Algorithms 49(1), 2003, pages 114-152, on one thread.
"""

import numba
import numpy as np
from numpy.typing import NDArray


@numba.njit(cache=True, nogil=True)
def _longer(given):  # type: ignore[no-untyped-def] # of any kind of number
    """Return an array of twice the length that begins with the given one."""
    return np.concatenate((given, np.empty_like(given)))


@numba.njit(cache=True, nogil=True)
def spread(  # one loop on purpose: a call an edge would cost more than the edge
    start: NDArray[np.int32],
    stop: NDArray[np.int32],
    head: NDArray[np.int32],
    weight: NDArray[np.float32],
    seed_vertex: NDArray[np.int32],
    seed_min: NDArray[np.float64],
    limit: float,
    width: float,
    distance: NDArray[np.float64],
    bucket: NDArray[np.int32],
    touched: NDArray[np.int32],
) -> int:
    """Shortest times from several vertices that are reached at given minutes; nothing beyond the limit.

    Vertex v leads on by the edges start[v] to stop[v].

    Vertices wait in buckets of `width` minutes, used in turn; one that is reached sooner is expanded again,
    so the result is exact whatever the width. The number of buckets is a power of two and more than the
    longest edge or seed has widths. `distance` comes in as inf everywhere and `bucket` as -1; `distance` goes
    out with what was found. The vertices that were changed are the first of `touched`; their number returns.
    """
    mask = bucket.size - 1
    per_min = 1.0 / width
    item, after, key = np.empty(1024, np.int32), np.empty(1024, np.int32), np.empty(1024)
    used, free, waiting, n_touched = 0, -1, 0, 0
    now = np.int64(seed_min.min() * per_min) if seed_min.size else np.int64(0)
    i, end = 0, seed_vertex.size
    base, seeding = 0.0, True
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
            if free >= 0:
                k = free
                free = after[k]
            else:
                if used == item.size:
                    item, after, key = _longer(item), _longer(after), _longer(key)
                k = used
                used += 1
            b = np.int64(reached * per_min) & mask
            item[k] = w
            key[k] = reached
            after[k] = bucket[b]
            bucket[b] = k
            waiting += 1
            continue
        if waiting == 0:
            return n_touched
        k = bucket[now & mask]
        if k < 0:
            now += 1
            continue
        bucket[now & mask] = after[k]
        after[k] = free
        free = k
        waiting -= 1
        v = item[k]
        base = distance[v]
        seeding = False
        if key[k] == base:  # else it was reached sooner since
            i, end = start[v], stop[v]


@numba.njit(cache=True, nogil=True)
def rows(
    start: NDArray[np.int32],
    stop: NDArray[np.int32],
    head: NDArray[np.int32],
    weight: NDArray[np.float32],
    seed_start: NDArray[np.int64],
    seed_vertex: NDArray[np.int32],
    seed_min: NDArray[np.float64],
    entry_start: NDArray[np.int64],
    entry_place: NDArray[np.int32],
    entry_min: NDArray[np.float64],
    limit: float,
    width: float,
    n_buckets: int,
    first: int,
    step: int,
    out: NDArray[np.float64],
) -> None:
    """Write the minutes from origins first, first + step, … to destinations, where less than what is there.

    An origin is the vertices it leads to and when; `entry_start` and `entry_place` say for each vertex which
    destinations are entered from it, and `entry_min` how long that takes.
    """
    n = start.size - 1
    distance = np.full(n, np.inf)
    touched = np.empty(n, np.int32)
    bucket = np.full(n_buckets, -1, np.int32)
    for o in range(first, seed_start.size - 1, step):
        a, b = seed_start[o], seed_start[o + 1]
        n_touched = spread(
            start,
            stop,
            head,
            weight,
            seed_vertex[a:b],
            seed_min[a:b],
            limit,
            width,
            distance,
            bucket,
            touched,
        )
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
    found = seeds.copy()
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
            if not found[w]:
                found[w] = True
                stack[size] = w
                size += 1
    return found
