"""Graded systems against exact rationals and a published promotion chain."""

import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from standby import workforce as wf

CASES = Path(__file__).resolve().parents[2].parent / "shared" / "cases" / "manpower" / "expected.json"


@pytest.fixture(scope="module")
def published():
    """Answers in exact rationals, kept beside the checkout."""
    if not CASES.exists():
        pytest.skip("the published manpower cases are not beside the checkout")
    return json.loads(CASES.read_text(encoding="utf-8"))


def exact_stocks(initial, transition, recruits, periods):
    """Walk the stocks in exact fractions."""
    moves = [[Fraction(str(p)) for p in row] for row in transition]
    now = [Fraction(str(n)) for n in initial]
    path = [now]
    for _ in range(periods):
        now = [
            sum((now[i] * moves[i][j] for i in range(len(now))), Fraction(str(recruits[j])))
            for j in range(len(now))
        ]
        path.append(now)
    return [[float(n) for n in row] for row in path]


def test_open_system_of_the_case(published):
    """Stocks, the steady state and the expected service are those of the exact solution."""
    case = published["graded_open"]
    recruits = case["recruits_per_period"]
    path = wf.stocks(case["n0"], case["P"], recruits, periods=10)
    np.testing.assert_allclose(path, case["stocks_t0_to_t10"], rtol=1e-12)
    steady = [float(Fraction(share)) for share in case["steady_state_exact"]]
    np.testing.assert_allclose(wf.steady_stocks(case["P"], recruits), steady, rtol=1e-12)
    service = wf.expected_service(case["P"])
    expected = case["fundamental_matrix_expected_periods_in_grade_from_entry_grade"]
    np.testing.assert_allclose(service, expected, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(service.sum(axis=1), case["expected_total_service_by_entry_grade"], rtol=1e-12)
    np.testing.assert_allclose(wf.wastage(case["P"]), case["wastage"], rtol=1e-12)
    reach = service[0, 3] / service[3, 3]
    assert reach == pytest.approx(case["prob_ever_reach_grade4_from_grade1"])


def test_constant_size_system_of_the_case(published):
    """With every leaver replaced the stocks and the final structure are those of the exact solution."""
    case = published["graded_open"]
    variant = case["constant_size_variant"]
    shares = variant["recruit_distribution"]
    path = wf.stocks_at_size(case["n0"], case["P"], shares, periods=10)
    np.testing.assert_allclose(path, variant["stocks_t0_to_t10"], rtol=1e-12)
    final = wf.steady_shares(case["P"], shares)
    np.testing.assert_allclose(final, variant["steady_state_structure"], rtol=1e-10)


def test_promotion_chain_of_the_case(published):
    """The published chain ends at 4, 6, 6, 6, 3 of 25; with none leaving grade four, at its 781sts."""
    case = published["slide_markov"]
    moves = np.array(case["P"])
    entry = [1, 0, 0, 0, 0]
    exact = [float(Fraction(share)) for share in case["stationary_exact"]]
    np.testing.assert_allclose(wf.steady_shares(moves, entry), exact, rtol=1e-12)
    moves[3] = [0, 0, 0.1, 0.9, 0]
    kept = [float(Fraction(share)) for share in case["P_N4V_0_exact"]]
    np.testing.assert_allclose(wf.steady_shares(moves, entry), kept, rtol=1e-12)


@st.composite
def systems(draw):
    """Draw a small graded system in percent."""
    grades = draw(st.integers(1, 4))
    rows = []
    for _ in range(grades):
        left = 95
        row = []
        for _ in range(grades):
            share = draw(st.integers(0, left))
            left -= share
            row.append(share / 100)
        rows.append(row)
    counts = st.lists(st.integers(0, 100), min_size=grades, max_size=grades)
    return draw(counts), rows, draw(counts)


@given(system=systems())
def test_stocks_match_exact_fractions(system):
    """Any small system walks as its exact twin does, and ends at its steady stocks."""
    initial, transition, recruits = system
    path = wf.stocks(initial, transition, recruits, periods=6)
    np.testing.assert_allclose(path, exact_stocks(initial, transition, recruits, 6), rtol=1e-10, atol=1e-10)
    steady = wf.steady_stocks(transition, recruits)
    onward = wf.stocks(steady, transition, recruits, periods=1)[-1]
    np.testing.assert_allclose(onward, steady, rtol=1e-9, atol=1e-9)


def test_one_grade_is_the_yearly_flow():
    """One grade that keeps 90% and takes in 14 is the yearly path with its course at the year's end."""
    graded = wf.stocks([100], [[0.9]], [14], periods=8)[:, 0]
    intake = wf.course_intake(courses_per_year=1, course_size=14, pass_rate=1, course_months=(12,))
    flow = wf.project_strength(100, intake, loss=0.1, years=8)
    np.testing.assert_allclose(graded, flow.by_year, rtol=1e-12)
    assert float(wf.steady_stocks([[0.9]], [14])[0]) == pytest.approx(140)


def test_service_in_a_grade_never_reached_is_not_negative():
    """Where elimination leaves a negative zero, expected service and steady stocks are still at least 0."""
    moves = [[0.93, 0.0], [0.07, 0.01]]
    assert (wf.expected_service(moves) >= 0.0).all()
    assert (wf.steady_stocks(moves, [1, 0]) >= 0.0).all()


def test_draws_of_the_transition():
    """Draws of the matrix give what each gives alone."""
    rng = np.random.default_rng(4)
    moves = rng.uniform(0, 0.3, (50, 3, 3))
    path = wf.stocks([30, 20, 10], moves, [5, 0, 0], periods=5)
    shares = wf.steady_shares(moves, [1, 0, 0])
    assert path.shape == (50, 6, 3)
    np.testing.assert_allclose(path[7], wf.stocks([30, 20, 10], moves[7], [5, 0, 0], periods=5), rtol=1e-13)
    np.testing.assert_allclose(shares[7], wf.steady_shares(moves[7], [1, 0, 0]), rtol=1e-12)
    np.testing.assert_allclose(shares.sum(axis=-1), 1.0)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: wf.wastage([[0.5, 0.6], [0.1, 0.2]]), "sum to at most 1"),
        (lambda: wf.wastage([0.5, 0.6]), "a row and a column for each grade"),
        (
            lambda: wf.stocks([1], [[0.5, 0.1], [0.0, 0.5]], [1, 0], periods=1),
            "initial has shape .*give one number",
        ),
        (lambda: wf.steady_stocks([[1.0]], [1]), "nobody leave"),
        (lambda: wf.steady_shares([[0.5]], [0.7]), "recruit_shares sum to 0.7; let them sum to 1"),
        (lambda: wf.steady_shares(np.eye(2), [1, 0]), "never mix"),
    ],
)
def test_bad_systems_are_named(call, words):
    """A matrix that is no system of grades is refused with what is wrong."""
    with pytest.raises(ValueError, match=words):
        call()
