"""A plan's siting as arrays: who could stand where, how soon they come, who stands there now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from standby._refusals import Refusal, alike, did_you_mean
from standby._typing import Codes, Floats, Mask
from standby.attendance import (
    SLACK_MIN,
    Available,
    before_min,
    minutes_from_sites,
    standard_weights,
)
from standby.demand import call_rates
from standby.locate.errors import SitingInputError
from standby.locate.siting.options import LocateOptions
from standby.plan import HOURS_A_YEAR, MEASURES, PlanArrays, Standard, hours_of_week, main_standard
from standby.travel import Times
from standby.words import WEIGHED

FULL = MEASURES.index("full")


@dataclass(frozen=True, eq=False)
class Placement:
    """Units of one tier: where they stand, and how soon each is at every place counted.

    Attributes
    ----------
    minutes
        From the call to a unit's arrival, authorisation included, shape (rows, places) [min].
    count
        Units of each row.
    """

    minutes: Floats
    count: Codes

    def with_more(self, other: Placement) -> Placement:
        """Return these units and others."""
        return Placement(np.vstack([self.minutes, other.minutes]), np.concatenate([self.count, other.count]))

    def at(self, places: Mask) -> Placement:
        """Return the units as some of the places see them."""
        return Placement(self.minutes[:, places], self.count)

    def in_reach(self, within: Floats) -> Codes:
        """Count the units within a time of each place, shape (places,)."""
        return np.asarray(self.count @ (self.minutes <= within), dtype=np.int64)

    def nearest(self) -> Floats:
        """Return the minutes of the nearest unit to each place, shape (places,) [min]."""
        of_units = self.minutes[self.count > 0]
        return np.asarray(of_units.min(axis=0, initial=np.inf))


@dataclass(frozen=True, eq=False)
class Question:
    """A plan's siting as arrays; sites and places are those that the question is about.

    Attributes
    ----------
    available
        The plan made ready, with the busy shares of its units.
    standard_id, standard
        The standard that serves as yardstick, with the minutes and the weight asked for.
    tier
        Code of the tier whose units are sited.
    scope
        Forces whose units are sited and whose places count, shape (forces,).
    places
        Rows of areas, then key locations.
    total, weight
        People, calls a year or weight of each place, without and with factors for threat and remoteness.
    within
        Minutes from the call, with the tolerance of a standard, shape (places,) [min].
    sites, provider, most, pooled
        Rows of sites, the force of a unit there, room for units of the tier, and whether allied forces share
        it, each of shape (sites,).
    minutes
        From the call to the arrival of a unit that stands by at a site, shape (sites, places) [min].
    rows
        Rows of units that may be moved; the others of the tier stay as they are.
    staying
        Rows of those that stay and count: `beside` has where they stand.
    today
        Those units where they stand, and those that stay beside them.
    beside
        Units of the tier and scope that stay where they are and count: on duty in all of the hours asked.
    aside
        Those that stay and do not count: on duty in a part of these hours, or with a notice of their own.
    later
        Minutes of rendezvous that a full attendance takes more [min].
    crews
        Units that the standard needs.
    busy
        Mean busy share of the tier's units, NaN where it has none.
    left_out
        Places that were left out, as no site allowed reaches them.
    """

    available: Available
    standard_id: str
    standard: Standard
    tier: int
    scope: Mask
    places: Codes
    total: Floats
    weight: Floats
    within: Floats
    sites: Codes
    provider: Codes
    pooled: Mask
    most: Codes
    minutes: Floats
    rows: Codes
    staying: Codes
    today: Placement
    beside: Placement
    aside: int
    later: float
    crews: int
    busy: float
    left_out: Codes

    @property
    def arrays(self) -> PlanArrays:
        """The plan as arrays."""
        return self.available.arrays

    @property
    def units_today(self) -> int:
        """Units that may be moved."""
        return int(self.arrays.units.count[self.rows].sum())

    @property
    def units_beside(self) -> int:
        """Units that stay and count."""
        return int(self.beside.count.sum())

    def placed(self, count: Codes) -> Placement:
        """Return units at the question's sites, and those that stay beside them."""
        return Placement(self.minutes, np.asarray(count, dtype=np.int64)).with_more(self.beside)

    def keep(self, kept: Mask) -> Question:
        """Return the question about some of its places only."""
        return replace(
            self,
            places=self.places[kept],
            total=self.total[kept],
            weight=self.weight[kept],
            within=self.within[kept],
            minutes=self.minutes[:, kept],
            today=self.today.at(kept),
            beside=self.beside.at(kept),
            left_out=np.concatenate([self.left_out, self.places[~kept]]),
        )


def question(available: Available, times: Times, request: LocateOptions) -> Question:
    """Turn a plan and a request into arrays.

    Raises
    ------
    SitingInputError
        Naming what of the request does not fit the plan.
    """
    arrays = available.arrays

    # What is asked: whose units of which tier, by which standard, and for which places.
    scope = _scope(arrays, request)
    standard_id, standard = _standard(available, request)
    tier = _tier(available, request, scope)
    incident = arrays.types.ids.index(standard.incident_type)
    measure = MEASURES.index(standard.measure)
    crews = _crews(arrays, tier, incident, measure)
    places, total, weight, within = _places(available, standard, scope, request)

    # Who stands there now, and who could stand where.
    rows, staying, aside = _rows(available, tier, scope, request)
    sites, provider = _sites(arrays, times, scope, places, request)
    pooled = arrays.forces.shares[provider].sum(axis=1) > 1

    # Minutes from the call: until somebody is sent, and then until a unit from each site is there.
    before = before_min(available.arrays)[:, incident]
    allied = scope if request.share_neighbours else None
    minutes = arrivals(available, times, tier, sites, provider, pooled, allied)[:, places]

    def standing(units: Codes, shared: Mask | None) -> Placement:
        """Return units of some rows where they are today."""
        table = arrays.units
        sent = arrivals(
            available, times, tier, table.sites[units], table.forces[units], table.pooled[units], shared
        )
        return Placement(before[measure] + sent[:, places], table.count[units])

    return Question(
        available=available,
        standard_id=standard_id,
        standard=standard,
        tier=tier,
        scope=scope,
        places=places,
        total=total,
        weight=weight,
        within=within,
        sites=sites,
        provider=provider,
        pooled=pooled | request.share_neighbours,
        most=_room(arrays, sites, rows),
        minutes=before[measure] + minutes,
        rows=rows,
        staying=staying,
        today=standing(rows, None).with_more(standing(staying, None)),
        beside=standing(staying, allied),
        aside=aside,
        later=float(before[FULL] - before[0]) if measure != FULL else 0.0,
        crews=crews,
        busy=available.busy_share(scope, tier),
        left_out=np.empty(0, np.int64),
    )


def arrivals(
    available: Available,
    times: Times,
    tier: int,
    sites: Codes,
    force: Codes,
    pooled: Mask,
    allied: Mask | None,
) -> Floats:
    """Return minutes from being sent to arriving of a unit at each site, shape (sites, places) [min].

    As `standby.cover` has them for a unit that has nothing to break off; ``inf`` for places of a force that
    the unit's own does not share with.
    """
    arrays = available.arrays

    # Whom a unit serves: its own force, those that share with it, and those it is taken to be allied with.
    among = np.arange(len(arrays.forces))
    serves = (force[:, None] == among) | (arrays.forces.shares[force] & pooled[:, None])
    if allied is not None:
        serves |= allied[force][:, None] & allied

    minutes = minutes_from_sites(arrays, times.rows(arrays.sites.ids)[sites], np.array(tier))
    return np.where(serves[:, arrays.places.forces], minutes, np.inf)


def code_of(what: str, name: str, known: Sequence[str], names: Sequence[str] = ()) -> int:
    """Return the number of an id, or of a name where it stands once.

    Raises
    ------
    SitingInputError
        Naming ids that are near it.
    """
    if name in known:
        return list(known).index(name)
    if list(names).count(name) == 1:
        return list(names).index(name)

    # No such one: what is near it, or the whole list if that is short.
    near = alike(name, known) or [known[list(names).index(n)] for n in alike(name, names)]
    listed = f"there are: {', '.join(known)}" if len(known) <= 12 else f"there are {len(known)}"
    raise SitingInputError(f"there is no {what} {name!r}", did_you_mean(*near) or listed)


def _scope(arrays: PlanArrays, request: LocateOptions) -> Mask:
    """Return the planned forces asked for, shape (forces,); all of them if none is named."""
    scope = arrays.forces.planned.copy()
    if request.forces:
        planned = [name for name, own in zip(arrays.forces.ids, arrays.forces.planned, strict=True) if own]
        chosen = [planned[code_of("planned force", name, planned)] for name in request.forces]
        scope &= np.isin(arrays.forces.ids, chosen)
    return scope


def _standard(available: Available, request: LocateOptions) -> tuple[str, Standard]:
    """Return the yardstick: a standard of the plan with what the request changes of it.

    The standard named, else the main one; minutes without a standard are for everyone, everywhere, by the
    incident type of the main one.
    """
    known = available.standards
    everywhere = request.standard is None and request.within is not None
    if request.standard is None:
        name = main_standard(known)
    else:
        name = list(known)[code_of("standard", request.standard, list(known))]

    # What is asked for takes the place of what the standard says.
    update: dict[str, object] = {"of": request.of or ("people" if everywhere else known[name].of)}
    if everywhere:
        update |= {"measure": "first", "classes": [], "forces": []}
    if request.within is not None:
        update["within_min"] = float(request.within)
    asked = known[name].model_copy(update=update)
    if asked == known[name]:
        return name, asked

    # A changed standard has a name that says so.
    minutes = f"{asked.within_min:g} minutes"
    of = WEIGHED[asked.of]
    called = f"First armed officers in {minutes}, everywhere; {of}"
    title = called if everywhere else f"{asked.name}; here: {minutes}, {of}"
    return name, asked.model_copy(update={"name": title})


def _tier(available: Available, request: LocateOptions, scope: Mask) -> int:
    """Return the tier asked for, else the armed one with most hours on duty in the forces."""
    arrays = available.arrays
    if request.tier is not None:
        return code_of("tier", request.tier, arrays.tiers.ids)

    hours = np.zeros(len(arrays.tiers))
    own = scope[arrays.units.forces]
    np.add.at(hours, arrays.units.tiers[own], (arrays.units.hours.sum(axis=1) * arrays.units.count)[own])

    # Tiers that have another role come after the others, unarmed ones never.
    order = np.where(arrays.tiers.armed, np.where(arrays.tiers.dual_role, 0.0, 1.0 + hours), -1.0)
    if not arrays.tiers.armed.any():
        raise SitingInputError("the plan has no armed tier", "set armed = true for one, or name a tier")
    return int(np.argmax(order))


def _crews(arrays: PlanArrays, tier: int, incident: int, measure: int) -> int:
    """Return how many units of the tier the standard's attendance of an incident type needs.

    Raises
    ------
    SitingInputError
        If its units are neither asked for nor counted.
    """
    # A full attendance needs what its first arrival needs as well.
    first = arrays.types.first
    full = arrays.types.full
    crews = 0
    serves = arrays.tiers.serves[tier]
    for part in (first, full) if measure == FULL else (first,):
        crews = max(crews, int(part.units[incident][serves].sum()))

        # Officers asked for, in whole crews.
        if part.counts[incident, tier]:
            crews = max(crews, -(-int(part.officers[incident]) // int(arrays.tiers.crew[tier])))

    if crews == 0:
        tier_id = arrays.tiers.ids[tier]
        type_id = arrays.types.ids[incident]
        raise SitingInputError(
            f"units of tier {tier_id!r} are neither counted nor asked for by {type_id!r}",
            "name another tier or standard",
        )
    return crews


def _places(
    available: Available, standard: Standard, scope: Mask, request: LocateOptions
) -> tuple[Codes, Floats, Floats, Floats]:
    """Return the places that count, their totals, weights and standards."""
    arrays = available.arrays

    # What each place counts by the standard, in the forces that are asked about.
    yardstick = arrays.standards_of({"": standard})
    total = standard_weights(arrays, yardstick, call_rates(arrays))[0]
    total = total * (HOURS_A_YEAR if standard.of == "demand" else 1.0) * scope[arrays.places.forces]

    # Factors of the request.
    factor = np.where(arrays.classes.rural[arrays.places.classes], request.rural_weight, 1.0)
    if request.threat:
        if standard.of != "people":
            raise SitingInputError(
                "threat weighs people by areas.likelihood", "calls have it in them already"
            )
        factor[arrays.places.of_areas] *= arrays.areas.likelihood

    places = np.flatnonzero(total * factor > 0)
    if places.size == 0:
        raise SitingInputError(
            "the standard holds for nobody in these forces", "name another, or other forces"
        )

    within = yardstick.within_min[0, places] + SLACK_MIN
    return places, total[places], (total * factor)[places], within


def _rows(available: Available, tier: int, scope: Mask, request: LocateOptions) -> tuple[Codes, Codes, int]:
    """Return the rows of units that may be moved, of those that stay and count, and how many units do not."""
    arrays = available.arrays
    try:
        hours = hours_of_week(request.hours)
    except Refusal as fault:
        raise SitingInputError(f"hours: {fault.what}", fault.fix) from fault

    own = (arrays.units.tiers == tier) & scope[arrays.units.forces]
    on_duty = own & ~arrays.units.on_notice
    moved = on_duty & (arrays.units.hours == hours).all(axis=1)
    staying = on_duty & ~moved & arrays.units.hours[:, hours].all(axis=1)
    aside = own & ~moved & ~staying
    return np.flatnonzero(moved), np.flatnonzero(staying), int(arrays.units.count[aside].sum())


def _sites(
    arrays: PlanArrays, times: Times, scope: Mask, places: Codes, request: LocateOptions
) -> tuple[Codes, Codes]:
    """Return the sites that units may stand at, and the force that a unit there belongs to."""
    provider = arrays.sites.forces
    inside = scope[provider]
    allowed = np.ones(len(arrays.sites), dtype=bool) if request.share_neighbours else inside.copy()
    if request.sites == "existing":
        allowed &= arrays.sites.existing
    sites = np.flatnonzero(allowed)
    if sites.size == 0:
        raise SitingInputError("the forces have no site that units may stand at", "add rows to sites.csv")

    # A unit at a base of another force belongs to the force of the place that is nearest to it.
    nearest = arrays.places.forces[places][np.argmin(times.rows(arrays.sites.ids)[sites][:, places], axis=1)]
    return sites, np.where(inside[sites], provider[sites], nearest)


def _room(arrays: PlanArrays, sites: Codes, rows: Codes) -> Codes:
    """Return how many units more each site can hold beside those that stay there, shape (sites,)."""
    staying = np.ones(len(arrays.units), dtype=bool)
    staying[rows] = False

    # Units that stay, by site and hour of the week; the fullest hour decides.
    units_there = np.zeros((len(arrays.sites), arrays.units.hours.shape[1]))
    np.add.at(
        units_there, arrays.units.sites[staying], (arrays.units.hours * arrays.units.count[:, None])[staying]
    )
    left = arrays.sites.capacity - units_there.max(axis=1, initial=0.0)

    # A site without a limit has room for more than anybody asks for.
    most = float(arrays.units.count.sum() + 10_000)
    room: Codes = np.clip(left, 0, most).astype(np.int64)
    return room[sites]
