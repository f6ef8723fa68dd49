"""The road graph: flat arrays that decide nothing, so that every profile and hour can share them."""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from standby._typing import Floats, Mask
from standby.travel.roads._raw import Attributes

Singles = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]

FORMAT: int = 3
"""Number of the layout of a stored graph; raise it whenever building or reading gives another graph."""


class AttributeColumn(IntEnum):
    """Columns of `RoadGraph.attributes`: the fields of `Attributes`."""

    ROAD_CLASS = 0
    ACCESS = 1
    SURFACE = 2
    ONEWAY = 3
    ROUNDABOUT = 4
    FORWARD_KPH = 5
    BACKWARD_KPH = 6
    TIMED = 7


@dataclass(frozen=True, slots=True, eq=False)
class RoadGraph:
    """Roads as chains of stretches between junctions.

    A *stretch* joins two neighbouring points of a road. A *chain* is a run of stretches, between two
    junctions, on which every profile decides the same about who may pass in which direction. *Edge* 2c is
    chain c from its first to its last point, edge 2c + 1 the way back.

    Parameters
    ----------
    lon, lat
        Positions of the nodes; the first `n_junctions` are junctions, shape (n_nodes,) [degrees].
    node_kind
        Positions in `NODE_KINDS`, of junctions only, shape (n_junctions,).
    stretch_from, stretch_to
        Nodes of each stretch, in the direction of its chain, shape (n_stretches,).
    stretch_km
        Its length [km].
    stretch_min, stretch_min_back
        Minutes that it takes whatever the profile says, along and against the order of its attributes; NaN
        where speeds decide [min].
    stretch_attributes
        Its row of `attributes`.
    stretch_turned
        Whether its chain runs against the order of its attributes.
    stretch_built_up
        Whether it lies in a built-up area.
    chain_start
        Where each chain starts among the stretches, and the end, shape (n_chains + 1,).
    chain_from, chain_to
        Junctions of each chain, shape (n_chains,).
    attributes
        One row for each distinct `Attributes`, its fields by `AttributeColumn`, shape (n_attributes, 8).
    turns_no, turns_only
        Pairs of edges: a turn that is forbidden, or the only one allowed after its first edge, shape (k, 2).
    left_hand
        Whether traffic keeps to the left.
    findings
        What was noticed while reading and building, one sentence each.
    """

    lon: Floats
    lat: Floats
    node_kind: Bytes
    stretch_from: Ints
    stretch_to: Ints
    stretch_km: Singles
    stretch_min: Singles
    stretch_min_back: Singles
    stretch_attributes: Ints
    stretch_turned: Mask
    stretch_built_up: Mask
    chain_start: Longs
    chain_from: Ints
    chain_to: Ints
    attributes: Floats
    turns_no: Ints
    turns_only: Ints
    left_hand: bool
    findings: tuple[str, ...]

    @property
    def n_junctions(self) -> int:
        """Number of junctions."""
        return int(self.node_kind.size)

    @property
    def n_chains(self) -> int:
        """Number of chains."""
        return int(self.chain_from.size)

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east and north of all nodes [degrees]."""
        return float(self.lon.min()), float(self.lat.min()), float(self.lon.max()), float(self.lat.max())

    def arrays(self) -> dict[str, npt.NDArray[np.generic]]:
        """Return all fields as arrays, for storing."""
        return {field.name: np.asarray(getattr(self, field.name)) for field in fields(self)}

    @classmethod
    def of_arrays(cls, stored: dict[str, npt.NDArray[np.generic]]) -> RoadGraph:
        """Return the graph of arrays that `arrays` gave; a KeyError if one is missing."""
        values: dict[str, object] = {field.name: stored[field.name] for field in fields(cls)}
        values["left_hand"] = bool(stored["left_hand"])
        values["findings"] = tuple(str(text) for text in stored["findings"].ravel())
        return cls(**values)  # type: ignore[arg-type]


def attribute_rows(attributes: list[Attributes]) -> Floats:
    """Return distinct attributes as a table, one column for each field, shape (n, 8)."""
    rows = [[float(getattr(one, column.name.lower())) for column in AttributeColumn] for one in attributes]
    return np.array(rows, dtype=np.float64).reshape(-1, 8)
