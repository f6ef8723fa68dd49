"""The decision table: options side by side, with doubt, differences and chances of being best."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from standby.appraise.criteria import Criterion
from standby.evidence import standard_error

Floats = NDArray[np.float64]

INTERVAL = (0.05, 0.95)
"""Chances of the lower and upper end of every interval."""

SAME = 1e-9
"""Relative difference at which two options count as equal in a draw."""

SIGMAS = 4.0
"""Standard errors within which two means can't be put in order."""


def decision_table(
    criteria: tuple[Criterion, ...],
    values: dict[str, dict[str, Floats]],
    central: dict[str, dict[str, float]],
    ranked: list[str],
    scrambles: int,
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
    """
    base = values[next(iter(values))]
    rows = []
    for option, own in values.items():
        for criterion in criteria:
            best = chance_best(criterion, {name: values[name][criterion.id] for name in ranked})
            difference = own[criterion.id] - base[criterion.id]
            rows.append(
                {
                    "option": option,
                    "criterion": criterion.id,
                    **_spread(own[criterion.id], "", scrambles),
                    "central": central[option][criterion.id],
                    **_spread(difference, "difference", scrambles),
                    "chance_best": best.get(option, np.nan),
                    "alike": alike(difference, scrambles),
                }
            )
    return pd.DataFrame(rows)


def _spread(samples: Floats, name: str, scrambles: int) -> dict[str, float]:
    before = f"{name}_" if name else ""
    low, high = np.quantile(samples, INTERVAL)
    return {
        name or "mean": float(samples.mean()),
        f"{before}se": float(standard_error(samples, scrambles)),
        f"{before}low": float(low),
        f"{before}high": float(high),
    }


def chance_best(criterion: Criterion, values: dict[str, Floats]) -> dict[str, float]:
    """Return each option's chance of being best, options that are equal in a draw sharing it.

    Parameters
    ----------
    criterion
        The criterion; without a direction nobody is best.
    values
        Values by option over the same draws, each shape (draws,).
    """
    if not criterion.better:
        return {}
    table = np.array(list(values.values()))
    sign = 1.0 if criterion.better == "higher" else -1.0
    top = (sign * table).max(axis=0)
    first = sign * table >= top - SAME * np.maximum(np.abs(top), 1.0)
    share = first / first.sum(axis=0)
    return dict(zip(values, share.mean(axis=1).tolist(), strict=True))


def alike(difference: Floats, scrambles: int) -> bool:
    """Return whether a difference over the draws can't be told from nothing.

    True when the interval of the difference holds 0, or when its mean lies within four standard errors of 0.
    """
    low, high = np.quantile(difference, INTERVAL)
    within = abs(difference.mean()) <= SIGMAS * standard_error(difference, scrambles)
    return bool(low <= 0.0 <= high or within)


def pairs_table(
    criteria: tuple[Criterion, ...], values: dict[str, dict[str, Floats]], scrambles: int
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
    """
    rows = []
    for criterion in criteria:
        if not criterion.better:
            continue
        for one, other in combinations(values, 2):
            difference = values[one][criterion.id] - values[other][criterion.id]
            gain = difference if criterion.better == "higher" else -difference
            rows.append(
                {
                    "criterion": criterion.id,
                    "option": one,
                    "other": other,
                    "chance_better": float((gain > 0).mean() + 0.5 * (gain == 0).mean()),
                    "difference": float(difference.mean()),
                    "alike": alike(difference, scrambles),
                }
            )
    return pd.DataFrame(rows)
