"""Discounting at the social time preference rate of the Green Book."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from standby._checks import number, whole
from standby._refusals import Refusal

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from standby._typing import Floats

Schedule: TypeAlias = tuple[tuple[int, float], ...]
"""Bands of a declining rate: last year of the band and the real rate in it, in order [year, 1/year]."""

GREEN_BOOK: Schedule = ((30, 0.035), (75, 0.030), (125, 0.025))
"""Standard rate of the Green Book: 3.5% for years 0 to 30, 3.0% for 31 to 75, 2.5% for 76 to 125.

In force in December 2025 and under review by the Treasury. Years are counted from the year 0 to which costs
are discounted.
"""


def _yearly_rates(schedule: Schedule) -> Floats:
    """Return the rate of each year from 1 to the schedule's last."""
    last_years = [whole("schedule", last_year, low=1) for last_year, _ in schedule]
    if not last_years or any(later <= earlier for earlier, later in pairwise(last_years)):
        raise Refusal(f"schedule is {schedule}", "name its bands in order, each with a later last year")

    rates = number("schedule", [rate for _, rate in schedule], high=1.0)
    years_in_band = np.diff(last_years, prepend=0)
    return np.repeat(rates, years_in_band)


def discount_factors(years: ArrayLike, *, schedule: Schedule = GREEN_BOOK) -> Floats:
    """Return the present value of one pound in each year.

    Each year's rate discounts that one year only, so the factor continues from where the last band left it:
    year 31 is ``1.035^-30 × 1.030^-1`` (0.3459), not ``1.030^-31``.

    Parameters
    ----------
    years
        Years after year 0, whose factor is 1; any shape [years].
    schedule
        Bands of the rate (see `GREEN_BOOK`).

    Returns
    -------
    ndarray
        Factors between 0 and 1, in the shape of `years`.

    Raises
    ------
    ValueError
        If a year is negative, not whole or after the schedule's last, or the schedule is out of order.

    References
    ----------
    .. [1] HM Treasury, The Green Book, discounting: declining long-term discount rate.
    """
    wanted = number("years", years)
    if (wanted != np.floor(wanted)).any():
        raise Refusal("years are not whole, or before year 0", "give whole years from 0 on")

    rates = _yearly_rates(schedule)
    last_year = len(rates)
    if wanted.size and wanted.max() > last_year:
        raise Refusal(
            f"years go to {wanted.max():g} but the schedule ends in year {last_year}",
            "give one that goes further",
        )

    factors = np.concatenate([[1.0], np.cumprod(1.0 / (1.0 + rates))])
    return np.asarray(factors[wanted.astype(np.int64)])


def present_value(flows_gbp: ArrayLike, *, schedule: Schedule = GREEN_BOOK, first_year: int = 0) -> Floats:
    """Return the sum of real yearly flows discounted to year 0.

    Parameters
    ----------
    flows_gbp
        Flows in constant prices, years on the last axis, shape (..., years) [GBP/year].
    schedule
        Bands of the rate (see `GREEN_BOOK`).
    first_year
        Year of the first flow [years].

    Returns
    -------
    ndarray
        Present value, shape (...) [GBP].

    Raises
    ------
    ValueError
        If a flow is not finite or falls after the schedule's last year.
    """
    flows = number("flows_gbp", flows_gbp, low=-np.inf)
    if flows.ndim == 0:
        raise Refusal("flows_gbp is a single number", "give one number a year on its last axis")

    start = whole("first_year", first_year)
    factors = discount_factors(np.arange(start, start + flows.shape[-1]), schedule=schedule)
    return np.asarray(flows @ factors)


def equivalent_annual_cost(
    present_value_gbp: ArrayLike, *, years: int, schedule: Schedule = GREEN_BOOK, first_year: int = 0
) -> Floats:
    """Return the level real cost over a number of years that has a given present value.

    Parameters
    ----------
    present_value_gbp
        Present value, any shape [GBP].
    years
        Years over which it is spread [years].
    schedule
        Bands of the rate (see `GREEN_BOOK`).
    first_year
        First of these years: 0, as flows are counted here, or 1 where the first payment falls a year later
        [years].

    Returns
    -------
    ndarray
        Level cost, in the shape of `present_value_gbp` [GBP/year].

    Raises
    ------
    ValueError
        If a number leaves its range.
    """
    value = number("present_value_gbp", present_value_gbp, low=-np.inf)
    start = whole("first_year", first_year)
    end = start + whole("years", years, low=1)

    factors = discount_factors(np.arange(start, end), schedule=schedule)
    return np.asarray(value / factors.sum())
