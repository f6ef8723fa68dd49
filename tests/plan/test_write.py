"""Writing a plan: what was written reads the same, and nothing is ever half-written."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from standby import examples
from standby._refusals import MissingExtraError
from standby.plan import Plan, PlanError, add_option, open_plan, write_plan
from standby.plan.schema.document import Document
from standby.plan.write import TableFormat

OPTIONS = [("tiny", "second-car"), ("tiny", "quicker"), ("tiny", "arm-all"), ("south-west", "rural-armed")]


def same(one: Plan, other: Plan) -> bool:
    """Return whether two plans say the same."""
    tables = one.tables.keys() == other.tables.keys() and all(
        one.tables[name].equals(other.tables[name]) for name in one.tables
    )
    return tables and one.document == other.document and one.sources == other.sources and one.raw == other.raw


@pytest.mark.parametrize("name", examples.names())
def test_a_plan_that_was_not_changed_keeps_every_letter(name: str, tmp_path: Path) -> None:
    """A packaged plan is written file by file as it stands, comments included."""
    write_plan(open_plan(examples.path(name)), tmp_path / "copy")
    for file in examples.path(name).iterdir():
        assert (tmp_path / "copy" / file.name).read_bytes() == file.read_bytes(), file.name


@pytest.mark.parametrize("name", examples.names())
def test_a_plan_without_its_files_is_written_from_what_it_holds(name: str, tmp_path: Path) -> None:
    """A plan that forgot its folder is written anew and reads back equal."""
    plan = replace(open_plan(examples.path(name)), folder=None)
    assert same(open_plan(write_plan(plan, tmp_path / "copy")), plan)


@pytest.mark.parametrize(("name", "option"), OPTIONS)
def test_an_option_laid_over_becomes_the_base(name: str, option: str, tmp_path: Path) -> None:
    """A plan with an option is written as it is then; read back, that is the base."""
    laid = open_plan(examples.path(name)).with_option(option)
    found = open_plan(write_plan(laid, tmp_path / "copy"))
    assert option not in found.document.options
    assert found.document.tiers == laid.document.tiers
    assert found.document.forces == laid.document.forces
    for table, frame in laid.tables.items():
        assert found.tables[table].equals(frame)


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=12).map(str.strip)
NUMBERS = st.floats(0, 1e6, allow_nan=False).map(lambda x: round(x, 6))


@settings(max_examples=12)
@given(
    names=st.lists(TEXT.filter(bool), min_size=6, max_size=6),
    notes=st.lists(TEXT, min_size=6, max_size=6),
    likelihood=st.lists(NUMBERS, min_size=6, max_size=6),
    notice=st.lists(st.none() | NUMBERS, min_size=5, max_size=5),
    title=TEXT.filter(bool),
    factor=st.floats(0.1, 5),
)
def test_any_plan_reads_back_equal(
    names: list[str],
    notes: list[str],
    likelihood: list[float],
    notice: list[float | None],
    title: str,
    factor: float,
) -> None:
    """Whatever stands in names, notes and numbers, the plan that is read back is the one written."""
    plan = open_plan(examples.path("tiny"))
    words = {"name": pd.Series(names, dtype="object"), "note": pd.Series(notes, dtype="object")}
    areas = plan.tables["areas"].assign(**words, likelihood=likelihood)
    units = plan.tables["units"].assign(notice_min=[float("nan") if x is None else x for x in notice])
    raw: dict[str, Any] = {**plan.raw, "plan": {**plan.raw["plan"], "title": title}}
    raw["travel"] = {"emergency_factor": {"value": factor, "low": factor / 2, "high": factor * 2}}
    tables = {**plan.tables, "areas": areas, "units": units}
    changed = replace(plan, document=Document.model_validate(raw), raw=raw, tables=tables)
    with tempfile.TemporaryDirectory() as place:
        assert same(open_plan(write_plan(changed, Path(place) / "plan")), changed)


def test_comments_stay_where_the_plan_says_the_same(tmp_path: Path) -> None:
    """One number that changes changes one line."""
    plan = open_plan(examples.path("tiny"))
    raw = {**plan.raw, "costs": {**plan.raw["costs"], "horizon_years": 12}}
    changed = replace(plan, raw=raw, document=Document.model_validate(raw))
    write_plan(changed, tmp_path / "copy")
    before = (examples.path("tiny") / "plan.toml").read_text(encoding="utf-8").splitlines()
    after = (tmp_path / "copy" / "plan.toml").read_text(encoding="utf-8").splitlines()
    assert [line for line in after if line not in before] == ["horizon_years = 12"]
    assert len(after) == len(before)


def test_a_folder_with_something_in_it_is_not_overwritten(tmp_path: Path) -> None:
    """What stands in a folder stays, unless overwriting is asked for."""
    plan = open_plan(examples.path("tiny"))
    (tmp_path / "copy").mkdir()
    write_plan(plan, tmp_path / "copy")
    (tmp_path / "copy" / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(FileExistsError, match="not empty"):
        write_plan(plan, tmp_path / "copy")
    assert (tmp_path / "copy" / "mine.txt").exists()
    write_plan(plan, tmp_path / "copy", overwrite=True)
    assert not (tmp_path / "copy" / "mine.txt").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["copy"]


def test_a_plan_with_faults_is_not_written(tmp_path: Path) -> None:
    """A plan that would not read back without faults is refused, and what was there stays."""
    plan = open_plan(examples.path("tiny"))
    write_plan(plan, tmp_path / "copy")
    broken = replace(plan, tables={**plan.tables, "areas": plan.tables["areas"].assign(force="nowhere")})
    with pytest.raises(PlanError, match="nowhere"):
        write_plan(broken, tmp_path / "copy", overwrite=True)
    assert same(open_plan(tmp_path / "copy"), plan)
    assert [path.name for path in tmp_path.iterdir()] == ["copy"]


def test_a_disk_that_fails_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When a file can't be written, the old folder is as it was and nothing lies beside it."""
    plan = open_plan(examples.path("tiny"))
    write_plan(plan, tmp_path / "copy")

    def full(*_: object, **__: object) -> str:
        raise OSError("no space left on device")

    monkeypatch.setattr("standby.plan.write._own_table", full)
    with pytest.raises(OSError, match="no space"):
        write_plan(plan, tmp_path / "copy", overwrite=True)
    assert same(open_plan(tmp_path / "copy"), plan)
    assert [path.name for path in tmp_path.iterdir()] == ["copy"]


NEW = {
    "name": "Later",
    "set": {"costs.horizon_years": 7, "tiers.arv.turnout_min": {"value": 3, "low": 2, "high": 5}},
    "add": {"units": [{"id": "new", "tier": "arv", "site": "westham", "provider": "home"}]},
}


def test_an_option_is_added_and_all_else_stays(tiny: Path) -> None:
    """An added option stands at the end of plan.toml; every line that was there is there still."""
    before = (tiny / "plan.toml").read_text(encoding="utf-8")
    add_option(tiny, "later", NEW)
    assert (tiny / "plan.toml").read_text(encoding="utf-8").startswith(before)
    option = open_plan(tiny).document.options["later"]
    assert option.model_dump(exclude_unset=True, mode="python")["set"] == NEW["set"]
    assert option.add.units == NEW["add"]["units"]  # type: ignore[index]
    assert sorted(path.name for path in tiny.iterdir()) == sorted(
        p.name for p in examples.path("tiny").iterdir()
    )


@pytest.mark.parametrize(
    ("option", "changes", "error", "said"),
    [
        ("quicker", NEW, ValueError, "already"),
        ("Later!", NEW, ValueError, "can't be an id"),
        ("later", {"name": "Nothing"}, PlanError, "equal to the base"),
        ("later", {"name": "Wrong", "set": {"tiers.avr.crew": 3}}, PlanError, "Did you mean 'arv'"),
    ],
)
def test_an_option_that_does_not_fit_is_refused(
    option: str, changes: dict[str, Any], error: type[Exception], said: str, tiny: Path
) -> None:
    """An option whose id is taken or that has faults leaves plan.toml as it was."""
    before = (tiny / "plan.toml").read_bytes()
    with pytest.raises(error, match=said):
        add_option(tiny, option, changes)
    assert (tiny / "plan.toml").read_bytes() == before


def test_a_plan_with_a_byte_order_mark_and_windows_lines_is_written(tiny: Path, tmp_path: Path) -> None:
    """Files from a Windows spreadsheet read like others and can be written and added to."""
    for path in tiny.iterdir():
        text = path.read_text(encoding="utf-8").replace("\n", "\r\n")
        path.write_bytes(b"\xef\xbb\xbf" + text.encode())
    add_option(tiny, "later", NEW)
    plan = open_plan(tiny)
    assert same(open_plan(write_plan(plan, tmp_path / "copy")), plan)
    shutil.rmtree(tiny)


@pytest.mark.parametrize("name", ["tiny", "south-west"])
@pytest.mark.parametrize("ending", ["gpkg", "geoparquet", "parquet"])
def test_every_format_reads_back_equal(name: str, ending: TableFormat, tmp_path: Path) -> None:
    """Tables written in any format are read back the same, to the last bit; places are points in WGS 84."""
    plan = open_plan(examples.path(name))
    folder = write_plan(plan, tmp_path / "plan", tables=ending)
    again = open_plan(folder)
    for table, frame in plan.tables.items():
        pd.testing.assert_frame_equal(frame, again.tables[table])
    if ending == "gpkg":
        points = geopandas.read_file(folder / "areas.gpkg")
        assert points.crs.to_epsg() == 4326
        assert points.geometry.x.tolist() == plan.tables["areas"]["lon"].tolist()


def test_a_format_without_its_library_names_the_extra(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without pyarrow a plan is not written as Parquet, nothing is left behind, and the extra is named."""

    def missing(*_: object, **__: object) -> None:
        raise ImportError("pyarrow")

    monkeypatch.setattr(pd.DataFrame, "to_parquet", missing)
    with pytest.raises(MissingExtraError, match=r"standby\[parquet\]"):
        write_plan(open_plan(examples.path("tiny")), tmp_path / "plan", tables="parquet")
    assert list(tmp_path.iterdir()) == []
