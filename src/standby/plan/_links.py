"""What the parts of a plan say about each other: references, sources, substitution, population."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any

import pandas as pd

from standby.evidence import ASSUMPTION
from standby.plan._cells import Cells
from standby.plan.faults import Code, Fault

SECTIONS = ("forces", "classes", "tiers", "incident_types", "standards", "scenarios", "alliances")
"""Sections of ``plan.toml`` whose keys are referred to."""

REFERENCES: tuple[tuple[str, str], ...] = (
    ("plan.forces.*", "forces"),
    ("alliances.*.forces.*", "forces"),
    ("tiers.*.stands_in_for.*", "tiers"),
    ("incident_types.*.per_year.@", "forces"),
    ("incident_types.*.class_weight.@", "classes"),
    ("incident_types.*.first.tiers.*", "tiers"),
    ("incident_types.*.first.units.@", "tiers"),
    ("incident_types.*.full.tiers.*", "tiers"),
    ("incident_types.*.full.units.@", "tiers"),
    ("standards.*.incident_type", "incident_types"),
    ("standards.*.classes.*", "classes"),
    ("standards.*.forces.*", "forces"),
    ("options.*.forces.@", "forces"),
    ("statements.*.scenario", "scenarios"),
    ("statements.*.incident_type", "incident_types"),
    ("statements.*.forces.*", "forces"),
)
"""Places of ``plan.toml`` that name an entry elsewhere: ``*`` any key or index, ``@`` the keys themselves."""

MEND = {
    "unknown-reference": "Use one of {known}, or add it",
    "unknown-source": "Add it to sources.toml, or use one of {known}",
}


def names_of(
    raw: dict[str, Any] | None, tables: dict[str, pd.DataFrame], sources: dict[str, Any] | None
) -> dict[str, set[str] | None]:
    """Return the names that can be referred to, by section or table; None where that is not known."""
    names: dict[str, set[str] | None] = {}
    for section in SECTIONS:
        entries = (raw or {}).get(section, {} if section in {"scenarios", "alliances"} else None)
        names[section] = set(entries) if raw is not None and isinstance(entries, dict) else None
    for name, frame in tables.items():
        names[name] = set(frame["id"]) if len(frame) else None
    names["sources"] = None if sources is None else {*sources, ASSUMPTION}
    return names


def judge_references(raw: dict[str, Any], names: dict[str, set[str] | None]) -> list[Fault]:
    """Return a fault for every name in ``plan.toml`` that nothing bears."""
    faults: list[Fault] = []
    for pattern, target in REFERENCES:
        for location, value in _matches(raw, pattern.split(".")):
            faults += _unknown("plan.toml", location, value, target, names, "unknown-reference")
    for location, value in _sources(raw):
        faults += _unknown("plan.toml", location, value, "sources", names, "unknown-source")
    return faults


def judge_row_references(cells: Cells, frame: pd.DataFrame, names: dict[str, set[str] | None]) -> None:
    """Keep a fault for every name in a table that nothing bears."""
    for column in cells.table.columns:
        known = names.get(column.refers_to or "")
        if column.refers_to is None or known is None or column.name not in frame:
            continue
        code: Code = "unknown-source" if column.refers_to == "sources" else "unknown-reference"
        for row, value in enumerate(frame[column.name]):
            if value and value not in known:
                cells.fault(
                    row, column.name, f"names {value!r}, which is not known", _mend(code, value, known), code
                )


def _unknown(
    file: str,
    location: tuple[str, ...],
    value: object,
    target: str,
    names: dict[str, set[str] | None],
    code: Code,
) -> list[Fault]:
    known = names.get(target)
    if known is None or not isinstance(value, str) or value in known:
        return []
    keys = [key for key in location if not key.isdigit()]
    what = f"names {value!r}, which is not known"
    return [Fault(file, ".".join(keys[:-1]), keys[-1], what, _mend(code, value, known), code)]


def _mend(code: str, value: str, known: set[str]) -> str:
    close = get_close_matches(value, known, 1)
    if close:
        return f"Did you mean {close[0]!r}?"
    shown = sorted(known)
    listed = ", ".join(shown[:6]) + (" …" if len(shown) > 6 else "")
    return MEND[code].format(known=listed)


def _matches(
    raw: object, pattern: list[str], place: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], object]]:
    if not pattern:
        yield place, raw
        return
    head, *rest = pattern
    if head == "@" and isinstance(raw, dict):
        yield from (((*place, str(key)), key) for key in raw)
    elif head == "*":
        items = raw.items() if isinstance(raw, dict) else enumerate(raw) if isinstance(raw, list) else ()
        for key, value in items:
            yield from _matches(value, rest, (*place, str(key)))
    elif isinstance(raw, dict) and head in raw:
        yield from _matches(raw[head], rest, (*place, head))


def _sources(raw: object, place: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], object]]:
    """Yield every ``source`` of the document, except in the rows of options, which are judged as rows."""
    if isinstance(raw, dict):
        for key, value in raw.items():
            if key == "source" and isinstance(value, str):
                yield (*place, str(key)), value
            elif not (
                len(place) == 2
                and place[0] in {"options", "scenarios"}
                and key in {"add", "change", "remove"}
            ):
                yield from _sources(value, (*place, str(key)))


def judge_substitution(raw: dict[str, Any]) -> list[Fault]:
    """Return a fault for every ring of tiers that stand in for each other."""
    tiers = raw.get("tiers", {})
    graph = {
        name: [other for other in tier.get("stands_in_for", []) if other in tiers]
        for name, tier in (tiers.items() if isinstance(tiers, dict) else ())
        if isinstance(tier, dict) and isinstance(tier.get("stands_in_for", []), list)
    }
    faults, seen = [], set[frozenset[str]]()
    for start in graph:
        ring = _ring(graph, start)
        if ring and frozenset(ring) not in seen:
            seen.add(frozenset(ring))
            what = f"goes round in a ring: {' → '.join([*ring, ring[0]])}"
            mend = "Let the more able tier stand in for the less able one, not the other way as well"
            faults.append(
                Fault("plan.toml", f"tiers.{ring[0]}", "stands_in_for", what, mend, "cyclic-substitution")
            )
    return faults


def _ring(graph: dict[str, list[str]], start: str) -> list[str] | None:
    """Return a shortest ring through a tier, or None."""
    paths = [[start]]
    visited = set[str]()
    while paths:
        path = paths.pop(0)
        for following in graph.get(path[-1], []):
            if following == start:
                return path
            if following not in visited:
                visited.add(following)
                paths.append([*path, following])
    return None
