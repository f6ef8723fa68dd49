"""What one more of something is worth, and from where on more intake lowers the officers on duty."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from standby._checks import whole
from standby._refusals import Refusal, shown
from standby._show import Shown
from standby.words import count
from standby.workforce.pipeline.parameters import Pipeline, role_number
from standby.workforce.pipeline.project import project_pipeline

if TYPE_CHECKING:
    from standby._typing import Floats


@dataclass(frozen=True, eq=False)
class Worth(Shown):
    """Deployable officers that one more of something brings.

    Parameters
    ----------
    things
        What there is one more of: a seat on each course of a role, an officer on a role's waiting list at the
        start, a post of a role's establishment, a unit of a part of the estate in each month.
    roles
        Names of the roles.
    extra
        Deployable officers more than without it, shape (things, draws, months, roles) [officers].
    """

    things: tuple[str, ...]
    roles: tuple[str, ...]
    extra: Floats

    def mean(self) -> Floats:
        """Return the mean over the draws, shape (things, months, roles) [officers]."""
        return np.asarray(self.extra.mean(axis=1))

    def best(self, month: int) -> str:
        """Return the thing that brings most deployable officers of all roles by the end of a month.

        Parameters
        ----------
        month
            Month, counted from 1.

        Raises
        ------
        ValueError
            If there is no such month.
        """
        place = whole("month", month, low=1, high=self.extra.shape[2]) - 1
        return self.things[int(np.argmax(self.mean()[:, place].sum(axis=-1)))]


def worth_of_one_more(
    pipeline: Pipeline,
    *,
    months: int,
    draws: int | None = None,
    whole_officers: bool = False,
    seed: int = 0,
) -> Worth:
    """Return how many deployable officers one more seat, candidate, post or unit of the estate would bring.

    Each is tried by itself against the pipeline as it is, with the same numbers and the same chance in both.

    Parameters
    ----------
    pipeline
        The pipeline as it is.
    months
        Months ahead.
    draws, whole_officers, seed
        As in `project_pipeline`; expected values, unless whole officers are asked for.

    Returns
    -------
    Worth
        Deployable officers more, by month and role.

    Raises
    ------
    ValueError
        If a part of the pipeline can't be used.
    """

    def deployable(tried: Pipeline) -> Floats:
        """Return the deployable officers of a pipeline."""
        path = project_pipeline(tried, months=months, draws=draws, whole_officers=whole_officers, seed=seed)
        return np.asarray(path.deployable, dtype=np.float64)

    today = deployable(pipeline)
    tried: dict[str, Pipeline] = {}
    for place, role in enumerate(pipeline.roles):
        one = np.zeros(len(pipeline.roles))
        one[place] = 1.0

        courses = replace(pipeline.courses, size=np.asarray(pipeline.courses.size) + one)
        volunteers = replace(pipeline.volunteers, waiting=np.asarray(pipeline.volunteers.waiting) + one)
        tried[f"seat: {role}"] = replace(pipeline, courses=courses)
        tried[f"candidate: {role}"] = replace(pipeline, volunteers=volunteers)
        if np.isfinite(pipeline.establishment).any():
            tried[f"post: {role}"] = replace(pipeline, establishment=np.asarray(pipeline.establishment) + one)
    for part, room in pipeline.estate.items():
        more = {**pipeline.estate, part: np.asarray(room) + 1.0}
        tried[f"estate: {part}"] = replace(pipeline, estate=more)

    extra = np.stack([deployable(changed) - today for changed in tried.values()])
    return Worth(things=tuple(tried), roles=tuple(pipeline.roles), extra=extra)


@dataclass(frozen=True, eq=False)
class TurningPoint(Shown):
    """How many courses at a time give the most deployable officers, and what more of them costs.

    Parameters
    ----------
    role
        Role whose courses were tried.
    months
        Months over which officers were counted.
    courses
        Courses at a time that were tried, in rising order, shape (tried,).
    deployable
        Mean deployable officers of the roles counted, over the months and the draws, shape (tried,)
        [officers].
    instructing, lapsed, students
        Officers of the roles counted who were not deployable because they taught, had lapsed without a place,
        or were on a course for another role, means in the same way, shape (tried,) [officers].
    best
        Courses at a time with the most deployable officers, the fewest of them if there are several.
    turns_at
        Courses at a time, the next tried after `best`, with fewer deployable officers; None if more courses
        never lower them.
    cause
        What takes most of the officers between `best` and `turns_at`: ``"instructing"``, ``"lapsed"`` or
        ``"students"``; None if nothing does.
    """

    role: str
    months: int
    courses: Floats
    deployable: Floats
    instructing: Floats
    lapsed: Floats
    students: Floats
    best: float
    turns_at: float | None
    cause: str | None

    def summary(self) -> str:
        """Return one or two sentences on the turning point."""
        tried = f"{count(self.courses[0])} to {count(self.courses[-1])} courses at a time for {self.role}"
        if self.turns_at is None:
            return f"Of {tried}, more courses never lower the deployable officers over {self.months} months."

        before = int(np.searchsorted(self.courses, self.best))
        lost = self.deployable[before] - self.deployable[before + 1]
        causes = {
            "instructing": "they teach",
            "lapsed": "reaccreditation finds no place",
            "students": "they are on a course for another role",
        }
        reason = f", most of them because {causes[self.cause]}" if self.cause else ""
        return (
            f"Of {tried}, {count(self.best)} give the most deployable officers over {self.months} months. "
            f"With {count(self.turns_at)} there are {count(float(lost))} fewer{reason}."
        )


def intake_turning_point(
    pipeline: Pipeline,
    *,
    role: str,
    courses: Sequence[float],
    months: int,
    counted: Sequence[str] | None = None,
    draws: int | None = None,
    whole_officers: bool = False,
    seed: int = 0,
) -> TurningPoint:
    """Return from how many courses at a time on more intake lowers the officers who can be sent.

    Every course takes instructors from duty, students from the role that they come from, and room that
    reaccreditation would have had in the months after it began; what it gives comes at its end. Whether it
    pays depends on how far one looks: officers are counted as a mean over the months.

    Parameters
    ----------
    pipeline
        The pipeline as it is.
    role
        Role whose courses are tried.
    courses
        Courses that may begin in each month in which the role's calendar has one; tried in rising order.
    months
        Months over which officers are counted.
    counted
        Roles whose deployable officers count; all, if left out.
    draws, whole_officers, seed
        As in `project_pipeline`; expected values, unless whole officers are asked for.

    Returns
    -------
    TurningPoint
        The best number of courses, where it turns, and why.

    Raises
    ------
    ValueError
        If a part of the pipeline can't be used, a role is not among its roles, or no number is given.
    """
    roles = tuple(pipeline.roles)
    place = role_number("role", role, roles)
    names = roles if counted is None else tuple(counted)
    rows = np.array([role_number("counted", name, roles) for name in names])
    try:
        tried = np.unique(np.asarray(courses, dtype=np.float64))
    except (TypeError, ValueError) as error:
        raise Refusal(f"courses is {shown(courses)}", "give the numbers of courses to try") from error
    if not tried.size or tried.min() < 0.0:
        raise Refusal(f"courses is {shown(courses)}", "give the numbers of courses to try, none below 0")

    # Students for these roles are taken from a role that counts.
    sources = pipeline.source or ()
    trained = [n for n, source in enumerate(sources) if isinstance(source, str) and source in names]

    calendar = np.atleast_2d(np.asarray(pipeline.courses.calendar, dtype=np.float64))
    calendar = np.array(np.broadcast_to(calendar, (calendar.shape[0], len(roles))))
    has_course = calendar[:, place] > 0.0

    means: dict[str, list[float]] = {"deployable": [], "instructing": [], "lapsed": [], "students": []}
    for number in tried:
        planned = calendar.copy()
        planned[has_course, place] = number
        path = project_pipeline(
            replace(pipeline, courses=replace(pipeline.courses, calendar=planned)),
            months=months,
            draws=draws,
            whole_officers=whole_officers,
            seed=seed,
        )
        means["deployable"].append(_mean(path.deployable, rows))
        means["instructing"].append(_mean(path.instructing, rows))
        means["lapsed"].append(_mean(path.lapsed, rows))
        means["students"].append(_mean(path.on_course, np.array(trained, dtype=np.int64)))

    curves = {name: np.array(values) for name, values in means.items()}
    best, turns_at, cause = _turn(tried, curves)
    return TurningPoint(
        role=role, months=months, courses=tried, **curves, best=best, turns_at=turns_at, cause=cause
    )


def _mean(officers: Any, rows: Any) -> float:
    """Return the officers of some roles together, as a mean over draws and months."""
    return float(officers[:, :, rows].sum(axis=2, dtype=np.float64).mean())


def _turn(tried: Floats, curves: dict[str, Floats]) -> tuple[float, float | None, str | None]:
    """Return the best number of courses, the next after it if that is worse, and what it loses most by."""
    deployable = curves["deployable"]
    best = int(np.argmax(deployable))
    if best + 1 == tried.size or deployable[best + 1] >= deployable[best] - 1e-9:
        return float(tried[best]), None, None

    taken = {name: curve[best + 1] - curve[best] for name, curve in curves.items() if name != "deployable"}
    cause = max(taken, key=lambda name: taken[name])
    return float(tried[best]), float(tried[best + 1]), cause if taken[cause] > 0.0 else None
