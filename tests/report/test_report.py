"""The front door and the folder that it writes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import standby.report.write as front
from standby.report import FORMATS, FolderError, report
from standby.report.files.folder import MARKER


def _files(folder: Path) -> dict[str, bytes]:
    return {
        p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()
    }


def test_everything_is_written_and_named(made: Any, tmp_path: Path) -> None:
    """The report names every file that lies in the folder, and its summary says where the page is."""
    done = report(made, tmp_path / "a" / "out")
    assert {p.relative_to(done.folder).as_posix() for p in done.paths} == set(_files(done.folder))
    assert done.page == tmp_path / "a" / "out" / "report.html"
    assert str(done.page) in done.summary()
    assert "full edition" in done.summary()


@pytest.mark.parametrize("edition", ["public", "internal"])
def test_two_reports_of_one_appraisal_are_the_same_bytes(made: Any, tmp_path: Path, edition: Any) -> None:
    """CSV, JSON, page, workbook and GeoPackage hold no clock and no chance."""
    first = report(made, tmp_path / "one", edition=edition)
    second = report(made, tmp_path / "two", edition=edition)
    one, two = _files(first.folder), _files(second.folder)
    assert list(one) == list(two)
    assert [name for name in one if one[name] != two[name]] == []


@pytest.mark.parametrize("name", FORMATS)
def test_one_format_alone(made: Any, tmp_path: Path, name: Any) -> None:
    """Only the format that was asked for is written."""
    done = report(made, tmp_path / "out", edition="internal", formats=[name])
    assert {p.suffix.removeprefix(".") for p in done.paths if p.name != MARKER} == {name}


def test_own_folder_is_written_anew(made: Any, tmp_path: Path) -> None:
    """A second report takes the place of the first; files that it does not make are gone."""
    report(made, tmp_path / "out", edition="internal")
    assert (tmp_path / "out" / "csv" / "units.csv").exists()
    report(made, tmp_path / "out", edition="public", formats=["csv"])
    assert not (tmp_path / "out" / "csv" / "units.csv").exists()
    assert not (tmp_path / "out" / "report.html").exists()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["out"]


def test_a_strange_file_is_not_lost(made: Any, tmp_path: Path) -> None:
    """A folder with a file of anybody else is refused with its name, and nothing in it is touched."""
    report(made, tmp_path / "out", formats=["csv"])
    (tmp_path / "out" / "minutes.docx").write_text("mine", encoding="utf-8")
    before = _files(tmp_path / "out")
    with pytest.raises(FolderError, match=r"minutes\.docx") as refused:
        report(made, tmp_path / "out")
    error = refused.value
    assert (error.subject, error.fix) == (str(tmp_path / "out"), "move them, or name another folder")
    assert error.what == "holds files that Standby did not write (minutes.docx)"
    assert error.code == "folder"
    assert _files(tmp_path / "out") == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["out"]


@pytest.mark.parametrize("marker", ["not json", "[]", '{"made_by": "someone", "files": ["a.txt"]}'])
def test_a_folder_with_another_marker_is_refused(made: Any, tmp_path: Path, marker: str) -> None:
    """A marker that Standby did not write vouches for nothing."""
    (tmp_path / MARKER).write_text(marker, encoding="utf-8")
    (tmp_path / "a.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(FolderError, match="did not write"):
        report(made, tmp_path)


def test_a_file_in_the_way_is_refused(made: Any, tmp_path: Path) -> None:
    """A file with the folder's name is not overwritten."""
    (tmp_path / "out").write_text("mine", encoding="utf-8")
    with pytest.raises(FolderError, match="not a folder"):
        report(made, tmp_path / "out")


def test_an_empty_folder_is_used(made: Any, tmp_path: Path) -> None:
    """A folder that was made beforehand and is empty is no obstacle."""
    (tmp_path / "out").mkdir()
    assert report(made, tmp_path / "out", formats=["csv"]).paths


def test_what_a_map_program_leaves_is_no_obstacle(made: Any, tmp_path: Path) -> None:
    """A write-ahead log beside the GeoPackage does not stop the next report."""
    report(made, tmp_path / "out", edition="internal", formats=["gpkg"])
    (tmp_path / "out" / "results.gpkg-wal").write_bytes(b"")
    again = report(made, tmp_path / "out", edition="internal", formats=["gpkg"])
    assert all(path.is_file() for path in again.paths)


def test_a_failure_leaves_the_old_report(made: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When a writer fails half-way the folder is as it was, and nothing half-written lies beside it."""
    report(made, tmp_path / "out", formats=["csv"])
    before = _files(tmp_path / "out")

    def fails(*_: object) -> list[Path]:
        raise OSError("the disk is full")

    monkeypatch.setattr(front, "WRITERS", {**front.WRITERS, "json": fails})
    with pytest.raises(OSError, match="disk is full"):
        report(made, tmp_path / "out", formats=["csv", "json"])
    assert _files(tmp_path / "out") == before
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"edition": "secret"}, "choose from public, internal"),
        ({"formats": ["pdf"]}, "'pdf'; choose from html"),
        ({"formats": []}, "nothing; choose from"),
    ],
)
def test_unknown_choices_are_refused(made: Any, tmp_path: Path, options: Any, words: str) -> None:
    """An unknown edition or format is refused with those there are, before anything is written."""
    with pytest.raises(ValueError, match=words):
        report(made, tmp_path / "out", **options)
    assert list(tmp_path.iterdir()) == []


def test_marker_lists_what_was_written(made: Any, tmp_path: Path) -> None:
    """The marker names every file but itself."""
    report(made, tmp_path / "out")
    listed = json.loads((tmp_path / "out" / MARKER).read_text(encoding="utf-8"))["files"]
    assert sorted([*listed, MARKER]) == sorted(_files(tmp_path / "out"))
