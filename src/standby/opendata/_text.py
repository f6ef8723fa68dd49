"""The words of a new plan: ``plan.toml`` and ``sources.toml``."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import tomlkit
from tomlkit.items import InlineTable, Item, Table

from standby import words
from standby._characters import printable, without_controls
from standby.evidence import ASSUMPTION
from standby.opendata._bases import PEOPLE_AN_ARV, Bases
from standby.opendata._force_list import Force
from standby.opendata._gather import Gathered, Used
from standby.opendata._national import national
from standby.opendata.classes import CLASSES
from standby.words import counted

RELIEF = 6
"""Officers to a post held round the clock, as the national figures have it."""

HEAD = """\
# A starting point, made by `standby new` from open data. What a file said stands here with its source
# (sources.toml); everything marked `source = "assumption"` is an ASSUMPTION: above all where armed units
# stand, how many there are and how many officers crew them. Put your own figures in its place before anybody
# relies on it. Until sites or units are others than written here, bases count as invented (`bases` below) and
# results show everything; from then on the public edition is the default.
# A figure is a number with its doubt: low and high are its 5th and 95th percentile.

"""
NOT_YET = "not yet written"
"""Stands for the fingerprint of the bases until the plan's tables have been read back."""

SPONTANEOUS_SHARE = 0.85
"""Share of firearms operations that begin with a call (an assumption)."""


@dataclass(frozen=True, eq=False)
class Facts:
    """What the words are made of.

    Parameters
    ----------
    force, title, partial
        The force; the plan's title; whether the plan covers only a part of the force.
    as_of
        The day whose structure the plan describes.
    people, people_source, people_as_of
        Residents, their source id and their date, empty when it is not known.
    classes
        Ids of the classes that the areas have.
    extent
        West, south, east, north [degrees].
    officers
        Officers of the force, with source id and date; None when not known.
    operations
        Firearms operations a year, with source id and date; None when not known.
    proxy
        Whether areas have a likelihood from street-level crime.
    roads
        Name of the road file in the plan, None when there is none.
    bases
        Sites and vehicles.
    noted
        What a planner should know of sites and dates before the plan is used; no site is named.
    findings
        All that was found.
    without
        Tables that the plan does without.
    """

    force: Force
    title: str
    partial: bool
    as_of: dt.date
    people: float
    people_source: str
    people_as_of: str
    classes: tuple[str, ...]
    extent: tuple[float, float, float, float]
    officers: tuple[float, str, str] | None
    operations: tuple[float, str, str] | None
    proxy: bool
    roads: str | None
    bases: Bases
    noted: tuple[str, ...]
    findings: tuple[str, ...]
    without: tuple[str, ...] = field(default=("key_locations", "commitments"))


def plan_text(facts: Facts) -> str:
    """Return ``plan.toml``."""
    parts = [
        HEAD,
        _findings(facts),
        "schema = 1",
        _about(facts),
        _force(facts),
        _classes(facts),
        national("national.toml"),
        _incidents(facts),
    ]
    parts += [_standards(facts), _travel(facts), _options(facts)]
    return "\n".join(part.rstrip() + "\n" for part in parts if part)


def _findings(facts: Facts) -> str:
    """Return what was found as comments, one a line."""
    if not facts.findings:
        return ""
    lines = [printable(finding.replace("\n", " ")) for finding in facts.findings]
    return "# Noted when it was made:\n" + "".join(f"# - {line}\n" for line in lines)


def sources_text(got: Gathered) -> str:
    """Return ``sources.toml``: an entry for each file, then the national ones."""
    by_id: dict[str, list[Used]] = {}
    for used in got.used:
        by_id.setdefault(used.source, []).append(used)
    entries = [_table(name, _source(group)) for name, group in by_id.items()]
    head = (
        "# Files that the plan was made from: `where` is the file, `note` its SHA-256. Add the publisher.\n"
    )
    return head + "\n" + "\n".join(entries) + "\n" + national("national_sources.toml")


def _source(group: list[Used]) -> dict[str, Any]:
    first = group[0]
    date = next((used.date for used in group if used.date), "")
    said = "; ".join(dict.fromkeys(f"{used.role}: {used.what}" for used in group))
    return {
        "title": f"{first.path.name}: {'; '.join(dict.fromkeys(TITLES[used.role] for used in group))}",
        **({"date": date} if date else {}),
        "scope": next((used.scope for used in group if used.scope), "as in the file"),
        "quality": "published",
        "where": first.path.name,
        "note": f"{said}; {counted(first.rows, 'row') + '; ' if first.rows else ''}"
        f"{'date: of the content, not of its publication; ' if date else ''}SHA-256 {first.sha256}",
    }


TITLES: Mapping[str, str] = {
    "areas": "small areas",
    "lookup": "districts and their police forces",
    "boundaries": "boundaries of police force areas",
    "crime": "street-level crime by small area, a spatial proxy and no measure of armed demand",
    "workforce": "Home Office, police workforce",
    "firearms": "firearms operations by force and year",
    "sites": "points on a map",
    "roads": "roads",
}


def _table(name: str, entries: Mapping[str, object]) -> str:
    """Return a table of TOML under its heading, ``[name]``."""
    return _under(name, _filled(tomlkit.table(), entries))


def _row(name: str, entries: Mapping[str, object]) -> str:
    """Return one table of a list of tables, under ``[[name]]``."""
    rows = tomlkit.aot()
    rows.append(_filled(tomlkit.table(), entries))
    return _under(name, rows)


def _under(name: str, item: Item) -> str:
    """Return an item under its path alone: the tables above it have no heading of their own."""
    first, *below = name.split(".")
    for key in reversed(below):
        above = tomlkit.table(is_super_table=True)
        above.append(key, item)
        item = above
    return tomlkit.dumps({first: item})


def _filled(table: Table | InlineTable, entries: Mapping[str, object]) -> Table | InlineTable:
    for key, value in entries.items():
        table.append(key, _value(value))
    return table


def _value(value: object) -> Item:
    """Return a value for TOML: tables within a line, text without control characters, numbers kept short."""
    if isinstance(value, str):
        return tomlkit.string(without_controls(value))
    if isinstance(value, (list, tuple)):
        values = tomlkit.array()
        values.extend(map(_value, value))
        return values
    if isinstance(value, Mapping):
        return _filled(tomlkit.inline_table(), {k: v for k, v in value.items() if v != ""})
    if isinstance(value, float):
        return tomlkit.item(int(value) if value.is_integer() else round(value, 6))
    return tomlkit.item(value)


def _heading(words: str) -> str:
    return f"# --- {words} ".ljust(110, "-") + "\n\n"


def _about(facts: Facts) -> str:
    whole = f"A part of {facts.force.name} only" if facts.partial else f"The whole of {facts.force.name}"
    summary = (
        f"A starting point from open data, not a plan to rely on. {whole}, without its neighbours: near the "
        "border help from them is missing, so response looks slower there than it is. Sites, vehicles and "
        "officers are assumptions."
    )
    if facts.noted:
        summary += " Noted when it was made: " + "; ".join(facts.noted) + "."
    about = {
        "title": facts.title,
        "summary": summary,
        "public_summary": "A starting point from public data, not a plan to rely on: numbers and places of "
        "vehicles, and numbers of officers, are assumptions.",
        "as_of": facts.as_of,
        "price_year": 2019,
        "forces": [facts.force.id],
        "extent": list(facts.extent),
        "without": list(facts.without),
        "bases": "invented",
        "bases_rule": "open-data",
        "bases_statement": f"{_places(facts.bases)} Which of them are bases, and how many units stand there, "
        f"was assumed by a rule: one vehicle for {PEOPLE_AN_ARV:,} people, at the sites nearest to most "
        "people. Of no site is it known that armed units stand there.",
        "bases_fingerprint": NOT_YET,
    }
    base = {
        "name": "As assumed",
        "description": f"{sum(facts.bases.counts.values())} armed response vehicles round the clock at "
        f"{counted(len(facts.bases.counts), 'site')}, nearest to most people: assumptions.",
        "public_description": "Armed response vehicles round the clock at places that were assumed.",
    }
    return _table("plan", about) + "\n" + _table("base", base)


def _places(bases: Bases) -> str:
    """Return in a sentence what the sites are: places that are there, or places that were chosen."""
    assumed = bases.sites["source"] == ASSUMPTION
    if assumed.all():
        return "Sites are the centres of the most populous places."
    if assumed.any():
        return "Sites are points of an open map, such as police stations, and centres of populous places."
    return "Sites are points of an open map, such as police stations."


def _force(facts: Facts) -> str:
    vehicles = sum(facts.bases.counts.values())
    posts = vehicles * 2 * RELIEF
    scope = "armed officers"
    note = f"{vehicles} vehicles × 2 officers × {RELIEF} for a post round the clock"
    entries: dict[str, object] = {
        "name": facts.force.name,
        "code": facts.force.code,
        "population": {
            "value": facts.people,
            "source": facts.people_source,
            "as_of": facts.people_as_of,
            "kind": "measured",
            "note": "the sum of the areas, a part of the force" if facts.partial else "the sum of the areas",
        },
    }
    if facts.officers is not None:
        number, source, day = facts.officers
        entries["officers"] = {
            "value": round(number, 1), "source": source, "as_of": day,
            "scope": "officers, full-time equivalent", "kind": "measured",
        }  # fmt: skip
    entries["establishment"] = _assumed(posts, 0.8 * posts, 1.5 * posts, scope=scope, note=note)
    entries["strength"] = _assumed(
        round(0.95 * posts), 0.75 * posts, 1.4 * posts, scope=scope, note="95% of the posts above"
    )
    return _heading("the force") + _table(f"forces.{facts.force.id}", entries)


def _assumed(value: float, low: float, high: float, **more: object) -> dict[str, object]:
    return {
        "value": value, "low": round(low, 3), "high": round(high, 3),
        "source": "assumption", "kind": "assumption", **more,
    }  # fmt: skip


def _classes(facts: Facts) -> str:
    words = _heading("classes of areas") + (
        "# By the rural-urban classification. 2011: A1 and B1 conurbation, C1 and C2 town, D1 rural-town,\n"
        "# D2 remote-town, E1 and F1 village, E2 and F2 remote-village. 2021: UN1 and UF1 town (it does not\n"
        "# tell conurbations apart), RLN1 rural-town, RLF1 remote-town, RSN1 village, RSF1 remote-village.\n"
        "\n"
    )
    rows = [
        _table(f"classes.{k}", {"name": c.name, "setting": c.setting, "travel_class": c.travel_class})
        for k, c in CLASSES.items()
        if k in facts.classes
    ]
    return words + "\n".join(rows)


WEIGHTS: Mapping[str, tuple[float, float, float]] = {
    "conurbation": (1.5, 1.1, 2.2),
    "rural-town": (0.6, 0.4, 0.9),
    "village": (0.5, 0.3, 0.8),
    "remote-town": (0.6, 0.4, 0.9),
    "remote-village": (0.5, 0.3, 0.8),
}
"""Calls per head relative to those of a town (assumptions); used where street-level crime says nothing."""


def _incidents(facts: Facts) -> str:
    """Return what incident types have of this force: its own counts, and weights of classes."""
    parts: list[str] = []
    if facts.proxy:
        parts.append(
            "# Where calls come from within the force: `likelihood` in areas.csv, from street-level crime\n"
            "# per head (violence, robbery, possession of weapons). It is a spatial proxy, an assumption,\n"
            "# and no measure of armed demand.\n"
        )
    else:
        weights = {k: _assumed(*v) for k, v in WEIGHTS.items() if k in facts.classes}
        if weights:
            note = "# Calls per head relative to a town.\n"
            parts.append(note + _table("incident_types.spontaneous.class_weight", weights))
    if facts.operations is not None:
        number, source, day = facts.operations
        for kind, share in (("spontaneous", SPONTANEOUS_SHARE), ("planned", 1 - SPONTANEOUS_SHARE)):
            value = round(number * share, 1)
            figure = {
                "value": value, "low": round(0.6 * value, 1), "high": round(1.6 * value, 1), "source": source,
                "as_of": day, "kind": "assumption",
                "note": f"{words.share(share)} of {words.count(number)} operations; the bounds are assumed",
            }  # fmt: skip
            parts.append(_table(f"incident_types.{kind}.per_year", {facts.force.id: figure}))
    return "\n".join(parts)


def _standards(facts: Facts) -> str:
    parts = []
    for name, row in tomllib.loads(national("standards.toml")).items():
        for setting in row.get("classes", []):
            row["classes"] = [k for k in facts.classes if CLASSES[k].setting == setting]
        if row.get("classes") != []:
            parts.append(_table(f"standards.{name}", row))
    return _heading("standards") + "\n".join(parts)


def _travel(facts: Facts) -> str:
    ways = tomllib.loads(national("travel.toml"))
    if facts.roads is None:
        return _heading("travel") + _table("travel", ways["great-circle"])
    return _heading("travel") + _table("travel", {**ways["roads"], "roads": facts.roads})


def _options(facts: Facts) -> str:
    """Return two options: one vehicle more, and one of the two or more at the first base that moves."""
    bases = facts.bases
    names = dict(zip(bases.sites["id"], bases.sites["name"], strict=True))
    place = names[bases.following]
    giver, count = next(iter(bases.counts.items()))
    unit = {
        "id": f"arv-{bases.following}-new", "name": f"{place} ARV", "tier": "arv", "site": bases.following,
        "provider": facts.force.id, "count": 1, "hours": "always", "control": "own", "source": "assumption",
        "note": "assumption: number and place",
    }  # fmt: skip
    more = {
        "name": "One more armed response vehicle",
        "description": f"One more vehicle round the clock, at {place}: twelve officers.",
        "source": "assumption",
    }
    words = _heading("options: examples to compare; write your own") + _table("options.one-more", more)
    words += "\n" + _row("options.one-more.add.units", unit)
    if bases.following in bases.counts:  # there is one site, and nowhere else to go
        return words
    money = {
        "capital_gbp": _assumed(500_000, 250_000, 1_000_000, note="one base; no public figure was found"),
        "running_gbp": _assumed(50_000, 25_000, 100_000, note="one base; no public figure was found"),
    }
    second = {
        "name": "One vehicle to another site",
        "description": f"No more officers: one of the {count} vehicles at {names[giver]} moves to {place}.",
        "source": "second-base-2016",
        **money,
        "change": {"units": [{"id": f"arv-{giver}", "count": count - 1}]},
    }
    words += "\n" + _table("options.second-base", second)
    return words + "\n" + _row("options.second-base.add.units", unit)


def units_table(bases: Bases, force_id: str) -> Iterable[dict[str, object]]:
    """Yield rows of ``units.csv``."""
    names = dict(zip(bases.sites["id"], bases.sites["name"], strict=True))
    note = f"assumption: number and place; one vehicle for {PEOPLE_AN_ARV:,} people, at least two"
    for site, count in bases.counts.items():
        yield {
            "id": f"arv-{site}", "name": f"{names[site]} ARV{'s' if count > 1 else ''}", "tier": "arv",
            "site": site, "provider": force_id, "count": count, "hours": "always", "control": "own",
            "source": "assumption", "note": note,
        }  # fmt: skip


__all__ = ["Facts", "plan_text", "sources_text", "units_table"]
