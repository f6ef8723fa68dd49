"""How much memory is free: asked before starting work that may not fit."""

from __future__ import annotations

from pathlib import Path

_MEMINFO = Path("/proc/meminfo")
_CGROUP = Path("/sys/fs/cgroup")


def free_bytes() -> float:
    """Return the memory that this process may still take without swapping, inf where the system doesn't say.

    The kernel's own estimate counts what the file cache would give back.
    """
    free = float("inf")
    try:
        lines = _MEMINFO.read_text(encoding="ascii").splitlines()
        values = dict(line.split(":", 1) for line in lines)
        free = float(values["MemAvailable"].split()[0]) * 1024  # given in KiB
    except (OSError, KeyError, ValueError):
        pass

    # A container's own limit can be lower than the machine's.
    try:
        limit = float((_CGROUP / "memory.max").read_text(encoding="ascii"))
        used = float((_CGROUP / "memory.current").read_text(encoding="ascii"))
        free = min(free, limit - used)
    except (OSError, ValueError):  # no such limit; its word for that is "max"
        pass

    return max(free, 0.0)
