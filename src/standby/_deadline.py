"""How much is left of a time limit that somebody asked for."""

from __future__ import annotations

import math
import numbers
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from standby._refusals import Refusal, UnableError

clock: Callable[[], float] = time.monotonic
"""Seconds that never go back; tests put a made-up clock in its place."""


class UnfinishedError(UnableError, ArithmeticError):
    """Work was cut short before it had an answer, by the time given or by the steps allowed for it."""


def checked_limit(time_limit_s: float | None) -> float:
    """Return a time limit that a caller gave [s]; inf for None, which is none.

    Parameters
    ----------
    time_limit_s
        The limit [s].

    Raises
    ------
    Refusal
        If it is no number of seconds, or below 0.
    """
    if time_limit_s is None:
        return math.inf

    is_number = isinstance(time_limit_s, numbers.Real) and not isinstance(time_limit_s, bool)
    if not (is_number and time_limit_s >= 0):
        raise Refusal(
            f"time_limit_s is {time_limit_s!r}", "give a number of seconds >= 0, or None for no limit"
        )
    return float(time_limit_s)


@dataclass(frozen=True)
class Deadline:
    """The end of the time given, if any was given.

    Every loop that may run long calls `left` now and then, and every solver is given what it returns.

    Parameters
    ----------
    limit_s
        Seconds from now [s]; None: there is no limit, and no clock is read.

    Raises
    ------
    Refusal
        If the limit is no number of seconds, or below 0.
    """

    limit_s: float | None = None
    _end: float = field(init=False, default=0.0, repr=False)

    def __post_init__(self) -> None:
        if self.limit_s is not None:
            checked_limit(self.limit_s)
            object.__setattr__(self, "_end", clock() + self.limit_s)

    @property
    def is_over(self) -> bool:
        """Whether the time is up."""
        return self.left_s <= 0.0

    @property
    def left_s(self) -> float:
        """Seconds left, never below 0; inf where there is no limit [s]."""
        return math.inf if self.limit_s is None else max(self._end - clock(), 0.0)

    @property
    def look(self) -> Callable[[], object] | None:
        """What a long evaluation should call now and then, so that it ends in time; None: no limit."""
        return None if self.limit_s is None else self.left

    def left(self) -> float | None:
        """Return the seconds left [s]; None where there is no limit.

        Raises
        ------
        UnfinishedError
            If there are none.
        """
        if self.limit_s is None:
            return None

        left_s = self.left_s
        if left_s <= 0.0:
            raise UnfinishedError("not found in the time given")
        return left_s

    def part(self, share: float) -> Deadline:
        """Return the deadline of a share of the time that is left.

        Parameters
        ----------
        share
            The share, 0 to 1.
        """
        return self if self.limit_s is None else Deadline(share * self.left_s)


NO_LIMIT = Deadline()
"""For work that may take as long as it takes."""
