"""The exact hypercube against dense solves, published answers and Erlang."""

from __future__ import annotations

import inspect
import json
import logging
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypercube_systems import Case, dense, dense_queue, random_case
from hypothesis import given, settings
from hypothesis import strategies as st

from standby.queueing import (
    ConvergenceError,
    MemoryLimitError,
    QueueingInputError,
    UnstableQueueError,
    erlang_b,
    erlang_c,
    hypercube,
    hypercube_approximate,
    hypercube_memory_gb,
    hypercube_multiple,
    hypercube_patrol,
)

FOLDER = Path(__file__).resolve().parents[2].parent / "shared" / "cases" / "hypercube"


def load(name: str) -> dict:
    if not (FOLDER / name).exists():
        pytest.skip("the published cases are not beside the checkout")
    return json.loads((FOLDER / name).read_text())


def solve(case: Case, **options):
    return hypercube(
        case.arrival, case.preference, case.service, tied=case.tied, initiated=case.initiated, **options
    )


def agrees(got, expected: dict) -> None:
    assert got.states == pytest.approx(expected["states"], abs=1e-10)
    assert got.busy == pytest.approx(expected["busy"], abs=1e-10)
    assert got.dispatch == pytest.approx(expected["dispatch"], abs=1e-10)


@pytest.mark.parametrize("initiated", [False, True])
@pytest.mark.parametrize("partial", [False, True])
@pytest.mark.parametrize("ties", [False, True])
@pytest.mark.parametrize("unequal", [False, True])
def test_loss_equals_dense_solve(unequal, ties, partial, initiated):
    """Random systems of 1 to 7 units agree with the full matrix to 1e-10 in every combination of features."""
    rng = np.random.default_rng([5, unequal, ties, partial, initiated])
    for units in range(1, 8):
        case = random_case(
            rng,
            units=units,
            areas=int(rng.integers(1, 12)),
            load=rng.uniform(0.1, 2.0),
            unequal=unequal,
            ties=ties,
            partial=partial,
            initiated=initiated,
        )
        got, expected = solve(case), dense(case)
        agrees(got, expected)
        assert got.lost == pytest.approx(expected["lost"], abs=1e-10)
        assert got.dispatch.sum() == pytest.approx(1 - got.lost, abs=1e-12)
        assert got.residual <= 1e-12


@pytest.mark.parametrize("unequal", [False, True])
def test_ten_units_equal_dense_solve(unequal):
    """Ten units, more than one block of states, with ties and partial lists, agree to 1e-10."""
    case = random_case(
        np.random.default_rng(10), units=10, areas=12, load=0.7, unequal=unequal, ties=True, partial=True
    )
    got, expected = solve(case), dense(case)
    agrees(got, expected)
    assert got.lost == pytest.approx(expected["lost"], abs=1e-10)


@pytest.mark.parametrize("ties", [False, True])
@pytest.mark.parametrize("unequal", [False, True])
def test_queue_equals_dense_solve(unequal, ties):
    """Systems with a queue agree to 1e-10 with a full matrix cut off where the queue is all but empty."""
    rng = np.random.default_rng([6, unequal, ties])
    for units in range(1, 7):
        case = random_case(
            rng, units=units, areas=5, load=rng.uniform(0.2, 0.8), unequal=unequal, ties=ties, initiated=ties
        )
        got, expected = solve(case, queue=True), dense_queue(case, 200)
        agrees(got, expected)
        assert got.delayed == pytest.approx(expected["delayed"], abs=1e-10)
        assert got.queue_length == pytest.approx(expected["queue"], abs=1e-9)
        assert got.dispatch.sum() == pytest.approx(1.0, abs=1e-12)
        assert got.lost == 0.0


def test_all_units_tied_share_alike():
    """When every unit is as good as any other, all are equally busy and Erlang B is lost."""
    tied = np.ones((1, 11), dtype=bool)
    tied[0, 0] = False
    got = hypercube([6.0], [np.arange(11)], 1.0, tied=tied)
    assert got.busy == pytest.approx(np.full(11, got.busy.mean()), abs=1e-12)
    assert got.lost == pytest.approx(erlang_b(6, 11), rel=1e-11)


def test_published_systems():
    """Every published loss system is met to the digits printed, and its travel times too."""
    for name, row in load("computed_cases.json").items():
        given_, expected = row["parameters"], row["expected"]
        got = hypercube(given_["lambda_j"], given_["preference_by_atom_0based"], given_["mu_n"])
        times = np.array(given_["travel_time_tau_nj"]).T
        served = np.array(expected["dispatch_fraction_fnj"]).T * (1 - expected["p_loss"])
        assert got.busy == pytest.approx(expected["workload"], abs=1e-11), name
        assert got.dispatch == pytest.approx(served, abs=1e-11), name
        assert got.lost == pytest.approx(expected["p_loss"], rel=1e-11), name
        overall, by_unit, by_area = (
            expected[f"mean_travel_time_{what}"] for what in ("all_dispatches", "by_unit", "by_atom")
        )
        assert got.mean_response(times) == pytest.approx(overall, abs=1e-9)
        assert got.mean_response_by_unit(times) == pytest.approx(by_unit, abs=1e-9)
        assert got.mean_response_by_area(times) == pytest.approx(by_area, abs=1e-9)
        if "state_probabilities" in expected:
            assert got.states == pytest.approx(expected["state_probabilities"], abs=1e-11), name


def test_larson_odoni_three_units():
    """Larson and Odoni's three units with a queue: workloads, waits and share of cross-beat dispatches."""
    row = load("expected.json")["larson_odoni_3server"]
    lists = np.array(row["parameters"]["grouped_preference_0based"])
    got = hypercube(row["parameters"]["grouped_lambda"], lists, 1, queue=True)
    first = got.dispatch[np.arange(5), lists[:, 0]].sum()
    assert got.busy == pytest.approx(row["published"]["workloads"], abs=5e-5)
    # the balance equations solved in fractions; the file's own figures differ from these by 7e-9
    in_fractions = [0.5573640120814053, 0.4733722861133888, 0.4692637018052059]
    assert got.busy == pytest.approx(in_fractions, abs=1e-14)
    assert got.delayed == pytest.approx(row["computed"]["p_wait"], abs=1e-12)
    assert 1 - first == pytest.approx(row["published"]["interresponse_fraction"], abs=1e-4)
    assert got.dispatch[0, 0] == pytest.approx(row["computed"]["f_11"], abs=1e-5)


def test_ross_two_units_in_fractions():
    """Ross's two unequal units give 128, 110, 100 and 175 parts in 513."""
    got = hypercube([5.0], [[0, 1]], [4.0, 2.0])
    expected = [float(Fraction(k, 513)) for k in (128, 110, 100, 175)]
    assert got.states == pytest.approx(expected, abs=1e-14)


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10**6), units=st.integers(1, 9), load=st.floats(0.05, 3.0))
def test_equal_rates_lose_as_erlang(seed, units, load):
    """With equal rates and whole lists the loss is Erlang B, whatever the lists and ties."""
    case = random_case(np.random.default_rng(seed), units=units, areas=6, load=load, ties=seed % 2 == 0)
    assert solve(case).lost == pytest.approx(erlang_b(load * units, units), rel=1e-10)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10**6), units=st.integers(1, 8), load=st.floats(0.05, 0.999))
def test_equal_rates_wait_as_erlang(seed, units, load):
    """With equal rates and a queue the chance of waiting is Erlang C, also close to the limit."""
    case = random_case(np.random.default_rng(seed), units=units, areas=6, load=load)
    got = solve(case, queue=True)
    assert got.delayed == pytest.approx(erlang_c(load * units, units), rel=1e-9)
    assert got.busy.sum() == pytest.approx(load * units, rel=1e-9)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_work_given_is_work_done(seed):
    """Each unit's busy time is its dispatches and own work times its mean service, in every model."""
    rng = np.random.default_rng(seed)
    case = random_case(rng, units=6, areas=8, load=0.6, unequal=True, ties=True, partial=True, initiated=True)
    got = solve(case)
    calls = got.dispatch.sum(axis=0) * case.arrival.sum()
    own = case.initiated * (1 - got.busy)
    assert got.busy * case.service == pytest.approx(calls + own, abs=1e-10)


def test_stiff_rates_still_agree():
    """Service rates a thousand apart and loads far from one are solved as well."""
    rng = np.random.default_rng(8)
    for scale in (1e-4, 1e-1, 30.0):
        case = random_case(rng, units=6, areas=9, load=1.0, unequal=True)
        case = Case(case.arrival * scale, case.preference, case.service * 10.0 ** rng.uniform(-1.5, 1.5, 6))
        agrees(solve(case), dense(case))


def test_areas_without_calls_change_nothing():
    """An area with rate zero gets no dispatch and leaves the others as they are."""
    got = hypercube([0.4, 0.0, 0.8], [[0, 1], [1, -1], [1, 0]], 1.0)
    alone = hypercube([0.4, 0.8], [[0, 1], [1, 0]], 1.0)
    assert got.busy.tolist() == alone.busy.tolist()
    assert not got.dispatch[1].any()
    assert np.isnan(got.mean_response_by_area(np.ones((3, 2)))[1])


def test_area_that_nobody_may_serve_loses_its_calls():
    """Calls of an area with an empty list are lost, and count as lost among all calls."""
    got = hypercube([0.5, 0.5], [[0], [-1]], 1.0)
    assert got.lost_by_area == pytest.approx([1 / 3, 1.0], abs=1e-12)
    assert got.lost == pytest.approx(2 / 3, abs=1e-12)
    assert got.reached(np.ones((2, 1)), 5.0) == pytest.approx([2 / 3, 0.0], abs=1e-12)


def test_nobody_may_serve_anybody():
    """When all lists are empty all calls are lost, and there is no mean response."""
    got = hypercube([0.5, 0.5], [[-1, -1], [-1, -1]], 1.0)
    assert got.lost == 1.0
    assert got.busy.tolist() == [0.0, 0.0]
    assert got.states.tolist() == [1.0, 0.0, 0.0, 0.0]
    assert np.isnan(got.mean_response(np.ones((2, 2))))


def test_states_need_not_be_kept():
    """Without states the other answers are the same."""
    got = hypercube([1.0, 1.0], [[0, 1], [1, 0]], 1.0, keep_states=False)
    assert got.states is None
    assert got.lost == pytest.approx(erlang_b(2, 2), rel=1e-12)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10**6), load=st.floats(-9, 4), spread=st.floats(0, 6))
def test_extreme_rates_still_agree(seed, load, spread):
    """Loads from a billionth to ten thousand and rates up to a million apart are solved to 1e-10."""
    rng = np.random.default_rng(seed)
    case = random_case(rng, units=5, areas=6, load=1.0, partial=True, ties=True)
    service = 10.0 ** rng.uniform(-spread / 2, spread / 2, 5)
    case = Case(case.arrival * 10.0**load, case.preference, service, case.tied)
    agrees(solve(case), dense(case))


def test_unit_that_nobody_calls_is_idle():
    """A unit in no list is never busy and its states have no chance."""
    got = hypercube([0.5], [[0, 2]], [1.0, 1.0, 1.0])
    assert got.busy[1] == 0.0
    assert got.states[[2, 3, 6, 7]].tolist() == [0.0] * 4
    assert got.states.sum() == pytest.approx(1.0)


def test_pools_that_share_nothing_are_independent():
    """Two pools solved at once equal the two alone, with loss and with a queue, and states multiply."""
    both = ([0.5, 0.6], [[0, 2], [1, 3]], [1.0, 2.0, 1.5, 0.7])
    for queue in (False, True):
        got = hypercube(*both, queue=queue)
        left = hypercube([0.5], [[0, 1]], [1.0, 1.5], queue=queue)
        right = hypercube([0.6], [[0, 1]], [2.0, 0.7], queue=queue)
        assert got.busy == pytest.approx(np.ravel(np.column_stack([left.busy, right.busy])), abs=1e-13)
        assert got.states[0b0101] == pytest.approx(left.states[3] * right.states[0], rel=1e-12)
        assert got.lost == pytest.approx((0.5 * left.lost + 0.6 * right.lost) / 1.1, abs=1e-13)
        assert got.delayed == pytest.approx((0.5 * left.delayed + 0.6 * right.delayed) / 1.1, abs=1e-13)
        assert got.queue_length == pytest.approx(left.queue_length + right.queue_length, abs=1e-13)
    agrees(hypercube(*both), dense(Case(np.array(both[0]), np.array(both[1]), np.array(both[2]))))


def test_many_pools_need_no_joint_states():
    """Sixty units in pools of three are solved at once, without the joint states that would not fit."""
    lists = [[3 * k, 3 * k + 1, 3 * k + 2] for k in range(20)]
    got = hypercube(np.full(20, 1.5), lists, np.ones(60))
    assert got.states is None
    assert got.lost == pytest.approx(erlang_b(1.5, 3), rel=1e-11)


def test_response_ignores_what_never_happens():
    """An infinite time of a unit that is never sent does not spoil the mean; one that is sent does."""
    got = hypercube([1.0, 1.0], [[0, -1], [1, 0]], 1.0)
    times = np.array([[3.0, np.inf], [5.0, 4.0]])
    sent = (got.dispatch * np.where(times < 9, times, 0)).sum() / got.dispatch.sum()
    assert got.mean_response(times) == pytest.approx(sent)
    assert got.mean_response(np.array([[np.inf, 1.0], [1.0, 1.0]])) == np.inf


def test_memory_is_stated_and_refused(caplog):
    """Memory is logged before the solution starts; a model too large is refused with its size."""
    with caplog.at_level(logging.INFO, logger="standby.queueing.exact"):
        hypercube([1.0], [[0, 1]], 1.0)
    assert "2^2 states" in caplog.text
    with pytest.raises(MemoryLimitError, match=r"24 units needs 0\.18\d GB and 0\.1 GB are allowed"):
        hypercube([1.0], [np.arange(24)], 1.0, memory_gb=0.1)
    with pytest.raises(MemoryLimitError, match="free on this machine"):
        hypercube([1.0], [np.arange(80)], 1.0)
    assert hypercube_memory_gb(24) < 4


def test_giving_up_is_an_error():
    """Too few sweeps raise an error that says how far the solution came."""
    with pytest.raises(ConvergenceError, match="after 2 sweeps"):
        hypercube([1.0, 2.0], [[0, 1, 2], [2, 1, 0]], 1.0, max_sweeps=2)


RATE, LISTS, SERVICE = [0.5, 0.5], [[0, 1], [1, 0]], [1.0, 1.0]


@pytest.mark.parametrize(
    ("arguments", "options", "words"),
    [
        ((RATE, [[0, 0], [1, 0]], SERVICE), {}, "area 0 repeats"),
        ((RATE, [[0, 1], [-1, 0]], SERVICE), {}, "area 1 has a gap"),
        ((RATE, [[0, 1], [1, 2]], SERVICE), {}, "area 1 names a unit outside 0 to 1"),
        ((RATE, [[0, 1], [1, -2]], SERVICE), {}, "area 1 names a unit outside"),
        ((RATE, [[0, 1]], SERVICE), {}, "does not fit 2 areas"),
        ((RATE, [[0.5, 1], [1, 0]], SERVICE), {}, "whole numbers"),
        ((RATE, LISTS, [1.0, 0.0]), {}, "service: the rate of unit 1 is zero"),
        ((RATE, LISTS, 0.0), {}, "service: the rate of unit 0, 1 is zero"),
        ((RATE, LISTS, [[1.0]]), {}, "service: shape"),
        (([0.5, -0.1], LISTS, SERVICE), {}, "arrival: the rate of area 1"),
        (([0.5, np.nan], LISTS, SERVICE), {}, "arrival: the rate of area 1"),
        (([0.0, 0.0], LISTS, SERVICE), {}, "every rate is 0"),
        (([[0.5]], LISTS, SERVICE), {}, "arrival: shape"),
        ((RATE, LISTS, SERVICE), {"tied": [[False, True]]}, "tied: shape"),
        ((RATE, LISTS, SERVICE), {"tied": [[True, True], [False, True]]}, "first unit of area 0"),
        ((RATE, LISTS, SERVICE), {"tied": [[0, 2], [0, 1]]}, "true or false"),
        ((RATE, LISTS, SERVICE), {"initiated": [-1, 0]}, "initiated"),
        ((RATE, [[0, 1], [1, -1]], SERVICE), {"queue": True}, "area 1 leaves out unit 0"),
        ((RATE, [[0, 1], [-1, -1]], SERVICE), {"queue": True}, "nobody may serve area 1"),
    ],
)
def test_senseless_systems_are_refused(arguments, options, words):
    """Zero service, repeats, gaps, unknown units and shapes are errors that say which."""
    with pytest.raises(QueueingInputError, match=words):
        hypercube(*arguments, **options)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"queue": "no"}, "queue is 'no'; give True or False"),
        ({"keep_states": np.nan}, "keep_states is nan; give True or False"),
        ({"tolerance": "small"}, "tolerance is 'small'; give a number"),
        ({"tolerance": np.nan}, "tolerance is nan; give a number"),
        ({"tolerance": -1e-9}, "tolerance is -1e-09; give a number of at least 0 and less than 1"),
        ({"tolerance": 1.0}, "tolerance is 1; give a number of at least 0 and less than 1"),
        ({"max_sweeps": 2.5}, "max_sweeps is 2.5; give a whole number"),
        ({"max_sweeps": 0}, "max_sweeps is 0; give a whole number of at least 1"),
        ({"memory_gb": np.nan}, "memory_gb is nan; give a number"),
        ({"memory_gb": "all"}, "memory_gb is 'all'; give a number"),
        ({"memory_gb": -1}, "memory_gb is -1; give a number of at least 0"),
    ],
)
def test_senseless_options_are_refused(options, words):
    """What says how to solve is checked as what is solved, in each of the hypercubes that have it."""
    work = {"initiated": 1.0, "own_service": 1.0}
    solvers = [
        (hypercube, (), {}),
        (hypercube_approximate, (), {}),
        (hypercube_multiple, (1,), {}),
        (hypercube_patrol, (), work),
    ]
    for solver, more, others in solvers:
        if options.keys() <= inspect.signature(solver).parameters.keys():
            with pytest.raises(QueueingInputError, match=words):
                solver(RATE, LISTS, SERVICE, *more, **others, **options)


@pytest.mark.parametrize("units", [-1, 2.5, np.nan, "24", None])
def test_memory_of_no_number_of_units_is_refused(units):
    """Memory is told for a whole number of units, and for nothing else."""
    with pytest.raises(QueueingInputError, match=r"units is .*; give a whole number"):
        hypercube_memory_gb(units)


def test_memory_of_any_number_of_units():
    """More states than a number can hold need memory without end, and are refused as too many."""
    assert hypercube_memory_gb(10**6) == np.inf
    lists = [np.arange(2000)]
    with pytest.raises(MemoryLimitError, match="2000 units needs inf GB"):
        hypercube([1.0], lists, 1.0)
    with pytest.raises(MemoryLimitError, match="2000 units"):
        hypercube_multiple([1.0], lists, 1.0, 1)
    with pytest.raises(MemoryLimitError, match="2000 units"):
        hypercube_patrol([1.0], lists, 1.0, initiated=1.0, own_service=1.0)


def test_unstable_queue_is_refused():
    """A queue that would grow for ever is refused, with both rates in the message."""
    with pytest.raises(UnstableQueueError, match="2 calls per unit of time"):
        hypercube([1.0, 1.0], LISTS, SERVICE, queue=True)


def test_times_of_another_shape_are_refused():
    """A transposed or senseless time matrix is an error."""
    got = hypercube([1.0], [[0, 1]], 1.0)
    for times in ([[1.0], [2.0]], [[1.0, -2.0]], [[1.0, np.nan]]):
        with pytest.raises(QueueingInputError, match="times"):
            got.mean_response(times)
