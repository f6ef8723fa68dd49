"""A plan's road file and driving profile: what can be told without reading the roads."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from standby.plan import check, open_plan, write_plan
from standby.plan.document import ROAD_PROFILES
from standby.travel.roads.profile import PROFILES

EDGES = "from_lon,from_lat,to_lon,to_lat,kph\n-3.5,50.7,-4.0,50.7,60\n"
FIELD = ("plan.toml", "travel", "roads")


def _blob(kind: bytes, size: int) -> bytes:
    """Write a block of an OpenStreetMap extract: the length of its header, the header, senseless bytes."""
    header = b"\x0a" + bytes([len(kind)]) + kind + b"\x18" + bytes([size])
    return len(header).to_bytes(4, "big") + header + b"x" * size


PBF = _blob(b"OSMHeader", 40) + _blob(b"OSMData", 100)


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


def test_the_profiles_that_a_plan_may_name_are_those_that_there_are() -> None:
    """The plan knows the profiles of the package by name without importing their room."""
    assert ROAD_PROFILES == PROFILES


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("edges.csv", EDGES),
        ("roads/edges.csv", EDGES),
        ("roads.osm.pbf", PBF),
        ("roads.osm", "<?xml version='1.0'?><osm></osm>"),
        ("roads.gpkg", b"SQLite format 3\0"),
        ("roads.osm.gz", b"\x1f\x8b"),
    ],
)
def test_a_file_that_looks_right_is_no_fault(plan: Callable[..., Path], name: str, data: bytes) -> None:
    """Checking tells what can be seen at a glance and leaves the rest to the reader of roads."""
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
        ("r.osm.pbf", PBF[:-1], ("r.osm.pbf", "", ""), "unreadable", "cut off or damaged after 57 of its"),
        ("r.osm.pbf", PBF[:62], ("r.osm.pbf", "", ""), "unreadable", "is cut off or damaged"),
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
    """A road file that is missing, elsewhere, empty, cut off or something else is one fault with its mend."""
    found = check(plan(name, data)).faults
    assert [(fault.file, fault.where, fault.field) for fault in found] == [place]
    assert found[0].code == code
    assert said in found[0].what
    assert found[0].fix


def test_every_cut_of_an_extract_is_told(plan: Callable[..., Path]) -> None:
    """An extract that ends anywhere but between two of its blocks is a fault."""
    folder = plan("r.osm.pbf", PBF)
    whole = {len(_blob(b"OSMHeader", 40)), len(PBF)}
    for size in range(len(PBF) + 1):
        (folder / "r.osm.pbf").write_bytes(PBF[:size])
        assert check(folder).ok == (size in whole), size


def test_roads_without_a_file_are_a_fault(edit: Callable[[str, str, str], Path]) -> None:
    """The method `roads` needs a road file, and the mend says of what kind."""
    (fault,) = check(edit("plan.toml", "[travel]\n", "[travel]\nmethod = 'roads'\n")).faults
    assert (fault.file, fault.where, fault.field, fault.code) == (*FIELD, "missing-file")
    assert ".osm.pbf" in fault.fix


@pytest.mark.parametrize(
    ("profile", "text", "code"),
    [
        ("bluelight", None, "bad-word"),
        ("own.toml", None, "missing-file"),
        ("own.toml", "name = ", "syntax"),
        ("../own.toml", None, "bad-word"),
    ],
)
def test_a_profile_is_one_of_ours_or_a_file_of_the_plan(
    plan: Callable[..., Path], profile: str, text: str | None, code: str
) -> None:
    """Another name, a file that is not there and one that is no TOML are faults."""
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
    (folder / "own.toml").write_text("name = 'own'\n")
    written = write_plan(open_plan(folder), tmp_path / "copy")
    pd.testing.assert_frame_equal(pd.read_csv(written / "edges.csv"), pd.read_csv(folder / "edges.csv"))
    assert open_plan(written).hash == open_plan(folder).hash
    assert not [note for note in check(written).notes if note.subject == "edges.csv"]
