"""Intake and strength month by month, against loops that know nothing of the library."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from standby import workforce as wf


def slow_path(strength, passed_per_year, loss, months, shares, lead=0):
    """Walk the strength month by month in plain Python."""
    path = [strength]
    for month in range(months):
        joiners = passed_per_year * shares[month % 12] if month >= lead else 0.0
        path.append(path[-1] * (1 - loss) ** (1 / 12) + joiners)
    return path


def test_course_intake_by_hand():
    """Two courses of 12 at the Nottinghamshire pass rate give 14 officers, seven in each course month."""
    intake = wf.course_intake(courses_per_year=2, course_size=12, pass_rate=7 / 12, course_months=(6, 12))
    assert float(intake.seats) == 24
    assert float(intake.passed) == pytest.approx(14)
    np.testing.assert_allclose(intake.by_month, [0, 0, 0, 0, 0, 7, 0, 0, 0, 0, 0, 7])
    assert not intake.limited_by_candidates


def test_reaccreditation_takes_seats_first():
    """Of 24 seats 20 go to reaccreditation and four to new officers; 30 would leave none, never fewer."""
    few = wf.course_intake(courses_per_year=2, course_size=12, pass_rate=0.5, reaccreditation_seats=[20, 30])
    np.testing.assert_allclose(few.new_seats, [4, 0])
    np.testing.assert_allclose(few.passed, [2, 0])


def test_volunteers_limit_the_course():
    """Six applicants, half of whom pass selection, fill three of twelve seats, and the result says why."""
    short = wf.course_intake(
        courses_per_year=1, course_size=12, pass_rate=1.0, applicants_per_year=[6, 60], selection_rate=0.5
    )
    np.testing.assert_allclose(short.starters, [3, 12])
    np.testing.assert_array_equal(short.limited_by_candidates, [True, False])


def test_no_one_passes_selection_of_an_endless_field():
    """A selection rate of zero leaves no candidates even where applicants are without limit."""
    none = wf.course_intake(courses_per_year=1, course_size=12, pass_rate=1.0, selection_rate=0.0)
    assert float(none.passed) == 0.0


def test_two_courses_in_one_month_weigh_twice():
    """A month named twice takes two thirds of the year's officers when the third course is elsewhere."""
    np.testing.assert_allclose(wf.month_shares((3, 3, 9))[[2, 8]], [2 / 3, 1 / 3])
    np.testing.assert_allclose(wf.month_shares(None), np.full(12, 1 / 12))


def test_loss_compounds_to_the_year():
    """A closed group that loses 10% a year has 90% after 12 months and 81% after 24."""
    path = wf.strength_path(100, np.zeros(24), loss=0.1)
    np.testing.assert_allclose(path.by_year, [100, 90, 81])
    np.testing.assert_allclose(path.left_by_year, [10, 9])


def test_path_by_hand_without_loss():
    """Without loss 100 officers gain the seven who join in months 6 and 12."""
    intake = wf.course_intake(courses_per_year=2, course_size=7, pass_rate=1, course_months=(6, 12))
    path = wf.project_strength(100, intake, loss=0.0, years=2)
    np.testing.assert_allclose(path.by_year, [100, 114, 128])
    np.testing.assert_allclose(path.mean_by_year, [103.5, 117.5])
    np.testing.assert_allclose(path.joined_by_year, [14, 14])


def test_lead_months_keep_the_calendar():
    """With seven months of lead the June course does not take place and the December one does."""
    intake = wf.course_intake(courses_per_year=2, course_size=7, pass_rate=1, course_months=(6, 12))
    path = wf.project_strength(100, intake, loss=0.0, years=2, lead_months=7)
    np.testing.assert_allclose(path.by_year, [100, 107, 121])
    assert float(wf.project_strength(100, intake, loss=0, years=1, lead_months=99).strength[-1]) == 100


@given(
    strength=st.floats(0, 500),
    loss=st.floats(0, 0.9),
    courses=st.floats(0, 5),
    calendar=st.lists(st.integers(1, 12), min_size=1, max_size=4),
    lead=st.integers(0, 20),
)
def test_path_matches_the_slow_walk(strength, loss, courses, calendar, lead):
    """The projected path is the one that a plain loop walks, and every officer is accounted for."""
    intake = wf.course_intake(courses_per_year=courses, course_size=12, pass_rate=0.6, course_months=calendar)
    path = wf.project_strength(strength, intake, loss=loss, years=4, lead_months=lead)
    shares = [calendar.count(month + 1) / len(calendar) for month in range(12)]
    slow = slow_path(strength, courses * 12 * 0.6, loss, 48, shares, lead)
    np.testing.assert_allclose(path.strength, slow, rtol=1e-9, atol=1e-9)
    balance = strength + path.joined.sum() - path.left.sum()
    assert float(path.strength[-1]) == pytest.approx(float(balance), rel=1e-9, abs=1e-6)


def test_draws_give_the_same_paths_as_one_at_a_time():
    """A thousand draws of strength, loss and pass rate give what each gives alone."""
    rng = np.random.default_rng(2)
    strength, loss, rate = (
        rng.uniform(80, 160, 1000),
        rng.uniform(0.05, 0.15, 1000),
        rng.uniform(0.4, 1, 1000),
    )
    intake = wf.course_intake(courses_per_year=2, course_size=12, pass_rate=rate)
    path = wf.project_strength(strength, intake, loss=loss, years=10)
    assert path.strength.shape == (1000, 121)
    for draw in (0, 17, 999):
        one = wf.course_intake(courses_per_year=2, course_size=12, pass_rate=rate[draw])
        alone = wf.project_strength(strength[draw], one, loss=loss[draw], years=10)
        np.testing.assert_allclose(path.strength[draw], alone.strength, rtol=1e-13)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: wf.month_shares(()), "at least one"),
        (lambda: wf.month_shares((13,)), "months from 1 to 12"),
        (lambda: wf.month_shares((0,)), "at least 1"),
        (lambda: wf.month_shares((1.5,)), "whole number"),
        (lambda: wf.course_intake(courses_per_year=1, course_size=12, pass_rate=58), "pass_rate"),
        (lambda: wf.strength_path(1, 2, loss=0.1), "one number a month"),
        (lambda: wf.strength_path(1, [2, 3], loss=1.0), "loss is 1; .*less than 1"),
        (lambda: wf.month_shares(5), "course_months is 5; give a list of months from 1 to 12"),
        (lambda: wf.month_shares("5"), "course_months is '5'; give a whole number"),
        (lambda: wf.project_strength(10, 3, loss=0.1, years=1), "intake is 3; give what course_intake"),
        (
            lambda: wf.years_to_target(10, strength=3, intake=None, loss=0.1),
            "intake is None; give what course_intake returns",
        ),
        (
            lambda: wf.course_intake(courses_per_year=[1, 2], course_size=[3, 4, 5], pass_rate=0.5),
            "courses_per_year has shape .* and course_size",
        ),
        (
            lambda: wf.course_intake(
                courses_per_year=1, course_size=12, pass_rate=[0.5, 0.6], reaccreditation_seats=[1, 2, 3]
            ),
            "pass_rate has shape .* and reaccreditation_seats",
        ),
        (
            lambda: wf.strength_path([1, 2, 3], [[2, 3], [2, 3]], loss=0.1),
            r"strength has shape \(3,\) and joiners_of_a_month \(2,\)",
        ),
        (
            lambda: wf.seats_needed([1, 2], years=1, strength=1, loss=0.1, pass_rate=[0.1, 0.2, 0.3]),
            "target has shape .* and pass_rate",
        ),
        (
            lambda: wf.seats_needed(1, years=[1, 2], strength=1, loss=0.1, pass_rate=0.1),
            "years has shape .*; give one number",
        ),
        (
            lambda: wf.stocks([[1], [2]], [[0.5]], [[1], [1], [1]], periods=1),
            "initial_of_a_grade has shape .* and recruits_of_a_grade",
        ),
    ],
)
def test_bad_intake_is_named(call, words):
    """A fault in the calendar or a rate is refused by name."""
    with pytest.raises(ValueError, match=words):
        call()
