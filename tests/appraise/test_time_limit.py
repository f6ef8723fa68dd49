"""Appraisals within a time limit: what there is no time for is left out, said, and nothing else changes."""

from __future__ import annotations

import pandas as pd
import pytest

from standby import _deadline
from standby._deadline import UnfinishedError
from standby.appraise import Appraisal, appraise
from standby.plan import Plan


class Clock:
    """A clock that goes on by a second at each look, and knows how often it was looked at."""

    def __init__(self) -> None:
        self.looks = 0

    def __call__(self) -> float:
        self.looks += 1
        return float(self.looks)


def within(plan: Plan, limit: float, monkeypatch: pytest.MonkeyPatch) -> tuple[Appraisal, int]:
    """Return an appraisal of 256 draws within a limit, and how often the clock was looked at."""
    clock = Clock()
    monkeypatch.setattr(_deadline, "clock", clock)
    return appraise(plan, draws=256, seed=11, workers=1, time_limit_s=limit), clock.looks


def test_with_time_enough_a_limit_changes_nothing(tiny: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    """All draws are made, and every table and sentence is that without a limit."""
    limited, _ = within(tiny, 1e9, monkeypatch)
    free = appraise(tiny, draws=256, seed=11)
    assert limited.draws == 256
    assert limited.summary() == free.summary()
    for name, table in free.tables.items():
        pd.testing.assert_frame_equal(limited.tables[name], table)


def test_fewer_draws_are_those_of_a_smaller_appraisal(tiny: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever the time ends there are as many draws as it allowed, with their numbers, or an error."""
    _, looks = within(tiny, 1e9, monkeypatch)
    made = set[int]()
    for limit in (looks * 0.02, looks * 0.2, looks * 0.5, looks * 0.8):
        try:
            found, _ = within(tiny, limit, monkeypatch)
        except UnfinishedError:
            continue

        made.add(found.draws)
        smaller = appraise(tiny, draws=found.draws, seed=11)
        for name in ("decision", "standards", "cost_summary"):
            pd.testing.assert_frame_equal(found.tables[name], smaller.tables[name])
        assert ("did not allow all the draws" in found.summary()) == (found.draws < 256)
        if len(found.tables["statements"]) < len(smaller.tables["statements"]):
            assert "not every statement" in found.summary()

        need = found.tables["need"]
        cut = need[~need["solved"].astype(bool)]
        notes = found.tables["notes"]
        assert len(cut) <= len(notes[notes["subject"] == "need"])
        assert set(cut["reason"]) <= {"not found in the time given"}
    assert made
    assert min(made) < 256


def test_no_time_at_all_is_an_error(tiny: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without one evaluation there is nothing to deliver, and that is said."""
    with pytest.raises(UnfinishedError, match="had been evaluated once: give more"):
        within(tiny, 0.5, monkeypatch)
