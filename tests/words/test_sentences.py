"""How a sentence fills its holes: by kind, by edition, and what it says where rounding leaves nothing."""

from __future__ import annotations

from typing import Any

import pytest

from standby.words import Interval, Number, Phrase, phrase, sentence


def number(value: float, kind: Any = "share", **more: Any) -> Number:
    """Return a number that stands in a table of one row."""
    return Number(value, kind, "table", (("row", "one"),), "column", **more)


@pytest.mark.parametrize(
    ("hole", "text"),
    [
        (number(0.84), "84%"),
        (number(0.001), "less than 1%"),
        (number(0.999), "more than 99%"),
        (number(8.04, "minutes"), "8.0"),
        (number(23.4, "minutes"), "23"),
        (number(749_617.0, "people"), "750,000"),
        (number(3.4, "count", signed=True), "+3.4"),
        (number(-3.4, "count", signed=True), "−3.4"),
        (number(0.0, "count", signed=True), "0"),
        (number(0.999999, stated=True), "99.9999%"),
        (number(20.0, "minutes", stated=True), "20"),
        (number(4310.0, "money"), "£4,310"),
    ],
)
def test_a_number_is_written_by_its_kind(hole: Number, text: str) -> None:
    """A hole says what its number is, and that says how it is written."""
    assert sentence("It is {hole}.", hole=hole).text == f"It is {text}."


def test_an_edition_writes_its_own_numbers() -> None:
    """The same template is filled with the numbers of another edition, as round as they are."""
    said = sentence("Within {time} minutes: {share}.", time=number(23.4, "minutes"), share=number(0.97))
    coarse = {"minutes": 25.0, "share": 1.0}
    assert said.said(lambda n: n.written(coarse[n.kind], rounded=True)) == "Within 25 minutes: more than 90%."


def test_names_are_no_templates() -> None:
    """Braces and digits in a planner's words stay what they are."""
    said = sentence("“{name}” has {cars}.", name="{cars} in {20}", cars=number(3.0, "count"))
    assert said.text == "“{cars} in {20}” has 3."
    assert said.words == "“{cars} in {20}” has  ."


def test_an_interval_of_no_width_is_not_said() -> None:
    """An interval whose ends are written alike says no more than the number before it."""
    wide = Interval(number(1.0, "count", signed=True), number(3.0, "count", signed=True), "points")
    narrow = Interval(number(0.841), number(0.842))
    assert phrase("{by}", by=wide).said(lambda n: n.written(n.value)) == " (+1 to +3 points)"
    assert sentence("84%{interval}", interval=narrow).text == "84%"


@pytest.mark.parametrize(
    ("before", "after", "text"), [(0.5, 0.6, "from 50% to 60%"), (0.5, 0.501, "up a little")]
)
def test_a_phrase_that_rounding_empties_gives_way(before: float, after: float, text: str) -> None:
    """Where the numbers that tell something are written alike, other words stand."""
    holes = {"before": number(before), "after": number(after)}
    moved = Phrase("from {before} to {after}", holes, tells=("before", "after"), instead="up a little")
    assert sentence("It goes {moved}.", moved=moved).text == f"It goes {text}."
    said = [before, after] if text.startswith("from") else []  # its numbers are those that stand in the text
    assert [n.value for n in sentence("{moved}", moved=moved).numbers] == said
