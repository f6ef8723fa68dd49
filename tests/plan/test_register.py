"""The register of figures: complete, each with its source, and what has none."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from standby import examples
from standby.plan import Plan, check, figures_of, open_plan, register, register_counts


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    """Return the register of south-west."""
    return register(open_plan(examples.path("south-west")))


def test_columns_are_the_documented_ones(table: pd.DataFrame) -> None:
    """The register has the columns that the report and the workbook rely on."""
    assert table.columns.tolist() == [
        "option", "path", "value", "low", "high", "range", "shape", "unit", "kind", "source", "source_title",
        "source_date", "scope", "as_of", "group", "drawn", "note",
    ]  # fmt: skip


def test_every_figure_of_the_base_is_there_once(table: pd.DataFrame) -> None:
    """Each figure that the planner wrote in the base has one row, and no path has two in one option."""
    plan = open_plan(examples.path("south-west"))
    written = [p.path for p in figures_of(plan.document, plan.tables) if p.given]
    base = table[(table["option"] == "") | table["path"].str.startswith("options.")]
    assert base["path"].tolist() == written
    assert not table.duplicated(["option", "path"]).any()


def test_options_show_what_they_set_and_cost(table: pd.DataFrame, altered: Callable[..., Plan]) -> None:
    """An option's own figures, money included, stand under its id, with their own source."""
    ced = table[table["option"] == "ced-uplift"].set_index("path")
    assert ced.loc["tiers.response.ced_share", ["value", "source", "shape"]].tolist() == [
        0.75,
        "assumption",
        "logitnormal",
    ]
    assert "forces.dorset.ced_officers" in ced.index
    plan = altered(open_plan(examples.path("south-west")), {"options.second-base.capital_gbp": 1_000})
    own = register(plan)
    assert own[own["path"] == "options.second-base.capital_gbp"]["option"].tolist() == ["second-base"]


def test_a_figure_says_its_unit_source_and_date(table: pd.DataFrame) -> None:
    """A figure's row carries the unit of its field and the title and date of its source."""
    row = table.set_index("path").loc["forces.dorset.population"]
    assert (row["unit"], row["source"], row["source_date"], row["as_of"]) == (
        "people",
        "ons-mye2018",
        "2019-01-01",
        "2018-06-30",
    )
    assert row["source_title"].startswith("ONS mid-2018")
    assert not row["drawn"]


def test_what_the_schema_fills_in_is_not_attributed(table: pd.DataFrame) -> None:
    """A default, such as a likelihood of 1 in rows without that column, is nobody's figure."""
    assert not table["path"].str.endswith("].likelihood").any()
    assert not (table["path"] == "tiers.arv.speed_factor").any()


def test_counts_are_those_of_the_rows(edit: Callable[[str, str, str], Path]) -> None:
    """The counts say how many figures are certain and how many have no source; taking one away shows."""
    folder = edit(
        "plan.toml",
        'strength = { value = 36, source = "invented", scope = "armed officers" }',
        "strength = 36",
    )
    plan = open_plan(folder)
    rows, counts = register(plan), register_counts(plan)
    assert counts.figures == len(rows) == counts.drawn + counts.certain
    assert counts.drawn == rows["low"].notna().sum()
    assert counts.without_source == 1
    assert counts.assumptions == len(rows) - 1
    assert "1 have no source" in counts.summary()
    assert [(note.subject, note.text) for note in check(folder).notes] == [
        ("forces.home.strength", "has no source")
    ]


def test_an_option_laid_over_has_its_own_register() -> None:
    """The register of a plan with an option shows the option's values as the plan's own."""
    plan = open_plan(examples.path("tiny"))
    rows = register(plan.with_option("quicker")).set_index("path")
    assert rows.loc["tiers.arv.turnout_min", "value"] == 1
    assert set(rows["option"]) == {""}


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("{ value = 12, low = 8, high = 12 }", "is 12, its upper bound"),
        ("{ value = 12, low = 12, high = 20 }", "is 12, its lower bound"),
        ("{ value = 12, low = 8, high = 20 }", None),
        ("{ value = 12, low = 12, high = 12 }", None),
        ("12", None),
    ],
)
def test_doubt_that_goes_one_way_is_noted(
    edit: Callable[[str, str, str], Path], given: str, words: str | None
) -> None:
    """A figure whose central value is one of its bounds is noted: means and central values then differ."""
    folder = edit("plan.toml", 'course_size = { value = 12, source = "invented" }', f"course_size = {given}")
    found = [
        n.text for n in check(folder).notes if n.subject == "workforce.course_size" and "bound" in n.text
    ]
    assert [text.partition(":")[0] for text in found] == ([] if words is None else [words])


def test_rows_whose_doubt_goes_one_way_are_counted(edit: Callable[[str, str, str], Path]) -> None:
    """Rows of a table with a central value at a bound get one note together."""
    folder = edit("areas.csv", "population,", "population,population_low,population_high,")
    text = (folder / "areas.csv").read_text("utf-8")
    for people in ("60000", "20000", "8000", "4000", "50000"):
        text = text.replace(f",{people},", f",{people},{people if people == '8000' else '1000'},90000,")
    (folder / "areas.csv").write_text(text, "utf-8")
    assert [n.text for n in check(folder).notes if n.subject == "areas.population"] == [
        "is its own lower or upper bound in 2 rows: the doubt goes one way only"
    ]


def test_more_armed_officers_than_officers_are_noted(edit: Callable[[str, str, str], Path]) -> None:
    """A part of a force's officers that is larger than all of them is noted."""
    folder = edit("plan.toml", "officers = { value = 300", "officers = { value = 30")
    found = {n.subject: n.text for n in check(folder).notes if "more than all" in n.text}
    assert found["forces.home.strength"] == "is 36, more than all officers of the force (30)"
