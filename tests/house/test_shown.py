"""How results show themselves in a terminal and in a notebook."""

from __future__ import annotations

import dataclasses
import importlib
import inspect
from enum import Enum
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pydantic import BaseModel

import standby
from standby import examples
from standby._show import Shown, points, short
from standby.appraise import appraise
from standby.attendance import nearest
from standby.cover import cover, need
from standby.demand import demand
from standby.locate import locate
from standby.plan import check, plan_arrays
from standby.travel import travel_times

LONGEST = 500
OWN_REPR = ("Plan", "Figure", "Roads")


def _classes(room: str) -> list[type]:
    """Classes of a room that a user can hold an instance of, but for errors, choices and plain dicts."""
    module = importlib.import_module(f"standby.{room}")
    found = [getattr(module, name) for name in module.__all__]
    return [
        thing
        for thing in found
        if inspect.isclass(thing) and not issubclass(thing, (BaseException, Enum, dict, tuple))
    ]


def _filled(kind: type, value: Any) -> Any:
    """Return an instance whose every field holds a value, without its checks."""
    made = object.__new__(kind)
    names = (
        [field.name for field in dataclasses.fields(kind)]
        if dataclasses.is_dataclass(kind)
        else list(kind.model_fields)
        if issubclass(kind, BaseModel)
        else []
    )
    for name in names:
        object.__setattr__(made, name, value)
    return made


LARGE = {
    "text": "<b>" + "x" * 5_000,
    "lines": "\n" * 2_000,
    "array": np.arange(10_000.0),
    "table": pd.DataFrame({"a": range(5_000), "b": "y" * 200}),
    "mapping": {f"key {k}": "z" * 300 for k in range(1_000)},
    "tuple": tuple(range(5_000)),
    "nested": ({"a": ("q" * 900,) * 3},) * 3,
    "object": SimpleNamespace(a="w" * 5_000),
}


@pytest.mark.parametrize("value", LARGE.values(), ids=LARGE.keys())
def test_public_results_are_short_whatever_they_hold(room: str, value: Any) -> None:
    """Whatever its fields hold, every result of a room takes at most a few lines in a terminal."""
    faults = []
    for kind in _classes(room):
        if not issubclass(kind, Shown):
            faults.append(f"{kind.__name__} does not show itself")
        elif kind.__name__ not in OWN_REPR:
            text = repr(_filled(kind, value))
            faults += (
                [f"{kind.__name__}: {len(text)}"] if len(text) >= LONGEST or text.count("\n") > 5 else []
            )
    assert faults == []


@pytest.fixture(scope="module")
def results() -> dict[str, Any]:
    """Return what the front doors give for the tiny plan."""
    plan = standby.open_plan(examples.path("tiny"))
    times = travel_times(plan)
    arrays = plan_arrays(plan)
    return {
        "plan": plan,
        "document": plan.document,
        "times": times,
        "arrays": arrays,
        "tiers": arrays.tiers,
        "costs": arrays.costs,
        "figures": arrays.figures,
        "nearest": nearest(plan, times),
        "demand": demand(plan),
        "cover": cover(plan, times),
        "need": need(plan, times),
        "locate": locate(plan, times, units=2, within=25),
        "appraise": appraise(plan, draws=2),
        "check": check(plan),
    }


def test_results_show_themselves(results: dict[str, Any]) -> None:
    """Each result is short in a terminal; a notebook shows its summary, escaped, and the head of a table."""
    for name, result in results.items():
        assert len(repr(result)) < LONGEST, name
        html = result._repr_html_()
        assert len(html) < 20_000, name
        assert html.startswith("<p>"), name
    assert "tiny" in repr(results["plan"]).lower()
    assert "6 areas" in repr(results["plan"])
    assert "expected" in results["cover"]._repr_html_()
    assert "<table" in results["cover"]._repr_html_()
    assert "5 of 16 rows" in results["cover"]._repr_html_()


def test_what_a_planner_wrote_is_escaped(results: dict[str, Any]) -> None:
    """A name that looks like HTML stays text, in the sentence and in the table."""
    bad = "<script>alert(1)</script>"
    shown = dataclasses.replace(results["cover"], standards=results["cover"].standards.assign(name=bad))
    assert bad not in shown._repr_html_()
    assert "&lt;script&gt;" in shown._repr_html_()


def test_small_results_are_shown_whole() -> None:
    """A result of a few numbers is shown as a dataclass shows itself."""
    found = standby.queueing.mmc(arrival=2.0, service=1.0, units=4)
    assert repr(found).startswith("MMc(arrival=2.0, service=1.0, units=4, utilisation=0.5")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (np.zeros((3, 4)), "<3 × 4 float64>"),
        (pd.DataFrame({"a": [1, 2]}), "<2 rows × 1 columns>"),
        ({"a": 1, "b": 2}, "<2: a, b>"),
        (("a",), "('a',)"),
        ((), "()"),
        (list(range(100)), "<100>"),
        (1.5, "1.5"),
        (None, "None"),
        ("x" * 100, repr("x" * 59 + "…")),
    ],
)
def test_values_are_shown_by_their_size(value: Any, expected: str) -> None:
    """Tables, arrays and collections are shown by their size; single values as they are."""
    assert expected == short(value)


@pytest.mark.parametrize(
    ("name", "table", "column"),
    [
        ("plan", "sites", "name"),
        ("plan", "areas", "population"),
        ("nearest", "areas", "drive_min"),
        ("cover", "areas", "chance_in_time"),
        ("cover", "units", "busy_share"),
        ("locate", "table", "units"),
        ("locate", "places", "inside"),
        ("appraise", "areas", "option"),
    ],
)
def test_places_are_points(results: dict[str, Any], name: str, table: str, column: str) -> None:
    """Results by place come as points in WGS 84 with the numbers of their table."""
    found = results[name].to_geodataframe(table)
    assert found.crs.to_epsg() == 4326
    np.testing.assert_array_equal(found.geometry.x, found["lon"])
    np.testing.assert_array_equal(found.geometry.y, found["lat"])
    tables = getattr(results[name], "tables", None) or vars(results[name])
    assert found[column].tolist() == tables[table][column].tolist()


def test_times_are_points_with_their_nearest_site(results: dict[str, Any]) -> None:
    """Each place of the times comes with the site whose drive is shortest; of another plan it is refused."""
    times, plan = results["times"], results["plan"]
    found = times.to_geodataframe(plan)
    assert found["minutes"].tolist() == times.minutes.min(axis=0).tolist()
    assert found["id"].tolist() == list(times.place_ids)
    other = dataclasses.replace(plan, tables={**plan.tables, "areas": plan.table("areas").iloc[1:]})
    with pytest.raises(ValueError, match="travel_times"):
        times.to_geodataframe(other)


def test_a_table_without_places_is_refused(results: dict[str, Any]) -> None:
    """A table without positions is refused with those that have them."""
    with pytest.raises(ValueError, match="'standards' is no table with places; choose from areas"):
        results["cover"].to_geodataframe("standards")


def test_a_missing_library_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without geopandas the error names what to install."""
    monkeypatch.setitem(__import__("sys").modules, "geopandas", None)
    with pytest.raises(ImportError, match="pip install geopandas"):
        points({"areas": pd.DataFrame({"lon": [0.0], "lat": [51.0]})}, "areas")


def test_tables_of_a_plan_hold_what_a_planner_wrote(results: dict[str, Any]) -> None:
    """No table of a plan holds a column of the reader's own."""
    plan = results["plan"]
    assert [c for name in plan.tables for c in plan.table(name) if c.startswith("_")] == []
