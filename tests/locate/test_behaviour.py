"""Errors that name the fix, limits, interruption, progress, memory forms and the kernels' slow twins."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from standby import locate
from standby.locate import verify
from standby.locate.engine import _kernels_search, choose, reduce
from standby.locate.engine.choose import SiteProblem, choose_sites, grain_of
from standby.locate.engine.control import Control
from standby.locate.minutes import MinutesTable

MINUTES = np.array([[1.0, 9.0, 4.0], [9.0, 2.0, 4.0]])
WEIGHT = np.array([3.0, 2.0, 1.0])


def curve_at(budgets):
    """Return the curve of the small problem at some budgets."""
    return locate.pareto(MINUTES, WEIGHT, 5, cost_gbp=[1.0, 2.0], budgets_gbp=budgets)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: locate.mclp([[1.0, np.nan]], [1, 1], 5, 1), "NaN or negative values for sites 0"),
        (lambda: locate.mclp([[1.0, -1.0]], [1, 1], 5, 1), "NaN or negative values for sites 0"),
        (lambda: locate.mclp(MINUTES, [1, -1, np.nan], 5, 1), "negative for areas 1, 2"),
        (lambda: locate.mclp(MINUTES, [1, 1], 5, 1), "one for each of 3 areas"),
        (lambda: locate.mclp(MINUTES, WEIGHT, np.nan, 1), "within is NaN"),
        (lambda: locate.mclp(MINUTES, WEIGHT, [1.0, 2.0], 1), r"within has shape \(2,\)"),
        (lambda: locate.mclp(MINUTES, WEIGHT, 5, 3), "3 units but only 2 places"),
        (lambda: locate.mclp(MINUTES, WEIGHT, 5, 2, closed=[0]), "2 units but only 1 places"),
        (lambda: locate.mclp(MINUTES, WEIGHT, 5, 1.5), "whole number"),
        (lambda: locate.mclp(MINUTES, WEIGHT, 5, -1), "at least 0"),
        (
            lambda: locate.mclp(MINUTES, WEIGHT, 5, 1, fixed=[0], closed=[0]),
            "sites 0 are both fixed and closed",
        ),
        (lambda: locate.mclp(MINUTES, WEIGHT, 5, 1, fixed=[0, 1]), "2 sites are fixed"),
        (lambda: locate.mclp(MINUTES, WEIGHT, 5, 1, fixed=[2]), "fixed names sites 2"),
        (lambda: locate.mexclp(MINUTES, WEIGHT, 5, 3, 0.1, per_site=1), "3 units but only 2 places"),
        (lambda: locate.mexclp(MINUTES, WEIGHT, 5, 3, 1.1), "busy is 1.1"),
        (lambda: locate.mexclp(MINUTES, WEIGHT, 5, 1, 0.1, per_site=-1), "per_site"),
        (lambda: locate.malp1(MINUTES, WEIGHT, 5, 1, 1.0, 0.5), "no number of units"),
        (lambda: locate.malp2(MINUTES, WEIGHT, 5, 1, [1, 1, 1], 1.0), "reliability is 1"),
        (lambda: locate.dsm(MINUTES, WEIGHT, 5, 4, 0.5, 1), "outer is shorter"),
        (lambda: locate.dsm(MINUTES, WEIGHT, 5, 9, 1.5, 1), "share is 1.5"),
        (lambda: locate.bacop2(MINUTES, WEIGHT, 5, 1, theta=-0.1), "theta"),
        (lambda: locate.p_median(MINUTES, WEIGHT, 0), "at least 1"),
        (lambda: locate.lscp(np.empty((0, 3)), 5), "at least one site"),
        (lambda: locate.lscp([1.0, 2.0], 5), "matrix of shape"),
        (lambda: locate.lscp(MINUTES, 5, cost=[1.0]), "one for each of 2 sites"),
        (lambda: locate.mclp(MINUTES, WEIGHT, 5, 1, time_limit_s=-1), "time_limit_s"),
        (lambda: locate.mclp(MINUTES, WEIGHT, 5, 1, on_interrupt="stop"), "on_interrupt"),
        (lambda: locate.pareto(MINUTES, WEIGHT, 5, budgets_gbp=[1]), "needs cost_gbp"),
        (lambda: curve_at(["a"]), r"budgets_gbp is \['a'\]; give a number"),
        (lambda: curve_at("a"), r"budgets_gbp is \['a'\]; give a number"),
        (lambda: curve_at(5), "budgets_gbp is 5; give a list of budgets"),
        (lambda: curve_at([[1.0]]), r"budgets_gbp has shape \(1, 1\); give a list"),
        (lambda: curve_at([3, -1]), "budgets_gbp is -1; give a number of at least 0"),
        (lambda: curve_at([3, np.nan]), r"budgets_gbp has 1 missing value\(s\)"),
        (lambda: locate.units_for_reliability(np.nan, 0.9), "busy is nan; give a number"),
        (lambda: locate.units_for_reliability(-0.1, 0.9), "busy is -0.1; give a number of at least 0"),
        (lambda: locate.units_for_reliability(0.5, "most"), "reliability is 'most'; give a number"),
        (lambda: locate.units_for_reliability(0.5, 1.1), "reliability is 1.1; give a number of .* at most 1"),
        (lambda: locate.local_load([1.0, 2.0], [[1, np.nan], [0, 1]]), "neighbours has 1 missing value"),
        (lambda: locate.local_load([1.0, 2.0], [["yes", "no"]] * 2), "neighbours is .*; give a number"),
        (lambda: locate.local_load([1.0, 2.0], MINUTES[:2, :2] * np.inf), "neighbours must be finite"),
        (lambda: locate.local_load([1.0], sparse.csr_matrix([[np.nan]])), "neighbours has 1 missing"),
        (lambda: locate.local_load([1.0, 2.0], [[1, 12.5], [12.5, 1]]), "neighbours holds 12.5; give 1 for"),
        (lambda: locate.local_load([1.0], 1), r"neighbours has shape \(\)"),
        (lambda: locate.local_load([1.0, 2.0], [[1, 0]]), "load has shape"),
        (lambda: locate.compliance_table(MINUTES, WEIGHT, 5, 2, chance=[1.0]), "chance"),
        # Numbers that are none, and lists that are none.
        (lambda: locate.mclp(MINUTES, WEIGHT, 5, np.nan), "units is nan; give a whole number"),
        (lambda: locate.mclp(MINUTES, WEIGHT, 5, "two"), "units is 'two'; give a whole number"),
        (lambda: locate.mclp(MINUTES, WEIGHT, 5, np.inf), "units is inf; give a whole number"),
        (lambda: locate.mclp(MINUTES, WEIGHT, 5, 10**400), "units is 1000.*at most"),
        (lambda: locate.mclp(MINUTES, WEIGHT, "soon", 1), "within is 'soon'"),
        (lambda: locate.mclp(MINUTES, "many", 5, 1), "weight is 'many'"),
        (lambda: locate.mclp([["a", "b"]], [1, 1], 5, 1), "minutes is"),
        (lambda: locate.mclp([[1.0, 2.0], [3.0]], [1, 1], 5, 1), "different lengths"),
        (lambda: locate.mclp(MINUTES, WEIGHT, 5, 1, fixed=["a"]), "a site of fixed is 'a'"),
        (lambda: locate.mclp(MINUTES, WEIGHT, 5, 1, fixed=[0.5]), "a site of fixed is 0.5"),
        (lambda: locate.mclp(MINUTES, WEIGHT, 5, 1, fixed=[True, False]), "a site of fixed is true"),
        (lambda: locate.mclp(MINUTES, WEIGHT, 5, 1, fixed="01"), "give a list of sites"),
        (lambda: locate.mclp(MINUTES, WEIGHT, 5, 1, closed=1), "give a list of sites"),
        (lambda: locate.mexclp(MINUTES, WEIGHT, 5, 1, "x"), "busy is 'x'"),
        (lambda: locate.mexclp(MINUTES, WEIGHT, 5, 1, [0.1, 0.2]), "give one number"),
        (lambda: locate.mexclp(MINUTES, WEIGHT, 5, 1, np.nan), "busy is nan"),
        (lambda: locate.mexclp(MINUTES, WEIGHT, 5, 1, 0.1, per_site="x"), "per_site is 'x'"),
        (lambda: locate.lscp(MINUTES, 5, cost="dear"), "cost.* is 'dear'"),
        (lambda: locate.compliance_table(MINUTES, WEIGHT, 5, 2, chance="even"), "chance is 'even'"),
    ],
)
def test_bad_input_is_named(call, words):
    """Each wrong argument gives an error that names it and the fix."""
    with pytest.raises(locate.SitingInputError, match=words):
        call()


def test_unknown_option_is_refused():
    """A misspelt option isn't silently dropped."""
    with pytest.raises(TypeError, match="time_limit_s"):
        locate.mclp(MINUTES, WEIGHT, 5, 1, timelimit=3)


def test_infeasible_names_places_and_smallest_standards():
    """An unreachable standard names the areas and what could be met with these units and with all."""
    with pytest.raises(locate.InfeasibleError, match="areas 1") as caught:
        locate.lscp(MINUTES, [1.0, 1.0, 4.0])
    assert caught.value.areas == (1,)
    assert caught.value.smallest_unlimited == 4.0
    with pytest.raises(locate.InfeasibleError, match="smallest standard they could meet is 9") as caught:
        locate.bacop1(MINUTES, WEIGHT, 5.0, 1)
    assert caught.value.smallest_with_units == 9.0
    assert caught.value.smallest_unlimited == 4.0
    with pytest.raises(locate.InfeasibleError, match="greatest share"):
        locate.dsm(MINUTES, WEIGHT, 1.0, 9.0, 0.9, 1)


def test_pairs_may_be_unserved_in_every_form():
    """Infinity, an unstored pair and a boolean reach mean the same."""
    reach = MINUTES <= 4.0
    minutes = np.where(reach, 0.0, np.inf)
    values = {
        locate.mclp(form, WEIGHT, 0.0, 1).objective
        for form in (
            reach,
            minutes,
            minutes.astype(np.float32),
            sparse.csr_matrix(reach),
            sparse.csc_array(reach),
        )
    }
    assert values == {4.0}
    assert locate.mclp(minutes, WEIGHT, np.inf, 1).objective == 4.0


def hard_case():
    """Make a p-median that takes a while to prove."""
    rng = np.random.default_rng(1)
    areas, sites = rng.random((1500, 2)), rng.random((150, 2))
    return np.hypot(*(sites[:, None] - areas[None]).transpose(2, 0, 1)), rng.integers(1, 100, 1500)


def test_time_limit_returns_the_incumbent_and_its_gap():
    """When time is over the best answer comes with an honest gap."""
    minutes, weight = hard_case()
    short = locate.p_median(minutes, weight, 20, time_limit_s=0.0)
    assert short.status == "time_limit"
    assert short.gap > 0
    assert short.bound < short.objective
    full = locate.p_median(minutes, weight, 20)
    assert full.status == "optimal"
    assert short.bound <= full.objective <= short.objective
    cover = locate.mexclp(minutes, weight, 0.15, 20, 0.3, time_limit_s=0.3)
    assert cover.bound >= cover.objective


@pytest.mark.parametrize("limit", [0.02, 0.1, 0.4])
@pytest.mark.parametrize("model", ["bacop1", "dsm", "malp1", "cover_model", "compliance_table", "pareto"])
def test_incumbents_of_the_general_solver_are_valued_by_their_units(model, limit):
    """A solve that is stopped gives what its units are worth, which the solver's own columns may not say."""
    rng = np.random.default_rng(5)
    areas, sites = rng.random((400, 2)), rng.random((40, 2))
    minutes = np.hypot(*(sites[:, None] - areas[None]).transpose(2, 0, 1))
    weight = rng.integers(1, 100, 400).astype(float)
    need = locate.Need(minutes, weight, (locate.Arrival(0.2, 2), locate.Arrival(0.12)))
    calls = {
        "bacop1": lambda **o: locate.bacop1(minutes, weight, 0.3, 12, **o),
        "dsm": lambda **o: locate.dsm(minutes, weight, 0.15, 0.35, 0.7, 14, **o),
        "malp1": lambda **o: locate.malp1(minutes, weight, 0.15, 12, 0.3, **o),
        "cover_model": lambda **o: locate.cover_model([need], locate.Fleet({"arv": 12}), **o),
        "compliance_table": lambda **o: locate.compliance_table(minutes, weight, 0.15, 6, **o),
        "pareto": lambda **o: locate.pareto(
            minutes, weight, 0.15, cost_gbp=np.ones(40), budgets_gbp=[8.0], **o
        ).points[0].siting,
    }  # fmt: skip
    try:
        answer = calls[model](time_limit_s=limit)
    except (locate.NoAnswerYetError, IndexError):
        return
    assert answer.bound >= answer.objective
    assert (answer.gap == 0) == (answer.status == "optimal")


@pytest.mark.parametrize("solve", ["own", "general"])
def test_interrupt_raises_or_returns(solve):
    """Ctrl-C raises KeyboardInterrupt, unless the caller asked for the incumbent."""
    minutes, weight = hard_case()

    def call(**options):
        pressed = []

        def stop(told):
            if told.incumbent is not None and not pressed:
                pressed.append(1)
                raise KeyboardInterrupt

        if solve == "own":
            return locate.p_median(minutes, weight, 20, progress=stop, **options)
        two = (locate.Arrival(0.2, 2), locate.Arrival(0.12))
        need = locate.Need(minutes[:60, :600], weight[:600], two)
        return locate.cover_model([need], locate.Fleet({"arv": 12}), progress=stop, **options)

    with pytest.raises(KeyboardInterrupt):
        call()
    answer = call(on_interrupt="return")
    assert answer.status == "interrupted"
    assert answer.gap > 0


def test_progress_shows_incumbent_bound_and_gap():
    """Progress is told in the model's own sense and ends with the answer."""
    seen = []
    minutes, weight = hard_case()
    answer = locate.p_median(minutes, weight, 20, progress=seen.append)
    assert seen[-1].incumbent == pytest.approx(answer.objective)
    assert all(
        p.bound is None or p.bound <= p.incumbent * (1 + 1e-9) for p in seen if p.incumbent is not None
    )
    told = []
    locate.mclp(MINUTES, WEIGHT, 4.0, 1, progress=told.append)
    assert told[-1].incumbent == 4.0


def test_missing_solver_names_the_extra():
    """Without the solver the message names the extra to install, and the models that don't need it work."""
    code = (
        "import sys; sys.modules['highspy'] = None\n"
        "from standby import locate\n"
        "m = [[1.0, 9.0], [9.0, 2.0]]\n"
        "assert locate.mclp(m, [3, 2], 5, 1).objective == 3\n"
        "assert locate.mexclp(m, [3, 2], 5, 1, 0.5).objective == 1.5\n"
        "try:\n    locate.malp1(m, [3, 2], 5, 1, 0.1)\n"
        "except locate.SolverMissingError as fault:\n    assert 'standby[locate]' in str(fault)\n"
        "else:\n    raise SystemExit('no error')\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_wrong_answer_is_refused():
    """The independent check raises when the solver's value or side of the bound is wrong."""
    with pytest.raises(locate.SitingCheckError):
        verify.same_value(1.0, 2.0, "test")
    with pytest.raises(locate.SitingCheckError):
        verify.bound_side(5.0, 4.0, larger_is_better=True)
    with pytest.raises(locate.SitingCheckError):
        verify.holds(condition=False, what="test")


def test_units_for_reliability():
    """The least number of units that gives the reliability."""
    assert locate.units_for_reliability(0.3, 0.9) == 2
    assert locate.units_for_reliability(0.5, 0.75) == 2
    assert locate.units_for_reliability(0.5, 0.76) == 3
    assert locate.units_for_reliability(0.0, 1.0) == 1


def test_local_load_sums_the_neighbours():
    """Load of the surroundings is the sum over neighbours."""
    near = np.array([[1, 1, 0], [1, 1, 1], [0, 1, 1]])
    assert locate.local_load([0.1, 0.2, 0.4], near) == pytest.approx([0.3, 0.7, 0.6])
    assert locate.local_load([0.1, 0.2, 0.4], sparse.csr_matrix(near)) == pytest.approx([0.3, 0.7, 0.6])


def random_problem(seed, n_areas=12, n_sites=6):
    """Make a site problem of random sparse costs and fees, and the same as a plain matrix."""
    rng = np.random.default_rng(seed)
    cost = rng.integers(0, 9, (n_areas, n_sites)).astype(float) + rng.random((n_areas, n_sites))
    spare = rng.integers(1, 12, n_areas).astype(float)
    fee = rng.integers(0, 4, n_sites).astype(float)
    rank = np.argsort(cost, axis=1)
    rows = [[(j, cost[i, j]) for j in rank[i] if cost[i, j] < spare[i]] for i in range(n_areas)]
    indptr = np.cumsum([0, *map(len, rows)]).astype(np.int64)
    flat = [pair for row in rows for pair in row]
    site = np.array([j for j, _ in flat], np.int32)
    values = np.array([c for _, c in flat])
    status = rng.choice(np.array([0, 0, 0, 1, 2], np.int8), n_sites)
    places = max(int(rng.integers(1, n_sites + 1)), int((status == 1).sum()))
    return SiteProblem(indptr, site, values, spare, fee, status, places), np.minimum(cost, spare[:, None])


def value_of(problem, paid, chosen):
    """Value of a set of sites, the slow way."""
    served = np.minimum(problem.spare, paid[:, chosen].min(axis=1)) if chosen else problem.spare
    return problem.fee[chosen].sum() + served.sum()


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_search_finds_the_enumerated_best_with_fees_and_fixed_sites(seed):
    """The compiled search, its evaluation and its bound agree with trying every set."""
    problem, paid = random_problem(seed)
    best = np.inf
    for code in range(2**6):
        chosen = [j for j in range(6) if code >> j & 1]
        legal = len(chosen) <= problem.places and all(
            (s != 1 or j in chosen) and (s != 2 or j not in chosen) for j, s in enumerate(problem.status)
        )
        is_open = np.isin(np.arange(6), chosen)
        quick = problem.value(is_open)
        assert quick == pytest.approx(value_of(problem, paid, chosen))
        best = min(best, quick) if legal else best
    rng = np.random.default_rng(seed)
    price = rng.random(12) * problem.spare
    bound, _, _ = _kernels_search.relaxed(
        problem.arrays, problem.status, price, np.empty(6), np.zeros(6, bool)
    )
    assert bound <= best + 1e-9
    choice = choose_sites(problem, Control({}))
    assert choice.value == pytest.approx(best)
    assert choice.bound == choice.value


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_interchange_ends_where_no_swap_helps(seed):
    """After the interchange no single swap, opening or closing lowers the value, tried the slow way."""
    problem, paid = random_problem(seed)
    run = choose._Run(problem, None, -np.inf, Control({}))
    is_open = run.best_open
    value = value_of(problem, paid, list(np.nonzero(is_open)[0]))
    for j in range(6):
        for k in range(6):
            other = is_open.copy()
            other[j] ^= True
            if k != j:
                other[k] ^= True
            kept = (other | (problem.status != 1)).all() and not (other & (problem.status == 2)).any()
            if kept and other.sum() <= problem.places and (k == j or other[j] != other[k]):
                assert value_of(problem, paid, list(np.nonzero(other)[0])) >= value - 1e-9


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from(["dense", "fortran", "sparse"]))
def test_merged_groups_are_the_distinct_cover_sets(seed, form):
    """Areas share a group exactly when the same sites reach them, and the group lists those sites."""
    rng = np.random.default_rng(seed)
    minutes = rng.integers(0, 4, (3, 20)).astype(float)
    within = rng.integers(0, 4, 20).astype(float)
    table = {"dense": minutes, "fortran": np.asfortranarray(minutes)}.get(form)
    times = (
        MinutesTable(sparse.coo_matrix((minutes.ravel(), np.indices(minutes.shape).reshape(2, -1))))
        if table is None
        else MinutesTable(table)
    )
    (groups,) = times.groups(times.standard(within))
    sets = [tuple(np.nonzero(minutes[:, i] <= within[i])[0]) for i in range(20)]
    assert groups.size == len(set(sets))
    for i, sites in enumerate(sets):
        g = groups.member[i]
        assert tuple(groups.site[groups.indptr[g] : groups.indptr[g + 1]]) == sites


def test_grain_of_whole_numbers():
    """The grain is the greatest common divisor of whole values, 0 for others."""
    assert grain_of(np.array([4.0, 6.0]), np.array([10.0])) == 2.0
    assert grain_of(np.array([4.0, 6.5])) == 0.0


def set_cover(rng, n_areas, n_sites, share, largest_fee=3):
    """Make a set cover at random, and who reaches whom as a table; every area has a site."""
    table = rng.random((n_areas, n_sites)) < share
    table[np.arange(n_areas), rng.integers(0, n_sites, n_areas)] = True
    fee = rng.integers(1, largest_fee + 1, n_sites).astype(float)
    row, site = np.nonzero(table)
    indptr = np.concatenate([[0], np.cumsum(table.sum(axis=1))]).astype(np.int64)
    spare = np.array([fee[line].min() for line in table])
    costs, status = np.zeros(row.size), np.zeros(n_sites, np.int8)
    return SiteProblem(indptr, site.astype(np.int32), costs, spare, fee, status, n_sites, 1.0), table


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from([0.05, 0.2, 0.5]))
def test_areas_that_stay_are_those_that_contain_no_other(seed, share):
    """Of all areas those stay whose sites are not a superset of another's, the first of equal ones."""
    _, table = set_cover(np.random.default_rng(seed), 70, 6, share)

    def contains_another(i):
        return any(
            (table[k] <= table[i]).all() and ((table[k] != table[i]).any() or k < i)
            for k in range(len(table))
            if k != i
        )

    wanted = [contains_another(i) for i in range(len(table))]
    assert reduce._with_a_subset(table, Control({})).tolist() == wanted


def test_a_set_cover_of_more_areas_than_sites_squared_is_made_small():
    """Ten thousand areas over twelve sites leave the few that decide, with the same optimum."""
    problem, table = set_cover(np.random.default_rng(2), 10_000, 12, 0.45)
    small = reduce.reduced(problem, Control({}))
    assert small.spare.size < 200
    choice = choose_sites(small, Control({}))
    best = min(
        problem.fee[chosen].sum()
        for code in range(2**12)
        if table[:, chosen := [j for j in range(12) if code >> j & 1]].any(axis=1).all()
    )
    assert (choice.value, choice.bound) == (best, best)


def test_a_bound_between_two_values_is_the_greater_one():
    """Where every value is a multiple of 4, a bound of 8.1 says 12, and 8 with rounding says 8."""
    problem = set_cover(np.random.default_rng(0), 5, 3, 0.5)[0]
    fours = SiteProblem(**{**vars(problem), "grain": 4.0})
    assert fours.next_value(8.1) == 12.0
    assert fours.next_value(8.0 + 1e-9) == 8.0 + 1e-9
    assert fours.next_value(-np.inf) == -np.inf
