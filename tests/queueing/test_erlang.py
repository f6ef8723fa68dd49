"""Closed forms for one pool of units, against published answers, textbook sums and laws."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from standby import queueing

CASES = Path(__file__).resolve().parents[2].parent / "shared" / "cases" / "queueing" / "expected.json"


@pytest.fixture(scope="module")
def cases() -> dict:
    if not CASES.exists():
        pytest.skip("the published cases are not beside the checkout")
    return json.loads(CASES.read_text())


def numbers(name: str) -> list[float]:
    return [float(part.split("=")[1]) for part in name.split(" ", maxsplit=1)[0].split(",")]


def test_published_mmc(cases):
    """M/M/c agrees with the exact fractions of the published cases."""
    for name, row in cases["MMc"].items():
        arrival, service, units = (eval_fraction(p.split("=")[1]) for p in name.split(","))
        got = queueing.mmc(arrival, service, int(units))
        assert got.utilisation == pytest.approx(row["rho"], rel=1e-13)
        assert got.empty == pytest.approx(row["p0"], rel=1e-12)
        assert queueing.erlang_b(arrival / service, int(units)) == pytest.approx(row["ErlangB"], rel=1e-12)
        assert got.delayed == pytest.approx(row["p_wait_ErlangC"], rel=1e-12)
        assert got.wait == pytest.approx(row["Wq"], rel=1e-12)
        assert got.time == pytest.approx(row["W"], rel=1e-12)
        assert got.queue == pytest.approx(row["Lq"], rel=1e-12)
        assert got.present == pytest.approx(row["L"], rel=1e-12)


def eval_fraction(text: str) -> float:
    top, _, bottom = text.partition("/")
    return float(top) / float(bottom or 1)


def test_published_wait_tail(cases):
    """The chance of waiting longer than t agrees with the published cases."""
    for name, chance in cases["MMc_tail_P(Wq>t)"].items():
        arrival, service, units, limit = numbers(name)
        got = queueing.mmc(arrival, service, int(units)).wait_exceeds(limit)
        assert got == pytest.approx(chance, rel=1e-12)


def test_published_erlang_b(cases):
    """Erlang B and the mean number busy agree with the published cases, as numbers and as arrays."""
    rows = cases["ErlangB_loss (M/G/c/c, insensitive to service distribution)"]
    loads, units = zip(*(numbers(name) for name in rows), strict=True)
    blocked = queueing.erlang_b(loads, units)
    assert blocked == pytest.approx([row["B"] for row in rows.values()], rel=1e-12)
    assert np.array(loads) * (1 - blocked) == pytest.approx(
        [row["mean_busy"] for row in rows.values()], rel=1e-12
    )


def test_published_priorities(cases):
    """Cobham's waits and the interrupted single server agree with the published cases."""
    key = "nonpreemptive_priority_M/M/c (Cobham 1954), mean wait in queue by class (first = highest)"
    for name, waits in cases[key].items():
        rates = [float(x) for x in name[name.index("(") + 1 : name.index(")")].split(",")]
        service, units = numbers(name[name.index(")") + 2 :])
        assert queueing.priority_wait(rates, service, int(units)) == pytest.approx(waits, rel=1e-12)
    for name, waits in cases["preemptive_resume_priority_M/M/1, mean wait excluding own service"].items():
        rates = [float(x) for x in name[name.index("(") + 1 : name.index(")")].split(",")]
        (service,) = numbers(name[name.index(")") + 2 :])
        assert queueing.preemptive_wait(rates, service) == pytest.approx(waits, rel=1e-10)


def test_published_one_unit_any_service(cases):
    """Pollaczek and Khinchine's wait agrees with the published cases."""
    moments = {
        "lam=0.8,deterministic s=1": (0.8, 1.0, 0.0),
        "lam=0.8,exp mean 1": (0.8, 1.0, 1.0),
        "lam=0.8,uniform(0,2)": (0.8, 1.0, 1 / 3),
        "lam=0.5,lognormal mean 1.2 cv 0.8": (0.5, 1.2, (0.8 * 1.2) ** 2),
        "lam=0.7,gamma shape 4 mean 1": (0.7, 1.0, 1 / 4),
    }
    for name, wait in cases["M/G/1 P-K Wq"].items():
        assert queueing.mg1_wait(*moments[name]) == pytest.approx(wait, rel=1e-12)


@given(load=st.floats(0.01, 30), units=st.integers(1, 40))
def test_erlang_b_is_the_textbook_sum(load, units):
    """Erlang B equals a^c/c! over the sum of a^k/k!."""
    terms = [load**k / math.factorial(k) for k in range(units + 1)]
    assert queueing.erlang_b(load, units) == pytest.approx(terms[-1] / sum(terms), rel=1e-11)


@given(load=st.floats(0.01, 30), extra=st.integers(1, 20))
def test_erlang_c_is_the_textbook_sum(load, extra):
    """Erlang C equals its share of the M/M/c states."""
    units = math.floor(load) + extra
    terms = [load**k / math.factorial(k) for k in range(units)]
    tail = load**units / math.factorial(units) / (1 - load / units)
    assert queueing.erlang_c(load, units) == pytest.approx(tail / (sum(terms) + tail), rel=1e-10)


def test_large_loads_lose_no_digits():
    """A million erlangs on a million units agree with the known expansion sqrt(2/(pi a)) to its own order."""
    load = 1e6
    # B(a, a) = 1 / (sqrt(pi a / 2) + 2/3 + O(1/sqrt(a)))
    expected = 1 / (math.sqrt(math.pi * load / 2) + 2 / 3)
    assert queueing.erlang_b(load, 10**6) == pytest.approx(expected, rel=1e-6)
    assert queueing.mmc(999_000.0, 1.0, 10**6).delayed < 1


def test_edges_of_erlang():
    """No units lose every call, no calls lose none, arrays keep their shape."""
    assert queueing.erlang_b(3.0, 0) == 1.0
    assert queueing.erlang_b(0.0, 3) == 0.0
    assert queueing.erlang_c(0.0, 3) == 0.0
    assert queueing.erlang_b(np.ones((2, 3)), [1, 2, 3]).shape == (2, 3)


def test_many_units_are_poisson():
    """M/G/infinity counts are Poisson, sum to one and have the right mean, also at a thousand at once."""
    chance = queueing.mg_infinity(500.0, 2.0, 2000)
    assert chance.sum() == pytest.approx(1.0, rel=1e-10)
    assert (chance * np.arange(2001)).sum() == pytest.approx(1000.0, rel=1e-10)
    assert queueing.mg_infinity(0.0, 1.0, 3).tolist() == [1.0, 0.0, 0.0, 0.0]


def test_few_sources_against_engset_sum():
    """Calls lost by ten sources on three units equal Engset's formula on nine other sources."""
    sources, rate, units = 10, 0.2, 3
    terms = [math.comb(sources - 1, k) * rate**k for k in range(units + 1)]
    got = queueing.finite_source(sources, rate, 1.0, units)
    assert got.lost == pytest.approx(terms[-1] / sum(terms), rel=1e-12)
    assert got.busy == pytest.approx(got.calls * (1 - got.lost), rel=1e-12)


def test_many_small_sources_become_erlang():
    """A million sources that together offer four erlangs behave as Erlang B and C."""
    many = 10**6
    lost = queueing.finite_source(many, 4 / many, 1.0, 6).lost
    assert lost == pytest.approx(queueing.erlang_b(4, 6), rel=1e-4)
    waiting = queueing.finite_source(20_000, 4 / 20_000, 1.0, 6, queue=True)
    assert waiting.delayed == pytest.approx(queueing.erlang_c(4, 6), rel=1e-2)


def test_machine_repair_balances():
    """With a queue, sources calling, waiting and in service add up, and Little's law holds."""
    got = queueing.finite_source(8, 0.5, 1.0, 2, queue=True)
    assert got.calls == pytest.approx(0.5 * (8 - got.queue - got.busy), rel=1e-12)
    assert got.busy == pytest.approx(got.calls / 1.0, rel=1e-12)
    assert got.wait * got.calls == pytest.approx(got.queue, rel=1e-12)


def test_sources_that_never_call():
    """Sources with rate zero keep nobody busy."""
    got = queueing.finite_source(3, 0.0, 1.0, 2, queue=True)
    assert (got.busy, got.delayed, got.wait) == (0.0, 0.0, 0.0)


@pytest.mark.parametrize(
    ("call", "word"),
    [
        (lambda: queueing.erlang_b(-1, 2), "load"),
        (lambda: queueing.erlang_b(1, 2.5), "units"),
        (lambda: queueing.mmc(1, 0, 2), "service"),
        (lambda: queueing.mmc(-1, 1, 2), "arrival"),
        (lambda: queueing.mmc(1, 1, 0), "units"),
        (lambda: queueing.mg1_wait(1, 0, 1), "mean"),
        (lambda: queueing.mg1_wait(0.1, 1, -1), "variance"),
        (lambda: queueing.mg_infinity(1, 1, -1), "count"),
        (lambda: queueing.mg_infinity(1, 0, 1), "mean"),
        (lambda: queueing.priority_wait([[1.0]], 1), "class"),
        (lambda: queueing.finite_source(0, 1, 1, 1), "sources"),
        (lambda: queueing.erlang_b("x", 3), "load is 'x'"),
        (lambda: queueing.erlang_b(2, "x"), "units is 'x'"),
        (lambda: queueing.erlang_b(2, 1e30), "units is 1e.30"),
        (lambda: queueing.erlang_b([1, 2, 3], [1, 2]), r"load has shape \(3,\) and units \(2,\)"),
        (lambda: queueing.erlang_c(["x"], 3), "load is"),
        (lambda: queueing.mmc("x", 3, 3), "arrival is 'x'"),
        (lambda: queueing.mmc(1, None, 3), "service is None"),
        (lambda: queueing.mmc(1, 3, None), "units is None"),
        (lambda: queueing.mmc(10**400, 3, 3), "arrival is 1000"),
        (lambda: queueing.mg1_wait(1, "x", 1), "mean is 'x'"),
        (lambda: queueing.mg1_wait(0.1, 1, None), "variance is None"),
        (lambda: queueing.mg_infinity(1, 1, "x"), "count is 'x'"),
        (lambda: queueing.priority_wait(["x"], 3, 1), "arrival is"),
        (lambda: queueing.finite_source("x", 1, 1, 1), "sources is 'x'"),
        (lambda: queueing.finite_source(2, 1, 1, 1, queue="no"), "queue is 'no'; give True or False"),
        (lambda: queueing.finite_source(2, "x", 1, 1), "rate is 'x'"),
        (lambda: queueing.hypercube(["x"], [[0]], 1.0), "arrival is"),
        (lambda: queueing.hypercube([0.5], [[0]], "x"), "service is 'x'"),
    ],
)
def test_senseless_input_is_named(call, word):
    """A negative, missing or fractional quantity is an error that names it."""
    with pytest.raises(queueing.QueueingInputError, match=word):
        call()


@pytest.mark.parametrize(("load", "units"), [([2.0], 2), (2.0, [2]), ([[2.0], [2.0]], [2, 2])])
def test_numbers_and_arrays_go_together(load, units):
    """A number beside an array stands for as many, in the same answer, and nothing is warned of."""
    np.testing.assert_array_equal(np.unique(queueing.erlang_b(load, units)), queueing.erlang_b(2.0, 2))


@pytest.mark.parametrize(
    "call",
    [
        lambda: queueing.erlang_c(3, 3),
        lambda: queueing.erlang_c([1, 5], [2, 4]),
        lambda: queueing.mmc(6, 2, 3),
        lambda: queueing.priority_wait([1, 1], 1, 2),
        lambda: queueing.preemptive_wait([0.5, 0.6], 1),
        lambda: queueing.mg1_wait(1.0, 1.0, 0.0),
    ],
)
def test_unstable_queues_are_refused(call):
    """Work that arrives as fast as it can be done has no steady state and is refused."""
    with pytest.raises(queueing.UnstableQueueError):
        call()
