"""``plan.toml`` against its schema: pydantic's findings in a planner's words."""

from __future__ import annotations

from difflib import get_close_matches
from types import UnionType
from typing import Annotated, Any, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from standby.evidence import Figure, Source
from standby.plan.document import Document
from standby.plan.faults import Code, Fault

Location = tuple[str | int, ...]


def judge_document(raw: dict[str, Any]) -> tuple[Document | None, list[tuple[Location, Fault]]]:
    """Validate the document.

    Returns
    -------
    document, faults
        The document, None when it has faults; each fault with its place in the raw table.
    """
    try:
        return Document.model_validate(raw), []
    except ValidationError as error:
        return None, document_faults(error, raw, "plan.toml", Document)


def judge_sources(raw: dict[str, Any]) -> tuple[dict[str, Source], list[Fault]]:
    """Validate ``sources.toml``, entry by entry."""
    sources: dict[str, Source] = {}
    faults: list[Fault] = []
    for name, entry in raw.items():
        try:
            sources[name] = Source.model_validate(entry)
        except ValidationError as error:
            found = document_faults(error, entry, "sources.toml", Source)
            faults += [
                Fault(f.file, ".".join(filter(None, [name, f.where])), f.field, f.what, f.mend, f.code)
                for _, f in found
            ]
    return sources, faults


def document_faults(
    error: ValidationError, raw: object, file: str, model: type[BaseModel]
) -> list[tuple[Location, Fault]]:
    """Return pydantic's errors as faults, one for each place."""
    found: dict[Location, Fault] = {}
    for detail in error.errors(include_url=False):
        location = _figure_place(detail["loc"], raw)
        if location not in found:
            found[location] = _fault(detail, location, file, model)
    return list(found.items())


def value_at(raw: Any, location: Location) -> Any:
    """Return what a raw table holds at a place, None when there is nothing."""
    try:
        for key in location:
            raw = raw[key]
    except (KeyError, IndexError, TypeError):
        return None
    return raw


def _figure_place(location: Location, raw: object) -> Location:
    """Drop what pydantic adds to a place that is not in the file (names of union members)."""
    kept: Location = ()
    for key in location:
        parent = value_at(raw, kept)
        if key == "[key]" or (isinstance(parent, (int, float, str)) and not isinstance(parent, dict)):
            break
        kept = (*kept, key)
    return kept


def _fault(detail: ErrorDetails, location: Location, file: str, model: type[BaseModel]) -> Fault:
    *parents, last = [str(key) for key in location] or [""]
    what, mend, code = _words(detail, location, model)
    return Fault(file, ".".join(parents), last, what, mend, code)


def _words(detail: ErrorDetails, location: Location, model: type[BaseModel]) -> tuple[str, str, Code]:
    kind, message, given = detail["type"], detail["msg"], detail.get("input")
    if kind == "missing":
        return "is missing", f"Add it{_described(location, model)}", "missing-value"
    if kind == "extra_forbidden":
        close = get_close_matches(str(location[-1]), _siblings(location, model), 1)
        known = ", ".join(_siblings(location, model))
        mend = f"Did you mean {close[0]!r}?" if close else f"Use one of {known}" if known else "Remove it"
        return "is not a key here", mend, "unknown-column"
    if kind in {
        "model_type",
        "model_attributes_type",
        "float_parsing",
        "float_type",
        "int_parsing",
        "int_type",
    }:
        mend = "Write digits, with a point for decimals, or a table with value, low, high and source"
        return f"is {given!r}, not a number", mend, "not-a-number"
    if kind == "value_error":
        return _value_error(message.removeprefix("Value error, "))
    if kind == "literal_error":
        return f"is {given!r}", f"Use one of {detail.get('ctx', {}).get('expected', '')}", "bad-word"
    if kind.startswith(("greater_than", "less_than")):
        return f"is {given!r}", message.replace("Input should", "It must"), "out-of-range"
    return (
        f"is {given!r}: {message[0].lower()}{message[1:]}",
        "Write it as the reference page shows",
        "bad-field",
    )


def _value_error(message: str) -> tuple[str, str, Code]:
    what, _, mend = message.partition("; ")
    if mend.startswith("it must be"):
        return what, mend[0].upper() + mend[1:], "out-of-range"
    return what, (mend[0].upper() + mend[1:]) if mend else "Correct it", "bad-figure"


def _section(location: Location, model: type[BaseModel]) -> type[BaseModel] | None:
    """Return the model whose field the last key of a place is, or None."""
    current: Any = model
    for key in location[:-1]:
        if isinstance(current, type) and issubclass(current, BaseModel):
            fields = {field.alias or name: field for name, field in current.model_fields.items()}
            current = _bare(fields[str(key)].annotation) if str(key) in fields else None
        elif get_origin(current) is dict:
            current = _bare(get_args(current)[1])
        else:
            return None
    return current if isinstance(current, type) and issubclass(current, BaseModel) else None


def _bare(annotation: Any) -> Any:
    """Return an annotation without its metadata and without None."""
    if get_origin(annotation) is Annotated:
        return _bare(get_args(annotation)[0])
    rest = [a for a in get_args(annotation) if a is not type(None)]
    return _bare(rest[0]) if get_origin(annotation) is UnionType and len(rest) == 1 else annotation


def _siblings(location: Location, model: type[BaseModel]) -> list[str]:
    section = _section(location, model)
    if section is None or section is Figure:
        return list(Figure.model_fields) if section is Figure else []
    return [field.alias or name for name, field in section.model_fields.items()]


def _described(location: Location, model: type[BaseModel]) -> str:
    section = _section(location, model)
    field = section.model_fields.get(str(location[-1])) if section is not None else None
    return f": {field.description}" if field is not None and field.description else ""
