"""The deployment profile: who is reached, how fast, by how many."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from standby.plan import main_standard
from standby.report.blocks.blocks import (
    Block,
    Cell,
    Grid,
    Section,
    crossed,
    listing,
)
from standby.report.charts import charts
from standby.report.content import Content
from standby.report.maps import maps
from standby.report.maps.reach import reach_map
from standby.report.pages.hours import by_hour
from standby.words import numbers

MEAN_NOTE = (
    "≥: at least. In a mean, calls beyond the limit of {limit}, or never reached, count as the limit; so it "
    "is a lower bound, and can lie below a median that is beyond the limit."
)
SCOPE_ORDER = ("all", "force", "setting", "force setting", "class")
BUILD_UP_STEPS = (10, 15, 20, 30, 45, 60, 90, 120, 180)


def profile(content: Content) -> Section:
    """Return the deployment profile: who is reached, how fast, by how many."""
    blocks: list[Block] = []

    # Maps first, for whoever may see where places are.
    if content.edition != "public":
        blocks += [drawn for drawn in (maps.response_map(content), reach_map(content)) if drawn is not None]

    blocks += [*_standards(content), *_minutes(content), *_gap(content), *_build_up(content)]

    if content.edition != "public":
        blocks += [*_internal(content), *by_hour(content)]

    lead = "Who is reached by armed officers, how fast and how surely, by standard"
    lead += "." if content.edition == "public" else ", by force, in town and country, by class of place."
    return Section("profile", "Deployment profile: cover", lead, tuple(blocks))


SHARES_NOTE = (
    "At the plan's central figures. If a unit were free: every unit at its site. Expected: weighted with the "
    "chance that units are free. Assured: places where the chance of being reached in time is at least the "
    "standard's reliability, each counted whole, so it can be above the expected share; a standard is met "
    "when this share is at least the one required."
)
MET_NOTE = (
    "Expected shares: weighted with the chance that units are free, and over the figures' doubt. Whether a "
    "standard is met goes by the plan's central figures: it is when the places where the chance of being "
    "reached in time is at least its reliability have the share required."
)


def _standards(content: Content) -> Iterator[Block]:
    """Yield what is reached in time by standard: by option, today, by part of the region, and beside it."""
    frame = content.table("standards")
    if frame.empty:
        return

    # The chart has its numbers in the table below it, for who can't see the chart.
    whole = frame[frame["scope_kind"] == "all"]
    grid = crossed(
        content,
        "standards",
        frame=whole,
        down=("name", "required"),
        across="option",
        cell=lambda r: _reached(content, r),
        caption="Share reached in time, by standard and option",
        folded=True,
    )

    chart = charts.standards(content, grid)
    if chart is not None:
        yield chart

    columns = (
        "name",
        "of",
        "within_min",
        "reliability",
        "share_if_free",
        "share_expected" if "share_expected" in frame else "mean",
        "share_assured",
        "required",
        "met",
    )
    base = whole[whole["option"] == "base"]
    yield listing(
        content,
        "standards",
        columns,
        "Standards as it is",
        frame=base,
        note=MET_NOTE if content.edition == "public" else SHARES_NOTE,
    )

    # A part of the region without places that a standard is for has no share.
    parts = frame[(frame["option"] == "base") & frame["scope_kind"].isin(["force", "setting", "class"])]
    parts = parts[parts[content.reached].notna()]
    if len(parts):
        yield crossed(
            content,
            "standards",
            frame=_ordered(parts),
            down=("scope",),
            across="standard",
            cell=lambda r: _reached(content, r),
            note="At the standard's reliability; “met” where it is at least what the standard requires.",
            caption="Share reached in time by force, setting and class of place, as it is",
        )
        yield _standards_everywhere(content, frame)

    # Beside the standards: who else would come, and how much of the land is reached.
    backup = content.table("backup")
    if len(backup):
        yield crossed(
            content,
            "backup",
            frame=backup[backup["scope_kind"] == "all"],
            down=("name",),
            across="option",
            cell=lambda r: Cell(content.shown("backup", "share_two_expected", r)),
            caption="Backup: share that two armed units are expected to reach within the standard's time",
            folded=True,
        )

    land = content.table("land")
    if len(land):
        yield crossed(
            content,
            "land",
            frame=land[land["scope_kind"] == "all"],
            down=("name", "land_km2"),
            across="option",
            cell=lambda r: Cell(content.shown("land", "share_expected", r)),
            caption="Share of the land, in place of people, that is expected to be reached in time",
            note="Of areas whose extent the plan gives [km²]; an area counts whole, as its centre.",
            folded=True,
        )


def _standards_everywhere(content: Content, frame: pd.DataFrame) -> Grid:
    """Return the expected and, below it, the assured share of each part of the region, by option."""
    known = frame[frame["share_expected"].notna()]
    return crossed(
        content,
        "standards",
        frame=_ordered(known),
        down=("name", "scope"),
        across="option",
        cell=lambda r: Cell(
            content.shown("standards", "share_expected", r),
            (content.shown("standards", "share_assured", r) + " assured",),
        ),
        caption="Expected and assured share by standard, part and option",
        folded=True,
    )


def _reached(content: Content, row: Mapping[str, Any]) -> Cell:
    """Return the share that is reached, marked where it meets what is required or misses it."""
    # A standard that requires no share can be neither met nor missed.
    met = row["met"]
    mark = "" if pd.isna(met) else ("met" if met else "missed")

    # In words as well, for who can't tell the colours of the marks apart.
    return Cell(content.shown("standards", content.reached, row), ("met",) if mark == "met" else (), mark)


def _ordered(frame: pd.DataFrame) -> pd.DataFrame:
    """Return rows from the whole region to its smallest parts, otherwise in the order they have."""
    order = frame["scope_kind"].map({kind: i for i, kind in enumerate(SCOPE_ORDER)})
    return frame.assign(_order=order).sort_values("_order", kind="stable").drop(columns="_order")


def _minutes(content: Content) -> Iterator[Block]:
    """Yield minutes to the first armed officers and to full attendance, weighted by people."""
    frame = content.table("minutes")
    people = frame[frame["weight"] == "people"]
    if people.empty:
        return

    # One table for each incident type and measure; the one of the main standard stands open.
    base = _ordered(people[(people["option"] == "base") & people["mean_min"].notna()])
    for incident in dict.fromkeys(base["incident_type"]):
        for measure, words in (("first", "first armed arrival"), ("full", "full attendance")):
            rows = base[(base["incident_type"] == incident) & (base["measure"] == measure)]
            if rows.empty:
                continue

            name = content.name("incident_type", incident)
            columns = ("scope", "mean_min", "p50_min", "p90_min", "p95_min")
            yield listing(
                content,
                "minutes",
                columns,
                f"{name}: minutes from the call to {words}, as it is",
                frame=rows,
                note=_mean_note(content, rows),
                folded=not (incident == _main_incident(content) and measure == "first"),
            )

    rows = _ordered(people[people["mean_min"].notna()])
    if content.edition == "public":  # it has the minutes of the base alone
        return

    yield crossed(
        content,
        "minutes",
        frame=rows,
        down=("incident_type", "measure", "scope"),
        across="option",
        cell=lambda r: Cell(
            content.shown("minutes", "mean_min", r),
            tuple(content.shown("minutes", c, r) for c in ("p50_min", "p90_min", "p95_min")),
        ),
        caption="Minutes by incident type, part and option: mean, median, 90th and 95th percentile",
        folded=True,
    )


def _mean_note(content: Content, rows: pd.DataFrame) -> str:
    """Return how means are to be read where some times lie beyond the limit."""
    percentiles = [column for column in ("p50_min", "p90_min", "p95_min") if column in rows]
    beyond = bool(percentiles) and rows[percentiles].max(axis=None) == float("inf")
    beyond = beyond or ("at_least" in rows and bool(rows["at_least"].any()))

    return MEAN_NOTE.format(limit=content.minutes(content.limit_min)) if beyond else ""


def _main_incident(content: Content) -> str:
    """Return the incident type that the main standard is about."""
    standards = content.plan.document.standards
    main = standards[main_standard(standards)]
    return main.incident_type


def _gap(content: Content) -> Iterator[Block]:
    """Yield how much longer the countryside waits than the towns: of the main incident type, then of all."""
    frame = content.table("gap")
    if frame.empty:
        return

    incident = _main_incident(content)
    columns = [c for c in frame.columns if c.endswith("_min")]
    rows = frame[(frame["incident_type"] == incident) & (frame["measure"] == "first")]

    name = content.name("incident_type", incident)
    # The chart holds the table; without anything to draw the table stands for itself.
    caption = f"Urban–rural gap, first armed arrival: {name}"
    grid = listing(content, "gap", ("option", *columns), caption, frame=rows)
    chart = charts.spread(content, incident, grid)
    yield chart if chart is not None else grid

    yield listing(
        content,
        "gap",
        ("option", "incident_type", "measure", *columns),
        "Urban–rural gap: every incident type and measure",
        heads=3,
        folded=True,
    )


def _build_up(content: Content) -> Iterator[Block]:
    """Yield how many armed officers are there by minutes from the call, and whose they are."""
    frame = content.table("build_up")
    if frame.empty:
        return

    # Charts have every step; tables a few. Incident types that no standard is about are left out.
    steps = frame[frame["minutes"].isin(BUILD_UP_STEPS)]
    asked = [s.incident_type for s in content.plan.document.standards.values()]
    for incident in [name for name in dict.fromkeys(frame["incident_type"]) if name in asked]:
        rows = steps[
            (steps["incident_type"] == incident)
            & (steps["scope_kind"] == "all")
            & (steps["option"] == "base")
        ]

        name = content.name("incident_type", incident)
        grid = listing(
            content,
            "build_up",
            ("minutes", "own", "shared", "neighbour"),
            f"Armed officers expected by minutes from the call, as it is: {name}",
            frame=rows,
        )

        chart = charts.build_up(content, incident, grid)
        if chart is not None:
            yield chart

    yield crossed(
        content,
        "build_up",
        frame=_ordered(steps),
        down=("incident_type", "scope", "minutes"),
        across="option",
        cell=_officers,
        folded=True,
        caption="Armed officers expected, all together, by minutes from the call and option",
    )


def _officers(row: Mapping[str, Any]) -> Cell:
    """Return all the officers of a row of the build-up together."""
    return Cell(numbers.count(sum(float(row[c]) for c in ("own", "shared", "neighbour"))))


def _internal(content: Content) -> Iterator[Block]:
    """Yield what only the service itself may see: single areas, key locations and units."""
    worst = content.table("worst")
    columns: tuple[str, ...] = (
        "rank",
        "name",
        "force",
        "class",
        "people",
        "first_mean_min",
        "chance_in_time",
    )
    if len(worst):
        yield listing(
            content,
            "worst",
            columns,
            "Worst-served areas as it is",
            frame=worst[worst["option"] == "base"],
            heads=2,
        )

    places = content.table("key_locations")
    columns = (
        "name",
        "incident_type",
        "force",
        "class",
        "within_min",
        "first_mean_min",
        "full_mean_min",
        "chance_in_time",
    )
    if len(places):
        yield listing(
            content,
            "key_locations",
            columns,
            "Key locations as it is",
            frame=places[places["option"] == "base"],
        )

        yield crossed(
            content,
            "key_locations",
            frame=places,
            down=("name", "incident_type"),
            across="option",
            folded=True,
            cell=lambda r: Cell(
                content.shown("key_locations", "first_mean_min", r),
                (content.shown("key_locations", "chance_in_time", r),),
            ),
            caption="Key locations by option: first armed arrival, chance in time",
        )

    units = content.table("units")
    columns = ("unit", "tier", "site_name", "force", "count", "hours_per_week", "busy_share")
    if len(units):
        base = units[units["option"] == "base"]
        yield listing(content, "units", columns, "Units as it is", frame=base, folded=len(base) > 30)
