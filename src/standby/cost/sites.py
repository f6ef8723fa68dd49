"""Sites that an option opens and closes, by force."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from standby._show import Shown
from standby._typing import Floats, Mask
from standby.plan import PlanArrays


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


def site_changes(arrays: PlanArrays, base: PlanArrays) -> SiteChanges:
    """Return which sites a plan opens and closes compared with its base.

    A site is opened when crews of an armed tier are stationed there and none were in the base: for its first
    armed crew, a police station needs an armoury and secure parking just as a new building does. A site that
    does not exist yet is opened by its first unit of any tier. Crews of a dual-role tier, or of a tier in
    which every officer is armed, keep their station and open none. A site that the base's units opened in
    this way, and that all of them leave, is closed.

    Parameters
    ----------
    arrays, base
        The plan and its base.
    """
    now = _use_of_sites(arrays)
    before = _use_of_sites(base)

    gets_armed = now.armed & ~_used_in(before.armed, base, arrays)
    gets_built = now.new & ~_used_in(before.anybody, base, arrays)
    loses_armed = before.armed & ~_used_in(now.armed, arrays, base)
    loses_all = before.new & ~_used_in(now.anybody, arrays, base)

    return SiteChanges(
        opened=_shares(gets_armed | gets_built),
        closed=_shares(loses_armed | loses_all),
    )


def site_prices(plan: PlanArrays) -> tuple[Floats, Floats]:
    """Return what it costs to open each site, and to run it: its own figures, else those of all sites.

    Parameters
    ----------
    plan
        The plan.

    Returns
    -------
    capital, running
        Shape (..., sites) [£, £/year].
    """
    return (
        _own_or_common(plan.sites.capital_gbp, plan.costs.site_capital_gbp),
        _own_or_common(plan.sites.running_gbp, plan.costs.site_running_gbp),
    )


def _own_or_common(own_gbp: Floats, common_gbp: Floats) -> Floats:
    """Return one price of each site: its own figure, else that of all sites."""
    return np.where(np.isnan(own_gbp), common_gbp[..., np.newaxis], own_gbp)


@dataclass(frozen=True, eq=False)
class _UseOfSites:
    """Who is stationed at the sites of a plan, each shape (forces, sites).

    Parameters
    ----------
    armed
        Crews of armed tiers that do nothing else.
    anybody
        Units of any tier.
    new
        Units of other tiers, at sites that do not exist yet and have no armed crew.
    """

    armed: Mask
    anybody: Mask
    new: Mask


def _use_of_sites(plan: PlanArrays) -> _UseOfSites:
    """Return who is stationed at the sites of a plan."""
    units = plan.units
    shape = (len(plan.forces), len(plan.sites))

    anybody = np.zeros(shape, dtype=bool)
    anybody[units.forces, units.sites] = True

    is_armed = plan.tiers.crews_alone[units.tiers]
    armed = np.zeros(shape, dtype=bool)
    armed[units.forces[is_armed], units.sites[is_armed]] = True

    new = anybody & ~plan.sites.existing & ~armed.any(axis=0)
    return _UseOfSites(armed=armed, anybody=anybody, new=new)


def _used_in(used: Mask, plan: PlanArrays, other: PlanArrays) -> Mask:
    """Return whether sites of another plan are used by any force in this one, shape (other's sites,)."""
    ids = np.array(plan.sites.ids, dtype=object)
    other_ids = np.array(other.sites.ids, dtype=object)
    return np.isin(other_ids, ids[used.any(axis=0)])


def _shares(used: Mask) -> Floats:
    """Return each force's share of a site, equal among those that use it."""
    users = used.sum(axis=0)
    return np.asarray(used / np.maximum(users, 1))
