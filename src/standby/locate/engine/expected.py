"""Expected cover solved by its own search: bound by prices, fixing of units, depth-first branch and bound."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from standby.locate.engine import _kernels_expected as kernels
from standby.locate.engine.mip import MipAnswer
from standby.locate.result import PROVEN_GAP

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from standby.locate.engine.control import Control
    from standby.locate.minutes import CoverGroups
    from standby.locate.reach import Reach

_ROOT_STEPS, _NODE_STEPS = 400, 60
_ROOT_PATIENCE, _NODE_PATIENCE = 20, 12
_PASSES = 100

_WORK = 5e7
"""Elementary steps of compiled work between two looks at the clock."""


@dataclass(frozen=True)
class Found:
    """Best placement met, units of shape (sites,), its value and what was proven."""

    units: NDArray[np.int64]
    value: float
    bound: float

    @property
    def proven(self) -> bool:
        """Whether nothing is better but for rounding."""
        return self.bound <= self.value

    def answer(self) -> MipAnswer:
        """Return it in the form of the general solver's answers: units first, and the least value is best."""
        return MipAnswer(self.units.astype(float), -self.value, -self.bound, infeasible=False)


def expected_cover(
    reach: Reach,
    groups: CoverGroups,
    busy: float,
    control: Control,
    *,
    most_work: float = np.inf,
) -> Found:
    """Place units so that the weight expected to find one free is greatest, to proof or until told to stop.

    Parameters
    ----------
    reach : Reach
        The problem.
    groups : CoverGroups
        Its areas with equal cover sets merged.
    busy : float
        Chance that a unit is busy, above 0.
    control : Control
        Time limit, progress and interruption.
    most_work : float
        Give up the search after so many elementary steps: by work and not by time, so that the answer is the
        same on a busy machine.

    Returns
    -------
    Found
        Best placement and bound; equal when proven.

    References
    ----------
    Daskin (1983), Transportation Science 17, 48-70, for the model; Fisher (1981), Management Science 27,
    1-18, for the bound; Nemhauser, Wolsey and Fisher (1978), Mathematical Programming 14, 265-294, for
    submodularity.
    """
    run = _Run(reach, groups, busy, control)
    try:
        run.solve(most_work)
    except KeyboardInterrupt:
        control.interrupted()
    value = run.value
    bound = value if run.bound <= value + run.slack else run.bound
    control.tell(-value, -bound, final=True)
    return Found(run.best, value, bound)


class _Run:
    """One solve: tables, the incumbent and the bound while they improve."""

    def __init__(self, reach: Reach, groups: CoverGroups, busy: float, control: Control) -> None:
        self.control = control
        weight = groups.total(reach.weight)
        n_sites = reach.n_sites

        # Areas of weight and the sites that may reach them, by area and by site.
        useful = np.repeat(weight > 0, np.diff(groups.indptr)) & (reach.most[groups.site] > 0)
        rows = np.repeat(np.arange(groups.size), np.diff(groups.indptr))[useful]
        site = groups.site[useful].astype(np.int64)
        kept, row = np.unique(rows, return_inverse=True)
        self.indptr = np.concatenate([[0], np.cumsum(np.bincount(row, minlength=kept.size))]).astype(np.int64)
        self.site, self.weight, self.busy = site, weight[kept], busy
        order = np.argsort(site, kind="stable")
        self.colptr = np.concatenate([[0], np.cumsum(np.bincount(site, minlength=n_sites))]).astype(np.int64)
        self.area = row[order].astype(np.int64)
        alone = (1.0 - busy) * np.bincount(site, self.weight[row], n_sites)
        self.alone = alone.astype(np.float64)

        self.table = (self.indptr, self.site, self.colptr, self.area, self.weight, self.busy, self.alone)

        # A site that gains nothing keeps its least number of units.
        self.low = reach.least.astype(np.int64)
        self.high = np.where(self.alone > 0, np.minimum(reach.most, reach.units), self.low).astype(np.int64)
        self.places = int(reach.units)
        self.low0, self.high0 = self.low.copy(), self.high.copy()

        self.best = self._improved(self.low)
        self.figures = np.array([1.0, np.inf, self._worth(self.best), 0.0])
        self.bound = float(self.weight.sum())

    def _worth(self, units: NDArray[np.int64]) -> float:
        return float(kernels.worth(self.colptr, self.area, self.weight, self.busy, units))

    @property
    def value(self) -> float:
        return float(self.figures[kernels.VALUE])

    @property
    def slack(self) -> float:
        return PROVEN_GAP * max(1.0, abs(self.value))

    def _improved(self, units: NDArray[np.int64]) -> NDArray[np.int64]:
        """Add units where they gain most and move single ones while that gains and there is time."""
        units = units.copy()
        most = max(1, int(_WORK / (self.site.size + 1)))
        for _ in range(_PASSES + self.places):
            gained = kernels.improve(
                self.colptr, self.area, self.weight, self.busy, self.low0, self.high0, self.places, units,
                most,
            )  # fmt: skip
            if not gained or not self.control.go_on():
                break
        return units

    def _polish(self) -> None:
        """Interchange from the incumbent."""
        units = self._improved(self.best)
        value = self._worth(units)
        if value > self.value:
            self.figures[kernels.VALUE] = value
            self.best[:] = units

    def solve(self, most_work: float) -> None:
        """Bound at the root, then search."""
        often = self.best.astype(float)
        left = self.weight * self.busy ** self._count()
        price = left * (1.0 - self.busy)
        kept = price.copy()
        self._tighten(price, kept, often)
        self._polish()
        if self.bound > self.value + self.slack and self.control.go_on():
            self._search(kept, often, most_work)

    def _tighten(
        self, price: NDArray[np.float64], kept: NDArray[np.float64], often: NDArray[np.float64]
    ) -> None:
        """Lower the bound before branching, a few steps between two looks at the clock."""
        heading = np.zeros(price.size)
        steps = int(np.clip(_WORK / (3 * self.site.size + 1), 1, _ROOT_STEPS))
        for _ in range(0, _ROOT_STEPS, steps):
            more = kernels.tighten(
                *self.table, self.low, self.high, self.places, price, kept, heading, often, self.best,
                self.figures, self.slack, steps, _ROOT_PATIENCE,
            )  # fmt: skip
            self.bound = min(self.bound, float(self.figures[kernels.BOUND]))
            self.control.tell(-self.value, -self.bound)
            if not more or not self.control.go_on():
                return

    def _search(self, kept: NDArray[np.float64], often: NDArray[np.float64], most_work: float) -> None:
        """Search depth first, until the tree is empty, or time or work is over."""
        deep = int((self.high - self.low).clip(max=self.places).sum()) + 3
        low, high = np.zeros((deep, self.low.size), np.int64), np.zeros((deep, self.low.size), np.int64)
        prices, floor = np.zeros((deep, kept.size)), np.full(deep, -np.inf)
        low[0], high[0], prices[0], floor[0] = self.low, self.high, kept, self.bound
        node_work = _NODE_STEPS * (2 * self.site.size + 1000)
        nodes = max(1, int(min(_WORK, most_work) / node_work))
        depth, worked = 0, 0.0
        while depth >= 0:
            depth = kernels.search(
                *self.table, self.places, self.best, self.figures, self.slack, _NODE_STEPS,
                _NODE_PATIENCE, low, high, prices, floor, often, depth, nodes,
            )  # fmt: skip
            worked += nodes * node_work
            self._polish()
            self.bound = min(self.bound, max(float(floor[: depth + 1].max(initial=-np.inf)), self.value))
            self.control.tell(-self.value, -self.bound)
            if depth >= 0 and (worked >= most_work or not self.control.go_on()):
                return
        self.bound = self.value

    def _count(self) -> NDArray[np.int64]:
        held = self.best[self.site]
        total = np.bincount(
            np.repeat(np.arange(self.weight.size), np.diff(self.indptr)), held, self.weight.size
        )
        return total.astype(np.int64)
