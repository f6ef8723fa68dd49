"""A mixed-integer model from sparse blocks, solved by HiGHS with progress, time limit and Ctrl-C."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse

from standby._process import run_program
from standby.locate.errors import SitingCheckError, SolverMissingError

if TYPE_CHECKING:
    from types import ModuleType

    from numpy.typing import ArrayLike, NDArray

    from standby.locate.engine.control import Control
    from standby.locate.engine.highs import SolverOutcome

_LOOK_EVERY_S = 0.05

_LEAST_S = 0.01
"""Shortest time limit given to the solver [s]."""

_LARGE = 60_000
"""Entries and columns of a model beyond which it is solved in a process of its own: the start of that takes
less than half a second, and the solver's presolve of such a model can outrun any time limit."""

_PROGRAM = Path(__file__).with_name("highs.py")
"""What that process runs."""

_OPTIONS: dict[str, Any] = {
    "output_flag": False,
    "threads": 1,
    "mip_rel_gap": 0.0,
    "mip_feasibility_tolerance": 1e-7,
    "primal_feasibility_tolerance": 1e-8,
    "dual_feasibility_tolerance": 1e-8,
}


@dataclass(frozen=True)
class MipAnswer:
    """What the solver found.

    `x` is None when it has no answer, `infeasible` says that it proved there is none, and `looks` counts how
    often it asked whether to stop.
    """

    x: NDArray[np.float64] | None
    value: float
    bound: float
    infeasible: bool
    looks: int = 0


def solver() -> ModuleType:
    """Return the module that calls the optional solver.

    Raises
    ------
    SolverMissingError
        With the command that installs it.
    """
    try:
        from standby.locate.engine import highs  # noqa: PLC0415 - the solver is optional, imported when needed
    except ImportError as fault:
        raise SolverMissingError("this siting model needs the HiGHS solver", "locate") from fault
    return highs


class Mip:
    """Columns and rows gathered in blocks; the objective is made as small as possible."""

    def __init__(self) -> None:
        self._cost: list[NDArray[np.float64]] = []
        self._lower: list[NDArray[np.float64]] = []
        self._upper: list[NDArray[np.float64]] = []
        self._whole: list[NDArray[np.bool_]] = []
        self._rows: list[sparse.coo_matrix] = []
        self._row_lower: list[NDArray[np.float64]] = []
        self._row_upper: list[NDArray[np.float64]] = []
        self.n_columns = 0

    def columns(
        self,
        count: int,
        *,
        cost: ArrayLike = 0.0,
        lower: ArrayLike = 0.0,
        upper: ArrayLike = np.inf,
        real: bool = False,
    ) -> NDArray[np.int64]:
        """Add `count` columns, whole unless `real`; returns their numbers."""
        for store, value in ((self._cost, cost), (self._lower, lower), (self._upper, upper)):
            store.append(np.broadcast_to(np.asarray(value, np.float64), (count,)))
        self._whole.append(np.full(count, not real))
        self.n_columns += count
        return np.arange(self.n_columns - count, self.n_columns)

    def recost(self, columns: NDArray[np.int64], cost: NDArray[np.float64]) -> None:
        """Replace the cost of columns already added."""
        whole = np.concatenate(self._cost)
        whole[columns] = cost
        self._cost = [whole]

    def rows(
        self,
        *parts: tuple[sparse.sparray | sparse.spmatrix | NDArray[np.float64], NDArray[np.int64]],
        lower: ArrayLike = -np.inf,
        upper: ArrayLike = np.inf,
    ) -> None:
        """Add rows ``lower <= sum of matrix @ columns <= upper``; each part is (matrix, columns)."""
        # The columns of the parts, side by side as columns of the model.
        blocks = [(sparse.coo_matrix(a), c) for a, c in parts]  # type: ignore[arg-type]
        count = blocks[0][0].shape[0]
        data = np.concatenate([b.data for b, _ in blocks])
        row = np.concatenate([b.row for b, _ in blocks])
        column = np.concatenate([c[b.col] for b, c in blocks])

        self._rows.append(sparse.coo_matrix((data, (row, column)), shape=(count, self.n_columns)))
        self._row_lower.append(np.broadcast_to(np.asarray(lower, np.float64), (count,)))
        self._row_upper.append(np.broadcast_to(np.asarray(upper, np.float64), (count,)))

    def _arrays(self) -> dict[str, Any]:
        """Return the model as `highs.solve` takes it."""
        # Blocks of rows know the columns that there were when they were added.
        for block in self._rows:
            block.resize((block.shape[0], self.n_columns))  # type: ignore[arg-type]
        matrix = sparse.vstack(self._rows).tocsr() if self._rows else sparse.csr_matrix((0, self.n_columns))
        matrix.sum_duplicates()

        return {
            "cost": np.concatenate(self._cost),
            "lower": np.concatenate(self._lower),
            "upper": np.concatenate(self._upper),
            "whole": np.concatenate(self._whole),
            "row_lower": np.concatenate([np.empty(0), *self._row_lower]),
            "row_upper": np.concatenate([np.empty(0), *self._row_upper]),
            "indptr": matrix.indptr,
            "index": matrix.indices,
            "entry": matrix.data,
        }

    def solve(
        self,
        control: Control,
        *,
        start: NDArray[np.float64] | None = None,
        grain: float = 0.0,
        enough: float = -np.inf,
        most_looks: float = np.inf,
    ) -> MipAnswer:
        """Solve to proof, or until `control` says stop.

        Parameters
        ----------
        control
            Time limit, progress and interruption.
        start
            Values of all columns of a known answer, NaN where unknown.
        grain
            A step of which every objective is a multiple, 0 if unknown.
        enough
            Stop as soon as an answer of this value or less is known.
        most_looks
            Stop when the solver has asked so often whether to stop (once a round of cuts or a node), leaving
            `control` as it is: by work, so that the answer does not depend on what else the machine does.

        Returns
        -------
        MipAnswer
            Whole columns are rounded.
        """
        highs = solver()
        model = self._arrays()
        model |= {"start": start, "enough": enough, "most_looks": most_looks}
        model["options"] = {**_OPTIONS, "mip_abs_gap": max(1e-9, grain * (1 - 1e-6))}

        size = model["entry"].size + self.n_columns
        found = _ended(model, control) if size > _LARGE else _called(highs, model, control)
        if found.ended == "time" and control.status == "optimal":
            control.status = "time_limit"
        bound = max(found.bound, _floor(model))

        if found.x is None:
            cut_short = control.status != "optimal" or found.looks > most_looks
            if found.ended != "infeasible" and not cut_short:
                raise SitingCheckError(
                    "the solver gave up without an answer, as it may where weights or costs differ by many "
                    "powers of ten; bring them closer together, or report this"
                )
            return MipAnswer(None, np.inf, bound, found.ended == "infeasible", found.looks)

        x = np.array(found.x)
        whole = model["whole"]
        x[whole] = np.rint(x[whole])
        bound = min(bound, found.value)
        control.report(found.value, bound, final=True)
        return MipAnswer(x, found.value, bound, infeasible=False, looks=found.looks)


def _floor(model: dict[str, Any]) -> float:
    """Return a bound that needs no solver: every column at the better of its ends."""
    cost = model["cost"]
    with np.errstate(invalid="ignore"):
        ends = np.where(cost > 0, cost * model["lower"], cost * model["upper"])
    return float(ends[cost != 0].sum())


def _called(highs: ModuleType, model: dict[str, Any], control: Control) -> SolverOutcome:
    """Solve in a thread of this process, so that Ctrl-C is seen; callbacks note progress and stop it."""
    if control.limited:
        model["options"]["time_limit"] = max(control.remaining, _LEAST_S)

    stop = threading.Event()
    done = threading.Event()
    seen = {"value": np.inf, "bound": -np.inf}
    found: list[SolverOutcome] = []
    faults: list[Exception] = []

    def watch(value: float, bound: float) -> bool:
        """Keep what the solver has so far; stop it when asked to, or when time is over."""
        seen.update(value=value, bound=bound)
        return stop.is_set() or not control.go_on()

    def work() -> None:
        """Solve, and say so however it ends."""
        try:
            found.append(highs.solve(model, watch))
        except Exception as fault:  # noqa: BLE001 - raised again in the caller's thread
            faults.append(fault)
        finally:
            done.set()

    # Python sees Ctrl-C between short waits of the main thread only.
    threading.Thread(target=work, daemon=True).start()
    try:
        while not done.wait(_LOOK_EVERY_S):
            control.report(seen["value"], seen["bound"])
    except KeyboardInterrupt:
        stop.set()
        done.wait()
        control.interrupted()
    finally:
        stop.set()
        done.wait()

    if faults:
        raise faults[0]
    return found[0]


def _ended(model: dict[str, Any], control: Control) -> SolverOutcome:
    """Solve in a process of its own, which is ended when time is over or on Ctrl-C.

    The best answer and bound that it reported by then are what was found.
    """
    from standby.locate.engine.highs import SolverOutcome  # noqa: PLC0415 - needs the optional solver

    best = SolverOutcome()

    def hear(kind: str, *content: Any) -> None:
        """Keep what the program reports."""
        if kind == "better":
            best.value, best.x = content
        elif kind == "bound":
            best.bound = content[1]
        else:
            best.ended, best.x, best.value, best.bound, best.looks = content

    def go_on() -> bool:
        """Pass progress on; say whether there is time left."""
        control.report(best.value, best.bound)
        return control.go_on()

    try:
        run_program(_PROGRAM, model, hear=hear, go_on=go_on)
    except KeyboardInterrupt:
        control.interrupted()
    return best
