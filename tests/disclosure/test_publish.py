"""The one door: what is not declared public stays inside, and no table passes without what its rule needs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from standby.disclosure import Asked, DisclosureError, PublicEditionError, publish
from standby.plan import Plan, open_plan
from standby.tables import TABLES


@pytest.fixture(scope="module")
def tiny(root: Path) -> Plan:
    """Open the packaged plan of six places."""
    return open_plan(root / "src" / "standby" / "examples" / "tiny")


def _blank(table: str, rows: int = 1) -> pd.DataFrame:
    """Return rows of a table with its declared columns and harmless values."""
    numeric = {"minutes", "share", "money", "count", "number", "measure", "year", "years", "people"}
    values: dict[str, Any] = {
        c.name: 0.5 if c.kind in numeric else False if c.kind == "flag" else "" for c in TABLES[table].columns
    }
    values |= {"scope_kind": "all"} if "scope_kind" in values else {}
    return pd.DataFrame([values] * rows)


def test_a_build_up_alone_shows_nothing(tiny: Plan) -> None:
    """Two officers of a force stay inside whether or not the table of its staffing comes along."""
    build_up = _blank("build_up").assign(scope_kind="force", scope="home", own=2.0)
    assert publish({"build_up": build_up}, tiny, "public") == {}
    assert publish({"build_up": build_up.assign(scope_kind="all")}, tiny, "public") == {}
    assert set(publish({"build_up": build_up}, tiny, "internal")) == {"build_up"}


@pytest.mark.parametrize("name", [name for name, table in TABLES.items() if not table.public])
def test_internal_tables_never_pass(tiny: Plan, name: str) -> None:
    """A table is internal until it is declared public."""
    assert publish({name: _blank(name)}, tiny, "public") == {}


@pytest.mark.parametrize("name", [name for name, table in TABLES.items() if table.beside])
def test_a_table_is_refused_without_what_its_rule_needs(tiny: Plan, name: str) -> None:
    """Measures are rounded by the unit of their criterion: without the criteria nothing is shown of them."""
    with pytest.raises(DisclosureError, match=f"'{name}' can't be published without the table 'criteria'"):
        publish({name: _blank(name)}, tiny, "public")


@pytest.mark.parametrize("name", [n for n, table in TABLES.items() if table.public and table.of_a_siting])
def test_a_siting_is_judged_by_what_was_asked(tiny: Plan, name: str) -> None:
    """Tables of a siting do not pass without the standard that it was for, nor for too few places."""
    with pytest.raises(DisclosureError, match="without what the siting was asked for"):
        publish({name: _blank(name)}, tiny, "public")

    standard = next(iter(tiny.document.standards.values()))
    shown = publish({name: _blank(name)}, tiny, "public", asked=Asked(standard, "share"))
    assert set(shown[name]) == {c.name for c in TABLES[name].public_columns}

    few = standard.model_copy(update={"classes": ("town",)})
    alone = publish({name: _blank(name)}, tiny, "public", asked=Asked(few, "share"))
    assert name not in alone or not len(alone[name])


def test_a_table_that_nobody_declared_is_a_fault_of_the_program(tiny: Plan) -> None:
    """In neither edition does a table or a column pass that is not declared."""
    for edition in ("public", "internal"):
        with pytest.raises(LookupError, match="the table 'new' is not declared"):
            publish({"new": pd.DataFrame({"area": ["moor"]})}, tiny, edition)  # type: ignore[arg-type]
        with pytest.raises(LookupError, match="the column 'new_min' of the table 'minutes' is not declared"):
            publish({"minutes": _blank("minutes").assign(new_min=50.0)}, tiny, edition)  # type: ignore[arg-type]


def test_a_standard_of_a_siting_may_name_no_base(tiny: Plan) -> None:
    """Names are looked at in tables of sitings as in all others."""
    standard = next(iter(tiny.document.standards.values()))
    frame = _blank("siting_standards").assign(name="From Westham")
    with pytest.raises(PublicEditionError, match=r"standards, name 'From Westham'.*'Westham'") as refused:
        publish({"siting_standards": frame}, tiny, "public", asked=Asked(standard, "share"))
    error = refused.value
    assert error.subject == "standards, name 'From Westham'"
    assert error.what == "it names 'Westham', a base or a unit, which the public edition may not"
    assert error.fix == "give it another name in the plan, or make the internal edition"
    assert error.code == "names-a-base"


def test_bounds_of_draws_are_of_money_and_officers_alone(tiny: Plan) -> None:
    """What the attack does not read is not shown: low and high of shares, people and minutes."""
    units = {"share_x": "share", "people_in_standard": "people", "first_mean_min": "min", "cost": "£"}
    units |= {"officers_needed": "officers"}
    criteria = pd.DataFrame({"criterion": list(units), "unit": list(units.values()), "name": "A criterion"})
    decision = pd.concat([_blank("decision")] * len(units), ignore_index=True)
    decision = decision.assign(criterion=list(units), option="base", low=12.0, high=34.0)
    shown = publish({"criteria": criteria, "decision": decision}, tiny, "public")["decision"]
    has_bounds = shown.set_index("criterion")[["low", "high"]].notna().all(axis=1)
    assert has_bounds.to_dict() == {name: unit in {"£", "officers"} for name, unit in units.items()}
    assert shown[["low", "high"]].dropna().to_numpy().tolist() == [[12.0, 34.0]] * 2


def test_what_a_rule_looks_at_is_declared() -> None:
    """Tables beside which others are published are declared, and each public table has public columns."""
    for table in TABLES.values():
        assert set(table.beside) <= set(TABLES)
        assert bool(table.public_columns) is table.public
        assert len({c.name for c in table.columns}) == len(table.columns)


def test_one_share_stands_beside_the_doubt(tiny: Plan) -> None:
    """Where figures were drawn there is the mean alone; without draws the share at central figures."""
    standards = _blank("standards").assign(standard=next(iter(tiny.document.standards)), option="base")
    assert "share_expected" not in publish({"standards": standards}, tiny, "public")["standards"]
    undrawn = standards.assign(mean=float("nan"))
    assert "share_expected" in publish({"standards": undrawn}, tiny, "public")["standards"]


def test_hours_on_duty_stay_inside(tiny: Plan) -> None:
    """From armed hours a year follows how many units are on duty."""
    names = {"criterion": "armed_hours_year", "unit": "h/year", "option": "base"}
    tables = {
        name: _blank(name).assign(**{c: v for c, v in names.items() if c in _blank(name)})
        for name in ("criteria", "decision", "pairs", "best")
    }
    shown = publish(tables, tiny, "public")
    assert [name for name, frame in shown.items() if len(frame)] == []


@pytest.mark.parametrize("path", ["plan.public_summary", "base.public_description"])
def test_a_base_in_a_description_for_the_public_is_refused(
    altered: Callable[..., Plan], tiny: Plan, path: str
) -> None:
    """What is written for the public is published as it stands, so that it may not name a base."""
    named = altered(tiny, {path: "Cars stand at Westham."})
    with pytest.raises(PublicEditionError, match=f"{path.rpartition('.')[2]}.*'Westham'"):
        publish({"options": _blank("options")}, named, "public")
