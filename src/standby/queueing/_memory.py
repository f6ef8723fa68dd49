"""How much memory a model needs and how much there is."""

from __future__ import annotations

import os
from pathlib import Path

from standby.queueing._errors import MemoryLimitError

_GIGABYTE = 1e9
_UNKNOWN_GB = 4.0  # assumed when the system does not say what is free


def available_gb() -> float:
    """Memory that can be had without swapping [GB].

    Reads the kernel's own estimate where there is one; it counts what the file cache would give back.
    """
    table = Path("/proc/meminfo")
    if table.exists():
        for line in table.read_text(encoding="ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return float(line.split()[1]) * 1024 / _GIGABYTE
    try:
        return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / _GIGABYTE
    except (AttributeError, ValueError, OSError):
        return _UNKNOWN_GB


def require(name: str, needed_gb: float, memory_gb: float | None) -> None:
    """Refuse a model that would not fit."""
    limit = available_gb() if memory_gb is None else memory_gb
    if needed_gb > limit:
        whose = "free on this machine" if memory_gb is None else "allowed by memory_gb"
        raise MemoryLimitError(
            f"{name} needs {needed_gb:,.3g} GB and {limit:,.3g} GB are {whose}; use "
            "hypercube_approximate, fewer units, or a larger machine"
        )
