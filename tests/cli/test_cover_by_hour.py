"""What ``standby cover`` shows of backup, land, commitments and hours, and to whom."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

from standby import examples

Run = Callable[..., Result]
INTERNAL = ("backup", "land", "commitments", "nobody_free")


def test_internal_cover_shows_what_was_only_computed(run: Run) -> None:
    """Backup, land, commitments and the chance that nobody is free are printed, and are in the JSON."""
    folder = examples.path("south-west")
    printed = run("cover", folder, "--edition", "internal").stdout
    for words in (
        "Backup: share that two units reach in time",
        "Share of the land reached in time",
        "Commitments, and units short of them",
        "no armed unit of its own, or shared with it, is free",
    ):
        assert words in printed
    found = json.loads(run("cover", folder, "--edition", "internal", "--json").stdout)
    assert all(found[name] for name in INTERNAL)
    assert "by_hour" not in found


def test_cover_by_hour(run: Run, tiny: Path) -> None:
    """With --by-hour every hour of the week has its share, and its chance that nobody is free."""
    printed = run("cover", tiny, "--edition", "internal", "--by-hour").stdout
    assert "Expected share in time, by hour" in printed
    assert "Chance that nobody is free, by hour" in printed
    found = json.loads(run("cover", tiny, "--edition", "internal", "--by-hour", "--json").stdout)
    hours = {row["hour"] for row in found["by_hour"]}
    assert hours == {row["hour"] for row in found["nobody_free"]} == set(range(168))
    assert found["by_hour"][0]["day"] == "mon"


def test_hours_are_refused_in_public(run: Run, tiny: Path) -> None:
    """When units are absent is not for the public edition: status 2, and what to add."""
    result = run("cover", tiny, "--by-hour", "--edition", "public")
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "add --edition internal" in result.stderr


@pytest.mark.parametrize("more", [(), ("--json",)])
def test_public_cover_says_nothing_of_when_and_where(run: Run, more: tuple[str, ...]) -> None:
    """The public edition has no hours, no commitments and nobody's chance that nobody is free."""
    printed = run("cover", examples.path("south-west"), *more, "--edition", "public").stdout
    for words in ("nobody", "by hour", "by_hour", "Commitment", "units_short"):
        assert words not in printed


def test_means_that_count_the_unreached_are_bounds(run: Run, tiny: Path) -> None:
    """Cars that are busy at times leave calls unreached: the means are printed as "at least"."""
    printed = run("cover", tiny, "--edition", "internal").stdout
    assert re.search(r"≥ 2\d", printed)
    assert "≥: at least" in printed
    rows = json.loads(run("cover", tiny, "--edition", "internal", "--json").stdout)["minutes"]
    whole = {row["measure"]: row for row in rows if row["weight"] == "people" and row["scope_kind"] == "all"}
    assert whole["full"]["at_least"] is True
    for row in whole.values():
        assert row["at_least"] is (row["beyond_share"] * 180 > 0.05)
