"""`standby disclose`, and that a command shows how far the attack on its public edition is."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from standby import examples
from standby.cli.main import app


def _made(folder: Path, *, invented: bool) -> Path:
    """Copy the tiny county, as it is or with a unit that nobody declared to be invented."""
    plan = folder / "tiny"
    shutil.copytree(examples.path("tiny"), plan)
    if not invented:
        units = plan / "units.csv"
        lines = units.read_text("utf-8").splitlines()
        again = lines[1].split(",", 1)
        units.write_text("\n".join([*lines, f"another,{again[1]}"]) + "\n", "utf-8")
    return plan


def _run(*arguments: str) -> Any:
    return CliRunner().invoke(app, [*arguments])


def test_a_plan_of_invented_bases_is_not_refused(tmp_path: Path) -> None:
    """Its files name invented bases, and it says that there is nothing to protect."""
    plan = _made(tmp_path, invented=True)
    (tmp_path / "out" / "csv").mkdir(parents=True)
    site = (plan / "sites.csv").read_text("utf-8").splitlines()[1].split(",")[1]
    table = f"option,incident_type,measure,weight,mean_min\nbase,spontaneous,first,people,20\n{site},,,,\n"
    (tmp_path / "out" / "csv" / "minutes.csv").write_text(table, "utf-8")

    result = _run("disclose", str(plan), "--release", str(tmp_path / "out"), "--json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert found["bases_are_invented"]
    assert found["passed"]
    assert all(finding["passed"] for finding in found["findings"])
    names = next(finding for finding in found["findings"] if finding["attack"] == "search for names")
    assert names["found"] == 1


def test_a_command_says_that_it_tries_its_public_edition(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On standard error, when there is something to try; never among what is printed."""

    def try_it(*_: object, progress: Any, **__: object) -> None:
        progress(0, 2)
        progress(2, 2)

    monkeypatch.setattr("standby.disclosure.disclosure.require_release", try_it)
    plan = _made(tmp_path, invented=False)
    for command in ("cover", "need"):
        result = _run(command, str(plan), "--edition", "public", "--json")
        assert result.exit_code == 0, result.output
        assert "Trying what a reader could recover" in result.stderr, command
        assert json.loads(result.stdout)["edition"] == "public"

    monkeypatch.setattr("standby.disclosure.disclosure.require_release", lambda *_, **__: None)
    quiet = _run("cover", str(plan), "--edition", "public", "--json")
    assert "Trying" not in quiet.stderr
