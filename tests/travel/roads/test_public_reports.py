"""Road files of the kinds that the public has reported to go wrong: read rightly, or refused with why."""

from __future__ import annotations

import bz2
import gzip
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import osmium
import pandas as pd
import pytest
import shapely
from road_drawing import osm_text

from standby.travel import Roads, RoadsError, read_profile, read_roads, roads_from_edges
from standby.travel.roads._tags import longest_of, minutes_of

Draw = Callable[..., Roads]
A, B, C, D = (-1.3, 50.7), (-1.29, 50.7), (-1.28, 50.7), (-1.27, 50.7)
LINE = {1: A, 2: B, 3: C, 4: D}
ROAD = [([1, 2, 3, 4], {"highway": "primary"})]
PLAIN = osm_text(LINE, ROAD)


@pytest.fixture
def reports(shared: Path) -> Path:
    """Return the folder of the reported files."""
    return shared / "cases" / "public_reports"


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., Roads]:
    """Return a function that writes a road file and reads it."""

    def made(data: str | bytes, name: str = "a.osm") -> Roads:
        (tmp_path / name).write_bytes(data.encode() if isinstance(data, str) else data)
        return read_roads(tmp_path / name, store=False)

    return made


def _said(roads: Roads, words: str) -> bool:
    return any(words in finding for finding in roads.findings)


# Positions that come late, are negative, or stand with the ways.


@pytest.mark.parametrize("name", ["ways_first.osm", "josm_negative.osm", "locations_on_ways.osm.pbf"])
def test_the_same_town_in_three_forms(reports: Path, read: Callable[..., Roads], name: str) -> None:
    """Ways before nodes, numbers below 0 and positions on ways give the minutes of the sorted file."""
    lines = (reports / "ways_first.osm").read_text(encoding="utf-8").splitlines()
    middle = lines[2:-1]
    expected = read("\n".join([*lines[:2], *sorted(middle, key=lambda x: x.startswith("<way")), lines[-1]]))
    places = expected.nodes()[["lon", "lat"]].to_numpy()
    found = read_roads(reports / name, store=False)
    assert not _said(found, "cut at its edge")
    np.testing.assert_allclose(
        found.minutes(places, places, profile="car"),
        expected.minutes(places, places, profile="car"),
        rtol=1e-7,
    )


def test_a_single_late_node(read: Callable[..., Roads]) -> None:
    """A node that comes after its way is found; one that is nowhere in the file is where the road is cut."""
    node = f"<node id='3' lon='{C[0]}' lat='{C[1]}'></node>"
    assert node in PLAIN
    late = read(PLAIN.replace(node, "").replace("</osm>", f"{node}</osm>"))
    np.testing.assert_array_equal(late.minutes([A], [D]), read(PLAIN).minutes([A], [D]))
    assert not _said(late, "cut at its edge")
    assert _said(read(PLAIN.replace(node, "")), "1 roads leave the extract and were cut at its edge")


def test_late_nodes_in_binary_files(tmp_path: Path) -> None:
    """The same holds of the binary form, in any order of nodes, ways and relations."""
    path = tmp_path / "late.osm.pbf"
    with osmium.SimpleWriter(str(path)) as out:
        out.add_way(osmium.osm.mutable.Way(id=5, nodes=[1, 2, 3, 4], tags={"highway": "primary"}))
        for number, place in LINE.items():
            out.add_node(osmium.osm.mutable.Node(id=number, location=place))
    found = read_roads(path, store=False)
    assert found.km == pytest.approx(2.1, abs=0.1)
    assert not _said(found, "cut at its edge")


def test_positions_beside_the_points_of_ways(read: Callable[..., Roads]) -> None:
    """XML that gives each point of a way its position, as servers can, needs no nodes."""
    points = "".join(f"<nd ref='{k}' lat='{y}' lon='{x}'/>" for k, (x, y) in LINE.items())
    way = f"<way id='9'><bounds minlat='50'/>{points}<tag k='highway' v='primary'/></way>"
    found = read(f"<osm version='0.6'>{way}</osm>")
    np.testing.assert_array_equal(found.minutes([A], [D]), read(PLAIN).minutes([A], [D]))


def test_ways_without_any_positions(read: Callable[..., Roads]) -> None:
    """Ways whose nodes were not asked for are refused, and the message says what to ask for."""
    with pytest.raises(
        RoadsError, match=r"no road with positions: .* 1 ways .* ask the server for the nodes"
    ):
        read(osm_text({}, ROAD))


def test_negative_numbers_keep_their_turn_restrictions(draw: Draw) -> None:
    """In an editor's file with numbers below 0 a forbidden turn is forbidden."""
    cross = {-1: A, -2: B, -3: C, -4: (-1.29, 50.71), -5: (-1.29, 50.69)}
    arms = [([-1, -2], {"highway": "primary"}), *(([-2, k], {"highway": "primary"}) for k in (-3, -4, -5))]
    members = [("way", 1, "from"), ("node", -2, "via"), ("way", 3, "to")]
    roads = draw(cross, arms, relations=[(members, {"type": "restriction", "restriction": "no_left_turn"})])
    free = draw(cross, arms)
    assert len(roads.graph.turns_no) == 1
    north = (-1.29, 50.71)
    assert roads.minutes([A], [north], profile="car") > free.minutes([A], [north], profile="car")


# Deletions, histories and files of changes.


def test_a_road_deleted_in_an_editor(reports: Path) -> None:
    """A road that is marked as deleted is not driven, and that is said: the way round by node 3 is left."""
    roads = read_roads(reports / "josm_deleted_road.osm", store=False)
    assert _said(roads, "1 objects of the file are marked as deleted")
    west, east = (-1.3, 50.7), (-1.2, 50.7)
    straight = roads_from_edges(
        pd.DataFrame(
            [{"from_lon": -1.3, "from_lat": 50.7, "to_lon": -1.2, "to_lat": 50.7, "road_class": "primary"}]
        )
    )
    assert roads.minutes([west], [east])[0, 0] > 2 * straight.minutes([west], [east])[0, 0]


@pytest.mark.parametrize("mark", ["action='delete'", 'action="delete"', "visible='false'", 'visible="false"'])
@pytest.mark.parametrize("packed", ["a.osm", "a.osm.gz", "a.osm.bz2"])
def test_deleted_objects_are_left_out(read: Callable[..., Roads], mark: str, packed: str) -> None:
    """However a deletion is spelled and packed, a deleted road and a deleted barrier are not there."""
    ways = [*ROAD, ([1, 4], {"highway": "primary"})]
    text = osm_text(LINE, ways, node_tags={2: {"barrier": "bollard"}})
    text = text.replace("<way id='2'>", f"<way id='2' version='3' {mark}>")
    text = text.replace("<node id='2' ", f"<node id='99' {mark} lon='0' lat='0'></node><node id='2' ")
    pack = {"a.osm": bytes, "a.osm.gz": gzip.compress, "a.osm.bz2": bz2.compress}[packed]
    roads = read(pack(text.encode()), packed)
    assert roads.graph.n_chains == 2  # to the bollard and from it
    assert np.isinf(roads.minutes([A], [D], profile="car")[0, 0])
    assert _said(roads, "2 objects of the file are marked as deleted")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.osc", "<osmChange version='0.6'></osmChange>"),
        ("a.osm", PLAIN.replace("<osm ", "<osmChange ").replace("</osm>", "</osmChange>")),
        ("a.osh", PLAIN),
        ("a.osh.pbf", "x"),
        ("a.osm", PLAIN.replace("</osm>", "<way id='1' version='2' visible='false'/></osm>")),
        ("a.osm", PLAIN.replace("</osm>", "<way id='1' version='2'><nd ref='1'/><nd ref='2'/>"
         "<tag k='highway' v='primary'/></way></osm>")),
        ("a.osm", PLAIN.replace("</osm>", "<node id='2' version='2' visible='true' lat='1' lon='1'/></osm>")),
    ],
)  # fmt: skip
def test_histories_and_changes_are_refused(read: Callable[..., Roads], name: str, text: str) -> None:
    """A file of changes and one with several versions of an object are refused with what to make of them."""
    with pytest.raises(RoadsError, match="osmium time-filter"):
        read(text, name)


def test_binary_histories_are_refused(tmp_path: Path) -> None:
    """A binary history says in its header what it is, and is refused whatever it is called."""
    path = tmp_path / "a.osh.pbf"
    with osmium.SimpleWriter(str(path)) as out:
        out.add_node(osmium.osm.mutable.Node(id=1, location=A, version=1, visible=True))
        out.add_node(osmium.osm.mutable.Node(id=1, version=2, visible=False))
    path = path.rename(tmp_path / "a.osm.pbf")
    with pytest.raises(RoadsError, match="osmium time-filter"):
        read_roads(path, store=False)


def test_a_road_that_is_there_twice_counts_once(read: Callable[..., Roads]) -> None:
    """The same version of a way twice, as in extracts put together, is one road, and that is said."""
    twice = PLAIN.replace("</osm>", PLAIN[PLAIN.index("<way") : PLAIN.index("</way>")] + "</way></osm>")
    roads = read(twice)
    assert roads.graph.n_chains == 1
    assert _said(roads, "1 roads are in the file more than once")


# What the server said.


def test_a_remark_is_quoted(reports: Path, read: Callable[..., Roads]) -> None:
    """A file with nothing but a remark is refused with it; so is one with several."""
    with pytest.raises(RoadsError, match=r"remarks 'runtime error: Query timed out in \"query\" at line 5"):
        read_roads(reports / "timeout.osm", store=False)
    two = "<osm version='0.6'><remark>out of memory</remark><remark> too\n many </remark></osm>"
    with pytest.raises(RoadsError, match=r"no road, and its server remarks 'out of memory' and 'too many'"):
        read(two)
    with pytest.raises(RoadsError, match="out of memory"):
        read(gzip.compress(two.encode()), "a.osm.gz")


def test_a_remark_beside_roads_is_a_finding(read: Callable[..., Roads]) -> None:
    """A server that stopped half-way left roads and a remark: the roads are read, the remark is said."""
    roads = read(PLAIN.replace("</osm>", "<remark>runtime error: Query ran out of memory</remark></osm>"))
    assert _said(roads, "may be incomplete: its server remarks 'runtime error: Query ran out of memory'")


# Ferries.


def test_a_list_of_durations(reports: Path) -> None:
    """A crossing with two durations takes the longer, and the finding names the way."""
    roads = read_roads(reports / "ferry_duration_list.osm", store=False)
    assert _said(roads, "way 5 '02:30;03:30'")
    ends = [(-1.3, 50.7), (-1.18, 50.7)]
    assert roads.minutes(ends[:1], ends[1:])[0, 0] == pytest.approx(210)


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("PT20M", 20), ("PT1H", 60), ("PT1H30M", 90), ("PT90S", 1.5), ("P1DT2H", 1560), ("pt2h", 120),
     ("PT0.5H", 30), ("00:20", 20), ("0:20", 20), ("20", 20), ("1:00:00", 60), ("01:00:30", 60.5),
     ("1h30", 90), ("1h30m", 90), ("1 h 30 min", 90), ("1 hour 5 minutes", 65), ("20 mins", 20),
     ("20min.", 20), ("1.5 h", 90), ("1,5 h", 90), ("2 hrs", 120), ("45 m", 45), ("90 s", 1.5),
     ("00:75", None), ("20:00:99", None), ("variable", None), ("-20", None), ("P", None), ("PT", None),
     ("20 km", None), ("02:30;03:30", None)],
)  # fmt: skip
def test_spellings_of_a_duration(text: str, minutes: float | None) -> None:
    """One duration is read in every way that it is written; what is none, or several, is not guessed."""
    assert minutes_of(text) == minutes


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("02:30;03:30", 210), ("20-25", 25), ("20 - 25 min", 25), ("PT1H;PT2H", 120), ("10, 12", 12),
     ("20 to 30", 30), ("20;soon", None), ("soon", None), (";", None)],
)  # fmt: skip
def test_several_durations(text: str, minutes: float | None) -> None:
    """Of several durations the longest counts; none does if one of them can't be read."""
    assert longest_of(text) == minutes


def test_a_duration_that_says_nothing_is_named(draw: Draw) -> None:
    """A ferry whose duration can't be read has the profile's speed, and the finding names the way."""
    ways = [([1, 2], {"highway": "primary"}), ([3, 4], {"highway": "primary"})]
    roads = draw(LINE, [*ways, ([2, 3], {"route": "ferry", "duration": "depends"})])
    assert _said(roads, "cannot be read as a time, so they have the profile's speed: way 3 'depends'")
    assert not _said(draw(LINE, [*ways, ([2, 3], {"route": "ferry", "duration": "PT4M"})]), "durations")


def test_a_crossing_that_no_ship_makes_is_named(draw: Draw) -> None:
    """Seven hundred metres in two days or in a second are hardly meant: the finding names the way."""
    ways = [([1, 2], {"highway": "primary"}), ([3, 4], {"highway": "primary"})]
    for duration in ("48:00", "PT1S"):
        roads = draw(LINE, [*ways, ([2, 3], {"route": "ferry", "duration": duration})])
        assert _said(roads, "that no crossing takes, used as they are: way 3 (0.7 km in")


# OS Open Roads: clips, names and kinds of line.

E, N = 449_000.0, 96_000.0


def _links(*links: tuple[str | None, str | None, object], crs: str = "EPSG:27700") -> gpd.GeoDataFrame:
    """Return road links from their two nodes and their line."""
    start, end, lines = zip(*links, strict=True)
    table = {
        "start_node": start,
        "end_node": end,
        "road_function": "A Road",
        "form_of_way": "Single Carriageway",
    }
    return gpd.GeoDataFrame(table, geometry=[_line(line) for line in lines], crs=crs)


def _line(line: object) -> shapely.Geometry:
    return line if isinstance(line, shapely.Geometry) else shapely.LineString(line)


@pytest.fixture
def links(tmp_path: Path) -> Callable[..., Roads]:
    """Return a function that writes road links and reads them."""

    def made(*given: tuple[str | None, str | None, object], metres: bool = True) -> Roads:
        path = tmp_path / "oproad.gpkg"
        path.unlink(missing_ok=True)
        frame = _links(*given)
        (frame if metres else frame.to_crs(4326)).to_file(path, layer="road_link", driver="GPKG")
        return read_roads(path, store=False)

    return made


def _at(*metres: tuple[float, float]) -> np.ndarray:
    points = gpd.GeoSeries(shapely.points(metres), crs="EPSG:27700").to_crs("EPSG:4326")
    return np.stack([points.x, points.y], axis=1)


def test_a_clip_joins_nothing(reports: Path) -> None:
    """Roads that meet outside the clip do not meet inside it, though their ends keep one name."""
    whole, clipped = (read_roads(reports / f"open_roads_{k}.gpkg", store=False) for k in ("whole", "clipped"))
    ends = _at((428345.54, 89004.84), (428285.46, 100125.01))
    assert np.isfinite(whole.minutes(ends[:1], ends[1:])[0, 0])
    assert np.isinf(clipped.minutes(ends[:1], ends[1:])[0, 0])
    assert _said(clipped, "1 nodes have their name at ends of links that lie apart")
    assert not _said(whole, "lie apart")


def test_promoted_lines(reports: Path) -> None:
    """Lines that were promoted to MultiLineStrings give the minutes of the lines."""
    lines, promoted = (
        read_roads(reports / f"open_roads_{k}linestring.gpkg", store=False) for k in ("", "multi")
    )
    places = lines.nodes()[["lon", "lat"]].to_numpy()
    np.testing.assert_array_equal(promoted.minutes(places, places), lines.minutes(places, places))


@pytest.mark.parametrize("metres", [True, False])
def test_ends_with_one_name_meet_where_they_lie(links: Callable[..., Roads], *, metres: bool) -> None:
    """Two ends at the junction and two where a clip cut them: each pair meets, and the pairs do not."""
    roads = links(
        ("a", "j", [(E, N), (E + 1000, N)]),
        ("j", "b", [(E + 1000, N), (E + 2000, N)]),
        ("c", "j", [(E, N + 5000), (E + 1000, N + 5000)]),
        ("j", "d", [(E + 1000, N + 5000), (E + 2000, N + 5000)]),
        metres=metres,
    )
    west, east, far_west, far_east = _at((E, N), (E + 2000, N), (E, N + 5000), (E + 2000, N + 5000))
    assert np.isfinite(roads.minutes([west, far_west], [east, far_east])).tolist() == [
        [True, False],
        [False, True],
    ]


@pytest.mark.parametrize("nothing", ["", " ", None])
def test_ends_without_names_meet_where_they_touch(links: Callable[..., Roads], nothing: str | None) -> None:
    """Blank names join nothing that lies apart, and everything that lies together, named or not."""
    roads = links(
        ("a", nothing, [(E, N), (E + 1000, N)]),
        (nothing, nothing, [(E + 1000, N), (E + 2000, N)]),
        ("b", "c", [(E + 2000, N), (E + 3000, N)]),
        (nothing, nothing, [(E, N + 5000), (E + 1000, N + 5000)]),
    )
    west, east, far = _at((E, N), (E + 3000, N), (E, N + 5000))
    assert np.isfinite(roads.minutes([west], [east, far])).tolist() == [[True, False]]
    assert not _said(roads, "lie apart")


def test_bridges_stay_bridges(links: Callable[..., Roads]) -> None:
    """Two nodes with names of their own at one position are not joined."""
    roads = links(("a", "under", [(E, N), (E + 1000, N)]), ("over", "b", [(E + 1000, N), (E + 2000, N)]))
    west, east = _at((E, N), (E + 2000, N))
    assert np.isinf(roads.minutes([west], [east])[0, 0])


def test_links_in_several_parts(links: Callable[..., Roads]) -> None:
    """A link that leaves a clip and comes back is two roads; one in two touching parts is one."""
    gap = shapely.MultiLineString([[(E, N), (E + 1000, N)], [(E + 4000, N), (E + 5000, N)]])
    whole = shapely.MultiLineString([[(E, N), (E + 1000, N)], [(E + 1000, N), (E + 5000, N)]])
    west, east = _at((E, N), (E + 5000, N))
    beyond = ("b", "c", [(E + 5000, N), (E + 6000, N)])
    assert np.isinf(links(("a", "b", gap), beyond).minutes([west], [east])[0, 0])
    assert np.isfinite(links(("a", "b", whole), beyond).minutes([west], [east])[0, 0])


def test_links_that_are_no_lines_are_counted(links: Callable[..., Roads]) -> None:
    """A point among the links is left out and counted."""
    roads = links(("a", "b", [(E, N), (E + 1000, N)]), ("b", "c", shapely.Point(E, N)))
    assert _said(roads, "1 links are not lines and were left out")


# Tables of edges.


def _edge(**more: object) -> dict[str, object]:
    return {"from_lon": 0.0, "from_lat": 51.0, "to_lon": 0.01, "to_lat": 51.0} | more


@pytest.mark.parametrize(
    ("name", "said"), [("edges_metres.csv", "looks like metres"), ("edges_short.csv", "is shorter than")]
)
def test_lengths_that_cannot_be_are_findings(reports: Path, name: str, said: str) -> None:
    """Metres given as kilometres, and lengths below the straight line, are findings that name the rows."""
    roads = read_roads(reports / name, store=False)
    assert any(f.startswith("rows 2, 3, 4, 5, 6 of the table") and said in f for f in roads.findings)


@pytest.mark.parametrize(
    "more",
    [{"minutes": x} for x in (0, -1, -0.0, "inf", "nan", "soon", None, 1e300)]
    + [{"kph": x} for x in (0, -30, "inf", None, "fast", 1e10)]
    + [{"minutes": 3, "km": x} for x in (0, -2, "inf", "1,408")],
)
@pytest.mark.parametrize("kind", ["frame", "csv", "parquet"])
def test_edges_that_cannot_be_are_refused_by_row(tmp_path: Path, more: dict[str, object], kind: str) -> None:
    """No, negative, endless and unreadable minutes, speeds and lengths are refused, and the row is named."""
    good = dict.fromkeys(more, 5)
    table = pd.DataFrame([_edge(**good), _edge(**more), _edge(**good)], dtype=object)
    row = 1 if kind == "frame" else 3
    table.to_csv(tmp_path / "e.csv", index=False)
    table.astype(str).to_parquet(tmp_path / "e.parquet")
    with pytest.raises(RoadsError, match=rf"row {row} .*{list(more)[-1]}"):
        roads_from_edges(table) if kind == "frame" else read_roads(tmp_path / f"e.{kind}", store=False)


def test_all_faults_of_a_table_come_together() -> None:
    """Several faults are in one message, each with its rows."""
    rows = [_edge(minutes=3), _edge(minutes=-1), _edge(minutes=0, to_lat=95), _edge(minutes="x")]
    with pytest.raises(RoadsError) as told:
        roads_from_edges(pd.DataFrame(rows))
    assert "row 3 minutes is x" in str(told.value)
    assert "rows 1, 2 minutes is -1" in str(told.value)
    assert "row 2 to_lon, to_lat has the position (0.01, 95)" in str(told.value)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"minutes": 0.01}, "faster than 200 km/h"),
        ({"minutes": 45}, "slower than 2 km/h"),
        ({"minutes": 3000}, "takes longer than a day"),
        ({"kph": 500}, "a kph that no road has"),
        ({"kph": 0.5}, "a kph that no road has"),
        ({"minutes": 1, "km": 0.5}, "shorter than the straight line"),
        ({"minutes": 1, "km": 701.0}, "looks like metres"),
        ({"minutes": 1, "km": 30.0}, "over 10 straight lines"),
        ({"minutes": 1, "to_lon": 0.0}, "has the same start and end, and was left out"),
    ],
)
def test_edges_that_are_hardly_meant_are_findings(more: dict[str, object], said: str) -> None:
    """What is possible but hardly meant is read as it stands, and a finding names the row."""
    good = _edge(**{key: {"minutes": 1, "kph": 50, "km": 0.71}.get(key, 0.01) for key in more})
    roads = roads_from_edges(pd.DataFrame([good, _edge(**more)]))
    assert any(
        finding.startswith("row 1 of the table of edges") and said in finding for finding in roads.findings
    )
    assert not any("row 0" in finding for finding in roads.findings)


def test_ordinary_edges_have_no_such_findings() -> None:
    """A bend, a motorway and a lane are nothing odd."""
    rows = [_edge(kph=k, km=km) for k, km in ((112, 0.702), (20, 1.5), (60, 0.75))]
    assert (
        len(roads_from_edges(pd.DataFrame(rows).assign(oneway=False)).findings) == 2
    )  # doubled, and the side


def test_speeds_of_a_profile_are_no_finding() -> None:
    """A row whose speed is the profile's has nothing to be judged but its length."""
    assert read_profile("car").name == "car"
    roads = roads_from_edges(pd.DataFrame([_edge(road_class="primary", oneway=False)]))
    assert len(roads.findings) == 1


def test_columns_that_are_not_read_are_named() -> None:
    """A column that only looks like one of ours says nothing, and a finding names it."""
    rows = [_edge(road_class="primary", time_min=20, Length=3, oneway=False)]
    findings = roads_from_edges(pd.DataFrame(rows)).findings
    assert "columns of the table of edges that are not read: time_min, Length" in findings
    many = pd.DataFrame([_edge(minutes=1, oneway=False)]).assign(**{f"c{k}": 0 for k in range(13)})
    assert any(finding.endswith("c9 and 3 more") for finding in roads_from_edges(many).findings)


def test_ends_that_nearly_meet_are_a_finding() -> None:
    """Ends a hand's breadth apart are not joined, and are said; those that an edge joins are not."""
    on = {"from_lon": 0.0100003, "from_lat": 51.0, "to_lon": 0.02, "to_lat": 51.0}
    rows = [_edge(minutes=1, oneway=False), _edge(minutes=1, oneway=False, **on)]
    rows[0] |= {"to_lon": 0.01, "to_lat": 51.0}
    findings = roads_from_edges(pd.DataFrame(rows)).findings
    assert any(
        "a metre or less apart and are not joined: 1 (first at 0.01, 51)" in finding for finding in findings
    )
    link = {"from_lon": 0.01, "from_lat": 51.0, "to_lon": 0.0100003, "to_lat": 51.0}
    rows.append(_edge(minutes=0.01, oneway=False, **link))
    assert not any("not joined" in finding for finding in roads_from_edges(pd.DataFrame(rows)).findings)


def test_a_road_given_with_two_classes_is_a_finding() -> None:
    """Two rows of one direction with different classes are two roads, the faster counts, and that is said."""
    rows = [_edge(road_class="primary", oneway=False), _edge(road_class="track", oneway=False)]
    findings = roads_from_edges(pd.DataFrame(rows)).findings
    assert any(finding.startswith("2 directions are given more than once") for finding in findings)
