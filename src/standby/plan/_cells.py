"""Cells of one table: from text to values, judged by the data dictionary."""

from __future__ import annotations

import datetime as dt
import math
from collections import defaultdict
from difflib import get_close_matches
from typing import Any

import pandas as pd

from standby.plan._files import TextTable
from standby.plan.faults import Code, Fault, rows_text
from standby.plan.hours import hours_of_week
from standby.plan.tables import DOUBT_SUFFIXES, TABLES, Column, Table

LEVELS = ("normal", "heightened", "exceptional")
YES, NO = ("true", "yes", "1", "1.0"), ("false", "no", "0", "0.0")
ROW = "_row"
"""Column of a judged table that holds the row's number in its file."""


class Cells:
    """Judges the cells of one table and keeps the faults, like ones together.

    Parameters
    ----------
    table
        The data dictionary's entry.
    text
        The table as text.
    places
        What to call each row in a fault; row numbers of the file when left out.
    """

    def __init__(self, table: Table, text: TextTable, places: list[str] | None = None) -> None:
        self.table, self.text, self.places = table, text, places
        self._found: dict[tuple[str, str, str, Code], list[int]] = defaultdict(list)

    def fault(self, row: int, field: str, what: str, mend: str, code: Code) -> None:
        """Keep a fault of a row; like faults of several rows become one."""
        self._found[field, what, mend, code].append(row)

    def faults(self) -> list[Fault]:
        """Return the faults, like ones of several rows as one."""
        return [
            Fault(self.text.file, self._place(rows), field, what, mend, code)
            for (field, what, mend, code), rows in self._found.items()
        ]

    def _place(self, rows: list[int]) -> str:
        if self.places is not None:
            return ", ".join(self.places[row] for row in rows)
        return rows_text([self.text.numbers[row] for row in rows]) if rows else "row 1"

    def judge(self, *, partial: bool = False) -> pd.DataFrame:
        """Return the values of the cells and keep what is wrong with them.

        Parameters
        ----------
        partial
            Whether a row need not have every required cell (a change names only what it changes).
        """
        known = self._headings()
        columns: dict[str, list[Any]] = {name: [] for name in known}
        for row, cells in enumerate(self.text.rows):
            for name, column in known.items():
                columns[name].append(self._cell(row, column, name, cells.get(name, ""), partial=partial))
            self._bounds(row, columns, known)
        frame = pd.DataFrame({name: _series(known[name], values) for name, values in columns.items()})
        frame[ROW] = self.text.numbers
        if not partial:
            self._missing_columns()
            self._duplicates(frame)
        return frame

    def _headings(self) -> dict[str, Column]:
        known = {column.name: column for column in self.table.columns}
        for column in self.table.columns:
            if column.doubt:
                known |= {
                    column.name + end: column
                    for end in DOUBT_SUFFIXES
                    if column.name + end in self.text.columns
                }
        if not self.text.columns:
            return known
        for heading in self.text.columns:
            if heading not in known:
                close = get_close_matches(heading, known, 1)
                mend = (
                    f"Did you mean {close[0]!r}?" if close else f"Use one of {', '.join(known)}, or remove it"
                )
                self._found[heading, "is not a column of this table", mend, "unknown-column"] = []
        return known

    def _missing_columns(self) -> None:
        if not self.text.rows:
            return  # the empty table is the fault
        for column in self.table.columns:
            if column.required and column.name not in self.text.columns:
                mend = f"Add the column: {column.description}"
                self._found[column.name, "is missing from the heading", mend, "missing-column"] = []

    def _duplicates(self, frame: pd.DataFrame) -> None:
        first: dict[str, int] = {}
        for row, name in enumerate(frame["id"]):
            if name and name in first:
                what = f"is {name!r} again, as in row {self.text.numbers[first[name]]}"
                self.fault(row, "id", what, "Give every row an id of its own", "duplicate-id")
            elif name:
                first[name] = row

    def _cell(self, row: int, column: Column, name: str, cell: str, *, partial: bool) -> Any:
        if cell == "":
            if column.required and name == column.name and name in self.text.columns and not partial:
                self.fault(row, name, "is empty", f"Fill it in: {column.description}", "missing-value")
            return column.default if name == column.name else None
        if column.numeric:
            return self._number(row, column, name, cell)
        if column.kind == "flag":
            if cell.lower() in YES + NO:
                return cell.lower() in YES
            self.fault(row, name, f"is {cell!r}", "Write true or false", "bad-word")
            return None
        return self._word(row, column, cell)

    def _number(self, row: int, column: Column, name: str, cell: str) -> float | None:
        try:
            value = float(cell)
        except ValueError:
            self.fault(
                row,
                name,
                f"is {cell!r}, not a number",
                "Write digits, with a point for decimals",
                "not-a-number",
            )
            return None
        if not math.isfinite(value):
            self.fault(row, name, f"is {cell}", "Write a finite number", "not-a-number")
            return None
        if column.kind == "integer" and not value.is_integer():
            self.fault(row, name, f"is {cell}", "Write a whole number", "not-whole")
            return None
        domain = column.domain
        if domain is not None and not domain.lowest <= value <= domain.highest:
            limit = f"at least {domain.lowest:g}" if value < domain.lowest else f"at most {domain.highest:g}"
            self.fault(row, name, f"is {cell}", f"It must be {limit} [{domain.unit}]", "out-of-range")
            return None
        return value

    def _word(self, row: int, column: Column, cell: str) -> str | None:
        name = column.name
        if column.kind == "choice" and cell not in column.choices:
            self.fault(row, name, f"is {cell!r}", f"Use one of {', '.join(column.choices)}", "bad-word")
            return None
        if column.kind == "hours":
            try:
                hours_of_week(cell)
            except ValueError as error:
                self.fault(
                    row,
                    name,
                    str(error).partition(";")[0],
                    f"So: {str(error).partition(';')[2].strip()}",
                    "bad-hours",
                )
                return None
        if column.kind == "levels" and not set(cell.split("|")) <= set(LEVELS):
            self.fault(row, name, f"is {cell!r}", f"Use {', '.join(LEVELS)}, joined by '|'", "bad-word")
            return None
        if column.kind == "date":
            try:
                dt.datetime.fromisoformat(cell)
            except ValueError:
                self.fault(row, name, f"is {cell!r}", "Write e.g. 2019-03-31T14:05", "bad-word")
                return None
        return cell

    def _bounds(self, row: int, columns: dict[str, list[Any]], known: dict[str, Column]) -> None:
        for name, column in known.items():
            if not name.endswith("_low") or not column.doubt or name == column.name:
                continue
            low, high = columns[name][row], columns.get(f"{column.name}_high", [None] * (row + 1))[row]
            value = columns[column.name][row]
            if (low is None) != (high is None):
                self.fault(
                    row,
                    column.name,
                    "has only one bound",
                    "Give both _low and _high, or neither",
                    "bad-figure",
                )
            elif low is not None and low > high:
                self.fault(
                    row, column.name, f"has low {low:g} above high {high:g}", "Exchange them", "bad-figure"
                )
            elif low is not None and value is not None and not low <= value <= high:
                what = f"is {value:g}, outside its bounds {low:g} to {high:g}"
                self.fault(row, column.name, what, "Widen the bounds", "bad-figure")


def _series(column: Column, values: list[Any]) -> pd.Series[Any]:
    if column.numeric:
        return pd.Series(values, dtype="float64")
    if column.kind == "flag":
        return pd.Series([bool(v) for v in values], dtype="bool")
    return pd.Series(["" if v is None else str(v) for v in values], dtype="object")


def empty_table(name: str) -> pd.DataFrame:
    """Return a table of the data dictionary without rows."""
    return Cells(TABLES[name], TextTable(name, (), [], [])).judge()
