"""What is in the files of a public edition, for the attacks that it has to stand."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from standby._refusals import Refusal
from standby.disclosure import Release


def read_release(folder: str | Path) -> Release:
    """Read the tables and the text of every file of a public edition.

    Parameters
    ----------
    folder
        Where it was written.

    Raises
    ------
    Refusal
        If there is no such folder, or no table of results (CSV) in it.
    """
    folder = Path(folder)

    # By stem, as a siting and an appraisal name their files. They are our own, so pandas may tell numbers.
    tables = {path.stem: pd.read_csv(path, encoding="utf-8-sig") for path in sorted(folder.rglob("*.csv"))}
    if not tables:
        raise Refusal(f"{folder} holds no tables of results (CSV)", "name the folder of a public edition")

    return Release(tables, dict(_texts(folder)))


def _texts(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield the name and the text of every file, and of every file inside a packed one."""
    for path in sorted(folder.rglob("*")):
        if not path.is_file():
            continue

        # A workbook is a ZIP file: its texts stand in its parts.
        name = path.relative_to(folder).as_posix()
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as packed:
                for part in packed.namelist():
                    yield f"{name}/{part}", packed.read(part).decode("utf-8", "replace")
        else:
            yield name, path.read_text(encoding="utf-8", errors="replace")
