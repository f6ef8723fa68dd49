"""The command ``times``: minutes of driving from the nearest site, and files for a map."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd

from standby.cli._edition import (
    beyond_public,
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
    with_names_of_classes,
)
from standby.cli._out import check_out
from standby.cli._print import frame, lines, progress_bar
from standby.cli._status import errors_reported

if TYPE_CHECKING:
    from standby.attendance import Nearest
    from standby.disclosure import Edition
    from standby.evidence import Manifest
    from standby.plan import Plan
    from standby.travel import Times

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
        edition = edition_of(plan, edition)
        minutes = travel_times(plan)
        found = nearest(plan, minutes, sites=sites)
        tables = _tables(plan, minutes, found, edition)
        written = [] if out is None else _write(plan, minutes, found, tables, out, sites, edition)

    # Notes on roads say nothing of single places; the others may.
    own_notes = public_notes(minutes) if edition == "public" else minutes.notes
    notes = [*own_notes, *minutes.road_notes]
    if json:
        sentences = nearest_sentences(tables["nearest"], limit_min=plan.document.travel.limit_min)
        summary = summary_of(sentences, tables, plan, edition)
        content: dict[str, Any] = {"method": minutes.method, **tables, "notes": notes}
        if out is not None:
            content["files"] = [str(path) for path in written]
        dump_result(plan, edition, summary, content, _manifest(plan, found, edition))
        return

    heading(plan, edition, option)
    _print(shown_to(plan, edition), tables, edition)
    lines([DRIVEN, f"Minutes are by {minutes.method}.", *(f"Note: {note}" for note in notes)])
    explain(edition)
    if out is not None:
        lines([f"The files ({edition} edition): {out}"])


def _tables(plan: Plan, minutes: Times, found: Nearest, edition: Edition) -> dict[str, pd.DataFrame]:
    """Return the tables of an edition, by their declared names."""
    from standby.disclosure import publish

    # A part of the plan in which nobody lives has no minutes.
    tables = {"nearest": found.table[found.table["people"] > 0].reset_index(drop=True)}
    if edition != "public":
        tables |= {
            "nearest_areas": found.areas,
            "nearest_key_locations": found.key_locations,
            "off_network": minutes.findings,
        }
    with trying() as step:
        return publish(tables, plan, edition, progress=step)


def _manifest(plan: Plan, found: Nearest, edition: Edition) -> Manifest:
    """Return what the minutes were made from, as the edition may show it."""
    from standby.disclosure import public_manifest

    manifest = found.manifest.with_settings(edition=edition)
    return public_manifest(plan, manifest) if edition == "public" else manifest


def _print(plan: Plan, tables: dict[str, pd.DataFrame], edition: Edition) -> None:
    """Print minutes by part of the plan; in the internal edition the slowest areas as well."""
    limit = plan.document.travel.limit_min

    table = tables["nearest"]
    if len(plan.forces) == 1:  # the force is all there is
        table = table[table["scope_kind"] != "force"]

    frame(
        "nearest",
        with_names_of_classes(plan, named(plan, table)),
        COLUMNS,
        title="Minutes of driving from the nearest site",
        limit_min=limit,
        rounded=edition == "public",
    )
    if edition == "public":
        return

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
    """Write the tables, and in the internal edition the pairs and what a map needs."""
    from standby.cli._times_files import write_times
    from standby.disclosure import publish
    from standby.report import marking_of

    # The pairs pass the door by themselves: they are published under another name than they are printed.
    layers = {}
    if edition != "public":
        pairs = publish({"times_minutes": minutes.table}, plan, edition)
        tables = {**tables, "minutes": pairs["times_minutes"]}
        if plan.document.travel.method == "roads":
            from standby.attendance import isochrones

            with progress_bar("Drawing isochrones") as step:
                layers["isochrones"] = isochrones(plan, sites=sites, progress=step)

    marking = marking_of(plan, edition)
    return write_times(
        tables, layers, out, _manifest(plan, found, edition), marking, private=edition == "internal"
    )
