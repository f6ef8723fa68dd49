"""What is said of a siting: numbers as the room of words writes them, on its page and on the terminal."""

from __future__ import annotations

from dataclasses import replace

import pytest

from standby import words
from standby.locate import Located, locate
from standby.plan import Plan
from standby.report import curve_writer, siting_sentences
from standby.report.pages.siting import siting_html
from standby.travel import travel_times


@pytest.fixture(scope="module")
def located(tiny: Plan) -> Located:
    """Return a siting with its curve."""
    return locate(tiny, travel_times(tiny), units=2, within=25, curve=True)


def test_the_public_sentence_has_no_false_nought_or_whole(tiny: Plan, located: Located) -> None:
    """A share that rounds to 0 or 1 is said as a bound; another one is said to be about that."""
    extreme = replace(located, yardstick=replace(located.yardstick, chosen=0.97, today=0.02))
    said = " ".join(siting_sentences(tiny, extreme, "public"))
    assert ": > 90% " in said
    assert said.endswith("as it is, < 10%.")

    common = replace(located, yardstick=replace(located.yardstick, chosen=0.81, today=0.62))
    said = " ".join(siting_sentences(tiny, common, "public"))
    assert ": about 80% " in said
    assert said.endswith("as it is, about 60%.")


def test_public_minutes_have_their_unit(tiny: Plan, located: Located) -> None:
    """Mean minutes are said in tens, with their unit."""
    minutes = replace(located.yardstick, unit="min", chosen=22.0, today=38.0)
    said = " ".join(siting_sentences(tiny, replace(located, yardstick=minutes), "public"))
    assert ": about 20 minutes " in said
    assert said.endswith("as it is, about 40 minutes.")


@pytest.mark.parametrize(
    ("unit", "value", "internal", "public"),
    [
        ("share", 0.8, "80.0%", "80%"),
        ("share", 1.0, "100.0%", "> 90%"),
        ("min", 23.44, "23.4", "23"),
        ("units", 4.0, "4", "4"),
    ],
)
def test_the_curve_is_written_alike_everywhere(unit: str, value: float, internal: str, public: str) -> None:
    """One writer serves the page and the terminal: small differences count, but in the public edition."""
    assert curve_writer(unit, "internal")(value) == internal
    assert curve_writer(unit, "full")(value) == internal
    assert curve_writer(unit, "public")(value) == public


def test_the_page_has_the_values_of_the_curve(tiny: Plan, located: Located) -> None:
    """Each best value of the curve stands on the internal page as the writer writes it."""
    page = siting_html(tiny, located, "internal")
    assert located.curve is not None
    assert [v for v in located.curve["value"] if words.fine_share(v) not in page] == []
