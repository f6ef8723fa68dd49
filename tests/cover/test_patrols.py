"""Units on patrol: where they are, who is reached from there, and what does not count them."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from patrols import patrolled, random_patrols, south_west_patrols
from plans import Row, commitment, patrol, tiny_rows, unit, write
from random_plans import random_plan
from test_laws import busier, few, unit_rows

from standby import examples
from standby.attendance import Available, available, evaluate, position_share
from standby.cover import Evaluated, cover, cover_of, evaluate_plan, need
from standby.cover.places import _nearest_first
from standby.evidence.draws import draw
from standby.locate import locate
from standby.plan import open_plan, plan_arrays
from standby.travel import travel_times

SAME = dict.fromkeys(("reached", "mean_min", "busy", "histogram"), 1e-12)
"""Tolerances of what nothing is done to."""


def same_numbers(one: Evaluated, two: Evaluated, within: dict[str, float]) -> None:
    """Fail unless two evaluations are the same, each field to its tolerance."""
    for a, b in ((one.outcome, two.outcome), (one.if_free, two.if_free)):
        for field, off in within.items():
            np.testing.assert_allclose(getattr(a, field), getattr(b, field), off, off, err_msg=field)


def varying(document: dict[str, Any]) -> None:
    """Let calls be many, and trips, turnout and authorisation vary."""
    busier(document)
    for place_class in document["classes"].values():
        place_class["trip_cv"] = 0.3
    document["tiers"]["arv"]["turnout_cv"] = 0.5
    document["incident_types"]["spontaneous"]["authorisation_cv"] = 0.4


@few
@given(unit_rows(), st.integers(0, 2**32 - 1), st.sampled_from([busier, varying]))
def test_a_patrol_for_no_time_is_none(rows: list[Row], seed: int, change: Any) -> None:
    """Patrols with a share of nought change no number."""
    plan, times = write(units=rows, change=change)
    none = [{**row, "share": 0} for row in random_patrols(plan, seed)]
    same_numbers(evaluate_plan(plan, times), evaluate_plan(*patrolled(plan, none)), SAME)


@few
@given(unit_rows(), st.floats(0.0, 1.0), st.sampled_from([busier, varying]))
def test_a_patrol_at_the_site_itself_is_none(rows: list[Row], share: float, change: Any) -> None:
    """A unit that patrols its own site, with its own turnout, is where it was: no number changes.

    A walk along the line leaves small chances alone, those below 1e-10 and, where minutes vary, below 1e-8:
    more entries of a unit are more of these.
    """
    plan, times = write(units=rows, change=change)
    there = [
        patrol(f"at-{row['id']}", row["id"], round(share, 6), site=row["site"], provider=row["provider"])
        for row in rows
    ]
    before, after = evaluate_plan(plan, times), evaluate_plan(*patrolled(plan, there))
    minutes_off = 1e-7 if change is busier else 1e-5
    same_numbers(before, after, {"reached": 1e-7, "busy": 1e-7, "mean_min": minutes_off})
    assert before.if_free.reached == pytest.approx(after.if_free.reached, abs=1e-12)


def test_a_unit_is_where_it_is_said_to_be() -> None:
    """One unit, free all the time: a place is in reach for the time that the unit is near enough."""
    plan, times = write(
        units=[unit("u", "midtown")],
        patrols=[patrol("moor", "u", 0.3), patrol("coombe", "u", 0.25, area="coombe", turnout_min=0)],
    )
    evaluated = evaluate_plan(plan, times)
    arrays = evaluated.arrays
    assert times.patrols.ids == ("moor", "coombe")

    # The same formula by hand: authorisation, turnout, and the drive at emergency speed.
    factor = float(arrays.travel.emergency_factor * arrays.travel.model_factor)
    start = float(arrays.travel.start_min)
    from_site = times.minutes[times.site_ids.index("midtown")]
    drives = np.maximum(np.vstack([from_site, times.patrols.minutes]) - start, 0.0) * factor
    turnout = float(arrays.tiers.turnout_min[arrays.tiers.ids.index("arv")])
    minutes = drives + np.array([turnout, turnout, 0.0])[:, None]
    share = np.array([0.45, 0.3, 0.25])

    row = 0
    kind = int(evaluated.setting.types[row])
    minutes += float(arrays.types.authorisation_min[kind])
    within = evaluated.setting.within_min[row]
    expected = share @ (minutes <= within + 1e-9) * ~np.isnan(within)
    assert evaluated.setting.measures[row] == 0
    assert expected.max() > 0.0
    assert evaluated.if_free.reached[row] == pytest.approx(expected, abs=1e-12)
    assert len(set(np.round(expected, 6))) > 2


def test_turnout_varies_on_patrol_too() -> None:
    """A patrol's own turnout varies as that of the tier, and a turnout of nought does not vary."""
    rows = [patrol("a", "u", 1, site="midtown", turnout_min=2)]
    own, none = (
        evaluate_plan(*write(units=[unit("u", "midtown")], change=varying, patrols=[{**rows[0], **more}]))
        for more in ({}, {"turnout_min": 0})
    )
    plain = evaluate_plan(*write(units=[unit("u", "midtown")], change=varying))
    turnout = float(plain.arrays.tiers.turnout_min[plain.arrays.tiers.ids.index("arv")])
    assert turnout == 2.0
    assert own.if_free.reached == pytest.approx(plain.if_free.reached, abs=1e-12)
    assert (none.if_free.reached >= plain.if_free.reached - 1e-9).all()
    assert none.if_free.mean_min.sum() < plain.if_free.mean_min.sum()


def test_shares_of_a_unit_are_one() -> None:
    """As seen from every place a unit is somewhere all the time, however its patrols are drawn."""
    plan, times = write(
        units=[unit("u", "midtown", count=2), unit("v", "westham")],
        patrols=[
            patrol("a", "u", 0.6, share_low=0.2, share_high=0.9, group="a"),
            patrol("b", "u", 0.4, share_low=0.1, share_high=0.8, group="b", **{"class": "village"}),
        ],
    )
    model = available(plan, times).model
    central = plan_arrays(plan)
    drawn = central.drawn(draw(central.dimensions, 32, seed=5, scrambles=2))
    sums = set()
    for number in range(32):
        arrays = drawn.one(number)
        share = position_share(model, arrays)
        by_unit = np.zeros((len(model.rows), share.shape[1]))
        np.add.at(by_unit, model.positions.unit, share)
        assert by_unit == pytest.approx(1.0, abs=1e-12)
        assert (share >= 0.0).all()
        sums.add(round(float(arrays.patrols.share.sum()), 9))
        assert np.isfinite(evaluate(model, arrays, evaluate_plan(plan, times).setting).reached).all()
    assert max(sums) > 1.0
    assert len(sums) > 16


def nearest_by_hand(minutes: np.ndarray, unit: np.ndarray, share: np.ndarray) -> float:
    """Return the mean minutes of the nearest of some units, over all ways in which they may be somewhere."""
    places = [np.flatnonzero(unit == number) for number in np.unique(unit)]
    return sum(
        float(np.prod(share[list(way)])) * min(minutes[list(way)])
        for way in product(*places)
        if np.prod(share[list(way)]) > 0.0
    )


@few
@given(st.integers(0, 2**32 - 1))
def test_the_nearest_unit_is_that_of_every_way_to_be_somewhere(seed: int) -> None:
    """Mean minutes of the nearest unit agree with enumeration, also with ties and what is never reached."""
    rng = np.random.default_rng(seed)
    unit_of = np.sort(rng.integers(0, 4, 9))
    _, unit_of = np.unique(unit_of, return_inverse=True)
    share = rng.random((9, 5)) * (rng.random((9, 5)) < 0.8) + 1e-3
    for number in range(int(unit_of.max()) + 1):
        share[unit_of == number] /= share[unit_of == number].sum(axis=0)
    minutes = np.where(rng.random((9, 5)) < 0.15, np.inf, rng.integers(1, 9, (9, 5)).astype(float))

    mean = np.zeros(5)
    chance = np.zeros(5)
    for first, first_chance in _nearest_first(minutes, unit_of, share):
        here = minutes[first, np.arange(5)]
        counts = first_chance > 0.0
        mean[counts] += first_chance[counts] * here[counts]
        chance += first_chance
    assert chance == pytest.approx(1.0, abs=1e-9)
    expected = [nearest_by_hand(minutes[:, place], unit_of, share[:, place]) for place in range(5)]
    assert mean == pytest.approx(np.array(expected), abs=1e-9)


def modest(document: dict[str, Any]) -> None:
    """Ask for what can be met, let nothing vary, and lend nobody, so that a force's own units are all."""
    for standard in document["standards"].values():
        standard["share"] = 0.5
    for section, field in (
        ("classes", "trip_cv"),
        ("tiers", "turnout_cv"),
        ("incident_types", "authorisation_cv"),
    ):
        for entry in document[section].values():
            entry[field] = 0.0
    document["mutual_aid"]["share_available"] = 0.0


@pytest.fixture(scope="module")
def on_patrol() -> Evaluated:
    """Return the tiny plan with patrols of its cars, evaluated."""
    plan, times = write(
        change=modest,
        units=[unit("a", "midtown", count=2), unit("b", "westham", hours="07:00-19:00")],
        commitments=[commitment("event", 1, hours="sat", break_off="allowed", break_off_min=5)],
        patrols=[patrol("v", "a", 0.5, **{"class": "village"}, turnout_min=0), patrol("m", "b", 0.4)],
    )
    return evaluate_plan(plan, times)


def test_every_table_counts_where_units_are(on_patrol: Evaluated) -> None:
    """The tables of areas, build-up and backup are those of units that are where they are."""
    plan = on_patrol.arrays.plan
    without = replace(plan, tables={**plan.tables, "patrols": plan.table("patrols").iloc[:0]})
    there = cover_of(on_patrol)
    at_sites = cover(without, travel_times(without))

    # A village is nearer to a patrol of villages than to a town; nearest minutes are between the two.
    village = there.areas["class"] == "village"
    assert (there.areas["nearest_min"][village] < at_sites.areas["nearest_min"][village]).all()
    assert not np.allclose(there.areas["units_in_time"], at_sites.areas["units_in_time"])

    # About as many officers come in the end, at other times: units are away a little longer or less long.
    for table in (there.build_up, at_sites.build_up):
        assert len(table)
    last = there.build_up["minutes"] == there.build_up["minutes"].max()
    columns = ["own", "shared", "neighbour"]
    assert there.build_up[last][columns].to_numpy() == pytest.approx(
        at_sites.build_up[last][columns].to_numpy(), abs=0.02
    )
    assert not np.allclose(there.build_up[columns], at_sites.build_up[columns])
    assert not np.allclose(
        there.backup["share_two_if_free"].to_numpy(), at_sites.backup["share_two_if_free"].to_numpy()
    )


def test_need_counts_units_at_their_sites_and_says_so(on_patrol: Evaluated) -> None:
    """What is needed is the same with and without patrols, cover meets it, and a note says what it counts."""
    plan = on_patrol.arrays.plan
    without = replace(plan, tables={**plan.tables, "patrols": plan.table("patrols").iloc[:0]})
    found = need(plan, travel_times(plan), sites="all", curve=False)
    at_sites = need(without, travel_times(without), sites="all", curve=False)
    assert [note for note in found.notes if "at their sites" in note]
    assert not [note for note in at_sites.notes if "at their sites" in note]
    assert found.table["attainable"].any()
    assert found.units["units"].sum() == at_sites.units["units"].sum()

    # The units of the answer, in a plan of their own without patrols.
    rows = [
        unit(f"n{k}", row["site"], row["provider"], tier=row["tier"], count=row["units"], hours=row["hours"])
        for k, row in enumerate(found.units.to_dict("records"))
    ]
    commitments = [commitment("event", 1, hours="sat", break_off="allowed", break_off_min=5)]
    met = cover(*write(change=modest, units=rows, commitments=commitments)).standards
    for row in met[met["scope_kind"] == "force"].to_dict("records"):
        standard = plan.document.standards[row["standard"]]
        if row["standard"] in set(found.table["standard"][found.table["attainable"]]):
            assert row["share_assured"] >= standard.share - 1e-6, row


def test_siting_says_what_it_counts() -> None:
    """A siting has units at their sites and says so; who takes a unit away takes its patrols away too."""
    plan, times = write(
        units=[unit("a", "midtown"), unit("b", "westham"), unit("c", "westham")],
        patrols=[patrol("v", "a", 0.5), patrol("w", "b", 0.5), patrol("x", "c", 0.5)],
        change=lambda document: document["plan"].update(forces=["home"]),
    )
    found = locate(plan, times, units=1)
    assert [words for words in found.sentences if "on patrol" in words]
    gone = found.changes["remove"]
    assert set(gone["patrols"]) == set(plan.table("patrols").set_index("unit")["id"].loc[gone["units"]])
    none = replace(plan, tables={**plan.tables, "patrols": plan.table("patrols").iloc[:0]})
    assert not [words for words in locate(none, travel_times(none), units=1).sentences if "patrol" in words]


def test_an_option_for_some_hours_keeps_the_patrols() -> None:
    """A unit that an option changes in some hours is on patrol in these as well."""
    plan, _ = write(
        units=[unit("a", "midtown")],
        patrols=[patrol("v", "a", 0.5)],
        change=lambda document: document.update(options={"nights": {
            "name": "Nights", "change": {"units": [{"id": "a", "site": "westham", "during": "22:00-06:00"}]},
        }}),
    )  # fmt: skip
    arrays = plan_arrays(plan.with_option("nights"))
    assert arrays.units.ids == ("a", "a:during")
    assert arrays.patrols.of_unit.tolist() == [[True], [True]]


def shares_of(ready: Available) -> np.ndarray:
    """Return the expected shares of everybody."""
    return ready.shares(np.ones(len(ready.arrays.places), dtype=bool))


def test_few_arrivals_stand_for_many_positions(monkeypatch: pytest.MonkeyPatch) -> None:
    """With a patrol over the towns of a force for every car, shares are those of all positions to 0.1 points.

    A place's chance is off by 0.05 points on average.
    """
    base = open_plan(examples.path("south-west"))
    plan, times = patrolled(base, south_west_patrols(base))
    few_arrivals = available(plan, times)
    monkeypatch.setattr("standby.attendance.model.MOST_POSITIONS", 1000)
    every = available(plan, times)
    number, few_number = (len(model.positions.unit) for model in (every.model, few_arrivals.model))
    assert number > 1.1 * few_number

    assert shares_of(few_arrivals) == pytest.approx(shares_of(every), abs=1e-3)
    weight = every.arrays.places.from_areas(every.arrays.areas.population)
    holds = ~np.isnan(every.setting.within_min)
    off = np.abs(few_arrivals.outcome.reached - every.outcome.reached)
    for row in range(len(off)):
        here = holds[row] & (weight > 0.0)
        if here.any():
            assert weight[here] @ off[row, here] / weight[here].sum() < 1e-3


@pytest.mark.parametrize("number", range(3))
def test_random_patrols_are_evaluated(number: int) -> None:
    """Patrols of all kinds over plans at random give chances that are chances, and means that are minutes."""
    plan, _ = random_plan(number)
    with_patrols, times = patrolled(plan, random_patrols(plan, number))
    outcome = evaluate_plan(with_patrols, times).outcome
    assert ((outcome.reached >= -1e-9) & (outcome.reached <= 1.0 + 1e-9)).all()
    assert (outcome.mean_min >= 0.0).all()
    assert tiny_rows("units")
