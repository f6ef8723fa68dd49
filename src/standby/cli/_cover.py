"""The commands ``cover`` and ``need``."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from standby.cli._commands import opened
from standby.cli._print import dump, frame, lines, shown
from standby.cli._status import bad, told
from standby.plan import Plan
from standby.words import exactly, share

if TYPE_CHECKING:
    from standby.travel import Times

SMALL = 1e-6
"""Share by which a share may be missed for rounding."""

INTERNAL = (
    "gap", "build_up", "areas", "key_locations", "units", "worst", "backup", "land", "commitments",
)  # fmt: skip
MEASURES = {"first": "first armed officers", "full": "full attendance"}


def cover(
    folder: Path,
    *,
    option: str | None,
    edition: Literal["public", "internal"],
    by_hour: bool,
    json: bool,
) -> None:
    """Print shares inside the standards and minutes; places, units and hours in the internal edition only."""
    from standby.cover import cover_by_hour, cover_of, evaluate_plan
    from standby.disclosure import public_manifest, publish
    from standby.travel import travel_times

    if by_hour and edition != "internal":
        bad("--by-hour says when units are absent or busy: add --edition internal", json=json)

    with told(json=json):
        plan = opened(folder, option, json=json)
        times = travel_times(plan)
        evaluated = evaluate_plan(plan, times)
        found = cover_of(evaluated)
        tables = {name: getattr(found, name) for name in ("standards", "minutes")}
        manifest, notes = found.manifest, times.notes
        if edition == "internal":
            tables |= {name: getattr(found, name) for name in INTERNAL}
            hours = cover_by_hour(evaluated)
            tables["nobody_free"] = hours.forces
            if by_hour:
                tables["by_hour"] = hours.standards
        else:
            manifest, notes = public_manifest(manifest), public_notes(times)
        tables = publish(tables, plan, edition)
    if json:
        summary = _summary(tables["standards"], rounded=edition == "public")
        content = {"edition": edition, "summary": summary, "notes": notes, **tables}
        dump({**content, "manifest": manifest.as_dict()})
        return
    from standby.cli import _cover_internal

    heading(plan, edition, option)
    _standards(plan, tables["standards"], rounded=edition == "public")
    _minutes(plan, tables["minutes"], rounded=edition == "public")
    if edition == "internal":
        headings = {"rank": "Rank", "name": "Area", "force": "Force", "people": "People"}
        headings |= {
            "first_mean_min": "First armed officers,\nmean [min]",
            "chance_in_time": "Chance\nin time",
        }
        worst = named(plan, tables["worst"])
        frame(worst, headings, title="Worst served (internal)", limit_min=plan.document.travel.limit_min)
        _cover_internal.backup(tables["backup"])
        _cover_internal.land(tables["land"])
        _cover_internal.commitments(plan, tables["commitments"])
        _cover_internal.nobody_free(plan, tables["nobody_free"])
        if by_hour:
            _cover_internal.by_hour(plan, tables["by_hour"], tables["nobody_free"])
    lines(f"Note: {note}" for note in notes)
    explain(edition)


def _summary(standards: pd.DataFrame, *, rounded: bool) -> str:
    parts = []
    for row in standards[standards["scope_kind"] == "all"].to_dict("records"):
        met = "met" if row["met"] else "not met"
        expected, assured = (
            shown(column, row[column], rounded=rounded) for column in ("share_expected", "share_assured")
        )
        parts.append(
            f"{row['name']}: {expected} expected, {assured} assured, "
            f"{exactly(row['required'])} required ({met})."
        )
    return " ".join(parts)


def _standards(plan: Plan, table: pd.DataFrame, *, rounded: bool) -> None:
    table = table[table["scope_kind"].isin(["all", "force"])]
    one = len(plan.forces) == 1 or not (table["scope_kind"] == "force").any()
    table = named(plan, table[table["scope_kind"] == "all"] if one else table)
    headings = {
        "name": "Standard",
        **({} if one else {"scope": "Where"}),
        "share_if_free": "If all\nwere free",
        "share_expected": "Expected",
        "share_assured": "Assured",
        "required": "Asked\nfor",
        "met": "Met",
    }
    frame(table, headings, title="Share inside each standard", once=("name",), rounded=rounded)
    reliability = {standard.reliability for standard in plan.document.standards.values()}
    surely = exactly(min(reliability)) if len(reliability) == 1 else "the standard's reliability"
    lines(
        [
            "If all were free: if no unit were ever busy. Expected: counting that units are busy at times.",
            f"Assured: only places reached in time with a chance of at least {surely} count, but whole;",
            "so it can be above the expected share.",
            "A standard is met when the assured share is at least what it asks for.",
            "",
        ]
    )


def _minutes(plan: Plan, table: pd.DataFrame, *, rounded: bool) -> None:
    rows = table[(table["weight"] == "people") & table["scope_kind"].isin(["all", "setting"])]
    headings = {
        "incident_type": "Incident",
        "measure": "Until",
        "scope": "Calls of",
        "mean_min": "Mean",
        "p50_min": "Half\nwithin",
        "p90_min": "9 in 10\nwithin",
        "p95_min": "19 in 20\nwithin",
    }
    limit = plan.document.travel.limit_min
    title = "Minutes from the call"
    once = ("incident_type", "measure")
    frame(named(plan, rows), headings, title=title, limit_min=limit, once=once, rounded=rounded)
    lines(
        [
            "Half and 9 in 10: of calls, spread over the people and over the hours at which calls come.",
            f"≥: at least; calls never reached, or not in {limit:g} minutes, count as {limit:g} in a mean.",
            "",
        ]
    )


def need(
    folder: Path,
    *,
    option: str | None,
    sites: Literal["existing", "all"],
    minimise: Literal["units", "officers"],
    time_limit: float | None,
    edition: Literal["public", "internal"],
    json: bool,
) -> None:
    """Print the units and officers that would meet the standards."""
    from standby.cover import need as need_of
    from standby.disclosure import public_manifest, publish
    from standby.travel import travel_times

    with told(json=json):
        plan = opened(folder, option, json=json)
        times = travel_times(plan)
        found = need_of(plan, times, sites=sites, minimise=minimise, time_limit_s=time_limit)
        tables = {"need": found.table}
        summary, manifest, notes = found.summary(), found.manifest, (*times.notes, *found.notes)
        if edition == "internal":
            tables |= {"need_units": found.units, "need_answers": found.answers, "need_curve": found.curve}
        tables = publish(tables, plan, edition)
        tables = {name.removeprefix("need_"): table for name, table in tables.items()}
        if edition == "public":
            manifest, notes = public_manifest(manifest), public_notes(times)
            if any("time given" in note for note in found.notes):
                notes = (*notes, "the time given was over before all was found: what was not has no number")
            elif found.notes:
                notes = (*notes, "not every standard and force has a row; the internal edition says which")
            summary = _need_summary(tables["need"])
    if json:
        content = {"edition": edition, "summary": summary, "notes": notes, **tables}
        dump({**content, "manifest": manifest.as_dict()})
        return
    heading(plan, edition, option)
    headings = {
        "forces": "Forces",
        "name": "Standard",
        "required": "Asked\nfor",
        "attainable_share": "Can be\nreached",
        "share_every_site": "From\nevery site",
        "share_one_minute_more": "A minute\nmore",
        "crewed_units": "Crewed\nunits",
        "posts": "Posts",
        "officers": "Officers",
        "establishment": "Establish-\nment",
        "strength": "In post",
        "deployable": "Deployable",
        "gap_strength": "Short\nby",
    }
    where = "every site" if sites == "all" else "today's sites"
    table = named(plan, tables["need"])
    table["crewed_units"] = [_units_or_why_not(row) for row in table.to_dict("records")]
    if edition == "public":
        headings = {column: heading for column, heading in headings.items() if column in table}
    title = f"What would meet the standards from {where}"
    once = ("forces",) if "forces" in headings else ()
    frame(table, headings, title=title, once=once, rounded=edition == "public")
    lines(
        [
            "A standard is met when it is met in every force, reached at its reliability.",
            "Can be reached: by any number of units, in the force where it is least. If that is too little,",
            "the standard cannot be met from these sites: no number is shown, but what every site,",
            "or one more minute, would allow.",
            f"Crewed units: the fewest {minimise}, in the hours that need most. Posts: mean over the week.",
            "Officers: to hold these posts. Short by: officers beyond those in post; below 0: too many.",
            "",
        ]
    )
    if edition == "internal":
        lines(f"{row['name']}: {row['reason']}." for row in _unsolved(found.table))
        _curve(plan, found.curve)
    lines(f"Note: {note}" for note in notes)
    explain(edition)


def _need_summary(table: pd.DataFrame) -> str:
    """Return a sentence for each standard, for the whole region."""
    sentences = []
    for row in table.to_dict("records"):
        if not row["attainable"]:
            said = row["reason"]
            if not pd.isna(row["attainable_share"]):
                reached = shown("share", row["attainable_share"], rounded=True)
                said += f"; {reached} can be reached everywhere"
        elif pd.isna(row["crewed_units"]):
            said = row["reason"]
        else:
            said = f"{row['crewed_units']:.0f} crewed units, {row['officers']:.0f} officers"
        sentences.append(f"{row['name']}: {said}.")
    return (
        " ".join(sentences)
        or "Nothing was found in the time that was given, or no standard holds for anybody."
    )


def _units_or_why_not(row: Mapping[Hashable, Any]) -> Any:
    """Return a number of units, or in words that there is none."""
    if row["attainable"]:
        return row["crewed_units"] if np.isfinite(row["crewed_units"]) else "not found in time"
    return "cannot be met"


def _unsolved(table: pd.DataFrame) -> list[dict[Hashable, Any]]:
    """Return what has no number although it may have one: the search was cut, or nothing was sure enough."""
    if table.empty:
        return []
    reached = table["attainable_share"] >= table["required"].fillna(np.inf) - SMALL
    return table[~table["solved"] | (~table["attainable"] & reached)].to_dict("records")


def _curve(plan: Plan, curve: pd.DataFrame) -> None:
    """Print the share that so many units reach, in one line for each group of forces."""
    for (forces, name), part in named(plan, curve).groupby(["forces", "name"], sort=False):
        points = "  ".join(f"{row['units']}: {share(row['share'])}" for row in part.to_dict("records"))
        lines([f"{name}, {forces}: share reached by so many units round the clock", points, ""])


def heading(plan: Plan, edition: str, option: str | None) -> None:
    """Print what the numbers below are about."""
    laid = "" if option is None else f": {plan.document.options[option].name}"
    level = plan.document.plan.response_level
    lines([f"{plan.title}{laid}"])
    lines([f"{plan.document.plan.classification}, {edition} edition; response level: {level}", ""])


def public_notes(times: Times) -> tuple[str, ...]:
    """Return that there are sites or places without minutes, but neither which nor how many."""
    if times.findings.empty:
        return ()
    return (
        "Some sites or places have no minutes and count as not reached: the internal edition names them.",
    )


def explain(edition: str) -> None:
    """Say what the public edition leaves out, and where it is."""
    if edition == "public":
        from standby.disclosure import WHAT_IS_LEFT_OUT

        lines(["", *WHAT_IS_LEFT_OUT[:2], "Everything else: --edition internal."])


def named(plan: Plan, table: pd.DataFrame) -> pd.DataFrame:
    """Return a table with names in place of ids."""
    document = plan.document
    forces = {name: force.name for name, force in document.forces.items()}
    table = table.copy()
    if "scope" in table:
        words = {"": "All", "urban": "urban", "rural": "rural", **forces}
        table["scope"] = [words.get(str(scope), str(scope)) for scope in table["scope"]]
    if "force" in table:
        table["force"] = table["force"].map(forces)
    if "forces" in table:
        table["forces"] = [" and ".join(forces[f] for f in text.split(" + ")) for text in table["forces"]]
    if "incident_type" in table:
        table["incident_type"] = [document.incident_types[name].name for name in table["incident_type"]]
    if "measure" in table:
        table["measure"] = table["measure"].map(MEASURES)
    return table
