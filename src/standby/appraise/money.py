"""Money tables of an appraisal: by year, in all, by force, a person, and break-even."""

from __future__ import annotations

from typing import Any

import numpy as np

from standby._typing import Floats
from standby.appraise.decision import INTERVAL, alike
from standby.appraise.error import mean_error
from standby.cost import HEADS, Head, OptionCost, break_even, cost_per, force_costs, plan_cost
from standby.demand import HOURS_A_YEAR
from standby.plan import Resolved

CANT_TELL = "the gain can't be told from nothing"
"""Why there is no cost for each person although the mean gain is not 0."""


def cost_rows(option: str, budget: OptionCost) -> list[dict[str, Any]]:
    """Return the budget cost by year and head [£]; heads that are nothing in every year are left out."""
    return [
        {"option": option, "year": year, "head": head.value, "budget_gbp": float(budget.by_head_gbp[year, k])}
        for k, head in enumerate(HEADS)
        if np.any(budget.by_head_gbp[:, k])
        for year in range(budget.years)
    ]


def summary_row(
    option: str,
    drawn: Resolved,
    base: Resolved,
    reached: tuple[Floats, Floats],
    scrambles: int,
    *,
    floor: float = 0.0,
    matters: float = 0.0,
) -> dict[str, Any]:
    """Return cost over the draws, and a person brought inside the main standard.

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
        The smallest number of people that is one.
    """
    budget = plan_cost(drawn, base, basis="budget")
    count = reached[0].size
    value, yearly, grant = (
        np.broadcast_to(part, (count,)).astype(float)
        for part in (
            budget.present_value_gbp(),
            budget.net_gbp.mean(axis=-1),
            -budget.head(Head.GRANT).mean(axis=-1),
        )
    )
    low, high = np.quantile(value, INTERVAL)
    gained = reached[0] - reached[1]
    unsure = alike(*reached, scrambles, floor=floor, matters=matters)
    return {
        "option": option,
        "present_value_gbp": float(value.mean()),
        "present_value_se": float(mean_error(value, scrambles)),
        "low": float(low),
        "high": float(high),
        "yearly_gbp": float(yearly.mean()),
        "yearly_se": float(mean_error(yearly, scrambles)),
        "grant_gbp_year": float(grant.mean()) + 0.0,
        "people_gained": float(gained.mean()),
        "people_gained_se": float(mean_error(gained, scrambles, floor)),
        **_per_person(yearly, gained, scrambles, floor, unsure=unsure),
    }


def _per_person(
    yearly: Floats, gained: Floats, scrambles: int, floor: float, *, unsure: bool
) -> dict[str, Any]:
    """Return the yearly cost a person (the ratio of means) and its standard error, or why there is none."""
    per = cost_per(float(yearly.mean()), float(gained.mean()))
    value, reason = float(per.value_gbp), str(np.atleast_1d(per.reason)[0])
    if not np.isfinite(value):
        return {"per_person_gbp": value, "per_person_se": np.nan, "reason": reason}
    if unsure:
        return {"per_person_gbp": np.nan, "per_person_se": np.nan, "reason": CANT_TELL}
    error = mean_error(yearly - value * gained, scrambles, value * floor) / gained.mean()
    return {"per_person_gbp": value, "per_person_se": float(error), "reason": ""}


def funding_rows(option: str, resolved: Resolved, base: Resolved) -> list[dict[str, Any]]:
    """Return the mean budget cost a year by planned force, and as precept on its Band D equivalents."""
    s = resolved.structure
    rows = []
    for force, part in force_costs(resolved, base, basis="budget").items():
        yearly = float(part.net_gbp.mean())
        tax_base = float(resolved["forces.tax_base"][s.forces.index(force)])
        band_d = yearly / tax_base if tax_base > 0 else np.nan
        rows.append({"option": option, "force": force, "yearly_gbp": yearly, "band_d_gbp": band_d})
    return rows


def break_even_rows(
    option: str, resolved: Resolved, base: Resolved, newly_in_time: float
) -> list[dict[str, Any]]:
    """Return how large an unproven effect would have to be for an option to pay for itself.

    Parameters
    ----------
    option
        Its id.
    resolved, base
        Option and base at central values.
    newly_in_time
        Calls newly reached within the main standard [per hour].
    """
    yearly = float(plan_cost(resolved, base, basis="economic").equivalent_annual_gbp())
    harm = float(resolved["costs.harm_gbp"])
    if np.isnan(harm) or yearly <= 0:
        return []
    averted = float(break_even(yearly, value_per_unit_gbp=harm).units)
    reached = newly_in_time * HOURS_A_YEAR
    harms = "Harms of the plan's unit cost to be averted each year for the option to pay for itself."
    newly = "Calls a year that the option brings inside the main standard."
    rows = [
        _even(option, "harms_averted_year", averted, "a year", harms),
        _even(option, "calls_newly_in_time_year", reached, "a year", newly),
    ]
    if reached > 1e-6:
        text = "Harms that would have to be averted for each call newly in time."
        rows.append(_even(option, "harms_per_call", averted / reached, "a call", text))
    return rows


def _even(option: str, quantity: str, value: float, unit: str, meaning: str) -> dict[str, Any]:
    return {"option": option, "quantity": quantity, "value": value, "unit": unit, "meaning": meaning}
