"""Shift patterns: what they are, what they give by hour of the week, and what is refused."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from standby import workforce as wf
from standby._refusals import Refusal

DAY = wf.shift_between("D", "07:00", "19:00")
NIGHT = wf.shift_between("N", "19:00", "07:00")


def minute_by_minute(pattern):
    """Return who is on duty in each minute, shape (teams, minutes), going through all days: the slow twin."""
    days = pattern.weeks * 7
    present = np.zeros((pattern.teams, days * 1440), dtype=bool)
    for team in range(pattern.teams):
        for day in range(days):
            code = pattern.codes[team, day % pattern.days]
            if code == wf.OFF:
                continue
            shift = pattern.shifts[code]
            for minute in range(shift.length_min):
                present[team, (day * 1440 + shift.start_min + minute) % (days * 1440)] = True
    return present


def patterns():
    """Return a strategy of patterns of two or three shifts that leave a team time enough between them."""

    def made(cycle, teams, apart, starts):
        # No shift begins before ten or after fourteen o'clock, and none is longer than twenty hours.
        shifts = [wf.Shift("ABC"[k], 600 + 5 * start, 5 * length) for k, (start, length) in enumerate(starts)]
        codes = ["ABC·"[min(code, 3) if code < len(shifts) else 3] for code in cycle]
        codes[0] = "A"
        return wf.staggered_pattern("made", shifts, codes, teams=teams, days_apart=apart)

    shift = st.tuples(st.integers(0, 48), st.integers(1, 240))
    return st.builds(
        made,
        st.lists(st.integers(0, 3), min_size=1, max_size=12),
        st.integers(1, 4),
        st.integers(0, 5),
        st.lists(shift, min_size=1, max_size=3),
    )


@pytest.mark.parametrize("name", wf.NAMED_PATTERNS)
def test_named_patterns_cover_every_minute_and_are_even(name):
    """Each named pattern has a team on duty at all times, and teams that rotate work alike in the end."""
    pattern = wf.NAMED_PATTERNS[name]
    measures = wf.measure_pattern(pattern)
    assert measures.fewest_by_hour.min() == 1
    assert wf.team_differences(pattern).is_even == (name != "2-2-3")
    assert pattern.note


@pytest.mark.parametrize(
    ("name", "teams", "days", "hours", "run", "weekends"),
    [
        ("2-2-2-4", 5, 10, 39.9, 6, 3),
        ("2-2-3", 4, 14, 42.0, 3, 1),
        ("2-2-3 rotating", 4, 28, 42.0, 3, 2),
        ("12-hour", 4, 8, 42.0, 4, 3),
        ("8-hour", 4, 28, 42.0, 7, 1),
    ],
)
def test_named_patterns_are_what_their_sources_say(name, teams, days, hours, run, weekends):
    """Teams, cycle and hours: 2-2-3 and continental are said to be 42 hours with four teams.

    2-2-3 never has more than three days in a row, and every other weekend off.
    """
    pattern = wf.NAMED_PATTERNS[name]
    measures = wf.measure_pattern(pattern)
    assert (pattern.teams, pattern.days) == (teams, days)
    np.testing.assert_allclose(measures.paid_hours, hours)
    np.testing.assert_array_equal(measures.longest_run, run)
    np.testing.assert_array_equal(measures.weekends_off, weekends)


def test_ten_days_by_hand():
    """2-2-2-4 in its first week: earlies 7:00 to 16:30, lates from 14:00, nights from 22:00 to 7:30."""
    measures = wf.measure_pattern(wf.NAMED_PATTERNS["2-2-2-4"])
    assert measures.weeks == 10  # ten days and seven come together after seventy
    day = measures.teams_by_hour[:24]

    # Nights end at 7:30, half an hour into the early; lates overlap earlies for 2.5 hours and nights for 1.5.
    expected = np.ones(24)
    expected[[7, 16, 23]] = 1.5
    expected[[14, 15, 22]] = 2.0
    np.testing.assert_allclose(day, expected)
    np.testing.assert_array_equal(measures.fewest_by_hour[:24], np.where(expected == 2.0, 2, 1))
    assert measures.overlap_hours == pytest.approx(7 * (0.5 + 2.5 + 1.5))
    np.testing.assert_array_equal(measures.shortest_rest_h, 14.5)  # from 16:30 to 7:00
    np.testing.assert_array_equal(measures.longest_nights, 2)

    # Of 28.5 hours on duty a day seven are between 23:00 and 6:00, and half an hour more of a late.
    np.testing.assert_allclose(measures.night_share, 7.5 / 28.5)


def test_five_teams_give_a_hundred_tours_where_84_are_needed():
    """In 28 days five teams on 40 hours have 100 tours of eight hours; round the clock takes 84 (1980)."""
    wanted = [[2, 2, 2, 2, 1, 1, 1], [1] * 7, [1] * 7]  # four tours a week more than 21
    found = wf.cyclic_pattern(
        wanted,
        crews=5,
        work_block=(2, 7),
        days_off=(1, 4),
        shift_block=[(1, 7), (1, 7), (2, 4)],
        forbidden=[(2, 0, 0), (2, 1, 0), (1, 0, 0)],
    )
    eight = wf.NAMED_PATTERNS["8-hour"].shifts
    days = "".join("ELN·"[code] for code in found.pattern.reshape(-1))
    pattern = wf.staggered_pattern("five teams", eight, days, teams=5, days_apart=7)
    measures = wf.measure_pattern(pattern)

    tours = (pattern.codes[:, np.arange(28)] != wf.OFF).sum()
    assert tours == 100
    np.testing.assert_allclose(measures.paid_hours, 40.0)
    assert measures.fewest_by_hour.min() == 1
    assert 3 * 28 == 84

    # 4.2 officers a post by hours alone, 6 with 30% lost.
    assert wf.relief_from_pattern(pattern, []).by_hours == pytest.approx(4.2)
    lost = [wf.Abstraction("all together", share=0.3)]
    assert wf.relief_from_pattern(pattern, lost).by_hours == pytest.approx(6.0)


@settings(max_examples=40)
@given(patterns())
def test_hours_agree_with_the_slow_twin(pattern):
    """Teams by hour, the fewest, the distribution and the hours are those of going minute by minute."""
    minutes = minute_by_minute(pattern)
    present = minutes.sum(axis=0).reshape(pattern.weeks, 168, 60)
    measures = wf.measure_pattern(pattern)

    np.testing.assert_allclose(measures.teams_by_hour, present.mean(axis=(0, 2)))
    np.testing.assert_array_equal(measures.fewest_by_hour, present.min(axis=(0, 2)))
    np.testing.assert_allclose(measures.chance_of_teams[:, 1], (present == 1).mean(axis=(0, 2)))
    np.testing.assert_allclose(measures.duty_hours, minutes.sum(axis=1) / 60 / pattern.weeks)
    np.testing.assert_allclose(measures.chance_of_teams.sum(axis=1), 1.0)

    sizes = np.arange(1, pattern.teams + 1)
    fewest = (sizes @ minutes).reshape(pattern.weeks, 168, 60).min(axis=2)
    np.testing.assert_array_equal(wf.officers_by_hour(pattern, sizes), fewest)


@settings(max_examples=40)
@given(patterns())
def test_teams_that_work_the_same_days_are_even_in_the_end(pattern):
    """After all weeks of the cycle no team has worked more hours or nights than another.

    Nor more weekends, if days of the cycle and of the week come together in every way there is.
    """
    differences = wf.team_differences(pattern)
    assert np.ptp(differences.hours) == np.ptp(differences.nights) == 0
    np.testing.assert_allclose(differences.hours / pattern.weeks, wf.measure_pattern(pattern).duty_hours)
    if pattern.days % 7:
        assert differences.is_even


def test_teams_a_day_apart_in_a_week_have_other_weekends():
    """In a cycle of a week, teams that are days apart never have the same weekends; weeks apart, they do."""
    days = wf.staggered_pattern("week", [DAY], "DDDDD··", teams=2, days_apart=1)
    np.testing.assert_array_equal(wf.team_differences(days).weekend_shifts, [0, 1])
    assert not wf.team_differences(days).is_even
    assert wf.team_differences(wf.staggered_pattern("x", [DAY], "DDDDD··", teams=2, days_apart=7)).is_even


def test_fairness_over_a_few_weeks_by_hand():
    """Where two teams have days and two nights, they differ by every night, and by no hour in two weeks."""
    differences = wf.team_differences(wf.NAMED_PATTERNS["2-2-3"], weeks=2)
    np.testing.assert_array_equal(differences.nights, [0, 7, 0, 7])
    np.testing.assert_array_equal(differences.hours, 84.0)
    np.testing.assert_array_equal(differences.weekend_shifts, 2)
    assert "differ by up to 0 hours, 7 nights" in differences.summary()


def test_a_team_that_is_never_off_or_never_on():
    """A team at work every day has a run without end; one that never works has no shortest rest."""
    pattern = wf.ShiftPattern("two", (DAY,), np.array([[0, 0], [-1, -1]]))
    measures = wf.measure_pattern(pattern)
    np.testing.assert_array_equal(measures.longest_run, [np.inf, 0])
    np.testing.assert_array_equal(measures.shortest_rest_h, [12.0, np.inf])
    np.testing.assert_array_equal(measures.night_share, 0.0)
    assert measures.fewest_by_hour.min() == 0
    assert "moments with no team" in measures.summary()


def test_training_is_work_and_no_duty():
    """A training day is paid, breaks days off and takes rest, and nobody on it is on duty."""
    training = wf.shift_between("T", "09:00", "17:00", break_min=45, is_duty=False)
    pattern = wf.staggered_pattern("with training", [DAY, training], "D D T · · · ·", teams=1)
    measures = wf.measure_pattern(pattern)
    assert measures.paid_hours[0] == 32.0
    assert measures.duty_hours[0] == 24.0
    assert measures.longest_run[0] == 3
    assert measures.teams_by_hour.sum() == 24.0
    assert measures.shortest_rest_h[0] == 12.0
    assert wf.officers_by_hour(pattern, 5)[0, 48:].max() == 0
    assert wf.relief_from_pattern(pattern, []).by_hours == pytest.approx(7.0)
    assert wf.check_pattern(pattern, daily_rest=14.5).violations[-1].found == 14.0
    weeks = wf.chance_of_complete_weeks(
        pattern, 2, abstraction=0.0, crew=2, wanted=np.repeat([1, 0], [0, 168])
    )
    assert weeks[0] == 1.0


def test_codes_may_stand_between_blanks_and_cannot_be_changed():
    """A cycle may be a text with codes of several letters, and a pattern is not to be written to."""
    pattern = wf.staggered_pattern("long codes", [DAY, wf.Shift("N10", 1140, 600)], "D D N10 · ·", teams=5)
    assert pattern.lines()[0] == "D D N10 · ·"
    with pytest.raises(ValueError, match="read-only"):
        pattern.codes[0, 0] = 1


def test_officers_are_spread_evenly():
    """24 officers in five teams are four teams of five and one of four."""
    np.testing.assert_array_equal(wf.even_teams(wf.NAMED_PATTERNS["2-2-2-4"], 24), [5, 5, 5, 5, 4])


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: wf.Shift("", 0, 60), "has the code ''; give a short text"),
        (lambda: wf.Shift("E", 3, 60), "start_min is 3; give a multiple of 5"),
        (lambda: wf.Shift("E", 0, 1500), "length_min is 1500; .*at most 1,440"),
        (lambda: wf.Shift("E", 0, 60, break_min=61), "break_min is 61"),
        (lambda: wf.Shift("E", 0, 60, is_duty="no"), "is_duty is 'no'; give True or False"),
        (lambda: wf.shift_between("E", "7", "19:00"), "'7' is no time of the clock; write hours and minutes"),
        (lambda: wf.shift_between("E", "07:61", "19:00"), "no time of the clock"),
        (lambda: wf.shift_between("E", "24:05", "19:00"), "no time of the clock"),
        (lambda: wf.staggered_pattern("x", [DAY], "DD·", teams=2), "3 days can't be spread evenly over 2"),
        (lambda: wf.staggered_pattern("x", [DAY], "DX·", teams=1), "the cycle has 'X'; use the codes"),
        (lambda: wf.ShiftPattern("x", (DAY,), [[0, 2], [0, -2]]), "team 1 has shift 2 on day 2 and 1 more"),
        (lambda: wf.ShiftPattern("x", (DAY,), [[-1]]), "nobody ever works"),
        (lambda: wf.ShiftPattern("x", (DAY,), [[0], [0, 1]]), "codes have the shape"),
        (lambda: wf.ShiftPattern("x", (DAY,), [[0.5]]), "of the kind float64"),
        (lambda: wf.ShiftPattern("x", (DAY, NIGHT), [[1, 0]]), None),
        (lambda: wf.ShiftPattern("x", (DAY, NIGHT, wf.shift_between("E", "06:00", "14:00")), [[1, 2]]),
         "team 1 begins 'E' on day 2 of the cycle while it still works 'N'; give it a later shift"),
        (lambda: wf.officers_by_hour(wf.NAMED_PATTERNS["8-hour"], [1, 2]), "one for each of 4 teams"),
        (lambda: wf.officers_by_hour(wf.NAMED_PATTERNS["8-hour"], 1.5), "officers is 1.5; give a whole"),
        (lambda: wf.team_differences(wf.NAMED_PATTERNS["8-hour"], weeks=0), "weeks is 0"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(make, words):
    """A shift or pattern that can't be says why, and what would be right; a night before a day just fits."""
    if words is None:
        assert make().weeks == 2
        return
    with pytest.raises(Refusal, match=words):
        make()


def test_all_faults_of_a_pattern_are_named_at_once():
    """Codes twice and a shift that isn't there are one refusal."""
    with pytest.raises(Refusal) as refused:
        wf.ShiftPattern("x", (DAY, DAY), [[0, 7]])
    assert "2 things of the pattern" in str(refused.value)
    assert "two shifts have the code 'D'" in str(refused.value)
    assert "has shift 7" in str(refused.value)


@pytest.mark.parametrize("code", ["-", ".", "·"])
def test_the_code_of_a_day_off_is_no_shift(code):
    """A shift that is written as a day off would vanish from every pattern."""
    with pytest.raises(Refusal, match="that of a day off"):
        wf.Shift(code, 480, 480)


def test_nobody_is_paid_for_longer_than_a_shift():
    """Paid time is part of the shift."""
    with pytest.raises(Refusal, match="paid_min is 490"):
        wf.Shift("E", 480, 480, paid_min=490)


def test_overlaps_of_a_pattern_with_gaps_are_not_said():
    """Days alone have moments without a team: hours with one team are no overlap."""
    days = wf.staggered_pattern("days", [wf.shift_between("D", "07:00", "15:00")], "DDDDD··", teams=1)
    summary = wf.measure_pattern(days).summary()
    assert "moments with no team on duty" in summary
    assert "Overlaps" not in summary
