"""Patterns as a linear program: what each attack that would succeed asks of a pattern.

Let `r` be the unit vector of a task's cell (times its direction) plus any combination of relations. Since
deviations satisfy the relations, the cell moves by ``r @ z``, which is at most the sum over the withheld
cells of `up` times the positive and `down` times the negative part of `r`. A pattern that meets the task
makes that sum as large as the needed distance: a linear inequality in the pattern, whatever combination was
taken. The dual values of an attack's linear program give the combination that a pattern violates most.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from standby.disclosure.suppression.attack import linear_program, solve
from standby.disclosure.suppression.problem import NOBODY, Problem

if TYPE_CHECKING:
    from standby._typing import Codes, Floats

_DIGITS = 9
"""Decimals of dual values that are kept: a rounded combination of relations is as good as any other."""

_ZERO = 1e-8
"""What is taken for 0 in sums of rounded dual values."""


@dataclass(frozen=True, eq=False)
class Cut:
    """What a pattern has to satisfy: ``weight @ x[cell] >= 1``.

    Attributes
    ----------
    cell : numpy.ndarray of int
        Cells that aren't settled, rising.
    weight : numpy.ndarray of float
        Above 0, at most 1, same shape.
    """

    cell: Codes
    weight: Floats

    def excess(self, withheld: Floats) -> float:
        """Return by how much a pattern satisfies it, below 0 if it doesn't."""
        return float(self.weight @ withheld[self.cell]) - 1.0


def cut_of(problem: Problem, price: Floats, task: int, attacker: int = NOBODY) -> Cut | None:
    """Return what the dual values of an attack ask of a pattern, None if that is nothing.

    Parameters
    ----------
    problem
        The problem.
    price
        A factor for each relation, shape (relations,).
    task, attacker
        Which attack.
    """
    # The unit vector of the task's cell and the relations by their prices; what the attacker knows can't
    # move.
    tasks = problem.tasks
    combined = problem.relations.T @ np.round(price, _DIGITS)
    combined[tasks.cell[task]] += tasks.sign[task]
    combined[np.abs(combined) < _ZERO] = 0.0
    if attacker != NOBODY:
        combined[problem.holder == attacker] = 0.0

    distance = np.zeros(problem.n_cells)
    rises = combined > 0.0
    falls = combined < 0.0
    distance[rises] = combined[rises] * problem.up[rises]
    distance[falls] = -combined[falls] * problem.down[falls]

    # What settled cells give is there in any case. No cell counts for more than what is then missing.
    need = float(tasks.need[task])
    missing = need - float(distance[problem.settled].sum())
    if not missing > 1e-7 * need:
        return None

    weight = np.minimum(distance / missing, 1.0)
    weight[problem.settled] = 0.0
    cell = np.flatnonzero(weight > _ZERO)
    return Cut(cell, weight[cell])


def relation_cuts(problem: Problem) -> list[Cut]:
    """Return what each relation with a primary cell asks of a pattern by itself."""
    rows = problem.relations.tocsr()
    price = np.zeros(rows.shape[0])
    cuts: list[Cut] = []

    # At this price a relation takes the task's own cell out of the sum: the others have to make up for it.
    by_cell = problem.relations
    for task in range(len(problem.tasks)):
        cell = int(problem.tasks.cell[task])
        for at in range(by_cell.indptr[cell], by_cell.indptr[cell + 1]):
            row = int(by_cell.indices[at])
            factor = float(by_cell.data[at])
            price[row] = -float(problem.tasks.sign[task]) / factor
            cut = cut_of(problem, price, task)
            price[row] = 0.0
            if cut is not None:
                cuts.append(cut)
    return cuts


@dataclass(frozen=True, eq=False)
class Relaxed:
    """The cheapest fractional pattern within limits that satisfies the cuts so far.

    Attributes
    ----------
    withheld : numpy.ndarray of float
        The pattern, shape (cells,).
    bound : float
        No pattern within the limits costs less; inf if there is none. It is computed from the dual values,
        and right even where the solver's tolerances are not.
    reduced : numpy.ndarray of float
        What each cell adds to the bound where it changes from its limit, shape (cells,).
    """

    withheld: Floats
    bound: float
    reduced: Floats


class Master:
    """The linear program over patterns, which grows by cuts.

    Parameters
    ----------
    problem
        The problem.
    """

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self._cuts: list[Cut] = []
        self._known: set[bytes] = set()
        self._matrix: sparse.csr_array | None = None

        # A column for each cell, from 0 (published) to 1 (withheld); settled ones are 1 from the beginning.
        self._highs = linear_program(sparse.csr_array((0, problem.n_cells)), primal=False)
        self._numbers = np.arange(problem.n_cells, dtype=np.int32)
        self._highs.changeColsCost(self._numbers.size, self._numbers, problem.cost)
        self._low = problem.settled.astype(float)
        self._high = (~problem.published).astype(float)
        self._highs.changeColsBounds(self._numbers.size, self._numbers, self._low, self._high)

    def __len__(self) -> int:
        return len(self._cuts)

    def add(self, cut: Cut) -> bool:
        """Add a cut; returns whether it is new."""
        key = cut.cell.tobytes() + np.round(cut.weight, 6).tobytes()
        if key in self._known:
            return False

        self._known.add(key)
        self._cuts.append(cut)
        self._matrix = None
        self._highs.addRow(1.0, np.inf, cut.cell.size, cut.cell.astype(np.int32), cut.weight)
        return True

    def limit(self, low: Floats, high: Floats) -> None:
        """Set the limits of the pattern, shape (cells,)."""
        changed = np.flatnonzero((low != self._low) | (high != self._high)).astype(np.int32)
        self._highs.changeColsBounds(changed.size, changed, low[changed], high[changed])
        self._low = low.copy()
        self._high = high.copy()

    def limits(self) -> tuple[Floats, Floats]:
        """Return the limits of the pattern, shape (cells,) each."""
        return self._low, self._high

    def solve(self) -> Relaxed:
        """Return the cheapest fractional pattern."""
        n_cells = self._problem.n_cells
        if not solve(self._highs):
            return Relaxed(np.zeros(n_cells), np.inf, np.zeros(n_cells))

        # Any dual values that aren't negative give a bound: each column at the better of its limits.
        solution = self._highs.getSolution()
        dual = np.maximum(np.array(solution.row_dual), 0.0)
        reduced = self._problem.cost - (self._rows().T @ dual if dual.size else 0.0)
        bound = float(dual.sum() + np.minimum(reduced * self._low, reduced * self._high).sum())
        return Relaxed(np.clip(np.array(solution.col_value), 0.0, 1.0), bound, reduced)

    def forget_idle(self, withheld: Floats) -> None:
        """Drop cuts that a fractional pattern satisfies with room to spare; they come back when needed."""
        idle = [k for k, cut in enumerate(self._cuts) if cut.excess(withheld) > 0.3]
        if not idle:
            return

        self._highs.deleteRows(len(idle), np.array(idle, np.int32))
        gone = set(idle)
        self._cuts = [cut for k, cut in enumerate(self._cuts) if k not in gone]
        self._known = {cut.cell.tobytes() + np.round(cut.weight, 6).tobytes() for cut in self._cuts}
        self._matrix = None

    def _rows(self) -> sparse.csr_array:
        """Return the cuts as a matrix of shape (cuts, cells)."""
        if self._matrix is None:
            start = np.cumsum([0, *(cut.cell.size for cut in self._cuts)])
            column = np.concatenate([cut.cell for cut in self._cuts])
            entry = np.concatenate([cut.weight for cut in self._cuts])
            shape = (len(self._cuts), self._problem.n_cells)
            self._matrix = sparse.csr_array((entry, column, start), shape=shape)
        return self._matrix
