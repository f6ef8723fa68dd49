"""Every command: what it prints, as text and as JSON, and its exit status."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

from standby import examples

Run = Callable[..., Result]
COMMANDS = [
    "example",
    "new",
    "check",
    "cover",
    "need",
    "times",
    "shifts",
    "locate",
    "appraise",
    "fit",
    "backtest",
    "staff",
    "disclose",
]


def only_json(result: Result) -> dict:
    """Return the one object on standard output, and hold that nothing else is there."""
    content = json.loads(result.stdout, parse_constant=lambda text: pytest.fail(f"{text} is no JSON"))
    assert isinstance(content, dict)
    assert result.stdout.strip() == json.dumps(content, ensure_ascii=False, indent=1)
    return content


def test_without_arguments_it_says_what_it_can_do(run: Run) -> None:
    """The command alone prints its help and is content."""
    result = run()
    assert result.exit_code == 0
    assert result.stdout == run("--help").stdout
    for command in COMMANDS:
        assert re.search(rf"^  {command} +\S", result.stdout, re.MULTILINE)
    assert "…" not in result.stdout
    assert "..." not in result.stdout.replace("[ARGS]...", "")


@pytest.mark.parametrize("command", COMMANDS)
def test_help_explains_every_option(run: Run, command: str) -> None:
    """Help of a command says in words what each option does, and -h is the same as --help."""
    result = run(command, "--help")
    assert result.exit_code == 0
    assert run(command, "-h").stdout == result.stdout
    assert f"Usage: standby {command}" in result.stdout
    options = re.findall(
        r"^  (?:-\w, )?--[\w-]+[^\n]*?  +(\S.*)$|^  (--[\w-]+)[^\n]*$", result.stdout, re.MULTILINE
    )
    assert len(options) >= 2
    assert "--json" in result.stdout


def test_version(run: Run) -> None:
    """--version prints the name and the version of the package."""
    assert re.fullmatch(r"standby \d+\.\d+\.\d+\S*\n", run("--version").stdout)


def test_example_is_copied(run: Run, tmp_path: Path) -> None:
    """An example is copied whole, byte by byte, and the next steps name its folder."""
    target = tmp_path / "new" / "mine"
    result = run("example", "tiny", target)
    assert result.exit_code == 0
    source = {f.name: f.read_bytes() for f in examples.path("tiny").iterdir() if f.is_file()}
    assert {f.name: f.read_bytes() for f in target.iterdir()} == source
    assert f"standby check {target}" in result.stdout
    assert run("check", target).exit_code == 0


def test_example_json_and_list(run: Run, tmp_path: Path) -> None:
    """As JSON: where the example went, and which there are."""
    assert only_json(run("example", "tiny", tmp_path / "a", "--json")) == {
        "example": "tiny",
        "folder": str(tmp_path / "a"),
    }
    listed = only_json(run("example", "--list", "--json"))["examples"]
    assert set(listed) == set(examples.names())
    assert "Tiny: a made-up county" in run("example", "--list").stdout


def test_example_without_name_is_south_west(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Left out, the example is the south-west, in a folder of that name."""
    monkeypatch.chdir(tmp_path)
    assert run("example").exit_code == 0
    assert (tmp_path / "south-west" / "plan.toml").is_file()


def test_example_refusals(run: Run, tmp_path: Path) -> None:
    """An unknown example, and a folder that holds something, are refused; nothing is written."""
    unknown = run("example", "nowhere", tmp_path / "x")
    assert unknown.exit_code == 2
    assert "there is no example 'nowhere'; there are: south-west, tiny" in unknown.stderr
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("x", encoding="utf-8")
    full = run("example", "tiny", tmp_path / "full")
    assert full.exit_code == 2
    assert "not empty" in full.stderr
    assert [f.name for f in (tmp_path / "full").iterdir()] == ["mine.txt"]
    file = run("example", "tiny", tmp_path / "full" / "mine.txt")
    assert file.exit_code == 2
    assert not (tmp_path / "x").exists()


def test_check_of_a_good_plan(run: Run, tiny: Path) -> None:
    """A plan without faults: said in a sentence, and as JSON."""
    assert run("check", tiny).stdout.startswith("The plan can be used")
    found = only_json(run("check", tiny, "--json"))
    assert found["ok"] is True
    assert found["faults"] == []


def test_check_of_a_broken_plan(run: Run, broken: Path) -> None:
    """All faults at once, each with file, place, what is wrong and the fix; exit status 2."""
    result = run("check", broken)
    assert result.exit_code == 2
    found = only_json(run("check", broken, "--json"))
    assert {(f["file"], f["field"]) for f in found["faults"]} == {
        ("plan.toml", "share"),
        ("areas.csv", "population"),
        ("units.csv", "tier"),
    }
    for fault in found["faults"]:
        assert fault["what"] in result.stdout
        assert fault["fix"]
        assert fault["fix"] in result.stdout


@pytest.mark.parametrize("command", [["cover"], ["need"], ["appraise", "--out"]])
def test_broken_plan_is_refused_by_all(run: Run, broken: Path, tmp_path: Path, command: list[str]) -> None:
    """Every command tells all faults on standard error, leaves with status 2 and writes nothing."""
    out = tmp_path / "out"
    more = [out] if "--out" in command else []
    result = run(*command, *more, broken)
    assert result.exit_code == 2
    assert result.stdout == ""
    for file in ("plan.toml", "areas.csv", "units.csv"):
        assert file in result.stderr
    told = only_json(run(*command, *more, broken, "--json"))
    assert len(told["faults"]) == 3
    assert not out.exists()


@pytest.mark.parametrize("command", ["check", "cover", "need"])
def test_plan_that_is_not_there(run: Run, tmp_path: Path, command: str) -> None:
    """A folder that does not exist is bad input, and named."""
    result = run(command, tmp_path / "nothing")
    assert result.exit_code == 2
    assert "does not exist" in result.stderr + result.stdout


@pytest.mark.parametrize("command", COMMANDS[1:])
def test_plan_left_out(run: Run, command: str) -> None:
    """A command without its plan says what is missing, with status 2."""
    result = run(command)
    assert result.exit_code == 2
    assert "Missing argument" in result.stderr


@pytest.mark.parametrize("command", ["cover", "need"])
def test_unknown_option(run: Run, tiny: Path, command: str) -> None:
    """An option that the plan has not is refused, with those that it has."""
    result = run(command, tiny, "--option", "third-car")
    assert result.exit_code == 2
    assert "there is no option 'third-car'; the plan has: second-car, quicker, arm-all" in result.stderr


def test_cover(run: Run, tiny: Path) -> None:
    """Cover prints shares and minutes with what the headings mean, and the public edition names no place."""
    result = run("cover", tiny, "--edition", "public")
    assert result.exit_code == 0
    for words in (
        "First armed arrival in 20 minutes",
        "60%",
        "A standard is met when",
        "Minutes from the call",
    ):
        assert words in result.stdout
    assert "Coombe" not in result.stdout
    assert "rounded to the nearest 20%" in result.stdout


def test_cover_internal(run: Run, tiny: Path) -> None:
    """The internal edition names the worst-served places as well, and says that it is internal."""
    text = run("cover", tiny, "--edition", "internal").stdout
    assert "OFFICIAL-SENSITIVE – INTERNAL" in text
    assert "Coombe" in text
    assert "rounded" not in text
    found = only_json(run("cover", tiny, "--edition", "internal", "--json"))
    assert {"areas", "units", "worst", "key_locations"} <= set(found)


def test_cover_json(run: Run, tiny: Path) -> None:
    """As JSON: tables, summary and manifest, in the public edition the whole region in round numbers."""
    found = only_json(run("cover", tiny, "--option", "second-car", "--json", "--edition", "public"))
    assert found["edition"] == "public"
    assert not {"areas", "units", "worst", "key_locations", "places", "staffing"} & set(found)
    first = next(
        row for row in found["standards"] if row["standard"] == "first" and row["scope_kind"] == "all"
    )
    assert first["share_expected"] == 0.8
    assert first["met"] is False
    assert found["manifest"]["settings"]["variant"] == "second-car"
    assert {row["scope_kind"] for row in found["minutes"]} == {"all"}
    assert all(row["mean_min"] % 5 == 0 for row in found["minutes"])
    assert (found["manifest"]["plan_hash"], found["manifest"]["files"]) == ("", {})
    internal = only_json(run("cover", tiny, "--option", "second-car", "--json", "--edition", "internal"))
    first = next(row for row in internal["standards"] if row["standard"] == "first")
    assert first["share_expected"] == pytest.approx(0.792, abs=5e-4)


def test_need(run: Run, tiny: Path) -> None:
    """Need prints units and officers beside those there are, from today's sites or from all."""
    text = run("need", tiny, "--edition", "public").stdout
    for words in ("today's sites", "All standards together", "Crewed units: the fewest units"):
        assert words in text
    assert "Home county" not in text
    assert "Home county" in run("need", tiny, "--edition", "internal").stdout
    assert "every site" in run("need", tiny, "--sites", "all").stdout
    found = only_json(run("need", tiny, "--json", "--edition", "public"))
    assert {row["standard"] for row in found["need"]} == {"first", "full", "all standards"}
    assert "units" not in found
    assert "units" in only_json(run("need", tiny, "--edition", "internal", "--json"))


def test_appraise(run: Run, tiny: Path, tmp_path: Path) -> None:
    """The decision table, what it means and the summary are printed, and the report is where it says."""
    out = tmp_path / "report"
    result = run("appraise", tiny, "--out", out, "--draws", 8)
    assert result.exit_code == 0, result.stderr
    assert "Arm every officer (ruled out)" in result.stdout
    assert "not ranked" in result.stdout
    assert "Mean over 8 draws" in result.stdout
    assert f"The report (full edition): {out / 'report.html'}" in result.stdout
    assert result.stdout.rstrip().endswith(str(out / "public-edition" / "report.html"))
    assert (out / "report.html").is_file()
    again = run("appraise", tiny, "--out", out, "--draws", 8, "--json")  # what Standby wrote is written anew
    found = only_json(again)
    assert {"decision", "options", "summary", "files", "manifest", "edition"} <= set(found)
    assert all(Path(path).is_file() for path in found["files"])
    assert found["manifest"]["settings"]["draws"] == 8
    assert again.stderr.startswith("Appraising 3 options")
    ruled_out = [row for row in found["decision"] if row["option"] == "arm-all"]
    assert all(row["chance_best"] is None for row in ruled_out)


def test_appraise_writes_where_it_may(run: Run, tiny: Path, tmp_path: Path) -> None:
    """A folder with files of others, the plan's own, and a file are refused before anything is computed."""
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "letter.txt").write_text("x", encoding="utf-8")
    for out, words in [
        (mine, "did not write (letter.txt)"),
        (tiny, "the plan's own folder"),
        (mine / "letter.txt", "is not a folder"),
        (mine / "letter.txt" / "below", "is not a folder"),
    ]:
        result = run("appraise", tiny, "--out", out)
        assert result.exit_code == 2
        assert words in result.stderr
        assert "Appraising" not in result.stderr
        assert "error" in only_json(run("appraise", tiny, "--out", out, "--json"))
    assert [f.name for f in mine.iterdir()] == ["letter.txt"]


def test_folder_that_may_not_be_written(
    run: Run, tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A place that may not be written is bad input, and told before anything is computed."""
    may = os.access
    monkeypatch.setattr("os.access", lambda path, mode: mode == os.R_OK and may(path, mode))
    result = run("appraise", tiny, "--out", tmp_path / "out")
    assert result.exit_code == 2
    assert "may not be written to" in result.stderr
    assert "Appraising" not in result.stderr


@pytest.mark.parametrize(
    "arguments",
    [["--draws", "1"], ["--draws", "many"], ["--seed", "-1"], ["--edition", "secret"], ["--workers", "0"]],
)
def test_appraise_refuses_odd_numbers(run: Run, tiny: Path, tmp_path: Path, arguments: list[str]) -> None:
    """Numbers out of range are refused by name, with status 2 and nothing written."""
    result = run("appraise", tiny, "--out", tmp_path / "out", *arguments)
    assert result.exit_code == 2
    assert arguments[0] in result.stderr
    assert not (tmp_path / "out").exists()


def test_appraise_needs_a_folder(run: Run, tiny: Path) -> None:
    """Where the report goes has to be said."""
    result = run("appraise", tiny)
    assert result.exit_code == 2
    assert "--out" in result.stderr


def test_goalposts_are_bad_input(run: Run, tiny: Path, tmp_path: Path) -> None:
    """What only the appraisal finds wrong is told in a line as well, with status 2 and nothing written."""
    text = (tiny / "plan.toml").read_text(encoding="utf-8")
    option = '\n[options.easier]\nname = "Easier"\nset = { "standards.first.within_min" = 60 }\n'
    (tiny / "plan.toml").write_text(text + option, encoding="utf-8")
    result = run("appraise", tiny, "--out", tmp_path / "out", "--draws", 2)
    assert result.exit_code == 2
    assert "options.easier changes standards.first" in result.stderr
    assert not (tmp_path / "out").exists()


def test_a_time_limit_that_is_over_is_said(run: Run, tiny: Path, tmp_path: Path) -> None:
    """Without any time there is a sentence and status 1; with plenty the output is that without a limit."""
    for command in (["cover", tiny], ["appraise", tiny, "--out", tmp_path / "report"]):
        result = run(*command, "--time-limit", 0)
        assert result.exit_code == 1
        assert "the time given ended before the plan" in result.stderr
    result = run("need", tiny, "--time-limit", 0)
    assert result.exit_code == 1
    assert "nothing was found in the time given" in result.stderr
    assert result.stdout == ""
    assert "not found in the time given" not in run("need", tiny, "--time-limit", 9_999).stdout
    assert run("cover", tiny, "--time-limit", 9_999).stdout == run("cover", tiny).stdout


def test_notes_of_need_are_printed_where_they_may_be(run: Run, tiny: Path, tmp_path: Path) -> None:
    """A standard that holds for nobody in a force is noted in the internal edition alone."""
    plan = tiny / "plan.toml"
    text = plan.read_text(encoding="utf-8").replace('forces = ["home"]', 'forces = ["home", "next"]')
    officers = '{ value = 100, source = "invented", scope = "all officers" }'
    text = text.replace('name = "Next county"', f'name = "Next county"\nofficers = {officers}')
    plan.write_text(text.replace("share = 0.8", 'share = 0.8\nforces = ["home"]'), encoding="utf-8")
    note = "holds for nobody there: Two armed cars in 40 minutes"
    for edition in ("internal", "public"):
        out = tmp_path / edition
        result = run("appraise", tiny, "--out", out, "--draws", 4, "--edition", edition)
        assert result.exit_code == 0, result.stderr
        page = (out / "report.html").read_text(encoding="utf-8")
        assert (note in result.stdout) == (edition == "internal")
        assert (note in page) == (edition == "internal")


@pytest.mark.parametrize("command", [("cover",), ("need",), ("times",), ("locate", "--units", "2")])
def test_a_plan_of_invented_bases_is_shown_whole(run: Run, tiny: Path, command: tuple[str, ...]) -> None:
    """Without --edition all is printed, under the words; once a unit is another, the public edition."""
    name, *more = command
    printed = run(name, tiny, *more)
    assert "FULL EDITION – bases and units are invented" in printed.stdout
    assert "The county is made up" in printed.stdout
    assert "(internal)" not in printed.stdout
    found = only_json(run(name, tiny, *more, "--json"))
    assert found["edition"] == "full"
    assert found["marking"] == "OFFICIAL – FULL EDITION – bases and units are invented"
    has_public = name != "times"
    if has_public:
        public = run(name, tiny, *more, "--edition", "public").stdout
        assert "PUBLIC EDITION – bases and units are invented" in public

    text = (tiny / "units.csv").read_text(encoding="utf-8")
    (tiny / "units.csv").write_text(text.replace("midtown,home,2", "midtown,home,3"), encoding="utf-8")
    after = run(name, tiny, *more)
    assert ("PUBLIC EDITION" if has_public else "INTERNAL") in after.stdout
    assert "invented" not in after.stdout
    assert "no longer taken as invented" in after.stderr
    refused = run(name, tiny, *more, "--edition", "full")
    assert refused.exit_code == 2
    assert "only while its bases are declared" in refused.stderr
