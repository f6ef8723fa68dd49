"""A column is declared once: its unit, its sign, its format in spreadsheets, and the numbers of sentences."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from standby.tables import TABLES, excel_format, written_from
from standby.words import Number, sentence

WITHOUT_UNIT = {
    "rank": "a place in an order",
    "weight": "as the planner weighs places",
    "ratio": "of two times",
    "gap": "relative",
    "value": "its unit stands in a column of its own, or is that of the yardstick",
    "low": "as of the value",
    "high": "as of the value",
    "raw": "as of the estimate",
    "estimate": "its unit stands in a column of its own",
    "spread": "a share, or that of the estimate",
    "team": "a place in an order",
    "found": "its unit stands in a column of its own",
    "limit": "its unit stands in a column of its own",
    "bound": "that of the yardstick",
    "marginal": "that of the yardstick",
    "said_low": "that of the statement",
    "said_high": "that of the statement",
    "model": "that of the statement",
    "model_low": "that of the statement",
    "model_high": "that of the statement",
}
"""Numbers without a unit in their declaration, and why."""


@pytest.mark.parametrize("table", sorted(TABLES))
def test_every_number_has_a_unit(table: str) -> None:
    """Only numbers that have none, or whose row says which, are declared without a unit."""
    for column in TABLES[table].columns:
        if column.kind in {"minutes", "money", "count", "number", "people", "years", "share"}:
            assert column.unit or column.name in WITHOUT_UNIT, column.name
        if column.name.endswith("_min"):
            assert column.unit == "min", column.name
        if "gbp" in column.name.split("_"):
            assert column.unit.startswith("£"), column.name


def test_every_exception_is_one() -> None:
    """No name stands in the list for nothing."""
    columns = [column for table in TABLES.values() for column in table.columns]
    bare = {c.name for c in columns if c.kind in {"count", "number"} and not c.unit}
    assert bare == set(WITHOUT_UNIT)


@pytest.mark.parametrize(
    ("kind", "value", "more", "text"),
    [
        ("minutes", 8.44, {}, "0.0"),
        ("minutes", 10.0, {"rounded": True}, "0"),
        ("minutes", 7.5, {"rounded": True, "stated": True}, "0.##########"),
        ("minutes", 20.0, {"rounded": True, "stated": True}, "0"),
        ("share", 0.84, {}, "0%"),
        ("share", 0.999, {"stated": True}, "0.##########%"),
        ("share", 0.29, {"stated": True}, "0%"),
        ("share", 0.021, {"signed": True}, "+0.0%;-0.0%;0.0%"),
        ("share", 0.1, {"signed": True, "rounded": True}, "+0%;-0%;0%"),
        ("count", 3.0, {}, "#,##0"),
        ("count", 3.4, {"signed": True}, "+#,##0.##;-#,##0.##;#,##0.##"),
        ("money", 1e6, {"signed": True}, "+£#,##0;-£#,##0;£#,##0"),
        ("text", 1.0, {}, None),
    ],
)
def test_formats_of_spreadsheets(kind: str, value: float, more: dict[str, bool], text: str | None) -> None:
    """A cell's format follows from what its column was declared to hold; what was stated keeps its digits."""
    assert excel_format(kind, value, **more) == text


def test_a_sentence_says_what_stands_in_the_table() -> None:
    """The number of a sentence is that of its cell, rounded or not, and a bound beyond the limit."""
    minutes = Number(23.4, "minutes", "nearest", (("scope_kind", "all"),), "p50_min")
    said = sentence("Half within {half} minutes.", half=minutes)
    assert said.text == "Half within 23 minutes."

    public = pd.DataFrame({"scope_kind": ["force", "all"], "p50_min": [5.0, 25.0]})
    assert said.said(written_from({"nearest": public}, rounded=True)) == "Half within 25 minutes."

    never = public.assign(p50_min=math.inf)
    assert said.said(written_from({"nearest": never}, limit_min=180)) == "Half within more than 180 minutes."


@pytest.mark.parametrize(
    "tables", [{}, {"nearest": pd.DataFrame({"scope_kind": ["force"], "p50_min": [5.0]})},
               {"nearest": pd.DataFrame({"scope_kind": ["all"]})}],
    ids=["no table", "no row", "no column"],
)  # fmt: skip
def test_a_number_that_stands_nowhere_is_a_defect(tables: dict[str, pd.DataFrame]) -> None:
    """A sentence can't say a number that its edition does not have."""
    minutes = Number(23.4, "minutes", "nearest", (("scope_kind", "all"),), "p50_min")
    with pytest.raises(ValueError, match="does not stand in nearest"):
        sentence("{half}", half=minutes).said(written_from(tables))
