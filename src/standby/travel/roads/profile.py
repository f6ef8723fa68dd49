"""Profiles: who may drive where, and how fast, as data and not code."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from standby._refusals import Refusal
from standby._show import Shown
from standby.evidence import ASSUMPTION, Figure, Source, as_figure
from standby.travel.roads._errors import RoadsError

PROFILES: Final = ("blue_light", "car")
"""Profiles that come with the package."""

ClassName = Literal[
    "motorway", "motorway_link", "trunk", "trunk_link", "primary", "primary_link", "secondary",
    "secondary_link", "tertiary", "tertiary_link", "unclassified", "residential", "living_street", "road",
    "service", "track", "pedestrian", "busway", "ferry", "shuttle_train",
]  # fmt: skip
AccessName = Literal["open", "destination", "private", "agricultural", "bus", "foot", "emergency", "no"]
NodeName = Literal["level_crossing", "toll", "gate", "locked_gate", "bollard", "bus_gate"]


def _above_zero(value: object) -> object:
    """Return a figure that has been checked to be above 0, its lower bound too."""
    figure = Figure.of(value)  # type: ignore[arg-type]
    if (lowest := _lowest(figure)) <= 0:
        raise Refusal(
            f"is {lowest:g} and must be above 0", "to close a class of road leave it out of the profile"
        )
    return figure


def _not_negative(value: object) -> object:
    """Return a figure that has been checked to be 0 or more, its lower bound too."""
    figure = Figure.of(as_figure(value))  # type: ignore[arg-type]
    if (lowest := _lowest(figure)) < 0:
        raise Refusal(f"is {lowest:g}", "give 0 or more")
    return figure


def _lowest(figure: Figure) -> float:
    """Return the lowest number that a figure may stand for."""
    return figure.value if figure.low is None else min(figure.value, figure.low)


Speed = Annotated[Figure, BeforeValidator(_above_zero)]
Extra = Annotated[Figure, BeforeValidator(_not_negative)]
NOTHING: Final = Figure.of(0)

_ORIGIN: Final = frozenset({"source", "scope", "as_of", "kind", "note"})
"""Fields of a figure that say where it comes from."""


class _Part(Shown, BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ClassSpeed(_Part):
    """Speeds of a class of road.

    Parameters
    ----------
    built_up_kph, open_kph
        Where no speed limit is known, inside and outside built-up areas [km/h].
    most_kph
        Highest speed where a limit is known [km/h].
    """

    built_up_kph: Speed
    open_kph: Speed
    most_kph: Speed


class Contraflow(_Part):
    """Driving against one-way streets: on which classes, and how fast."""

    classes: tuple[ClassName, ...]
    kph: Speed


class DriverRules(_Part):
    """Rules that the driver keeps to."""

    access: tuple[AccessName, ...] = Field(min_length=1)
    oneway: bool = True
    turn_restrictions: bool = True
    closed_at: tuple[NodeName, ...] = ()
    contraflow: Contraflow | None = None


class SpeedLimits(_Part):
    """Speed where the limit is known: ``share`` times the limit, plus ``exceed_kph``."""

    share: Speed
    exceed_kph: Extra = NOTHING


class Surfaces(_Part):
    """Highest speeds on bad surfaces."""

    unpaved_kph: Speed
    rough_kph: Speed


class Junctions(_Part):
    """Seconds that points of a road and turns take; the highest speed on a roundabout."""

    traffic_signals_s: Extra = NOTHING
    mini_roundabout_s: Extra = NOTHING
    level_crossing_s: Extra = NOTHING
    toll_s: Extra = NOTHING
    gate_s: Extra = NOTHING
    locked_gate_s: Extra = NOTHING
    bollard_s: Extra = NOTHING
    bus_gate_s: Extra = NOTHING
    crossing_turn_s: Extra = NOTHING
    u_turn_s: Extra = NOTHING
    roundabout_kph: Speed | None = None


class Ferries(_Part):
    """Minutes of waiting that each crossing takes besides its sailing time."""

    wait_min: Extra = NOTHING


def _day(value: object) -> object:
    """Return checked factors of the 24 hours of a day."""
    if not isinstance(value, (list, tuple)) or len(value) != 24:
        raise Refusal("is not a list of 24 numbers", "give one for each hour from midnight")

    if any(isinstance(x, bool) or not isinstance(x, (int, float)) or not 0 < x < 100 for x in value):
        raise Refusal(
            "holds something other than numbers above 0 and below 100", "1 leaves the time as it is"
        )
    return tuple(float(x) for x in value)


Day24 = Annotated[tuple[float, ...], BeforeValidator(_day)]


class Hours(_Part):
    """Factors on the times of some classes by hour of the week."""

    classes: tuple[ClassName, ...]
    source: str
    weekday: Day24
    saturday: Day24
    sunday: Day24

    def factor(self, when: int) -> float:
        """Return the factor in an hour of the week, 0 to 167 from Monday 00:00."""
        day, hour = divmod(when, 24)
        if day < 5:
            return self.weekday[hour]
        return self.saturday[hour] if day == 5 else self.sunday[hour]


class Profile(_Part):
    """A way of driving: who may drive where, how fast, and what junctions cost.

    Parameters
    ----------
    name, title
        What it is called, in one word and in a few.
    rules
        What the driver keeps to: kinds of access that are allowed, one-way streets, turn restrictions,
        barriers that stay closed, and whether small one-way streets may be driven against.
    speeds
        Speeds by class of road; a class that is missing is closed.
    limits
        What is made of a known speed limit.
    surfaces
        Highest speeds on bad surfaces.
    junctions
        Seconds that points and turns take.
    ferries
        Waiting for ferries.
    hours
        Factors by hour of the week, if any.
    sources
        What the source identifiers of the figures mean.

    Examples
    --------
    >>> from standby.travel import read_profile
    >>> profile = read_profile("blue_light")
    >>> profile.figures()["limits.exceed_kph"].value
    24.0
    >>> slower = profile.at({"limits.exceed_kph": 10})
    >>> slower.figures()["limits.exceed_kph"].value
    10.0
    """

    name: str = Field(min_length=1)
    title: str = ""
    rules: DriverRules
    speeds: dict[ClassName, ClassSpeed] = Field(min_length=1)
    limits: SpeedLimits
    surfaces: Surfaces
    junctions: Junctions = Junctions()
    ferries: Ferries = Ferries()
    hours: Hours | None = None
    sources: dict[str, Source] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _sources_are_known(self) -> Self:
        """Refuse a profile whose figures name a source that it does not explain."""
        named = {figure.source for figure in self.figures().values()}
        if self.hours:
            named.add(self.hours.source)

        unknown = sorted({source for source in named if source is not None} - {ASSUMPTION, *self.sources})
        if unknown:
            raise Refusal(f"names the sources {unknown}, which are not there", "explain them under [sources]")
        return self

    def figures(self) -> dict[str, Figure]:
        """Return every figure of the profile by its path, such as ``speeds.primary.open_kph``."""
        return dict(_figures_in("", self))

    def at(self, values: dict[str, float]) -> Profile:
        """Return the profile with other values for some figures, for a draw of the doubt.

        Parameters
        ----------
        values
            Numbers by path, as in `figures`.

        Returns
        -------
        Profile
            The same with those numbers, taken as certain.

        Raises
        ------
        RoadsError
            If a path is no figure of this profile, or a value is not allowed.
        """
        unknown = sorted(set(values) - set(self.figures()))
        if unknown:
            raise RoadsError(f"profile {self.name!r} has no figures {unknown[:5]}", "see Profile.figures()")

        document = self.model_dump(exclude_unset=True)
        for path, value in values.items():
            *parents, last = path.split(".")
            table = document
            for parent in parents:
                table = table.setdefault(parent, {})

            # A certain number: where it comes from stays, its bounds go.
            origin = {key: own for key, own in table.get(last, {}).items() if key in _ORIGIN}
            table[last] = {**origin, "value": float(value)}

        return parse_profile(document, label=self.name)

    def without_junctions(self) -> Profile:
        """Return the profile with junctions that cost nothing and turns that are all allowed.

        Returns
        -------
        Profile
            For comparison with engines that know no turns; closed barriers stay closed.
        """
        rules = self.rules.model_copy(update={"turn_restrictions": False})
        return self.model_copy(
            update={"name": f"{self.name}_without_junctions", "junctions": Junctions(), "rules": rules}
        )


def _figures_in(path: str, part: BaseModel) -> list[tuple[str, Figure]]:
    """Return the figures of a part of a profile with their paths; `path` is that of the part."""
    figures: list[tuple[str, Figure]] = []
    for name in type(part).model_fields:
        value = getattr(part, name)
        own_path = f"{path}{name}"
        if isinstance(value, Figure):
            figures.append((own_path, value))
        elif isinstance(value, Source):
            continue
        elif isinstance(value, BaseModel):
            figures += _figures_in(f"{own_path}.", value)
        elif name == "speeds":
            for road_class, speed in value.items():
                figures += _figures_in(f"{own_path}.{road_class}.", speed)
    return figures


def parse_profile(document: dict[str, Any], *, label: str) -> Profile:
    """Return a profile from its TOML document; all faults are named at once."""
    try:
        return Profile.model_validate(document)
    except ValidationError as err:
        faults = []
        for fault in err.errors(include_url=False):
            where = ".".join(str(part) for part in fault["loc"]) or "the profile"
            what = fault["msg"].removeprefix("Value error, ")

            # Our own sentences go on from the place; the library's stand by themselves.
            faults.append(f"{where} {what}" if fault["type"] == "value_error" else f"{where}: {what}")

        raise RoadsError("; ".join(faults), "Fix the profile", subject=f"profile {label}") from err


@cache
def packaged_profile(name: str) -> Profile:
    """Return a profile that comes with the package."""
    text = resources.files("standby.travel").joinpath("profiles", f"{name}.toml").read_text(encoding="utf-8")
    return parse_profile(tomllib.loads(text), label=name)
