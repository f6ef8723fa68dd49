"""Road networks for the tests: real extracts from beside the checkout, and small ones drawn by hand."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from standby.travel import Roads, read_profile, read_roads

sys.path.insert(0, str(Path(__file__).parent))  # the helpers beside this file
from road_drawing import Way, osm_text

EXTRACTS = {
    "isle_of_wight": "isle_of_wight/roads.osm.pbf",
    "rutland": "osm/rutland-2022.osm.pbf",
    "isle_of_man": "osm/isle-of-man-2019.osm.pbf",
    "liechtenstein": "osm/liechtenstein-2021.osm.pbf",
}


@pytest.fixture(scope="session")
def extracts(shared: Path) -> dict[str, Roads]:
    """Read the four real extracts."""
    return {name: read_roads(shared / "geo" / path, store=False) for name, path in EXTRACTS.items()}


@pytest.fixture(scope="session", params=EXTRACTS)
def extract(request: pytest.FixtureRequest, extracts: dict[str, Roads]) -> Roads:
    """Return each of the four real extracts in turn."""
    return extracts[request.param]


@pytest.fixture
def draw(tmp_path: Path) -> Callable[..., Roads]:
    """Return a function that makes roads from nodes and ways."""

    def make(nodes: dict[int, tuple[float, float]], ways: list[Way], **more: object) -> Roads:
        path = tmp_path / "drawn.osm"
        path.write_text(osm_text(nodes, ways, **more), encoding="utf-8")  # type: ignore[arg-type]
        return read_roads(path, store=False)

    return make


@pytest.fixture(scope="session")
def flat():
    """Return a profile of 60 km/h everywhere, at which a minute is a kilometre and junctions cost nothing."""
    car = read_profile("car").without_junctions()
    values = {path: 60.0 for path in car.figures() if path.startswith("speeds.")}
    values |= {"limits.share": 0.0001, "limits.exceed_kph": 60.0, "surfaces.unpaved_kph": 60.0}
    return car.at(values | {"surfaces.rough_kph": 60.0})
