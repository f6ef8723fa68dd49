"""Cost of a plan's option: worked by hand on the tiny example, and its laws."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from standby.cost import Head, cost, force_costs, plan_cost
from standby.evidence import draw
from standby.plan import dimensions_of, plan_arrays
from standby.workforce import delivery, staff

PAY, COURSE, WEEKS = 55_000, 13_000, 220 / 5
CAR = {"id": "new", "tier": "arv", "site": "westham", "provider": "home"}
RURAL = {
    "tiers.rural.name": "Armed response officers",
    "tiers.rural.crew": 2,
    "tiers.rural.armed": True,
    "tiers.rural.dual_role": True,
    "tiers.rural.turnout_min": 3,
    "tiers.rural.refresher_days": 10,
    "tiers.rural.course_gbp": 5000,
    "tiers.rural.course_weeks": 4,
    "tiers.rural.kit_gbp": 4000,
}


@pytest.fixture
def tiny(tiny, altered):
    """Return the tiny plan with spare officers on other duties: each post takes officers of its own."""
    return altered(tiny, {"workforce.spare_officers": "other duties"})


def of(plan, altered, **parts):
    """Return the cost of an option made of changes of values and rows and of its own money, and its plan."""
    changes = {f"options.o.{name.replace('__', '.')}": value for name, value in parts.items()}
    plan = altered(plan, {"options.o.name": "o", **changes})
    return cost(plan.with_option("o"), base=plan), plan


def heads(view, *names):
    """Cost by year of some heads together."""
    return sum(view.head(name) for name in names)


def test_second_car_by_hand(tiny):
    """Every head and year of one more car is what was worked out by hand, and so is the present value."""
    found = cost(tiny.with_option("second-car"), base=tiny).budget
    officers = 2 * 6  # a crew of two, six officers to keep one on duty
    starters = [officers / 0.6] + [officers * 0.1 / 0.6] * 9  # six in ten pass; a tenth leave each year
    away = [n * 11 / WEEKS for n in starters]  # officers' years on the course
    by_hand = {
        Head.OFFICERS: [0] * 10,
        Head.TRAINING: [n * COURSE for n in starters],
        Head.VEHICLES: [12_000 + 50_000 * (year in {0, 4, 8}) for year in range(10)],  # four years of life
        Head.KIT: [officers * 5_000 * (year in {0, 5}) for year in range(10)],  # five years of life
        Head.BACKFILL: [(officers + n) * PAY for n in away],  # all who left response are replaced
        Head.OPTIMISM_BIAS: [11_000, 0, 0, 0, 5_000, 6_000, 0, 0, 5_000, 0],  # a tenth of what was bought
        Head.RESIDUAL_VALUE: [0] * 9 + [-1.1 * 50_000 * 2 / 4],  # the third car has two of four years left
    }
    for head in Head:
        np.testing.assert_allclose(found.head(head), by_hand.get(head, [0] * 10), err_msg=head, atol=1e-6)
    yearly = [sum(by_hand[head][year] for head in by_hand) for year in range(10)]
    discounted = sum(money / 1.035**year for year, money in enumerate(yearly))
    assert found.present_value_gbp() == pytest.approx(discounted, rel=1e-12)


def delivered_as(plan, base, *, trained, trained_by, filled):
    """Return a delivery with the same shares by year in every force."""
    shape = (len(plan_arrays(plan).forces), 10)
    found = delivery(plan_arrays(plan), plan_arrays(base), years=10)
    return replace(
        found,
        trained=np.broadcast_to(trained, shape),
        trained_by=np.broadcast_to(trained_by, shape),
        filled=np.broadcast_to(filled, shape),
    )


def test_second_car_as_its_posts_are_filled_by_hand(tiny):
    """Courses and kit come as officers pass, backfill as they leave response, the car as it is crewed."""
    option = tiny.with_option("second-car")
    trained = np.array([0.25, 0.75] + [1.0] * 8)
    by_end = np.array([0.5] + [1.0] * 9)
    filled = np.array([0.3, 0.8] + [1.0] * 8)
    pace = delivered_as(option, tiny, trained=trained, trained_by=by_end, filled=filled)
    found = plan_cost(plan_arrays(option), plan_arrays(tiny), basis="budget", delivered=pace)

    # Half of the twelve pass in each of two years; a tenth of those in post leave from the second year on.
    passed = np.array([6, 6 + 12 * 0.75 * 0.1] + [1.2] * 8)
    starters = passed / 0.6
    by_hand = {
        Head.TRAINING: starters * COURSE,
        Head.BACKFILL: (12 * trained + starters * 11 / WEEKS) * PAY,
        Head.KIT: [30_000, 30_000, 0, 0, 0, 30_000, 30_000, 0, 0, 0],
        Head.VEHICLES: 12_000 * filled + 50_000 * np.array([0.3, 0.5, 0.2, 0, 0.3, 0.5, 0.2, 0, 0.3, 0.5]),
    }
    for head, by_year in by_hand.items():
        assert found.head(head) == pytest.approx(np.asarray(by_year)), head


@pytest.mark.parametrize("option", ["second-car", "arm-all"])
def test_delivered_at_once(tiny, option):
    """Posts that are all filled from the first day cost what they cost without a word on delivery."""
    plan = tiny.with_option(option)
    at_once = delivered_as(plan, tiny, trained=1.0, trained_by=1.0, filled=1.0)
    for basis in ("budget", "economic"):
        with_word = plan_cost(plan_arrays(plan), plan_arrays(tiny), basis=basis, delivered=at_once)
        without = plan_cost(plan_arrays(plan), plan_arrays(tiny), basis=basis)
        assert with_word.by_head_gbp == pytest.approx(without.by_head_gbp, rel=1e-12)


def test_never_delivered_costs_no_officer(tiny):
    """Nobody who is never trained is paid for, taught, equipped or replaced, and no car is bought."""
    option = tiny.with_option("second-car")
    never = delivered_as(option, tiny, trained=0.0, trained_by=0.0, filled=0.0)
    found = plan_cost(plan_arrays(option), plan_arrays(tiny), basis="economic", delivered=never)
    assert not found.by_head_gbp.any()


def test_part_that_is_not_replaced(tiny, altered):
    """Officers who are not replaced cost the budget nothing and are response forgone to society."""
    plan = altered(tiny, {"costs.backfill_share": 0.25})
    found = cost(plan.with_option("second-car"), base=plan)
    taken = 12 + 12 / 0.6 * 11 / WEEKS
    assert found.budget.head(Head.BACKFILL)[0] == pytest.approx(0.25 * taken * PAY)
    assert found.budget.head(Head.RESPONSE_FORGONE)[0] == 0
    assert found.economic.head(Head.RESPONSE_FORGONE)[0] == pytest.approx(0.75 * taken * PAY)


def test_move_costs_what_the_option_states(tiny, altered):
    """A unit that moves costs no officer, course or car: only the capital and running cost that is stated."""
    found, _ = of(
        tiny,
        altered,
        change__units=[{"id": "mid-night", "site": "westham"}],
        capital_gbp=200_000,
        running_gbp=9_000,
    )
    net = found.budget.net_gbp
    np.testing.assert_allclose(net, [200_000 * 1.1 + 9_000] + [9_000] * 9)
    np.testing.assert_allclose(found.budget.net_gbp, heads(found.budget, Head.SITES, Head.OPTIMISM_BIAS))


def test_car_given_up(tiny, altered):
    """A car given up saves pay, running cost and the courses of leavers; what was bought is not sold."""
    found, _ = of(tiny, altered, change__units=[{"id": "mid-arv", "count": 1}])
    starters = 12 * 0.1 / 0.6
    np.testing.assert_allclose(found.budget.head(Head.VEHICLES), [-12_000] * 10)
    np.testing.assert_allclose(found.budget.head(Head.TRAINING), [0] + [-starters * COURSE] * 9)
    backfill = [-12 * PAY] + [-(12 + starters * 11 / WEEKS) * PAY] * 9
    np.testing.assert_allclose(found.budget.head(Head.BACKFILL), backfill)
    for head in (Head.KIT, Head.OFFICERS, Head.OPTIMISM_BIAS):
        assert not found.budget.head(head).any()
    assert found.summary().startswith("£")
    assert "less than the base" in found.summary()


def test_post_converted_to_another_crew(tiny, altered):
    """An unarmed post that becomes an ARV moves its officers: nobody is hired, replaced or saved."""
    plan = altered(tiny, {"costs.backfill_share": 0.3})
    found, _ = of(plan, altered, change__units=[{"id": "west-response", "tier": "arv"}])
    away = [12 / 0.6 * 11 / WEEKS] + [1.2 / 0.6 * 11 / WEEKS] * 9  # the course takes them from other posts
    np.testing.assert_allclose(found.budget.head(Head.BACKFILL), [0.3 * PAY * x for x in away])
    assert not found.budget.head(Head.OFFICERS).any()
    forgone = [PAY * (12 + 0.7 * x) for x in away]
    np.testing.assert_allclose(found.economic.head(Head.RESPONSE_FORGONE), forgone)


def test_post_armed_in_its_role(tiny, altered):
    """A response crew that is armed as well keeps its post: it costs the course, its days and the kit."""
    plan = altered(tiny, RURAL)
    found, _ = of(plan, altered, change__units=[{"id": "west-response", "tier": "rural"}])
    starters = [12 / 0.6] + [1.2 / 0.6] * 9
    taken = [12 * 10 / 220 + n * 4 / WEEKS for n in starters]
    np.testing.assert_allclose(found.budget.head(Head.BACKFILL), [PAY * x for x in taken])
    np.testing.assert_allclose(found.budget.head(Head.TRAINING), [5_000 * n for n in starters])
    np.testing.assert_allclose(found.budget.head(Head.KIT)[[0, 5]], 12 * 4_000)
    assert not found.budget.head(Head.OFFICERS).any()


def test_option_that_adds_a_tier_or_a_neighbour(tiny, altered):
    """A tier, or a neighbour, that only the option knows is counted from nothing."""
    known = altered(tiny, RURAL)
    rows = [{"id": "west-response", "tier": "rural"}]
    expected, _ = of(known, altered, change__units=rows)
    tier = {name.removeprefix("tiers.rural."): value for name, value in RURAL.items()}
    found, plan = of(tiny, altered, set={"tiers.rural": tier}, change__units=rows)
    np.testing.assert_allclose(found.budget.by_head_gbp, expected.budget.by_head_gbp)
    assert staff(plan.with_option("o"), base=plan).table.iloc[0]["new_officers"] == pytest.approx(12)
    other, _ = of(tiny, altered, set={"forces.far": {"name": "Far away"}}, add__units=[CAR])
    plain, _ = of(tiny, altered, add__units=[CAR])
    np.testing.assert_allclose(other.budget.by_head_gbp, plain.budget.by_head_gbp)


def test_conversion_and_back_are_opposites(tiny, altered):
    """Arming a post in its role and disarming it have opposite costs, but for what was bought and taught."""
    plan = altered(tiny, RURAL)
    there, _ = of(plan, altered, change__units=[{"id": "west-response", "tier": "rural"}])
    table = plan.table("units").copy()
    table.loc[table["id"] == "west-response", "tier"] = "rural"
    armed = replace(plan, tables={**plan.tables, "units": table})
    back, _ = of(armed, altered, change__units=[{"id": "west-response", "tier": "response"}])
    later = slice(1, None)
    for head in (Head.BACKFILL, Head.TRAINING, Head.OFFICERS):
        np.testing.assert_allclose(there.budget.head(head)[later], -back.budget.head(head)[later], atol=1e-6)
    assert not back.budget.head(Head.KIT).any()


@pytest.mark.parametrize(("added", "pay"), [(True, 1.0), (False, -1.0)])
def test_unarmed_posts(tiny, altered, added, pay):
    """An unarmed post more costs its pay in both views; one less saves it and forgoes its response."""
    car = {"id": "extra", "tier": "response", "site": "westham", "provider": "home"}
    change = {"add__units": [car]} if added else {"remove__units": ["west-response"]}
    found, _ = of(tiny, altered, **change)
    np.testing.assert_allclose(found.budget.net_gbp, pay * 12 * PAY)
    np.testing.assert_allclose(found.economic.net_gbp, 12 * PAY if added else 0.0, atol=1e-6)


ARM_ALL = {
    "tiers.response.armed": True,
    "tiers.response.carried_by": "every officer",
    "tiers.response.course_gbp": 4_000,
    "tiers.response.kit_gbp": 3_000,
    "tiers.response.refresher_days": 11,
}


def test_every_officer_armed(tiny, altered):
    """Arming all trains and equips those who are not armed yet, in their role, and nobody twice."""
    found, _ = of(tiny, altered, set=ARM_ALL)
    officers = 300 - 36
    assert found.budget.head(Head.TRAINING)[0] == pytest.approx(officers / 0.6 * 4_000)
    assert found.budget.head(Head.KIT)[0] == pytest.approx(officers * 3_000)
    np.testing.assert_allclose(found.budget.head(Head.BACKFILL), officers * 11 / 220 * PAY)
    assert not found.budget.head(Head.OFFICERS).any()
    more, _ = of(tiny, altered, set=ARM_ALL, add__units=[CAR])
    basic = (officers - 12) / 0.6 * 4_000  # the twelve of the new car are trained for it
    assert more.budget.head(Head.TRAINING)[0] == pytest.approx(basic + 12 / 0.6 * COURSE)


def test_every_officer_armed_by_who_carries_alone(tiny, altered):
    """An option that only changes who carries, of a tier armed already, arms all officers as well."""
    plan = altered(tiny, {"tiers.arv.kit_gbp": 1_000})
    found, _ = of(plan, altered, set={"tiers.arv.carried_by": "every officer"})
    assert found.budget.head(Head.KIT)[0] > 264 * 1_000 - 1


def test_ced_uplift(tiny, altered):
    """CEDs cost the device, three days' training and a day a year, and those who leave are trained again."""
    prices = {"costs.ced_gbp": 800, "costs.ced_training_days": 3, "costs.ced_refresher_days": 1}
    plan = altered(tiny, {**prices, "forces.home.ced_officers": 50})
    found, _ = of(plan, altered, set={"forces.home.ced_officers": 90})
    np.testing.assert_allclose(found.budget.head(Head.KIT)[[0, 1, 5]], [32_000, 0, 32_000])
    days = np.array([4] + [1 + 0.1 * 3] * 9)
    np.testing.assert_allclose(found.budget.head(Head.BACKFILL), 40 * days / 220 * PAY)
    fewer, _ = of(plan, altered, set={"forces.home.ced_officers": 10})
    assert not fewer.budget.head(Head.KIT).any()
    np.testing.assert_allclose(fewer.budget.head(Head.BACKFILL)[1:], -40 * 1.3 / 220 * PAY)


def test_ced_needs_the_bases_number(tiny, altered):
    """An option that sets CED officers where the base does not say how many there are is refused."""
    with pytest.raises(ValueError, match=r"'o' sets forces\.home\.ced_officers"):
        of(tiny, altered, set={"forces.home.ced_officers": 90})


def test_overtime(tiny, altered):
    """Overtime that an option adds or saves is counted."""
    plan = altered(tiny, {"costs.overtime_gbp": 100_000})
    more, _ = of(plan, altered, set={"costs.overtime_gbp": 160_000})
    less, _ = of(plan, altered, set={"costs.overtime_gbp": 70_000})
    np.testing.assert_allclose(more.budget.net_gbp, 60_000)
    np.testing.assert_allclose(less.budget.net_gbp, -30_000)


def test_grant_helps_with_all_of_the_cost(tiny, altered):
    """A grant is taken off officers and cars as well as bases, up to their cost, and not for society."""
    some, _ = of(tiny, altered, add__units=[CAR], grant_gbp=500_000)
    np.testing.assert_allclose(some.budget.head(Head.GRANT), -500_000)
    all_of_it, _ = of(tiny, altered, add__units=[CAR], grant_gbp=5e6)
    left = all_of_it.budget.head(Head.RESIDUAL_VALUE)
    np.testing.assert_allclose(all_of_it.budget.net_gbp, left, atol=1e-6)  # nobody is paid for what is left
    assert not some.economic.head(Head.GRANT).any()
    saving, _ = of(tiny, altered, remove__units=["mid-night"], grant_gbp=500_000)
    assert not saving.budget.head(Head.GRANT).any()


def test_savings_gain_nothing_from_optimism(tiny, altered):
    """Optimism bias makes costs larger and leaves savings as they are; a factor below 1 counts as 1."""
    plan = altered(tiny, {"costs.optimism_bias_operating": 1.5})
    plain, _ = of(tiny, altered, remove__units=["mid-night"])
    biased, _ = of(plan, altered, remove__units=["mid-night"])
    np.testing.assert_allclose(plain.budget.net_gbp, biased.budget.net_gbp)
    low = altered(tiny, {"costs.optimism_bias_capital": 0.5})
    assert not cost(low.with_option("second-car"), base=low).budget.head(Head.OPTIMISM_BIAS).any()


@pytest.fixture
def two(tiny, altered):
    """Return the tiny plan with both its forces planned for."""
    more = {"plan.forces": ["home", "next"], "forces.next.officers": 200, "forces.next.strength": 20}
    return altered(tiny, {**more, "forces.next.tax_base": 20_000})


def by_force(plan, altered, view="budget", **parts):
    """Yearly cost by force of an option."""
    changes = {f"options.o.{name.replace('__', '.')}": value for name, value in parts.items()}
    plan = altered(plan, {"options.o.name": "o", **changes})
    now, base = plan_arrays(plan.with_option("o")), plan_arrays(plan)
    costs = force_costs(now, base, basis=view)
    total = plan_cost(now, base, basis=view)
    np.testing.assert_allclose(sum(part.net_gbp for part in costs.values()), total.net_gbp, atol=1e-6)
    return {name: part.net_gbp for name, part in costs.items()}


def test_each_force_pays_for_its_own(two, altered):
    """A force's units and stated money are laid to it; what others change costs it nothing."""
    found = by_force(two, altered, add__units=[CAR], capital_gbp=100_000)
    assert not found["next"].any()
    assert found["home"][0] > 1_000_000
    moved = by_force(
        two, altered, change__units=[{"id": "east-arv", "control": "pooled"}], running_gbp=10_000
    )
    assert not moved["home"].any()
    np.testing.assert_allclose(moved["next"], 10_000)


def test_money_for_all_is_shared_by_people(two, altered):
    """Money of an option that changes no force's rows is shared by the people of all planned forces."""
    found = by_force(two, altered, set={"tiers.arv.turnout_min": 1}, running_gbp=15_000)
    np.testing.assert_allclose(found["home"], 10_000)  # 100,000 people of 150,000
    np.testing.assert_allclose(found["next"], 5_000)


def test_grant_is_shared_by_cost(two, altered):
    """A grant lowers each force's cost in the same proportion."""
    other = {"id": "e2", "tier": "arv", "site": "eastport", "provider": "next"}
    plain = by_force(two, altered, add__units=[CAR, other])
    granted = by_force(two, altered, add__units=[CAR, other], grant_gbp=300_000)
    for name in ("home", "next"):
        share = 1 - 300_000 / sum(plain.values())
        np.testing.assert_allclose(granted[name], plain[name] * share)


def test_forces_do_not_share_officers_or_cars(two, altered):
    """A post given up in one force staffs none in another; cars by day here and by night there are two."""
    day = {"id": "d", "tier": "arv", "site": "westham", "provider": "home", "hours": "mon-sun 08:00-20:00"}
    night = {"id": "n", "tier": "arv", "site": "eastport", "provider": "next", "hours": "mon-sun 20:00-08:00"}
    found = by_force(two, altered, add__units=[day, night])
    for name in ("home", "next"):
        pay = 6 * PAY + 6 / 0.6 * 11 / WEEKS * PAY
        assert found[name][0] == pytest.approx(6 / 0.6 * COURSE + 12_000 + 55_000 + 33_000 + pay)
    across = by_force(two, altered, add__units=[{**CAR, "provider": "next"}], remove__units=["west-response"])
    np.testing.assert_allclose(across["home"], -12 * PAY)
    assert across["next"][0] > 12 * PAY


@pytest.mark.parametrize("view", ["budget", "economic"])
def test_draws_are_like_single_draws(tiny, view):
    """A table of draws gives what each of its draws gives alone."""
    base, plan = plan_arrays(tiny), plan_arrays(tiny.with_option("second-car"))
    draws = draw(dimensions_of([base, plan]), 64, seed=3)
    base, plan = base.drawn(draws), plan.drawn(draws)
    together = plan_cost(plan, base, basis=view)
    for k in (0, 11, 63):
        alone = plan_cost(plan.one(k), base.one(k), basis=view)
        np.testing.assert_allclose(together.by_head_gbp[k], alone.by_head_gbp, rtol=1e-12, atol=1e-6)


def test_base_costs_nothing(tiny):
    """The base beside itself costs nothing, in any year and head, and says so."""
    found = cost(tiny, base=tiny)
    assert not found.budget.by_head_gbp.any()
    assert found.summary().startswith("It costs as much as the base. Spare officers")


def test_one_year(tiny, altered):
    """A horizon of one year is its first year, less what car and kit are still worth at its end."""
    plan = altered(tiny, {"costs.horizon_years": 1})
    one = cost(plan.with_option("second-car"), base=plan).budget
    ten = cost(tiny.with_option("second-car"), base=tiny).budget
    left = -1.1 * (50_000 * 3 / 4 + 12 * 5_000 * 4 / 5)
    np.testing.assert_allclose(one.head(Head.RESIDUAL_VALUE), left)
    np.testing.assert_allclose(one.net_gbp, ten.net_gbp[:1] + left)
