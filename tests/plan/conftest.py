"""What several tests of plans use."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from standby import examples

sys.path.insert(0, str(Path(__file__).parent))  # so that tests find the ways to break a plan beside them


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
