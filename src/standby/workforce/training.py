"""Officers with a CED, and the days of training that a plan asks for, by force."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from standby._typing import Floats
from standby.plan import Resolved
from standby.workforce.moves import moves
from standby.workforce.staff import by_force, by_force_and_tier, everyone_armed, staffing

COURSE_DAYS_A_WEEK = 5.0
"""Working days of a week on a course, of the days that an officer works a year [days/week]."""

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

    Every armed officer has the refreshers of the tier whose accreditation is held; see
    `armed_by_tier`. Whoever leaves is replaced: a course is counted for each who starts it, those who fail
    included. Who is taught, once, is who takes a course in the option's cost: nobody for a post that a spare
    officer of the same accreditation fills.

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
        together, ``training_days_year``), and ``training_days_first``, once, for who is taught an armed
        tier's course and for the officers with a CED beyond the base. NaN where the plan does not say what it
        takes.
    """
    s = resolved.structure
    changed = moves(resolved, base)
    armed = armed_by_tier(base, resolved) + changed.kept
    course = resolved["tiers.course_weeks"] * COURSE_DAYS_A_WEEK
    passed, loss = resolved["workforce.pass_rate"], resolved["workforce.loss_rate"]

    ced = resolved["forces.ced_officers"]
    ced_before = by_force(base["forces.ced_officers"], resolved, missing=np.nan)
    no_ced = np.isnan(ced) & np.isnan(ced_before)
    more_ced = np.where(no_ced, 0.0, np.maximum(ced - ced_before, 0.0))

    counts = {
        "ced_officers": ced,
        "refresher_days_year": armed @ resolved["tiers.refresher_days"],
        "ced_days_year": ced * resolved["costs.ced_refresher_days"],
        "course_days_year": (armed @ course) * loss / passed,
        "training_days_first": (changed.taught @ course) / passed
        + more_ced * resolved["costs.ced_training_days"],
    }
    own = [counts[f"{name}_days_year"] for name in ("refresher", "ced", "course")]
    counts["training_days_year"] = own[0] + np.where(no_ced, 0.0, own[1]) + own[2]

    planned = np.flatnonzero(s.planned)
    officers = resolved["forces.officers"]
    rows = [_row("all", "", counts, officers, planned)]
    rows += [_row("force", s.forces[force], counts, officers, np.array([force])) for force in planned]
    return pd.DataFrame(rows)


def armed_by_tier(base: Resolved, plan: Resolved) -> Floats:
    """Return the base's armed officers by the tier whose accreditation they hold.

    They hold the posts; those beyond the posts hold the accreditations of the crews' posts, in proportion to
    them, as in `standby.workforce.fill_posts`, or of the first armed tier where there are no such posts.
    Where every officer is armed, they hold that of the tier as which every officer is.

    Parameters
    ----------
    base
        The base at central values.
    plan
        The plan that is laid over it, whose forces and tiers the answer has.

    Returns
    -------
    ndarray
        Officers, shape (forces, tiers).
    """
    s, numbers = base.structure, staffing(base, base)
    all_carry = s.armed & s.carried_by_all
    posts = numbers.officers_by_tier * (s.armed & ~all_carry)
    beyond = np.maximum(np.nan_to_num(numbers.armed) - posts.sum(axis=1), 0.0)

    crews = posts * s.crews
    total = crews.sum(axis=1, keepdims=True)
    first = np.zeros(len(s.tiers))
    first[np.flatnonzero(s.armed)[:1]] = 1.0
    shares = np.where(total > 0.0, crews / np.where(total > 0.0, total, 1.0), first)
    if everyone_armed(base):
        shares = np.broadcast_to(all_carry / all_carry.sum(), posts.shape)
    return by_force_and_tier(posts + beyond[:, np.newaxis] * shares, plan)


def _row(
    kind: str, scope: str, counts: Mapping[str, Floats], officers: Floats, forces: NDArray[np.int64]
) -> dict[str, object]:
    total = {name: float(counts[name][forces].sum()) for name in COUNTS}
    all_officers = float(officers[forces].sum())
    share = total["ced_officers"] / all_officers if all_officers > 0.0 else np.nan
    own = {"scope_kind": kind, "scope": scope, "ced_officers": total["ced_officers"], "ced_share": share}
    return {**own, **{name: total[name] for name in COUNTS if name != "ced_officers"}}
