"""The schema of ``plan.toml``, section by section."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, Literal, Self

import numpy as np
from pydantic import AfterValidator, Field, model_validator

from standby._refusals import Refusal, meant
from standby.evidence import Day, Figure
from standby.plan.schema import plausible
from standby.plan.schema.changes import Option, Scenario, Statement
from standby.plan.schema.fields import (
    LARGEST_FACTOR,
    LONGEST_LIMIT_MIN,
    ONE,
    ZERO,
    BandD,
    Chance,
    CoursesAYear,
    Factor,
    Gbp,
    Hours,
    Id,
    Ids,
    LifeYears,
    LossRate,
    Minutes,
    Officers,
    OfficersOfAForce,
    Optimism,
    PassRate,
    People,
    PerHour,
    PerYear,
    ReliefFactor,
    Seats,
    Section,
    TrainingDays,
    TravelClass,
    Variation,
    VolunteersAYear,
    Weeks,
    Whole,
    WorkingDays,
)
from standby.plan.schema.hours import HOURS_A_WEEK, hours_of_week
from standby.tables import TABLES

SCHEMA = 1
"""Version of the plan's schema."""

TableName = Literal[
    "areas", "sites", "units", "patrols", "key_locations", "commitments", "incidents", "survey", "series"
]
Level = Literal["normal", "heightened", "exceptional"]
Classification = Literal["OFFICIAL", "OFFICIAL-SENSITIVE"]
BasesRule = Literal["area-centres", "open-data"]
"""Rules by which invented bases are placed: see `standby.plan.checking.bases`."""


YEARS = (1990, 2100)
"""First and last year that a plan can be of."""


def _is_of_our_time(day: dt.date) -> dt.date:
    if not YEARS[0] <= day.year <= YEARS[1]:
        raise Refusal(f"is {day}", f"it must be a day from {YEARS[0]} to {YEARS[1]}", code="out-of-range")
    return day


NEVER_WITHHELD = ("options", "criteria")
"""Tables of results that say what the others are about."""


def _are_tables_of_results(names: list[str]) -> list[str]:
    unknown = [name for name in names if name not in TABLES]
    if unknown:
        fix = meant(unknown[0], TABLES) or f"Tables of results are {', '.join(sorted(TABLES))}"
        raise Refusal(f"names no table of results: {', '.join(map(repr, unknown))}", fix)

    needed = [name for name in names if name in NEVER_WITHHELD]
    if needed:
        fix = "Take it out: other tables can't be read without it, and it has no number of a result"
        raise Refusal(f"names {', '.join(map(repr, needed))}", fix)
    return names


def _is_extent(extent: list[float]) -> list[float]:
    west, south, east, north = extent
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        raise Refusal(f"is {extent}", "write west, south, east and north, in degrees and in this order")
    return extent


Extent = Annotated[list[float], Field(min_length=4, max_length=4), AfterValidator(_is_extent)]


class About(Section):
    """Who plans, for when, and how the plan is to be handled."""

    title: str = Field(min_length=1, description="Title of the plan.")
    public_title: str = Field("", description="Title for the public edition, which has no other.")
    summary: str = Field("", description="What the plan is for, in plain words.")
    public_summary: str = Field(
        "", description="What the plan is for, in words for the public edition: no base, unit or place."
    )
    as_of: Annotated[Day, AfterValidator(_is_of_our_time)] = Field(
        description="The day whose structure the plan describes."
    )
    price_year: int = Field(ge=YEARS[0], le=YEARS[1], description="Price year of every amount of money.")
    classification: Classification = Field("OFFICIAL", description="Security classification.")
    response_level: Level = Field("normal", description="Response level that the plan is appraised at.")
    forces: Ids = Field(min_length=1, description="Forces planned for; the others are neighbours.")
    extent: Extent = Field(
        default=[-11.0, 49.0, 3.0, 61.5],
        description="West, south, east and north limits that every position must lie in [degrees].",
    )
    release_key: str = Field(
        "",
        pattern=r"^(.{16,})?$",
        description="Secret of at least 16 characters: the public edition has the plan's hash under it.",
    )
    withhold: Annotated[list[str], AfterValidator(_are_tables_of_results)] = Field(
        default=[], description="Tables of results that the public edition leaves out."
    )
    without: list[TableName] = Field(
        default=[], description="Tables that the plan does without, said openly (e.g. commitments)."
    )
    bases: Literal["real", "invented"] = Field(
        "real",
        description="Whether sites and units are those of a service, or invented: then nothing is left out.",
    )
    bases_rule: BasesRule | None = Field(
        None,
        description="Rule by which invented sites and units were placed; `standby check` holds them to it.",
    )
    bases_statement: str = Field(
        "", description="How invented sites and units were placed, in words for everybody."
    )
    bases_fingerprint: str = Field(
        "",
        description="Fingerprint of the invented sites, units, key locations and commitments: once these are "
        "others, they are no longer taken as invented.",
    )


class Base(Section):
    """The base: things as they are."""

    name: str = Field("As it is", description="Name of the base, row one of every table of options.")
    public_name: str = Field("", description="Name for the public edition; empty: “As it is”.")
    description: str = Field("", description="What it describes.")
    public_description: str = Field(
        "", description="What it describes, in words for the public edition: no base, unit or place."
    )


SpareOfficers = Literal["fill posts", "other duties"]
"""What becomes of deployable armed officers beyond the posts: see `Workforce.spare_officers`."""


class WorkforceTerms(Section):
    """Terms on which officers are found, trained and kept; a force may have its own."""

    relief_factor: Annotated[ReliefFactor | None, plausible.RELIEF_FACTOR] = Field(
        None, description="Officers needed for one post held round the clock."
    )
    deployable_share: Annotated[Chance | None, plausible.DEPLOYABLE_SHARE] = Field(
        None, description="Share of armed officers who are deployable."
    )
    course_size: Annotated[Seats | None, plausible.SEATS] = Field(
        None, description="Seats on an initial course."
    )
    courses_per_year: Annotated[CoursesAYear | None, plausible.COURSES_A_YEAR] = Field(
        None, description="Initial courses a year."
    )
    pass_rate: Annotated[PassRate | None, plausible.PASS_RATE] = Field(
        None, description="Share of starters who become accredited."
    )
    loss_rate: Annotated[LossRate | None, plausible.LOSS_RATE] = Field(
        None, description="Share of armed officers lost a year, for any reason."
    )
    volunteers_per_year: Annotated[VolunteersAYear | None, plausible.VOLUNTEERS_A_YEAR] = Field(
        None, description="Suitable volunteers a year; none: no limit."
    )
    spare_officers: SpareOfficers | None = Field(
        None, description="Whether deployable armed officers beyond the posts fill new posts first."
    )


class Workforce(Section):
    """Terms for every force that has none of its own."""

    relief_factor: Annotated[ReliefFactor, plausible.RELIEF_FACTOR] = Field(
        description="Officers needed for one post held round the clock."
    )
    deployable_share: Annotated[Chance, plausible.DEPLOYABLE_SHARE] = Field(
        description="Share of armed officers who are deployable."
    )
    course_size: Annotated[Seats, plausible.SEATS] = Field(description="Seats on an initial course.")
    courses_per_year: Annotated[CoursesAYear, plausible.COURSES_A_YEAR] = Field(
        description="Initial courses a year, in each force."
    )
    pass_rate: Annotated[PassRate, plausible.PASS_RATE] = Field(
        description="Share of starters who become accredited."
    )
    loss_rate: Annotated[LossRate, plausible.LOSS_RATE] = Field(
        description="Share of armed officers lost a year, for any reason."
    )
    volunteers_per_year: Annotated[VolunteersAYear | None, plausible.VOLUNTEERS_A_YEAR] = Field(
        None, description="Suitable volunteers a year; none: no limit."
    )
    spare_officers: SpareOfficers = Field(
        "fill posts",
        description="What becomes of deployable armed officers beyond the posts: they fill new posts first "
        "('fill posts'), or have other duties, so that every new post takes officers who are found and "
        "trained for it ('other duties').",
    )


class LendingTerms(Section):
    """How units of one force come to help others, where that differs from `mutual_aid`."""

    notice_min: Annotated[Minutes | None, plausible.BORDER_MIN] = Field(
        None, description="Added when a unit of the force crosses a border that it does not share."
    )
    share_available: Chance | None = Field(
        None, description="Chance that the force can spare a free unit; 0: its units never come."
    )


class Force(Section):
    """A police force: planned for, or a neighbour."""

    name: str = Field(min_length=1, description="Name.")
    code: str | None = Field(None, description="ONS code of the police force area.")
    population: Annotated[People | None, plausible.PEOPLE_OF_A_FORCE] = Field(
        None, description="Residents; the areas of the force must add up to it."
    )
    officers: Annotated[OfficersOfAForce | None, plausible.OFFICERS] = Field(
        None, description="All police officers (state the base in scope)."
    )
    establishment: Annotated[Officers | None, plausible.OFFICERS] = Field(
        None, description="Armed officers the force has posts for."
    )
    strength: Annotated[Officers | None, plausible.OFFICERS] = Field(
        None, description="Armed officers in post."
    )
    publishes_officers: bool = Field(
        False,  # noqa: FBT003 - pydantic takes the default first
        description="Whether the force itself publishes its establishment and strength of armed officers: "
        "then the public edition may show them.",
    )
    ced_officers: Annotated[Officers | None, plausible.OFFICERS] = Field(
        None, description="Officers trained to carry a CED (Taser)."
    )
    tax_base: Annotated[BandD | None, plausible.BAND_D] = Field(
        None, description="Council tax base [Band D equivalents]."
    )
    workforce: WorkforceTerms = Field(default=WorkforceTerms(), description="The force's own terms.")
    mutual_aid: LendingTerms = Field(
        default=LendingTerms(),
        description="How its units come to help where they are not shared; left out: as `mutual_aid` says.",
    )


class Alliance(Section):
    """Forces that share pooled units as if there were no border."""

    name: str = Field(min_length=1, description="Name.")
    forces: Ids = Field(min_length=2, description="Members.")
    since: Day | None = Field(None, description="First day.")
    until: Day | None = Field(None, description="Last day.")
    source: Id | None = Field(None, description="Source of the arrangement.")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.since is not None and self.until is not None and self.since > self.until:
            raise Refusal(f"begins on {self.since} and ends on {self.until}", "exchange since and until")
        return self


class MutualAid(Section):
    """How a unit of another force comes to help."""

    notice_min: Annotated[Minutes, plausible.BORDER_MIN] = Field(
        description="Added when a unit that is not shared crosses a border."
    )
    share_available: Chance = Field(description="Chance that the neighbour can spare a free unit.")


class AreaClass(Section):
    """A class of areas, for standards and for the gap between town and country."""

    name: str = Field(min_length=1, description="Name.")
    public_name: str = Field("", description="Name for the public edition; empty: its number.")
    setting: Literal["urban", "rural"] = Field(description="Side of the urban–rural gap.")
    travel_class: TravelClass = Field(description="Class of the travel model without roads.")
    trip_cv: Annotated[Variation | None, plausible.VARIATION] = Field(
        None,
        description="How the minutes of single trips to a place of the class vary around their mean: "
        "standard deviation divided by mean; left out: not at all.",
    )


class OrdinaryWork(Section):
    """Ordinary policing work given to a tier's crews."""

    calls_per_hour: Annotated[PerHour, plausible.TASKS_AN_HOUR] = Field(
        description="Jobs per crewed unit and hour."
    )
    minutes_per_call: Annotated[Minutes, plausible.TASK_MIN] = Field(description="Time a job takes.")
    break_off: Chance = Field(description="Share of the time on such work that can be broken off for a call.")
    break_off_min: Annotated[Minutes, plausible.BREAK_OFF_MIN] = Field(
        description="Delay when it is broken off."
    )


class Tier(Section):
    """A tier of response: what a unit of it is and what it can stand in for."""

    name: str = Field(min_length=1, description="Name.")
    public_name: str = Field("", description="Name for the public edition; empty: its number.")
    crew: Annotated[Whole, plausible.CREW] = Field(ge=1, description="Officers in a unit.")
    armed: bool = Field(description="Whether its officers are armed.")
    carried_by: Literal["crews", "every officer"] = Field(
        "crews", description="Who carries when the tier is armed: its crews, or every officer of the force."
    )
    dual_role: bool = Field(
        default=False, description="Whether its officers keep another role (they are in post already)."
    )
    accreditation: Id | None = Field(
        None,
        description="Accreditation that its officers hold; tiers of the same one share their spare officers "
        "without another course; left out: its own.",
    )
    stands_in_for: Ids = Field(default=[], description="Tiers that it can replace.")
    turnout_min: Annotated[Minutes, plausible.TURNOUT_MIN] = Field(
        description="From being sent to moving; the notice of a team on standby."
    )
    turnout_cv: Annotated[Variation | None, plausible.VARIATION] = Field(
        None,
        description="How turnout varies from call to call: standard deviation divided by mean; left out: "
        "not at all.",
    )
    speed_factor: Annotated[Factor, plausible.SPEED_FACTOR] = Field(
        ONE, description="Its travel minutes relative to an emergency drive."
    )
    ced_share: Chance = Field(ZERO, description="Share of its officers with a CED.")
    ordinary_work: OrdinaryWork | None = Field(None, description="Ordinary work that keeps its crews busy.")
    course_weeks: Annotated[Weeks, plausible.COURSE_WEEKS] = Field(
        ZERO, description="Length of the initial course."
    )
    course_gbp: Annotated[Gbp, plausible.COURSE_GBP] = Field(ZERO, description="Cost of a place on it.")
    refresher_days: Annotated[TrainingDays, plausible.DAYS_A_YEAR] = Field(
        ZERO, description="Days of refresher training an officer."
    )
    vehicle_gbp: Annotated[Gbp, plausible.VEHICLE_GBP] = Field(ZERO, description="Vehicle, fitted out.")
    vehicle_running_gbp: Annotated[Gbp, plausible.VEHICLE_RUNNING_GBP] = Field(
        ZERO, description="Running cost a vehicle-year."
    )
    kit_gbp: Annotated[Gbp, plausible.KIT_GBP] = Field(ZERO, description="Personal kit of an officer.")
    source: Id | None = Field(None, description="Source of its plain numbers (crew, substitution).")
    note: str = Field("", description="What is assumed in its plain numbers.")


class Attendance(Section):
    """Who has to be there for an attendance to count."""

    tiers: Ids = Field(default=[], description="Tiers that count; none: every armed tier.")
    officers: Annotated[int, Field(ge=0, le=1000), plausible.ATTENDING_OFFICERS] = Field(
        1, description="Armed officers who must be there."
    )
    units: Annotated[dict[Id, Annotated[int, Field(ge=1, le=100)]], plausible.ATTENDING_UNITS] = Field(
        default={}, description="Units of each tier that must be there; a tier that stands in counts."
    )

    @model_validator(mode="after")
    def _asks_for_something(self) -> Self:
        if self.officers == 0 and not self.units:
            raise Refusal("asks for nobody", "give officers of 1 or more, or units")
        return self


class HourWeight(Section):
    """Hours that see more or fewer calls."""

    hours: Hours = Field(description="Hours of the week, e.g. 'fri-sat 20:00-04:00'.")
    weight: Annotated[float, plausible.HOUR_WEIGHT] = Field(
        ge=0, le=LARGEST_FACTOR, description="Calls an hour relative to the other hours."
    )


class IncidentType(Section):
    """A type of incident: how often, where, when, and what has to come."""

    name: str = Field(min_length=1, description="Name.")
    public_name: str = Field("", description="Name for the public edition; empty: what stream it is of.")
    stream: Literal["spontaneous", "planned", "attack"] = Field(
        description="Calls that arrive by chance, operations with notice, or a rare attack kept apart."
    )
    per_100k_year: Annotated[PerYear, plausible.A_YEAR_PER_100K] = Field(
        description="A year per 100,000 people, in a force without its own count."
    )
    per_year: Annotated[dict[Id, PerYear], plausible.A_YEAR_IN_A_FORCE] = Field(
        default={}, description="Incidents a year by force."
    )
    class_weight: Annotated[dict[Id, Factor], plausible.CLASS_WEIGHT] = Field(
        default={}, description="Incidents per head in a class relative to the others."
    )
    hours: list[HourWeight] = Field(default=[], description="When; weight 1 in the hours not named.")
    authorisation_min: Annotated[Minutes, plausible.AUTHORISATION_MIN] = Field(
        description="From the call to the authority to deploy."
    )
    authorisation_cv: Annotated[Variation | None, plausible.VARIATION] = Field(
        None,
        description="How authorisation varies from call to call: standard deviation divided by mean; left "
        "out: not at all.",
    )
    rendezvous_min: Annotated[Minutes, plausible.RENDEZVOUS_MIN] = Field(
        ZERO, description="At the rendezvous point, before full attendance."
    )
    scene_min: Annotated[Minutes, plausible.SCENE_MIN] = Field(
        description="Time a unit is held at the scene."
    )
    stand_down_share: Chance = Field(
        ZERO, description="Share called off on the way; these take travel time only."
    )
    first: Attendance = Field(default=Attendance(), description="What the first armed arrival has to be.")
    full: Attendance = Field(default=Attendance(officers=2), description="What full attendance has to be.")
    source: Id | None = Field(None, description="Source of its plain numbers (hours, attendance).")
    note: str = Field("", description="What is assumed in its plain numbers.")

    @model_validator(mode="after")
    def _comes_at_some_hour(self) -> Self:
        week = np.ones(HOURS_A_WEEK)
        for item in self.hours:
            week[hours_of_week(item.hours)] = item.weight
        if not week.any():
            raise Refusal("has weight 0 in every hour", "give at least one hour a weight above 0")
        return self


class Standard(Section):
    """A standard: who must be reached by what, within how many minutes, how surely."""

    name: str = Field(min_length=1, description="Name.")
    public_name: str = Field("", description="Name for the public edition; empty: what it asks for.")
    incident_type: Id = Field(description="Incident type that it is for.")
    measure: Literal["first", "full"] = Field(description="First armed arrival, or full attendance.")
    within_min: Annotated[float, plausible.STANDARD_MIN] = Field(
        gt=0, le=LONGEST_LIMIT_MIN, description="Minutes from the call."
    )
    share: float = Field(gt=0, le=1, description="Share that must be reached.")
    of: Literal["people", "demand", "key_locations"] = Field("people", description="Share of what.")
    classes: Ids = Field(default=[], description="Classes it is for; none: all.")
    forces: Ids = Field(default=[], description="Planned forces it is for; none: all.")
    reliability: Annotated[float, plausible.RELIABILITY] = Field(
        0.9, gt=0, lt=1, description="Chance that an area counted as reached is reached in time."
    )
    source: Id | None = Field(None, description="Who set it.")
    note: str = Field("", description="What is assumed in it, e.g. the share or the reliability.")
    main: bool = Field(default=False, description="Whether it is the one that costs are related to.")


def main_standard(standards: Mapping[str, Standard]) -> str:
    """Return the standard that costs and places are related to: the one marked, else the first.

    Parameters
    ----------
    standards
        The plan's standards by id.
    """
    return next((name for name, standard in standards.items() if standard.main), next(iter(standards)))


class ResponseLevel(Section):
    """What a response level changes."""

    demand_factor: Annotated[Factor, plausible.DEMAND_FACTOR] = Field(
        ONE, description="Calls relative to normal."
    )


class Travel(Section):
    """How minutes between places are found."""

    method: Literal["great-circle", "matrix", "roads"] = Field(
        "great-circle", description="Model without roads, a table of minutes, or a road file."
    )
    emergency_factor: Annotated[Factor, plausible.EMERGENCY_FACTOR] = Field(
        description="Emergency minutes relative to an ordinary drive."
    )
    start_min: Annotated[Minutes, plausible.START_MIN] = Field(
        ZERO,
        description="Part of each ordinary trip that an emergency drive does not have (parking, walking).",
    )
    model_factor: Annotated[Factor, plausible.MODEL_FACTOR] = Field(
        ONE, description="True minutes relative to the model's: its doubt."
    )
    matrix: str | None = Field(None, description="File of minutes: site, place, minutes.")
    roads: str | None = Field(
        None, description="Road file in the plan's folder: .osm.pbf, OS Open Roads .gpkg or a table of edges."
    )
    profile: str = Field(
        "blue_light", description="How the roads are driven: blue_light, car, or a TOML file of your own."
    )
    driving_side: Literal["left", "right"] | None = Field(
        None,
        description="Side of the road that traffic keeps to; without it the road file or the place decides.",
    )
    limit_min: Annotated[float, plausible.LIMIT_MIN] = Field(
        180, gt=0, le=LONGEST_LIMIT_MIN, description="Beyond this, times are printed as '> limit'."
    )


class Costs(Section):
    """Money, in the plan's price year."""

    horizon_years: Annotated[int, plausible.HORIZON_YEARS] = Field(
        10, ge=1, le=100, description="Years appraised."
    )
    officer_gbp: Annotated[Gbp, plausible.OFFICER_GBP] = Field(
        description="An officer for a year, with employer's costs."
    )
    vehicle_life_years: Annotated[LifeYears, plausible.LIFE_YEARS] = Field(
        Figure(value=4), description="Life of a vehicle."
    )
    kit_life_years: Annotated[LifeYears, plausible.LIFE_YEARS] = Field(
        Figure(value=5), description="Life of personal kit."
    )
    site_capital_gbp: Annotated[Gbp, plausible.SITE_GBP] = Field(
        ZERO,
        description="Opening a site for armed crews, or a new one; a site may have its own capital_gbp.",
    )
    site_running_gbp: Annotated[Gbp, plausible.SITE_GBP] = Field(
        ZERO, description="Running such a site a year; a site may have its own running_gbp."
    )
    ced_gbp: Annotated[Gbp, plausible.KIT_GBP] = Field(ZERO, description="A CED with its kit.")
    ced_training_days: Annotated[TrainingDays, plausible.DAYS_A_YEAR] = Field(
        ZERO, description="Initial CED training."
    )
    ced_refresher_days: Annotated[TrainingDays, plausible.DAYS_A_YEAR] = Field(
        ZERO, description="CED training a year."
    )
    overtime_gbp: Annotated[Gbp, plausible.OPTION_GBP] = Field(
        ZERO, description="Overtime a year, whole plan."
    )
    backfill_share: Chance = Field(ONE, description="Share of officers taken from unarmed response replaced.")
    optimism_bias_capital: Annotated[Optimism, plausible.OPTIMISM] = Field(
        ONE, description="Capital cost relative to its estimate."
    )
    optimism_bias_operating: Annotated[Optimism, plausible.OPTIMISM] = Field(
        ONE, description="Running cost relative to its estimate."
    )
    working_days: Annotated[WorkingDays, plausible.WORKING_DAYS] = Field(
        Figure(value=220), description="Days an officer works a year."
    )
    harm_gbp: Annotated[Gbp | None, plausible.HARM_GBP] = Field(
        None, description="Unit cost of the harm that break-even is stated in."
    )


class Document(Section):
    """The whole of ``plan.toml``."""

    schema_version: Literal[1] = Field(alias="schema", description="Version of this schema.")
    plan: About
    base: Base = Base()
    forces: dict[Id, Force] = Field(min_length=1, description="Forces planned for, and neighbours.")
    alliances: dict[Id, Alliance] = Field(default={}, description="Forces that share units.")
    mutual_aid: MutualAid
    classes: dict[Id, AreaClass] = Field(min_length=1, description="Classes of areas.")
    tiers: dict[Id, Tier] = Field(min_length=1, description="Tiers of response.")
    incident_types: dict[Id, IncidentType] = Field(min_length=1, description="Types of incident.")
    standards: dict[Id, Standard] = Field(min_length=1, description="Standards to be met.")
    response_levels: dict[Level, ResponseLevel] = Field(
        default={}, description="What each response level changes."
    )
    travel: Travel
    workforce: Workforce
    costs: Costs
    options: dict[Id, Option] = Field(default={}, description="What might be done.")
    scenarios: dict[Id, Scenario] = Field(default={}, description="The structure of other dates.")
    statements: dict[Id, Statement] = Field(default={}, description="What was said in public.")
