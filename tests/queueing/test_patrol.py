"""Units with work of their own: against the full matrix, the plain hypercube, and what must hold."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypercube_systems import Case, dense, random_case

from standby.queueing import (
    ConvergenceError,
    MemoryLimitError,
    QueueingInputError,
    hypercube,
    hypercube_patrol,
)

RULES = ["never", "last resort", "always"]


def answer(units: list[int], rule: str, doing: tuple[int, ...]) -> int | None:
    """Who answers, by the words of the rule."""
    free = [n for n in units if doing[n] == 0]
    own = [n for n in units if doing[n] == 1]
    if rule == "always":
        both = [n for n in units if doing[n] < 2]
        return both[0] if both else None
    if free:
        return free[0]
    return own[0] if rule == "last resort" and own else None


def full_matrix(case: Case, own_service: np.ndarray, rules: list[str]) -> dict:
    """Solve every balance equation, states as tuples of what each unit does."""
    states = list(itertools.product(range(3), repeat=case.units))
    place = {state: i for i, state in enumerate(states)}
    flow = np.zeros((len(states), len(states)))
    who = {}
    lists = [[int(n) for n in row if n >= 0] for row in case.preference]

    def move(state: tuple[int, ...], unit: int, to: int, rate: float) -> None:
        flow[place[state], place[(*state[:unit], to, *state[unit + 1 :])]] += rate

    for state in states:
        for n in range(case.units):
            if state[n] == 0:
                move(state, n, 1, case.initiated[n])
            else:
                move(state, n, 0, own_service[n] if state[n] == 1 else case.service[n])
        for area, rate in enumerate(case.arrival):
            unit = who[state, area] = answer(lists[area], rules[area], state)
            if unit is not None:
                move(state, unit, 2, rate)
    generator = np.vstack([flow.T - np.diag(flow.sum(axis=1)), np.ones(len(states))])
    chance = np.linalg.lstsq(generator, np.eye(1, len(states) + 1, len(states))[0])[0]
    dispatch = np.zeros((case.arrival.size, case.units))
    broken = np.zeros(case.units)
    for (state, area), unit in who.items():
        if unit is not None:
            dispatch[area, unit] += chance[place[state]] * case.arrival[area] / case.arrival.sum()
            broken[unit] += chance[place[state]] * case.arrival[area] * (state[unit] == 1)
    doing = np.array([[chance @ [s[n] == d for s in states] for d in range(3)] for n in range(case.units)])
    return {"dispatch": dispatch, "doing": doing, "broken": broken / (case.initiated * doing[:, 0])}


@pytest.mark.parametrize("rule", [*RULES, "mixed"])
@pytest.mark.parametrize("partial", [False, True])
def test_equals_full_matrix(rule, partial):
    """Random systems of one to five units agree with the full matrix under every rule."""
    rng = np.random.default_rng([31, partial, len(rule)])
    for units in range(1, 6):
        case = random_case(rng, units=units, areas=6, load=0.5, unequal=True, partial=partial, initiated=True)
        own_service = rng.uniform(0.2, 3.0, units)
        rules = list(rng.choice(RULES, 6)) if rule == "mixed" else [rule] * 6
        expected = full_matrix(case, own_service, rules)
        got = hypercube_patrol(
            case.arrival,
            case.preference,
            case.service,
            initiated=case.initiated,
            own_service=own_service,
            break_off=rules if rule == "mixed" else rule,
        )
        assert got.dispatch == pytest.approx(expected["dispatch"], abs=1e-10)
        assert got.on_own == pytest.approx(expected["doing"][:, 1], abs=1e-10)
        assert got.on_calls == pytest.approx(expected["doing"][:, 2], abs=1e-10)
        assert got.broken_off == pytest.approx(expected["broken"], abs=1e-9)
        assert got.lost == pytest.approx(1 - expected["dispatch"].sum(), abs=1e-10)


def test_work_as_long_as_calls_is_the_plain_model():
    """Own work that lasts as long as calls and is never broken off is that of the plain hypercube."""
    case = random_case(np.random.default_rng(8), units=6, areas=9, load=0.5, unequal=True, initiated=True)
    got = hypercube_patrol(
        case.arrival, case.preference, case.service, initiated=case.initiated, own_service=case.service
    )
    expected = dense(case)
    assert got.on_calls + got.on_own == pytest.approx(expected["busy"], abs=1e-10)
    assert got.dispatch == pytest.approx(expected["dispatch"], abs=1e-10)
    assert got.broken_off.tolist() == [0.0] * 6


def test_calls_that_always_break_off_do_not_notice_own_work():
    """When every call breaks off own work, dispatches are those without it, however much there is."""
    case = random_case(np.random.default_rng(9), units=6, areas=9, load=0.7, unequal=True, partial=True)
    plain = hypercube(case.arrival, case.preference, case.service)
    got = hypercube_patrol(
        case.arrival, case.preference, case.service, initiated=1.5, own_service=0.4, break_off="always"
    )
    assert got.dispatch == pytest.approx(plain.dispatch, abs=1e-11)
    assert got.on_calls == pytest.approx(plain.busy, abs=1e-11)
    assert got.on_own.min() > 0.05


def test_breaking_off_more_loses_less():
    """The readier work is broken off, the fewer calls are lost and the more work is broken off."""
    case = random_case(np.random.default_rng(10), units=5, areas=8, load=0.6)
    results = [
        hypercube_patrol(
            case.arrival, case.preference, case.service, initiated=0.8, own_service=0.7, break_off=rule
        )
        for rule in RULES
    ]
    assert results[0].lost > results[1].lost == pytest.approx(results[2].lost, abs=1e-10)
    assert results[0].broken_off.sum() < results[1].broken_off.sum() < results[2].broken_off.sum()


def test_units_without_own_work_or_calls():
    """A unit that starts no work is never on it, one that nobody calls is never on calls."""
    got = hypercube_patrol([1.0], [[0, 1, -1]], 1.0, initiated=[0.0, 1.0, 1.0], own_service=1.0)
    assert got.on_own[0] == 0.0
    assert np.isnan(got.broken_off[0])
    assert got.on_calls[2] == 0.0
    assert got.on_own[2] == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"own_service": 0.0}, "own_service"),
        ({"own_service": [1.0]}, "own_service"),
        ({"initiated": -1.0}, "initiated"),
        ({"break_off": "sometimes"}, "break_off"),
        ({"break_off": ["never", "never"]}, "break_off"),
    ],
)
def test_senseless_input_is_refused(options, words):
    """Rates and rules that make no sense are errors that name them."""
    with pytest.raises(QueueingInputError, match=words):
        hypercube_patrol([1.0], [[0, 1]], 1.0, **{"initiated": 1.0, "own_service": 1.0, **options})


def test_limits_are_errors():
    """Too little memory and too few sweeps are errors."""
    work = {"initiated": 1.0, "own_service": 1.0}
    with pytest.raises(MemoryLimitError, match="40 units with own work"):
        hypercube_patrol([1.0], [np.arange(40)], 1.0, **work)
    with pytest.raises(ConvergenceError, match="after 2 sweeps"):
        hypercube_patrol([1.0], [np.arange(6)], 1.0, max_sweeps=2, **work)
