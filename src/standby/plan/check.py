"""Every fault of a plan at once, and what a reader should know besides."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
from pydantic import ValidationError

from standby.evidence import Source
from standby.plan._cells import Cells
from standby.plan._document import document_faults, judge_document, judge_sources
from standby.plan._files import Folder, read_folder
from standby.plan._links import judge_references, judge_row_references, judge_substitution, names_of
from standby.plan._positions import judge_positions
from standby.plan.document import About, Changes, Document, Option, Scenario
from standby.plan.faults import Fault
from standby.plan.options import judge_changes
from standby.plan.tables import TABLES

POPULATION_TOLERANCE = 0.005
"""Share by which the people of a force's areas may differ from its stated population (rounding)."""

KINDS: tuple[tuple[str, type[Changes]], ...] = (("options", Option), ("scenarios", Scenario))


@dataclass
class Judged:
    """A plan folder after judgement.

    Parameters
    ----------
    folder
        What was found.
    document, tables, sources
        The parts that could be read.
    faults
        All that is wrong.
    """

    folder: Folder
    document: Document | None = None
    tables: dict[str, pd.DataFrame] = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)


def judge(path: Path) -> Judged:
    """Read and judge a plan folder; nothing is raised for what a planner can get wrong."""
    folder = read_folder(path)
    judged = Judged(folder, faults=list(folder.faults))
    raw = folder.document
    if raw is not None:
        judged.document, found = judge_document(raw)
        judged.faults += [fault for _, fault in found]
    if folder.sources is not None:
        judged.sources, source_faults = judge_sources(folder.sources)
        judged.faults += source_faults
    tables = _judge_tables(judged, raw)
    names = names_of(raw, {name: frame for name, (_, frame) in tables.items()}, folder.sources)
    for cells, frame in tables.values():
        judge_row_references(cells, frame, names)
        judged.faults += cells.faults()
    judged.tables = {name: frame for name, (_, frame) in tables.items()}
    if raw is not None:
        judged.faults += judge_references(raw, names) + judge_substitution(raw)
        judged.faults += _judge_options(judged, raw, names)
    if not judged.faults and judged.document is not None:
        judged.faults += _judge_population(judged.document, judged.tables["areas"])
        judged.faults += _judge_sense(judged.document, judged.tables)
    return judged


def _judge_tables(judged: Judged, raw: dict[str, Any] | None) -> dict[str, tuple[Cells, pd.DataFrame]]:
    extent = extent_of(raw)
    found = {}
    for name, text in judged.folder.tables.items():
        cells = Cells(TABLES[name], text)
        frame = cells.judge()
        if extent is not None and TABLES[name].column("lon") is not None:
            judge_positions(cells, frame, extent)
        found[name] = (cells, frame)
    return found


def extent_of(raw: dict[str, Any] | None) -> list[float] | None:
    """Return the extent that positions must lie in, None when it can't be told."""
    about = (raw or {}).get("plan")
    if not isinstance(about, dict):
        return None
    default: list[float] = About.model_fields["extent"].default
    given = about.get("extent", default)
    usable = isinstance(given, list) and len(given) == 4 and all(isinstance(x, (int, float)) for x in given)
    return given if usable else default


def _judge_options(judged: Judged, raw: dict[str, Any], names: dict[str, set[str] | None]) -> list[Fault]:
    faults: list[Fault] = []
    for kind, model in KINDS:
        entries = raw.get(kind, {})
        for name, entry in entries.items() if isinstance(entries, dict) else ():
            try:
                changes = model.model_validate(entry)
            except ValidationError as error:
                if judged.document is None:  # told already, with the document
                    continue
                faults += [fault for _, fault in document_faults(error, entry, "plan.toml", model)]
                continue
            faults += judge_changes(kind, name, changes, raw, judged.tables, names, extent_of(raw))
    return faults


def _judge_population(document: Document, areas: pd.DataFrame) -> list[Fault]:
    people = areas.groupby("force")["population"].sum()
    faults = []
    for name, force in document.forces.items():
        if force.population is None:
            continue
        told, counted = force.population.value, float(people.get(name, 0.0))
        if abs(counted - told) > POPULATION_TOLERANCE * told and (
            counted > 0 or name in document.plan.forces
        ):
            what = f"is {told:,.0f}, but its areas add up to {counted:,.0f}"
            mend = "Add areas for the people who are missing, or correct the population"
            faults.append(Fault("plan.toml", f"forces.{name}", "population", what, mend, "population"))
    return faults


def _judge_sense(document: Document, tables: dict[str, pd.DataFrame]) -> list[Fault]:
    """Return faults that can only be seen when all else is right."""
    faults = []
    for name in document.plan.forces:
        if not (tables["areas"]["force"] == name).any():
            mend = "Add areas of the force, or take it out of plan.forces"
            faults.append(
                Fault(
                    "areas.csv",
                    "",
                    "force",
                    f"has no area of the planned force {name!r}",
                    mend,
                    "empty-table",
                )
            )
    if sum(standard.main for standard in document.standards.values()) > 1:
        mend = "Mark one standard as main; costs are related to it"
        faults.append(
            Fault("plan.toml", "standards", "main", "is set for more than one standard", mend, "bad-field")
        )
    for name, standard in document.standards.items():
        if standard.of == "key_locations" and "key_locations" not in tables:
            mend = "Add key_locations.csv, or set the standard for people or demand"
            faults.append(
                Fault(
                    "plan.toml", f"standards.{name}", "of", "needs key locations", mend, "unknown-reference"
                )
            )
    return faults
