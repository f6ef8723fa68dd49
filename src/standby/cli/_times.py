"""The command ``times``: minutes of driving from the nearest site, and files for a map."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd

from standby.cli._commands import check_out, opened
from standby.cli._cover import explain, heading, named, public_notes
from standby.cli._print import dump, frame, lines, progress_bar
from standby.cli._status import told

if TYPE_CHECKING:
    from standby.attendance import Nearest
    from standby.evidence import Manifest
    from standby.plan import Plan
    from standby.travel import Times

SLOWEST_SHOWN = 10
PEOPLE = {"scope": "People", "people": "Number"}
MINUTES = {
    "mean_min": "Mean",
    "p50_min": "Half\nwithin",
    "p90_min": "9 in 10\nwithin",
    "p95_min": "19 in 20\nwithin",
    "share_without": "No road",
}
DRIVEN = (
    "Driving on an emergency call from the nearest site: no authorisation, no turnout, and nobody is busy."
)


def times(
    folder: Path,
    *,
    option: str | None,
    sites: Literal["existing", "all"],
    edition: Literal["public", "internal"],
    out: Path | None,
    json: bool,
) -> None:
    """Print minutes of driving from the nearest site, and write them for a map if a folder is named."""
    from standby.attendance import nearest
    from standby.travel import travel_times

    with told(json=json):
        if out is not None:
            check_out(out, folder)
        plan = opened(folder, option, json=json)
        minutes = travel_times(plan)
        found = nearest(plan, minutes, sites=sites)
        tables = _tables(plan, minutes, found, edition)
        written = [] if out is None else _write(plan, minutes, found, tables, out, sites, edition)
    internal = edition == "internal"
    notes = [*(minutes.notes if internal else public_notes(minutes)), *minutes.road_notes]
    if json:
        content: dict[str, Any] = {
            "edition": edition,
            "summary": found.summary() if internal else _public_summary(plan, tables["nearest"]),
            "method": minutes.method,
        }
        files = {} if out is None else {"files": [str(path) for path in written]}
        dump({**content, **tables, "notes": notes, **files, "manifest": _manifest(found, edition).as_dict()})
        return
    heading(plan, edition, option)
    _print(plan, tables, edition)
    lines([DRIVEN, f"Minutes are by {minutes.method}.", *(f"Note: {note}" for note in notes)])
    explain(edition)
    if out is not None:
        lines([f"The files ({edition} edition): {out}"])


def _tables(
    plan: Plan, minutes: Times, found: Nearest, edition: Literal["public", "internal"]
) -> dict[str, pd.DataFrame]:
    """Return the tables of an edition, by their declared names."""
    from standby.disclosure import publish

    tables = {"nearest": found.table[found.table["people"] > 0].reset_index(drop=True)}
    if edition == "internal":
        tables |= {
            "nearest_areas": found.areas,
            "nearest_key_locations": found.key_locations,
            "off_network": minutes.findings,
        }
    return publish(tables, plan, edition)


def _public_summary(plan: Plan, nearest: pd.DataFrame) -> str:
    """Return the summary from the rounded numbers of the whole region; nothing where these are left out."""
    from standby.words import numbers

    limit = plan.document.travel.limit_min

    def minutes(value: float) -> str:
        return numbers.without_noughts(numbers.minutes(value, limit=limit))

    return " ".join(
        f"Half of the people live within {minutes(row['p50_min'])} of driving from the "
        f"nearest site, nine in ten within {minutes(row['p90_min'])}."
        for row in nearest.to_dict("records")
    )


def _manifest(found: Nearest, edition: str) -> Manifest:
    """Return what the minutes were made from, as the edition may show it."""
    from standby.disclosure import public_manifest

    manifest = found.manifest.with_settings(edition=edition)
    return manifest if edition == "internal" else public_manifest(manifest)


def _print(plan: Plan, tables: dict[str, pd.DataFrame], edition: str) -> None:
    limit = plan.document.travel.limit_min
    table = tables["nearest"]
    if len(plan.forces) == 1:
        table = table[table["scope_kind"] != "force"]
    table = named(plan, table)
    classes = {name: c.name for name, c in plan.document.classes.items()}
    table["scope"] = [
        classes.get(str(scope), scope) if kind == "class" else scope
        for kind, scope in zip(table["scope_kind"], table["scope"], strict=True)
    ]
    headings = {column: heading for column, heading in (PEOPLE | MINUTES).items() if column in table}
    frame(
        table,
        headings,
        title="Minutes of driving from the nearest site",
        limit_min=limit,
        rounded=edition == "public",
    )
    if edition == "public":
        return
    slow = tables["nearest_areas"].sort_values("drive_min", ascending=False, kind="stable")
    headings = {
        "name": "Area",
        "force": "Force",
        "people": "People",
        "site_name": "From",
        "drive_min": "Minutes",
    }
    frame(
        named(plan, slow.head(SLOWEST_SHOWN)),
        headings,
        title=f"Areas with the longest drive, the first {SLOWEST_SHOWN} (internal)",
        limit_min=limit,
    )
    if len(tables["off_network"]):
        frame(
            tables["off_network"],
            {"kind": "Kind", "name": "Name", "id": "Id", "reason": "Has"},
            title="Off the roads (internal)",
        )


def _write(
    plan: Plan,
    minutes: Times,
    found: Nearest,
    tables: dict[str, pd.DataFrame],
    out: Path,
    sites: Literal["existing", "all"],
    edition: Literal["public", "internal"],
) -> list[Path]:
    """Write the tables, and in the internal edition the pairs and what a map needs."""
    from standby.cli._times_files import write_times
    from standby.report import marking_of

    layers = {}
    if edition == "internal":
        tables = {**tables, "minutes": minutes.table}
        if plan.document.travel.method == "roads":
            from standby.attendance import isochrones

            with progress_bar("Drawing isochrones") as step:
                layers["isochrones"] = isochrones(plan, sites=sites, progress=step)
    marking = marking_of(plan, edition)
    return write_times(tables, layers, out, _manifest(found, edition), marking, private=edition == "internal")
