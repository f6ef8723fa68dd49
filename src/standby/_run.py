"""The only place that knows how work, draws × options, is spread over the processors of one machine."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import TypeVar

from standby._refusals import Refusal

Task = TypeVar("Task")
Answer = TypeVar("Answer")

Progress = Callable[[int, int], None]
"""Called with the number of tasks done and of all tasks."""


def processors() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def run(
    tasks: Sequence[Task],
    work: Callable[[Task], Answer],
    *,
    progress: Progress | None = None,
    workers: int | None = None,
) -> list[Answer]:
    """Do every task and return the answers in the order of the tasks.

    The compiled loops let go of Python's lock, so threads are enough. The answers do not depend on the number
    of workers. Interrupting (Ctrl-C) drops the tasks that have not begun and waits for those that have.

    Parameters
    ----------
    tasks
        What to work on.
    work
        Makes an answer from a task; must not change anything shared.
    progress
        Called after every task.
    workers
        Threads; the processors that this process may use when left out.

    Raises
    ------
    ValueError
        If fewer than one worker is asked for.
    Exception
        What the work raises, from the first task among those that were first seen to fail.
    """
    if workers is not None and workers < 1:
        raise Refusal(f"workers is {workers}", "ask for at least 1")

    threads = min(workers or processors(), max(len(tasks), 1))
    pool = ThreadPoolExecutor(threads)
    try:
        futures: list[Future[Answer]] = [pool.submit(work, task) for task in tasks]
        task_number = {future: number for number, future in enumerate(futures)}

        done = 0
        waiting = set(futures)
        while waiting:
            finished, waiting = wait(waiting, return_when=FIRST_COMPLETED)

            # Raise what a task raised, in the order of the tasks.
            for future in sorted(finished, key=task_number.__getitem__):
                future.result()

            done += len(finished)
            if progress is not None:
                progress(done, len(tasks))
        return [future.result() for future in futures]
    finally:
        pool.shutdown(cancel_futures=True)
