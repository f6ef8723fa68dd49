"""Forces that share units, and the question that need asks for them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from standby.cover._need_solve import Goal
from standby.cover.evaluated import Evaluated, weights_of_standards
from standby.demand import call_rates, ordinary_share
from standby.plan import HOURS_A_WEEK
from standby.queueing import BIN_MIN, MEASURES, SLACK_MIN, WEIGHTS, before_min, evaluate, scene_min
from standby.queueing.model import Codes, Floats, Mask
from standby.travel import Times

Sites = Literal["existing", "all"]

FULL = MEASURES.index("full")


@dataclass(frozen=True, eq=False)
class Group:
    """Forces that share units, and what a search for them needs.

    Parameters
    ----------
    forces, tiers, sites
        Codes: the forces, the tiers searched for, the sites that units may stand at.
    goals
        One for each standard that holds for somebody in these forces.
    held
        Share of time in ordinary work that can't be broken off, shape (tiers,).
    commitments
        Units that commitments hold, by hour of the week, shape (168, tiers).
    work
        Unit-hours of calls an hour, by hour of the week, shape (168, tiers).
    """

    forces: Codes
    tiers: Codes
    sites: Codes
    goals: dict[str, Goal]
    held: Floats
    commitments: Floats
    work: Floats


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


def group_of(e: Evaluated, times: Times, forces: Codes, sites: Sites) -> Group:
    """Return the question for some forces."""
    s = e.model.structure
    used = np.zeros(len(s.sites), dtype=bool)
    used[s.units.sites[e.model.rows]] = True
    usable = np.flatnonzero(
        np.isin(s.sites.forces, forces) & ((s.existing | used) if sites == "existing" else True)
    )
    places = np.isin(e.model.place_force, forces)
    weights = np.where(places, weights_of_standards(e, e.resolved), 0.0)
    rows = [row for row in range(len(e.standards)) if weights[row].sum() > 0]
    tiers = _tiers(e, rows)
    arrive = _minutes(e, times, tiers, usable)
    names = list(e.standards)
    _, held = ordinary_share(e.resolved)
    return Group(
        forces,
        tiers,
        usable,
        {names[row]: _goal(e, row, tiers, arrive, weights[row]) for row in rows},
        held[tiers],
        _committed(e, forces, tiers),
        _work(e, times, forces, tiers, usable),
    )


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
        raise ValueError("the plan has no armed tier; set armed = true for one")
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


def _minutes(e: Evaluated, times: Times, tiers: Codes, sites: Codes) -> Floats:
    """Return minutes from being sent to arriving, shape (tiers, sites, places) [min]."""
    r, s = e.resolved, e.model.structure
    factor = r["travel.emergency_factor"] * r["travel.model_factor"]
    moving = np.maximum(times.rows(s.sites.ids)[sites] - r["travel.start_min"], 0.0) * factor
    busy, held = ordinary_share(r)
    free = np.where(held < 1.0, 1.0 - held, 1.0)
    delay = np.nan_to_num(r["tiers.break_off_min"]) * (busy - held) / free
    ready = (r["tiers.turnout_min"] + delay)[tiers]
    return ready[:, None, None] + moving[None] * r["tiers.speed_factor"][tiers][:, None, None]


def _goal(e: Evaluated, row: int, tiers: Codes, arrive: Floats, weight: Floats) -> Goal:
    standard = list(e.standards.values())[row]
    t, m = int(e.setting.types[row]), int(e.setting.measures[row])
    before = before_min(e.resolved)[m, t]
    in_time = arrive + before <= e.setting.within_min[row][None, None, :] + SLACK_MIN
    return Goal(in_time, _needed(e, t, m, tiers), weight, standard.share, standard.reliability)


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
                raise ValueError(f"no armed tier's officers count for {s.types[t]!r}; list one under tiers")
            more = _response(e, tiers, counts)
            units[more] += -(-lacking // int(crew[more]))
    return np.asarray(units)


def _committed(e: Evaluated, forces: Codes, tiers: Codes) -> Floats:
    """Return units that commitments hold, by hour of the week and tier, shape (168, tiers)."""
    c, taken = e.model.structure.commitments, e.resolved["commitments.units"]
    held = np.zeros((HOURS_A_WEEK, tiers.size))
    for row in range(len(c.ids)):
        if c.forces[row] in forces and not c.may_break_off[row]:
            held[:, tiers == c.tiers[row]] += (taken[row] * c.share_of_weeks[row] * c.hours[row])[:, None]
    return held


def _work(e: Evaluated, times: Times, forces: Codes, tiers: Codes, sites: Codes) -> Floats:
    """Return unit-hours of calls an hour, by hour of the week and tier, shape (168, tiers).

    A call holds the units that its full attendance needs, of the tiers that are searched for, for their way
    and for the time at the scene.
    """
    s, r = e.model.structure, e.resolved
    rates = call_rates(r)[:, np.isin(s.areas.forces, forces)].sum(axis=1)
    rates *= [stream != "attack" for stream in s.streams]
    minutes = scene_min(r) + _way_min(e, times, forces, tiers, sites)
    units = np.array([_sent(e, t, tiers) for t in range(len(s.types))])
    each = (rates * minutes / 60.0)[:, None] * units  # (types, tiers)
    return np.asarray(s.hour_weight.T @ each)


def _sent(e: Evaluated, t: int, tiers: Codes) -> Codes:
    """Return the units of each tier that a call keeps busy, shape (tiers,)."""
    s = e.model.structure
    if not (s.first.counts[t] & s.full.counts[t])[tiers].any():  # its officers are of tiers not searched for
        return np.asarray(np.maximum(s.first.units[t], s.full.units[t])[tiers])
    return _needed(e, t, FULL, tiers)


def _way_min(e: Evaluated, times: Times, forces: Codes, tiers: Codes, sites: Codes) -> Floats:
    """Return a unit's minutes from being sent to arriving, mean over the calls, shape (types,) [min].

    Those of the last unit of the plan as it is, over the calls that are reached within the limit; where none
    is, those from the nearest usable site.
    """
    model, s = e.model, e.model.structure
    types = tuple(range(len(s.types)))
    outcome = evaluate(model, e.resolved, replace(e.setting, measured=types), start=e.start)
    groups = np.isin(np.arange(model.groups) // len(s.classes), forces)
    found = outcome.histogram[:, FULL, WEIGHTS.index("demand")][:, groups, :-1].sum(axis=1)
    total = found.sum(axis=-1)
    centre = (np.arange(found.shape[-1]) + 0.5) * BIN_MIN
    mean = np.divide(found @ centre, total, out=np.zeros_like(total), where=total > 0)
    own = np.isin(s.areas.forces, forces)
    nearest = _minutes(e, times, tiers, sites)[..., : own.size][..., own].min(axis=(0, 1), initial=np.inf)
    usual = float(nearest[np.isfinite(nearest)].mean()) if np.isfinite(nearest).any() else 0.0
    return np.where(total > 0, np.maximum(mean - before_min(e.resolved)[FULL], 0.0), usual)
