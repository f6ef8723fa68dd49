"""The minutes of a plan over its own roads: as the roads themselves say, and every place accounted for."""

from __future__ import annotations

import builtins
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from standby import examples
from standby.plan import PlanError, check, open_plan
from standby.travel import great_circle_km, read_profile, read_roads, travel_times
from standby.travel._plan_roads import points_of

SHIPPED = Path(examples.path("tiny")).parents[1] / "travel" / "profiles" / "blue_light.toml"
ZERO = SHIPPED.read_text(encoding="utf-8").replace(
    "kph = { value = 15, low = 8,", "kph = { value = 0, low = 0,"
)
STEP = 0.01  # of the drawn town's streets [degrees]


def _town() -> pd.DataFrame:
    """Draw a town of 21 × 21 streets around Midtown at 30 km/h, and a road elsewhere that meets none."""
    rows = []
    for i in range(21):
        for j in range(20):
            x, y, far = -3.6 + STEP * i, 50.6 + STEP * j, STEP * (j + 1)
            rows.append((x, y, x, 50.6 + far, 30.0))
            rows.append((-3.6 + STEP * j, 50.6 + STEP * i, -3.6 + far, 50.6 + STEP * i, 30.0))
    rows.append((-2.95, 50.70, -2.85, 50.70, 60.0))
    made = pd.DataFrame(rows, columns=["from_lon", "from_lat", "to_lon", "to_lat", "kph"])
    return made.assign(oneway=False)


@pytest.fixture(autouse=True)
def _own_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep stored graphs out of the user's own folder."""
    monkeypatch.setenv("STANDBY_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    """Return `tiny` over the drawn town: only Midtown and Eastport lie on roads."""
    folder = Path(shutil.copytree(examples.path("tiny"), tmp_path / "plan"))
    path = folder / "plan.toml"
    given = "[travel]\nmethod = 'roads'\nroads = 'edges.csv'\n"
    path.write_text(path.read_text(encoding="utf-8").replace("[travel]\n", given), encoding="utf-8")
    _town().to_csv(folder / "edges.csv", index=False)
    return folder


def _change(file: Path, change: Callable[[pd.DataFrame], pd.DataFrame]) -> None:
    change(pd.read_csv(file, dtype=str)).to_csv(file, index=False)


def _move(plan: Path, area: str, lon: str, lat: str) -> None:
    def moved(t: pd.DataFrame) -> pd.DataFrame:
        other = t["id"] != area
        return t.assign(lon=t["lon"].where(other, lon), lat=t["lat"].where(other, lat))

    _change(plan / "areas.csv", moved)


def test_minutes_are_those_of_the_roads(plan: Path) -> None:
    """A place without extent has the minutes that the roads give to its own position."""
    opened = open_plan(plan)
    times = travel_times(opened)
    roads = read_roads(plan / "edges.csv", store=False)
    sites, areas, keys = (opened.table(n)[["lon", "lat"]] for n in ("sites", "areas", "key_locations"))
    np.testing.assert_array_equal(times.minutes, roads.minutes(sites, pd.concat([areas, keys])))
    assert times.areas == len(areas)
    assert "edges.csv" in times.summary()
    assert "blue_light" in times.summary()


def test_every_place_off_the_roads_is_named_with_its_reason(plan: Path) -> None:
    """Nothing is infinite in silence: each place without minutes is in the findings and in a note."""
    times = travel_times(open_plan(plan))
    found = {(row.kind, row.id): row.reason for row in times.findings.itertuples()}
    assert found == {
        ("site", "westham"): "no road within 1 km",
        ("area", "westham"): "no road within 1 km",
        ("area", "northley"): "no road within 1 km",
        ("area", "moor"): "no road within 1 km",
        ("area", "coombe"): "no road within 1 km",
        ("key location", "pier"): "no road within 1 km",
    }
    empty = {*np.array(times.place_ids)[~np.isfinite(times.minutes).any(axis=0)]}
    assert empty == {row.id for row in times.findings.itertuples() if row.kind != "site"}
    assert times.notes[1].startswith("4 areas have no road within 1 km: Westham (westham), Northley (north")
    assert times.counts[1] == "4 areas have no road within 1 km."


def test_no_way_and_too_far_are_told_apart(plan: Path) -> None:
    """A place whose road no site can reach, and one beyond the search, have reasons of their own."""
    _change(plan / "sites.csv", lambda t: t[t["id"] != "eastport"])
    _change(plan / "units.csv", lambda t: t[t["site"] != "eastport"])
    reasons = travel_times(open_plan(plan)).findings.set_index("id")["reason"]
    assert reasons["eastport"] == "no way by road from any site"
    path = plan / "plan.toml"
    text = path.read_text(encoding="utf-8").replace("[travel]\n", "[travel]\nlimit_min = 0.5\n")
    text = text.replace("within_min = 20", "within_min = 0.4").replace("within_min = 40", "within_min = 0.5")
    path.write_text(text, encoding="utf-8")
    _move(plan, "northley", "-3.4", "50.8")
    times = travel_times(open_plan(plan))
    assert times.findings.set_index("id")["reason"]["northley"] == "no site within 2 minutes by road"
    assert np.isfinite(times.minutes[0, 0])


def test_people_over_an_extent_are_not_a_point(plan: Path) -> None:
    """The crew that stands in the middle of a wide area needs minutes to its people."""
    before = travel_times(open_plan(plan))
    _change(plan / "areas.csv", lambda t: t.assign(area_km2=["20", "1", "1", "1", "1", "1"]))
    after = travel_times(open_plan(plan))
    rms_km = np.sqrt(20 / (2 * np.pi))
    assert before.minutes[0, 0] == 0.0
    assert rms_km / 30 * 60 <= after.minutes[0, 0] <= 1.6 * rms_km / 30 * 60  # streets at right angles
    np.testing.assert_array_equal(after.minutes[:, after.areas :], before.minutes[:, before.areas :])


def test_patrols_are_at_real_positions(plan: Path) -> None:
    """Over roads an area with an extent is patrolled at seven points, and what is off the roads is named."""
    areas = pd.read_csv(plan / "areas.csv")
    areas.assign(area_km2=np.where(areas["id"] == "midtown", 20.0, 0.0)).to_csv(
        plan / "areas.csv", index=False
    )
    rows = [
        "id,unit,provider,area,class,lon,lat,share,source",
        "town,mid-arv,home,midtown,,,,0.5,invented",
        "towns,mid-arv,home,,town,,,0.2,invented",
        "moor,mid-arv,home,moor,,,,0.1,invented",
        "street,mid-arv,home,,,-3.55,50.65,0.1,invented",
    ]
    (plan / "patrols.csv").write_text("\n".join(rows), encoding="utf-8")
    opened = open_plan(plan)
    times = travel_times(opened)
    found = times.patrols

    def of(name: str) -> np.ndarray:
        """Return which positions are of a patrol."""
        return np.array([patrol == name for patrol in found.ids])

    assert of("town").sum() == 7
    assert found.weight[of("town")] == pytest.approx(np.full(7, 1.0 / 7.0))

    # Each position has the minutes that the roads give; of the towns, one has no road and is left out.
    roads = read_roads(plan / "edges.csv", store=False)
    market = times.place_ids.index("market")
    to = opened.table("key_locations").set_index("id").loc[["market"], ["lon", "lat"]]
    expected = roads.minutes(found.lonlat[of("town")], to)[:, 0]
    assert found.minutes[of("town")][:, market] == pytest.approx(expected)
    assert of("towns").sum() == 1
    assert found.weight[of("towns")].tolist() == [1.0]

    # A patrol without any road has no minutes, and is named.
    assert np.isinf(found.minutes[of("moor")]).all()
    named = times.findings[times.findings["kind"] == "patrol"]
    assert named[["id", "reason"]].to_numpy().tolist() == [["moor", "no road within 1 km"]]
    assert any(note.startswith("1 patrol has no road") for note in times.notes)


def test_the_points_of_an_area_lie_as_far_out_as_its_people() -> None:
    """By root mean square the seven points are as far from the middle as people spread over a disc."""
    places = pd.DataFrame({"lon": [-3.5, 1.0], "lat": [50.7, 58.0], "area_km2": [30.0, np.nan]})
    made = points_of(places)
    assert made.count.tolist() == [7, 1]
    km = great_circle_km(places[["lon", "lat"]].to_numpy()[:1], made.lonlat[:7])
    assert np.sqrt((km**2).mean()) == pytest.approx(np.sqrt(30 / (2 * np.pi)), rel=1e-3)


def test_islands_of_the_plan_stay_apart(plan: Path) -> None:
    """Where the plan says that two places are on different islands no road joins them."""
    _change(plan / "sites.csv", lambda t: t.assign(island=["", "", "rock"]))
    minutes = travel_times(open_plan(plan)).minutes
    assert np.isfinite(minutes[0, 0])
    assert not np.isfinite(minutes[2]).any()


def test_places_that_islands_keep_apart_are_named(plan: Path) -> None:
    """A place to which roads lead from sites of other islands alone is infinite, and the reason says so."""
    _change(plan / "areas.csv", lambda t: t.assign(island=["rock", "", "", "", "", ""]))
    times = travel_times(open_plan(plan))
    assert not np.isfinite(times.minutes[:, 0]).any()
    reasons = times.findings.set_index(["kind", "id"])["reason"]
    assert reasons["area", "midtown"] == "no way from any site on the same island"


def test_reason_is_that_of_the_people_and_not_of_one_point(plan: Path) -> None:
    """An area whose middle has a long way, and most of whose people have none, is not said to be far."""
    edges = pd.read_csv(plan / "edges.csv")
    _change(plan / "areas.csv", lambda t: t.assign(area_km2=["1", "1", "1", "1", "400", "1"]))
    opened = open_plan(plan)
    area = opened.table("areas").iloc[[4]]
    points = points_of(area).lonlat

    # Its own point gets a road to Midtown that takes hours, each point around it a road of its own.
    lon, lat = points[0]
    rows = [(-3.5, 50.7, lon, lat, 0.5)]
    rows += [(x, y, x + 0.001, y, 30.0) for x, y in points[1:]]
    own = pd.DataFrame(rows, columns=["from_lon", "from_lat", "to_lon", "to_lat", "kph"]).assign(oneway=False)
    pd.concat([edges, own]).to_csv(plan / "edges.csv", index=False)

    times = travel_times(open_plan(plan))
    assert times.findings.set_index("id")["reason"][area["id"].iloc[0]] == "no way by road from any site"


def test_another_profile_gives_other_minutes(plan: Path) -> None:
    """The profile is the plan's: by name, or its own file."""
    _change(plan / "edges.csv", lambda t: t.drop(columns="kph").assign(road_class="residential"))
    path, text = plan / "plan.toml", (plan / "plan.toml").read_text(encoding="utf-8")
    blue = travel_times(open_plan(plan)).minutes[0, 6]
    path.write_text(text.replace("'edges.csv'\n", "'edges.csv'\nprofile = 'car'\n"), encoding="utf-8")
    assert travel_times(open_plan(plan)).minutes[0, 6] > blue > 0
    own = plan / "own.toml"
    own.write_text(SHIPPED.read_text(encoding="utf-8"), encoding="utf-8-sig")  # as some editors save it
    path.write_text(text.replace("'edges.csv'\n", "'edges.csv'\nprofile = 'own.toml'\n"), encoding="utf-8")
    times = travel_times(open_plan(plan))
    assert times.minutes[0, 6] == blue
    assert {"own.toml", "edges.csv"} <= set(times.manifest.files)
    assert times.manifest.settings["profile"] == "own.toml"


def test_roads_elsewhere_are_told_when_times_are_asked(plan: Path) -> None:
    """Roads that lie elsewhere are a fault of their file with its fix."""
    edges = "from_lon,from_lat,to_lon,to_lat,kph\n10,47,10.1,47,50\n"
    (plan / "edges.csv").write_text(edges, encoding="utf-8")
    assert check(plan).ok
    with pytest.raises(PlanError, match="is near its roads") as told:
        travel_times(open_plan(plan))
    assert told.value.faults[0].file == "edges.csv"
    assert told.value.faults[0].fix


@pytest.mark.parametrize(
    ("data", "said"), [("name = 'own'", "speeds"), (ZERO, "above 0"), ("name =", "is not TOML: ")]
)
def test_a_profile_that_cannot_be_driven_is_a_fault_of_the_plan(plan: Path, data: str, said: str) -> None:
    """Checking reads the plan's own profile as the roads will, and opening refuses what is wrong with it."""
    path = plan / "plan.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("'edges.csv'\n", "'edges.csv'\nprofile = 'own.toml'\n"), encoding="utf-8")
    (plan / "own.toml").write_text(data, encoding="utf-8")
    (fault,) = check(plan).faults
    assert fault.file == "own.toml"
    assert said in fault.what
    assert fault.fix
    with pytest.raises(PlanError, match=said):
        open_plan(plan)


@pytest.mark.parametrize(
    ("data", "where", "said"),
    [
        (
            "from_lon,from_lat,to_lon,to_lat,kph\n-3.5,50.7,-3.4,50.7,60\n-3.5,50.7,-3.4,50.7,0\n",
            "row 3",
            "is 0",
        ),
        ("from_lon,from_lat,to_lon,to_lat,kph\n", "", "is empty"),
    ],
)
def test_edges_that_cannot_be_are_faults_of_the_plan(plan: Path, data: str, where: str, said: str) -> None:
    """An edge that nobody can drive is a fault that checking names by row, and opening refuses."""
    (plan / "edges.csv").write_text(data, encoding="utf-8")
    (fault,) = check(plan).faults
    assert (fault.file, fault.where) == ("edges.csv", where)
    assert said in fault.what
    with pytest.raises(PlanError, match=said):
        open_plan(plan)


def test_edges_that_are_hardly_meant_are_noted(plan: Path, shared: Path) -> None:
    """Lengths in metres and lengths below the straight line are notes of checking that name the rows."""
    for name, said in (("edges_metres.csv", "looks like metres"), ("edges_short.csv", "is shorter than")):
        shutil.copy(shared / "cases" / "public_reports" / name, plan / "edges.csv")
        notes = [note.text for note in check(plan).notes if note.subject == "travel.roads"]
        assert any("rows 2, 3, 4, 5, 6" in text and said in text for text in notes)


def test_the_plan_may_say_the_side_of_the_road(plan: Path) -> None:
    """The side that the plan gives wins over the place, and is among the notes on the roads."""
    path = plan / "plan.toml"
    text = path.read_text(encoding="utf-8")
    assert any("keeps to the left: decided by where" in t for t in travel_times(open_plan(plan)).road_notes)
    path.write_text(text.replace("[travel]\n", "[travel]\ndriving_side = 'right'\n"), encoding="utf-8")
    assert (
        "traffic keeps to the right: as was given by driving_side" in travel_times(open_plan(plan)).road_notes
    )


def test_a_file_that_went_away_is_told(plan: Path) -> None:
    """Roads that were removed after the plan was opened are a missing file, not a traceback."""
    opened = open_plan(plan)
    (plan / "edges.csv").unlink()
    with pytest.raises(PlanError, match=r"edges\.csv: is missing"):
        travel_times(opened)


def test_a_file_that_changed_is_told(plan: Path) -> None:
    """Roads that are no longer those whose hash stands in the results are refused."""
    opened = open_plan(plan)
    _change(plan / "edges.csv", lambda t: t.assign(kph="45.0"))
    with pytest.raises(PlanError, match=r"edges\.csv: has changed since the plan was opened"):
        travel_times(opened)
    assert np.isfinite(travel_times(open_plan(plan)).minutes[0, 0])


def test_doubt_of_the_plan_brings_nothing_inside_that_the_search_left_out(plan: Path) -> None:
    """The search goes on beyond the limit, so that emergency factors below 1 find what they bring near."""
    path = plan / "plan.toml"
    text = path.read_text(encoding="utf-8").replace("[travel]\n", "[travel]\nlimit_min = 10\n")
    text = text.replace("within_min = 20", "within_min = 5").replace("within_min = 40", "within_min = 10")
    path.write_text(text, encoding="utf-8")
    roads = read_roads(plan / "edges.csv", store=False)
    at = [(-3.5, 50.7), (-3.45, 50.75)]
    minutes = roads.minutes(at[:1], at[1:], profile=read_profile("blue_light"))[0, 0]
    assert 10 < minutes < 40
    _move(plan, "northley", "-3.45", "50.75")
    assert travel_times(open_plan(plan)).minutes[0, 2] == minutes


def test_a_real_extract(plan: Path, shared: Path) -> None:
    """On the Isle of Wight places on land have the minutes of its roads, and one at sea is named."""
    extract = shared / "geo" / "isle_of_wight" / "roads.osm.pbf"
    shutil.copy(extract, plan)
    path = plan / "plan.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("edges.csv", extract.name), encoding="utf-8")
    towns = [(-1.30, 50.70), (-1.16, 50.73), (-1.20, 50.60), (-1.50, 50.69), (-1.10, 50.68), (-1.1, 50.78)]
    for name, shift in (("sites", 0), ("key_locations", 1), ("areas", 0)):
        _change(
            plan / f"{name}.csv",
            lambda t, shift=shift: t.assign(
                lon=[str(towns[k + shift][0]) for k in range(len(t))],
                lat=[str(towns[k + shift][1]) for k in range(len(t))],
            ),
        )
    assert check(plan).ok
    times = travel_times(open_plan(plan))
    assert list(times.findings["id"]) == ["eastport"]  # in the Solent
    roads = read_roads(extract, store=False)
    np.testing.assert_array_equal(times.minutes[:, :5], roads.minutes(towns[:3], towns[:5]))
    assert times.road_notes == roads.findings


def test_a_missing_extra_is_named(plan: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the reader of OpenStreetMap files the fault says what to install."""
    real = builtins.__import__

    def without(name: str, *args: object, **more: object) -> object:
        if name.split(".", maxsplit=1)[0] == "osmium":
            raise ImportError(name)
        return real(name, *args, **more)  # type: ignore[arg-type]

    (plan / "a.osm").write_text("<osm version='0.6'></osm>")
    path = plan / "plan.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("edges.csv", "a.osm"), encoding="utf-8")
    opened = open_plan(plan)
    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(PlanError, match=r"pip install 'standby\[roads\]'") as told:
        travel_times(opened)
    assert told.value.faults[0].file == "a.osm"
    assert told.value.faults[0].fix == "Install the extra: pip install 'standby[roads]'"


def test_the_report_names_what_is_off_the_roads(plan: Path) -> None:
    """The internal report has a note on each place off the roads, the public one none."""
    from standby.appraise import appraise
    from standby.report import content_of

    appraisal = appraise(open_plan(plan), draws=32)
    internal, public = (content_of(appraisal, edition).tables for edition in ("internal", "public"))
    assert "areas[moor]" in set(internal["notes"]["subject"])
    assert "drive_min" in internal["areas"]
    assert "4 areas have no road within 1 km." in set(internal["notes"]["text"])
    assert "notes" not in public
