"""What an attacker can find out from a pattern: one linear program for each cell and direction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import highspy
import numpy as np

from standby._refusals import UnableError
from standby.disclosure.suppression.problem import ENOUGH, NOBODY, Problem, Standing

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scipy import sparse

    from standby._typing import Floats, Mask

_OPEN = 1e-9
"""Share of a cell withheld from which on the cell takes part in an attack."""


class SolverGaveUpError(UnableError, RuntimeError):
    """The solver can't say of a linear program whether it has an answer."""


@dataclass(frozen=True)
class Reached:
    """How far an attacker has to believe that a cell may move.

    Attributes
    ----------
    share : float
        Distance reached as a share of what is needed, at most 1.
    move : numpy.ndarray of float
        A deviation that gets so far, shape (cells,).
    price : numpy.ndarray of float
        Dual value of each relation: what stops the cell, shape (relations,).
    """

    share: float
    move: Floats
    price: Floats


class Attack:
    """The linear programs of all attackers at one pattern.

    Parameters
    ----------
    problem
        The problem.
    withheld
        The pattern: 1 for a cell withheld, 0 for one published, shape (cells,). It may be fractional, and a
        cell may then move by that share of what it may move.
    most
        No cell moves by more than so many times the needed distance. With 1, fractional patterns are judged
        more strictly, which finds more cuts; the cuts are right whatever it is.
    """

    def __init__(self, problem: Problem, withheld: Floats, *, most: float = np.inf) -> None:
        self._problem = problem
        self._most = most

        # Only cells withheld have a column, and only relations with such a cell a row.
        self._columns = np.flatnonzero(withheld > _OPEN)
        self._share = np.minimum(withheld[self._columns], 1.0)
        self._place = np.full(problem.n_cells, -1)
        self._place[self._columns] = np.arange(self._columns.size)

        part = problem.relations[:, self._columns].tocsr()
        self._rows = np.flatnonzero(np.diff(part.indptr))
        self._highs = linear_program(part[self._rows], primal=True)
        self._numbers = np.arange(self._columns.size, dtype=np.int32)
        self._boxed: tuple[float, int] | None = None
        self._low = self._high = np.empty(0)

    def limits(self) -> tuple[Floats, Floats]:
        """Return how far each cell may move down and up, as numbers below and above 0, shape (cells,)."""
        low = np.zeros(self._problem.n_cells)
        high = np.zeros(self._problem.n_cells)
        part = self._columns[self._share > 0.0]
        share = self._share[self._share > 0.0]
        low[part] = -self._problem.down[part] * share
        high[part] = self._problem.up[part] * share
        return low, high

    def set_share(self, cell: int, share: float) -> None:
        """Withhold a cell of the pattern by another share."""
        self._share[self._place[cell]] = share
        self._boxed = None

    def _set_box(self, need: float, attacker: int) -> None:
        """Set how far each cell may move, in units of the needed distance."""
        if self._boxed == (need, attacker):
            return

        # A share of 0 keeps a cell where it is, also where it might move without limit.
        up = np.where(self._share > 0.0, self._problem.up[self._columns], 0.0)
        down = np.where(self._share > 0.0, self._problem.down[self._columns], 0.0)
        self._high = np.minimum(up / need, self._most) * np.maximum(self._share, _OPEN)
        self._low = -np.minimum(down / need, self._most) * np.maximum(self._share, _OPEN)

        if attacker != NOBODY:
            known = self._problem.holder[self._columns] == attacker
            self._high[known] = 0.0
            self._low[known] = 0.0
        self._highs.changeColsBounds(self._numbers.size, self._numbers, self._low, self._high)
        self._boxed = (need, attacker)

    def reach(self, task: int, attacker: int = NOBODY) -> Reached:
        """Move the cell of a task as far as it must be able to go, or as far as it can."""
        tasks = self._problem.tasks
        cell = int(tasks.cell[task])
        sign = float(tasks.sign[task])
        need = float(tasks.need[task])
        self._set_box(need, attacker)

        # Only for this program: the cell pulls, and stops at the needed distance.
        at = int(self._place[cell])
        low = float(self._low[at])
        high = float(self._high[at])
        self._highs.changeColBounds(at, max(low, -1.0), min(high, 1.0))
        self._highs.changeColCost(at, -sign)
        solve(self._highs)
        solution = self._highs.getSolution()

        self._highs.changeColCost(at, 0.0)
        self._highs.changeColBounds(at, low, high)

        move = np.zeros(self._problem.n_cells)
        move[self._columns] = np.array(solution.col_value) * need
        price = np.zeros(self._problem.relations.shape[0])
        price[self._rows] = solution.row_dual
        return Reached(float(sign * move[cell] / need), move, price)

    def holds(self, standing: Standing, tasks: Iterable[int] | None = None) -> bool:
        """Return whether every task is met against every attacker, noting deviations that show it."""
        low, high = self.limits()
        for task in range(len(self._problem.tasks)) if tasks is None else tasks:
            while not standing.met[task]:
                reached = self.reach(task, standing.next_attacker(task))
                if reached.share < ENOUGH:
                    return False
                standing.note(reached.move, low=low, high=high)
        return True


class Paths:
    """Cheapest deviations that meet a task, among all cells that may be withheld.

    Parameters
    ----------
    problem
        The problem.
    allowed
        Cells that may be withheld, shape (cells,).
    """

    def __init__(self, problem: Problem, allowed: Mask) -> None:
        from scipy import sparse  # noqa: PLC0415 - slow to import

        self._problem = problem
        self._columns = np.flatnonzero(allowed & ~problem.published)
        self.size = self._columns.size
        self._place = np.full(problem.n_cells, -1)
        self._place[self._columns] = np.arange(self._columns.size)

        # Each cell has a column for up and one for down, so that both ways cost.
        part = problem.relations[:, self._columns].tocsr()
        self._highs = linear_program(sparse.csr_array(sparse.hstack([part, -part])), primal=False)
        self._numbers = np.arange(2 * self._columns.size, dtype=np.int32)
        self._boxed: tuple[float, int] | None = None
        self._high = np.empty(0)

    def cheapest(self, task: int, weight: Floats, attacker: int = NOBODY) -> Floats | None:
        """Return the deviation with the least weighted sum of absolute changes, None if there is none.

        Parameters
        ----------
        task
            Which task it meets.
        weight
            Weight of a change of each cell by the needed distance, shape (cells,).
        attacker
            Holder whose cells stay as they are.

        Returns
        -------
        ndarray or None
            Shape (cells,).
        """
        problem = self._problem
        size = self._columns.size
        need = float(problem.tasks.need[task])
        cell = int(problem.tasks.cell[task])
        if self._boxed != (need, attacker):
            known = (problem.holder[self._columns] == attacker) & (attacker != NOBODY)
            both = np.concatenate([problem.up[self._columns], problem.down[self._columns]]) / need
            self._high = np.where(np.concatenate([known, known]), 0.0, both)
            self._highs.changeColsBounds(self._numbers.size, self._numbers, np.zeros(2 * size), self._high)
            self._boxed = (need, attacker)

        # The cell has to go the needed distance its own way, and not at all the other way.
        forward = int(self._place[cell])
        back = forward + size
        if problem.tasks.sign[task] < 0.0:
            forward, back = back, forward
        if self._high[forward] < ENOUGH:
            return None  # it can't go so far, whatever is withheld

        both = np.concatenate([weight[self._columns], weight[self._columns]])
        self._highs.changeColsCost(self._numbers.size, self._numbers, both)
        self._highs.changeColBounds(forward, min(1.0, self._high[forward]), min(1.0, self._high[forward]))
        self._highs.changeColBounds(back, 0.0, 0.0)
        value = np.array(self._highs.getSolution().col_value) if solve(self._highs) else None

        self._highs.changeColBounds(forward, 0.0, self._high[forward])
        self._highs.changeColBounds(back, 0.0, self._high[back])
        if value is None:
            return None

        move = np.zeros(problem.n_cells)
        move[self._columns] = (value[:size] - value[size:]) * need
        return move


def linear_program(rows: sparse.csr_array, *, primal: bool, row_lower: Floats | None = None) -> Any:
    """Return a linear program of HiGHS with free hands: columns at 0, to be changed, and rows at 0 or more.

    Parameters
    ----------
    rows
        Shape (rows, columns).
    primal
        Whether the primal simplex suits, since the objective changes; else the dual, since limits do.
    row_lower
        Least value of each row, which is then unlimited above; without it rows are 0, shape (rows,).
    """
    program = highspy.HighsLp()
    program.num_row_, program.num_col_ = rows.shape
    program.col_cost_ = np.zeros(program.num_col_)
    program.col_lower_ = program.col_upper_ = np.zeros(program.num_col_)
    program.row_lower_ = np.zeros(program.num_row_) if row_lower is None else row_lower
    program.row_upper_ = np.full(program.num_row_, 0.0 if row_lower is None else np.inf)
    program.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    program.a_matrix_.start_ = rows.indptr
    program.a_matrix_.index_ = rows.indices
    program.a_matrix_.value_ = rows.data

    highs = highspy.Highs()  # type: ignore[no-untyped-call]
    highs.setOptionValue("output_flag", False)  # noqa: FBT003 - the solver's own options
    highs.setOptionValue("threads", 1)
    highs.setOptionValue("presolve", "off")  # warm starts are worth more
    highs.setOptionValue("simplex_strategy", 4 if primal else 1)
    highs.passModel(program)
    return highs


def solve(highs: Any) -> bool:
    """Solve a linear program, which has a solution unless its limits contradict each other.

    Returns
    -------
    bool
        Whether it has a solution.

    Raises
    ------
    RuntimeError
        If the solver gives up.
    """
    kinds = highspy.HighsModelStatus
    highs.run()
    if highs.getModelStatus() not in {kinds.kOptimal, kinds.kInfeasible}:
        highs.clearSolver()  # a cold start
        highs.run()

    status = highs.getModelStatus()
    if status not in {kinds.kOptimal, kinds.kInfeasible}:
        raise SolverGaveUpError(
            f"the solver gave up on a linear program ({highs.modelStatusToString(status)}), as it may where "
            "values differ by many powers of ten; please report this"
        )
    return bool(status == kinds.kOptimal)
