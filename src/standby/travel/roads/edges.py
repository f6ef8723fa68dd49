"""Roads from a table of edges: another network, another engine's speeds, a handmade example."""

from __future__ import annotations

import numpy as np
import pandas as pd

from standby.travel.roads._build import build_graph
from standby.travel.roads._codes import ACCESS_CODE, CLASS_CODE
from standby.travel.roads._errors import RoadsError
from standby.travel.roads._raw import Attributes, RawRoads
from standby.travel.roads.edge_table import Edges, judge_edges
from standby.travel.roads.roads import Roads


def roads_from_edges(
    edges: pd.DataFrame, *, driving_side: str | None = None, max_snap_km: float = 1.0
) -> Roads:
    """Make a road network from a table of edges.

    Parameters
    ----------
    edges
        One row each edge, with ``from_lon``, ``from_lat``, ``to_lon``, ``to_lat`` [degrees], and how fast:
        ``minutes`` that it takes, or ``kph``, or ``road_class`` whose speed the profile says; the first of
        them that a row fills counts. Optional: ``km`` (else the straight line), ``oneway`` (else true: each
        row is one direction; -1 is the other one). Edges meet where their coordinates agree to a
        ten-millionth of a degree.
    driving_side
        ``"left"`` or ``"right"``; without it the place tells.
    max_snap_km
        Places further from every edge than this have no answer [km].

    Returns
    -------
    Roads
        The network. Minutes and speeds of the table hold for every profile, in the direction that they are
        given for, and turns between such edges take no time.

    Raises
    ------
    RoadsError
        If a column is missing or a value cannot be used; all rows are named.

    Examples
    --------
    >>> import pandas as pd
    >>> lane = {"from_lon": 0.0, "from_lat": 51.0, "to_lon": 0.1, "to_lat": 51.0, "minutes": 8.0}
    >>> roads = roads_from_edges(pd.DataFrame([lane]))
    >>> roads.minutes([[0.0, 51.0]], [[0.05, 51.0]]).round(3).tolist()
    [[4.0]]
    """
    if driving_side not in {"left", "right", None}:
        raise RoadsError(f"driving_side is {driving_side!r}", "give 'left', 'right' or nothing")
    left_hand = None if driving_side is None else driving_side == "left"
    return Roads(build_graph(raw_edges(edges), left_hand=left_hand), max_snap_km=max_snap_km)


def raw_edges(table: pd.DataFrame, *, label: str = "the table of edges", first_row: int = 0) -> RawRoads:
    """Return a table of edges as roads that are ready to be built.

    Parameters
    ----------
    table
        The table.
    label
        What it is called in messages.
    first_row
        Number of its first row in messages.

    Raises
    ------
    RoadsError
        If it has faults; all of them are named.
    """
    judged = judge_edges(table, first_row=first_row)
    if judged.edges is None:
        wrong = "; ".join(map(str, judged.faults))
        mends = ", and ".join(dict.fromkeys(fault.fix for fault in judged.faults))
        raise RoadsError(f"{label}: {wrong}", f"{mends}")
    roads = _roads(judged.edges)
    roads.findings[:0] = judged.findings
    return roads


def _roads(edges: Edges) -> RawRoads:
    """Make one road of the two directions of an edge, wherever both are given alike."""
    corners = edges.ends.reshape(-1, 2)
    grid = np.round(corners * 1e7).astype(np.int64)
    _, first, point = np.unique(grid, axis=0, return_index=True, return_inverse=True)
    start, end = point.ravel().reshape(-1, 2).T
    arcs, findings = _arcs(edges, start, end)
    ways = _ways(arcs)
    attributes: dict[Attributes, int] = {}
    rows = [
        attributes.setdefault(
            Attributes(CLASS_CODE[name], ACCESS_CODE["open"], 0, oneway, False, -1.0, -1.0, timed),  # noqa: FBT003 - fields of a row
            len(attributes),
        )
        for name, oneway, timed in zip(ways["road_class"], ways["oneway"], ways["timed"], strict=True)
    ]
    points = ways[["tail", "head"]].to_numpy(dtype=np.int64).ravel()
    lonlat = corners[first][points]
    return RawRoads(
        point_id=points,
        lon=lonlat[:, 0],
        lat=lonlat[:, 1],
        way_start=np.arange(0, 2 * len(ways) + 1, 2, dtype=np.int64),
        way_id=np.arange(len(ways), dtype=np.int64),
        way_attributes=np.array(rows, dtype=np.int64),
        way_min=ways["minutes"].to_numpy(dtype=np.float64),
        way_min_back=ways["minutes_back"].to_numpy(dtype=np.float64),
        way_km=ways["km"].to_numpy(dtype=np.float64),
        way_lit=np.zeros(len(ways), np.bool_),
        way_side=np.zeros(len(ways), np.int64),
        attributes=list(attributes),
        findings=findings,
    )


def _arcs(edges: Edges, start: np.ndarray, end: np.ndarray) -> tuple[pd.DataFrame, list[str]]:
    """Return the directions that are open, the fastest of each where several are given."""
    parts = [
        pd.DataFrame(
            {
                "tail": tail[open_],
                "head": head[open_],
                "road_class": edges.road_class[open_],
                "timed": ~np.isnan(edges.minutes[open_]),
                "minutes": edges.minutes[open_],
                "km": edges.km[open_],
                "row": np.flatnonzero(open_),
            }
        )
        for tail, head, open_ in ((start, end, edges.along), (end, start, edges.against))
    ]
    arcs = pd.concat(parts, ignore_index=True)
    arcs = arcs[arcs["tail"] != arcs["head"]].sort_values(["minutes", "km", "row"], kind="stable")
    same = ["tail", "head", "road_class", "timed"]
    distinct = arcs.drop_duplicates([*same, "minutes", "km"])
    fastest = distinct.drop_duplicates(same)
    more = len(distinct) - len(distinct.drop_duplicates(["tail", "head"]))
    text = f"{more} directions are given more than once with another class, minutes or km: the fastest counts"
    return fastest, [text] if more else []


def _ways(arcs: pd.DataFrame) -> pd.DataFrame:
    """Return roads of one or two directions: an edge and its way back are one road."""
    forward = arcs["tail"] < arcs["head"]
    back = arcs[~forward].rename(columns={"tail": "head", "head": "tail"})
    both = arcs[forward].merge(
        back, on=["tail", "head", "road_class", "timed"], how="outer", suffixes=("", "_back")
    )
    there, here = both["row_back"].notna(), both["row"].notna()

    # Where the profile's speed counts, a way back of another length is a road of its own.
    apart = there & here & ~both["timed"] & ~np.isclose(both["km"], both["km_back"], rtol=1e-9)
    paired = both[there & here & ~apart].assign(oneway=False)
    paired["km"] = (paired["km"] + paired["km_back"]) / 2
    single = both[here & (~there | apart)].assign(oneway=True)
    single["minutes_back"] = np.nan
    turned = both[there & (~here | apart)].rename(columns={"tail": "head", "head": "tail"})
    turned = turned.assign(
        oneway=True, minutes=turned["minutes_back"], km=turned["km_back"], row=turned["row_back"]
    )
    turned["minutes_back"] = np.nan

    # The file's own order, so that the same table always gives the same graph.
    made = pd.concat([paired, single, turned], ignore_index=True)
    first = made[["row", "row_back"]].min(axis=1)
    return made.assign(first=first).sort_values(["first", "tail", "head"], kind="stable")
