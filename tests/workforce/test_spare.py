"""Spare officers: small cases worked by hand, and laws of filling posts."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from standby._refusals import Refusal
from standby.workforce import add_to_posts, fill_posts, spare_rule, staff

CAR = {"id": "new", "tier": "arv", "site": "westham", "provider": "home"}
ONE_EACH = (0, 1)
SHARED = (0, 0)

# posts now and before by two tiers, at hand, accreditations: found, taught, retrained, kept, spare
BY_HAND = {
    "strength of 300 where 84 are needed": ([96, 0], [84, 0], 273, ONE_EACH, 0, [0, 0], [0, 0], [0, 0], 177),
    "exactly enough": ([32, 0], [20, 0], 32, ONE_EACH, 0, [0, 0], [0, 0], [0, 0], 0),
    "one too few": ([32, 0], [20, 0], 31, ONE_EACH, 1, [1, 0], [0, 0], [1, 0], 0),
    "nobody spare": ([32, 0], [20, 0], 20, ONE_EACH, 12, [12, 0], [0, 0], [12, 0], 0),
    "other tier's posts come first": ([32, 15], [20, 15], 40, SHARED, 7, [7, 0], [0, 0], [7, 0], 0),
    "shared accreditation": ([20, 12], [20, 0], 30, SHARED, 2, [0, 2], [0, 0], [0, 2], 0),
    "own accreditation, enough": ([20, 8], [20, 0], 30, ONE_EACH, 0, [0, 8], [0, 8], [-8, 8], 2),
    "own accreditation, too few": ([20, 12], [20, 0], 30, ONE_EACH, 2, [0, 12], [0, 10], [-10, 12], 0),
    "spare as the posts": ([30, 14], [20, 10], 45, ONE_EACH, 0, [0, 0], [0, 0], [0, 0], 1),
    "spare of one for the other": ([20, 20], [20, 10], 45, ONE_EACH, 0, [0, 5], [0, 5], [-5, 5], 5),
    "posts given up": ([8, 0], [20, 0], 30, ONE_EACH, 0, [0, 0], [0, 0], [0, 0], 22),
    "posts moved, shared": ([8, 12], [20, 0], 20, SHARED, 0, [0, 0], [0, 0], [0, 0], 0),
    "posts moved, own course": ([8, 12], [20, 0], 20, ONE_EACH, 0, [0, 12], [0, 12], [-12, 12], 0),
    "base is short": ([32, 0], [20, 0], 15, ONE_EACH, 12, [12, 0], [0, 0], [12, 0], 0),
    "base is short and gives up": ([8, 0], [20, 0], 15, ONE_EACH, -5, [0, 0], [0, 0], [-5, 0], 7),
    "no posts in the base": ([12, 0], [0, 0], 10, ONE_EACH, 2, [2, 0], [0, 0], [2, 0], 0),
}


@pytest.mark.parametrize("case", BY_HAND.values(), ids=BY_HAND.keys())
def test_by_hand(case):
    """Small cases come out as worked by hand."""
    now, before, at_hand, accreditations, found, taught, retrained, kept, spare = case
    filled = fill_posts(now, before, at_hand=at_hand, accreditations=accreditations)
    assert float(filled.found) == pytest.approx(found)
    np.testing.assert_allclose(filled.taught, taught, atol=1e-9)
    np.testing.assert_allclose(filled.retrained, retrained, atol=1e-9)
    np.testing.assert_allclose(filled.kept, kept, atol=1e-9)
    assert float(filled.spare) == pytest.approx(spare)
    assert float(filled.lacking) == max(sum(before) - at_hand, 0)


POSTS = st.lists(st.floats(0, 200), min_size=3, max_size=3)


@given(
    now=POSTS,
    before=POSTS,
    at_hand=st.floats(0, 600),
    later=st.floats(0, 600),
    codes=st.lists(st.integers(0, 2), min_size=3, max_size=3),
)
def test_officers_add_up(now, before, at_hand, later, codes):
    """Posts are held by those at hand and found; who is kept sums to who is found; nobody is less than 0."""
    filled = fill_posts(now, before, at_hand=later, at_hand_before=at_hand, accreditations=codes)
    found, lacking = float(filled.found), float(filled.lacking)
    assert later + lacking + found - sum(now) == pytest.approx(float(filled.spare), abs=1e-6)
    assert float(filled.kept.sum()) == pytest.approx(found, abs=1e-6)
    new = filled.taught - filled.retrained
    assert float(new.sum()) == pytest.approx(max(found, 0), abs=1e-6)
    assert (filled.taught > -1e-9).all()
    assert (new > -1e-9).all()
    assert (filled.kept <= filled.taught + 1e-6).all()


@given(now=POSTS, before=POSTS, at_hand=st.floats(0, 600))
def test_base_and_option_exchanged_are_opposites(now, before, at_hand):
    """What an option finds its base gives up when the two are exchanged; all share an accreditation."""
    there = fill_posts(now, before, at_hand=at_hand, accreditations=[0, 0, 0])
    back = fill_posts(before, now, at_hand=at_hand, accreditations=[0, 0, 0])
    assert float(there.found) == pytest.approx(-float(back.found), abs=1e-6)


@given(now=POSTS, before=POSTS, codes=st.lists(st.integers(0, 2), min_size=3, max_size=3))
def test_with_nobody_spare_both_rules_find_the_same(now, before, codes):
    """Where the base needs everybody, new posts take as many officers under either rule."""
    now = np.maximum(now, before)
    at_hand = sum(before)
    one = fill_posts(now, before, at_hand=at_hand, accreditations=codes)
    other = add_to_posts(now, before, at_hand=at_hand)
    assert float(one.found) == pytest.approx(float(other.found), abs=1e-6)
    np.testing.assert_allclose(one.kept, other.kept, atol=1e-6)
    np.testing.assert_allclose(one.taught, other.taught, atol=1e-6)


@pytest.mark.parametrize(
    ("now", "before", "at_hand", "words"),
    [
        ("a", [20, 0], 30, "now is 'a'; give a number"),
        ([-1, 0], [20, 0], 30, "now is -1; give a number of at least 0"),
        ([np.nan, 0], [20, 0], 30, "now has 1 missing value"),
        ([26, 8], [20, -2], 30, "before is -2; give a number of at least 0"),
        ([26, 8], [20, 0], -30, "at_hand is -30; give a number of at least 0"),
        ([26, 8], [20, 0], "many", "at_hand is 'many'; give a number"),
        (26, 20, 30, r"now has shape \(\) and before \(\); give one number for each tier"),
        ([26, 8], [20], 30, r"now has shape \(2,\) and before \(1,\); give one number for each tier"),
        (np.ones((2, 2)), np.ones((3, 2)), 30, "now has shape .* and before .*; give arrays of one shape"),
        (np.ones((2, 2)), [20, 0], [1, 2, 3], "at_hand has shape .* and posts_of_a_tier"),
    ],
)
def test_posts_that_make_no_sense_are_refused(now, before, at_hand, words):
    """Both rules refuse text, officers below 0 and shapes that don't fit, by name."""
    with pytest.raises(Refusal, match=words):
        fill_posts(now, before, at_hand=at_hand, accreditations=ONE_EACH)
    with pytest.raises(Refusal, match=words):
        add_to_posts(now, before, at_hand=at_hand)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"accreditations": [0]}, r"accreditations has shape \(1,\); give one code for each of 2 tiers"),
        ({"accreditations": [0, np.nan]}, "accreditations has 1 missing value"),
        ({"accreditations": "ab"}, "accreditations is 'ab'; give a number"),
        ({"at_hand_before": -1}, "at_hand_before is -1; give a number of at least 0"),
        ({"at_hand": np.nan}, "at_hand has 1 missing value"),
    ],
)
def test_codes_and_officers_that_make_no_sense_are_refused(options, words):
    """There is one code for each tier, and nobody is at hand in numbers below 0 or not known."""
    with pytest.raises(Refusal, match=words):
        fill_posts([26, 8], [20, 0], **{"at_hand": 30, "accreditations": ONE_EACH, **options})


def test_an_unknown_number_at_hand_is_no_hindrance_to_adding():
    """Without a number of officers at hand every added post takes one more, and nobody knows who is spare."""
    filled = add_to_posts([26, 8], [20, 0], at_hand=np.nan)
    assert float(filled.found) == 14.0
    assert np.isnan(filled.spare)


def row(plan, altered, changes, force="home", **option):
    """Return a force's row of an option made of changes of rows, and that of the base."""
    own = {f"options.o.{name.replace('__', '.')}": value for name, value in option.items()}
    plan = altered(plan, {**changes, "options.o.name": "o", **own})
    found, base = (
        staff(p, base=plan).table.set_index("force").loc[force] for p in (plan.with_option("o"), plan)
    )
    return found, base


def test_large_surplus(tiny, altered):
    """With 300 in post for 26 officers' posts nobody has to be found, and nothing is below 0 or never."""
    found, base = row(tiny, altered, {"forces.home.strength": 300}, add__units=[{**CAR, "count": 5}])
    for one in (found, base):
        assert (one["new_officers"], one["years_to_target"], one["target"]) == (0, 0, 300)
        assert one["spare"] == pytest.approx(0.91 * 300 - one["officers_needed"])


@pytest.mark.parametrize(("too_few", "new"), [(0, 0), (1, 1), (12, 12), (20, 20)])
def test_deployable_and_not_strength(tiny, altered, too_few, new):
    """A car needs 37.7 officers in all: 41.4 in post, 91% deployable, are enough; fewer lack as many."""
    needed = (2 + 24 / 168 + 1) * 12
    strength = (needed - too_few) / 0.91
    found, _ = row(tiny, altered, {"forces.home.strength": strength}, add__units=[CAR])
    assert found["new_officers"] == pytest.approx(new, abs=1e-9)
    assert found["spare"] == pytest.approx(0, abs=1e-9)


def test_two_forces(tiny, altered):
    """The spare officers of one force fill no posts of another, and each force has its own word."""
    both = {
        "plan.forces": ["home", "next"],
        "forces.next.officers": 200,
        "forces.next.strength": 100,
        "forces.home.strength": 27,
        "workforce.deployable_share": 1,
    }
    cars = [CAR, {**CAR, "id": "e", "site": "eastport", "provider": "next"}]
    home, _ = row(tiny, altered, both, add__units=cars)
    assert home["new_officers"] == pytest.approx(12 - (27 - (2 + 24 / 168) * 12))
    other, base = row(tiny, altered, both, "next", add__units=cars)
    assert (other["new_officers"], other["spare"], base["spare"]) == (0, 100 - 24, 100 - 12)
    both["forces.next.workforce.spare_officers"] = "other duties"
    other, _ = row(tiny, altered, both, "next", add__units=cars)
    assert (other["new_officers"], other["spare"]) == (12, 100 - 12)
    home, _ = row(tiny, altered, both, add__units=cars)
    assert home["new_officers"] == pytest.approx(12 - (27 - (2 + 24 / 168) * 12))


def test_dual_role_posts_are_held_by_officers_of_that_role(tiny, altered):
    """Spare officers fill no dual-role post; those who hold such posts in the base crew no vehicle."""
    rural = {
        f"tiers.rural.{k}": v
        for k, v in {
            "name": "Armed response",
            "crew": 2,
            "armed": True,
            "dual_role": True,
            "turnout_min": 3,
        }.items()
    }
    plan = {**rural, "forces.home.strength": 60, "workforce.deployable_share": 1}
    found, base = row(tiny, altered, plan, change__units=[{"id": "west-response", "tier": "rural"}])
    assert (found["new_officers"], found["target"]) == (12, 72)
    assert found["spare"] == base["spare"] == pytest.approx(60 - (2 + 24 / 168) * 12)
    changed = altered(tiny, plan)
    units = changed.table("units").copy()
    units.loc[units["id"] == "west-response", "tier"] = "rural"
    held = type(changed)(**{**vars(changed), "tables": {**changed.tables, "units": units}})
    assert staff(held).table.iloc[0]["spare"] == pytest.approx(60 - 12 - (2 + 24 / 168) * 12)


def test_accreditation_that_tiers_share(tiny, altered):
    """Spare officers take another tier's course for its posts, unless the two share an accreditation."""
    team = {**CAR, "tier": "team"}
    few = {"forces.home.strength": 60, "workforce.deployable_share": 1}
    found, _ = row(tiny, altered, few, add__units=[team])
    assert (found["new_officers"], found["retrained"]) == (0, 24)
    shared = {**few, "tiers.team.accreditation": "arv"}
    found, _ = row(tiny, altered, shared, add__units=[team])
    assert (found["new_officers"], found["retrained"]) == (0, 0)


def test_option_that_gives_up_posts(tiny, altered):
    """Officers whose posts are given up become spare; on other duties they are fewer to keep."""
    found, base = row(tiny, altered, {}, change__units=[{"id": "mid-arv", "count": 1}])
    assert found["spare"] - base["spare"] == pytest.approx(12)
    assert (found["target"], found["new_officers"], found["years_to_target"]) == (36, 0, 0)
    tied = {"workforce.spare_officers": "other duties"}
    found, _ = row(tiny, altered, tied, change__units=[{"id": "mid-arv", "count": 1}])
    assert (found["target"], found["new_officers"]) == (24, 0)


def test_rule_is_said(tiny, altered):
    """The sentence says which rule was used, for all forces or force by force."""
    assert "= 'fill posts'): deployable armed officers beyond the posts take new posts first" in spare_rule(
        tiny
    )
    tied = altered(tiny, {"workforce.spare_officers": "other duties"})
    assert "every new post takes officers who are found" in spare_rule(tied)
    both = altered(
        tiny,
        {"plan.forces": ["home", "next"], "forces.next.workforce.spare_officers": "other duties"},
    )
    assert "but in Next county ('other duties')" in spare_rule(both)
