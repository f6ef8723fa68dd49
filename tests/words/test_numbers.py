"""How numbers are written."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standby.words import numbers as n


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.84, "84%"), (0, "0%"), (1, "100%"), (0.004, "< 1%"), (0.997, "> 99%"), (-0.0, "0%"), (math.nan, "–")],
)
def test_shares(value: float, text: str) -> None:
    """A share is a whole percentage, and never a false 0 or 100."""
    assert text == n.share(value)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (23.4, "23 min"),
        (8.44, "8.4 min"),
        (9.96, "10 min"),
        (math.inf, "> 180 min"),
        (181, "> 180 min"),
        (0, "0.0 min"),
        (-3.21, "−3.2 min"),
        (180, "180 min"),
        (-math.inf, "< −180 min"),
    ],
)
def test_minutes(value: float, text: str) -> None:
    """Minutes are whole from ten upwards, have one decimal below, and end at the limit."""
    assert text == n.minutes(value, limit=180)


@pytest.mark.parametrize(
    ("value", "text"), [(2.25, "2.2"), (0, "0"), (12, "12"), (math.inf, "never"), (math.nan, "–")]
)
def test_years(value: float, text: str) -> None:
    """Years until something is there say never where it never will be."""
    assert text == n.years(value)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1_234_567, "£1.2m"),
        (999_600, "£1.0m"),
        (950_000, "£950k"),
        (4310, "£4,310"),
        (3.417, "£3.42"),
        (0, "£0"),
        (2.5e9, "£2.50bn"),
        (-1_200_000, "−£1.2m"),
        (-0.001, "£0"),
    ],
)
def test_money(value: float, text: str) -> None:
    """Amounts are written in the unit that a reader would say."""
    assert text == n.money(value)


@pytest.mark.parametrize(
    ("value", "text"),
    [(1234.4, "1,234"), (3.4, "3.4"), (3, "3"), (0, "0"), (-12, "−12"), (math.inf, "no limit")],
)
def test_counts(value: float, text: str) -> None:
    """Counts are whole from ten upwards and keep a decimal that is there below."""
    assert text == n.count(value)


def test_people_that_were_worked_out_have_three_digits() -> None:
    """A number of people over draws is not written as if it were a census."""
    assert (n.people(0.4), n.people(12.6), n.people(-3.5)) == ("0", "13", "−4")
    assert (n.people(749_617), n.people(491), n.people(-83_458)) == ("750,000", "491", "−83,500")


@pytest.mark.parametrize(
    ("value", "low", "high", "write", "text"),
    [
        (0.84, 0.79, 0.88, n.share, "84% (79–88%)"),
        (23, 20, 26, n.minutes, "23 min (20–26 min)"),
        (0.84, 0.84, 0.84, n.share, "84%"),
        (0.84, math.nan, math.nan, n.share, "84%"),
        (1.2e6, 9e5, 1.5e6, n.money, "£1.2m (£900k–£1.5m)"),
        (0.5, 0.001, 0.9, n.share, "50% (< 1% to 90%)"),
    ],
)
def test_intervals(value: float, low: float, high: float, write: n.Writer, text: str) -> None:
    """A number has its bounds after it, joined by a dash unless a sign would be misread."""
    assert text == n.with_interval(value, low, high, write)


@pytest.mark.parametrize(
    ("value", "write", "text"),
    [
        (0.021, n.share, "+2.1 pts"),
        (-0.021, n.share, "−2.1 pts"),
        (0.0001, n.share, "0.0 pts"),
        (2, n.minutes, "+2.0 min"),
        (-1.2e6, n.money, "−£1.2m"),
        (0, n.money, "£0"),
        (math.nan, n.count, "–"),
        (5, n.count, "+5"),
    ],
)
def test_differences(value: float, write: n.Writer, text: str) -> None:
    """A difference has its sign; a nought has none; shares differ by points."""
    assert text == n.change(value, write)


@given(st.floats(min_value=0, max_value=1))
def test_a_share_reads_back_within_half_a_point(value: float) -> None:
    """What a reader reads lies within half a percentage point of the number."""
    text = n.share(value)
    read = float(text.strip("<>% "))
    assert abs(read - 100 * value) <= (1.0 if text[0] in "<>" else 0.5 + 1e-9)


@given(st.floats(min_value=-1e12, max_value=1e12))
def test_money_reads_back_within_its_last_digit(value: float) -> None:
    """What a reader reads lies within half of the last digit that is shown."""
    text = n.money(value).replace(n.MINUS, "-").replace("£", "").replace(",", "")
    for unit, size in (("bn", 1e9), ("m", 1e6), ("k", 1e3), ("", 1.0)):
        if text.endswith(unit):
            number, scale = text.removesuffix(unit), size
            break
    decimals = len(number.partition(".")[2])
    assert abs(float(number) * scale - value) <= (0.5 * 10**-decimals) * scale * 1.02 + 0.005
