"""A p-median that the own search hasn't proven: its levels of distance, by the general solver."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from standby.locate.engine._kernels_search import OPEN, SHUT
from standby.locate.engine.choose import Choice, choose_sites
from standby.locate.engine.mip import Mip
from standby.locate.errors import SolverMissingError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from standby._typing import Codes, Floats, Mask
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
    problem
        The p-median.
    control
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


@dataclass(frozen=True)
class _LevelsModel:
    """A model of the first levels: its columns of sites, what all pay anyway, and each area's last level."""

    model: Mip
    opened: Codes
    fixed_cost: float
    last_level: Floats


class _Levels:
    """The radius formulation: an area pays the steps between the distances within which no site is open.

    Only the first levels of each area are in the model, which makes it a relaxation; levels are added where
    an answer goes beyond them (García, Labbé and Marín 2011, INFORMS Journal on Computing 23, 546-556;
    Elloumi 2010, Journal of Combinatorial Optimization 19, 69-83).
    """

    def __init__(self, problem: SiteProblem, choice: Choice, control: Control) -> None:
        self.whole = problem
        self.best = choice
        self.control = control
        self.small = replace(problem, status=choice.status).without_shut(choice.status)
        self.bound = choice.bound

        # To begin with, a few levels beyond the one that serves each area now.
        self.costs = self._distinct_costs()
        paid = self._paid(choice.is_open)
        self.depth = np.array([self._beyond(i, paid[i]) for i in range(paid.size)])

    def _distinct_costs(self) -> list[Floats]:
        """Return the distinct costs of each area, rising."""
        p = self.small
        return [np.unique(p.cost[p.indptr[i] : p.indptr[i + 1]]) for i in range(p.spare.size)]

    def _beyond(self, area: int, paid: float) -> int:
        """Return the number of levels of an area that go some way beyond what it pays."""
        return int(np.searchsorted(self.costs[area], paid, side="right")) + _FURTHER

    def _paid(self, is_open: Mask) -> Floats:
        """Return what each area pays."""
        p = self.whole
        paid = p.spare.copy()
        for i in range(p.spare.size):
            opened = np.flatnonzero(is_open[p.site[p.indptr[i] : p.indptr[i + 1]]])
            if opened.size:
                paid[i] = min(paid[i], p.cost[p.indptr[i] + opened[0]])
        return paid

    def choice(self) -> Choice:
        """Return the best set met and the bound proven."""
        return replace(self.best, bound=min(self.bound, self.best.value))

    def solve(self, most_looks: float = np.inf) -> None:
        """Solve, with more levels each time an answer goes beyond them, for so many looks of the solver."""
        looks_left = most_looks
        while self.control.go_on() and looks_left > 0:
            made = self._model()
            if made is None:
                return

            found = made.model.solve(self.control, grain=self.whole.grain, most_looks=looks_left)
            looks_left -= found.looks
            if found.infeasible:
                self.bound = self.best.value
                return
            self.bound = max(self.bound, found.bound + made.fixed_cost)
            if found.x is None:
                return

            is_open = found.x[made.opened] > 0.5
            value = self.whole.value(is_open)
            paid = self._paid(is_open)
            if value < self.best.value:
                self.best = Choice(is_open, value, self.bound, 0, self.best.status)

            # An answer within its levels is paid for in full, so that its proof holds.
            last = made.last_level
            beyond = np.flatnonzero(paid > last + 1e-12 * np.maximum(1.0, np.abs(last)))
            if beyond.size == 0:
                if found.bound >= found.value:
                    self.bound = self.best.value
                return
            for i in beyond.tolist():
                self.depth[i] = self._beyond(i, paid[i])

    def _model(self) -> _LevelsModel | None:
        """Return the model of better answers; None where it is too large for the solver."""
        p = self.small
        model = Mip()
        opened = model.columns(p.fee.size, cost=p.fee, lower=p.status == OPEN, upper=p.status != SHUT)

        # An area pays a step of cost unless a site is open within the distance where the step begins.
        steps: list[float] = []
        sites: list[NDArray[np.int32]] = []
        last_level = np.empty(p.spare.size)
        fixed_cost = 0.0
        entries = 0
        for i, costs in enumerate(self.costs):
            part = slice(p.indptr[i], p.indptr[i + 1])
            ends = np.append(costs[costs < p.spare[i]], p.spare[i])
            fixed_cost += float(ends[0])
            depth = min(int(self.depth[i]), ends.size - 1)
            last_level[i] = ends[depth]
            for k in range(depth):
                sites.append(p.site[part][p.cost[part] <= ends[k]])
                steps.append(float(ends[k + 1] - ends[k]))
                entries += sites[-1].size
            if entries > _LARGEST:
                return None
        if not steps or len(steps) * entries > _MOST_LP:
            return None

        n_steps = len(steps)
        row = np.repeat(np.arange(n_steps), [part.size for part in sites])
        column = np.concatenate(sites).astype(np.int64)
        reach = sparse.csr_matrix((np.ones(column.size), (row, column)), shape=(n_steps, p.fee.size))
        taken = model.columns(n_steps, cost=np.array(steps), upper=1.0)
        model.rows((reach, opened), (sparse.eye(n_steps), taken), lower=1.0)
        model.rows((np.ones((1, p.fee.size)), opened), upper=float(p.places))

        # Only better answers, but for rounding.
        better = self.best.value - self.whole.slack(self.best.value) - fixed_cost
        spent = [(p.fee[None, :], opened), (np.array([steps]), taken)]
        model.rows(*spent, upper=better + 1e-7 * max(1.0, abs(better)))
        self.control.show = lambda value: value + fixed_cost
        return _LevelsModel(model, opened, fixed_cost, last_level)
