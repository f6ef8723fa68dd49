"""Minutes from sites to areas, dense or sparse, checked once; areas with equal cover sets merged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse

from standby.locate.engine import _kernels_merge as kernels
from standby.locate.errors import SitingInputError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import ArrayLike, NDArray

_SHOWN = 5
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

    indptr: NDArray[np.int64]
    site: NDArray[np.int32]
    member: NDArray[np.int64]

    @property
    def size(self) -> int:
        """Number of groups."""
        return self.indptr.size - 1

    def total(self, weight: NDArray[np.float64]) -> NDArray[np.float64]:
        """Weight of each group."""
        return np.bincount(self.member, weight, self.size).astype(np.float64)

    def first_member(self) -> NDArray[np.int64]:
        """One area of each group."""
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
            table = sparse.csr_matrix(minutes)
            if table.dtype == bool:
                reach = table.copy()
                reach.eliminate_zeros()
                table = sparse.csr_matrix(
                    (np.zeros(reach.nnz), reach.indices, reach.indptr), shape=reach.shape
                )
            elif table.dtype not in {np.dtype(np.float32), np.dtype(np.float64)}:
                table = table.astype(np.float64)
            if not table.has_canonical_format:
                table = table.copy()
                table.sort_indices()
                if _has_twins(table):
                    raise SitingInputError(
                        "minutes (sparse) stores the same pair of site and area twice", "store each pair once"
                    )
            self.sparse = table
            self._refuse_bad(np.nonzero(~(table.data >= 0))[0], table)
        else:
            array = np.asarray(minutes)
            if array.dtype == bool:
                array = np.where(array, 0.0, np.inf)
            elif array.dtype not in {np.dtype(np.float32), np.dtype(np.float64)}:
                array = array.astype(np.float64)
            if array.ndim != 2:
                raise SitingInputError(
                    f"minutes has shape {array.shape}", "give a matrix of shape (sites, areas)"
                )
            self.dense = np.ascontiguousarray(array) if array.size <= _COPIED else array
            if array.size:
                bad = np.nonzero(~(array.min(axis=1) >= 0))[0]
                if bad.size:
                    raise SitingInputError(
                        f"minutes holds NaN or negative values for sites {listed(bad)}",
                        "use inf where a site may not serve",
                    )
        if 0 in self.shape:
            raise SitingInputError(f"minutes has shape {self.shape}", "give at least one site and one area")

    @staticmethod
    def _refuse_bad(bad: NDArray[np.int64], table: sparse.csr_matrix) -> None:
        if bad.size:
            sites = np.unique(np.searchsorted(table.indptr, bad, side="right") - 1)
            raise SitingInputError(
                f"minutes holds NaN or negative values for sites {listed(sites)}",
                "leave a pair out where a site may not serve",
            )

    @property
    def table(self) -> Any:
        """The minutes as they are stored, an array or a sparse matrix."""
        return self.dense if self.dense is not None else self.sparse

    @property
    def shape(self) -> tuple[int, int]:
        """Sites and areas."""
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
        """Minutes from site `j` to every area."""
        if self.dense is not None:
            return np.asarray(self.dense[j])
        assert self.sparse is not None  # noqa: S101 - one of the two is always set
        row = np.full(self.n_areas, np.inf, self.dtype)
        part = slice(self.sparse.indptr[j], self.sparse.indptr[j + 1])
        row[self.sparse.indices[part]] = self.sparse.data[part]
        return row

    def least(self, sites: Iterable[int] | None = None) -> NDArray[Any]:
        """Least minutes to each area over some sites (default all)."""
        best = np.full(self.n_areas, np.inf, self.dtype)
        for j in range(self.n_sites) if sites is None else sites:
            np.minimum(best, self.row(j), out=best)
        return best

    def reached_by(self, placed: NDArray[np.int64], within: NDArray[Any]) -> NDArray[np.int64]:
        """Count the units that reach each area within its standard.

        Parameters
        ----------
        placed : numpy.ndarray of int
            Units at each site, shape (sites,).
        within : numpy.ndarray
            The standard of each area, shape (areas,) [min].
        """
        count = np.zeros(self.n_areas, np.int64)
        for j in np.flatnonzero(placed):
            row = self.row(int(j))
            count += placed[j] * ((row <= within) & np.isfinite(row))
        return count

    def standard(self, within: ArrayLike, name: str = "within") -> NDArray[Any]:
        """One standard an area, in the precision of the minutes (so that equal numbers stay equal).

        Raises
        ------
        SitingInputError
            If it is neither a number nor one number an area, or holds NaN or negative minutes.
        """
        values = np.asarray(within, dtype=np.float64)
        if values.ndim > 1 or (values.ndim == 1 and values.size != self.n_areas):
            raise SitingInputError(
                f"{name} has shape {values.shape}", f"give a number or one for each of {self.n_areas} areas"
            )
        bad = np.nonzero(~(np.atleast_1d(values) >= 0))[0]
        if bad.size:
            where = "" if values.ndim == 0 else f" for areas {listed(bad)}"
            raise SitingInputError(f"{name} is NaN or negative{where}", "give minutes >= 0")
        return np.ascontiguousarray(np.broadcast_to(values, (self.n_areas,)).astype(self.dtype))

    def groups(self, *standards: NDArray[Any], labels: NDArray[Any] | None = None) -> tuple[CoverGroups, ...]:
        """Merge areas whose cover sets are equal under every one of `standards` (and whose labels are equal).

        An infinite standard still needs finite minutes. Returns one `CoverGroups` for each standard, all with
        the same groups.
        """
        standards = tuple(
            np.where(np.isinf(s), np.finfo(self.dtype).max, s).astype(self.dtype) for s in standards
        )
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
        finite = np.where(np.isinf(within), np.finfo(self.dtype).max, within).astype(self.dtype)
        every = np.arange(self.n_areas)
        return CoverGroups(*self._lists(finite, every), every)

    def reach_matrix(self, within: NDArray[Any], areas: NDArray[np.int64]) -> sparse.csr_matrix:
        """Areas by sites, one where the site reaches the area within its standard."""
        finite = np.where(np.isinf(within), np.finfo(self.dtype).max, within).astype(self.dtype)
        indptr, site = self._lists(finite, areas)
        return sparse.csr_matrix((np.ones(site.size), site, indptr), shape=(areas.size, self.n_sites))

    def _mark(self, within: NDArray[Any], keys: NDArray[np.uint64], marks: NDArray[np.uint64]) -> None:
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

    def _same(self, within: NDArray[Any], stand_in: NDArray[np.int64]) -> bool:
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

    def _lists(
        self, within: NDArray[Any], areas: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
        """Sites that reach each of `areas`."""
        if self.sparse is not None:
            part = self.sparse[:, areas].tocoo()
            near = part.data <= within[areas][part.col]
            group, site = np.asarray(part.col[near]), np.asarray(part.row[near])
            order = np.lexsort((site, group))
            group, site = group[order], site[order].astype(np.int32)
        else:
            assert self.dense is not None  # noqa: S101 - one of the two is always set
            step = max(1, _COPIED // self.n_sites)
            groups, sites = [], []
            for begin in range(0, areas.size, step):  # block by block, or a table takes as much memory again
                block = areas[begin : begin + step]
                row, column = np.nonzero((self.dense[:, block] <= within[block]).T)
                groups.append(row + begin)
                sites.append(column.astype(np.int32))
            group, site = np.concatenate(groups), np.concatenate(sites)
        indptr = np.zeros(areas.size + 1, np.int64)
        np.cumsum(np.bincount(group, minlength=areas.size), out=indptr[1:])
        return indptr, site


def _has_twins(table: sparse.csr_matrix) -> bool:
    """Whether a row stores one column twice; columns are in order."""
    rows = np.repeat(np.arange(table.shape[0]), np.diff(table.indptr))
    return bool(np.any((np.diff(rows) == 0) & (np.diff(table.indices) == 0)))


def _distinct(columns: list[NDArray[Any]]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """First index of each distinct tuple, and which one each entry is."""
    code: NDArray[np.int64] | None = None
    for column in columns:
        _, part = np.unique(column, return_inverse=True)
        code = (
            part if code is None else np.unique(code * (int(part.max()) + 1) + part, return_inverse=True)[1]
        )
    assert code is not None  # noqa: S101 - there is at least one standard
    _, first = np.unique(code, return_index=True)
    return first.astype(np.int64), code.astype(np.int64)
