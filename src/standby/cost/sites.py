"""Sites that an option opens and closes, by force."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from standby._show import Shown
from standby._typing import Floats, Mask
from standby.plan import Resolved


@dataclass(frozen=True, eq=False)
class SiteChanges(Shown):
    """Sites that are opened and closed, each shared by the forces whose units open or leave it.

    Parameters
    ----------
    opened
        Share of each of the plan's sites that a force opens, shape (forces, sites).
    closed
        Share of each of the base's sites that a force gives up, shape (forces, base sites).
    """

    opened: Floats
    closed: Floats


def site_changes(resolved: Resolved, base: Resolved) -> SiteChanges:
    """Return which sites a plan opens and closes beside its base.

    A site is opened when crews of an armed tier stand there and none did in the base: for its first armed
    crew a police station needs an armoury and secure parking as a new building does. A site that does not
    exist yet is opened by its first unit of any tier. Crews of a dual-role tier, and of one that every
    officer carries in, keep their station and open none. A site that was opened so in the base, and is left
    by all who opened it, is closed.

    Parameters
    ----------
    resolved, base
        The plan and its base.
    """
    now, before = _use(resolved), _use(base)
    return SiteChanges(
        opened=_shares(
            now.armed & ~_anywhere(before.armed, base, resolved)
            | now.first & ~_anywhere(before.anybody, base, resolved)
        ),
        closed=_shares(
            before.armed & ~_anywhere(now.armed, resolved, base)
            | before.first & ~_anywhere(now.anybody, resolved, base)
        ),
    )


def site_prices(plan: Resolved) -> tuple[Floats, Floats]:
    """Return what it costs to open each site, and to run it: its own figures, else those for every site.

    Parameters
    ----------
    plan
        The plan.

    Returns
    -------
    capital, running
        Shape (..., sites) [£, £/year].
    """
    capital, running = (
        np.where(np.isnan(own), plan[f"costs.site_{name}"][..., np.newaxis], own)
        for name in ("capital_gbp", "running_gbp")
        for own in (plan[f"sites.{name}"],)
    )
    return capital, running


@dataclass(frozen=True, eq=False)
class _Use:
    """Who stands at the sites of a plan, each shape (forces, sites).

    Parameters
    ----------
    armed
        Crews of armed tiers that do nothing else.
    anybody
        Units of any tier.
    first
        Units of other tiers, at sites that do not exist yet and have no armed crew.
    """

    armed: Mask
    anybody: Mask
    first: Mask


def _use(plan: Resolved) -> _Use:
    s = plan.structure
    armed, anybody = (np.zeros((len(s.forces), len(s.sites)), dtype=bool) for _ in range(2))
    is_armed = s.crews[s.units.tiers]
    armed[s.units.forces[is_armed], s.units.sites[is_armed]] = True
    anybody[s.units.forces, s.units.sites] = True
    return _Use(armed=armed, anybody=anybody, first=anybody & ~s.existing & ~armed.any(axis=0))


def _anywhere(used: Mask, plan: Resolved, other: Resolved) -> Mask:
    """Return whether sites of another plan are used by any force in this one, shape (other's sites,)."""
    ids = np.array(plan.structure.sites.ids, dtype=object)
    return np.isin(np.array(other.structure.sites.ids, dtype=object), ids[used.any(axis=0)])


def _shares(used: Mask) -> Floats:
    """Return each force's share of a site, equal among those that use it."""
    number = used.sum(axis=0)
    return np.asarray(used / np.maximum(number, 1))
