"""Tables of edges: each direction has the minutes that are given for it, under every profile."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from standby.travel import Roads, read_profile, read_roads, roads_from_edges
from standby.travel.roads.profile import PROFILES

A, B, C, D = (0.0, 51.0), (0.01, 51.0), (0.02, 51.0), (0.01, 51.01)
ENDS = ["from_lon", "from_lat", "to_lon", "to_lat"]


def _table(*rows: tuple[object, ...], names: tuple[str, ...] = ("minutes",)) -> pd.DataFrame:
    """Return a table of edges: start, end, and the columns that are named."""
    return pd.DataFrame([(*a, *b, *more) for a, b, *more in rows], columns=[*ENDS, *names])


@pytest.mark.parametrize("profile", PROFILES)
def test_there_and_back_have_their_own_minutes(profile: str) -> None:
    """From A to B it takes 1 minute and back 10, as the two rows say; neither is driven the other way."""
    roads = roads_from_edges(_table((A, B, 1.0), (B, A, 10.0)))
    np.testing.assert_allclose(roads.minutes([A, B], [A, B], profile=profile), [[0, 1], [10, 0]])
    half = (0.005, 51.0)
    np.testing.assert_allclose(roads.minutes([half], [A, B], profile=profile), [[5, 0.5]], rtol=1e-5)
    np.testing.assert_allclose(roads.minutes([A, B], [half], profile=profile), [[0.5], [5]], rtol=1e-5)


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("more", [{}, {"road_class": "residential"}, {"oneway": True}, {"kph": 30.0}])
def test_a_row_with_minutes_is_never_driven_backwards(profile: str, more: dict[str, object]) -> None:
    """A row with minutes is open in its direction alone, whatever its class and the profile's contraflow."""
    roads = roads_from_edges(_table((A, B, 3.0)).assign(**more))
    assert roads.minutes([A], [B], profile=profile)[0, 0] == pytest.approx(3)
    assert roads.reasons([B], [A], profile=profile).words.tolist() == [["unreachable"]]


@pytest.mark.parametrize("profile", PROFILES)
def test_a_row_with_a_speed_is_never_driven_backwards(profile: str) -> None:
    """The same holds of a speed."""
    roads = roads_from_edges(_table((A, B, 60.0, 2.0), names=("kph", "km")))
    assert roads.minutes([A], [B], profile=profile)[0, 0] == pytest.approx(2)
    assert np.isinf(roads.minutes([B], [A], profile=profile)[0, 0])


def test_contraflow_is_for_one_way_streets_whose_speed_the_profile_says() -> None:
    """A small one-way street without minutes may be driven against slowly by an emergency driver, as ever."""
    roads = roads_from_edges(_table((A, B, "residential", True), names=("road_class", "oneway")))
    kph = read_profile("blue_light").figures()["rules.contraflow.kph"].value
    assert roads.minutes([B], [A])[0, 0] == pytest.approx(roads.km / kph * 60, rel=1e-5)
    assert np.isinf(roads.minutes([B], [A], profile="car")[0, 0])


@pytest.mark.parametrize("profile", PROFILES)
def test_given_minutes_hold_around_corners(profile: str) -> None:
    """Where four edges with minutes meet, every turn and a turn back take no time of their own."""
    rows = [(x, B, 2.0, False) for x in (A, C, D, (0.01, 50.99))]
    roads = roads_from_edges(_table(*rows, names=("minutes", "oneway")))
    ends = [A, C, D, (0.01, 50.99)]
    np.testing.assert_allclose(roads.minutes(ends, ends, profile=profile), 4 - 4 * np.eye(4))


def test_minutes_hold_in_a_profile_that_knows_no_such_class() -> None:
    """A profile that leaves out classes of road still drives edges with minutes."""
    car = read_profile("car")
    speeds = {"motorway": car.speeds["motorway"]}
    narrow = car.model_copy(update={"speeds": speeds})
    roads = roads_from_edges(_table((A, B, 4.0)))
    assert roads.minutes([A], [B], profile=narrow)[0, 0] == pytest.approx(4)


def test_factors_by_class_are_for_rows_that_name_it() -> None:
    """A factor for unclassified roads leaves rows without a class alone, and a plain one multiplies all."""
    roads = roads_from_edges(
        _table((A, B, 4.0, None), (B, C, 4.0, "primary"), names=("minutes", "road_class"))
    )
    assert roads.minutes([A], [C], factor={"unclassified": 3, "primary": 2})[0, 0] == pytest.approx(12)
    assert roads.minutes([A], [C], factor=2)[0, 0] == pytest.approx(16)


@pytest.mark.parametrize(
    ("name", "along", "both", "against"),
    [
        ("oneway", "yes", "no", "-1"),
        ("oneway", True, False, "reverse"),
        ("One Way", "T", "F", "backward"),
        ("oneway", 1, 0, -1),
        ("oneway", 1.0, 0.0, -1.0),
        ("one_way", "FT", "B", "TF"),
        ("is-oneway", "forward", "both", "against"),
    ],
)
def test_spellings_of_one_way(name: str, along: object, both: object, against: object) -> None:
    """Directions are read in the ways that tables spell them, the reverse one too."""
    rows = _table((A, B, 1.0), (B, C, 2.0), (D, B, 3.0))
    roads = roads_from_edges(rows.assign(**{name: pd.Series([along, both, against], dtype=object)}))
    expected = [[0, 1, 3, 4], [np.inf, 0, 2, 3], [np.inf, 2, 0, 5], [np.inf] * 3 + [0]]
    np.testing.assert_allclose(roads.minutes([A, B, C, D], [A, B, C, D]), expected)


def test_a_column_that_says_two_ways() -> None:
    """A column that says which rows are open both ways is the opposite of one-way."""
    roads = roads_from_edges(
        _table((A, B, 1.0, True), (B, C, 2.0, False), names=("minutes", "bidirectional"))
    )
    np.testing.assert_allclose(
        roads.minutes([A, B, C], [A, B, C]), [[0, 1, 3], [1, 0, 2], [np.inf, np.inf, 0]]
    )
    assert not any("no column oneway" in finding for finding in roads.findings)


def test_a_table_without_directions_says_how_it_is_read() -> None:
    """Where nothing says one-way or not, each row is one direction, and a finding says so."""
    assert any("no column oneway" in finding for finding in roads_from_edges(_table((A, B, 1.0))).findings)


def test_the_fastest_of_several_rows_counts() -> None:
    """A direction that is given several times has its shortest minutes, and a finding counts the others."""
    rows = _table((A, B, 5.0, False), (A, B, 2.0, True), (A, B, 9.0, True), names=("minutes", "oneway"))
    roads = roads_from_edges(rows)
    np.testing.assert_allclose(roads.minutes([A, B], [A, B]), [[0, 2], [5, 0]])
    assert any(finding.startswith("2 directions are given more than once") for finding in roads.findings)


def test_rows_may_say_their_speed_in_different_columns() -> None:
    """A row without minutes goes by its kph, one without both by its class, and findings name the rows."""
    rows = [(A, B, 3.0, None, None), (B, C, None, 60.0, None), (B, D, None, None, "primary")]
    roads = roads_from_edges(_table(*rows, names=("minutes", "kph", "road_class")).assign(oneway=False))
    blue = roads.minutes([B], [A, C, D])[0]
    km = np.pi / 180 * 6371.0088 * np.array([0.01 * np.cos(np.radians(51)), 0.01])
    primary = read_profile("blue_light").figures()["speeds.primary.open_kph"].value
    np.testing.assert_allclose(blue, [3, km[0], km[1] / primary * 60], rtol=1e-5)
    assert any(
        finding.startswith("rows 1, 2 of the table of edges have no minutes") for finding in roads.findings
    )


def test_both_directions_of_a_class_are_one_road() -> None:
    """A street given as two rows of a class is the street given once as two-way, turns included."""
    arms = [A, C, D, (0.01, 50.99)]
    once = _table(*((x, B, "primary", False) for x in arms), names=("road_class", "oneway"))
    twice = _table(
        *((x, B, "primary") for x in arms), *((B, x, "primary") for x in arms), names=("road_class",)
    )
    for profile in PROFILES:
        found = roads_from_edges(twice).minutes(arms, arms, profile=profile)
        np.testing.assert_array_equal(found, roads_from_edges(once).minutes(arms, arms, profile=profile))


@pytest.mark.parametrize("kind", ["csv", "parquet", "gpkg"])
def test_every_kind_of_file_gives_the_same(tmp_path: Path, kind: str) -> None:
    """The same table as CSV, Parquet and GeoPackage gives the same minutes in each direction."""
    table = _table((A, B, 1.0), (B, A, 10.0), (B, C, 4.0))
    path = tmp_path / f"edges.{kind}"
    if kind == "csv":
        table.to_csv(path, index=False)
    elif kind == "parquet":
        table.to_parquet(path)
    else:
        points = gpd.points_from_xy(table["from_lon"], table["from_lat"])
        gpd.GeoDataFrame(table, geometry=points, crs=4326).to_file(path, driver="GPKG")
    found = read_roads(path, store=False).minutes([A, B, C], [A, B, C])
    np.testing.assert_allclose(found, [[0, 1, 5], [10, 0, 4], [np.inf, np.inf, 0]])


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("place", ["rutland", "liechtenstein"])
def test_all_pairs_of_a_real_network(extracts: dict[str, Roads], place: str, profile: str) -> None:
    """With random minutes for every direction of a real network all pairs equal Dijkstra on that graph."""
    roads = extracts[place]
    nodes = roads.nodes()
    lonlat = np.round(nodes[["lon", "lat"]].to_numpy(), 7)
    _, number = np.unique(lonlat, axis=0, return_inverse=True)
    number = number.ravel()
    drawn = roads.edges(profile="blue_light")
    tail, head = number[drawn["from_node"]], number[drawn["to_node"]]
    minutes = np.random.default_rng(5).uniform(0.01, 3.0, len(drawn))

    ends = np.hstack([lonlat[drawn["from_node"]], lonlat[drawn["to_node"]]])
    table = pd.DataFrame(ends, columns=ENDS).assign(minutes=minutes)
    arcs = pd.DataFrame({"tail": tail, "head": head, "minutes": minutes})
    fastest = arcs[arcs["tail"] != arcs["head"]].groupby(["tail", "head"], as_index=False)["minutes"].min()
    n = int(number.max()) + 1
    graph = csr_array((fastest["minutes"], (fastest["tail"], fastest["head"])), shape=(n, n))

    # Places that several points share lie on several roads; the others lie exactly on their own.
    rng = np.random.default_rng(6)
    first = np.unique(number, return_index=True)[1]
    chosen = rng.choice(np.unique(fastest[["tail", "head"]].to_numpy()), 120, replace=False)
    places = lonlat[first[chosen]]
    made = roads_from_edges(table)
    on_it = [made.snap(places, role=role)["km"].to_numpy() < 1e-6 for role in ("origin", "destination")]
    chosen, places = chosen[on_it[0] & on_it[1]], places[on_it[0] & on_it[1]]
    assert chosen.size > 60
    expected = dijkstra(graph, indices=chosen)[:, chosen]
    found = made.minutes(places, places, profile=profile)
    np.testing.assert_array_equal(np.isfinite(found), np.isfinite(expected))
    np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-6)
