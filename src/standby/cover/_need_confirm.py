"""Fleets of need as cover sees them: these units alone, evaluated by the same rules."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

import numpy as np

from standby._typing import Codes, Floats, Mask
from standby.cover._need_group import Asked, Group, held_and_late
from standby.cover._need_solve import Deadline, Search
from standby.cover.cover import SMALL_DIFFERENCE
from standby.cover.evaluated import Evaluated, evaluate_units
from standby.plan import HOURS_A_WEEK
from standby.plan.structure import Units
from standby.travel import Times

Minimise = Literal["units", "officers"]

KEPT = 64
"""Evaluations of fleets that are kept, as standards ask for the same ones."""


@dataclass(eq=False)
class Case:
    """What a search needs to know.

    Parameters
    ----------
    e, times, group
        The plan made ready, its minutes, and the group of forces.
    minimise
        What is least.
    deadline
        When to stop, if asked for.
    """

    e: Evaluated
    times: Times
    group: Group
    minimise: Minimise
    deadline: Deadline
    _searches: dict[Any, Search] = field(default_factory=dict)
    _reached: dict[bytes, Floats] = field(default_factory=dict)

    @property
    def crew(self) -> Floats:
        """Officers of a unit of each tier, shape (tiers,)."""
        return self.e.model.structure.crew[self.group.tiers].astype(float)

    @cached_property
    def at_best(self) -> tuple[Floats, Floats]:
        """What `at_best` says of the group's sites."""
        return at_best(self.e, self.group, self.group.sites)

    @property
    def cost(self) -> Floats:
        """What a unit of each tier counts, shape (tiers,)."""
        return self.crew if self.minimise == "officers" else np.ones(self.group.tiers.size)

    def spent(self, units: list[Codes]) -> tuple[float, float]:
        """Return what a fleet costs: what is minimised, then the other of crewed units and officers.

        Parameters
        ----------
        units
            Units of each kind of hours by tier and site, each shape (tiers, sites).
        """
        hours = np.array([kind.mask.sum() for kind in self.group.hours])
        peak = float(max(found.sum() for found in units))
        officers = float(hours @ [found.sum(axis=1) @ self.crew for found in units]) / HOURS_A_WEEK
        return (officers, peak) if self.minimise == "officers" else (peak, officers)

    def reached(self, layouts: list[tuple[Mask, Codes]]) -> Floats:
        """Return the chance that each standard is met at each place, shape (standards, places).

        With the calls of the group alone; where tiers stand in for others, the least of the chances with and
        without.

        Parameters
        ----------
        layouts
            Hours and the units in them, by tier and site.
        """
        key = b"".join(mask.tobytes() + layout.tobytes() for mask, layout in layouts)
        if key not in self._reached:
            look = None if self.deadline.limit_s is None else self.deadline.left
            rows, s = rows_of(self, layouts), self.e.model.structure
            calling = np.isin(np.arange(len(s.forces)), self.group.forces)
            found = [
                evaluate_units(self.e, self.times, rows, calling, stand_ins=stand_ins, look=look)[1].reached
                for stand_ins in ((False, True) if _has_stand_ins(self) else (False,))
            ]
            if len(self._reached) >= KEPT:
                self._reached.clear()
            self._reached[key] = np.min(found, axis=0)
        return self._reached[key]


def at_best(e: Evaluated, group: Group, sites: Codes) -> tuple[Floats, Floats]:
    """Return the busy share of units that no call reaches, by tier, and how late they are, (tiers, sites).

    With so many units that commitments are no matter, in the kind of hours in which they are least late.
    """
    many = np.full((len(group.hours), group.tiers.size, group.forces.size), 10**6)
    held, late = held_and_late(e, group, many)
    where = np.searchsorted(group.forces, e.model.structure.sites.forces[sites])
    return held.min(axis=(0, 2)), late.min(axis=0)[:, where]


def missed(case: Case, asked: list[Asked], units: list[Codes]) -> list[Mask]:
    """Return the places of each question that cover finds not sure enough, none where the share is met.

    Parameters
    ----------
    case, asked
        What the search needs to know, and the questions.
    units
        Units of each kind of hours.
    """
    reached = case.reached(merged(case.group, units))
    found = []
    for one in asked:
        sure = reached[one.row] >= one.reliability - SMALL_DIFFERENCE
        met = one.weight[sure].sum() / one.weight.sum() >= one.share - SMALL_DIFFERENCE
        found.append(np.zeros(sure.size, dtype=bool) if met else ~sure & (one.weight > 0))
    return found


def confirmed(case: Case, asked: list[Asked], units: list[Codes]) -> bool:
    """Return whether cover finds every standard met in every force; see `missed`."""
    return not any(places.any() for places in missed(case, asked, units))


def share_of(case: Case, asked: list[Asked], layouts: list[tuple[Mask, Codes]]) -> float:
    """Return the share of the whole group that cover finds sure enough, for the questions of one standard."""
    weight = np.sum([one.weight for one in asked], axis=0)
    sure = case.reached(layouts)[asked[0].row] >= asked[0].reliability - SMALL_DIFFERENCE
    return min(float(weight[sure].sum() / weight.sum()), 1.0)


def _has_stand_ins(case: Case) -> bool:
    tiers = case.group.tiers
    serves = case.e.model.structure.serves[np.ix_(tiers, tiers)]
    return bool((serves & ~np.eye(tiers.size, dtype=bool)).any())


def merged(group: Group, units: list[Codes]) -> list[tuple[Mask, Codes]]:
    """Return the hours of each layout of units."""
    found: dict[bytes, tuple[Mask, Codes]] = {}
    for kind, layout in zip(group.hours, units, strict=True):
        mask, _ = found.get(layout.tobytes(), (np.zeros_like(kind.mask), layout))
        found[layout.tobytes()] = (mask | kind.mask, layout)
    return list(found.values())


def rows_of(case: Case, layouts: list[tuple[Mask, Codes]]) -> Units:
    """Return the units of some layouts as rows of a plan."""
    group, s = case.group, case.e.model.structure
    parts = [
        (t, j, int(layout[t, j]), mask)
        for mask, layout in layouts
        for t, j in zip(*np.nonzero(layout), strict=True)
    ]
    tiers = group.tiers[[t for t, _, _, _ in parts]] if parts else np.empty(0, dtype=np.int64)
    sites = group.sites[[j for _, j, _, _ in parts]] if parts else np.empty(0, dtype=np.int64)
    return Units(
        ids=tuple(f"need-{k}" for k in range(len(parts))),
        tiers=tiers,
        sites=sites,
        forces=s.sites.forces[sites],
        count=np.array([count for _, _, count, _ in parts], dtype=np.int64),
        crew=s.crew[tiers],
        hours=np.array([mask for _, _, _, mask in parts], dtype=bool).reshape(len(parts), HOURS_A_WEEK),
        pooled=np.full(len(parts), group.forces.size > 1),
    )
