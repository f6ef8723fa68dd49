"""The command ``need``: the units and officers that would meet the standards."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from standby._deadline import UnfinishedError
from standby.cli._edition import (
    dump_result,
    edition_of,
    explain,
    heading,
    named,
    opened,
    public_notes,
    shown_to,
    summary_of,
    trying,
)
from standby.cli._print import complain, frame, lines
from standby.cli._status import errors_reported
from standby.plan import Plan
from standby.tables import records
from standby.words import share

if TYPE_CHECKING:
    from standby.disclosure import Edition

SMALL = 1e-6
"""Share by which a share may be missed for rounding."""

LARGE_PAIRS = 5_000_000
"""Pairs of sites and places beyond which it is said that a search may take long: of 25 million no row was
solved in two minutes on two busy cores, of half a million two of three in half a minute."""

NOTHING_SHOWN = (
    "This edition shows nothing of need: of each standard nothing was found in the time given, or it holds "
    "for nobody or for few places, or one place has more than a fifth of it; or the plan withholds the table."
)
"""What is said where the public edition shows nothing of need."""

NOTHING_FOUND = "nothing was found in the time given; give more"

COLUMNS = (
    "forces",
    "name",
    "required",
    "attainable_share",
    "share_every_site",
    "share_one_minute_more",
    "crewed_units",
    "posts",
    "officers",
    "establishment",
    "strength",
    "deployable",
    "gap_strength",
)


REACHED = (
    "Can be reached: by any number of units, in the force where it is least. If that is too little,",
    "the standard cannot be met from these sites: no number is shown, but what every site,",
    "or one more minute, would allow.",
)
"""What the shares in the table of need are, which the public edition does not have."""


def need(
    folder: Path,
    *,
    option: str | None,
    sites: Literal["existing", "all"],
    minimise: Literal["units", "officers"],
    time_limit: float | None,
    edition: Edition | None,
    json: bool,
) -> None:
    """Print the units and officers that would meet the standards."""
    from standby.cover import need as need_of
    from standby.cover import need_sentences
    from standby.disclosure import public_manifest, publish
    from standby.travel import travel_times

    with errors_reported(json=json):
        plan = opened(folder, option)
        edition = edition_of(plan, edition)
        times = travel_times(plan)

        if time_limit is None and times.minutes.size > LARGE_PAIRS:
            complain(_may_take_long(*times.minutes.shape))

        found = need_of(plan, times, sites=sites, minimise=minimise, time_limit_s=time_limit)
        if time_limit is not None and not found.table["solved"].any():
            raise UnfinishedError(NOTHING_FOUND)

        tables = {"need": found.table}
        summary = found.summary()
        manifest = found.manifest
        notes = (*times.notes, *found.notes)
        if edition != "public":
            tables |= {"need_units": found.units, "need_answers": found.answers, "need_curve": found.curve}
        with trying() as step:
            tables = publish(tables, plan, edition, progress=step)

        # The sentences are made anew from what the edition shows; from a table without numbers none is.
        if edition == "public":
            manifest = public_manifest(plan, manifest)
            notes = (*public_notes(times), *_public_notes(found.notes))
            said = need_sentences(tables["need"]) if "need" in tables else ()
            summary = summary_of(said, tables, plan, edition) or NOTHING_SHOWN

    # The declared names say which command a table is of, which the command's own output need not.
    tables = {name.removeprefix("need_"): table for name, table in tables.items()}

    if json:
        dump_result(plan, edition, summary, {"notes": notes, **tables}, manifest)
        return

    heading(plan, edition, option)
    plan = shown_to(plan, edition)
    if "need" in tables and len(tables["need"]):
        _needed(plan, tables["need"], sites=sites, minimise=minimise, edition=edition)
    else:
        lines([summary, ""])
    if edition != "public":
        lines(f"{row['name']}: {row['reason']}." for row in _unsolved(found.table))
        _curve(plan, tables["curve"])
    lines(f"Note: {note}" for note in notes)
    explain(edition)


def _may_take_long(sites: int, places: int) -> str:
    """Return a warning, before the search starts, that it may take long."""
    return (
        f"standby: {sites:,} sites × {places:,} places are a large search, which may take long; "
        "--time-limit SECONDS ends it with what is found by then"
    )


def _public_notes(notes: tuple[str, ...]) -> tuple[str, ...]:
    """Return that something has no number, but not for which force."""
    if any("time given" in note for note in notes):
        return ("the time given was over before all was found: what was not has no number",)
    if notes:
        return ("not every standard and force has a row; the internal edition says which",)
    return ()


def _needed(plan: Plan, table: pd.DataFrame, *, sites: str, minimise: str, edition: Edition) -> None:
    """Print what each standard would need, beside the officers there are."""
    from standby.cover import units_or_why_not

    table = named(plan, table)
    table["crewed_units"] = [units_or_why_not(row) for row in records(table)]

    where = "every site" if sites == "all" else "today's sites"
    title = f"What would meet the standards from {where}"
    once = ("forces",) if "forces" in table else ()
    other = "units" if minimise == "officers" else "officers"
    frame("need", table, COLUMNS, title=title, once=once, rounded=edition == "public")

    lines(
        [
            "A standard is met when it is met in every force, reached at its reliability.",
            *(REACHED if "attainable_share" in table else ()),
            f"Crewed units: the fewest {minimise}, in the hours that need most. Posts: mean over the week.",
            f"Where crews differ in size, --minimise {other} asks for the fewest of these.",
            "Officers: to hold these posts. Short by: officers beyond those in post; below 0: too many.",
            "",
        ]
    )


def _unsolved(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return what has no number although it may have one: the search was cut, or nothing was sure enough."""
    if table.empty:
        return []

    is_reached = table["attainable_share"] >= table["required"].fillna(np.inf) - SMALL
    return records(table[~table["solved"] | (~table["attainable"] & is_reached)])


def _curve(plan: Plan, curve: pd.DataFrame) -> None:
    """Print the share that so many units reach, in one line for each group of forces."""
    for (forces, name), part in named(plan, curve).groupby(["forces", "name"], sort=False):
        points = "  ".join(f"{row['units']}: {share(row['share'])}" for row in records(part))
        lines([f"{name}, {forces}: share reached by so many units round the clock", points, ""])
