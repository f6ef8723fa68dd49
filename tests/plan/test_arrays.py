"""The plan as arrays: the sections against a walk through the document, and draws that rebuild nothing."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from standby import examples
from standby.evidence import Figure, draw, quantile
from standby.plan import Plan, PlanArrays, dimensions_of, figures_of, open_plan, plan_arrays
from standby.plan.arrays.figures import NOT_SAID
from standby.plan.schema.document import Costs, Tier, WorkforceTerms

PLANS = {name: open_plan(examples.path(name)) for name in examples.names()}


def _variants() -> Iterator[tuple[str, Plan]]:
    for name, plan in PLANS.items():
        yield name, plan
        for option in plan.document.options:
            yield f"{name}: {option}", plan.with_option(option)
        for scenario in plan.document.scenarios:
            yield f"{name}: {scenario}", plan.with_scenario(scenario)


VARIANTS = dict(_variants())
PARTS = {  # fields by the part of the document that the twin walks to
    "forces": ("population", "officers", "establishment", "strength", "ced_officers", "tax_base"),
    "tiers": (
        "turnout_min", "speed_factor", "ced_share", "course_weeks", "course_gbp", "refresher_days",
        "vehicle_gbp", "vehicle_running_gbp", "kit_gbp",
    ),
    "types": ("per_100k_year", "authorisation_min", "rendezvous_min", "scene_min", "stand_down_share"),
}  # fmt: skip
WORK = ("calls_per_hour", "minutes_per_call", "break_off", "break_off_min")
TERMS = (
    "relief_factor", "deployable_share", "course_size", "courses_per_year", "pass_rate", "loss_rate",
    "volunteers_per_year",
)  # fmt: skip


def said(figure: Figure | None) -> float:
    """Return a figure's value, NaN for what is not said."""
    return float("nan") if figure is None else figure.value


def twin(plan: Plan) -> dict[str, Any]:
    """Walk through the document, field by field, the slow and obvious way."""
    d, s = plan.document, {}
    sections = {"forces": d.forces, "tiers": d.tiers, "types": d.incident_types}
    for part, fields in PARTS.items():
        for field in fields:
            s[f"{part}.{field}"] = [said(getattr(entry, field)) for entry in sections[part].values()]
    for field in WORK:
        s[f"tiers.{field}"] = [
            said(getattr(t.ordinary_work, field) if t.ordinary_work else None) for t in d.tiers.values()
        ]
    for field in TERMS:
        common = getattr(d.workforce, field)
        s[f"workforce.{field}"] = [said(getattr(f.workforce, field) or common) for f in d.forces.values()]
    kinds = d.incident_types.values()
    s["types.per_year"] = [[said(k.per_year.get(f)) for f in d.forces] for k in kinds]
    s["types.class_weight"] = [[said(k.class_weight.get(c)) for c in d.classes] for k in kinds]
    s["classes.trip_cv"] = [said(c.trip_cv) for c in d.classes.values()]
    s["tiers.turnout_cv"] = [said(t.turnout_cv) for t in d.tiers.values()]
    s["types.authorisation_cv"] = [said(k.authorisation_cv) for k in kinds]
    for field in ("notice_min", "share_available"):
        s[f"mutual_aid.{field}"] = said(getattr(d.mutual_aid, field))
    for field in ("emergency_factor", "start_min", "model_factor"):
        s[f"travel.{field}"] = said(getattr(d.travel, field))
    for field in type(d.costs).model_fields:
        if field != "horizon_years":
            s[f"costs.{field}"] = said(getattr(d.costs, field))
    level = d.response_levels.get(d.plan.response_level)
    s["level.demand_factor"] = said(level.demand_factor if level else None)
    option = d.options.get(plan.variant or "")
    for field in ("capital_gbp", "running_gbp", "grant_gbp"):
        s[f"option.{field}"] = said(getattr(option, field) if option else None)
    rows = {"areas": ("population", "likelihood"), "sites": ("capital_gbp", "running_gbp")}
    for name, field in ((name, field) for name, fields in rows.items() for field in fields):
        s[f"{name}.{field}"] = plan.table(name)[field].tolist()
    counts = [
        not levels or d.plan.response_level in levels.split("|") for levels in plan.table("units")["levels"]
    ]
    s["units.notice_min"] = plan.table("units")["notice_min"][counts].tolist()
    s |= {f"patrols.{field}": plan.table("patrols")[field].tolist() for field in ("share", "turnout_min")}
    commitments = plan.table("commitments")
    here = [not levels or d.plan.response_level in levels.split("|") for levels in commitments["levels"]]
    for field in ("units", "break_off_min"):
        s[f"commitments.{field}"] = commitments[field][here].tolist()
    return s


def numbers(arrays: PlanArrays) -> dict[str, Any]:
    """Return every field that is figures, e.g. ``{"tiers.turnout_min": …}``."""
    return {
        f"{name}.{field}": getattr(section, field)
        for name, section in vars(arrays).items()
        for field in arrays.figures.slots.get(type(section), {})
    }


@pytest.mark.parametrize("name", VARIANTS)
def test_sections_equal_a_walk_through_the_document(name: str) -> None:
    """Every figure of every packaged plan, option and scenario stands where the document says it."""
    plan = VARIANTS[name]
    found, wanted = numbers(plan_arrays(plan)), twin(plan)
    assert set(found) == set(wanted)
    for field, values in wanted.items():
        np.testing.assert_array_equal(found[field], np.asarray(values, dtype=float), err_msg=field)


def test_no_field_of_the_schema_is_forgotten() -> None:
    """A figure that is added to tiers, costs or the terms of work has a field in the arrays."""
    found = set(numbers(plan_arrays(PLANS["tiny"])))
    tiers = {name for name, info in Tier.model_fields.items() if info.annotation is Figure}
    costs = set(Costs.model_fields) - {"horizon_years"}
    workforce = set(WorkforceTerms.model_fields) - {"spare_officers"}
    for section, figures in (("tiers", tiers), ("costs", costs), ("workforce", workforce)):
        assert figures
        assert {f"{section}.{name}" for name in figures} <= found


def test_places_are_areas_and_then_key_locations() -> None:
    """A place is an area, or a key location after them; it has a group if its force is planned for."""
    for plan in PLANS.values():
        arrays, places = plan_arrays(plan), plan_arrays(plan).places
        assert places.ids == (*plan.table("areas")["id"], *plan.table("key_locations")["id"])
        assert len(arrays.areas) == places.areas
        rows = [row for name in ("areas", "key_locations") for row in plan.table(name).to_dict("records")]
        for code, row in enumerate(rows):
            assert places.names[code] == row["name"]
            assert places.positions[code].tolist() == [row["lon"], row["lat"]]
            assert arrays.forces.ids[places.forces[code]] == row["force"]
            assert arrays.classes.ids[places.classes[code]] == row["class"]
            is_planned = row["force"] in plan.document.plan.forces
            group = places.forces[code] * len(arrays.classes) + places.classes[code]
            assert places.group[code] == (group if is_planned else -1)

        by_area = np.arange(1.0, 1.0 + places.areas)
        by_place = places.from_areas(by_area)
        assert (by_place[places.of_areas] == by_area).all()
        assert not by_place[places.of_key_locations].any()


def test_the_main_standard_is_the_one_marked() -> None:
    """The main standard's row is that of the standard marked main."""
    for plan in PLANS.values():
        standards = plan_arrays(plan).standards
        marked = [name for name, standard in plan.document.standards.items() if standard.main]
        assert standards.ids[standards.main] == (marked or list(plan.document.standards))[0]


@pytest.mark.parametrize("name", PLANS)
def test_every_figure_that_is_drawn_has_a_field(name: str) -> None:
    """No doubt that the planner wrote is left out of the draws: each figure of the base stands in a field."""
    plan = PLANS[name]
    placed = {p.path for p in plan_arrays(plan).figures.placed}
    laid = {p.path for o in plan.document.options for p in plan_arrays(plan.with_option(o)).figures.placed}
    left = [
        p.path
        for p in figures_of(plan.document, plan.tables)
        if p.path not in placed | laid and not p.figure.certain
        and not p.path.startswith(("response_levels.", "workforce."))  # other levels, own terms
        and not p.path.startswith(("units[", "commitments["))  # rows of other response levels
    ]  # fmt: skip
    assert left == []


@pytest.fixture(scope="module")
def drawn() -> tuple[PlanArrays, PlanArrays]:
    """Return south-west at its central values, and with a table of draws."""
    central = plan_arrays(PLANS["south-west"])
    return central, central.drawn(draw(central.dimensions, 256, seed=1))


def test_each_draw_is_the_quantile_of_its_figure(drawn: tuple[PlanArrays, PlanArrays]) -> None:
    """A drawn number is the figure's quantile at the draws of its dimension; a certain one is its value."""
    central, table = drawn
    draws = draw(central.dimensions, 256, seed=1)
    assert table.draws == 256
    for name, section in vars(table).items():
        for field, slots in central.figures.slots.get(type(section), {}).items():
            values = getattr(section, field)
            assert values.shape == (256, *slots.shape), (name, field)
            for place, number in np.ndenumerate(slots):
                column = values[(slice(None), *place)]
                if number == NOT_SAID:
                    assert np.isnan(column).all()
                    continue
                placed = central.figures.placed[number]
                if placed.figure.certain:
                    assert (column == placed.figure.value).all()
                    continue
                domain = placed.domain
                wanted = quantile(
                    placed.figure,
                    draws.column(placed.dimension),
                    lowest=domain.lowest,
                    highest=domain.highest,
                )
                np.testing.assert_array_equal(column, wanted)
                assert ((wanted >= domain.lowest) & (wanted <= domain.highest)).all()


def test_drawing_rebuilds_nothing(
    drawn: tuple[PlanArrays, PlanArrays], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A drawn plan shares codes, masks and figures with the plan it is drawn from; nothing is built."""
    central, table = drawn
    assert table.figures is central.figures
    assert table.plan is central.plan
    assert table.places is central.places
    assert table.standards is central.standards
    assert table.units.hours is central.units.hours

    def never(*_: object, **__: object) -> None:
        raise AssertionError("a draw must not build a figure or read a plan")

    draws = draw(central.dimensions, 64, seed=2)
    monkeypatch.setattr(Figure, "__init__", never)
    monkeypatch.setattr(sys.modules["standby.plan.arrays.figures"], "figures_of", never)
    central.drawn(draws).one(3)


def test_one_draw_is_a_row(drawn: tuple[PlanArrays, PlanArrays]) -> None:
    """The plan of one draw has that row's values, in the shapes of the central plan."""
    central, table = drawn
    one = table.one(7)
    assert one.draws is None
    of_all, of_one, of_centre = numbers(table), numbers(one), numbers(central)
    for field, values in of_one.items():
        assert values.shape == of_centre[field].shape
        np.testing.assert_array_equal(values, of_all[field][7])
    with pytest.raises(ValueError, match="drawn already"):
        table.drawn(draw(central.dimensions, 8, seed=1))
    with pytest.raises(ValueError, match="is not drawn"):
        central.one(0)


def test_a_field_that_was_replaced_cant_be_drawn(drawn: tuple[PlanArrays, PlanArrays]) -> None:
    """Draws of the plan's own figures would silently undo what was put in their place."""
    central, _ = drawn
    tiers = replace(central.tiers, turnout_min=central.tiers.turnout_min + 1.0)
    with pytest.raises(ValueError, match="was replaced"):
        replace(central, tiers=tiers).drawn(draw(central.dimensions, 8, seed=1))


def test_an_option_shares_the_draws_of_what_it_does_not_change(drawn: tuple[PlanArrays, PlanArrays]) -> None:
    """Base and option drawn from one table differ only in the figures that the option changes."""
    central, _ = drawn
    laid = plan_arrays(PLANS["south-west"].with_option("ced-uplift"))
    draws = draw(dimensions_of([central, laid]), 64, seed=3)
    base, option = numbers(central.drawn(draws)), numbers(laid.drawn(draws))
    differ = {field for field in base if not np.array_equal(base[field], option[field], equal_nan=True)}
    assert differ == {
        "tiers.ced_share",
        "forces.ced_officers",
        "option.capital_gbp",
        "option.running_gbp",
        "option.grant_gbp",
    }


def test_rows_of_a_column_are_drawn_together_unless_grouped_apart() -> None:
    """Doubtful rows of one column rise and fall together; a group takes its rows out of that."""
    placed = plan_arrays(PLANS["south-west"]).figures.placed
    names = {p.dimension for p in placed if p.path.startswith("commitments[")}
    assert names == {"group:commitments.units", "group:commitments.break_off_min"}


def test_a_thousand_draws_take_little_time(drawn: tuple[PlanArrays, PlanArrays]) -> None:
    """A thousand draws of a real plan take processor time of seconds at most, not of minutes."""
    central, _ = drawn
    begin = time.process_time()
    central.drawn(draw(central.dimensions, 1024, seed=4))
    assert time.process_time() - begin < 10  # some 0.1 s; a rebuild for each draw would be over 100 s
