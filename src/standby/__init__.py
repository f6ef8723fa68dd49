"""Standby plans armed-response cover for a police service that is routinely unarmed.

The rooms are modules: `evidence`, `words`, `tables`, `plan`, `opendata`, `travel`, `demand`, `workforce`,
`queueing`, `attendance`, `cover`, `locate`, `cost`, `appraise`, `disclosure` and `report`; `examples` holds
the packaged plans. They are imported when first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from standby import (
        appraise,
        attendance,
        cost,
        cover,
        demand,
        disclosure,
        evidence,
        examples,
        locate,
        opendata,
        plan,
        queueing,
        report,
        tables,
        travel,
        words,
        workforce,
    )
    from standby.evidence import Figure
    from standby.plan import Plan, open_plan

__version__ = "0.1.0"

_ROOMS = (
    "appraise",
    "attendance",
    "cost",
    "cover",
    "demand",
    "disclosure",
    "evidence",
    "examples",
    "locate",
    "opendata",
    "plan",
    "queueing",
    "report",
    "tables",
    "travel",
    "words",
    "workforce",
)
_NAMES = {"Figure": "standby.evidence", "Plan": "standby.plan", "open_plan": "standby.plan"}

__all__ = [
    "Figure",
    "Plan",
    "appraise",
    "attendance",
    "cost",
    "cover",
    "demand",
    "disclosure",
    "evidence",
    "examples",
    "locate",
    "open_plan",
    "opendata",
    "plan",
    "queueing",
    "report",
    "tables",
    "travel",
    "words",
    "workforce",
]


def __getattr__(name: str) -> Any:
    if name in _ROOMS:
        return import_module(f"standby.{name}")
    if name in _NAMES:
        return getattr(import_module(_NAMES[name]), name)
    raise AttributeError(f"module 'standby' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
