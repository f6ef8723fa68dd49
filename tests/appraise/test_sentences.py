"""What the summary says: of the main standard, of the best, of what options move, and of nothing to say."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from standby.appraise import Appraisal, appraise
from standby.appraise.sentences import sentences_of
from standby.plan import Plan

Alter = Callable[[Plan, dict[str, Any]], Plan]


@pytest.fixture
def region(region_appraised: Appraisal) -> Appraisal:
    """Return an appraisal of the packaged region with few draws."""
    return region_appraised


def about(found: Appraisal, *words: str) -> list[str]:
    """Return the sentences that have all the words."""
    return [s.text for s in found.sentences if all(word in s.text for word in words)]


def test_the_specialist_team_is_named_by_what_it_moves(region: Appraisal) -> None:
    """It moves the attack standard and its full attendance, from what to what, and with an interval."""
    (text,) = about(region, "“A specialist team on standby” (", " moves ")
    row = region.tables["moves"].set_index(["option", "standard"]).loc[("specialist-standby", "attack-120")]
    assert row["reach_moved"]
    assert row["minutes_moved"]
    points = f"(+{row['points_low']:.0f} to +{row['points_high']:.0f} points)"
    assert f"from {row['share_before']:.0%} to {row['share_after']:.0%} {points}" in text
    minutes = f"from at least {row['before_min']:.0f} to at least {row['after_min']:.0f} minutes"
    change = f"(−{-row['change_low_min']:.0f} to −{-row['change_high_min']:.0f})"
    assert f"mean full attendance {minutes} {change}" in text
    assert "“Country: first armed officers in 30 minutes”" not in text


def test_an_option_that_moves_nothing_is_said_to(region: Appraisal) -> None:
    """More officers with a CED reach nobody sooner: that is said, with what it costs."""
    (text,) = about(region, "“More officers with a CED (Taser)” (", " moves no standard")
    assert "more than today" in text


def test_what_moves_is_the_difference_of_the_draws(region: Appraisal) -> None:
    """Points are the decision table's difference of the share, its interval too, in percentage points."""
    decision = region.table.set_index(["option", "criterion"])
    for row in region.tables["moves"].to_dict("records"):
        same = decision.loc[(row["option"], f"share_{row['standard']}")]
        assert row["points"] == pytest.approx(100 * same["difference"])
        assert row["points_low"] == pytest.approx(100 * same["difference_low"])
        assert row["reach_moved"] == (not same["alike"])
        assert row["share_after"] == pytest.approx(same["mean"])


def test_the_main_minutes_are_those_of_its_people(region: Appraisal) -> None:
    """A standard for everybody, of the main type, has the mean minutes of the decision table."""
    decision = region.table.set_index(["option", "criterion"])["mean"]
    moves = region.tables["moves"].set_index(["option", "standard"])
    for option in ("more-arvs", "second-base"):
        assert moves.loc[(option, "full-45"), "after_min"] == pytest.approx(decision[option, "full_mean_min"])
        assert moves.loc[(option, "full-45"), "before_min"] == pytest.approx(
            decision["base", "full_mean_min"]
        )


def test_each_standard_says_what_can_t_be_told_from_its_best(region: Appraisal) -> None:
    """A standard names its best as a share of draws, those like it with their cost, and the cheapest."""
    best = region.tables["best"]
    for standard, name in region.tables["standards"].groupby("standard")["name"].first().items():
        rows = best[best["criterion"] == f"share_{standard}"].set_index("option")
        if standard == "rural-30":  # the main one: the first criterion says it
            continue
        if rows.loc["base", "alike"]:
            assert about(region, "Things as they are can't be told from the best open option on", f"“{name}”")
            continue
        (text,) = about(region, f"On “{name}” “")
        assert "of the draws" in text
        like = rows[rows["alike"] & ~rows["best"]]
        assert ("can't be told from" in text) == (len(like) > 0)
        assert ("The cheapest of these is" in text) == (len(like) > 0)
        assert ("could not have been shown" in text) == (len(like) > 0)


def test_no_sentence_calls_a_share_of_draws_a_chance(region: Appraisal, appraisal: Appraisal) -> None:
    """Nothing is best "with a chance": the draws are of the stated doubt."""
    for found in (region, appraisal):
        text = " ".join(s.text for s in found.sentences)
        assert "of the draws" in text
        assert "with a chance of" not in text


def test_numbers_stand_where_the_sentence_says(region: Appraisal, appraisal: Appraisal) -> None:
    """Each number of a sentence is the value of the one cell of a table that it names."""
    for found in (region, appraisal):
        numbers = [number for said in found.sentences for number in said.numbers]
        assert numbers
        for number in numbers:
            rows = found.tables[number.table]
            for column, value in number.key:
                rows = rows[rows[column] == value]
            assert rows[number.column].tolist() == [number.value], number


def test_the_assured_share_is_no_part_of_the_expected(region: Appraisal) -> None:
    """The assured share counts places whole: it is not said as if it restricted the expected share."""
    (text,) = about(region, "As things are")
    assert "counts places, whole" in text
    assert "Counting only places" not in text
    assert about(region, "If every resident were as likely to call", "half of the calls")


def with_standards(found: Appraisal, **values: Any) -> list[str]:
    """Return the sentences with other values in the base's row of the main standard."""
    standards = found.tables["standards"].copy()
    row = (standards["option"] == "base") & (standards["standard"] == "first")
    row &= standards["scope_kind"] == "all"
    for column, value in values.items():
        standards.loc[row, column] = value
    return [s.text for s in sentences_of({**found.tables, "standards": standards}, "first", rule="")]


def test_no_calls_are_said_as_such(appraisal: Appraisal) -> None:
    """A main standard without calls has no share, and none of the sentences writes a nan."""
    texts = with_standards(
        appraisal, of="demand", share_expected=np.nan, mean=np.nan, low=np.nan, high=np.nan
    )
    assert any("no calls are expected that it is for" in text for text in texts)
    assert not any("nan" in text for text in texts)
    some = with_standards(appraisal, mean=np.nan, low=np.nan, high=np.nan)
    assert "over their doubt" not in some[0]
    assert not any("nan" in text for text in some)


def test_a_share_above_one_by_rounding_is_100_percent(appraisal: Appraisal) -> None:
    """A share that rounding lifted above one is written as 100%."""
    assert "100% of the people" in with_standards(appraisal, share_expected=1 + 1e-9)[0]


def needs(found: Appraisal, **values: Any) -> list[str]:
    """Return the sentences on what would be needed, with other values in the table of needs."""
    need = found.tables["need"].assign(**values)
    texts = [s.text for s in sentences_of({**found.tables, "need": need}, "first", rule="")]
    return [t for t in texts if "the main standard from" in t or "meets" in t or "to meet" in t.lower()]


def test_a_need_heads_with_the_main_standard(appraisal: Appraisal) -> None:
    """The main standard comes first, with those in post; then what every standard takes."""
    first, second = needs(appraisal, attainable=True, crewed_units=5.0, officers=60.0)
    assert first.startswith("To meet the main standard from today's sites Home county would need ")
    assert "36 are in post, of whom 33 can be deployed" in first
    assert "every standard" in second


def test_a_need_that_can_t_be_met_names_no_units(appraisal: Appraisal) -> None:
    """Where no number of units meets a standard none is named, but how near they could come."""
    nothing = {"crewed_units": np.nan, "officers": np.nan, "attainable_share": 0.6}
    nothing |= {"share_every_site": np.nan, "share_one_minute_more": np.nan}
    first, second = needs(appraisal, attainable=False, **nothing)
    assert "meets the main standard in Home county: at most 60% can be reached, and it asks for 90%" in first
    assert "crewed units" not in first + second
    assert "nan" not in first + second
    cut, _ = needs(appraisal, attainable=True, **nothing)
    assert "was not found in the time that was given" in cut
    none: pd.DataFrame = appraisal.tables["need"].iloc[:0]
    assert sentences_of({**appraisal.tables, "need": none}, "first", rule="")


def test_calls_that_may_be_none(tiny: Plan, altered: Alter) -> None:
    """A main standard by calls whose rate may be 0 is appraised without a nan in any sentence."""
    plan = altered(
        tiny,
        {
            "standards.first.of": "demand",
            "incident_types.spontaneous.per_100k_year": {
                "value": 1,
                "low": 0,
                "high": 3,
                "range": "min-max",
                "source": "invented",
            },
        },
    )
    found = appraise(plan, draws=16, seed=1)
    assert "nan" not in " ".join(s.text for s in found.sentences)


def test_how_many_figures_were_certain(appraisal: Appraisal) -> None:
    """The summary counts the figures: doubt drawn, taken as certain, without a source."""
    register, row = appraisal.tables["register"], appraisal.tables["certainty"].iloc[0]
    assert row["figures"] == len(register) == row["drawn"] + row["certain"]
    assert row["drawn"] == register["drawn"].sum()
    assert any(f"{row['certain']} were taken as certain" in s.text for s in appraisal.sentences)


def test_what_has_no_price_is_said_to_be_counted_as_free(tiny: Plan, altered: Alter) -> None:
    """An option that adds what the plan has no price of says so in the summary and on the terminal."""
    crew = {"id": "new", "tier": "team", "site": "midtown", "provider": "home"}
    plan = altered(tiny, {"options.unpriced": {"name": "Unpriced", "add": {"units": [crew]}}})
    said = about(appraise(plan, draws=8), "counted as free")
    expected = (
        "“Unpriced” adds something that the plan gives no price of: in its cost that is counted as free."
    )
    assert expected in said
