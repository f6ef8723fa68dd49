"""All figures of a plan, by path: the one list that notes, register and draws are made from."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import pandas as pd
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from standby._show import Shown
from standby.evidence import Figure
from standby.plan.schema.document import Document
from standby.plan.schema.fields import Domain
from standby.plan.schema.tables import DOUBT_SUFFIXES, TABLES

ANY = Domain("")
"""Where a field names no domain: any number."""

Mark = TypeVar("Mark")


@dataclass(frozen=True)
class Placed(Shown):
    """A figure and where it stands.

    Parameters
    ----------
    path
        Its path, e.g. ``tiers.arv.turnout_min`` or ``areas[exeter].population``.
    figure
        The figure.
    domain
        Unit and limits of its field.
    given
        Whether the planner wrote it; false for a default of the schema.
    """

    path: str
    figure: Figure
    domain: Domain
    given: bool = True

    @property
    def dimension(self) -> str:
        """Name of the dimension that it is drawn along: its group, or its path."""
        return f"group:{self.figure.group}" if self.figure.group else self.path


def figures_of(document: Document, tables: Mapping[str, pd.DataFrame]) -> Iterator[Placed]:
    """Yield every figure of the base and the money of options, by document and then by table.

    Parameters
    ----------
    document, tables
        A plan's document and tables.
    """
    yield from _in_model(document, "")
    for name, frame in tables.items():
        yield from _in_table(name, frame)


def _in_model(model: BaseModel, before: str) -> Iterator[Placed]:
    """Yield the figures of a section and of the sections in it; `before` is its path, empty for the whole."""
    for name, info in type(model).model_fields.items():
        if name in {"scenarios", "statements"} and not before:
            continue  # neither is part of the base, and no option of what the base is compared with
        domain = mark_of(info, Domain)
        path = f"{before}.{name}" if before else name
        yield from _in_value(getattr(model, name), path, domain, given=name in model.model_fields_set)


def _in_value(value: Any, path: str, domain: Domain | None, *, given: bool) -> Iterator[Placed]:
    """Yield the figures in a field: itself, those of a section, or those of a table by name."""
    if isinstance(value, Figure):
        yield Placed(path, value, domain or ANY, given)
    elif isinstance(value, BaseModel):
        yield from _in_model(value, path)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _in_value(item, f"{path}.{key}", domain, given=given)


def mark_of(field: FieldInfo, kind: type[Mark]) -> Mark | None:
    """Return what a field is marked with, such as its domain; None where it has no such mark.

    Parameters
    ----------
    field
        A field of a section: a figure, one that may be left out, or a table of them by name.
    kind
        What is sought.
    """
    own = [mark for mark in field.metadata if isinstance(mark, kind)]
    return own[0] if own else _mark_in(field.annotation, kind)


def _mark_in(annotation: Any, kind: type[Mark]) -> Mark | None:
    """Return the first mark in an annotation such as ``dict[Id, PerYear]`` or ``Officers | None``."""
    for mark in getattr(annotation, "__metadata__", ()):
        if isinstance(mark, kind):
            return mark

    for part in getattr(annotation, "__args__", ()):
        found = _mark_in(part, kind)
        if found is not None:
            return found
    return None


def _in_table(name: str, frame: pd.DataFrame) -> Iterator[Placed]:
    """Yield the figures of a table, column by column; an empty cell is none."""
    ids = frame["id"].tolist()
    sources = frame["source"].tolist()
    groups = frame["group"].tolist() if "group" in frame else [""] * len(frame)

    for column in TABLES[name].columns:
        if not column.doubt or column.name not in frame:
            continue
        domain = column.domain or ANY
        low, high = (_bounds(frame, column.name + end) for end in DOUBT_SUFFIXES)

        for row, value in enumerate(frame[column.name].tolist()):
            if math.isnan(value):
                continue
            doubt: dict[str, Any] = {} if math.isnan(low[row]) else {"low": low[row], "high": high[row]}
            group = groups[row] or f"{name}.{column.name}"
            figure = Figure(value=value, source=sources[row] or None, group=group, **doubt)
            given = bool(doubt) or value != column.default  # an empty cell has been filled with the default
            yield Placed(f"{name}[{ids[row]}].{column.name}", figure, domain, given)


def _bounds(frame: pd.DataFrame, name: str) -> list[float]:
    """Return a column of bounds, NaN in every row where the table has none."""
    return frame[name].tolist() if name in frame else [math.nan] * len(frame)
