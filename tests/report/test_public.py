"""The public edition: what may not be in it is in none of its files."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import openpyxl
import pandas as pd
import pytest

from standby.appraise import Appraisal
from standby.plan import Plan
from standby.report import TABLES, PublicEditionError, content_of, report
from standby.report._small import FEWEST_PEOPLE, FEWEST_PLACES, mark, scope_sizes, too_small
from standby.report.content import WITHHELD_COLUMN

INTERNAL = sorted(name for name, table in TABLES.items() if table.internal)
PER_PLACE = {
    "first_mean_min",
    "full_mean_min",
    "nearest_min",
    "chance_in_time",
    "units_in_time",
    "chance_nearest_free",
    "calls_per_year",
    "site",
    "site_name",
    "busy_share",
    "rank",
    "key_location",
}


@pytest.fixture(scope="module")
def secret(tiny: Plan, make: Callable[[Plan], Any]) -> Any:
    """Make an appraisal whose sites, units and key locations have names that stand nowhere else."""
    tables = {name: frame.copy() for name, frame in tiny.tables.items()}
    for name, column in (
        ("sites", "id"),
        ("sites", "name"),
        ("units", "id"),
        ("key_locations", "id"),
        ("key_locations", "name"),
    ):
        tables[name][column] = [f"qzx{name}{column}{i}" for i in range(len(tables[name]))]
    tables["units"]["site"] = [f"qzxsitesid{i % len(tables['sites'])}" for i in range(len(tables["units"]))]
    plan = replace(tiny, tables=tables)
    made = make(plan)
    made.tables["options"].loc[1, "description"] = "One more car. It stands at qzxsitesname1."
    return made


@pytest.fixture(scope="module")
def public(secret: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write its public edition."""
    folder = tmp_path_factory.mktemp("public") / "out"
    report(secret, folder, edition="public")
    return folder


def _texts(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield every text of every file, workbook and GeoPackage included."""
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        name = path.relative_to(folder).as_posix()
        if path.suffix == ".xlsx":
            book = openpyxl.load_workbook(path)
            cells = (str(c) for sheet in book for row in sheet.iter_rows(values_only=True) for c in row)
            yield name, " ".join([*book.sheetnames, *cells])
        elif path.suffix == ".gpkg":
            yield name, " ".join(_database(path))
        else:
            yield name, path.read_text(encoding="utf-8")


def _database(path: Path) -> Iterator[str]:
    with sqlite3.connect(path) as base:
        for (table,) in base.execute("select name from sqlite_master where type = 'table'").fetchall():
            rows = base.execute(f'select * from "{table}"')  # noqa: S608 - names come from the file itself
            yield " ".join([table, *(column[0] for column in rows.description), *(str(row) for row in rows)])


def test_no_site_unit_or_key_location_in_any_file(public: Path) -> None:
    """Neither ids nor names of sites, units and key locations stand in any file of the public edition."""
    texts = dict(_texts(public))
    assert {Path(name).suffix for name in texts} == {".html", ".csv", ".json", ".xlsx", ".gpkg"}
    assert [name for name, text in texts.items() if "qzx" in text] == []


def test_the_search_would_find_them(secret: Any, tmp_path: Path) -> None:
    """The same search finds them in every kind of file of the internal edition."""
    report(secret, tmp_path / "out", edition="internal")
    found = {Path(name).suffix for name, text in _texts(tmp_path / "out") if "qzx" in text}
    assert found == {".html", ".csv", ".json", ".xlsx", ".gpkg"}


def test_internal_tables_and_columns_are_absent(public: Path) -> None:
    """No file of the public edition has a table of places with their response, nor a column of one."""
    results = json.loads((public / "results.json").read_text(encoding="utf-8"))
    assert sorted(set(results["tables"]) & set(INTERNAL)) == []
    columns = {c for table in results["tables"].values() for c in table["columns"]}
    assert sorted(columns & PER_PLACE) == []
    assert sorted({p.stem for p in (public / "csv").iterdir()} & set(INTERNAL)) == []
    assert sorted(set(openpyxl.load_workbook(public / "results.xlsx").sheetnames) & set(INTERNAL)) == []
    with sqlite3.connect(public / "results.gpkg") as base:
        layers = {row[0] for row in base.execute("select table_name from gpkg_contents")}
    assert layers == {"places"}


def test_the_page_holds_no_minutes_of_a_place(public: Path) -> None:
    """The data of the public map has names, people and classes, and no number of response."""
    page = (public / "report.html").read_text(encoding="utf-8")
    data = json.loads(
        re.findall(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)[0]
    )
    maps = [spec for spec in data.values() if spec["kind"] == "map"]
    assert len(maps) == 1
    assert {key for point in maps[0]["points"] for key in point} == {
        "lon",
        "lat",
        "radius",
        "colour",
        "label",
    }
    assert "values" not in maps[0]
    assert not any("min" in line.split() for point in maps[0]["points"] for line in point["label"])


def test_register_has_no_row_of_a_place_or_unit(public: Path) -> None:
    """Rows of the register that belong to one row of a table are left out."""
    register = pd.read_csv(public / "csv" / "register.csv")
    assert len(register) > 20
    assert register["path"].str.contains("[", regex=False).sum() == 0


def test_free_text_that_names_a_base_is_left_out(secret: Any) -> None:
    """Of a description only the sentence that names a base goes, and the reader is told."""
    text = content_of(secret, "public").table("options")["description"].iloc[1]
    assert "One more car." in text
    assert "qzx" not in text
    assert "left out" in text


def test_an_option_named_after_a_base_is_refused(tiny: Plan, make: Callable[[Plan], Any]) -> None:
    """A name can't be left out, so the public edition is refused with the name and the mend."""
    made = make(tiny)
    made.tables["options"].loc[1, "name"] = "A second car at Westham"
    with pytest.raises(PublicEditionError, match=r"'A second car at Westham'.*'Westham'.*another name"):
        content_of(made, "public")


def test_unknown_tables_and_columns_stay_internal(tiny: Plan, make: Callable[[Plan], Any]) -> None:
    """What the dictionary does not list does not reach the public, and is in the internal edition."""
    made = make(tiny)
    made.tables["new"] = pd.DataFrame({"area": ["moor"], "first_min": [50.0]})
    made.tables["gap"]["slowest_place"] = "Moor"
    public, internal = content_of(made, "public"), content_of(made, "internal")
    assert "new" not in public.tables
    assert "slowest_place" not in public.table("gap")
    assert "new" in internal.tables
    assert "slowest_place" in internal.table("gap")


def test_sentences_without_a_number_to_show_are_left_out(tiny: Plan, make: Callable[[Plan], Any]) -> None:
    """A sentence goes when it names a place, or when its number is withheld or internal."""
    made = make(tiny)
    number = SimpleNamespace(
        text="60", table="worst", key=(("option", "base"), ("rank", 1)), column="first_mean_min"
    )
    made.sentences.append(SimpleNamespace(text="The slowest place waits 60 minutes.", numbers=(number,)))
    made.sentences.append(SimpleNamespace(text="Moor is far away.", numbers=()))
    said = [s.text for s in content_of(made, "public").sentences]
    assert said == ["As it is, 72% of people are inside the main standard."]


def test_small_parts_are_withheld_with_their_companion(tiny: Plan) -> None:
    """Two towns are too few to show; the villages go with them, as a total less the villages is the towns."""
    sizes = scope_sizes(tiny, "areas")
    assert sizes[("setting", "urban")] == 2
    assert sizes[("setting", "rural")] == 3
    assert sizes[("force", "home")] == 5
    hidden = too_small(tiny, sizes)
    assert {("setting", "urban"), ("setting", "rural"), ("class", "town"), ("class", "village")} <= hidden
    assert ("all", "") not in hidden
    assert ("force", "home") not in hidden


def test_no_part_can_be_worked_out_from_the_others(south_west: Plan) -> None:
    """In no way of dividing the plan is exactly one part withheld."""
    sizes = dict(scope_sizes(south_west, "areas"))
    sizes[("force setting", "wiltshire urban")] = FEWEST_PLACES - 1
    hidden = too_small(south_west, sizes)
    for parts in (
        *([("force setting", f"{f} {s}") for s in ("urban", "rural")] for f in south_west.forces),
        *([("force setting", f"{f} {s}") for f in south_west.forces] for s in ("urban", "rural")),
    ):
        assert sum(part in hidden for part in parts) != 1


def test_withheld_cells_are_empty_and_named(secret: Any) -> None:
    """A withheld cell is empty, and the row names its column; every other cell of numbers is there."""
    frame = content_of(secret, "public").table("minutes")
    hidden = frame["scope_kind"].isin(["setting", "class", "force setting"]) & (frame["weight"] == "people")
    assert hidden.any()
    assert frame.loc[hidden, "p50_min"].isna().all()
    assert frame.loc[hidden, WITHHELD_COLUMN].str.contains("p50_min").all()
    shown = (frame["scope_kind"] == "all") & (frame["weight"] == "people")
    assert frame.loc[shown, "p50_min"].notna().all()


def test_counts_of_few_people_are_withheld(tiny: Plan, make: Callable[[Plan], Any]) -> None:
    """Counts of one to four officers are not in the public tables, nor what would give them away."""
    made = make(tiny)
    made.tables["staffing"][["strength", "armed_posts"]] = [3.0, 1.0]
    made.tables["need"]["deployable"] = 4.0
    rows = made.tables["register"]["path"] == "forces.home.strength"
    made.tables["register"].loc[rows, "value"] = 3.0
    content = content_of(made, "public")
    staffing, need = content.table("staffing"), content.table("need")
    assert (
        staffing[
            ["strength", "deployable", "spare", "new_officers", "target", "armed_posts", "officers_needed"]
        ]
        .isna()
        .all(axis=None)
    )
    assert need[["deployable", "gap_deployable", "gap_strength"]].isna().all(axis=None)
    assert (
        content.table("register")
        .loc[content.table("register")["path"] == "forces.home.strength", "value"]
        .isna()
        .all()
    )
    assert content.table("build_up")[["own", "shared", "neighbour"]].isna().all(axis=None)
    for name, frame in content.tables.items():
        people = [c for c in frame if c in ("establishment", "strength", "deployable", "officers", "people")]
        few = frame[people].apply(pd.to_numeric, errors="coerce")
        assert not ((few > 0) & (few < FEWEST_PEOPLE)).any(axis=None), name


def test_marking_twice_names_each_column_once() -> None:
    """Cells may be withheld for two reasons; their column is named once."""
    frame = pd.DataFrame({"a": [1.0, 2.0], "b": [True, False]})
    rows = pd.Series([True, False])
    done = mark(mark(frame, rows, ["a"]), rows, ["a", "b"])
    assert done[WITHHELD_COLUMN].tolist() == ["a|b", ""]
    assert done["a"].isna().tolist() == [True, False]
    assert done["b"].tolist() == [None, False]


@pytest.mark.parametrize("name", ["tiny", "south-west"])
def test_real_public_editions_name_no_unit(
    appraised: dict[str, Appraisal], tmp_path: Path, name: str
) -> None:
    """Ids of units, and of sites that are no areas, stand in no file of a packaged plan's public edition."""
    plan = appraised[name].plan
    report(appraised[name], tmp_path / "out", edition="public")
    ids = set(plan.table("units")["id"]) | (set(plan.table("sites")["id"]) - set(plan.table("areas")["id"]))
    assert ids
    found = {file: ids & set(re.findall(r"[\w-]+", text)) for file, text in _texts(tmp_path / "out")}
    assert {file: names for file, names in found.items() if names} == {}
