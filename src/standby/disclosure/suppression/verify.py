"""Whether a pattern is safe: asked again of another solver, whose answers are checked by multiplication."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from standby.disclosure.suppression.problem import ENOUGH, NOBODY, Problem, Standing

if TYPE_CHECKING:
    from standby._typing import Floats, Mask


class SuppressionCheckError(RuntimeError):
    """A pattern that the search takes for safe isn't, by an independent check: never expected."""


def check_safe(problem: Problem, pattern: Mask) -> None:
    """Check that a pattern is safe: both sides of each primary cell, against everybody who holds a cell.

    For each there has to be a table that satisfies the relations, agrees with all that is published and
    known, and has the cell as far from its value as is needed. The table is found by SciPy's linear
    programs, which know nothing of the search, and is then checked by multiplication.

    Parameters
    ----------
    problem
        The problem.
    pattern
        Cells withheld, shape (cells,).

    Raises
    ------
    SuppressionCheckError
        If there is no such table for some cell.
    """
    if not pattern[problem.primary].all() or pattern[problem.published].any():
        raise SuppressionCheckError("the pattern leaves out a primary cell; please report this")

    # What is withheld may deviate as far as knowledge in advance lets it; all else stays as it is.
    standing = Standing(problem)
    low = np.where(pattern, -problem.down, 0.0)
    high = np.where(pattern, problem.up, 0.0)
    for task in range(len(problem.tasks)):
        while not standing.met[task]:
            attacker = standing.next_attacker(task)
            move = _farthest(problem, pattern, task, attacker)
            reached = problem.tasks.sign[task] * move[problem.tasks.cell[task]] / problem.tasks.need[task]
            if not (
                reached >= ENOUGH and _possible(problem, move, low, high, float(problem.tasks.need[task]))
            ):
                cell = int(problem.tasks.cell[task])
                who = "a reader" if attacker == NOBODY else "a holder of other cells"
                raise SuppressionCheckError(
                    f"{who} can exclude values of cell {cell} that should stay possible; please report this"
                )
            standing.note(move, low=low, high=high)


def _farthest(problem: Problem, pattern: Mask, task: int, attacker: int) -> Floats:
    """Return the deviation that moves a task's cell farthest, up to what is needed."""
    from scipy.optimize import linprog  # noqa: PLC0415 - slow to import

    # Unknown to the attacker: all that is withheld, but the cells that it holds itself.
    unknown = pattern & ((problem.holder != attacker) | (attacker == NOBODY))
    columns = np.flatnonzero(unknown)
    tasks = problem.tasks
    need = float(tasks.need[task])
    cell = int(tasks.cell[task])
    sign = float(tasks.sign[task])

    # In units of the needed distance, so that 1 is enough whatever the size of the values.
    limits = np.column_stack([-problem.down[columns], problem.up[columns]]) / need
    objective = np.zeros(columns.size)
    at = int(np.searchsorted(columns, cell))
    objective[at] = -sign
    limits[at] = np.clip(limits[at], -1.0, 1.0)

    part = problem.relations[:, columns].tocsr()
    part = part[np.flatnonzero(np.diff(part.indptr))]
    equations = {"A_eq": part, "b_eq": np.zeros(part.shape[0])} if part.shape[0] else {}
    found: Any = linprog(objective, bounds=limits, method="highs", **equations)  # type: ignore[call-overload]
    if found.x is None:
        raise SuppressionCheckError(f"the check of cell {cell} failed ({found.message}); please report this")

    move = np.zeros(problem.n_cells)
    move[columns] = found.x * need
    return move


def _possible(problem: Problem, move: Floats, low: Floats, high: Floats, need: float) -> bool:
    """Return whether a deviation is one that a reader can't exclude."""
    rounding = 1e-6 * need
    if (move < low - rounding).any() or (move > high + rounding).any():
        return False
    size = np.maximum(abs(problem.relations).sum(axis=1), 1.0)
    return bool((np.abs(problem.relations @ move) <= rounding * size).all())
