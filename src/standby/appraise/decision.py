"""The decision table: options side by side, with doubt, differences and chances of being best."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from standby.appraise.criteria import Criterion
from standby.appraise.error import SIGMAS, Floors, mean_error

Floats = NDArray[np.float64]

INTERVAL = (0.05, 0.95)
"""Chances of the lower and upper end of every interval."""

NO_FLOORS = Floors({})

SAME = 1e-6
"""Difference, relative above one, at which two options count as equal in a draw: what the search for busy
shares may leave, with room."""


def decision_table(
    criteria: tuple[Criterion, ...],
    values: dict[str, dict[str, Floats]],
    central: dict[str, dict[str, float]],
    ranked: list[str],
    scrambles: int,
    floors: Floors = NO_FLOORS,
) -> pd.DataFrame:
    """Return one row each option and criterion.

    Parameters
    ----------
    criteria
        The criteria.
    values
        Values by option and criterion over the same draws, each shape (draws,); the base first.
    central
        The same at central values.
    ranked
        Options, base included, that may be best.
    scrambles
        Independent scrambles among the draws.
    floors
        What rare events add to the standard errors.
    """
    first, base = next(iter(values.items()))
    best = {c.id: chance_best(c, {name: values[name][c.id] for name in ranked}) for c in criteria}
    rows = []
    for option, own in values.items():
        for criterion in criteria:
            name, matters = criterion.id, criterion.matters
            floor = floors.between(option, first, name)
            rows.append(
                {
                    "option": option,
                    "criterion": name,
                    **spread(own[name], "", scrambles, floors.of(option, name), matters=matters),
                    "central": central[option][name],
                    **spread(settled(own[name], base[name]), "difference", scrambles, floor, matters=matters),
                    "chance_best": best[name].get(option, np.nan),
                    "alike": alike(own[name], base[name], scrambles, floor=floor, matters=matters),
                }
            )
    return pd.DataFrame(rows)


def spread(
    samples: Floats, name: str, scrambles: int, floor: float = 0.0, *, matters: float = 0.0
) -> dict[str, float]:
    """Return mean, standard error and interval of a sample, their names led by ``name``."""
    before = f"{name}_" if name else ""
    low, high = np.quantile(samples, INTERVAL)
    return {
        name or "mean": float(samples.mean()),
        f"{before}se": float(mean_error(samples, scrambles, floor, matters=matters)),
        f"{before}low": float(low),
        f"{before}high": float(high),
    }


def settled(one: Floats, other: Floats) -> Floats:
    """Return the difference of two samples over the same draws, 0 where it is rounding."""
    difference = one - other
    size = np.maximum(np.maximum(np.abs(one), np.abs(other)), 1.0)
    return np.where(np.abs(difference) <= SAME * size, 0.0, difference)


def chance_best(criterion: Criterion, values: dict[str, Floats]) -> dict[str, float]:
    """Return each option's chance of being best, options that are equal in a draw sharing it.

    Parameters
    ----------
    criterion
        The criterion; without a direction nobody is best.
    values
        Values by option over the same draws, each shape (draws,).
    """
    if not criterion.better or not values:
        return {}
    sign = 1.0 if criterion.better == "higher" else -1.0
    table = sign * np.array(list(values.values()))
    top = table.max(axis=0)
    room = np.maximum(criterion.matters, SAME * np.maximum(np.abs(top), 1.0))
    first = table >= top - room
    share = first / first.sum(axis=0)
    return dict(zip(values, share.mean(axis=1).tolist(), strict=True))


def alike(one: Floats, other: Floats, scrambles: int, *, floor: float = 0.0, matters: float = 0.0) -> bool:
    """Return whether two samples over the same draws can't be told apart.

    Parameters
    ----------
    one, other
        The samples, each shape (draws,).
    scrambles
        Independent scrambles among the draws.
    floor
        What rare events add to the standard error of the difference.
    matters
        The smallest difference that is one.

    Returns
    -------
    bool
        True when the interval of their difference holds 0 or nothing but differences that don't matter, or
        when its mean lies within four standard errors of 0.
    """
    difference = settled(one, other)
    low, high = np.quantile(difference, INTERVAL)
    small = max(abs(low), abs(high)) < matters
    within = abs(difference.mean()) <= SIGMAS * mean_error(difference, scrambles, floor, matters=matters)
    return bool(low <= 0.0 <= high or small or within)


def pairs_table(
    criteria: tuple[Criterion, ...],
    values: dict[str, dict[str, Floats]],
    scrambles: int,
    floors: Floors = NO_FLOORS,
) -> pd.DataFrame:
    """Return, for every two options and criterion, which is better how often and whether they are alike.

    Parameters
    ----------
    criteria
        The criteria; those without a direction are left out.
    values
        Values by option and criterion over the same draws.
    scrambles
        Independent scrambles among the draws.
    floors
        What rare events add to the standard errors.
    """
    rows = []
    for criterion in criteria:
        if not criterion.better:
            continue
        for one, other in combinations(values, 2):
            first, second = values[one][criterion.id], values[other][criterion.id]
            difference = settled(first, second)
            gain = difference if criterion.better == "higher" else -difference
            rows.append(
                {
                    "criterion": criterion.id,
                    "option": one,
                    "other": other,
                    "chance_better": float((gain > 0).mean() + 0.5 * (gain == 0).mean()),
                    "difference": float(difference.mean()),
                    "alike": alike(
                        first,
                        second,
                        scrambles,
                        floor=floors.between(one, other, criterion.id),
                        matters=criterion.matters,
                    ),
                }
            )
    columns = ["criterion", "option", "other", "chance_better", "difference", "alike"]
    return pd.DataFrame(rows, columns=columns)
