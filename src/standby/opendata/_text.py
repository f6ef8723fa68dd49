"""The words of a new plan: ``plan.toml`` and ``sources.toml``."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import tomlkit
from tomlkit.items import InlineTable, Item, Table

from standby._characters import printable, without_controls
from standby.evidence import ASSUMPTION
from standby.opendata._bases import PEOPLE_AN_ARV, Bases
from standby.opendata._force_list import Force
from standby.opendata._gather import Gathered, Used
from standby.opendata._national import national
from standby.opendata.classes import CLASSES
from standby.words import count, counted, share

RELIEF = 6
"""Officers to a post staffed round the clock, as the national figures have it."""

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


WITHOUT = ("key_locations", "commitments")
"""Tables that a new plan does without."""


@dataclass(frozen=True)
class Published:
    """A number that a file gives.

    Parameters
    ----------
    value
        The number.
    source
        Its source id.
    as_of
        Its ISO date, empty when it is not known.
    """

    value: float
    source: str
    as_of: str


@dataclass(frozen=True)
class Coverage:
    """What of the country a plan covers.

    Parameters
    ----------
    force
        The force.
    is_part
        Whether the plan covers only a part of it.
    classes
        Ids of the classes that the areas have.
    extent
        West, south, east, north [degrees].
    """

    force: Force
    is_part: bool
    classes: tuple[str, ...]
    extent: tuple[float, float, float, float]


@dataclass(frozen=True, eq=False)
class Facts:
    """What the words are made of.

    Parameters
    ----------
    title
        The plan's title.
    as_of
        The day whose structure the plan describes.
    coverage
        The force, and the part of it that the plan covers.
    people
        Residents.
    officers
        Officers of the force; None when not known.
    operations
        Firearms operations a year; None when not known.
    has_proxy
        Whether areas have a likelihood from street-level crime.
    roads
        Name of the road file in the plan, None when there is none.
    bases
        Sites and vehicles.
    noted
        What a planner should know of sites and dates before the plan is used; no site is named.
    findings
        All that was found.
    """

    title: str
    as_of: dt.date
    coverage: Coverage
    people: Published
    officers: Published | None
    operations: Published | None
    has_proxy: bool
    roads: str | None
    bases: Bases
    noted: tuple[str, ...]
    findings: tuple[str, ...]

    @property
    def force(self) -> Force:
        """The force."""
        return self.coverage.force

    @property
    def vehicles(self) -> int:
        """Vehicles at all bases together."""
        return sum(self.bases.counts.values())


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
        _standards(facts),
        _travel(facts),
        _options(facts),
    ]
    return "\n".join(part.rstrip() + "\n" for part in parts if part)


def _findings(facts: Facts) -> str:
    """Return what was found as comments, one a line."""
    if not facts.findings:
        return ""
    lines = [printable(finding.replace("\n", " ")) for finding in facts.findings]
    return "# Noted when it was made:\n" + "".join(f"# - {line}\n" for line in lines)


def sources_text(gathered: Gathered) -> str:
    """Return ``sources.toml``: an entry for each file, then the national ones."""
    by_id: dict[str, list[Used]] = {}
    for used in gathered.used:
        by_id.setdefault(used.source, []).append(used)

    entries = [_table(name, _source(group)) for name, group in by_id.items()]
    head = (
        "# Files that the plan was made from: `where` is the file, `note` its SHA-256. Add the publisher.\n"
    )
    return head + "\n" + "\n".join(entries) + "\n" + national("national_sources.toml")


def _source(group: list[Used]) -> dict[str, Any]:
    """Return the entry of a file from all that it was used for."""
    first = group[0]
    titles = dict.fromkeys(TITLES[used.role] for used in group)
    uses = dict.fromkeys(f"{used.role}: {used.what}" for used in group)
    date = next((used.date for used in group if used.date), "")

    note = ["; ".join(uses)]
    if first.rows:
        note.append(counted(first.rows, "row"))
    if date:
        note.append("date: of the content, not of its publication")
    note.append(f"SHA-256 {first.sha256}")

    return {
        "title": f"{first.path.name}: {'; '.join(titles)}",
        **({"date": date} if date else {}),
        "scope": next((used.scope for used in group if used.scope), "as in the file"),
        "quality": "published",
        "where": first.path.name,
        "note": "; ".join(note),
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
    force = facts.force
    whole = f"A part of {force.name} only" if facts.coverage.is_part else f"The whole of {force.name}"
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
        "public_title": f"Armed response in {force.name}: a starting point from public data",
        "public_summary": "A starting point from public data, not a plan to rely on: numbers and places of "
        "vehicles, and numbers of officers, are assumptions.",
        "as_of": facts.as_of,
        "price_year": 2019,
        "forces": [force.id],
        "extent": list(facts.coverage.extent),
        "without": list(WITHOUT),
        "bases": "invented",
        "bases_rule": "open-data",
        "bases_statement": f"{_places(facts.bases)} Which of them are bases, and how many units stand there, "
        f"was assumed by a rule: one vehicle for {PEOPLE_AN_ARV:,} people, at the sites nearest to most "
        "people. Of no site is it known that armed units stand there.",
        "bases_fingerprint": NOT_YET,
    }
    base = {
        "name": "As assumed",
        "public_name": "As assumed",
        "description": f"{facts.vehicles} armed response vehicles round the clock at "
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
    entries: dict[str, object] = {
        "name": facts.force.name,
        "code": facts.force.code,
        "population": {
            "value": facts.people.value,
            "source": facts.people.source,
            "as_of": facts.people.as_of,
            "kind": "measured",
            "note": "the sum of the areas" + (", a part of the force" if facts.coverage.is_part else ""),
        },
    }
    if facts.officers is not None:
        entries["officers"] = {
            "value": round(facts.officers.value, 1),
            "source": facts.officers.source,
            "as_of": facts.officers.as_of,
            "scope": "officers, full-time equivalent",
            "kind": "measured",
        }

    # The bounds and the strength are assumptions, as is said where they stand.
    posts = facts.vehicles * 2 * RELIEF
    scope = "armed officers"
    entries["establishment"] = _assumed(
        posts,
        0.8 * posts,
        1.5 * posts,
        scope=scope,
        note=f"{facts.vehicles} vehicles × 2 officers × {RELIEF} for a post round the clock",
    )
    entries["strength"] = _assumed(
        round(0.95 * posts), 0.75 * posts, 1.4 * posts, scope=scope, note="95% of the posts above"
    )
    return _heading("the force") + _table(f"forces.{facts.force.id}", entries)


def _assumed(value: float, low: float, high: float, **more: object) -> dict[str, object]:
    """Return an assumed figure with its bounds."""
    return {
        "value": value,
        "low": round(low, 3),
        "high": round(high, 3),
        "source": "assumption",
        "kind": "assumption",
        **more,
    }


def _classes(facts: Facts) -> str:
    words = _heading("classes of areas") + (
        "# By the rural-urban classification. 2011: A1 and B1 conurbation, C1 and C2 town, D1 rural-town,\n"
        "# D2 remote-town, E1 and F1 village, E2 and F2 remote-village. 2021: UN1 and UF1 town (it does not\n"
        "# tell conurbations apart), RLN1 rural-town, RLF1 remote-town, RSN1 village, RSF1 remote-village.\n"
        "\n"
    )
    rows = [
        _table(
            f"classes.{key}",
            {
                "name": entry.name,
                "public_name": entry.name,
                "setting": entry.setting,
                "travel_class": entry.travel_class,
            },
        )
        for key, entry in CLASSES.items()
        if key in facts.coverage.classes
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

    if facts.has_proxy:
        parts.append(
            "# Where calls come from within the force: `likelihood` in areas.csv, from street-level crime\n"
            "# per head (violence, robbery, possession of weapons). It is a spatial proxy, an assumption,\n"
            "# and no measure of armed demand.\n"
        )
    else:
        weights = {key: _assumed(*bounds) for key, bounds in WEIGHTS.items() if key in facts.coverage.classes}
        if weights:
            note = "# Calls per head relative to a town.\n"
            parts.append(note + _table("incident_types.spontaneous.class_weight", weights))

    if facts.operations is not None:
        number = facts.operations.value
        for kind, part in (("spontaneous", SPONTANEOUS_SHARE), ("planned", 1 - SPONTANEOUS_SHARE)):
            value = round(number * part, 1)
            figure = {
                "value": value,
                "low": round(0.6 * value, 1),
                "high": round(1.6 * value, 1),
                "source": facts.operations.source,
                "as_of": facts.operations.as_of,
                "kind": "assumption",
                "note": f"{share(part)} of {count(number)} operations; the bounds are assumed",
            }
            parts.append(_table(f"incident_types.{kind}.per_year", {facts.force.id: figure}))

    return "\n".join(parts)


def _standards(facts: Facts) -> str:
    """Return the national standards; those of a setting that the plan has no class of are left out."""
    parts = []
    for name, row in tomllib.loads(national("standards.toml")).items():
        for setting in row.get("classes", []):
            row["classes"] = [key for key in facts.coverage.classes if CLASSES[key].setting == setting]
        if row.get("classes") != []:
            parts.append(_table(f"standards.{name}", row))
    return _heading("standards") + "\n".join(parts)


def _travel(facts: Facts) -> str:
    """Return how minutes come about: by roads when the plan has a file of them, else by distance."""
    ways = tomllib.loads(national("travel.toml"))
    if facts.roads is None:
        return _heading("travel") + _table("travel", ways["great-circle"])
    return _heading("travel") + _table("travel", {**ways["roads"], "roads": facts.roads})


def _options(facts: Facts) -> str:
    """Return two options: one vehicle more, and one of the two or more at the first base that moves."""
    bases = facts.bases
    names = dict(zip(bases.sites["id"], bases.sites["name"], strict=True))
    place = names[bases.following]

    one_more = {
        "name": "One more armed response vehicle",
        "public_name": "One more armed response vehicle",
        "public_description": "One more vehicle round the clock: twelve officers.",
        "description": f"One more vehicle round the clock, at {place}: twelve officers.",
        "source": "assumption",
    }
    new_unit = {
        "id": f"arv-{bases.following}-new",
        "name": f"{place} ARV",
        "tier": "arv",
        "site": bases.following,
        "provider": facts.force.id,
        "count": 1,
        "hours": "always",
        "control": "own",
        "source": "assumption",
        "note": "assumption: number and place",
    }
    words = _heading("options: examples to compare; write your own") + _table("options.one-more", one_more)
    words += "\n" + _row("options.one-more.add.units", new_unit)

    # With a single site there is nowhere else for a vehicle to go.
    if bases.following in bases.counts:
        return words

    giver, number = next(iter(bases.counts.items()))
    second_base = {
        "name": "One vehicle to another site",
        "public_name": "One vehicle to another site",
        "public_description": "No more officers: one vehicle moves to a base of its own.",
        "description": f"No more officers: one of the {number} vehicles at {names[giver]} moves to {place}.",
        "source": "second-base-2016",
        "capital_gbp": _assumed(500_000, 250_000, 1_000_000, note="one base; no public figure was found"),
        "running_gbp": _assumed(50_000, 25_000, 100_000, note="one base; no public figure was found"),
        "change": {"units": [{"id": f"arv-{giver}", "count": number - 1}]},
    }
    words += "\n" + _table("options.second-base", second_base)
    return words + "\n" + _row("options.second-base.add.units", new_unit)


def units_table(bases: Bases, force_id: str) -> Iterable[dict[str, object]]:
    """Yield rows of ``units.csv``."""
    names = dict(zip(bases.sites["id"], bases.sites["name"], strict=True))
    note = f"assumption: number and place; one vehicle for {PEOPLE_AN_ARV:,} people, at least two"
    for site, number in bases.counts.items():
        yield {
            "id": f"arv-{site}",
            "name": f"{names[site]} ARV{'s' if number > 1 else ''}",
            "tier": "arv",
            "site": site,
            "provider": force_id,
            "count": number,
            "hours": "always",
            "control": "own",
            "source": "assumption",
            "note": note,
        }


__all__ = ["Coverage", "Facts", "Published", "plan_text", "sources_text", "units_table"]
