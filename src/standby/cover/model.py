"""A plan made ready for the cover kernels: built once, evaluated for every draw of the doubt."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from standby.cover._machine import machine, stack
from standby.plan import HOURS_A_WEEK, Resolved, Structure
from standby.travel import Times

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Period:
    """Hours of the week in which the same units are on duty, with the same work to do.

    Parameters
    ----------
    hours
        How many hours of the week [h].
    on_duty
        Units on duty, shape (units,).
    weight
        Calls an hour relative to the mean hour, shape (types,).
    commitments
        Commitments that take place, shape (commitments,).
    """

    hours: int
    on_duty: Mask
    weight: Floats
    commitments: Mask


@dataclass(frozen=True, eq=False)
class Machines:
    """The states of one attendance for every incident type.

    Parameters
    ----------
    next_state, done
        Shapes (types, states, kinds) and (types, states).
    kind
        Kind of each unit, -1 where it can't help, shape (types, units).
    """

    next_state: Codes
    done: Mask
    kind: Codes


@dataclass(frozen=True, eq=False)
class CoverModel:
    """What evaluating cover needs that no figure changes.

    Parameters
    ----------
    structure
        Codes and masks of the plan.
    rows
        Row of ``units.csv`` that each armed unit belongs to, shape (units,).
    car_min
        Ordinary drive from each unit's site to each place, shape (units, places) [min].
    place_force, place_class
        Codes, shape (places,); areas come before key locations.
    group
        Force × class of a place in a planned force, -1 elsewhere, shape (places,).
    border
        Whether a unit is another force's and not shared, shape (units, forces).
    first, full
        Machines of the first armed arrival and of the full attendance.
    periods
        Kinds of hours.
    limit_min
        Times beyond this are not told apart [min].
    """

    structure: Structure
    rows: Codes
    car_min: Floats
    place_force: Codes
    place_class: Codes
    group: Codes
    border: Mask
    first: Machines
    full: Machines
    periods: tuple[Period, ...]
    limit_min: float

    @property
    def groups(self) -> int:
        """Number of groups, forces × classes."""
        return len(self.structure.forces) * len(self.structure.classes)


def cover_model(resolved: Resolved, times: Times) -> CoverModel:
    """Build the model of a plan.

    Parameters
    ----------
    resolved
        The plan; only its structure is used.
    times
        Minutes from every site that a unit uses to every place.
    """
    s = resolved.structure
    rows = np.repeat(np.arange(len(s.units)), s.units.count)
    rows = rows[s.armed[s.units.tiers[rows]]]
    site_rows = times.rows(s.sites.ids)
    place_force = np.concatenate([s.areas.forces, s.key_locations.forces])
    place_class = np.concatenate([s.areas.classes, s.key_locations.classes])
    group = np.where(s.planned[place_force], place_force * len(s.classes) + place_class, -1)
    force = s.units.forces[rows]
    own = force[:, None] == np.arange(len(s.forces))[None, :]
    shared = s.shares[force] & s.units.pooled[rows][:, None]
    return CoverModel(
        structure=s,
        rows=rows,
        car_min=np.ascontiguousarray(site_rows[s.units.sites[rows]]),
        place_force=place_force,
        place_class=place_class,
        group=group,
        border=~(own | shared),
        first=_machines(s, rows, full=False),
        full=_machines(s, rows, full=True),
        periods=_periods(s, rows),
        limit_min=resolved.plan.document.travel.limit_min,
    )


def _machines(s: Structure, rows: Codes, *, full: bool) -> Machines:
    pairs = list(zip(s.units.tiers[rows].tolist(), s.units.crew[rows].tolist(), strict=True))
    kinds = sorted(set(pairs)) or [(0, int(s.crew[0]))]
    part = s.full if full else s.first
    officers = np.maximum(s.first.officers, s.full.officers) if full else s.first.officers
    units = np.maximum(s.first.units, s.full.units) if full else s.first.units
    made = [machine(int(officers[t]), units[t], part.counts[t], s.serves, kinds) for t in range(len(s.types))]
    following, done = stack(made)
    own = np.array([kinds.index(pair) for pair in pairs], dtype=np.int64)
    kind = np.array([np.where(m.useful[own], own, -1) for m in made], dtype=np.int64).reshape(
        len(made), len(rows)
    )
    return Machines(following, done, kind)


def _periods(s: Structure, rows: Codes) -> tuple[Period, ...]:
    columns = np.vstack([s.units.hours[rows], s.commitments.hours, s.hour_weight]).T  # (168, ...)
    kinds, first, counts = np.unique(columns, axis=0, return_index=True, return_counts=True)
    units, commitments = len(rows), len(s.commitments.ids)
    order = np.argsort(first)
    if int(counts.sum()) != HOURS_A_WEEK:
        raise RuntimeError("the periods do not add up to a week")
    return tuple(
        Period(
            hours=int(counts[k]),
            on_duty=kinds[k, :units].astype(bool),
            weight=np.ascontiguousarray(kinds[k, units + commitments :], dtype=float),
            commitments=kinds[k, units : units + commitments].astype(bool),
        )
        for k in order
    )
