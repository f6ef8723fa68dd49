"""What is printed, and where: hostile names, narrow terminals, outputs that are closed, full or not UTF-8."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

from standby.cli import _print

Run = Callable[..., Result]
Process = Callable[..., subprocess.CompletedProcess[str]]

EVIL = "\x1b[2J\x1b]0;owned\x07\x9b31m\u202egnp.exe\u2066\u200f\x08\x7f\u2028"
ODD = "soft\xadhyphen \u200fright to left\u200e \u2028"
"""What stands in names in good faith, and is not printed as it is all the same."""

OBEYED = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]"
)
"""Characters that a terminal, or a reader's eye, would obey; line ends are meant."""


@pytest.fixture
def hostile(tiny: Path) -> Path:
    """Return a plan whose names, notes and titles hold what a reader's eye would obey, in good faith."""
    return _named(tiny, ODD)


def _named(tiny: Path, odd: str) -> Path:
    """Put text into the names, notes and titles of a plan."""
    text = (tiny / "plan.toml").read_text(encoding="utf-8")
    evil = json.dumps(odd)[1:-1].replace("\x7f", "\\u007f")
    for name in (
        "Tiny: a made-up county",
        "Home county",
        "Town",
        "Armed response vehicle",
        "A second car in the west",
        "First armed arrival in 20 minutes",
        "Spontaneous firearms incident",
    ):
        assert f'"{name}' in text
        text = text.replace(f'"{name}', f'"{evil}{name}')
    (tiny / "plan.toml").write_text(text, encoding="utf-8")
    for file in ("areas.csv", "sites.csv", "key_locations.csv"):
        lines = (tiny / file).read_text(encoding="utf-8").splitlines()
        column = lines[0].split(",").index("name")
        rows = [line.split(",") for line in lines[1:]]
        for row in rows:
            row[column] = row[column] + odd.replace("\u2028", "")
        (tiny / file).write_text("\n".join([lines[0], *map(",".join, rows)]), encoding="utf-8")
    return tiny


COMMANDS = [
    ["check"],
    ["cover"],
    ["cover", "--edition", "internal", "--option", "second-car"],
    ["need", "--edition", "internal"],
    ["times", "--edition", "internal"],
    ["locate", "--units", "1", "--edition", "internal"],
    ["appraise", "--draws", "2", "--edition", "internal"],
]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda c: " ".join(c[:1] + c[-1:]))
@pytest.mark.parametrize("form", ["text", "json"])
def test_nothing_that_a_terminal_obeys_is_printed(
    command: list[str],
    form: str,
    run: Run,
    hostile: Path,
    tmp_path: Path,
) -> None:
    """Names from a plan can't move the cursor, colour, hide or turn round what any command prints."""
    more = ["--out", tmp_path / "out"] if command[0] == "appraise" else []
    done = run(command[0], hostile, *command[1:], *more, *(["--json"] if form == "json" else []))
    assert done.exit_code == 0, done.output
    assert not OBEYED.search(done.stdout + done.stderr)
    if form == "json":
        json.loads(done.stdout)


@pytest.mark.parametrize("form", [[], ["--json"]])
def test_control_characters_are_refused(form: list[str], run: Run, tiny: Path) -> None:
    """Controls and overrides of direction in names and titles are faults with file, row and field."""
    _named(tiny, EVIL)
    sources = (tiny / "sources.toml").read_text(encoding="utf-8")
    (tiny / "sources.toml").write_text(sources.replace('title = "', 'title = "\\u009b'), encoding="utf-8")
    done = run("check", tiny, *form)
    assert done.exit_code == 2
    assert not OBEYED.search(done.stdout + done.stderr)

    if form:
        files = {f["file"] for f in json.loads(done.stdout)["faults"] if f["code"] == "encoding"}
        assert files == {"areas.csv", "sites.csv", "key_locations.csv", "plan.toml", "sources.toml"}
        return
    for said in (
        "areas.csv, rows 2, 3, 4, 5, 6 … (6 rows), name: has characters that are not to be seen but obeyed",
        "(U+001B, U+0007, U+009B, U+202E, U+2066 …)",
        "sites.csv, rows 2, 3",
        "plan.toml, plan, title: has characters",
        "plan.toml, tiers.arv, name: has characters",
        "plan.toml, options.second-car, name: has characters",
        "sources.toml, invented, title: has characters that are not to be seen but obeyed (U+009B)",
    ):
        assert said in done.stdout


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("plan.toml", "[travel]", f"[travel]\n{json.dumps(EVIL)[:-1]}x\" = 1"),
        ("plan.toml", "[travel]", f"[forces.{json.dumps(EVIL)[:-1]}x\"]\nname = 5\n[travel]"),
        ("areas.csv", "midtown,", f"{EVIL},"),
        ("areas.csv", "id,name", f"id,{EVIL},name"),
        ("units.csv", "mid-arv,arv", f"mid-arv,{EVIL}"),
        ("sources.toml", "[", EVIL + "["),
    ],
)  # fmt: skip
def test_faults_are_safe_to_print(file: str, old: str, new: str, run: Run, tiny: Path) -> None:
    """A fault shows what is wrong without doing what it says, on every way out of a command."""
    text = (tiny / file).read_text(encoding="utf-8")
    assert old in text
    new = new.replace("\x7f", "\\u007f") if file == "plan.toml" else new
    (tiny / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    for arguments in (["check"], ["check", "--json"], ["cover"], ["cover", "--json"]):
        done = run(arguments[0], tiny, *arguments[1:])
        assert done.exit_code == 2
        assert not OBEYED.search(done.stdout + done.stderr)
        assert file in done.stdout + done.stderr


def test_a_name_can_not_add_a_line(run: Run, tiny: Path) -> None:
    """A line end in a name is shown, so that no name can look like a line of ours."""
    text = (tiny / "plan.toml").read_text(encoding="utf-8")
    (tiny / "plan.toml").write_text(
        text.replace('"Tiny: a made-up county"', '"Tiny\\nThe plan can be used"'), encoding="utf-8"
    )
    assert "Tiny\\nThe plan can be used" in run("cover", tiny).stdout.splitlines()[0]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda c: " ".join(c[:1] + c[-1:]))
def test_tables_fit_eighty_columns(
    command: list[str], run: Run, tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With COLUMNS=80 no line of a table is longer, in every command, and no word of a heading is broken."""
    monkeypatch.setenv("COLUMNS", "80")
    more = ["--out", tmp_path / "out"] if command[0] == "appraise" else []
    done = run(command[0], tiny, *command[1:], *more)
    drawn = [line for line in done.stdout.splitlines() if line[:1] in set("┏┃┡│└|+")]
    assert drawn or command == ["check"]
    assert max(map(len, drawn), default=0) <= 80


def test_a_table_that_does_not_fit_is_printed_in_parts(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Columns that don't fit follow in a further table, led again by what the rows are about."""
    monkeypatch.setenv("COLUMNS", "60")
    table = _print.grid([("Place", True), *((f"Heading{k}", False) for k in range(9))])
    table.add_row("Midtown", *(f"{k}.5" for k in range(9)))
    _print.put(table, "Wide")
    printed = capsys.readouterr().out
    assert max(map(len, printed.splitlines())) <= 60
    assert printed.count("Midtown") == 3
    for k in range(9):
        assert f"Heading{k}" in printed
        assert f"{k}.5" in printed


def piped(*arguments: object, redirected: str, **environment: str) -> tuple[int, str]:
    """Run a command in a shell with its output redirected; return its own status, and standard error."""
    command = shlex.join([sys.executable, "-m", "standby", *map(str, arguments)])
    script = f"{command} {redirected}; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(
        ["bash", "-c", script],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        env={**os.environ, **environment},
    )
    return done.returncode, done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a disk that is full is a device of Linux")
@pytest.mark.parametrize(
    ("command", "redirected"),
    [
        ("check", "| true"),
        ("faults", "| head -c 1"),
        ("json", ">&-"),
        ("faults", ">&-"),
        ("check", "> /dev/full"),
        ("faults", "> /dev/full"),
        ("json", "> /dev/full 2>&1"),
        ("check", "2>&-"),
        ("faults", ">&- 2>&- <&-"),
        ("help", "> /dev/full"),
    ],
)
def test_an_output_that_nobody_takes(command: str, redirected: str, tiny: Path) -> None:
    """A closed, full or abandoned output changes neither the exit status nor ends in a traceback."""
    arguments = {"check": ["check", tiny], "json": ["check", tiny, "--json"], "help": ["--help"]}
    if command == "faults":
        (tiny / "sources.toml").write_text("[", encoding="utf-8")
        arguments["faults"] = ["check", tiny]
    status, stderr = piped(*arguments[command], redirected=redirected)
    assert status == (2 if command == "faults" else 0)
    assert "Traceback" not in stderr
    assert "Exception ignored" not in stderr
    assert ("not all of the output could be written" in stderr) == (redirected == "> /dev/full")


@pytest.mark.parametrize("encoding", ["ascii", "cp437"])
def test_an_output_that_is_not_utf_8(encoding: str, process: Process, tiny: Path) -> None:
    """Where the output has no such letters, something like them is printed."""
    command = [sys.executable, "-m", "standby", "cover", str(tiny)]
    done = subprocess.run(
        command,
        capture_output=True,
        check=False,
        env={**os.environ, "COLUMNS": "", "PYTHONIOENCODING": encoding},
    )
    assert done.returncode == 0
    assert b"Traceback" not in done.stderr
    assert "First armed arrival in 20 minutes" in done.stdout.decode(encoding)


def test_the_plain_locale(process: Process, tiny: Path) -> None:
    """With LC_ALL=C and no help from Python, names with other letters are printed in plain ones."""
    text = (tiny / "plan.toml").read_text(encoding="utf-8")
    (tiny / "plan.toml").write_text(
        text.replace("a made-up county", "Cornwall – Ynys Môn £"), encoding="utf-8"
    )
    plain = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": ""}
    done = process("cover", tiny, **plain)
    assert done.returncode == 0, done.stderr
    assert "Tiny: Cornwall - Ynys Mon GBP" in done.stdout
