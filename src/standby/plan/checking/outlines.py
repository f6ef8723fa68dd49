"""The outlines of the forces: a GeoJSON file for maps, judged before anything is computed."""

from __future__ import annotations

import json
import math
from collections import defaultdict
from collections.abc import Collection, Iterator
from typing import Any

from standby._characters import controls_in
from standby._refusals import Code, Fault, closest, shown
from standby.plan.faults import Note, control_words, rows_text
from standby.plan.files.folder import OUTLINES_FILE

MOST_POINTS = 2_000_000
"""Most corners that the outlines of a plan may have: a page with more can't be opened."""

SHAPES = {"Polygon": 1, "MultiPolygon": 2}
"""Geometries that can be drawn, and how many lists stand around their rings."""

DEGREES = "Write longitude and latitude in degrees (WGS 84), longitude first"
DRAWN = "Give it a Polygon or MultiPolygon, or remove the feature"

Wrong = tuple[str, str, str, Code]
"""Field, what is wrong there, the fix, and the kind of fault."""


def judge_outlines(text: str, forces: Collection[str] | None) -> tuple[list[Fault], list[Note]]:
    """Return what is wrong with the outlines, and outlines of forces that the plan does not have.

    Parameters
    ----------
    text
        The file.
    forces
        Ids of the plan's forces; None when they are not known.
    """
    content, fault = _parsed(text)
    if fault is not None:
        return [fault], []

    # Text that a terminal obeys is judged wherever it stands, but for shapes, which hold numbers.
    if isinstance(content, dict):
        around = {key: value for key, value in content.items() if key != "features"}
        faults = [_fault("", *words) for words in _controls(around)]
    else:
        faults = []

    if not isinstance(content, dict) or content.get("type") != "FeatureCollection":
        what = "is not a GeoJSON FeatureCollection"
        fix = "Write a FeatureCollection, or remove the file"
        return [*faults, _fault("", "", what, fix, "bad-field")], []

    if not isinstance(content.get("properties", {}), dict):
        fix = "Write { } with the notice of the publisher, or leave it out"
        faults.append(_fault("", "properties", "is not an object", fix, "bad-field"))

    features = content.get("features")
    if not isinstance(features, list) or not features:
        fix = "Give a list with a feature for each force, or remove the file"
        return [*faults, _fault("", "features", "has nothing in it", fix, "empty-table")], []

    # Like faults of several features are one fault.
    found: dict[Wrong, list[int]] = defaultdict(list)
    for number, feature in enumerate(features, 1):
        for wrong in _wrong_feature(feature):
            found[wrong].append(number)
    for (field, what, fix, code), numbers in found.items():
        faults.append(_fault(rows_text(numbers).replace("row", "feature"), field, what, fix, code))

    points = sum(map(_points, features)) if not faults else 0
    if points > MOST_POINTS:
        what = f"has {points:,} corners"
        fix = f"Simplify it to {MOST_POINTS:,} corners at most"
        faults.append(_fault("", "", what, fix, "out-of-range"))

    notes = [] if faults or forces is None else list(_strangers(features, forces))
    return faults, notes


def _fault(where: str, field: str, what: str, fix: str, code: Code) -> Fault:
    """Return a fault of the file of outlines."""
    return Fault(OUTLINES_FILE, where, field, what, fix, code)


def _parsed(text: str) -> tuple[Any, Fault | None]:
    """Return what the file holds, or the fault for which it can't be read."""
    fix = "Write the file again, or remove it"
    try:
        content = json.loads(text)
    except RecursionError:
        return None, _fault("", "", "is not GeoJSON: it is nested too deeply", fix, "syntax")
    except ValueError as error:  # a number of thousands of digits is one as well
        return None, _fault("", "", f"is not JSON: {error}", fix, "syntax")

    # JSON may hold half of a character, which no file can be written with.
    try:
        json.dumps(content, ensure_ascii=False).encode()
    except (UnicodeEncodeError, RecursionError):
        return None, _fault("", "", "has a character that is cut in half", fix, "encoding")
    return content, None


def _wrong_feature(feature: Any) -> Iterator[Wrong]:
    """Yield what is wrong with a feature: its force, its text and its shape."""
    if not isinstance(feature, dict) or feature.get("type") != "Feature":
        yield "", "is not a GeoJSON Feature", "Write a Feature, or remove it", "bad-field"
        return

    properties = feature.get("properties")
    force = properties.get("force") if isinstance(properties, dict) else None
    if force is None or force == "":
        fix = "Add a property force with the id of a force of plan.toml"
        yield "force", "is missing", fix, "missing-value"
    elif not isinstance(force, str):
        yield "force", f"is {shown(force)}, not text", "Write the id of a force in quotes", "bad-field"

    if isinstance(properties, dict) and "geometry" in properties:
        fix = "Give the property another name"
        yield "geometry", "is a property as well, where map files keep the shape", fix, "overlap"

    yield from _controls({key: value for key, value in feature.items() if key != "geometry"})
    yield from _wrong_geometry(feature.get("geometry"))


def _controls(content: Any) -> Iterator[Wrong]:
    """Yield what is wrong with each text, a key or a value, that a terminal would obey."""
    pending = [("", content)]
    while pending:  # and no recursion: JSON may be nested deeper than Python calls itself
        field, part = pending.pop()

        if isinstance(part, str):
            found = controls_in(part)
            if found:
                yield field, *control_words(found)
        elif isinstance(part, list):
            pending += [(field, item) for item in part]
        elif isinstance(part, dict):
            for key, item in part.items():
                # Properties are called by their own names, as in the other faults of a feature.
                below = key if field in {"", "properties"} else f"{field}.{key}"
                pending += [(field, key), (below, item)]


def _wrong_geometry(geometry: Any) -> Iterator[Wrong]:
    """Yield what is wrong with the shape of a feature, at most one thing."""
    if geometry is None:
        yield "geometry", "is missing", DRAWN, "missing-value"
        return

    kind = geometry.get("type") if isinstance(geometry, dict) else None
    depth = SHAPES.get(kind) if isinstance(kind, str) else None
    if depth is None:
        named = f"is a {kind}" if isinstance(kind, str) else f"is {shown(geometry)}"
        yield "geometry", f"{named}, which has no outline", DRAWN, "bad-field"
        return

    rings = _rings(geometry.get("coordinates"), depth)
    if not rings:
        yield "geometry", "has no rings, or lists that don't fit its type", DRAWN, "bad-field"
    elif not all(map(_is_ring, rings)):
        fix = "Give each ring four positions or more, the last like the first; each [longitude, latitude]"
        yield "geometry", "has a ring that is not a closed list of positions", fix, "bad-field"
    elif not all(-180 <= point[0] <= 180 and -90 <= point[1] <= 90 for ring in rings for point in ring):
        yield "geometry", "has positions that are no degrees", DEGREES, "out-of-range"


def _rings(coordinates: Any, depth: int) -> list[Any] | None:
    """Return the rings of a polygon or of several; None when a list is missing or empty."""
    if not isinstance(coordinates, list) or not coordinates:
        return None
    if depth == 1:
        return coordinates

    parts = [_rings(part, depth - 1) for part in coordinates]
    return None if None in parts else [ring for part in parts for ring in part or ()]


def _is_ring(ring: Any) -> bool:
    """Return whether a list is a closed ring of positions."""
    return isinstance(ring, list) and len(ring) >= 4 and all(map(_is_position, ring)) and ring[0] == ring[-1]


def _is_position(point: Any) -> bool:
    """Return whether a list begins with two numbers."""
    return isinstance(point, list) and len(point) >= 2 and all(map(_is_number, point))


def _is_number(value: Any) -> bool:
    """Return whether a value is a finite number; JSON's true and false are none."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    return isinstance(value, int) or math.isfinite(value)


def _points(feature: dict[str, Any]) -> int:
    """Return how many corners a feature without faults has."""
    geometry = feature["geometry"]
    rings = _rings(geometry["coordinates"], SHAPES[geometry["type"]])
    return sum(map(len, rings or ()))


def _strangers(features: list[Any], forces: Collection[str]) -> Iterator[Note]:
    """Yield notes on outlines that belong to no force of the plan."""
    strange = sorted({feature["properties"]["force"] for feature in features} - set(forces))
    for name in strange:
        close = closest(name, forces)
        meant = f"; is it meant to be {close!r}?" if close else ""
        yield Note(OUTLINES_FILE, f"has an outline of {shown(name)}, which is no force of the plan{meant}")
