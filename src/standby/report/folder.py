"""A folder of results: written beside its place and moved there whole, so that no reader sees half of one."""

from __future__ import annotations

import json
import secrets
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

MARKER = "standby-files.json"
"""Names the files that Standby wrote into a folder; only such a folder is written anew."""

BESIDE = (".gpkg-wal", ".gpkg-shm", ".gpkg-journal")
"""Endings of files that a map program leaves beside a GeoPackage that it has open."""


class FolderError(ValueError):
    """A folder that results may not be written to."""


def check_folder(folder: Path) -> None:
    """Refuse a folder that holds anything that Standby did not write.

    Raises
    ------
    FolderError
        If it is a file, or holds files that are not listed in its marker.
    """
    if not folder.exists() and not folder.is_symlink():
        return
    if not folder.is_dir():
        raise FolderError(f"{folder} is not a folder; name one for the results, or move that file")
    found = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if not p.is_dir()}
    if not found:
        return
    strange = sorted(name for name in found - _listed(folder) if not name.endswith(BESIDE))
    if strange:
        shown = ", ".join(strange[:3]) + (f" and {len(strange) - 3} more" if len(strange) > 3 else "")
        raise FolderError(
            f"{folder} holds files that Standby did not write ({shown}); move them, or name another folder"
        )


def _listed(folder: Path) -> set[str]:
    marker = folder / MARKER
    with suppress(OSError, ValueError, KeyError, TypeError):
        content = json.loads(marker.read_text(encoding="utf-8"))
        if content["made_by"] == "standby":
            return {MARKER, *map(str, content["files"])}
    return set()


@contextmanager
def whole_folder(folder: Path) -> Iterator[Path]:
    """Give an empty folder to write into, and move it to its place when all is written.

    Parameters
    ----------
    folder
        Where the results go: a new folder, or one that Standby wrote before.

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
    made = new_folder(folder)
    try:
        yield made
        write_marker(made, [path for path in made.rglob("*") if path.is_file()])
        put_in_place(made, folder)
    finally:
        shutil.rmtree(made, ignore_errors=True)


def new_folder(folder: Path) -> Path:
    """Make an empty folder beside the place of another, to be moved there by `put_in_place`."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    made = folder.parent / f".{folder.name}.{secrets.token_hex(4)}.new"
    made.mkdir()
    return made


def write_marker(folder: Path, files: Iterable[Path]) -> Path:
    """Write the marker that names the files of a folder; return its path."""
    path = folder / MARKER
    names = sorted(p.relative_to(folder).as_posix() for p in files)
    path.write_text(json.dumps({"made_by": "standby", "files": names}, indent=1) + "\n", encoding="utf-8")
    return path


def put_in_place(made: Path, folder: Path) -> None:
    """Move a finished folder to its place; what stood there goes only once the new one stands."""
    check_folder(folder)  # once more: writing took a while
    target = folder.resolve()
    old = made.with_suffix(".old")
    if target.exists():
        target.rename(old)
    try:
        made.rename(target)
    except OSError:
        if old.exists():
            old.rename(target)
        raise
    shutil.rmtree(old, ignore_errors=True)
