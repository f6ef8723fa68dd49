"""Reducing a confirmed fleet: the estimates by which it was placed may have asked for too much."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from math import comb

import numpy as np

from standby._deadline import UnfinishedError
from standby._typing import Codes
from standby.cover._need_confirm import Case, is_confirmed
from standby.cover._need_group import ForceStandard
from standby.cover._need_solve import SMALL, Goal, Levels, numbers_in_reach, reached_by

MOST_LAYOUTS = 1_000
"""Up to this many ways to place fewer units are all tried."""

MOST_WORK = 1e6
"""Most places × units × fleets that are evaluated for one answer: work, never time."""

LEAST_TRIED = 8
"""Fleets that are evaluated at least, however large the plan is."""

MOST_TRIED = 200
"""Fleets that are evaluated at most, however small it is."""


def fewer(
    case: Case, standards: list[ForceStandard], units: list[Codes], placements: Iterator[list[Codes]]
) -> tuple[list[Codes], bool]:
    """Reduce a fleet for as long as cover confirms what is left; also say whether there was time for that.

    Each unit is taken away in turn. Then, where there are few ways to place one unit fewer, all of them are
    tried; a still smaller fleet needs no trial of its own, since it could be filled up to one of these.
    Where there are many ways, the given placements are tried.

    Parameters
    ----------
    case, standards
        The case, and the standards of its forces.
    units
        Confirmed units of each kind of hours, each shape (tiers, sites).
    placements
        Smaller fleets as the search itself would place them.

    Returns
    -------
    units, is_complete
        The cheapest fleet found, and False where the time given ended before the trials did.
    """
    goals, counts = _goals_of_idle_units(case, standards)
    work = max(goals[0].weight.size * units[0].sum(), 1)
    tries_left = int(np.clip(MOST_WORK / work, LEAST_TRIED, MOST_TRIED))
    tried = set[bytes]()

    try:
        while True:
            # Restart from each smaller fleet: taking a unit from it gives fleets that were not tried yet.
            every_layout = _every_layout(case, goals, units)
            others = placements if every_layout is None else every_layout
            for candidate in chain(_one_less(case, units), others):
                key = b"".join(layout.tobytes() for layout in candidate)
                is_cheaper = case.cost(candidate) < case.cost(units)
                if not is_cheaper or key in tried or not _is_possible(goals, counts, candidate):
                    continue

                tried.add(key)
                tries_left -= 1
                if is_confirmed(case, standards, candidate):
                    units = candidate
                    break
                if tries_left <= 0:
                    return units, True
            else:
                return units, True
    except UnfinishedError:
        return units, False


def _goals_of_idle_units(case: Case, standards: list[ForceStandard]) -> tuple[list[Goal], list[Codes]]:
    """Return the goals, and the numbers in reach that even units without any calls must have."""
    unavailable_share, delay = case.idle_units
    goals = [standard.goal(delay) for standard in standards]
    return goals, [numbers_in_reach(goal, unavailable_share) for goal in goals]


def _is_possible(goals: list[Goal], counts: list[Codes], units: list[Codes]) -> bool:
    """Return whether a fleet could be confirmed at all: whether it would be enough if no call kept it busy.

    Each site is taken to have its largest number of units at all hours.
    """
    most_units = np.max(units, axis=0)
    for goal, count in zip(goals, counts, strict=True):
        reached = reached_by(goal, most_units, Levels.alike(goal, count))
        if goal.weight[reached].sum() / goal.weight.sum() < goal.share - SMALL:
            return False
    return True


def _one_less(case: Case, units: list[Codes]) -> Iterator[list[Codes]]:
    """Yield fleets with one unit fewer at a site: at all hours, then only in the hours that have most units.

    The dearest tier comes first. Units of quieter hours are not taken away alone: the mean over the week
    might hide it, as the busiest hours would make up for them.
    """
    cells = zip(*np.nonzero(np.max(units, axis=0)), strict=True)
    dearest_first = sorted(cells, key=lambda cell: (-case.crew[cell[0]], cell))

    total = np.array([layout.sum() for layout in units])
    peak_kinds = np.flatnonzero(total == total.max()).tolist()
    every_kind = list(range(len(units)))
    for kinds in [every_kind] if peak_kinds == every_kind else [every_kind, peak_kinds]:
        for cell in dearest_first:
            reduced = [layout.copy() for layout in units]
            for kind in kinds:
                reduced[kind][cell] = max(reduced[kind][cell] - 1, 0)
            yield reduced


def _every_layout(case: Case, goals: list[Goal], units: list[Codes]) -> Iterator[list[Codes]] | None:
    """Return every way to place units round the clock at the next lower cost; None if there are too many."""
    tiers, sites = units[0].shape
    capacity = case.group.capacity

    # A cell is a tier at a site; only those are of use from which a needed unit reaches some place in time.
    is_useful = np.any([goal.in_time.any(axis=2) & (goal.needed > 0)[:, None] for goal in goals], axis=0)
    cells = np.argwhere(is_useful & (capacity > 0))
    unit_cost = case.unit_cost
    cheapest = min((float(unit_cost[tier]) for tier, _ in cells), default=1.0)
    cost_now = case.cost(units)[0]

    # The ways to place up to n units in k cells are C(n + k, k).
    most_units = int(cost_now / cheapest)
    if not len(cells) or comb(most_units + len(cells), len(cells)) > MOST_LAYOUTS:
        return None

    def fill(cell: int, layout: Codes, cost: float) -> Iterator[list[Codes]]:
        """Yield every way to fill the cells from one on, given what stands in those before it."""
        if cell == len(cells):
            if cost > cost_now - cheapest - SMALL:
                yield [layout.copy()] * len(units)
            return

        tier, site = cells[cell]
        own_cost = float(unit_cost[tier])
        room = capacity[site] - layout[:, site].sum()
        affordable = (cost_now - cost) / own_cost + SMALL
        for count in range(int(max(min(room, affordable), 0.0)), -1, -1):
            layout[tier, site] = count
            yield from fill(cell + 1, layout, cost + count * own_cost)
        layout[tier, site] = 0

    return fill(0, np.zeros((tiers, sites), dtype=np.int64), 0.0)
