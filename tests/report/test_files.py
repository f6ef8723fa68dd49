"""The results for programs: CSV, JSON, workbook, GeoPackage say the same as the tables."""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import openpyxl
import pandas as pd
import pytest

from standby.appraise import Appraisal
from standby.plan.files.text import read_csv
from standby.report import content_of, report
from standby.report.files.files import tidy
from standby.report.files.spreadsheet import write_table
from standby.tables import TABLES, kind_of

MARKING = "OFFICIAL-SENSITIVE – INTERNAL – bases and units are invented"
"""How the internal edition of the packaged plans is marked."""


@pytest.fixture(scope="module")
def folder(made: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the internal edition."""
    path = tmp_path_factory.mktemp("internal") / "out"
    report(made, path, edition="internal", formats=["csv", "json", "xlsx", "gpkg"])
    return path


def test_csv_reads_back(made: Any, folder: Path) -> None:
    """Every table reads back from CSV: the same columns, rows and numbers, infinity included."""
    for name, frame in made.tables.items():
        back = pd.read_csv(folder / "csv" / f"{name}.csv", keep_default_na=False, na_values=[""])
        added = [c for c in back if c not in frame]
        assert all(c == "marking" or c.removesuffix("_name") in frame for c in added), name
        assert [c for c in back if c in frame] == list(frame.columns), name
        assert len(back) == len(frame), name
        people = [c for c in frame if c in ("people", "people_gained")]
        for column in frame.select_dtypes("number").columns.difference(people):
            np.testing.assert_allclose(back[column].astype(float), frame[column].astype(float), rtol=1e-8)
        for column in people:
            np.testing.assert_array_equal(back[column].astype(float), frame[column].astype(float).round())


def test_json_reads_back(made: Any, folder: Path) -> None:
    """JSON holds the same tables; infinity is the text inf, no number is null."""
    tables = json.loads((folder / "results.json").read_text(encoding="utf-8"))["tables"]
    assert set(tables) == set(made.tables)
    for name, frame in made.tables.items():
        back = pd.DataFrame(tables[name]["rows"], columns=tables[name]["columns"])
        for column in frame.select_dtypes("number"):
            values = [math.nan if v is None else math.inf if v == "inf" else v for v in back[column]]
            np.testing.assert_allclose(values, frame[column].astype(float), rtol=1e-8)


def test_json_is_strict(folder: Path) -> None:
    """No NaN or Infinity, which other programs can't read, stands in the JSON."""
    constants: list[str] = []
    json.loads((folder / "results.json").read_text(encoding="utf-8"), parse_constant=constants.append)
    assert constants == []


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (math.inf, "inf"),
        (-math.inf, "-inf"),
        (math.nan, None),
        (np.float64(1 / 3), 0.333333333),
        (np.int64(3), 3),
        (np.bool_(1), True),
        (pd.NA, None),
        (2.0, 2),
        (1e300, 1e300),
        ((1, None), [1, None]),
    ],
)
def test_tidy(value: Any, expected: Any) -> None:
    """Each kind of value has one form in JSON."""
    assert expected == tidy(value)
    assert type(expected) is type(tidy(value))


def test_workbook_has_a_sheet_for_each_table(made: Any, folder: Path) -> None:
    """The workbook explains itself first, then has every table with its head frozen."""
    book = openpyxl.load_workbook(folder / "results.xlsx")
    assert book.sheetnames[0] == "About"
    assert book.sheetnames[1] == "Decision table"
    assert set(book.sheetnames[2:]) == set(made.tables)
    for name, frame in made.tables.items():
        sheet = book[name]
        heads = [cell.value for cell in sheet[1]]
        assert [head for head in heads if head in frame] == list(frame.columns)
        added = [h for h in heads if h.removesuffix("_name") not in frame and h not in frame]
        assert added == ["marking"] == heads[-1:]
        assert sheet.max_row == len(frame) + 1
        assert sheet.freeze_panes == "B2"
    assert book.properties.created.isoformat() == "2019-03-31T00:00:00"


def test_workbook_says_what_infinity_means(made: Any, folder: Path) -> None:
    """Times beyond the limit are written as such; numbers are numbers."""
    sheet = openpyxl.load_workbook(folder / "results.xlsx")["minutes"]
    heads = [cell.value for cell in sheet[1]]
    found = {cell.value for cell in sheet[chr(ord("A") + heads.index("p95_min"))][1:]}
    assert "> 180 min" in found
    assert any(isinstance(value, float) for value in found)


NEVER = {"minutes": "> 180 min", "years": "never"}
"""How a number that is infinite is written, by kind; the others have no limit."""

SHOWN = {
    "minutes": {"0.0", "+0.0;-0.0;0.0", "0.##########"},
    "share": {"0%", "+0.0%;-0.0%;0.0%"},
    "money": {"£#,##0", "+£#,##0;-£#,##0;£#,##0"},
    "count": {"#,##0", "#,##0.##", "+#,##0.##;-#,##0.##;#,##0.##"},
    "people": {"#,##0", "+#,##0;-#,##0;#,##0"},
    "number": {"0", "0.####"},
    "year": {"0"},
    "years": {"0.0"},
}
"""Formats of the workbook's cells by kind: as they are, as changes, and as somebody stated them."""


def test_every_cell_of_the_workbook_is_in_the_unit_of_its_column(
    make: Any, tiny: Any, tmp_path: Path
) -> None:
    """No column is written in the unit of another, be it finite, infinite or below every limit."""
    made = make(tiny)
    for name, frame in made.tables.items():
        numeric = [c for c in frame.select_dtypes("number") if not frame.empty]
        made.tables[name] = frame.astype(dict.fromkeys(numeric, float))
        rows = [made.tables[name].iloc[:1] for _ in range(3)]
        made.tables[name] = pd.concat([*rows, made.tables[name]], ignore_index=True)
        for row, value in enumerate((math.inf, -math.inf, 0.5)):
            made.tables[name].loc[row, numeric] = value
    report(made, tmp_path / "out", edition="internal", formats=["xlsx"])
    book = openpyxl.load_workbook(tmp_path / "out" / "results.xlsx")

    units = dict(zip(made.tables["criteria"]["criterion"], made.tables["criteria"]["unit"], strict=True))
    of_unit = {"min": "minutes", "people": "people", "share": "share", "£": "money"}
    checked = 0
    for name, frame in made.tables.items():
        heads = [cell.value for cell in book[name][1]]
        for column in frame.columns:
            at = heads.index(column) + 1
            if frame.empty or not pd.api.types.is_float_dtype(frame[column]):
                continue
            kind = kind_of(name, column, numeric=True)
            if kind == "measure":
                kind = of_unit.get(units[frame["criterion"].iloc[0]], "count")
            never = NEVER.get(kind, "no limit")
            below = "< −180 min" if kind == "minutes" else "−no limit"
            cells = [book[name].cell(row, at) for row in (2, 3, 4)]
            people = (kind == "people" or column == "people") and not column.endswith("se")
            half = 0 if people else 0.5
            assert [cell.value for cell in cells] == [never, below, half], f"{name}.{column}"
            assert cells[2].number_format in SHOWN[kind], f"{name}.{column}"
            checked += 1
    assert checked > 50


ENDINGS = {"_min": "minutes", "_gbp": "money", "_share": "share"}
BEGINNINGS = {"share_": "share", "chance_": "share", "years_": "years", "gap_establishment": "count"}


@pytest.mark.parametrize("table", sorted(TABLES))
def test_columns_are_declared_in_the_unit_of_their_name(table: str) -> None:
    """A column whose name says its unit is declared in that unit."""
    for column in TABLES[table].columns:
        named = {kind for end, kind in ENDINGS.items() if column.name.endswith(end)}
        named |= {kind for start, kind in BEGINNINGS.items() if column.name.startswith(start)}
        assert column.kind in (named or {column.kind}), column.name


def test_workbook_takes_no_text_for_a_formula(make: Any, tiny: Any, tmp_path: Path) -> None:
    """Text of a planner that looks like a formula stays text."""
    made = make(tiny)
    made.tables["options"].loc[1, "description"] = '=HYPERLINK("http://example.org")'
    report(made, tmp_path / "out", edition="internal", formats=["xlsx"])
    book = openpyxl.load_workbook(tmp_path / "out" / "results.xlsx")
    cell = book["options"]["C3"]
    assert (cell.data_type, cell.value) == ("s", '=HYPERLINK("http://example.org")')
    assert [sheet.title for sheet in book if sheet._hyperlinks] == []
    cells = [cell for sheet in book for row in sheet for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n", "b"}


def test_csv_takes_no_text_for_a_formula(make: Any, tiny: Any, tmp_path: Path) -> None:
    """Text that a spreadsheet would run gets an apostrophe; numbers below nought stay numbers."""
    made = make(tiny)
    made.tables["options"].loc[1, "description"] = "=cmd|' /C calc'!A0"
    report(made, tmp_path / "out", edition="internal", formats=["csv"])
    options = pd.read_csv(tmp_path / "out" / "csv" / "options.csv")
    assert options.loc[1, "description"] == "'=cmd|' /C calc'!A0"
    decision = pd.read_csv(tmp_path / "out" / "csv" / "decision.csv")
    assert decision["difference_low"].min() < 0


@pytest.mark.parametrize(
    ("table", "column", "missing"),
    [("new", "option", "table 'new'"), ("options", "new", "column 'new' of the table 'options'")],
)
def test_what_is_not_declared_is_not_written(table: str, column: str, missing: str, tmp_path: Path) -> None:
    """A table or a column that nobody declared is a fault of the program, and no file is made."""
    with pytest.raises(LookupError, match=f"the {missing}.* is not declared"):
        write_table(pd.DataFrame({column: [1.0]}), tmp_path / "a.csv", table=table)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t=", "\r", "\n=", " =", "＝", "＋", "－", "＠"])
def test_no_sign_starts_a_formula(sign: str, tmp_path: Path) -> None:
    """Whatever sign starts a formula in some spreadsheet, the text reads back after an apostrophe."""
    texts = [f"{sign}1+1", "1-1", "a@b\r=2"]
    frame = pd.DataFrame({"quantity": texts, "value": [-1.5, 2.0, np.inf]})
    path = write_table(frame, tmp_path / "a.csv", table="break_even", marking="OFFICIAL")
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["quantity", "value", "marking"]
    assert [row[0] for row in rows[1:]] == [f"'{sign}1+1".replace("\r", "\n"), "1-1", "a@b\n=2"]
    assert [row[1] for row in rows[1:]] == ["-1.5", "2", "inf"]


def test_csv_opens_in_a_spreadsheet_and_in_our_own_reader(make: Any, tiny: Any, tmp_path: Path) -> None:
    """Each table has a byte-order mark, which pandas and our own reader pass over, and marked rows."""
    made = make(tiny)
    made.tables["areas"]["name"] = "Llanfihangel – Tŷ Uchaf"
    report(made, tmp_path / "out", edition="internal", formats=["csv"])
    for path in (tmp_path / "out" / "csv").iterdir():
        assert path.read_bytes().startswith(b"\xef\xbb\xbf"), path.name
        plain = pd.read_csv(path, keep_default_na=False)
        assert plain.columns[-1] == "marking"
        assert set(plain["marking"]) <= {MARKING}
        own, faults = read_csv(path.name, path.read_bytes())
        assert faults == []
        assert own is not None
        assert list(own.columns) == list(plain.columns)
    areas = pd.read_csv(tmp_path / "out" / "csv" / "areas.csv")
    assert set(areas["name"]) == {"Llanfihangel – Tŷ Uchaf"}


def test_decision_sheet_is_laid_out_as_in_the_report(made: Any, folder: Path) -> None:
    """A row each criterion, names over ids over what a column holds, options side by side."""
    sheet = openpyxl.load_workbook(folder / "results.xlsx")["Decision table"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    decision = made.tables["decision"]
    options = list(dict.fromkeys(decision["option"]))
    assert list(dict.fromkeys(rows[1][3:])) == options
    assert rows[0][3] == made.plan.document.base.name
    assert rows[2][:3] == ["Criterion", "Id", "Unit"]
    criteria = list(dict.fromkeys(decision["criterion"]))
    assert [row[1] for row in rows[3:]] == [*criteria, None, None]
    assert rows[-1][0] == MARKING
    for row in rows[3 : 3 + len(criteria)]:
        for option in options[1:]:
            found = decision[(decision["option"] == option) & (decision["criterion"] == row[1])].iloc[0]
            at = rows[1].index(option)
            expected = found[["mean", "low", "high", "difference", "difference_low", "difference_high"]]
            np.testing.assert_allclose(row[at : at + 6], expected.astype(float))


def test_people_are_whole_numbers(appraised: Mapping[str, Appraisal], tmp_path: Path) -> None:
    """Numbers of people are whole in CSV and in the workbook, and the decision sheet says of how many."""
    report(appraised["tiny"], tmp_path / "out", edition="internal", formats=["csv", "xlsx"])
    frame = pd.read_csv(tmp_path / "out" / "csv" / "decision.csv")
    people = frame[frame["criterion"] == "people_in_standard"]
    for column in ("mean", "low", "high", "difference"):
        assert (people[column] % 1 == 0).all()
    assert people["criterion_name"].str.startswith("People").all()
    assert set(frame.loc[frame["option"] == "base", "option_name"]) == {
        appraised["tiny"].plan.document.base.name
    }
    sheet = openpyxl.load_workbook(tmp_path / "out" / "results.xlsx")["Decision table"]
    assert sheet["A4"].value.endswith(", of 100,000 people")
    assert sheet["D4"].value % 1 == 0
    assert sheet["D4"].number_format == "#,##0"


def test_geopackage_has_points_where_they_are(made: Any, folder: Path) -> None:
    """Layers of the GeoPackage are points in WGS 84 with the numbers of their tables."""
    layers = set(geopandas.list_layers(folder / "results.gpkg")["name"])
    options = made.tables["options"]
    tables = ("areas", "key_locations", "units")
    assert layers == {f"{table} - {name}" for name in options["name"] for table in tables}
    for option, name in zip(options["option"], options["name"], strict=True):
        areas = geopandas.read_file(folder / "results.gpkg", layer=f"areas - {name}")
        assert areas.crs.to_epsg() == 4326
        frame = made.tables["areas"][made.tables["areas"]["option"] == option]
        np.testing.assert_allclose(areas.geometry.x, frame["lon"])
        np.testing.assert_allclose(areas["first_mean_min"], frame["first_mean_min"])
        assert set(areas["option_name"]) == {name}
        assert set(areas["marking"]) == {MARKING}


def test_geopackage_has_outlines(make: Any, south_west: Any, tmp_path: Path) -> None:
    """Outlines of the forces are a layer when the plan has them."""
    report(make(south_west), tmp_path / "out", edition="internal", formats=["gpkg"])
    layers = geopandas.list_layers(tmp_path / "out" / "results.gpkg").set_index("name")
    assert "outlines" in layers.index
    outlines = geopandas.read_file(tmp_path / "out" / "results.gpkg", layer="outlines")
    assert set(south_west.forces) <= set(outlines["force"])


@pytest.mark.parametrize("name", ["tiny", "south-west"])
def test_dictionary_knows_every_column_of_an_appraisal(appraised: Mapping[str, Appraisal], name: str) -> None:
    """No table or column of an appraisal is unknown: each was judged fit for the public or not."""
    unknown = [
        f"{table}.{column}"
        for table, frame in appraised[name].tables.items()
        for column in frame
        if table not in TABLES or TABLES[table].column(column) is None
    ]
    assert unknown == []


def test_every_sentence_has_its_numbers_where_it_says(appraised: Mapping[str, Appraisal]) -> None:
    """A sentence is written with the numbers of the tables; a number that stands nowhere is an error."""
    content = content_of(appraised["south-west"], "internal")
    assert all(content.said(sentence) for sentence in content.sentences)
    sentence = next(s for s in content.sentences if s.numbers)
    elsewhere = replace(sentence.numbers[0], key=((sentence.numbers[0].key[0][0], "nowhere"),))
    wrong = type(sentence)("{number} of nothing.", {"number": elsewhere})
    with pytest.raises(ValueError, match="does not stand in"):
        content.said(wrong)
