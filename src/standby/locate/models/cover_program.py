"""The general cover model as one checked problem, and its mixed-integer model."""

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


@dataclass(frozen=True, eq=False)
class CheckedNeed:
    """One need, checked and with areas of equal conditions merged into groups.

    Attributes
    ----------
    need
        As it was asked for.
    times
        By tier: its minutes.
    conditions
        What covers an area.
    weight
        Weight of each area with its factors, shape (areas,).
    member
        Group of each area, shape (areas,).
    reach
        For each condition and tier who reaches whom, shape (groups, sites).
    total
        Weight of each group, shape (groups,).
    must
        Groups that have to be covered, shape (groups,).
    """

    need: Need
    times: dict[int, MinutesTable]
    conditions: list[Condition]
    weight: NDArray[np.float64]
    member: NDArray[np.int64]
    reach: list[dict[int, sparse.csr_matrix]]
    total: NDArray[np.float64]
    must: NDArray[np.bool_]

    @property
    def wanted(self) -> float:
        """Weight that has to be covered."""
        return self.need.share * float(self.weight.sum())


@dataclass(frozen=True, eq=False)
class CoverProblem:
    """What the general cover model is asked, checked once.

    Attributes
    ----------
    cases
        The needs.
    fleet
        Most units of each period and tier, shape (periods, tiers).
    rules
        What may stand where, and what it costs.
    chance
        Chance of each scenario, shape (scenarios,).
    worst
        Whether the worst scenario counts, in place of the mean of all.
    for_money
        Whether least money is wanted, in place of most cover.
    move_penalty
        Weight that one unit moved between periods must be worth.
    cyclic
        Whether the last period is followed by the first.
    """

    cases: list[CheckedNeed]
    fleet: NDArray[np.int64]
    rules: CheckedRules
    chance: NDArray[np.float64]
    worst: bool
    for_money: bool
    move_penalty: float
    cyclic: bool

    def period_pairs(self) -> list[tuple[int, int]]:
        """Return the periods that follow one another, the first after the last where the week goes round."""
        n_periods = self.fleet.shape[0]
        pairs = [(h, h + 1) for h in range(n_periods - 1)]
        return [*pairs, (n_periods - 1, 0)] if self.cyclic and n_periods > 1 else pairs


def case_of(need: Need, fleet: Fleet) -> CheckedNeed:
    """Return a need checked, with who reaches whom and what must be covered.

    Raises
    ------
    SitingInputError
        Naming what of the need is wrong.
    """
    times = times_of(need, fleet)
    n_areas = times[0].n_areas
    weight = weight_of(need, n_areas)
    must = np.zeros(n_areas, bool) if need.must is None else np.asarray(need.must, bool)
    if must.shape != (n_areas,):
        raise SitingInputError(f"must has shape {must.shape}", f"give one for each of {n_areas} areas")
    if not 0 <= need.share <= 1:
        raise SitingInputError(f"share is {need.share}", "give a share between 0 and 1")
    conditions = conditions_of(need, fleet, times)

    # Areas are alike if every tier reaches them alike under every condition, and all or none must be covered.
    member = must.astype(np.int64)
    for k in {t for c in conditions for t in c.tiers}:
        standards = [c.within[k] for c in conditions if k in c.tiers]
        (group, *_) = times[k].groups(*standards, labels=member)
        member = group.member

    # One area of each group stands for all of it.
    _, stand_in = np.unique(member, return_index=True)
    n_groups = int(member.max()) + 1
    group_must = np.zeros(n_groups, bool)
    group_must[member] = must
    return CheckedNeed(
        need=need,
        times=times,
        conditions=conditions,
        weight=weight,
        member=member,
        reach=[{k: times[k].reach_matrix(c.within[k], stand_in) for k in c.tiers} for c in conditions],
        total=np.bincount(member, weight, n_groups).astype(np.float64),
        must=group_must,
    )


class CoverProgram:
    """The mixed-integer model of a cover problem.

    Its columns are the units of each period and tier at each site (`units`), whether a site is used at all
    (`used`), units brought to a site from one period to the next (`brought`), and which groups of each case
    are covered (`covered`).
    """

    def __init__(self, problem: CoverProblem) -> None:
        self.problem = problem
        self.mip = Mip()
        rules = problem.rules
        n_periods, n_tiers = problem.fleet.shape
        n_sites = rules.least.size

        # Units of each period and tier at each site, and whether a site is used.
        limit = np.broadcast_to(problem.fleet[:, :, None], (n_periods, n_tiers, n_sites))
        limit = np.minimum(limit, rules.most)
        self.units = self.mip.columns(limit.size, upper=limit.ravel()).reshape(limit.shape)
        self.used = self.mip.columns(n_sites, lower=rules.least, upper=rules.most > 0)

        # In each period no site holds more than it can, or less than it must, and no tier exceeds its fleet.
        each_site = sparse.eye(n_sites)
        all_sites = np.ones((1, n_sites))
        for h in range(n_periods):
            at_site = [(each_site, self.units[h, t]) for t in range(n_tiers)]
            self.mip.rows(*at_site, (-sparse.diags(rules.most.astype(float)), self.used), upper=0.0)
            self.mip.rows(*at_site, lower=rules.least)
            for t in range(n_tiers):
                self.mip.rows((all_sites, self.units[h, t]), upper=float(problem.fleet[h, t]))
        if rules.most_new is not None and rules.new.size:
            self.mip.rows((np.ones((1, rules.new.size)), self.used[rules.new]), upper=float(rules.most_new))

        # Moves and money, and who is covered.
        self.brought = self._brought()
        self.money = self._money()
        if np.isfinite(rules.budget):
            self.mip.rows(*self.money, upper=rules.budget + 1e-9 * max(1.0, rules.budget))
        self.covered = [self._cover(case) for case in problem.cases]

    def _brought(self) -> NDArray[np.int64]:
        """Return columns that count the units brought to each site from one period to the next."""
        brought = [np.empty(0, np.int64)]
        n_tiers = self.problem.fleet.shape[1]
        n_sites = self.problem.rules.least.size
        one = sparse.eye(n_sites)
        for before, after in self.problem.period_pairs():
            for t in range(n_tiers):
                moved = self.mip.columns(n_sites)
                now = self.units[before, t]
                then = self.units[after, t]
                self.mip.rows((one, moved), (-one, then), (one, now), lower=0.0)
                brought.append(moved)
        return np.concatenate(brought)

    def _money(self) -> list[tuple[NDArray[np.float64], NDArray[np.int64]]]:
        """Return the cost of sites, units and moves as a row of the model."""
        rules = self.problem.rules

        parts = [(rules.site_cost[None, :], self.used)]
        for t, unit_cost in enumerate(rules.unit_cost):
            columns = self.units[:, t].ravel()
            parts.append((np.full((1, columns.size), unit_cost), columns))
        if self.brought.size:
            parts.append((np.full((1, self.brought.size), rules.move_cost), self.brought))
        return parts

    def _cover(self, case: CheckedNeed) -> NDArray[np.int64]:
        """Return columns that say which groups of a case are covered."""
        period = case.need.period
        covered = self.mip.columns(case.total.size, lower=case.must, upper=1.0)

        # A covered group has as many units in reach as each condition asks for.
        for condition, reach in zip(case.conditions, case.reach, strict=True):
            in_reach = [(matrix, self.units[period, t]) for t, matrix in reach.items()]
            needed = sparse.eye(case.total.size) * -float(condition.count)
            self.mip.rows(*in_reach, (needed, covered), lower=0.0)

        if case.need.share > 0:
            lower = case.wanted - 1e-9 * max(1.0, case.wanted)
            self.mip.rows((case.total[None, :], covered), lower=lower)
        return covered

    def aim(self, control: Control) -> None:
        """Aim at most cover or least money, and show progress in its sense."""
        if self.problem.for_money:
            for row, columns in self.money:
                self.mip.recost(columns, row.ravel())
            control.show = float
            return

        control.show = lambda value: -value
        chance = self.problem.chance
        cases = self.problem.cases
        if self.problem.worst and chance.size > 1:
            # One more column is no larger than the cover of any scenario, and is made large.
            least = self.mip.columns(1, cost=-1.0, real=True)
            for s in range(chance.size):
                parts = [
                    (case.total[None, :], covered)
                    for case, covered in zip(cases, self.covered, strict=True)
                    if case.need.scenario == s
                ]
                self.mip.rows(*parts, (np.array([[-1.0]]), least), lower=0.0)
        else:
            for case, covered in zip(cases, self.covered, strict=True):
                self.mip.recost(covered, -chance[case.need.scenario] * case.total)

        if self.problem.move_penalty and self.brought.size:
            self.mip.recost(self.brought, np.full(self.brought.size, self.problem.move_penalty))
