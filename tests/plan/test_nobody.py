"""Plans in which nobody lives where a result is about somebody: refused, or noted by file and name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from standby.plan import check

Edit = Callable[[str, str, str], Path]


def said(folder: Path) -> tuple[list[str], list[str]]:
    """Return faults and notes of a plan as lines."""
    found = check(folder)
    return list(map(str, found.faults)), list(map(str, found.notes))


def without_people(folder: Path, force: str) -> None:
    """Take the people out of the areas of a force, and the count of them."""
    path = folder / "areas.csv"
    rows = [line.split(",") for line in path.read_text(encoding="utf-8").splitlines()]
    column, of = rows[0].index("population"), rows[0].index("force")
    for row in rows[1:]:
        row[column] = "0" if row[of] == force else row[column]
    path.write_text("\n".join(map(",".join, rows)) + "\n", encoding="utf-8")

    text = (folder / "plan.toml").read_text(encoding="utf-8")
    counted = [line for line in text.splitlines() if not line.startswith("population =")]
    (folder / "plan.toml").write_text("\n".join(counted) + "\n", encoding="utf-8")


def test_a_region_without_people_is_a_fault(tiny: Path) -> None:
    """Where nobody lives no share can be given: that is one fault, with file, column and force."""
    without_people(tiny, "home")
    faults, _ = said(tiny)
    assert len(faults) == 1
    assert faults[0].startswith("areas.csv, population: has no people in any area of 'home'. Fill in")


def test_a_force_without_people_is_noted(tiny: Path) -> None:
    """A force of which nobody lives in any area is noted with the file and its name."""
    without_people(tiny, "next")
    faults, notes = said(tiny)
    assert not faults
    assert len(notes) == 1
    assert notes[0].startswith("areas.csv: force 'next' has no people: none live in its only area")


@pytest.mark.parametrize(
    ("more", "about"),
    [
        ('forces = ["next"]', "is for nobody: the plan has no area with people"),
        ('forces = ["next"]\nof = "key_locations"', "is for nobody: the plan has no key location"),
    ],
)
def test_a_standard_for_nobody_is_noted(more: str, about: str, edit: Edit) -> None:
    """A standard whose forces and classes have no people, or no key location, is noted by name."""
    faults, notes = said(edit("plan.toml", "within_min = 40\n", f"within_min = 40\n{more}\n"))
    assert not faults
    assert [note for note in notes if note.startswith(f"standards.full: {about}")]


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        (
            'measure = "first_min"\nforces = ["next"]',
            "plan.toml, statements.more: is about people that the plan has none of",
        ),
        (
            'measure = "unarmed_share"\ninputs = { armed = 3 }',
            "plan.toml, statements, more: has no officers for 'unarmed_share'. Give them in inputs",
        ),
        (
            'measure = "unarmed_share"\ninputs = { armed = 3, officers = 0 }',
            "plan.toml, statements, more: has no officers to take a share of",
        ),
        (
            'measure = "officers_for_units"\ninputs = { units = 3, crew = 2 }',
            "plan.toml, statements, more: has no relief and no hours_a_day for 'officers_for_units'",
        ),
    ],
)
def test_a_statement_that_cannot_be_computed_is_a_fault(statement: str, fault: str, tiny: Path) -> None:
    """What a statement lacks to be compared is found by check, and not when all is computed."""
    head = '[statements.more]\nsaid = "x"\ndate = 2019\nsource = "invented"\nlow = 1\nhigh = 2\n'
    with (tiny / "plan.toml").open("a", encoding="utf-8") as file:
        file.write(f"\n{head}{statement}\n")
    faults, _ = said(tiny)
    assert len(faults) == 1
    assert faults[0].startswith(fault)


def test_a_plan_without_an_armed_tier_is_a_fault(tiny: Path) -> None:
    """Where no tier is armed, nobody can be an armed officer who comes."""
    text = (tiny / "plan.toml").read_text(encoding="utf-8").replace("armed = true", "armed = false")
    (tiny / "plan.toml").write_text(text, encoding="utf-8")
    faults, _ = said(tiny)
    assert any(line.startswith("plan.toml, tiers, armed: is false for every tier") for line in faults)


def test_every_officer_armed_needs_their_number(edit: Edit) -> None:
    """An option that arms every officer is refused while the number of officers is not said."""
    faults, _ = said(edit("plan.toml", "\nofficers =", "\n# officers ="))
    assert [line for line in faults if "officers is missing" in line or "officers: is missing" in line]


def test_devices_of_an_option_need_those_of_the_base(edit: Edit) -> None:
    """An option that counts officers with a CED is refused where the base does not say how many there are."""
    option = (
        '[options.devices]\nname = "Devices"\nset = { "forces.home.ced_officers" = 90 }\n\n[standards.first]'
    )
    faults, _ = said(edit("plan.toml", "[standards.first]", option))
    assert [line for line in faults if "options.devices, forces.home.ced_officers: is set, and" in line]


def test_an_option_that_moves_a_standard_is_noted(edit: Edit) -> None:
    """Check says beforehand that appraise will refuse an option that changes a standard."""
    option = (
        '[options.easier]\nname = "Easier"\nset = { "standards.first.within_min" = 60 }\n\n[standards.first]'
    )
    faults, notes = said(edit("plan.toml", "[standards.first]", option))
    assert not faults
    assert [n for n in notes if n.startswith("options.easier: changes standards.first, and appraise refuses")]


def test_text_that_a_spreadsheet_computes_is_noted(edit: Edit) -> None:
    """A plan keeps a name as it is; one that a spreadsheet program would compute is noted with its file."""
    faults, notes = said(edit("areas.csv", "Midtown", '"=HYPERLINK(""x"")"'))
    assert not faults
    assert [n for n in notes if n.startswith("areas.csv: has text in 1 cells of the column 'name'")]
