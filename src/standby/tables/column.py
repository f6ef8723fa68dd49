"""What a column and a table of results are: declared once, and everything else made from that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from standby._show import Shown
from standby.words import Kind

Rounding = Literal["kind", "stated", "draws", "difference"]
"""How coarse the public has a column."""

UNITS: Mapping[Kind, str] = {
    "minutes": "min",
    "share": "share",
    "money": "£",
    "people": "people",
    "years": "years",
}
"""Units of the kinds that have one of their own."""


FEWEST_SHOWN = 5
"""Calls below which no edition shows how many there were at a place, or in a force or class."""


@dataclass(frozen=True)
class Column(Shown):
    """One column of a result.

    Parameters
    ----------
    name, kind, label, description
        What it is called, what it holds, its heading, and what it means.
    short
        Its heading on a terminal, in two lines, where the label is too long or needs what stands beside it on
        a page; left out, the label.
    unit
        Unit of its numbers; left out, that of its kind, which is none for counts, text and the like, and for
        measures, whose unit is that of the row's criterion.
    signed
        Whether it holds a change, whose rise is written with its sign.
    bound
        Name of the column that says whether the number is a lower bound; empty: it is none.
    public
        Whether the public may see it, in a table that is public.
    rounding
        How coarse the public has it: by its ``kind``; not at all, as it repeats what the planner ``stated``;
        as a share of ``draws``, which says nothing of any place; or as the ``difference`` of two numbers
        that are shown.
    """

    name: str
    kind: Kind
    label: str
    description: str
    bound: str = ""
    unit: str = ""
    signed: bool = False
    public: bool = False
    rounding: Rounding = "kind"
    short: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "short", self.short or self.label)
        object.__setattr__(self, "unit", self.unit or UNITS.get(self.kind, ""))

    @property
    def stated(self) -> bool:
        """Whether it repeats what the planner stated, and is rounded in no edition."""
        return self.rounding == "stated"


@dataclass(frozen=True)
class Table(Shown):
    """One table of results.

    Parameters
    ----------
    name, title, description
        Name for programs, heading for readers, and what a row is.
    columns
        Its columns; none is written that is not declared.
    public
        Whether the public may see it: its public columns, in the rows that `standby.disclosure` lets through.
    stated
        Whether its numbers are what somebody stated, and stay as they were written.
    beside
        Tables that the rule for publishing it looks at; it is not published without them.
    of_a_siting
        Whether it is of a siting, and is judged by what that was asked for.
    few
        Columns that are blank where the first of them counts fewer than `FEWEST_SHOWN`, in every edition: the
        count itself, and what would give it away.
    """

    name: str
    title: str
    description: str
    columns: tuple[Column, ...]
    public: bool = False
    stated: bool = False
    beside: tuple[str, ...] = ()
    of_a_siting: bool = False
    few: tuple[str, ...] = ()

    @property
    def public_columns(self) -> tuple[Column, ...]:
        """The columns that the public may see; none of a table that is internal."""
        return tuple(column for column in self.columns if column.public) if self.public else ()

    def has(self, name: str) -> bool:
        """Return whether it has a column of a name."""
        return self.column(name) is not None

    def column(self, name: str) -> Column | None:
        """Return the column of a name, or None."""
        return next((c for c in self.columns if c.name == name), None)
