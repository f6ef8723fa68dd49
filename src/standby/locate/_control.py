"""Time limit, progress and Ctrl-C of one solve."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING

from standby.locate._result import Progress, SitingInputError, SolveOptions, Status, relative_gap

if TYPE_CHECKING:
    from collections.abc import Callable

_PROGRESS_EVERY_S = 0.2


class Control:
    """The clock of one call, shared by all the parts of its solve.

    A solver asks `go_on` between pieces of work and reports with `tell`; values told are in the solver's
    sense and `show` turns them into the model's objective.
    """

    def __init__(self, options: SolveOptions) -> None:
        unknown = set(options) - set(SolveOptions.__annotations__)
        if unknown:
            raise TypeError(
                f"unknown options {sorted(unknown)}; known are {sorted(SolveOptions.__annotations__)}"
            )
        limit = options.get("time_limit_s")
        if limit is not None and not limit >= 0:
            raise SitingInputError(
                f"time_limit_s is {limit}; give a number of seconds >= 0, or None for no limit"
            )
        self._on_interrupt = options.get("on_interrupt", "raise")
        if self._on_interrupt not in {"raise", "return"}:
            raise SitingInputError(f'on_interrupt is {self._on_interrupt!r}; give "raise" or "return"')
        self.started = time.perf_counter()
        self._limit = math.inf if limit is None else float(limit)
        self._progress = options.get("progress")
        self._last_told = -math.inf
        self.status: Status = "optimal"
        self.show: Callable[[float], float] = float

    @property
    def seconds(self) -> float:
        """Wall time since the call [s]."""
        return time.perf_counter() - self.started

    @property
    def remaining(self) -> float:
        """Wall time left [s], inf without a limit."""
        return self._limit - self.seconds

    def go_on(self) -> bool:
        """Say whether there is time left and nobody interrupted."""
        if self.status == "optimal" and self.remaining <= 0:
            self.status = "time_limit"
        return self.status == "optimal"

    def interrupted(self) -> None:
        """Note a Ctrl-C; raises it again unless the caller asked for the incumbent."""
        self.status = "interrupted"
        if self._on_interrupt == "raise":
            raise KeyboardInterrupt

    def tell(self, incumbent: float, bound: float, *, final: bool = False) -> None:
        """Pass progress on, at most five times a second."""
        if self._progress is None or (not final and self.seconds - self._last_told < _PROGRESS_EVERY_S):
            return
        self._last_told = self.seconds
        shown = self.show(incumbent) if math.isfinite(incumbent) else None
        limit = self.show(bound) if math.isfinite(bound) else None
        gap = None if shown is None or limit is None else relative_gap(shown, limit)
        self._progress(Progress(shown, limit, gap, self.seconds))
