"""Officers on a roster to crewed units: how many there are in each hour, as a distribution."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy import special, stats

from standby._checks import flag, number, single, together, whole
from standby._refusals import Refusal, shown
from standby._show import Shown
from standby.words import count, counted, share
from standby.workforce.shifts.pattern import DAY_MIN, ShiftPattern, Tour, refuse_all, team_sizes

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from standby._typing import Codes, Floats

WEEK_HOURS = 168
"""Hours of a week, from Monday 00:00."""

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
"""Days as they are written in a sentence."""

MOST_ON_DUTY = 1_000
"""Officers on the roster of one hour at most [officers]."""

HIGHEST_COMMON_ABSENCE = 0.5
"""Correlation between absences at most. Up to it the chance of a complete week is right to within 0.001 (one
tour of up to 250 officers against the exact beta-binomial); beyond it was off by up to 0.005, and where most
weeks have everybody or nobody, its nodes can't be found at all."""

MOST_STATES = 5_000_000
"""Numbers of officers with and without skills who may be there together, at most."""

MOST_TOGETHER = 20_000_000
"""Numbers of officers on tours that overlap, times values of a common absence, at most."""

NODES = 64
"""Values of a week's common absence over which the chance of a complete week is integrated."""


@dataclass(frozen=True, eq=False)
class Skill(Shown):
    """A skill that crews must have, such as a grade of driving or a medic's.

    Parameters
    ----------
    name
        What it is.
    officers
        Officers on the roster who have it, of those in each hour; scalar or shape (..., 168). Somebody with
        two skills counts for one of them: so crews are never promised that can't be made up [officers].
    in_crew
        So many of each full crew must have it [officers].
    on_duty
        So many must be on duty, else there is no unit at all, such as one tactical adviser for a team
        [officers].

    Raises
    ------
    Refusal
        If it has no name, or asks for nobody.
    """

    name: str
    officers: ArrayLike
    in_crew: int = 0
    on_duty: int = 0

    def __post_init__(self) -> None:
        if not isinstance(self.name, str) or not self.name.strip():
            raise Refusal(f"a skill has the name {shown(self.name)}", "say what it is")
        in_crew = whole(f"the skill {self.name!r}: in_crew", self.in_crew)
        on_duty = whole(f"the skill {self.name!r}: on_duty", self.on_duty)
        if not in_crew and not on_duty:
            raise Refusal(f"the skill {self.name!r} is asked of nobody", "give in_crew or on_duty")


@dataclass(frozen=True, eq=False)
class CrewedUnits(Shown):
    """Crewed units by hour of the week; arrays have shape (..., 168), with weeks or else in front.

    Attributes
    ----------
    chance
        Chance of exactly so many crewed units, shape (..., 168, units + 1). Single-crewed units are
        counted in where they are allowed.
    mean
        Mean of them [units].
    full
        Mean of the units with a full crew [units].
    single_crewed
        Mean of the single-crewed units; 0 where they aren't allowed [units].
    chance_complete
        Chance that as many units as wanted have a full crew.
    chance_minimum
        Chance of as many units as the minimum, single-crewed ones included.
    officers_short
        Mean of the officers who are missing for full crews in all wanted units [officers].
    short_of_minimum
        The same for the minimum [officers].
    """

    chance: Floats
    mean: Floats
    full: Floats
    single_crewed: Floats
    chance_complete: Floats
    chance_minimum: Floats
    officers_short: Floats
    short_of_minimum: Floats

    @property
    def overtime_hours(self) -> Floats:
        """Hours of overtime a week that give every wanted unit its full crew, shape (...) [h/week]."""
        return np.asarray(self.officers_short.sum(axis=-1))

    @property
    def overtime_hours_minimum(self) -> Floats:
        """Hours of overtime a week that give the minimum of units their full crews, shape (...) [h/week]."""
        return np.asarray(self.short_of_minimum.sum(axis=-1))

    def over_weeks(self) -> CrewedUnits:
        """Return means over all that stands in front of the hours, such as the weeks of a cycle."""
        leading = tuple(range(self.mean.ndim - 1))
        values = {name: getattr(self, name).mean(axis=leading) for name in self.__dataclass_fields__}
        return CrewedUnits(**values)

    def summary(self) -> str:
        """Return units, the chance of the full complement and overtime in two sentences."""
        mean = self.over_weeks()
        worst = int(mean.chance_complete.round(12).argmin())  # of hours alike the first
        when = f"{WEEKDAYS[worst // 24]} {worst % 24:02d}:00"
        return (
            f"{count(float(mean.mean.mean()))} crewed units as a mean over the week. The full complement is "
            f"there for {share(float(mean.chance_complete.mean()))} of the time, least often on "
            f"{when} ({share(float(mean.chance_complete[worst]))}); "
            f"{count(float(mean.overtime_hours))} hours of overtime a week would close the gap."
        )


class _Hour(NamedTuple):
    """What one hour is asked, as whole numbers where it counts."""

    officers: int
    skilled: tuple[int, ...]
    wanted: int
    minimum: int
    abstraction: float


def crewed_units(
    officers: ArrayLike,
    *,
    abstraction: ArrayLike,
    crew: int,
    wanted: ArrayLike,
    minimum: ArrayLike = 0,
    single_crewing: bool = False,
    common_absence: float = 0.0,
    skills: Iterable[Skill] = (),
) -> CrewedUnits:
    """Return how many crewed units the officers on a roster make in each hour of the week.

    Each officer on the roster is there with chance 1 − `abstraction`. Those who are there make full crews, as
    many as they and their skills allow; where single crewing is allowed, those who are left over are a unit
    each, until there are as many units as wanted.

    Parameters
    ----------
    officers
        Officers on the roster; scalar or shape (..., 168), such as that of `officers_by_hour` [officers].
    abstraction
        Share of them who aren't there; scalar or shape (..., 168).
    crew
        Officers in a full crew [officers].
    wanted
        Units wanted; scalar or shape (..., 168) [units].
    minimum
        Fewest units that are to be on duty, at most as many as wanted [units].
    single_crewing
        Whether an officer who is left over is a unit.
    common_absence
        How much officers are away together, as when many are ill in the same week: the correlation between
        any two of them, 0 for none, 0.5 at most.
    skills
        What crews must have.

    Returns
    -------
    CrewedUnits
        Distribution, means, chance of the full complement and officers short, by hour.

    Raises
    ------
    Refusal
        If a number leaves its range, shapes do not fit, more officers have skills than are on the roster, or
        two skills have one name, or skills ask for more than a crew has.

    Notes
    -----
    Exact. Without `common_absence` the officers who are there are binomial; with it beta-binomial, as the
    chance of being there is itself drawn from a beta distribution of that mean, common to all of an hour. As
    officers are exchangeable, those with skills among them are hypergeometric, in both cases.

    Examples
    --------
    Six officers for two crews of two, each there with a chance of 0.75:

    >>> units = crewed_units(6, abstraction=0.25, crew=2, wanted=2)
    >>> units.chance[0].round(4).tolist()
    [0.0046, 0.1648, 0.6526, 0.178]
    >>> round(float(units.chance_complete[0]), 4)
    0.8306
    """
    asked = _checked(officers, abstraction, crew, wanted, minimum, common_absence, list(skills))
    single_crewing = flag("single_crewing", single_crewing)

    # Most hours are like others: each kind is worked out once.
    kinds, places = np.unique(asked.rows, axis=0, return_inverse=True)
    most_units = max(
        _most_units(hour, crew, single_crewing=single_crewing) for hour in map(asked.hour, kinds)
    )
    found = [
        _one_hour(
            asked.hour(kind),
            asked.skills,
            crew=crew,
            single_crewing=single_crewing,
            common_absence=common_absence,
            most_units=most_units,
        )
        for kind in kinds
    ]
    table = np.array(found)[places.reshape(-1)].reshape(*asked.shape, -1)

    chance = table[..., : most_units + 1]
    others = np.moveaxis(table[..., most_units + 1 :], -1, 0)
    full, single_crewed, complete, enough, short, short_of_minimum = others
    return CrewedUnits(
        chance=chance,
        mean=chance @ np.arange(most_units + 1),
        full=full,
        single_crewed=single_crewed,
        chance_complete=complete,
        chance_minimum=enough,
        officers_short=short,
        short_of_minimum=short_of_minimum,
    )


def chance_of_complete_weeks(
    pattern: ShiftPattern,
    officers: ArrayLike,
    *,
    abstraction: float,
    crew: int,
    wanted: ArrayLike,
    common_absence: float = 0.0,
) -> Floats:
    """Return the chance that all wanted units have a full crew at every moment of a week.

    Whoever is there is so for a whole tour; on other tours others are. Hours of a tour are therefore not
    independent, and the product of their chances would be far too small.

    Parameters
    ----------
    pattern
        The pattern.
    officers
        Officers in each team, or one number for all; shape (teams,) [officers].
    abstraction
        Share of rostered officers who aren't there.
    crew
        Officers in a full crew [officers].
    wanted
        Units wanted; scalar or shape (168,) [units].
    common_absence
        As for `crewed_units`; common to all of a week.

    Returns
    -------
    ndarray
        Chance for each week until the cycle begins on a Monday again, shape (weeks,).

    Raises
    ------
    Refusal
        If a number leaves its range, shapes do not fit, or too many officers are on tours that overlap.

    Notes
    -----
    The officers on each tour that is running are followed from one moment at which somebody comes or goes to
    the next, and only those ways are kept on which there are enough. This is exact for officers who are away
    independently; a common absence is integrated over its beta distribution with 64 nodes, which is right to
    within 0.001 for correlations of up to 0.5 (measured with one tour of up to 250 officers). Skills and
    single-crewed units aren't counted.

    Examples
    --------
    >>> from standby.workforce import NAMED_PATTERNS
    >>> pattern = NAMED_PATTERNS["12-hour"]
    >>> weeks = chance_of_complete_weeks(pattern, 3, abstraction=0.1, crew=2, wanted=1)
    >>> round(float(weeks[0]), 4), round(0.972**15, 4)  # two of three are there on each of 15 tours
    (0.6531, 0.6531)
    """
    lost = single("abstraction", abstraction, high=1.0)
    correlation = _common_absence(common_absence)
    crew = whole("crew", crew, low=1)
    sizes = team_sizes(pattern, officers)
    needed = crew * np.broadcast_to(_whole_numbers("wanted", wanted, (WEEK_HOURS,)), WEEK_HOURS)

    there = 1.0 - lost
    nodes = np.array([there])
    weights = np.ones(1)
    if correlation > 0.0 and 0.0 < there < 1.0:
        points, weights = special.roots_legendre(NODES)
        alpha, beta = _beta(there, correlation)
        nodes = special.betaincinv(alpha, beta, (points + 1.0) / 2.0)
        weights = weights / 2.0

    spans = [_spans(pattern, week) for week in range(pattern.weeks)]
    return np.array([float(weights @ _complete(week, sizes, needed, nodes)) for week in spans])


class _Asked(NamedTuple):
    """What is asked of all hours: a row each, in the shape that they have together."""

    rows: Floats
    shape: tuple[int, ...]
    skills: Sequence[Skill]

    def hour(self, row: Floats) -> _Hour:
        """Return what one row asks."""
        officers, wanted, minimum, *skilled, abstraction = row.tolist()
        return _Hour(int(officers), tuple(map(int, skilled)), int(wanted), int(minimum), abstraction)


def _checked(
    officers: ArrayLike,
    abstraction: ArrayLike,
    crew: int,
    wanted: ArrayLike,
    minimum: ArrayLike,
    common_absence: float,
    skills: list[Skill],
) -> _Asked:
    """Return what is asked of each hour; refuse what can't be."""
    names = [skill.name for skill in skills]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise Refusal(f"two skills have the name {twice[0]!r}", "give each a name of its own")

    whole("crew", crew, low=1, high=MOST_ON_DUTY)
    _common_absence(common_absence)
    lost = number("abstraction", abstraction, high=1.0)
    given = {
        "officers": _whole_numbers("officers", officers, (WEEK_HOURS,)),
        "wanted": _whole_numbers("wanted", wanted, (WEEK_HOURS,)),
        "minimum": _whole_numbers("minimum", minimum, (WEEK_HOURS,)),
    }
    for skill in skills:
        name = f"officers with the skill {skill.name!r}"
        given[name] = _whole_numbers(name, skill.officers, (WEEK_HOURS,))

    columns = {**given, "abstraction": lost}
    *laid_out, _ = together(refusal=Refusal, **columns, hours=np.zeros(WEEK_HOURS))
    rows = np.stack([array.reshape(-1) for array in laid_out], axis=1)

    faults = []
    if skills and (rows[:, 3 : 3 + len(skills)].sum(axis=1) > rows[:, 0]).any():
        faults.append(
            Refusal(
                "more officers have skills than are on the roster of an hour",
                "count an officer with several skills for one of them",
            )
        )
    if sum(skill.in_crew for skill in skills) > crew:
        faults.append(Refusal(f"the skills of a crew are more than its {crew} officers", "ask for fewer"))
    if (rows[:, 2] > rows[:, 1]).any():
        faults.append(Refusal("minimum is more than wanted in an hour", "want at least the minimum"))
    refuse_all(faults, "the crews")
    return _Asked(rows, laid_out[0].shape, skills)


def _common_absence(given: float) -> float:
    """Return the correlation between absences; refuse one beyond which results are too inaccurate."""
    correlation = single("common_absence", given, high=1.0)
    if correlation > HIGHEST_COMMON_ABSENCE:
        raise Refusal(
            f"common_absence is {correlation:g}",
            f"give at most {HIGHEST_COMMON_ABSENCE:g}: beyond it chances of weeks are inaccurate",
        )
    return correlation


def _whole_numbers(name: str, given: ArrayLike, last: tuple[int, ...]) -> Floats:
    """Return whole numbers of at least 0, one or with the hours of the week last."""
    array = number(name, given, high=MOST_ON_DUTY)
    if array.ndim and array.shape[-1:] != last:
        raise Refusal(f"{name} has shape {array.shape}", "give one number, or one for each of 168 hours")
    if (array != np.rint(array)).any():
        raise Refusal(f"{name} has parts of a whole", "give whole numbers")
    return array


def _most_units(hour: _Hour, crew: int, *, single_crewing: bool) -> int:
    """Return the most units that there can be in an hour."""
    most = hour.officers // crew
    return max(most, min(hour.wanted, hour.officers)) if single_crewing else most


def _one_hour(
    hour: _Hour,
    skills: Sequence[Skill],
    *,
    crew: int,
    single_crewing: bool,
    common_absence: float,
    most_units: int,
) -> list[float]:
    """Return the chance of each number of units, then means and chances as `CrewedUnits` has them."""
    groups = [*hour.skilled, hour.officers - sum(hour.skilled)]
    states = int(np.prod([size + 1 for size in groups]))
    if states > MOST_STATES:
        raise Refusal(
            f"{count(states)} numbers of officers with and without skills are too many to go through",
            "give fewer skills or officers",
        )

    # Every way in which so many of each group are there, with its chance.
    there = np.indices([size + 1 for size in groups]).reshape(len(groups), -1)
    total = there.sum(axis=0)
    ways = sum(_log_choose(size, present) for size, present in zip(groups, there, strict=True))
    chance = _chance_there(hour.officers, 1.0 - hour.abstraction, common_absence)[total]
    chance = chance * np.exp(ways - _log_choose(hour.officers, total))

    full = total // crew
    needed_skills = np.zeros_like(total)
    needed_skills_minimum = np.zeros_like(total)
    may_go_out = np.ones(len(total), dtype=bool)
    for skill, present in zip(skills, there, strict=False):
        if skill.in_crew:
            full = np.minimum(full, present // skill.in_crew)
        may_go_out &= present >= skill.on_duty
        needed_skills += _lacking(skill, present, hour.wanted)
        needed_skills_minimum += _lacking(skill, present, hour.minimum)
    full = np.where(may_go_out, full, 0)

    singles = np.zeros_like(full)
    if single_crewing:
        left_over = np.minimum(total - full * crew, np.maximum(hour.wanted - full, 0))
        singles = np.where(may_go_out, left_over, 0)

    # Officers who are brought in have the skills that lack, and count as officers too.
    units = full + singles
    short = np.maximum(np.maximum(hour.wanted * crew - total, 0), needed_skills)
    short_of_minimum = np.maximum(np.maximum(hour.minimum * crew - total, 0), needed_skills_minimum)
    return [
        *np.bincount(units, weights=chance, minlength=most_units + 1).tolist(),
        float(chance @ full),
        float(chance @ singles),
        float(chance @ (full >= hour.wanted)),
        float(chance @ (units >= hour.minimum)),
        float(chance @ short),
        float(chance @ short_of_minimum),
    ]


def _lacking(skill: Skill, present: Codes, units: int) -> Codes:
    """Return how many more with a skill it takes for so many units."""
    needed = max(units * skill.in_crew, skill.on_duty if units else 0)
    return np.maximum(needed - present, 0)


def _log_choose(size: int, taken: Codes) -> Floats:
    """Return the logarithm of the number of ways to take so many of a group."""
    log_factorial = special.gammaln(np.arange(size + 1) + 1.0)
    return np.asarray(log_factorial[size] - log_factorial[taken] - log_factorial[size - taken])


def _beta(there: float, common_absence: float) -> tuple[float, float]:
    """Return the parameters of a beta distribution with a mean, whose draws give such a correlation."""
    strength = (1.0 - common_absence) / common_absence
    return there * strength, (1.0 - there) * strength


def _chance_there(officers: int, there: float, common_absence: float) -> Floats:
    """Return the chance that exactly so many of a number of officers are there, shape (officers + 1,).

    The beta-binomial as products, C(n, k) Π (p + iθ) Π (1 − p + iθ) / Π (1 + iθ) with θ = ρ / (1 − ρ), is
    the binomial where ρ is 0, and keeps its digits next to it, where beta functions lose them.
    """
    theta = common_absence / (1.0 - common_absence)
    steps = theta * np.arange(officers)
    with np.errstate(divide="ignore"):  # nobody, or everybody, is sure to be there: log 0 is right
        log_there, log_away, log_all = (
            np.concatenate([[0.0], np.cumsum(np.log(chance + steps))]) for chance in (there, 1.0 - there, 1.0)
        )

    numbers = np.arange(officers + 1)
    logs = log_there + log_away[::-1] - log_all[officers]
    return np.asarray(np.exp(_log_choose(officers, numbers) + logs))


class _Span(NamedTuple):
    """A piece of a week in which nobody comes or goes.

    Attributes
    ----------
    ending, beginning
        Tours that end and begin before it, as pairs of a team and a number that tells its tours apart.
    first_hour, last_hour
        Hours of the week that it touches, the last one included.
    """

    ending: tuple[tuple[int, int], ...]
    beginning: tuple[tuple[int, int], ...]
    first_hour: int
    last_hour: int


def _spans(pattern: ShiftPattern, week: int) -> list[_Span]:
    """Return a week as pieces in which nobody comes or goes; tours of the Sunday before begin with it."""
    week_min = 7 * DAY_MIN
    start = week * week_min
    cycle_min = pattern.days * DAY_MIN

    begins: dict[int, list[tuple[int, int]]] = {}
    ends: dict[int, list[tuple[int, int]]] = {}
    for team in range(pattern.teams):
        on_duty = [tour for tour in pattern.tours(team) if pattern.shifts[tour.shift].is_duty]
        for tour in _tours_in(on_duty, start, start + week_min, cycle_min):
            begins.setdefault(max(tour.start_min - start, 0), []).append((team, tour.start_min))
            ends.setdefault(min(tour.end_min - start, week_min), []).append((team, tour.start_min))

    times = sorted({0, week_min, *begins, *ends})
    return [
        _Span(
            ending=tuple(ends.get(first, ())),
            beginning=tuple(begins.get(first, ())),
            first_hour=first // 60,
            last_hour=(last - 1) // 60,
        )
        for first, last in pairwise(times)
    ]


def _tours_in(tours: list[Tour], start: int, end: int, cycle_min: int) -> list[Tour]:
    """Return a team's tours that touch a span of time, of whatever cycle [min]."""
    found = []
    for cycle in range(start // cycle_min - 1, end // cycle_min + 1):
        for tour in tours:
            moved = tour._replace(
                start_min=tour.start_min + cycle * cycle_min, end_min=tour.end_min + cycle * cycle_min
            )
            if moved.end_min > start and moved.start_min < end:
                found.append(moved)
    return found


def _complete(spans: list[_Span], sizes: Codes, needed: Floats, there: Floats) -> Floats:
    """Return the chance that there are enough officers in every piece of a week, shape (nodes,).

    Parameters
    ----------
    spans
        The pieces.
    sizes
        Officers of each team, shape (teams,).
    needed
        Officers needed in each hour, shape (168,).
    there
        Chance that an officer is there, shape (nodes,).
    """
    on_a_tour = {
        size: np.asarray(stats.binom.pmf(np.arange(size + 1), size, there[:, np.newaxis]))
        for size in set(sizes.tolist())
    }

    # An axis for each tour that is running, with the officers who are there on it.
    running: list[tuple[int, int]] = []
    chance = np.ones(len(there))
    for span in spans:
        for tour in span.ending:
            place = running.index(tour)
            chance = chance.sum(axis=1 + place)
            del running[place]

        for tour in span.beginning:
            of_tour = on_a_tour[int(sizes[tour[0]])]
            between = (np.newaxis,) * len(running)
            if chance.size * of_tour.shape[1] > MOST_TOGETHER:
                raise Refusal(
                    f"{counted(len(running) + 1, 'tour')} that overlap have too many officers to go through",
                    "give fewer officers, or shifts that overlap less",
                )
            chance = chance[..., np.newaxis] * of_tour[(slice(None), *between)]
            running.append(tour)

        present = np.indices(chance.shape[1:]).sum(axis=0) if running else np.zeros(())
        chance = np.where(present >= needed[span.first_hour : span.last_hour + 1].max(), chance, 0.0)
    return np.asarray(chance.reshape(len(there), -1).sum(axis=1))
