"""Plans in folders, the command in this process and as a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner, Result

from standby import examples
from standby.cli import app

Run = Callable[..., Result]
Process = Callable[..., subprocess.CompletedProcess[str]]
Begin = Callable[..., subprocess.Popen[str]]

STOPPABLE = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)
from standby.cli import main
main()
"""


@pytest.fixture(autouse=True)
def _as_wide_as_it_likes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take away a width that the surroundings of the tests may ask for; a test may ask for its own."""
    monkeypatch.setenv("COLUMNS", "")


@pytest.fixture(scope="session")
def run() -> Run:
    """Return a function that runs a command in this process."""
    runner = CliRunner()
    return lambda *arguments: runner.invoke(app, [str(a) for a in arguments], prog_name="standby")


@pytest.fixture(scope="session")
def process() -> Process:
    """Return a function that runs a command as a process of its own, without a terminal."""

    def start(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "standby", *map(str, arguments)],
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
            stdin=subprocess.DEVNULL,
            env={**os.environ, "COLUMNS": "", "PYTHONIOENCODING": "utf-8", **environment},
        )

    return start


@pytest.fixture(scope="session")
def begin() -> Begin:
    """Return a function that begins a command as a process that Ctrl-C stops, and does not wait for it.

    Whoever started the tests may ignore Ctrl-C, as a shell does for what runs in the background; a process
    inherits that.
    """

    def start(*arguments: object) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-c", STOPPABLE, *map(str, arguments)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    return start


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """Return a copy of the tiny example."""
    folder = tmp_path / "plan"
    folder.mkdir()
    for file in examples.path("tiny").iterdir():
        if file.is_file():
            (folder / file.name).write_bytes(file.read_bytes())
    return folder


@pytest.fixture
def broken(tiny: Path) -> Path:
    """Return a plan with three faults in three files."""
    for name, old, new in [
        ("plan.toml", "share = 0.9", "share = 9"),
        ("areas.csv", "8000,village", "many,village"),
        ("units.csv", "mid-arv,arv,", "mid-arv,tank,"),
    ]:
        text = (tiny / name).read_text(encoding="utf-8")
        assert old in text
        (tiny / name).write_text(text.replace(old, new, 1), encoding="utf-8")
    return tiny


@pytest.fixture
def logged(tiny: Path) -> Path:
    """Return the tiny plan with an invented log of sixty calls."""
    rng = np.random.default_rng(1)
    areas = pd.read_csv(tiny / "areas.csv").query("id != 'midtown'").iloc[rng.integers(5, size=60)]
    log = pd.DataFrame(
        {
            "id": [f"c{k}" for k in range(60)],
            "time": [f"2024-01-{1 + k % 28:02d}T{k % 24:02d}:00" for k in range(60)],
            "lon": areas["lon"].to_numpy(),
            "lat": areas["lat"].to_numpy(),
            "incident_type": "spontaneous",
            "authorised_min": 3.0,
            "turnout_min": rng.gamma(4.0, 0.5, 60).round(1),
            "first_armed_min": (40.0 * np.exp(0.2 * rng.standard_normal(60))).round(1),
            "unit_site": "midtown",
            "source": "invented",
        }
    )
    log.to_csv(tiny / "incidents.csv", index=False)
    return tiny
