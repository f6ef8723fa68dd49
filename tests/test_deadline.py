"""Time limits: what is left of them, by a made-up clock."""

from __future__ import annotations

import pytest

from standby import _deadline
from standby._deadline import NO_LIMIT, Deadline, UnfinishedError, checked_limit
from standby._refusals import Refusal


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Return a made-up clock in place of the real one."""
    made_up = Clock()
    monkeypatch.setattr(_deadline, "clock", made_up)
    return made_up


def test_what_is_left_runs_out(clock: Clock) -> None:
    """Ten seconds are ten, then four, then none, and that is an error that says so."""
    deadline = Deadline(10.0)
    assert deadline.left() == 10.0
    clock.now += 6.0
    assert deadline.left() == 4.0
    assert not deadline.is_over
    clock.now += 4.0
    assert deadline.is_over
    with pytest.raises(UnfinishedError, match="not found in the time given"):
        deadline.left()


def test_a_part_ends_before_the_whole(clock: Clock) -> None:
    """Half of what is left when it is asked for; nothing where nothing is left."""
    deadline = Deadline(10.0)
    clock.now += 2.0
    part = deadline.part(0.5)
    assert part.left() == 4.0
    clock.now += 4.0
    assert part.is_over
    assert not deadline.is_over
    clock.now += 100.0
    assert deadline.part(0.5).is_over


def test_without_a_limit_no_clock_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing depends on the time where nobody asked for a limit."""

    def read() -> float:
        raise AssertionError("the clock was read")

    monkeypatch.setattr(_deadline, "clock", read)
    for deadline in (NO_LIMIT, Deadline(), Deadline().part(0.5)):
        assert deadline.left() is None
        assert deadline.look is None
        assert not deadline.is_over


@pytest.mark.parametrize("limit", [-1, -0.5, float("nan"), True, "10", None])
def test_a_limit_is_a_number_of_seconds(limit: object) -> None:
    """What is no number of seconds is refused, and not taken for no limit or for one that is over."""
    if limit is None:
        assert checked_limit(None) == float("inf")
        return

    for take in (checked_limit, Deadline):
        with pytest.raises(Refusal, match=r"time_limit_s is .*; give a number of seconds"):
            take(limit)  # type: ignore[operator]
