"""Minutes from the nearest site: against a plain count over people, and the areas that sites reach."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely

from standby import examples
from standby.attendance import drive_minutes, isochrones, nearest
from standby.plan import Plan, open_plan, plan_arrays
from standby.travel import TravelInputError, plan_roads, travel_times


@pytest.fixture(scope="module")
def plan() -> Plan:
    """Return the larger example."""
    return open_plan(examples.path("south-west"))


@pytest.fixture
def roads_plan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Plan:
    """Return `tiny` with one straight road through Midtown and Westham, at 60 km/h."""
    monkeypatch.setenv("STANDBY_CACHE", str(tmp_path / "cache"))
    folder = Path(shutil.copytree(examples.path("tiny"), tmp_path / "plan"))
    path = folder / "plan.toml"
    given = "[travel]\nmethod = 'roads'\nroads = 'edges.csv'\nstart_min = 1\n"
    path.write_text(path.read_text(encoding="utf-8").replace("[travel]\n", given), encoding="utf-8")
    lon = np.round(np.linspace(-4.2, -3.0, 121), 2)
    edges = pd.DataFrame({"from_lon": lon[:-1], "from_lat": 50.7, "to_lon": lon[1:], "to_lat": 50.7})
    edges.assign(kph=60.0, oneway=False).to_csv(folder / "edges.csv", index=False)
    return open_plan(folder)


def test_parts_of_the_plan_equal_a_count_person_by_person(plan: Plan) -> None:
    """Percentiles and means are those of a list with an entry for every hundred people."""
    times = travel_times(plan)
    found = nearest(plan, times, sites="all")
    drive = dict(
        zip(times.place_ids, drive_minutes(plan_arrays(plan), times.minutes).min(axis=0), strict=True)
    )
    areas = plan.table("areas")
    areas = areas[areas["force"].isin(plan.forces)]
    rural = {name for name, c in plan.document.classes.items() if c.setting == "rural"}
    for row in found.table.itertuples():
        inside = {
            "all": areas["id"].notna(),
            "force": areas["force"] == row.scope,
            "class": areas["class"] == row.scope,
            "setting": areas["class"].isin(rural) == (row.scope == "rural"),
        }[row.scope_kind]
        people = areas.loc[inside, "population"].to_numpy()
        minutes = areas.loc[inside, "id"].map(drive).to_numpy(dtype=float)
        assert row.people == people.sum()
        one_by_one = np.repeat(minutes, np.round(people / 100).astype(int))
        for share, value in ((0.5, row.p50_min), (0.9, row.p90_min), (0.95, row.p95_min)):
            near = np.quantile(one_by_one, [share - 0.005, share + 0.005])
            assert near[0] - 1e-9 <= value <= near[1] + 1e-9
        assert row.mean_min == pytest.approx(np.average(np.minimum(minutes, 180), weights=people))


def test_the_nearest_site_is_the_one_that_is_named(plan: Plan) -> None:
    """From the site that is named the drive takes what is said, and from no other less."""
    times = travel_times(plan)
    found = nearest(plan, times)
    drive = pd.DataFrame(
        drive_minutes(plan_arrays(plan), times.minutes), index=times.site_ids, columns=times.place_ids
    )
    alone = found.areas[found.areas["site"] == ""]
    assert np.isinf(alone["drive_min"]).all()
    assert not np.isfinite(drive.loc[list(found.sites), alone["area"]]).to_numpy().any()
    for row in found.areas.drop(index=alone.index).itertuples():
        assert row.drive_min == drive.loc[row.site, row.area] == drive.loc[list(found.sites), row.area].min()
    assert "driving on an emergency call from the nearest site" in found.summary()
    more = nearest(plan, times, sites="all")
    assert set(found.sites) <= set(more.sites)
    assert (more.areas["drive_min"] <= found.areas["drive_min"]).all()


def test_people_whom_no_site_reaches_are_counted(roads_plan: Plan) -> None:
    """A place off the roads is nobody's nearest, and its people are a share that is told."""
    found = nearest(roads_plan, travel_times(roads_plan))
    areas = found.areas.set_index("area")
    assert areas.loc[["northley", "moor", "coombe"], "site"].tolist() == ["", "", ""]
    assert np.isinf(areas.loc["moor", "drive_min"])
    row = found.table.iloc[0]
    assert row.share_without == pytest.approx(20_000 / 100_000)
    assert np.isinf(row.p90_min)
    assert "nine in ten beyond 180 minutes; 20% have no way from any." in found.summary()
    assert row.mean_min == pytest.approx(0.2 * 180)
    assert row.at_least  # a fifth of the people count as the limit


def test_a_mean_over_people_who_are_all_reached_is_no_bound(plan: Plan) -> None:
    """Where every place of a part has a way from a site, its mean is what it says."""
    table = nearest(plan, travel_times(plan)).table
    for row in table.itertuples():
        if (
            row.people > 0
            and row.share_without == 0
            and np.isfinite(row.p95_min)
            and row.scope_kind == "setting"
        ):
            assert not row.at_least
    assert table["at_least"].dtype == bool


def test_times_of_other_places_are_refused(plan: Plan, roads_plan: Plan) -> None:
    """Times of another plan are an error, as is a plan in which no site is in use."""
    with pytest.raises(ValueError, match="for other areas"):
        nearest(plan, travel_times(roads_plan))


def test_unknown_words_for_sites_are_refused(plan: Plan) -> None:
    """A word that is not known is not taken as "all"."""
    with pytest.raises(ValueError, match="sites is 'every'; choose from existing, all"):
        nearest(plan, travel_times(plan), sites="every")  # type: ignore[arg-type]


def test_isochrones_hold_what_an_emergency_drive_reaches(roads_plan: Plan) -> None:
    """A point of the road lies in a site's area if the plan's drive to it takes no longer."""
    found = isochrones(roads_plan, minutes=(6, 12)).set_index(["site", "minutes"])["geometry"]
    assert [m for _, m in found.index] == [12, 12, 12, 6, 6, 6]
    roads, profile = plan_roads(roads_plan)
    nodes = roads.nodes()[["lon", "lat"]].to_numpy()
    drive = drive_minutes(plan_arrays(roads_plan), roads.minutes([(-3.5, 50.7)], nodes, profile=profile)[0])
    for minutes in (6.0, 12.0):
        inside = shapely.intersects_xy(found["midtown", minutes], nodes)
        assert inside[drive <= minutes].all()
        assert not inside[drive > minutes + 2].any()
    assert found["eastport", 6.0].is_empty  # on no road


def test_isochrones_need_roads(plan: Plan) -> None:
    """Without roads there is nothing to draw, and the fix is told; times are above 0."""
    with pytest.raises(TravelInputError, match="method = 'roads'"):
        isochrones(plan)
