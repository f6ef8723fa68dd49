"""How many officers a post takes under a shift pattern, when some of them are away."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from standby._checks import single
from standby._refusals import Refusal, shown
from standby._show import Shown
from standby.words import counted, factor, plain, share
from standby.workforce.relief import HOURS_PER_WEEK, relief_factor
from standby.workforce.shifts.measures import measure_pattern
from standby.workforce.shifts.pattern import refuse_all

if TYPE_CHECKING:
    from standby.workforce.shifts.pattern import ShiftPattern

ORDINARY_DAY_H = 8.0
"""Normal daily period of duty of a constable or sergeant [h] (determination under the Police Regulations
2003, reg. 22, Annex E, 1(b))."""

ORDINARY_WEEK_H = 40.0
"""Hours a week at that length and with two rest days a week [h/week]."""

WEEKS_A_YEAR = 365.25 / 7
"""Weeks of a mean year."""


@dataclass(frozen=True)
class Abstraction(Shown):
    """Why officers who are on the roster aren't on duty, and for how much of their time.

    Parameters
    ----------
    reason
        Such as ``annual leave``, ``sickness``, ``court``, ``training`` or ``reaccreditation``.
    share
        Share of rostered hours, those of training days too; give this, or one of the others.
    days_a_year
        Days a year, each of `hours_a_day`, such as annual leave [days/year].
    hours_a_year
        Hours a year [h/year].
    hours_a_day
        Length of one of the days [h].

    Raises
    ------
    Refusal
        If not exactly one amount is given, or it is below 0.
    """

    reason: str
    share: float | None = None
    days_a_year: float | None = None
    hours_a_year: float | None = None
    hours_a_day: float = ORDINARY_DAY_H

    def __post_init__(self) -> None:
        amounts = {"share": self.share, "days_a_year": self.days_a_year, "hours_a_year": self.hours_a_year}
        given = {name: amount for name, amount in amounts.items() if amount is not None}
        if not isinstance(self.reason, str) or not self.reason.strip():
            raise Refusal(f"an abstraction has the reason {shown(self.reason)}", "say why officers are away")
        if len(given) != 1:
            raise Refusal(
                f"the abstraction {self.reason!r} has {counted(len(given), 'amount')}",
                "give one of share, days_a_year and hours_a_year",
            )
        for name, amount in given.items():
            high = 1.0 if name == "share" else np.inf
            single(f"the abstraction {self.reason!r}: {name}", amount, high=high)
        single(f"the abstraction {self.reason!r}: hours_a_day", self.hours_a_day, above=True, high=24.0)

    def share_of(self, hours_a_week: float) -> float:
        """Return the share of rostered hours that it takes.

        Parameters
        ----------
        hours_a_week
            Paid hours that an officer is rostered for, in training too [h/week].
        """
        if self.share is not None:
            return self.share

        days_h = (self.days_a_year or 0.0) * self.hours_a_day
        lost_h = self.hours_a_year if self.hours_a_year is not None else days_h
        rostered = single("hours_a_week", hours_a_week, above=True, high=HOURS_PER_WEEK)
        return lost_h / (rostered * WEEKS_A_YEAR)


@dataclass(frozen=True, eq=False)
class PatternRelief(Shown):
    """Officers for each officer on duty round the clock, under a shift pattern.

    Attributes
    ----------
    by_hours
        Hours of the week over the hours that one officer gives to duty: every hour counts, that of an overlap
        too. It is `relief_factor` with the pattern's hours [officers/post].
    by_teams
        Officers of all teams for one officer expected on duty at every moment: teams over the fewest teams on
        duty, over the share of officers who are there. Overlaps count for nothing. inf where there are
        moments with no team on duty [officers/post].
    rostered_hours
        Paid hours a week of an officer by the roster, training days too, mean over teams [h/week]. Days and
        hours of an abstraction are a share of these.
    duty_hours
        Hours on duty a week of an officer by the roster, mean over teams [h/week].
    worked_hours
        Of these, hours really on duty [h/week].
    abstraction
        Share of rostered hours lost, all reasons together.
    shares
        The same by reason.
    """

    by_hours: float
    by_teams: float
    rostered_hours: float
    duty_hours: float
    worked_hours: float
    abstraction: float
    shares: dict[str, float]

    def summary(self) -> str:
        """Return the factors in two sentences."""
        by_teams = (
            f"{factor(self.by_teams)} with the same number in every team and nothing counted for overlaps."
            if np.isfinite(self.by_teams)
            else "with this pattern there are moments without anybody."
        )
        rostered = f"An officer is rostered for {plain(self.duty_hours)} hours a week and away for "
        rostered += f"{share(self.abstraction)} of them."
        if self.rostered_hours != self.duty_hours:
            rostered = (
                f"An officer is paid for {plain(self.rostered_hours)} hours a week, is rostered for duty "
            )
            rostered += f"in {plain(self.duty_hours)}, and is away for {share(self.abstraction)} of either."
        return (
            f"{rostered} One post round the clock takes {factor(self.by_hours)} "
            f"officers by hours alone; {by_teams}"
        )


def relief_from_pattern(pattern: ShiftPattern, abstractions: Iterable[Abstraction]) -> PatternRelief:
    """Return the officers that one post round the clock takes under a shift pattern.

    Shares add up: each is of the rostered hours, whatever the others take. Days and hours of an abstraction
    are taken from all paid hours, training days among them, so that duty loses its part of them and no more.
    Hours on duty are those of the shifts, breaks included, since officers can be called from a break.

    Parameters
    ----------
    pattern
        The pattern.
    abstractions
        Why officers are away, and for how much of their time.

    Returns
    -------
    PatternRelief
        The factor by hours, which agrees with `relief_factor`, and that by teams.

    Raises
    ------
    Refusal
        If nobody is ever on duty, two abstractions have one reason, or all together leave nobody on duty.

    Examples
    --------
    40 hours a week are 4.2 officers a post, and with 30% of them lost six, as Wiltshire said in 2019. Twelve
    hours in two days, two nights and four days off are 42 a week:

    >>> from standby.workforce import NAMED_PATTERNS
    >>> lost = [Abstraction("leave", days_a_year=28), Abstraction("training", share=0.1)]
    >>> relief = relief_from_pattern(NAMED_PATTERNS["12-hour"], lost)
    >>> round(relief.duty_hours), round(relief.by_hours, 2), round(relief.by_teams, 2)
    (42, 5.01, 5.01)
    """
    given = list(abstractions)
    measures = measure_pattern(pattern)
    refuse_no_duty(pattern)
    duty = float(measures.duty_hours.mean())
    rostered = float(measures.paid_hours.mean())

    reasons = [abstraction.reason for abstraction in given]
    twice = sorted({reason for reason in reasons if reasons.count(reason) > 1})
    shares = {abstraction.reason: abstraction.share_of(rostered) for abstraction in given}
    lost = sum(shares.values())
    faults = []
    if twice:
        faults.append(Refusal(f"two abstractions have the reason {twice[0]!r}", "add them up in one"))
    if lost >= 1.0:
        faults.append(
            Refusal(
                f"the abstractions take {share(lost)} of {plain(rostered)} rostered hours a week",
                "give amounts that leave some of them",
            )
        )
    refuse_all(faults, "the abstractions")

    fewest = int(measures.fewest_by_hour.min())
    return PatternRelief(
        by_hours=float(relief_factor(weekly_hours=duty, abstraction=lost)),
        by_teams=pattern.teams / fewest / (1.0 - lost) if fewest else float("inf"),
        rostered_hours=rostered,
        duty_hours=duty,
        worked_hours=duty * (1.0 - lost),
        abstraction=lost,
        shares=shares,
    )


def refuse_no_duty(pattern: ShiftPattern) -> None:
    """Refuse a pattern under which nobody is ever on duty.

    Parameters
    ----------
    pattern
        The pattern.

    Raises
    ------
    Refusal
        If all that is worked is training.
    """
    is_worked = [(pattern.codes == number).any() for number in range(len(pattern.shifts))]
    if not any(shift.is_duty and worked for shift, worked in zip(pattern.shifts, is_worked, strict=True)):
        raise Refusal(
            "no shift that the pattern has on a day is duty", "give at least one that is no training"
        )


def implied_abstraction(officers_per_post: float, *, weekly_hours: float = ORDINARY_WEEK_H) -> float:
    """Return the abstraction that a relief factor implies: the inverse of `relief_factor`.

    Parameters
    ----------
    officers_per_post
        A relief factor: officers per post round the clock [officers/post].
    weekly_hours
        Contracted hours that it was said for [h/week].

    Returns
    -------
    float
        Share of these hours.

    Raises
    ------
    Refusal
        If the factor is less than these hours alone would give: nobody could be away.

    Examples
    --------
    >>> round(implied_abstraction(6.0), 12)
    0.3
    """
    hours = single("weekly_hours", weekly_hours, above=True, high=HOURS_PER_WEEK)
    given = single("officers_per_post", officers_per_post, above=True)
    lost = 1.0 - HOURS_PER_WEEK / (hours * given)
    if lost < -1e-12:
        raise Refusal(
            f"a relief factor of {plain(given)} is less than {plain(hours)} hours a week alone would give, "
            f"{plain(HOURS_PER_WEEK / hours)}",
            "give more, or more hours a week",
        )
    return max(lost, 0.0)
