"""What a shift pattern gives: hours, teams on duty by hour of the week, rest, nights, weekends, fairness."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from standby._checks import whole
from standby._show import Shown
from standby.words import counted, plain, share
from standby.workforce.shifts.pattern import DAY_MIN, OFF, WEEK_DAYS, ShiftPattern, hours_mean, on_duty, rests

if TYPE_CHECKING:
    from standby._typing import Codes, Floats
    from standby.workforce.shifts.pattern import Shift

NIGHT_MIN = (23 * 60, 30 * 60)
"""Night time, 23:00 to 06:00, where no agreement says otherwise [min] (Working Time Regulations 1998,
reg. 2(1))."""

NIGHT_SHIFT_MIN = 3 * 60
"""Minutes of night time from which a shift is one of nights [min] (the same, of a night worker's day)."""

SATURDAY, SUNDAY = 5, 6
"""Days of a weekend."""

MOST_WEEKS = 1_000
"""Weeks over which teams are compared at most [weeks]."""


@dataclass(frozen=True, eq=False)
class PatternMeasures(Shown):
    """What a shift pattern gives, over the weeks after which it begins anew on a Monday.

    Attributes
    ----------
    weeks
        So many weeks it is.
    paid_hours
        Paid hours a week of each team's officers, as a mean, shape (teams,) [h/week].
    duty_hours
        Hours on duty a week, breaks included and training days not, shape (teams,) [h/week].
    teams_by_hour
        Teams on duty in each hour of the week, as a mean over weeks and minutes, shape (168,).
    fewest_by_hour
        Fewest teams on duty at any moment of each hour in any week, shape (168,).
    chance_of_teams
        Share of the time with exactly so many teams on duty, shape (168, teams + 1).
    overlap_hours
        Hours a week in which teams are on duty beyond the fewest that ever are: hand-overs, and more teams
        where a pattern wants them. Where the fewest is none, these are all hours with a team [h/week].
    shortest_rest_h
        Shortest time between two shifts of each team, shape (teams,) [h].
    longest_run
        Most days with a shift in a row, shape (teams,); inf where a team is never off [days].
    longest_nights
        Most nights in a row, shape (teams,); a shift of nights has three hours or more between 23:00 and
        06:00 [days].
    weekends_off
        Weekends in which no shift begins on Saturday or Sunday, shape (teams,) [weekends].
    night_share
        Share of hours at work between 23:00 and 06:00, shape (teams,).
    """

    weeks: int
    paid_hours: Floats
    duty_hours: Floats
    teams_by_hour: Floats
    fewest_by_hour: Codes
    chance_of_teams: Floats
    overlap_hours: float
    shortest_rest_h: Floats
    longest_run: Floats
    longest_nights: Floats
    weekends_off: Codes
    night_share: Floats

    def summary(self) -> str:
        """Return the hours, the teams on duty and the rest in a few sentences."""
        fewest = int(self.fewest_by_hour.min())
        if fewest:
            covered = f"At least {counted(fewest, 'team')} is on duty at all times."
            covered = covered if fewest == 1 else covered.replace(" is ", " are ")
            covered += f" Overlaps: {plain(self.overlap_hours)} hours a week."
        else:
            covered = (
                f"In {plain(int((self.fewest_by_hour == 0).sum()))} hours of the week there are moments "
            )
            covered += "with no team on duty."

        weekends = plain(float(self.weekends_off.mean()))
        return (
            f"{plain(float(self.paid_hours.mean()))} paid hours a week. {covered} "
            f"Shortest rest {plain(float(self.shortest_rest_h.min()))} hours, "
            f"{counted(float(self.longest_run.max()), 'day')} in a row at most, "
            f"{weekends} of {counted(self.weeks, 'weekend')} off, "
            f"{share(float(self.night_share.mean()))} of hours at night."
        )


@dataclass(frozen=True, eq=False)
class TeamDifferences(Shown):
    """What each team works over a number of weeks, and by how much teams differ.

    Attributes
    ----------
    weeks
        Weeks from the first Monday on [weeks].
    hours
        Hours at work of each team, by the day on which shifts begin, shape (teams,) [h].
    nights
        Shifts of nights, shape (teams,).
    weekend_shifts
        Shifts that begin on a Saturday or Sunday, shape (teams,).
    """

    weeks: int
    hours: Floats
    nights: Codes
    weekend_shifts: Codes

    @property
    def is_even(self) -> bool:
        """Whether no team works more hours, nights or weekends than another."""
        return not (np.ptp(self.hours) or np.ptp(self.nights) or np.ptp(self.weekend_shifts))

    def summary(self) -> str:
        """Return by how much teams differ in a sentence."""
        weeks = counted(self.weeks, "week")
        if self.is_even:
            return f"After {weeks} every team has worked the same hours, nights and weekends."
        return (
            f"After {weeks} teams differ by up to {plain(float(np.ptp(self.hours)))} hours, "
            f"{counted(int(np.ptp(self.nights)), 'night')} and "
            f"{counted(int(np.ptp(self.weekend_shifts)), 'shift')} at weekends."
        )


def measure_pattern(pattern: ShiftPattern) -> PatternMeasures:
    """Return what a shift pattern gives: hours, teams on duty by hour of the week, rest, nights, weekends.

    Where the cycle isn't a number of weeks, such as one of ten days, hours of the week are taken over all
    weeks until it begins on a Monday again.

    Parameters
    ----------
    pattern
        The pattern.

    Returns
    -------
    PatternMeasures
        Means, fewest, distribution, and numbers for each team.

    Examples
    --------
    >>> from standby.workforce import NAMED_PATTERNS
    >>> measures = measure_pattern(NAMED_PATTERNS["2-2-2-4"])
    >>> measures.weeks, float(measures.paid_hours[0]), measures.weekends_off.tolist()
    (10, 39.9, [3, 3, 3, 3, 3])
    """
    n_teams = pattern.teams
    present = on_duty(pattern).sum(axis=1)
    by_minute = present.reshape(pattern.weeks, 168, -1)

    # Of each hour, the share of slots and weeks with exactly so many teams.
    chance = np.stack([(by_minute == k).mean(axis=(0, 2)) for k in range(n_teams + 1)], axis=1)

    shares = [_night_share(pattern, team) for team in range(n_teams)]
    return PatternMeasures(
        weeks=pattern.weeks,
        paid_hours=_hours_a_week(pattern, [shift.paid_hours for shift in pattern.shifts]),
        duty_hours=_hours_a_week(pattern, [shift.hours * shift.is_duty for shift in pattern.shifts]),
        teams_by_hour=hours_mean(present.mean(axis=0)),
        fewest_by_hour=by_minute.min(axis=(0, 2)).astype(np.int64),
        chance_of_teams=chance,
        overlap_hours=float((present - present.min()).mean() * 168),
        shortest_rest_h=np.array([_shortest_rest(pattern, team) / 60 for team in range(n_teams)]),
        longest_run=np.array([longest(pattern.codes[team] != OFF) for team in range(n_teams)]),
        longest_nights=np.array([longest(is_night(pattern)[team]) for team in range(n_teams)]),
        weekends_off=_weekends_off(pattern),
        night_share=np.array(shares),
    )


def team_differences(pattern: ShiftPattern, *, weeks: int | None = None) -> TeamDifferences:
    """Return what each team works over a number of weeks, and by how much teams differ.

    After all weeks of the cycle, teams that work the same days some days apart have the same hours and
    nights; the same weekends only if the cycle isn't a number of weeks, or teams are whole weeks apart.

    Parameters
    ----------
    pattern
        The pattern.
    weeks
        Weeks from the first Monday on; left out, those until the cycle begins on a Monday again [weeks].

    Raises
    ------
    Refusal
        If weeks isn't a whole number of at least 1.
    """
    n_weeks = pattern.weeks if weeks is None else whole("weeks", weeks, low=1, high=MOST_WEEKS)
    days = np.arange(n_weeks * WEEK_DAYS)
    worked = pattern.codes[:, days % pattern.days]

    # A day off has no minutes: it takes the last of these, which belongs to no shift.
    minutes = np.array([*(shift.length_min for shift in pattern.shifts), 0])
    nights = np.array([*(shift_is_night(shift) for shift in pattern.shifts), False])
    at_weekend = np.isin(days % WEEK_DAYS, (SATURDAY, SUNDAY))
    return TeamDifferences(
        weeks=n_weeks,
        hours=minutes[worked].sum(axis=1) / 60,
        nights=nights[worked].sum(axis=1),
        weekend_shifts=(worked[:, at_weekend] != OFF).sum(axis=1),
    )


def night_minutes(shift: Shift) -> int:
    """Return the minutes of a shift between 23:00 and 06:00 [min].

    Parameters
    ----------
    shift
        The shift.
    """
    first, last = NIGHT_MIN
    total = 0
    for midnight in (-DAY_MIN, 0, DAY_MIN):  # the night before it, that of its day, and the next
        begins = max(shift.start_min, midnight + first)
        ends = min(shift.end_min, midnight + last)
        total += max(0, ends - begins)
    return total


def shift_is_night(shift: Shift) -> bool:
    """Return whether a shift is one of nights: three hours of it or more are between 23:00 and 06:00.

    Parameters
    ----------
    shift
        The shift.
    """
    return night_minutes(shift) >= NIGHT_SHIFT_MIN


def is_night(pattern: ShiftPattern) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """Return on which days each team begins a shift of nights, shape (teams, days).

    Parameters
    ----------
    pattern
        The pattern.
    """
    nights = [number for number, shift in enumerate(pattern.shifts) if shift_is_night(shift)]
    return np.isin(pattern.codes, nights)


def longest(days: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> float:
    """Return the most days in a row of a cycle that are marked; inf where all are [days].

    Parameters
    ----------
    days
        Which days are marked, shape (days,); the last is followed by the first.
    """
    if days.all():
        return np.inf
    return float(max((length for _, length in runs(days)), default=0))


def runs(days: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> list[tuple[int, int]]:
    """Return the first day and the length of each run of marked days, round the cycle.

    Parameters
    ----------
    days
        Which days are marked, shape (days,); not all of them.
    """
    found = []
    for start in np.flatnonzero(days & ~np.roll(days, 1)).tolist():
        length = int(np.argmin(np.roll(days, -start)))
        found.append((start, length))
    return found


def _hours_a_week(pattern: ShiftPattern, hours: list[float]) -> Floats:
    """Return hours a week of each team as a mean, shape (teams,); `hours` are those of each shift."""
    worked = np.array([*hours, 0.0])[pattern.codes]
    return np.asarray(worked.sum(axis=1) * WEEK_DAYS / pattern.days)


def _shortest_rest(pattern: ShiftPattern, team: int) -> float:
    """Return the shortest time between two shifts of a team [min]; inf where it never works."""
    return min((rest for _, _, rest in rests(pattern, team)), default=np.inf)


def _weekends_off(pattern: ShiftPattern) -> Codes:
    """Return the weekends of each team in which no shift begins, shape (teams,)."""
    days = np.arange(pattern.weeks * WEEK_DAYS)
    is_off = (pattern.codes[:, days % pattern.days] == OFF).reshape(pattern.teams, pattern.weeks, WEEK_DAYS)
    return np.asarray((is_off[:, :, SATURDAY] & is_off[:, :, SUNDAY]).sum(axis=1))


def _night_share(pattern: ShiftPattern, team: int) -> float:
    """Return the share of a team's hours at work that is night time; 0 where it never works."""
    worked = [pattern.shifts[tour.shift] for tour in pattern.tours(team)]
    minutes = sum(shift.length_min for shift in worked)
    return sum(map(night_minutes, worked)) / minutes if minutes else 0.0
