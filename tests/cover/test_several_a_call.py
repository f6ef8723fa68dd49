"""Several units a call, all in one place: the exact chain, its closed form, and how far cover is off."""

from __future__ import annotations

from math import ceil
from typing import Any

import numpy as np
import pytest
from plans import tiny_rows, unit, write

from standby.cover import cover
from standby.queueing import erlang_b


def chain(calls: float, units: int, takes: int) -> tuple[float, float]:
    """Return the chances that nobody is free and that too few are: all units of a call leave together.

    A state is the sizes of the calls in hand; a call that finds too few units takes those that are free.
    """
    index: dict[tuple[int, ...], int] = {(): 0}
    todo: list[tuple[int, ...]] = [()]
    moves = list[tuple[int, int, float]]()
    while todo:
        state = todo.pop()
        free = units - sum(state)
        after = [(tuple(sorted((*state, min(takes, free)))), calls)] if free else []
        for size in set(state):
            rest = list(state)
            rest.remove(size)
            after.append((tuple(rest), float(state.count(size))))
        for new, rate in after:
            if new not in index:
                index[new] = len(index)
                todo.append(new)
            moves.append((index[state], index[new], rate))
    matrix = np.zeros((len(index), len(index)))
    for start, end, rate in moves:
        matrix[start, end] += rate
        matrix[start, start] -= rate
    balance = np.vstack([matrix.T, np.ones(len(index))])
    chance = np.linalg.lstsq(balance, np.append(np.zeros(len(index)), 1.0), rcond=None)[0]
    left = np.array([units - sum(state) for state in index])
    return float(chance[left == 0].sum()), float(chance[left < takes].sum())


@pytest.mark.parametrize("calls", [0.05, 0.5, 2.4])
@pytest.mark.parametrize(("units", "takes"), [(2, 2), (5, 2), (6, 2), (4, 3), (8, 3), (9, 3), (5, 1)])
def test_whole_calls_obey_erlang(calls: float, units: int, takes: int) -> None:
    """Full calls are Erlang's with ⌊N/k⌋ units; what is left over serves what they cannot: ⌈N/k⌉ in all."""
    none, few = chain(calls, units, takes)
    assert none == pytest.approx(float(erlang_b(calls, ceil(units / takes))), abs=1e-12)
    assert few == pytest.approx(float(erlang_b(calls, units // takes)), abs=1e-12)


def of_cover(calls: float, units: int, takes: int) -> tuple[float, float]:
    """Return the same two chances as cover sees them."""

    def change(document: dict[str, Any]) -> None:
        document["incident_types"]["spontaneous"] |= {
            "per_year": {"home": calls * 8766.0, "next": 0.0}, "hours": [], "scene_min": 60.0,
            "full": {"units": {"arv": takes}},
        }  # fmt: skip
        del document["tiers"]["arv"]["ordinary_work"]
        document["tiers"]["arv"]["turnout_min"] = 0.0

    areas = [{**tiny_rows("areas")[0], "population": "100000"}]
    plan, times = write(
        change=change, areas=areas, units=[unit("u", "midtown", count=units)], minutes=lambda *_: 0.0
    )
    table = cover(plan, times).standards
    share = table[table["scope_kind"] == "all"].set_index("standard")["share_expected"]
    return 1.0 - float(share["first"]), 1.0 - float(share["full"])


@pytest.mark.parametrize(
    ("calls", "units", "none", "few"),
    [
        (0.01, 2, 0.0039, 0.0159),  # true 0.0099 and 0.0099
        (0.3, 3, 0.0850, 0.1331),  # true 0.0335 and 0.2308
        (0.3, 4, 0.0280, 0.0876),  # true 0.0335 and 0.0335
        (1.0, 6, 0.0585, 0.1181),  # true 0.0625 and 0.0625
        (2.4, 9, 0.0836, 0.1642),  # true 0.0624 and 0.1387
        (2.4, 10, 0.0571, 0.1165),  # true 0.0624 and 0.0624
        (2.4, 12, 0.0232, 0.0485),  # true 0.0244 and 0.0244
    ],
)
def test_the_documented_error_of_two_cars_a_call(calls: float, units: int, none: float, few: float) -> None:
    """What docs/queueing.md says of cover's approximation: if this moves, so must the table there."""
    assert of_cover(calls, units, 2) == pytest.approx((none, few), abs=1e-4)
