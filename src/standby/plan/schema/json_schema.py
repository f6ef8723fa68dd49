"""The plan's schema for editors: what may stand in ``plan.toml``, in the words of JSON Schema."""

from __future__ import annotations

from typing import Any

from standby.plan.schema.changes import CHANGEABLE
from standby.plan.schema.document import SCHEMA, Document
from standby.plan.schema.fields import ROW_ID
from standby.plan.schema.tables import DOUBT_SUFFIXES, LEVELS, TABLES, PlanColumn, PlanTable

DIALECT = "https://json-schema.org/draft/2020-12/schema"
FIGURE = "#/$defs/Figure"
ROW_KINDS: dict[str, dict[str, Any]] = {
    "id": {"type": "string", "pattern": f"^{ROW_ID.pattern}$"},
    "number": {"type": "number"},
    "integer": {"type": "integer"},
    "flag": {"type": "boolean"},
    "levels": {"type": "string", "pattern": f"^({'|'.join(LEVELS)})(\\|({'|'.join(LEVELS)}))*$"},
}
"""What a cell is, by the kind of its column; text for the others."""


def json_schema() -> dict[str, Any]:
    """Return the schema of ``plan.toml`` for editors, made from the code that checks a plan.

    Numbers with a unit may be written plainly or as a figure; the unit stands in brackets at the end of the
    description, and as ``x-unit``. What a schema can't say (names that must exist elsewhere, people that must
    add up) is left to `check`.

    Returns
    -------
    dict
        A JSON Schema, draft 2020-12.
    """
    schema: dict[str, Any] = _tidy(Document.model_json_schema(by_alias=True))
    parts = schema["$defs"]
    _figure(parts["Figure"])

    # Rows of options are described by the data dictionary: the code knows them as any table.
    parts.pop("TableChanges")
    for part in ("Option", "Scenario"):
        for verb in ("add", "change"):
            text = parts[part]["properties"][verb]["description"]
            parts[part]["properties"][verb] = {"$ref": f"#/$defs/rows to {verb}", "description": text}
    for verb in ("add", "change"):
        rows = {table: {"type": "array", "items": row_schema(TABLES[table], verb)} for table in CHANGEABLE}
        parts[f"rows to {verb}"] = {"type": "object", "properties": rows, "additionalProperties": False}

    title = f"plan.toml of Standby, schema {SCHEMA}"
    return {"$schema": DIALECT, "title": title, **{k: v for k, v in schema.items() if k != "title"}}


def row_schema(table: PlanTable, verb: str) -> dict[str, Any]:
    """Return the schema of a row that an option adds or changes.

    Parameters
    ----------
    table
        The data dictionary's entry.
    verb
        ``"add"``: every required cell; ``"change"``: the id and any other.
    """
    cells: dict[str, Any] = {}
    for column in table.columns:
        cells[column.name] = _cell(column)
        for end in DOUBT_SUFFIXES if column.doubt else ():
            percentile = "5th" if end == "_low" else "95th"
            described = {"description": f"{percentile} percentile of {column.name}."}
            cells[column.name + end] = _cell(column) | described

    needed = [column.name for column in table.columns if column.required] if verb == "add" else ["id"]
    return {
        "type": "object",
        "description": table.description,
        "properties": cells,
        "required": needed,
        "additionalProperties": False,
    }


def _cell(column: PlanColumn) -> dict[str, Any]:
    """Return what a cell may be; one that need not be filled in may be empty text."""
    kind: dict[str, Any] = dict(ROW_KINDS.get(column.kind, {"type": "string"}))
    if column.choices:
        kind = {"enum": list(column.choices)}
    if column.domain is not None:
        kind |= column.domain.bounds()

    cell: dict[str, Any] = kind if column.required else {"anyOf": [kind, {"const": ""}]}
    unit = f" [{column.domain.unit}]" if column.domain is not None else ""
    cell["description"] = column.description + unit
    if column.default is not None:
        cell["default"] = column.default
    return cell


def _figure(figure: dict[str, Any]) -> None:
    """Say of a figure, in place, what its fields need beside them."""
    figure["description"] = "A number that may be argued about: its value, its doubt and where it comes from."
    figure["dependentRequired"] = {"low": ["high"], "high": ["low"], "shape": ["low"], "range": ["low"]}
    figure["properties"]["range"].pop("default")


def _tidy(part: Any) -> Any:
    """Drop what TOML does not have (null, titles of the code) and say units where a reader looks."""
    if isinstance(part, list):
        return [_tidy(item) for item in part]
    if not isinstance(part, dict):
        return part

    part = _unwrapped({key: value for key, value in part.items() if not _is_noise(key, value)})

    # Units stand at the end of the description; a figure has the limits of its plain number.
    if "x-unit" in part:
        part["description"] = f"{part.get('description', '')} [{part['x-unit']}]".strip()
        part["anyOf"] = [_limited(one, part["anyOf"][0]) for one in part["anyOf"]]

    # A figure that a field has by default is its value.
    if isinstance(part.get("default"), dict):
        part["default"] = part["default"].get("value")
        if part["default"] is None:
            del part["default"]

    if "patternProperties" in part:
        part["additionalProperties"] = False

    # Of a docstring an editor shows the first paragraph.
    if isinstance(part.get("description"), str):
        part["description"] = part["description"].partition("\n\n")[0]

    return {key: value if key == "default" else _tidy_below(key, value) for key, value in part.items()}


def _tidy_below(key: str, value: Any) -> Any:
    """Tidy what stands under a key; under some keys stand names that are not to be taken for words."""
    if key in {"properties", "$defs", "patternProperties"}:
        return {name: _tidy(item) for name, item in value.items()}
    return value if key == "x-unit" else _tidy(value)


def _is_noise(key: str, value: Any) -> bool:
    """Return whether a key is the code's own: its title, or a default of nothing."""
    return (key == "title" and isinstance(value, str)) or (key == "default" and value is None)


def _unwrapped(part: dict[str, Any]) -> dict[str, Any]:
    """Take a field that may be left out from its choice between itself and null."""
    kinds = part.get("anyOf")
    if not isinstance(kinds, list) or {"type": "null"} not in kinds:
        return part

    rest = [kind for kind in kinds if kind != {"type": "null"}]
    others = {key: value for key, value in part.items() if key != "anyOf"}
    return {**rest[0], **others} if len(rest) == 1 else {"anyOf": rest, **others}


def _limited(one: dict[str, Any], number: dict[str, Any]) -> dict[str, Any]:
    """Give the value and the bounds of a figure the limits of the plain number."""
    limits = {key: value for key, value in number.items() if key != "type"}
    if one.get("$ref") != FIGURE or not limits:
        return one

    return {**one, "properties": dict.fromkeys(("value", "low", "high"), limits)}
