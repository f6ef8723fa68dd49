"""Put a road graph into tables: for checks, for other engines and for drawing."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from standby.travel.roads._codes import CLASSES
from standby.travel.roads._graph import AttributeColumn, RoadGraph
from standby.travel.roads._snap import Snapped
from standby.travel.roads._speeds import ChainMinutes


def snap_table(graph: RoadGraph, snapped: Snapped) -> pd.DataFrame:
    """Return where places meet the road: ``lon``, ``lat``, ``km``, ``road_class``."""
    on_road = snapped.stretch >= 0
    stretch = np.maximum(snapped.stretch, 0)

    u = graph.stretch_from[stretch]
    v = graph.stretch_to[stretch]
    lon = graph.lon[u] + snapped.share * (graph.lon[v] - graph.lon[u])
    lat = graph.lat[u] + snapped.share * (graph.lat[v] - graph.lat[u])
    road_class = _class_names(graph, stretch)
    road_class[~on_road] = None
    return pd.DataFrame(
        {
            "lon": np.where(on_road, lon, np.nan),
            "lat": np.where(on_road, lat, np.nan),
            "km": snapped.km,
            "road_class": road_class,
        }
    )


def edge_table(graph: RoadGraph, minutes: ChainMinutes) -> pd.DataFrame:
    """Return the directed stretches that are open, with their ends, length, minutes and class."""
    chain = np.repeat(np.arange(graph.n_chains), np.diff(graph.chain_start))
    road_class = _class_names(graph, np.arange(chain.size))
    ends = (graph.stretch_from, graph.stretch_to)

    parts = []
    for k, sums in ((0, minutes.along), (1, minutes.against)):
        is_open = np.isfinite(minutes.edge[2 * chain + k])
        parts.append(
            pd.DataFrame(
                {
                    "from_node": ends[k][is_open],
                    "to_node": ends[1 - k][is_open],
                    "km": graph.stretch_km[is_open].astype(np.float64),
                    "minutes": np.diff(sums)[is_open],
                    "road_class": road_class[is_open],
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
    # The nodes of a chain are its first junction and then the far end of each of its stretches.
    first = graph.chain_start[:-1]
    nodes = np.insert(graph.stretch_to, first, graph.chain_from)
    n_nodes = np.diff(graph.chain_start) + 1
    chain = np.repeat(np.arange(graph.n_chains), n_nodes)

    lines = shapely.linestrings(graph.lon[nodes], graph.lat[nodes], indices=chain)
    return gpd.GeoDataFrame({"road_class": _class_names(graph, first)}, geometry=lines, crs="EPSG:4326")


def _class_names(graph: RoadGraph, stretch: npt.NDArray[np.integer]) -> npt.NDArray[np.object_]:
    """Return the names of some stretches' classes of road."""
    code = graph.attributes[graph.stretch_attributes[stretch], AttributeColumn.ROAD_CLASS].astype(np.intp)
    return np.asarray(np.array(CLASSES, dtype=object)[code])
