"""What each section of the plan's arrays holds.

Codes are rows of another section: `UnitArrays.tiers` are rows of `TierArrays`. A field with a path
(`Annotated[Floats, At(...)]`) holds figures: at their central values, or with a leading axis of draws, or of
one draw; NaN where the plan does not say. All others are the same whatever a figure is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np

from standby._show import Shown
from standby._typing import Codes, Floats, Mask
from standby.plan.arrays.figures import At

MEASURES = ("first", "full")
"""First armed arrival and full attendance, in the order of every axis of measures."""


@dataclass(frozen=True, eq=False)
class Rows(Shown):
    """Rows that have an id each.

    Parameters
    ----------
    ids
        One each row; its place is the code of the row.
    """

    ids: tuple[str, ...]

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.ids)


@dataclass(frozen=True, eq=False)
class ForceArrays(Rows):
    """Forces, planned for and neighbours.

    Parameters
    ----------
    ids
        One each force.
    planned
        Planned for, shape (forces,).
    shares
        Whether two forces share pooled units, shape (forces, forces); true on the diagonal.
    population, officers, establishment, strength, ced_officers
        Residents; all officers; posts for armed officers, armed officers in post, and officers with a CED,
        shape (..., forces) [people].
    tax_base
        Council tax base, shape (..., forces) [Band D equivalents].
    """

    planned: Mask
    shares: Mask
    population: Annotated[Floats, At("forces.{force}.population")]
    officers: Annotated[Floats, At("forces.{force}.officers")]
    establishment: Annotated[Floats, At("forces.{force}.establishment")]
    strength: Annotated[Floats, At("forces.{force}.strength")]
    ced_officers: Annotated[Floats, At("forces.{force}.ced_officers")]
    tax_base: Annotated[Floats, At("forces.{force}.tax_base")]


@dataclass(frozen=True, eq=False)
class WorkforceArrays(Shown):
    """Terms of each force on which officers are found, trained and kept: its own, else those of all.

    Parameters
    ----------
    spare_fill_posts
        Whether spare officers fill new posts first, shape (forces,).
    relief_factor
        Officers for one post held round the clock, shape (..., forces).
    deployable_share
        Of armed officers, shape (..., forces).
    course_size, courses_per_year
        Seats on an initial course, and courses a year, shape (..., forces).
    pass_rate
        Share of starters who become accredited, shape (..., forces).
    loss_rate
        Share of armed officers lost a year, shape (..., forces).
    volunteers_per_year
        Shape (..., forces); NaN for no limit.
    """

    spare_fill_posts: Mask
    relief_factor: Annotated[Floats, At("forces.{force}.workforce.relief_factor", "workforce.relief_factor")]
    deployable_share: Annotated[
        Floats, At("forces.{force}.workforce.deployable_share", "workforce.deployable_share")
    ]
    course_size: Annotated[Floats, At("forces.{force}.workforce.course_size", "workforce.course_size")]
    courses_per_year: Annotated[
        Floats, At("forces.{force}.workforce.courses_per_year", "workforce.courses_per_year")
    ]
    pass_rate: Annotated[Floats, At("forces.{force}.workforce.pass_rate", "workforce.pass_rate")]
    loss_rate: Annotated[Floats, At("forces.{force}.workforce.loss_rate", "workforce.loss_rate")]
    volunteers_per_year: Annotated[
        Floats, At("forces.{force}.workforce.volunteers_per_year", "workforce.volunteers_per_year")
    ]


@dataclass(frozen=True, eq=False)
class ClassArrays(Rows):
    """Classes of areas.

    Parameters
    ----------
    ids
        One each class.
    rural
        Whether its setting is rural, shape (classes,).
    trip_cv
        How single trips to its places vary: standard deviation over mean, NaN for not at all, shape (...,
        classes).
    """

    rural: Mask
    trip_cv: Annotated[Floats, At("classes.{class}.trip_cv")]


@dataclass(frozen=True, eq=False)
class TierArrays(Rows):
    """Tiers of response.

    Parameters
    ----------
    ids
        One each tier.
    armed, dual_role, carried_by_all
        Whether its officers are armed, keep another role, and are all officers of a force, shape (tiers,).
    crew
        Officers in a unit, shape (tiers,).
    accreditations
        Code of the accreditation of its officers, shape (tiers,).
    serves
        Whether a tier can serve as another, directly or through others, shape (tiers, tiers).
    turnout_min
        From being sent to moving, shape (..., tiers) [min].
    turnout_cv
        How turnout varies: standard deviation over mean, NaN for not at all, shape (..., tiers).
    speed_factor
        Its minutes of driving relative to an emergency drive, shape (..., tiers).
    ced_share
        Share of its officers with a CED, shape (..., tiers).
    course_weeks, course_gbp
        Length and cost of the initial course, shape (..., tiers) [weeks, £].
    refresher_days
        Of an officer, shape (..., tiers) [days/year].
    vehicle_gbp, vehicle_running_gbp, kit_gbp
        A vehicle, running it, and an officer's kit, shape (..., tiers) [£, £/year, £].
    calls_per_hour, minutes_per_call
        Ordinary work of a crewed unit, shape (..., tiers) [per hour, min].
    break_off, break_off_min
        Share of the time on such work that can be broken off, and the delay of it, shape (..., tiers) [min].
    """

    armed: Mask
    dual_role: Mask
    carried_by_all: Mask
    crew: Codes
    accreditations: Codes
    serves: Mask
    turnout_min: Annotated[Floats, At("tiers.{tier}.turnout_min")]
    turnout_cv: Annotated[Floats, At("tiers.{tier}.turnout_cv")]
    speed_factor: Annotated[Floats, At("tiers.{tier}.speed_factor")]
    ced_share: Annotated[Floats, At("tiers.{tier}.ced_share")]
    course_weeks: Annotated[Floats, At("tiers.{tier}.course_weeks")]
    course_gbp: Annotated[Floats, At("tiers.{tier}.course_gbp")]
    refresher_days: Annotated[Floats, At("tiers.{tier}.refresher_days")]
    vehicle_gbp: Annotated[Floats, At("tiers.{tier}.vehicle_gbp")]
    vehicle_running_gbp: Annotated[Floats, At("tiers.{tier}.vehicle_running_gbp")]
    kit_gbp: Annotated[Floats, At("tiers.{tier}.kit_gbp")]
    calls_per_hour: Annotated[Floats, At("tiers.{tier}.ordinary_work.calls_per_hour")]
    minutes_per_call: Annotated[Floats, At("tiers.{tier}.ordinary_work.minutes_per_call")]
    break_off: Annotated[Floats, At("tiers.{tier}.ordinary_work.break_off")]
    break_off_min: Annotated[Floats, At("tiers.{tier}.ordinary_work.break_off_min")]

    @property
    def crews_alone(self) -> Mask:
        """Armed tiers whose officers do nothing else: not of two roles, nor carried by everybody."""
        return np.asarray(self.armed & ~self.dual_role & ~self.carried_by_all)


@dataclass(frozen=True, eq=False)
class Requirement(Shown):
    """What an attendance needs, for every incident type.

    Parameters
    ----------
    counts
        Tiers whose officers count, shape (types, tiers).
    officers
        Armed officers needed, shape (types,).
    units
        Units needed by tier, shape (types, tiers).
    """

    counts: Mask
    officers: Codes
    units: Codes


@dataclass(frozen=True, eq=False)
class TypeArrays(Rows):
    """Types of incident.

    Parameters
    ----------
    ids
        One each type.
    streams
        ``"spontaneous"``, ``"planned"`` or ``"attack"``, one each type.
    hour_weight
        Calls in an hour of the week relative to the mean hour, shape (types, 168).
    first, full
        What the first armed arrival and full attendance need.
    per_100k_year
        Rate where a force has no count of its own, shape (..., types) [per year per 100,000 people].
    authorisation_min, rendezvous_min, scene_min
        From the call to the authority to deploy, at the rendezvous point, and at the scene, shape (...,
        types) [min].
    authorisation_cv
        How authorisation varies: standard deviation over mean, NaN for not at all, shape (..., types).
    stand_down_share
        Share called off on the way, shape (..., types).
    per_year
        Count of a force, shape (..., types, forces) [per year].
    class_weight
        Incidents per head in a class relative to the others, shape (..., types, classes).
    """

    streams: tuple[str, ...]
    hour_weight: Floats
    first: Requirement
    full: Requirement
    per_100k_year: Annotated[Floats, At("incident_types.{type}.per_100k_year")]
    authorisation_min: Annotated[Floats, At("incident_types.{type}.authorisation_min")]
    authorisation_cv: Annotated[Floats, At("incident_types.{type}.authorisation_cv")]
    rendezvous_min: Annotated[Floats, At("incident_types.{type}.rendezvous_min")]
    scene_min: Annotated[Floats, At("incident_types.{type}.scene_min")]
    stand_down_share: Annotated[Floats, At("incident_types.{type}.stand_down_share")]
    per_year: Annotated[Floats, At("incident_types.{type}.per_year.{force}")]
    class_weight: Annotated[Floats, At("incident_types.{type}.class_weight.{class}")]


@dataclass(frozen=True, eq=False)
class LocatedRows(Rows):
    """Rows that lie somewhere.

    Parameters
    ----------
    ids, names
        One each row.
    positions
        Longitude and latitude, shape (rows, 2) [degrees].
    classes, forces
        Codes of class and force, shape (rows,).
    """

    names: tuple[str, ...]
    positions: Floats
    classes: Codes
    forces: Codes


@dataclass(frozen=True, eq=False)
class AreaArrays(LocatedRows):
    """Areas, where people live.

    Parameters
    ----------
    ids, names
        One each area.
    positions
        Longitude and latitude, shape (areas, 2) [degrees].
    classes, forces
        Codes of class and force, shape (areas,).
    population
        Residents, shape (..., areas) [people].
    likelihood
        Incidents per head relative to the others, shape (..., areas).
    """

    population: Annotated[Floats, At("areas[{area}].population")]
    likelihood: Annotated[Floats, At("areas[{area}].likelihood")]


@dataclass(frozen=True, eq=False)
class SiteArrays(LocatedRows):
    """Sites, where units stand by.

    Parameters
    ----------
    ids, names
        One each site.
    positions
        Longitude and latitude, shape (sites, 2) [degrees].
    classes, forces
        Codes of class, and of the force that provides it, shape (sites,).
    existing
        In use today, shape (sites,).
    capacity
        Units that it can hold, ``inf`` for no limit, shape (sites,).
    capital_gbp, running_gbp
        Its own price of being opened, and of being run, shape (..., sites) [£, £/year].
    """

    existing: Mask
    capacity: Floats
    capital_gbp: Annotated[Floats, At("sites[{site}].capital_gbp")]
    running_gbp: Annotated[Floats, At("sites[{site}].running_gbp")]


@dataclass(frozen=True, eq=False)
class KeyLocationArrays(LocatedRows):
    """Key locations.

    Parameters
    ----------
    ids, names
        One each key location.
    positions
        Longitude and latitude, shape (key locations, 2) [degrees].
    classes, forces
        Codes of class and force, shape (key locations,).
    weight
        Shape (key locations,).
    within_min
        Minutes of its own for the first armed arrival, NaN for those of the standard, shape (key locations,)
        [min].
    """

    weight: Floats
    within_min: Floats


@dataclass(frozen=True, eq=False)
class PlaceArrays(LocatedRows):
    """Areas, and key locations after them: wherever somebody may have to come.

    Parameters
    ----------
    ids, names
        One each place.
    positions
        Longitude and latitude, shape (places, 2) [degrees].
    classes, forces
        Codes of class and force, shape (places,).
    areas
        How many of them are areas.
    group
        Force × classes + class of a place in a planned force, -1 elsewhere, shape (places,).
    groups
        Number of groups, forces × classes.
    """

    areas: int
    group: Codes
    groups: int

    @property
    def of_areas(self) -> slice:
        """Which places are areas."""
        return slice(0, self.areas)

    @property
    def of_key_locations(self) -> slice:
        """Which places are key locations."""
        return slice(self.areas, None)

    def from_areas(self, values: Floats) -> Floats:
        """Return values by area as values by place, 0 at key locations, shape (..., places)."""
        by_place = np.zeros((*values.shape[:-1], len(self)))
        by_place[..., self.of_areas] = values
        return by_place

    def from_key_locations(self, values: Floats) -> Floats:
        """Return values by key location as values by place, 0 at areas, shape (..., places)."""
        by_place = np.zeros((*values.shape[:-1], len(self)))
        by_place[..., self.of_key_locations] = values
        return by_place


@dataclass(frozen=True, eq=False)
class UnitArrays(Rows):
    """Rows of units that count at the plan's response level.

    Parameters
    ----------
    ids
        One each row.
    tiers, sites, forces
        Codes, shape (rows,).
    count, crew
        How many like units, and officers in each, shape (rows,).
    hours
        On duty, shape (rows, 168).
    pooled
        Sent across the borders of an alliance, shape (rows,).
    notice_min
        Notice of those that stand by and are not on duty, NaN for the others, shape (..., rows) [min].
    """

    tiers: Codes
    sites: Codes
    forces: Codes
    count: Codes
    crew: Codes
    hours: Mask
    pooled: Mask
    notice_min: Annotated[Floats, At("units[{unit}].notice_min")]

    @property
    def on_notice(self) -> Mask:
        """Rows with a notice of their own, shape (rows,)."""
        return np.asarray(~np.isnan(self.notice_min).reshape(-1, len(self)).any(axis=0))


@dataclass(frozen=True, eq=False)
class CommitmentArrays(Rows):
    """Commitments that count at the plan's response level.

    Parameters
    ----------
    ids
        One each commitment.
    forces, tiers
        Codes, shape (commitments,).
    hours
        Hours of the week, shape (commitments, 168).
    share_of_weeks
        Share of the year's weeks, shape (commitments,).
    may_break_off
        Whether units may leave for a call, shape (commitments,).
    units
        Units that it takes, shape (..., commitments).
    break_off_min
        Delay of leaving, shape (..., commitments) [min].
    """

    forces: Codes
    tiers: Codes
    hours: Mask
    share_of_weeks: Floats
    may_break_off: Mask
    units: Annotated[Floats, At("commitments[{commitment}].units")]
    break_off_min: Annotated[Floats, At("commitments[{commitment}].break_off_min")]


@dataclass(frozen=True, eq=False)
class MutualAidArrays(Shown):
    """How units of each force come to help others: its own terms, else those of all.

    Parameters
    ----------
    notice_min
        Added when a unit of the force crosses a border that it does not share, shape (..., forces) [min].
    share_available
        Chance that the force can spare a free unit, shape (..., forces).
    """

    notice_min: Annotated[Floats, At("forces.{force}.mutual_aid.notice_min", "mutual_aid.notice_min")]
    share_available: Annotated[
        Floats, At("forces.{force}.mutual_aid.share_available", "mutual_aid.share_available")
    ]


@dataclass(frozen=True, eq=False)
class TravelArrays(Shown):
    """From ordinary drives to emergency ones.

    Parameters
    ----------
    limit_min
        Times beyond this are not told apart [min].
    emergency_factor
        Emergency minutes relative to an ordinary drive, shape (...).
    start_min
        Part of an ordinary drive that an emergency one does not have, shape (...) [min].
    model_factor
        True minutes relative to the model's, shape (...).
    """

    limit_min: float
    emergency_factor: Annotated[Floats, At("travel.emergency_factor")]
    start_min: Annotated[Floats, At("travel.start_min")]
    model_factor: Annotated[Floats, At("travel.model_factor")]


@dataclass(frozen=True, eq=False)
class CostArrays(Shown):
    """Prices and terms of money in the plan's price year, each of shape (...).

    Parameters
    ----------
    officer_gbp
        An officer [£/year].
    vehicle_life_years, kit_life_years
        Lives [years].
    site_capital_gbp, site_running_gbp
        Opening a site, and running it, where it has no price of its own [£, £/year].
    ced_gbp
        A CED with its kit [£].
    ced_training_days, ced_refresher_days
        Training with it, at first and a year [days, days/year].
    overtime_gbp
        Overtime of the whole plan [£/year].
    backfill_share
        Share of officers taken from unarmed response who are replaced.
    optimism_bias_capital, optimism_bias_operating
        Cost relative to its estimate.
    working_days
        Of an officer [days/year].
    harm_gbp
        Unit cost of the harm that break-even is stated in [£].
    """

    officer_gbp: Annotated[Floats, At("costs.officer_gbp")]
    vehicle_life_years: Annotated[Floats, At("costs.vehicle_life_years")]
    kit_life_years: Annotated[Floats, At("costs.kit_life_years")]
    site_capital_gbp: Annotated[Floats, At("costs.site_capital_gbp")]
    site_running_gbp: Annotated[Floats, At("costs.site_running_gbp")]
    ced_gbp: Annotated[Floats, At("costs.ced_gbp")]
    ced_training_days: Annotated[Floats, At("costs.ced_training_days")]
    ced_refresher_days: Annotated[Floats, At("costs.ced_refresher_days")]
    overtime_gbp: Annotated[Floats, At("costs.overtime_gbp")]
    backfill_share: Annotated[Floats, At("costs.backfill_share")]
    optimism_bias_capital: Annotated[Floats, At("costs.optimism_bias_capital")]
    optimism_bias_operating: Annotated[Floats, At("costs.optimism_bias_operating")]
    working_days: Annotated[Floats, At("costs.working_days")]
    harm_gbp: Annotated[Floats, At("costs.harm_gbp")]


@dataclass(frozen=True, eq=False)
class OptionArrays(Shown):
    """Money that the option laid over the plan states itself, each of shape (...).

    Parameters
    ----------
    capital_gbp, running_gbp, grant_gbp
        Once, a year, and a grant a year [£, £/year, £/year].
    """

    capital_gbp: Annotated[Floats, At("options.{option}.capital_gbp")]
    running_gbp: Annotated[Floats, At("options.{option}.running_gbp")]
    grant_gbp: Annotated[Floats, At("options.{option}.grant_gbp")]


@dataclass(frozen=True, eq=False)
class LevelArrays(Shown):
    """What the plan's response level changes.

    Parameters
    ----------
    demand_factor
        Calls relative to normal, shape (...).
    """

    demand_factor: Annotated[Floats, At("response_levels.{level}.demand_factor")]


@dataclass(frozen=True, eq=False)
class StandardArrays(Rows):
    """Where each standard holds.

    Parameters
    ----------
    ids
        One each standard.
    types, measures
        Codes of the incident type and of the measure (see `MEASURES`), shape (standards,).
    of
        What its share is a share of: ``"people"``, ``"demand"`` or ``"key_locations"``, one each standard.
    within_min
        Its minutes at a place, NaN where it does not hold, shape (standards, places) [min].
    main
        Row of the main standard, which costs and places are related to.
    """

    types: Codes
    measures: Codes
    of: tuple[str, ...]
    within_min: Floats
    main: int


@dataclass(frozen=True, eq=False)
class ScopeArrays(Shown):
    """Whom a number is about: all planned forces, one of them, or one setting or class.

    Parameters
    ----------
    names
        ``("all", "")``, ``("force", id)``, ``("setting", "rural")``, ``("class", id)``, and each force's
        settings as ``("force setting", "id rural")``.
    members
        Groups of each scope, 1 or 0, shape (scopes, groups).
    places
        Places of each scope, shape (scopes, places).
    """

    names: tuple[tuple[str, str], ...]
    members: Floats
    places: Mask

    def row(self, kind: str, name: str = "") -> int:
        """Return the row of a scope."""
        return self.names.index((kind, name))
