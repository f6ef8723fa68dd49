"""What several tests of plans use."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from standby import examples
from standby.plan import Fault, Plan, check, open_plan

sys.path.insert(0, str(Path(__file__).parent))  # so that tests find what they share beside them

from laying import append


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """Return a copy of the plan `tiny` that a test may break."""
    return Path(shutil.copytree(examples.path("tiny"), tmp_path / "tiny"))


@pytest.fixture
def edit(tiny: Path) -> Callable[[str, str, str], Path]:
    """Return a function that replaces text, which must be there once, in a file of the copy."""

    def replace(file: str, old: str, new: str) -> Path:
        text = (tiny / file).read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} is in {file} {text.count(old)} times"
        (tiny / file).write_text(text.replace(old, new), encoding="utf-8")
        return tiny

    return replace


@pytest.fixture
def lay(tiny: Path) -> Callable[..., Plan]:
    """Return a function that lays an option over `tiny`; text after the base's own document may be given."""

    def over(base: str = "", **option: Any) -> Plan:
        append(tiny, base, {"options": {"new": {"name": "New", **option}}})
        return open_plan(tiny).with_option("new")

    return over


@pytest.fixture
def faults(tiny: Path) -> Callable[..., list[Fault]]:
    """Return a function that gives the faults of `tiny` with an option."""

    def found(base: str = "", **option: Any) -> list[Fault]:
        append(tiny, base, {"options": {"new": {"name": "New", **option}}})
        return list(check(tiny).faults)

    return found
