"""From histograms of arrival times to the numbers that people ask for."""

from __future__ import annotations

import numpy as np

from standby._refusals import Refusal
from standby._typing import Floats
from standby.attendance import BIN_MIN, Outcome
from standby.plan import ScopeArrays

PERCENTILES = (0.5, 0.9, 0.95)
STATISTICS = ("mean", "p50", "p90", "p95")
SETTINGS = ("urban", "rural")

ROUNDING = 1e-12
"""Relative amount by which a sum of weights may be too small for rounding."""


def percentiles(histogram: Floats, chances: tuple[float, ...] = PERCENTILES) -> Floats:
    """Return percentiles of arrival times gathered in bins.

    Parameters
    ----------
    histogram
        Weight by arrival time, shape (..., bins); the last bin is beyond the limit, or never.
    chances
        Shares of the weight that arrive by the percentile, such as 0.9.

    Returns
    -------
    ndarray
        Shape (..., chances) [min]; ``inf`` where the percentile lies in the last bin, NaN without weight.
    """
    total = histogram.sum(axis=-1)
    cumulated = np.cumsum(histogram, axis=-1)
    last_bin = histogram.shape[-1] - 1

    minutes_by_chance = np.empty((*total.shape, len(chances)))
    for k, chance in enumerate(chances):
        # The first bin by which the chance is reached, rounding of the sums aside.
        target = chance * total
        column = (cumulated < target[..., None] * (1 - ROUNDING)).sum(axis=-1)
        is_beyond = column >= last_bin
        column = np.minimum(column, last_bin - 1)

        # Within a bin arrivals are taken to be spread evenly.
        inside = np.take_along_axis(histogram, column[..., None], -1)[..., 0]
        before = np.take_along_axis(cumulated, column[..., None], -1)[..., 0] - inside
        with np.errstate(divide="ignore", invalid="ignore"):
            part = np.where(inside > 0, (target - before) / inside, 0.0)
        minutes_by_chance[..., k] = np.where(is_beyond, np.inf, (column + part) * BIN_MIN)
    return np.where(total[..., None] > 0, minutes_by_chance, np.nan)


def minutes(scopes: ScopeArrays, outcome: Outcome) -> Floats:
    """Return mean and percentiles of arrival times.

    Parameters
    ----------
    scopes, outcome
        Whom to report on, and the evaluation.

    Returns
    -------
    ndarray
        Shape (types, measures, weights, scopes, statistics) [min]. Times beyond the limit count as the limit
        in the mean, which is exact; a percentile is right to less than the width of a bin, and ``inf`` beyond
        the limit. NaN where a scope has none of the weight, and for incident types that were not measured.
    """
    if outcome.histogram.shape[3] != scopes.members.shape[1]:
        raise Refusal("the outcome is of another plan", "give the outcome of this one")

    # Add up the groups of each scope, leaving out groups that are in none.
    used = np.flatnonzero(scopes.members.any(axis=0))
    members = scopes.members[:, used]
    measured = list(outcome.measured)
    histogram = members @ outcome.histogram[measured][..., used, :]
    weighted_min = outcome.weighted_min[measured][..., used] @ members.T

    statistics = np.full((*outcome.histogram.shape[:3], len(scopes.names), len(STATISTICS)), np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        statistics[measured, ..., 0] = weighted_min / histogram.sum(axis=-1)
    statistics[measured, ..., 1:] = percentiles(histogram)
    return statistics


def shares(weights: Floats, reached: Floats, scopes: ScopeArrays) -> Floats:
    """Return the share that is reached in time.

    Parameters
    ----------
    weights
        What it is a share of, shape (standards, places).
    reached
        Chance, or 0 and 1, by place, shape (standards, places).
    scopes
        Whom to report on.

    Returns
    -------
    ndarray
        Shape (standards, scopes); NaN where a scope has none of it.
    """
    inside = scopes.places.T.astype(float)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(((weights * reached) @ inside) / (weights @ inside))
