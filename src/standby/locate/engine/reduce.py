"""Dominance in covers: areas covered whenever another is, sites never better than another."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from standby.locate.compressed import rows_of, starts_of
from standby.locate.engine import _kernels_merge as kernels
from standby.locate.engine._kernels_search import FREE, SHUT

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from standby._typing import Mask
    from standby.locate.engine.choose import SiteProblem
    from standby.locate.engine.control import Control

_MOST_WORK = 3e9
"""Words of 64 bits to look at (two seconds or so) beyond which dominance isn't worth its time."""

_EARLY = 8
"""Two unlike sites are told apart after one in so many of their words, as a rule."""

_WORK_A_CALL = 2e8
"""The same between two looks at the clock."""

_LARGEST = 36_000_000
"""Entries of a table of areas and sites up to which it is worth looking for weak sites of a maximal cover."""


def reduced(problem: SiteProblem, control: Control) -> SiteProblem:
    """Return a set cover of the same optimum with dominated areas left out and dominated sites shut.

    An area that every site of another area reaches is covered with it. A site whose areas another site of no
    greater fee reaches as well is never needed. One makes room for the other, so that both are looked for in
    turn until nothing changes.

    Parameters
    ----------
    problem
        The set cover.
    control
        The clock of the call; where time is over the problem is left larger.
    """
    n_areas = problem.spare.size
    n_sites = problem.fee.size
    words = n_areas / 64
    work = problem.site.size * words + n_sites**2 * words / _EARLY
    if n_areas == 0 or work > _MOST_WORK:
        return problem

    table = np.zeros((n_areas, n_sites), np.bool_)
    table[rows_of(problem.indptr), problem.site] = True
    status = problem.status.copy()
    areas = np.arange(n_areas)
    sites = np.flatnonzero(status != SHUT)
    while True:
        before = areas.size, sites.size
        areas = areas[~_with_a_subset(table[np.ix_(areas, sites)], control)]
        weak = kernels.rows_inside_another(_packed(table[np.ix_(areas, sites)].T), problem.fee[sites])
        sites = sites[~(weak & (status[sites] == FREE))]
        if (areas.size, sites.size) == before or not control.go_on():
            break
    status[np.setdiff1d(np.flatnonzero(status == FREE), sites)] = SHUT

    # Leaving an area out costs as much as the cheapest of the sites that are left to it.
    row, column = np.nonzero(table[np.ix_(areas, sites)])
    indptr = starts_of(row, areas.size)
    site = sites[column].astype(np.int32)
    return replace(
        problem,
        indptr=indptr,
        site=site,
        cost=np.zeros(site.size),
        spare=np.minimum.reduceat(problem.fee[site], indptr[:-1]),
        status=status,
    )


def _with_a_subset(table: Mask, control: Control) -> Mask:
    """Return the rows of a table that contain another row, as far as there is time to look for them."""
    row, column = np.nonzero(table)
    indptr = starts_of(row, table.shape[0])
    reached = _packed(table.T)

    # A row is contained in larger ones only.
    order = np.argsort(np.diff(indptr), kind="stable")
    found = np.zeros(table.shape[0], np.bool_)
    work_a_row = reached.shape[1] * (column.size / table.shape[0] + 1)
    rows_a_call = max(1, int(_WORK_A_CALL / work_a_row))
    for begin in range(0, order.size, rows_a_call):
        if begin and not control.go_on():
            break
        block = order[begin : begin + rows_a_call]
        kernels.mark_rows_with_a_subset(indptr, column.astype(np.int32), reached, block, found)
    return found


def without_weak_sites(problem: SiteProblem) -> SiteProblem:
    """Return a maximal cover with sites shut that another site outreaches; the optimum stays."""
    n_areas = problem.spare.size
    n_sites = problem.fee.size
    if n_areas * n_sites > _LARGEST or n_areas == 0:
        return problem

    table = np.zeros((n_sites, n_areas), np.bool_)
    table[problem.site, rows_of(problem.indptr)] = True
    weak = kernels.rows_inside_another(_packed(table), np.zeros(n_sites)) & (problem.status == FREE)
    return problem.without_shut(np.where(weak, SHUT, problem.status).astype(np.int8))


def repaired(problem: SiteProblem, is_open: Mask) -> Mask:
    """Return the sites with the cheapest one opened of each area that was left out."""
    is_open = is_open.copy()
    for i in range(problem.spare.size):
        sites = problem.site[problem.indptr[i] : problem.indptr[i + 1]]
        if not is_open[sites].any():
            is_open[sites[np.argmin(problem.fee[sites])]] = True
    return is_open


def _packed(table: Mask) -> NDArray[np.uint64]:
    """Return the rows of a table as words of 64 bits, entry k of a row being bit k % 64 of word k // 64."""
    octets = np.packbits(table, axis=1, bitorder="little")
    words = np.zeros((table.shape[0], -(-octets.shape[1] // 8) * 8), np.uint8)
    words[:, : octets.shape[1]] = octets
    return words.view("<u8")
