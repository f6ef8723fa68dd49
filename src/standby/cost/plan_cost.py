"""The cost of a plan's option beyond its base, from the plan's own figures."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import pandas as pd

from standby._refusals import Refusal
from standby._show import Shown
from standby._typing import Floats
from standby.cost._touched import touched_forces
from standby.cost.heads import HEADS, Basis, Head
from standby.cost.inputs import Assets, OptimismBias, Overtime, SiteCost, Staffing, Training
from standby.cost.option import OptionCost, combine, difference, option_cost
from standby.cost.sites import SiteChanges, site_changes, site_prices
from standby.cost.tables import cost_table
from standby.evidence import Manifest
from standby.plan import Plan, PlanArrays, plan_arrays
from standby.words import money
from standby.workforce import Delivery, Moves, moves, spare_rule


class Phase(NamedTuple):
    """How far an option is delivered in a force, shape (..., years); see `standby.workforce.Delivery`."""

    trained: Floats
    trained_by: Floats
    filled: Floats


_IS_GRANT = np.array([float(head is Head.GRANT) for head in HEADS])


@dataclass(frozen=True, eq=False)
class Cost(Shown):
    """Cost of a plan beyond its base, at central values.

    Parameters
    ----------
    table
        One row for each year: cost by head, net, discounted [£ in the plan's price year].
    budget, economic
        What the planned forces pay, and what society gives up.
    rule
        What becomes of spare officers, in a sentence.
    manifest
        What makes it reproducible.
    """

    table: pd.DataFrame
    budget: OptionCost
    economic: OptionCost
    rule: str
    manifest: Manifest

    def summary(self) -> str:
        """Return the cost in one sentence, and the rule for spare officers."""
        return f"{self._cost_sentence()} {self.rule}"

    def _cost_sentence(self) -> str:
        """Return the present value and the mean cost a year in a sentence."""
        value = float(self.budget.present_value_gbp())
        yearly = float(self.budget.net_gbp.mean())
        if value == 0.0 and yearly == 0.0:
            return "It costs as much as the base."

        more_or_less = "more" if value > 0 else "less"
        return (
            f"{money(abs(value))} {more_or_less} than the base over "
            f"{self.budget.years} years (present value); {money(yearly)} a year on average."
        )


def cost(plan: Plan, *, base: Plan | None = None) -> Cost:
    """Return the cost of a plan with an option laid over it, beyond its base.

    Parameters
    ----------
    plan
        The plan with an option laid over it.
    base
        The base; if left out, the plan itself, and only the money that its option states is counted.

    Returns
    -------
    Cost
        The cost in the budget and in the economic view.

    Raises
    ------
    ValueError
        If a figure that the cost needs is not given; the message names it.
    """
    arrays = plan_arrays(plan)
    base_arrays = arrays if base is None else plan_arrays(base)
    budget = plan_cost(arrays, base_arrays, basis=Basis.BUDGET)
    economic = plan_cost(arrays, base_arrays, basis=Basis.ECONOMIC)

    return Cost(
        table=cost_table(budget),
        budget=budget,
        economic=economic,
        rule=spare_rule(plan),
        manifest=plan.manifest(),
    )


def plan_cost(
    arrays: PlanArrays, base: PlanArrays, *, basis: Basis | str, delivered: Delivery | None = None
) -> OptionCost:
    """Return the cost of a plan beyond its base, for the planned forces together; see `force_costs`.

    Parameters
    ----------
    arrays, base
        The plan and its base, both at central values or with the same table of draws.
    basis
        Budget or economic view.
    delivered
        How far posts are filled in each year of the horizon; left out, all of them from the first.
    """
    return combine(list(force_costs(arrays, base, basis=basis, delivered=delivered).values()))


def force_costs(
    arrays: PlanArrays, base: PlanArrays, *, basis: Basis | str, delivered: Delivery | None = None
) -> dict[str, OptionCost]:
    """Return the cost of a plan beyond its base by planned force.

    Posts are taken as filled from the first year, unless `delivered` says how far they are: then courses and
    kit are paid as officers are trained, their training days and the response that they leave from when they
    are in post, and vehicles as posts are filled; and what an option gives up in a force is saved as its new
    posts are filled. Sites, CEDs and the money that an option states itself are paid from the first year.

    Spare officers fill them first, where the plan says so (see `standby.workforce.fill_posts`): they are in
    post and cost nothing extra, apart from the course and kit of another tier. Officers of crews who have to
    be found come out of unarmed response and are backfilled by the plan's share, unless the force gives up as
    many unarmed posts: then nobody is backfilled, and the response forgone counts in the economic view only.
    Officers of a dual-role tier, and all officers where all are armed, stay where they are, and their duty
    loses their training days. Replacements for those who leave are trained every year.

    Each site that an option opens costs the same, whichever option opens it: `costs.site_capital_gbp` and
    `site_running_gbp`, or the site's own figures. A site is opened by its first armed crew, or by its first
    unit if it does not exist yet; one that they leave saves its running cost, but no capital.

    Fewer posts save running costs, and save pay and courses as far as fewer officers are kept: where spare
    officers fill posts, those whose posts are given up become spare and stay. Fewer posts save no purchases,
    and savings get no uplift for optimism; an unarmed post given up saves its pay and forgoes its response.
    An optimism factor below 1 counts as 1. Money that the option states itself (capital, running cost), and
    overtime, is charged to the planned forces that the option changes, in proportion to their population. The
    grant never exceeds the cost.

    Parameters
    ----------
    arrays, base
        The plan and its base, both at central values or with the same table of draws.
    basis
        Budget or economic view.
    delivered
        How far posts are filled in each year of the horizon, from `standby.workforce.delivery`; left out, all
        of them from the first.

    Returns
    -------
    dict
        Cost by id of the planned force.

    Raises
    ------
    ValueError
        If a figure that the cost needs is not given; the message names it.
    """
    basis = Basis(basis)
    planned = [int(code) for code in np.flatnonzero(arrays.forces.planned)]
    movers = moves(arrays, base)
    shares = own_shares(arrays, base)
    sites = site_changes(arrays, base)

    costs = []
    for k, force in enumerate(planned):
        phase = _phase(arrays, delivered, force)
        parts = [
            _own_cost(arrays, base, shares[..., k], basis),
            _ced_cost(arrays, base, force, basis),
            _site_cost(arrays, base, sites, force, basis),
            *_pay_costs(arrays, movers, force, phase, basis),
        ]
        for tier in range(len(arrays.tiers)):
            parts += _tier_costs(arrays, base, movers, force, tier, phase, basis)
        costs.append(combine(parts))

    if basis is Basis.BUDGET:
        costs = _less_grant(costs, np.nan_to_num(arrays.option.grant_gbp))
    return {arrays.forces.ids[force]: cost for force, cost in zip(planned, costs, strict=True)}


def _phase(arrays: PlanArrays, delivered: Delivery | None, force: int) -> Phase:
    """Return how far an option is delivered in a force; all of it from the first year, unless it is said."""
    years = arrays.plan.document.costs.horizon_years
    if delivered is not None and delivered.filled.shape[-2:] != (len(arrays.forces), years):
        raise Refusal(
            f"delivered is of {delivered.filled.shape[-2]} forces and {delivered.filled.shape[-1]} years",
            f"give the delivery of this plan, which has {len(arrays.forces)} forces, over {years} years",
        )
    if delivered is None:
        at_once = np.ones(years)
        return Phase(trained=at_once, trained_by=at_once, filled=at_once)
    return Phase(
        trained=delivered.trained[..., force, :],
        trained_by=delivered.trained_by[..., force, :],
        filled=delivered.filled[..., force, :],
    )


def own_shares(arrays: PlanArrays, base: PlanArrays) -> Floats:
    """Return each planned force's share of the money that an option states itself, shape (..., planned).

    The shares are in proportion to the population of the forces whose units, sites, commitments or own
    figures the option changes, or of all planned forces when it changes none.
    """
    is_area_of_force = np.eye(len(arrays.forces))[arrays.areas.forces]  # (areas, forces)
    population = arrays.areas.population @ is_area_of_force

    touched_ids = sorted(touched_forces(arrays.plan, base.plan))
    touched = np.isin(arrays.forces.ids, touched_ids) & arrays.forces.planned
    charged = touched if touched.any() else arrays.forces.planned
    weight = (population * charged)[..., arrays.forces.planned]

    # Forces where nobody lives share equally.
    total = weight.sum(axis=-1, keepdims=True)
    by_population = weight / np.where(total > 0.0, total, 1.0)
    return np.where(total > 0.0, by_population, 1.0 / weight.shape[-1])


def _less_grant(costs: list[OptionCost], amount: Floats) -> list[OptionCost]:
    """Return the forces' costs less a yearly grant, shared by what each spends and never more than all do."""
    spent = [cost.net_gbp - cost.head(Head.RESIDUAL_VALUE) for cost in costs]
    total_spent = np.asarray(sum(spent))
    paid = np.clip(total_spent, 0.0, np.asarray(amount)[..., np.newaxis])

    # A force that saves in a year has no part in that year's grant.
    eligible = np.broadcast_arrays(*(np.maximum(part, 0.0) for part in spent))
    total_eligible = np.asarray(sum(eligible))
    shape = np.broadcast_shapes(paid.shape, total_eligible.shape)
    paid_share = np.divide(paid, total_eligible, out=np.zeros(shape), where=total_eligible > 0)

    return [
        replace(cost, by_head_gbp=cost.by_head_gbp - (own * paid_share)[..., np.newaxis] * _IS_GRANT)
        for cost, own in zip(costs, eligible, strict=True)
    ]


def _path(values: Floats) -> Floats:
    """Return a figure as a path that is the same each year."""
    return np.asarray(values)[..., np.newaxis]


def _cost(
    arrays: PlanArrays,
    basis: Basis,
    *,
    staff: Staffing | None = None,
    training: Training | None = None,
    vehicles: Assets | None = None,
    kit: Assets | None = None,
    overtime: Overtime | None = None,
    site: SiteCost | None = None,
    saved: bool = False,
) -> OptionCost:
    """Return a cost on the plan's terms, as `option_cost`; a saving gets no uplift for optimism."""
    document = arrays.plan.document

    # The plan states factors of at least 1, and the cost takes what they add.
    bias = OptimismBias(
        capital=np.maximum(arrays.costs.optimism_bias_capital - 1.0, 0.0),
        operating=np.maximum(arrays.costs.optimism_bias_operating - 1.0, 0.0),
    )

    return option_cost(
        years=document.costs.horizon_years,
        basis=basis,
        staffing=staff,
        training=training,
        vehicles=[] if vehicles is None else [vehicles],
        kit=[] if kit is None else [kit],
        sites=[] if site is None else [site],
        overtime=overtime,
        optimism_bias=None if saved else bias,
        price_year=document.plan.price_year,
    )


def _staff(
    arrays: PlanArrays,
    *,
    added: Floats | float = 0.0,
    diverted: Floats | float = 0.0,
    in_role: Floats | float = 0.0,
    abstraction: Floats | float = 0.0,
    backfill: bool = True,
) -> Staffing:
    """Return officers with the plan's pay, their numbers as paths with years on the last axis."""
    return Staffing(
        cost_per_officer_gbp=arrays.costs.officer_gbp,
        backfill_share=arrays.costs.backfill_share if backfill else 0.0,
        added=added,
        diverted=diverted,
        in_role=in_role,
        in_role_abstraction=abstraction,
    )


def _pay_costs(arrays: PlanArrays, movers: Moves, force: int, phase: Phase, basis: Basis) -> list[OptionCost]:
    """Return pay, backfill and response forgone for those who move."""
    taken = _path(movers.taken[..., force])
    converted = _path(movers.converted[..., force])
    hired = _path(movers.hired[..., force])

    # Armed officers who leave unarmed posts that are filled again, and officers hired for unarmed posts.
    gained = _staff(
        arrays,
        added=np.maximum(hired, 0.0) * phase.filled,
        diverted=np.maximum(taken, 0.0) * phase.trained,
    )
    saved = _staff(
        arrays,
        added=np.maximum(-hired, 0.0) * phase.filled,
        diverted=np.maximum(-taken, 0.0) * phase.filled,
    )

    # Unarmed posts that become armed ones are given up, so nobody is recruited to fill them, and the other
    # way round.
    given_up = _staff(arrays, diverted=np.maximum(converted, 0.0) * phase.trained, backfill=False)
    restored = _staff(arrays, diverted=np.maximum(-converted, 0.0) * phase.filled, backfill=False)

    # Unarmed posts that are cut save their pay above, and the response that they gave is forgone.
    cut = _staff(arrays, diverted=np.maximum(-hired, 0.0) * phase.filled, backfill=False)

    return [
        difference(_cost(arrays, basis, staff=gained), _cost(arrays, basis, staff=saved, saved=True)),
        difference(_cost(arrays, basis, staff=given_up), _cost(arrays, basis, staff=restored, saved=True)),
        _cost(arrays, basis, staff=cut, saved=True),
    ]


def _tier_costs(
    arrays: PlanArrays, base: PlanArrays, movers: Moves, force: int, tier: int, phase: Phase, basis: Basis
) -> list[OptionCost]:
    """Return courses, kit, training days and vehicles of a tier: of what is added, less what is saved."""
    taught = movers.taught[..., force, tier]
    retrained = movers.retrained[..., force, tier]
    kept = movers.kept[..., force, tier]
    in_role = movers.in_role[..., force, tier]
    added_vehicles = fleet(arrays, force, tier) - fleet(base, force, tier)
    refresher_share = arrays.tiers.refresher_days[..., tier] / arrays.costs.working_days

    # What is saved differs from what is added: courses and kit once bought are not given back, and what is
    # given up is so as the new posts are filled.
    parts = []
    saving = Phase(trained=phase.filled, trained_by=phase.filled, filled=phase.filled)
    for sign, is_added in ((1.0, True), (-1.0, False)):
        pace = phase if is_added else saving
        first_courses = taught - retrained if is_added else np.zeros_like(taught)
        officers_kept = np.maximum(sign * kept, 0.0)
        officers_in_role = np.maximum(sign * in_role, 0.0)
        vehicles = max(sign * added_vehicles, 0.0)
        if not (first_courses.any() or officers_kept.any() or officers_in_role.any() or vehicles):
            continue

        equipped = _path(taught) * pace.trained_by
        in_their_role = _path(officers_in_role) * pace.trained
        part = _cost(
            arrays,
            basis,
            staff=_staff(arrays, in_role=in_their_role, abstraction=refresher_share),
            training=_training(arrays, first_courses, officers_kept, force, tier, pace),
            kit=_kit(arrays, equipped, arrays.tiers.kit_gbp[..., tier]) if is_added else None,
            vehicles=_vehicles(arrays, vehicles * pace.filled, tier, is_added=is_added),
            saved=not is_added,
        )
        parts.append(part if is_added else _negative(part))

    if retrained.any():
        # Spare officers on a course are missed nowhere, so nobody has to stand in for them.
        course = _training(arrays, retrained, np.zeros_like(retrained), force, tier, phase)
        course = replace(course, course_weeks=0.0)
        parts.append(_cost(arrays, basis, staff=_staff(arrays), training=course))

    return parts


def _negative(part: OptionCost) -> OptionCost:
    """Return a saving as a negative cost."""
    # Subtracting from 0 makes no negative zeros.
    return replace(part, by_head_gbp=0.0 - part.by_head_gbp, capital_gbp=0.0 - part.capital_gbp)


def _training(
    arrays: PlanArrays, first_courses: Floats, officers_kept: Floats, force: int, tier: int, phase: Phase
) -> Training:
    """Return a tier's courses: the first ones, and from the second year those that replace leavers."""
    newly_trained = np.diff(phase.trained_by, axis=-1, prepend=0.0)
    replacements = _path(officers_kept * arrays.workforce.loss_rate[..., force]) * phase.trained
    replacements[..., 0] = 0.0
    passed = _path(first_courses) * newly_trained + replacements

    return Training(
        passed=passed,
        pass_rate=arrays.workforce.pass_rate[..., force],
        cost_per_starter_gbp=arrays.tiers.course_gbp[..., tier],
        course_weeks=arrays.tiers.course_weeks[..., tier],
        working_days=arrays.costs.working_days,
    )


def _kit(arrays: PlanArrays, officers: Floats, price_gbp: Floats) -> Assets:
    """Return one set of kit for each of the officers by year, shape (..., years)."""
    life_years = arrays.costs.kit_life_years
    return Assets(count=officers, price_gbp=price_gbp, life_years=life_years)


def _vehicles(arrays: PlanArrays, count: Floats, tier: int, *, is_added: bool) -> Assets:
    """Return vehicles of a tier by year; those that are saved have a running cost alone."""
    return Assets(
        count=count,
        price_gbp=arrays.tiers.vehicle_gbp[..., tier] * float(is_added),
        life_years=arrays.costs.vehicle_life_years,
        running_gbp=arrays.tiers.vehicle_running_gbp[..., tier],
    )


def fleet(arrays: PlanArrays, force: int, tier: int) -> int:
    """Return the vehicles of a tier that a force has on the road in its busiest hour.

    Parameters
    ----------
    arrays
        The plan.
    force, tier
        Positions of the force and the tier.
    """
    units = arrays.units
    rows = (units.tiers == tier) & (units.forces == force)
    on_duty_by_hour = (units.count[rows, np.newaxis] * units.hours[rows]).sum(axis=0)
    return int(on_duty_by_hour.max(initial=0))


def _ced_cost(arrays: PlanArrays, base: PlanArrays, force: int, basis: Basis) -> OptionCost:
    """Return devices and training time of officers with a CED: of those added, less what is saved."""
    name = arrays.forces.ids[force]
    now = arrays.forces.ced_officers[..., force]
    before = base.forces.ced_officers[..., force]
    if np.isnan(now).all() and np.isnan(before).all():
        return _cost(arrays, basis)

    if np.isnan(before).any():
        raise Refusal(
            f"{arrays.plan.variant!r} sets forces.{name}.ced_officers, and the base does not say how many "
            "there are",
            "give the base's number, so that the cost of the added ones can be worked out",
        )

    added = now - before
    gained = _ced_part(arrays, np.maximum(added, 0.0), force, basis, is_added=True)
    saved = _ced_part(arrays, np.maximum(-added, 0.0), force, basis, is_added=False)
    return difference(gained, saved)


def _ced_part(
    arrays: PlanArrays, officers: Floats, force: int, basis: Basis, *, is_added: bool
) -> OptionCost:
    """Return the cost of officers with a CED: the device, and the time that training takes.

    All are trained in the first year if they are added, replacements of leavers in later years, and there is
    a refresher every year.
    """
    years = arrays.plan.document.costs.horizon_years
    working_days = arrays.costs.working_days
    training_share = arrays.costs.ced_training_days / working_days
    refresher_share = arrays.costs.ced_refresher_days / working_days
    loss_rate = arrays.workforce.loss_rate[..., force]

    later_time = np.asarray(officers * (refresher_share + training_share * loss_rate))
    time = np.repeat(later_time[..., np.newaxis], years, axis=-1)
    time[..., 0] = officers * (refresher_share + (training_share if is_added else 0.0))

    staff = replace(_staff(arrays), diverted=time)
    kit = _kit(arrays, _path(officers), arrays.costs.ced_gbp) if is_added else None
    return _cost(arrays, basis, staff=staff, kit=kit, saved=not is_added)


def _site_cost(
    arrays: PlanArrays, base: PlanArrays, changes: SiteChanges, force: int, basis: Basis
) -> OptionCost:
    """Return the cost of the sites that a force opens, less the running cost of those that it closes."""
    capital_price, running_price = site_prices(arrays)
    _, base_running_price = site_prices(base)

    opened = SiteCost(
        capital_gbp=capital_price @ changes.opened[force],
        running_gbp=running_price @ changes.opened[force],
    )
    closed = SiteCost(capital_gbp=0.0, running_gbp=base_running_price @ changes.closed[force])
    return difference(
        _cost(arrays, basis, site=opened),
        _cost(arrays, basis, site=closed, saved=True),
    )


def _own_cost(arrays: PlanArrays, base: PlanArrays, share: Floats, basis: Basis) -> OptionCost:
    """Return a force's share of what the option states itself, and of overtime beyond the base's."""
    # What the option states is entered as a site that opens in year 0: capital once, then running cost.
    stated = SiteCost(
        capital_gbp=np.nan_to_num(arrays.option.capital_gbp) * share,
        running_gbp=np.nan_to_num(arrays.option.running_gbp) * share,
    )

    # The plan states overtime as money, which is one hour at that rate.
    added_gbp = (arrays.costs.overtime_gbp - base.costs.overtime_gbp) * share
    added = Overtime(hours=1.0, rate_gbp_per_hour=np.maximum(added_gbp, 0.0))
    saved = Overtime(hours=1.0, rate_gbp_per_hour=np.maximum(-added_gbp, 0.0))

    return difference(
        _cost(arrays, basis, site=stated, overtime=added),
        _cost(arrays, basis, overtime=saved, saved=True),
    )
