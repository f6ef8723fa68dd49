"""A siting for readers: tables and a page with a map, in a public and an internal edition."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from pandas.api.types import is_bool_dtype, is_numeric_dtype

from standby.locate import Located
from standby.plan import Plan, Standard
from standby.report import numbers
from standby.report._small import hidden_rows, mark, scope_sizes, too_small
from standby.report.blocks import Block, Cell, Grid, Map, Row, Section, Text
from standby.report.content import Content, Edition, records
from standby.report.files import DIGITS
from standby.report.folder import MARKER, whole_folder
from standby.report.maps import background, degrees, notice, radius, still
from standby.report.page import Page, render
from standby.report.public import PublicEditionError, _Words

COLUMNS: Mapping[str, tuple[str, str]] = {
    "site": ("Site", "Id of the site."),
    "name": ("Name", "Name of the site, place or standard."),
    "force": ("Force", "Force of the units there, or that polices the place."),
    "existing": ("In use today", "Whether the site is in use today."),
    "lon": ("Longitude", "Longitude [degrees]."),
    "lat": ("Latitude", "Latitude [degrees]."),
    "units_today": ("Units today", "Units of the tier that stand there today and were sited."),
    "units": ("Units", "Units in the answer; in the curve, the most that could be placed."),
    "difference": ("Difference", "Units in the answer less units today."),
    "place": ("Place", "Id of the area or key location."),
    "kind": ("Kind", "Area or key location."),
    "class": ("Class", "Class of the place."),
    "setting": ("Setting", "Urban or rural."),
    "total": ("Counted", "People, calls a year or weight, as the standard counts."),
    "within_min": ("Within", "Minutes of the standard there [min]."),
    "nearest_today_min": (
        "Nearest today",
        "Minutes from the call until the nearest unit comes, today [min].",
    ),
    "nearest_min": ("Nearest then", "The same in the answer [min]."),
    "units_in_reach_today": ("In reach today", "Units inside the standard's time, today."),
    "units_in_reach": ("In reach then", "The same in the answer."),
    "inside_today": (
        "Inside today",
        "Inside the standard today, if all units are free: yes or no, or how many.",
    ),
    "inside": ("Inside then", "The same in the answer."),
    "change": ("Change", "gains, loses, inside (both) or outside (both)."),
    "scope_kind": ("Part", "All, force, setting, force setting or class."),
    "scope": ("Which", "Which force, setting or class."),
    "places": ("Places", "How many places."),
    "gained": ("Gained", "Counted at places that gain."),
    "lost": ("Lost", "Counted at places that lose."),
    "share_today": ("Share today", "Share inside the standard today, if all units are free."),
    "share": ("Share then", "The same in the answer; in the table of sites to hold, with these sites only."),
    "mean_today_min": (
        "Mean today",
        "Mean minutes to the nearest unit today, at most the plan's limit [min].",
    ),
    "mean_min": ("Mean then", "The same in the answer [min]."),
    "standard": ("Standard", "Id of the standard."),
    "required": ("Asked for", "Share that the standard asks for."),
    "share_if_free_today": (
        "If free, today",
        "Share inside by the model of cover if no unit were busy, today.",
    ),
    "share_if_free": ("If free, then", "The same in the answer."),
    "share_expected_today": ("Expected today", "Expected share inside, counting that units are busy, today."),
    "share_expected": ("Expected then", "The same in the answer."),
    "share_assured_today": ("Assured today", "Share reached with the standard's reliability, today."),
    "share_assured": ("Assured then", "The same in the answer."),
    "value": ("Best", "Best value of the siting model with so many units."),
    "bound": ("Bound", "What no placement of so many units can beat."),
    "gap": ("Gap", "Relative difference of the two; 0: proven best."),
    "marginal": ("Adds", "What the last unit adds to the value."),
    "units_used": ("Units used", "Units that the answer places."),
    "units_free": ("Units free", "How many units are free."),
    "withheld": ("Withheld", "Columns of the row that the public edition withholds."),
}
"""Heading and meaning of every column of a siting's tables."""

SHARES = ("share_if_free", "share_expected", "share_assured")
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


@dataclass(frozen=True)
class SitingReport:
    """A siting that was written.

    Parameters
    ----------
    folder
        Where it lies.
    edition
        ``public`` or ``internal``.
    paths
        Its files, the marker that names them last.
    """

    folder: Path
    edition: Edition
    paths: tuple[Path, ...]


def siting_tables(plan: Plan, located: Located, edition: Edition) -> dict[str, pd.DataFrame]:
    """Return the tables of a siting that an edition may show.

    Parameters
    ----------
    plan
        The plan.
    located
        What `standby.locate.locate` found.
    edition
        ``public``: shares by force, setting and class in whole percent, parts with few places withheld, no
        site and no place. ``internal``: everything.

    Returns
    -------
    dict of str to DataFrame
        By name: ``groups`` and ``standards``, ``curve`` if there is one, and in the internal edition
        ``sites``, ``places`` and ``compliance``.

    Raises
    ------
    PublicEditionError
        If the name of a standard names a base or a unit, in the public edition.
    """
    curve = {} if located.curve is None else {"curve": located.curve}
    if edition == "internal":
        held = {} if located.compliance is None else {"compliance": located.compliance}
        own = {"sites": located.table, "places": located.places}
        return {"groups": located.groups, "standards": located.standards, **curve, **own, **held}
    digits = 2 if located.yardstick.unit == "share" else 1
    groups = located.groups[["scope_kind", "scope", "share_today", "share"]].round(2)
    known, of = plan.document.standards, located.as_asked
    hidden = _hidden(plan, of)
    shown = mark(groups, hidden_rows(groups, lambda _: hidden), ["share_today", "share"])
    by_standard = {
        name: _hidden(plan, known.get(name, of)) for name in located.standards["standard"].unique()
    }
    standards = located.standards.round(2)
    columns = [f"{name}{end}" for name in SHARES for end in ("_today", "")]
    standards = mark(standards, hidden_rows(standards, lambda row: by_standard[row["standard"]]), columns)
    words = _Words(plan)
    for name in standards["name"].unique():
        if words.names_one(name):
            raise PublicEditionError(
                f"the standard {name!r} names a place, a base or a unit, which the public edition may not; "
                "give it another name in the plan, or make the internal edition"
            )
    told = {} if withheld_whole(plan, located) else {k: t.round(digits) for k, t in curve.items()}
    return {"groups": shown, "standards": standards, **told}


def _counted(located: Located) -> str:
    return "key_locations" if (located.places["kind"] == "key location").all() else "people"


def _hidden(plan: Plan, standard: Standard) -> set[tuple[str, str]]:
    table = "key_locations" if standard.of == "key_locations" else "areas"
    return too_small(plan, scope_sizes(plan, table, standard))


def withheld_whole(plan: Plan, located: Located) -> bool:
    """Return whether the yardstick is for so few places that the public edition says nothing of it.

    Parameters
    ----------
    plan
        The plan.
    located
        What `standby.locate.locate` found.
    """
    return ("all", "") in _hidden(plan, located.as_asked)


def siting_sentences(plan: Plan, located: Located, edition: Edition) -> tuple[str, ...]:
    """Return what an edition says of a siting; the public one leaves out what names a place or a base.

    Parameters
    ----------
    plan
        The plan.
    located
        What `standby.locate.locate` found.
    edition
        ``public`` or ``internal``.
    """
    if edition == "internal":
        return located.sentences
    words, known, of = _Words(plan), plan.document.standards, located.as_asked
    if withheld_whole(plan, located):
        return ("The standard is for so few places that this edition withholds what is said of it.",)
    names = dict(zip(located.standards["standard"], located.standards["name"], strict=True))
    few = [name for key, name in names.items() if ("all", "") in _hidden(plan, known.get(key, of))]
    return tuple(
        text for text in located.sentences if not words.names_one(text) and not any(n in text for n in few)
    )


def write_siting(
    plan: Plan, located: Located, folder: str | Path, *, edition: Edition = "public"
) -> SitingReport:
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
        ``public``: shares only. ``internal``: sites, places, and a map of who gains and loses.

    Returns
    -------
    SitingReport
        Paths of the files: ``siting.html`` and a CSV file for each table.

    Raises
    ------
    FolderError
        If the folder holds files that Standby did not write.
    PublicEditionError
        If the name of a standard names a base or a unit, in the public edition.
    """
    target = Path(folder)
    tables = siting_tables(plan, located, edition)
    with whole_folder(target) as made:
        page = made / "siting.html"
        page.write_text(siting_html(plan, located, edition), encoding="utf-8")
        names = [page.name]
        for name, frame in tables.items():
            names.append(f"{name}.csv")
            form = f"%.{DIGITS}g"
            frame.to_csv(
                made / names[-1], index=False, float_format=form, encoding="utf-8", lineterminator="\n"
            )
    return SitingReport(target, edition, (*(target / name for name in names), target / MARKER))


def siting_html(plan: Plan, located: Located, edition: Edition) -> str:
    """Return a siting as one page: styles, scripts and data inside it, and no host asked.

    Parameters
    ----------
    plan
        The plan.
    located
        What `standby.locate.locate` found.
    edition
        ``public`` or ``internal``.
    """
    manifest = located.manifest.with_settings(edition=edition)
    content = Content(edition, plan, {}, (), manifest, 0, 0)
    about = plan.document.plan
    facts = (
        ("Forces", ", ".join(content.name("force", f) for f in plan.forces)),
        ("As of", f"{about.as_of.day} {about.as_of:%B %Y}"),
        ("Standard", located.as_asked.name),
        ("Model", located.model),
        ("Edition", edition),
    )
    kind = "Armed response cover: where units should stand by"
    return render(Page(kind, about.title, facts, edition, content.marking, _sections(content, located)))


def _sections(content: Content, located: Located) -> tuple[Section, ...]:
    tables = siting_tables(content.plan, located, content.edition)
    said = Text(siting_sentences(content.plan, located, content.edition), "sentences")
    summary: list[Block] = [said]
    sections = [Section("summary", "Summary", "", tuple(summary))]
    if content.edition == "internal":
        blocks: list[Block] = [_map(content, located), _grid(content, "Sites", tables["sites"])]
        for word, caption in (("gains", "Places that gain"), ("loses", "Places that lose")):
            part = tables["places"][tables["places"]["change"] == word].sort_values("total", ascending=False)
            if len(part):
                columns = ["name", "force", "class", "total", "nearest_today_min", "nearest_min"]
                blocks.append(_grid(content, caption, part[columns], folded=True))
        sections.append(Section("sites", "Sites, and who gains and loses", "", tuple(blocks)))
    who = _grid(content, "Inside the standard, if all units are free", tables["groups"])
    caption, whole = "Shares inside each standard by the full model of cover", tables["standards"]
    shares = _grid(
        content, caption, whole[whole["scope_kind"] == "all"].drop(columns=["scope_kind", "scope"])
    )
    parts = _grid(content, f"{caption}, by force, setting and class", whole, folded=True)
    sections.append(Section("shares", "Shares, today and then", "", (who, shares, parts)))
    if "curve" in tables:
        title = "What each unit adds"
        sections.append(Section("curve", title, "", (_curve(tables["curve"], located.yardstick.unit),)))
    if "compliance" in tables:
        title = "Sites to hold when few units are free"
        sections.append(Section("compliance", title, "", (_grid(content, title, newly_held(located)),)))
    manifest = content.manifest.as_dict()
    rows = [("Plan", manifest["plan"]), ("Plan hash", manifest["plan_hash"])]
    rows += [(f"Setting: {k}", str(v)) for k, v in manifest["settings"].items() if _may_tell(content, k)]
    rows += [(f"Version: {k}", str(v)) for k, v in manifest["versions"].items()]
    made = tuple(Row((name,), (Cell(text, mark="code"),)) for name, text in rows)
    grid = Grid("Manifest: what would make these results again", ("What", "Value"), made, (False, False))
    return (*sections, Section("manifest", "Manifest", "", (grid,)))


def _curve(curve: pd.DataFrame, unit: str) -> Grid:
    """Return the best value for each number of units, and what the last unit adds."""

    def text(value: float) -> str:
        return numbers.percent(value, digits=1) if unit == "share" else numbers.plain(value)

    rows = tuple(
        Row((f"{r['units']:.0f}",), tuple(Cell(text(float(r[c]))) for c in ("value", "bound", "marginal")))
        for r in records(curve)
    )
    heads = ("Units", "Best", "No answer beats", "The last unit adds")
    return Grid("What each unit adds", heads, rows, (False, True, True, True))


def newly_held(located: Located) -> pd.DataFrame:
    """Return which sites are held as well with each unit more that is free: for internal use.

    Parameters
    ----------
    located
        What `standby.locate.locate` found, with its compliance table.

    Returns
    -------
    pandas.DataFrame
        One row each number of free units: ``units_free``, ``name`` (of the sites that are new) and ``share``
        in reach of all that are held.
    """
    before: set[str] = set()
    rows = []
    held = located.compliance if located.compliance is not None else pd.DataFrame(columns=["units_free"])
    for free, part in held.groupby("units_free"):
        names = [name for site, name in zip(part["site"], part["name"], strict=True) if site not in before]
        before |= set(part["site"])
        rows.append({"units_free": free, "name": ", ".join(names) or "–", "share": part["share"].iloc[0]})
    return pd.DataFrame(rows, columns=["units_free", "name", "share"])


def _may_tell(content: Content, setting: str) -> bool:
    """Whether a setting may stand in this edition: fixed and closed sites name bases."""
    return content.edition == "internal" or setting not in {"fixed", "closed"}


def _grid(content: Content, caption: str, frame: pd.DataFrame, *, folded: bool = False) -> Grid:
    left = ("lon", "lat", "site", "place", "withheld", "standard")
    columns = [c for c in frame.columns if c not in left]
    words = {c: not is_numeric_dtype(frame[c]) or is_bool_dtype(frame[c]) for c in columns}
    columns.sort(key=lambda c: (c != "name", not words[c]))
    rows = []
    for record in records(frame):
        texts = [_shown(content, c, record) for c in columns]
        rows.append(Row((texts[0],), tuple(Cell(text) for text in texts[1:])))
    heads = tuple(COLUMNS[c][0] for c in columns)
    return Grid(caption, heads, tuple(rows), tuple(not words[c] for c in columns), folded=folded)


def _shown(content: Content, column: str, row: Mapping[str, Any]) -> str:
    value = row[column]
    if column in str(row.get("withheld", "")).split("|"):
        return numbers.WITHHELD
    if isinstance(value, bool) or type(value).__name__ == "bool_":
        return "yes" if value else "no"
    if isinstance(value, str):
        return content.name(column, value) if column in {"force", "class", "scope"} else value
    number = float(value)
    if math.isnan(number):
        return numbers.NOTHING
    if column.endswith("_min"):
        return content.minutes(number)
    if "share" in column or column == "required":
        return numbers.share(number)
    return numbers.people(number) if column in {"total", "gained", "lost"} else numbers.plain(number)


def _map(content: Content, located: Located) -> Map:
    points = [
        {
            "lon": degrees(r["lon"]),
            "lat": degrees(r["lat"]),
            "radius": radius(r["total"]) if _counted(located) == "people" else SITE_RADIUS,
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
    return Map("Sites, and who gains and loses", alt, data, still(data), None, notice(content))
