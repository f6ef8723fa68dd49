"""A column of results is headed as it was declared: no command spells a heading of its own."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from standby.tables import TABLES

EXCEPTIONS = {
    "_appraise.py: CRITERIA": "criteria stand side by side, and are no columns of the table",
    "_locate.py: NEWLY_HELD": "rows name the sites that are new, beside the share of all that are held",
}
"""Headings of a command's own, and why."""

COLUMNS = {column.name for table in TABLES.values() for column in table.columns}


def headings_in(source: str) -> Iterator[str]:
    """Yield the name that each dictionary from columns to headings is given, or its line."""
    tree = ast.parse(source)
    assigned = (node for node in ast.walk(tree) if isinstance(node, ast.Assign))
    names = {id(node.value): ast.unparse(node.targets[0]) for node in assigned}

    for node in ast.walk(tree):
        if not isinstance(node, ast.Dict):
            continue
        for key, value in zip(node.keys, node.values, strict=True):
            is_column = isinstance(key, ast.Constant) and key.value in COLUMNS
            if is_column and isinstance(value, ast.Constant) and isinstance(value.value, str):
                yield names.get(id(node), f"line {node.lineno}")
                break


def test_commands_spell_no_heading_of_a_column(root: Path) -> None:
    """Headings of a command's own stand in the list, and none stands there for nothing."""
    commands = sorted((root / "src" / "standby" / "cli").glob("*.py"))
    found = {
        f"{path.name}: {name}" for path in commands for name in headings_in(path.read_text(encoding="utf-8"))
    }
    assert found == set(EXCEPTIONS)


@pytest.mark.parametrize(
    "source",
    ["HEADS = {'people': 'Number'}", "frame(of, table, {'name': 'Area', 'people': 'People'}, title='')"],
)
def test_a_spelled_heading_is_seen(source: str) -> None:
    """A heading is found in a constant and in a call."""
    assert list(headings_in(source))


def test_two_columns_of_a_table_are_not_headed_alike() -> None:
    """On a page a reader can tell the columns of a table apart, but for errors beside what they are of."""
    for table in TABLES.values():
        heads = [column.label for column in table.columns if column.label != "Its standard error"]
        assert len(set(heads)) == len(heads), table.name
