"""The search: a pattern that keeps the rules, or the proof that there is none.

Branch and bound on the flow of a week. Where the linear program gives fractions, one of them is rounded up in
one branch and down in the other. Where it gives a flow in pieces that can't be joined, a pattern is on one
side of a piece, or on the other, or crosses over: three branches. A branch is closed only by a proof in whole
numbers, so that an empty tree is a proof as well.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import numpy as np

from standby.workforce.patterns.program import Box, Program, nearly_whole
from standby.workforce.patterns.rules import DAYS, OFF, PatternRules
from standby.workforce.patterns.walk import Joiner, Walk, pattern_of, shortest_walk, walks
from standby.workforce.patterns.week import Week, circuits_apart, flow_rows, narrowest, sums, weeks

if TYPE_CHECKING:
    from standby._deadline import Deadline
    from standby._typing import Codes, Floats, Mask


PATIENCE = 300
"""Boxes of the first trees: most are done within a tenth of that."""


class _TreeTooLargeError(Exception):
    """A tree has grown beyond what it may."""


def find(rules: PatternRules, deadline: Deadline) -> Codes | None:
    """Return a pattern that keeps the rules, shape (weeks, 7); None if it is proven that there is none.

    Parameters
    ----------
    rules
        What to keep.
    deadline
        When to stop.

    Raises
    ------
    UnfinishedError
        If the time is up before either.
    """
    deadline.left()
    if any((rules.wanted(OFF, day) or 0) < 0 for day in range(DAYS)):
        return None  # more crews are wanted at work than there are

    for week in weeks(rules):
        walk = _walk(rules, week, deadline)
        if walk is not None:
            return pattern_of(week, walk)
    return None


def _walk(rules: PatternRules, week: Week, deadline: Deadline) -> Walk | None:
    """Return a closed walk that keeps the rules; None if it is proven that there is none."""
    if rules.requirements is None and rules.crews is None:
        return shortest_walk(week)  # nothing to count

    rows = flow_rows(rules, week)
    program = Program(rows, sums(week))
    joiner = Joiner(week)
    boxes = [program.whole_box()]

    # A flow in pieces says where to branch for good; the search for whole numbers then begins anew.
    while boxes:
        box = program.widened(boxes.pop())
        flow = _whole_flow(program, box, deadline)
        if flow is None:
            continue

        pieces = joiner.joined(walks(week, flow))
        if len(pieces) == 1:
            return pieces[0]
        boxes += _sides(week, program, box, narrowest(week, circuits_apart(week, flow)))
    return None


def _whole_flow(program: Program, box: Box, deadline: Deadline) -> Codes | None:
    """Return a flow of whole numbers in a box, shape (steps,); None if it is proven that there is none.

    Some cases are soon done if steps are branched on first, others if sums are. Trees of both kinds are tried
    in turn, each pair up to twice the size of the last.
    """
    patience = PATIENCE
    while True:
        for sums_first in (False, True):
            with suppress(_TreeTooLargeError):
                return _tree(program, box, deadline, sums_first=sums_first, patience=patience)
        patience *= 2


def _tree(program: Program, box: Box, deadline: Deadline, *, sums_first: bool, patience: int) -> Codes | None:
    """Return the same from one tree, if it has no more than so many boxes."""
    n_steps = program.n_steps
    closed_by = np.zeros(box.low.size)  # how many branches on a step or a sum were closed at once
    closed_by[n_steps:] = sums_first
    parts: list[tuple[Box, int | None]] = [(box, None)]

    for _ in range(patience):
        if not parts:
            return None

        part, branched_on = parts.pop()
        if (part.low[:n_steps] == part.high[:n_steps]).all():
            if program.holds(part, part.low[:n_steps]):
                return part.low[:n_steps]
            continue

        # Where neither is confirmed in whole numbers, smaller parts are looked at.
        point = program.solve(part, deadline.left())
        if point is not None:
            whole = np.rint(point[:n_steps]).astype(np.int64)
            if program.holds(part, whole):
                return whole
        elif program.excludes(part):
            if branched_on is not None:
                closed_by[branched_on] += 1.0
            continue

        number = _branching(point, part, closed_by)
        middle = (part.low[number] + part.high[number]) / 2 if point is None else point[number]
        parts += [(half, number) for half in _halves(part, number, middle)]
    raise _TreeTooLargeError


def _branching(point: Floats | None, box: Box, closed_by: Floats) -> int:
    """Return the number of the step, or sum, to branch on: one that closed branches, or is far from whole.

    What was closed before counts for more than the fraction: a step that closed a branch will close others.
    Design note 32 has measurements.
    """
    if point is not None:
        fractional = ~nearly_whole(point) & (box.low < box.high)
        if fractional.any():
            fraction = point - np.floor(point)
            score = np.minimum(fraction, 1.0 - fraction) + closed_by
            return int(np.argmax(np.where(fractional, score, -np.inf)))
    return int(np.argmax(box.high - box.low))


def _halves(box: Box, number: int, middle: float) -> list[Box]:
    """Return the parts of a box below and above a value of a step or sum; that above is to be tried first."""
    below = min(max(int(np.floor(middle)), int(box.low[number])), int(box.high[number]) - 1)
    high = box.high.copy()
    low = box.low.copy()
    high[number] = below
    low[number] = below + 1
    return [box._replace(high=high), box._replace(low=low)]


def _sides(week: Week, program: Program, box: Box, inside: Mask) -> list[Box]:
    """Return the parts of a box in which a walk avoids some nodes, is in them alone, or leaves them.

    A walk of one piece does one of the three. The last is to be tried first: the others are seldom possible.
    """
    from_inside = inside[week.source]
    to_inside = inside[week.target]
    n_steps = program.n_steps
    avoiding = box.high.copy()
    within = box.high.copy()
    avoiding[:n_steps][from_inside | to_inside] = 0
    within[:n_steps][~(from_inside & to_inside)] = 0

    program.add_sum(np.flatnonzero(from_inside & ~to_inside))
    crossing = program.widened(box)
    crossing.low[-1] = 1
    parts = [box._replace(high=avoiding), box._replace(high=within), crossing]
    return [part for part in parts if (part.low <= part.high).all()]
