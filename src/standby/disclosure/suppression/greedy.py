"""Safe patterns without proof: build one deviation after another, then leave out what isn't needed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from standby._show import Shown
from standby.disclosure.suppression.attack import Attack, Paths
from standby.disclosure.suppression.problem import Problem, Standing

if TYPE_CHECKING:
    from collections.abc import Callable

    from scipy import sparse

    from standby._typing import Codes, Floats, Mask

_CHANGED = 1e-9
"""Change of a cell, as a share of the needed distance, from which on the cell has to be withheld."""


@dataclass(frozen=True, eq=False)
class Extended(Shown):
    """A pattern to which cells were added until it is safe.

    Attributes
    ----------
    pattern : numpy.ndarray of bool
        Safe if no cell is unprotected, shape (cells,).
    unprotected : numpy.ndarray of int
        Primary cells that can't be protected, even if all others that may be are withheld.
    standing : Standing
        Deviations that show that the others are.
    """

    pattern: Mask
    unprotected: Codes
    standing: Standing


def first_pattern(problem: Problem) -> Extended:
    """Return a safe pattern, or the cells that no pattern protects."""
    everything = np.ones(problem.n_cells, bool)
    return extended(problem, problem.settled, problem.cost, Paths(problem, everything))


def extended(problem: Problem, pattern: Mask, cost: Floats, paths: Paths) -> Extended:
    """Add cells to a pattern until it is safe: for each task a deviation at the least cost of new cells.

    The dearest primary cells come first: their deviations are the hardest to come by.

    Parameters
    ----------
    problem
        The problem.
    pattern
        Cells withheld already, which holds the primary ones, shape (cells,).
    cost
        Cost of each other cell, shape (cells,).
    paths
        Where cheapest deviations come from.
    """
    pattern = pattern.copy()
    standing = Standing(problem)
    tasks = problem.tasks
    unprotected: set[int] = set()

    # A cell that can move by less than is needed has to be taken for a smaller share, at the full cost.
    room = np.minimum(problem.up, problem.down)
    for task in np.argsort(-problem.cost[tasks.cell], kind="stable").tolist():
        while not standing.met[task]:
            need = float(tasks.need[task])
            weight = np.where(pattern, 0.0, cost / np.clip(room / need, 0.1, 1.0))
            move = paths.cheapest(task, weight, standing.next_attacker(task))
            if move is None:
                unprotected.add(int(tasks.cell[task]))
                break

            pattern |= np.abs(move) > _CHANGED * need
            standing.note(move, low=-problem.down, high=problem.up)
    return Extended(pattern, np.array(sorted(unprotected), np.int64), standing)


def tidied(problem: Problem, pattern: Mask, standing: Standing, go_on: Callable[[], bool]) -> Mask:
    """Publish cells of a safe pattern again, the dearest first, where it stays safe.

    Parameters
    ----------
    problem
        The problem.
    pattern
        A safe pattern, shape (cells,).
    standing
        Deviations that show that it is safe, of every task.
    go_on
        Says whether there is time left.
    """
    attack = Attack(problem, pattern.astype(float))
    rows = problem.relations.tocsr()

    pattern = pattern.copy()
    extra = np.flatnonzero(pattern & ~problem.primary)
    for cell in extra[np.argsort(-problem.cost[extra], kind="stable")].tolist():
        using = np.flatnonzero(standing.touched[:, cell])
        if using.size:
            if not go_on() or _gives_away(problem, rows, pattern, cell):
                continue

            # Other deviations have to be found for the tasks that used this cell.
            trial = Standing(problem)
            trial.met[:] = True
            trial.forget(using)
            attack.set_share(cell, 0.0)
            if not attack.holds(trial, using.tolist()):
                attack.set_share(cell, 1.0)
                continue
            standing.touched[using] = trial.touched[using]
        else:
            attack.set_share(cell, 0.0)
        pattern[cell] = False
    return pattern


def _gives_away(problem: Problem, rows: sparse.csr_array, pattern: Mask, cell: int) -> bool:
    """Return whether a primary cell can be worked out by sums alone, relation by relation, without a cell.

    It is a quick look before linear programs are solved: what it finds is right, and what it doesn't may be.
    """
    columns = problem.relations
    unknown = pattern.copy()
    found = [cell]
    while found:
        known = found.pop()
        unknown[known] = False
        for row in columns.indices[columns.indptr[known] : columns.indptr[known + 1]]:
            members = rows.indices[rows.indptr[row] : rows.indptr[row + 1]]
            left = members[unknown[members]]
            if left.size == 1:
                if problem.primary[left[0]]:
                    return True
                found.append(int(left[0]))
    return False


def slimmed(problem: Problem, pattern: Mask, go_on: Callable[[], bool]) -> Mask:
    """Return a safe pattern within a safe one without the cells that are in it because they cost nothing.

    Parameters
    ----------
    problem
        The problem.
    pattern
        A safe pattern, shape (cells,).
    go_on
        Says whether there is time left.
    """
    free = pattern & ~problem.primary & (problem.cost == 0.0)
    if not free.any():
        return pattern

    # Cells that cost nothing get a cost here that is below that of all others.
    dearer = problem.cost[problem.cost > 0.0].min(initial=1.0)
    cost = np.where(problem.cost > 0.0, problem.cost, 1e-3 * dearer)
    smaller = extended(problem, pattern & ~free, cost, Paths(problem, pattern))
    return pattern if smaller.unprotected.size else tidied(problem, smaller.pattern, smaller.standing, go_on)
