"""What a reader of a plan should know besides its faults."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from standby._characters import is_formula
from standby._refusals import shown
from standby.evidence import Source
from standby.plan.checking.plausible import hardly_meant
from standby.plan.faults import Note
from standby.plan.options import changed_tables, flatten, force_of, forces_opted_out
from standby.plan.schema.document import Document
from standby.plan.schema.figures import Placed, figures_of
from standby.plan.schema.hours import HOURS_A_WEEK, hours_of_week
from standby.plan.schema.moments import local_times
from standby.words import percent

DATE_GAP_YEARS = 3
"""Figures of one force whose dates lie further apart than this are noted as a clash of dates."""

OLD_YEARS = 5
"""A figure whose date lies at least so many years before the plan's day is noted."""

ORDINARY = 0.95
"""An emergency factor below this says that the drive it multiplies is an ordinary one."""

MINUTES_AN_HOUR = 60.0

LARGEST_SHARE = 5.0
"""A statement of a larger change as a share than this, 500%, may be meant as a percentage."""

PEOPLE_COUNTS = ("officers", "establishment", "strength", "ced_officers")
"""Counts of a force's people that should be of one date and of stated scope."""


def notes_on(
    document: Document,
    tables: Mapping[str, pd.DataFrame],
    sources: Mapping[str, Source],
    files: Mapping[str, str] | None = None,
) -> list[Note]:
    """Return notes: figures without source or support, clashes, and what may not be meant as it is said.

    Parameters
    ----------
    document, tables, sources
        The plan.
    files
        File of each table; ``NAME.csv`` for those that are not in it.
    """
    files = {name: f"{name}.csv" for name in tables} | dict(files or {})
    figures = [placed for placed in figures_of(document, tables) if placed.given]
    return [
        *hardly_meant(document, tables),
        *_without_source(figures),
        *_unsupported(figures),
        *_one_sided(figures),
        *_clashes(document),
        *_dates(document, sources),
        *_old(figures, document),
        *_alliances(document),
        *_held_back(document),
        *_other_standards(document),
        *_travel(document),
        *_crowded(document, tables),
        *_more_work_than_time(document),
        *_times(tables),
        *_series_in_doubt(tables),
        *_percentages_for_shares(document),
        *_spread_without_class(tables),
        *_unread(tables),
        *_nobody_lives(document, tables["areas"], files["areas"]),
        *_for_nobody(document, tables),
        *(Note(files[name], text) for name, text in formula_notes(tables)),
    ]


def _column(path: str) -> str | None:
    """Return the table and column of a figure in a row, None for a figure of ``plan.toml``."""
    return f"{path.partition('[')[0]}.{path.rpartition('.')[2]}" if "[" in path else None


def _without_source(figures: list[Placed]) -> Iterator[Note]:
    """Yield figures that name no source; rows of a column are counted."""
    rows: dict[str, int] = defaultdict(int)
    for placed in figures:
        if placed.figure.source is not None:
            continue
        column = _column(placed.path)
        if column is None:
            yield Note(placed.path, "has no source")
        else:
            rows[column] += 1

    for column, count in rows.items():
        yield Note(column, f"has no source in {count} rows")


def _unsupported(figures: list[Placed]) -> Iterator[Note]:
    """Yield figures that are only an opinion, or that nothing supports."""
    for placed in figures:
        if placed.figure.kind in {"unsupported", "opinion"}:
            yield Note(placed.path, f"is recorded as {placed.figure.kind}, but the model computes with it")


def _one_sided(figures: list[Placed]) -> Iterator[Note]:
    """Yield figures whose central value is one of its bounds: central values and means then differ."""
    rows: dict[str, int] = defaultdict(int)
    for placed in figures:
        figure = placed.figure
        if figure.certain or figure.value not in {figure.low, figure.high}:
            continue

        column = _column(placed.path)
        if column is not None:
            rows[column] += 1
            continue

        bound, side = ("upper", "above") if figure.value == figure.high else ("lower", "below")
        yield Note(
            placed.path,
            f"is {figure.value:,.12g}, its {bound} bound: the doubt goes one way only, so the mean over the "
            f"draws is not what the central value gives; leave it room {side} if there is any",
        )

    for column, count in rows.items():
        yield Note(column, f"is its own lower or upper bound in {count} rows: the doubt goes one way only")


def _clashes(document: Document) -> Iterator[Note]:
    """Yield counts of a force's people that do not fit together: by scope, by size or by date."""
    for name, force in document.forces.items():
        counts = {key: getattr(force, key) for key in PEOPLE_COUNTS if getattr(force, key) is not None}

        scopes = {counts[key].scope for key in ("establishment", "strength") if key in counts} - {None}
        if len(scopes) > 1:
            text = f"counts of different scope stand side by side: {'; '.join(sorted(scopes))}"
            yield Note(f"forces.{name}", text)

        if force.officers is not None:
            more = [k for k in PEOPLE_COUNTS if k in counts and counts[k].value > force.officers.value]
            for key in more:
                text = f"is {counts[key].value:,.12g}, more than all officers of the force"
                yield Note(f"forces.{name}.{key}", f"{text} ({force.officers.value:,.12g})")

        dates = {figure.as_of.year for figure in counts.values() if figure.as_of}
        if dates and max(dates) - min(dates) >= DATE_GAP_YEARS:
            yield Note(f"forces.{name}", f"counts of people are from {min(dates)} to {max(dates)}")


def _dates(document: Document, sources: Mapping[str, Source]) -> Iterator[Note]:
    """Yield sources that are dated after the day whose structure the plan describes."""
    later = sorted(k for k, s in sources.items() if s.date is not None and s.date > document.plan.as_of)
    if later:
        yield Note("sources", f"dated after the plan's {document.plan.as_of}: {', '.join(later)}")


def _old(figures: list[Placed], document: Document) -> Iterator[Note]:
    """Yield figures of a day long before the one that the plan describes."""
    for placed in figures:
        day = placed.figure.as_of
        if day is not None and document.plan.as_of.year - day.year >= OLD_YEARS:
            text = f"is of {day}, {document.plan.as_of.year - day.year} years before the plan's"
            yield Note(placed.path, f"{text} {document.plan.as_of}")


def _alliances(document: Document) -> Iterator[Note]:
    """Yield forces that are in several alliances on the plan's day."""
    day = document.plan.as_of
    now = {
        name: alliance.forces
        for name, alliance in document.alliances.items()
        if (alliance.since is None or alliance.since <= day)
        and (alliance.until is None or day <= alliance.until)
    }

    for force in document.forces:
        several = [name for name, members in now.items() if force in members]
        if len(several) > 1:
            text = f"is in {len(several)} alliances at once ({', '.join(several)}): their other members share"
            yield Note(f"forces.{force}", f"{text} with it, but not with each other")


def _held_back(document: Document) -> Iterator[Note]:
    """Yield options that a force ruled out but that set values which hold for every force."""
    for name, option in document.options.items():
        opted_out = sorted(forces_opted_out(option))
        shared = [path for path, _ in flatten(option.set) if force_of(path) is None]
        if opted_out and shared:
            text = f"is ruled out by {', '.join(opted_out)}, but sets {', '.join(shared)} for every force"
            yield Note(f"options.{name}", text)


def _other_standards(document: Document) -> Iterator[Note]:
    """Yield options that set standards: they can be looked at one by one, but not compared."""
    for name, option in document.options.items():
        standards = {path.split(".")[1] for path, _ in flatten(option.set) if path.startswith("standards.")}
        for standard in sorted(standards):
            text = (
                f"changes standards.{standard}, and appraise refuses that: options are compared by the same "
                "standards; write it as one of the base, beside the others"
            )
            yield Note(f"options.{name}", text)


def _travel(document: Document) -> Iterator[Note]:
    """Yield what is given for travel and not used, and what makes a drive an emergency one twice."""
    travel = document.travel

    used_by = {"matrix": "matrix", "roads": "roads", "profile": "roads", "driving_side": "roads"}
    for key, method in used_by.items():
        if key in travel.model_fields_set and travel.method != method:
            yield Note(f"travel.{key}", f"is not used: the method is {travel.method!r}, not {method!r}")

    if travel.method != "roads" or travel.profile != "blue_light":
        return

    twice = "an emergency drive may be counted twice, as the profile blue_light is one already"
    if travel.emergency_factor.value < ORDINARY:
        given = travel.emergency_factor.value
        yield Note("travel.emergency_factor", f"is {given:g}: {twice}; give 1, or the profile car")
    if travel.start_min.value > 0:
        yield Note("travel.start_min", f"is {travel.start_min.value:g}: {twice}; give 0, or the profile car")


def _more_work_than_time(document: Document) -> Iterator[Note]:
    """Yield tiers whose ordinary work alone would keep a unit busy all the time, or longer."""
    for name, tier in document.tiers.items():
        work = tier.ordinary_work
        if work is None:
            continue

        minutes = work.calls_per_hour.value * work.minutes_per_call.value
        if minutes >= MINUTES_AN_HOUR:
            text = (
                f"{work.calls_per_hour.value:g} calls an hour of {work.minutes_per_call.value:g} minutes are "
                f"{minutes:g} minutes of work in each hour of a unit: none would ever be free of it"
            )
            yield Note(f"tiers.{name}.ordinary_work", text)


def _times(tables: Mapping[str, pd.DataFrame]) -> Iterator[Note]:
    """Yield how the times of past calls were taken, where they have a zone or come twice."""
    if "incidents" in tables and len(tables["incidents"]):
        for text in local_times(tables["incidents"]["time"]).notes():
            yield Note("incidents.time", text)


def _crowded(document: Document, tables: Mapping[str, pd.DataFrame]) -> Iterator[Note]:
    """Yield sites with more units on duty at once than they can hold, in the base and with an option."""
    if not {"sites", "units"} <= set(tables):
        return

    base = dict(_overfull(tables))
    for site, text in base.items():
        yield Note(f"sites[{site}]", text)

    for name, option in document.options.items():
        parts = (option.add, option.change)
        if not any(getattr(part, table) for part in parts for table in ("sites", "units")):
            continue
        for site, text in _overfull(changed_tables(tables, option, forces_opted_out(option))):
            if base.get(site) != text:
                yield Note(f"options.{name}", f"site {site} {text}")


def _overfull(tables: Mapping[str, pd.DataFrame]) -> Iterator[tuple[str, str]]:
    """Yield sites, and how many more units than they hold can be on duty there."""
    limited = tables["sites"].dropna(subset="capacity")
    units = tables["units"][tables["units"]["site"].isin(limited["id"])]

    on_duty: dict[str, NDArray[np.float64]] = {}
    for site, count, hours in zip(units["site"], units["count"], units["hours"], strict=True):
        on_duty[site] = on_duty.get(site, np.zeros(HOURS_A_WEEK)) + count * hours_of_week(hours)

    for site, capacity in zip(limited["id"], limited["capacity"], strict=True):
        most = np.max(on_duty.get(site, np.zeros(1)))
        if capacity < most:
            yield site, f"holds {capacity:g} units, but {most:g} can be on duty there at once"


def _series_in_doubt(tables: Mapping[str, pd.DataFrame]) -> Iterator[Note]:
    """Yield values of series that are only an opinion, or that nothing supports, or that name no source."""
    if "series" not in tables:
        return

    rows = tables["series"]
    for name, kind in zip(rows["id"], rows["kind"], strict=True):
        if kind in {"opinion", "unsupported"}:
            yield Note(f"series[{name}]", f"is recorded as {kind}, but statements are judged by it")

    without = int((rows["source"] == "").sum())
    if without:
        yield Note("series.value", f"has no source in {without} rows")


def _percentages_for_shares(document: Document) -> Iterator[Note]:
    """Yield statements of a change as a share that is as large as a percentage."""
    for name, statement in document.statements.items():
        if statement.measure != "change_share":
            continue

        nearest_nought = statement.low if statement.low > 0 else statement.high
        if abs(nearest_nought) > LARGEST_SHARE and statement.low * statement.high > 0:
            text = f"is of a change of {percent(nearest_nought, digits=0)}"
            yield Note(f"statements.{name}", f"{text}: a share is written as 0.27, not as 27 for 27%")


def _spread_without_class(tables: Mapping[str, pd.DataFrame]) -> Iterator[Note]:
    """Yield patrols that say how time is shared out among areas, and are not in the areas of a class."""
    if "patrols" not in tables:
        return

    patrols = tables["patrols"]
    unused = patrols[(patrols["spread"] != "people") & (patrols["class"] == "")]
    for name, spread in zip(unused["id"], unused["spread"], strict=True):
        text = f"is {spread!r} and not used: it shares time out among the areas of a class, and none is named"
        yield Note(f"patrols[{name}].spread", text)


def _unread(tables: Mapping[str, pd.DataFrame]) -> Iterator[Note]:
    """Yield tables of which no command makes use yet."""
    if "survey" in tables:
        yield Note("survey", "is checked, but no command reads it yet: no result depends on it")


def _nobody_lives(document: Document, areas: pd.DataFrame, file: str) -> Iterator[Note]:
    """Yield forces whose areas have no people, where somebody lives elsewhere."""
    people = areas.groupby("force")["population"].sum()
    empty = [force for force in document.forces if force in people.index and not people[force] > 0]

    for force in empty:
        count = int((areas["force"] == force).sum())
        where = "its only area" if count == 1 else f"any of its {count:,} areas"
        text = f"force {force!r} has no people: none live in {where}, so nothing can be said of cover there"
        yield Note(file, f"{text}; fill in the column population")


def _for_nobody(document: Document, tables: Mapping[str, pd.DataFrame]) -> Iterator[Note]:
    """Yield standards that no place of the plan is for, where somebody lives elsewhere."""
    areas = tables["areas"]
    for name, standard in document.standards.items():
        is_for_keys = standard.of == "key_locations"
        places = tables["key_locations"] if is_for_keys else areas
        weight = places["weight" if is_for_keys else "population"]

        inside = places["force"].isin(standard.forces or document.plan.forces)
        inside &= places["force"].isin(document.plan.forces)
        if standard.classes:
            inside &= places["class"].isin(standard.classes)

        if not weight[inside].sum() > 0:
            what = "key location" if is_for_keys else "area with people"
            text = f"is for nobody: the plan has no {what} in its forces and classes, so it has no share"
            yield Note(f"standards.{name}", text)


def formula_notes(tables: Mapping[str, pd.DataFrame]) -> Iterator[tuple[str, str]]:
    """Yield tables, and columns in them whose text a spreadsheet program would take for a formula.

    A plan keeps text as it is. Only results get an apostrophe in front of such text.

    Parameters
    ----------
    tables
        Tables of a plan, or those that become one.
    """
    for table, frame in tables.items():
        for column in frame.select_dtypes(include=["object", "string"]):
            found = [text for text in frame[column] if isinstance(text, str) and is_formula(text)]
            if found:
                text = (
                    f"has text in {len(found):,} cells of the column {column!r} that a spreadsheet program "
                    f"takes for a formula, such as {shown(found[0])}: look at it before you open it there"
                )
                yield table, text
