"""One pass over a matrix of minutes to tell areas with equal cover sets apart, compiled."""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(cache=True)
def mark_dense(minutes, within, keys, marks):
    """Combine into each area's mark the keys of the sites that reach it: minutes (sites, areas), within (areas,)."""
    for j in range(minutes.shape[0]):
        key = keys[j]
        for i in range(minutes.shape[1]):
            if minutes[j, i] <= within[i]:
                marks[i] ^= key


@njit(cache=True)
def same_dense(minutes, within, stand_in):
    """Whether every area has exactly the cover set of its stand-in."""
    for j in range(minutes.shape[0]):
        for i in range(minutes.shape[1]):
            k = stand_in[i]
            if (minutes[j, i] <= within[i]) != (minutes[j, k] <= within[k]):
                return False
    return True


@njit(cache=True)
def mark_sparse(indptr, area, minutes, within, keys, marks):
    """Do the same for a table of the stored pairs, site by site."""
    for j in range(keys.size):
        for e in range(indptr[j], indptr[j + 1]):
            if minutes[e] <= within[area[e]]:
                marks[area[e]] ^= keys[j]


@njit(cache=True)
def same_sparse(colptr, site, minutes, within, stand_in):
    """Whether every area has exactly the cover set of its stand-in; pairs stored area by area with rising sites."""
    for i in range(within.size):
        k = stand_in[i]
        if k == i:
            continue
        b = colptr[k]
        for a in range(colptr[i], colptr[i + 1]):
            if minutes[a] > within[i]:
                continue
            while b < colptr[k + 1] and minutes[b] > within[k]:
                b += 1
            if b == colptr[k + 1] or site[a] != site[b]:
                return False
            b += 1
        while b < colptr[k + 1]:
            if minutes[b] <= within[k]:
                return False
            b += 1
    return True


@njit(cache=True)
def bottleneck(minutes, best):
    """Lower each area's `best` to its least minutes over the rows given."""
    for j in range(minutes.shape[0]):
        for i in range(minutes.shape[1]):
            best[i] = min(best[i], minutes[j, i])


def random_keys(n_sites: int, seed: int) -> np.ndarray:
    """One random 64-bit key for each site; equal sets always give equal marks, unequal ones almost never do (and are then found out)."""
    return np.random.default_rng(seed).integers(1, 2**63, n_sites, dtype=np.uint64)
