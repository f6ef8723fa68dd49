"""Patterns made for the units wanted by hour: every hour has its units, every rule that was asked is kept."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from standby import workforce as wf
from standby._refusals import Refusal

TWELVE = wf.NAMED_PATTERNS["12-hour"].shifts
EIGHT = wf.NAMED_PATTERNS["8-hour"].shifts


def with_weekend_nights(base, more):
    """Return units wanted in each hour: more of them on Friday and Saturday from 19:00 to 7:00."""
    wanted = np.full(168, base)
    for day in (4, 5):
        wanted[np.arange(24 * day + 19, 24 * day + 31)] += more
    return wanted


def test_24_officers_in_pairs():
    """Twelve crews of two have two units round the clock and a third at weekend nights, and keep rules."""
    wanted = with_weekend_nights(2, 1)
    made = wf.design_pattern(wanted, TWELVE, crews=12)
    assert made.status == "found"
    assert made.hours_a_week == pytest.approx(12 * (2 * 14 + 2) / 12)
    assert made.hours_left == pytest.approx(10)
    assert made.check.broken == ()
    np.testing.assert_array_equal(made.requirements.sum(axis=0), [4, 4, 4, 4, 5, 5, 4])
    assert (wf.measure_pattern(made.pattern).fewest_by_hour >= wanted).all()
    assert "has all units wanted in 30 hours a week of each; 10 are left" in made.summary()

    # A crew is there or not there: with nobody away the full complement is certain.
    crews = wf.officers_by_hour(made.pattern, 2)
    units = wf.crewed_units(crews, abstraction=0.0, crew=2, wanted=wanted)
    assert units.chance_complete.min() == pytest.approx(1.0)


def test_training_days_are_placed():
    """Hours that are left become training on weekdays, evenly; units are those of duty, rules are kept."""
    training = wf.shift_between("T", "09:00", "17:00", break_min=45, is_duty=False)
    wanted = with_weekend_nights(2, 1)
    made = wf.design_pattern(wanted, TWELVE, crews=12, training=training)
    assert made.status == "found"
    assert made.requirements[2].tolist() == [3, 3, 3, 3, 3, 0, 0]  # 120 hours are left, 15 days of eight
    assert made.hours_left == pytest.approx(0.0)
    measures = wf.measure_pattern(made.pattern)
    np.testing.assert_allclose(measures.paid_hours, 40.0)
    np.testing.assert_allclose(measures.duty_hours, 30.0)
    assert (measures.fewest_by_hour >= wanted).all()
    assert made.check.broken == ()


@settings(max_examples=10)
@given(st.integers(1, 2), st.integers(0, 2), st.sampled_from([TWELVE, EIGHT]), st.integers(7, 14))
def test_what_is_found_keeps_what_was_asked(base, more, shifts, crews):
    """Every hour has its units, rest and days in a row are kept; if there are too few hours, that is said."""
    wanted = with_weekend_nights(base, more)
    made = wf.design_pattern(wanted, shifts, crews=crews, time_limit_s=5)
    lengths = [shift.hours for shift in shifts]
    hours = float(lengths @ made.requirements.sum(axis=1)) / crews
    assert made.hours_a_week == pytest.approx(hours)
    assert (made.status == "hours") == (hours > 40)
    if made.status != "found":
        assert made.pattern is None
        assert made.summary()
        return

    measures = wf.measure_pattern(made.pattern)
    assert (measures.fewest_by_hour >= wanted).all()
    assert measures.shortest_rest_h.min() >= 11
    assert measures.longest_run.max() <= 6
    assert measures.longest_nights.max() <= 4
    np.testing.assert_allclose(measures.duty_hours, hours)


def test_the_fewest_hours_agree_with_going_through_all_choices():
    """With one shift of ten hours and one of six, no choice of up to two crews a day takes fewer hours."""
    shifts = [wf.shift_between("A", "08:00", "18:00"), wf.shift_between("B", "14:00", "20:00")]
    day = np.zeros(24, dtype=int)
    day[8:18] = 1
    day[15:20] += 1
    made = wf.design_pattern(np.tile(day, 7), shifts, crews=7)
    best = min(
        10 * a + 6 * b
        for a, b in product(range(3), repeat=2)
        if all(a * (8 <= hour < 18) + b * (14 <= hour < 20) >= day[hour] for hour in range(24))
    )
    assert made.hours_a_week * made.requirements.shape[1] == pytest.approx(7 * best)


def test_too_few_crews_and_rules_against_each_other_are_named():
    """Hours that lack are said; where rules stand against units, they are named in words."""
    few = wf.design_pattern(1, TWELVE, crews=4)
    assert few.status == "hours"
    assert few.summary() == ("The units wanted take 42 hours a week of each crew, 2 more than there are.")
    none = wf.design_pattern(1, TWELVE, crews=5, days_off=(4, 4), days_in_a_row=(2, 2))
    assert none.status == "impossible"
    assert "the days off in a row" in none.conflicts
    assert none.summary().endswith("can't be kept together.")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"wanted": np.ones(24)}, "one for each of 168 hours"),
        ({"wanted": 0}, "wanted is no whole number of units, or none"),
        ({"wanted": 0.5}, "wanted is no whole number"),
        (
            {"shifts": [wf.shift_between("D", "07:00", "19:00")]},
            "no shift is on duty for the whole of hour",
        ),
        ({"crews": 0}, "crews is 0"),
        ({"training": TWELVE[0]}, "training is a shift of duty"),
        ({"shifts": [wf.Shift("T", 0, 60, is_duty=False)]}, "a shift is no duty"),
        ({"hours_a_week": 0}, "hours_a_week is 0"),
        ({"rules": {"sleep": True}, "crews": 6}, "there is no rule 'sleep'"),
    ],
)
def test_what_cannot_be_is_refused(change, words):
    """Units, shifts, crews or rules that can't be say what would be right."""
    given_ = {"wanted": 1, "shifts": TWELVE, "crews": 6, **change}
    with pytest.raises(Refusal, match=words):
        wf.design_pattern(given_.pop("wanted"), given_.pop("shifts"), **given_)
