"""From histograms of arrival times to the numbers that people ask for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from standby._refusals import Refusal
from standby._show import Shown
from standby._typing import Floats
from standby.attendance import BIN_MIN, MEASURES, WEIGHTS, AttendanceModel, Outcome

PERCENTILES = (0.5, 0.9, 0.95)
STATISTICS = ("mean", "p50", "p90", "p95")
SETTINGS = ("urban", "rural")

ROUNDING = 1e-12
"""Relative amount by which a sum of weights may be too small for rounding."""


@dataclass(frozen=True, eq=False)
class Scopes(Shown):
    """Whom a number is about: all planned forces, one of them, or one setting or class.

    Parameters
    ----------
    names
        ``("all", "")``, ``("force", id)``, ``("setting", "rural")``, ``("class", id)``, and each force's
        settings as ``("force setting", "id rural")``.
    members
        Groups of each scope, shape (scopes, groups).
    places
        Places of each scope, shape (scopes, places).
    """

    names: tuple[tuple[str, str], ...]
    members: Floats
    places: NDArray[np.bool_]

    def row(self, kind: str, name: str = "") -> int:
        """Return the row of a scope."""
        return self.names.index((kind, name))


def scopes_of(model: AttendanceModel) -> Scopes:
    """Return the scopes of a plan's planned forces.

    Parameters
    ----------
    model
        The plan made ready.
    """
    structure = model.structure
    force, area_class = np.divmod(np.arange(model.groups), len(structure.classes))
    is_planned = structure.planned[force]
    is_rural = structure.rural[area_class]
    planned_forces = [int(code) for code in np.flatnonzero(structure.planned)]

    # Groups are forces × classes; each scope is a set of them.
    groups: dict[tuple[str, str], NDArray[np.bool_]] = {("all", ""): is_planned}
    for code in planned_forces:
        groups["force", structure.forces[code]] = force == code

    for setting, in_setting in (("urban", ~is_rural), ("rural", is_rural)):
        groups["setting", setting] = is_planned & in_setting
        for code in planned_forces:
            groups["force setting", f"{structure.forces[code]} {setting}"] = (force == code) & in_setting

    for code, name in enumerate(structure.classes):
        groups["class", name] = is_planned & (area_class == code)

    # A place belongs to the scopes of its group; places of forces not planned for have none.
    members = np.array(list(groups.values()))
    has_group = model.group >= 0
    places = members[:, np.maximum(model.group, 0)] & has_group
    return Scopes(tuple(groups), members.astype(float), places)


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


def minutes(model: AttendanceModel, scopes: Scopes, outcome: Outcome) -> Floats:
    """Return mean and percentiles of arrival times.

    Parameters
    ----------
    model, scopes, outcome
        The model, whom to report on, and the evaluation.

    Returns
    -------
    ndarray
        Shape (types, measures, weights, scopes, statistics) [min]. Times beyond the limit count as the limit
        in the mean, which is exact; a percentile is right to less than the width of a bin, and ``inf`` beyond
        the limit. NaN where a scope has none of the weight, and for incident types that were not measured.
    """
    if outcome.histogram.shape[3] != model.groups:
        raise Refusal("the outcome is of another plan's model", "give the outcome of this one")

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


def shares(weights: Floats, reached: Floats, scopes: Scopes) -> Floats:
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


__all__ = [
    "MEASURES",
    "PERCENTILES",
    "SETTINGS",
    "STATISTICS",
    "WEIGHTS",
    "Scopes",
    "minutes",
    "percentiles",
    "scopes_of",
    "shares",
]
