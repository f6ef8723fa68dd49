"""The cost of a plan's option beyond its base, from the plan's own figures."""

from __future__ import annotations

from dataclasses import dataclass, replace

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
from standby.plan import Plan, Resolved, resolve
from standby.workforce import Moves, moves, spare_rule


@dataclass(frozen=True, eq=False)
class Cost(Shown):
    """Cost of a plan beyond its base, at central values.

    Parameters
    ----------
    table
        One row each year: cost by head, net, discounted [£ in the plan's price year].
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
        return f"{self._cost()} {self.rule}"

    def _cost(self) -> str:
        value, yearly = float(self.budget.present_value_gbp()), float(self.budget.net_gbp.mean())
        if value == 0.0 and yearly == 0.0:
            return "It costs as much as the base."
        return (
            f"£{abs(value) / 1e6:,.1f}m {'more' if value > 0 else 'less'} than the base over "
            f"{self.budget.years} years (present value); £{yearly / 1e6:,.2f}m a year on average."
        )


def cost(plan: Plan, *, base: Plan | None = None) -> Cost:
    """Return the cost of a plan with an option laid over it, beyond its base.

    Parameters
    ----------
    plan
        The plan with an option laid over it.
    base
        The base; left out, the plan itself, and only the money that its option states is counted.

    Returns
    -------
    Cost
        In the budget and in the economic view.

    Raises
    ------
    ValueError
        If a figure that the cost needs is not said; the message names it.
    """
    resolved = resolve(plan)
    before = resolve(base) if base is not None else resolved
    budget = plan_cost(resolved, before, basis=Basis.BUDGET)
    economic = plan_cost(resolved, before, basis=Basis.ECONOMIC)
    return Cost(cost_table(budget), budget, economic, spare_rule(plan), plan.manifest())


def plan_cost(resolved: Resolved, base: Resolved, *, basis: Basis | str) -> OptionCost:
    """Return the cost of a plan beyond its base, for the planned forces together; see `force_costs`.

    Parameters
    ----------
    resolved, base
        The plan and its base, both at central values or with the same table of draws.
    basis
        Budget or economic view.
    """
    return combine(list(force_costs(resolved, base, basis=basis).values()))


def force_costs(resolved: Resolved, base: Resolved, *, basis: Basis | str) -> dict[str, OptionCost]:
    """Return the cost of a plan beyond its base by planned force.

    Posts are taken as filled from the first year; `standby.workforce.staff` says how long that would take.
    Spare officers fill them first, where the plan says so (see `standby.workforce.fill_posts`): they are in
    post and cost nothing more, but for the course and kit of another tier. Officers of crews who have to be
    found come out of unarmed response and are backfilled by the plan's share, unless the force gives up as
    many unarmed posts: then nobody is backfilled, and the response forgone counts in the economic view alone.
    Officers of a dual-role tier, and all officers where all are armed, stay where they are and lose their
    training days. Those who leave are trained again every year.

    Each site that an option opens costs the same, whichever option opens it: `costs.site_capital_gbp` and
    `site_running_gbp`, or the site's own. A site is opened by its first armed crew, or by its first unit if
    it does not exist yet; one that is left by them gives its running cost back, and no capital.

    Fewer posts save running costs, and pay and courses as far as fewer officers are kept: where spare
    officers fill posts, those whose posts are given up become spare and stay. They save no purchases, and
    nothing is added to a saving for optimism; an unarmed post given up saves its pay and forgoes its
    response. An optimism factor below 1 counts as 1. What the option states itself (capital, running cost),
    and overtime, is laid to the planned forces that the option changes, by their people. The grant never
    exceeds the cost.

    Parameters
    ----------
    resolved, base
        The plan and its base, both at central values or with the same table of draws.
    basis
        Budget or economic view.

    Returns
    -------
    dict
        Cost by id of the planned force.

    Raises
    ------
    ValueError
        If a figure that the cost needs is not said; the message names it.
    """
    basis = Basis(basis)
    s, changed = resolved.structure, moves(resolved, base)
    share, sites = own_shares(resolved, base), site_changes(resolved, base)
    costs = []
    planned = [int(code) for code in np.flatnonzero(s.planned)]
    for k, force in enumerate(planned):
        parts = [_own_cost(resolved, base, share[..., k], basis), _ced_cost(resolved, base, force, basis)]
        parts.append(_site_cost(resolved, base, sites, force, basis))
        parts += _pay_costs(resolved, changed, force, basis)
        for tier in range(len(s.tiers)):
            parts += _tier_costs(resolved, base, changed, force, tier, basis)
        costs.append(combine(parts))
    if basis is Basis.BUDGET:
        costs = _granted(costs, np.nan_to_num(resolved["option.grant_gbp"]))
    return {s.forces[force]: part for force, part in zip(planned, costs, strict=True)}


def own_shares(resolved: Resolved, base: Resolved) -> Floats:
    """Return each planned force's share of the money that an option states itself, shape (..., planned).

    By the people of the forces whose units, sites, commitments or own figures the option changes; by those of
    all planned forces when it changes none.
    """
    s = resolved.structure
    people = resolved["areas.population"] @ np.eye(len(s.forces))[s.areas.forces]
    touched = np.isin(s.forces, sorted(touched_forces(resolved.plan, base.plan))) & s.planned
    weight = (people * (touched if touched.any() else s.planned))[..., s.planned]
    total = weight.sum(axis=-1, keepdims=True)
    return np.where(total > 0.0, weight / np.where(total > 0.0, total, 1.0), 1.0 / weight.shape[-1])


def _granted(costs: list[OptionCost], amount: Floats) -> list[OptionCost]:
    """Take a yearly grant off what the forces spend, in proportion to it and never more than it is."""
    spent = [part.net_gbp - part.head(Head.RESIDUAL_VALUE) for part in costs]
    gross = np.broadcast_arrays(*(np.maximum(part, 0.0) for part in spent))
    total = np.asarray(sum(spent))
    paid = np.clip(total, 0.0, np.asarray(amount)[..., None])
    whole = np.asarray(sum(gross))
    share = np.divide(
        paid, whole, out=np.zeros(np.broadcast_shapes(paid.shape, whole.shape)), where=whole > 0
    )
    return [
        replace(part, by_head_gbp=part.by_head_gbp - (own * share)[..., None] * _IS_GRANT)
        for part, own in zip(costs, gross, strict=True)
    ]


_IS_GRANT = np.array([float(head is Head.GRANT) for head in HEADS])


def _path(values: Floats) -> Floats:
    """Return a figure as a path that is the same each year."""
    return np.asarray(values)[..., None]


def _cost(
    resolved: Resolved,
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
    """Return a cost on the plan's terms; a saving has nothing added for optimism."""
    bias = OptimismBias(
        capital=np.maximum(resolved["costs.optimism_bias_capital"] - 1.0, 0.0),
        operating=np.maximum(resolved["costs.optimism_bias_operating"] - 1.0, 0.0),
    )
    return option_cost(
        years=resolved.plan.document.costs.horizon_years,
        basis=basis,
        staffing=staff,
        training=training,
        vehicles=[] if vehicles is None else [vehicles],
        kit=[] if kit is None else [kit],
        sites=[] if site is None else [site],
        overtime=overtime,
        optimism_bias=None if saved else bias,
        price_year=resolved.plan.document.plan.price_year,
    )


def _staff(
    resolved: Resolved,
    *,
    added: Floats | float = 0.0,
    diverted: Floats | float = 0.0,
    in_role: Floats | float = 0.0,
    abstraction: Floats | float = 0.0,
    backfill: bool = True,
) -> Staffing:
    """Return officers of the plan's pay, each number the same every year."""
    return Staffing(
        cost_per_officer_gbp=resolved["costs.officer_gbp"],
        backfill_share=resolved["costs.backfill_share"] if backfill else 0.0,
        added=_path(np.asarray(added)),
        diverted=_path(np.asarray(diverted)),
        in_role=_path(np.asarray(in_role)),
        in_role_abstraction=abstraction,
    )


def _pay_costs(resolved: Resolved, changed: Moves, force: int, basis: Basis) -> list[OptionCost]:
    """Return pay, backfill and response forgone for those who move."""
    taken, converted, hired = (part[..., force] for part in (changed.taken, changed.converted, changed.hired))
    up = _staff(resolved, added=np.maximum(hired, 0.0), diverted=np.maximum(taken, 0.0))
    down = _staff(resolved, added=np.maximum(-hired, 0.0), diverted=np.maximum(-taken, 0.0))
    given_up = _staff(resolved, diverted=np.maximum(converted, 0.0), backfill=False)
    again = _staff(resolved, diverted=np.maximum(-converted, 0.0), backfill=False)
    emptied = _staff(resolved, diverted=np.maximum(-hired, 0.0), backfill=False)
    return [
        difference(_cost(resolved, basis, staff=up), _cost(resolved, basis, staff=down, saved=True)),
        difference(_cost(resolved, basis, staff=given_up), _cost(resolved, basis, staff=again, saved=True)),
        _cost(resolved, basis, staff=emptied, saved=True),
    ]


def _tier_costs(
    resolved: Resolved, base: Resolved, changed: Moves, force: int, tier: int, basis: Basis
) -> list[OptionCost]:
    """Return courses, kit, training days and vehicles of a tier: of what is more, less what is saved."""
    taught, retrained = changed.taught[..., force, tier], changed.retrained[..., force, tier]
    kept, in_role = changed.kept[..., force, tier], changed.in_role[..., force, tier]
    vehicles = fleet(resolved, force, tier) - fleet(base, force, tier)
    parts = []
    for sign, new in ((1.0, True), (-1.0, False)):
        first = taught - retrained if new else np.zeros_like(taught)
        lasting, staying = np.maximum(sign * kept, 0.0), np.maximum(sign * in_role, 0.0)
        cars = max(sign * vehicles, 0.0)
        if not (first.any() or lasting.any() or staying.any() or cars):
            continue
        part = _cost(
            resolved,
            basis,
            staff=_staff(
                resolved,
                in_role=staying,
                abstraction=resolved["tiers.refresher_days"][..., tier] / resolved["costs.working_days"],
            ),
            training=_training(resolved, first, lasting, force, tier),
            kit=_kit(resolved, taught, resolved["tiers.kit_gbp"][..., tier]) if new else None,
            vehicles=_cars(resolved, cars, tier, new=new),
            saved=not new,
        )
        parts.append(part if new else _negative(part))
    if retrained.any():
        # Spare officers on a course are missing from nothing, so that nobody has to stand in for them.
        course = _training(resolved, retrained, np.zeros_like(retrained), force, tier)
        parts.append(
            _cost(resolved, basis, staff=_staff(resolved), training=replace(course, course_weeks=0.0))
        )
    return parts


def _negative(part: OptionCost) -> OptionCost:
    return replace(part, by_head_gbp=0.0 - part.by_head_gbp, capital_gbp=0.0 - part.capital_gbp)


def _training(resolved: Resolved, first: Floats, lasting: Floats, force: int, tier: int) -> Training:
    """Return courses of the first year, and every later year for those who leave, without pay."""
    years = resolved.plan.document.costs.horizon_years
    again = lasting * resolved["workforce.loss_rate"][..., force]
    passed = np.repeat(again[..., None], years, axis=-1)
    passed[..., 0] = first
    return Training(
        passed=passed,
        pass_rate=resolved["workforce.pass_rate"][..., force],
        cost_per_starter_gbp=resolved["tiers.course_gbp"][..., tier],
        course_weeks=resolved["tiers.course_weeks"][..., tier],
        working_days=resolved["costs.working_days"],
    )


def _kit(resolved: Resolved, officers: Floats, price_gbp: Floats) -> Assets:
    life = resolved["costs.kit_life_years"]
    return Assets(count=_path(officers), price_gbp=price_gbp, life_years=life)


def _cars(resolved: Resolved, count: float, tier: int, *, new: bool) -> Assets:
    return Assets(
        count=count,
        price_gbp=resolved["tiers.vehicle_gbp"][..., tier] * float(new),
        life_years=resolved["costs.vehicle_life_years"],
        running_gbp=resolved["tiers.vehicle_running_gbp"][..., tier],
    )


def fleet(resolved: Resolved, force: int, tier: int) -> int:
    """Return the vehicles of a tier that a force has on the road in its busiest hour."""
    s = resolved.structure
    rows = (s.units.tiers == tier) & (s.units.forces == force)
    return int((s.units.count[rows, None] * s.units.hours[rows]).sum(axis=0).max(initial=0))


def _ced_cost(resolved: Resolved, base: Resolved, force: int, basis: Basis) -> OptionCost:
    """Return devices and training time of officers with a CED: of what is more, less what is saved."""
    name = resolved.structure.forces[force]
    now, before = (plan["forces.ced_officers"][..., force] for plan in (resolved, base))
    if np.isnan(now).all() and np.isnan(before).all():
        return _cost(resolved, basis)
    if np.isnan(before).any():
        raise Refusal(
            f"{resolved.plan.variant!r} sets forces.{name}.ced_officers, and the base does not say how many "
            "there are",
            "give the base's number, so that the cost of the others can be told",
        )
    more = now - before
    gained = _ced_part(resolved, np.maximum(more, 0.0), force, basis, new=True)
    saved = _ced_part(resolved, np.maximum(-more, 0.0), force, basis, new=False)
    return difference(gained, saved)


def _ced_part(resolved: Resolved, officers: Floats, force: int, basis: Basis, *, new: bool) -> OptionCost:
    """Return training in the first year, of those who leave in later ones, and a refresher every year."""
    days = resolved["costs.working_days"]
    first, refresher = resolved["costs.ced_training_days"] / days, resolved["costs.ced_refresher_days"] / days
    again = np.asarray(officers * (refresher + first * resolved["workforce.loss_rate"][..., force]))
    time = np.repeat(again[..., None], resolved.plan.document.costs.horizon_years, axis=-1)
    time[..., 0] = officers * (refresher + (first if new else 0.0))
    staff = replace(_staff(resolved), diverted=time)
    kit = _kit(resolved, officers, resolved["costs.ced_gbp"]) if new else None
    return _cost(resolved, basis, staff=staff, kit=kit, saved=not new)


def _site_cost(
    resolved: Resolved, base: Resolved, changes: SiteChanges, force: int, basis: Basis
) -> OptionCost:
    """Return the cost of the sites that a force opens, less the running cost of those that it closes."""
    capital, running = (price @ changes.opened[force] for price in site_prices(resolved))
    _, saved = (price @ changes.closed[force] for price in site_prices(base))
    return difference(
        _cost(resolved, basis, site=SiteCost(capital_gbp=capital, running_gbp=running)),
        _cost(resolved, basis, site=SiteCost(capital_gbp=0.0, running_gbp=saved), saved=True),
    )


def _own_cost(resolved: Resolved, base: Resolved, share: Floats, basis: Basis) -> OptionCost:
    """Return a force's share of what the option states itself, and of overtime beyond the base's."""
    capital, running = (
        np.nan_to_num(resolved[f"option.{name}"]) * share for name in ("capital_gbp", "running_gbp")
    )
    more = (resolved["costs.overtime_gbp"] - base["costs.overtime_gbp"]) * share
    up, down = (Overtime(hours=1.0, rate_gbp_per_hour=np.maximum(sign * more, 0.0)) for sign in (1.0, -1.0))
    site = SiteCost(capital_gbp=capital, running_gbp=running)
    return difference(
        _cost(resolved, basis, site=site, overtime=up), _cost(resolved, basis, overtime=down, saved=True)
    )
