"""The command ``times``: minutes of driving from the nearest site, and files for a map."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd

from standby.cli._edition import (
    beyond_public,
    dump_result,
    edition_beyond_public,
    heading,
    named,
    opened,
    summary_of,
    with_names_of_classes,
)
from standby.cli._out import check_out
from standby.cli._print import frame, lines, progress_bar
from standby.cli._status import errors_reported

if TYPE_CHECKING:
    from standby.attendance import Nearest
    from standby.disclosure import Edition
    from standby.plan import Plan
    from standby.travel import Times

# Minutes of a drive follow from the sites alone, and the attack on what is published does not read them.
NOT_PUBLIC = "times has no public edition: minutes from the nearest site would say where sites are"

SLOWEST_SHOWN = 10
COLUMNS = ("scope", "people", "mean_min", "p50_min", "p90_min", "p95_min", "share_without")
DRIVEN = (
    "Driving on an emergency call from the nearest site: no authorisation, no turnout, and nobody is busy."
)


def times(
    folder: Path,
    *,
    option: str | None,
    sites: Literal["existing", "all"],
    edition: Edition | None,
    out: Path | None,
    json: bool,
) -> None:
    """Print minutes of driving from the nearest site, and write them for a map if a folder is named."""
    from standby.attendance import nearest, nearest_sentences
    from standby.travel import travel_times

    with errors_reported(json=json):
        if out is not None:
            check_out(out, folder)
        plan = opened(folder, option)
        edition = edition_beyond_public(plan, edition, NOT_PUBLIC)
        minutes = travel_times(plan)
        found = nearest(plan, minutes, sites=sites)
        tables = _tables(plan, minutes, found, edition)
        written = [] if out is None else _write(plan, minutes, found, tables, out, sites, edition)

    notes = [*minutes.notes, *minutes.road_notes, *found.notes]
    if json:
        sentences = nearest_sentences(tables["nearest"], limit_min=plan.document.travel.limit_min)
        summary = summary_of(sentences, tables, plan, edition)
        content: dict[str, Any] = {"method": minutes.method, **tables, "notes": notes}
        if out is not None:
            content["files"] = [str(path) for path in written]
        dump_result(plan, edition, summary, content, found.manifest.with_settings(edition=edition))
        return

    heading(plan, edition, option)
    _print(plan, tables, edition)
    lines([DRIVEN, f"Minutes are by {minutes.method}.", *(f"Note: {note}" for note in notes)])
    if out is not None:
        lines([f"The files ({edition} edition): {out}"])


def _tables(plan: Plan, minutes: Times, found: Nearest, edition: Edition) -> dict[str, pd.DataFrame]:
    """Return the tables, by their declared names."""
    from standby.disclosure import publish

    # A part of the plan in which nobody lives has no minutes.
    tables = {
        "nearest": found.table[found.table["people"] > 0].reset_index(drop=True),
        "nearest_areas": found.areas,
        "nearest_key_locations": found.key_locations,
        "off_network": minutes.findings,
    }
    return publish(tables, plan, edition)


def _print(plan: Plan, tables: dict[str, pd.DataFrame], edition: Edition) -> None:
    """Print minutes by part of the plan, the slowest areas, and what is off the roads."""
    limit = plan.document.travel.limit_min

    table = tables["nearest"]
    if len(plan.forces) == 1:  # the force is all there is
        table = table[table["scope_kind"] != "force"]

    frame(
        "nearest",
        with_names_of_classes(plan, named(plan, table)),
        COLUMNS,
        title=beyond_public("Minutes of driving from the nearest site", edition),
        limit_min=limit,
    )

    slowest = tables["nearest_areas"].sort_values("drive_min", ascending=False, kind="stable")
    frame(
        "nearest_areas",
        named(plan, slowest.head(SLOWEST_SHOWN)),
        ("name", "force", "people", "site_name", "drive_min"),
        title=beyond_public(f"Areas with the longest drive, the first {SLOWEST_SHOWN}", edition),
        limit_min=limit,
    )

    if len(tables["off_network"]):
        frame(
            "off_network",
            tables["off_network"],
            ("kind", "name", "id", "reason"),
            title=beyond_public("Off the roads", edition),
        )


def _write(
    plan: Plan,
    minutes: Times,
    found: Nearest,
    tables: dict[str, pd.DataFrame],
    out: Path,
    sites: Literal["existing", "all"],
    edition: Edition,
) -> list[Path]:
    """Write the tables, the pairs, and what a map needs."""
    from standby.cli._times_files import write_times
    from standby.disclosure import publish
    from standby.report import marking_of

    # The pairs pass the door by themselves: they are published under another name than they are printed.
    pairs = publish({"times_minutes": minutes.table}, plan, edition)
    tables = {**tables, "minutes": pairs["times_minutes"]}
    layers = {}
    if plan.document.travel.method == "roads":
        from standby.attendance import isochrones

        with progress_bar("Drawing isochrones") as step:
            layers["isochrones"] = isochrones(plan, sites=sites, progress=step)

    marking = marking_of(plan, edition)
    manifest = found.manifest.with_settings(edition=edition)
    return write_times(tables, layers, out, manifest, marking, private=edition == "internal")
