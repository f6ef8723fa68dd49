"""The mixed-integer solver of need: called in this process, or run as a program of its own that can be ended.

Parts of the solver, such as its presolve of a large model, do not look at its time limit for minutes. As a
program it can be ended at any time. It imports nothing of Standby, so that it starts at once.
"""

from __future__ import annotations

import os
import pickle
import sys
import threading
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array


@dataclass(frozen=True, eq=False)
class Model:
    """A model in whole numbers: the least cost of columns from 0 to ``upper`` within the rows' ranges.

    Parameters
    ----------
    cost, upper, whole
        By column: cost, largest value, and 1 where it has to be whole.
    row_low, row_high
        Range of each row.
    start, column, value
        Entries of the rows as in a CSR matrix.
    options
        Options of `scipy.optimize.milp`.
    """

    cost: Any
    upper: Any
    whole: Any
    row_low: Any
    row_high: Any
    start: Any
    column: Any
    value: Any
    options: dict[str, Any]


def solve(model: Model) -> tuple[Any, float | None]:
    """Return the columns' values, None where none were found, and the proven bound on the cost.

    Parameters
    ----------
    model
        The model.
    """
    shape = (np.asarray(model.row_low).size, np.asarray(model.cost).size)
    matrix = csr_array((model.value, model.column, model.start), shape=shape)
    answer = milp(
        model.cost,
        integrality=model.whole,
        bounds=Bounds(0.0, model.upper),
        constraints=LinearConstraint(matrix, model.row_low, model.row_high),
        options=cast(Any, model.options),
    )
    return answer.x, answer.mip_dual_bound


def main() -> None:
    """Solve the model on standard input; write the answer to standard output."""
    fields = pickle.load(sys.stdin.buffer)  # noqa: S301 - from the process that started this one
    threading.Thread(target=_end_with_the_caller, daemon=True).start()

    found = solve(Model(**fields))
    pickle.dump(("done", *found), sys.stdout.buffer)
    sys.stdout.buffer.flush()


def _end_with_the_caller() -> None:
    """End when the caller is gone: its end of the pipe is closed then."""
    sys.stdin.buffer.read()
    os._exit(1)


if __name__ == "__main__":
    main()
