"""The decision table: options side by side, with doubt, differences, and how often each is best.

Whether two options can be told apart is decided in one place, `Difference.alike`: they can't when the
interval of their difference holds 0. Every table, sentence, chart and file takes it from there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from standby._show import Shown
from standby._typing import Floats
from standby.appraise.criteria import COST, Criterion
from standby.appraise.error import SIGMAS, Floors, mean_error

Values = Mapping[str, Mapping[str, Floats]]

INTERVAL = (0.05, 0.95)
"""Chances of the lower and upper end of every interval."""

NO_FLOORS = Floors({})
NO_BOUNDS: Mapping[str, frozenset[str]] = {}

SAME = 1e-6
"""Difference, relative above one, at which two options count as equal in a draw: what the search for busy
shares may leave, with room."""


@dataclass(frozen=True)
class Difference(Shown):
    """The difference of two options over the same draws, and whether it can be told from nothing.

    Parameters
    ----------
    mean, se
        Mean over the draws, and its Monte Carlo standard error.
    low, high
        Its interval: the 5th and 95th percentile over the draws, further out where the Monte Carlo error of
        the mean leaves more open, and out to 0 where the mean is too small for any table to show.
    by_doubt
        From the mean to the percentile that lies towards 0: the smallest mean difference that the doubt of
        the figures lets show.
    by_draws
        Four standard errors: the smallest mean difference that this number of draws lets show.
    smallest
        The smallest mean difference that could be told from nothing: the larger of the two, and no less than
        what a table shows.
    """

    mean: float
    se: float
    low: float
    high: float
    by_doubt: float
    by_draws: float
    smallest: float

    @property
    def alike(self) -> bool:
        """Whether the two can't be told apart: the interval of their difference holds 0."""
        return self.low <= 0.0 <= self.high

    def row(self) -> dict[str, Any]:
        """Return its columns in the tables of differences."""
        return {
            "difference": self.mean,
            "difference_se": self.se,
            "difference_low": self.low,
            "difference_high": self.high,
        }


def difference_of(
    one: Floats, other: Floats, scrambles: int, *, floor: float = 0.0, matters: float = 0.0
) -> Difference:
    """Return the difference of two samples over the same draws.

    Parameters
    ----------
    one, other
        The samples, each shape (draws,). Draws in which either has no value are left out.
    scrambles
        Independent scrambles among the draws.
    floor
        What rare events add to the standard error of the difference.
    matters
        The smallest difference that is one: a smaller one is not seen in any table.
    """
    difference = settled(one, other)
    known = difference[~np.isnan(difference)]
    if known.size == 0:
        return Difference(*[np.nan] * 7)

    mean = float(known.mean())
    se = float(mean_error(_filled(difference), scrambles, floor, matters=matters))
    p5, p95 = (float(end) for end in np.quantile(known, INTERVAL))
    by_doubt = max(mean - p5 if mean >= 0.0 else p95 - mean, 0.0)
    by_draws = SIGMAS * se

    # The mean of another seed lies within the interval as well.
    low = min(p5, mean - by_draws)
    high = max(p95, mean + by_draws)
    if abs(mean) <= matters:
        low = min(low, 0.0)
        high = max(high, 0.0)

    return Difference(
        mean=mean,
        se=se,
        low=low,
        high=high,
        by_doubt=by_doubt,
        by_draws=by_draws,
        smallest=max(by_doubt, by_draws, matters),
    )


def alike(one: Floats, other: Floats, scrambles: int, *, floor: float = 0.0, matters: float = 0.0) -> bool:
    """Return whether two samples over the same draws can't be told apart: `Difference.alike`.

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
    """
    return difference_of(one, other, scrambles, floor=floor, matters=matters).alike


def decision_table(
    criteria: tuple[Criterion, ...],
    values: Values,
    central: Mapping[str, Mapping[str, float]],
    ranked: list[str],
    scrambles: int,
    floors: Floors = NO_FLOORS,
    bounds: Mapping[str, frozenset[str]] = NO_BOUNDS,
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
    bounds
        By option, criteria whose mean is a lower bound.
    """
    base_id, base = next(iter(values.items()))
    best = {
        criterion.id: chance_best(criterion, {name: values[name][criterion.id] for name in ranked})
        for criterion in criteria
    }

    rows = []
    for option, own in values.items():
        for criterion in criteria:
            name = criterion.id
            matters = criterion.matters
            floor = floors.between(option, base_id, name)
            difference = difference_of(own[name], base[name], scrambles, floor=floor, matters=matters)
            rows.append(
                {
                    "option": option,
                    "criterion": name,
                    **spread(own[name], "", scrambles, floors.of(option, name), matters=matters),
                    "central": central[option][name],
                    **difference.row(),
                    "chance_best": best[name].get(option, np.nan),
                    "alike": difference.alike,
                    "at_least": name in bounds.get(option, ()),
                }
            )

    return pd.DataFrame(rows)


def spread(
    samples: Floats, name: str, scrambles: int, floor: float = 0.0, *, matters: float = 0.0
) -> dict[str, float]:
    """Return mean, standard error and interval of a sample, their names led by ``name``.

    The interval runs from the 5th to the 95th percentile, and out to the mean where that lies beyond. Draws
    without a value are left out; all are NaN where no draw has one.
    """
    before = f"{name}_" if name else ""
    columns = (name or "mean", f"{before}se", f"{before}low", f"{before}high")
    known = samples[~np.isnan(samples)]
    if known.size == 0:
        return dict.fromkeys(columns, np.nan)

    # A rare draw can pull the mean beyond the percentiles: an interval that leaves its mean out says nothing.
    mean = float(known.mean())
    se = float(mean_error(_filled(samples), scrambles, floor, matters=matters))
    p5, p95 = np.quantile(known, INTERVAL)
    low = float(min(p5, mean))
    high = float(max(p95, mean))
    return dict(zip(columns, (mean, se, low, high), strict=True))


def _filled(samples: Floats) -> Floats:
    """Return a sample with the mean of the others where a draw has no value."""
    missing = np.isnan(samples)
    return np.where(missing, samples[~missing].mean(), samples) if missing.any() else samples


def settled(one: Floats, other: Floats) -> Floats:
    """Return the difference of two samples over the same draws, 0 where it is rounding."""
    difference = one - other
    size = np.maximum(np.maximum(np.abs(one), np.abs(other)), 1.0)
    return np.where(np.abs(difference) <= SAME * size, 0.0, difference)


def chance_best(criterion: Criterion, values: Mapping[str, Floats]) -> dict[str, float]:
    """Return the share of draws in which each option is best, options that are equal in a draw sharing it.

    Parameters
    ----------
    criterion
        The criterion; without a direction nobody is best.
    values
        Values by option over the same draws, each shape (draws,). An option is never best in a draw in which
        it has no value, and a draw in which none has one is left out.
    """
    sign = criterion.better.sign
    if sign is None or not values:
        return {}

    table = sign * np.array(list(values.values()))
    known = ~np.isnan(table)
    counted = known.any(axis=0)
    if not counted.any():
        return {}
    table = np.where(known, table, -np.inf)[:, counted]

    # Options that differ from the best of a draw by nothing that matters share that draw.
    top = table.max(axis=0)
    room = np.maximum(criterion.matters, SAME * np.maximum(np.abs(top), 1.0))
    is_first = table >= top - room
    share = is_first / is_first.sum(axis=0)
    return dict(zip(values, share.mean(axis=1).tolist(), strict=True))


def pairs_table(
    criteria: tuple[Criterion, ...], values: Values, scrambles: int, floors: Floors = NO_FLOORS
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
        sign = criterion.better.sign
        if sign is None:
            continue

        for one, other in combinations(values, 2):
            first = values[one][criterion.id]
            second = values[other][criterion.id]
            floor = floors.between(one, other, criterion.id)
            difference = difference_of(first, second, scrambles, floor=floor, matters=criterion.matters)

            # A draw in which the two are equal counts half for each.
            gain = sign * settled(first, second)
            gain = gain[~np.isnan(gain)]
            chance_better = float((gain > 0).mean() + 0.5 * (gain == 0).mean()) if gain.size else np.nan

            rows.append(
                {
                    "criterion": criterion.id,
                    "option": one,
                    "other": other,
                    "chance_better": chance_better,
                    **difference.row(),
                    "alike": difference.alike,
                }
            )

    columns = [
        "criterion",
        "option",
        "other",
        "chance_better",
        "difference",
        "difference_se",
        "difference_low",
        "difference_high",
        "alike",
    ]
    return pd.DataFrame(rows, columns=columns)


BEST_COLUMNS = (
    "criterion",
    "option",
    "mean",
    "best",
    "share_of_draws",
    "behind",
    "behind_low",
    "behind_high",
    "alike",
    "smallest_difference",
    "smallest_by_doubt",
    "smallest_by_draws",
    "present_value_gbp",
    "present_value_low",
    "present_value_high",
    "cheapest",
)


def best_table(
    criteria: tuple[Criterion, ...],
    values: Values,
    ranked: list[str],
    scrambles: int,
    costs: Values,
    floors: Floors = NO_FLOORS,
) -> pd.DataFrame:
    """Return, for every criterion with a direction, the best option and those that can't be told from it.

    The best is the option with the best mean. Every other is set beside it on the same draws: it belongs to
    the set that can't be told from the best when the interval of how far it is behind holds 0, that is, when
    its mean is behind by no more than the smallest difference that these draws and doubts could have shown.

    Parameters
    ----------
    criteria
        The criteria; those without a direction are left out.
    values
        Values by option and criterion over the same draws, each shape (draws,).
    ranked
        Options, base included, that may be best.
    scrambles
        Independent scrambles among the draws.
    costs
        Cost in present value by option, under `COST` [£], each shape (draws,).
    floors
        What rare events add to the standard errors.

    Returns
    -------
    DataFrame
        One row each criterion and ranked option that has a value. ``behind`` is in the criterion's unit,
        above 0: worse than the best. ``cheapest`` marks those of the set that cost least; it recommends
        nothing.
    """
    money = {name: spread(costs[name][COST], "", scrambles) for name in ranked}

    rows = []
    for criterion in criteria:
        sign = criterion.better.sign
        samples = {name: values[name][criterion.id] for name in ranked}
        means = {name: float(np.nanmean(s)) for name, s in samples.items() if not np.isnan(s).all()}
        if sign is None or not means:
            continue

        best = max(means, key=lambda name: sign * means[name])
        behind = {
            name: difference_of(
                sign * samples[best],
                sign * samples[name],
                scrambles,
                floor=floors.between(best, name, criterion.id),
                matters=criterion.matters,
            )
            for name in means
        }
        shares = chance_best(criterion, samples)

        # Of those that can't be told from the best, every one that costs least is the cheapest.
        least_gbp = min(money[name]["mean"] for name in means if behind[name].alike)
        for name, gap in behind.items():
            costs_least = money[name]["mean"] <= least_gbp + SAME * max(abs(least_gbp), 1.0)
            rows.append(
                {
                    "criterion": criterion.id,
                    "option": name,
                    "mean": means[name],
                    "best": name == best,
                    "share_of_draws": shares[name],
                    "behind": gap.mean,
                    "behind_low": gap.low,
                    "behind_high": gap.high,
                    "alike": gap.alike,
                    "smallest_difference": gap.smallest,
                    "smallest_by_doubt": gap.by_doubt,
                    "smallest_by_draws": gap.by_draws,
                    "present_value_gbp": money[name]["mean"],
                    "present_value_low": money[name]["low"],
                    "present_value_high": money[name]["high"],
                    "cheapest": gap.alike and costs_least,
                }
            )

    return pd.DataFrame(rows, columns=list(BEST_COLUMNS))
