"""A log beside the model: of the model's own logs few raise an alarm, of those of another plan all do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from made_logs import made_log, of_points, with_log
from scipy import stats

from standby import examples
from standby.appraise import Backtest, backtest
from standby.appraise.backtest import FALSE_ALARMS, OTHERS, _pooled
from standby.attendance import fit_log
from standby.plan import Plan, figures_of, open_plan
from standby.plan.options import rows_of
from standby.tables import FEWEST_SHOWN
from standby.travel import Times, travel_times

TRUTH: Mapping[str, Any] = {
    "incident_types.spontaneous.per_100k_year": 400.0,
    "incident_types.spontaneous.authorisation_cv": 0.5,
    "classes.town.trip_cv": 0.3,
    "classes.village.trip_cv": 0.3,
    "tiers.arv.turnout_cv": 0.5,
}

RUNS = 20


@pytest.fixture(scope="module")
def truth() -> Plan:
    """Return the tiny plan with more calls, and with trips, turnout and authorisation that vary."""
    return open_plan(examples.path("tiny")).with_values(TRUTH)


@pytest.fixture(scope="module")
def times(truth: Plan) -> Times:
    """Return its minutes."""
    return travel_times(truth)


def tables_of(found: Backtest) -> list[pd.DataFrame]:
    """Return all tables of a backtest."""
    return [found.calls, found.reach, found.minutes, found.calibration]


@pytest.fixture(scope="module")
def of_own_logs(truth: Plan, times: Times) -> list[Backtest]:
    """Return backtests of logs of the plan's own model, fitted to nine months and compared in three."""
    logs = (made_log(truth, times, months=12, seed=300 + seed) for seed in range(RUNS))
    return [backtest(with_log(truth, log)) for log in logs]


def test_its_own_logs_raise_few_alarms(of_own_logs: list[Backtest]) -> None:
    """Of logs of the plan's own model no more raise an alarm than one in twenty of them would."""
    alarms = sum(found.number_off > 0 for found in of_own_logs)
    assert stats.binomtest(alarms, RUNS, FALSE_ALARMS, alternative="greater").pvalue > 0.001


def test_a_plan_as_written_is_not_off_either(truth: Plan, times: Times) -> None:
    """Of logs of the plan as it is written no more raise an alarm than one in twenty of them would."""
    alarms = 0
    for seed in range(RUNS):
        plan = with_log(truth, made_log(truth, times, months=6, seed=400 + seed))
        alarms += backtest(plan, as_written=True).number_off > 0
    assert stats.binomtest(alarms, RUNS, FALSE_ALARMS, alternative="greater").pvalue > 0.001


def test_single_comparisons_hold_as_often_as_they_say(of_own_logs: list[Backtest]) -> None:
    """What was observed of all calls lies between low and high in nine logs of ten, or more."""
    for name in ("calls", "reach", "minutes"):
        rows = [getattr(found, name).iloc[0] for found in of_own_logs]
        hit = sum(bool(row["low"] <= row["observed"] <= row["high"]) for row in rows)
        assert stats.binomtest(hit, RUNS, 0.9, alternative="less").pvalue > 0.001


@pytest.mark.parametrize(
    ("other", "words"),
    [
        ({"incident_types.spontaneous.per_100k_year": 600.0}, "came where the model expects"),
        ({"travel.emergency_factor": 1.0}, "half of the calls within"),
        ({"incident_types.spontaneous.class_weight": {"village": 2.5}}, "class Village"),
    ],
)
def test_logs_of_another_plan_raise_it(truth: Plan, times: Times, other: dict[str, Any], words: str) -> None:
    """More calls, slower drives, calls elsewhere: the plan as written is said to be off, and in what."""
    for seed in range(3):
        log = made_log(truth.with_values(other), times, months=12, seed=500 + seed)
        found = backtest(with_log(truth, log), as_written=True)
        assert found.number_off > 0
        assert any(words in statement for statement in found.statements)


def test_what_a_fit_can_not_mend_raises_it(truth: Plan, times: Times) -> None:
    """Where no car stands any more, the model that is fitted to the other months is still off."""
    units = truth.table("units")
    fewer = replace(truth, tables={**truth.tables, "units": units[units["site"] != "midtown"]})
    plan = with_log(fewer, made_log(truth, times, months=24, seed=600))
    assert backtest(plan).number_off > 0


def test_the_other_months_are_fitted_and_the_last_are_compared(truth: Plan, times: Times) -> None:
    """A quarter of the months is kept back, or as many as asked for; the rest is what was fitted to."""
    log = made_log(truth, times, months=12, seed=700)
    found = backtest(with_log(truth, log))
    assert found.held_out == ("2022-10", "2022-11", "2022-12")
    assert found.fitted_to[0] == "2022-01"
    assert len(found.fitted_to) == 9
    came = (log["time"] >= "2022-10").sum()
    assert found.calls["observed"].iloc[0] == came
    assert backtest(with_log(truth, log), months=5).held_out[0] == "2022-08"

    # What comes in the months kept back changes nothing of what is expected of others by the fit.
    doubled = log[log["time"] < "2022-10"]
    later = log[log["time"] >= "2022-10"].iloc[::2]
    half = backtest(with_log(truth, pd.concat([doubled, later], ignore_index=True)))
    assert half.calls["expected"].iloc[0] == pytest.approx(found.calls["expected"].iloc[0], rel=0.02)


def test_expected_calls_by_hand(truth: Plan, times: Times) -> None:
    """As written, a plan of 100,000 people and 400 calls a year and 100,000 expects 400 in a year."""
    found = backtest(with_log(truth, made_log(truth, times, months=12, seed=800)), as_written=True)
    assert found.calls["expected"].iloc[0] == pytest.approx(400.0 * 365 / 365.25, rel=1e-3)
    assert found.fitted_to == ()
    by_class = found.calls[found.calls["by"] == "class"]
    assert by_class["expected"].sum() == pytest.approx(found.calls["expected"].iloc[0])
    assert by_class["observed"].sum() == found.calls["observed"].iloc[0]


def test_figures_of_the_truth_are_fitted(truth: Plan, times: Times) -> None:
    """Spread of trips and turnout, the factor and scenes come back; turnout holds the breaking off."""
    found = fit_log(with_log(truth, made_log(truth, times, months=24, seed=900)))
    right = {placed.path: placed.figure.value for placed in figures_of(truth.document, truth.tables)}
    for path, rel in (
        ("travel.emergency_factor", 0.05),
        ("classes.town.trip_cv", 0.15),
        ("tiers.arv.turnout_cv", 0.25),
        ("tiers.arv.turnout_min", 0.15),
        ("incident_types.spontaneous.authorisation_min", 0.1),
        ("incident_types.spontaneous.authorisation_cv", 0.2),
        ("incident_types.spontaneous.scene_min", 0.15),
    ):
        assert found.figures[path].value == pytest.approx(right[path], rel=rel), path
    assert found.set_with == {
        "travel.model_factor": 1.0,
        "tiers.arv.ordinary_work.break_off_min": 0.0,
    }


def test_intervals_of_spread_hold_the_truth(truth: Plan, times: Times) -> None:
    """Over 20 logs the 90% intervals of three coefficients hold the truth about nine times in ten."""
    right = {"trip": 0.3, "authorisation_min": 0.5}
    hit = trials = 0
    for seed in range(20):
        found = fit_log(with_log(truth, made_log(truth, times, months=12, seed=1000 + seed))).variation
        for row in found[found["quantity"].isin(list(right))].to_dict("records"):
            hit += bool(row["cv_low"] <= right[row["quantity"]] <= row["cv_high"])
            trials += 1
    assert trials >= 40
    assert stats.binomtest(hit, trials, 0.9).pvalue > 0.001


def test_an_empty_model_of_variation_is_said(truth: Plan, times: Times) -> None:
    """A plan whose minutes never vary says so, as its log can't be told from chance."""
    plain = truth.with_values({path: 0.0 for path in TRUTH if path.endswith("_cv")})
    found = backtest(with_log(plain, made_log(truth, times, months=12, seed=1100)), as_written=True)
    assert any("the same every time" in note for note in found.notes)


def test_small_groups_are_not_shown(truth: Plan, times: Times) -> None:
    """No row by group has fewer than five calls, in any table."""
    found = backtest(with_log(truth, made_log(truth, times, months=4, seed=1200)))
    assert (found.reach["calls"] >= FEWEST_SHOWN).all()
    assert (found.minutes["calls"] >= FEWEST_SHOWN).all()
    assert (found.calibration["calls"] >= FEWEST_SHOWN).all()
    by_group = found.calls[found.calls["by"] != "all"]
    assert (by_group["observed"] >= FEWEST_SHOWN).all()


@pytest.mark.parametrize(
    ("observed", "groups"),
    [
        ({"a": 9, "b": 7}, {"a": "a", "b": "b"}),
        ({"a": 9, "b": 3, "c": 2}, {"a": "a", "b": OTHERS, "c": OTHERS}),
        ({"a": 9, "b": 7, "c": 2}, {"a": "a", "b": OTHERS, "c": OTHERS}),
        ({"a": 2, "b": 1}, {}),
        ({"a": 0, "b": 8}, {"b": "b"}),
    ],
)
def test_small_groups_are_put_together(observed: dict[str, int], groups: dict[str, str]) -> None:
    """Groups below five go together; a pool that stays small takes the smallest other group in."""
    assert _pooled(observed) == groups


def test_too_little_of_a_log(truth: Plan, times: Times) -> None:
    """One month leaves nothing to fit to: refused with how many more would do; an option is refused too."""
    log = made_log(truth, times, months=1, seed=1300)
    with pytest.raises(ValueError, match="1 more month of log"):
        backtest(with_log(truth, log))
    with pytest.raises(ValueError, match="leave one of the two out"):
        backtest(with_log(truth, log), months=1, as_written=True)
    with pytest.raises(ValueError, match="start from the base"):
        backtest(with_log(truth, log).with_option("quicker"))
    with pytest.raises(ValueError, match=r"add incidents\.csv"):
        backtest(truth)
    few = backtest(with_log(truth, log.iloc[:4]), as_written=True)
    assert any("standards.first has fewer than 5 calls" in note for note in few.notes)


def test_the_order_of_rows_does_not_matter(truth: Plan, times: Times) -> None:
    """Rows in another order give the same tables, to rounding."""
    log = made_log(truth, times, months=6, seed=1400)
    mixed = log.iloc[np.random.default_rng(1).permutation(len(log))].reset_index(drop=True)
    one, other = backtest(with_log(truth, log)), backtest(with_log(truth, mixed))
    for left, right in zip(tables_of(one), tables_of(other), strict=True):
        keys = [c for c in left if left[c].dtype == object or str(left[c].dtype) == "str"]
        pd.testing.assert_frame_equal(
            left.sort_values(keys, ignore_index=True), right.sort_values(keys, ignore_index=True)
        )


@pytest.mark.long
def test_a_plan_of_three_forces(south_west_of_points: Plan) -> None:
    """Two years of calls in three forces, with trips that vary: nothing is off, fitted or as written."""
    times = travel_times(south_west_of_points)
    plan = with_log(south_west_of_points, made_log(south_west_of_points, times, months=24, seed=1))
    for as_written in (True, False):
        assert backtest(plan, as_written=as_written).number_off == 0


@pytest.fixture(scope="module")
def south_west_of_points() -> Plan:
    """Return the packaged plan of three forces with areas that are points, and minutes that vary."""
    plan = of_points(open_plan(examples.path("south-west")))
    return plan.with_values({f"classes.{name}.trip_cv": 0.3 for name in plan.document.classes})


def test_a_patrol_without_time_changes_nothing(truth: Plan, times: Times) -> None:
    """A unit that is on patrol for none of its time leaves every table as it is, rows by tier among them."""
    plan = with_log(truth, made_log(truth, times, months=12, seed=1500))
    unit = plan.table("units").iloc[0]
    patrol = {
        "id": "none", "unit": unit["id"], "provider": unit["provider"], "area": "moor", "share": 0,
        "source": "invented",
    }  # fmt: skip
    frame, _ = rows_of("patrols", [patrol])
    patrolled = replace(plan, tables={**plan.tables, "patrols": frame})
    pairs = zip(tables_of(backtest(plan)), tables_of(backtest(patrolled)), strict=True)
    for without, with_patrol in pairs:
        pd.testing.assert_frame_equal(with_patrol, without, rtol=1e-9, atol=1e-12)


def test_notes_say_what_was_left_out_and_set_aside(truth: Plan, times: Times) -> None:
    """Notes of the fit are carried; calls far away, set aside and without minutes are told apart."""
    log = made_log(truth, times, months=12, seed=1600)
    last = np.flatnonzero((log["time"] >= "2022-10").to_numpy())
    log.loc[last[:3], "first_armed_min"] = 5000.0
    log.loc[last[3:5], "lat"] = 57.0
    log.loc[last[5:], "first_armed_min"] = log["first_armed_min"][last[5:]].fillna(30.0)
    log.loc[last[5], "first_armed_min"] = np.nan
    log.loc[0, "turnout_min"] = 1000.0
    log.loc[1, "lat"] = 57.0
    notes = backtest(with_log(truth, log)).notes

    shown = len(last) - 2
    assert "in the months compared, 2 calls more than 50 km from every area are left out" in notes
    assert "in the months fitted to, 1 call more than 50 km from every area is left out" in notes
    assert any(note.startswith("in the months fitted to, minutes of 1 call can't be right") for note in notes)
    assert any(f"3 of {shown} calls have minutes to first armed arrival that can't" in note for note in notes)
    assert any(f"1 of {shown} calls has no minutes to first armed arrival in the log" in n for n in notes)
    assert len(set(notes)) == len(notes)


def test_more_months_do_not_help_without_the_column(truth: Plan, times: Times) -> None:
    """Where no call has minutes of a standard's measure, no number of more months is asked for."""
    log = made_log(truth, times, months=4, seed=1700).assign(first_armed_min=np.nan)
    notes = backtest(with_log(truth, log), as_written=True).notes
    said = [note for note in notes if "standards.first" in note]
    assert said == [
        "no call of standards.first in the months compared has first_armed_min that can be used: not compared"
    ]
