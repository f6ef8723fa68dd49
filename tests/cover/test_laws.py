"""Laws of the cover model: only true ones."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from plans import Row, commitment, tiny_rows, unit, write

from standby.attendance import Outcome, evaluate
from standby.attendance.outcome import _empty, _run
from standby.attendance.values import weights_of
from standby.cover import Evaluated, cover, cover_of, evaluate_plan, expected_shares
from standby.demand import call_rates
from standby.evidence.draws import draw
from standby.plan import Plan
from standby.travel import Times

HOURS = ("always", "mon-fri 07:00-19:00", "fri-sat 18:00-04:00")
few = settings(max_examples=8, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def unit_rows(draw: st.DrawFn) -> list[Row]:
    """Return up to five rows of units, each with a notice of its own, so that none arrive together."""
    size = draw(st.integers(1, 5))
    return [
        unit(
            f"u{k}", *draw(st.sampled_from([("midtown", "home"), ("westham", "home"), ("eastport", "next")])),
            tier=draw(st.sampled_from(["arv", "team"])), hours=draw(st.sampled_from(HOURS)),
            control=draw(st.sampled_from(["own", "pooled"])), notice_min=round(1 + 0.37 * k, 2),
            count=draw(st.integers(1, 2)),
        )
        for k in range(size)
    ]  # fmt: skip


def busier(document: dict[str, Any]) -> None:
    """Give each force its own count of calls, so that they do not hang on its people; and make it large."""
    kind = document["incident_types"]["spontaneous"]
    kind["per_year"] = {"home": 900.0, "next": 700.0}
    document["alliances"] = {"both": {"name": "Both", "forces": ["home", "next"]}}


def same(a: np.ndarray, b: np.ndarray) -> None:
    assert a == pytest.approx(b, abs=2e-6, nan_ok=True)


@few
@given(unit_rows(), st.sampled_from(["midtown", "westham"]), st.sampled_from(["arv", "team"]))
def test_cover_if_free_never_falls_when_a_unit_is_added(rows: list[Row], site: str, tier: str) -> None:
    """One more unit lowers no chance of being reached in time, at any place, if every unit is free."""
    before = evaluate_plan(*write(units=rows)).if_free
    after = evaluate_plan(*write(units=[*rows, unit("new", site, tier=tier)])).if_free
    assert (after.reached >= before.reached - 1e-9).all()
    assert (after.mean_min <= before.mean_min + 1e-7).all()


def test_one_more_car_in_the_west_lowers_no_share(tiny: tuple[Plan, Times]) -> None:
    """The packaged option of a second car raises, or leaves, every share of the table if units are free."""
    base, more = (cover_of(evaluate_plan(*pair)).standards for pair in (tiny, write(
        units=[*tiny_rows("units"), unit("west-arv", "westham")])))  # fmt: skip
    assert (more["share_if_free"] >= base["share_if_free"]).all()
    assert more["share_if_free"].sum() > base["share_if_free"].sum()


def at_fixed_shares(e: Evaluated, shares: np.ndarray) -> Outcome:
    """Evaluate with given busy shares and nothing to break off."""
    outcome = _empty(e.model, e.arrays, e.setting, shares)
    calls = call_rates(e.arrays)
    rates = e.arrays.places.from_areas(calls)
    weights = weights_of(e.arrays, calls)
    _run(e.model, e.arrays, e.setting, rates, weights, outcome, if_free=True)
    return outcome


@few
@given(unit_rows(), st.floats(0.0, 3.0), st.integers(0, 2**32 - 1))
def test_faster_turnout_lowers_no_expected_share(rows: list[Row], sooner: float, seed: int) -> None:
    """At given busy shares, units that set out sooner reach no place less surely in time."""
    rows = [{**row, "notice_min": row["notice_min"] + 3.0} for row in rows]
    slow = evaluate_plan(*write(units=rows))
    busy = np.random.default_rng(seed).uniform(0.0, 0.9, slow.start.shape)
    fast_rows = [{**row, "notice_min": max(row["notice_min"] - sooner, 0.0)} for row in rows]
    fast = evaluate_plan(*write(units=fast_rows))
    assert (at_fixed_shares(fast, busy).reached >= at_fixed_shares(slow, busy).reached - 1e-9).all()


@few
@given(unit_rows(), st.permutations(range(6)), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(rows: list[Row], order: list[int], random: object) -> None:
    """Areas and units in another order give the same shares and the same busy shares."""
    areas = tiny_rows("areas")
    mixed = list(rows)
    random.shuffle(mixed)
    one = evaluate_plan(*write(units=rows, change=busier))
    two = evaluate_plan(*write(units=mixed, areas=[areas[k] for k in order], change=busier))
    same(expected_shares(one.arrays, one.outcome), expected_shares(two.arrays, two.outcome))
    by_id = [
        dict(zip([e.arrays.units.ids[r] for r in e.model.rows], e.outcome.busy, strict=True))
        for e in (one, two)
    ]
    assert by_id[0] == pytest.approx(by_id[1], abs=2e-6)


@few
@given(unit_rows(), st.floats(0.1, 30.0))
def test_more_people_everywhere_change_no_share(rows: list[Row], factor: float) -> None:
    """With calls of their own, forces with more people in every area have the same shares of them reached."""
    areas = [{**row, "population": float(row["population"]) * factor} for row in tiny_rows("areas")]

    def scaled(document: dict[str, Any]) -> None:
        busier(document)
        document["forces"]["home"]["population"] = 100000.0 * factor

    one, two = (
        evaluate_plan(*write(units=rows, change=busier)),
        evaluate_plan(*write(units=rows, areas=areas, change=scaled)),
    )
    same(expected_shares(one.arrays, one.outcome), expected_shares(two.arrays, two.outcome))


@few
@given(unit_rows(), st.integers(0, 5), st.floats(0.05, 0.95))
def test_an_area_in_two_parts_at_one_point_changes_nothing(rows: list[Row], which: int, part: float) -> None:
    """Splitting an area's people over two rows at its point leaves every share as it was."""
    areas = tiny_rows("areas")
    people = float(areas[which]["population"])
    split = [{**areas[which], "population": people * part}]
    split += [{**areas[which], "id": "rest", "population": people * (1.0 - part)}]
    one = evaluate_plan(*write(units=rows, change=busier))
    two = evaluate_plan(
        *write(units=rows, areas=[*areas[:which], *split, *areas[which + 1 :]], change=busier)
    )
    same(expected_shares(one.arrays, one.outcome), expected_shares(two.arrays, two.outcome))


def test_two_like_units_are_two_rows() -> None:
    """A row with count 2 gives the same answer, to the bit, as two rows of one."""
    one = evaluate_plan(*write(units=[unit("a", "midtown", count=2)], change=busier))
    two = evaluate_plan(*write(units=[unit("a", "midtown"), unit("b", "midtown")], change=busier))
    assert (one.outcome.reached == two.outcome.reached).all()
    assert (one.outcome.busy == two.outcome.busy).all()


@few
@given(unit_rows(), st.floats(10.0, 50000.0))
def test_busy_shares_do_not_hang_on_the_start(rows: list[Row], calls: float) -> None:
    """From nobody busy and from everybody busy the iteration comes to the same shares: it has one answer.

    The step is increasing in every share, so that any answer lies between those two.
    """

    def loaded(document: dict[str, Any]) -> None:
        busier(document)
        document["incident_types"]["spontaneous"]["per_year"] = {"home": calls, "next": calls / 2}

    e = evaluate_plan(*write(units=rows, change=loaded))
    high = evaluate(e.model, e.arrays, e.setting, start=np.ones_like(e.start))
    assert high.shares == pytest.approx(e.outcome.shares, abs=2e-5)


def test_the_start_is_left_as_it_is(tiny: tuple[Plan, Times]) -> None:
    """The array of shares to start from is read and not written."""
    e = evaluate_plan(*tiny)
    start = np.full_like(e.start, 0.3)
    evaluate(e.model, e.arrays, e.setting, start=start)
    assert (start == 0.3).all()


def test_threads_and_order_change_no_bit(south_west: tuple[Plan, Times]) -> None:
    """Draws evaluated by two threads, or backwards, give the same bytes as one after the other."""
    e = evaluate_plan(*south_west)
    drawn = e.arrays.drawn(draw(e.arrays.dimensions, 16, seed=5, scrambles=2))

    def one(k: int) -> bytes:
        outcome = evaluate(e.model, drawn.one(k), e.setting, start=e.start)
        return b"".join(part.tobytes() for part in (outcome.reached, outcome.histogram, outcome.mean_min))

    in_turn = [one(k) for k in range(16)]
    backwards = [one(k) for k in reversed(range(16))][::-1]
    with ThreadPoolExecutor(2) as pool:
        threaded = list(pool.map(one, range(16)))
    assert in_turn == backwards == threaded


def test_commitments_of_the_whole_pool_leave_nobody() -> None:
    """A commitment of more cars than there are takes them all, and nobody is reached while it lasts."""
    e = evaluate_plan(*write(units=[unit("a", "midtown", count=2)], commitments=[commitment("all", 5)]))
    assert e.outcome.busy == pytest.approx(1.0)
    assert e.outcome.reached.max() == pytest.approx(0.0, abs=1e-12)
    table = cover_of(e).commitments
    assert table.loc[0, ["units", "units_on_duty", "units_short"]].tolist() == [5.0, 2.0, 3.0]


@pytest.mark.parametrize("per_year", [2_000.0, 40_000.0])
def test_rows_that_divide_the_week_change_nothing(per_year: float) -> None:
    """The same cars in one row, or in two that divide the week, give the same shares."""

    def change(document: dict[str, Any]) -> None:
        document["incident_types"]["spontaneous"] |= {
            "per_year": {"home": per_year, "next": 0.0},
            "hours": [{"hours": "fri-sat 20:00-04:00", "weight": 4.0}],
        }

    night = "fri-sat 20:00-04:00"
    rest = "mon-thu 00:00-24:00; fri 00:00-20:00; sat 04:00-20:00; sun 04:00-24:00"
    whole = [unit("a", "midtown", count=6)]
    divided = [unit("a", "midtown", count=6, hours=night), unit("b", "midtown", count=6, hours=rest)]
    tables = [cover(*write(change=change, units=units)).standards for units in (whole, divided)]
    columns = ["share_expected", "share_assured"]
    tolerance = 1e-9 if per_year > 10_000 else 5e-4  # without a peak that matters, the mean rate is taken
    np.testing.assert_allclose(tables[0][columns], tables[1][columns], atol=tolerance)
