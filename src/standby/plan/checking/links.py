"""What the parts of a plan say about each other: references, sources, substitution, population."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from standby._refusals import Code, Fault, meant, shown
from standby.evidence import ASSUMPTION
from standby.plan.checking.against_schema import Location
from standby.plan.files.cells import Cells
from standby.plan.files.folder import PLAN_FILE
from standby.plan.schema.tables import TABLES

Names = dict[str, set[str] | None]
"""Names that can be referred to, by section or table; None where that is not known."""

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

SLIP = 0.85
"""How like a known source an unknown one must be to be taken for a slip of the pen."""


def names_of(
    raw: dict[str, Any] | None, tables: Mapping[str, tuple[Cells, pd.DataFrame]], unknown: set[str]
) -> Names:
    """Return the names that can be referred to, by section or table; None where that is not known.

    Parameters
    ----------
    raw
        The document, None when it can't be read.
    tables
        The tables that could be read; a plan has no other rows, except in the tables that are unknown.
    unknown
        Tables of which nothing is known.
    """
    names: Names = {}

    for section in SECTIONS:
        entries = (raw or {}).get(section, {} if section in {"scenarios", "alliances"} else None)
        names[section] = set(entries) if raw is not None and isinstance(entries, dict) else None

    for table in TABLES:
        names[table] = None if table in unknown else set()

    # Ids are taken from the text: a row with a fault elsewhere still has its name, and any cell of a row that
    # could not be read may be one.
    for table, (cells, _) in tables.items():
        ids = {row["id"] for row in cells.text.rows if row.get("id")} | cells.text.unsure
        names[table] = ids if ids and cells.has_ids else None

    return names


def source_names(sources: dict[str, Any] | None) -> set[str] | None:
    """Return the source ids that can be named; None when that is not known."""
    return None if sources is None else {*sources, ASSUMPTION}


def judge_references(raw: dict[str, Any], names: Names) -> list[Fault]:
    """Return a fault for every name in ``plan.toml`` that nothing bears."""
    faults: list[Fault] = []

    for pattern, target in REFERENCES:
        for location, value in _matches(raw, pattern.split(".")):
            faults += _unknown(location, value, target, names, "unknown-reference")

    for location, value in named_sources(raw):
        faults += _unknown(location, value, "sources", names, "unknown-source")

    return faults


def judge_row_references(cells: Cells, frame: pd.DataFrame, names: Names) -> None:
    """Keep a fault for every name in a table that nothing bears."""
    for column in cells.table.columns:
        known = names.get(column.refers_to or "")
        if column.refers_to is None or known is None or column.name not in frame:
            continue

        # A name that is wrong in every row is compared with the known ones once.
        code: Code = "unknown-source" if column.refers_to == "sources" else "unknown-reference"
        fix_of: dict[str, str] = {}
        for row, value in enumerate(frame[column.name]):
            if not value or value in known:
                continue
            if value not in fix_of:
                fix_of[value] = _fix(code, value, known)
            cells.fault(row, column.name, f"names {shown(value)}, which is not known", fix_of[value], code)


def _unknown(location: Location, value: object, target: str, names: Names, code: Code) -> list[Fault]:
    """Return the fault of a name in ``plan.toml`` that nothing bears; none where that is not known."""
    known = names.get(target)
    if known is None or not isinstance(value, str) or value in known:
        return []

    keys = [key for key in location if isinstance(key, str)]
    what = f"names {shown(value)}, which is not known"
    return [Fault(PLAN_FILE, ".".join(keys[:-1]), keys[-1], what, _fix(code, value, known), code)]


def _fix(code: str, value: str, known: set[str]) -> str:
    """Return what to do about a name that is not known."""
    names = sorted(filter(None, known))
    listed = ", ".join(names[:6]) + (" …" if len(names) > 6 else "")

    # A source that is not there has most often not been added yet; only a slip of a letter is another one.
    if code == "unknown-source":
        other = meant(value, known, cutoff=SLIP) or f"Use one of {listed}"
        return f"Add it to sources.toml, or {other[:1].lower()}{other[1:]}"

    return meant(value, known) or (f"Use one of {listed}, or add it" if listed else "There are none; add it")


def _matches(raw: object, pattern: list[str], place: Location = ()) -> Iterator[tuple[Location, object]]:
    """Yield place and value of all that a pattern of `REFERENCES` finds in a part of the document."""
    if not pattern:
        yield place, raw
        return

    head, *rest = pattern
    if head == "@" and isinstance(raw, dict):
        yield from (((*place, str(key)), key) for key in raw)
    elif head == "*" and isinstance(raw, dict):
        for key, value in raw.items():
            yield from _matches(value, rest, (*place, str(key)))
    elif head == "*" and isinstance(raw, list):
        for index, value in enumerate(raw):
            yield from _matches(value, rest, (*place, index))
    elif isinstance(raw, dict) and head in raw:
        yield from _matches(raw[head], rest, (*place, head))


def named_sources(raw: object, place: Location = ()) -> Iterator[tuple[Location, object]]:
    """Yield every ``source`` of the document, except in the rows of options, which are judged as rows."""
    if isinstance(raw, dict):
        is_option = len(place) == 2 and place[0] in {"options", "scenarios"}
        for key, value in raw.items():
            if key == "source" and isinstance(value, str):
                yield (*place, str(key)), value
            elif not (is_option and key in {"add", "change", "remove"}):
                yield from named_sources(value, (*place, str(key)))
    elif isinstance(raw, list):
        for index, value in enumerate(raw):
            yield from named_sources(value, (*place, index))


def judge_substitution(raw: dict[str, Any]) -> list[Fault]:
    """Return a fault for every ring of tiers that stand in for each other."""
    tiers = raw.get("tiers", {})
    tiers = tiers if isinstance(tiers, dict) else {}

    stands_in_for: dict[str, list[str]] = {}
    for name, tier in tiers.items():
        others = tier.get("stands_in_for", []) if isinstance(tier, dict) else []
        others = others if isinstance(others, list) else []
        stands_in_for[name] = [other for other in others if isinstance(other, str) and other in tiers]

    # A ring is found from each of its tiers, and is one fault.
    rings: dict[frozenset[str], list[str]] = {}
    for start in stands_in_for:
        ring = _ring(stands_in_for, start)
        if ring:
            rings.setdefault(frozenset(ring), ring)

    fix = "Let the more able tier stand in for the less able one, not the other way as well"
    return [
        Fault(
            PLAN_FILE,
            f"tiers.{ring[0]}",
            "stands_in_for",
            f"goes round in a ring: {' → '.join([*ring, ring[0]])}",
            fix,
            "cyclic-substitution",
        )
        for ring in rings.values()
    ]


def _ring(graph: dict[str, list[str]], start: str) -> list[str] | None:
    """Return a shortest ring through a tier, or None."""
    paths = [[start]]
    visited = set[str]()

    # Breadth first: the first way back to the start is a shortest.
    while paths:
        path = paths.pop(0)
        for following in graph.get(path[-1], []):
            if following == start:
                return path
            if following not in visited:
                visited.add(following)
                paths.append([*path, following])

    return None
