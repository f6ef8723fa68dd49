"""The cheapest safe pattern: branch and cut over the linear program of patterns.

After Fischetti and Salazar (2001): cuts are separated by the attackers' linear programs at fractional
patterns, cells whose reduced cost exceeds what is left to gain are published for good, and branching is on
pseudo-costs. Safe patterns come from cheapest deviations, guided by the fractional patterns.
"""

from __future__ import annotations

import heapq
import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from standby.disclosure.suppression.attack import Attack, Paths
from standby.disclosure.suppression.greedy import extended, tidied
from standby.disclosure.suppression.master import Cut, Master, Relaxed, cut_of, relation_cuts
from standby.disclosure.suppression.problem import ENOUGH, Problem, Standing

if TYPE_CHECKING:
    from collections.abc import Callable

    from standby._typing import Floats, Mask

_WHOLE = 1e-6
"""How far from 0 or 1 a cell of a pattern counts as whole."""

_VIOLATED = 1e-4
"""By how much a cut has to be violated to be added at a fractional pattern."""

_WORTH_TIDYING = 1.3
"""Patterns dearer than this times the best are dropped as they are."""

_ROUNDS = 8
"""Rounds of cuts at most at a fractional pattern below the root."""


@dataclass(frozen=True, order=True)
class _Node:
    """A part of the search: patterns within limits that cost no less than the bound."""

    bound: float
    number: int
    withheld: tuple[int, ...]
    published: tuple[int, ...]


class Search:
    """Branch and cut, with the best safe pattern and the bound so far.

    Parameters
    ----------
    problem
        The problem.
    pattern
        A safe pattern to begin with, shape (cells,).
    go_on
        Says whether there is time left.
    """

    def __init__(self, problem: Problem, pattern: Mask, go_on: Callable[[], bool]) -> None:
        self._problem = problem
        self._go_on = go_on
        self.pattern = pattern
        self.cost = self._cost(pattern)
        self.bound = self._cost(problem.primary)
        self.nodes = 0

        # Where all costs are whole, a bound may be rounded up to the next whole number.
        cost = problem.cost[~problem.settled]
        self._grain = 1.0 if np.array_equal(cost, np.rint(cost)) else 0.0

        self._master = Master(problem)
        self._paths = Paths(problem, np.ones(problem.n_cells, bool))

        # Cells that a better pattern may still withhold.
        self._kept = ~problem.published

        # Up to which round of cuts a task is passed over, as it gave none lately.
        self._quiet = np.zeros(len(problem.tasks), int)
        self._round = 0

        # Pseudo-costs: what a whole step of a cell down or up adds to the bound, and how often it was tried.
        self._gain = np.ones((2, problem.n_cells))
        self._tried = np.zeros((2, problem.n_cells))

    def _cost(self, pattern: Mask) -> float:
        """Return what a pattern costs."""
        return float(self._problem.cost[pattern].sum())

    def _useless(self, bound: float) -> bool:
        """Return whether nothing better than the best pattern can lie within a part with this bound."""
        if self._grain:
            bound = np.ceil(bound - 1e-6)
        return bound >= self.cost - 1e-9 * max(1.0, self.cost)

    def run(self) -> bool:
        """Search until the best pattern is proven cheapest, or there is no time left.

        Returns
        -------
        bool
            Whether it is proven.
        """
        if self._useless(self.bound):
            return True
        for cut in relation_cuts(self._problem):
            self._master.add(cut)

        # Parts of the search wait in order of their bounds; the one in hand stands outside the heap.
        number = itertools.count()
        heap: list[_Node] = []
        node: _Node | None = _Node(self.bound, next(number), (), ())
        while node is not None:
            children = self._explored(node)
            if children is None:
                self.bound = max(self.bound, min([node.bound, *(other.bound for other in heap)]))
                return False

            # The likelier child is next; the other waits. When a part is done, the one with the least bound.
            parts = [_Node(bound, next(number), inside, outside) for bound, inside, outside in children]
            for part in parts[1:]:
                heapq.heappush(heap, part)
            node = parts[0] if parts else None

            while node is None and heap:
                candidate = heapq.heappop(heap)
                node = None if self._useless(candidate.bound) else candidate

            waiting = [other.bound for other in heap[:1]] + ([node.bound] if node else [])
            self.bound = max(self.bound, min([self.cost, *waiting]))

        self.bound = self.cost
        return True

    def _explored(self, node: _Node) -> list[tuple[float, tuple[int, ...], tuple[int, ...]]] | None:
        """Cut and branch at one part of the search.

        Returns
        -------
        list or None
            What is left to search, the likelier first: a bound, cells withheld and cells published. None
            when there is no time left.
        """
        low = self._problem.settled.astype(float)
        high = self._kept.astype(float)
        low[list(node.withheld)] = 1.0
        high[list(node.published)] = 0.0
        if (low > high).any():
            return []

        self._master.limit(low, high)
        self.nodes += 1
        root = not node.withheld and not node.published

        # Rounds of cuts, until the pattern is whole, nothing better can lie here, or no cut is found.
        before = -np.inf
        for number in itertools.count():
            relaxed = self._master.solve()
            bound = max(node.bound, relaxed.bound)
            if self._useless(bound):
                return []
            if root:
                self.bound = max(self.bound, bound)
            if not self._go_on():
                return None

            whole = bool((np.abs(relaxed.withheld - np.rint(relaxed.withheld)) <= _WHOLE).all())
            if whole and self._judged_whole(np.rint(relaxed.withheld) > 0.5):
                return []

            # Below the root it is time to branch when the bound hardly rises any more.
            if not whole:
                tailing = not root and (
                    number >= _ROUNDS or (number >= 2 and bound - before < 1e-3 * (self.cost - bound))
                )
                if tailing or not self._separated(relaxed.withheld):
                    break
            before = bound

        # What is left is split in two, once better patterns near this one were looked for.
        if root or self.nodes % 20 == 0:
            self._guided(relaxed.withheld)
        self._publish_for_good(relaxed, root=root)
        if self._useless(bound):
            return []

        if len(self._master) > 1500:
            self._master.forget_idle(relaxed.withheld)
            self._master.solve()
        return self._branched(node, relaxed, bound)

    def _publish_for_good(self, relaxed: Relaxed, *, root: bool) -> None:
        """Leave out cells that no better pattern withholds: they cost more than what is left to gain."""
        if root:
            self._root = relaxed

        # A pattern with the cell costs at least the root's bound and the cell's reduced cost.
        limit = self.cost - (1.0 - 1e-6 if self._grain else 0.0)
        dear = self._root.bound + self._root.reduced > limit + 1e-9 * max(1.0, self.cost)
        self._kept &= ~(dear & ~self._problem.settled)

    def _separated(self, withheld: Floats) -> int:
        """Add cuts that a fractional pattern violates; returns how many."""
        self._round += 1
        new = self._cut_at(withheld, 0.9 * withheld + 0.1 * self.pattern, hasty=True)
        if not new:
            new = self._cut_at(withheld, 0.99 * withheld + 0.01 * self.pattern, hasty=False)
        return new

    def _cut_at(self, withheld: Floats, nearby: Floats, *, hasty: bool) -> int:
        """Attack a pattern near a fractional one; add what the latter violates.

        Patterns a little inside give cuts that hold more of the others back. A hasty look passes over
        tasks that gave no cut lately.
        """
        problem = self._problem
        attack = Attack(problem, nearby, most=1.0)
        standing = Standing(problem)

        new = 0
        for task in range(len(problem.tasks)):
            if hasty and self._quiet[task] > self._round:
                continue
            while not standing.met[task]:
                attacker = standing.next_attacker(task)
                reached = attack.reach(task, attacker)
                if reached.share >= ENOUGH:
                    standing.note(reached.move, least=float(problem.tasks.need[task]))
                    continue

                # This attack would succeed; a task without a new cut rests for three rounds.
                cut = cut_of(problem, reached.price, task, attacker)
                added = cut is not None and cut.excess(withheld) < -_VIOLATED and self._master.add(cut)
                new += added
                self._quiet[task] = self._round + (0 if added else 3)
                break
            else:  # every attack on the task fails
                self._quiet[task] = self._round + 2
            if not self._go_on():
                break
        return new

    def _judged_whole(self, pattern: Mask) -> bool:
        """Keep a pattern of whole cells if it is safe, else add cuts; return whether it is safe."""
        problem = self._problem
        attack = Attack(problem, pattern.astype(float))
        standing = Standing(problem)
        low, high = attack.limits()

        broken = 0
        new = 0
        for task in range(len(problem.tasks)):
            while not standing.met[task]:
                attacker = standing.next_attacker(task)
                reached = attack.reach(task, attacker)
                if reached.share >= ENOUGH:
                    standing.note(reached.move, low=low, high=high)
                    continue

                broken += 1
                cut = cut_of(problem, reached.price, task, attacker)
                new += cut is not None and cut.excess(pattern.astype(float)) < -1e-6 and self._master.add(cut)
                break

        if not broken:
            self._better(pattern)
            return True

        # Cuts from a little inside hold more of the other patterns back.
        self._round += 1
        new += self._cut_at(pattern.astype(float), 0.9 * pattern + 0.1 * self.pattern, hasty=False)
        if not new:
            # A part of a pattern that isn't safe isn't either: something else has to be withheld.
            outside = np.flatnonzero(~pattern & ~problem.published)
            self._master.add(Cut(outside, np.ones(outside.size)))
        self._tried_from(pattern, problem.cost)
        return False

    def _guided(self, withheld: Floats) -> None:
        """Look for a better safe pattern near a fractional one, and near the best while that helps."""
        problem = self._problem

        # What the fractional pattern withholds costs next to nothing, so that deviations go through it.
        cost = problem.cost * (1.001 - withheld)
        for start in (problem.settled, withheld > 0.7):
            self._tried_from(start, cost)

        before = np.inf
        while self.cost < before and self._go_on():
            before = self.cost
            self._tried_from(problem.settled, problem.cost * (1.001 - 0.5 * withheld - 0.5 * self.pattern))
            self._tried_from(self.pattern & (withheld > 0.3), cost)

    def _tried_from(self, start: Mask, cost: Floats) -> None:
        """Extend a pattern to a safe one, leave out what isn't needed, and keep it if it is the cheapest."""
        if not self._go_on():
            return

        # The fewer cells are left to choose from, the faster are the programs.
        if self._kept.sum() < 0.7 * self._paths.size:
            self._paths = Paths(self._problem, self._kept | self.pattern)
        found = extended(self._problem, start | self._problem.settled, cost, self._paths)
        if not found.unprotected.size and self._cost(found.pattern) < _WORTH_TIDYING * self.cost:
            self._better(tidied(self._problem, found.pattern, found.standing, self._go_on))

    def _better(self, pattern: Mask) -> None:
        """Keep a safe pattern if it is the cheapest so far."""
        cost = self._cost(pattern)
        if cost < self.cost - 1e-9 * max(1.0, self.cost):
            self.pattern = pattern
            self.cost = cost

    def _branched(
        self, node: _Node, relaxed: Relaxed, bound: float
    ) -> list[tuple[float, tuple[int, ...], tuple[int, ...]]]:
        """Split a part of the search by one cell."""
        fraction = relaxed.withheld

        # The eight that are worth most and were never tried are tried both ways.
        open_cells = np.flatnonzero((fraction > _WHOLE) & (fraction < 1.0 - _WHOLE))
        rank = np.argsort(-(np.minimum(fraction, 1.0 - fraction) * self._problem.cost)[open_cells])
        for cell in [c for c in open_cells[rank] if self._tried[:, c].min() < 1][:8]:
            self._probe(int(cell), float(fraction[cell]), bound)

        # Branch where both ways raise the bound: the product of what each is expected to add.
        down = self._gain[0, open_cells] * fraction[open_cells]
        up = self._gain[1, open_cells] * (1.0 - fraction[open_cells])
        tried = self._tried[:, open_cells].min(0) > 0
        score = np.where(tried, np.maximum(down, 1e-6) * np.maximum(up, 1e-6), -1.0)
        cell = int(open_cells[np.argmax(score)])

        parts = [
            (bound, (*node.withheld, cell), node.published),
            (bound, node.withheld, (*node.published, cell)),
        ]
        return parts if fraction[cell] >= 0.5 else parts[::-1]

    def _probe(self, cell: int, fraction: float, bound: float) -> None:
        """Try a cell both ways, to learn by how much the bound rises."""
        low, high = self._master.limits()
        for way, value in ((0, 0.0), (1, 1.0)):
            trial_low = low.copy()
            trial_high = high.copy()
            trial_low[cell] = trial_high[cell] = value
            self._master.limit(trial_low, trial_high)

            found = self._master.solve().bound
            rise = min(found, self.cost) - bound
            step = fraction if way == 0 else 1.0 - fraction
            self._gain[way, cell] = max(rise, 0.0) / step
            self._tried[way, cell] += 1

        self._master.limit(low, high)
