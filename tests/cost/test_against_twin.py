"""Staffing and cost of invented plans of two forces, to the officer and the pound, beside the slow twin."""

from __future__ import annotations

from dataclasses import replace

import cost_twin as slow
import numpy as np
import pandas as pd
import pytest

from standby.cost import HEADS, cost, force_costs
from standby.plan import hours_of_week, plan_arrays
from standby.workforce import staff

CREWS = {
    "arv": (2, True, False),
    "team": (4, True, False),
    "rural": (2, True, True),
    "foot": (1, False, True),
}
HOURS = ("always", "fri-sat 18:00-06:00", "mon-fri 08:00-16:00")
PEOPLE = {"home": 100_000.0, "next": 50_000.0}  # as the areas of the tiny plan have them
PLACES = ("midtown", "westham", "eastport", "field")


def drawn_world(chance: np.random.Generator) -> tuple[slow.World, list[dict], list[dict]]:
    """Return an invented world, and its rows of units before and after."""

    def between(low: float, high: float) -> float:
        return float(chance.uniform(low, high))

    def some(*values: float) -> float:
        return float(chance.choice(values))

    shared = chance.random() < 0.4
    tiers = {
        name: slow.Tier(
            *crew,
            accreditation="arv" if name == "team" and shared else name,
            course_weeks=between(1, 20),
            course_gbp=between(1_000, 30_000),
            refresher_days=between(0, 40),
            vehicle_gbp=between(0, 90_000),
            vehicle_running_gbp=between(0, 20_000),
            kit_gbp=between(0, 9_000),
        )
        for name, crew in CREWS.items()
    }
    forces = {
        name: slow.Force(
            people=people,
            strength=between(5, 120),
            relief_factor=between(4, 8),
            deployable_share=between(0.5, 1),
            pass_rate=between(0.3, 1),
            loss_rate=between(0, 0.3),
            spare_officers=str(chance.choice(["fill posts", "other duties"], p=[0.7, 0.3])),
            ced=(50.0, some(20, 50, 90)),
        )
        for name, people in PEOPLE.items()
    }
    prices = {
        "officer_gbp": between(40_000, 70_000),
        "backfill_share": some(0, 1, between(0, 1)),
        "optimism_bias_capital": some(0.5, 1, 1.3),
        "optimism_bias_operating": some(0.8, 1, 1.15),
        "working_days": between(180, 240),
        "kit_life_years": some(0.5, 1, 2.3, 5, 7, 12),
        "vehicle_life_years": some(0.5, 1, 3.7, 4, 4.5, 30),
        "site_capital_gbp": between(0, 1e6),
        "site_running_gbp": between(0, 1e5),
        "ced_gbp": between(0, 2_000),
        "ced_training_days": between(0, 5),
        "ced_refresher_days": between(0, 2),
    }

    def row(number: int) -> dict:
        return {
            "id": f"u{number}",
            "tier": str(chance.choice(list(CREWS), p=[0.4, 0.2, 0.2, 0.2])),
            "site": str(chance.choice(PLACES)),
            "provider": str(chance.choice(list(PEOPLE))),
            "count": int(chance.integers(1, 4)),
            "hours": str(chance.choice(HOURS)),
        }

    before = [row(number) for number in range(int(chance.integers(1, 8)))]
    kept = [old | ({"site": row(0)["site"], "tier": row(0)["tier"]} if chance.random() < 0.3 else {})
            for old in before if chance.random() < 0.75]  # fmt: skip
    after = kept + [row(100 + number) for number in range(int(chance.integers(1, 4)))]

    def units(rows: list[dict]) -> list[slow.Unit]:
        return [
            slow.Unit(r["tier"], r["site"], r["provider"], r["count"], hours_of_week(r["hours"]) * 1.0)
            for r in rows
        ]

    def changed(name: str) -> bool:
        mine = [[r for r in rows if r["provider"] == name] for rows in (before, after)]
        return mine[0] != mine[1] or forces[name].ced[0] != forces[name].ced[1]

    world = slow.World(
        years=int(some(1, 2, 7, 10, 20)),
        tiers=tiers,
        forces=forces,
        sites={
            place: slow.Site(
                existing=bool(chance.random() < 0.5),
                capital_gbp=some(prices["site_capital_gbp"], between(0, 1e6)),
                running_gbp=some(prices["site_running_gbp"], between(0, 1e5)),
            )
            for place in PLACES
        },
        before=units(before),
        after=units(after),
        prices=prices,
        capital_gbp=some(0, 1e5),
        running_gbp=some(0, 2e4),
        more_overtime_gbp=some(0, 5e4, -4e4),
        grant_gbp=some(0, 3e5, 5e6),
        touched={name for name in forces if changed(name)},
    )
    return world, before, after


def plan_of(world: slow.World, before: list[dict], after: list[dict], tiny, altered):
    """Return the world as a plan with an option `o`."""
    changes = {
        "plan.forces": list(world.forces),
        "costs.horizon_years": world.years,
        "costs.overtime_gbp": 100_000.0,
        **{f"costs.{name}": value for name, value in world.prices.items()},
    }
    for name, tier in world.tiers.items():
        changes[f"tiers.{name}"] = {"name": name, "turnout_min": 2, **vars(tier)}
    for name, force in world.forces.items():
        changes |= {f"forces.{name}.officers": 500.0, f"forces.{name}.strength": force.strength}
        changes[f"forces.{name}.ced_officers"] = force.ced[0]
        for term in ("relief_factor", "deployable_share", "pass_rate", "loss_rate", "spare_officers"):
            changes[f"forces.{name}.workforce.{term}"] = getattr(force, term)

    old, new = ({row["id"]: row for row in rows} for rows in (before, after))
    option = {
        "name": "o",
        "set": {"costs.overtime_gbp": 100_000.0 + world.more_overtime_gbp}
        | {f"forces.{name}.ced_officers": force.ced[1] for name, force in world.forces.items()},
        "add": {"units": [row for name, row in new.items() if name not in old]},
        "change": {"units": [row for name, row in new.items() if name in old and row != old[name]]},
        "remove": {"units": [name for name in old if name not in new]},
    }
    for name in ("capital_gbp", "running_gbp", "grant_gbp"):
        option[name] = getattr(world, name)
    plan = altered(tiny, {**changes, "options.o": option})

    sites = plan.table("sites").set_index("id").reindex(PLACES)
    sites = sites.fillna(sites.loc["westham"]).reset_index(names="id")
    for column in ("existing", "capital_gbp", "running_gbp"):
        sites[column] = [getattr(world.sites[place], column) for place in PLACES]
    like = plan.table("units").iloc[:0]
    own = dict.fromkeys(like.select_dtypes(exclude="number"), "") | {"control": "own"}
    rows = pd.DataFrame([own | row for row in before])
    units = rows.reindex(columns=like.columns).astype(like.dtypes)
    return replace(plan, tables={**plan.tables, "sites": sites, "units": units})


@pytest.mark.parametrize("seed", range(40))
def test_officers_and_money_of_invented_plans(tiny, altered, seed):
    """Every head, year and force, in both views, and every number of officers, are those of the twin."""
    world, before, after = drawn_world(np.random.default_rng(seed))
    plan = plan_of(world, before, after, tiny, altered)
    option = plan.with_option("o")

    assert tuple(str(head) for head in HEADS) == slow.HEADS
    for basis in ("budget", "economic"):
        expected = slow.cost(world, basis)
        found = force_costs(plan_arrays(option), plan_arrays(plan), basis=basis)
        for name in world.forces:
            np.testing.assert_allclose(
                found[name].by_head_gbp, expected[name], rtol=0, atol=0.005, err_msg=f"{basis} {name}"
            )
        yearly = sum(money.sum(axis=1) for money in expected.values())
        together = getattr(cost(option, base=plan), basis)
        assert together.present_value_gbp() == pytest.approx(
            sum(money / 1.035**year for year, money in enumerate(yearly)), abs=0.01
        )

    table = staff(option, base=plan).table.set_index("force")
    for name in world.forces:
        filled, in_role, _ = slow.staffed(world, name)
        row = table.loc[name]
        needed = slow.officers(world, name, world.after)
        assert row["officers_needed"] == pytest.approx(
            sum(needed[t] for t, tier in world.tiers.items() if tier.armed)
        )
        assert row["spare"] == pytest.approx(filled.spare, abs=1e-6)
        assert row["retrained"] == pytest.approx(sum(filled.retrained.values()), abs=1e-6)
        more = filled.lacking + filled.found + sum(in_role.values())
        assert row["new_officers"] == pytest.approx(max(more, 0.0), abs=1e-6)
