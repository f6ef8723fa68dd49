"""What can't be told apart: one rule for tables, sentences and page, and what it could have shown."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from standby.appraise import Criterion, alike, best_table, decision_table, difference_of, pairs_table

PEOPLE = Criterion("people", "People", "people", "higher", "")
SHARE = Criterion("share", "Share", "share", "higher", "")
MINUTES = Criterion("minutes", "Minutes", "min", "lower", "")
GAP = Criterion("gap", "Gap", "min", "", "")
CRITERIA = (PEOPLE, SHARE, MINUTES, GAP)
OPTIONS = ("base", "one", "two")

draws = arrays.arrays(np.float64, (3, 4, 16), elements=st.floats(-50, 50, width=32))
floors = st.sampled_from([0.0, 0.3, 40.0])
costs = {
    name: {"present_value_gbp": np.full(16, cost)} for name, cost in zip(OPTIONS, (0, 5e6, 2e6), strict=True)
}


def values_of(table: np.ndarray) -> dict[str, dict[str, np.ndarray]]:
    """Return draws by option and criterion; the second option differs little from the base."""
    table = table.copy()
    table[1] = table[0] + table[1] / 1000
    return {o: {c.id: table[i, j] for j, c in enumerate(CRITERIA)} for i, o in enumerate(OPTIONS)}


@given(draws)
def test_alike_says_that_the_interval_holds_nought(table: np.ndarray) -> None:
    """In every table an interval beside "alike" holds 0, and one that holds 0 is called alike."""
    values = values_of(table)
    central = {o: {c.id: 0.0 for c in CRITERIA} for o in OPTIONS}
    decision = decision_table(CRITERIA, values, central, list(OPTIONS), 8)
    pairs = pairs_table(CRITERIA, values, 8)
    for frame in (decision, pairs):
        holds = (frame["difference_low"] <= 0) & (frame["difference_high"] >= 0)
        assert (holds == frame["alike"].astype(bool)).all()
    best = best_table(CRITERIA, values, list(OPTIONS), 8, costs)
    assert (((best["behind_low"] <= 0) & (best["behind_high"] >= 0)) == best["alike"].astype(bool)).all()


@given(draws, floors, st.sampled_from([0.0, 0.5, 20.0]))
def test_an_interval_holds_its_mean_and_the_rule_is_the_smallest_difference(
    table: np.ndarray, floor: float, matters: float
) -> None:
    """Two options are told apart when, and only when, their mean difference exceeds what could be shown."""
    one, other = table[0, 0], table[1, 0]
    found = difference_of(one, other, 8, floor=floor, matters=matters)
    assert found.low <= found.mean <= found.high
    assert alike(one, other, 8, floor=floor, matters=matters) is found.alike
    if abs(abs(found.mean) - found.smallest) > 1e-9:
        assert found.alike is (abs(found.mean) < found.smallest)
    back = difference_of(other, one, 8, floor=floor, matters=matters)
    assert (back.mean, back.low, back.high, back.alike) == pytest.approx(
        (-found.mean, -found.high, -found.low, found.alike)
    )


def test_the_smallest_difference_by_hand() -> None:
    """Doubt, draws and what a table shows: each alone can be what hides a difference."""
    spread = np.tile(np.linspace(-1, 1, 4), 32)
    by_doubt = difference_of(5 + spread, np.zeros(128), 32)
    low = np.quantile(spread, 0.05)
    assert by_doubt.by_doubt == pytest.approx(-low)
    assert by_doubt.smallest == pytest.approx(-low)
    assert by_doubt.by_draws < by_doubt.by_doubt
    assert not by_doubt.alike
    by_draws = difference_of(np.full(128, 3.0), np.zeros(128), 32, floor=1.0)
    assert by_draws.by_doubt == 0
    assert by_draws.smallest == by_draws.by_draws > 4
    assert by_draws.alike
    by_table = difference_of(np.full(128, 0.3), np.zeros(128), 32, matters=0.5)
    assert (by_table.smallest, by_table.low, by_table.alike) == (0.5, 0.0, True)


def best_of(values: dict[str, dict[str, np.ndarray]], criterion: Criterion = PEOPLE) -> pd.DataFrame:
    """Return the table of one criterion, by option."""
    found = best_table((criterion,), values, list(values), 32, COSTS)
    return found.set_index("option")


COSTS = {
    name: {"present_value_gbp": np.full(128, cost)}
    for name, cost in {"base": 0.0, "dear": 9e6, "cheap": 2e6, "poor": 1e6}.items()
}


def test_the_best_and_those_like_it_by_hand() -> None:
    """The best by its mean, those that can't be told from it, what each costs, and the cheapest of them."""
    wobble = np.tile(np.array([-30.0, -10.0, 10.0, 30.0]), 32)
    flat = np.full(128, 100.0)
    table = best_of(
        {
            "base": {"people": flat},
            "dear": {"people": flat + 50},
            "cheap": {"people": flat + 45 + wobble},
            "poor": {"people": flat + 10},
        }
    )
    assert table["best"].to_dict() == {"base": False, "dear": True, "cheap": False, "poor": False}
    assert table["alike"].to_dict() == {"base": False, "dear": True, "cheap": True, "poor": False}
    assert table["cheapest"].to_dict() == {"base": False, "dear": False, "cheap": True, "poor": False}
    assert table["share_of_draws"].to_dict() == {"base": 0, "dear": 0.5, "cheap": 0.5, "poor": 0}
    assert table.loc["cheap", "behind"] == pytest.approx(5)
    assert table.loc["cheap", "smallest_difference"] == pytest.approx(5 - np.quantile(5 - wobble, 0.05))
    assert table.loc["poor", "present_value_gbp"] == 1e6


def test_less_is_better_where_less_is_better() -> None:
    """For minutes the best has the fewest, and the others are behind by more than 0."""
    flat = np.full(128, 20.0)
    table = best_of({"base": {"minutes": flat}, "dear": {"minutes": flat - 5}}, MINUTES)
    assert table.loc["dear", "best"]
    assert table.loc["base", "behind"] == 5
    assert not table.loc["base", "alike"]


def test_a_criterion_without_direction_has_no_best() -> None:
    """The urban-rural gap has no best option, no set and no share of draws: removing every unit would win."""
    values = {name: {"gap": np.full(128, 3.0)} for name in ("base", "dear")}
    assert best_table((GAP,), values, ["base", "dear"], 32, COSTS).empty
    central = {name: {"gap": 3.0} for name in values}
    decision = decision_table((GAP,), values, central, ["base", "dear"], 32)
    assert decision["chance_best"].isna().all()
    assert pairs_table((GAP,), values, 32).empty


def test_directions_are_typed() -> None:
    """A criterion's direction is one of three; another word is refused."""
    assert GAP.better.sign is None
    assert (PEOPLE.better.sign, MINUTES.better.sign) == (1, -1)
    with pytest.raises(ValueError, match="up"):
        Criterion("x", "X", "people", "up", "")  # type: ignore[arg-type]


def test_draws_without_a_value_make_nobody_best() -> None:
    """A share of calls in a draw that has none is no number, and is not taken for the worst or the best."""
    some = np.tile([0.5, np.nan], 64)
    more = np.tile([0.7, np.nan], 64)
    values = {"base": {"share": some}, "dear": {"share": more}}
    table = best_of(values, SHARE)
    assert table["share_of_draws"].to_dict() == {"base": 0.0, "dear": 1.0}
    assert table.loc["base", "behind"] == pytest.approx(0.2)
    nothing = {name: {"share": np.full(128, np.nan)} for name in values}
    assert best_table((SHARE,), nothing, ["base", "dear"], 32, COSTS).empty
