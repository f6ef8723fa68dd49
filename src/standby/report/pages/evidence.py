"""What was said in public, and the register of figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from standby.report.blocks.blocks import (
    Block,
    Cell,
    Grid,
    Row,
    Section,
    Text,
    filled,
    listing,
)
from standby.report.blocks.figures import figures_grid
from standby.report.content import Content
from standby.tables import records
from standby.words import numbers


def statements(content: Content) -> Section:
    """Return what was said in public beside what the model says."""
    frame = content.table("statements")
    rows = []
    for r in records(frame):
        write = _statement_writer(content, str(r["measure"]))
        said = numbers.interval(r["said_low"], r["said_high"], write)
        text = numbers.at_least(write(r["model"])) if r.get("at_least") else write(r["model"])
        model = Cell(text, _bounds(r, write))
        words = [str(r["finding"])] if r["finding"] else []
        words += [f"Assumed: {r['assumptions']}"] if r["assumptions"] else []
        words += [f"Reading: {r['reading']}"] if r["reading"] else []

        source = content.name("source", str(r["source"]))
        agrees = str(r["verdict"]) or content.shown("statements", "agrees", r)

        rows.append(
            Row(
                (str(r["date"]),),
                (
                    Cell(str(r["said"]), (f"{source}", *words)),
                    Cell(_structure(content, r)),
                    Cell(said),
                    model,
                    Cell(agrees),
                ),
            )
        )

    if not rows:
        return Section("statements", "What was said, and what the model says")

    heads = ("Said on", "What was said, where, and what was assumed", "Structure", "Said", "Model", "Agrees")
    grid = Grid(
        "Statements beside the model",
        heads,
        tuple(rows),
        (False, False, False, True, True, False),
        "What was assumed stands beside each. A figure of the plan may have been set with one of these "
        "statements in mind: its note in the register says so, and agreement with that statement then proves "
        "nothing.",
        cards=True,
    )
    return Section("statements", "What was said, and what the model says", "", (grid,))


def _bounds(row: Mapping[str, Any], write: Callable[[float], str]) -> tuple[str, ...]:
    bounds = numbers.interval(row["model_low"], row["model_high"], write)
    return (bounds,) if bounds and bounds != write(row["model"]) else ()


def _structure(content: Content, row: Mapping[str, Any]) -> str:
    if row["series"]:
        return f"Series {row['series']}"
    scenario = content.plan.document.scenarios.get(str(row["scenario"]))
    return scenario.name if scenario else content.plan.document.base.name


def _statement_writer(content: Content, measure: str) -> Callable[[float], str]:
    if measure.endswith("_min"):
        return content.minutes
    if measure == "ratio":
        return numbers.factor
    if measure.endswith("_share"):
        return lambda value: numbers.percent(value, digits=1)
    return numbers.count


def register(content: Content) -> Section:
    """Return the figures with their sources, and those that have none."""
    frame = content.table("register")
    blocks: list[Block] = []
    if len(frame):
        if len(content.table("certainty")):
            columns = ("of", "figures", "drawn", "certain", "without_source")
            blocks.append(listing(content, "certainty", columns, "How many figures were taken as certain"))

        blocks.append(_known(content, frame))

        single = frame[~frame["path"].str.contains("[", regex=False)]

        none = single[_without_source(single)]
        if len(none):
            blocks.append(figures_grid(content, none, "Figures without a source"))
        else:
            blocks.append(
                Text(("Every figure of plan.toml names a source or says that it is an assumption.",))
            )

        blocks.append(figures_grid(content, single, "Register of figures", folded=True))

    if len(content.table("sources")):
        wanted = ("source", "title", "date", "quality", "scope", "where", "note")
        shown = filled(content.table("sources"), wanted)
        blocks.append(replace(listing(content, "sources", shown, "Sources", folded=True), cards=True))

    if len(content.table("notes")):
        blocks.append(
            replace(listing(content, "notes", ("subject", "text"), "Notes of the checker"), cards=True)
        )

    lead = "What went in, who vouches for it, and how sure it is."
    return Section("register", "Figures and their sources", lead, tuple(blocks))


def _without_source(frame: pd.DataFrame) -> pd.Series:
    return frame["source"].isna() | (frame["source"] == "")


def _known(content: Content, frame: pd.DataFrame) -> Grid:
    """Return how many figures are known in which way."""
    kinds = frame["kind"].where(frame["kind"].notna() & (frame["kind"] != ""), "not said")
    drawn = frame["drawn"].astype(bool)

    rows = []
    for kind in [*dict.fromkeys(kinds.sort_values()), "all"]:
        of = kinds == kind if kind != "all" else pd.Series(data=True, index=frame.index)
        counts = (of.sum(), (of & drawn).sum(), (of & ~drawn).sum(), (of & _without_source(frame)).sum())
        rows.append(
            Row(
                (kind,),
                tuple(Cell(numbers.count(float(n))) for n in counts),
                "total" if kind == "all" else "",
            )
        )

    heads = ("How known", "Figures", "Doubt drawn", "Taken as certain", "Without a source")
    note = "Rows of tables (areas, units and so on) are counted, too." if content.edition != "public" else ""
    return Grid("Figures by how they are known", heads, tuple(rows), (False, True, True, True, True), note)
