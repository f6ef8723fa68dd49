"""Officers with a CED, and the days of training that a plan requires, by force."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from standby._typing import Codes, Floats
from standby.plan import PlanArrays
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


def training_table(arrays: PlanArrays, base: PlanArrays) -> pd.DataFrame:
    """Return officers with a CED and days of training, for all planned forces together and for each.

    Every armed officer takes the refreshers of the tier whose accreditation he or she has; see
    `armed_by_tier`. Whoever leaves is replaced: a course is counted for each officer who starts it, those who
    fail included. The officers who are taught once are those who take a course in the option's cost: none for
    a post that a spare officer of the same accreditation fills.

    Parameters
    ----------
    arrays, base
        The plan and its base at central values.

    Returns
    -------
    DataFrame
        One row for all planned forces together (``scope_kind`` ``"all"``), then one for each (``"force"``):
        ``ced_officers``, ``ced_share`` of all officers, days a year once everybody is in post
        (``refresher_days_year`` of armed officers, ``ced_days_year``, ``course_days_year`` for those who
        replace leavers, and ``training_days_year``, all of these together), and ``training_days_first``, the
        days spent once on those who take an armed tier's course and on the officers with a CED beyond the
        base. NaN where the plan lacks a figure that it takes.
    """
    changes = moves(arrays, base)
    armed = armed_by_tier(base, arrays) + changes.kept

    course_days = arrays.tiers.course_weeks * COURSE_DAYS_A_WEEK
    pass_rate = arrays.workforce.pass_rate
    loss_rate = arrays.workforce.loss_rate

    # A force whose plan and base both leave out its CED officers adds nothing, rather than making a sum NaN.
    ced = arrays.forces.ced_officers
    ced_before = by_force(base.forces.ced_officers, arrays, missing=np.nan)
    not_stated = np.isnan(ced) & np.isnan(ced_before)
    added_ced = np.where(not_stated, 0.0, np.maximum(ced - ced_before, 0.0))

    # Leavers are replaced by officers who pass, and it takes 1 / pass_rate starters for each.
    refresher_days = armed @ arrays.tiers.refresher_days
    ced_days = ced * arrays.costs.ced_refresher_days
    replacement_days = (armed @ course_days) * loss_rate / pass_rate
    first_course_days = (changes.taught @ course_days) / pass_rate

    counts = {
        "ced_officers": ced,
        "refresher_days_year": refresher_days,
        "ced_days_year": ced_days,
        "course_days_year": replacement_days,
        "training_days_year": refresher_days + np.where(not_stated, 0.0, ced_days) + replacement_days,
        "training_days_first": first_course_days + added_ced * arrays.costs.ced_training_days,
    }

    planned = np.flatnonzero(arrays.forces.planned)
    officers = arrays.forces.officers
    rows = [_row("all", "", counts, officers, planned)]
    rows += [_row("force", arrays.forces.ids[k], counts, officers, np.array([k])) for k in planned]

    return pd.DataFrame(rows)


def armed_by_tier(base: PlanArrays, plan: PlanArrays) -> Floats:
    """Return the base's armed officers by the tier whose accreditation they have.

    They fill the posts; those beyond the posts have the accreditations of the crews' posts, in proportion to
    them, as in `standby.workforce.fill_posts`, or that of the first armed tier where there are no such posts.
    Where every officer is armed, they have that of the tier as which every officer is armed.

    Parameters
    ----------
    base
        The base at central values.
    plan
        The plan that is laid over it; the answer has its forces and tiers.

    Returns
    -------
    ndarray
        Officers, shape (forces, tiers).
    """
    numbers = staffing(base, base)

    armed_with_everyone = base.tiers.armed & base.tiers.carried_by_all
    in_posts = numbers.officers_by_tier * (base.tiers.armed & ~armed_with_everyone)
    beyond_posts = np.maximum(np.nan_to_num(numbers.armed) - in_posts.sum(axis=1), 0.0)

    if everyone_armed(base):
        shares = np.broadcast_to(armed_with_everyone / armed_with_everyone.sum(), in_posts.shape)
    else:
        first_armed_tier = np.zeros(len(base.tiers))
        first_armed_tier[np.flatnonzero(base.tiers.armed)[:1]] = 1.0

        crews = in_posts * base.tiers.crews_alone
        total = crews.sum(axis=1, keepdims=True)
        shares = np.where(total > 0.0, crews / np.where(total > 0.0, total, 1.0), first_armed_tier)

    return by_force_and_tier(in_posts + beyond_posts[:, np.newaxis] * shares, plan)


def _row(
    kind: str, scope: str, counts: Mapping[str, Floats], officers: Floats, forces: Codes
) -> dict[str, object]:
    """Return the row of a scope: the counts of its forces together, and the share of officers with a CED."""
    totals = {name: float(counts[name][forces].sum()) for name in COUNTS}
    ced_officers = totals.pop("ced_officers")
    all_officers = float(officers[forces].sum())

    return {
        "scope_kind": kind,
        "scope": scope,
        "ced_officers": ced_officers,
        "ced_share": ced_officers / all_officers if all_officers > 0.0 else np.nan,
        **totals,
    }
