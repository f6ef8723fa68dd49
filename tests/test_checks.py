"""Plain numbers that a caller gives: what is taken, what is refused, and by which words."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from standby._checks import LARGEST_WHOLE, common_shape, number, numbers, single, together, whole
from standby._refusals import Refusal


class _RoomError(Refusal):
    """A room's own refusal."""


@pytest.mark.parametrize("value", [3, 3.0, np.int8(3), np.float32(3), np.array(3), np.uint64(3)])
def test_a_whole_number_may_be_of_any_type(value):
    """Whole numbers of every type are the same plain one."""
    got = whole("units", value)
    assert got == 3
    assert type(got) is int


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("3", "units is '3'; give a whole number"),
        (None, "units is None; give a whole number"),
        (True, "units is true; give a whole number"),
        (np.True_, "give a whole number"),
        (2.5, "units is 2.5; give a whole number"),
        (np.nan, "units is nan; give a whole number"),
        (np.inf, "units is inf; give a whole number"),
        ([3], "give a whole number"),
        (3 + 0j, "give a whole number"),
        (np.timedelta64(3), "give a whole number"),
        (1, "units is 1; give a whole number of at least 2"),
        (LARGEST_WHOLE + 1, "at most 2,147,483,647"),
        pytest.param(
            10**5000, "a number of thousands of digits; give a whole number of at most", id="longest"
        ),
    ],
)
def test_what_is_no_whole_number_is_refused(value, words):
    """Text, truth, fractions, lists and numbers out of range are refused by the room's own error."""
    with pytest.raises(_RoomError, match=words):
        whole("units", value, low=2, refusal=_RoomError)


@pytest.mark.parametrize(
    "value",
    [
        "x", "0.5", ["a"], [1, [2]], None, 1j, dt.date(2025, 1, 1), np.datetime64("2025-01-01"), 10**400, {},
        np.array([1.0, "0.5"], dtype=object), np.array([[b"1", None]], dtype=object), [10**400, "1"],
        np.array([np.timedelta64(3)], dtype=object),
    ],
)  # fmt: skip
def test_what_is_no_number_is_refused(value):
    """No number is read out of text or dates, and none is made of what cannot be one."""
    with pytest.raises(_RoomError, match=r"^busy "):
        number("busy", value, refusal=_RoomError)
    with pytest.raises(_RoomError, match=r"^busy "):
        single("busy", value, refusal=_RoomError)


def test_numbers_keep_their_shape():
    """An array is taken as it is; NaN and infinity are for the caller to judge."""
    values = np.array([[1.0, np.nan], [np.inf, -1.0]])
    assert np.array_equal(numbers("busy", values), values, equal_nan=True)
    assert numbers("busy", 2).shape == ()


def test_a_single_number_is_no_array():
    """One number is wanted, in its range."""
    assert single("busy", np.array(0.5), high=1.0) == 0.5
    with pytest.raises(Refusal, match=r"busy has shape \(1,\); give one number"):
        single("busy", [0.5])
    with pytest.raises(Refusal, match="busy is 1; give a number of at least 0 and less than 1"):
        single("busy", 1, high=1.0, below=True)


def test_arrays_come_to_one_shape():
    """Arrays that fit each other get one shape; single numbers fit any."""
    one, other = together(one=np.array(1.0), other=np.array([[1.0], [2.0]]))
    assert one.shape == other.shape == (2, 1)
    assert common_shape(one=(), other=(3, 1), third=(2,)) == (3, 2)


def test_arrays_of_other_shapes_are_refused():
    """Shapes that don't fit are refused by name, without the single numbers among them."""
    with pytest.raises(
        _RoomError,
        match=r"crew has shape \(2,\) and posts \(3,\); give arrays of one shape, or single numbers",
    ):
        together(refusal=_RoomError, crew=np.ones(2), hours=np.array(1.0), posts=np.ones(3))
