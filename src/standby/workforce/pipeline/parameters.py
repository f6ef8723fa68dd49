"""What a planner says about the pipeline: volunteers, courses, reaccreditation, absences, moves, the estate.

Numbers that may differ from draw to draw take one number, one for each role, shape (roles,), or one for each
draw and role, shape (draws, roles). Rates are monthly: the share of a stock to which something happens in a
month. What is not a matter of doubt, such as the length of a course, takes one number or one for each role.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from standby._checks import number
from standby._refusals import Refusal, UnknownNameError, meant
from standby._show import Shown
from standby.workforce.pipeline._kernels import LEFT, UNARMED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import ArrayLike

__all__ = ["LEFT", "UNARMED", "Absence", "Courses", "Move", "Pipeline", "Reaccreditation", "Volunteers"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Volunteers(Shown):
    """Who comes forward for each role, and who is chosen before a course.

    Volunteers are a share of those who are eligible, so that they grow and shrink with the strength that they
    come from. Those who are chosen wait for a seat in the post that they have.

    Parameters
    ----------
    rate
        Share of those eligible who volunteer in a month, shape (draws, roles) [1/month].
    eligible_share
        Share of the unarmed officers, or of the role that volunteers come from, who may apply (two years'
        service, for example), shape (draws, roles).
    sift_rate
        Share of volunteers who pass the sift, shape (draws, roles).
    withdrawal
        Share of the waiting list that withdraws in a month, shape (draws, roles) [1/month].
    waiting
        Officers on the waiting list at the start, shape (draws, roles) [officers].
    """

    rate: ArrayLike
    eligible_share: ArrayLike = 1.0
    sift_rate: ArrayLike = 1.0
    withdrawal: ArrayLike = 0.0
    waiting: ArrayLike = 0.0


@dataclass(frozen=True, kw_only=True, eq=False)
class Courses(Shown):
    """The courses of each role: when, how many seats, who passes, and what they use.

    A course that begins in a month of the calendar takes that month and ends with the last of its months; who
    passes is deployable from the end of that month on. A course that has begun is finished. Between courses,
    officers stay in the post that they have.

    Parameters
    ----------
    calendar
        Courses that may begin in each month, shape (roles,) for the same in every month, or (months, roles),
        which is repeated from its first row: twelve rows are a year [courses].
    size
        Seats of a course, shape (draws, roles) [officers].
    months
        Length of a course, whole, shape (roles,) [months].
    pass_rate
        Share of students who pass at the end, shape (draws, roles).
    retake_pass_rate
        Share of those who do not pass who pass a retake at once, shape (draws, roles).
    attempts
        Courses that an officer may take for the role; who fails the last of them does not volunteer for it
        again, shape (roles,).
    least_class
        Students below whom a course does not begin, shape (roles,) [officers].
    least_starters
        Students who begin in a month although the role is at its establishment, if there are as many and
        they have seats, shape (roles,) [officers/month].
    most_starters
        Students who begin in a month at most, shape (roles,) [officers/month].
    instructors
        Instructors of a running course, deployable officers who are not on duty while they teach, shape
        (draws, roles) [officers].
    estate
        Use of each part of the estate by a running course, in the units of its capacity, shape (roles, parts)
        or, with one part, (roles,) [1/month].
    """

    calendar: ArrayLike
    size: ArrayLike
    months: ArrayLike
    pass_rate: ArrayLike = 1.0
    retake_pass_rate: ArrayLike = 0.0
    attempts: ArrayLike = 1
    least_class: ArrayLike = 0.0
    least_starters: ArrayLike = 0.0
    most_starters: ArrayLike = np.inf
    instructors: ArrayLike = 0.0
    estate: ArrayLike = 0.0


@dataclass(frozen=True, kw_only=True, eq=False)
class Reaccreditation(Shown):
    """When an accreditation has to be renewed, what that uses, and what happens where it cannot be.

    Accreditations fall due evenly, since forces spread them over the year: each month a share
    ``1 / valid_months`` of the current ones, and of those of officers who are away. Those due are tested in
    the same month as far as the estate and the instructors allow; the others lapse and are tested as soon as
    there is room.

    Parameters
    ----------
    valid_months
        Months for which an accreditation holds; infinite if it never ends, shape (draws, roles) [months].
    pass_rate
        Share of those tested who pass, shape (draws, roles).
    grace_months
        Mean months until an accreditation that has lapsed is lost for good and its officer goes back to where
        the role's volunteers come from; infinite if never, shape (draws, roles) [months].
    instructors
        Instruction that one officer's test takes, shape (draws, roles) [officer-months].
    estate
        Use of each part of the estate by one officer's test, shape (roles, parts) or, with one part,
        (roles,).
    """

    valid_months: ArrayLike
    pass_rate: ArrayLike = 1.0
    grace_months: ArrayLike = np.inf
    instructors: ArrayLike = 0.0
    estate: ArrayLike = 0.0


@dataclass(frozen=True, kw_only=True, eq=False)
class Absence(Shown):
    """A reason for which accredited officers cannot be deployed for a time.

    Parameters
    ----------
    reason
        What keeps them: sick, restricted, maternity, removed after an incident.
    rate
        Share of the deployable officers to whom it happens in a month, shape (draws, roles) [1/month].
    months
        Mean length of the absence, which ends with the same chance in every month, shape (draws, roles)
        [months].
    away
        Officers away for this reason at the start, shape (draws, roles) [officers].
    """

    reason: str
    rate: ArrayLike
    months: ArrayLike
    away: ArrayLike = 0.0


@dataclass(frozen=True, kw_only=True, eq=False)
class Move(Shown):
    """Officers who move without a course: promotion, transfer, a return to unarmed duty, retirement.

    Parameters
    ----------
    source
        Role that they move from.
    target
        Role that they move to, ``UNARMED`` for unarmed duty or ``LEFT`` for out of the force.
    rate
        Share of the source's deployable officers who move in a month of the schedule, shape (draws,)
        [1/month].
    least
        Officers who move at least, if there are as many, although the target role is at its establishment
        [officers].
    most
        Officers who move at most [officers].
    every, first
        Schedule: months between two dates, and the first of them, counted from 1 [months].
    over_establishment
        Whether officers move although the target role is at its establishment.
    """

    source: str
    target: str | int
    rate: ArrayLike = 0.0
    least: float = 0.0
    most: float = np.inf
    every: int = 1
    first: int = 1
    over_establishment: bool = False


@dataclass(frozen=True, kw_only=True, eq=False)
class Pipeline(Shown):
    """A force's armed roles, and all that moves officers into them, between them and out of them.

    Parameters
    ----------
    roles
        Names of the roles. Those named first have the estate first, after reaccreditation, unless `priority`
        says otherwise.
    deployable
        Officers who are accredited and can be sent at the start, shape (draws, roles) [officers].
    unarmed
        Unarmed officers at the start, of whom volunteers are a share, shape (draws,) [officers].
    leaving
        Share of the officers of a role who leave the force in a month, wherever they are but on a course;
        see `monthly_staying` for a yearly loss, shape (draws, roles) [1/month].
    volunteers, courses
        Who comes forward, and the courses.
    reaccreditation
        Reaccreditation; None if accreditations never end.
    absences
        Reasons not to be deployable.
    moves
        Moves without a course, in the order in which they are made.
    source
        Where each role's volunteers come from, and where those go who fail or lose the accreditation: the
        name of a role, or ``UNARMED``. Left out, all come from the unarmed officers.
    taught_by
        Role whose deployable officers teach each role; its own, if left out.
    instructor_share
        Share of a role's deployable officers who may teach at a time, shape (draws, roles).
    establishment
        Posts of each role: no more begin a course, or move in, than there are posts free, shape (draws,
        roles) [officers].
    over_establishment
        Whether a role's courses are filled although it is at its establishment, shape (roles,).
    lapsed
        Officers whose accreditation has lapsed at the start, shape (draws, roles) [officers].
    recruits
        Officers who join the unarmed strength, shape (draws,) [officers/month].
    unarmed_leaving
        Share of the unarmed officers who leave the force in a month, shape (draws,) [1/month].
    estate
        Capacity of each part of the training estate in a month, by its name, each one number or shape
        (draws,): range days, classroom days.
    priority
        Roles in the order in which they are given the estate; the order of `roles`, if left out.

    Notes
    -----
    Roles exclude one another: an officer is counted in one of them. For a role in which the chance of leaving
    depends on the time in it, make two of it, newcomers and others, with a `Move` from one to the other.
    """

    roles: tuple[str, ...]
    deployable: ArrayLike
    unarmed: ArrayLike
    leaving: ArrayLike
    volunteers: Volunteers
    courses: Courses
    reaccreditation: Reaccreditation | None = None
    absences: tuple[Absence, ...] = ()
    moves: tuple[Move, ...] = ()
    source: Sequence[str | int] | None = None
    taught_by: Sequence[str] | None = None
    instructor_share: ArrayLike = 1.0
    establishment: ArrayLike = np.inf
    over_establishment: ArrayLike = False
    lapsed: ArrayLike = 0.0
    recruits: ArrayLike = 0.0
    unarmed_leaving: ArrayLike = 0.0
    estate: Mapping[str, ArrayLike] = field(default_factory=dict)
    priority: Sequence[str] | None = None

    @property
    def reasons(self) -> tuple[str, ...]:
        """Reasons not to be deployable, in the order of `absences`."""
        return tuple(absence.reason for absence in self.absences)

    def with_levers(
        self,
        *,
        volunteers: ArrayLike = 1.0,
        sift: ArrayLike = 1.0,
        standard: ArrayLike = 1.0,
        estate: ArrayLike = 1.0,
        leaving: ArrayLike = 1.0,
        away_months: Mapping[str, ArrayLike] | None = None,
    ) -> Pipeline:
        """Return the pipeline with the levers that a force has moved, each a factor on what it is today.

        Parameters
        ----------
        volunteers
            Factor on the rate of volunteers, shape (draws, roles); rates end at 1.
        sift, standard
            Factors on the shares that pass the sift and the course, shape (draws, roles); shares end at 1. A
            higher standard is a factor below 1.
        estate
            Factor on the capacity of every part of the estate, shape (draws,).
        leaving
            Factor on the rate of leaving, shape (draws, roles): retention is a factor below 1.
        away_months
            Factors on the mean length of absences by reason, such as quicker decisions after an incident:
            ``{"removed": 0.5}``, each of shape (draws, roles); no absence is shorter than a month.

        Returns
        -------
        Pipeline
            Another pipeline; this one stays as it is.

        Raises
        ------
        ValueError
            If a factor is no number of at least 0, or a reason is not among the absences.
        """

        def times(name: str, value: ArrayLike, factor: ArrayLike, most: float = 1.0) -> ArrayLike:
            """Return a number times a lever's factor, at most so much."""
            return np.minimum(np.asarray(value) * number(name, factor), most)

        factors = away_months or {}
        for reason in factors:
            if reason not in self.reasons:
                raise UnknownNameError(
                    f"away_months has {reason!r}, which is no absence of the pipeline",
                    meant(reason, self.reasons) or f"Choose from {', '.join(self.reasons) or 'none'}.",
                )

        absences = []
        for absence in self.absences:
            factor = number(f"away_months of {absence.reason!r}", factors.get(absence.reason, 1.0))
            absences.append(replace(absence, months=np.maximum(np.asarray(absence.months) * factor, 1.0)))

        return replace(
            self,
            volunteers=replace(
                self.volunteers,
                rate=times("volunteers", self.volunteers.rate, volunteers),
                sift_rate=times("sift", self.volunteers.sift_rate, sift),
            ),
            courses=replace(self.courses, pass_rate=times("standard", self.courses.pass_rate, standard)),
            leaving=times("leaving", self.leaving, leaving),
            estate={part: times("estate", room, estate, np.inf) for part, room in self.estate.items()},
            absences=tuple(absences),
        )


def role_number(name: str, role: object, roles: tuple[str, ...], *, places: tuple[int, ...] = ()) -> int:
    """Return the number of a role, or of a place beside the roles; refuse any other name.

    Parameters
    ----------
    name
        What the role is for, for the message.
    role
        Name of a role, or a place.
    roles
        Names of the roles.
    places
        Places that are allowed: ``UNARMED``, ``LEFT``.

    Raises
    ------
    ValueError
        If it is none of them.
    """
    if isinstance(role, str) and role in roles:
        return roles.index(role)
    if isinstance(role, int) and not isinstance(role, bool) and role in places:
        return role

    allowed = [repr(known) for known in roles]
    allowed += [{UNARMED: "UNARMED", LEFT: "LEFT"}[place] for place in places]
    raise Refusal(f"{name} is {role!r}", f"choose from {', '.join(allowed)}")
