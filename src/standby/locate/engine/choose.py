"""Choose sites: Lagrangian bound with fixing, interchange, branch and bound, on one problem form."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from standby.locate.engine import _kernels_search as search_kernels
from standby.locate.engine import _kernels_swap as swap_kernels
from standby.locate.result import PROVEN_GAP

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from standby.locate.engine.control import Control

_ROOT_ROUNDS = 40
_ROOT_STEPS = 60
_ROOT_PATIENCE = 15
_NODE_STEPS = 60
_PASSES = 50

_WIDE_GAP = 0.15
"""Relative gap before branching beyond which a tree is as a rule too large for this search."""

_WORK_A_CALL = 2e8
"""Elementary steps of compiled work between two looks at the clock, less than a quarter of a second."""

_CHANGE_WORK = 40
"""Elementary steps for each area when a site opens or closes: its two nearest open sites are found anew."""


@dataclass(frozen=True)
class Choice:
    """Best set found and what was proven: `value` and `bound` in the sense of least cost."""

    is_open: NDArray[np.bool_]
    value: float
    bound: float
    nodes: int
    status: NDArray[np.int8]
    """Settings (open, shut, free) that every better answer has."""


@dataclass(frozen=True)
class SiteProblem:
    """Open at most `places` sites so that fees plus what each area pays is least.

    An area pays the least cost of its open sites or `spare`, whichever is less. `indptr`, `site`, `cost` list
    each area's useful sites in order of rising cost; `grain` is a step of which every value is a multiple (0
    if unknown).
    """

    indptr: NDArray[np.int64]
    site: NDArray[np.int32]
    cost: NDArray[np.float64]
    spare: NDArray[np.float64]
    fee: NDArray[np.float64]
    status: NDArray[np.int8]
    places: int
    grain: float = 0.0

    def slack(self, value: float) -> float:
        """How much below `value` another answer must be to count as better."""
        rounding = PROVEN_GAP * max(1.0, abs(value))
        return max(rounding, self.grain * (1 - 1e-6)) if self.grain > 10 * rounding else rounding

    def by_site(self) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.float64]]:
        """Return the same table site by site."""
        shape = (self.spare.size, self.fee.size)
        table = sparse.csr_matrix((self.cost, self.site, self.indptr), shape=shape).tocsc()
        return table.indptr.astype(np.int64), table.indices.astype(np.int32), table.data

    def without_shut(self, status: NDArray[np.int8]) -> SiteProblem:
        """Return the problem with the pairs of shut sites left out."""
        if not (status == search_kernels.SHUT).any():
            return replace(self, status=status)
        keep = status[self.site] != search_kernels.SHUT
        rows = np.repeat(np.arange(self.spare.size), np.diff(self.indptr))
        indptr = np.zeros(self.spare.size + 1, np.int64)
        np.cumsum(np.bincount(rows[keep], minlength=self.spare.size), out=indptr[1:])
        return SiteProblem(
            indptr, self.site[keep], self.cost[keep], self.spare, self.fee, status, self.places, self.grain
        )


def merged_areas(
    problem: SiteProblem, prices: NDArray[np.float64]
) -> tuple[SiteProblem, NDArray[np.float64]]:
    """Merge areas of a maximal cover that the sites left reach alike; the bound stays."""
    keys = np.random.default_rng(0).integers(1, 2**63, problem.fee.size, dtype=np.uint64)
    filled = np.diff(problem.indptr) > 0
    marks = np.zeros((2, problem.spare.size), np.uint64)
    for k, row in enumerate(marks):
        row[filled] = np.bitwise_xor.reduceat(np.roll(keys, k)[problem.site], problem.indptr[:-1][filled])
    marks[:, ~filled] = 0
    _, first, member = np.unique(marks, axis=1, return_index=True, return_inverse=True)
    part = sparse.csr_matrix(
        (np.ones(problem.site.size), problem.site, problem.indptr),
        shape=(problem.spare.size, problem.fee.size),
    )
    if (part[first][member] - part).count_nonzero():
        return problem, prices
    small = part[first]
    merged = SiteProblem(
        small.indptr.astype(np.int64),
        small.indices.astype(np.int32),
        np.zeros(small.nnz),
        np.bincount(member, problem.spare).astype(np.float64),
        problem.fee,
        problem.status,
        problem.places,
        problem.grain,
    )
    return merged, np.bincount(member, prices).astype(np.float64)


def grain_of(*values: NDArray[np.float64]) -> float:
    """Greatest whole number of which all `values` are multiples, 0 if they aren't whole."""
    grain = 0
    for array in values:
        if array.size == 0:
            continue
        if not np.all(array[:64] == np.rint(array[:64])) or not np.all(np.abs(array) < 2.0**40):
            return 0.0
        if not np.all(array == np.rint(array)):
            return 0.0
        grain = int(np.gcd(grain, np.gcd.reduce(array.astype(np.int64))))
    return float(grain)


class _Run:
    """One solve: the incumbent, the prices and the bound while they improve."""

    def __init__(
        self, problem: SiteProblem, start: NDArray[np.bool_] | None, enough: float, control: Control
    ) -> None:
        self.problem = problem
        self.enough = enough
        self.control = control
        self.columns = problem.by_site()
        self.status = problem.status.copy()
        self.best_open = np.zeros(problem.fee.size, np.bool_)
        self.figures = np.array([1.0, -np.inf, np.inf])
        self.often = np.zeros(problem.fee.size)
        self.improve(self.greedy())
        if start is not None:
            self.improve(start.copy())

    @property
    def value(self) -> float:
        return float(self.figures[search_kernels.UPPER])

    def greedy(self) -> NDArray[np.bool_]:
        """Open one site after another where it helps most, until none helps or time is over."""
        p = self.problem
        is_open: NDArray[np.bool_] = p.status == search_kernels.OPEN
        low = np.empty(p.spare.size)
        swap_kernels.nearest_two(
            p.indptr, p.site, p.cost, p.spare, is_open, np.empty(low.size, np.int64), low, np.empty(low.size)
        )

        picks_a_call = max(1, int(_WORK_A_CALL / (8 * p.site.size + 1)))
        while True:
            places = min(p.places, int(is_open.sum()) + picks_a_call)
            done = swap_kernels.greedy(*self.columns, p.fee, p.status, places, is_open, low)
            if done or places == p.places or not self.control.go_on():
                return is_open

    def improve(self, is_open: NDArray[np.bool_]) -> None:
        """Interchange from `is_open`, keep the result if it is the best."""
        p = self.problem
        for _ in range(_PASSES):
            if not self.interchange(is_open):
                break

        value = search_kernels.serve_cost(p.indptr, p.site, p.cost, p.spare, p.fee, is_open)
        if value < self.value:
            self.figures[search_kernels.UPPER] = value
            self.best_open[:] = is_open

    def interchange(self, is_open: NDArray[np.bool_]) -> bool:
        """Go once round the sites, as far as time allows; returns whether another round may find more."""
        p = self.problem
        n_sites = p.fee.size
        work_a_site = p.site.size / n_sites + _CHANGE_WORK * p.spare.size
        sites_a_call = max(1, int(_WORK_A_CALL / (work_a_site + 1)))
        changed = False
        for begin in range(0, n_sites, sites_a_call):
            if not self.control.go_on():
                return False
            end = min(begin + sites_a_call, n_sites)
            changed |= swap_kernels.interchange(
                p.indptr, p.site, p.cost, *self.columns, p.spare, p.fee, p.status, p.places, is_open, 1e-12,
                begin, end,
            )  # fmt: skip
        return changed

    def likely(self) -> NDArray[np.bool_]:
        """Return the sites most often in the relaxed choices."""
        weight = np.where(self.problem.status == search_kernels.SHUT, -1.0, self.often)
        weight = np.where(self.problem.status == search_kernels.OPEN, 2.0, weight)
        order = np.argsort(-weight, kind="stable")[: self.problem.places]
        is_open = np.zeros(weight.size, np.bool_)
        is_open[order[weight[order] > 0.05]] = True
        return is_open

    def floor(self) -> float:
        """Bound that needs no search: every area pays its least cost, every forced site its fee."""
        p = self.problem
        full = np.diff(p.indptr) > 0
        least = p.spare.copy()
        least[full] = np.minimum(p.cost[p.indptr[:-1][full]], least[full])
        return float(least.sum() + p.fee[p.status == search_kernels.OPEN].sum())

    def first_prices(self) -> NDArray[np.float64]:
        """Prices half way between the first and second cost under the incumbent."""
        p = self.problem
        n = p.spare.size
        low, second = np.empty(n), np.empty(n)
        swap_kernels.nearest_two(
            p.indptr, p.site, p.cost, p.spare, self.best_open, np.empty(n, np.int64), low, second
        )
        return (low + second) / 2

    def aim(self) -> None:
        """Look only for answers of value `enough` or less."""
        if np.isfinite(self.enough) and self.value > self.enough:
            self.figures[search_kernels.UPPER] = self.enough + self.problem.grain

    def done(self, bound: float) -> bool:
        return self.value <= self.enough or bound >= self.value - self.problem.slack(self.value)


def _root(run: _Run, control: Control) -> tuple[NDArray[np.float64], float]:
    """Raise the bound before branching; returns the best prices and bound."""
    p = run.problem
    best = run.first_prices()
    bound = run.floor()
    trail = np.zeros(p.fee.size, np.int64)
    steps = int(np.clip(_WORK_A_CALL / (p.site.size + 1), _ROOT_PATIENCE, _ROOT_STEPS))
    stalled = -1
    for _ in range(_ROOT_ROUNDS):
        price, kept, before = best.copy(), best.copy(), run.value
        search_kernels.tighten(
            p.indptr,
            p.site,
            p.cost,
            p.spare,
            p.fee,
            run.status,
            p.places,
            price,
            kept,
            run.often,
            run.best_open,
            run.figures,
            p.slack(run.value),
            trail,
            0,
            steps,
            _ROOT_PATIENCE,
        )
        lower = float(run.figures[search_kernels.LOWER])
        gained = lower - bound if stalled >= 0 else np.inf
        if lower > bound:
            bound, best = lower, kept
        run.improve(run.best_open.copy())
        run.improve(run.likely())
        control.tell(run.value, bound)
        if run.done(bound) or not control.go_on():
            break
        stalled = max(stalled, 0) + 1 if gained < 1e-3 * (run.value - bound) and run.value >= before else 0
        if stalled > 1 or run.figures[search_kernels.PHI] < 1e-3:
            break
        if gained < 0.02 * (run.value - bound):
            run.figures[search_kernels.PHI] *= 0.7
    return best, bound


def _branch(
    run: _Run, prices: NDArray[np.float64], bound: float, control: Control, most_work: float
) -> tuple[float, int]:
    """Search depth first below the root; returns the proven bound and the number of nodes."""
    small = run.problem.without_shut(run.status)
    if not small.cost.any() and not small.fee.any():
        small, prices = merged_areas(small, prices)
    depth = int((run.status == search_kernels.FREE).sum()) + 2
    path = np.empty((depth, prices.size))
    path[0] = prices
    floor = np.full(depth, bound)
    pick, kept = np.zeros(depth, np.int64), np.zeros(depth, np.int64)
    side, phase = np.zeros(depth, np.int8), np.zeros(depth, np.int8)
    trail, state = np.zeros(2 * run.status.size + 2, np.int64), np.zeros(3, np.int64)
    # A cover looks at every pair twice a step, a median at the few that are nearer than its price.
    pairs_a_step = small.site.size / 4 if small.cost.any() else 2 * small.site.size
    node_work = _NODE_STEPS * (2 * prices.size + pairs_a_step + 1000)
    nodes = max(1, int(min(_WORK_A_CALL, most_work) / node_work))
    while state[0] >= 0:
        search_kernels.search(
            small.indptr,
            small.site,
            small.cost,
            small.spare,
            small.fee,
            run.status,
            small.places,
            run.best_open,
            run.figures,
            small.slack(run.value),
            _NODE_STEPS,
            _ROOT_PATIENCE,
            path,
            run.often,
            floor,
            pick,
            side,
            phase,
            kept,
            trail,
            state,
            nodes,
        )
        d = int(state[0])
        open_floors = floor[: d + 1][phase[: d + 1] < 3] if d >= 0 else np.empty(0)
        reached = max(bound, float(min(open_floors.min(initial=np.inf), run.value)))
        run.improve(run.best_open.copy())
        control.tell(run.value, reached)
        if run.value <= run.enough:
            return reached, int(state[2])
        if d >= 0 and (state[2] * node_work >= most_work or not control.go_on()):
            return reached, int(state[2])
    return run.value, int(state[2])


def choose_sites(
    problem: SiteProblem,
    control: Control,
    *,
    start: NDArray[np.bool_] | None = None,
    enough: float = -np.inf,
    most_work: float = np.inf,
    most_work_if_wide: float | None = None,
) -> Choice:
    """Solve `problem` to proof, until enough work is done, or until `control` says stop.

    Parameters
    ----------
    problem : SiteProblem
        What to solve.
    control : Control
        Time limit, progress and interruption.
    start : numpy.ndarray of bool, optional
        A set of open sites to improve on; need not be good.
    enough : float
        Any answer of this value or less will do (needs `problem.grain`); when there is none the value
        returned is the next step above it, or more.
    most_work : float
        Give up the search after so many elementary steps, leaving `control` as it is; by work and not by
        time, so that the answer is the same on a busy machine.
    most_work_if_wide : float, optional
        The same where the bound before branching is far below the best set; default `most_work`.

    Returns
    -------
    Choice
        Best set, its value and the proven lower bound (equal when proven).

    References
    ----------
    Cornuéjols, Fisher and Nemhauser (1977), Management Science 23, 789-810; Christofides and Beasley (1982),
    EJOR 10, 196-208; Camerini, Fratta and Maffioli (1975) for the deflected step; Whitaker (1983), INFOR 21,
    95-108 for the interchange.
    """
    run = _Run(problem, start, enough, control)
    run.aim()
    bound, nodes = -np.inf, 0
    status = problem.status
    try:
        bound = run.floor()
        if not run.done(bound) and control.go_on():
            prices, bound = _root(run, control)
            status = run.status.copy()
        if not run.done(bound) and control.go_on():
            wide = run.value - bound > _WIDE_GAP * abs(run.value)
            work = most_work_if_wide if wide and most_work_if_wide is not None else most_work
            bound, nodes = _branch(run, prices, bound, control, work)
    except KeyboardInterrupt:
        control.interrupted()
    bound = run.value if bound >= run.value - problem.slack(run.value) else bound
    control.tell(run.value, bound, final=True)
    return Choice(run.best_open, run.value, bound, nodes, status)
