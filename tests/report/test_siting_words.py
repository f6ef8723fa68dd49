"""What is said of a siting: numbers as the room of words writes them, on its page and on the terminal."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from standby import words
from standby.locate import Located, locate
from standby.plan import Plan
from standby.report import siting_sentences
from standby.report.pages.siting import siting_html
from standby.travel import travel_times


@pytest.fixture(scope="module")
def located(tiny: Plan) -> Located:
    """Return a siting with its curve."""
    return locate(tiny, travel_times(tiny), units=2, within=25, curve=True)


def test_the_public_sentences_say_what_was_asked(tiny: Plan, located: Located) -> None:
    """The number of units stands there where it was asked for; where it is that of today it does not."""
    asked = " ".join(siting_sentences(tiny, located, "public"))
    assert "Places for 2 units of " in asked

    as_today = " ".join(siting_sentences(tiny, replace(located, units_asked=None), "public"))
    assert "Places for units of " in as_today
    assert re.findall(r"\d+ units", as_today) == []


def test_the_public_sentences_have_no_value_of_the_model(tiny: Plan, located: Located) -> None:
    """Whatever the model reaches, today and then, the public sentences are the same."""
    other = replace(located, yardstick=replace(located.yardstick, chosen=0.97, today=0.02))
    assert siting_sentences(tiny, other, "public") == siting_sentences(tiny, located, "public")
    assert siting_sentences(tiny, located, "internal") == located.sentences


@pytest.mark.parametrize(
    ("unit", "value", "text"), [("share", 0.8, "80.0%"), ("min", 23.44, "23.4"), ("units", 4.0, "4")]
)
def test_small_differences_of_a_curve_are_seen(unit: str, value: float, text: str) -> None:
    """One writer serves the page and the terminal."""
    assert words.numbers.fine_writer(unit)(value) == text


def test_the_page_has_the_values_of_the_curve(tiny: Plan, located: Located) -> None:
    """Each best value of the curve stands on the internal page as the writer writes it."""
    page = siting_html(tiny, located, "internal")
    assert located.curve is not None
    assert [v for v in located.curve["value"] if words.fine_share(v) not in page] == []
