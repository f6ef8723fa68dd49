"""A program of our own in a process that can be ended, for solvers that look at no clock for minutes."""

from __future__ import annotations

import pickle
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO

from standby._refusals import UnableError

LOOK_EVERY_S = 0.05
"""How often the caller is asked whether to go on [s]."""

DONE = "done"
"""Kind of a program's last message."""


class ProcessEndedError(UnableError, RuntimeError):
    """A process that works for this one ended by itself before it was done."""


def run_program(program: Path, task: object, *, hear: Callable[..., None], go_on: Callable[[], bool]) -> bool:
    """Run a program on a task until it is done; end it where the caller no longer wants to go on.

    Parameters
    ----------
    program
        File of the package that reads one pickled task from its standard input and writes pickled messages to
        its standard output: tuples of a kind and what belongs to it, the last one of the kind ``"done"``.
    task
        What to work on.
    hear
        Called with each message, from another thread.
    go_on
        Asked now and then whether to go on.

    Returns
    -------
    bool
        Whether the program was done before it was ended.

    Raises
    ------
    RuntimeError
        If it ended by itself before it was done.
    """
    is_done = threading.Event()
    has_ended = threading.Event()

    def listen(stream: IO[bytes]) -> None:
        """Pass on what the program writes until it ends."""
        try:
            while True:
                kind, *content = pickle.load(stream)  # noqa: S301 - from the process started below
                hear(kind, *content)
                if kind == DONE:
                    is_done.set()
        except (EOFError, OSError, ValueError, pickle.UnpicklingError):  # ended, perhaps amid a message
            has_ended.set()

    with subprocess.Popen(  # noqa: S603 - this package's own file
        [sys.executable, "-P", str(program)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,  # Ctrl-C is for the caller
    ) as process:
        assert process.stdin is not None  # noqa: S101 - both are pipes
        assert process.stdout is not None  # noqa: S101
        listener = threading.Thread(target=listen, args=(process.stdout,), daemon=True)
        listener.start()

        wants_more = True
        try:
            with suppress(BrokenPipeError):  # it has ended already
                pickle.dump(task, process.stdin)
                process.stdin.flush()
            while wants_more and not has_ended.wait(LOOK_EVERY_S):
                wants_more = go_on()
        finally:
            process.kill()
            listener.join()

    if wants_more and not is_done.is_set():
        raise ProcessEndedError(
            "the solver's process ended by itself before it was done, perhaps for want of memory; give it "
            "more, or ask about fewer areas or sites"
        )
    return is_done.is_set()
