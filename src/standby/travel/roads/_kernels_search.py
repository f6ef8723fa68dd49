"""Compiled cut-off Dijkstra from many positions to many positions."""

import numba
import numpy as np
from numpy.typing import NDArray


@numba.njit(cache=True, nogil=True, inline="always")
def _push(key: NDArray[np.float64], item: NDArray[np.int32], size: int, k: float, v: int) -> int:
    """Put into a heap with four children a node; return its new size."""
    i = size
    while i > 0:
        parent = (i - 1) >> 2
        if key[parent] <= k:
            break
        key[i] = key[parent]
        item[i] = item[parent]
        i = parent
    key[i] = k
    item[i] = v
    return size + 1


@numba.njit(cache=True, nogil=True, inline="always")
def _sift(key: NDArray[np.float64], item: NDArray[np.int32], size: int) -> None:
    """Restore the heap after its first entry has been taken and `size` already counts without it."""
    k = key[size]
    v = item[size]
    i = 0
    while True:
        child = 4 * i + 1
        if child >= size:
            break
        best = child
        for c in range(child + 1, min(child + 4, size)):
            if key[c] < key[best]:
                best = c
        if key[best] >= k:
            break
        key[i] = key[best]
        item[i] = item[best]
        i = best
    key[i] = k
    item[i] = v


@numba.njit(cache=True, nogil=True)
def spread(
    start: NDArray[np.int64],
    head: NDArray[np.int32],
    weight: NDArray[np.float64],
    seed_vertex: NDArray[np.int32],
    seed_min: NDArray[np.float64],
    limit: float,
    distance: NDArray[np.float64],
    touched: NDArray[np.int32],
    key: NDArray[np.float64],
    item: NDArray[np.int32],
) -> int:
    """Dijkstra from several vertices that are reached at given minutes; nothing beyond the limit.

    `distance` comes in as inf everywhere and goes out with what was found; the vertices that were changed are
    the first of `touched`, and their number is returned. `key` and `item` hold one entry each edge and seed.
    """
    size = 0
    n_touched = 0
    for i in range(seed_vertex.size):
        v = seed_vertex[i]
        if seed_min[i] < distance[v] and seed_min[i] <= limit:
            if distance[v] == np.inf:
                touched[n_touched] = v
                n_touched += 1
            distance[v] = seed_min[i]
            size = _push(key, item, size, seed_min[i], v)
    while size > 0:
        d = key[0]
        v = item[0]
        size -= 1
        _sift(key, item, size)
        if d > distance[v]:
            continue
        for e in range(start[v], start[v + 1]):
            reached = d + weight[e]
            w = head[e]
            if reached < distance[w] and reached <= limit:
                if distance[w] == np.inf:
                    touched[n_touched] = w
                    n_touched += 1
                distance[w] = reached
                size = _push(key, item, size, reached, w)
    return n_touched


@numba.njit(cache=True, nogil=True)
def rows(
    start: NDArray[np.int64],
    head: NDArray[np.int32],
    weight: NDArray[np.float64],
    seed_start: NDArray[np.int64],
    seed_vertex: NDArray[np.int32],
    seed_min: NDArray[np.float64],
    entry_start: NDArray[np.int64],
    entry_vertex: NDArray[np.int32],
    entry_min: NDArray[np.float64],
    limit: float,
    first: int,
    step: int,
    out: NDArray[np.float64],
) -> None:
    """Write the minutes from origins first, first + step, … to all destinations.

    An origin is the vertices it leads to and when; a destination is the vertices it is entered from and how
    long that takes.
    """
    n = start.size - 1
    distance = np.full(n, np.inf)
    touched = np.empty(n, np.int32)
    most = 0
    for o in range(seed_start.size - 1):
        most = max(most, seed_start[o + 1] - seed_start[o])
    key = np.empty(head.size + most + 1)
    item = np.empty(head.size + most + 1, np.int32)
    for o in range(first, seed_start.size - 1, step):
        a, b = seed_start[o], seed_start[o + 1]
        n_touched = spread(
            start, head, weight, seed_vertex[a:b], seed_min[a:b], limit, distance, touched, key, item
        )
        for j in range(entry_start.size - 1):
            best = out[o, j]
            for i in range(entry_start[j], entry_start[j + 1]):
                arrived = distance[entry_vertex[i]] + entry_min[i]
                best = min(best, arrived)
            out[o, j] = best if best <= limit else np.inf
        for i in range(n_touched):
            distance[touched[i]] = np.inf


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
