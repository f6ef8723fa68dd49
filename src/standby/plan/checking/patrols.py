"""Patrols: that each is somewhere, that its minutes can be found, and that no unit is on patrol too much."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import pandas as pd

from standby._refusals import Code
from standby.plan.checking.against_schema import value_at
from standby.plan.options import unit_of_row
from standby.tables import records
from standby.words import percent

WHERE = ("area", "class", "site")
"""Columns that name where a patrol is; else ``lon`` and ``lat`` do."""

ROUNDED = 1e-9
"""Share by which rounding may bring the patrols of a unit above all of its time."""


class Found(NamedTuple):
    """What is wrong with a row: its number, the field, what is wrong, how to mend it, and its code."""

    row: int
    field: str
    what: str
    fix: str
    code: Code


def judge_patrols(raw: Mapping[str, Any], tables: Mapping[str, pd.DataFrame]) -> Iterator[Found]:
    """Yield what makes no sense of patrols beside the rest of the plan.

    Parameters
    ----------
    raw
        The document as written.
    tables
        Judged tables; those that could not be read are missing.
    """
    patrols = tables["patrols"]
    providers_of = _providers(tables.get("units"))
    is_matrix = value_at(raw, ("travel", "method")) == "matrix"

    for row, patrol in enumerate(records(patrols)):
        yield from _place(row, patrol)
        if is_matrix and not patrol["site"]:
            what = "has no site, and a table of minutes has no minutes from anywhere else"
            fix = "Name a site, or find minutes by another travel.method"
            yield Found(row, "site", what, fix, "missing-value")

        for row_of_unit, provider in providers_of.get(patrol["unit"], {}).items():
            if provider and patrol["provider"] and provider != patrol["provider"]:
                what = f"is {patrol['provider']!r}, but unit {row_of_unit!r} is one of {provider!r}"
                fix = f"Write {provider}"
                if row_of_unit != patrol["unit"]:  # in other hours the unit is one of the patrol's force
                    fix = f"Remove the patrol, or add a unit of {provider} for these hours instead"
                yield Found(row, "provider", what, fix, "bad-field")
        if patrol["class"] and "areas" in tables:
            yield from _areas_of_class(row, patrol, tables["areas"])

    # The shares of a unit add up to all of its time at most; the last row is named.
    for unit, own in patrols.groupby("unit", sort=False):
        total = own["share"].sum()
        if unit and total > 1.0 + ROUNDED:
            what = f"brings the patrols of unit {unit!r} to {percent(total, digits=1)} of its time"
            fix = "Lower their shares to 1 together; what is left the unit is at its site"
            yield Found(int(own.index[-1]), "share", what, fix, "out-of-range")


def _providers(units: pd.DataFrame | None) -> dict[str, dict[str, str]]:
    """Return the forces of each unit's rows: its own, and one that an option makes for some hours of it."""
    found: dict[str, dict[str, str]] = {}
    if units is None or "provider" not in units:
        return found
    for name, provider in zip(units["id"], units["provider"], strict=True):
        found.setdefault(unit_of_row(name), {})[name] = provider
    return found


def _place(row: int, patrol: dict[str, Any]) -> Iterator[Found]:
    """Yield a patrol that is nowhere, or in several places."""
    named = [column for column in WHERE if patrol[column]]
    has_lon, has_lat = (not pd.isna(patrol[column]) for column in ("lon", "lat"))
    if has_lon != has_lat:
        given, missing = ("lon", "lat") if has_lon else ("lat", "lon")
        yield Found(row, missing, f"is missing beside {given}", f"Give {missing} as well", "missing-value")
    if has_lon or has_lat:
        named.append("lon, lat")

    fix = "Name one of an area, a class, a site, or lon and lat; for several places write a row each"
    if not named:
        yield Found(row, "area", "is empty, and so are class, site, lon and lat", fix, "missing-value")
    elif len(named) > 1:
        yield Found(row, named[1], f"is given beside {named[0]}", fix, "bad-field")


def _areas_of_class(row: int, patrol: dict[str, Any], areas: pd.DataFrame) -> Iterator[Found]:
    """Yield a class that the force has no area of, or none that its time could be shared out among."""
    own = areas[(areas["class"] == patrol["class"]) & (areas["force"] == patrol["provider"])]
    if own.empty:
        what = f"is {patrol['class']!r}, and {patrol['provider']!r} has no area of that class"
        yield Found(row, "class", what, "Name a class of its areas", "unknown-reference")
        return

    people = own["population"].fillna(0.0)
    weight = people * own["likelihood"].fillna(1.0) if patrol["spread"] == "calls" else people
    if patrol["spread"] != "evenly" and not weight.sum() > 0.0:
        what = f"is {patrol['spread']!r}, and there are none in these areas"
        yield Found(row, "spread", what, "Write evenly", "bad-field")
