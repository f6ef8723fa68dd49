"""Dominance in set cover: areas covered whenever another is, sites never better than another."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from standby.locate._choose import SiteProblem

if TYPE_CHECKING:
    from numpy.typing import NDArray

_LARGEST = 6_000
"""Areas or sites beyond which the dominance tables (square in their number) aren't worth their memory."""


def _contains(table: NDArray[np.float32], rank: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Rows of which another row is a subset; among equal rows the one of least (rank, number) stays."""
    size = table.sum(axis=1)
    common = table @ table.T  # common[k, i] = |row k and row i|
    inside = common == size[:, None]  # row k lies inside row i
    np.fill_diagonal(inside, val=False)
    both = inside & inside.T
    number = np.arange(size.size)
    first = (rank[:, None] < rank[None, :]) | (
        (rank[:, None] == rank[None, :]) & (number[:, None] < number[None, :])
    )
    return np.asarray((inside & (~both | first)).any(axis=0))


def _inside(table: NDArray[np.float32], fee: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Rows (sites) that lie inside another row whose fee is no more; among equal ones the first of least fee stays."""
    size = table.sum(axis=1)
    common = table @ table.T
    inside = common == size[:, None]  # row j lies inside row k
    np.fill_diagonal(inside, val=False)
    number = np.arange(size.size)
    dearer = fee[:, None] > fee[None, :]
    tie = (fee[:, None] == fee[None, :]) & (~inside.T | (number[:, None] > number[None, :]))
    return np.asarray((inside & (dearer | tie)).any(axis=1))


def reduced(problem: SiteProblem) -> SiteProblem:
    """Return a set cover of the same optimum without dominated areas and sites; sites keep their numbers, dominated ones are shut."""
    n, m = problem.spare.size, problem.fee.size
    if max(n, m) > _LARGEST or n == 0:
        return problem
    table = np.zeros((n, m), np.float32)
    table[np.repeat(np.arange(n), np.diff(problem.indptr)), problem.site] = 1
    status = problem.status.copy()
    rows = np.arange(n)
    columns = np.nonzero(status != 2)[0]
    while True:
        before = rows.size, columns.size
        part = table[np.ix_(rows, columns)]
        rows = rows[~_contains(part, np.zeros(rows.size))]
        part = np.ascontiguousarray(table[np.ix_(rows, columns)].T)
        weak = _inside(part, problem.fee[columns]) & (status[columns] == 0)
        columns = columns[~weak]
        if (rows.size, columns.size) == before:
            break
    status[np.setdiff1d(np.nonzero(status == 0)[0], columns)] = 2
    row, column = np.nonzero(table[np.ix_(rows, columns)])
    indptr = np.zeros(rows.size + 1, np.int64)
    np.cumsum(np.bincount(row, minlength=rows.size), out=indptr[1:])
    site = columns[column].astype(np.int32)
    spare = np.minimum.reduceat(problem.fee[site], indptr[:-1])
    return SiteProblem(
        indptr, site, np.zeros(site.size), spare, problem.fee, status, problem.places, problem.grain
    )


def without_weak_sites(problem: SiteProblem) -> SiteProblem:
    """Return a maximal cover with the sites shut whose areas another site reaches too; the optimum stays, for a unit there can move."""
    n, m = problem.spare.size, problem.fee.size
    if n * m > _LARGEST * _LARGEST or n == 0:
        return problem
    table = np.zeros((m, n), np.float32)
    table[problem.site, np.repeat(np.arange(n), np.diff(problem.indptr))] = 1
    weak = _inside(table, np.zeros(m)) & (problem.status == 0)
    status = np.where(weak, 2, problem.status).astype(np.int8)
    return replace(problem, status=status).without_shut(status)


def repaired(problem: SiteProblem, is_open: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Open the cheapest site of each group that was left out."""
    is_open = is_open.copy()
    for i in range(problem.spare.size):
        sites = problem.site[problem.indptr[i] : problem.indptr[i + 1]]
        if not is_open[sites].any():
            is_open[sites[np.argmin(problem.fee[sites])]] = True
    return is_open
