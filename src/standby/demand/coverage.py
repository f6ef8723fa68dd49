"""What time a log of calls covers: its months, less the gaps in which it can't have been kept."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from standby._refusals import Refusal
from standby._show import Shown
from standby._typing import Codes, Floats, Mask
from standby.plan import HOURS_A_WEEK, HOURS_A_YEAR
from standby.words import count, counted

MONTHS_A_YEAR = 12

GAP_CHANCE = 1e-6
"""A pause is a gap if fewer than one log in so many would have one as long anywhere.

So small because calls that come at uneven hours pause longer than even ones do: where a week has stretches
with six tenths of its mean rate, as nights and quiet days have, one log in a hundred would still be said to
have a gap that it has not.
"""

EDGE_CHANCE = 1e-3
"""Chance below which the beginning of the first month, or the end of the last, can't be without a call."""

SHORTEST_GAP_H = 24
"""Hours that a gap has at least: nights are no gaps [h]."""


@dataclass(frozen=True, eq=False)
class Coverage(Shown):
    """The hours that a log covers.

    Parameters
    ----------
    hours
        Every hour that it covers, in order, local time, shape (hours,).
    gaps
        First and last hour of each gap.
    """

    hours: NDArray[np.datetime64]
    gaps: tuple[tuple[np.datetime64, np.datetime64], ...]

    @property
    def month_of_hour(self) -> NDArray[np.datetime64]:
        """Month of each hour, shape (hours,)."""
        return self.hours.astype("datetime64[M]")

    @property
    def months(self) -> tuple[str, ...]:
        """Months of which something is covered, such as ``2024-01``, in order."""
        return tuple(np.unique(self.month_of_hour).astype(str).tolist())

    @property
    def years(self) -> float:
        """How long the log covers [years]."""
        return self.hours.size / HOURS_A_YEAR

    @property
    def by_hour(self) -> Floats:
        """How often each hour of the week is covered, shape (168,)."""
        return np.bincount(hour_of_week(self.hours), minlength=HOURS_A_WEEK).astype(float)

    def of_months(self, months: Collection[str]) -> Coverage:
        """Return what is covered of some months.

        Parameters
        ----------
        months
            Such as ``2024-01``.
        """
        kept = np.isin(self.month_of_hour.astype(str), list(months))
        return replace(self, hours=self.hours[kept])

    def notes(self) -> list[str]:
        """Return what a reader should know of the time that a log covers."""
        months = self.months
        share = self.years * MONTHS_A_YEAR
        notes = [
            f"the log is taken to cover {months[0]} to {months[-1]}: {counted(round(share, 1), 'month')}"
            + (f" without {counted(len(self.gaps), 'gap')}" if self.gaps else "")
        ]

        for first, last in self.gaps:
            days = (last - first).astype(int) / 24
            notes.append(
                f"no calls from {_hour_text(first)} to {_hour_text(last)} ({count(days)} days), which chance "
                "does not explain: taken as not in the log"
            )
        return notes


def coverage_of(times: NDArray[np.datetime64]) -> Coverage:
    """Return what time a log covers, from its calls.

    A log is taken to cover whole calendar months, from that of its first call to that of its last. A pause
    between two calls that is too long for chance (`GAP_CHANCE`) is a gap and is not covered; so is a
    beginning of the first month, or an end of the last, without calls (`EDGE_CHANCE`). In time that is
    covered one call stands at either end of a gap: a mean pause before and after it is counted as covered, so
    that rates are not too high.

    Parameters
    ----------
    times
        When calls came, local time, in any order, shape (calls,).

    Returns
    -------
    Coverage
        The hours covered, and the gaps.

    Raises
    ------
    ValueError
        If there are no calls.
    """
    if not times.size:
        raise Refusal("the log has no calls", "give one or more")

    call_hour = np.sort(times).astype("datetime64[h]")
    start = call_hour[0].astype("datetime64[M]").astype("datetime64[h]")
    end = (call_hour[-1].astype("datetime64[M]") + 1).astype("datetime64[h]")
    hours = np.arange(start, end)

    # Pauses, the ones at both ends among them: after which hour, and how many hours long.
    before = np.concatenate([[start], call_hour])
    pause_h = np.diff(np.concatenate([before, [end]])).astype(float)
    is_edge = np.zeros(pause_h.size, dtype=bool)
    is_edge[[0, -1]] = True

    gaps = _gaps(pause_h, is_edge, calls=times.size, total_h=float(hours.size))
    if not gaps.size:
        return Coverage(hours, ())

    # What is left covered beside a gap is a mean pause, shared by its two sides; an edge has one side.
    mean_pause_h = (hours.size - pause_h[gaps].sum()) / max(times.size - gaps.size, 1)
    covered = np.ones(hours.size, dtype=bool)
    found = list[tuple[np.datetime64, np.datetime64]]()
    for gap in np.sort(gaps):
        first = int((before[gap] - start).astype(int))
        last = first + int(pause_h[gap])
        after = 0 if gap == 0 else mean_pause_h / 2.0
        ahead = 0 if gap == pause_h.size - 1 else mean_pause_h / 2.0
        first = min(first + round(after), last)
        last = max(last - round(ahead), first)
        if last > first:
            covered[first:last] = False
            found.append((hours[first], hours[last - 1] + np.timedelta64(1, "h")))
    return Coverage(hours[covered], tuple(found))


def _gaps(pause_h: Floats, is_edge: Mask, *, calls: int, total_h: float) -> Codes:
    """Return which pauses are too long for chance, the longest first; each makes the rest look denser."""
    order = np.argsort(-pause_h, kind="stable")
    found = list[int]()
    for pause in order.tolist():
        rest_h = total_h - pause_h[found].sum()
        per_hour = calls / (rest_h - pause_h[pause]) if rest_h > pause_h[pause] else np.inf
        limit = EDGE_CHANCE if is_edge[pause] else GAP_CHANCE / (calls + 1)
        if pause_h[pause] < SHORTEST_GAP_H:
            break
        if np.exp(-per_hour * pause_h[pause]) < limit:
            found.append(pause)
    return np.array(found, dtype=np.int64)


def hour_of_week(times: NDArray[np.datetime64]) -> Codes:
    """Return the hour of the week of times, 0 from Monday midnight.

    Parameters
    ----------
    times
        Local time, shape (times,).

    Returns
    -------
    ndarray
        Shape (times,).
    """
    stamps = pd.Series(times)
    return np.asarray(stamps.dt.day_of_week * 24 + stamps.dt.hour, dtype=np.int64)


def _hour_text(hour: np.datetime64) -> str:
    """Return an hour as a reader writes it."""
    return str(hour.astype("datetime64[m]")).replace("T", " ")
