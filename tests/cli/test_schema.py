"""The command ``schema``: what every command prints as JSON is what its schema says."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from typer.testing import Result

from standby.cli._schema import schema_of
from standby.disclosure import EDITIONS
from standby.tables import TABLES

Run = Callable[..., Result]

SUBJECTS = (
    "appraise", "backtest", "check", "cover", "disclose", "error", "example", "fit", "locate", "need", "new",
    "plan", "results", "shifts", "staff", "times",
)  # fmt: skip
COMMANDS = (
    ("cover",),
    ("cover", "--by-hour"),
    ("need",),
    ("times",),
    ("shifts",),
    ("locate", "--units", "2", "--curve", "--compliance"),
    ("appraise", "--draws", "2"),
    ("staff", "--draws", "8"),
)
"""Commands that have editions, with options."""


def faults(subject: str, printed: Any) -> list[str]:
    """Return where something is not what the schema says, and why."""
    found = Draft202012Validator(schema_of(subject)).iter_errors(printed)
    return [f"{error.json_path}: {error.message[:200]}" for error in found]


@pytest.mark.parametrize("subject", SUBJECTS)
def test_each_is_a_schema(run: Run, subject: str) -> None:
    """What the command prints is a JSON Schema by the standard's own schema."""
    printed = json.loads(run("schema", subject).stdout)
    Draft202012Validator.check_schema(printed)
    assert printed["$schema"] == Draft202012Validator.META_SCHEMA["$id"]


IN_EDITIONS = [(command, edition) for command in COMMANDS for edition in EDITIONS]
IN_EDITIONS.remove((("times",), "public"))  # there is none
IN_EDITIONS.remove((("staff", "--draws", "8"), "public"))
IN_EDITIONS.remove((("shifts",), "public"))  # there neither


@pytest.mark.parametrize(("command", "edition"), IN_EDITIONS)
def test_what_a_command_prints_is_what_its_schema_says(
    run: Run, tiny: Path, tmp_path: Path, command: tuple[str, ...], edition: str
) -> None:
    """In every edition no property is missing, unknown or of another type."""
    name, *options = command
    options += ["--out", str(tmp_path / "out")] if name not in {"cover", "need"} else []
    if "--by-hour" in options and edition == "public":
        options.remove("--by-hour")
    done = run(name, tiny, *options, "--edition", edition, "--json")
    assert done.exit_code == 0, done.stderr
    printed = json.loads(done.stdout)
    assert faults(name, printed) == []

    if name == "appraise":
        results = json.loads((tmp_path / "out" / "results.json").read_text(encoding="utf-8"))
        assert faults("results", results) == []


def test_commands_without_editions(run: Run, tiny: Path, logged: Path, tmp_path: Path) -> None:
    """Check, example, fit and backtest print what their schemas say."""
    assert faults("check", json.loads(run("check", tiny, "--json").stdout)) == []
    assert faults("fit", json.loads(run("fit", logged, "--json").stdout)) == []
    compared = run("backtest", logged, "--as-written", "--json")
    assert faults("backtest", json.loads(compared.stdout)) == []
    for arguments in (["tiny", tmp_path / "new"], ["--list"]):
        assert faults("example", json.loads(run("example", *arguments, "--json").stdout)) == []


def test_faults_of_a_plan_are_an_error(run: Run, broken: Path) -> None:
    """A plan with faults is an error that has them all."""
    printed = json.loads(run("cover", broken, "--json").stdout)
    assert faults("error", printed) == []
    assert len(printed["faults"]) == 3


def test_what_is_refused_is_an_error_with_the_fix_apart(run: Run, tiny: Path) -> None:
    """A refusal holds what is wrong and the fix by themselves, beside the whole message."""
    printed = json.loads(run("locate", tiny, "--save-as", "base", "--json").stdout)
    assert faults("error", printed) == []
    assert printed["what"] == "'base' can't be an option's id"
    assert printed["fix"] == "use lower-case letters, digits, - and _"
    assert printed["error"] == f"standby: {printed['what']}; {printed['fix']}"


@pytest.mark.parametrize(
    ("path", "wrong"),
    [
        (("standards", 0, "share_expected"), "84%"),
        (("standards", 0, "met"), 1.0),
        (("standards", 0, "shares"), 0.5),
        (("minutes", 0, "mean_min"), True),
        (("edition",), "secret"),
        (("staffing",), []),
    ],
)
def test_what_is_not_so_is_found(run: Run, tiny: Path, path: tuple[str | int, ...], wrong: object) -> None:
    """Text for a number, a column that nobody declared, a table of another command: each is a fault."""
    printed = json.loads(run("cover", tiny, "--json").stdout)
    place = printed
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = wrong
    assert faults("cover", printed)


def test_columns_say_what_they_are() -> None:
    """A column in a schema has the heading, meaning, kind and unit with which it was declared."""
    cells = schema_of("cover")["properties"]["minutes"]["items"]["properties"]
    declared = TABLES["minutes"].column("mean_min")
    assert declared is not None
    mean = cells["mean_min"]
    assert (mean["title"], mean["description"]) == (declared.label, declared.description)
    assert (mean["x-kind"], mean["x-unit"], mean["x-public"]) == ("minutes", "min", True)
