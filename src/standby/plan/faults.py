"""Faults in a plan: what is wrong, where, and how to mend it.

Exceptions
----------
PlanError
    A plan that cannot be used, with all its faults; also a `ValueError`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from standby._show import Shown

SHOWN_ROWS = 5
"""Rows named in one fault before only their number is told."""

Code = Literal[
    "missing-file", "unreadable", "encoding", "syntax", "empty-table", "missing-column", "unknown-column",
    "missing-value", "not-a-number", "not-whole", "bad-word", "out-of-range", "bad-figure", "bad-field",
    "bad-hours",
    "duplicate-id", "unknown-reference", "unknown-source", "swapped-position", "outside-extent", "population",
    "cyclic-substitution", "same-as-base", "bad-path", "overlap",
]  # fmt: skip


@dataclass(frozen=True)
class Fault(Shown):
    """One thing that is wrong with a plan.

    Parameters
    ----------
    file
        File in the plan's folder.
    where
        Row (``"row 7"``, counted as a spreadsheet does, the heading being row 1) or key.
    field
        Column or field; empty when the whole row or file is meant.
    what, mend
        What is wrong, and what would be right.
    code
        Kind of fault, stable for programs.
    """

    file: str
    where: str
    field: str
    what: str
    mend: str
    code: Code

    def __str__(self) -> str:
        """Return the fault as one line."""
        place = ", ".join(part for part in (self.file, self.where, self.field) if part)
        return f"{place}: {self.what}. {self.mend}"

    def as_dict(self) -> dict[str, Any]:
        """Return plain containers, ready for JSON."""
        return {k: getattr(self, k) for k in ("file", "where", "field", "what", "mend", "code")}


@dataclass(frozen=True)
class Note(Shown):
    """Something to know that does not stop the work: a figure without a source, a clash of dates.

    Parameters
    ----------
    subject
        Path of the figure, or the figures.
    text
        What is to be known.
    """

    subject: str
    text: str

    def __str__(self) -> str:
        """Return the note as one line."""
        return f"{self.subject}: {self.text}"


class PlanError(ValueError):
    """A plan that cannot be used.

    Parameters
    ----------
    faults
        All that is wrong with it.
    """

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        count = len(self.faults)
        head = "1 fault" if count == 1 else f"{count} faults"
        super().__init__("\n".join([f"the plan has {head}:", *(f"  {fault}" for fault in self.faults)]))


def rows_text(rows: list[int]) -> str:
    """Return rows as words: the first five, and how many there are."""
    shown = ", ".join(str(row) for row in rows[:SHOWN_ROWS])
    if len(rows) == 1:
        return f"row {shown}"
    return f"rows {shown}" + (f" … ({len(rows)} rows)" if len(rows) > SHOWN_ROWS else "")
