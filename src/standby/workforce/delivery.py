"""How an option is delivered: the share of its new posts that courses have filled, year by year."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from standby._checks import slack, whole
from standby._show import Shown
from standby._typing import Floats, Mask
from standby.plan import PlanArrays
from standby.workforce.flow import monthly_staying
from standby.workforce.intake import MONTHS_PER_YEAR
from standby.workforce.moves import NOBODY
from standby.workforce.staff import by_force_and_tier, intake_of, staffing

LONGEST_YEARS = 100
"""Posts that are not filled for good within so many years are taken as never filled [years]."""

MOST_SEATS = 1_000_000
"""Seats a year beyond which no number of them is taken to do."""


@dataclass(frozen=True, eq=False)
class Delivery(Shown):
    """How far courses have filled an option's posts, shape (..., forces, years) unless another is given.

    Where no strength is known, posts are taken as filled from the start and the officers are NaN.

    Parameters
    ----------
    strength
        Armed officers in post at the end of each year [officers].
    required
        Armed officers in post at whom every post is filled, once those who retrain have done so, shape (...,
        forces) [officers].
    added
        Officers of the posts that the option adds, shape (..., forces) [officers].
    trained
        Share of the officers to be trained for the option who are in post, as a mean over each year.
    trained_by
        Largest such share until the end of each year.
    filled
        Share of the option's added posts that are filled, as a mean over each year: by spare officers who
        need no course from the start, by the others as they are trained, less what leavers whom no course
        replaces leave empty; 1 where it adds none.
    staffed
        Whether every post is filled at the end of each year: the base's own and the option's.
    years
        Years until they are, and stay so to the end of the years ahead, shape (..., forces); where they are
        not by then, until they are for good, infinite if that takes more than `LONGEST_YEARS` [years].
    known
        Whether the strength of a force is known, shape (forces,).
    """

    strength: Floats
    required: Floats
    added: Floats
    trained: Floats
    trained_by: Floats
    filled: Floats
    staffed: Mask
    years: Floats
    known: Mask


class _Wanted(NamedTuple):
    """Officers that an option takes, shape (..., forces).

    Parameters
    ----------
    strength
        Armed officers in post at the start.
    target
        Those whom courses keep up for crews: today's, and those who have to be found.
    required
        Those at whom every post of crews is filled: the target without spare officers.
    found
        Officers to be found for crews of the option.
    retrained
        Spare officers who take another tier's course.
    in_role
        Officers to be armed in the role that they have, or with everybody else.
    added
        Officers of the posts that the option adds.
    """

    strength: Floats
    target: Floats
    required: Floats
    found: Floats
    retrained: Floats
    in_role: Floats
    added: Floats


class _Months(NamedTuple):
    """Officers at the start of each month ahead and at the end of the last, shape (..., forces, months + 1).

    Parameters
    ----------
    in_post
        Armed officers, those armed in their role for the option included.
    empty
        Officers whom posts of crews lack.
    to_retrain, to_arm
        Officers still to retrain, and still to be armed in their role.
    filled_from
        First month from which no post is empty to the end of the months ahead, or where some are then, from
        which none is for good, shape (..., forces); infinite if there is none.
    """

    in_post: Floats
    empty: Floats
    to_retrain: Floats
    to_arm: Floats
    filled_from: Floats

    @property
    def lacking(self) -> Floats:
        """Officers whom posts lack, in all."""
        return self.empty + self.to_retrain + self.to_arm


def delivery(arrays: PlanArrays, base: PlanArrays, *, years: int) -> Delivery:
    """Return how far the courses of each force have filled an option's posts, year by year.

    Each month a share of the armed officers leaves. Seats go to those who take empty posts of crews first,
    the base's before the option's; then to spare officers whom the option needs in another tier; then to
    officers who are armed in their role; what is left replaces spare officers who left. Spare officers who
    need no course hold posts of crews from the first day, and leavers are taken from the spare officers
    before a post is empty; officers with other duties keep these. This is the expected path of each draw:
    what differs between draws is the doubt of the figures.

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
        If `years` is no whole number from 1 to `LONGEST_YEARS`, or every officer is to be armed in a planned
        force whose officers are not counted.
    """
    whole_years = whole("years", years, low=1, high=LONGEST_YEARS)
    wanted, is_known = _wanted(arrays, base)
    joiners = intake_of(arrays).passed / MONTHS_PER_YEAR
    staying = monthly_staying(arrays.workforce.loss_rate)
    ahead = whole_years * MONTHS_PER_YEAR
    months = _by_month(wanted, joiners, staying, ahead=ahead, at_most=LONGEST_YEARS * MONTHS_PER_YEAR)

    # Empty posts of crews are the option's first: the base's own are the last to be empty.
    to_train = wanted.found + wanted.retrained + wanted.in_role
    not_trained = np.minimum(months.empty, _each_month(wanted.found)) + months.to_retrain + months.to_arm
    trained = _share(_each_month(to_train) - not_trained, to_train)
    filled = _share(np.maximum(_each_month(wanted.added) - months.lacking, 0.0), wanted.added)

    required = wanted.required + wanted.in_role
    is_staffed = (months.lacking <= _each_month(slack(required))) | ~_each_month(is_known)

    # A year's mean is over the months at their start; its end is the start of the next.
    month_starts = (*filled.shape[:-1], whole_years, MONTHS_PER_YEAR)
    year_ends = slice(MONTHS_PER_YEAR, ahead + 1, MONTHS_PER_YEAR)
    unknown = ~_each_month(is_known)
    most_trained = np.maximum.accumulate(trained, axis=-1)

    return Delivery(
        strength=np.where(unknown, np.nan, months.in_post[..., year_ends]),
        required=np.where(is_known, required, np.nan),
        added=wanted.added,
        trained=np.where(unknown, 1.0, trained[..., :ahead].reshape(month_starts).mean(axis=-1)),
        trained_by=np.where(unknown, 1.0, most_trained[..., year_ends]),
        filled=np.where(unknown, 1.0, filled[..., :ahead].reshape(month_starts).mean(axis=-1)),
        staffed=is_staffed[..., year_ends],
        years=np.where(is_known, months.filled_from / MONTHS_PER_YEAR, 0.0),
        known=np.asarray(is_known.reshape(-1, is_known.shape[-1]).all(axis=0)),
    )


def seats_to_staff(arrays: PlanArrays, base: PlanArrays, *, years: int) -> Floats:
    """Return the fewest seats a year with which every post of a force is filled at the end of some years.

    As many suitable volunteers are taken to be there.

    Parameters
    ----------
    arrays, base
        The plan and its base at central values.
    years
        Years ahead [years].

    Returns
    -------
    ndarray
        Whole seats, shape (forces,) [seats/year]; infinite where `MOST_SEATS` do not do, NaN where no
        strength is known.

    Raises
    ------
    ValueError
        As for `delivery`.
    """
    ahead = whole("years", years, low=1, high=LONGEST_YEARS) * MONTHS_PER_YEAR
    wanted, is_known = _wanted(arrays, base)
    staying = monthly_staying(arrays.workforce.loss_rate)
    per_seat = arrays.workforce.pass_rate / MONTHS_PER_YEAR

    def do(seats: Floats) -> Mask:
        """Return whether seats do, by force."""
        months = _by_month(wanted, seats * per_seat, staying, ahead=ahead, at_most=ahead)
        return np.asarray(months.lacking[..., -1] <= slack(wanted.required + wanted.in_role))

    # More seats never fill fewer posts: halve what is between too few and enough.
    too_few = np.full(is_known.shape, -1.0)
    enough = np.full(is_known.shape, float(MOST_SEATS))
    never = ~do(enough)
    while (enough - too_few > 1.0).any():
        middle = np.floor((too_few + enough) / 2.0)
        is_enough = do(middle)
        enough = np.where(is_enough, middle, enough)
        too_few = np.where(is_enough, too_few, middle)
    return np.where(is_known, np.where(never, np.inf, enough), np.nan)


def _wanted(arrays: PlanArrays, base: PlanArrays) -> tuple[_Wanted, Mask]:
    """Return the officers that an option takes, and where the strength of a force is known."""
    now = staffing(arrays, base)
    before = staffing(base, base)
    is_known = ~np.isnan(now.strength)
    strength = np.nan_to_num(now.strength)

    # Crews: officers whom their posts lack, after those at hand; there may be fewer posts than in the base.
    lacking = np.nan_to_num(now.crews.lacking)
    short = np.where(is_known, lacking + now.crews.found, 0.0)
    found = np.maximum(np.where(is_known, now.crews.found, 0.0), 0.0)
    retrained = now.crews.retrained.sum(axis=-1)
    target = strength + np.maximum(short, 0.0)

    # Officers with other duties keep them; the others are taken before a post is empty.
    spare = np.where(arrays.workforce.spare_fill_posts, np.nan_to_num(now.spare), 0.0)
    required = np.maximum(strength + short - spare, 0.0)

    # The rest of the target is armed in its role: officers of dual-role tiers, or all where all are armed.
    in_role = np.where(is_known, np.maximum(now.target - target, 0.0), 0.0)

    # Posts that grow, tier by tier; where every officer is armed, those who are trained for it.
    crews_before = by_force_and_tier(before.officers_by_tier * base.tiers.crews_alone, arrays)
    crews_added = np.maximum(now.officers_by_tier * arrays.tiers.crews_alone - crews_before, 0.0)
    added = crews_added.sum(axis=-1) + np.maximum(now.in_role, 0.0).sum(axis=-1)
    added = np.maximum(added, found + retrained + in_role)

    shape = np.broadcast_shapes(strength.shape, target.shape, required.shape, added.shape)
    numbers = (strength, target, required, found, retrained, in_role, added)
    without_rounding = [np.where(np.abs(officers) < NOBODY, 0.0, officers) for officers in numbers]
    return _Wanted(*(np.broadcast_to(officers, shape) for officers in without_rounding)), is_known


def _by_month(wanted: _Wanted, joiners: Floats, staying: Floats, *, ahead: int, at_most: int) -> _Months:
    """Follow the officers of each force month by month.

    Parameters
    ----------
    wanted
        Officers that the option takes, shape (..., forces).
    joiners
        Officers who pass a course in a month, shape (..., forces) [officers/month].
    staying
        Chance of staying a month, shape (..., forces).
    ahead
        Months that are kept.
    at_most
        Months that are followed, to see from when no post is empty.
    """
    shape = np.broadcast_shapes(wanted.strength.shape, joiners.shape, staying.shape)
    room = slack(wanted.required + wanted.in_role)
    kept = np.empty((4, ahead + 1, *shape))
    filled_from = np.zeros(shape)
    filled_at_the_end = np.zeros(shape)

    crews = np.broadcast_to(wanted.strength, shape)
    to_retrain = np.broadcast_to(wanted.retrained, shape)
    armed = np.zeros(shape)

    for month in range(at_most + 1):
        empty = np.maximum(wanted.required - crews, 0.0)
        to_arm = np.maximum(wanted.in_role - armed, 0.0)
        is_lacking = empty + to_retrain + to_arm > room
        filled_from = np.where(is_lacking, month + 1.0, filled_from)
        if month <= ahead:
            kept[:, month] = (crews + armed, empty, to_retrain, to_arm)
            filled_at_the_end = filled_from

        # Seats go to empty posts of crews, to retraining, to arming in the role, to spare officers who left.
        crews = crews * staying
        armed = armed * staying
        for_empty = np.minimum(joiners, np.maximum(wanted.required - crews, 0.0))
        passed = joiners - for_empty
        retrained = np.minimum(passed, to_retrain)
        passed = passed - retrained
        newly_armed = np.minimum(passed, np.maximum(wanted.in_role - armed, 0.0))
        passed = passed - newly_armed
        for_spare = np.minimum(passed, np.maximum(wanted.target - crews - for_empty, 0.0))

        crews = crews + for_empty + for_spare
        to_retrain = to_retrain - retrained
        armed = armed + newly_armed

    # Months come last, as in all paths of officers.
    later = np.where(filled_from > at_most, np.inf, filled_from)
    in_post, empty, still_to_retrain, still_to_arm = np.moveaxis(kept, 1, -1)
    return _Months(
        in_post=in_post,
        empty=empty,
        to_retrain=still_to_retrain,
        to_arm=still_to_arm,
        filled_from=np.where(filled_at_the_end <= ahead, filled_at_the_end, later),
    )


def _each_month(values: Floats | Mask) -> Any:
    """Return values by force with an axis of one month, which goes with any number of them."""
    return np.asarray(values)[..., np.newaxis]


def _share(part: Floats, of: Floats) -> Floats:
    """Return officers as a share of those wanted, 1 where none are; months are the last axis."""
    wanted = np.broadcast_to(of[..., np.newaxis], part.shape)
    return np.divide(part, wanted, out=np.ones(part.shape), where=wanted > 0.0)
