"""The numbers of a plan, or of one draw of its doubt, in the shapes that the kernels take."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from standby._typing import Floats
from standby.attendance.model import AttendanceModel
from standby.demand import ordinary_share
from standby.plan import Resolved

WEIGHTS = ("people", "demand", "key_locations")
"""What a share or a percentile is over, in the order of every axis of weights."""


def scene_min(resolved: Resolved) -> Floats:
    """Return minutes at the scene, those who are stood down on the way with none, shape (types,) [min].

    Parameters
    ----------
    resolved
        The plan's values: central, or of one draw.
    """
    return np.asarray(resolved["types.scene_min"] * (1.0 - resolved["types.stand_down_share"]))


def held_and_delay(model: AttendanceModel, resolved: Resolved) -> tuple[Floats, Floats]:
    """Return the share of time in work that can't be broken off, and the mean delay by the rest when sent.

    Commitments take their units evenly from the units on duty of their force and tier, at most all of them;
    those that can't be broken off come first. In what is left of its time a unit does its ordinary work. A
    unit that is free is on work that can be broken off for its share of the time that is not held, and is
    then late by breaking off.

    Parameters
    ----------
    model
        The plan made ready.
    resolved
        Its values: central, or of one draw.

    Returns
    -------
    held, delay
        Shape (periods, units) [chance] and [min].
    """
    s = model.structure
    in_pool = model.pools > 0.0
    taken = np.minimum(resolved["commitments.units"][:, None] * model.pools, 1.0) * in_pool
    taken *= s.commitments.share_of_weeks[:, None]
    return held_by(resolved, taken, s.units.tiers[model.rows])


def held_by(resolved: Resolved, taken: Floats, tiers: NDArray[np.int64]) -> tuple[Floats, Floats]:
    """Return the share of time in work that can't be broken off, and the mean delay by the rest when sent.

    Parameters
    ----------
    resolved
        The plan's values: central, or of one draw.
    taken
        Share of a unit's time that each commitment takes, shape (periods, commitments, units).
    tiers
        Tier of each unit, shape (units,).

    Returns
    -------
    held, delay
        Shape (periods, units) [chance] and [min]; see `held_and_delay`.
    """
    may = resolved.structure.commitments.may_break_off

    # Commitments that can't be broken off come first; the others fill what is left, scaled down if need be.
    committed = np.minimum(taken[:, ~may].sum(axis=1), 1.0)
    loose, waits = taken[:, may], resolved["commitments.break_off_min"][may]
    wanted = loose.sum(axis=1)
    fits = np.minimum(wanted, 1.0 - committed)
    part = np.divide(fits, wanted, out=np.zeros_like(wanted), where=wanted > 0.0)
    wait = part * np.einsum("pcu,c->pu", loose, waits)

    # Ordinary work fills its share of the rest.
    rest = 1.0 - committed - fits
    busy, stuck = (share[tiers] for share in ordinary_share(resolved))
    held = committed + rest * stuck
    wait += rest * (busy - stuck) * np.nan_to_num(resolved["tiers.break_off_min"])[tiers]
    free = 1.0 - held
    return held, np.divide(wait, free, out=np.zeros_like(wait), where=free > 0.0)


def weights_of(model: AttendanceModel, resolved: Resolved, rates: Floats) -> Floats:
    """Return the weights of places, shape (types, weights, places): people, calls an hour, key weight."""
    s = model.structure
    areas = len(s.areas)
    weights = np.zeros((len(s.types), len(WEIGHTS), model.group.size))
    weights[:, 0, :areas] = resolved["areas.population"]
    weights[:, 1] = rates
    weights[:, 2, areas:] = s.key_weight
    return weights


def period_rates(
    model: AttendanceModel, resolved: Resolved, rates: Floats
) -> tuple[NDArray[np.int64], Floats, Floats]:
    """Return the machines that keep units busy, their calls by period, and the scene minutes they bring.

    Parameters
    ----------
    model, resolved
        The plan made ready, and its values.
    rates
        Calls by type and place, mean over the week, shape (types, places) [per hour].

    Returns
    -------
    machines, rate, scene
        Shapes (machines,), (periods, machines, places) [per hour] and the same [min per hour].
    """
    weight = np.array([period.weight for period in model.periods])
    scene = scene_min(resolved)
    shape = (len(model.periods), len(model.busy_types), model.group.size)
    rate, work = np.zeros(shape), np.zeros(shape)
    for row, types in enumerate(model.busy_types.values()):
        rate[:, row] = weight[:, types] @ rates[types]
        work[:, row] = weight[:, types] @ (rates[types] * scene[types, None])
    return np.array(list(model.busy_types), dtype=np.int64), rate, work
