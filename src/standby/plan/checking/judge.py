"""Every fault of a plan at once, and what a reader should know besides."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
from pydantic import TypeAdapter, ValidationError

from standby._refusals import Fault
from standby.evidence import ASSUMPTION
from standby.plan.checking.against_schema import judge_characters, judge_document, judge_sources
from standby.plan.checking.bases import judge_bases
from standby.plan.checking.judged import Judged
from standby.plan.checking.links import (
    Names,
    judge_references,
    judge_row_references,
    judge_substitution,
    named_sources,
    names_of,
    source_names,
)
from standby.plan.checking.matrix import judge_matrix
from standby.plan.checking.other_rooms import ask_other_rooms
from standby.plan.checking.outlines import judge_outlines
from standby.plan.checking.patrols import judge_patrols
from standby.plan.checking.positions import judge_positions
from standby.plan.checking.sense import (
    RAISE_LIMIT,
    entries_of,
    judge_areas,
    judge_devices,
    judge_own_times,
    judge_sense,
    judge_statements,
)
from standby.plan.checking.series import judge_series, judge_series_statements
from standby.plan.checking.variants import MODELS, BasePlan, base_only, judge_changes, variant
from standby.plan.files.cells import Cells
from standby.plan.files.folder import PLAN_FILE, SOURCES_FILE, Folder, read_folder
from standby.plan.options import BASE
from standby.plan.schema.document import About, Document, Extent
from standby.plan.schema.tables import TABLES
from standby.plan.series import series_of

SHAPES_AREAS = {"id", "population", "population_low", "population_high", "force"}
"""Columns of areas without which people can't be added up."""

Tables = dict[str, tuple[Cells, pd.DataFrame]]


def judge(path: Path) -> Judged:
    """Read and judge a plan folder; nothing is raised for what a planner can get wrong."""
    folder = read_folder(path)
    judged = Judged(folder, faults=list(folder.faults), notes=list(folder.notes))
    raw = folder.document

    # Each file by itself.
    if raw is not None:
        judged.document, placed = judge_document(raw)
        judged.faults += [fault for _, fault in placed]
        judged.faults += judge_characters(raw, PLAN_FILE)
    if folder.outlines is not None:
        forces = (raw or {}).get("forces")
        faults, notes = judge_outlines(folder.outlines, forces if isinstance(forces, dict) else None)
        judged.faults += faults
        judged.notes += notes
    if folder.sources is not None:
        judged.sources, faults = judge_sources(folder.sources)
        judged.faults += faults
        judged.faults += judge_characters(folder.sources, SOURCES_FILE)
    tables = _judge_tables(folder, raw)

    # Names in one file that stand for something in another.
    names = names_of(raw, tables, folder.unknown)
    names["sources"] = source_names(folder.sources)
    judged.faults += _no_sources(folder, tables, names)
    if raw is not None and "key_locations" in tables:
        cells, frame = tables["key_locations"]
        for row, what in judge_own_times(raw, frame):
            cells.fault(row, "within_min", what, RAISE_LIMIT, "bad-field")
    if raw is not None and "patrols" in tables:
        cells, _ = tables["patrols"]
        for found in judge_patrols(raw, {name: frame for name, (_, frame) in tables.items()}):
            cells.fault(*found)
    if "series" in tables:
        cells, frame = tables["series"]
        for found in judge_series(frame):
            cells.fault(*found)
    for cells, frame in tables.values():
        judge_row_references(cells, frame, names)
        judged.faults += cells.faults()
    judged.tables = {name: frame for name, (_, frame) in tables.items()}

    if raw is not None:
        _judge_together(judged, raw, tables, names)
    judged.faults = list(dict.fromkeys(judged.faults))
    return judged


def _judge_together(judged: Judged, raw: dict[str, Any], tables: Tables, names: Names) -> None:
    """Judge what the parts of a plan say about each other, and every option and scenario."""
    folder = judged.folder
    faults = judged.faults
    faults += judge_references(raw, names)
    faults += judge_substitution(raw)

    # People can be added up where every row of the areas is sure.
    if "areas" in tables and not _areas_unsure(folder, tables["areas"][0]):
        cells, areas = tables["areas"]
        faults += judge_areas(raw, areas, cells.text.file)
        faults += judge_statements(_statements(raw, None), raw, areas)

    if judged.document is not None and not _has_faults(folder, tables, "series"):
        known = series_of(judged.tables["series"]) if "series" in tables else {}
        faults += judge_series_statements(judged.document.statements, known)

    with_keys = "key_locations" in tables or "key_locations" in folder.unknown
    faults += judge_sense(raw, key_locations=with_keys)

    # The pairs of a table of minutes can be counted where every id is known.
    are_ids_known = all(cells.known_ids for cells, _ in tables.values()) and not folder.unknown
    found, judged.minutes = judge_matrix(folder, raw, judged.tables if are_ids_known else {})
    faults += found

    ask_other_rooms(judged, raw)
    is_clean = not faults

    base = BasePlan(base_only(raw), tables, folder.unknown, names, extent_of(raw))
    for kind in MODELS:
        for name, entry in _entries(raw, kind).items():
            faults += judge_changes(kind, name, entry, base)
    faults += _ids_taken(raw)

    # Over a base with faults an option would be blamed for what follows from them.
    if is_clean and judged.document is not None:
        faults += _judge_variants(judged.document, base, folder, raw)

    # A force or a position that is wrong would make sites stand off their rule: that comes first.
    if judged.document is not None and not faults:
        of_tables = {name: judged_cells for name, (judged_cells, _) in tables.items()}
        found, notes = judge_bases(judged.document, of_tables, judged.tables, clean=not faults)
        faults += found
        judged.notes += notes


def _entries(raw: Mapping[str, Any], section: str) -> dict[str, Any]:
    """Return a section of the document as written; empty where it is no table."""
    entries = raw.get(section, {})
    return entries if isinstance(entries, dict) else {}


def _statements(raw: Mapping[str, Any], scenario: str | None) -> dict[str, dict[str, Any]]:
    """Return the statements on a scenario's structure, or on the base's."""
    statements = entries_of(raw, "statements")
    return {name: entry for name, entry in statements.items() if entry.get("scenario") == scenario}


def _ids_taken(raw: Mapping[str, Any]) -> Iterator[Fault]:
    """Yield options whose id means something else in results."""
    options, scenarios = (set(_entries(raw, kind)) for kind in MODELS)
    for name in sorted(options & ({BASE} | scenarios)):
        what = "has the id that results give the base" if name == BASE else "has the id of a scenario"
        yield Fault(PLAN_FILE, "options", name, what, "Give the option another id", "duplicate-id")


def _judge_tables(folder: Folder, raw: dict[str, Any] | None) -> Tables:
    """Judge every table that could be read, cell by cell, and the positions in it."""
    extent = extent_of(raw)
    found = {}

    for name, text in folder.tables.items():
        cells = Cells(TABLES[name], text)
        frame = cells.judge()
        if extent is not None and TABLES[name].column("lon") is not None:
            judge_positions(cells, frame, extent)
        found[name] = (cells, frame)

    return found


def _no_sources(folder: Folder, tables: Tables, names: Names) -> list[Fault]:
    """Return one fault when sources.toml is empty but sources are named, instead of one for each name."""
    if folder.sources is None or folder.sources:
        return []

    named = {str(source) for _, source in named_sources(folder.document)}
    for _, frame in tables.values():
        named |= set(frame["source"]) if "source" in frame else set()
    if not named - {"", ASSUMPTION}:
        return []

    names["sources"] = None
    what = "has nothing in it, but the plan names sources"
    return [Fault(SOURCES_FILE, "", "", what, "Add an entry for each source id", "empty-table")]


def _has_faults(folder: Folder, tables: Tables, name: str) -> bool:
    """Return whether a table that is there has faults, or could not be read."""
    return name in folder.unknown or (name in tables and bool(tables[name][0].faults()))


def _areas_unsure(folder: Folder, cells: Cells) -> bool:
    """Return whether people can't be added up because rows or their cells are in doubt already."""
    text = cells.text

    needed = {"population", "force", "id"}
    is_whole = needed <= set(text.columns) and text.rows and not text.unsure
    is_damaged = any(fault.file == text.file and fault.code == "unreadable" for fault in folder.faults)
    return not is_whole or is_damaged or cells.blames(SHAPES_AREAS)


def extent_of(raw: dict[str, Any] | None) -> list[float] | None:
    """Return the extent that positions must lie in, None when it is not known."""
    about = (raw or {}).get("plan")
    if not isinstance(about, dict):
        return None

    if "extent" not in about:
        default: list[float] = About.model_fields["extent"].default
        return default

    try:
        return TypeAdapter(Extent).validate_python(about["extent"], strict=True)
    except ValidationError:
        return None


def _judge_variants(
    document: Document, base: BasePlan, folder: Folder, written: Mapping[str, Any]
) -> Iterator[Fault]:
    """Yield what makes no sense once an option or a scenario is laid over a base that does."""
    entries: Mapping[str, Any] = {
        f"{kind}.{name}": changes for kind in MODELS for name, changes in getattr(document, kind).items()
    }
    for place, changes in entries.items():
        raw, tables = variant(changes, base)
        found = [
            *judge_areas(raw, tables["areas"]),
            *judge_sense(raw, key_locations="key_locations" in tables),
        ]

        # Statements are about the base or a scenario, and the price of CEDs about the base and an option.
        kind, _, name = place.partition(".")
        if kind == "options":
            found += judge_devices(raw, base.raw)
        else:
            found += judge_statements(_statements(written, name), raw, tables["areas"])

        if any(getattr(changes.add, table) for table in ("areas", "sites", "key_locations")):
            found += judge_matrix(folder, raw, tables)[0]

        if "key_locations" in tables:
            keys = tables["key_locations"]
            for row, what in judge_own_times(raw, keys):
                key = f"key_locations[{keys['id'].iloc[row]}]"
                found.append(Fault(PLAN_FILE, key, "within_min", what, RAISE_LIMIT, "bad-field"))

        if "patrols" in tables:
            ids = tables["patrols"]["id"]
            for row, field, what, fix, code in judge_patrols(raw, tables):
                found.append(Fault(PLAN_FILE, f"patrols[{ids.iloc[row]}]", field, what, fix, code))

        # The option is to blame, not the place where its change does harm; that is named as the field.
        for fault in found:
            spelled = ".".join(filter(None, (fault.where, fault.field)))
            if fault.where.startswith("statements."):
                yield replace(fault, file=PLAN_FILE)
            else:
                yield replace(fault, file=PLAN_FILE, where=place, field=spelled)
