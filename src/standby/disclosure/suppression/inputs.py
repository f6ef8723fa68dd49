"""What a caller gives, checked: arrays of one length, relations that hold, knowledge that is true."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from standby._refusals import Refusal
from standby.disclosure.suppression.problem import NOBODY, Problem, Tasks

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import ArrayLike
    from scipy import sparse

    from standby._typing import Codes, Floats, Mask

_NAMED = 8
"""Cells or relations that a refusal names at most."""

_ROUNDING = 1e-9
"""Relative rounding that a relation may be off by."""

_SHARE = 0.1
"""Default distance for cells of tables that aren't whole numbers, as a share of the value."""


def checked_values(values: ArrayLike) -> Floats:
    """Return the values of the cells, shape (cells,)."""
    try:
        array = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise Refusal("values are not all numbers", "give an array of numbers, one a cell") from error

    if array.ndim != 1:
        raise Refusal(
            f"values have the shape {array.shape}", "give one number for each cell, in one dimension"
        )

    wrong = np.flatnonzero(~np.isfinite(array))
    if wrong.size:
        raise Refusal(f"values of {_named('cell', wrong)} are missing or infinite", "give every value")
    return array


def checked_relations(relations: Any, values: Floats) -> sparse.csc_array:
    """Return the relations, shape (relations, cells), which the values satisfy."""
    from scipy import sparse  # noqa: PLC0415 - slow to import

    # A list without any relation is one of no rows, and a single relation is a row.
    try:
        if sparse.issparse(relations):
            matrix = sparse.csr_array(relations, dtype=np.float64)  # type: ignore[call-overload]
        else:
            dense = np.asarray(relations, dtype=np.float64)
            matrix = sparse.csr_array(
                dense.reshape(0, values.size) if dense.size == 0 else np.atleast_2d(dense)
            )
    except (TypeError, ValueError) as error:
        raise Refusal(
            "relations are not numbers in two dimensions", "give an array or a sparse matrix"
        ) from error

    if matrix.shape[1] != values.size:
        raise Refusal(
            f"relations have the shape {matrix.shape} and there are {values.size} values",
            "give a column for each cell",
        )

    # A factor that is given twice counts twice, and one of 0 says nothing.
    matrix.sum_duplicates()
    matrix.eliminate_zeros()
    if not np.isfinite(matrix.data).all():
        raise Refusal("relations have missing or infinite factors", "give a number for each")

    # Sums of floats may miss a total by rounding of the terms, however small what is left of them.
    result = matrix @ values
    wrong = np.flatnonzero(np.abs(result) > _ROUNDING * (abs(matrix) @ np.abs(values)))
    if wrong.size:
        given = ", ".join(f"relation {k} gives {result[k]:g}" for k in wrong[:_NAMED])
        more = f", and {wrong.size - _NAMED} more are wrong" if wrong.size > _NAMED else ""
        raise Refusal(
            f"{given}{more}", "relations times values must be 0: correct the values or the relations"
        )

    return sparse.csc_array(matrix)


def checked_mask(name: str, given: ArrayLike, n_cells: int) -> Mask:
    """Return which cells are meant, given as booleans or as cell numbers, shape (cells,)."""
    array = np.asarray(given)
    mask = np.zeros(n_cells, bool)
    if array.size == 0 and array.ndim == 1:
        return mask

    # A 0 or 1 for each cell is yes or no, as tables from files have it; of one or two cells see below.
    if array.dtype == bool or (_is_zero_or_one(array) and array.shape == (n_cells,) and n_cells > 2):
        if array.shape != (n_cells,):
            raise Refusal(
                f"{name} has the shape {array.shape}",
                f"give one of True and False for each of {n_cells} cells",
            )
        return array.astype(bool)

    if array.ndim != 1 or not np.issubdtype(array.dtype, np.integer):
        raise Refusal(
            f"{name} is {given!r}", "give True or False for each cell, or the numbers of cells from 0"
        )

    wrong = array[(array < 0) | (array >= n_cells)]
    if wrong.size:
        raise Refusal(f"{name} names cell {wrong[0]}", f"give numbers from 0 to {n_cells - 1}")

    # Of two cells [0, 1] may be both of them, or the second alone.
    if array.size == n_cells and n_cells <= 2 and _is_zero_or_one(array):
        raise Refusal(f"{name} is {given!r}, which may be cell numbers or yes and no", "give True and False")

    mask[array] = True
    return mask


def _is_zero_or_one(array: Any) -> bool:
    """Return whether an array of numbers holds nothing but 0 and 1."""
    return bool(np.issubdtype(array.dtype, np.number) and np.isin(array, (0, 1)).all())


def checked_knowledge(values: Floats, lower: ArrayLike, upper: ArrayLike) -> tuple[Floats, Floats]:
    """Return how far prior knowledge lets each cell be below and above its value, shape (cells,) each."""
    low = _per_cell("lower", lower, values.size)
    high = _per_cell("upper", upper, values.size)
    rounding = _ROUNDING * np.abs(values)

    below = np.flatnonzero(values < low - rounding)
    above = np.flatnonzero(values > high + rounding)
    if below.size:
        raise Refusal(
            f"lower is above the value of {_named('cell', below)}",
            "give what an attacker knows in advance, which is true: lower=-inf where values may be negative",
        )

    if above.size:
        raise Refusal(
            f"upper is below the value of {_named('cell', above)}",
            "give what an attacker knows in advance, which is true",
        )

    return np.maximum(values - low, 0.0), np.maximum(high - values, 0.0)


def checked_problem(
    values: ArrayLike,
    relations: Any,
    primary: ArrayLike,
    *,
    lower: ArrayLike,
    upper: ArrayLike,
    protect_below: ArrayLike | None,
    protect_above: ArrayLike | None,
    holder: Iterable[Any] | None,
    cost: ArrayLike | None,
) -> Problem:
    """Return the problem that a caller describes; see `suppress`."""
    amounts = checked_values(values)
    n_cells = amounts.size
    matrix = checked_relations(relations, amounts)
    down, up = checked_knowledge(amounts, lower, upper)
    withheld = checked_mask("primary", primary, n_cells)

    price = np.abs(amounts) if cost is None else _per_cell("cost", cost, n_cells)
    if (price < 0.0).any():
        raise Refusal(f"cost of {_named('cell', np.flatnonzero(price < 0.0))} is negative", "give 0 or more")

    # An infinite cost says that a cell must be published.
    published = np.isinf(price)
    both = np.flatnonzero(published & withheld)
    if both.size:
        raise Refusal(f"cost of {_named('cell', both)}, which is primary, is infinite", "give a finite cost")

    # A cell that must be published has its value for everybody: it can't move, and costs nothing.
    return Problem(
        relations=matrix,
        down=np.where(published, 0.0, down),
        up=np.where(published, 0.0, up),
        cost=np.where(published, 0.0, price),
        primary=withheld,
        published=published,
        holder=_holders(holder, n_cells),
        tasks=_tasks(amounts, withheld, down, up, protect_below, protect_above),
    )


def _tasks(
    values: Floats,
    primary: Mask,
    down: Floats,
    up: Floats,
    protect_below: ArrayLike | None,
    protect_above: ArrayLike | None,
) -> Tasks:
    """Return what must stay possible for the primary cells."""
    default = _default_distance(values)
    below = (
        np.minimum(default, down)
        if protect_below is None
        else _distance("protect_below", protect_below, values)
    )
    above = (
        np.minimum(default, up)
        if protect_above is None
        else _distance("protect_above", protect_above, values)
    )

    # Where knowledge in advance leaves nothing open, what is asked by default can't be had: say so later.
    closed = (below == 0.0) & (above == 0.0)
    if protect_below is None:
        below = np.where(closed, default, below)
    elif protect_above is None:
        above = np.where(closed, default, above)
    elif (closed & primary).any():
        cells = _named("cell", np.flatnonzero(closed & primary))
        raise Refusal(
            f"protect_below and protect_above are both 0 for {cells}",
            "give at least one distance above 0, or leave the cell out of primary",
        )

    # Two tasks for each primary cell, down and then up, but for distances of 0.
    cell = np.repeat(np.flatnonzero(primary), 2)
    sign = np.tile([-1.0, 1.0], int(primary.sum()))
    need = np.column_stack([below[primary], above[primary]]).reshape(-1)
    wanted = need > 0.0
    return Tasks(cell[wanted], sign[wanted], need[wanted])


def _default_distance(values: Floats) -> Floats:
    """Return the distance that makes a cell uncertain: 1 in a table of whole numbers, else a share of it."""
    if np.array_equal(values, np.rint(values)):
        return np.ones(values.size)

    # A value of 0 has no share of its own: the median size of the others stands in for it.
    size = np.abs(values)
    return _SHARE * np.where(size > 0.0, size, np.median(size[size > 0.0]))


def _distance(name: str, given: ArrayLike, values: Floats) -> Floats:
    """Return distances that a caller gives, shape (cells,)."""
    distance = _per_cell(name, given, values.size)
    wrong = np.flatnonzero(~(distance >= 0.0) | np.isinf(distance))
    if wrong.size:
        raise Refusal(
            f"{name} of {_named('cell', wrong)} is negative or infinite", "give a distance of 0 or more"
        )
    return distance


def _per_cell(name: str, given: ArrayLike, n_cells: int) -> Floats:
    """Return a number for each cell, shape (cells,)."""
    try:
        array = np.asarray(given, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise Refusal(
            f"{name} is not a number for each cell", "give a number or an array of numbers"
        ) from error

    if array.shape not in {(), (n_cells,)}:
        raise Refusal(
            f"{name} has the shape {array.shape}", f"give one number, or one for each of {n_cells} cells"
        )
    if np.isnan(array).any():
        raise Refusal(f"{name} has missing values (NaN)", "give a number for each cell")

    return np.broadcast_to(array, (n_cells,)).copy()


def _holders(holder: Iterable[Any] | None, n_cells: int) -> Codes:
    """Return a code for the holder of each cell, shape (cells,)."""
    codes = np.full(n_cells, NOBODY)
    if holder is None:
        return codes

    given = list(holder)
    if len(given) != n_cells:
        raise Refusal(
            f"holder has {len(given)} ids", f"give one for each of {n_cells} cells, None for nobody"
        )

    known: dict[Any, int] = {}
    for cell, who in enumerate(given):
        nobody = who in {None, "", NOBODY} or (isinstance(who, float) and math.isnan(who))
        if not nobody:
            codes[cell] = known.setdefault(who, len(known))
    return codes


def _named(kind: str, numbers_of: Codes) -> str:
    """Return the first few of some cells or relations by number."""
    shown = ", ".join(map(str, numbers_of[:_NAMED].tolist()))
    more = f" and {numbers_of.size - _NAMED} more" if numbers_of.size > _NAMED else ""
    return f"{kind}{'s' if numbers_of.size > 1 else ''} {shown}{more}"
