"""How an option is delivered: the share of its new posts that courses have filled, year by year."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from standby._checks import slack, whole
from standby._show import Shown
from standby._typing import Floats, Mask
from standby.plan import PlanArrays
from standby.workforce.flow import monthly_staying
from standby.workforce.intake import MONTHS_PER_YEAR, course_intake
from standby.workforce.moves import NOBODY
from standby.workforce.staff import by_force_and_tier, staffing


@dataclass(frozen=True, eq=False)
class Delivery(Shown):
    """How far courses have filled an option's posts, shape (..., forces, years) unless another is given.

    Where no strength is known, posts are taken as filled from the start and the officers are NaN.

    Parameters
    ----------
    strength
        Armed officers in post at the end of each year [officers].
    added
        Officers of the posts that the option adds, shape (..., forces) [officers].
    goal
        Officers at which every post is filled, those who retrain counted again, shape (..., forces)
        [officers].
    trained
        Share of the officers to be trained for the option who are in post, as a mean over each year.
    trained_by
        The same at the end of each year.
    filled
        Share of the option's added posts that are filled, as a mean over each year: by spare officers who
        need no course from the start, by the others as they are trained; less what leavers whom no course
        replaces leave empty.
    staffed
        Whether every post is filled at the end of each year: the base's own and the option's.
    years
        Years until they are and stay so, shape (..., forces); infinite if they are not at the end of the
        years ahead [years].
    known
        Whether the strength of a force is known, shape (forces,).
    """

    strength: Floats
    added: Floats
    goal: Floats
    trained: Floats
    trained_by: Floats
    filled: Floats
    staffed: Mask
    years: Floats
    known: Mask


def delivery(arrays: PlanArrays, base: PlanArrays, *, years: int) -> Delivery:
    """Return how far the courses of each force have filled an option's posts, year by year.

    Each month a share of the armed officers leaves and those who passed a course join, as in
    `standby.workforce.project_strength`, until every post is filled: from then on courses replace leavers
    alone. Officers who join fill the posts that the base lacks first, then those of the option. Spare
    officers who need another tier's course take seats like anybody else; those who need none fill their posts
    at once. This is the expected path of each draw: what differs between draws is the doubt of the figures.

    Parameters
    ----------
    arrays, base
        The plan and its base, both at central values, at one draw, or with the same table of draws.
    years
        Years ahead [years].

    Returns
    -------
    Delivery
        Officers and shares by force and year.

    Raises
    ------
    ValueError
        If `years` is no whole number from 1, or every officer is to be armed in a planned force whose
        officers are not counted.
    """
    whole_years = whole("years", years, low=1)
    now = staffing(arrays, base)
    before = staffing(base, base)

    # The base's posts that nobody holds come first, then officers for the option, retrained ones among them.
    is_known = ~np.isnan(now.strength)
    strength = np.nan_to_num(now.strength)
    lacking = np.nan_to_num(now.crews.lacking)
    spare = np.nan_to_num(now.spare)
    retrained = now.crews.retrained.sum(axis=-1)
    to_train = retrained + np.maximum(np.nan_to_num(now.target) - strength - lacking, 0.0)
    to_train = np.where(to_train < NOBODY, 0.0, to_train)

    # Posts that grow, tier by tier; where every officer is armed, those who are trained for it.
    crews_before = by_force_and_tier(before.officers_by_tier * base.tiers.crews_alone, arrays)
    crews_added = np.maximum(now.officers_by_tier * arrays.tiers.crews_alone - crews_before, 0.0)
    added = np.maximum((crews_added + np.maximum(now.in_role, 0.0)).sum(axis=-1), to_train)

    # Officers beyond those whom the base's own posts need: below 0 where these are not filled.
    goal = strength + lacking + to_train
    ready = _ready_by_month(arrays, strength=strength, goal=goal, months=whole_years * MONTHS_PER_YEAR)
    beyond_base = ready - _by_month(strength + lacking)

    # Leavers whom no course replaces are taken from the spare officers first, then from the option's posts.
    trained_officers = np.clip(beyond_base, 0.0, _by_month(to_train))
    missing = np.maximum(-beyond_base - _by_month(spare), 0.0)
    without_course = _by_month(added - to_train)
    trained = _share(trained_officers, to_train)
    filled = _share(np.maximum(without_course + trained_officers - missing, 0.0), added)
    in_post = ready - _by_month(retrained) * trained

    # Every post is filled for good from the month after the last one in which some were not.
    room = _by_month(slack(goal))
    is_staffed = np.where(
        _by_month(to_train) > 0.0, beyond_base >= _by_month(to_train) - room, missing <= room
    )
    is_staffed = is_staffed | ~_by_month(is_known)
    last_month = whole_years * MONTHS_PER_YEAR
    months_until = last_month + 1 - np.flip(~is_staffed, axis=-1).argmax(axis=-1)
    months_until = np.where(is_staffed.all(axis=-1), 0, months_until)
    years_until = np.where(is_staffed[..., -1], months_until / MONTHS_PER_YEAR, np.inf)

    # A year's mean is over the months at their start; its end is the start of the next.
    month_starts = (*ready.shape[:-1], whole_years, MONTHS_PER_YEAR)
    year_ends = slice(MONTHS_PER_YEAR, None, MONTHS_PER_YEAR)
    unknown = ~_by_month(is_known)

    return Delivery(
        strength=np.where(unknown, np.nan, in_post[..., year_ends]),
        added=added,
        goal=np.where(is_known, goal, np.nan),
        trained=np.where(unknown, 1.0, trained[..., :-1].reshape(month_starts).mean(axis=-1)),
        trained_by=np.where(unknown, 1.0, trained[..., year_ends]),
        filled=np.where(unknown, 1.0, filled[..., :-1].reshape(month_starts).mean(axis=-1)),
        staffed=is_staffed[..., year_ends],
        years=years_until,
        known=np.asarray(is_known.reshape(-1, is_known.shape[-1]).all(axis=0)),
    )


def _by_month(values: Floats | Mask) -> Any:
    """Return values by force with an axis of one month, which goes with any number of them."""
    return np.asarray(values)[..., np.newaxis]


def _ready_by_month(arrays: PlanArrays, *, strength: Floats, goal: Floats, months: int) -> Floats:
    """Return officers in post or retrained at the start of each month, and at the end of the last.

    Parameters
    ----------
    arrays
        The plan; its courses, volunteers and losses count.
    strength
        Armed officers in post at the start, shape (..., forces) [officers].
    goal
        Officers at which nobody more is trained, shape (..., forces) [officers].
    months
        Months ahead.

    Returns
    -------
    ndarray
        Officers, shape (..., forces, months + 1).
    """
    # A plan that does not count its volunteers has no limit on them.
    workforce = arrays.workforce
    volunteers = workforce.volunteers_per_year
    intake = course_intake(
        courses_per_year=workforce.courses_per_year,
        course_size=workforce.course_size,
        pass_rate=workforce.pass_rate,
        applicants_per_year=np.where(np.isnan(volunteers), np.inf, volunteers),
    )
    joiners = intake.passed / MONTHS_PER_YEAR
    staying = monthly_staying(workforce.loss_rate)

    shape = np.broadcast_shapes(strength.shape, goal.shape, joiners.shape, staying.shape)
    ready = np.empty((*shape, months + 1))
    ready[..., 0] = strength
    for month in range(months):
        still_in_post = ready[..., month] * staying
        ready[..., month + 1] = np.minimum(still_in_post + joiners, np.maximum(goal, still_in_post))
    return ready


def _share(part: Floats, of: Floats) -> Floats:
    """Return officers as a share of those wanted, 1 where none are; years or months are the last axis."""
    wanted = np.broadcast_to(of[..., np.newaxis], part.shape)
    return np.divide(part, wanted, out=np.ones(part.shape), where=wanted > 0.0)
