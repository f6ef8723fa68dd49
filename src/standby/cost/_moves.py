"""Who moves when an option is laid over a plan: officers armed, kept in role, taken from response, hired."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from standby.plan import Resolved
from standby.workforce import staffing

Floats = NDArray[np.float64]

NOBODY = 1e-9
"""Fewer officers than this are rounding [officers]."""


@dataclass(frozen=True, eq=False)
class Moves:
    """Officers beyond the base by force; below 0: fewer. Shapes (..., forces) and (..., forces, tiers).

    Parameters
    ----------
    armed
        Armed officers by tier: those to be trained and equipped for it.
    in_role
        Those among them who stay in the role that they have.
    taken
        Armed officers who leave unarmed posts that stay and are filled again.
    converted
        Armed officers whose unarmed posts the plan gives up.
    hired
        Officers in unarmed posts, without those who were converted or are armed in their role.
    """

    armed: Floats
    in_role: Floats
    taken: Floats
    converted: Floats
    hired: Floats


def moves(resolved: Resolved, base: Resolved) -> Moves:
    """Return who moves when a plan takes the place of its base.

    Officers of armed tiers come from unarmed response and leave it, but for those of a dual-role tier, and
    all where every officer is armed: they stay in their role. An unarmed post that becomes an armed one in
    the same force, or the other way round, moves its officers with it.

    Parameters
    ----------
    resolved, base
        The plan and its base, both at central values or with the same table of draws.
    """
    now, before = staffing(resolved, base), staffing(base, base)
    out, role, unarmed = (
        _settled(a - b)
        for a, b in zip(
            _by_kind(resolved, now.officers_by_tier), _by_kind(base, before.officers_by_tier), strict=True
        )
    )
    taken, kept, posts = (part.sum(axis=-1) for part in (out, role, unarmed))
    posts = posts + offset(kept, posts)  # a post that is armed in its role is the same post
    converted = offset(taken, posts)
    others = out + role
    extra = now.armed - before.armed - others.sum(axis=-1)
    role = role + _everyone(resolved, base) * _settled(extra)[..., None]
    return Moves(
        armed=_settled(out + role),
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


def _by_kind(plan: Resolved, officers: Floats) -> tuple[Floats, Floats, Floats]:
    """Return officers who left response, who are armed in their role, and in unarmed posts, by tier."""
    s = plan.structure
    crews = s.armed & ~s.carried_by_all
    return officers * (crews & ~s.dual_role), officers * (crews & s.dual_role), officers * ~crews


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
