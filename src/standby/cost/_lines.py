"""Each head's yearly flows from the planner's inputs: capital and operating, shape (..., years)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from standby._checks import whole
from standby._refusals import Refusal
from standby.cost._paths import as_figure, as_path
from standby.cost.purchases import keep_in_service
from standby.workforce import COURSE_DAYS_A_WEEK

if TYPE_CHECKING:
    from standby._typing import Floats
    from standby.cost.inputs import Assets, Grant, Overtime, SiteCost, Staffing, Training


class Flows(NamedTuple):
    """One head's money by year, shape (..., years) [GBP/year]; the residual value is negative."""

    capital: Floats
    operating: Floats
    residual: Floats


def asset_flows(assets: Assets, years: int) -> Flows:
    """Return purchases and replacements as capital, running costs as operating, and the residual value.

    Value falls in a straight line over the life, so an item is worth the share of its life that is left. The
    residual value falls in the last year of the horizon.
    """
    service = keep_in_service(assets.count, life_years=assets.life_years, years=years)
    price = as_figure("price_gbp", assets.price_gbp)
    running = as_path("count", assets.count, years) * as_figure("running_gbp", assets.running_gbp)
    is_last_year = np.arange(years) == years - 1

    return Flows(
        capital=np.asarray(service.bought * price),
        operating=np.asarray(running),
        residual=np.asarray(-service.unused[..., np.newaxis] * price * is_last_year),
    )


def site_flows(site: SiteCost, years: int) -> Flows:
    """Return capital in the opening year and running cost from then on."""
    opens = whole("opens", site.opens)
    if opens >= years:
        raise Refusal(
            f"a site opens in year {opens}, after the horizon (years 0 to {years - 1})", "open it sooner"
        )

    year = np.arange(years)
    return Flows(
        capital=np.asarray(as_figure("capital_gbp", site.capital_gbp) * (year == opens)),
        operating=np.asarray(as_figure("running_gbp", site.running_gbp) * (year >= opens)),
        residual=np.zeros(years),
    )


def overtime_flow(overtime: Overtime, years: int) -> Floats:
    """Return the hours of overtime times the rate."""
    rate = as_figure("rate_gbp_per_hour", overtime.rate_gbp_per_hour)
    return np.asarray(as_path("hours", overtime.hours, years) * rate)


def starters(training: Training, years: int) -> Floats:
    """Return the officers who start the initial course in each year, those who fail included."""
    pass_rate = as_figure("pass_rate", training.pass_rate, above=True, high=1.0)
    return np.asarray(as_path("passed", training.passed, years) / pass_rate)


def training_flow(training: Training, years: int) -> Floats:
    """Return the price of the initial courses and of the refreshers."""
    initial = starters(training, years) * as_figure("cost_per_starter_gbp", training.cost_per_starter_gbp)
    refreshed = as_path("refreshed", training.refreshed, years)
    return np.asarray(initial + refreshed * as_figure("refresher_gbp", training.refresher_gbp))


def officer_flow(staffing: Staffing, years: int) -> Floats:
    """Return the pay of the officers whom the option pays for."""
    pay = as_figure("cost_per_officer_gbp", staffing.cost_per_officer_gbp)
    return np.asarray(as_path("added", staffing.added, years) * pay)


def taken_from_response(staffing: Staffing | None, training: Training | None, years: int) -> Floats:
    """Return the officer-years taken from unarmed response: moved, abstracted or on the initial course."""
    taken = np.zeros(years)

    if staffing is not None:
        abstraction = as_figure("in_role_abstraction", staffing.in_role_abstraction, high=1.0)
        taken = taken + as_path("diverted", staffing.diverted, years)
        taken = taken + as_path("in_role", staffing.in_role, years) * abstraction

    if training is not None:
        taken = taken + starters(training, years) * course_share(training)

    return np.asarray(taken)


def course_share(training: Training) -> Floats:
    """Return the share of an officer's working year that the initial course takes, shape (..., 1).

    Courses and training days are counted in the same working days, of which an officer has `working_days` a
    year: eleven weeks of five days are 55 of 220, a quarter of an officer's year.
    """
    days = as_figure("course_weeks", training.course_weeks) * COURSE_DAYS_A_WEEK
    return np.asarray(days / as_figure("working_days", training.working_days, above=True))


def response_flows(staffing: Staffing | None, taken: Floats) -> tuple[Floats, Floats]:
    """Return the cost of what is taken from response: backfill, which is paid, and response forgone."""
    if staffing is None:
        if taken.any():
            raise Refusal(
                "courses take officers from unarmed response", "give staffing, to say what their time costs"
            )
        return np.zeros_like(taken), np.zeros_like(taken)

    pay = staffing.cost_per_officer_gbp
    recruit_gbp = pay if staffing.backfill_cost_gbp is None else staffing.backfill_cost_gbp
    worth_gbp = pay if staffing.response_value_gbp is None else staffing.response_value_gbp

    backfilled_share = as_figure("backfill_share", staffing.backfill_share, high=1.0)
    backfill = taken * backfilled_share * as_figure("backfill_cost_gbp", recruit_gbp)
    forgone = taken * (1.0 - backfilled_share) * as_figure("response_value_gbp", worth_gbp)
    return np.asarray(backfill), np.asarray(forgone)


def grant_flow(grant: Grant, gross: Floats) -> Floats:
    """Return the grant received in each year, never more than what is spent in that year or the limit."""
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
