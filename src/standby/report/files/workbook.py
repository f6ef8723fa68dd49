"""The results as an Excel workbook: a sheet a table, and a first sheet that explains them."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import xlsxwriter

from standby.plan import BASE
from standby.report.blocks.options import ruled_out
from standby.report.content import Content
from standby.report.files.files import manifest_of
from standby.report.files.spreadsheet import for_reading, marked
from standby.tables import TABLES, Table, kind_of, records
from standby.words import Kind

FORMATS = {
    "minutes": "0.0",
    "share": "0%",
    "money": "£#,##0",
    "count": "#,##0.##",
    "people": "#,##0",
    "number": "0.####",
    "measure": "0.####",
    "year": "0",
    "years": "0.0",
}
WHOLE = {"count": "#,##0", "number": "0", "measure": "0"}
"""Formats of whole numbers, where the other would leave a point behind them."""
CHANGES = {
    "minutes": "+0.0;-0.0;0.0",
    "share": "+0.0%;-0.0%;0%",
    "money": "+£#,##0;-£#,##0;£0",
    "people": "+#,##0;-#,##0;0",
    "count": "+#,##0.##;-#,##0.##;0",
}
"""Formats of differences from the base."""

ROUNDED = {"minutes": "0"}
ROUNDED_CHANGES = {"minutes": "+0;-0;0", "share": "+0%;-0%;0%"}
"""Formats of the public edition, where it rounds: no digit behind the point."""

DECISION = "Decision table"
"""Name of the sheet that is laid out as the report's decision table is."""

VALUE_PARTS = {"mean": "Value", "low": "Low", "high": "High"}
CHANGE_PARTS = {
    "difference": "Difference",
    "difference_low": "Difference, low",
    "difference_high": "Difference, high",
    "chance_best": "Best in share of draws",
}
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


def write_workbook(content: Content, folder: Path) -> list[Path]:
    """Write ``results.xlsx``; return its path."""
    path = folder / "results.xlsx"
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        day = content.plan.document.plan.as_of
        created = dt.datetime(day.year, day.month, day.day)  # noqa: DTZ001 - a day of the plan, not a moment
        book.set_properties({"title": content.plan.title, "subject": content.marking, "created": created})

        rounded = content.edition == "public"
        formats = FORMATS | (ROUNDED if rounded else {})
        changes = CHANGES | (ROUNDED_CHANGES if rounded else {})

        styles = {kind: book.add_format({"num_format": text}) for kind, text in formats.items()}
        styles |= {f"whole {kind}": book.add_format({"num_format": text}) for kind, text in WHOLE.items()}
        styles |= {
            "head": book.add_format(HEAD),
            "title": book.add_format({"bold": True, "font_size": 16}),
            "bold": book.add_format({"bold": True}),
            "wrap": book.add_format({"text_wrap": True, "valign": "top"}),
            "small": book.add_format({"font_color": "#4a5865", "italic": True}),
        }

        styles |= {f"change {kind}": book.add_format({"num_format": text}) for kind, text in changes.items()}

        tables = {name: for_reading(content, name, frame) for name, frame in content.tables.items()}

        _first_sheet(book.add_worksheet("About"), content, tables, styles)
        if len(content.table("decision")):
            _decision_sheet(book.add_worksheet(DECISION), content, styles)

        for name, frame in tables.items():
            shown = marked(frame, content.marking)
            _table_sheet(book.add_worksheet(name[:31]), content, name, shown, styles)
    return [path]


def _first_sheet(
    sheet: Any, content: Content, tables: Mapping[str, pd.DataFrame], styles: dict[str, Any]
) -> None:
    about = content.plan.document.plan
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 1, 34)
    sheet.set_column(2, 2, 90)
    sheet.hide_gridlines(2)

    _mark(sheet, content)
    sheet.write_string(0, 0, about.title, styles["title"])

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

    row = 2
    for name, text in rows:
        sheet.write_string(row, 0, name, styles["bold"])
        sheet.write_string(row, 1, text)
        row += 1

    for sentence in content.sentences:
        sheet.write_string(row + 1, 0, content.said(sentence))
        row += 1

    row += 3
    for at, text in enumerate(("Sheet", "Column", "Meaning")):
        sheet.write_string(row, at, text, styles["head"])

    for name, frame in tables.items():
        known = TABLES.get(name)
        row += 1
        sheet.write_string(row, 0, name)
        sheet.write_string(row, 2, known.description if known else "", styles["wrap"])
        for column in frame.columns:
            found = known.column(column) if known else None
            row += 1
            sheet.write_string(row, 1, column)
            text = found.description if found else _of_names(known, str(column))
            sheet.write_string(row, 2, text, styles["wrap"])


def _of_names(known: Table | None, column: str) -> str:
    """Return what a column of names beside ids means."""
    of = known.column(column.removesuffix("_name")) if known else None
    return f"Name beside the id: {of.description}" if of else ""


def _decision_sheet(sheet: Any, content: Content, styles: dict[str, Any]) -> None:
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
            sheet.write_blank(row, at, None, styles["head"])
        sheet.write_string(2, at, text, styles["head"])

    # Heads: the option's name, below it its id, below that what its columns hold.
    at, columns = 3, {}
    for option in dict.fromkeys(frame["option"]):
        parts = VALUE_PARTS if option == BASE else {**VALUE_PARTS, **CHANGE_PARTS}
        closed = " (ruled out)" if option in ruled_out(content) else ""
        for k, (column, label) in enumerate(parts.items()):
            sheet.write_string(0, at + k, content.name("option", option) + closed, styles["head"])
            sheet.write_string(1, at + k, option, styles["head"])
            sheet.write_string(2, at + k, label, styles["head"])
            columns[option, column] = at + k
        at += len(parts)
    sheet.set_column(3, at - 1, 13)

    criteria = list(dict.fromkeys(frame["criterion"]))
    units = dict(zip(content.table("criteria")["criterion"], content.table("criteria")["unit"], strict=True))
    for row, criterion in enumerate(criteria, start=3):
        of = content.of_how_many(criterion)
        sheet.write_string(row, 0, content.name("criterion", criterion) + (f", of {of}" if of else ""))
        sheet.write_string(row, 1, criterion, styles["small"])
        sheet.write_string(row, 2, str(units.get(criterion, "")), styles["small"])
    sheet.write_string(4 + len(criteria), 0, content.marking, styles["bold"])

    changes = {kind: styles[f"change {kind}"] for kind in CHANGES}
    changes["whole count"] = styles["change people"]

    whole = for_reading(content, "decision", frame)
    for record in records(whole):
        kind = content.criterion_kind(record["criterion"])
        for (option, column), place in columns.items():
            if option != record["option"]:
                continue

            change = column.startswith("difference")
            own: Kind = "share" if column == "chance_best" else kind
            looks = {**styles, **changes} if change else styles
            row = 3 + criteria.index(record["criterion"])
            _cell(sheet, row, place, record[column], kind=own, styles=looks, content=content)


def _mark(sheet: Any, content: Content) -> None:
    sheet.set_header(f"&C&B{content.marking}")
    sheet.set_footer(f"&C&B{content.marking}&R&P / &N")
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)


def _table_sheet(
    sheet: Any, content: Content, name: str, frame: pd.DataFrame, styles: dict[str, Any]
) -> None:
    _mark(sheet, content)
    sheet.freeze_panes(1, 1)
    sheet.repeat_rows(0)
    if len(frame.columns):
        sheet.autofilter(0, 0, max(len(frame), 1), len(frame.columns) - 1)

    for at, column in enumerate(frame.columns):
        values = frame[column]
        numeric = pd.api.types.is_numeric_dtype(values) and values.dtype != bool
        kind = kind_of(name, column, numeric=numeric)

        sheet.write_string(0, at, column, styles["head"])
        longest = max((len(str(v)) for v in values.head(200)), default=0) if not numeric else 9
        sheet.set_column(at, at, min(max(longest, len(column)) + 3, WIDEST))

        kinds = _kinds(content, kind, frame)
        for row, (value, own) in enumerate(zip(values.tolist(), kinds, strict=True), start=1):
            _cell(sheet, row, at, value, kind=own, styles=styles, content=content)


def _kinds(content: Content, kind: Kind, frame: pd.DataFrame) -> list[Kind]:
    """Return what each cell of a column holds; of measures it depends on the criterion of the row."""
    if kind != "measure":
        return [kind] * len(frame)
    return [content.criterion_kind(str(criterion)) for criterion in frame["criterion"]]


def _cell(
    sheet: Any, row: int, column: int, value: Any, *, kind: Kind, styles: dict[str, Any], content: Content
) -> None:
    if value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value)):
        return
    if isinstance(value, str):
        sheet.write_string(row, column, value)
    elif isinstance(value, bool) or type(value).__name__ == "bool_":
        sheet.write_boolean(row, column, bool(value))
    elif math.isinf(value):
        sheet.write_string(row, column, content.writer(kind)(value))
    else:
        whole = f"whole {kind}" if kind in WHOLE and float(value).is_integer() else kind
        sheet.write_number(row, column, float(value), styles.get(whole))
