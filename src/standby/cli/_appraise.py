"""The command ``appraise``: the decision table, and the report."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from standby.cli._edition import dump_result, edition_of, opened, trying
from standby.cli._out import check_out
from standby.cli._print import grid, lines, progress_bar, put
from standby.cli._status import errors_reported
from standby.tables import records
from standby.words import at_least, kind_of_unit, with_interval, writer
from standby.words.numbers import NOTHING

if TYPE_CHECKING:
    from standby.disclosure import Edition
    from standby.report import Content

CRITERIA = {
    "people_delivered": "… while\nposts are\nfilled",
    "first_mean_min": "First armed\nofficers,\nmean [min]",
    "first_rural_p90_min": "9 in 10\nrural calls\nwithin [min]",
    "full_mean_min": "Full\nattendance,\nmean [min]",
    "present_value_gbp": "Cost more\nthan today",
    "armed_share": "Officers\narmed",
}
"""Criteria that the table shows beside what the main standard counts, with their headings."""


def appraise(
    folder: Path,
    out: Path,
    *,
    draws: int | None,
    seed: int | None,
    edition: Edition | None,
    workers: int | None,
    time_limit: float | None,
    json: bool,
) -> None:
    """Appraise, write the report and print the decision table."""
    with errors_reported(json=json):
        check_out(out, folder)
        plan = opened(folder, None)
        edition = edition_of(plan, edition)

        from standby.disclosure import check_main_standard

        if edition == "public":  # before the work
            check_main_standard(plan)

        from standby.appraise import appraise as appraise_plan
        from standby.report import content_of, report

        own: dict[str, Any] = {k: v for k, v in (("draws", draws), ("seed", seed)) if v is not None}
        with progress_bar(f"Appraising {len(plan.document.options)} options") as step:
            appraisal = appraise_plan(plan, progress=step, workers=workers, time_limit_s=time_limit, **own)

        with trying() as step:
            written = report(appraisal, out, edition=edition, progress=step)
        content = content_of(appraisal, edition)

    sentences = [content.said(sentence) for sentence in content.sentences]
    if json:
        result = {
            **{name: content.tables[name] for name in ("decision", "options", "criteria")},
            "notes": content.notes_on("need"),
            "files": [str(path) for path in written.paths],
        }
        dump_result(plan, edition, " ".join(sentences), result, content.manifest)
        return

    lines([content.marking, ""])
    _decision(content)
    lines(["", *(f"• {sentence}" for sentence in sentences), ""])
    lines(f"Note: {note}." for note in content.notes_on("need"))
    lines(content.left_out)
    lines([f"The report ({edition} edition): {written.page or written.folder}"])
    if written.public_page:
        lines([f"What a force would publish (public edition): {written.public_page}"])
    if written.no_public_edition:
        lines([f"There is no public edition beside it: {written.no_public_edition}"])


def _decision(content: Content) -> None:
    """Print the decision table of an edition: a row each option; ruled-out options last and unranked."""
    from standby.appraise import DELIVERED, REACHED

    criteria = content.table("criteria").set_index("criterion")
    values = content.table("decision").set_index(["option", "criterion"])
    options = content.table("options").sort_values("status", kind="stable")

    counted = str(criteria["unit"].loc[REACHED])
    headings = {REACHED: f"{counted}\nin time".capitalize(), **CRITERIA}
    headings = {criterion: heading for criterion, heading in headings.items() if criterion in criteria.index}
    ranked_by = DELIVERED if DELIVERED in criteria.index else REACHED
    last = f"Most {counted}\nin time: share\nof draws"
    printed = grid([("Option", True), *((heading, False) for heading in headings.values()), (last, False)])

    for option in records(options):
        key = option["option"]
        cells = [
            _cell(content, values.loc[(key, criterion)], str(criteria["unit"].loc[criterion]))
            for criterion in headings
        ]
        if option["status"] == "ruled out":
            printed.add_row(f"{option['name']} (ruled out)", *cells, "not ranked")
        else:
            best = float(values.loc[(key, ranked_by), "chance_best"])
            printed.add_row(option["name"], *cells, content.writer("share")(best))

    put(printed, f"Decision table. {content.plan.title}")
    _explain(content, main_standard=str(criteria["name"].loc[REACHED]), delivered=ranked_by == DELIVERED)


def _cell(content: Content, row: pd.Series[Any], unit: str) -> str:
    """Return the mean of a criterion, with the interval of the draws below it."""
    if not math.isfinite(row["mean"]):  # the plan does not say, e.g. how many officers a force has
        return NOTHING

    # Headings say that minutes are minutes.
    write = writer(
        kind_of_unit(unit),
        limit_min=content.limit_min,
        rounded=content.edition == "public",
        unit_beside=True,
    )
    text = with_interval(row["mean"], row["low"], row["high"], write).replace(" (", "\n(", 1)
    return at_least(text) if row["at_least"] else text


def _explain(content: Content, *, main_standard: str, delivered: bool) -> None:
    """Print how the decision table is to be read."""
    document = content.plan.document
    years = document.costs.horizon_years
    prices = document.plan.price_year
    second = f"Second: as a mean over {years} years while courses fill the posts; the last column goes by it."
    lines(
        [
            f"Mean over {content.draws} draws of the figures' doubt, the same draws for every option;",
            "in brackets the middle 90% of the draws; of a difference, more where draws are few.",
            "≥: at least, as calls that are never reached count as the plan's limit.",
            f"First column: {main_standard}, once every post is filled.",
            *([second] if delivered else []),
            f"Cost: with every post filled, present value over {years} years in prices of {prices}.",
        ]
    )
