"""Site choice where a site reaches an area or not: own search first, the general solver when that takes long."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from standby.locate import _kernels_search as kernels
from standby.locate._choose import Choice, choose_sites
from standby.locate._mip import Mip
from standby.locate._result import SolverMissingError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from standby.locate._choose import SiteProblem
    from standby.locate._control import Control

_PATIENCE_S = 5.0
"""Wall time after which the own search hands over to the general solver, if that is installed [s]."""


def cover_choice(
    problem: SiteProblem, control: Control, *, start: NDArray[np.bool_] | None = None, enough: float = -np.inf
) -> Choice:
    """Solve a problem whose costs are all zero (an area is reached, or pays its spare) to proof.

    Parameters
    ----------
    problem : SiteProblem
        Set cover or maximal cover.
    control : Control
        Time limit, progress and interruption.
    start : numpy.ndarray of bool, optional
        A set of open sites to improve on.
    enough : float
        Any answer of this value or less will do (see `choose_sites`).

    Returns
    -------
    Choice
        As from `choose_sites`.
    """
    choice = choose_sites(problem, control, start=start, enough=enough, patience_s=_PATIENCE_S)
    proven = choice.value <= enough or choice.bound >= min(choice.value, enough + problem.grain)
    if proven or not control.go_on():
        return choice
    try:
        other = _by_mip(problem, choice, control, enough)
    except SolverMissingError:
        return choose_sites(problem, control, start=choice.is_open, enough=enough)
    bound = max(choice.bound, other.bound)
    best = other if other.value <= choice.value else choice
    return Choice(best.is_open, best.value, min(bound, best.value), choice.nodes)


def _by_mip(problem: SiteProblem, known: Choice, control: Control, enough: float) -> Choice:
    """Solve the plain model with only better answers than `known` allowed."""
    usable = np.nonzero(problem.status != kernels.SHUT)[0]
    reach = sparse.csr_matrix(
        (np.ones(problem.site.size), problem.site, problem.indptr), shape=(problem.spare.size, problem.fee.size)
    )[:, usable]
    model = Mip()
    x = model.columns(
        usable.size, cost=problem.fee[usable], lower=problem.status[usable] == kernels.OPEN, upper=1.0, whole=True
    )
    z = model.columns(problem.spare.size, cost=problem.spare, upper=1.0, whole=False)
    model.rows((reach, x), (sparse.eye(problem.spare.size), z), lower=1.0)
    model.rows((np.ones((1, usable.size)), x), upper=float(problem.places))
    best = min(known.value, enough + problem.grain)
    better = best - problem.slack(best)
    model.rows(
        (problem.fee[usable][None, :], x), (problem.spare[None, :], z), upper=better + 1e-7 * max(1.0, abs(better))
    )
    found = model.solve(control, grain=problem.grain, enough=enough)
    if found.infeasible:
        return Choice(known.is_open, known.value, best, 0)
    if found.x is None:
        return Choice(known.is_open, known.value, found.bound, 0)
    is_open = np.zeros(problem.fee.size, np.bool_)
    is_open[usable] = found.x[x] > 0.5  # noqa: PLR2004 - whole columns are 0 or 1
    value = float(
        kernels.serve_cost(problem.indptr, problem.site, problem.cost, problem.spare, problem.fee, is_open)
    )
    return Choice(is_open, value, min(found.bound, value), 0)
