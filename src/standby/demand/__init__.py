"""Where and when calls come, and what other work keeps units busy."""

from standby.demand.coverage import MONTHS_A_YEAR, Coverage, coverage_of, hour_of_week
from standby.demand.demand import Demand, call_rates, call_weights, demand, ordinary_share, scene_min
from standby.demand.log import (
    CallFit,
    Towards,
    fit_calls,
    log_coverage,
    nearest_area,
    reasons_not_counted,
)
from standby.demand.rates import area_rates
from standby.demand.shrink import ShrunkRates, rate_ends, shrink_rates

__all__ = [
    "MONTHS_A_YEAR",
    "CallFit",
    "Coverage",
    "Demand",
    "ShrunkRates",
    "Towards",
    "area_rates",
    "call_rates",
    "call_weights",
    "coverage_of",
    "demand",
    "fit_calls",
    "hour_of_week",
    "log_coverage",
    "nearest_area",
    "ordinary_share",
    "rate_ends",
    "reasons_not_counted",
    "scene_min",
    "shrink_rates",
]
