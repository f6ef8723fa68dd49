"""The command ``locate``: what it prints in each edition, what it writes, and how it leaves."""

from __future__ import annotations

import inspect
import json
import re
import signal
import subprocess
from collections.abc import Callable
from dataclasses import fields
from itertools import pairwise
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from typer.testing import Result

from standby import examples, open_plan
from standby.disclosure import public_share

Run = Callable[..., Result]
Process = Callable[..., subprocess.CompletedProcess[str]]


def names_of(folder: Path) -> set[str]:
    """Return names and ids of areas, sites and units."""
    plan = open_plan(folder)
    found: set[str] = set()
    for table in ("areas", "sites", "units", "key_locations"):
        found |= set(plan.table(table)["id"])
    return found | set(plan.table("areas")["name"]) | set(plan.table("sites")["name"])


def named_in(names: set[str], text: str) -> list[str]:
    """Return the names that stand in a text as words."""
    return sorted(n for n in names if re.search(rf"(?<![\w-]){re.escape(n)}(?![\w-])", text))


def test_public_edition_names_no_place(process: Process, tmp_path: Path) -> None:
    """Text, JSON and files of the public edition hold no area, site or unit; the internal ones do."""
    folder = examples.path("south-west")
    names = names_of(folder) - {"Devon", "Dorset"}
    common = ["locate", folder, "--units", 12, "--within", 20, "--curve", "--compliance"]
    text = process(*common, "--edition", "public")
    assert text.returncode == 0, text.stderr
    assert named_in(names, text.stdout) == []
    out = tmp_path / "public"
    done = process(*common, "--fixed", "dc-exeter", "--json", "--edition", "public", "--out", out)
    content = json.loads(done.stdout)
    assert named_in(names, json.dumps({k: v for k, v in content.items() if k != "files"})) == []
    assert content["siting"] == {"status": "optimal", "units_asked": 12}
    assert set(content) >= {"standards", "manifest", "summary"}
    assert {p.name for p in out.iterdir()} == {"siting.html", "standards.csv", "standby-files.json"}
    for file in out.iterdir():
        said = file.read_text(encoding="utf-8")
        if file.suffix == ".html":
            said = re.sub(
                r"<(script|style)(?! type=\"application/json\")[^>]*>.*?</\1>", "", said, flags=re.DOTALL
            )
        assert named_in(names, said) == [], file.name
    internal = json.loads(process(*common, "--edition", "internal", "--json").stdout)
    assert not {"yardstick", "curve", "groups"} & set(content)
    assert {"yardstick", "curve", "groups"} <= set(internal)
    assert sum(internal["siting"]["units_at"].values()) == 12
    assert {row["site"] for row in internal["sites"] if row["units"]} == set(internal["siting"]["units_at"])
    assert len({row["units_free"] for row in internal["compliance"]}) == internal["siting"]["sites"]


def test_the_public_edition_has_the_whole_region_in_fifths(run: Run, tiny: Path) -> None:
    """Nothing is shown by force, setting or class, every share is a fifth, and no number is today's."""
    content = json.loads(run("locate", tiny, "--json", "--edition", "public").stdout)
    standards = content["standards"]
    assert {row["scope_kind"] for row in standards} == {"all"}
    shares = [v for row in standards for k, v in row.items() if k.startswith("share")]
    assert shares == [public_share(share) for share in shares]
    assert content["siting"] == {"status": "optimal", "units_asked": None}
    assert not {"units_today", "units_beside", "busy", "sites", "places"} & set(content)


def test_standards_of_few_places_are_not_spoken_of(run: Run, tiny: Path) -> None:
    """What is said of a standard that is for fewer than three places is left out of the public edition."""
    asked = ["locate", tiny, "--objective", "key-locations"]
    public, internal = (run(*asked, "--edition", e) for e in ("public", "internal"))
    assert public.exit_code == internal.exit_code == 0, public.stderr
    assert "leaves out what is said of it" in public.stdout
    assert "of key locations" not in public.stdout
    assert "of key locations" in internal.stdout


def test_saved_option_can_be_checked_and_appraised(process: Process, tiny: Path, tmp_path: Path) -> None:
    """--save-as writes an option that check and appraise take; a second time it is refused, unchanged."""
    done = process("locate", tiny, "--units", 2, "--within", 25, "--save-as", "two-places", "--model", "mclp")
    assert done.returncode == 0, done.stderr
    assert "two-places" in done.stdout
    assert process("check", tiny).returncode == 0
    laid = open_plan(tiny).with_option("two-places").table("units")
    arv = laid[(laid["tier"] == "arv") & (laid["provider"] == "home") & (laid["hours"] == "always")]
    assert sorted(arv["site"]) == ["midtown", "westham"]
    before = (tiny / "plan.toml").read_bytes()
    for bad in ("two-places", "second-car", "Not An Id", "base"):
        again = process("locate", tiny, "--save-as", bad)
        assert again.returncode == 2
        assert "choose another id" in again.stderr or "can't be an option's id" in again.stderr
    assert (tiny / "plan.toml").read_bytes() == before
    out = tmp_path / "out"
    made = process("appraise", tiny, "--draws", 8, "--out", out, "--json", "--edition", "internal")
    assert made.returncode == 0, made.stderr
    decision = pd.DataFrame(json.loads(made.stdout)["decision"])
    assert "two-places" in set(decision["option"])


def test_nothing_is_saved_when_the_page_can_not_be_written(run: Run, tiny: Path, tmp_path: Path) -> None:
    """A folder that holds somebody's files is refused before anything is solved or saved."""
    before = (tiny / "plan.toml").read_bytes()
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("x", encoding="utf-8")
    for out in (tmp_path / "mine", tiny):
        result = run("locate", tiny, "--save-as", "new", "--out", out)
        assert result.exit_code == 2
    assert (tiny / "plan.toml").read_bytes() == before
    assert [p.name for p in (tmp_path / "mine").iterdir()] == ["thesis.txt"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--fixed", "midtwon"], "Did you mean 'midtown'"),
        (["--fixed", "midtown", "--closed", "midtown"], "both fixed and closed"),
        (["--units", 3, "--model", "mclp"], "3 units but only 2 places"),
        (["--standard", "fist"], "Did you mean 'first'"),
        (["--model", "lscp", "--within", 20], "no site allowed reaches 3 places (Village: 3)"),
        (["--within", -1], "within is -1; give a number of more than 0"),
        (["--busy", 2], "busy is 2"),
    ],
)
def test_bad_requests_are_named(run: Run, tiny: Path, arguments: list[object], said: str) -> None:
    """A request that is wrong, or can't be met, leaves with status 2 and a message, in JSON as well."""
    result = run("locate", tiny, *arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert said in result.stderr
    told = json.loads(run("locate", tiny, *arguments, "--json").stdout)
    assert said in told["error"]


def test_what_cant_be_met_names_places_inside_only(run: Run, tiny: Path) -> None:
    """The internal edition names places that can't be reached; the public one has no number of any."""
    asked = ["locate", tiny, "--model", "lscp", "--within", 20, "--units", 1, "--json"]
    public, internal = (json.loads(run(*asked, "--edition", e).stdout) for e in ("public", "internal"))
    assert named_in(names_of(tiny), public["error"]) == []
    assert "places" not in public
    assert set(internal["places"]) <= set(open_plan(tiny).table("areas")["id"])
    assert internal["places"]
    assert not re.search(r"\d", public["error"])
    assert set(public) == {"error"}
    assert internal["smallest_with_units"] > internal["smallest_unlimited"] > 20
    assert "--leave-out-unreachable" in internal["error"]
    assert run(*asked[:-1], "--leave-out-unreachable").exit_code in {0, 2}


def test_page_has_a_map_of_who_gains_and_loses(run: Run, tiny: Path, tmp_path: Path) -> None:
    """The internal page holds a map with sites and places, and asks no host for anything."""
    out = tmp_path / "out"
    result = run("locate", tiny, "--units", 2, "--within", 25, "--model", "mclp", "--edition", "internal",
                 "--out", out)  # fmt: skip
    assert result.exit_code == 0, result.stderr
    page = (out / "siting.html").read_text(encoding="utf-8")
    data = json.loads(
        re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)[1]
    )
    (drawn,) = [d for d in data.values() if d["kind"] == "map"]
    labels = {p["label"][0] for p in drawn["points"]}
    assert {"Midtown", "Westham", "Coombe"} <= labels
    assert any("Units then: 1" in p["label"] for p in drawn["points"])
    body = re.sub(r"<(script|style)[^>]*>.*?</\1>", "", page, flags=re.DOTALL)
    assert not re.search(r"(src|href)=\"(https?:)?//", body)
    assert "INTERNAL" in page
    sites = pd.read_csv(out / "sites.csv").set_index("site")
    assert sites["units"].to_dict() == {"midtown": 1, "westham": 1}


def test_every_column_of_the_tables_is_explained(run: Run, tiny: Path, tmp_path: Path) -> None:
    """Each column that the tables hold has a heading and a meaning."""
    from standby.tables import column_of

    out = tmp_path / "out"
    run("locate", tiny, "--edition", "internal", "--curve", "--compliance", "--out", out)
    public = tmp_path / "public"
    run("locate", tiny, "--out", public)
    files = [*out.glob("*.csv"), *public.glob("*.csv")]
    assert len({file.name for file in files}) == 6
    for file in files:
        for column in pd.read_csv(file).columns:
            if column != "marking":
                declared = column_of(f"siting_{file.stem}", column)
                assert declared.label
                assert declared.description.endswith(".")


def test_time_limit_gives_the_best_so_far(process: Process) -> None:
    """When time is over the answer comes with an honest gap, or the command says that there is none yet."""
    asked = ["--model", "dsm", "--outer", 45, "--leave-out-unreachable", "--units", 14, "--time-limit", 0.3]
    done = process("locate", examples.path("south-west"), *asked, "--json", "--edition", "internal")
    content = json.loads(done.stdout)
    if done.returncode == 1:
        assert "more time" in content["error"]
    else:
        assert done.returncode == 0
        assert content["siting"]["status"] == "time_limit"
        assert content["siting"]["gap"] > 0
        assert content["siting"]["bound"] > content["siting"]["objective"]


def test_ctrl_c_gives_the_best_so_far(begin: Callable[..., subprocess.Popen[str]]) -> None:
    """Interrupted while it tells progress, the command prints the incumbent with its gap and leaves well."""
    asked = ["--model", "dsm", "--outer", "45", "--leave-out-unreachable", "--units", "14", "--json"]
    asked += ["--edition", "internal"]
    started = begin("locate", examples.path("south-west"), *asked)
    assert started.stderr is not None
    for line in started.stderr:
        if re.search(r"best so far [\d.]+, bound [\d.]+, gap", line):
            break
    started.send_signal(signal.SIGINT)
    stdout, stderr = started.communicate()
    assert "Traceback" not in stderr
    assert started.returncode == 0, stderr
    siting = json.loads(stdout)["siting"]
    assert siting["status"] == "interrupted"
    assert 0 < siting["gap"] < 1
    assert "stopped by hand" in json.loads(stdout)["summary"]


def test_curve_as_printed_adds_up(run: Run, tiny: Path) -> None:
    """What a unit adds is the difference of the values as printed."""
    asked = ["locate", tiny, "--units", 3, "--within", 20, "--curve"]
    lines = run(*asked, "--edition", "internal").stdout.partition("What each unit adds")[2].splitlines()
    rows = [re.findall(r"(\d+(?:\.\d)?|–)%?", line) for line in lines if line.startswith("│")]
    assert len(rows) == 6
    for (_, before, _, _), (_, value, _, adds) in pairwise(rows):
        assert float(value) - float(before) == pytest.approx(float(adds))


@pytest.mark.parametrize("limit", ["nan", "-1", "x"])
def test_bad_time_limit_is_named(run: Run, tiny: Path, limit: str) -> None:
    """A limit that is no number of seconds is refused with status 2."""
    done = run("locate", tiny, "--time-limit", limit)
    assert done.exit_code == 2
    assert "time-limit" in done.stderr


def test_the_minutes_take_part_of_the_time(run: Run, tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The siting is given what the minutes have left of the limit."""
    from standby import locate, travel

    now = [0.0]
    given: list[float] = []
    solve, minutes = locate.locate, travel.travel_times

    def slow(plan: Any) -> Any:
        now[0] += 25.0
        return minutes(plan)

    def noted(*args: Any, **options: Any) -> Any:
        given.append(options["time_limit_s"])
        return solve(*args, **options)

    monkeypatch.setattr("standby._deadline.clock", lambda: now[0])
    monkeypatch.setattr(travel, "travel_times", slow)
    monkeypatch.setattr(locate, "locate", noted)
    assert run("locate", tiny, "--time-limit", 60).exit_code == 0
    assert given == [35.0]


def test_command_function_and_page_name_the_same_options(root: Path) -> None:
    """An option of siting is declared once: the command, the function, its docstring and the page have it."""
    from typer.core import TyperGroup
    from typer.main import get_command

    from standby import locate
    from standby.cli.main import app
    from standby.locate.siting.options import asked_of, options_table

    declared = {option.name: asked_of(option).command for option in fields(locate.LocateOptions)}
    parameters = list(inspect.signature(locate.locate).parameters)
    assert parameters == ["plan", "times", *declared]

    group = get_command(app)
    assert isinstance(group, TyperGroup)
    command = {
        opt for p in group.commands["locate"].params if p.param_type_name == "option" for opt in p.opts
    }
    own = {"--out", "--edition", "--json"}
    assert command - own == {f"--{name}" for name in declared.values() if name}

    assert options_table() in (root / "docs" / "locate.md").read_text(encoding="utf-8")
    described = inspect.getdoc(locate.locate) or ""
    assert [name for name in declared if f"\n{name}\n" not in described] == []


def test_what_the_command_is_given_is_what_the_function_is_asked() -> None:
    """Words and flags of the command become values of the function, and what is left out its defaults."""
    from standby.cli._locate_options import as_asked
    from standby.locate import LocateOptions

    nothing: dict[str, Any] = dict.fromkeys(option.name for option in fields(LocateOptions))
    defaults = LocateOptions()
    for name, value in as_asked(nothing).items():
        assert value == getattr(defaults, name), name

    given = {**nothing, "of": "key-locations", "unreachable": True, "forces": ["home"], "option": "mine"}
    asked = LocateOptions(**as_asked(given))
    assert (asked.of, asked.unreachable, asked.forces, asked.option) == (
        "key_locations", "leave_out", ("home",), "mine",
    )  # fmt: skip
