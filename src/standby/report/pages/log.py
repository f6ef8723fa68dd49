"""A page that puts a fitted log beside the model: the picture of the fit, and the factors."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from standby.attendance import LogFit
from standby.plan import Plan
from standby.report.blocks.blocks import Cell, Chart, Grid, Row, Section, Text, finite
from standby.report.charts.look import INK, PALETTE, SYMBOLS, layout
from standby.report.content import INTERNAL_MARKING
from standby.report.pages.page import Page, render
from standby.tables import FEWEST_SHOWN, records
from standby.words import change, correlation, count, counted, factor, fine_minutes

QUANTITIES = {
    "emergency_factor": "Emergency factor",
    "turnout_min": "Turnout",
    "authorisation_min": "Call to authority",
    "scene_min": "At the scene",
}
BY = {"class": "Class of place", "hours": "Hours", "class and hours": "Class of place and hours"}


def write_log_page(plan: Plan, fit: LogFit, path: Path) -> Path:
    """Write the fit as one HTML file that opens with the network off.

    It has classes of places, hours and minutes, and neither places nor sites. Single calls are points without
    a name, save those whose minutes can't be right: they are named, so that the log can be put right. Whoever
    knows a call by its minutes can find it, so the page is marked internal.

    Parameters
    ----------
    plan
        The plan whose log was fitted.
    fit
        The fit.
    path
        File to write.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    MissingLibraryError
        If the package was installed without the browser libraries.
    """
    about = plan.document.plan
    used = len(fit.calls)
    left = len(fit.left_out)

    facts = (
        ("Forces", ", ".join(plan.document.forces[f].name for f in plan.forces)),
        ("Calls used for speed", f"{used:,} of {used + left:,}"),
        ("Modelled drives by", fit.method),
    )

    classes = {name: c.name for name, c in plan.document.classes.items()}
    sections = (
        Section(
            "fit",
            "Model and log",
            fit.summary(),
            (picture_of_log(fit, classes), *_left_out(fit), *_notes(fit)),
        ),
        Section("factors", "How fast, and how sure", _HOW, tuple(_factors(plan, fit.table))),
        Section("minutes", "Turnout and other minutes", "", tuple(_minutes(plan, fit.table))),
        Section("figures", "For plan.toml", _FOR_PLAN, (_figures(fit),)),
    )

    page = Page("Fit to past calls", about.title, facts, "internal", INTERNAL_MARKING, sections)
    path.write_text(render(page), encoding="utf-8")
    return path


_HOW = (
    "Drive in the log over the modelled drive, averaged as logarithms. Groups with few calls are drawn "
    "towards the mean of all; the interval holds the true mean with a chance of 90%."
)
_FOR_PLAN = (
    "Set travel.model_factor to 1 with the fitted factor, and minutes of breaking off to 0 with a fitted "
    "turnout: they hold these."
)


def picture_of_log(fit: LogFit, names: Mapping[str, str] | None = None) -> Chart:
    """Return logged over fitted minutes, a point each call, with the line on which they are equal.

    Parameters
    ----------
    fit
        The fit.
    names
        Names of the classes of places by their ids; left out, the ids stand for themselves.
    """
    calls = fit.calls
    names = names or {}
    most = float(calls[["logged_min", "fitted_min"]].to_numpy().max())

    traces: list[dict[str, Any]] = [
        {
            "type": "scattergl" if len(calls) > 5000 else "scatter",
            "mode": "markers",
            "name": names.get(str(klass), str(klass)),
            "x": finite(part["fitted_min"]),
            "y": finite(part["logged_min"]),
            "marker": {"size": 6, "opacity": 0.6, "color": PALETTE[k % 10], "symbol": SYMBOLS[k % 10]},
            "text": [
                f"fitted {fine_minutes(fitted)} min, logged {fine_minutes(logged)} min"
                for fitted, logged in zip(part["fitted_min"], part["logged_min"], strict=True)
            ],
            "hovertemplate": "%{text}<extra></extra>",
        }
        for k, (klass, part) in enumerate(calls.groupby("class", sort=False))
    ]

    line = {"type": "scatter", "mode": "lines", "name": "equal", "x": [0, most], "y": [0, most]}
    traces.append({**line, "line": {"color": INK, "width": 1}, "hoverinfo": "skip"})

    rank = float(calls["logged_min"].corr(calls["fitted_min"], method="spearman"))
    off = float((calls["logged_min"] - calls["fitted_min"]).abs().median())
    alt = (
        f"Minutes from the call to the first armed arrival, logged against fitted, for {len(calls)} calls: "
        f"rank correlation {correlation(rank)}, half of them within {fine_minutes(off)} minutes."
    )

    axis = {"rangemode": "tozero"}
    look = layout(
        xaxis={**axis, "title": {"text": "fitted [min]"}}, yaxis={**axis, "title": {"text": "logged [min]"}}
    )

    return Chart(
        "Call to first armed arrival: logged and fitted", alt, tuple(traces), look, 460, _quality(fit)
    )


def _quality(fit: LogFit) -> Grid:
    """Return how far the fit is from the log, by class of place."""
    rows = []
    for klass, part in [("all", fit.calls), *fit.calls.groupby("class", sort=False)]:
        if len(part) >= FEWEST_SHOWN:
            miss = part["logged_min"] - part["fitted_min"]
            cells = (
                count(len(part)),
                change(float(miss.median()), fine_minutes),
                fine_minutes(float(miss.abs().median())),
            )
            rows.append(Row((str(klass),), tuple(Cell(text) for text in cells)))

    heads = ("Class of place", "Calls", "Median of logged less fitted [min]", "Half are within [min]")
    return Grid("How far the fit is from the log", heads, tuple(rows), (False, *[True] * (len(heads) - 1)))


def _left_out(fit: LogFit) -> tuple[Text, ...]:
    why = fit.left_out["reason"].value_counts()
    lines = tuple(f"{counted(number, 'call')} {reason}." for reason, number in why.items())
    return (Text(("Left out of the factor:", *lines), "list"),) if lines else ()


def _notes(fit: LogFit) -> tuple[Text, ...]:
    """Return what was noticed, such as rows that can't be right and were set aside."""
    lines = tuple(f"{note}." for note in fit.notes)
    return (Text(("What was noticed:", *lines), "list"),) if lines else ()


def _factors(plan: Plan, table: pd.DataFrame) -> list[Grid]:
    return [_grid(plan, table, "emergency_factor", by) for by in BY if _shown(table, "emergency_factor", by)]


def _minutes(plan: Plan, table: pd.DataFrame) -> list[Grid]:
    found = [q for q in QUANTITIES if q != "emergency_factor" and (table["quantity"] == q).any()]
    return [_grid(plan, table, q, by) for q in found for by in ("class", "hours") if _shown(table, q, by)]


def _shown(table: pd.DataFrame, quantity: str, by: str) -> bool:
    of_both = table[(table["quantity"] == quantity) & (table["by"] == by)]
    return bool((of_both["calls"] >= FEWEST_SHOWN).any())


def _grid(plan: Plan, table: pd.DataFrame, quantity: str, by: str) -> Grid:
    """Return the estimates of a quantity for all calls and by one kind of group."""
    unit = "" if quantity == "emergency_factor" else " [min]"
    names = {name: c.name for name, c in plan.document.classes.items()}
    rows = []
    for row in records(table[(table["quantity"] == quantity) & table["by"].isin(["all", by])]):
        if row["calls"] < FEWEST_SHOWN:
            continue
        first, _, rest = str(row["group"]).partition(", ")
        label = ", ".join(part for part in (names.get(first, first), rest) if part) or "all calls"
        fitted = (factor(float(row[column])) for column in ("estimate", "low", "high", "raw", "spread"))
        numbers = (count(row["calls"]), *fitted)
        rows.append(Row((label,), tuple(Cell(text) for text in numbers)))

    heads = (BY[by], "Calls", f"Estimate{unit}", "Low", "High", "Plain mean", "Spread of calls")
    return Grid(
        f"{QUANTITIES[quantity]}: {BY[by].lower()}", heads, tuple(rows), (False, *[True] * (len(heads) - 1))
    )


def _figures(fit: LogFit) -> Grid:
    rows = tuple(
        Row((path,), (Cell(f"{f.value:g}"), Cell(f"{f.low:g}"), Cell(f"{f.high:g}"), Cell(f.note or "")))
        for path, f in fit.figures.items()
    )
    return Grid("Figures", ("Figure", "Value", "Low", "High", "From"), rows, (False, True, True, True, False))
