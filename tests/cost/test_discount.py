"""Discounting against the Green Book's published factors and the laws of present value."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from standby import cost

FLOWS = st.lists(st.floats(-1e7, 1e7), min_size=1, max_size=60)


@pytest.mark.parametrize(
    ("year", "factor"), [(0, 1.0), (10, 0.7089), (20, 0.5026), (40, 0.2651), (125, 0.0274)]
)
def test_published_factors(year, factor):
    """Factors are those published for the Green Book's schedule, to their four decimals."""
    assert round(float(cost.discount_factors(year)), 4) == factor


@pytest.mark.parametrize(
    ("year", "factor"),
    [
        (1, 1 / 1.035),
        (30, 1.035**-30),  # 0.3563
        (31, 1.035**-30 / 1.03),  # 0.3459
        (75, 1.035**-30 * 1.03**-45),  # 0.0942
        (76, 1.035**-30 * 1.03**-45 / 1.025),  # 0.0919
    ],
)
def test_factors_on_both_sides_of_a_step(year, factor):
    """A new rate discounts only the years of its own band."""
    assert float(cost.discount_factors(year)) == pytest.approx(factor, rel=1e-13)


def test_steps_of_the_schedule_are_exact():
    """Year 30 is the last at 3.5%, 31 the first at 3.0%, 75 the last of these, 76 the first at 2.5%."""
    factors = cost.discount_factors(np.arange(126))
    rates = factors[:-1] / factors[1:] - 1
    np.testing.assert_allclose(rates[:30], 0.035, rtol=1e-10)
    np.testing.assert_allclose(rates[30:75], 0.030, rtol=1e-10)
    np.testing.assert_allclose(rates[75:], 0.025, rtol=1e-10)


def test_factors_match_exact_fractions():
    """Every factor is the exact product of the yearly rates."""
    exact = Fraction(1)
    for year in range(1, 126):
        rate = Fraction(35, 1000) if year <= 30 else Fraction(30, 1000) if year <= 75 else Fraction(25, 1000)
        exact /= 1 + rate
        assert float(cost.discount_factors(year)) == pytest.approx(float(exact), rel=1e-13)


def test_schedule_of_the_planner():
    """Another schedule is taken as given, and a rate of zero leaves money as it is."""
    factors = cost.discount_factors([0, 1, 2, 3], schedule=((1, 0.1), (3, 0.0)))
    np.testing.assert_allclose(factors, [1, 1 / 1.1, 1 / 1.1, 1 / 1.1])


def test_present_value_by_hand():
    """100 now, 103.5 in a year and 107.1225 in two are worth 300."""
    assert float(cost.present_value([100, 103.5, 107.1225])) == pytest.approx(300)
    assert float(cost.present_value([103.5], first_year=1)) == pytest.approx(100)


@given(first=FLOWS, factor=st.floats(-5, 5))
def test_present_value_is_linear(first, factor):
    """The value of a sum is the sum of values, and of a multiple the multiple."""
    flows = np.asarray(first)
    other = np.roll(flows, 1)
    together = float(cost.present_value(flows + factor * other))
    apart = float(cost.present_value(flows)) + factor * float(cost.present_value(other))
    assert together == pytest.approx(apart, rel=1e-9, abs=1e-3)


@given(flows=st.lists(st.floats(0, 1e7), min_size=1, max_size=60), start=st.integers(0, 60))
def test_later_money_is_worth_no_more(flows, start):
    """Moving costs a year later never raises their value, and discounting never raises a sum of costs."""
    now = float(cost.present_value(flows, first_year=start))
    later = float(cost.present_value(flows, first_year=start + 1))
    assert later <= now + 1e-9 * abs(now)
    assert now <= sum(flows) * (1 + 1e-12)


@given(value=st.floats(-1e9, 1e9), years=st.integers(1, 100), start=st.integers(0, 1))
def test_equivalent_annual_cost_has_the_same_value(value, years, start):
    """The level cost paid in every year has the present value that it was made from."""
    level = float(cost.equivalent_annual_cost(value, years=years, first_year=start))
    back = float(cost.present_value(np.full(years, level), first_year=start))
    assert back == pytest.approx(value, rel=1e-9, abs=1e-6)


def test_draws_on_the_leading_axis():
    """A thousand draws are valued at once, each as it would be alone."""
    flows = np.random.default_rng(5).uniform(0, 1e6, (1000, 20))
    values = cost.present_value(flows)
    assert values.shape == (1000,)
    assert float(values[3]) == pytest.approx(float(cost.present_value(flows[3])), rel=1e-13)


def test_money_moves_between_price_years_on_the_given_index():
    """£49,800 of 2013 at an index of 100 are £69,720 at 140, and back."""
    index = {2013: 100.0, 2025: 140.0}
    there = cost.convert_prices(49_800, from_year=2013, to_year=2025, index=index)
    assert float(there) == pytest.approx(69_720)
    back = cost.convert_prices(there, from_year=2025, to_year=2013, index=index)
    assert float(back) == pytest.approx(49_800)
    assert float(cost.convert_prices(7, from_year=2013, to_year=2013)) == 7


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: cost.discount_factors(126), "schedule ends in year 125"),
        (lambda: cost.discount_factors(-1), "years is -1; give a number of at least 0"),
        (lambda: cost.discount_factors(1.5), "whole years"),
        (lambda: cost.discount_factors(1, schedule=()), "bands in order"),
        (lambda: cost.discount_factors(1, schedule=((30, 0.03), (20, 0.02))), "bands in order"),
        (lambda: cost.discount_factors(1, schedule=((30, 3.5),)), "at most 1"),
        (lambda: cost.present_value(100.0), "one number a year"),
        (lambda: cost.present_value([1.0, np.nan]), "missing"),
        (lambda: cost.equivalent_annual_cost(1, years=0), "at least 1"),
        (lambda: cost.convert_prices(1, from_year=2013, to_year=2025), "without an index"),
        (lambda: cost.convert_prices(1, from_year=2013, to_year=2025, index={2013: 1.0}), "lacks 2025"),
        (
            lambda: cost.convert_prices(1, from_year=2013, to_year=2025, index={2013: 0.0, 2025: 1.0}),
            "more than 0",
        ),
    ],
)
def test_bad_input_is_named(call, words):
    """A year off the schedule, a rate in percent or a missing index is refused with what is wrong."""
    with pytest.raises(ValueError, match=words):
        call()
