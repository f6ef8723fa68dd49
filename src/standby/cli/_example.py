"""The command ``example``: copy a packaged plan."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from standby import examples
from standby._refusals import Refusal
from standby._writing import recover, whole_folder
from standby.cli._print import dump, lines
from standby.cli._status import errors_reported
from standby.plan import open_plan

FIRST_EXAMPLE = "south-west"
"""The example that is copied when none is named."""


def example(name: str | None, folder: Path | None, *, json: bool) -> None:
    """Copy a packaged plan into a folder, and print what to do with it."""
    name = name or FIRST_EXAMPLE
    target = folder or Path(name)

    with errors_reported(json=json):
        if name not in examples.names():
            raise Refusal(f"there is no example {name!r}", f"there are: {', '.join(examples.names())}")
        _copy(examples.path(name), target)

    if json:
        dump({"example": name, "folder": str(target)})
        return

    lines(
        [
            f"The plan is in {target}. Look at plan.toml there; then:",
            f"  standby check {target}",
            f"  standby appraise {target} --out {target}-report",
        ]
    )


def list_examples(*, json: bool) -> None:
    """Print the packaged plans with their titles."""
    titles = {name: open_plan(examples.path(name)).title for name in examples.names()}
    if json:
        dump({"examples": titles})
        return

    width = max(map(len, titles))
    lines(f"{name.ljust(width)}  {title}" for name, title in titles.items())


def _copy(source: Path, target: Path) -> None:
    """Copy the files of a plan into a new or an empty folder, all of them or none."""
    recover(target)
    _check_empty(target)

    # Once more when all is copied: somebody else may have put something there meanwhile.
    with whole_folder(target, before_move=lambda _: _check_empty(target)) as made:
        for file in sorted(source.iterdir()):
            if file.is_file():
                shutil.copyfile(file, made / file.name)


def _check_empty(folder: Path) -> None:
    """Refuse a folder when there is anything in it, or in its place."""
    if os.path.lexists(folder) and (not folder.is_dir() or any(folder.iterdir())):
        raise Refusal(f"{folder} is there already and not empty", "name a new folder")
