"""Define what every reader of roads returns, whatever the file was."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from standby._typing import Floats, Mask

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, order=True)
class Attributes:
    """What a profile may decide on for a stretch of road.

    Parameters
    ----------
    road_class, access, surface
        Positions in `CLASSES`, `ACCESS` and `SURFACES`.
    oneway
        Open along the order of its points only.
    roundabout
        Part of a roundabout.
    forward_kph, backward_kph
        Speed limit along and against the order of its points; -1 where unknown [km/h].
    timed
        Its minutes come with the file and hold for every profile: open to all of them, in its own direction.
    """

    road_class: int
    access: int
    surface: int
    oneway: bool
    roundabout: bool
    forward_kph: float
    backward_kph: float
    timed: bool = False


@dataclass(frozen=True, slots=True)
class Turn:
    """A turn that is forbidden, or the only one allowed.

    Parameters
    ----------
    from_way, to_way
        Identifiers of the ways.
    via
        Identifier of the node.
    only
        True if no other turn is allowed, False if this one is forbidden.
    """

    from_way: int
    via: int
    to_way: int
    only: bool


@dataclass(slots=True)
class RawRoads:
    """Roads as read, before the graph is built.

    Parameters
    ----------
    point_id
        Identifier of the node at every point of every way, ways one after the other, shape (k,).
    lon, lat
        Its position, shape (k,) [degrees].
    way_start
        Where each way starts among the points, and the end, shape (ways + 1,).
    way_id
        Identifier of each way, shape (ways,).
    way_attributes
        Row of `attributes` of each way, shape (ways,).
    way_min
        Minutes that the whole way takes whatever the profile says; NaN where speeds decide, shape (ways,)
        [min].
    way_min_back
        The same against the order of its points [min].
    way_km
        Length of the way where the file gives one; NaN where its points decide, shape (ways,) [km].
    way_lit
        Whether the file says that the way lies in a built-up area, shape (ways,).
    way_side
        Side on which the file says that traffic keeps there: positions in `SIDES`, shape (ways,).
    attributes
        The distinct attributes.
    node_kinds
        What stands at a node, by its identifier: positions in `NODE_KINDS`.
    turns
        Turn restrictions.
    findings
        What was noticed while reading, one sentence each.
    country_sides
        Sides that the countries in the file say they keep to: positions in `SIDES`.
    """

    point_id: Ints
    lon: Floats
    lat: Floats
    way_start: Ints
    way_id: Ints
    way_attributes: Ints
    way_min: Floats
    way_min_back: Floats
    way_km: Floats
    way_lit: Mask
    way_side: Ints
    attributes: list[Attributes]
    node_kinds: dict[int, int] = field(default_factory=dict)
    turns: list[Turn] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)
    country_sides: frozenset[int] = frozenset()
