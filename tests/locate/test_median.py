"""The p-median by its levels of distance: beside enumeration, and beside the own search."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import shortest_path

from standby import locate
from standby.locate.engine import decide_median
from standby.locate.engine.control import Control
from standby.locate.models.p_median import p_median_problem
from standby.locate.reach import checked_reach


def levels_of(minutes, weight, units, start, **options):
    """Solve by the levels alone, from a set of sites."""
    reach = checked_reach(minutes, weight=weight, units=units, per_site=1)
    problem, _ = p_median_problem(reach, Control({}))
    is_open = np.zeros(reach.n_sites, bool)
    is_open[list(start)] = True
    value = problem.value(is_open)
    first = decide_median.Choice(is_open, value, -np.inf, 0, problem.status)
    levels = decide_median._Levels(problem, first, Control(options))
    levels.solve()
    return levels.choice()


@settings(max_examples=60)
@given(st.integers(0, 10**6), st.booleans())
def test_levels_against_enumeration(seed, whole):
    """From any set of sites, with one level to begin with, the best value of all sets is found and proven."""
    rng = np.random.default_rng(seed)
    n_sites, n_areas, units = 5, 7, int(rng.integers(1, 4))
    minutes = rng.integers(0, 9, (n_sites, n_areas)).astype(float) + (0 if whole else rng.random())
    weight = rng.integers(1, 6, n_areas).astype(float)
    best = min(float(weight @ minutes[list(s)].min(axis=0)) for s in combinations(range(n_sites), units))
    before, decide_median._FURTHER = decide_median._FURTHER, 0
    try:
        found = levels_of(minutes, weight, units, rng.choice(n_sites, units, replace=False))
    finally:
        decide_median._FURTHER = before
    assert found.value == pytest.approx(best)
    assert found.bound == pytest.approx(best)


def test_graph_whose_medians_tie_is_proven(monkeypatch):
    """A graph with a third of its nodes open and many ties, which the own search is long over, is proven."""
    n = 150
    rng = np.random.default_rng(4)
    edges = np.zeros((n, n))
    ends = rng.integers(0, n, (2, n * n // 20))
    edges[ends[0], ends[1]] = rng.integers(1, 12, ends.shape[1])
    np.fill_diagonal(edges, 0)
    minutes = shortest_path(csr_matrix(edges), directed=False)
    assert np.isfinite(minutes).all()
    wanted = locate.p_median(minutes, np.ones(n), 50)
    monkeypatch.setattr(decide_median, "_MOST_WORK", (0.0, 0.0))
    found = locate.p_median(minutes, np.ones(n), 50)
    assert (found.objective, found.gap, wanted.gap) == (wanted.objective, 0.0, 0.0)
    start = levels_of(minutes, np.ones(n), 50, range(50))
    assert (start.value, start.bound) == (wanted.objective, wanted.objective)


def test_own_search_goes_on_without_the_solver(monkeypatch):
    """Where the solver is not installed the own search goes on to proof."""

    def missing(*_args, **_options):
        raise locate.SolverMissingError("this siting model needs the HiGHS solver", "locate")

    rng = np.random.default_rng(2)
    minutes, weight = rng.integers(1, 40, (25, 60)).astype(float), np.ones(60)
    wanted = locate.p_median(minutes, weight, 8)
    monkeypatch.setattr(decide_median, "_MOST_WORK", (0.0, 0.0))
    monkeypatch.setattr(decide_median.Mip, "solve", missing)
    found = locate.p_median(minutes, weight, 8)
    assert (found.objective, found.gap) == (wanted.objective, 0.0)
