"""Faults in a plan: what is wrong, where, and how to fix it.

Exceptions
----------
PlanError
    A plan that cannot be used, with all its faults; also a `ValueError`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from standby._refusals import Code, Fault, Refusal
from standby._show import Shown

SHOWN_ROWS = 5
"""Rows named in one fault; of more, only how many there are is said."""


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


class PlanError(Refusal):
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
        super().__init__("\n".join([f"the plan has {head}:", *lines]), code="faults")


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
    """Return rows as words: the first five, and how many there are.

    Parameters
    ----------
    rows
        Numbers of the rows, at least one.
    """
    shown = ", ".join(str(row) for row in rows[:SHOWN_ROWS])
    if len(rows) == 1:
        return f"row {shown}"

    return f"rows {shown}" + (f" … ({len(rows):,} rows)" if len(rows) > SHOWN_ROWS else "")


def places_text(places: list[str]) -> str:
    """Return places as words: the first five, and how many there are."""
    more = f" … ({len(places):,} places)" if len(places) > SHOWN_ROWS else ""
    return ", ".join(places[:SHOWN_ROWS]) + more
