"""What tests of shift patterns share: a slow, obvious judge of a pattern."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest

Judge = Callable[..., list[str]]


def _faults(
    pattern: Any,
    requirements: Any,
    *,
    crews: int,
    work_block: Any,
    days_off: Any,
    shift_block: Any,
    forbidden: Any,
) -> list[str]:
    """Return what is wrong with a pattern, read week by week as a crew lives through it."""
    weeks = [[int(shift) for shift in week] for week in pattern]
    found = [] if len(weeks) == crews and all(len(week) == 7 for week in weeks) else ["size"]
    for shift, row in enumerate(requirements):
        for day, wanted in enumerate(row):
            if sum(week[day] == shift for week in weeks) != wanted:
                found.append(f"{wanted} wanted in shift {shift} on day {day}")

    # A crew lives through the cycle again and again; begin where a block of work does.
    days = [shift for week in weeks for shift in week]
    begin = next((k for k in range(len(days)) if days[k] >= 0 and days[k - 1] < 0), None)
    if begin is None:
        return [*found, "no day off, or no day of work"]
    days = days[begin:] + days[:begin]

    stretches: list[tuple[list[int], int]] = []  # shifts worked, days off after them
    for shift in days:
        if shift >= 0 and (not stretches or stretches[-1][1]):
            stretches.append(([], 0))
        worked, off = stretches[-1]
        stretches[-1] = ([*worked, shift], off) if shift >= 0 else (worked, off + 1)

    for number, (worked, off) in enumerate(stretches):
        if not work_block[0] <= len(worked) <= work_block[1]:
            found.append(f"{len(worked)} days of work")
        if not days_off[0] <= off <= days_off[1]:
            found.append(f"{off} days off")

        blocks = [[worked[0], 0]]
        for shift in worked:
            if shift != blocks[-1][0]:
                blocks.append([shift, 0])
            blocks[-1][1] += 1
        found += [
            f"{length} days of shift {shift}"
            for shift, length in blocks
            if not shift_block[shift][0] <= length <= shift_block[shift][1]
        ]

        after = stretches[(number + 1) % len(stretches)][0][0]
        sequences = [(a, b, 0) for a, b in pairwise(worked)] + [(worked[-1], after, off)]
        found += [f"forbidden {sequence}" for sequence in sequences if sequence in set(forbidden)]
    return found


@pytest.fixture(scope="session")
def faults() -> Judge:
    """Return the judge: it takes a pattern and what was asked, and returns what is wrong."""
    return _faults
