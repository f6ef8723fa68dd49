"""Units on the move: a patrol area as a distribution over its roads."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from standby._show import Shown
from standby._typing import Floats
from standby.travel.roads._errors import RoadsError
from standby.travel.roads._graph import RoadGraph
from standby.travel.roads._search_graph import SearchGraph
from standby.travel.roads._speeds import carried


@dataclass(frozen=True, slots=True, eq=False)
class Beat(Shown):
    """Where a unit on patrol may be.

    Parameters
    ----------
    lonlat
        Positions, shape (k, 2) [degrees].
    weight
        Chance of each, summing to 1, shape (k,).
    km
        Length of road in the area [km].
    """

    lonlat: Floats
    weight: Floats
    km: float


@dataclass(frozen=True, slots=True, eq=False)
class BeatMinutes(Shown):
    """Times from a unit that may be anywhere on its beat, for each destination.

    Parameters
    ----------
    mean_min
        Mean over the positions; ``inf`` if some of them have no answer, shape (m,) [min].
    quantiles
        The chances asked for, shape (q,).
    quantiles_min
        Time within which the unit arrives with that chance, shape (q, m) [min].
    answered_share
        Chance that there is an answer, shape (m,).
    """

    mean_min: Floats
    quantiles: tuple[float, ...]
    quantiles_min: Floats
    answered_share: Floats


def positions_in(graph: RoadGraph, search: SearchGraph, area: object, n: int) -> Beat:
    """Return positions evenly spaced along the roads of an area (systematic sampling by length)."""
    if n < 1:
        raise RoadsError(f"a beat of {n} positions is nowhere", "give at least 1")
    polygon = _polygon(area)
    a, b = graph.stretch_from, graph.stretch_to
    drivable = np.repeat(search.usable & search.main & ~carried(graph), np.diff(graph.chain_start))
    west, south, east, north = polygon.bounds
    near = drivable & ~(
        (np.maximum(graph.lon[a], graph.lon[b]) < west)
        | (np.minimum(graph.lon[a], graph.lon[b]) > east)
        | (np.maximum(graph.lat[a], graph.lat[b]) < south)
        | (np.minimum(graph.lat[a], graph.lat[b]) > north)
    )
    row = np.flatnonzero(near)
    ends = np.stack([graph.lon[a[row]], graph.lat[a[row]], graph.lon[b[row]], graph.lat[b[row]]], axis=1)
    whole = shapely.linestrings(ends.reshape(-1, 2, 2))
    inside = shapely.intersection(whole, polygon)
    length = shapely.length(whole)
    share = np.divide(shapely.length(inside), length, out=np.zeros(row.size), where=length > 0)
    km = graph.stretch_km[row] * share
    total = float(km.sum())
    if not total > 0:
        raise RoadsError(
            "the patrol area holds no road of the main network", "check that it is where it should be"
        )
    edges = np.concatenate([[0.0], np.cumsum(km)])
    at = (np.arange(n) + 0.5) / n * total
    which = np.clip(np.searchsorted(edges, at, side="right") - 1, 0, row.size - 1)
    along = (at - edges[which]) / km[which]
    points = [
        shapely.line_interpolate_point(_longest(inside[k]), min(float(t), 1.0), normalized=True)
        for k, t in zip(which, along, strict=True)
    ]
    return Beat(shapely.get_coordinates(points), np.full(n, 1.0 / n), total)


def beat_minutes(minutes: Floats, weight: Floats, quantiles: tuple[float, ...]) -> BeatMinutes:
    """Return the distribution of times over the positions of a beat (rows), for each column."""
    if not quantiles or any(not 0 <= q <= 1 for q in quantiles):
        raise RoadsError(f"quantiles are {quantiles}", "give chances between 0 and 1")
    order = np.argsort(minutes, axis=0)
    ranked = np.take_along_axis(minutes, order, axis=0)
    cumulated = np.cumsum(weight[order], axis=0)
    read = [
        np.take_along_axis(ranked, np.argmax(cumulated >= min(q, 1.0) - 1e-12, axis=0)[None], axis=0)[0]
        for q in quantiles
    ]
    share = np.where(np.isfinite(minutes), weight[:, None], 0.0).sum(axis=0)
    return BeatMinutes((minutes * weight[:, None]).sum(axis=0), tuple(quantiles), np.array(read), share)


def _polygon(area: object) -> shapely.Geometry:
    shape = area if isinstance(area, shapely.Geometry) else _ring(area)
    if shape.geom_type not in {"Polygon", "MultiPolygon"} or shape.is_empty:
        raise RoadsError(f"the patrol area is a {shape.geom_type}", "give a polygon")
    return shape if shape.is_valid else shapely.make_valid(shape)


def _ring(corners: object) -> shapely.Geometry:
    try:
        return shapely.Polygon(np.asarray(corners, dtype=np.float64))
    except (TypeError, ValueError) as err:
        raise RoadsError(
            f"the patrol area has no corners ({err})", "give a polygon or its corners, shape (k, 2)"
        ) from err


def _longest(shape: shapely.Geometry) -> shapely.Geometry:
    parts = [part for part in shapely.get_parts(shape) if part.length > 0]
    return max(parts, key=lambda part: part.length)
