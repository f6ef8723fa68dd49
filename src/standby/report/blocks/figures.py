"""Figures of the plan as tables: what was taken, how sure it is, and who vouches for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from standby.report.blocks.blocks import Cell, Grid, Row
from standby.report.content import Content
from standby.tables import records
from standby.words import numbers

HEADS = ("Figure", "Value", "Unit", "How known", "Source and note")


def figures_grid(content: Content, rows: pd.DataFrame, caption: str, *, folded: bool = False) -> Grid:
    """Return figures of the register: value with its bounds, how it is known, source with its note."""
    made = tuple(_row(content, r) for r in records(rows))
    note = (
        "Below a value: the bounds of its doubt, 5th and 95th percentile unless said; none: taken as certain."
    )
    return Grid(caption, HEADS, made, (False, True, False, False, False), note, folded=folded, cards=True)


def figures_like(content: Content, pattern: str, caption: str, *, folded: bool = False) -> list[Grid]:
    """Return the table of figures whose path fits a pattern; nothing when there is none."""
    frame = content.table("register")
    rows = frame[frame["path"].astype(str).str.match(pattern)]
    return [figures_grid(content, rows, caption, folded=folded)] if len(rows) else []


def _row(content: Content, row: Mapping[str, Any]) -> Row:
    shown = content.shown("register", "value", row)
    bounds = numbers.interval(row["low"], row["high"], numbers.plain)
    limits = f"{bounds} (min-max)" if bounds and row.get("range") == "min-max" else bounds

    below = [row["scope"], f"as of {row['as_of']}" if row["as_of"] else "", row["note"]]
    option = f"in “{content.name('option', row['option'])}”" if row["option"] else ""

    cells = (
        Cell(shown, (limits,) if limits and bounds != shown else ()),
        Cell(str(row["unit"])),
        Cell(str(row["kind"]) or "not said"),
        Cell(str(row["source_title"]) or "none", tuple(text for text in (*below, option) if text)),
    )
    return Row((str(row["path"]),), cells, "figure")
