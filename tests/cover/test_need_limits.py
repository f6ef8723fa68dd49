"""Need within limits of time and memory."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from plans import unit, write

from standby import _deadline
from standby._deadline import Deadline, UnfinishedError
from standby.cover import TooLargeError, _need_solve, evaluate_plan, need, need_of
from standby.cover._need_solve import Goal, fewest_units, numbers_in_reach

CAR = np.array([1])


def question(places: int = 40, sites: int = 6) -> tuple[list[Goal], list[np.ndarray], np.ndarray]:
    """Return one goal at random, the numbers that it asks for, and sites without limits."""
    rng = np.random.default_rng(7)
    goal = Goal(rng.random((1, sites, places)) < 0.4, CAR, rng.integers(1, 9, places).astype(float), 0.8, 0.9)
    return [goal], [numbers_in_reach(goal, np.array([0.2]))], np.full(sites, np.inf)


def test_a_process_gives_the_answer_that_this_one_does(monkeypatch: pytest.MonkeyPatch) -> None:
    """A large model is solved by another process where there is a limit, to the same units."""
    here = fewest_units(*question(), deadline=Deadline(1e6))
    monkeypatch.setattr(_need_solve, "LARGE", 0)
    there = fewest_units(*question(), deadline=Deadline(1e6))
    assert there.units.tolist() == here.units.tolist()
    assert (there.bound, there.proven) == (here.bound, here.proven)


def test_a_solver_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A solver that looks at no clock is ended when the time is up, and there is no answer."""
    program, begun = tmp_path / "hangs.py", tmp_path / "begun"
    program.write_text(f"open({str(begun)!r}, 'w').close()\nimport time\ntime.sleep(1e6)\n", encoding="utf-8")
    monkeypatch.setattr(_need_solve, "LARGE", 0)
    monkeypatch.setattr(_need_solve, "SOLVER", program)
    monkeypatch.setattr(_deadline, "clock", lambda: 100.0 * begun.exists())
    with pytest.raises(UnfinishedError, match="not found in the time given"):
        fewest_units(*question(), deadline=Deadline(60.0))


def test_what_a_solver_had_when_time_was_up_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """An incumbent that depends on the clock is not taken."""
    now = [0.0]
    monkeypatch.setattr(_deadline, "clock", lambda: now[0])
    real = _need_solve.solve

    def slow(model: Any) -> Any:
        assert model.options["time_limit"] == 60.0
        now[0] = 61.0
        return real(model)

    monkeypatch.setattr(_need_solve, "solve", slow)
    with pytest.raises(UnfinishedError, match="not found in the time given"):
        fewest_units(*question(), deadline=Deadline(60.0))


def test_places_reached_alike_are_one_pattern() -> None:
    """Patterns are those of the columns side by side, with their weights added, in the columns' own order."""
    rng = np.random.default_rng(3)
    goal = Goal(rng.random((2, 5, 60)) < 0.5, np.array([1, 1]), rng.random(60), 0.8, 0.9)
    goal.in_time[:, :, 30:] = goal.in_time[:, :, :30]
    levels = _need_solve.Levels(np.repeat([0, 300], 30), [])
    wanted = rng.random(60) < 0.9

    near, level, weight = _need_solve._patterns(goal, levels, wanted)
    columns = np.vstack([goal.in_time.reshape(10, 60), levels.of_place])[:, wanted].astype(int)
    expected, of_place = np.unique(columns, axis=1, return_inverse=True)
    assert np.vstack([near.reshape(-1, 10).T, level]).astype(int).tolist() == expected.tolist()
    assert weight.tolist() == np.bincount(of_place.ravel(), goal.weight[wanted]).tolist()


def test_what_does_not_fit_says_so_before_it_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Too little memory is a refusal with the size, what is free and what to do, before any search."""
    group_module = sys.modules["standby.cover._need_group"]
    monkeypatch.setattr(group_module, "free_bytes", lambda: 100.0)
    monkeypatch.setattr(sys.modules["standby.cover.need"], "group_of", None)
    with pytest.raises(TooLargeError, match=r"places × \d+ sites × .* GB are free"):
        need(*write(units=[unit("a", "midtown")]))


def test_no_group_is_made_ready_when_time_is_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """The minutes of all sites and places take long: they are not computed once the time is up."""
    plan, times = write(units=[unit("a", "midtown")])
    evaluated = evaluate_plan(plan, times)
    monkeypatch.setattr(sys.modules["standby.cover._need_group"], "minutes_of", None)
    found = need_of(evaluated, times, deadline=Deadline(0.0))
    assert not found.table["solved"].any()
    assert set(found.table["reason"]) == {"not found in the time given"}
