"""Numbers that no plan means are faults that name their field, whichever field it is."""

from __future__ import annotations

import re
import shutil
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import tomlkit

from standby import examples
from standby.plan import check, open_plan

TINY = examples.path("tiny")
Edit = Callable[[str, str, str], Path]
MORE = """
[statements.sum]
said = "A sum."
date = 2019
source = "invented"
measure = "sum"
low = 1
high = 2
inputs = { a = 1 }

[response_levels.heightened]
demand_factor = 1.5
"""


def _document() -> dict[str, Any]:
    return tomllib.loads((TINY / "plan.toml").read_text(encoding="utf-8") + MORE)


def _numbers(part: Any, before: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    items = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
    for key, value in items:
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            yield (*before, key)
        yield from _numbers(value, (*before, key))


NUMBERS = [path for path in _numbers(_document()) if path[-1] not in {"low", "high"} or "statements" in path]


@pytest.mark.parametrize("huge", [1e300, 10**30], ids=["point", "whole"])
@pytest.mark.parametrize("path", NUMBERS, ids=lambda path: ".".join(map(str, path)))
def test_every_number_of_the_document_has_a_greatest_value(
    path: tuple[Any, ...], huge: float, tmp_path: Path
) -> None:
    """A number beyond all sense anywhere in plan.toml is a fault of that field."""
    document = _document()
    place: Any = document
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = huge
    if path[-1] == "value":  # without bounds that no longer fit
        place.pop("low", None)
        place.pop("high", None)
    folder = Path(shutil.copytree(TINY, tmp_path / "plan"))
    (folder / "plan.toml").write_text(tomlkit.dumps(document), encoding="utf-8")
    names = [str(key) for key in path if key != "value" and not isinstance(key, int)]
    faults = check(folder).faults
    assert any(fault.file == "plan.toml" and names[-1] in f"{fault.where}.{fault.field}" for fault in faults)


TABLE_NUMBERS = [
    ("areas.csv", "population"),
    ("areas.csv", "likelihood"),
    ("areas.csv", "area_km2"),
    ("sites.csv", "lon"),
    ("sites.csv", "capacity"),
    ("units.csv", "count"),
    ("units.csv", "crew"),
    ("units.csv", "notice_min"),
    ("key_locations.csv", "weight"),
    ("key_locations.csv", "within_min"),
]


@pytest.mark.parametrize(("file", "column"), TABLE_NUMBERS)
def test_every_number_of_a_table_has_a_greatest_value(file: str, column: str, tmp_path: Path) -> None:
    """A number beyond all sense in a cell is a fault of that row and column."""
    folder = Path(shutil.copytree(TINY, tmp_path / "plan"))
    lines = [line.split(",") for line in (folder / file).read_text(encoding="utf-8").splitlines()]
    if column not in lines[0]:
        lines = [[*line, column if k == 0 else ""] for k, line in enumerate(lines)]
    lines[1][lines[0].index(column)] = "1e300"
    (folder / file).write_text("\n".join(map(",".join, lines)), encoding="utf-8")
    found = [fault for fault in check(folder).faults if fault.code == "out-of-range"]
    assert [(fault.file, fault.where, fault.field) for fault in found] == [(file, "row 2", column)]
    assert "It must be at most" in found[0].fix


@pytest.mark.parametrize(
    ("old", "new", "field", "said"),
    [
        ("share = 0.9", "share = 90", "share", "write 0.9 for 90%"),
        ("share = 0.9", "share = 62.5", "share", "write 0.625 for 62.5%"),
        ("pass_rate = { value = 0.6, low = 0.4, high = 0.8,", "pass_rate = { value = 60,", "pass_rate",
         "write 0.6 for 60%"),
        ("share_available = { value = 0.8, low = 0.6, high = 0.95,", "share_available = { value = 80,",
         "share_available", "write 0.8 for 80%"),
        ("measure = \"full\"", "measure = \"full\"\nreliability = 95", "reliability", "write 0.95 for 95%"),
    ],
)  # fmt: skip
def test_a_percentage_where_a_share_belongs(old: str, new: str, field: str, said: str, edit: Edit) -> None:
    """A percentage is answered with the share that was meant."""
    (fault,) = check(edit("plan.toml", old, new)).faults
    assert (fault.field, fault.code) == (field, "out-of-range")
    assert said in fault.fix


def test_more_than_all_is_no_percentage(edit: Edit) -> None:
    """A share of 900 is no percentage, and nothing is guessed."""
    (fault,) = check(edit("plan.toml", "share = 0.9", "share = 900")).faults
    assert "%" not in fault.fix


def test_what_a_plan_may_mean_is_taken(edit: Edit) -> None:
    """Nobody's turnout of two years is allowed, so that a plan can say that a tier does not come."""
    turnout = "turnout_min = { value = 30, low = 20, high = 60, source"
    assert check(edit("plan.toml", turnout, "turnout_min = { value = 1e6, source")).ok


def _with_capacity(folder: Path, capacity: str, option: str = "") -> Path:
    lines = (folder / "sites.csv").read_text(encoding="utf-8").splitlines()
    made = [f"{line},{'capacity' if k == 0 else capacity}" for k, line in enumerate(lines)]
    (folder / "sites.csv").write_text("\n".join(made), encoding="utf-8")
    with (folder / "plan.toml").open("a", encoding="utf-8") as file:
        file.write(option)
    return folder


def test_a_site_of_no_capacity_under_units_is_noted(tiny: Path) -> None:
    """Units that stand where there is room for none are noted, site by site."""
    notes = [str(n) for n in check(_with_capacity(tiny, "0")).notes if n.subject.startswith("sites[")]
    assert notes[0] == "sites[midtown]: holds 0 units, but 6 can be on duty there at once"
    assert [note.partition(":")[0] for note in notes] == [
        "sites[midtown]",
        "sites[westham]",
        "sites[eastport]",
    ]


def test_a_site_that_an_option_overfills_is_noted(tiny: Path) -> None:
    """What an option adds beyond a site's room is noted with the option; that of the base is said once."""
    notes = [str(n) for n in check(_with_capacity(tiny, "1")).notes if "can be on duty" in str(n)]
    assert notes == [
        "sites[midtown]: holds 1 units, but 6 can be on duty there at once",
        "options.second-car: site westham holds 1 units, but 2 can be on duty there at once",
    ]


def test_a_survey_is_noted_as_not_read(tiny: Path) -> None:
    """A survey is checked and hashed, and the note says that no result depends on it."""
    (tiny / "survey.csv").write_text("id,question,answer,population\n1,Q,A,public\n", encoding="utf-8")
    found = check(tiny)
    assert found.ok
    assert "survey: is checked, but no command reads it yet: no result depends on it" in map(str, found.notes)


@pytest.mark.parametrize(
    ("name", "said"), [("unit", "Did you mean 'units'?"), ("zzz", "there is no table 'zzz'.")]
)
def test_a_table_that_is_none_is_named(name: str, said: str) -> None:
    """Asking for a table of another name says which tables there are."""
    with pytest.raises(KeyError, match=re.escape(said)) as error:
        open_plan(TINY).table(name)
    assert "A plan has: areas, sites, units, patrols, key_locations, commitments" in str(error.value)


@pytest.mark.parametrize(
    ("heading", "cell", "option", "place"),
    [
        (",within_min", ",200", "", "key_locations.csv, row 2, within_min: is 200 minutes, beyond"),
        (
            ",within_min",
            ",100",
            '[options.o]\nname = "o"\nset = { "travel.limit_min" = 60 }\n',
            "plan.toml, options.o, key_locations[market].within_min: is 100 minutes, beyond",
        ),
        (
            "",
            "",
            '[options.o]\nname = "o"\nchange.key_locations = [{ id = "market", within_min = 200 }]\n',
            "plan.toml, options.o, key_locations[market].within_min: is 200 minutes, beyond",
        ),
        (",within_min", ",180", "", ""),
    ],
)
def test_own_standard_of_a_key_location_beyond_the_limit(
    tmp_path: Path, heading: str, cell: str, option: str, place: str
) -> None:
    """A key location's own minutes beyond travel.limit_min are a fault of its row, or of the option."""
    folder = Path(shutil.copytree(examples.path("tiny"), tmp_path / "county"))
    rows = (folder / "key_locations.csv").read_text(encoding="utf-8").splitlines()
    rest = ["," for _ in rows[2:]] if heading else ["" for _ in rows[2:]]
    rows = [row + more for row, more in zip(rows, [heading, cell, *rest], strict=True)]
    (folder / "key_locations.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    with (folder / "plan.toml").open("a", encoding="utf-8") as file:
        file.write("\n" + option)
    faults = [str(fault) for fault in check(folder).faults]
    assert (len(faults), place) == (1, faults[0][: len(place)]) if place else faults == []
