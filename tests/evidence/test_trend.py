"""The line through a series, its interval, and the day on which a target is met."""

import datetime as dt
import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from standby.evidence import Series, target_date, trend


def yearly(values, first=2010, **given):
    """Return a series with a value at the end of each March."""
    return Series.of("x", {f"{first + k}-03-31": value for k, value in enumerate(values)}, **given)


UPLIFT = yearly([5639, 6278, 6459, 6653], 2016)
"""Armed officers of the 43 forces of England and Wales at 31 March (Home Office releases)."""


def test_slope_and_interval_by_the_textbook():
    """Slope and interval are those of the normal equations, solved here with the full covariance matrix."""
    line = trend(UPLIFT, share=0.95)
    years = UPLIFT.years()
    design = np.column_stack([np.ones_like(years), years])
    fitted, rest, *_ = np.linalg.lstsq(design, UPLIFT.values, rcond=None)
    covariance = float(rest[0]) / 2 * np.linalg.inv(design.T @ design)
    half = stats.t.ppf(0.975, 2) * math.sqrt(covariance[1, 1])
    assert (line.per_year, line.low, line.high) == pytest.approx(
        (fitted[1], fitted[1] - half, fitted[1] + half)
    )

    at = np.array([1.0, 6.5])
    middle, low, high = line.line(at)
    points = np.column_stack([np.ones(2), at])
    halves = stats.t.ppf(0.975, 2) * np.sqrt(np.einsum("ij,jk,ik->i", points, covariance, points))
    assert middle == pytest.approx(points @ fitted)
    assert (high - low) / 2 == pytest.approx(halves)


@pytest.mark.parametrize("number", [1, 2])
def test_too_few_values(number):
    """Fewer than three values have no spread around a line, and no interval is made up."""
    with pytest.raises(ValueError, match="needs 3"):
        trend(yearly(range(number)))


def test_levels_have_no_slope():
    """A threat level is no number that has a trend."""
    with pytest.raises(ValueError, match="a scale has no slope"):
        trend(yearly([3, 4, 5], counts="level"))


def test_an_exact_line_meets_its_target_on_the_day():
    """Values on a line have no doubt: a target is met on the day of the line."""
    series = yearly([100, 110, 120, 130])
    found = target_date(trend(series), 150)
    assert abs((found.date - dt.date(2015, 3, 31)).days) <= 2  # years differ in length by a day
    assert abs((found.latest - found.earliest).days) <= 5
    assert not found.met


def test_a_target_that_is_met():
    """A target that the last value meets was met on the first date from which on it was."""
    found = target_date(trend(yearly([90, 101, 99, 103, 104])), 100)
    assert (found.met, found.date) == (True, dt.date(2013, 3, 31))
    assert target_date(trend(yearly([5, 6, 7])), 5).date == dt.date(2010, 3, 31)


def test_never():
    """A flat or falling line never rises to a target, and an unsure one may never."""
    falling = target_date(trend(yearly([104, 103, 102, 101])), 110)
    assert (falling.met, falling.date, falling.earliest, falling.latest) == (False, None, None, None)

    unsure = target_date(trend(yearly([100, 104, 101, 105, 102])), 120)
    assert unsure.earliest < unsure.date
    assert unsure.latest is None


def test_beyond_a_hundred_years_is_never():
    """No line is followed for more than a century."""
    line = trend(yearly([1000, 1001, 1002]))
    assert target_date(line, 1100).date is not None
    assert target_date(line, 1104).date is None


def test_a_fall_is_a_rise_upside_down():
    """A fall to a target is met when its mirror image rises to the mirrored one."""
    values = [5776, 5600, 5500, 5480, 5300]
    fall = target_date(trend(yearly(values)), 5000, direction="fall")
    rise = target_date(trend(yearly([6000 - v for v in values])), 1000)
    assert fall == rise


@given(
    st.lists(st.integers(0, 60), min_size=3, max_size=8),
    st.integers(1, 120),
)
def test_interval_against_a_walk_along_the_line(values, above):
    """The interval of the day is that of a walk along the line, day by day, over its own ends."""
    series = yearly(values)
    line = trend(series)
    target = values[-1] + above
    found = target_date(line, target)
    assume(not found.met)

    last = series.dates[-1]
    days = range(36_400)
    middle, low, high = line.line(float(series.years()[-1]) + np.array(days) / 365.25)
    for end, day in ((middle, found.date), (high, found.earliest), (low, found.latest)):
        reached = np.flatnonzero(end >= target - 1e-6)
        first = int(reached[0]) if reached.size else None
        if day is None or (day - last).days >= len(days):
            # A line, or its lower end, that falls may be beyond the target at first, and leaves it again.
            slope = {id(middle): line.per_year, id(low): line.low}.get(id(end), 0.0)
            assert end[-1] < target or slope < 0
        else:
            assert first is not None
            assert abs((day - last).days - first) <= 1


@given(
    start=st.floats(0, 1e6),
    slope=st.floats(1e-3, 1e4),
    number=st.integers(3, 12),
    years=st.floats(0.1, 60),
)
def test_exact_lines_reach_their_target(start, slope, number, years):
    """Values on a line meet a later target on its own day, and their interval is that day."""
    dates = [dt.date(2010 + k, 3, 31) for k in range(number)]
    passed = np.array([(day - dates[0]).days for day in dates]) / 365.25
    series = Series("x", tuple(dates), start + slope * passed)
    found = target_date(trend(series), float(start + slope * (passed[-1] + years)))

    # Rounding leaves a large start with a small slope a day or so of doubt.
    doubt = 2 + 1e-9 * (start + slope) / slope
    expected = dates[-1] + dt.timedelta(days=years * 365.25)
    for day in (found.date, found.earliest, found.latest):
        assert day is not None
        assert abs((day - expected).days) <= doubt


def test_three_values_on_a_line():
    """10, 13 and 16 reach 17 a third of a year on, for certain."""
    found = target_date(trend(yearly([10, 13, 16], first=2017)), 17)
    assert found.earliest == found.date == found.latest


@given(st.lists(st.integers(0, 1000), min_size=3, max_size=12), st.floats(0.5, 20), st.integers(0, 500))
def test_units_do_not_matter(values, factor, shift):
    """A series in other units has its line in other units."""
    plain = trend(yearly(values))
    other = trend(yearly([factor * value + shift for value in values]))
    size = factor * max(values) + 1.0
    ours = np.array([plain.per_year, plain.low, plain.high]) * factor
    assert np.array([other.per_year, other.low, other.high]) == pytest.approx(ours, abs=1e-7 * size)


def test_the_interval_holds_what_it_says():
    """Of 400 series around a known line 90% have the slope in their interval, but for chance."""
    rng = np.random.default_rng(20261130)
    truth = 12.0
    hit = 0
    for _ in range(400):
        values = 500 + truth * np.arange(8) + rng.normal(0, 20, 8)
        line = trend(yearly(values))
        hit += line.low <= truth <= line.high
    assert stats.binomtest(hit, 400, 0.9).pvalue > 0.001
