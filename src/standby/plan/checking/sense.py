"""What can only be seen when the parts are put together: people who are missing, needs nobody can meet."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from standby._refusals import Fault
from standby.evidence import Figure, is_too_large
from standby.plan.checking.against_schema import value_at
from standby.plan.files.folder import PLAN_FILE
from standby.plan.schema.document import Travel
from standby.plan.schema.fields import LONGEST_LIMIT_MIN, PEOPLE
from standby.words import count

POPULATION_TOLERANCE = 0.005
"""Share by which the people of a force's areas may differ from its stated population (rounding)."""

RAISE_LIMIT = "Raise travel.limit_min to at least the longest standard"
"""What to do about a standard beyond the plan's limit."""

MINUTES = ("first_min", "full_min")
"""What a statement is compared with that is computed over people."""

SETTINGS: tuple[list[str], ...] = ([], ["urban"], ["rural"], ["urban", "rural"], ["rural", "urban"])
"""Settings that a statement can be about; none: both."""

LIMIT_MIN = float(Travel.model_fields["limit_min"].default)
"""Minutes beyond which times are not distinguished, where a plan does not say [min]."""


def judge_areas(raw: Mapping[str, Any], areas: pd.DataFrame, file: str = "areas.csv") -> Iterator[Fault]:
    """Yield planned forces without areas, and forces whose areas do not add up to their population."""
    forces = value_at(raw, ("forces",))
    planned = value_at(raw, ("plan", "forces"))
    planned = planned if isinstance(planned, list) else []
    people = areas.groupby("force")["population"].sum()

    # Every share and mean is taken over people: with none, the rest is beside the point.
    if planned and areas["force"].isin(planned).any() and not people.reindex(planned).sum() > 0:
        what = f"has no people in any area of {', '.join(map(repr, planned))}"
        fix = "Fill in the people who live there: shares and means are taken over them"
        yield Fault(file, "", "population", what, fix, "population")
        return

    for name in forces if isinstance(forces, dict) else ():
        if name in planned and not (areas["force"] == name).any():
            fix = "Add areas of the force, or take it out of plan.forces"
            what = f"has no area of the planned force {name!r}"
            yield Fault(file, "", "force", what, fix, "empty-table")
            continue

        # A neighbour may have no areas: nobody there is counted.
        stated = _people(value_at(forces, (name, "population")))
        counted = float(people.get(name, 0.0))
        if stated is None or (counted == 0 and name not in planned):
            continue
        if abs(counted - stated) > POPULATION_TOLERANCE * stated:
            what = f"is {count(stated)}, but its areas add up to {count(counted)}"
            fix = "Add areas for the people who are missing, or correct the population"
            yield Fault(PLAN_FILE, f"forces.{name}", "population", what, fix, "population")


def judge_statements(
    statements: Mapping[str, Mapping[str, Any]], raw: Mapping[str, Any], areas: pd.DataFrame
) -> Iterator[Fault]:
    """Yield statements on minutes of people that the plan has none of.

    Parameters
    ----------
    statements
        Those of one structure, as written.
    raw, areas
        The document of that structure as written, and its judged areas.
    """
    planned = value_at(raw, ("plan", "forces"))
    forces = value_at(raw, ("forces",))
    if not isinstance(planned, list) or not isinstance(forces, dict):
        return

    classes = entries_of(raw, "classes")
    lived_in = areas[areas["force"].isin(list(map(str, planned))) & (areas["population"] > 0)]
    if lived_in.empty:
        return  # a fault of its own
    setting = lived_in["class"].map(lambda name: classes.get(name, {}).get("setting"))

    for name, statement in statements.items():
        named = statement.get("forces", [])
        settings = statement.get("settings", [])

        # What is wrong there has a fault of its own.
        known = isinstance(named, list) and all(isinstance(force, str) and force in forces for force in named)
        if statement.get("measure") not in MINUTES or not known or settings not in SETTINGS:
            continue

        inside = lived_in["force"].isin(named) if named else pd.Series(data=True, index=lived_in.index)
        if settings:
            inside &= setting.isin(settings)
        if not inside.any():
            what = "is about people that the plan has none of"
            fix = "Name planned forces and settings that have areas with people"
            yield Fault(PLAN_FILE, f"statements.{name}", "", what, fix, "population")


def judge_devices(raw: Mapping[str, Any], base: Mapping[str, Any]) -> Iterator[Fault]:
    """Yield forces whose officers with a CED an option counts, and the base does not.

    Parameters
    ----------
    raw, base
        The document with the option and without it, as written.
    """
    before = entries_of(base, "forces")
    for name, force in entries_of(raw, "forces").items():
        if name in before and "ced_officers" in force and "ced_officers" not in before[name]:
            what = "is set, and the base does not say how many there are"
            fix = "Give the base's number, so that the cost of the others can be worked out"
            yield Fault(PLAN_FILE, f"forces.{name}", "ced_officers", what, fix, "missing-value")


def judge_sense(raw: Mapping[str, Any], *, key_locations: bool) -> Iterator[Fault]:
    """Yield standards and attendances that make no sense together with the rest of the document.

    Parameters
    ----------
    raw
        The document as written.
    key_locations
        Whether the plan has, or may have, key locations.
    """
    standards = entries_of(raw, "standards")
    if sum(entry.get("main") is True for entry in standards.values()) > 1:
        fix = "Mark one standard as main; costs are related to it"
        yield Fault(PLAN_FILE, "standards", "main", "is set for more than one standard", fix, "bad-field")

    limit_min = _limit_min(raw)
    for name, entry in standards.items():
        if entry.get("of") == "key_locations" and not key_locations:
            fix = "Add key_locations.csv, or set the standard for people or demand"
            what = "needs key locations, and the plan has none"
            yield Fault(PLAN_FILE, f"standards.{name}", "of", what, fix, "unknown-reference")

        within = entry.get("within_min")
        if isinstance(within, int | float) and limit_min < within <= LONGEST_LIMIT_MIN:
            what = _beyond_limit(within, limit_min)
            yield Fault(PLAN_FILE, f"standards.{name}", "within_min", what, RAISE_LIMIT, "bad-field")

    level = value_at(raw, ("plan", "response_level"))
    levels = value_at(raw, ("response_levels",))
    if level in {"heightened", "exceptional"} and level not in (levels if isinstance(levels, dict) else {}):
        what = f"is {level!r}, which is not described"
        fix = f"Add [response_levels.{level}]"
        yield Fault(PLAN_FILE, "plan", "response_level", what, fix, "unknown-reference")

    yield from _nobody_counts(raw)
    yield from _all_are_armed(raw)
    yield from _opinions_as_volunteers(raw)


def _opinions_as_volunteers(raw: Mapping[str, Any]) -> Iterator[Fault]:
    """Yield volunteers that are taken as certain, and are what people said they might do."""
    of_forces = {f"forces.{name}.workforce": force for name, force in entries_of(raw, "forces").items()}
    terms = {"workforce": value_at(raw, ("workforce",))}
    terms |= {place: value_at(force, ("workforce",)) for place, force in of_forces.items()}

    for place, entry in terms.items():
        volunteers = value_at(entry, ("volunteers_per_year",))
        if isinstance(volunteers, dict) and volunteers.get("kind") == "opinion" and "low" not in volunteers:
            what = "is an opinion, and is taken as certain"
            fix = "Give low and high: who says that they would volunteer has not done so"
            yield Fault(PLAN_FILE, place, "volunteers_per_year", what, fix, "bad-figure")


def _all_are_armed(raw: Mapping[str, Any]) -> Iterator[Fault]:
    """Yield planned forces whose officers are not counted though every officer is armed."""
    armed = [
        name
        for name, tier in entries_of(raw, "tiers").items()
        if tier.get("carried_by") == "every officer" and tier.get("armed") is not False
    ]
    planned = value_at(raw, ("plan", "forces"))
    forces = entries_of(raw, "forces")

    for name in planned if armed and isinstance(planned, list) else ():
        if name in forces and "officers" not in forces[name]:
            what = f"is missing, and every officer is armed (tiers.{armed[0]})"
            fix = "Say how many officers the force has"
            yield Fault(PLAN_FILE, f"forces.{name}", "officers", what, fix, "missing-value")


def judge_own_times(raw: Mapping[str, Any], key_locations: pd.DataFrame) -> Iterator[tuple[int, str]]:
    """Yield the rows of key locations whose own standard lies beyond the plan's limit, and what is wrong."""
    limit_min = _limit_min(raw)
    for row, within in enumerate(key_locations["within_min"]):
        if limit_min < within <= LONGEST_LIMIT_MIN:
            yield row, _beyond_limit(within, limit_min)


def _limit_min(raw: Mapping[str, Any]) -> float:
    """Return the plan's limit; infinite where it is not a number, which is a fault of its own."""
    limit = value_at(raw, ("travel", "limit_min"))
    if limit is None:
        return LIMIT_MIN
    is_number = isinstance(limit, int | float) and not is_too_large(limit)
    return float(limit) if is_number else math.inf


def _beyond_limit(within_min: float, limit_min: float) -> str:
    """Return what is wrong with a standard that is longer than any time the plan counts."""
    return (
        f"is {within_min:g} minutes, beyond travel.limit_min of {limit_min:g}: nobody could count as in time"
    )


def _nobody_counts(raw: Mapping[str, Any]) -> Iterator[Fault]:
    """Yield attendances whose armed officers no tier can bring."""
    tiers = entries_of(raw, "tiers")
    armed = {name for name, tier in tiers.items() if tier.get("armed") is not False}
    if tiers and not armed and len(tiers) == len(raw["tiers"]):
        fix = "Set armed = true for the tiers whose officers are armed"
        yield Fault(PLAN_FILE, "tiers", "armed", "is false for every tier", fix, "bad-field")
        return

    for name, kind in entries_of(raw, "incident_types").items():
        for part in ("first", "full"):
            listed = value_at(kind, (part, "tiers"))
            if not isinstance(listed, list) or not listed or not all(n in tiers for n in listed):
                continue

            # An attendance of no officers asks for units alone, armed or not.
            if not armed & set(listed) and value_at(kind, (part, "officers")) != 0:
                what = f"counts only officers of {', '.join(listed)}, who are not armed"
                fix = "Name a tier that is armed"
                yield Fault(PLAN_FILE, f"incident_types.{name}.{part}", "tiers", what, fix, "bad-field")


def entries_of(raw: Mapping[str, Any], section: str) -> dict[str, dict[str, Any]]:
    """Return the entries of a section that are tables."""
    entries = value_at(raw, (section,))
    return {k: v for k, v in entries.items() if isinstance(v, dict)} if isinstance(entries, dict) else {}


def _people(figure: Any) -> float | None:
    """Return the people that a figure states, None when there is none or it has a fault of its own."""
    if figure is None:
        return None
    try:
        return PEOPLE.check(Figure.of(figure)).value
    except ValueError:
        return None
