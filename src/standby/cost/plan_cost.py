"""The cost of a plan's option beyond its base, from the plan's own figures."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from standby.cost.heads import Basis
from standby.cost.inputs import Assets, Grant, OptimismBias, SiteCost, Training
from standby.cost.inputs import Staffing as Officers
from standby.cost.option import OptionCost, combine, difference, option_cost
from standby.cost.tables import cost_table
from standby.evidence import Manifest
from standby.plan import Plan, Resolved, resolve
from standby.workforce import staffing

Floats = NDArray[np.float64]

NOBODY = 1e-9
"""Fewer officers than this are rounding [officers]."""


@dataclass(frozen=True, eq=False)
class Cost:
    """Cost of a plan beyond its base, at central values.

    Parameters
    ----------
    table
        One row each year: cost by head, net, discounted [£ in the plan's price year].
    budget, economic
        What the planned forces pay, and what society gives up.
    manifest
        What makes it reproducible.
    """

    table: pd.DataFrame
    budget: OptionCost
    economic: OptionCost
    manifest: Manifest

    def summary(self) -> str:
        """Return one sentence."""
        value, yearly = float(self.budget.present_value_gbp()), float(self.budget.equivalent_annual_gbp())
        return (
            f"£{value / 1e6:,.1f}m more than the base over {self.budget.years} years (present value), "
            f"or £{yearly / 1e6:,.2f}m a year."
        )


def cost(plan: Plan, *, base: Plan | None = None) -> Cost:
    """Return the cost of a plan with an option laid over it, beyond its base.

    Parameters
    ----------
    plan
        The plan with an option laid over it.
    base
        The base; left out, the plan itself, and the cost is nothing.

    Returns
    -------
    Cost
        In the budget and in the economic view.
    """
    resolved = resolve(plan)
    before = resolve(base) if base is not None else resolved
    budget = plan_cost(resolved, before, basis=Basis.BUDGET)
    economic = plan_cost(resolved, before, basis=Basis.ECONOMIC)
    return Cost(cost_table(budget), budget, economic, plan.manifest())


def plan_cost(resolved: Resolved, base: Resolved, *, basis: Basis | str) -> OptionCost:
    """Return the cost of a plan beyond its base, for the planned forces together.

    Posts are taken as filled from the first year; `standby.workforce.staff` says how long that would take.
    Armed officers of a tier that is no second role come out of unarmed response and are backfilled by the
    plan's share; officers of a dual-role tier stay where they are and lose their training days. Losses are
    trained again every year. Fewer posts than in the base are savings of pay, not of training.

    Parameters
    ----------
    resolved, base
        The plan and its base, both at central values or with the same table of draws.
    basis
        Budget or economic view.
    """
    basis = Basis(basis)
    changes = changed_officers(resolved, base)
    parts = [
        _tier_cost(resolved, base, changes, tier, basis) for tier in range(len(resolved.structure.tiers))
    ]
    parts.append(_ced_cost(resolved, base, basis))
    parts.append(_own_cost(resolved, basis))
    return combine(parts)


@dataclass(frozen=True, eq=False)
class Changes:
    """Officers beyond the base, planned forces together, by tier; shape (..., tiers).

    Parameters
    ----------
    moved
        Armed officers who leave unarmed response.
    in_role
        Armed officers who keep their role.
    hired
        Unarmed officers beyond those whose posts became armed ones in a second role.
    """

    moved: Floats
    in_role: Floats
    hired: Floats


def changed_officers(resolved: Resolved, base: Resolved) -> Changes:
    """Return the officers that a plan asks for beyond its base, by tier."""
    s, planned = resolved.structure, resolved.structure.planned
    now, before = staffing(resolved, base), staffing(base, base)
    changed = (now.officers_by_tier - before.officers_by_tier)[..., planned, :].sum(axis=-2)
    turned = s.armed & ~base.structure.armed  # a tier that the option arms
    officers = now.officers_by_tier[..., planned, :].sum(axis=-2)
    everyone = (now.armed - np.nan_to_num(base["forces.strength"]))[..., planned].sum(axis=-1)
    in_role = np.where(s.armed & s.dual_role, changed, 0.0)
    in_role = np.where(turned, np.where(s.carried_by_all, everyone[..., None], officers), in_role)
    moved = np.where(s.armed & ~s.dual_role & ~turned, changed, 0.0)
    lost = np.where(~s.armed & ~turned, changed, 0.0)
    freed = np.where(s.armed & s.dual_role & ~turned, changed, 0.0).sum(axis=-1)
    fewer = np.maximum(-lost, 0.0).sum(axis=-1)
    # unarmed posts that became armed ones in a second role are no saving
    share = np.clip(np.divide(freed, fewer, out=np.zeros_like(freed), where=fewer > 0), 0.0, 1.0)
    hired = np.where(lost < 0, lost * (1.0 - share)[..., None], lost)
    hired = np.where(np.abs(hired) < NOBODY, 0.0, hired)
    return Changes(moved, in_role, hired)


def _path(values: Floats) -> Floats:
    """Return a figure as a path that is the same each year."""
    return values if values.ndim == 0 else values[..., None]


def _tier_cost(resolved: Resolved, base: Resolved, changes: Changes, tier: int, basis: Basis) -> OptionCost:
    """Return what a tier's further posts cost, less what the pay and running of its fewer posts save."""
    more = Changes(*(np.maximum(part, 0.0) for part in (changes.moved, changes.in_role, changes.hired)))
    fewer = Changes(*(np.maximum(-part, 0.0) for part in (changes.moved, changes.in_role, changes.hired)))
    vehicles = fleet(resolved, tier) - fleet(base, tier)
    gained = _posts_cost(resolved, more, tier, basis, vehicles=max(vehicles, 0), new=True)
    saved = _posts_cost(resolved, fewer, tier, basis, vehicles=max(-vehicles, 0), new=False)
    return difference(gained, saved)


def _posts_cost(
    resolved: Resolved, changes: Changes, tier: int, basis: Basis, *, vehicles: int, new: bool
) -> OptionCost:
    """Return the cost of a tier's posts: with courses and purchases if they are new, else pay and running."""
    years = resolved.plan.document.costs.horizon_years
    moved, in_role, hired = (part[..., tier] for part in (changes.moved, changes.in_role, changes.hired))
    armed = np.asarray(moved + in_role)
    car = Assets(
        count=float(vehicles),
        price_gbp=resolved["tiers.vehicle_gbp"][..., tier] * float(new),
        life_years=resolved["costs.vehicle_life_years"],
        running_gbp=resolved["tiers.vehicle_running_gbp"][..., tier],
    )
    kit = Assets(
        count=_path(armed),
        price_gbp=resolved["tiers.kit_gbp"][..., tier],
        life_years=resolved["costs.kit_life_years"],
    )
    return option_cost(
        years=years,
        basis=basis,
        staffing=Officers(
            cost_per_officer_gbp=resolved["costs.officer_gbp"],
            backfill_share=resolved["costs.backfill_share"],
            added=_path(np.asarray(hired)),
            diverted=_path(np.asarray(moved)),
            in_role=_path(np.asarray(in_role)),
            in_role_abstraction=resolved["tiers.refresher_days"][..., tier] / resolved["costs.working_days"],
        ),
        training=_training(resolved, armed, tier, years) if new else None,
        vehicles=[car] if vehicles else [],
        kit=[kit] if new else [],
        optimism_bias=_optimism(resolved),
        price_year=resolved.plan.document.plan.price_year,
    )


def _training(resolved: Resolved, armed: Floats, tier: int, years: int) -> Training:
    """Return initial courses for all in the first year and for the losses after it, without pay."""
    planned = resolved.structure.planned
    loss = resolved["workforce.loss_rate"][..., planned].mean(axis=-1)
    later = (
        np.repeat((armed * loss)[..., None], years - 1, axis=-1)
        if years > 1
        else (armed * loss)[..., None][..., :0]
    )
    return Training(
        passed=np.concatenate([armed[..., None], later], axis=-1),
        pass_rate=np.maximum(resolved["workforce.pass_rate"][..., planned].mean(axis=-1), 1e-3),
        cost_per_starter_gbp=resolved["tiers.course_gbp"][..., tier],
        course_weeks=resolved["tiers.course_weeks"][..., tier],
        refreshed=_path(armed),
    )


def fleet(resolved: Resolved, tier: int) -> int:
    """Return the vehicles of a tier that the planned forces have on the road in their busiest hour."""
    s = resolved.structure
    rows = (s.units.tiers == tier) & s.planned[s.units.forces]
    return int((s.units.count[rows, None] * s.units.hours[rows]).sum(axis=0).max(initial=0))


def _ced_cost(resolved: Resolved, base: Resolved, basis: Basis) -> OptionCost:
    planned = resolved.structure.planned
    more = (resolved["forces.ced_officers"] - base["forces.ced_officers"])[..., planned]
    officers = np.maximum(np.nan_to_num(more).sum(axis=-1), 0.0)
    days = resolved["costs.working_days"]
    first = resolved["costs.ced_training_days"] / days
    years = resolved.plan.document.costs.horizon_years
    loss = resolved["workforce.loss_rate"][..., planned].mean(axis=-1)
    # trained in the first year, the losses again in every later one, beside the yearly refresher
    yearly = np.concatenate(
        [first[..., None], np.repeat((first * loss)[..., None], years - 1, axis=-1)], axis=-1
    )
    time = (yearly + (resolved["costs.ced_refresher_days"] / days)[..., None]) * officers[..., None]
    return option_cost(
        years=years,
        basis=basis,
        staffing=Officers(
            cost_per_officer_gbp=resolved["costs.officer_gbp"],
            backfill_share=resolved["costs.backfill_share"],
            diverted=time,
        ),
        kit=[
            Assets(
                count=_path(np.asarray(officers)),
                price_gbp=resolved["costs.ced_gbp"],
                life_years=resolved["costs.kit_life_years"],
            )
        ],
        optimism_bias=_optimism(resolved),
        price_year=resolved.plan.document.plan.price_year,
    )


def _own_cost(resolved: Resolved, basis: Basis) -> OptionCost:
    """Return the money that the option itself states: one-off, running, grant."""
    capital, running, grant = (
        np.nan_to_num(resolved[f"option.{name}"]) for name in ("capital_gbp", "running_gbp", "grant_gbp")
    )
    return option_cost(
        years=resolved.plan.document.costs.horizon_years,
        basis=basis,
        sites=[SiteCost(capital_gbp=capital, running_gbp=running)],
        grant=Grant(amount_gbp=_path(np.asarray(grant))),
        optimism_bias=_optimism(resolved),
        price_year=resolved.plan.document.plan.price_year,
    )


def _optimism(resolved: Resolved) -> OptimismBias:
    return OptimismBias(
        capital=np.maximum(resolved["costs.optimism_bias_capital"] - 1.0, 0.0),
        operating=np.maximum(resolved["costs.optimism_bias_operating"] - 1.0, 0.0),
    )
