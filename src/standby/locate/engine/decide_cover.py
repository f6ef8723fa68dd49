"""Site choice by reach alone: own search first, the general solver when that takes long."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from standby.locate.engine import _kernels_search as kernels
from standby.locate.engine.choose import Choice, choose_sites, merged_areas
from standby.locate.engine.mip import Mip
from standby.locate.engine.reduce import reduced, repaired
from standby.locate.errors import SolverMissingError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from standby.locate.engine.choose import SiteProblem
    from standby.locate.engine.control import Control

_MOST_WORK, _MOST_WORK_IF_WIDE = 1.5e9, 1e8
"""Elementary steps (one or two seconds, and a tenth) after which the own search hands over to the general
solver, if that is installed; the second where the bound is so far off that the search seldom gets there."""

_REACHING_WORK = 5e8
"""Elementary steps of the search for sites that reach every area."""

_LARGEST = 3_000_000
"""Entries of a model beyond which the general solver isn't asked, and the own search goes on."""


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
    choice = choose_sites(
        problem,
        control,
        start=start,
        enough=enough,
        most_work=_MOST_WORK,
        most_work_if_wide=_MOST_WORK_IF_WIDE,
    )
    if choice.value <= enough or choice.bound >= _best_known(choice, problem, enough) or not control.go_on():
        return choice
    if not problem.fee.any():
        full = _reaching_all(problem, control)
        if full is not None:
            return Choice(full, 0.0, 0.0, choice.nodes, choice.status)
    if problem.site.size > _LARGEST:
        return _searched_on(problem, choice, control, enough)
    try:
        other = _by_mip(problem, choice, control, enough)
    except SolverMissingError:
        return _searched_on(problem, choice, control, enough)
    bound = max(choice.bound, other.bound)
    best = other if other.value <= choice.value else choice
    return Choice(best.is_open, best.value, min(bound, best.value), choice.nodes, choice.status)


def _searched_on(problem: SiteProblem, known: Choice, control: Control, enough: float) -> Choice:
    """Go on with the own search to the end, from the best set known; the better of the bounds holds."""
    found = choose_sites(problem, control, start=known.is_open, enough=enough)
    best = found if found.value <= known.value else known
    bound = max(found.bound, known.bound)
    return replace(best, bound=min(bound, best.value))


def _reaching_all(problem: SiteProblem, control: Control) -> NDArray[np.bool_] | None:
    """Return sites that reach every area, if a short search for a set cover finds few enough."""
    full = np.diff(problem.indptr) > 0
    if not full.all():
        return None
    cover = replace(
        problem,
        spare=np.ones(problem.spare.size),
        fee=np.ones(problem.fee.size),
        places=problem.fee.size,
        grain=1.0,
    )
    small = reduced(cover)
    found = choose_sites(small, control, enough=problem.places, most_work=_REACHING_WORK)
    if found.value > problem.places:
        return None
    is_open = repaired(small, found.is_open)
    return is_open if is_open.sum() <= problem.places else None


def _best_known(choice: Choice, problem: SiteProblem, enough: float) -> float:
    """Value that a better answer must beat."""
    return min(choice.value, enough + problem.grain) if np.isfinite(enough) else choice.value


def _by_mip(problem: SiteProblem, known: Choice, control: Control, enough: float) -> Choice:
    """Solve the plain model with only better answers than `known` allowed, so that its fixed sites hold."""
    whole = problem
    problem = replace(problem, status=known.status).without_shut(known.status)
    if not problem.fee.any():
        problem, _ = merged_areas(problem, problem.spare)
    usable = np.nonzero(problem.status != kernels.SHUT)[0]
    reach = sparse.csr_matrix(
        (np.ones(problem.site.size), problem.site, problem.indptr),
        shape=(problem.spare.size, problem.fee.size),
    )[:, usable]
    model = Mip()
    x = model.columns(
        usable.size,
        cost=problem.fee[usable],
        lower=problem.status[usable] == kernels.OPEN,
        upper=1.0,
    )
    must_cover = bool(problem.fee.any())  # set cover: leaving an area out never costs less than covering it
    # Whole sites make these columns whole; as real ones they take the solver a quarter of the time.
    z = model.columns(0 if must_cover else problem.spare.size, upper=1.0, real=True)
    if must_cover:
        model.rows((reach, x), lower=1.0)
    else:
        model.recost(z, problem.spare)
        model.rows((reach, x), (sparse.eye(problem.spare.size), z), lower=1.0)
    model.rows((np.ones((1, usable.size)), x), upper=float(problem.places))
    best = _best_known(known, problem, enough)
    better = best - problem.slack(best)
    spent = [(problem.fee[usable][None, :], x)] if must_cover else [(problem.spare[None, :], z)]
    model.rows(*spent, upper=better + 1e-7 * max(1.0, abs(better)))
    found = model.solve(control, grain=problem.grain, enough=enough)
    if found.infeasible:
        return Choice(known.is_open, known.value, best, 0, known.status)
    if found.x is None:
        return Choice(known.is_open, known.value, found.bound, 0, known.status)
    is_open = np.zeros(problem.fee.size, np.bool_)
    is_open[usable] = found.x[x] > 0.5
    value = float(kernels.serve_cost(whole.indptr, whole.site, whole.cost, whole.spare, whole.fee, is_open))
    return Choice(is_open, value, min(found.bound, value), 0, known.status)
