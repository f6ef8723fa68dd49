"""What `standby disclose` refuses beyond the public edition: files, tables, columns, rows, fine numbers."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from standby._refusals import Refusal
from standby.appraise import appraise
from standby.disclosure import Finding, Release
from standby.disclosure.examination import _with_own_ids
from standby.disclosure.searching import searched
from standby.disclosure.undeclared import beyond_public, too_fine
from standby.locate import locate
from standby.plan import Plan
from standby.report import INTERNAL_MARKING, read_release, report, write_siting
from standby.travel import travel_times


@pytest.fixture(scope="module")
def written(tiny: Plan, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the public edition of the tiny county, with a siting beside it."""
    folder = tmp_path_factory.mktemp("written")
    report(appraise(tiny, draws=8), folder / "report", edition="public", tried=False)
    found = locate(tiny, travel_times(tiny), model="mclp", units=1, curve=True)
    write_siting(tiny, found, folder / "siting", edition="public")
    return folder


@pytest.fixture
def release(written: Path, tmp_path: Path) -> Path:
    """Return a copy of the public edition, to be changed."""
    folder = tmp_path / "release"
    for path in written.rglob("*"):
        if path.is_file():
            target = folder / path.relative_to(written)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    return folder


def _change(path: Path, change: Callable[[pd.DataFrame], pd.DataFrame]) -> None:
    """Change a table of a release."""
    change(pd.read_csv(path, encoding="utf-8-sig")).to_csv(path, index=False)


def test_what_the_product_writes_has_nothing_beyond(tiny: Plan, release: Path) -> None:
    """Report, siting, workbook and JSON: all are declared, and all numbers are on their steps."""
    found = read_release(release)
    assert {table.name for table in found.found} >= {"decision", "need", "siting_standards"}
    assert any(table.file == "report/results.xlsx/Decision table" for table in found.found)
    assert beyond_public(found).passed, beyond_public(found).says
    assert too_fine(tiny, found).passed, too_fine(tiny, found).says


def test_a_real_public_edition_passes_every_search(
    tiny: Plan, altered: Callable[..., Plan], written: Path
) -> None:
    """No file of the product gives a false alarm, also where bases are real: only names are shown else."""
    real = altered(tiny, {"plan.bases": "real"})
    for finding in searched(real, read_release(written).texts):
        assert finding.passed or finding.attack == "search for names", finding.says


def _another_file(folder: Path) -> str:
    (folder / "notes.txt").write_text("a note", encoding="utf-8")
    return "the file 'notes.txt'"


def _a_map(folder: Path) -> str:
    (folder / "report" / "results.gpkg").write_bytes(b"")
    return "the file 'report/results.gpkg'"


def _another_table(folder: Path) -> str:
    pd.DataFrame({"a": [1]}).to_csv(folder / "report" / "csv" / "bases.csv", index=False)
    return "the table 'bases' (report/csv/bases.csv)"


def _an_internal_table(folder: Path) -> str:
    pd.DataFrame({"area": ["midtown"], "lon": [-3.5]}).to_csv(folder / "areas.csv", index=False)
    return "the table 'areas' (areas.csv)"


def _an_internal_table_of_a_siting(folder: Path) -> str:
    pd.DataFrame({"site": ["midtown"], "units": [1]}).to_csv(folder / "siting" / "sites.csv", index=False)
    return "the table 'siting_sites' (siting/sites.csv)"


def _an_internal_table_of_times(folder: Path) -> str:
    frame = pd.DataFrame({"site": ["midtown"], "place": ["westham"], "minutes": [10]})
    frame.to_csv(folder / "siting" / "minutes.csv", index=False)
    return "the table 'times_minutes' (siting/minutes.csv)"


def _an_internal_column(folder: Path) -> str:
    _change(folder / "report" / "csv" / "standards.csv", lambda f: f.assign(share_assured=0.8))
    return "the column 'share_assured' of 'standards' (report/csv/standards.csv)"


def _another_column(folder: Path) -> str:
    _change(folder / "report" / "csv" / "minutes.csv", lambda f: f.assign(base="somewhere"))
    return "the column 'base' of 'minutes' (report/csv/minutes.csv)"


def _words_of_the_planner(folder: Path) -> str:
    _change(folder / "report" / "csv" / "options.csv", lambda f: f.assign(reason="as they said"))
    return "the column 'reason' of 'options' (report/csv/options.csv)"


def _rows_of_a_force(folder: Path) -> str:
    _change(
        folder / "report" / "csv" / "standards.csv",
        lambda f: pd.concat([f, f.assign(scope_kind="force", scope="home")]),
    )
    return "rows about parts of the region in 'standards' (report/csv/standards.csv)"


def _a_table_in_json(folder: Path) -> str:
    path = folder / "report" / "results.json"
    content = json.loads(path.read_text("utf-8"))
    content["tables"]["units"] = {"columns": ["unit"], "rows": [["mid-arv"]]}
    path.write_text(json.dumps(content), encoding="utf-8")
    return "the table 'units' (report/results.json)"


def _a_printed_table(folder: Path) -> str:
    content = {"edition": "public", "areas": [{"area": "midtown", "lon": -3.5}]}
    (folder / "cover.json").write_text(json.dumps(content), encoding="utf-8")
    return "the table 'areas' (cover.json)"


def _json_of_another_edition(folder: Path) -> str:
    (folder / "cover.json").write_text(json.dumps({"edition": "internal"}), encoding="utf-8")
    return "the file 'cover.json'"


def _json_that_is_none(folder: Path) -> str:
    (folder / "cover.json").write_text("{", encoding="utf-8")
    return "the file 'cover.json'"


def _a_page_that_is_internal(folder: Path) -> str:
    (folder / "report" / "report.html").write_text(f"<p>{INTERNAL_MARKING}</p>", encoding="utf-8")
    return "the file 'report/report.html'"


def _a_sheet(folder: Path) -> str:
    _rewrite(folder / "report" / "results.xlsx", "xl/workbook.xml", 'name="standards"', 'name="areas"')
    return "the table 'areas' (report/results.xlsx/areas)"


def _rewrite(path: Path, part: str, before: str, after: str) -> None:
    """Replace a text in a part of a workbook."""
    with zipfile.ZipFile(path) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    text = parts[part].decode("utf-8")
    assert before in text
    parts[part] = text.replace(before, after, 1).encode()
    with zipfile.ZipFile(path, "w") as book:
        for name, content in parts.items():
            book.writestr(name, content)


BEYOND = [
    _another_file, _a_map, _another_table, _an_internal_table, _an_internal_table_of_a_siting,
    _an_internal_table_of_times, _an_internal_column, _another_column, _words_of_the_planner,
    _rows_of_a_force, _a_table_in_json, _a_printed_table, _json_of_another_edition, _json_that_is_none,
    _a_page_that_is_internal, _a_sheet,
]  # fmt: skip


@pytest.mark.parametrize("trick", BEYOND)
def test_what_is_not_declared_public_is_named(release: Path, trick: Callable[[Path], str]) -> None:
    """Each file, table, column or part beyond the public edition is a refusal that names it."""
    what = trick(release)
    finding = beyond_public(read_release(release))
    assert not finding.passed
    assert what in finding.says
    assert "what is not declared public may not be released" in finding.fix


FINE = [
    ("report/csv/standards.csv", "mean", 0.57, "standards"),
    ("report/csv/standards.csv", "mean", 0.61, "standards"),
    ("report/csv/minutes.csv", "mean_min", 23.4, "minutes"),
    ("report/csv/minutes.csv", "mean_min", "23.4 min", "minutes"),
    ("report/csv/decision.csv", "mean", 61234.0, "decision"),
    ("report/csv/decision.csv", "difference", 0.0123, "decision"),
    ("report/csv/moves.csv", "points", 3.0, "moves"),
    ("report/csv/pairs.csv", "chance_better", 0.83, "pairs"),
    ("report/csv/need.csv", "officers", 41.3, "need"),
    ("report/csv/need.csv", "gap_strength", 1234.5, "need"),
    ("report/csv/cost_summary.csv", "present_value_gbp", 1234567.0, "cost_summary"),
    ("siting/standards.csv", "share_expected", 0.57, "siting_standards"),
    ("siting/standards.csv", "share_expected_today", 0.57, "siting_standards"),
]


@pytest.mark.parametrize(("file", "column", "value", "table"), FINE)
def test_a_number_that_is_too_fine_is_named(
    tiny: Plan, release: Path, file: str, column: str, value: Any, table: str
) -> None:
    """Every table that is rounded is held to it, and the finding names column, table and file."""
    _change(release / file, lambda f: f.assign(**{column: f[column].astype(object).map(lambda _: value)}))
    finding = too_fine(tiny, read_release(release))
    assert not finding.passed
    assert f"{column!r} of {table!r} ({file})" in finding.says


def test_numbers_of_json_and_workbook_are_looked_at(tiny: Plan, release: Path) -> None:
    """A number is as fine in `results.json`, in what a command printed, and in any sheet."""
    path = release / "report" / "results.json"
    content = json.loads(path.read_text("utf-8"))
    content["tables"]["minutes"]["rows"][0][-2] = 23.4
    path.write_text(json.dumps(content), encoding="utf-8")
    printed = {
        "edition": "public",
        "standards": [{"standard": "first", "share_expected": 0.57}],
    }
    (release / "cover.json").write_text(json.dumps(printed), encoding="utf-8")
    _sharpen(release / "report" / "results.xlsx")

    says = _all_of(too_fine, tiny, read_release(release))
    assert "(report/results.json)" in says
    assert "'share_expected' of 'standards' (cover.json)" in says
    assert "'mean' of 'decision' (report/results.xlsx/Decision table)" in says


def test_what_was_added_to_json_is_named(release: Path) -> None:
    """A key that Standby does not write is found, in results and in what a command printed."""
    path = release / "report" / "results.json"
    content = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps({**content, "by_force": {"home": 0.637}}), encoding="utf-8")
    printed = {
        "edition": "public",
        "yardstick": {"unit": "units", "today": 5.0},
        "siting": {"status": "optimal", "units_asked": None, "units": 5},
    }
    (release / "locate.json").write_text(json.dumps(printed), encoding="utf-8")

    says = " ".join(
        beyond_public(replace(read_release(release), found=[table])).says
        for table in read_release(release).found
    )
    assert "'by_force' (report/results.json)" in says
    assert "'yardstick' (locate.json)" in says
    assert "'siting.units' (locate.json)" in says
    assert "units_asked" not in says


def test_a_sheet_that_the_workbook_does_not_list_is_named(release: Path) -> None:
    """No program shows it, and whoever unpacks the file reads it."""
    with zipfile.ZipFile(release / "report" / "results.xlsx", "a") as book:
        book.writestr("xl/worksheets/sheet99.xml", "<worksheet><v>0.637</v></worksheet>")
    assert "xl/worksheets/sheet99.xml" in beyond_public(read_release(release)).says


def test_a_folder_of_something_else_is_refused(release: Path, tmp_path: Path) -> None:
    """A folder that is not there, one without tables, and one with tables of a plan say which they are."""
    with pytest.raises(Refusal, match="is no folder"):
        read_release(tmp_path / "nowhere")
    (tmp_path / "plan").mkdir()
    with pytest.raises(Refusal, match="holds no tables of results"):
        read_release(tmp_path / "plan")
    (tmp_path / "plan" / "units.csv").write_text("id,site\na,b\n", encoding="utf-8")
    with pytest.raises(Refusal, match="holds no table of a public edition"):
        read_release(tmp_path / "plan")


def _sharpen(path: Path) -> None:
    """Make the first number of the sheet of the decision table a fine one."""
    with zipfile.ZipFile(path) as book:
        text = book.read("xl/worksheets/sheet2.xml").decode("utf-8")
    found = re.search(r'<c r="D\d+" s="\d+"><v>[\d.]+</v>', text)
    assert found is not None
    _rewrite(path, "xl/worksheets/sheet2.xml", found[0], re.sub(r"<v>.*", "<v>0.5731</v>", found[0]))


def _all_of(attack: Callable[[Plan, Release], Finding], plan: Plan, release: Release) -> str:
    """Return what an attack says of each table of a release by itself."""
    alone = [replace(release, found=[table]) for table in release.found]
    return " ".join(attack(plan, one).says for one in alone)


def test_a_siting_says_what_is_so_today(tiny: Plan, release: Path) -> None:
    """Shares of a siting's answer are of no option of the plan: those of today are the base's."""
    path = release / "siting" / "standards.csv"
    _change(path, lambda f: f.assign(share_expected_today=0.2, share_expected=0.8))
    standards = _with_own_ids(tiny, read_release(path.parent))["standards"]
    assert set(standards["share_expected"]) == {0.2}
    assert set(standards["option"]) == {"base"}


def test_two_files_of_one_table_are_both_read(release: Path) -> None:
    """A table in one folder does not hide one of the same name in another."""
    once = read_release(release).tables["standards"]
    again = release / "again"
    again.mkdir()
    (again / "standards.csv").write_bytes((release / "report" / "csv" / "standards.csv").read_bytes())
    assert len(read_release(release).tables["standards"]) == 2 * len(once)
