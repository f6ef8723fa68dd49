"""The compiled search equals plain searches, on real extracts and to a second."""

from __future__ import annotations

import numpy as np
import pytest
from road_naive import TurnByTurn, dijkstra, neighbours

from standby.travel import Roads, read_profile

SECOND = 1 / 60


def _nodes_on_road(roads: Roads, profile: object, n: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Draw nodes on which a place is put exactly: those of the main network."""
    rng = np.random.default_rng(seed)
    lonlat = roads.nodes()[["lon", "lat"]].to_numpy()
    drawn = rng.choice(len(lonlat), size=4 * n, replace=False)
    on_it = roads.snap(lonlat[drawn], profile=profile)["km"].to_numpy() < 1e-9
    twins = {tuple(p) for p, c in zip(*np.unique(lonlat, axis=0, return_counts=True), strict=True) if c > 1}
    drawn = np.array([k for k in drawn[on_it] if tuple(lonlat[k]) not in twins])[:n]
    return drawn, lonlat[drawn]


def _agree(expected: np.ndarray, found: np.ndarray) -> None:
    assert np.array_equal(np.isfinite(expected), np.isfinite(found))
    both = np.isfinite(expected)
    assert np.abs(expected[both] - found[both]).max(initial=0.0) < SECOND


def test_random_block_equals_a_plain_search(extract: Roads) -> None:
    """On every extract each entry of a random 50 × 50 block equals a plain Dijkstra over all points."""
    profile = read_profile("blue_light").without_junctions()
    profile = profile.model_copy(update={"rules": profile.rules.model_copy(update={"closed_at": ()})})
    origins, from_lonlat = _nodes_on_road(extract, profile, 50, seed=1)
    destinations, to_lonlat = _nodes_on_road(extract, profile, 50, seed=2)
    found = extract.minutes(from_lonlat, to_lonlat, profile=profile)
    graph = neighbours(extract, profile)
    for row, origin in enumerate(origins):
        expected = dijkstra(graph, int(origin))[destinations]
        _agree(expected, found[row])


@pytest.mark.parametrize("name", ["car", "blue_light"])
def test_junctions_and_turns_equal_a_search_turn_by_turn(extracts: dict[str, Roads], name: str) -> None:
    """With signals, barriers, turn restrictions and turns across traffic a search over stretches agrees."""
    for place in ("isle_of_wight", "liechtenstein"):
        roads, profile = extracts[place], read_profile(name)
        origins, from_lonlat = _nodes_on_road(roads, profile, 6, seed=3)
        destinations, to_lonlat = _nodes_on_road(roads, profile, 300, seed=4)
        found = roads.minutes(from_lonlat, to_lonlat, profile=profile)
        slow = TurnByTurn(roads, profile)
        for row, origin in enumerate(origins):
            expected = slow.from_node(int(origin))[destinations]
            _agree(expected, found[row])
