"""Damaged, empty and foreign files: a clear error, nothing half-written, never a wrong graph."""

from __future__ import annotations

import builtins
import bz2
import gzip
import re
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from road_drawing import osm_text

from standby._refusals import MissingExtraError
from standby.travel import RoadsError, read_roads

LINE = {k: (0.01 * k, 51.0) for k in range(1, 5)}
ROAD = osm_text(LINE, [([1, 2, 3, 4], {"highway": "primary"})])
FEW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def _read(path: Path, data: bytes, store: Path) -> None:
    """Read what was damaged: either an error that names the file, or a graph with roads on the globe."""
    path.write_bytes(data)
    try:
        roads = read_roads(path, store=store)
    except RoadsError:
        assert not list(store.glob("*.part"))
        return
    assert roads.km > 0
    lonlat = roads.nodes()[["lon", "lat"]].to_numpy()
    assert np.isfinite(lonlat).all()
    assert (np.abs(lonlat) <= (180, 90)).all()
    assert not np.isnan(roads.minutes(lonlat[:2], lonlat[-2:])).any()


@FEW
@given(data=st.data())
def test_damaged_extract(shared: Path, tmp_path: Path, data: st.DataObject) -> None:
    """Cut off anywhere, with bytes changed or taken out, an extract gives a clear error or roads."""
    whole = (shared / "cases" / "road_routing" / "graphhopper" / "andorra.osm.pbf").read_bytes()[:120_000]
    damaged = bytearray(whole[: data.draw(st.integers(0, len(whole)))])
    for _ in range(data.draw(st.integers(0, 4))):
        if damaged:
            at = data.draw(st.integers(0, len(damaged) - 1))
            damaged[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=4))
    _read(tmp_path / "damaged.osm.pbf", bytes(damaged), tmp_path / "store")


@FEW
@given(data=st.data())
def test_damaged_text(tmp_path: Path, data: st.DataObject) -> None:
    """The same for OpenStreetMap as text."""
    text = bytearray(ROAD.encode())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(text) - 1))
        text[at : at + data.draw(st.integers(0, 9))] = data.draw(st.binary(max_size=6))
    _read(tmp_path / "damaged.osm", bytes(text), tmp_path / "store")


EDGES = pd.DataFrame(
    {"from_lon": [0.0, 0.01], "from_lat": 51.0, "to_lon": [0.01, 0.02], "to_lat": 51.0}
).assign(kph=[60.0, 40.0], oneway=[False, True], road_class="primary")


def _written(kind: str, folder: Path) -> bytes:
    """Return the bytes of a small road file of a kind."""
    path = folder / f"whole{kind}"
    if kind == ".gpkg":
        lines = [shapely.LineString([(449_000, 96_000), (450_000, 96_000 + 500 * k)]) for k in range(3)]
        own = {"road_function": "A Road", "form_of_way": "Single Carriageway", "start_node": "n"}
        nodes = {"end_node": ["a", "b", "c"], "trunk_road": [True, False, False]}
        frame = gpd.GeoDataFrame({**nodes}, geometry=lines, crs="EPSG:27700").assign(**own)
        frame.to_file(path, layer="road_link", driver="GPKG")
        return path.read_bytes()
    if kind == ".parquet":
        EDGES.to_parquet(path)
        return path.read_bytes()
    if kind == ".csv":
        return EDGES.to_csv(index=False).encode()
    return gzip.compress(ROAD.encode()) if kind == ".osm.gz" else bz2.compress(ROAD.encode())


@pytest.mark.filterwarnings("ignore")  # GDAL tells of each flaw of a GeoPackage as it finds it
@pytest.mark.parametrize("kind", [".gpkg", ".csv", ".parquet", ".osm.gz", ".osm.bz2"])
def test_damaged_files_of_other_kinds(kind: str, tmp_path: Path) -> None:
    """The same for each other kind of road file."""
    whole = _written(kind, tmp_path)

    @FEW
    @given(data=st.data())
    def never_breaks(data: st.DataObject) -> None:
        damaged = bytearray(whole[: data.draw(st.integers(0, len(whole)))])
        for _ in range(data.draw(st.integers(0, 4))):
            if damaged:
                at = data.draw(st.integers(0, len(damaged) - 1))
                damaged[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=4))
        _read(tmp_path / f"damaged{kind}", bytes(damaged), tmp_path / "store")

    _read(tmp_path / f"same{kind}", whole, tmp_path / "store")
    assert read_roads(tmp_path / f"same{kind}", store=False).km > 0
    never_breaks()


@pytest.mark.parametrize("kind", ["lon='0.01-'", "lon='east'", "lat='51.0.0'", "lat=''", "lat='nan'"])
def test_positions_that_are_no_numbers(tmp_path: Path, kind: str) -> None:
    """A node whose position can't be read is a damaged file."""
    name = kind[:3]
    text = re.sub(rf"{name}='[^']*'", kind, ROAD, count=1)
    (tmp_path / "a.osm").write_text(text, encoding="utf-8")
    with pytest.raises(RoadsError, match="damaged"):
        read_roads(tmp_path / "a.osm", store=False)


@pytest.mark.parametrize("name", ["a.osm.pbf", "a.osm", "a.gpkg", "a.csv", "a.parquet", "a.osm.gz"])
@pytest.mark.parametrize("data", [b"", b"\0" * 100, b"nonsense", "späte Straßen".encode("latin-1")])
def test_files_that_hold_nothing(tmp_path: Path, name: str, data: bytes) -> None:
    """Empty files and files of something else are refused by name, whatever they are called."""
    (tmp_path / name).write_bytes(data)
    with pytest.raises(RoadsError):
        read_roads(tmp_path / name, store=tmp_path / "store")
    assert not (tmp_path / "store").exists()


@pytest.mark.parametrize(
    ("ways", "nodes"),
    [([], LINE), ([([1, 2], {"highway": "footway"})], LINE), ([([1, 2], {"highway": "primary"})], {}),
     ([([1], {"highway": "primary"})], LINE), ([([1, 1], {"highway": "primary"})], LINE)],
)  # fmt: skip
def test_files_without_roads(
    tmp_path: Path, ways: list[object], nodes: dict[int, tuple[float, float]]
) -> None:
    """A file without a road says so."""
    (tmp_path / "a.osm").write_text(osm_text(nodes, ways), encoding="utf-8")  # type: ignore[arg-type]
    with pytest.raises(RoadsError, match="no road"):
        read_roads(tmp_path / "a.osm", store=False)


@pytest.mark.parametrize(("name", "said"), [("a.txt", "are read from"), ("missing.osm", "does not exist")])
def test_files_of_another_kind(tmp_path: Path, name: str, said: str) -> None:
    """Unknown endings, missing files and folders are named."""
    (tmp_path / "a.txt").write_text("x")
    with pytest.raises(RoadsError, match=said):
        read_roads(tmp_path / name)
    (tmp_path / "folder.osm").mkdir()
    with pytest.raises(RoadsError, match="is a folder"):
        read_roads(tmp_path / "folder.osm")


def test_missing_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without osmium the message says what to install."""
    real = builtins.__import__

    def without(name: str, *args: object, **more: object) -> object:
        if name.split(".", maxsplit=1)[0] == "osmium":
            raise ImportError(name)
        return real(name, *args, **more)  # type: ignore[arg-type]

    (tmp_path / "a.osm").write_text(ROAD, encoding="utf-8")
    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(MissingExtraError, match=r"pip install 'standby\[roads\]'"):
        read_roads(tmp_path / "a.osm", store=False)
