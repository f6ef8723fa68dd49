"""Whatever is in the files: checking never breaks down, and what has no fault can be computed with."""

from __future__ import annotations

import shutil
import tempfile
import tomllib
from pathlib import Path
from typing import Any

import tomlkit
from hypothesis import given, settings
from hypothesis import strategies as st
from laying import NEW_SITE

from standby import examples
from standby.plan import check, open_plan, plan_arrays, register

TINY = examples.path("tiny")
DOCUMENT = tomllib.loads((TINY / "plan.toml").read_text(encoding="utf-8"))
SITE = {
    "id": "s",
    "name": "S",
    "lon": -3.6,
    "lat": 50.8,
    "class": "town",
    "provider": "home",
    "existing": True,
}
OTHER = {
    "options": {
        "rows": {
            "name": "R",
            "status": "open",
            "capital_gbp": 5,
            "forces": {"next": {"status": "ruled out"}},
            "add": {"sites": [NEW_SITE]},
            "change": {"units": [{"id": "mid-arv", "count": 3}]},
            "remove": {"key_locations": ["pier"]},
        },
    },
    "scenarios": {
        "then": {
            "name": "T",
            "set": {"plan.as_of": "2018-06", "tiers": {"arv": {"crew": 3}}},
            "date": "2018-06",
        }
    },
    "alliances": {"both": {"name": "B", "forces": ["home", "next"], "since": "2017"}},
    "response_levels": {"heightened": {"demand_factor": 1.2}},
}


def _paths(part: Any, before: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [before] if before else []
    items = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
    for key, item in items:
        found += _paths(item, (*before, key))
    return found


def _full() -> dict[str, Any]:
    document = tomllib.loads((TINY / "plan.toml").read_text(encoding="utf-8"))
    for section, entries in OTHER.items():
        document[section] = {**document.get(section, {}), **tomllib.loads(tomlkit.dumps(entries))}
    return document


PATHS = _paths(_full())
WORDS = ["", "home", "next", "arv", "team", "midtown", "mid-arv", "always", "2019", "x y", "value", "é"]
NUMBERS = [10**400, float("inf"), 1e308, 0.5]
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 5),
    st.floats(-1e3, 1e3),
    st.sampled_from(NUMBERS),
    st.sampled_from(WORDS),
    st.dates(),
)
KEYS = st.sampled_from(
    ["value", "low", "high", "id", "home", "arv", "units", "set", "tiers", "X", "tier", "source"]
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=5,
)


def _spoil(document: dict[str, Any], path: tuple[Any, ...], value: Any) -> None:
    place: Any = document
    try:
        for key in path[:-1]:
            place = place[key]
        if value is None:
            del place[path[-1]]
        else:
            place[path[-1]] = value
    except (KeyError, IndexError, TypeError):
        return  # spoilt before


def _without_none(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _without_none(v) for k, v in value.items() if v is not None}
    return [_without_none(v) for v in value if v is not None] if isinstance(value, list) else value


def _holds(folder: Path) -> None:
    """Check a folder; compute with it, and with all that is laid over it, when it has no fault."""
    found = check(folder)
    assert all(fault.what and fault.fix for fault in found.faults)
    if not found.ok:
        return
    plan = open_plan(folder)
    register(plan)
    laid = [plan.with_option(name) for name in plan.document.options]
    laid += [plan.with_scenario(name) for name in plan.document.scenarios]
    for variant in (plan, *laid):
        plan_arrays(variant)


@settings(max_examples=60)
@given(st.lists(st.tuples(st.sampled_from(PATHS), VALUES), min_size=1, max_size=4))
def test_any_values_in_the_document(changes: list[tuple[tuple[Any, ...], Any]]) -> None:
    """Values of any kind anywhere in plan.toml give faults, or a plan that can be computed with."""
    document = _full()
    for path, value in changes:
        _spoil(document, path, _without_none(value))
    with tempfile.TemporaryDirectory() as place:
        folder = Path(shutil.copytree(TINY, Path(place) / "plan"))
        (folder / "plan.toml").write_text(tomlkit.dumps(document), encoding="utf-8")
        _holds(folder)


CELLS = st.one_of(
    st.sampled_from(
        ["", "0", "-1", "2", "1e400", "nan", "1_0", "50.7", "-3.5", "true", "no", "é", '"', "a,b"]
    ),
    st.sampled_from(["home", "next", "arv", "town", "heightened", "mid-arv", "fri"]),
)


@settings(max_examples=40)
@given(
    st.sampled_from(["areas", "sites", "units", "key_locations"]),
    st.lists(st.tuples(st.integers(0, 6), st.integers(0, 9), CELLS), min_size=1, max_size=4),
)
def test_any_cells_in_the_tables(table: str, changes: list[tuple[int, int, str]]) -> None:
    """Cells of any kind anywhere in a table, its heading included, give faults or a plan that works."""
    rows = [line.split(",") for line in (TINY / f"{table}.csv").read_text(encoding="utf-8").splitlines()]
    for row, column, cell in changes:
        line = rows[row % len(rows)]
        line[column % len(line)] = cell
    with tempfile.TemporaryDirectory() as place:
        folder = Path(shutil.copytree(TINY, Path(place) / "plan"))
        (folder / "plan.toml").write_text(tomlkit.dumps(_full()), encoding="utf-8")
        (folder / f"{table}.csv").write_text("\n".join(map(",".join, rows)), encoding="utf-8")
        _holds(folder)


@settings(max_examples=40)
@given(
    st.sampled_from(sorted(path.name for path in TINY.iterdir() if path.is_file())),
    st.lists(st.tuples(st.integers(0, 5000), st.binary(max_size=3)), min_size=1, max_size=3),
)
def test_any_bytes_in_the_files(file: str, changes: list[tuple[int, bytes]]) -> None:
    """Bytes of any kind anywhere in a file give faults or a plan that can be computed with."""
    data = (TINY / file).read_bytes()
    for place, piece in changes:
        at = place % len(data)
        data = data[:at] + piece + data[at + 1 :]
    with tempfile.TemporaryDirectory() as where:
        folder = Path(shutil.copytree(TINY, Path(where) / "plan"))
        (folder / file).write_bytes(data)
        _holds(folder)
