"""The register: every figure of a plan with its source, and what has none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from standby.evidence import ASSUMPTION, shape_of
from standby.plan.figures import Placed, figures_of
from standby.plan.plan import Plan

COLUMNS = (
    "option", "path", "value", "low", "high", "range", "shape", "unit", "kind", "source", "source_title",
    "source_date", "scope", "as_of", "group", "drawn", "note",
)  # fmt: skip


def register(plan: Plan) -> pd.DataFrame:
    """Return every figure that the planner wrote, of the base and of what its options change.

    Parameters
    ----------
    plan
        The base.

    Returns
    -------
    DataFrame
        One row each figure; ``option`` is empty for the base, ``drawn`` tells whether it has doubt.
    """
    base = [placed for placed in figures_of(plan.document, plan.tables) if placed.given]
    rows = [_row(plan, "", placed) for placed in base]
    known = {(placed.path, placed.figure) for placed in base}
    for option in plan.document.options:
        laid = plan.with_option(option)
        changed = [
            p for p in figures_of(laid.document, laid.tables) if p.given and (p.path, p.figure) not in known
        ]
        rows += [_row(plan, option, placed) for placed in changed]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _row(plan: Plan, option: str, placed: Placed) -> dict[str, Any]:
    figure, source = placed.figure, plan.sources.get(placed.figure.source or "")
    doubt = not figure.certain
    title = source.title if source is not None else "Assumption" if figure.source == ASSUMPTION else ""
    return {
        "option": option,
        "path": placed.path,
        "value": figure.value,
        "low": figure.low,
        "high": figure.high,
        "range": figure.range if doubt else "",
        "shape": shape_of(figure, placed.domain.lowest, placed.domain.highest) if doubt else "",
        "unit": placed.domain.unit,
        "kind": figure.kind or "",
        "source": figure.source or "",
        "source_title": title,
        "source_date": source.date.isoformat() if source is not None and source.date else "",
        "scope": figure.scope or "",
        "as_of": figure.as_of.isoformat() if figure.as_of else "",
        "group": figure.group or "",
        "drawn": doubt,
        "note": figure.note or "",
    }


def without_source(table: pd.DataFrame) -> Iterator[str]:
    """Yield the paths of a register's figures that have no source."""
    yield from table.loc[table["source"] == "", "path"]
