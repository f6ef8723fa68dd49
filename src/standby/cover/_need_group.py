"""Forces that share units, and what a search for their units needs to know."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from standby._deadline import NO_LIMIT, Deadline
from standby._memory import free_bytes
from standby._refusals import Refusal
from standby._typing import Codes, Floats, Mask
from standby.attendance import (
    BIN_MIN,
    SLACK_MIN,
    WEIGHTS,
    Sites,
    Work,
    before_min,
    evaluate,
    minutes_from_sites,
    work_by,
)
from standby.cover._need_solve import Goal
from standby.cover.evaluated import Evaluated, weights_of_standards
from standby.demand import call_rates, scene_min
from standby.plan import MEASURES
from standby.plan.arrays.sections import Requirement
from standby.travel import Times
from standby.words import gigabytes

FULL = MEASURES.index("full")
"""Place of full attendance among the measures."""

BYTES_A_CELL = 40
"""Memory that the search takes at its peak for each armed tier, site and place. Measured before a search was
cut short, 50,000 places, 500 sites, one force: 31 with one tier sought, 26 a tier with two."""

ROUNDED_DIGITS = 12
"""Decimal digits to which the calls of two hours must agree for the hours to be of one kind."""


@dataclass(frozen=True, eq=False)
class HourKind:
    """Hours of the week with the same calls and the same commitments.

    Parameters
    ----------
    mask
        Which hours, shape (168,).
    work
        Work offered to each tier, shape (tiers,) [erlang].
    peak
        Units of each tier that a call takes at once, mean over the work, shape (tiers,).
    commitments
        Commitments of the group that take place, shape (commitments,).
    """

    mask: Mask
    work: Floats
    peak: Floats
    commitments: Mask


@dataclass(frozen=True, eq=False)
class ForceStandard:
    """One standard in one force.

    Parameters
    ----------
    row, force
        Row of the standard, code of the force.
    arrive_min
        Minutes in which a unit with nothing to break off arrives, shape (tiers, sites, places) [min].
    allowed_min
        Minutes that its arrival may take, -inf where the standard does not hold, shape (places,) [min].
    needed, weight, share, reliability
        As in `Goal`.
    """

    row: int
    force: int
    arrive_min: Floats
    allowed_min: Floats
    needed: Codes
    weight: Floats
    share: float
    reliability: float

    def goal(self, delay_min: Floats) -> Goal:
        """Return the goal for units that set out later by a delay, shape (tiers, sites) [min]."""
        in_time = self.allowed_min - self.arrive_min >= delay_min[:, :, None]
        return Goal(in_time, self.needed, self.weight, self.share, self.reliability)


@dataclass(frozen=True, eq=False)
class Group:
    """Forces that share units, and what a search for them needs.

    Parameters
    ----------
    forces, tiers, sites
        Codes: the forces, the tiers searched for, the sites that units may stand at.
    force_standards
        One for each standard and force for whom it holds.
    site_force
        Place in ``forces`` of the force of each site, shape (sites,).
    capacity
        Units that each site can hold, shape (sites,).
    hour_kinds
        The kinds of hours, those with most work first.
    least_work
        Work of each tier in each kind of hours if the nearest site had a free unit, shape (kinds, tiers)
        [erlang].
    officers_in
        Code of the tier in which further officers are sought; None: the response tier.
    """

    forces: Codes
    tiers: Codes
    sites: Codes
    force_standards: list[ForceStandard]
    site_force: Codes
    capacity: Floats
    hour_kinds: list[HourKind]
    least_work: Floats
    officers_in: int | None = None

    def of(self, row: int | None) -> list[ForceStandard]:
        """Return the force standards of one standard, or all of them."""
        return [standard for standard in self.force_standards if row is None or standard.row == row]


class Where(NamedTuple):
    """Whose units are sought, and where: codes of forces, tiers and sites.

    Officers beyond those of the units asked for are sought in one more tier, which comes last; None: in the
    response tier.
    """

    forces: Codes
    tiers: Codes
    sites: Codes
    officers_in: int | None = None


def sharing(evaluated: Evaluated) -> list[Codes]:
    """Return the planned forces in groups that share units.

    The first force is grouped with all that it shares with, then the first of the rest, and so on. If A
    shares with B and B with C, but A not with C, then C is on its own: need may then ask for more units than
    necessary, never for fewer.
    """
    arrays = evaluated.arrays
    left = [int(force) for force in np.flatnonzero(arrays.forces.planned)]
    groups = []
    while left:
        together = [force for force in left if arrays.forces.shares[left[0], force]]
        groups.append(np.array(together))
        left = [force for force in left if force not in together]
    return groups


class TooLargeError(Refusal):
    """The search will not fit into memory."""


def refuse_too_large(evaluated: Evaluated, sites: Sites) -> None:
    """Refuse a search that will not fit into memory, before it starts.

    Parameters
    ----------
    evaluated, sites
        The plan made ready, and which of its sites units may stand at.

    Raises
    ------
    TooLargeError
        With the size, what is free, and what to do.
    """
    arrays = evaluated.arrays
    places = len(arrays.places)
    most_sites = max(
        (usable_sites(evaluated, forces, sites).size for forces in sharing(evaluated)), default=0
    )
    tiers = int(arrays.tiers.armed.sum())

    needed = float(BYTES_A_CELL) * tiers * most_sites * places
    free = free_bytes()
    if needed > free:
        raise TooLargeError(
            f"need: {places:,} places × {most_sites:,} sites × {tiers} armed tiers take up to "
            f"{gigabytes(needed)} of memory, and {gigabytes(free)} are free",
            "take fewer sites, merge small areas, or use a machine with more memory",
        )


def usable_sites(evaluated: Evaluated, forces: Codes, sites: Sites) -> Codes:
    """Return the sites of some forces that units may stand at."""
    arrays = evaluated.arrays
    usable = np.isin(arrays.sites.forces, forces)

    if sites == "existing":
        used = np.zeros(len(arrays.sites), dtype=bool)
        used[arrays.units.sites[evaluated.model.rows]] = True
        usable &= arrays.sites.existing | used
    return np.flatnonzero(usable)


def group_of(
    evaluated: Evaluated,
    times: Times,
    forces: Codes,
    sites: Sites,
    deadline: Deadline = NO_LIMIT,
    officers_in: int | None = None,
) -> Group | None:
    """Return what a search for some forces needs; None where no standard holds for anybody in them.

    Parameters
    ----------
    evaluated, times
        The plan made ready, and its minutes.
    forces, sites
        Codes of the forces, and which of their sites units may stand at.
    deadline
        When to stop.
    officers_in
        Code of the tier in which officers beyond those of the units asked for are sought, where theirs count;
        None: the response tier.
    """
    deadline.left()
    weights = weights_of_standards(evaluated.arrays)
    inside = np.isin(evaluated.arrays.places.forces, forces)
    rows = [row for row in range(len(evaluated.standards)) if weights[row][inside].sum() > 0]
    if not rows:
        return None

    arrays = evaluated.arrays
    usable = usable_sites(evaluated, forces, sites)
    where = Where(forces, _tiers_sought(evaluated, rows, officers_in), usable, officers_in)
    arrive_min = minutes_of(evaluated, times, where.tiers, where.sites)
    deadline.left()
    hour_kinds, least_work = _hour_kinds(evaluated, arrive_min, where, deadline)
    deadline.left()
    return Group(
        forces=forces,
        tiers=where.tiers,
        sites=usable,
        force_standards=force_standards_of(evaluated, arrive_min, where),
        site_force=np.searchsorted(forces, arrays.sites.forces[usable]),
        capacity=arrays.sites.capacity[usable],
        hour_kinds=hour_kinds,
        least_work=least_work,
        officers_in=officers_in,
    )


def other_tiers(evaluated: Evaluated, group: Group, row: int | None) -> list[int]:
    """Return the other tiers in which the further officers of a standard may be sought.

    They are those whose officers count, and whose crews have no other role.

    Parameters
    ----------
    evaluated, group
        The plan made ready, and the group with its officers sought in the response tier.
    row
        Row of the standard; None: all.
    """
    tiers = evaluated.arrays.tiers
    found = set[int]()
    for standard in group.of(row):
        for attendance in _attendances(evaluated, standard.row):
            incident_type = int(evaluated.setting.types[standard.row])
            if attendance.officers[incident_type] > 0:
                counts = attendance.counts[incident_type] & tiers.armed & ~tiers.dual_role
                found |= set(np.flatnonzero(counts).tolist())
    return sorted(found - {_response_tier(evaluated, np.arange(len(tiers)), tiers.armed)})


def may_take_less(evaluated: Evaluated, group: Group, row: int | None, tier: int) -> bool:
    """Return whether an attendance takes fewer units or officers with its further officers in another tier.

    Parameters
    ----------
    evaluated, group, row
        As in `other_tiers`.
    tier
        Code of the other tier.
    """
    crew = evaluated.arrays.tiers.crew
    tiers = np.union1d(group.tiers, [tier])
    for standard in group.of(row):
        incident_type = int(evaluated.setting.types[standard.row])
        measure = int(evaluated.setting.measures[standard.row])
        usual = _units_needed(evaluated, incident_type, measure, group.tiers, group.officers_in)
        other = _units_needed(evaluated, incident_type, measure, tiers, tier)
        if other.sum() < usual.sum() or other @ crew[tiers] < usual @ crew[group.tiers]:
            return True
    return False


def _attendances(evaluated: Evaluated, row: int) -> tuple[Requirement, ...]:
    """Return the attendances that a standard asks for: the first armed officers, or these and all others."""
    types = evaluated.arrays.types
    is_full = evaluated.setting.measures[row] == FULL
    return (types.first, types.full) if is_full else (types.first,)


def force_standards_of(
    evaluated: Evaluated, arrive_min: Floats, where: Where, *, longer_min: float = 0.0
) -> list[ForceStandard]:
    """Return the standards of some forces, one for each force for whom it holds.

    Parameters
    ----------
    evaluated
        The plan made ready.
    arrive_min
        Minutes in which units arrive, from `minutes_of`, shape (tiers, sites, places) [min].
    where
        The forces, and the tiers and sites of the units.
    longer_min
        Minutes by which every standard is longer than the plan says [min].
    """
    setting = evaluated.setting
    weights = weights_of_standards(evaluated.arrays)
    before = before_min(evaluated.arrays)

    found = list[ForceStandard]()
    for row, standard in enumerate(evaluated.standards.values()):
        incident_type = int(setting.types[row])
        measure = int(setting.measures[row])

        within = np.where(np.isnan(setting.within_min[row]), -np.inf, setting.within_min[row])
        allowed_min = within + longer_min - before[measure, incident_type] + SLACK_MIN

        for force in where.forces:
            weight = np.where(evaluated.arrays.places.forces == force, weights[row], 0.0)
            if weight.sum() > 0:
                needed = _units_needed(evaluated, incident_type, measure, where.tiers, where.officers_in)
                found.append(
                    ForceStandard(
                        row,
                        int(force),
                        arrive_min,
                        allowed_min,
                        needed,
                        weight,
                        standard.share,
                        standard.reliability,
                    )
                )
    return found


def _crewed_hours(evaluated: Evaluated) -> Floats:
    """Return crewed unit-hours of the planned forces by tier, shape (tiers,) [h/week]."""
    model = evaluated.model
    arrays = evaluated.arrays
    rows = model.rows[arrays.forces.planned[arrays.units.forces[model.rows]]]
    hours = np.zeros(len(arrays.tiers))
    np.add.at(hours, arrays.units.tiers[rows], arrays.units.hours[rows].sum(axis=1))
    return hours


def _response_tier(evaluated: Evaluated, tiers: Codes, allowed: Mask, officers_in: int | None = None) -> int:
    """Return the place in a list of tiers of the one in which further officers are sought.

    Unless another is asked for, it is the one with most crewed hours in the planned forces, of those whose
    crews have no other role if there are such.

    Parameters
    ----------
    evaluated
        The plan made ready.
    tiers
        Codes of the tiers.
    allowed
        Which of them may be chosen, shape (tiers,).
    officers_in
        Code of the tier asked for, where it is among these and allowed; None: no matter.
    """
    if officers_in is not None:
        is_asked_for = allowed & (tiers == officers_in)
        if is_asked_for.any():
            return int(np.argmax(is_asked_for))

    # A crew with another role ranks at 0, any other at 1 or more.
    dual_role = evaluated.arrays.tiers.dual_role[tiers]
    rank = np.where(dual_role, 0.0, 1.0 + _crewed_hours(evaluated)[tiers])
    return int(np.argmax(np.where(allowed, rank, -1.0)))


def _tiers_sought(evaluated: Evaluated, rows: list[int], officers_in: int | None) -> Codes:
    """Return the tiers to search for: those that the standards ask for, and one whose officers count."""
    arrays = evaluated.arrays
    if not arrays.tiers.armed.any():
        raise Refusal("the plan has no armed tier", "set armed = true for one")

    every = np.arange(len(arrays.tiers))
    sought = {_response_tier(evaluated, every, arrays.tiers.armed, officers_in)}
    for row in rows:
        incident_type = int(evaluated.setting.types[row])
        for attendance in _attendances(evaluated, row):
            sought |= set(np.flatnonzero(attendance.units[incident_type]).tolist())

            counts = attendance.counts[incident_type]
            asks_for_officers = attendance.officers[incident_type] > 0 and counts.any()
            if asks_for_officers and not counts[sorted(sought)].any():
                sought.add(_response_tier(evaluated, every, counts))
    return np.array(sorted(sought), dtype=np.int64)


def minutes_of(evaluated: Evaluated, times: Times, tiers: Codes, sites: Codes) -> Floats:
    """Return minutes to arriving with nothing to break off, shape (tiers, sites, places) [min]."""
    arrays = evaluated.arrays
    return minutes_from_sites(arrays, times.rows(arrays.sites.ids)[sites], tiers)


def work_of_units(evaluated: Evaluated, group: Group, units: Codes) -> Work:
    """Return what units of each tier and force do besides calls.

    Parameters
    ----------
    evaluated, group
        The plan made ready, and the group.
    units
        Units by kind of hours, tier and force on which commitments fall evenly, shape (kinds, tiers, forces).

    Returns
    -------
    Work
        Shares and minutes, shape (kinds, tiers, forces of the group).
    """
    commitments = evaluated.arrays.commitments
    kinds = len(group.hour_kinds)

    # A cell is a tier of a force; its commitments are those of that tier and force.
    tiers, forces = np.meshgrid(group.tiers, group.forces, indexing="ij")
    cell_tier = tiers.ravel()
    own = (commitments.tiers[:, None] == cell_tier) & (commitments.forces[:, None] == forces.ravel())
    active = np.array([kind.commitments for kind in group.hour_kinds]).reshape(kinds, -1)

    # Each commitment is spread evenly over the cell's units, and takes at most all of them.
    number = np.maximum(units.reshape(kinds, -1), 1)
    taken_share = np.minimum(evaluated.arrays.commitments.units[None, :, None] / number[:, None, :], 1.0)
    taken_share = taken_share * own * active[:, :, None] * commitments.share_of_weeks[:, None]

    shape = (kinds, group.tiers.size, group.forces.size)
    return Work(*(part.reshape(shape) for part in work_by(evaluated.arrays, taken_share, cell_tier)))


def _units_needed(
    evaluated: Evaluated, incident_type: int, measure: int, tiers: Codes, officers_in: int | None
) -> Codes:
    """Return the units of each tier that an attendance needs, shape (tiers,).

    These are the units that it asks for, and where their officers are too few, more units of the response
    tier among those whose officers count. Each unit is sought in its own tier, though others may stand in for
    it.
    """
    arrays = evaluated.arrays
    attendances = (arrays.types.first, arrays.types.full) if measure == FULL else (arrays.types.first,)
    units = np.max([attendance.units[incident_type][tiers] for attendance in attendances], axis=0)
    crew = arrays.tiers.crew[tiers]

    for attendance in attendances:
        counts = attendance.counts[incident_type][tiers]
        lacking = int(attendance.officers[incident_type]) - int((units * crew)[counts].sum())
        if lacking <= 0:
            continue
        if not counts.any():
            raise Refusal(
                f"no armed tier's officers count for {arrays.types.ids[incident_type]!r}",
                "list one under tiers",
            )
        tier = _response_tier(evaluated, tiers, counts, officers_in)
        units[tier] += -(-lacking // int(crew[tier]))  # rounded up to whole crews
    return np.asarray(units)


def _hour_kinds(
    evaluated: Evaluated, arrive_min: Floats, where: Where, deadline: Deadline
) -> tuple[list[HourKind], Floats]:
    """Return the kinds of hours, those with most work first, and the least work in each; see `Group`.

    A call keeps busy the units that its full attendance needs, of the tiers that are searched for, for their
    way and for the time at the scene.
    """
    arrays = evaluated.arrays
    commitments = arrays.commitments
    types = len(arrays.types)

    # Calls an hour by type, in the group as a whole; attacks are too rare to keep units busy.
    rates = call_rates(arrays)[:, np.isin(arrays.areas.forces, where.forces)].sum(axis=1)
    rates *= [stream != "attack" for stream in arrays.types.streams]

    usual_way_min, least_way_min = _way_min(evaluated, arrive_min, where, deadline)
    units = np.array([_units_kept_busy(evaluated, t, where) for t in range(types)])

    # Hours are of one kind where the same calls come and the same commitments of the group take place.
    own = np.isin(commitments.forces, where.forces) & np.isin(commitments.tiers, where.tiers)
    by_hour = np.hstack([arrays.types.hour_weight.T, (commitments.hours & own[:, None]).T.astype(float)])
    rows, kind_of_hour = np.unique(by_hour.round(ROUNDED_DIGITS), axis=0, return_inverse=True)

    kinds = list[HourKind]()
    least_work = list[Floats]()
    for number, row in enumerate(rows):
        calls = row[:types] * rates
        erlangs = calls * (scene_min(arrays) + usual_way_min) / 60.0
        work = erlangs @ units

        # Units that a call takes at once, weighted by the work that the call brings.
        squared = erlangs @ units**2
        peak = np.divide(squared, work, out=np.ones_like(work), where=work > 0)

        kinds.append(HourKind(kind_of_hour.ravel() == number, work, peak, row[types:] > 0))
        least_work.append((calls * (scene_min(arrays) + least_way_min) / 60.0) @ units)

    order = sorted(range(len(rows)), key=lambda k: (-float(kinds[k].work.sum()), k))
    return [kinds[k] for k in order], np.array([least_work[k] for k in order])


def _units_kept_busy(evaluated: Evaluated, incident_type: int, where: Where) -> Codes:
    """Return the units of each tier that a call keeps busy, shape (tiers,)."""
    tiers = where.tiers
    first = evaluated.arrays.types.first
    full = evaluated.arrays.types.full
    counts = (first.counts[incident_type] & full.counts[incident_type])[tiers]
    if not counts.any():  # its officers are of tiers that are not searched for
        return np.asarray(np.maximum(first.units[incident_type], full.units[incident_type])[tiers])
    return _units_needed(evaluated, incident_type, FULL, tiers, where.officers_in)


def _way_min(
    evaluated: Evaluated, arrive_min: Floats, where: Where, deadline: Deadline
) -> tuple[Floats, Floats]:
    """Return a unit's usual and least minutes from being sent to arriving, by type, shape (types,) [min].

    Usual are those of the last unit of the plan as it is, mean over the calls that are reached within the
    limit; where none is, the least ones. These are from the nearest usable site, mean over the calls.
    """
    model = evaluated.model
    arrays = evaluated.arrays

    # The mean of arrivals by the plan as it is, from its histogram; the last bin never arrives.
    types = tuple(range(len(arrays.types)))
    setting = replace(evaluated.setting, measured=types)
    outcome = evaluate(model, arrays, setting, start=evaluated.start, look=deadline.look)
    groups = np.isin(np.arange(arrays.places.groups) // len(arrays.classes), where.forces)
    histogram = outcome.histogram[:, FULL, WEIGHTS.index("demand")][:, groups, :-1].sum(axis=1)
    total = histogram.sum(axis=-1)
    bin_centre_min = (np.arange(histogram.shape[-1]) + 0.5) * BIN_MIN
    mean_min = np.divide(histogram @ bin_centre_min, total, out=np.zeros_like(total), where=total > 0)

    # The least there can be: every call has a unit at the nearest usable site.
    own = np.flatnonzero(np.isin(arrays.areas.forces, where.forces))
    nearest_min = arrive_min.min(axis=(0, 1), initial=np.inf)[own]
    can_be_reached = np.isfinite(nearest_min)
    calls = call_rates(arrays)[:, own] * can_be_reached
    reached = calls.sum(axis=1)
    minutes = calls @ np.where(can_be_reached, nearest_min, 0.0)
    least_min = np.divide(minutes, reached, out=np.zeros_like(reached), where=reached > 0)

    usual_min = np.maximum(mean_min - before_min(arrays)[FULL], 0.0)
    return np.where(total > 0, usual_min, least_min), least_min
