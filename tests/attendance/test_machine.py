"""The states of an attendance against assigning arrived units to what is needed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from standby.attendance._machine import MOST_STATES, Needed, can_be_filled, machine
from standby.plan.arrays.rows import serves_of


@dataclass(frozen=True)
class Case:
    """An attendance, who can serve as what, and who arrives in which order."""

    parts: list[Needed]
    serves: np.ndarray
    kinds: list[tuple[int, int]]
    arrivals: list[int]


@st.composite
def cases(draw: st.DrawFn) -> Case:
    tiers = draw(st.integers(1, 4))
    names = [str(k) for k in range(tiers)]
    serves = serves_of({
        name: draw(st.lists(st.sampled_from(names[:k]), unique=True)) if k else []
        for k, name in enumerate(names)
    })  # fmt: skip
    parts = [
        Needed(
            draw(st.integers(0, 5)),
            np.array(draw(st.lists(st.booleans(), min_size=tiers, max_size=tiers))),
            np.array(draw(st.lists(st.integers(0, 2), min_size=tiers, max_size=tiers))),
        )
        for _ in range(draw(st.integers(1, 2)))
    ]
    pair = st.tuples(st.integers(0, tiers - 1), st.integers(1, 4))
    kinds = draw(st.lists(pair, min_size=1, max_size=4, unique=True))
    arrivals = draw(st.lists(st.integers(0, len(kinds) - 1), max_size=9))
    return Case(parts, serves, kinds, arrivals)


def complete(case: Case, there: list[tuple[int, int]]) -> bool:
    """Return whether each part has its officers, and each required unit an arrived one of its own."""
    for part in case.parts:
        if sum(crew for tier, crew in there if part.counts[tier]) < part.officers:
            return False
        wanted = [tier for tier, number in enumerate(part.units) for _ in range(number)]
        able = np.array([[case.serves[tier, need] for need in wanted] for tier, _ in there], dtype=float)
        able = able.reshape(len(there), len(wanted))
        rows, columns = linear_sum_assignment(-able)
        if able[rows, columns].sum() < len(wanted):
            return False
    return True


@given(cases())
def test_an_attendance_is_complete_when_units_can_be_assigned(case: Case) -> None:
    """After any arrivals the last state is reached exactly when an assignment fills everything needed."""
    made = machine(case.parts, case.serves, case.kinds)
    state = 0
    for size in range(len(case.arrivals) + 1):
        there = [case.kinds[kind] for kind in case.arrivals[:size]]
        assert (state == made.states - 1) == complete(case, there)
        if size < len(case.arrivals):
            state = made.next_state[case.arrivals[size], state]


@given(cases(), st.randoms(use_true_random=False))
def test_the_order_of_arrival_does_not_matter(case: Case, random: object) -> None:
    """The same units in another order lead to the same state."""
    made = machine(case.parts, case.serves, case.kinds)
    shuffled = list(case.arrivals)
    random.shuffle(shuffled)
    ends = []
    for order in (case.arrivals, shuffled):
        state = 0
        for kind in order:
            state = made.next_state[kind, state]
        ends.append(state)
    assert ends[0] == ends[1]


@given(cases())
def test_states_only_grow(case: Case) -> None:
    """A unit leaves the state as it is or makes it larger, and once it is of no use it stays so."""
    made = machine(case.parts, case.serves, case.kinds)
    assert (made.next_state >= np.arange(made.states)).all()
    for kind in range(len(case.kinds)):
        idle = made.next_state[kind] == np.arange(made.states)
        for other in range(len(case.kinds)):
            assert idle[made.next_state[other][idle]].all()


def test_hall_needs_every_set_of_tiers() -> None:
    """Two units that can serve as A or B, and none for C, fill A and B but not A and C."""
    either = (True, True, False)
    assert can_be_filled((2,), [either], np.array([1, 1, 0]))
    assert not can_be_filled((2,), [either], np.array([1, 0, 1]))
    assert not can_be_filled((1,), [either], np.array([1, 1, 0]))


def test_a_unit_that_brings_nothing_nearer_does_not_move_the_state() -> None:
    """With two units that serve as A or B there, a third that serves as B is of no use for A, B and C."""
    serves = serves_of({"a": [], "b": [], "c": ["b"], "both": ["a", "b"]})
    need = Needed(0, np.zeros(4, dtype=bool), np.array([1, 1, 1, 0]))
    made = machine([need], serves, [(3, 2), (1, 2), (2, 2)])
    two = made.next_state[0, made.next_state[0, 0]]
    assert made.next_state[1, two] == two
    assert made.next_state[2, two] == made.states - 1


def test_what_nobody_has_does_not_keep_the_others_at_home() -> None:
    """Where a required tier has no units the attendance is never complete, and the others still help."""
    need = Needed(0, np.zeros(2, dtype=bool), np.array([1, 1]))
    made = machine([need], np.eye(2, dtype=bool), [(0, 2)])
    assert made.useful.all()
    there = made.next_state[0, 0]
    assert made.next_state[0, there] == there != made.states - 1


def test_an_attendance_that_asks_for_too_much_is_refused() -> None:
    """More states than can be followed are an error, not a long wait."""
    tiers = 6
    need = Needed(40, np.ones(tiers, dtype=bool), np.full(tiers, 6))
    kinds = [(tier, 1 + tier) for tier in range(tiers)]
    with pytest.raises(ValueError, match=f"{MOST_STATES:,} states"):
        machine([need], np.eye(tiers, dtype=bool), kinds)
