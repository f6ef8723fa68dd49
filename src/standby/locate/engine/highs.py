"""HiGHS on one model of arrays: called by `mip`, or run as a program of its own that can be ended.

Parts of the solver (presolve, a single large linear program) look neither at its time limit nor at its
callbacks for minutes. A large model is therefore solved by this file as a program: it reads the model from
its standard input, writes each better answer to its standard output, and can be ended at any time. It imports
nothing of Standby, so that it starts at once.
"""

from __future__ import annotations

import os
import pickle
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np

REPORT_EVERY_S = 0.1
"""How often the program reports its bound [s]."""

Watch = Callable[[float, float], bool]
"""Takes the value and the bound so far; returns whether to stop."""

Keep = Callable[[float, Any], None]
"""Takes the value and the columns of a better answer."""


@dataclass
class SolverOutcome:
    """How far the solver came: `ended` is one of optimal, infeasible, time and stopped."""

    ended: str = "stopped"
    x: Any = None
    value: float = np.inf
    bound: float = -np.inf
    looks: int = 0


def solve(model: dict[str, Any], watch: Watch, keep: Keep | None = None) -> SolverOutcome:
    """Solve a model.

    Parameters
    ----------
    model
        Arrays ``cost``, ``lower``, ``upper`` and ``whole`` of the columns; ``row_lower`` and ``row_upper``;
        the rows as ``indptr``, ``index`` and ``entry``; ``options`` of HiGHS; ``start``, values of the
        columns of a known answer (NaN unknown) or None; ``enough``, the value that will do; ``most_looks``,
        after how many looks to stop.
    watch
        Asked at each look whether to stop.
    keep
        Called with each better answer.
    """
    highs = _passed(model)
    kinds = highspy.cb.HighsCallbackType
    outcome = SolverOutcome()

    def called(kind: Any, _message: str, out: Any, into: Any, _data: Any) -> None:
        """Stop when asked to, when the work is done, or when the answer will do."""
        if kind == kinds.kCallbackMipImprovingSolution:
            if keep is not None:
                keep(float(out.objective_function_value), np.array(out.mip_solution))
            return

        over = False
        if kind == kinds.kCallbackMipInterrupt:
            outcome.value = float(out.mip_primal_bound)
            outcome.bound = float(out.mip_dual_bound)
            outcome.looks += 1
            over = outcome.value <= model["enough"] or outcome.looks > model["most_looks"]
        into.user_interrupt = watch(outcome.value, outcome.bound) or over

    # Parts of the solver ask by different callbacks whether to stop.
    highs.setCallback(called, None)
    watched = [kinds.kCallbackMipInterrupt, kinds.kCallbackSimplexInterrupt, kinds.kCallbackIpmInterrupt]
    for kind in [*watched, kinds.kCallbackMipImprovingSolution] if keep is not None else watched:
        highs.startCallback(kind)
    highs.run()
    return _outcome(highs, outcome.looks)


def _passed(model: dict[str, Any]) -> Any:
    """Return the solver with the model in it."""
    lp = highspy.HighsLp()

    # Columns, rows, and the matrix row by row.
    lp.num_col_ = model["cost"].size
    lp.num_row_ = model["row_lower"].size
    lp.col_cost_ = model["cost"]
    lp.col_lower_ = model["lower"]
    lp.col_upper_ = model["upper"]
    lp.row_lower_ = model["row_lower"]
    lp.row_upper_ = model["row_upper"]
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = model["indptr"]
    lp.a_matrix_.index_ = model["index"]
    lp.a_matrix_.value_ = model["entry"]
    kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
    lp.integrality_ = [kinds[int(whole)] for whole in model["whole"]]

    highs = highspy.Highs()  # type: ignore[no-untyped-call]
    for name, value in model["options"].items():
        highs.setOptionValue(name, value)
    highs.passModel(lp)

    start = model["start"]
    if start is not None:
        known = np.nonzero(np.isfinite(start))[0].astype(np.int32)
        highs.setSolution(known.size, known, start[known])
    return highs


def _outcome(highs: Any, looks: int) -> SolverOutcome:
    """Read what the solver found."""
    kind = highspy.HighsModelStatus
    status = highs.getModelStatus()
    info = highs.getInfo()
    if status in {kind.kInfeasible, kind.kUnboundedOrInfeasible}:
        return SolverOutcome("infeasible", None, np.inf, np.inf, looks)

    ended = "time" if status == kind.kTimeLimit else "stopped"
    bound = float(info.mip_dual_bound)
    if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return SolverOutcome(ended, None, np.inf, bound, looks)

    value = float(info.objective_function_value)
    if status in {kind.kOptimal, kind.kModelEmpty}:
        ended = "optimal"
        bound = value
    return SolverOutcome(ended, np.array(highs.getSolution().col_value), value, min(bound, value), looks)


def main() -> None:
    """Solve the model on standard input; report on standard output."""
    model = pickle.load(sys.stdin.buffer)  # noqa: S301 - from the process that started this one
    threading.Thread(target=_end_with_the_caller, daemon=True).start()
    reported = time.monotonic()

    def send(kind: str, *content: Any) -> None:
        """Write one message."""
        pickle.dump((kind, *content), sys.stdout.buffer)
        sys.stdout.buffer.flush()

    def watch(value: float, bound: float) -> bool:
        """Report now and then; the caller ends the program when it has to stop."""
        nonlocal reported
        if time.monotonic() - reported >= REPORT_EVERY_S:
            reported = time.monotonic()
            send("bound", value, bound)
        return False

    outcome = solve(model, watch, lambda value, x: send("better", value, x))
    send("done", outcome.ended, outcome.x, outcome.value, outcome.bound, outcome.looks)


def _end_with_the_caller() -> None:
    """End when the caller is gone: its end of the pipe is closed then."""
    sys.stdin.buffer.read()
    os._exit(1)


if __name__ == "__main__":
    main()
