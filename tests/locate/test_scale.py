"""Weights of any size: rates of calls are tiny, and the solvers' tolerances are absolute."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from standby import locate
from standby.locate import Arrival, Fleet, Need, SiteRules
from standby.locate.engine import mip

RNG = np.random.default_rng(5)
MINUTES = RNG.integers(1, 15, (7, 18)).astype(float)
WEIGHT = RNG.integers(1, 30, 18).astype(float)


def _cover(weight, **options):
    need = Need(MINUTES, weight, (Arrival(9.0, 2), Arrival(5.0)), threat=np.full(18, 2.0))
    return locate.cover_model([need], Fleet({"arv": 4}), **options)


MODELS = {
    "mclp": lambda w, **o: locate.mclp(MINUTES, w, 4, 2, **o),
    "p_median": lambda w, **o: locate.p_median(MINUTES, weight=w, units=3, **o),
    "mexclp": lambda w, **o: locate.mexclp(MINUTES, w, 5, 4, 0.4, **o),
    "malp1": lambda w, **o: locate.malp1(MINUTES, w, 5, 4, 0.3, **o),
    "malp2": lambda w, **o: locate.malp2(MINUTES, w, 5, 4, np.full(18, 0.5), **o),
    "bacop1": lambda w, **o: locate.bacop1(MINUTES, w, 9, 5, **o),
    "bacop2": lambda w, **o: locate.bacop2(minutes=MINUTES, weight=w, within=5, units=4, **o),
    "dsm": lambda w, **o: locate.dsm(MINUTES, w, 5, 12, 0.5, 5, **o),
    "cover": _cover,
}


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("power", [-90, -33, 60])
def test_the_size_of_the_weights_changes_nothing_but_the_value(name, power):
    """Weights times a power of two give the same value times that power, proven, and as good a placement."""
    usual, sized = MODELS[name](WEIGHT), MODELS[name](WEIGHT * 2.0**power)
    assert sized.objective == pytest.approx(usual.objective * 2.0**power, rel=1e-12)
    assert (sized.bound, sized.gap, sized.status) == (sized.objective, 0.0, "optimal")


@pytest.mark.parametrize("rate", [3e-9, 1e-7, 2e-5])
def test_rates_of_calls_are_sited_by_the_general_model(rate):
    """Two units at each of so many places are found and proven for rates far below the solver's tolerance."""
    rates = WEIGHT * rate
    best = max(rates[(MINUTES[list(pair)] <= 6).sum(axis=0) >= 2].sum() for pair in combinations(range(7), 2))
    need = Need(MINUTES, rates, (Arrival(6.0, 2),))
    answer = locate.cover_model([need], Fleet({"arv": 2}), rules=SiteRules(capacity=1))
    assert answer.objective == pytest.approx(best, rel=1e-9)
    assert answer.cover == pytest.approx((best,), rel=1e-9)
    assert answer.gap == 0.0


def test_a_penalty_on_moves_is_in_the_weights_of_the_caller():
    """The penalty for a move is worth as much of tiny weights as of ordinary ones."""
    day, night = WEIGHT, WEIGHT[::-1]
    found = []
    for scale in (1.0, 2.0**-40):
        needs = [Need(MINUTES, w * scale, (Arrival(4.0),), period=h) for h, w in enumerate((day, night))]
        found.append(locate.cover_model(needs, Fleet({"arv": 2}), move_penalty=20.0 * scale))
    assert found[1].objective == pytest.approx(found[0].objective * 2.0**-40, rel=1e-12)
    assert found[1].moves == found[0].moves


def test_least_money_is_in_pounds_whatever_the_weights():
    """Money is not scaled with the weights, cover is."""
    rules = SiteRules(site_cost_gbp=np.arange(1.0, 8.0), unit_cost_gbp={"arv": 2.0})
    found = [
        locate.cover_model(
            [Need(MINUTES, WEIGHT * scale, (Arrival(5.0),), share=0.8)],
            Fleet({"arv": 7}), rules=rules, aim="money",
        )
        for scale in (1.0, 2.0**-50)
    ]  # fmt: skip
    assert found[1].objective == found[0].objective == found[1].cost_gbp
    assert found[1].cover[0] >= 0.8 * WEIGHT.sum() * 2.0**-50 * (1 - 1e-9)


def test_curves_and_tables_are_in_the_weights_of_the_caller():
    """A curve and a table of sites to hold have the values of tiny weights, not of the scaled ones."""
    scale = 2.0**-45
    for asked in ({}, {"cost_gbp": np.arange(1.0, 8.0)}):
        usual = locate.pareto(MINUTES, WEIGHT, 5, **asked)
        tiny = locate.pareto(MINUTES, WEIGHT * scale, 5, **asked)
        assert tiny.complete
        assert [p.siting.objective for p in tiny.points] == [p.siting.objective * scale for p in usual.points]
        assert [p.marginal for p in tiny.points] == pytest.approx([p.marginal * scale for p in usual.points])
    usual = locate.compliance_table(MINUTES, WEIGHT, 5, 3)
    tiny = locate.compliance_table(MINUTES, WEIGHT * scale, 5, 3)
    assert tiny.objective == pytest.approx(usual.objective * scale)
    assert sum(tiny.cover) / 3 == pytest.approx(tiny.objective)
    assert tiny.gap == 0.0


def test_progress_is_told_in_the_weights_of_the_caller():
    """What is told while it solves is in the same unit as the answer."""
    told = []
    answer = locate.mclp(MINUTES, WEIGHT * 2.0**-40, 4, 2, progress=told.append)
    assert told
    assert told[-1].incumbent == answer.objective
    assert told[-1].bound == answer.bound


@pytest.mark.parametrize("name", MODELS)
def test_weights_that_no_sum_can_hold_are_refused(name):
    """Weights near the end of what a number can hold are refused by name."""
    with pytest.raises(locate.SitingInputError, match="give weights of 1e\\+200 or less"):
        MODELS[name](np.full(18, 1e308))


def test_a_solver_that_gives_up_without_a_time_limit_is_not_taken_for_a_lack_of_time(monkeypatch):
    """Without a time limit nobody is told to give more time: the solver gave up, and that is said."""
    highs = mip.solver()
    monkeypatch.setattr(highs, "solve", lambda *_: highs.SolverOutcome())
    with pytest.raises(locate.SitingCheckError, match="gave up without an answer"):
        locate.bacop1(MINUTES, WEIGHT, 9, 5)
