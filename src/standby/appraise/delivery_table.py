"""The table of delivery: how far each option's posts are filled, year by year, and what that brings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from standby._typing import Codes, Floats
from standby.appraise.decision import spread
from standby.appraise.delivered import Delivered
from standby.cost import combine
from standby.plan import PlanArrays
from standby.workforce import Delivery

COLUMNS = (
    "option",
    "scope_kind",
    "scope",
    "year",
    "filled",
    "filled_low",
    "filled_high",
    "strength",
    "strength_low",
    "strength_high",
    "chance_staffed",
    "reached",
    "reached_low",
    "reached_high",
    "budget_gbp",
)


def delivery_table(
    options: Mapping[str, Delivered], arrays: Mapping[str, PlanArrays], scrambles: int
) -> pd.DataFrame:
    """Return how each option is delivered, year by year: posts, officers, people reached and money.

    Parameters
    ----------
    options
        Each option over the draws, by id.
    arrays
        The plan of each, by id.
    scrambles
        Independent scrambles among the draws.

    Returns
    -------
    DataFrame
        One row for each option, all planned forces together or one of them, and year from 1.
    """
    rows = []
    for option, found in options.items():
        plan = arrays[option]
        planned = np.flatnonzero(plan.forces.planned)
        rows += _rows(option, "all", "", found, plan, planned, scrambles)
        for force in planned:
            one = np.array([force])
            rows += _rows(option, "force", plan.forces.ids[force], found, plan, one, scrambles)

    return pd.DataFrame(rows, columns=list(COLUMNS))


def _rows(
    option: str,
    kind: str,
    scope: str,
    found: Delivered,
    plan: PlanArrays,
    forces: Codes,
    scrambles: int,
) -> list[dict[str, Any]]:
    """Return the rows of an option for some forces together, one a year."""
    draws = found.reached.shape[0]
    progress = progress_rows(found.delivery, forces, draws=draws, scrambles=scrambles)
    reached = found.reached[:, forces].sum(axis=1)
    budget = combine([found.budget[plan.forces.ids[force]] for force in forces]).net_gbp
    mean_budget = budget.reshape(-1, budget.shape[-1]).mean(axis=0)

    return [
        {
            "option": option,
            "scope_kind": kind,
            "scope": scope,
            **row,
            **_interval("reached", reached[:, year], scrambles),
            "budget_gbp": float(mean_budget[year]),
        }
        for year, row in enumerate(progress)
    ]


def progress_rows(progress: Delivery, forces: Codes, *, draws: int, scrambles: int) -> list[dict[str, Any]]:
    """Return how far posts of some forces together are filled: a row for each year, without what that brings.

    Parameters
    ----------
    progress
        How far they are filled, over the draws.
    forces
        Which forces.
    draws, scrambles
        Size of the design.
    """

    def over_draws(by_force_and_year: Floats) -> Floats:
        """Return the rows of these forces, once for each draw, shape (draws, forces, years)."""
        of_forces = by_force_and_year[..., forces, :]
        return np.broadcast_to(of_forces, (draws, *of_forces.shape[-2:]))

    # A share of posts weighs each force by the officers of the posts that it adds.
    added = over_draws(progress.added[..., np.newaxis])
    is_any = added.sum(axis=1) > 0.0
    weight = np.where(is_any[:, np.newaxis], added, 1.0)
    filled = (over_draws(progress.filled) * weight).sum(axis=1) / weight.sum(axis=1)
    filled = np.where(is_any, filled, np.nan)  # where no post is added, no share of them is filled

    strength = over_draws(progress.strength).sum(axis=1)
    is_staffed = over_draws(progress.staffed.astype(float)).min(axis=1)
    return [
        {
            "year": year + 1,
            **_interval("filled", filled[:, year], scrambles),
            **_interval("strength", strength[:, year], scrambles),
            "chance_staffed": float(is_staffed[:, year].mean()),
        }
        for year in range(filled.shape[-1])
    ]


def _interval(name: str, samples: Floats, scrambles: int) -> dict[str, float]:
    """Return mean and interval of a sample, without the error of the mean."""
    found = spread(samples, name, scrambles)
    return {column: found[column] for column in (name, f"{name}_low", f"{name}_high")}
