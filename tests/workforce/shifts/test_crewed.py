"""Crewed units by hour: against every subset of officers, against drawn weeks, and laws that must hold."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from standby import workforce as wf
from standby._refusals import Refusal


def by_subsets(officers, *, abstraction, crew, wanted, minimum=0, single_crewing=False, skills=()):
    """Return chance of units, of the full complement, and officers short, from every subset: the twin."""
    owner = [k for k, skill in enumerate(skills) for _ in range(skill.officers)]
    owner += [-1] * (officers - len(owner))
    chance = np.zeros(officers + 1)
    complete = 0.0
    short = 0.0
    for there in product([0, 1], repeat=officers):
        weight = np.prod([1 - abstraction if one else abstraction for one in there])
        having = [
            sum(one for one, own in zip(there, owner, strict=True) if own == k) for k in range(len(skills))
        ]
        full = 0
        while (full + 1) * crew <= sum(there) and all(
            have >= (full + 1) * skill.in_crew for have, skill in zip(having, skills, strict=True)
        ):
            full += 1
        goes = all(have >= skill.on_duty for have, skill in zip(having, skills, strict=True))
        full = full if goes else 0
        singles = min(sum(there) - full * crew, max(wanted - full, 0)) if single_crewing and goes else 0
        chance[full + singles] += weight
        complete += weight * (full >= wanted)

        # Bring in one officer after another, with a skill that lacks if one does, until there are enough.
        brought = 0
        while True:
            lacking = [
                k
                for k, skill in enumerate(skills)
                if having[k] < max(wanted * skill.in_crew, skill.on_duty if wanted else 0)
            ]
            if not lacking and sum(there) + brought >= wanted * crew:
                break
            if lacking:
                having[lacking[0]] += 1
            brought += 1
        short += weight * brought
    return chance, complete, short


SKILLS = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 1), st.integers(0, 2)).filter(lambda skill: any(skill[1:])),
    max_size=2,
).map(lambda skills: [wf.Skill(name, *skill) for name, skill in zip("ab", skills, strict=False)])


@settings(max_examples=30)
@given(
    extra=st.integers(0, 4),
    abstraction=st.floats(0, 1),
    crew=st.integers(2, 3),
    wanted=st.integers(0, 4),
    single_crewing=st.booleans(),
    skills=SKILLS,
)
def test_units_are_those_of_every_subset(extra, abstraction, crew, wanted, single_crewing, skills):
    """Distribution, full complement and overtime agree with going through every subset of officers."""
    officers = sum(skill.officers for skill in skills) + extra
    given_ = {"abstraction": abstraction, "crew": crew, "wanted": wanted}
    found = wf.crewed_units(officers, **given_, single_crewing=single_crewing, skills=skills)
    chance, complete, short = by_subsets(officers, **given_, single_crewing=single_crewing, skills=skills)

    units = found.chance.shape[-1]
    np.testing.assert_allclose(found.chance[100], chance[:units], atol=1e-12)
    assert chance[units:].sum() == pytest.approx(0, abs=1e-12)
    assert found.chance_complete[100] == pytest.approx(complete, abs=1e-12)
    assert found.officers_short[100] == pytest.approx(short, abs=1e-12)
    assert float(found.overtime_hours) == pytest.approx(168 * short, abs=1e-9)


@given(st.integers(0, 20), st.floats(0.01, 0.99), st.floats(0.01, 0.5), st.integers(1, 4))
def test_common_absence_is_beta_binomial(officers, abstraction, together, crew):
    """With a common absence, officers there are beta-binomial of the same mean and of that correlation."""
    found = wf.crewed_units(
        officers, abstraction=abstraction, crew=1, wanted=0, common_absence=together
    ).chance[0]
    mean = found @ np.arange(officers + 1)
    variance = found @ (np.arange(officers + 1) - mean) ** 2
    expected = officers * abstraction * (1 - abstraction)
    assert mean == pytest.approx(officers * (1 - abstraction))
    assert variance == pytest.approx(expected * (1 + (officers - 1) * together) if officers else 0, abs=1e-9)

    crews = wf.crewed_units(officers, abstraction=abstraction, crew=crew, wanted=0, common_absence=together)
    grouped = np.bincount(np.arange(officers + 1) // crew, weights=found)
    np.testing.assert_allclose(crews.chance[0], grouped, atol=1e-12)


def test_drawn_officers_agree():
    """A second way: 200,000 hours drawn officer by officer, with a common absence, two skills and singles.

    The seed is fixed beforehand; no number is more than 4.5 standard errors off.
    """
    drawn = 200_000
    rng = np.random.default_rng(20261130)
    lost, together = 0.25, 0.1
    strength = (1 - together) / together
    there = rng.beta((1 - lost) * strength, lost * strength, drawn)
    drivers, medics, others = (rng.binomial(size, there) for size in (4, 3, 5))
    total = drivers + medics + others
    full = np.minimum(np.minimum(total // 2, drivers), np.where(medics >= 1, 99, 0))
    singles = np.where(medics >= 1, np.minimum(total - 2 * full, np.maximum(5 - full, 0)), 0)

    found = wf.crewed_units(
        12,
        abstraction=lost,
        crew=2,
        wanted=5,
        minimum=3,
        single_crewing=True,
        common_absence=together,
        skills=[wf.Skill("advanced driver", 4, in_crew=1), wf.Skill("medic", 3, on_duty=1)],
    )
    observed = np.bincount(full + singles, minlength=found.chance.shape[1]) / drawn
    expected = found.chance[0]
    error = np.sqrt(np.maximum(expected * (1 - expected), 1e-12) / drawn)
    assert np.abs((observed - expected) / error).max() < 4.5

    for values, mean in (
        (full, found.full[0]),
        (singles, found.single_crewed[0]),
        (full >= 5, found.chance_complete[0]),
        (full + singles >= 3, found.chance_minimum[0]),
    ):
        assert abs(values.mean() - mean) < 4.5 * values.std() / np.sqrt(drawn) + 1e-12


@given(
    st.integers(0, 15),
    st.floats(0, 1),
    st.integers(1, 3),
    st.integers(0, 5),
    st.floats(0, 0.5),
    st.booleans(),
)
def test_more_officers_never_give_fewer_units(officers, abstraction, crew, wanted, together, single):
    """With one officer more, no number of units is less likely to be reached, and no more are short."""
    given_ = {
        "abstraction": abstraction,
        "crew": crew,
        "wanted": wanted,
        "common_absence": together,
        "single_crewing": single,
    }
    fewer, more = (wf.crewed_units(officers + k, **given_) for k in (0, 1))
    reached = [np.cumsum(found.chance[0][::-1])[::-1] for found in (fewer, more)]
    if not single:  # two left over may be two units, where with a third they are one full crew
        assert (reached[1][: len(reached[0])] >= reached[0] - 1e-9).all()
    assert more.full[0] >= fewer.full[0] - 1e-9
    assert more.officers_short[0] <= fewer.officers_short[0] + 1e-9
    assert more.chance_complete[0] >= fewer.chance_complete[0] - 1e-9


@given(st.integers(0, 60), st.floats(0, 1), st.sampled_from([0.0, 1e-300, 1e-12, 1e-6, 0.3, 0.5]))
def test_chances_add_up_however_little_is_common(officers, abstraction, together):
    """Chances sum to one, and a common absence that is next to none is as none: no digits are lost."""
    found = wf.crewed_units(
        officers, abstraction=abstraction, crew=1, wanted=0, common_absence=together
    ).chance[0]
    assert found.sum() == pytest.approx(1.0, abs=1e-10)
    if together <= 1e-12:
        binomial = stats.binom.pmf(np.arange(officers + 1), officers, 1 - abstraction)
        np.testing.assert_allclose(found, binomial, atol=1e-9)
    elif together < 0.9 and 0.001 < abstraction < 0.999:
        strength = (1 - together) / together
        library = stats.betabinom.pmf(
            np.arange(officers + 1), officers, (1 - abstraction) * strength, abstraction * strength
        )
        np.testing.assert_allclose(found, library, atol=1e-7)


@given(st.integers(0, 30), st.integers(1, 4), st.integers(0, 8))
def test_nobody_away_is_certain(officers, crew, wanted):
    """Without abstraction there are as many crews as officers make, for sure; with all of it none."""
    found = wf.crewed_units(officers, abstraction=0.0, crew=crew, wanted=wanted)
    assert found.chance[0, officers // crew] == pytest.approx(1.0)
    assert found.officers_short[0] == pytest.approx(max(wanted * crew - officers, 0))
    none = wf.crewed_units(officers, abstraction=1.0, crew=crew, wanted=wanted)
    assert none.mean[0] == pytest.approx(0.0)


def test_hours_have_their_own_numbers():
    """Officers, abstraction and units wanted may differ by hour and by week; each hour is as if alone."""
    pattern = wf.NAMED_PATTERNS["2-2-2-4"]
    officers = wf.officers_by_hour(pattern, [5, 5, 5, 5, 4])
    nights = np.arange(168) % 24 < 6
    abstraction = np.where(nights, 0.2, 0.3)
    wanted = np.where(nights, 1, 2)
    found = wf.crewed_units(officers, abstraction=abstraction, crew=2, wanted=wanted)
    assert found.chance_complete.shape == (10, 168)
    for week, hour in ((0, 0), (3, 50), (9, 167)):
        alone = stats.binom.sf(2 * wanted[hour] - 1, officers[week, hour], 1 - abstraction[hour])
        assert found.chance_complete[week, hour] == pytest.approx(alone)

    mean = found.over_weeks()
    np.testing.assert_allclose(mean.chance, found.chance.mean(axis=0))
    assert float(mean.overtime_hours) == pytest.approx(found.overtime_hours.mean())
    assert "hours of overtime a week" in found.summary()


def test_a_week_of_tours_without_overlap_is_a_product():
    """Without overlaps a complete week is a product over the 21 tours of it and the Sunday's before it."""
    pattern = wf.NAMED_PATTERNS["8-hour"]
    weeks = wf.chance_of_complete_weeks(pattern, 5, abstraction=0.2, crew=2, wanted=2)
    one = stats.binom.sf(3, 5, 0.8)
    np.testing.assert_allclose(weeks, one**22)


def test_a_week_of_overlapping_tours_agrees_with_drawn_weeks():
    """20,000 weeks drawn tour by tour have all their units as often as is worked out, within 4.5 errors."""
    pattern = wf.NAMED_PATTERNS["2-2-2-4"]
    sizes = [7, 8, 7, 6, 7]
    wanted = np.where(np.arange(168) % 24 < 12, 1, 2)
    lost, together, drawn = 0.12, 0.03, 20_000
    rng = np.random.default_rng(7)
    found = wf.chance_of_complete_weeks(
        pattern, sizes, abstraction=lost, crew=2, wanted=wanted, common_absence=together
    )
    strength = (1 - together) / together
    there = rng.beta((1 - lost) * strength, lost * strength, drawn)

    # Week 4 in half-hours: officers present are added over the tours that touch it.
    week = 3
    present = np.zeros((drawn, 336), dtype=np.int64)
    for team in range(pattern.teams):
        for day in range(week * 7 - 1, week * 7 + 7):
            code = pattern.codes[team, day % 10]
            if code == wf.OFF:
                continue
            shift = pattern.shifts[code]
            first = ((day - week * 7) * 1440 + shift.start_min) // 30
            slots = np.arange(first, first + shift.length_min // 30)
            slots = slots[(slots >= 0) & (slots < 336)]
            if len(slots):
                present[:, slots] += rng.binomial(sizes[team], there)[:, np.newaxis]
    complete = (present >= 2 * np.repeat(wanted, 2)).all(axis=1)
    assert 0.02 < complete.mean() < 0.98
    assert abs(complete.mean() - found[week]) < 4.5 * complete.std() / np.sqrt(drawn)


@settings(max_examples=20)
@given(st.sampled_from(list(wf.NAMED_PATTERNS)), st.integers(2, 6), st.floats(0, 0.5))
def test_a_complete_week_is_between_its_bounds(name, size, lost):
    """It is no likelier than its worst hour, and no less likely than if hours never failed together."""
    pattern = wf.NAMED_PATTERNS[name]
    hours = wf.crewed_units(wf.officers_by_hour(pattern, size), abstraction=lost, crew=2, wanted=1)
    weeks = wf.chance_of_complete_weeks(pattern, size, abstraction=lost, crew=2, wanted=1)
    assert (weeks <= hours.chance_complete.min(axis=1) + 1e-9).all()
    independent = np.prod(hours.chance_complete, axis=1)
    assert (weeks >= independent - 1e-9).all()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"officers": 1.5}, "officers has parts of a whole"),
        ({"officers": np.ones(24)}, r"officers has shape \(24,\); give one number, or one for each of 168"),
        ({"abstraction": 1.2}, "abstraction is 1.2"),
        ({"crew": 0}, "crew is 0"),
        ({"minimum": 3}, "minimum is more than wanted"),
        ({"common_absence": 1.0}, "common_absence is 1"),
        ({"single_crewing": "yes"}, "single_crewing is 'yes'; give True or False"),
        ({"skills": [wf.Skill("a", 5, 1), wf.Skill("b", 3, 2)]}, "(?s)more officers have skills.*than its 2"),
        ({"skills": [wf.Skill("a", 1, 1), wf.Skill("a", 1, 1)]}, "two skills have the name 'a'"),
        ({"skills": [wf.Skill("a", -1, 1)]}, "officers with the skill 'a' is -1"),
        ({"wanted": np.ones((3, 168)), "officers": np.ones((2, 168))}, "shape"),
    ],
)
def test_what_cannot_be_is_refused(change, words):
    """A number out of its range, parts of officers, or skills that nobody has, say what would be right."""
    given_ = {"officers": 6, "abstraction": 0.2, "crew": 2, "wanted": 2, **change}
    with pytest.raises(Refusal, match=words.replace("than its 2", "more than its 2")):
        wf.crewed_units(given_.pop("officers"), **given_)


def test_too_many_officers_on_tours_that_overlap_are_refused():
    """Three tours of 400 officers at once are said to be too many, and not tried."""
    day = wf.Shift("A", 480, 600)
    three = wf.ShiftPattern("three", (day,), np.zeros((3, 1), dtype=int))
    with pytest.raises(Refusal, match="3 tours that overlap have too many officers"):
        wf.chance_of_complete_weeks(three, 400, abstraction=0.2, crew=2, wanted=1)


def test_a_skill_asked_of_nobody_is_refused():
    """A skill is asked of a crew or of those on duty, and has a name."""
    with pytest.raises(Refusal, match="'medic' is asked of nobody; give in_crew or on_duty"):
        wf.Skill("medic", 3)
    with pytest.raises(Refusal, match="say what it is"):
        wf.Skill(" ", 3, 1)


def test_common_absence_is_bounded_by_what_is_accurate():
    """At 0.5 one tour's week is the beta-binomial to within 0.001; beyond it is refused."""
    one_day = wf.ShiftPattern("one day", (wf.Shift("D", 0, 1440),), np.array([[0, *[-1] * 6]]))
    for lost, size in ((0.3, 4), (0.05, 60), (1e-6, 12)):
        wanted = np.zeros(168)
        wanted[:24] = size
        given = {"abstraction": lost, "crew": 1, "wanted": wanted, "common_absence": 0.5}
        week = wf.chance_of_complete_weeks(one_day, size, **given)
        hours = wf.crewed_units(size, **given)
        assert week[0] == pytest.approx(hours.chance_complete[0], abs=1e-3)

        over = {**given, "common_absence": 0.51}
        for make in (
            lambda size=size, over=over: wf.crewed_units(size, **over),
            lambda size=size, over=over: wf.chance_of_complete_weeks(one_day, size, **over),
        ):
            with pytest.raises(Refusal, match=r"common_absence is 0.51; give at most 0.5"):
                make()
