"""Bases that are declared to be invented: held to their rule, and no longer taken so once they are others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import tomlkit
from laying import NEW_SITE, NEW_UNIT

from standby import examples
from standby.plan import Plan, check, fingerprint_of_bases, open_plan, write_plan

EDITS = [
    ("units.csv", "mid-arv,arv,midtown,home,2", "mid-arv,arv,midtown,home,3"),
    ("sites.csv", "westham,Westham,-4.00", "westham,Westham,-4.001"),
    ("sites.csv", "Eastport", "Eastport police station"),
    ("key_locations.csv", "pier,Coombe pier", "pier,Coombe harbour"),
    ("plan.toml", 'id = "west-arv", tier = "arv"', 'id = "west-arv", count = 2, tier = "arv"'),
]
"""Edits of `tiny` after which its bases, its units or what they watch over are others."""


def declare(folder: Path, **about: Any) -> None:
    """Write the fingerprint of a folder's bases as they are now, and other fields of ``[plan]``."""
    path = folder / "plan.toml"
    document = tomlkit.parse(path.read_text(encoding="utf-8"))
    for key, value in {**about, "bases_fingerprint": "of others"}.items():
        document["plan"][key] = value  # type: ignore[index]
    path.write_text(tomlkit.dumps(document), encoding="utf-8")
    plan = open_plan(folder)

    document["plan"]["bases_fingerprint"] = fingerprint_of_bases(plan.document, plan.tables)  # type: ignore[index]
    path.write_text(tomlkit.dumps(document), encoding="utf-8")


def test_the_fingerprint_of_one_rule_is_not_that_of_the_other(tiny: Path) -> None:
    """What `check` prints for centres of areas does not make a plan one of open data."""
    plan = open_plan(tiny)
    by_rule = {
        rule: fingerprint_of_bases(replace_rule(plan, rule).document, plan.tables)
        for rule in ("area-centres", "open-data")
    }
    assert by_rule["area-centres"] == plan.document.plan.bases_fingerprint
    assert by_rule["open-data"] != by_rule["area-centres"]


def replace_rule(plan: Plan, rule: str) -> Plan:
    """Return a plan that declares its bases to be invented by another rule."""
    about = plan.document.plan.model_copy(update={"bases_rule": rule})
    return replace(plan, document=plan.document.model_copy(update={"plan": about}))


@pytest.mark.parametrize("name", examples.names())
def test_packaged_plans_are_invented(name: str) -> None:
    """The packaged plans declare invented bases by a rule that they follow, with every option laid over."""
    found, plan = check(examples.path(name)), open_plan(examples.path(name))
    assert found.faults == ()
    assert not [note for note in found.notes if "bases" in note.subject]
    assert plan.bases_are_invented
    assert all(plan.with_option(option).bases_are_invented for option in plan.document.options)


@pytest.mark.parametrize(("file", "old", "new"), EDITS)
def test_an_edit_of_bases_ends_it(
    tiny: Path, edit: Callable[..., Path], file: str, old: str, new: str
) -> None:
    """Once a site, unit or key location is another, in an option too, bases count as real, and it is said."""
    edit(file, old, new)
    assert not open_plan(tiny).bases_are_invented
    found = check(tiny)
    assert found.faults == ()
    (note,) = [note for note in found.notes if note.subject == "plan.bases"]
    assert "no longer taken as invented" in note.text

    declare(tiny)
    assert open_plan(tiny).bases_are_invented


def test_every_cell_counts() -> None:
    """Whichever cell of sites or units says something else, the plan is no longer of invented bases."""
    plan = open_plan(examples.path("tiny"))
    changed = 0
    for name in ("sites", "units", "key_locations"):
        for column in plan.tables[name]:
            frame = plan.tables[name].copy()
            value = frame[column].iloc[0]
            is_number = isinstance(value, (float, np.floating)) and not isinstance(value, bool)
            other = (0.0 if np.isnan(value) else value) + 0.25 if is_number else f"{value}-x"
            frame[column] = frame[column].astype(float if is_number else object)
            frame.loc[0, column] = other
            assert not replace(plan, tables={**plan.tables, name: frame}).bases_are_invented, (name, column)
            changed += 1
    assert changed > 30


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("areas.csv", "60000,town,home,1.2", "60000,town,home,1.3"),
        ("plan.toml", "minutes_per_call = { value = 45", "minutes_per_call = { value = 40"),
    ],
)
def test_other_edits_leave_it(tiny: Path, edit: Callable[..., Path], file: str, old: str, new: str) -> None:
    """People, demand and terms may be others: they say nothing of bases."""
    edit(file, old, new)
    assert open_plan(tiny).bases_are_invented


def test_another_order_or_format_leaves_it(tiny: Path, tmp_path: Path) -> None:
    """Rows in another order, columns left empty and another format are the same bases."""
    units = pd.read_csv(tiny / "units.csv").iloc[::-1]
    units.assign(note="").to_csv(tiny / "units.csv", index=False)
    assert open_plan(tiny).bases_are_invented
    written = write_plan(open_plan(tiny), tmp_path / "other", tables="gpkg")
    assert open_plan(written).bases_are_invented


def test_a_site_off_centre_is_a_fault(tiny: Path, edit: Callable[..., Path]) -> None:
    """A site that is declared to stand at the centre of an area and does not is named with its rule."""
    edit("sites.csv", "westham,Westham,-4.00,50.70", "westham,Westham,-4.00,50.72")
    declare(tiny)
    (fault,) = check(tiny).faults
    assert (fault.file, fault.where, fault.code) == ("sites.csv", "row 3", "against-rule")
    assert "westham" in fault.what
    assert "2.2 km" in fault.what
    assert "area-centres" in fault.fix


def test_the_centre_is_that_of_an_area_of_its_force(tiny: Path, edit: Callable[..., Path]) -> None:
    """A site at the centre of another force's area is off every centre of its own."""
    edit("sites.csv", "eastport,Eastport,-2.90,50.70,town,next", "eastport,Eastport,-2.90,50.70,town,home")
    declare(tiny)
    assert [fault.code for fault in check(tiny).faults] == ["against-rule"]


def test_a_site_of_an_option_is_held_to_the_rule(lay: Callable[..., Plan], tiny: Path) -> None:
    """A site that an option adds off every centre is a fault of that option."""
    lay(add={"sites": [NEW_SITE], "units": [NEW_UNIT]})
    declare(tiny)
    (fault,) = check(tiny).faults
    assert (fault.file, fault.where, fault.code) == ("plan.toml", "options.new", "against-rule")
    assert "new-site" in fault.what


def test_units_of_open_data_are_assumptions(tiny: Path) -> None:
    """By the rule of `standby new` a unit with another source than an assumption is a fault, named."""
    declare(tiny, bases_rule="open-data")
    faults = check(tiny).faults
    assert {fault.file for fault in faults} == {"units.csv", "plan.toml"}
    assert {fault.code for fault in faults} == {"against-rule"}
    assert any("'mid-arv'" in fault.what and "'invented'" in fault.what for fault in faults)


def test_what_a_declaration_leaves_out_is_a_fault(tiny: Path, edit: Callable[..., Path]) -> None:
    """Without rule, statement and fingerprint it is no declaration; the fault gives the fingerprint."""
    plan = open_plan(tiny)
    about = plan.document.plan
    edit("plan.toml", f'bases_rule = "{about.bases_rule}"\n', "")
    edit("plan.toml", f'bases_statement = "{about.bases_statement}"\n', "")
    edit("plan.toml", f'bases_fingerprint = "{about.bases_fingerprint}"\n', "")
    faults = {fault.field: fault for fault in check(tiny).faults}
    assert set(faults) == {"bases_rule", "bases_statement", "bases_fingerprint"}
    assert fingerprint_of_bases(plan.document, plan.tables) in faults["bases_fingerprint"].fix


def test_an_option_can_not_declare_it(lay: Callable[..., Plan], edit: Callable[..., Path]) -> None:
    """What an option sets does not make the bases below it invented."""
    edit("plan.toml", 'bases = "invented"', 'bases = "real"')
    assert not lay(set={"plan.bases": "invented"}).bases_are_invented


def test_real_is_the_default(tiny: Path, edit: Callable[..., Path]) -> None:
    """A plan that says nothing of its bases has real ones."""
    edit("plan.toml", 'bases = "invented"\n', "")
    assert not open_plan(tiny).bases_are_invented
