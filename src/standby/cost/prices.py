"""Restating money of one price year in another, with a price index that the planner supplies."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from standby._checks import number
from standby._refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import ArrayLike

    from standby._typing import Floats


def convert_prices(
    amount_gbp: ArrayLike, *, from_year: int, to_year: int, index: Mapping[int, float] | None = None
) -> Floats:
    """Return money of one price year in the prices of another.

    Standby has no deflator of its own: one goes out of date, and the choice (GDP deflator, police pay) is the
    planner's. Without an index, only money that needs no conversion is accepted.

    Parameters
    ----------
    amount_gbp
        Money in the prices of `from_year`, any shape [GBP].
    from_year, to_year
        Price years, each a key of `index`.
    index
        Price level by year, on any base.

    Returns
    -------
    ndarray
        The money in the prices of `to_year`: ``amount × index[to_year] / index[from_year]`` [GBP].

    Raises
    ------
    ValueError
        If the years differ and the index is missing, lacks one of them or has a level that is not positive.
    """
    amount = number("amount_gbp", amount_gbp, low=-np.inf)
    if from_year == to_year:
        return amount

    if index is None:
        raise Refusal(
            f"money in {from_year} prices can't be restated in {to_year} prices without an index", "give one"
        )

    missing = [str(year) for year in (from_year, to_year) if year not in index]
    if missing:
        raise Refusal(
            f"the price index lacks {' and '.join(missing)}", "add it or choose a price year that it has"
        )

    from_level, to_level = number("index", [index[from_year], index[to_year]], above=True)
    return np.asarray(amount * (to_level / from_level))
