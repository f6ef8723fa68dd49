"""Files that would hang, fill the memory or break a reader end as a fault that names them."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from standby.plan import Fault, check

FILES = ("plan.toml", "sources.toml", "areas.csv", "sites.csv", "units.csv", "key_locations.csv")


def only(folder: Path) -> Fault:
    """Return the one fault of a plan."""
    faults = check(folder).faults
    assert len(faults) == 1, "\n".join(map(str, faults))
    return faults[0]


def pipe(path: Path) -> None:
    """Make a pipe to which nobody writes."""
    os.mkfifo(path)


def device(path: Path) -> None:
    """Make a link to a device that never ends."""
    path.symlink_to("/dev/zero")


def loop(path: Path) -> None:
    """Make a link that leads to itself."""
    path.symlink_to(path.name)


def nowhere(path: Path) -> None:
    """Make a link to what is not there."""
    path.symlink_to("nothing")


IN_THE_WAY: dict[str, tuple[Callable[[Path], None], str]] = {
    "pipe": (pipe, "is a pipe (FIFO), not a file"),
    "device": (device, "is a device, not a file"),
    "folder": (Path.mkdir, "is a folder, not a file"),
    "loop": (loop, "can't be opened"),
    "nowhere": (nowhere, "there is no such file"),
}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes and devices have other names on this system")
@pytest.mark.parametrize("kind", IN_THE_WAY)
@pytest.mark.parametrize("file", [*FILES, "outlines.geojson", "commitments.gpkg", "incidents.parquet"])
def test_only_regular_files_are_read(file: str, kind: str, tiny: Path) -> None:
    """A pipe, a device, a folder or a broken link in the place of a file is one fault, and nothing hangs."""
    make, said = IN_THE_WAY[kind]
    (tiny / file).unlink(missing_ok=True)
    make(tiny / file)
    if file.startswith("commitments"):
        text = (tiny / "plan.toml").read_text(encoding="utf-8")
        (tiny / "plan.toml").write_text(text.replace('without = ["commitments"]', ""), encoding="utf-8")
    fault = only(tiny)
    assert (fault.file, fault.code) == (file, "unreadable")
    assert said in fault.what


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes have other names on this system")
@pytest.mark.parametrize(
    ("travel", "name"),
    [
        ('method = "matrix"\nmatrix = "m.csv"', "m.csv"),
        ('method = "roads"\nroads = "r.osm.pbf"', "r.osm.pbf"),
        ('method = "roads"\nroads = "r.csv"\nprofile = "p.toml"', "p.toml"),
    ],
)
def test_files_of_travel_are_regular_files_too(travel: str, name: str, tiny: Path) -> None:
    """A pipe as matrix, roads or profile is one fault."""
    text = (tiny / "plan.toml").read_text(encoding="utf-8").replace("[travel]", f"[travel]\n{travel}")
    (tiny / "plan.toml").write_text(text, encoding="utf-8")
    (tiny / "r.csv").write_text(
        "from_lon,from_lat,to_lon,to_lat,minutes\n-3.5,50.7,-4,50.7,30\n", encoding="utf-8"
    )
    os.mkfifo(tiny / name)
    fault = only(tiny)
    assert (fault.file, fault.what) == (name, "is a pipe (FIFO), not a file")


def test_a_million_columns_are_one_fault(tiny: Path) -> None:
    """A heading of a million columns is refused with the limit and the variable that raises it."""
    (tiny / "areas.csv").write_text(",".join(f"c{k}" for k in range(1_000_000)) + "\n", encoding="utf-8")
    fault = only(tiny)
    assert fault.what == "has 1,000,000 columns, and at most 1,000 are read"
    assert "STANDBY_LIMIT_COLUMNS" in fault.fix


def test_a_quote_that_is_not_closed_is_one_fault(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cell without end is a fault with its row, and with the limit that a user can raise."""
    text = (tiny / "areas.csv").read_text(encoding="utf-8").replace("Westham", '"Westham')
    (tiny / "areas.csv").write_text(text + "x" * 1_000_000, encoding="utf-8")
    fault = only(tiny)
    assert str(fault).startswith("areas.csv, row 3 or later: has a cell of more than 1,000,000 characters")
    assert "STANDBY_LIMIT_CELL_CHARACTERS" in fault.fix

    monkeypatch.setenv("STANDBY_LIMIT_CELL_CHARACTERS", "2000000")
    assert "unexpected end of data" in only(tiny).what


def test_too_many_rows_are_one_fault(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A table with more rows than the limit is refused as soon as it is passed; the variable raises it."""
    rows = "moor,Moor,-3.90,50.95,4000,village,home,0.5,invented\n" * 500_001
    with (tiny / "areas.csv").open("a", encoding="utf-8") as file:
        file.write(rows)
    fault = only(tiny)
    assert fault.what == "has 500,001 rows, and at most 500,000 are read"
    assert "STANDBY_LIMIT_ROWS" in fault.fix
    monkeypatch.setenv("STANDBY_LIMIT_ROWS", "3")
    assert {fault.file for fault in check(tiny).faults} >= {"areas.csv", "units.csv"}


def test_five_million_equal_rows_of_parquet_are_one_fault(tiny: Path) -> None:
    """A small file that unpacks to millions of equal rows is refused by what it declares."""
    pa, pq = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    names = (tiny / "areas.csv").read_text(encoding="utf-8").splitlines()[0].split(",")
    column = pa.DictionaryArray.from_arrays(pa.array(np.zeros(5_000_000, dtype="int8")), ["moor"])
    (tiny / "areas.csv").unlink()
    pq.write_table(pa.table(dict.fromkeys(names, column)), tiny / "areas.parquet")
    fault = only(tiny)
    assert (fault.file, fault.what) == ("areas.parquet", "has 5,000,000 rows, and at most 500,000 are read")


@pytest.mark.parametrize(
    "cell",
    [[1, 2], [], {"a": 1}, np.array([1.5, 2.5]), [[1], [2]]],
    ids=["list", "empty", "table", "array", "deep"],
)
@pytest.mark.parametrize("name", ["population", "id", "note"])
def test_lists_in_cells_are_one_fault(name: str, cell: Any, tiny: Path) -> None:
    """A column of lists or tables in a Parquet file is one fault that names it, whatever it should hold."""
    pytest.importorskip("pyarrow")
    frame = pd.read_csv(tiny / "areas.csv")
    if isinstance(cell, dict):
        pytest.importorskip("pyarrow")
    frame[name] = pd.Series([cell] * len(frame), dtype="object")
    (tiny / "areas.csv").unlink()
    frame.to_parquet(tiny / "areas.parquet")
    fault = only(tiny)
    assert (fault.file, fault.field, fault.code) == ("areas.parquet", name, "bad-field")


def test_two_layers_are_one_fault_unless_one_has_the_name(tiny: Path) -> None:
    """Of several layers the one that is named as the table is read; without one it is not guessed."""
    geopandas = pytest.importorskip("geopandas")
    frame = pd.read_csv(tiny / "areas.csv")
    points = geopandas.GeoDataFrame(
        frame, geometry=geopandas.points_from_xy(frame["lon"], frame["lat"]), crs=4326
    )
    (tiny / "areas.csv").unlink()
    points.iloc[:1].to_file(tiny / "areas.gpkg", layer="notes", driver="GPKG")
    points.to_file(tiny / "areas.gpkg", layer="areas", driver="GPKG")
    assert check(tiny).ok
    (tiny / "areas.gpkg").unlink()
    for layer in ("one", "two"):
        points.to_file(tiny / "areas.gpkg", layer=layer, driver="GPKG")
    assert "has several layers or none: 'one', 'two'" in only(tiny).what


DEEP = 100_000


@pytest.mark.parametrize(
    "text",
    [
        "x = " + "[" * DEEP + "]" * DEEP,
        "x = " + "{ a = " * 3000 + "1" + " }" * 3000,
        f"[{'.'.join('a' * 400)}]\nb = 1",
        f"[[{'.'.join('a' * 400)}]]\nb = 1",
        f"x.{'.'.join('a' * 400)} = 1",
        "x = " + "[" * 60 + "]" * 60,
    ],
    ids=["lists", "tables", "headings", "lists of tables", "keys", "sixty"],
)
@pytest.mark.parametrize("file", ["plan.toml", "sources.toml"])
def test_deep_nesting_is_one_fault(file: str, text: str, tiny: Path) -> None:
    """Tables and lists within each other without end are a fault of the file, not a failure."""
    before = (tiny / file).read_text(encoding="utf-8")
    (tiny / file).write_text(
        f"{text}\n{before}" if text.startswith("x") else f"{before}\n{text}\n", encoding="utf-8"
    )
    fault = only(tiny)
    assert (fault.file, fault.code) == (file, "syntax")


@pytest.mark.parametrize(
    "old_new",
    [
        ("horizon_years = 10", "horizon_years = " + "9" * 5000),
        ("horizon_years = 10", "horizon_years = " + "9" * 400),
        ("horizon_years = 10", "horizon_years = 0x" + "f" * 9000),
        ("crew = 2", "crew = 99999999999999999999"),
        ("within_min = 20", "within_min = " + "9" * 400),
        ("weight = 2.0", "weight = 1" + "0" * 400),
        ("price_year = 2019", "price_year = 1e400"),
        ("low = 25", "low = -1" + "0" * 400),
        ("emergency_factor = { value = 0.75,", "emergency_factor = { value = 1" + "0" * 400 + ","),
    ],
)
def test_huge_numbers_are_faults(old_new: tuple[str, str], tiny: Path) -> None:
    """Whole numbers of any length in plan.toml are faults of that file."""
    old, new = old_new
    text = (tiny / "plan.toml").read_text(encoding="utf-8")
    assert old in text
    (tiny / "plan.toml").write_text(text.replace(old, new, 1), encoding="utf-8")
    faults = check(tiny).faults
    assert faults
    assert {fault.file for fault in faults} == {"plan.toml"}
    assert all(len(str(fault)) < 500 for fault in faults)


@pytest.mark.parametrize("cell", ["9" * 5000, "1e999", "1" + "0" * 309, "9" * 200_000, "1_000", "٣"])
@pytest.mark.parametrize("file_column", [("areas.csv", 4), ("sites.csv", 2)])
def test_huge_cells_are_faults(cell: str, file_column: tuple[str, int], tiny: Path) -> None:
    """Cells of any length are faults of their table, and what is shown of them is short."""
    file, column = file_column
    lines = (tiny / file).read_text(encoding="utf-8").splitlines()
    cells = lines[1].split(",")
    cells[column] = cell
    lines[1] = ",".join(cells)
    (tiny / file).write_text("\n".join(lines), encoding="utf-8")
    faults = check(tiny).faults
    assert file in {fault.file for fault in faults}
    assert all(len(str(fault)) < 500 for fault in faults)


def test_a_path_without_end_is_a_fault(tiny: Path) -> None:
    """A path of a hundred thousand keys that an option sets is one fault."""
    path = ".".join("a" * 100_000)
    with (tiny / "plan.toml").open("a", encoding="utf-8") as file:
        file.write(f'\n[options.deep]\nname = "D"\nset = {{ "{path}" = 1 }}\n')
    fault = only(tiny)
    assert (fault.where, fault.code) == ("options.deep.set", "bad-path")
    assert len(str(fault)) < 500


def test_a_toml_fault_shows_its_line(tiny: Path) -> None:
    """What can't be read in plan.toml is shown as it stands there, with its number."""
    text = (tiny / "plan.toml").read_text(encoding="utf-8")
    (tiny / "plan.toml").write_text(text.replace("share = 0.9", "share 0.9", 1), encoding="utf-8")
    number = text[: text.index("share = 0.9")].count("\n") + 1
    assert f": line {number} is 'share 0.9'" in only(tiny).what


def test_a_toml_fault_at_the_end_shows_the_last_line(tiny: Path) -> None:
    """A file that stops in the middle of something shows where it stops."""
    text = (tiny / "sources.toml").read_text(encoding="utf-8")
    (tiny / "sources.toml").write_text(f'{text}\n[later]\ntitle = """What', encoding="utf-8")
    assert 'is \'title = """What\'' in only(tiny).what


def test_a_copy_is_not_changed_by_reading(tiny: Path) -> None:
    """Checking leaves every byte of a plan as it was, and nothing beside it."""
    before = {path.name: path.read_bytes() for path in tiny.iterdir()}
    check(tiny)
    assert {path.name: path.read_bytes() for path in tiny.iterdir()} == before
    assert json.dumps(sorted(before))
    shutil.rmtree(tiny)
