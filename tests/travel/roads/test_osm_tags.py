"""What OpenStreetMap tags mean, one small drawn network at a time."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from standby.travel import Roads, read_profile
from standby.travel.roads._tags import limit_kph, minutes_of, road_class

A, B, C = (0.0, 51.0), (0.01, 51.0), (0.02, 51.0)
KM = 0.01 * np.pi / 180 * 6371.0088 * np.cos(np.radians(51.0))  # from A to B
LINE = {1: A, 2: B, 3: C}
Draw = Callable[..., Roads]


def _one(roads: Roads, a: tuple[float, float], b: tuple[float, float], **more: object) -> float:
    return float(roads.minutes([a], [b], **more)[0, 0])  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("tags", "along", "against"),
    [
        ({"oneway": "yes"}, True, False),
        ({"oneway": "-1"}, False, True),
        ({"oneway": "no"}, True, True),
        ({}, True, True),
        ({"junction": "roundabout"}, True, False),
        ({"junction": "circular"}, True, False),
        ({"highway": "motorway"}, True, False),
        ({"highway": "motorway", "oneway": "no"}, True, True),
        ({"highway": "motorway_link"}, True, True),
        ({"oneway": "yes", "oneway:motor_vehicle": "no"}, True, True),
    ],
)
def test_one_ways(draw: Draw, *, tags: dict[str, str], along: bool, against: bool) -> None:
    """One-way streets, reversed ones, roundabouts and motorways are open in their direction alone."""
    roads = draw(LINE, [([1, 2, 3], {"highway": "primary", **tags})])
    assert np.isfinite(_one(roads, A, C, profile="car")) == along
    assert np.isfinite(_one(roads, C, A, profile="car")) == against


def test_reversible_streets_are_left_out(draw: Draw) -> None:
    """A street that changes its direction with the hour is not used, and that is said."""
    ways = [([1, 2], {"highway": "primary"}), ([2, 3], {"highway": "primary", "oneway": "reversible"})]
    roads = draw(LINE, ways)
    assert any("direction changes" in finding for finding in roads.findings)


@pytest.mark.parametrize(
    ("text", "kph"),
    [
        ("30 mph", 48.28), ("30mph", 48.28), ("50", 50), ("50 km/h", 50), ("20 knots", 37.04),
        ("national", 96.56), ("GB:nsl_dual", 112.65), ("GB:motorway", 112.65), ("GB:nsl_single", 96.56),
        ("DE:urban", 50), ("DE:rural", 100), ("RO:urban", 50), ("DE:motorway", -1), ("CH:rural", 80),
        ("DE:zone:30", 30), ("GB:20", 32.19), ("walk", 7), ("none", -1), ("signals", -1), ("fast", -1),
        ("30 mph;40 mph", 48.28), ("60|80", 60), ("0", -1), ("9999", -1), (None, -1), ("", -1), ("٣٠", -1),
    ],
)  # fmt: skip
def test_speed_limits(text: str | None, kph: float) -> None:
    """Limits in miles, kilometres, knots, words and lists are read; what says nothing is not guessed."""
    assert limit_kph(text, "secondary") == pytest.approx(kph, abs=0.01)


def test_national_limit_of_a_dual_carriageway() -> None:
    """The national limit is 70 mph on motorways and one-way main roads."""
    assert limit_kph("national", "motorway") == pytest.approx(112.65, abs=0.01)
    assert limit_kph("national", "trunk", oneway=True) == pytest.approx(112.65, abs=0.01)


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("01:30", 90), ("1:05", 65), ("00:45:30", 45.5), ("35", 35), ("PT2H", 120), ("PT1H30M", 90),
     ("P1D", 1440), ("2 h", 120), ("20 min", 20),
     ("soon", None), ("", None), (None, None), ("0", None), ("00:00", None)],
)  # fmt: skip
def test_durations(text: str | None, minutes: float | None) -> None:
    """Durations of ferries are read in all the ways that they are written."""
    assert minutes_of(text) == minutes


def test_limits_by_direction(draw: Draw) -> None:
    """A limit for one direction holds there, also when the way is drawn against its one-way direction."""
    car = read_profile("car").at({"limits.share": 1.0})
    both = draw(
        LINE, [([1, 2, 3], {"highway": "primary", "maxspeed:forward": "30", "maxspeed:backward": "60"})]
    )
    assert _one(both, A, C, profile=car) == pytest.approx(2 * KM / 30 * 60, rel=1e-6)
    assert _one(both, C, A, profile=car) == pytest.approx(2 * KM / 60 * 60, rel=1e-6)
    back = draw(
        LINE,
        [([3, 2, 1], {"highway": "primary", "oneway": "-1", "maxspeed:backward": "30", "maxspeed": "60"})],
    )
    assert _one(back, A, C, profile=car) == pytest.approx(2 * KM / 30 * 60, rel=1e-6)


def test_missing_limit_goes_by_class_and_surroundings(draw: Draw) -> None:
    """Without a limit the class decides, more slowly where streets show that people live there."""
    open_kph = read_profile("car").figures()["speeds.primary.open_kph"].value
    built_kph = read_profile("car").figures()["speeds.primary.built_up_kph"].value
    lonely = draw(LINE, [([1, 2, 3], {"highway": "primary"})])
    assert _one(lonely, A, B, profile="car") == pytest.approx(KM / open_kph * 60, rel=1e-6)
    lit = draw(LINE, [([1, 2, 3], {"highway": "primary", "lit": "yes"})])
    assert _one(lit, A, B, profile="car") == pytest.approx(KM / built_kph * 60, rel=1e-6)
    street = {4: (0.0, 51.0005), 5: (0.02, 51.0005)} | {10 + k: (0.001 * k, 51.0006) for k in range(21)}
    ways = [([1, 2, 3], {"highway": "primary"}), (list(range(10, 31)), {"highway": "residential"})]
    assert _one(draw(LINE | street, ways), A, B, profile="car") == pytest.approx(
        KM / built_kph * 60, rel=1e-6
    )


@pytest.mark.parametrize(
    ("tags", "car", "blue"),
    [
        ({"access": "private"}, False, True),
        ({"access": "no"}, False, False),
        ({"access": "no", "motor_vehicle": "yes"}, True, True),
        ({"motor_vehicle": "no"}, False, False),
        ({"motor_vehicle": "destination"}, True, True),
        ({"motor_vehicle": "agricultural"}, False, True),
        ({"access": "no", "bus": "yes"}, False, True),
        ({"access": "no", "emergency": "yes"}, False, True),
        ({"highway": "service", "service": "emergency_access"}, False, True),
        ({"highway": "pedestrian"}, False, True),
        ({"highway": "busway"}, False, True),
        ({"access": "yes;private"}, True, True),
        ({"motorcar": "yes", "motor_vehicle": "no"}, True, True),
    ],
)
def test_access(draw: Draw, *, tags: dict[str, str], car: bool, blue: bool) -> None:
    """The most particular access tag counts, and profiles differ in what they may use."""
    roads = draw(LINE, [([1, 2], {"highway": "primary"}), ([2, 3], {"highway": "residential", **tags})])
    assert (
        np.isfinite(_one(roads, A, C, profile="car")) and roads.snap([C], profile="car")["km"][0] < 0.01
    ) == car
    assert (np.isfinite(_one(roads, A, C)) and roads.snap([C])["km"][0] < 0.01) == blue


@pytest.mark.parametrize(
    "highway", ["footway", "cycleway", "path", "steps", "construction", "proposed", "nonsense"]
)
def test_ways_without_cars_are_no_roads(highway: str) -> None:
    """Footways and roads that are not built are not there."""
    assert road_class({"highway": highway}) is None


@pytest.mark.parametrize(
    ("tags", "car", "blue"),
    [
        ({"barrier": "bollard"}, False, False),
        ({"barrier": "gate"}, True, True),
        ({"barrier": "gate", "access": "private"}, False, True),
        ({"barrier": "gate", "locked": "yes"}, False, True),
        ({"barrier": "lift_gate"}, True, True),
        ({"barrier": "bollard", "bollard": "rising"}, False, True),
        ({"barrier": "bus_trap"}, False, True),
        ({"barrier": "cattle_grid"}, True, True),
        ({"barrier": "bollard", "motor_vehicle": "yes"}, True, True),
        ({"barrier": "block", "emergency": "yes"}, True, True),
        ({"barrier": "fence"}, False, False),
    ],
)
def test_barriers(draw: Draw, *, tags: dict[str, str], car: bool, blue: bool) -> None:
    """A barrier stops whom it stops; both sides can still be reached from their own side."""
    roads = draw(LINE, [([1, 2, 3], {"highway": "residential"})], node_tags={2: tags})
    assert np.isfinite(_one(roads, A, C, profile="car")) == car
    assert np.isfinite(_one(roads, A, C)) == blue
    assert np.isfinite(_one(roads, A, B, profile="car"))


def test_gate_and_signals_take_their_time(draw: Draw) -> None:
    """A gate and traffic signals cost the seconds that the profile says, once each."""
    plain = draw(LINE, [([1, 2, 3], {"highway": "residential"})])
    free = _one(plain, A, C)
    for tags, name in (
        ({"barrier": "gate"}, "gate_s"),
        ({"highway": "traffic_signals"}, "traffic_signals_s"),
    ):
        slow = draw(LINE, [([1, 2, 3], {"highway": "residential"})], node_tags={2: tags})
        seconds = read_profile("blue_light").figures()[f"junctions.{name}"].value
        assert _one(slow, A, C) - free == pytest.approx(seconds / 60)


def test_ferry_takes_its_own_time(draw: Draw) -> None:
    """A ferry with a duration takes that long whatever its length; without one it has a speed."""
    roads = [([1, 2], {"highway": "primary"}), ([3, 4], {"highway": "primary"})]
    nodes = LINE | {4: (0.03, 51.0)}
    timed = draw(nodes, [*roads, ([2, 3], {"route": "ferry", "duration": "00:40"})])
    assert _one(timed, B, C) == pytest.approx(40)
    speed = read_profile("blue_light").figures()["speeds.ferry.open_kph"].value
    untimed = draw(nodes, [*roads, ([2, 3], {"route": "ferry"})])
    assert _one(untimed, B, C) == pytest.approx(KM / speed * 60, rel=1e-6)
    waiting = read_profile("blue_light").at({"ferries.wait_min": 15})
    assert _one(timed, B, C, profile=waiting) == pytest.approx(55)


@pytest.mark.parametrize("tags", [{"motor_vehicle": "no"}, {"foot": "yes"}, {"motorcar": "no"}])
def test_ferries_for_people_carry_no_car(draw: Draw, tags: dict[str, str]) -> None:
    """A ferry for people on foot connects nothing."""
    ways = [([1, 2], {"highway": "primary"}), ([2, 3], {"route": "ferry", **tags})]
    assert len(draw(LINE, ways).nodes()) == 2


def test_nobody_stands_on_a_ferry(draw: Draw) -> None:
    """A place in the sea beside a ferry is put on the land, or nowhere."""
    far = {1: (0.0, 51.0), 2: (0.01, 51.0), 3: (0.3, 51.0), 4: (0.31, 51.0)}
    ways = [([1, 2], {"highway": "primary"}), ([2, 3], {"route": "ferry"}), ([3, 4], {"highway": "primary"})]
    roads = draw(far, ways)
    assert np.isinf(_one(roads, A, (0.15, 51.0)))
    assert np.isfinite(_one(roads, A, (0.3, 51.0)))


def test_edge_of_the_extract(draw: Draw) -> None:
    """A way that leaves the extract is cut there; what lies on both sides stays, and that is said."""
    roads = draw(LINE | {5: (0.04, 51.0), 6: (0.05, 51.0)}, [([1, 2, 99, 5, 6], {"highway": "primary"})])
    assert np.isfinite(_one(roads, A, B))
    assert np.isinf(_one(roads, A, (0.05, 51.0)))
    assert any("cut at its edge" in finding for finding in roads.findings)


def test_contraflow_is_slow_and_only_on_small_streets(draw: Draw) -> None:
    """An emergency driver may go against a small one-way street at the stated speed, never a main one."""
    kph = read_profile("blue_light").figures()["rules.contraflow.kph"].value
    for highway, allowed in (("residential", True), ("primary", False), ("motorway", False)):
        roads = draw(LINE, [([1, 2, 3], {"highway": highway, "oneway": "yes"})])
        against = _one(roads, C, A)
        assert np.isfinite(against) == allowed
        if allowed:
            assert against == pytest.approx(2 * KM / kph * 60, rel=1e-6)
    ring = draw(LINE, [([1, 2, 3], {"highway": "residential", "junction": "roundabout"})])
    assert np.isinf(_one(ring, C, A))


CROSS = {1: (0.0, 51.0), 2: (0.01, 51.0), 3: (0.02, 51.0), 4: (0.01, 51.01), 5: (0.01, 50.99)}
ARMS = [([1, 2], {"highway": "primary"}), ([2, 3], {"highway": "primary"}), ([2, 4], {"highway": "primary"}),
        ([2, 5], {"highway": "primary"})]  # fmt: skip
NORTH, EAST, SOUTH = (0.01, 51.01), (0.02, 51.0), (0.01, 50.99)


def _restriction(kind: str, via: int = 2) -> list[object]:
    members = [("way", 1, "from"), ("node", via, "via"), ("way", 3, "to")]
    return [(members, {"type": "restriction", "restriction": kind})]


def test_turn_restrictions(draw: Draw) -> None:
    """A car keeps to forbidden and obligatory turns; an emergency driver may turn all the same."""
    for kind, open_to in (("no_left_turn", {EAST, SOUTH}), ("only_left_turn", {NORTH})):
        roads = draw(CROSS, ARMS, relations=_restriction(kind))
        plain = draw(CROSS, ARMS)
        for end in (NORTH, EAST, SOUTH):
            by_car = _one(roads, A, end, profile="car")
            direct = _one(plain, A, end, profile="car")
            assert (by_car == pytest.approx(direct)) == (end in open_to)
            assert _one(roads, A, end) == pytest.approx(_one(plain, A, end))


def test_restriction_exempts_cars(draw: Draw) -> None:
    """A restriction that excepts cars, and one through a way, change nothing; the second is said."""
    members = [("way", 1, "from"), ("node", 2, "via"), ("way", 3, "to")]
    tags = {"type": "restriction", "restriction": "no_left_turn", "except": "motorcar;psv"}
    excepted = draw(CROSS, ARMS, relations=[(members, tags)])
    assert len(excepted.graph.turns_no) == 0
    through = [("way", 1, "from"), ("way", 2, "via"), ("way", 3, "to")]
    roads = draw(CROSS, ARMS, relations=[(through, {"type": "restriction", "restriction": "no_left_turn"})])
    assert any("run through a way" in finding for finding in roads.findings)


def test_turn_across_traffic_depends_on_the_side(draw: Draw) -> None:
    """Where traffic keeps left the right turn takes longer, where it keeps right the left turn."""
    british = draw(CROSS, ARMS)
    far = {n: (x + 9.0, y - 4.0) for n, (x, y) in CROSS.items()}
    alpine = draw(far, ARMS)
    assert (british.driving_side, alpine.driving_side) == ("left", "right")
    left, right = (_one(british, A, end, profile="car") for end in (NORTH, SOUTH))
    assert right - left == pytest.approx(
        read_profile("car").figures()["junctions.crossing_turn_s"].value / 60, abs=1e-3
    )
    start = (9.0, 47.0)
    left, right = (_one(alpine, start, (x + 9.0, y - 4.0), profile="car") for x, y in (NORTH, SOUTH))
    assert left - right == pytest.approx(
        read_profile("car").figures()["junctions.crossing_turn_s"].value / 60, abs=1e-3
    )


def test_roundabouts_that_turn_otherwise_are_said(draw: Draw) -> None:
    """The place decides the side; roundabouts that turn the other way are a finding."""
    angle = np.linspace(0, 2 * np.pi, 9)[:-1]
    for clockwise in (True, False):
        turn = -angle if clockwise else angle
        ring = {k + 1: (20.0 + 0.001 * np.cos(t), 40.0 + 0.001 * np.sin(t)) for k, t in enumerate(turn)}
        ways = [([*ring, 1], {"highway": "primary", "junction": "roundabout"})]
        roads = draw(ring, ways)
        assert roads.driving_side == "right"
        assert any("its roundabouts turn" in finding for finding in roads.findings) == clockwise
