"""Roads from an OpenStreetMap extract, streamed once from the file."""

from __future__ import annotations

from array import array
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from standby.travel.roads._errors import RoadsError
from standby.travel.roads._raw import Attributes, RawRoads, Turn
from standby.travel.roads._tags import WAY_TAGS, lit, minutes_of, node_kind, road_class, way_attributes

SUFFIXES: Final = (".osm.pbf", ".pbf", ".osm", ".osm.gz", ".osm.bz2", ".osm.xml", ".o5m")
"""Endings of the files that this reader knows."""

UNKNOWN: Final = 2**31 - 1
"""Coordinate that osmium gives for a node that is not in the file."""

_KEYS: Final = ("highway", "route", "barrier", "restriction", "restriction:motorcar", "railway")
_NO_ROADS: Final = frozenset(
    {"footway", "path", "cycleway", "bridleway", "steps", "construction", "proposed"}
)
_FORBIDDEN: Final = frozenset(
    {"no_left_turn", "no_right_turn", "no_straight_on", "no_u_turn", "no_entry", "no_exit"}
)
_ONLY: Final = frozenset({"only_left_turn", "only_right_turn", "only_straight_on", "only_u_turn"})
_READING_FAILS: Final = (RuntimeError, OSError, ValueError, KeyError, IndexError, TypeError, MemoryError)


def read_osm(path: Path) -> RawRoads:
    """Read the roads of an OpenStreetMap file.

    Raises
    ------
    RoadsError
        If the extra ``roads`` is not installed, or the file is damaged.
    """
    osmium = _osmium()
    gathered = _Gathered()
    try:
        stream = osmium.FileProcessor(str(path)).with_locations().with_filter(osmium.filter.KeyFilter(*_KEYS))
        for item in stream:
            if item.is_way():
                if item.tags.get("highway") not in _NO_ROADS:
                    gathered.way(item.id, dict(item.tags), item.nodes)
            elif item.is_node():
                gathered.node(item.id, dict(item.tags))
            elif item.is_relation():
                gathered.relation(dict(item.tags), item.members)
    except (osmium.InvalidLocationError, *_READING_FAILS) as err:
        raise RoadsError(
            f"{path.name}: the file is damaged, cut off or no OpenStreetMap file ({_said(err)}); "
            "download it again and compare its size with the publisher's"
        ) from err
    roads = gathered.roads()
    if not (np.all(np.abs(roads.lon) <= 180) and np.all(np.abs(roads.lat) <= 90)):
        raise RoadsError(f"{path.name}: some points are not on the globe; the file is damaged")
    return roads


def _osmium() -> Any:
    try:
        import osmium  # noqa: PLC0415 - an extra: needed by this reader alone
        import osmium.filter  # noqa: PLC0415
    except ImportError as err:
        raise RoadsError(
            "reading OpenStreetMap files needs the extra named roads: pip install 'standby[roads]'"
        ) from err
    return osmium


def _said(err: BaseException) -> str:
    return (str(err) or type(err).__name__).splitlines()[0][:200]


@dataclass(frozen=True, slots=True)
class _Kind:
    """What the tags of a way say: its attributes, whether its points run backwards, its own minutes."""

    row: int
    backwards: bool
    minutes: float | None
    lit: bool
    unit: str


class _Gathered:
    """What has been read so far, in flat arrays: an extract of a county is millions of points."""

    def __init__(self) -> None:
        self.point_id, self.x, self.y = array("q"), array("i"), array("i")
        self.way_start, self.way_id, self.way_attributes = array("q", [0]), array("q"), array("q")
        self.way_min, self.way_lit = array("d"), array("b")
        self.attributes: dict[Attributes, int] = {}
        self.node_kinds: dict[int, int] = {}
        self.turns: list[Turn] = []
        self.seen: Counter[str] = Counter()
        self.kinds: dict[tuple[tuple[str, str], ...], _Kind | str] = {}

    def node(self, number: int, tags: dict[str, str]) -> None:
        """Keep a node where something stands."""
        if kind := node_kind(tags):
            self.node_kinds[number] = kind

    def way(self, number: int, tags: dict[str, str], nodes: Any) -> None:
        """Keep a way that a car could be on, in pieces where the extract cuts it."""
        kind = self._kind(tags)
        if kind is None:
            return
        points = [(n.ref, n.x, n.y) for n in nodes]
        if kind.backwards:
            points.reverse()
        self.seen[kind.unit] += 1
        whole = all(x != UNKNOWN for _, x, _ in points)
        if not whole:
            self.seen["roads leave the extract and were cut at its edge"] += 1
            if kind.minutes is not None:
                self.seen["ferries leave the extract: they have a speed and not their own time"] += 1
        for piece in [points] if whole else _pieces(points):
            self._piece(piece, number, kind, kind.minutes if whole else None)

    def _kind(self, tags: dict[str, str]) -> _Kind | None:
        """Return what the tags say; ways with the same tags are worked out once."""
        key = tuple((name, tags[name]) for name in WAY_TAGS if name in tags)
        if key not in self.kinds:
            self.kinds[key] = self._new_kind(dict(key))
        kind = self.kinds[key]
        if isinstance(kind, str):
            self.seen[kind] += 1
            return None
        return kind

    def _new_kind(self, tags: dict[str, str]) -> _Kind | str:
        road = road_class(tags)
        if road is None:
            return "_no road"
        found = way_attributes(tags, road)
        if found is None:
            return "roads whose direction changes with the hour were left out"
        attributes, backwards = found
        row = self.attributes.setdefault(attributes, len(self.attributes))
        minutes = minutes_of(tags.get("duration")) if road in {"ferry", "shuttle_train"} else None
        limit = tags.get("maxspeed", "")
        mph = "mph" in limit or limit.startswith(("GB:", "national"))
        return _Kind(row, backwards, minutes, lit(tags), "_mph" if mph else "_kph" if limit else "_none")

    def _piece(
        self, piece: list[tuple[int, int, int]], number: int, kind: _Kind, minutes: float | None
    ) -> None:
        if len(piece) < 2:
            return
        refs, x, y = zip(*piece, strict=True)
        self.point_id.extend(refs)
        self.x.extend(x)
        self.y.extend(y)
        self.way_start.append(len(self.point_id))
        self.way_id.append(number)
        self.way_attributes.append(kind.row)
        self.way_min.append(np.nan if minutes is None else minutes)
        self.way_lit.append(kind.lit)

    def relation(self, tags: dict[str, str], members: Any) -> None:
        """Keep a turn restriction through a node."""
        kind = tags.get("restriction:motorcar") or tags.get("restriction")
        if tags.get("type") != "restriction" or kind not in _FORBIDDEN | _ONLY:
            return
        if "motorcar" in tags.get("except", ""):
            return
        by_role: dict[str, list[tuple[str, int]]] = {}
        for member in members:
            by_role.setdefault(member.role, []).append((member.type, member.ref))
        via = by_role.get("via", [])
        if len(via) != 1 or via[0][0] != "n":
            self.seen["turn restrictions run through a way, not a node, and are not obeyed"] += 1
            return
        for from_type, from_way in by_role.get("from", []):
            for to_type, to_way in by_role.get("to", []):
                if (from_type, to_type) == ("w", "w"):
                    self.turns.append(Turn(from_way, via[0][1], to_way, kind in _ONLY))

    def roads(self) -> RawRoads:
        """Hand over what was read."""
        return RawRoads(
            point_id=np.array(self.point_id, dtype=np.int64),
            lon=np.array(self.x, dtype=np.float64) * 1e-7,
            lat=np.array(self.y, dtype=np.float64) * 1e-7,
            way_start=np.array(self.way_start, dtype=np.int64),
            way_id=np.array(self.way_id, dtype=np.int64),
            way_attributes=np.array(self.way_attributes, dtype=np.int64),
            way_min=np.array(self.way_min, dtype=np.float64),
            way_km=np.full(len(self.way_id), np.nan),
            way_lit=np.array(self.way_lit, dtype=np.bool_),
            attributes=list(self.attributes),
            node_kinds=self.node_kinds,
            turns=self.turns,
            findings=[f"{count} {text}" for text, count in self.seen.items() if not text.startswith("_")],
            mph=self.seen["_mph"] > self.seen["_kph"],
        )


def _pieces(points: list[tuple[int, int, int]]) -> list[list[tuple[int, int, int]]]:
    """Split at points that the extract does not hold."""
    pieces: list[list[tuple[int, int, int]]] = [[]]
    for point in points:
        if point[1] == UNKNOWN:
            pieces.append([])
        else:
            pieces[-1].append(point)
    return pieces
