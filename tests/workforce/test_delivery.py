"""How an option's posts are filled: by hand, beside a slow walk by month, and its laws."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from standby.evidence import draw
from standby.plan import dimensions_of, plan_arrays
from standby.workforce import delivery, seats_to_staff, staff, staffing

POSTS = 2 + 24 / 168  # two cars always, one more for two nights of twelve hours
SPARE = 0.91 * 36 - POSTS * 12
YEARS = 10


def progress(plan, base, *, years=YEARS):
    """Return the delivery of the only planned force, which is the first, without its axis of forces."""
    found = delivery(plan_arrays(plan), plan_arrays(base), years=years)
    return {name: np.asarray(getattr(found, name))[0] for name in vars(found)}


def walked(*, strength, goal, joiners, loss, months):
    """Return officers at the start of each month and at the end of the last, one month after another."""
    officers = [strength]
    for _ in range(months):
        kept = officers[-1] * (1 - loss) ** (1 / 12)
        officers.append(min(kept + joiners, max(goal, kept)))
    return officers


def test_second_car_by_hand(tiny):
    """Spare officers hold part of the new car's posts at once, and courses fill the rest, month by month."""
    found = progress(tiny.with_option("second-car"), tiny)
    to_train = 12 - SPARE
    officers = walked(strength=36, goal=36 + to_train, joiners=12 * 0.6 / 12, loss=0.1, months=12 * YEARS)
    trained = (np.array(officers) - 36).clip(0) / to_train

    assert found["added"] == pytest.approx(12)
    assert found["strength"] == pytest.approx(officers[12::12])
    assert found["trained"] == pytest.approx(trained[:-1].reshape(YEARS, 12).mean(axis=1))
    assert found["trained_by"] == pytest.approx(trained[12::12])
    assert found["filled"] == pytest.approx((SPARE + to_train * found["trained"]) / 12)
    assert found["staffed"].tolist() == [False] + [True] * 9
    assert found["years"] == staff(tiny.with_option("second-car"), base=tiny).table["years_to_target"].iloc[0]


def test_nothing_to_fill(tiny):
    """The base, and an option that adds no post, are delivered from the first day."""
    for plan in (tiny, tiny.with_option("quicker")):
        found = progress(plan, tiny)
        assert (found["filled"] == 1).all()
        assert (found["trained"] == 1).all()
        assert found["staffed"].all()
        assert (found["years"], found["added"]) == (0, 0)


def test_arming_everybody_takes_courses_for_everybody(tiny):
    """Whoever is not armed yet has to be trained; at twelve seats a year hardly any ever are."""
    found = progress(tiny.with_option("arm-all"), tiny)
    assert found["added"] == pytest.approx(300 - 36)
    assert found["filled"][-1] < 0.11
    assert math.isinf(found["years"])
    assert not found["staffed"].any()


def test_unknown_strength_is_filled_at_once(tiny, altered):
    """Where nobody says how many officers there are, nothing is said of how long it takes."""
    unknown = altered(tiny, {})
    del unknown.raw["forces"]["home"]["strength"]
    unknown = altered(unknown, {})
    found = progress(unknown.with_option("second-car"), unknown)
    assert not found["known"]
    assert np.isnan(found["strength"]).all()
    assert (found["filled"] == 1).all()
    assert found["years"] == 0


def test_leavers_nobody_replaces(tiny, altered):
    """Without courses spare officers take the places of leavers first; then posts of the option are empty."""
    idle = altered(tiny, {"workforce.courses_per_year": 0, "forces.home.strength": 60})
    option = idle.with_option("second-car")
    left_over = 0.91 * 60 - (POSTS + 1) * 12
    found = progress(option, idle)
    at_starts = 60 * 0.9 ** (np.arange(12 * YEARS) / 12)
    missing = (60 - at_starts - left_over).clip(0)
    assert found["filled"] == pytest.approx((1 - missing / 12).clip(0).reshape(YEARS, 12).mean(axis=1))
    assert found["filled"][0] == 1 > found["filled"][3]
    assert math.isinf(found["years"])


def test_retraining_takes_seats(tiny, altered):
    """Spare officers who need the course of another tier are ready only as courses train them."""
    team = {"id": "t", "tier": "team", "site": "westham", "provider": "home"}
    rich = altered(tiny, {"forces.home.strength": 90, "options.o.name": "o", "options.o.add.units": [team]})
    option = rich.with_option("o")
    numbers = staffing(plan_arrays(option), plan_arrays(rich))
    assert numbers.crews.retrained.sum() > 0
    assert numbers.new[0] == 0
    found = progress(option, rich)
    assert found["filled"][0] < 1
    assert found["strength"].max() <= 90 + 1e-9


@settings(max_examples=25)
@given(
    courses=st.floats(0, 4),
    loss=st.floats(0.01, 0.4),
    strength=st.integers(0, 80),
    rule=st.sampled_from(["fill posts", "other duties"]),
)
def test_laws(tiny, altered, courses, loss, strength, rule):
    """Shares stay in their range, training never goes back, and more courses never fill fewer posts."""

    def with_courses(number):
        return altered(
            tiny,
            {
                "workforce.courses_per_year": number,
                "workforce.loss_rate": loss,
                "workforce.spare_officers": rule,
                "forces.home.strength": strength,
            },
        )

    base, better = with_courses(courses), with_courses(courses + 1)
    found = progress(base.with_option("second-car"), base)
    more = progress(better.with_option("second-car"), better)
    for name in ("filled", "trained", "trained_by"):
        assert ((found[name] >= 0) & (found[name] <= 1 + 1e-12)).all()
        assert (more[name] >= found[name] - 1e-9).all()
    assert (np.diff(found["trained_by"]) >= -1e-9).all()
    assert more["years"] <= found["years"]
    assert found["staffed"][-1] == (found["years"] <= YEARS)


def test_draws_are_forces_of_their_own(tiny):
    """Draws side by side are what each of them is alone."""
    option = tiny.with_option("second-car")
    base_arrays, arrays = plan_arrays(tiny), plan_arrays(option)
    design = draw(dimensions_of([base_arrays, arrays]), 16, seed=3)
    together = delivery(arrays.drawn(design), base_arrays.drawn(design), years=4)
    for k in range(design.count):
        alone = delivery(arrays.drawn(design).one(k), base_arrays.drawn(design).one(k), years=4)
        for name in ("strength", "filled", "trained", "trained_by"):
            assert getattr(together, name)[k, 0] == pytest.approx(getattr(alone, name).reshape(2, 4)[0])


def test_years_agree_with_the_closed_form(tiny, altered):
    """Without retraining the month is the one that the closed form of the years to a target gives."""
    for courses in (0.3, 1, 2):
        base = altered(
            tiny, {"workforce.courses_per_year": courses, "workforce.spare_officers": "other duties"}
        )
        option = base.with_option("second-car")
        expected = staffing(plan_arrays(option), plan_arrays(base)).years[0]
        assert progress(option, base)["years"] == pytest.approx(expected)


def test_years_ahead_are_whole(tiny):
    """No years, or part of one, are refused."""
    for years in (0, 1.5):
        with pytest.raises(ValueError, match="years"):
            delivery(plan_arrays(tiny), plan_arrays(tiny), years=years)


def test_posts_given_up_need_nobody(tiny, altered):
    """With fewer posts than officers at hand every post is filled, whatever was lacking before."""
    changes = {
        "forces.home.strength": 20,
        "workforce.course_size": 0,
        "workforce.loss_rate": 0.0001,
        "options.o.name": "o",
        "options.o.change.units": [{"id": "mid-arv", "count": 1}],
    }
    plan = altered(tiny, changes)
    found = progress(plan.with_option("o"), plan)
    assert found["staffed"].all()
    assert found["years"] == 0
    assert not progress(plan, plan)["staffed"].any()


def test_spare_officers_leave_before_anybody_waits_for_a_seat(tiny, altered):
    """Seats train the few whom a new team needs, although more spare officers leave than are replaced."""
    team = {"id": "t", "tier": "team", "site": "westham", "provider": "home", "hours": "fri-sat 20:00-04:00"}
    changes = {
        "forces.home.strength": 100,
        "workforce.course_size": 4,
        "options.o.name": "o",
        "options.o.add.units": [team],
    }
    plan = altered(tiny, changes)
    option = plan.with_option("o")
    retrained = staffing(plan_arrays(option), plan_arrays(plan)).crews.retrained[0].sum()
    months = math.ceil(retrained / (4 * 0.6 / 12))
    assert progress(option, plan)["filled"][2] == 1
    assert months < 24


def test_fewest_seats_do(tiny, altered):
    """With the fewest seats every post is filled at the end, with one fewer some are not."""
    for option, years in (("second-car", 2), ("second-car", 10), ("arm-all", 10), ("base", 10)):
        plan = altered(tiny, {"workforce.course_size": 0})
        laid = plan if option == "base" else plan.with_option(option)
        seats = seats_to_staff(plan_arrays(laid), plan_arrays(plan), years=years)[0]
        for given_seats, does in ((seats, True), (seats - 1, False)):
            with_seats = altered(plan, {"workforce.course_size": given_seats})
            laid = with_seats if option == "base" else with_seats.with_option(option)
            assert progress(laid, with_seats, years=years)["staffed"][-1] == does
