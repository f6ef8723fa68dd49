"""Times from units on the move: a patrol area as a distribution over its roads."""

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

    # Only stretches whose box meets the box of the area need to be cut.
    lon_u = graph.lon[graph.stretch_from]
    lat_u = graph.lat[graph.stretch_from]
    lon_v = graph.lon[graph.stretch_to]
    lat_v = graph.lat[graph.stretch_to]
    west, south, east, north = polygon.bounds
    apart = (
        (np.maximum(lon_u, lon_v) < west)
        | (np.minimum(lon_u, lon_v) > east)
        | (np.maximum(lat_u, lat_v) < south)
        | (np.minimum(lat_u, lat_v) > north)
    )
    drivable = np.repeat(search.usable & search.main & ~carried(graph), np.diff(graph.chain_start))
    row = np.flatnonzero(drivable & ~apart)

    # The part of each stretch that lies inside, and its length.
    ends = np.stack([lon_u[row], lat_u[row], lon_v[row], lat_v[row]], axis=1)
    whole = shapely.linestrings(ends.reshape(-1, 2, 2))
    inside = shapely.intersection(whole, polygon)
    length = shapely.length(whole)
    share = np.divide(shapely.length(inside), length, out=np.zeros(row.size), where=length > 0)
    km = graph.stretch_km[row] * share
    total_km = float(km.sum())
    if not total_km > 0:
        raise RoadsError(
            "the patrol area holds no road of the main network", "check that it is where it should be"
        )

    # Lay the parts end to end, and put a position into the middle of each n-th of the whole.
    start_km = np.concatenate([[0.0], np.cumsum(km)])
    at_km = (np.arange(n) + 0.5) / n * total_km
    part = np.clip(np.searchsorted(start_km, at_km, side="right") - 1, 0, row.size - 1)
    share_along = (at_km - start_km[part]) / km[part]
    positions = [
        shapely.line_interpolate_point(_longest(inside[k]), min(float(along), 1.0), normalized=True)
        for k, along in zip(part, share_along, strict=True)
    ]
    return Beat(shapely.get_coordinates(positions), np.full(n, 1.0 / n), total_km)


def beat_minutes(minutes: Floats, weight: Floats, quantiles: tuple[float, ...]) -> BeatMinutes:
    """Return the distribution of times over the positions of a beat (rows), for each column."""
    if not quantiles or any(not 0 <= chance <= 1 for chance in quantiles):
        raise RoadsError(f"quantiles are {quantiles}", "give chances between 0 and 1")

    order = np.argsort(minutes, axis=0)
    in_order = np.take_along_axis(minutes, order, axis=0)
    cumulated = np.cumsum(weight[order], axis=0)

    # The first time at which the weights add up to the chance, but for rounding.
    quantiles_min = []
    for chance in quantiles:
        row = np.argmax(cumulated >= min(chance, 1.0) - 1e-12, axis=0)
        quantiles_min.append(np.take_along_axis(in_order, row[None], axis=0)[0])

    return BeatMinutes(
        mean_min=(minutes * weight[:, None]).sum(axis=0),
        quantiles=tuple(quantiles),
        quantiles_min=np.array(quantiles_min),
        answered_share=np.where(np.isfinite(minutes), weight[:, None], 0.0).sum(axis=0),
    )


def _polygon(area: object) -> shapely.Geometry:
    """Return a valid polygon of what was given as a patrol area."""
    shape = area if isinstance(area, shapely.Geometry) else _ring(area)
    if shape.geom_type not in {"Polygon", "MultiPolygon"} or shape.is_empty:
        raise RoadsError(f"the patrol area is a {shape.geom_type}", "give a polygon")
    return shape if shape.is_valid else shapely.make_valid(shape)


def _ring(corners: object) -> shapely.Geometry:
    """Return the polygon with given corners."""
    try:
        return shapely.Polygon(np.asarray(corners, dtype=np.float64))
    except (TypeError, ValueError) as err:
        raise RoadsError(
            f"the patrol area has no corners ({err})", "give a polygon or its corners, shape (k, 2)"
        ) from err


def _longest(shape: shapely.Geometry) -> shapely.Geometry:
    """Return the longest part of a line that the border of an area may have cut into several."""
    parts = [part for part in shapely.get_parts(shape) if part.length > 0]
    return max(parts, key=lambda part: part.length)
