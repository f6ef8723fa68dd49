"""How much of what a standard counts is in its biggest place."""

from __future__ import annotations

import numpy as np
import pandas as pd

from standby.appraise import REACHED
from standby.attendance import standard_weights
from standby.demand import call_weights
from standby.disclosure.rounding import SHARE_STEP, everybody
from standby.plan import Plan, main_standard, plan_arrays
from standby.tables import Table


def heaviest_places(plan: Plan) -> dict[str, float]:
    """Return, for each standard, the largest share of what it counts that a single place has.

    A share nearer to none or to all than that says of the place whether it is reached.

    Parameters
    ----------
    plan
        The plan.
    """
    arrays = plan_arrays(plan)
    weights = standard_weights(arrays, arrays.standards, call_weights(arrays))
    totals = weights.sum(axis=1)
    largest = weights.max(axis=1, initial=0.0)
    return {
        name: float(most / total) if total > 0.0 else 0.0
        for name, most, total in zip(arrays.standards.ids, largest, totals, strict=True)
    }


def tells_of_a_place(share: float, heaviest: float) -> bool:
    """Return whether a rounded share says of a place with so much of the weight that it is in, or out.

    Parameters
    ----------
    share
        The share, rounded; on its side of what is required it may be a whole step off.
    heaviest
        Share of the weight that the place has.
    """
    return heaviest > share + SHARE_STEP or heaviest > 1.0 - (share - SHARE_STEP)


OF_TODAY = frozenset({"standards", "moves", "decision", "best", "siting_standards"})
"""Tables whose shares are of units that stand or would stand somewhere, and not of any that could."""


def without_telling_shares(plan: Plan, table: Table, frame: pd.DataFrame) -> pd.DataFrame:
    """Return a rounded table without the shares that say of a single place whether it is reached.

    "Less than 10%" of people, of whom a fifth live in one city, says that the city is not reached.

    Parameters
    ----------
    plan
        The plan.
    table
        The table's declaration.
    frame
        Its rows, rounded.

    Returns
    -------
    DataFrame
        The same rows, with NaN in place of such shares. Nothing is left out where bases are invented.
    """
    shares = [
        column.name
        for column in table.columns
        if column.name in frame
        and column.kind in {"share", "measure"}
        and column.rounding in {"kind", "beside required"}
    ]
    by = next((name for name in ("standard", "criterion") if name in frame), None)
    if plan.bases_are_invented or table.name not in OF_TODAY or by is None or not shares:
        return frame

    heaviest = heaviest_places(plan)
    main = main_standard(plan.document.standards)
    frame = frame.copy()
    for row, key in zip(frame.index, frame[by].astype(str), strict=True):
        # The first criterion counts the people, or key locations, inside the main standard.
        counts = key == REACHED
        standard = main if counts else key.removeprefix("share_")
        if standard not in heaviest:
            continue
        whole = everybody(plan, "people") if counts else 1.0
        for name in shares:
            if tells_of_a_place(float(frame.loc[row, name]) / whole, heaviest[standard]):
                frame.loc[row, name] = np.nan
    return frame
