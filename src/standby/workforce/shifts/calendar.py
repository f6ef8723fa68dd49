"""A team's shifts as a calendar that phones and desks read (iCalendar, RFC 5545)."""

from __future__ import annotations

import datetime as dt
import uuid
from zoneinfo import ZoneInfo

from standby._checks import whole
from standby._refusals import Refusal
from standby.workforce.shifts.pattern import DAY_MIN, OFF, WEEK_DAYS, ShiftPattern

CLOCK = ZoneInfo("Europe/London")
"""The clock that shifts begin and end by: nights are an hour longer or shorter when it is changed."""

LINE_BYTES = 75
"""Longest line, in bytes without its end (RFC 5545, 3.1)."""

LONGEST_WEEKS = 260
"""Weeks of a calendar at most [weeks]."""


def calendar_text(pattern: ShiftPattern, team: int, *, first_monday: dt.date, weeks: int) -> str:
    """Return a team's shifts as an iCalendar text.

    Times are written in UTC, so that no program needs to know when clocks change; each shift begins and ends
    by the clock of London.

    Parameters
    ----------
    pattern
        The pattern.
    team
        Number of the team, from 1.
    first_monday
        The Monday on which the cycle begins.
    weeks
        Weeks from then on [weeks].

    Returns
    -------
    str
        Lines with the ends that the standard asks for, to be written as they are in UTF-8.

    Raises
    ------
    Refusal
        If there is no such team, the day is no Monday, or weeks is out of its range.

    References
    ----------
    RFC 5545, Internet Calendaring and Scheduling Core Object Specification (2009): 3.1 for the folding of
    lines, 3.3.11 for escaped text, 3.6.1 for events.

    Examples
    --------
    >>> import datetime as dt
    >>> from standby.workforce import NAMED_PATTERNS
    >>> text = calendar_text(NAMED_PATTERNS["12-hour"], 1, first_monday=dt.date(2027, 1, 4), weeks=1)
    >>> text.count("BEGIN:VEVENT"), "DTSTART:20270104T070000Z" in text
    (4, True)
    """
    place = whole("team", team, low=1, high=pattern.teams) - 1
    count = whole("weeks", weeks, low=1, high=LONGEST_WEEKS)
    if first_monday.weekday() != 0:
        raise Refusal(f"{first_monday.isoformat()} is no Monday", "give the Monday on which the cycle begins")

    # A day as a date alone: a moment of it would be another day where clocks differ.
    monday = dt.date(first_monday.year, first_monday.month, first_monday.day)
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Standby//Shift pattern//EN", "CALSCALE:GREGORIAN"]
    for day in range(count * WEEK_DAYS):
        code = int(pattern.codes[place, day % pattern.days])
        if code == OFF:
            continue
        shift = pattern.shifts[code]
        begins = _utc(monday + dt.timedelta(day), shift.start_min)
        ends = _utc(monday + dt.timedelta(day), shift.end_min)
        identity = f"{pattern.name} {team} {begins} {shift.code}"
        lines += [
            "BEGIN:VEVENT",
            f"UID:{uuid.uuid5(uuid.NAMESPACE_OID, identity)}",
            f"DTSTAMP:{_utc(monday, 0)}",
            f"DTSTART:{begins}",
            f"DTEND:{ends}",
            f"SUMMARY:{_escaped(f'{shift.code}, team {team}: {pattern.name}')}",
            "END:VEVENT",
        ]

    lines.append("END:VCALENDAR")
    return "".join(_folded(line) for line in lines)


def _utc(day: dt.date, minutes: int) -> str:
    """Return a time of London's clock, in minutes after the midnight of a day, as the standard writes UTC."""
    days, of_day = divmod(minutes, DAY_MIN)
    local = dt.datetime.combine(day + dt.timedelta(days), dt.time(of_day // 60, of_day % 60), CLOCK)
    return local.astimezone(dt.UTC).strftime("%Y%m%dT%H%M%SZ")


def _escaped(text: str) -> str:
    """Return a text in which what has a meaning in the standard is escaped, and lines are one."""
    escaped = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return "\\n".join(escaped.splitlines())


def _folded(line: str) -> str:
    """Return a line with its end, folded before it is too long; no character is cut in two."""
    parts = [""]
    for character in line:
        # Lines after the first begin with a blank, which counts.
        room = LINE_BYTES - (1 if len(parts) > 1 else 0)
        if len((parts[-1] + character).encode()) > room:
            parts.append("")
        parts[-1] += character
    return "\r\n ".join(parts) + "\r\n"
