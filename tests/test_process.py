"""Programs of our own in processes that can be ended."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from standby._process import run_program

HEAD = """
import pickle, sys, time
def send(*message):
    pickle.dump(message, sys.stdout.buffer)
    sys.stdout.buffer.flush()
task = pickle.load(sys.stdin.buffer)
"""


def ran(folder: Path, body: str, *, until: int = 10**9) -> tuple[bool, list[tuple[Any, ...]]]:
    """Return whether a program was done, and its messages; it is ended after so many of these."""
    program = folder / "program.py"
    program.write_text(HEAD + body, encoding="utf-8")
    heard = list[tuple[Any, ...]]()
    is_done = run_program(
        program, 20, hear=lambda *message: heard.append(message), go_on=lambda: len(heard) < until
    )
    return is_done, heard


def test_a_program_answers(tmp_path: Path) -> None:
    """Its messages arrive in order, and it was done."""
    found = ran(tmp_path, "send('half', task / 2)\nsend('done', task)\n")
    assert found == (True, [("half", 10.0), ("done", 20)])


def test_a_program_that_hangs_is_ended(tmp_path: Path) -> None:
    """What it said until then is kept, and it was not done."""
    found = ran(tmp_path, "send('half', task / 2)\ntime.sleep(1e6)\n", until=1)
    assert found == (False, [("half", 10.0)])


def test_a_program_that_dies_is_no_answer(tmp_path: Path) -> None:
    """One that ends by itself before it is done says so, also where it never read its task."""
    with pytest.raises(RuntimeError, match="ended by itself"):
        ran(tmp_path, "sys.exit(3)\n")
    program = tmp_path / "reads_nothing.py"
    program.write_text("", encoding="utf-8")
    with pytest.raises(RuntimeError, match="ended by itself"):
        run_program(program, b"x" * 10**7, hear=lambda *_: None, go_on=lambda: True)
