"""Money tables of an appraisal: by year, in all, by force, a person, and break-even."""

from __future__ import annotations

from typing import Any

import numpy as np

from standby._typing import Floats
from standby.appraise.decision import INTERVAL, alike
from standby.appraise.error import mean_error
from standby.cost import HEADS, Head, OptionCost, break_even, cost_per, force_costs, plan_cost
from standby.plan import HOURS_A_YEAR, PlanArrays

CANT_TELL = "the gain can't be told from nothing"
"""Why there is no cost per person although the mean gain is not 0."""

NO_CALLS = 1e-6
"""Calls newly in time up to which there are none, but for rounding [calls/year]."""


def cost_rows(option: str, budget: OptionCost) -> list[dict[str, Any]]:
    """Return the budget cost by year and head [£]; heads that are 0 in every year are left out."""
    rows = []
    for k, head in enumerate(HEADS):
        by_year = budget.by_head_gbp[:, k]
        if not np.any(by_year):
            continue

        rows += [
            {"option": option, "year": year, "head": head.value, "budget_gbp": float(cost)}
            for year, cost in enumerate(by_year)
        ]
    return rows


def summary_row(
    option: str,
    drawn: PlanArrays,
    base: PlanArrays,
    reached: tuple[Floats, Floats],
    scrambles: int,
    *,
    floor: float = 0.0,
    matters: float = 0.0,
) -> dict[str, Any]:
    """Return the cost over the draws, in all and per person brought inside the main standard.

    Parameters
    ----------
    option
        Its id.
    drawn, base
        Option and base with the same table of draws.
    reached
        People inside the main standard with the option and in the base, each shape (draws,).
    scrambles
        Independent scrambles among the draws.
    floor
        What rare events add to the standard error of the people gained.
    matters
        The smallest difference in people that matters.
    """
    reached_after, reached_before = reached
    gained = reached_after - reached_before
    is_alike = alike(reached_after, reached_before, scrambles, floor=floor, matters=matters)

    # A cost that no figure in doubt moves is one number for all draws.
    budget = plan_cost(drawn, base, basis="budget")
    shape = reached_after.shape
    present_value = np.broadcast_to(budget.present_value_gbp(), shape).astype(float)
    yearly = np.broadcast_to(budget.net_gbp.mean(axis=-1), shape).astype(float)
    grant = np.broadcast_to(-budget.head(Head.GRANT).mean(axis=-1), shape).astype(float)
    low, high = np.quantile(present_value, INTERVAL)

    return {
        "option": option,
        "present_value_gbp": float(present_value.mean()),
        "present_value_se": float(mean_error(present_value, scrambles)),
        "low": float(low),
        "high": float(high),
        "yearly_gbp": float(yearly.mean()),
        "yearly_se": float(mean_error(yearly, scrambles)),
        "grant_gbp_year": float(grant.mean()) + 0.0,  # no negative zero
        "people_gained": float(gained.mean()),
        "people_gained_se": float(mean_error(gained, scrambles, floor)),
        **_per_person(yearly, gained, scrambles, floor, is_alike=is_alike),
    }


def _per_person(
    yearly: Floats, gained: Floats, scrambles: int, floor: float, *, is_alike: bool
) -> dict[str, Any]:
    """Return the yearly cost per person (the ratio of means) and its standard error, or why there is none."""
    ratio = cost_per(float(yearly.mean()), float(gained.mean()))
    value = float(ratio.value_gbp)
    if not np.isfinite(value):
        reason = str(np.atleast_1d(ratio.reason)[0])
        return {"per_person_gbp": value, "per_person_se": np.nan, "reason": reason}
    if is_alike:
        return {"per_person_gbp": np.nan, "per_person_se": np.nan, "reason": CANT_TELL}

    # The error of a ratio of means, to first order: that of (cost − ratio × gain), over the mean gain.
    error = mean_error(yearly - value * gained, scrambles, value * floor) / gained.mean()
    return {"per_person_gbp": value, "per_person_se": float(error), "reason": ""}


def funding_rows(option: str, arrays: PlanArrays, base: PlanArrays) -> list[dict[str, Any]]:
    """Return the mean budget cost a year by planned force, and per Band D equivalent property."""
    forces = arrays.forces.ids
    rows = []
    for force, cost in force_costs(arrays, base, basis="budget").items():
        yearly = float(cost.net_gbp.mean())
        tax_base = float(arrays.forces.tax_base[forces.index(force)])
        band_d = yearly / tax_base if tax_base > 0 else np.nan
        rows.append({"option": option, "force": force, "yearly_gbp": yearly, "band_d_gbp": band_d})
    return rows


def break_even_rows(
    option: str, arrays: PlanArrays, base: PlanArrays, newly_in_time: float
) -> list[dict[str, Any]]:
    """Return how large an unproven effect would have to be for an option to pay for itself.

    Parameters
    ----------
    option
        Its id.
    arrays, base
        Option and base at central values.
    newly_in_time
        Calls newly reached within the main standard [per hour].
    """
    yearly = float(plan_cost(arrays, base, basis="economic").equivalent_annual_gbp())
    harm_gbp = float(arrays.costs.harm_gbp)
    if np.isnan(harm_gbp) or yearly <= 0:
        return []

    harms = float(break_even(yearly, value_per_unit_gbp=harm_gbp).units)
    calls = newly_in_time * HOURS_A_YEAR
    harms_meaning = "Harms of the plan's unit cost to be averted each year for the option to pay for itself."
    calls_meaning = "Calls a year that the option brings inside the main standard."
    rows = [
        _break_even_row(option, "harms_averted_year", harms, "a year", harms_meaning),
        _break_even_row(option, "calls_newly_in_time_year", calls, "a year", calls_meaning),
    ]

    if calls > NO_CALLS:
        meaning = "Harms that would have to be averted for each call newly in time."
        rows.append(_break_even_row(option, "harms_per_call", harms / calls, "a call", meaning))
    return rows


def _break_even_row(option: str, quantity: str, value: float, unit: str, meaning: str) -> dict[str, Any]:
    """Return one row of the break-even table."""
    return {"option": option, "quantity": quantity, "value": value, "unit": unit, "meaning": meaning}
