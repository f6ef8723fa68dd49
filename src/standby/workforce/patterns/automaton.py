"""Which day may follow which: all rules but those that count crews, as states that a day leads to.

A state says all that the days so far have to do with the days to come: the shift, for how many days it has
been worked and for how many the crew has been at work; or the days off so far and the shift before them.
"""

from __future__ import annotations

from typing import NamedTuple

from standby.workforce.patterns.rules import OFF, BlockDays, Forbidden, PatternRules

Automaton = list[dict[int, int]]
"""For each state: the state that each shift, or `OFF`, on the next day leads to."""


class _State(NamedTuple):
    """Where a crew stands after a day: at work, or off with the last shift in mind."""

    shift: int
    days_of_shift: int  # 0 on a day off
    days: int  # at work, or off


def automaton(rules: PatternRules) -> Automaton:
    """Return the states and what leads from one to another, as few states as do.

    Every endless sequence of days that keeps the rules of blocks and sequences is a walk through these
    states, and every walk is such a sequence.

    Parameters
    ----------
    rules
        The rules; requirements and the number of crews don't matter here.
    """
    following = {}
    waiting = [_State(shift, 1, 1) for shift in range(rules.n_shifts)]
    while waiting:
        state = waiting.pop()
        if state not in following:
            following[state] = _following(state, rules)
            waiting.extend(following[state].values())
    return _fewest(_without_ends(following))


def _following(state: _State, rules: PatternRules) -> dict[int, _State]:
    """Return the state after each shift, or `OFF`, that may be the next day."""
    found = {}

    if not state.days_of_shift:
        # Where there is no limit, days off are counted as far as they make a difference.
        enough = max(rules.days_off.least, rules.longest_gap + 1)
        if _may_go_on(state.days, rules.days_off):
            found[OFF] = state._replace(days=_counted(state.days + 1, rules.days_off, enough))
        if state.days >= rules.days_off.least:
            for shift in range(rules.n_shifts):
                if Forbidden(state.shift, shift, state.days) not in rules.forbidden:
                    found[shift] = _State(shift, 1, 1)
        return found

    block = rules.work_block
    same = rules.shift_block[state.shift]
    has_done_shift = state.days_of_shift >= same.least
    if _may_go_on(state.days, block):
        days = _counted(state.days + 1, block, block.least)
        for shift in range(rules.n_shifts):
            if Forbidden(state.shift, shift, 0) in rules.forbidden:
                continue
            if shift != state.shift and has_done_shift:
                found[shift] = _State(shift, 1, days)
            if shift == state.shift and _may_go_on(state.days_of_shift, same):
                found[shift] = _State(shift, _counted(state.days_of_shift + 1, same, same.least), days)
    if has_done_shift and state.days >= block.least:
        found[OFF] = _State(state.shift, 0, 1)
    return found


def _may_go_on(days: int, limits: BlockDays) -> bool:
    """Return whether a block may have another day."""
    return limits.most is None or days < limits.most


def _counted(days: int, limits: BlockDays, enough: int) -> int:
    """Return the days of a block, cut off at `enough` where it has no limit."""
    return min(days, enough) if limits.most is None else days


def _without_ends(following: dict[_State, dict[int, _State]]) -> dict[_State, dict[int, _State]]:
    """Return the states without those after which every sequence comes to an end."""
    while True:
        going_on = {
            state: {shift: after for shift, after in choices.items() if after in following}
            for state, choices in following.items()
            if any(after in following for after in choices.values())
        }
        if len(going_on) == len(following):
            return going_on
        following = going_on


def _fewest(following: dict[_State, dict[int, _State]]) -> Automaton:
    """Return the automaton with states taken together that have the same future (Moore's refinement)."""
    kind = dict.fromkeys(following, 0)
    n_kinds = min(1, len(kind))
    while True:
        seen: dict[object, int] = {}
        finer = {}
        for state, choices in following.items():
            future = (kind[state], tuple(sorted((shift, kind[after]) for shift, after in choices.items())))
            finer[state] = seen.setdefault(future, len(seen))
        if len(seen) == n_kinds:
            break
        kind = finer
        n_kinds = len(seen)

    states: Automaton = [{} for _ in range(n_kinds)]
    for state, choices in following.items():
        states[kind[state]] = {shift: kind[after] for shift, after in choices.items()}
    return states
