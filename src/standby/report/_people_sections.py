"""Sections on officers and calls: need and staffing, policy and training, demand."""

from __future__ import annotations

from collections.abc import Iterator

from standby.report import charts
from standby.report.blocks import (
    Block,
    Chart,
    Section,
    Text,
    filled,
    finite,
    listing,
)
from standby.report.content import Content, records


def capability(content: Content) -> Section:
    """Return what would be needed, and who there is."""
    lead = "How many armed officers the standards and the options would need, and how many there are."
    return Section(
        "capability", "Capability: need and staffing", lead, (*_need(content), *_staffing(content))
    )


def _need(content: Content) -> Iterator[Block]:
    frame = content.table("need")
    if frame.empty:
        return
    columns = (
        "name",
        "forces_name",
        "sites",
        "attainable_share",
        "required",
        "crewed_units",
        "posts",
        "officers",
        "establishment",
        "strength",
        "deployable",
        "gap_strength",
        "gap_deployable",
        "proven",
    )
    grid = listing(
        content,
        "need",
        columns,
        "What each standard would need",
        heads=2,
        note="Less strength, less deployable: officers needed less those in post, or those who may be sent. "
        "Where the share attainable is below the one required, no number of units at the sites meets the standard.",
    )
    labels = [f"{r['name']} – {r['forces_name']} ({r['sites']} sites)" for r in records(frame)]
    series = {
        label: finite(frame[column])
        for column, label in (
            ("officers", "Officers needed"),
            ("strength", "Strength"),
            ("deployable", "Deployable"),
        )
        if column in frame
    }
    chart = charts.bars(
        labels,
        series,
        caption="Officers that each standard would need, and officers there are",
        unit="armed officers",
        grid=None,
    )
    if chart is not None:
        yield chart
    yield grid


def _staffing(content: Content) -> Iterator[Block]:
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
        "gap_strength",
    )
    labels = [content.name("force", f) for f in base["force"]]
    series = {
        label: finite(base[column])
        for column, label in (
            ("officers_needed", "Needed for the posts"),
            ("establishment", "Establishment"),
            ("strength", "Strength"),
            ("deployable", "Deployable"),
        )
        if column in base
    }
    chart: Chart | None = charts.bars(
        labels, series, caption="Staffing by force, as it is", unit="armed officers", grid=None
    )
    if chart is not None:
        yield chart
    yield listing(content, "staffing", columns, "Staffing as it is", frame=base)
    yield listing(
        content,
        "staffing",
        ("option", *columns, "years_to_target", "highest_strength"),
        "Staffing by option",
        heads=2,
        note="Years to get there: years of courses until the officers needed are in post; “no limit” where "
        "courses and losses never reach it. Highest strength: where courses and losses settle.",
    )


def policy(content: Content) -> Section:
    """Return policy and training: who carries, what has been ruled out, how officers are trained."""
    staffing = content.table("staffing")
    blocks: list[Block] = [training_note(content)]
    columns = ("option", "force", "armed_officers", "armed_share", "armed_hours_year")
    if len(staffing):
        blocks.append(listing(content, "staffing", columns, "Officers armed, by option and force", heads=2))
    blocks += _figures(
        content,
        r"(?:workforce\.|forces\.[^.]+\.workforce\.|tiers\.[^.]+\.(?:course_|refresher_))",
        "Terms of training and staffing that were taken",
    )
    lead = "Who would carry a firearm, who shares with whom, and on what terms officers are trained and kept."
    return Section("policy", "Policy and training", lead, tuple(blocks))


def training_note(content: Content) -> Text:
    """Return who shares and who lends, as the plan has it."""
    document = content.plan.document
    shared = [
        f"{a.name}: {', '.join(content.name('force', f) for f in a.forces)} send pooled units as if there "
        "were no border."
        for a in document.alliances.values()
    ]
    return Text(tuple(shared) or ("No forces of this plan share their units.",))


def demand(content: Content) -> Section:
    """Return demand as the plan takes it, and what would change it."""
    blocks = list(
        _figures(content, r"incident_types\.[^.]+\.(?:per_|class_weight)", "How many calls were taken")
    )
    blocks += _figures(content, r"response_levels\.", "What a raised response level changes")
    lead = (
        "Demand is taken as constant over the years of the appraisal, with the doubt shown. "
        "To ask for another future, change these figures or add a scenario to the plan."
    )
    return Section("demand", "Future demand", lead, tuple(blocks))


def _figures(content: Content, pattern: str, caption: str) -> Iterator[Block]:
    frame = content.table("register")
    if frame.empty:
        return
    rows = frame[frame["path"].str.match(pattern)]
    if len(rows):
        columns = ("path", "value", "low", "high", "unit", "kind", "source_title", "note", "option")
        yield listing(content, "register", filled(rows, columns), caption, frame=rows)
