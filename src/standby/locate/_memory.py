"""Whether a siting fits into memory: said before it starts."""

from __future__ import annotations

from pathlib import Path

from standby.locate._result import SitingInputError

BYTES_A_PAIR_OF_A_PLAN = 64
"""Memory at the peak for each pair of a site and a place: minutes of the drive and to arrival (measured)."""

BYTES_A_PAIR_OF_A_MEDIAN = 56
"""The same for a p-median on arrays beyond its input: costs in order by area, and by site."""

_MEMINFO = Path("/proc/meminfo")
_CGROUP = Path("/sys/fs/cgroup")


def free_bytes() -> float:
    """Return the memory that this process may still take, inf where the system doesn't say."""
    free = float("inf")
    try:
        lines = dict(line.split(":", 1) for line in _MEMINFO.read_text().splitlines())
        free = float(lines["MemAvailable"].split()[0]) * 1024
    except (OSError, KeyError, ValueError):
        pass

    # A container's own limit can be lower than the machine's.
    try:
        most = float((_CGROUP / "memory.max").read_text())
        free = min(free, most - float((_CGROUP / "memory.current").read_text()))
    except (OSError, ValueError):  # no such limit; its word for that is "max"
        pass
    return free


def refuse_too_large(what: str, n_sites: int, n_areas: int, *, bytes_a_pair: float, areas: str) -> None:
    """Raise if a table of sites and areas will not fit into memory.

    Raises
    ------
    SitingInputError
        With the size, what is free, and what to do.
    """
    needed, free = float(n_sites) * n_areas * bytes_a_pair, free_bytes()
    if needed > free:
        raise SitingInputError(
            f"{what}: {n_areas:,} {areas} × {n_sites:,} sites take about {needed / 1e9:.1f} GB of memory and "
            f"{max(free, 0.0) / 1e9:.1f} GB are free",
            f"give fewer candidate sites, merge small {areas}, or use a machine with more memory",
        )
