"""The flow's linear program, whose answers count only as far as whole numbers confirm them.

A point counts if its rounded values satisfy every row exactly. That there is none counts if a sum of rows
shows it: whatever factors the rows are taken by, the sum can't exceed what the steps' limits allow; if the
rows ask for more, nothing satisfies them. The solver proposes the factors (a dual ray), they are rounded to
whole numbers, and the sum is computed in whole numbers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import highspy
import numpy as np
from scipy import sparse

if TYPE_CHECKING:
    from standby._typing import Codes, Floats, Mask
    from standby.workforce.patterns.week import Flow

FACTOR = 2**20
"""The largest factor that a row is taken by in a proof."""

ROUNDING = 1e-6
"""How far a step's flow may be from a whole number and be taken for it; the rows are then computed anew."""


class Box(NamedTuple):
    """A part of all flows: limits of each step and, after them, of each sum, shape (steps + sums,) each."""

    low: Codes
    high: Codes


class Program:
    """The linear program of a flow, with sums over steps that can be limited, and more of them as it goes on.

    Parameters
    ----------
    flow
        The rows.
    sums
        Sets of steps, by number.
    """

    def __init__(self, flow: Flow, sums: list[Codes]) -> None:
        self._flow = flow
        self._n_rows, self.n_steps = flow.rows.shape
        self._highs = _solver(flow)
        self._sums: list[Codes] = []
        self._summed = sparse.csr_array((0, self.n_steps), dtype=np.int64)
        for steps in sums:
            self.add_sum(steps)

    def add_sum(self, steps: Codes) -> None:
        """Add a sum, with no limits of its own.

        Parameters
        ----------
        steps
            Numbers of the steps.
        """
        self._sums.append(steps)
        self._highs.addRow(0.0, np.inf, steps.size, steps.astype(np.int32), np.ones(steps.size))

        ends = np.cumsum([0, *(each.size for each in self._sums)])
        ones = np.ones(ends[-1], np.int64)
        shape = (len(self._sums), self.n_steps)
        self._summed = sparse.csr_array((ones, np.concatenate(self._sums), ends), shape=shape)

    def whole_box(self) -> Box:
        """Return the box that holds every flow."""
        none = np.zeros(self.n_steps, np.int64)
        return self.widened(Box(none, self._flow.room))

    def widened(self, box: Box) -> Box:
        """Return a box with limits for the sums that came after it, which limit nothing.

        Parameters
        ----------
        box
            The box.
        """
        newer = np.asarray(self._summed[box.low.size - self.n_steps :] @ self._flow.room)
        return Box(np.append(box.low, np.zeros_like(newer)), np.append(box.high, newer))

    def solve(self, box: Box, time_left_s: float | None) -> Floats | None:
        """Return a flow within a box with the sums after it, fractions allowed; None where none was found.

        Parameters
        ----------
        box
            The limits, of all sums.
        time_left_s
            When to give up [s]; None: never.

        Returns
        -------
        numpy.ndarray of float or None
            Shape (steps + sums,). None also where time is up or the solver gave up, so that it proves nothing
            by itself: see `excludes`.
        """
        low = box.low.astype(float)
        high = box.high.astype(float)
        columns = np.arange(self.n_steps, dtype=np.int32)
        self._highs.changeColsBounds(columns.size, columns, low[: self.n_steps], high[: self.n_steps])
        for number in range(len(self._sums)):
            at = self.n_steps + number
            self._highs.changeRowBounds(self._n_rows + number, low[at], high[at])

        # The solver's clock runs on from one program to the next.
        if time_left_s is not None:
            self._highs.setOptionValue("time_limit", self._highs.getRunTime() + time_left_s)
        self._highs.run()
        if self._highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        flow = np.array(self._highs.getSolution().col_value)
        return np.append(flow, np.asarray(self._summed @ flow))

    def excludes(self, box: Box) -> bool:
        """Return whether whole numbers confirm that there is no flow in the box that `solve` just looked at.

        Parameters
        ----------
        box
            The same limits.
        """
        _, is_there, ray = self._highs.getDualRay()
        if not is_there or not np.any(ray):
            return False

        rounded = np.rint(FACTOR * np.asarray(ray) / np.abs(ray).max()).astype(np.int64)
        return self._contradicts(box, rounded) or self._contradicts(box, -rounded)

    def holds(self, box: Box, flow: Codes) -> bool:
        """Return whether a flow of whole numbers is in the box and satisfies every row.

        Parameters
        ----------
        box
            The limits, of all sums.
        flow
            Shape (steps,).
        """
        value = self._flow.rows @ flow
        measured = np.append(flow, np.asarray(self._summed @ flow))
        return bool(
            (measured >= box.low).all()
            and (measured <= box.high).all()
            and (value >= self._flow.least).all()
            and (value <= self._flow.most).all()
        )

    def _contradicts(self, box: Box, factor: Codes) -> bool:
        """Return whether the sum of rows, each taken by a factor, asks for more than the steps allow."""
        of_row = factor[: self._n_rows]
        of_sum = factor[self._n_rows :]
        low = box.low[self.n_steps :]
        high = box.high[self.n_steps :]
        asked = int(np.where(of_row > 0, self._flow.least, self._flow.most) @ of_row)
        asked += int(np.where(of_sum > 0, low, high) @ of_sum)

        weight = self._flow.rows.T @ of_row + self._summed.T @ of_sum
        low = box.low[: self.n_steps]
        high = box.high[: self.n_steps]
        return asked > int(np.where(weight > 0, high, low) @ weight)


def nearly_whole(flow: Floats) -> Mask:
    """Return which flows are whole numbers but for rounding.

    Parameters
    ----------
    flow
        Flows, of any shape.
    """
    return np.asarray(np.abs(flow - np.rint(flow)) < ROUNDING)


def _solver(flow: Flow) -> Any:
    """Return HiGHS with the rows in it, set for many programs that differ by their limits."""
    program = highspy.HighsLp()
    program.num_row_, program.num_col_ = flow.rows.shape
    program.col_cost_ = np.zeros(program.num_col_)
    program.col_lower_ = np.zeros(program.num_col_)
    program.col_upper_ = flow.room.astype(float)
    program.row_lower_ = flow.least.astype(float)
    program.row_upper_ = flow.most.astype(float)
    program.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    program.a_matrix_.start_ = flow.rows.indptr
    program.a_matrix_.index_ = flow.rows.indices
    program.a_matrix_.value_ = flow.rows.data.astype(float)

    highs = highspy.Highs()  # type: ignore[no-untyped-call]
    highs.setOptionValue("output_flag", False)  # noqa: FBT003 - the solver's own options
    highs.setOptionValue("threads", 1)
    highs.setOptionValue("presolve", "off")  # warm starts are worth more, and rays are of these rows
    highs.setOptionValue("solver", "simplex")
    highs.setOptionValue("simplex_strategy", 1)  # dual: limits change from one program to the next
    highs.passModel(program)
    return highs
