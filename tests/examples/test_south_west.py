"""The packaged plan ``south-west``: it can be used, it adds up, and it says what is assumed."""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from scipy.stats import beta

from standby.plan import check, judge_statement, open_plan, series_of

TABLES = ("areas", "sites", "units", "key_locations", "commitments", "series")
PLANNED = {"devon-cornwall", "dorset", "wiltshire"}
PUBLISHED_PEOPLE = {
    "devon-cornwall": 1_762_400,
    "dorset": 772_300,
    "wiltshire": 720_100,
    "avon-somerset": 1_711_500,
    "gloucestershire": 633_600,
    "hampshire": 1_985_800,
    "thames-valley": 2_407_600,
}  # ONS mid-2018, by police force area


@pytest.fixture(scope="module")
def tables(folder: Path) -> dict[str, pd.DataFrame]:
    """Return the tables as they are written."""
    return {t: pd.read_csv(folder / f"{t}.csv", keep_default_na=False) for t in TABLES}


def figures(written: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every figure that is written as a table, with its path."""
    if isinstance(written, dict):
        if "value" in written:
            yield path, written
            return
        for key, item in written.items():
            yield from figures(item, f"{path}.{key}")
    elif isinstance(written, list):
        for k, item in enumerate(written):
            yield from figures(item, f"{path}[{k}]")


def test_plan_has_no_faults(folder: Path) -> None:
    """The packaged plan can be used as it is."""
    assert check(folder).faults == ()


def test_options_and_scenarios_open(folder: Path) -> None:
    """Every option and scenario can be laid over the base."""
    plan = open_plan(folder)
    laid = [plan.with_option(o) for o in plan.document.options]
    laid += [plan.with_scenario(s) for s in plan.document.scenarios]
    assert {p.variant for p in laid} == {*plan.document.options, *plan.document.scenarios}


def test_each_force_adds_up_exactly(tables: dict[str, pd.DataFrame], written: dict[str, Any]) -> None:
    """The areas of each force add up to its published population, to the person."""
    areas = tables["areas"]
    assert areas.groupby("force")["population"].sum().to_dict() == PUBLISHED_PEOPLE
    assert {f: v["population"]["value"] for f, v in written["forces"].items()} == PUBLISHED_PEOPLE


def test_areas_stay_few(tables: dict[str, pd.DataFrame]) -> None:
    """There are few enough areas for the demonstration to be quick."""
    planned = tables["areas"]["force"].isin(PLANNED)
    assert planned.sum() <= 330
    assert (~planned).sum() <= 120


def test_rest_rows_say_what_they_are(tables: dict[str, pd.DataFrame]) -> None:
    """A row for people outside the listed places says so and that it is derived."""
    areas = tables["areas"]
    rest = areas[areas["id"].str.contains("-rest-")]
    assert len(rest)
    assert rest["note"].str.contains("outside the listed places").all()
    assert rest["note"].str.contains("derived").all()


def test_islands_are_named(tables: dict[str, pd.DataFrame]) -> None:
    """The people whom no road leads to are marked: 2,242 on Scilly and some 141,500 on the Isle of Wight."""
    people = tables["areas"].groupby("island")["population"].sum()
    assert set(people.index) == {"", "Isles of Scilly", "Isle of Wight"}
    assert people["Isles of Scilly"] == 2_242
    assert people["Isle of Wight"] == pytest.approx(141_538, abs=10)  # ONS mid-2018; scaled with its force


def test_ids_are_unique(tables: dict[str, pd.DataFrame]) -> None:
    """No id occurs twice in a table."""
    assert {name: frame["id"].is_unique for name, frame in tables.items()} == dict.fromkeys(TABLES, True)


def test_every_row_has_a_source(tables: dict[str, pd.DataFrame]) -> None:
    """Every row names its source, if only the planner's assumption."""
    assert {name: int((frame["source"] == "").sum()) for name, frame in tables.items()} == dict.fromkeys(
        TABLES, 0
    )


def test_assumed_rows_say_so(tables: dict[str, pd.DataFrame]) -> None:
    """A row whose source is an assumption says in its note what is assumed."""
    for name, frame in tables.items():
        silent = frame[
            (frame["source"] == "assumption") & ~frame["note"].str.contains("assumption|assumptions")
        ]
        assert silent["id"].tolist() == [], name


def test_no_site_is_a_real_base(tables: dict[str, pd.DataFrame]) -> None:
    """Every site is an assumption and says that it is no real base, or is a candidate."""
    sites = tables["sites"]
    existing = sites["existing"].astype(str).str.lower() == "true"
    assert (sites["source"] == "assumption").all()
    assert sites.loc[existing, "note"].str.contains("not a real base").all()
    assert sites.loc[~existing, "note"].str.contains("candidate").all()


def test_response_units_are_synthetic(tables: dict[str, pd.DataFrame]) -> None:
    """The made-up response units say that they are synthetic."""
    response = tables["units"][tables["units"]["tier"] == "response"]
    assert len(response)
    assert response["note"].str.startswith("synthetic").all()


def test_written_figures_have_a_source_and_a_kind(written: dict[str, Any]) -> None:
    """Every figure with doubt or source says where it is from and how it is known."""
    rows = re.compile(r"\.(add|change)\.")
    bare = [p for p, f in figures(written) if not rows.search(p) and not {"source", "kind"} <= set(f)]
    assert bare == []


def test_assumed_figures_say_so(written: dict[str, Any]) -> None:
    """A figure whose source is 'assumption' is of kind 'assumption'."""
    assert [p for p, f in figures(written) if f["source"] == "assumption" and f["kind"] != "assumption"] == []


def test_figures_measured_elsewhere_explain_their_assumption(written: dict[str, Any]) -> None:
    """An assumption that leans on a source says in its note how."""
    leaning = [
        (p, f) for p, f in figures(written) if f["kind"] == "assumption" and f["source"] != "assumption"
    ]
    assert leaning
    assert [p for p, f in leaning if not f.get("note")] == []


def test_every_source_is_used(folder: Path) -> None:
    """No source is listed that nothing in the folder refers to."""
    plan = open_plan(folder)
    text = "".join(p.read_text(encoding="utf-8") for p in folder.iterdir() if p.name != "sources.toml")
    assert [s for s in plan.sources if s not in text] == []


def test_places_of_the_world_lie_in_the_extent(
    tables: dict[str, pd.DataFrame], written: dict[str, Any]
) -> None:
    """Every position lies in the plan's extent."""
    west, south, east, north = written["plan"]["extent"]
    for name in ("areas", "sites", "key_locations"):
        frame = tables[name]
        assert frame["lon"].between(west, east).all(), name
        assert frame["lat"].between(south, north).all(), name


def test_crews_fit_the_armed_officers(folder: Path) -> None:
    """The assumed vehicles ask for no more officers than the force has posts for, at six a post."""
    plan = open_plan(folder)
    units = plan.table("units")
    always = units[(units["tier"] == "arv") & (units["hours"] == "always") & (units["levels"] == "")]
    needed = always.groupby("provider")["count"].sum() * 2 * 6
    for name in PLANNED:
        posts = plan.document.forces[name].establishment
        assert posts is not None
        assert needed[name] <= posts.value, name


def test_more_vehicles_and_specialists_ask_for_equal_officers(folder: Path) -> None:
    """Four ARVs and one specialist team are both 48 officers, as plan.toml says."""
    plan = open_plan(folder)
    crew = {name: tier.crew for name, tier in plan.document.tiers.items()}
    base = plan.table("units")["id"]

    def officers(option: str) -> float:
        units = plan.with_option(option).table("units")
        added = units[~units["id"].isin(base)]
        return float((added["count"] * added["tier"].map(crew)).sum() * 6)

    assert officers("more-arvs") == officers("specialist-standby") == 48


def test_second_base_adds_no_vehicle(folder: Path) -> None:
    """The second base moves vehicles and adds none."""
    plan = open_plan(folder)

    def vehicles(units: pd.DataFrame) -> float:
        return float(units.loc[units["tier"] == "arv", "count"].sum())

    assert vehicles(plan.with_option("second-base").table("units")) == vehicles(plan.table("units"))


def test_rural_armed_is_as_its_description_says(folder: Path) -> None:
    """Nine single crews of Devon and Cornwall and two of Wiltshire are armed, and none of Dorset."""
    units = open_plan(folder).with_option("rural-armed").table("units")
    armed = units[units["tier"] == "rural_armed"]
    assert armed.groupby("provider")["count"].sum().to_dict() == {"devon-cornwall": 9, "wiltshire": 2}


def test_arming_all_is_shown_but_ruled_out(folder: Path) -> None:
    """Arming every officer is ruled out with its reason and source, and arms every officer."""
    option = open_plan(folder).document.options["arm-all"]
    assert (option.status, bool(option.reason), bool(option.source)) == ("ruled out", True, True)
    response = open_plan(folder).with_option("arm-all").document.tiers["response"]
    assert (response.armed, response.carried_by) == (True, "every officer")


def test_pass_rate_bounds_are_the_interval_of_the_cohort(folder: Path) -> None:
    """The doubt of the pass rate is the 90% Jeffreys interval of 7 in 12."""
    rate = open_plan(folder).document.workforce.pass_rate
    posterior = beta(7 + 0.5, 5 + 0.5)
    assert rate.value == pytest.approx(7 / 12, abs=0.001)
    assert rate.low == pytest.approx(posterior.ppf(0.05), abs=0.001)
    assert rate.high == pytest.approx(posterior.ppf(0.95), abs=0.001)


def test_doubt_of_travel_is_the_fit_own(folder: Path) -> None:
    """The doubt of the travel model is the spread over destinations held out that its fit recorded."""
    fitted = files("standby.travel") / "car_minutes.toml"
    errors = tomllib.loads(fitted.read_text(encoding="utf-8"))["errors"]
    told = next(
        e
        for e in errors
        if (e["sample"], e["minutes_range"], e["ends"]) == ("cross_validated", "predicted_10_60", [])
    )
    factor = open_plan(folder).document.travel.model_factor
    found = (factor.low, factor.value, factor.high)
    assert found == pytest.approx([told[f"destination_{p}"] for p in ("p5", "p50", "p95")], abs=0.003)


@pytest.mark.parametrize(("name", "value"), [("officers-41-arvs", 492), ("officers-41-tours", 246)])
def test_officers_for_vehicles(written: dict[str, Any], name: str, value: int) -> None:
    """The arithmetic that a statement's reading tells is that of its inputs."""
    statement = written["statements"][name]
    given = statement["inputs"]
    assert given["units"] * given["crew"] * given["relief"] * given["hours_a_day"] / 24 == value
    assert str(value) in statement["reading"]
    assert f"{value / statement['low']:.0%}" in statement["reading"]


def test_unarmed_share_has_its_base(written: dict[str, Any]) -> None:
    """The two bases of the Metropolitan Police give the two shares that the readings tell."""
    for name in ("met-92-percent", "met-on-fte"):
        statement = written["statements"][name]
        share = 1 - statement["inputs"]["armed"] / statement["inputs"]["officers"]
        assert f"{share:.1%}" in statement["reading"]


def test_increase_is_the_sum_of_its_parts(written: dict[str, Any]) -> None:
    """874 and 477 are 1,351."""
    statement = written["statements"]["increase-1351"]
    assert math.fsum(statement["inputs"].values()) == statement["low"] == 1351


@pytest.mark.parametrize(
    ("name", "verdict", "value"),
    [
        ("lost-1300", "stale", "698"),
        ("vehicles-27-percent", "unsupported", "204"),
        ("vehicles-on-115", "does not hold", "48%"),
    ],
)
def test_what_series_decide(folder: Path, name: str, verdict: str, value: str) -> None:
    """The readings of statements on series are what the series say."""
    plan = open_plan(folder)
    statement = plan.document.statements[name]
    judged = judge_statement(statement, series_of(plan.table("series")))
    assert judged.verdict == verdict
    assert value in statement.reading

    if verdict == "stale":
        assert judged.value == -698
        assert f"{-judged.held_value:,.0f}" in statement.reading
    elif verdict == "unsupported":
        assert 204 in judged.bases
        assert 220 not in judged.bases
    else:
        assert f"{judged.value:.0%}" == value


def test_comparisons_have_fixed_assumptions(written: dict[str, Any]) -> None:
    """Every statement states its assumptions."""
    assert [n for n, s in written["statements"].items() if not s.get("assumptions")] == []
