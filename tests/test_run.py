"""Work spread over threads: order, progress, failure and interruption."""

from __future__ import annotations

import re
import threading
import time
from pathlib import Path

import pytest

import standby
from standby._run import processors, run


@pytest.mark.parametrize("workers", [None, 1, 2, 7])
def test_answers_stand_in_the_order_of_the_tasks(workers: int | None) -> None:
    """Whatever is done first, answers come in the order of the tasks."""

    def slow_first(task: int) -> int:
        time.sleep(0.002 * (20 - task))
        return task * task

    assert run(range(20), slow_first, workers=workers) == [k * k for k in range(20)]


def test_no_tasks() -> None:
    """Nothing to do is done at once."""
    assert run([], lambda task: task) == []


def test_progress_is_told_to_the_end() -> None:
    """Progress never goes back, and ends with all tasks done."""
    told: list[tuple[int, int]] = []
    run(range(9), lambda task: task, progress=lambda done, total: told.append((done, total)), workers=3)
    assert [total for _, total in told] == [9] * len(told)
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert told[-1] == (9, 9)


def test_a_failure_stops_the_rest() -> None:
    """What a task raises reaches the caller, and tasks that have not begun are dropped."""
    begun: list[int] = []

    def fails(task: int) -> None:
        begun.append(task)
        raise ArithmeticError(f"task {task}")

    with pytest.raises(ArithmeticError, match="task 0"):
        run(range(1000), fails, workers=1)
    assert len(begun) < 1000


def test_interruption_leaves_no_thread_behind() -> None:
    """An interruption reaches the caller once the tasks at work are done, and no thread goes on."""

    def interrupted(done: int, total: int) -> None:
        raise KeyboardInterrupt

    before = threading.active_count()
    with pytest.raises(KeyboardInterrupt):
        run(range(50), lambda _: time.sleep(0.005), progress=interrupted, workers=2)
    assert threading.active_count() == before


def test_workers_are_at_least_one() -> None:
    """Fewer than one worker is refused; the machine has at least one."""
    with pytest.raises(ValueError, match="workers is 0"):
        run([1], lambda task: task, workers=0)
    assert processors() >= 1


def test_work_is_spread_in_one_place():
    """No room has threads of its own, or counts processors that this process may not use."""
    package = Path(standby.__file__).parent
    spreading = {
        path.name
        for path in package.rglob("*.py")
        if re.search(r"ThreadPool|cpu_count", path.read_text(encoding="utf-8"))
    }
    assert spreading == {"_run.py"}
