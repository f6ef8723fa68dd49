"""Distances and turns that another project published for its own tests."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from standby.travel import read_profile, read_roads

CASES = Path("cases") / "road_routing"


def test_monaco_distances(shared: Path, flat: object) -> None:
    """All ten shortest car routes through Monaco have the published length to two metres."""
    case = json.loads((shared / CASES / "expected.json").read_text())["graphhopper"]["monaco_car_shortest"]
    roads = read_roads(shared / CASES / case["file"], store=False)
    for query in case["queries"]:
        ends = [np.array([query[k][::-1]]) for k in ("from_latlon", "to_latlon")]
        metres = roads.minutes(*ends, profile=flat)[0, 0] * 1000
        assert metres == pytest.approx(query["metres"], abs=case["tolerance_m"])


def test_one_way_streets_around_a_corner(shared: Path, flat: object) -> None:
    """In the small published example no street may be driven against its direction by car."""
    roads = read_roads(shared / CASES / "graphhopper" / "test_simple_turncosts.osm.xml", store=False)
    south, middle, west = (0.0, -0.5), (0.0, 0.0), (-0.5, 0.0)
    assert np.isfinite(roads.minutes([south], [west], profile=flat)[0, 0])
    assert np.isinf(roads.minutes([middle], [south], profile=flat)[0, 0])


@pytest.mark.parametrize(
    "name", ["andorra.osm.pbf", "moscow.osm.gz", "campo-grande.osm.gz", "circle-bug.osm.gz"]
)
def test_other_extracts_are_read(shared: Path, name: str) -> None:
    """Extracts from four countries are read, on the right side, and most of their roads hang together."""
    roads = read_roads(shared / CASES / "graphhopper" / name, store=False)
    assert roads.driving_side == ("left" if name.startswith("circle-bug") else "right")  # that one is Surrey
    assert roads.components(profile=read_profile("blue_light"))["share"].iloc[0] > 0.5
