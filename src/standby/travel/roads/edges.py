"""Make roads from a table of edges: another network, another engine's speeds, a handmade example."""

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
    """Return a road network made from a table of edges.

    Parameters
    ----------
    edges
        One row for each edge, with ``from_lon``, ``from_lat``, ``to_lon``, ``to_lat`` [degrees], and its
        speed: ``minutes`` that it takes, or ``kph``, or ``road_class`` whose speed the profile says; the
        first of them that a row fills counts. Optional: ``km`` (else the straight line), ``oneway`` (else
        true: each row is one direction; -1 is the other one). Edges meet where their coordinates agree to a
        ten-millionth of a degree.
    driving_side
        ``"left"`` or ``"right"``; without it the place decides.
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

    Returns
    -------
    RawRoads
        What any reader of roads returns.

    Raises
    ------
    RoadsError
        If it has faults; all of them are named.
    """
    judged = judge_edges(table, first_row=first_row)
    if judged.edges is None:
        wrong = "; ".join(map(str, judged.faults))
        fixes = ", and ".join(dict.fromkeys(fault.fix for fault in judged.faults))
        raise RoadsError(f"{label}: {wrong}", f"{fixes}")

    roads = _roads(judged.edges)
    roads.findings[:0] = judged.findings
    return roads


def _roads(edges: Edges) -> RawRoads:
    """Return edges as roads of two points; an edge and its way back are one road if they are alike."""
    # Ends are one node where their coordinates agree to a ten-millionth of a degree.
    corners = edges.ends.reshape(-1, 2)
    rounded = np.round(corners * 1e7).astype(np.int64)
    _, first, node = np.unique(rounded, axis=0, return_index=True, return_inverse=True)
    start, end = node.ravel().reshape(-1, 2).T

    directions, findings = _directions(edges, start, end)
    ways = _ways(directions)

    row_of: dict[Attributes, int] = {}
    rows = []
    for name, oneway, timed in zip(ways["road_class"], ways["oneway"], ways["timed"], strict=True):
        attributes = Attributes(
            road_class=CLASS_CODE[name],
            access=ACCESS_CODE["open"],
            surface=0,
            oneway=oneway,
            roundabout=False,
            forward_kph=-1.0,
            backward_kph=-1.0,
            timed=timed,
        )
        rows.append(row_of.setdefault(attributes, len(row_of)))

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
        attributes=list(row_of),
        findings=findings,
    )


def _directions(edges: Edges, start: np.ndarray, end: np.ndarray) -> tuple[pd.DataFrame, list[str]]:
    """Return the directions that are open, the fastest of each where several are given, and the findings."""
    parts = [
        pd.DataFrame(
            {
                "tail": tail[is_open],
                "head": head[is_open],
                "road_class": edges.road_class[is_open],
                "timed": ~np.isnan(edges.minutes[is_open]),
                "minutes": edges.minutes[is_open],
                "km": edges.km[is_open],
                "row": np.flatnonzero(is_open),
            }
        )
        for tail, head, is_open in ((start, end, edges.along), (end, start, edges.against))
    ]
    directions = pd.concat(parts, ignore_index=True)
    directions = directions[directions["tail"] != directions["head"]]

    # The fastest of each comes first, and stays.
    directions = directions.sort_values(["minutes", "km", "row"], kind="stable")
    kind = ["tail", "head", "road_class", "timed"]
    distinct = directions.drop_duplicates([*kind, "minutes", "km"])
    fastest = distinct.drop_duplicates(kind)

    n_more = len(distinct) - len(distinct.drop_duplicates(["tail", "head"]))
    if not n_more:
        return fastest, []
    return fastest, [
        f"{n_more} directions are given more than once with another class, minutes or km: the fastest counts"
    ]


def _ways(directions: pd.DataFrame) -> pd.DataFrame:
    """Return roads of one or two directions: an edge and its way back are one road."""
    # Side by side: each direction from the lower to the higher node, and the way back in the same row.
    swap_ends = {"tail": "head", "head": "tail"}
    is_forward = directions["tail"] < directions["head"]
    back = directions[~is_forward].rename(columns=swap_ends)
    both = directions[is_forward].merge(
        back, on=["tail", "head", "road_class", "timed"], how="outer", suffixes=("", "_back")
    )
    has_forward = both["row"].notna()
    has_back = both["row_back"].notna()

    # Where the profile's speed counts, a way back of another length is a road of its own.
    another_km = ~np.isclose(both["km"], both["km_back"], rtol=1e-9)
    apart = has_forward & has_back & ~both["timed"] & another_km

    paired = both[has_forward & has_back & ~apart].assign(oneway=False)
    paired["km"] = (paired["km"] + paired["km_back"]) / 2

    forward_only = both[has_forward & (~has_back | apart)].assign(oneway=True)
    forward_only["minutes_back"] = np.nan

    back_only = both[has_back & (~has_forward | apart)].rename(columns=swap_ends)
    back_only = back_only.assign(
        oneway=True, minutes=back_only["minutes_back"], km=back_only["km_back"], row=back_only["row_back"]
    )
    back_only["minutes_back"] = np.nan

    # The file's own order, so that the same table always gives the same graph.
    ways = pd.concat([paired, forward_only, back_only], ignore_index=True)
    first_row = ways[["row", "row_back"]].min(axis=1)
    return ways.assign(first=first_row).sort_values(["first", "tail", "head"], kind="stable")
