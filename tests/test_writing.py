"""Files and folders are written whole or not at all, whoever is stopped, killed or refused, and when."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from standby import _writing
from standby._writing import (
    ChangedError,
    check_place,
    recover,
    replace_file,
    scratch_folder,
    sentence,
    whole_folder,
)

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="signals and locks are those of Unix")

OLD = {"a.txt": "old", "csv/b.txt": "old"}
NEW = {"a.txt": "new", "c.txt": "new"}

CHILD = """
import os, signal, sys
from pathlib import Path
from standby._writing import replace_file, whole_folder

task, place, last, number = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
if number != signal.SIGKILL:
    signal.signal(number, signal.SIG_DFL)  # whoever started the tests may ignore it, as nohup does
seen = 0

def count(event, arguments):
    # What concerns files near the place; every one is a step at which the process may end.
    global seen
    if event.split(".")[0] in {"os", "shutil", "open", "fcntl"} and event not in {"os.listdir", "os.scandir"}:
        seen += 1
        if seen == last:
            os.kill(os.getpid(), number)

sys.addaudithook(count)
if task == "folder":
    with whole_folder(place) as made:
        for name in ("a.txt", "c.txt"):
            (made / name).write_text("new")
else:
    replace_file(place, b"new", was=b"old")
"""
MOST_STEPS = 200


def fill(folder: Path, contents: dict[str, str]) -> None:
    """Write files into a folder."""
    for name, text in contents.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


def contents(folder: Path) -> dict[str, str]:
    """Return the files of a folder."""
    return {p.relative_to(folder).as_posix(): p.read_text("utf-8") for p in folder.rglob("*") if p.is_file()}


def ended(task: str, place: Path, step: int, number: int) -> int:
    """Run a process that sends itself a signal at a step; return its status."""
    command = [sys.executable, "-c", CHILD, task, str(place), str(step), str(number)]
    return subprocess.run(command, check=False, capture_output=True).returncode


def steps(task: str, folder: Path, number: int) -> Iterator[Path]:
    """Yield places at which a process was ended at each step in turn, until it gets to its end."""
    for step in range(1, MOST_STEPS):
        place = folder / f"{step}" / "out"
        if task == "folder":
            fill(place, OLD)
        else:
            place.parent.mkdir()
            place.write_text("old", encoding="utf-8")
        status = ended(task, place, step, number)
        yield place
        if status == 0:
            assert step > 8  # the renames, the folders and the files were steps
            return
    pytest.fail("the process did not come to its end")


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP])
def test_a_folder_is_old_or_new_whenever_its_writer_ends(number: int, tmp_path: Path) -> None:
    """Ended at any step, old or new results stand whole, at once or when the next run begins."""
    outcomes = set()
    for place in steps("folder", tmp_path, number):
        if number != signal.SIGKILL:  # who is asked to end cleans up
            assert [path.name for path in place.parent.iterdir()] == ["out"]
        recover(place)
        assert contents(place) in (OLD, NEW)
        assert [path.name for path in place.parent.iterdir()] == ["out"]
        outcomes.add(contents(place)["a.txt"])
    assert outcomes == {"old", "new"}


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_file_is_old_or_new_whenever_its_writer_ends(number: int, tmp_path: Path) -> None:
    """Ended at any step, a file that is replaced holds the old or the new text, alone in its folder."""
    outcomes = set()
    for place in steps("file", tmp_path, number):
        assert place.read_text(encoding="utf-8") in {"old", "new"}
        recover(place)
        assert [path.name for path in place.parent.iterdir()] == ["out"]
        outcomes.add(place.read_text(encoding="utf-8"))
    assert outcomes == {"old", "new"}


OPERATIONS = ["mkdir", "rename"]


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("failing", range(1, 4))
@pytest.mark.parametrize(
    "error", [OSError(errno.ENOSPC, "full"), KeyboardInterrupt()], ids=["full", "Ctrl-C"]
)
def test_what_fails_at_any_step_leaves_what_was_there(
    operation: str, failing: int, error: BaseException, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that fails, or Ctrl-C, at any of the first folders and renames leaves one whole folder."""
    place = tmp_path / "out"
    fill(place, OLD)
    real = getattr(Path, operation)
    count = 0

    def sometimes(path: Path, *arguments: object, **options: object) -> object:
        nonlocal count
        count += 1
        if count == failing:
            raise error
        return real(path, *arguments, **options)

    monkeypatch.setattr(Path, operation, sometimes)
    try:
        with whole_folder(place) as made:
            fill(made, NEW)
    except type(error):
        monkeypatch.undo()
        assert contents(place) == OLD
    monkeypatch.undo()
    assert contents(place) in (OLD, NEW)
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_only_the_owner_may_look_while_it_is_written(tmp_path: Path) -> None:
    """What is being written can be entered by its owner alone; in its place it has the usual rights."""
    before = os.umask(0o022)
    try:
        with whole_folder(tmp_path / "out") as made:
            (stage,) = tmp_path.iterdir()
            assert made.parent == stage
            assert stage.stat().st_mode & 0o077 == 0
        with scratch_folder() as looked_at:
            assert looked_at.stat().st_mode & 0o077 == 0
    finally:
        os.umask(before)
    assert (tmp_path / "out").stat().st_mode & 0o777 == 0o755
    assert not looked_at.exists()


def test_a_private_folder_is_its_owners_alone(tmp_path: Path) -> None:
    """A private folder and all in it are closed to others, whatever the umask and whatever stood there."""
    before = os.umask(0o022)
    try:
        for private in (False, True, False):
            with whole_folder(tmp_path / "out", private=private) as made:
                (made / "maps").mkdir()
                (made / "maps" / "a.csv").write_text("a", encoding="utf-8")
            found = (tmp_path / "out", *(tmp_path / "out").rglob("*"))
            rights = [path.stat().st_mode & 0o777 for path in found]
            assert rights == ([0o700, 0o700, 0o600] if private else [0o755, 0o755, 0o644])
    finally:
        os.umask(before)


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="this system has no /proc")
def test_a_place_where_nothing_can_be_made_is_named(tmp_path: Path) -> None:
    """A folder of the system in which nothing can be made is said to be one, before anything is computed."""
    with pytest.raises(PermissionError) as caught:
        check_place(Path("/proc/x"))
    assert "nothing can be made in /proc; name another folder" in sentence(caught.value)
    check_place(tmp_path / "a" / "b")
    assert not list(tmp_path.iterdir())


def test_two_writers_both_end_well(tmp_path: Path) -> None:
    """Of two writers at once neither spoils the other: the last to end stands, whole, and nothing else."""
    place = tmp_path / "out"
    fill(place, OLD)
    with whole_folder(place) as slow:
        fill(slow, {"slow.txt": "slow"})
        with whole_folder(place) as fast:
            fill(fast, {"fast.txt": "fast"})
        assert contents(place) == {"fast.txt": "fast"}
        recover(place)  # a third that begins leaves what is being written
        assert slow.is_dir()
    assert contents(place) == {"slow.txt": "slow"}
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_many_writers_at_once_end_well(tmp_path: Path) -> None:
    """Eight threads that begin and end together leave one whole folder."""
    place, together, failed = tmp_path / "out", threading.Barrier(8), []

    def write(name: str) -> None:
        try:
            together.wait()
            with whole_folder(place) as made:
                fill(made, {"one": name, "two": name})
                together.wait()
        except BaseException as error:  # noqa: BLE001 - is told below
            failed.append(error)
            together.abort()

    threads = [threading.Thread(target=write, args=(str(k),)) for k in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert len(set(contents(place).values())) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize("name", ["old", "new"])
def test_a_folder_of_somebody_else_is_not_touched(name: str, tmp_path: Path) -> None:
    """A folder of a like name that holds more than ours, a link and a file are left as they are."""
    fill(tmp_path / ".out.0123abcd.standby", {f"{name}/a": "mine", "notes": "mine"})
    (tmp_path / ".out.0123abce.standby").symlink_to(tmp_path / ".out.0123abcd.standby")
    (tmp_path / ".out.0123abcf.standby").write_text("mine", encoding="utf-8")
    fill(tmp_path / ".other.0123abcd.standby", {"old/a": "another's"})
    before = sorted(path.name for path in tmp_path.iterdir())
    with whole_folder(tmp_path / "out") as made:
        fill(made, NEW)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([*before, "out"])
    assert contents(tmp_path / ".out.0123abcd.standby") == {f"{name}/a": "mine", "notes": "mine"}


def test_what_was_taken_away_comes_back_only_to_an_empty_place(tmp_path: Path) -> None:
    """What a killed run took away does not replace what stands there by now."""
    fill(tmp_path / ".out.0123abcd.standby", {"old/a": "old"})
    fill(tmp_path / "out", NEW)
    recover(tmp_path / "out")
    assert contents(tmp_path / "out") == NEW
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_link_to_a_folder_stays_a_link(tmp_path: Path) -> None:
    """Results that go to a link are put where the link leads."""
    fill(tmp_path / "real", OLD)
    (tmp_path / "link").symlink_to(tmp_path / "real")
    with whole_folder(tmp_path / "link") as made:
        fill(made, NEW)
    assert (tmp_path / "link").is_symlink()
    assert contents(tmp_path / "real") == NEW


def test_a_long_name_that_the_disk_takes_is_written(tmp_path: Path) -> None:
    """A name as long as a disk takes leaves room for the stage beside it."""
    place = tmp_path / ("ä" * 127)
    with whole_folder(place) as made:
        fill(made, NEW)
    assert contents(place) == NEW


def test_a_file_that_changed_meanwhile_is_left(tmp_path: Path) -> None:
    """What somebody else wrote since the file was read is not overwritten."""
    path = tmp_path / "plan.toml"
    path.write_text("theirs", encoding="utf-8")
    with pytest.raises(ChangedError, match="was changed meanwhile"):
        replace_file(path, b"ours", was=b"as it was read")
    assert path.read_text(encoding="utf-8") == "theirs"
    assert [path.name for path in tmp_path.iterdir()] == ["plan.toml"]


def test_outside_of_writing_the_process_ends_as_ever() -> None:
    """Signals are looked after only while something is written, and never those that the caller has."""
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
    with scratch_folder():
        assert signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    try:
        with scratch_folder():
            assert signal.getsignal(signal.SIGTERM) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


@pytest.mark.parametrize("number", sorted(_writing.SENTENCES))
def test_an_error_of_the_system_is_a_sentence(number: int) -> None:
    """Each names the file that the user named, says what is wrong, and what to do."""
    said = sentence(OSError(number, os.strerror(number), "/data/.out.0123abcd.standby/new/csv/a.csv"))
    assert said.startswith("/data/out/csv/a.csv: ")
    assert "Errno" not in said
    assert ";" in said


def test_an_error_of_ours_is_given_as_it_is() -> None:
    """A sentence that was raised as such stays; a rename names where it led."""
    assert sentence(PermissionError("out may not be written to")) == "out may not be written to"
    error = OSError(
        errno.ENOTEMPTY, "Directory not empty", "/data/.out.0123abcd.standby/new", None, "/data/out"
    )
    assert sentence(error).startswith("/data/out: something else was put there")
