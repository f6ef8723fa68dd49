"""The command ``fit``: what a log of past calls says of turnout and speed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from standby.cli._edition import opened
from standby.cli._out import check_out
from standby.cli._print import dump, frame, lines
from standby.cli._status import errors_reported
from standby.plan import Plan
from standby.words import counted, factor

if TYPE_CHECKING:
    from standby.attendance import LogFit

COLUMNS = ("quantity", "by", "group", "calls", "estimate", "low", "high")


def fit(folder: Path, *, out: Path | None, json: bool) -> None:
    """Print the fitted factors and minutes; write the page and the tables where asked."""
    from standby.attendance import fit_log

    with errors_reported(json=json):
        if out is not None:
            check_out(out, folder)
        plan = opened(folder, None)
        found = fit_log(plan)
        tables = _tables(plan, found)
        if out is not None:
            _write(plan, found, tables, out)

    if json:
        from standby.report import INTERNAL_MARKING

        figures = {path: f.model_dump(mode="json", exclude_none=True) for path, f in found.figures.items()}
        dump(
            {
                "edition": "internal",
                "marking": INTERNAL_MARKING,
                "summary": found.summary(),
                "notes": list(found.notes),
                "figures": figures,
                **{name: tables[name] for name in ("factors", "left_out", "set_aside")},
                "manifest": found.manifest.as_dict(),
            }
        )
        return

    _print(plan, found, tables)
    if out is not None:
        lines(["", f"The picture of the fit (internal): {out / 'fit.html'}"])


def _tables(plan: Plan, found: LogFit) -> dict[str, pd.DataFrame]:
    """Return the tables of a fit by name, as the internal edition may show them; it is for no other."""
    from standby.disclosure import publish

    tables = {
        "factors": found.table,
        "calls": found.calls,
        "left_out": found.left_out,
        "set_aside": found.set_aside,
    }
    declared = {f"fit_{name}": table for name, table in tables.items()}
    shown = publish(declared, plan, "internal")
    return {name.removeprefix("fit_"): table for name, table in shown.items()}


def _print(plan: Plan, found: LogFit, tables: dict[str, pd.DataFrame]) -> None:
    """Print what was fitted, as a table and as lines for the plan, and what was left out of it."""
    lines([found.summary(), ""])
    title = "Fitted to past calls; low and high hold the mean with a chance of 90% (internal)"
    frame("fit_factors", _readable(plan, tables["factors"]), COLUMNS, title=title, once=("quantity", "by"))

    lines(["", "For plan.toml (and set travel.model_factor = 1, which the fitted factor holds):"])
    lines(
        f"  {path} = {{ value = {f.value:g}, low = {f.low:g}, high = {f.high:g}, "
        f'kind = "measured", as_of = {f.as_of}, note = "{f.note}" }}'
        for path, f in found.figures.items()
    )

    lines(f"Note: {note}." for note in found.notes)
    for reason, calls in tables["left_out"]["reason"].value_counts().items():
        lines([f"Left out of the factor: {counted(calls, 'call')} {reason}."])


def _readable(plan: Plan, factors: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of all calls, of classes and of hours as they are printed."""
    table = factors[factors["by"] != "class and hours"].copy()
    classes = {key: area_class.name for key, area_class in plan.document.classes.items()}
    table["group"] = [classes.get(group, group) for group in table["group"]]

    units = zip(table["quantity"], table["unit"], strict=True)
    table["quantity"] = [f"{name} [{unit}]" if unit == "min" else name for name, unit in units]
    for column in ("estimate", "low", "high"):
        table[column] = [factor(number) for number in table[column]]
    return table


def _write(plan: Plan, found: LogFit, tables: dict[str, pd.DataFrame], out: Path) -> None:
    """Write the page and the tables, whole or not at all."""
    from standby.report import INTERNAL_MARKING, whole_folder, write_log_page, write_table

    with whole_folder(out, private=True, marking=INTERNAL_MARKING) as made:
        write_log_page(plan, found, made / "fit.html")
        for name, table in tables.items():
            write_table(table, made / f"{name}.csv", table=f"fit_{name}", marking=INTERNAL_MARKING)
