"""Small areas: what is read, from which kind of file, and what is said of one that is wrong."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xlsxwriter
from numpy.testing import assert_allclose

from standby.opendata import OpenDataError, combine_small_areas, read_small_areas
from standby.opendata._positions import to_degrees
from standby.opendata.areas import AREA_COLUMNS

Write = Callable[..., Path]
POSITIONS = ["lon", "lat"]


@pytest.mark.parametrize("name", ["areas.csv", "areas.xlsx", "areas.ods"])
def test_same_table_whatever_the_file(write: Write, areas: pd.DataFrame, name: str) -> None:
    """CSV, XLSX and ODS of the same table give the same areas, in the documented columns."""
    read = read_small_areas(write(name, areas))
    assert list(read.columns) == list(AREA_COLUMNS)
    assert read["code"].tolist() == areas["LSOA11CD"].tolist()
    assert read["force"].tolist() == areas["PFA19NM"].tolist()
    assert_allclose(read["population"], areas["pop2018"])
    assert_allclose(read[POSITIONS], areas[POSITIONS])
    assert read.attrs["headed"]["population"] == "pop2018"


def test_names_of_2021(write: Write, areas: pd.DataFrame) -> None:
    """Columns and classes of the census of 2021 are known as well."""
    new = areas.rename(columns={"LSOA11CD": "LSOA21CD", "LSOA11NM": "LSOA21NM", "RUC11CD": "RUC21CD"})
    new["RUC21CD"] = ["UN1", "UF1", "RLN1", "RLF1", "RSN1", "RSF1"] * 4
    read = read_small_areas(write("areas.csv", new))
    assert read["ruc"].tolist() == new["RUC21CD"].tolist()
    assert read["name"].tolist() == new["LSOA21NM"].tolist()


def test_grid_and_degrees_agree(write: Write, areas: pd.DataFrame) -> None:
    """Positions on the National Grid, headed E and N or x and y, are those in degrees."""
    told = areas[["LSOA11CD", "E", "N"]]
    for named in (
        told,
        told.rename(columns={"E": "x", "N": "y"}),
        told.rename(columns={"E": "Eastings", "N": "Northings"}),
    ):
        read = read_small_areas(write("points.csv", named))
        assert_allclose(read[POSITIONS], areas[POSITIONS], atol=1e-5)
        assert "National Grid" in read.attrs["how"]


def test_a_known_place() -> None:
    """The clock tower of Westminster, TQ 3027 7964, is where maps have it, to a hundred metres."""
    lon, lat = to_degrees(np.array([530_268.0]), np.array([179_640.0]))
    assert abs(lon[0] + 0.1246) < 0.0015
    assert abs(lat[0] - 51.5007) < 0.001


def test_web_mercator_is_recognised(write: Write) -> None:
    """Metres of Web Mercator, which map services export, are turned into degrees by their values."""
    read = read_small_areas(write("p.csv", "LSOA11CD,X,Y\nE01000001,-300278.2,7128291.9\n"))
    assert_allclose(read[POSITIONS], [[-2.69744, 53.77836]], atol=1e-4)


def test_polygons_give_points_and_extent(write: Write) -> None:
    """Outlines without columns of positions give a point inside each, and its extent in km²."""
    ring = [[-2.5, 50.7], [-2.4, 50.7], [-2.4, 50.8], [-2.5, 50.8], [-2.5, 50.7]]
    shape = {"type": "Polygon", "coordinates": [ring]}
    item = {"type": "Feature", "properties": {"LSOA21CD": "E01000001", "pop2021": 5}, "geometry": shape}
    read = read_small_areas(write("a.geojson", {"type": "FeatureCollection", "features": [item]}))
    assert -2.5 < read["lon"][0] < -2.4
    assert 50.7 < read["lat"][0] < 50.8
    assert_allclose(read["area_km2"], 0.1 * 111.2 * 0.1 * 111.2 * np.cos(np.radians(50.75)), rtol=0.01)


def _with(areas: pd.DataFrame, row: int, column: str, value: object) -> pd.DataFrame:
    made = areas.astype(object).copy()
    made.loc[row, column] = value
    return made


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("pop2018", "about 900", "column 'pop2018': row 5 is 'about 900'"),
        ("pop2018", -3, "row 5 is -3"),
        ("LSOA11CD", "E019", "row 5 is 'E019'"),
        ("LSOA11CD", "E01900000", "row 5 has E01900000, which row 2 has already"),
        ("RUC11CD", "Z9", "row 5 is 'Z9'"),
        ("lon", -1.0, "km apart"),
        ("lat", "", "row 5 has one of the two and not the other"),
    ],
)
def test_a_wrong_cell_is_named(
    write: Write, areas: pd.DataFrame, column: str, value: object, said: str
) -> None:
    """A cell that can't be right is a fault that names file, column, row and the fix."""
    path = write("areas.csv", _with(areas, 3, column, value))
    with pytest.raises(OpenDataError, match=r"^areas\.csv: ") as caught:
        read_small_areas(path)
    assert said in str(caught.value)
    assert str(caught.value).count(". ") >= 1


def test_thousands_and_blanks_are_numbers_and_nothing(write: Write) -> None:
    """1,234 is a number, and .. is none."""
    read = read_small_areas(write("a.csv", 'LSOA11CD,All Ages\nE01000001,"1,234"\nE01000002,..\n'))
    assert read["population"].tolist()[0] == 1234
    assert np.isnan(read["population"][1])


@pytest.mark.parametrize("pair", [("lon", "lat"), ("E", "N")])
def test_exchanged_positions_are_told(write: Write, areas: pd.DataFrame, pair: tuple[str, str]) -> None:
    """Longitude and latitude, or eastings and northings, in the wrong order are told as that."""
    x, y = pair
    turned = areas[["LSOA11CD", x, y]].rename(columns={x: y, y: x})
    with pytest.raises(OpenDataError, match="in the wrong order: exchange"):
        read_small_areas(write("areas.csv", turned))


@pytest.mark.parametrize(
    ("x", "y"), [("-6.0", "52.0"), ("-30", "48"), ("2.35", "48.86"), ("699375", "5710000"), ("0", "0")]
)
def test_sea_and_abroad_are_told(write: Write, x: str, y: str) -> None:
    """A position in the Irish Sea, the Atlantic, Paris, on another grid or at nought is told by its row."""
    path = write("areas.csv", f"LSOA11CD,x,y\nE01000001,{x},{y}\n")
    with pytest.raises(OpenDataError, match=r"row 2 is .*sea or outside the United Kingdom"):
        read_small_areas(path)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"\n\n  \n", "is empty"),
        (b"LSOA11CD,pop2018\n", "no rows below it"),
        (b"name,lon\nx,1\n", "none of the columns that are looked for"),
        (b"LSOA11CD,LSOA11NM\nE01000001,a\n", "nothing about them that is known"),
        (b"LSOA11CD,pop2018\nE01000001,5\nE01000002\n", "row 3 has 1 cells where the heading has 2"),
        (b'LSOA11CD,pop2018\nE01000001,"5\n', "is not a whole CSV table"),
        (b"<html><body>Not found</body></html>", "is a web page"),
        (b"LSOA11CD,pop2018\nE01000001,5\x00\x00", "bytes that are no text"),
        (b"PK\x03\x04 cut off", "cut off or damaged"),
        (b'{"type": "FeatureCollection", "features": [', "is not whole GeoJSON"),
        (b'{"type": "FeatureCollection", "features": []}', "has no features"),
        (b'{"type": "Topology"}', "no GeoJSON FeatureCollection"),
        (b"LSOA11CD,pop2018,LSOA11NM\nE01000001,5,\x81\x8d\n", "row 2 is neither UTF-8 nor Windows-1252"),
    ],
)
def test_files_that_are_no_such_table(write: Write, content: bytes, said: str) -> None:
    """An empty, cut, foreign or wrongly encoded file is told as what it is."""
    with pytest.raises(OpenDataError, match=r"^file\.csv: ") as caught:
        read_small_areas(write("file.csv", content))
    assert said in str(caught.value)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings(write: Write, encoding: str) -> None:
    """UTF-8 with and without a mark, UTF-16 and Windows-1252 are read as what they are."""
    text = "LSOA11CD,LSOA11NM,pop2018\nW01000001,Ynys Môn 001A,5\n"
    assert read_small_areas(write("a.csv", text.encode(encoding)))["name"].tolist() == ["Ynys Môn 001A"]


def test_tables_complete_each_other(write: Write, areas: pd.DataFrame) -> None:
    """People, classes and positions from three files, in other orders, make the one table."""
    whole = read_small_areas(write("whole.csv", areas))
    people = areas[["LSOA11CD", "LSOA11NM", "pop2018", "area_km2"]]
    rest = areas.drop(columns=["pop2018", "area_km2", "E", "N", "lon", "lat", "LSOA11NM"]).iloc[::-1]
    parts = [
        read_small_areas(write("points.csv", areas[["LSOA11CD", "E", "N"]])),
        read_small_areas(write("people.xlsx", people)),
        read_small_areas(write("classes.csv", rest)),
    ]
    made, notes = combine_small_areas(parts)
    assert notes == ()
    pd.testing.assert_frame_equal(made, whole[list(AREA_COLUMNS)], check_exact=False, atol=1e-5)


def test_what_does_not_fit_is_told(write: Write, areas: pd.DataFrame) -> None:
    """Areas that only one table has are counted in a note; tables without a common area are an error."""
    people = read_small_areas(write("people.csv", areas[["LSOA11CD", "pop2018"]]))
    points = areas[["LSOA11CD", "lon", "lat"]].assign(LSOA11CD=[f"E019{k:05d}" for k in range(4, 28)])
    _, notes = combine_small_areas([people, read_small_areas(write("points.csv", points))])
    assert notes == (
        (
            "points.csv: 4 of the 24 areas of people.csv are not in it, and 4 of its 24 are not in "
            "people.csv (perhaps another census)"
        ),
    )
    other = points.assign(LSOA11CD=[f"E018{k:05d}" for k in range(24)])
    with pytest.raises(OpenDataError, match="no area in common"):
        combine_small_areas([people, read_small_areas(write("other.csv", other))])
    with pytest.raises(OpenDataError, match="how many people live there"):
        combine_small_areas([read_small_areas(write("points.csv", points))])


def test_the_latest_sheet_counts(tmp_path: Path) -> None:
    """Of sheets that would fit, the one of the latest estimate is read, and the others are named."""
    heading = ["LAD 2021 Code", "LAD 2021 Name", "LSOA 2021 Code", "LSOA 2021 Name", "Total", "F0"]
    rows = [["E06000059", "Dorset", "E01000001", "Some 001A", people, 3] for people in (10, 12, 11)]
    names = ["Mid-2021 LSOA 2021", "Mid-2022 LSOA 2021", "Mid-2020 LSOA 2021"]
    sheets = {name: [["A title"], heading, row] for name, row in zip(names, rows, strict=True)}
    path = tmp_path / "people.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for name, lines in sheets.items():
            page = book.add_worksheet(name)
            for k, line in enumerate(lines):
                page.write_row(k, 0, line)
    read = read_small_areas(path)
    assert read["population"].tolist() == [12]
    assert read["district"].tolist() == ["Dorset"]
    assert (read.attrs["sheet"], read.attrs["year"]) == ("Mid-2022 LSOA 2021", 2022)
    assert read.attrs["others"] == ("Mid-2021 LSOA 2021", "Mid-2020 LSOA 2021")
