"""What a shift pattern has to keep, and which of it a given pattern breaks."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from standby._show import Shown

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from standby._typing import Codes

OFF = -1
"""A day off, where a working day has the number of its shift."""

DAYS = 7
"""Days of a week."""

ARGUMENTS = ("requirements", "crews", "work_block", "days_off", "shift_block", "forbidden")
"""What a caller asks of a pattern, in the order of the arguments."""


class BlockDays(NamedTuple):
    """Fewest and most days of a block; `most` None: no limit, the block may even never end."""

    least: int
    most: int | None


NO_LIMITS = BlockDays(1, None)


class Forbidden(NamedTuple):
    """A shift that may not come before another with exactly `gap` days off between, 0: on the next day."""

    before: int
    after: int
    gap: int


@dataclass(frozen=True, eq=False)
class PatternRules(Shown):
    """What a pattern has to keep. Each of the arguments can be let go.

    Attributes
    ----------
    requirements
        Crews wanted in each shift on each day of the week, shape (shifts, 7); None: let go.
    crews
        Number of crews, and of weeks of the pattern; None: any number.
    work_block
        Consecutive days of work.
    days_off
        Consecutive days off.
    shift_block
        Consecutive days of the same shift, one for each shift.
    forbidden
        Shifts that may not follow each other.
    """

    requirements: Codes | None
    crews: int | None
    work_block: BlockDays
    days_off: BlockDays
    shift_block: tuple[BlockDays, ...]
    forbidden: frozenset[Forbidden]

    @property
    def n_shifts(self) -> int:
        """Number of shifts."""
        return len(self.shift_block)

    @property
    def longest_gap(self) -> int:
        """Longest gap of a forbidden sequence [days]; 0 if there is none."""
        return max((sequence.gap for sequence in self.forbidden), default=0)

    def only(self, arguments: Collection[str]) -> PatternRules:
        """Return the rules with all but some arguments let go.

        Parameters
        ----------
        arguments
            Which to keep, of `ARGUMENTS`.
        """
        return PatternRules(
            requirements=self.requirements if "requirements" in arguments else None,
            crews=self.crews if "crews" in arguments else None,
            work_block=self.work_block if "work_block" in arguments else NO_LIMITS,
            days_off=self.days_off if "days_off" in arguments else NO_LIMITS,
            shift_block=self.shift_block if "shift_block" in arguments else (NO_LIMITS,) * self.n_shifts,
            forbidden=self.forbidden if "forbidden" in arguments else frozenset(),
        )

    def wanted(self, shift: int, day: int) -> int | None:
        """Return the crews that must be in a shift on a day (`OFF`: at home), None if any number may be.

        Parameters
        ----------
        shift
            Number of the shift, or `OFF`.
        day
            Day of the week, 0 to 6.
        """
        if self.requirements is None:
            return None
        if shift != OFF:
            return int(self.requirements[shift, day])
        return None if self.crews is None else self.crews - int(self.requirements[:, day].sum())

    def broken(self, pattern: Codes) -> tuple[str, ...]:
        """Return the arguments that a pattern breaks, read off its days and nothing else.

        Parameters
        ----------
        pattern
            Shape (weeks, 7); the last week is followed by the first.
        """
        days = pattern.reshape(-1)
        at_work = days != OFF
        worked = [length for works, length in _runs(at_work) if works]
        free = [length for works, length in _runs(at_work) if not works]
        by_shift = [(shift, length) for shift, length in _runs(days) if shift != OFF]

        meets = self.requirements is None or all(
            np.array_equal((pattern == shift).sum(axis=0), self.requirements[shift])
            for shift in range(self.n_shifts)
        )
        kept = {
            "requirements": meets,
            "crews": self.crews in {None, pattern.shape[0]},
            "work_block": all(_within(length, self.work_block) for length in worked),
            "days_off": all(_within(length, self.days_off) for length in free),
            "shift_block": all(_within(length, self.shift_block[shift]) for shift, length in by_shift),
            "forbidden": not any(_has(days, sequence) for sequence in self.forbidden),
        }
        return tuple(name for name in ARGUMENTS if not kept[name])


def _runs(days: NDArray[np.generic]) -> Iterator[tuple[int, float]]:
    """Yield each value that stands on consecutive days of the cycle, with how many; inf if it never ends."""
    starts = np.flatnonzero(days != np.roll(days, 1))
    if not starts.size:
        yield int(days[0]), math.inf
        return

    lengths = np.diff(np.append(starts, starts[0] + days.size))
    yield from zip(days[starts].astype(int).tolist(), lengths.tolist(), strict=True)


def _within(length: float, limits: BlockDays) -> bool:
    """Return whether a block is as long as it may be."""
    return limits.least <= length and (limits.most is None or length <= limits.most)


def _has(days: Codes, sequence: Forbidden) -> bool:
    """Return whether a forbidden sequence is in the cycle."""
    found = (days == sequence.before) & (np.roll(days, -1 - sequence.gap) == sequence.after)
    for between in range(1, sequence.gap + 1):
        found &= np.roll(days, -between) == OFF
    return bool(found.any())
