"""From flows to patterns: a flow all of one piece is a closed walk, and its shifts are a pattern."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from standby.workforce.patterns.rules import DAYS
from standby.workforce.patterns.week import Week, circuits_apart

if TYPE_CHECKING:
    from standby._typing import Codes

Walk = list[int]
"""Steps of a closed walk, one after another."""


def walks(week: Week, flow: Codes) -> list[Walk]:
    """Return closed walks that together take each step as often as the flow does, one for each of its pieces.

    Parameters
    ----------
    week
        The graph.
    flow
        How often each step is taken, as much into each node as out of it, shape (steps,).
    """
    left: list[list[int]] = [[] for _ in range(week.n_nodes)]
    for used in np.flatnonzero(flow).tolist():
        left[week.source[used]] += [used] * int(flow[used])

    # Hierholzer: walk until stuck, which is where the walk began; go back to where a step is left.
    found = []
    piece = circuits_apart(week, flow)
    for number in range(piece.max(initial=-1) + 1):
        walk: Walk = []
        taken: list[tuple[int, int | None]] = [(int(np.flatnonzero(piece == number)[0]), None)]
        while taken:
            node, step = taken[-1]
            if left[node]:
                following = left[node].pop()
                taken.append((int(week.target[following]), following))
            else:
                taken.pop()
                if step is not None:
                    walk.append(step)
        found.append(walk[::-1])
    return found


class Joiner:
    """Puts closed walks together to one, where they can change over into each other.

    Parameters
    ----------
    week
        The graph.
    """

    def __init__(self, week: Week) -> None:
        self._source = week.source.tolist()
        self._target = week.target.tolist()
        self._day = week.day.tolist()
        self._shift = week.shift.tolist()
        self._step = {
            (source, shift): step
            for step, (source, shift) in enumerate(zip(self._source, self._shift, strict=True))
        }

    def joined(self, apart: list[Walk]) -> list[Walk]:
        """Return as few walks as were found, which work each shift of each day as often as those given.

        Parameters
        ----------
        apart
            Closed walks.
        """
        first, *others = apart
        done = []
        while others:
            other = others.pop()
            both = self._both(first, other)
            if both is None:
                done.append(other)
            else:
                first = both
                others = [*others, *done]
                done = []
        return [first, *done]

    def _both(self, one: Walk, other: Walk) -> Walk | None:
        """Return one walk in place of two; None if there is no day on which they can change over.

        Each goes on with the shifts of the other. Their states then differ from the other's for some days,
        until they are the same; from there on its steps are taken.
        """
        starts = {self._source[step]: at for at, step in enumerate(other)}
        for node, at in {self._source[step]: at for at, step in enumerate(one)}.items():
            for other_node, other_at in starts.items():
                if self._day[one[at]] != self._day[other[other_at]]:
                    continue
                ahead = one[at:] + one[:at]
                other_ahead = other[other_at:] + other[:other_at]
                begin = self._from(other_node, ahead)
                other_begin = self._from(node, other_ahead)
                if begin is not None and other_begin is not None:
                    return other_begin + other_ahead[len(other_begin) :] + begin + ahead[len(begin) :]
        return None

    def _from(self, node: int, walk: Walk) -> Walk | None:
        """Return steps from a node with the shifts of a walk, up to a state that both share; None if none is.

        A walk whose last step is its own leads back to its beginning, so that the other can go on from there.
        """
        taken = []
        for step in walk:
            mine = self._step.get((node, self._shift[step]))
            if mine is None:
                return None
            taken.append(mine)
            node = self._target[mine]
            if node == self._target[step]:
                return taken
        return None


def pattern_of(week: Week, walk: Walk) -> Codes:
    """Return the shifts of a closed walk from a Monday on, shape (weeks, 7).

    Parameters
    ----------
    week
        The graph.
    walk
        The steps.
    """
    monday = next(at for at, step in enumerate(walk) if week.day[step] == 0)
    return week.shift[walk[monday:] + walk[:monday]].reshape(-1, DAYS)


def shortest_walk(week: Week) -> Walk:
    """Return a closed walk with at least one day of work, among those with a given such day a shortest.

    Parameters
    ----------
    week
        The graph.
    """
    first = int(np.flatnonzero(week.shift >= 0)[0])
    leaving: list[list[int]] = [[] for _ in range(week.n_nodes)]
    for step, source in enumerate(week.source.tolist()):
        leaving[source].append(step)

    # Breadth first, from where the step leads back to where it began.
    came_by = {int(week.target[first]): first}
    waiting = [int(week.target[first])]
    for node in waiting:
        for step in leaving[node]:
            target = int(week.target[step])
            if target not in came_by:
                came_by[target] = step
                waiting.append(target)

    walk = [came_by[int(week.source[first])]]
    while walk[-1] != first:
        walk.append(came_by[int(week.source[walk[-1]])])
    return walk[::-1]
