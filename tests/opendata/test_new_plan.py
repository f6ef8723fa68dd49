"""A plan from invented files: complete, clean, with its sources; and what becomes of bad files."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from standby.appraise import appraise
from standby.evidence import ASSUMPTION
from standby.opendata import OpenDataError, new_plan
from standby.opendata._bases import _greedy
from standby.opendata._choose import PRIOR_CRIMES
from standby.opendata.classes import CLASS_OF_CODE
from standby.plan import Plan, check, figures_of, open_plan

Write = Callable[..., Path]


def made_of(folder: Path, **given: Any) -> Plan:
    """Make a plan, hold that it checks clean, and open it."""
    made = new_plan(folder, **{"force": "Dorset", **given})
    assert check(made.plan).faults == ()
    return open_plan(made.plan)


def test_areas_are_those_of_the_force(tmp_path: Path, write: Write, areas: pd.DataFrame) -> None:
    """From one table the plan has the force's areas alone, with people, position and class as given."""
    plan = made_of(tmp_path / "plan", areas=write("areas.csv", areas))
    table = plan.table("areas").set_index("id")
    own = areas.iloc[:18].set_index("LSOA11CD")
    assert table.index.tolist() == own.index.tolist()
    assert_allclose(table["population"], own["pop2018"])
    assert_allclose(table[["lon", "lat"]], own[["lon", "lat"]])
    assert table["class"].tolist() == [CLASS_OF_CODE[code] for code in own["RUC11CD"]]
    assert plan.document.forces["dorset"].population.value == own["pop2018"].sum()
    assert plan.document.plan.as_of.isoformat() == "2018-06-30"


def test_it_says_that_it_is_a_start_and_a_part(tmp_path: Path, write: Write, areas: pd.DataFrame) -> None:
    """The title says a starting point, and that a few areas are a part of the force."""
    plan = made_of(tmp_path / "plan", areas=write("areas.csv", areas))
    assert plan.title == "Dorset (a part of Dorset): a starting point from open data"
    assert "without its neighbours" in plan.document.plan.summary
    west, south, east, north = plan.document.plan.extent
    assert west < plan.table("areas")["lon"].min() <= plan.table("areas")["lon"].max() < east
    assert south < plan.table("areas")["lat"].min() <= plan.table("areas")["lat"].max() < north


def test_every_figure_has_a_source(
    tmp_path: Path, write: Write, areas: pd.DataFrame, crime_zip: Path
) -> None:
    """Every figure of the plan has a source that sources.toml knows, or is marked an assumption."""
    plan = made_of(tmp_path / "plan", areas=write("areas.csv", areas), crime=crime_zip)
    without = [p.path for p in figures_of(plan.document, plan.tables) if p.given and p.figure.source is None]
    assert without == []
    assert plan.document.forces["dorset"].strength.source == ASSUMPTION
    for name in ("sites", "units"):
        assert set(plan.table(name)["source"]) == {ASSUMPTION}
    assert set(plan.table("areas")["source"]) == {"areas"}


def test_sources_name_each_file_with_its_hash(
    tmp_path: Path, write: Write, areas: pd.DataFrame, crime_zip: Path, workforce: Path
) -> None:
    """sources.toml has an entry for each file that was used, with its SHA-256; the table says the same."""
    given = write("areas.csv", areas)
    made = new_plan(tmp_path / "plan", force="Dorset", areas=given, crime=crime_zip, workforce=workforce)
    sources = tomllib.loads((made.plan / "sources.toml").read_text(encoding="utf-8"))
    for path, source in ((given, "areas"), (crime_zip, "crime")):
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        assert digest in sources[source]["note"]
        assert sources[source]["where"] == path.name
        assert made.table.set_index("source")["sha256"][source] == digest
    assert "workforce" not in sources
    assert [item.file for item in made.unused] == ["workforce.ods"]
    assert "covers a part of it" in made.unused[0].reason
    assert "2 files used, 1 not used" in made.summary()


def test_likelihood_is_crime_per_head(
    tmp_path: Path, write: Write, areas: pd.DataFrame, crime_zip: Path
) -> None:
    """Likelihood is what a plain loop says: robberies per head with a prior, mean 1; burglary is left out."""
    plan = made_of(tmp_path / "plan", areas=write("areas.csv", areas), crime=crime_zip)
    people = areas["pop2018"].to_numpy(float)[:18]
    rate = 2 * 18 / people.sum()
    twin = np.array([(2 + PRIOR_CRIMES) / (p * rate + PRIOR_CRIMES) for p in people])
    twin /= sum(t * p for t, p in zip(twin, people, strict=True)) / people.sum()
    assert_allclose(plan.table("areas")["likelihood"], twin, atol=5e-5)
    assert plan.document.incident_types["spontaneous"].class_weight == {}
    plain = made_of(tmp_path / "plain", areas=write("areas.csv", areas))
    assert set(plain.table("areas")["likelihood"]) == {1.0}
    assert plain.document.incident_types["spontaneous"].class_weight


def test_an_area_that_no_crime_names_has_the_mean(
    tmp_path: Path, write: Write, areas: pd.DataFrame, crime_zip: Path
) -> None:
    """An area whose code no crime has, of another census perhaps, has likelihood 1 and is told."""
    other = areas.copy()
    other.loc[3, "LSOA11CD"] = "E01899999"
    made = new_plan(tmp_path / "plan", force="Dorset", areas=write("areas.csv", other), crime=crime_zip)
    table = open_plan(made.plan).table("areas")
    assert table["likelihood"][3] == 1
    assert_allclose(np.average(table["likelihood"], weights=table["population"]), 1, atol=1e-4)
    assert any(text.startswith("1 area that no crime of any kind names") for text in made.findings)


def test_a_code_of_a_force_that_is_new_goes_by_its_name(
    tmp_path: Path, write: Write, areas: pd.DataFrame
) -> None:
    """A code of force that is none of the 43 of today counts for nothing beside the name."""
    new = areas.replace({"PFA19CD": {"E23000039": "E23000099"}})
    assert len(made_of(tmp_path / "plan", areas=write("areas.csv", new)).table("areas")) == 18


def test_crime_of_elsewhere_is_not_used(
    tmp_path: Path, write: Write, areas: pd.DataFrame, crime_zip: Path
) -> None:
    """Crime that names other areas, and a month that comes twice, are told and not counted."""
    other = areas.assign(LSOA11CD=[f"E018{k:05d}" for k in range(24)])
    made = new_plan(tmp_path / "a", force="Dorset", areas=write("other.csv", other), crime=crime_zip)
    assert "names only 0 of the 18 areas" in made.unused[0].reason
    twice = new_plan(
        tmp_path / "b", force="Dorset", areas=write("areas.csv", areas), crime=[crime_zip, crime_zip]
    )
    assert "another file has the same months" in twice.unused[0].reason


def test_sites_are_the_points_of_the_force(tmp_path: Path, write: Write, areas: pd.DataFrame) -> None:
    """Points near an area of the force are sites; those of the neighbour or far away are none."""
    rows = [*zip("ABCD", areas["lon"].iloc[[0, 5, 9, 20]], areas["lat"].iloc[[0, 5, 9, 20]], strict=True)]
    points = pd.DataFrame(
        [*rows, ("A again", rows[0][1], rows[0][2]), ("Far", -1.0, 52.0)], columns=["name", "lon", "lat"]
    )
    plan = made_of(tmp_path / "plan", areas=write("areas.csv", areas), sites=write("stations.csv", points))
    sites = plan.table("sites")
    assert sites["name"].tolist() == ["A", "B", "C"]
    assert set(sites["source"]) == {"stations"}
    assert sites["existing"].sum() == len(set(plan.table("units")["site"])) == 1
    none = points.assign(lon=-1.0, lat=52.0)
    made = new_plan(
        tmp_path / "b", force="Dorset", areas=write("areas.csv", areas), sites=write("far.csv", none)
    )
    assert "none of its points lies among the areas" in made.unused[0].reason
    assert made.sites > 1


def test_bases_are_where_most_people_are_nearest() -> None:
    """The first base is the one with the least sum of distances, as counted over all."""
    random = np.random.default_rng(5)
    km, people = random.uniform(1, 50, (7, 40)), random.uniform(1, 9, 40)
    order = _greedy(km, people, 3)
    assert order[0] == int(np.argmin([(row * people).sum() for row in km]))
    second = [(np.minimum(km[order[0]], row) * people).sum() for row in km]
    assert order[1] == int(np.argmin(second))
    assert len(set(order)) == 3


def test_officers_and_operations_of_a_whole_force(
    tmp_path: Path, write: Write, areas: pd.DataFrame, workforce: Path
) -> None:
    """For a whole force officers of the last date and operations of the last year are used."""
    whole = areas.assign(pop2018=areas["pop2018"] * 33)
    ops = write("ops.csv", "force,fin_year,firearms_operations\nDorset,2011-12,90\nDorset,2012-13,120\n")
    plan = made_of(tmp_path / "plan", areas=write("areas.csv", whole), workforce=workforce, firearms=ops)
    assert plan.title == "Dorset: a starting point from open data"
    force = plan.document.forces["dorset"]
    assert force.officers.value == 1228.9
    assert str(force.officers.as_of) == "2019-09-30"
    kinds = plan.document.incident_types
    assert_allclose(sum(kinds[k].per_year["dorset"].value for k in ("spontaneous", "planned")), 120)
    assert plan.document.plan.as_of.isoformat() == "2019-09-30"
    assert plan.table("units")["count"].sum() == 3  # 693,000 people


def test_boundaries_tell_areas_and_give_the_outline(
    tmp_path: Path, write: Write, areas: pd.DataFrame, boundaries: dict[str, Any]
) -> None:
    """Without a column of forces the boundary says which areas are the force's; the plan gets its outline."""
    bare = areas[["LSOA11CD", "LSOA11NM", "pop2018", "area_km2", "RUC11CD", "lon", "lat"]]
    path = write("areas.csv", bare)
    plan = made_of(tmp_path / "plan", areas=path, boundaries=write("b.geojson", boundaries))
    assert len(plan.table("areas")) == 18
    assert plan.outlines()["features"][0]["properties"]["force"] == "dorset"
    with pytest.raises(OpenDataError, match="a lookup of districts, or boundaries"):
        new_plan(tmp_path / "b", force="Dorset", areas=path)


def test_lookup_tells_areas_by_district(tmp_path: Path, write: Write, areas: pd.DataFrame) -> None:
    """A lookup says whose areas are, by code of district or by the district in the area's name."""
    lookup = write(
        "lookup.csv",
        "LAD19CD,LAD19NM,PFA19CD,PFA19NM\nE06000059,West Dorset,E23000039,Dorset\n"
        "E06000054,Salisbury,E23000038,Wiltshire\n",
    )
    for kept in (["LAD19CD"], ["LSOA11NM"]):
        bare = areas[["LSOA11CD", "pop2018", "RUC11CD", "lon", "lat", *kept]]
        folder = tmp_path / kept[0]
        assert len(made_of(folder, areas=write("areas.csv", bare), lookup=lookup).table("areas")) == 18
        given_as_areas = made_of(tmp_path / f"{kept[0]}-b", areas=[write("areas.csv", bare), lookup])
        assert len(given_as_areas.table("areas")) == 18


def test_a_damaged_lookup_does_not_lose_the_one_among_the_areas(
    tmp_path: Path, write: Write, areas: pd.DataFrame
) -> None:
    """A lookup found among the files of areas counts when the file given as lookup can't be read."""
    text = "LAD19CD,LAD19NM,PFA19CD,PFA19NM\n"
    text += "E06000059,Dorset,E23000039,Dorset\nE06000054,Wiltshire,E23000038,Wiltshire\n"
    bare = areas.drop(columns=["PFA19CD", "PFA19NM"])
    made = new_plan(
        tmp_path / "plan",
        force="Dorset",
        areas=[write("areas.csv", bare), write("districts.csv", text)],
        lookup=write("damaged.csv", "LAD19CD,PFA19CD\n"),
    )
    assert made.areas == 18
    assert [item.file for item in made.unused] == ["damaged.csv"]


def test_districts_that_the_lookup_lacks_are_named(tmp_path: Path, write: Write, areas: pd.DataFrame) -> None:
    """Areas of a district that the lookup does not know are left out, with number and name."""
    bare = areas.drop(columns=["PFA19CD", "PFA19NM", "LAD19CD", "LAD19NM"])
    bare.loc[:5, "LSOA11NM"] = [f"Purbeck 00{k}A" for k in range(6)]
    head = "LAD19CD,LAD19NM,PFA19CD,PFA19NM\n"
    lookup = write("lookup.csv", head + 'E06000059,"West Dorset, County of",E23000039,Dorset\n')
    made = new_plan(tmp_path / "plan", force="Dorset", areas=write("areas.csv", bare), lookup=lookup)
    assert made.areas == 12
    assert any(
        text.startswith("of 12 areas (of Purbeck, Salisbury) no file says which force")
        for text in made.findings
    )
    lookup = write("lookup.csv", head + "E06000054,Salisbury,E23000038,Wiltshire\n")
    with pytest.raises(
        OpenDataError, match=r"of 18 areas \(of West Dorset, Purbeck\) no file says.*boundaries"
    ):
        new_plan(tmp_path / "b", force="Dorset", areas=write("areas.csv", bare), lookup=lookup)


def test_areas_off_every_boundary_are_not_lost(
    tmp_path: Path, write: Write, areas: pd.DataFrame, boundaries: dict[str, Any]
) -> None:
    """An area just off a simplified coast goes to the nearest force; one far out at sea is told."""
    bare = areas[["LSOA11CD", "LSOA11NM", "pop2018", "RUC11CD", "E", "N"]].copy()
    bare.loc[0, ["E", "N"]] = 367_000.0, 76_500.0  # 1.5 km south of the boundary
    made = new_plan(
        tmp_path / "plan",
        force="Dorset",
        areas=write("areas.csv", bare),
        boundaries=write("b.geojson", boundaries),
    )
    assert made.areas == 18
    assert any("1 area just outside every boundary" in text for text in made.findings)
    far = areas.drop(columns=["lon", "lat"])
    far.loc[0, ["E", "N"]] = 380_000.0, 50_000.0  # 28 km out, and said to be Dorset
    made = new_plan(
        tmp_path / "far",
        force="Dorset",
        areas=write("far.csv", far),
        boundaries=write("b.geojson", boundaries),
    )
    told = [text for text in made.findings if "West Dorset 001A" in text]
    assert len(told) == 2
    assert all("in the sea or at a wrong position" in text for text in told)


def test_areas_without_position_stand_amid_their_neighbours(
    tmp_path: Path, write: Write, areas: pd.DataFrame
) -> None:
    """An area that the points do not have stands at the weighted middle of its group, and its row says so."""
    people = write("people.csv", areas.drop(columns=["E", "N", "lon", "lat"]))
    points = write("points.csv", areas.loc[1:, ["LSOA11CD", "E", "N"]])
    plan = made_of(tmp_path / "plan", areas=[people, points])
    row = plan.table("areas").iloc[0]
    weight = areas["pop2018"].to_numpy(float)[1:3]
    assert_allclose(row["lon"], np.average(areas["lon"][1:3], weights=weight), atol=1e-5)
    assert "the middle of its neighbours" in row["note"]


def test_class_without_a_code_is_by_density(tmp_path: Path, write: Write, areas: pd.DataFrame) -> None:
    """Without a rural–urban code people a km² give the class, the row says so, and a finding counts them."""
    made = new_plan(
        tmp_path / "plan", force="Dorset", areas=write("areas.csv", areas.drop(columns="RUC11CD"))
    )
    table = open_plan(made.plan).table("areas")
    density = areas["pop2018"].iloc[:18] / areas["area_km2"].iloc[:18]
    expected = ["town" if d >= 1000 else "rural-town" if d >= 150 else "village" for d in density]
    assert table["class"].tolist() == expected
    assert table["note"].str.contains("assumption").all()
    assert any("18 areas without a rural–urban code" in text for text in made.findings)


def test_it_appraises(tmp_path: Path, write: Write, areas: pd.DataFrame, crime_zip: Path) -> None:
    """The new plan goes through the whole appraisal, with two options to compare."""
    plan = made_of(tmp_path / "plan", areas=write("areas.csv", areas), crime=crime_zip)
    done = appraise(plan, draws=32, workers=1)
    assert set(done.table["option"]) == {"base", "one-more", "second-base"}


def test_a_single_area_makes_a_plan(tmp_path: Path, write: Write, areas: pd.DataFrame) -> None:
    """One area has one site, two vehicles, and nowhere for one of them to move to."""
    plan = made_of(tmp_path / "plan", areas=write("areas.csv", areas.iloc[:1]))
    assert (len(plan.table("sites")), plan.table("units")["count"].sum()) == (1, 2)
    assert list(plan.document.options) == ["one-more"]


def test_a_bad_file_beside_the_areas_stops_nothing(tmp_path: Path, write: Write, areas: pd.DataFrame) -> None:
    """Each file but the areas may be no good: the plan is made without it, and each has its reason."""
    bad = {
        name: write(f"{name}.bad", b"\x01\x02")
        for name in ("lookup", "boundaries", "workforce", "firearms", "sites", "roads")
    }
    made = new_plan(
        tmp_path / "plan", force="Dorset", areas=[write("areas.csv", areas), write("a.bad", b"")],
        crime=[write("crime.zip", b"PK\x03\x04")], **bad,
    )  # fmt: skip
    assert len(made.unused) == 8
    assert all(item.reason.count(item.file) == 1 for item in made.unused)
    assert check(made.plan).ok


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("roads.osm.pbf", b"something", "the file is damaged, cut off or not an OpenStreetMap file"),
        (
            "edges.csv",
            b"from_lon,from_lat,to_lon,to_lat,kph\n10,47,10.1,47,50\n",
            "18 of the 18 areas have none of its roads within 1 km. Give an extract that covers the force.",
        ),
    ],
)
def test_roads_are_read_before_they_are_used(
    tmp_path: Path, write: Write, areas: pd.DataFrame, name: str, data: bytes, said: str
) -> None:
    """Roads that can't be read, or lie elsewhere, are not used; the reason is that of their reader."""
    made = new_plan(
        tmp_path / "plan", force="Dorset", areas=write("areas.csv", areas), roads=write(name, data)
    )
    assert str(made.unused[0]).startswith(f"{name} (roads): ")
    assert said in str(made.unused[0])
    assert open_plan(made.plan).document.travel.method == "great-circle"


def test_an_edge_table_is_copied_and_used(tmp_path: Path, write: Write, areas: pd.DataFrame) -> None:
    """A road file goes into the plan under a name of its own, and the plan's minutes come from it."""
    edges = "from_lon,from_lat,to_lon,to_lat,highway\n" + "".join(
        f"{a.lon},{a.lat},{b.lon},{b.lat},primary\n"
        for a, b in zip(areas.iloc[:17].itertuples(), areas.iloc[1:18].itertuples(), strict=True)
    )
    plan = made_of(tmp_path / "plan", areas=write("small.csv", areas), roads=write("areas.csv", edges))
    assert plan.document.travel.roads == "roads.csv"
    assert (plan.folder / "roads.csv").read_text(encoding="utf-8") == edges
    assert plan.document.travel.start_min.value == 0


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"force": "Dorsett"}, "Is it Dorset"),
        ({"force": "Kent"}, "none of the 24 areas is policed by Kent; they are of Dorset, Wiltshire"),
        ({"force": "West Dorset"}, "it is a district policed by Dorset"),
        ({"drop": ["pop2018"]}, "no file of areas says how many people live in each"),
        ({"drop": ["E", "N", "lon", "lat"]}, "no file says where the areas are"),
    ],
)
def test_what_is_missing_is_told_and_nothing_is_written(
    tmp_path: Path, write: Write, areas: pd.DataFrame, given: dict[str, Any], said: str
) -> None:
    """Without a force, its areas, people or positions there is an error with a fix, and no folder."""
    table = areas.drop(columns=given.get("drop", []))
    with pytest.raises(OpenDataError) as caught:
        new_plan(tmp_path / "plan", force=given.get("force", "Dorset"), areas=write("areas.csv", table))
    assert said in str(caught.value)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["areas.csv"]


def test_a_folder_with_something_in_it_is_left_alone(
    tmp_path: Path, write: Write, areas: pd.DataFrame
) -> None:
    """A folder that is not empty is refused, unless it may be replaced."""
    folder = tmp_path / "plan"
    folder.mkdir()
    (folder / "mine.txt").write_text("mine", encoding="utf-8")
    path = write("areas.csv", areas)
    with pytest.raises(FileExistsError, match="is not empty"):
        new_plan(folder, force="Dorset", areas=path)
    assert [p.name for p in folder.iterdir()] == ["mine.txt"]
    assert new_plan(folder, force="Dorset", areas=path, overwrite=True).plan == folder
    with pytest.raises(OpenDataError, match=r"areas: .*none\.csv: there is no such file"):
        new_plan(tmp_path / "b", force="Dorset", areas=tmp_path / "none.csv")


@pytest.mark.parametrize("name", ["assumption.csv", "travel-fit.csv", "a \"b\" 'c' £.csv"])
def test_odd_names_of_files_do_no_harm(tmp_path: Path, write: Write, areas: pd.DataFrame, name: str) -> None:
    """A file named like a source of the package, or with quotes in its name, still makes a clean plan."""
    plan = made_of(tmp_path / "plan", areas=write(name, areas))
    assert len(plan.table("areas")) == 18


def test_progress_tells_each_file(tmp_path: Path, write: Write, areas: pd.DataFrame) -> None:
    """Each file is told as it is read."""
    said: list[str] = []
    new_plan(tmp_path / "plan", force="Dorset", areas=write("areas.csv", areas), progress=said.append)
    assert said == ["areas: areas.csv", "writing the plan"]


def _sites(rows: str) -> str:
    return "name,type,lon,lat\n" + rows


def test_notes_differ_by_what_was_found(tmp_path: Path, write: Write, areas: pd.DataFrame) -> None:
    """A plan with enough ordinary stations has no note on them; each odd one changes the notes."""
    path = write("areas.csv", areas)
    spots = areas[["lon", "lat"]].iloc[[0, 5, 8, 12, 17]].to_numpy().tolist()

    def notes(names: list[str], kinds: list[str]) -> tuple[str, ...]:
        rows = "".join(f"{n},{k},{x},{y}\n" for n, k, (x, y) in zip(names, kinds, spots, strict=True))
        made = new_plan(
            tmp_path / "plan", force="Dorset", areas=path, sites=write("s.csv", _sites(rows)), overwrite=True
        )
        return tuple(f for f in made.findings if "station" in f or "vehicles" in f or "thin" in f)

    usual = [f"Town {k} Police Station" for k in range(5)]
    police = ["police"] * 5
    assert notes(usual, police) == ()
    assert notes([*usual[:4], "Police Museum"], police) == (
        "1 site is no police station by name or kind: Police Museum",
    )
    assert notes(usual, [*police[:3], "hospital", "fire_station"]) == (
        "2 sites are no police stations by name or kind: Town 3 Police Station; Town 4 Police Station",
    )
    assert notes(usual, ["node"] * 5) == ()


def test_vehicles_stand_at_odd_sites_only_when_there_are_no_others(
    tmp_path: Path, write: Write, areas: pd.DataFrame
) -> None:
    """An office in the middle of everybody gets no vehicle while stations are there."""
    path = write("areas.csv", areas)
    x, y = areas["lon"].iloc[:18].mean(), areas["lat"].iloc[:18].mean()
    corners = areas[["lon", "lat"]].iloc[[0, 17]].to_numpy().tolist()
    rows = f"Neighbourhood Office,police,{x},{y}\n" + "".join(
        f"Town {k} Police Station,police,{lon},{lat}\n" for k, (lon, lat) in enumerate(corners)
    )
    made = new_plan(tmp_path / "plan", force="Dorset", areas=path, sites=write("s.csv", _sites(rows)))
    units = open_plan(made.plan).table("units")
    assert not units["site"].str.contains("office").any()


def test_many_points_are_no_sites(tmp_path: Path, write: Write, areas: pd.DataFrame) -> None:
    """More than 1,000 points in a force are not used as sites, and that is said."""
    rng = np.random.default_rng(1)
    lon, lat = rng.uniform(-2.4, -2.1, 2_500), rng.uniform(50.65, 50.75, 2_500)
    rows = "".join(f"P{k},x,{a:.5f},{b:.5f}\n" for k, (a, b) in enumerate(zip(lon, lat, strict=True)))
    made = new_plan(
        tmp_path / "plan", force="Dorset", areas=write("areas.csv", areas), sites=write("s.csv", _sites(rows))
    )
    (unused,) = made.unused
    assert "at most 1,000 can be sites" in unused.reason


def test_dates_that_go_together_are_not_noted(tmp_path: Path, write: Write, areas: pd.DataFrame) -> None:
    """A count of the plan's own year has no note on its date; one of ten years before has."""
    path = write("areas.csv", areas.assign(pop2018=50_000))
    for year, noted in (("2017-18", False), ("2007-08", True)):
        ops = write("ops.csv", f"force,year,operations\nDorset,{year},120\n")
        made = new_plan(tmp_path / "plan", force="Dorset", areas=path, firearms=ops, overwrite=True)
        assert any("years older" in finding for finding in made.findings) == noted
        assert any("of different years" in finding for finding in made.findings) == noted


def test_formulas_in_names_are_kept_as_names(tmp_path: Path, write: Write, areas: pd.DataFrame) -> None:
    """Names that begin with = or + come into the plan unchanged; its ids and file are plain."""
    x, y = areas[["lon", "lat"]].iloc[3].tolist()
    name = '=HYPERLINK("http://x.invalid";"Station")'
    rows = '"' + name.replace('"', '""') + f'",police,{x},{y}\n+44 Station,police,{x + 0.1},{y}\n'
    made = new_plan(
        tmp_path / "plan", force="Dorset", areas=write("areas.csv", areas), sites=write("s.csv", _sites(rows))
    )
    sites = open_plan(made.plan).table("sites")
    assert {name, "+44 Station"} <= set(sites["name"])
    assert sites["id"].str.fullmatch(r"[a-z0-9-]+").all()
    assert check(made.plan).faults == ()
    said = "sites.csv has text in 2 cells of the column 'name'"
    assert any(line.startswith(said) for line in made.findings)
    assert any("for a formula" in n.text for n in check(made.plan).notes if n.subject == "sites.csv")


def test_control_characters_are_taken_out_and_said(tmp_path: Path, write: Write, areas: pd.DataFrame) -> None:
    """What a terminal would obey in names, and in the names of files, comes into no plan, and is noted."""
    x, y = areas[["lon", "lat"]].iloc[3].tolist()
    rows = f"Be\x1b[2Jach \u202estation,police,{x},{y}\nHill,police,{x + 0.1},{y}\n"
    areas.loc[2, "LSOA11NM"] += "\x07"
    made = new_plan(
        tmp_path / "plan",
        force="Dorset",
        areas=write("areas\x1b[31m.csv", areas),
        sites=write("s.csv", _sites(rows)),
    )
    assert check(made.plan).faults == ()
    assert "Be[2Jach station" in set(open_plan(made.plan).table("sites")["name"])
    for said in (
        "s.csv: column 'name': control characters were taken out of 1 cell (row 2)",
        "column 'LSOA11NM': control characters were taken out of 1 cell (row 4)",
    ):
        assert any(said in finding for finding in made.findings), made.findings


def test_its_bases_are_invented_until_somebody_changes_them(
    tmp_path: Path, write: Write, areas: pd.DataFrame
) -> None:
    """A new plan declares invented bases and says by which rule; with a unit more they count as real."""
    stations = pd.DataFrame({"name": ["A"], "lon": [areas["lon"][0]], "lat": [areas["lat"][0]]})
    plan = made_of(tmp_path / "plan", areas=write("areas.csv", areas), sites=write("stations.csv", stations))
    assert plan.bases_are_invented
    assert plan.document.plan.bases_rule == "open-data"
    assert "points of an open map" in plan.document.plan.bases_statement
    assert "was assumed by a rule" in plan.document.plan.bases_statement

    path = tmp_path / "plan" / "units.csv"
    units = pd.read_csv(path)
    units.assign(count=units["count"] + 1).to_csv(path, index=False)
    assert not open_plan(tmp_path / "plan").bases_are_invented
    assert [note.subject for note in check(tmp_path / "plan").notes if "bases" in note.subject] == [
        "plan.bases"
    ]
