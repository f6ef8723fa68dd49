"""Cells of one table: from text to values, judged by the data dictionary."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Collection
from typing import Any

import pandas as pd

from standby._characters import controls_in
from standby._refusals import Code, Fault, Refusal, closest, cut_off, did_you_mean, shown
from standby.plan.faults import SHOWN_ROWS, control_words, places_text, rows_text
from standby.plan.files.text import TextTable
from standby.plan.schema.fields import ROW_ID
from standby.plan.schema.hours import hours_of_week
from standby.plan.schema.moments import WrongTimeError, day_of, local_time
from standby.plan.schema.tables import DOUBT_SUFFIXES, LEVELS, TABLES, PlanColumn, PlanTable

YES = ("true", "yes", "1", "1.0")
NO = ("false", "no", "0", "0.0")

# ASCII alone: Python would take the digits of other scripts as well.
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)


class _Wrong:
    """Stands for a cell that has a fault, so that no second fault follows from it."""


WRONG = _Wrong()


class Cells:
    """Judges the cells of one table and keeps the faults, like ones together.

    Parameters
    ----------
    table
        The data dictionary's entry.
    text
        The table as text.
    places
        What to call each row in a fault, for rows of an option, each of which has its own cells; None for a
        file, whose rows are called by their numbers.
    partial
        Whether a row names only what it changes.
    """

    def __init__(
        self, table: PlanTable, text: TextTable, *, places: list[str] | None = None, partial: bool = False
    ) -> None:
        self.table = table
        self.text = text
        self.places = places
        self.partial = partial
        self.known = self._known()
        self.has_ids = "id" in text.columns

        # Rows of each fault (field, what is wrong, fix, code), and fields that each row is to blame for.
        self._found: dict[tuple[str, str, str, Code], list[int]] = defaultdict(list)
        self._blamed: dict[int, set[str]] = defaultdict(set)

        self._meant = self._headings()

    def fault(self, row: int, field: str, what: str, fix: str, code: Code) -> None:
        """Keep a fault of a row; like faults of several rows become one."""
        self._found[field, what, fix, code].append(row)
        self._blamed[row].add(field)

    def faults(self) -> list[Fault]:
        """Return the faults: like ones of several rows as one, and many different ones of a column as one."""
        # (What is wrong, the fix, rows) by field and code.
        kinds: dict[tuple[str, Code], list[tuple[str, str, list[int]]]] = defaultdict(list)
        for (field, what, fix, code), rows in self._found.items():
            kinds[field, code].append((what, fix, rows))

        faults = []
        for (field, code), alike in kinds.items():
            kept = alike

            # A column in which everything is wrong would hide the faults of the others.
            if len(alike) > SHOWN_ROWS and all(rows for _, _, rows in alike):
                what, fix, _ = alike[0]
                every = sorted({row for *_, rows in alike for row in rows})
                kept = [(f"{what}, in the first of them, and is as wrong in the others", fix, every)]

            faults += [
                Fault(self.text.file, self._place(rows), field, what, fix, code) for what, fix, rows in kept
            ]

        return faults

    @property
    def known_ids(self) -> bool:
        """Whether every row's id is known."""
        return self.has_ids and not self.text.unsure and not self.blames({"id"})

    def blames(self, fields: Collection[str], row: int | None = None) -> bool:
        """Return whether any fault, or any of a row, is about one of these fields."""
        if row is not None:
            return row in self._blamed and not self._blamed[row].isdisjoint(fields)
        return any(field in fields for field, *_ in self._found)

    def _place(self, rows: list[int]) -> str:
        """Return the rows of a fault in words; a fault of no row is one of the heading."""
        if not rows:
            return f"row {self.text.heading}"
        if self.places is not None:
            return places_text([self.places[row] for row in rows])
        return rows_text([self.text.numbers[row] for row in rows])

    def judge(self) -> pd.DataFrame:
        """Return the values of the cells and keep what is wrong with them."""
        columns: dict[str, list[Any]] = {name: [] for name in self.known}
        for row, cells in enumerate(self.text.rows):
            for name, column in self.known.items():
                columns[name].append(self._cell(row, column, name, cells))

            # A row that changes another one may leave out what its bounds belong to.
            if not self.partial:
                self.bounds(row, {name: values[row] for name, values in columns.items()})

        frame = pd.DataFrame({name: _series(self.known[name], values) for name, values in columns.items()})
        if self.places is None:
            self._missing_columns()
        self._duplicates(frame)
        return frame

    def _known(self) -> dict[str, PlanColumn]:
        """Return the columns by heading: all of the table, and the companions that are there."""
        known = {column.name: column for column in self.table.columns}
        for column in self.table.columns:
            ends = DOUBT_SUFFIXES if column.doubt else ()
            known |= {column.name + end: column for end in ends if column.name + end in self.text.columns}
        return known

    def _headings(self) -> set[str]:
        """Keep a fault for each heading that is no column; return the columns that were probably meant."""
        absent = [c.name for c in self.table.columns if c.required and c.name not in self.text.columns]
        strange = [heading for heading in self.text.columns if heading not in self.known]
        meant: set[str] = set()

        for heading in strange:
            close = _closest(heading, absent) or _closest(heading, list(self.known))

            # One strange heading and one column that is missing: the one must be the other.
            if close is None and len(strange) == len(absent) == 1:
                close = absent[0]

            fix = did_you_mean(close) or f"Use one of {', '.join(self.known)}"
            rows = [] if self.places is None else self._with(heading)
            self._found[heading, "is not a column of this table", fix, "unknown-column"] = rows
            meant |= {close} if close else set()

        return meant

    def _with(self, heading: str) -> list[int]:
        """Return the rows that have a cell under a heading."""
        return [row for row, cells in enumerate(self.text.rows) if heading in cells]

    def _missing_columns(self) -> None:
        """Keep a fault for each required column that the heading lacks, but for a misspelt one."""
        if not self.text.rows:
            return  # the empty table is the fault

        for column in self.table.columns:
            if column.required and column.name not in self.text.columns and column.name not in self._meant:
                fix = f"Add the column: {column.description}"
                self._found[column.name, "is missing from the heading", fix, "missing-column"] = []

    def _duplicates(self, frame: pd.DataFrame) -> None:
        """Keep a fault for each row whose id an earlier row has."""
        first_row: dict[str, int] = {}
        for row, name in enumerate(frame["id"]):
            if name and name in first_row:
                place = self._place([first_row[name]])
                what = f"is {shown(name)} again, as in {place}"
                self.fault(row, "id", what, "Give every row an id of its own", "duplicate-id")
            elif name:
                first_row[name] = row

    def _cell(self, row: int, column: PlanColumn, name: str, cells: dict[str, str]) -> Any:
        """Return the value of a cell, None for an empty one; WRONG where it has a fault, which is kept."""
        cell = cells.get(name, "")
        if cell == "":
            return self._empty_cell(row, column, name, cells)

        if column.numeric:
            return self._number(row, column, name, cell)

        if column.kind == "flag":
            if cell.lower() in YES + NO:
                return cell.lower() in YES
            self.fault(row, name, f"is {shown(cell)}", "Write true or false", "bad-word")
            return WRONG

        return self._word(row, column, cell)

    def _empty_cell(self, row: int, column: PlanColumn, name: str, cells: dict[str, str]) -> Any:
        """Return what an empty cell means, or keep a fault where one must be filled in."""
        if name != column.name:
            return None  # a bound, and most values have none

        if column.required and self._asked(name, cells):
            what = "is empty" if name in cells else "is missing"
            fix = f"Fill it in: {column.description}"
            self.fault(row, name, what, fix, "missing-value")
            return WRONG

        return column.default

    def _asked(self, name: str, cells: dict[str, str]) -> bool:
        """Return whether a row is to blame for an empty required cell."""
        if name in cells:
            return True
        return self.places is not None and not self.partial and name not in self._meant

    def _number(self, row: int, column: PlanColumn, name: str, cell: str) -> float | _Wrong:
        """Return a number, or keep what is wrong with it."""
        value = float(cell) if _NUMBER.fullmatch(cell) else math.nan
        domain = column.domain
        fault: tuple[str, str, Code] | None = None

        if math.isnan(value):
            fix = "Write digits, with a point for decimals and nothing between thousands"
            fault = (f"is {shown(cell)}, not a number", fix, "not-a-number")
        elif domain is not None and domain.excludes(value):
            size = f", which is too {'large' if value > 0 else 'small'}" if math.isinf(value) else ""
            fault = (f"is {cut_off(cell)}{size}", _sentence(domain.allowed(value)), "out-of-range")
        elif column.kind == "integer" and not value.is_integer():
            fault = (f"is {cut_off(cell)}", "Write a whole number", "not-whole")

        if fault is None:
            return value
        self.fault(row, name, *fault)
        return WRONG

    def _word(self, row: int, column: PlanColumn, cell: str) -> str | _Wrong:
        """Return a cell of text as it is, or keep what is wrong with it."""
        fault: tuple[str, str, Code] | None = None

        if column.kind == "id" and not ROW_ID.fullmatch(cell):
            fix = "Use letters, digits and _ . : / - without spaces, a letter or digit first"
            fault = (f"is {shown(cell)}", fix, "bad-word")
        elif column.kind == "choice" and cell not in column.choices:
            fault = (f"is {shown(cell)}", f"Use one of {', '.join(column.choices)}", "bad-word")
        elif column.kind == "levels" and not set(cell.split("|")) <= set(LEVELS):
            fault = (f"is {shown(cell)}", f"Use {', '.join(LEVELS)}, joined by '|'", "bad-word")
        elif column.kind == "hours":
            fault = hours_fault(cell)
        elif column.kind == "date":
            fault = _time_fault(cell)
        elif column.kind == "day":
            fault = _day_fault(cell)
        elif column.kind == "text" and (controls := controls_in(cell)):
            fault = control_words(controls)

        if fault is None:
            return cell
        self.fault(row, column.name, *fault)
        return WRONG

    def bounds(self, row: int, values: dict[str, Any], *, only: Collection[str] | None = None) -> None:
        """Keep a fault for each value of a row, or of some columns, that its bounds don't fit."""
        for column in self.table.columns:
            names = [column.name, *(column.name + end for end in DOUBT_SUFFIXES)]
            if not column.doubt or (only is not None and not set(names) & set(only)):
                continue

            # A cell that is wrong itself has a fault already.
            cells: list[Any] = [values.get(name) for name in names]
            if WRONG in cells or all(map(_empty, cells[1:])):
                continue

            what = ""
            fix = "Widen the bounds"
            value, low, high = (math.nan if _empty(cell) else float(cell) for cell in cells)
            if math.isnan(low) or math.isnan(high):
                what = "has only one bound"
                fix = f"Give both {names[1]} and {names[2]}, or neither"
            elif low > high:
                what = f"has low {low:g} above high {high:g}"
                fix = "Exchange them"
            elif math.isnan(value):
                what = "has bounds but no value"
                fix = f"Fill in {column.name}, or empty its bounds"
            elif not low <= value <= high:
                what = f"is {value:g}, outside its bounds {low:g} to {high:g}"

            if what:
                self.fault(row, column.name, what, fix, "bad-figure")


def _sentence(text: str) -> str:
    """Return a text with a capital at its start."""
    return text[:1].upper() + text[1:]


def _empty(value: object) -> bool:
    """Return whether a judged cell has nothing in it."""
    return value is None or (isinstance(value, float) and math.isnan(value))


def _closest(heading: str, names: list[str]) -> str | None:
    """Return the name that was probably meant by a heading, capitals aside; None where none is like it."""
    lower = {name.lower(): name for name in names}
    close = closest(heading.lower(), lower)
    return None if close is None else lower[close]


def hours_fault(cell: str) -> tuple[str, str, Code] | None:
    """Return what is wrong with an expression of hours, with the fix and the code; None if nothing."""
    try:
        hours_of_week(cell)
    except Refusal as error:
        return f"is {shown(cell)}: {error.what}", _sentence(error.fix), "bad-hours"
    return None


def _time_fault(cell: str) -> tuple[str, str, Code] | None:
    """Return what is wrong with a time, with the fix and the code; None if nothing."""
    try:
        local_time(cell)
    except WrongTimeError as error:
        return f"is {cell!r}, which {error.what}", error.fix, "bad-word"
    return None


def _day_fault(cell: str) -> tuple[str, str, Code] | None:
    """Return what is wrong with a day, with the fix and the code; None if nothing."""
    try:
        day_of(cell)
    except WrongTimeError as error:
        return f"is {shown(cell)}, which {error.what}", error.fix, "bad-word"
    return None


def _series(column: PlanColumn, values: list[Any]) -> pd.Series[Any]:
    """Return the values of a column in the type of its kind; what is wrong is missing."""
    values = [None if value is WRONG else value for value in values]

    if column.numeric:
        return pd.Series(values, dtype="float64")
    if column.kind == "flag":
        return pd.Series([bool(v) for v in values], dtype="bool")
    return pd.Series(["" if v is None else str(v) for v in values], dtype="object")


def empty_table(name: str) -> pd.DataFrame:
    """Return a table of the data dictionary without rows."""
    return Cells(TABLES[name], TextTable(name, (), [], [])).judge()
