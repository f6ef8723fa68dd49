"""The search behind need: fleets that suffice at their own busy shares, confirmed as cover evaluates them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from typing import Any, NamedTuple

import numpy as np

from standby import words
from standby._deadline import NO_LIMIT, Deadline, UnfinishedError
from standby._typing import Codes, Floats, Mask
from standby.cover._need_confirm import Case, Minimise, idle_units, layouts_of, sure_share, unsure_places
from standby.cover._need_fewer import fewer
from standby.cover._need_group import ForceStandard, Group, work_of_units
from standby.cover._need_solve import (
    MOST_UNITS,
    SMALL,
    SOLVER_SLACK,
    Goal,
    Levels,
    Search,
    Solution,
    TooBusyError,
    fewest_units,
    most_reached,
    numbers_in_reach,
    reached_by,
    shares_reached,
)
from standby.cover.evaluated import Evaluated
from standby.plan import HOURS_A_WEEK
from standby.queueing import congestion
from standby.queueing.congestion import all_away

MOST_FLEET = 2_000
"""Most units of a tier that are ever asked for in one group of forces."""

MOST_ATTEMPTS = 60
"""Attempts after which an answer that cover does not confirm is given up."""

FIRST_ATTEMPTS = 4
"""Attempts in which only the units that commitments fall on are brought into agreement."""

FIRST_UNITS = 50
"""Units of each tier and force that commitments are spread over before any number is known."""

MOST_FEWER_STEPS = 12
"""Most steps by which places are made less sure, to place fewer units than are reliable enough."""

MOST_REPEATED_STEPS = 2
"""Most such steps by which the search is repeated for a smaller fleet."""

NO_GAIN = 5
"""The curve ends when this many more units have gained nothing."""

MOST_POINTS = 60
"""Most units on the curve of share against units."""

MOST_SEARCHES = 16
"""Searches that are kept, each with its goals and answers."""

EVERY_HOUR = np.ones(HOURS_A_WEEK, dtype=bool)

CUT = "found in the time given; with more time fewer units might be"
BUSY = "cannot be met: units are busy with other work for too much of the time, however many there are"
LARGE = f"cannot be met with {MOST_FLEET:,} units of a tier: check calls a year and scene_min"
SITES = "cannot be met from these sites"
UNSURE = "cannot be met surely enough from these sites"


@dataclass(frozen=True, eq=False)
class Answer:
    """What a search found.

    Parameters
    ----------
    attainable_share
        What any number of units could reach, in the force where that is least.
    attainable
        Whether that is enough, and the units found were confirmed.
    solved
        Whether the search came to an end.
    layouts
        Hours and units by tier and site, shape (tiers, sites); empty where there is no answer.
    bound
        Proven lower bound on the number of units.
    reason
        Why there is no answer, or that the search for a smaller one was cut short.
    """

    attainable_share: float
    attainable: bool
    solved: bool = True
    layouts: list[tuple[Mask, Codes]] = field(default_factory=list)
    bound: float = np.nan
    reason: str = ""


class _Estimate(NamedTuple):
    """The search's working assumptions, corrected after each evaluation by cover.

    Parameters
    ----------
    extra_steps
        Steps by which each place has to be surer than the reliability demands, one array for each force
        standard, shape (places,).
    units
        Units by kind of hours, tier and force on which commitments fall.
    delay
        Minutes later than with nothing to do that these units are taken to set out, the mean at first, shape
        (kinds, tiers, forces) [min].
    """

    extra_steps: list[Codes]
    units: Codes
    delay: Floats


class _NoAnswerError(Exception):
    """There is no answer; the message says why."""


def attainable_share(
    evaluated: Evaluated,
    group: Group,
    standards: list[ForceStandard],
    sites: Codes,
    capacity: Floats,
    *,
    deadline: Deadline = NO_LIMIT,
) -> float:
    """Return what any number of units could reach, in the force where that is least.

    Parameters
    ----------
    evaluated, group
        The plan made ready, and the group.
    standards
        Standards of the group's forces, for the sites.
    sites, capacity
        Codes of the sites, and units that each can hold, both shape (sites,).
    deadline
        When to stop; without a limit only nodes are counted.

    Raises
    ------
    UnfinishedError
        If a search was cut short.
    """
    if not standards or not sites.size:
        return 0.0

    unavailable_share, delay = idle_units(evaluated, group, sites)
    goals = [standard.goal(delay) for standard in standards]
    try:
        counts = [numbers_in_reach(goal, unavailable_share) for goal in goals]
    except TooBusyError:
        return 0.0
    return min(shares_reached(goals, counts, capacity, deadline=deadline))


def least_answer(case: Case, row: int | None) -> Answer:
    """Return the fewest units for a standard, or for all together, confirmed; or why there are none.

    Parameters
    ----------
    case
        What the search needs to know.
    row
        Row of the standard; None: all.
    """
    group = case.group
    standards = group.of(row)
    try:
        case.deadline.left()
        share = attainable_share(
            case.evaluated, group, standards, group.sites, group.capacity, deadline=case.deadline
        )
        is_attainable = share > 0.0 and _all_attainable(case, standards)
    except UnfinishedError as cut:
        return Answer(np.nan, attainable=True, solved=False, reason=str(cut))

    if not is_attainable:
        return Answer(share, attainable=False, reason=_why_not(case, standards, share))

    bound = np.nan
    try:
        case.deadline.left()
        bound = _bound(case, standards)
        units, is_complete = _least_units(case, standards)
    except _NoAnswerError as none:
        return Answer(share, attainable=False, reason=str(none))
    except UnfinishedError as cut:
        return Answer(share, attainable=True, solved=False, bound=bound, reason=str(cut))

    layouts = layouts_of(group, units)
    return Answer(share, attainable=True, layouts=layouts, bound=bound, reason="" if is_complete else CUT)


def _why_not(case: Case, standards: list[ForceStandard], share: float) -> str:
    """Return in words why no number of units is enough: other work, or the sites."""
    unavailable_share, _ = case.idle_units
    allowed_miss = 1.0 - min(standard.reliability for standard in standards)
    reason = BUSY if unavailable_share.max() > allowed_miss and share == 0.0 else SITES
    required = max(standard.share for standard in standards)
    return f"{reason}; {words.share(share)} of {words.exactly(required)} can be reached"


def _all_attainable(case: Case, standards: list[ForceStandard]) -> bool:
    """Return whether every share asked for can be reached, all together."""
    unavailable_share, delay = case.idle_units
    goals = [standard.goal(delay) for standard in standards]
    counts = [numbers_in_reach(goal, unavailable_share) for goal in goals]
    shares = shares_reached(goals, counts, case.group.capacity, together=True, deadline=case.deadline)
    return all(share >= goal.share - SOLVER_SLACK for share, goal in zip(shares, goals, strict=True))


def _bound(case: Case, standards: list[ForceStandard]) -> float:
    """Return a number of units that no answer can do without, whatever its busy shares.

    No fleet needs fewer than units that no call reaches. And if every unit could serve every call, the chance
    that all are away would be Erlang's, with the work that the nearest sites would have.
    """
    group = case.group
    unavailable_share, delay = case.idle_units
    goals = [standard.goal(delay) for standard in standards]
    counts = [numbers_in_reach(goal, unavailable_share) for goal in goals]

    reliability = max(standard.reliability for standard in standards)
    least = np.zeros(group.tiers.size, dtype=np.int64)
    for tier in range(group.tiers.size):
        if _is_loss_system(group, standards, tier, reliability):
            work = float(group.least_work[:, tier].max())
            number = int(work * reliability)
            while number <= MOST_FLEET and all_away(work, number) > 1.0 - reliability + SMALL:
                number += 1
            least[tier] = number

    solution = fewest_units(goals, counts, group.capacity, least=least, deadline=case.deadline)
    return float(solution.bound)


def _is_loss_system(group: Group, standards: list[ForceStandard], tier: int, reliability: float) -> bool:
    """Return whether Erlang's formula bounds the units of a tier from below.

    It does where the standards of the highest reliability all ask for the tier, each call takes one of its
    units, and a unit at any site could serve any call.
    """
    is_asked_for = all(
        standard.needed[tier] > 0 for standard in standards if standard.reliability == reliability
    )
    takes_one = all(kind.peak[tier] == 1.0 for kind in group.hour_kinds)
    serves_all = all(
        np.isfinite(standard.allowed_min - standard.arrive_min[tier])[:, standard.weight > 0].all()
        for standard in standards
    )
    return is_asked_for and takes_one and serves_all


def _least_units(case: Case, standards: list[ForceStandard]) -> tuple[list[Codes], bool]:
    """Return the units of an answer, and whether the search for fewer of them was complete.

    Where crews differ, the search for fewest units and that for fewest officers are both made, and the answer
    is the better of the two by what is minimised: neither finds more than the other of what it minimises.
    """
    cases = [case]
    needed = np.any([standard.needed > 0 for standard in standards], axis=0)
    if np.unique(case.crew[needed]).size > 1:
        other: Minimise = "units" if case.minimise == "officers" else "officers"
        cases.append(replace(case, minimise=other, _searches={}))

    fleets = list[list[Codes]]()
    is_complete = True
    failure = None
    for search_case in cases:
        try:
            units, extra_steps = _confirmed_units(search_case, standards)
        except _NoAnswerError as none:
            failure = none
            continue
        except UnfinishedError:
            if not fleets:
                raise
            is_complete = False
            continue

        placements = _less_sure(search_case, standards, units, extra_steps)
        units, all_tried = fewer(search_case, standards, units, placements)
        is_complete = is_complete and all_tried
        fleets.append(units)

    if not fleets:
        raise failure or _NoAnswerError(UNSURE)
    return min(fleets, key=case.cost), is_complete


def _less_sure(
    case: Case, standards: list[ForceStandard], units: list[Codes], extra_steps: list[Codes]
) -> Iterator[list[Codes]]:
    """Yield smaller fleets to try: one unit fewer, or every place held to a slightly lower reliability.

    Units are placed by estimated busy shares, so a fleet a little below the target may still be confirmed.
    """
    group = case.group
    if len({standard.row for standard in standards}) == 1:
        number = max(int(layout.sum()) for layout in units) - 1
        layout = _placed(case, standards, number)
        if layout is not None:
            yield [layout] * len(group.hour_kinds)

    by_force = _by_force(group, units)
    delay = work_of_units(case.evaluated, group, by_force).mean_delay_min
    estimate = _Estimate(extra_steps, by_force, delay)
    for steps in range(1, MOST_REPEATED_STEPS + 1):
        try:
            candidate, _, _ = _by_hour_kind(case, standards, estimate, alike=False, fewer_steps=steps)
        except _NoAnswerError:
            return
        if case.cost(candidate) < case.cost(units):
            yield candidate


def _confirmed_units(case: Case, standards: list[ForceStandard]) -> tuple[list[Codes], list[Codes]]:
    """Return a fleet that cover confirms, by kind of hours, and the extra steps that each place took.

    Each attempt places units by the current assumptions and evaluates them. Places that turn out less sure
    than required are asked for more units in the next attempt.
    """
    group = case.group
    many = np.full((len(group.hour_kinds), group.tiers.size, group.forces.size), FIRST_UNITS)
    work = work_of_units(case.evaluated, group, many)
    least_delay = work.least_delay_min

    extra_steps = [np.zeros(standard.weight.size, dtype=np.int64) for standard in standards]
    estimate = _Estimate(extra_steps, many, work.mean_delay_min)
    alike = False
    for attempt in range(MOST_ATTEMPTS):
        case.deadline.left()
        try:
            units, goals, levels = _by_hour_kind(case, standards, estimate, alike=alike)
        except _NoAnswerError:
            if estimate.delay is least_delay:
                raise
            # Units set out late by their mean delay, but at times they have nothing to do, and each unit of a
            # larger fleet has fewer commitments. Assume the best, and let cover say how sure it is.
            estimate = estimate._replace(delay=least_delay)
            continue

        estimate = estimate._replace(units=_by_force(group, units))
        unsure = unsure_places(case, standards, units)
        if not any(places.any() for places in unsure):
            return units, extra_steps

        # The commitments now fall on these units: try their delay first, before asking for more.
        delay_before = estimate.delay
        delay = work_of_units(case.evaluated, group, estimate.units).mean_delay_min
        estimate = estimate._replace(delay=delay)
        if attempt < FIRST_ATTEMPTS and not np.array_equal(delay_before, delay):
            continue

        # Places that the units of the busiest hours should reach, and do not reach surely enough.
        peak = int(np.argmax([layout.sum() for layout in units]))
        too_few = [
            reached_by(goal, units[peak], level) & places
            for goal, level, places in zip(goals[peak], levels[peak], unsure, strict=True)
        ]
        if any(places.any() for places in too_few):
            for steps, places in zip(extra_steps, too_few, strict=True):
                steps[places] += 1
        elif not alike:
            alike = True  # other hours reach other places: give all hours the units of the busiest
        else:
            break
    raise _NoAnswerError(UNSURE)


def _by_force(group: Group, units: list[Codes]) -> Codes:
    """Return units by kind of hours, tier and force."""
    is_member = group.site_force[:, None] == np.arange(group.forces.size)
    return np.array([layout @ is_member for layout in units])


def _by_hour_kind(
    case: Case, standards: list[ForceStandard], estimate: _Estimate, *, alike: bool, fewer_steps: int = 0
) -> tuple[list[Codes], list[list[Goal]], list[list[Levels]]]:
    """Return for each kind of hours the units, the goals, and how many units each place needs.

    The hours that need most units decide which places are reached. The others must reach the same places, so
    that the mean over the week is sure enough too.

    Parameters
    ----------
    case, standards, estimate
        The case, the standards of its forces, and the working assumptions.
    alike
        Whether all hours have the same units.
    fewer_steps
        Steps by which each place may be less sure than required; see `_counts`.
    """
    group = case.group
    kinds = range(len(group.hour_kinds))
    goals = [[standard.goal(estimate.delay[k][:, group.site_force]) for standard in standards] for k in kinds]

    units = list[Codes]()
    levels = list[list[Levels]]()
    for k in kinds:
        layout, level = _fewest(case, k, goals[k], estimate, fewer_steps)
        units.append(layout)
        levels.append(level)

    costs = [_cost_of(case, layout) for layout in units]
    peak = int(np.argmax(costs))
    if alike or len(kinds) == 1:
        return [units[peak]] * len(kinds), goals, levels

    reached = [
        reached_by(goal, units[peak], level) for goal, level in zip(goals[peak], levels[peak], strict=True)
    ]
    for k in kinds:
        reaches_the_same = [
            not (places & (goal.weight > 0) & ~reached_by(goal, units[k], level)).any()
            for goal, level, places in zip(goals[k], levels[k], reached, strict=True)
        ]
        if k == peak or all(reaches_the_same):
            continue

        # Ask once more for these hours: for all the places that the busiest hours reach, and no others.
        narrowed = [
            replace(goal, weight=np.where(places, goal.weight, 0.0), share=1.0)
            for goal, places in zip(goals[k], reached, strict=True)
        ]
        try:
            layout, _ = _fewest(case, k, narrowed, estimate, fewer_steps)
        except _NoAnswerError:
            layout = units[peak]
        units[k] = layout if _cost_of(case, layout) < costs[peak] else units[peak]
    return units, goals, levels


def _cost_of(case: Case, layout: Codes) -> float:
    """Return the cost of the units of one kind of hours: their number, or their officers."""
    return float(layout.sum(axis=1) @ case.unit_cost)


def _fewest(
    case: Case, k: int, goals: list[Goal], estimate: _Estimate, fewer_steps: int
) -> tuple[Codes, list[Levels]]:
    """Return the smallest fleet that is enough at the busy share that its own size implies.

    This is a fixed point: fewer units are busier, and busier units have to be more. It is found from below:
    one unit more is tried until the number is enough.
    """
    kind = case.group.hour_kinds[k]
    search = _search_of(case, goals)
    force_units = estimate.units[k]
    force_share = force_units / np.maximum(force_units.sum(axis=1, keepdims=True), 1)

    # A unit carries at most one erlang, and of the work a share as large as the reliability must be carried.
    reliability = min(goal.reliability for goal in goals)
    number = np.maximum((kind.work * reliability).astype(np.int64), 1)
    is_needed = np.array([goal.needed > 0 for goal in goals]).any(axis=0)
    number[~is_needed] = 0

    while number.max() <= MOST_FLEET:
        case.deadline.left()
        busy, weight = _busy(case, k, number, force_share)
        try:
            levels = [
                _levels(case, goal, busy, weight, steps, fewer_steps)
                for goal, steps in zip(goals, estimate.extra_steps, strict=True)
            ]
        except TooBusyError:
            number = number + (number > 0)
            continue

        lacking = _lacking(levels, number)
        if lacking.any():
            number = number + lacking
            continue

        counts = [level.counts[0] for level in levels]
        solution = search.solve(counts, levels=levels)
        units_found = solution.units.sum(axis=1)
        too_many = units_found > number
        if too_many.any():
            number = number + too_many
            continue

        # The busy shares are those of all these units: fewer would be busier.
        if (units_found < number).any():
            solution = search.solve(counts, levels=levels, least=number)
        _check_shares(solution, goals)
        return solution.units, levels
    raise _NoAnswerError(LARGE)


def _search_of(case: Case, goals: list[Goal]) -> Search:
    """Return the search for some goals: the one made before, where these were asked for already."""
    # Of large arrays only the digest is kept, and of searches only the latest.
    digest = blake2b()
    for goal in goals:
        digest.update(goal.in_time.tobytes())
        digest.update(goal.weight.tobytes())
    key = digest.digest()
    if key not in case._searches:
        if len(case._searches) >= MOST_SEARCHES:
            case._searches.clear()
        case._searches[key] = Search(goals, case.group.capacity, case.unit_cost, case.deadline)
    return case._searches[key]


def _check_shares(solution: Solution, goals: list[Goal]) -> None:
    """Give up where the units are for lower shares than the goals ask for."""
    for share, goal in zip(solution.shares, goals, strict=True):
        if share < goal.share - SOLVER_SLACK:
            raise _NoAnswerError(UNSURE)


def _lacking(levels: list[Levels], number: Codes) -> Codes:
    """Return of which tiers there are too few for any place of some goal, shape (tiers,), 0 or 1."""
    lacking = np.zeros(number.size, dtype=np.int64)
    for level in levels:
        counts = level.counts[0]
        is_within = (counts <= number).all(axis=1)
        if not is_within.any():
            smallest = counts[int(np.argmin(counts.sum(axis=1)))]
            lacking |= (smallest > number).astype(np.int64)
    return lacking


def _levels(
    case: Case, goal: Goal, busy: Floats, weight: Floats, extra_steps: Codes, fewer_steps: int
) -> Levels:
    """Return how many units each place needs in reach: its own extra steps less the fewer steps of all."""
    most_steps = int(extra_steps.max(initial=0))
    steps = range(-fewer_steps, most_steps - fewer_steps + 1)
    return Levels(extra_steps, [_counts(case, goal, busy, weight, step) for step in steps])


def _counts(case: Case, goal: Goal, busy: Floats, weight: Floats, steps: int) -> Codes:
    """Return the numbers required in reach at so many steps above or below the reliability.

    They are never fewer than units that no call keeps busy would have to be.
    """
    counts = numbers_in_reach(goal, busy, weight, extra_steps=steps)
    if steps >= 0:
        return counts

    unavailable_share, _ = case.idle_units
    idle_counts = numbers_in_reach(goal, unavailable_share)
    while steps < 0 and not all((idle_counts <= count).all(axis=1).any() for count in counts):
        steps += 1
        counts = numbers_in_reach(goal, busy, weight, extra_steps=steps)
    return counts


def _busy(case: Case, k: int, number: Codes, force_share: Floats) -> tuple[Floats, Floats]:
    """Return how busy units are that share the work evenly, by tier and node, and the weight of each node.

    Parameters
    ----------
    case, k
        What the search needs to know, and the kind of hours.
    number
        Units of each tier, shape (tiers,).
    force_share
        Share of these that each force has, shape (tiers, forces).
    """
    key = k, number.tobytes(), force_share.tobytes()
    if key in case._busy:
        return case._busy[key]

    group = case.group
    kind = case.group.hour_kinds[k]
    units = np.zeros((len(group.hour_kinds), *force_share.shape))
    units[:] = force_share * number[:, None]
    by_force = work_of_units(case.evaluated, group, units).committed_share
    unavailable_share = (by_force[k] * force_share).sum(axis=1)

    by_tier = [
        congestion(float(work), max(int(count), 1), committed_share=float(share), peak=max(float(peak), 1.0))
        for work, count, share, peak in zip(kind.work, number, unavailable_share, kind.peak, strict=True)
    ]

    # Tiers may have different numbers of nodes; those that one lacks have the weight 0.
    nodes = max(tier.busy.size for tier in by_tier)
    busy = np.zeros((number.size, nodes))
    weight = np.zeros((number.size, nodes))
    for row, tier in enumerate(by_tier):
        busy[row, : tier.busy.size] = tier.busy
        weight[row, : tier.weight.size] = tier.weight
    case._busy[key] = busy, weight
    return busy, weight


def _placed(case: Case, standards: list[ForceStandard], number: int) -> Codes | None:
    """Return so many units, placed to reach most for one standard in the hours with most work.

    Where so few can't be as reliable as required, the reliability is lowered step by step until they can be
    placed; None if that never happens.
    """
    group = case.group
    goal = _goal_of_group(case, standards)
    is_needed = goal.needed > 0
    force_share = np.full((group.tiers.size, group.forces.size), 1.0 / group.forces.size)
    busy, node_weight = _busy(case, 0, np.where(is_needed, number, 0), force_share)

    for steps in range(MOST_FEWER_STEPS + 1):
        try:
            counts = _counts(case, goal, busy, node_weight, -steps)
        except TooBusyError:
            return None
        if counts.sum(axis=1).min() <= number:
            return most_reached(goal, counts, group.capacity, number, deadline=case.deadline)
    return None


def _goal_of_group(case: Case, standards: list[ForceStandard]) -> Goal:
    """Return one goal for a standard in all forces of the group: to reach everybody, with idle units."""
    _, delay = case.idle_units
    weight = np.sum([standard.weight for standard in standards], axis=0)
    return replace(standards[0].goal(delay), weight=weight, share=1.0)


def curve_rows(case: Case, row: int, answer: Answer) -> Iterator[dict[str, Any]]:
    """Yield the share of a group that so many units reach surely enough, one number after the other.

    The units are on duty round the clock; each number is placed anew for the hours that have most work, and
    evaluated as `cover` does it. From the number of the answer on, what the answer reaches is reached as
    well. The curve ends where nothing is left to gain.

    Parameters
    ----------
    case
        What the search needs to know.
    row
        Row of the standard.
    answer
        What `least_answer` found for it.
    """
    group = case.group
    standards = group.of(row)
    answer_units = max((int(layout.sum()) for _, layout in answer.layouts), default=0)

    best = 0.0
    last_gain = 0  # the number of units that last reached more
    try:
        case.deadline.left()
        goal = _goal_of_group(case, standards)
        unavailable_share, _ = case.idle_units
        counts = [numbers_in_reach(goal, unavailable_share)]
        most = shares_reached([goal], counts, group.capacity, deadline=case.deadline)[0]

        for number in range(1, MOST_POINTS + 1):
            layout = _placed(case, standards, number)
            share = 0.0 if layout is None else sure_share(case, standards, [(EVERY_HOUR, layout)])
            if number == answer_units:
                share = max(share, sure_share(case, standards, answer.layouts))

            if share > best:
                last_gain = number
            best = max(best, share)
            yield {"units": number, "share": best}

            has_stalled = best > 0.0 and number >= max(last_gain + NO_GAIN, answer_units)
            if best >= most - SOLVER_SLACK or has_stalled:
                return
    except (TooBusyError, UnfinishedError):
        return


__all__ = [
    "CUT",
    "MOST_UNITS",
    "Answer",
    "Case",
    "Minimise",
    "attainable_share",
    "curve_rows",
    "least_answer",
]
