"""How much is left of a time limit that somebody asked for."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

clock: Callable[[], float] = time.monotonic
"""Seconds that never go back; tests put a made-up clock in its place."""


class UnfinishedError(ArithmeticError):
    """Work was cut short before it had an answer, by the time given or by the steps allowed for it."""


@dataclass(frozen=True)
class Deadline:
    """The end of the time given, if any was given.

    Every loop that may run long calls `left` now and then, and every solver is given what it returns.

    Parameters
    ----------
    limit_s
        Seconds from now [s]; None: there is no limit, and no clock is read.
    """

    limit_s: float | None = None
    _end: float = field(init=False, default=0.0, repr=False)

    def __post_init__(self) -> None:
        if self.limit_s is not None:
            object.__setattr__(self, "_end", clock() + self.limit_s)

    @property
    def is_over(self) -> bool:
        """Whether the time is up."""
        return self.limit_s is not None and clock() >= self._end

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

        left = self._end - clock()
        if left <= 0.0:
            raise UnfinishedError("not found in the time given")
        return left

    def part(self, share: float) -> Deadline:
        """Return the deadline of a share of the time that is left.

        Parameters
        ----------
        share
            The share, 0 to 1.
        """
        if self.limit_s is None:
            return self
        return Deadline(share * max(self._end - clock(), 0.0))


NO_LIMIT = Deadline()
"""For work that may take as long as it takes."""
