"""The decision table's arithmetic: chances of being best, what is alike, pairs, intervals."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from standby.appraise import (
    Criterion,
    alike,
    chance_best,
    decision_table,
    difference_of,
    mean_error,
    pairs_table,
)

MORE = Criterion("more", "More", "things", "higher", "")
LESS = Criterion("less", "Less", "things", "lower", "")
NEITHER = Criterion("neither", "Neither", "things", "", "")
PEOPLE = Criterion("people", "People", "people", "higher", "")


def test_chance_of_being_best_shares_ties() -> None:
    """In each draw the best get one point between them: alone, by two, and by all three."""
    values = {"a": [5.0, 1.0, 2.0, 7.0], "b": [4.0, 3.0, 2.0, 7.0], "c": [3.0, 3.0, 2.0, 6.0]}
    table = {name: np.array(row) for name, row in values.items()}
    third = 1 / 3
    assert chance_best(MORE, table) == pytest.approx(
        {"a": (1 + third + 0.5) / 4, "b": (0.5 + third + 0.5) / 4, "c": (0.5 + third) / 4}
    )
    low = chance_best(LESS, table)
    assert low == pytest.approx({"a": (1 + third) / 4, "b": third / 4, "c": (1 + third + 1) / 4})


def test_rounding_and_what_no_table_shows_are_ties() -> None:
    """A difference in the ninth digit, or of a third of a person, makes nobody best."""
    big = np.array([1e6, 2e6])
    assert chance_best(MORE, {"a": big, "b": big * (1 + 1e-9)}) == {"a": 0.5, "b": 0.5}
    assert chance_best(PEOPLE, {"a": big, "b": big + 0.3}) == {"a": 0.5, "b": 0.5}
    assert chance_best(PEOPLE, {"a": big, "b": big + 3}) == {"a": 0.0, "b": 1.0}


def test_nobody_is_best_without_a_direction() -> None:
    """A criterion that people have to judge ranks nobody."""
    assert chance_best(NEITHER, {"a": np.ones(4), "b": np.zeros(4)}) == {}


@given(
    arrays.arrays(np.float64, (4, 16), elements=st.integers(-3, 3).map(float)), st.sampled_from([MORE, LESS])
)
def test_chances_add_up(table: np.ndarray, criterion: Criterion) -> None:
    """Chances of being best lie between 0 and 1, sum to 1 and turn round with the direction."""
    values = dict(zip("abcd", table, strict=True))
    found = chance_best(criterion, values)
    assert sum(found.values()) == pytest.approx(1)
    assert all(0 <= chance <= 1 for chance in found.values())
    other = LESS if criterion is MORE else MORE
    assert chance_best(other, {name: -row for name, row in values.items()}) == pytest.approx(found)


def spread_draws(mean: float, scale: float, *, scrambles: int = 32, each: int = 4) -> np.ndarray:
    """Return draws of a difference that are spread evenly in every scramble."""
    steps = np.linspace(-1, 1, each)
    return np.tile(mean + scale * steps, scrambles)


@pytest.mark.parametrize(
    ("difference", "same"),
    [
        (spread_draws(0.0, 1.0), True),
        (spread_draws(0.5, 1.0), True),
        (spread_draws(2.0, 1.0), False),
        (spread_draws(-2.0, 1.0), False),
        (spread_draws(0.0, 0.0), True),
        (spread_draws(1e-9, 0.0), True),
    ],
)
def test_alike_when_the_interval_holds_nothing(difference: np.ndarray, *, same: bool) -> None:
    """Two options are alike when the middle nine tenths of their differences hold 0, or are rounding."""
    base = np.full(difference.size, 3.0)
    assert alike(base + difference, base, 32) is same
    assert alike(base, base + difference, 32) is same


def test_alike_when_the_mean_is_within_its_error() -> None:
    """A mean within four standard errors of 0 is alike, and the interval reaches as far as these do."""
    rng = np.random.default_rng(3)
    difference = np.repeat(rng.exponential(1.0, 8), 4) + 0.01
    low, high = np.quantile(difference, (0.05, 0.95))
    assert 0 < low < high
    assert difference.mean() < 4 * mean_error(difference, 8)
    found = difference_of(difference, np.zeros(32), 8)
    assert found.alike
    assert found.low == pytest.approx(found.mean - 4 * found.se)
    assert found.low < 0


def test_alike_below_what_matters_and_with_a_floor() -> None:
    """A sure difference is none when it is smaller than what matters, or than what rare events may add."""
    base, more = np.full(64, 100.0), np.full(64, 101.0)
    assert not alike(more, base, 32)
    assert alike(more, base, 32, matters=2.0)
    assert alike(more, base, 32, floor=1.0)


def test_decision_table_by_hand() -> None:
    """Mean, interval, difference on the same draws and chance stand in the rows of option and criterion."""
    base, one = np.arange(64.0), np.arange(64.0) + 2.0
    table = decision_table(
        (MORE, NEITHER),
        {"base": {"more": base, "neither": base}, "one": {"more": one, "neither": one}},
        {"base": {"more": 31.0, "neither": 31.0}, "one": {"more": 33.0, "neither": 33.0}},
        ["base", "one"],
        32,
    ).set_index(["option", "criterion"])
    row = table.loc[("one", "more")]
    assert row["mean"] == 33.5
    assert (row["low"], row["high"]) == tuple(np.quantile(one, (0.05, 0.95)))
    columns = ["difference", "difference_se", "difference_low", "difference_high"]
    assert row[columns].tolist() == [2, 0, 2, 2]
    assert (row["chance_best"], bool(row["alike"]), row["central"]) == (1.0, False, 33.0)
    assert np.isnan(table.loc[("one", "neither"), "chance_best"])
    assert bool(table.loc[("base", "more"), "alike"])


def test_those_who_are_not_ranked_have_no_chance() -> None:
    """An option that is ruled out is shown with its numbers and is never best, nor takes a chance away."""
    values = {
        "base": {"more": np.zeros(32)},
        "best": {"more": np.full(32, 9.0)},
        "next": {"more": np.ones(32)},
    }
    central = {name: {"more": 0.0} for name in values}
    table = decision_table((MORE,), values, central, ["base", "next"], 32).set_index("option")
    assert np.isnan(table.loc["best", "chance_best"])
    assert table.loc["best", "mean"] == 9
    assert (table.loc["base", "chance_best"], table.loc["next", "chance_best"]) == (0, 1)


def test_pairs_by_hand() -> None:
    """Every two options stand once a criterion with a direction, with how often the first is better."""
    values = {
        "a": {"more": np.array([1.0, 2.0] * 16), "less": np.zeros(32), "neither": np.zeros(32)},
        "b": {"more": np.array([0.0, 2.0] * 16), "less": np.ones(32), "neither": np.zeros(32)},
        "c": {"more": np.full(32, 5.0), "less": np.full(32, 0.5), "neither": np.zeros(32)},
    }
    table = pairs_table((MORE, LESS, NEITHER), values, 16).set_index(["criterion", "option", "other"])
    assert len(table) == 6
    assert table.loc[("more", "a", "b"), "chance_better"] == 0.75  # better in half, equal in half
    assert table.loc[("less", "a", "b"), "chance_better"] == 1.0
    assert table.loc[("more", "b", "c"), "difference"] == -4
    assert table["alike"].astype(bool).to_dict() == {
        ("more", "a", "b"): True,
        ("more", "a", "c"): False,
        ("more", "b", "c"): False,
        ("less", "a", "b"): False,
        ("less", "a", "c"): False,
        ("less", "b", "c"): False,
    }


def test_pairs_of_one_option_have_their_columns() -> None:
    """A plan without options gives a table of pairs without rows, not without columns."""
    assert list(pairs_table((MORE,), {"base": {"more": np.zeros(32)}}, 32).columns) == [
        "criterion", "option", "other", "chance_better", "difference", "difference_se", "difference_low",
        "difference_high", "alike",
    ]  # fmt: skip
