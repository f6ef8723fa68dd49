"""The general cover model: tiers, attendance, periods, scenarios, budgets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, Unpack

import numpy as np

from standby import _checks
from standby._refusals import shown
from standby.locate import verify
from standby.locate.engine.control import Control
from standby.locate.engine.scale import scale_of, scaled_progress
from standby.locate.errors import InfeasibleError, NoAnswerYetError, SitingInputError
from standby.locate.models.cover_program import CoverProblem, CoverProgram, case_of
from standby.locate.models.needs import Fleet, Need, SiteRules, checked_rules, weight_of
from standby.locate.result import Siting, SolveOptions, relative_gap

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from standby.locate.engine.mip import MipAnswer
    from standby.locate.minutes import MinutesTable
    from standby.locate.models.cover_program import CheckedNeed
    from standby.locate.models.needs import Condition


@dataclass(frozen=True)
class CoverPlan(Siting):
    """A `Siting` of several tiers and periods.

    `units` are the most at each of `sites` in any period; `assignment` is the site that reaches each
    area soonest under the first need.

    Attributes
    ----------
    placement
        Units of shape (periods, tiers, sites).
    covered
        For each need the areas covered.
    cover
        For each need the weight covered.
    moves
        Units brought to a site between one period and the next, over the whole cycle.
    cost_gbp
        Sites, units and moves together [GBP].
    """

    placement: NDArray[np.int64]
    covered: tuple[NDArray[np.bool_], ...]
    cover: tuple[float, ...]
    moves: int
    cost_gbp: float


def covered_areas(
    minutes: dict[int, MinutesTable], conditions: list[Condition], placement: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Return the areas that meet every condition under units of shape (tiers, sites)."""
    covered = np.ones(minutes[0].n_areas, bool)
    for condition in conditions:
        count = np.zeros(covered.size, np.int64)
        for tier in condition.tiers:
            count += minutes[tier].reached_by(placement[tier], condition.within[tier])
        covered &= count >= condition.count
    return covered


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
    be assigned to the tiers wanted, none twice), ``sum_j x_hjt <= fleet_ht``, ``sum_t x_hjt <= capacity_j
    used_j``, fixed, closed and new sites, and the budget over sites, units and moves; x whole, y binary.

    Parameters
    ----------
    needs
        Demand and attendance of each period, scenario and kind of incident.
    fleet
        Units of each tier and who may stand in for whom.
    rules
        Fixed, closed, new and capacitated sites, costs and budget.
    chance
        Chance of each scenario, together 1; default equal.
    risk
        Which cover to maximise over the scenarios: ``expected`` or ``worst``.
    aim
        ``cover``: most cover; ``money``: least money with the `must` and `share` of the needs met.
    move_penalty
        Weight of cover that one unit moved between periods must be worth.
    cyclic
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
    163-175 (tiers); Hall (1935) (substitution); van den Berg and Aardal (2015), EJOR 242, 383-389 (periods).
    """
    control = Control(options)
    _refuse(needs, fleet, risk, aim)
    move_penalty = _checks.single("move_penalty", move_penalty, refusal=SitingInputError)
    cyclic = _checks.flag("cyclic", cyclic, refusal=SitingInputError)

    # Weights of an ordinary size, as for the other models.
    scale = scale_of(*(_weight_or_none(need) for need in needs))
    if scale != 1.0:
        larger = [replace(need, weight=np.asarray(need.weight, np.float64) * scale) for need in needs]
        penalty = move_penalty * scale
        reported = options if aim == "money" else scaled_progress(options, scale)
        found = cover_model(
            larger, fleet, rules=rules, chance=chance, risk=risk, aim=aim, move_penalty=penalty,
            cyclic=cyclic, **reported,
        )  # fmt: skip
        return _in_weights(found, scale, aim)

    # One checked problem, and its model.
    cases = _cases(needs, fleet)
    units = fleet.by_period(max(case.need.period for case in cases) + 1)
    n_sites = cases[0].times[0].n_sites
    most_at_once = int(units.sum(axis=1).max())
    problem = CoverProblem(
        cases=cases,
        fleet=units,
        rules=checked_rules(rules or SiteRules(), fleet, n_sites, most_at_once),
        chance=_chances(needs, chance),
        worst=risk == "worst",
        for_money=aim == "money",
        move_penalty=move_penalty,
        cyclic=cyclic,
    )
    program = CoverProgram(problem)
    program.aim(control)
    answer = _solved(program, control)
    return _plan(program, answer, control)


def _refuse(needs: Sequence[Need], fleet: Fleet, risk: str, aim: str) -> None:
    """Refuse what is no need or no fleet, and choices that there are not.

    Raises
    ------
    SitingInputError
        Naming the one that is wrong.
    """
    if not isinstance(needs, Sequence) or not all(isinstance(need, Need) for need in needs):
        raise SitingInputError(f"needs is {shown(needs)}", "give a list of Need")
    if not isinstance(fleet, Fleet):
        raise SitingInputError(f"fleet is {shown(fleet)}", "give a Fleet")
    if not needs:
        raise SitingInputError("needs is empty", "give at least one Need")
    if risk not in {"expected", "worst"} or aim not in {"cover", "money"}:
        raise SitingInputError(
            f"risk is {risk!r} and aim {aim!r}", 'give "expected" or "worst", "cover" or "money"'
        )


def _weight_or_none(need: Need) -> NDArray[np.float64] | None:
    """Return the weights with their factors; None if they can't be used, which is refused later."""
    try:
        return weight_of(need, np.asarray(need.weight).size)
    except (SitingInputError, TypeError, ValueError):
        return None


def _in_weights(plan: CoverPlan, scale: float, aim: str) -> CoverPlan:
    """Return an answer to weights that were scaled in those of the caller."""
    cover = tuple(value / scale for value in plan.cover)
    if aim == "money":
        return replace(plan, cover=cover)
    return replace(plan, cover=cover, objective=plan.objective / scale, bound=plan.bound / scale)


def _cases(needs: Sequence[Need], fleet: Fleet) -> list[CheckedNeed]:
    """Return the needs checked, all over the same sites.

    Raises
    ------
    SitingInputError
        If they have different numbers of sites, a period or scenario is no whole number of at
        least 0, or a scenario is left out.
    """
    fleet.check()
    for need in needs:
        _checks.whole("period", need.period, refusal=SitingInputError)
        _checks.whole("scenario", need.scenario, refusal=SitingInputError)

    scenarios = {need.scenario for need in needs}
    left_out = set(range(len(scenarios))) - scenarios
    if left_out:
        raise SitingInputError(
            f"no need is of scenario {min(left_out)}", "number the scenarios 0, 1, … and leave none out"
        )

    cases = [case_of(need, fleet) for need in needs]
    n_sites = {case.times[0].n_sites for case in cases}
    if len(n_sites) > 1:
        raise SitingInputError(f"needs have {sorted(n_sites)} sites", "give all the same sites")
    return cases


def _chances(needs: Sequence[Need], chance: Sequence[float] | None) -> NDArray[np.float64]:
    """Return the chance of each scenario; equal ones for None.

    Raises
    ------
    SitingInputError
        If there is not one for each, one is negative, or they aren't 1 together.
    """
    n = max(need.scenario for need in needs) + 1
    given = np.full(n, 1.0 / n) if chance is None else chance
    values = _checks.numbers("chance", given, refusal=SitingInputError)
    if values.shape != (n,) or not (values >= 0).all() or abs(values.sum() - 1) > 1e-9:
        raise SitingInputError(
            f"chance is {chance}", f"give one chance for each of {n} scenarios, together 1"
        )
    return values


def _solved(program: CoverProgram, control: Control) -> MipAnswer:
    """Return the solver's answer.

    Raises
    ------
    InfeasibleError
        If there is none.
    NoAnswerYetError
        If none was found in the time given.
    """
    answer = program.mip.solve(control)
    if answer.infeasible:
        raise InfeasibleError(*_why_not(program.problem))
    if answer.x is None:
        raise NoAnswerYetError("cover_model: no answer was found in the time given; give more time")
    return answer


def _why_not(problem: CoverProblem) -> tuple[str, str]:
    """Return which areas that must be covered never can be, else that the conditions clash; and the fix."""
    full = np.repeat(problem.rules.most[None, :], len(problem.cases[0].times), axis=0)
    for case in problem.cases:
        must = case.must[case.member]
        never = np.flatnonzero(must & ~covered_areas(case.times, case.conditions, full))
        if never.size:
            listed = ", ".join(str(i) for i in never[:5])
            what = (
                f"cover_model: areas {listed} ({never.size} in all) must be covered, but none can be as asked"
            )
            return what, "ask for them no longer, or add sites that can"
    return "cover_model: must, share, fixed sites, fleet and budget can't all be met", "relax one of them"


def _plan(program: CoverProgram, answer: MipAnswer, control: Control) -> CoverPlan:
    """Return the answer, everything counted again from the placement and the input, and compared."""
    assert answer.x is not None  # noqa: S101 - the caller has looked
    problem = program.problem
    cases = program.problem.cases
    placement = answer.x[program.units].astype(np.int64)

    covered = tuple(covered_areas(c.times, c.conditions, placement[c.need.period]) for c in cases)
    cover = tuple(float(c.weight[areas].sum()) for c, areas in zip(cases, covered, strict=True))
    moves = sum(
        int(np.maximum(placement[after] - placement[before], 0).sum())
        for before, after in problem.period_pairs()
    )
    cost = _cost(problem, placement, moves)

    # The conditions, one by one.
    _check_conditions(problem, placement, cost)
    for case, areas, value in zip(cases, covered, cover, strict=True):
        verify.holds(bool(areas[case.must[case.member]].all()), "areas that must be covered are")
        verify.holds(value >= case.wanted - 1e-6 * max(1.0, case.wanted), "the share asked for is covered")

    # The solver minimises: cover has the other sign there.
    sign = 1.0 if problem.for_money else -1.0
    proven = answer.bound >= answer.value
    if problem.for_money:
        objective = cost
    else:
        by_scenario = np.bincount([c.need.scenario for c in cases], cover, problem.chance.size)
        expected = by_scenario.min() if problem.worst else problem.chance @ by_scenario
        objective = float(expected) - problem.move_penalty * moves

    larger_is_better = not problem.for_money
    verify.no_worse(
        sign * answer.value, objective, "cover_model", larger_is_better=larger_is_better, proven=proven
    )
    bound = objective if proven else sign * answer.bound
    bound = verify.bound_side(objective, bound, larger_is_better=larger_is_better)
    gap = relative_gap(objective, bound)

    # A site is listed with the most units that it has in any period.
    most_at_site = placement.sum(axis=1).max(axis=0)
    sites = np.flatnonzero(most_at_site)
    return CoverPlan(
        sites=sites,
        units=most_at_site[sites],
        objective=objective,
        bound=objective if gap == 0 else bound,
        gap=gap,
        status="optimal" if gap == 0 else control.status,
        seconds=control.seconds,
        assignment=verify.nearest(cases[0].times[0], sites)[0],
        placement=placement,
        covered=covered,
        cover=cover,
        moves=moves,
        cost_gbp=cost,
    )


def _cost(problem: CoverProblem, placement: NDArray[np.int64], moves: int) -> float:
    """Return what sites, units and moves cost together [GBP]."""
    rules = problem.rules
    used = placement.sum(axis=1).max(axis=0) > 0
    units_of_tier = placement.sum(axis=(0, 2))
    return float(
        rules.site_cost[used].sum() + (units_of_tier * rules.unit_cost).sum() + moves * rules.move_cost
    )


def _check_conditions(problem: CoverProblem, placement: NDArray[np.int64], cost: float) -> None:
    """Check the conditions of fleet, sites and budget.

    Raises
    ------
    SitingCheckError
        If one isn't met.
    """
    rules = problem.rules
    verify.holds(bool((placement.sum(axis=2) <= problem.fleet).all()), "at most the fleet")

    at_site = placement.sum(axis=1)
    verify.holds(bool(((at_site >= rules.least) & (at_site <= rules.most)).all()), "units fit their sites")
    verify.holds(cost <= rules.budget * (1 + 1e-6) + 1e-6, "the budget is kept")

    used = at_site.max(axis=0) > 0
    few_new = rules.most_new is None or int(used[rules.new].sum()) <= rules.most_new
    verify.holds(few_new, "new sites are as few as asked")
