"""The decision table on a terminal."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

import pandas as pd

from standby._characters import printable
from standby.appraise import REACHED
from standby.cli._print import grid, lines, put

if TYPE_CHECKING:
    from standby.report import Content

HEADLINE = (
    (REACHED, "", "{:,.0f}"),
    ("first_mean_min", "First armed\nofficers,\nmean [min]", "{:.1f}"),
    ("first_rural_p90_min", "9 in 10\nrural calls\nwithin [min]", "{:.0f}"),
    ("full_mean_min", "Full\nattendance,\nmean [min]", "{:.1f}"),
    ("present_value_gbp", "Cost more\nthan today\n[£m]", "{:,.1f}"),
    ("armed_share", "Officers\narmed", "{:.1%}"),
)
"""Criterion, heading (empty: what the criterion counts) and form of each column."""

MILLION = 1e6


def decision(content: Content) -> None:
    """Print the decision table of an edition: a row each option; ruled-out options last and unranked."""
    options, criteria = content.table("options"), content.table("criteria").set_index("criterion")
    values = content.table("decision").set_index(["option", "criterion"])
    counted = str(criteria["unit"].loc[REACHED])
    columns = [
        (key, heading or f"{counted}\nin time".capitalize(), form)
        for key, heading, form in HEADLINE
        if key in criteria.index
    ]
    last = f"Most {counted}\nin time: share\nof draws"
    printed = grid([("Option", True), *((heading, False) for _, heading, _ in columns), (last, False)])
    for row in options.sort_values("status", kind="stable").to_dict("records"):
        cells = [_cell(values.loc[(row["option"], key)], key, form) for key, _, form in columns]
        if content.edition == "public":
            cells = [re.sub(r"\.0\b", "", cell) for cell in cells]  # round numbers have no decimals
        best = values.loc[(row["option"], REACHED), "chance_best"]
        out = row["status"] == "ruled out"
        name = f"{row['name']} (ruled out)" if out else row["name"]
        printed.add_row(
            printable(name), *cells, "not ranked" if out else content.writer("share")(float(best))
        )
    put(printed, f"Decision table. {content.plan.title}")
    _explain(content)


def _explain(content: Content) -> None:
    main = str(content.table("criteria").set_index("criterion")["name"].loc[REACHED])
    document = content.plan.document
    years, prices = document.costs.horizon_years, document.plan.price_year
    lines(
        [
            f"Mean over {content.draws} draws of the figures' doubt, the same draws for every option;",
            "in brackets the middle 90% of the draws; of a difference, more where draws are few.",
            "≥: at least, as calls that are never reached count as the plan's limit.",
            f"First column: {main}. Cost: present value over {years} years in prices of {prices}.",
        ]
    )


def _cell(row: pd.Series[Any], key: str, form: str) -> str:
    if not math.isfinite(row["mean"]):  # the plan does not say, e.g. how many officers a force has
        return "–"
    scale = MILLION if key.endswith("_gbp") else 1.0
    mean, low, high = (form.format(row[name] / scale + 0.0) for name in ("mean", "low", "high"))
    mean = f"≥ {mean}" if row["at_least"] else mean
    return mean if low == high else f"{mean}\n({low} to {high})"
