"""What tables of results hold, in the words of JSON Schema, made from their declarations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from standby.tables.column import Column, Table
from standby.words import Kind

DIALECT = "https://json-schema.org/draft/2020-12/schema"

NUMBER: dict[str, Any] = {
    "anyOf": [{"type": "number"}, {"enum": ["inf", "-inf"]}, {"type": "null"}],
}
"""A number: null where there is none, and a word where it is infinite, which JSON can't hold."""

TEXT: dict[str, Any] = {"type": ["string", "null"]}

CELLS: Mapping[Kind, dict[str, Any]] = {
    "text": TEXT,
    "name": TEXT,
    "words": TEXT,
    "flag": {"type": ["boolean", "null"]},
}
"""What a cell is, by the kind of its column; a number for the others."""


def cell_schema(column: Column) -> dict[str, Any]:
    """Return the schema of a column's cells: what they are, mean and are measured in, and who may see them.

    Parameters
    ----------
    column
        The column.

    Returns
    -------
    dict
        A JSON Schema; ``x-kind`` is what the column holds, ``x-unit`` its unit where it has one, ``x-public``
        whether the public may see it in a table that is public.
    """
    schema = {
        "title": column.label,
        "description": column.description,
        **CELLS.get(column.kind, NUMBER),
        "x-kind": column.kind,
        "x-public": column.public,
    }
    return schema | ({"x-unit": column.unit} if column.unit else {})


def row_schema(table: Table) -> dict[str, Any]:
    """Return the schema of a table's rows as objects: an edition has some of the columns, and no others.

    Parameters
    ----------
    table
        The table.
    """
    return {
        "type": "object",
        "properties": {column.name: cell_schema(column) for column in table.columns},
        "additionalProperties": False,
        "minProperties": 1,
    }


def table_schema(table: Table) -> dict[str, Any]:
    """Return the schema of a table as an array of rows.

    Parameters
    ----------
    table
        The table.
    """
    return {
        "title": table.title,
        "description": f"A row: {table.description}",
        "type": "array",
        "items": row_schema(table),
        "x-public": table.public,
    }
