"""Forces, crime, officers, operations and points."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from standby.opendata import (
    FORCES,
    OpenDataError,
    find_force,
    read_firearms_operations,
    read_firearms_tactics,
    read_force_boundaries,
    read_force_lookup,
    read_points,
    read_police_workforce,
    read_street_crime,
)
from standby.opendata.crime import CRIME_COLUMNS

Write = Callable[..., Path]
DRESSES = ["{}", "{} Police", "  {} CONSTABULARY", "{} police service", "Heddlu {}"]


@given(st.sampled_from(FORCES), st.sampled_from(DRESSES), st.booleans())
def test_every_force_is_found_however_it_is_written(force: Any, dress: str, ampersand: bool) -> None:  # noqa: FBT001
    """Each of the 43 is found by its name in any dress, and by its code."""
    name = force.name.replace(" and ", " & ") if ampersand else force.name
    assert find_force(dress.format(name)) == force
    assert find_force(force.code) == force


def test_there_are_43_forces_with_one_id_each() -> None:
    """The list has the 43 territorial forces; codes, names and ids are unique, people as published in sum."""
    assert len(FORCES) == 43
    for key in ("code", "name", "id"):
        assert len({getattr(force, key) for force in FORCES}) == 43
    assert abs(sum(force.population for force in FORCES) - 59_115_800) < 5_000


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Dorsett", "Is it Dorset?"),
        ("Yorkshire", "North Yorkshire"),
        ("Isle of Wight", "a district policed by Hampshire"),
        ("xyz", "Name one of the 43 forces"),
        ("", "there is no police force ''"),
    ],
)
def test_a_miss_offers_what_may_be_meant(name: str, said: str) -> None:
    """An unknown name gets near names; a district is told its force."""
    with pytest.raises(OpenDataError, match=r"police force") as caught:
        find_force(name, districts={"Isle of Wight": "Hampshire"})
    assert said in str(caught.value)


def test_lookup(write: Write) -> None:
    """A lookup of community safety partnerships gives a row a district; two forces for one are a fault."""
    head = "FID,LAD19CD,LAD19NM,CSP19CD,CSP19NM,PFA19CD,PFA19NM\n"
    row = "1,E06000059,Dorset,E22000057,Dorset,E23000039,Dorset\n"
    read = read_force_lookup(write("lookup.csv", head + row + row.replace("E22000057", "E22000058")))
    assert read.to_numpy().tolist() == [["E06000059", "Dorset", "E23000039", "Dorset"]]
    with pytest.raises(OpenDataError, match=r"row 2 is E06000059; row 3 is E06000059.*one force"):
        read_force_lookup(
            write("lookup.csv", head + row + row.replace("E23000039,Dorset", "E23000038,Wiltshire"))
        )
    with pytest.raises(OpenDataError, match="A code such as"):
        read_force_lookup(write("lookup.csv", head + row.replace("E23000039", "?")))


def test_boundaries(write: Write, boundaries: dict[str, Any]) -> None:
    """Boundaries are read in degrees; on the National Grid they are the same; elsewhere they are a fault."""
    read = read_force_boundaries(write("b.geojson", boundaries))
    assert read["force"].tolist() == ["Dorset", "Wiltshire"]
    grid = read.to_crs(27700)
    grid.columns = ["PFA19CD", "PFA19NM", "geometry"]
    path = write("grid.geojson", grid.to_json())
    assert np.allclose(read_force_boundaries(path).total_bounds, read.total_bounds, atol=1e-6)
    turned = read.assign(
        geometry=read.geometry.map(lambda s: type(s)([(y, x) for x, y in s.exterior.coords]))
    )
    turned.columns = ["PFA19CD", "PFA19NM", "geometry"]
    with pytest.raises(OpenDataError, match=r"feature 1 lies outside the United Kingdom.*longitude first"):
        read_force_boundaries(write("turned.geojson", turned.to_json()))
    boundaries["features"][1]["geometry"] = None
    with pytest.raises(OpenDataError, match="feature 2 has no area"):
        read_force_boundaries(write("b.geojson", boundaries))
    with pytest.raises(OpenDataError, match="is no GeoJSON"):
        read_force_boundaries(write("b.geojson", "PFA19CD\nE23000039\n"))


def test_crime_zip_is_counted(crime_zip: Path) -> None:
    """Counts by area, month and kind, of all forces or of one, with crimes that have no area."""
    both, one = read_street_crime(crime_zip), read_street_crime(crime_zip, force="dorset")
    assert list(one.columns) == list(CRIME_COLUMNS)
    assert both["crimes"].sum() == 2 * (24 * 2 + 2)
    assert one["crimes"].sum() == 2 * (18 * 2 + 1)
    assert set(one["force"]) == {"Dorset Police"}
    assert one.loc[one["code"] == "", "crimes"].sum() == 2
    with pytest.raises(OpenDataError, match="no street-level crime of Kent"):
        read_street_crime(crime_zip, force="Kent")


def test_a_single_file_of_crime_counts_like_a_plain_loop(
    write: Write, areas: pd.DataFrame, crime_zip: Path
) -> None:
    """One CSV gives the counts of a plain count over its lines."""
    with zipfile.ZipFile(crime_zip) as archive:
        text = archive.read("2019-01/2019-01-dorset-street.csv").decode()
    read = read_street_crime(write("2019-01-dorset-street.csv", text))
    for code in areas["LSOA11CD"]:
        assert read.loc[read["code"] == code, "crimes"].sum() == sum(
            f",{code}," in row for row in text.splitlines()
        )


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("2019-01", "Jan 2019", "row 2 is 'Jan 2019'"),
        ("E01900000", "E0190", "row 2 is 'E0190'"),
        ("Crime type", "Kind", "lacks the column 'Crime type'"),
        ("Under way,\ny,", "Under way\ny,", None),
    ],
)
def test_wrong_crime_is_told(write: Write, crime_zip: Path, old: str, new: str, said: str | None) -> None:
    """Months, codes and columns that are none are told; a last cell missing in the middle does no harm."""
    with zipfile.ZipFile(crime_zip) as archive:
        text = archive.read("2019-01/2019-01-dorset-street.csv").decode()
    path = write(
        "2019-01-dorset-street.csv", text.replace(old, new, 1) if said is None else text.replace(old, new)
    )
    if said is None:
        assert read_street_crime(path)["crimes"].sum() == 37
        return
    with pytest.raises(OpenDataError) as caught:
        read_street_crime(path)
    assert said in str(caught.value)


def test_a_cut_off_crime_file_is_told(write: Write, crime_zip: Path) -> None:
    """A file that ends in the middle of a row is told, wherever in the row it ends."""
    with zipfile.ZipFile(crime_zip) as archive:
        text = archive.read("2019-01/2019-01-dorset-street.csv").decode()
    start = text.rstrip("\n").rindex("\n") + 1
    for cut in range(start + 1, len(text) - 2):
        with pytest.raises(OpenDataError):
            read_street_crime(write("cut.csv", text[:cut]))


def test_workforce(workforce: Path) -> None:
    """Forces are told from regions of the same name, footnotes and totals; ``..`` is no number."""
    read = read_police_workforce(workforce)
    assert set(read["measure"]) == {"police officers"}
    assert set(read["unit"]) == {"full-time equivalent"}
    last = read[read["as_of"] == "2019-09-30"].set_index("force")["number"]
    assert last.to_dict() == {
        "West Midlands": 6405.06, "Avon and Somerset": 2691.22, "Dorset": 1228.9, "City of London": 753.2,
    }  # fmt: skip
    first = read[read["as_of"] == "2019-03-31"].set_index("force")["number"]
    assert np.isnan(first["City of London"])


def test_workforce_that_is_none(write: Write, areas: pd.DataFrame) -> None:
    """Another workbook, a CSV, and a zip that is no workbook are told apart."""
    for name, said in (
        ("areas.xlsx", "no table by police force area"),
        ("areas.csv", "Give the police workforce tables"),
    ):
        with pytest.raises(OpenDataError, match=said):
            read_police_workforce(write(name, areas))


def test_operations_and_tactics(write: Write) -> None:
    """Firearms operations and tactics go by force; totals are left out, an unknown force is a fault."""
    ops = read_firearms_operations(
        write("o.csv", "force,fin_year,firearms_operations,source\nDorset,2012-13,120,x\n")
    )
    assert ops.to_numpy().tolist() == [["E23000039", "Dorset", "2012-13", 120.0]]
    rows = ["Total England and Wales,All,30", "Devon & Cornwall ,All,22", "Metropolitan,All,8"]
    text = "\n".join(["force,tactic,times_used", *rows])
    tactics = read_firearms_tactics(write("t.csv", text))
    assert tactics["force"].tolist() == ["Devon and Cornwall", "Metropolitan Police"]
    assert tactics["times_used"].tolist() == [22, 8]
    with pytest.raises(OpenDataError, match="row 2 is 'Mordor'"):
        read_firearms_operations(write("o.csv", "force,year,operations\nMordor,2012-13,1\n"))
    with pytest.raises(OpenDataError, match="row 2 is 'last year'"):
        read_firearms_operations(write("o.csv", "force,year,operations\nKent,last year,1\n"))
    with pytest.raises(OpenDataError, match="row 2 is 'many'"):
        read_firearms_tactics(write("t.csv", "force,tactic,times_used\nKent,All,many\n"))


def test_points(write: Write) -> None:
    """Points come from columns in any dress, from GeoJSON too, and a name may be missing."""
    read = read_points(
        write("p.csv", "X,Y,type,name,longitude,latitude\n-300278.2,7128291.9,police,A,-2.69744,53.77836\n")
    )
    assert read["name"].tolist() == ["A"]
    assert read.attrs["how"] == "longitude, latitude (WGS 84)"
    assert read_points(write("p.csv", "osm_id,name,lon,lat\n1,,-2.4,50.7\n"))["name"].tolist() == [""]
    item = {
        "type": "Feature",
        "properties": {"name": "B"},
        "geometry": {"type": "Point", "coordinates": [-2.4, 50.7]},
    }
    read = read_points(write("p.geojson", {"type": "FeatureCollection", "features": [item]}))
    assert read[["lon", "lat"]].to_numpy().tolist() == [[-2.4, 50.7]]
    with pytest.raises(OpenDataError, match="none of the columns"):
        read_points(write("p.csv", "name\nA\n"))
    with pytest.raises(OpenDataError, match="row 3 has no position"):
        read_points(write("p.csv", "name,lon,lat\nA,-2.4,50.7\nB,,\n"))
