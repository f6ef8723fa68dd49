"""A plan made ready for the cover kernels: built once, evaluated for every draw of the doubt."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from standby.cover._machine import machine, stack
from standby.plan import Resolved, Structure
from standby.travel import Times

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Period:
    """Hours of the week in which the same units are on duty, with the same commitments.

    Within them calls come at their mean rate.

    Parameters
    ----------
    hours
        How many hours of the week [h].
    on_duty
        Units on duty, shape (units,).
    weight
        Calls an hour relative to the mean hour of the week, shape (types,).
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
    sizes
        Number of states, shape (types,).
    """

    next_state: Codes
    done: Mask
    sizes: Codes
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
    alike
        Incident types of one attendance, which keep units busy in the same way.
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
    alike: tuple[Codes, ...]
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
    full = _machines(s, rows, full=True)
    return CoverModel(
        structure=s,
        rows=rows,
        car_min=np.ascontiguousarray(site_rows[s.units.sites[rows]]),
        place_force=place_force,
        place_class=place_class,
        group=group,
        border=~(own | shared),
        first=_machines(s, rows, full=False),
        full=full,
        alike=_alike(s, full),
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
    following, done, sizes = stack(made)
    own = np.array([kinds.index(pair) for pair in pairs], dtype=np.int64)
    kind = np.array([np.where(m.useful[own], own, -1) for m in made], dtype=np.int64).reshape(
        len(made), len(rows)
    )
    return Machines(following, done, sizes, kind)


def _alike(s: Structure, machines: Machines) -> tuple[Codes, ...]:
    """Group the incident types whose full attendance is the same; attacks keep nobody busy."""
    groups: dict[bytes, list[int]] = {}
    for t, stream in enumerate(s.streams):
        if stream != "attack":
            parts = (machines.next_state[t], machines.done[t], machines.kind[t])
            groups.setdefault(b"".join(part.tobytes() for part in parts), []).append(t)
    return tuple(np.array(group) for group in groups.values())


def _periods(s: Structure, rows: Codes) -> tuple[Period, ...]:
    columns = np.vstack([s.units.hours[rows], s.commitments.hours]).T  # (168, ...)
    kinds, first, kind = np.unique(columns, axis=0, return_index=True, return_inverse=True)
    return tuple(
        Period(
            hours=int((kind == k).sum()),
            on_duty=np.ascontiguousarray(kinds[k, : len(rows)]),
            weight=s.hour_weight[:, kind == k].mean(axis=1),
            commitments=np.ascontiguousarray(kinds[k, len(rows) :]),
        )
        for k in np.argsort(first)
    )
