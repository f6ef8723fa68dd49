"""Confirming a fleet: its units alone, evaluated by the rules of cover."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import numpy as np

from standby._deadline import Deadline
from standby._typing import Codes, Floats, Mask
from standby.cover._need_group import ForceStandard, Group, work_of_units
from standby.cover._need_solve import Search
from standby.cover.cover import SMALL_DIFFERENCE
from standby.cover.evaluated import Evaluated, evaluate_units
from standby.plan import HOURS_A_WEEK, UnitArrays
from standby.travel import Times

Minimise = Literal["units", "officers"]

MOST_KEPT = 64
"""Evaluations of fleets that are kept, since several standards ask for the same ones."""

MANY_UNITS = 10**6
"""Units of each tier and force over which commitments spread so thinly that they take no time."""


@dataclass(eq=False)
class Case:
    """One search: the plan, the group of forces, what is minimised, and what was computed so far.

    Parameters
    ----------
    evaluated, times, group
        The plan made ready, its minutes, and the group of forces.
    minimise
        Whether units or officers are minimised.
    deadline
        When to stop, if a time limit was asked for.
    """

    evaluated: Evaluated
    times: Times
    group: Group
    minimise: Minimise
    deadline: Deadline
    _searches: dict[bytes, Search] = field(default_factory=dict)
    _busy: dict[tuple[int, bytes, bytes], tuple[Floats, Floats]] = field(default_factory=dict)
    _reached: dict[tuple[bytes, bool], Floats] = field(default_factory=dict)

    @property
    def crew(self) -> Floats:
        """Officers of a unit of each tier, shape (tiers,)."""
        return self.evaluated.arrays.tiers.crew[self.group.tiers].astype(float)

    @cached_property
    def idle_units(self) -> tuple[Floats, Floats]:
        """What `idle_units` returns for the group's sites."""
        return idle_units(self.evaluated, self.group, self.group.sites)

    @property
    def unit_cost(self) -> Floats:
        """What a unit of each tier counts in what is minimised, shape (tiers,)."""
        return self.crew if self.minimise == "officers" else np.ones(self.group.tiers.size)

    def cost(self, units: list[Codes]) -> tuple[float, float]:
        """Return what a fleet costs: what is minimised, then the other of crewed units and officers.

        Parameters
        ----------
        units
            Units of each kind of hours by tier and site, each shape (tiers, sites).
        """
        masks = (kind.mask for kind in self.group.hour_kinds)
        return self.cost_of_layouts(list(zip(masks, units, strict=True)))

    def cost_of_layouts(self, layouts: list[tuple[Mask, Codes]]) -> tuple[float, float]:
        """Return what a fleet costs, as `cost` does.

        Parameters
        ----------
        layouts
            Hours and the units in them, by tier and site.
        """
        peak_units = float(max(layout.sum() for _, layout in layouts))
        officer_hours = sum(float(mask.sum() * (layout.sum(axis=1) @ self.crew)) for mask, layout in layouts)
        officers = officer_hours / HOURS_A_WEEK
        return (officers, peak_units) if self.minimise == "officers" else (peak_units, officers)

    def reached(self, layouts: list[tuple[Mask, Codes]]) -> Floats:
        """Return the chance that each standard is met at each place, shape (standards, places).

        Only the calls of the group keep units busy. Where tiers stand in for others, it is the lesser of the
        chances with and without.

        Parameters
        ----------
        layouts
            Hours and the units in them, by tier and site.
        """
        chances = self.reached_in_own_tier(layouts)
        if not _has_stand_ins(self):
            return chances
        return np.minimum(chances, self._evaluated(layouts, stand_ins=True))

    def reached_in_own_tier(self, layouts: list[tuple[Mask, Codes]]) -> Floats:
        """Return the same where no tier stands in for another: no less than `reached` at any place.

        Parameters
        ----------
        layouts
            Hours and the units in them, by tier and site.
        """
        return self._evaluated(layouts, stand_ins=False)

    def _evaluated(self, layouts: list[tuple[Mask, Codes]], *, stand_ins: bool) -> Floats:
        """Return the chances of some units alone, evaluated once."""
        key = b"".join(mask.tobytes() + layout.tobytes() for mask, layout in layouts), stand_ins
        if key not in self._reached:
            units = plan_units(self, layouts)
            calling = np.isin(np.arange(len(self.evaluated.arrays.forces)), self.group.forces)
            _, outcome = evaluate_units(
                self.evaluated, self.times, units, calling, stand_ins=stand_ins, look=self.deadline.look
            )

            if len(self._reached) >= MOST_KEPT:
                self._reached.clear()
            self._reached[key] = outcome.reached
        return self._reached[key]


def idle_units(evaluated: Evaluated, group: Group, sites: Codes) -> tuple[Floats, Floats]:
    """Return how available units are at best: without calls, in the best hours, with commitments spread thin.

    No unit of any fleet is more available than that, which makes it the basis of bounds.

    Returns
    -------
    unavailable_share, delay
        Share of time in which a unit of each tier can't be sent, shape (tiers,), and the least delay when it
        is, shape (tiers, sites) [min].
    """
    many = np.full((len(group.hour_kinds), group.tiers.size, group.forces.size), MANY_UNITS)
    work = work_of_units(evaluated, group, many)
    site_force = np.searchsorted(group.forces, evaluated.arrays.sites.forces[sites])
    return work.committed_share.min(axis=(0, 2)), work.least_delay_min.min(axis=0)[:, site_force]


def unsure_places(case: Case, standards: list[ForceStandard], units: list[Codes]) -> list[Mask]:
    """Return for each standard the places that cover finds not sure enough; no place if the standard is met.

    Parameters
    ----------
    case, standards
        What the search needs to know, and the standards of the forces.
    units
        Units of each kind of hours.
    """
    return _unsure(standards, case.reached(layouts_of(case.group, units)))


def _unsure(standards: list[ForceStandard], reached: Floats) -> list[Mask]:
    """Return the places that are not sure enough at some chances of being reached."""
    unsure = []
    for standard in standards:
        sure = reached[standard.row] >= standard.reliability - SMALL_DIFFERENCE
        share = standard.weight[sure].sum() / standard.weight.sum()
        if share >= standard.share - SMALL_DIFFERENCE:
            unsure.append(np.zeros(sure.size, dtype=bool))
        else:
            unsure.append(~sure & (standard.weight > 0))
    return unsure


def is_confirmed(case: Case, standards: list[ForceStandard], units: list[Codes]) -> bool:
    """Return whether cover finds every standard met in every force; see `unsure_places`."""
    # Half of the work settles most fleets: what fails without stand-ins fails in any case.
    in_own_tier = case.reached_in_own_tier(layouts_of(case.group, units))
    if any(places.any() for places in _unsure(standards, in_own_tier)):
        return False
    return not any(places.any() for places in unsure_places(case, standards, units))


def sure_share(case: Case, standards: list[ForceStandard], layouts: list[tuple[Mask, Codes]]) -> float:
    """Return the share of the whole group that cover finds sure enough for one standard.

    Parameters
    ----------
    case, standards
        What the search needs to know, and the standard in each force of the group.
    layouts
        Hours and the units in them, by tier and site.
    """
    weight = np.sum([standard.weight for standard in standards], axis=0)
    reliability = standards[0].reliability
    sure = case.reached(layouts)[standards[0].row] >= reliability - SMALL_DIFFERENCE
    return min(float(weight[sure].sum() / weight.sum()), 1.0)


def _has_stand_ins(case: Case) -> bool:
    """Return whether one of the group's tiers can serve as another."""
    tiers = case.group.tiers
    serves = case.evaluated.arrays.tiers.serves[np.ix_(tiers, tiers)]
    return bool((serves & ~np.eye(tiers.size, dtype=bool)).any())


def layouts_of(group: Group, units: list[Codes]) -> list[tuple[Mask, Codes]]:
    """Return each different layout of units once, with all the hours in which it stands.

    Parameters
    ----------
    group
        The group.
    units
        Units of each kind of hours by tier and site.
    """
    layouts: dict[bytes, tuple[Mask, Codes]] = {}
    for kind, layout in zip(group.hour_kinds, units, strict=True):
        key = layout.tobytes()
        mask, _ = layouts.get(key, (np.zeros_like(kind.mask), layout))
        layouts[key] = (mask | kind.mask, layout)
    return list(layouts.values())


def plan_units(case: Case, layouts: list[tuple[Mask, Codes]]) -> UnitArrays:
    """Return the units of some layouts as the rows of a plan: one row each layout, tier and site."""
    group = case.group
    arrays = case.evaluated.arrays

    tiers = list[int]()
    sites = list[int]()
    count = list[int]()
    hours = list[Mask]()
    for mask, layout in layouts:
        for tier, site in zip(*np.nonzero(layout), strict=True):
            tiers.append(int(group.tiers[tier]))
            sites.append(int(group.sites[site]))
            count.append(int(layout[tier, site]))
            hours.append(mask)

    rows = len(count)
    tier_codes = np.array(tiers, dtype=np.int64)
    site_codes = np.array(sites, dtype=np.int64)
    return UnitArrays(
        ids=tuple(f"need-{row}" for row in range(rows)),
        tiers=tier_codes,
        sites=site_codes,
        forces=arrays.sites.forces[site_codes],
        count=np.array(count, dtype=np.int64),
        crew=arrays.tiers.crew[tier_codes],
        hours=np.array(hours, dtype=bool).reshape(rows, HOURS_A_WEEK),
        pooled=np.full(rows, group.forces.size > 1),
        notice_min=np.full(rows, np.nan),
    )
