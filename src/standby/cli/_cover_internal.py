"""What ``cover`` prints in the internal edition only: backup, land, commitments, and when nobody is free."""

from __future__ import annotations

import textwrap

import pandas as pd

from standby.cli._print import frame, grid, lines, put, shown
from standby.cover import hours_together
from standby.plan import Plan
from standby.words import share

HEAD = 16
"""Width of the headings of standards side by side [characters]."""


def backup(table: pd.DataFrame) -> None:
    """Print the share that two units reach in time, for all planned forces."""
    headings = {
        "name": "Standard",
        "share_two_if_free": "Two, if all\nwere free",
        "share_two_expected": "Two,\nexpected",
    }
    whole = table[table["scope_kind"] == "all"]
    if len(whole):
        frame(whole, headings, title="Backup: share that two units reach in time (internal)")


def land(table: pd.DataFrame) -> None:
    """Print the share of the land that is reached in time, where the plan gives extents."""
    headings = {
        "name": "Standard",
        "land_km2": "Land\n[km²]",
        "share_if_free": "If all\nwere free",
        "share_expected": "Expected",
    }
    whole = table[table["scope_kind"] == "all"]
    if len(whole):
        frame(whole, headings, title="Share of the land reached in time (internal)")


def commitments(plan: Plan, table: pd.DataFrame) -> None:
    """Print commitments beside the units that could take them."""
    if not len(table):
        return
    names = {name: force.name for name, force in plan.document.forces.items()}
    printed = grid(
        [
            ("Commitment", True),
            ("Force", True),
            ("Hours\na week", False),
            ("Units\nwanted", False),
            ("On duty,\nmean", False),
            ("Short,\nmean", False),
        ]
    )
    for row in table.to_dict("records"):
        numbers = [f"{row[column]:.3g}" for column in ("units", "units_on_duty", "units_short")]
        printed.add_row(row["commitment"], names[row["force"]], str(row["hours_per_week"]), *numbers)
    put(printed, "Commitments, and units short of them (internal)")


def nobody_free(plan: Plan, table: pd.DataFrame) -> None:
    """Print how often nobody of a force is free: as a mean over the week, and in the worst hour."""
    names = {name: force.name for name, force in plan.document.forces.items()}
    printed = grid([("Force", True), ("Mean over\nthe week", False), ("Worst\nhour", False), ("When", True)])
    for force, rows in table.groupby("force", sort=False):
        worst = rows.iloc[int(rows["chance_nobody_free"].to_numpy().argmax())]
        printed.add_row(
            names[str(force)],
            share(float(rows["chance_nobody_free"].mean())),
            share(float(worst["chance_nobody_free"])),
            f"{worst['day']} {int(worst['clock']):02d}:00",
        )
    put(printed, "Chance that no armed unit of its own, or shared with it, is free (internal)")


def by_hour(plan: Plan, standards: pd.DataFrame, forces: pd.DataFrame) -> None:
    """Print expected shares and the chance that nobody is free, hour by hour."""
    whole = standards[standards["scope_kind"] == "all"]
    _hours(whole, "name", "share_expected", "Expected share in time, by hour (internal)")
    names = {name: force.name for name, force in plan.document.forces.items()}
    named = forces.assign(force=forces["force"].map(names))
    _hours(named, "force", "chance_nobody_free", "Chance that nobody is free, by hour (internal)")
    lines(
        [
            "Hours whose numbers read the same stand in one row. Each hour is taken as if it lasted.",
            "–: no calls are expected in these hours.",
            "",
        ]
    )


def _hours(table: pd.DataFrame, across: str, column: str, title: str) -> None:
    """Print a table of the hours of the week, those that read the same together."""
    heads = list(dict.fromkeys(table[across]))
    cells: dict[int, list[str]] = {}
    for row in table.to_dict("records"):
        cells.setdefault(int(row["hour"]), []).append(shown(column, row[column]))

    narrow = [(textwrap.fill(str(head), HEAD), False) for head in heads]
    printed = grid([("Days", True), ("Hours", True), *narrow])
    days = list(dict.fromkeys(table.sort_values("hour")["day"]))
    for which, hours, numbers in hours_together(cells, days):
        printed.add_row(which, hours, *numbers)
    put(printed, title)
