"""A plain event loop that plays a plan out, call by call: what tests of cover take for the truth.

It shares no formula with the product. From the plan it takes codes and numbers, from the attendance model the
table of states that says who helps. All else is done here: who is on duty, who is taken by a commitment, who
has a job, who is sent, when they arrive.

The world, hour by hour of the week:

* A unit is off duty, on a call, on a commitment, on an ordinary job, or idle. Commitments and jobs can be
  broken off or not. Who is idle or can break off is available.
* Commitments last whole blocks of their hours and take units on duty at random; those that can't be broken
  off choose first. They choose anew when a block begins, when it has lasted a day, and when other units of
  their force and tier come on duty or go, so that all on duty are taken alike. A unit that is broken off goes
  back to its commitment after the call.
* Ordinary jobs come to a unit that is on no call and no commitment: idle times and jobs take turns, both
  exponential. A job that is broken off is lost. After a call a unit is idle; at the start of its duty, and
  after a commitment, it is on a job with the share of time that jobs take.
* Calls are Poisson in each hour. The dispatcher sends available units in the order of their expected arrival,
  as many as help, among equal ones at random; who is another force's and not shared goes if it is lent. A
  call that finds too few takes those there are. A unit is busy for its way and the time at the scene, which
  ends for all units of a call at once, and is then free at its base.
* At random moments somebody looks: who would be where, and when, were there a call at each of the places?

`plan_event_loop_twin.py` is the same world once more, with objects and a heap.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numba import njit

from standby.attendance import attendance_model, setting_of
from standby.demand import call_rates
from standby.plan import MEASURES, Plan, PlanArrays, plan_arrays
from standby.travel import Times

HOURS = 168
FREE, BREAKABLE, FIXED = 0, 1, 2  # what kind of job a unit is on
NOBODY = -1  # number of the commitment of a unit that is on none
AT_BASE = -1  # number of the position of a unit that is on no patrol
FULL = 1  # measure that keeps units busy: full attendance
SHELF = 32  # looks of an hour of the week that `Rules.mixed` draws from
SLACK_MIN = 1e-9  # minutes: what is on time but for rounding is on time


class Ways(NamedTuple):
    """How units come to places.

    force: of each unit, (units,); ready_min: turnout, or the notice of a unit that stands by, (units,);
    drive_min: from its base, (units, places); notice_min: of mutual aid, (units, places); lent: chance that a
    unit may go, (units, places); nearest: units of each place, by expected arrival from idle, (places,
    units); speed_factor: of a unit's drive relative to others, (units,).
    """

    force: np.ndarray
    ready_min: np.ndarray
    drive_min: np.ndarray
    notice_min: np.ndarray
    lent: np.ndarray
    nearest: np.ndarray
    speed_factor: np.ndarray


class Jobs(NamedTuple):
    """Ordinary work, each (units,).

    share: of its time that a unit without calls and commitments is on jobs; mean_min: their length;
    breakable: share of jobs that can be broken off; break_off_min: how long that takes.
    """

    share: np.ndarray
    mean_min: np.ndarray
    breakable: np.ndarray
    break_off_min: np.ndarray


class Calls(NamedTuple):
    """Calls that keep units busy.

    rate: by hour and incident type [per hour], (168, types); at_place: chance that a call comes from a place
    or one before it, (types, places); scene_min: mean minutes at the scene, (types,).
    """

    rate: np.ndarray
    at_place: np.ndarray
    scene_min: np.ndarray


class Needs(NamedTuple):
    """What attendances need, as the attendance model has it: next_state, sizes, kind, machine."""

    next_state: np.ndarray
    sizes: np.ndarray
    kind: np.ndarray
    machine: np.ndarray


class Commitments(NamedTuple):
    """Commitments, first those that can't be broken off.

    runs: whether one takes place, (168, commitments); begins: whether a block of it begins; relieved: whether
    others come on duty that it can take, or go; takes: units that it takes; chance: that a block takes place;
    breakable; break_off_min; can_take: (commitments, units).
    alone: chance that a unit is on a commitment if each unit were taken by itself, (168, commitments, units);
    redrawn: hours at whose start that is drawn, (168,).
    """

    runs: np.ndarray
    begins: np.ndarray
    relieved: np.ndarray
    takes: np.ndarray
    chance: np.ndarray
    breakable: np.ndarray
    break_off_min: np.ndarray
    can_take: np.ndarray
    alone: np.ndarray
    redrawn: np.ndarray


class Asked(NamedTuple):
    """What is looked at.

    type, measure: the attendances, (attendances,); weight: of an hour for the type of an attendance, mean 1,
    (168, attendances); authorisation_min, rendezvous_min: minutes before anybody sets out and after the last
    arrives, (attendances,); places: those that are looked at; within_min: (standards, places); of_standard:
    attendance of a standard, (standards,); limit_min.
    """

    type: np.ndarray
    measure: np.ndarray
    weight: np.ndarray
    authorisation_min: np.ndarray
    rendezvous_min: np.ndarray
    places: np.ndarray
    within_min: np.ndarray
    of_standard: np.ndarray
    limit_min: float


class World(NamedTuple):
    """A plan at its central values; on_duty: units on duty, (168, units)."""

    on_duty: np.ndarray
    ways: Ways
    jobs: Jobs
    calls: Calls
    needs: Needs
    commitments: Commitments
    asked: Asked


class Spread(NamedTuple):
    """How much trips vary; the dispatcher knows means only.

    Coefficients of variation of a drive by place, (places,), of the turnout by unit, (units,), and of
    authorisation by attendance, (attendances,), one for all who come; varies: whether any is above 0.
    """

    drive_cv: np.ndarray
    turnout_cv: np.ndarray
    authorisation_cv: np.ndarray
    varies: bool


class Patrol(NamedTuple):
    """Where idle units are; the dispatcher knows it.

    share: of its idle time that a unit is on patrol, (units,); at: chance that it is then at a position or
    one before it, (units, positions); drive_min: from there to each place for a unit of speed factor 1,
    (positions, places).
    """

    share: np.ndarray
    at: np.ndarray
    drive_min: np.ndarray


class Rules(NamedTuple):
    """What of the world may be otherwise; `rules_of` gives all of them as the head of this module says.

    lend_by_force: whether a force lends all its units to a call or none, not each by itself; scene_apart:
    whether each unit has its own time at the scene; spread; patrol.

    The others switch off what the product leaves out, one by one. same_delay: minutes that every available
    unit sets out late, by hour, in place of those of its own work, (168, units), NaN for its own; work_again:
    whether a unit comes from a call to ordinary work as it comes from a commitment; taken_alone: stay:
    whether units stay with a block as long as their duty lasts, whoever else comes; taken_alone: whether
    commitments take each unit by itself, independently of the others; mixed: whether a look takes each unit
    from another week, so that units are independent of each other (without patrol).
    """

    lend_by_force: bool
    scene_apart: bool
    spread: Spread
    patrol: Patrol
    same_delay: np.ndarray
    work_again: bool
    stay: bool
    taken_alone: bool
    mixed: bool


class State(NamedTuple):
    """What every unit is doing, and for how long; arrays that events change.

    on_duty, on_call: (units,); commitment: which one the unit is on or goes back to, (units,); job: (units,);
    until: when the call or the job ends or the next job begins, (units,) [min]; number: units that each
    commitment takes now, (commitments,).
    """

    on_duty: np.ndarray
    on_call: np.ndarray
    commitment: np.ndarray
    job: np.ndarray
    until: np.ndarray
    number: np.ndarray


class Look(NamedTuple):
    """Who could be sent at one moment: available, delay [min], position, each (units,)."""

    available: np.ndarray
    delay: np.ndarray
    position: np.ndarray


class Shelf(NamedTuple):
    """Looks of each hour of the week that `Rules.mixed` draws from.

    available, delay: (168, looks, units); put: how many were ever put there, (168,).
    """

    available: np.ndarray
    delay: np.ndarray
    put: np.ndarray


class Line(NamedTuple):
    """Units that can come to a place, the first so many in order of expected arrival; who is sent.

    unit, expected: (units,); lends: whether a force does, (forces,); sent: places in the line, (units,).
    """

    unit: np.ndarray
    expected: np.ndarray
    lends: np.ndarray
    sent: np.ndarray


class Tally(NamedTuple):
    """What was seen, by batch.

    in_time: weight of looks that found it, (batches, standards, places); minutes: (batches, attendances,
    places); weight: of looks, (batches, attendances); duty_min, call_min, fixed_min: minutes that a unit was
    on duty, on calls while on duty, and on what can't be broken off, (batches, units); calls: (batches,).
    """

    in_time: np.ndarray
    minutes: np.ndarray
    weight: np.ndarray
    duty_min: np.ndarray
    call_min: np.ndarray
    fixed_min: np.ndarray
    calls: np.ndarray


@dataclass(frozen=True)
class Happened:
    """What happened, with standard errors from batch means.

    Parameters
    ----------
    in_time, in_time_error
        Chance of being in time, shape (standards, places); 0 where a standard does not hold.
    mean_min, mean_min_error
        Mean minutes, those beyond the limit counted as the limit, shape (types, measures, places) [min]; 0
        for what was not looked at.
    busy, busy_error
        Share of its time on duty that a unit is on calls or on what can't be broken off, shape (units,).
    on_calls
        The part of it on calls, shape (units,).
    calls
        Number of calls played.
    """

    in_time: np.ndarray
    in_time_error: np.ndarray
    mean_min: np.ndarray
    mean_min_error: np.ndarray
    busy: np.ndarray
    busy_error: np.ndarray
    on_calls: np.ndarray
    calls: int


def world_of(plan: Plan, times: Times) -> World:
    """Return the world of a plan at its central values."""
    arrays = plan_arrays(plan)
    model = attendance_model(arrays, times)
    tier = arrays.units.tiers[model.rows]
    on_duty = np.ascontiguousarray(arrays.units.hours[model.rows].T)

    # Ordinary work of a tier that has none is none.
    job_share = np.nan_to_num(arrays.tiers.calls_per_hour * arrays.tiers.minutes_per_call / 60.0)
    jobs = Jobs(
        share=np.minimum(job_share, 1.0)[tier],
        mean_min=np.nan_to_num(arrays.tiers.minutes_per_call)[tier],
        breakable=np.nan_to_num(arrays.tiers.break_off, nan=1.0)[tier],
        break_off_min=np.nan_to_num(arrays.tiers.break_off_min)[tier],
    )

    # Calls come from areas; attacks keep nobody busy.
    rates = np.zeros((len(arrays.types), len(arrays.places)))
    rates[:, : len(arrays.areas)] = call_rates(arrays)
    rates[[stream == "attack" for stream in arrays.types.streams]] = 0.0
    total = rates.sum(axis=1)
    calls = Calls(
        rate=np.ascontiguousarray((total[:, None] * arrays.types.hour_weight).T),
        at_place=np.cumsum(rates, axis=1) / np.where(total > 0.0, total, 1.0)[:, None],
        scene_min=arrays.types.scene_min * (1.0 - arrays.types.stand_down_share),
    )

    machines = model.machines
    return World(
        on_duty=on_duty,
        ways=ways_of(arrays, model.rows, times),
        jobs=jobs,
        calls=calls,
        needs=Needs(machines.next_state, machines.sizes, machines.kind, machines.of),
        commitments=commitments_of(arrays, model.rows, on_duty),
        asked=asked_of(arrays),
    )


def ways_of(arrays: PlanArrays, rows: np.ndarray, times: Times) -> Ways:
    """Return how units come to places: turnout or notice, notice of mutual aid, drive at emergency speed.

    Parameters
    ----------
    arrays, times
        The plan.
    rows
        Row of ``units.csv`` that each unit belongs to, shape (units,).
    """
    tier = arrays.units.tiers[rows]
    notice = arrays.units.notice_min[rows]
    ready = np.where(np.isnan(notice), arrays.tiers.turnout_min[tier], notice)

    site = [times.site_ids.index(arrays.sites.ids[code]) for code in arrays.units.sites[rows]]
    ordinary = times.minutes[site]
    factor = float(arrays.travel.emergency_factor * arrays.travel.model_factor)
    speed_factor = arrays.tiers.speed_factor[tier]
    drive = np.maximum(ordinary - float(arrays.travel.start_min), 0.0) * factor * speed_factor[:, None]

    force = arrays.units.forces[rows]
    place_force = arrays.places.forces
    is_shared = arrays.forces.shares[force][:, place_force] & arrays.units.pooled[rows][:, None]
    is_foreign = (force[:, None] != place_force[None, :]) & ~is_shared
    aid = np.where(is_foreign, arrays.mutual_aid.notice_min[force][:, None], 0.0)
    from_idle = ready[:, None] + aid + drive
    return Ways(
        force=force,
        ready_min=ready,
        drive_min=drive,
        notice_min=aid,
        lent=np.where(is_foreign, arrays.mutual_aid.share_available[force][:, None], 1.0),
        nearest=np.ascontiguousarray(np.argsort(from_idle.T, axis=1, kind="stable")),
        speed_factor=speed_factor,
    )


def commitments_of(arrays: PlanArrays, rows: np.ndarray, on_duty: np.ndarray) -> Commitments:
    """Return the commitments, first those that can't be broken off, as these choose first.

    Parameters
    ----------
    arrays
        The plan.
    rows
        Row of ``units.csv`` that each unit belongs to, shape (units,).
    on_duty
        As in `World`.
    """
    own = arrays.commitments
    first = np.argsort(own.may_break_off, kind="stable")
    runs = np.ascontiguousarray(own.hours[first].T)
    begins = begins_of(runs)
    can_take = own.tiers[first][:, None] == arrays.units.tiers[rows]
    can_take &= own.forces[first][:, None] == arrays.units.forces[rows]

    duty_changes = on_duty != np.roll(on_duty, 1, axis=0)
    relieved = (duty_changes[:, None, :] & can_take[None]).any(axis=2)
    ends = ~runs & np.roll(runs, 1, axis=0)
    commitments = Commitments(
        runs=runs,
        begins=begins,
        relieved=relieved,
        takes=own.units[first],
        chance=own.share_of_weeks[first],
        breakable=own.may_break_off[first],
        break_off_min=np.nan_to_num(own.break_off_min[first]),
        can_take=can_take,
        alone=np.empty((HOURS, 0, 0)),
        redrawn=(begins | relieved | ends).any(axis=1),
    )
    return commitments._replace(alone=taken_alone(commitments, on_duty))


def begins_of(runs: np.ndarray) -> np.ndarray:
    """Return the hours at which a block of a commitment begins, no block longer than a day.

    Parameters
    ----------
    runs
        Whether it takes place, shape (168, commitments).
    """
    begins = np.zeros(runs.shape, dtype=bool)
    for c in range(runs.shape[1]):
        firsts = [h for h in range(HOURS) if runs[h, c] and not runs[h - 1, c]]
        if runs[:, c].all():
            firsts = [0]
        for first in firsts:
            hour = first
            while runs[hour % HOURS, c] and hour < first + HOURS:
                begins[hour % HOURS, c] |= (hour - first) % 24 == 0
                hour += 1
    return begins


def taken_alone(commitments: Commitments, on_duty: np.ndarray) -> np.ndarray:
    """Return the chance that a unit is on each commitment if units were taken independently of each other.

    Returns
    -------
    ndarray
        Shape (168, commitments, units); what can't be broken off comes first, together at most 1.
    """
    _, _, _, takes, chance, breakable, _, can_take, _, _ = commitments
    in_pool = commitments.runs[:, :, None] & can_take[None] & on_duty[:, None, :]
    size = np.maximum(in_pool.sum(axis=2, keepdims=True), 1)
    share = np.minimum(takes[None, :, None] / size, 1.0) * chance[None, :, None] * in_pool

    left = np.ones((HOURS, 1, on_duty.shape[1]))
    for group in (~breakable, breakable):
        wanted = share[:, group].sum(axis=1, keepdims=True)
        share[:, group] *= np.minimum(1.0, left / np.where(wanted > 0.0, wanted, 1.0))
        left = left - share[:, group].sum(axis=1, keepdims=True)
    return share


def asked_of(arrays: PlanArrays) -> Asked:
    """Return what is looked at: both attendances of every incident type that a standard is for."""
    setting = setting_of(arrays.standards)
    pairs = [(t, m) for t in setting.measured for m in range(len(MEASURES))]
    of_standard = [pairs.index(pair) for pair in zip(setting.types, setting.measures, strict=True)]
    types, measures = np.array(pairs, dtype=np.int64).reshape(-1, 2).T.copy()
    return Asked(
        type=types,
        measure=measures,
        weight=np.ascontiguousarray(arrays.types.hour_weight[types].T),
        authorisation_min=arrays.types.authorisation_min[types],
        rendezvous_min=arrays.types.rendezvous_min[types] * (measures == MEASURES.index("full")),
        places=np.flatnonzero(arrays.places.group >= 0),
        within_min=setting.within_min,
        of_standard=np.array(of_standard, dtype=np.int64),
        limit_min=float(arrays.travel.limit_min),
    )


def rules_of(
    world: World,
    *,
    drive_cv: np.ndarray | None = None,
    turnout_cv: np.ndarray | None = None,
    authorisation_cv: np.ndarray | None = None,
    patrol: Patrol | None = None,
    same_delay: np.ndarray | None = None,
    **switches: bool,
) -> Rules:
    """Return the rules as the head of this module says them, but for what is given.

    Parameters
    ----------
    world
        The world.
    drive_cv, turnout_cv, authorisation_cv
        As in `Spread`.
    patrol
        Where idle units are, `Patrol.at` being weights of the positions.
    same_delay, switches
        Fields of `Rules`.
    """
    units, places = world.ways.drive_min.shape
    cvs = [
        np.zeros(size) if cv is None else np.asarray(cv, dtype=float)
        for cv, size in ((drive_cv, places), (turnout_cv, units), (authorisation_cv, world.asked.type.size))
    ]
    if patrol is None:
        patrol = Patrol(np.zeros(units), np.ones((units, 1)), np.zeros((1, places)))
    at = np.cumsum(patrol.at, axis=1)

    given = dict.fromkeys(
        ["lend_by_force", "scene_apart", "work_again", "stay", "taken_alone", "mixed"], False
    )  # fmt: skip
    return Rules(
        spread=Spread(*cvs, varies=any(bool(cv.any()) for cv in cvs)),
        patrol=patrol._replace(at=at / at[:, -1:]),
        same_delay=np.full((HOURS, units), np.nan) if same_delay is None else same_delay,
        **(given | switches),
    )


def play(
    world: World,
    rules: Rules | None = None,
    *,
    seed: int,
    weeks: int = 3000,
    batches: int = 20,
    looks_per_hour: float = 0.25,
) -> Happened:
    """Play a plan and say what happened.

    Parameters
    ----------
    world, rules
        What is played; None: the rules that the head of this module says.
    seed
        Of all that is random.
    weeks
        Weeks in all, shared out evenly over the batches; one more batch before them warms up.
    batches
        Number of batches that standard errors come from.
    looks_per_hour
        How often somebody looks.
    """
    rules = rules_of(world) if rules is None else rules
    rng = np.random.default_rng(seed)
    return happened(world, run(world, rules, batches, weeks // batches, looks_per_hour, rng))


def happened(world: World, tally: Tally) -> Happened:
    """Return means and standard errors of batches."""
    asked = world.asked
    in_time = tally.in_time / tally.weight[:, asked.of_standard, None]
    minutes = tally.minutes / tally.weight[:, :, None]

    # A unit that is never on duty is never busy.
    duty = np.where(tally.duty_min > 0.0, tally.duty_min, 1.0)
    busy = (tally.call_min + tally.fixed_min) / duty

    shape = (world.calls.scene_min.size, len(MEASURES), asked.within_min.shape[1])
    mean_min = np.zeros(shape)
    mean_min_error = np.zeros(shape)
    mean_min[asked.type, asked.measure] = minutes.mean(axis=0)
    mean_min_error[asked.type, asked.measure] = standard_error(minutes)
    return Happened(
        in_time=in_time.mean(axis=0),
        in_time_error=standard_error(in_time),
        mean_min=mean_min,
        mean_min_error=mean_min_error,
        busy=busy.mean(axis=0),
        busy_error=standard_error(busy),
        on_calls=(tally.call_min / duty).mean(axis=0),
        calls=int(tally.calls.sum()),
    )


def standard_error(by_batch: np.ndarray) -> np.ndarray:
    """Return the standard error of the mean over the first axis."""
    return by_batch.std(axis=0, ddof=1) / np.sqrt(len(by_batch))


@njit(cache=True)
def run(world, rules, batches, weeks, looks_per_hour, rng):
    """Play the weeks of a batch that warms up, and then those of the batches, hour by hour."""
    units = world.on_duty.shape[1]
    state = State(
        np.zeros(units, np.bool_), np.zeros(units, np.bool_), np.full(units, NOBODY),
        np.zeros(units, np.int64), np.full(units, np.inf), np.zeros(world.commitments.takes.size, np.int64),
    )  # fmt: skip
    line = Line(
        np.empty(units, np.int64), np.empty(units), np.zeros(world.ways.force.max() + 1, np.bool_),
        np.empty(units, np.int64),
    )  # fmt: skip
    shelf = Shelf(
        np.zeros((HOURS, SHELF, units), np.bool_), np.zeros((HOURS, SHELF, units)), np.zeros(HOURS, np.int64)
    )
    tally = empty_tally(world, batches)

    now = 0.0
    for batch in range(-1, batches):
        for hour_of_batch in range(weeks * HOURS):
            hour = hour_of_batch % HOURS
            change_duty(world.on_duty[hour], world.jobs, state, now, rng)
            if rules.taken_alone:
                take_each_alone(world.commitments, world.jobs, state, hour, now, rng)
            else:
                commit(world.commitments, world.jobs, rules.stay, state, hour, now, rng)
            now = play_hour(world, rules, state, line, shelf, hour, now, looks_per_hour, batch, tally, rng)

    return tally


@njit(cache=True)
def play_hour(world, rules, state, line, shelf, hour, now, looks_per_hour, batch, tally, rng):
    """Play what happens within an hour, event by event; return its end."""
    end = now + 60.0

    # Within the hour rates are constant, so that both waits may begin anew.
    calls_per_min = world.calls.rate[hour].sum() / 60.0
    next_call = now + wait(calls_per_min, rng)
    next_look = now + wait(looks_per_hour / 60.0, rng)
    while True:
        unit = np.argmin(state.until)
        moment = min(state.until[unit], next_call, next_look, end)
        if batch >= 0:
            count_time(world.commitments.breakable, state, moment - now, batch, tally)
        now = moment

        if now == end:
            return end
        if now == state.until[unit]:
            change(world.jobs, rules.work_again, state, unit, now, rng)
        elif now == next_call:
            next_call = now + wait(calls_per_min, rng)
            look = look_of(world, rules, state, hour, rng)
            answer(world, rules, state, look, line, hour, now, rng)
            if batch >= 0:
                tally.calls[batch] += 1
        else:
            next_look = now + wait(looks_per_hour / 60.0, rng)
            look = look_of(world, rules, state, hour, rng)
            if rules.mixed:
                mix(shelf, look, hour, rng)
            if batch >= 0:
                look_around(world, rules, look, line, hour, batch, tally, rng)


@njit(cache=True)
def empty_tally(world, batches):
    """Return a tally with nothing in it."""
    standards, places = world.asked.within_min.shape
    attendances = world.asked.type.size
    units = world.on_duty.shape[1]
    return Tally(
        np.zeros((batches, standards, places)), np.zeros((batches, attendances, places)),
        np.zeros((batches, attendances)), np.zeros((batches, units)), np.zeros((batches, units)),
        np.zeros((batches, units)), np.zeros(batches),
    )  # fmt: skip


@njit(cache=True)
def wait(rate, rng):
    """Return a wait for something that comes at a rate."""
    return rng.exponential(1.0 / rate) if rate > 0.0 else np.inf


@njit(cache=True)
def varied(cv, rng):
    """Return a factor of mean 1 with a coefficient of variation, lognormal."""
    if cv == 0.0:
        return 1.0
    variance = np.log1p(cv * cv)
    return np.exp(np.sqrt(variance) * rng.standard_normal() - 0.5 * variance)


@njit(cache=True)
def drawn_from(cumulated, rng):
    """Return a number drawn with cumulated chances."""
    return min(np.searchsorted(cumulated, rng.random(), side="right"), cumulated.size - 1)


@njit(cache=True)
def count_time(breakable, state, minutes, batch, tally):
    """Count what units on duty have been doing; breakable: of the commitments."""
    on_duty, on_call, commitment, job, _, _ = state
    for unit in range(on_duty.size):
        if not on_duty[unit]:
            continue
        tally.duty_min[batch, unit] += minutes
        if on_call[unit]:
            tally.call_min[batch, unit] += minutes
        elif is_fixed(breakable, commitment[unit], job[unit]):
            tally.fixed_min[batch, unit] += minutes


@njit(cache=True)
def is_fixed(breakable, commitment, job):
    """Return whether a unit on such a commitment, or such a job, can't be sent."""
    if commitment != NOBODY:
        return not breakable[commitment]
    return job == FIXED


@njit(cache=True)
def change_duty(on_duty, jobs, state, now, rng):
    """Let units begin and end their duty; who is on a call finishes it first. on_duty: (units,)."""
    for unit in range(on_duty.size):
        if state.on_duty[unit] == on_duty[unit]:
            continue
        state.on_duty[unit] = on_duty[unit]
        if on_duty[unit]:
            begin_work(jobs, state, unit, now, rng)
        else:
            state.commitment[unit] = NOBODY
            stop_work(state, unit)


@njit(cache=True)
def stop_work(state, unit):
    """Take away a unit's job and the prospect of one, unless it is on a call, where it has none."""
    if not state.on_call[unit]:
        state.job[unit] = FREE
        state.until[unit] = np.inf


@njit(cache=True)
def begin_work(jobs, state, unit, now, rng):
    """Put a unit, unless it is on a call, to ordinary work as if it had been at it for long."""
    if state.on_call[unit]:
        return
    if rng.random() < jobs.share[unit]:
        begin_job(jobs, state, unit, now, rng)
    else:
        await_job(jobs, state, unit, now, rng)


@njit(cache=True)
def begin_job(jobs, state, unit, now, rng):
    """Give a unit a job."""
    state.job[unit] = BREAKABLE if rng.random() < jobs.breakable[unit] else FIXED
    state.until[unit] = now + rng.exponential(jobs.mean_min[unit])


@njit(cache=True)
def await_job(jobs, state, unit, now, rng):
    """Leave a unit idle until its next job: idle times are as long as makes the share of jobs right."""
    state.job[unit] = FREE
    share = jobs.share[unit]
    if share > 0.0:
        state.until[unit] = now + rng.exponential(jobs.mean_min[unit] * (1.0 - share) / share)
    else:
        state.until[unit] = np.inf


@njit(cache=True)
def change(jobs, work_again, state, unit, now, rng):
    """Let a unit's call or job end, or its next job begin."""
    if state.on_call[unit]:
        state.on_call[unit] = False
        if not state.on_duty[unit] or state.commitment[unit] != NOBODY:
            stop_work(state, unit)
        elif work_again:
            begin_work(jobs, state, unit, now, rng)
        else:
            await_job(jobs, state, unit, now, rng)
    elif state.job[unit] != FREE:
        await_job(jobs, state, unit, now, rng)
    else:
        begin_job(jobs, state, unit, now, rng)


@njit(cache=True)
def commit(commitments, jobs, stay, state, hour, now, rng):
    """Let blocks of commitments end and begin, and see that each has its units."""
    number = commitments.takes.size
    for c in range(number):
        begins = commitments.begins[hour, c]
        if begins or not commitments.runs[hour, c]:
            state.number[c] = 0
        if state.number[c] == 0 or (commitments.relieved[hour, c] and not stay):
            for unit in range(state.on_duty.size):
                if state.commitment[unit] == c:
                    state.commitment[unit] = NOBODY
                    begin_work(jobs, state, unit, now, rng)

        # A fraction of a unit is one more with that chance.
        if begins and rng.random() < commitments.chance[c]:
            whole = int(commitments.takes[c])
            state.number[c] = whole + int(rng.random() < commitments.takes[c] - whole)

    # What can't be broken off comes first.
    for c in range(number):
        missing = state.number[c] - np.sum(state.commitment == c)
        for _ in range(missing):
            taken = drawn_for(commitments, state, c, rng)
            if taken != NOBODY:
                state.commitment[taken] = c
                stop_work(state, taken)


@njit(cache=True)
def drawn_for(commitments, state, c, rng):
    """Return a unit that a commitment takes, each alike; what can't be broken off takes from what can."""
    taken = NOBODY
    able = 0
    for unit in range(state.on_duty.size):
        own = state.commitment[unit]
        is_open = own == NOBODY or (commitments.breakable[own] and not commitments.breakable[c])
        if state.on_duty[unit] and commitments.can_take[c, unit] and is_open:
            able += 1
            if rng.random() * able < 1.0:
                taken = unit
    return taken


@njit(cache=True)
def take_each_alone(commitments, jobs, state, hour, now, rng):
    """Take each unit for at most one commitment, independently of the others."""
    if not commitments.redrawn[hour]:
        return
    for unit in range(state.on_duty.size):
        if state.commitment[unit] != NOBODY:
            state.commitment[unit] = NOBODY
            begin_work(jobs, state, unit, now, rng)
        drawn = rng.random()
        for c in range(commitments.takes.size):
            drawn -= commitments.alone[hour, c, unit]
            if drawn < 0.0:
                state.commitment[unit] = c
                stop_work(state, unit)
                break


@njit(cache=True)
def look_of(world, rules, state, hour, rng):
    """Return who could be sent now, how late each would set out, and from where."""
    units = state.on_duty.size
    breakable = world.commitments.breakable
    patrol = rules.patrol
    look = Look(np.zeros(units, np.bool_), np.zeros(units), np.full(units, AT_BASE))
    for unit in range(units):
        commitment = state.commitment[unit]
        job = state.job[unit]
        if not state.on_duty[unit] or state.on_call[unit] or is_fixed(breakable, commitment, job):
            continue
        look.available[unit] = True

        if commitment != NOBODY:
            look.delay[unit] = world.commitments.break_off_min[commitment]
        elif job == BREAKABLE:
            look.delay[unit] = world.jobs.break_off_min[unit]
        elif patrol.share[unit] > 0.0 and rng.random() < patrol.share[unit]:
            look.position[unit] = drawn_from(patrol.at[unit], rng)
        if not np.isnan(rules.same_delay[hour, unit]):
            look.delay[unit] = rules.same_delay[hour, unit]
    return look


@njit(cache=True)
def mix(shelf, look, hour, rng):
    """Put a look on the shelf of its hour, and take each unit from one of those that lie there."""
    available, delay, put = shelf
    slot = put[hour] % SHELF
    available[hour, slot] = look.available
    delay[hour, slot] = look.delay
    put[hour] += 1

    there = min(put[hour], SHELF)
    for unit in range(look.available.size):
        slot = int(rng.random() * there)
        look.available[unit] = available[hour, slot, unit]
        look.delay[unit] = delay[hour, slot, unit]


@njit(cache=True)
def line_up(ways, lend_by_force, patrol_drive_min, look, place, line, rng):
    """Line up who may come to a place by expected arrival, equal ones in any order; return how many."""
    force, ready_min, drive_min, notice_min, lent, nearest, speed_factor = ways
    available, delay, position = look
    line_unit, line_expected, lends, _ = line

    if lend_by_force:
        lends[:] = False
        for unit in range(force.size):  # the chance is the same for all units of a force that does not share
            if lent[unit, place] < 1.0:
                lends[force[unit]] = rng.random() < lent[unit, place]

    size = 0
    for rank in range(force.size):
        unit = nearest[place, rank]
        if not available[unit]:
            continue
        chance = lent[unit, place]
        if chance < 1.0 and not (lends[force[unit]] if lend_by_force else rng.random() < chance):
            continue

        drive = drive_min[unit, place]
        if position[unit] != AT_BASE:
            drive = patrol_drive_min[position[unit], place] * speed_factor[unit]
        expected = ready_min[unit] + notice_min[unit, place] + delay[unit] + drive
        if expected == np.inf:
            continue

        at = size
        while at > 0 and line_expected[at - 1] > expected:
            line_unit[at] = line_unit[at - 1]
            line_expected[at] = line_expected[at - 1]
            at -= 1
        line_unit[at] = unit
        line_expected[at] = expected
        size += 1

    shuffle_equal_ones(line_unit, line_expected, size, rng)
    return size


@njit(cache=True)
def shuffle_equal_ones(unit, expected, size, rng):
    """Let units of equal expected arrival change places at random."""
    first = 0
    for at in range(1, size):
        if expected[at] != expected[first]:
            first = at
        else:
            other = first + int(rng.random() * (at - first + 1))
            unit[at], unit[other] = unit[other], unit[at]


@njit(cache=True)
def send(needs, machine, line, size):
    """Choose who of the first so many in the line is sent; return how many, and whether that is enough."""
    count = 0
    state = 0
    complete = needs.sizes[machine] - 1
    for rank in range(size):
        if state == complete:
            break
        kind = needs.kind[machine, line.unit[rank]]
        if kind < 0:
            continue
        after = needs.next_state[machine, kind, state]
        if after != state:
            line.sent[count] = rank
            count += 1
            state = after
    return count, state == complete


@njit(cache=True)
def way_of(ways, spread, look, line, rank, place, rng):
    """Return the minutes that a unit of the line really takes from being sent to arriving."""
    expected = line.expected[rank]
    if not spread.varies:
        return expected
    unit = line.unit[rank]
    ready = ways.ready_min[unit]
    drive = expected - ready - ways.notice_min[unit, place] - look.delay[unit]
    ready_more = ready * (varied(spread.turnout_cv[unit], rng) - 1.0)
    return expected + ready_more + drive * (varied(spread.drive_cv[place], rng) - 1.0)


@njit(cache=True)
def answer(world, rules, state, look, line, hour, now, rng):
    """Send units to a call."""
    calls = world.calls
    incident_type = drawn_from(np.cumsum(calls.rate[hour]) / calls.rate[hour].sum(), rng)
    place = drawn_from(calls.at_place[incident_type], rng)

    size = line_up(world.ways, rules.lend_by_force, rules.patrol.drive_min, look, place, line, rng)
    count, _ = send(world.needs, world.needs.machine[FULL, incident_type], line, size)
    scene = rng.exponential(calls.scene_min[incident_type])
    for k in range(count):
        unit = line.unit[line.sent[k]]
        if rules.scene_apart:
            scene = rng.exponential(calls.scene_min[incident_type])
        state.on_call[unit] = True
        state.job[unit] = FREE
        way = way_of(world.ways, rules.spread, look, line, line.sent[k], place, rng)
        state.until[unit] = now + way + scene


@njit(cache=True)
def look_around(world, rules, look, line, hour, batch, tally, rng):
    """Find for every place when a call from there would have its first armed arrival and full attendance."""
    asked = world.asked
    for a in range(asked.type.size):
        tally.weight[batch, a] += asked.weight[hour, a]

    for place in asked.places:
        size = line_up(world.ways, rules.lend_by_force, rules.patrol.drive_min, look, place, line, rng)
        for a in range(asked.type.size):
            machine = world.needs.machine[asked.measure[a], asked.type[a]]
            count, is_complete = send(world.needs, machine, line, size)

            minutes = np.inf
            if is_complete:
                last = 0.0
                for k in range(count):
                    way = way_of(world.ways, rules.spread, look, line, line.sent[k], place, rng)
                    last = max(last, way)
                authorisation = asked.authorisation_min[a] * varied(rules.spread.authorisation_cv[a], rng)
                minutes = authorisation + last + asked.rendezvous_min[a]

            weight = asked.weight[hour, a]
            tally.minutes[batch, a, place] += weight * min(minutes, asked.limit_min)
            if minutes > asked.limit_min:  # beyond it nothing is told apart
                continue
            for s in range(asked.of_standard.size):
                if asked.of_standard[s] == a and minutes <= asked.within_min[s, place] + SLACK_MIN:
                    tally.in_time[batch, s, place] += weight
