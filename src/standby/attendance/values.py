"""The numbers of a plan, or of one draw of its doubt, in the shapes that the kernels take."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from standby._typing import Codes, Floats
from standby.attendance.model import AttendanceModel
from standby.demand import ordinary_share, scene_min
from standby.plan import PlanArrays

WEIGHTS = ("people", "demand", "key_locations")
"""What a share or a percentile is over, in the order of every axis of weights."""


class Work(NamedTuple):
    """What units do besides calls, each shape (periods, units).

    Parameters
    ----------
    committed_share
        Share of time in work that can't be broken off [chance].
    breakable_share
        Share of the rest, the time in which a unit can be sent, that it is on work which it has to break off
        first [chance].
    break_off_min
        Minutes that breaking off takes then, the mean over such work; 0 where there is none [min].
    """

    committed_share: Floats
    breakable_share: Floats
    break_off_min: Floats

    @property
    def mean_delay_min(self) -> Floats:
        """Mean minutes that units set out later than with nothing to do [min]."""
        return self.breakable_share * self.break_off_min

    @property
    def least_delay_min(self) -> Floats:
        """Minutes that units set out later at best: none if they ever have nothing to do [min]."""
        return np.where(self.breakable_share < 1.0, 0.0, self.break_off_min)


def position_share(model: AttendanceModel, arrays: PlanArrays) -> Floats:
    """Return the share of a unit's time that it is at each of its positions, whatever it does there.

    It is the share of the time in which it can be sent; what patrols leave of it the unit is at its site.
    Where draws of several patrols come to more than all of its time they are scaled down together.

    Parameters
    ----------
    model
        The plan made ready.
    arrays
        Its values: central, or of one draw.

    Returns
    -------
    ndarray
        As seen from each place, shape (positions, places); 1 in all for each unit.
    """
    unit, patrol, weight = model.positions
    of_unit = arrays.patrols.of_unit[model.rows]
    if not of_unit.any():
        return weight

    on_patrol = of_unit @ arrays.patrols.share
    of_patrols = of_unit * arrays.patrols.share / np.maximum(on_patrol, 1.0)[:, None]
    at_site = np.maximum(1.0 - on_patrol, 0.0)
    by_unit = np.column_stack([of_patrols, at_site])  # the last one is for sites, whose row is -1
    return np.asarray(by_unit[unit, patrol][:, None] * weight)


def work_of(model: AttendanceModel, arrays: PlanArrays) -> Work:
    """Return what the units of a plan do besides calls.

    Commitments take their units evenly from the units on duty of their force and tier, at most all of them;
    those that can't be broken off come first. In what is left of its time a unit does its ordinary work.

    Parameters
    ----------
    model
        The plan made ready.
    arrays
        Its values: central, or of one draw.

    Returns
    -------
    Work
        Shares and minutes, shape (periods, units).
    """
    # Each commitment is spread evenly over the units on duty that can take it, all of a unit at most.
    in_pool = model.pools > 0.0
    taken_share = np.minimum(arrays.commitments.units[:, None] * model.pools, 1.0) * in_pool
    taken_share *= arrays.commitments.share_of_weeks[:, None]

    return work_by(arrays, taken_share, arrays.units.tiers[model.rows])


def work_by(arrays: PlanArrays, taken: Floats, tiers: Codes) -> Work:
    """Return what units do besides calls, from how much of their time commitments take; see `work_of`.

    Parameters
    ----------
    arrays
        The plan's values: central, or of one draw.
    taken
        Share of a unit's time that each commitment takes, shape (periods, commitments, units).
    tiers
        Tier of each unit, shape (units,).

    Returns
    -------
    Work
        Shares and minutes, shape (periods, units).
    """
    breakable = arrays.commitments.may_break_off

    # Commitments that can't be broken off come first.
    fixed_share = np.minimum(taken[:, ~breakable].sum(axis=1), 1.0)

    # The others fill what is left, scaled down together if they do not fit.
    wanted_share = taken[:, breakable].sum(axis=1)
    breakable_share = np.minimum(wanted_share, 1.0 - fixed_share)
    scale = np.divide(
        breakable_share, wanted_share, out=np.zeros_like(wanted_share), where=wanted_share > 0.0
    )

    # Share of time in such work times its minutes of breaking off; the mean over such work comes last.
    break_off_min = arrays.commitments.break_off_min[breakable]
    delay_sum = scale * np.einsum("pcu,c->pu", taken[:, breakable], break_off_min)

    # Ordinary work fills its share of the rest, some of it without a chance to break off.
    rest = 1.0 - fixed_share - breakable_share
    ordinary, ordinary_fixed = (share[tiers] for share in ordinary_share(arrays))
    ordinary_break_off_min = np.nan_to_num(arrays.tiers.break_off_min)[tiers]
    committed_share = fixed_share + rest * ordinary_fixed
    ordinary_breakable = rest * (ordinary - ordinary_fixed)
    delay_sum += ordinary_breakable * ordinary_break_off_min

    at_work = breakable_share + ordinary_breakable
    available = 1.0 - committed_share
    share = np.divide(at_work, available, out=np.zeros_like(at_work), where=available > 0.0)
    mean_min = np.divide(delay_sum, at_work, out=np.zeros_like(at_work), where=at_work > 0.0)
    return Work(committed_share, np.minimum(share, 1.0), mean_min)


def weights_of(arrays: PlanArrays, calls: Floats) -> Floats:
    """Return the weights of places, shape (types, weights, places): people, calls, key weight.

    Parameters
    ----------
    arrays
        The plan at its central values, or at one draw.
    calls
        Calls by type and area, shape (types, areas) [per hour].
    """
    places = arrays.places
    weights = np.zeros((len(arrays.types), len(WEIGHTS), len(places)))
    weights[:, 0] = places.from_areas(arrays.areas.population)
    weights[:, 1] = places.from_areas(calls)
    weights[:, 2] = places.from_key_locations(arrays.key_locations.weight)
    return weights


def period_rates(model: AttendanceModel, arrays: PlanArrays, rates: Floats) -> tuple[Codes, Floats, Floats]:
    """Return the machines that keep units busy, their calls by period, and the scene minutes they bring.

    Parameters
    ----------
    model, arrays
        The plan made ready, and its values.
    rates
        Calls by type and place, mean over the week, shape (types, places) [per hour].

    Returns
    -------
    machines, rate, scene
        Shapes (machines,), (periods, machines, places) [per hour] and the same [min per hour].
    """
    weight = np.array([period.weight for period in model.periods])
    minutes = scene_min(arrays)

    shape = (len(model.periods), len(model.busy_types), len(arrays.places))
    rate = np.zeros(shape)
    scene = np.zeros(shape)
    for row, types in enumerate(model.busy_types.values()):
        rate[:, row] = weight[:, types] @ rates[types]
        scene[:, row] = weight[:, types] @ (rates[types] * minutes[types, None])

    machines = np.array(list(model.busy_types), dtype=np.int64)
    return machines, rate, scene
