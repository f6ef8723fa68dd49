"""Calls that are never reached, or not within the plan's limit: a mean that counts them is a lower bound."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from standby._typing import Floats
from standby.attendance import SHOWN_MIN, evaluate
from standby.cover.evaluated import Evaluated
from standby.plan import MEASURES


def beyond_share(histogram: Floats) -> Floats:
    """Return the share of arrivals that come beyond the limit or never; NaN where there is no weight.

    Parameters
    ----------
    histogram
        Weight by arrival time, shape (..., bins); the last bin is beyond the limit, or never.
    """
    total = np.asarray(histogram.sum(axis=-1))
    share = np.full(total.shape, np.nan)
    np.divide(histogram[..., -1], total, out=share, where=total > 0.0)
    return share


def is_bound(beyond: Floats | float, limit_min: float) -> Floats:
    """Return whether a mean that counts calls beyond the limit as the limit is a lower bound.

    Parameters
    ----------
    beyond
        Share of the calls beyond the limit, or never reached, any shape.
    limit_min
        Minutes that each of them counts as [min].

    Returns
    -------
    ndarray
        False where there are so few that a table could not show what they add to the mean.
    """
    return np.asarray(np.nan_to_num(beyond) * limit_min >= SHOWN_MIN)


def beyond_by_place(e: Evaluated, incident_type: int) -> Floats:
    """Return the share of a type's calls beyond the limit at each place, shape (measures, places).

    Parameters
    ----------
    e
        The plan evaluated at its central values.
    incident_type
        Code of the incident type.

    Returns
    -------
    ndarray
        For first armed arrival and full attendance; 0 at places that are not planned for.
    """
    planned = e.arrays.places.group >= 0
    measures = np.arange(len(MEASURES))

    # Beyond the limit is what a standard of the limit itself does not reach.
    within_min = np.where(planned, e.arrays.travel.limit_min, np.nan)
    setting = replace(
        e.setting,
        within_min=np.tile(within_min, (len(MEASURES), 1)),
        types=np.full(len(MEASURES), incident_type),
        measures=measures,
        measured=(incident_type,),
    )

    reached = evaluate(e.model, e.arrays, setting, start=e.start).reached
    return np.where(planned, np.clip(1.0 - reached, 0.0, 1.0), 0.0)
