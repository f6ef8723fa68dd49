"""Charts: what Plotly is given, made from tables of the edition."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from standby.appraise import REACHED
from standby.report.blocks.blocks import Chart, Grid, finite
from standby.report.blocks.options import difference, ruled_out, told_apart
from standby.report.charts.look import INK, PALETTE, SYMBOLS, layout, lines_in, lines_of, names_above
from standby.report.content import Content
from standby.tables import column_of, records
from standby.words import numbers

ROW_ABOVE = 25
"""From the middle of a row of markers to the name above it [px]."""

MARKERS = 30
"""Height of a row of markers, one below the other [px]."""

LEGEND_LINE = 20
"""Height of a line of a legend; on a phone each entry has one [px]."""

BAR = 22
"""Height of a bar [px]."""

LABEL_LINE = 17
"""Height of a line of a name above a row [px]."""


def differences(content: Content, criterion: str, title: str) -> Chart | None:
    """Return the options' differences from the base for one criterion, each with its interval."""
    frame = content.table("decision")
    frame = frame[(frame["criterion"] == criterion) & (frame["option"] != "base")]
    values = frame[["difference", "difference_low", "difference_high"]].apply(pd.to_numeric, errors="coerce")
    drawn = values.map(math.isfinite).all(axis=1)
    frame = frame[drawn]
    values = values[drawn]
    if frame.empty:
        return None

    kind = content.criterion_kind(criterion)
    scale = {"share": 100.0, "money": 1e-6}.get(kind, 1.0)

    text = []
    for row in records(frame):
        said, bounds = difference(content, row)
        text.append(("" if told_apart(row) else "≈ ") + said + (f" ({bounds})" if bounds else ""))

    names = [content.name("option", o) for o in frame["option"]]
    closed = ruled_out(content)

    trace = {
        "type": "scatter",
        "mode": "markers",
        "x": finite(values["difference"] * scale),
        "y": [lines_of(n, 24) for n in names],
        "text": text,
        "hovertemplate": "%{text}<extra></extra>",
        "error_x": {
            "type": "data",
            "symmetric": False,
            "thickness": 2,
            "width": 0,
            "color": "#5b6770",
            "array": finite((values["difference_high"] - values["difference"]) * scale),
            "arrayminus": finite((values["difference"] - values["difference_low"]) * scale),
        },
        "marker": {
            "size": 9,
            "color": ["#6b7680" if o in closed else PALETTE[0] for o in frame["option"]],
            "symbol": ["circle-open" if o in closed else "circle" for o in frame["option"]],
        },
    }

    alt = (
        f"{title}, difference from the base: "
        + "; ".join(f"{n} {t}" for n, t in zip(names, text, strict=True))
        + "."
    )

    axis = {
        "title": {
            "text": "percentage points" if kind == "share" else _unit(content, criterion),
            "font": {"size": 12},
        }
    }
    ticks = {"tickprefix": "£", "ticksuffix": "m"} if kind == "money" else {"tickformat": ","}

    look = layout(
        xaxis={**axis, **ticks, "zeroline": True, "zerolinewidth": 2, "nticks": 6},
        yaxis={"autorange": "reversed", "tickfont": {"size": 12}},
        showlegend=False,
    )

    return Chart(title, alt, (trace,), look, 70 + 34 * len(frame))


def _unit(content: Content, criterion: str) -> str:
    frame = content.table("criteria")
    unit = str(frame.loc[frame["criterion"] == criterion, "unit"].iloc[0])
    return {"min": "minutes"}.get(unit, unit)


def standards(content: Content, grid: Grid) -> Chart | None:
    """Return the share reached by standard and option, beside what is required."""
    frame = content.table("standards")
    frame = frame[frame["scope_kind"] == "all"]
    order = list(dict.fromkeys(frame["standard"]))
    if frame.empty:
        return None

    base = frame[frame["option"] == frame["option"].iloc[0]]
    titles = [str(frame.loc[frame["standard"] == s, "name"].iloc[0]) for s in order]

    # Rows are one unit of the axis apart; heights in px say how much room a name takes of it.
    label = LABEL_LINE * lines_in(titles)
    row = 2 * ROW_ABOVE + label
    traces = _standard_traces(content, frame, {name: i for i, name in enumerate(order)}, MARKERS / row)

    look = layout(
        xaxis={
            "range": [-2, 102],
            "ticksuffix": "%",
            "title": {"text": "share reached in time"},
        },
        yaxis={
            "showticklabels": False,
            "range": [len(order) - 0.6, -(ROW_ABOVE + label) / row],
            "tickvals": [],
            "showgrid": False,
            "zeroline": False,
        },
        annotations=names_above(titles, ROW_ABOVE),
        legend={"y": -0.16 if len(order) > 3 else -0.3, "yanchor": "top"},
    )

    alt = "Share reached in time by standard. " + "; ".join(
        f"{t}: required {numbers.share(float(r))}, as it is {content.writer('share')(float(a))}"
        for t, r, a in zip(
            titles, base["required"], pd.to_numeric(base[content.reached], errors="coerce"), strict=False
        )
    )

    return Chart(
        "Share reached in time, by standard and option",
        alt + ".",
        tuple(traces),
        look,
        round(row * (len(order) - 0.6) + ROW_ABOVE + label + 80 + LEGEND_LINE * len(traces)),
        grid,
    )


def _standard_traces(
    content: Content, frame: pd.DataFrame, at: Mapping[str, int], spread: float
) -> list[dict[str, Any]]:
    """Return a row of marks for each option, and one for what is required, at each standard's height."""
    traces: list[dict[str, Any]] = []
    options = list(dict.fromkeys(frame["option"]))
    write = content.writer("share")

    for i, option in enumerate(options):
        rows = frame[frame["option"] == option]
        shares = pd.to_numeric(rows[content.reached], errors="coerce")
        name = content.name("option", option)

        # Marks of the options stand side by side, so that none covers another.
        offset = spread * (i / max(1, len(options) - 1) - 0.5)
        traces.append(
            {
                "type": "scatter",
                "mode": "markers",
                "name": lines_of(name, 60),
                "x": finite(shares * 100),
                "y": [at[s] + offset for s in rows["standard"]],
                "marker": {
                    "size": 9,
                    "symbol": SYMBOLS[i % len(SYMBOLS)],
                    "color": PALETTE[i % len(PALETTE)],
                },
                "text": [write(share) for share in shares],
                "hovertemplate": f"{lines_of(name, 60)}: %{{text}}<extra></extra>",
            }
        )

    base = frame[frame["option"] == options[0]]
    traces.append(
        {
            "type": "scatter",
            "mode": "markers",
            "name": "Required",
            "x": finite(base["required"] * 100),
            "y": [at[s] for s in base["standard"]],
            "text": [numbers.share(share) for share in base["required"]],
            "hovertemplate": "Required: %{text}<extra></extra>",
            "marker": {"symbol": "line-ns-open", "size": 30, "line": {"width": 3}, "color": "#000000"},
        }
    )
    return traces


def spread(content: Content, incident: str, grid: Grid) -> Chart | None:
    """Return the median to the 90th percentile of first arrival in town and country, by option."""
    frame = content.table("gap")
    frame = frame[(frame["incident_type"] == incident) & (frame["measure"] == "first")]
    values = frame.filter(like="_p").apply(pd.to_numeric, errors="coerce")
    if frame.empty or not values.map(math.isfinite).any(axis=None):
        return None

    names = [content.name("option", o) for o in frame["option"]]
    traces: list[dict[str, Any]] = []
    for i, (setting, shift) in enumerate((("urban", -0.13), ("rural", 0.13))):
        median = values[f"{setting}_p50_min"]
        slowest = values[f"{setting}_p90_min"]
        p50 = finite(median)
        p90 = finite(slowest)
        at = [k + shift for k in range(len(names))]

        # A None between two bars lifts the pen.
        xs = [v for a, b in zip(p50, p90, strict=True) for v in (a, a if b is None else b, None)]
        ys = [v for a in at for v in (a, a, None)]

        traces += [
            {
                "type": "scatter",
                "mode": "lines",
                "x": xs,
                "y": ys,
                "showlegend": False,
                "hoverinfo": "skip",
                "line": {"width": 4, "color": PALETTE[i]},
            },
            {
                "type": "scatter",
                "mode": "markers",
                "name": f"{setting.capitalize()}: median",
                "x": p50,
                "y": at,
                "marker": {"size": 10, "color": PALETTE[i], "symbol": "circle"},
                "text": [content.minutes(value) for value in median],
                "hovertemplate": "%{text}<extra></extra>",
            },
            {
                "type": "scatter",
                "mode": "markers",
                "name": f"{setting.capitalize()}: 90th percentile",
                "x": p90,
                "y": at,
                "marker": {"size": 12, "color": PALETTE[i], "symbol": "line-ns-open", "line": {"width": 3}},
                "text": [content.minutes(value) for value in slowest],
                "hovertemplate": "%{text}<extra></extra>",
            },
        ]

    look = layout(
        xaxis={"title": {"text": "minutes from the call"}, "rangemode": "tozero"},
        yaxis={
            "tickvals": list(range(len(names))),
            "ticktext": [lines_of(n, 24) for n in names],
            "range": [len(names) - 0.5, -0.5],
            "showgrid": False,
            "zeroline": False,
        },
    )

    caption = f"First armed arrival in town and country: {content.name('incident_type', incident)}"
    alt = f"{caption}. " + "; ".join(
        f"{n}: urban median {content.minutes(u)}, rural median {content.minutes(r)}"
        for n, u, r in zip(names, values["urban_p50_min"], values["rural_p50_min"], strict=True)
    )

    return Chart(caption, alt + ".", tuple(traces), look, 130 + 44 * len(names), grid)


def build_up(content: Content, incident: str, grid: Grid) -> Chart | None:
    """Return the armed officers there by minutes from the call and by whose they are, as things are."""
    frame = content.table("build_up")
    frame = frame[
        (frame["incident_type"] == incident) & (frame["scope_kind"] == "all") & (frame["option"] == "base")
    ]
    if frame.empty or pd.to_numeric(frame["own"], errors="coerce").isna().all():
        return None

    labels = {name: column_of("build_up", name).label for name in ("own", "shared", "neighbour")}
    write = content.writer("count")
    traces = tuple(
        {
            "type": "scatter",
            "mode": "lines",
            "stackgroup": "officers",
            "name": label,
            "x": finite(frame["minutes"]),
            "y": finite(frame[name]),
            "line": {"width": 1.5, "color": PALETTE[i]},
            "text": [write(float(officers)) for officers in frame[name]],
            "hovertemplate": "%{text}<extra>" + label + "</extra>",
        }
        for i, (name, label) in enumerate(labels.items())
    )

    look = layout(
        xaxis={"title": {"text": "minutes from the call"}},
        yaxis={"title": {"text": "armed officers there"}, "rangemode": "tozero"},
        hovermode="x unified",
    )

    caption = f"Build-up of armed officers, as it is: {content.name('incident_type', incident)}"
    last = frame.iloc[-1]
    total = sum(float(last[name]) for name in labels)
    after = content.minutes(float(last["minutes"]))
    alt = f"{caption}. After {after}, {numbers.count(total)} armed officers are expected."

    return Chart(caption, alt, traces, look, 360, grid)


def bars(
    labels: list[str],
    series: dict[str, list[float | None]],
    *,
    caption: str,
    unit: str,
    grid: Grid | None,
    marks: Mapping[str, float | None] | None = None,
) -> Chart | None:
    """Return grouped bars: a group for each label.

    Parameters
    ----------
    labels
        One for each group.
    series
        Values by name of the series; None where there is none.
    caption, unit
        Heading; what is counted.
    grid
        The same numbers.
    marks
        Numbers that all bars are seen against, by name; drawn as lines, the first solid.
    """
    write = numbers.count
    lines = {name: value for name, value in (marks or {}).items() if value is not None}
    if not labels or not any(v is not None for values in series.values() for v in values):
        return None

    # Groups are one unit of the axis apart; heights in px say how much room bars and names take of it.
    bars_px = BAR * len(series)
    label = LABEL_LINE * lines_in(labels)
    row = bars_px + label + 14

    traces = _bar_traces(len(labels), series, bars_px / row)

    look = layout(
        xaxis={"title": {"text": unit}, "rangemode": "tozero"},
        yaxis={
            "showticklabels": False,
            "range": [len(labels) - 1 + (0.5 * bars_px + 6) / row, -(0.5 * bars_px + 4 + label) / row],
            "tickvals": [],
            "showgrid": False,
            "zeroline": False,
        },
        annotations=names_above(labels, 0.5 * bars_px + 2),
        barmode="overlay",
        showlegend=len(series) > 1,
        shapes=_lines(list(lines.values()), len(labels), (0.5 * bars_px + 3) / row),
    )

    alt = f"{caption}. " + "; ".join(
        f"{label}: " + ", ".join(f"{n} {write(x)}" for n, v in series.items() if (x := v[k]) is not None)
        for k, label in enumerate(labels)
    )
    alt += "".join(f"; {name}: {write(v)}" for name, v in lines.items())

    return Chart(
        caption,
        alt + ".",
        traces,
        look,
        70 + row * len(labels) + (40 if len(series) > 1 else 0),
        grid,
    )


def _bar_traces(
    groups: int, series: Mapping[str, list[float | None]], share: float
) -> tuple[dict[str, Any], ...]:
    height = share / len(series)
    return tuple(
        {
            "type": "bar",
            "orientation": "h",
            "name": name,
            "x": values,
            "y": [k + (i - (len(series) - 1) / 2) * height for k in range(groups)],
            "width": height * 0.92,
            "text": ["" if v is None else numbers.count(v) for v in values],
            "textposition": "auto",
            "cliponaxis": False,
            "textfont": {"size": 11},
            "insidetextanchor": "end",
            "textangle": 0,
            "marker": {"color": PALETTE[i % len(PALETTE)]},
            "hovertemplate": "%{text}<extra>" + name + "</extra>",
        }
        for i, (name, values) in enumerate(series.items())
    )


def _lines(values: list[float], groups: int, half: float) -> list[dict[str, Any]]:
    """Return lines across the bars of each group, the first solid; they leave the names above alone."""
    return [
        {
            "type": "line",
            "x0": value,
            "x1": value,
            "y0": k - half,
            "y1": k + half,
            "line": {"width": 2, "color": INK, "dash": dash},
        }
        for value, dash in zip(values, ("solid", "dot", "dash"), strict=False)
        for k in range(groups)
    ]


def by_year(content: Content, grid: Grid) -> Chart | None:
    """Return what each option costs more than the base, year by year."""
    totals = content.cost_by("year")
    totals = totals[totals["option"] != "base"]
    if totals.empty:
        return None

    write = content.writer("money")
    traces = _traces_by_year(content, totals, "budget_gbp", write, unit=1e6, first_look=1)

    look = layout(
        xaxis={"title": {"text": "year"}, "dtick": 1},
        yaxis={"title": {"text": "£m a year more than the base"}, "tickprefix": "£", "ticksuffix": "m"},
    )

    alt = "Cost by year, more than the base. " + "; ".join(
        f"{content.name('option', str(option))}: {write(float(rows['budget_gbp'].iloc[0]))} "
        f"in the first year, {write(float(rows['budget_gbp'].iloc[-1]))} in the last"
        for option, rows in totals.groupby("option", sort=False)
    )

    return Chart("Cost by year, more than the base", alt + ".", traces, look, 420, grid)


def delivery(content: Content, grid: Grid) -> Chart | None:
    """Return how many each option reaches in time, year by year, while its posts are being filled."""
    frame = content.table("delivery")
    frame = frame[frame["scope_kind"] == "all"] if len(frame) else frame
    if frame.empty:
        return None

    write = content.criterion_writer(REACHED)
    counted = content.counted
    caption = f"{counted.capitalize()} reached in time while posts are being filled"
    look = layout(
        xaxis={"title": {"text": "year"}, "dtick": 1},
        yaxis={"title": {"text": f"{counted} inside the main standard"}},
    )

    alt = f"{caption}. " + "; ".join(
        f"{content.name('option', str(option))}: {write(float(rows['reached'].iloc[0]))} in the first year, "
        f"{write(float(rows['reached'].iloc[-1]))} in the last"
        for option, rows in frame.groupby("option", sort=False)
    )
    traces = _traces_by_year(content, frame, "reached", write)
    return Chart(caption, alt + ".", traces, look, 420, grid)


def _traces_by_year(
    content: Content,
    frame: pd.DataFrame,
    column: str,
    write: Callable[[float], str],
    *,
    unit: float = 1.0,
    first_look: int = 0,
) -> tuple[dict[str, Any], ...]:
    """Return a line for each option, those that are ruled out dotted and hidden at first.

    Parameters
    ----------
    content
        The edition.
    frame
        Rows with ``option``, ``year`` and the numbers that are drawn.
    column
        Which numbers these are.
    write
        Writes one of them.
    unit
        What one is on the axis, in units of the numbers.
    first_look
        Place of the first option's colour and symbol: 1 where the base is not drawn.
    """
    closed = ruled_out(content)
    traces = []
    for look, (option, rows) in enumerate(frame.groupby("option", sort=False), first_look):
        name = lines_of(content.name("option", str(option)), 60)
        traces.append(
            {
                "type": "scatter",
                "mode": "lines+markers",
                "name": name + (" (ruled out)" if option in closed else ""),
                "x": finite(rows["year"]),
                "y": finite(rows[column] / unit),
                "line": {
                    "width": 2,
                    "dash": "dot" if option in closed else "solid",
                    "color": PALETTE[look % len(PALETTE)],
                },
                "marker": {"symbol": SYMBOLS[look % len(SYMBOLS)], "size": 7},
                "visible": "legendonly" if option in closed else True,
                "text": [write(float(value)) for value in rows[column]],
                "hovertemplate": f"{name}, year %{{x}}: %{{text}}<extra></extra>",
            }
        )
    return tuple(traces)
