"""A plan's own table of minutes: read as it stands, and judged with the plan."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from standby.plan import PlanError, check, open_plan, read_matrix

SITES = ("midtown", "westham", "eastport")
PLACES = ("midtown", "westham", "northley", "moor", "coombe", "eastport", "market", "pier")


@pytest.fixture
def folder(edit: Callable[[str, str, str], Path]) -> Path:
    """Return `tiny` with a table of minutes: 10 times the site's number plus the place's."""
    folder = edit("plan.toml", "[travel]\n", '[travel]\nmethod = "matrix"\nmatrix = "minutes.csv"\n')
    rows = [f"{s},{p},{10 * i + j}" for i, s in enumerate(SITES) for j, p in enumerate(PLACES)]
    (folder / "minutes.csv").write_text(
        "\n".join(["site,place,minutes", *rows[::-1], "far,moor,3"]), encoding="utf-8"
    )
    return folder


def test_minutes_are_read_in_the_order_asked_for(folder: Path) -> None:
    """The table's own order does not matter, rows for other places are not used, inf may be written."""
    path = folder / "minutes.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("moor,13", "moor,inf"), encoding="utf-8")
    assert check(folder).ok
    found = read_matrix(open_plan(folder), SITES[::-1], PLACES)
    wanted = np.array([[10.0 * i + j for j in range(8)] for i in (2, 1, 0)])
    wanted[1, 3] = np.inf
    np.testing.assert_array_equal(found, wanted)


def test_parquet_is_read_alike(folder: Path) -> None:
    """The same table as Parquet gives the same minutes."""
    before = read_matrix(open_plan(folder), SITES, PLACES)
    pd.read_csv(folder / "minutes.csv").to_parquet(folder / "minutes.parquet")
    text = (folder / "plan.toml").read_text(encoding="utf-8").replace("minutes.csv", "minutes.parquet")
    (folder / "plan.toml").write_text(text, encoding="utf-8")
    np.testing.assert_array_equal(read_matrix(open_plan(folder), SITES, PLACES), before)


@pytest.mark.parametrize(
    ("old", "new", "code", "said"),
    [
        ("moor,13\n", "moor,soon\n", "not-a-number", "is 'soon'"),
        ("moor,13\n", "moor,-1\n", "not-a-number", "is '-1'"),
        ("moor,13\n", "moor,\n", "not-a-number", "is ''"),
        ("moor,13\n", "moor,13\nwestham,moor,14\n", "duplicate-id", "westham to moor again"),
        ("westham,moor,13\n", "", "missing-value", "lacks a pair, westham to moor"),
        ("site,place,minutes", "site,to,minutes", "missing-column", "is missing"),
        ("site,place,minutes", "site;place;minutes", "unreadable", "between its cells"),
    ],
)
def test_what_is_wrong_with_the_table_is_a_fault_of_the_plan(
    old: str, new: str, code: str, said: str, folder: Path
) -> None:
    """A bad table of minutes is told when the plan is checked, with its file."""
    path = folder / "minutes.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    found = check(folder).faults
    assert found[0].file == "minutes.csv"
    assert found[0].code == code
    assert said in found[0].what


@pytest.mark.parametrize("line", ["", 'matrix = "other.csv"\n'])
def test_a_table_that_is_not_there_is_a_missing_file(line: str, folder: Path) -> None:
    """The method `matrix` without its table is one fault."""
    path = folder / "plan.toml"
    path.write_text(
        path.read_text(encoding="utf-8").replace('matrix = "minutes.csv"\n', line), encoding="utf-8"
    )
    assert [fault.code for fault in check(folder).faults] == ["missing-file"]


def test_an_option_with_a_new_site_needs_its_minutes(folder: Path) -> None:
    """An option's site that the table does not have is a fault of the option."""
    site = (
        '{ id = "n", name = "N", lon = -3.6, lat = 50.8, class = "town", provider = "home", existing = true }'
    )
    path = folder / "plan.toml"
    path.write_text(
        f"{path.read_text(encoding='utf-8')}\n[options.n]\nname = 'N'\nadd.sites = [{site}]\n",
        encoding="utf-8",
    )
    found = check(folder).faults
    assert [(fault.where, fault.code) for fault in found] == [("options.n", "missing-value")]
    assert "the first n to midtown" in found[0].what


def test_an_area_and_a_key_location_of_one_id_are_refused(folder: Path) -> None:
    """The table can't tell an area from a key location of the same id."""
    path = folder / "key_locations.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("market,", "moor,"), encoding="utf-8")
    assert [fault.code for fault in check(folder).faults] == ["duplicate-id"]


def test_reading_without_a_table_says_so(tiny: Path) -> None:
    """Asking a plan for minutes that it does not have is an error with the fix."""
    with pytest.raises(PlanError, match="site, place, minutes"):
        read_matrix(open_plan(tiny), SITES, PLACES)


@pytest.fixture
def ordinary(folder: Path) -> Path:
    """Return `tiny` with a table of minutes as they may be: 30 and more, 0 within a place, and one inf."""
    pairs = [(s, p, 0 if s == p else 30 + i + j) for i, s in enumerate(SITES) for j, p in enumerate(PLACES)]
    rows = [f"{s},{p},{'inf' if p == 'coombe' else minutes}" for s, p, minutes in pairs]
    (folder / "minutes.csv").write_text("\n".join(["site,place,minutes", *rows]), encoding="utf-8")
    return folder


def test_ordinary_minutes_have_no_note(ordinary: Path) -> None:
    """Minutes of a drive between places of the county are nothing odd; nor is inf, or 0 within a place."""
    assert not [note for note in check(ordinary).notes if note.subject == "travel.matrix"]


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("0", "is faster than 200 km/h"),
        ("0.03", "is faster than 200 km/h"),
        ("1440", "is slower than 2 km/h"),
        ("9999", "is more than a day"),
    ],
)
def test_minutes_that_are_hardly_meant_are_noted(value: str, said: str, ordinary: Path) -> None:
    """Hours, seconds, and numbers that stand for nothing pass the check, and a note names the first pair."""
    path = ordinary / "minutes.csv"
    text = path.read_text(encoding="utf-8")
    assert "\neastport,market,38\n" in text
    changed = text.replace("eastport,market,38", f"eastport,market,{value}")
    path.write_text(changed, encoding="utf-8")
    found = check(ordinary)
    assert found.ok
    (note,) = [note for note in found.notes if note.subject == "travel.matrix"]
    assert f"1 pair {said}" in note.text
    assert f"from eastport to market, {float(value):g})" in note.text


def test_minutes_between_islands_are_noted(folder: Path) -> None:
    """A table that joins what the column `island` keeps apart counts, and a note says so."""
    path = folder / "areas.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    head = lines[0].split(",")
    if "island" in head:
        rows = [line.split(",") for line in lines[1:]]
        for row in rows:
            if row[head.index("id")] == "moor":
                row[head.index("island")] = "holm"
        lines = [lines[0], *(",".join(row) for row in rows)]
    else:
        lines = [f"{lines[0]},island", *(f"{x},{'holm' if x.startswith('moor,') else ''}" for x in lines[1:])]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    notes = [note.text for note in check(folder).notes if note.subject == "travel.matrix"]
    assert any("between different islands, and count" in text for text in notes)
