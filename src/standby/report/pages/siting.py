"""A siting for readers: a page with a map, in one edition."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
from pandas.api.types import is_bool_dtype, is_numeric_dtype

from standby.disclosure import Edition, default_edition, public_manifest, public_names, public_plan
from standby.locate import Located
from standby.plan import Plan
from standby.report.blocks.blocks import Cell, Grid, Map, Row, Section, Text
from standby.report.blocks.manifest import manifest_grid
from standby.report.content import Content, marking_of
from standby.report.files.folder import MARKER, whole_folder
from standby.report.files.spreadsheet import write_table
from standby.report.maps.maps import background, degrees, notice, radius, still
from standby.report.pages.page import page_of, render
from standby.report.pages.siting_tables import (
    counted,
    newly_held,
    siting_sentences,
    siting_tables,
)
from standby.report.written import Report
from standby.tables import column_of, is_flag, records
from standby.words import numbers

CHANGES = {
    "gains": ("#009E73", "comes inside the standard"),
    "loses": ("#D55E00", "falls out of it"),
    "inside": ("#cfd8dd", "inside today and then"),
    "outside": ("#ffffff", "outside today and then"),
}
SITES = {
    "stays": ("#1b2733", "units stay, or change their number"),
    "new": ("#0072B2", "units where there are none today"),
    "left": ("#f0e442", "no unit any more"),
}
SITE_RADIUS = 5.0


def write_siting(
    plan: Plan, located: Located, folder: str | Path, *, edition: Edition | None = None
) -> Report:
    """Write a siting as a page and as tables.

    The files are written beside the folder and moved there whole; a folder with files of anybody else is
    refused.

    Parameters
    ----------
    plan
        The plan.
    located
        What `standby.locate.locate` found.
    folder
        Where to write; made when it does not exist.
    edition
        ``public``: standards of the whole region in round numbers. ``internal``: sites, places, and a map of
        who gains and loses. ``full``: the same, of a plan whose bases are invented. Left out: ``full`` where
        they are, ``public`` elsewhere.

    Returns
    -------
    Report
        Paths of the files: ``siting.html`` and a CSV file for each table.

    Raises
    ------
    FolderError
        If the folder holds files that Standby did not write.
    PublicEditionError
        If the name of a standard names a base or a unit, in the public edition.
    """
    target = Path(folder)
    if edition is None:
        edition = default_edition(plan)
    marking = marking_of(plan, edition)

    tables = siting_tables(plan, located, edition)
    with whole_folder(target, private=edition == "internal", marking=marking) as made:
        page = made / "siting.html"
        page.write_text(siting_html(plan, located, edition), encoding="utf-8")
        names = [page.name]
        for name, frame in tables.items():
            names.append(f"{name}.csv")
            write_table(frame, made / names[-1], table=f"siting_{name}", marking=marking)
    return Report(target, edition, (*(target / name for name in names), target / MARKER))


def siting_html(plan: Plan, located: Located, edition: Edition) -> str:
    """Return a siting as one page: styles, scripts and data inside it, and no host asked.

    Parameters
    ----------
    plan
        The plan.
    located
        What `standby.locate.locate` found.
    edition
        ``public``, ``internal`` or ``full``.
    """
    manifest = located.manifest.with_settings(edition=edition)
    if edition == "public":
        manifest = public_manifest(plan, manifest)

    shown = public_plan(plan) if edition == "public" else plan
    standard = located.as_asked.name
    if edition == "public":
        standard = public_names(plan).text(standard)
    content = Content(edition, shown, {}, (), manifest, 0, 0)
    about = shown.document.plan
    facts = (
        ("Forces", ", ".join(content.name("force", f) for f in plan.forces)),
        ("As of", f"{about.as_of.day} {about.as_of:%B %Y}"),
        ("Standard", standard),
        ("Model", located.model),
        ("Edition", edition),
    )

    kind = "Armed response cover: where units should stand by"
    return render(page_of(content, kind, facts, _sections(content, plan, located)))


def _sections(content: Content, plan: Plan, located: Located) -> tuple[Section, ...]:
    """Return the sections of the page; those that the edition has no tables for are left out."""
    tables = siting_tables(plan, located, content.edition)
    said = Text(siting_sentences(plan, located, content.edition), "sentences")
    sections = [Section("summary", "Summary", "", (said,))]

    if content.edition != "public":
        title = "Sites, and who gains and loses"
        sections.append(Section("sites", title, "", (_map(content, located), *_places(content, tables))))

    sections.append(Section("shares", "Shares, today and then", "", tuple(_shares(content, tables))))

    if "curve" in tables:
        grid = _curve(tables["curve"], numbers.fine_writer(located.yardstick.unit))
        sections.append(Section("curve", "What each unit adds", "", (grid,)))

    if "compliance" in tables:
        grid = _grid(content, "siting_compliance", "Held as well with each unit more", newly_held(located))
        sections.append(Section("compliance", "Sites to hold when few units are free", "", (grid,)))

    manifest = manifest_grid({**content.manifest.as_dict(), "files": {}})
    return (*sections, Section("manifest", "Manifest", "", (manifest,)))


def _places(content: Content, tables: Mapping[str, pd.DataFrame]) -> Iterator[Grid]:
    """Yield the sites, and the places that gain and lose, most people first."""
    yield _grid(content, "siting_sites", "Sites", tables["sites"])

    places = tables["places"].sort_values("total", ascending=False)
    columns = ["name", "force", "class", "total", "nearest_today_min", "nearest_min"]
    for change, caption in (("gains", "Places that gain"), ("loses", "Places that lose")):
        part = places[places["change"] == change]
        if len(part):
            yield _grid(content, "siting_places", caption, part[columns], folded=True)


def _shares(content: Content, tables: Mapping[str, pd.DataFrame]) -> Iterator[Grid]:
    """Yield shares inside the standards, today and then: of the yardstick, and by the full model."""
    if "groups" in tables:
        yield _grid(content, "siting_groups", "Inside the standard, if all units are free", tables["groups"])

    if "standards" not in tables:  # the plan may withhold them
        return
    standards = tables["standards"]
    whole = standards[standards["scope_kind"] == "all"].drop(columns=["scope_kind", "scope"])
    caption = "Shares inside each standard by the full model of cover"
    yield _grid(content, "siting_standards", caption, whole)
    if content.edition != "public":
        caption += ", by force, setting and class"
        yield _grid(content, "siting_standards", caption, standards, folded=True)


def _curve(curve: pd.DataFrame, write: numbers.Writer) -> Grid:
    """Return the best value for each number of units, and what the last unit adds."""
    shown = [column for column in ("value", "bound", "marginal") if column in curve]
    rows = tuple(
        Row((numbers.count(r["units"]),), tuple(Cell(write(float(r[c]))) for c in shown))
        for r in records(curve)
    )

    numeric = (False, *(True for _ in shown))
    heads = tuple(column_of("siting_curve", c).label for c in ("units", *shown))
    return Grid("Best by number of units", heads, rows, numeric)


def _grid(content: Content, of: str, caption: str, frame: pd.DataFrame, *, folded: bool = False) -> Grid:
    left = ("lon", "lat", "site", "place", "standard")
    columns = [c for c in frame.columns if c not in left]
    words = {c: not is_numeric_dtype(frame[c]) or is_bool_dtype(frame[c]) for c in columns}

    # Names first, then words, then numbers.
    columns.sort(key=lambda c: (c != "name", not words[c]))

    rows = []
    for record in records(frame):
        texts = [_shown(content, c, record) for c in columns]
        rows.append(Row((texts[0],), tuple(Cell(text) for text in texts[1:])))

    heads = tuple(column_of(of, c).label for c in columns)
    return Grid(caption, heads, tuple(rows), tuple(not words[c] for c in columns), folded=folded)


def _shown(content: Content, column: str, row: Mapping[str, Any]) -> str:
    value = row[column]
    if is_flag(value):
        return "yes" if value else "no"
    if isinstance(value, str):
        return content.name(column, value) if column in {"force", "class", "scope"} else value

    number = float(value)
    if math.isnan(number):
        return numbers.NOTHING
    if column.endswith("_min"):
        return content.minutes(number)
    if column == "required":
        return numbers.share(number)
    if "share" in column:
        return content.writer("share")(number)
    return numbers.people(number) if column in {"total", "gained", "lost"} else numbers.plain(number)


def _map(content: Content, located: Located) -> Map:
    points = [
        {
            "lon": degrees(r["lon"]),
            "lat": degrees(r["lat"]),
            "radius": radius(r["total"]) if counted(located) == "people" else SITE_RADIUS,
            "colour": CHANGES[r["change"]][0],
            "label": [
                r["name"],
                content.name("class", r["class"]),
                content.name("force", r["force"]),
                f"Nearest unit today: {content.minutes(r['nearest_today_min'])}",
                f"Nearest unit then: {content.minutes(r['nearest_min'])}",
                CHANGES[r["change"]][1],
            ],
        }
        for r in records(located.places)
    ]

    for r in records(located.table):
        kind = "left" if r["units"] == 0 else "new" if r["units_today"] == 0 else "stays"
        points.append(
            {
                "lon": degrees(r["lon"]),
                "lat": degrees(r["lat"]),
                "radius": SITE_RADIUS,
                "colour": SITES[kind][0],
                "label": [r["name"], f"Units today: {r['units_today']}", f"Units then: {r['units']}"],
            }
        )

    legend = [{"colour": c, "label": f"place that {text}" if c in {"#009E73", "#D55E00"} else f"place {text}"}
              for c, text in CHANGES.values()]  # fmt: skip
    legend += [{"colour": c, "label": f"site: {text}"} for c, text in SITES.values()]

    data = {"points": points, "legend": legend, **background(content)}
    alt = (
        f"Map of {len(located.places)} places, coloured by who gains and loses, and of the "
        f"{len(located.table)} sites with units today or then."
    )
    return Map(
        "Sites, and who gains and loses" + content.of_invented_bases,
        alt,
        data,
        still(data),
        None,
        notice(content),
    )
