"""The first page: what each option would change, by five criteria in plain words, read in a minute."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from standby.plan import BASE, main_standard
from standby.report.blocks.blocks import Bar, Glance, GlanceCell, GlanceRow, Section
from standby.report.blocks.options import difference, ruled_out, told_apart
from standby.report.content import Content
from standby.tables import records
from standby.words import numbers

FIVE = 5
"""Criteria on the first page."""

PLAIN_WORDS: Mapping[str, tuple[str, str]] = {
    "people_in_standard": (
        "Reached in time",
        "{counted} that can expect armed officers within {minutes}, once every post is filled",
    ),
    "people_delivered": ("While posts are filled", "The same, on average over the years of the appraisal"),
    "first_mean_min": ("Wait for armed officers", "On average, from the call to the first of them"),
    "first_rural_p90_min": ("Wait in the country", "Nine in ten rural people wait no longer than this"),
    "present_value_gbp": ("Cost", "More than today, all years together, later years counted for less"),
    "officers_needed": ("Armed officers needed", "To keep the armed posts of the planned forces crewed"),
    "full_mean_min": ("Wait for full attendance", "On average, until as many are there as the call asks for"),
}
"""Title and explanation of the criteria that go first, in this order; others go by their own names."""

LEAD = (
    "Each row is an option. Bar: mean over the draws of the figures' doubt; thin line: where nine in ten of "
    "them lie; upright line: as it is. Below: the difference from things as they are, with its interval."
)


ROUND = (
    " This is the public edition: the whole region, in round numbers. What it leaves out, and why, stands at "
    "the end."
)


@dataclass(frozen=True)
class _Column:
    """A criterion of the first page: how its numbers are written and drawn."""

    criterion: str
    title: str
    text: str
    rows: pd.DataFrame
    most: float


def glance(content: Content) -> Section:
    """Return the first page: options by five criteria."""
    columns = [_column(content, criterion) for criterion in _five(content)]
    if not columns:
        return Section("glance", "At a glance")

    options = list(dict.fromkeys(content.table("decision")["option"]))
    closed = ruled_out(content)
    rows = tuple(
        GlanceRow(
            content.name("option", option),
            tuple(_cell(content, column, option) for column in columns),
            "ruled out: shown for its size, not ranked" if option in closed else "",
        )
        for option in [*(o for o in options if o not in closed), *(o for o in options if o in closed)]
    )

    heads = tuple((column.title, column.text) for column in columns)
    block = Glance("The options at a glance", heads, rows)

    lead = LEAD + (ROUND if content.edition == "public" else "")
    return Section("glance", "At a glance", lead, (block,))


def _five(content: Content) -> list[str]:
    """Return the criteria of the first page: those in plain words first, then others with a direction."""
    frame = content.table("criteria")
    there = [c for c in frame["criterion"] if c in set(content.table("decision")["criterion"])]
    first = [c for c in PLAIN_WORDS if c in there]

    # A criterion with a direction says which option is better, so it goes before one without.
    directed = set(frame.loc[frame["better"] != "", "criterion"])
    others = sorted((c for c in there if c not in first), key=lambda c: c not in directed)
    return [*first, *others][:FIVE]


def _column(content: Content, criterion: str) -> _Column:
    """Return a criterion with its title in plain words, its rows, and the scale of its bars."""
    frame = content.table("decision")
    rows = frame[frame["criterion"] == criterion].set_index("option")

    title, text = PLAIN_WORDS.get(criterion, (content.name("criterion", criterion), ""))
    standards = content.plan.document.standards
    main = standards[main_standard(standards)]
    counted = "Key locations" if main.of == "key_locations" else "People"

    text = text.format(counted=counted, minutes=content.minutes(main.within_min).replace("min", "minutes"))

    # One scale for all options; those that are ruled out are not drawn, they can be of another size.
    drawn = rows.loc[~rows.index.isin(ruled_out(content)), ["mean", "high"]]
    values = drawn.apply(pd.to_numeric, errors="coerce").to_numpy().ravel()
    most = max((float(v) for v in values if math.isfinite(v)), default=0.0)
    if content.criterion_kind(criterion) == "share":
        most = 1.0

    # A number of people is drawn as a part of all of them.
    return _Column(criterion, title, text, rows, content.people_in_all(criterion) or most)


def _cell(content: Content, column: _Column, option: str) -> GlanceCell:
    if option not in column.rows.index:
        return GlanceCell(numbers.NOTHING)
    row = {"option": option, **records(column.rows.loc[[option]])[0]}
    value = content.shown("decision", "mean", row)
    if not math.isfinite(row["mean"]):
        return GlanceCell(value)

    # The bars of what is ruled out would invite a comparison that nobody may choose by.
    of = content.of_how_many(column.criterion)
    below = () if option == BASE else _change(content, column.criterion, row)
    bar = None if option in ruled_out(content) else _bar(content, column, row)
    return GlanceCell(value, f"of {of}" if of else "", below, bar)


def _change(content: Content, criterion: str, row: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the difference from the base and its interval, in words where there is none to be seen."""
    write = content.criterion_writer(criterion)
    if write(row["mean"]) == write(row["difference"]):  # money is a difference already
        bounds = numbers.interval(row["low"], row["high"], write)
        return (bounds,) if bounds not in ("", write(row["mean"])) else ()
    if not told_apart(row):
        return ("no clear difference",)

    text, bounds = difference(content, {**row, "criterion": criterion})
    return (text, f"({bounds})") if bounds else (text,)


def _bar(content: Content, column: _Column, row: Mapping[str, Any]) -> Bar | None:
    """Return a bar with its interval and a mark for today, as shares of the column's scale."""
    if column.most <= 0.0:
        return None

    def at(value: float) -> float:
        """Return how far along the bar a value lies, from 0 to 1; beyond the scale it is at the end."""
        return min(max(value / column.most, 0.0), 1.0)

    write = content.criterion_writer(column.criterion)
    today = column.rows["mean"].get(BASE)
    value = content.shown("decision", "mean", {**row, "criterion": column.criterion})
    bounds = numbers.interval(row["low"], row["high"], write)

    alt = f"{column.title}: {value}" + (f" ({bounds})" if bounds not in ("", value) else "")
    if today is not None and math.isfinite(today) and row["option"] != BASE:
        as_it_is = {"criterion": column.criterion, **records(column.rows.loc[[BASE]])[0]}
        alt += f", as it is {content.shown('decision', 'mean', as_it_is)}"

    # Without a finite bound the interval ends at the mean.
    low, high = (v if math.isfinite(v) else row["mean"] for v in (row["low"], row["high"]))
    mark = at(today) if today is not None and math.isfinite(today) else None
    return Bar(at(row["mean"]), at(low), at(high), mark, alt)
