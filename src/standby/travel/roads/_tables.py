"""A road graph as tables: for checks, for other engines and for drawing."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from standby.travel.roads._codes import CLASSES
from standby.travel.roads._graph import Column, RoadGraph
from standby.travel.roads._snap import Snapped
from standby.travel.roads._speeds import ChainMinutes


def snap_table(graph: RoadGraph, snapped: Snapped) -> pd.DataFrame:
    """Return where places meet the road: ``lon``, ``lat``, ``km``, ``road_class``."""
    known, s = snapped.stretch >= 0, np.maximum(snapped.stretch, 0)
    a, b = graph.stretch_from[s], graph.stretch_to[s]
    road = np.array(CLASSES)[graph.attributes[graph.stretch_attributes[s], Column.ROAD_CLASS].astype(np.intp)]
    lon = graph.lon[a] + snapped.share * (graph.lon[b] - graph.lon[a])
    lat = graph.lat[a] + snapped.share * (graph.lat[b] - graph.lat[a])
    return pd.DataFrame(
        {
            "lon": np.where(known, lon, np.nan),
            "lat": np.where(known, lat, np.nan),
            "km": snapped.km,
            "road_class": np.where(known, road, None),
        }
    )


def edge_table(graph: RoadGraph, minutes: ChainMinutes) -> pd.DataFrame:
    """Return the directed stretches that are open, with their ends, length, minutes and class."""
    chain = np.repeat(np.arange(graph.n_chains), np.diff(graph.chain_start))
    road = graph.attributes[graph.stretch_attributes, Column.ROAD_CLASS].astype(np.intp)
    ends = (graph.stretch_from, graph.stretch_to)
    parts = []
    for k, sums in ((0, minutes.along), (1, minutes.against)):
        ok = np.isfinite(minutes.edge[2 * chain + k])
        parts.append(
            pd.DataFrame(
                {
                    "from_node": ends[k][ok],
                    "to_node": ends[1 - k][ok],
                    "km": graph.stretch_km[ok].astype(np.float64),
                    "minutes": np.diff(sums)[ok],
                    "road_class": np.array(CLASSES)[road[ok]],
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def node_table(graph: RoadGraph) -> pd.DataFrame:
    """Return all points: ``lon``, ``lat``, ``junction``."""
    junction = np.arange(graph.lon.size) < graph.n_junctions
    return pd.DataFrame({"lon": graph.lon, "lat": graph.lat, "junction": junction})


def line_table(graph: RoadGraph) -> gpd.GeoDataFrame:
    """Return lines from junction to junction: ``road_class`` and ``geometry``."""
    starts = graph.chain_start[:-1]
    count = np.diff(graph.chain_start) + 1
    nodes = np.insert(graph.stretch_to, starts, graph.chain_from)
    where = np.repeat(np.arange(graph.n_chains), count)
    drawn = shapely.linestrings(graph.lon[nodes], graph.lat[nodes], indices=where)
    road = graph.attributes[graph.stretch_attributes[starts], Column.ROAD_CLASS].astype(np.intp)
    return gpd.GeoDataFrame({"road_class": np.array(CLASSES)[road]}, geometry=drawn, crs="EPSG:4326")
