"""Which standards an option moves, and by how much."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from standby._typing import Floats
from standby.appraise.criteria import Criterion
from standby.appraise.decision import Difference, Values, difference_of
from standby.appraise.error import Floors
from standby.appraise.sample import Sample
from standby.attendance import SHOWN_MIN
from standby.cover import is_bound
from standby.plan import BASE, Standard

COLUMNS = (
    "option",
    "standard",
    "name",
    "measure",
    "share_before",
    "share_after",
    "points",
    "points_low",
    "points_high",
    "reach_moved",
    "before_min",
    "after_min",
    "change_min",
    "change_low_min",
    "change_high_min",
    "minutes_moved",
    "before_at_least",
    "after_at_least",
)


def moves_table(
    standards: Mapping[str, Standard],
    criteria: tuple[Criterion, ...],
    values: Values,
    samples: Mapping[str, Sample],
    scrambles: int,
    floors: Floors,
    limit_min: float,
) -> pd.DataFrame:
    """Return what each option does to each standard, compared with the base.

    Parameters
    ----------
    standards
        The plan's standards by id.
    criteria
        The criteria, with the shares inside the standards among them.
    values
        Values by option and criterion over the same draws, each shape (draws,); the base first.
    samples
        Cover by option over the same draws.
    scrambles
        Independent scrambles among the draws.
    floors
        What rare events add to the standard errors of shares.
    limit_min
        What calls beyond the limit count as in a mean [min].

    Returns
    -------
    DataFrame
        One row for each option but the base, and each standard. Means over the draws of the share inside the
        standard (``share_before``, ``share_after``), the change in percentage ``points`` with its interval,
        and whether it is distinguishable from no change (``reach_moved``); the same for the mean minutes of
        what the standard measures, over those whom it is for [min]. ``before_at_least`` and
        ``after_at_least`` mark means that are lower bounds, as calls beyond the limit count as the limit.
    """
    matters = {criterion.id: criterion.matters for criterion in criteria}
    before = samples[BASE]
    rows: list[dict[str, Any]] = []

    for option, after in samples.items():
        if option == BASE:
            continue

        for column, (name, standard) in enumerate(standards.items()):
            criterion = f"share_{name}"
            share_before = values[BASE][criterion]
            share_after = values[option][criterion]
            share = difference_of(
                share_after,
                share_before,
                scrambles,
                floor=floors.between(option, BASE, criterion),
                matters=matters[criterion],
            )

            # Minutes have no edge that a place could cross, so their error needs no floor.
            before_min = before.standard_min[:, column]
            after_min = after.standard_min[:, column]
            minutes = difference_of(after_min, before_min, scrambles, matters=SHOWN_MIN)

            rows.append(
                {
                    "option": option,
                    "standard": name,
                    "name": standard.name,
                    "measure": standard.measure,
                    "share_before": _mean(share_before),
                    "share_after": _mean(share_after),
                    "points": 100.0 * share.mean,
                    "points_low": 100.0 * share.low,
                    "points_high": 100.0 * share.high,
                    "reach_moved": _moved(share),
                    "before_min": _mean(before_min),
                    "after_min": _mean(after_min),
                    "change_min": minutes.mean,
                    "change_low_min": minutes.low,
                    "change_high_min": minutes.high,
                    "minutes_moved": _moved(minutes),
                    "before_at_least": _is_lower_bound(before, column, limit_min),
                    "after_at_least": _is_lower_bound(after, column, limit_min),
                }
            )

    return pd.DataFrame(rows, columns=list(COLUMNS))


def _mean(samples: Floats) -> float:
    """Return the mean over the draws that have a value; NaN where none has."""
    known = samples[~np.isnan(samples)]
    return float(known.mean()) if known.size else np.nan


def _moved(difference: Difference) -> bool:
    """Return whether a difference is distinguishable from none."""
    return not difference.alike and not np.isnan(difference.mean)


def _is_lower_bound(sample: Sample, column: int, limit_min: float) -> bool:
    """Return whether a standard's mean minutes are a lower bound, as calls beyond the limit count as it."""
    beyond = sample.standard_beyond[:, column]
    return bool(is_bound(float(np.nan_to_num(beyond).mean()), limit_min))
