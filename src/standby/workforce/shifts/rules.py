"""Rules that a shift pattern should keep, each with its paragraph, and where a pattern breaks them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from standby._checks import single
from standby._refusals import Refusal, shown
from standby._show import Shown
from standby.words import counted, listed, plain
from standby.workforce.shifts.measures import is_night, runs
from standby.workforce.shifts.pattern import DAY_MIN, OFF, WEEK_DAYS, ShiftPattern, refuse_all, rests

if TYPE_CHECKING:
    from standby._typing import Floats
    from standby.workforce.shifts.pattern import Shift

REFERENCE_WEEKS = 17
"""Weeks over which hours are averaged (Working Time Regulations 1998, reg. 4(3) and 6(3)) [weeks]."""

REST_BREAK_FROM_MIN = 6 * 60
"""Working time above which a break is due [min] (the same, reg. 12(1))."""

WEEKLY_REST_H = 24.0
"""Weekly rest without daily rest [h] (the same, reg. 11(1))."""

SLACK_H = 1e-9
"""Hours by which rounding alone may miss a limit [h]."""


@dataclass(frozen=True)
class ShiftRule(Shown):
    """A rule on shift patterns.

    Parameters
    ----------
    name
        Its name in `SHIFT_RULES`, and the keyword by which it is switched.
    paragraph
        Where it stands.
    says
        What it asks, in a few words.
    limit
        Its limit.
    unit
        Unit of the limit.
    is_on
        Whether it is checked unless it is switched off; otherwise only where it is asked for.
    """

    name: str
    paragraph: str
    says: str
    limit: float
    unit: str
    is_on: bool = True


@dataclass(frozen=True)
class Violation(Shown):
    """Where a pattern breaks a rule.

    Parameters
    ----------
    rule
        Name of the rule.
    paragraph
        Where it stands.
    team
        Number of the team, from 1.
    day
        Day of the cycle, from 1, on which what breaks it begins; 0 where it is the whole of the cycle.
    week
        Week from the first Monday on, from 1; 0 where it is none in particular.
    found
        What the pattern has.
    limit
        What the rule allows.
    sentence
        The same in words.
    """

    rule: str
    paragraph: str
    team: int
    day: int
    week: int
    found: float
    limit: float
    sentence: str


@dataclass(frozen=True, eq=False)
class PatternCheck(Shown):
    """A shift pattern held against rules.

    Attributes
    ----------
    violations
        Where it breaks one, all of them.
    checked
        Rules that it was held against, with the limits that were taken.
    not_checked
        Rules that are switched on but can't be checked, or not for all shifts, with the reason.
    """

    violations: tuple[Violation, ...]
    checked: tuple[ShiftRule, ...]
    not_checked: dict[str, str]

    @property
    def broken(self) -> tuple[str, ...]:
        """Names of the rules that are broken, in the order of `SHIFT_RULES`."""
        return tuple(dict.fromkeys(violation.rule for violation in self.violations))

    def summary(self) -> str:
        """Return which rules are broken in a sentence or two."""
        number = counted(len(self.checked), "rule")
        broken = listed(self.broken) if self.broken else "none"
        if self.not_checked and not self.broken:
            broken = "none as far as could be checked"
        reasons = "".join(f" Not checked: {name}, as {why}." for name, why in self.not_checked.items())
        return f"Held against {number}, the pattern breaks {broken}.{reasons}"


_WTR = "Working Time Regulations 1998"
_POLICE = "Police Regulations 2003, reg. 22, Annex E"
_GUIDE = "Police Federation, advice on shift and rota management"

_RULES = (
    ShiftRule("average_week", f"{_WTR}, reg. 4(1)",
              "mean working time over any 17 weeks, breaks counted in", 48.0, "h/week"),
    ShiftRule("night_work", f"{_WTR}, reg. 6(1)",
              "mean of a night worker's hours for each 24 hours, days of weekly rest left out", 8.0, "h"),
    ShiftRule("daily_rest", f"{_WTR}, reg. 10(1)", "rest between two shifts", 11.0, "h"),
    ShiftRule("weekly_rest", f"{_WTR}, reg. 11(1) and (2)",
              "rest in one piece in each week, or two such rests or one of twice the length in two weeks",
              24.0, "h"),
    ShiftRule("rest_break", f"{_WTR}, reg. 12(1) and (3)", "break in a shift of more than six hours",
              20.0, "min"),
    ShiftRule("police_hours", f"{_POLICE}, 1(b) and variable shift arrangements",
              "mean paid hours, as many as with eight a day and two rest days a week", 40.0, "h/week"),
    ShiftRule("rest_days", f"{_POLICE}, variable shift arrangements", "mean rest days a week",
              2.0, "days/week", is_on=False),
    ShiftRule("ordinary_day", f"{_POLICE}, 1(b)",
              "length of a shift where no variable shift arrangement is in force", 8.0, "h", is_on=False),
    ShiftRule("tour_interval", f"see {_POLICE}, rosters", "interval between two rostered tours",
              8.0, "h", is_on=False),
    ShiftRule("rest_day_interval", f"see {_POLICE}, rosters", "days from one rest day to the next",
              7.0, "days", is_on=False),
    ShiftRule("days_in_a_row", _GUIDE, "shifts before rest days", 6.0, "days", is_on=False),
    ShiftRule("nights_in_a_row", _GUIDE, "nights in a row", 4.0, "days", is_on=False),
    ShiftRule("days_off_together", _GUIDE, "rest days in a row", 2.0, "days", is_on=False),
    ShiftRule("shift_length", _GUIDE, "length of a shift", 10.0, "h", is_on=False),
)  # fmt: skip

SHIFT_RULES: Mapping[str, ShiftRule] = {rule.name: rule for rule in _RULES}
"""Every rule by name. Those that are off depend on local arrangements, are advice, or say "see": their exact
wording was not at hand."""


class _Found(NamedTuple):
    """Something that breaks a rule: where, how much of it, and in words."""

    team: int
    day: int
    week: int
    found: float
    words: str


def check_pattern(pattern: ShiftPattern, **switched: bool | float) -> PatternCheck:
    """Hold a shift pattern against rules, and say where it breaks them.

    The rules are read for a pattern that is worked as it stands, for ever. Overtime, exchanged shifts and
    agreements that vary a rule aren't seen. This is no legal advice.

    Parameters
    ----------
    pattern
        The pattern.
    **switched
        Rules of `SHIFT_RULES` by name: True or False switches one on or off, a number switches it on with
        that limit. Others are as they are there.

    Returns
    -------
    PatternCheck
        All violations, and what was checked.

    Raises
    ------
    Refusal
        If there is no such rule, or a limit is no number above 0; all faults are named.

    Notes
    -----
    Regulation 6(5) divides normal hours in the reference period by its days less those of weekly rest, of
    which there is one a week here. Where a shift worker changes shift, regulation 22 lets daily and weekly
    rest be made up for later (regulation 24), and regulation 18 leaves out what inevitably conflicts with the
    peculiarities of the police: a violation says what the pattern has, not that it is unlawful.

    Examples
    --------
    >>> from standby.workforce import NAMED_PATTERNS
    >>> check = check_pattern(NAMED_PATTERNS["12-hour"])
    >>> check.broken
    ('police_hours',)
    >>> print(check.violations[0].sentence)
    Team 1 is paid for 42 hours a week; 40 are allowed.
    >>> check_pattern(NAMED_PATTERNS["12-hour"], police_hours=42, shift_length=True).broken
    ('shift_length',)
    """
    rules = _switched(switched)

    not_checked = {}
    due = _due_a_break(pattern)
    unknown = [shift.code for shift in due if shift.break_min is None]
    if "rest_break" in rules and unknown:
        not_checked["rest_break"] = f"no break is known of {listed(unknown)}, which are longer than six hours"
        if len(unknown) == 1:
            not_checked["rest_break"] = f"no break is known of {unknown[0]}, which is longer than six hours"

        # With breaks known of some shifts, these are checked all the same.
        if len(unknown) == len(due):
            del rules["rest_break"]

    violations = [
        Violation(
            rule.name, rule.paragraph, found.team, found.day, found.week, found.found, rule.limit, found.words
        )
        for rule in rules.values()
        for found in _SEARCHES[rule.name](pattern, rule.limit)
    ]
    return PatternCheck(tuple(violations), tuple(rules.values()), not_checked)


def _due_a_break(pattern: ShiftPattern) -> list[Shift]:
    """Return the shifts that somebody works and that are so long that a break is due."""
    return [
        shift
        for number, shift in enumerate(pattern.shifts)
        if shift.length_min > REST_BREAK_FROM_MIN and (pattern.codes == number).any()
    ]


def _switched(switched: Mapping[str, Any]) -> dict[str, ShiftRule]:
    """Return the rules that are on, with their limits."""
    faults = []
    unknown = [name for name in switched if name not in SHIFT_RULES]
    if unknown:
        faults.append(
            Refusal(f"there is no rule {shown(unknown[0])}", f"choose from {', '.join(SHIFT_RULES)}")
        )

    rules = {}
    for name, rule in SHIFT_RULES.items():
        given = switched.get(name, rule.is_on)
        if isinstance(given, bool | np.bool_):
            if given:
                rules[name] = rule
            continue
        try:
            rules[name] = replace(rule, limit=single(f"the limit of {name}", given, above=True))
        except Refusal as fault:
            faults.append(fault)

    refuse_all(faults, "the rules")
    return rules


def _day_hours(pattern: ShiftPattern, team: int) -> Floats:
    """Return hours on duty of a team by the day of the cycle on which shifts begin, shape (days,) [h]."""
    hours = np.array([*(shift.hours for shift in pattern.shifts), 0.0])
    return np.asarray(hours[pattern.codes[team]])


def _most_in_reference(pattern: ShiftPattern, team: int) -> tuple[float, int]:
    """Return the most hours that a team works in any 17 weeks, and the day of the cycle they begin on."""
    days = REFERENCE_WEEKS * WEEK_DAYS
    hours = _day_hours(pattern, team)

    # As many cycles as the longest period takes, whichever day of the cycle it begins on.
    repeated = np.tile(hours, days // pattern.days + 2)
    before = np.concatenate([[0.0], np.cumsum(repeated)])
    totals = before[days : days + pattern.days] - before[: pattern.days]
    return float(totals.max()), int(totals.argmax())


def _average_week(pattern: ShiftPattern, limit: float) -> Iterator[_Found]:
    for team in range(pattern.teams):
        total, day = _most_in_reference(pattern, team)
        mean = total / REFERENCE_WEEKS
        if mean > limit + SLACK_H:
            words = (
                f"Team {team + 1} works {plain(mean)} hours a week over {REFERENCE_WEEKS} weeks from day "
                f"{day + 1} of the cycle; {plain(limit)} are allowed."
            )
            yield _Found(team + 1, day + 1, 0, mean, words)


def _night_work(pattern: ShiftPattern, limit: float) -> Iterator[_Found]:
    # Regulation 6(5): A / (B − C), with A normal hours, B days, and C days of weekly rest.
    divisor = REFERENCE_WEEKS * (WEEK_DAYS - 1)
    for team in np.flatnonzero(is_night(pattern).any(axis=1)).tolist():
        total, day = _most_in_reference(pattern, team)
        mean = total / divisor
        if mean > limit + SLACK_H:
            words = (
                f"Team {team + 1} works nights and {plain(mean)} hours for each 24 over {REFERENCE_WEEKS} "
                f"weeks; {plain(limit)} are allowed."
            )
            yield _Found(team + 1, day + 1, 0, mean, words)


def _short_rest(pattern: ShiftPattern, limit: float) -> Iterator[_Found]:
    """Yield each rest between two shifts that is shorter than a limit [h]."""
    for team in range(pattern.teams):
        for before, after, rest in rests(pattern, team):
            if rest / 60 < limit - SLACK_H:
                first, second = pattern.shifts[before.shift].code, pattern.shifts[after.shift].code
                words = (
                    f"Team {team + 1} has {plain(rest / 60)} hours between {first!r} on day {before.day + 1} "
                    f"and {second!r} on day {after.day + 1}; {plain(limit)} are asked for."
                )
                yield _Found(team + 1, before.day + 1, 0, rest / 60, words)


def _weekly_rest(pattern: ShiftPattern, limit: float) -> Iterator[_Found]:
    for team in range(pattern.teams):
        free = _longest_free(pattern, team)
        short = np.flatnonzero(free[0] < limit - SLACK_H)
        if not len(short) or _rests_in_fortnights(free[1], limit):
            continue

        for week in short.tolist():
            words = (
                f"Team {team + 1} has no rest of {plain(limit)} hours in week {week + 1}, but one of "
                f"{plain(float(free[0][week]))}, nor two of them in each two weeks, or one of "
                f"{plain(_longer_rest(limit))}."
            )
            yield _Found(team + 1, 0, week + 1, float(free[0][week]), words)


def _longest_free(pattern: ShiftPattern, team: int) -> tuple[Floats, list[list[list[float]]]]:
    """Return the longest rest in each week [h], and all rests in each two weeks, begun with either week."""
    week_min = WEEK_DAYS * DAY_MIN
    tours = pattern.tours(team)

    def free_in(start: int, end: int) -> list[float]:
        """Return the pieces of a span without duty [h]."""
        cycle_min = pattern.days * DAY_MIN
        pieces = []
        at = start

        # Tours of the cycle before may reach into the span.
        for cycle in range(start // cycle_min - 1, end // cycle_min + 1):
            for tour in tours:
                begins, ends = (cycle * cycle_min + time for time in (tour.start_min, tour.end_min))
                if ends > at and begins < end:
                    pieces.append(max(begins - at, 0) / 60)
                    at = ends
        return [*pieces, max(end - at, 0) / 60]

    weeks = range(pattern.weeks)
    longest = np.array([max(free_in(week * week_min, (week + 1) * week_min)) for week in weeks])

    # An odd number of weeks comes round as pairs only after twice as many.
    pairs = [
        [free_in(week * week_min, (week + 2) * week_min) for week in range(first, 2 * pattern.weeks, 2)]
        for first in (0, 1)
    ]
    return longest, pairs


def _rests_in_fortnights(pairs: list[list[list[float]]], limit: float) -> bool:
    """Return whether each two weeks have two rests, or one long one, begun with either week."""

    def enough(free: list[float]) -> bool:
        """Return whether rests of two weeks are enough."""
        rest = limit - SLACK_H
        return sum(piece >= rest for piece in free) >= 2 or max(free) >= _longer_rest(limit) - SLACK_H

    return any(all(map(enough, fortnights)) for fortnights in pairs)


def _longer_rest(limit: float) -> float:
    """Return the one rest in two weeks that stands for two weekly ones [h].

    Regulation 11(2) has 48 hours for two of 24. A limit beyond 24 has daily rest in it, which comes once: 59
    hours stand for two rests of 35.
    """
    return limit + min(limit, WEEKLY_REST_H)


def _rest_break(pattern: ShiftPattern, limit: float) -> Iterator[_Found]:
    for number, shift in enumerate(pattern.shifts):
        works = np.argwhere(pattern.codes == number)
        if shift.break_min is None or not len(works) or shift.length_min <= REST_BREAK_FROM_MIN:
            continue
        if shift.break_min < limit:
            team, day = works[0].tolist()
            words = (
                f"Shift {shift.code!r} has {plain(shift.hours)} hours and a break of "
                f"{plain(shift.break_min)} minutes; {plain(limit)} are asked for. "
                f"Team {team + 1} works it, on day {day + 1}."
            )
            yield _Found(team + 1, day + 1, 0, float(shift.break_min), words)


def _police_hours(pattern: ShiftPattern, limit: float) -> Iterator[_Found]:
    paid = np.array([*(shift.paid_hours for shift in pattern.shifts), 0.0])
    means = paid[pattern.codes].sum(axis=1) * WEEK_DAYS / pattern.days
    for team, mean in enumerate(means.tolist()):
        if mean > limit + SLACK_H:
            words = f"Team {team + 1} is paid for {plain(mean)} hours a week; {plain(limit)} are allowed."
            yield _Found(team + 1, 0, 0, mean, words)


def _rest_days(pattern: ShiftPattern, limit: float) -> Iterator[_Found]:
    means = (pattern.codes == OFF).sum(axis=1) * WEEK_DAYS / pattern.days
    for team, mean in enumerate(means.tolist()):
        if mean < limit - SLACK_H:
            words = f"Team {team + 1} has {plain(mean)} rest days a week; {plain(limit)} are asked for."
            yield _Found(team + 1, 0, 0, mean, words)


def _too_long(pattern: ShiftPattern, limit: float) -> Iterator[_Found]:
    """Yield each shift that is longer than a limit [h]."""
    for number, shift in enumerate(pattern.shifts):
        works = np.argwhere(pattern.codes == number)
        if len(works) and shift.hours > limit + SLACK_H:
            team, day = works[0].tolist()
            words = (
                f"Shift {shift.code!r} has {plain(shift.hours)} hours; {plain(limit)} are allowed. Team "
                f"{team + 1} works it, on day {day + 1}."
            )
            yield _Found(team + 1, day + 1, 0, shift.hours, words)


def _rest_day_interval(pattern: ShiftPattern, limit: float) -> Iterator[_Found]:
    # From one rest day to the next is a day more than what is worked between them.
    for found in _in_a_row(pattern, pattern.codes != OFF, limit - 1, "days of work"):
        days = found.found + 1
        words = (
            f"Team {found.team} has {plain(days)} days from one rest day to the next, with work from day "
            f"{found.day} of the cycle on; {plain(limit)} are allowed."
        )
        yield found._replace(found=days, words=words)


def _in_a_row(
    pattern: ShiftPattern, marked: np.ndarray[tuple[int, ...], np.dtype[np.bool_]], limit: float, what: str
) -> Iterator[_Found]:
    """Yield each run of marked days that is longer than a limit; a run that never ends is inf."""
    for team in range(pattern.teams):
        every = bool(marked[team].all())
        for day, length in [(0, np.inf)] if every else runs(marked[team]):
            if length > limit:
                words = (
                    f"Team {team + 1} has {what} without end; {plain(limit)} in a row are allowed."
                    if every
                    else f"Team {team + 1} has {plain(length)} {what} in a row from day {day + 1} of the "
                    f"cycle on; {plain(limit)} are allowed."
                )
                yield _Found(team + 1, day + 1, 0, float(length), words)


def _days_in_a_row(pattern: ShiftPattern, limit: float) -> Iterator[_Found]:
    return _in_a_row(pattern, pattern.codes != OFF, limit, "days of work")


def _nights_in_a_row(pattern: ShiftPattern, limit: float) -> Iterator[_Found]:
    return _in_a_row(pattern, is_night(pattern), limit, "nights")


def _days_off_together(pattern: ShiftPattern, limit: float) -> Iterator[_Found]:
    is_off = pattern.codes == OFF
    for team in np.flatnonzero(~is_off.all(axis=1)).tolist():
        for day, length in runs(is_off[team]):
            if length < limit:
                words = (
                    f"Team {team + 1} has {counted(length, 'rest day')} in a row from day {day + 1} of the "
                    f"cycle on; {plain(limit)} are asked for."
                )
                yield _Found(team + 1, day + 1, 0, float(length), words)


_SEARCHES: Mapping[str, Callable[[ShiftPattern, float], Iterator[_Found]]] = {
    "average_week": _average_week,
    "night_work": _night_work,
    "daily_rest": _short_rest,
    "weekly_rest": _weekly_rest,
    "rest_break": _rest_break,
    "police_hours": _police_hours,
    "rest_days": _rest_days,
    "ordinary_day": _too_long,
    "tour_interval": _short_rest,
    "rest_day_interval": _rest_day_interval,
    "days_in_a_row": _days_in_a_row,
    "nights_in_a_row": _nights_in_a_row,
    "days_off_together": _days_off_together,
    "shift_length": _too_long,
}
"""What finds the violations of each rule."""
