"""Choose sites: Lagrangian bound with fixing, interchange, branch and bound, on one problem form."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from standby.locate.compressed import rows_of, starts_of
from standby.locate.engine import _kernels_search as search_kernels
from standby.locate.engine import _kernels_swap as swap_kernels
from standby.locate.engine._kernels_search import FREE, LOWER, OPEN, SHUT, STEP, TO_LEAVE, UPPER
from standby.locate.result import PROVEN_GAP

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from standby._typing import Codes, Floats, Mask
    from standby.locate.engine.control import Control

_ROOT_ROUNDS = 40
"""Most rounds of steps before branching; after each the best set is exchanged again."""

_ROOT_STEPS = 60
_NODE_STEPS = 60
"""Steps of the prices in each of these rounds, and at a node."""

_PATIENCE = 15
"""Steps without a better bound after which they become shorter."""

_PASSES = 50
"""Most rounds of exchanges."""

_LIKELY = 0.05
"""Share of the relaxed choices from which on a site is worth trying."""

_ROUNDING = 1e-6
"""Part of a step by which a bound may be above a value for rounding alone."""

_WIDE_GAP = 0.15
"""Relative gap before branching beyond which a tree is as a rule too large for this search."""

_WORK_A_CALL = 2e8
"""Elementary steps of compiled work between two looks at the clock, less than a quarter of a second."""

_CHANGE_WORK = 40
"""Elementary steps for each area when a site opens or closes: its two nearest open sites are found anew."""


@dataclass(frozen=True)
class Choice:
    """Best set found and what was proven: `value` and `bound` in the sense of least cost."""

    is_open: Mask
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

    indptr: Codes
    site: NDArray[np.int32]
    cost: Floats
    spare: Floats
    fee: Floats
    status: NDArray[np.int8]
    places: int
    grain: float = 0.0

    @property
    def arrays(self) -> search_kernels.Problem:
        """The problem as the compiled loops take it; what is settled travels apart."""
        return search_kernels.Problem(
            self.indptr, self.site, self.cost, self.spare, self.fee, int(self.places)
        )

    @property
    def matrix(self) -> sparse.csr_matrix:
        """Areas by sites, one where the site is useful to the area."""
        shape = (self.spare.size, self.fee.size)
        return sparse.csr_matrix((np.ones(self.site.size), self.site, self.indptr), shape=shape)

    def value(self, is_open: Mask) -> float:
        """Return what a set of open sites costs."""
        return float(search_kernels.serve_cost(self.arrays, is_open))

    def slack(self, value: float) -> float:
        """Return how much below `value` another answer must be to count as better."""
        rounding = PROVEN_GAP * max(1.0, abs(value))
        return max(rounding, self.grain * (1 - _ROUNDING)) if self.grain > 10 * rounding else rounding

    def next_value(self, bound: float) -> float:
        """Return the least value that an answer can have where none is below `bound`."""
        if self.grain == 0 or not np.isfinite(bound):
            return bound
        return max(bound, self.grain * float(np.ceil(bound / self.grain - _ROUNDING)))

    def by_site(self) -> swap_kernels.BySite:
        """Return the same table site by site."""
        shape = (self.spare.size, self.fee.size)
        table = sparse.csr_matrix((self.cost, self.site, self.indptr), shape=shape).tocsc()
        return swap_kernels.BySite(table.indptr.astype(np.int64), table.indices.astype(np.int32), table.data)

    def without_shut(self, status: NDArray[np.int8]) -> SiteProblem:
        """Return the problem with the pairs of shut sites left out."""
        if not (status == SHUT).any():
            return replace(self, status=status)
        keep = status[self.site] != SHUT
        return replace(
            self,
            indptr=starts_of(rows_of(self.indptr)[keep], self.spare.size),
            site=self.site[keep],
            cost=self.cost[keep],
            status=status,
        )


def merged_areas(problem: SiteProblem, prices: Floats) -> tuple[SiteProblem, Floats]:
    """Merge areas of a maximal cover that the sites left reach alike; the bound stays.

    Parameters
    ----------
    problem
        The cover, its costs all zero.
    prices
        Price of each area, shape (areas,).

    Returns
    -------
    tuple of SiteProblem and numpy.ndarray
        The smaller problem and its prices; the same where two random marks of unlike areas are equal.
    """
    # Areas with equal sets of sites have equal marks: two random numbers a site, combined.
    keys = np.random.default_rng(0).integers(1, 2**63, problem.fee.size, dtype=np.uint64)
    filled = np.diff(problem.indptr) > 0
    marks = np.zeros((2, problem.spare.size), np.uint64)
    for k, row in enumerate(marks):
        row[filled] = np.bitwise_xor.reduceat(np.roll(keys, k)[problem.site], problem.indptr[:-1][filled])
    marks[:, ~filled] = 0
    _, first, member = np.unique(marks, axis=1, return_index=True, return_inverse=True)

    # Equal marks of unequal sets would be a wrong answer.
    reach = problem.matrix
    small = reach[first]
    if (small[member] - reach).count_nonzero():
        return problem, prices

    merged = replace(
        problem,
        indptr=small.indptr.astype(np.int64),
        site=small.indices.astype(np.int32),
        cost=np.zeros(small.nnz),
        spare=np.bincount(member, problem.spare).astype(np.float64),
    )
    return merged, np.bincount(member, prices).astype(np.float64)


def grain_of(*values: Floats) -> float:
    """Return the greatest whole number of which all `values` are multiples, 0 if they aren't whole."""
    grain = 0
    for array in values:
        if array.size == 0:
            continue

        # The first few show it as a rule, and quickly.
        if not np.all(array[:64] == np.rint(array[:64])) or not np.all(np.abs(array) < 2.0**40):
            return 0.0
        if not np.all(array == np.rint(array)):
            return 0.0
        grain = int(np.gcd(grain, np.gcd.reduce(array.astype(np.int64))))
    return float(grain)


class _Run:
    """One solve: the incumbent, the prices and the bound while they improve."""

    def __init__(self, problem: SiteProblem, start: Mask | None, enough: float, control: Control) -> None:
        self.problem = problem
        self.arrays = problem.arrays
        self.by_site = problem.by_site()
        self.enough = enough
        self.control = control
        self.status = problem.status.copy()

        n_sites = problem.fee.size
        self.best_open = np.zeros(n_sites, np.bool_)
        self.often = np.zeros(n_sites)
        self.figures = np.array([1.0, -np.inf, np.inf])
        self.found = search_kernels.Found(self.best_open, self.often, self.figures)

        self.improve(self.greedy())
        if start is not None:
            self.improve(start.copy())

    @property
    def value(self) -> float:
        """Value of the best set."""
        return float(self.figures[UPPER])

    def effort(self, steps: int) -> search_kernels.Effort:
        """Return how hard to try with so many steps, beside the best set there is now."""
        return search_kernels.Effort(float(self.problem.slack(self.value)), steps, _PATIENCE)

    def greedy(self) -> Mask:
        """Open one site after another where it helps most, until none helps or time is over."""
        p = self.problem
        is_open: Mask = p.status == OPEN
        n_areas = p.spare.size
        paid = np.empty(n_areas)
        swap_kernels.nearest_two(self.arrays, is_open, np.empty(n_areas, np.int64), paid, np.empty(n_areas))

        picks_a_call = max(1, int(_WORK_A_CALL / (8 * p.site.size + 1)))
        while True:
            places = min(p.places, int(is_open.sum()) + picks_a_call)
            done = swap_kernels.greedy(self.arrays, self.by_site, p.status, places, is_open, paid)
            if done or places == p.places or not self.control.go_on():
                return is_open

    def improve(self, is_open: Mask) -> None:
        """Interchange from `is_open`, keep the result if it is the best."""
        for _ in range(_PASSES):
            if not self.interchange(is_open):
                break

        value = self.problem.value(is_open)
        if value < self.value:
            self.figures[UPPER] = value
            self.best_open[:] = is_open

    def interchange(self, is_open: Mask) -> bool:
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
            changed |= swap_kernels.interchange(self.arrays, self.by_site, p.status, is_open, begin, end)
        return changed

    def likely(self) -> Mask:
        """Return the sites most often in the relaxed choices."""
        share = np.where(self.problem.status == SHUT, -1.0, self.often)
        share = np.where(self.problem.status == OPEN, 2.0, share)
        most_often = np.argsort(-share, kind="stable")[: self.problem.places]

        is_open = np.zeros(share.size, np.bool_)
        is_open[most_often[share[most_often] > _LIKELY]] = True
        return is_open

    def floor(self) -> float:
        """Return a bound that needs no search: every area pays its least cost, every forced site its fee."""
        p = self.problem
        full = np.diff(p.indptr) > 0
        least = p.spare.copy()
        least[full] = np.minimum(p.cost[p.indptr[:-1][full]], least[full])
        return float(least.sum() + p.fee[p.status == OPEN].sum())

    def first_prices(self) -> Floats:
        """Return prices half way between the first and second cost under the incumbent."""
        n_areas = self.problem.spare.size
        low = np.empty(n_areas)
        second = np.empty(n_areas)
        swap_kernels.nearest_two(self.arrays, self.best_open, np.empty(n_areas, np.int64), low, second)
        return (low + second) / 2

    def aim(self) -> None:
        """Look only for answers of value `enough` or less."""
        if np.isfinite(self.enough) and self.value > self.enough:
            self.figures[UPPER] = self.enough + self.problem.grain

    def done(self, bound: float) -> bool:
        """Return whether the best set will do, or nothing better is left below `bound`."""
        return self.value <= self.enough or bound >= self.value - self.problem.slack(self.value)


def _root(run: _Run) -> tuple[Floats, float]:
    """Raise the bound before branching; returns the best prices and bound."""
    problem = run.problem
    figures = run.figures
    best = run.first_prices()
    bound = run.floor()
    n_sites = problem.fee.size
    steps = int(np.clip(_WORK_A_CALL / (problem.site.size + 1), _PATIENCE, _ROOT_STEPS))
    stalled = -1
    for _ in range(_ROOT_ROUNDS):
        price = best.copy()
        kept = best.copy()
        before = run.value

        # What is settled before branching stays settled: nothing has to be undone.
        fixings = search_kernels.Fixings(run.status, np.zeros(n_sites, np.int64), np.zeros(1, np.int64))
        search_kernels.tighten(run.arrays, run.found, fixings, price, kept, run.effort(steps))

        lower = float(figures[LOWER])
        gained = lower - bound if stalled >= 0 else np.inf
        if lower > bound:
            bound = lower
            best = kept
        run.improve(run.best_open.copy())
        run.improve(run.likely())
        run.control.report(run.value, bound)
        if run.done(bound) or not run.control.go_on():
            break

        # Two rounds in which neither bound nor best set moved much are enough.
        gap = run.value - bound
        stalled = max(stalled, 0) + 1 if gained < 1e-3 * gap and run.value >= before else 0
        if stalled > 1 or figures[STEP] < search_kernels.SHORTEST_STEP:
            break
        if gained < 0.02 * gap:
            figures[STEP] *= 0.7
    return best, bound


def _branch(run: _Run, prices: Floats, bound: float, most_work: float) -> tuple[float, int]:
    """Search depth first below the root; returns the proven bound and the number of nodes."""
    small = run.problem.without_shut(run.status)
    is_cover = not small.cost.any()
    if is_cover and not small.fee.any():
        small, prices = merged_areas(small, prices)
    tree = _empty_tree(int((run.status == FREE).sum()) + 2, prices, bound)
    trail = np.zeros(2 * run.status.size + 2, np.int64)
    fixings = search_kernels.Fixings(run.status, trail, np.zeros(1, np.int64))

    # A cover looks at every pair twice a step, a median at the few that are nearer than its price.
    pairs_a_step = 2 * small.site.size if is_cover else small.site.size / 4
    node_work = _NODE_STEPS * (2 * prices.size + pairs_a_step + 1000)
    nodes_a_call = max(1, int(min(_WORK_A_CALL, most_work) / node_work))

    arrays = small.arrays
    while tree.place[0] >= 0:
        effort = search_kernels.Effort(float(small.slack(run.value)), _NODE_STEPS, _PATIENCE)
        search_kernels.search(arrays, run.found, fixings, tree, effort, nodes_a_call)

        # What waits in the tree may be as good as the least of its bounds.
        depth = int(tree.place[0])
        nodes = int(tree.place[1])
        waiting = tree.floor[: depth + 1][tree.phase[: depth + 1] < TO_LEAVE]
        reached = max(bound, float(min(waiting.min(initial=np.inf), run.value)))
        run.improve(run.best_open.copy())
        run.control.report(run.value, reached)
        if run.value <= run.enough:
            return reached, nodes
        if depth >= 0 and (nodes * node_work >= most_work or not run.control.go_on()):
            return reached, nodes
    return run.value, int(tree.place[1])


def _empty_tree(depths: int, prices: Floats, bound: float) -> search_kernels.Tree:
    """Return a tree with nothing but its root, at these prices and this bound."""
    path = np.empty((depths, prices.size))
    path[0] = prices
    return search_kernels.Tree(
        prices=path,
        floor=np.full(depths, bound),
        branch=np.zeros(depths, np.int64),
        first=np.zeros(depths, np.int8),
        kept=np.zeros(depths, np.int64),
        phase=np.zeros(depths, np.int8),
        place=np.zeros(2, np.int64),
    )


def choose_sites(
    problem: SiteProblem,
    control: Control,
    *,
    start: Mask | None = None,
    enough: float = -np.inf,
    most_work: float = np.inf,
    most_work_if_wide: float | None = None,
) -> Choice:
    """Solve `problem` to proof, until enough work is done, or until `control` says stop.

    Parameters
    ----------
    problem
        What to solve.
    control
        Time limit, progress and interruption.
    start
        A set of open sites to improve on; need not be good.
    enough
        Any answer of this value or less will do (needs `problem.grain`); when there is none the value
        returned is the next step above it, or more.
    most_work
        Give up the search after so many elementary steps, leaving `control` as it is; by work and not by
        time, so that the answer is the same on a busy machine.
    most_work_if_wide
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
    bound = -np.inf
    nodes = 0
    status = problem.status
    try:
        bound = run.floor()
        if not run.done(bound) and control.go_on():
            prices, bound = _root(run)
            status = run.status.copy()

        if not run.done(bound) and control.go_on():
            wide = run.value - bound > _WIDE_GAP * abs(run.value)
            work = most_work_if_wide if wide and most_work_if_wide is not None else most_work
            bound, nodes = _branch(run, prices, bound, work)
    except KeyboardInterrupt:
        control.interrupted()

    proven = bound >= run.value - problem.slack(run.value)
    bound = run.value if proven else problem.next_value(bound)
    control.report(run.value, bound, final=True)
    return Choice(run.best_open, run.value, bound, nodes, status)
