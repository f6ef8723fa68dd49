"""Money: what the options cost, and who pays."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pandas as pd

from standby.report.blocks.blocks import (
    Block,
    Cell,
    Grid,
    Row,
    Section,
    crossed,
    filled,
    with_bounds,
)
from standby.report.blocks.options import ruled_out
from standby.report.charts import charts
from standby.report.content import Content
from standby.tables import column_of, records
from standby.words import numbers


def money(content: Content) -> Section:
    """Return what the options cost, and who pays."""
    year = content.plan.document.plan.price_year
    lead = f"In prices of {year}, more than the base, with discounting as the plan sets it."
    return Section("money", "Money", lead, (*_cost(content), *_paying(content), *_break_even(content)))


def _cost(content: Content) -> Iterator[Block]:
    cost = content.table("cost")
    result = content.table("cost_summary")
    chart = charts.by_year(content, _summed(content, "year", "Cost by year, more than the base"))
    if chart is not None:
        yield chart

    if len(result):
        yield _cost_grid(content, result)

    if len(cost):
        yield _summed(content, "head", "Cost by head over all years, not discounted, more than the base")


def _summed(content: Content, by: str, caption: str) -> Grid:
    """Return cost summed by year or head, options side by side."""
    sums = content.cost_by(by)
    sums = sums[sums["option"] != "base"]

    if by == "head":
        sums = sums.assign(head=[_words(str(head)) for head in sums["head"]])

    return crossed(
        content,
        "cost",
        frame=sums,
        down=(by,),
        across="option",
        cell=lambda r: Cell(content.writer("money")(float(r["budget_gbp"]))),
        caption=caption,
    )


def _paying(content: Content) -> Iterator[Block]:
    funding = content.table("funding")
    if len(funding):
        yield crossed(
            content,
            "funding",
            frame=funding[funding["option"] != "base"],
            down=("option",),
            across="force",
            cell=lambda r: Cell(
                content.shown("funding", "yearly_gbp", r),
                (content.shown("funding", "band_d_gbp", r) + " Band D",),
            ),
            caption="Who pays: a year, by force",
            note="Below: a year on a Band D council tax bill.",
        )


def _break_even(content: Content) -> Iterator[Block]:
    even = content.table("break_even")
    if even.empty:
        return
    note = "How large an effect that is not proven would have to be. " + " ".join(
        f"{_words(r['quantity'])}: {r['meaning']}" for r in records(even.drop_duplicates("quantity"))
    )

    grid = crossed(
        content,
        "break_even",
        frame=even,
        down=("option",),
        across="quantity",
        cell=lambda r: Cell(content.shown("break_even", "value", r), (str(r["unit"]),)),
        caption="Break-even",
        note=note,
    )

    yield replace(grid, heads=tuple(_words(head) for head in grid.heads))


def _words(name: str) -> str:
    text = name.replace("_", " ")
    return text[:1].upper() + text[1:]


def _finite(text: str, value: object) -> str:
    """Return nothing for a cost per person where nobody is gained: the reason stands beside it."""
    return numbers.NOTHING if value == float("inf") else text


COST_COLUMNS = ("yearly_gbp", "grant_gbp_year", "people_gained", "per_person_gbp", "reason")
"""Columns of the table of costs, beside the present value with its bounds."""


def _cost_grid(content: Content, frame: pd.DataFrame) -> Grid:
    columns = filled(frame, tuple(c for c in COST_COLUMNS if c in frame))

    rows = []
    for r in records(frame):
        value = with_bounds(content, r["present_value_gbp"], r["low"], r["high"], "money")
        cells = (value, *(Cell(_finite(content.shown("cost_summary", c, r), r[c])) for c in columns))
        mark = "closed" if r["option"] in ruled_out(content) else ""
        rows.append(Row((content.name("option", r["option"]),), cells, mark))

    shown = ("option", "present_value_gbp", *columns)
    heads = tuple(column_of("cost_summary", c).label for c in shown)
    numeric = (False, True, *(c != "reason" for c in columns))
    note = "Present value with its 90% interval over the draws."
    return Grid("Cost of the options, more than the base", heads, tuple(rows), numeric, note)
