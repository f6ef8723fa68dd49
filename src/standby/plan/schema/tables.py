"""The data dictionary: every column of every table of a plan.

One list drives reading, checking, the documentation and the editors' schema. Any table may also carry the
columns ``source`` (id of the row's source) and ``note``; a column that can be doubted may have companions
``<column>_low`` and ``<column>_high`` (5th and 95th percentile); rows of one column are drawn together unless
``group`` separates them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from standby.evidence import COUNTS
from standby.evidence import Kind as EvidenceKind
from standby.plan.schema import plausible
from standby.plan.schema.fields import CHANCE, COUNT, FACTOR, GBP, MINUTES, PEOPLE, WEIGHT, Domain
from standby.plan.schema.plausible import Plausible

Kind = Literal[
    "id", "text", "number", "integer", "flag", "hours", "levels", "choice", "reference", "date", "day"
]

LON = Domain("degrees east, WGS 84", lowest=-180, highest=180)
LAT = Domain("degrees north, WGS 84", lowest=-90, highest=90)
KM2 = Domain("km²", most=510_000_000)
"""At most the whole Earth."""
WHOLE = Domain("number", lowest=1, highest=1_000_000)


@dataclass(frozen=True)
class PlanColumn:
    """One column of a table.

    Parameters
    ----------
    name, kind, description
        What it is called, what it holds and what that means.
    required
        Whether every row must have it.
    default
        What an empty cell means; None: nothing.
    domain
        Unit and limits of a number.
    plausible
        Where a number ordinarily lies; None: anywhere within its limits.
    refers_to
        Table or section of ``plan.toml`` that the cell names an entry of.
    choices
        Words allowed.
    doubt
        Whether companions ``_low`` and ``_high`` are allowed.
    """

    name: str
    kind: Kind
    description: str
    required: bool = False
    default: str | float | None = None
    domain: Domain | None = None
    plausible: Plausible | None = None
    refers_to: str | None = None
    choices: tuple[str, ...] = ()
    doubt: bool = False

    @property
    def numeric(self) -> bool:
        """Whether cells are numbers."""
        return self.kind in ("number", "integer")


@dataclass(frozen=True)
class PlanTable:
    """One table of a plan.

    Parameters
    ----------
    name, description
        File name without its ending, and what a row is.
    columns
        The columns.
    optional
        Whether a plan may leave it out without saying so.
    needed
        Whether no plan can do without it.
    of_force
        Column that says whose row it is, where options may change rows: a force can hold a change back.
    secret
        Whether a service would not show it, so that bases count as invented only while it is as declared.
    """

    name: str
    description: str
    columns: tuple[PlanColumn, ...]
    optional: bool = False
    needed: bool = False
    of_force: str = ""
    secret: bool = False

    def column(self, name: str) -> PlanColumn | None:
        """Return the column of a name, or None."""
        return next((c for c in self.columns if c.name == name), None)


_ID = PlanColumn("id", "id", "Identifier, unique in the table.", required=True)
_NAME = PlanColumn("name", "text", "Name.", required=True)
_LON = PlanColumn("lon", "number", "Longitude.", required=True, domain=LON)
_LAT = PlanColumn("lat", "number", "Latitude.", required=True, domain=LAT)
_SOURCE = PlanColumn("source", "reference", "Source of the row.", refers_to="sources")
_NOTE = PlanColumn("note", "text", "Anything a reader should know.")
_GROUP = PlanColumn("group", "text", "Rows of a group are drawn together, apart from the other rows.")
_ISLAND = PlanColumn(
    "island", "text", "Name of the island it is on, when no road leads to the mainland; empty: the mainland."
)
_CLASS = PlanColumn("class", "reference", "Class of the place.", required=True, refers_to="classes")
_HOURS = PlanColumn("hours", "hours", "Hours of the week, e.g. 'mon-fri 07:00-19:00'.", default="always")
LEVELS = ("normal", "heightened", "exceptional")
"""Response levels, from the ordinary one up."""

_LEVELS = PlanColumn(
    "levels", "levels", "Response levels at which the row counts, joined by '|'; empty: all."
)


def _force(what: str) -> PlanColumn:
    return PlanColumn("force", "reference", what, required=True, refers_to="forces")


AREAS = PlanTable(
    "areas",
    "A place or small area where people live.",
    (
        _ID,
        _NAME,
        _LON,
        _LAT,
        PlanColumn(
            "population",
            "number",
            "Residents.",
            required=True,
            domain=PEOPLE,
            plausible=plausible.PEOPLE_OF_AN_AREA,
            doubt=True,
        ),
        _CLASS,
        _force("Force that polices it."),
        PlanColumn(
            "likelihood",
            "number",
            "Incidents per head relative to the force's other areas: the planner's own.",
            default=1.0,
            domain=WEIGHT,
            plausible=plausible.AREA_WEIGHT,
            doubt=True,
        ),
        PlanColumn("area_km2", "number", "Extent.", domain=KM2, plausible=plausible.AREA_KM2),
        _GROUP,
        _ISLAND,
        _SOURCE,
        _NOTE,
    ),
    of_force="force",
    needed=True,
)

SITES = PlanTable(
    "sites",
    "A place where units can stand by.",
    (
        _ID,
        _NAME,
        _LON,
        _LAT,
        _CLASS,
        PlanColumn("provider", "reference", "Force whose site it is.", required=True, refers_to="forces"),
        PlanColumn("existing", "flag", "Whether it is in use today.", required=True),
        PlanColumn(
            "capacity",
            "integer",
            "Units that it can hold; empty: no limit.",
            domain=Domain("number", highest=1_000_000),
            plausible=plausible.UNITS,
        ),
        PlanColumn(
            "capital_gbp",
            "number",
            "Opening it for armed crews; empty: as costs.site_capital_gbp.",
            domain=GBP,
            plausible=plausible.SITE_GBP,
            doubt=True,
        ),
        PlanColumn(
            "running_gbp",
            "number",
            "Running it a year, for them; empty: as costs.site_running_gbp.",
            domain=GBP,
            plausible=plausible.SITE_GBP,
            doubt=True,
        ),
        _ISLAND,
        _SOURCE,
        _NOTE,
    ),
    of_force="provider",
    secret=True,
    needed=True,
)

UNITS = PlanTable(
    "units",
    "Like units: a tier, at a site, in certain hours, under one control.",
    (
        _ID,
        PlanColumn("name", "text", "Name."),
        PlanColumn("tier", "reference", "Tier.", required=True, refers_to="tiers"),
        PlanColumn("site", "reference", "Where they start from.", required=True, refers_to="sites"),
        PlanColumn(
            "provider", "reference", "Force whose officers they are.", required=True, refers_to="forces"
        ),
        PlanColumn(
            "count", "integer", "How many such units.", default=1.0, domain=WHOLE, plausible=plausible.UNITS
        ),
        _HOURS,
        _LEVELS,
        PlanColumn(
            "control",
            "choice",
            "pooled: an alliance sends them as if there were no border; own: lent on request.",
            default="own",
            choices=("own", "pooled"),
        ),
        PlanColumn(
            "crew",
            "integer",
            "Officers in a unit; empty: as the tier.",
            domain=WHOLE,
            plausible=plausible.CREW,
        ),
        PlanColumn(
            "notice_min",
            "number",
            "Turnout or notice; empty: as the tier.",
            domain=MINUTES,
            plausible=plausible.TURNOUT_MIN,
            doubt=True,
        ),
        _GROUP,
        _SOURCE,
        _NOTE,
    ),
    of_force="provider",
    secret=True,
)

PATROLS = PlanTable(
    "patrols",
    "Where a unit is for part of its time on duty; for the rest it is at its site. A row names an area, a "
    "class, a site or a position.",
    (
        _ID,
        PlanColumn("name", "text", "Name."),
        PlanColumn("unit", "reference", "Unit on patrol.", required=True, refers_to="units"),
        PlanColumn("provider", "reference", "Force whose unit it is.", required=True, refers_to="forces"),
        PlanColumn("area", "reference", "Area that it patrols.", refers_to="areas"),
        PlanColumn(
            "class",
            "reference",
            "Class of areas that it patrols, all of them in the force.",
            refers_to="classes",
        ),
        PlanColumn("site", "reference", "Site that it is at.", refers_to="sites"),
        PlanColumn(
            "lon", "number", "Longitude of a position; it is of the class of the nearest area.", domain=LON
        ),
        PlanColumn("lat", "number", "Latitude of the position.", domain=LAT),
        PlanColumn(
            "spread",
            "choice",
            "How its time is shared out among areas of a class: by people, by people and their likelihood of "
            "calls, or evenly.",
            default="people",
            choices=("people", "calls", "evenly"),
        ),
        PlanColumn(
            "share",
            "number",
            "Share of its time that it is there, of the time in which it can be sent.",
            required=True,
            domain=CHANCE,
            doubt=True,
        ),
        PlanColumn(
            "turnout_min",
            "number",
            "Turnout from there, 0 for a crew in its car; empty: as at its site.",
            domain=MINUTES,
            plausible=plausible.TURNOUT_MIN,
            doubt=True,
        ),
        _GROUP,
        _SOURCE,
        _NOTE,
    ),
    of_force="provider",
    optional=True,
    secret=True,
)

KEY_LOCATIONS = PlanTable(
    "key_locations",
    "A publicly accessible location with a standard of its own.",
    (
        _ID,
        _NAME,
        _LON,
        _LAT,
        _CLASS,
        _force("Force that polices it."),
        PlanColumn(
            "weight",
            "number",
            "Weight among the key locations.",
            default=1.0,
            domain=WEIGHT,
            plausible=plausible.AREA_WEIGHT,
        ),
        PlanColumn(
            "within_min",
            "number",
            "Its own standard for first armed arrival; empty: the plan's.",
            domain=MINUTES,
            plausible=plausible.STANDARD_MIN,
        ),
        _ISLAND,
        _SOURCE,
        _NOTE,
    ),
    of_force="force",
    secret=True,
)

COMMITMENTS = PlanTable(
    "commitments",
    "Work at set times that takes units from response.",
    (
        _ID,
        _NAME,
        PlanColumn("provider", "reference", "Force whose units it takes.", required=True, refers_to="forces"),
        PlanColumn("tier", "reference", "Tier of the units.", required=True, refers_to="tiers"),
        PlanColumn(
            "units",
            "number",
            "Units taken, on average over the hours.",
            required=True,
            domain=COUNT,
            plausible=plausible.UNITS,
            doubt=True,
        ),
        _HOURS,
        _LEVELS,
        PlanColumn(
            "purpose",
            "choice",
            "Why.",
            required=True,
            choices=("reassurance", "protection", "response", "training", "event"),
        ),
        PlanColumn(
            "break_off",
            "choice",
            "Whether units may leave for a call: never, or after break_off_min.",
            required=True,
            choices=("never", "allowed"),
        ),
        PlanColumn(
            "break_off_min",
            "number",
            "Delay when they leave it.",
            default=0.0,
            domain=MINUTES,
            plausible=plausible.BREAK_OFF_MIN,
            doubt=True,
        ),
        PlanColumn(
            "weeks_per_year",
            "number",
            "Weeks a year that it takes place.",
            default=52.0,
            domain=Domain("weeks", highest=53),
        ),
        _GROUP,
        _SOURCE,
        _NOTE,
    ),
    of_force="provider",
    secret=True,
)

INCIDENTS = PlanTable(
    "incidents",
    "A past call.",
    (
        _ID,
        PlanColumn(
            "time",
            "date",
            "When it came, ISO 8601: local time of the United Kingdom, unless Z or an offset follows.",
            required=True,
        ),
        _LON,
        _LAT,
        PlanColumn("incident_type", "reference", "Type.", required=True, refers_to="incident_types"),
        PlanColumn(
            "authorised_min", "number", "Call to authority.", domain=MINUTES, plausible=plausible.ATTENDED_MIN
        ),
        PlanColumn(
            "turnout_min", "number", "Sent to moving.", domain=MINUTES, plausible=plausible.ATTENDED_MIN
        ),
        PlanColumn(
            "first_armed_min",
            "number",
            "Call to first armed arrival.",
            domain=MINUTES,
            plausible=plausible.ATTENDED_MIN,
        ),
        PlanColumn(
            "full_min", "number", "Call to full attendance.", domain=MINUTES, plausible=plausible.ATTENDED_MIN
        ),
        PlanColumn(
            "scene_min", "number", "First arrival to clear.", domain=MINUTES, plausible=plausible.SCENE_MIN
        ),
        PlanColumn("unit_site", "reference", "Where the first unit started.", refers_to="sites"),
        _SOURCE,
        _NOTE,
    ),
    optional=True,
)

SURVEY = PlanTable(
    "survey",
    "An answer of an officer or a member of the public, pseudonymous.",
    (
        _ID,
        PlanColumn("question", "text", "Question as asked.", required=True),
        PlanColumn("answer", "text", "Answer.", required=True),
        PlanColumn("population", "choice", "Who was asked.", required=True, choices=("officers", "public")),
        PlanColumn(
            "weight", "number", "Design weight.", default=1.0, domain=FACTOR, plausible=plausible.AREA_WEIGHT
        ),
        PlanColumn("force", "reference", "Force.", refers_to="forces"),
        PlanColumn("stratum", "text", "Stratum of the sample."),
        _SOURCE,
        _NOTE,
    ),
    optional=True,
)

SERIES = PlanTable(
    "series",
    "A value of a dated count. Rows of one series are of one unit and scope; statements are judged by them.",
    (
        _ID,
        PlanColumn("series", "id", "Series that it is a value of.", required=True),
        PlanColumn("date", "day", "The day that it is of; of a period, its last day.", required=True),
        PlanColumn(
            "value",
            "number",
            "The number; of a threat level, 1 for low to 5 for critical.",
            required=True,
            domain=Domain("number", lowest=-1e9, most=1e9),
        ),
        PlanColumn("unit", "text", "What is counted, e.g. officers.", required=True),
        PlanColumn("scope", "text", "Whom or where it counts.", required=True),
        PlanColumn(
            "counts",
            "choice",
            "How many there are on the day; how many in the period that ends with it; how many more than on "
            "the day in since; or a level.",
            default="stock",
            choices=COUNTS,
        ),
        PlanColumn("since", "day", "First day of what was added."),
        PlanColumn("kind", "choice", "How it is known.", choices=get_args(EvidenceKind)),
        _SOURCE,
        _NOTE,
    ),
    optional=True,
)

TABLES: dict[str, PlanTable] = {
    t.name: t for t in (AREAS, SITES, UNITS, PATROLS, KEY_LOCATIONS, COMMITMENTS, INCIDENTS, SURVEY, SERIES)
}
"""Every table of a plan, by name."""

DOUBT_SUFFIXES = ("_low", "_high")
"""Companions of a column that can be doubted."""

__all__ = ["CHANCE", "DOUBT_SUFFIXES", "TABLES", "PlanColumn", "PlanTable"]
