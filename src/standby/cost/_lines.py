"""Each head's yearly flows from what the planner gave: capital and operating, shape (..., years)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from standby._checks import whole
from standby._refusals import Refusal
from standby.cost._paths import as_figure, as_path
from standby.cost.purchases import keep_in_service
from standby.workforce import COURSE_DAYS_A_WEEK

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from standby.cost.inputs import Assets, Grant, Overtime, SiteCost, Staffing, Training


class Flows(NamedTuple):
    """One head's money by year, shape (..., years) [GBP/year]; what is left at the horizon is below 0."""

    capital: NDArray[np.float64]
    operating: NDArray[np.float64]
    residual: NDArray[np.float64]


def asset_flows(assets: Assets, years: int) -> Flows:
    """Give purchases and replacements as capital, running costs as operating, and what is left in the end.

    Value falls in a straight line over the life, so an item is worth the share of its life that is left. It
    is set against the last year of the horizon.
    """
    service = keep_in_service(assets.count, life_years=assets.life_years, years=years)
    price = as_figure("price_gbp", assets.price_gbp)
    running = as_path("count", assets.count, years) * as_figure("running_gbp", assets.running_gbp)
    is_last = np.arange(years) == years - 1
    return Flows(
        capital=np.asarray(service.bought * price),
        operating=np.asarray(running),
        residual=np.asarray(-service.unused[..., np.newaxis] * price * is_last),
    )


def site_flows(site: SiteCost, years: int) -> Flows:
    """Give capital in the opening year and running cost from then on."""
    opens = whole("opens", site.opens)
    if opens >= years:
        raise Refusal(
            f"a site opens in year {opens}, after the horizon (years 0 to {years - 1})", "open it sooner"
        )
    when = np.arange(years)
    return Flows(
        capital=np.asarray(as_figure("capital_gbp", site.capital_gbp) * (when == opens)),
        operating=np.asarray(as_figure("running_gbp", site.running_gbp) * (when >= opens)),
        residual=np.zeros(years),
    )


def overtime_flow(overtime: Overtime, years: int) -> NDArray[np.float64]:
    """Give hours times the rate."""
    rate = as_figure("rate_gbp_per_hour", overtime.rate_gbp_per_hour)
    return np.asarray(as_path("hours", overtime.hours, years) * rate)


def starters(training: Training, years: int) -> NDArray[np.float64]:
    """Officers who start the initial course in each year, those who fail included."""
    rate = as_figure("pass_rate", training.pass_rate, above=True, high=1.0)
    return np.asarray(as_path("passed", training.passed, years) / rate)


def training_flow(training: Training, years: int) -> NDArray[np.float64]:
    """Give the price of the initial courses and of the refreshers."""
    initial = starters(training, years) * as_figure("cost_per_starter_gbp", training.cost_per_starter_gbp)
    refreshed = as_path("refreshed", training.refreshed, years)
    return np.asarray(initial + refreshed * as_figure("refresher_gbp", training.refresher_gbp))


def officer_flow(staffing: Staffing, years: int) -> NDArray[np.float64]:
    """Give the pay of the officers whom the option carries."""
    pay = as_figure("cost_per_officer_gbp", staffing.cost_per_officer_gbp)
    return np.asarray(as_path("added", staffing.added, years) * pay)


def taken_from_response(
    staffing: Staffing | None, training: Training | None, years: int
) -> NDArray[np.float64]:
    """Officers' years taken from unarmed response: moved, abstracted or away on the initial course."""
    taken = np.zeros(years)
    if staffing is not None:
        abstraction = as_figure("in_role_abstraction", staffing.in_role_abstraction, high=1.0)
        taken = taken + as_path("diverted", staffing.diverted, years)
        taken = taken + as_path("in_role", staffing.in_role, years) * abstraction
    if training is not None:
        taken = taken + starters(training, years) * course_share(training)
    return np.asarray(taken)


def course_share(training: Training) -> NDArray[np.float64]:
    """Return the share of an officer's working year that the initial course takes, shape (..., 1).

    Courses and training days are counted in the same working days, of which an officer has `working_days` a
    year: eleven weeks of five days are 55 of 220, a quarter of an officer's year.
    """
    days = as_figure("course_weeks", training.course_weeks) * COURSE_DAYS_A_WEEK
    return np.asarray(days / as_figure("working_days", training.working_days, above=True))


def response_flows(
    staffing: Staffing | None, taken: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Split what is taken from response into backfill, which is paid, and response forgone, which is not."""
    if staffing is None:
        if taken.any():
            raise Refusal(
                "courses take officers from unarmed response", "give staffing, to say what their time costs"
            )
        return np.zeros_like(taken), np.zeros_like(taken)
    pay = staffing.cost_per_officer_gbp
    share = as_figure("backfill_share", staffing.backfill_share, high=1.0)
    recruit = pay if staffing.backfill_cost_gbp is None else staffing.backfill_cost_gbp
    worth = pay if staffing.response_value_gbp is None else staffing.response_value_gbp
    backfill = taken * share * as_figure("backfill_cost_gbp", recruit)
    forgone = taken * (1.0 - share) * as_figure("response_value_gbp", worth)
    return np.asarray(backfill), np.asarray(forgone)


def grant_flow(grant: Grant, gross: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give the grant received in each year, never more than what is spent in it or the limit."""
    years = gross.shape[-1]
    if grant.share is not None and grant.amount_gbp is None:
        paid = as_path("share", grant.share, years, high=1.0) * gross
    elif grant.amount_gbp is not None and grant.share is None:
        paid = as_path("amount_gbp", grant.amount_gbp, years)
    else:
        raise Refusal("a grant is either an amount_gbp or a share of the cost", "give one of the two")
    if grant.limit_gbp is not None:
        paid = np.minimum(paid, as_path("limit_gbp", grant.limit_gbp, years))
    return np.asarray(np.minimum(paid, gross))
