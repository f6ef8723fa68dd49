"""How long `standby --help` takes to start, beside `import pandas` in the same run.

A command that is asked for often should answer at once: less than half of what importing pandas alone takes.
The tests hold the cause (nothing heavy is imported); this measures the effect.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time
from pathlib import Path

WANTED = 0.5


def seconds(command: list[str], *, repeats: int) -> list[float]:
    """Return the wall-clock times of a command [s], sorted, without the first, which warms the disk."""
    times = []
    for _ in range(repeats + 1):
        start = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        times.append(time.perf_counter() - start)
    return sorted(times[1:])


def main() -> int:
    """Print the medians and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", action="store_true", help="five repeats in place of twenty")
    repeats = 5 if parser.parse_args().small else 20
    bare = seconds([sys.executable, "-c", "pass"], repeats=repeats)
    pandas = seconds([sys.executable, "-c", "import pandas"], repeats=repeats)
    standby = seconds([str(Path(sys.executable).with_name("standby")), "--help"], repeats=repeats)
    for name, times in [("python -c pass", bare), ("import pandas", pandas), ("standby --help", standby)]:
        print(f"{name:16} median {statistics.median(times):.3f} s, {times[0]:.3f} to {times[-1]:.3f} s")
    ratio = statistics.median(standby) / statistics.median(pandas)
    print(f"standby --help / import pandas = {ratio:.2f} (wanted: under {WANTED})")
    return 0 if ratio < WANTED else 1


if __name__ == "__main__":
    sys.exit(main())
