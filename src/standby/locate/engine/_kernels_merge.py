"""Which areas have equal cover sets, and which rows contain others: passes over tables, compiled."""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(cache=True)
def mark_dense(minutes: np.ndarray, within: np.ndarray, keys: np.ndarray, marks: np.ndarray) -> None:
    """Combine into each area's mark the keys of the sites that reach it."""
    for j in range(minutes.shape[0]):
        key = keys[j]
        for i in range(minutes.shape[1]):
            if minutes[j, i] <= within[i]:
                marks[i] ^= key


@njit(cache=True)
def same_dense(minutes: np.ndarray, within: np.ndarray, stand_in: np.ndarray) -> bool:
    """Return whether every area has exactly the cover set of its stand-in."""
    for j in range(minutes.shape[0]):
        for i in range(minutes.shape[1]):
            k = stand_in[i]
            if (minutes[j, i] <= within[i]) != (minutes[j, k] <= within[k]):
                return False
    return True


@njit(cache=True)
def mark_sparse(
    indptr: np.ndarray,
    area: np.ndarray,
    minutes: np.ndarray,
    within: np.ndarray,
    keys: np.ndarray,
    marks: np.ndarray,
) -> None:
    """Combine the keys of the sites in reach, for a table of the stored pairs, site by site."""
    for j in range(keys.size):
        for e in range(indptr[j], indptr[j + 1]):
            if minutes[e] <= within[area[e]]:
                marks[area[e]] ^= keys[j]


@njit(cache=True)
def same_sparse(
    colptr: np.ndarray, site: np.ndarray, minutes: np.ndarray, within: np.ndarray, stand_in: np.ndarray
) -> bool:
    """Return whether every area has the cover set of its stand-in; pairs area by area, rising sites."""
    for i in range(within.size):
        k = stand_in[i]
        if k == i:
            continue

        # Both lists rise, so that one pass compares them; pairs that are too far are passed over.
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
def mark_rows_with_a_subset(
    indptr: np.ndarray, site: np.ndarray, reached: np.ndarray, order: np.ndarray, found: np.ndarray
) -> None:
    """Mark the rows that contain one of the rows in `order`; of equal rows the first in order stays.

    `indptr` and `site` list the sites of each row, and `reached` the rows of each site, a bit a row, shape
    (sites, words). `order` rises by size. A row is contained in those that all its sites have.
    """
    containing = np.empty(reached.shape[1], np.uint64)
    for k in order:
        if found[k] or indptr[k] == indptr[k + 1]:
            continue
        first = reached[site[indptr[k]]]
        for b in range(containing.size):
            containing[b] = first[b]
        for e in range(indptr[k] + 1, indptr[k + 1]):
            other = reached[site[e]]
            for b in range(containing.size):
                containing[b] &= other[b]

        for b in range(containing.size):
            word = containing[b]
            bit = 0
            while word != 0:
                i = 64 * b + bit
                if word & np.uint64(1) and i != k:
                    found[i] = True
                word >>= np.uint64(1)
                bit += 1


@njit(cache=True)
def rows_inside_another(bits: np.ndarray, fee: np.ndarray) -> np.ndarray:
    """Return which rows lie inside another of no greater fee; among equals the first of least fee stays.

    `bits` has 64 entries of a row in each word, shape (rows, words).
    """
    found = np.zeros(bits.shape[0], np.bool_)
    for j in range(bits.shape[0]):
        for k in range(bits.shape[0]):
            if k == j or found[k] or fee[k] > fee[j]:
                continue
            inside = True
            equal = True
            for b in range(bits.shape[1]):
                if bits[j, b] & ~bits[k, b]:
                    inside = False
                    break
                equal = equal and bits[k, b] == bits[j, b]

            # Of two equal rows of equal fee only the later one goes.
            if inside and (not equal or fee[k] < fee[j] or k < j):
                found[j] = True
                break
    return found


def random_keys(n_sites: int, seed: int) -> np.ndarray:
    """Return a random 64-bit key for each site: equal sets get equal marks, unequal ones hardly ever."""
    return np.random.default_rng(seed).integers(1, 2**63, n_sites, dtype=np.uint64)
