"""OS Open Roads, drawn by hand in the columns that its GeoPackage has."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from standby.travel import RoadsError, read_profile, read_roads

E, N = 449_000.0, 96_000.0


def _links() -> gpd.GeoDataFrame:
    lines = [
        [(E, N), (E + 600, N + 10), (E + 1000, N)],
        [(E + 1000, N), (E + 2000, N)],
        [(E + 1000, N), (E + 1000, N + 500)],
    ]
    return gpd.GeoDataFrame(
        {
            "id": ["a", "b", "c"],
            "road_function": ["A Road", "Local Road", "Restricted Local Access Road"],
            "form_of_way": ["Single Carriageway", "Roundabout", "Single Carriageway"],
            "start_node": ["n1", "n2", "n2"],
            "end_node": ["n2", "n3", "n4"],
            "trunk_road": [True, False, False],
        },
        geometry=[shapely.LineString(line) for line in lines],
        crs="EPSG:27700",
    )


def _places(*metres: tuple[float, float]) -> np.ndarray:
    points = gpd.GeoSeries(shapely.points(metres), crs="EPSG:27700").to_crs("EPSG:4326")
    return np.stack([points.x, points.y], axis=1)


def test_open_roads(tmp_path: Path) -> None:
    """Links meet at their nodes; classes, trunk roads, roundabouts and restricted roads are told apart."""
    path = tmp_path / "oproad.gpkg"
    _links().to_file(path, layer="road_link", driver="GPKG")
    roads = read_roads(path, store=False)
    assert roads.km == pytest.approx(2.5, rel=0.005)
    assert roads.driving_side == "left"
    assert any("one-way" in finding for finding in roads.findings)
    west, middle, east, private = _places((E, N), (E + 1000, N), (E + 2000, N), (E + 1000, N + 500))
    speeds = read_profile("blue_light").figures()
    trunk = 1 / speeds["speeds.trunk.open_kph"].value * 60
    assert roads.minutes([west], [middle])[0, 0] == pytest.approx(trunk, rel=0.01)
    ring = 1 / speeds["junctions.roundabout_kph"].value * 60
    assert roads.minutes([middle], [east])[0, 0] == pytest.approx(ring, rel=0.01)
    assert roads.snap([private])["km"][0] < 0.01
    assert roads.snap([private], profile="car")["km"][0] > 0.4


def test_geopackages_of_something_else(tmp_path: Path) -> None:
    """A GeoPackage without road links names the columns that are missed."""
    _links()[["id", "geometry"]].to_file(tmp_path / "a.gpkg", driver="GPKG")
    with pytest.raises(RoadsError, match="form_of_way"):
        read_roads(tmp_path / "a.gpkg", store=False)
