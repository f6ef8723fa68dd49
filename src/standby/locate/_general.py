"""The general cover model: tiers, attendance, periods, scenarios, budgets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Unpack

import numpy as np
from scipy import sparse

from standby.locate import _check
from standby.locate._control import Control
from standby.locate._mip import Mip
from standby.locate._need import SiteRules, checked_rules, conditions_of, times_of, weight_of
from standby.locate._result import (
    InfeasibleError,
    NoAnswerYetError,
    Siting,
    SitingInputError,
    SolveOptions,
    relative_gap,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from standby.locate._mip import MipAnswer
    from standby.locate._need import CheckedRules, Condition, Fleet, Need
    from standby.locate._times import Times


@dataclass(frozen=True)
class CoverPlan(Siting):
    """A `Siting` of several tiers and periods.

    `units` are the most held at each of `sites` in any period; `assignment` is the site that reaches each
    area soonest under the first need.

    Attributes
    ----------
    placement : numpy.ndarray of int
        Units of shape (periods, tiers, sites).
    covered : tuple of numpy.ndarray of bool
        For each need the areas covered.
    cover : tuple of float
        For each need the weight covered.
    moves : int
        Units brought to a site between one period and the next, over the whole cycle.
    cost_gbp : float
        Sites, units and moves together [GBP].
    """

    placement: NDArray[np.int64]
    covered: tuple[NDArray[np.bool_], ...]
    cover: tuple[float, ...]
    moves: int
    cost_gbp: float


@dataclass(frozen=True)
class _Case:
    """One need, checked and with areas of equal conditions merged."""

    need: Need
    times: dict[int, Times]
    conditions: list[Condition]
    weight: NDArray[np.float64]
    member: NDArray[np.int64]
    reach: list[dict[int, sparse.csr_matrix]]
    total: NDArray[np.float64]
    must: NDArray[np.bool_]


def _case(need: Need, fleet: Fleet) -> _Case:
    times = times_of(need, fleet)
    first = times[0]
    weight = weight_of(need, first.n_areas)
    must = np.zeros(first.n_areas, bool) if need.must is None else np.asarray(need.must, bool)
    if must.shape != (first.n_areas,):
        raise SitingInputError(f"must has shape {must.shape}; give one for each of {first.n_areas} areas")
    if not 0 <= need.share <= 1:
        raise SitingInputError(f"share is {need.share}; give a share between 0 and 1")
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
    return _Case(
        need,
        times,
        conditions,
        weight,
        labels,
        matrices,
        np.bincount(labels, weight, size).astype(np.float64),
        asked,
    )


class _Model:
    """The mixed-integer model of all cases."""

    def __init__(
        self, cases: list[_Case], fleet: NDArray[np.int64], rules: CheckedRules, *, cyclic: bool
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

    def _cover(self, case: _Case) -> NDArray[np.int64]:
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

    def aim_at_money(self) -> None:
        """Least money."""
        for row, columns in self.money:
            self.mip.recost(columns, row.ravel())


def period_pairs(n_periods: int, *, cyclic: bool) -> list[tuple[int, int]]:
    """Periods that follow one another; the last leads to the first when the week goes round."""
    pairs = [(h, h + 1) for h in range(n_periods - 1)]
    return [*pairs, (n_periods - 1, 0)] if cyclic and n_periods > 1 else pairs


def covered_areas(
    case_times: dict[int, Times], conditions: list[Condition], placement: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Areas that meet every condition under units of shape (tiers, sites), counted from the input alone."""
    good = np.ones(case_times[0].n_areas, bool)
    for condition in conditions:
        count = np.zeros(good.size, np.int64)
        for k in condition.tiers:
            sites = np.nonzero(placement[k])[0]
            count += _check.reached_by(case_times[k], sites, placement[k][sites], condition.within[k])
        good &= count >= condition.count
    return good


def moves_between(placement: NDArray[np.int64], *, cyclic: bool) -> int:
    """Units brought to a site from one period to the next."""
    pairs = period_pairs(placement.shape[0], cyclic=cyclic)
    return int(sum(np.maximum(placement[b] - placement[a], 0).sum() for a, b in pairs))


def _chances(needs: Sequence[Need], chance: Sequence[float] | None) -> NDArray[np.float64]:
    n = max(need.scenario for need in needs) + 1
    values = np.full(n, 1.0 / n) if chance is None else np.asarray(chance, float)
    if values.shape != (n,) or not (values >= 0).all() or abs(values.sum() - 1) > 1e-9:
        raise SitingInputError(f"chance is {chance}; give one chance for each of {n} scenarios, together 1")
    return values


def cover_model(
    needs: Sequence[Need],
    fleet: Fleet,
    *,
    rules: SiteRules | None = None,
    chance: Sequence[float] | None = None,
    risk: Literal["expected", "worst"] = "expected",
    aim: Literal["cover", "money"] = "cover",
    move_penalty: float = 0.0,
    cyclic: bool = True,
    **options: Unpack[SolveOptions],
) -> CoverPlan:
    """Place units of several tiers over the week so that most is covered, or a required cover costs least.

    Maximise ``sum_s chance_s sum_{n in s} sum_i weight_ni y_ni - move_penalty * moves`` (or the least of the
    scenarios' sums, or minus the money) subject to, for every need n, area i, arrival and set B of tiers it
    wants, ``sum_{t serving B} sum_{j in reach} x_hjt >= y_ni sum_B units`` (Hall's condition: units can then
    be told off to the tiers wanted, none twice), ``sum_j x_hjt <= fleet_ht``, ``sum_t x_hjt <= capacity_j
    used_j``, fixed, closed and new sites, and the budget over sites, units and moves; x whole, y binary.

    Parameters
    ----------
    needs : sequence of Need
        Demand and attendance of each period, scenario and kind of incident.
    fleet : Fleet
        Units of each tier and who may stand in for whom.
    rules : SiteRules, optional
        Fixed, closed, new and capacitated sites, costs and budget.
    chance : sequence of float, optional
        Chance of each scenario, together 1; default equal.
    risk : {"expected", "worst"}
        Cover to maximise over scenarios.
    aim : {"cover", "money"}
        Most cover, or least money with the `must` and `share` of the needs met.
    move_penalty : float
        Weight of cover that one unit moved between periods must be worth.
    cyclic : bool
        Whether the last period is followed by the first.
    **options
        See `SolveOptions`.

    Returns
    -------
    CoverPlan
        `objective` is the cover (less penalties), or the money in £ when `aim` is "money".

    Raises
    ------
    InfeasibleError
        If `must`, `share`, fixed sites and budget can't all be met.
    SitingInputError
        If an argument is wrong.

    References
    ----------
    Schilling, Elzinga, Cohon, Church and ReVelle (1979), The TEAM/FLEET models, Transportation Science 13,
    163-175 (tiers); Hall (1935) for the condition on substitution; van den Berg and Aardal (2015), EJOR 242,
    383-389 (periods and moves).
    """
    control = Control(options)
    if not needs:
        raise SitingInputError("needs is empty; give at least one Need")
    if risk not in {"expected", "worst"} or aim not in {"cover", "money"}:
        raise SitingInputError(
            f'risk is {risk!r} and aim {aim!r}; give "expected" or "worst", "cover" or "money"'
        )
    if not move_penalty >= 0:
        raise SitingInputError(f"move_penalty is {move_penalty}; give a weight >= 0")
    fleet.check()
    cases = [_case(need, fleet) for need in needs]
    shapes = {case.times[0].n_sites for case in cases}
    if len(shapes) > 1:
        raise SitingInputError(f"needs have {sorted(shapes)} sites; give all the same sites")
    n_periods = max(need.period for need in needs) + 1
    units = fleet.by_period(n_periods)
    checked = checked_rules(rules or SiteRules(), fleet, shapes.pop(), int(units.sum(axis=1).max()))
    chances = _chances(needs, chance)
    model = _Model(cases, units, checked, cyclic=cyclic)
    if aim == "money":
        model.aim_at_money()
        control.show = float
    else:
        model.aim_at_cover(chances, move_penalty, worst=risk == "worst")
        control.show = lambda value: -value
    answer = model.mip.solve(control)
    if answer.infeasible:
        raise InfeasibleError(_why_not(cases, checked))
    if answer.x is None:
        raise NoAnswerYetError("cover_model: no answer was found in the time given; give more time")
    return _plan(
        cases, model, answer, control, chances, units, risk=risk, aim=aim, penalty=move_penalty, cyclic=cyclic
    )


def _why_not(cases: list[_Case], rules: CheckedRules) -> str:
    """Say which areas that must be covered never can be; otherwise that the conditions clash."""
    full = np.repeat(rules.most[None, :], len(cases[0].times), axis=0)
    for case in cases:
        must = case.must[case.member]
        never = np.nonzero(must & ~covered_areas(case.times, case.conditions, full))[0]
        if never.size:
            listed = ", ".join(str(i) for i in never[:5])
            return (
                f"cover_model: areas {listed} ({never.size} in all) must be covered, but none can be as asked"
            )
    return "cover_model: must, share, fixed sites, fleet and budget can't all be met; relax one of them"


def _plan(
    cases: list[_Case],
    model: _Model,
    answer: MipAnswer,
    control: Control,
    chance: NDArray[np.float64],
    fleet: NDArray[np.int64],
    *,
    risk: str,
    aim: str,
    penalty: float,
    cyclic: bool,
) -> CoverPlan:
    """Recompute everything from the placement and the input, compare, and build the result."""
    assert answer.x is not None  # noqa: S101 - the caller has looked
    placement = answer.x[model.x].astype(np.int64)
    rules = model.rules
    covered = tuple(covered_areas(c.times, c.conditions, placement[c.need.period]) for c in cases)
    cover = tuple(float(c.weight[good].sum()) for c, good in zip(cases, covered, strict=True))
    held = placement.sum(axis=1)
    moves = moves_between(placement, cyclic=cyclic)
    used = held.max(axis=0) > 0
    cost = float(
        rules.site_cost[used].sum()
        + (placement.sum(axis=(0, 2)) * rules.unit_cost).sum()
        + moves * rules.move_cost
    )
    _check.holds(bool((placement.sum(axis=2) <= fleet).all()), "at most the fleet")
    _check.holds(bool(((held >= rules.least) & (held <= rules.most)).all()), "units fit their sites")
    _check.holds(cost <= rules.budget * (1 + 1e-6) + 1e-6, "the budget is kept")
    _check.holds(
        rules.most_new is None or int(used[rules.new].sum()) <= rules.most_new,
        "new sites are as few as asked",
    )
    for case, good, value in zip(cases, covered, cover, strict=True):
        _check.holds(bool(good[case.must[case.member]].all()), "areas that must be covered are")
        wanted = case.need.share * float(case.weight.sum())
        _check.holds(value >= wanted - 1e-6 * max(1.0, wanted), "the share asked for is covered")
    sums = np.bincount([c.need.scenario for c in cases], cover, chance.size)
    if aim == "money":
        objective, said = cost, answer.value
        bound = objective if answer.bound >= answer.value else answer.bound
    else:
        objective = float(sums.min() if risk == "worst" else chance @ sums) - penalty * moves
        said, bound = -answer.value, -answer.bound
        bound = objective if answer.bound >= answer.value else bound
    _check.no_worse(
        said,
        objective,
        "cover_model",
        larger_is_better=aim != "money",
        proven=answer.bound >= answer.value,
    )
    bound = _check.bound_side(objective, bound, larger_is_better=aim != "money")
    gap = relative_gap(objective, bound)
    sites = np.nonzero(used)[0]
    return CoverPlan(
        sites,
        held.max(axis=0)[sites],
        objective,
        objective if gap == 0 else bound,
        gap,
        "optimal" if gap == 0 else control.status,
        control.seconds,
        _check.nearest(cases[0].times[0], sites)[0],
        placement,
        covered,
        cover,
        moves,
        cost,
    )
