"""Tables as spreadsheets open them: signs that Excel reads right, names beside ids, no formula, a marking."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from standby._characters import CONTROLS, is_formula, printable
from standby.report.content import Content
from standby.tables import TABLES, check_declared

DIGITS = 9
"""Significant digits in CSV and JSON: fewer than a float has, so that the order of a sum does not show."""

ENCODING = "utf-8-sig"
"""UTF-8 with a byte-order mark: without it Excel takes a file for Windows-1252 and shows “ÔÇô” for a dash."""

MARKING_COLUMN = "marking"
"""Last column of a table for spreadsheets and map programs: how the edition is marked, in every row."""


def write_table(frame: pd.DataFrame, path: Path, *, table: str, marking: str = "") -> Path:
    """Write a table as CSV that Excel opens right.

    Numbers stay numbers, with nine significant digits. Text that a spreadsheet would take for a formula gets
    an apostrophe in front.

    Parameters
    ----------
    frame
        The table.
    path
        The file.
    table
        Its name in `standby.tables`.
    marking
        How the edition is marked; it stands in every row, in the last column. Without one there is no column.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    LookupError
        If the table, or one of its columns, is not declared.
    """
    check_declared(table, frame.columns)
    written = frame.copy()
    for name in written.columns:
        if not pd.api.types.is_numeric_dtype(written[name]):
            written[name] = [harmless(value) for value in written[name]]

    written = marked(written, marking)
    written.to_csv(path, index=False, float_format=f"%.{DIGITS}g", encoding=ENCODING, lineterminator="\n")
    return path


def harmless(value: Any) -> Any:
    """Return text that no spreadsheet takes for a formula and no terminal obeys; the rest stays as it is.

    Parameters
    ----------
    value
        A cell.
    """
    if not isinstance(value, str):
        return value

    value = value.replace("\r\n", "\n").replace("\r", "\n")  # a lone "\r" would start a row of its own
    value = CONTROLS.sub(lambda found: printable(found[0]), value)

    # An apostrophe in front tells a spreadsheet program to take what follows as text.
    return f"'{value}" if is_formula(value) else value


def marked(frame: pd.DataFrame, marking: str) -> pd.DataFrame:
    """Return a table with its marking as last column; the same table when there is none.

    A table without rows says it in the heading of that column, as it has no cell to say it in.

    Parameters
    ----------
    frame
        The table.
    marking
        How the edition is marked.
    """
    if not marking:
        return frame
    return frame.assign(**{MARKING_COLUMN if len(frame) else marking: marking})


def for_reading(content: Content, table: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table with names beside ids and people as whole numbers.

    Parameters
    ----------
    content
        The edition.
    table
        Name of the table.
    frame
        The table.
    """
    return _with_names(content, table, _whole_people(content, table, frame))


def _with_names(content: Content, table: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table with a column of names after each column of ids that stand for something."""
    named = frame.copy()
    known = TABLES[table].columns if table in TABLES else ()

    for column in (c.name for c in known if c.kind == "name" and c.name in frame):
        own_name = "name" in frame and column == known[0].name  # the row is of it, and says its name
        of_standard = "name" in frame and column == "standard"
        if f"{column}_name" in frame or of_standard or (own_name and table == "options"):
            continue

        names = [content.name(column, v) if isinstance(v, str) else v for v in frame[column]]
        named.insert(list(named.columns).index(column) + 1, f"{column}_name", names)
    return named


def _whole_people(content: Content, table: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table in which numbers of people are whole; their standard errors stay as they are."""
    whole = frame.copy()
    known = TABLES[table].columns if table in TABLES else ()

    for column in known:
        if column.name not in frame or column.name.endswith("se"):
            continue

        # In a table of criteria it depends on the row whether a number is one of people.
        if column.unit == "people":
            whole[column.name] = pd.to_numeric(frame[column.name], errors="coerce").round()
        elif column.kind == "measure":
            people = frame["criterion"].map(content.counts_people)
            values = pd.to_numeric(frame[column.name], errors="coerce")
            whole[column.name] = values.where(~people, values.round())
    return whole
