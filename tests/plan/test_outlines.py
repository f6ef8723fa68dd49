"""Outlines of the forces: what can't be drawn is a fault of the plan, not a failure of the report."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from standby.plan import check, open_plan
from standby.plan.checking.outlines import judge_outlines

SQUARE = [[-4.0, 50.5], [-3.0, 50.5], [-3.0, 51.0], [-4.0, 51.0], [-4.0, 50.5]]
HOME = {
    "type": "Feature",
    "properties": {"force": "home"},
    "geometry": {"type": "Polygon", "coordinates": [SQUARE]},
}
NEXT = {
    "type": "Feature",
    "properties": {"force": "next"},
    "geometry": {"type": "MultiPolygon", "coordinates": [[SQUARE]]},
}
OUTLINES = {"type": "FeatureCollection", "properties": {"notice": "Invented."}, "features": [HOME, NEXT]}


def fresh() -> Any:
    """Return a copy of the outlines in which no two parts are one object."""
    return json.loads(json.dumps(OUTLINES))


def put(*path: Any) -> Callable[[Any], str]:
    """Return a function that gives the outlines with a value, the last of the path, put at a place."""
    *keys, value = path

    def changed(outlines: Any) -> str:
        place = outlines
        for key in keys[:-1]:
            place = place[key]
        place[keys[-1]] = value
        return json.dumps(outlines)

    return changed


def drop(*path: Any) -> Callable[[Any], str]:
    """Return a function that gives the outlines without what stands at a place."""

    def changed(outlines: Any) -> str:
        place = outlines
        for key in path[:-1]:
            place = place[key]
        del place[path[-1]]
        return json.dumps(outlines)

    return changed


FIRST = ("features", 0)
POLYGON = (*FIRST, "geometry", "coordinates")


@pytest.mark.parametrize(
    ("change", "code", "where", "field"),
    [
        (put(*FIRST, "geometry", None), "missing-value", "feature 1", "geometry"),
        (drop(*FIRST, "geometry"), "missing-value", "feature 1", "geometry"),
        (drop(*FIRST, "properties", "force"), "missing-value", "feature 1", "force"),
        (put(*FIRST, "properties", "force", ""), "missing-value", "feature 1", "force"),
        (put(*FIRST, "properties", "force", 7), "bad-field", "feature 1", "force"),
        (put(*FIRST, "properties", None), "missing-value", "feature 1", "force"),
        (put(*FIRST, "properties", ["home"]), "missing-value", "feature 1", "force"),
        (put(*FIRST, "properties", "geometry", "x"), "overlap", "feature 1", "geometry"),
        (put(*FIRST, None), "bad-field", "feature 1", ""),
        (put(*FIRST, "type", "Polygon"), "bad-field", "feature 1", ""),
        (put(*FIRST, "geometry", "type", "Point"), "bad-field", "feature 1", "geometry"),
        (put(*FIRST, "geometry", "type", "Blob"), "bad-field", "feature 1", "geometry"),
        (put(*FIRST, "geometry", "type", ["Polygon"]), "bad-field", "feature 1", "geometry"),
        (put(*FIRST, "geometry", "type", "MultiPolygon"), "bad-field", "feature 1", "geometry"),
        (put(*FIRST, "geometry", 5), "bad-field", "feature 1", "geometry"),
        (drop(*POLYGON), "bad-field", "feature 1", "geometry"),
        (put(*POLYGON, []), "bad-field", "feature 1", "geometry"),
        (put(*POLYGON, [[]]), "bad-field", "feature 1", "geometry"),
        (put(*POLYGON, SQUARE), "bad-field", "feature 1", "geometry"),
        (put(*POLYGON, [SQUARE[:3]]), "bad-field", "feature 1", "geometry"),
        (put(*POLYGON, 0, 1, None), "bad-field", "feature 1", "geometry"),
        (put(*POLYGON, 0, 1, [-3.0]), "bad-field", "feature 1", "geometry"),
        (put(*POLYGON, 0, 1, ["-3", "50"]), "bad-field", "feature 1", "geometry"),
        (put(*POLYGON, 0, 1, [True, 50.5]), "bad-field", "feature 1", "geometry"),
        (put(*POLYGON, 0, 1, [float("nan"), 50.5]), "bad-field", "feature 1", "geometry"),
        (put(*POLYGON, 0, 1, [float("inf"), 50.5]), "bad-field", "feature 1", "geometry"),
        (put(*POLYGON, 0, 1, [10**400, 50.5]), "out-of-range", "feature 1", "geometry"),
        (put(*POLYGON, 0, 1, [293000, 93000]), "out-of-range", "feature 1", "geometry"),
        (put("features", []), "empty-table", "", "features"),
        (put("features", None), "empty-table", "", "features"),
        (put("features", {"0": 1}), "empty-table", "", "features"),
        (drop("features"), "empty-table", "", "features"),
        (put("properties", ["notice"]), "bad-field", "", "properties"),
        (put("properties", None), "bad-field", "", "properties"),
        (put("type", "Feature"), "bad-field", "", ""),
        (lambda _: "[]", "bad-field", "", ""),
        (lambda _: "", "syntax", "", ""),
        (lambda _: json.dumps(OUTLINES)[:-9], "syntax", "", ""),
        (lambda _: "[" * 200_000, "syntax", "", ""),
        (lambda _: json.dumps(OUTLINES).replace("50.5", "5" * 5000), "syntax", "", ""),
        (put(*FIRST, "properties", "force", "\ud800"), "encoding", "", ""),
        (put("properties", "notice", "\udfff"), "encoding", "", ""),
    ],
)
def test_damaged_outlines_are_one_fault(
    change: Callable[[Any], str], code: str, where: str, field: str, tiny: Path
) -> None:
    """What is wrong with the outlines is one fault that names the feature, found by check."""
    (tiny / "outlines.geojson").write_text(change(fresh()), encoding="utf-8")
    found = check(tiny).faults
    assert [(f.file, f.code, f.where, f.field) for f in found] == [("outlines.geojson", code, where, field)]
    assert found[0].fix


def test_outlines_that_are_no_text_are_one_fault(tiny: Path) -> None:
    """Bytes that are no UTF-8 are one fault; what they would spell is not judged besides."""
    (tiny / "outlines.geojson").write_bytes(b"\xff" + json.dumps(fresh()).encode())
    assert [(f.file, f.code) for f in check(tiny).faults] == [("outlines.geojson", "encoding")]


def test_outlines_as_they_should_be_have_no_fault(tiny: Path) -> None:
    """Polygons and several polygons, with a third number in positions or a property more, are read."""
    outlines = fresh()
    outlines["features"][0]["geometry"]["coordinates"][0] = [[*at, 12.5] for at in SQUARE]
    outlines["features"][0]["properties"]["source"] = "invented"
    (tiny / "outlines.geojson").write_text(json.dumps(outlines), encoding="utf-8")
    assert check(tiny).ok
    assert open_plan(tiny).outlines() == outlines


def test_like_faults_of_many_outlines_are_one(tiny: Path) -> None:
    """Seven features without a geometry are one fault, with the first five and how many there are."""
    outlines = {**OUTLINES, "features": [HOME, *[{**NEXT, "geometry": None}] * 7]}
    (tiny / "outlines.geojson").write_text(json.dumps(outlines), encoding="utf-8")
    (fault,) = check(tiny).faults
    assert fault.where == "features 2, 3, 4, 5, 6 … (7 features)"


def test_an_outline_of_no_force_of_the_plan_is_noted(tiny: Path) -> None:
    """A misspelt force is drawn like a neighbour, so the note asks which force is meant."""
    outlines = fresh()
    outlines["features"][0]["properties"]["force"] = "hmoe"
    (tiny / "outlines.geojson").write_text(json.dumps(outlines), encoding="utf-8")
    found = check(tiny)
    assert found.ok
    (note,) = [note for note in found.notes if note.subject == "outlines.geojson"]
    assert "'hmoe', which is no force of the plan; is it meant to be 'home'?" in note.text


def _places(part: Any, before: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    items = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
    return [before, *(place for key, item in items for place in _places(item, (*before, key)))]


VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.sampled_from(
        [0, -1, 10**400, 1e308, float("nan"), "home", "", "Point", "Polygon", "\x1b[2J", "\ud800"]
    ),
    st.sampled_from([[], {}, [[]], [[[]]], SQUARE, HOME]),
)


PLACES = [*_places(OUTLINES)[1:], ("features", 0, "properties", "geometry"), ("features", 1, "id")]


@settings(max_examples=150)
@given(st.lists(st.tuples(st.sampled_from(PLACES), VALUES), min_size=1, max_size=3))
def test_any_damage_is_a_fault_or_can_be_drawn(damage: list[tuple[tuple[Any, ...], Any]]) -> None:
    """Whatever stands in the outlines, they have a fault, or a map program and the report can draw them."""
    outlines = fresh()
    for place, value in damage:
        part = outlines
        try:
            for key in place[:-1]:
                part = part[key]
            part[place[-1]] = copy.deepcopy(value)
        except (KeyError, IndexError, TypeError):
            continue  # damaged before
    faults, _ = judge_outlines(json.dumps(outlines), {"home", "next"})
    if faults:
        return
    frame = geopandas.GeoDataFrame.from_features(outlines["features"], crs="EPSG:4326")
    assert not frame.geometry.is_empty.any()
    assert all(isinstance(force, str) and force for force in frame["force"])
    assert isinstance(outlines.get("properties", {}), dict)


ESCAPE = "\x1b[31m"


@pytest.mark.parametrize(
    ("path", "place"),
    [
        (("features", 0, "properties", "force"), "feature 1, force"),
        (("features", 1, "properties", "name"), "feature 2, name"),
        (("features", 0, "id"), "feature 1, id"),
        (("features", 0, "properties", "of"), "feature 1, of"),
        (("name",), "name"),
        (("properties", "notice"), "notice"),
    ],
)
@pytest.mark.parametrize("hidden", [f"home{ESCAPE}", "ho\u202eme", "home\x07"])
def test_text_that_a_terminal_obeys_is_a_fault(path: tuple[Any, ...], place: str, hidden: str) -> None:
    """Controls and overrides in ids and names are refused with their place, as in every other file."""
    text = put(*path, hidden)(fresh())
    faults, notes = judge_outlines(text, {"home", "next"})
    (fault,) = [fault for fault in faults if fault.code == "encoding"]
    assert fault.subject == f"outlines.geojson, {place}"
    assert "not to be seen but obeyed" in fault.what
    assert hidden not in str(fault)
    assert notes == []


def test_keys_that_a_terminal_obeys_are_faults() -> None:
    """The name of a property is text as well, however deep it lies."""
    text = put("features", 0, "properties", {"force": "home", "of": [{f"a{ESCAPE}": 1}]})(fresh())
    faults, _ = judge_outlines(text, {"home", "next"})
    assert [(fault.subject, fault.code) for fault in faults] == [
        ("outlines.geojson, feature 1, of", "encoding")
    ]


def test_harmless_text_is_no_fault() -> None:
    """Welsh names, and line ends in a notice, are text."""
    text = put("properties", {"notice": "Dŵr Cymru\nCaerdydd ’24", "deep": [[["a"]]]})(fresh())
    assert judge_outlines(text, {"home", "next"}) == ([], [])
