"""Where and when calls come, and what other work keeps units busy."""

from standby.demand.demand import Demand, call_rates, call_weights, demand, ordinary_share, scene_min
from standby.demand.rates import area_rates

__all__ = [
    "Demand",
    "area_rates",
    "call_rates",
    "call_weights",
    "demand",
    "ordinary_share",
    "scene_min",
]
