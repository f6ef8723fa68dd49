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
    s = model.structure
    force, klass = np.divmod(np.arange(model.groups), len(s.classes))
    planned = s.planned[force]
    rural = s.rural[klass]
    names: list[tuple[str, str]] = [("all", "")]
    rows = [planned]
    planned_codes = [int(code) for code in np.flatnonzero(s.planned)]
    for code in planned_codes:
        names.append(("force", s.forces[code]))
        rows.append(force == code)
    for name, mask in (("urban", ~rural), ("rural", rural)):
        names.append(("setting", name))
        rows.append(planned & mask)
        for code in planned_codes:
            names.append(("force setting", f"{s.forces[code]} {name}"))
            rows.append((force == code) & mask)
    for code, name in enumerate(s.classes):
        names.append(("class", name))
        rows.append(planned & (klass == code))
    members = np.array(rows)
    inside = model.group >= 0
    places = members[:, np.maximum(model.group, 0)] & inside
    return Scopes(tuple(names), members.astype(float), places)


def percentiles(histogram: Floats, chances: tuple[float, ...] = PERCENTILES) -> Floats:
    """Return percentiles of arrival times gathered in bins.

    Parameters
    ----------
    histogram
        Weight by arrival time, shape (..., bins); the last bin is beyond the limit, or never.
    chances
        Chances.

    Returns
    -------
    ndarray
        Shape (..., chances) [min]; ``inf`` where the percentile lies in the last bin, NaN without weight.
    """
    total = histogram.sum(axis=-1)
    below = np.cumsum(histogram, axis=-1)
    found = np.empty((*total.shape, len(chances)))
    for k, chance in enumerate(chances):
        target = chance * total
        column = (below < target[..., None] * (1 - 1e-12)).sum(axis=-1)
        last = column >= histogram.shape[-1] - 1
        column = np.minimum(column, histogram.shape[-1] - 2)
        inside = np.take_along_axis(histogram, column[..., None], -1)[..., 0]
        before = np.take_along_axis(below, column[..., None], -1)[..., 0] - inside
        with np.errstate(divide="ignore", invalid="ignore"):
            part = np.where(inside > 0, (target - before) / inside, 0.0)
        found[..., k] = np.where(last, np.inf, (column + part) * BIN_MIN)
    return np.where(total[..., None] > 0, found, np.nan)


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
    used = np.flatnonzero(scopes.members.any(axis=0))
    measured = list(outcome.measured)
    histogram = scopes.members[:, used] @ outcome.histogram[measured][..., used, :]
    weighted = outcome.weighted_min[measured][..., used] @ scopes.members[:, used].T
    shape = (*outcome.histogram.shape[:3], len(scopes.names), len(STATISTICS))
    found = np.full(shape, np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        found[measured, ..., 0] = weighted / histogram.sum(axis=-1)
    found[measured, ..., 1:] = percentiles(histogram)
    return found


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
