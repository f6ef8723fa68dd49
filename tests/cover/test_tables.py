"""Percentiles, backup, build-up and the other tables; and what is refused."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plans import commitment, tiny_rows, unit, write
from twin import cars_of, line_up, twin

from standby.attendance import BIN_MIN, evaluate
from standby.cover import Cover, cover, cover_of, evaluate_plan, minutes, percentiles
from standby.cover.backup import two_in_time
from standby.evidence.draws import draw
from standby.plan import Plan
from standby.travel import Times


@pytest.fixture(scope="module")
def regional(south_west: tuple[Plan, Times]) -> Cover:
    """Return the cover of the packaged plan of three forces."""
    return cover(*south_west)


def exact_percentile(pairs: list[tuple[float, float]], chance: float) -> float:
    """Return the least time by which a chance of the weight has arrived."""
    ordered = sorted(pairs)
    reached = np.cumsum([weight for _, weight in ordered])
    return ordered[int(np.searchsorted(reached, chance * reached[-1] * (1 - 1e-12)))][0]


@given(st.lists(st.tuples(st.floats(0, 59.9), st.floats(0.01, 5)), min_size=1, max_size=30), st.floats(0, 5))
@settings(max_examples=60)
def test_percentiles_are_right_to_less_than_a_bin(pairs: list[tuple[float, float]], never: float) -> None:
    """A percentile of gathered times is within a bin of the exact weighted one, and inf where that is."""
    histogram = np.zeros(int(60 / BIN_MIN) + 1)
    for when, weight in pairs:
        histogram[int(when / BIN_MIN)] += weight
    histogram[-1] += never
    pairs = [*pairs, (math.inf, never)] if never else pairs
    for chance, found in zip((0.5, 0.9, 0.95), percentiles(histogram), strict=True):
        expected = exact_percentile(pairs, chance)
        if math.isinf(expected):
            assert math.isinf(found)
        else:
            assert abs(found - expected) <= BIN_MIN + 1e-9


def test_percentiles_of_nothing_are_not_a_number() -> None:
    """Where there is no weight there is no percentile."""
    assert np.isnan(percentiles(np.zeros(5))).all()


def test_minutes_of_scopes_are_those_of_the_arrivals_themselves(tiny: tuple[Plan, Times]) -> None:
    """Mean and percentiles over people are those of every place's arrivals, enumerated, in one list."""
    e = evaluate_plan(*tiny)
    slow = twin(e.arrays, tiny[1], e.standards)
    arrays, people = e.arrays, e.arrays.areas.population
    found = minutes(e.scopes, e.outcome)[0, :, 0]
    for m, measure in enumerate(("first", "full")):
        for name, mask in (("all", slice(None)), ("rural", arrays.classes.rural[arrays.areas.classes])):
            scope = e.scopes.row(*(("all",) if name == "all" else ("setting", name)))
            inside = np.zeros(len(people), dtype=bool)
            inside[mask] = True
            inside &= arrays.forces.planned[arrays.areas.forces]
            pairs = [
                (when, share * people[place])
                for place in np.flatnonzero(inside)
                for when, share in slow.arrivals[0, measure, place]
            ]
            mean = sum(min(t, 180.0) * w for t, w in pairs) / sum(w for _, w in pairs)
            assert found[m, scope, 0] == pytest.approx(mean, abs=1e-3)
            for column, chance in ((1, 0.5), (2, 0.9)):
                assert found[m, scope, column] == pytest.approx(exact_percentile(pairs, chance), abs=BIN_MIN)


def test_gap_is_rural_less_urban(regional: Cover) -> None:
    """The gap of each percentile is the rural one less the urban one, and above 0 in this region."""
    for p in ("p50", "p90"):
        table = regional.gap[np.isfinite(regional.gap[f"gap_{p}_min"])]
        assert len(table) >= 2
        assert (table[f"rural_{p}_min"] - table[f"urban_{p}_min"]).tolist() == table[f"gap_{p}_min"].tolist()
        assert (table[f"gap_{p}_min"] > 0).all()


def test_shares_of_classes_add_up_to_the_whole(regional: Cover) -> None:
    """The share over all is the mean of the classes' shares weighted with their people."""
    areas = regional.areas
    main = regional.standards[regional.standards["standard"] == "rural-30"]
    by = main[main["scope_kind"] == "class"].set_index("scope")["share_expected"]
    people = areas[areas["class"].isin(by.index)].groupby("class")["people"].sum()
    whole = main[main["scope_kind"] == "all"]["share_expected"].iloc[0]
    assert (by * people).sum() / people.sum() == pytest.approx(whole)


def test_worst_areas_are_those_with_the_longest_minutes(regional: Cover) -> None:
    """The list is in falling order, and nobody left out waits longer than the last of it."""
    shown = regional.worst["first_mean_min"].tolist()
    assert shown == sorted(shown, reverse=True)
    rest = regional.areas[~regional.areas["area"].isin(regional.worst["area"])]
    assert rest["first_mean_min"].max() <= shown[-1]
    assert regional.worst["rank"].tolist() == list(range(1, len(shown) + 1))


def test_backup_agrees_with_counting_who_comes() -> None:
    """The chance of two units in time is that of enumerating which are free, node by node."""
    rows = [unit("a", "midtown", count=2), unit("b", "westham"), unit("c", "eastport", "next")]
    plan, times = write(units=rows, minutes=lambda site, place: 4.0 + 3.0 * ((len(site) * len(place)) % 5))
    e = evaluate_plan(plan, times)
    cars = cars_of(e.arrays)
    nodes = range(int(e.model.congestion.first[0]), int(e.model.congestion.first[1]))  # of the home county
    late = [(0.12 / 0.97, 2.0)] * len(cars)  # on work that can be broken off, and the minutes it takes
    got = two_in_time(e, if_free=False)[0]
    for place in np.flatnonzero(~np.isnan(e.setting.within_min[0])):
        expected = 0.0
        for node in nodes:
            free = e.outcome.free[0, node].tolist()
            lined = line_up(e.arrays, times, cars, free, late, [True] * len(cars), int(place))
            in_time: dict[int, float] = {}  # with nothing to break off, or all the same
            for when, car, p in lined:
                in_time[car] = in_time.get(car, 0.0) + (p if when + 3.0 <= 20.0 else 0.0)
            chances = list(in_time.values())
            none = math.prod(1 - p for p in chances)
            one = sum(
                p * math.prod(1 - q for k, q in enumerate(chances) if k != j) for j, p in enumerate(chances)
            )
            expected += e.outcome.node_weight[0, node] * (1.0 - none - one)
        assert got[place] == pytest.approx(expected, abs=1e-9)


def test_backup_is_never_more_than_first_cover(regional: Cover) -> None:
    """Two in time is never likelier than one in time."""
    keys = ["standard", "scope_kind", "scope"]
    both = regional.backup.merge(regional.standards, on=keys)
    assert len(both) == len(regional.backup) > 0
    assert (both["share_two_if_free"] <= both["share_if_free"] + 1e-9).all()
    assert (both["share_two_expected"] <= both["share_expected"] + 1e-9).all()


def test_build_up_never_falls_and_ends_at_the_crews_on_duty() -> None:
    """Officers expected grow with the minutes up to those of the free cars, neighbours' cut to those lent."""
    rows = [unit("a", "midtown", hours="mon-fri 07:00-19:00"), unit("b", "eastport", "next")]
    e = evaluate_plan(*write(units=rows))
    table = cover_of(e).build_up
    table = table[table["scope_kind"] == "all"]
    assert (table[["own", "neighbour"]].diff().dropna() >= -1e-12).all(axis=None)
    duty = 60 / 168
    assert table["own"].iloc[-1] == pytest.approx(2 * duty * (1 - e.outcome.busy[0]), abs=1e-9)
    assert table["neighbour"].iloc[-1] == pytest.approx(2 * 0.8 * (1 - e.outcome.busy[1]), abs=1e-9)


def test_a_standard_for_a_class_nobody_lives_in_is_named() -> None:
    """It has no share, and the summary says that it holds for nobody rather than that it is met."""

    def change(document: dict[str, Any]) -> None:
        document["classes"]["city"] = {"name": "City", "setting": "urban", "travel_class": "urban_town"}
        document["standards"]["first"]["classes"] = ["city"]

    found = cover(*write(change=change))
    assert found.nowhere == ("First armed arrival in 20 minutes",)
    assert set(found.standards["standard"]) == {"full"}
    assert "First armed arrival in 20 minutes: holds for nobody in this plan." in found.summary()
    assert found.areas["chance_in_time"].isna().all()


def test_nobody_armed_is_beyond_every_limit() -> None:
    """Without armed units every share is 0 and every percentile beyond the limit."""
    found = cover(*write(units=[unit("a", "midtown", tier="response")]))
    assert (found.standards[["share_if_free", "share_expected", "share_assured"]] == 0).all(axis=None)
    assert np.isinf(found.minutes["p50_min"]).all()
    assert found.minutes["mean_min"].to_numpy() == pytest.approx(180)
    assert not found.standards["met"].any()


def test_hours_with_nobody_on_duty_are_never_in_time() -> None:
    """A car on duty for 60 of 168 hours reaches its town in the calls of these hours, and in no others."""
    e = evaluate_plan(*write(units=[unit("a", "midtown", hours="mon-fri 07:00-19:00")]))
    weight = e.arrays.types.hour_weight[0]
    on_duty = e.arrays.units.hours[0]
    assert e.if_free.reached[0, 0] == pytest.approx(weight[on_duty].sum() / 168)
    table = cover_of(e).areas
    assert np.isinf(table["nearest_min"]).all()


def test_an_island_is_out_of_reach(tiny: tuple[Plan, Times]) -> None:
    """A place that no road leads to is never reached, and counts as the limit in the mean."""
    areas = [{**row, "island": "yes" if row["id"] == "moor" else ""} for row in tiny_rows("areas")]
    found = cover(*write(areas=areas)).areas.set_index("area").loc["moor"]
    assert found["first_mean_min"] == pytest.approx(180)
    assert (found["chance_in_time"], found["units_in_time"]) == (0, 0)
    assert math.isinf(found["nearest_min"])
    assert found["chance_nearest_free"] == 0


def test_response_levels_take_their_own_rows() -> None:
    """Units and commitments of another level do not count, and the level's demand factor does."""

    def heightened(document: dict[str, Any]) -> None:
        document["plan"]["response_level"] = "heightened"
        document["response_levels"] = {"heightened": {"demand_factor": 3.0}}

    rows = [unit("a", "midtown"), unit("b", "westham", levels="heightened|exceptional")]
    held = [commitment("event", 0.5, levels="heightened")]
    normal = evaluate_plan(*write(units=rows, commitments=held))
    raised = evaluate_plan(*write(units=rows, commitments=held, change=heightened))
    assert (len(normal.model.rows), len(raised.model.rows)) == (1, 2)
    calls = [cover_of(e).areas["calls_per_year"].sum() for e in (normal, raised)]
    assert calls == pytest.approx([40.0, 120.0])
    assert raised.outcome.busy.min() > 0.25 > normal.outcome.busy.max()


def test_an_unarmed_car_that_is_asked_for_counts() -> None:
    """Full attendance with an unarmed car is complete when that car is there, and it is no first arrival."""

    def change(document: dict[str, Any]) -> None:
        document["incident_types"]["spontaneous"]["full"] = {"units": {"arv": 1, "response": 1}}

    rows = [unit("a", "midtown"), unit("b", "midtown", tier="response", notice_min=9)]
    plan, times = write(units=rows, change=change, minutes=lambda *_: 8.0)
    e = evaluate_plan(plan, times)
    assert e.if_free.mean_min[0, :, 0] == pytest.approx([3 + 2 + 6, 3 + 9 + 6])
    assert (cover_of(e).build_up["own"] <= 2.0).all()  # the armed officers of the ARV alone


def test_draws_are_evaluated_one_by_one(tiny: tuple[Plan, Times]) -> None:
    """A table of draws is refused, with the fix, and a start of another shape as well."""
    e = evaluate_plan(*tiny)
    drawn = e.arrays.drawn(draw(e.arrays.dimensions, 4, seed=1))
    with pytest.raises(ValueError, match=r"arrays\.one\(draw\)"):
        evaluate(e.model, drawn, e.setting)
    with pytest.raises(ValueError, match="start has shape"):
        evaluate(e.model, e.arrays, e.setting, start=np.zeros(3))


def test_times_of_another_plan_are_refused(tiny: tuple[Plan, Times]) -> None:
    """Minutes for other areas are an error, not an answer for the wrong places."""
    plan, _ = write(areas=tiny_rows("areas")[::-1])
    with pytest.raises(ValueError, match="other areas"):
        evaluate_plan(plan, tiny[1])


def test_swamped_crews_settle() -> None:
    """With a thousand times the calls that crews can take, shares settle below 1 and nobody is free."""

    def change(document: dict[str, Any]) -> None:
        document["incident_types"]["spontaneous"]["per_100k_year"] = 4_000_000.0

    e = evaluate_plan(*write(change=change))
    assert (e.outcome.busy < 1.0).all()
    assert e.outcome.busy[:2].min() > 0.99


def test_summary_speaks_of_every_standard(regional: Cover, south_west: tuple[Plan, Times]) -> None:
    """The sentence names each standard once."""
    for standard in south_west[0].document.standards.values():
        assert regional.summary().count(standard.name + ":") == 1
