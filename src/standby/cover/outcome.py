"""One evaluation of a cover model: a plan at its central values, or at one draw of its doubt."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from standby.cover import _kernels
from standby.cover.model import CoverModel, Period
from standby.demand import call_rates, ordinary_share
from standby.plan import HOURS_A_WEEK, Resolved, Standard

Floats = NDArray[np.float64]

BIN_MIN = 0.25
"""Width of the bins in which arrival times are gathered [min]; percentiles are exact to half of it."""

TOLERANCE = 1e-6
"""Largest change of a busy share at which the iteration stops."""

ROUNDS = 500
"""Most rounds of that iteration."""

MEASURES = ("first", "full")
WEIGHTS = ("people", "demand", "key_locations")


@dataclass(frozen=True, eq=False)
class Outcome:
    """Cover at one set of values.

    Parameters
    ----------
    histogram
        Weight by arrival time, shape (types, measures, weights, groups, bins); the last bin is "beyond the
        limit, or never".
    reached
        Chance that a standard is met at a place, 0 where it does not hold, shape (standards, places).
    mean_min
        Mean minutes at a place, those beyond the limit counted as the limit, shape (types, measures, places).
    busy
        Share of its hours on duty that a unit is not free, shape (units,).
    change
        Last change of a busy share when the iteration stopped.
    """

    histogram: Floats
    reached: Floats
    mean_min: Floats
    busy: Floats
    change: float


@dataclass(frozen=True, eq=False)
class Setting:
    """What an evaluation measures.

    Parameters
    ----------
    within_min
        Minutes of a standard at a place, NaN where it does not hold, shape (standards, places).
    types, measures
        Incident type and measure (0 first, 1 full) of each standard, shape (standards,).
    measured
        Incident types whose arrival times are measured; the others only keep units busy.
    """

    within_min: Floats
    types: NDArray[np.int64]
    measures: NDArray[np.int64]
    measured: tuple[int, ...]


def setting_of(model: CoverModel, standards: dict[str, Standard]) -> Setting:
    """Return where and for what each standard holds."""
    s = model.structure
    areas = len(s.areas)
    within = np.full((len(standards), model.group.size), np.nan)
    for row, standard in enumerate(standards.values()):
        holds = s.planned[model.place_force].copy()
        if standard.classes:
            holds &= np.isin(model.place_class, [s.classes.index(name) for name in standard.classes])
        if standard.forces:
            holds &= np.isin(model.place_force, [s.forces.index(name) for name in standard.forces])
        if standard.of == "key_locations":
            holds[:areas] = False
        else:
            holds[areas:] = False
        within[row, holds] = standard.within_min
        if standard.of == "key_locations" and standard.measure == "first":
            own = np.where(np.isnan(s.key_within_min), standard.within_min, s.key_within_min)
            within[row, areas:] = np.where(holds[areas:], own, np.nan)
    types = np.array(
        [s.types.index(standard.incident_type) for standard in standards.values()], dtype=np.int64
    )
    measures = np.array([MEASURES.index(standard.measure) for standard in standards.values()], dtype=np.int64)
    return Setting(within, types, measures, tuple(sorted(set(types.tolist()))))


def evaluate(
    model: CoverModel,
    resolved: Resolved,
    setting: Setting,
    *,
    if_free: bool = False,
    start: Floats | None = None,
) -> Outcome:
    """Evaluate cover at a plan's central values, or at one draw.

    Which unit is free is found by unit and kind of hour: each unit's busy share follows from the calls that
    reach it while the ones before it in order of arrival are busy, units being busy independently of each
    other (the fixed point of Larson 1975 without its correction factor), plus the ordinary work and the
    commitments that can't be broken off. Work that can be broken off leaves a unit free, with the delay of
    breaking off in proportion to the time spent on it.

    Parameters
    ----------
    model
        The plan made ready.
    resolved
        Its values: central, or of one draw.
    setting
        Standards by place.
    if_free
        Take every unit on duty as free: the cover that a map of drive times shows.
    start
        Busy shares to start from, shape (periods, units); updated to the answer.

    Returns
    -------
    Outcome
        The cover.

    References
    ----------
    Larson, R. C. (1975). Approximating the performance of urban emergency service systems. Operations
    Research 23(5), 845-868.
    """
    values = _values(model, resolved)
    sums = _empty(model, setting)
    units = len(model.rows)
    shares = np.zeros((len(model.periods), units)) if start is None else start
    busy_hours, duty_hours, change = np.zeros(units), np.zeros(units), 0.0
    for busy, period in zip(shares, model.periods, strict=True):
        held, delay = (
            (np.zeros(units), np.zeros(units)) if if_free else held_and_delay(model, resolved, period)
        )
        values.delayed(delay)
        if if_free:
            busy[:] = 0.0
        else:
            change = max(change, _busy(model, values, period, held, busy))
        free = np.where(period.on_duty, 1.0 - busy, 0.0)
        _measure(model, values, setting, period, free, sums)
        busy_hours += np.where(period.on_duty, busy * period.hours, 0.0)
        duty_hours += np.where(period.on_duty, period.hours, 0)
    mean_busy = np.divide(busy_hours, duty_hours, out=np.zeros(units), where=duty_hours > 0)
    return Outcome(sums.histogram, sums.reached, sums.mean_min, mean_busy, change)


@dataclass(eq=False)
class _Values:
    """Numbers of one evaluation that its periods share."""

    sent: Floats
    """Sent to arriving, without the delay of breaking off, shape (places, units) [min]."""
    lend: Floats
    """Chance that a unit may go to a force, shape (units, forces)."""
    rates: Floats
    """Calls at a place, shape (types, places) [per hour]."""
    weights: Floats
    """Shape (types, weights, places)."""
    scene: Floats
    """Minutes at the scene, those who are stood down included with none, shape (types,)."""
    before: tuple[Floats, Floats]
    """Minutes before anybody sets out, by type: for the first armed arrival and for full attendance."""
    delay: Floats
    arrive: Floats
    order: NDArray[np.int64]

    def delayed(self, delay: Floats) -> None:
        """Take a period's delays into the arrivals and their order."""
        if not np.array_equal(delay, self.delay):
            self.delay = delay
            self.arrive = self.sent + delay
            _kernels.arrival_order(self.arrive, self.order)


def _values(model: CoverModel, resolved: Resolved) -> _Values:
    s = model.structure
    sent, lend = arrival_minutes(model, resolved)
    rates = np.zeros((len(s.types), model.group.size))
    rates[:, : len(s.areas)] = call_rates(resolved)
    weights = _weights(model, resolved, rates)
    scene = resolved["types.scene_min"] * (1.0 - resolved["types.stand_down_share"])
    first = resolved["types.authorisation_min"]
    before = (first, first + resolved["types.rendezvous_min"])
    sent = np.ascontiguousarray(sent.T)
    order = np.argsort(sent, axis=1, kind="stable")
    return _Values(sent, lend, rates, weights, scene, before, np.full(len(model.rows), np.nan), sent, order)


def arrival_minutes(model: CoverModel, resolved: Resolved) -> tuple[Floats, Floats]:
    """Return minutes from being sent to arriving, and the chance that a unit may go.

    Returns
    -------
    minutes, lend
        Shapes (units, places) [min] and (units, forces) [chance].
    """
    s = model.structure
    tiers = s.units.tiers[model.rows]
    notice = resolved["units.notice_min"][model.rows]
    turnout = np.where(np.isnan(notice), resolved["tiers.turnout_min"][tiers], notice)
    factor = resolved["travel.emergency_factor"] * resolved["travel.model_factor"]
    moving = np.maximum(model.car_min - resolved["travel.start_min"], 0.0)
    minutes = turnout[:, None] + moving * (factor * resolved["tiers.speed_factor"][tiers])[:, None]
    minutes += np.where(model.border, resolved["mutual_aid.notice_min"], 0.0)[:, model.place_force]
    lend = np.where(model.border, resolved["mutual_aid.share_available"], 1.0)
    return minutes, lend


def held_and_delay(model: CoverModel, resolved: Resolved, period: Period) -> tuple[Floats, Floats]:
    """Return each unit's share of time in work that can't be broken off, and its mean delay by the rest.

    Commitments take their units evenly from the units on duty of their force and tier.

    Returns
    -------
    held, delay
        Shape (units,) [chance] and [min].
    """
    s = model.structure
    tiers, forces = s.units.tiers[model.rows], s.units.forces[model.rows]
    busy, held_tier = ordinary_share(resolved)
    held = held_tier[tiers].copy()
    delay = (np.nan_to_num(resolved["tiers.break_off_min"]) * (busy - held_tier))[tiers]
    taken, waits = resolved["commitments.units"], resolved["commitments.break_off_min"]
    for row in np.flatnonzero(period.commitments):
        pool = period.on_duty & (tiers == s.commitments.tiers[row]) & (forces == s.commitments.forces[row])
        if not pool.any():
            continue
        share = min(taken[row] * s.commitments.share_of_weeks[row] / pool.sum(), 1.0)
        if s.commitments.may_break_off[row]:
            delay[pool] += share * waits[row]
        else:
            held[pool] += share * (1.0 - held[pool])
    return held, delay


def _weights(model: CoverModel, resolved: Resolved, rates: Floats) -> Floats:
    """Return the weights of places, shape (types, weights, places): people, calls an hour, key weight."""
    s = model.structure
    areas = len(s.areas)
    weights = np.zeros((len(s.types), len(WEIGHTS), model.group.size))
    weights[:, 0, :areas] = resolved["areas.population"]
    weights[:, 1] = rates
    weights[:, 2, areas:] = s.key_weight
    return weights


@dataclass(frozen=True, eq=False)
class _Sums:
    histogram: Floats
    reached: Floats
    mean_min: Floats


def _empty(model: CoverModel, setting: Setting) -> _Sums:
    bins = int(np.ceil(model.limit_min / BIN_MIN)) + 1
    types, places = len(model.structure.types), model.group.size
    return _Sums(
        np.zeros((types, len(MEASURES), len(WEIGHTS), model.groups, bins)),
        np.zeros((setting.within_min.shape[0], places)),
        np.zeros((types, len(MEASURES), places)),
    )


def _busy(model: CoverModel, values: _Values, period: Period, held: Floats, busy: Floats) -> float:
    machines, alike = model.full, [types[0] for types in model.alike]
    rates = values.rates * period.weight[:, None]
    rate = np.array([rates[types].sum(axis=0) for types in model.alike])
    work = np.array([(rates[types] * values.scene[types, None]).sum(axis=0) for types in model.alike])
    change = _kernels.busy_shares(
        values.arrive,
        values.order,
        values.lend,
        model.place_force,
        rate,
        np.where(period.on_duty[None, :], machines.kind[alike], -1),
        machines.next_state[alike],
        machines.done[alike],
        machines.sizes[alike],
        np.divide(work, rate, out=np.zeros_like(work), where=rate > 0),
        held,
        busy,
        TOLERANCE,
        ROUNDS,
    )
    return float(change)


def _measure(
    model: CoverModel, values: _Values, setting: Setting, period: Period, free: Floats, sums: _Sums
) -> None:
    """Add one period to the sums, weighted with its share of the calls of each type."""
    for t, m in product(setting.measured, range(len(MEASURES))):
        machines = (model.first, model.full)[m]
        share = period.hours * period.weight[t] / HOURS_A_WEEK
        mine = np.flatnonzero((setting.types == t) & (setting.measures == m))
        reached, mean = np.zeros((mine.size, model.group.size)), np.zeros(model.group.size)
        _kernels.measure(
            values.arrive,
            values.order,
            values.lend,
            model.place_force,
            values.before[m][t],
            np.where(period.on_duty, machines.kind[t], -1),
            machines.next_state[t],
            machines.done[t],
            machines.sizes[t],
            free,
            setting.within_min[mine],
            model.group,
            values.weights[t] * share,
            BIN_MIN,
            sums.histogram[t, m],
            reached,
            mean,
            model.limit_min,
        )
        sums.reached[mine] += reached * share
        sums.mean_min[t, m] += mean * share
