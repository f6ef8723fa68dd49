"""Ways in which a planner can break a plan, one place each, with the fault that each must give."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from breaking import (
    Breakage,
    Names,
    both,
    cell,
    heading_only,
    latin,
    option,
    overwrite,
    put,
    recode,
    remove,
    repeat,
    swap,
)

TABLES = ("areas", "sites", "units", "key_locations")
FILES = ("plan.toml", "sources.toml", *(f"{table}.csv" for table in TABLES))
ALL_TABLES = frozenset(f"{table}.csv" for table in TABLES)


def breakages() -> Iterator[Breakage]:
    """Yield every way."""
    yield from _files()
    yield from _references()
    yield from _numbers()
    yield from _rows()
    yield from _options()


def _files() -> Iterator[Breakage]:
    for file in FILES:
        may_go = file in {"units.csv", "key_locations.csv"}  # plan.toml may say that the plan is without them
        needs, spoils = frozenset({"plan.toml"} if may_go else ()), frozenset({file})
        yield Breakage(
            f"no {file}", "missing-file", (file, "", ""), last=remove(file), needs=needs, spoils=spoils
        )
    for table in TABLES:
        file = f"{table}.csv"
        for name, last in {
            "zero bytes": overwrite(file, b""),
            "blank lines": overwrite(file, b"\n\r\n  \n,,,\n"),
            "a byte order mark alone": overwrite(file, b"\xef\xbb\xbf"),
            "a heading alone": heading_only(file),
        }.items():
            yield Breakage(
                f"{file}: {name}", "empty-table", (file, "", ""), last=last, spoils=frozenset({file})
            )
    for file in ("plan.toml", "sources.toml"):
        data = b"# nothing yet\n" if file == "plan.toml" else b""
        empty = overwrite(file, data)
        yield Breakage(f"{file}: empty", "empty-table", (file, "", ""), last=empty, spoils=frozenset({file}))
    for file in FILES:
        tables = {"units": cell("note", "café", "unit2")} if file == "units.csv" else {}
        fault, needs = (file, "", ""), frozenset({file})
        yield Breakage(f"{file}: Latin-1", "encoding", fault, tables=tables, last=latin(file), needs=needs)
        for encoding in ("utf-16", "utf-16-le", "utf-16-be"):
            last, needs = recode(file, encoding), frozenset({file})
            yield Breakage(f"{file}: {encoding}", "encoding", (file, "", ""), last=last, needs=needs)


def _references() -> Iterator[Breakage]:
    plan = frozenset({"plan.toml"})
    unknown = "unknown-reference"
    yield Breakage(
        "units: unknown tier",
        unknown,
        ("units.csv", "row", "tier"),
        tables={"units": cell("tier", "avr", "unit")},
        needs=plan,
    )
    row = {"id": "new", "tier": "avr", "site": "{site}", "provider": "{force}"}
    yield Breakage(
        "option adds a unit of an unknown tier",
        unknown,
        ("plan.toml", "options.broken-tier.add.units[1]", "tier"),
        toml=option("tier", add={"units": [row]}),
    )
    change = {"units": [{"id": "{unit}", "tier": "avr"}]}
    yield Breakage(
        "option changes a unit to an unknown tier",
        unknown,
        ("plan.toml", "options.broken-tier.change.units[1]", "tier"),
        toml=option("tier", change=change),
        needs=frozenset({"units.csv"}),
    )
    yield Breakage(
        "option sets an unknown tier",
        unknown,
        ("plan.toml", "options.broken-tier.set", "incident_types.{type}.full.units.avr"),
        toml=option("tier", set={"incident_types.{type}.full.units": {"avr": 1}}),
    )
    yield Breakage(
        "attendance of an unknown tier",
        unknown,
        ("plan.toml", "incident_types.{type}.full.units", "avr"),
        toml=put("incident_types/{type}/full", {"units": {"{tier}": 2, "avr": 1}}),
    )
    yield Breakage(
        "officers of an unknown tier",
        unknown,
        ("plan.toml", "incident_types.{type}.first", "tiers"),
        toml=put("incident_types/{type}/first", {"tiers": ["{tier}", "avr"]}),
    )
    yield Breakage(
        "standing in for an unknown tier",
        unknown,
        ("plan.toml", "tiers.{tier2}", "stands_in_for"),
        toml=put("tiers/{tier2}/stands_in_for", ["{tier}", "avr"]),
    )
    source = "unknown-source"
    with_sources = frozenset({"sources.toml"})
    yield Breakage(
        "a figure's source",
        source,
        ("plan.toml", "mutual_aid.notice_min", "source"),
        toml=put("mutual_aid/notice_min/source", "hearsay"),
        needs=with_sources,
    )
    yield Breakage(
        "an option's source",
        source,
        ("plan.toml", "options.{option}", "source"),
        toml=put("options/{option}/source", "hearsay"),
        needs=with_sources,
    )
    yield Breakage(
        "the source of a value that an option sets",
        source,
        ("plan.toml", "options.broken-source.set.tiers.{tier}.turnout_min", "source"),
        toml=option("source", set={"tiers.{tier}.turnout_min": {"value": 9, "source": "hearsay"}}),
        needs=with_sources,
    )
    statement = {
        "said": "It is quick.",
        "date": 2019,
        "source": "hearsay",
        "measure": "first_min",
        "low": 1,
        "high": 2,
    }
    yield Breakage(
        "a statement's source",
        source,
        ("plan.toml", "statements.quick", "source"),
        toml=put("statements/quick", statement),
        needs=with_sources,
    )
    for table, key in {"areas": "area", "sites": "site", "units": "unit", "key_locations": "key"}.items():
        rows = {table: cell("source", "hearsay", key)}
        yield Breakage(
            f"a source in {table}", source, (f"{table}.csv", "row", "source"), tables=rows, needs=with_sources
        )
    row = {"id": "new", "tier": "{tier}", "site": "{site}", "provider": "{force}", "source": "hearsay"}
    yield Breakage(
        "a source of a row that an option adds",
        source,
        ("plan.toml", "options.broken-source.add.units[1]", "source"),
        toml=option("source", add={"units": [row]}),
        needs=with_sources,
    )
    for name, ring in {
        "one": [("{tier}", "{tier}")],
        "two": [("{tier}", "{tier3}"), ("{tier3}", "{tier}")],
        "three": [("{tier}", "{tier3}"), ("{tier3}", "{tier2}"), ("{tier2}", "{tier}")],
    }.items():
        yield Breakage(
            f"a ring of {name}",
            "cyclic-substitution",
            ("plan.toml", "tiers.", "stands_in_for"),
            toml=_ring(ring),
        )
    yield Breakage(
        "a ring that an option makes",
        "cyclic-substitution",
        ("plan.toml", "options.broken-ring.set", "stands_in_for"),
        toml=option("ring", set={"tiers.{tier}.stands_in_for": ["{tier}"]}),
    )


def _ring(ring: list[tuple[str, str]]) -> Callable[[dict[str, Any], Names], None]:
    def change(document: dict[str, Any], names: Names) -> None:
        for tier in document["tiers"].values():
            tier.pop("stands_in_for", None)
        for able, other in ring:
            put(f"tiers/{able}/stands_in_for", [other])(document, names)

    return change


def _numbers() -> Iterator[Breakage]:
    low = "out-of-range"
    rate = "incident_types/{type}/per_100k_year"
    for name, figure in {
        "plain": -40,
        "value": {"value": -40, "source": "assumption"},
        "bounds": {"value": 4, "low": -1, "high": 6, "source": "assumption"},
        "all three": {"value": -4, "low": -6, "high": -1, "source": "assumption"},
    }.items():
        yield Breakage(
            f"negative rate, {name}",
            low,
            ("plan.toml", "incident_types.{type}", "per_100k_year"),
            toml=put(rate, figure),
        )
    yield Breakage(
        "negative rate of a force",
        low,
        ("plan.toml", "incident_types.{type}.per_year", "{force}"),
        toml=put("incident_types/{type}/per_year/{force}", -3),
    )
    yield Breakage(
        "negative rate in an option",
        low,
        ("plan.toml", "options.broken-rate.set", "incident_types.{type}.per_100k_year"),
        toml=option("rate", set={"incident_types.{type}.per_100k_year": -1}),
    )
    yield Breakage(
        "negative population in a row",
        low,
        ("areas.csv", "row", "population"),
        tables={"areas": cell("population", "-5", "area")},
    )
    yield Breakage(
        "a chance above 1", low, ("plan.toml", "workforce", "pass_rate"), toml=put("workforce/pass_rate", 1.2)
    )
    yield Breakage(
        "negative notice of a unit",
        low,
        ("units.csv", "row", "notice_min"),
        tables={"units": cell("notice_min", "-1", "unit")},
    )
    swapped = "bad-figure"
    figure = {"value": 2, "low": 4, "high": 1, "source": "assumption"}
    yield Breakage(
        "low above high",
        swapped,
        ("plan.toml", "tiers.{tier3}", "turnout_min"),
        toml=put("tiers/{tier3}/turnout_min", figure),
    )
    yield Breakage(
        "low above high in an option",
        swapped,
        ("plan.toml", "options.broken-low.set", "tiers.{tier}.turnout_min"),
        toml=option("low", set={"tiers": {"{tier}": {"turnout_min": figure}}}),
    )
    bounds = both(cell("population_low", "9e6", "area2"), cell("population_high", "1", "area2"))
    yield Breakage(
        "low above high in areas", swapped, ("areas.csv", "row", "population"), tables={"areas": bounds}
    )
    bounds = both(
        cell("notice_min", "5", "unit2"),
        cell("notice_min_low", "9", "unit2"),
        cell("notice_min_high", "4", "unit2"),
    )
    yield Breakage(
        "low above high in units", swapped, ("units.csv", "row", "notice_min"), tables={"units": bounds}
    )
    change = {"units": [{"id": "{unit}", "notice_min": 5, "notice_min_low": 9, "notice_min_high": 4}]}
    yield Breakage(
        "low above high in a row of an option",
        swapped,
        ("plan.toml", "options.broken-low.change.units[1]", "notice_min"),
        toml=option("low", change=change),
        needs=frozenset({"units.csv"}),
    )
    text = "not-a-number"
    for name, value in {
        "word": "two",
        "digits in quotes": "2",
        "true": True,
        "list": [2],
        "not finite": float("inf"),
        "no number": float("nan"),
    }.items():
        yield Breakage(
            f"a figure that is a {name}",
            text,
            ("plan.toml", "travel", "emergency_factor"),
            toml=put("travel/emergency_factor", value),
        )
        figure = {"value": 2, "low": 1, "high": value, "source": "assumption"}
        yield Breakage(
            f"a bound that is a {name}",
            text,
            ("plan.toml", "mutual_aid.share_available", "high"),
            toml=put("mutual_aid/share_available", figure),
        )
    yield Breakage(
        "a crew in words", text, ("plan.toml", "tiers.{tier}", "crew"), toml=put("tiers/{tier}/crew", "two")
    )
    yield Breakage(
        "minutes in quotes",
        text,
        ("plan.toml", "standards.{standard}", "within_min"),
        toml=put("standards/{standard}/within_min", "20"),
    )
    yield Breakage(
        "text set by an option",
        text,
        ("plan.toml", "options.broken-text.set", "costs.officer_gbp"),
        toml=option("text", set={"costs.officer_gbp": "dear"}),
    )
    change = {"units": [{"id": "{unit2}", "count": "two"}]}
    yield Breakage(
        "text in a row of an option",
        text,
        ("plan.toml", "options.broken-text.change.units[1]", "count"),
        toml=option("text", change=change),
        needs=frozenset({"units.csv"}),
    )
    for name, value in {
        "word": "few",
        "thousands": "1,000",
        "underscore": "1_000",
        "not finite": "inf",
        "unit": "5 km",
    }.items():
        yield Breakage(
            f"a cell that is a {name}",
            text,
            ("areas.csv", "row", "area_km2"),
            tables={"areas": cell("area_km2", value, "area")},
        )
    yield Breakage(
        "people in words",
        text,
        ("areas.csv", "row", "population"),
        tables={"areas": cell("population", "many", "area")},
    )
    yield Breakage(
        "a position in words",
        text,
        ("sites.csv", "row", "lon"),
        tables={"sites": cell("lon", "west", "site")},
    )


def _rows() -> Iterator[Breakage]:
    plan = frozenset({"plan.toml"})
    for table, key in {"areas": "area2", "sites": "site2", "key_locations": "key"}.items():
        fault = (f"{table}.csv", "row", "lon, lat")
        for row in (key, None):
            name = f"swapped in {table}" + ("" if row else ", all rows")
            yield Breakage(name, "swapped-position", fault, tables={table: swap(row)}, needs=plan)
    row = {
        "id": "new",
        "name": "New",
        "lon": 50.7,
        "lat": -3.5,
        "class": "town",
        "provider": "{force}",
        "existing": True,
    }
    yield Breakage(
        "swapped in a row of an option",
        "swapped-position",
        ("plan.toml", "options.broken-swap.add.sites[1]", "lon, lat"),
        toml=option("swap", add={"sites": [row]}),
    )
    for table, key in {"areas": "area", "sites": "site", "units": "unit", "key_locations": "key"}.items():
        fault = (f"{table}.csv", "row", "id")
        yield Breakage(f"an id twice in {table}", "duplicate-id", fault, tables={table: repeat(key)})
    row = {"id": "{unit}", "tier": "{tier}", "site": "{site}", "provider": "{force}"}
    yield Breakage(
        "an option adds an id that the base has",
        "duplicate-id",
        ("plan.toml", "options.broken-twice.add.units[1]", "id"),
        toml=option("twice", add={"units": [row]}),
        needs=frozenset({"units.csv"}),
    )
    row = {**row, "id": "new"}
    yield Breakage(
        "an option adds an id twice",
        "duplicate-id",
        ("plan.toml", "options.broken-twice.add.units[2]", "id"),
        toml=option("twice", add={"units": [row, row]}),
    )


def _options() -> Iterator[Breakage]:
    same, fault = "same-as-base", ("plan.toml", "options.broken-same", "")
    units = frozenset({"units.csv"})

    def copied(document: dict[str, Any], names: Names) -> None:
        turnout = document["tiers"][names["tier"]]["turnout_min"]
        option("same", set={"tiers.{tier}.turnout_min": turnout})(document, names)

    def other_source(document: dict[str, Any], names: Names) -> None:
        turnout = {
            **document["tiers"][names["tier"]]["turnout_min"],
            "source": "assumption",
            "note": "the same",
        }
        option("same", set={"tiers": {"{tier}": {"turnout_min": turnout}}})(document, names)

    yield Breakage("an option without changes", same, fault, toml=option("same"))
    yield Breakage(
        "an option with empty changes", same, fault, toml=option("same", set={}, add={"units": []})
    )
    yield Breakage("an option that sets what is there", same, fault, toml=copied)
    yield Breakage("an option that sets another source only", same, fault, toml=other_source)
    yield Breakage(
        "an option that sets a default",
        same,
        fault,
        toml=option("same", set={"tiers.{tier}.speed_factor": 1}),
    )
    yield Breakage(
        "an option that sets a word that is there",
        same,
        fault,
        toml=option("same", set={"tiers.{tier}.armed": True}),
    )
    yield Breakage(
        "an option that costs nothing",
        same,
        fault,
        toml=option("same", capital_gbp=0, running_gbp={"value": 0}),
    )
    change = {"units": [{"id": "{unit2}", "crew": ""}]}
    yield Breakage(
        "an option that changes a row to what it is",
        same,
        fault,
        toml=option("same", change=change),
        needs=units,
    )
    change = {"units": [{"id": "{unit}", "note": "the same car", "source": "assumption"}]}
    yield Breakage(
        "an option that changes a note", same, fault, toml=option("same", change=change), needs=units
    )
    ruled_out = {"{force}": {"status": "ruled out", "reason": "No."}}
    held = option("same", set={"forces.{force}.strength": 5}, forces=ruled_out)
    yield Breakage("an option that is held back altogether", same, fault, toml=held)


ALL = tuple(breakages())
