"""Which columns and rows of a public table count: by stated rules that a note repeats, or it is refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import xlsxwriter
from numpy.testing import assert_allclose

from standby.opendata import (
    OpenDataError,
    new_plan,
    read_firearms_operations,
    read_force_boundaries,
    read_force_lookup,
    read_points,
    read_police_workforce,
    read_small_areas,
    read_street_crime,
)

Write = Callable[..., Path]


@pytest.fixture(scope="module")
def reports(shared: Path) -> Path:
    """Return the folder of small files shaped as the public reported them."""
    return shared / "cases" / "public_reports"


def test_the_newest_year_counts(reports: Path) -> None:
    """Of one column a year from 2011 to 2022 that of 2022 is read, and the note names the others."""
    read = read_small_areas(reports / "density_timeseries.csv")
    assert read["population"].tolist() == [2000, 2200]
    assert read.attrs["year"] == 2022
    (note,) = read.attrs["notes"]
    assert note.startswith("people from 'Mid-2022: Population', the newest year, and not from 'Mid-2021:")


def test_headings_of_today(reports: Path) -> None:
    """Tables of Nomis and of Defra are known by their headings."""
    people = read_small_areas(reports / "nomis_ts001.csv")
    assert people["population"].tolist() == [1502, 1688]
    assert people["name"].tolist() == ["Purbeck 001A", "Purbeck 001B"]
    assert people.attrs["year"] == 2021
    assert read_small_areas(reports / "defra_ruc.csv")["ruc"].tolist() == ["C1", "E1"]


@pytest.mark.parametrize(
    ("heading", "people"),
    [
        ("LAD 2023 Code,LAD 2023 Name,LSOA 2021 Code,LSOA 2021 Name,Total,F0", "x,y,E01000001,a,5,3"),
        (
            "LSOA code (2021),LSOA name (2021),Total population: mid 2022 (excluding prisoners)",
            "E01000001,a,5",
        ),
        ("LSOA21CD,LSOA21NM,Mid-2022 population,Mid-2021 population", "E01000001,a,5,4"),
        ("date,geography,geography code,Age: Total", "2021,a,E01000001,5"),
        ("date,geography,geography code,Sex: All persons; measures: Value", "2021,a,E01000001,5"),
        (
            "date,geography,geography code,Variable: All usual residents; measures: Value",
            "2011,a,E01000001,5",
        ),
        (
            "date,geography,geography code,rural urban,All categories: Age; measures: Value",
            "2011,a,E01000001,Total,5",
        ),
        (
            "Lower layer Super Output Areas Code,Lower layer Super Output Areas,Usual residents",
            "E01000001,a,5",
        ),
        ("2021 super output area - lower layer,mnemonic,All Ages", "a,E01000001,5"),
        ("OA21CD,LSOA21CD,MSOA21CD,LAD22CD,Total", "E00000001,E01000001,E02000001,E06000001,5"),
    ],
)  # fmt: skip
def test_people_under_many_headings(write: Write, heading: str, people: str) -> None:
    """People are found under the headings of tables that are published today."""
    read = read_small_areas(write("a.csv", f"{heading}\n{people}\n"))
    assert read["population"].tolist() == [5]
    assert read["code"][0] in {"E01000001", "E00000001"}
    assert read["code"][0] == "E00000001" or read["name"][0] in {"a", ""}


def test_a_number_of_something_else_is_not_people(write: Write) -> None:
    """Households, densities and people of one sex or age are not taken as the people of an area."""
    for heading in (
        "Household composition: Total; measures: Value",
        "Mid-2022: People per Sq Km",
        "Males",
        "Population aged 16-59: mid 2015",
        "Observation",
    ):
        with pytest.raises(OpenDataError, match="nothing about them that is known"):
            read_small_areas(write("a.csv", f'LSOA21CD,"{heading}"\nE01000001,5\n'))


def test_columns_that_fit_equally_well(write: Write) -> None:
    """Two columns of the same rank are refused by name when they differ, and are one when they agree."""
    path = write("a.csv", "LSOA21CD,Population,population\nE01000001,5,5\nE01000002,6,7\n")
    with pytest.raises(OpenDataError, match=r"columns for people, 'Population', 'population', .*row 3"):
        read_small_areas(path)
    path = write("a.csv", "LSOA21CD,Population,population\nE01000001,5,5\nE01000002,6,6\n")
    assert read_small_areas(path).attrs["notes"] == ()
    with pytest.raises(OpenDataError, match=r"'pop2022', 'pop2022#2'"):
        read_small_areas(write("a.csv", "LSOA21CD,pop2022,pop2022\nE01000001,5,6\n"))


def test_classes_districts_and_forces_of_the_newest_year(write: Write) -> None:
    """Rural–urban class, district and force are those of the newest year as well; each choice is noted."""
    heading = "LSOA21CD,pop2022,RUC11CD,RUC21CD,LAD11NM,LAD23NM,PFA11NM,PFA23NM"
    read = read_small_areas(write("a.csv", f"{heading}\nE01000001,5,C1,RSN1,Purbeck,Dorset,Kent,Dorset\n"))
    assert read[["ruc", "district", "force"]].to_numpy().tolist() == [["RSN1", "Dorset", "Dorset"]]
    assert [note.split(",")[0] for note in read.attrs["notes"]] == [
        "rural–urban class from 'RUC21CD'", "districts from 'LAD23NM'", "forces from 'PFA23NM'",
    ]  # fmt: skip


def test_every_pair_of_positions_counts(write: Write) -> None:
    """Pairs of columns of the same kind that put a row at different places are refused by name."""
    text = "LSOA21CD,lon,lat,longitude,latitude\nE01000001,-2.4,50.7,{},{}\n"
    read = read_small_areas(write("a.csv", text.format(-2.4, 50.7)))
    assert_allclose(read[["lon", "lat"]], [[-2.4, 50.7]])
    with pytest.raises(OpenDataError, match="Remove the pair of columns that is wrong"):
        read_small_areas(write("a.csv", text.format(-2.6, 50.8)))


def test_other_nations_are_left_out_and_counted(reports: Path, write: Write) -> None:
    """Of a table of the whole kingdom rows of England and Wales count; one of Scotland is refused."""
    read = read_small_areas(reports / "uk_wide.csv")
    assert read["code"].tolist() == ["E01900001"]
    assert read.attrs["notes"] == (
        "rows of other nations left out: 1 row of Scotland, 1 row of Northern Ireland",
    )
    with pytest.raises(OpenDataError, match="no area of England or Wales, but 1 row of Scotland"):
        read_small_areas(write("a.csv", "LSOA11CD,population\nS01006506,894\n"))
    with pytest.raises(OpenDataError, match="row 3 is 'Aldergrove'"):
        read_small_areas(write("a.csv", "LSOA11CD,population\nE01000001,894\nAldergrove,5\n"))


def test_totals_of_larger_areas_are_left_out(write: Write) -> None:
    """Rows of a nation, a region and a district beside small areas would count people twice."""
    rows = "E92000001,56000000\nE12000009,5000000\nE06000059,380000\nE01000001,5\nE01000002,6\nW01000003,7\n"
    rows += "E01000004,8\n"
    read = read_small_areas(write("a.csv", "code,population\n" + rows))
    assert read["population"].sum() == 26
    assert "rows of other kinds of area than lower layer areas left out" in read.attrs["notes"][0]


def test_rows_of_the_newest_year(write: Write) -> None:
    """Of a table with a row for each area and year those of the newest year count."""
    rows = "2020,E01000001,4\n2020,E01000002,5\n2022,E01000001,6\n2022,E01000002,7\n"
    read = read_small_areas(write("a.csv", "date,geography code,Age: Total\n" + rows))
    assert (read["population"].tolist(), read.attrs["year"]) == ([6, 7], 2022)
    assert read.attrs["notes"] == ("rows of 2022, the newest year, and not of 2020",)


def test_hectares_are_a_hundredth(write: Write) -> None:
    """Extent in hectares becomes square kilometres."""
    read = read_small_areas(write("a.csv", "LSOA21CD,AREALHECT\nE01000001,250\n"))
    assert read["area_km2"].tolist() == [2.5]


def test_notes_below_a_table(write: Write) -> None:
    """Lines of notes after an empty row are left out and counted; a row that is cut off is still a fault."""
    text = "Population\n\ngeography,mnemonic,All Ages\na,E01000001,5\nb,E01000002,6\n{}"
    read = read_small_areas(write("a.csv", text.format("\nSource: Nomis\nCounts are rounded\n")))
    assert read["population"].tolist() == [5, 6]
    assert read.attrs["notes"] == ("2 lines of notes below the table left out",)
    with pytest.raises(OpenDataError, match="row 6 has 1 cells"):
        read_small_areas(write("a.csv", text.format("E01000003\n")))


@pytest.mark.parametrize("separator", [";", "\t"])
def test_commas_that_may_be_decimal_are_refused(write: Write, separator: str) -> None:
    """Where commas do not part the cells, 1,234 may be one and a bit: refused; without commas it is read."""
    text = "LSOA21CD;population\nE01000001;{}\n".replace(";", separator)
    assert read_small_areas(write("a.csv", text.format("1234")))["population"].tolist() == [1234]
    with pytest.raises(OpenDataError, match=r"row 2 is '1,234'. Write a point before decimals"):
        read_small_areas(write("a.csv", text.format("1,234")))


@pytest.mark.parametrize("cell", ["1e308", "9" * 400, "1e5000", "inf", "0x10", "1_000", "１２", "true", "-1"])
def test_numbers_that_can_not_be(write: Write, cell: str) -> None:
    """Numbers of people that no area has are named by row, and long cells are cut in the message."""
    with pytest.raises(OpenDataError, match="column 'population': row 2 is") as caught:
        read_small_areas(write("a.csv", f"LSOA21CD,population\nE01000001,{cell}\n"))
    assert len(str(caught.value)) < 250


def test_windows_text_is_noted(write: Write) -> None:
    """A file that is no UTF-8 is read as Windows-1252, and that is noted."""
    read = read_small_areas(write("a.csv", "LSOA21CD,LSOA21NM,pop2022\nW01000001,Môn,5\n".encode("cp1252")))
    assert read.attrs["notes"] == ("is no UTF-8 text: it was read as Windows-1252",)


def test_the_open_data_table_of_officers(reports: Path) -> None:
    """The one-sheet table is added up by force, date and type of worker; other forces are counted."""
    read = read_police_workforce(reports / "workforce_open_data_table.xlsx")
    rows = read[(read["measure"] == "police officers") & (read["unit"] == "full-time equivalent")]
    assert set(rows["force"]) == {"Dorset", "Devon and Cornwall", "City of London"}
    dorset = rows[rows["force"] == "Dorset"].set_index("as_of")["number"]
    assert dorset.to_dict() == {"2024-03-31": 961.0, "2025-03-31": 961.0}
    assert set(read["measure"]) == {"police officers", "police staff"}
    assert read.attrs["notes"] == ("8 rows of other forces left out: British Transport Police",)


OPEN = "As at 31 March,Force name,Sex,Worker type,Total (Headcount),Total (FTE)\n"


def test_the_open_data_table_as_csv(write: Write) -> None:
    """Totals of both sexes are not added to their parts, and a sum of which a part is missing is missing."""
    rows = (
        "2024,Dorset,Female,Police Officer,5,4.5\n2024,Dorset,Male,Police Officer,6,5.5\n"
        "2024,Dorset,Total,Police Officer,11,10\n2024,Kent,Female,Police Officer,3,..\n"
        "2024,Kent,Male,Police Officer,3,2\n"
    )
    read = read_police_workforce(write("open.csv", OPEN + rows)).set_index(["force", "unit"])["number"]
    assert read["Dorset", "full-time equivalent"] == 10.0
    assert read["Dorset", "head"] == 11.0
    assert np.isnan(read["Kent", "full-time equivalent"])
    for cell, said in (("2024.5", "is '2024.5'"), ("next year", "is 'next year'")):
        with pytest.raises(OpenDataError, match=said):
            read_police_workforce(write("open.csv", OPEN + f"{cell},Dorset,Male,Police Officer,6,5.5\n"))


def test_joiners_are_not_officers_in_post(write: Write) -> None:
    """A table of those who joined in a year is not taken as officers at a date."""
    text = OPEN.replace("As at 31 March", "Year to 31 March") + "2024,Dorset,Male,Police Officer,6,5.5\n"
    with pytest.raises(OpenDataError, match="none of the columns that are looked for"):
        read_police_workforce(write("joiners.csv", text))


def test_other_forces_are_left_out_of_operations(write: Write) -> None:
    """Rows of Scotland, Northern Ireland and the transport police are counted in a note."""
    rows = "Police Scotland,2020-21,5\nPSNI,2020-21,6\nBritish Transport Police,2020-21,7\nKent,2020-21,8\n"
    read = read_firearms_operations(write("o.csv", "force,year,operations\n" + rows))
    assert read["operations"].tolist() == [8]
    assert read.attrs["notes"] == (
        "3 rows of other forces left out: British Transport Police, PSNI, Police Scotland",
    )


def test_crime_and_districts_of_other_nations(write: Write) -> None:
    """Crimes and districts of other nations are left out and counted."""
    head = "Crime ID,Month,Falls within,LSOA code,Crime type\n"
    rows = "a,2024-01,Dorset Police,E01000001,Robbery\nb,2024-01,PSNI,95AA01S1,Robbery\n"
    read = read_street_crime(write("x-street.csv", head + rows))
    assert read["code"].tolist() == ["E01000001"]
    assert read.attrs["notes"] == ("1 crime in other nations left out",)
    rows = "E06000059,Dorset,E23000039,Dorset\nS12000033,Aberdeen City,,\n"
    lookup = read_force_lookup(write("l.csv", "LAD23CD,LAD23NM,PFA23CD,PFA23NM\n" + rows))
    assert lookup["district"].tolist() == ["Dorset"]


def test_names_of_points(write: Write) -> None:
    """Of several columns of names the most specific counts, and it is noted."""
    read = read_points(write("p.csv", "name,station_name,lon,lat\nA,B,-2.4,50.7\n"))
    assert read["name"].tolist() == ["B"]
    assert read.attrs["notes"] == ("names from 'station_name', the most specific name, and not from 'name'",)


def test_a_plan_repeats_the_notes(write: Write, tmp_path: Path) -> None:
    """What was chosen and left out is among the findings of a new plan, by file."""
    rows = [
        f"E0100000{k},Purbeck 001{'ABCD'[k]},{9 + k},{1000 + k},Dorset,{-2.4 + k / 50},50.7" for k in range(4)
    ]
    heading = "LSOA21CD,LSOA21NM,Mid-2011: Population,Mid-2022: Population,PFA23NM,lon,lat"
    path = write("areas.csv", "\n".join([heading, *rows, "S01006506,Culter,8,9,,-2.2,57.1"]))
    made = new_plan(tmp_path / "plan", force="Dorset", areas=path)
    assert made.people == 4006
    assert (
        "areas.csv: people from 'Mid-2022: Population', the newest year, and not from 'Mid-2011: Population'"
        in made.findings
    )
    assert "areas.csv: rows of other nations left out: 1 row of Scotland" in made.findings


def test_boundaries_of_the_newest_year(write: Write, boundaries: dict[str, Any]) -> None:
    """Boundaries with codes and names of two years are those of the newest, and that is noted."""
    for feature in boundaries["features"]:
        feature["properties"] |= {"PFA23CD": feature["properties"]["PFA16CD"], "PFA23NM": "Kent"}
    read = read_force_boundaries(write("b.geojson", boundaries))
    assert read["force"].tolist() == ["Kent", "Kent"]
    assert read.attrs["notes"] == ("forces from 'PFA23NM', the newest year, and not from 'PFA16NM'",)


def test_a_column_of_crimes_that_stands_twice(write: Write) -> None:
    """Street-level crime with two columns of areas is refused, and not counted by the first."""
    head = "Month,Falls within,LSOA code,LSOA code,Crime type\n"
    text = head + "2024-01,Dorset Police,E01000001,E01000002,Robbery\n"
    with pytest.raises(OpenDataError, match="has the column 'LSOA code' more than once"):
        read_street_crime(write("x-street.csv", text))


def test_tables_of_officers_that_disagree(write: Write, tmp_path: Path, areas: pd.DataFrame) -> None:
    """Two tables with different numbers of a force's officers on one day are not used, and both are named."""
    sheets = {
        f"Table_{k}": [
            [f"Table {k}: Police officers by police force area"],
            ["", "Full-time equivalents"],
            ["", "2019-03-31"],
            ["Dorset", 1200 + k],
        ]
        for k in (1, 2)
    }
    path = tmp_path / "officers.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for name, rows in sheets.items():
            page = book.add_worksheet(name)
            for k, row in enumerate(rows):
                page.write_row(k, 0, row)
    whole = write("areas.csv", areas.assign(pop2018=45_000))
    made = new_plan(tmp_path / "plan", force="Dorset", areas=whole, workforce=path)
    (unused,) = made.unused
    assert "different numbers of officers of Dorset for one day (tables Table_1, Table_2)" in unused.reason
