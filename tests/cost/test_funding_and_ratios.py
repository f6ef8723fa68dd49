"""Who pays, cost for what is gained, and break-even: by hand, with the cases that have no answer."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from standby import cost
from standby.cost import RatioReason


def level_cost(added, years=3, basis="budget"):
    """Cost of officers at a round £50,000."""
    staffing = cost.Staffing(cost_per_officer_gbp=50_000, backfill_share=0, added=added)
    return cost.option_cost(years=years, basis=basis, staffing=staffing)


def test_reserves_first_then_precept_by_hand():
    """£700,000 of reserves pay £600,000 and £100,000; then £24 a Band D house pays for a whole year."""
    paid = cost.fund(level_cost(12), tax_base=25_000, reserves_gbp=700_000)
    np.testing.assert_allclose(paid.reserves_used_gbp, [600_000, 100_000, 0])
    np.testing.assert_allclose(paid.reserves_left_gbp, [100_000, 0, 0])
    np.testing.assert_allclose(paid.precept_gbp, [0, 500_000, 600_000])
    np.testing.assert_allclose(paid.band_d_gbp, [0, 20, 24])


def test_a_saving_lowers_the_precept_and_keeps_the_reserves():
    """Where an option saves, the precept falls and reserves are left alone."""
    saving = cost.difference(level_cost(6), level_cost(12))
    paid = cost.fund(saving, tax_base=[25_000, 30_000, 30_000], reserves_gbp=[0, 1_000])
    np.testing.assert_allclose(paid.band_d_gbp, [[-12, -10, -10]] * 2)
    np.testing.assert_allclose(paid.reserves_left_gbp[1], 1_000)


def test_nobody_is_billed_for_an_economic_cost():
    """The economic view can't be funded."""
    with pytest.raises(ValueError, match="budget basis"):
        cost.fund(level_cost(12, basis="economic"), tax_base=25_000)


def test_tax_base_must_be_positive():
    """A tax base of nought is refused, not divided by."""
    with pytest.raises(ValueError, match=r"tax_base is .*more than 0"):
        cost.precept_per_band_d([1.0], tax_base=0)


@given(
    added=st.lists(st.floats(0, 100), min_size=4, max_size=4),
    reserves=st.floats(0, 1e7),
)
def test_every_pound_is_paid_once(added, reserves):
    """Reserves and precept together are the cost, and reserves never go below nought."""
    need = level_cost(added, years=4)
    paid = cost.fund(need, tax_base=1_000, reserves_gbp=reserves)
    np.testing.assert_allclose(paid.reserves_used_gbp + paid.precept_gbp, need.net_gbp, atol=1e-6)
    assert (paid.reserves_left_gbp >= 0).all()
    total = paid.reserves_used_gbp.sum() + paid.reserves_left_gbp[-1]
    assert float(total) == pytest.approx(reserves, rel=1e-12, abs=1e-6)


@pytest.mark.parametrize(
    ("money", "gained", "value", "reason"),
    [
        (600_000, 12_000, 50.0, RatioReason.MEANINGFUL),
        (0, 12_000, 0.0, RatioReason.MEANINGFUL),
        (600_000, 0, np.inf, RatioReason.NOTHING_GAINED),
        (600_000, 1e-9, np.inf, RatioReason.NOTHING_GAINED),
        (600_000, -5, np.nan, RatioReason.LOSES),
        (0, -5, np.nan, RatioReason.LOSES),
        (-600_000, 12_000, np.nan, RatioReason.SAVES_AND_GAINS),
        (-600_000, -12_000, np.nan, RatioReason.SAVES_AND_LOSES),
        (-600_000, 0, np.nan, RatioReason.SAVES),
        (0, 0, np.nan, RatioReason.NO_CHANGE),
    ],
)
def test_cost_per_unit_and_its_reasons(money, gained, value, reason):
    """A ratio is given only where something is paid and something gained; else the reason says why not."""
    answer = cost.cost_per(money, gained)
    np.testing.assert_equal(float(answer.value_gbp), value)
    assert str(answer.reason) == reason


def test_the_negligible_gain_is_the_callers():
    """A gain of just the negligible size counts as none, and with none negligible only nought does."""
    assert str(cost.cost_per(1, 0.5, negligible=0.5).reason) == RatioReason.NOTHING_GAINED
    assert str(cost.cost_per(1, 0, negligible=0).reason) == RatioReason.NOTHING_GAINED
    assert float(cost.cost_per(1, 1e-9, negligible=0).value_gbp) == pytest.approx(1e9)


@given(
    money=st.lists(st.floats(-1e6, 1e6), min_size=5, max_size=5),
    gained=st.lists(st.floats(-1e6, 1e6), min_size=5, max_size=5),
)
def test_every_draw_has_a_reason_and_no_value_is_negative(money, gained):
    """Each draw falls under just one reason, and a value is a number only under the meaningful one."""
    answer = cost.cost_per(money, gained)
    assert set(answer.reason.tolist()) <= {str(reason) for reason in RatioReason}
    meaningful = answer.reason == RatioReason.MEANINGFUL
    assert np.isfinite(answer.value_gbp[meaningful]).all()
    assert (answer.value_gbp[meaningful] >= 0).all()
    assert not np.isfinite(answer.value_gbp[~meaningful]).any()


def test_draws_broadcast_over_options():
    """Costs of three options meet gains of four draws in one table."""
    answer = cost.cost_per(np.ones((3, 1)), np.arange(1, 5))
    assert answer.value_gbp.shape == answer.reason.shape == (3, 4)


def test_break_even_by_hand():
    """£600,000 a year pays for itself with 0.1875 homicides averted at £3.2 million, 3.75% of five."""
    answer = cost.break_even(600_000, value_per_unit_gbp=3_200_000, at_stake=5)
    assert float(answer.units) == pytest.approx(0.1875)
    assert float(answer.share_of_stake) == pytest.approx(0.0375)
    assert answer.attainable


def test_break_even_that_cannot_be():
    """Too few at stake, a worthless unit and an empty stake are out of reach; a saving needs nothing."""
    answer = cost.break_even(
        [20e6, 1.0, 1.0, -1.0], value_per_unit_gbp=[3.2e6, 0.0, 1.0, 1.0], at_stake=[5.0, 5.0, 0.0, 0.0]
    )
    np.testing.assert_allclose(answer.units, [6.25, np.inf, 1.0, 0.0])
    np.testing.assert_allclose(answer.share_of_stake, [1.25, np.inf, np.inf, 0.0])
    np.testing.assert_array_equal(answer.attainable, [False, False, False, True])


def test_break_even_without_a_stake():
    """Without what is at stake there is no share to give."""
    answer = cost.break_even(100, value_per_unit_gbp=50)
    assert float(answer.units) == 2
    assert answer.share_of_stake is None
    assert answer.attainable is None
