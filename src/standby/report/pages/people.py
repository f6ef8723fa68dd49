"""Sections on officers and calls: need and staffing, policy and training, demand."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from standby.appraise import REACHED
from standby.cover import units_or_why_not
from standby.report.blocks.blocks import (
    Block,
    Cell,
    Chart,
    Charts,
    Section,
    Text,
    crossed,
    finite,
    listing,
    with_bounds,
)
from standby.report.blocks.figures import figures_like
from standby.report.charts import charts
from standby.report.content import Content
from standby.tables import column_of, records
from standby.workforce import spare_rule

NEED_NOTE = (
    "Less strength, less deployable: officers needed less those in post, or those who may be sent. Crewed "
    "units: in the hours that need most. A standard is met when it is met in every force."
)
REACHED_NOTE = (
    " Attainable: what any number of units at the sites could reach, in the force where that is least. Where "
    "a standard cannot be met, no number of units is shown, but what every listed site, or one more minute, "
    "would make attainable."
)
SHOWN_OFFICERS = 0.05
"""Fewer officers than this are written as none."""

TRAINING = r"(?:workforce\.|forces\.[^.]+\.workforce\.|tiers\.[^.]+\.(?:course_|refresher_))"


def capability(content: Content) -> Section:
    """Return what would be needed, and who there is."""
    lead = "How many armed officers the standards and the options would need, and how many there are."
    blocks = (*_need(content), *_staffing(content), *_delivery(content))
    return Section("capability", "Capability: need and staffing", lead, blocks)


def _need(content: Content) -> Iterator[Block]:
    """Yield what each standard would need: a chart for today's sites, and tables for these and for all."""
    notes = content.notes_on("need")
    if notes:
        yield Text(tuple(f"{note}." for note in notes), title="What was noted in the search for need")

    frame = content.table("need")
    if frame.empty:
        return

    # A chart each group of forces that answers calls together.
    drawn = [
        _need_chart(rows)
        for _, rows in frame[frame["sites"] == "existing"].groupby("forces_name", sort=False)
    ]

    kept = tuple(chart for chart in drawn if chart is not None)
    if kept:
        note = "Lines: armed officers in post (solid) and deployable (dotted); the numbers stand below."
        yield Charts("Officers that each standard would need from today's sites", kept, note)

    columns = (
        "name",
        "required",
        "crewed_units",
        "attainable_share",
        "share_every_site",
        "share_one_minute_more",
        "officers",
        "strength",
        "deployable",
        "gap_strength",
        "gap_deployable",
        "proven",
    )

    for (forces, sites), rows in frame.groupby(["forces_name", "sites"], sort=False):
        where = "today's sites" if sites == "existing" else "every listed site"
        yield listing(
            content,
            "need",
            [column for column in columns if column in rows],
            f"What each standard would need: {forces}, from {where}",
            frame=rows.assign(crewed_units=[units_or_why_not(row) for row in records(rows)]),
            note=NEED_NOTE + (REACHED_NOTE if "attainable_share" in rows else ""),
            folded=sites != "existing",
        )


def _need_chart(rows: pd.DataFrame) -> Chart | None:
    """Return the officers that each standard would need, beside those there are; None without a number."""
    # A standard that can't be met has no bar, so its label says why.
    labels = [
        f"{row['name']}: {why}" if isinstance(why := units_or_why_not(row), str) else str(row["name"])
        for row in records(rows)
    ]

    # Strength is the same in every row: it is that of the forces, whatever the standard.
    marks = {"in post": finite(rows["strength"])[0], "deployable": finite(rows["deployable"])[0]}
    return charts.bars(
        labels,
        {column_of("need", "officers").label: finite(rows["officers"])},
        caption=str(rows["forces_name"].iloc[0]),
        unit="armed officers",
        grid=None,
        marks=marks,
    )


def _staffing(content: Content) -> Iterator[Block]:
    """Yield posts, officers needed for them and officers there are, today and by option."""
    frame = content.table("staffing")
    if frame.empty:
        return

    base = frame[frame["option"] == "base"]
    columns = (
        "force",
        "armed_posts",
        "officers_needed",
        "establishment",
        "strength",
        "deployable",
        "spare",
        "new_officers",
        "settled_strength",
    )

    # The public edition has what forces publish themselves, and nothing of options.
    all_of_it = "officers_needed" in frame
    note = spare_rule(content.plan) if all_of_it else "Forces that publish their own."
    grid = listing(content, "staffing", columns, "Staffing as it is", frame=base, note=note)

    drawn = ("officers_needed", "establishment", "strength", "deployable")
    series = {column_of("staffing", c).label: finite(base[c]) for c in drawn if c in base}

    labels = [content.name("force", f) for f in base["force"]]
    chart = charts.bars(
        labels, series, caption="Staffing by force, as it is", unit="armed officers", grid=None
    )
    if chart is not None:
        yield chart

    yield grid
    if not all_of_it:
        return
    yield crossed(
        content,
        "staffing",
        frame=frame,
        down=("option",),
        across="force",
        cell=lambda r: _staffed(content, r),
        caption="Officers needed for the posts of each option, by force",
        note="Below: officers to train beyond those in post, and the years of courses until they are there, "
        "“never” where courses and losses settle below it; spare officers who take another tier's course; "
        "deployable officers who are left over.",
    )


def _delivery(content: Content) -> Iterator[Block]:
    """Yield how far each option's posts are filled year by year, and what that brings."""
    frame = content.table("delivery")
    if frame.empty:
        return

    region = frame[frame["scope_kind"] == "all"]
    reached = crossed(
        content,
        "delivery",
        frame=region,
        down=("year",),
        across="option",
        cell=lambda r: with_bounds(
            content, r["reached"], r["reached_low"], r["reached_high"], content.criterion_kind(REACHED)
        ),
        caption=f"{content.counted.capitalize()} reached in time, by year",
    )
    chart = charts.delivery(content, reached)
    if chart is not None:
        yield chart

    yield crossed(
        content,
        "delivery",
        frame=region,
        down=("year",),
        across="option",
        cell=lambda r: _filled(content, r),
        caption="Posts filled, by year",
        note="Share of the posts that an option adds which courses have filled, mean over the year and the "
        "draws. Below: the share of draws in which every post is filled at the end of the year, those of "
        "today too; armed officers in post then; what the year costs more than the base as posts are filled.",
    )
    by_force = frame[(frame["scope_kind"] == "force") & (frame["year"] == frame["year"].max())]
    yield crossed(
        content,
        "delivery",
        frame=by_force,
        down=("option",),
        across="scope",
        cell=lambda r: _filled(content, r),
        caption=f"Posts filled in year {int(frame['year'].max())}, by force",
        folded=True,
    )


def _filled(content: Content, row: Mapping[str, Any]) -> Cell:
    """Return the share of posts filled, and below it the chance that all are, the officers and the cost."""
    below = (
        f"all filled in {content.shown('delivery', 'chance_staffed', row)}",
        f"{content.shown('delivery', 'strength', row)} in post",
        f"{content.shown('delivery', 'budget_gbp', row)} in the year",
    )
    return Cell(content.shown("delivery", "filled", row), below)


def _staffed(content: Content, row: Mapping[str, Any]) -> Cell:
    """Return the officers needed, and below them how they are found and what is left over."""

    def written(column: str) -> str:
        """Return a cell of the row as readers see it."""
        return content.shown("staffing", column, row)

    below = [f"{written('new_officers')} to train"]

    # Infinite years are written "never", which takes no unit.
    years = row.get("years_to_target")
    if years is not None and not pd.isna(years) and years > 0:
        below.append(written("years_to_target") + ("" if years == math.inf else " years"))

    if row.get("retrained", 0.0) >= SHOWN_OFFICERS:
        below.append(f"{written('retrained')} retrained")

    below.append(f"{written('spare')} spare")
    return Cell(content.shown("staffing", "officers_needed", row), tuple(below))


def policy(content: Content) -> Section:
    """Return policy and training: who carries, who shares, how officers are trained."""
    staffing = content.table("staffing")
    blocks: list[Block] = [_sharing(content)]
    if "armed_officers" in staffing:
        blocks.append(
            crossed(
                content,
                "staffing",
                frame=staffing,
                down=("option",),
                across="force",
                cell=lambda r: _armed(content, r),
                caption="Officers armed, by option and force",
                note="Below: share of all officers; armed hours on duty a year.",
            )
        )

    training = content.table("training")
    if len(training):
        columns = (
            "option",
            "ced_officers",
            "ced_share",
            "training_days_year",
            "refresher_days_year",
            "ced_days_year",
            "course_days_year",
            "training_days_first",
        )
        blocks.append(
            listing(
                content,
                "training",
                columns,
                "Officers with a CED, and days of training, by option: all planned forces together",
                frame=training[training["scope_kind"] == "all"],
                note="Days a year once everybody is in post; once: for the armed officers, and the officers "
                "with a CED, beyond things as they are.",
            )
        )

    blocks += figures_like(content, TRAINING, "Terms of training and staffing that were taken", folded=True)
    lead = "Who would carry a firearm, who shares with whom, and on what terms officers are trained and kept."
    return Section("policy", "Policy and training", lead, tuple(blocks))


def _armed(content: Content, row: Mapping[str, Any]) -> Cell:
    """Return the armed officers of a force, their share of all its officers, and their hours on duty."""
    hours = content.shown("staffing", "armed_hours_year", row)
    return Cell(
        content.shown("staffing", "armed_officers", row),
        (content.shown("staffing", "armed_share", row), f"{hours} h"),
    )


def _sharing(content: Content) -> Text:
    """Return which forces pool their units, in a sentence each."""
    shared = [
        f"{a.name}: {' and '.join(content.name('force', f) for f in a.forces)} send pooled "
        "units as if there were no border."
        for a in content.plan.document.alliances.values()
    ]
    return Text(tuple(shared) or ("No forces of this plan share their units.",), "sharing")


def demand(content: Content) -> Section:
    """Return demand as the plan takes it, and what would change it."""
    blocks: list[Block] = []

    # Neighbours have calls as well, which keep their own units busy; the plan is not about those.
    frame = content.table("demand")
    if len(frame):
        planned = frame[frame["planned"].astype(bool)]
        blocks.append(
            crossed(
                content,
                "demand",
                frame=planned,
                down=("incident_type", "stream"),
                across="force",
                cell=lambda r: Cell(content.shown("demand", "per_year", r)),
                caption="Calls a year, at central values",
            )
        )

    blocks += figures_like(
        content, r"incident_types\.[^.]+\.per_", "How many calls were taken, and how sure that is"
    )
    blocks += figures_like(content, r"response_levels\.", "What a raised response level changes")
    blocks += figures_like(
        content, r"incident_types\.[^.]+\.class_weight", "Calls per head by class of place", folded=True
    )

    lead = (
        "Demand is taken as constant over the years of the appraisal, with the doubt shown. "
        "To ask for another future, change these figures in a copy of the plan."
    )
    return Section("demand", "Future demand", lead, tuple(blocks))
