"""Cost of an option: worked by hand, against a slow twin, and its laws."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from standby import cost
from standby.cost import Head

WEEKS = 220 / 5  # weeks of five days in a working year of 220 days


def example(view, **changes):
    """Three armed response vehicles over three years, in round numbers."""
    parts = {
        "years": 3,
        "basis": view,
        "staffing": cost.Staffing(
            cost_per_officer_gbp=50_000,
            backfill_share=0.25,
            backfill_cost_gbp=40_000,
            added=[6, 12, 12],
            diverted=[0, 12, 24],
            in_role=[0, 0, 10],
            in_role_abstraction=0.1,
        ),
        "training": cost.Training(
            passed=[7, 14, 0],
            pass_rate=0.5,
            cost_per_starter_gbp=10_000,
            course_weeks=0,
            refreshed=[6, 24, 36],
            refresher_gbp=1_000,
        ),
        "vehicles": [cost.Assets(count=[1, 3, 3], price_gbp=60_000, life_years=2, running_gbp=15_000)],
        "sites": [cost.SiteCost(capital_gbp=500_000, running_gbp=30_000, opens=1)],
        "kit": [cost.Assets(count=[6, 24, 36], price_gbp=800, life_years=5)],
        "overtime": cost.Overtime(hours=[100, 0, 200], rate_gbp_per_hour=40),
        "optimism_bias": cost.OptimismBias(capital=0.5, operating=0.1),
        "grant": cost.Grant(share=[0.5, 0.0, 0.0], limit_gbp=100_000),
        "price_year": 2025,
    }
    return cost.option_cost(**(parts | changes))


BY_HAND = {
    Head.OFFICERS: [300_000, 600_000, 600_000],  # 6, 12, 12 at 50,000
    Head.TRAINING: [146_000, 304_000, 36_000],  # 14, 28, 0 starters at 10,000 and 6, 24, 36 at 1,000
    Head.VEHICLES: [75_000, 165_000, 105_000],  # 1, 2, 1 bought (the first wears out), 1, 3, 3 run
    Head.SITES: [0, 530_000, 30_000],
    Head.KIT: [4_800, 14_400, 9_600],  # 6, 18, 12 bought
    Head.OVERTIME: [4_000, 0, 8_000],
    Head.BACKFILL: [0, 120_000, 250_000],  # a quarter of 0, 12, 25 at 40,000
}
CAPITAL = [64_800, 634_400, 69_600]  # cars, site and kit, before optimism bias
# One car has half of its life left; of five years the kit has 2, 3 and 4 left, of 6, 18 and 12 officers.
LEFT = 60_000 / 2 + 800 * (6 * 2 + 18 * 3 + 12 * 4) / 5


def test_budget_by_hand():
    """Every head of the budget view is what was worked out by hand, optimism bias and grant included."""
    budget = example("budget")
    for head, expected in BY_HAND.items():
        np.testing.assert_allclose(budget.head(head), expected, err_msg=str(head))
    np.testing.assert_allclose(budget.head("response_forgone"), 0)
    before = np.sum(list(BY_HAND.values()), axis=0)
    bias = 0.5 * np.array(CAPITAL) + 0.1 * (before - CAPITAL)
    np.testing.assert_allclose(budget.head("optimism_bias"), bias)
    residual = np.array([0, 0, -1.5 * LEFT])  # what was dearer to buy is worth more in the end
    np.testing.assert_allclose(budget.head("residual_value"), residual)
    np.testing.assert_allclose(budget.capital_gbp, 1.5 * np.array(CAPITAL) + residual)
    np.testing.assert_allclose(budget.head("grant"), [-100_000, 0, 0])  # half of 600,000 is over the limit
    np.testing.assert_allclose(budget.net_gbp, before + bias + residual - [100_000, 0, 0])
    np.testing.assert_allclose(budget.operating_gbp, 1.1 * (before - CAPITAL))


def test_economic_by_hand():
    """The economic view adds the response forgone, three quarters of 0, 12 and 25 officers, and no grant."""
    economic = example("economic")
    for head, expected in BY_HAND.items():
        np.testing.assert_allclose(economic.head(head), expected, err_msg=str(head))
    np.testing.assert_allclose(economic.head("response_forgone"), [0, 450_000, 937_500])
    np.testing.assert_allclose(economic.head("grant"), 0)


def test_twelve_constables_keep_one_car():
    """Twelve constables at the published £49,800 of 2013 are £597,600 a year."""
    staffing = cost.Staffing(cost_per_officer_gbp=49_800, backfill_share=0, added=12)
    one = cost.option_cost(years=1, basis="budget", staffing=staffing)
    assert float(one.net_gbp[0]) == 597_600


def test_officers_taken_and_not_replaced():
    """Officers moved out of response and not replaced cost the budget nothing and society their whole pay."""
    staffing = cost.Staffing(cost_per_officer_gbp=50_000, backfill_share=0, diverted=10)
    budget = cost.option_cost(years=2, basis="budget", staffing=staffing)
    economic = cost.option_cost(years=2, basis="economic", staffing=staffing)
    np.testing.assert_array_equal(budget.net_gbp, 0)
    np.testing.assert_allclose(economic.net_gbp, 500_000)


@given(share=st.floats(0, 1), diverted=st.floats(0, 500))
def test_backfill_moves_money_and_no_resources(share, diverted):
    """When recruits cost what officers cost, the economic cost is the same whatever share is backfilled."""
    staffing = cost.Staffing(cost_per_officer_gbp=50_000, backfill_share=share, diverted=diverted)
    economic = cost.option_cost(years=1, basis="economic", staffing=staffing)
    assert float(economic.net_gbp[0]) == pytest.approx(diverted * 50_000)


def test_time_on_the_course_is_taken_from_response():
    """Those who start an eleven-week course, failures too, are missing from response for that time."""
    training = cost.Training(passed=7, pass_rate=7 / 12, cost_per_starter_gbp=0, course_weeks=11)
    staffing = cost.Staffing(cost_per_officer_gbp=WEEKS * 1_000, backfill_share=0.5)
    for basis, forgone in (("budget", 0), ("economic", 66_000)):
        view = cost.option_cost(years=1, basis=basis, staffing=staffing, training=training)
        assert float(view.head("backfill")[0]) == pytest.approx(66_000)  # half of 12 starters for 11 weeks
        assert float(view.head("response_forgone")[0]) == pytest.approx(forgone)


def slow_service(count, life, years):
    """Keep each item by the day on which its life ends; return purchases by year and the lives left over."""
    ends, bought = [], [0] * years
    for year in range(years):
        ends = [end for end in ends if end > year + 1e-9]
        while len(ends) < count[year]:
            ends.append(year + life)
            bought[year] += 1
        while ends and min(ends) < year + 1 - 1e-9:
            worn_out = min(ends)
            ends.remove(worn_out)
            if len(ends) < count[year]:
                ends.append(worn_out + life)
                bought[year] += 1
    return bought, sum(max(end - years, 0) for end in ends) / life


@given(
    count=st.lists(st.integers(0, 8), min_size=1, max_size=15),
    life=st.sampled_from([0.3, 0.5, 1, 2, 3.3, 4.5, 7, 40]),
)
def test_purchases_match_items_kept_one_by_one(count, life):
    """Purchases, and the lives left at the horizon, are those of a list of items with an age each."""
    years = len(count)
    bought, left = slow_service(count, life, years)
    service = cost.keep_in_service(count, life_years=life, years=years)
    np.testing.assert_allclose(cost.purchases(count, life_years=life, years=years), bought)
    np.testing.assert_allclose(service.bought, bought)
    assert float(service.unused) == pytest.approx(left, abs=1e-9)


@pytest.mark.parametrize(
    ("life", "bought", "left"),
    [
        (4, [0, 4, 8], 2 / 4),
        (
            4.5,
            [0, 4, 9],
            3.5 / 4.5,
        ),  # bought on day 0, in the middle of year 4 and on the first day of year 9
        (5, [0, 5], 0),
        (3, [0, 3, 6, 9], 2 / 3),
        (12, [0], 2 / 12),
    ],
)
def test_residual_value_by_hand(life, bought, left):
    """Over ten years a £60,000 car is bought when the last one wears out; what is left counts in year 9."""
    car = cost.Assets(count=1, price_gbp=60_000, life_years=life)
    found = cost.option_cost(years=10, basis="budget", vehicles=[car])
    np.testing.assert_allclose(found.head("vehicles"), [60_000 * (year in bought) for year in range(10)])
    np.testing.assert_allclose(found.head("residual_value"), [0] * 9 + [-60_000 * left])
    value = sum(60_000 / 1.035**year for year in bought) - 60_000 * left / 1.035**9
    assert float(found.present_value_gbp()) == pytest.approx(value, rel=1e-12)


def test_a_longer_life_is_never_dearer():
    """A longer life costs less in proportion: no life is favoured by how it divides the ten years."""
    life = np.arange(1.0, 20.0, 0.01)
    car = cost.Assets(count=1, price_gbp=1_000, life_years=life)
    total = cost.option_cost(years=10, basis="budget", vehicles=[car]).net_gbp.sum(axis=-1)
    np.testing.assert_allclose(total, 1_000 * 10 / life)  # undiscounted: a tenth of a life each tenth of it


def test_a_life_that_is_five_but_for_rounding():
    """A life of five years stays five when it comes out of binary arithmetic a hair above."""
    fleet = cost.purchases(1, life_years=np.nextafter(5.0, 6.0), years=11)
    np.testing.assert_allclose(fleet, [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1])


def slow_net(draw, basis, years):
    """Cost one draw in plain Python, year by year, and give the net flows."""
    net = []
    cars, left = slow_service(draw["cars"], draw["life"], years)
    for year in range(years):
        capital = cars[year] * draw["price"] + (draw["site"] if year == 0 else 0)
        taken = draw["diverted"] + draw["passed"] / draw["rate"] * draw["weeks"] / WEEKS
        operating = (
            draw["added"][year] * draw["pay"]
            + draw["passed"] / draw["rate"] * draw["course"]
            + draw["cars"][year] * draw["running"]
            + draw["hours"][year] * draw["overtime"]
            + taken * draw["share"] * draw["pay"]
        )
        if basis == "economic":
            operating += taken * (1 - draw["share"]) * draw["pay"]
        gross = capital * (1 + draw["ob_capital"]) + operating * (1 + draw["ob_operating"])
        grant = min(draw["grant"], gross) if basis == "budget" else 0
        net.append(gross - grant)
    net[-1] -= left * draw["price"] * (1 + draw["ob_capital"])
    return net


@pytest.mark.parametrize("basis", ["budget", "economic"])
def test_draws_match_the_slow_twin(basis):
    """Two hundred draws at once give what a plain loop gives for each."""
    rng = np.random.default_rng(6)
    years, draws = 12, 200
    names = ("pay", "price", "course", "running", "overtime", "site", "grant", "diverted", "passed")
    d = {name: rng.uniform(0, 50_000, draws) for name in names}
    d |= {name: rng.uniform(0, 1, draws) for name in ("share", "ob_capital", "ob_operating")}
    d |= {"rate": rng.uniform(0.3, 1, draws), "weeks": rng.uniform(0, 20, draws)}
    d |= {"life": rng.uniform(1, 8, draws), "hours": rng.uniform(0, 99, (draws, years))}
    d |= {"cars": rng.integers(0, 9, (draws, years)), "added": rng.uniform(0, 200, (draws, years))}
    result = cost.option_cost(
        years=years,
        basis=basis,
        staffing=cost.Staffing(
            cost_per_officer_gbp=d["pay"],
            backfill_share=d["share"],
            added=d["added"],
            diverted=d["diverted"][:, None],
        ),
        training=cost.Training(
            passed=d["passed"][:, None],
            pass_rate=d["rate"],
            cost_per_starter_gbp=d["course"],
            course_weeks=d["weeks"],
        ),
        vehicles=[
            cost.Assets(count=d["cars"], price_gbp=d["price"], life_years=d["life"], running_gbp=d["running"])
        ],
        sites=[cost.SiteCost(capital_gbp=d["site"])],
        overtime=cost.Overtime(hours=d["hours"], rate_gbp_per_hour=d["overtime"]),
        optimism_bias=cost.OptimismBias(capital=d["ob_capital"], operating=d["ob_operating"]),
        grant=cost.Grant(amount_gbp=d["grant"][:, None]),
    )
    assert result.by_head_gbp.shape == (draws, years, len(cost.HEADS))
    for draw in range(draws):
        one = {name: values[draw] for name, values in d.items()}
        np.testing.assert_allclose(result.net_gbp[draw], slow_net(one, basis, years), rtol=1e-10)


@given(bias=st.tuples(st.floats(0, 2), st.floats(0, 2)), grant=st.floats(0, 1e9))
def test_bias_never_cheapens_and_grant_never_pays_out(bias, grant):
    """More optimism bias never lowers the cost, and no grant makes a year's cost negative."""
    plain = example("budget", optimism_bias=None, grant=None)
    raised = example(
        "budget", optimism_bias=cost.OptimismBias(capital=bias[0], operating=bias[1]), grant=None
    )
    paid = example("budget", grant=cost.Grant(amount_gbp=grant))
    assert (raised.net_gbp >= plain.net_gbp).all()
    assert (paid.net_gbp - paid.head("residual_value") >= 0).all()
    assert (paid.head("grant") <= 0).all()


def test_parts_of_an_option_add_up():
    """Vehicles costed apart from the rest add up to the whole, and the whole less the rest is them."""
    fleet = [cost.Assets(count=[1, 3, 3], price_gbp=60_000, life_years=2, running_gbp=15_000)]
    bias = cost.OptimismBias(capital=0.5, operating=0.1)
    cars = cost.option_cost(years=3, basis="budget", vehicles=fleet, optimism_bias=bias, price_year=2025)
    rest = example("budget", vehicles=(), grant=None)
    whole = example("budget", grant=None)
    both = cost.combine([cars, rest])
    np.testing.assert_allclose(both.by_head_gbp, whole.by_head_gbp)
    np.testing.assert_allclose(both.capital_gbp, whole.capital_gbp)
    np.testing.assert_allclose(cost.difference(whole, rest).by_head_gbp, cars.by_head_gbp, atol=1e-6)


@pytest.mark.parametrize(
    ("other", "words"),
    [
        (lambda: example("economic"), "share one basis, but these have budget, economic"),
        (lambda: example("budget", price_year=2013), "share one price year"),
        (lambda: cost.option_cost(years=2, basis="budget", price_year=2025), "share one horizon"),
    ],
)
def test_views_are_never_mixed(other, words):
    """Costs in two views, prices or horizons are neither added nor compared."""
    with pytest.raises(ValueError, match=words):
        cost.combine([example("budget"), other()])
    with pytest.raises(ValueError, match=words):
        cost.difference(example("budget"), other())


def test_table_adds_up():
    """The table's heads add to the net cost and its last column to the present value, whatever the draws."""
    pay = np.array([40_000.0, 60_000.0])
    staffing = cost.Staffing(cost_per_officer_gbp=pay, backfill_share=0, added=[6, 12, 12])
    for view in (example("budget"), example("budget", staffing=staffing)):
        table = cost.cost_table(view)
        heads = [f"{head}_gbp" for head in cost.HEADS]
        assert list(table.columns[: len(heads)]) == heads
        assert table.index.name == "year"
        assert list(table.index) == [0, 1, 2]
        np.testing.assert_allclose(table[heads].sum(axis=1), table["net_gbp"])
        value = float(np.mean(view.present_value_gbp()))
        assert table["present_value_gbp"].sum() == pytest.approx(value)
    assert table["officers_gbp"].tolist() == pytest.approx([300_000, 600_000, 600_000])


def test_totals_by_head_are_sums_over_years():
    """Totals by head are the sums over the years, before discounting."""
    totals = example("budget").total_by_head_gbp
    assert float(totals[cost.HEADS.index(Head.OFFICERS)]) == pytest.approx(1_500_000)
    assert float(totals.sum()) == pytest.approx(float(example("budget").net_gbp.sum()))


def test_nothing_to_combine_is_refused():
    """An empty list of costs has no sum."""
    with pytest.raises(ValueError, match="at least one"):
        cost.combine([])


def test_equivalent_annual_cost_of_an_option():
    """A level cost is its own equivalent annual cost."""
    staffing = cost.Staffing(cost_per_officer_gbp=50_000, backfill_share=0, added=12)
    level = cost.option_cost(years=10, basis="budget", staffing=staffing)
    assert float(level.equivalent_annual_gbp()) == pytest.approx(600_000)


def test_an_option_without_parts_costs_nothing():
    """No parts, no cost, under every head and without a negative zero."""
    nothing = cost.option_cost(years=2, basis="budget")
    assert nothing.by_head_gbp.shape == (2, len(cost.HEADS))
    assert not nothing.by_head_gbp.any()
    assert not np.signbit(nothing.by_head_gbp).any()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"basis": "cash"}, "'cash' is not a basis; choose one of budget, economic"),
        ({"years": 0}, "years is 0; give a whole number of at least 1"),
        ({"years": 4}, "has 3 numbers on its last axis, the years, but the horizon is 4"),
        ({"sites": [cost.SiteCost(capital_gbp=1, opens=3)]}, "opens in year 3, after the horizon"),
        ({"grant": cost.Grant()}, "either an amount_gbp or a share"),
        ({"grant": cost.Grant(amount_gbp=1, share=0.1)}, "either an amount_gbp or a share"),
        (
            {"optimism_bias": cost.OptimismBias(capital=-0.1, operating=0)},
            "capital is -0.1; give a number of at least 0",
        ),
        (
            {"vehicles": [cost.Assets(count=1, price_gbp=1, life_years=0)]},
            "life_years is 0; give a number of at least 0.1",
        ),
    ],
)
def test_bad_parts_are_named(changes, words):
    """A part that does not fit is refused with what is wrong."""
    with pytest.raises(ValueError, match=words):
        example("budget", **changes)


def test_course_time_needs_a_price():
    """Time taken by a course can't be costed without saying what an officer costs."""
    training = cost.Training(passed=7, pass_rate=0.5, cost_per_starter_gbp=1, course_weeks=11)
    with pytest.raises(ValueError, match="give staffing"):
        cost.option_cost(years=1, basis="budget", training=training)


def test_pass_rate_of_nought_is_refused():
    """A course that nobody passes has no cost per officer, and says so."""
    training = cost.Training(passed=0, pass_rate=0, cost_per_starter_gbp=1, course_weeks=0)
    with pytest.raises(ValueError, match=r"pass_rate is .*more than 0"):
        cost.option_cost(years=1, basis="budget", training=training)
