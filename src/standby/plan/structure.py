"""What of a plan does not depend on any figure: names turned into codes, words into masks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from standby._show import Shown
from standby._typing import Codes, Floats, Mask
from standby.plan.plan import Plan
from standby.plan.schema.document import Attendance, Document, HourWeight
from standby.plan.schema.hours import HOURS_A_WEEK, hours_of_week


@dataclass(frozen=True, eq=False)
class Places:
    """Areas, sites or key locations.

    Parameters
    ----------
    ids, names
        One per place.
    positions
        Longitude and latitude, shape (places, 2) [degrees].
    classes, forces
        Codes of class and force, shape (places,).
    """

    ids: tuple[str, ...]
    names: tuple[str, ...]
    positions: Floats
    classes: Codes
    forces: Codes

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.ids)


@dataclass(frozen=True, eq=False)
class Units:
    """Unit rows that count at the plan's response level.

    Parameters
    ----------
    ids
        One per row.
    tiers, sites, forces, count, crew
        Codes, how many like units, and officers in each, shape (rows,).
    hours
        On duty, shape (rows, 168).
    pooled
        Sent across the borders of an alliance, shape (rows,).
    """

    ids: tuple[str, ...]
    tiers: Codes
    sites: Codes
    forces: Codes
    count: Codes
    crew: Codes
    hours: Mask
    pooled: Mask

    def __len__(self) -> int:
        """Return how many rows there are."""
        return len(self.ids)


@dataclass(frozen=True, eq=False)
class Commitments:
    """Commitments that count at the plan's response level.

    Parameters
    ----------
    ids, forces, tiers
        One per row; codes.
    hours
        Hours of the week, shape (rows, 168).
    share_of_weeks
        Share of the year's weeks, shape (rows,).
    may_break_off
        Whether units may leave for a call, shape (rows,).
    """

    ids: tuple[str, ...]
    forces: Codes
    tiers: Codes
    hours: Mask
    share_of_weeks: Floats
    may_break_off: Mask


@dataclass(frozen=True, eq=False)
class Requirement:
    """What an attendance needs, for every incident type.

    Parameters
    ----------
    counts
        Tiers whose officers count, shape (types, tiers).
    officers
        Armed officers needed, shape (types,).
    units
        Units needed by tier, shape (types, tiers).
    """

    counts: Mask
    officers: Codes
    units: Codes


@dataclass(frozen=True, eq=False)
class Structure(Shown):
    """The codes and masks of a plan; see the parts for their shapes.

    Parameters
    ----------
    forces, classes, tiers, types
        Ids in the order of their codes.
    planned
        Forces planned for, shape (forces,).
    shares
        Whether two forces share pooled units, shape (forces, forces); true on the diagonal.
    rural, travel_classes
        By class: rural setting; name of the travel model's class.
    armed, dual_role, carried_by_all
        By tier.
    crew
        Officers in a unit, by tier.
    accreditations
        Code of the accreditation of a tier's officers, by tier.
    spare_fill_posts
        Whether spare officers fill new posts first, by force.
    serves
        Whether a tier can serve as another, directly or through others, shape (tiers, tiers).
    streams
        By incident type.
    hour_weight
        Calls in an hour of the week relative to the mean hour, shape (types, 168).
    first, full
        What the first armed arrival and full attendance need.
    areas, sites, key_locations
        Places.
    existing, capacity
        By site: in use today; units that it can hold, ``inf`` for no limit.
    units, commitments
        Rows that count at the plan's response level.
    key_weight, key_within_min
        By key location: weight; its own standard, NaN for the plan's [min].
    """

    forces: tuple[str, ...]
    classes: tuple[str, ...]
    tiers: tuple[str, ...]
    types: tuple[str, ...]
    planned: Mask
    shares: Mask
    rural: Mask
    travel_classes: tuple[str, ...]
    armed: Mask
    dual_role: Mask
    carried_by_all: Mask
    crew: Codes
    accreditations: Codes
    spare_fill_posts: Mask
    serves: Mask
    streams: tuple[str, ...]
    hour_weight: Floats
    first: Requirement
    full: Requirement
    areas: Places
    sites: Places
    existing: Mask
    capacity: Floats
    units: Units
    key_locations: Places
    key_weight: Floats
    key_within_min: Floats
    commitments: Commitments

    @property
    def crews(self) -> Mask:
        """Armed tiers whose officers do nothing else, by tier: not of two roles, nor carried by everybody."""
        return np.asarray(self.armed & ~self.dual_role & ~self.carried_by_all)


def structure_of(plan: Plan) -> Structure:
    """Return the structure of a plan."""
    document = plan.document
    codes = {
        "forces": _codes(document.forces),
        "classes": _codes(document.classes),
        "tiers": _codes(document.tiers),
        "types": _codes(document.incident_types),
    }
    sites, areas, keys = plan.table("sites"), plan.table("areas"), plan.table("key_locations")
    forces, tiers = codes["forces"], codes["tiers"]
    return Structure(
        forces=tuple(forces),
        classes=tuple(codes["classes"]),
        tiers=tuple(tiers),
        types=tuple(codes["types"]),
        planned=np.array([name in document.plan.forces for name in forces]),
        shares=_shares(document, forces),
        rural=np.array([c.setting == "rural" for c in document.classes.values()]),
        travel_classes=tuple(c.travel_class for c in document.classes.values()),
        armed=np.array([t.armed for t in document.tiers.values()]),
        dual_role=np.array([t.dual_role for t in document.tiers.values()]),
        carried_by_all=np.array([t.carried_by == "every officer" for t in document.tiers.values()]),
        crew=np.array([t.crew for t in document.tiers.values()]),
        accreditations=_accreditations(document),
        spare_fill_posts=np.array([_fills_posts(document, force) for force in forces]),
        serves=serves_of({name: t.stands_in_for for name, t in document.tiers.items()}),
        streams=tuple(t.stream for t in document.incident_types.values()),
        hour_weight=np.array([_hour_weight(t.hours) for t in document.incident_types.values()]),
        first=_requirement(document, [t.first for t in document.incident_types.values()], tiers),
        full=_requirement(document, [t.full for t in document.incident_types.values()], tiers),
        areas=_places(areas, "force", codes),
        sites=_places(sites, "provider", codes),
        existing=sites["existing"].to_numpy(dtype=bool),
        capacity=sites["capacity"].fillna(np.inf).to_numpy(dtype=float),
        units=_units(plan, codes, sites),
        key_locations=_places(keys, "force", codes),
        key_weight=keys["weight"].to_numpy(dtype=float),
        key_within_min=keys["within_min"].to_numpy(dtype=float),
        commitments=_commitments(plan, codes),
    )


def serves_of(stands_in_for: dict[str, list[str]]) -> Mask:
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


def _codes(names: Iterable[str]) -> dict[str, int]:
    return {name: code for code, name in enumerate(names)}


def _coded(names: pd.Series[Any], codes: dict[str, int]) -> Codes:
    return np.array([codes[name] for name in names], dtype=np.int64)


def _accreditations(document: Document) -> Codes:
    """Return the accreditation of each tier: the one it names, else its own."""
    names = [tier.accreditation or name for name, tier in document.tiers.items()]
    return _coded(pd.Series(names), _codes(dict.fromkeys(names)))


def _fills_posts(document: Document, force: str) -> bool:
    """Return whether a force's spare officers fill new posts: its own word, else that for every force."""
    own = document.forces[force].workforce.spare_officers
    return (own or document.workforce.spare_officers) == "fill posts"


def _shares(document: Document, forces: dict[str, int]) -> Mask:
    shares = np.eye(len(forces), dtype=bool)
    day = document.plan.as_of
    for alliance in document.alliances.values():
        started = alliance.since is None or alliance.since <= day
        if started and (alliance.until is None or day <= alliance.until):
            members = [forces[name] for name in alliance.forces]
            shares[np.ix_(members, members)] = True
    return shares


def _hour_weight(hours: list[HourWeight]) -> Floats:
    weight = np.ones(HOURS_A_WEEK)
    for item in hours:
        weight[hours_of_week(item.hours)] = item.weight
    return np.asarray(weight / weight.mean())


def _requirement(document: Document, parts: list[Attendance], tiers: dict[str, int]) -> Requirement:
    armed = [name for name, tier in document.tiers.items() if tier.armed]
    counts = np.zeros((len(parts), len(tiers)), dtype=bool)
    units = np.zeros((len(parts), len(tiers)), dtype=np.int64)
    for row, part in enumerate(parts):
        listed = part.tiers or armed
        counts[row, [tiers[name] for name in listed if document.tiers[name].armed]] = True
        for name, number in part.units.items():
            units[row, tiers[name]] = number
    return Requirement(counts, np.array([part.officers for part in parts], dtype=np.int64), units)


def _places(frame: pd.DataFrame, force: str, codes: dict[str, dict[str, int]]) -> Places:
    return Places(
        tuple(frame["id"]),
        tuple(frame["name"]),
        frame[["lon", "lat"]].to_numpy(dtype=float),
        _coded(frame["class"], codes["classes"]),
        _coded(frame[force], codes["forces"]),
    )


def _at_level(plan: Plan, frame: pd.DataFrame) -> pd.DataFrame:
    level = plan.document.plan.response_level
    counts = [not levels or level in levels.split("|") for levels in frame["levels"]]
    return frame[np.array(counts, dtype=bool)]


def _hours(frame: pd.DataFrame) -> Mask:
    return np.array([hours_of_week(text) for text in frame["hours"]], dtype=bool).reshape(
        len(frame), HOURS_A_WEEK
    )


def _units(plan: Plan, codes: dict[str, dict[str, int]], sites: pd.DataFrame) -> Units:
    frame = _at_level(plan, plan.table("units"))
    site = _codes(sites["id"])
    tiers = _coded(frame["tier"], codes["tiers"])
    crews = np.array([t.crew for t in plan.document.tiers.values()])
    return Units(
        tuple(frame["id"]),
        tiers,
        _coded(frame["site"], site),
        _coded(frame["provider"], codes["forces"]),
        np.asarray(frame["count"], dtype=np.int64),
        np.where(frame["crew"].isna(), crews[tiers], frame["crew"]).astype(np.int64),
        _hours(frame),
        (frame["control"] == "pooled").to_numpy(dtype=bool),
    )


def _commitments(plan: Plan, codes: dict[str, dict[str, int]]) -> Commitments:
    frame = _at_level(plan, plan.table("commitments"))
    return Commitments(
        tuple(frame["id"]),
        _coded(frame["provider"], codes["forces"]),
        _coded(frame["tier"], codes["tiers"]),
        _hours(frame),
        (frame["weeks_per_year"] / 52.0).clip(upper=1.0).to_numpy(dtype=float),
        (frame["break_off"] == "allowed").to_numpy(dtype=bool),
    )
