"""The decision: options side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from standby.plan import BASE
from standby.report.blocks.blocks import (
    Block,
    Cell,
    Charts,
    Grid,
    Row,
    Section,
    crossed,
)
from standby.report.blocks.options import TOO_SMALL, difference, main_criteria, ruled_out, told_apart
from standby.report.charts import charts
from standby.report.content import Content
from standby.report.pages.choice import choice
from standby.tables import records
from standby.words import numbers

MOST_OPTIONS = 8
"""Most options side by side in one table; more are set in a second table."""


def decision(content: Content) -> Section:
    """Return options side by side: the decision table."""
    frame = content.table("decision")
    if frame.empty:
        return Section("decision", "The decision")

    blocks: list[Block] = list(_decision_grids(content, frame))

    # Differences of numbers to the nearest fifth make no picture.
    pictured = [] if content.edition == "public" else main_criteria(content)
    names = {c: content.name("criterion", c) for c in pictured}
    drawn = [charts.differences(content, c, name) for c, name in names.items()]
    kept = tuple(c for c in drawn if c is not None)
    if kept:
        note = "Dot: mean of the difference over the draws; line: its interval. Open dots: ruled out."
        blocks.append(Charts("Difference from things as they are", kept, note))

    blocks += choice(content)
    return Section(
        "decision",
        "The decision",
        "Every option over the same draws of the doubt, beside things as they are.",
        tuple(blocks),
    )


def _decision_grids(content: Content, frame: pd.DataFrame) -> Iterator[Grid]:
    """Yield the decision table, what is ruled out, and the tables that go with them."""
    closed = ruled_out(content)
    options = [o for o in dict.fromkeys(frame["option"]) if o != BASE]
    ranked = [o for o in options if o not in closed]

    note = (
        "As it is: mean and 90% interval over the draws. Options: mean; below it the difference from things "
        "as they are, with its interval. ≈: that interval holds 0, so that the difference can't be told from "
        "nothing. ≥: at least, as calls beyond the limit, or never reached, count as the limit, and posts "
        "that are not filled in the years of the appraisal as filled at their end."
    )
    if content.edition == "public":
        note += (
            f" Both “≈” and “{TOO_SMALL}” (there is a difference, but rounded numbers show none) go by the "
            "numbers before they were rounded; so a rounded interval can end at 0 without “≈”."
        )

    # As many options as a page has room for, each table with things as they are in front.
    for start in range(0, max(1, len(ranked)), MOST_OPTIONS):
        part = frame[frame["option"].isin([BASE, *ranked[start : start + MOST_OPTIONS]])]
        yield _decision_grid(content, part, "Decision table" + (", continued" if start else ""), note)

    # Things as they are are not ruled out: their head, and that of the criteria, stay.
    if closed & set(options):
        caption = "Ruled out: shown for their size, not ranked"
        part = frame[frame["option"].isin({BASE} | closed)]
        grid = _decision_grid(content, part, caption, "", folded=True)
        heads = [head if k < 2 else f"{head} (ruled out)" for k, head in enumerate(grid.heads)]
        yield replace(grid, heads=tuple(heads), printed=False)

    # What follows is for the screen alone.
    values = _beside(content, frame, "Every value with its 90% interval", lambda r: _interval(content, r))
    yield replace(values, printed=False)

    best = frame[frame["chance_best"].notna()]
    if len(best):
        often = _beside(
            content,
            best,
            "How often each option comes out best",
            lambda r: Cell(content.shown("decision", "chance_best", r)),
            "Share of the draws in which no open option, nor things as they are, does better. It is a share "
            "of draws of the figures' doubt, not a chance that a decision is right.",
        )
        yield replace(often, printed=False)


def _decision_grid(
    content: Content, frame: pd.DataFrame, caption: str, note: str, *, folded: bool = False
) -> Grid:
    """Return options side by side, with how many people numbers of people are out of."""
    grid = _beside(content, frame, caption, lambda r: _decision_cell(content, r), note, folded=folded)
    of = {content.name("criterion", c): content.of_how_many(c) for c in dict.fromkeys(frame["criterion"])}
    rows = [replace(row, below=f"of {of[row.heads[0]]}" if of[row.heads[0]] else "") for row in grid.rows]
    return replace(grid, rows=tuple(rows))


def _beside(
    content: Content,
    frame: pd.DataFrame,
    caption: str,
    cell: Callable[[Mapping[str, Any]], Cell],
    note: str = "",
    *,
    folded: bool = True,
) -> Grid:
    """Return a table with a row each criterion and the options side by side."""
    return crossed(
        content,
        "decision",
        frame=frame,
        down=("criterion",),
        across="option",
        cell=cell,
        caption=caption,
        note=note,
        folded=folded,
    )


def _decision_cell(content: Content, row: Mapping[str, Any]) -> Cell:
    """Return the mean, and for an option its difference from the base; money is a difference already."""
    if row["option"] == BASE:
        return _interval(content, row)

    write = content.criterion_writer(str(row["criterion"]))
    mark = "closed" if row["option"] in ruled_out(content) else "" if told_apart(row) else "alike"
    if write(row["mean"]) == write(row["difference"]):
        return replace(_interval(content, row), mark=mark)

    text, bounds = difference(content, row)
    below = [f"({_bare(bounds)})"] if bounds else []
    sign = "" if told_apart(row) else "≈ "
    return Cell(content.shown("decision", "mean", row), (sign + text, *below), mark)


def _interval(content: Content, row: Mapping[str, Any]) -> Cell:
    """Return the mean with its interval below."""
    text = content.shown("decision", "mean", row)
    bounds = numbers.interval(row["low"], row["high"], content.criterion_writer(str(row["criterion"])))
    closed = "closed" if row["option"] in ruled_out(content) else ""
    return Cell(text, (bounds,) if bounds not in ("", text) else (), closed)


def _bare(bounds: str) -> str:
    """Return bounds without the unit, which stands in the line above."""
    return bounds.removesuffix(" pts").removesuffix(" min")


def options_grid(content: Content) -> Grid:
    """Return what each option is, and whether it is ruled out, by whom and why."""
    rows = []
    for r in records(content.table("options")):
        closed = r["status"] == "ruled out"
        below = tuple(str(r[c]) for c in ("reason", "forces_ruled_out") if r.get(c))
        status = "ruled out" if closed else "ruled out in part" if r.get("forces_ruled_out") else "open"
        cells = (Cell(str(r["description"])), Cell(status, below))
        rows.append(Row((str(r["name"]),), cells, "closed" if closed else ""))
    return Grid(
        "The options",
        ("Option", "What it is", "Status, and why"),
        tuple(rows),
        (False, False, False),
        cards=True,
    )
