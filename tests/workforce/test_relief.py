"""Posts to officers and back, and the three numbers that are taken for one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from standby import workforce as wf

TWO, THREE = np.full(2, 0.5), np.full(3, 0.5)


def test_relief_factor_of_the_published_county():
    """40 hours and 30% abstraction give the six officers per post that Wiltshire named in 2019."""
    factor = wf.relief_factor(weekly_hours=40, abstraction=0.3)
    assert float(factor) == pytest.approx(6.0, abs=1e-12)
    assert float(wf.relief_factor(weekly_hours=40, abstraction=0.0)) == pytest.approx(4.2)


def test_binary_rounding_never_adds_an_officer():
    """A factor of six but for binary rounding gives 12 officers, not 13, and 12 crew one car."""
    factor = np.nextafter(6.0, 7.0)
    assert float(wf.officers_for_posts(1, 2, factor).officers) == 12.0
    assert float(wf.posts_from_officers(12, 2, factor).units) == 1.0


@pytest.mark.parametrize(
    ("posts", "crew", "hours", "officers"),
    [(41, 2, 168, 492), (41, 2, 84, 246), (55, 2, 168, 660), (1, 3, 168, 18), (2, 1, 168, 12)],
)
def test_officers_for_published_units(posts, crew, hours, officers):
    """41 cars round the clock are 492 officers, 246 as 12-hour tours; 55 are 660; a crew of three is 18."""
    needed = wf.officers_for_posts(posts, crew, 6.0, hours_per_week=hours)
    assert float(needed.officers) == officers
    assert float(needed.exact) == pytest.approx(officers)


def test_rounding_is_up_once_for_the_whole_and_down_for_units():
    """Three posts at 5.5 officers are 16.5, rounded to 17 once (not 18), and 17 officers keep 3 posts."""
    needed = wf.officers_for_posts(3, 1, 5.5)
    assert float(needed.exact) == pytest.approx(16.5)
    assert float(needed.officers) == 17.0
    back = wf.posts_from_officers(17, 1, 5.5)
    assert float(back.units) == 3.0
    assert float(back.exact) == pytest.approx(17 / 5.5)


@given(
    posts=st.integers(0, 500),
    crew=st.integers(1, 4),
    factor=st.floats(1.0, 12.0),
    hours=st.floats(1.0, 168.0),
)
def test_units_and_officers_are_inverse(posts, crew, factor, hours):
    """The officers found for a number of units sustain that number, and one officer fewer does not."""
    officers = float(wf.officers_for_posts(posts, crew, factor, hours_per_week=hours).officers)
    assert float(wf.posts_from_officers(officers, crew, factor, hours_per_week=hours).units) >= posts
    if officers >= 1:
        fewer = wf.posts_from_officers(officers - 1, crew, factor, hours_per_week=hours)
        assert float(fewer.units) < posts


def test_draws_give_the_same_as_one_at_a_time():
    """An array of draws gives what each draw gives alone."""
    rng = np.random.default_rng(1)
    posts, factor, hours = rng.uniform(1, 60, 50), rng.uniform(4, 7, 50), rng.uniform(20, 168, 50)
    together = wf.officers_for_posts(posts, 2, factor, hours_per_week=hours)
    alone = [
        wf.officers_for_posts(p, 2, f, hours_per_week=h) for p, f, h in zip(posts, factor, hours, strict=True)
    ]
    np.testing.assert_array_equal(together.officers, [float(one.officers) for one in alone])
    assert together.exact.shape == (50,)


def test_gap_of_a_force():
    """With 162 required, 126 in post and 91% deployable, the gap on duty is 47.34 and that in post 36."""
    gap = wf.gap(162, strength=126, deployable_share=0.91, establishment=140)
    assert float(gap.deployable) == pytest.approx(114.66)
    assert float(gap.deployable_gap) == pytest.approx(47.34)
    assert float(gap.strength_gap) == pytest.approx(36)
    assert float(gap.establishment_gap) == pytest.approx(22)
    assert float(gap.vacancies) == pytest.approx(14)


def test_gap_broadcasts_and_leaves_out_an_unknown_establishment():
    """Draws of the share reach every field, and without an establishment its two fields are None."""
    gap = wf.gap(100, strength=[90, 110], deployable_share=[[0.9], [1.0]])
    assert gap.required.shape == gap.strength.shape == gap.deployable_gap.shape == (2, 2)
    assert gap.establishment_gap is None
    assert gap.vacancies is None


def test_national_deployable_share():
    """91% of 6,473 is within one percent of the 5,861 counted as deployable."""
    assert float(wf.deployable(6473, 0.91)) == pytest.approx(5861, rel=0.01)
    assert float(wf.strength_for_deployable(wf.deployable(6473, 0.91), 0.91)) == pytest.approx(6473)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (
            lambda: wf.relief_factor(weekly_hours=0, abstraction=0.3),
            "weekly_hours is 0; give a number of more than 0",
        ),
        (lambda: wf.relief_factor(weekly_hours=40, abstraction=1.0), "abstraction is 1; .*less than 1"),
        (lambda: wf.relief_factor(weekly_hours=40, abstraction=30), "abstraction"),
        (lambda: wf.relief_factor(weekly_hours=float("nan"), abstraction=0.3), "missing value"),
        (
            lambda: wf.relief_factor(weekly_hours="forty", abstraction=0.3),
            "weekly_hours is .forty.; give a number",
        ),
        (lambda: wf.officers_for_posts(-1, 2, 6), "posts is -1; give a number of at least 0"),
        (lambda: wf.officers_for_posts(1, 2, 0.5), "relief_factor is 0.5; give a number of at least 1"),
        (lambda: wf.officers_for_posts(1, 2, 6, hours_per_week=169), "at most 168"),
        (lambda: wf.deployable(100, 91), "share is 91; give a number of at least 0 and at most 1"),
        (lambda: wf.deployable(np.inf, 0.9), "strength must be finite"),
        (
            lambda: wf.relief_factor(weekly_hours=TWO, abstraction=THREE),
            r"weekly_hours has shape \(2,\) and abstraction \(3,\); give arrays of one shape",
        ),
        (lambda: wf.officers_per_unit(TWO, 6, hours_per_week=np.full(3, 84)), "and hours_per_week"),
        (lambda: wf.officers_for_posts(TWO, THREE, 6), "posts has shape .* and officers_per_unit"),
        (lambda: wf.posts_from_officers(TWO, THREE, 6), "officers has shape .* and officers_per_unit"),
        (lambda: wf.deployable(TWO, THREE), "strength has shape .* and share"),
        (lambda: wf.strength_for_deployable(TWO, np.full(3, 0.9)), "required has shape .* and share"),
        (lambda: wf.gap(TWO, strength=THREE, deployable_share=1), "required has shape .* and strength"),
        (lambda: wf.gap(9, strength=TWO, deployable_share=1, establishment=THREE), "and establishment"),
    ],
)
def test_bad_numbers_are_named(call, words):
    """A number out of its range is refused by name, with its range."""
    with pytest.raises(ValueError, match=words):
        call()
