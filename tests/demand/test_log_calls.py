"""Rates, places and hours from a log of past calls: of logs made from a plan, whose truth is known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from standby import examples
from standby.demand import call_rates, coverage_of, fit_calls, hour_of_week
from standby.plan import HOURS_A_YEAR, Plan, local_times, open_plan, plan_arrays, write_plan

TRUTH: Mapping[str, Any] = {
    "incident_types.spontaneous.per_100k_year": 600.0,
    "incident_types.spontaneous.class_weight": {"town": 1.0, "village": 0.5},
    "incident_types.spontaneous.hours": [{"hours": "fri-sat 20:00-04:00", "weight": 3.0}],
    "areas[moor].likelihood": 2.0,
}
"""What the logs are made from; of a plan with other weights, from which they are fitted."""


@pytest.fixture(scope="module")
def tiny() -> Plan:
    """Return the smallest packaged plan, with a flat base."""
    return open_plan(examples.path("tiny"))


def made_log(truth: Plan, *, months: int, seed: int) -> pd.DataFrame:
    """Return calls of a plan: Poisson by area and hour of the week, at the centres of areas."""
    rng = np.random.default_rng(seed)
    arrays = plan_arrays(truth)
    first = np.datetime64("2022-01", "M")
    hours = np.arange(first.astype("datetime64[h]"), (first + months).astype("datetime64[h]"))
    hours = hours[~np.isin(hours, np.array(["2022-03-27T01", "2023-03-26T01"], dtype="datetime64[h]"))]
    rates = call_rates(arrays)[0] * arrays.forces.planned[arrays.areas.forces]
    number = rng.poisson(rates.sum() * arrays.types.hour_weight[0][hour_of_week(hours)])
    when = np.repeat(hours, number).astype("datetime64[m]")
    when = when + rng.integers(60, size=when.size).astype("timedelta64[m]")
    position = arrays.areas.positions[rng.choice(rates.size, size=when.size, p=rates / rates.sum())]
    return pd.DataFrame(
        {
            "id": [f"c{k}" for k in range(when.size)],
            "time": np.datetime_as_string(when),
            "lon": position[:, 0],
            "lat": position[:, 1],
            "incident_type": "spontaneous",
        }
    )


def with_log(plan: Plan, log: pd.DataFrame) -> Plan:
    """Return a plan with a log, as it is when the log stands in its folder."""
    log = log.assign(unit_site="", source="", note="").reindex(columns=plan.table("incidents").columns)
    return replace(plan, tables={**plan.tables, "incidents": log})


def test_a_long_log_gives_the_truth(tiny: Plan) -> None:
    """Many calls give the calls a year, the weights of classes and hours, and the area that stands out."""
    truth = tiny.with_values({**TRUTH, "incident_types.spontaneous.per_100k_year": 6000.0})
    found = fit_calls(with_log(tiny, made_log(truth, months=24, seed=1)))
    fitted = tiny.with_values(found.changes)
    one, other = (call_rates(plan_arrays(plan))[0] * HOURS_A_YEAR for plan in (fitted, truth))
    planned = plan_arrays(tiny).forces.planned[plan_arrays(tiny).areas.forces]
    np.testing.assert_allclose(one[planned], other[planned], rtol=0.15)

    weight = found.profiles["spontaneous"][0]
    assert weight["hours"] == "fri-sat 20:00-04:00"
    assert weight["weight"] == pytest.approx(3.0, rel=0.15)
    assert found.rates["plan_per_year"].iloc[0] == pytest.approx(40.0)
    assert found.months["calls"].sum() == len(found.calls)


def test_the_interval_of_a_rate_holds_the_truth(tiny: Plan) -> None:
    """Over 40 logs the 90% interval of the calls a year holds the truth about 36 times."""
    truth = tiny.with_values(TRUTH)
    per_year = call_rates(plan_arrays(truth))[0][plan_arrays(tiny).areas.forces == 0].sum() * HOURS_A_YEAR
    hit = 0
    for seed in range(40):
        row = fit_calls(with_log(tiny, made_log(truth, months=3, seed=100 + seed))).rates.iloc[0]
        hit += bool(row["low"] <= per_year <= row["high"])
    assert stats.binomtest(hit, 40, 0.9).pvalue > 0.001


def test_areas_are_closer_to_the_truth_than_their_own_counts(south_west: Plan) -> None:
    """In each of 4 logs of a year, calls a year by area have less squared error than counts over time."""
    arrays = plan_arrays(south_west)
    of_area = dict(zip(arrays.areas.ids, call_rates(arrays)[0] * HOURS_A_YEAR, strict=True))
    for seed in range(4):
        found = fit_calls(with_log(south_west, made_log(south_west, months=12, seed=200 + seed)))
        right = found.areas["area"].map(of_area)
        drawn = ((found.areas["per_year"] - right) ** 2).sum()
        raw = ((found.areas["calls"] / found.coverage.years - right) ** 2).sum()
        assert drawn < 0.8 * raw


def test_towards_the_plan(tiny: Plan) -> None:
    """A log of the plan's own model, drawn towards the plan, leaves likelihoods and weights as they are."""
    truth = tiny.with_values(TRUTH)
    found = fit_calls(with_log(truth, made_log(truth, months=12, seed=3)), towards="plan")
    likelihood = found.areas.set_index("area")["likelihood"]
    assert likelihood["moor"] == pytest.approx(2.0, rel=0.2)
    assert likelihood["westham"] == pytest.approx(1.0, rel=0.2)
    ratio = found.classes.set_index("class")["estimate"]
    np.testing.assert_allclose(ratio, 1.0, atol=0.2)
    with pytest.raises(ValueError, match="towards"):
        fit_calls(truth, towards="nothing")  # type: ignore[arg-type]


def test_no_calls_of_its_own_is_as_its_class(tiny: Plan) -> None:
    """An area without calls gets a likelihood above 0 and below that of the others of its class."""
    log = made_log(tiny.with_values({**TRUTH, "areas[moor].likelihood": 0.0}), months=6, seed=4)
    areas = fit_calls(with_log(tiny, log)).areas.set_index("area")
    assert areas.loc["moor", "calls"] == 0
    assert 0.0 < areas.loc["moor", "likelihood"] < areas.loc["northley", "likelihood"]


def test_a_written_plan_holds_what_was_fitted(tiny: Plan, tmp_path: Any) -> None:
    """Figures, hours and likelihoods stand in the folder of the new plan, and it has no faults."""
    found = fit_calls(with_log(tiny, made_log(tiny.with_values(TRUTH), months=12, seed=5)))
    again = open_plan(write_plan(tiny.with_values(found.changes), tmp_path / "plan"))
    assert again.document.incident_types["spontaneous"].hours[0].weight > 2.0
    assert again.document.incident_types["spontaneous"].per_year["home"].kind == "measured"
    areas = again.table("areas").set_index("id")
    row = found.areas.set_index("area").loc["moor"]
    assert areas.loc["moor", "likelihood"] == pytest.approx(row["likelihood"], abs=1e-4)
    assert areas.loc["moor", "likelihood_high"] == pytest.approx(row["likelihood_high"], abs=1e-4)


def test_hours_that_a_plan_can_not_say_are_noted(tiny: Plan) -> None:
    """Calls that come at night alone, in a plan that tells no such hours, are said to be more uneven."""
    nights = {"incident_types.spontaneous.hours": [{"hours": "22:00-04:00", "weight": 8.0}]}
    log = made_log(tiny.with_values({**TRUTH, **nights}), months=12, seed=6)
    assert any("more unevenly" in note for note in fit_calls(with_log(tiny, log)).notes)
    even = made_log(tiny.with_values(TRUTH), months=12, seed=7)
    assert not any("more unevenly" in note for note in fit_calls(with_log(tiny, even)).notes)


# Too little of a log


def test_too_few_calls_say_how_many_more_months(tiny: Plan) -> None:
    """Three calls in three months give no rate, and a note of how many more months would do."""
    log = made_log(tiny.with_values(TRUTH), months=3, seed=8).iloc[[0, 60, -1]]
    found = fit_calls(with_log(tiny, log))
    assert found.rates["per_year"].isna().all()
    assert found.figures == {}
    assert found.rates["months_more"].iloc[0] == 2  # two calls more, at 3.5 in 3 months
    assert any("2 more months of log would do" in note for note in found.notes)
    assert "too few of any incident type" in found.summary()


def test_without_a_log_or_a_call_that_counts(tiny: Plan) -> None:
    """No log is refused with what to add, and a log elsewhere too; single calls elsewhere are named."""
    with pytest.raises(ValueError, match=r"add incidents\.csv"):
        fit_calls(tiny)
    log = made_log(tiny.with_values(TRUTH), months=2, seed=9)
    with pytest.raises(ValueError, match="no past call lies in a planned force"):
        fit_calls(with_log(tiny, log.assign(lat=57.0)))
    log.loc[3, "lat"] = 57.0
    left = fit_calls(with_log(tiny, log)).left_out
    assert left.to_numpy().tolist() == [["c3", "more than 50 km from every area"]]


def test_months_that_were_asked_for(tiny: Plan) -> None:
    """Of some months their calls and their time count, and months that the log has not are refused."""
    plan = with_log(tiny, made_log(tiny.with_values(TRUTH), months=6, seed=10))
    whole = fit_calls(plan)
    part = fit_calls(plan, months=["2022-02", "2022-03"])
    assert set(part.calls["month"]) == {"2022-02", "2022-03"}
    assert part.coverage.years * 12 == pytest.approx(2.0, rel=0.05)
    assert len(part.calls) == (whole.calls["month"].isin(["2022-02", "2022-03"])).sum()
    with pytest.raises(ValueError, match="does not cover 2030-01"):
        fit_calls(plan, months=["2030-01"])


# What a plan and its log have to agree on


def with_areas(plan: Plan, column: str, values: Mapping[str, float]) -> Plan:
    """Return a plan with other values in a column of some areas."""
    areas = plan.table("areas").copy()
    for area, value in values.items():
        areas.loc[areas["id"] == area, column] = value
    return replace(plan, tables={**plan.tables, "areas": areas})


def test_an_area_without_residents_leaves_the_others_alone(tiny: Plan) -> None:
    """Calls where nobody lives change no other area's estimate; the plan's likelihood stays, and a note."""
    log = made_log(tiny.with_values({**TRUTH, "areas[moor].likelihood": 0.0}), months=12, seed=11)
    empty = with_areas(tiny, "population", {"moor": 0.0})
    moor = tiny.table("areas").set_index("id").loc["moor"]
    stray = log.iloc[::40].assign(lon=moor["lon"], lat=moor["lat"])
    stray["id"] += "-stray"
    without = fit_calls(with_log(empty, log))
    found = fit_calls(with_log(empty, pd.concat([log, stray])))

    pd.testing.assert_frame_equal(found.classes, without.classes)
    estimates = ["expected", "raw", "estimate", "low", "high", "likelihood"]
    pd.testing.assert_frame_equal(found.areas[estimates], without.areas[estimates])
    row = found.areas.set_index("area").loc["moor"]
    assert row["calls"] == len(stray)
    assert np.isnan(row["estimate"])
    assert row["likelihood"] == moor["likelihood"]
    assert "areas[moor].likelihood" not in found.changes
    assert any(f"{len(stray)} calls have nowhere to go: they came to moor" in note for note in found.notes)
    assert not any("nowhere" in note for note in without.notes)


def test_a_force_without_residents_gets_no_rate(tiny: Plan) -> None:
    """Where no area of a force can have calls, no figure is given that the plan would refuse."""
    log = made_log(tiny.with_values(TRUTH), months=6, seed=12)
    homeless = with_areas(tiny, "population", {a: 0.0 for a in tiny.table("areas")["id"] if a != "eastport"})
    found = fit_calls(with_log(homeless, log))
    assert found.areas["estimate"].isna().all()
    assert found.changes == {**found.changes, **found.figures}
    assert not any("per_year" in path for path in found.figures)


def test_the_response_level_is_counted_once(tiny: Plan) -> None:
    """A log kept at a level with twice the calls gives a plan that has as many as came, at that level."""
    level = {"response_levels.heightened.demand_factor": 2.0, "plan.response_level": "heightened"}
    raised = tiny.with_values(level)
    found = fit_calls(with_log(raised, made_log(raised.with_values(TRUTH), months=12, seed=13)))
    fitted = raised.with_values(found.changes)
    home = plan_arrays(tiny).areas.forces == 0
    per_year = call_rates(plan_arrays(fitted))[0][home].sum() * HOURS_A_YEAR
    assert per_year == pytest.approx(len(found.calls) / found.coverage.years, rel=1e-4)
    assert any("response level heightened" in note for note in found.notes)


def test_areas_add_up_to_the_rates(tiny: Plan) -> None:
    """Calls a year by area are those of the fitted plan, and their sum is that of the rates."""
    truth = tiny.with_values({**TRUTH, "areas[moor].likelihood": 9.0})
    found = fit_calls(with_log(tiny, made_log(truth, months=12, seed=14)))
    assert found.areas["per_year"].sum() == pytest.approx(found.rates["per_year"].iloc[0], rel=1e-4)
    per_year = call_rates(plan_arrays(tiny.with_values(found.changes)))[0] * HOURS_A_YEAR
    np.testing.assert_allclose(found.areas["per_year"], per_year[plan_arrays(tiny).areas.forces == 0])


def test_no_figure_says_a_count_below_five(tiny: Plan) -> None:
    """Figures of classes and areas with few calls say that they are few, and not how many."""
    log = made_log(tiny.with_values(TRUTH), months=3, seed=15)
    is_village = (log["lat"] > 50.8) | (log["lon"] < -4.1)
    log = pd.concat([log[~is_village], log[is_village].iloc[:1]])
    found = fit_calls(with_log(tiny, log))
    path = "incident_types.spontaneous.class_weight.village"
    assert found.changes[path].note.startswith("fitted to few calls of 2022-01")
    assert not any(
        f"fitted to {number}" in (figure.note or "")
        for figure in found.changes.values()
        if not isinstance(figure, list)
        for number in ("0 calls", "1 call ", "2 calls", "3 calls", "4 calls")
    )


def test_calls_of_one_hour_cover_no_time(tiny: Plan) -> None:
    """Many calls within one hour are refused for that, and not for where they are."""
    log = made_log(tiny.with_values(TRUTH), months=1, seed=16).iloc[:20]
    with pytest.raises(ValueError, match=r"within 1 hour.*covers no time"):
        fit_calls(with_log(tiny, log.assign(time="2022-01-12T10:20")))


# The time that a log covers


def times_of(log: pd.DataFrame) -> np.ndarray:
    """Return when calls came."""
    return local_times(log["time"]).times


def test_whole_months_are_covered(tiny: Plan) -> None:
    """A log without gaps covers its months, each hour of the week as often as it comes in them."""
    coverage = coverage_of(times_of(made_log(tiny.with_values(TRUTH), months=12, seed=11)))
    assert coverage.gaps == ()
    assert coverage.months[0] == "2022-01"
    assert coverage.months[-1] == "2022-12"
    assert coverage.by_hour.sum() == 365 * 24


def test_gaps_are_found_and_not_covered(tiny: Plan) -> None:
    """A fortnight that is missing, and a first half of a month, are gaps: the rate stays that of the rest."""
    log = made_log(tiny.with_values(TRUTH), months=12, seed=12)
    kept = log[~log["time"].between("2022-05-03", "2022-05-17") & (log["time"] > "2022-01-20")]
    coverage = coverage_of(times_of(kept))
    assert len(coverage.gaps) == 2
    assert coverage.years * 365.25 == pytest.approx(365 - 14 - 19, abs=1.5)
    rates = [len(calls) / coverage_of(times_of(calls)).years for calls in (kept, log)]
    assert rates[0] == pytest.approx(rates[1], rel=0.05)
    notes = coverage.notes()
    assert "without 2 gaps" in notes[0]
    assert any("2022-05-0" in note for note in notes[1:])


def test_quiet_logs_have_no_gaps() -> None:
    """Of 200 logs of 40 calls a year, whose pauses are weeks long, hardly any is said to have a gap."""
    rng = np.random.default_rng(13)
    start = np.datetime64("2022-01-01", "s")
    said = 0
    for _ in range(200):
        times = start + np.sort(rng.integers(365 * 24 * 3600, size=40)).astype("timedelta64[s]")
        said += bool(coverage_of(times).gaps)
    assert said <= 4  # one at either end in a thousand


# Laws


@settings(max_examples=8, deadline=None)
@given(st.randoms(use_true_random=False), st.integers(1, 200))
def test_order_and_splits_conserve(random: Any, cut: int) -> None:
    """Rows in another order give the same fit, and the counts of two parts of a log add up to those of it."""
    tiny = open_plan(examples.path("tiny"))
    log = made_log(tiny.with_values(TRUTH), months=6, seed=14)
    order = list(range(len(log)))
    random.shuffle(order)
    whole, mixed = fit_calls(with_log(tiny, log)), fit_calls(with_log(tiny, log.iloc[order]))
    pd.testing.assert_frame_equal(whole.areas, mixed.areas)
    pd.testing.assert_frame_equal(whole.hours, mixed.hours)
    assert whole.figures == mixed.figures

    shuffled = log.iloc[order]
    parts = [fit_calls(with_log(tiny, part)) for part in (shuffled.iloc[:cut], shuffled.iloc[cut:])]
    assert sum(part.rates["calls"].iloc[0] for part in parts) == whole.rates["calls"].iloc[0]
    by_area = sum(part.areas["calls"] for part in parts)
    assert (by_area == whole.areas["calls"]).all()
