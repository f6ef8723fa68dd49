"""Write the reference pages that are made from the code: the rooms, the plan and the command line.

They land in `docs/reference/generated/`, which git ignores, so that a page can't say what the code does not.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import typing
from collections.abc import Iterable, Iterator
from pathlib import Path
from textwrap import shorten
from typing import TYPE_CHECKING, Any

import typer
from pydantic import BaseModel
from pydantic_core import PydanticUndefined
from sphinx.pycode import ModuleAnalyzer

import standby
from standby.evidence import Figure
from standby.plan.schema.document import Document
from standby.plan.schema.plausible import Plausible
from standby.plan.schema.tables import TABLES
from standby.tables import TABLES as RESULTS

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo
    from sphinx.application import Sphinx

NOT_IMPORTED = {"cli"}  # has a page of its own


def _cell(text: object) -> str:
    return " ".join(str(text).split()).replace("|", "\\|")


def _table(heads: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    heads = list(heads)
    lines = [f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}"]
    lines += [f"| {' | '.join(_cell(c) for c in row)} |" for row in rows]
    return "\n".join(lines) + "\n"


# Rooms


def _is_alias(thing: Any) -> bool:
    return typing.get_origin(thing) is not None


def _is_class(thing: Any) -> bool:
    return inspect.isclass(thing) and not _is_alias(thing)


def _kind(thing: Any) -> str:
    if _is_class(thing):
        return "Errors" if issubclass(thing, Exception) else "Classes"
    return "Functions" if inspect.isroutine(thing) else "Constants and types"


def _directive(room: str, name: str, thing: Any) -> str:
    full = f"standby.{room}.{name}"
    return f".. autoclass:: {full}\n   :members:\n" if _is_class(thing) else f".. autofunction:: {full}\n"


def _constant_docs(room: str) -> dict[str, str]:
    """Return what the docstrings under the constants of a room say, by name."""
    folder = importlib.import_module(f"standby.{room}").__path__
    found: dict[str, str] = {}
    for module in [f"standby.{room}", *(f"standby.{room}.{m.name}" for m in pkgutil.iter_modules(folder))]:
        docs = ModuleAnalyzer.for_module(module).find_attr_docs()
        found |= {name: " ".join(lines) for (scope, name), lines in docs.items() if not scope}
    return found


def _constants(room: str, members: dict[str, Any]) -> str:
    docs = _constant_docs(room)
    rows = [
        (
            f"`{name}`",
            f"`{shorten(str(thing) if _is_alias(thing) else repr(thing), 100)}`",
            docs.get(name, ""),
        )
        for name, thing in members.items()
    ]
    return _table(["name", "value", "meaning"], rows)


def room_page(room: str) -> str:
    """Return the page of a room: its question, and all that it exports."""
    module = importlib.import_module(f"standby.{room}")
    names = {name: getattr(module, name) for name in getattr(module, "__all__", [])}
    parts = [f"# `standby.{room}`\n", f"{inspect.getdoc(module)}\n"]
    for kind in ("Functions", "Classes", "Errors", "Constants and types"):
        members = {name: thing for name, thing in names.items() if _kind(thing) == kind}
        if members and kind == "Constants and types":
            parts.append(f"## {kind}\n\n{_constants(room, members)}")
        elif members:
            block = "\n".join(_directive(room, name, thing) for name, thing in members.items())
            parts.append(f"## {kind}\n\n```{{eval-rst}}\n.. currentmodule:: standby.{room}\n\n{block}```\n")
    return "\n".join(parts)


def rooms() -> list[str]:
    """Names of the rooms that a program can import, in the order in which data flows."""
    folder = Path(inspect.getfile(standby)).parent
    found = {p.parent.name for p in folder.glob("*/__init__.py")} - NOT_IMPORTED
    order = [
        "evidence", "words", "tables", "plan", "opendata", "travel", "demand", "workforce", "queueing",
        "attendance", "cover", "locate", "simulate", "cost", "appraise", "disclosure", "report", "web",
    ]  # fmt: skip
    return [r for r in order if r in found] + sorted(found - set(order))


# The plan


def _sections(model: type[BaseModel], path: str) -> Iterator[tuple[str, type[BaseModel]]]:
    """Walk through the sections of plan.toml, each with its path."""
    for name, field in model.model_fields.items():
        inner, many = _inner(field)
        if inner is not None:
            here = f"{path}{field.alias or name}"
            here += ".<id>" if many else ""
            yield here, inner
            yield from _sections(inner, f"{here}.")


def _inner(field: FieldInfo) -> tuple[type[BaseModel] | None, bool]:
    """Return the section that a field holds, and whether it holds many by id."""
    stack, many = [field.annotation], False
    while stack:
        kind = stack.pop()
        origin, arguments = typing.get_origin(kind), typing.get_args(kind)
        if inspect.isclass(kind) and issubclass(kind, BaseModel) and not issubclass(kind, Figure):
            return kind, many
        many = many or origin is dict
        stack.extend(arguments)
    return None, False


def _unit(field: FieldInfo) -> str:
    """Return the unit of a field that holds a figure."""
    return next((m.unit for m in _metadata(field) if hasattr(m, "unit")), "")


def _plausible(ranges: Iterable[Any]) -> str:
    """Return the range outside which a number is noted; nothing where there is none."""
    return next((f"{m.least:,.12g} to {m.most:,.12g}" for m in ranges if isinstance(m, Plausible)), "")


def _metadata(field: FieldInfo) -> Iterator[Any]:
    yield from field.metadata
    stack: list[Any] = [field.annotation]
    while stack:
        kind = stack.pop()
        yield from getattr(kind, "__metadata__", ())
        stack.extend(typing.get_args(kind))


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    value = field.default
    if isinstance(value, Figure):
        return f"{value.value:g}"
    if value is PydanticUndefined or isinstance(value, BaseModel):
        return ""
    return "" if value in (None, "", [], {}) else f"`{value}`"


def plan_page() -> str:
    """Return the page of every section of plan.toml and every column of every table."""
    parts = [
        "# Plan reference\n",
        "Made from the code that reads and checks a plan. A value with a unit may be a plain number or a",
        "[figure](../../concepts.md) with bounds and a source. A number, or a bound of it, outside what is",
        "plausible is noted by `standby check`; what is impossible is refused.\n",
        "## `plan.toml`\n",
    ]
    for path, section in _sections(Document, ""):
        rows = [
            (f"`{f.alias or name}`", f.description or "", _unit(f), _plausible(f.metadata), _default(f))
            for name, f in section.model_fields.items()
            if _inner(f)[0] is None
        ]
        if rows:
            parts.append(f"### `[{path}]`\n\n{inspect.getdoc(section)}\n")
            parts.append(_table(["name", "meaning", "unit", "plausible", "default"], rows))
    parts.append("## Tables\n")
    for table in TABLES.values():
        rows = [
            (
                f"`{c.name}`",
                c.description + (f" One of: {', '.join(c.choices)}." if c.choices else ""),
                c.domain.unit if c.domain else "",
                _plausible([c.plausible]),
                "required" if c.required else ("" if c.default is None else f"`{c.default}`"),
                "yes" if c.doubt else "",
            )
            for c in table.columns
        ]
        left_out = " A plan may leave it out." if table.optional else ""
        parts.append(f"### `{table.name}`\n\n{table.description}{left_out}\n")
        heads = ["column", "meaning", "unit", "plausible", "default", "`_low` and `_high`"]
        parts.append(_table(heads, rows))
    return "\n".join(parts)


# The command line


WHO = {True: "public", False: "internal"}


def results_page() -> str:
    """Return the page of every table of results and its columns, as they are declared."""
    parts = [
        "# Tables of results\n",
        (
            "Every table that a command prints as JSON or writes, with its columns. What is public is for "
            "the whole region and in round numbers; the rest stands in the internal edition alone. Columns "
            "that end in `_min` are minutes, in `_gbp` pounds of the plan's price year; shares are 0 to 1.\n"
        ),
    ]
    for table in RESULTS.values():
        parts.append(
            f"## {table.title}: `{table.name}`\n\nA row: {table.description} {WHO[table.public].title()}.\n"
        )
        rows = [
            (f"`{c.name}`", c.label, c.kind, c.unit, WHO[table.public and c.public], c.description)
            for c in table.columns
        ]
        parts.append(_table(("column", "heading", "kind", "unit", "who", "meaning"), rows))
    return "\n".join(parts)


def command_line_page() -> str:
    """Return the page of every command with its arguments and options, as `--help` has them."""
    command = typer.main.get_command(importlib.import_module("standby.cli").app)
    parts = ["# Command line\n", f"{inspect.cleandoc(command.help or '')}\n"]
    for name, sub in sorted(getattr(command, "commands", {}).items()):
        parts.append(f"## `standby {name}`\n\n{inspect.cleandoc(sub.help or '')}\n")
        rows = []
        for parameter in sub.params:
            label = (
                ", ".join(f"`{o}`" for o in parameter.opts) if parameter.param_type_name == "option" else ""
            )
            label = label or f"`{(parameter.metavar or parameter.name or '').upper()}`"
            default = (
                ""
                if parameter.default in (None, False) or callable(parameter.default)
                else f"`{parameter.default}`"
            )
            default = "required" if parameter.required else default
            rows.append((label, getattr(parameter, "help", None) or "", default))
        parts.append(_table(["argument or option", "meaning", "default"], rows))
    return "\n".join(parts)


def _write(path: Path, text: str) -> None:
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")


def generate(app: Sphinx) -> None:
    """Write every page that is made from the code."""
    folder = Path(app.srcdir) / "reference" / "generated"
    folder.mkdir(exist_ok=True)
    for room in rooms():
        _write(folder / f"{room}.md", room_page(room))
    _write(folder / "plan-reference.md", plan_page())
    _write(folder / "results.md", results_page())
    _write(folder / "command-line.md", command_line_page())


def _without_long_signature(
    _app: Sphinx, what: str, _name: str, thing: Any, *_rest: Any
) -> tuple[str, str] | None:
    """Leave out the signature of a section of the plan: its fields stand on the plan's page."""
    if what == "class" and inspect.isclass(thing) and issubclass(thing, BaseModel):
        return "", ""
    return None


def setup(app: Sphinx) -> dict[str, bool]:
    """Write the pages before Sphinx reads its sources."""
    app.connect("builder-inited", generate)
    app.connect("autodoc-process-signature", _without_long_signature)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
