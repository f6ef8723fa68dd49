"""Rules on shift patterns: each is broken by a pattern made to break it, and kept by one made to keep it."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from standby import workforce as wf
from standby._refusals import Refusal

EIGHT = (
    wf.shift_between("E", "06:00", "14:00", break_min=45),
    wf.shift_between("L", "14:00", "22:00", break_min=45),
    wf.shift_between("N", "22:00", "06:00", break_min=45),
)
OFF = dict.fromkeys(wf.SHIFT_RULES, False)


def one_team(cycle, shifts=EIGHT):
    """Return a pattern of one team."""
    return wf.staggered_pattern("one team", shifts, cycle, teams=1)


def only(pattern, **rules):
    """Return the violations of some rules, all others switched off."""
    return wf.check_pattern(pattern, **{**OFF, **rules}).violations


@pytest.mark.parametrize(
    ("rule", "keeps", "breaks", "found"),
    [
        ("average_week", "EEEEEE·", "EEEEEEE", 56.0),  # six days of eight hours are 48 a week
        ("night_work", "NNNNNN·", "NNNNNNN", 56 * 17 / 102),  # 48 hours over six days are eight
        ("daily_rest", "EL·", "LE·", 8.0),  # a late ends at 22:00, an early begins at 6:00
        ("weekly_rest", "EEEEEE·", "EEEEEEEEEEEEE·", 16.0),  # from 14:00 to 6:00
        ("police_hours", "EEEEE··", "EEEEEE·", 48.0),
        ("rest_days", "EEEEE··", "EEEEEE·", 1.0),
        ("tour_interval", "EL·", "NE·", 0.0),
        ("rest_day_interval", "EEEEEE·", "EEEEEEE·", 8.0),
        ("days_in_a_row", "EEEEEE·", "EEEEEEE·", 7.0),
        ("nights_in_a_row", "NNNN··", "NNNNN··", 5.0),
        ("days_off_together", "EEE··", "EEE·", 1.0),
    ],
)
def test_each_rule_tells_a_pattern_that_keeps_it_from_one_that_breaks_it(rule, keeps, breaks, found):
    """At its limit a pattern keeps a rule; a day or a shift more, and it is broken by as much as it is."""
    assert only(one_team(keeps), **{rule: True}) == ()
    broken = only(one_team(breaks), **{rule: True})
    assert {violation.rule for violation in broken} == {rule}
    assert broken[0].found == pytest.approx(found)
    assert broken[0].paragraph == wf.SHIFT_RULES[rule].paragraph
    assert broken[0].limit == wf.SHIFT_RULES[rule].limit


@pytest.mark.parametrize(("rule", "limit"), [("ordinary_day", 8), ("shift_length", 10)])
def test_lengths_of_shifts(rule, limit):
    """A shift of as many hours as the limit keeps it; five minutes more, and what is worked is named."""
    for more, number in ((0, 0), (5, 1)):
        shifts = [wf.Shift("A", 480, 60 * limit + more), wf.Shift("B", 480, 60 * limit + 60)]
        assert len(only(one_team("A·", shifts), **{rule: True})) == number


def test_breaks():
    """Six hours need none, more need twenty minutes; where nobody knows of breaks, that is said."""
    six, longer = wf.Shift("A", 480, 360, break_min=0), wf.Shift("B", 480, 365, break_min=15)
    assert only(one_team("A·", [six]), rest_break=True) == ()
    broken = only(one_team("AB·", [six, longer]), rest_break=True)
    assert [violation.found for violation in broken] == [15.0]
    assert only(one_team("B·", [longer]), rest_break=15) == ()

    unknown = wf.check_pattern(one_team("A··", [wf.Shift("A", 480, 480)]))
    assert unknown.not_checked == {"rest_break": "no break is known of A, which is longer than six hours"}
    assert unknown.summary() == (
        "Held against 5 rules, the pattern breaks none as far as could be checked. Not checked: rest_break, "
        "as no break is known of A, which is longer than six hours."
    )


def test_a_shift_without_a_known_break_beside_others_is_named():
    """A known break of a short shift doesn't stand for a long one; what nobody works is not asked for."""
    short = wf.Shift("S", 480, 300, break_min=0)
    known = wf.Shift("K", 480, 480, break_min=10)
    unknown = [wf.Shift(code, 480, 480) for code in "AB"]
    check = wf.check_pattern(one_team("SA··", [short, unknown[0]]))
    assert "rest_break" not in {rule.name for rule in check.checked}
    assert "breaks none as far as could be checked. Not checked: rest_break" in check.summary()

    check = wf.check_pattern(one_team("KAB··", [known, *unknown]))
    assert check.broken == ("rest_break",)
    assert check.not_checked["rest_break"] == "no break is known of A and B, which are longer than six hours"
    assert wf.check_pattern(one_team("S··", [short, *unknown])).not_checked == {}


def test_weekly_rest_may_be_taken_in_two_weeks():
    """Twelve days of work and two off have no rest in one week, but 48 hours in each two weeks."""
    both = one_team("EEEEEEEEEEEE··")
    assert only(both, weekly_rest=True) == ()

    # Three weeks with one day off have neither.
    broken = only(one_team("E" * 20 + "·"), weekly_rest=True)
    assert [violation.week for violation in broken] == [1, 2]
    assert broken[0].sentence == (
        "Team 1 has no rest of 24 hours in week 1, but one of 16, nor two of them in each two weeks, or one "
        "of 48."
    )


@pytest.mark.parametrize(("start", "keeps"), [("14:00", True), ("12:00", False)])
def test_weekly_and_daily_rest_in_two_weeks_are_fifty_nine_hours(start, keeps):
    """Two weekly rests and one daily rest are 24 + 24 + 11 hours: with 64 kept, with 56 not."""
    # Twelve days of work, then rest from the end of the last shift to the beginning of the first.
    end = "22:00" if keeps else "04:00"
    shifts = [wf.shift_between("A", start, end)]
    broken = only(one_team("AAAAAAAAAAAA··", shifts), weekly_rest=35)
    assert bool(broken) != keeps


def test_all_violations_come_at_once_with_their_place():
    """Every team and rule is named: where it is, what it has, what is allowed, and in words."""
    pattern = wf.staggered_pattern("quick", EIGHT, "LE·LE·L", teams=7, days_apart=1)
    check = wf.check_pattern(pattern)
    places = {(violation.rule, violation.team) for violation in check.violations}
    assert places == {("daily_rest", team) for team in range(1, 8)}
    first = check.violations[0]
    assert (first.team, first.day, first.found, first.limit) == (1, 1, 8.0, 11.0)
    assert first.sentence == "Team 1 has 8 hours between 'L' on day 1 and 'E' on day 2; 11 are asked for."
    assert check.broken == ("daily_rest",)


def test_limits_and_switches():
    """A number is a limit, True and False switch; the result says with which limits it was checked."""
    pattern = wf.NAMED_PATTERNS["12-hour"]
    assert wf.check_pattern(pattern).broken == ("police_hours",)
    assert wf.check_pattern(pattern, police_hours=False).broken == ()
    check = wf.check_pattern(pattern, police_hours=42.0, daily_rest=12.5)
    assert check.broken == ("daily_rest",)
    assert {rule.name: rule.limit for rule in check.checked}["daily_rest"] == 12.5
    assert "breaks daily_rest" in check.summary()


@pytest.mark.parametrize("name", wf.NAMED_PATTERNS)
def test_named_patterns_keep_the_working_time_regulations(name):
    """Of the regulations of 1998 no named pattern breaks any; those of 42 hours break the forty a week."""
    broken = wf.check_pattern(wf.NAMED_PATTERNS[name]).broken
    assert broken == (() if name == "2-2-2-4" else ("police_hours",))


def test_wrong_switches_are_refused_together():
    """A rule that isn't there and a limit that is no number are one refusal."""
    with pytest.raises(Refusal) as refused:
        wf.check_pattern(wf.NAMED_PATTERNS["8-hour"], daily_sleep=True, daily_rest=-1)
    assert "there is no rule 'daily_sleep'; choose from average_week, " in str(refused.value)
    assert "the limit of daily_rest is -1; give a number of more than 0" in str(refused.value)


@settings(max_examples=60)
@given(st.lists(st.sampled_from("ELN·"), min_size=2, max_size=16), st.floats(1, 40))
def test_rest_and_hours_agree_with_going_through_a_year(cycle, limit):
    """Rests under a limit are those met on the way through many cycles; 17 weeks are summed day by day."""
    cycle[0] = "E"
    pattern = one_team(cycle)
    days = pattern.codes[0].tolist() * (2 + 119 // len(cycle) + 1)
    tours = [(day, EIGHT[code]) for day, code in enumerate(days) if code != wf.OFF]
    short = set()
    for (day, shift), (after, following) in pairwise(tours):
        rest = (after - day) * 24 + following.start_min / 60 - shift.end_min / 60
        if rest < limit:
            short.add(day % len(cycle) + 1)
    assert {violation.day for violation in only(pattern, daily_rest=limit)} == short

    hours = np.array([0.0 if code == wf.OFF else 8.0 for code in days])
    most = max(hours[first : first + 119].sum() for first in range(len(cycle)))
    broken = only(pattern, average_week=limit)
    assert bool(broken) == (most / 17 > limit)
    if broken:
        assert broken[0].found == pytest.approx(most / 17)
