"""Staffing of a plan: worked by hand on the tiny example, its special cases, and its laws."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from standby.evidence import draw
from standby.plan import dimensions_of, plan_arrays
from standby.workforce import staff, staffing

CAR = {"id": "new", "tier": "arv", "site": "westham", "provider": "home"}
POSTS = 2 + 24 / 168  # two cars always, one more for two nights of twelve hours


def row_of(plan, base=None):
    """Return the row of the only planned force."""
    return staff(plan, base=base).table.iloc[0]


def test_base_by_hand(tiny):
    """The base's posts ask for crew times relief factor officers, beside the plan's own counts."""
    row = row_of(tiny)
    assert row["armed_posts"] == pytest.approx(POSTS)
    assert row["officers_needed"] == pytest.approx(POSTS * 2 * 6)
    assert (row["establishment"], row["strength"]) == (40, 36)
    assert row["deployable"] == pytest.approx(0.91 * 36)
    assert row["spare"] == pytest.approx(0.91 * 36 - POSTS * 12)
    assert (row["new_officers"], row["retrained"]) == (0, 0)
    assert row["settled_strength"] == pytest.approx(0.6 / (1 - 0.9 ** (1 / 12)))
    assert (row["target"], row["years_to_target"], row["armed_officers"]) == (36, 0, 36)
    assert row["armed_share"] == pytest.approx(36 / 300)
    assert row["armed_hours_year"] == pytest.approx(POSTS * 2 * 8766)


@pytest.mark.parametrize(
    ("rule", "new"),
    [
        ("fill posts", (POSTS + 1) * 12 - 0.91 * 36),  # 37.7 are needed, 32.8 can be deployed
        ("other duties", 12),
    ],
)
def test_second_car_by_hand(tiny, altered, rule, new):
    """One more car asks for twelve officers, the spare ones first; a walk by month says when they come."""
    tiny = altered(tiny, {"workforce.spare_officers": rule})
    row = row_of(tiny.with_option("second-car"), tiny)
    assert row["officers_needed"] == pytest.approx((POSTS + 1) * 12)
    assert row["new_officers"] == pytest.approx(new)
    assert row["target"] == row["armed_officers"] == pytest.approx(36 + new)
    strength, months = 36.0, 0
    while strength < 36 + new:
        strength = strength * 0.9 ** (1 / 12) + 12 * 0.6 / 12
        months += 1
    assert row["years_to_target"] == pytest.approx(months / 12)
    assert row["highest_strength"] == pytest.approx(0.6 / (1 - 0.9 ** (1 / 12)))
    assert row["armed_hours_year"] == pytest.approx((POSTS + 1) * 2 * 8766)


def test_every_officer_armed(tiny):
    """Where every officer is to be armed all are the target, and the plan's courses never get there."""
    row = row_of(tiny.with_option("arm-all"), tiny)
    assert (row["target"], row["armed_officers"], row["armed_share"]) == (300, 300, 1)
    assert row["years_to_target"] == np.inf
    assert row["armed_hours_year"] == pytest.approx(300 / 6 * 8766)
    assert row["officers_needed"] == pytest.approx((POSTS + 4) * 12)  # four response cars stand armed as well


def test_every_officer_armed_needs_their_number(tiny, altered):
    """A force that does not say how many officers it has can't have all of them armed, and is named."""
    raw = {k: v for k, v in tiny.raw["forces"]["home"].items() if k != "officers"}
    plan = altered(tiny, {"forces": {"home": raw}})
    del plan.raw["forces"]["home"]["officers"]
    plan = altered(plan, {})
    with pytest.raises(ValueError, match=r"forces\.home\.officers is not said"):
        staff(plan.with_option("arm-all"), base=plan)


def test_unknown_strength(tiny, altered):
    """Without a strength the posts are the target, and nothing is said of gaps and years."""
    plan = altered(tiny, {})
    del plan.raw["forces"]["home"]["strength"]
    plan = altered(plan, {})
    row = row_of(plan.with_option("second-car"), plan)
    assert row["target"] == row["officers_needed"] == pytest.approx((POSTS + 1) * 12)
    unknown = ["strength", "spare", "new_officers", "years_to_target", "highest_strength", "settled_strength"]
    assert row[unknown].isna().all()


def test_strength_is_the_bases(tiny, altered):
    """What an option says of the strength is not taken: what is in post is a fact of the base."""
    plan = altered(tiny, {"options.o.name": "o", "options.o.set": {"forces.home.strength": 90}})
    row = row_of(plan.with_option("o"), plan)
    assert (row["strength"], row["target"]) == (36, 36)


def test_own_crew_and_relief_factor(tiny, altered):
    """A unit's own crew counts in place of its tier's, and an option's relief factor for all of its posts."""
    unit = {**CAR, "crew": 3, "count": 2, "hours": "mon-fri 08:00-16:00"}
    changes = {
        "options.o.name": "o",
        "options.o.add.units": [unit],
        "options.o.set": {"workforce.relief_factor": 5},
    }
    plan = altered(tiny, changes)
    row = row_of(plan.with_option("o"), plan)
    crew = POSTS * 2 + 2 * 3 * 40 / 168
    assert row["officers_needed"] == pytest.approx(crew * 5)
    assert row["spare"] == pytest.approx(0.91 * 36 - crew * 5)
    tied = altered(plan, {"workforce.spare_officers": "other duties"})
    assert row_of(tied.with_option("o"), tied)["target"] == pytest.approx(36 + crew * 5 - POSTS * 12)


@pytest.mark.parametrize(
    ("rule", "left", "target"), [("fill posts", 4, 4), ("other duties", 0, POSTS * 12 + 4 * 0.09 - 24)]
)
def test_no_fewer_than_there_are(tiny, altered, rule, left, target):
    """An option that gives up more posts than there are officers leaves those, or nobody, and no fewer."""
    few = {"forces.home.strength": 4, "workforce.spare_officers": rule}
    plan = altered(tiny, {**few, "options.o.name": "o", "options.o.remove.units": ["mid-arv"]})
    assert row_of(plan)["new_officers"] == pytest.approx(POSTS * 12 - 4 * 0.91)  # the base is short of them
    row = row_of(plan.with_option("o"), plan)
    assert row["armed_officers"] == pytest.approx(left)
    assert (row["target"], row["new_officers"]) == (pytest.approx(target), 0)


@pytest.mark.parametrize("option", ["second-car", "quicker", "arm-all"])
def test_draws_are_like_single_draws(tiny, option):
    """A table of draws gives what each of its draws gives alone."""
    base, plan = plan_arrays(tiny), plan_arrays(tiny.with_option(option))
    draws = draw(dimensions_of([base, plan]), 64, seed=3)
    base, plan = base.drawn(draws), plan.drawn(draws)
    together = staffing(plan, base)
    for k in (0, 7, 63):
        alone = staffing(plan.one(k), base.one(k))
        for name in (
            "needed",
            "target",
            "armed",
            "years",
            "highest",
            "settled",
            "armed_hours",
            "spare",
            "new",
        ):
            both = np.broadcast_to(getattr(together, name), (64, 2))[k]
            np.testing.assert_allclose(both, getattr(alone, name), rtol=1e-12, err_msg=name)


@given(count=st.integers(1, 5), hours=st.sampled_from(["always", "fri-sat 18:00-06:00", "mon 08:00-09:00"]))
def test_another_unit_never_asks_for_fewer(tiny, altered, count, hours):
    """Adding a unit raises posts, officers and hours; the target rises once nobody is spare."""
    plan = altered(
        tiny, {"options.o.name": "o", "options.o.add.units": [{**CAR, "count": count, "hours": hours}]}
    )
    before, after = row_of(plan), row_of(plan.with_option("o"), plan)
    for name in ("armed_posts", "officers_needed", "armed_hours_year"):
        assert after[name] > before[name]
    used, found = before["spare"] - after["spare"], after["target"] - before["target"]
    assert used + found == pytest.approx(after["officers_needed"] - before["officers_needed"])
    assert found == 0 or after["spare"] == 0


def test_summary_names_the_force(tiny):
    """The sentence names the force, what the posts ask for and who is there."""
    found = staff(tiny)
    assert found.summary().startswith(
        "Home county: it takes 26 officers to hold the armed posts; 36 are in post, 33 of them deployable, "
        "7 of them spare. Spare officers (workforce.spare_officers = 'fill posts'): "
    )
    assert found.summary().endswith(found.rule)
    more = staff(tiny.with_option("second-car"), base=tiny).summary()
    assert "33 of them deployable; 5 more have to be trained." in more
