"""The blocks on what can't be told apart, what options move, and when units are absent."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from standby.appraise import Appraisal
from standby.report import content_of, report
from standby.report.pages.sections import sections
from standby.words import numbers as n

WHEN = ("by_hour", "nobody_free", "commitments")


def grids(appraisal: Appraisal, edition: Any) -> dict[str, Any]:
    """Return the tables of a page by caption."""
    found = sections(content_of(appraisal, edition))
    return {b.caption: b for s in found for b in s.blocks if b.kind == "grid"}


@pytest.mark.parametrize(
    ("text", "bound"), [("41 min", "≥ 41 min"), ("> 180 min", "> 180 min"), ("≥ 3", "≥ 3"), ("–", "–")]
)
def test_a_lower_bound_is_marked_once(text: str, bound: str) -> None:
    """A number that is at least what it says has its sign, unless it has one already or is none."""
    assert n.at_least(text) == bound


def test_when_units_are_absent_is_internal(appraised: Mapping[str, Appraisal], tmp_path: Path) -> None:
    """Cover by hour, nobody free and commitments stand in the internal edition and nowhere else."""
    made = appraised["south-west"]
    for edition, shown in (("internal", True), ("public", False)):
        out = tmp_path / edition
        report(made, out, edition=edition, formats=["csv", "json", "html"])
        assert [(out / "csv" / f"{name}.csv").exists() for name in WHEN] == [shown] * 3
        tables = json.loads((out / "results.json").read_text(encoding="utf-8"))["tables"]
        assert (set(WHEN) <= set(tables)) is shown
        assert not set(WHEN) & set(tables) or shown
        page = (out / "report.html").read_text(encoding="utf-8")
        for words in (
            "Expected share in time, by hour",
            "no armed unit of its own",
            "Commitments as they are",
        ):
            assert (words in page) is shown, (edition, words)


def test_the_blocks_stand_where_they_are_looked_for(appraised: Mapping[str, Appraisal]) -> None:
    """Backup, land, CED and training, the set like the best and the moves are tables of the internal page."""
    found = grids(appraised["south-west"], "internal")
    for words in (
        "Backup: share that two armed units are expected to reach within the standard's time",
        "Share of the land, in place of people, that is expected to be reached in time",
        "Officers with a CED, and days of training, by option: all planned forces together",
        "Best, and what can't be told from it",
        "What each option moves, by standard",
    ):
        assert found[words].rows, words


def test_the_sign_for_alike_stands_by_an_interval_that_holds_nought(
    appraised: Mapping[str, Appraisal],
) -> None:
    """No cell of the decision table has ≈ beside bounds that are both above or both below 0."""
    for made in appraised.values():
        signs = 0
        for row in made.table.to_dict("records"):
            signs += row["alike"]
            assert row["alike"] == (row["difference_low"] <= 0 <= row["difference_high"])
        cells = [c for r in grids(made, "internal")["Decision table"].rows for c in r.cells]
        marked = [c for c in cells if any(line.startswith("≈") for line in c.below)]
        assert 0 < len(marked) < signs
        for cell in marked:
            bounds = [line for line in cell.below if line.startswith("(")]
            assert not bounds or not bounds[0].startswith("(+")


def test_the_page_says_share_of_draws(appraised: Mapping[str, Appraisal]) -> None:
    """Being best is a share of the draws, under its table and in every sentence."""
    made = appraised["south-west"]
    often = grids(made, "internal")["How often each option comes out best"]
    assert "Share of the draws" in often.note
    assert "chance of" not in " ".join(s.text for s in made.sentences if "best" in s.text)
