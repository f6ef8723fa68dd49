"""The search of need: units and their busy shares in agreement, confirmed by the evaluation of cover."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from standby._typing import Codes, Floats, Mask
from standby.cover._need_confirm import Case, Minimise, at_best, merged, missed, share_of
from standby.cover._need_fewer import fewer
from standby.cover._need_group import Asked, Group, Hours, held_and_late
from standby.cover._need_solve import (
    MOST_UNITS,
    SMALL,
    Found,
    Goal,
    Levels,
    Search,
    TooBusyError,
    UnsolvedError,
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
"""More units of a tier in one group of forces than this are never asked for."""

MOST_ATTEMPTS = 60
"""Most times that an answer is made surer before it is given up."""

FIRST_ATTEMPTS = 4
"""Attempts in which only the units that commitments fall on are brought into agreement."""

PLENTY = 50
"""Units of each tier and force that commitments are spread over before any number is known."""

MOST_STEPS = 12
"""Most steps by which places are made less sure, to place fewer units than are sure enough."""

MOST_LESS_SURE = 2
"""Most such steps by which the search is repeated for a smaller fleet."""

NO_GAIN = 5
"""The curve ends when so many more units have gained nothing."""

MOST_POINTS = 60
"""Most units on the curve of share against units."""

CUT = "found in the time given; with more time fewer units might be"
BUSY = "cannot be met: units are busy with other work for too much of the time, however many there are"
LARGE = f"cannot be met with {MOST_FLEET:,} units of a tier: check calls a year and scene_min"
SITES = "cannot be met from these sites"
EVERY_HOUR = np.ones(HOURS_A_WEEK, dtype=bool)
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
        No fewer units do.
    reason
        Why there is no answer, or that the search for a smaller one was cut.
    """

    attainable_share: float
    attainable: bool
    solved: bool = True
    layouts: list[tuple[Mask, Codes]] = field(default_factory=list)
    bound: float = np.nan
    reason: str = ""


class _NoAnswerError(Exception):
    """There is no answer; the message says why."""


def attainable_share(
    e: Evaluated,
    group: Group,
    asked: list[Asked],
    sites: Codes,
    capacity: Floats,
    *,
    time_limit_s: float | None = None,
) -> float:
    """Return what any number of units could reach, in the force where that is least.

    Parameters
    ----------
    e, group
        The plan made ready, and the group.
    asked
        Questions of the group's forces, for the sites.
    sites, capacity
        Codes of the sites, and units that each can hold, both shape (sites,).
    time_limit_s
        Seconds for each search [s]; None: only nodes are counted.

    Raises
    ------
    UnsolvedError
        If a search was cut.
    """
    if not asked or not sites.size:
        return 0.0
    busy, late = at_best(e, group, sites)
    goals = [one.goal(late) for one in asked]
    try:
        counts = [numbers_in_reach(goal, busy) for goal in goals]
    except TooBusyError:
        return 0.0
    return min(shares_reached(goals, counts, capacity, time_limit_s=time_limit_s))


def least_answer(case: Case, row: int | None) -> Answer:
    """Return the fewest units for a standard, or for all together, confirmed; or why there are none.

    Parameters
    ----------
    case
        What the search needs to know.
    row
        Row of the standard; None: all.
    """
    group, asked = case.group, case.group.of(row)
    try:
        left = case.deadline.left()
        share = attainable_share(case.e, group, asked, group.sites, group.capacity, time_limit_s=left)
        goals_met = share > 0.0 and _attainable(case, asked)
    except UnsolvedError as cut:
        return Answer(np.nan, attainable=True, solved=False, reason=str(cut))
    required = max(one.share for one in asked)
    if not goals_met:
        busy, _ = case.at_best
        reason = BUSY if busy.max() > 1.0 - min(one.reliability for one in asked) and share == 0.0 else SITES
        return Answer(
            share, attainable=False, reason=f"{reason}; {share:.0%} of {required:.0%} can be reached"
        )
    bound = np.nan
    try:
        case.deadline.left()
        bound = _bound(case, asked)
        units, whole = _least(case, asked)
        reason = "" if whole else CUT
        return Answer(share, attainable=True, layouts=merged(group, units), bound=bound, reason=reason)
    except _NoAnswerError as none:
        return Answer(share, attainable=False, bound=np.nan, reason=str(none))
    except UnsolvedError as cut:
        return Answer(share, attainable=True, solved=False, bound=bound, reason=str(cut))


def _attainable(case: Case, asked: list[Asked]) -> bool:
    """Return whether every share asked for can be reached, all together."""
    group = case.group
    busy, late = case.at_best
    goals = [one.goal(late) for one in asked]
    counts = [numbers_in_reach(goal, busy) for goal in goals]
    left = case.deadline.left()
    found = shares_reached(goals, counts, group.capacity, together=True, time_limit_s=left)
    return all(got >= goal.share - 1e-6 for got, goal in zip(found, goals, strict=True))


def _bound(case: Case, asked: list[Asked]) -> float:
    """Return a number of units that no answer can do without, whatever its busy shares.

    Units that no call reaches are enough at the fewest places; and if every unit could serve every call, the
    chance that all are away would be Erlang's, with the work that the nearest sites would have.
    """
    group = case.group
    busy, late = case.at_best
    goals = [one.goal(late) for one in asked]
    counts = [numbers_in_reach(goal, busy) for goal in goals]
    least = np.zeros(group.tiers.size, dtype=np.int64)
    reliability = max(one.reliability for one in asked)
    for tier in range(group.tiers.size):
        every = all(one.needed[tier] > 0 for one in asked if one.reliability == reliability)
        one_each = all(kind.peak[tier] == 1.0 for kind in group.hours)
        united = all(np.isfinite(one.spare_min[tier][:, one.weight > 0]).all() for one in asked)
        if every and one_each and united:
            load = float(group.least_work[:, tier].max())
            number = int(load * reliability)
            while number <= MOST_FLEET and all_away(load, number) > 1.0 - reliability + SMALL:
                number += 1
            least[tier] = number
    found = fewest_units(goals, counts, group.capacity, least=least, time_limit_s=case.deadline.left())
    return float(found.bound)


def _least(case: Case, asked: list[Asked]) -> tuple[list[Codes], bool]:
    """Return the units of an answer, and whether the time was enough to look for one that costs less.

    Where crews differ, the search for fewest units and that for fewest officers are both made, and the answer
    is the better of the two by what is minimised: neither finds more than the other of what it minimises.
    """
    cases = [case]
    needed = np.any([one.needed > 0 for one in asked], axis=0)
    if np.unique(case.crew[needed]).size > 1:
        other: Minimise = "units" if case.minimise == "officers" else "officers"
        cases.append(replace(case, minimise=other, _searches={}))
    found, whole, failed = list[list[Codes]](), True, None
    for one in cases:
        try:
            units, surer = _confirmed(one, asked)
        except _NoAnswerError as none:
            failed = none
            continue
        except UnsolvedError:
            if not found:
                raise
            whole = False
            continue
        units, enough = fewer(one, asked, units, _less_sure(one, asked, units, surer))
        whole = whole and enough
        found.append(units)
    if not found:
        raise failed or _NoAnswerError(UNSURE)
    return min(found, key=case.spent), whole


def _less_sure(
    case: Case, asked: list[Asked], units: list[Codes], surer: list[Codes]
) -> Iterator[list[Codes]]:
    """Yield fleets placed as the search does it, but one unit less, or less sure of each place.

    How busy units are is only estimated before they are evaluated, so less than was asked for may do.
    """
    group = case.group
    if len({one.row for one in asked}) == 1:
        number = max(int(found.sum()) for found in units) - 1
        layout = _placed(case, asked, number)
        if layout is not None:
            yield [layout] * len(group.hours)
    numbers = _by_force(group, units)
    _, late = held_and_late(case.e, group, numbers)
    for steps in range(1, MOST_LESS_SURE + 1):
        try:
            found, _, _ = _by_kind(case, asked, surer, numbers, late, alike=False, less=steps)
        except _NoAnswerError:
            return
        if case.spent(found) < case.spent(units):
            yield found


def _confirmed(case: Case, asked: list[Asked]) -> tuple[list[Codes], list[Codes]]:
    """Return units of each kind of hours that cover confirms, and how sure places had to be."""
    group = case.group
    kinds, tiers, forces = len(group.hours), group.tiers.size, group.forces.size
    surer = [np.zeros(one.weight.size, dtype=np.int64) for one in asked]
    many = np.full((kinds, tiers, forces), PLENTY)
    _, at_best = held_and_late(case.e, group, many)
    numbers, late, everywhere = many, at_best, False
    for attempt in range(MOST_ATTEMPTS):
        case.deadline.left()
        try:
            units, goals, levels = _by_kind(case, asked, surer, numbers, late, alike=everywhere)
        except _NoAnswerError:
            if late is at_best:
                raise
            late = at_best  # so few units break off commitments too late: more of them would not
            continue
        numbers = _by_force(group, units)
        unsure = missed(case, asked, units)
        if not any(places.any() for places in unsure):
            return units, surer

        # Commitments fall on the units that there are now: look again, before more is asked for.
        before, (_, late) = late, held_and_late(case.e, group, numbers)
        if attempt < FIRST_ATTEMPTS and not np.array_equal(before, late):
            continue
        peak = int(np.argmax([found.sum() for found in units]))
        counted = [
            reached_by(goal, units[peak], level) & places
            for goal, level, places in zip(goals[peak], levels[peak], unsure, strict=True)
        ]
        if not any(places.any() for places in counted):
            if everywhere:
                break
            everywhere = (
                True  # hours with fewer units reach other places: keep the units of the busiest hours
            )
            continue
        for level, places in zip(surer, counted, strict=True):
            level[places] += 1
    raise _NoAnswerError(UNSURE)


def _by_force(group: Group, units: list[Codes]) -> Codes:
    """Return units by kind of hours, tier and force."""
    member = group.site_force[:, None] == np.arange(group.forces.size)
    return np.array([found @ member for found in units])


def _by_kind(
    case: Case,
    asked: list[Asked],
    surer: list[Codes],
    numbers: Codes,
    late: Floats,
    *,
    alike: bool,
    less: int = 0,
) -> tuple[list[Codes], list[list[Goal]], list[list[Levels]]]:
    """Return the units of each kind of hours, what was asked there, and the numbers that are sure enough.

    The hours that need most decide which places are reached; the others reach the same ones, so that the mean
    over the week is sure as well. alike: the same units in all hours; less: steps less sure than places are
    asked to be, where these are not out of the question.
    """
    group = case.group
    goals = [[one.goal(late[k][:, group.site_force]) for one in asked] for k in range(len(group.hours))]
    found, levels = list[Codes](), list[list[Levels]]()
    for k, kind in enumerate(group.hours):
        units, level = _fewest(case, k, kind, goals[k], surer, numbers[k], less)
        found.append(units)
        levels.append(level)
    spent = [float(units.sum(axis=1) @ case.cost) for units in found]
    peak = int(np.argmax(spent))
    if alike or len(group.hours) == 1:
        return [found[peak]] * len(group.hours), goals, levels

    reached = [reached_by(g, found[peak], level) for g, level in zip(goals[peak], levels[peak], strict=True)]
    for k, kind in enumerate(group.hours):
        same = [
            not (places & (goal.weight > 0) & ~reached_by(goal, found[k], level)).any()
            for goal, level, places in zip(goals[k], levels[k], reached, strict=True)
        ]
        if k == peak or all(same):
            continue
        narrowed = [
            Goal(goal.in_time, goal.needed, np.where(places, goal.weight, 0.0), 1.0, goal.reliability)
            for goal, places in zip(goals[k], reached, strict=True)
        ]
        try:
            units, _ = _fewest(case, k, kind, narrowed, surer, numbers[k], less)
        except _NoAnswerError:
            units = found[peak]
        found[k] = units if float(units.sum(axis=1) @ case.cost) < spent[peak] else found[peak]
    return found, goals, levels


def _fewest(
    case: Case, k: int, kind: Hours, goals: list[Goal], surer: list[Codes], numbers: Codes, less: int = 0
) -> tuple[Codes, list[Levels]]:
    """Return the smallest fleet that is enough at the busy share that its own size implies.

    Fewer units are busier, and busier units have to be more: one more is tried until the number is enough.
    """
    group = case.group
    key = (tuple(goal.in_time.tobytes() for goal in goals), tuple(goal.weight.tobytes() for goal in goals))
    search = case._searches.setdefault(key, Search(goals, group.capacity, case.cost, case.deadline.left))
    reliability = min(goal.reliability for goal in goals)
    share = numbers / np.maximum(numbers.sum(axis=1, keepdims=True), 1)
    number = np.maximum((kind.work * reliability).astype(np.int64), 1)
    number[~np.array([goal.needed > 0 for goal in goals]).any(axis=0)] = 0
    while number.max() <= MOST_FLEET:
        case.deadline.left()
        busy, weight = _busy(case, k, kind, number, share)
        try:
            levels = [
                _levels(case, goal, busy, weight, own, less) for goal, own in zip(goals, surer, strict=True)
            ]
        except TooBusyError:
            number = number + (number > 0)
            continue
        lacking = _lacking(levels, number)
        if lacking.any():
            number = number + lacking
            continue
        found = search.answer([level.counts[0] for level in levels], levels=levels)
        more = found.units.sum(axis=1) > number
        if not more.any():
            if (found.units.sum(axis=1) < number).any():
                counts = [level.counts[0] for level in levels]
                found = search.answer(counts, levels=levels, least=number)
            _all_reached(found, goals)
            return found.units, levels
        number = number + more
    raise _NoAnswerError(LARGE)


def _all_reached(found: Found, goals: list[Goal]) -> None:
    if any(got < goal.share - 1e-6 for got, goal in zip(found.shares, goals, strict=True)):
        raise _NoAnswerError(UNSURE)


def _lacking(levels: list[Levels], number: Codes) -> Codes:
    """Return of which tiers there are too few for any place of some goal, shape (tiers,), 0 or 1."""
    lacking = np.zeros(number.size, dtype=np.int64)
    for level in levels:
        counts = level.counts[0]
        if not (counts <= number).all(axis=1).any():
            fewest = counts[int(np.argmin(counts.sum(axis=1)))]
            lacking |= (fewest > number).astype(np.int64)
    return lacking


def _levels(case: Case, goal: Goal, busy: Floats, weight: Floats, surer: Codes, less: int) -> Levels:
    steps = range(-less, int(surer.max(initial=0)) - less + 1)
    return Levels(surer, [_counts(case, goal, busy, weight, step) for step in steps])


def _counts(case: Case, goal: Goal, busy: Floats, weight: Floats, step: int) -> Codes:
    """Return the numbers that have to be in reach, so many steps surer; never fewer than of idle units."""
    counts = numbers_in_reach(goal, busy, weight, surer=step)
    if step >= 0:
        return counts
    idle = numbers_in_reach(goal, case.at_best[0])
    while step < 0 and not all((idle <= one).all(axis=1).any() for one in counts):
        step += 1
        counts = numbers_in_reach(goal, busy, weight, surer=step)
    return counts


def _busy(case: Case, k: int, kind: Hours, number: Codes, share: Floats) -> tuple[Floats, Floats]:
    """Return how busy units that share the work evenly are, by tier and node, and the nodes' weights."""
    group = case.group
    every = np.zeros((len(group.hours), *share.shape))
    every[:] = share * number[:, None]
    held, _ = held_and_late(case.e, group, every)
    each = (held[k] * share).sum(axis=1)
    found = [
        congestion(float(work), max(int(n), 1), held=float(h), peak=max(float(peak), 1.0))
        for work, n, h, peak in zip(kind.work, number, each, kind.peak, strict=True)
    ]
    nodes = max(one.busy.size for one in found)
    busy, weight = np.zeros((number.size, nodes)), np.zeros((number.size, nodes))
    for tier, one in enumerate(found):
        busy[tier, : one.busy.size] = one.busy
        weight[tier, : one.weight.size] = one.weight
    return busy, weight


def _placed(case: Case, asked: list[Asked], number: int) -> Codes | None:
    """Return so many units where they reach most for one standard in the hours with most work; None: nowhere.

    Where so few can't be as sure as is asked, as near to it as they can be.
    """
    group = case.group
    _, late = case.at_best
    weight = np.sum([one.weight for one in asked], axis=0)
    needed = asked[0].needed
    goal = Goal(asked[0].goal(late).in_time, needed, weight, 1.0, asked[0].reliability)
    share = np.full((group.tiers.size, group.forces.size), 1.0 / group.forces.size)
    busy, nodes = _busy(case, 0, group.hours[0], np.where(needed > 0, number, 0), share)
    for steps in range(MOST_STEPS + 1):
        try:
            counts = _counts(case, goal, busy, nodes, -steps)
        except TooBusyError:
            return None
        if counts.sum(axis=1).min() <= number:
            left = case.deadline.left()
            return most_reached(goal, counts, group.capacity, number, time_limit_s=left)
    return None


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
    group, asked = case.group, case.group.of(row)
    busy, late = case.at_best
    goal = asked[0].goal(late)
    goal = replace(goal, weight=np.sum([one.weight for one in asked], axis=0), share=1.0)
    best, gained = 0.0, 0
    enough = max((int(layout.sum()) for _, layout in answer.layouts), default=0)
    try:
        left = case.deadline.left()
        counts = [numbers_in_reach(goal, busy)]
        most = shares_reached([goal], counts, group.capacity, time_limit_s=left)[0]
        for number in range(1, MOST_POINTS + 1):
            layout = _placed(case, asked, number)
            now = 0.0 if layout is None else share_of(case, asked, [(EVERY_HOUR, layout)])
            if number == enough:
                now = max(now, share_of(case, asked, answer.layouts))
            gained, best = (number if now > best else gained), max(best, now)
            yield {"units": number, "share": best}
            if best >= most - 1e-6 or (best > 0.0 and number >= max(gained + NO_GAIN, enough)):
                return
    except (TooBusyError, UnsolvedError):
        return


__all__ = ["MOST_UNITS", "Answer", "Case", "Minimise", "attainable_share", "curve_rows", "least_answer"]
