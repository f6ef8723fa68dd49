"""The heads of cost and the two views of it."""

from __future__ import annotations

from enum import StrEnum
from typing import NoReturn

from standby._refusals import Refusal


class _Choice(StrEnum):
    """A fixed set of words that names its choices when given another."""

    @classmethod
    def _missing_(cls, value: object) -> NoReturn:
        raise Refusal(f"{value!r} is not a {cls.__name__.lower()}", f"choose one of {', '.join(cls)}")


class Head(_Choice):
    """Heads under which money is shown, in the order of the tables.

    ``RESIDUAL_VALUE`` is what vehicles and kit are still worth at the horizon, taken off the cost of the last
    year: it is negative, and a value rather than money that anybody receives.
    """

    OFFICERS = "officers"
    TRAINING = "training"
    VEHICLES = "vehicles"
    SITES = "sites"
    KIT = "kit"
    RESIDUAL_VALUE = "residual_value"
    OVERTIME = "overtime"
    BACKFILL = "backfill"
    RESPONSE_FORGONE = "response_forgone"
    OPTIMISM_BIAS = "optimism_bias"
    GRANT = "grant"


HEADS: tuple[Head, ...] = tuple(Head)
"""All heads, in the order of the last axis of `OptionCost.by_head_gbp`."""


class Basis(_Choice):
    """Whose cost is counted; the two are never added or compared.

    ``BUDGET`` is what the force pays: officers taken from unarmed response and not replaced cost nothing
    extra, and a grant is taken off. ``ECONOMIC`` is what society gives up: the response that those officers
    would have provided counts, and a grant, which only moves money, does not.
    """

    BUDGET = "budget"
    ECONOMIC = "economic"
