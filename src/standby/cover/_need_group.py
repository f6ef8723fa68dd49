"""Forces that share units, and the question that need asks for them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from standby._refusals import Refusal
from standby._typing import Codes, Floats, Mask
from standby.attendance import (
    BIN_MIN,
    MEASURES,
    SLACK_MIN,
    WEIGHTS,
    before_min,
    drive_factor,
    driving_min,
    evaluate,
    held_by,
    ready_min,
    scene_min,
)
from standby.cover._need_solve import Goal
from standby.cover.evaluated import Evaluated, weights_of_standards
from standby.demand import call_rates
from standby.travel import Times

Sites = Literal["existing", "all"]

FULL = MEASURES.index("full")


@dataclass(frozen=True, eq=False)
class Hours:
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
class Asked:
    """One standard in one force.

    Parameters
    ----------
    row, force
        Row of the standard, code of the force.
    spare_min
        Minutes to spare of a unit with nothing to break off, shape (tiers, sites, places) [min].
    needed, weight, share, reliability
        As in `Goal`.
    """

    row: int
    force: int
    spare_min: Floats
    needed: Codes
    weight: Floats
    share: float
    reliability: float

    def goal(self, late_min: Floats) -> Goal:
        """Return the goal where units are late by breaking off, late_min of shape (tiers, sites) [min]."""
        in_time = self.spare_min >= late_min[:, :, None]
        return Goal(in_time, self.needed, self.weight, self.share, self.reliability)


@dataclass(frozen=True, eq=False)
class Group:
    """Forces that share units, and what a search for them needs.

    Parameters
    ----------
    forces, tiers, sites
        Codes: the forces, the tiers searched for, the sites that units may stand at.
    asked
        One question for each standard and force for whom it holds.
    site_force
        Place in ``forces`` of the force of each site, shape (sites,).
    capacity
        Units that each site can hold, shape (sites,).
    hours
        The kinds of hours, those with most work first.
    least_work
        Work of each tier in each kind of hours if the nearest site had a free unit, shape (kinds, tiers)
        [erlang].
    """

    forces: Codes
    tiers: Codes
    sites: Codes
    asked: list[Asked]
    site_force: Codes
    capacity: Floats
    hours: list[Hours]
    least_work: Floats

    def of(self, row: int | None) -> list[Asked]:
        """Return the questions of a standard, or of all."""
        return [asked for asked in self.asked if row is None or asked.row == row]


def sharing(e: Evaluated) -> list[Codes]:
    """Return the planned forces in groups that share units.

    The first force is grouped with all that it shares with, then the first of the others: where A shares with
    B and B with C, but A not with C, C stands alone, which asks for no fewer units than there would have to
    be.
    """
    s = e.model.structure
    left, groups = [int(f) for f in np.flatnonzero(s.planned)], []
    while left:
        together = [f for f in left if s.shares[left[0], f]]
        groups.append(np.array(together))
        left = [f for f in left if f not in together]
    return groups


def usable_sites(e: Evaluated, forces: Codes, sites: Sites) -> Codes:
    """Return the sites of some forces that units may stand at."""
    s = e.model.structure
    used = np.zeros(len(s.sites), dtype=bool)
    used[s.units.sites[e.model.rows]] = True
    return np.flatnonzero(
        np.isin(s.sites.forces, forces) & ((s.existing | used) if sites == "existing" else True)
    )


def group_of(
    e: Evaluated, times: Times, forces: Codes, sites: Sites, *, look: Callable[[], object] | None = None
) -> Group | None:
    """Return the question for some forces; None where no standard holds for anybody in them.

    look, called now and then, may raise where time is up.
    """
    s = e.model.structure
    usable = usable_sites(e, forces, sites)
    weights = weights_of_standards(e, e.resolved)
    held = [k for k in range(len(e.standards)) if weights[k][np.isin(e.model.place_force, forces)].sum() > 0]
    if not held:
        return None
    tiers = _tiers(e, held)
    hours, least = _hours_of(e, times, forces, tiers, usable, look)
    places = np.searchsorted(forces, s.sites.forces[usable])
    asked = asked_of(e, times, forces, tiers, usable)
    return Group(forces, tiers, usable, asked, places, s.capacity[usable], hours, least)


def asked_of(
    e: Evaluated, times: Times, forces: Codes, tiers: Codes, sites: Codes, *, longer_min: float = 0.0
) -> list[Asked]:
    """Return the questions of some forces.

    Parameters
    ----------
    e, times, forces, tiers, sites
        The plan made ready, its minutes, and codes.
    longer_min
        Minutes by which every standard is longer than the plan says [min].
    """
    weights = weights_of_standards(e, e.resolved)
    arrive = minutes_of(e, times, tiers, sites)
    found = list[Asked]()
    for row, standard in enumerate(e.standards.values()):
        t, m = int(e.setting.types[row]), int(e.setting.measures[row])
        within = np.where(np.isnan(e.setting.within_min[row]), -np.inf, e.setting.within_min[row])
        spare = within + longer_min - before_min(e.resolved)[m, t] + SLACK_MIN - arrive
        for force in forces:
            own = np.where(e.model.place_force == force, weights[row], 0.0)
            if own.sum() > 0:
                needed = _needed(e, t, m, tiers)
                found.append(Asked(row, int(force), spare, needed, own, standard.share, standard.reliability))
    return found


def _hours(e: Evaluated) -> Floats:
    """Return crewed unit-hours of the planned forces by tier, shape (tiers,) [h/week]."""
    s = e.model.structure
    hours = np.zeros(len(s.tiers))
    rows = e.model.rows[s.planned[s.units.forces[e.model.rows]]]
    np.add.at(hours, s.units.tiers[rows], s.units.hours[rows].sum(axis=1))
    return hours


def _response(e: Evaluated, tiers: Codes, among: Mask) -> int:
    """Return the place in a list of tiers of the one that officers are sought in, shape of among (tiers,).

    That with most crewed hours in the planned forces, of crews that have no other role if there are such.
    """
    s = e.model.structure
    order = np.where(s.dual_role[tiers], 0.0, 1.0 + _hours(e)[tiers])
    return int(np.argmax(np.where(among, order, -1.0)))


def _tiers(e: Evaluated, rows: list[int]) -> Codes:
    """Return the tiers to search for: those that the standards ask for, and one whose officers count."""
    s = e.model.structure
    if not s.armed.any():
        raise Refusal("the plan has no armed tier", "set armed = true for one")
    every = np.arange(len(s.tiers))
    found = {_response(e, every, s.armed)}
    for row in rows:
        t = int(e.setting.types[row])
        parts = (s.first, s.full) if e.setting.measures[row] == FULL else (s.first,)
        for part in parts:
            found |= set(np.flatnonzero(part.units[t]).tolist())
            if part.officers[t] > 0 and part.counts[t].any() and not part.counts[t][sorted(found)].any():
                found.add(_response(e, every, part.counts[t]))
    return np.array(sorted(found), dtype=np.int64)


def minutes_of(e: Evaluated, times: Times, tiers: Codes, sites: Codes) -> Floats:
    """Return minutes to arriving with nothing to break off, shape (tiers, sites, places) [min]."""
    r, s = e.resolved, e.model.structure
    car_min = times.rows(s.sites.ids)[sites]
    drive = driving_min(car_min[None], r["travel.start_min"], drive_factor(r, tiers)[:, None, None])
    return ready_min(r, tiers)[:, None, None] + drive


def held_and_late(e: Evaluated, group: Group, units: Codes) -> tuple[Floats, Floats]:
    """Return how long units of each kind of hours, tier and force are held, and how late the rest.

    Parameters
    ----------
    e, group
        The plan made ready, and the group.
    units
        Units by kind of hours, tier and force on which commitments fall evenly, shape (kinds, tiers, forces).

    Returns
    -------
    held, late
        Shape (kinds, tiers, forces of the group) [chance] and [min].
    """
    c = e.model.structure.commitments
    tier, force = (x.ravel() for x in np.meshgrid(group.tiers, group.forces, indexing="ij"))
    mine = (c.tiers[:, None] == tier) & (c.forces[:, None] == force)  # (commitments, cells)
    number = np.maximum(units.reshape(len(group.hours), -1), 1)
    active = np.array([kind.commitments for kind in group.hours]).reshape(len(group.hours), -1)
    taken = np.minimum(e.resolved["commitments.units"][None, :, None] / number[:, None, :], 1.0)
    taken = taken * mine * active[:, :, None] * c.share_of_weeks[:, None]
    held, late = held_by(e.resolved, taken, tier)
    shape = (len(group.hours), group.tiers.size, group.forces.size)
    return held.reshape(shape), late.reshape(shape)


def _needed(e: Evaluated, t: int, m: int, tiers: Codes) -> Codes:
    """Return the units of each tier that an attendance needs, shape (tiers,).

    Those that it asks for, and for the officers beyond them more of the first of these tiers whose officers
    count: each of them is sought in its own tier, though others may stand in for it.
    """
    s = e.model.structure
    parts = (s.first, s.full) if m == FULL else (s.first,)
    units = np.max([part.units[t][tiers] for part in parts], axis=0)
    crew = s.crew[tiers]
    for part in parts:
        counts = part.counts[t][tiers]
        lacking = int(part.officers[t]) - int((units * crew)[counts].sum())
        if lacking > 0:
            if not counts.any():
                raise Refusal(f"no armed tier's officers count for {s.types[t]!r}", "list one under tiers")
            more = _response(e, tiers, counts)
            units[more] += -(-lacking // int(crew[more]))
    return np.asarray(units)


def _hours_of(
    e: Evaluated,
    times: Times,
    forces: Codes,
    tiers: Codes,
    sites: Codes,
    look: Callable[[], object] | None,
) -> tuple[list[Hours], Floats]:
    """Return the kinds of hours, those with most work first, and the least work in each; see `Group`.

    A call holds the units that its full attendance needs, of the tiers that are searched for, for their way
    and for the time at the scene.
    """
    s, r, c = e.model.structure, e.resolved, e.model.structure.commitments
    rates = call_rates(r)[:, np.isin(s.areas.forces, forces)].sum(axis=1)
    rates *= [stream != "attack" for stream in s.streams]
    usual, nearest = _way_min(e, times, forces, tiers, sites, look)
    units = np.array([_sent(e, t, tiers) for t in range(len(s.types))])
    own = np.isin(c.forces, forces) & np.isin(c.tiers, tiers)

    columns = np.hstack([s.hour_weight.T, (c.hours & own[:, None]).T.astype(float)])
    kinds, of = np.unique(columns.round(12), axis=0, return_inverse=True)
    found, least = list[Hours](), list[Floats]()
    for number, kind in enumerate(kinds):
        calls = kind[: len(s.types)] * rates
        work = (calls * (scene_min(r) + usual) / 60.0) @ units
        square = (calls * (scene_min(r) + usual) / 60.0) @ units**2
        peak = np.divide(square, work, out=np.ones_like(work), where=work > 0)
        found.append(Hours(of.ravel() == number, work, peak, kind[len(s.types) :] > 0))
        least.append((calls * (scene_min(r) + nearest) / 60.0) @ units)
    order = sorted(range(len(kinds)), key=lambda k: (-float(found[k].work.sum()), k))
    return [found[k] for k in order], np.array([least[k] for k in order])


def _sent(e: Evaluated, t: int, tiers: Codes) -> Codes:
    """Return the units of each tier that a call keeps busy, shape (tiers,)."""
    s = e.model.structure
    if not (s.first.counts[t] & s.full.counts[t])[tiers].any():  # its officers are of tiers not searched for
        return np.asarray(np.maximum(s.first.units[t], s.full.units[t])[tiers])
    return _needed(e, t, FULL, tiers)


def _way_min(
    e: Evaluated,
    times: Times,
    forces: Codes,
    tiers: Codes,
    sites: Codes,
    look: Callable[[], object] | None,
) -> tuple[Floats, Floats]:
    """Return a unit's minutes from being sent to arriving, mean over the calls, shape (types,) [min].

    First those of the last unit of the plan as it is, over the calls that are reached within the limit; where
    none is, the others. Then those from the nearest usable site, the least that there can be.
    """
    model, s = e.model, e.model.structure
    types = tuple(range(len(s.types)))
    outcome = evaluate(model, e.resolved, replace(e.setting, measured=types), start=e.start, look=look)
    groups = np.isin(np.arange(model.groups) // len(s.classes), forces)
    found = outcome.histogram[:, FULL, WEIGHTS.index("demand")][:, groups, :-1].sum(axis=1)
    total = found.sum(axis=-1)
    centre = (np.arange(found.shape[-1]) + 0.5) * BIN_MIN
    mean = np.divide(found @ centre, total, out=np.zeros_like(total), where=total > 0)

    own = np.flatnonzero(np.isin(s.areas.forces, forces))
    nearest = minutes_of(e, times, tiers, sites)[..., own].min(axis=(0, 1), initial=np.inf)
    calls = call_rates(e.resolved)[:, own] * np.isfinite(nearest)
    reached = calls.sum(axis=1)
    minutes = calls @ np.where(np.isfinite(nearest), nearest, 0.0)
    least = np.divide(minutes, reached, out=np.zeros_like(reached), where=reached > 0)
    return np.where(total > 0, np.maximum(mean - before_min(e.resolved)[FULL], 0.0), least), least
