"""Tables that a plan withholds from the public: commands go on without them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

Run = Callable[..., Result]


def withhold(folder: Path, *names: str) -> None:
    """Write into a plan which tables the public does not see."""
    path = folder / "plan.toml"
    text = path.read_text(encoding="utf-8")
    assert text.count("[plan]\n") == 1
    path.write_text(text.replace("[plan]\n", f"[plan]\nwithhold = {json.dumps(names)}\n"), encoding="utf-8")


@pytest.mark.parametrize(
    ("command", "names"),
    [
        ("cover", ("standards",)),
        ("cover", ("standards", "minutes")),
        ("need", ("need",)),
        ("locate", ("siting_standards",)),
    ],
)
def test_a_command_goes_on_without_a_table(
    run: Run, tiny: Path, command: str, names: tuple[str, ...]
) -> None:
    """What is withheld is missing, on the terminal and in JSON, and nothing else is."""
    withhold(tiny, *names)
    printed = run(command, tiny, "--edition", "public")
    assert printed.exit_code == 0, printed.stderr

    done = run(command, tiny, "--edition", "public", "--json")
    assert done.exit_code == 0, done.stderr
    content = json.loads(done.stdout)
    assert not {name.removeprefix("siting_") for name in names} & set(content)
    assert {"edition", "manifest"} <= set(content)


def test_a_page_goes_on_without_its_standards(run: Run, tiny: Path, tmp_path: Path) -> None:
    """The page of a siting is written without the table that is withheld."""
    withhold(tiny, "siting_standards")
    done = run("locate", tiny, "--edition", "public", "--out", tmp_path / "out")
    assert done.exit_code == 0, done.stderr
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"siting.html", "standby-files.json"}


@pytest.mark.parametrize("name", ["options", "criteria"])
def test_what_other_tables_are_read_by_is_not_withheld(run: Run, tiny: Path, name: str) -> None:
    """The names of options and criteria can't be withheld; the fault says so before anything is computed."""
    withhold(tiny, name)
    done = run("check", tiny)
    assert done.exit_code == 2
    assert "can't be read without it" in done.stdout + done.stderr
