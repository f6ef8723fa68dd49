"""What a reader of a plan should know besides its faults."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

import pandas as pd

from standby.evidence import Source
from standby.plan.document import Document
from standby.plan.faults import Note
from standby.plan.figures import Placed, figures_of

DATE_GAP_YEARS = 3
"""Figures of one force whose dates lie further apart than this are noted as a clash of dates."""

PEOPLE_COUNTS = ("officers", "establishment", "strength", "ced_officers")
"""Counts of a force's people that should be of one date and of stated scope."""


def notes_on(
    document: Document, tables: Mapping[str, pd.DataFrame], sources: Mapping[str, Source]
) -> list[Note]:
    """Return notes on a plan's figures: without source, unsupported, clashes of scope or date."""
    figures = [placed for placed in figures_of(document, tables) if placed.given]
    return [
        *_without_source(figures),
        *_unsupported(figures),
        *_clashes(document),
        *_dates(document, sources),
    ]


def _without_source(figures: list[Placed]) -> Iterator[Note]:
    tables: dict[str, int] = defaultdict(int)
    for placed in figures:
        if placed.figure.source is not None:
            continue
        if "[" in placed.path:
            tables[f"{placed.path.partition('[')[0]}.{placed.path.rpartition('.')[2]}"] += 1
        else:
            yield Note(placed.path, "has no source")
    for path, count in tables.items():
        yield Note(path, f"has no source in {count} rows")


def _unsupported(figures: list[Placed]) -> Iterator[Note]:
    for placed in figures:
        if placed.figure.kind in {"unsupported", "opinion"}:
            yield Note(placed.path, f"is recorded as {placed.figure.kind}, but the model computes with it")


def _clashes(document: Document) -> Iterator[Note]:
    for name, force in document.forces.items():
        counts = {key: getattr(force, key) for key in PEOPLE_COUNTS if getattr(force, key) is not None}
        scopes = {counts[key].scope for key in ("establishment", "strength") if key in counts} - {None}
        if len(scopes) > 1:
            yield Note(
                f"forces.{name}", f"counts of different scope stand side by side: {'; '.join(sorted(scopes))}"
            )
        dates = {figure.as_of.year for figure in counts.values() if figure.as_of}
        if dates and max(dates) - min(dates) >= DATE_GAP_YEARS:
            yield Note(f"forces.{name}", f"counts of people are from {min(dates)} to {max(dates)}")


def _dates(document: Document, sources: Mapping[str, Source]) -> Iterator[Note]:
    """Yield sources that are dated after the day whose structure the plan describes."""
    later = sorted(k for k, s in sources.items() if s.date is not None and s.date > document.plan.as_of)
    if later:
        yield Note("sources", f"dated after the plan's {document.plan.as_of}: {', '.join(later)}")
