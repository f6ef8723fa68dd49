"""What the package offers: the names at the top, the names of each room, and what is said of them."""

from __future__ import annotations

import dataclasses
import importlib
import inspect
import re
import typing
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from numpydoc.docscrape import NumpyDocString

TOP = ["Figure", "Plan", "open_plan"]
NOT_OFFERED = {"cli"}  # the command line is for terminals; nothing imports it
UNITS = {"min": "min", "km": "km", "km2": "km²", "gbp": "GBP", "h": "h", "kph": "km/h", "per_h": "/h"}


def _exported(room: str) -> list[tuple[str, Any]]:
    module = importlib.import_module(f"standby.{room}")
    return [(name, getattr(module, name)) for name in module.__all__]


def _is_class(thing: Any) -> bool:
    return inspect.isclass(thing) and typing.get_origin(thing) is None


def _signature_names(thing: Any) -> list[str]:
    if _is_class(thing) and not dataclasses.is_dataclass(thing):
        return []
    return [name for name in inspect.signature(thing).parameters if not name.startswith("_")]


def _documented(thing: Any) -> dict[str, str]:
    """Parameters and attributes that a docstring, or that of a parent class, describes, with the texts."""
    rows: dict[str, str] = {}
    for described in reversed(thing.__mro__) if _is_class(thing) else (thing,):
        doc = NumpyDocString(inspect.cleandoc(described.__doc__ or ""))
        for section in ("Parameters", "Other Parameters", "Attributes"):
            for row in doc[section] if described is not object else ():
                for name in row.name.split(","):
                    rows[name.strip().lstrip("*")] = " ".join(row.desc) + " " + row.type
    return rows


def test_top_offers_the_rooms_and_three_names(root: Path) -> None:
    """`import standby` offers every room as a module, `open_plan`, `Figure` and `Plan`, and nothing else."""
    import standby

    rooms = {p.parent.name for p in (root / "src" / "standby").glob("*/__init__.py")} - NOT_OFFERED
    assert sorted(standby.__all__) == sorted([*TOP, *rooms])
    for name in rooms:
        assert isinstance(getattr(standby, name), ModuleType), f"standby.{name} hides the room of that name"
    for name in TOP:
        assert callable(getattr(standby, name))


def test_room_exports_resolve_and_are_public(room: str) -> None:
    """Each name in a room's `__all__` exists, is public and is listed once."""
    names = [name for name, _ in _exported(room)]
    assert names, f"standby.{room} exports nothing"
    assert len(names) == len(set(names))
    assert [n for n in names if n.startswith("_")] == []


def test_room_exports_are_documented(room: str) -> None:
    """Each exported function and class has a docstring that describes all of its parameters and no other."""
    faults = []
    for name, thing in _exported(room):
        if not (inspect.isfunction(thing) or _is_class(thing)):
            continue
        if not inspect.getdoc(thing):
            faults.append(f"{name}: no docstring")
            continue
        wanted, given = _signature_names(thing), _documented(thing)
        faults += [f"{name}: parameter {p} is not described" for p in wanted if p not in given]
        if inspect.isfunction(thing):
            faults += [f"{name}: describes {p}, which is no parameter" for p in given if p not in wanted]
    assert faults == []


def test_units_are_said_where_a_name_has_one(room: str) -> None:
    """A parameter or field whose name ends in a unit has that unit in brackets in its description."""
    faults = []
    for name, thing in _exported(room):
        for parameter, text in (
            _documented(thing).items() if inspect.isfunction(thing) or _is_class(thing) else ()
        ):
            ending = re.search(r"_(min|km|km2|gbp|kph|per_h)$", parameter)
            if ending and not re.search(r"\[[^\]]+\]", text):
                faults.append(f"{name}: {parameter} says no unit such as [{UNITS[ending[1]]}]")
    assert faults == []


@pytest.mark.parametrize("name", TOP)
def test_top_names_live_in_a_room(name: str) -> None:
    """The three names at the top are the same objects as in the room they come from."""
    import standby

    homes = {"Figure": "evidence", "Plan": "plan", "open_plan": "plan"}
    assert getattr(standby, name) is getattr(importlib.import_module(f"standby.{homes[name]}"), name)
