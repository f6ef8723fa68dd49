"""Site choice by reach alone: own search first, the general solver when that takes long."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from standby.locate.engine._kernels_search import OPEN, SHUT
from standby.locate.engine.choose import Choice, choose_sites, merged_areas
from standby.locate.engine.mip import Mip
from standby.locate.engine.reduce import reduced, repaired
from standby.locate.errors import SolverMissingError

if TYPE_CHECKING:
    from standby._typing import Mask
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
    problem: SiteProblem, control: Control, *, start: Mask | None = None, enough: float = -np.inf
) -> Choice:
    """Solve a problem whose costs are all zero (an area is reached, or pays its spare) to proof.

    Parameters
    ----------
    problem
        Set cover or maximal cover.
    control
        Time limit, progress and interruption.
    start
        A set of open sites to improve on.
    enough
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
    if choice.value <= enough or choice.bound >= _to_beat(choice, problem, enough) or not control.go_on():
        return choice

    # Where the units can reach every area, nothing is left out, and nothing can be better.
    if not problem.fee.any():
        reaching = _reaching_all(problem, control)
        if reaching is not None:
            return Choice(reaching, 0.0, 0.0, choice.nodes, choice.status)

    if problem.site.size > _LARGEST:
        return _searched_on(problem, choice, control, enough)
    try:
        other = _by_mip(problem, choice, control, enough)
    except SolverMissingError:
        return _searched_on(problem, choice, control, enough)
    return _better_of(other, choice)


def _better_of(newer: Choice, older: Choice) -> Choice:
    """Return the better set, the newer of two alike, with the better of the two bounds."""
    best = newer if newer.value <= older.value else older
    bound = max(newer.bound, older.bound)
    return replace(best, bound=min(bound, best.value))


def _searched_on(problem: SiteProblem, known: Choice, control: Control, enough: float) -> Choice:
    """Go on with the own search to the end, from the best set known."""
    found = choose_sites(problem, control, start=known.is_open, enough=enough)
    return _better_of(found, known)


def _reaching_all(problem: SiteProblem, control: Control) -> Mask | None:
    """Return sites that reach every area, if a short search for a set cover finds few enough."""
    has_a_site = np.diff(problem.indptr) > 0
    if not has_a_site.all():
        return None

    n_areas = problem.spare.size
    n_sites = problem.fee.size
    cover = replace(problem, spare=np.ones(n_areas), fee=np.ones(n_sites), places=n_sites, grain=1.0)
    small = reduced(cover, control)
    found = choose_sites(small, control, enough=problem.places, most_work=_REACHING_WORK)
    if found.value > problem.places:
        return None
    is_open = repaired(small, found.is_open)
    return is_open if is_open.sum() <= problem.places else None


def _to_beat(choice: Choice, problem: SiteProblem, enough: float) -> float:
    """Return the value that a better answer must be below."""
    return min(choice.value, enough + problem.grain) if np.isfinite(enough) else choice.value


def _by_mip(problem: SiteProblem, known: Choice, control: Control, enough: float) -> Choice:
    """Solve the plain model with only better answers than `known` allowed, so that its fixed sites hold."""
    # Set cover has fees: leaving an area out never costs less than covering it. Maximal cover has none.
    must_cover = bool(problem.fee.any())
    small = replace(problem, status=known.status).without_shut(known.status)
    if not must_cover:
        small, _ = merged_areas(small, small.spare)
    n_areas = small.spare.size
    usable = np.flatnonzero(small.status != SHUT)
    reach = small.matrix[:, usable]

    # Whole sites make the columns of areas left out whole; as real ones they take a quarter of the time.
    model = Mip()
    opened = model.columns(usable.size, cost=small.fee[usable], lower=small.status[usable] == OPEN, upper=1.0)
    left_out = model.columns(0 if must_cover else n_areas, upper=1.0, real=True)
    if must_cover:
        model.rows((reach, opened), lower=1.0)
        spent = (small.fee[usable][None, :], opened)
    else:
        model.recost(left_out, small.spare)
        model.rows((reach, opened), (sparse.eye(n_areas), left_out), lower=1.0)
        spent = (small.spare[None, :], left_out)
    model.rows((np.ones((1, usable.size)), opened), upper=float(small.places))

    # Only better answers, but for rounding.
    best = _to_beat(known, small, enough)
    better = best - small.slack(best)
    model.rows(spent, upper=better + 1e-7 * max(1.0, abs(better)))

    found = model.solve(control, grain=small.grain, enough=enough)
    if found.infeasible:
        return Choice(known.is_open, known.value, best, 0, known.status)
    if found.x is None:
        return Choice(known.is_open, known.value, found.bound, 0, known.status)
    is_open = np.zeros(small.fee.size, np.bool_)
    is_open[usable] = found.x[opened] > 0.5
    value = problem.value(is_open)
    return Choice(is_open, value, min(found.bound, value), 0, known.status)
