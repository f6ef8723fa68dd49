"""What was written, and where it lies."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from standby._show import Shown
from standby.disclosure import Edition

PUBLIC_FOLDER = "public-edition"
"""Folder in a full edition that holds the public one."""


@dataclass(frozen=True)
class Report(Shown):
    """A report, or the page of a siting, that was written.

    Parameters
    ----------
    folder
        Where it lies.
    edition
        ``public``, ``internal`` or ``full``.
    paths
        Its files, the marker that names them last.
    no_public_edition
        Why a full edition has no public one beside it, in words; empty where it has.
    """

    folder: Path
    edition: Edition
    paths: tuple[Path, ...]
    no_public_edition: str = ""

    @property
    def public_page(self) -> Path | None:
        """The page of the public edition beside a full one; None when there is none."""
        pages = (p for p in self.paths if p.suffix == ".html" and p.parent.name == PUBLIC_FOLDER)
        return next(pages, None)

    @property
    def page(self) -> Path | None:
        """The page to open first; None when it was not asked for."""
        return next((p for p in self.paths if p.suffix == ".html"), None)

    def summary(self) -> str:
        """Return a sentence: which edition, how many files, where."""
        first = f"; open {self.page}" if self.page else ""
        return f"The {self.edition} edition is in {self.folder} ({len(self.paths)} files){first}."
