"""``plan.toml`` against its schema: pydantic's findings in a planner's words."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from types import UnionType
from typing import Annotated, Any, TypeVar, Union, cast, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from standby._characters import controls_in
from standby._refusals import Code, Fault, Refusal, closest, did_you_mean, shown
from standby.evidence import Figure, Source, is_too_large
from standby.plan.faults import control_words
from standby.plan.files.folder import PLAN_FILE, SOURCES_FILE
from standby.plan.schema.document import Document
from standby.plan.schema.fields import Domain, share_of_percent
from standby.plan.schema.figures import mark_of

Mark = TypeVar("Mark")

Location = tuple[str | int, ...]

Words = tuple[str, str, Code]
"""What is wrong, the fix, and the kind of fault."""

NUMBERS_OF_A_FIGURE = ("value", "low", "high")

DIGITS = "Write digits, with a point for decimals and no quotes"
FIGURE = f"{DIGITS}, or a table with value, low, high and source"

WORDS: dict[str, Words] = {
    "not_a_number": ("is {given}, not a number", DIGITS, "not-a-number"),
    "float_type": ("is {given}, not a number", DIGITS, "not-a-number"),
    "finite_number": ("is {given}, not a number", "Write a finite number", "not-a-number"),
    "bool_type": ("is {given}", "Write true or false, without quotes", "bad-word"),
    "string_type": ("is {given}, not text", "Put it in double quotes", "bad-field"),
    "list_type": ("is {given}, not a list", "Put it in square brackets", "bad-field"),
    "dict_type": ("is {given}, not a table", "Write it as a table with a key for each entry", "bad-field"),
    "model_type": ("is {given}, not a table", "Write it as a table with its fields", "bad-field"),
    "string_too_short": ("is empty", "Fill it in", "missing-value"),
    "too_short": ("has too few entries", "Give it {least} or more", "missing-value"),
    "too_long": ("has too many entries", "Give it {most} at most", "bad-field"),
    "literal_error": ("is {given}", "Use one of {expected}", "bad-word"),
    "not_an_id": (
        "is {given}, not an identifier",
        "Use lower-case letters, digits, - and _, a letter or digit first",
        "bad-word",
    ),
    "not_a_date": ("is {given}, not a date", 'Write e.g. 2019-03-31, "2019-03" or 2019', "bad-word"),
}
"""What pydantic finds, by its name for it."""


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
        return None, document_faults(error, raw, PLAN_FILE, Document)


def judge_sources(raw: dict[str, Any]) -> tuple[dict[str, Source], list[Fault]]:
    """Validate ``sources.toml``, entry by entry."""
    sources: dict[str, Source] = {}
    faults: list[Fault] = []

    for name, entry in raw.items():
        try:
            sources[name] = Source.model_validate(entry)
        except ValidationError as error:
            for location, fault in document_faults(error, entry, SOURCES_FILE, Source):
                where = spell((name, *location[:-1]))
                faults.append(Fault(SOURCES_FILE, where, fault.field, fault.what, fault.fix, fault.code))

    return sources, faults


def judge_characters(raw: object, file: str, place: Location = ()) -> Iterator[Fault]:
    """Yield a fault for each text with control characters, but in rows of options: cells are judged as such.

    Parameters
    ----------
    raw
        What a file of TOML holds, or a part of it.
    file, place
        The file, and where the part stands in it.
    """
    if isinstance(raw, str) and (controls := controls_in(raw)):
        where, field = split(place)
        yield Fault(file, where, field, *control_words(controls))

    inner: list[tuple[str | int, object]] = []
    if isinstance(raw, dict):
        is_option = len(place) == 2 and place[0] in {"options", "scenarios"}
        inner = [(key, part) for key, part in raw.items() if not (is_option and key in {"add", "change"})]
    elif isinstance(raw, list):
        inner = list(enumerate(raw))

    for key, part in inner:
        yield from judge_characters(part, file, (*place, key))


def document_faults(
    error: ValidationError, raw: object, file: str, model: type[BaseModel]
) -> list[tuple[Location, Fault]]:
    """Return pydantic's errors as faults, one for each place.

    A key that is missing because it was misspelt is one fault: the misspelling.
    """
    found: dict[Location, Fault] = {}
    misspelt: set[Location] = set()

    for detail in error.errors(include_url=False):
        location = _place(detail["loc"], raw)
        if detail["type"] == "extra_forbidden":
            misspelt |= {(*location[:-1], name) for name in _close(location, model)}
        if location not in found:
            where, field = split(location)
            found[location] = Fault(file, where, field, *_words(detail, location, model))

    return [
        (location, fault)
        for location, fault in found.items()
        if not (location in misspelt and value_at(raw, location) is None)
    ]


# Places


def spell(location: Location) -> str:
    """Return a place as a planner reads it: keys joined by points, entries of a list counted from 1."""
    words = "".join(f"[{key + 1}]" if isinstance(key, int) else f".{key}" for key in location)
    return words.removeprefix(".")


def split(location: Location) -> tuple[str, str]:
    """Return a place as a fault has it: the section, and the field with its place in a list."""
    keys = [at for at, key in enumerate(location) if isinstance(key, str)]
    cut = keys[-1] if keys else 0
    return spell(location[:cut]), spell(location[cut:])


def value_at(raw: Any, location: Location) -> Any:
    """Return what a raw table holds at a place, None when there is nothing."""
    try:
        for key in location:
            raw = raw[key]
    except (KeyError, IndexError, TypeError):
        return None
    return raw


def _place(location: Location, raw: object) -> Location:
    """Drop what pydantic adds to a place that is not in the file (names of union members)."""
    kept: Location = ()
    for key in location:
        if key == "[key]" or isinstance(value_at(raw, kept), (int, float, str)):
            break
        kept = (*kept, key)
    return kept


# Words


def _words(detail: ErrorDetails, location: Location, model: type[BaseModel]) -> Words:
    """Return what is wrong at a place, in a planner's words."""
    kind = detail["type"]
    given = detail.get("input")
    context = detail.get("ctx", {})
    field = field_at(location, model)

    # What needs more than its name and the value.
    if kind == "missing":
        described = f": {field.description}" if field is not None and field.description else ""
        return "is missing", f"Add it{described}", "missing-value"
    if kind == "extra_forbidden":
        return "is not a key here", _key_meant(location, model), "unknown-column"
    if kind == "value_error":
        return _refused(context["error"])

    # Numbers that can't stand here.
    if kind.startswith(("greater_than", "less_than")):
        return f"is {shown(given)}", _limit(detail["msg"], given, context), "out-of-range"
    if is_too_large(given):
        return _too_large(given, location, model)
    if kind == "int_type" and isinstance(given, float):
        return f"is {given:g}", "Write a whole number", "not-whole"

    is_figure = field is not None and model_in(field.annotation) is Figure
    if kind in {"int_type", "not_a_number"} or (kind == "model_type" and is_figure):
        what, fix, code = WORDS["not_a_number"]
        return what.format(given=shown(given)), FIGURE if is_figure else fix, code

    return _words_by_kind(detail)


def _words_by_kind(detail: ErrorDetails) -> Words:
    """Return the words for what pydantic finds, where its name for it says all."""
    kind = detail["type"]
    given = shown(detail.get("input"))
    if kind not in WORDS:
        what = f"is {given}: {detail['msg'][0].lower()}{detail['msg'][1:]}"
        return what, "Write it as the reference page shows", "bad-field"

    what, fix, code = WORDS[kind]
    context = detail.get("ctx", {})
    values = {
        "given": given,
        "expected": context.get("expected", ""),
        "least": context.get("min_length", 1),
        "most": context.get("max_length", ""),
    }
    return what.format(**values), fix.format(**values), code


def _refused(error: Exception) -> Words:
    """Return the words of a refusal that a validator of the schema raised."""
    if not isinstance(error, Refusal):
        return str(error), "Write it as the reference page shows", "bad-field"
    code = cast("Code", "bad-figure" if error.code == Refusal.code else error.code)
    return error.what, f"{error.fix[:1].upper()}{error.fix[1:]}", code


def _key_meant(location: Location, model: type[BaseModel]) -> str:
    """Return what to do about a key that the schema does not have."""
    known = ", ".join(_siblings(location, model))
    return did_you_mean(*_close(location, model)) or (f"Use one of {known}" if known else "Remove it")


def _limit(message: str, given: object, context: Mapping[str, Any]) -> str:
    """Return what a number must be; a percentage where a share belongs is written as the share."""
    is_share = 1 in {context.get("le"), context.get("lt")}
    percent = share_of_percent(given) if is_share and isinstance(given, (int, float)) else None
    more = f": write {percent:g} for {given:g}%" if percent is not None and percent < 1 else ""
    return message.replace("Input should", "It must") + more


def _too_large(given: Any, location: Location, model: type[BaseModel]) -> Words:
    """Return the words on a number that can't be computed with, and the limit of its field."""
    is_positive = given > 0
    what = f"is {shown(given)}, which is too {'large' if is_positive else 'small'}"
    fix = "Write a number that can be meant"

    domain = mark_at(location, model, Domain)
    field = field_at(location, model)
    limits = [] if field is None else [one.le for one in field.metadata if hasattr(one, "le")]
    if domain is not None:
        fix = domain.allowed(math.inf if is_positive else -math.inf)
    elif limits and is_positive:
        fix = f"it must be at most {limits[0]:,.12g}"
    return what, f"{fix[:1].upper()}{fix[1:]}", "out-of-range"


# Fields of the schema


def mark_at(location: Location, model: type[BaseModel], kind: type[Mark]) -> Mark | None:
    """Return what the field of a number is marked with, such as its domain; None where it is not.

    An entry by name (incidents a year in a force) has the mark of its table, and a part of a figure (its
    ``high``) that of the figure.
    """
    for length in range(len(location), 0, -1):
        field = field_at(location[:length], model)
        if field is None:
            continue
        mark = mark_of(field, kind)
        if mark is not None or location[length - 1] not in NUMBERS_OF_A_FIGURE:
            return mark
    return None


def field_at(location: Location, model: type[BaseModel]) -> Any:
    """Return the schema's field at a place, None when the place is no field of a section."""
    section = _section(location, model)
    return None if section is None or not location else fields_of(section).get(str(location[-1]))


def fields_of(section: type[BaseModel]) -> dict[str, Any]:
    """Return the fields of a section by the names that they have in the file."""
    return {field.alias or name: field for name, field in section.model_fields.items()}


def model_in(annotation: Any) -> type[BaseModel] | None:
    """Return the model that an annotation is, perhaps with None and metadata around it."""
    bare = _bare(annotation)
    return bare if isinstance(bare, type) and issubclass(bare, BaseModel) else None


def _section(location: Location, model: type[BaseModel]) -> type[BaseModel] | None:
    """Return the model whose field the last key of a place is, or None."""
    current: Any = model

    for key in location[:-1]:
        if isinstance(current, type) and issubclass(current, BaseModel):
            field = fields_of(current).get(str(key))
            current = _bare(field.annotation) if field is not None else None
        elif get_origin(current) in {dict, list}:
            current = _bare(get_args(current)[-1])
        else:
            return None

    return current if isinstance(current, type) and issubclass(current, BaseModel) else None


def _bare(annotation: Any) -> Any:
    """Return an annotation without its metadata and without None."""
    if get_origin(annotation) is Annotated:
        return _bare(get_args(annotation)[0])

    rest = [a for a in get_args(annotation) if a is not type(None)]
    is_union = get_origin(annotation) in {UnionType, Union}
    return _bare(rest[0]) if is_union and len(rest) == 1 else annotation


def _siblings(location: Location, model: type[BaseModel]) -> list[str]:
    """Return the fields of the section that a place is in."""
    section = _section(location, model)
    return [] if section is None else list(fields_of(section))


def _close(location: Location, model: type[BaseModel]) -> list[str]:
    """Return the field that was probably meant by a key that is none, if any is like it."""
    close = closest(str(location[-1]), _siblings(location, model)) if location else None
    return [] if close is None else [close]
