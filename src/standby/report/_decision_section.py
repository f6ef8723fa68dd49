"""The decision: options side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from standby.report import charts, numbers
from standby.report._choice_blocks import choice
from standby.report._options import main_criteria, ruled_out
from standby.report.blocks import (
    Block,
    Cell,
    Charts,
    Grid,
    Row,
    Section,
    crossed,
)
from standby.report.content import Content, records

MOST_OPTIONS = 8
"""Most options side by side in one table; more are set in a second table."""


def decision(content: Content) -> Section:
    """Return options side by side: the decision table."""
    frame = content.table("decision")
    if frame.empty:
        return Section("decision", "The decision")
    blocks: list[Block] = list(_decision_grids(content, frame))
    names = {c: content.name("criterion", c) for c in main_criteria(content)}
    drawn = [charts.differences(content, c, name) for c, name in names.items()]
    kept = tuple(c for c in drawn if c is not None)
    if kept:
        note = (
            "Dot: mean of the difference over the draws; line: 5th to 95th percentile. Open dots: ruled out."
        )
        blocks.append(Charts("Difference from things as they are", kept, note))
    blocks += choice(content)
    blocks.append(_options(content))
    return Section(
        "decision",
        "The decision",
        "Every option over the same draws of the doubt, beside things as they are.",
        tuple(blocks),
    )


def _decision_grids(content: Content, frame: pd.DataFrame) -> Iterator[Grid]:
    options = [o for o in dict.fromkeys(frame["option"]) if o != "base"]
    note = (
        "Mean with its 90% interval over the draws; below it the difference from things as they are, with "
        "its interval. ≈: that interval holds 0, so that the difference can't be told from nothing. Best in: "
        "share of the draws in which no open option, nor things as they are, does better. ≥: at least, as "
        "calls beyond the limit, or never reached, count as the limit. Options that are ruled out are shown "
        "in grey and not ranked."
    )
    for start in range(0, max(1, len(options)), MOST_OPTIONS):
        part = frame[frame["option"].isin(["base", *options[start : start + MOST_OPTIONS]])]
        grid = crossed(
            content,
            "decision",
            frame=part,
            down=("criterion",),
            across="option",
            cell=lambda r: _decision_cell(content, r),
            caption="Decision table" + (", continued" if start else ""),
            note=note,
        )
        closed = ruled_out(content)
        heads = [
            h + (" (ruled out)" if h in {content.name("option", o) for o in closed} else "")
            for h in grid.heads
        ]
        yield Grid(grid.caption, tuple(heads), grid.rows, grid.numeric, grid.note)


def _decision_cell(content: Content, row: Mapping[str, Any]) -> Cell:
    write = content.criterion_writer(str(row["criterion"]))
    if content.shown("decision", "mean", row) == numbers.WITHHELD:
        return Cell(numbers.WITHHELD)
    lines = [numbers.interval(row["low"], row["high"], write)]
    if lines[0] == write(row["mean"]):
        lines = []
    if row["option"] != "base":
        differ = numbers.change_writer(write)
        bounds = numbers.interval(row["difference_low"], row["difference_high"], differ)
        text = differ(row["difference"])
        lines.append(("≈ " if row["alike"] else "") + text)
        lines += [f"({_bare(bounds)})"] if bounds not in ("", text) else []
    if not pd.isna(row["chance_best"]):
        lines.append(f"best in {numbers.share(float(row['chance_best']))} of draws")
    mark = (
        "closed"
        if row["option"] in ruled_out(content)
        else "alike"
        if row["alike"] and row["option"] != "base"
        else ""
    )
    return Cell(content.shown("decision", "mean", row), tuple(filter(None, lines)), mark)


def _bare(bounds: str) -> str:
    """Return bounds without the unit, which stands in the line above."""
    return bounds.removesuffix(" pts").removesuffix(" min")


def _options(content: Content) -> Grid:
    rows = []
    for r in records(content.table("options")):
        closed = r["status"] == "ruled out"
        below = tuple(str(r[c]) for c in ("reason", "forces_ruled_out") if r.get(c))
        status = "ruled out" if closed else "ruled out in part" if r.get("forces_ruled_out") else "open"
        cells = (Cell(str(r["description"])), Cell(status, below))
        rows.append(Row((str(r["name"]),), cells, "closed" if closed else ""))
    return Grid(
        "The options", ("Option", "What it is", "Status, and why"), tuple(rows), (False, False, False)
    )
