"""The command ``fit``."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from standby.attendance import LogFit
from standby.cli._commands import check_out, opened
from standby.cli._print import dump, frame, lines
from standby.cli._status import told
from standby.plan import Plan

HEADINGS = {
    "quantity": "Quantity",
    "by": "By",
    "group": "Group",
    "calls": "Calls",
    "estimate": "Estimate",
    "low": "Low",
    "high": "High",
}


def fit(folder: Path, *, out: Path | None, json: bool) -> None:
    """Print the fitted factors and minutes; write the page and the tables where asked."""
    from standby.attendance import fit_log

    with told(json=json):
        if out is not None:
            check_out(out, folder)
        plan = opened(folder, None, json=json)
        found = fit_log(plan)
        if out is not None:
            _write(plan, found, out)
    if json:
        figures = {path: f.model_dump(mode="json", exclude_none=True) for path, f in found.figures.items()}
        tables = {"factors": found.table, "left_out": found.left_out, "set_aside": found.set_aside}
        dump(
            {
                "summary": found.summary(),
                "notes": list(found.notes),
                "figures": figures,
                **tables,
                "manifest": found.manifest.as_dict(),
            }
        )
        return
    lines([found.summary(), ""])
    title = "Fitted to past calls; low and high hold the mean with a chance of 90%"
    frame(_printed(plan, found), HEADINGS, title=title, once=("quantity", "by"))
    lines(["", "For plan.toml (and set travel.model_factor = 1, which the fitted factor holds):"])
    lines(
        f"  {path} = {{ value = {f.value:g}, low = {f.low:g}, high = {f.high:g}, "
        f'kind = "measured", as_of = {f.as_of}, note = "{f.note}" }}'
        for path, f in found.figures.items()
    )
    lines(f"Note: {note}." for note in found.notes)
    for reason, count in found.left_out["reason"].value_counts().items():
        lines([f"Left out of the factor: {count} calls {reason}."])
    if out is not None:
        lines(["", f"The picture of the fit (internal): {out / 'fit.html'}"])


def _printed(plan: Plan, found: LogFit) -> pd.DataFrame:
    """Return the rows of all calls, of classes and of hours as they are printed."""
    table = found.table[found.table["by"] != "class and hours"].copy()
    names = {name: c.name for name, c in plan.document.classes.items()}
    table["group"] = [names.get(group, group) for group in table["group"]]
    table["quantity"] = [
        f"{q} [{u}]" if u == "min" else q for q, u in zip(table["quantity"], table["unit"], strict=True)
    ]
    for column in ("estimate", "low", "high"):
        table[column] = [f"{number:.2f}" for number in table[column]]
    return table


def _write(plan: Plan, found: LogFit, out: Path) -> None:
    """Write the page and the tables, whole or not at all."""
    from standby.report import INTERNAL_MARKING, whole_folder, write_log_page, write_table

    with whole_folder(out, private=True) as made:
        write_log_page(plan, found, made / "fit.html")
        tables = {
            "factors": found.table,
            "calls": found.calls,
            "left_out": found.left_out,
            "set_aside": found.set_aside,
        }
        for name, table in tables.items():
            write_table(table, made / f"{name}.csv", table=f"fit_{name}", marking=INTERNAL_MARKING)
