"""The approximation against published fixed points, the exact model, and limits where it is exact."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypercube_systems import random_case
from hypothesis import given, settings
from hypothesis import strategies as st

from standby.queueing import (
    ConvergenceError,
    QueueingInputError,
    UnstableQueueError,
    _kernels_approximate,
    erlang_b,
    erlang_c,
    hypercube,
    hypercube_approximate,
)

FOLDER = Path(__file__).resolve().parents[2].parent / "shared" / "cases" / "hypercube"


def load(name: str) -> dict:
    if not (FOLDER / name).exists():
        pytest.skip("the published cases are not beside the checkout")
    return json.loads((FOLDER / name).read_text())


def test_published_fixed_points():
    """Larson's fixed point is that of the reference, with loss and with a queue, to 1e-11."""
    references = load("expected.json")["larson_approximation_reference"]
    systems = load("computed_cases.json")
    met = 0
    for name, row in references.items():
        given_ = systems.get(name.replace("infinite", "zero"), {}).get("parameters")
        if given_ is None:
            continue
        got = hypercube_approximate(
            given_["lambda_j"],
            given_["preference_by_atom_0based"],
            given_["mu_n"],
            queue=name.endswith("infinite"),
        )
        times = np.array(given_["travel_time_tau_nj"]).T
        assert got.busy == pytest.approx(row["workload"], abs=1e-11), name
        assert got.mean_response(times) == pytest.approx(row["mean_travel_time"], rel=1e-10), name
        met += 1
    assert met >= 10


def test_larson_odoni_three_units():
    """The book's three units, whose hand iteration stops at 0.5627, 0.4716 and 0.4657."""
    row = load("expected.json")["larson_odoni_3server"]
    given_ = row["parameters"]
    got = hypercube_approximate(given_["grouped_lambda"], given_["grouped_preference_0based"], 1, queue=True)
    assert got.busy == pytest.approx(row["published"]["approx_workloads"], abs=2e-4)
    assert got.busy == pytest.approx(row["computed"]["approx_workloads_fixed_point"], abs=1e-11)
    assert got.delayed == pytest.approx(row["computed"]["p_wait"], abs=1e-12)


def test_pool_chances_are_sampling_without_replacement():
    """The correction is the book's for three units half busy, with a queue: 1, 0.73684 and 0.63158."""
    chance = np.array([4 / 19, 6 / 19, 4.5 / 19, 4.5 / 19])
    step, ahead = pool = _kernels_approximate.PoolChances(np.zeros(4), np.zeros(4))
    _kernels_approximate.pool_chances(chance, pool)
    mean = chance @ np.arange(4) / 3
    assert mean == pytest.approx(0.5)
    assert step[:3] / mean ** np.arange(3) == pytest.approx([1, 14 / 19, 12 / 19])
    assert ahead == pytest.approx([1, mean, chance[2] / 3 + chance[3], chance[3]])


@pytest.mark.parametrize(
    ("options", "busy_error", "lost_error"),
    [
        ({}, 0.02, 1e-9),
        ({"unequal": True}, 0.03, 0.004),
        ({"ties": True}, 0.015, 1e-9),
        ({"partial": True}, 0.05, 0.025),
        ({"unequal": True, "ties": True, "partial": True, "initiated": True}, 0.05, 0.025),
    ],
)
def test_close_to_exact(options, busy_error, lost_error):
    """Busy fractions and loss stay within the error that the documentation states for eight units."""
    for seed, load_ in enumerate((0.1, 0.4, 0.7, 1.2)):
        case = random_case(np.random.default_rng(seed), units=8, areas=30, load=load_, **options)
        arguments = (case.arrival, case.preference, case.service)
        got = hypercube_approximate(*arguments, tied=case.tied, initiated=case.initiated)
        exact = hypercube(*arguments, tied=case.tied, initiated=case.initiated)
        assert np.abs(got.busy - exact.busy).max() < busy_error
        assert abs(got.lost - exact.lost) < lost_error
        assert got.dispatch.sum() + got.lost == pytest.approx(1.0, abs=1e-12)


@settings(max_examples=30, deadline=None)
@given(units=st.integers(1, 40), load_=st.floats(0.01, 3.0))
def test_equal_units_all_tied_are_erlang(units, load_):
    """Where all units are alike the approximation is exact: every unit as busy as Erlang B says."""
    tied = np.arange(units)[None, :] > 0
    got = hypercube_approximate([load_ * units], [np.arange(units)], 1.0, tied=tied)
    blocked = erlang_b(load_ * units, units)
    assert got.lost == pytest.approx(blocked, rel=1e-8)
    assert got.busy == pytest.approx(np.full(units, load_ * (1 - blocked)), rel=1e-8)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10**6), load_=st.floats(0.05, 0.99), unequal=st.booleans())
def test_queue_keeps_the_books(seed, load_, unequal):
    """With a queue all calls are dispatched; with equal rates the wait is Erlang C and work is conserved."""
    case = random_case(np.random.default_rng(seed), units=9, areas=20, load=load_, unequal=unequal)
    got = hypercube_approximate(case.arrival, case.preference, case.service, queue=True)
    assert got.dispatch.sum() == pytest.approx(1.0, abs=1e-10)
    assert (got.busy > 0).all()
    assert (got.busy < 1).all()
    if not unequal:
        assert got.busy.sum() == pytest.approx(9 * load_, rel=1e-8)
        assert got.delayed == pytest.approx(erlang_c(9 * load_, 9), rel=1e-7)


def test_service_by_area_that_does_not_vary_changes_nothing():
    """Rates given for each area and unit, all alike, give the answer of one rate for each unit."""
    case = random_case(np.random.default_rng(4), units=6, areas=10, load=0.5, unequal=True)
    rates = np.tile(case.service, (10, 1))
    by_area = hypercube_approximate(case.arrival, case.preference, rates)
    by_unit = hypercube_approximate(case.arrival, case.preference, case.service)
    assert by_area.busy == pytest.approx(by_unit.busy, abs=1e-10)


def test_service_by_area_slows_units_sent_far():
    """Units slower at one area each are busier than if slow nowhere, less than if slow everywhere."""
    case = random_case(np.random.default_rng(4), units=6, areas=6, load=0.5)
    rates = np.full((6, 6), case.service[0])
    rates[np.arange(6), case.preference[:, -1]] /= 2
    busy = [
        hypercube_approximate(case.arrival, case.preference, r).busy.sum()
        for r in (rates * 0 + rates.max(), rates, rates * 0 + rates.min())
    ]
    assert busy == sorted(busy)
    assert busy[0] < busy[1] < busy[2]


def test_three_hundred_units():
    """Three hundred units are no trouble at any load."""
    rng = np.random.default_rng(1)
    lists = np.array([rng.permutation(300) for _ in range(50)])
    for load_ in (0.02, 0.6, 0.98, 2.0):
        got = hypercube_approximate(np.full(50, load_ * 6.0), lists, 1.0)
        assert got.lost == pytest.approx(erlang_b(load_ * 300, 300), rel=1e-6)
        assert got.residual <= 1e-11


def test_area_without_calls_or_units():
    """Areas without calls get no dispatch; areas without units lose all their calls."""
    got = hypercube_approximate([0.5, 0.0, 0.5], [[0, 1], [1, 0], [-1, -1]], 1.0)
    assert not got.dispatch[1].any()
    assert got.lost_by_area[2] == 1.0
    assert got.lost == pytest.approx(0.5 + 0.5 * got.lost_by_area[0])


@pytest.mark.parametrize(
    ("arguments", "options", "words"),
    [
        (([1.0], [[0, 1]], [[1.0, 0.0]]), {}, "unit 1 in area 0"),
        (([1.0], [[0, 1]], [[1.0, 1.0], [1.0, 1.0]]), {}, "one row for each area"),
        (([0.1], [[0, 1]], [[1.0, 1.0]]), {"queue": True}, "queue=False"),
        (([0.1], [[0, 1]], 1.0), {"queue": True, "initiated": 0.1}, "queue=False"),
        (([0.1, 0.1], [[0, 1], [1, -1]], 1.0), {"queue": True}, "leaves out unit 0"),
        (([1.0], [[0, 0]], 1.0), {}, "repeats"),
    ],
)
def test_senseless_systems_are_refused(arguments, options, words):
    """What can't be approximated is an error that says why."""
    with pytest.raises(QueueingInputError, match=words):
        hypercube_approximate(*arguments, **options)


def test_unstable_queue_and_giving_up():
    """A queue that would grow for ever, and too few passes, are errors."""
    with pytest.raises(UnstableQueueError):
        hypercube_approximate([3.0], [[0, 1]], 1.0, queue=True)
    with pytest.raises(ConvergenceError, match="after 1 passes"):
        hypercube_approximate([0.4, 0.9], [[0, 1], [1, 0]], 1.0, max_sweeps=1)
