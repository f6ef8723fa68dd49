"""One evaluation of an attendance model: a plan at its central values, or at one draw of its doubt."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from standby._refusals import Refusal, UnableError
from standby._show import Shown
from standby._typing import Floats, Mask
from standby.attendance import _kernels
from standby.attendance._kernels_spread import AUTHORISATION_WEIGHT, AUTHORISATION_Z, Spread
from standby.attendance.arrival import arrival_minutes, before_min, varies, varying_minutes
from standby.attendance.model import AttendanceModel
from standby.attendance.standards import Setting
from standby.attendance.values import WEIGHTS, period_rates, weights_of, work_of
from standby.demand import call_rates, call_weights
from standby.plan import HOURS_A_WEEK, MEASURES, PlanArrays

BIN_MIN = 0.25
"""Width of the bins in which arrival times are gathered [min]; a percentile is right to less than it."""

TOLERANCE = 1e-7
"""Largest change of a busy share at which the iteration stops."""

ROUNDS = 2000
"""Most rounds of that iteration; crews have to be swamped to need more than a few dozen."""


class NotSettledError(UnableError, ArithmeticError):
    """The busy shares of units did not settle; the message says what to look at."""


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
    arrays: PlanArrays,
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
    congested it is (`standby.queueing.congestion`). A unit on work that can be broken off can be sent,
    and comes later by the minutes that breaking off takes: it stands in the order of arrival twice, with
    nothing to do and at work, which exclude each other. A call that finds too few free units takes those
    there are and is not queued.

    Where every unit can serve every call with one unit, the chance that nobody is free is Erlang's exactly.
    Where the plan says how trips, turnout and authorisation vary, whoever sends units knows their means:
    units set out in the order in which they are expected, and *reached* is the chance that all of those sent
    are in time. These chances are exact but for authorisation, which is taken at three values; means and
    percentiles follow from the chances at 24 minutes between the earliest arrival and the limit.

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
    arrays
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
    if arrays.draws is not None:
        raise Refusal("a table of draws can't be evaluated at once", "take one draw with arrays.one(draw)")
    outcome = _empty(model, arrays, setting, None if if_free else start)

    # Key locations bring no calls of their own.
    rates = arrays.places.from_areas(call_rates(arrays))
    weights = weights_of(arrays, call_weights(arrays))
    if calling is not None:
        rates = rates * calling[arrays.places.forces]

    change = _run(model, arrays, setting, rates, weights, outcome, if_free=if_free, look=look)
    if change > TOLERANCE:
        raise NotSettledError(
            f"the busy shares of units did not settle in {ROUNDS} rounds (last change {change:.1e}): check "
            "calls a year, scene_min and commitments against the units on duty"
        )

    # Busy shares of the periods, weighted with the hours on duty in each.
    hours = np.array([period.hours * period.on_duty for period in model.periods])
    hours_on_duty = hours.sum(axis=0)
    busy_hours = (outcome.shares * hours).sum(axis=0)
    np.divide(busy_hours, hours_on_duty, out=outcome.busy, where=hours_on_duty > 0)

    in_group = (arrays.places.group[:, None] == np.arange(arrays.places.groups)).astype(float)
    weighted_min = np.einsum("twp,tmp->tmwp", weights, outcome.mean_min) @ in_group
    return replace(outcome, change=change, weighted_min=weighted_min)


def _empty(model: AttendanceModel, arrays: PlanArrays, setting: Setting, start: Floats | None) -> Outcome:
    """Return an outcome with room for the answer, and busy shares at their start."""
    types = len(arrays.types)
    periods = len(model.periods)
    units = len(model.rows)
    nodes = len(model.congestion.step)
    bins = int(np.ceil(arrays.travel.limit_min / BIN_MIN)) + 1  # the last one: beyond the limit, or never

    shape = (periods, units)
    if start is not None and start.shape != shape:
        raise Refusal(f"start has shape {start.shape}", f"give {shape} (periods, units)")

    return Outcome(
        histogram=np.zeros((types, len(MEASURES), len(WEIGHTS), arrays.places.groups, bins)),
        reached=np.zeros(setting.within_min.shape),
        mean_min=np.zeros((types, len(MEASURES), len(arrays.places))),
        busy=np.zeros(units),
        change=0.0,
        shares=np.zeros(shape) if start is None else start.copy(),
        weighted_min=np.empty(0),
        measured=setting.measured,
        free=np.zeros((periods, nodes, units)),
        node_weight=np.zeros((periods, nodes)),
    )


def _run(
    model: AttendanceModel,
    arrays: PlanArrays,
    setting: Setting,
    rates: Floats,
    weights: Floats,
    outcome: Outcome,
    *,
    if_free: bool,
    look: Callable[[], object] | None = None,
) -> float:
    """Fill an outcome; return the last change of a busy share."""
    sent_min, lent = arrival_minutes(model, arrays)
    travel = _kernels.Travel(
        minutes=np.ascontiguousarray(sent_min.T),
        unit=np.repeat(np.arange(len(model.rows)), 2),
        order=model.order,
        lent=lent,
        force=arrays.places.forces,
    )
    duty = _duty(model, arrays, if_free=if_free)

    worked, rate, scene = period_rates(model, arrays, rates)
    attendances = _attendances(model, arrays, setting)
    spread = _spread(model, arrays, attendances)
    yardsticks = _kernels.Yardsticks(
        arrays.places.group, weights, setting.within_min, float(arrays.travel.limit_min), BIN_MIN
    )
    cover = _kernels.Cover(outcome.histogram, outcome.reached, outcome.mean_min)
    rounds = 0 if if_free else ROUNDS

    # All kinds of hours at once; one by one where somebody wants to look at the clock between them.
    periods = len(model.periods)
    turns = [slice(0, periods)] if look is None else [slice(k, k + 1) for k in range(periods)]
    change = 0.0
    for turn in turns:
        if look is not None:
            look()
        last_change = _kernels.evaluate(
            travel,
            model.machines,
            model.congestion,
            _kernels.Duty(*(part[turn] for part in duty)),
            _kernels.Calls(worked, rate[turn], scene[turn]),
            attendances._replace(share=attendances.share[turn]),
            spread,
            yardsticks,
            outcome.shares[turn],
            _kernels.Nodes(outcome.free[turn], outcome.node_weight[turn]),
            cover,
            TOLERANCE,
            rounds,
        )
        change = max(change, float(last_change))
    return change


def _duty(model: AttendanceModel, arrays: PlanArrays, *, if_free: bool) -> _kernels.Duty:
    """Return units in each period: on duty, committed, and in which mode when they can be sent."""
    on_duty = np.array([period.on_duty for period in model.periods])
    shape = (len(on_duty), 2 * on_duty.shape[1])
    mode_share = np.zeros(shape)
    delay = np.zeros(shape)

    # Modes with nothing to break off, and on work to break off, take turns: see `AttendanceModel.order`.
    if if_free:
        mode_share[:, 0::2] = 1.0
        none = np.zeros(on_duty.shape)
        return _kernels.Duty(on_duty, none, none, mode_share, delay)

    work = work_of(model, arrays)
    mode_share[:, 0::2] = 1.0 - work.breakable_share
    mode_share[:, 1::2] = work.breakable_share
    delay[:, 1::2] = work.break_off_min
    return _kernels.Duty(on_duty, work.committed_share, work.mean_delay_min, mode_share, delay)


def _spread(model: AttendanceModel, arrays: PlanArrays, attendances: _kernels.Attendances) -> Spread:
    """Return how arrivals vary from call to call; arrays of size 0 where nothing does."""
    if not varies(arrays):
        return Spread(np.empty((0, 0)), np.empty((0, 0)), np.empty((0, 1)), np.empty((0, 1)))

    # Units and places: a lognormal with the mean and the standard deviation of turnout and drive together.
    mean, sd = varying_minutes(model, arrays)
    ratio = np.divide(sd, mean, out=np.zeros_like(sd), where=(mean > 0.0) & np.isfinite(mean))
    sigma = np.sqrt(np.log1p(ratio**2))

    # Authorisation: a lognormal at three values, as minutes later than its mean.
    authorisation_min = arrays.types.authorisation_min[attendances.type]
    authorisation_cv = np.nan_to_num(arrays.types.authorisation_cv)[attendances.type]
    log_sd = np.sqrt(np.log1p(authorisation_cv**2))[:, None]
    late = authorisation_min[:, None] * np.expm1(log_sd * AUTHORISATION_Z - 0.5 * log_sd**2)
    fixed = (authorisation_min * authorisation_cv == 0.0)[:, None]
    late_weight = np.where(fixed, [0.0, 1.0, 0.0], AUTHORISATION_WEIGHT)
    values = slice(1, 2) if fixed.all() else slice(None)
    return Spread(
        random_min=np.ascontiguousarray(mean.T),
        sigma=np.ascontiguousarray(sigma.T),
        late=np.ascontiguousarray(late[:, values]),
        late_weight=np.ascontiguousarray(late_weight[:, values]),
    )


def _attendances(model: AttendanceModel, arrays: PlanArrays, setting: Setting) -> _kernels.Attendances:
    """Return what is measured, those of one machine side by side so that it is walked once."""

    def machine_first(pair: tuple[int, int]) -> tuple[int, tuple[int, int]]:
        incident_type, measure = pair
        return int(model.machines.of[measure, incident_type]), pair

    pairs = [(t, m) for t in setting.measured for m in range(len(MEASURES))]
    pairs.sort(key=machine_first)
    types, measures = np.array(pairs, dtype=np.int64).reshape(-1, 2).T

    # Share of a type's calls that come in a period.
    share = np.array([period.hours * period.weight[types] for period in model.periods]) / HOURS_A_WEEK

    # The standards of each, one after the other.
    rows = [np.flatnonzero((setting.types == t) & (setting.measures == m)) for t, m in pairs]
    return _kernels.Attendances(
        machine=model.machines.of[measures, types],
        type=np.ascontiguousarray(types),
        measure=np.ascontiguousarray(measures),
        extra_min=before_min(arrays)[measures, types],
        share=share,
        first_row=np.cumsum([0, *(part.size for part in rows)]),
        rows=np.concatenate([*rows, np.empty(0, dtype=np.int64)]),
    )
