"""The command `times`: what it prints and writes in each edition, over roads and without."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import osmium
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import Result

Run = Callable[..., Result]


@pytest.fixture
def on_roads(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the tiny plan with one road through Midtown and Westham; the other places are off it."""
    monkeypatch.setenv("STANDBY_CACHE", str(tiny.parent / "cache"))
    path = tiny / "plan.toml"
    given = "[travel]\nmethod = 'roads'\nroads = 'edges.csv'\n"
    path.write_text(path.read_text(encoding="utf-8").replace("[travel]\n", given), encoding="utf-8")
    lines = ["from_lon,from_lat,to_lon,to_lat,kph,oneway"]
    lines += [f"{-4.2 + k / 50:.2f},50.7,{-4.18 + k / 50:.2f},50.7,60,false" for k in range(66)]
    (tiny / "edges.csv").write_text("\n".join(lines), encoding="utf-8")
    return tiny


def _json(result: Result) -> Any:
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def test_there_is_no_public_edition(run: Run, on_roads: Path, tmp_path: Path) -> None:
    """Minutes follow from the sites alone: the public edition is refused, and nothing is written."""
    out = tmp_path / "times"
    result = run("times", on_roads, "--edition", "public", "--out", out)
    assert result.exit_code == 2
    assert "times has no public edition" in result.stderr
    assert "use --edition internal" in result.stderr
    assert not out.exists()


def test_of_real_bases_the_internal_edition_is_made(run: Run, tiny: Path) -> None:
    """Where no edition is asked for, minutes of a plan whose bases are real are marked as internal."""
    document = (tiny / "plan.toml").read_text(encoding="utf-8")
    assert 'bases = "invented"' in document
    (tiny / "plan.toml").write_text(
        document.replace('bases = "invented"', 'bases = "real"'), encoding="utf-8"
    )
    found = _json(run("times", tiny, "--json"))
    assert found["edition"] == "internal"
    assert "internal" in found["marking"].lower()


def test_internal_edition_names_every_place_off_the_roads(run: Run, on_roads: Path) -> None:
    """The internal edition names areas with their minutes, and all that no road leads to."""
    text = run("times", on_roads, "--edition", "internal").stdout
    assert "Northley (northley), Moor (moor), Coombe (coombe)" in text
    found = _json(run("times", on_roads, "--edition", "internal", "--json"))
    off = {(row["kind"], row["id"]) for row in found["off_network"]}
    assert {("area", "moor"), ("key location", "pier")} <= off
    assert next(r for r in found["nearest_areas"] if r["area"] == "moor")["drive_min"] == "inf"
    assert {"edges.csv", "plan.toml"} <= set(found["manifest"]["files"])


def test_cover_and_need_tell_what_is_off_the_roads(run: Run, on_roads: Path) -> None:
    """Places that nobody can drive to are told with the results that count them as not reached."""
    for command in ("cover", "need"):
        public = run(command, on_roads, "--edition", "public").stdout
        assert "Note: Some sites or places have no minutes" in public
        internal = run(command, on_roads, "--edition", "internal").stdout
        assert "Northley (northley), Moor (moor)" in internal
        assert _json(run(command, on_roads, "--json"))["notes"]


def test_files_for_a_map(run: Run, on_roads: Path, tmp_path: Path) -> None:
    """The minutes are written by pair and by place, with the areas reached."""
    out = tmp_path / "times"
    result = run("times", on_roads, "--edition", "internal", "--out", out)
    assert result.exit_code == 0, result.stderr
    assert str(out) in result.stdout
    reached = gpd.read_file(out / "times.gpkg", layer="isochrones")
    assert sorted(set(reached["minutes"])) == [10, 20, 30]
    assert len(gpd.read_file(out / "isochrones.geojson")) == len(reached) == 9
    assert len(gpd.read_file(out / "times.gpkg", layer="nearest_areas")) == 5
    assert list(pd.read_csv(out / "minutes.csv")) == ["site", "place", "minutes", "marking"]
    assert (
        json.loads((out / "manifest.json").read_text(encoding="utf-8"))["settings"]["edition"] == "internal"
    )
    # What Standby wrote is written anew.
    found = _json(run("times", on_roads, "--edition", "internal", "--out", out, "--json"))
    assert all(Path(path).is_file() for path in found["files"])


def test_every_file_says_that_bases_are_invented(run: Run, on_roads: Path, tmp_path: Path) -> None:
    """What is written for a plan of invented bases says so in every file, the list of files too."""
    out = tmp_path / "times"
    assert run("times", on_roads, "--out", out).exit_code == 0
    words = b"bases and units are invented"
    files = list(out.iterdir())
    assert {path.suffix for path in files} == {".csv", ".gpkg", ".geojson", ".json"}
    assert [path.name for path in files if words not in path.read_bytes()] == []
    layers = gpd.list_layers(out / "times.gpkg")["name"]
    marked = [gpd.read_file(out / "times.gpkg", layer=layer)["marking"] for layer in layers]
    assert all(marking.str.contains(words.decode()).all() for marking in marked)


def test_without_roads(run: Run, tiny: Path, tmp_path: Path) -> None:
    """A plan without roads has minutes as well, from all its sites or those in use, and no isochrones."""
    found = _json(run("times", tiny, "--edition", "internal", "--out", tmp_path / "out", "--json"))
    assert "great-circle" in found["method"]
    assert found["off_network"] == []
    assert found["notes"] == []
    assert not (tmp_path / "out" / "isochrones.geojson").exists()
    assert _json(run("times", tiny, "--sites", "all", "--json"))["manifest"]["settings"]["sites"] == "all"
    laid = _json(run("times", tiny, "--option", "second-car", "--json"))
    assert laid["manifest"]["settings"]["variant"] == "second-car"


def test_broken_plan_is_refused(run: Run, broken: Path, tmp_path: Path) -> None:
    """All faults of the plan are told, and nothing is written."""
    assert run("times", broken, "--out", tmp_path / "out").exit_code == 2
    assert len(json.loads(run("times", broken, "--json").stdout)["faults"]) == 3
    assert not (tmp_path / "out").exists()


def test_bad_input_writes_nothing(run: Run, on_roads: Path, tmp_path: Path) -> None:
    """Roads that can't be read and a folder of others leave with status 2, and no file."""
    out = tmp_path / "out"
    (on_roads / "edges.csv").write_text(
        "from_lon,from_lat,to_lon,to_lat,kph\n0,51,0,52,0\n", encoding="utf-8"
    )
    result = run("times", on_roads, "--out", out)
    assert result.exit_code == 2
    assert "edges.csv" in result.stderr
    assert run("times", tmp_path / "nothing").exit_code == 2
    assert run("times", on_roads, "--option", "none").exit_code == 2
    assert not out.exists()
    out.mkdir()
    (out / "letter.txt").write_text("x", encoding="utf-8")
    assert run("times", on_roads, "--out", out).exit_code == 2
    assert [path.name for path in out.iterdir()] == ["letter.txt"]


@pytest.fixture
def extract(on_roads: Path) -> bytes:
    """Give the plan its road as an OpenStreetMap extract; return the bytes of that file."""
    path = on_roads / "roads.osm.pbf"
    with osmium.SimpleWriter(str(path)) as out:
        for k in range(66):
            out.add_node(osmium.osm.mutable.Node(id=k + 1, location=(-4.2 + k / 50, 50.7)))
        tags = {"highway": "primary"}
        out.add_way(osmium.osm.mutable.Way(id=1, nodes=list(range(1, 67)), tags=tags))
    plan = on_roads / "plan.toml"
    text = plan.read_text(encoding="utf-8").replace("edges.csv", "roads.osm.pbf")
    plan.write_text(text, encoding="utf-8")
    return path.read_bytes()


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_damaged_roads_never_break_the_command(
    run: Run, on_roads: Path, extract: bytes, tmp_path: Path, data: st.DataObject
) -> None:
    """Cut off or changed anywhere, the road file gives minutes or a message that names it."""
    damaged = bytearray(extract[: data.draw(st.integers(0, len(extract)))])
    for _ in range(data.draw(st.integers(0, 3))):
        if damaged:
            at = data.draw(st.integers(0, len(damaged) - 1))
            damaged[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=4))
    (on_roads / "roads.osm.pbf").write_bytes(damaged)
    out = tmp_path / "out"
    result = run("times", on_roads, "--out", out)
    assert result.exit_code in {0, 2}
    assert result.exception is None or isinstance(result.exception, SystemExit)
    assert out.exists() == (result.exit_code == 0)
    if result.exit_code:
        assert "roads.osm.pbf" in result.stderr
    else:
        shutil.rmtree(out)
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


def test_the_whole_extract_is_read(run: Run, on_roads: Path, extract: bytes) -> None:
    """The undamaged file gives the minutes that the same road gives as a table."""
    found = _json(run("times", on_roads, "--edition", "internal", "--json"))
    assert "roads.osm.pbf" in found["method"]
    assert len(extract) > 200
    near = next(row for row in found["nearest_areas"] if row["area"] == "westham")
    assert near["drive_min"] == 0


def test_patrols_are_left_out_and_noted(run: Run, tiny: Path) -> None:
    """Minutes are those from sites: of a plan with patrols a note says so, of one without it does not."""
    said = "cover counts where units of the plan are on patrol"
    assert not any(said in note for note in _json(run("times", tiny, "--json"))["notes"])
    heading = "id,unit,provider,area,share,source"
    (tiny / "patrols.csv").write_text(f"{heading}\np,mid-arv,home,moor,0.3,invented\n", encoding="utf-8")
    assert any(said in note for note in _json(run("times", tiny, "--json"))["notes"])
    assert said in " ".join(run("times", tiny).stdout.split())
