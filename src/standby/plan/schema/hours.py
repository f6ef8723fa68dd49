"""Hours of the week, as planners write them.

An expression is one or more parts joined by ``;``. A part is days, then hours: ``mon-fri 07:00-19:00``.
Days are three-letter names, ranges (which may run past Sunday) and lists joined by ``,``; hours run from the
first to the second and past midnight when the second is not later. Days alone mean all day, hours alone
every day, ``always`` the whole week. Times are whole hours.
"""

from __future__ import annotations

import re

import numpy as np

from standby._refusals import Refusal
from standby._typing import Mask

HOURS_A_WEEK = 168
"""Hours of the week, numbered 0 to 167 from Monday 00:00."""

HOURS_A_YEAR = 8766.0
"""Hours in a mean Gregorian year, 365.25 days [h]."""

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
FULL = {
    name[:3]: name for name in ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
}
_TIMES = re.compile(r"^(\d{1,2})(?::?(\d{2}))?-(\d{1,2})(?::?(\d{2}))?$")
_FORM = "write e.g. 'always', 'mon-fri 07:00-19:00' or 'fri-sat 20:00-04:00; sun'"


def hours_of_week(text: str) -> Mask:
    """Return which of the 168 hours of the week an expression names.

    Parameters
    ----------
    text
        The expression; empty means always.

    Returns
    -------
    ndarray of bool
        Shape (168,), from Monday 00:00.

    Raises
    ------
    ValueError
        If a part cannot be read; the message gives the form.

    Examples
    --------
    >>> int(hours_of_week("mon-fri 07:00-19:00").sum())
    60
    >>> hours_of_week("sun 22:00-02:00").nonzero()[0].tolist()
    [0, 1, 166, 167]
    """
    week = np.zeros(HOURS_A_WEEK, dtype=bool)
    for part in (text.strip().lower() or "always").split(";"):
        week[_part(part.strip())] = True
    return week


def hours_text(week: Mask) -> str:
    """Return an expression that names certain hours of the week; `hours_of_week` reads it back.

    Parameters
    ----------
    week
        Which of the 168 hours, shape (168,), from Monday 00:00; at least one.

    Raises
    ------
    ValueError
        If no hour is named: an expression can't say never.

    Examples
    --------
    >>> hours_text(hours_of_week("fri-sat 18:00-04:00"))
    'fri-sat 18:00-04:00'
    >>> hours_text(~hours_of_week("mon-fri 07:00-19:00"))
    'mon 00:00-07:00; mon-thu 19:00-07:00; fri 19:00-24:00; sat-sun 00:00-24:00'
    """
    if not week.any():
        raise Refusal("no hour of the week is named", "an expression of hours names at least one")
    if week.all():
        return "always"

    # Runs of hours, around the end of the week; one of more than a day is cut at midnights.
    pieces: list[tuple[int, int]] = []
    for start in np.flatnonzero(week & ~np.roll(week, 1)).tolist():
        hour = start
        left = int(np.argmin(np.roll(week, -start)))
        while left > 24:
            to_midnight = 24 - hour % 24
            pieces.append((hour % HOURS_A_WEEK, to_midnight))
            hour += to_midnight
            left -= to_midnight
        pieces.append((hour % HOURS_A_WEEK, left))

    # Pieces of the same hours on following days are one part: first and last day, first hour, length.
    parts: list[tuple[int, int, int, int]] = []
    for start, length in sorted(pieces):
        day, first = divmod(start, 24)
        if parts and parts[-1][1:] == (day - 1, first, length):
            parts[-1] = (parts[-1][0], day, first, length)
        else:
            parts.append((day, day, first, length))

    return "; ".join(
        f"{DAYS[day]}{'' if day == last else '-' + DAYS[last]} {first:02d}:00-{_end(first, length):02d}:00"
        for day, last, first, length in parts
    )


def _end(first: int, length: int) -> int:
    """Return the hour at which a piece ends, 24 for midnight."""
    end = first + length
    return end if end <= 24 else end - 24


def _wrong(what: str, fix: str) -> Refusal:
    """Return the refusal of an expression of hours."""
    return Refusal(what, fix, code="bad-hours")


def _part(part: str) -> list[int]:
    """Return the hours of the week that one part of an expression names."""
    if part == "always":
        return list(range(HOURS_A_WEEK))

    # Days, or hours, or days and then hours; only hours begin with a digit.
    words = part.split()
    if not 1 <= len(words) <= 2:
        raise _wrong(f"hours {part!r} can't be read", _FORM)
    days = None if words[0][0].isdigit() else words[0]
    times = words[-1] if words[-1][0].isdigit() else None
    if len(words) == 2 and (days is None or times is None):
        raise _wrong(f"hours {part!r} can't be read", _FORM)

    first, length = _times(times, part) if times else (0, 24)
    return [(24 * day + first + k) % HOURS_A_WEEK for day in _days(days, part) for k in range(length)]


def _times(text: str, part: str) -> tuple[int, int]:
    """Return the first hour that ``07:00-19:00`` names, and how many."""
    match = _TIMES.match(text)
    if not match:
        raise _wrong(f"hours {part!r} can't be read", _FORM)

    first, first_minute, last, last_minute = match.groups()
    if (first_minute or "00") != "00" or (last_minute or "00") != "00":
        raise _wrong(f"hours {part!r} are not whole hours", "round to the hour")
    if int(first) > 23 or int(last) > 24:
        raise _wrong(f"hours {part!r} go beyond 24:00", "use 00:00 to 24:00")

    # An end that is not later than the start is on the next day.
    length = int(last) - int(first)
    return int(first), length if length > 0 else length + 24


def _days(text: str | None, part: str) -> list[int]:
    """Return the days that ``mon-fri,sun`` names, from 0 for Monday; every day for None."""
    if text is None:
        return list(range(7))

    found: list[int] = []
    for item in text.split(","):
        ends = [_day(end) for end in item.split("-")]
        if len(ends) > 2 or "" in ends:
            raise _wrong(f"day {item!r} in {part!r} is not known", f"use {', '.join(DAYS)}")

        # A range may run past Sunday.
        first = DAYS.index(ends[0])
        last = DAYS.index(ends[-1])
        found += [(first + k) % 7 for k in range((last - first) % 7 + 1)]
    return found


def _day(text: str) -> str:
    """Return the three letters of a day's name or of its beginning; nothing for another word."""
    return text[:3] if len(text) > 2 and FULL.get(text[:3], "").startswith(text) else ""
