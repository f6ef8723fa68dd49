"""Who moves when an option is laid over a plan: officers armed, kept in role, taken from response, hired."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from standby._show import Shown
from standby._typing import Floats
from standby.plan import Resolved
from standby.workforce.staff import by_force, by_force_and_tier, staffing

NOBODY = 1e-9
"""Fewer officers than this are rounding [officers]."""


@dataclass(frozen=True, eq=False)
class Moves(Shown):
    """Officers beyond the base by force; below 0: fewer. Shapes (..., forces) and (..., forces, tiers).

    Parameters
    ----------
    taught
        Officers to be trained and equipped for a tier in the first year; never below 0.
    retrained
        Those among them who are armed already and spare: the course takes nobody from response.
    kept
        Armed officers by tier, whose leavers have to be trained again every year.
    in_role
        Those among them who stay in the unarmed role that they have.
    taken
        Armed officers who leave unarmed posts that stay and are filled again.
    converted
        Armed officers whose unarmed posts the plan gives up.
    hired
        Officers in unarmed posts, without those who were converted or are armed in their role.
    """

    taught: Floats
    retrained: Floats
    kept: Floats
    in_role: Floats
    taken: Floats
    converted: Floats
    hired: Floats


def moves(resolved: Resolved, base: Resolved) -> Moves:
    """Return who moves when a plan takes the place of its base.

    Officers of armed tiers who have to be found come from unarmed response and leave it, but for those of a
    dual-role tier, and all where every officer is armed: they stay in their role. An unarmed post that
    becomes an armed one in the same force, or the other way round, moves its officers with it. Spare officers
    who take a post come from nowhere and leave nothing.

    Parameters
    ----------
    resolved, base
        The plan and its base, both at central values or with the same table of draws.
    """
    now, before = staffing(resolved, base), staffing(base, base)
    crews, role, taken = now.crews, _settled(now.in_role), _settled(now.crews.found)
    unarmed_before = by_force_and_tier(_unarmed(base, before.officers_by_tier), resolved)
    unarmed = _settled(_unarmed(resolved, now.officers_by_tier) - unarmed_before)

    kept_in_role, posts = role.sum(axis=-1), unarmed.sum(axis=-1)
    posts = posts + offset(kept_in_role, posts)  # a post that is armed in its role is the same post
    converted = offset(taken, posts)

    # Where every officer is armed, all who are not counted yet are armed in their role.
    extra = _settled(now.armed - by_force(before.armed, resolved) - taken - kept_in_role)
    role = role + _everyone(resolved, base) * extra[..., None]
    return Moves(
        taught=_settled(crews.taught + np.maximum(role, 0.0)),
        retrained=_settled(crews.retrained),
        kept=_settled(crews.kept + role),
        in_role=_settled(role),
        taken=_settled(taken - converted),
        converted=_settled(converted),
        hired=_settled(posts + converted),
    )


def offset(one: Floats, other: Floats) -> Floats:
    """Return how much of a change the opposite change makes good, with the sign of the first.

    Examples
    --------
    >>> offset(np.array([12.0, 12.0, -12.0]), np.array([-4.0, 4.0, 24.0])).tolist()
    [4.0, 0.0, -12.0]
    """
    least = np.minimum(np.abs(one), np.abs(other))
    return np.where(one * other < 0.0, np.sign(one) * least, 0.0)


def _unarmed(plan: Resolved, officers: Floats) -> Floats:
    """Return officers in the posts of tiers that are unarmed, or armed with everybody else, by tier."""
    s = plan.structure
    return officers * ~(s.armed & ~s.carried_by_all)


def _everyone(resolved: Resolved, base: Resolved) -> Floats:
    """Return 1 for the tier as which every officer is armed, in the plan or else its base, shape (tiers,)."""
    tiers = np.zeros(resolved.structure.armed.size)
    for s in (resolved.structure, base.structure):
        found = np.flatnonzero(s.armed & s.carried_by_all)
        if found.size:
            tiers[found[0]] = 1.0
            break
    return tiers


def _settled(officers: Floats) -> Floats:
    return np.where(np.abs(officers) < NOBODY, 0.0, officers)
