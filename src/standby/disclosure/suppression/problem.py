"""A table to protect: cells, relations, what an attacker knows in advance, and what must stay uncertain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from standby._show import Shown

if TYPE_CHECKING:
    from scipy import sparse

    from standby._typing import Codes, Floats, Mask

NOBODY = -1
"""Code of an attacker who holds no cell, and of the holder of a cell that nobody holds."""

ENOUGH = 1.0 - 1e-6
"""Share of the needed distance from which on a cell counts as protected: the solvers' rounding."""


@dataclass(frozen=True, eq=False)
class Tasks(Shown):
    """What must stay possible: each task is a primary cell, a direction and a distance.

    Attributes
    ----------
    cell : numpy.ndarray of int
        Primary cell of each task, shape (tasks,).
    sign : numpy.ndarray of float
        1.0 where the cell must be able to be larger, -1.0 smaller, shape (tasks,).
    need : numpy.ndarray of float
        By how much, above 0, shape (tasks,).
    """

    cell: Codes
    sign: Floats
    need: Floats

    def __len__(self) -> int:
        return self.cell.size


@dataclass(frozen=True, eq=False)
class Problem(Shown):
    """A suppression problem in terms of deviations from the true values.

    A table that an attacker can't exclude is the true one plus a deviation `z` with ``relations @ z = 0`` and
    ``-down <= z <= up`` that is 0 in every cell that is published or known to the attacker.

    Attributes
    ----------
    relations : scipy.sparse.csc_array
        Shape (relations, cells).
    down, up : numpy.ndarray of float
        How far an attacker's prior knowledge lets each cell be below and above its value, shape (cells,);
        0 for a cell that must be published.
    cost : numpy.ndarray of float
        What withholding each cell costs, shape (cells,); 0 for a cell that must be published.
    primary : numpy.ndarray of bool
        Cells that have to be withheld, shape (cells,).
    published : numpy.ndarray of bool
        Cells that must be published, shape (cells,).
    holder : numpy.ndarray of int
        Code of who knows each cell, `NOBODY` if nobody does, shape (cells,).
    tasks : Tasks
        What must stay possible for the primary cells.
    """

    relations: sparse.csc_array
    down: Floats
    up: Floats
    cost: Floats
    primary: Mask
    published: Mask
    holder: Codes
    tasks: Tasks

    @property
    def n_cells(self) -> int:
        """Number of cells."""
        return self.primary.size

    @property
    def settled(self) -> Mask:
        """Cells that are withheld in every pattern the search looks at: primary, or free to withhold."""
        return np.asarray((self.primary | (self.cost == 0.0)) & ~self.published)


class Standing:
    """Which tasks are known to be met at one pattern, by deviations seen so far.

    A deviation that moves a cell far enough shows that nobody can exclude it, but for a holder of one of the
    cells it changes. A task is met when there is a deviation, and no holder is touched by all of them.
    """

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self._seen = np.zeros(len(problem.tasks), bool)
        self._blocked: dict[int, set[int]] = {}
        self.met = np.zeros(len(problem.tasks), bool)

        self.touched = np.zeros((len(problem.tasks), problem.n_cells), bool)
        """Cells that the deviations of each task change, shape (tasks, cells)."""

    def forget(self, tasks: Codes) -> None:
        """Start again with some tasks."""
        self.met[tasks] = self._seen[tasks] = False
        self.touched[tasks] = False
        for task in tasks:
            self._blocked.pop(int(task), None)

    def next_attacker(self, task: int) -> int:
        """Return an attacker against whom the task isn't known to be met: `NOBODY`, or a holder."""
        return min(self._blocked[task]) if self._seen[task] else NOBODY

    def note(
        self, move: Floats, *, least: float = 0.0, low: Floats | None = None, high: Floats | None = None
    ) -> None:
        """Note which tasks a deviation meets, and its opposite as far as the limits allow.

        Parameters
        ----------
        move
            The deviation, shape (cells,).
        least
            Tasks count as met only if their cell moves by this much or more.
        low, high
            Limits of deviations; without them the opposite isn't looked at.
        """
        self._note(move, least)
        if low is None or high is None:
            return

        # The opposite deviation, made smaller until it fits.
        with np.errstate(divide="ignore", invalid="ignore"):
            room = np.where(move < 0.0, high / -move, np.where(move > 0.0, low / -move, np.inf))
        share = min(1.0, float(room.min(initial=np.inf)))
        if share > 0.0:
            self._note(-share * move, least)

    def _note(self, move: Floats, least: float) -> None:
        """Note which tasks a deviation meets."""
        tasks = self._problem.tasks
        needed = np.maximum(tasks.need, least) * ENOUGH
        found = np.flatnonzero(~self.met & (tasks.sign * move[tasks.cell] >= needed))
        if not found.size:
            return

        changed = np.abs(move) > 1e-9 * tasks.need.min()
        holders = set(self._problem.holder[changed].tolist()) - {NOBODY}
        for task in found.tolist():
            # Who holds the cell itself knows it anyhow.
            others = holders - {int(self._problem.holder[tasks.cell[task]])}
            blocked = self._blocked[task] & others if self._seen[task] else others
            if self._seen[task] and blocked == self._blocked[task]:
                continue
            self._seen[task] = True
            self._blocked[task] = blocked
            self.met[task] = not blocked
            self.touched[task] |= changed
