"""What other rooms check in a plan: each bad file is found where only the plan was imported."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pytest

from standby import examples
from standby.plan import check
from standby.plan.checking import other_rooms
from standby.plan.checking.other_rooms import CHECKERS, Checker

ALONE = """
import json, sys
import standby.plan
before = [name for name in sys.modules if name.startswith("standby.travel")]
found = standby.plan.check(sys.argv[1])
said = [f"{fault.file}: {fault.what}" for fault in found.faults]
print(json.dumps([before, said, [note.text for note in found.notes], found.checkers]))
"""
EDGES = "from_lon,from_lat,to_lon,to_lat,kph\n-3.5,50.7,-4.0,50.7,60\n"
SQLITE = b"SQLite format 3\0"
HEAD = "from_lon,from_lat,to_lon,to_lat,kph\n"
BY_ROADS = "method = 'roads'\nroads = {!r}\n"
BY_MINUTES = "method = 'matrix'\nmatrix = 'minutes.csv'\n"
ROADS, PROFILE, MINUTES = (f"{checker.of} (standby.travel)" for checker in CHECKERS)
PAIRS = [
    (site, place)
    for site in ("midtown", "westham", "eastport")
    for place in ("midtown", "westham", "northley", "moor", "coombe", "eastport", "market", "pier")
]
FAST = "site,place,minutes\n" + "".join(f"{site},{place},0\n" for site, place in PAIRS)


PACKED = gzip.compress(b"<osm", mtime=0)
"""Text that is cut off, packed whole; without the time, since it stands in the id of a test."""


@pytest.mark.parametrize(
    ("travel", "file", "data", "said", "checkers"),
    [
        (BY_ROADS.format("r.osm.pbf"), "r.osm.pbf", b"<html>", "is not an OpenStreetMap ext", [ROADS]),
        (BY_ROADS.format("r.osm.pbf"), "r.osm.pbf", "cut", "is cut off or damaged", [ROADS]),
        (BY_ROADS.format("r.osm"), "r.osm", b"{}", "is not OpenStreetMap as text", [ROADS]),
        (BY_ROADS.format("r.osm"), "r.osm", b"<osm", "is cut off or damaged", [ROADS]),
        (BY_ROADS.format("r.osm.gz"), "r.osm.gz", PACKED, "is cut off or damaged", [ROADS]),
        (BY_ROADS.format("r.osm.gz"), "r.osm.gz", b"\x1f\x8b", "is cut off or damaged", [ROADS]),
        (BY_ROADS.format("r.osm.bz2"), "r.osm.bz2", b"BZh9junk", "is cut off or damaged", [ROADS]),
        (BY_ROADS.format("r.o5m"), "r.o5m", b"\xffjunk", "is cut off or damaged", [ROADS]),
        (BY_ROADS.format("r.gpkg"), "r.gpkg", b"PK", "is not a GeoPackage", [ROADS]),
        (BY_ROADS.format("r.gpkg"), "r.gpkg", SQLITE, "damaged or not a GeoPackage", [ROADS]),
        (BY_ROADS.format("r.gpkg"), "r.gpkg", SQLITE + bytes(4096), "damaged or not a Geo", [ROADS]),
        (BY_ROADS.format("e.parquet"), "e.parquet", b"PAR1..PAR1", "cannot be read as a table", [ROADS]),
        (BY_ROADS.format("e.csv"), "e.csv", HEAD + "-3.5,50.7,-4,50.7,0\n", "is 0, which must be", [ROADS]),
        (
            BY_ROADS.format("e.csv") + "profile = 'own.toml'\n",
            "own.toml",
            "name = 'own'",
            "own.toml: rules: Field required",
            [ROADS, PROFILE],
        ),
        (BY_MINUTES, "minutes.csv", FAST, "faster than 200 km/h along the straight line", [MINUTES]),
    ],
)
def test_each_bad_file_is_found_by_the_plan_alone(
    tiny: Path, shared: Path, travel: str, file: str, data: bytes | str, said: str, checkers: list[str]
) -> None:
    """Nobody has to import the room that knows a file: the check finds it, and says that it asked."""
    path = tiny / "plan.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("[travel]\n", f"[travel]\n{travel}"), encoding="utf-8")
    (tiny / "e.csv").write_text(EDGES, encoding="utf-8")
    if data == "cut":
        data = (shared / "geo" / "osm" / "rutland-2022.osm.pbf").read_bytes()[:300_000]
    (tiny / file).write_bytes(data.encode() if isinstance(data, str) else data)

    done = subprocess.run([sys.executable, "-c", ALONE, tiny], capture_output=True, text=True, check=True)
    before, faults, notes, asked = json.loads(done.stdout)
    assert before == []
    assert asked == checkers
    assert any(said in text for text in faults + notes)
    assert bool(faults) == (travel != BY_MINUTES)


def test_a_plan_that_needs_no_other_room_asks_none() -> None:
    """A plan that goes by distance loads no other room, and its check says that none was asked."""
    code = ALONE + "\nassert 'standby.travel' not in sys.modules"
    tiny = examples.path("tiny")
    done = subprocess.run([sys.executable, "-c", code, tiny], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)[3] == []


def test_every_checker_is_there() -> None:
    """The list names rooms by their text, so that a slip would be found only by a plan that needs it."""
    for checker in CHECKERS:
        assert callable(getattr(import_module(checker.module), checker.function))


@pytest.mark.parametrize(
    ("module", "function"), [("standby.nowhere", "check"), ("standby.travel.plan_files", "none")]
)
def test_a_checker_that_cannot_be_loaded_is_a_fault(
    edit: Callable[[str, str, str], Path], monkeypatch: pytest.MonkeyPatch, module: str, function: str
) -> None:
    """A file that nobody could check has not passed: that is a fault, with what to do."""
    checker = Checker("road file", {"travel.method": "roads"}, module, function)
    monkeypatch.setattr(other_rooms, "CHECKERS", (checker,))
    folder = edit("plan.toml", "[travel]\n", "[travel]\n" + BY_ROADS.format("e.csv"))
    (folder / "e.csv").write_text(EDGES, encoding="utf-8")
    found = check(folder)
    (fault,) = found.faults
    assert (fault.file, fault.where, fault.field, fault.code) == (
        "plan.toml", "travel", "method", "not-checked",
    )  # fmt: skip
    assert f"{checker.room} can't be loaded" in fault.what
    assert fault.fix
    assert found.checkers == ()
