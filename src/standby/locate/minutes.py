"""Minutes from sites to areas, dense or sparse, checked once; areas with equal cover sets merged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse

from standby import _checks
from standby.locate.compressed import rows_of, starts_of
from standby.locate.engine import _kernels_merge as kernels
from standby.locate.errors import SitingInputError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import ArrayLike, NDArray

    from standby._typing import Codes, Floats

_SHOWN = 5
"""Numbers that a message lists before it counts the others."""

_COPIED = 2_000_000
"""Entries of a matrix that are copied at once; one of up to so many has its rows made contiguous."""


def listed(items: Iterable[int], *, shown: int = _SHOWN) -> str:
    """Write the first few of many indices and the total."""
    numbers = [int(k) for k in items]
    text = ", ".join(str(k) for k in numbers[:shown])
    return text if len(numbers) <= shown else f"{text}, … ({len(numbers)} in all)"


@dataclass(frozen=True)
class CoverGroups:
    """Areas with equal cover sets, merged.

    `indptr` and `site` list the sites that reach each group (rising), `member` gives each area's group.
    """

    indptr: Codes
    site: NDArray[np.int32]
    member: Codes

    @property
    def size(self) -> int:
        """Number of groups."""
        return self.indptr.size - 1

    def total(self, weight: Floats) -> Floats:
        """Return the weight of each group, shape (groups,)."""
        return np.bincount(self.member, weight, self.size).astype(np.float64)

    def first_member(self) -> Codes:
        """Return the first area of each group, shape (groups,)."""
        first = np.empty(self.size, np.int64)
        first[self.member[::-1]] = np.arange(self.member.size)[::-1]
        return first

    def matrix(self, n_sites: int) -> sparse.csr_matrix:
        """Return groups by sites, one where the site reaches."""
        return sparse.csr_matrix(
            (np.ones(self.site.size), self.site, self.indptr), shape=(self.size, n_sites)
        )


class MinutesTable:
    """Minutes of shape (sites, areas), ``inf`` or an unstored pair meaning "may not serve".

    Raises
    ------
    SitingInputError
        If the array isn't two-dimensional, is empty, or holds NaN or negative minutes; names the first sites
        concerned.
    """

    def __init__(self, minutes: ArrayLike | sparse.spmatrix | sparse.sparray) -> None:
        self.dense: NDArray[Any] | None = None
        self.sparse: sparse.csr_matrix | None = None
        if sparse.issparse(minutes):
            self.sparse = _checked_sparse(sparse.csr_matrix(minutes))
        else:
            try:
                table = np.asarray(minutes)
            except ValueError as error:
                raise SitingInputError("minutes has rows of different lengths", "give a matrix") from error
            self.dense = _checked_dense(table)
        if 0 in self.shape:
            raise SitingInputError(f"minutes has shape {self.shape}", "give at least one site and one area")

    @property
    def table(self) -> Any:
        """The minutes as they are stored, an array or a sparse matrix."""
        return self.dense if self.dense is not None else self.sparse

    @property
    def shape(self) -> tuple[int, int]:
        """Number of sites and of areas."""
        return int(self.table.shape[0]), int(self.table.shape[1])

    @property
    def n_sites(self) -> int:
        """Number of sites."""
        return self.shape[0]

    @property
    def n_areas(self) -> int:
        """Number of areas."""
        return self.shape[1]

    @property
    def dtype(self) -> np.dtype[Any]:
        """Precision of the minutes."""
        precision: np.dtype[Any] = np.dtype(self.table.dtype)
        return precision

    def row(self, j: int) -> NDArray[Any]:
        """Return the minutes from site `j` to every area, shape (areas,) [min]."""
        if self.dense is not None:
            return np.asarray(self.dense[j])

        # Pairs that are not stored may not serve.
        assert self.sparse is not None  # noqa: S101 - one of the two is always set
        row = np.full(self.n_areas, np.inf, self.dtype)
        part = slice(self.sparse.indptr[j], self.sparse.indptr[j + 1])
        row[self.sparse.indices[part]] = self.sparse.data[part]
        return row

    def least(self, sites: Iterable[int] | None = None) -> NDArray[Any]:
        """Return the least minutes to each area over some sites (default all), shape (areas,) [min]."""
        best = np.full(self.n_areas, np.inf, self.dtype)
        for j in range(self.n_sites) if sites is None else sites:
            np.minimum(best, self.row(j), out=best)
        return best

    def reached_by(self, placed: Codes, within: NDArray[Any]) -> Codes:
        """Count the units that reach each area within its standard.

        Parameters
        ----------
        placed
            Units at each site, shape (sites,).
        within
            The standard of each area, shape (areas,) [min].
        """
        count = np.zeros(self.n_areas, np.int64)
        for j in np.flatnonzero(placed):
            row = self.row(int(j))
            count += placed[j] * ((row <= within) & np.isfinite(row))
        return count

    def standard(self, within: ArrayLike, name: str = "within") -> NDArray[Any]:
        """Return one standard an area, in the precision of the minutes, so that equal ones stay equal [min].

        Raises
        ------
        SitingInputError
            If it is neither a number nor one number an area, or holds NaN or negative minutes.
        """
        values = _checks.numbers(name, within, refusal=SitingInputError)
        if values.ndim > 1 or (values.ndim == 1 and values.size != self.n_areas):
            raise SitingInputError(
                f"{name} has shape {values.shape}", f"give a number or one for each of {self.n_areas} areas"
            )

        bad = np.flatnonzero(~(np.atleast_1d(values) >= 0))
        if bad.size:
            where = "" if values.ndim == 0 else f" for areas {listed(bad)}"
            raise SitingInputError(f"{name} is NaN or negative{where}", "give minutes >= 0")

        return np.ascontiguousarray(np.broadcast_to(values, (self.n_areas,)).astype(self.dtype))

    def groups(self, *standards: NDArray[Any], labels: NDArray[Any] | None = None) -> tuple[CoverGroups, ...]:
        """Return the areas merged that have equal cover sets under every standard, and equal labels.

        There is one `CoverGroups` for each standard, all with the same groups. An infinite standard still
        needs finite minutes.
        """
        standards = tuple(self._finite(within) for within in standards)

        # Equal cover sets have equal marks; the groups are looked at again, as unequal ones might too.
        for seed in range(8):
            marks = np.zeros((len(standards), self.n_areas), np.uint64)
            for k, within in enumerate(standards):
                self._mark(within, kernels.random_keys(self.n_sites, seed), marks[k])
            columns = [*marks] if labels is None else [*marks, labels]
            first, member = _distinct(columns)
            if all(self._same(within, first[member]) for within in standards):
                return tuple(CoverGroups(*self._lists(within, first), member) for within in standards)
        raise AssertionError("eight independent 64-bit keys all collided")  # pragma: no cover

    def single(self, within: NDArray[Any]) -> CoverGroups:
        """Return the cover set of every area, none merged: quicker where equal ones fall out later."""
        every = np.arange(self.n_areas)
        return CoverGroups(*self._lists(self._finite(within), every), every)

    def reach_matrix(self, within: NDArray[Any], areas: Codes) -> sparse.csr_matrix:
        """Return areas by sites, one where the site reaches the area within its standard."""
        indptr, site = self._lists(self._finite(within), areas)
        return sparse.csr_matrix((np.ones(site.size), site, indptr), shape=(areas.size, self.n_sites))

    def _finite(self, within: NDArray[Any]) -> NDArray[Any]:
        """Return a standard that infinite minutes never meet, in the precision of the minutes [min]."""
        return np.where(np.isinf(within), np.finfo(self.dtype).max, within).astype(self.dtype)

    def _mark(self, within: NDArray[Any], keys: NDArray[np.uint64], marks: NDArray[np.uint64]) -> None:
        """Combine in each area's mark the keys of the sites that reach it."""
        if self.sparse is not None:
            kernels.mark_sparse(
                self.sparse.indptr, self.sparse.indices, self.sparse.data, within, keys, marks
            )
            return

        for part, block in self._blocks():
            kernels.mark_dense(block, within[part], keys, marks[part])

    def _blocks(self) -> Iterable[tuple[slice, NDArray[Any]]]:
        """Yield the matrix whole, or in copied blocks of areas when its rows aren't contiguous."""
        assert self.dense is not None  # noqa: S101 - only called for dense minutes
        if self.dense.flags.c_contiguous:
            yield slice(0, self.n_areas), self.dense
            return

        step = max(1, 50_000_000 // (8 * self.n_sites))
        for begin in range(0, self.n_areas, step):
            part = slice(begin, min(begin + step, self.n_areas))
            yield part, np.ascontiguousarray(self.dense[:, part])

    def _same(self, within: NDArray[Any], stand_in: Codes) -> bool:
        """Return whether every area has the cover set of its stand-in."""
        if self.sparse is not None:
            columns = self.sparse.tocsc()
            return bool(kernels.same_sparse(columns.indptr, columns.indices, columns.data, within, stand_in))

        assert self.dense is not None  # noqa: S101 - one of the two is always set
        if self.dense.flags.c_contiguous:
            return bool(kernels.same_dense(self.dense, within, stand_in))
        return all(
            np.array_equal(self.dense[j] <= within, (self.dense[j] <= within)[stand_in])
            for j in range(self.n_sites)
        )

    def _lists(self, within: NDArray[Any], areas: Codes) -> tuple[Codes, NDArray[np.int32]]:
        """Return the sites that reach each of `areas`, rising, as a compressed table."""
        if self.sparse is not None:
            part = self.sparse[:, areas].tocoo()
            near = part.data <= within[areas][part.col]
            group = np.asarray(part.col[near])
            site = np.asarray(part.row[near])
            order = np.lexsort((site, group))
            group = group[order]
            site = site[order].astype(np.int32)
        else:
            assert self.dense is not None  # noqa: S101 - one of the two is always set

            # Block by block, or a table takes as much memory again.
            step = max(1, _COPIED // self.n_sites)
            groups = []
            sites = []
            for begin in range(0, areas.size, step):
                block = areas[begin : begin + step]
                row, column = np.nonzero((self.dense[:, block] <= within[block]).T)
                groups.append(row + begin)
                sites.append(column.astype(np.int32))
            group = np.concatenate(groups)
            site = np.concatenate(sites)
        return starts_of(group, areas.size), site


def _checked_sparse(table: sparse.csr_matrix) -> sparse.csr_matrix:
    """Return a sparse table as minutes; of a boolean one the pairs that reach each other, with 0 minutes.

    Raises
    ------
    SitingInputError
        If it stores a pair twice, or holds NaN or negative minutes.
    """
    if table.dtype == bool:
        reach = table.copy()
        reach.eliminate_zeros()
        table = sparse.csr_matrix((np.zeros(reach.nnz), reach.indices, reach.indptr), shape=reach.shape)
    elif table.dtype not in {np.dtype(np.float32), np.dtype(np.float64)}:
        table = table.astype(np.float64)

    if not table.has_canonical_format:
        table = table.copy()
        table.sort_indices()
        row = rows_of(table.indptr)
        twice = (row[1:] == row[:-1]) & (table.indices[1:] == table.indices[:-1])
        if twice.any():
            raise SitingInputError(
                "minutes (sparse) stores the same pair of site and area twice", "store each pair once"
            )

    bad = np.flatnonzero(~(table.data >= 0))
    if bad.size:
        sites = np.unique(np.searchsorted(table.indptr, bad, side="right") - 1)
        raise SitingInputError(
            f"minutes holds NaN or negative values for sites {listed(sites)}",
            "leave a pair out where a site may not serve",
        )
    return table


def _checked_dense(table: NDArray[Any]) -> NDArray[Any]:
    """Return an array as minutes; of a boolean one 0 where a site reaches an area, infinity elsewhere.

    Raises
    ------
    SitingInputError
        If it isn't two-dimensional, or holds NaN or negative minutes.
    """
    if table.dtype == bool:
        table = np.where(table, 0.0, np.inf)
    elif table.dtype not in {np.dtype(np.float32), np.dtype(np.float64)}:
        table = _checks.numbers("minutes", table, refusal=SitingInputError)
    if table.ndim != 2:
        raise SitingInputError(f"minutes has shape {table.shape}", "give a matrix of shape (sites, areas)")

    # The least of a row with NaN is NaN.
    bad = np.flatnonzero(~(table.min(axis=1) >= 0)) if table.size else np.empty(0, np.int64)
    if bad.size:
        raise SitingInputError(
            f"minutes holds NaN or negative values for sites {listed(bad)}",
            "use inf where a site may not serve",
        )
    return np.ascontiguousarray(table) if table.size <= _COPIED else table


def _distinct(columns: list[NDArray[Any]]) -> tuple[Codes, Codes]:
    """Return the first index of each distinct tuple of the columns' entries, and which one each entry is."""
    code: Codes | None = None
    for column in columns:
        _, part = np.unique(column, return_inverse=True)
        code = (
            part if code is None else np.unique(code * (int(part.max()) + 1) + part, return_inverse=True)[1]
        )

    assert code is not None  # noqa: S101 - there is at least one standard
    _, first = np.unique(code, return_index=True)
    return first.astype(np.int64), code.astype(np.int64)
