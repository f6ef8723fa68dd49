"""Compiled loops that join stretches between points into chains between junctions."""

import numba
import numpy as np
from numpy.typing import NDArray


@numba.njit(cache=True, nogil=True)
def adjacency(
    u: NDArray[np.int32], v: NDArray[np.int32], n_nodes: int
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Return for each node the stretches that touch it: starts, shape (n_nodes + 1,), and numbers.

    Stretch s joins the nodes u[s] and v[s].
    """
    # Count the stretches at each node, one place further on, and add up: that gives the starts.
    start = np.zeros(n_nodes + 1, np.int64)
    for s in range(u.size):
        start[u[s] + 1] += 1
        start[v[s] + 1] += 1
    for n in range(n_nodes):
        start[n + 1] += start[n]

    # Write each stretch into the next free place of both its nodes.
    next_free = start[:-1].copy()
    stretch = np.empty(2 * u.size, np.int32)
    for s in range(u.size):
        stretch[next_free[u[s]]] = s
        next_free[u[s]] += 1
        stretch[next_free[v[s]]] = s
        next_free[v[s]] += 1

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

    `start` and `stretch` come from `adjacency`; `keep` marks nodes that are junctions in any case.
    """
    is_junction = keep.copy()
    for n in range(start.size - 1):
        if start[n + 1] - start[n] != 2:
            is_junction[n] = start[n + 1] > start[n]
            continue

        # Two one-way stretches that both begin or both end here do not make one road.
        a = stretch[start[n]]
        b = stretch[start[n] + 1]
        opposed = oneway[a] and (u[a] == n) == (u[b] == n)

        # A ring of one stretch touches its node twice.
        if a == b or signature[a] != signature[b] or opposed:
            is_junction[n] = True

    return is_junction


@numba.njit(cache=True, nogil=True)
def chains(
    start: NDArray[np.int64],
    stretch: NDArray[np.int32],
    u: NDArray[np.int32],
    v: NDArray[np.int32],
    junction: NDArray[np.bool_],
) -> tuple[NDArray[np.int32], NDArray[np.bool_], NDArray[np.int64], int]:
    """Return stretches in the order of chains, found by walking from junction to junction.

    Returns the stretches in the order of their chains, whether each is turned round, where each chain starts
    (and the end), and the number of chains. Rings without a junction get one at their first node, so
    `junction` changes.
    """
    n_stretches = u.size
    order = np.empty(n_stretches, np.int32)
    turned = np.zeros(n_stretches, np.bool_)
    chain_start = np.empty(n_stretches + 1, np.int64)
    used = np.zeros(n_stretches, np.bool_)
    n_chains = 0
    at = 0

    # The first round starts at junctions. What it leaves unused are rings without one: the second round.
    for rings in range(2):
        for n in range(start.size - 1):
            if rings == 0 and not junction[n]:
                continue

            for i in range(start[n], start[n + 1]):
                s = stretch[i]
                if used[s]:
                    continue

                junction[n] = True
                chain_start[n_chains] = at
                n_chains += 1

                node = n
                while True:
                    used[s] = True
                    order[at] = s
                    turned[at] = u[s] != node
                    node = u[s] if turned[at] else v[s]
                    at += 1
                    if junction[node]:
                        break

                    # Only two stretches meet here: go on by the other one.
                    j = start[node]
                    s = stretch[j + 1] if stretch[j] == s else stretch[j]

    chain_start[n_chains] = at
    return order, turned, chain_start[: n_chains + 1].copy(), n_chains
