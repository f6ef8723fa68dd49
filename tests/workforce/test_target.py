"""Years to a target: the closed form against a month-by-month walk, and its inverse."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from standby import workforce as wf

CALENDARS = st.one_of(st.none(), st.lists(st.integers(1, 12), min_size=1, max_size=4))


def slow_years(target, strength, passed, loss, shares, lead, horizon):
    """Walk to the horizon; give the month after the last one below target and the first one at it."""
    stay = (1 - loss) ** (1 / 12)
    below, first = -1, math.inf
    for month in range(horizon * 12 + 1):
        if strength < target - 1e-9 * max(1, target):
            below = month
        else:
            first = min(first, month)
        joins = passed * shares[month % 12] if month >= lead else 0.0
        strength = strength * stay + joins
    held = math.inf if below > (horizon - 1) * 12 else below + 1
    return held / 12, first / 12


@given(
    target=st.integers(0, 300),
    strength=st.integers(0, 300),
    courses=st.integers(0, 4),
    rate=st.sampled_from([0.3, 7 / 12, 0.8, 1.0]),
    loss=st.sampled_from([0.0, 0.05, 0.069, 0.1, 0.13, 0.3, 0.8]),
    calendar=CALENDARS,
    lead=st.integers(0, 15),
)
def test_years_match_the_slow_walk(target, strength, courses, rate, loss, calendar, lead):
    """Held and first years are those of a walk of 300 years, wherever the walk settles the question."""
    intake = wf.course_intake(
        courses_per_year=courses, course_size=12, pass_rate=rate, course_months=calendar
    )
    answer = wf.years_to_target(target, strength=strength, intake=intake, loss=loss, lead_months=lead)
    levels = (float(answer.equilibrium_low), float(answer.equilibrium_high))
    assume(all(abs(level - target) > 1e-6 for level in levels))  # there the walk itself hangs on rounding
    shares = [1 / 12] * 12 if calendar is None else [calendar.count(m + 1) / len(calendar) for m in range(12)]
    held, first = slow_years(target, strength, courses * 12 * rate, loss, shares, lead, 300)
    assert float(answer.years) == pytest.approx(held)
    assert float(answer.first_years) == pytest.approx(first)


def test_straight_growth_by_hand():
    """Without loss 36 more officers at 14 a year in months 6 and 12 are there after three years."""
    intake = wf.course_intake(courses_per_year=2, course_size=7, pass_rate=1, course_months=(6, 12))
    answer = wf.years_to_target(162, strength=126, intake=intake, loss=0.0)
    assert float(answer.years) == 3.0  # 5 courses give 35, the sixth 42
    assert math.isinf(float(answer.equilibrium))
    assert math.isinf(float(answer.highest))


def test_one_course_a_year_levels_at_intake_over_loss():
    """One course at the year's end levels just after it at intake / loss, and eleven months later below."""
    intake = wf.course_intake(courses_per_year=1, course_size=14, pass_rate=1, course_months=(12,))
    answer = wf.years_to_target(150, strength=100, intake=intake, loss=0.1)
    assert float(answer.equilibrium_high) == pytest.approx(14 / 0.1)
    assert float(answer.equilibrium_low) == pytest.approx(14 / 0.1 * 0.9 ** (11 / 12))
    assert math.isinf(float(answer.years))
    assert float(answer.highest) == pytest.approx(140)


def test_highest_strength_may_stand_above_start_and_level():
    """A course in the first month lifts 135 officers above the level of 140 that they then sink to."""
    intake = wf.course_intake(courses_per_year=1, course_size=14, pass_rate=1, course_months=(1,))
    answer = wf.years_to_target(120, strength=135, intake=intake, loss=0.1)
    assert float(answer.equilibrium_high) == pytest.approx(140)
    assert float(answer.highest) == pytest.approx(135 * 0.9 ** (1 / 12) + 14)


def test_equilibrium_balances_intake_and_losses():
    """Started at its level, a force with an even intake loses in a year just what it takes in."""
    intake = wf.course_intake(courses_per_year=2, course_size=12, pass_rate=0.5)
    level = wf.years_to_target(0, strength=0, intake=intake, loss=0.13).equilibrium
    path = wf.project_strength(level, intake, loss=0.13, years=3)
    np.testing.assert_allclose(path.strength, float(level), rtol=1e-12)
    np.testing.assert_allclose(path.left_by_year, float(intake.passed), rtol=1e-12)


def test_target_below_strength():
    """A force above a target that its courses can hold has it now; one that they can't hold will lose it."""
    strong = wf.course_intake(courses_per_year=2, course_size=12, pass_rate=1)
    weak = wf.course_intake(courses_per_year=1, course_size=4, pass_rate=1)
    kept = wf.years_to_target(100, strength=120, intake=strong, loss=0.1)
    lost = wf.years_to_target(100, strength=120, intake=weak, loss=0.1)
    assert float(kept.years) == float(kept.first_years) == 0.0
    assert math.isinf(float(lost.years))
    assert float(lost.first_years) == 0.0
    assert float(lost.highest) == 120.0


def test_no_courses_and_no_loss_stay_where_they_are():
    """Nothing in and nothing out: the target is held from the start or never."""
    none = wf.course_intake(courses_per_year=0, course_size=12, pass_rate=1)
    answer = wf.years_to_target([99, 100, 101], strength=100, intake=none, loss=0.0)
    np.testing.assert_array_equal(answer.years, [0, 0, np.inf])
    np.testing.assert_array_equal(answer.equilibrium, [100, 100, 100])


def test_tiny_loss_joins_the_straight_line():
    """Losses around the negligible one give the years of straight growth: nothing cancels."""
    intake = wf.course_intake(courses_per_year=1, course_size=1, pass_rate=1)
    loss = np.array([0.0, 5e-324, 1e-15, 1e-12, 2e-12, 1e-9])
    answer = wf.years_to_target(150.49, strength=100, intake=intake, loss=loss)
    np.testing.assert_allclose(answer.years, 50.5)


def test_target_at_the_level_is_approached_and_never_met():
    """A target equal to the level that strength runs up to is never met, however near strength comes."""
    intake = wf.course_intake(courses_per_year=1, course_size=14, pass_rate=1, course_months=(12,))
    at_level = wf.years_to_target(140, strength=100, intake=intake, loss=0.1)
    assert math.isinf(float(at_level.first_years))


@given(
    loss=st.tuples(st.floats(0, 0.5), st.floats(0, 0.5)),
    rate=st.tuples(st.floats(0.1, 1), st.floats(0.1, 1)),
    strength=st.floats(0, 200),
    target=st.floats(1, 300),
    calendar=CALENDARS,
)
def test_more_loss_or_fewer_passes_never_shorten(loss, rate, strength, target, calendar):
    """More loss never shortens the years to a target, nor does a lower pass rate; loss lowers the level."""
    low, high = sorted(loss)
    intake = wf.course_intake(
        courses_per_year=2, course_size=12, pass_rate=[max(rate), min(rate)], course_months=calendar
    )
    by_loss = wf.years_to_target(target, strength=strength, intake=intake, loss=[[low], [high]])
    assert (by_loss.years[1] >= by_loss.years[0]).all()
    assert (by_loss.years[:, 1] >= by_loss.years[:, 0]).all()
    assert (by_loss.first_years <= by_loss.years).all()
    assert (by_loss.equilibrium[1] <= by_loss.equilibrium[0] * (1 + 1e-12)).all()


@given(
    target=st.integers(1, 300),
    strength=st.integers(0, 300),
    loss=st.floats(0, 0.4),
    months=st.integers(1, 120),
    calendar=CALENDARS,
    lead=st.integers(0, 12),
)
def test_seats_needed_are_enough_and_no_more(target, strength, loss, months, calendar, lead):
    """The seats found hold the target in time; two percent fewer do not."""
    need = wf.seats_needed(
        target,
        years=months / 12,
        strength=strength,
        loss=loss,
        pass_rate=0.5,
        course_months=calendar,
        lead_months=lead,
    )
    seats = float(need.seats_per_year)
    if math.isinf(seats):
        huge = wf.course_intake(courses_per_year=1, course_size=1e9, pass_rate=0.5, course_months=calendar)
        late = wf.years_to_target(target, strength=strength, intake=huge, loss=loss, lead_months=lead)
        assert float(late.years) > months / 12
        return
    size = [seats * (1 + 1e-9), seats * 0.98]
    intake = wf.course_intake(courses_per_year=1, course_size=size, pass_rate=0.5, course_months=calendar)
    answer = wf.years_to_target(target, strength=strength, intake=intake, loss=loss, lead_months=lead)
    assert float(answer.years[0]) <= months / 12 + 1e-9
    if seats > 1e-6:
        assert float(answer.years[1]) > months / 12


def test_seats_needed_by_hand():
    """36 more in three years without loss are 12 passes a year: 24 starters, 48 applicants, 30 seats."""
    need = wf.seats_needed(
        136,
        years=3,
        strength=100,
        loss=0.0,
        pass_rate=0.5,
        selection_rate=0.5,
        reaccreditation_seats=6,
        course_months=(12,),
    )
    assert float(need.passed_per_year) == pytest.approx(12)
    assert float(need.to_hold_per_year) == 0.0
    assert float(need.starters_per_year) == pytest.approx(24)
    assert float(need.seats_per_year) == pytest.approx(30)
    assert float(need.applicants_per_year) == pytest.approx(48)


def test_holding_a_target_replaces_its_losses():
    """At 150 just before a yearly course too, a force that loses 10% needs 15 / 0.9^(11/12) passes."""
    need = wf.seats_needed(150, years=1, strength=150, loss=0.1, pass_rate=1, course_months=(12,))
    assert float(need.to_hold_per_year) == pytest.approx(15 / 0.9 ** (11 / 12))


def test_no_course_in_time_is_infinite():
    """A target due in month five can't be met by a course that passes out in month six."""
    need = wf.seats_needed(110, years=5 / 12, strength=100, loss=0.05, pass_rate=1, course_months=(6,))
    assert math.isinf(float(need.seats_per_year))


def test_a_long_lead_can_lose_what_was_held():
    """A force of 30 that loses 31% is below 20 before its first course in month 14, whatever that brings."""
    need = wf.seats_needed(
        20, years=1 / 12, strength=30, loss=0.3125, pass_rate=0.5, course_months=(2,), lead_months=2
    )
    assert math.isinf(float(need.seats_per_year))
    later = wf.seats_needed(
        20, years=14 / 12, strength=30, loss=0.3125, pass_rate=0.5, course_months=(2,), lead_months=2
    )
    assert math.isfinite(float(later.seats_per_year))


def test_draws_give_the_same_years_as_one_at_a_time():
    """A thousand draws give what each gives alone."""
    rng = np.random.default_rng(3)
    loss, rate = rng.uniform(0.03, 0.15, 1000), rng.uniform(0.4, 1.0, 1000)
    intake = wf.course_intake(courses_per_year=3, course_size=12, pass_rate=rate, course_months=(4, 8, 12))
    together = wf.years_to_target(162, strength=126, intake=intake, loss=loss)
    need = wf.seats_needed(162, years=2.5, strength=126, loss=loss, pass_rate=rate)
    assert together.years.shape == together.highest.shape == need.seats_per_year.shape == (1000,)
    assert 0 < np.isinf(together.years).sum() < 1000
    for draw in range(0, 1000, 97):
        one = wf.course_intake(
            courses_per_year=3, course_size=12, pass_rate=rate[draw], course_months=(4, 8, 12)
        )
        alone = wf.years_to_target(162, strength=126, intake=one, loss=loss[draw])
        assert float(alone.years) == together.years[draw]
        assert float(alone.highest) == pytest.approx(together.highest[draw], rel=1e-13)


def test_years_must_be_whole_months():
    """A time that is no whole number of months is refused with the nearest one."""
    with pytest.raises(ValueError, match="give 4/12"):
        wf.seats_needed(100, years=0.3, strength=90, loss=0.1, pass_rate=1)
