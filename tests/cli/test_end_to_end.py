"""The commands as a planner types them, each in a process of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from standby import examples


def standby(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "standby", *words]
    own = {**os.environ, **environment}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=own)


@pytest.fixture(scope="module")
def tiny() -> str:
    return str(examples.path("tiny"))


def files(folder: Path) -> dict[str, bytes]:
    kept = [p for p in folder.rglob("*") if p.suffix in {".csv", ".json"}]
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(kept)}


def test_one_seed_gives_the_same_bytes(tiny: str, tmp_path: Path) -> None:
    """Appraising twice with one seed writes byte-identical CSV and JSON, whatever the order of hashing."""
    for name, seed in (("one", "1"), ("two", "2")):
        done = standby("appraise", tiny, "--out", str(tmp_path / name), "--draws", "64", PYTHONHASHSEED=seed)
        assert done.returncode == 0, done.stderr
    one, two = files(tmp_path / "one"), files(tmp_path / "two")
    assert len(one) > 5
    assert one == two


def test_json_is_one_object_and_nothing_else(tiny: str, tmp_path: Path) -> None:
    """With --json every command prints one object on standard output."""
    for words in (["check", tiny], ["cover", tiny], ["need", tiny]):
        done = standby(*words, "--json")
        assert done.returncode == 0, done.stderr
        assert isinstance(json.loads(done.stdout), dict)
    done = standby("appraise", tiny, "--out", str(tmp_path / "out"), "--draws", "32", "--json")
    assert {"decision", "summary", "manifest"} <= set(json.loads(done.stdout))


def test_a_broken_plan_is_told_whole_and_nothing_is_written(tiny: str, tmp_path: Path) -> None:
    """A plan with faults ends with status 2, every fault on standard error, and no report."""
    plan = tmp_path / "plan"
    shutil.copytree(tiny, plan)
    (plan / "sites.csv").unlink()
    units = (plan / "units.csv").read_text(encoding="utf-8").replace("mid-arv,arv,", "mid-arv,avr,")
    (plan / "units.csv").write_text(units, encoding="utf-8")
    done = standby("appraise", str(plan), "--out", str(tmp_path / "out"))
    assert done.returncode == 2
    assert "sites.csv" in done.stderr
    assert "avr" in done.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "words",
    [
        ["check"],
        ["check", "no-such-folder"],
        ["example", "nowhere"],
        ["cover", "{tiny}", "--option", "no-such-option"],
        ["appraise", "{tiny}"],
        ["appraise", "{tiny}", "--out", "x", "--draws", "1"],
    ],
)
def test_bad_input_ends_with_status_2(tiny: str, tmp_path: Path, words: list[str]) -> None:
    """What a user can mend ends with status 2 and a message, and never with a traceback."""
    done = standby(*(word.format(tiny=tiny) for word in words))
    assert done.returncode == 2
    assert (done.stderr + done.stdout).strip()
    assert "Traceback" not in done.stderr


def test_every_command_has_help() -> None:
    """Each command explains itself."""
    for name in ("example", "check", "cover", "need", "appraise"):
        done = standby(name, "--help")
        assert done.returncode == 0
        assert "Usage" in done.stdout


def test_an_example_is_copied_and_checks_clean(tmp_path: Path) -> None:
    """A packaged plan can be copied, checks clean, and is not written over."""
    target = tmp_path / "mine"
    assert standby("example", "tiny", str(target)).returncode == 0
    assert standby("check", str(target)).returncode == 0
    assert standby("example", "tiny", str(target)).returncode == 2
