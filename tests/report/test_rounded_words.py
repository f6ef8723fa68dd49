"""What the public edition says once its numbers are round: true words, and no digit that rounding took."""

from __future__ import annotations

import html as escapes
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from standby.appraise import Appraisal
from standby.appraise.sentences import sentences_of
from standby.attendance import LogFit
from standby.report import content_of, html, report
from standby.report.charts import charts
from standby.report.pages.sections import sections
from standby.words import numbers as n


@pytest.fixture(scope="module")
def made(appraised: Mapping[str, Appraisal]) -> Appraisal:
    """Return the appraisal of the packaged plan."""
    return appraised["south-west"]


@pytest.fixture(scope="module")
def page(made: Appraisal) -> str:
    """Return its public page, without scripts."""
    text = html(content_of(made, "public"))
    return escapes.unescape(re.sub(r"<(script|style)\b.*?</\1>", "", text, flags=re.DOTALL))


def _grid(made: Appraisal, caption: str) -> Any:
    blocks = [b for s in sections(content_of(made, "public")) for b in s.blocks]
    return next(b for b in blocks if b.kind == "grid" and b.caption == caption)


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("£14.0m", "£14m"),
        ("£3.1m", "£3.1m"),
        ("£1.20bn", "£1.2bn"),
        ("−5.0 min", "−5 min"),
        ("£0.05", "£0.05"),
        ("1,200", "1,200"),
        ("10%", "10%"),
    ],
)
def test_idle_noughts_go(text: str, bare: str) -> None:
    """Noughts at the end of decimals go; all other digits stay."""
    assert n.without_noughts(text) == bare


@pytest.mark.parametrize(("share", "text"), [(0.0, "< 10%"), (0.2, "20%"), (1.0, "> 90%")])
def test_fifths_are_no_false_nought_or_whole(share: float, text: str) -> None:
    """A share that was rounded to 0 or 1 need be neither."""
    assert n.coarse_share(share) == text


@pytest.mark.parametrize(
    ("people", "text"), [(232_000.0, "230,000"), (1_160_000.0, "1,200,000"), (0.0, "0"), (np.inf, "no limit")]
)
def test_fifths_of_people_have_two_digits(people: float, text: str) -> None:
    """A number of people that was rounded to a fifth of them claims no third digit."""
    assert n.coarse_people(people) == text


def test_people_are_never_none_or_all(made: Appraisal) -> None:
    """People rounded to none or to all of them are said as a bound; a difference has no whole."""
    content = content_of(made, "public")
    everybody = content.people_in_all("people_in_standard")
    assert everybody is not None
    row = {"criterion": "people_in_standard", "option": "base"}
    assert content.shown("decision", "mean", {**row, "mean": everybody}).startswith("> 1,0")
    assert content.shown("decision", "mean", {**row, "mean": 0.0}).startswith("< 1")
    assert not content.shown("best", "smallest_difference", {**row, "smallest_difference": 0.0}).startswith(
        "<"
    )


def test_no_false_decimals(page: str) -> None:
    """No number of results in a text, a table or a label ends in .0."""
    assert re.findall(r"[^\s>]*\d\.0(?: (?:min|pts)|m\b|bn\b|%)", page) == []


def test_marks_of_charts_say_what_tables_say(made: Appraisal) -> None:
    """Hovering over a share tells it as the tables do: in the public edition no false 0% and 100%."""
    content = content_of(made, "public")
    frame = content.table("standards")
    frame = frame[frame["scope_kind"] == "all"]

    made_of = charts.standards(content, None)  # type: ignore[arg-type]
    *options, required = made_of.traces
    for option, trace in zip(dict.fromkeys(frame["option"]), options, strict=True):
        shares = frame.loc[frame["option"] == option, content.reached]
        assert trace["text"] == [n.coarse_share(share) for share in shares]
        assert "%{text}" in trace["hovertemplate"]

    asked = frame.loc[frame["option"] == "base", "required"]
    assert required["text"] == [n.share(share) for share in asked]


def test_no_sentence_is_emptied_by_rounding(made: Appraisal) -> None:
    """No sentence speaks of less than nothing, from a number to the same, or an interval of no width."""
    moves = made.tables["moves"].copy()
    row = (moves["option"] == "more-arvs") & (moves["standard"] == "rural-20")
    numbers = {
        "share_before": 0.31,
        "share_after": 0.34,
        "points": 3.0,
        "points_low": 1.0,
        "points_high": 4.0,
    }
    minutes = {"before_min": 24.0, "after_min": 22.6, "change_min": -1.4}
    moves.loc[row, [*numbers, *minutes]] = [*numbers.values(), *minutes.values()]
    moves.loc[row, ["reach_moved", "minutes_moved"]] = True
    tables = {**made.tables, "moves": moves}
    sentences = sentences_of(tables, "rural-30", rule="")
    content = content_of(replace(made, tables=tables, sentences=sentences), "public")

    said = [content.said(sentence) for sentence in content.sentences]
    for text in said:
        assert not re.search(r"less than (?:0|less)|\+0|: 0 more|< |> ", text), text
        for first, last in re.findall(r"([^\s(]+) to (?:at least )?([^\s),;]+)", text):
            assert first != last, text
    assert any("in 20 minutes” up by less than rounded numbers show" in text for text in said)


def test_each_option_says_what_it_moves(made: Appraisal) -> None:
    """The public summary names for each open option what it moves, names with digits included."""
    content = content_of(made, "public")
    options = made.tables["options"]
    moving = [s.text for s in content.sentences if s.topic == "moves"]
    for name in options.loc[(options["status"] == "open") & (options["option"] != "base"), "name"]:
        assert [text for text in moving if text.startswith(f"“{name}”")], name


def test_a_difference_that_rounding_hides_is_said(made: Appraisal) -> None:
    """Where the interval leaves 0 out but the rounded difference is 0, words say so, without ≈."""
    tables = dict(made.tables)
    decision = tables["decision"].copy()
    row = (decision["option"] == "more-arvs") & (decision["criterion"] == "first_mean_min")
    decision.loc[row, ["difference", "difference_low", "difference_high"]] = (-1.2, -1.9, -0.4)
    decision.loc[row, "alike"] = False
    changed = replace(made, tables={**tables, "decision": decision})
    heads = _grid(changed, "Decision table").heads
    rows = {r.heads[0]: r for r in _grid(changed, "Decision table").rows}
    cell = rows["First armed arrival, mean"].cells[heads.index("More armed response vehicles") - 1]
    assert cell.below == ("too small to show",)


def test_need_says_what_cannot_be_met(made: Appraisal) -> None:
    """A standard that can't be met says so, without the share that can be reached; notes fit columns."""
    grid = _grid(made, "What each standard would need: the whole region, from today's sites")
    need = content_of(made, "public").table("need")
    today = need[need["sites"] == "existing"].set_index("name")
    assert {"cannot be met"} < {cell.text for row in grid.rows for cell in row.cells}
    for row in grid.rows:
        units = row.cells[grid.heads.index("Crewed units") - 1].text
        assert (units == "cannot be met") is (not today.loc[row.heads[0], "attainable"])
    assert "Attainable" not in grid.heads
    for words in ("Crewed units", "Less strength", "Less deployable"):
        assert words in grid.heads
        assert words.lower() in grid.note.lower()


def test_need_of_the_region_stands_in_the_summary(made: Appraisal) -> None:
    """The second sentence of the public summary says what the main standard would need, in public numbers."""
    content = content_of(made, "public")
    need = content.table("need").iloc[0]
    said = content.said(content.sentences[1])
    assert "main standard" in said
    assert "the whole region" in said
    assert f"{need['strength']:.0f} are in post" in said


def test_cost_is_rounded_after_it_is_summed(made: Appraisal) -> None:
    """Cost by year, and by head, is the rounded sum, and no sum of rounded parts."""
    cost = made.tables["cost"]
    shown = content_of(made, "public").table("cost")
    assert not ((shown["head"] != "all heads") & shown["year"].notna()).any()
    for by in ("year", "head"):
        true = cost.groupby(["option", by])["budget_gbp"].sum()
        part = content_of(made, "public").cost_by(by).set_index(["option", by])["budget_gbp"]
        assert len(part) == len(true)
        for key, value in part.items():
            assert value == pytest.approx(float(f"{true[key]:.2g}"))


def test_labels_of_pictures_are_bounds_where_the_numbers_are(page: str) -> None:
    """Where a number has “at least” in front of it, the label of its picture has it too."""
    labels = re.findall(r'<svg class="bar"[^>]*aria-label="([^"]+)"', page)
    waits = [text for text in labels if text.startswith("Wait for armed officers")]
    assert waits
    assert all(": ≥ " in text for text in waits)
    assert all("as it is ≥" in text for text in waits if "as it is" in text)


def test_the_files_claim_no_digits_that_they_lack(made: Appraisal, tmp_path: Path) -> None:
    """Only the internal edition claims nine digits."""
    for edition, claims in (("public", False), ("internal", True)):
        report(made, tmp_path / edition, edition=edition, formats=["json"])
        text = (tmp_path / edition / "results.json").read_text(encoding="utf-8")
        assert ("nine" in json.loads(text)["conventions"]["digits"]) is claims


def test_the_profile_promises_no_parts(page: str) -> None:
    """The public edition does not announce results by force, in town and country, or by class."""
    assert "by force, in town" not in page
    assert "the whole region, in round numbers" in page


def test_people_round_to_nothing_without_a_false_word(made: Appraisal) -> None:
    """A best option that is ahead by fewer people than a fifth of all is not said to bring 0 more."""
    tables = dict(made.tables)
    decision = tables["decision"].copy()
    people = decision["criterion"] == "people_in_standard"
    base = decision.loc[people & (decision["option"] == "base"), "mean"].iloc[0]
    decision.loc[people, "mean"] = base + (decision.loc[people, "mean"] - base) / 100.0
    content = content_of(replace(made, tables={**tables, "decision": decision}), "public")
    said = next(text for s in content.sentences if "brings most" in (text := content.said(s)))
    assert "by fewer than rounded numbers can show" in said
    assert "more than today" not in said


def test_the_page_of_a_fit_has_its_notes(logged: Any, tmp_path: Path) -> None:
    """Notes of a fit, such as rows that were set aside, stand on its page."""
    from standby.attendance import fit_log
    from standby.report import write_log_page

    fit: LogFit = replace(fit_log(logged), notes=("minutes of 2 calls can't be right and are set aside",))
    page = write_log_page(logged, fit, tmp_path / "fit.html").read_text(encoding="utf-8")
    assert "minutes of 2 calls can&#39;t be right and are set aside." in page


def test_nothing_known_is_not_called_impossible(made: Appraisal) -> None:
    """Where the search was cut, the public need says so, and not “cannot be met”."""
    need = made.tables["need"].copy()
    row = (need["standard"] == "rural-30") & (need["sites"] == "existing")
    need.loc[row, ["crewed_units", "posts", "officers"]] = np.nan
    need.loc[row, "solved"] = False
    need.loc[row, "reason"] = "not solved in 3 seconds"
    changed = replace(made, tables={**made.tables, "need": need})
    shown: pd.DataFrame = content_of(changed, "public").table("need")
    assert shown["reason"].iloc[0] == "not found in the time that was given"
    grid = _grid(changed, "What each standard would need: the whole region, from today's sites")
    assert "not found in the time given" in {cell.text for cell in grid.rows[0].cells}
