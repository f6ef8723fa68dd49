"""The command as a process of its own: bytes that repeat, interruption, and output without a terminal."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

Process = Callable[..., subprocess.CompletedProcess[str]]
Begin = Callable[..., subprocess.Popen[str]]
CODES = re.compile(r"\x1b\[")


def contents(folder: Path, *endings: str) -> dict[str, bytes]:
    """Return the files of a folder by name, those with certain endings."""
    found = {
        p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.suffix in endings
    }
    assert found
    return found


def test_same_seed_same_bytes(process: Process, tiny: Path, tmp_path: Path) -> None:
    """Two processes with one seed write the same CSV and JSON, whatever the hash seed and workers."""
    first, second = tmp_path / "one", tmp_path / "two"
    common = ["appraise", tiny, "--draws", 64, "--seed", 7]
    one = process(*common, "--out", first, "--workers", 1, PYTHONHASHSEED="1", OMP_NUM_THREADS="1")
    two = process(*common, "--out", second, "--workers", 3, PYTHONHASHSEED="2", OMP_NUM_THREADS="2")
    assert one.returncode == two.returncode == 0, one.stderr + two.stderr
    assert contents(first, ".csv", ".json") == contents(second, ".csv", ".json")
    assert one.stdout.replace(str(first), "") == two.stdout.replace(str(second), "")
    other = process("appraise", tiny, "--draws", 64, "--seed", 8, "--out", second)
    assert other.returncode == 0
    assert contents(first, ".csv") != contents(second, ".csv")


def test_json_in_any_encoding(process: Process, tiny: Path) -> None:
    """JSON is JSON where the terminal can't show every letter as well."""
    done = process("need", tiny, "--json", PYTHONIOENCODING="ascii")
    assert done.returncode == 0
    json.loads(done.stdout)


@pytest.mark.parametrize(
    "environment", [{}, {"NO_COLOR": "1"}, {"TERM": "xterm-256color"}, {"COLUMNS": "40"}]
)
def test_no_colour_and_no_broken_word_without_a_terminal(
    process: Process, tiny: Path, environment: dict[str, str]
) -> None:
    """Piped output has no colour codes, and names and headings stand whole in their lines."""
    done = process("cover", tiny, **environment)
    assert done.returncode == 0
    assert not CODES.search(done.stdout + done.stderr)
    for words in (
        "First armed arrival in 20 minutes",
        "Assured: only places reached in time with a chance",
        "Expected",
    ):
        assert any(words in line for line in done.stdout.splitlines())


def test_long_paths_are_not_wrapped(process: Process, tmp_path: Path) -> None:
    """A path longer than the line is printed whole, so that it can be copied."""
    target = tmp_path / ("a-rather-long-name-of-a-folder-" * 4) / ("and-one-more-" * 6)
    done = process("example", "tiny", target)
    assert done.returncode == 0
    assert f"  standby check {target}" in done.stdout.splitlines()


def test_interruption_leaves_nothing_behind(begin: Begin, tiny: Path, tmp_path: Path) -> None:
    """Ctrl-C during an appraisal leaves with status 1 and a word, and no file or folder half-written."""
    out = tmp_path / "out"
    before = sorted(p.name for p in tmp_path.iterdir())
    started = begin("appraise", tiny, "--draws", 200_000, "--out", out)
    assert started.stderr is not None
    assert started.stderr.readline().startswith("Appraising")
    time.sleep(0.5)
    started.send_signal(signal.SIGINT)
    stdout, stderr = started.communicate()
    assert started.returncode == 1
    assert stdout == ""
    assert "stopped" in stderr
    assert "Traceback" not in stderr
    assert sorted(p.name for p in tmp_path.iterdir()) == before


def test_interruption_spares_the_report_that_was_there(
    process: Process, begin: Begin, tiny: Path, tmp_path: Path
) -> None:
    """A report that stood there before is left as it was."""
    out = tmp_path / "out"
    assert process("appraise", tiny, "--draws", 8, "--out", out).returncode == 0
    before = contents(out, ".csv", ".json", ".html", ".xlsx", ".gpkg")
    started = begin("appraise", tiny, "--draws", 200_000, "--out", out)
    assert started.stderr is not None
    started.stderr.readline()
    started.send_signal(signal.SIGINT)
    started.communicate()
    assert started.returncode == 1
    assert contents(out, ".csv", ".json", ".html", ".xlsx", ".gpkg") == before


def test_module_and_command_are_one(process: Process) -> None:
    """`python -m standby` says what `standby` says."""
    command = Path(sys.executable).with_name("standby")
    if not command.exists():
        pytest.fail("the package is not installed: the command standby is missing")
    said = subprocess.run([str(command), "--help"], capture_output=True, text=True, check=True).stdout
    assert process("--help").stdout == said
