"""Courses by month that reach a target soonest or cheapest, or the limits that stand against it."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from standby._checks import ROUNDING_SLACK, number, single, whole
from standby._deadline import Deadline, checked_limit
from standby._refusals import Refusal
from standby._show import Shown
from standby.words import count, counted, listed
from standby.workforce.pipeline import _kernels as kernels
from standby.workforce.pipeline.inputs import checked
from standby.workforce.pipeline.parameters import Pipeline
from standby.workforce.pipeline.sums import Sums

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from standby._typing import Floats

PlanStatus = Literal["found", "impossible", "time_limit"]

LONGEST_PLAN = 120
"""Months ahead at most: the program has a column for each month and role."""


@dataclass(frozen=True)
class Relief(Shown):
    """The smallest change of one limit that would do by itself.

    Parameters
    ----------
    limit
        The limit: a part of the estate, ``"instructors"``, ``"calendar"``, ``"candidates"``, ``"posts"``,
        ``"most starters"``, ``"backfill"`` or ``"budget"``.
    change
        By how much it has to be wider for every role and month: units of the part, instructors, courses,
        candidates, posts or officers off duty; for the budget, its money.
    """

    limit: str
    change: float


@dataclass(frozen=True, eq=False)
class IntakePlan(Shown):
    """Courses by month and role that reach a target, or why there are none.

    Parameters
    ----------
    status
        ``"found"``, ``"impossible"`` (proven for expected values) or ``"time_limit"``.
    month
        First month, counted from 1, from whose end on the target is met to the last; None without a plan.
    courses
        Courses that begin, shape (months, roles).
    starters
        Students who begin, shape (months, roles) [officers].
    deployable
        Expected deployable officers at the end of each month, shape (months, roles) [officers].
    cost
        What courses and students cost.
    proven
        Whether no other plan is sooner, or cheaper in as many months.
    pipeline
        The pipeline with these courses as its calendar, to be tried under doubt with `project_pipeline`.
    reliefs
        Where the target is impossible, each limit that would do if it were wider, and by how much.
    """

    status: PlanStatus
    month: int | None = None
    courses: Floats | None = None
    starters: Floats | None = None
    deployable: Floats | None = None
    cost: float | None = None
    proven: bool = False
    pipeline: Pipeline | None = None
    reliefs: tuple[Relief, ...] = ()

    def summary(self) -> str:
        """Return a sentence on the plan, or on what stands against it."""
        if self.courses is not None and self.month is not None:
            began = counted(float(self.courses.sum()), "course")
            return f"{began} reach the target by the end of month {count(self.month)}, as expected values go."
        if self.status == "time_limit":
            return "No plan was found in the time given, nor proof that there is none."
        if not self.reliefs:
            return "The target can't be reached, whichever limit is widened by itself."

        changes = listed([f"{relief.limit} by {count(relief.change)}" for relief in self.reliefs])
        return f"The target can't be reached. It could, with any one of these wider: {changes}."


def plan_intake(
    pipeline: Pipeline,
    target: ArrayLike,
    *,
    months: int,
    by_month: int | None = None,
    course_cost: ArrayLike = 0.0,
    student_cost: ArrayLike = 0.0,
    budget: float = math.inf,
    backfill: float = math.inf,
    time_limit_s: float | None = None,
) -> IntakePlan:
    """Find the courses by month that reach a target soonest, or cheapest by a month, within all limits.

    The month of the pipeline in expected values is linear in the students who begin, so that every stock is a
    sum over the courses that begin before it. The calendar of the pipeline says how many may begin.

    Parameters
    ----------
    pipeline
        The pipeline, with one number for all draws.
    target
        Deployable officers wanted from the month on to the last, one number or shape (roles,); 0 for roles
        without a target [officers].
    months
        Months ahead, up to 120.
    by_month
        Month, counted from 1, by whose end the target has to be met: the cheapest plan is sought. Left out,
        the soonest, and of those the cheapest.
    course_cost, student_cost
        Cost of a course and of a student, one number or shape (roles,), in any money.
    budget
        Cost of all courses and students at most.
    backfill
        Officers on a course or teaching in any month at most [officers].
    time_limit_s
        When to stop [s]; None for no limit.

    Returns
    -------
    IntakePlan
        The plan, or the limits that stand against it.

    Raises
    ------
    ValueError
        If a part of the pipeline or an argument can't be used; of a pipeline with several draws, moves with
        limits, or several attempts, as none of these is linear.

    Notes
    -----
    Nobody is to lapse for want of a place: tests of those who are due come before courses, as in
    `project_pipeline`. Students who are fewer than a course has seats take a whole course. The plan says how
    many students begin each course; `project_pipeline` fills every course as far as it can, and may have
    slightly fewer officers in a later month than the plan has.
    """
    horizon = whole("months", months, low=1, high=LONGEST_PLAN)
    due_by = None if by_month is None else whole("by_month", by_month, low=1, high=horizon)
    deadline = Deadline(checked_limit(time_limit_s))
    roles = len(pipeline.roles)
    student_costs = np.tile(_by_role("student_cost", student_cost, roles), horizon)
    course_costs = np.tile(_by_role("course_cost", course_cost, roles), horizon)
    program = _Program(
        pipeline,
        horizon,
        np.append(student_costs, course_costs),
        single("budget", budget, finite=False),
        single("backfill", backfill, finite=False),
    )
    wanted = _by_role("target", target, roles)
    if not wanted.any():
        raise Refusal("target is 0", "give officers wanted for at least one role")

    # What can be had by a month can be had by every later one, so that the soonest is found by halving.
    last = horizon if due_by is None else due_by
    answer = program.solve(wanted, last, deadline)
    if answer.status == _IMPOSSIBLE:
        return IntakePlan("impossible", proven=True, reliefs=program.reliefs(wanted, last, deadline))
    if answer.columns is None:
        return IntakePlan("time_limit")

    columns = answer.columns
    proven = answer.status == _BEST
    low = 1 if due_by is None else last
    while low < last:
        middle = (low + last) // 2
        sooner = program.solve(wanted, middle, deadline)
        if sooner.columns is not None:
            last = middle
            columns = sooner.columns
            proven = proven and sooner.status == _BEST
        else:
            low = middle + 1
            proven = proven and sooner.status == _IMPOSSIBLE

    starters, courses = np.split(columns, 2)
    calendar = np.rint(courses.reshape(horizon, -1))
    return IntakePlan(
        status="found",
        month=last,
        courses=calendar,
        starters=starters.reshape(horizon, -1),
        deployable=program.deployable @ np.append(columns, 1.0),
        cost=float(program.cost @ columns),
        proven=proven,
        pipeline=replace(pipeline, courses=replace(pipeline.courses, calendar=calendar)),
    )


def _by_role(name: str, value: ArrayLike, roles: int) -> Floats:
    """Return one number for each role."""
    array = number(name, value)
    if array.ndim > 1 or array.size not in {1, roles}:
        raise Refusal(f"{name} has shape {array.shape}", f"give one number, or one for each of {roles} roles")
    return np.broadcast_to(array, (roles,))


# What the solver's status means.
_BEST = 0
_TIME_LIMIT = 1
_IMPOSSIBLE = 2


@dataclass(frozen=True)
class _Answer:
    """What the solver says: its status, and the columns if it has any."""

    status: int
    columns: Floats | None


class _Program:
    """The program whose columns are the students and courses that begin, as in `Sums`."""

    def __init__(self, pipeline: Pipeline, months: int, cost: Floats, budget: float, backfill: float) -> None:
        numbers, rules = checked(pipeline, months=months, draws=None, whole_officers=False)
        _refuse_what_is_not_linear(numbers, rules)

        sums = Sums(numbers, rules, tuple(pipeline.estate), months=months, backfill=backfill)
        self.deployable = np.array([sums.month(month) for month in range(months)])
        self.size = sums.size
        self.cost = cost
        self.rows = sums.rows
        if math.isfinite(budget):
            self.rows.append(("budget", np.append(-cost, budget)))

    def solve(self, target: Floats, month: int, deadline: Deadline, relieved: str | None = None) -> _Answer:
        """Return the cheapest columns that meet a target from a month on, or how much wider a limit must be.

        A target that is met by month 10 only with 3 range days more a month has 3 as its one number, where
        the range is to be relieved.
        """
        if deadline.is_over:
            return _Answer(_TIME_LIMIT, None)

        met = self.deployable[month - 1 :].copy()
        met[:, :, -1] -= target
        met = met[:, target > 0.0].reshape(-1, met.shape[-1])
        limits = np.array([row for _, row in self.rows])
        matrix = np.vstack([met, limits])

        # A widened limit has a column of its own, in all of its rows.
        widened = np.array([name == relieved for name, _ in self.rows], dtype=float)
        column = np.append(np.zeros(len(met)), widened)
        objective = np.append(self.cost, 0.0) if relieved is None else np.eye(2 * self.size + 1)[-1]
        found = milp(
            objective,
            constraints=LinearConstraint(
                np.column_stack([matrix[:, :-1], column]), -matrix[:, -1] - ROUNDING_SLACK, np.inf
            ),
            bounds=Bounds(0.0, np.append(np.full(2 * self.size, np.inf), np.inf if relieved else 0.0)),
            integrality=np.concatenate([np.zeros(self.size), np.ones(self.size), [0.0]]),
            options={"time_limit": deadline.left_s},
        )
        if found.x is None:
            return _Answer(found.status, None)
        return _Answer(found.status, found.x[:-1] if relieved is None else found.x[-1:])

    def reliefs(self, target: Floats, month: int, deadline: Deadline) -> tuple[Relief, ...]:
        """Return the limits that would do if each were wider by itself, and by how much."""
        names = dict.fromkeys(name for name, _ in self.rows if name != "seats")
        found = []
        for name in names:
            answer = self.solve(target, month, deadline, relieved=name)
            if answer.columns is not None:
                found.append(Relief(name, float(answer.columns[0])))
        return tuple(found)


def _refuse_what_is_not_linear(numbers: kernels.Draws, rules: kernels.Rules) -> None:
    """Refuse several draws, several attempts, and moves with limits."""
    draws = numbers.rate.shape[0]
    if draws > 1:
        raise Refusal(f"the pipeline has {draws} draws", "plan with one, and try the plan under doubt")
    if rules.rule[kernels.ATTEMPTS].max() > 1:
        raise Refusal("courses.attempts is more than 1", "plan with one attempt; more can only help")

    to_role = rules.moves[:, kernels.TO] >= 0
    has_posts = to_role & (rules.moves[:, kernels.OVER] == 0)
    has_least = rules.move_limits[:, kernels.LEAST] > 0.0
    has_most = np.isfinite(rules.move_limits[:, kernels.MOST])
    if (has_posts | has_least | has_most).any():
        fix = "plan with moves at a rate alone, those to a role over its establishment"
        raise Refusal("a move has limits", fix)
