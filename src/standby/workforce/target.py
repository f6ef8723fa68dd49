"""Years until a target strength is held, and the seats that would hold it in time.

With the same intake every year, strength at one month of the year moves from year to year as
``S(t + 12) = (1 − loss) S(t) + A``, where ``A`` is the year's intake that is still in post. Each of the
twelve months therefore runs straight towards its own level ``A / loss`` without turning, and the years until
it passes a target have a closed form: no horizon is cut off, so "never" means never.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from standby._checks import number, slack, whole
from standby._refusals import Refusal
from standby._show import Shown
from standby.workforce.flow import monthly_staying
from standby.workforce.intake import MONTHS_PER_YEAR, month_shares

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    from standby.workforce.intake import Intake

NEGLIGIBLE_LOSS = 1e-12
"""Yearly loss below which nobody is taken to leave: the closed form would lose its digits there."""


@dataclass(frozen=True)
class TargetTime(Shown):
    """When a target strength is reached and held, in expectation.

    Attributes
    ----------
    years : ndarray
        Years, in whole months, from which strength never falls below the target again; 0 if it never does,
        infinite if it always will in the end [years].
    first_years : ndarray
        Years until strength first meets the target, even if it does not stay; infinite if it never does
        [years].
    equilibrium : ndarray
        Strength at which a year's losses equal its intake, mean over the months; infinite with intake and no
        loss, the start without either [officers].
    equilibrium_low, equilibrium_high : ndarray
        The same just before and just after the courses; with one course a year the high is intake / loss
        [officers].
    highest : ndarray
        Highest strength that the path meets or comes ever closer to [officers].
    """

    years: NDArray[np.float64]
    first_years: NDArray[np.float64]
    equilibrium: NDArray[np.float64]
    equilibrium_low: NDArray[np.float64]
    equilibrium_high: NDArray[np.float64]
    highest: NDArray[np.float64]


@dataclass(frozen=True)
class SeatsNeeded(Shown):
    """Yearly intake that brings strength to a target in time and holds it there.

    Attributes
    ----------
    passed_per_year : ndarray
        Officers who must pass: the larger of the two below [officers/year].
    to_reach_per_year : ndarray
        What being there in time asks for [officers/year].
    to_hold_per_year : ndarray
        What replacing the losses at the target asks for, for good [officers/year].
    starters_per_year : ndarray
        Officers who must start a course [officers/year].
    seats_per_year : ndarray
        Course seats, with those of reaccreditation [seats/year].
    applicants_per_year : ndarray
        Eligible volunteers who must apply [officers/year].
    """

    passed_per_year: NDArray[np.float64]
    to_reach_per_year: NDArray[np.float64]
    to_hold_per_year: NDArray[np.float64]
    starters_per_year: NDArray[np.float64]
    seats_per_year: NDArray[np.float64]
    applicants_per_year: NDArray[np.float64]


def _loss(loss: ArrayLike) -> NDArray[np.float64]:
    rate = number("loss", loss, high=1.0, below=True)
    return np.where(rate < NEGLIGIBLE_LOSS, 0.0, rate)


def _after_lead(by_month: NDArray[np.float64], lead_months: int) -> NDArray[np.float64]:
    """Turn the calendar so that its first month is the one after the lead."""
    return np.roll(by_month, -(lead_months % MONTHS_PER_YEAR), axis=-1)


def _yearly_gain(by_month: NDArray[np.float64], stay: NDArray[np.float64]) -> NDArray[np.float64]:
    """Intake of the twelve months after each month that is still in post at their end, shape (..., 12)."""
    later = np.arange(1, MONTHS_PER_YEAR + 1)
    order = (np.arange(MONTHS_PER_YEAR)[:, np.newaxis] + later - 1) % MONTHS_PER_YEAR
    weights = stay[..., np.newaxis] ** (MONTHS_PER_YEAR - later)
    return np.asarray((by_month[..., order] * weights[..., np.newaxis, :]).sum(axis=-1))


def _first_year(
    start: NDArray[np.float64], by_month: NDArray[np.float64], stay: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Strength at each month of the first year after the lead, its month 0 first, shape (..., 12)."""
    path = np.empty((*np.broadcast_shapes(start.shape, stay.shape, by_month.shape[:-1]), MONTHS_PER_YEAR))
    path[..., 0] = start
    for month in range(MONTHS_PER_YEAR - 1):
        path[..., month + 1] = path[..., month] * stay + by_month[..., month]
    return path


def _strength_after(
    years: NDArray[np.float64],
    base: NDArray[np.float64],
    gain: NDArray[np.float64],
    loss: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Strength whole years after `base`: ``base q^y + gain (1 − q^y) / (1 − q)`` with ``q = 1 − loss``."""
    straight = loss == 0.0
    safe = np.where(straight, 0.5, loss)
    kept = np.exp(years * np.log1p(-safe))
    growth = -np.expm1(years * np.log1p(-safe)) / safe
    return np.asarray(np.where(straight, base + gain * years, base * kept + gain * growth))


def _years_to_pass(
    base: NDArray[np.float64],
    gain: NDArray[np.float64],
    target: NDArray[np.float64],
    loss: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Whole years until strength at one month of the year is at the target; infinite if it never is."""
    room = slack(target)
    there = base >= target - room
    grows = ~there & (gain - loss * target > loss * room) & (gain > 0.0)
    short = np.where(grows, target - base, 1.0)
    pace = np.where(grows, gain - loss * base, 1.0)
    straight = loss == 0.0
    safe = np.where(straight, 0.5, loss)
    curved = np.log1p(-np.where(grows & ~straight, short * safe / pace, 0.0)) / np.log1p(-safe)
    years = np.ceil(np.where(straight, short / pace, curved))
    for shift in (-1.0, 1.0):  # the logarithm may miss a whole year by rounding: look at its two neighbours
        earlier = years + min(shift, 0.0)
        met = _strength_after(earlier, base, gain, loss) >= target - room
        years = np.where(met, earlier, years + max(shift, 0.0))
    return np.asarray(np.where(there, 0.0, np.where(grows, years, np.inf)))


def years_to_target(
    target: ArrayLike, *, strength: ArrayLike, intake: Intake, loss: ArrayLike, lead_months: int = 0
) -> TargetTime:
    """Years until a target strength is held, with the same intake every year.

    The expected path decides: the chance that one year's course or losses come out otherwise is not here, so
    a force whose expected path just holds its target will be below it about half the time.

    Parameters
    ----------
    target : array_like
        Officers in post that are wanted (see `strength_for_deployable`); scalar or shape (draws,) [officers].
    strength : array_like
        Officers in post at the start [officers].
    intake : Intake
        The year's intake by month, from `course_intake`.
    loss : array_like
        Yearly loss of those in post, less than 1 [1/year].
    lead_months : int
        First months in which nobody joins yet (see `project_strength`) [months].

    Returns
    -------
    TargetTime
        Years and levels, in the broadcast shape of the inputs.

    Raises
    ------
    ValueError
        If a number leaves its range.
    """
    lead = whole("lead_months", lead_months)
    want = number("target", target)
    start = number("strength", strength)
    rate = _loss(loss)
    stay = monthly_staying(rate)
    by_month = _after_lead(intake.by_month, lead)
    shape = np.broadcast_shapes(want.shape, start.shape, rate.shape, by_month.shape[:-1])
    want, start, rate = (np.broadcast_to(part, shape) for part in (want, start, rate))
    base = np.broadcast_to(_first_year(start * stay**lead, by_month, stay), (*shape, MONTHS_PER_YEAR))
    gain = np.broadcast_to(_yearly_gain(by_month, stay), (*shape, MONTHS_PER_YEAR))
    aim, drain = want[..., np.newaxis], rate[..., np.newaxis]
    passing = _years_to_pass(base, gain, aim, drain)
    month = lead + np.arange(MONTHS_PER_YEAR) + MONTHS_PER_YEAR * passing
    kept = (passing == 0.0) & (gain - drain * aim >= -drain * slack(aim))
    held = np.where(kept, 0.0, np.where(passing > 0.0, month - (MONTHS_PER_YEAR - 1), np.inf))
    first = np.where(start >= want - slack(want), 0.0, month.min(axis=-1))
    levels = _levels(start, gain, rate)
    return TargetTime(
        years=np.asarray(held.max(axis=-1) / MONTHS_PER_YEAR),
        first_years=np.asarray(first / MONTHS_PER_YEAR),
        equilibrium=np.asarray(levels.mean(axis=-1)),
        equilibrium_low=np.asarray(levels.min(axis=-1)),
        equilibrium_high=np.asarray(levels.max(axis=-1)),
        highest=np.asarray(np.maximum(start, np.maximum(base.max(axis=-1), levels.max(axis=-1)))),
    )


def _levels(
    start: NDArray[np.float64], gain: NDArray[np.float64], loss: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Level that each month of the year runs towards, shape (..., 12)."""
    drain = loss[..., np.newaxis]
    level = gain / np.where(drain > 0.0, drain, 1.0)
    endless = np.where(gain > 0.0, np.inf, start[..., np.newaxis])
    return np.asarray(np.where(drain > 0.0, level, endless))


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
    """Course seats a year that bring strength to a target in a given time and hold it there.

    The inverse of `years_to_target`, for the expected path: strength is at the target at `years` and in every
    month after it.

    Parameters
    ----------
    target : array_like
        Officers in post that are wanted; scalar or shape (draws,) [officers].
    years : float
        Time allowed, a whole number of months [years].
    strength : array_like
        Officers in post at the start [officers].
    loss : array_like
        Yearly loss of those in post, less than 1 [1/year].
    pass_rate : array_like
        Share of starters who pass, more than 0.
    selection_rate : array_like
        Share of applicants who pass selection, more than 0.
    reaccreditation_seats : array_like
        Seats that reaccreditation takes first [seats/year].
    course_months : sequence of int, optional
        Months 1 to 12 of the plan's year at whose end a course passes out (see `month_shares`).
    lead_months : int
        First months in which nobody joins yet [months].

    Returns
    -------
    SeatsNeeded
        Officers, starters, seats and applicants a year; infinite if no course passes out before the time is
        up.

    Raises
    ------
    ValueError
        If a number leaves its range or `years` is not a whole number of months.
    """
    lead = whole("lead_months", lead_months)
    span = float(number("years", years)) * MONTHS_PER_YEAR
    months = round(span)
    if abs(span - months) > 1e-6:
        raise Refusal("years must be a whole number of months", f"give {months}/12 in place of {years!r}")
    want, start = number("target", target), number("strength", strength)
    rate = _loss(loss)
    stay = monthly_staying(rate)
    shares = month_shares(course_months)
    want, start, rate, stay = np.broadcast_arrays(want, start, rate, stay)
    reach = _passes_to_reach(want, start, stay, shares, months, lead)
    gain = _yearly_gain(_after_lead(shares, lead), stay).min(axis=-1)
    hold = np.asarray(want * rate / gain)
    passed = np.asarray(np.maximum(reach, hold))
    starters = passed / number("pass_rate", pass_rate, above=True, high=1.0)
    return SeatsNeeded(
        passed_per_year=passed,
        to_reach_per_year=reach,
        to_hold_per_year=hold,
        starters_per_year=np.asarray(starters),
        seats_per_year=np.asarray(starters + number("reaccreditation_seats", reaccreditation_seats)),
        applicants_per_year=np.asarray(
            starters / number("selection_rate", selection_rate, above=True, high=1.0)
        ),
    )


def _passes_to_reach(
    target: NDArray[np.float64],
    start: NDArray[np.float64],
    stay: NDArray[np.float64],
    shares: NDArray[np.float64],
    months: int,
    lead: int,
) -> NDArray[np.float64]:
    """Find the passes a year that put strength at the target from `months` on, for one round of courses."""
    needed = np.zeros(start.shape)
    per_pass = np.zeros(start.shape)  # officers in post from one pass a year
    left = start.astype(np.float64)
    for month in range(max(months, lead) + MONTHS_PER_YEAR):  # a whole year of courses after both
        if month >= months:
            short = np.where(target - left > slack(target), target - left, 0.0)
            with np.errstate(divide="ignore", invalid="ignore"):
                asked = np.where(short > 0.0, short / per_pass, 0.0)
            needed = np.maximum(needed, asked)
        joins = shares[month % MONTHS_PER_YEAR] if month >= lead else 0.0
        per_pass = per_pass * stay + joins
        left = left * stay
    return np.asarray(needed)
