"""Proofs don't rest on the solver: what it claims counts only as far as whole numbers confirm it."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from standby._deadline import Deadline
from standby.workforce import cyclic_pattern
from standby.workforce.patterns.inputs import checked_rules
from standby.workforce.patterns.program import Program
from standby.workforce.patterns.search import find
from standby.workforce.patterns.week import flow_rows, sums, weeks

Judge = Callable[..., list[str]]

POSSIBLE: dict[str, Any] = {
    "requirements": [[1, 1, 1, 1, 1, 0, 0]],
    "crews": 1,
    "work_block": (5, 5),
    "days_off": (2, 2),
    "shift_block": [(5, 5)],
    "forbidden": [],
}
IMPOSSIBLE = POSSIBLE | {"crews": 2}


@pytest.mark.parametrize(("case", "status"), [(POSSIBLE, "found"), (IMPOSSIBLE, "impossible")])
def test_a_solver_that_gives_up_changes_no_answer(
    monkeypatch: pytest.MonkeyPatch, faults: Judge, case: dict[str, Any], status: str
) -> None:
    """With a solver that finds neither flows nor proofs, halving until all is fixed gives the same answer."""
    assert cyclic_pattern(**case).status == status
    monkeypatch.setattr(Program, "solve", lambda *_: None)
    monkeypatch.setattr(Program, "excludes", lambda *_: False)
    pattern = find(checked_rules(**case), Deadline())
    assert (pattern is not None) == (status == "found")
    assert pattern is None or faults(pattern, **case) == []


def test_a_wrong_proof_is_not_believed() -> None:
    """Whatever factors a solver claims to prove it by, a box that holds a flow isn't excluded."""
    rules = checked_rules(**POSSIBLE)
    (week,) = weeks(rules)
    rows = flow_rows(rules, week)
    program = Program(rows, sums(week))
    box = program.whole_box()
    point = program.solve(box, None)
    assert point is not None
    assert program.holds(box, np.rint(point[: program.n_steps]).astype(np.int64))

    rng = np.random.default_rng(1)
    n_factors = rows.least.size + len(sums(week))
    for _ in range(200):
        ray = rng.normal(size=n_factors)
        program._highs = SimpleNamespace(getDualRay=lambda ray=ray: (None, True, ray))
        assert not program.excludes(box)


def test_a_flow_that_breaks_a_row_is_not_believed() -> None:
    """A flow of whole numbers that meets no requirement doesn't hold, nor one outside its box."""
    rules = checked_rules(**POSSIBLE)
    (week,) = weeks(rules)
    program = Program(flow_rows(rules, week), sums(week))
    box = program.whole_box()
    point = program.solve(box, None)
    assert point is not None
    flow = np.rint(point[: program.n_steps]).astype(np.int64)
    assert not program.holds(box, np.zeros_like(flow))
    assert not program.holds(box._replace(high=np.zeros_like(box.high)), flow)
