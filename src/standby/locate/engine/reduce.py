"""Dominance in set cover: areas covered whenever another is, sites never better than another."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from standby.locate.engine import _kernels_merge as kernels
from standby.locate.engine.choose import SiteProblem

if TYPE_CHECKING:
    from numpy.typing import NDArray

_LARGEST = 6_000
"""Areas or sites beyond which the dominance tables (square in their number) aren't worth their time."""


def _packed(table: NDArray[np.bool_]) -> NDArray[np.uint64]:
    """Rows of a table as words of 64 bits."""
    octets = np.packbits(table, axis=1)
    words = np.zeros((table.shape[0], -(-octets.shape[1] // 8) * 8), np.uint8)
    words[:, : octets.shape[1]] = octets
    return words.view(np.uint64)


def reduced(problem: SiteProblem) -> SiteProblem:
    """Return a set cover of the same optimum with dominated areas left out and dominated sites shut."""
    n, m = problem.spare.size, problem.fee.size
    if max(n, m) > _LARGEST or n == 0:
        return problem
    table = np.zeros((n, m), np.bool_)
    table[np.repeat(np.arange(n), np.diff(problem.indptr)), problem.site] = True
    status = problem.status.copy()
    rows = np.arange(n)
    columns = np.nonzero(status != 2)[0]
    while True:
        before = rows.size, columns.size
        part = table[np.ix_(rows, columns)]
        rows = rows[~kernels.rows_with_a_subset(_packed(part))]
        part = table[np.ix_(rows, columns)].T
        weak = kernels.rows_inside_another(_packed(part), problem.fee[columns]) & (status[columns] == 0)
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
    """Return a maximal cover with sites shut that another site outreaches; the optimum stays."""
    n, m = problem.spare.size, problem.fee.size
    if n * m > _LARGEST * _LARGEST or n == 0:
        return problem
    table = np.zeros((m, n), np.bool_)
    table[problem.site, np.repeat(np.arange(n), np.diff(problem.indptr))] = True
    weak = kernels.rows_inside_another(_packed(table), np.zeros(m)) & (problem.status == 0)
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
