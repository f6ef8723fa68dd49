"""A mixed-integer model from sparse blocks, solved by HiGHS with progress, time limit and Ctrl-C."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse

from standby.locate._result import SolverMissingError

if TYPE_CHECKING:
    from types import ModuleType

    from numpy.typing import ArrayLike, NDArray

    from standby.locate._control import Control

_LOOK_EVERY_S = 0.05

_LEAST_S = 0.01
"""Shortest time limit given to the solver, which takes 0 for none [s]."""


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
    """Import the optional solver.

    Raises
    ------
    SolverMissingError
        With the command that installs it.
    """
    try:
        import highspy  # noqa: PLC0415 - optional, imported when a model needs it
    except ImportError as fault:
        raise SolverMissingError(
            "this siting model needs the HiGHS solver: pip install standby[locate]"
        ) from fault
    return highspy


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
        blocks = [(sparse.coo_matrix(a), c) for a, c in parts]  # type: ignore[arg-type]
        count = blocks[0][0].shape[0]
        data = np.concatenate([b.data for b, _ in blocks])
        row = np.concatenate([b.row for b, _ in blocks])
        column = np.concatenate([c[b.col] for b, c in blocks])
        self._rows.append(sparse.coo_matrix((data, (row, column)), shape=(count, self.n_columns)))
        self._row_lower.append(np.broadcast_to(np.asarray(lower, np.float64), (count,)))
        self._row_upper.append(np.broadcast_to(np.asarray(upper, np.float64), (count,)))

    def _passed(self, highspy: ModuleType) -> Any:
        for block in self._rows:
            block.resize((block.shape[0], self.n_columns))  # type: ignore[arg-type]
        matrix = sparse.vstack(self._rows).tocsr() if self._rows else sparse.csr_matrix((0, self.n_columns))
        matrix.sum_duplicates()
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = self.n_columns, matrix.shape[0]
        lp.col_cost_ = np.concatenate(self._cost)
        lp.col_lower_, lp.col_upper_ = np.concatenate(self._lower), np.concatenate(self._upper)
        lp.row_lower_ = np.concatenate([np.empty(0), *self._row_lower])
        lp.row_upper_ = np.concatenate([np.empty(0), *self._row_upper])
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = (
            matrix.indptr,
            matrix.indices,
            matrix.data,
        )
        kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
        lp.integrality_ = [kinds[int(w)] for w in np.concatenate(self._whole)]
        model = highspy.Highs()
        settings = {
            "output_flag": False,
            "threads": 1,
            "mip_rel_gap": 0.0,
            "mip_abs_gap": 1e-9,
            "mip_feasibility_tolerance": 1e-7,
            "primal_feasibility_tolerance": 1e-8,
            "dual_feasibility_tolerance": 1e-8,
        }
        for name, value in settings.items():
            model.setOptionValue(name, value)
        model.passModel(lp)
        return model

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
        control : Control
            Time limit, progress and interruption.
        start : numpy.ndarray, optional
            Values of all columns of a known answer, NaN where unknown.
        grain : float
            A step of which every objective is a multiple, 0 if unknown.
        enough : float
            Stop as soon as an answer of this value or less is known.
        most_looks : float
            Stop when the solver has asked so often whether to stop (once a round of cuts or a node), leaving
            `control` as it is: by work, so that the answer does not depend on what else the machine does.

        Returns
        -------
        MipAnswer
            Whole columns are rounded.
        """
        highspy = solver()
        model = self._passed(highspy)
        if grain > 0:
            model.setOptionValue("mip_abs_gap", grain * (1 - 1e-6))
        if control.limited:
            model.setOptionValue("time_limit", max(control.remaining, _LEAST_S))
        if start is not None:
            known = np.nonzero(np.isfinite(start))[0].astype(np.int32)
            model.setSolution(known.size, known, start[known])
        looks = _run(model, highspy, control, enough, most_looks)
        return replace(self._answer(model, highspy, control), looks=looks)

    def _answer(self, model: Any, highspy: ModuleType, control: Control) -> MipAnswer:
        status = model.getModelStatus()
        kind = highspy.HighsModelStatus
        info = model.getInfo()
        if status in {kind.kInfeasible, kind.kUnboundedOrInfeasible}:
            return MipAnswer(None, np.inf, np.inf, infeasible=True)
        if status == kind.kTimeLimit and control.status == "optimal":
            control.status = "time_limit"
        if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
            return MipAnswer(None, np.inf, float(info.mip_dual_bound), infeasible=False)
        x = np.array(model.getSolution().col_value)
        whole = np.concatenate(self._whole)
        x[whole] = np.rint(x[whole])
        value = float(info.objective_function_value)
        bound = (
            value if status in {kind.kOptimal, kind.kModelEmpty} else min(float(info.mip_dual_bound), value)
        )
        control.tell(value, bound, final=True)
        return MipAnswer(x, value, bound, infeasible=False)


def _run(model: Any, highspy: ModuleType, control: Control, enough: float, most_looks: float) -> int:
    """Run the solver in a thread so that Ctrl-C is seen; returns how often it asked whether to stop."""
    kinds = highspy.cb.HighsCallbackType
    seen = {"value": np.inf, "bound": -np.inf, "looks": 0.0}
    stop = threading.Event()

    def watch(kind: Any, _message: str, out: Any, into: Any, _data: Any) -> None:
        """Stop when asked to, when time or work is over, or when the answer will do."""
        over = stop.is_set() or not control.go_on()
        if kind == kinds.kCallbackMipInterrupt:
            seen.update(value=out.mip_primal_bound, bound=out.mip_dual_bound, looks=seen["looks"] + 1)
            over = over or out.mip_primal_bound <= enough or seen["looks"] > most_looks
        into.user_interrupt = over

    model.setCallback(watch, None)
    for watched in (
        kinds.kCallbackMipInterrupt,
        kinds.kCallbackSimplexInterrupt,
        kinds.kCallbackIpmInterrupt,
    ):
        model.startCallback(watched)
    done = threading.Event()  # a thread whose join was interrupted counts as ended in Python though it runs

    def work() -> None:
        """Solve, and say so however it ends."""
        try:
            model.run()
        finally:
            done.set()

    threading.Thread(target=work, daemon=True).start()
    try:
        while not done.wait(_LOOK_EVERY_S):
            control.tell(seen["value"], seen["bound"])
    except KeyboardInterrupt:
        stop.set()
        done.wait()
        control.interrupted()
    finally:
        stop.set()
        done.wait()
    return int(seen["looks"])
