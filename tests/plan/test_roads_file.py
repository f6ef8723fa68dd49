"""A plan's road file and driving profile: what can be told without reading the roads."""

from __future__ import annotations

import bz2
import gzip
import hashlib
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import geopandas
import osmium
import pandas as pd
import pytest
from shapely import LineString

from standby import examples
from standby.plan import check, open_plan, write_plan

EDGES = "from_lon,from_lat,to_lon,to_lat,kph\n-3.5,50.7,-4.0,50.7,60\n"
OSM = (
    "<?xml version='1.0'?><osm version='0.6'><node id='1' lat='50.7' lon='-3.5'/>"
    "<node id='2' lat='50.7' lon='-4'/><way id='1'><nd ref='1'/><nd ref='2'/>"
    "<tag k='highway' v='primary'/></way></osm>"
)
FIELD = ("plan.toml", "travel", "roads")


BLUE_LIGHT = Path(examples.path("tiny")).parents[1] / "travel" / "profiles" / "blue_light.toml"


@pytest.fixture(scope="module")
def extract(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Return an OpenStreetMap extract of one road."""
    path = tmp_path_factory.mktemp("extract") / "roads.osm.pbf"
    with osmium.SimpleWriter(str(path)) as writer:
        for number, lon in ((1, -3.5), (2, -4.0)):
            writer.add_node(osmium.osm.mutable.Node(id=number, location=(lon, 50.7)))
        writer.add_way(osmium.osm.mutable.Way(id=1, nodes=[1, 2], tags={"highway": "primary"}))
    return path.read_bytes()


@pytest.fixture
def plan(edit: Callable[[str, str, str], Path]) -> Callable[..., Path]:
    """Return a function that gives `tiny` a road file and lines for its section on travel."""

    def make(name: str = "edges.csv", data: bytes | str | None = EDGES, lines: str = "") -> Path:
        given = f"[travel]\nmethod = 'roads'\nroads = '{name}'\n{lines}\n"
        folder = edit("plan.toml", "[travel]\n", given)
        if data is not None:
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_bytes(data.encode() if isinstance(data, str) else data)
        return folder

    return make


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("edges.csv", EDGES),
        ("roads/edges.csv", EDGES),
        ("roads.osm", OSM),
        ("roads.osm.xml", OSM),
        ("roads.osm.gz", gzip.compress(OSM.encode(), mtime=0)),
        ("roads.osm.bz2", bz2.compress(OSM.encode())),
    ],
)
def test_a_file_that_looks_right_is_no_fault(plan: Callable[..., Path], name: str, data: bytes) -> None:
    """Checking tells what can be unpacked to its end and leaves the rest to the reader of roads."""
    folder = plan(name, data)
    assert [str(fault) for fault in check(folder).faults] == []
    data = data if isinstance(data, bytes) else data.encode()
    assert open_plan(folder).hashes[name] == hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize(
    ("name", "data", "place", "code", "said"),
    [
        ("edges.csv", None, ("edges.csv", "", ""), "missing-file", "is missing"),
        ("roads.txt", EDGES, FIELD, "bad-field", "ending is not known"),
        ("../edges.csv", None, FIELD, "bad-field", "not in the plan's folder"),
        ("C:\\\\edges.csv", None, FIELD, "bad-field", "not in the plan's folder"),
        ("/edges.csv", None, FIELD, "bad-field", "not in the plan's folder"),
        ("edges.csv", "", ("edges.csv", "", ""), "unreadable", "is empty (0 bytes)"),
        ("edges.csv", "a,b\n1,2\n", ("edges.csv", "", ""), "unreadable", "lacks the columns from_lon"),
        ("r.osm.pbf", b"nonsense", ("r.osm.pbf", "", ""), "unreadable", "is not an OpenStreetMap extract"),
        ("r.osm.pbf", b"<html>", ("r.osm.pbf", "", ""), "unreadable", "is not an OpenStreetMap extract"),
        ("r.gpkg", b"PK\3\4", ("r.gpkg", "", ""), "unreadable", "is not a GeoPackage"),
        ("e.parquet", b"PAR1...", ("e.parquet", "", ""), "unreadable", "is not a Parquet file"),
        ("e.parquet", b"PAR1....PAR1", ("e.parquet", "", ""), "unreadable", "cannot be read as a table"),
        ("r.osm", "{}", ("r.osm", "", ""), "unreadable", "is not OpenStreetMap as text"),
    ],
)
def test_what_can_be_seen_to_be_wrong_is_one_fault(
    plan: Callable[..., Path],
    name: str,
    data: bytes | str | None,
    place: tuple[str, str, str],
    code: str,
    said: str,
) -> None:
    """A road file that is missing, elsewhere, empty, cut off or something else is one fault with its fix."""
    found = check(plan(name, data)).faults
    assert [(fault.file, fault.where, fault.field) for fault in found] == [place]
    assert found[0].code == code
    assert said in found[0].what
    assert found[0].fix


def test_a_geopackage_has_a_layer_of_roads(plan: Callable[..., Path], tmp_path: Path) -> None:
    """A GeoPackage of road links passes; one of something else is a fault that says what is lacking."""
    columns = {name: ["a"] for name in ("road_function", "form_of_way", "start_node", "end_node")}
    line = [LineString([(300_000, 90_000), (301_000, 90_000)])]
    links = geopandas.GeoDataFrame(columns, geometry=line, crs="EPSG:27700")
    links.to_file(tmp_path / "links.gpkg", driver="GPKG")
    links[["form_of_way", "geometry"]].to_file(tmp_path / "other.gpkg", driver="GPKG")

    folder = plan("r.gpkg", (tmp_path / "links.gpkg").read_bytes())
    assert check(folder).ok
    (folder / "r.gpkg").write_bytes((tmp_path / "other.gpkg").read_bytes())
    (fault,) = check(folder).faults
    assert (fault.file, fault.code) == ("r.gpkg", "unreadable")
    assert fault.what.startswith("no layer has the columns road_function")


def test_a_whole_extract_is_no_fault(plan: Callable[..., Path], extract: bytes) -> None:
    """An extract whose every block can be unpacked passes, and the check says that its reader was asked."""
    found = check(plan("roads.osm.pbf", extract))
    assert found.ok
    assert found.checkers == ("road file (standby.travel)",)


def test_an_extract_that_is_cut_off_or_damaged_is_a_fault(plan: Callable[..., Path], extract: bytes) -> None:
    """An extract that ends inside one of its blocks, or holds a block that can't be unpacked, is a fault."""
    folder = plan("r.osm.pbf", extract)
    spoilt = extract[:-30] + bytes(30)
    for data in (*(extract[:size] for size in range(len(extract) - 70, len(extract), 10)), spoilt):
        (folder / "r.osm.pbf").write_bytes(data)
        (fault,) = check(folder).faults
        assert (fault.file, fault.code) == ("r.osm.pbf", "unreadable")
        assert "is cut off or damaged" in fault.what


def test_an_extract_without_its_reader_is_noted(
    plan: Callable[..., Path], extract: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the extra the extract is not looked through, and a note says so with what to install."""
    monkeypatch.setitem(sys.modules, "osmium", None)
    found = check(plan("unread.osm.pbf", extract))
    assert found.ok
    (note,) = [note for note in found.notes if note.subject == "travel.roads"]
    assert "unread.osm.pbf is not looked through" in note.text
    assert "pip install 'standby[roads]'" in note.text


def test_parquet_without_its_reader_is_noted(
    plan: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the extra a table of edges in Parquet is not read, and a note says so with what to install."""
    folder = plan("e.parquet", b"PAR1....PAR1")
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    found = check(folder)
    assert found.ok
    (note,) = [note for note in found.notes if note.subject == "travel.roads"]
    assert "e.parquet is not read" in note.text
    assert "pip install 'standby[parquet]'" in note.text


def test_roads_without_a_file_are_a_fault(edit: Callable[[str, str, str], Path]) -> None:
    """The method `roads` needs a road file, and the fix says of what kind."""
    (fault,) = check(edit("plan.toml", "[travel]\n", "[travel]\nmethod = 'roads'\n")).faults
    assert (fault.file, fault.where, fault.field, fault.code) == (*FIELD, "missing-file")
    assert ".osm.pbf" in fault.fix


@pytest.mark.parametrize(
    ("profile", "text", "code"),
    [
        ("bluelight", None, "bad-word"),
        ("own.toml", None, "missing-file"),
        ("own.toml", "name = ", "syntax"),
        ("own.toml", "name = 'own'", "unreadable"),
        ("../own.toml", None, "bad-word"),
    ],
)
def test_a_profile_is_one_of_ours_or_a_file_of_the_plan(
    plan: Callable[..., Path], profile: str, text: str | None, code: str
) -> None:
    """Another name, a file that is not there, one that is no TOML and one without speeds are faults."""
    folder = plan(lines=f"profile = '{profile}'")
    if text is not None:
        (folder / profile).write_text(text)
    assert [fault.code for fault in check(folder).faults] == [code]


def test_an_emergency_that_may_be_counted_twice_is_noted(plan: Callable[..., Path]) -> None:
    """The profile blue_light is an emergency drive; a plan that multiplies it again is told so."""
    folder = plan(lines="start_min = 1")
    said = {
        n.subject: n.text
        for n in check(folder).notes
        if n.subject.startswith("travel.") and "twice" in n.text
    }
    assert set(said) == {"travel.emergency_factor", "travel.start_min"}
    path = folder / "plan.toml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("start_min = 1", "profile = 'car'"), encoding="utf-8"
    )
    assert not [note for note in check(folder).notes if "twice" in note.text]


def test_what_is_given_and_not_used_is_noted(edit: Callable[[str, str, str], Path]) -> None:
    """A road file beside another method is a note and no fault, even where there is no such file."""
    found = check(edit("plan.toml", "[travel]\n", "[travel]\nroads = 'edges.csv'\nprofile = 'car'\n"))
    assert found.ok
    assert {n.subject for n in found.notes if "is not used" in n.text} == {"travel.roads", "travel.profile"}


def test_no_option_says_how_minutes_are_found(plan: Callable[..., Path]) -> None:
    """Options are compared over the same minutes: none may change the method, the roads or the profile."""
    folder = plan()
    path = folder / "plan.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(f"{text}\n[options.o]\nname = 'O'\nset.travel.profile = 'car'\n", encoding="utf-8")
    assert [(f.where, f.field, f.code) for f in check(folder).faults] == [
        ("options.o.set", "travel.profile", "bad-path")
    ]


def test_a_plan_is_written_with_its_roads(plan: Callable[..., Path], tmp_path: Path) -> None:
    """The road file and the profile go with the plan, and are not noted as tables that nobody reads."""
    folder = plan("edges.csv", lines="profile = 'own.toml'")
    shutil.copyfile(BLUE_LIGHT, folder / "own.toml")
    written = write_plan(open_plan(folder), tmp_path / "copy")
    pd.testing.assert_frame_equal(pd.read_csv(written / "edges.csv"), pd.read_csv(folder / "edges.csv"))
    assert open_plan(written).hash == open_plan(folder).hash
    assert not [note for note in check(written).notes if note.subject == "edges.csv"]
