"""Cyclic shift patterns on cases made here, side by side with a plain integer program in one run.

Cases are made like those that the literature compares methods on: 9 to 51 crews, two or three shifts, blocks
of work of 3 to 7 days, fewer crews at weekends in six cases of ten, sequences backwards forbidden. Seeds are
fixed. About two in three have a pattern.

    python benchmarks/bench_cyclic_pattern.py [--small] [--cases N] [--limit SECONDS]

The peer has a column for each day of the whole cycle and each shift, and rows for every rule, for SciPy's
HiGHS. `--small` takes six cases of at most 16 crews, `--cases` is the number of cases, and `--limit` the time
limit of each search and each program [s]. Where both are done they have to agree.
"""

from __future__ import annotations

import argparse
import time
from typing import Any

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from standby.workforce import cyclic_pattern

Asked = dict[str, Any]


def made(seed: int, most_crews: int) -> Asked:
    """Return what to ask."""
    rng = np.random.default_rng(seed)
    crews, shifts = int(rng.integers(9, most_crews + 1)), int(rng.integers(2, 4))
    work_block = (int(rng.integers(3, 5)), int(rng.integers(5, 8)))
    days_off = (int(rng.integers(1, 3)), int(rng.integers(2, 5)))
    longest = rng.integers([5, 4, 4], [8, 7, 6])[3 - shifts :]
    shift_block = [(int(rng.integers(2, 4)), int(most)) for most in longest]

    # Later shifts may not come before earlier ones, some not even with a day off between.
    forbidden = [(later, earlier, 0) for later in range(shifts) for earlier in range(later)]
    forbidden += [(later, earlier, 1) for later, earlier, _ in forbidden if rng.random() < 0.3]

    # A crew works about five days in seven.
    daily = crews * rng.uniform(4.6, 5.4) / 7
    by_shift = np.maximum(1.0, daily * rng.dirichlet([8] * shifts))
    by_day = np.ones((shifts, 7))
    if rng.random() < 0.6:
        by_day *= np.array([1.08] * 5 + [0.8] * 2) + rng.normal(0, 0.05, by_day.shape)
    requirements = np.maximum(1, np.rint(by_shift[:, None] * by_day)).astype(int)
    return {
        "requirements": requirements,
        "crews": crews,
        "work_block": work_block,
        "days_off": days_off,
        "shift_block": shift_block,
        "forbidden": forbidden,
    }


def plain_program(asked: Asked, limit: float) -> str:
    """Return the status of the plain integer program: a column for each day of the cycle and each shift."""
    requirements, crews = asked["requirements"], asked["crews"]
    shifts, days = requirements.shape[0], 7 * crews
    column = np.arange(days * (shifts + 1)).reshape(days, shifts + 1)  # the last is the day off
    rows: list[tuple[list[int], list[float], float, float]] = []

    def add(columns: Any, entries: Any, low: float, high: float) -> None:
        """Add a row."""
        rows.append((list(columns), list(entries), low, high))

    for day in range(days):
        add(column[day], [1] * (shifts + 1), 1, 1)
    for shift, wanted in enumerate(requirements):
        for day in range(7):
            add(column[day::7, shift], [1] * crews, wanted[day], wanted[day])

    def blocks(sets: list[list[int]], least: int, most: int) -> None:
        """Add rows for the days on which something holds, each the sum of some columns."""
        for day in range(days):
            window = [c for ahead in range(most + 1) for c in sets[(day + ahead) % days]]
            add(window, [1] * len(window), 0, most)
            for ahead in range(1, least):  # a block that begins goes on
                begin, before, later = sets[day], sets[day - 1], sets[(day + ahead) % days]
                entries = [1] * len(begin) + [-1] * len(before) + [-1] * len(later)
                add([*begin, *before, *later], entries, -np.inf, 0)

    blocks([[*row[:-1]] for row in column.tolist()], *asked["work_block"])
    blocks([[row[-1]] for row in column.tolist()], *asked["days_off"])
    for shift, limits in enumerate(asked["shift_block"]):
        blocks([[row[shift]] for row in column.tolist()], *limits)
    for before, after, gap in asked["forbidden"]:
        for day in range(days):
            between = [column[(day + ahead) % days, -1] for ahead in range(1, gap + 1)]
            add(
                [column[day, before], *between, column[(day + gap + 1) % days, after]],
                [1] * (gap + 2),
                0,
                gap + 1,
            )

    number = np.repeat(np.arange(len(rows)), [len(columns) for columns, *_ in rows])
    columns, entries = np.concatenate([row[0] for row in rows]), np.concatenate([row[1] for row in rows])
    matrix = sparse.csr_array((entries, (number, columns)), shape=(len(rows), column.size))
    limits = LinearConstraint(matrix, [row[2] for row in rows], [row[3] for row in rows])
    found = milp(
        np.zeros(column.size),
        constraints=limits,
        bounds=Bounds(0, 1),
        integrality=1,
        options={"time_limit": limit},
    )
    return {0: "found", 2: "impossible"}.get(found.status, "time_limit")


def main() -> None:
    """Print a line for each case, and the sums."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--small", action="store_true")
    parser.add_argument("--cases", type=int, default=30)
    parser.add_argument("--limit", type=float, default=60.0)
    asked = parser.parse_args()
    n_cases, most_crews = (6, 16) if asked.small else (asked.cases, 51)
    limit = min(asked.limit, 1.0) if asked.small else asked.limit

    ours, theirs, undecided = [], [], 0
    for seed in range(n_cases):
        case = made(seed, most_crews)
        result = cyclic_pattern(**case, time_limit_s=limit)
        begin = time.perf_counter()
        status = plain_program(case, limit)
        seconds = time.perf_counter() - begin

        ours.append(result.seconds)
        theirs.append(seconds)
        undecided += status == "time_limit"
        size = f"{case['crews']:2} crews, {len(case['requirements'])} shifts"
        both = f"{result.status:<10} {result.seconds:6.2f} s   plain {status:<10} {seconds:6.2f} s"
        print(f"case {seed:2}: {size}  {both} = {seconds / result.seconds:7.1f} ×", flush=True)
        assert "time_limit" in {status, result.status} or status == result.status

    print(f"standby       {sum(ours):7.2f} s in all, {max(ours):6.2f} s the longest")
    print(
        f"plain program {sum(theirs):7.2f} s in all, {undecided} not done = {sum(theirs) / sum(ours):.1f} ×"
    )


if __name__ == "__main__":
    main()
