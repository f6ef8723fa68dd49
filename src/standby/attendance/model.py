"""A plan made ready to ask who attends: built once, evaluated for every draw of the doubt."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import NamedTuple

import numpy as np
from scipy.sparse.csgraph import connected_components

from standby._refusals import Refusal
from standby._show import Shown
from standby._typing import Codes, Floats, Mask
from standby.attendance._kernels import Machines
from standby.attendance._kernels_positions import gather
from standby.attendance._machine import Machine, Needed, machine, stack
from standby.demand import call_rates, scene_min
from standby.plan import HOURS_A_WEEK, MEASURES, PlanArrays
from standby.queueing.congestion import NODES
from standby.queueing.kernels_congestion import Pools
from standby.travel import Times

PEAK_WORK = 0.25
"""Units at work in the peak beyond those of the mean hour, above which hours are told apart by their calls.

Of some group of forces that share units [Erlangs]. A rule that looked at the units' own hours would give one
fleet several answers, as its rows divide the week.
"""

MOST_POSITIONS = 24
"""Arrivals at a place that stand for all patrols of a unit."""

FEWEST_POSITIONS = 2
"""The same of each of its patrols, however many these are."""


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


class Positions(NamedTuple):
    """Where units may be when they are sent; the positions of a unit stand together, its site first.

    Those of a patrol are others for every place: what counts is how long the way from there is.

    Parameters
    ----------
    unit
        Unit that may be there, shape (positions,).
    patrol
        Row of its patrol in `PatrolArrays`, -1 for its site, shape (positions,).
    weight
        Share of the patrol's time that it is there, 1 for a site, shape (positions, places).
    """

    unit: Codes
    patrol: Codes
    weight: Floats


@dataclass(frozen=True, eq=False)
class AttendanceModel(Shown):
    """Who can attend what, and when they are on duty: all that no figure changes.

    Parameters
    ----------
    rows
        Row of ``units.csv`` that each unit belongs to, shape (units,): the armed ones, and those that an
        attendance asks for.
    positions
        Where each unit may be when it is sent.
    car_min
        Ordinary drive from each position to each place, shape (positions, places) [min].
    order
        Modes of the units at each place by that drive, shape (places, 2 × positions): at position p a unit is
        in mode 2p with nothing to break off, and in mode 2p + 1 on work that it has to break off first.
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
    """

    rows: Codes
    positions: Positions
    car_min: Floats
    order: Codes
    border: Mask
    machines: Machines
    busy_types: dict[int, Codes]
    periods: tuple[Period, ...]
    pools: Floats
    congestion: Pools


def attendance_model(arrays: PlanArrays, times: Times) -> AttendanceModel:
    """Build the model of a plan.

    Parameters
    ----------
    arrays
        The plan; of its figures only the calls are used, to judge whether their peaks matter.
    times
        Minutes from every site that a unit uses to every place.

    Raises
    ------
    KeyError
        If the times lack a site of the plan.
    ValueError
        If the times are for other areas and key locations, or an attendance has too many states.
    """
    if times.place_ids != arrays.places.ids:
        raise Refusal("the times are for other areas or key locations", "make them with travel_times(plan)")

    # A row of the table of units stands for several units; only tiers that can matter are followed.
    rows = np.repeat(np.arange(len(arrays.units)), arrays.units.count)
    rows = rows[_counted_tiers(arrays)[arrays.units.tiers[rows]]]
    positions, car_min = _positions(arrays, times, rows)

    unit_force = arrays.units.forces[rows]
    own = unit_force[:, None] == np.arange(len(arrays.forces))[None, :]
    shared = arrays.forces.shares[unit_force] & arrays.units.pooled[rows][:, None]

    machines = _machines(arrays, rows)
    periods = _periods(arrays, rows)
    busy_types = _busy_types(arrays, machines)
    return AttendanceModel(
        rows=rows,
        positions=positions,
        car_min=car_min,
        order=_modes(np.argsort(car_min.T, axis=1, kind="stable")),
        border=~(own | shared),
        machines=machines,
        busy_types=busy_types,
        periods=periods,
        pools=_pools(arrays, rows, periods),
        congestion=_congestion(arrays, rows, machines, list(busy_types)),
    )


def at_sites(units: int, places: int) -> Positions:
    """Return the positions of so many units that are at their sites all the time.

    Parameters
    ----------
    units, places
        Number of units, and of places that they may be sent to.
    """
    return Positions(np.arange(units), np.full(units, -1), np.ones((units, places)))


def _positions(arrays: PlanArrays, times: Times, rows: Codes) -> tuple[Positions, Floats]:
    """Return where units may be, and the ordinary drive from there, shape (positions, places) [min]."""
    of_sites = at_sites(rows.size, len(arrays.places))
    site_min = times.rows(arrays.sites.ids)[arrays.units.sites[rows]]
    if not arrays.patrols.of_unit.any():
        return of_sites, np.ascontiguousarray(site_min)

    units, patrols, parts_min, parts_weight = (
        [of_sites.unit],
        [of_sites.patrol],
        [site_min],
        [of_sites.weight],
    )
    arrivals = _arrivals_of_patrols(arrays, times)
    for unit, patrol in zip(*np.nonzero(arrays.patrols.of_unit[rows]), strict=True):
        minutes, weight = arrivals[patrol]
        units.append(np.full(len(minutes), unit))
        patrols.append(np.full(len(minutes), patrol))
        parts_min.append(minutes)
        parts_weight.append(weight)

    # In the order of units, which leaves each unit's site before its patrols.
    unit_of = np.concatenate(units)
    by_unit = np.argsort(unit_of, kind="stable")
    positions = Positions(
        unit_of[by_unit], np.concatenate(patrols)[by_unit], np.vstack(parts_weight)[by_unit]
    )
    return positions, np.ascontiguousarray(np.vstack(parts_min)[by_unit])


def _arrivals_of_patrols(arrays: PlanArrays, times: Times) -> list[tuple[Floats, Floats]]:
    """Return minutes and weights of each patrol as seen from every place, shapes (positions, places).

    A unit has `MOST_POSITIONS` at most for all of its patrols.
    """
    patrol_of = times.patrols.of(arrays.patrols.ids)
    size = np.bincount(patrol_of[patrol_of >= 0], minlength=len(arrays.patrols))

    # The patrols of a unit share its room evenly, but for those that need less.
    most = size.copy()
    for own_patrols in np.unique(arrays.patrols.of_unit, axis=0):
        rooms = np.arange(FEWEST_POSITIONS, MOST_POSITIONS + 1)
        taken = np.minimum(size[own_patrols], rooms[:, None]).sum(axis=1)
        most[own_patrols] = rooms[taken <= MOST_POSITIONS].max(initial=FEWEST_POSITIONS)

    found = []
    for patrol in range(len(arrays.patrols)):
        own = np.flatnonzero(patrol_of == patrol)
        found.append(_gathered(times.patrols.minutes[own], times.patrols.weight[own], int(most[patrol])))
    return found


def _gathered(minutes: Floats, weight: Floats, most: int) -> tuple[Floats, Floats]:
    """Return positions as so many arrivals at each place, if they are more: see `gather`."""
    if weight.size <= most:
        return minutes, np.tile(weight[:, None], minutes.shape[1])
    gathered_min = np.empty((most, minutes.shape[1]))
    gathered_weight = np.empty_like(gathered_min)
    gather(minutes, weight, most, gathered_min, gathered_weight)
    return gathered_min, gathered_weight


def _modes(positions: Codes) -> Codes:
    """Return the two modes of each position in its place: see `AttendanceModel.order`."""
    return np.ascontiguousarray(np.repeat(2 * positions, 2, axis=1) + np.tile([0, 1], positions.shape[1]))


def _counted_tiers(arrays: PlanArrays) -> Mask:
    """Return the tiers whose units count: armed ones, and those that can serve where a tier is asked for."""
    asked_for = np.any((arrays.types.first.units > 0) | (arrays.types.full.units > 0), axis=0)
    return np.asarray(arrays.tiers.armed | arrays.tiers.serves[:, asked_for].any(axis=1))


def _machines(arrays: PlanArrays, rows: Codes) -> Machines:
    """Return the machines; full attendance is complete when the first armed arrival is complete as well."""
    # A kind of unit is a tier with a size of crew.
    unit_pairs = list(zip(arrays.units.tiers[rows].tolist(), arrays.units.crew[rows].tolist(), strict=True))
    kinds = sorted(set(unit_pairs)) or [(0, int(arrays.tiers.crew[0]))]

    # Attendances with identical transitions share one machine.
    distinct = list[Machine]()
    number_by_transitions: dict[bytes, int] = {}
    of = np.empty((len(MEASURES), len(arrays.types)), dtype=np.int64)
    for t in range(len(arrays.types)):
        first, full = (
            Needed(int(part.officers[t]), part.counts[t], part.units[t])
            for part in (arrays.types.first, arrays.types.full)
        )
        for measure, parts in enumerate(([first], [first, full])):
            candidate = machine(parts, arrays.tiers.serves, kinds)
            number = number_by_transitions.setdefault(candidate.next_state.tobytes(), len(distinct))
            if number == len(distinct):
                distinct.append(candidate)
            of[measure, t] = number

    next_state, sizes = stack(distinct)
    unit_kind = np.array([kinds.index(pair) for pair in unit_pairs], dtype=np.int64)
    kind = np.array([np.where(m.useful[unit_kind], unit_kind, -1) for m in distinct], dtype=np.int64)
    chain = np.array([m.is_chain and 2 <= m.states <= 3 for m in distinct])
    return Machines(next_state, sizes, kind.reshape(len(distinct), len(rows)), chain, of)


def _busy_types(arrays: PlanArrays, machines: Machines) -> dict[int, Codes]:
    """Return the machines that keep units busy, each with its incident types; attacks keep nobody busy."""
    is_busy = np.array([stream != "attack" for stream in arrays.types.streams])
    full = machines.of[MEASURES.index("full")]
    return {int(number): np.flatnonzero(is_busy & (full == number)) for number in np.unique(full[is_busy])}


def _periods(arrays: PlanArrays, rows: Codes) -> tuple[Period, ...]:
    """Return the kinds of hours, in the order in which they first come in the week."""
    count = len(rows), len(arrays.commitments.hours)
    kinds, kind_of_hour = _kinds_of_hours(arrays, rows)
    return tuple(
        Period(
            hours=int((kind_of_hour == k).sum()),
            on_duty=np.ascontiguousarray(kinds[k, : count[0]] > 0),
            weight=arrays.types.hour_weight[:, kind_of_hour == k].mean(axis=1),
            commitments=np.ascontiguousarray(kinds[k, count[0] : sum(count)] > 0),
        )
        for k in range(len(kinds))
    )


def period_by_hour(model: AttendanceModel, arrays: PlanArrays) -> Codes:
    """Return the period of each hour of the week, shape (168,).

    Parameters
    ----------
    model, arrays
        The plan made ready, and the values that its model was built from.
    """
    _, number_by_hour = _kinds_of_hours(arrays, model.rows)
    return number_by_hour


def _kinds_of_hours(arrays: PlanArrays, rows: Codes) -> tuple[Floats, Codes]:
    """Return what each kind of hours has, shape (kinds, ...), and the kind of each hour, shape (168,).

    Kinds are in the order in which they first come in the week.
    """
    columns = np.hstack(
        [arrays.units.hours[rows].T, arrays.commitments.hours.T, _peaks(arrays)]
    )  # (168, ...)
    kinds, first_hour, kind = np.unique(columns, axis=0, return_index=True, return_inverse=True)
    order = np.argsort(first_hour)
    return kinds[order], np.argsort(order)[kind]


def _peaks(arrays: PlanArrays) -> Floats:
    """Return rates of calls that tell hours apart, relative to the mean hour: (168, types) or (168, 0)."""
    keeps_busy = np.array([stream != "attack" for stream in arrays.types.streams], dtype=bool)

    # Units at work in the mean hour [Erlangs], by type and group of forces that share units.
    rates = call_rates(arrays)
    work = rates.reshape(-1, *rates.shape[-2:]).mean(axis=0) * (_central(scene_min(arrays)) / 60.0)[:, None]
    group = _connected(arrays.forces.shares)[arrays.areas.forces]
    by_group = np.array([work[:, group == g].sum(axis=1) for g in np.unique(group)])[:, keeps_busy]

    by_hour = by_group @ arrays.types.hour_weight[keeps_busy]
    beyond_mean = by_hour - by_group.sum(axis=1, keepdims=True)
    if beyond_mean.max(initial=0.0) <= PEAK_WORK:
        return np.empty((HOURS_A_WEEK, 0))
    return np.asarray(arrays.types.hour_weight[keeps_busy].T)


def _central(values: Floats) -> Floats:
    """Return values by type, the mean where there is one a draw."""
    return np.asarray(values.reshape(-1, values.shape[-1]).mean(axis=0))


def _pools(arrays: PlanArrays, rows: Codes, periods: tuple[Period, ...]) -> Floats:
    """Return the share of a commitment for one unit that falls on each unit: see `AttendanceModel.pools`."""
    commitments = arrays.commitments
    same_tier = arrays.units.tiers[rows] == commitments.tiers[:, None]
    same_force = arrays.units.forces[rows] == commitments.forces[:, None]
    can_take = same_tier & same_force

    in_pool = np.array([p.commitments[:, None] & can_take & p.on_duty for p in periods], dtype=float)
    return np.asarray(in_pool / np.maximum(in_pool.sum(axis=-1, keepdims=True), 1.0))


def _congestion(arrays: PlanArrays, rows: Codes, machines: Machines, worked: list[int]) -> Pools:
    """Return the pools of units that calls keep busy together.

    A pool is of the forces that share units, and of the kinds of which one can do the other's part in a call
    that keeps units busy. Units alike share its work evenly: those of one site, tier, crew, force, hours and
    control, unless a row has a notice or patrols of its own.
    """
    force_group = _connected(arrays.forces.shares)
    kind_group = _connected(_replaceable(machines, worked))

    # Kind of each unit that some call can use, -1 for the others.
    worked_kind = machines.kind[worked] if worked else np.empty((0, rows.size), dtype=np.int64)
    unit_kind = worked_kind.max(axis=0, initial=-1)

    # Pools in the order of their first unit; a unit of no use to any call that keeps units busy is in none.
    keys = list[tuple[int, int] | None]()
    for row, kind in zip(rows, unit_kind, strict=True):
        force = arrays.units.forces[row]
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
    counted = np.where(np.isin(home, force_group[arrays.forces.planned])[of], of, -1) if home.size else of
    groups = int(force_group.max(initial=0)) + 1
    first, step, most = _nodes(home, counted, groups)
    return Pools(
        of=of,
        alike=_alike(arrays, rows),
        takes=takes,
        place=force_group[arrays.places.forces],
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


def _alike(arrays: PlanArrays, rows: Codes) -> Codes:
    """Return a number for each unit that it has in common with the units like it, shape (units,)."""
    units = arrays.units

    # A notice or a patrol's share is a figure of its row, and may be drawn apart from that of any other row.
    patrols = arrays.patrols
    is_used = (patrols.share > 0.0).any(axis=tuple(range(patrols.share.ndim - 1)))  # in some draw
    is_own = units.on_notice | (patrols.of_unit & is_used).any(axis=1)
    own_row = np.where(is_own, np.arange(len(units)), -1)
    keys = [
        (
            int(units.sites[row]), int(units.tiers[row]), int(units.forces[row]), int(units.crew[row]),
            bool(units.pooled[row]), units.hours[row].tobytes(), int(own_row[row]),
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
