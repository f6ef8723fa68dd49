"""Who moves when an option is laid over a plan: armed, kept in role, taken from response or hired."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from standby._show import Shown
from standby._typing import Floats
from standby.plan import PlanArrays
from standby.workforce.staff import by_force, by_force_and_tier, staffing

NOBODY = 1e-9
"""Fewer officers than this are rounding [officers]."""


@dataclass(frozen=True, eq=False)
class Moves(Shown):
    """Officers by force more than in the base; negative where there are fewer.

    The first four have shape (..., forces, tiers), the last three (..., forces).

    Parameters
    ----------
    taught
        Officers to be trained and equipped for a tier in the first year; never below 0.
    retrained
        Those of them who are armed already and spare: their course takes nobody from response.
    kept
        Armed officers by tier, whose leavers have to be trained again every year.
    in_role
        Those of them who stay in the unarmed role that they have.
    taken
        Armed officers who leave unarmed posts that remain and are filled again.
    converted
        Armed officers whose unarmed posts the plan gives up.
    hired
        Officers in unarmed posts, apart from those who were converted or are armed in their role.
    """

    taught: Floats
    retrained: Floats
    kept: Floats
    in_role: Floats
    taken: Floats
    converted: Floats
    hired: Floats


def moves(arrays: PlanArrays, base: PlanArrays) -> Moves:
    """Return who moves when a plan takes the place of its base.

    Officers of armed tiers who have to be found come from unarmed response and leave it, except those of a
    dual-role tier and, where every officer is armed, all of them: they stay in their role. An unarmed post
    that becomes an armed one in the same force, or the other way round, moves its officers with it. Spare
    officers who take a post leave no other post empty.

    Parameters
    ----------
    arrays, base
        The plan and its base, both at central values or with the same table of draws.
    """
    now = staffing(arrays, base)
    before = staffing(base, base)
    crews = now.crews
    in_role = _without_rounding(now.in_role)
    found = _without_rounding(crews.found)

    unarmed_before = by_force_and_tier(_unarmed(base, before.officers_by_tier), arrays)
    unarmed = _without_rounding(_unarmed(arrays, now.officers_by_tier) - unarmed_before)

    # A post that is armed in its role is still the same post: it is neither given up nor added.
    armed_in_role = in_role.sum(axis=-1)
    unarmed_posts = unarmed.sum(axis=-1)
    unarmed_posts = unarmed_posts + offset(armed_in_role, unarmed_posts)

    # Unarmed posts given up supply the armed officers first, and the other way round.
    converted = offset(found, unarmed_posts)

    # Where every officer is armed, all who are not counted yet are armed in their role.
    others_armed = _without_rounding(now.armed - by_force(before.armed, arrays) - found - armed_in_role)
    in_role = in_role + _tier_of_everyone(arrays, base) * others_armed[..., np.newaxis]

    return Moves(
        taught=_without_rounding(crews.taught + np.maximum(in_role, 0.0)),
        retrained=_without_rounding(crews.retrained),
        kept=_without_rounding(crews.kept + in_role),
        in_role=_without_rounding(in_role),
        taken=_without_rounding(found - converted),
        converted=_without_rounding(converted),
        hired=_without_rounding(unarmed_posts + converted),
    )


def offset(one: Floats, other: Floats) -> Floats:
    """Return how much of a change an opposite change cancels, with the sign of the first.

    Examples
    --------
    >>> offset(np.array([12.0, 12.0, -12.0]), np.array([-4.0, 4.0, 24.0])).tolist()
    [4.0, 0.0, -12.0]
    """
    smaller = np.minimum(np.abs(one), np.abs(other))
    are_opposite = one * other < 0.0
    return np.where(are_opposite, np.sign(one) * smaller, 0.0)


def _unarmed(plan: PlanArrays, officers: Floats) -> Floats:
    """Return officers in the posts of tiers that are unarmed, or armed with everybody else, by tier."""
    tiers = plan.tiers
    only_crews_carry = tiers.armed & ~tiers.carried_by_all
    return officers * ~only_crews_carry


def _tier_of_everyone(arrays: PlanArrays, base: PlanArrays) -> Floats:
    """Return 1 for the tier as which every officer is armed, in the plan or else its base, shape (tiers,)."""
    is_tier = np.zeros(arrays.tiers.armed.size)
    for plan in (arrays, base):
        of_everyone = np.flatnonzero(plan.tiers.armed & plan.tiers.carried_by_all)
        if of_everyone.size:
            is_tier[of_everyone[0]] = 1.0
            break
    return is_tier


def _without_rounding(officers: Floats) -> Floats:
    """Return officers, 0 where rounding alone has left some."""
    return np.where(np.abs(officers) < NOBODY, 0.0, officers)
