"""Folders for results, judged before anything is computed for them."""

from __future__ import annotations

import os
from pathlib import Path

from standby._writing import check_place


def check_out(out: Path, folder: Path) -> None:
    """Refuse a folder for results that can't be written, before anything is computed.

    Parameters
    ----------
    out
        Where the results are to go.
    folder
        Folder of the plan.

    Raises
    ------
    FolderError
        If it is the plan's own folder, holds files that Standby did not write, or may not be written.
    """
    from standby.report import FolderError, check_folder

    real_out = Path(os.path.realpath(out))
    if real_out == Path(os.path.realpath(folder)):
        what = "is the plan's own folder, which Standby did not write"
        raise FolderError(what, "name another for the report", subject=str(out))
    check_folder(out)

    # The folders above it need not exist yet; the last that does decides whether they can be made.
    parent = real_out
    while not parent.exists():
        parent = parent.parent
    if not parent.is_dir():
        raise FolderError("is not a folder", "name another for the report", subject=str(parent))

    for place in {parent, real_out.parent if real_out.exists() else parent}:
        if not os.access(place, os.W_OK | os.X_OK):
            raise FolderError(
                "may not be written to", "name another folder for the report", subject=str(place)
            )
    check_place(out)
