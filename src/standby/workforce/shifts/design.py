"""A shift pattern from the units that are wanted in each hour of the week."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from standby._checks import number, single, whole
from standby._refusals import Refusal
from standby._show import Shown
from standby.words import counted, listed, plain
from standby.workforce.patterns import PatternCheckError, PatternStatus, cyclic_pattern
from standby.workforce.shifts.measures import shift_is_night
from standby.workforce.shifts.pattern import DAY_MIN, WEEK_DAYS, Shift, ShiftPattern
from standby.workforce.shifts.relief import ORDINARY_WEEK_H
from standby.workforce.shifts.rules import SHIFT_RULES, PatternCheck, check_pattern

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from standby._typing import Codes, Floats

MOST_WANTED = 100
"""Units wanted in an hour at most [units]."""

CONFLICTS: Mapping[str, str] = {
    "requirements": "the units wanted",
    "crews": "the number of crews",
    "work_block": "the days of work in a row",
    "days_off": "the days off in a row",
    "shift_block": "the nights in a row",
    "forbidden": "the rest between shifts",
}
"""What an argument of `cyclic_pattern` is here, in words."""


@dataclass(frozen=True, eq=False)
class DesignedPattern(Shown):
    """A shift pattern made for the units wanted, or why there is none.

    Attributes
    ----------
    status
        ``"found"``, ``"impossible"`` or ``"time_limit"``: see `cyclic_pattern`; ``"hours"`` where the units
        wanted take more hours than the crews have.
    pattern
        The pattern, each team a crew; None unless it is found.
    requirements
        Crews in each shift on each day, Monday first, shape (shifts, 7); training, if any, is the last row.
    hours_a_week
        Hours of each crew a week that these take, as a mean [h/week].
    hours_left
        Hours a week of each crew up to the most: for training that isn't placed, or officers who are away
        [h/week].
    conflicts
        What can't be kept together, in words; empty unless the status is ``"impossible"``.
    check
        The pattern held against rules; None without one.
    """

    status: PatternStatus | str
    pattern: ShiftPattern | None
    requirements: Codes
    hours_a_week: float
    hours_left: float
    conflicts: tuple[str, ...] = ()
    check: PatternCheck | None = None

    def summary(self) -> str:
        """Return what was found, or what stands against it."""
        if self.status == "hours":
            return (
                f"The units wanted take {plain(self.hours_a_week)} hours a week of each crew, "
                f"{plain(-self.hours_left)} more than there are."
            )
        if self.status == "time_limit":
            return "No pattern was found in the time given, nor proof that there is none."
        if self.pattern is None or self.check is None:
            return f"There is no pattern: {listed(self.conflicts)} can't be kept together."
        return (
            f"A pattern for {counted(self.pattern.teams, 'crew')} has all units wanted in "
            f"{plain(self.hours_a_week)} hours a week of each; {plain(self.hours_left)} are left. "
            f"{self.check.summary()}"
        )


def design_pattern(
    wanted: ArrayLike,
    shifts: Iterable[Shift],
    *,
    crews: int,
    hours_a_week: float = ORDINARY_WEEK_H,
    days_in_a_row: tuple[int, int] = (2, 6),
    days_off: tuple[int, int] = (2, 5),
    nights_in_a_row: int = 4,
    rest_h: float = SHIFT_RULES["daily_rest"].limit,
    training: Shift | None = None,
    rules: Mapping[str, bool | float] | None = None,
    time_limit_s: float | None = None,
    name: str = "designed",
) -> DesignedPattern:
    """Find a cyclic shift pattern that has the crewed units wanted in each hour of the week.

    First the fewest crew-hours are found that have all units wanted, as crews in each shift on each day; then
    a pattern of a week for each crew that has exactly these and keeps rest, days off and nights.

    Parameters
    ----------
    wanted
        Crewed units wanted in each hour, scalar or shape (168,) [units].
    shifts
        Shifts that may be worked, on any day.
    crews
        Number of crews, and of weeks of the pattern.
    hours_a_week
        Most hours a week of each crew, as a mean [h/week].
    days_in_a_row, days_off
        Fewest and most days of work, and off, in a row [days].
    nights_in_a_row
        Most nights in a row, for each shift of nights [days].
    rest_h
        Shortest rest between two shifts [h].
    training
        A shift that is no duty, placed on weekdays as often as hours are left for it, the same number on each
        as far as may be; None for none.
    rules
        Rules to switch, or with other limits, when the pattern is checked: see `check_pattern`.
    time_limit_s
        When to stop the search for a pattern [s]; None for no limit.
    name
        What the pattern is called.

    Returns
    -------
    DesignedPattern
        The pattern, held against rules; or the proof that there is none, with what can't be kept together; or
        the hours that are lacking.

    Raises
    ------
    Refusal
        If a number leaves its range, or no shift covers an hour in which units are wanted.
    MissingExtraError
        If the solver isn't installed.
    PatternCheckError
        If the crews found leave wanted units out; never expected.

    Notes
    -----
    Crews by shift and day are an integer program over hours, solved to its optimum by HiGHS. Where several
    choices take the same hours one of them is taken, and another might have a pattern where this one has
    none: "impossible" is proven for the requirements that it comes with.

    Examples
    --------
    One unit round the clock and a second on Friday and Saturday nights:

    >>> import numpy as np
    >>> from standby.workforce import NAMED_PATTERNS
    >>> wanted = np.ones(168, dtype=int)
    >>> wanted[[hour for day in (4, 5) for hour in range(24 * day + 19, 24 * day + 31)]] = 2
    >>> made = design_pattern(wanted, NAMED_PATTERNS["12-hour"].shifts, crews=6)
    >>> made.status, made.hours_a_week, made.requirements.tolist()
    ('found', 32.0, [[1, 1, 1, 1, 1, 1, 1], [1, 1, 1, 1, 2, 2, 1]])
    """
    shifts = tuple(shifts)
    _refuse_no_duty(shifts, training)
    n_crews = whole("crews", crews, low=1, high=MOST_WANTED)
    most_hours = single("hours_a_week", hours_a_week, above=True, high=168.0)
    most_nights = whole("nights_in_a_row", nights_in_a_row, low=1)
    rest = single("rest_h", rest_h, high=48.0)

    requirements = _requirements(_wanted(wanted), shifts)
    lengths = np.array([shift.hours for shift in shifts])
    hours = float(lengths @ requirements.sum(axis=1)) / n_crews
    if hours > most_hours + 1e-9:
        return DesignedPattern("hours", None, requirements, hours, most_hours - hours)

    if training is not None:
        placed = _training(requirements, n_crews, int((most_hours - hours) * n_crews / training.hours + 1e-9))
        requirements = np.vstack([requirements, placed])
        shifts = (*shifts, training)
        hours += float(placed.sum() * training.hours) / n_crews

    most_days = days_in_a_row[1]
    found = cyclic_pattern(
        requirements,
        crews=n_crews,
        work_block=days_in_a_row,
        days_off=days_off,
        shift_block=[(1, most_nights if shift_is_night(shift) else most_days) for shift in shifts],
        forbidden=_forbidden(shifts, rest),
        time_limit_s=time_limit_s,
    )
    if found.pattern is None:
        conflicts = tuple(CONFLICTS[argument] for argument in found.conflicts)
        return DesignedPattern(found.status, None, requirements, hours, most_hours - hours, conflicts)

    # Each crew begins in a week of its own and goes on with the next.
    cycle = found.pattern.reshape(-1)
    codes = np.stack([np.roll(cycle, -WEEK_DAYS * crew) for crew in range(n_crews)])
    pattern = ShiftPattern(name, shifts, codes)
    check = check_pattern(pattern, **(rules or {}))
    return DesignedPattern("found", pattern, requirements, hours, most_hours - hours, check=check)


def _refuse_no_duty(shifts: tuple[Shift, ...], training: Shift | None) -> None:
    """Refuse shifts of which nobody can be sent, and a training day of which somebody can."""
    if not all(shift.is_duty for shift in shifts):
        raise Refusal("a shift is no duty, and has no units", "give it as training")
    if training is not None and training.is_duty:
        raise Refusal("training is a shift of duty", "give it is_duty=False")


def _training(requirements: Codes, crews: int, number: int) -> Codes:
    """Return the crews in training on each day, shape (7,): so many a week, on weekdays alone."""
    placed = np.zeros(WEEK_DAYS, dtype=np.int64)
    free = crews - requirements.sum(axis=0)
    for _ in range(number):
        open_days = [day for day in range(5) if placed[day] < free[day]]
        if not open_days:
            break
        placed[min(open_days, key=lambda day: (placed[day], day))] += 1
    return placed


def _wanted(given: ArrayLike) -> Floats:
    """Return the units wanted in each hour, shape (168,)."""
    array = number("wanted", given, high=MOST_WANTED)
    if array.ndim and array.shape != (168,):
        raise Refusal(f"wanted has shape {array.shape}", "give one number, or one for each of 168 hours")
    if (array != np.rint(array)).any() or not array.any():
        raise Refusal(
            "wanted is no whole number of units, or none", "give whole numbers, some of them above 0"
        )
    return np.broadcast_to(array, 168)


def _requirements(wanted: Floats, shifts: tuple[Shift, ...]) -> Codes:
    """Return the crews in each shift on each day that have all units wanted in the fewest hours."""
    covers = _covers(shifts)
    uncovered = np.flatnonzero((wanted > 0) & ~covers.any(axis=1))
    if len(uncovered):
        hour = int(uncovered[0])
        raise Refusal(
            f"no shift is on duty for the whole of hour {hour} of the week, in which units are wanted",
            "give shifts that begin on the hour and cover it",
        )

    lengths = np.repeat([float(shift.length_min) for shift in shifts], WEEK_DAYS)
    solved = milp(
        lengths,
        constraints=LinearConstraint(covers.astype(np.float64), lb=wanted),
        bounds=Bounds(0, MOST_WANTED),
        integrality=np.ones(len(lengths), dtype=np.int64),
    )
    # Every hour is covered by some shift, so that there is an answer; it is held against the hours once more.
    crews = np.rint(np.asarray(solved.x, dtype=np.float64)).astype(np.int64)
    if (covers @ crews < wanted).any():
        raise PatternCheckError("crews by shift and day leave units out; please report this")
    return crews.reshape(len(shifts), WEEK_DAYS)


def _covers(shifts: tuple[Shift, ...]) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """Return which hours each shift of each day covers from end to end, shape (168, shifts × 7)."""
    columns = []
    for shift in shifts:
        for day in range(WEEK_DAYS):
            start = day * DAY_MIN + shift.start_min
            whole_hours = np.arange(-(-start // 60), (start + shift.length_min) // 60) % 168
            column = np.zeros(168, dtype=bool)
            column[whole_hours] = True
            columns.append(column)
    return np.stack(columns, axis=1)


def _forbidden(shifts: tuple[Shift, ...], rest_h: float) -> list[tuple[int, int, int]]:
    """Return the sequences of two shifts that leave less rest, each with the days off between them."""
    found = []
    for before, first in enumerate(shifts):
        for after, second in enumerate(shifts):
            for gap in range(3):  # more days off are more than any rest that may be asked for
                rest = (gap + 1) * DAY_MIN + second.start_min - first.end_min
                if rest < rest_h * 60:
                    found.append((before, after, gap))
    return found
