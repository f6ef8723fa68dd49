"""Dated counts: what makes a series, and what can be asked of it."""

import csv
import datetime as dt
from pathlib import Path

import numpy as np
import pytest

from standby._refusals import Refusal
from standby.evidence import Series

ARMED = {"2010-03-31": 6976, "2016-03-31": 5639, "2018-03-31": 6459}


def test_last_value_up_to_a_day():
    """A day between two dates has the earlier value, and its date is said."""
    series = Series.of("armed", ARMED)
    assert series.on(dt.date(2017, 12, 31)) == (dt.date(2016, 3, 31), 5639.0)
    assert series.on(dt.date(2016, 3, 31)).value == 5639
    with pytest.raises(ValueError, match="no value up to 2009-12-31; its first is of 2010-03-31"):
        series.on(dt.date(2009, 12, 31))


def test_value_of_a_day_itself():
    """A day without a value of its own is refused, and the nearest named."""
    series = Series.of("armed", ARMED)
    assert series.at(dt.date(2018, 3, 31)).value == 6459
    with pytest.raises(ValueError, match="no value of 2010-01-01; its nearest is of 2010-03-31"):
        series.at(dt.date(2010, 1, 1))


@pytest.mark.parametrize(
    ("values", "given", "said"),
    [
        ({}, {}, "has no value"),
        ({"2010-02-30": 1}, {}, "is no date"),
        ({"2010-03-31": -1}, {}, "values is -1"),
        ({"2010-03-31": np.nan}, {}, "missing value"),
        ({"2010-03-31": 1}, {"counts": "sum"}, "choose from stock, period, added, level"),
        ({"2010-03-31": 41}, {"counts": "added"}, "says nothing of since when"),
        ({"2010-03-31": 41}, {"since": "2009-04-01"}, "adds nothing"),
        ({"2010-03-31": 41}, {"counts": "added", "since": "2010-03-31"}, "a day before the first value"),
        ({"2010-03-31": 6}, {"counts": "level"}, "4 for severe, 5 for critical"),
    ],
)
def test_what_is_no_series(values, given, said):
    """What can't be a series is refused in words."""
    with pytest.raises(ValueError, match=said):
        Series.of("x", values, **given)


def test_dates_in_order_and_as_many_as_values():
    """Dates come once each, earliest first, with a value each."""
    days = (dt.date(2012, 1, 1), dt.date(2011, 1, 1))
    with pytest.raises(ValueError, match="out of order, or one twice"):
        Series("x", days, np.array([1.0, 2.0]))
    with pytest.raises(ValueError, match="out of order, or one twice"):
        Series("x", (days[0], days[0]), np.array([1.0, 2.0]))
    with pytest.raises(ValueError, match="2 dates and values of shape"):
        Series("x", days[::-1], np.array([1.0]))


def test_added_may_be_fewer():
    """What was added may be less than nothing; a stock may not."""
    series = Series.of("x", {"2010-03-31": -12}, counts="added", since="2009-04-01")
    assert series.values.tolist() == [-12]


def test_spells_of_a_level():
    """A level lasts until another one begins, the last until the day that was asked for."""
    series = Series.of(
        "x", {"2017-05-01": 4, "2017-05-23": 5, "2017-05-25": 5, "2017-05-27": 4}, counts="level"
    )
    spells = series.spells(dt.date(2017, 6, 1))
    assert [(spell.value, (spell.until - spell.first).days) for spell in spells] == [(4, 22), (5, 4), (4, 5)]
    assert len(series.spells(dt.date(2017, 5, 27))) == 2


def test_threat_levels_of_the_record(shared: Path):
    """The national level changed twelve times from August 2006 to March 2018, and was critical four times.

    The number of changes was published (March 2018); the lengths are those of the record's dates.
    """
    words = ("LOW", "MODERATE", "SUBSTANTIAL", "SEVERE", "CRITICAL")
    with (shared / "facts" / "timeline.csv").open(encoding="utf-8", newline="") as file:
        rows = [r for r in csv.DictReader(file) if r["series"] == "threat_level_international_terrorism"]
    level = {row["date"]: words.index(row["value"]) + 1 for row in rows if row["date"]}

    spells = Series.of("threat", level, counts="level").spells(dt.date(2018, 3, 1))
    assert len(spells) - 1 == 12
    assert [(s.until - s.first).days for s in spells if s.value == 5] == [4, 4, 4, 2]


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: Series.of("x", {"2010-01-01": "abc"}), "values is"),
        (lambda: Series.of("x", {3: 4}), "a date is 3, which is no date"),
        (lambda: Series("x", (dt.datetime(2010, 1, 1, tzinfo=dt.UTC),), [3.0]), "a date is 2010-01-01T"),
        (lambda: Series.of("x", {"2010-01-01": 3}).on("then"), "day is 'then'"),
        (
            lambda: Series.of("x", {"2010-01-01": 3}).at(dt.datetime(2010, 1, 1, tzinfo=dt.UTC)),
            "day is 2010-01-01T",
        ),
    ],
)
def test_what_is_no_day_or_number_is_refused(call, said):
    """Days and values of another type are refused, and no error of Python's is raised."""
    with pytest.raises(Refusal, match=said):
        call()


def test_a_day_may_be_text():
    """The day of a value may be its text."""
    series = Series.of("x", {"2010-01-01": 3, "2011-01-01": 4})
    assert series.on("2010-06-01") == series.at("2010-01-01")
