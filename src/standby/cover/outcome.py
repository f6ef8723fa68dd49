"""One evaluation of a cover model: a plan at its central values, or at one draw of its doubt."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from standby.cover import _kernels
from standby.cover.model import CoverModel, Period
from standby.demand import call_rates, ordinary_share
from standby.plan import Resolved, Standard

Floats = NDArray[np.float64]

BIN_MIN = 0.25
"""Width of the bins in which arrival times are gathered [min]; percentiles are exact to half of it."""

TOLERANCE = 1e-7
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
    """Standards and weights of an evaluation, by place.

    Parameters
    ----------
    within_min
        Minutes of a standard at a place, NaN where it does not hold, shape (standards, places).
    types, measures
        Incident type and measure (0 first, 1 full) of each standard, shape (standards,).
    """

    within_min: Floats
    types: NDArray[np.int64]
    measures: NDArray[np.int64]


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
    return Setting(within, types, measures)


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
    arrive, lend = arrival_minutes(model, resolved)
    order = np.empty((arrive.shape[1], arrive.shape[0]), dtype=np.int64)
    result = _empty(model, setting)
    weights = place_weights(model, resolved)
    busy_hours = np.zeros(len(model.rows))
    duty_hours = np.zeros(len(model.rows))
    shares = np.zeros((len(model.periods), len(model.rows))) if start is None else start
    change = 0.0
    delay_before: Floats | None = None
    for number, period in enumerate(model.periods):
        held, delay = held_and_delay(model, resolved, period)
        if if_free:
            held, delay = np.zeros_like(held), np.zeros_like(delay)
        if delay_before is None or not np.array_equal(delay, delay_before):
            now = arrive + delay[:, None]
            _kernels.arrival_order(now, order)
            delay_before = delay
        busy = shares[number]
        if if_free:
            busy[:] = 0.0
        else:
            change = max(change, _busy(model, resolved, period, now, order, lend, held, busy))
        free = np.where(period.on_duty, 1.0 - busy, 0.0)
        _measure(model, resolved, setting, period, now, order, lend, free, weights, result)
        busy_hours += np.where(period.on_duty, busy * period.hours, 0.0)
        duty_hours += np.where(period.on_duty, period.hours, 0)
    mean_busy = np.divide(busy_hours, duty_hours, out=np.zeros_like(busy_hours), where=duty_hours > 0)
    return Outcome(result.histogram, result.reached, result.mean_min, mean_busy, change)


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


def place_weights(model: CoverModel, resolved: Resolved) -> Floats:
    """Return the weights of places, shape (types, weights, places): people, calls an hour, key weight."""
    s = model.structure
    areas, places = len(s.areas), model.group.size
    weights = np.zeros((len(s.types), len(WEIGHTS), places))
    weights[:, 0, :areas] = resolved["areas.population"]
    weights[:, 1, :areas] = call_rates(resolved)
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


def _busy(
    model: CoverModel, resolved: Resolved, period: Period, arrive: Floats, order: NDArray[np.int64], lend: Floats,
    held: Floats, busy: Floats,
) -> float:  # fmt: skip
    s = model.structure
    streams = np.array([stream != "attack" for stream in s.streams])
    rate = np.zeros((len(s.types), model.group.size))
    rate[:, : len(s.areas)] = call_rates(resolved) * (period.weight * streams)[:, None]
    scene = resolved["types.scene_min"] * (1.0 - resolved["types.stand_down_share"])
    kind = np.where(period.on_duty[None, :], model.full.kind, -1)
    change = _kernels.busy_shares(
        arrive, order, lend, model.place_force, rate, kind, model.full.next_state, model.full.done, scene, held,
        busy, TOLERANCE, ROUNDS,
    )  # fmt: skip
    return float(change)


def _measure(
    model: CoverModel, resolved: Resolved, setting: Setting, period: Period, arrive: Floats,
    order: NDArray[np.int64], lend: Floats, free: Floats, weights: Floats, sums: _Sums,
) -> None:  # fmt: skip
    """Add one period to the sums, weighted with its share of the calls of each type."""
    hours = sum(p.hours for p in model.periods)
    for t in range(len(model.structure.types)):
        share = period.hours * period.weight[t] / hours
        for m, machines in enumerate((model.first, model.full)):
            extra = resolved["types.authorisation_min"][t] + (
                resolved["types.rendezvous_min"][t] if m else 0.0
            )
            mine = np.flatnonzero((setting.types == t) & (setting.measures == m))
            reached, mean = np.zeros((mine.size, model.group.size)), np.zeros(model.group.size)
            kind = np.where(period.on_duty, machines.kind[t], -1)
            _kernels.measure(
                arrive, order, lend, model.place_force, extra, kind, machines.next_state[t], machines.done[t],
                free, setting.within_min[mine], model.group, weights[t] * share, BIN_MIN, sums.histogram[t, m],
                reached, mean, model.limit_min,
            )  # fmt: skip
            sums.reached[mine] += reached * share
            sums.mean_min[t, m] += mean * share
