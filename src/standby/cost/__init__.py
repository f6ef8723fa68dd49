"""What it costs and who pays: money only.

Every function takes scalars or one number for each draw. Money by year has years on its last axis, shape
(years,) or (draws, years), from year 0. All money is real, in the plan's price year. The budget view (what
the force pays) and the economic view (what society gives up) are kept apart: see `Basis`.
"""

from standby.cost.discount import (
    GREEN_BOOK,
    Schedule,
    discount_factors,
    equivalent_annual_cost,
    present_value,
)
from standby.cost.funding import Funding, fund, precept_per_band_d
from standby.cost.heads import HEADS, Basis, Head
from standby.cost.inputs import Assets, Grant, OptimismBias, Overtime, SiteCost, Staffing, Training
from standby.cost.option import OptionCost, combine, difference, option_cost
from standby.cost.plan_cost import Cost, cost, fleet, force_costs, plan_cost
from standby.cost.prices import convert_prices
from standby.cost.purchases import Service, keep_in_service, purchases
from standby.cost.ratios import BreakEven, CostPer, RatioReason, break_even, cost_per
from standby.cost.sites import SiteChanges, site_changes, site_prices
from standby.cost.tables import cost_table

__all__ = [
    "GREEN_BOOK",
    "HEADS",
    "Assets",
    "Basis",
    "BreakEven",
    "Cost",
    "CostPer",
    "Funding",
    "Grant",
    "Head",
    "OptimismBias",
    "OptionCost",
    "Overtime",
    "RatioReason",
    "Schedule",
    "Service",
    "SiteChanges",
    "SiteCost",
    "Staffing",
    "Training",
    "break_even",
    "combine",
    "convert_prices",
    "cost",
    "cost_per",
    "cost_table",
    "difference",
    "discount_factors",
    "equivalent_annual_cost",
    "fleet",
    "force_costs",
    "fund",
    "keep_in_service",
    "option_cost",
    "plan_cost",
    "precept_per_band_d",
    "present_value",
    "purchases",
    "site_changes",
    "site_prices",
]
