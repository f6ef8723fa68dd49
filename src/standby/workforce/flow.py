"""Strength month by month: what is in post, less those who leave, and those who pass."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from standby._checks import common_shape, number, whole
from standby._refusals import Refusal
from standby._show import Shown
from standby.workforce.intake import MONTHS_PER_YEAR, joiners_by_month

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from standby._typing import Floats
    from standby.workforce.intake import Intake


@dataclass(frozen=True)
class StrengthPath(Shown):
    """Expected strength over a horizon.

    Parameters
    ----------
    strength
        Officers in post at the end of each month, the start first, shape (..., months + 1) [officers].
    joined
        Officers who join at the end of each month, shape (..., months) [officers/month].
    left
        Officers who leave in each month, shape (..., months) [officers/month].
    """

    strength: Floats
    joined: Floats
    left: Floats

    @property
    def by_year(self) -> Floats:
        """Strength at the start and at each year's end, shape (..., years + 1) [officers]."""
        return self.strength[..., ::MONTHS_PER_YEAR]

    @property
    def joined_by_year(self) -> Floats:
        """Officers who join in each whole year, shape (..., years) [officers/year]."""
        return _sum_years(self.joined)

    @property
    def left_by_year(self) -> Floats:
        """Officers who leave in each whole year, shape (..., years) [officers/year]."""
        return _sum_years(self.left)

    @property
    def mean_by_year(self) -> Floats:
        """Officer-years in post in each whole year, what pay follows, shape (..., years) [officers].

        Those who leave in a month are counted to its end; those who join, from the next month on.
        """
        return np.asarray(_sum_years(self.strength[..., :-1]) / MONTHS_PER_YEAR)


def _sum_years(monthly: Floats) -> Floats:
    """Return the sum of each whole year, shape (..., years), without the months after the last of them."""
    years = monthly.shape[-1] // MONTHS_PER_YEAR
    whole_years = monthly[..., : years * MONTHS_PER_YEAR]

    return np.asarray(whole_years.reshape(*monthly.shape[:-1], years, MONTHS_PER_YEAR).sum(axis=-1))


def monthly_staying(loss: ArrayLike) -> Floats:
    """Return the chance of staying one month that compounds to a yearly loss.

    Parameters
    ----------
    loss
        Share of those in post at the year's start who have left by its end; scalar or shape (draws,)
        [1/year].

    Returns
    -------
    ndarray
        ``(1 − loss)^(1/12)``.

    Raises
    ------
    ValueError
        If `loss` is not in [0, 1).
    """
    yearly = number("loss", loss, high=1.0, below=True)
    # The logarithm keeps the digits of a loss that is close to 0.
    return np.asarray(np.exp(np.log1p(-yearly) / MONTHS_PER_YEAR))


def strength_path(strength: ArrayLike, joiners: ArrayLike, *, loss: ArrayLike) -> StrengthPath:
    """Project the expected strength from any monthly intake.

    In each month a share of those in post at its start leaves, then the month's joiners arrive:
    ``S(t) = S(t − 1) × (1 − loss)^(1/12) + joiners(t)``. This is the expected path; in any one year the
    actual strength will scatter about it.

    Parameters
    ----------
    strength
        Officers in post at the start; scalar or shape (draws,) [officers].
    joiners
        Officers who join at the end of each month, shape (months,) or (draws, months) [officers/month].
    loss
        Yearly loss of those in post; scalar or shape (draws,) [1/year].

    Returns
    -------
    StrengthPath
        The path, months on the last axis.

    Raises
    ------
    ValueError
        If `joiners` has no month axis, a number leaves its range or shapes do not fit.
    """
    start = number("strength", strength)
    stay = monthly_staying(loss)
    joined = number("joiners", joiners)
    if joined.ndim == 0:
        raise Refusal("joiners is a single number", "give one number a month on its last axis")

    shape = common_shape(strength=start.shape, loss=stay.shape, joiners_of_a_month=joined.shape[:-1])
    months = joined.shape[-1]
    joined = np.broadcast_to(joined, (*shape, months))

    path = np.empty((*shape, months + 1))
    path[..., 0] = start
    for month in range(months):
        path[..., month + 1] = path[..., month] * stay + joined[..., month]

    left = path[..., :-1] * (1.0 - stay)[..., np.newaxis]
    return StrengthPath(strength=path, joined=joined, left=np.asarray(left))


def project_strength(
    strength: ArrayLike, intake: Intake, *, loss: ArrayLike, years: int, lead_months: int = 0
) -> StrengthPath:
    """Project the expected strength when the same intake comes every year.

    Parameters
    ----------
    strength
        Officers in post at the start; scalar or shape (draws,) [officers].
    intake
        The year's intake by month, from `course_intake`.
    loss
        Yearly loss of those in post; scalar or shape (draws,) [1/year].
    years
        Horizon [years].
    lead_months
        First months in which nobody joins yet, because recruiting, selection and the first course take that
        long; courses of the calendar that would pass out in them do not take place [months].

    Returns
    -------
    StrengthPath
        The path, months on the last axis.

    Raises
    ------
    ValueError
        If a number leaves its range, `intake` is none, or shapes do not fit.
    """
    whole_years = whole("years", years, low=1)
    lead = whole("lead_months", lead_months)

    joiners = np.tile(joiners_by_month(intake), whole_years)
    joiners[..., : min(lead, whole_years * MONTHS_PER_YEAR)] = 0.0
    return strength_path(strength, joiners, loss=loss)
