"""A slow twin: draws written into the plan as its central values and computed by the front doors."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from standby.appraise import criteria_of
from standby.appraise.criteria import criterion_values
from standby.appraise.delivered import delivered
from standby.appraise.sample import sample
from standby.appraise.variants import variants_of
from standby.cost import cost, plan_cost
from standby.cover import Cover, cover
from standby.evidence import Draws, draw
from standby.plan import Plan, PlanArrays, dimensions_of, plan_arrays
from standby.plan.arrays.figures import NOT_SAID
from standby.travel import travel_times
from standby.workforce import delivery, staff

Alter = Callable[[Plan, dict[str, Any]], Plan]
DRAWS, SHOWN = 32, (0, 9, 31)


def values_of(arrays: PlanArrays) -> dict[str, float]:
    """Return the value of every figure of one draw by its path."""
    values = {}
    for section in vars(arrays).values():
        for field, slots in arrays.figures.slots.get(type(section), {}).items():
            for number, value in zip(slots.ravel(), getattr(section, field).ravel(), strict=True):
                if number != NOT_SAID:
                    values[arrays.figures.placed[number].path] = float(value)
    return values


def written(plan: Plan, drawn: PlanArrays, draw_: int, altered: Alter) -> Plan:
    """Return a plan whose central values are those of one draw; every figure is certain."""
    changes, tables = {}, {name: frame.copy() for name, frame in plan.tables.items()}
    for path, value in values_of(drawn.one(draw_)).items():
        if "[" in path:
            name, rest = path.split("[")
            row, field = rest.split("].")
            tables[name].loc[tables[name]["id"] == row, field] = value
        else:
            changes[path] = value
    return replace(altered(plan, changes), tables=tables)


@pytest.fixture(scope="module")
def design(tiny: Plan) -> tuple[list[Any], Draws]:
    """Return base and options made ready, and draws for all of them."""
    variants = variants_of(tiny)
    return variants, draw(dimensions_of([v.arrays for v in variants]), DRAWS, seed=5)


@pytest.mark.parametrize("option", ["base", "second-car", "quicker", "arm-all"])
def test_draws_are_plans_of_their_own(
    tiny: Plan, altered: Alter, design: tuple[list[Any], Draws], option: str
) -> None:
    """Every criterion of a draw is what cover, cost and staff say of a plan with that draw's values.

    Busy shares are searched from another start, to 1e-7, so that cover agrees to 1e-6; the rest to 1e-9.
    """
    variants, draws = design
    variant = next(v for v in variants if v.id == option)
    drawn, base = variant.arrays.drawn(draws), variants[0].arrays.drawn(draws)
    own_sample = sample(variant.evaluated, drawn)
    found = delivered(drawn, base, own_sample, sample(variants[0].evaluated, base))
    values = criterion_values(criteria_of(tiny), own_sample, drawn, base, found)
    for k in SHOWN:
        mine = {name: row[k] for name, row in values.items()}
        theirs = by_front_doors(
            written(variant.plan, drawn, k, altered), written(tiny, base, k, altered), drawn, k
        )
        assert set(mine) == set(theirs)
        for name, value in mine.items():
            near = 1e-6 if name.startswith(("people", "share", "first", "full", "gap")) else 1e-9
            assert value == pytest.approx(theirs[name], rel=near, abs=near), (name, k)


def by_front_doors(plan: Plan, base: Plan, drawn: PlanArrays, draw_: int) -> dict[str, float]:
    """Return every criterion from the tables of cover, cost and staff, at central values."""
    found, limit = cover(plan, travel_times(plan)), plan.document.travel.limit_min
    shares = found.standards[found.standards["scope_kind"] == "all"].set_index("standard")["share_expected"]
    people = found.minutes[found.minutes["weight"] == "people"]
    rows = people.set_index(["measure", "scope_kind", "scope"])
    money, crew = cost(plan, base=base), staff(plan, base=base).table
    reached = people_in_time(found)
    return {
        "people_in_standard": reached,
        **while_posts_are_filled(plan, base, reached),
        "share_first": shares["first"],
        "share_full": shares["full"],
        "first_mean_min": rows.loc[("first", "all", ""), "mean_min"],
        "first_rural_p90_min": min(rows.loc[("first", "setting", "rural"), "p90_min"], limit),
        "full_mean_min": rows.loc[("full", "all", ""), "mean_min"],
        "gap_p50_min": float(found.gap.loc[found.gap["measure"] == "first", "gap_p50_min"].iloc[0]),
        "present_value_gbp": float(money.budget.present_value_gbp()),
        "economic_value_gbp": float(money.economic.present_value_gbp()),
        "officers_needed": crew["officers_needed"].sum(),
        "armed_officers": crew["armed_officers"].sum(),
        "armed_share": crew["armed_officers"].sum() / float(drawn.forces.officers[draw_, 0]),
        "armed_hours_year": crew["armed_hours_year"].sum(),
    }


def people_in_time(found: Cover) -> float:
    """Return the people whom the first officers reach in time."""
    return float((found.areas["people"] * found.areas["chance_in_time"]).sum())


def while_posts_are_filled(plan: Plan, base: Plan, reached: float) -> dict[str, float]:
    """Return the criteria of delivery of a plan with one planned force, from its delivery by year."""
    arrays, base_arrays = plan_arrays(plan), plan_arrays(base)
    years = plan.document.costs.horizon_years
    found = delivery(arrays, base_arrays, years=years)
    budget = plan_cost(arrays, base_arrays, basis="budget", delivered=found)
    before = people_in_time(cover(base, travel_times(base)))
    home = plan.forces.index("home")
    return {
        "people_delivered": before + (reached - before) * found.filled[home].mean(),
        "delivered_value_gbp": float(budget.present_value_gbp()),
        "staffed_share": float(found.staffed[home, -1]),
        "years_to_staff": min(float(found.years[home]), years),
    }


def test_one_chance_for_one_figure(tiny: Plan, design: tuple[list[Any], Draws]) -> None:
    """A figure that an option changes is drawn with the base's chances: late in one is late in the other."""
    variants, draws = design
    quicker = next(v for v in variants if v.id == "quicker")
    base, drawn = variants[0].arrays.drawn(draws), quicker.arrays.drawn(draws)
    before = base.tiers.turnout_min[:, 0]
    after = drawn.tiers.turnout_min[:, 0]
    assert (np.argsort(before) == np.argsort(after)).all()
    assert (after < before).all()
    assert (base.travel.emergency_factor == drawn.travel.emergency_factor).all()
    assert (base.mutual_aid.notice_min == drawn.mutual_aid.notice_min).all()
