"""The command ``fit``: what a log of past calls says of calls, turnout and speed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from standby.cli._edition import opened
from standby.cli._out import check_out
from standby.cli._print import dump, frame, lines
from standby.cli._status import errors_reported
from standby.plan import Plan
from standby.words import counted, factor

if TYPE_CHECKING:
    from standby.attendance import LogFit
    from standby.demand import CallFit, Towards
    from standby.evidence import Figure

COLUMNS = ("quantity", "by", "group", "calls", "estimate", "low", "high")
RATES = ("incident_type", "force", "calls", "per_year", "low", "high", "plan_per_year", "months_more")
VARIATION = ("quantity", "by", "group", "calls", "mean_min", "cv", "cv_low", "cv_high")

OF_LOG = ("factors", "variation", "left_out", "set_aside")
OF_CALLS = ("rates", "classes", "areas", "hours", "months", "not_counted")
FITTED = (*OF_LOG, *OF_CALLS)
"""Tables that are printed as JSON: those of minutes, and those of calls."""


def fit(folder: Path, *, towards: Towards, out: Path | None, json: bool) -> None:
    """Print fitted calls, factors and minutes; write the page and the tables where asked."""
    from standby.attendance import TooFewCallsError, fit_log
    from standby.demand import fit_calls

    with errors_reported(json=json):
        if out is not None:
            check_out(out, folder)
        plan = opened(folder, None)
        calls = fit_calls(plan, towards=towards)

        # A log of calls alone, without minutes, is worth its rates.
        found, too_few = None, ""
        try:
            found = fit_log(plan)
        except TooFewCallsError as error:
            too_few = f"turnout and speed are not fitted: {error}"
        tables = _tables(plan, calls, found)
        if out is not None:
            _write(plan, found, tables, out)

    figures = {**calls.figures, **(found.figures if found else {})}
    set_with = found.set_with if found else {}
    summary = " ".join(part.summary() for part in (calls, found) if part is not None)
    notes = [*dict.fromkeys([*calls.notes, *(found.notes if found else [too_few])])]
    if json:
        from standby.report import INTERNAL_MARKING

        dump(
            {
                "edition": "internal",
                "marking": INTERNAL_MARKING,
                "summary": summary,
                "notes": notes,
                "figures": {p: f.model_dump(mode="json", exclude_none=True) for p, f in figures.items()},
                "set_with": set_with,
                "profiles": calls.profiles,
                **{name: tables.get(name, pd.DataFrame()) for name in FITTED},
                "manifest": calls.manifest.as_dict(),
            }
        )
        return

    lines([summary, ""])
    _print(plan, tables)
    _print_figures(figures, set_with, calls.profiles, notes)
    for name, what in (("not_counted", "rates"), ("left_out", "factor")):
        for reason, number in tables.get(name, _NONE)["reason"].value_counts().items():
            lines([f"Left out of the {what}: {counted(number, 'call')} {reason}."])
    if out is not None:
        what = f"The picture of the fit (internal): {out / 'fit.html'}" if found else f"The tables: {out}"
        lines(["", what])


_NONE = pd.DataFrame({"reason": []})
"""A table of no calls."""


def _tables(plan: Plan, calls: CallFit, found: LogFit | None) -> dict[str, pd.DataFrame]:
    """Return the tables of a fit by name, as the internal edition may show them; it is for no other."""
    from standby.disclosure import publish

    tables = {
        "rates": calls.rates,
        "classes": calls.classes,
        "areas": calls.areas,
        "hours": calls.hours,
        "months": calls.months,
        "not_counted": calls.left_out,
    }
    if found is not None:
        tables |= {
            "factors": found.table,
            "variation": found.variation,
            "calls": found.calls,
            "left_out": found.left_out,
            "set_aside": found.set_aside,
        }
    declared = {f"fit_{name}": table for name, table in tables.items()}
    shown = publish(declared, plan, "internal")
    return {name.removeprefix("fit_"): table for name, table in shown.items()}


def _print(plan: Plan, tables: dict[str, pd.DataFrame]) -> None:
    """Print what was fitted."""
    document = plan.document
    rates = tables["rates"].copy()
    rates["incident_type"] = [document.incident_types[key].name for key in rates["incident_type"]]
    rates["force"] = [document.forces[key].name if key else "" for key in rates["force"]]
    title = "Calls a year; low and high hold the rate with a chance of 90% (internal)"
    frame("fit_rates", rates, RATES, title=title, once=("incident_type",))
    if "factors" not in tables:
        return

    title = "Fitted to past calls; low and high hold the mean with a chance of 90% (internal)"
    frame("fit_factors", _readable(plan, tables["factors"]), COLUMNS, title=title, once=("quantity", "by"))
    if len(tables["variation"]):
        title = "How single calls vary: standard deviation over mean (internal)"
        frame("fit_variation", tables["variation"], VARIATION, title=title, once=("quantity", "by"))


def _print_figures(
    figures: Mapping[str, Figure],
    set_with: Mapping[str, float],
    profiles: Mapping[str, list[dict[str, Any]]],
    notes: list[str],
) -> None:
    """Print lines for the plan, and what a reader should know of them."""
    lines(["", "For plan.toml:"])
    lines(
        f"  {path} = {{ value = {f.value:g}, low = {f.low:g}, high = {f.high:g}, "
        f'kind = "measured", as_of = {f.as_of}, note = "{f.note}" }}'
        for path, f in figures.items()
    )
    lines(f"  {path} = {value:g}, which the figures above hold" for path, value in set_with.items())
    for name, hours in profiles.items():
        entries = ", ".join(f'{{ hours = "{h["hours"]}", weight = {h["weight"]:g} }}' for h in hours)
        lines([f"  incident_types.{name}.hours = [{entries}]"])
    lines(
        ["For areas.csv: the columns likelihood, likelihood_low and likelihood_high of areas.csv in --out."]
    )
    lines(f"Note: {note}." for note in notes)


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


def _write(plan: Plan, found: LogFit | None, tables: dict[str, pd.DataFrame], out: Path) -> None:
    """Write the page and the tables, whole or not at all."""
    from standby.report import INTERNAL_MARKING, whole_folder, write_log_page, write_table

    with whole_folder(out, private=True, marking=INTERNAL_MARKING) as made:
        if found is not None:
            write_log_page(plan, found, made / "fit.html")
        for name, table in tables.items():
            write_table(table, made / f"{name}.csv", table=f"fit_{name}", marking=INTERNAL_MARKING)
