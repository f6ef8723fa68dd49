"""Costs as tables for a report."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from standby.cost.discount import GREEN_BOOK, Schedule, discount_factors
from standby.cost.heads import HEADS

if TYPE_CHECKING:
    from standby.cost.option import OptionCost


def cost_table(cost: OptionCost, *, schedule: Schedule = GREEN_BOOK) -> pd.DataFrame:
    """Return a cost with one row a year: the mean over its draws.

    Parameters
    ----------
    cost
        The cost.
    schedule
        Bands of the discount rate.

    Returns
    -------
    DataFrame
        Index ``year`` from 0; a column ``<head>_gbp`` for each of `HEADS`, then ``net_gbp``, ``capital_gbp``,
        ``discount_factor`` and ``present_value_gbp`` (of the net cost). Columns add up: the heads to the net
        cost, the last to its present value.

    Raises
    ------
    ValueError
        If the horizon is longer than the schedule.
    """
    by_head = cost.by_head_gbp.reshape(-1, cost.years, len(HEADS)).mean(axis=0)
    factors = discount_factors(np.arange(cost.years), schedule=schedule)
    net = by_head.sum(axis=-1)

    table = pd.DataFrame(by_head, columns=[f"{head}_gbp" for head in HEADS])
    table["net_gbp"] = net
    table["capital_gbp"] = cost.capital_gbp.reshape(-1, cost.years).mean(axis=0)
    table["discount_factor"] = factors
    table["present_value_gbp"] = net * factors
    return table.rename_axis(index="year")
