"""Turning back takes its time wherever it is made; places beside fragments; a place and itself."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from standby.travel import Roads, read_profile

Draw = Callable[..., Roads]
KM = 0.01 * np.pi / 180 * 6371.0088 * np.cos(np.radians(51.0))
U_TURN_MIN = read_profile("car").figures()["junctions.u_turn_s"].value / 60
PRIMARY = {"highway": "primary"}

# From the west to a crossing where one may only go straight on; the street to the north begins there.
CROSS = {
    1: (0.0, 51.0),
    2: (0.01, 51.0),
    3: (0.02, 51.0),
    4: (0.01, 51.01),
    5: (0.01, 50.99),
    6: (0.03, 51.0),
}
MEMBERS = [("way", 1, "from"), ("node", 2, "via"), ("way", 2, "to")]
STRAIGHT_ON = [(MEMBERS, {"type": "restriction", "restriction": "only_straight_on"})]


def _round_by(draw: Draw, east: list[object]) -> float:
    """Return the minutes by car from the west to the north, where one must first go straight on."""
    ways = [([1, 2], PRIMARY), *east, ([2, 4], PRIMARY), ([2, 5], PRIMARY)]
    roads = draw(CROSS, ways, relations=STRAIGHT_ON)
    return float(roads.minutes([CROSS[1]], [CROSS[4]], profile="car")[0, 0])


def _pace(draw: Draw) -> float:
    """Return the minutes by car for the length of an arm."""
    roads = draw(CROSS, [([1, 2], PRIMARY)])
    return float(roads.minutes([CROSS[1]], [CROSS[2]], profile="car")[0, 0])


def test_turning_back_in_mid_block_takes_its_time(draw: Draw) -> None:
    """Where a limit changes between junctions one may turn back, in the time that the profile says."""
    pace = _pace(draw)
    changed = [([2, 3], PRIMARY), ([3, 6], {**PRIMARY, "junction": "no", "access": "destination"})]
    minutes = _round_by(draw, changed)
    north = float(draw(CROSS, [([2, 4], PRIMARY)]).minutes([CROSS[2]], [CROSS[4]], profile="car")[0, 0])
    crossing = read_profile("car").figures()["junctions.crossing_turn_s"].value / 60
    assert minutes == pytest.approx(3 * pace + north + U_TURN_MIN + crossing, rel=1e-3)


def test_turning_back_at_a_dead_end_takes_its_time(draw: Draw) -> None:
    """At the end of a road one may turn back as well, in the same time."""
    at_the_end = _round_by(draw, [([2, 3], PRIMARY)])
    in_the_block = _round_by(draw, [([2, 3], PRIMARY), ([3, 6], {**PRIMARY, "access": "destination"})])
    assert np.isfinite(at_the_end)
    assert at_the_end == pytest.approx(in_the_block, rel=1e-9)


def test_turning_back_is_free_where_the_profile_says_so(draw: Draw) -> None:
    """With a turn back that takes no time the way is shorter by just that."""
    ways = [([1, 2], PRIMARY), ([2, 3], PRIMARY), ([2, 4], PRIMARY), ([2, 5], PRIMARY)]
    roads = draw(CROSS, ways, relations=STRAIGHT_ON)
    free = read_profile("car").at({"junctions.u_turn_s": 0})
    ends = [CROSS[1]], [CROSS[4]]
    slow, fast = (float(roads.minutes(*ends, profile=profile)[0, 0]) for profile in ("car", free))
    assert slow - fast == pytest.approx(U_TURN_MIN, rel=1e-3)


def test_turning_back_by_the_other_carriageway_takes_its_time(draw: Draw) -> None:
    """Where two carriageways meet, from the one to the other is a turn back."""
    nodes = {1: (0.0, 51.0), 2: (0.02, 51.0), 3: (0.0, 51.0005), 4: (0.03, 51.0)}
    one_way = {**PRIMARY, "oneway": "yes"}
    roads = draw(nodes, [([1, 2], one_way), ([2, 3], one_way), ([2, 4], PRIMARY)])
    profile = read_profile("car")
    found = float(roads.minutes([nodes[1]], [nodes[3]], profile=profile)[0, 0])
    free = float(roads.minutes([nodes[1]], [nodes[3]], profile=profile.at({"junctions.u_turn_s": 0}))[0, 0])
    assert found - free == pytest.approx(U_TURN_MIN, rel=1e-3)


def test_starting_either_way_is_no_turn_back(draw: Draw) -> None:
    """A unit that stands on a street leaves it in either direction at once, from its end too."""
    roads = draw(CROSS, [([1, 2, 3], PRIMARY)])
    middle, (west, east) = (0.015, 51.0), (CROSS[1], CROSS[3])
    there, back = roads.minutes([middle], [west, east], profile="car")[0]
    assert there / back == pytest.approx(3, rel=1e-3)
    assert roads.minutes([east], [west], profile="car")[0, 0] == pytest.approx(there + back, rel=1e-6)


# Places beside fragments.


def _with_track(
    draw: Draw, km: float, away: float, *, highway: str = "track"
) -> tuple[Roads, tuple[float, float]]:
    """Draw a main road, a track that nothing joins to it `away` km north, and a place 20 m from the track."""
    step = 0.01
    n, m = int(60 / KM) + 2, int(km / KM) + 2
    north = 51.0 + away / 111.195
    nodes = {k: (step * k, 51.0) for k in range(n)} | {1000 + k: (step * (k + 1), north) for k in range(m)}
    ways = [(list(range(n)), PRIMARY), ([1000 + k for k in range(m)], {"highway": highway})]
    return draw(nodes, ways), (step * 1.5, north + 0.02 / 111.195)


@pytest.mark.parametrize(
    ("km", "highway"),
    [(km, kind) for km in (0.7, 3.0, 6.0, 12.0, 25.0) for kind in ("track", "unclassified")]
    + [(55.0, "track")],
)
@pytest.mark.parametrize("away", [0.05, 0.15, 0.24])
def test_a_place_beside_a_cut_off_track_is_reached(draw: Draw, km: float, away: float, highway: str) -> None:
    """Where the main network is at most 250 m further it serves the place, however long the track is."""
    roads, place = _with_track(draw, km, away, highway=highway)
    assert np.isfinite(roads.minutes([(0.3, 51.0)], [place])[0, 0])
    assert np.isfinite(roads.minutes([place], [(0.3, 51.0)])[0, 0])
    assert roads.snap([place])["km"][0] == pytest.approx(away + 0.02, abs=1e-3)


@pytest.mark.parametrize("km", [6.0, 12.0])
def test_a_place_far_from_the_main_network_stays_where_it_is(draw: Draw, km: float) -> None:
    """Beyond 250 m a place stays on its own roads, as on an island, and is unreachable from the others."""
    roads, place = _with_track(draw, km, away=0.4)
    assert roads.snap([place])["km"][0] == pytest.approx(0.02, abs=1e-3)
    assert roads.reasons([(0.3, 51.0)], [place]).words.tolist() == [["unreachable"]]


def test_two_networks_of_like_size_keep_their_own_places(draw: Draw) -> None:
    """Where the parts are of like size, as on two banks, a place stays on its own bank."""
    roads, place = _with_track(draw, 40.0, away=0.15, highway="unclassified")
    assert roads.snap([place])["km"][0] == pytest.approx(0.02, abs=1e-3)


def test_a_place_between_two_fragments_is_put_on_the_main_network_behind_them(draw: Draw) -> None:
    """A place that gives way from one fragment to a larger one gives way from that one as well."""
    step, north = 0.01, 51.0 + 0.44 / 111.195
    nodes = {k: (step * k, 51.0) for k in range(int(250 / KM) + 2)}
    nodes |= {1000 + k: (step * (k + 1), 51.0 + 0.2 / 111.195) for k in range(int(8 / KM) + 2)}
    nodes |= {2000 + k: (step * (k + 1), north) for k in range(4)}
    ways = [
        ([k for k in nodes if first <= k < first + 1000], {"highway": kind})
        for first, kind in ((0, "primary"), (1000, "track"), (2000, "track"))
    ]
    roads, place = draw(nodes, ways), (step * 1.5, north + 0.02 / 111.195)
    assert len(roads.components()) == 3
    assert roads.snap([place])["km"][0] == pytest.approx(0.46, abs=1e-3)
    assert np.isfinite(roads.minutes([(0.3, 51.0)], [place])[0, 0])


def test_a_scrap_is_passed_over_further(draw: Draw) -> None:
    """A car park shorter than half a kilometre serves nobody if any network is within a kilometre."""
    roads, place = _with_track(draw, -KM, away=0.6)
    assert np.isfinite(roads.minutes([(0.3, 51.0)], [place])[0, 0])


# A place and itself.

DUAL = {
    1: (0.0, 51.0), 2: (0.1, 51.0), 3: (0.0, 51.0004), 4: (0.1, 51.0004), 5: (-0.02, 51.0), 6: (0.12, 51.0),
}  # fmt: skip
ONE_WAY = {"highway": "trunk", "oneway": "yes"}
CARRIAGEWAYS = [
    ([1, 2], ONE_WAY),
    ([4, 3], ONE_WAY),
    ([2, 6, 4], {"highway": "trunk"}),
    ([3, 5, 1], {"highway": "trunk"}),
]


@pytest.mark.parametrize("profile", ["car", "blue_light"])
def test_from_a_place_to_itself_it_takes_no_time(draw: Draw, profile: str) -> None:
    """Between two carriageways or on a stub that one can only leave, the same place is 0 minutes off."""
    stub = {9: (0.05, 51.0009), 10: (0.05, 50.9996)}
    ways = [*CARRIAGEWAYS, ([9, 4], {"highway": "primary", "oneway": "yes"}),
            ([2, 10], {"highway": "primary", "oneway": "yes"})]  # fmt: skip
    roads = draw(DUAL | stub, ways)
    places = np.array([(0.05, y) for y in np.linspace(50.9995, 51.001, 16)] + [(0.0, 51.0), (0.06, 51.0002)])
    found = roads.minutes(places, places, profile=profile)
    assert (found.diagonal() == 0).all()
    assert (roads.reasons(places, places, profile=profile, limit_min=0.001).codes.diagonal() == 0).all()
    assert (roads.minutes(places, places[::-1], profile=profile)[:, ::-1].diagonal() == 0).all()


def test_from_a_place_to_itself_where_carriageways_differ(draw: Draw) -> None:
    """A place that is left by one street and come to by another is 0 minutes from itself."""
    stub = {9: (0.05, 51.001)}
    roads = draw(DUAL | stub, [*CARRIAGEWAYS, ([9, 4], {"highway": "primary", "oneway": "yes"})])
    place = (0.05, 51.0009)
    on = [roads.snap([place], role=role, profile="car")["km"][0] for role in ("origin", "destination")]
    assert on[0] != on[1]
    assert roads.minutes([place], [place], profile="car")[0, 0] == 0
    assert roads.minutes([place], [(0.0502, 51.0009)], profile="car")[0, 0] > 1


def test_places_off_the_roads_have_no_minutes_to_themselves(draw: Draw) -> None:
    """A place that is on no road has its reason and no minutes, to itself as well."""
    roads = draw(DUAL, CARRIAGEWAYS)
    place = (0.05, 51.2)
    assert roads.reasons([place], [place]).words.tolist() == [["origin too far from a road"]]


def test_from_a_place_to_itself_on_real_roads(extract: Roads) -> None:
    """On every extract random places are 0 minutes from themselves, if they are on roads at all."""
    west, south, east, north = extract.graph.bounds
    places = np.random.default_rng(2).uniform((west, south), (east, north), size=(300, 2))
    for profile in ("car", "blue_light"):
        own = extract.minutes(places, places, profile=profile).diagonal()
        on = [
            np.isfinite(extract.snap(places, role=r, profile=profile)["km"])
            for r in ("origin", "destination")
        ]
        np.testing.assert_array_equal(own == 0, on[0] & on[1])
