"""The publishers' own files: what was read is what they say, and whole plans come of them."""

from __future__ import annotations

import csv
import io
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from standby.appraise import appraise
from standby.opendata import (
    NewPlan,
    find_force,
    new_plan,
    read_firearms_operations,
    read_firearms_tactics,
    read_force_boundaries,
    read_force_lookup,
    read_points,
    read_police_workforce,
    read_small_areas,
    read_street_crime,
)
from standby.plan import check, open_plan
from standby.travel import travel_times


@pytest.fixture(scope="module")
def geo(shared: Path) -> Path:
    """Return the folder of public geographic files that lies beside the checkout."""
    folder = shared / "geo"
    if not folder.is_dir():
        pytest.skip("the folder of public files, ../shared/geo, does not lie beside this checkout")
    return folder


@pytest.fixture(scope="module")
def published(geo: Path) -> Path:
    """Return the folder of files with their publishers' own names and columns."""
    return geo / "open_data_as_published"


@pytest.fixture(scope="module")
def master(geo: Path) -> pd.DataFrame:
    """Return all small areas of England and Wales."""
    return read_small_areas(geo / "national" / "lsoa2011_ew_master.csv")


def clean(made: NewPlan, *, options: int = 2) -> pd.DataFrame:
    """Hold that a plan checks clean and appraises with its options; return its areas."""
    assert check(made.plan).faults == ()
    plan = open_plan(made.plan)
    done = appraise(plan, draws=32, workers=1)
    assert done.table["option"].nunique() == options + 1
    assert np.isfinite(done.table.loc[done.table["criterion"] == "people_in_standard", "mean"]).all()
    return plan.table("areas").set_index("id")


def test_small_areas_of_the_country(master: pd.DataFrame) -> None:
    """The table of England and Wales has 34,753 areas and 59,115,809 people, each with force and position."""
    assert len(master) == 34_753
    assert master["population"].sum() == 59_115_809
    assert (master["force"] != "").all()
    assert master[["lon", "lat", "area_km2"]].notna().all(axis=None)


def test_publishers_files_say_the_same(master: pd.DataFrame, published: Path) -> None:
    """People, extent and class in the publishers' own files are those of the table made from them."""
    whole = master.set_index("code")
    people = read_small_areas(published / "lsoa2011_pop_density_mid2018.xlsx").set_index("code")
    classes = read_small_areas(published / "lsoa2011_ruc2011.csv").set_index("code")
    assert_allclose(people["population"], whole["population"].reindex(people.index))
    assert_allclose(people["area_km2"], whole["area_km2"].reindex(people.index), atol=1e-4)
    assert classes["ruc"].tolist() == whole["ruc"].reindex(classes.index).tolist()


def test_centroids_of_2021_lie_by_those_of_2011(master: pd.DataFrame, published: Path) -> None:
    """Points of 2021, on the National Grid, lie by those of 2011 where the code stayed: most within 200 m."""
    new = read_small_areas(published / "lsoa2021_pwc_EW.csv").set_index("code")
    assert len(new) == 35_672
    old = master.set_index("code").reindex(new.index)
    both = old["lon"].notna()
    km = _km(old, new)
    assert both.sum() > 33_000
    assert np.quantile(km[both], 0.9) < 0.2


def test_lookup_and_boundaries_agree(master: pd.DataFrame, published: Path, geo: Path) -> None:
    """The lookup gives each district the force that the areas have; 43 forces have a boundary."""
    lookup = read_force_lookup(published / "lad19_csp_pfa19.csv")
    pairs = master[["district_code", "force_code"]].drop_duplicates()
    said = lookup.set_index("district_code")["force_code"]
    assert said.reindex(pairs["district_code"]).tolist() == pairs["force_code"].tolist()
    for path in (published / "pfa2016_ugc.geojson", geo / "national" / "pfa2019_ew_s200.geojson"):
        shapes = read_force_boundaries(path)
        assert {find_force(name).code for name in shapes["force"]} == set(said)


def test_workforce_adds_up(published: Path) -> None:
    """Officers of the 43 forces add up to the publisher's own total, at each date."""
    read = read_police_workforce(published / "police-workforce-sep19-tables.ods")
    officers = read[(read["measure"] == "police officers") & (read["unit"] == "full-time equivalent")]
    totals = officers.groupby("as_of")["number"].sum()
    told = {"2018-09-30": 122406.4508, "2019-03-31": 123170.8570, "2019-09-30": 124783.9728}
    assert_allclose(totals, pd.Series(told), atol=0.001)
    midlands = officers[officers["force"] == "West Midlands"].set_index("as_of")["number"]
    assert_allclose(midlands["2019-03-31"], 6494.7)  # the force, not the region of 10,868


def test_crime_is_counted_like_a_plain_loop(geo: Path) -> None:
    """Counts by area of a zip as downloaded are those of a plain loop over its lines."""
    path = geo / "police_uk" / "police_uk_2018-12_2019-02.zip"
    plain: Counter[str] = Counter()
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if name.endswith("-dorset-street.csv"):
                text = archive.read(name).decode("utf-8")
                plain.update(row["LSOA code"] for row in csv.DictReader(io.StringIO(text)))
    read = read_street_crime(path, force="Dorset").groupby("code")["crimes"].sum()
    assert read.to_dict() == dict(plain)


def test_firearms_tables(geo: Path) -> None:
    """Operations of 37 forces and tactics of 43 are read; tactics add up to the publisher's 4,786."""
    operations = read_firearms_operations(geo / "national" / "firearms_ops_by_force_1996_2013.csv")
    assert operations["force"].nunique() == 37
    tactics = read_firearms_tactics(geo / "national" / "firearms_tactics_by_force_2019-20.csv")
    assert tactics["force"].nunique() == 43
    assert tactics["times_used"].sum() == 4_786


def test_points_of_stations(geo: Path) -> None:
    """The national list of police stations, whose two pairs of positions agree, is read whole."""
    assert len(read_points(geo / "national" / "uk_police_stations_osm.csv")) == 467


def _km(one: pd.DataFrame, other: pd.DataFrame) -> pd.Series:
    east = (one["lon"] - other["lon"]) * np.cos(np.radians(other["lat"]))
    return 111.2 * np.hypot(east, one["lat"] - other["lat"])


def isle_files(geo: Path) -> dict[str, Any]:
    """Return what the folder of the Isle of Wight has for a plan."""
    folder = geo / "isle_of_wight"
    return {
        "crime": folder / "police_uk_crime_2018-10_2019-02.csv",
        "sites": folder / "police_stations.csv",
        "boundaries": folder / "pfa2019.geojson",
    }


@pytest.mark.parametrize("table", ["lsoa2011_points.csv", "lsoa2011.geojson"])
def test_isle_of_wight_from_its_own_files(geo: Path, tmp_path: Path, table: str) -> None:
    """From the files of the Isle of Wight alone: its 89 areas and 141,538 people, a part of Hampshire."""
    made = new_plan(
        tmp_path / "plan", force="Hampshire", areas=geo / "isle_of_wight" / table, **isle_files(geo)
    )
    areas = clean(made)
    assert (len(areas), areas["population"].sum()) == (89, 141_538)
    assert made.title.startswith("Isle of Wight (a part of Hampshire)")
    assert made.unused == ()
    assert made.findings == (
        "the areas have 141,538 people, 7.1% of the 1,985,800 that Hampshire had in 2018",
    )
    assert np.isclose(np.average(areas["likelihood"], weights=areas["population"]), 1, atol=1e-3)


def test_isle_of_wight_over_its_roads(geo: Path, tmp_path: Path) -> None:
    """With the road file the plan's minutes come from it, and no place is off the roads."""
    folder = geo / "isle_of_wight"
    made = new_plan(
        tmp_path / "plan", force="Hampshire", areas=folder / "lsoa2011_points.csv",
        roads=folder / "roads.osm.pbf", **isle_files(geo),
    )  # fmt: skip
    clean(made)
    times = travel_times(open_plan(made.plan))
    assert "roads.osm.pbf" in times.method
    assert times.findings.empty
    assert np.isfinite(times.minutes).all()


def test_dorset_from_the_national_tables(
    geo: Path, published: Path, tmp_path: Path, master: pd.DataFrame
) -> None:
    """Dorset whole from national tables: its areas, people and officers as published."""
    national = geo / "national"
    made = new_plan(
        tmp_path / "plan",
        force="Dorset Police",
        areas=national / "lsoa2011_ew_master.csv",
        sites=national / "uk_police_stations_osm.csv",
        crime=geo / "police_uk" / "police_uk_2018-12_2019-02.zip",
        workforce=published / "police-workforce-sep19-tables.ods",
        boundaries=national / "pfa2019_ew_s200.geojson",
    )
    areas = clean(made)
    own = master[master["force"] == "Dorset"].set_index("code")
    assert areas["population"].to_dict() == own["population"].to_dict()
    assert made.title == "Dorset: a starting point from open data"
    assert made.unused == ()
    officers = open_plan(made.plan).document.forces["dorset"].officers
    assert_allclose(officers.value, 1228.9)


def test_dorset_from_the_publishers_own_files(
    geo: Path, published: Path, tmp_path: Path, master: pd.DataFrame
) -> None:
    """Dorset from the publishers' files gives the same areas, people and classes, and a named odd one out."""
    made = new_plan(
        tmp_path / "plan",
        force="E23000039",
        areas=[
            published / "lsoa2011_pop_density_mid2018.xlsx",
            published / "lsoa2011_ruc2011.csv",
            published / "lsoa2021_pwc_EW.csv",
            published / "policeuk-ons-code-join.csv",
        ],
        lookup=published / "lad19_csp_pfa19.csv",
        boundaries=published / "pfa2016_ugc.geojson",
        workforce=published / "police-workforce-sep19-tables.ods",
        crime=geo / "police_uk" / "police_uk_2018-12_2019-02.zip",
    )
    areas = clean(made)
    own = master[master["force"] == "Dorset"].set_index("code")
    assert areas["population"].to_dict() == own["population"].to_dict()
    assert [item.file for item in made.unused] == ["policeuk-ons-code-join.csv"]
    km = _km(own.reindex(areas.index), areas)
    assert (km < 0.5).mean() > 0.95
    assert km.max() < 5
