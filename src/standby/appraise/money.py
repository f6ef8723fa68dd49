"""Money tables of an appraisal: by year, in all, by force, a person, and break-even."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from standby.cost import HEADS, OptionCost, break_even, cost_per, plan_cost
from standby.demand import HOURS_A_YEAR, call_rates
from standby.plan import Resolved
from standby.workforce import staffing

Floats = NDArray[np.float64]


def cost_rows(option: str, budget: OptionCost) -> list[dict[str, Any]]:
    """Return the budget cost by year and head [£]; heads that are nothing in every year are left out."""
    return [
        {"option": option, "year": year, "head": head.value, "budget_gbp": float(budget.by_head_gbp[year, k])}
        for k, head in enumerate(HEADS)
        if np.any(budget.by_head_gbp[:, k])
        for year in range(budget.years)
    ]


def summary_row(option: str, drawn: Resolved, base: Resolved, people_gained: Floats) -> dict[str, Any]:
    """Return cost over the draws, and a person brought inside the main standard.

    Parameters
    ----------
    option
        Its id.
    drawn, base
        Option and base with the same table of draws.
    people_gained
        People inside the main standard beyond the base, shape (draws,).
    """
    budget = plan_cost(drawn, base, basis="budget")
    value, yearly = (np.atleast_1d(x) for x in (budget.present_value_gbp(), budget.equivalent_annual_gbp()))
    per = cost_per(float(yearly.mean()), float(people_gained.mean()))
    low, high = np.quantile(value, (0.05, 0.95))
    return {
        "option": option,
        "present_value_gbp": float(value.mean()),
        "low": float(low),
        "high": float(high),
        "yearly_gbp": float(yearly.mean()),
        "grant_gbp_year": float(np.nan_to_num(drawn["option.grant_gbp"]).mean()),
        "people_gained": float(people_gained.mean()),
        "per_person_gbp": float(per.value_gbp),
        "reason": str(np.atleast_1d(per.reason)[0])
        if np.isnan(per.value_gbp) or np.isinf(per.value_gbp)
        else "",
    }


def funding_rows(option: str, resolved: Resolved, base: Resolved) -> list[dict[str, Any]]:
    """Return yearly cost and precept by planned force: each pays in proportion to its own further officers.

    Cost that no officers can be laid to (a base, kit) is shared by population.
    """
    s = resolved.structure
    yearly = float(plan_cost(resolved, base, basis="budget").equivalent_annual_gbp())
    more = (staffing(resolved, base).armed - staffing(base, base).armed)[s.planned]
    more = np.nan_to_num(np.maximum(more, 0.0))
    residents = np.zeros(len(s.forces))
    np.add.at(residents, s.areas.forces, resolved["areas.population"])
    weight = more if more.sum() > 0 else residents[s.planned]
    share = weight / weight.sum()
    rows = []
    for force, part in zip(np.flatnonzero(s.planned), share, strict=True):
        tax_base = float(resolved["forces.tax_base"][force])
        own = yearly * float(part)
        rows.append(
            {
                "option": option,
                "force": s.forces[force],
                "yearly_gbp": own,
                "band_d_gbp": own / tax_base if tax_base > 0 else np.nan,
            }
        )
    return rows


def break_even_rows(
    option: str, resolved: Resolved, base: Resolved, share_gained: float, kind: int
) -> list[dict[str, Any]]:
    """Return how large an unproven effect would have to be for an option to pay for itself.

    Parameters
    ----------
    option
        Its id.
    resolved, base
        Option and base at central values.
    share_gained
        Share of calls newly reached within the main standard.
    kind
        Incident type of the main standard.
    """
    yearly = float(plan_cost(resolved, base, basis="economic").equivalent_annual_gbp())
    harm = float(resolved["costs.harm_gbp"])
    s = resolved.structure
    calls = float((call_rates(resolved)[kind] * s.planned[s.areas.forces]).sum() * HOURS_A_YEAR)
    if np.isnan(harm) or yearly <= 0:
        return []
    averted = break_even(yearly, value_per_unit_gbp=harm)
    reached = calls * share_gained
    harms = "Harms of the plan's unit cost to be averted each year for the option to pay for itself."
    newly = "Calls a year that the option brings inside the main standard."
    rows = [
        _even(option, "harms_averted_year", float(averted.units), "a year", harms),
        _even(option, "calls_newly_in_time_year", reached, "a year", newly),
    ]
    if reached > 1e-6:
        text = "Harms that would have to be averted for each call newly in time."
        rows.append(_even(option, "harms_per_call", float(averted.units) / reached, "a call", text))
    return rows


def _even(option: str, quantity: str, value: float, unit: str, meaning: str) -> dict[str, Any]:
    return {"option": option, "quantity": quantity, "value": value, "unit": unit, "meaning": meaning}
