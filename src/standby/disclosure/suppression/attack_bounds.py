"""What a reader can bound each withheld cell to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from standby._deadline import checked_limit
from standby._refusals import MissingExtraError, Refusal
from standby._show import Shown
from standby.disclosure.suppression.inputs import (
    checked_knowledge,
    checked_mask,
    checked_relations,
    checked_values,
)

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from standby._typing import Floats, Mask


@dataclass(frozen=True, eq=False)
class AttackBounds(Shown):
    """What a reader can bound each cell to.

    Attributes
    ----------
    low, high : numpy.ndarray of float
        Smallest and largest value of each cell in a table that agrees with all that is published, shape
        (cells,); the value itself for a published cell, and for a withheld one that can be worked out.
    proven : numpy.ndarray of bool
        Whether these are the bounds exactly, shape (cells,). Where time was out they are values that a reader
        can't exclude, and more may be possible.
    """

    low: Floats
    high: Floats
    proven: Mask

    @property
    def width(self) -> Floats:
        """How uncertain each cell stays, shape (cells,)."""
        return self.high - self.low


def attack_bounds(
    values: ArrayLike,
    relations: Any,
    pattern: ArrayLike,
    lower: ArrayLike = 0,
    upper: ArrayLike = np.inf,
    *,
    integer: bool = False,
    time_limit_s: float | None = None,
) -> AttackBounds:
    """Work out what a reader can bound each withheld cell to.

    To see what somebody knows who holds some of the cells, leave these out of `pattern`.

    Parameters
    ----------
    values
        True values of all cells, shape (cells,).
    relations
        Shape (relations, cells), an array or a SciPy sparse matrix; the product with the values is 0.
    pattern
        Cells withheld: booleans of shape (cells,), or cell numbers.
    lower, upper
        What the reader knows in advance, for all cells or each, shape () or (cells,).
    integer
        Whether the reader knows that all cells withheld are whole numbers, and makes use of it.
    time_limit_s
        When to stop [s], None for no limit.

    Returns
    -------
    AttackBounds
        Smallest and largest values.

    Raises
    ------
    Refusal
        If an argument can't be used, or with `integer` a value withheld isn't whole.
    MissingExtraError
        If the solver isn't installed.

    Examples
    --------
    >>> bounds = attack_bounds([2, 30, 9, 41], [[1, 1, 1, -1]], [0, 2])
    >>> bounds.low.tolist(), bounds.high.tolist()
    ([0.0, 30.0, 0.0, 41.0], [11.0, 30.0, 11.0, 41.0])
    """
    limit = checked_limit(time_limit_s)
    amounts = checked_values(values)
    matrix = checked_relations(relations, amounts)
    down, up = checked_knowledge(amounts, lower, upper)
    withheld = checked_mask("pattern", pattern, amounts.size)

    columns = np.flatnonzero(withheld)
    if integer and (amounts[columns] != np.rint(amounts[columns])).any():
        cell = columns[amounts[columns] != np.rint(amounts[columns])][0]
        raise Refusal(f"cell {cell} is {amounts[cell]:g}, no whole number", "leave integer=True out")

    try:
        from standby.disclosure.suppression.extremes import extremes  # noqa: PLC0415 - the solver is optional
    except ImportError as error:
        raise MissingExtraError("bounds of withheld cells need the HiGHS solver", "locate") from error

    # From one whole number another is a whole distance away.
    if integer:
        down = np.floor(down + 1e-9)
        up = np.floor(up + 1e-9)
    least, most, proven = extremes(
        matrix[:, columns].tocsr(), -down[columns], up[columns], limit, whole=integer
    )

    # What is published is known to be what it is.
    low = amounts.copy()
    high = amounts.copy()
    sure = np.ones(amounts.size, bool)
    low[columns] += least
    high[columns] += most
    sure[columns] = proven
    return AttackBounds(low, high, sure)
