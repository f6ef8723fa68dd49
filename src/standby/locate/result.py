"""What a siting model takes besides its problem, and what it returns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypedDict

import numpy as np

from standby._show import Shown
from standby._typing import Codes
from standby.words import count, gap

Status = Literal["optimal", "time_limit", "interrupted"]

PROVEN_GAP = 1e-9
"""Relative gap below which an answer counts as proven: the rounding of double precision sums."""


@dataclass(frozen=True)
class Progress(Shown):
    """How far a solve has come.

    Attributes
    ----------
    incumbent
        Objective of the best answer so far; None before there is one.
    bound
        No answer can be better than this; None before one is known.
    gap
        Relative difference of the two.
    seconds
        Wall time since the call [s].
    """

    incumbent: float | None
    bound: float | None
    gap: float | None
    seconds: float


class SolveOptions(TypedDict, total=False):
    """Options that every siting model takes by keyword.

    Attributes
    ----------
    time_limit_s
        Stop after this much wall time and return the incumbent with its gap [s]. Default None, no limit.
    progress
        Called with a `Progress` now and then.
    on_interrupt
        What Ctrl-C does: ``raise`` KeyboardInterrupt (default), or ``return`` the incumbent with its gap.
    """

    time_limit_s: float | None
    progress: Callable[[Progress], None] | None
    on_interrupt: Literal["raise", "return"]


@dataclass(frozen=True)
class Siting(Shown):
    """Where units should stand by, with proof.

    Attributes
    ----------
    sites
        Row numbers of the sites that hold a unit, rising.
    units
        Units at each of `sites`, same length.
    objective
        Value of the answer, computed again from the input without the solver.
    bound
        No answer can be better than this.
    gap
        ``|objective - bound| / |objective|``; 0 when the answer is proven best to the rounding of double
        precision.
    status
        Why the solve ended: ``optimal``, ``time_limit`` or ``interrupted``.
    seconds
        Wall time from matrix to answer [s].
    assignment
        For each area the row number of the chosen site that serves it soonest, -1 where no chosen site serves
        it within the standard.
    """

    sites: Codes
    units: Codes
    objective: float
    bound: float
    gap: float
    status: Status
    seconds: float
    assignment: Codes

    def summary(self) -> str:
        """One sentence on the answer and its proof."""
        proof = "proven best" if self.gap == 0.0 else f"within {gap(self.gap)} of the best possible"
        proof = proof if np.isfinite(self.gap) else "how good it is is not known"
        return (
            f"{int(self.units.sum())} units at {self.sites.size} sites, "
            f"objective {self.objective:.10g}, {proof} "
            f"({self.status}, {count(self.seconds)} s)."
        )


def relative_gap(objective: float, bound: float) -> float:
    """``|objective - bound| / |objective|``, 0 within rounding."""
    difference = abs(objective - bound)
    if difference <= PROVEN_GAP * max(1.0, abs(objective)):
        return 0.0
    return difference / abs(objective) if objective else float("inf")
