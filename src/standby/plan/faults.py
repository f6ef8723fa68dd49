"""Faults in a plan: what is wrong, where, and how to mend it.

Exceptions
----------
PlanError
    A plan that cannot be used, with all its faults; also a `ValueError`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Literal

from standby._show import Shown

SHOWN_ROWS = 5
"""Rows named in one fault before only their number is told."""

LONGEST_PLACE = 400
"""Characters of a place that a line shows: keys may be of any length."""

MOST_COMPARED = 500
"""Names that a wrong one is compared with in full; of more, only those that begin alike."""

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
        place = ", ".join(_cut(part) for part in (self.file, self.where, self.field) if part)
        return f"{place}: {self.what}. {self.mend}"

    def as_dict(self) -> dict[str, Any]:
        """Return plain containers, ready for JSON."""
        return {k: getattr(self, k) for k in ("file", "where", "field", "what", "mend", "code")}


def _cut(place: str) -> str:
    return place if len(place) <= LONGEST_PLACE else f"{place[:LONGEST_PLACE]}…"


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
        head = "1 fault" if count == 1 else f"{count:,} faults"
        lines = (f"  {line}" for line in fault_lines(self.faults))
        super().__init__("\n".join([f"the plan has {head}:", *lines]))


def fault_lines(faults: Iterable[Fault]) -> list[str]:
    """Return faults as lines; of many of one kind the first five and how many more there are.

    Parameters
    ----------
    faults
        In the order in which they are to be read. Those of one file, one section of it and one code are of
        one kind.
    """
    kinds: dict[tuple[str, str, Code], list[Fault]] = defaultdict(list)
    for fault in faults:
        section = "" if fault.where.startswith("row") else fault.where.partition(".")[0]
        kinds[fault.file, section, fault.code].append(fault)

    lines: list[str] = []
    for (file, section, code), alike in kinds.items():
        lines += map(str, alike[:SHOWN_ROWS])
        if len(alike) > SHOWN_ROWS:
            place = f"{file}, {section}" if section else file
            lines.append(f"{place}: … and {len(alike) - SHOWN_ROWS:,} more faults of this kind ({code})")
    return lines


def control_words(controls: list[str]) -> tuple[str, str, Code]:
    """Return what is wrong with a text that has control characters, the fix, and the kind of fault.

    Parameters
    ----------
    controls
        Their names, as ``U+001B``.
    """
    listed = ", ".join(controls[:SHOWN_ROWS]) + (" …" if len(controls) > SHOWN_ROWS else "")
    what = f"has characters that are not to be seen but obeyed ({listed})"
    return what, "Type the text again without them", "encoding"


def rows_text(rows: list[int]) -> str:
    """Return rows as words: the first five, and how many there are."""
    shown = ", ".join(str(row) for row in rows[:SHOWN_ROWS])
    if len(rows) == 1:
        return f"row {shown}"
    return f"rows {shown}" + (f" … ({len(rows):,} rows)" if len(rows) > SHOWN_ROWS else "")


def places_text(places: list[str]) -> str:
    """Return places as words: the first five, and how many there are."""
    more = f" … ({len(places):,} places)" if len(places) > SHOWN_ROWS else ""
    return ", ".join(places[:SHOWN_ROWS]) + more


def closest(name: str, known: Collection[str], *, cutoff: float = 0.6) -> str | None:
    """Return the known name that was probably meant, None when none is like it.

    Parameters
    ----------
    name
        What was written.
    known
        What might have been meant.
    cutoff
        How like it must be, from 0 to 1.
    """
    if len(known) > MOST_COMPARED:  # comparing letter by letter takes long
        known = [other for other in known if other[:1] == name[:1] and abs(len(other) - len(name)) <= 2]
    found = get_close_matches(name, sorted(known)[:MOST_COMPARED], 1, cutoff)
    return found[0] if found else None
