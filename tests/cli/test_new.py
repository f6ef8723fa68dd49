"""The command new: a plan from files, what it says of them, and its exit status."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

from standby.plan import open_plan
from standby.travel import read_roads

Run = Callable[..., Result]
HEAD = "LSOA21CD,LSOA21NM,Mid-2021 population,Area Sq Km,RUC21CD,PFA21NM,lat,long\n"


@pytest.fixture
def areas(tmp_path: Path) -> Path:
    """Return an invented table of twelve small areas of Dorset."""
    kinds = ("RSN1", "UN1")
    rows = [
        f'E019{k:05d},Purbeck {k // 4 + 1:03d}{"ABCD"[k % 4]},"1,{200 + k}",{1 + k},{kinds[k % 2]},'
        f"Dorset,{50.7 + 0.01 * (k // 4):.3f},{-2.4 + 0.02 * (k % 4):.3f}\n"
        for k in range(12)
    ]
    path = tmp_path / "areas.csv"
    path.write_text(HEAD + "".join(rows), encoding="utf-8")
    return path


def told(result: Result) -> dict[str, Any]:
    """Return the one JSON object on standard output."""
    content = json.loads(result.stdout)
    assert isinstance(content, dict)
    return content


def test_help_says_what_each_file_is(run: Run) -> None:
    """Help lists the command, and for each of its files what is meant."""
    assert re.search(r"^  new +\S", run("--help").stdout, re.MULTILINE)
    shown = run("new", "-h").stdout
    for option in (
        "force",
        "areas",
        "lookup",
        "boundaries",
        "roads",
        "crime",
        "workforce",
        "firearms",
        "sites",
        "json",
    ):
        assert re.search(rf"^  --{option}[^\n]*\w", shown, re.MULTILINE)
    assert "assumed" in shown


def test_a_plan_is_made(run: Run, tmp_path: Path, areas: Path) -> None:
    """The command writes a plan without a fault, and says which file gave what, and what is next."""
    result = run("new", tmp_path / "plan", "--force", "Dorset", "--areas", areas)
    assert result.exit_code == 0
    assert "12 areas with" in result.stdout
    assert "population from 'Mid-2021 population'" in " ".join(result.stdout.replace("│", " ").split())
    assert f"standby appraise {tmp_path / 'plan'}" in result.stdout
    assert "areas.csv …" in result.stderr
    assert run("check", tmp_path / "plan").exit_code == 0
    assert "assumption" in result.stdout


def test_json_says_the_same(run: Run, tmp_path: Path, areas: Path) -> None:
    """With --json one object has the numbers, the files with their hashes, and those not used."""
    wrong = tmp_path / "crime.zip"
    wrong.write_bytes(b"PK\x03\x04")
    result = run(
        "new", tmp_path / "plan", "--force", "E23000039", "--areas", areas, "--crime", wrong, "--json"
    )
    assert result.exit_code == 0
    said = told(result)
    assert (said["areas"], said["vehicles"]) == (12, 2)
    assert [item["file"] for item in said["files"]] == ["areas.csv"]
    assert len(said["files"][0]["sha256"]) == 64
    assert [item["file"] for item in said["unused"]] == ["crime.zip"]
    assert "cut off or damaged" in said["unused"][0]["reason"]


def test_files_may_complete_each_other(run: Run, tmp_path: Path, areas: Path) -> None:
    """--areas may be given more than once; a file that is none of areas is named with its reason."""
    other = tmp_path / "hospitals.csv"
    other.write_text("name,lon,lat\nA,-2.4,50.7\n", encoding="utf-8")
    result = run("new", tmp_path / "plan", "--force", "dorset", "--areas", other, "--areas", areas)
    assert result.exit_code == 0
    assert "not used: hospitals.csv (areas): has none of the columns" in result.stdout


@pytest.mark.parametrize(
    ("force", "said"),
    [
        ("Dorsett", "Is it Dorset?"),
        ("Purbeck", "'Purbeck' is no police force: it is a district policed by Dorset"),
        ("Kent", "none of the 12 areas is policed by Kent; they are of Dorset"),
    ],
)
def test_a_wrong_force_is_bad_input(run: Run, tmp_path: Path, areas: Path, force: str, said: str) -> None:
    """A force that is none, or whose areas are not there: status 2, what may be meant, nothing written."""
    for more in ((), ("--json",)):
        result = run("new", tmp_path / "plan", "--force", force, "--areas", areas, *more)
        assert result.exit_code == 2
        assert said in result.stderr
        assert not more or said in told(result)["error"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["areas.csv"]


def test_bad_files_and_folders(run: Run, tmp_path: Path, areas: Path) -> None:
    """Areas that can't be read, a file that is not there, a folder in use: status 2 and a sentence."""
    empty = tmp_path / "empty.csv"
    empty.write_bytes(b"")
    target = tmp_path / "plan"
    for given, said in ((empty, "is empty"), (tmp_path / "none.csv", "none.csv"), (tmp_path, "is a folder")):
        result = run("new", target, "--force", "Dorset", "--areas", given)
        assert result.exit_code == 2
        assert said in result.stderr
        assert "Traceback" not in result.stderr
        assert not target.exists()
    assert run("new", tmp_path, "--force", "Dorset", "--areas", areas).exit_code == 2


@pytest.mark.parametrize("kind", ["cut", "empty", "none"])
def test_a_road_file_that_is_no_good(run: Run, shared: Path, tmp_path: Path, areas: Path, kind: str) -> None:
    """Roads that are cut off, empty or none are named with the reason; the plan goes by distance."""
    roads = tmp_path / ("roads.csv" if kind == "none" else "roads.osm.pbf")
    if kind == "cut":
        roads.write_bytes((shared / "geo" / "isle_of_wight" / "roads.osm.pbf").read_bytes()[:300_000])
    else:
        roads.write_bytes(b"" if kind == "empty" else b"name,lon,lat\nA,-2.4,50.7\n")
    result = run("new", tmp_path / "plan", "--force", "Dorset", "--areas", areas, "--roads", roads, "--json")
    assert result.exit_code == 0
    (item,) = told(result)["unused"]
    assert (item["file"], item["role"]) == (roads.name, "roads")
    assert len(item["reason"]) > 10
    assert open_plan(tmp_path / "plan").document.travel.method == "great-circle"


def test_roads_of_another_place(run: Run, shared: Path, tmp_path: Path, areas: Path) -> None:
    """Roads that run nowhere near the areas are named with that as the reason."""
    roads = shared / "geo" / "osm" / "rutland-2022.osm.pbf"
    result = run("new", tmp_path / "plan", "--force", "Dorset", "--areas", areas, "--roads", roads)
    assert result.exit_code == 0
    assert (
        "rutland-2022.osm.pbf (roads): 12 of the 12 areas have none of its roads within 1 km" in result.stdout
    )


def test_the_isle_of_wight_in_one_command(run: Run, shared: Path, tmp_path: Path) -> None:
    """From files as published: a plan over real roads that the other commands read."""
    folder = shared / "geo" / "isle_of_wight"
    plan = tmp_path / "plan"
    result = run(
        "new", plan, "--force", "Hampshire", "--areas", folder / "lsoa2011_points.csv",
        "--roads", folder / "roads.osm.pbf", "--crime", folder / "police_uk_crime_2018-10_2019-02.csv",
        "--sites", folder / "police_stations.csv", "--boundaries", folder / "pfa2019.geojson", "--json",
    )  # fmt: skip
    assert result.exit_code == 0
    said = told(result)
    assert said["unused"] == []
    for finding in read_roads(folder / "roads.osm.pbf").findings:
        assert f"roads.osm.pbf: {finding}" in said["findings"]
    shutil.copytree(plan, tmp_path / "again")
    for folder_of_plan in (plan, tmp_path / "again"):
        assert run("cover", folder_of_plan).exit_code == 0


def test_every_file_that_can_not_be_opened_is_named_with_its_option(
    run: Run, tmp_path: Path, areas: Path
) -> None:
    """Missing files, folders and pipes are named at once, each with its option, its path and what to do."""
    os.mkfifo(tmp_path / "pipe")
    result = run(
        "new", tmp_path / "plan", "--force", "Dorset", "--areas", areas, "--areas", tmp_path / "none.csv",
        "--lookup", tmp_path, "--crime", tmp_path / "pipe", "--sites", tmp_path / "no" / "sites.csv",
    )  # fmt: skip
    assert result.exit_code == 2
    assert result.stderr.removeprefix("standby: ").splitlines() == [
        f"--areas {tmp_path / 'none.csv'}: there is no such file in {tmp_path}. Check its name and folder.",
        f"--lookup {tmp_path}: is a folder, not a file. Name a file.",
        f"--crime {tmp_path / 'pipe'}: is a pipe (FIFO), not a file. Name a file.",
        f"--sites {tmp_path}/no/sites.csv: there is no folder {tmp_path}/no. Check its name and folder.",
    ]
    assert not (tmp_path / "plan").exists()


@pytest.mark.parametrize("command", ["fit", "times"])
def test_a_plan_that_is_no_folder(run: Run, tmp_path: Path, command: str) -> None:
    """A missing plan, a file and a pipe are refused in a sentence, with status 2."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "file").write_text("x", encoding="utf-8")
    for name, said in (("none", "does not exist"), ("pipe", "not a folder"), ("file", "not a folder")):
        result = run(command, tmp_path / name)
        assert result.exit_code == 2
        assert said in result.stderr
        assert "Errno" not in result.stderr


def test_thin_and_odd_sites_and_old_dates_are_noted(run: Run, shared: Path, tmp_path: Path) -> None:
    """Kent's six sites, its safety office and a count of 2005-06 are noted, in the plan and in print."""
    geo = shared / "geo" / "national"
    result = run(
        "new", tmp_path / "plan", "--force", "Kent", "--areas", geo / "lsoa2011_ew_master.csv",
        "--sites", geo / "uk_police_stations_osm.csv",
        "--firearms", geo / "firearms_ops_by_force_1996_2013.csv",
    )  # fmt: skip
    assert result.exit_code == 0
    text = (tmp_path / "plan" / "plan.toml").read_text(encoding="utf-8")
    notes = [line.removeprefix("note: ") for line in result.stdout.splitlines() if line.startswith("note: ")]
    for said in (
        "sites are thin: 6 sites for 1,846,478 people, one for 307,746",
        "43% of the people live more than 15 km",
        "1 site is no police station by name or kind: East Malling Neighbourhood Safety Office",
        "firearms operations of 2006-03-31 stand in a plan of 2018-06-30: 12 years older",
        "the files are of different years, and what changed between them is in no figure: firearms",
    ):
        assert any(note.startswith(said) for note in notes)
        assert f"# - {said}" in text
    units = (tmp_path / "plan" / "units.csv").read_text(encoding="utf-8")
    assert "safety-office" not in units
    summary = open_plan(tmp_path / "plan").document.plan.summary
    assert "sites are thin" in summary
    assert "East Malling" not in summary
    checked = run("check", tmp_path / "plan").stdout
    assert "per_year.kent is of 2006-03-31, 12 years before the plan's 2018-06-30" in checked
