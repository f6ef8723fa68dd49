"""Roads from a table of edges: another network, another engine's speeds, a handmade example."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from standby.travel.roads._build import build_graph, step_km
from standby.travel.roads._codes import ACCESS_CODE, CLASS_CODE, CLASSES
from standby.travel.roads._errors import RoadsError
from standby.travel.roads._raw import Attributes, RawRoads
from standby.travel.roads.roads import Roads

ENDS: Final = ("from_lon", "from_lat", "to_lon", "to_lat")
"""Columns that a table of edges must have."""


def roads_from_edges(edges: pd.DataFrame, *, driving_side: str = "left", max_snap_km: float = 1.0) -> Roads:
    """Make a road network from a table of edges.

    Parameters
    ----------
    edges
        One row each edge, with ``from_lon``, ``from_lat``, ``to_lon``, ``to_lat`` [degrees], and how fast:
        ``minutes`` that it takes, or ``kph``, or ``road_class`` whose speed the profile says. Optional:
        ``km`` (else the straight line), ``oneway`` (else true: each row is one direction). Edges meet where
        their coordinates agree to a ten-millionth of a degree.
    driving_side
        ``"left"`` or ``"right"``.
    max_snap_km
        Places further from every edge than this have no answer [km].

    Returns
    -------
    Roads
        The network. Minutes and speeds of the table hold for every profile.

    Raises
    ------
    RoadsError
        If a column is missing or a value cannot be used; the row is named.

    Examples
    --------
    >>> import pandas as pd
    >>> lane = {"from_lon": 0.0, "from_lat": 51.0, "to_lon": 0.1, "to_lat": 51.0, "minutes": 8.0}
    >>> roads = roads_from_edges(pd.DataFrame([lane]))
    >>> roads.minutes([[0.0, 51.0]], [[0.05, 51.0]]).round(3).tolist()
    [[4.0]]
    """
    if driving_side not in {"left", "right"}:
        raise RoadsError(f"driving_side is {driving_side!r}; give 'left' or 'right'")
    return Roads(build_graph(raw_edges(edges), left_hand=driving_side == "left"), max_snap_km=max_snap_km)


def raw_edges(edges: pd.DataFrame) -> RawRoads:
    """Return a checked table of edges as roads that are ready to be built."""
    missing = [name for name in ENDS if name not in edges]
    if missing:
        raise RoadsError(f"the table of edges lacks the columns {missing}; it has {list(edges.columns)[:20]}")
    if edges.empty:
        raise RoadsError("the table of edges is empty")
    ends = np.stack([_numbers(edges, name) for name in ENDS], axis=1).reshape(-1, 2)
    _on_the_globe(ends)
    point = np.unique(np.round(ends * 1e7).astype(np.int64), axis=0, return_inverse=True)[1].ravel()
    straight = step_km(ends[0::2, 0], ends[0::2, 1], ends[1::2, 0], ends[1::2, 1])
    km = _numbers(edges, "km", positive=True) if "km" in edges else straight
    attributes, rows = _attributes(edges)
    return RawRoads(
        point_id=point.astype(np.int64),
        lon=ends[:, 0],
        lat=ends[:, 1],
        way_start=np.arange(0, 2 * len(edges) + 1, 2, dtype=np.int64),
        way_id=np.arange(len(edges), dtype=np.int64),
        way_attributes=rows,
        way_min=_own_minutes(edges, km),
        way_km=km,
        way_lit=np.zeros(len(edges), np.bool_),
        attributes=attributes,
    )


def _numbers(edges: pd.DataFrame, name: str, *, positive: bool = False) -> np.ndarray:
    numbers = pd.to_numeric(edges[name], errors="coerce").to_numpy(dtype=np.float64)
    bad = np.flatnonzero(~np.isfinite(numbers) | (positive & ~(numbers > 0)))
    if bad.size:
        want = "a number above 0" if positive else "a number"
        raise RoadsError(
            f"the table of edges: row {bad[0]} has {name} {edges[name].iloc[bad[0]]}, which must be {want}"
        )
    return numbers


def _on_the_globe(ends: np.ndarray) -> None:
    bad = np.flatnonzero((np.abs(ends[:, 0]) > 180) | (np.abs(ends[:, 1]) > 90))
    if bad.size:
        x, y = ends[bad[0]]
        raise RoadsError(
            f"the table of edges: row {bad[0] // 2} has the position ({x:g}, {y:g}), which is not on the "
            "globe; give longitude and latitude in degrees (eastings and northings must be converted first)"
        )


def _own_minutes(edges: pd.DataFrame, km: np.ndarray) -> np.ndarray:
    if "minutes" in edges:
        return _numbers(edges, "minutes", positive=True)
    if "kph" in edges:
        return np.asarray(km / _numbers(edges, "kph", positive=True) * 60)
    if "road_class" not in edges:
        raise RoadsError("the table of edges has none of the columns minutes, kph and road_class; give one")
    return np.full(len(edges), np.nan)


def _attributes(edges: pd.DataFrame) -> tuple[list[Attributes], np.ndarray]:
    road = edges["road_class"] if "road_class" in edges else pd.Series("unclassified", index=edges.index)
    unknown = sorted({str(name) for name in road} - CLASS_CODE.keys())
    if unknown:
        raise RoadsError(
            f"the table of edges names the classes {unknown[:5]}; known ones are {list(CLASSES)}"
        )
    found: dict[Attributes, int] = {}
    rows = []
    for name, oneway in zip(road, _oneway(edges), strict=True):
        attributes = Attributes(CLASS_CODE[name], ACCESS_CODE["open"], 0, oneway, False, -1.0, -1.0)  # noqa: FBT003 - fields of a row
        rows.append(found.setdefault(attributes, len(found)))
    return list(found), np.array(rows, dtype=np.int64)


def _oneway(edges: pd.DataFrame) -> list[bool]:
    if "oneway" not in edges:
        return [True] * len(edges)
    words = {
        "true": True,
        "yes": True,
        "1": True,
        "1.0": True,
        "false": False,
        "no": False,
        "0": False,
        "0.0": False,
    }
    given = [str(value).strip().lower() for value in edges["oneway"]]
    bad = [row for row, word in enumerate(given) if word not in words]
    if bad:
        given_word = edges["oneway"].iloc[bad[0]]
        raise RoadsError(f"the table of edges: row {bad[0]} has oneway {given_word!r}; give true or false")
    return [words[word] for word in given]
