"""The results for programs: CSV, JSON, workbook, GeoPackage say the same as the tables."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import openpyxl
import pandas as pd
import pytest

from standby.appraise import Appraisal
from standby.report import TABLES, content_of, report
from standby.report.dictionary import kind_of
from standby.report.files import tidy


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
        assert list(back.columns) == list(frame.columns), name
        assert len(back) == len(frame), name
        for column in frame.select_dtypes("number"):
            np.testing.assert_allclose(back[column].astype(float), frame[column].astype(float), rtol=1e-8)


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

    def refuse(constant: str) -> None:
        raise AssertionError(constant)

    json.loads((folder / "results.json").read_text(encoding="utf-8"), parse_constant=refuse)


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
    assert set(book.sheetnames[1:]) == set(made.tables)
    for name, frame in made.tables.items():
        sheet = book[name]
        assert [cell.value for cell in sheet[1]] == list(frame.columns)
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
    "minutes": {"0.0"},
    "share": {"0%"},
    "money": {"£#,##0"},
    "count": {"#,##0", "#,##0.##"},
    "people": {"#,##0"},
    "number": {"0", "0.####"},
    "year": {"0"},
    "years": {"0.0"},
}
"""Formats of the workbook's cells by kind."""


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
        for at, column in enumerate(frame.columns, start=1):
            if frame.empty or not pd.api.types.is_float_dtype(frame[column]):
                continue
            kind = kind_of(name, column, numeric=True)
            if kind == "measure":
                kind = of_unit.get(units[frame["criterion"].iloc[0]], "count")
            never = NEVER.get(kind, "no limit")
            below = "< −180 min" if kind == "minutes" else "−no limit"
            cells = [book[name].cell(row, at) for row in (2, 3, 4)]
            assert [cell.value for cell in cells] == [never, below, 0.5], f"{name}.{column}"
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
    cell = openpyxl.load_workbook(tmp_path / "out" / "results.xlsx")["options"]["C3"]
    assert (cell.data_type, cell.value) == ("s", '=HYPERLINK("http://example.org")')


def test_geopackage_has_points_where_they_are(made: Any, folder: Path) -> None:
    """Layers of the GeoPackage are points in WGS 84 with the numbers of their tables."""
    areas = geopandas.read_file(folder / "results.gpkg", layer="areas")
    assert areas.crs.to_epsg() == 4326
    frame = made.tables["areas"]
    np.testing.assert_allclose(areas.geometry.x, frame["lon"])
    np.testing.assert_allclose(areas["first_mean_min"], frame["first_mean_min"])
    assert set(geopandas.list_layers(folder / "results.gpkg")["name"]) == {"areas", "key_locations", "units"}


def test_geopackage_has_outlines(make: Any, south_west: Any, tmp_path: Path) -> None:
    """Outlines of the forces are a layer when the plan has them."""
    report(make(south_west), tmp_path / "out", formats=["gpkg"])
    layers = geopandas.list_layers(tmp_path / "out" / "results.gpkg").set_index("name")
    assert set(layers.index) == {"outlines", "places"}
    outlines = geopandas.read_file(tmp_path / "out" / "results.gpkg", layer="outlines")
    assert set(south_west.forces) <= set(outlines["force"])


@pytest.mark.parametrize("name", ["tiny", "south-west"])
def test_dictionary_knows_every_column_of_an_appraisal(appraised: dict[str, Appraisal], name: str) -> None:
    """No table or column of an appraisal is unknown: each was judged fit for the public or not."""
    unknown = [
        f"{table}.{column}"
        for table, frame in appraised[name].tables.items()
        for column in frame
        if table not in TABLES or TABLES[table].column(column) is None
    ]
    assert unknown == []


def test_every_sentence_has_its_numbers_where_it_says(appraised: dict[str, Appraisal]) -> None:
    """A sentence is written with the numbers of the tables; a number that stands nowhere is an error."""
    content = content_of(appraised["south-west"], "internal")
    assert all(content.said(sentence) for sentence in content.sentences)
    sentence = next(s for s in content.sentences if s.numbers)
    wrong = type(sentence)("Nothing to see.", sentence.numbers)
    with pytest.raises(ValueError, match="does not stand in"):
        content.said(wrong)
