"""Options, scenarios and the forces that hold back: what is laid over, and what is noted."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from laying import NEW_SITE, NEW_UNIT, append, row

from standby.evidence import Figure
from standby.plan import Fault, Plan, check, open_plan, plan_arrays

Lay = Callable[..., Plan]


# Forces that hold back

RULED_OUT = {"next": {"status": "ruled out", "reason": "No."}}


def test_a_force_holds_its_rows_and_values_back(lay: Lay) -> None:
    """Rows and values of a force that ruled an option out stay; the others change."""
    laid = lay(
        "[forces.next.workforce]\nrelief_factor = 5\n",
        forces=RULED_OUT,
        set={
            "forces.next.workforce.relief_factor": 9,
            "forces.home.strength": 33,
            "incident_types.spontaneous.per_year": {"home": 9, "next": 8},
        },
        change={
            "units": [
                {"id": "east-arv", "count": 3},
                {"id": "mid-arv", "count": 3},
                {"id": "mid-night", "provider": "next"},
            ]
        },
        add={"units": [{**NEW_UNIT, "site": "eastport", "provider": "next"}]},
        remove={"key_locations": ["pier"]},
    )
    assert laid.document.forces["next"].workforce.relief_factor == Figure(value=5)
    assert laid.document.forces["home"].strength == Figure(value=33)
    assert laid.document.incident_types["spontaneous"].per_year == {"home": Figure(value=9)}
    assert row(laid, "units", "east-arv")["count"] == 1
    assert row(laid, "units", "mid-arv")["count"] == 3
    assert row(laid, "units", "mid-night")["provider"] == "home"
    assert "new-unit" not in set(laid.tables["units"]["id"])
    assert laid.tables["key_locations"]["id"].tolist() == ["market"]


def test_an_option_that_is_ruled_out_shows_all_of_itself(lay: Lay) -> None:
    """An option that is ruled out altogether is shown as it would be, no force held back."""
    laid = lay(
        status="ruled out", reason="No.", forces=RULED_OUT, change={"units": [{"id": "east-arv", "count": 3}]}
    )
    assert row(laid, "units", "east-arv")["count"] == 3


def test_a_site_that_is_held_back_can_not_be_used(faults: Callable[..., list[Fault]]) -> None:
    """A unit of one force at a site that another holds back has no place."""
    site = {**NEW_SITE, "provider": "next"}
    found = faults(forces=RULED_OUT, add={"sites": [site], "units": [NEW_UNIT]})
    assert [(fault.code, fault.where) for fault in found] == [("unknown-reference", "options.new")]
    assert "leaves 'new-site' out" in found[0].what


def test_a_value_for_all_is_noted_when_a_force_ruled_it_out(tiny: Path) -> None:
    """What holds for every force can't be held back for one, and the notes say so."""
    append(tiny, "", {"options": {"new": {"name": "New", "forces": RULED_OUT, "set": {"tiers.arv.crew": 3}}}})
    assert [n.text for n in check(tiny).notes] == [
        "is ruled out by next, but sets tiers.arv.crew for every force"
    ]


# Which


def test_unknown_options_and_scenarios_are_named(tiny: Path) -> None:
    """Asking for what is not there names what is."""
    plan = open_plan(tiny)
    with pytest.raises(KeyError, match="second-car, quicker, arm-all"):
        plan.with_option("second")
    with pytest.raises(KeyError, match="none"):
        plan.with_scenario("second")
    with pytest.raises(ValueError, match="laid over this plan already"):
        plan.with_option("quicker").with_option("second-car")


@pytest.mark.parametrize("name", ["base", "then"])
def test_ids_that_results_use_are_refused(name: str, tiny: Path) -> None:
    """An option can't be called base, nor as a scenario is."""
    change = {"name": "X", "set": {"tiers.arv.crew": 3}}
    append(tiny, "", {"options": {name: change}, "scenarios": {"then": change}})
    assert [(fault.code, fault.field) for fault in check(tiny).faults] == [("duplicate-id", name)]


def test_scenarios_are_laid_over_like_options(tiny: Path) -> None:
    """A scenario changes the day, and with it which alliances hold."""
    more = "[alliances.both]\nname = 'Both'\nforces = ['home', 'next']\nuntil = 2018-12-31\n"
    append(tiny, more, {"scenarios": {"then": {"name": "Then", "set": {"plan.as_of": "2018-06"}}}})
    plan = open_plan(tiny)
    assert plan_arrays(plan).forces.shares.tolist() == [[True, False], [False, True]]
    assert plan_arrays(plan.with_scenario("then")).forces.shares.all()
    assert plan.with_scenario("then").manifest().settings == {"variant": "then"}


def test_overlapping_alliances_are_noted(tiny: Path) -> None:
    """A force in two alliances at once shares with both; the two others do not share, and a note says so."""
    pairs = {name: {"name": name, "forces": ["home", other]} for name, other in (("a", "next"), ("b", "far"))}
    append(tiny, "[forces.far]\nname = 'Far'\n", {"alliances": pairs})
    plan = open_plan(tiny)
    shares = plan_arrays(plan).forces.shares
    codes = {name: k for k, name in enumerate(plan_arrays(plan).forces.ids)}
    assert shares[codes["home"]].all()
    assert not shares[codes["next"], codes["far"]]
    assert [note.subject for note in check(tiny).notes] == ["forces.home"]
    assert "a, b" in check(tiny).notes[0].text


def test_response_levels_choose_rows_and_demand(tiny: Path) -> None:
    """Rows of another response level do not count, and the level's demand factor is the one that is drawn."""
    path = tiny / "units.csv"
    path.write_text(
        path.read_text(encoding="utf-8")
        .replace("source\n", "source,levels\n")
        .replace("invented\n", "invented,\n")
        .replace("always,own,invented,\n", "always,own,invented,heightened|exceptional\n", 1),
        encoding="utf-8",
    )
    levels = "[response_levels.heightened]\ndemand_factor = 1.5\n"
    append(
        tiny, levels, {"scenarios": {"raised": {"name": "R", "set": {"plan.response_level": "heightened"}}}}
    )
    plan = open_plan(tiny)
    normal, raised = plan_arrays(plan), plan_arrays(plan.with_scenario("raised"))
    assert "mid-arv" not in normal.units.ids
    assert "mid-arv" in raised.units.ids
    assert np.isnan(normal.level.demand_factor)
    assert raised.level.demand_factor == 1.5
