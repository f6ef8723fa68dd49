"""What can't be done is said in a sentence that names the file and the fix, with the right exit status."""

from __future__ import annotations

import errno
import json
import os
import shutil
import tempfile
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import tomlkit
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner, Result

from standby import examples
from standby.cli import app
from standby.report.files.folder import MARKER

Run = Callable[..., Result]
TINY = examples.path("tiny")


def contents(folder: Path) -> dict[str, bytes]:
    """Return the files of a folder."""
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@pytest.mark.parametrize(
    ("number", "status", "said"),
    [
        (errno.ENOSPC, 1, "the disk is full; free some space"),
        (errno.EROFS, 2, "the disk can only be read; name another folder"),
        (errno.EACCES, 2, "may not be written to or read"),
        (errno.ENAMETOOLONG, 2, "the name is too long"),
        (errno.EIO, 1, "the disk did not answer"),
    ],
)
@pytest.mark.parametrize("command", ["example", "times"])
def test_a_disk_that_refuses_is_a_sentence(
    command: str,
    number: int,
    status: int,
    said: str,
    run: Run,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What the system refuses is a sentence with the fix, and nothing lies where the results would be."""
    real = Path.mkdir

    def refused(path: Path, *arguments: Any, **options: Any) -> None:
        if path.name == "new":
            raise OSError(number, os.strerror(number), str(path))
        real(path, *arguments, **options)

    out = tmp_path / "out"
    monkeypatch.setattr(Path, "mkdir", refused)
    done = run("example", "tiny", out) if command == "example" else run("times", TINY, "--out", out)
    assert done.exit_code == status
    assert f"standby: {out}: " in done.stderr
    assert said in done.stderr
    assert "Errno" not in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", ["example", "times", "check"])
def test_a_name_that_is_too_long_is_a_sentence(command: str, run: Run, tmp_path: Path) -> None:
    """A name that no disk takes is refused in words by whatever command is given it."""
    long = tmp_path / ("a" * 300)
    arguments = {"example": ["tiny", long], "times": [TINY, "--out", long], "check": [long]}[command]
    done = run(command, *arguments)
    assert done.exit_code == 2
    assert "too long" in done.stderr
    assert "Errno" not in done.stderr


@pytest.mark.parametrize("closed", ["plan.toml", ""], ids=["file", "folder"])
def test_a_plan_that_can_not_be_written_is_said_first(
    closed: str, run: Run, tiny: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A read-only plan is refused by locate --save-as before anything is computed, and is not changed."""
    real, before = os.access, contents(tiny)

    def _may(path: Any, mode: int) -> bool:
        return not (mode & os.W_OK and Path(path) == tiny / closed)

    monkeypatch.setattr(
        os, "access", lambda path, mode, **more: _may(path, mode) and real(path, mode, **more)
    )
    monkeypatch.setattr("standby.travel.travel_times", lambda *_: pytest.fail("it was computed"))
    done = run("locate", tiny, "--units", "1", "--save-as", "new")
    assert done.exit_code == 2
    assert f"{tiny / closed} may not be written to; ask for the right to, or work on a copy" in done.stderr
    assert contents(tiny) == before


def test_a_plan_that_changed_meanwhile_is_not_overwritten(
    run: Run, tiny: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An option is not saved over what somebody else wrote while it was found."""
    from standby.plan import write

    real = write._judge_with

    def judged(path: Path, text: str) -> None:
        real(path, text)
        with path.open("a", encoding="utf-8") as file:
            file.write("\n# theirs\n")

    monkeypatch.setattr(write, "_judge_with", judged)
    done = run("locate", tiny, "--units", "1", "--save-as", "new")
    assert done.exit_code == 2
    assert "was changed meanwhile" in done.stderr
    text = (tiny / "plan.toml").read_text(encoding="utf-8")
    assert text.endswith("# theirs\n")
    assert "[options.new]" not in text


def test_too_little_memory_says_so(run: Run, tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A computation that does not fit into memory ends with what to do, and status 1."""

    def large(*_: object) -> None:
        raise MemoryError("Unable to allocate 74.5 GiB for an array")

    monkeypatch.setattr("standby.travel.travel_times", large)
    done = run("cover", tiny)
    assert done.exit_code == 1
    assert (
        "there is too little memory for this (Unable to allocate 74.5 GiB for an array); end" in done.stderr
    )


def test_memory_that_ends_without_a_word_says_so(
    run: Run, tiny: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An error of memory without a text has a sentence all the same."""

    def large(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr("standby.cli._check.check_plan", large)
    done = run("check", tiny)
    assert done.exit_code == 1
    assert "there is too little memory for this; end other programs" in done.stderr


@pytest.fixture
def results(run: Run, tmp_path: Path) -> Path:
    """Return a folder of results of `times`, with a GeoPackage."""
    out = tmp_path / "out"
    assert run("times", TINY, "--edition", "internal", "--out", out).exit_code == 0
    assert (out / "times.gpkg").is_file()
    return out


@pytest.mark.parametrize(
    "error",
    [
        ValueError("setting an array element\x1b[31m"),
        KeyError("x"),
        IndexError("out"),
        ZeroDivisionError("division by zero"),
        RuntimeError("boom"),
        NotImplementedError("later"),
        RecursionError("too deep"),
        NameError("name 'x' is not defined"),
        ImportError("no module named x"),
        EOFError("end"),
        StopIteration(),
        Exception("anything"),
    ],
)
def test_an_error_of_ours_says_that_it_is(
    error: Exception, run: Run, tiny: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is no refusal of input is our defect: status 1, and where it happened, in one printable line."""

    def fails(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("standby.travel.travel_times", fails)
    done = run("cover", tiny)
    assert done.exit_code == 1
    assert "this is a defect of Standby" in done.stderr
    assert "cli/_cover.py line" in done.stderr
    assert done.stderr.strip().isprintable()
    assert "this is a defect of Standby" in json.loads(run("cover", tiny, "--json").stdout)["error"]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("mine.gpkg-wal", "holds files that Standby did not write (mine.gpkg-wal)"),
        ("mine.gpkg-shm", "holds files that Standby did not write (mine.gpkg-shm)"),
        ("times.gpkg-wal", "has changes that a map program has not finished writing; close it there"),
        ("times.gpkg-journal", "has changes that a map program has not finished writing; close it there"),
        ("notes/mine.txt", "holds files that Standby did not write (notes/mine.txt)"),
    ],
)
def test_what_others_have_in_a_folder_of_results_is_not_touched(
    name: str, said: str, run: Run, results: Path
) -> None:
    """A file of somebody else, or changes that wait beside a GeoPackage of ours, stop the next run."""
    (results / name).parent.mkdir(exist_ok=True)
    (results / name).write_bytes(b"precious")
    before = contents(results)
    done = run("times", TINY, "--out", results)
    assert done.exit_code == 2
    assert said in done.stderr
    assert contents(results) == before


def test_a_map_program_that_only_looks_is_no_obstacle(run: Run, results: Path) -> None:
    """The files that a map program keeps beside a GeoPackage it has open, without changes, stop nothing."""
    (results / "times.gpkg-wal").write_bytes(b"")
    (results / "times.gpkg-shm").write_bytes(b"\0" * 32768)
    assert run("times", TINY, "--out", results).exit_code == 0
    assert MARKER in contents(results)


def test_an_empty_folder_or_a_link_of_somebody_else_stops_the_next_run(run: Run, results: Path) -> None:
    """Folders and links that Standby did not make are others' as well."""
    (results / "sketches").mkdir()
    assert "(sketches)" in run("times", TINY, "--out", results).stderr
    (results / "sketches").rmdir()
    (results / "link").symlink_to(results.parent)
    assert "(link)" in run("times", TINY, "--out", results).stderr


def test_results_that_a_killed_run_took_away_come_back(run: Run, results: Path) -> None:
    """After a kill between the two renames the next run puts the results back, though its plan has faults."""
    before = contents(results)
    stage = results.parent / ".out.0123abcd.standby"
    shutil.copytree(results, stage / "new")
    results.rename(stage / "old")
    faulty = Path(shutil.copytree(TINY, results.parent / "plan"))
    (faulty / "sources.toml").unlink()
    assert run("times", faulty, "--out", results).exit_code == 2
    assert contents(results) == before
    assert not stage.exists()


DOCUMENT = tomllib.loads((TINY / "plan.toml").read_text(encoding="utf-8"))


def _paths(part: Any, before: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    items = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
    return [place for key, item in items for place in ((*before, key), *_paths(item, (*before, key)))]


NONSENSE = st.one_of(
    st.booleans(),
    st.sampled_from([0, -1, 10**25, 1e308, 5e-324, -0.0, float("nan"), float("inf")]),
    st.sampled_from(["", "\x1b[2J", "\u202e", "always", "home", "arv", "x" * 5000, "\n"]),
    st.sampled_from([[], {}, [[]], {"value": {}}, {"": ""}, [{"id": []}]]),
    st.dates(),
)


@settings(max_examples=40)
@given(st.lists(st.tuples(st.sampled_from(_paths(DOCUMENT)), NONSENSE), min_size=1, max_size=3))
def test_nonsense_in_a_plan_never_ends_in_a_traceback(changes: list[tuple[tuple[Any, ...], Any]]) -> None:
    """Whatever values stand in plan.toml, check leaves with 0, or with 2 and the name of the file."""
    document = tomllib.loads((TINY / "plan.toml").read_text(encoding="utf-8"))
    for path, value in changes:
        place: Any = document
        try:
            for key in path[:-1]:
                place = place[key]
            place[path[-1]] = value
        except (KeyError, IndexError, TypeError):
            continue  # changed before
    with tempfile.TemporaryDirectory() as where:
        folder = Path(shutil.copytree(TINY, Path(where) / "plan"))
        (folder / "plan.toml").write_text(tomlkit.dumps(document), encoding="utf-8")
        done = CliRunner().invoke(app, ["check", str(folder)])
    assert done.exception is None or isinstance(done.exception, SystemExit)
    assert done.exit_code in {0, 2}
    assert done.exit_code == 0 or "plan.toml" in done.output
