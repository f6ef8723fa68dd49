"""What a road network answers, and what it says when it cannot."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely
from road_drawing import osm_text
from scipy.spatial import cKDTree

from standby.travel import (
    REASONS,
    Roads,
    RoadsError,
    TravelInputError,
    read_profile,
    read_roads,
    roads_from_edges,
)

Draw = Callable[..., Roads]
A, B, C, D = (0.0, 51.0), (0.01, 51.0), (0.02, 51.0), (0.03, 51.0)
LINE = {1: A, 2: B, 3: C, 4: D}


@pytest.fixture(scope="module")
def isle(extracts: dict[str, Roads]) -> Roads:
    """Return the Isle of Wight."""
    return extracts["isle_of_wight"]


@pytest.fixture(scope="module")
def areas(shared: Path) -> pd.DataFrame:
    """Return its small areas with the published minutes to St Mary's Hospital."""
    return pd.read_csv(shared / "geo" / "isle_of_wight" / "lsoa_to_st_marys_minutes.csv")


ST_MARYS = (-1.300575, 50.711082)


def test_correlation_with_published_minutes(isle: Roads, areas: pd.DataFrame) -> None:
    """Car minutes to St Mary's correlate with the published ones by at least 0.97, and none is missing."""
    car = isle.minutes(areas[["lon", "lat"]], [ST_MARYS], profile="car")[:, 0]
    assert np.isfinite(car).all()
    assert np.corrcoef(car, areas["cal"])[0, 1] >= 0.97


@pytest.mark.parametrize("engine", ["scipy_car", "osrm_ch", "valhalla"])
def test_correlation_with_other_engines(isle: Roads, areas: pd.DataFrame, engine: str) -> None:
    """With what three engines gave on the same extract at their own speeds minutes correlate by 0.98."""
    car = isle.minutes(areas[["lon", "lat"]], [ST_MARYS], profile="car")[:, 0]
    known = areas[engine].notna()
    assert known.sum() >= 80
    assert np.corrcoef(car[known], areas.loc[known, engine])[0, 1] >= 0.98


def test_blue_lights_are_faster(isle: Roads, areas: pd.DataFrame) -> None:
    """An emergency journey is never slower than the same by car, and takes a quarter to two fifths less."""
    ends = areas[["lon", "lat"]], [ST_MARYS]
    car, blue = isle.minutes(*ends, profile="car"), isle.minutes(*ends)
    assert (blue < car).all()
    assert 0.25 < np.median(1 - blue / car) < 0.40


def test_shapes_and_order(isle: Roads, areas: pd.DataFrame) -> None:
    """Rows are origins and columns destinations; a block is the same as its parts; empty input is fine."""
    lonlat = areas[["lon", "lat"]].to_numpy()
    block = isle.minutes(lonlat[:3], lonlat[5:9])
    assert block.shape == (3, 4)
    assert block.dtype == np.float64
    np.testing.assert_array_equal(block[1:2, 2:3], isle.minutes(lonlat[1:2], lonlat[7:8]))
    assert isle.minutes(np.zeros((0, 2)), lonlat).shape == (0, len(lonlat))
    assert isle.minutes(lonlat, np.zeros((0, 2))).shape == (len(lonlat), 0)
    assert isle.minutes(lonlat[:1], lonlat[:1])[0, 0] == 0


def test_limit_cuts_and_changes_nothing_else(isle: Roads, areas: pd.DataFrame) -> None:
    """With a limit longer times are infinite and all others stay exactly what they are."""
    lonlat = areas[["lon", "lat"]].to_numpy()
    free, cut = isle.minutes(lonlat, lonlat), isle.minutes(lonlat, lonlat, limit_min=12)
    np.testing.assert_array_equal(cut, np.where(free <= 12, free, np.inf))


def test_factor_multiplies_minutes(isle: Roads, areas: pd.DataFrame) -> None:
    """A plain factor multiplies every time; one for a class that is not there changes nothing."""
    lonlat = areas[["lon", "lat"]].to_numpy()[:20]
    plain = isle.minutes(lonlat, lonlat, profile="car")
    np.testing.assert_allclose(
        isle.minutes(lonlat, lonlat, profile="car", factor=1.7), 1.7 * plain, rtol=1e-6
    )
    np.testing.assert_allclose(isle.minutes(lonlat, lonlat, profile="car", factor={"motorway": 3}), plain)
    slower = isle.minutes(lonlat, lonlat, profile="car", factor={"primary": 1.5})
    assert (slower >= plain - 1e-9).all()
    assert (slower > plain + 1e-6).any()


def test_hours_of_the_week(isle: Roads, areas: pd.DataFrame) -> None:
    """The rush hour is slower than the night; hours differ by day; hours that are none are refused."""
    ends = areas[["lon", "lat"]].to_numpy()[:20], [ST_MARYS]
    rush, night, sunday = (isle.minutes(*ends, when=hour) for hour in (8, 3, 6 * 24 + 8))
    assert (rush > night).all()
    assert (rush > sunday).all()
    for wrong in (168, -1, 2.5, True, "8"):
        with pytest.raises((RoadsError, ValueError)):
            isle.minutes(*ends, when=wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"factor": 0}, "factor"),
        ({"factor": -1.0}, "factor"),
        ({"factor": np.nan}, "factor"),
        ({"factor": {"motor": 2}}, "motor"),
        ({"factor": {"motorway": 0}}, "motorway"),
        ({"limit_min": 0}, "limit"),
        ({"limit_min": np.nan}, "limit"),
        ({"profile": "bicycle"}, "bicycle"),
        ({"profile": "missing.toml"}, "does not exist"),
    ],
)
def test_options_that_cannot_be_used(isle: Roads, more: dict[str, object], said: str) -> None:
    """A factor, limit or profile that makes no sense is refused with its name."""
    with pytest.raises(RoadsError, match=said):
        isle.minutes([ST_MARYS], [ST_MARYS], **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("places", "said"),
    [
        ([(50.711082, -1.300575)], "longitude first"),
        ([(449345.5, 96064.9)], "National Grid"),
        ([(np.nan, 50.7)], "no finite position"),
        ([(-1.3, 50.7, 3.0)], "shape"),
        ([(-1.3, 95.0)], "globe"),
        ([("a", "b")], "numbers"),
    ],
)
def test_positions_that_cannot_be_used(isle: Roads, places: object, said: str) -> None:
    """Exchanged, National Grid, missing and misshapen positions are refused, and the fix is named."""
    with pytest.raises(TravelInputError, match=said):
        isle.minutes([ST_MARYS], places)  # type: ignore[arg-type]
    with pytest.raises(TravelInputError, match=said):
        isle.reasons(places, [ST_MARYS])  # type: ignore[arg-type]


def test_reasons_tell_apart(draw: Draw) -> None:
    """Unreachable, beyond the limit and too far from a road are told apart, with distances to the road."""
    nodes = {**LINE, 5: (0.5, 51.0), 6: (0.51, 51.0)}
    roads = draw(nodes, [([1, 2, 3, 4], {"highway": "primary"}), ([5, 6], {"highway": "primary"})])
    places = [B, D, (0.505, 51.0), (0.25, 51.0)]
    reasons = roads.reasons([A, (0.25, 51.0)], places, limit_min=1)
    said = [REASONS[code] for code in reasons.codes[0]]
    assert said == ["answered", "beyond the limit", "unreachable", "destination too far from a road"]
    assert reasons.words[1].tolist() == ["origin too far from a road"] * 4
    assert reasons.destination_snap_km[0] < 1e-6
    assert np.isinf(reasons.destination_snap_km[3])
    assert np.isinf(reasons.origin_snap_km[1])
    assert len(reasons.table) == 7
    assert "1 unreachable" in reasons.summary()
    found = roads.minutes([A, (0.25, 51.0)], places, limit_min=1)
    assert np.array_equal(np.isfinite(found), reasons.codes == 0)


def test_beyond_the_limit_is_not_unreachable_on_one_ways(draw: Draw) -> None:
    """What lies down a one-way road is beyond the limit; what lies against it is unreachable."""
    roads = draw(LINE, [([1, 2, 3, 4], {"highway": "primary", "oneway": "yes"})])
    assert roads.reasons([A], [D], limit_min=0.1).words.tolist() == [["beyond the limit"]]
    assert roads.reasons([D], [A], limit_min=0.1).words.tolist() == [["unreachable"]]


def test_positions_along_a_road_are_exact(draw: Draw, flat: object) -> None:
    """Between two places on one road the time is the stretch between them, in both directions."""
    roads = draw(LINE, [([1, 2, 3, 4], {"highway": "primary"})])
    west, east = (0.004, 51.0), (0.027, 51.0)
    km = 0.023 * np.pi / 180 * 6371.0088 * np.cos(np.radians(51.0))
    for pair in ((west, east), (east, west)):
        assert roads.minutes([pair[0]], [pair[1]], profile=flat)[0, 0] == pytest.approx(km, rel=1e-5)


def test_fragments_are_passed_over(draw: Draw) -> None:
    """A place beside a car park that hangs on nothing is put on the road a little further off."""
    nodes = {
        **LINE,
        **{k: (0.01 * k, 51.0) for k in range(5, 90)},
        900: (0.0101, 51.0005),
        901: (0.0109, 51.0005),
    }
    ways = [([1, 2, 3, 4, *range(5, 90)], {"highway": "primary"}), ([900, 901], {"highway": "service"})]
    roads = draw(nodes, ways)
    assert np.isfinite(roads.minutes([A], [(0.0105, 51.0005)])[0, 0])


def test_stored_graph_gives_the_same(tmp_path: Path) -> None:
    """A stored graph equals a fresh one, damage to it is noticed, and a changed file is read again."""
    file, store = tmp_path / "line.osm", tmp_path / "store"
    file.write_text(osm_text(LINE, [([1, 2, 3, 4], {"highway": "primary"})]), encoding="utf-8")
    first = read_roads(file, store=store).minutes([A], [D])
    kept = list(store.iterdir())
    assert [p.suffix for p in kept] == [".npz"]
    np.testing.assert_array_equal(read_roads(file, store=store).minutes([A], [D]), first)
    kept[0].write_bytes(kept[0].read_bytes()[:100])
    np.testing.assert_array_equal(read_roads(file, store=store).minutes([A], [D]), first)
    file.write_text(osm_text(LINE, [([1, 2, 3, 4], {"highway": "track"})]), encoding="utf-8")
    assert read_roads(file, store=store).minutes([A], [D])[0, 0] > first[0, 0]
    assert len(list(store.iterdir())) == 2


def test_store_that_cannot_be_written_is_no_fault(tmp_path: Path) -> None:
    """Where nothing can be stored the answer is the same."""
    file = tmp_path / "line.osm"
    file.write_text(osm_text(LINE, [([1, 2, 3, 4], {"highway": "primary"})]), encoding="utf-8")
    blocked = tmp_path / "file"
    blocked.write_text("", encoding="utf-8")
    assert np.isfinite(read_roads(file, store=blocked / "store").minutes([A], [D])).all()


@pytest.mark.parametrize("minutes", [3, 12])
def test_isochrone_keeps_its_promise(extract: Roads, minutes: float) -> None:
    """It holds every reached point, and at most 5% of the unreached points within 2 km of a reached one."""
    lonlat = extract.nodes()[["lon", "lat"]].to_numpy()
    origin = lonlat[[len(lonlat) // 3]]
    shape = extract.isochrone(origin[0], minutes)
    assert shape.is_valid
    reached = extract.minutes(origin, lonlat)[0] <= minutes
    inside = shapely.contains_xy(shape, lonlat)
    assert inside[reached].all()
    scale = np.array([70.0, 111.2])
    away, _ = cKDTree(lonlat[reached] * scale).query(lonlat[~reached] * scale)
    assert not (away <= 2.0).any() or inside[~reached][away <= 2.0].mean() <= 0.05


def test_isochrone_off_the_roads_is_empty(isle: Roads) -> None:
    """From a place in the sea nothing is reached; without an end it is refused."""
    assert isle.isochrone((-1.3, 50.4), 10).is_empty
    with pytest.raises(RoadsError, match="finite"):
        isle.isochrone(ST_MARYS, np.inf)


def test_isochrones_grow(isle: Roads) -> None:
    """A longer time reaches at least what a shorter one does."""
    sizes = [isle.isochrone(ST_MARYS, minutes).area for minutes in (2, 5, 10)]
    assert sizes == sorted(sizes)


def test_beat_is_spread_along_roads(isle: Roads) -> None:
    """Positions of a beat lie on roads inside it; times from it lie between those of its positions."""
    area = shapely.box(-1.31, 50.69, -1.28, 50.71)
    beat = isle.beat(area, positions=50)
    assert beat.lonlat.shape == (50, 2)
    assert beat.weight.sum() == pytest.approx(1)
    assert shapely.contains_xy(area.buffer(1e-6), beat.lonlat).all()
    assert (isle.snap(beat.lonlat)["km"] < 1e-3).all()
    places = np.array([ST_MARYS, (-1.155, 50.655)])
    every, summed = isle.minutes(beat.lonlat, places), isle.beat_minutes(beat, places)
    np.testing.assert_allclose(summed.mean_min, every.mean(axis=0))
    np.testing.assert_allclose(summed.quantiles_min[1], np.sort(every, axis=0)[24])
    assert (np.diff(summed.quantiles_min, axis=0) >= 0).all()
    assert summed.answered_share == pytest.approx(1)
    cut = isle.beat_minutes(beat, places, limit_min=1)
    assert np.isinf(cut.mean_min[1])
    assert cut.answered_share[1] == 0


@pytest.mark.parametrize(
    "area", [shapely.Point(-1.3, 50.7), [(0, 0), (1, 1)], shapely.box(-2, 50, -1.9, 50.1)]
)
def test_beats_that_are_none(isle: Roads, area: object) -> None:
    """A point, a line and a piece of sea are no patrol areas."""
    with pytest.raises(RoadsError, match="patrol area"):
        isle.beat(area)  # type: ignore[arg-type]


def test_lines_and_snap_are_for_drawing(isle: Roads) -> None:
    """Roads come as lines with their class; snapped places lie on them."""
    lines = isle.lines()
    assert lines.crs == "EPSG:4326"
    assert len(lines) == isle.graph.n_chains
    spot = isle.snap([ST_MARYS])
    point = shapely.Point(spot["lon"][0], spot["lat"][0])
    assert (
        lines.distance(point).min() < 1e-6
        if lines.crs is None
        else shapely.distance(lines.geometry.to_numpy(), point).min() < 1e-6
    )
    off = isle.snap([(-1.3, 50.4)])
    assert off["road_class"].isna().all()
    assert "km of road" in isle.summary()


def test_edge_table(tmp_path: Path) -> None:
    """A table of edges with minutes, speeds or classes is a network; minutes hold for every profile."""
    rows = [(*A, *B, 5.0, True), (*B, *C, 6.0, False)]
    table = pd.DataFrame(rows, columns=["from_lon", "from_lat", "to_lon", "to_lat", "minutes", "oneway"])
    roads = roads_from_edges(table)
    for profile in ("car", "blue_light"):
        assert roads.minutes([A], [C], profile=profile)[0, 0] == pytest.approx(11)
    assert roads.minutes([C], [B], profile="car")[0, 0] == pytest.approx(6)
    assert np.isinf(roads.minutes([B], [A], profile="car")[0, 0])
    table.to_csv(tmp_path / "edges.csv", index=False)
    assert read_roads(tmp_path / "edges.csv", store=False).minutes([A], [C])[0, 0] == pytest.approx(11)
    speed = table.drop(columns="minutes").assign(kph=60.0, km=2.0)
    assert roads_from_edges(speed).minutes([A], [C])[0, 0] == pytest.approx(4)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"minutes": 0.0}, "minutes"),
        ({"minutes": "soon"}, "minutes"),
        ({"from_lat": 500.0}, "globe"),
        ({"from_lon": None}, "from_lon"),
        ({"road_class": "lane"}, "lane"),
        ({"oneway": "perhaps"}, "oneway"),
        ({"km": -1.0}, "km"),
    ],
)
def test_edge_tables_with_faults(change: dict[str, object], said: str) -> None:
    """A fault in a table of edges is named with its row and column."""
    row = {"from_lon": 0.0, "from_lat": 51.0, "to_lon": 0.01, "to_lat": 51.0, "minutes": 3.0}
    with pytest.raises(RoadsError, match=said):
        roads_from_edges(pd.DataFrame([row | change]))


def test_strategic_road_network(shared: Path) -> None:
    """The published network of strategic roads becomes a road network that hangs together."""
    table = pd.read_csv(shared / "geo" / "roads" / "SRN_region_graph.csv")
    names = {
        "StartClusterLon": "from_lon",
        "StartClusterLat": "from_lat",
        "EndClusterLon": "to_lon",
        "EndClusterLat": "to_lat",
        "dist": "km",
    }
    edges = table[list(names)].rename(columns=names).assign(kph=95.6)
    roads = roads_from_edges(edges[edges["km"] > 0])
    assert roads.components()["share"].iloc[0] > 0.99
    birmingham, exeter = (-1.87, 52.51), (-3.47, 50.70)
    assert 120 < roads.minutes([birmingham], [exeter])[0, 0] < 200
    assert read_profile("car").figures()["speeds.motorway.open_kph"].source == "dft_travel_times"
