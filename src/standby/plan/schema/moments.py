"""When something happened: ISO 8601 times as local time of the United Kingdom."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from standby._refusals import Refusal
from standby._show import Shown
from standby._typing import Mask

LONDON = ZoneInfo("Europe/London")

YEARS = (1970, 2100)
"""First and last year in which a call can have been."""

EARLIEST_YEAR = 1800
"""First year of a count: no police force is older."""


class WrongTimeError(Refusal):
    """A cell is no time."""


@dataclass(frozen=True, eq=False)
class LocalTimes(Shown):
    """Times of a column.

    Parameters
    ----------
    times
        Local time of the United Kingdom, shape (rows,).
    converted
        Whether each was given with ``Z`` or an offset, and converted, shape (rows,).
    twice
        Whether each was given without one and falls in the hour that comes twice when clocks go back, shape
        (rows,).
    """

    times: NDArray[np.datetime64]
    converted: Mask
    twice: Mask

    def notes(self) -> list[str]:
        """Return what a reader should know of how times were taken."""
        notes = []
        number = self.times.size
        converted = int(self.converted.sum())
        twice = int(self.twice.sum())

        if converted:
            rest = number - converted
            local = f"; the other {rest:,}, without one, are taken as local time" if rest else ""
            notes.append(
                f"{converted:,} of {number:,} times have Z or an offset: they are converted to local time of "
                f"the United Kingdom{local}"
            )

        if twice:
            notes.append(
                f"{twice:,} of {number:,} times fall in the hour that comes twice when clocks go back; the "
                "hour of the week is the same either way"
            )

        return notes


def day_of(cell: str) -> dt.date:
    """Return the day that a cell names.

    Parameters
    ----------
    cell
        A day in ISO 8601, ``2016-03-31``. A month or a year alone is none: a count is of a day.

    Raises
    ------
    WrongTimeError
        If it is no such day, or none in which such a count can have been made.
    """
    try:
        day = dt.date.fromisoformat(cell)
    except ValueError:
        day = None

    # The standard has days of weeks as well, and days without hyphens: one form sorts as it reads.
    if day is None or day.isoformat() != cell:
        raise WrongTimeError("is no day", "Write e.g. 2016-03-31")
    if not EARLIEST_YEAR <= day.year <= YEARS[1]:
        raise WrongTimeError(f"is in the year {day.year}", "Write e.g. 2016-03-31")
    return day


def local_time(cell: str) -> tuple[dt.datetime, bool, bool]:
    """Return a time as local time of the United Kingdom.

    Parameters
    ----------
    cell
        A date and a time of day in ISO 8601, local time unless ``Z`` or an offset follows.

    Returns
    -------
    time, converted, twice
        The time without a zone; whether it had one; whether it comes twice.

    Raises
    ------
    WrongTimeError
        If it is no such time, or does not exist because clocks go forward.

    Examples
    --------
    >>> local_time("2024-06-03T06:30Z")[0].hour, local_time("2024-06-03T06:30")[0].hour
    (7, 6)
    """
    try:
        dt.date.fromisoformat(cell)
    except ValueError:
        pass
    else:
        raise WrongTimeError("is a day without a time of day", "Write e.g. 2019-03-31T14:05")

    try:
        given = dt.datetime.fromisoformat(cell)
    except ValueError:
        raise WrongTimeError("is no time", "Write e.g. 2019-03-31T14:05") from None

    if not YEARS[0] <= given.year <= YEARS[1]:
        raise WrongTimeError(f"is in the year {given.year}", "Write e.g. 2019-03-31T14:05")

    if given.tzinfo is not None:
        return given.astimezone(LONDON).replace(tzinfo=None), True, False

    # A time that clocks show twice, or never, has two readings that differ.
    first, second = (given.replace(tzinfo=LONDON, fold=fold) for fold in (0, 1))
    if first.utcoffset() == second.utcoffset():
        return given, False, False

    # One that is never shown does not come back from UTC as it went there.
    if first.astimezone(dt.UTC).astimezone(LONDON).replace(tzinfo=None) != given:
        raise WrongTimeError(
            "does not exist in local time of the United Kingdom, whose clocks go forward then",
            "Write Z behind every time if they are in UTC, or each one's offset",
        )

    return given, False, True


def local_times(cells: Iterable[str]) -> LocalTimes:
    """Return the times of a column as local time of the United Kingdom.

    Parameters
    ----------
    cells
        Dates with a time of day in ISO 8601: local time unless ``Z`` or an offset follows.

    Returns
    -------
    LocalTimes
        The times, and which of them were converted.

    Raises
    ------
    WrongTimeError
        For the first cell that is no time.
    """
    read = [local_time(cell) for cell in cells]
    return LocalTimes(
        np.array([time for time, _, _ in read], dtype="datetime64[s]"),
        np.array([converted for _, converted, _ in read], dtype=bool),
        np.array([twice for _, _, twice in read], dtype=bool),
    )


__all__ = ["LocalTimes", "WrongTimeError", "day_of", "local_time", "local_times"]
