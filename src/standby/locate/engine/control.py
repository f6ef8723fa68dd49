"""Time limit, progress and Ctrl-C of one solve."""

from __future__ import annotations

import math
from collections.abc import Callable

from standby import _deadline
from standby._deadline import checked_limit
from standby._refusals import Refusal
from standby.locate.errors import SitingInputError
from standby.locate.result import Progress, SolveOptions, Status, relative_gap

_PROGRESS_EVERY_S = 0.2


class Control:
    """The clock of one call, shared by all the parts of its solve.

    A solver asks `go_on` between pieces of work and says with `report` how far it is; values reported are in
    the solver's sense and `show` turns them into the model's objective.
    """

    def __init__(self, options: SolveOptions) -> None:
        unknown = set(options) - set(SolveOptions.__annotations__)
        if unknown:
            raise TypeError(
                f"unknown options {sorted(unknown)}; known are {sorted(SolveOptions.__annotations__)}"
            )

        try:
            self._limit = checked_limit(options.get("time_limit_s"))
        except Refusal as error:
            raise SitingInputError(error.what, error.fix) from None

        self._on_interrupt = options.get("on_interrupt", "raise")
        if self._on_interrupt not in {"raise", "return"}:
            raise SitingInputError(f"on_interrupt is {self._on_interrupt!r}", 'give "raise" or "return"')
        self.started = _deadline.clock()
        self._progress = options.get("progress")
        self._last_report = -math.inf
        self.status: Status = "optimal"
        self.show: Callable[[float], float] = float

    @property
    def seconds(self) -> float:
        """Wall time since the call [s]."""
        return _deadline.clock() - self.started

    @property
    def remaining(self) -> float:
        """Wall time left [s]: never below 0, inf without a limit."""
        return max(self._limit - self.seconds, 0.0)

    @property
    def limited(self) -> bool:
        """Whether the caller gave a time limit."""
        return math.isfinite(self._limit)

    def left(self, share: float = 1.0) -> SolveOptions:
        """Return options for a part of the same call: a share of the time left, and what Ctrl-C does."""
        options: SolveOptions = {"on_interrupt": self._on_interrupt}
        if self.limited:
            options["time_limit_s"] = share * self.remaining
        return options

    def keep_free(self, seconds: float) -> None:
        """Keep time free for work to come that can't be stopped [s]; nothing without a limit."""
        if self.limited:
            self._limit -= seconds

    def quiet(self) -> Control:
        """Return a control of the same clock and limit that reports no progress, for a part of the solve."""
        part = Control({"on_interrupt": self._on_interrupt})
        part.started = self.started
        part._limit = self._limit
        part.status = self.status
        return part

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

    def report(self, incumbent: float, bound: float, *, final: bool = False) -> None:
        """Pass progress on, at most five times a second."""
        if self._progress is None or (not final and self.seconds - self._last_report < _PROGRESS_EVERY_S):
            return
        self._last_report = self.seconds

        # In the model's sense, and only what is known.
        shown = self.show(incumbent) if math.isfinite(incumbent) else None
        limit = self.show(bound) if math.isfinite(bound) else None
        gap = None if shown is None or limit is None else relative_gap(shown, limit)
        self._progress(Progress(shown, limit, gap, self.seconds))
