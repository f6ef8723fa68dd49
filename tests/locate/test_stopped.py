"""Every model stopped at every look at a made-up clock: what it gives is right, and says that it was stopped.

The clock counts how often it was looked at, so that nothing depends on how fast the machine is.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from standby import _deadline, _memory, examples, locate, open_plan
from standby.locate import Arrival, Fleet, Need, SiteRules
from standby.locate.engine import choose, decide_cover, decide_median, mip
from standby.locate.engine import expected as expected_search
from standby.locate.engine.mip import Mip, MipAnswer
from standby.locate.models import mexclp
from standby.locate.siting import models as siting_models
from standby.travel import travel_times

MOST_LOOKS = 400


class Ticks:
    """A clock that goes on by a second each time it is looked at."""

    def __init__(self):
        self.now = 0

    def __call__(self):
        self.now += 1
        return float(self.now)


@pytest.fixture(autouse=True)
def fine_steps(monkeypatch):
    """Look at the clock after every piece of work however small, and hand over to the solver at once."""
    monkeypatch.setattr(choose, "_WORK_A_CALL", 1)
    monkeypatch.setattr(expected_search, "_WORK", 1)
    monkeypatch.setattr(decide_cover, "_MOST_WORK", 2e5)
    monkeypatch.setattr(decide_cover, "_MOST_WORK_IF_WIDE", 2e5)
    monkeypatch.setattr(decide_median, "_MOST_WORK", (2e5, 2e5))
    monkeypatch.setattr(mexclp, "_MOST_WORK", 2e5)


def case(seed=3, n_sites=12, n_areas=40):
    """Whole minutes and weights with many ties, which take a little search."""
    rng = np.random.default_rng(seed)
    areas, sites = rng.random((n_areas, 2)), rng.random((n_sites, 2))
    minutes = np.hypot(*(sites[:, None] - areas[None]).transpose(2, 0, 1))
    return np.ceil(minutes * 20), rng.integers(1, 100, n_areas).astype(float)


def in_reach(minutes, answer, within):
    """Count the units within a time of each area."""
    return answer.units @ (minutes[answer.sites] <= within)


def covered(minutes, weight, answer, within, count=1):
    """Weight with so many units within a time."""
    return weight[in_reach(minutes, answer, within) >= count].sum()


MINUTES, WEIGHT = case()
RULES = SiteRules(site_cost_gbp=np.arange(1.0, 13.0), unit_cost_gbp={"arv": 2.0})
NEED = Need(MINUTES, WEIGHT, (Arrival(9.0, 2), Arrival(5.0)))
SHARE = Need(MINUTES, WEIGHT, (Arrival(6.0),), share=0.6)
COSTS = np.random.default_rng(1).integers(2, 9, 12).astype(float)


def nearest(answer):
    """Minutes of the chosen site that comes soonest to each area."""
    return MINUTES[answer.sites].min(axis=0)


def of_need(answer):
    """Weight with one unit within 5 minutes and two within 9."""
    both = (in_reach(MINUTES, answer, 5.0) >= 1) & (in_reach(MINUTES, answer, 9.0) >= 2)
    return WEIGHT[both].sum()


# How each model is called, its value counted by hand, and whether more is better.
MODELS = {
    "mclp": (
        lambda **o: locate.mclp(MINUTES, WEIGHT, 5, 4, **o),
        lambda a: covered(MINUTES, WEIGHT, a, 5),
        True,
    ),
    "lscp": (lambda **o: locate.lscp(MINUTES, 10, **o), lambda a: float(a.sites.size), False),
    "p_median": (
        lambda **o: locate.p_median(MINUTES, WEIGHT, 4, **o),
        lambda a: float(WEIGHT @ nearest(a)),
        False,
    ),
    "p_centre": (lambda **o: locate.p_centre(MINUTES, 4, **o), lambda a: nearest(a).max(), False),
    "mexclp": (
        lambda **o: locate.mexclp(MINUTES, WEIGHT, 5, 5, 0.4, **o),
        lambda a: float(WEIGHT @ (1 - 0.4 ** in_reach(MINUTES, a, 5))),
        True,
    ),
    "malp1": (
        lambda **o: locate.malp1(MINUTES, WEIGHT, 6, 6, 0.3, **o),
        lambda a: covered(MINUTES, WEIGHT, a, 6, 2),
        True,
    ),
    "bacop1": (
        lambda **o: locate.bacop1(MINUTES, WEIGHT, 11, 8, **o),
        lambda a: covered(MINUTES, WEIGHT, a, 11, 2),
        True,
    ),
    "bacop2": (
        lambda **o: locate.bacop2(MINUTES, WEIGHT, 6, 5, **o),
        lambda a: 0.5 * covered(MINUTES, WEIGHT, a, 6) + 0.5 * covered(MINUTES, WEIGHT, a, 6, 2),
        True,
    ),
    "dsm": (
        lambda **o: locate.dsm(MINUTES, WEIGHT, 6, 12, 0.6, 6, **o),
        lambda a: covered(MINUTES, WEIGHT, a, 6, 2),
        True,
    ),
    "cover": (lambda **o: locate.cover_model([NEED], Fleet({"arv": 6}), **o), of_need, True),
    "money": (
        lambda **o: locate.cover_model([SHARE], Fleet({"arv": 12}), rules=RULES, aim="money", **o),
        lambda a: float((np.arange(1.0, 13.0)[a.sites] + 2.0 * a.units).sum()),
        False,
    ),
}


@pytest.mark.parametrize("name", MODELS)
def test_a_stopped_answer_is_worth_what_it_says(name, monkeypatch):
    """Stopped after any number of looks, value, bound and gap are right, or there is said to be no answer."""
    solve, value, more_is_better = MODELS[name]
    best = solve().objective
    found = 0
    for looks in range(MOST_LOOKS):
        monkeypatch.setattr(_deadline, "clock", Ticks())
        try:
            answer = solve(time_limit_s=looks)
        except locate.NoAnswerYetError:
            continue
        found += 1
        sign = 1 if more_is_better else -1
        assert answer.objective == pytest.approx(value(answer))
        assert sign * answer.objective <= sign * best + 1e-6
        assert sign * answer.bound >= sign * best - 1e-6
        assert (answer.gap == 0.0) == (answer.status == "optimal")
        assert answer.status in {"optimal", "time_limit"}
        if answer.status == "optimal":
            break
    assert found
    assert answer.objective == pytest.approx(best)


@pytest.mark.parametrize("budgets", [None, [3.0, 9.0, 16.0]])
def test_a_stopped_curve_against_money_keeps_its_budgets(budgets, monkeypatch):
    """Stopped after any number of looks, each point's cover and cost are right; dearer points cover more."""

    def solve(**options):
        return locate.pareto(MINUTES, WEIGHT, 5, cost_gbp=COSTS, budgets_gbp=budgets, **options)

    whole = solve()
    assert whole.complete
    every = locate.pareto(MINUTES, WEIGHT, 5, cost_gbp=COSTS)
    best = {point.cost_gbp: point.siting.objective for point in every.points}
    curve = None
    for looks in range(0, 40 * MOST_LOOKS, 1 if budgets else 29):
        monkeypatch.setattr(_deadline, "clock", Ticks())
        curve = solve(time_limit_s=looks)
        covers = [point.siting.objective for point in curve.points]
        assert covers == sorted(covers)
        for point in curve.points:
            siting = point.siting
            assert siting.objective == pytest.approx(covered(MINUTES, WEIGHT, siting, 5))
            assert point.cost_gbp == pytest.approx(COSTS[siting.sites].sum())
            assert siting.objective <= max(v for c, v in best.items() if c <= point.cost_gbp)
        if curve.complete:
            break
    assert [p.cost_gbp for p in curve.points] == [p.cost_gbp for p in whole.points]


def test_the_second_solve_keeps_the_first_answer_unless_it_is_cheaper_and_as_good(monkeypatch):
    """A stopped search for a cheaper answer that comes back dearer, or worse, is not taken."""
    minutes = np.array([[1.0, 9.0, 9.0], [9.0, 1.0, 9.0], [9.0, 9.0, 1.0]])
    cost, weight = [4.0, 4.0, 9.0], [5.0, 4.0, 30.0]
    solve = Mip.solve
    calls = []

    def stopped(self, control, **options):
        calls.append(self)
        answer = solve(self, control, **options)
        if len(calls) % 2 or answer.x is None:
            return answer
        dearer = np.ones_like(answer.x)  # a unit everywhere, every area covered: beyond the budget
        return MipAnswer(dearer, 17.0, 0.0, infeasible=False)

    monkeypatch.setattr(Mip, "solve", stopped)
    curve = locate.pareto(minutes, weight, 5, cost_gbp=cost, budgets_gbp=[8.0])
    (point,) = curve.points
    assert (point.siting.objective, point.cost_gbp) == (9.0, 8.0)
    assert not curve.complete


def test_without_a_time_limit_nothing_looks_at_the_time(monkeypatch):
    """A clock that leaps by a year at each look changes neither answer nor proof."""

    class Leaps(Ticks):
        def __call__(self):
            return 3e7 * super().__call__()

    wanted = {name: solve() for name, (solve, _, _) in MODELS.items()}
    monkeypatch.setattr(_deadline, "clock", Leaps())
    for name, (solve, _, _) in MODELS.items():
        answer = solve()
        assert answer.status == "optimal"
        assert answer.sites.tolist() == wanted[name].sites.tolist()
        assert answer.units.tolist() == wanted[name].units.tolist()


@pytest.mark.parametrize("limit", [float("nan"), -1, -0.001, "9", True])
@pytest.mark.parametrize("name", MODELS)
def test_a_time_limit_that_is_none_is_refused(name, limit):
    """NaN, negative numbers, texts and booleans are no time limits, for any model."""
    with pytest.raises(locate.SitingInputError, match="time_limit_s is"):
        MODELS[name][0](time_limit_s=limit)


@pytest.mark.parametrize("limit", [0, 1e-300, float("inf"), 1e300])
@pytest.mark.parametrize("name", ["mclp", "lscp", "p_median", "p_centre", "mexclp"])
def test_models_with_a_search_of_their_own_have_an_answer_at_any_limit(name, limit):
    """No time at all still gives the greedy answer with an honest gap; endless time gives proof."""
    solve, value, _ = MODELS[name]
    answer = solve(time_limit_s=limit)
    assert answer.objective == pytest.approx(value(answer))
    assert limit < 1 or answer.gap == 0.0


REPORTS_THEN_HANGS = """
import pathlib, pickle, sys, time
import numpy as np
model = pickle.load(sys.stdin.buffer)
x = np.zeros(model["cost"].size)
x[0] = 1.0
if {better}:
    pickle.dump(("better", -7.0, x), sys.stdout.buffer)
    pickle.dump(("bound", -1.0, -9.5), sys.stdout.buffer)
sys.stdout.buffer.flush()
pathlib.Path({reported!r}).touch()
time.sleep(1000)
"""


def hanging(monkeypatch, tmp_path, *, better):
    """Put a program that reports and then hangs in the solver's place; time is over once it has reported."""
    program, reported = tmp_path / "hangs.py", tmp_path / "reported"
    program.write_text(REPORTS_THEN_HANGS.format(better=better, reported=str(reported)))
    monkeypatch.setattr(mip, "_LARGE", 0)
    monkeypatch.setattr(mip, "_PROGRAM", program)
    monkeypatch.setattr(_deadline, "clock", lambda: 100.0 * reported.exists())
    return reported


def test_a_solver_that_hangs_is_ended_and_what_it_reported_is_given(monkeypatch, tmp_path):
    """A solver that neither stops nor answers is ended at the limit; its best answer and bound are given."""
    minutes = [[1.0, 1.0, 9.0], [9.0, 1.0, 1.0], [9.0, 9.0, 1.0]]
    hanging(monkeypatch, tmp_path, better=True)
    need = Need(minutes, [4.0, 3.0, 4.0], (Arrival(5.0),))
    answer = locate.cover_model([need], Fleet({"arv": 1}), time_limit_s=60)
    assert (answer.sites.tolist(), answer.objective, answer.bound) == ([0], 7.0, 9.5)
    assert answer.status == "time_limit"


def test_a_solver_that_hangs_without_an_answer_leaves_the_greedy_one(monkeypatch, tmp_path):
    """Where the solver reports nothing, the greedy start is the answer, or there is said to be none."""
    reported = hanging(monkeypatch, tmp_path, better=False)
    answer = locate.malp1(MINUTES, WEIGHT, 6, 6, 0.05, time_limit_s=60)
    assert answer.status == "time_limit"
    assert 0 < answer.objective == covered(MINUTES, WEIGHT, answer, 6)
    assert answer.objective < answer.bound <= WEIGHT.sum()
    reported.unlink()
    with pytest.raises(locate.NoAnswerYetError, match="give more time"):
        locate.bacop1(MINUTES, WEIGHT, 11, 8, time_limit_s=60)


def test_ctrl_c_ends_a_solver_that_hangs(monkeypatch, tmp_path):
    """Ctrl-C ends the solver's process and is raised, or gives what there is."""
    hanging(monkeypatch, tmp_path, better=False)

    def pressed(progress):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        locate.malp1(MINUTES, WEIGHT, 6, 6, 0.3, progress=pressed)
    answer = locate.malp1(MINUTES, WEIGHT, 6, 6, 0.3, progress=pressed, on_interrupt="return")
    assert answer.status == "interrupted"


def test_a_solver_that_dies_says_so(monkeypatch, tmp_path):
    """A solver whose process ends by itself is no answer, and is not taken for proof."""
    program = tmp_path / "dies.py"
    program.write_text("raise SystemExit(1)")
    monkeypatch.setattr(mip, "_LARGE", 0)
    monkeypatch.setattr(mip, "_PROGRAM", program)
    with pytest.raises(RuntimeError, match="want of memory"):
        locate.malp1(MINUTES, WEIGHT, 6, 6, 0.3)


@pytest.mark.parametrize("name", ["mclp", "malp1", "bacop1", "dsm", "cover", "money"])
def test_the_solver_in_a_process_of_its_own_gives_the_same(name, monkeypatch):
    """In a process of its own the solver gives the same answer with the same proof."""
    wanted = MODELS[name][0]()
    monkeypatch.setattr(mip, "_LARGE", 0)
    answer = MODELS[name][0]()
    assert (answer.objective, answer.bound, answer.gap) == (wanted.objective, wanted.bound, 0.0)
    assert answer.sites.tolist() == wanted.sites.tolist()


@pytest.fixture(scope="module")
def tiny_times():
    """Return the tiny example and its minutes."""
    plan = open_plan(examples.path("tiny"))
    return plan, travel_times(plan)


@pytest.mark.parametrize("model", ["mexclp", "mclp", "p_median", "bacop2", "malp", "cover"])
def test_a_stopped_siting_of_a_plan_delivers_the_rest_and_says_what_is_left_out(
    model, tiny_times, monkeypatch
):
    """At any limit the siting has its tables; the curve is whole, or a sentence says what is missing."""
    plan, times = tiny_times
    asked = {
        "units": 2,
        "within": 30,
        "model": model,
        "curve": True,
        "compliance": True,
        "unreachable": "leave_out",
    }
    if model == "cover":
        asked["crews"] = 2
    whole = locate.locate(plan, times, **asked)
    assert not any("leaves out" in text for text in whole.sentences)
    found = None
    for limit in range(0, 600, 37):
        monkeypatch.setattr(_deadline, "clock", Ticks())
        try:
            found = locate.locate(plan, times, time_limit_s=limit, **asked)
        except locate.NoAnswerYetError:
            continue
        said = " ".join(found.sentences)
        assert len(found.standards) == len(whole.standards)
        assert len(found.groups) == len(whole.groups)
        missing = set(whole.curve["units"]) - set(found.curve["units"])
        assert bool(missing) == ("The curve leaves out" in said)
        assert (found.compliance is None) == ("table of sites to hold is left out" in said)
        assert (found.siting.status == "time_limit") == ("stopped at the time limit" in said)
        assert (found.curve["gap"] >= 0).all()
    assert found is not None
    pd.testing.assert_frame_equal(found.curve, whole.curve)


def test_parts_of_one_call_share_its_time(tiny_times, monkeypatch):
    """What the solvers are given together never exceeds the limit of the call."""
    plan, times = tiny_times
    given = []
    solve = locate.mexclp

    def noted(*args, **options):
        given.append(options["time_limit_s"])
        return solve(*args, **options)

    monkeypatch.setattr(siting_models, "mexclp", noted)
    monkeypatch.setattr(_deadline, "clock", lambda: 0.0)  # no time passes: each part has its share of all
    locate.locate(plan, times, units=2, within=30, curve=True, time_limit_s=60)
    assert given == [30.0, *(60 / n for n in range(5, 0, -1))]


def test_what_will_not_fit_is_refused_before_it_starts(tiny_times, monkeypatch):
    """Too little memory is said with the size, what is free and what to do, before anything is computed."""
    plan, times = tiny_times
    monkeypatch.setattr(_memory, "free_bytes", lambda: 1000.0)
    with pytest.raises(
        locate.SitingInputError, match=r"8 places × 3 sites take about \S+ GB .* fewer candidate"
    ):
        locate.locate(plan, times)
    with pytest.raises(locate.SitingInputError, match="40 areas × 12 sites"):
        locate.p_median(MINUTES, WEIGHT, 4)


def test_a_solver_that_fails_says_why(monkeypatch):
    """What goes wrong in the solver's thread is raised where the model was called."""

    def fails(*_):
        raise MemoryError("no room for the model")

    monkeypatch.setattr(mip.solver(), "solve", fails)
    with pytest.raises(MemoryError, match="no room for the model"):
        locate.malp1(MINUTES, WEIGHT, 6, 6, 0.3)


def test_a_median_whose_single_linear_program_is_too_long_is_not_handed_over(monkeypatch):
    """No look and no limit of work stops a linear program, so that the own search keeps large models."""
    wanted = locate.p_median(MINUTES, WEIGHT, 4)

    def asked(*_, **__):
        raise AssertionError("the solver was asked")

    monkeypatch.setattr(decide_median, "_MOST_LP", 1)
    monkeypatch.setattr(Mip, "solve", asked)
    answer = locate.p_median(MINUTES, WEIGHT, 4)
    assert (answer.objective, answer.gap) == (wanted.objective, 0.0)


def test_time_that_runs_out_in_a_round_of_exchanges_ends_it(monkeypatch):
    """The exchanges of a median look at the clock between sites, and stop where time is over."""
    rng = np.random.default_rng(0)
    minutes, weight = rng.random((30, 200)), rng.random(200)
    exchanges = []
    exchange = choose.swap_kernels.interchange

    def noted(*arguments):
        exchanges.append(arguments[-2:])
        return exchange(*arguments)

    monkeypatch.setattr(choose.swap_kernels, "interchange", noted)
    monkeypatch.setattr(_deadline, "clock", Ticks())
    answer = locate.p_median(minutes, weight, 5, time_limit_s=20)
    assert answer.status == "time_limit"
    assert 0 < len(exchanges) < 20
    assert all(end - begin == 1 for begin, end in exchanges)
    assert answer.objective == pytest.approx(weight @ minutes[answer.sites].min(axis=0))
    assert answer.bound <= answer.objective
