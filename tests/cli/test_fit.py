"""The command ``fit``: figures from a log of past calls, and the page with the picture."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
from typer.testing import Result

if TYPE_CHECKING:
    from playwright.sync_api import Browser

Run = Callable[..., Result]


def test_prints_figures_for_the_plan(run: Run, logged: Path) -> None:
    """The figures it prints can be put into plan.toml, and the plan still has no faults."""
    done = run("fit", logged)
    assert done.exit_code == 0, done.stderr
    factor = next(line for line in done.stdout.splitlines() if "travel.emergency_factor = " in line)
    text = (logged / "plan.toml").read_text(encoding="utf-8")
    old = next(line for line in text.splitlines() if line.startswith("emergency_factor"))
    new = factor.strip().removeprefix("travel.").replace(" }", ', source = "invented" }')
    (logged / "plan.toml").write_text(text.replace(old, new), encoding="utf-8")
    assert run("check", logged).exit_code == 0


def test_json_is_one_object(run: Run, logged: Path) -> None:
    """As JSON: edition, summary, figures, factors, what was left out, and manifest."""
    found = json.loads(run("fit", logged, "--json").stdout)
    assert set(found) == {
        "edition", "marking", "summary", "notes", "figures", "set_with", "profiles", "factors", "variation",
        "left_out", "set_aside", "rates", "classes", "areas", "hours", "months", "not_counted", "manifest",
    }  # fmt: skip
    figure = found["figures"]["travel.emergency_factor"]
    assert figure["low"] < figure["value"] < figure["high"]


def test_a_log_without_minutes_gives_its_rates(run: Run, logged: Path, tmp_path: Path) -> None:
    """Calls a year are printed and written; that speed can't be fitted is a note, and there is no page."""
    log = pd.read_csv(logged / "incidents.csv").drop(columns=["first_armed_min"])
    log.to_csv(logged / "incidents.csv", index=False)
    done = run("fit", logged, "--out", tmp_path / "out")
    assert done.exit_code == 0, done.stderr
    assert "incident_types.spontaneous.per_year.home" in done.stdout
    assert "turnout and speed are not fitted: only 0 calls" in done.stdout
    assert (tmp_path / "out" / "areas.csv").exists()
    assert not (tmp_path / "out" / "fit.html").exists()
    printed = json.loads(run("fit", logged, "--json").stdout)
    assert printed["factors"] == []
    assert printed["rates"][0]["calls"] == 46  # the other 14 came in a county that is not planned for


def test_counts_below_five_are_blank(run: Run, logged: Path) -> None:
    """Areas of fewer than five calls show neither their count nor its ratio, and still their estimate."""
    log = pd.read_csv(logged / "incidents.csv")
    areas = pd.read_csv(logged / "areas.csv").set_index("id")
    at_moor = log["lon"].eq(areas.loc["moor", "lon"]) & log["lat"].eq(areas.loc["moor", "lat"])
    kept = pd.concat([log[~at_moor], log[at_moor].head(2)])
    kept.to_csv(logged / "incidents.csv", index=False)
    rows = {row["area"]: row for row in json.loads(run("fit", logged, "--json").stdout)["areas"]}
    assert rows["moor"]["calls"] is None
    assert rows["moor"]["raw"] is None
    assert rows["moor"]["estimate"] > 0.0
    assert all(row["calls"] is None or row["calls"] >= 5 for row in rows.values())


def test_without_a_log(run: Run, tiny: Path, tmp_path: Path) -> None:
    """A plan without past calls is refused with what to add, status 2, and nothing is written."""
    done = run("fit", tiny, "--out", tmp_path / "out")
    assert done.exit_code == 2
    assert "incidents.csv" in done.stderr
    assert not (tmp_path / "out").exists()


def test_folder_of_others_is_refused(run: Run, logged: Path) -> None:
    """The plan's own folder is not written over."""
    done = run("fit", logged, "--out", logged)
    assert done.exit_code == 2
    assert "did not write" in done.stderr


def test_page_in_a_browser(run: Run, logged: Path, tmp_path: Path, browser: Browser) -> None:
    """The page draws the picture, asks no host for anything, raises no error, and names no place."""
    assert run("fit", logged, "--out", tmp_path / "out").exit_code == 0
    page, asked, errors = browser.new_page(), [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto((tmp_path / "out" / "fit.html").as_uri())
    page.wait_for_selector("svg.main-svg")
    assert page.locator("svg .points path").count() == 46  # the other 14 came from another force
    assert [url for url in asked if not url.startswith(("file:", "blob:", "data:"))] == []
    assert errors == []
    text = page.inner_text("body")
    assert "INTERNAL" in text
    assert not [name for name in ("Midtown", "Westham", "Northley", "Coombe") if name in text]
    page.close()
