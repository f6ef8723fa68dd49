"""Calls that take several units: against the full matrix, one unit a call, and closed forms."""

from __future__ import annotations

import numpy as np
import pytest
from hypercube_systems import Case, dense, random_case

from standby.queueing import (
    ConvergenceError,
    MemoryLimitError,
    QueueingInputError,
    erlang_b,
    hypercube_multiple,
)


def sent(case: Case, needed: np.ndarray, area: int, state: int, *, lose: bool) -> list[int]:
    """Units sent to a call, by a plain walk down the list."""
    free = [int(n) for n in case.preference[area] if n >= 0 and not state >> n & 1][: needed[area]]
    return [] if lose and len(free) < needed[area] else free


def full_matrix(case: Case, needed: np.ndarray, times: np.ndarray, *, lose: bool) -> dict:
    """Solve the whole system of balance equations by least squares."""
    size = 1 << case.units
    flow = np.zeros((size, size))
    for state in range(size):
        for n in range(case.units):
            if state >> n & 1:
                flow[state, state ^ 1 << n] += case.service[n]
            elif case.initiated is not None:
                flow[state, state | 1 << n] += case.initiated[n]
        for area, rate in enumerate(case.arrival):
            target = state | sum(1 << n for n in sent(case, needed, area, state, lose=lose))
            if target != state:
                flow[state, target] += rate
    generator = np.vstack([flow.T - np.diag(flow.sum(axis=1)), np.ones(size)])
    chance = np.linalg.lstsq(generator, np.eye(1, size + 1, size)[0])[0]
    weights = case.arrival / case.arrival.sum()
    out = {"dispatch": np.zeros((case.arrival.size, case.units)), "lost": 0.0, "short": 0.0, "states": chance}
    first, full = np.zeros((2, case.arrival.size)), np.zeros((2, case.arrival.size))
    for state in range(size):
        for area, weight in enumerate(weights):
            units = sent(case, needed, area, state, lose=lose)
            out["dispatch"][area, units] += chance[state] * weight
            out["lost"] += chance[state] * weight * (not units)
            out["short"] += chance[state] * weight * (0 < len(units) < needed[area])
            if units:
                first[:, area] += chance[state] * np.array([times[area, units].min(), 1.0])
            if len(units) == needed[area]:
                full[:, area] += chance[state] * np.array([times[area, units].max(), 1.0])
    return out | {"first": first[0] / first[1], "full": full[0] / full[1]}


@pytest.mark.parametrize("lose", [False, True])
@pytest.mark.parametrize("partial", [False, True])
@pytest.mark.parametrize("initiated", [False, True])
def test_equals_full_matrix(lose, partial, initiated):
    """Random systems of 3 to 6 units, one to three a call, agree with the full matrix to 1e-10."""
    rng = np.random.default_rng([11, lose, partial, initiated])
    for units in range(3, 7):
        case = random_case(
            rng,
            units=units,
            areas=7,
            load=rng.uniform(0.1, 0.8),
            unequal=True,
            partial=partial,
            initiated=initiated,
        )
        needed = np.minimum(rng.integers(1, 4, 7), (case.preference >= 0).sum(axis=1))
        times = rng.uniform(1, 30, (7, units))
        expected = full_matrix(case, needed, times, lose=lose)
        got = hypercube_multiple(
            case.arrival,
            case.preference,
            case.service,
            needed,
            when_short="lose" if lose else "send",
            times=times,
            initiated=case.initiated,
        )
        assert got.states == pytest.approx(expected["states"], abs=1e-10)
        assert got.dispatch == pytest.approx(expected["dispatch"], abs=1e-10)
        assert got.lost == pytest.approx(expected["lost"], abs=1e-10)
        assert got.short == pytest.approx(expected["short"], abs=1e-10)
        assert got.first_response == pytest.approx(expected["first"], rel=1e-9)
        assert got.full_response == pytest.approx(expected["full"], rel=1e-9)


def test_one_unit_a_call_is_the_hypercube():
    """With one unit a call the answer is that of the plain hypercube, found in another way."""
    case = random_case(np.random.default_rng(3), units=7, areas=9, load=0.6, unequal=True, partial=True)
    got = hypercube_multiple(case.arrival, case.preference, case.service, 1)
    expected = dense(case)
    assert got.states == pytest.approx(expected["states"], abs=1e-10)
    assert got.dispatch == pytest.approx(expected["dispatch"], abs=1e-10)
    assert got.short == 0.0
    assert np.isnan(got.first_response).all()


def test_calls_that_need_all_units():
    """When each call takes both units or is lost, the four states are worked out by hand."""
    got = hypercube_multiple([1.0], [[0, 1]], 1.0, 2, when_short="lose")
    # 0 -> both at rate 1, both -> one of two at 2, one -> none at 1: chances 2 : 2 : 1 for none, one, both
    assert got.states == pytest.approx([0.4, 0.2, 0.2, 0.2], abs=1e-12)
    assert got.complete == pytest.approx([0.4])


def test_states_out_of_reach_have_no_chance():
    """A unit that no call takes is never busy, and the others are as they would be without it."""
    got = hypercube_multiple([1.0], [[0, 1]], [1.0, 1.0, 1.0], 2, when_short="lose")
    assert not got.states[4:].any()
    assert got.states[:4] == pytest.approx([0.4, 0.2, 0.2, 0.2], abs=1e-12)


def test_streams_of_one_area_may_need_different_numbers():
    """Two streams with the same list and need behave as one of their joint rate."""
    one = hypercube_multiple([0.9], [[0, 1, 2]], 1.0, 2)
    two = hypercube_multiple([0.3, 0.6], [[0, 1, 2], [0, 1, 2]], 1.0, [2, 2])
    assert two.busy == pytest.approx(one.busy, abs=1e-12)
    assert two.complete == pytest.approx([one.complete[0]] * 2, abs=1e-12)


def test_twelve_units_single_calls_are_erlang():
    """A larger system with one unit a call loses as Erlang B says."""
    case = random_case(np.random.default_rng(2), units=12, areas=20, load=0.8)
    got = hypercube_multiple(case.arrival, case.preference, case.service, 1)
    assert got.lost == pytest.approx(erlang_b(0.8 * 12, 12), rel=1e-10)


@pytest.mark.parametrize(
    ("needed", "options", "words"),
    [
        (0, {}, "needs 0 units"),
        (1.5, {}, "needs 1.5 units"),
        ([1, 1], {}, "one for each stream"),
        (3, {}, "its list has 2"),
        (1, {"when_short": "wait"}, "when_short"),
        (1, {"times": [[1.0]]}, "times"),
        (1, {"times": [[1.0, -1.0]]}, "times"),
    ],
)
def test_senseless_input_is_refused(needed, options, words):
    """Numbers of units and options that make no sense are errors that say which."""
    with pytest.raises(QueueingInputError, match=words):
        hypercube_multiple([1.0], [[0, 1]], 1.0, needed, **options)


def test_limits_are_errors():
    """Too little memory and too few sweeps are errors."""
    lists = [np.arange(10)]
    with pytest.raises(MemoryLimitError, match="10 units"):
        hypercube_multiple([1.0], lists, 1.0, 2, memory_gb=1e-6)
    with pytest.raises(MemoryLimitError, match="10 units"):
        hypercube_multiple([1.0], lists, 1.0, 2, memory_gb=3e-5)
    with pytest.raises(ConvergenceError, match="after 2 sweeps"):
        hypercube_multiple([1.0], lists, 1.0, 2, max_sweeps=2)
