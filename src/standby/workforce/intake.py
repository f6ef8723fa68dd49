"""What the courses produce: seats, starters and officers who pass, by month of the year."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from standby._checks import number, together, whole
from standby._refusals import Refusal, shown
from standby._show import Shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike

    from standby._typing import Floats, Mask

MONTHS_PER_YEAR = 12


@dataclass(frozen=True)
class Intake(Shown):
    """Expected officers who become accredited in each year, and what limits them.

    Parameters
    ----------
    seats
        Course seats [seats/year].
    new_seats
        Seats left once reaccreditation has taken its own [seats/year].
    candidates
        Applicants who pass selection; infinite if no limit was given [officers/year].
    starters
        Officers who start a course: the smaller of `new_seats` and `candidates` [officers/year].
    passed
        Officers who pass it [officers/year].
    by_month
        `passed` by the month in which they join, months 1 to 12 of the plan's year, shape (..., 12)
        [officers/month].
    limited_by_candidates
        Whether seats stay empty because candidates run short.
    """

    seats: Floats
    new_seats: Floats
    candidates: Floats
    starters: Floats
    passed: Floats
    by_month: Floats
    limited_by_candidates: Mask


def month_shares(course_months: Sequence[int] | None) -> Floats:
    """Return the share of a year's officers who join at the end of each month.

    Parameters
    ----------
    course_months
        Months 1 to 12 of the plan's year at whose end a course passes out; a month with two courses is named
        twice. The year's officers are split equally among the courses. Left out, they are spread over all
        twelve months.

    Returns
    -------
    ndarray
        Shares that sum to 1, shape (12,).

    Raises
    ------
    ValueError
        If `course_months` is no list, is empty or has something other than whole numbers from 1 to 12.
    """
    if course_months is None:
        return np.full(MONTHS_PER_YEAR, 1.0 / MONTHS_PER_YEAR)

    try:
        months = [whole("course_months", month, low=1) for month in course_months]
    except TypeError as error:
        raise Refusal(
            f"course_months is {shown(course_months)}", "give a list of months from 1 to 12"
        ) from error
    if not months or max(months) > MONTHS_PER_YEAR:
        raise Refusal(f"course_months is {tuple(months)}", "name months from 1 to 12, at least one")

    courses = np.bincount(np.asarray(months) - 1, minlength=MONTHS_PER_YEAR)
    return np.asarray(courses / len(months))


def joiners_by_month(intake: Intake) -> Floats:
    """Return the officers who join in each month of a year, shape (..., 12); refuse what is no intake.

    Parameters
    ----------
    intake
        The year's intake by month, from `course_intake`.

    Raises
    ------
    ValueError
        If it is something else.
    """
    if not isinstance(intake, Intake):
        raise Refusal(f"intake is {shown(intake)}", "give what course_intake returns")
    return intake.by_month


def course_intake(
    *,
    courses_per_year: ArrayLike,
    course_size: ArrayLike,
    pass_rate: ArrayLike,
    applicants_per_year: ArrayLike = np.inf,
    selection_rate: ArrayLike = 1.0,
    reaccreditation_seats: ArrayLike = 0.0,
    course_months: Sequence[int] | None = None,
) -> Intake:
    """Return the expected officers accredited in each year by the courses that a force runs.

    Armed policing is voluntary and requires two years' service, so a course can start short: starters are the
    smaller of the free seats and the eligible volunteers who pass selection. All numbers are expected values;
    how one cohort differs from the next by chance is not modelled.

    Parameters
    ----------
    courses_per_year
        Initial courses; scalar or shape (draws,) [courses/year].
    course_size
        Seats on each [seats/course].
    pass_rate
        Share of starters who pass.
    applicants_per_year
        Eligible volunteers; infinite if they never run short [officers/year].
    selection_rate
        Share of them who pass selection before the course.
    reaccreditation_seats
        Seats that reaccreditation takes first. They do not grow with the strength here: size them for the
        target to be on the safe side [seats/year].
    course_months
        Months 1 to 12 of the plan's year at whose end a course passes out, one calendar for all draws (see
        `month_shares`).

    Returns
    -------
    Intake
        The year's seats, starters and passes, and passes by month.

    Raises
    ------
    ValueError
        If a number leaves its range or shapes do not fit.
    """
    courses, size, passing, selected_share, applicants, reaccrediting = together(
        courses_per_year=number("courses_per_year", courses_per_year),
        course_size=number("course_size", course_size),
        pass_rate=number("pass_rate", pass_rate, high=1.0),
        selection_rate=number("selection_rate", selection_rate, high=1.0),
        applicants_per_year=number("applicants_per_year", applicants_per_year, finite=False),
        reaccreditation_seats=number("reaccreditation_seats", reaccreditation_seats),
    )
    seats = np.asarray(courses * size)

    # Applicants may be infinite, and infinity times a share of 0 would be NaN.
    candidates = np.asarray(np.where(selected_share > 0.0, applicants, 0.0) * selected_share)
    new_seats = np.asarray(np.maximum(seats - reaccrediting, 0.0))
    starters = np.minimum(new_seats, candidates)
    passed = np.asarray(starters * passing)

    return Intake(
        seats=seats,
        new_seats=new_seats,
        candidates=candidates,
        starters=np.asarray(starters),
        passed=passed,
        by_month=np.asarray(passed[..., np.newaxis] * month_shares(course_months)),
        limited_by_candidates=np.asarray(candidates < new_seats),
    )
