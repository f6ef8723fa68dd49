"""Hours of the week, as planners write them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from standby.plan import hours_of_week

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@pytest.mark.parametrize("text", ["", "always", " Always ", "mon-sun", "00:00-24:00", "mon-sun 07:00-07:00"])
def test_the_whole_week(text: str) -> None:
    """Nothing, `always` and every day all day are the whole week."""
    assert hours_of_week(text).all()


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("mon 00:00-01:00", [0]),
        ("sun 22:00-02:00", [0, 1, 166, 167]),
        ("sat-mon 12-13", [12, 132, 156]),
        ("tue,thu 0900-1000", [33, 81]),
        ("mon 23:00-24:00; tue 0-1", [23, 24]),
        ("Monday 8:00-9:00", [8]),
    ],
)
def test_parts_by_hand(text: str, hours: list[int]) -> None:
    """Days, ranges past Sunday, lists, hours past midnight and several parts name the hours they should."""
    assert np.flatnonzero(hours_of_week(text)).tolist() == hours


@pytest.mark.parametrize(
    "text",
    ["weekdays", "mon 7", "7-9 mon", "mon 07:30-09:00", "mon 07:00-25:00", "mon 24:00-02:00", "mon;",
     "mon–fri", "mon tue 7-9", "monkey 7-9", "mon-tue-wed", "sunset"],
)  # fmt: skip
def test_what_cannot_be_read_says_the_form(text: str) -> None:
    """A part that can't be read is an error that says how to write it, never other hours."""
    with pytest.raises(ValueError, match="; "):
        hours_of_week(text)


@given(st.integers(0, 6), st.integers(0, 6), st.integers(0, 23), st.integers(1, 24))
def test_naive_twin(first: int, last: int, begin: int, end: int) -> None:
    """Days and hours are those that counting hour by hour from the first day gives."""
    wanted = np.zeros(168, dtype=bool)
    day = first
    while True:
        hour = begin
        while True:
            wanted[(24 * day + hour) % 168] = True
            hour += 1
            if hour % 24 == end % 24:
                break
        if day % 7 == last:
            break
        day = (day + 1) % 7
    found = hours_of_week(f"{DAYS[first]}-{DAYS[last]} {begin:02d}:00-{end:02d}:00")
    assert (found == wanted).all()
