"""The states that days lead through: exactly the cycles that keep the rules of blocks and sequences."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

from standby.workforce.patterns.automaton import Automaton, automaton
from standby.workforce.patterns.rules import NO_LIMITS, OFF, BlockDays, Forbidden, PatternRules


def _rules(**changes: Any) -> PatternRules:
    """Return rules for two shifts that only what is changed limits."""
    free: dict[str, Any] = {
        "requirements": None,
        "crews": None,
        "work_block": NO_LIMITS,
        "days_off": NO_LIMITS,
        "shift_block": (NO_LIMITS, NO_LIMITS),
        "forbidden": frozenset(),
    }
    return PatternRules(**free | changes)


def _can_repeat(states: Automaton, days: tuple[int, ...]) -> bool:
    """Return whether a state lets some days follow each other for ever."""
    for begin in range(len(states)):
        state: int | None = begin
        for day in days * (len(states) + 1):
            state = None if state is None else states[state].get(day)
        if state is not None:
            return True
    return False


@pytest.mark.parametrize(
    "rules",
    [
        _rules(),
        _rules(work_block=BlockDays(2, 4)),
        _rules(work_block=BlockDays(3, None), days_off=BlockDays(2, None)),
        _rules(days_off=BlockDays(2, 3)),
        _rules(shift_block=(BlockDays(2, 2), BlockDays(1, 3))),
        _rules(shift_block=(BlockDays(2, None), BlockDays(1, 1)), work_block=BlockDays(1, 3)),
        _rules(forbidden=frozenset({Forbidden(1, 0, 0)})),
        _rules(forbidden=frozenset({Forbidden(0, 0, 1), Forbidden(1, 0, 2)})),
        _rules(forbidden=frozenset({Forbidden(0, 1, 3)}), days_off=BlockDays(1, 4)),
        _rules(forbidden=frozenset({Forbidden(0, 0, 0), Forbidden(1, 1, 0)}), work_block=BlockDays(2, 3)),
    ],
)
def test_cycles_are_those_that_keep_the_rules(rules: PatternRules) -> None:
    """Of all cycles of up to seven days with work, the states let exactly those repeat that break no rule."""
    states = automaton(rules)
    kept = 0
    for length in range(1, 8):
        for days in itertools.product((OFF, 0, 1), repeat=length):
            if set(days) == {OFF}:
                continue
            keeps = rules.broken(np.array(days * 7).reshape(-1, 7)) == ()
            assert _can_repeat(states, days) == keeps, days
            kept += keeps
    assert kept


def test_states_are_few() -> None:
    """States with the same future are one: two on and two off need five."""
    two = BlockDays(2, 2)
    assert len(automaton(_rules(work_block=two, days_off=two, shift_block=(two, two)))) == 5


def test_rules_that_nothing_keeps_have_no_states() -> None:
    """Where every sequence comes to an end no state is left."""
    assert automaton(_rules(work_block=BlockDays(5, 5), shift_block=(BlockDays(2, 2), BlockDays(4, 4)))) == []
