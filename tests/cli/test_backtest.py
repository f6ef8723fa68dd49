"""The command ``backtest``: what is off in words, the comparisons as tables, and files where asked."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
from typer.testing import Result

Run = Callable[..., Result]


def spread_over_months(folder: Path, months: int) -> None:
    """Spread the calls of a log over several months."""
    log = pd.read_csv(folder / "incidents.csv")
    log["time"] = [f"2024-{1 + k % months:02d}{time[7:]}" for k, time in enumerate(log["time"])]
    log.to_csv(folder / "incidents.csv", index=False)


def test_it_says_what_is_off_and_shows_the_tables(run: Run, logged: Path, tmp_path: Path) -> None:
    """Many calls where three were expected are said to be off, and the tables are printed and written."""
    done = run("backtest", logged, "--as-written", "--out", tmp_path / "out")
    assert done.exit_code == 0, done.stderr
    assert "against the plan as it is written" in done.stdout
    assert "Calls: 46 came where the model expects 3" in done.stdout
    assert "Share in time, expected and observed (internal)" in done.stdout
    assert {path.stem for path in (tmp_path / "out").glob("*.csv")} == {
        "calls", "reach", "minutes", "calibration",
    }  # fmt: skip
    reach = pd.read_csv(tmp_path / "out" / "reach.csv")
    assert (reach["calls"].dropna() >= 5).all()


def test_months_are_kept_back(run: Run, logged: Path) -> None:
    """As JSON: which months were compared and which were fitted to."""
    spread_over_months(logged, 4)
    found = json.loads(run("backtest", logged, "--months", "2", "--json").stdout)
    assert found["held_out"] == ["2024-03", "2024-04"]
    assert found["fitted_to"] == ["2024-01", "2024-02"]
    assert found["edition"] == "internal"


def test_too_little_of_a_log_is_refused(run: Run, logged: Path, tmp_path: Path) -> None:
    """One month leaves none to fit to: status 2, how many more would do, and nothing is written."""
    done = run("backtest", logged, "--out", tmp_path / "out")
    assert done.exit_code == 2
    assert "1 more month of log" in done.stderr
    assert not (tmp_path / "out").exists()


def test_faults_of_a_log_are_named_all_at_once(run: Run, logged: Path) -> None:
    """Wrong cells of a log are faults by file, row and field, all of them, and nothing is compared."""
    log = pd.read_csv(logged / "incidents.csv", dtype=str)
    log.loc[2, "time"] = "2024-13-01T10:00"
    log.loc[4, "incident_type"] = "nothing"
    log.loc[6, "first_armed_min"] = "soon"
    log.to_csv(logged / "incidents.csv", index=False)
    for command in ("fit", "backtest"):
        done = run(command, logged)
        assert done.exit_code == 2
        for row, field in ((4, "time"), (6, "incident_type"), (8, "first_armed_min")):
            assert f"incidents.csv, row {row}, {field}" in done.stderr
