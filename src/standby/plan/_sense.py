"""What can only be seen when the parts are put together: people who are missing, needs nobody can meet."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from standby._refusals import Fault
from standby.evidence import Figure
from standby.plan._document import value_at
from standby.plan._files import PLAN_FILE
from standby.plan.document import Travel
from standby.plan.fields import LONGEST_LIMIT_MIN

POPULATION_TOLERANCE = 0.005
"""Share by which the people of a force's areas may differ from its stated population (rounding)."""


RAISE_LIMIT = "Raise travel.limit_min to at least the longest standard"
"""What to do about a standard beyond the plan's limit."""

LIMIT_MIN = float(Travel.model_fields["limit_min"].default)
"""Minutes beyond which times are not told apart, where a plan does not say [min]."""


def judge_areas(raw: Mapping[str, Any], areas: pd.DataFrame, file: str = "areas.csv") -> Iterator[Fault]:
    """Yield planned forces without areas, and forces whose areas do not add up to their population."""
    forces = value_at(raw, ("forces",))
    planned = value_at(raw, ("plan", "forces"))
    planned = planned if isinstance(planned, list) else []
    people = areas.groupby("force")["population"].sum()
    for name in forces if isinstance(forces, dict) else ():
        counted = float(people.get(name, 0.0))
        if name in planned and not (areas["force"] == name).any():
            mend = "Add areas of the force, or take it out of plan.forces"
            what = f"has no area of the planned force {name!r}"
            yield Fault(file, "", "force", what, mend, "empty-table")
            continue
        told = _value(value_at(forces, (name, "population")))
        if told is None or (counted == 0 and name not in planned):
            continue
        if abs(counted - told) > POPULATION_TOLERANCE * told:
            what = f"is {told:,.0f}, but its areas add up to {counted:,.0f}"
            mend = "Add areas for the people who are missing, or correct the population"
            yield Fault(PLAN_FILE, f"forces.{name}", "population", what, mend, "population")


def judge_sense(raw: Mapping[str, Any], *, key_locations: bool) -> Iterator[Fault]:
    """Yield standards and attendances that make no sense together with the rest of the document.

    Parameters
    ----------
    raw
        The document as written.
    key_locations
        Whether the plan has, or may have, key locations.
    """
    standards = _entries(raw, "standards")
    if sum(entry.get("main") is True for entry in standards.values()) > 1:
        mend = "Mark one standard as main; costs are related to it"
        yield Fault(PLAN_FILE, "standards", "main", "is set for more than one standard", mend, "bad-field")
    for name, entry in standards.items():
        if entry.get("of") == "key_locations" and not key_locations:
            mend = "Add key_locations.csv, or set the standard for people or demand"
            what = "needs key locations, and the plan has none"
            yield Fault(PLAN_FILE, f"standards.{name}", "of", what, mend, "unknown-reference")
        limit, within = _limit_min(raw), entry.get("within_min")
        if isinstance(within, int | float) and limit < within <= LONGEST_LIMIT_MIN:
            what = _beyond_limit(within, limit)
            yield Fault(PLAN_FILE, f"standards.{name}", "within_min", what, RAISE_LIMIT, "bad-field")
    level = value_at(raw, ("plan", "response_level"))
    levels = value_at(raw, ("response_levels",))
    if level in {"heightened", "exceptional"} and level not in (levels if isinstance(levels, dict) else {}):
        what, mend = f"is {level!r}, which is not described", f"Add [response_levels.{level}]"
        yield Fault(PLAN_FILE, "plan", "response_level", what, mend, "unknown-reference")
    yield from _nobody_counts(raw)


def judge_own_times(raw: Mapping[str, Any], key_locations: pd.DataFrame) -> Iterator[tuple[int, str]]:
    """Yield the rows of key locations whose own standard lies beyond the plan's limit, and what is wrong."""
    limit = _limit_min(raw)
    for row, within in enumerate(key_locations["within_min"]):
        if limit < within <= LONGEST_LIMIT_MIN:
            yield row, _beyond_limit(within, limit)


def _limit_min(raw: Mapping[str, Any]) -> float:
    """Return the plan's limit; infinite where it is not a number, which is a fault of its own."""
    limit = value_at(raw, ("travel", "limit_min"))
    if limit is None:
        return LIMIT_MIN
    return float(limit) if isinstance(limit, int | float) else math.inf


def _beyond_limit(within: float, limit: float) -> str:
    return f"is {within:g} minutes, beyond travel.limit_min of {limit:g}: nobody could count as in time"


def _nobody_counts(raw: Mapping[str, Any]) -> Iterator[Fault]:
    """Yield attendances whose armed officers no tier can bring."""
    tiers = _entries(raw, "tiers")
    armed = {name for name, tier in tiers.items() if tier.get("armed") is not False}
    for name, kind in _entries(raw, "incident_types").items():
        for part in ("first", "full"):
            listed = value_at(kind, (part, "tiers"))
            if not isinstance(listed, list) or not listed or not all(n in tiers for n in listed):
                continue
            if not armed & set(listed) and value_at(kind, (part, "officers")) != 0:
                what = f"counts only officers of {', '.join(listed)}, who are not armed"
                mend = "Name a tier that is armed"
                yield Fault(PLAN_FILE, f"incident_types.{name}.{part}", "tiers", what, mend, "bad-field")


def _entries(raw: Mapping[str, Any], section: str) -> dict[str, dict[str, Any]]:
    entries = value_at(raw, (section,))
    return {k: v for k, v in entries.items() if isinstance(v, dict)} if isinstance(entries, dict) else {}


def _value(figure: Any) -> float | None:
    """Return the value of a figure, None when there is none or it has a fault of its own."""
    try:
        return None if figure is None else Figure.of(figure).value
    except ValueError:
        return None
