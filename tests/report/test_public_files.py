"""Whatever tables are published, alone or beside others: no file holds what the public must not have."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from standby.disclosure import Asked, public_manifest, public_plan, publish
from standby.disclosure.rounding import everybody, kind_of_criterion
from standby.disclosure.searching import HASH, searched
from standby.disclosure.undeclared import beyond_public, too_fine
from standby.evidence import Manifest
from standby.plan import BASE, Plan, open_plan
from standby.report import read_release, report
from standby.report.content import Content
from standby.report.files.files import write_csv, write_json
from standby.report.files.workbook import write_workbook
from standby.tables import TABLES, Column, Table

MARK = "qzx"
"""What every name and id of a base, a unit, a place or a choice of the planner holds, and nothing else."""

PARTS = {"force", "site", "site_name", "place", "area", "key_location", "lon", "lat", "hour", "unit_id"}
"""Columns that would tell one part of the region, or one hour, from another."""

CRITERIA = {"people_in_standard": "people", "first_mean_min": "min", "present_value_gbp": "£"}
"""Criteria of the tables made here besides shares, and their units."""


WORDS = {
    "scope_kind": ["all", "force", "class"],
    "scope": ["", "wiltshire", "rural"],
    "weight": ["people", "demand", "key_locations"],
    "path": ["tiers.arv.turnout_min", "forces.wiltshire.strength", "units[3].count"],
}
"""Texts of columns that say which part of the region, or of the plan, a row is about."""


@pytest.fixture(scope="module")
def real(root: Path) -> Plan:
    """Return the plan of three forces as if its bases were real, with names that stand nowhere else."""
    plan = open_plan(root / "src" / "standby" / "examples" / "south-west")
    tables = {name: frame.copy() for name, frame in plan.tables.items()}
    for name, columns in {
        "sites": ["name"],
        "units": ["id", "name"],
        "key_locations": ["id", "name"],
        "areas": ["name"],
    }.items():
        for column in columns:
            tables[name][column] = [f"{MARK} {name} {column} {i}" for i in range(len(tables[name]))]

    document = plan.document
    about = document.plan.model_copy(update={"bases": "real", "title": f"{MARK} title"})
    sections = {
        section: {
            id_: entry.model_copy(update={"name": f"{MARK} {section} {id_}"})
            for id_, entry in getattr(document, section).items()
        }
        for section in ("options", "standards", "incident_types", "tiers", "classes")
    }
    base = document.base.model_copy(update={"name": f"{MARK} base", "description": f"{MARK} described"})
    changed = document.model_copy(update={"plan": about, "base": base, **sections})
    plan = replace(plan, tables=tables, document=changed)
    assert not plan.bases_are_invented
    return plan


def _value(plan: Plan, table: Table, column: Column, row: int, rng: np.random.Generator) -> Any:
    """Return a value that a result could have: an id that the plan has, else a number with all its digits."""
    document = plan.document
    ids = {
        "option": [BASE, *document.options],
        "other": [*document.options],
        "standard": [*document.standards],
        "incident_type": [*document.incident_types],
        "tier": [*document.tiers],
        "class": [*document.classes],
        "source": [*plan.sources],
        "force": [*plan.forces],
        "criterion": [*CRITERIA, *(f"share_{name}" for name in document.standards)],
    }
    if column.name in ids:
        return ids[column.name][row % len(ids[column.name])]
    if column.name == "name":
        known = {"options": document.options, "standards": document.standards}
        of = "options" if table.name == "options" else "standards"
        key = _value(plan, table, Column(of.removesuffix("s"), "name", "", ""), row, rng)
        return document.base.name if key == BASE else known[of][key].name
    if column.name in WORDS and column.kind != "number":
        return WORDS[column.name][row % 3]
    if column.name == "unit" and table.name == "criteria":
        return {**dict.fromkeys(ids["criterion"], "share"), **CRITERIA}[ids["criterion"][row]]
    if column.kind in {"text", "name", "words", "flag"}:
        words = "in our words" if column.public else f"{MARK} {column.name}"
        return bool(rng.integers(2)) if column.kind == "flag" else words
    scale = {"share": 1.0, "minutes": 90.0, "people": 2e6, "money": 3e7, "key_locations": 5.0}
    return float(rng.random() * scale.get(column.kind, 400.0)) + 0.000123


def _table(plan: Plan, name: str, rng: np.random.Generator) -> pd.DataFrame:
    """Return some rows of a declared table, its internal columns among them."""
    table = TABLES[name]
    rows = len(plan.document.standards) + len(CRITERIA) if name == "criteria" else 12
    return pd.DataFrame(
        [{c.name: _value(plan, table, c, row, rng) for c in table.columns} for row in range(rows)]
    )


def _published(plan: Plan, names: tuple[str, ...], rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    """Publish tables, with those that their rules need beside them."""
    needed = dict.fromkeys([*names, *(beside for name in names for beside in TABLES[name].beside)])
    tables = {name: _table(plan, name, rng) for name in needed}
    asked = Asked(next(iter(plan.document.standards.values())), "share")
    return publish(tables, plan, "public", asked=asked)


def _on_the_grid(plan: Plan, column: Column, unit: str, value: float) -> bool:
    """Return whether a number is one that the public may have, by what its column holds."""
    if not math.isfinite(value) or value == 0.0:
        return True

    kind = kind_of_criterion(unit) if column.kind == "measure" else column.kind
    if column.rounding == "draws":
        step = 0.1
    elif kind == "share" or (column.rounding == "yardstick"):
        step = 0.2
    elif kind == "minutes":
        step = 10.0
    elif kind in {"people", "key_locations"}:
        step = everybody(plan, kind) / 5
    elif column.unit == "points":
        step = 20.0
    else:  # money and officers: two digits; a difference is held to those of its parts
        return column.rounding == "difference" or float(f"{value:.2g}") == value
    return abs(value / step - round(value / step)) < 1e-6


def _check_numbers(plan: Plan, tables: dict[str, pd.DataFrame]) -> None:
    """Hold every number of public tables to the grid of its column; what somebody stated stays as it is."""
    units = {**CRITERIA}
    for name, frame in tables.items():
        for column in TABLES[name].columns:
            if TABLES[name].stated or column.stated or column.name not in frame:
                continue
            if not pd.api.types.is_numeric_dtype(frame[column.name]) or frame[column.name].dtype == bool:
                continue
            criteria = frame["criterion"] if "criterion" in frame else [""] * len(frame)
            for value, criterion in zip(frame[column.name], criteria, strict=True):
                unit = "share" if str(criterion).startswith("share_") else units.get(str(criterion), "")
                assert _on_the_grid(plan, column, unit, float(value)), (name, column.name, value)


def _check_differences(tables: dict[str, pd.DataFrame]) -> None:
    """Every difference is that of two numbers beside it."""
    if "need" in tables:
        need = tables["need"]
        for of in ("establishment", "strength", "deployable"):
            gap = need["officers"] - need[of]
            assert np.allclose(need[f"gap_{of}"], gap, equal_nan=True)
    if "moves" in tables:
        moves = tables["moves"]
        points = 100.0 * (moves["share_after"] - moves["share_before"])
        assert np.allclose(moves["points"], points)
    if "decision" in tables:
        decision = tables["decision"]
        base = decision[decision["option"] == BASE].groupby("criterion")["mean"].first()
        difference = decision["mean"] - decision["criterion"].map(base)
        assert np.allclose(decision["difference"], difference, equal_nan=True)


def _check_rows(tables: dict[str, pd.DataFrame]) -> None:
    """No row is about a force, a place, a site, a unit or an hour."""
    for name, frame in tables.items():
        assert not PARTS & set(frame.columns), name
        if "scope_kind" in frame:
            assert set(frame["scope_kind"]) <= {"all"}, name
        if "path" in frame:
            assert not frame["path"].str.contains(r"\[|^forces\.", regex=True).any()


def _check_texts(plan: Plan, folder: Path) -> None:
    """No file, and no file inside one, holds a mark, a hash of the plan, or where it was made."""
    for name, text in read_release(folder).texts.items():
        letters = re.sub(r"[\W_]+", "", text).casefold()
        assert MARK not in letters, name
        assert not set(HASH.findall(text)) & {plan.hash, *plan.hashes.values()}, name
        assert str(plan.folder) not in text, name


def _written(plan: Plan, tables: dict[str, pd.DataFrame], folder: Path) -> None:
    """Write tables as a public edition does, as CSV, JSON and a workbook."""
    manifest = public_manifest(plan, Manifest(plan.document.plan.title, plan.hash, plan.hashes, {}, {}))
    content = Content("public", public_plan(plan), tables, (), manifest, 0, 0)
    for write in (write_csv, write_json, *([write_workbook] if _has_decision(tables) else [])):
        write(content, folder)


def _has_decision(tables: dict[str, pd.DataFrame]) -> bool:
    """Return whether a workbook can be made, whose first sheet is the decision table."""
    return {"decision", "criteria", "options"} <= set(tables)


@pytest.mark.parametrize("name", TABLES)
def test_every_table_alone(real: Plan, name: str, tmp_path: Path) -> None:
    """Declared public or not: what comes out is whole region, round, and free of names."""
    shown = _published(real, (name,), np.random.default_rng(1))
    _check_numbers(real, shown)
    _check_differences(shown)
    _check_rows(shown)
    assert not shown or TABLES[name].public
    if shown:
        _written(real, shown, tmp_path)
        _check_texts(real, tmp_path)


@settings(max_examples=60)
@given(st.sets(st.sampled_from(sorted(TABLES)), min_size=2, max_size=2), st.integers(0, 2**32 - 1))
def test_every_two_tables_together(real: Plan, names: set[str], seed: int) -> None:
    """A table beside another shows what it shows alone: the same numbers, and no more."""
    first, second = sorted(names)
    shown = _published(real, (first, second), np.random.default_rng(seed))
    _check_numbers(real, shown)
    _check_differences(shown)
    _check_rows(shown)
    if not shown:
        return
    with TemporaryDirectory() as folder:
        _written(real, shown, Path(folder))
        _check_texts(real, Path(folder))


def test_a_workbook_with_the_decision_table(real: Plan, tmp_path: Path) -> None:
    """The parts of the workbook, its properties among them, are searched as well."""
    shown = _published(real, ("decision", "options", "standards", "need", "moves"), np.random.default_rng(2))
    assert _has_decision(shown)
    _written(real, shown, tmp_path)
    assert any("docProps" in name for name in read_release(tmp_path).texts)
    _check_texts(real, tmp_path)


def test_the_whole_report(real: Plan, make: Callable[[Plan], Any], tmp_path: Path) -> None:
    """Page, tables, workbook and everything else that a public edition consists of."""
    folder = tmp_path / "out"
    report(make(real), folder, edition="public", tried=False)
    assert {path.suffix for path in folder.rglob("*")} >= {".html", ".csv", ".json", ".xlsx"}
    _check_texts(real, folder)

    # What is tried before a release gives no false alarm on what the product writes.
    found = read_release(folder)
    for finding in (beyond_public(found), too_fine(real, found), *searched(real, found.texts)):
        assert finding.passed, finding.says


def test_the_search_finds_what_it_looks_for(real: Plan, tmp_path: Path) -> None:
    """The internal edition of the same tables fails every check: the checks can fail."""
    tables = {name: _table(real, name, np.random.default_rng(3)) for name in ("standards", "areas", "units")}
    shown = publish(tables, real, "internal")
    with pytest.raises(AssertionError):
        _check_numbers(real, {"standards": shown["standards"]})
    with pytest.raises(AssertionError):
        _check_rows(shown)
    write_csv(Content("internal", real, shown, (), Manifest("", "", {}, {}, {}), 0, 0), tmp_path)
    with pytest.raises(AssertionError):
        _check_texts(real, tmp_path)
