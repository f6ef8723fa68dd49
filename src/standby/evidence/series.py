"""Dated counts: what was counted, of whom, and when.

Counts of different scope are different series: 874 officers of forces with a grant and 1,351 of all forces
are not one count that grew. What was *added* since a day is no stock either, and can't be made into one
without a base.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, NamedTuple

import numpy as np

from standby._checks import number, numbers, one_of
from standby._refusals import Refusal, shown
from standby._show import Shown
from standby._typing import Floats

Counts = Literal["stock", "period", "added", "level"]
"""What a value is: how many there are on the day; how many there were in the period that ends then; how many
more there are than on the series' first day, which is no value of it; or a level on a scale."""

COUNTS: tuple[Counts, ...] = ("stock", "period", "added", "level")
"""All of `Counts`."""

THREAT_LEVELS = ("low", "moderate", "substantial", "severe", "critical")
"""National threat levels from the lowest, which a series of levels has as 1 to 5."""


class Spell(NamedTuple):
    """Days without a change of level: the level, its first day, and the day of the next level."""

    value: float
    first: dt.date
    until: dt.date


@dataclass(frozen=True, eq=False)
class Series(Shown):
    """Dated counts of one scope.

    Parameters
    ----------
    name
        What it is called.
    dates
        Days of the values, from the first to the last, none twice.
    values
        The values, shape (dates,), in the series' unit.
    unit
        What is counted: officers, vehicles, operations.
    scope
        Whom or where it counts; the same for every value.
    counts
        What a value is: see `Counts`.
    since
        The day from which on something was added, for ``"added"`` alone.

    Raises
    ------
    ValueError
        If there is no value, dates are not in order, values are not as many or not finite, or `since` is
        missing, not before the first date, or given for what is not added.

    Examples
    --------
    >>> officers = Series.of("armed", {"2010-03-31": 6976, "2016-03-31": 5639}, unit="officers")
    >>> officers.on(dt.date(2012, 1, 1)).value
    6976.0
    """

    name: str
    dates: tuple[dt.date, ...]
    values: Floats
    unit: str = ""
    scope: str = ""
    counts: Counts = "stock"
    since: dt.date | None = None

    def __post_init__(self) -> None:
        one_of("counts", self.counts, COUNTS)
        low = -np.inf if self.counts == "added" else 0.0
        values = number("values", self.values, low=low)
        object.__setattr__(self, "values", values)

        object.__setattr__(self, "dates", tuple(as_day("a date", date) for date in self.dates))
        if not self.dates:
            raise Refusal(f"series {self.name!r} has no value", "give one at least")
        if values.shape != (len(self.dates),):
            raise Refusal(
                f"series {self.name!r} has {len(self.dates)} dates and values of shape {values.shape}",
                "give a value for each date",
            )
        if any(later <= earlier for earlier, later in pairwise(self.dates)):
            raise Refusal(
                f"series {self.name!r} has dates out of order, or one twice", "give each once, earliest first"
            )

        if self.counts == "level" and not np.isin(values, range(1, len(THREAT_LEVELS) + 1)).all():
            raise Refusal(f"series {self.name!r} has a level that is none", f"give {_levels()}")

        if (self.counts == "added") != (self.since is not None):
            what = "says nothing of since when" if self.since is None else "has a first day, and adds nothing"
            raise Refusal(f"series {self.name!r} {what}", 'give since for counts = "added" alone')
        if self.since is not None:
            object.__setattr__(self, "since", as_day("since", self.since))
        if self.since is not None and self.since >= self.dates[0]:
            raise Refusal(
                f"series {self.name!r} has a value of {self.dates[0]}, and counts what was added since "
                f"{self.since}",
                "give a day before the first value",
            )

    @classmethod
    def of(
        cls,
        name: str,
        values: dict[str, float],
        *,
        unit: str = "",
        scope: str = "",
        counts: Counts = "stock",
        since: str | None = None,
    ) -> Series:
        """Return a series from its values by date, in any order.

        Parameters
        ----------
        name, unit, scope, counts
            As in the class.
        values
            Values by date, ``2010-03-31``.
        since
            Day from which on something was added.

        Raises
        ------
        ValueError
            If a date is none, a value is no number, or as the class says.
        """
        by_day = sorted(
            ((as_day("a date", text), value) for text, value in values.items()), key=lambda pair: pair[0]
        )
        return cls(
            name=name,
            dates=tuple(day for day, _ in by_day),
            values=numbers("values", [value for _, value in by_day]),
            unit=unit,
            scope=scope,
            counts=counts,
            since=None if since is None else as_day("since", since),
        )

    def on(self, day: dt.date | str) -> Dated:
        """Return the last value on or before a day, with its own date.

        Parameters
        ----------
        day
            The day, or its text, ``2010-03-31``.

        Raises
        ------
        ValueError
            If the series begins later, or the day is none.
        """
        day = as_day("day", day)
        place = int(np.searchsorted(_ordinals(self.dates), day.toordinal(), side="right")) - 1
        if place < 0:
            raise Refusal(
                f"series {self.name!r} has no value up to {day}", f"its first is of {self.dates[0]}"
            )
        return Dated(self.dates[place], float(self.values[place]))

    def at(self, day: dt.date | str) -> Dated:
        """Return the value of a day itself.

        Parameters
        ----------
        day
            The day, or its text, ``2010-03-31``.

        Raises
        ------
        ValueError
            If the series has no value of that day (the nearest date is named), or the day is none.
        """
        day = as_day("day", day)
        if day not in self.dates:
            nearest = min(self.dates, key=lambda date: abs(date - day))
            raise Refusal(f"series {self.name!r} has no value of {day}", f"its nearest is of {nearest}")
        return Dated(day, float(self.values[self.dates.index(day)]))

    def years(self, days: Iterable[dt.date] | None = None) -> Floats:
        """Return days as years since the first date, shape (days,); the series' own where none are given.

        Parameters
        ----------
        days
            The days.
        """
        ordinals = _ordinals(self.dates if days is None else days)
        return (ordinals - self.dates[0].toordinal()) / DAYS_A_YEAR

    def spells(self, until: dt.date) -> list[Spell]:
        """Return the times for which a level stayed as it was, up to a day.

        Parameters
        ----------
        until
            The day after the last one that is looked at.
        """
        spells: list[Spell] = []
        for date, value in zip(self.dates, self.values.tolist(), strict=True):
            if date >= until:
                break
            if spells and spells[-1].value == value:
                continue
            if spells:
                spells[-1] = spells[-1]._replace(until=date)
            spells.append(Spell(value, date, until))
        return spells


class Dated(NamedTuple):
    """A value and its day."""

    date: dt.date
    value: float


DAYS_A_YEAR = 365.25
"""Mean length of a year [days]."""


def _ordinals(days: Iterable[dt.date]) -> Floats:
    """Return days as numbers, one more for each day."""
    return np.array([day.toordinal() for day in days], dtype=float)


def as_day(name: str, value: dt.date | str) -> dt.date:
    """Return a day from itself or its text, ``2010-03-31``; refuse what is none, times of a day included.

    Parameters
    ----------
    name
        What the day is, for the message.
    value
        The day.

    Raises
    ------
    ValueError
        If it is no day.
    """
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value
    try:
        return dt.date.fromisoformat(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        raise Refusal(f"{name} is {shown(value)}, which is no date", "write e.g. 2010-03-31") from None


def _levels() -> str:
    """Return the levels by number, in words."""
    return ", ".join(f"{number} for {word}" for number, word in enumerate(THREAT_LEVELS, 1))


__all__ = ["COUNTS", "DAYS_A_YEAR", "THREAT_LEVELS", "Counts", "Dated", "Series", "Spell", "as_day"]
