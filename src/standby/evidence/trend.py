"""The straight line through a series, how sure it is, and when it reaches a target."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy import stats

from standby._checks import one_of, single
from standby._refusals import Refusal
from standby._show import Shown
from standby._typing import Floats
from standby.evidence.series import DAYS_A_YEAR, Series

FEWEST = 3
"""Values through which a line has a spread: two always lie on one."""

SHARE = 0.9
"""Share of an interval, from the 5th to the 95th percentile."""

HORIZON_YEARS = 100.0
"""A line is not followed further than this beyond its last value: later is never [years]."""

_ROUNDING = 1e-9
"""Share by which binary rounding alone may move a solution."""


@dataclass(frozen=True, eq=False)
class Trend(Shown):
    """A straight line through a series by least squares on time.

    Its intervals are Student's: they suppose that values scatter around the line independently of each other
    and as widely at every date. Stocks carry over from year to year, so that their true intervals are wider;
    and nothing says that a line goes on.

    Parameters
    ----------
    series
        The series.
    per_year, low, high
        Slope and the ends of its interval [unit of the series/year].
    mean_years, mean_value
        Mean date, in years since the first, and mean value; the line passes through them.
    residual_sd
        Standard deviation of the values around the line, with n - 2 degrees of freedom.
    spread_years2
        Sum of the squared differences of the dates from their mean [years²].
    score
        Student's quantile of the interval.
    """

    series: Series
    per_year: float
    low: float
    high: float
    mean_years: float
    mean_value: float
    residual_sd: float
    spread_years2: float
    score: float

    def line(self, years: Floats) -> tuple[Floats, Floats, Floats]:
        """Return the line and the ends of its interval (of the mean, not of a new value).

        Parameters
        ----------
        years
            Years since the first date of the series, any shape; see `Series.years`.
        """
        away = np.asarray(years, dtype=float) - self.mean_years
        middle = self.mean_value + self.per_year * away
        variance = self.residual_sd**2 * (1.0 / len(self.series.dates) + away**2 / self.spread_years2)
        half = self.score * np.sqrt(variance)
        return middle, middle - half, middle + half


def trend(series: Series, *, share: float = SHARE) -> Trend:
    """Return the straight line through a series by least squares on time, with Student's interval.

    Parameters
    ----------
    series
        Three values at least; no levels.
    share
        Share of the interval, 0 to 1.

    Raises
    ------
    ValueError
        If there are fewer values, the series is one of levels, or the share is none.

    References
    ----------
    Draper, N. R. and Smith, H. (1998). Applied Regression Analysis, 3rd edition, sections 1.4 and 3.1.
    """
    share = single("share", share, above=True, high=1.0, below=True)
    if series.counts == "level":
        raise Refusal(f"series {series.name!r} is one of levels", "a scale has no slope")
    number = len(series.dates)
    if number < FEWEST:
        raise Refusal(
            f"series {series.name!r} has {number} value(s)", f"a trend with an interval needs {FEWEST}"
        )

    years = series.years()
    fitted = stats.linregress(years, series.values)
    slope = float(fitted.slope)
    score = float(stats.t.ppf((1.0 + share) / 2.0, number - 2))

    mean_years = float(years.mean())
    mean_value = float(series.values.mean())
    spread_years2 = float(((years - mean_years) ** 2).sum())
    residuals = series.values - mean_value - slope * (years - mean_years)
    residual_sd = math.sqrt(float((residuals**2).sum()) / (number - 2))
    half = score * residual_sd / math.sqrt(spread_years2)

    return Trend(
        series=series,
        per_year=slope,
        low=slope - half,
        high=slope + half,
        mean_years=mean_years,
        mean_value=mean_value,
        residual_sd=residual_sd,
        spread_years2=spread_years2,
        score=score,
    )


@dataclass(frozen=True)
class TargetDate(Shown):
    """When a series meets a target.

    Parameters
    ----------
    met
        Whether its last value does already.
    date
        The first date of the series from which on it does; else the day on which the line reaches it, None
        where it never does.
    earliest, latest
        The first day on which the line's interval takes in the target, and the day from which on it lies
        beyond it altogether; None: never at this trend.
    """

    met: bool
    date: dt.date | None
    earliest: dt.date | None
    latest: dt.date | None


def target_date(line: Trend, target: float, *, direction: Literal["rise", "fall"] = "rise") -> TargetDate:
    """Return the day on which a target is met if the line goes on, with its interval.

    The interval is Fieller's: the days on which the interval of the line takes in the target. Where the slope
    is unsure it has no end, and the target may never be met. A line that has passed the target while the last
    value has not is taken to meet it on the last date. No line is followed for more than `HORIZON_YEARS`.

    Parameters
    ----------
    line
        The trend.
    target
        The target, in the series' unit.
    direction
        Whether the series has to rise to the target or to fall to it.

    Raises
    ------
    ValueError
        If the target is no number, or the direction none.

    References
    ----------
    Draper, N. R. and Smith, H. (1998). Applied Regression Analysis, 3rd edition, section 3.2 (inverse
    regression).
    """
    target = single("target", target, low=-np.inf)
    one_of("direction", direction, ("rise", "fall"))
    series = line.series

    # A fall to a target is a rise of the negative to its negative.
    sign = 1.0 if direction == "rise" else -1.0
    is_met = sign * series.values >= sign * target
    if is_met[-1]:
        first = len(is_met) - int(np.argmin(is_met[::-1])) if not is_met.all() else 0
        met_on = series.dates[first]
        return TargetDate(met=True, date=met_on, earliest=met_on, latest=met_on)

    slope = sign * line.per_year
    rise = sign * (target - line.mean_value)
    days = (
        rise / slope if slope > 0 else math.inf,
        _crossing(line, slope, rise, half_sign=1.0),
        _crossing(line, slope, rise, half_sign=-1.0),
    )
    date, earliest, latest = (_day(line, away) for away in days)
    return TargetDate(met=False, date=date, earliest=earliest, latest=latest)


def _crossing(line: Trend, slope: float, rise: float, *, half_sign: float) -> float:
    """Return how long after the mean date one end of the line's interval reaches a rise for good [years].

    The end is slope·d ± t·s·√(1/n + d²/S). Squared, it meets the rise where
    (slope² - t²s²/S) d² - 2·slope·rise·d + rise² - t²s²/n = 0; of the two solutions one may belong to the
    other end.
    """
    variance = (line.score * line.residual_sd) ** 2
    number = len(line.series.dates)
    last = float(line.series.years()[-1]) - line.mean_years

    def end_at(away: float) -> float:
        return slope * away + half_sign * math.sqrt(variance * (1.0 / number + away**2 / line.spread_years2))

    # Far out the end is a line of this slope; one that does not rise is beyond no rise for good.
    if slope + half_sign * math.sqrt(variance / line.spread_years2) <= 0:
        return last if half_sign > 0 and end_at(last) >= rise else math.inf
    if end_at(last) >= rise:
        return last

    # From the last date on the end rises through the target once, so that the solutions are real. A quarter
    # of the discriminant is written without the difference of squares that rounding takes below nought.
    squared = slope**2 - variance / line.spread_years2
    constant = rise**2 - variance / number
    quarter = variance * (slope**2 / number + rise**2 / line.spread_years2)
    quarter -= variance * (variance / (number * line.spread_years2))
    larger = slope * rise + math.copysign(math.sqrt(max(quarter, 0.0)), slope * rise)
    roots = [larger / squared] if squared else []
    roots += [constant / larger] if larger else []

    # On an exact line both ends are the line itself, and meet the target together but for rounding.
    own_side = -_ROUNDING * (1.0 + abs(rise))
    own = [
        root
        for root in roots
        if root >= last - _ROUNDING * (1.0 + abs(last)) and half_sign * (rise - slope * root) >= own_side
    ]
    return min(own, default=math.inf)


def _day(line: Trend, away: float) -> dt.date | None:
    """Return the day so many years after the mean date, at the earliest the last; None for never."""
    series = line.series
    last = series.dates[-1]
    years = line.mean_years + away - float(series.years()[-1])
    if not years <= HORIZON_YEARS:
        return None
    return last + dt.timedelta(days=math.ceil(max(years, 0.0) * DAYS_A_YEAR - 1e-6))


__all__ = ["FEWEST", "HORIZON_YEARS", "TargetDate", "Trend", "target_date", "trend"]
