"""The command ``cover``: who is reached, how soon and how surely."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from standby._deadline import Deadline, UnfinishedError
from standby._refusals import Refusal
from standby.cli import _cover_internal
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
from standby.cli._print import frame, lines
from standby.cli._status import errors_reported
from standby.plan import Plan
from standby.words import exactly

if TYPE_CHECKING:
    from standby.cover import Evaluated
    from standby.disclosure import Edition
    from standby.travel import Times

INTERNAL = (
    "gap", "build_up", "areas", "key_locations", "units", "worst", "backup", "land", "commitments",
)  # fmt: skip
"""Tables of cover that the public edition does not have."""


SPREAD = "Half and 9 in 10: of calls, spread over the people and over the hours at which calls come."
EXPLAINED = (
    "If all were free: if no unit were ever busy. Expected: counting that units are busy at times.",
    "Assured: only places reached in time with a chance of at least {surely} count, but whole;",
    "so it can be above the expected share.",
    "A standard is met when the assured share is at least what it asks for.",
)
EXPLAINED_PUBLIC = (
    "At the plan's central figures. Expected: counting that units are busy at times. A standard is met when",
    "the places that are reached in time with a chance of at least {surely} have the share that it asks for.",
)
"""What is printed below the shares."""


def cover(
    folder: Path,
    *,
    option: str | None,
    edition: Edition | None,
    by_hour: bool,
    time_limit: float | None,
    json: bool,
) -> None:
    """Print shares inside the standards and minutes; places, units and hours beyond the public edition."""
    from standby.cover import cover_by_hour, cover_of, standard_sentences
    from standby.disclosure import public_manifest, publish
    from standby.travel import travel_times

    with errors_reported(json=json):
        plan = opened(folder, option)
        edition = edition_of(plan, edition)
        if by_hour and edition == "public":
            raise Refusal("--by-hour says when units are absent or busy", "add --edition internal")

        # The time given is for the evaluation; cover by hour is what is left out where there is none left.
        deadline = Deadline(time_limit)
        times = travel_times(plan)
        evaluated = _evaluated(plan, times, deadline)
        found = cover_of(evaluated)

        tables = {name: getattr(found, name) for name in ("standards", "minutes")}
        manifest = found.manifest
        notes = times.notes
        if edition != "public":
            tables |= {name: getattr(found, name) for name in INTERNAL}
            if deadline.is_over:
                notes = (*notes, "Cover by hour was left out: the time given was over.")
            else:
                hours = cover_by_hour(evaluated)
                tables["nobody_free"] = hours.forces
                if by_hour:
                    tables["by_hour"] = hours.standards
        else:
            manifest = public_manifest(plan, manifest)
            notes = public_notes(times)
        with trying() as step:
            tables = publish(tables, plan, edition, progress=step)

    if json:
        said = standard_sentences(tables["standards"]) if "standards" in tables else ()
        summary = summary_of(said, tables, plan, edition)
        dump_result(plan, edition, summary, {"notes": notes, **tables}, manifest)
        return

    heading(plan, edition, option)
    plan = shown_to(plan, edition)

    # The plan may withhold either from the public.
    if "standards" in tables:
        _standards(plan, tables["standards"], rounded=edition == "public")
    if "minutes" in tables:
        _minutes(plan, tables["minutes"], rounded=edition == "public")
    if edition != "public":
        _cover_internal.print_tables(plan, tables, edition)
    lines(f"Note: {note}" for note in notes)
    explain(edition)


def _evaluated(plan: Plan, times: Times, deadline: Deadline) -> Evaluated:
    """Return a plan evaluated, or say that there was no time for that."""
    from standby.cover import evaluate_plan

    try:
        return evaluate_plan(plan, times, look=deadline.look)
    except UnfinishedError:
        raise UnfinishedError(
            "nothing was found: the time given ended before the plan had been evaluated; give more"
        ) from None


def _standards(plan: Plan, table: pd.DataFrame, *, rounded: bool) -> None:
    """Print the share inside each standard, by force where several are planned."""
    # Of a single force its row would say again what that of all says.
    by_force = len(plan.forces) > 1 and (table["scope_kind"] == "force").any()
    shown_scopes = ["all", "force"] if by_force else ["all"]
    table = named(plan, table[table["scope_kind"].isin(shown_scopes)])

    where = ["scope"] if by_force else []
    columns = ["name", *where, "share_if_free", "share_expected", "share_assured", "required", "met"]
    frame("standards", table, columns, title="Share inside each standard", once=("name",), rounded=rounded)

    # Where standards differ in their reliability, no single number holds for the column.
    reliability = {standard.reliability for standard in plan.document.standards.values()}
    surely = exactly(min(reliability)) if len(reliability) == 1 else "the standard's reliability"
    explained = EXPLAINED if "share_assured" in table else EXPLAINED_PUBLIC
    lines([*(text.format(surely=surely) for text in explained), ""])


def _minutes(plan: Plan, table: pd.DataFrame, *, rounded: bool) -> None:
    """Print minutes from the call over people, for all of them and in town and country."""
    rows = table[(table["weight"] == "people") & table["scope_kind"].isin(["all", "setting"])]
    limit = plan.document.travel.limit_min
    frame(
        "minutes",
        named(plan, rows),
        ("incident_type", "measure", "scope", "mean_min", "p50_min", "p90_min", "p95_min"),
        title="Minutes from the call",
        limit_min=limit,
        once=("incident_type", "measure"),
        rounded=rounded,
    )

    lines(
        [
            *([SPREAD] if "p50_min" in table else []),
            f"≥: at least; calls never reached, or not in {limit:g} minutes, count as {limit:g} in a mean.",
            "",
        ]
    )
