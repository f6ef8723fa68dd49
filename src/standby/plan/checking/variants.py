"""What is wrong with an option or a scenario, judged against the base."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd
from pydantic import ValidationError

from standby._refusals import Fault, meant, shown
from standby.plan.checking.against_schema import Location, judge_document, spell, value_at
from standby.plan.checking.links import (
    Names,
    judge_references,
    judge_row_references,
    judge_substitution,
    names_of,
)
from standby.plan.checking.positions import judge_positions
from standby.plan.checking.same import same_as_base
from standby.plan.files.cells import Cells, hours_fault
from standby.plan.files.folder import PLAN_FILE, TRAVEL_FILES
from standby.plan.options import (
    DURING,
    changed_document,
    changed_tables,
    flatten,
    forces_opted_out,
    laid_over,
    merged_row,
    rows_of,
)
from standby.plan.schema.changes import CHANGEABLE, UNCHANGEABLE, Changes, Option, Scenario
from standby.plan.schema.hours import hours_of_week
from standby.plan.schema.tables import TABLES
from standby.tables import records

MODELS: dict[str, type[Changes]] = {"options": Option, "scenarios": Scenario}
"""Sections whose entries are laid over the base."""

FIXED = {
    "schema": "The schema is the plan's, not an option's; remove it",
    "options": "An option can't change options; write the change in that option",
    "scenarios": "An option can't change scenarios; write the change in that scenario",
    "statements": "What was said stays as it was said; remove it",
    "base": "The base's name is the base's; remove it",
}
"""What no option can set, and the fix."""

MOST_DOTS = 10
"""Points in a path that an option sets; the longest that there is has six."""

FIXED_PATHS = {f"travel.{key}" for key in ("method", *TRAVEL_FILES)}
"""What no option can set below a section that it may change: how minutes are found."""


@dataclass(frozen=True)
class BasePlan:
    """The base as far as it could be read, for judging what is laid over it.

    Parameters
    ----------
    raw
        The document as written, without what is laid over it: see `base_only`.
    tables
        Judged tables with their judges.
    unknown
        Tables of which nothing is known.
    names
        Names that can be referred to.
    extent
        Extent of the plan, None when not known.
    faulty_places
        Places of the base's document that have a fault, found once: an option is blamed for its own only.
    faulty_links
        Faults of names in the base that nothing bears, and of rings of tiers.
    """

    raw: dict[str, Any]
    tables: Mapping[str, tuple[Cells, pd.DataFrame]]
    unknown: set[str]
    names: Names
    extent: list[float] | None
    faulty_places: frozenset[Location] = field(init=False)
    faulty_links: frozenset[Fault] = field(init=False)

    def __post_init__(self) -> None:
        places = frozenset(place for place, _ in judge_document(self.raw)[1])
        object.__setattr__(self, "faulty_places", places)
        object.__setattr__(self, "faulty_links", frozenset(_links(self.raw, self.names)))

    @property
    def frames(self) -> dict[str, pd.DataFrame]:
        """The tables without their judges."""
        return {name: frame for name, (_, frame) in self.tables.items()}


def base_only(raw: Mapping[str, Any]) -> dict[str, Any]:
    """Return the document without its options, scenarios and statements.

    None of them can be set by an option, so an option is judged without them: with them, a thousand options
    would be judged a thousand times each.
    """
    return {key: value for key, value in raw.items() if key not in UNCHANGEABLE}


def _links(raw: dict[str, Any], names: Names) -> list[Fault]:
    """Return the faults of names that nothing bears, and of rings of tiers."""
    return [
        fault
        for fault in [*judge_references(raw, names), *judge_substitution(raw)]
        if fault.code != "unknown-source"  # a source is judged where it is written
    ]


def judge_changes(kind: str, name: str, entry: object, base: BasePlan) -> list[Fault]:
    """Return what is wrong with the changes of an option or a scenario.

    Parameters
    ----------
    kind, name
        ``"options"`` or ``"scenarios"``, and its id.
    entry
        The option as it was written; what is wrong with its own fields is a fault of the document.
    base
        The base.
    """
    changes, is_whole = _read(entry, MODELS[kind])
    if changes is None:
        return []

    # Names that the option may refer to: those of the base, and those that it adds.
    raw = changed_document(base.raw, changes.set)
    names = {**names_of(raw, base.tables, base.unknown), "sources": base.names["sources"]}
    for table in CHANGEABLE:
        added = {str(row["id"]) for row in getattr(changes.add, table) if "id" in row}
        known = names[table]
        names[table] = None if known is None else known | added

    place = f"{kind}.{name}"
    faults = _judge_set(f"{place}.set", changes.set, raw, base, names)
    for table in CHANGEABLE:
        faults += _judge_table(place, table, changes, base, names)
    if not faults:
        faults += _left_without(place, changes, base)

    # Whether it changes anything is known where all that it touches is.
    is_known = is_whole and all(base.names[table] is not None for table in _touches(changes))
    if not faults and is_known and same_as_base(changes, base.raw, base.frames, forces_opted_out(changes)):
        fix = "Give it a change (set, add, change or remove), or remove it"
        faults.append(Fault(PLAN_FILE, place, "", "is equal to the base", fix, "same-as-base"))

    return faults


def _read(entry: object, model: type[Changes]) -> tuple[Changes | None, bool]:
    """Return the changes of an entry, and whether its other fields are right as well."""
    try:
        return model.model_validate(entry), True
    except ValidationError:
        pass

    # Faults elsewhere in the entry hide nothing in its changes.
    if not isinstance(entry, dict):
        return None, False
    given = {part: entry[part] for part in ("set", "add", "change", "remove") if part in entry}
    try:
        return Changes.model_validate(given), False
    except ValidationError:
        return None, False


def _touches(changes: Changes) -> set[str]:
    """Return the tables of which changes add, change or remove rows."""
    parts = (changes.add, changes.change, changes.remove)
    return {table for table in CHANGEABLE if any(getattr(part, table) for part in parts)}


# Values


def _judge_set(
    place: str, changes: Mapping[str, Any], raw: dict[str, Any], base: BasePlan, names: Names
) -> list[Fault]:
    """Return what is wrong with the values that an option sets; `raw` is the document with them."""
    paths = [path for path, _ in flatten(changes)]
    faults = list(_bad_paths(place, paths))
    if faults or not paths:
        return faults

    known_paths = set(paths)
    first_below = {above: path for path in reversed(paths) for above in (*_above(path), path)}
    new_entries: set[str] = set()
    for location, fault in judge_document(raw)[1]:
        path = _blamed(location, known_paths)
        if path is None and location in base.faulty_places:
            continue

        # An entry that the base lacks, most often because its name is misspelt, is one fault.
        entry = _new_entry(location, base.raw)
        if fault.code == "missing-value" and entry is not None:
            if entry not in new_entries:
                new_entries.add(entry)
                faults.append(_unknown_entry(place, entry, path or paths[0], base.raw))
            continue

        code = "bad-path" if fault.code == "unknown-column" else fault.code
        named = _field(location, path, first_below)
        faults.append(Fault(PLAN_FILE, place, named, fault.what, fault.fix, code))

    # Fixes are left out of the comparison: they list names, of which the option may have added some.
    of_base = {(fault.where, fault.field, fault.what) for fault in base.faulty_links}
    for fault in _links(raw, names):
        if (fault.where, fault.field, fault.what) not in of_base:
            spelled = ".".join(filter(None, (fault.where, fault.field)))
            faults.append(replace(fault, where=place, field=spelled))

    return faults


def _bad_paths(place: str, paths: list[str]) -> Iterator[Fault]:
    """Yield a fault for each path that no option can set, or that is set twice."""
    seen: set[str] = set()
    above_seen: set[str] = set()

    for path in paths:
        if path.count(".") > MOST_DOTS:
            fix = "Name a value of the plan, such as tiers.arv.turnout_min"
            yield Fault(PLAN_FILE, place, shown(path), "is no path of the plan", fix, "bad-path")
            continue

        # A path and one above it set the same value twice as well.
        own_above = set(_above(path))
        is_set_twice = path in seen or path in above_seen or not seen.isdisjoint(own_above)
        seen.add(path)
        above_seen |= own_above

        root = path.partition(".")[0]
        if root in TABLES:
            fix = f"Rows are changed with change.{root} = [{{ id = …, … }}]"
            yield Fault(PLAN_FILE, place, path, "is a row, not a value", fix, "bad-path")
        elif root in FIXED:
            yield Fault(PLAN_FILE, place, path, "can't be set by an option", FIXED[root], "bad-path")
        elif path in FIXED_PATHS:
            fix = "Options are compared over the same minutes; write it in the plan's own [travel]"
            yield Fault(PLAN_FILE, place, path, "can't be set by an option", fix, "bad-path")
        elif is_set_twice:
            yield Fault(PLAN_FILE, place, path, "is set twice", "Set it once", "overlap")


def _above(path: str) -> Iterator[str]:
    """Yield what lies above a path: ``a`` and ``a.b`` for ``a.b.c``."""
    for at, character in enumerate(path):
        if character == ".":
            yield path[:at]


def _blamed(location: Location, paths: Collection[str]) -> str | None:
    """Return the path that a place lies in, None when the option did not set it."""
    place = ".".join(map(str, location))
    return next((path for path in (*_above(place), place) if path in paths), None)


def _field(location: Location, path: str | None, below: Mapping[str, str]) -> str:
    """Return the field to name: the place itself, or the path below it that spoilt it."""
    if path is not None:
        return path if spell(location) == path else spell(location)
    return below.get(".".join(map(str, location))) or spell(location)


def _new_entry(location: Location, raw: dict[str, Any]) -> str | None:
    """Return the entry, such as ``tiers.arv``, that a place lies in when the base has no such entry."""
    entry = location[:2]
    is_entry = len(location) > 2 and isinstance(value_at(raw, entry[:1]), dict)
    return spell(entry) if is_entry and value_at(raw, entry) is None else None


def _unknown_entry(place: str, entry: str, path: str, raw: dict[str, Any]) -> Fault:
    """Return the fault of an option that sets a part of an entry which the base lacks."""
    section, _, name = entry.partition(".")
    what = f"is in {entry}, which the plan does not have"
    fix = f"{meant(name, raw[section])} A new entry needs all of its required fields".strip()
    return Fault(PLAN_FILE, place, path, what, fix, "bad-path")


# Rows


def _judge_table(place: str, table: str, changes: Changes, base: BasePlan, names: Names) -> list[Fault]:
    """Return what is wrong with the rows of a table that an option adds, changes and removes."""
    added = getattr(changes.add, table)
    changed = getattr(changes.change, table)
    removed = getattr(changes.remove, table)
    known = base.names[table]
    faults: list[Fault] = []

    if added:
        frame, cells = rows_of(table, added, places=_places(place, "add", table, added))
        for row, name in enumerate(frame["id"]):
            if name and known is not None and name in known:
                fix = "Use change, or another id"
                cells.fault(row, "id", f"is {name!r}, which the base has", fix, "duplicate-id")
        if base.extent is not None and "lon" in frame:
            judge_positions(cells, frame, base.extent)
        judge_row_references(cells, frame, names)
        faults += cells.faults()

    if changed:
        faults += _judge_changed(table, changed, _places(place, "change", table, changed), base, names)

    also_changed = {str(row.get("id")) for row in changed}
    times_removed = Counter(removed)
    where = f"{place}.remove"
    for name in removed:
        is_changed = name in also_changed
        if is_changed or times_removed[name] > 1:
            what = f"names {name!r}, which it also changes" if is_changed else f"names {name!r} twice"
            faults.append(Fault(PLAN_FILE, where, table, what, "Do one of the two", "overlap"))
        elif known is not None and name not in known:
            faults.append(_no_such_row(where, table, name, known))

    return list(dict.fromkeys(faults))


def _places(place: str, verb: str, table: str, rows: list[dict[str, Any]]) -> list[str]:
    """Return what to call each row of an option in a fault."""
    return [f"{place}.{verb}.{table}[{k}]" for k in range(1, len(rows) + 1)]


def _no_such_row(where: str, table: str, name: str, known: set[str]) -> Fault:
    """Return the fault of an option that changes or removes a row which the base lacks."""
    fix = meant(name, known) or f"Name a row of {table}"
    return Fault(PLAN_FILE, where, table, f"names {name!r}, which is not known", fix, "unknown-reference")


def _judge_changed(
    table: str, changed: list[dict[str, Any]], places: list[str], base: BasePlan, names: Names
) -> list[Fault]:
    """Return what is wrong with the rows that an option changes, and with what they become."""
    frame, cells = rows_of(table, changed, places=places, partial=True)
    known = base.names[table]
    own = base.frames.get(table)
    base_rows = {} if own is None else {row["id"]: row for row in records(own.drop_duplicates("id"))}

    merged: list[dict[str, Any]] = []
    for row, (new, given) in enumerate(zip(records(frame), changed, strict=True)):
        name = str(new["id"])
        if "id" not in given:
            cells.fault(row, "id", "is missing", f"Name the row of {table} that changes", "missing-value")
        elif known is not None and name and name not in known:
            fault = _no_such_row("", table, name, known)
            cells.fault(row, "id", fault.what, fault.fix, fault.code)

        # Hours and bounds are judged in the row that comes of it: the base has the rest of them.
        merged.append(merged_row(TABLES[table], base_rows.get(name, {}), new, given))
        if DURING in given:
            _judge_during(cells, row, given, merged[-1] if name in base_rows else None, known or set())
        if name in base_rows and not cells.blames(given, row):
            cells.bounds(row, merged[-1], only=given)

    # Only rows that are moved can come to lie outside the plan.
    if base.extent is not None and TABLES[table].column("lon") is not None:
        moved = [m if {"lon", "lat"} & set(given) else {} for m, given in zip(merged, changed, strict=True)]
        judge_positions(cells, pd.DataFrame(moved, columns=["lon", "lat"]), base.extent)

    judge_row_references(cells, frame, names)
    return cells.faults()


def _judge_during(
    cells: Cells, row: int, given: Mapping[str, Any], merged: Mapping[str, Any] | None, known: set[str]
) -> None:
    """Keep what is wrong with the hours in which alone a change holds."""
    if cells.table.column("hours") is None:
        fix = f"Leave it out: {cells.table.name} have no hours"
        cells.fault(row, DURING, "can't be kept to some hours", fix, "unknown-column")
        return

    fault = hours_fault(str(given[DURING]))
    if fault is not None:
        cells.fault(row, DURING, *fault)
        return

    if merged is None or not merged.get("hours"):
        return  # the row, or its hours, have a fault of their own

    overlap = hours_of_week(str(merged["hours"])) & hours_of_week(str(given[DURING]))
    if not overlap.any():
        what = f"is {shown(given[DURING])}, when the row does not count ({merged['hours']})"
        cells.fault(row, DURING, what, "Name hours in which it does", "bad-hours")
    elif (name := f"{merged['id']}:{DURING}") in known:
        fix = "Give that row another id"
        cells.fault(row, DURING, f"makes a row {name!r}, which the base has", fix, "duplicate-id")


def _left_without(place: str, changes: Changes, base: BasePlan) -> list[Fault]:
    """Return a fault for each row that the changes take away while others still name it."""
    opted_out = forces_opted_out(changes)
    tables = changed_tables(base.frames, changes, opted_out)
    faults = []

    for name in CHANGEABLE:
        for column in TABLES[name].columns if name in tables else ():
            target = column.refers_to
            before = None if target not in CHANGEABLE else base.names[target]
            if target not in tables or before is None:
                continue

            left = set(tables[target]["id"])
            added = {row.get("id") for row in getattr(changes.add, target)}
            lost = tables[name][~tables[name][column.name].isin(left | {""})]
            for row_id, users in lost.groupby(column.name, sort=False):
                if row_id not in before | added:
                    continue  # nothing ever had that name: a fault of the base

                # It is removed, or not added because its force opted out.
                listed = ", ".join(users["id"].iloc[:5]) + (" …" if len(users) > 5 else "")
                if row_id in getattr(changes.remove, target):
                    where = f"{place}.remove"
                    what = f"takes away {row_id!r}, where {name} still has {listed}"
                    fix = f"Remove or move these {name} as well"
                else:
                    where = place
                    what = f"leaves {row_id!r} out with its force, but {name} has {listed} there"
                    fix = "Give them another place"
                faults.append(Fault(PLAN_FILE, where, target, what, fix, "unknown-reference"))

    return faults


def variant(changes: Changes, base: BasePlan) -> tuple[dict[str, Any], dict[str, pd.DataFrame]]:
    """Return the raw document and the tables with changes laid over, forces' own rulings kept."""
    opted_out = forces_opted_out(changes)
    raw = (
        changed_document(base.raw, changes.set, opted_out) if laid_over(changes.set, opted_out) else base.raw
    )
    return raw, changed_tables(base.frames, changes, opted_out)
