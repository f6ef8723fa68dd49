"""A week as a graph: crews flow through the states of its days, and from Sunday on to Monday.

The crews of a cyclic pattern take its weeks in turn, so that on each day of the week each of its weeks is
somewhere in the graph. A pattern is a closed walk of as many weeks, and how often it takes each step is a
flow. How large the graph is has nothing to do with how many crews there are.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from scipy import sparse
from scipy.sparse import csgraph

from standby._show import Shown
from standby.workforce.patterns.automaton import automaton
from standby.workforce.patterns.rules import DAYS, OFF, PatternRules

if TYPE_CHECKING:
    from standby._typing import Codes, Mask


@dataclass(frozen=True, eq=False)
class Week(Shown):
    """Steps from one day to the next that can be part of one closed walk.

    Attributes
    ----------
    source, target
        Nodes that a step leads from and to: states at the end of a day, shape (steps,).
    day
        Day of the week that the step takes, 0 to 6, shape (steps,).
    shift
        Shift worked on that day, or `OFF`, shape (steps,).
    state
        State of the automaton before that day, shape (steps,).
    n_nodes
        Number of nodes.
    """

    source: Codes
    target: Codes
    day: Codes
    shift: Codes
    state: Codes
    n_nodes: int


@dataclass(frozen=True, eq=False)
class Flow(Shown):
    """What a flow has to satisfy, in whole numbers: ``least <= rows @ flow <= most``, ``0 <= flow <= room``.

    Attributes
    ----------
    rows
        Shape (rows, steps).
    least, most
        Shape (rows,).
    room
        No pattern that is worth looking at takes a step more often, shape (steps,).
    """

    rows: sparse.csr_array
    least: Codes
    most: Codes
    room: Codes


def weeks(rules: PatternRules) -> list[Week]:
    """Return the graphs that patterns can be in; no closed walk leads from one to another.

    Parameters
    ----------
    rules
        The rules. Steps into shifts that nobody is wanted in are left out.
    """
    states = automaton(rules)
    steps = [
        (day * len(states) + state, (day + 1) % DAYS * len(states) + after, day, shift, state)
        for day in range(DAYS)
        for state, choices in enumerate(states)
        for shift, after in choices.items()
        if rules.wanted(shift, day) != 0
    ]
    if not steps:
        return []

    # A closed walk stays within nodes that can all be reached from each other.
    source, target, day, shift, state = np.array(steps).T
    part = _parts(source, target, DAYS * len(states), connection="strong")
    inside = part[source] == part[target]
    found = []
    for number in np.unique(part[source[inside]]):
        chosen = inside & (part[source] == number)
        if (shift[chosen] == OFF).all():
            continue  # nobody works there

        nodes, ends = np.unique(np.concatenate([source[chosen], target[chosen]]), return_inverse=True)
        source_there, target_there = ends.reshape(2, -1)
        found.append(Week(source_there, target_there, day[chosen], shift[chosen], state[chosen], nodes.size))
    return found


def circuits_apart(week: Week, flow: Codes) -> Codes:
    """Return the number of the circuit that each node is in, -1 where nothing flows, shape (nodes,).

    Parameters
    ----------
    week
        The graph.
    flow
        How often each step is taken, as much into each node as out of it, shape (steps,).
    """
    used = flow > 0
    part = _parts(week.source[used], week.target[used], week.n_nodes, connection="weak")
    touched = np.unique(week.source[used])
    number = np.full(week.n_nodes, -1)
    number[touched] = np.unique(part[touched], return_inverse=True)[1]
    return number


def narrowest(week: Week, piece: Codes) -> Mask:
    """Return nodes around a piece of a flow, with as few steps out of them as possible, shape (nodes,).

    Nodes that nothing flows through may be on either side; where they are best is a minimum cut.

    Parameters
    ----------
    week
        The graph.
    piece
        Number of the piece that each node is in, -1 for none, at least two pieces, shape (nodes,).
    """
    # The first piece is node 0, all others are node 1.
    node = np.where(piece < 0, np.arange(week.n_nodes) + 2, np.minimum(piece, 1))
    shape = (week.n_nodes + 2, week.n_nodes + 2)
    source = node[week.source]
    target = node[week.target]
    between = source != target
    ones = np.ones(int(between.sum()), np.int32)
    room = sparse.csr_array((ones, (source[between], target[between])), shape=shape)
    room.sum_duplicates()

    # What can still be reached when as much flows from 0 to 1 as can is inside.
    left = room - csgraph.maximum_flow(room, 0, 1).flow
    left.eliminate_zeros()
    reached = csgraph.breadth_first_order(left, 0, return_predecessors=False)
    return np.isin(node, reached)


def sums(week: Week) -> list[Codes]:
    """Return sets of steps whose flow together is worth knowing: those out of one state, on any day.

    Such a sum is how often something happens in all weeks, for example how many blocks of nights begin. That
    it is a whole number excludes what the days by themselves don't, such as 47 nights in blocks of four.

    Parameters
    ----------
    week
        The graph.
    """
    return [np.flatnonzero(week.state == state) for state in np.unique(week.state)]


def flow_rows(rules: PatternRules, week: Week) -> Flow:
    """Return what the flow of a pattern satisfies, besides being all of one piece.

    Parameters
    ----------
    rules
        The rules, with requirements or the number of crews or both.
    week
        The graph.
    """
    steps = np.arange(week.day.size)
    ones = np.ones(steps.size, np.int64)

    # What comes to a node leaves it.
    row = [week.target, week.source]
    column = [steps, steps]
    entry = [ones, -ones]
    least = most = [0] * week.n_nodes

    def count(chosen: Codes, low: int, high: int) -> None:
        """Add a row: the flow over some steps."""
        nonlocal least, most
        row.append(np.full(chosen.size, len(least)))
        column.append(chosen)
        entry.append(ones[: chosen.size])
        least = [*least, low]
        most = [*most, high]

    # Each shift, and days off, have the crews that are wanted.
    if rules.requirements is not None:
        for day in range(DAYS):
            for shift in range(OFF, rules.n_shifts):
                wanted = rules.wanted(shift, day)
                if wanted is not None:
                    count(np.flatnonzero((week.day == day) & (week.shift == shift)), wanted, wanted)

    # Without requirements every crew still is somewhere on a Monday, and somebody works.
    else:
        assert rules.crews is not None  # noqa: S101 - with neither there is nothing to count
        count(np.flatnonzero(week.day == 0), rules.crews, rules.crews)
        count(np.flatnonzero(week.shift != OFF), 1, DAYS * rules.crews)

    indices = np.concatenate(row), np.concatenate(column)
    rows = sparse.csr_array((np.concatenate(entry), indices), shape=(len(least), steps.size))
    return Flow(rows, np.array(least), np.array(most), _room(rules, week))


def _room(rules: PatternRules, week: Week) -> Codes:
    """Return how often each step is taken at most, shape (steps,)."""
    if rules.crews is None:
        return np.array([_wanted_or_free(rules, *step) for step in zip(week.shift, week.day, strict=True)])
    wanted = (rules.wanted(*step) for step in zip(week.shift.tolist(), week.day.tolist(), strict=True))
    return np.array([rules.crews if number is None else number for number in wanted])


def _wanted_or_free(rules: PatternRules, shift: int, day: int) -> int:
    """Return the same for any number of crews: the crews wanted, or a bound on those at home.

    Whole weeks can be taken out of a block of days off as long as it stays longer than every forbidden gap
    and no shorter than it may be. A pattern so shortened has blocks of at most six days more than that, each
    of which takes a step some times, and no more blocks of days off than days of work.
    """
    wanted = rules.wanted(int(shift), int(day))
    if wanted is not None:
        return wanted

    assert rules.requirements is not None  # noqa: S101 - `flow_rows` needs them where crews are let go
    longest = max(rules.days_off.least, rules.longest_gap + 1) + DAYS - 1
    return int(rules.requirements.sum()) * math.ceil(longest / DAYS)


def _parts(source: Codes, target: Codes, n_nodes: int, *, connection: Literal["weak", "strong"]) -> Codes:
    """Return the number of the connected part that each node is in, shape (nodes,)."""
    steps = sparse.csr_array((np.ones(source.size), (source, target)), shape=(n_nodes, n_nodes))
    return np.asarray(csgraph.connected_components(steps, directed=True, connection=connection)[1], np.int64)
