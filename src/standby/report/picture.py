"""A picture of a result, for notebooks: what the front doors of the rooms return, drawn by Plotly."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from standby._refusals import Refusal
from standby.appraise import Appraisal
from standby.attendance import LogFit
from standby.cover import Cover, Need
from standby.locate import Located
from standby.report.blocks.blocks import Chart, finite
from standby.report.blocks.options import main_criteria
from standby.report.charts import charts
from standby.report.charts.look import layout
from standby.report.pages.log import picture_of_log
from standby.report.write import content_of
from standby.tables import FEWEST_SHOWN, column_of, records
from standby.travel import Times
from standby.words import numbers
from standby.workforce import ShiftCover

if TYPE_CHECKING:
    import plotly.graph_objects as go

Pictured = Appraisal | Cover | Need | Located | Times | LogFit | ShiftCover
"""Results that a picture can be drawn of."""


def picture(result: Pictured) -> go.Figure:
    """Return a picture of a result, for internal use.

    ======================  ==========================================================================
    result of               what is drawn
    ======================  ==========================================================================
    `standby.appraise`      each option's difference from the base by the first criterion, with interval
    `standby.cover.cover`   share inside each standard: if all are free, expected, assured, required
    `standby.cover.need`    officers that each standard would need, beside those in post
    `standby.locate`        units at each site, today and in the answer
    `travel_times`          share of places within so many minutes of the nearest site
    `fit_log`               minutes of past calls, logged against fitted
    `shift_cover`           chance by hour of the week that all units wanted are crewed, by force and tier
    ======================  ==========================================================================

    Parameters
    ----------
    result
        What the front door of a room returned.

    Returns
    -------
    plotly.graph_objects.Figure
        Shown by a notebook; ``figure.write_html("picture.html")`` writes it as a file.

    Raises
    ------
    TypeError
        If there is no picture of such a result.
    ValueError
        If the result has nothing to draw, e.g. an appraisal without options.
    """
    import plotly.graph_objects as go  # noqa: PLC0415 - slow to import, and only pictures need it

    for kind, drawn in PICTURES.items():
        if isinstance(result, kind):
            chart = drawn(result)
            break
    else:
        known = ", ".join(kind.__name__ for kind in PICTURES)
        raise TypeError(f"there is no picture of a {type(result).__name__}; there is one of {known}")
    if chart is None:
        raise Refusal(f"this {type(result).__name__} has nothing to draw", "give one with rows")

    figure = go.Figure(data=list(chart.traces), layout=chart.layout)
    top = {"t": 60, **{side: size for side, size in chart.layout["margin"].items() if side != "t"}}
    return figure.update_layout(title={"text": chart.caption}, height=chart.height + 60, margin=top)


def _appraisal(appraisal: Appraisal) -> Chart | None:
    content = content_of(appraisal, "internal")
    first = main_criteria(content)[0]
    name = content.name("criterion", first)
    return charts.differences(content, first, f"{name}: difference from things as they are")


def _cover(cover: Cover) -> Chart | None:
    rows = cover.standards[cover.standards["scope_kind"] == "all"]
    columns = ("share_if_free", "share_expected", "share_assured", "required")
    series = {column_of("standards", c).label: finite(100.0 * rows[c]) for c in columns}
    caption = "Share inside each standard"
    return charts.bars(list(rows["name"]), series, caption=caption, unit="per cent", grid=None)


def _need(need: Need) -> Chart | None:
    table = need.table
    several = table["forces"].nunique() > 1
    labels = [
        f"{forces}: {name}" if several else str(name)
        for forces, name in zip(table["forces"], table["name"], strict=True)
    ]
    series = {column_of("need", c).label: finite(table[c]) for c in ("officers", "strength")}
    return charts.bars(
        labels, series, caption="What each standard would need", unit="armed officers", grid=None
    )


def _located(located: Located) -> Chart | None:
    table = located.table
    series = {column_of("siting_sites", c).label: finite(table[c]) for c in ("units_today", "units")}
    return charts.bars(list(table["name"]), series, caption="Units at each site", unit="units", grid=None)


def _times(times: Times) -> Chart | None:
    if not times.minutes.size:
        return None
    nearest = np.sort(times.minutes.min(axis=0))
    reached = nearest[np.isfinite(nearest)]
    if not reached.size:
        return None

    # A step up at each place; those that nobody reaches are below the line for ever.
    share = np.arange(reached.size + 1) / nearest.size
    minutes = [0.0, *reached.tolist()]
    said = [
        f"{numbers.share(part)} of places within {numbers.minutes(within)}"
        for part, within in zip(share.tolist(), minutes, strict=True)
    ]

    trace = {
        "type": "scatter",
        "mode": "lines",
        "line": {"shape": "hv", "width": 2},
        "x": minutes,
        "y": (100.0 * share).tolist(),
        "text": said,
        "hovertemplate": "%{text}<extra></extra>",
    }
    look = layout(
        xaxis={"title": {"text": "minutes of a drive from the nearest site"}, "rangemode": "tozero"},
        yaxis={"title": {"text": "% of places"}, "range": [0, 102]},
    )
    caption = f"Places by minutes from the nearest site, by {times.method}"
    return Chart(caption, caption, (trace,), look, 360, None)


def _shift_cover(found: ShiftCover) -> Chart | None:
    # Of few officers no edition shows what follows from their number.
    shown = found.by_hour[found.by_hour["officers"] >= FEWEST_SHOWN]
    if shown.empty:
        return None

    traces = []
    for _, rows in shown.groupby(["force", "tier", "crew"], sort=False):
        of = rows.iloc[0]
        said = [
            f"{row['day']} {row['clock']:02d}:00, {numbers.count(row['wanted'])} wanted: "
            f"{numbers.share(row['chance_complete'])}"
            for row in records(rows)
        ]
        traces.append(
            {
                "type": "scatter",
                "mode": "lines",
                "line": {"shape": "hv", "width": 2},
                "name": f"{found.names[of['force']]}, {found.names[of['tier']]}, crews of {of['crew']}",
                "x": rows["hour"].tolist(),
                "y": finite(100.0 * rows["chance_complete"]),
                "text": said,
                "hovertemplate": "%{text}<extra></extra>",
            }
        )

    days = list(dict.fromkeys(shown["day"]))
    look = layout(
        xaxis={"tickvals": list(range(12, 168, 24)), "ticktext": days, "range": [0, 168]},
        yaxis={"title": {"text": "% of the time"}, "range": [0, 102]},
    )
    caption = f"Chance that all units wanted are crewed, by hour of the week: {found.pattern.name}"
    return Chart(caption, caption, tuple(traces), look, 360, None)


PICTURES: dict[type, Callable[[Any], Chart | None]] = {
    Appraisal: _appraisal,
    Cover: _cover,
    Need: _need,
    Located: _located,
    Times: _times,
    LogFit: picture_of_log,
    ShiftCover: _shift_cover,
}
"""How each kind of result is drawn."""
