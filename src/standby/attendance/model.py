"""A plan made ready to ask who attends: built once, evaluated for every draw of the doubt."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
from scipy.sparse.csgraph import connected_components

from standby._refusals import Refusal
from standby._show import Shown
from standby._typing import Codes, Floats, Mask
from standby.attendance._kernels import Machines
from standby.attendance._machine import Machine, Needed, machine, stack
from standby.demand import call_rates, scene_min
from standby.plan import HOURS_A_WEEK, Resolved, Structure
from standby.queueing.congestion import NODES
from standby.queueing.kernels_congestion import Pools
from standby.travel import Times

MEASURES = ("first", "full")
"""First armed arrival and full attendance, in the order of every axis of measures."""

PEAK_WORK = 0.25
"""Units at work in the peak beyond those of the mean hour, above which hours are told apart by their calls.

Of some group of forces that share units [Erlangs]. A rule that looked at the units' own hours would give one
fleet several answers, as its rows divide the week.
"""


@dataclass(frozen=True, eq=False)
class Period(Shown):
    """Hours of the week in which the same units are on duty, with the same commitments.

    Where peaks of calls could matter, their rates are the same as well; see `PEAK_WORK`. Elsewhere calls come
    at the mean rate of these hours: in the packaged plan of three forces, telling hours apart by their calls
    moves no share by more than 0.0004.

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
class AttendanceModel(Shown):
    """Who can attend what, and when they are on duty: all that no figure changes.

    Parameters
    ----------
    structure
        Codes and masks of the plan.
    rows
        Row of ``units.csv`` that each unit belongs to, shape (units,): the armed ones, and those that an
        attendance asks for.
    car_min
        Ordinary drive from each unit's site to each place, shape (units, places) [min].
    order
        Units of each place by that drive, shape (places, units).
    place_force, place_class
        Codes, shape (places,); areas come before key locations.
    group
        Force × class of a place in a planned force, -1 elsewhere, shape (places,).
    border
        Whether a unit is another force's and not shared, shape (units, forces).
    machines
        First armed arrival and full attendance of every incident type.
    busy_types
        Machines that keep units busy, each with its incident types; attacks keep nobody busy.
    periods
        Kinds of hours.
    pools
        Share of a commitment that falls on each unit, were it for one unit, shape (periods, commitments,
        units): the units on duty of its force and tier take it evenly.
    congestion
        The units that calls keep busy together, and the nodes that stand for how busy their pool is.
    limit_min
        Times beyond this are not told apart [min].
    """

    structure: Structure
    rows: Codes
    car_min: Floats
    order: Codes
    place_force: Codes
    place_class: Codes
    group: Codes
    border: Mask
    machines: Machines
    busy_types: dict[int, Codes]
    periods: tuple[Period, ...]
    pools: Floats
    congestion: Pools
    limit_min: float

    @property
    def groups(self) -> int:
        """Number of groups, forces × classes."""
        return len(self.structure.forces) * len(self.structure.classes)


def attendance_model(resolved: Resolved, times: Times) -> AttendanceModel:
    """Build the model of a plan.

    Parameters
    ----------
    resolved
        The plan; only its structure is used, and its calls to judge whether their peaks matter.
    times
        Minutes from every site that a unit uses to every place.

    Raises
    ------
    KeyError
        If the times lack a site of the plan.
    ValueError
        If the times are for other areas and key locations, or an attendance has too many states.
    """
    s = resolved.structure
    places = (*s.areas.ids, *s.key_locations.ids)
    if times.place_ids != places:
        raise Refusal("the times are for other areas or key locations", "make them with travel_times(plan)")

    # A row of the table of units stands for several units; only tiers that can matter are followed.
    rows = np.repeat(np.arange(len(s.units)), s.units.count)
    rows = rows[_counted_tiers(s)[s.units.tiers[rows]]]
    car_min = np.ascontiguousarray(times.rows(s.sites.ids)[s.units.sites[rows]])

    place_force = np.concatenate([s.areas.forces, s.key_locations.forces])
    place_class = np.concatenate([s.areas.classes, s.key_locations.classes])

    unit_force = s.units.forces[rows]
    own = unit_force[:, None] == np.arange(len(s.forces))[None, :]
    shared = s.shares[unit_force] & s.units.pooled[rows][:, None]

    machines = _machines(s, rows)
    periods = _periods(resolved, rows)
    busy_types = _busy_types(s, machines)
    return AttendanceModel(
        structure=s,
        rows=rows,
        car_min=car_min,
        order=np.argsort(car_min.T, axis=1, kind="stable"),
        place_force=place_force,
        place_class=place_class,
        group=np.where(s.planned[place_force], place_force * len(s.classes) + place_class, -1),
        border=~(own | shared),
        machines=machines,
        busy_types=busy_types,
        periods=periods,
        pools=_pools(s, rows, periods),
        congestion=_congestion(resolved, rows, machines, list(busy_types), place_force),
        limit_min=resolved.plan.document.travel.limit_min,
    )


def _counted_tiers(s: Structure) -> Mask:
    """Return the tiers whose units count: armed ones, and those that can serve where a tier is asked for."""
    asked_for = np.any((s.first.units > 0) | (s.full.units > 0), axis=0)
    return np.asarray(s.armed | s.serves[:, asked_for].any(axis=1))


def _machines(s: Structure, rows: Codes) -> Machines:
    """Return the machines; full attendance is complete when the first armed arrival is complete as well."""
    # A kind of unit is a tier with a size of crew.
    unit_pairs = list(zip(s.units.tiers[rows].tolist(), s.units.crew[rows].tolist(), strict=True))
    kinds = sorted(set(unit_pairs)) or [(0, int(s.crew[0]))]

    # Attendances with identical transitions share one machine.
    distinct = list[Machine]()
    number_by_transitions: dict[bytes, int] = {}
    of = np.empty((len(MEASURES), len(s.types)), dtype=np.int64)
    for t in range(len(s.types)):
        first = Needed(int(s.first.officers[t]), s.first.counts[t], s.first.units[t])
        full = Needed(int(s.full.officers[t]), s.full.counts[t], s.full.units[t])
        for measure, parts in enumerate(([first], [first, full])):
            candidate = machine(parts, s.serves, kinds)
            number = number_by_transitions.setdefault(candidate.next_state.tobytes(), len(distinct))
            if number == len(distinct):
                distinct.append(candidate)
            of[measure, t] = number

    next_state, sizes = stack(distinct)
    unit_kind = np.array([kinds.index(pair) for pair in unit_pairs], dtype=np.int64)
    kind = np.array([np.where(m.useful[unit_kind], unit_kind, -1) for m in distinct], dtype=np.int64)
    chain = np.array([m.is_chain and 2 <= m.states <= 3 for m in distinct])
    return Machines(next_state, sizes, kind.reshape(len(distinct), len(rows)), chain, of)


def _busy_types(s: Structure, machines: Machines) -> dict[int, Codes]:
    """Return the machines that keep units busy, each with its incident types; attacks keep nobody busy."""
    is_busy = np.array([stream != "attack" for stream in s.streams])
    full = machines.of[MEASURES.index("full")]
    return {int(number): np.flatnonzero(is_busy & (full == number)) for number in np.unique(full[is_busy])}


def _periods(resolved: Resolved, rows: Codes) -> tuple[Period, ...]:
    """Return the kinds of hours, in the order in which they first come in the week."""
    s = resolved.structure
    count = len(rows), len(s.commitments.hours)
    columns = np.hstack([s.units.hours[rows].T, s.commitments.hours.T, _peaks(resolved)])  # (168, ...)
    kinds, first_hour, kind = np.unique(columns, axis=0, return_index=True, return_inverse=True)
    return tuple(
        Period(
            hours=int((kind == k).sum()),
            on_duty=np.ascontiguousarray(kinds[k, : count[0]] > 0),
            weight=s.hour_weight[:, kind == k].mean(axis=1),
            commitments=np.ascontiguousarray(kinds[k, count[0] : sum(count)] > 0),
        )
        for k in np.argsort(first_hour)
    )


def _peaks(resolved: Resolved) -> Floats:
    """Return rates of calls that tell hours apart, relative to the mean hour: (168, types) or (168, 0)."""
    s = resolved.structure
    keeps_busy = np.array([stream != "attack" for stream in s.streams], dtype=bool)

    # Units at work in the mean hour [Erlangs], by type and group of forces that share units.
    rates = call_rates(resolved)
    work = rates.reshape(-1, *rates.shape[-2:]).mean(axis=0) * (_central(scene_min(resolved)) / 60.0)[:, None]
    group = _connected(s.shares)[s.areas.forces]
    by_group = np.array([work[:, group == g].sum(axis=1) for g in np.unique(group)])[:, keeps_busy]

    by_hour = by_group @ s.hour_weight[keeps_busy]
    beyond_mean = by_hour - by_group.sum(axis=1, keepdims=True)
    if beyond_mean.max(initial=0.0) <= PEAK_WORK:
        return np.empty((HOURS_A_WEEK, 0))
    return np.asarray(s.hour_weight[keeps_busy].T)


def _central(values: Floats) -> Floats:
    """Return values by type, the mean where there is one a draw."""
    return np.asarray(values.reshape(-1, values.shape[-1]).mean(axis=0))


def _pools(s: Structure, rows: Codes, periods: tuple[Period, ...]) -> Floats:
    """Return the share of a commitment for one unit that falls on each unit: see `AttendanceModel.pools`."""
    commitments = s.commitments
    same_tier = s.units.tiers[rows] == commitments.tiers[:, None]
    same_force = s.units.forces[rows] == commitments.forces[:, None]
    can_take = same_tier & same_force

    in_pool = np.array([p.commitments[:, None] & can_take & p.on_duty for p in periods], dtype=float)
    return np.asarray(in_pool / np.maximum(in_pool.sum(axis=-1, keepdims=True), 1.0))


def _congestion(
    resolved: Resolved, rows: Codes, machines: Machines, worked: list[int], place_force: Codes
) -> Pools:
    """Return the pools of units that calls keep busy together.

    A pool is of the forces that share units, and of the kinds of which one can do the other's part in a call
    that keeps units busy. Units alike share its work evenly: those of one site, tier, crew, force, hours and
    control, unless a row has a notice of its own.
    """
    s = resolved.structure
    force_group = _connected(s.shares)
    kind_group = _connected(_replaceable(machines, worked))

    # Kind of each unit that some call can use, -1 for the others.
    worked_kind = machines.kind[worked] if worked else np.empty((0, rows.size), dtype=np.int64)
    unit_kind = worked_kind.max(axis=0, initial=-1)

    # Pools in the order of their first unit; a unit of no use to any call that keeps units busy is in none.
    keys = list[tuple[int, int] | None]()
    for row, kind in zip(rows, unit_kind, strict=True):
        force = s.units.forces[row]
        keys.append((int(force_group[force]), int(kind_group[kind])) if kind >= 0 else None)
    pools = list(dict.fromkeys(key for key in keys if key is not None))
    of = np.array([-1 if key is None else pools.index(key) for key in keys], dtype=np.int64)
    home = np.array([group for group, _ in pools], dtype=np.int64)

    # How many units of a pool a call takes, were no others to come.
    takes = np.zeros((machines.sizes.size, len(pools)), dtype=np.int64)
    for number in worked:
        kinds = machines.kind[number]
        for pool in range(len(pools)):
            useful = kinds[(of == pool) & (kinds >= 0)]
            if useful.size:
                takes[number, pool] = len(_states_alone(machines, number, int(useful[0])))

    # Of units of other forces only the share of time that each is busy counts: they need no nodes.
    counted = np.where(np.isin(home, force_group[s.planned])[of], of, -1) if home.size else of
    groups = int(force_group.max(initial=0)) + 1
    first, step, most = _nodes(home, counted, groups)
    return Pools(
        of=of,
        alike=_alike(resolved, rows),
        takes=takes,
        place=force_group[place_force],
        home=home,
        first=first,
        step=step,
        most=most,
    )


def _connected(linked: Mask) -> Codes:
    """Return for each row the number of the connected component that it is in, linked as `linked` says."""
    _, component = connected_components(linked, directed=False)
    return np.asarray(component, dtype=np.int64)


def _states_alone(machines: Machines, machine: int, kind: int) -> list[int]:
    """Return the states that units of one kind lead to, until another one is of no use."""
    states = list[int]()
    state = 0
    while (after := int(machines.next_state[machine, kind, state])) != state:
        states.append(after)
        state = after
    return states


def _replaceable(machines: Machines, worked: list[int]) -> Mask:
    """Return which kinds can do the other's part: enough of one leave nothing to it, (kinds, kinds)."""
    kinds = machines.next_state.shape[1]
    leaves_nothing = np.eye(kinds, dtype=bool)
    for number in worked:
        useful = np.unique(machines.kind[number][machines.kind[number] >= 0])
        for kind in useful:
            end = _states_alone(machines, number, int(kind))[-1]
            leaves_nothing[kind, useful] |= machines.next_state[number, useful, end] == end
    return leaves_nothing | leaves_nothing.T


def _alike(resolved: Resolved, rows: Codes) -> Codes:
    """Return a number for each unit that it has in common with the units like it, shape (units,)."""
    units = resolved.structure.units
    keys = [
        (
            int(units.sites[row]), int(units.tiers[row]), int(units.forces[row]), int(units.crew[row]),
            bool(units.pooled[row]), units.hours[row].tobytes(), int(resolved.slots["units.notice_min"][row]),
        )
        for row in rows
    ]  # fmt: skip
    distinct = list(dict.fromkeys(keys))
    return np.array([distinct.index(key) for key in keys], dtype=np.int64)


def _nodes(home: Codes, of: Codes, groups: int) -> tuple[Codes, Codes, Codes]:
    """Return the first node of each group, each node's node of every pool, and the most nodes of each pool.

    A group's nodes are every combination of the nodes of its pools, which are independent of each other.
    """
    size = np.bincount(of[of >= 0], minlength=home.size)
    most = np.ones(home.size, dtype=np.int64)
    first = [0]
    step = list[Codes]()

    for group in range(groups):
        own = np.flatnonzero(home == group)

        # The more pools a group has, the fewer nodes each, as their numbers multiply; a lone unit needs one.
        several = own[size[own] > 1]
        limit = NODES[min(max(several.size, 1), len(NODES)) - 1]
        most[several] = np.minimum(limit, (size[several] + 2) // 2)

        for combination in product(*(range(int(n)) for n in most[own])):
            row = np.full(home.size, -1, dtype=np.int64)
            row[own] = combination
            step.append(row)
        first.append(len(step))

    return np.array(first), np.array(step, dtype=np.int64).reshape(len(step), home.size), most
