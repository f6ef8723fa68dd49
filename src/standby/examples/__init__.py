"""Packaged plans, ready to be copied and changed."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from standby._refusals import Refusal

__all__ = ["names", "path"]


def names() -> tuple[str, ...]:
    """Return the names of the packaged plans."""
    folders = (entry for entry in files(__name__).iterdir() if entry.is_dir())
    return tuple(sorted(entry.name for entry in folders if (entry / "plan.toml").is_file()))


def path(name: str) -> Path:
    """Return the folder of a packaged plan.

    Parameters
    ----------
    name
        Its name, e.g. ``"south-west"``.

    Raises
    ------
    ValueError
        If there is no such plan.

    Examples
    --------
    >>> path("south-west").name
    'south-west'
    """
    known = names()
    if name not in known:
        raise Refusal(f"there is no example {name!r}", f"use one of {', '.join(known)}")
    return Path(str(files(__name__) / name))
