"""Read roads from an OpenStreetMap extract, streamed from the file."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from standby._refusals import MissingExtraError
from standby.travel._great_circle import pairs_km
from standby.travel.roads._errors import RoadsError
from standby.travel.roads._osm_text import TextFile, look_through
from standby.travel.roads._raw import Attributes, RawRoads, Turn
from standby.travel.roads._tags import (
    WAY_TAGS,
    lit,
    longest_of,
    minutes_of,
    node_kind,
    road_class,
    side_of,
    way_attributes,
)
from standby.words import count

SUFFIXES: Final = (".osm.pbf", ".pbf", ".osm", ".osm.gz", ".osm.bz2", ".osm.xml", ".o5m")
"""Endings of the files that this reader knows."""

TEXTS: Final = (".osm", ".osm.gz", ".osm.bz2", ".osm.xml")
"""Those of them that are XML."""

UNKNOWN: Final = 2**31 - 1
"""Coordinate that osmium gives for a node that is not in the file."""

MOST_NAMED: Final = 5
"""Ways that one finding names; the others it only counts."""

FASTEST_CROSSING_KPH: Final = 160.0
"""A faster crossing is more likely a mistake: trains through tunnels reach it, ships do not [km/h]."""

SLOWEST_CROSSING_KPH: Final = 0.5
"""A slower crossing is more likely a duration that means something else [km/h]."""

_KEYS: Final = (
    "highway",
    "route",
    "barrier",
    "restriction",
    "restriction:motorcar",
    "railway",
    "driving_side",
)
_NO_ROADS: Final = frozenset(
    {"footway", "path", "cycleway", "bridleway", "steps", "construction", "proposed"}
)
_FORBIDDEN: Final = frozenset(
    {"no_left_turn", "no_right_turn", "no_straight_on", "no_u_turn", "no_entry", "no_exit"}
)
_ONLY: Final = frozenset({"only_left_turn", "only_right_turn", "only_straight_on", "only_u_turn"})
NO_ROAD: Final = "are no roads"
"""Why a way is left out that no car could be on; this is no finding."""

_READING_FAILS: Final = (RuntimeError, OSError, ValueError, KeyError, IndexError, TypeError, MemoryError)

HISTORY: Final = (
    "the file holds changes or several versions of the same objects, and not the roads of one day",
    "make an extract of one day first (osmium time-filter for a history, osmium apply-changes for changes)",
)
"""What is wrong with a file of several days, and the fix."""


def read_osm(path: Path) -> RawRoads:
    """Return the roads of an OpenStreetMap file.

    Raises
    ------
    MissingExtraError
        If the extra ``roads`` is not installed.
    RoadsError
        If the file is damaged, or it is a history or a file of changes.
    """
    osmium = _osmium()
    text = look_through(path) if path.name.lower().endswith(TEXTS) else TextFile()
    gathered = _Gathered()
    try:
        stream = osmium.FileProcessor(str(path))
        if text.several_versions or stream.header.has_multiple_object_versions:
            raise RoadsError(*HISTORY)

        # Positions come with the nodes, unless the ways carry their own.
        if not (text.ways_carry_positions or _ways_carry_positions(stream.header)):
            stream = stream.with_locations()
        _gather(gathered, stream.with_filter(osmium.filter.KeyFilter(*_KEYS)), text)

        # Nodes that come after their ways, and those with negative numbers, have been missed so far.
        if missing := gathered.missing():
            gathered.locate(_positions(osmium, path, missing - text.deleted_nodes))
    except (osmium.InvalidLocationError, *_READING_FAILS) as err:
        if isinstance(err, RoadsError):
            raise RoadsError(f"{path.name}: {err.what}", err.fix) from err
        raise RoadsError(
            f"{path.name}: the file is damaged, cut off or not an OpenStreetMap file ({_first_line(err)})"
            f"{text.quoted()}",
            "download it again and compare its size with the publisher's",
        ) from err

    gathered.add_unlocated()
    roads = gathered.roads()
    if not roads.point_id.size:
        what, fix = gathered.why_empty(text.remarks)
        raise RoadsError(f"{path.name}: {what}", fix)
    if not (np.all(np.abs(roads.lon) <= 180) and np.all(np.abs(roads.lat) <= 90)):
        raise RoadsError(
            f"{path.name}: some points are not on the globe: the file is damaged", "download it again"
        )

    roads.findings[:0] = text.findings()
    return roads


def osm_damage(path: Path) -> str | None:
    """Return how a file is cut off or damaged, None if each of its blocks can be unpacked.

    Parameters
    ----------
    path
        An OpenStreetMap file. Its nodes, ways and relations are not looked at.

    Raises
    ------
    MissingExtraError
        If the extra ``roads`` is not installed.
    """
    osmium = _osmium()
    try:
        # An extract has no changesets, so that nothing is built while every block is unpacked.
        for _ in osmium.FileProcessor(str(path), osmium.osm.CHANGESET):
            pass
    except (osmium.InvalidLocationError, *_READING_FAILS) as error:
        return f"is cut off or damaged ({_first_line(error)})"
    return None


def _osmium() -> Any:
    """Return the library that reads the files, which comes with an extra."""
    try:
        import osmium  # noqa: PLC0415 - an extra: needed by this reader alone
        import osmium.filter  # noqa: PLC0415
    except ImportError as err:
        raise MissingExtraError("reading OpenStreetMap files needs the extra named roads", "roads") from err
    return osmium


def _first_line(err: BaseException) -> str:
    """Return the first line of an error, or its name if it says nothing."""
    return (str(err) or type(err).__name__).splitlines()[0][:200]


def _ways_carry_positions(header: Any) -> bool:
    """Return whether a binary file says that the points of ways have their positions beside them."""
    features = (header.get(f"pbf_optional_feature_{k}", "") for k in range(10))
    return "LocationsOnWays" in features


def _gather(gathered: _Gathered, stream: Iterable[Any], text: TextFile) -> None:
    """Keep what concerns cars; leave out what was deleted."""
    for item in stream:
        if item.is_way():
            if item.deleted or item.id in text.deleted_ways:
                continue
            if item.tags.get("highway") not in _NO_ROADS:
                gathered.way(item.id, item.version, dict(item.tags), item.nodes)
        elif item.deleted:
            continue
        elif item.is_node():
            if item.id not in text.deleted_nodes:
                gathered.node(item.id, dict(item.tags))
        elif item.is_relation() and item.id not in text.deleted_relations:
            gathered.relation(dict(item.tags), item.members)


def _positions(osmium: Any, path: Path, wanted: set[int]) -> dict[int, tuple[int, int]]:
    """Return the positions of some nodes, wherever in the file they are."""
    if not wanted:
        return {}
    nodes = osmium.FileProcessor(str(path), osmium.osm.NODE)
    if min(wanted) >= 0:  # the compiled filter knows no negative numbers, which only editors give
        nodes = nodes.with_filter(osmium.filter.IdFilter(sorted(wanted)))
    return {
        node.id: (node.location.x, node.location.y)
        for node in nodes
        if node.id in wanted and not node.deleted and node.location.valid()
    }


@dataclass(frozen=True, slots=True)
class _Kind:
    """What the tags of a way say.

    Parameters
    ----------
    row
        Row of its attributes.
    backwards
        Whether its points run against its direction of travel.
    minutes
        Minutes of its own, None where speeds decide [min].
    lit
        Whether it lies in a built-up area.
    side
        Side on which traffic keeps, a position in `SIDES`.
    duration
        The tag from which the minutes come, empty where there is none.
    """

    row: int
    backwards: bool
    minutes: float | None
    lit: bool
    side: int
    duration: str


class _Gathered:
    """What has been read so far, in flat arrays: an extract of a county is millions of points."""

    def __init__(self) -> None:
        # Points, ways one after the other; coordinates in ten-millionths of a degree.
        self.point_id = array("q")
        self.x = array("i")
        self.y = array("i")

        # Ways, in the terms of `RawRoads`.
        self.way_start = array("q", [0])
        self.way_id = array("q")
        self.way_attributes = array("q")
        self.way_min = array("d")
        self.way_lit = array("b")
        self.way_side = array("q")
        self.attributes: dict[Attributes, int] = {}

        # Ways by number with their versions, and those that wait for the positions of some points.
        self.versions: dict[int, int] = {}
        self.unlocated: list[tuple[int, _Kind, list[tuple[int, int, int]]]] = []

        self.node_kinds: dict[int, int] = {}
        self.turns: list[Turn] = []
        self.country_sides: set[int] = set()

        # What the findings say: how often, and of which ways.
        self.counts: Counter[str] = Counter()
        self.odd_durations: dict[str, list[str]] = {}

        # What the tags of ways say, or why such ways are left out.
        self.kinds: dict[tuple[tuple[str, str], ...], _Kind | str] = {}

    def node(self, number: int, tags: dict[str, str]) -> None:
        """Keep a node where something stands that matters."""
        if kind := node_kind(tags):
            self.node_kinds[number] = kind

    def way(self, number: int, version: int, tags: dict[str, str], nodes: Any) -> None:
        """Keep a way that a car could be on; one with points of unknown position waits for them."""
        kind = self._kind(tags)
        if kind is None:
            return

        if number in self.versions:
            self._pass_over(number, version)
            return
        self.versions[number] = version

        points = [(node.ref, node.x, node.y) for node in nodes]
        if kind.backwards:
            points.reverse()
        if kind.duration:
            self._note_odd_duration(number, kind)

        if all(x != UNKNOWN for _, x, _ in points):
            self._add(points, number, kind, kind.minutes)
        else:
            self.unlocated.append((number, kind, points))

    def _pass_over(self, number: int, version: int) -> None:
        """Count a way that was there already; refuse another version of it."""
        known = self.versions[number]
        if known != version:
            raise RoadsError(
                f"way {number} is there in the versions {known} and {version}: {HISTORY[0]}", HISTORY[1]
            )
        self.counts["roads are in the file more than once and were taken once"] += 1

    def missing(self) -> set[int]:
        """Return the nodes of roads whose positions are not known yet."""
        return {ref for _, _, points in self.unlocated for ref, x, _ in points if x == UNKNOWN}

    def locate(self, positions: dict[int, tuple[int, int]]) -> None:
        """Give positions to points that had none."""
        for _, _, points in self.unlocated:
            for k, (ref, x, _) in enumerate(points):
                if x == UNKNOWN and ref in positions:
                    points[k] = (ref, *positions[ref])

    def add_unlocated(self) -> None:
        """Add the ways that waited, in pieces where a position is truly absent."""
        for number, kind, points in self.unlocated:
            if all(x != UNKNOWN for _, x, _ in points):
                self._add(points, number, kind, kind.minutes)
                continue

            # The minutes of a whole crossing are not those of its pieces.
            self.counts["roads leave the extract and were cut at its edge"] += 1
            if kind.minutes is not None:
                self.counts["ferries leave the extract: they have a speed and not their own time"] += 1
            for piece in _pieces(points):
                self._add(piece, number, kind, None)

    def why_empty(self, remarks: list[str]) -> tuple[str, str]:
        """Return why no roads could be made from the file, and the fix; remarks of its server come first."""
        if remarks:
            quoted = " and ".join(repr(remark) for remark in remarks)
            return (
                f"the file has no road, and its server remarks {quoted}",
                "ask again, for a smaller area or with more time",
            )

        if self.unlocated:
            what = (
                f"the file has no road with positions: it has {len(self.unlocated)} ways that a car could be "
                "on, but not their nodes"
            )
            nodes = "ask the server for the nodes of the ways as well (Overpass: '(._;>;); out;')"
            return what, f"{nodes}, or give an extract"

        return (
            "the file has no road that a car could be on",
            "give an extract with its highways, and check that it is the area you meant",
        )

    def _kind(self, tags: dict[str, str]) -> _Kind | None:
        """Return what the tags say, None if the way is left out; the same tags are worked out once."""
        key = tuple((name, tags[name]) for name in WAY_TAGS if name in tags)
        if key not in self.kinds:
            self.kinds[key] = self._new_kind(dict(key))

        kind = self.kinds[key]
        if isinstance(kind, str):
            self.counts[kind] += 1
            return None
        return kind

    def _new_kind(self, tags: dict[str, str]) -> _Kind | str:
        """Return what the tags say, or why the way is left out."""
        road = road_class(tags)
        if road is None:
            return NO_ROAD

        found = way_attributes(tags, road)
        if found is None:
            return "roads whose direction changes with the hour were left out"

        attributes, backwards = found
        row = self.attributes.setdefault(attributes, len(self.attributes))

        # Only crossings have minutes of their own.
        duration = tags.get("duration", "").strip() if road in {"ferry", "shuttle_train"} else ""
        minutes = minutes_of(duration)
        if minutes is None and duration:
            minutes = longest_of(duration)
        return _Kind(row, backwards, minutes, lit(tags), side_of(tags), duration)

    def _note_odd_duration(self, number: int, kind: _Kind) -> None:
        """Note a crossing whose duration is not one plain number, for the findings."""
        if kind.minutes is None:
            text = "cannot be read as a time, so they have the profile's speed"
        elif minutes_of(kind.duration) is None:
            text = "are lists: the longest of each counts"
        else:
            return
        self.odd_durations.setdefault(text, []).append(f"way {number} {kind.duration!r}")

    def _add(
        self, points: list[tuple[int, int, int]], number: int, kind: _Kind, minutes: float | None
    ) -> None:
        """Add a way, or a piece of one, to the arrays; a single point is no road."""
        if len(points) < 2:
            return

        refs, x, y = zip(*points, strict=True)
        self.point_id.extend(refs)
        self.x.extend(x)
        self.y.extend(y)

        self.way_start.append(len(self.point_id))
        self.way_id.append(number)
        self.way_attributes.append(kind.row)
        self.way_min.append(np.nan if minutes is None else minutes)
        self.way_lit.append(kind.lit)
        self.way_side.append(kind.side)

    def relation(self, tags: dict[str, str], members: Any) -> None:
        """Keep a turn restriction through a node, and the side to which a country keeps."""
        if tags.get("boundary") == "administrative" or tags.get("type") == "boundary":
            self.country_sides |= {side_of(tags)} - {0}

        restriction = tags.get("restriction:motorcar") or tags.get("restriction")
        if tags.get("type") != "restriction" or restriction not in _FORBIDDEN | _ONLY:
            return
        if "motorcar" in tags.get("except", ""):
            return

        by_role: dict[str, list[tuple[str, int]]] = {}
        for member in members:
            by_role.setdefault(member.role, []).append((member.type, member.ref))

        via = by_role.get("via", [])
        if len(via) != 1 or via[0][0] != "n":
            self.counts["turn restrictions run through a way, not a node, and are not obeyed"] += 1
            return

        for from_type, from_way in by_role.get("from", []):
            for to_type, to_way in by_role.get("to", []):
                if (from_type, to_type) == ("w", "w"):
                    self.turns.append(Turn(from_way, via[0][1], to_way, restriction in _ONLY))

    def roads(self) -> RawRoads:
        """Return what was read."""
        minutes = np.array(self.way_min, dtype=np.float64)
        roads = RawRoads(
            point_id=np.array(self.point_id, dtype=np.int64),
            lon=np.array(self.x, dtype=np.float64) * 1e-7,
            lat=np.array(self.y, dtype=np.float64) * 1e-7,
            way_start=np.array(self.way_start, dtype=np.int64),
            way_id=np.array(self.way_id, dtype=np.int64),
            way_attributes=np.array(self.way_attributes, dtype=np.int64),
            way_min=minutes,
            way_min_back=minutes,
            way_km=np.full(len(self.way_id), np.nan),
            way_lit=np.array(self.way_lit, dtype=np.bool_),
            way_side=np.array(self.way_side, dtype=np.int64),
            attributes=list(self.attributes),
            node_kinds=self.node_kinds,
            turns=self.turns,
            findings=self._findings(),
            country_sides=frozenset(self.country_sides),
        )
        roads.findings += _odd_crossings(roads)
        return roads

    def _findings(self) -> list[str]:
        """Return a sentence for each thing that was counted or noted."""
        sentences = [f"{count} {text}" for text, count in self.counts.items() if text != NO_ROAD]
        for text, ways in self.odd_durations.items():
            sentences.append(f"durations of ferries {text}: {_named(ways)}")
        return sentences


def _named(ways: list[str]) -> str:
    """Return the first few ways by name and how many more there are."""
    more = f" and {len(ways) - MOST_NAMED} more" if len(ways) > MOST_NAMED else ""
    return ", ".join(ways[:MOST_NAMED]) + more


def _odd_crossings(roads: RawRoads) -> list[str]:
    """Return a sentence that names crossings whose durations make no speed of a ship or a train."""
    odd = []
    for way in np.flatnonzero(np.isfinite(roads.way_min)):
        points = slice(roads.way_start[way], roads.way_start[way + 1])
        lon = roads.lon[points]
        lat = roads.lat[points]
        km = float(pairs_km(lon[:-1], lat[:-1], lon[1:], lat[1:]).sum())
        kph = km / roads.way_min[way] * 60
        if not SLOWEST_CROSSING_KPH <= kph <= FASTEST_CROSSING_KPH:
            odd.append(f"way {roads.way_id[way]} ({count(km)} km in {roads.way_min[way]:g} min)")

    return [f"durations of ferries that no crossing takes, used as they are: {_named(odd)}"] if odd else []


def _pieces(points: list[tuple[int, int, int]]) -> list[list[tuple[int, int, int]]]:
    """Return the runs of points between those that the extract does not hold."""
    pieces: list[list[tuple[int, int, int]]] = [[]]
    for point in points:
        if point[1] == UNKNOWN:
            pieces.append([])
        else:
            pieces[-1].append(point)
    return pieces
