"""What the general cover model is asked for: needs of areas, the fleet, the sites and what they cost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from standby import _checks
from standby._refusals import shown
from standby._show import Shown
from standby.locate.errors import SitingInputError
from standby.locate.inputs import checked_fee, checked_weight, site_indices, units_by_site
from standby.locate.minutes import MinutesTable

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True)
class Arrival(Shown):
    """Units that must be able to reach an area within a standard.

    Attributes
    ----------
    within
        The standard, one number or one for each area [min].
    units
        Units needed: a number of any tier, or a mapping with a number for each tier.
    """

    within: ArrayLike
    units: int | Mapping[str, int] = 1


@dataclass(frozen=True)
class Need(Shown):
    """Demand of the areas and the attendance that covers it, in one period and one scenario.

    An area is covered when every arrival is met: for instance one unit within 10 minutes and three, one of
    them specialist, within 30.

    Attributes
    ----------
    minutes
        Travel minutes, an array or a sparse matrix of shape (sites, areas); one for all tiers, or a mapping
        with one for each tier [min].
    weight
        Demand of each area, shape (areas,), >= 0.
    arrivals
        First arrival, full attendance, …: all must be met.
    threat, remoteness
        Factors on the weight of each area, shape (areas,), >= 0; default 1.
    must
        Areas that have to be covered, shape (areas,).
    share
        Share of the (factored) weight that has to be covered.
    period, scenario
        Where this need belongs, counted from 0.
    """

    minutes: ArrayLike | Mapping[str, ArrayLike]
    weight: ArrayLike
    arrivals: tuple[Arrival, ...]
    threat: ArrayLike | None = None
    remoteness: ArrayLike | None = None
    must: ArrayLike | None = None
    share: float = 0.0
    period: int = 0
    scenario: int = 0


@dataclass(frozen=True)
class Fleet(Shown):
    """Units there are and what they may do.

    Attributes
    ----------
    units
        By tier: the most units of it, one number or one for each period.
    stands_in
        By tier: the tiers that it may stand in for, besides itself.
    """

    units: Mapping[str, int | Iterable[int]]
    stands_in: Mapping[str, Iterable[str]] = field(default_factory=dict)

    def by_period(self, n_periods: int) -> NDArray[np.int64]:
        """Return the units of each period and tier, shape (periods, tiers).

        Raises
        ------
        SitingInputError
            If a number is negative or there isn't one for each period.
        """
        columns = []
        for tier, given in self.units.items():
            listed: ArrayLike = given if np.ndim(given) == 0 else list(given)  # type: ignore[assignment,arg-type]
            values = _checks.numbers(f"fleet, tier {tier!r},", listed, refusal=SitingInputError)
            if values.ndim == 1 and values.size != n_periods:
                raise SitingInputError(
                    f"fleet gives {values.size} numbers of tier {tier!r}",
                    f"give one or one for each of {n_periods} periods",
                )

            if not (values >= 0).all() or not (values == np.floor(values)).all():
                raise SitingInputError(
                    f"fleet gives {given} units of tier {tier!r}", "give whole numbers >= 0"
                )
            columns.append(np.broadcast_to(values, n_periods))

        return np.stack(columns, axis=1).astype(np.int64)

    def able(self, wanted: str) -> list[int]:
        """Return the numbers of the tiers that may serve as `wanted`."""
        tiers = list(self.units)
        return [
            k for k, tier in enumerate(tiers) if tier == wanted or wanted in set(self.stands_in.get(tier, ()))
        ]

    def check(self) -> None:
        """Raise if there is no tier, or a name isn't one.

        Raises
        ------
        SitingInputError
            Naming it.
        """
        if not isinstance(self.units, Mapping):
            raise SitingInputError(f"units of the fleet is {shown(self.units)}", "give a number by tier")

        known = set(self.units)
        if not known:
            raise SitingInputError("fleet names no tier", "give at least one")

        named = set(self.stands_in) | {t for group in self.stands_in.values() for t in group}
        if named - known:
            raise SitingInputError(
                f"stands_in names {sorted(named - known)}, which are not in the fleet",
                f"use its tiers: {sorted(known)}",
            )


@dataclass(frozen=True)
class SiteRules(Shown):
    """What may stand where, and what it costs.

    Attributes
    ----------
    fixed, closed
        Sites that must hold a unit in every period, and may hold none.
    capacity
        Most units at a site at one time, of all tiers together; default no limit.
    new
        Sites that don't exist yet.
    most_new
        Most new sites that may be used.
    site_cost_gbp
        Cost of using each site at all, shape (sites,) [GBP].
    unit_cost_gbp
        By tier: cost of a unit for each period in which it is there [GBP].
    move_cost_gbp
        Cost of each unit brought to a site between one period and the next [GBP].
    budget_gbp
        Most that may be spent [GBP].
    """

    fixed: Iterable[int] = ()
    closed: Iterable[int] = ()
    capacity: ArrayLike | None = None
    new: Iterable[int] = ()
    most_new: int | None = None
    site_cost_gbp: ArrayLike | None = None
    unit_cost_gbp: Mapping[str, float] = field(default_factory=dict)
    move_cost_gbp: float = 0.0
    budget_gbp: float = np.inf


@dataclass(frozen=True)
class Condition:
    """`count` units of the tiers in `tiers`, together, within the standard of each area."""

    tiers: tuple[int, ...]
    within: dict[int, NDArray[np.float64]]
    count: int


def conditions_of(need: Need, fleet: Fleet, times: dict[int, MinutesTable]) -> list[Condition]:
    """Return the arrivals as conditions on numbers of units in reach, by Hall's theorem.

    Units can be assigned to the tiers wanted, none twice, exactly if for each set of these tiers there are as
    many units that may serve one of them as the set wants (Hall 1935). So no unit has to be assigned.

    Raises
    ------
    SitingInputError
        If an arrival names an unknown tier or a number that isn't a whole number above 0.
    """
    tiers = list(fleet.units)
    conditions = []
    for arrival in need.arrivals:
        any_tier = not isinstance(arrival.units, Mapping)
        wanted = {"": arrival.units} if any_tier else dict(arrival.units)  # type: ignore[arg-type]

        for tier, count in wanted.items():
            if tier and tier not in tiers:
                raise SitingInputError(
                    f"an arrival wants tier {tier!r}, and the fleet has none", f"use one of {tiers}"
                )
            if count != int(count) or count < 1:  # type: ignore[arg-type]
                raise SitingInputError(f"an arrival wants {count} units", "give a whole number of at least 1")

        # One condition for each set of the tiers wanted.
        within = {k: t.standard(arrival.within, "arrival.within") for k, t in times.items()}
        for size in range(1, len(wanted) + 1):
            for group in combinations(wanted, size):
                able: Iterable[int] = (
                    range(len(tiers)) if any_tier else {k for t in group for k in fleet.able(t)}
                )
                count = int(sum(int(wanted[t]) for t in group))  # type: ignore[arg-type,misc]
                conditions.append(Condition(tuple(sorted(able)), within, count))

    if not conditions:
        raise SitingInputError("a need has no arrivals", "give at least one Arrival(within, units)")
    return conditions


def weight_of(need: Need, n_areas: int) -> NDArray[np.float64]:
    """Return the weight of each area with its factors for threat and remoteness, shape (areas,)."""
    weight = checked_weight(need.weight, n_areas)
    for name, factor in (("threat", need.threat), ("remoteness", need.remoteness)):
        if factor is not None:
            weight = weight * checked_weight(factor, n_areas, name)
    return weight


def times_of(need: Need, fleet: Fleet) -> dict[int, MinutesTable]:
    """Return the minutes of each tier, by its number in the fleet.

    Raises
    ------
    SitingInputError
        If a tier has no minutes, or shapes differ.
    """
    tiers = list(fleet.units)
    if not isinstance(need.minutes, Mapping):
        same = MinutesTable(need.minutes)
        return dict.fromkeys(range(len(tiers)), same)

    missing = [t for t in tiers if t not in need.minutes]
    if missing:
        raise SitingInputError(
            f"a need has no minutes for tiers {missing}", "give a matrix for each tier, or one for all"
        )

    times = {k: MinutesTable(need.minutes[t]) for k, t in enumerate(tiers)}
    shapes = {t.shape for t in times.values()}
    if len(shapes) > 1:
        raise SitingInputError(
            f"minutes of the tiers have shapes {sorted(shapes)}", "give all (sites, areas)"
        )
    return times


@dataclass(frozen=True)
class CheckedRules:
    """`SiteRules` as arrays: units and costs of each site, of shape (sites,), and of each tier.

    `least` and `most` are units of all tiers together, `new` the row numbers of new sites, and `unit_cost`
    the cost of a unit of each tier for a period [GBP].
    """

    least: NDArray[np.int64]
    most: NDArray[np.int64]
    new: NDArray[np.int64]
    most_new: int | None
    site_cost: NDArray[np.float64]
    unit_cost: NDArray[np.float64]
    move_cost: float
    budget: float


def checked_rules(rules: SiteRules, fleet: Fleet, n_sites: int, largest: int) -> CheckedRules:
    """Return the rules checked and as arrays; `largest` is the greatest number of units in any period.

    Raises
    ------
    SitingInputError
        Naming what is wrong.
    """
    least, most = units_by_site(
        n_sites, None, per_site=rules.capacity, fixed=rules.fixed, closed=rules.closed
    )
    if rules.capacity is None:
        most = np.where(most > 0, largest, 0)
    else:
        limit = np.broadcast_to(np.asarray(rules.capacity), n_sites)
        most = np.where(most > 0, np.minimum(limit, largest), 0).astype(np.int64)

    unknown = set(rules.unit_cost_gbp) - set(fleet.units)
    if unknown:
        raise SitingInputError(
            f"unit_cost_gbp names {sorted(unknown)}, which are not in the fleet", "use its tiers"
        )

    money = {"move_cost_gbp": rules.move_cost_gbp, "budget_gbp": rules.budget_gbp}
    money |= {f"unit_cost_gbp[{t!r}]": c for t, c in rules.unit_cost_gbp.items()}
    for name, value in money.items():
        if not value >= 0:
            raise SitingInputError(f"{name} is {value}", "give a number >= 0")

    return CheckedRules(
        least=least,
        most=most,
        new=site_indices(rules.new, n_sites, "new"),
        most_new=rules.most_new,
        site_cost=checked_fee(rules.site_cost_gbp, n_sites, "site_cost_gbp"),
        unit_cost=np.array([float(rules.unit_cost_gbp.get(t, 0.0)) for t in fleet.units]),
        move_cost=float(rules.move_cost_gbp),
        budget=float(rules.budget_gbp),
    )
