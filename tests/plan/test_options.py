"""Options: what they change, what they leave, what they can't do, and forces that hold back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import tomlkit

from standby.evidence import Figure
from standby.plan import Fault, Plan, check, open_plan, resolve

Lay = Callable[..., Plan]


@pytest.fixture
def lay(tiny: Path) -> Lay:
    """Return a function that lays an option over `tiny`; text after the base's own document may be given."""

    def over(base: str = "", **option: Any) -> Plan:
        _append(tiny, base, {"options": {"new": {"name": "New", **option}}})
        return open_plan(tiny).with_option("new")

    return over


@pytest.fixture
def faults(tiny: Path) -> Callable[..., list[Fault]]:
    """Return a function that gives the faults of `tiny` with an option."""

    def found(base: str = "", **option: Any) -> list[Fault]:
        _append(tiny, base, {"options": {"new": {"name": "New", **option}}})
        return list(check(tiny).faults)

    return found


def _append(folder: Path, base: str, more: dict[str, Any]) -> None:
    path = folder / "plan.toml"
    text = tomlkit.dumps(more)
    path.write_text(f"{path.read_text(encoding='utf-8')}\n{base}\n{text}", encoding="utf-8")


def row(plan: Plan, table: str, name: str) -> pd.Series:
    """Return a row by its id."""
    return plan.tables[table].set_index("id").loc[name]


NEW_SITE = {
    "id": "new-site",
    "name": "N",
    "lon": -3.6,
    "lat": 50.8,
    "class": "town",
    "provider": "home",
    "existing": False,
}
NEW_UNIT = {"id": "new-unit", "tier": "arv", "site": "new-site", "provider": "home"}


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
    assert resolve(laid).structure.tiers[-1] == "pair"


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
    assert found[0].mend


def test_a_misspelt_entry_is_asked_about(faults: Callable[..., list[Fault]]) -> None:
    """A path into an entry that is not there asks for the one that was probably meant."""
    assert faults(set={"tiers.avr.turnout_min": 3})[0].mend.startswith("Did you mean 'arv'?")


# Rows


def test_rows_are_added_changed_and_removed(lay: Lay) -> None:
    """An option adds a site with a unit, changes a unit and removes another; types of columns stay."""
    laid = lay(
        add={"sites": [NEW_SITE], "units": [NEW_UNIT]},
        change={
            "units": [{"id": "mid-arv", "count": 1, "hours": "mon-fri 07:00-19:00"}],
            "sites": [{"id": "westham", "existing": True}],
        },
        remove={"units": ["mid-night"]},
    )
    units, sites = laid.tables["units"], laid.tables["sites"]
    assert units["id"].tolist() == ["mid-arv", "mid-response", "west-response", "east-arv", "new-unit"]
    assert row(laid, "units", "mid-arv")[["count", "hours", "tier"]].tolist() == [
        1.0,
        "mon-fri 07:00-19:00",
        "arv",
    ]
    assert row(laid, "units", "new-unit")[["count", "hours", "control"]].tolist() == [1.0, "always", "own"]
    assert sites["existing"].tolist() == [True, True, True, False]
    base = open_plan(laid.folder or "")
    assert laid.tables["units"].dtypes.equals(base.tables["units"].dtypes)
    assert sites.dtypes.equals(base.tables["sites"].dtypes)
    resolve(laid)


def test_a_changed_number_loses_the_doubt_and_the_source_of_the_old(lay: Lay, tiny: Path) -> None:
    """A new number without bounds and source is certain and has no source; the old ones were another's."""
    path = tiny / "areas.csv"
    text = path.read_text(encoding="utf-8").replace("source\n", "source,likelihood_low,likelihood_high\n")
    text = text.replace("0.5,invented\n", "0.5,invented,0.2,0.9\n")
    path.write_text(
        "\n".join(line if line.count(",") == 10 else line + ",," for line in text.splitlines()),
        encoding="utf-8",
    )
    laid = lay(change={"areas": [{"id": "moor", "likelihood": 2}]})
    moor = row(laid, "areas", "moor")
    assert moor["likelihood"] == 2
    assert np.isnan(moor["likelihood_low"])
    assert np.isnan(moor["likelihood_high"])
    assert moor["source"] == ""
    assert row(laid, "areas", "coombe")["source"] == "invented"


def test_bounds_may_be_changed_alone(lay: Lay) -> None:
    """Doubt may be put on a number of the base, in a table that had none."""
    laid = lay(change={"areas": [{"id": "moor", "population_low": 3000, "population_high": 5000}]})
    assert row(laid, "areas", "moor")[["population", "population_low", "population_high"]].tolist() == [
        4000,
        3000,
        5000,
    ]
    assert np.isnan(row(laid, "areas", "coombe")["population_low"])
    placed = [p for p in resolve(laid).figures if p is not None and p.path == "areas[moor].population"]
    assert not placed[0].figure.certain


def test_an_empty_cell_means_what_it_means_in_a_file(lay: Lay) -> None:
    """An empty text in a change takes the column's default, as an empty cell does."""
    laid = lay(change={"units": [{"id": "mid-night", "hours": ""}]})
    assert row(laid, "units", "mid-night")["hours"] == "always"


def test_rows_for_a_table_that_the_base_is_without(lay: Lay) -> None:
    """An option may add the first commitments."""
    laid = lay(
        add={
            "commitments": [
                {
                    "id": "x",
                    "name": "X",
                    "provider": "home",
                    "tier": "arv",
                    "units": 1,
                    "purpose": "event",
                    "break_off": "never",
                }
            ]
        }
    )
    assert resolve(laid).structure.commitments.ids == ("x",)


@pytest.mark.parametrize(
    ("option", "code", "where", "field"),
    [
        ({"remove": {"sites": ["midtown"]}}, "unknown-reference", "options.new.remove", "sites"),
        ({"remove": {"units": ["mid-avr"]}}, "unknown-reference", "options.new.remove", "units"),
        ({"remove": {"units": ["mid-arv", "mid-arv"]}}, "overlap", "options.new.remove", "units"),
        (
            {"remove": {"units": ["mid-arv"]}, "change": {"units": [{"id": "mid-arv", "count": 1}]}},
            "overlap",
            "options.new.remove",
            "units",
        ),
        ({"remove": {"commitments": ["x"]}}, "unknown-reference", "options.new.remove", "commitments"),
        (
            {"remove": {"areas": ["eastport"]}, "set": {"plan.forces": ["home", "next"]}},
            "empty-table",
            "options.new",
            "force",
        ),
        (
            {"change": {"units": [{"id": "mid-avr", "count": 1}]}},
            "unknown-reference",
            "change.units[1]",
            "id",
        ),
        ({"change": {"units": [{"count": 1}]}}, "missing-value", "change.units[1]", "id"),
        ({"change": {"units": [{"id": "mid-arv", "tier": ""}]}}, "missing-value", "change.units[1]", "tier"),
        (
            {"change": {"units": [{"id": "mid-arv", "cuont": 1}]}},
            "unknown-column",
            "change.units[1]",
            "cuont",
        ),
        (
            {"change": {"units": [{"id": "mid-arv", "count": 1}, {"id": "mid-arv", "count": 3}]}},
            "duplicate-id",
            "change.units[2]",
            "id",
        ),
        (
            {"change": {"units": [{"id": "mid-arv", "count": 1}, {"id": "mid-night", "count": 1.5}]}},
            "not-whole",
            "change.units[2]",
            "count",
        ),
        (
            {"change": {"units": [{"id": "mid-arv", "notice_min_low": 1, "notice_min_high": 2}]}},
            "bad-figure",
            "change.units[1]",
            "notice_min",
        ),
        (
            {"change": {"areas": [{"id": "moor", "population_low": 4500, "population_high": 5000}]}},
            "bad-figure",
            "change.areas[1]",
            "population",
        ),
        (
            {"change": {"areas": [{"id": "moor", "lat": -3.9, "lon": 50.95}]}},
            "swapped-position",
            "change.areas[1]",
            "lon, lat",
        ),
        ({"change": {"areas": [{"id": "moor", "lat": 65}]}}, "outside-extent", "change.areas[1]", "lon, lat"),
        (
            {"change": {"areas": [{"id": "moor", "population": 1000}]}},
            "population",
            "options.new",
            "forces.home.population",
        ),
        (
            {"change": {"commitments": [{"id": "x", "units": 1}]}},
            "unknown-reference",
            "change.commitments[1]",
            "id",
        ),
        ({"add": {"units": [{**NEW_UNIT, "site": "nowhere"}]}}, "unknown-reference", "add.units[1]", "site"),
        (
            {"add": {"units": [{"id": "x", "teir": "arv", "site": "midtown", "provider": "home"}]}},
            "unknown-column",
            "add.units[1]",
            "teir",
        ),
        (
            {"add": {"units": [{"id": "x", "site": "midtown", "provider": "home"}]}},
            "missing-value",
            "add.units[1]",
            "tier",
        ),
        (
            {"add": {"units": [{"id": "x y", "tier": "arv", "site": "midtown", "provider": "home"}]}},
            "bad-word",
            "add.units[1]",
            "id",
        ),
        ({"add": {"unit": [NEW_UNIT]}}, "unknown-column", "options.new.add", "unit"),
        ({"add": {"units": NEW_UNIT}}, "bad-field", "options.new.add", "units"),
        ({"status": "closed", "set": {"tiers.arv.crew": 3}}, "bad-word", "options.new", "status"),
        (
            {"forces": {"nowhere": {"status": "ruled out"}}, "set": {"tiers.arv.crew": 3}},
            "unknown-reference",
            "options.new.forces",
            "nowhere",
        ),
    ],
)
def test_rows_that_do_not_fit(
    option: dict[str, Any], code: str, where: str, field: str, faults: Callable[..., list[Fault]]
) -> None:
    """A row that does not fit the base is one fault that names the row as the option counts it."""
    found = faults(**option)
    assert [(fault.code, fault.field) for fault in found] == [(code, field)], "\n".join(map(str, found))
    assert where in found[0].where
    assert found[0].mend


def test_faults_of_an_option_with_other_faults_are_told_too(faults: Callable[..., list[Fault]]) -> None:
    """A wrong field of the option does not hide what is wrong with its rows and values."""
    found = faults(capital_gbp=-1, set={"tiers.arv.crew": "two"}, remove={"units": ["mid-avr"]})
    assert sorted(fault.code for fault in found) == ["not-a-number", "out-of-range", "unknown-reference"]


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
    assert "holds 'new-site' back" in found[0].what


def test_a_value_for_all_is_noted_when_a_force_ruled_it_out(tiny: Path) -> None:
    """What holds for every force can't be held back for one, and the notes say so."""
    _append(
        tiny, "", {"options": {"new": {"name": "New", "forces": RULED_OUT, "set": {"tiers.arv.crew": 3}}}}
    )
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
    _append(tiny, "", {"options": {name: change}, "scenarios": {"then": change}})
    assert [(fault.code, fault.field) for fault in check(tiny).faults] == [("duplicate-id", name)]


def test_scenarios_are_laid_over_like_options(tiny: Path) -> None:
    """A scenario changes the day, and with it which alliances hold."""
    more = "[alliances.both]\nname = 'Both'\nforces = ['home', 'next']\nuntil = 2018-12-31\n"
    _append(tiny, more, {"scenarios": {"then": {"name": "Then", "set": {"plan.as_of": "2018-06"}}}})
    plan = open_plan(tiny)
    assert resolve(plan).structure.shares.tolist() == [[True, False], [False, True]]
    assert resolve(plan.with_scenario("then")).structure.shares.all()
    assert plan.with_scenario("then").manifest().settings == {"variant": "then"}


def test_overlapping_alliances_are_noted(tiny: Path) -> None:
    """A force in two alliances at once shares with both; the two others do not share, and a note says so."""
    pairs = {name: {"name": name, "forces": ["home", other]} for name, other in (("a", "next"), ("b", "far"))}
    _append(tiny, "[forces.far]\nname = 'Far'\n", {"alliances": pairs})
    plan = open_plan(tiny)
    shares = resolve(plan).structure.shares
    codes = {name: k for k, name in enumerate(resolve(plan).structure.forces)}
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
    _append(
        tiny, levels, {"scenarios": {"raised": {"name": "R", "set": {"plan.response_level": "heightened"}}}}
    )
    plan = open_plan(tiny)
    normal, raised = resolve(plan), resolve(plan.with_scenario("raised"))
    assert "mid-arv" not in normal.structure.units.ids
    assert "mid-arv" in raised.structure.units.ids
    assert np.isnan(normal["demand_factor"])
    assert raised["demand_factor"] == 1.5
