"""Files as planners' programs write them: row numbers, separators, headings, encodings, formats."""

from __future__ import annotations

import builtins
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas
import pandas as pd
import pytest

from standby import examples
from standby.plan import Fault, PlanError, check, open_plan

Edit = Callable[[str, str, str], Path]
HEADING = "id,name,lon,lat,population,class,force,likelihood,source"
MOOR = "moor,Moor,-3.90,50.95,4000,village,home,0.5,invented\n"


def only(folder: Path) -> Fault:
    """Return the one fault of a plan."""
    faults = check(folder).faults
    assert len(faults) == 1, "\n".join(map(str, faults))
    return faults[0]


def rewrite(path: Path, change: Callable[[bytes], bytes]) -> None:
    """Change the bytes of a file."""
    path.write_bytes(change(path.read_bytes()))


def test_the_file_itself_may_be_named(tiny: Path) -> None:
    """A plan can be opened by its folder or by the plan.toml in it."""
    assert open_plan(tiny / "plan.toml").hash == open_plan(tiny).hash
    assert open_plan(str(tiny)).folder == tiny


@pytest.mark.parametrize("name", ["nowhere", "file.txt"])
def test_what_is_no_folder_is_one_fault(name: str, tmp_path: Path) -> None:
    """A folder that is not there, or is a file, is one fault that says so."""
    (tmp_path / "file.txt").write_text("", encoding="utf-8")
    fault = only(tmp_path / name)
    assert fault.code == "missing-file"
    assert fault.what in {"does not exist", "is a file, not a folder"}


@pytest.mark.parametrize(
    "change",
    [
        lambda data: b"\xef\xbb\xbf" + data,
        lambda data: data.replace(b"\n", b"\r\n"),
        lambda data: b"\n\n" + data.replace(b"\n", b"\n\n"),
        lambda data: data.replace(b"\n", b",,\n"),
        lambda data: data.rstrip(b"\n"),
    ],
    ids=["byte order mark", "Windows lines", "blank lines", "commas at the end", "no last line end"],
)
def test_spreadsheets_habits_change_nothing(change: Callable[[bytes], bytes], tiny: Path) -> None:
    """What spreadsheets add to a file does not change what is read from it."""
    before = open_plan(tiny).tables["areas"]
    rewrite(tiny / "areas.csv", change)
    assert open_plan(tiny).tables["areas"].equals(before)


def test_old_macintosh_lines_are_read(tiny: Path) -> None:
    """Carriage returns alone end lines as well."""
    rewrite(tiny / "areas.csv", lambda data: data.replace(b"\n", b"\r"))
    assert check(tiny).ok


def test_rows_are_counted_as_a_spreadsheet_does(tiny: Path) -> None:
    """Blank lines and line ends inside quotes don't move the numbers that faults name."""
    lines = (tiny / "areas.csv").read_text(encoding="utf-8").splitlines()
    lines[1] = lines[1].replace("Midtown", '"Mid\ntown"')
    lines[4] = lines[4].replace("4000", "many")
    (tiny / "areas.csv").write_text("\n".join([*lines[:3], "", "", *lines[3:]]), encoding="utf-8")
    assert only(tiny).where == "row 7"  # heading, midtown, westham, two blank, northley, moor


def test_many_rows_are_told_in_one_fault(tiny: Path) -> None:
    """Like faults of many rows are one, with the first five rows and their number."""
    rewrite(tiny / "areas.csv", lambda data: data.replace(b",home,", b",hmoe,").replace(b",next,", b",hmoe,"))
    fault = only(tiny)
    assert fault.where == "rows 2, 3, 4, 5, 6 … (6 rows)"
    assert fault.fix == "Did you mean 'home'?"


@pytest.mark.parametrize(("mark", "shown"), [(b";", "';'"), (b"\t", "tabs"), (b"|", "'|'")])
def test_another_separator_is_one_clear_fault(mark: bytes, shown: str, tiny: Path) -> None:
    """A table with other separators, even with decimal commas, gets one fault that says so."""
    rewrite(
        tiny / "areas.csv",
        lambda data: data.replace(b",", mark).replace(b".", b"," if mark == b";" else b"."),
    )
    fault = only(tiny)
    assert fault.code == "unreadable"
    assert f"has {shown} between its cells" in fault.what


@pytest.mark.parametrize(
    ("old", "new", "code", "where", "field"),
    [
        ("id,name,lon", "id,nmae,lon", "unknown-column", "row 1", "nmae"),
        ("id,name,lon", "id,Name,lon", "unknown-column", "row 1", "Name"),
        ("id,name,lon", "ID,name,lon", "unknown-column", "row 1", "ID"),
        ("likelihood,source", "likelihood,likelihood", "overlap", "row 1", "likelihood"),
        ("likelihood,source", "likelihood,", "unknown-column", "rows 2, 3", ""),
        (HEADING, HEADING.replace("population", "residents"), "unknown-column", "row 1", "residents"),
        (MOOR, MOOR.replace("Moor", "Moor, North"), "unreadable", "row 5", ""),
        (MOOR, "moor,Moor,-3.90,50.95,4000,village,home\n", "unreadable", "row 5", ""),
        (MOOR, MOOR.replace("Moor", '"Moor'), "unreadable", "row 5 or later", ""),
        (MOOR, MOOR.replace("moor", "moor high"), "bad-word", "row 5", "id"),
        (MOOR, MOOR.replace("moor,", ","), "missing-value", "row 5", "id"),
        (MOOR, MOOR.replace("4000", ""), "missing-value", "row 5", "population"),
        (MOOR, MOOR.replace("village", "hamlet"), "unknown-reference", "row 5", "class"),
        (MOOR, MOOR.replace("50.95", "59.95e1"), "out-of-range", "row 5", "lat"),
        (MOOR, MOOR.replace("50.95", "70"), "outside-extent", "row 5", "lon, lat"),
        (MOOR, "", "population", "forces.home", "population"),
    ],
)
def test_what_is_wrong_in_a_table_is_one_fault(
    old: str, new: str, code: str, where: str, field: str, edit: Edit
) -> None:
    """A slip in areas.csv gives one fault in its place and nothing that only follows from it."""
    folder = edit("areas.csv", old, new)
    found = [only(folder)]
    assert (found[0].code, found[0].field) == (code, field)
    assert where in found[0].where
    assert all(fault.fix for fault in found)


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ("population_low,population_high|9,", "has only one bound"),
        ("population_low|9", "has only one bound"),
        ("population_high|9", "has only one bound"),
        ("population_low,population_high|9,many", "is 'many'"),
        ("population_low,population_high|5000,6000", "is 4000, outside its bounds"),
        ("population_lwo,population_high|1,", "is not a column"),
        ("area_km2_low|1", "is not a column"),
    ],
)
def test_companions_have_to_make_sense(cells: str, said: str, tiny: Path) -> None:
    """Bounds of a column come in pairs around the value; a bad one is one fault."""
    heads, values = cells.split("|")
    lines = (tiny / "areas.csv").read_text(encoding="utf-8").splitlines()
    empty = "," * heads.count(",")
    ends = [heads, *(values if line.startswith("moor") else empty for line in lines[1:])]
    text = "\n".join(f"{line},{end}" for line, end in zip(lines, ends, strict=True))
    (tiny / "areas.csv").write_text(text, encoding="utf-8")
    assert said in only(tiny).what


def test_bounds_without_a_value_are_a_fault(tiny: Path) -> None:
    """Bounds of an empty cell would be lost without a word."""
    rewrite(
        tiny / "units.csv",
        lambda d: d.replace(b"source\n", b"source,notice_min_low,notice_min_high\n").replace(
            b"invented\n", b"invented,1,2\n"
        ),
    )
    assert "has bounds but no value" in only(tiny).what


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"areas.CSV": "areas.csv"}, "Is it 'areas.CSV'?"),
        ({"area.csv": "areas.csv"}, "Is it 'area.csv'?"),
        ({"Plan.toml": "plan.toml"}, "Is it 'Plan.toml'?"),
    ],
)
def test_a_file_with_nearly_the_name_is_asked_about(files: dict[str, str], said: str, tiny: Path) -> None:
    """A file that is missing because another is misnamed says which."""
    for new, old in files.items():
        (tiny / old).rename(tiny / new)
    assert said in next(fault.fix for fault in check(tiny).faults if fault.code == "missing-file")


def test_a_table_nobody_reads_is_noted(tiny: Path) -> None:
    """A misnamed optional table is noted, not passed over."""
    (tiny / "incident.csv").write_text("id\n", encoding="utf-8")
    assert [note.text for note in check(tiny).notes] == ["is not read; is it meant to be incidents.csv?"]


def test_a_table_that_the_plan_says_it_lacks_is_a_fault(tiny: Path) -> None:
    """A table that is there although plan.without names it is a contradiction."""
    (tiny / "commitments.csv").write_text(
        "id,name,provider,tier,units,purpose,break_off\nx,X,home,arv,1,event,never\n", encoding="utf-8"
    )
    assert only(tiny).code == "overlap"


def test_no_plan_does_without_areas(edit: Edit, tiny: Path) -> None:
    """Areas can't be left out by saying so."""
    edit("plan.toml", 'without = ["commitments"]', 'without = ["commitments", "areas"]')
    (tiny / "areas.csv").unlink()
    assert only(tiny).code == "missing-file"


@pytest.mark.parametrize("ending", [".parquet", ".geoparquet", ".gpkg"])
def test_other_formats_read_equal_to_csv(ending: str, tiny: Path) -> None:
    """Tables kept as Parquet, GeoParquet or GeoPackage are read as their CSV is."""
    before = open_plan(tiny)
    for name in ("areas", "sites", "key_locations", "units"):
        frame = pd.read_csv(tiny / f"{name}.csv")
        (tiny / f"{name}.csv").unlink()
        if ending == ".parquet" or name == "units":
            frame.to_parquet(tiny / f"{name}.parquet")
            continue
        points = geopandas.points_from_xy(frame["lon"], frame["lat"], crs=4326)
        places = geopandas.GeoDataFrame(frame.drop(columns=["lon", "lat"]), geometry=points).to_crs(27700)
        if ending == ".gpkg":
            places.to_file(tiny / f"{name}.gpkg")
        else:
            places.to_parquet(tiny / f"{name}.geoparquet")
    after = open_plan(tiny)
    for name, frame in before.tables.items():
        left, right = frame, after.tables[name]
        pd.testing.assert_frame_equal(left, right[left.columns], check_exact=False, atol=1e-6)


def test_without_pyarrow_the_extra_is_named(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A Parquet table without pyarrow is one fault that says what to install."""
    pd.read_csv(tiny / "areas.csv").to_parquet(tiny / "areas.parquet")
    (tiny / "areas.csv").unlink()
    real = builtins.__import__

    def without(name: str, *rest: Any, **options: Any) -> Any:
        if name.startswith("pyarrow"):
            raise ImportError(name)
        return real(name, *rest, **options)

    monkeypatch.setattr(builtins, "__import__", without)
    fault = only(tiny)
    assert "pyarrow" in fault.what
    assert "standby[parquet]" in fault.fix


@pytest.mark.parametrize("name", ["areas.parquet", "areas.geoparquet", "areas.gpkg"])
def test_a_file_that_is_something_else_is_unreadable(name: str, tiny: Path) -> None:
    """A file that is not what its ending says is one fault."""
    (tiny / "areas.csv").unlink()
    (tiny / name).write_bytes(b"something else")
    assert only(tiny).code == "unreadable"


def test_a_table_in_two_formats_is_a_fault(tiny: Path) -> None:
    """Two files of one table are a fault that names both."""
    pd.read_csv(tiny / "areas.csv").to_parquet(tiny / "areas.parquet")
    assert "areas.csv and areas.parquet" in only(tiny).what


def test_a_file_that_may_not_be_read_is_a_fault(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that the system does not open is one fault."""
    real = os.open

    def closed(path: Path, *how: Any, **more: Any) -> int:
        if Path(path).name == "areas.csv":
            raise PermissionError(13, os.strerror(13))
        return real(path, *how, **more)

    monkeypatch.setattr(os, "open", closed)
    assert only(tiny).what == "may not be read"


@pytest.mark.parametrize(
    ("text", "code"), [("{", "syntax"), ("[]", "bad-field"), ('{"type": "x"}', "bad-field")]
)
def test_outlines_have_to_be_geojson(text: str, code: str, tiny: Path) -> None:
    """Outlines that are no GeoJSON are found when the plan is checked, not when the map is drawn."""
    (tiny / "outlines.geojson").write_text(text, encoding="utf-8")
    assert only(tiny).code == code


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("[forces.next]", "[forces.home]", "duplicate-id"),
        ('title = "Tiny', 'title = Tiny"', "syntax"),
        ("schema = 1", "schema = 2", "bad-word"),
        ("[tiers.arv]", "[tiers.ARV]\nname = 'x'\n[tiers.arv]", "bad-word"),
    ],
)
def test_toml_that_can_not_be_read(old: str, new: str, code: str, edit: Edit) -> None:
    """What TOML itself refuses is told with the line, and does not hide faults elsewhere."""
    folder = edit("plan.toml", old, new)
    rewrite(folder / "areas.csv", lambda data: data.replace(b"4000", b"many"))
    codes = [fault.code for fault in check(folder).faults]
    assert codes[0] == code
    assert "not-a-number" in codes


def test_an_error_shows_each_fault_on_a_line(tiny: Path) -> None:
    """Opening a plan with faults raises all of them, one a line."""
    rewrite(tiny / "areas.csv", lambda data: data.replace(b"4000", b"many").replace(b",town,", b",twon,"))
    with pytest.raises(PlanError) as error:
        open_plan(tiny)
    assert len(str(error.value).splitlines()) == 1 + len(error.value.faults) == 3
    assert all(
        set(fault.as_dict()) == {"file", "where", "field", "what", "fix", "code"}
        for fault in error.value.faults
    )


def test_packaged_plans_have_no_faults() -> None:
    """Every packaged plan can be used."""
    for name in examples.names():
        assert check(examples.path(name)).ok
