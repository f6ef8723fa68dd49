"""Options that set values: by which paths, and what no path leads to."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import tomlkit
from laying import NEW_UNIT

from standby.evidence import Figure
from standby.plan import Fault, Plan, open_plan, plan_arrays

Lay = Callable[..., Plan]


# Values


def test_dotted_path_and_nested_table_are_the_same(lay: Lay, tiny: Path) -> None:
    """A value may be named by a path or by tables within tables."""
    nested = lay(set={"tiers": {"arv": {"turnout_min": 3, "crew": 4}}})
    tier = nested.document.tiers["arv"]
    assert (tier.turnout_min, tier.crew) == (Figure(value=3), 4)
    dotted = tomlkit.dumps(
        {"options": {"other": {"name": "O", "set": {"tiers.arv.turnout_min": 3, "tiers.arv.crew": 4}}}}
    )
    path = tiny / "plan.toml"
    path.write_text(path.read_text(encoding="utf-8") + dotted, encoding="utf-8")
    assert open_plan(tiny).with_option("other").document.tiers["arv"] == tier


def test_only_what_is_set_changes(lay: Lay, tiny: Path) -> None:
    """Everything that an option does not name is as in the base, and the base itself does not change."""
    base = open_plan(tiny)
    laid = lay(set={"tiers.arv.turnout_min": 3})
    ours, theirs = laid.document.model_dump(), base.document.model_dump()
    ours["options"].pop("new")
    assert ours["tiers"]["arv"].pop("turnout_min") != theirs["tiers"]["arv"].pop("turnout_min")
    assert ours == theirs
    assert base.document.tiers["arv"].turnout_min == Figure(value=2, low=1, high=4, source="invented")
    for name, frame in base.tables.items():
        assert laid.tables[name].equals(frame)


def test_a_part_of_a_figure_may_be_set(lay: Lay) -> None:
    """A bound may be set alone, and doubt may be put on a plain number."""
    laid = lay(
        set={"tiers.arv.turnout_min.high": 9, "costs.working_days": 210, "forces.home.strength.value": 30}
    )
    assert laid.document.tiers["arv"].turnout_min == Figure(value=2, low=1, high=9, source="invented")
    assert laid.document.forces["home"].strength == Figure(
        value=30, source="invented", scope="armed officers"
    )


def test_doubt_on_a_plain_number(lay: Lay, edit: Callable[[str, str, str], Path]) -> None:
    """A plain number becomes the value of the figure that a bound is set for."""
    edit(
        "plan.toml",
        'emergency_factor = { value = 0.75, low = 0.6, high = 0.9, source = "invented" }',
        "emergency_factor = 0.75",
    )
    laid = lay(set={"travel.emergency_factor": {"low": 0.5, "high": 0.9}})
    assert laid.document.travel.emergency_factor == Figure(value=0.75, low=0.5, high=0.9)


def test_a_new_entry_may_be_set(lay: Lay) -> None:
    """An option may describe a tier, and put units of it on the map, that the base does not have."""
    tier = {"name": "Pair", "crew": 2, "armed": True, "turnout_min": 4}
    laid = lay(set={"tiers.pair": tier}, add={"units": [{**NEW_UNIT, "tier": "pair", "site": "midtown"}]})
    assert plan_arrays(laid).tiers.ids[-1] == "pair"


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"tiers.avr.turnout_min": 3}, "bad-path", "tiers.avr.turnout_min"),
        ({"tiers.arv.turnout": 3}, "bad-path", "tiers.arv.turnout"),
        ({"tires.arv.turnout_min": 3}, "bad-path", "tires.arv.turnout_min"),
        ({"turnout_min": 3}, "bad-path", "turnout_min"),
        ({"areas.moor.population": 3}, "bad-path", "areas.moor.population"),
        ({"schema": 2}, "bad-path", "schema"),
        ({"options.quicker.name": "Slower"}, "bad-path", "options.quicker.name"),
        ({"statements.half-hour.low": 2}, "bad-path", "statements.half-hour.low"),
        ({"tiers.arv": 3}, "bad-field", "tiers.arv"),
        ({"tiers.arv.crew": 2.5}, "not-whole", "tiers.arv.crew"),
        ({"tiers.arv.armed": "yes"}, "bad-word", "tiers.arv.armed"),
        ({"tiers.arv.turnout_min": [3]}, "not-a-number", "tiers.arv.turnout_min"),
        ({"tiers.arv.turnout_min.high": 1}, "bad-figure", "tiers.arv.turnout_min.high"),
        ({"tiers.arv.turnout_min": {"value": 3, "lwo": 2}}, "bad-path", "tiers.arv.turnout_min.lwo"),
        ({"tiers.arv.crew.value": 3}, "not-a-number", "tiers.arv.crew.value"),
        ({"tiers.arv.stands_in_for": ["avr"]}, "unknown-reference", "tiers.arv.stands_in_for"),
        ({"tiers.arv.stands_in_for": ["team"]}, "cyclic-substitution", "tiers.arv.stands_in_for"),
        (
            {
                "tiers.team.ordinary_work.break_off_min": 2,
                "tiers.team.ordinary_work.calls_per_hour": 1,
                "tiers.team.ordinary_work.break_off": 1,
            },
            "missing-value",
            "tiers.team.ordinary_work.minutes_per_call",
        ),
        ({"plan.forces": ["nowhere"]}, "unknown-reference", "plan.forces"),
        ({"plan.forces": ["home", "home"]}, "bad-figure", "plan.forces"),
        ({"plan.response_level": "heightened"}, "unknown-reference", "plan.response_level"),
        ({"forces.home.population": 5}, "population", "forces.home.population"),
        ({"standards.full.main": True}, "bad-field", "standards.main"),
        (
            {"tiers.arv.turnout_min": 3, "tiers": {"arv": {"turnout_min": {"low": 1}}}},
            "overlap",
            "tiers.arv.turnout_min.low",
        ),
        (
            {"incident_types.spontaneous.hours": [{"hours": "fry", "weight": 1}]},
            "bad-hours",
            "incident_types.spontaneous.hours[1].hours",
        ),
        (
            {"incident_types.spontaneous.first.tiers": ["response"]},
            "bad-field",
            "incident_types.spontaneous.first.tiers",
        ),
    ],
)
def test_values_that_can_not_be_set(
    changes: dict[str, Any], code: str, field: str, faults: Callable[..., list[Fault]]
) -> None:
    """A path that leads nowhere, or a value that does not fit there, is one fault that names the path."""
    found = faults(set=changes)
    assert [(fault.code, fault.field) for fault in found] == [(code, field)], "\n".join(map(str, found))
    assert found[0].where.startswith("options.new")
    assert found[0].fix


def test_a_misspelt_entry_is_asked_about(faults: Callable[..., list[Fault]]) -> None:
    """A path into an entry that is not there asks for the one that was probably meant."""
    assert faults(set={"tiers.avr.turnout_min": 3})[0].fix.startswith("Did you mean 'arv'?")
