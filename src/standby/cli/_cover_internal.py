"""What ``cover`` prints beyond the public edition: the worst served, backup, land, commitments, hours."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from standby.cli._edition import beyond_public, named
from standby.cli._print import frame, grid, lines, put, shown
from standby.cover import hours_together
from standby.plan import Plan
from standby.tables import records
from standby.words import share

if TYPE_CHECKING:
    from standby.disclosure import Edition

HEAD = 16
"""Width of the headings of standards side by side [characters]."""


def print_tables(plan: Plan, tables: Mapping[str, pd.DataFrame], edition: Edition) -> None:
    """Print the tables that the public edition does not have, hour by hour where that was asked for.

    Parameters
    ----------
    plan
        The plan.
    tables
        Those of cover, by their declared names.
    edition
        ``internal`` or ``full``.
    """
    _worst(plan, tables["worst"], edition)
    _backup(tables["backup"], edition)
    _land(tables["land"], edition)
    _commitments(plan, tables["commitments"], edition)
    if "nobody_free" in tables:  # left out where the time given was over
        _nobody_free(plan, tables["nobody_free"], edition)
    if "by_hour" in tables:
        _by_hour(plan, tables["by_hour"], tables["nobody_free"], edition)


def _worst(plan: Plan, table: pd.DataFrame, edition: Edition) -> None:
    """Print the areas that are served worst."""
    frame(
        "worst",
        named(plan, table),
        ("rank", "name", "force", "people", "first_mean_min", "chance_in_time"),
        title=beyond_public("Worst served", edition),
        limit_min=plan.document.travel.limit_min,
    )


def _backup(table: pd.DataFrame, edition: Edition) -> None:
    """Print the share that two units reach in time, for all planned forces."""
    whole = table[table["scope_kind"] == "all"]
    if len(whole):
        frame(
            "backup",
            whole,
            ("name", "share_two_if_free", "share_two_expected"),
            title=beyond_public("Backup: share that two units reach in time", edition),
        )


def _land(table: pd.DataFrame, edition: Edition) -> None:
    """Print the share of the land that is reached in time, where the plan gives extents."""
    whole = table[table["scope_kind"] == "all"]
    if len(whole):
        columns = ("name", "land_km2", "share_if_free", "share_expected")
        frame("land", whole, columns, title=beyond_public("Share of the land reached in time", edition))


def _commitments(plan: Plan, table: pd.DataFrame, edition: Edition) -> None:
    """Print commitments beside the units that could take them."""
    if table.empty:
        return

    columns = ("commitment", "force", "hours_per_week", "units", "units_on_duty", "units_short")
    title = beyond_public("Commitments, and units short of them", edition)
    frame("commitments", named(plan, table), columns, title=title)


def _nobody_free(plan: Plan, table: pd.DataFrame, edition: Edition) -> None:
    """Print how often nobody of a force is free: as a mean over the week, and in the worst hour."""
    printed = grid([("Force", True), ("Mean over\nthe week", False), ("Worst\nhour", False), ("When", True)])
    for force, rows in named(plan, table).groupby("force", sort=False):
        worst = rows.iloc[int(rows["chance_nobody_free"].to_numpy().argmax())]
        printed.add_row(
            str(force),
            share(float(rows["chance_nobody_free"].mean())),
            share(float(worst["chance_nobody_free"])),
            f"{worst['day']} {int(worst['clock']):02d}:00",
        )

    put(printed, beyond_public("Chance that no armed unit of its own, or shared with it, is free", edition))


def _by_hour(plan: Plan, standards: pd.DataFrame, forces: pd.DataFrame, edition: Edition) -> None:
    """Print expected shares and the chance that nobody is free, hour by hour."""
    whole = standards[standards["scope_kind"] == "all"]
    title = beyond_public("Expected share in time, by hour", edition)
    print_hours("by_hour", whole, across="name", column="share_expected", title=title)

    title = beyond_public("Chance that nobody is free, by hour", edition)
    print_hours("nobody_free", named(plan, forces), across="force", column="chance_nobody_free", title=title)

    lines(
        [
            "Hours whose numbers read the same stand in one row. Each hour is taken as if it lasted.",
            "–: no calls are expected in these hours.",
            "",
        ]
    )


def print_hours(of: str, table: pd.DataFrame, *, across: str, column: str, title: str) -> None:
    """Print a table of the hours of the week, those that read the same together.

    Parameters
    ----------
    of
        Declared name of the table.
    table
        A row for each hour and each of what stands side by side.
    across
        Column of what stands side by side.
    column
        Column that is printed.
    title
        Printed above it.
    """
    # As written, since hours are put together whose numbers read the same.
    heads = list(dict.fromkeys(table[across]))
    cells: dict[int, list[str]] = {}
    for row in records(table):
        cells.setdefault(int(row["hour"]), []).append(shown(of, column, row[column]))

    narrow = [(textwrap.fill(str(head), HEAD), False) for head in heads]
    printed = grid([("Days", True), ("Hours", True), *narrow])

    days = list(dict.fromkeys(table.sort_values("hour")["day"]))
    for which, hours, numbers in hours_together(cells, days):
        printed.add_row(which, hours, *numbers)

    put(printed, title)
