"""From what the planner wrote to codes and masks: forces, tiers, incident types, units and commitments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from standby._typing import Codes, Floats, Mask
from standby.plan.arrays.sections import Requirement, TierArrays
from standby.plan.options import unit_of_row
from standby.plan.plan import Plan
from standby.plan.schema.document import Attendance, Document, HourWeight
from standby.plan.schema.hours import HOURS_A_WEEK, hours_of_week

WEEKS_A_YEAR = 52.0
"""Weeks of which a commitment says in how many it takes place."""

CodeOf = Mapping[str, Mapping[str, int]]
"""Codes of forces, classes, tiers and so on, by the name that stands for them in paths, and by id."""


def codes_of(ids: pd.Series[Any], codes: Mapping[str, int]) -> Codes:
    """Return the codes of some ids."""
    return np.array([codes[name] for name in ids], dtype=np.int64)


def at_level(plan: Plan, frame: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of a table that count at the plan's response level."""
    level = plan.document.plan.response_level
    counts = [not levels or level in levels.split("|") for levels in frame["levels"]]
    return frame[np.array(counts, dtype=bool)]


def shares_of(document: Document, forces: Mapping[str, int]) -> Mask:
    """Return which forces share pooled units on the plan's day, shape (forces, forces)."""
    shares = np.eye(len(forces), dtype=bool)
    day = document.plan.as_of
    for alliance in document.alliances.values():
        started = alliance.since is None or alliance.since <= day
        if started and (alliance.until is None or day <= alliance.until):
            members = [forces[name] for name in alliance.forces]
            shares[np.ix_(members, members)] = True
    return shares


def fills_posts(document: Document, force: str) -> bool:
    """Return whether a force's spare officers fill new posts: its own word, else that for every force."""
    own = document.forces[force].workforce.spare_officers
    return (own or document.workforce.spare_officers) == "fill posts"


def accreditations_of(document: Document) -> Codes:
    """Return the code of each tier's accreditation: the one it names, else its own."""
    names = [tier.accreditation or name for name, tier in document.tiers.items()]
    distinct = list(dict.fromkeys(names))
    return np.array([distinct.index(name) for name in names], dtype=np.int64)


def serves_of(stands_in_for: Mapping[str, list[str]]) -> Mask:
    """Return which tier can serve as which, itself included, directly or through others.

    Parameters
    ----------
    stands_in_for
        For each tier the tiers that it can replace.

    Returns
    -------
    ndarray of bool
        Shape (tiers, tiers): row serves as column.
    """
    names = list(stands_in_for)
    serves = np.eye(len(names), dtype=bool)
    for row, name in enumerate(names):
        serves[row, [names.index(other) for other in stands_in_for[name]]] = True
    for middle in range(len(names)):  # Warshall's transitive closure
        serves |= np.outer(serves[:, middle], serves[middle])
    return serves


def hour_weight_of(hours: list[HourWeight]) -> Floats:
    """Return the calls in each hour of the week relative to the mean hour, shape (168,)."""
    weight = np.ones(HOURS_A_WEEK)
    for item in hours:
        weight[hours_of_week(item.hours)] = item.weight
    return np.asarray(weight / weight.mean())


def requirement_of(document: Document, parts: list[Attendance], tiers: Mapping[str, int]) -> Requirement:
    """Return what the attendances of incident types need."""
    armed = [name for name, tier in document.tiers.items() if tier.armed]
    counts = np.zeros((len(parts), len(tiers)), dtype=bool)
    units = np.zeros((len(parts), len(tiers)), dtype=np.int64)
    for row, part in enumerate(parts):
        listed = part.tiers or armed
        counts[row, [tiers[name] for name in listed if document.tiers[name].armed]] = True
        for name, number in part.units.items():
            units[row, tiers[name]] = number
    return Requirement(counts, np.array([part.officers for part in parts], dtype=np.int64), units)


def units_of(frame: pd.DataFrame, tiers: TierArrays, codes: CodeOf) -> dict[str, Any]:
    """Return the fields of `UnitArrays` that are no figures, but for the ids."""
    unit_tiers = codes_of(frame["tier"], codes["tier"])
    return {
        "tiers": unit_tiers,
        "sites": codes_of(frame["site"], codes["site"]),
        "forces": codes_of(frame["provider"], codes["force"]),
        "count": np.asarray(frame["count"], dtype=np.int64),
        "crew": np.where(frame["crew"].isna(), tiers.crew[unit_tiers], frame["crew"]).astype(np.int64),
        "hours": _hours(frame),
        "pooled": (frame["control"] == "pooled").to_numpy(dtype=bool),
    }


def patrols_of(units: pd.DataFrame, patrols: pd.DataFrame) -> Mask:
    """Return which patrols each row of units has, shape (units, patrols).

    A row that an option makes for some hours of a unit has those of the unit.
    """
    own = [unit_of_row(name) for name in units["id"]]
    of_unit = np.array(own, dtype=object)[:, None] == patrols["unit"].to_numpy(dtype=object)[None, :]
    return np.asarray(of_unit, dtype=bool)


def commitments_of(frame: pd.DataFrame, codes: CodeOf) -> dict[str, Any]:
    """Return the fields of `CommitmentArrays` that are no figures, but for the ids."""
    share_of_weeks = (frame["weeks_per_year"] / WEEKS_A_YEAR).clip(upper=1.0)
    return {
        "forces": codes_of(frame["provider"], codes["force"]),
        "tiers": codes_of(frame["tier"], codes["tier"]),
        "hours": _hours(frame),
        "share_of_weeks": share_of_weeks.to_numpy(dtype=float),
        "may_break_off": (frame["break_off"] == "allowed").to_numpy(dtype=bool),
    }


def _hours(frame: pd.DataFrame) -> Mask:
    """Return the hours of the week that each row is for, shape (rows, 168)."""
    hours = [hours_of_week(text) for text in frame["hours"]]
    return np.array(hours, dtype=bool).reshape(len(frame), HOURS_A_WEEK)
