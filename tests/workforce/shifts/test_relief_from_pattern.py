"""Officers for a post under a shift pattern, and the relief factor of which it is a kind."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from standby import workforce as wf
from standby._refusals import Refusal


def test_wiltshire_needs_six_officers_a_post():
    """12-hour shifts (Wiltshire, undated) on 42 hours with a third lost are the six officers a post of 2019.

    On 40 hours, 4.2 by hours alone, 30% lost gives the same six; 2-2-2-4 at 39.9 hours comes to 6.02.
    """
    third = [wf.Abstraction("leave, training, sickness", share=1 / 3)]
    relief = wf.relief_from_pattern(wf.NAMED_PATTERNS["12-hour"], third)
    assert relief.by_hours == pytest.approx(6.0)
    assert relief.by_teams == pytest.approx(6.0)  # no overlaps: four teams, one on duty

    ten_days = wf.relief_from_pattern(wf.NAMED_PATTERNS["2-2-2-4"], [wf.Abstraction("all", share=0.3)])
    assert ten_days.by_hours == pytest.approx(168 / (39.9 * 0.7))
    assert ten_days.by_teams == pytest.approx(
        5 / 0.7
    )  # overlaps help nobody who wants one officer at all times


@given(st.sampled_from(list(wf.NAMED_PATTERNS)), st.lists(st.floats(0, 0.19), max_size=5))
def test_by_hours_is_the_relief_factor(name, shares):
    """The factor by hours is `relief_factor` with the pattern's hours; that by teams is never less."""
    pattern = wf.NAMED_PATTERNS[name]
    lost = [wf.Abstraction(f"reason {k}", share=share) for k, share in enumerate(shares)]
    relief = wf.relief_from_pattern(pattern, lost)
    expected = wf.relief_factor(weekly_hours=relief.duty_hours, abstraction=sum(shares))
    assert relief.by_hours == pytest.approx(float(expected))
    assert relief.by_teams >= relief.by_hours - 1e-9
    assert relief.worked_hours == pytest.approx(168 / relief.by_hours)


def test_days_hours_and_shares_by_hand():
    """26 days of eight hours, 208 hours and the share that these are of a year's hours are the same."""
    pattern = wf.NAMED_PATTERNS["12-hour"]
    year_h = 42 * 365.25 / 7
    ways = [
        wf.Abstraction("annual leave", days_a_year=26),
        wf.Abstraction("annual leave", hours_a_year=208),
        wf.Abstraction("annual leave", share=208 / year_h),
        wf.Abstraction("annual leave", days_a_year=208 / 12, hours_a_day=12),
    ]
    found = [wf.relief_from_pattern(pattern, [way]).shares["annual leave"] for way in ways]
    np.testing.assert_allclose(found, 208 / year_h)


def test_a_pattern_with_a_gap_has_no_factor_by_teams():
    """Days alone leave nights without anybody: no number of officers is enough, and the words say so."""
    days = wf.staggered_pattern("days", [wf.shift_between("D", "07:00", "19:00")], "DD··", teams=2)
    relief = wf.relief_from_pattern(days, [])
    assert relief.by_teams == np.inf
    assert "moments without anybody" in relief.summary()


def test_leave_is_taken_from_training_days_too():
    """28 days of eight hours are 224 of 40 × 52.18 paid hours, 10.7%: of 32 hours on duty 28.6 are left."""
    shifts = [wf.shift_between("D", "07:00", "15:00"), wf.shift_between("T", "09:00", "17:00", is_duty=False)]
    pattern = wf.staggered_pattern("trained", shifts, "DDDDT··", teams=7)
    relief = wf.relief_from_pattern(pattern, [wf.Abstraction("annual leave", days_a_year=28)])
    assert relief.shares["annual leave"] == pytest.approx(224 / (365.25 / 7) / 40)
    assert relief.abstraction == pytest.approx(0.107, abs=5e-4)
    assert (relief.rostered_hours, relief.duty_hours) == (40.0, 32.0)
    assert relief.by_hours == pytest.approx(168 / (32 * 0.8927), rel=1e-4)
    assert "paid for 40 hours a week, is rostered for duty in 32, and is away for 11%" in relief.summary()


def test_a_pattern_of_training_alone_is_refused():
    """Without a shift of duty there is no post to fill, whatever other shifts there are that nobody works."""
    shifts = [wf.shift_between("T", "09:00", "17:00", is_duty=False), wf.shift_between("D", "07:00", "15:00")]
    pattern = wf.staggered_pattern("training", shifts, "TTTTT··", teams=1)
    with pytest.raises(Refusal, match="no shift that the pattern has on a day is duty"):
        wf.relief_from_pattern(pattern, [])


def test_implied_abstraction_is_the_inverse():
    """A factor of six on 40 hours is 30% lost; one of less than 4.2 can't be."""
    assert wf.implied_abstraction(6.0) == pytest.approx(0.3)
    assert wf.implied_abstraction(4.2) == 0.0
    with pytest.raises(Refusal, match="relief factor of 4 is less than 40 hours a week alone"):
        wf.implied_abstraction(4.0)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: wf.Abstraction("leave"), "has 0 amounts; give one of share"),
        (lambda: wf.Abstraction("leave", share=0.1, days_a_year=3), "has 2 amounts"),
        (lambda: wf.Abstraction("leave", share=1.1), "share is 1.1"),
        (lambda: wf.Abstraction("leave", days_a_year=-1), "days_a_year is -1"),
        (lambda: wf.Abstraction("", share=0.1), "say why officers are away"),
    ],
)
def test_an_abstraction_that_cannot_be_is_refused(make, words):
    """Exactly one amount, within its range, and a reason."""
    with pytest.raises(Refusal, match=words):
        make()


def test_abstractions_that_leave_nobody_are_refused():
    """All of the hours can't be lost, and reasons differ: both are named."""
    lost = [wf.Abstraction("leave", share=0.6), wf.Abstraction("leave", share=0.6)]
    with pytest.raises(Refusal, match=r"(?s)two abstractions.*have the reason|take 60%") as refused:
        wf.relief_from_pattern(wf.NAMED_PATTERNS["8-hour"], lost)
    assert "reason 'leave'" in str(refused.value)
