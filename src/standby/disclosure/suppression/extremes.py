"""The smallest and largest deviation of each cell, by linear and where needed integer programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import highspy
import numpy as np

from standby import _deadline
from standby.disclosure.suppression.attack import linear_program

if TYPE_CHECKING:
    from scipy import sparse

    from standby._typing import Floats, Mask

_WHOLE = 1e-6
"""How far from a whole number a deviation counts as one."""


def extremes(
    relations: sparse.csr_array, low: Floats, high: Floats, limit: float, *, whole: bool
) -> tuple[Floats, Floats, Mask]:
    """Return how far each deviation can go down and up, and whether that is proven, shape (cells,) each.

    Parameters
    ----------
    relations
        Relations of the cells withheld, shape (relations, cells).
    low, high
        Limits of the deviations, at most and at least 0, shape (cells,).
    limit
        When to stop [s].
    whole
        Whether deviations are whole numbers.
    """
    ends = _deadline.clock() + limit
    n_cells = low.size
    numbers = np.arange(n_cells, dtype=np.int32)

    # The linear program answers most cells, and bounds the integer one where that is needed.
    programs = [linear_program(relations, primal=True)]
    if whole:
        programs.append(linear_program(relations, primal=True))
        programs[1].setOptionValue("presolve", "choose")
        kinds = np.full(n_cells, highspy.HighsVarType.kInteger)
        programs[1].changeColsIntegrality(n_cells, numbers, kinds)
    for program in programs:
        program.changeColsBounds(n_cells, numbers, low, high)

    # Every table that is seen shows for all cells what is possible.
    reached = np.zeros((2, n_cells))
    proven = np.zeros((2, n_cells), bool)
    for cell in range(n_cells):
        for side, sign in ((0, -1.0), (1, 1.0)):
            for program in programs:
                left = ends - _deadline.clock()
                if proven[side, cell] or left <= 0.0:
                    break

                farthest, move = _farthest(program, cell, sign, left)
                exact = program is programs[-1]
                if whole:
                    farthest = float(np.floor(farthest + _WHOLE))
                if move is not None and (exact or not whole or np.abs(move - np.rint(move)).max() <= _WHOLE):
                    seen = np.rint(move) if whole else move
                    reached[0], reached[1] = np.minimum(reached[0], seen), np.maximum(reached[1], seen)

                # Unlimited for real numbers is unlimited for whole ones: there is a table of whole numbers.
                if np.isinf(farthest):
                    reached[side, cell] = sign * np.inf
                proven[side, cell] = sign * reached[side, cell] >= farthest - _WHOLE * max(1.0, abs(farthest))
    return reached[0], reached[1], proven[0] & proven[1]


def _farthest(program: Any, cell: int, sign: float, left: float) -> tuple[float, Floats | None]:
    """Return how far a cell can go at most, and a deviation in which it goes as far as was found.

    Parameters
    ----------
    program
        Linear or integer program of all deviations.
    cell, sign
        Which cell, and 1.0 for up or -1.0 for down.
    left
        Time left [s].

    Returns
    -------
    farthest : float
        NaN if the solver stopped before it was known.
    move : ndarray or None
        Shape (cells,).
    """
    kinds = highspy.HighsModelStatus
    program.changeColCost(cell, -sign)
    program.setOptionValue("time_limit", float(program.getRunTime() + left))
    program.run()
    status = program.getModelStatus()
    found = program.getInfo().primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    move = np.array(program.getSolution().col_value) if found else None
    program.changeColCost(cell, 0.0)

    if status in {kinds.kUnbounded, kinds.kUnboundedOrInfeasible}:
        return np.inf, None
    if status == kinds.kOptimal and move is not None:
        return float(sign * move[cell]), move
    return float("nan"), move
