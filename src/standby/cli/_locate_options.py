"""Options of the command ``locate``, made from those of the function of that name."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import Field, fields
from typing import Annotated, Any, Literal, TypeVar

import typer

from standby.locate.siting.options import (
    LocateOptions,
    as_on_the_command_line,
    asked_of,
    default_of,
    type_of,
)

F = TypeVar("F", bound=Callable[..., None])


def takes_locate_options(command: F) -> F:
    """Put the options of siting between the first parameter of a command and its others.

    Typer reads a command's signature; the command itself takes them as ``**asked``.
    """
    plan, *others = inspect.signature(command, eval_str=True).parameters.values()
    own = [other for other in others if other.kind is not inspect.Parameter.VAR_KEYWORD]
    options = [_parameter(option) for option in fields(LocateOptions) if asked_of(option).command]
    command.__signature__ = inspect.Signature([plan, *options, *own])  # type: ignore[attr-defined]
    return command


def as_asked(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was given on the command line as arguments of `standby.locate.locate`."""
    asked: dict[str, Any] = {}
    for option in fields(LocateOptions):
        declared = asked_of(option)
        if declared.command is None:
            continue

        value = given[option.name]
        if declared.flag_for is not None:
            value = declared.flag_for if value else option.default
        elif value is None:
            value = option.default
        asked[option.name] = declared.words.get(value, value) if declared.words else value
    return asked


def _parameter(option: Field[Any]) -> inspect.Parameter:
    """Return the parameter that Typer makes an option of."""
    declared = asked_of(option)
    kind = type_of(option)
    default = option.default
    if declared.flag_for is not None:
        kind = bool
        default = False
    elif declared.words:
        kind = Literal[tuple(declared.words)] | None
    elif default == ():
        kind = list[str] | None
        default = None
    elif declared.unless_given:
        kind = str | None
        default = None

    # What help says after the text: how often it may be given, and what it is when left out.
    text = as_on_the_command_line(declared.text)
    if option.default == ():
        text += " May be repeated."
    elif default is None and not declared.unless_given:
        text += f"  [default: {default_of(option)}]"

    shown = typer.Option(f"--{declared.command}", metavar=declared.metavar, min=declared.at_least, help=text)
    return inspect.Parameter(
        option.name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=Annotated[kind, shown]
    )
