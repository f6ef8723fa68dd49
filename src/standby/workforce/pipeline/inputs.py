"""What a planner says, checked and laid out for the compiled months: every fault is named at once."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from standby import _memory
from standby._checks import flag, number, single, whole
from standby._refusals import Refusal, shown
from standby.words import gigabytes
from standby.workforce.pipeline import _kernels as kernels
from standby.workforce.pipeline._kernels import LEFT, UNARMED
from standby.workforce.pipeline.parameters import (
    Absence,
    Courses,
    Move,
    Pipeline,
    Reaccreditation,
    Volunteers,
    role_number,
)

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from standby._typing import Codes, Floats

LONGEST_COURSE = 60
"""Months that a course may take at most [months]."""

MOST_ATTEMPTS = 20
"""Courses for one role that an officer may take at most."""

MOST_OFFICERS = 1e9
"""Officers of a stock at most: whole officers are counted in 32 bits [officers]."""

Given = TypeVar("Given")


class Faults:
    """Refusals, gathered so that all are named at once."""

    def __init__(self) -> None:
        self.found: list[Refusal] = []

    def note(self, what: str, fix: str) -> None:
        """Note a fault."""
        self.found.append(Refusal(what, fix))

    def taken(self, check: Callable[[], Given], otherwise: Given) -> Given:
        """Return what a check returns; note its refusal, and return something else that fits."""
        try:
            return check()
        except Refusal as fault:
            self.found.append(fault)
            return otherwise

    def refuse(self) -> None:
        """Raise a refusal that names every fault, if there are any."""
        if len(self.found) == 1:
            raise self.found[0]
        if self.found:
            count = len(self.found)
            raise Refusal(f"{count} things of the pipeline can't be used\n" + "\n".join(map(str, self.found)))


class Checker:
    """Checks of numbers by draw and role that know how many draws and roles there are.

    Parameters
    ----------
    draws
        Draws asked for; None to take as many as the numbers have.
    roles
        Number of roles.
    whole_officers
        Whether officers have to be whole.
    """

    def __init__(self, draws: int | None, roles: int, *, whole_officers: bool) -> None:
        self.faults = Faults()
        self.roles = roles
        self.whole_officers = whole_officers
        self.asked = draws
        self.waiting: list[tuple[str, Floats]] = []

    def by_role(
        self, name: str, value: ArrayLike, *, officers: bool = False, **limits: Any
    ) -> Callable[[int], Floats]:
        """Check numbers by draw and role, and return a function that lays them out for so many draws."""
        array = self._checked(name, value, officers=officers, **limits)
        if array.ndim and array.shape[-1] not in {1, self.roles}:
            self.faults.note(
                f"{name} has shape {array.shape}",
                f"give one number, one for each of {self.roles} roles, or shape (draws, {self.roles})",
            )
            array = np.zeros(1)
        elif array.ndim == 2:
            self.waiting.append((name, array))
        elif array.ndim > 2:
            self.faults.note(f"{name} has shape {array.shape}", f"give shape (draws, {self.roles})")
            array = np.zeros(1)
        return lambda draws: _laid_out(array, (draws, self.roles))

    def by_draw(
        self, name: str, value: ArrayLike, *, officers: bool = False, **limits: Any
    ) -> Callable[[int], Floats]:
        """Check numbers by draw, and return a function that lays them out for so many draws."""
        array = self._checked(name, value, officers=officers, **limits)
        if array.ndim == 1:
            self.waiting.append((name, array))
        elif array.ndim > 1:
            self.faults.note(f"{name} has shape {array.shape}", "give one number, or shape (draws,)")
            array = np.zeros(1)
        return lambda draws: _laid_out(array, (draws,))

    def fixed(self, name: str, value: ArrayLike, *, officers: bool = False, **limits: Any) -> Floats:
        """Return numbers by role that are the same in every draw, shape (roles,)."""
        array = self._checked(name, value, officers=officers, **limits)
        if array.ndim > 1 or (array.ndim and array.size not in {1, self.roles}):
            self.faults.note(
                f"{name} has shape {array.shape}", f"give one number, or one for each of {self.roles} roles"
            )
            array = np.ones(1)
        return _laid_out(array, (self.roles,))

    def limit(self, name: str, value: float) -> float:
        """Return a limit of officers, the same in every draw; it may be infinite."""
        given = self.faults.taken(partial(single, name, value, finite=False), 0.0)
        if self.whole_officers:
            self._must_be_whole(name, np.array([given]))
        return given

    def counted(self, name: str, value: ArrayLike, *, high: int) -> Codes:
        """Return whole numbers from 1 by role, the same in every draw, shape (roles,)."""
        array = self.fixed(name, value, low=1.0, high=float(high))
        self._must_be_whole(name, array)
        return array.astype(np.int64)

    def use(self, name: str, value: ArrayLike, parts: int) -> Floats:
        """Return the use of each part of the estate by role, shape (roles, parts)."""
        array = self._checked(name, value)
        if array.ndim == 1 and parts == 1 and array.size in {1, self.roles}:
            array = array.reshape(-1, 1)
        if array.ndim and array.shape not in {(self.roles, parts), (1, parts)}:
            self.faults.note(f"{name} has shape {array.shape}", f"give shape ({self.roles}, {parts})")
            array = np.zeros(1)
        if not parts and array.any():
            self.faults.note(f"{name} uses an estate that has no capacity", "give `estate` its parts")
        return _laid_out(array if parts else np.zeros(1), (self.roles, parts))

    def calendar(self, name: str, value: ArrayLike) -> Floats:
        """Return the courses that may begin by month and role, shape (months that repeat, roles)."""
        array = self._checked(name, value, officers=True)
        if array.ndim > 2 or (array.ndim and array.shape[-1] not in {1, self.roles}) or not array.size:
            fix = f"give one number for each of {self.roles} roles, or shape (months, {self.roles})"
            self.faults.note(f"{name} has shape {array.shape}", fix)
            array = np.zeros(1)
        months = array.shape[0] if array.ndim == 2 else 1
        return _laid_out(array, (months, self.roles))

    def draws(self) -> int:
        """Return the number of draws, once all numbers are checked."""
        lengths = {array.shape[0] for _, array in self.waiting if array.shape[0] != 1}
        if self.asked is not None:
            lengths.add(self.asked)
        if len(lengths) > 1:
            named = ", ".join(f"{name} {array.shape}" for name, array in self.waiting if array.shape[0] != 1)
            asked = f" and {self.asked} draws are asked for" if self.asked is not None else ""
            self.faults.note(f"draws differ: {named}{asked}", "give as many draws of everything")
        return min(lengths, default=1)

    def _checked(self, name: str, value: ArrayLike, *, officers: bool = False, **limits: Any) -> Floats:
        """Return numbers within their limits; of officers, whole ones where they have to be."""
        high = limits.pop("high", MOST_OFFICERS if officers else np.inf)
        array = self.faults.taken(lambda: number(name, value, high=high, **limits), np.ones(1))
        if officers and self.whole_officers:
            self._must_be_whole(name, array)
        return array

    def _must_be_whole(self, name: str, array: Floats) -> None:
        """Note numbers that are not whole; infinity may stand for no limit."""
        finite = array[np.isfinite(array)]
        broken = finite[finite != np.rint(finite)]
        if broken.size:
            self.faults.note(f"{name} is {broken.flat[0]:g}", "give whole numbers")


def _laid_out(array: Floats, shape: tuple[int, ...]) -> Floats:
    """Return numbers in a shape, in memory of their own and in one piece, as the compiled code takes them."""
    return np.array(np.broadcast_to(array, shape), dtype=np.float64, order="C")


def checked(
    pipeline: Pipeline, *, months: int, draws: int | None, whole_officers: bool
) -> tuple[kernels.Draws, kernels.Rules]:
    """Return a pipeline as arrays of one number of draws.

    Parameters
    ----------
    pipeline
        What the planner says.
    months
        Months ahead, for the memory that is needed.
    draws
        Draws; None to take as many as its numbers have.
    whole_officers
        Whether officers have to be whole.

    Raises
    ------
    ValueError
        If something of it can't be used; all faults are named. Or if it would not fit into memory.
    """
    roles = _role_names(pipeline)
    check = Checker(draws, len(roles), whole_officers=whole_officers)
    faults = check.faults
    _refuse_other_types(pipeline, faults)

    parts = dict(pipeline.estate)
    rules = _rules(pipeline, roles, parts, check)

    volunteers = pipeline.volunteers
    courses = pipeline.courses
    renewal = pipeline.reaccreditation or Reaccreditation(valid_months=np.inf)
    share: dict[str, Any] = {"high": 1.0}
    lasting_months: dict[str, Any] = {"low": 1.0, "finite": False}

    # The rows of `rate`, in the order of the kernel.
    rows = [
        check.by_role("leaving", pipeline.leaving, **share),
        check.by_role("volunteers.rate", volunteers.rate, **share),
        check.by_role("volunteers.eligible_share", volunteers.eligible_share, **share),
        check.by_role("volunteers.sift_rate", volunteers.sift_rate, **share),
        check.by_role("volunteers.withdrawal", volunteers.withdrawal, **share),
        check.by_role("courses.size", courses.size, officers=True, above=True),
        check.by_role("courses.pass_rate", courses.pass_rate, **share),
        check.by_role("courses.retake_pass_rate", courses.retake_pass_rate, **share),
        check.by_role("courses.instructors", courses.instructors),
        check.by_role("instructor_share", pipeline.instructor_share, **share),
        check.by_role("reaccreditation.valid_months", renewal.valid_months, **lasting_months),
        check.by_role("reaccreditation.pass_rate", renewal.pass_rate, **share),
        check.by_role("reaccreditation.instructors", renewal.instructors),
        check.by_role("reaccreditation.grace_months", renewal.grace_months, **lasting_months),
        check.by_role("establishment", pipeline.establishment, finite=False),
    ]
    going = []
    lasting = []
    gone = []
    for absence in pipeline.absences:
        name = f"absence {absence.reason!r}"
        going.append(check.by_role(f"rate of {name}", absence.rate, **share))
        lasting.append(check.by_role(f"months of {name}", absence.months, low=1.0))
        gone.append(check.by_role(f"away of {name}", absence.away, officers=True))
    moving = [
        check.by_draw(f"rate of move {place}", move.rate, **share)
        for place, move in enumerate(pipeline.moves, 1)
    ]
    capacity = [check.by_draw(f"estate {name!r}", room) for name, room in parts.items()]
    unarmed_leaving = check.by_draw("unarmed_leaving", pipeline.unarmed_leaving, **share)
    recruits = check.by_draw("recruits", pipeline.recruits, high=MOST_OFFICERS)

    deployable = check.by_role("deployable", pipeline.deployable, officers=True)
    lapsed = check.by_role("lapsed", pipeline.lapsed, officers=True)
    waiting = check.by_role("volunteers.waiting", volunteers.waiting, officers=True)
    unarmed = check.by_draw("unarmed", pipeline.unarmed, officers=True)

    n_draws = check.draws()
    faults.refuse()

    rows_a_month = kernels.AWAY + len(gone)
    _refuse_too_large(8.0 * n_draws * len(roles) * (months * rows_a_month + len(rows)))

    rate = _stacked(rows, n_draws, len(roles))
    for row in (kernels.DUE, kernels.LOSING):
        rate[:, row] = 1.0 / rate[:, row]  # a chance a month, of the mean months

    away_rate = _stacked(going, n_draws, len(roles))
    if (away_rate.sum(axis=1) > 1.0 + 1e-12).any():
        most = away_rate.sum(axis=1).max()
        raise Refusal(f"rates of absence sum to {most:g}", "let them sum to at most 1 a month")

    # An accreditation outlives an absence if it does not fall due before the month of the return: with the
    # chances d to fall due and b to come back in a month, that is b (1 - d) / (1 - (1 - b)(1 - d)).
    back = 1.0 / _stacked(lasting, n_draws, len(roles))
    stays_valid = 1.0 - rate[:, kernels.DUE][:, np.newaxis, :]
    outlives = back * stays_valid / (1.0 - (1.0 - back) * stays_valid)
    absences = np.stack([away_rate, back, np.maximum(1.0 - outlives, 0.0)], axis=1)

    stock = np.zeros((n_draws, kernels.GONE + len(gone), len(roles)))
    stock[:, kernels.CURRENT] = deployable(n_draws)
    stock[:, kernels.OVERDUE] = lapsed(n_draws)
    stock[:, kernels.GONE :] = _stacked(gone, n_draws, len(roles))

    numbers = kernels.Draws(
        rate=rate,
        absence=absences,
        force_rate=np.stack([unarmed_leaving(n_draws), recruits(n_draws)], axis=1),
        move_rate=_columns(moving, n_draws),
        estate=_columns(capacity, n_draws),
        stock=stock,
        waiting=waiting(n_draws),
        unarmed=unarmed(n_draws),
    )
    return numbers, rules


def _refuse_too_large(size: float) -> None:
    """Refuse draws whose stocks and flows would not fit into the memory that is free."""
    free = _memory.free_bytes()
    if size > free:
        raise Refusal(
            f"the draws would take {gigabytes(size)} and {gigabytes(free)} are free",
            "ask for fewer draws or months",
        )


def _stacked(rows: list[Callable[[int], Floats]], draws: int, roles: int) -> Floats:
    """Return numbers by draw and role as rows, shape (draws, rows, roles)."""
    if not rows:
        return np.zeros((draws, 0, roles))
    return np.stack([row(draws) for row in rows], axis=1)


def _columns(columns: list[Callable[[int], Floats]], draws: int) -> Floats:
    """Return numbers by draw as columns, shape (draws, columns)."""
    if not columns:
        return np.zeros((draws, 0))
    return np.ascontiguousarray(np.stack([column(draws) for column in columns], axis=1))


def _role_names(pipeline: Pipeline) -> tuple[str, ...]:
    """Return the names of the roles; refuse what is no pipeline, or has none."""
    if not isinstance(pipeline, Pipeline):
        raise Refusal(f"pipeline is {shown(pipeline)}", "give a Pipeline")

    roles = pipeline.roles
    are_names = isinstance(roles, (tuple, list)) and all(isinstance(role, str) and role for role in roles)
    if not are_names or not roles or len(set(roles)) != len(roles):
        raise Refusal(f"roles is {shown(roles)}", "give a name for each role, all different")
    return tuple(roles)


def _refuse_other_types(pipeline: Pipeline, faults: Faults) -> None:
    """Refuse parts of a pipeline that are something else."""
    renewal = pipeline.reaccreditation
    if not isinstance(pipeline.volunteers, Volunteers):
        faults.note(f"volunteers is {shown(pipeline.volunteers)}", "give a Volunteers")
    if not isinstance(pipeline.courses, Courses):
        faults.note(f"courses is {shown(pipeline.courses)}", "give a Courses")
    if renewal is not None and not isinstance(renewal, Reaccreditation):
        faults.note(f"reaccreditation is {shown(renewal)}", "give a Reaccreditation, or None")
    if not isinstance(pipeline.absences, tuple) or not all(isinstance(a, Absence) for a in pipeline.absences):
        faults.note(f"absences is {shown(pipeline.absences)}", "give a tuple of Absence")
    if not isinstance(pipeline.moves, tuple) or not all(isinstance(m, Move) for m in pipeline.moves):
        faults.note(f"moves is {shown(pipeline.moves)}", "give a tuple of Move")

    # Nothing else can be checked before these are what they should be.
    faults.refuse()
    if len(set(pipeline.reasons)) != len(pipeline.reasons):
        faults.note(f"absences have the reasons {', '.join(pipeline.reasons)}", "let every reason differ")


def _rules(
    pipeline: Pipeline, roles: tuple[str, ...], parts: dict[str, ArrayLike], check: Checker
) -> kernels.Rules:
    """Return what is the same in all draws, laid out for the compiled months."""
    faults = check.faults
    courses = pipeline.courses
    renewal = pipeline.reaccreditation or Reaccreditation(valid_months=np.inf)

    def numbered(name: str, named: Any, otherwise: list[int], places: tuple[int, ...] = ()) -> Codes:
        """Return the role, or place, that is named for each role."""
        if named is None:
            return np.array(otherwise)
        if isinstance(named, (str, int)) or len(named) != len(roles):
            faults.note(f"{name} is {shown(named)}", f"name one for each of {len(roles)} roles")
            return np.array(otherwise)
        numbers = [
            faults.taken(partial(role_number, name, role, roles, places=places), otherwise[place])
            for place, role in enumerate(named)
        ]
        return np.array(numbers)

    own = list(range(len(roles)))
    source = numbered("source", pipeline.source, [UNARMED] * len(roles), (UNARMED,))
    if (source == np.array(own)).any():
        role = roles[int(np.argmax(source == np.array(own)))]
        faults.note(f"source of {role!r} is the role itself", "name another role, or UNARMED")
    order = numbered("priority", pipeline.priority, own)
    if sorted(order.tolist()) != own:
        faults.note(f"priority is {shown(pipeline.priority)}", "name every role once")

    least_starters = check.fixed("courses.least_starters", courses.least_starters, officers=True)
    most_starters = check.fixed(
        "courses.most_starters", courses.most_starters, officers=True, high=np.inf, finite=False
    )
    if (least_starters > most_starters).any():
        faults.note(
            f"courses.least_starters is {least_starters.max():g}, more than most_starters",
            "let the least be no more than the most",
        )

    attempts = check.counted("courses.attempts", courses.attempts, high=MOST_ATTEMPTS)
    course_months = check.counted("courses.months", courses.months, high=LONGEST_COURSE)
    least_class = check.fixed("courses.least_class", courses.least_class, officers=True)
    over_posts = check.fixed("over_establishment", pipeline.over_establishment, high=1.0) > 0.0
    taught_by = numbered("taught_by", pipeline.taught_by, own)
    moves, move_limits = _moves(pipeline.moves, roles, check)

    # The rows of `rule`, `limit` and `use`, in the order of the kernel.
    return kernels.Rules(
        rule=np.stack([source, taught_by, course_months, attempts, over_posts, order]).astype(np.int64),
        limit=np.stack([least_class, least_starters, most_starters]),
        use=np.stack(
            [
                check.use("courses.estate", courses.estate, len(parts)),
                check.use("reaccreditation.estate", renewal.estate, len(parts)),
            ]
        ),
        calendar=check.calendar("courses.calendar", courses.calendar),
        moves=moves,
        move_limits=move_limits,
    )


def _moves(moves: tuple[Move, ...], roles: tuple[str, ...], check: Checker) -> tuple[Codes, Floats]:
    """Return moves without a course: their whole numbers and their limits, one row each."""
    faults = check.faults
    rules: list[list[int]] = []
    limits: list[list[float]] = []
    for place, move in enumerate(moves, 1):
        name = f"move {place}"
        source = faults.taken(partial(role_number, f"source of {name}", move.source, roles), 0)
        places = (UNARMED, LEFT)
        target = faults.taken(
            partial(role_number, f"target of {name}", move.target, roles, places=places), LEFT
        )
        if source == target:
            faults.note(f"{name} goes from {move.source!r} to itself", "name another target")

        every = faults.taken(partial(whole, f"every of {name}", move.every, low=1), 1)
        first = faults.taken(partial(whole, f"first of {name}", move.first, low=1), 1)
        over = faults.taken(
            partial(flag, f"over_establishment of {name}", move.over_establishment), otherwise=False
        )
        rules.append([source, target, every, first, int(over)])

        least = check.limit(f"least of {name}", move.least)
        most = check.limit(f"most of {name}", move.most)
        if least > most:
            faults.note(f"{name} has a least of {least:g} and a most of {most:g}", "let the most be larger")
        limits.append([least, most])

    return np.array(rules, dtype=np.int64).reshape(-1, 5), np.array(limits, dtype=np.float64).reshape(-1, 2)
