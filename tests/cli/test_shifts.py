"""The command ``shifts``: what it prints and writes, and what it refuses."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import Result

from standby.report import INTERNAL_MARKING
from standby.workforce import NAMED_PATTERNS, read_pattern

Run = Callable[..., Result]


def _json(result: Result) -> dict:
    """Return what was printed, which is JSON and nothing else."""
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout, parse_constant=lambda text: pytest.fail(f"{text} is no JSON"))


def test_prints_officers_hours_and_rules(run: Run, tiny: Path) -> None:
    """The pattern, the table by force, hours that read alike in one row, and broken rules with paragraph."""
    text = run("shifts", tiny, "--pattern", "12-hour", "--officers", "home=26").stdout
    assert "12-hour: 4 teams, 2 shifts, a cycle of 8 days." in text
    assert "D D N N · · · ·" in text
    assert "Units under the shift pattern (invented)" in text
    assert "mon–thu" in text
    assert "the pattern breaks police_hours" in text
    assert "Annex E" in text
    assert "nan" not in text.lower().split()


def test_json_has_the_tables_and_says_what_it_is_made_from(run: Run, tiny: Path) -> None:
    """Every hour of the week has a row; settings are in the manifest."""
    found = _json(run("shifts", tiny, "--common-absence", "0.02", "--single-crewing", "--json"))
    assert found["pattern"] == "2-2-2-4"
    assert len(found["shifts_by_hour"]) == 168
    assert found["shifts_rules"] == []
    assert found["manifest"]["settings"]["common_absence"] == 0.02
    assert found["manifest"]["settings"]["rules"]["daily_rest"] == 11.0
    assert len(found["manifest"]["settings"]["pattern_digest"]) == 64
    assert [rule["limit"] for rule in found["rules"] if rule["rule"] == "daily_rest"] == [11.0]
    assert found["summary"].startswith("2-2-2-4: 5 teams")


def test_files_are_written_whole_and_the_pattern_is_read_back(run: Run, tiny: Path, tmp_path: Path) -> None:
    """CSV files carry the marking, and the workbook is the pattern."""
    out = tmp_path / "out"
    found = _json(run("shifts", tiny, "--edition", "internal", "--out", out, "--json"))
    assert sorted(Path(path).name for path in found["files"]) == sorted(path.name for path in out.iterdir())
    table = pd.read_csv(out / "shifts_by_hour.csv")
    assert len(table) == 168
    assert all(marking.startswith(INTERNAL_MARKING) for marking in table["marking"])
    back = read_pattern(out / "pattern.xlsx")
    assert (back.codes == NAMED_PATTERNS["2-2-2-4"].codes).all()


def test_a_pattern_of_ones_own(run: Run, tiny: Path, tmp_path: Path) -> None:
    """A pattern from CSV with its shifts in another file; rules take limits and switches."""
    (tmp_path / "mine.csv").write_text("team,1,2,3,4\n1,D,N,,\n2,,D,N,\n3,,,D,N\n4,N,,,D\n", encoding="utf-8")
    (tmp_path / "shifts.csv").write_text("code,start,end\nD,07:00,19:00\nN,19:00,07:00\n", encoding="utf-8")
    own = ("--pattern", tmp_path / "mine.csv", "--shifts", tmp_path / "shifts.csv", "--json")
    found = _json(run("shifts", tiny, *own, "--rule", "police_hours=off"))
    assert found["codes"][0] == "D N · ·"
    (rest_break,) = (rule for rule in found["rules"] if rule["rule"] == "rest_break")
    assert not rest_break["checked"]
    assert rest_break["why_not"] == "no break is known of D and N, which are longer than six hours"
    assert found["shifts_rules"] == []
    broken = _json(run("shifts", tiny, *own, "--rule", "police_hours=off", "--rule", "daily_rest=25"))
    assert {row["rule"] for row in broken["shifts_rules"]} == {"daily_rest"}


def test_few_officers_are_not_shown(run: Run, tiny: Path) -> None:
    """With four officers nothing that follows from their number is printed, in words neither."""
    found = _json(run("shifts", tiny, "--officers", "home=4", "--edition", "internal", "--json"))
    assert found["shifts"][0]["officers"] is None
    assert found["manifest"]["settings"]["officers"] == {"home": "few"}
    assert found["shifts"][0]["chance_complete"] is None
    assert all(row["chance_complete"] is None for row in found["shifts_by_hour"])
    assert "not shown, as there are fewer than five officers" in found["summary"]
    assert run("shifts", tiny, "--officers", "home=4").exit_code == 0


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--edition", "public"), "shifts has no public edition"),
        (("--pattern", "3-3-3"), "there is no pattern '3-3-3'; choose from 2-2-2-4, "),
        (("--pattern", "none.csv"), "there is no such file"),
        (("--pattern", "8-hour", "--shifts", "x.csv"), "'8-hour' has shifts of its own; leave it out"),
        (("--officers", "home"), "--officers is 'home'; write FORCE=N"),
        (("--officers", "home=many"), "write FORCE=N or FORCE:TIER=N"),
        (("--officers", "away=9"), "officers are given for 'away'"),
        (("--rule", "daily_rest"), "--rule is 'daily_rest'; write NAME=on"),
        (("--officers", "home=26", "--officers", "home=60"), "--officers has 'home' twice; give it once"),
        (("--officers", "home=26", "--officers", "home:arv=60"), "for 'home' and for 'home:arv'"),
        (("--rule", "daily_rest=30", "--rule", "daily_rest=off"), "--rule has 'daily_rest' twice"),
        (("--rule", "a", "--officers", "b", "--rule", "=3"), "3 options can't be used"),
        (("--rule", "sleep=on"), "there is no rule 'sleep'"),
        (("--rule", "daily_rest=nan"), "the limit of daily_rest is nan"),
        (("--common-absence", "1"), "common_absence is 1"),
    ],
)
def test_what_cannot_be_is_refused(run: Run, tiny: Path, options: tuple[str, ...], words: str) -> None:
    """Each is said in a sentence with the fix; exit status 2."""
    result = run("shifts", tiny, *options)
    assert result.exit_code == 2
    assert words in result.output
    assert "Traceback" not in result.output
