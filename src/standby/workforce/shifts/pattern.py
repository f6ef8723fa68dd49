"""A shift pattern: which team works which shift on which day of a cycle that begins on a Monday."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from standby._checks import flag, whole
from standby._refusals import Refusal, shown
from standby._show import Shown
from standby.words import counted

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from standby._typing import Codes, Floats, Mask

OFF = -1
"""A day off, where a working day has the number of its shift."""

DAY_OFF = ("·", "-", "", ".")
"""What a cycle may write for a day off."""

DAY_MIN = 24 * 60
"""Minutes of a day [min]."""

WEEK_DAYS = 7
"""Days of a week, Monday first."""

STEP_MIN = 5
"""Shifts begin and end at whole multiples of this [min]: so a week has few moments to look at."""

MOST_TEAMS = 100
"""Teams of a pattern at most."""

MOST_DAYS = 366
"""Days of a cycle at most [days]."""

MOST_NAMED = 5
"""Faults of one kind that a refusal names at most."""

_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::00)?")


@dataclass(frozen=True)
class Shift(Shown):
    """A tour of duty that comes at the same time of every day that has it.

    Parameters
    ----------
    code
        How a pattern writes it, as ``E`` or ``N1``; not a dot or a dash, which are days off.
    start_min
        When it begins, after midnight: 0 to 1435 in steps of five [min].
    length_min
        How long it is, past midnight where it is so; at most a day, in steps of five [min].
    paid_min
        Paid time; all of it when left out, and never more [min].
    break_min
        Breaks within it; None where it isn't known [min]. Officers on a break are on duty, as they may be
        called from it.
    is_duty
        Whether those who work it can be sent; False for a training day, which is work and no duty.

    Raises
    ------
    Refusal
        If it has no code, or a time that can't be.
    """

    code: str
    start_min: int
    length_min: int
    paid_min: int | None = None
    break_min: int | None = None
    is_duty: bool = True

    def __post_init__(self) -> None:
        if not isinstance(self.code, str) or not self.code.strip():
            raise Refusal(f"a shift has the code {shown(self.code)}", "give a short text, such as E")
        if self.code in DAY_OFF:
            raise Refusal(
                f"a shift has the code {self.code!r}, that of a day off", "give a letter, such as E"
            )

        name = f"shift {self.code!r}"
        _in_steps(f"{name}: start_min", self.start_min, low=0, high=DAY_MIN - STEP_MIN)
        _in_steps(f"{name}: length_min", self.length_min, low=STEP_MIN, high=DAY_MIN)
        if self.paid_min is not None:
            whole(f"{name}: paid_min", self.paid_min, high=self.length_min)
        if self.break_min is not None:
            whole(f"{name}: break_min", self.break_min, high=self.length_min)
        flag(f"{name}: is_duty", self.is_duty)

    @property
    def paid_hours(self) -> float:
        """Paid time [h]."""
        return (self.length_min if self.paid_min is None else self.paid_min) / 60

    @property
    def hours(self) -> float:
        """How long it is [h]."""
        return self.length_min / 60

    @property
    def end_min(self) -> int:
        """When it ends, after the midnight before it began: beyond 1440 on the next day [min]."""
        return self.start_min + self.length_min


def shift_between(
    code: str,
    start: str,
    end: str,
    *,
    paid_min: int | None = None,
    break_min: int | None = None,
    is_duty: bool = True,
) -> Shift:
    """Return the shift between two times of the clock; an end that is not later is on the next day.

    Parameters
    ----------
    code
        How a pattern writes it.
    start, end
        Times such as ``07:00``; ``24:00`` is midnight.
    paid_min
        Paid time; all of it when left out [min].
    break_min
        Breaks within it; None where it isn't known [min].
    is_duty
        Whether those who work it can be sent.

    Raises
    ------
    Refusal
        If a time can't be read, or the shift can't be.

    Examples
    --------
    >>> night = shift_between("N", "22:00", "07:00")
    >>> night.start_min, night.hours
    (1320, 9.0)
    """
    first = clock_minutes(start) % DAY_MIN
    length = (clock_minutes(end) - first) % DAY_MIN or DAY_MIN
    return Shift(code, first, length, paid_min, break_min, is_duty)


def clock_minutes(text: str) -> int:
    """Return the minutes after midnight of a time such as ``07:00``.

    Parameters
    ----------
    text
        The time, up to ``24:00``; whole seconds of 00 are passed over.

    Raises
    ------
    Refusal
        If it is no time of the clock.
    """
    match = _CLOCK.fullmatch(text.strip())
    minutes = 60 * int(match[1]) + int(match[2]) if match else DAY_MIN + 1
    if match is None or int(match[2]) > 59 or minutes > DAY_MIN:
        raise Refusal(f"{shown(text)} is no time of the clock", "write hours and minutes, such as 07:00")
    return minutes


class Tour(NamedTuple):
    """A shift that a team works: minutes count from the first Monday's midnight.

    Parameters
    ----------
    day
        Day of the cycle on which it begins, from 0.
    shift
        Number of the shift.
    start_min, end_min
        When it begins and ends [min].
    """

    day: int
    shift: int
    start_min: int
    end_min: int


@dataclass(frozen=True, eq=False)
class ShiftPattern(Shown):
    """A shift pattern: a cycle of days for each team, which it works over and over.

    Parameters
    ----------
    name
        What it is called.
    shifts
        Its shifts; codes differ.
    codes
        Number of the shift that each team works on each day of the cycle, -1 for a day off, shape
        (teams, days); the first day is a Monday. See `staggered_pattern` where all teams work the same days.
    note
        Where it is from.

    Raises
    ------
    Refusal
        If a day has a shift that isn't there, two shifts have one code, or a team's shift begins before the
        one before it has ended; all faults are named.
    """

    name: str
    shifts: tuple[Shift, ...]
    codes: Codes
    note: str = ""

    def __post_init__(self) -> None:
        shifts = tuple(self.shifts)
        codes = _checked_codes(self.codes, shifts)
        codes.flags.writeable = False

        object.__setattr__(self, "shifts", shifts)
        object.__setattr__(self, "codes", codes)
        _refuse_overlaps(self)

    @property
    def teams(self) -> int:
        """Number of teams."""
        return int(self.codes.shape[0])

    @property
    def days(self) -> int:
        """Days of the cycle [days]."""
        return int(self.codes.shape[1])

    @property
    def weeks(self) -> int:
        """Weeks until the cycle begins on a Monday again: days of the cycle and of the week come together."""
        return math.lcm(self.days, WEEK_DAYS) // WEEK_DAYS

    def lines(self) -> list[str]:
        """Return the days of each team as codes, a dot for a day off."""
        words = [*(shift.code for shift in self.shifts), "·"]
        return [" ".join(words[code] for code in row) for row in self.codes.tolist()]

    def tours(self, team: int) -> list[Tour]:
        """Return what a team works in one cycle, in order.

        Parameters
        ----------
        team
            Number of the team, from 0.
        """
        found = []
        for day, code in enumerate(self.codes[team].tolist()):
            if code != OFF:
                shift = self.shifts[code]
                start = day * DAY_MIN + shift.start_min
                found.append(Tour(day, code, start, start + shift.length_min))
        return found

    def summary(self) -> str:
        """Return what it is in a sentence."""
        shifts = counted(len(self.shifts), "shift")
        return (
            f"{self.name}: {counted(self.teams, 'team')}, {shifts}, a cycle of {counted(self.days, 'day')}."
        )


def staggered_pattern(
    name: str,
    shifts: Iterable[Shift],
    cycle: Sequence[str] | str,
    *,
    teams: int,
    days_apart: int | None = None,
    note: str = "",
) -> ShiftPattern:
    """Return a pattern in which every team works the same cycle, each some days later than the one before.

    Parameters
    ----------
    name
        What it is called.
    shifts
        Its shifts.
    cycle
        Code of the shift of each day, ``·`` or ``-`` or nothing for a day off; a text has one character a
        day, or codes between blanks.
    teams
        Number of teams.
    days_apart
        Days by which a team is later than the one before it; left out, teams are spread evenly [days].
    note
        Where it is from.

    Raises
    ------
    Refusal
        If a code isn't that of a shift, or teams can't be spread evenly over whole days.

    Examples
    --------
    >>> day = shift_between("D", "07:00", "19:00")
    >>> night = shift_between("N", "19:00", "07:00")
    >>> pattern = staggered_pattern("four on, four off", [day, night], "DDNN····", teams=4)
    >>> for line in pattern.lines():
    ...     print(line)
    D D N N · · · ·
    · · D D N N · ·
    · · · · D D N N
    N N · · · · D D
    """
    shifts = tuple(shifts)
    days = cycle.split() if isinstance(cycle, str) and " " in cycle.strip() else list(cycle)
    codes = codes_of(days, shifts)

    teams = whole("teams", teams, low=1, high=MOST_TEAMS)
    if days_apart is None:
        if len(days) % teams:
            raise Refusal(
                f"{counted(len(days), 'day')} can't be spread evenly over {counted(teams, 'team')}",
                "give days_apart, the days by which a team is later than the one before it",
            )
        days_apart = len(days) // teams
    apart = whole("days_apart", days_apart)

    rows = np.stack([np.roll(codes, team * apart) for team in range(teams)])
    return ShiftPattern(name, shifts, rows, note)


def codes_of(days: Iterable[str], shifts: Sequence[Shift]) -> Codes:
    """Return the number of the shift of each day, -1 for a day off, shape (days,).

    Parameters
    ----------
    days
        Codes; ``·``, ``-`` or nothing for a day off.
    shifts
        The shifts.

    Raises
    ------
    Refusal
        If a code isn't that of a shift.
    """
    numbers = {shift.code: number for number, shift in enumerate(shifts)}
    numbers |= dict.fromkeys(DAY_OFF, OFF)

    days = list(days)
    unknown = [code for code in dict.fromkeys(days) if code not in numbers]
    if unknown:
        known = ", ".join(shift.code for shift in shifts)
        named = ", ".join(map(shown, unknown[:MOST_NAMED]))
        raise Refusal(
            f"the cycle has {named}", f"use the codes of its shifts, {known}, or a dot for a day off"
        )
    return np.array([numbers[code] for code in days], dtype=np.int64)


def slot_min(pattern: ShiftPattern) -> int:
    """Return the longest piece of time in which nobody comes or goes: it divides an hour [min].

    Parameters
    ----------
    pattern
        The pattern.
    """
    times = [time for shift in pattern.shifts for time in (shift.start_min, shift.length_min)]
    return math.gcd(60, *times)


def on_duty(pattern: ShiftPattern) -> Mask:
    """Return which teams are on duty in each slot of each week, until days and weeks come together again.

    Shifts that are no duty, such as training days, don't count.

    Parameters
    ----------
    pattern
        The pattern.

    Returns
    -------
    ndarray of bool
        Shape (weeks, teams, slots), slots of `slot_min` minutes from Monday 00:00.
    """
    step = slot_min(pattern)
    week_slots = WEEK_DAYS * DAY_MIN // step
    total = pattern.weeks * week_slots

    duty = np.zeros((pattern.teams, total), dtype=bool)
    cycle_slots = pattern.days * DAY_MIN // step
    for team in range(pattern.teams):
        for tour in pattern.tours(team):
            if not pattern.shifts[tour.shift].is_duty:
                continue

            # The last tours of the last week end in the first one, which follows it.
            slots = np.arange(tour.start_min // step, tour.end_min // step)
            for begin in range(0, total, cycle_slots):
                duty[team, (begin + slots) % total] = True

    weeks = duty.reshape(pattern.teams, pattern.weeks, week_slots)
    return weeks.transpose(1, 0, 2)


def officers_by_hour(pattern: ShiftPattern, officers: ArrayLike) -> Codes:
    """Return the fewest officers on the roster at any moment of each hour of the week.

    An overlap of less than an hour doesn't count: it is not there for the whole of the hour.

    Parameters
    ----------
    pattern
        The pattern.
    officers
        Officers in each team, or one number for all; shape (teams,) [officers].

    Returns
    -------
    ndarray of int
        Shape (weeks, 168), hours from Monday 00:00 [officers].

    Raises
    ------
    Refusal
        If officers aren't whole numbers, one for each team.
    """
    sizes = team_sizes(pattern, officers)
    present = np.einsum("wts,t->ws", on_duty(pattern).astype(np.int64), sizes)
    return np.asarray(present.reshape(pattern.weeks, 168, -1).min(axis=2))


def team_sizes(pattern: ShiftPattern, officers: ArrayLike) -> Codes:
    """Return the officers of each team as whole numbers, shape (teams,).

    Parameters
    ----------
    pattern
        The pattern.
    officers
        Officers in each team, or one number for all [officers].

    Raises
    ------
    Refusal
        If they aren't whole numbers, one for each team.
    """
    array = np.asarray(officers)
    if array.ndim > 1 or array.size not in {1, pattern.teams}:
        raise Refusal(
            f"officers has shape {array.shape}", f"give one number, or one for each of {pattern.teams} teams"
        )
    sizes = [whole("officers", number, high=1_000) for number in np.atleast_1d(array).tolist()]
    return np.array(np.broadcast_to(sizes, pattern.teams), dtype=np.int64)


def even_teams(pattern: ShiftPattern, officers: int) -> Codes:
    """Return officers spread over the teams as evenly as can be, the first teams taking one more.

    Parameters
    ----------
    pattern
        The pattern.
    officers
        All officers [officers].

    Returns
    -------
    ndarray of int
        Shape (teams,) [officers].

    Raises
    ------
    Refusal
        If officers isn't a whole number.
    """
    each, more = divmod(whole("officers", officers, high=1_000 * pattern.teams), pattern.teams)
    return np.array([each + (team < more) for team in range(pattern.teams)], dtype=np.int64)


def hours_mean(slots: Floats) -> Floats:
    """Return values by slot of the week as means of each hour, shape (..., 168).

    Parameters
    ----------
    slots
        Shape (..., slots), a whole number of them an hour.
    """
    return np.asarray(slots.reshape(*slots.shape[:-1], 168, -1).mean(axis=-1))


def refuse_all(faults: Sequence[Refusal], of: str) -> None:
    """Raise a refusal that names every fault, if there are any.

    Parameters
    ----------
    faults
        What is wrong.
    of
        What it is wrong with, such as ``the pattern``.
    """
    if len(faults) == 1:
        raise faults[0]
    if faults:
        raise Refusal(f"{len(faults)} things of {of} can't be used\n" + "\n".join(map(str, faults)))


def _in_steps(name: str, given: int, *, low: int, high: int) -> None:
    """Refuse minutes that are beyond their limits, or not in steps."""
    if whole(name, given, low=low, high=high) % STEP_MIN:
        raise Refusal(f"{name} is {given}", f"give a multiple of {STEP_MIN} minutes")


def _checked_codes(given: ArrayLike, shifts: tuple[Shift, ...]) -> Codes:
    """Return the shifts of each team and day, shape (teams, days); refuse what can't be, all at once."""
    faults: list[Refusal] = []

    names = [shift.code for shift in shifts]
    twice = sorted({name for name in names if names.count(name) > 1})
    if not shifts:
        faults.append(Refusal("the pattern has no shifts", "give at least one"))
    if twice:
        faults.append(Refusal(f"two shifts have the code {twice[0]!r}", "give each a code of its own"))

    fix = "give a row for each team with a whole number for each day: the number of a shift, or -1"
    try:
        codes = np.asarray(given)
    except ValueError:
        codes = np.empty(0)
    if codes.ndim != 2 or not codes.size or codes.dtype.kind not in "iu":
        faults.append(Refusal(f"codes have the shape {codes.shape} and are of the kind {codes.dtype}", fix))
        refuse_all(faults, "the pattern")

    teams, days = codes.shape
    if teams > MOST_TEAMS or days > MOST_DAYS:
        what = f"the pattern has {counted(teams, 'team')} and {counted(days, 'day')}"
        faults.append(Refusal(what, f"give at most {MOST_TEAMS} teams and {MOST_DAYS} days"))

    wrong = np.argwhere((codes < OFF) | (codes >= len(shifts)))
    if len(wrong):
        team, day = wrong[0].tolist()
        what = f"team {team + 1} has shift {codes[team, day]} on day {day + 1}"
        more = f" and {len(wrong) - 1} more like it" if len(wrong) > 1 else ""
        faults.append(
            Refusal(what + more, f"shifts have numbers from 0 to {len(shifts) - 1}; -1 is a day off")
        )
    if not (codes != OFF).any():
        faults.append(Refusal("nobody ever works", "give at least one day of work"))

    refuse_all(faults, "the pattern")
    return codes.astype(np.int64)


def _refuse_overlaps(pattern: ShiftPattern) -> None:
    """Refuse a team's shift that begins before its last one has ended."""
    faults = []
    for team in range(pattern.teams):
        for before, after, rest in rests(pattern, team):
            if rest < 0:
                codes = pattern.shifts[before.shift].code, pattern.shifts[after.shift].code
                faults.append(
                    Refusal(
                        f"team {team + 1} begins {codes[1]!r} on day {after.day + 1} of the cycle while "
                        f"it still works {codes[0]!r}",
                        "give it a later shift or a day off",
                    )
                )
    if len(faults) > MOST_NAMED:
        more = len(faults) - MOST_NAMED
        faults = [*faults[:MOST_NAMED], Refusal(f"and {more} more such shifts", "look at the same codes")]
    refuse_all(faults, "the pattern")


def rests(pattern: ShiftPattern, team: int) -> list[tuple[Tour, Tour, int]]:
    """Return each tour of a team with the next one and the minutes between them, round the cycle.

    Parameters
    ----------
    pattern
        The pattern.
    team
        Number of the team, from 0.

    Returns
    -------
    list
        Tour, next tour (the last is followed by the first) and rest between them [min].
    """
    tours = pattern.tours(team)
    cycle_min = pattern.days * DAY_MIN
    found = []
    for place, tour in enumerate(tours):
        after = tours[(place + 1) % len(tours)]
        begins = after.start_min + (cycle_min if place + 1 == len(tours) else 0)
        found.append((tour, after, begins - tour.end_min))
    return found
