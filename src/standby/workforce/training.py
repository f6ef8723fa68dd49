"""Officers with a CED, and the days of training that a plan asks for, by force."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from standby._typing import Floats
from standby.plan import Resolved
from standby.workforce.staff import everyone_armed, staffing

COURSE_DAYS_A_WEEK = 5.0
"""Days of training in a week of a course [days]."""

COUNTS = (
    "ced_officers",
    "refresher_days_year",
    "ced_days_year",
    "course_days_year",
    "training_days_year",
    "training_days_first",
)


def training_table(resolved: Resolved, base: Resolved) -> pd.DataFrame:
    """Return officers with a CED and days of training, for all planned forces together and for each.

    Every armed officer has the refreshers of the tier; those beyond what the posts ask for count with the
    armed tier that has most officers in the force. Whoever leaves is replaced: a course is counted for each
    who starts it, those who fail included.

    Parameters
    ----------
    resolved, base
        The plan and its base at central values.

    Returns
    -------
    DataFrame
        One row all planned forces (``scope_kind`` ``"all"``), and each (``"force"``): ``ced_officers``,
        ``ced_share`` of all officers, days a year once everybody is in post (``refresher_days_year`` of armed
        officers, ``ced_days_year``, ``course_days_year`` for those who replace leavers, and all of them
        together, ``training_days_year``), and ``training_days_first``, once, for the armed officers and the
        officers with a CED beyond the base. NaN where the plan does not say what it takes.
    """
    s = resolved.structure
    armed, before = armed_by_tier(resolved, base), armed_by_tier(base, base)
    course = resolved["tiers.course_weeks"] * COURSE_DAYS_A_WEEK
    passed, loss = resolved["workforce.pass_rate"], resolved["workforce.loss_rate"]

    ced, ced_before = resolved["forces.ced_officers"], base["forces.ced_officers"]
    more_armed = (np.maximum(armed - before, 0.0) @ course) / passed
    no_ced = np.isnan(ced) & np.isnan(ced_before)
    more_ced = np.where(no_ced, 0.0, np.maximum(ced - ced_before, 0.0))

    counts = {
        "ced_officers": ced,
        "refresher_days_year": armed @ resolved["tiers.refresher_days"],
        "ced_days_year": ced * resolved["costs.ced_refresher_days"],
        "course_days_year": (armed @ course) * loss / passed,
        "training_days_first": more_armed + more_ced * resolved["costs.ced_training_days"],
    }
    own = [counts[f"{name}_days_year"] for name in ("refresher", "ced", "course")]
    counts["training_days_year"] = own[0] + np.where(no_ced, 0.0, own[1]) + own[2]

    planned = np.flatnonzero(s.planned)
    officers = resolved["forces.officers"]
    rows = [_row("all", "", counts, officers, planned)]
    rows += [_row("force", s.forces[force], counts, officers, np.array([force])) for force in planned]
    return pd.DataFrame(rows)


def armed_by_tier(resolved: Resolved, base: Resolved) -> Floats:
    """Return all armed officers by the tier whose training they have, shape (forces, tiers) [officers]."""
    s, numbers = resolved.structure, staffing(resolved, base)
    by_tier = numbers.officers_by_tier * s.armed
    if everyone_armed(resolved):
        by_tier = by_tier * ~s.carried_by_all
        tier = np.full(len(s.forces), np.flatnonzero(s.armed & s.carried_by_all)[0])
    else:
        tier = by_tier.argmax(axis=1)
    spare = np.maximum(np.nan_to_num(numbers.armed) - by_tier.sum(axis=1), 0.0)
    by_tier[np.arange(len(s.forces)), tier] += spare
    return np.asarray(by_tier)


def _row(
    kind: str, scope: str, counts: Mapping[str, Floats], officers: Floats, forces: NDArray[np.int64]
) -> dict[str, object]:
    total = {name: float(counts[name][forces].sum()) for name in COUNTS}
    all_officers = float(officers[forces].sum())
    share = total["ced_officers"] / all_officers if all_officers > 0.0 else np.nan
    own = {"scope_kind": kind, "scope": scope, "ced_officers": total["ced_officers"], "ced_share": share}
    return {**own, **{name: total[name] for name in COUNTS if name != "ced_officers"}}
