"""What is examined before a release, and what one attack on it finds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from standby._show import Shown


@dataclass(frozen=True)
class FoundTable(Shown):
    """A table that stands in a file of a release.

    Parameters
    ----------
    file
        Name of the file.
    name
        Its name in `standby.tables`; as the file calls it where it is not declared.
    frame
        Its rows.
    """

    file: str
    name: str
    frame: pd.DataFrame


@dataclass(frozen=True)
class Release(Shown):
    """What is in the files of a public edition.

    Parameters
    ----------
    tables
        Tables of results by name, as attacks on numbers read them.
    texts
        The text of every file, and of every file inside a packed one, by name.
    found
        Every table of every file.
    strangers
        Files that no public edition has, or that are marked for another.
    """

    tables: Mapping[str, pd.DataFrame]
    texts: Mapping[str, str]
    found: Sequence[FoundTable] = ()
    strangers: Sequence[str] = ()


@dataclass(frozen=True)
class Finding(Shown):
    """What one attack found.

    Parameters
    ----------
    attack
        What was tried.
    found
        What a reader could recover, as a count.
    baseline
        What they would know or guess without these files.
    says
        The counts in words.
    passed
        Whether the files may be released, as far as this attack goes.
    fix
        What to do if not.
    """

    attack: str
    found: int
    baseline: int
    says: str
    passed: bool
    fix: str = ""
