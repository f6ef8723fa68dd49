"""Compiled loops that turn stretches between points into chains between junctions."""

import numba
import numpy as np
from numpy.typing import NDArray


@numba.njit(cache=True, nogil=True)
def adjacency(
    u: NDArray[np.int32], v: NDArray[np.int32], n_nodes: int
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Return for each node the stretches that touch it: starts, shape (n_nodes + 1,), and numbers."""
    start = np.zeros(n_nodes + 1, np.int64)
    for s in range(u.size):
        start[u[s] + 1] += 1
        start[v[s] + 1] += 1
    for n in range(n_nodes):
        start[n + 1] += start[n]
    fill = start[:-1].copy()
    stretch = np.empty(2 * u.size, np.int32)
    for s in range(u.size):
        stretch[fill[u[s]]] = s
        fill[u[s]] += 1
        stretch[fill[v[s]]] = s
        fill[v[s]] += 1
    return start, stretch


@numba.njit(cache=True, nogil=True)
def junctions(
    start: NDArray[np.int64],
    stretch: NDArray[np.int32],
    u: NDArray[np.int32],
    signature: NDArray[np.int32],
    oneway: NDArray[np.bool_],
    keep: NDArray[np.bool_],
) -> NDArray[np.bool_]:
    """Return which nodes are junctions: not two stretches, or two on which a profile may decide differently.

    `keep` marks nodes that are junctions anyway.
    """
    out = keep.copy()
    for n in range(start.size - 1):
        if start[n + 1] - start[n] != 2:
            out[n] = start[n + 1] > start[n]
            continue
        a, b = stretch[start[n]], stretch[start[n] + 1]
        against = oneway[a] and (u[a] == n) == (u[b] == n)
        if a == b or signature[a] != signature[b] or against:
            out[n] = True
    return out


@numba.njit(cache=True, nogil=True)
def chains(
    start: NDArray[np.int64],
    stretch: NDArray[np.int32],
    u: NDArray[np.int32],
    v: NDArray[np.int32],
    junction: NDArray[np.bool_],
) -> tuple[NDArray[np.int32], NDArray[np.bool_], NDArray[np.int64], int]:
    """Walk from junction to junction.

    Returns the stretches in the order of their chains, whether each is turned round, where each chain starts
    (and the end), and the number of chains. Rings without a junction get one at their first node.
    """
    m = u.size
    order = np.empty(m, np.int32)
    flip = np.zeros(m, np.bool_)
    first = np.empty(m + 1, np.int64)
    used = np.zeros(m, np.bool_)
    n_chains = 0
    at = 0
    for rings in range(2):
        for n in range(start.size - 1):
            if rings == 0 and not junction[n]:
                continue
            for i in range(start[n], start[n + 1]):
                s = stretch[i]
                if used[s]:
                    continue
                junction[n] = True
                first[n_chains] = at
                n_chains += 1
                node = n
                while True:
                    used[s] = True
                    order[at] = s
                    flip[at] = u[s] != node
                    at += 1
                    node = u[s] if flip[at - 1] else v[s]
                    if junction[node]:
                        break
                    j = start[node]
                    s = stretch[j + 1] if stretch[j] == s else stretch[j]
    first[n_chains] = at
    return order, flip, first[: n_chains + 1].copy(), n_chains
