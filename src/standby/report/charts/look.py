"""The look that all charts share."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from typing import Any

PALETTE = (
    "#0072B2",
    "#D55E00",
    "#008560",
    "#B8558C",
    "#9A6700",
    "#2B8AC0",
    "#5b5b5b",
    "#7b3294",
    "#a61c3c",
    "#000000",
)
"""Colours that the colour-blind can tell apart, after Okabe and Ito; contrast of 3 to 1 on white or more."""

LINE = 44
"""Longest line of a name above a row [characters]: what a phone has room for."""

INK = "#1b2733"
FAINT = "#d5dce3"
SYMBOLS = (
    "circle",
    "square",
    "triangle-up",
    "x",
    "star",
    "cross",
    "triangle-down",
    "pentagon",
    "hexagon",
    "bowtie",
)


def layout(**more: Any) -> dict[str, Any]:
    """Return the look that all charts share, with what a chart has otherwise.

    Parameters
    ----------
    more
        Parts of a Plotly layout; a part that is a dictionary is laid over the one here, key by key.
    """
    # Nothing can be dragged or zoomed: on a phone a finger on a chart is meant to scroll the page.
    axis = {
        "gridcolor": FAINT,
        "zerolinecolor": "#9aa7b4",
        "linecolor": FAINT,
        "automargin": True,
        "fixedrange": True,
    }
    base: dict[str, Any] = {
        "font": {
            "family": "system-ui, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif",
            "size": 13,
            "color": INK,
        },
        "paper_bgcolor": "#ffffff",
        "plot_bgcolor": "#ffffff",
        "margin": {"l": 8, "r": 16, "t": 8, "b": 44},
        "colorway": list(PALETTE),
        "hoverlabel": {"bgcolor": "#ffffff", "font": {"color": INK}, "bordercolor": "#9aa7b4"},
        "legend": {"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 0, "xanchor": "left"},
        "xaxis": dict(axis),
        "yaxis": dict(axis),
        "dragmode": False,
    }

    for key, value in more.items():
        base[key] = (
            {**base[key], **value} if isinstance(base.get(key), dict) and isinstance(value, dict) else value
        )

    return base


def lines_of(text: str, width: int) -> str:
    """Return a label broken into lines; plain text, as Plotly would read a tag as one."""
    safe = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return "<br>".join(textwrap.wrap(safe, width)) or safe


def names_above(titles: Iterable[str], above: float) -> list[dict[str, Any]]:
    """Return annotations that name rows above them: readable however narrow the page is.

    Parameters
    ----------
    titles
        Names of the rows, at 0, 1 and so on.
    above
        How far above the middle of the row its name ends [px]: beyond its markers.
    """
    return [
        {
            "xref": "paper",
            "x": 0,
            "xanchor": "left",
            "y": i,
            "yshift": above,
            "yanchor": "bottom",
            "text": lines_of(t, LINE),
            "showarrow": False,
            "font": {"size": 12},
            "align": "left",
            "borderpad": 0,
        }
        for i, t in enumerate(titles)
    ]


def lines_in(titles: Iterable[str]) -> int:
    """Return how many lines the longest of the names above rows takes."""
    return max((lines_of(t, LINE).count("<br>") + 1 for t in titles), default=1)
