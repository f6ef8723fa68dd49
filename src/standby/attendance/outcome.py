"""One evaluation of an attendance model: a plan at its central values, or at one draw of its doubt."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from standby._refusals import Refusal
from standby._show import Shown
from standby._typing import Codes, Floats, Mask
from standby.attendance import _kernels
from standby.attendance.arrival import arrival_minutes, before_min
from standby.attendance.model import MEASURES, AttendanceModel
from standby.attendance.standards import Setting
from standby.attendance.values import WEIGHTS, held_and_delay, period_rates, weights_of
from standby.demand import call_rates, call_weights
from standby.plan import HOURS_A_WEEK, Resolved

BIN_MIN = 0.25
"""Width of the bins in which arrival times are gathered [min]; a percentile is right to less than it."""

TOLERANCE = 1e-7
"""Largest change of a busy share at which the iteration stops."""

ROUNDS = 2000
"""Most rounds of that iteration; crews have to be swamped to need more than a few dozen."""


@dataclass(frozen=True, eq=False)
class Outcome(Shown):
    """Cover at one set of values.

    Means over the week weigh an hour with the calls of the incident type that come in it.

    Parameters
    ----------
    histogram
        Weight by arrival time, shape (types, measures, weights, groups, bins); the last bin is "beyond the
        limit, or never".
    reached
        Chance that a standard is met at a place, 0 where it does not hold, shape (standards, places).
    mean_min
        Mean minutes at a place, those beyond the limit counted as the limit, shape (types, measures, places)
        [min]; 0 at places that are not planned for.
    busy
        Share of its hours on duty that a unit is not free, shape (units,).
    change
        Last change of a busy share when the iteration stopped.
    shares
        The same by period, 0 off duty, shape (periods, units).
    weighted_min
        Weight times mean minutes, those beyond the limit counted as the limit, shape (types, measures,
        weights, groups) [min × weight].
    measured
        Incident types that were measured; the others are 0.
    free, node_weight
        Chance that a unit is free at each node of the congestion of the pools, shape (periods, nodes, units),
        and the weight of the nodes, shape (periods, nodes); `AttendanceModel.congestion` says which nodes
        belong to a place. At a node units are independent of each other.
    """

    histogram: Floats
    reached: Floats
    mean_min: Floats
    busy: Floats
    change: float
    shares: Floats
    weighted_min: Floats
    measured: tuple[int, ...]
    free: Floats
    node_weight: Floats


def evaluate(
    model: AttendanceModel,
    resolved: Resolved,
    setting: Setting,
    *,
    if_free: bool = False,
    start: Floats | None = None,
    calling: Mask | None = None,
    look: Callable[[], object] | None = None,
) -> Outcome:
    """Evaluate cover at a plan's central values, or at one draw.

    Which unit is free is found by unit and kind of hour: each unit's busy share follows from the calls that
    reach it while the ones before it in order of arrival are busy (the fixed point of Larson 1975), plus the
    ordinary work and the commitments that can't be broken off. Units of a pool are independent only given how
    congested it is (`standby.queueing.congestion`). Work that can be broken off leaves a unit free, with the
    delay of breaking off in proportion to the time spent on it. A call that finds too few free units takes
    those there are and is not queued.

    Where every unit can serve every call with one unit, the chance that nobody is free is Erlang's exactly.
    For several units a call it is an approximation: with all in one place and two units a call, the chance
    that nobody is free is off by up to 0.1, and that of fewer than two by up to 0.12; docs/queueing.md has
    the table, and the error against the exact hypercube. Commitments fall on the units of their pool evenly
    and independently of each other. A unit that can only be the first armed arrival, and is of no use in the
    full attendance, is not kept busy by armed calls.

    One evaluation is done by one thread and lets others run, in parallel and in any order: the answer depends
    on the arguments alone, to the last bit.

    Parameters
    ----------
    model
        The plan made ready.
    resolved
        Its values: central, or of one draw.
    setting
        Standards by place.
    if_free
        Take every unit on duty as free, with nothing to break off: the cover that a map of drive times shows.
        A neighbour's unit still comes only with the chance that it is lent.
    start
        Busy shares to start from, shape (periods, units); None: nobody is busy. It is not changed. Starts
        that differ give answers that differ by about the tolerance.
    calling
        Forces whose calls keep units busy, shape (forces,); None: all. Shares of demand are of all calls.
    look
        Called before each kind of hours; what it raises ends the evaluation: for who has a time limit.

    Returns
    -------
    Outcome
        The cover.

    Raises
    ------
    ValueError
        If the values are a table of draws, or ``start`` has another shape.
    ArithmeticError
        If the busy shares do not settle.

    References
    ----------
    Larson, R. C. (1975). Approximating the performance of urban emergency service systems. Operations
    Research 23(5), 845-868.
    """
    if resolved.values.ndim != 1:
        raise Refusal("a table of draws can't be evaluated at once", "take one draw with resolved.one(draw)")
    outcome = _empty(model, setting, None if if_free else start)
    rates = np.zeros((len(model.structure.types), model.group.size))  # key locations bring none of their own
    rates[:, : len(model.structure.areas)] = call_rates(resolved)
    places = np.zeros_like(rates)
    places[:, : len(model.structure.areas)] = call_weights(resolved)
    weights = weights_of(model, resolved, places)
    if calling is not None:
        rates = rates * calling[model.place_force]
    change = _run(model, resolved, setting, rates, weights, outcome, if_free=if_free, look=look)
    if change > TOLERANCE:
        raise ArithmeticError(
            f"the busy shares of units did not settle in {ROUNDS} rounds (last change {change:.1e}): check "
            "calls a year, scene_min and commitments against the units on duty"
        )
    hours = np.array([period.hours * period.on_duty for period in model.periods])
    duty = hours.sum(axis=0)
    np.divide((outcome.shares * hours).sum(axis=0), duty, out=outcome.busy, where=duty > 0)
    member = (model.group[:, None] == np.arange(model.groups)).astype(float)
    weighted = np.einsum("twp,tmp->tmwp", weights, outcome.mean_min) @ member
    return replace(outcome, change=change, weighted_min=weighted)


def _empty(model: AttendanceModel, setting: Setting, start: Floats | None) -> Outcome:
    bins = int(np.ceil(model.limit_min / BIN_MIN)) + 1
    types, units = len(model.structure.types), len(model.rows)
    shape, nodes = (len(model.periods), units), len(model.congestion.step)
    if start is not None and start.shape != shape:
        raise Refusal(f"start has shape {start.shape}", f"give {shape} (periods, units)")
    return Outcome(
        histogram=np.zeros((types, len(MEASURES), len(WEIGHTS), model.groups, bins)),
        reached=np.zeros(setting.within_min.shape),
        mean_min=np.zeros((types, len(MEASURES), model.group.size)),
        busy=np.zeros(units),
        change=0.0,
        shares=np.zeros(shape) if start is None else start.copy(),
        weighted_min=np.empty(0),
        measured=setting.measured,
        free=np.zeros((len(model.periods), nodes, units)),
        node_weight=np.zeros((len(model.periods), nodes)),
    )


def _run(
    model: AttendanceModel,
    resolved: Resolved,
    setting: Setting,
    rates: Floats,
    weights: Floats,
    outcome: Outcome,
    *,
    if_free: bool,
    look: Callable[[], object] | None = None,
) -> float:
    """Fill an outcome; return the last change of a busy share."""
    sent, lend = arrival_minutes(model, resolved)
    on_duty = np.array([period.on_duty for period in model.periods])
    held, delay = held_and_delay(model, resolved) if not if_free else np.zeros((2, *on_duty.shape))
    worked, rate, scene = period_rates(model, resolved, rates)
    types, measures, rows = _attendances(model, setting)
    weight = np.array([period.hours * period.weight[types] for period in model.periods]) / HOURS_A_WEEK
    rounds = 0 if if_free else ROUNDS
    first_row = np.cumsum([0, *(part.size for part in rows)])
    every_row = np.concatenate([*rows, np.empty(0, dtype=np.int64)])
    extra = before_min(resolved)[measures, types]
    sent_to = np.ascontiguousarray(sent.T)

    # All kinds of hours at once; one by one where somebody wants to look at the clock between them.
    number = len(model.periods)
    change = 0.0
    for part in [slice(0, number)] if look is None else [slice(k, k + 1) for k in range(number)]:
        if look is not None:
            look()
        last = _kernels.evaluate(
            sent_to,
            model.order,
            lend,
            model.place_force,
            model.machines.next_state,
            model.machines.sizes,
            model.machines.kind,
            model.machines.chain,
            model.congestion,
            on_duty[part],
            held[part],
            delay[part],
            rate[part],
            scene[part],
            worked,
            outcome.shares[part],
            outcome.free[part],
            outcome.node_weight[part],
            TOLERANCE,
            rounds,
            model.machines.of[measures, types],
            types,
            measures,
            extra,
            weight[part],
            model.group,
            weights,
            setting.within_min,
            first_row,
            every_row,
            model.limit_min,
            BIN_MIN,
            outcome.histogram,
            outcome.reached,
            outcome.mean_min,
        )
        change = max(change, float(last))
    return change


def _attendances(model: AttendanceModel, setting: Setting) -> tuple[Codes, Codes, list[Codes]]:
    """Return type and measure of what is measured, like machines side by side, and the standards of each."""
    pairs = [(t, m) for t in setting.measured for m in range(len(MEASURES))]
    pairs.sort(key=lambda pair: (int(model.machines.of[pair[1], pair[0]]), pair))
    rows = [np.flatnonzero((setting.types == t) & (setting.measures == m)) for t, m in pairs]
    types, measures = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    return np.ascontiguousarray(types), np.ascontiguousarray(measures), rows
