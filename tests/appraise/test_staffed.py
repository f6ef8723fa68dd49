"""Whether options can be staffed: beside the appraisal, and the seats that are said to do."""

from __future__ import annotations

import numpy as np
import pytest

from standby.appraise import staffed
from standby.plan import plan_arrays
from standby.workforce import delivery


def test_it_is_the_delivery_of_the_appraisal(tiny, appraisal):
    """The posts filled are those of the appraisal's table, over draws of fewer figures."""
    found = staffed(tiny, draws=64, seed=11).delivery
    of_appraisal = appraisal.tables["delivery"]
    assert found[["option", "scope_kind", "scope", "year"]].equals(
        of_appraisal[["option", "scope_kind", "scope", "year"]]
    )
    assert found["filled"].to_numpy() == pytest.approx(
        of_appraisal["filled"].to_numpy(), abs=0.1, nan_ok=True
    )


@pytest.mark.parametrize("years", [3, 10])
def test_the_seats_that_it_takes_do_and_fewer_do_not(tiny, altered, years):
    """With the seats that are named every post is filled at the end, with one fewer some are not."""
    changes = {"workforce.courses_per_year": 0.5, "workforce.course_size": 2}
    plan = altered(tiny, changes)
    courses = staffed(plan, years=years, draws=4).courses.set_index("option")
    for option in ("second-car", "arm-all"):
        assert courses.loc[option, "limit"] == "courses"
        seats = courses.loc[option, "seats_needed"]
        for given, is_staffed in ((seats, True), (seats - 1, False)):
            more = altered(plan, {"workforce.courses_per_year": 1, "workforce.course_size": given})
            found = delivery(plan_arrays(more.with_option(option)), plan_arrays(more), years=years)
            assert found.staffed[0, -1] == is_staffed


def test_volunteers_may_be_the_limit(tiny, altered):
    """Where fewer volunteer than there are seats, they are named, and as many of both are asked for."""
    plan = altered(tiny, {"workforce.volunteers_per_year": 3})
    found = staffed(plan, draws=4)
    row = found.courses.set_index("option").loc["arm-all"]
    assert row["limit"] == "courses and volunteers"
    needed = f"it takes {row['seats_needed']:.0f} seats and as many volunteers a year."
    assert (
        f"In Home county 12 seats and 3 volunteers a year do not fill them, on central figures: {needed}"
        in (found.summary())
    )


def test_unknown_strength_is_said(tiny, altered):
    """A force that does not say its strength has no years, and a sentence says how its posts are taken."""
    plan = altered(tiny, {})
    del plan.raw["forces"]["home"]["strength"]
    found = staffed(altered(plan, {}), draws=4)
    assert "Home county does not say how many armed officers are in post" in found.summary()
    assert found.courses["years_to_staff"].isna().all()
    adds = found.delivery[found.delivery["filled"].notna()]
    assert (adds["filled"] == 1).all()


def test_the_base_has_no_posts_to_fill(south_west_staffed):
    """The base adds no posts, so that it has no share of them; its own may yet be empty."""
    base = south_west_staffed.delivery
    base = base[base["option"] == "base"]
    assert base["filled"].isna().all()
    assert (base["chance_staffed"] < 1).any()


@pytest.fixture(scope="module")
def south_west_staffed(root):
    """Return the staffing of the packaged region."""
    from standby.plan import open_plan

    return staffed(open_plan(root / "src" / "standby" / "examples" / "south-west"), draws=64)


def test_rural_crews_are_rarely_all_found(south_west_staffed):
    """Arming rural officers takes more seats than there are: staffed in few draws, half delivered."""
    table = south_west_staffed.delivery.set_index(["option", "scope_kind", "scope", "year"])
    last = table.loc[("rural-armed", "all", "", 10)]
    assert last["chance_staffed"] < 0.4 < last["filled"] < 0.8
    courses = south_west_staffed.courses.set_index(["option", "force"])
    assert 8 < courses.loc[("rural-armed", "devon-cornwall"), "years_to_staff"] < 10
    assert courses.loc[("arm-all", "devon-cornwall"), "limit"] == "courses"
    assert np.isinf(courses.loc[("arm-all", "devon-cornwall"), "years_to_staff"])


def test_an_option_laid_over_is_refused(tiny):
    """Options come by themselves."""
    with pytest.raises(ValueError, match="laid over this plan"):
        staffed(tiny.with_option("quicker"))


def test_more_than_the_force_has(tiny, altered):
    """Posts that take more officers than there are name that limit, and no number of seats."""
    cars = [{"id": "many", "tier": "arv", "site": "westham", "provider": "home", "count": 40}]
    plan = altered(tiny, {"options.o.name": "Many", "options.o.add.units": cars})
    found = staffed(plan, draws=4)
    assert "officers" in found.courses.set_index("option").loc["o", "limit"]
    assert "they take more officers than the force has" in found.summary()
