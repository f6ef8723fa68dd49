"""Minutes of an emergency arrival: the one formula that every room asks.

From the call to an arrival pass

* authorisation, and for full attendance the rendezvous: no unit changes them (`before_min`);
* until the unit drives off: its turnout, or the notice at which it stands by (`ready_min`), and for a unit of
  a neighbour the notice of mutual aid;
* the drive (`driving_min`): an ordinary drive, less the part that an emergency call does not have, times the
  factors of emergency driving, of the model's own error and of the tier.

Who drives is a row of a plan in `arrival_minutes`. The other functions take arrays, so that a site without a
unit, an isochrone and a logged call follow the same formula.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from standby._typing import Floats
from standby.attendance._kernels_spread import chances_by
from standby.attendance.model import AttendanceModel
from standby.plan import PlanArrays


def driving_min(ordinary_min: Floats, start_min: float | Floats, factor: float | Floats) -> Floats:
    """Return minutes of driving on an emergency call.

    Parameters
    ----------
    ordinary_min
        Minutes of an ordinary drive, as in `standby.travel.Times`, any shape [min].
    start_min
        Part of an ordinary drive that an emergency call does not have, such as walking to the car [min].
    factor
        Emergency minutes relative to the rest of an ordinary drive; see `drive_factor`.

    Returns
    -------
    ndarray
        The shape of `ordinary_min` and `factor` together [min].
    """
    return np.asarray(np.maximum(ordinary_min - start_min, 0.0) * factor)


def ordinary_min(driving_min: float | Floats, start_min: float, factor: float | Floats) -> Floats:
    """Return minutes of the ordinary drive that takes so long on an emergency call: `driving_min` inverted.

    Parameters
    ----------
    driving_min
        Minutes of driving on an emergency call, above 0, any shape [min].
    start_min, factor
        As for `driving_min`: [min], and a factor.
    """
    return np.asarray(driving_min / factor + start_min)


def factor_of(drive_min: Floats, ordinary_min: Floats, start_min: float) -> Floats:
    """Return the factor with which `driving_min` gives the minutes that a drive took, as a log has them.

    Parameters
    ----------
    drive_min
        Minutes that drives took, any shape [min].
    ordinary_min
        Minutes of the ordinary drives, the same shape [min].
    start_min
        As for `driving_min` [min].

    Returns
    -------
    ndarray
        The same shape; no number that can be used where the ordinary drive is no longer than `start_min`.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(drive_min / (ordinary_min - start_min))


def drive_factor(arrays: PlanArrays, tiers: NDArray[np.int64] | None = None) -> Floats:
    """Return the factor of emergency driving, by tier if asked.

    Parameters
    ----------
    arrays
        The plan's values: central, or of one draw.
    tiers
        Numbers of tiers, any shape, whose ``speed_factor`` is to be in it; None: a tier as fast as the plan's
        emergency factor says.

    Returns
    -------
    ndarray
        The shape of `tiers`, or none.
    """
    factor = arrays.travel.emergency_factor * arrays.travel.model_factor
    return np.asarray(factor if tiers is None else factor * arrays.tiers.speed_factor[tiers])


def ready_min(arrays: PlanArrays, tiers: NDArray[np.int64], notice_min: Floats | None = None) -> Floats:
    """Return minutes from being sent to driving off.

    Parameters
    ----------
    arrays
        The plan's values: central, or of one draw.
    tiers
        Tier of each unit, any shape.
    notice_min
        Notice of the units that are not on duty but stand by, NaN for the others, the same shape [min].

    Returns
    -------
    ndarray
        The same shape [min].
    """
    turnout = arrays.tiers.turnout_min[tiers]
    return turnout if notice_min is None else np.where(np.isnan(notice_min), turnout, notice_min)


def minutes_from_sites(arrays: PlanArrays, ordinary_min: Floats, tiers: NDArray[np.int64]) -> Floats:
    """Return minutes from being sent to arriving of units on duty at sites, with nothing to break off.

    Parameters
    ----------
    arrays
        The plan's values: central, or of one draw.
    ordinary_min
        Minutes of an ordinary drive, shape (sites, places) [min].
    tiers
        Tier of the units, any shape.

    Returns
    -------
    ndarray
        Shape (..., sites, places), after that of `tiers` [min].
    """
    tiers = tiers[..., None, None]
    drive = driving_min(ordinary_min, arrays.travel.start_min, drive_factor(arrays, tiers))
    return ready_min(arrays, tiers) + drive


def before_min(arrays: PlanArrays) -> Floats:
    """Return minutes that no unit can change: authorisation, and for full attendance the rendezvous.

    Parameters
    ----------
    arrays
        The plan's values: central, or of one draw.

    Returns
    -------
    ndarray
        Shape (measures, types) [min].
    """
    first = arrays.types.authorisation_min
    return np.array([first, first + arrays.types.rendezvous_min])


def varies(arrays: PlanArrays) -> bool:
    """Return whether trips, turnout or authorisation vary from call to call.

    Parameters
    ----------
    arrays
        The plan's values: central, or of one draw.
    """
    variations = (arrays.classes.trip_cv, arrays.tiers.turnout_cv, arrays.types.authorisation_cv)
    return any(bool(np.nan_to_num(variation).any()) for variation in variations)


def without_variation(arrays: PlanArrays) -> PlanArrays:
    """Return a plan's values with trips, turnout and authorisation at their means every time.

    Parameters
    ----------
    arrays
        The values.
    """
    return replace(
        arrays,
        classes=replace(arrays.classes, trip_cv=np.zeros_like(arrays.classes.trip_cv)),
        tiers=replace(arrays.tiers, turnout_cv=np.zeros_like(arrays.tiers.turnout_cv)),
        types=replace(arrays.types, authorisation_cv=np.zeros_like(arrays.types.authorisation_cv)),
    )


def varying_minutes(model: AttendanceModel, arrays: PlanArrays) -> tuple[Floats, Floats]:
    """Return the part of each arrival that varies from call to call: turnout and drive.

    Trips vary by the class of the place that they go to, turnout by the tier of the unit; the notice of a
    unit that stands by does not. The two are independent of each other, and of those of other units.

    Parameters
    ----------
    model
        The plan made ready.
    arrays
        Its values: central, or of one draw.

    Returns
    -------
    mean, sd
        Shapes (units, places) [min].
    """
    tiers = arrays.units.tiers[model.rows]
    drive = driving_min(model.car_min, arrays.travel.start_min, drive_factor(arrays, tiers)[:, None])
    trip_sd = np.nan_to_num(arrays.classes.trip_cv)[arrays.places.classes] * np.where(
        np.isfinite(drive), drive, 0.0
    )

    stands_by = ~np.isnan(arrays.units.notice_min[model.rows])
    turnout = np.where(stands_by, 0.0, arrays.tiers.turnout_min[tiers])
    turnout_sd = np.nan_to_num(arrays.tiers.turnout_cv)[tiers] * turnout

    return drive + turnout[:, None], np.hypot(trip_sd, turnout_sd[:, None])


def chance_by(by_min: float | Floats, mean_min: Floats, varying_min: Floats, varying_sd: Floats) -> Floats:
    """Return the chance to have arrived by so many minutes.

    Parameters
    ----------
    by_min
        Minutes from being sent, any shape; NaN: never in time [min].
    mean_min
        Mean minutes from being sent to arriving, any shape [min].
    varying_min, varying_sd
        Mean and standard deviation of the part of them that varies, from `varying_minutes` [min]: lognormal.

    Returns
    -------
    ndarray
        The shape of all together; 0 or 1 where nothing varies.
    """
    given = np.stack(np.broadcast_arrays(by_min, mean_min, varying_min, varying_sd), dtype=float)
    return np.asarray(chances_by(*given.reshape(4, -1)).reshape(given.shape[1:]))


def arrival_minutes(model: AttendanceModel, arrays: PlanArrays) -> tuple[Floats, Floats]:
    """Return minutes from being sent to arriving, and the chance that a unit may go.

    Parameters
    ----------
    model
        The plan made ready.
    arrays
        Its values: central, or of one draw.

    Returns
    -------
    minutes, lend
        Shapes (units, places) [min] and (units, forces) [chance].
    """
    tiers = arrays.units.tiers[model.rows]
    factor = drive_factor(arrays, tiers)[:, None]
    drive = driving_min(model.car_min, arrays.travel.start_min, factor)
    ready = ready_min(arrays, tiers, arrays.units.notice_min[model.rows])

    # Units of neighbours come after notice, and only some of them may: as their force says.
    lender = arrays.units.forces[model.rows]
    notice = np.where(model.border, arrays.mutual_aid.notice_min[lender][:, None], 0.0)
    lend = np.where(model.border, arrays.mutual_aid.share_available[lender][:, None], 1.0)

    return drive + ready[:, None] + notice[:, arrays.places.forces], lend
