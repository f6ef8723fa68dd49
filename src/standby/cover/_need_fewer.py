"""From a fleet that cover confirms to one that costs less: need's own estimate may ask for too much."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from math import comb

import numpy as np

from standby._typing import Codes
from standby.cover._need_confirm import Case, confirmed
from standby.cover._need_group import Asked
from standby.cover._need_solve import SMALL, Goal, Levels, UnsolvedError, numbers_in_reach, reached_by

MOST_LAYOUTS = 1_000
"""Up to so many ways to place fewer units are all tried."""

TRIED = 1e6
"""Most places × units × fleets that are evaluated for one answer: work, never time."""

LEAST_TRIED = 8
"""So many fleets are evaluated however large the plan is."""

MOST_TRIED = 200
"""And no more than so many however small."""


def fewer(
    case: Case, asked: list[Asked], units: list[Codes], placements: Iterator[list[Codes]]
) -> tuple[list[Codes], bool]:
    """Return a fleet that costs less and is confirmed as well, and whether the time allowed to look for one.

    All ways to place fewer units are tried where there are few of them: one unit less is enough to try, since
    a fleet that is smaller still can be filled up. Otherwise placements that are less sure of themselves, and
    each unit taken away.

    Parameters
    ----------
    case, asked
        What the search needs to know, and the questions.
    units
        Confirmed units of each kind of hours, each shape (tiers, sites).
    placements
        Fleets to try as well, as the search would place them with fewer units.
    """
    goals, counts = _at_best_of(case, asked)
    open_tries = int(np.clip(TRIED / max(goals[0].weight.size * units[0].sum(), 1), LEAST_TRIED, MOST_TRIED))
    known = set[bytes]()
    try:
        while True:
            every = _every_layout(case, goals, units)
            parts = [_one_less(case, units), placements if every is None else every]
            for candidate in chain.from_iterable(parts):
                key = b"".join(layout.tobytes() for layout in candidate)
                cheaper = case.spent(candidate) < case.spent(units)
                if not cheaper or key in known or not _possible(goals, counts, candidate):
                    continue
                known.add(key)
                open_tries -= 1
                if confirmed(case, asked, candidate):
                    units = candidate
                    break
                if open_tries <= 0:
                    return units, True
            else:
                return units, True
    except UnsolvedError:
        return units, False


def _at_best_of(case: Case, asked: list[Asked]) -> tuple[list[Goal], list[Codes]]:
    """Return the goals, and the numbers in reach that no fleet can do without: those of idle units."""
    busy, late = case.at_best
    goals = [one.goal(late) for one in asked]
    return goals, [numbers_in_reach(goal, busy) for goal in goals]


def _possible(goals: list[Goal], counts: list[Codes], units: list[Codes]) -> bool:
    """Return whether idle units would be enough, were there at all hours the most that there are at any."""
    most = np.max(units, axis=0)
    for goal, count in zip(goals, counts, strict=True):
        level = Levels(np.zeros(goal.weight.size, dtype=np.int64), [count])
        got = goal.weight[reached_by(goal, most, level)].sum() / goal.weight.sum()
        if got < goal.share - SMALL:
            return False
    return True


def _one_less(case: Case, units: list[Codes]) -> Iterator[list[Codes]]:
    """Yield fleets with one unit less at a site: at all hours, then in those that have most units.

    The dearest tier comes first. Other hours are left alone: that the busiest hours make up for them in the
    mean over the week is no reason to take a unit off.
    """
    order = sorted(
        zip(*np.nonzero(np.max(units, axis=0)), strict=True), key=lambda at: (-case.crew[at[0]], at)
    )
    total = np.array([layout.sum() for layout in units])
    peak = np.flatnonzero(total == total.max())
    for hours in [range(len(units)), *([peak] if peak.size < len(units) else [])]:
        for at in order:
            found = [layout.copy() for layout in units]
            for k in hours:
                found[k][at] = max(found[k][at] - 1, 0)
            yield found


def _every_layout(case: Case, goals: list[Goal], units: list[Codes]) -> Iterator[list[Codes]] | None:
    """Return every way to place a little less round the clock, by less than one unit; None: too many."""
    tiers, sites = units[0].shape
    useful = np.any([goal.in_time.any(axis=2) & (goal.needed > 0)[:, None] for goal in goals], axis=0)
    cells = np.argwhere(useful & (case.group.capacity > 0))
    cost = case.cost
    cheapest = min((float(cost[tier]) for tier, _ in cells), default=1.0)
    now = case.spent(units)[0]
    number = int(now / cheapest)
    if not len(cells) or comb(number + len(cells), len(cells)) > MOST_LAYOUTS:
        return None

    def placed(at: int, layout: Codes, spent: float) -> Iterator[list[Codes]]:
        if at == len(cells):
            if spent > now - cheapest - SMALL:
                yield [layout.copy()] * len(units)
            return
        tier, site = cells[at]
        own = float(cost[tier])
        room = min(case.group.capacity[site] - layout[:, site].sum(), (now - spent) / own + SMALL)
        for count in range(int(max(room, 0.0)), -1, -1):
            layout[tier, site] = count
            yield from placed(at + 1, layout, spent + count * own)
        layout[tier, site] = 0

    return placed(0, np.zeros((tiers, sites), dtype=np.int64), 0.0)
