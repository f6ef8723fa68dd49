"""The numbers of a sentence as an edition's tables have them."""

from __future__ import annotations

import math
from collections.abc import Mapping

import pandas as pd

from standby.tables.rows import pick
from standby.words import Number, Write


def written_from(
    tables: Mapping[str, pd.DataFrame], *, limit_min: float = math.inf, rounded: bool = False
) -> Write:
    """Return how the numbers of sentences are written: with the values that stand in some tables.

    A sentence and the table beside it then say one number, in one edition, in the same digits.

    Parameters
    ----------
    tables
        Results by their declared names, as an edition has them.
    limit_min
        Longest time that is told apart from never [min].
    rounded
        Whether they were rounded as the public edition does.

    Returns
    -------
    callable
        Writes a number of a sentence; it raises ValueError for one that does not stand where the sentence
        says it does.
    """

    def write(number: Number) -> str:
        """Write a number with the value of its cell."""
        rows = pick(tables.get(number.table, pd.DataFrame()), number.key)
        if rows.empty or number.column not in rows:
            raise ValueError(f"{number.column} of {dict(number.key)} does not stand in {number.table}")

        value = float(rows[number.column].iloc[0])
        return number.written(value, limit_min=limit_min, rounded=rounded)

    return write
