"""The nomenclature page and the code agree on every name and every unit."""

from __future__ import annotations

import re
import typing
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import BaseModel

from standby.evidence import Figure
from standby.plan.schema.document import Document
from standby.plan.schema.tables import TABLES

SUFFIX_UNITS = {
    "_min": "min",
    "_km2": "km²",
    "_gbp": "£",
    "_per_hour": "per hour",
    "_share": "chance",
    "_factor": "factor",
}


@pytest.fixture(scope="module")
def rows(root: Path) -> dict[str, str]:
    """Return the units on the page by name."""
    text = (root / "docs" / "nomenclature.md").read_text(encoding="utf-8")
    return dict(
        re.findall(r"^\| `(\w+)` \| [^|]+ \| ([^|]+?) \|$", text.split("## Names in a plan")[1], re.MULTILINE)
    )


def _parts(kind: object) -> Iterator[object]:
    yield kind
    for inner in typing.get_args(kind):
        yield from _parts(inner)


def _models(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    yield model
    for field in model.model_fields.values():
        for kind in _parts(field.annotation):
            if isinstance(kind, type) and issubclass(kind, BaseModel) and kind is not Figure:
                yield from _models(kind)


def _numbers() -> dict[str, set[str]]:
    """Return every name in a plan that holds numbers, with the units that the code gives it."""
    found: dict[str, set[str]] = {}
    for model in _models(Document):
        for name, field in model.model_fields.items():
            kinds = list(_parts(field.annotation))
            marks = [*field.metadata, *(m for k in kinds for m in getattr(k, "__metadata__", ()))]
            units = {m.unit for m in marks if hasattr(m, "unit")}
            if (
                units or {int, float} & {k for k in kinds if isinstance(k, type)}
            ) and name != "schema_version":
                found.setdefault(name, set()).update(units)
    for table in TABLES.values():
        for column in table.columns:
            if column.numeric:
                found.setdefault(column.name, set()).update({column.domain.unit} if column.domain else set())
    return found


def test_every_number_of_a_plan_is_on_the_page(rows: dict[str, str]) -> None:
    """Each name in a plan that holds a number has its row, and the page has no row that a plan has not."""
    assert sorted(rows) == sorted(_numbers())


def test_units_on_the_page_are_those_of_the_code(rows: dict[str, str]) -> None:
    """The unit on the page is the one that the code checks values against."""
    wrong = {
        name: (rows[name], units) for name, units in _numbers().items() if units and rows[name] not in units
    }
    assert wrong == {}


def test_endings_mean_what_the_page_says(rows: dict[str, str]) -> None:
    """A name that ends in a unit is a number in that unit."""
    wrong = [
        (name, unit)
        for name, unit in rows.items()
        for suffix, wanted in SUFFIX_UNITS.items()
        if name.endswith(suffix) and not unit.startswith(wanted)
    ]
    assert wrong == []


def test_units_of_the_code_are_few() -> None:
    """Numbers of one name have one unit, except where the page's words tell two meanings apart."""
    several = {name: units for name, units in _numbers().items() if len(units) > 1}
    assert several == {}
