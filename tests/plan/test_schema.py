"""The schema for editors: true to the packaged plans, to the checker and to the file in the documentation."""

from __future__ import annotations

import datetime as dt
import importlib.util
import json
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from standby import examples
from standby.plan import check, json_schema

VALIDATOR = Draft202012Validator(json_schema())


def plain(value: Any) -> Any:
    """Return a document as editors see it: days as text."""
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, list) else value


def faults(folder: Path) -> list[str]:
    """Return what an editor would underline."""
    document = plain(tomllib.loads((folder / "plan.toml").read_text(encoding="utf-8")))
    return [error.message for error in VALIDATOR.iter_errors(document)]


def test_it_is_a_schema() -> None:
    """The schema is valid itself, in the dialect that it names."""
    Draft202012Validator.check_schema(json_schema())
    assert json_schema()["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_the_file_in_the_documentation_is_up_to_date(root: Path) -> None:
    """The committed file is what the code makes; `python tools/make_plan_reference.py` renews it."""
    spec = importlib.util.spec_from_file_location("maker", root / "tools" / "make_plan_reference.py")
    assert spec is not None
    assert spec.loader is not None
    maker = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(maker)
    assert maker.TARGET.read_text(encoding="utf-8") == maker.text()


@pytest.mark.parametrize("name", examples.names())
def test_packaged_plans_satisfy_it(name: str) -> None:
    """An editor underlines nothing in a packaged plan."""
    assert faults(examples.path(name)) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("crew = 4", "crew = 4.5"),
        ("crew = 4", 'crew = "four"'),
        ("crew = 4", "crew = 4\ncrews = 4"),
        ("per_100k_year = { value = 40, low", "per_100k_year = { value = -40, low"),
        ("relief_factor = { value = 6, low", "relief_factor = { value = 0, low"),
        ("pass_rate = { value = 0.6, low = 0.4", "pass_rate = { value = 0.6"),
        ("pass_rate = { value = 0.6, low", 'pass_rate = { value = "0.6", low'),
        ("[tiers.team]", "[tiers.Team]\n[tiers.team]"),
        ('stream = "spontaneous"', 'stream = "sudden"'),
        ("as_of = 2019-03-31", 'as_of = "March 2019"'),
        ('id = "west-arv", tier = "arv"', 'id = "west-arv"'),
        ('id = "west-arv", tier', 'id = "west-arv", count = 0, tier'),
        ('id = "west-arv", tier', 'id = "west-arv", control = "mine", tier'),
        ("schema = 1", "schema = 2"),
        ("[mutual_aid]", "[mutual_help]"),
    ],
)
def test_it_underlines_what_the_checker_finds(
    old: str, new: str, edit: Callable[[str, str, str], Path]
) -> None:
    """What has the wrong form is underlined by the schema and told by the checker."""
    folder = edit("plan.toml", old, new)
    assert faults(folder)
    assert not check(folder).ok


def test_every_field_says_what_it_means() -> None:
    """Each field of each section, and each column of a row, has a description; each figure has its unit."""
    silent: list[str] = []

    def walk(part: Any, path: str) -> None:
        for name, field in part.get("properties", {}).items() if isinstance(part, dict) else ():
            if "description" not in field and set(field) - {"minimum", "maximum", "exclusiveMinimum"}:
                silent.append(f"{path}.{name}")
            if "x-unit" in field:
                assert f"[{field['x-unit']}]" in field["description"], f"{path}.{name}"
            walk(field.get("items", {}), f"{path}.{name}")

    schema = json_schema()
    for name, part in schema["$defs"].items():
        if not name.startswith("rows to"):
            walk(part, name)
        for table, rows in part["properties"].items() if name.startswith("rows to") else ():
            walk(rows["items"], f"{name}.{table}")
    assert silent == []
    assert "null" not in json.dumps(schema)
