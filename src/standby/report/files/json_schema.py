"""What ``results.json`` holds, in the words of JSON Schema, made from the declarations of its tables."""

from __future__ import annotations

from typing import Any

from standby.disclosure import EDITIONS
from standby.tables import DIALECT, TABLES, Table, cell_schema

TEXT: dict[str, Any] = {"type": "string"}
TEXTS: dict[str, Any] = {"type": "array", "items": TEXT}


def results_schema() -> dict[str, Any]:
    """Return the schema of ``results.json``.

    A table has its columns by name, and each row its cells in their order. What a cell is, a schema of rows
    in any order can't say: ``x-columns`` has the schema of each column's cells.

    Returns
    -------
    dict
        A JSON Schema, draft 2020-12.
    """
    number = {
        "type": "object",
        "properties": {"table": {"enum": list(TABLES)}, "row": {"type": "object"}, "column": TEXT},
        "required": ["table", "row", "column"],
        "additionalProperties": False,
    }
    sentence = {
        "type": "object",
        "properties": {"text": TEXT, "numbers": {"type": "array", "items": number}},
        "required": ["text", "numbers"],
        "additionalProperties": False,
    }
    properties = {
        "edition": {"enum": list(EDITIONS)},
        "marking": TEXT,
        "title": TEXT,
        "conventions": {"type": "object", "additionalProperties": TEXT},
        "left_out": TEXTS,
        "sentences": {"type": "array", "items": sentence},
        "tables": {
            "type": "object",
            "properties": {name: _table(table) for name, table in TABLES.items()},
            "additionalProperties": False,
        },
        "manifest": {"type": "object"},
    }
    return {
        "$schema": DIALECT,
        "title": "results.json of a report of Standby",
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _table(table: Table) -> dict[str, Any]:
    """Return the schema of a table as columns and rows."""
    columns = {column.name: cell_schema(column) for column in table.columns}
    return {
        "title": table.title,
        "type": "object",
        "properties": {
            "description": TEXT,
            "columns": {"type": "array", "items": {"enum": list(columns)}, "uniqueItems": True},
            "rows": {
                "type": "array",
                "items": {"type": "array", "items": {"type": ["string", "number", "boolean", "null"]}},
            },
        },
        "required": ["description", "columns", "rows"],
        "additionalProperties": False,
        "x-public": table.public,
        "x-columns": columns,
    }
