"""A p-median that the own search hasn't proven: its levels of distance, by the general solver."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from standby.locate.engine import _kernels_search as kernels
from standby.locate.engine.choose import Choice, choose_sites
from standby.locate.engine.mip import Mip
from standby.locate.errors import SolverMissingError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from standby.locate.engine.choose import SiteProblem
    from standby.locate.engine.control import Control

_MOST_WORK = (3.2e9, 2.4e10)
"""Elementary steps (some one and eight seconds) after which the own search hands over to the general solver,
first and second time."""

_MOST_LOOKS = (400, 3_000)
"""Looks of the general solver (see `Mip.solve`) after which it gives the problem back."""

_LARGEST, _MOST_AREAS = 500_000, 5_000
"""Entries of the solver's model, and areas, beyond which the own search goes on instead."""

_MOST_LP = 5e9
"""Rows times entries of the solver's model beyond which it isn't asked: one linear program of a larger model
takes it minutes, in which it does not look."""

_FURTHER = 3
"""Levels of distance beyond the one that serves an area now, to begin with."""


def median_choice(problem: SiteProblem, control: Control) -> Choice:
    """Solve a p-median to proof: own search, then its levels of distance, then the own search to the end.

    Parameters
    ----------
    problem : SiteProblem
        The p-median.
    control : Control
        Time limit, progress and interruption.

    Returns
    -------
    Choice
        As from `choose_sites`.
    """
    if problem.spare.size > _MOST_AREAS:
        return choose_sites(problem, control)
    best: Choice | None = None
    for most_work, most_looks in zip(_MOST_WORK, _MOST_LOOKS, strict=True):
        best = _searched(problem, control, best, most_work)
        if best.bound >= best.value or not control.go_on():
            return best
        levels = _Levels(problem, best, control)
        try:
            levels.solve(most_looks)
        except KeyboardInterrupt:
            control.interrupted()
        except SolverMissingError:  # the own search goes on
            break
        finally:
            control.show = float
        best = levels.choice()
        if best.bound >= best.value or not control.go_on():
            return best
    return _searched(problem, control, best, np.inf)


def _searched(problem: SiteProblem, control: Control, known: Choice | None, most_work: float) -> Choice:
    """Search from the best set known, and keep the better bound."""
    start, bound = (None, -np.inf) if known is None else (known.is_open, known.bound)
    found = choose_sites(problem, control, start=start, most_work=most_work)
    return replace(found, bound=min(max(found.bound, bound), found.value))


class _Levels:
    """The radius formulation: an area pays the steps between the distances within which no site is open.

    Only the first levels of each area are in the model, which makes it a relaxation; levels are added where
    an answer goes beyond them (García, Labbé and Marín 2011, INFORMS Journal on Computing 23, 546-556;
    Elloumi 2010, Journal of Combinatorial Optimization 19, 69-83).
    """

    def __init__(self, problem: SiteProblem, choice: Choice, control: Control) -> None:
        self.whole, self.best, self.control = problem, choice, control
        self.small = replace(problem, status=choice.status).without_shut(choice.status)
        self.bound = choice.bound
        paid = self._paid(choice.is_open)
        self.depth = np.array(
            [int(np.searchsorted(c, paid[i], side="right")) + _FURTHER for i, c in enumerate(self._costs())]
        )

    def _costs(self) -> list[NDArray[np.float64]]:
        """Return the distinct costs of each area, rising."""
        p = self.small
        return [np.unique(p.cost[p.indptr[i] : p.indptr[i + 1]]) for i in range(p.spare.size)]

    def _paid(self, is_open: NDArray[np.bool_]) -> NDArray[np.float64]:
        """Return what each area pays."""
        p = self.whole
        found = p.spare.copy()
        for i in range(p.spare.size):
            held = np.flatnonzero(is_open[p.site[p.indptr[i] : p.indptr[i + 1]]])
            if held.size:
                found[i] = min(found[i], p.cost[p.indptr[i] + held[0]])
        return found

    def choice(self) -> Choice:
        """Return the best set met and the bound proven."""
        best = self.best
        return Choice(best.is_open, best.value, min(self.bound, best.value), best.nodes, best.status)

    def solve(self, most_looks: float = np.inf) -> None:
        """Solve, with more levels each time an answer goes beyond them, for so many looks of the solver."""
        looks_left = most_looks
        while self.control.go_on() and looks_left > 0:
            model, x, fixed_cost, last = self._model()
            if model is None:
                return

            found = model.solve(self.control, grain=self.whole.grain, most_looks=looks_left)
            looks_left -= found.looks
            if found.infeasible:
                self.bound = self.best.value
                return
            self.bound = max(self.bound, found.bound + fixed_cost)
            if found.x is None:
                return
            is_open = found.x[x] > 0.5
            value, paid = self._value(is_open), self._paid(is_open)
            if value < self.best.value:
                self.best = Choice(is_open, value, self.bound, 0, self.best.status)
            beyond = np.flatnonzero(paid > last + 1e-12 * np.maximum(1.0, np.abs(last)))
            if beyond.size == 0:
                if found.bound >= found.value:
                    self.bound = self.best.value
                return
            costs = self._costs()
            for i in beyond:
                self.depth[i] = int(np.searchsorted(costs[i], paid[i], side="right")) + _FURTHER

    def _value(self, is_open: NDArray[np.bool_]) -> float:
        p = self.whole
        return float(kernels.serve_cost(p.indptr, p.site, p.cost, p.spare, p.fee, is_open))

    def _model(self) -> tuple[Mip | None, NDArray[np.int64], float, NDArray[np.float64]]:
        """Return the model of better answers, its sites, what all pay anyway, and each area's last level."""
        p = self.small
        model = Mip()
        shut = p.status == kernels.SHUT
        x = model.columns(p.fee.size, cost=p.fee, lower=p.status == kernels.OPEN, upper=~shut)
        step: list[float] = []
        sites: list[NDArray[np.int32]] = []
        last = np.empty(p.spare.size)
        fixed_cost, entries = 0.0, 0
        for i, costs in enumerate(self._costs()):
            part = slice(p.indptr[i], p.indptr[i + 1])
            ends = np.append(costs[costs < p.spare[i]], p.spare[i])
            fixed_cost += float(ends[0])
            depth = min(int(self.depth[i]), ends.size - 1)
            last[i] = ends[depth]
            for k in range(depth):
                sites.append(p.site[part][p.cost[part] <= ends[k]])
                step.append(float(ends[k + 1] - ends[k]))
                entries += sites[-1].size
            if entries > _LARGEST:
                return None, x, 0.0, last
        if not step or len(step) * entries > _MOST_LP:
            return None, x, 0.0, last
        rows = np.repeat(np.arange(len(step)), [part.size for part in sites])
        column = np.concatenate(sites).astype(np.int64)
        reach = sparse.csr_matrix((np.ones(column.size), (rows, column)), shape=(len(step), p.fee.size))
        z = model.columns(len(step), cost=np.array(step), upper=1.0)
        model.rows((reach, x), (sparse.eye(len(step)), z), lower=1.0)
        model.rows((np.ones((1, p.fee.size)), x), upper=float(p.places))
        better = self.best.value - self.whole.slack(self.best.value) - fixed_cost
        spent = [(p.fee[None, :], x), (np.array([step]), z)]
        model.rows(*spent, upper=better + 1e-7 * max(1.0, abs(better)))
        self.control.show = lambda value: value + fixed_cost
        return model, x, fixed_cost, last
