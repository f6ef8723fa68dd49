"""Years until a target strength is reached for good, and the course seats that reach it in time.

With the same intake every year, strength in a given month of the year moves from year to year as
``S(t + 12) = (1 − loss) S(t) + A``, where ``A`` is the part of the year's intake that is still in post. Each
of the twelve months therefore approaches its own level ``A / loss`` from one side, and the years until it
passes a target have a closed form: no horizon cuts the search off, so "never" means never.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from standby._checks import common_shape, number, single, slack, whole
from standby._refusals import Refusal
from standby._show import Shown
from standby.workforce.flow import monthly_staying
from standby.workforce.intake import MONTHS_PER_YEAR, joiners_by_month, month_shares

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike

    from standby._typing import Floats
    from standby.workforce.intake import Intake

NEGLIGIBLE_LOSS = 1e-12
"""Yearly loss below which nobody is taken to leave: there the closed form would lose its precision."""


@dataclass(frozen=True)
class TargetTime(Shown):
    """When the expected strength reaches a target, and whether it stays there.

    Parameters
    ----------
    years
        Years, in whole months, from which strength never falls below the target again; 0 if it never does,
        infinite if it always falls below in the end [years].
    first_years
        Years until strength first reaches the target, even if it does not stay there; infinite if it never
        does [years].
    equilibrium
        Strength at which a year's losses equal its intake, mean over the months; infinite with intake and no
        loss, the start without either [officers].
    equilibrium_low, equilibrium_high
        The same just before and just after the courses; with one course a year the high is intake / loss
        [officers].
    highest
        Highest strength that the path reaches or approaches [officers].
    """

    years: Floats
    first_years: Floats
    equilibrium: Floats
    equilibrium_low: Floats
    equilibrium_high: Floats
    highest: Floats


@dataclass(frozen=True)
class SeatsNeeded(Shown):
    """Yearly intake that brings strength to a target in time and keeps it there.

    Parameters
    ----------
    passed_per_year
        Officers who must pass: the larger of the two below [officers/year].
    to_reach_per_year
        What it takes to reach the target in time [officers/year].
    to_hold_per_year
        What it takes to replace the losses at the target for good [officers/year].
    starters_per_year
        Officers who must start a course [officers/year].
    seats_per_year
        Course seats, with those of reaccreditation [seats/year].
    applicants_per_year
        Eligible volunteers who must apply [officers/year].
    """

    passed_per_year: Floats
    to_reach_per_year: Floats
    to_hold_per_year: Floats
    starters_per_year: Floats
    seats_per_year: Floats
    applicants_per_year: Floats


def _loss(loss: ArrayLike) -> Floats:
    """Return a yearly loss, 0 where it is negligible."""
    rate = number("loss", loss, high=1.0, below=True)
    return np.where(rate < NEGLIGIBLE_LOSS, 0.0, rate)


def _after_lead(by_month: Floats, lead_months: int) -> Floats:
    """Return the calendar turned so that its first month is the one after the lead."""
    return np.roll(by_month, -(lead_months % MONTHS_PER_YEAR), axis=-1)


def _yearly_gain(by_month: Floats, stay: Floats) -> Floats:
    """Return the year's intake after each month that is still in post a year later, shape (..., 12)."""
    months_later = np.arange(1, MONTHS_PER_YEAR + 1)
    joining_month = (np.arange(MONTHS_PER_YEAR)[:, np.newaxis] + months_later - 1) % MONTHS_PER_YEAR

    # Whoever joins some months later has only the rest of the year in which to leave.
    still_in_post = stay[..., np.newaxis] ** (MONTHS_PER_YEAR - months_later)
    return np.asarray((by_month[..., joining_month] * still_in_post[..., np.newaxis, :]).sum(axis=-1))


def _first_year(start: Floats, by_month: Floats, stay: Floats) -> Floats:
    """Return the strength at each month of the first year after the lead, month 0 first, shape (..., 12)."""
    shape = np.broadcast_shapes(start.shape, stay.shape, by_month.shape[:-1])
    path = np.empty((*shape, MONTHS_PER_YEAR))
    path[..., 0] = start

    for month in range(MONTHS_PER_YEAR - 1):
        path[..., month + 1] = path[..., month] * stay + by_month[..., month]

    return path


def _strength_after(
    years: Floats,
    base: Floats,
    gain: Floats,
    loss: Floats,
) -> Floats:
    """Return the strength `years` whole years after `base`.

    ``base q^y + gain (1 − q^y) / (1 − q)`` with ``q = 1 − loss``, and ``base + gain y`` where nobody leaves.
    """
    nobody_leaves = loss == 0.0
    safe_loss = np.where(nobody_leaves, 0.5, loss)  # any loss that divides; its result is not used

    # The logarithm and expm1 keep the digits of 1 − q^y where the loss is small.
    log_kept = years * np.log1p(-safe_loss)
    still_in_post = np.exp(log_kept)
    gained_years = -np.expm1(log_kept) / safe_loss
    return np.asarray(
        np.where(nobody_leaves, base + gain * years, base * still_in_post + gain * gained_years)
    )


def _years_to_pass(
    base: Floats,
    gain: Floats,
    target: Floats,
    loss: Floats,
) -> Floats:
    """Return the whole years until strength in one month of the year is at the target.

    Infinite where it never is. The years ``y`` solve `_strength_after` for the target, with ``q = 1 − loss``:
    ``y = log(1 − loss (target − base) / (gain − loss base)) / log q``.
    """
    tolerance = slack(target)
    is_there = base >= target - tolerance

    # The level gain / loss towards which strength runs must lie above the target.
    gets_there = ~is_there & (gain - loss * target > loss * tolerance) & (gain > 0.0)
    shortfall = np.where(gets_there, target - base, 1.0)
    first_growth = np.where(gets_there, gain - loss * base, 1.0)

    nobody_leaves = loss == 0.0
    safe_loss = np.where(nobody_leaves, 0.5, loss)  # any loss that divides; its result is not used
    share_of_way = np.where(gets_there & ~nobody_leaves, shortfall * safe_loss / first_growth, 0.0)
    with_losses = np.log1p(-share_of_way) / np.log1p(-safe_loss)
    years = np.ceil(np.where(nobody_leaves, shortfall / first_growth, with_losses))

    # Rounding may put the logarithm a year too late or too early: try a year less, then a year more.
    for shift in (-1.0, 1.0):
        earlier = years + min(shift, 0.0)
        is_met = _strength_after(earlier, base, gain, loss) >= target - tolerance
        years = np.where(is_met, earlier, years + max(shift, 0.0))

    return np.asarray(np.where(is_there, 0.0, np.where(gets_there, years, np.inf)))


def years_to_target(
    target: ArrayLike, *, strength: ArrayLike, intake: Intake, loss: ArrayLike, lead_months: int = 0
) -> TargetTime:
    """Return the years until a target strength is reached for good, with the same intake every year.

    The expected path decides. That a year's courses or losses may turn out otherwise is not modelled, so a
    force whose expected path just stays at its target will be below it about half the time.

    Parameters
    ----------
    target
        Officers in post that are wanted (see `strength_for_deployable`); scalar or shape (draws,) [officers].
    strength
        Officers in post at the start [officers].
    intake
        The year's intake by month, from `course_intake`.
    loss
        Yearly loss of those in post, less than 1 [1/year].
    lead_months
        First months in which nobody joins yet (see `project_strength`) [months].

    Returns
    -------
    TargetTime
        Years and levels, in the broadcast shape of the inputs.

    Raises
    ------
    ValueError
        If a number leaves its range, `intake` is none, or shapes do not fit.
    """
    lead = whole("lead_months", lead_months)
    wanted = number("target", target)
    start = number("strength", strength)
    loss_rate = _loss(loss)
    stay = monthly_staying(loss_rate)
    by_month = _after_lead(joiners_by_month(intake), lead)

    shape = common_shape(
        target=wanted.shape, strength=start.shape, loss=loss_rate.shape, intake=by_month.shape[:-1]
    )
    wanted = np.broadcast_to(wanted, shape)
    start = np.broadcast_to(start, shape)
    loss_rate = np.broadcast_to(loss_rate, shape)

    # Each month of the year has a path of its own from year to year.
    base = np.broadcast_to(_first_year(start * stay**lead, by_month, stay), (*shape, MONTHS_PER_YEAR))
    gain = np.broadcast_to(_yearly_gain(by_month, stay), (*shape, MONTHS_PER_YEAR))
    monthly_target = wanted[..., np.newaxis]
    monthly_loss = loss_rate[..., np.newaxis]
    years_to_pass = _years_to_pass(base, gain, monthly_target, monthly_loss)
    passing_month = lead + np.arange(MONTHS_PER_YEAR) + MONTHS_PER_YEAR * years_to_pass

    # A month that starts at the target must also stay there: its level must not lie below. One that gets
    # there later falls short for the last time a year before, and is safe from the month after that.
    stays = (years_to_pass == 0.0) & (
        gain - monthly_loss * monthly_target >= -monthly_loss * slack(monthly_target)
    )
    later = np.where(years_to_pass > 0.0, passing_month - (MONTHS_PER_YEAR - 1), np.inf)
    safe_from_month = np.where(stays, 0.0, later)

    is_there = start >= wanted - slack(wanted)
    first_month = np.where(is_there, 0.0, passing_month.min(axis=-1))

    levels = _levels(start, gain, loss_rate)
    return TargetTime(
        years=np.asarray(safe_from_month.max(axis=-1) / MONTHS_PER_YEAR),
        first_years=np.asarray(first_month / MONTHS_PER_YEAR),
        equilibrium=np.asarray(levels.mean(axis=-1)),
        equilibrium_low=np.asarray(levels.min(axis=-1)),
        equilibrium_high=np.asarray(levels.max(axis=-1)),
        highest=np.asarray(np.maximum(start, np.maximum(base.max(axis=-1), levels.max(axis=-1)))),
    )


def _levels(start: Floats, gain: Floats, loss: Floats) -> Floats:
    """Return the level that each month of the year approaches, shape (..., 12)."""
    monthly_loss = loss[..., np.newaxis]
    level = gain / np.where(monthly_loss > 0.0, monthly_loss, 1.0)

    # Where nobody leaves, strength grows without end, or stays as it is without an intake.
    without_loss = np.where(gain > 0.0, np.inf, start[..., np.newaxis])
    return np.asarray(np.where(monthly_loss > 0.0, level, without_loss))


def seats_needed(
    target: ArrayLike,
    *,
    years: float,
    strength: ArrayLike,
    loss: ArrayLike,
    pass_rate: ArrayLike,
    selection_rate: ArrayLike = 1.0,
    reaccreditation_seats: ArrayLike = 0.0,
    course_months: Sequence[int] | None = None,
    lead_months: int = 0,
) -> SeatsNeeded:
    """Return the course seats a year that bring strength to a target in a given time and keep it there.

    This is the inverse of `years_to_target`, for the expected path: strength is at the target at `years` and
    in every month after it.

    Parameters
    ----------
    target
        Officers in post that are wanted; scalar or shape (draws,) [officers].
    years
        Time allowed, a whole number of months [years].
    strength
        Officers in post at the start [officers].
    loss
        Yearly loss of those in post, less than 1 [1/year].
    pass_rate
        Share of starters who pass, more than 0.
    selection_rate
        Share of applicants who pass selection, more than 0.
    reaccreditation_seats
        Seats that reaccreditation takes first [seats/year].
    course_months
        Months 1 to 12 of the plan's year at whose end a course passes out (see `month_shares`).
    lead_months
        First months in which nobody joins yet [months].

    Returns
    -------
    SeatsNeeded
        Officers, starters, seats and applicants a year; infinite if no course passes out before the time is
        up.

    Raises
    ------
    ValueError
        If a number leaves its range, `years` is not a whole number of months, or shapes do not fit.
    """
    lead = whole("lead_months", lead_months)
    exact_months = single("years", years) * MONTHS_PER_YEAR
    months = round(exact_months)
    if abs(exact_months - months) > 1e-6:
        raise Refusal("years must be a whole number of months", f"give {months}/12 in place of {years!r}")

    wanted = number("target", target)
    start = number("strength", strength)
    loss_rate = _loss(loss)
    stay = monthly_staying(loss_rate)
    passing = number("pass_rate", pass_rate, above=True, high=1.0)
    reaccrediting = number("reaccreditation_seats", reaccreditation_seats)
    selecting = number("selection_rate", selection_rate, above=True, high=1.0)
    common_shape(
        target=wanted.shape,
        strength=start.shape,
        loss=loss_rate.shape,
        pass_rate=passing.shape,
        reaccreditation_seats=reaccrediting.shape,
        selection_rate=selecting.shape,
    )

    shares = month_shares(course_months)
    wanted, start, loss_rate, stay = np.broadcast_arrays(wanted, start, loss_rate, stay)

    # Strength settles at passes × gain / loss, lowest in the month that keeps least of a year's passes.
    to_reach = _passes_to_reach(wanted, start, stay, shares, months, lead)
    least_gain = _yearly_gain(_after_lead(shares, lead), stay).min(axis=-1)
    to_hold = np.asarray(wanted * loss_rate / least_gain)
    passed = np.asarray(np.maximum(to_reach, to_hold))

    starters = passed / passing
    seats = starters + reaccrediting
    applicants = starters / selecting
    return SeatsNeeded(
        passed_per_year=passed,
        to_reach_per_year=to_reach,
        to_hold_per_year=to_hold,
        starters_per_year=np.asarray(starters),
        seats_per_year=np.asarray(seats),
        applicants_per_year=np.asarray(applicants),
    )


def _passes_to_reach(
    target: Floats,
    start: Floats,
    stay: Floats,
    shares: Floats,
    months: int,
    lead: int,
) -> Floats:
    """Return the passes a year that put strength at the target from `months` on, for one round of courses."""
    needed = np.zeros(start.shape)
    in_post_per_pass = np.zeros(start.shape)  # officers in post for one pass a year
    still_in_post = start.astype(np.float64)  # of those at the start

    # A whole year of courses after both the time allowed and the lead.
    for month in range(max(months, lead) + MONTHS_PER_YEAR):
        if month >= months:
            shortfall = np.where(target - still_in_post > slack(target), target - still_in_post, 0.0)
            # Before the first course passes out, no intake would do: the division gives infinity.
            with np.errstate(divide="ignore", invalid="ignore"):
                passes = np.where(shortfall > 0.0, shortfall / in_post_per_pass, 0.0)
            needed = np.maximum(needed, passes)

        joining = shares[month % MONTHS_PER_YEAR] if month >= lead else 0.0
        in_post_per_pass = in_post_per_pass * stay + joining
        still_in_post = still_in_post * stay

    return np.asarray(needed)
