"""Expected cover solved by its own search: bound by prices, fixing of units, depth-first branch and bound."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from standby.locate.compressed import rows_of, starts_of
from standby.locate.engine import _kernels_expected as kernels
from standby.locate.engine._kernels_expected import BOUND, VALUE
from standby.locate.engine._kernels_search import Effort
from standby.locate.engine.mip import MipAnswer
from standby.locate.result import PROVEN_GAP

if TYPE_CHECKING:
    from standby._typing import Codes, Floats
    from standby.locate.engine.control import Control
    from standby.locate.minutes import CoverGroups
    from standby.locate.reach import Reach

_ROOT_STEPS, _NODE_STEPS = 400, 60
"""Steps of the prices before branching, and at a node."""

_ROOT_PATIENCE, _NODE_PATIENCE = 20, 12
"""Steps without a better bound after which they become shorter."""

_PASSES = 100
"""Most rounds of moving units, beside one for each unit to be added."""

_WORK = 5e7
"""Elementary steps of compiled work between two looks at the clock."""


@dataclass(frozen=True)
class Found:
    """Best placement met, units of shape (sites,), its value and what was proven."""

    units: Codes
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
    reach
        The problem.
    groups
        Its areas with equal cover sets merged.
    busy
        Chance that a unit is busy, above 0.
    control
        Time limit, progress and interruption.
    most_work
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
    control.report(-value, -bound, final=True)
    return Found(run.met.best, value, bound)


def _tables(reach: Reach, groups: CoverGroups, busy: float) -> kernels.Cover:
    """Return the areas of weight and the sites that may reach them, by area and by site."""
    group_weight = groups.total(reach.weight)
    useful = np.repeat(group_weight > 0, np.diff(groups.indptr)) & (reach.most[groups.site] > 0)
    site = groups.site[useful].astype(np.int64)
    kept, row = np.unique(rows_of(groups.indptr)[useful], return_inverse=True)
    weight = group_weight[kept]

    by_site = np.argsort(site, kind="stable")
    alone = (1.0 - busy) * np.bincount(site, weight[row], reach.n_sites)
    return kernels.Cover(
        indptr=starts_of(row, kept.size),
        site=site,
        colptr=starts_of(site, reach.n_sites),
        area=row[by_site].astype(np.int64),
        weight=weight,
        busy=float(busy),
        alone=alone.astype(np.float64),
        places=int(reach.units),
    )


class _Run:
    """One solve: tables, the best placement and the bound while they improve."""

    def __init__(self, reach: Reach, groups: CoverGroups, busy: float, control: Control) -> None:
        self.control = control
        self.cover = _tables(reach, groups, busy)

        # A site that gains nothing keeps its least number of units.
        low = reach.least.astype(np.int64)
        most = np.minimum(reach.most, reach.units)
        high = np.where(self.cover.alone > 0, most, low).astype(np.int64)
        self.whole_room = kernels.Room(low, high)
        self.room = kernels.Room(low.copy(), high.copy())

        best = self._improved(low)
        figures = np.array([1.0, np.inf, kernels.worth(self.cover, best), 0.0])
        self.met = kernels.Met(best, best.astype(float), figures)
        self.bound = float(self.cover.weight.sum())

    @property
    def value(self) -> float:
        """Value of the best placement."""
        return float(self.met.figures[VALUE])

    @property
    def slack(self) -> float:
        """How much better another placement must be to count as such."""
        return PROVEN_GAP * max(1.0, abs(self.value))

    def _improved(self, units: Codes) -> Codes:
        """Add units where they gain most and move single ones while that gains and there is time."""
        units = units.copy()
        units_a_call = max(1, int(_WORK / (self.cover.site.size + 1)))
        for _ in range(_PASSES + self.cover.places):
            may_gain = kernels.improve(self.cover, self.whole_room, units, units_a_call)
            if not may_gain or not self.control.go_on():
                break
        return units

    def _polish(self) -> None:
        """Move units of the best placement while that gains."""
        units = self._improved(self.met.best)
        value = float(kernels.worth(self.cover, units))
        if value > self.value:
            self.met.figures[VALUE] = value
            self.met.best[:] = units

    def solve(self, most_work: float) -> None:
        """Bound at the root, then search."""
        # To begin with a unit costs what one more would gain beside the best placement.
        in_reach = np.bincount(
            rows_of(self.cover.indptr), self.met.best[self.cover.site], self.cover.weight.size
        )
        unserved = self.cover.weight * self.cover.busy ** in_reach.astype(np.int64)
        price = unserved * (1.0 - self.cover.busy)
        prices = kernels.Prices(price, price.copy(), np.zeros(price.size))

        self._tighten(prices)
        self._polish()
        if self.bound > self.value + self.slack and self.control.go_on():
            self._search(prices.best, most_work)

    def _tighten(self, prices: kernels.Prices) -> None:
        """Lower the bound before branching, a few steps between two looks at the clock."""
        steps = int(np.clip(_WORK / (3 * self.cover.site.size + 1), 1, _ROOT_STEPS))
        for _ in range(0, _ROOT_STEPS, steps):
            effort = Effort(self.slack, steps, _ROOT_PATIENCE)
            more = kernels.tighten(self.cover, self.room, prices, self.met, effort)
            self.bound = min(self.bound, float(self.met.figures[BOUND]))
            self.control.report(-self.value, -self.bound)
            if not more or not self.control.go_on():
                return

    def _search(self, prices: Floats, most_work: float) -> None:
        """Search depth first, until the tree is empty, or time or work is over."""
        low, high = self.room
        depths = int((high - low).clip(max=self.cover.places).sum()) + 3
        tree = kernels.Tree(
            low=np.zeros((depths, low.size), np.int64),
            high=np.zeros((depths, low.size), np.int64),
            prices=np.zeros((depths, prices.size)),
            floor=np.full(depths, -np.inf),
        )
        tree.low[0] = low
        tree.high[0] = high
        tree.prices[0] = prices
        tree.floor[0] = self.bound

        node_work = _NODE_STEPS * (2 * self.cover.site.size + 1000)
        nodes_a_call = max(1, int(min(_WORK, most_work) / node_work))
        depth = 0
        worked = 0.0
        while depth >= 0:
            effort = Effort(self.slack, _NODE_STEPS, _NODE_PATIENCE)
            depth = kernels.search(self.cover, tree, self.met, effort, depth, nodes_a_call)
            worked += nodes_a_call * node_work
            self._polish()

            # What waits in the tree may be as good as the greatest of its bounds.
            waiting = float(tree.floor[: depth + 1].max(initial=-np.inf))
            self.bound = min(self.bound, max(waiting, self.value))
            self.control.report(-self.value, -self.bound)
            if depth >= 0 and (worked >= most_work or not self.control.go_on()):
                return
        self.bound = self.value
