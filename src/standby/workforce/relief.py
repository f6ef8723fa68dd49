"""Posts to officers and back: the relief factor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from standby._checks import number, slack, together
from standby._show import Shown

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from standby._typing import Floats

HOURS_PER_WEEK = 168.0
"""Hours of a week: a post that is staffed round the clock covers all of them [h]."""


@dataclass(frozen=True)
class OfficersNeeded(Shown):
    """Officers that keep a number of crewed units on duty.

    Parameters
    ----------
    exact
        Officers, before rounding [officers].
    officers
        Whole officers: `exact` rounded up once, after summing; never unit by unit [officers].
    """

    exact: Floats
    officers: Floats


@dataclass(frozen=True)
class UnitsSustained(Shown):
    """Crewed units that a number of officers keeps on duty.

    Parameters
    ----------
    exact
        Units, before rounding: a fraction is a unit crewed for that share of its hours [units].
    units
        Whole units: `exact` rounded down [units].
    """

    exact: Floats
    units: Floats


def relief_factor(*, weekly_hours: ArrayLike, abstraction: ArrayLike) -> Floats:
    """Return the officers on the strength for each officer on duty round the clock.

    These are the hours of the week over the hours that one officer gives to duty:
    ``168 / (weekly_hours × (1 − abstraction))``. 40 hours and 30% abstraction give 6.0.

    Parameters
    ----------
    weekly_hours
        Contracted hours of one officer; scalar or shape (draws,) [h/week].
    abstraction
        Share of these hours lost to leave, training, sickness and court; scalar or shape (draws,).

    Returns
    -------
    ndarray
        Officers per post, in the broadcast shape of the two [officers/post].

    Raises
    ------
    ValueError
        If `weekly_hours` is not in (0, 168], `abstraction` not in [0, 1), or their shapes do not fit.
    """
    hours, lost_share = together(
        weekly_hours=number("weekly_hours", weekly_hours, above=True, high=HOURS_PER_WEEK),
        abstraction=number("abstraction", abstraction, high=1.0, below=True),
    )

    return np.asarray(HOURS_PER_WEEK / (hours * (1.0 - lost_share)))


def officers_per_unit(
    crew: ArrayLike, relief_factor: ArrayLike, *, hours_per_week: ArrayLike = HOURS_PER_WEEK
) -> Floats:
    """Return the officers on the strength for one crewed unit.

    Parameters
    ----------
    crew
        Officers in each unit; scalar or shape (draws,) [officers].
    relief_factor
        Officers per post round the clock, at least 1; scalar or shape (draws,) [officers/post].
    hours_per_week
        Hours of the week in which the unit is crewed; 84 of 168 need half the officers [h/week].

    Returns
    -------
    ndarray
        ``crew × relief_factor × hours_per_week / 168`` [officers/unit].

    Raises
    ------
    ValueError
        If a number leaves its range or shapes do not fit.
    """
    officers, relief, hours = together(
        crew=number("crew", crew, above=True),
        relief_factor=number("relief_factor", relief_factor, low=1.0),
        hours_per_week=number("hours_per_week", hours_per_week, above=True, high=HOURS_PER_WEEK),
    )

    return np.asarray(officers * relief * (hours / HOURS_PER_WEEK))


def officers_for_posts(
    posts: ArrayLike,
    crew: ArrayLike,
    relief_factor: ArrayLike,
    *,
    hours_per_week: ArrayLike = HOURS_PER_WEEK,
) -> OfficersNeeded:
    """Return the officers on the strength that keep crewed units on duty.

    Parameters
    ----------
    posts
        Crewed units to keep on duty in their hours (a car is one, whatever its crew); scalar or shape
        (draws,) [units].
    crew
        Officers in each unit; 1 makes `posts` single-officer posts [officers].
    relief_factor
        Officers per post round the clock [officers/post].
    hours_per_week
        Hours of the week in which the units are crewed [h/week].

    Returns
    -------
    OfficersNeeded
        The exact number and the number rounded up.

    Raises
    ------
    ValueError
        If a number leaves its range or shapes do not fit.
    """
    units, officers_each = together(
        posts=number("posts", posts),
        officers_per_unit=officers_per_unit(crew, relief_factor, hours_per_week=hours_per_week),
    )
    exact = np.asarray(units * officers_each)

    # The slack keeps a total such as 6.000000001 from taking a seventh officer.
    return OfficersNeeded(exact=exact, officers=np.asarray(np.ceil(exact - slack(exact))))


def posts_from_officers(
    officers: ArrayLike,
    crew: ArrayLike,
    relief_factor: ArrayLike,
    *,
    hours_per_week: ArrayLike = HOURS_PER_WEEK,
) -> UnitsSustained:
    """Return the crewed units that a number of officers keeps on duty, the inverse of `officers_for_posts`.

    Parameters
    ----------
    officers
        Officers who can be rostered; give the deployable, not the strength, if the rest cannot go out; scalar
        or shape (draws,) [officers].
    crew
        Officers in each unit [officers].
    relief_factor
        Officers per post round the clock [officers/post].
    hours_per_week
        Hours of the week in which the units are crewed [h/week].

    Returns
    -------
    UnitsSustained
        The exact number and the number rounded down.

    Raises
    ------
    ValueError
        If a number leaves its range or shapes do not fit.
    """
    strength, officers_each = together(
        officers=number("officers", officers),
        officers_per_unit=officers_per_unit(crew, relief_factor, hours_per_week=hours_per_week),
    )
    exact = np.asarray(strength / officers_each)

    # The slack keeps a total such as 5.999999999 from losing its sixth unit.
    return UnitsSustained(exact=exact, units=np.asarray(np.floor(exact + slack(exact))))
