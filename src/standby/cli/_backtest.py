"""The command ``backtest``: a log of past calls beside what the model says of it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from standby.cli._edition import opened
from standby.cli._out import check_out
from standby.cli._print import dump, frame, lines
from standby.cli._status import errors_reported
from standby.plan import Plan

TABLES = ("calls", "reach", "minutes", "calibration")
COMPARED = ("expected", "low", "high", "observed", "off")


def backtest(folder: Path, *, months: int | None, as_written: bool, out: Path | None, json: bool) -> None:
    """Print what is off by more than chance allows, and the comparisons; write the tables where asked."""
    from standby import appraise
    from standby.disclosure import publish
    from standby.report import INTERNAL_MARKING, whole_folder, write_table

    with errors_reported(json=json):
        if out is not None:
            check_out(out, folder)
        plan = opened(folder, None)
        found = appraise.backtest(plan, months=months, as_written=as_written)
        declared = {f"backtest_{name}": getattr(found, name) for name in TABLES}
        tables = publish(declared, plan, "internal")
        if out is not None:
            with whole_folder(out, private=True, marking=INTERNAL_MARKING) as made:
                for name, table in tables.items():
                    path = made / f"{name.removeprefix('backtest_')}.csv"
                    write_table(table, path, table=name, marking=INTERNAL_MARKING)

    if json:
        dump(
            {
                "edition": "internal",
                "marking": INTERNAL_MARKING,
                "summary": found.summary(),
                "statements": list(found.statements),
                "notes": list(found.notes),
                "held_out": list(found.held_out),
                "fitted_to": list(found.fitted_to),
                **{name.removeprefix("backtest_"): table for name, table in tables.items()},
                "manifest": found.manifest.as_dict(),
            }
        )
        return

    lines([found.summary(), *found.statements, ""])
    _print(plan, tables)
    lines(f"Note: {note}." for note in found.notes)
    if out is not None:
        lines(["", f"The tables (internal): {out}"])


def _print(plan: Plan, tables: dict[str, pd.DataFrame]) -> None:
    """Print the comparisons, but for those of calibration, which are in the files and in JSON."""
    limit = plan.document.travel.limit_min
    shown = {name: _readable(plan, table) for name, table in tables.items()}
    frame(
        "backtest_calls", shown["backtest_calls"], ("by", "group", *COMPARED),
        title="Calls, expected and observed (internal)", once=("by",),
    )  # fmt: skip
    frame(
        "backtest_reach", shown["backtest_reach"], ("name", "by", "group", "calls", *COMPARED),
        title="Share in time, expected and observed (internal)", once=("name", "by"),
    )  # fmt: skip
    frame(
        "backtest_minutes", shown["backtest_minutes"],
        ("incident_type", "measure", "by", "group", "statistic", "calls", *COMPARED),
        title="Minutes from the call, expected and observed (internal)", limit_min=limit,
        once=("incident_type", "measure", "by", "group"),
    )  # fmt: skip
    lines(["Low and high: what chance allows nine times in ten. Off: less than all comparisons allow.", ""])


def _readable(plan: Plan, table: pd.DataFrame) -> pd.DataFrame:
    """Return a table with names of classes, tiers, forces and incident types in place of ids."""
    document = plan.document
    sections: Mapping[str, Mapping[str, Any]] = {
        "class": document.classes, "tier": document.tiers, "force": document.forces,
        "incident type": document.incident_types,
    }  # fmt: skip
    shown = table.copy()
    if "incident_type" in shown:
        shown["incident_type"] = [document.incident_types[key].name for key in shown["incident_type"]]
    if "group" in shown:
        names = {(by, key): entry.name for by, section in sections.items() for key, entry in section.items()}
        shown["group"] = [names.get(pair, pair[1]) for pair in zip(shown["by"], shown["group"], strict=True)]
    return shown
