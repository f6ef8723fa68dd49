"""The mixed-integer model behind the general cover model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from standby.locate.engine.mip import Mip
from standby.locate.errors import SitingInputError
from standby.locate.models.needs import conditions_of, times_of, weight_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from standby.locate.engine.control import Control
    from standby.locate.minutes import MinutesTable
    from standby.locate.models.needs import CheckedRules, Condition, Fleet, Need


@dataclass(frozen=True)
class Case:
    """One need, checked and with areas of equal conditions merged."""

    need: Need
    times: dict[int, MinutesTable]
    conditions: list[Condition]
    weight: NDArray[np.float64]
    member: NDArray[np.int64]
    reach: list[dict[int, sparse.csr_matrix]]
    total: NDArray[np.float64]
    must: NDArray[np.bool_]


def case_of(need: Need, fleet: Fleet) -> Case:
    """Return a need as the solver takes it, checked: weights, who reaches whom, and what must be covered."""
    times = times_of(need, fleet)
    first = times[0]
    weight = weight_of(need, first.n_areas)
    must = np.zeros(first.n_areas, bool) if need.must is None else np.asarray(need.must, bool)
    if must.shape != (first.n_areas,):
        raise SitingInputError(f"must has shape {must.shape}", f"give one for each of {first.n_areas} areas")
    if not 0 <= need.share <= 1:
        raise SitingInputError(f"share is {need.share}", "give a share between 0 and 1")
    conditions = conditions_of(need, fleet, times)
    labels = must.astype(np.int64)
    for k in {t for c in conditions for t in c.tiers}:
        standards = [c.within[k] for c in conditions if k in c.tiers]
        (group, *_) = times[k].groups(*standards, labels=labels)
        labels = group.member
    _, stand_in = np.unique(labels, return_index=True)
    matrices = [{k: times[k].reach_matrix(c.within[k], stand_in) for k in c.tiers} for c in conditions]
    size = int(labels.max()) + 1
    asked = np.zeros(size, bool)
    asked[labels] = must
    return Case(
        need,
        times,
        conditions,
        weight,
        labels,
        matrices,
        np.bincount(labels, weight, size).astype(np.float64),
        asked,
    )


class Model:
    """The mixed-integer model of all cases."""

    def __init__(
        self, cases: list[Case], fleet: NDArray[np.int64], rules: CheckedRules, *, cyclic: bool
    ) -> None:
        self.cases, self.rules = cases, rules
        self.n_periods, self.n_tiers = fleet.shape
        self.n_sites = rules.least.size
        self.mip = Mip()
        limit = np.minimum(fleet.repeat(self.n_sites).reshape(*fleet.shape, self.n_sites), rules.most)
        columns = self.mip.columns(limit.size, upper=limit.ravel())
        self.x = columns.reshape(limit.shape)
        self.used = self.mip.columns(self.n_sites, lower=rules.least, upper=rules.most > 0)
        one = sparse.eye(self.n_sites)
        for h in range(self.n_periods):
            parts = [(one, self.x[h, t]) for t in range(self.n_tiers)]
            self.mip.rows(*parts, (-sparse.diags(rules.most.astype(float)), self.used), upper=0.0)
            self.mip.rows(*parts, lower=rules.least)
            for t in range(self.n_tiers):
                self.mip.rows((np.ones((1, self.n_sites)), self.x[h, t]), upper=float(fleet[h, t]))
        if rules.most_new is not None and rules.new.size:
            self.mip.rows((np.ones((1, rules.new.size)), self.used[rules.new]), upper=float(rules.most_new))
        self._link_periods(cyclic=cyclic)
        self.money = self._money()
        if np.isfinite(rules.budget):
            self.mip.rows(*self.money, upper=rules.budget + 1e-9 * max(1.0, rules.budget))
        self.covered = [self._cover(case) for case in cases]

    def _link_periods(self, *, cyclic: bool) -> None:
        """Columns that count the units brought to each site from one period to the next."""
        self.pairs = period_pairs(self.n_periods, cyclic=cyclic)
        self.brought = np.empty(0, np.int64)
        one = sparse.eye(self.n_sites)
        for before, after in self.pairs:
            for t in range(self.n_tiers):
                moved = self.mip.columns(self.n_sites)
                self.mip.rows((one, moved), (-one, self.x[after, t]), (one, self.x[before, t]), lower=0.0)
                self.brought = np.concatenate([self.brought, moved])

    def _money(self) -> list[tuple[NDArray[np.float64], NDArray[np.int64]]]:
        parts = [(self.rules.site_cost[None, :], self.used)]
        for t in range(self.n_tiers):
            columns = self.x[:, t].ravel()
            parts.append((np.full((1, columns.size), self.rules.unit_cost[t]), columns))
        if self.brought.size:
            parts.append((np.full((1, self.brought.size), self.rules.move_cost), self.brought))
        return parts

    def _cover(self, case: Case) -> NDArray[np.int64]:
        """Columns saying which groups are covered."""
        h = case.need.period
        y = self.mip.columns(case.total.size, lower=case.must, upper=1.0)
        for condition, reach in zip(case.conditions, case.reach, strict=True):
            reached = [(matrix, self.x[h, t]) for t, matrix in reach.items()]
            asked = sparse.eye(case.total.size) * -float(condition.count)
            self.mip.rows(*reached, (asked, y), lower=0.0)
        if case.need.share > 0:
            wanted = case.need.share * float(case.weight.sum())
            self.mip.rows((case.total[None, :], y), lower=wanted - 1e-9 * max(1.0, wanted))
        return y

    def aim_at_cover(self, chance: NDArray[np.float64], penalty: float, *, worst: bool) -> None:
        """Most cover, expected over scenarios or in the worst one, less the penalty for moves."""
        value = [np.empty(0)] * len(self.cases)
        n_scenarios = chance.size
        if worst and n_scenarios > 1:
            worst_of = self.mip.columns(1, cost=-1.0, real=True)
            for s in range(n_scenarios):
                parts = [
                    (c.total[None, :], y)
                    for c, y in zip(self.cases, self.covered, strict=True)
                    if c.need.scenario == s
                ]
                self.mip.rows(*parts, (np.array([[-1.0]]), worst_of), lower=0.0)
        else:
            for k, case in enumerate(self.cases):
                value[k] = -chance[case.need.scenario] * case.total
                self.mip.recost(self.covered[k], value[k])
        if penalty and self.brought.size:
            self.mip.recost(self.brought, np.full(self.brought.size, penalty))

    def aim(
        self, chance: NDArray[np.float64], penalty: float, control: Control, *, risk: str, aim: str
    ) -> None:
        """Aim at most cover or least money, and show progress in its sense."""
        if aim == "money":
            self.aim_at_money()
            control.show = float
        else:
            self.aim_at_cover(chance, penalty, worst=risk == "worst")
            control.show = lambda value: -value

    def aim_at_money(self) -> None:
        """Least money."""
        for row, columns in self.money:
            self.mip.recost(columns, row.ravel())


def period_pairs(n_periods: int, *, cyclic: bool) -> list[tuple[int, int]]:
    """Periods that follow one another; the last leads to the first when the week goes round."""
    pairs = [(h, h + 1) for h in range(n_periods - 1)]
    return [*pairs, (n_periods - 1, 0)] if cyclic and n_periods > 1 else pairs
