"""The event loop that judges cover, held against what is known exactly, and against its twin."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil, sqrt
from typing import Any

import numpy as np
import plan_event_loop_twin
import pytest
from plan_event_loop import Happened, Patrol, begins_of, play, rules_of, world_of
from plans import commitment, tiny_rows, unit, write
from scipy.stats import chi2, norm

from standby.plan import HOURS_A_YEAR, Plan, hours_of_week
from standby.queueing import erlang_b, hypercube
from standby.travel import Times

MOST_Z = 4.5
"""Most standard errors that a right answer may be off; seeds are fixed."""

ERROR = 0.005
"""Largest standard error that counts as a measurement."""

PLACES = 3
"""The one area of `one_place`, and two key locations that no standard here is for."""


def agree(measured: float, error: float, exact: float) -> None:
    """Hold a measured number against the exact one."""
    assert error < ERROR
    assert abs(measured - exact) <= MOST_Z * error, (measured, exact, error)


def one_place(
    calls: float = 0.0,
    *,
    work: dict[str, float] | None = None,
    drive: float = 0.0,
    change: Callable[[dict[str, Any]], None] | None = None,
    **tables: Any,
) -> tuple[Plan, Times]:
    """Return a plan of one place, with turnout and authorisation 0 and an hour at the scene."""

    def changed(document: dict[str, Any]) -> None:
        kind = document["incident_types"]["spontaneous"]
        kind |= {
            "per_year": {"home": calls * HOURS_A_YEAR, "next": 0.0}, "hours": [], "scene_min": 60.0,
            "authorisation_min": 0.0, "full": {"units": {"arv": 1}},
        }  # fmt: skip
        document["tiers"]["arv"]["turnout_min"] = 0.0
        if work is None:
            del document["tiers"]["arv"]["ordinary_work"]
        else:
            document["tiers"]["arv"]["ordinary_work"] = work
        if change is not None:
            change(document)

    areas = [{**tiny_rows("areas")[0], "population": "100000"}]
    return write(change=changed, areas=areas, minutes=lambda *_: drive / 0.75, **tables)


def cars(count: int, **more: Any) -> dict[str, Any]:
    return {"units": [unit("u", "midtown", count=count, **more)]}


def played(plan: Plan, times: Times, rules: dict[str, Any] | None = None, **own: Any) -> Happened:
    world = world_of(plan, times)
    return play(world, rules_of(world, **(rules or {})), **{"seed": 1, "weeks": 2000, **own})


@pytest.mark.parametrize(("calls", "units", "takes"), [(2.4, 4, 1), (0.3, 2, 1), (1.0, 5, 2), (0.5, 4, 3)])
def test_nobody_free_as_often_as_erlang_says(calls: float, units: int, takes: int) -> None:
    """With everybody in one place nobody is free as Erlang's formula says, and as seldom are too few."""

    def change(document: dict[str, Any]) -> None:
        document["incident_types"]["spontaneous"]["full"] = {"units": {"arv": takes}}

    found = played(*one_place(calls, change=change, **cars(units)))
    agree(1.0 - found.in_time[0, 0], found.in_time_error[0, 0], float(erlang_b(calls, ceil(units / takes))))
    agree(1.0 - found.in_time[1, 0], found.in_time_error[1, 0], float(erlang_b(calls, units // takes)))


def test_units_that_leave_the_scene_one_by_one_obey_the_hypercube_of_several_units() -> None:
    """Two units, two a call, each with its own time at the scene: three states."""

    def change(document: dict[str, Any]) -> None:
        document["incident_types"]["spontaneous"]["full"] = {"units": {"arv": 2}}

    found = played(*one_place(1.0, change=change, **cars(2)), {"scene_apart": True})

    # One busy: from two busy at rate 2, to none at 1, to two at 1. Two busy: from none at 1.
    flows = np.array([[-1.0, 1.0, 0.0], [0.0, -2.0, 2.0], [1.0, 1.0, -2.0], [1.0, 1.0, 1.0]])
    none, one, two = np.linalg.lstsq(flows, np.array([0.0, 0.0, 0.0, 1.0]), rcond=None)[0]
    agree(1.0 - found.in_time[0, 0], found.in_time_error[0, 0], two)
    agree(found.in_time[1, 0], found.in_time_error[1, 0], none)
    agree(found.busy[0], found.busy_error[0], two + one / 2)


def test_one_unit_is_busy_on_the_way_and_at_the_scene() -> None:
    """One unit, a drive of fifteen minutes: busy a / (1 + a), whatever the shape of its time away."""
    found = played(*one_place(0.6, drive=15.0, **cars(1)))
    away = 0.6 * 75.0 / 60.0
    agree(found.busy[0], found.busy_error[0], away / (1.0 + away))
    agree(found.in_time[0, 0], found.in_time_error[0, 0], 1.0 / (1.0 + away))

    # The plan's limit counts for those who find nobody.
    limit = 180.0
    expected = (15.0 + away * limit) / (1.0 + away)
    assert found.mean_min[0, 0, 0] == pytest.approx(expected, abs=MOST_Z * limit * found.in_time_error[0, 0])


WORK = {"calls_per_hour": 0.5, "minutes_per_call": 40.0, "break_off": 0.7, "break_off_min": 25.0}


def test_a_unit_with_work_only_has_its_shares() -> None:
    """A third of the time on jobs, of which three in ten hold it and seven make it late for 20 minutes."""
    found = played(*one_place(work=WORK, **cars(1)))
    share = 0.5 * 40.0 / 60.0
    agree(found.busy[0], found.busy_error[0], share * 0.3)
    agree(found.in_time[0, 0], found.in_time_error[0, 0], 1.0 - share)
    agree(found.in_time[1, 0], found.in_time_error[1, 0], 1.0 - share * 0.3)


@pytest.mark.parametrize("again", [False, True])
def test_work_and_calls_of_one_unit_are_a_chain_of_four_states(again: bool) -> None:  # noqa: FBT001
    """Idle, on a job of either kind, on a call; a job that is broken off adds its minutes to the call."""
    calls, per_hour = 0.8, 60.0
    found = played(*one_place(calls, work=WORK, **cars(1)), {"work_again": again})

    share, mean, breakable = 0.5 * 40.0 / 60.0, 40.0, 0.7
    ended = per_hour / mean
    begun = ended * share / (1.0 - share)
    after_call = np.array([1.0, 0.0, 0.0])
    if again:
        after_call = np.array([1.0 - share, share * breakable, share * (1.0 - breakable)])
    idle, loose, fixed, on_call, late = range(5)  # on a call from a job takes another 25 minutes
    flow = np.zeros((5, 5))
    flow[idle, [loose, fixed, on_call]] = begun * breakable, begun * (1.0 - breakable), calls
    flow[loose, [idle, late]] = ended, calls
    flow[fixed, idle] = ended
    flow[on_call, :3] = after_call  # an hour at the scene
    flow[late, on_call] = per_hour / 25.0
    flow -= np.diag(flow.sum(axis=1))
    chance = np.linalg.lstsq(np.vstack([flow.T, np.ones(5)]), np.array([0.0] * 5 + [1.0]), rcond=None)[0]

    agree(found.busy[0], found.busy_error[0], chance[fixed] + chance[on_call] + chance[late])
    agree(found.on_calls[0], found.busy_error[0], chance[on_call] + chance[late])
    agree(found.in_time[0, 0], found.in_time_error[0, 0], chance[idle])
    agree(found.in_time[1, 0], found.in_time_error[1, 0], chance[idle] + chance[loose])


def test_two_units_of_a_pool_obey_the_hypercube() -> None:
    """Two sites and two places, each call to the nearer unit that is free."""

    def change(document: dict[str, Any]) -> None:
        document["incident_types"]["spontaneous"] |= {
            "per_year": {"home": 1.2 * HOURS_A_YEAR, "next": 0.0}, "hours": [], "scene_min": 60.0,
            "authorisation_min": 0.0, "full": {"units": {"arv": 1}},
        }  # fmt: skip
        del document["tiers"]["arv"]["ordinary_work"]
        document["tiers"]["arv"]["turnout_min"] = 0.0

    # Drives of a fiftieth of a minute and less tell the units apart and keep nobody busy.
    areas = [
        {**row, "likelihood": "1", "population": people}
        for row, people in zip(tiny_rows("areas"), ("75000", "25000"), strict=False)
    ]
    plan, times = write(
        change=change, areas=areas, units=[unit("a", "midtown"), unit("b", "westham")],
        minutes=lambda site, place: 0.0 if site == place else 0.02,
    )  # fmt: skip
    found = played(plan, times)
    exact = hypercube([1.2 * 0.75, 1.2 * 0.25], [[0, 1], [1, 0]], [1.0, 1.0])
    for number in range(2):
        agree(found.busy[number], found.busy_error[number], float(exact.busy[number]))
    agree(1.0 - found.in_time[0, 0], found.in_time_error[0, 0], float(exact.lost))


def test_units_alike_are_sent_alike() -> None:
    """Of two units at one site neither is sent more often."""
    found = played(*one_place(0.7, **cars(2)))
    assert abs(found.busy[0] - found.busy[1]) < MOST_Z * sqrt(2.0) * found.busy_error.max()


def test_a_commitment_takes_its_units_of_those_on_duty() -> None:
    """One and a half of three units for eight hours on Saturdays, in a quarter of the weeks."""
    rows = [commitment("event", 1.5, hours="sat 10:00-18:00", weeks_per_year=13)]
    found = played(*one_place(commitments=rows, **cars(3)))
    for number in range(3):
        agree(found.busy[number], found.busy_error[number], 8 / 168 * 0.25 * 1.5 / 3)
    assert found.in_time[1, 0] == 1.0  # somebody is always there


def test_commitments_take_different_units() -> None:
    """Two commitments of one unit at the same hours leave none of two, and are independent week by week."""
    rows = [commitment(name, 1, hours="sat 10:00-18:00", weeks_per_year=26) for name in ("a", "b")]
    found = played(*one_place(commitments=rows, **cars(2)), weeks=6000)
    agree(1.0 - found.in_time[0, 0], found.in_time_error[0, 0], 8 / 168 / 4)

    # Were units taken alone, each would be away for half of the time, and both for a quarter of it.
    alone = played(*one_place(commitments=rows[:1], **cars(2)), {"taken_alone": True}, weeks=6000)
    agree(1.0 - alone.in_time[0, 0], alone.in_time_error[0, 0], 8 / 168 / 16)


def test_what_is_never_broken_off_comes_first() -> None:
    """One unit, two commitments: it is away while the fixed one takes place, and late for the other."""
    rows = [
        commitment("patrol", 1, hours="sat", break_off="allowed", break_off_min=25),
        commitment("event", 1, hours="sat 10:00-18:00"),
    ]
    found = played(*one_place(commitments=rows, **cars(1)))
    agree(found.busy[0], found.busy_error[0], 8 / 168)
    agree(found.in_time[0, 0], found.in_time_error[0, 0], 144 / 168)
    agree(found.in_time[1, 0], found.in_time_error[1, 0], 160 / 168)


@pytest.mark.parametrize("stay", [False, True])
def test_commitments_choose_anew_when_others_come_on_duty(stay: bool) -> None:  # noqa: FBT001
    """One of two units from 12:00, when the second comes on duty; who stays with the block is the first."""
    rows = [commitment("event", 1, hours="sat 08:00-16:00")]
    units = [unit("a", "midtown", hours="sat 00:00-20:00"), unit("b", "midtown", hours="sat 12:00-20:00")]
    found = played(*one_place(commitments=rows, units=units), {"stay": stay})
    first, second = (8 / 20, 0.0) if stay else ((4 + 4 / 2) / 20, 2 / 8)
    agree(found.busy[0], max(found.busy_error[0], 1e-12), first)
    agree(found.busy[1], max(found.busy_error[1], 1e-12), second)


def test_blocks_are_days() -> None:
    """A block begins where its hours begin, and again after each whole day."""
    hours = ["always", "fri-sat 18:00-04:00", "mon-tue", "sun 22:00-02:00"]
    begins = begins_of(np.array([hours_of_week(text) for text in hours]).T)
    firsts = [np.flatnonzero(column).tolist() for column in begins.T]
    assert firsts == [[0, 24, 48, 72, 96, 120, 144], [114, 138], [0, 24], [166]]


def test_shifts_begin_and_end() -> None:
    """A unit for ten hours a day, calls twice as many in these hours: looks are weighed as calls come."""

    def change(document: dict[str, Any]) -> None:
        document["incident_types"]["spontaneous"]["hours"] = [{"hours": "08:00-18:00", "weight": 2.0}]

    found = played(*one_place(change=change, **cars(1, hours="08:00-18:00")), looks_per_hour=1.0)
    agree(found.in_time[0, 0], found.in_time_error[0, 0], 20 / 34)


@pytest.mark.parametrize(("by_force", "chance"), [(False, 1.0 - 0.4**2), (True, 0.6)])
def test_units_are_lent_one_by_one_or_by_force(by_force: bool, chance: float) -> None:  # noqa: FBT001
    """Two units of a neighbour who lends with a chance of 0.6, by unit and by force."""

    def change(document: dict[str, Any]) -> None:
        document["mutual_aid"]["share_available"] = 0.6

    plan, times = one_place(change=change, units=[unit("n", "eastport", "next", count=2)])
    found = played(plan, times, {"lend_by_force": by_force})
    agree(found.in_time[0, 0], found.in_time_error[0, 0], chance)


def test_trips_turnout_and_authorisation_vary() -> None:
    """A lognormal drive of mean 20 is within 20 minutes with the chance that its formula says."""
    plan, times = one_place(drive=20.0, **cars(1))
    found = played(plan, times, {"drive_cv": np.full(PLACES, 0.4)})
    sigma = sqrt(np.log1p(0.4**2))
    agree(found.in_time[0, 0], found.in_time_error[0, 0], float(norm.cdf(sigma / 2.0)))
    error = found.mean_min_error[0, 0, 0]
    assert found.mean_min[0, 0, 0] == pytest.approx(20.0, abs=MOST_Z * error)

    def slow(document: dict[str, Any]) -> None:
        document["tiers"]["arv"]["turnout_min"] = 20.0

    turnout = played(*one_place(change=slow, **cars(1)), {"turnout_cv": np.full(1, 0.4)})
    agree(turnout.in_time[0, 0], turnout.in_time_error[0, 0], float(norm.cdf(sigma / 2.0)))

    def late(document: dict[str, Any]) -> None:
        document["incident_types"]["spontaneous"]["authorisation_min"] = 20.0

    waited = played(*one_place(change=late, **cars(1)), {"authorisation_cv": np.full(2, 0.4)})
    agree(waited.in_time[0, 0], waited.in_time_error[0, 0], float(norm.cdf(sigma / 2.0)))


def test_a_unit_on_patrol_comes_from_where_it_is() -> None:
    """Half of its time a unit is away, in three of four cases too far, whether it has a job or not."""
    plan, times = one_place(work={**WORK, "break_off_min": 0.0}, **cars(1))
    drives = np.array([[30.0] * PLACES, [10.0] * PLACES])
    patrol = Patrol(np.array([0.5]), np.array([[3.0, 1.0]]), drives, np.full(2, np.nan))
    found = played(plan, times, {"patrol": patrol})
    idle = 1.0 - 0.5 * 40.0 / 60.0
    available = 1.0 - (1.0 - idle) * 0.3
    agree(found.in_time[0, 0], found.in_time_error[0, 0], available * (1.0 - 0.5 * 0.75))


def test_units_of_several_weeks_are_independent() -> None:
    """Units that are all away together are away independently of each other once looks are mixed."""

    def change(document: dict[str, Any]) -> None:
        document["incident_types"]["spontaneous"]["full"] = {"units": {"arv": 2}}

    plan, times = one_place(0.5, change=change, **cars(2))
    away = float(erlang_b(0.5, 1))
    together = played(plan, times)
    agree(1.0 - together.in_time[0, 0], together.in_time_error[0, 0], away)
    mixed = played(plan, times, {"mixed": True})
    expected = away**2 + away * (1.0 - away) / 32  # one look in as many gives both units
    agree(1.0 - mixed.in_time[0, 0], mixed.in_time_error[0, 0], expected)


def test_one_seed_has_one_answer() -> None:
    """The same seed plays the same weeks, another one others."""
    plan, times = one_place(0.5, work=WORK, **cars(2))
    first, again, other = (played(plan, times, seed=seed, weeks=100).in_time for seed in (5, 5, 6))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def full_week(document: dict[str, Any]) -> None:
    """Ask for tiers that stand in for each other and for crews, in a week full of calls."""
    document["alliances"] = {"both": {"name": "Both", "forces": ["home", "next"]}}
    document["mutual_aid"]["share_available"] = 0.4
    document["tiers"]["team"]["turnout_min"] = 12.0
    document["tiers"]["arv"]["ordinary_work"] |= {"calls_per_hour": 0.5, "break_off_min": 10.0}
    document["incident_types"]["spontaneous"] |= {
        "per_100k_year": 3000.0, "rendezvous_min": 4.0, "stand_down_share": 0.25, "first": {"officers": 3},
        "full": {"officers": 5, "units": {"arv": 1}},
    }  # fmt: skip
    document["incident_types"]["warrant"] = {
        "name": "Warrant", "stream": "planned", "per_100k_year": 900.0, "authorisation_min": 0.0,
        "scene_min": 180.0, "full": {"units": {"arv": 2}},
        "hours": [{"hours": "mon-fri 05:00-16:00", "weight": 3.0}],
    }  # fmt: skip
    document["standards"]["warrant"] = {
        "name": "Warrant", "incident_type": "warrant", "measure": "full", "within_min": 25.0, "share": 0.5,
    }  # fmt: skip


FULL_WEEK: dict[str, Any] = {
    "change": full_week,
    "units": [
        unit("a", "midtown", count=2, control="pooled"),
        unit("b", "westham", hours="fri-sat 18:00-06:00"),
        unit("c", "westham", tier="team", crew=4, notice_min=7),
        unit("d", "eastport", "next", control="pooled"),
        unit("e", "eastport", "next", count=2),
    ],
    "commitments": [
        commitment("patrol", 2, hours="sat 08:00-20:00", break_off="allowed", break_off_min=6),
        commitment("event", 1.5, hours="sat-sun 10:00-18:00", weeks_per_year=40),
        commitment("more", 0.5, provider="next", hours="always", weeks_per_year=26),
    ],
}
"""Everything that a plan can have, on a small scale."""

RULES: dict[str, dict[str, Any]] = {
    "as it is": {},
    "all that may be otherwise": {
        "lend_by_force": True, "scene_apart": True, "drive_cv": 0.3, "turnout_cv": 0.5,
        "authorisation_cv": 0.4, "patrol": True,
    },
}  # fmt: skip


@pytest.mark.parametrize("name", RULES)
def test_the_compiled_loop_agrees_with_its_twin(name: str) -> None:
    """Objects and a heap give what the compiled loop gives: chances, minutes and busy shares."""
    world = world_of(*write(**FULL_WEEK))
    units, places = world.ways.drive_min.shape
    own = dict(RULES[name])
    sizes = {"drive_cv": places, "turnout_cv": units, "authorisation_cv": len(world.asked.type)}
    own |= {field: np.full(sizes[field], own[field]) for field in sizes if field in own}
    if "patrol" in own:
        drives = world.ways.drive_min[[0, 2, 4]]
        turnout = np.array([0.0, np.nan, 1.5])
        own["patrol"] = Patrol(np.full(units, 0.6), np.tile([1.0, 2.0, 1.0], (units, 1)), drives, turnout)
    rules = rules_of(world, **own)

    fast = play(world, rules, seed=2, weeks=4000)
    slow = plan_event_loop_twin.play(world, rules, seed=3, weeks=80)
    scores = np.concatenate([
        score(fast.in_time, fast.in_time_error, slow.in_time, slow.in_time_error),
        score(fast.mean_min, fast.mean_min_error, slow.mean_min, slow.mean_min_error),
        score(fast.busy, fast.busy_error, slow.busy, slow.busy_error),
    ])  # fmt: skip
    assert scores.size > 30
    assert np.abs(scores).max() < MOST_Z
    # Errors come from twenty batches, so that scores spread a little wider than normal ones; they are not
    # independent of each other either, and only a sum far beyond that of independent ones is a difference.
    assert (scores**2).sum() < 3.0 * chi2.ppf(0.999, scores.size)


def score(fast: np.ndarray, fast_error: np.ndarray, slow: np.ndarray, slow_error: np.ndarray) -> np.ndarray:
    """Return differences in standard errors; what does not vary is the same."""
    error = np.sqrt(fast_error**2 + slow_error**2).ravel()
    difference = (fast - slow).ravel()
    is_random = error > 1e-12
    assert np.abs(difference[~is_random]).max(initial=0.0) < 1e-9
    return difference[is_random] / error[is_random]
