"""The register: every figure of a plan with its source, and what has none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from standby._show import Shown
from standby.evidence import ASSUMPTION, shape_of
from standby.plan.plan import Plan
from standby.plan.schema.figures import Placed, figures_of

COLUMNS = (
    "option", "path", "value", "low", "high", "range", "shape", "unit", "kind", "source", "source_title",
    "source_date", "scope", "as_of", "group", "drawn", "note",
)  # fmt: skip
"""Columns of the register."""


def register(plan: Plan) -> pd.DataFrame:
    """Return every figure that the planner wrote, of the base and of what its options set, change or add.

    Parameters
    ----------
    plan
        The base.

    Returns
    -------
    DataFrame
        One row each figure. ``option``: whose it is, empty for the base; ``path``; ``value``, ``low``,
        ``high`` [unit]; ``range``, ``shape``: how it is drawn, empty when it is certain; ``unit``; ``kind``;
        ``source``, ``source_title``, ``source_date``; ``scope``; ``as_of``; ``group``; ``drawn``: whether it
        has doubt; ``note``. A value that the schema fills in is not there.
    """
    base = [placed for placed in figures_of(plan.document, plan.tables) if placed.given]
    rows = [_row(plan, _owner(placed.path), placed) for placed in base]

    # Of an option only what differs from the base.
    if plan.variant is None:
        known = {(placed.path, placed.figure) for placed in base}
        for option in plan.document.options:
            laid = plan.with_option(option)
            found = (p for p in figures_of(laid.document, laid.tables) if p.given)
            rows += [_row(plan, option, p) for p in found if (p.path, p.figure) not in known]

    return pd.DataFrame(rows, columns=list(COLUMNS))


def _owner(path: str) -> str:
    """Return the option whose own money a path names, nothing for a figure of the base."""
    section, *rest = path.split(".")
    return rest[0] if section == "options" else ""


def _row(plan: Plan, option: str, placed: Placed) -> dict[str, Any]:
    """Return a figure's row of the register."""
    figure = placed.figure
    has_doubt = not figure.certain

    source = plan.sources.get(figure.source or "")
    without_entry = "Assumption" if figure.source == ASSUMPTION else ""
    title = without_entry if source is None else source.title

    return {
        "option": option,
        "path": placed.path,
        "value": figure.value,
        "low": figure.low,
        "high": figure.high,
        "range": figure.range if has_doubt else "",
        "shape": shape_of(figure, placed.domain.lowest, placed.domain.highest) if has_doubt else "",
        "unit": placed.domain.unit,
        "kind": figure.kind or "",
        "source": figure.source or "",
        "source_title": title,
        "source_date": source.date.isoformat() if source is not None and source.date else "",
        "scope": figure.scope or "",
        "as_of": figure.as_of.isoformat() if figure.as_of else "",
        "group": figure.group or "",
        "drawn": has_doubt,
        "note": figure.note or "",
    }


@dataclass(frozen=True)
class RegisterCounts(Shown):
    """How well a register is founded.

    Parameters
    ----------
    figures
        Figures that the planner wrote.
    drawn, certain
        With doubt, and taken as certain; together all.
    without_source, assumptions
        With no source at all, and with the planner's own assumption or a source of that quality.
    """

    figures: int
    drawn: int
    certain: int
    without_source: int
    assumptions: int

    def summary(self) -> str:
        """Return one sentence."""
        return (
            f"{self.figures:,} figures: {self.drawn:,} are drawn from their doubt and {self.certain:,} are "
            f"taken as certain; {self.without_source:,} have no source and {self.assumptions:,} rest on an "
            "assumption."
        )


def register_counts(plan: Plan, table: pd.DataFrame | None = None) -> RegisterCounts:
    """Return how many figures of a plan were taken as certain and how many have no source.

    Parameters
    ----------
    plan
        The base.
    table
        Its register, when it is at hand.
    """
    table = register(plan) if table is None else table
    assumed = {ASSUMPTION, *(name for name, source in plan.sources.items() if source.quality == "assumption")}

    drawn = int(table["drawn"].sum())
    return RegisterCounts(
        figures=len(table),
        drawn=drawn,
        certain=len(table) - drawn,
        without_source=int((table["source"] == "").sum()),
        assumptions=int(table["source"].isin(assumed).sum()),
    )
