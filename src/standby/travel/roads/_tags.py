"""Put OpenStreetMap tags into the words of a road graph. Nothing here knows a profile."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from standby.travel.roads._codes import (
    ACCESS_CODE,
    CLASS_CODE,
    KNOT_KPH,
    MPH_KPH,
    NODE_CODE,
    SIDES,
    SURFACE_CODE,
)
from standby.travel.roads._raw import Attributes

Tags = Mapping[str, str]

MODES: Final = ("motorcar", "motor_vehicle", "vehicle", "access")
"""Access keys that concern a car, the most specific first."""

WAY_TAGS: Final = (
    "highway", "route", "area", "junction", "service", "duration", "foot", "bus", "psv", "emergency", "lit",
    "surface", "smoothness", "tracktype", *MODES,
    "oneway", "oneway:motorcar", "oneway:motor_vehicle", "oneway:vehicle",
    "maxspeed", "maxspeed:motorcar", "maxspeed:type", "source:maxspeed", "zone:maxspeed", "zone:traffic",
    "maxspeed:forward", "maxspeed:backward", "driving_side",
)  # fmt: skip
"""The only tags of a way that make a difference."""

_ACCESS: Final = {
    "open": ("yes", "permissive", "designated", "public", "official", "permitted", "true", "1"),
    "destination": ("destination", "customers", "customer", "delivery", "residents", "visitors"),
    "private": ("private", "permit", "employees", "staff", "military", "restricted", "key"),
    "agricultural": ("agricultural", "forestry", "agriculture"),
    "bus": ("psv", "bus", "taxi"),
    "emergency": ("emergency",),
    "no": ("no", "none", "false", "0", "closed"),
}
_ACCESS_OF: Final = {value: name for name, values in _ACCESS.items() for value in values}
_YES: Final = frozenset({"yes", "designated", "official", "permissive"})

_UNPAVED: Final = frozenset(
    {"unpaved", "gravel", "fine_gravel", "compacted", "pebblestone", "dirt", "earth", "ground", "grass_paver"}
)
_ROUGH: Final = frozenset({"grass", "mud", "sand", "rock", "stone", "snow", "ice", "woodchips"})
_TRACK_SURFACE: Final = {
    "grade1": "paved", "grade2": "unpaved", "grade3": "unpaved", "grade4": "rough", "grade5": "rough",
}  # fmt: skip

_GATES: Final = frozenset(
    {"gate", "lift_gate", "swing_gate", "sliding_gate", "hampshire_gate", "chain", "rope"}
)
_PASSABLE: Final = frozenset(
    {"cattle_grid", "border_control", "entrance", "sally_port", "height_restrictor", "arch", "no", "kerb",
     "rumble_strip", "speed_bump", "toll_booth", "checkpoint"}
)  # fmt: skip
_OPENING: Final = frozenset({"rising", "removable", "foldable", "flexible"})

_LEGAL_WORDS: Final = {"walk": 7.0, "living_street": 20.0}
"""What words stand for in a speed limit of any country [km/h]."""

_GB_KPH: Final = {
    "motorway": 70 * MPH_KPH,
    "nsl_dual": 70 * MPH_KPH,
    "nsl_single": 60 * MPH_KPH,
    "nsl_restricted": 30 * MPH_KPH,
    "rural": 60 * MPH_KPH,
    "urban": 30 * MPH_KPH,
}
"""The national limits of the United Kingdom: Highway Code, rule 124 [km/h]."""

_METRIC_KPH: Final = {"urban": 50.0, "town": 50.0, "rural": 90.0, "trunk": 100.0, "motorway": 120.0}
"""Words of other countries: the limits that most of Europe has. An assumption [km/h]."""

_RURAL_KPH: Final = {"AT": 100.0, "DE": 100.0, "IE": 80.0, "CH": 80.0, "LI": 80.0, "FR": 80.0, "NL": 80.0}
"""Countries whose limit outside towns is known to differ from that [km/h]."""

_DECIMAL: Final = r"(\d+(?:[.,]\d+)?)"

_NUMBER: Final = re.compile(r"(\d+(?:\.\d+)?)\s*(mph|mp/h|km/?h|kmh|kph|knots?|kn)?", re.ASCII)


def road_class(tags: Tags) -> str | None:
    """Return the class of a way that a car could be on, None for every other way."""
    highway = tags.get("highway")
    if highway is not None:
        # Old words for classes that have other ones today.
        highway = {"minor": "unclassified", "bus_lane": "busway"}.get(highway, highway)
        is_road = highway in CLASS_CODE and highway not in {"ferry", "shuttle_train"}
        return highway if is_road and tags.get("area") != "yes" else None

    route = tags.get("route")
    return route if route in {"ferry", "shuttle_train"} and _carries_cars(tags) else None


def way_attributes(tags: Tags, road: str) -> tuple[Attributes, bool] | None:
    """Return the attributes of a way and whether its points run against its direction of travel.

    None if its direction changes with the time of day, so that no vehicle may be sent there.
    """
    direction = _direction(tags, road)
    if direction is None:
        return None

    forward_kph, backward_kph = _limits(tags, road)
    if direction < 0:
        forward_kph, backward_kph = backward_kph, forward_kph

    attributes = Attributes(
        road_class=CLASS_CODE[road],
        access=ACCESS_CODE[_access(tags, road)],
        surface=SURFACE_CODE[_surface(tags, road)],
        oneway=direction != 0,
        roundabout=tags.get("junction") in {"roundabout", "circular"},
        forward_kph=forward_kph,
        backward_kph=backward_kph,
    )
    return attributes, direction < 0


def node_kind(tags: Tags) -> int:
    """Return what stands at a node, as a position in `NODE_KINDS`; 0 for nothing that matters."""
    barrier = tags.get("barrier")
    if barrier is not None and (kind := _barrier(barrier, tags)) != "plain":
        return NODE_CODE[kind]

    highway = tags.get("highway")
    if highway in {"traffic_signals", "mini_roundabout"}:
        return NODE_CODE[highway]
    if highway == "crossing" and tags.get("crossing") == "traffic_signals":
        return NODE_CODE["traffic_signals"]
    if highway == "toll_gantry":
        return NODE_CODE["plain"]

    return NODE_CODE["level_crossing" if tags.get("railway") == "level_crossing" else "plain"]


_CLOCK: Final = re.compile(r"(\d+):(\d{1,2})(?::(\d{1,2}))?", re.ASCII)
_ISO_8601: Final = re.compile(
    rf"P(?:{_DECIMAL}W)?(?:{_DECIMAL}D)?(?:T(?:{_DECIMAL}H)?(?:{_DECIMAL}M)?(?:{_DECIMAL}S)?)?", re.ASCII
)
_IN_WORDS: Final = re.compile(
    rf"(?:{_DECIMAL}\s*(?:d|days?))?\s*(?:{_DECIMAL}\s*(?:h|hrs?|hours?))?\s*"
    rf"(?:{_DECIMAL}\s*(?:(?:m|mins?|minutes?)\b|(?=\s*$)))?\s*(?:{_DECIMAL}\s*(?:s|secs?|seconds?))?\.?",
    re.ASCII,
)


def minutes_of(duration: str | None) -> float | None:
    """Return the minutes of a ``duration`` tag; None if it is not a single duration.

    Parameters
    ----------
    duration
        A clock (``1:30``, ``00:45:30``), ISO 8601 (``PT1H30M``), words (``1 h 30 min``) or minutes (``45``).
    """
    text = (duration or "").strip()
    if not text:
        return None

    if match := _CLOCK.fullmatch(text):
        hours, minutes, seconds = (_decimal(part) for part in match.groups())
        is_clock = max(minutes, seconds) < 60
        return _plausible(hours * 60 + minutes + seconds / 60) if is_clock else None

    if match := _ISO_8601.fullmatch(text.upper()):
        weeks, days, hours, minutes, seconds = (_decimal(part) for part in match.groups())
        return _plausible((weeks * 7 + days) * 1440 + hours * 60 + minutes + seconds / 60)

    if match := _IN_WORDS.fullmatch(text.lower()):
        days, hours, minutes, seconds = (_decimal(part) for part in match.groups())
        return _plausible(days * 1440 + hours * 60 + minutes + seconds / 60)

    return None


def longest_of(durations: str) -> float | None:
    """Return the longest of several durations (``02:30;03:30``) [min]; None if one of them is unreadable."""
    parts = [minutes_of(part) for part in re.split(r"[;,|/]|\s*[-–]\s*|\bto\b|\bor\b", durations)]
    readable = [minutes for minutes in parts if minutes is not None]
    return max(readable) if readable and len(readable) == len(parts) else None


def side_of(tags: Tags) -> int:
    """Return the side on which traffic keeps, as a position in `SIDES`; 0 if the tags do not say."""
    side = tags.get("driving_side", "").strip().lower()
    return SIDES.index(side) if side in SIDES else 0


def limit_kph(value: str | None, road: str, *, oneway: bool = False) -> float:
    """Return a speed limit in km/h; -1 where the tag is missing, says nothing or cannot be read.

    A list of limits (``30 mph;40 mph``) counts as the lowest of them.
    """
    if not value:
        return -1.0
    limits = [_one_limit(part.strip(), road, oneway) for part in re.split(r"[;|]", value)]
    readable = [kph for kph in limits if kph > 0]
    return min(readable) if readable else -1.0


def lit(tags: Tags) -> bool:
    """Return whether the tags alone say that a way lies in a built-up area."""
    kind = " ".join(
        tags.get(key, "") for key in ("maxspeed:type", "source:maxspeed", "maxspeed", "zone:traffic")
    )
    return tags.get("lit") == "yes" or ":urban" in kind or ":nsl_restricted" in kind


def _decimal(text: str | None) -> float:
    """Return a number with a decimal point or comma, 0 where there is none."""
    return float((text or "0").replace(",", "."))


def _plausible(minutes: float) -> float | None:
    """Return minutes above 0 and below a week; None for others."""
    return minutes if 0 < minutes < 10_000 else None


def _one_limit(text: str, road: str, oneway: bool) -> float:  # noqa: FBT001 - inner function
    """Return one speed limit in km/h, -1 where it says nothing or cannot be read."""
    if match := _NUMBER.fullmatch(text.lower()):
        unit = match[2] or ""
        factor = MPH_KPH if unit.startswith("mp") else KNOT_KPH if unit.startswith("kn") else 1.0
        kph = float(match[1]) * factor
        return kph if 1 <= kph <= 200 else -1.0

    if text in _LEGAL_WORDS:
        return _LEGAL_WORDS[text]

    # The national limit of the United Kingdom is higher on dual carriageways.
    if text in {"national", "nsl"}:
        is_dual = road in {"motorway", "motorway_link"} or (oneway and road in {"trunk", "primary"})
        return _GB_KPH["nsl_dual" if is_dual else "nsl_single"]

    # A country and a word of its law, such as "GB:nsl_dual" or "DE:rural".
    country, _, word = text.partition(":")
    if re.fullmatch(r"[A-Z]{2}(-[A-Z]+)?", country) is None or not word:
        return -1.0
    return _country_limit(country[:2], word)


def _country_limit(country: str, word: str) -> float:
    """Return what a word stands for in a country, -1 for no limit or an unknown word [km/h]."""
    is_gb = country in {"GB", "UK"}

    if re.fullmatch(r"(zone:?)?\d{1,3}", word, re.ASCII):
        number = float(re.sub(r"\D", "", word))
        return number * (MPH_KPH if is_gb else 1.0) if number >= 5 else -1.0

    if word in _LEGAL_WORDS:
        return _LEGAL_WORDS[word]
    if is_gb:
        return _GB_KPH.get(word, -1.0)

    # No limit on the Autobahn: the profile's own speed counts.
    if country == "DE" and word == "motorway":
        return -1.0

    if word == "rural" and country in _RURAL_KPH:
        return _RURAL_KPH[country]
    return _METRIC_KPH.get(word, -1.0)


def _limits(tags: Tags, road: str) -> tuple[float, float]:
    """Return the speed limits along and against the points of a way, -1 where unknown [km/h]."""
    oneway = tags.get("oneway") in {"yes", "1", "true", "-1", "reverse"}

    # The first tag that gives a limit counts for both directions …
    both_kph = -1.0
    for key in ("maxspeed", "maxspeed:motorcar", "maxspeed:type", "source:maxspeed", "zone:maxspeed"):
        # Most sources are "sign" or "survey" and a number there is no limit; "GB:nsl_single" is one.
        if key == "source:maxspeed" and ":" not in tags.get(key, ""):
            continue
        kph = limit_kph(tags.get(key), road, oneway=oneway)
        if kph > 0:
            both_kph = kph
            break

    # … unless a direction has its own.
    forward_kph = limit_kph(tags.get("maxspeed:forward"), road, oneway=oneway)
    backward_kph = limit_kph(tags.get("maxspeed:backward"), road, oneway=oneway)
    return (
        forward_kph if forward_kph > 0 else both_kph,
        backward_kph if backward_kph > 0 else both_kph,
    )


def _direction(tags: Tags, road: str) -> int | None:
    """Return 1 or -1 for one way along or against the points, 0 for both, None if it changes by the hour."""
    for key in ("oneway:motorcar", "oneway:motor_vehicle", "oneway:vehicle", "oneway"):
        value = tags.get(key)
        if value in {"yes", "true", "1"}:
            return 1
        if value in {"-1", "reverse"}:
            return -1
        if value in {"no", "false", "0", "alternating"}:
            return 0
        if value == "reversible":
            return None

    is_implied = road == "motorway" or tags.get("junction") in {"roundabout", "circular"}
    return 1 if is_implied else 0


def _stated_access(tags: Tags) -> Iterator[str]:
    """Yield what the tags say about access for a car, the most specific first, in words of `ACCESS`."""
    for key in MODES:
        for value in (tags.get(key) or "").split(";"):
            if name := _ACCESS_OF.get(value.strip()):
                yield name
                break


def _access(tags: Tags, road: str) -> str:
    """Return who may drive on a way, a word of `ACCESS`."""
    usual = {"pedestrian": "foot", "busway": "bus"}.get(road, "open")
    if tags.get("service") == "emergency_access":
        usual = "emergency"
    access = next(_stated_access(tags), usual)

    # Closed to cars, but some vehicles may drive all the same.
    if access == "no" and road == "pedestrian":
        access = "foot"
    if access == "no" and (tags.get("bus") in _YES or tags.get("psv") in _YES):
        access = "bus"
    if access != "open" and tags.get("emergency") in _YES:
        access = "emergency"
    return access


def _carries_cars(tags: Tags) -> bool:
    """Return whether a ferry or a train carries cars."""
    stated = next(_stated_access(tags), None)
    if stated is not None:
        return stated not in {"no", "bus"}

    # A ferry that lists passengers on foot and nothing else leaves cars out.
    return tags.get("foot") not in _YES


def _surface(tags: Tags, road: str) -> str:
    """Return how good the surface of a way is, a word of `SURFACES`."""
    surface = tags.get("surface", "").split(":", maxsplit=1)[0]
    if surface in _ROUGH or tags.get("smoothness") in {"horrible", "very_horrible", "impassable"}:
        return "rough"
    if surface in _UNPAVED:
        return "unpaved"
    if surface:
        return "paved"

    usual = "unpaved" if road == "track" else "paved"
    return _TRACK_SURFACE.get(tags.get("tracktype", ""), usual)


def _barrier(barrier: str, tags: Tags) -> str:
    """Return what a barrier is to a car, a word of `NODE_KINDS`."""
    # What opens for emergency vehicles is a gate to them, whatever it is.
    if tags.get("emergency") in _YES and barrier not in _GATES:
        return "gate"

    stated = next(_stated_access(tags), None)
    if barrier == "bus_trap" or (stated == "bus" and barrier != "toll_booth"):
        return "bus_gate"

    if barrier in _GATES:
        is_locked = stated in {"no", "private", "agricultural"} or tags.get("locked") == "yes"
        return "locked_gate" if is_locked else "gate"

    if stated in {"open", "destination"}:
        return "plain"
    if barrier == "toll_booth":
        return "toll"
    if barrier == "bollard" and tags.get("bollard") in _OPENING:
        return "locked_gate"

    # Anything else stops a car unless it is known not to.
    return "plain" if barrier in _PASSABLE and stated != "no" else "bollard"
