"""Cost per unit gained, and the gain that would pay for itself; cases without an answer say why."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from standby._checks import number
from standby._show import Shown

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from standby._typing import Floats, Mask

NEGLIGIBLE_GAIN = 1e-6
"""Units (people, minutes) below which a gain is taken for the rounding of two equal numbers."""


class RatioReason(StrEnum):
    """Why a cost per unit has, or has no, value."""

    MEANINGFUL = "meaningful"
    NOTHING_GAINED = "costs more and gains nothing"
    LOSES = "gains less at no saving"
    SAVES_AND_GAINS = "saves money and gains"
    SAVES_AND_LOSES = "saves money and gains less"
    SAVES = "saves money and gains nothing"
    NO_CHANGE = "changes neither cost nor gain"


@dataclass(frozen=True)
class CostPer(Shown):
    """Cost for each unit gained.

    Parameters
    ----------
    value_gbp
        Cost for each unit; infinite if the money gains nothing, NaN where a ratio would mislead [GBP/unit].
    reason
        Why, one of `RatioReason` for each value.
    """

    value_gbp: Floats
    reason: NDArray[np.str_]


@dataclass(frozen=True)
class BreakEven(Shown):
    """How much would have to be gained for the benefit to equal the cost.

    Parameters
    ----------
    units
        Units needed; 0 if the option saves money, infinite if a unit is worth nothing [units].
    share_of_stake
        The same as a share of all that could be gained, if that was given; above 1 it is out of reach.
    attainable
        Whether all that could be gained is enough, if that was given.
    """

    units: Floats
    share_of_stake: Floats | None
    attainable: Mask | None


def cost_per(cost_gbp: ArrayLike, gained: ArrayLike, *, negligible: float = NEGLIGIBLE_GAIN) -> CostPer:
    """Return a cost divided by what it gains: people brought inside a standard, or minutes saved.

    There is a ratio only where an option costs something and gains something. One that saves and gains needs
    none; one that saves and loses would have a positive ratio that means the opposite. Such cases are NaN,
    with the reason. The mean of ratios over draws does not estimate the ratio of the means: divide the means.

    Parameters
    ----------
    cost_gbp
        Cost beyond the base, any shape [GBP].
    gained
        Units gained beyond the base, in a shape that broadcasts with `cost_gbp` [units].
    negligible
        Gains up to this size, either way, count as none [units].

    Returns
    -------
    CostPer
        Values and reasons in the broadcast shape.

    Raises
    ------
    ValueError
        If a number is missing or infinite.
    """
    cost = number("cost_gbp", cost_gbp, low=-np.inf)
    gain = number("gained", gained, low=-np.inf)
    cost, gain = np.broadcast_arrays(cost, gain)

    gains_nothing = np.abs(gain) <= number("negligible", negligible)
    gains = ~gains_nothing & (gain > 0.0)
    loses = ~gains_nothing & (gain < 0.0)

    cases = {
        RatioReason.MEANINGFUL: gains & (cost >= 0.0),
        RatioReason.SAVES_AND_GAINS: gains & (cost < 0.0),
        RatioReason.NOTHING_GAINED: gains_nothing & (cost > 0.0),
        RatioReason.NO_CHANGE: gains_nothing & (cost == 0.0),
        RatioReason.SAVES: gains_nothing & (cost < 0.0),
        RatioReason.LOSES: loses & (cost >= 0.0),
        RatioReason.SAVES_AND_LOSES: loses & (cost < 0.0),
    }
    reason = np.select(list(cases.values()), [str(case) for case in cases], default="")

    ratio = cost / np.where(gains, gain, 1.0)
    value = np.where(cases[RatioReason.MEANINGFUL], ratio, np.nan)
    value = np.where(cases[RatioReason.NOTHING_GAINED], np.inf, value)
    return CostPer(value_gbp=np.asarray(value), reason=np.asarray(reason))


def break_even(
    cost_gbp: ArrayLike, *, value_per_unit_gbp: ArrayLike, at_stake: ArrayLike | None = None
) -> BreakEven:
    """Return how large an unproven effect would have to be for an option to pay for itself.

    Parameters
    ----------
    cost_gbp
        Economic cost beyond the base, yearly or as present value, any shape [GBP].
    value_per_unit_gbp
        What one unit gained is worth, in the same prices (a homicide averted, an injury averted) [GBP/unit].
    at_stake
        All units that could be gained over the same time, such as the homicides of the area [units].

    Returns
    -------
    BreakEven
        Units needed, their share of what is at stake, and whether that is enough.

    Raises
    ------
    ValueError
        If a number is missing, infinite or negative where it may not be.
    """
    # An option that saves money has paid for itself already.
    cost = np.maximum(number("cost_gbp", cost_gbp, low=-np.inf), 0.0)
    worth = number("value_per_unit_gbp", value_per_unit_gbp)
    units = _quotient(cost, worth)

    if at_stake is None:
        return BreakEven(units=units, share_of_stake=None, attainable=None)

    stake = number("at_stake", at_stake)
    return BreakEven(
        units=units, share_of_stake=_quotient(units, stake), attainable=np.asarray(units <= stake)
    )


def _quotient(top: Floats, bottom: Floats) -> Floats:
    """Return the quotient of numbers from 0 on: 0 over anything is 0, anything else over 0 is infinite."""
    top, bottom = np.broadcast_arrays(top, bottom)
    ratio = top / np.where(bottom > 0.0, bottom, 1.0)
    return np.asarray(np.where((bottom > 0.0) | (top == 0.0), ratio, np.inf))
