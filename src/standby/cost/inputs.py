"""What an option's cost is made of, as the planner states it.

There are two kinds of numbers (checked when a cost is computed): a *path* is a scalar (the same each year) or
has years on its last axis, shape (years,), (draws, years) or (draws, 1); a *figure* is a scalar or has shape
(draws,). All money is in the plan's price year.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from standby._show import Shown

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


@dataclass(frozen=True, kw_only=True)
class Staffing(Shown):
    """Armed officers by where they come from; the three add up to those who are armed.

    Parameters
    ----------
    cost_per_officer_gbp
        Pay, national insurance and pension of one officer; figure [GBP/year].
    added
        Officers whose whole pay the option bears; path [officers].
    diverted
        Officers moved out of unarmed response, whose pay is already met; path [officers].
    in_role
        Officers who are armed or equipped and stay in their present duty; path [officers].
    in_role_abstraction
        Share of the time of `in_role` officers that being armed takes from response (training days); figure.
    backfill_share
        Share of the officers and time taken from unarmed response that recruits replace; figure.
    backfill_cost_gbp
        Cost of a recruit who replaces one officer; `cost_per_officer_gbp` if left out; figure [GBP/year].
    response_value_gbp
        What a year of an officer in unarmed response is worth; if left out, `cost_per_officer_gbp`, which the
        service shows itself willing to pay for it; figure [GBP/year].
    """

    cost_per_officer_gbp: ArrayLike
    backfill_share: ArrayLike
    added: ArrayLike = 0.0
    diverted: ArrayLike = 0.0
    in_role: ArrayLike = 0.0
    in_role_abstraction: ArrayLike = 0.0
    backfill_cost_gbp: ArrayLike | None = None
    response_value_gbp: ArrayLike | None = None


@dataclass(frozen=True, kw_only=True)
class Training(Shown):
    """Initial courses, those who fail them included, and refreshers.

    Parameters
    ----------
    passed
        Officers who pass the initial course in each year; path [officers/year].
    pass_rate
        Share of starters who pass, more than 0; figure.
    cost_per_starter_gbp
        Price of the course for each officer who starts it, without pay; figure [GBP].
    course_weeks
        Weeks for which each starter is away from unarmed response, of five working days; figure [weeks].
    working_days
        Days that an officer works in a year, of which a course takes a share; figure [days/year].
    refreshed
        Officers who take the year's refresher training; path [officers].
    refresher_gbp
        Price of the refresher training of one officer, without pay; figure [GBP/year].
    """

    passed: ArrayLike
    pass_rate: ArrayLike
    cost_per_starter_gbp: ArrayLike
    course_weeks: ArrayLike
    working_days: ArrayLike = 220.0
    refreshed: ArrayLike = 0.0
    refresher_gbp: ArrayLike = 0.0


@dataclass(frozen=True, kw_only=True)
class Assets(Shown):
    """Things bought, kept for their service life and bought again: vehicles, or kit.

    Parameters
    ----------
    count
        How many are in use in each year; path [items].
    price_gbp
        Price of one with its fitting out; figure [GBP].
    life_years
        Years for which one serves, at least 0.1; with 4.5 the second is bought in year 4, the third in
        year 9, and the unused part of the last one's life at the horizon gives the residual value; figure
        [years].
    running_gbp
        Running cost of one in use; figure [GBP/year].
    """

    count: ArrayLike
    price_gbp: ArrayLike
    life_years: ArrayLike
    running_gbp: ArrayLike = 0.0


@dataclass(frozen=True, kw_only=True)
class SiteCost(Shown):
    """A base: capital when it opens, running cost from then on.

    Parameters
    ----------
    capital_gbp
        Capital cost, in the year in which it opens; figure [GBP].
    running_gbp
        Running cost; figure [GBP/year].
    opens
        Year of the horizon in which it opens.
    """

    capital_gbp: ArrayLike
    running_gbp: ArrayLike = 0.0
    opens: int = 0


@dataclass(frozen=True, kw_only=True)
class Overtime(Shown):
    """Hours beyond the contract, such as those of a surge.

    Parameters
    ----------
    hours
        Officer-hours in each year; path [h/year].
    rate_gbp_per_hour
        Cost of one hour at the overtime rate; figure [GBP/h].
    """

    hours: ArrayLike
    rate_gbp_per_hour: ArrayLike


@dataclass(frozen=True, kw_only=True)
class OptimismBias(Shown):
    """Uplifts for the tendency to estimate costs too low.

    The Green Book's supplementary guidance gives upper and lower starting points by kind of project (standard
    buildings 24% and 2% of capital, equipment and development 200% and 10%), to be replaced by the planner's
    own.

    Parameters
    ----------
    capital
        Uplift of capital cost, 0.24 for 24%; figure.
    operating
        Uplift of operating cost; figure.
    """

    capital: ArrayLike
    operating: ArrayLike


@dataclass(frozen=True, kw_only=True)
class Grant(Shown):
    """Money from elsewhere: either an amount or a share of the cost, in the years in which it is paid.

    It never exceeds the year's cost.

    Parameters
    ----------
    amount_gbp
        Amount; path, 0 in years without it [GBP/year].
    share
        Share of the year's cost, optimism bias included; path.
    limit_gbp
        Most that is paid in a year; path [GBP/year].
    """

    amount_gbp: ArrayLike | None = None
    share: ArrayLike | None = None
    limit_gbp: ArrayLike | None = None
