"""The map of what is reached over roads from today's sites, for the internal edition."""

from __future__ import annotations

from typing import Any

from standby.attendance import isochrones
from standby.report.blocks.blocks import Cell, Grid, Map, Row
from standby.report.content import Content
from standby.report.maps import maps
from standby.words import numbers

STEPS_MIN = (10, 20, 30)
COLOURS = {10: "#2a788e", 20: "#4ac16d", 30: "#d9e36b"}

SIMPLER_DEGREES = 0.0005
"""How far an outline may be from the one that was found: about 50 m, less than a line's width on the page."""

EQUAL_AREA = "EPSG:6933"


def reach_map(content: Content) -> Map | None:
    """Return where a drive of 10, 20 and 30 minutes leads from the sites in use, None without roads."""
    if content.plan.document.travel.method != "roads":
        return None

    found = isochrones(content.plan, minutes=STEPS_MIN)
    found = found[~found.geometry.is_empty]
    if found.empty:
        return None

    # Large areas first, so that what is reached sooner lies upon them.
    whole = found.dissolve(by="minutes").sort_index(ascending=False)
    areas = [
        {
            "colour": COLOURS[int(minutes)],
            "label": f"within {minutes:g} minutes of a site",
            "geometry": shape.simplify(SIMPLER_DEGREES).__geo_interface__,
        }
        for minutes, shape in zip(whole.index, whole.geometry, strict=True)
    ]

    sites = content.plan.table("sites")
    sites = sites[sites["id"].isin(found["site"])]
    points = [
        {"lon": lon, "lat": lat, "radius": 5, "colour": "#c1121f", "label": [name, "site"]}
        for lon, lat, name in zip(sites["lon"], sites["lat"], sites["name"], strict=True)
    ]

    legend = [{"colour": COLOURS[m], "label": f"within {m} minutes"} for m in STEPS_MIN]
    legend.append({"colour": "#c1121f", "label": "site"})
    data: dict[str, Any] = {"points": points, "areas": areas, "legend": legend, **maps.background(content)}

    alt = (
        f"Map of the area within {', '.join(map(str, STEPS_MIN))} minutes of emergency driving over roads "
        f"from {len(points)} sites in use. It counts neither authorisation nor turnout, and nobody is busy."
    )

    grid = _grid(found)
    notice = "Roads and their speeds are those of the plan's road file and profile."
    notice = " ".join(filter(None, [notice, maps.notice(content)]))

    caption = "Reached over roads from the sites in use" + content.of_invented_bases
    return Map(caption, alt, data, maps.still(data), grid, notice)


def _grid(found: Any) -> Grid:
    """Return the square kilometres reached from each site."""
    km2 = found.assign(km2=found.geometry.to_crs(EQUAL_AREA).area / 1e6)
    wide = km2.pivot(index="site_name", columns="minutes", values="km2")
    rows = tuple(
        Row((str(name),), tuple(Cell(numbers.count(float(wide.loc[name, m]))) for m in STEPS_MIN))
        for name in wide.index
    )
    heads = ("Site", *(f"In {m} minutes [km²]" for m in STEPS_MIN))
    return Grid("Area reached from each site", heads, rows, (False, *[True] * len(STEPS_MIN)))
