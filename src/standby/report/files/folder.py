"""A folder of results: written beside its place and moved there whole, so that no reader sees half of one."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath

from standby import _writing
from standby._refusals import Refusal

MARKER = "standby-files.json"
"""Names the files that Standby wrote into a folder; only such a folder is written anew."""

BESIDE = ("-wal", "-shm", "-journal")
"""Added to the name of a GeoPackage: files that a map program keeps beside one that it has open."""

CHANGES = ("-wal", "-journal")
"""Those that hold changes, if anything."""


class FolderError(Refusal):
    """A folder that results may not be written to; its subject is the folder, or the file in it."""

    code = "folder"


def check_folder(folder: Path) -> None:
    """Refuse a folder that holds anything that Standby did not write.

    What a run that was killed took away or left there is put back or removed first.

    Parameters
    ----------
    folder
        Where results are to go.

    Raises
    ------
    FolderError
        If it is a file, or holds files that are not listed in its marker, or a map program has changes to
        one of its GeoPackages that it has not written yet.
    """
    _writing.recover(folder)
    if not os.path.lexists(folder):
        return
    if not folder.is_dir():
        fix = "name one for the results, or move that file"
        raise FolderError("is not a folder", fix, subject=str(folder))

    listed = _listed(folder)
    own = {*listed, *(parent.as_posix() for name in listed for parent in PurePosixPath(name).parents)}
    strange = sorted(name for name in _found(folder) if name not in own and not _is_beside(name, listed))
    if strange:
        shown = ", ".join(strange[:3]) + (f" and {len(strange) - 3} more" if len(strange) > 3 else "")
        what = f"holds files that Standby did not write ({shown})"
        raise FolderError(what, "move them, or name another folder", subject=str(folder))

    _check_changes(folder, listed)


def _found(folder: Path) -> Iterator[str]:
    """Yield what is in a folder: files, links, and folders with nothing in them."""
    for path in folder.rglob("*"):
        is_folder = path.is_dir() and not path.is_symlink()
        if not is_folder or not any(path.iterdir()):
            yield path.relative_to(folder).as_posix()


def _is_beside(name: str, listed: set[str]) -> bool:
    """Return whether a file is one that a map program keeps beside a GeoPackage of ours."""
    return any(name.endswith(end) and name.removesuffix(end) in listed for end in BESIDE)


def _check_changes(folder: Path, listed: set[str]) -> None:
    """Refuse to replace a GeoPackage of ours in which somebody's changes are not written yet."""
    for name in sorted(listed):
        waiting = [folder / (name + end) for end in CHANGES]
        if any(path.is_file() and path.stat().st_size for path in waiting):
            what = "has changes that a map program has not finished writing"
            raise FolderError(what, "close it there, or name another folder", subject=str(folder / name))


def _listed(folder: Path) -> set[str]:
    """Return the files that the marker of a folder names, itself included; none without a marker of ours."""
    marker = folder / MARKER
    with suppress(OSError, ValueError, KeyError, TypeError):
        content = json.loads(marker.read_text(encoding="utf-8"))
        if content["made_by"] == "standby":
            return {MARKER, *map(str, content["files"])}
    return set()


@contextmanager
def whole_folder(folder: Path, *, private: bool = False, marking: str = "") -> Iterator[Path]:
    """Give an empty folder to write into, and move it to its place when all is written.

    Parameters
    ----------
    folder
        Where the results go: a new folder, or one that Standby wrote before.
    private
        Whether only its owner may look at them: the internal edition.
    marking
        How the edition is marked; it stands in the file that names the others.

    Yields
    ------
    Path
        Where to write.

    Raises
    ------
    FolderError
        If the folder holds files that Standby did not write.
    """
    check_folder(folder)

    def before_move(made: Path) -> None:
        _write_marker(made, marking)
        check_folder(folder)  # once more: writing took a while

    with _writing.whole_folder(folder, before_move=before_move, private=private) as made:
        yield made


def _write_marker(folder: Path, marking: str) -> None:
    """Write the file that names the files of a folder, and how they are marked."""
    names = sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())
    text = json.dumps(
        {"made_by": "standby", "marking": marking, "files": names}, ensure_ascii=False, indent=1
    )
    (folder / MARKER).write_text(text + "\n", encoding="utf-8")
