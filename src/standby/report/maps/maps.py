"""Maps: what the browser draws, and a still picture of it for print and for readers without scripts."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import pandas as pd

from standby.report.blocks.blocks import Cell, Grid, Map, Row
from standby.report.content import Content
from standby.tables import records
from standby.words import numbers

BREAKS_MIN = (10, 15, 20, 30, 45, 60)
"""Upper ends of the colours of minutes [min]."""

BREAKS_SHARE = (0.1, 0.3, 0.5, 0.7, 0.9, 0.95)
"""Upper ends of the colours of chances."""

RAMP = ("#fde725", "#9fd938", "#4ac16d", "#1f988b", "#2a788e", "#414487", "#3b0f53")
"""From light to dark, in steps that the colour-blind can tell apart and that stay in order without colour."""

MEASURES = {
    "first_mean_min": "First armed arrival, mean minutes",
    "full_mean_min": "Full attendance, mean minutes",
    "nearest_min": "Nearest unit if free, minutes",
    "drive_min": "Driving from the nearest site, minutes",
    "chance_in_time": "Chance of arrival within the main standard",
}
STILL_WIDTH = 760


def response_map(content: Content) -> Map | None:
    """Return the map of the internal edition: minutes by area and option, with units."""
    frame = content.table("areas")
    base = frame[frame["option"] == "base"]
    if base.empty:
        return None

    measures = {k: v for k, v in MEASURES.items() if k in frame}

    # A circle for each area stays the same for all options; only its colour changes with the values below.
    points = [
        {
            "lon": degrees(r["lon"]),
            "lat": degrees(r["lat"]),
            "radius": radius(r["people"]),
            "label": [
                r["name"],
                content.name("class", r["class"]),
                content.name("force", r["force"]),
                f"{numbers.count(r['people'])} people",
            ],
        }
        for r in records(base)
    ]

    options = list(dict.fromkeys(frame["option"]))
    layers = {
        measure: {o: _values(frame[frame["option"] == o], base["area"], measure) for o in options}
        for measure in measures
    }

    data = {
        "points": points,
        "options": [{"id": o, "name": content.name("option", o)} for o in options],
        "measures": [
            {
                "id": k,
                "name": v,
                "breaks": list(BREAKS_SHARE if k.startswith("chance") else BREAKS_MIN),
                "colours": list(reversed(RAMP) if k.startswith("chance") else RAMP),
                "share": k.startswith("chance"),
            }
            for k, v in measures.items()
        ],
        "values": layers,
        "units": _units(content),
        "limit": content.limit_min,
        **background(content),
    }

    caption = "Response by area" + content.of_invented_bases
    alt = (
        f"Map of {len(base)} areas, coloured by minutes or by chance in time, for the option chosen above it."
    )
    return Map(caption, alt, data, still(_coloured(data)), _area_grid(content, frame), notice(content))


def degrees(value: float) -> float:
    """Return a coordinate to about ten metres."""
    return round(float(value), 4)


def radius(people: float) -> float:
    """Return a radius that grows with the root of the people [px]."""
    known = 0.0 if math.isnan(people) else max(0.0, float(people))

    # An area with 40,000 people has 7.5 px; from some 290,000 on circles are alike, so as not to hide others.
    return round(min(16.0, 2.5 + math.sqrt(known) / 40), 1)


def _values(frame: pd.DataFrame, order: pd.Series, measure: str) -> list[float | str | None]:
    """Return the values of an option in the order of the points; infinity as a text, which JSON can hold."""
    by_area = frame.set_index("area")[measure].reindex(order)
    return [None if math.isnan(v) else "inf" if math.isinf(v) else round(float(v), 3) for v in by_area]


def _units(content: Content) -> list[dict[str, Any]]:
    """Return the units of every option, where they stand and how busy they are."""
    frame = content.table("units")
    return [
        {
            "option": r["option"],
            "lon": degrees(r["lon"]),
            "lat": degrees(r["lat"]),
            "label": [
                f"{numbers.count(r['count'])} × {content.name('tier', r['tier'])}",
                r["site_name"],
                content.name("force", r["force"]),
                f"busy {numbers.share(float(r['busy_share']))}",
            ],
        }
        for r in records(frame)
    ]


def _area_grid(content: Content, frame: pd.DataFrame) -> Grid:
    """Return the mean minutes to the first armed arrival by area and option."""
    options = list(dict.fromkeys(frame["option"]))
    wide = frame.pivot_table(
        index="area", columns="option", values="first_mean_min", sort=False, aggfunc="first"
    )

    # Places of a force stand together, in the order of their names.
    first = frame.drop_duplicates("area").sort_values(["force", "name"], kind="stable")
    rows = tuple(
        Row(
            (str(r["name"]),),
            (
                Cell(content.name("force", r["force"])),
                Cell(numbers.count(r["people"])),
                *(Cell(content.minutes(float(wide.loc[r["area"], o]))) for o in options),
            ),
        )
        for r in records(first)
    )

    heads = ("Area", "Force", "People", *(content.name("option", o) for o in options))
    numeric = (False, False, True, *(True for _ in options))
    return Grid("First armed arrival by area, mean minutes", heads, rows, numeric)


def background(content: Content) -> dict[str, Any]:
    """Return the outlines of the forces, those that are planned for marked."""
    outlines = content.plan.outlines()
    shapes = []
    for feature in (outlines or {}).get("features", []):
        force = str(feature["properties"].get("force", ""))
        shapes.append(
            {
                "name": content.name("force", force),
                "planned": force in content.plan.forces,
                "geometry": feature["geometry"],
            }
        )
    return {"outlines": shapes}


def notice(content: Content) -> str:
    """Return what the publisher of the outlines wants to be said with them."""
    outlines = content.plan.outlines() or {}
    return str(outlines.get("properties", {}).get("notice", ""))


def _coloured(data: dict[str, Any]) -> dict[str, Any]:
    """Return the map's points coloured by the first measure of the base, for the still picture."""
    measure = data["measures"][0]
    values = data["values"][measure["id"]][data["options"][0]["id"]]
    points = [p | {"colour": colour_of(v, measure)} for p, v in zip(data["points"], values, strict=True)]

    ends = [0, *measure["breaks"]]
    labels = [f"{a}–{b} min" for a, b in pairwise(ends)] + [f"over {ends[-1]} min"]
    legend = [{"colour": c, "label": text} for c, text in zip(measure["colours"], labels, strict=True)]
    legend[0]["label"] = f"up to {ends[1]} min"
    return {
        **data,
        "points": points,
        "legend": legend,
        "title": f"{measure['name']}: {data['options'][0]['name']}",
    }


def colour_of(value: float | str | None, measure: dict[str, Any]) -> str:
    """Return the colour of a value on the scale of its measure."""
    if value is None:
        return "#ffffff"
    number = math.inf if value == "inf" else float(value)
    step = sum(number > end for end in measure["breaks"])
    return str(measure["colours"][step])


def still(data: dict[str, Any]) -> dict[str, Any]:
    """Return a still picture: paths and circles in px on a plane whose scale fits the middle latitude."""
    points = data["points"]
    shapes = [ring for area in data.get("areas", ()) for ring in _rings(area["geometry"])]
    reached = [at for ring in shapes for at in ring]
    west, east = _ends([*(p["lon"] for p in points), *(at[0] for at in reached)])
    south, north = _ends([*(p["lat"] for p in points), *(at[1] for at in reached)])

    # A degree of longitude is shorter than one of latitude by the cosine of the latitude.
    shrink = math.cos(math.radians((south + north) / 2))
    scale = STILL_WIDTH / ((east - west) * shrink)
    height = round((north - south) * scale)

    def place(lon: float, lat: float) -> tuple[float, float]:
        """Return where a position lies in the picture, from its upper left corner [px]."""
        return round((lon - west) * shrink * scale, 1), round((north - lat) * scale, 1)

    # Small circles are drawn over large ones.
    circles = []
    for p in sorted(points, key=lambda p: -p["radius"]):
        x, y = place(p["lon"], p["lat"])
        circles.append({"x": x, "y": y, "r": p["radius"], "colour": p["colour"]})

    # Outlines of forces, and areas that are reached where the map has those.
    paths = [
        {"planned": s["planned"], "d": "".join(_path(ring, place) for ring in _rings(s["geometry"]))}
        for s in data["outlines"]
    ]
    areas = [
        {"colour": a["colour"], "d": "".join(_path(ring, place) for ring in _rings(a["geometry"]))}
        for a in data.get("areas", ())
    ]

    return {
        "width": STILL_WIDTH,
        "height": height,
        "circles": circles,
        "paths": paths,
        "areas": areas,
        "legend": data["legend"],
        "title": data.get("title", ""),
    }


def _ends(values: list[float]) -> tuple[float, float]:
    """Return the least and the greatest of some coordinates, with a margin around them [degrees]."""
    low = min(values)
    high = max(values)

    # A region that is one point has no width of its own.
    margin = max(0.04 * (high - low), 0.02)
    return low - margin, high + margin


def _rings(geometry: dict[str, Any]) -> list[list[list[float]]]:
    """Return the rings of a polygon or of several, holes among them; nothing of other shapes."""
    if geometry["type"] == "Polygon":
        return list(geometry["coordinates"])
    if geometry["type"] == "MultiPolygon":
        return [ring for polygon in geometry["coordinates"] for ring in polygon]
    return []


def _path(ring: list[list[float]], place: Any) -> str:
    """Return a ring as a closed path of SVG."""
    return "M" + "L".join("{} {}".format(*place(*point[:2])) for point in ring) + "Z"
