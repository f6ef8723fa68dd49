"""A county small enough to solve with a pencil: the arithmetic stands beside each number."""

from __future__ import annotations

import math

import pytest
from plans import tiny_rows, unit, write

from standby.cover import Cover, Evaluated, cover_of, evaluate_plan, need

DRIVE = {
    "midtown": 8.0, "westham": 40.0, "northley": 20.0, "moor": 30.0, "coombe": 60.0,
    "market": 10.0, "pier": 62.0,
}  # fmt: skip
"""Minutes of an ordinary drive from Midtown; nobody drives from elsewhere."""

WAY = {place: 0.75 * minutes for place, minutes in DRIVE.items()}
"""Of an emergency drive: the plan's emergency factor is 0.75."""

BEFORE = 3.0 + 2.0
"""Authorisation and turnout."""

HELD = 0.2 * 45 / 60 * (1 - 0.8)
"""Ordinary work: 0.2 jobs an hour of 45 minutes, 15% of the time; a fifth of it can't be broken off: 3%."""

AT_WORK = (0.15 - HELD) / (1 - HELD)
"""A free car is on work that can be broken off for 12 of the other 97 hundredths."""

BREAK_OFF = 2.0
"""Minutes that a car on such work comes later."""

SHARES = {"midtown": 72, "westham": 20, "northley": 8, "moor": 2, "coombe": 8}
"""People times likelihood, in thousands: where the calls come; 110 together."""

CALLS = 40 / 8766
"""40 calls a year for 100,000 people, in 8,766 hours."""


def minutes(site: str, place: str) -> float:
    return DRIVE.get(place, math.inf) if site == "midtown" else math.inf


@pytest.fixture(scope="module")
def solved() -> tuple[Evaluated, Cover]:
    """Return the plan with two cars at Midtown, day and night, and nobody else."""
    e = evaluate_plan(*write(units=[unit("a", "midtown", count=2)], minutes=minutes))
    return e, cover_of(e)


def busy_share() -> float:
    """Return the share of time that either car is not free.

    Full attendance is two cars, so that both are asked for in every call, for turnout, the delay of breaking
    off, the way and 60 minutes at the scene.
    """
    way = sum(SHARES[place] * WAY[place] for place in SHARES) / 110
    load = CALLS * (2.0 + AT_WORK * BREAK_OFF + way + 60.0) / 60.0
    return (HELD + load) / (1.0 + load)


def away_together() -> tuple[float, float]:
    """Return the chances that neither car is free, and that both are.

    A call takes both, so that both are away at once but for the 3% that each is held by itself. With neither
    held they are one server of a loss system, with one held the other is by itself such a server: it is on a
    call with B = r / (1 + r), r being the calls in progress if none were lost. Calls that are lost are those
    that find nobody, and what is done for each car is its busy share less what is held.
    """
    done = busy_share() - HELD

    def none(r: float) -> float:
        return HELD**2 + (1 - HELD**2) * r / (1 + r)

    r = done
    for _ in range(50):
        r = done / (1 - none(r))
    return none(r), 1 - 2 * busy_share() + none(r)


TOGETHER = 0.0035
"""How near the model comes to cars that are away together on every call (independent cars: 0.005)."""


def row(cover: Cover, standard: str) -> dict[str, float]:
    table = cover.standards
    return table[(table["standard"] == standard) & (table["scope_kind"] == "all")].iloc[0].to_dict()


def test_busy_share(solved: tuple[Evaluated, Cover]) -> None:
    """Either car is busy for 3.56% of the time: 3% held, and 0.0058 hours of calls an hour."""
    e, _ = solved
    assert busy_share() == pytest.approx(0.03561, abs=1e-5)
    assert e.outcome.busy == pytest.approx([busy_share()] * 2, abs=1e-6)


def test_first_armed_arrival_in_20_minutes(solved: tuple[Evaluated, Cover]) -> None:
    """If free, Midtown (11 min) and Northley (exactly 20) are in time: 68 of 100 thousand people.

    A car that has to break off its work is late at Northley, which is reached while a free car has nothing to
    do; Midtown has a free car unless both are away. Both are surer than nine times in ten.
    """
    _, cover = solved
    assert [BEFORE + WAY["midtown"], BEFORE + WAY["northley"]] == [11.0, 20.0]
    found = row(cover, "first")
    assert found["share_if_free"] == pytest.approx(0.68)
    none, both = away_together()
    idle_there = (1 - none - both) * (1 - AT_WORK) + both * (1 - AT_WORK**2)
    assert found["share_expected"] == pytest.approx(0.60 * (1 - none) + 0.08 * idle_there, abs=TOGETHER)
    assert idle_there > 0.9
    assert found["share_assured"] == pytest.approx(0.68)
    assert not found["met"]


def test_full_attendance_in_40_minutes(solved: tuple[Evaluated, Cover]) -> None:
    """Both cars reach all but Coombe (50 min) in time, if both are free: 92 thousand people."""
    _, cover = solved
    assert BEFORE + BREAK_OFF + WAY["westham"] <= 40 < BEFORE + WAY["coombe"]
    found = row(cover, "full")
    assert found["share_if_free"] == pytest.approx(0.92)
    assert found["share_expected"] == pytest.approx(0.92 * away_together()[1], abs=TOGETHER)
    assert found["share_assured"] == pytest.approx(
        0.92
    )  # both are free 93% of the time, more than the reliability of 0.9
    assert found["met"]


def test_mean_minutes_at_a_place(solved: tuple[Evaluated, Cover]) -> None:
    """A call that finds no free car counts as the limit of 180 minutes.

    Of two free cars the first is late if both are at work, and the second if either is.
    """
    _, cover = solved
    area = cover.areas.set_index("area").loc["moor"]
    arrival = BEFORE + WAY["moor"]
    none, both = away_together()
    late = BREAK_OFF * ((1 - none - both) * AT_WORK + both * AT_WORK**2)
    assert area["first_mean_min"] == pytest.approx(
        arrival * (1 - none) + late + 180 * none, abs=180 * TOGETHER
    )
    late = BREAK_OFF * both * (1 - (1 - AT_WORK) ** 2)
    assert area["full_mean_min"] == pytest.approx(
        arrival * both + late + 180 * (1 - both), abs=180 * TOGETHER
    )
    assert area["nearest_min"] == BEFORE + WAY["moor"]
    assert area["chance_nearest_free"] == pytest.approx(1 - busy_share(), abs=1e-6)


def test_calls_of_an_area(solved: tuple[Evaluated, Cover]) -> None:
    """Midtown has 72 of the 110 parts of the 40 calls a year."""
    _, cover = solved
    assert cover.areas.set_index("area").loc["midtown", "calls_per_year"] == pytest.approx(40 * 72 / 110)


def test_statistics_of_minutes(solved: tuple[Evaluated, Cover]) -> None:
    """People's mean is the mean of the areas' means; the median is Midtown's arrival, within a bin."""
    _, cover = solved
    table = cover.minutes.set_index(["incident_type", "measure", "weight", "scope_kind"])
    found = table.loc[("spontaneous", "first", "people", "all")]
    areas = cover.areas
    assert found["mean_min"] == pytest.approx((areas["people"] * areas["first_mean_min"]).sum() / 100_000)
    assert found["p50_min"] == pytest.approx(BEFORE + WAY["midtown"], abs=0.25)
    assert found["p90_min"] == pytest.approx(BEFORE + WAY["westham"], abs=0.25)


def test_build_up(solved: tuple[Evaluated, Cover]) -> None:
    """By 15 minutes the four officers of two cars are at Midtown, if free: 0.6 of the people."""
    _, cover = solved
    table = cover.build_up[cover.build_up["scope_kind"] == "all"].set_index("minutes")
    assert table.loc[10, "own"] == 0.0
    assert table.loc[15, "own"] == pytest.approx(4 * 0.6 * (1 - busy_share()), abs=1e-5)
    assert table.loc[180, "own"] == pytest.approx(4 * (1 - busy_share()), abs=1e-5)
    assert (table[["shared", "neighbour"]] == 0).all(axis=None)


def test_backup(solved: tuple[Evaluated, Cover]) -> None:
    """Two cars are in time wherever one is: at Northley if both are free with nothing to break off."""
    _, cover = solved
    found = cover.backup[cover.backup["scope_kind"] == "all"].set_index("standard").loc["first"]
    assert found["share_two_if_free"] == pytest.approx(0.68)
    expected = (0.60 + 0.08 * (1 - AT_WORK) ** 2) * away_together()[1]
    assert found["share_two_expected"] == pytest.approx(expected, abs=TOGETHER)


def test_need() -> None:
    """At Midtown alone 68% can be reached in 20 minutes, less than the 90% asked for: that can't be met.

    Two free cars in 40 minutes with 90%: two are both free with 0.93. Six officers a post, two in a car.
    """
    plan, times = write(units=[unit("a", "midtown", count=2)], minutes=minutes)
    table = need(plan, times).table.set_index("standard")
    assert table.loc["first", ["crewed_units", "posts", "officers", "gap_strength"]].isna().all()
    assert table.loc["first", "attainable_share"] == pytest.approx(0.68)
    assert not table.loc["first", "attainable"]
    assert table.loc["full", ["crewed_units", "posts", "officers"]].tolist() == [2, 2.0, 24]
    assert table.loc["full", "attainable"]
    assert not table.loc["all standards", "attainable"]
    assert table.loc["full", ["gap_establishment", "gap_strength"]].tolist() == [24 - 40, 24 - 36]
    assert table.loc["full", "gap_deployable"] == pytest.approx(24 - 36 * 0.91)


def test_a_neighbour_comes_later_and_less_surely() -> None:
    """Eastport's car has 5 minutes more notice and is lent four times in five: 18.5 minutes to Westham.

    With no car of its own the county's Westham, 20 thousand people, is reached with 0.8 of the chance that
    the neighbour's car is free.
    """
    plan, times = write(
        units=[unit("east", "eastport", "next")],
        minutes=lambda _, place: {"westham": 10.0}.get(place, 90.0),
    )
    e = evaluate_plan(plan, times)
    found = row(cover_of(e), "first")
    assert BEFORE + 5.0 + 7.5 < 20.0
    assert found["share_if_free"] == pytest.approx(0.2 * 0.8)
    assert found["share_expected"] == pytest.approx(0.2 * 0.8 * (1 - e.outcome.busy[0]))


def test_a_key_location_has_minutes_of_its_own() -> None:
    """The market's own 12 minutes are missed (12.5), the pier's plan-wide 60 minutes are met (51.5)."""
    keys = tiny_rows("key_locations")
    keys[0]["within_min"] = "12"

    def standard(document: dict) -> None:
        document["standards"]["keys"] = {
            "name": "Keys", "incident_type": "spontaneous", "measure": "first", "within_min": 60.0,
            "share": 0.5, "of": "key_locations",
        }  # fmt: skip

    plan, times = write(units=[unit("a", "midtown")], key_locations=keys, minutes=minutes, change=standard)
    cover = cover_of(evaluate_plan(plan, times))
    assert [BEFORE + WAY["market"], BEFORE + WAY["pier"]] == [12.5, 51.5]
    assert row(cover, "keys")["share_if_free"] == pytest.approx(0.5)
    table = cover.key_locations.set_index("key_location")
    assert table["within_min"].tolist() == [12.0, 60.0]
    assert table.loc["market", "chance_in_time"] == 0.0
