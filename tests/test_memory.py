"""How much memory there is: asked of the system before work starts."""

from __future__ import annotations

from pathlib import Path

import pytest

from standby import _memory
from standby.queueing import MemoryLimitError, hypercube


def test_free_memory_is_read_from_the_system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The lesser of the machine's and the container's free memory counts; where none is said, all is free."""
    (tmp_path / "meminfo").write_text("MemTotal: 100 kB\nMemAvailable: 50 kB\n")
    monkeypatch.setattr(_memory, "_MEMINFO", tmp_path / "meminfo")
    monkeypatch.setattr(_memory, "_CGROUP", tmp_path)
    assert _memory.free_bytes() == 51200
    (tmp_path / "memory.max").write_text("40000\n")
    (tmp_path / "memory.current").write_text("10000\n")
    assert _memory.free_bytes() == 30000
    (tmp_path / "memory.current").write_text("50000\n")
    assert _memory.free_bytes() == 0
    (tmp_path / "memory.max").write_text("max\n")
    assert _memory.free_bytes() == 51200
    monkeypatch.setattr(_memory, "_MEMINFO", tmp_path / "absent")
    assert _memory.free_bytes() == float("inf")


def test_a_hypercube_heeds_a_containers_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """The exact model is refused when the container has less free than it needs, whatever the machine has."""
    monkeypatch.setattr(_memory, "free_bytes", lambda: 1e8)
    with pytest.raises(MemoryLimitError, match="0\\.1 GB are free on this machine"):
        hypercube([1.0], [list(range(24))], 1.0)


def test_where_the_system_is_silent_a_hypercube_takes_no_more_than_a_few_gigabytes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A system that does not say what is free counts as one with 4 GB."""
    monkeypatch.setattr(_memory, "free_bytes", lambda: float("inf"))
    with pytest.raises(MemoryLimitError, match="4 GB are free"):
        hypercube([1.0], [list(range(32))], 1.0)
