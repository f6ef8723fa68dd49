"""Where units on patrol are, and the minutes from there."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from standby import examples, open_plan
from standby._refusals import Refusal
from standby.travel import PatrolMinutes, travel_times
from standby.travel import patrols as module
from standby.travel.patrols import gathered, patrol_positions, patrolled_points

HEADING = "id,unit,provider,area,class,site,lon,lat,spread,share,source"
ROWS = (
    "moor,mid-arv,home,moor,,,,,,0.2,invented",
    "villages,mid-arv,home,,village,,,,,0.2,invented",
    "calls,mid-arv,home,,village,,,,calls,0.1,invented",
    "evenly,mid-arv,home,,village,,,,evenly,0.1,invented",
    "site,mid-arv,home,,,westham,,,,0.1,invented",
    "there,mid-arv,home,,,,-3.6,50.8,,0.1,invented",
)


def with_patrols(folder: Path, *rows: str) -> Path:
    """Write the patrols of a plan."""
    (folder / "patrols.csv").write_text("\n".join([HEADING, *rows, ""]), encoding="utf-8")
    return folder


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """Return `tiny` with patrols of every kind."""
    return with_patrols(Path(shutil.copytree(examples.path("tiny"), tmp_path / "tiny")), *ROWS)


def of(found: PatrolMinutes, name: str) -> np.ndarray:
    """Return which positions are of a patrol."""
    return np.array([patrol == name for patrol in found.ids])


def test_time_is_shared_out_as_the_plan_says(tiny: Path) -> None:
    """Positions have weights by people, by people and likelihood, or even ones, which sum to 1."""
    found = travel_times(open_plan(tiny)).patrols
    assert found.weight[of(found, "moor")].tolist() == [1.0]
    assert found.weight[of(found, "villages")] == pytest.approx([0.4, 0.2, 0.4])
    assert found.weight[of(found, "calls")] == pytest.approx(np.array([8.0, 2.0, 8.0]) / 18.0)
    assert found.weight[of(found, "evenly")] == pytest.approx(np.full(3, 1.0 / 3.0))
    assert not found.apart_km.any()
    assert found.of(("site", "moor"))[of(found, "moor")].tolist() == [1]
    with pytest.raises(Refusal, match="no travel times from patrol nowhere"):
        found.of(("nowhere",))


def test_minutes_are_those_of_a_site_that_is_there(tiny: Path) -> None:
    """A patrol at a site has its minutes; one at a position those of a site there, of the nearest class."""
    times = travel_times(open_plan(tiny))
    found = times.patrols
    site = times.minutes[times.site_ids.index("westham")]
    assert found.minutes[of(found, "site")][0] == pytest.approx(site, abs=1e-12)

    sites = pd.read_csv(tiny / "sites.csv")
    new = {"id": "new", "name": "N", "lon": -3.6, "lat": 50.8, "class": "town", "provider": "home",
           "existing": "false", "source": "invented"}  # fmt: skip
    pd.concat([sites, pd.DataFrame([new])]).to_csv(tiny / "sites.csv", index=False)
    again = travel_times(open_plan(tiny))
    own = again.minutes[again.site_ids.index("new")]
    assert found.minutes[of(found, "there")][0] == pytest.approx(own, abs=1e-12)


def test_an_area_is_not_a_point(tiny: Path) -> None:
    """Without roads a patrol of an area with an extent is a disc: √(d² + area / 2π), as for who is in it."""
    before = travel_times(open_plan(tiny)).patrols
    areas = pd.read_csv(tiny / "areas.csv")
    areas.assign(area_km2=np.where(areas["id"] == "moor", 60.0, 0.0)).to_csv(tiny / "areas.csv", index=False)
    after = travel_times(open_plan(tiny)).patrols
    moor = of(after, "moor")
    assert after.apart_km[moor] == pytest.approx(np.sqrt(60.0 / (2.0 * np.pi)))
    assert (after.minutes[moor] > before.minutes[moor]).all()
    assert (
        after.minutes[of(after, "there")][:, [0, 1]] == before.minutes[of(before, "there")][:, [0, 1]]
    ).all()


def test_no_drive_leads_to_another_island(tiny: Path) -> None:
    """A patrol on an island reaches its own island alone."""
    areas = pd.read_csv(tiny / "areas.csv")
    areas.assign(island=np.where(areas["id"] == "moor", "Moor", "")).to_csv(tiny / "areas.csv", index=False)
    times = travel_times(open_plan(tiny))
    reached = np.isfinite(times.patrols.minutes[of(times.patrols, "moor")][0])
    assert [name for name, there in zip(times.place_ids, reached, strict=True) if there] == ["moor"]


def points(number: int, seed: int) -> pd.DataFrame:
    """Return so many points of one patrol, at random."""
    rng = np.random.default_rng(seed)
    weight = rng.random(number)
    return pd.DataFrame({
        "patrol": "p", "lon": rng.uniform(-5.0, -3.0, number), "lat": rng.uniform(50.0, 51.5, number),
        "class": "town", "island": "", "area_km2": rng.uniform(0.0, 30.0, number),
        "weight": weight / weight.sum(),
    })  # fmt: skip


@pytest.mark.parametrize("number", [1, 5, 64, 65, 300])
def test_many_points_are_gathered_around_some(number: int) -> None:
    """Weights are kept, nobody is nearer to another position, and how far points are away is measured."""
    own = points(number, number)
    found = patrol_positions(own)
    assert len(found) == min(number, module.MOST_POSITIONS)
    assert found["weight"].sum() == pytest.approx(1.0)
    assert {*zip(found["lon"], found["lat"], strict=True)} <= {*zip(own["lon"], own["lat"], strict=True)}
    chosen, owner = gathered(own, module.MOST_POSITIONS)
    assert len(set(chosen)) == len(found)
    assert np.bincount(owner, own["weight"]) == pytest.approx(found["weight"].to_numpy())
    if number > module.MOST_POSITIONS:
        one = gathered(own, 1)[0]
        assert len(one) == 1
        assert 0.0 < np.sqrt(found["weight"] @ found["apart_km2"]) < 15.0
    else:
        assert found["apart_km2"].to_numpy() == pytest.approx(own["area_km2"].to_numpy() / (2.0 * np.pi))


def test_islands_are_not_gathered_together() -> None:
    """Points of an island stand for themselves before points far apart on the mainland do."""
    own = points(100, 1)
    own.loc[[3, 4], "island"] = "Lundy"
    chosen, owner = gathered(own, 10)
    for place, row in enumerate(chosen):
        assert (own["island"][owner == place] == own["island"].iloc[row]).all()


def test_a_plan_without_patrols_has_none() -> None:
    """Without the table there are no positions, whatever the method."""
    times = travel_times(open_plan(examples.path("tiny")))
    assert times.patrols.ids == ()
    assert times.patrols.minutes.shape == (0, len(times.place_ids))
    assert patrolled_points(open_plan(examples.path("tiny"))).empty
