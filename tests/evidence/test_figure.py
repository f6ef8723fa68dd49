"""A figure: what it accepts, what it refuses and how it reads dates."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from standby.evidence import Figure, Source


def test_plain_number_is_certain() -> None:
    """A plain number is a figure without doubt and without source."""
    figure = Figure.of(6)
    assert figure == Figure(value=6)
    assert figure.certain
    assert figure.source is None


def test_shows_what_was_given() -> None:
    """A figure shows the fields that were given and no others."""
    assert repr(Figure(value=2, low=1, high=4)) == "Figure(value=2.0, low=1.0, high=4.0, range='p5-p95')"
    assert str(Figure.of(6)) == "Figure(value=6.0)"


@pytest.mark.parametrize("number", [3, 3.0, np.int64(3), np.float32(3)])
def test_numbers_of_any_kind_are_read(number: Any) -> None:
    """Numbers of Python and of NumPy are read alike."""
    assert Figure.of(number).value == Figure(value=number).value == 3.0


@pytest.mark.parametrize("wrong", [True, "3", float("nan"), float("inf"), 10**400, [3], None, 3j])
def test_what_is_no_number_is_refused(wrong: Any) -> None:
    """Text, true and false, what is not finite and what no float can hold are no values."""
    with pytest.raises(ValueError, match=r"number|valid"):
        Figure.of(wrong)
    with pytest.raises(ValidationError):
        Figure(value=1, low=0, high=wrong)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"low": 1}, "only one of low and high"),
        ({"high": 3}, "only one of low and high"),
        ({"low": 3, "high": 1}, "low 3 above high 1"),
        ({"low": 3, "high": 4}, "outside low 3 to high 4"),
        ({"shape": "normal"}, "a shape but no low and high"),
        ({"range": "min-max"}, "a range but no low and high"),
        ({"low": 1, "high": 3, "shape": "pert"}, "there use one of"),
        ({"low": 1, "high": 3, "range": "min-max", "shape": "normal"}, "there use one of"),
        ({"low": 0, "high": 3, "shape": "lognormal"}, "at or below 0"),
        ({"low": 1, "high": 3, "shape": "logitnormal"}, "outside 0 to 1"),
        ({"low": 1, "high": 9, "shape": "uniform"}, "not in the middle; write value 5"),
        ({"low": 1, "high": 9, "shape": "uniform", "range": "min-max"}, "use shape 'triangular'"),
        ({"lwo": 1}, "Extra inputs"),
        ({"kind": "guess"}, "measured"),
    ],
)
def test_doubt_that_makes_no_sense_is_refused(fields: dict[str, Any], said: str) -> None:
    """Bounds, range and shape have to fit the value and each other."""
    with pytest.raises(ValidationError, match=said):
        Figure(value=2, **fields)


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2017", dt.date(2017, 1, 1)),
        (2017, dt.date(2017, 1, 1)),
        ("2017-06", dt.date(2017, 6, 1)),
        ("2017-06-30", dt.date(2017, 6, 30)),
        (dt.date(2017, 6, 30), dt.date(2017, 6, 30)),
    ],
)
def test_months_and_years_are_their_first_day(written: Any, day: dt.date) -> None:
    """A date may be a TOML date, text, a month or a year."""
    assert Figure(value=1, as_of=written).as_of == day
    assert Source(title="x", quality="press", date=written).date == day


@pytest.mark.parametrize(
    "wrong",
    [20170630, "1559347200", "2017-13", "2017-06-31", "06/2017", "2017-6", 2017.5, True,
     dt.datetime(2017, 6, 30, 12, tzinfo=dt.UTC), "0000", 17],
)  # fmt: skip
def test_what_is_no_date_is_refused(wrong: Any) -> None:
    """A number is never read as seconds since 1970, nor a day that does not exist as another."""
    with pytest.raises(ValidationError, match="not a date"):
        Figure(value=1, as_of=wrong)


def test_bounds_that_coincide_are_no_doubt() -> None:
    """A figure whose bounds are its value is certain."""
    assert Figure(value=2, low=2, high=2).certain
    assert not Figure(value=2, low=2, high=3).certain
