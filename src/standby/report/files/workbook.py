"""The results as an Excel workbook: a sheet a table, and a first sheet that explains them."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import xlsxwriter

from standby.plan import BASE
from standby.report.blocks.options import ruled_out
from standby.report.content import Content
from standby.report.files.files import manifest_of
from standby.report.files.spreadsheet import for_reading, marked
from standby.tables import TABLES, Column, Table, column_of, excel_format, is_flag, records
from standby.words import Kind

DECISION = "Decision table"
"""Name of the sheet that is laid out as the report's decision table is."""

VALUE_PARTS = ("mean", "low", "high")
CHANGE_PARTS = ("difference", "difference_low", "difference_high", "chance_best")
"""Columns of an option in the decision sheet: of its values, and of its differences from the base."""

WIDEST = 60
HEAD = {
    "bold": True,
    "bg_color": "#1d3557",
    "font_color": "#ffffff",
    "text_wrap": True,
    "valign": "top",
    "border": 1,
}


@dataclass(frozen=True)
class _Looks:
    """How cells look.

    Parameters
    ----------
    styles
        Formats of headings and texts by name.
    number
        Gives the format of numbers that are written in a certain way.
    """

    styles: Mapping[str, Any]
    number: Callable[[str], Any]


def write_workbook(content: Content, folder: Path) -> list[Path]:
    """Write ``results.xlsx``; return its path."""
    path = folder / "results.xlsx"

    # Text stays text: no cell of a plan becomes a formula, a link or a number by how it looks.
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        day = content.plan.document.plan.as_of
        created = dt.datetime(day.year, day.month, day.day)  # noqa: DTZ001 - a day of the plan, not a moment
        book.set_properties({"title": content.plan.title, "subject": content.marking, "created": created})

        styles = {
            "head": book.add_format(HEAD),
            "title": book.add_format({"bold": True, "font_size": 16}),
            "bold": book.add_format({"bold": True}),
            "wrap": book.add_format({"text_wrap": True, "valign": "top"}),
            "small": book.add_format({"font_color": "#4a5865", "italic": True}),
        }

        # Excel takes some 64,000 formats, so that each is made once.
        looks = _Looks(styles, cache(lambda text: book.add_format({"num_format": text})))
        tables = {name: for_reading(content, name, frame) for name, frame in content.tables.items()}

        _first_sheet(book.add_worksheet("About"), content, tables, looks)
        if len(content.table("decision")):
            _decision_sheet(book.add_worksheet(DECISION), content, looks)

        for name, frame in tables.items():
            shown = marked(frame, content.marking)
            _table_sheet(book.add_worksheet(name[:31]), content, name, shown, looks)  # Excel's longest name

    return [path]


def _first_sheet(sheet: Any, content: Content, tables: Mapping[str, pd.DataFrame], looks: _Looks) -> None:
    """Write what the workbook is about, the summary, and what each column of each sheet means."""
    about = content.plan.document.plan
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 1, 34)
    sheet.set_column(2, 2, 12)
    sheet.set_column(3, 3, 90)
    sheet.hide_gridlines(2)

    _mark(sheet, content)
    sheet.write_string(0, 0, about.title, looks.styles["title"])

    rows: list[tuple[str, str]] = [
        ("Marking", content.marking),
        ("As of", f"{about.as_of.day} {about.as_of:%B %Y}"),
        ("Prices of", str(about.price_year)),
        ("Draws and seed", f"{content.draws:,} draws, seed {content.seed}"),
        *([("Made from plan", plan_hash)] if (plan_hash := manifest_of(content)["plan_hash"]) else []),
        (
            "Times",
            f"Minutes; {content.minutes(math.inf)} where no unit may or can serve, or beyond the limit.",
        ),
        ("Shares and chances", "0 to 1, shown as percentages."),
        ("Empty cells", "There is no number."),
        *(("Left out", text) for text in content.left_out),
    ]

    # Below the title: what it is made from, then the summary, a sentence a row.
    row = 2
    for name, text in rows:
        sheet.write_string(row, 0, name, looks.styles["bold"])
        sheet.write_string(row, 1, text)
        row += 1

    for sentence in content.sentences:
        sheet.write_string(row + 1, 0, content.said(sentence))
        row += 1

    # The dictionary of data, a row for each column.
    row += 3
    for at, text in enumerate(("Sheet", "Column", "Unit", "Meaning")):
        sheet.write_string(row, at, text, looks.styles["head"])

    for name, frame in tables.items():
        known = TABLES.get(name)
        row += 1
        sheet.write_string(row, 0, name)
        sheet.write_string(row, 3, known.description if known else "", looks.styles["wrap"])
        for column in frame.columns:
            found = known.column(column) if known else None
            row += 1
            sheet.write_string(row, 1, column)
            sheet.write_string(row, 2, found.unit if found else "")
            text = found.description if found else _of_names(known, str(column))
            sheet.write_string(row, 3, text, looks.styles["wrap"])


def _of_names(known: Table | None, column: str) -> str:
    """Return what a column of names beside ids means."""
    of = known.column(column.removesuffix("_name")) if known else None
    return f"Name beside the id: {of.description}" if of else ""


def _decision_sheet(sheet: Any, content: Content, looks: _Looks) -> None:
    """Write the decision table as the report lays it out: a row each criterion, options side by side."""
    _mark(sheet, content)
    frame = content.table("decision")
    sheet.freeze_panes(3, 1)
    sheet.repeat_rows(0, 2)
    sheet.repeat_columns(0)
    sheet.set_column(0, 0, 48)
    sheet.set_column(1, 2, 14)

    for at, text in enumerate(("Criterion", "Id", "Unit")):
        for row in range(2):
            sheet.write_blank(row, at, None, looks.styles["head"])
        sheet.write_string(2, at, text, looks.styles["head"])

    # Heads: the option's name, below it its id, below that what its columns hold.
    at = 3
    columns = {}
    for option in dict.fromkeys(frame["option"]):
        wanted = VALUE_PARTS if option == BASE else (*VALUE_PARTS, *CHANGE_PARTS)
        parts = [column for column in wanted if column in frame]
        closed = " (ruled out)" if option in ruled_out(content) else ""
        for k, column in enumerate(parts):
            sheet.write_string(0, at + k, content.name("option", option) + closed, looks.styles["head"])
            sheet.write_string(1, at + k, option, looks.styles["head"])
            sheet.write_string(2, at + k, column_of("decision", column).label, looks.styles["head"])
            columns[option, column] = at + k
        at += len(parts)

    sheet.set_column(3, at - 1, 13)

    criteria = list(dict.fromkeys(frame["criterion"]))
    units = dict(zip(content.table("criteria")["criterion"], content.table("criteria")["unit"], strict=True))
    for row, criterion in enumerate(criteria, start=3):
        of = content.of_how_many(criterion)
        sheet.write_string(row, 0, content.name("criterion", criterion) + (f", of {of}" if of else ""))
        sheet.write_string(row, 1, criterion, looks.styles["small"])
        sheet.write_string(row, 2, str(units.get(criterion, "")), looks.styles["small"])

    sheet.write_string(4 + len(criteria), 0, content.marking, looks.styles["bold"])

    for record in records(for_reading(content, "decision", frame)):
        row = 3 + criteria.index(record["criterion"])
        for (option, name), place in columns.items():
            if option == record["option"]:
                known = column_of("decision", name)
                kind = _kind_in_row(content, known.kind, record["criterion"])
                _cell(sheet, (row, place), record[name], known, kind=kind, looks=looks, content=content)


def _mark(sheet: Any, content: Content) -> None:
    """Put the marking on every printed page of a sheet, and fit its columns to the width of one."""
    sheet.set_header(f"&C&B{content.marking}")
    sheet.set_footer(f"&C&B{content.marking}&R&P / &N")
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)


def _table_sheet(sheet: Any, content: Content, name: str, frame: pd.DataFrame, looks: _Looks) -> None:
    """Write a table with its headings, each column as wide as what is in it."""
    _mark(sheet, content)
    sheet.freeze_panes(1, 1)
    sheet.repeat_rows(0)
    if len(frame.columns):
        sheet.autofilter(0, 0, max(len(frame), 1), len(frame.columns) - 1)

    criteria = frame["criterion"] if "criterion" in frame else [""] * len(frame)
    for at, name_of_column in enumerate(map(str, frame.columns)):
        values = frame[name_of_column]

        # The first rows tell how wide a column has to be; numbers are formatted, so that nine digits do.
        numeric = pd.api.types.is_numeric_dtype(values) and values.dtype != bool
        longest = 9 if numeric else max((len(str(value)) for value in values.head(200)), default=0)
        sheet.write_string(0, at, name_of_column, looks.styles["head"])
        sheet.set_column(at, at, min(max(longest, len(name_of_column)) + 3, WIDEST))

        column = TABLES[name].column(name_of_column) or _column_of_names(name, name_of_column)
        for row, (value, criterion) in enumerate(zip(values.tolist(), criteria, strict=True), start=1):
            kind = _kind_in_row(content, column.kind, criterion)
            _cell(sheet, (row, at), value, column, kind=kind, looks=looks, content=content)


def _column_of_names(table: str, name: str) -> Column:
    """Return what stands for a column of names beside ids, which has no declaration of its own."""
    return Column(name, "text", name, _of_names(TABLES[table], name))


def _kind_in_row(content: Content, kind: Kind, criterion: str) -> Kind:
    """Return what a cell holds; of measures it depends on the criterion of the row."""
    return content.criterion_kind(str(criterion)) if kind == "measure" else kind


def _cell(
    sheet: Any,
    at: tuple[int, int],
    value: Any,
    column: Column,
    *,
    kind: Kind,
    looks: _Looks,
    content: Content,
) -> None:
    """Write a cell, in the format of its column; nothing where there is no number."""
    if value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value)):
        return

    if isinstance(value, str):
        sheet.write_string(*at, value)
    elif is_flag(value):
        sheet.write_boolean(*at, bool(value))
    elif math.isinf(value):
        sheet.write_string(*at, content.writer(kind)(value))
    else:
        rounded = content.edition == "public"
        text = excel_format(kind, value, rounded=rounded, stated=column.stated, signed=column.signed)
        sheet.write_number(*at, float(value), looks.number(text) if text else None)
