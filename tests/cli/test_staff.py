"""The command ``staff``: how surely options are staffed, in words and tables, and files where asked."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import Result

from standby.appraise import staffed
from standby.plan import open_plan

Run = Callable[..., Result]


def test_it_says_how_surely_and_what_it_takes(run: Run, tiny: Path, tmp_path: Path) -> None:
    """Sentences, three tables and files of every year."""
    done = run("staff", tiny, "--years", "3", "--draws", "16", "--out", tmp_path / "out")
    assert done.exit_code == 0, done.stderr
    assert "“Arm every officer”: every post is filled at the end of 3 years in 0% of the draws" in done.stdout
    assert "In Home county 12 seats a year do not fill them, on central figures" in done.stdout
    assert "A second car in the west" in done.stdout
    assert "second-car" not in done.stdout
    written = pd.read_csv(tmp_path / "out" / "staff_delivery.csv")
    assert sorted(set(written["year"].dropna())) == [1, 2, 3]


def test_json_is_what_python_gives(run: Run, tiny: Path) -> None:
    """The command prints the numbers of the front door, and the years it looked ahead."""
    printed = json.loads(run("staff", tiny, "--draws", "16", "--json").stdout)
    found = staffed(open_plan(tiny), draws=16)
    assert printed["statements"] == list(found.statements)
    chances = [row["chance_staffed"] for row in printed["staff_delivery"]]
    assert chances == pytest.approx(found.delivery["chance_staffed"].tolist())
    assert printed["manifest"]["settings"]["years"] == 10


def test_there_is_no_public_edition(run: Run, tiny: Path) -> None:
    """The public edition is no choice of the command."""
    done = run("staff", tiny, "--edition", "public")
    assert done.exit_code == 2
    assert "public" in done.stderr


def test_of_a_plan_that_may_be_real_it_is_internal(run: Run, tiny: Path) -> None:
    """Without invented bases the tables are marked as internal."""
    text = (tiny / "plan.toml").read_text(encoding="utf-8")
    (tiny / "plan.toml").write_text(text.replace('bases = "invented"', 'bases = "real"'), encoding="utf-8")
    printed = json.loads(run("staff", tiny, "--draws", "8", "--json").stdout)
    assert printed["edition"] == "internal"
