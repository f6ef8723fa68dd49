"""Compiled kernels of the hypercube against slow obvious twins."""

from __future__ import annotations

import numpy as np
import pytest
from hypercube_systems import Case, random_case, shares

from standby.queueing import _entries, _kernels_hypercube, _kernels_multiple, _steady, hypercube
from standby.queueing._inputs import System, check_system


def small_blocks(case: Case, monkeypatch: pytest.MonkeyPatch) -> tuple[System, _entries.Entries]:
    """Cut a case into blocks of eight states, so that both low and high units matter."""
    monkeypatch.setattr(_entries, "LOW_BITS", 3)
    system = check_system(case.arrival, case.preference, case.service, case.tied)
    return system, _entries.make_entries(system)


@pytest.fixture
def case() -> Case:
    """Six units, with ties of up to six, partial lists and unequal rates."""
    return random_case(
        np.random.default_rng(21), units=6, areas=15, load=0.7, unequal=True, ties=True, partial=True
    )


def test_rates_of_every_state(case, monkeypatch):
    """The subset sum gives, for each state and free unit, the rate of calls that a plain walk finds."""
    _, entries = small_blocks(case, monkeypatch)
    table = np.empty((8, 6))
    for block in range(8):
        _kernels_hypercube.fill_rates.py_func(block, 3, entries.packed, table)
        compiled = np.empty((8, 6))
        _kernels_hypercube.fill_rates(block, 3, entries.packed, compiled)
        assert compiled == pytest.approx(table, rel=1e-14)
        for k in range(8):
            state = block << 3 | k
            for n in range(6):
                if not state >> n & 1:
                    rate = sum(
                        case.arrival[area] * shares(case, area, state).get(n, 0.0) for area in range(15)
                    )
                    assert table[k, n] == pytest.approx(rate, abs=1e-13)


def test_counts_of_any_chances(case, monkeypatch):
    """Dispatches and busy fractions counted by superset sums are those of a walk over all states."""
    system, entries = small_blocks(case, monkeypatch)
    chance = np.random.default_rng(4).dirichlet(np.ones(64))
    counted = np.zeros((1, entries.slots))
    busy = np.zeros((1, 7))
    _kernels_hypercube.count_alone(3, entries.packed, chance, counted, busy)
    bits = (np.arange(64)[:, None] >> np.arange(6)) & 1
    assert busy[0] == pytest.approx([*(chance @ bits), 1.0])
    for area in range(15):
        sent = [shares(case, area, state) for state in range(64)]
        for k, n in enumerate(system.preference[area]):
            if n >= 0:
                chance_sent = sum(chance[s] * sent[s].get(int(n), 0.0) for s in range(64))
                assert counted[0, entries.place[area, k]] == pytest.approx(chance_sent, abs=1e-14)
        nobody = sum(chance[s] for s in range(64) if not sent[s])
        assert counted[0, entries.blocked[area]] == pytest.approx(nobody, abs=1e-14)


def test_sweep_keeps_a_solution(case, monkeypatch):
    """A sweep over chances that balance changes nothing, and measuring changes nothing at all."""
    monkeypatch.setattr(_entries, "LOW_BITS", 3)
    system = check_system(case.arrival, case.preference, case.service, case.tied)
    steady = _steady.Steady(_entries.make_entries(system), system.service)
    steady.solve(1e-13, 1000)
    before = steady.chance.copy()
    assert steady.sweep(0.0) < 1e-13
    assert steady.chance.tolist() == before.tolist()
    steady.sweep(1.3)
    assert steady.chance == pytest.approx(before, rel=1e-11)


@pytest.mark.parametrize("units", [6, 11])
def test_threads_give_the_same_answer(units, monkeypatch):
    """Several threads find the chances that one finds."""
    case = random_case(np.random.default_rng(9), units=units, areas=20, load=0.6, unequal=True, ties=True)
    alone = hypercube(case.arrival, case.preference, case.service, tied=case.tied)
    monkeypatch.setattr(_steady, "_MANY_UNITS", 1)
    monkeypatch.setattr(_steady.numba, "get_num_threads", lambda: 3)
    together = hypercube(case.arrival, case.preference, case.service, tied=case.tied)
    assert together.states == pytest.approx(alone.states, rel=1e-11)
    assert together.dispatch == pytest.approx(alone.dispatch, abs=1e-13)


def test_units_chosen_for_one_call():
    """The first free units are taken, all there are when short, nobody when fewer than the least."""
    units = np.array([2, 0, 3, -1])
    for choose in (_kernels_multiple.choose_units, _kernels_multiple.choose_units.py_func):
        assert choose(units, 2, 1, 0b0000) == 0b0101
        assert choose(units, 2, 1, 0b0100) == 0b1001
        assert choose(units, 2, 1, 0b0101) == 0b1000
        assert choose(units, 2, 2, 0b0101) == 0
        assert choose(units, 1, 1, 0b1101) == 0
