"""Speeds and minutes of a graph under a profile. All of it is arrays: another hour is a multiplication."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from standby._typing import Floats, Mask
from standby.travel.roads._codes import ACCESS, CLASS_CODE, CLASSES, SURFACE_CODE
from standby.travel.roads._errors import RoadsError
from standby.travel.roads._graph import RoadGraph
from standby.travel.roads.profile import Profile

OPEN_KPH: Final = 1.0
"""What stands for the speed of a road with minutes of its own: it is open, and no speed is used [km/h]."""

Factor = float | Mapping[str, float] | None


@dataclass(frozen=True, slots=True, eq=False)
class ChainMinutes:
    """Minutes along chains.

    Parameters
    ----------
    along, against
        Minutes from the start of all chains to the start of each stretch, in and against the direction of
        its chain, and the end, shape (n_stretches + 1,); closed stretches count as 0 [min].
    edge
        Minutes of each edge, ``inf`` where it is closed, shape (2 n_chains,) [min].
    """

    along: Floats
    against: Floats
    edge: Floats


def speeds(attributes: Floats, profile: Profile) -> Floats:
    """Return the speed under each attribute, 0 where closed [km/h].

    Returns
    -------
    numpy.ndarray
        Shape (2, 2, n_attributes): along and against the points, outside and inside built-up areas.
    """
    road = attributes[:, 0].astype(np.intp)
    base, most = np.zeros((2, len(CLASSES))), np.zeros(len(CLASSES))
    for name, speed in profile.speeds.items():
        code = CLASS_CODE[name]
        base[:, code] = speed.open_kph.value, speed.built_up_kph.value
        most[code] = speed.most_kph.value
    share, exceed = profile.limits.share.value, profile.limits.exceed_kph.value
    out = np.empty((2, 2, road.size))
    for side in range(2):
        limit = attributes[:, 5 + side]
        allowed = np.minimum(limit * share + exceed, most[road])
        for built_up in range(2):
            out[side, built_up] = np.where(limit > 0, allowed, base[built_up, road])
    _slow_down(out, attributes, profile)
    may_enter = np.array([name in profile.rules.access for name in ACCESS])[attributes[:, 1].astype(np.intp)]
    out[:, :, ~may_enter | (most[road] == 0)] = 0.0
    out[:, :, timed(attributes)] = OPEN_KPH
    _one_way(out[1], attributes, profile)
    return out


def _slow_down(out: Floats, attributes: Floats, profile: Profile) -> None:
    ceiling = np.full(attributes.shape[0], np.inf)
    surface = attributes[:, 2]
    ceiling[surface == SURFACE_CODE["unpaved"]] = profile.surfaces.unpaved_kph.value
    ceiling[surface == SURFACE_CODE["rough"]] = profile.surfaces.rough_kph.value
    if (roundabout := profile.junctions.roundabout_kph) is not None:
        ring = attributes[:, 4] > 0
        ceiling[ring] = np.minimum(ceiling[ring], roundabout.value)
    np.minimum(out, ceiling, out=out)


def timed(attributes: Floats) -> Mask:
    """Return which attributes are of roads whose minutes hold for every profile, shape (n_attributes,)."""
    return np.asarray(attributes[:, 7] > 0)


def _one_way(against: Floats, attributes: Floats, profile: Profile) -> None:
    # Minutes that are given are those of the direction that they are given for.
    against[:, (attributes[:, 3] > 0) & timed(attributes)] = 0.0
    if not profile.rules.oneway:
        return
    oneway = (attributes[:, 3] > 0) & ~timed(attributes)
    allowed = np.zeros(oneway.size, np.bool_)
    if (contraflow := profile.rules.contraflow) is not None:
        codes = [CLASS_CODE[name] for name in contraflow.classes]
        allowed = oneway & (attributes[:, 4] == 0) & np.isin(attributes[:, 0], codes)
        against[:, allowed] = np.minimum(against[:, allowed], contraflow.kph.value)
    against[:, oneway & ~allowed] = 0.0


def class_factors(profile: Profile, when: int | None, factor: Factor) -> Floats:
    """Return what the times of each class are multiplied by, shape (len(CLASSES),).

    Raises
    ------
    RoadsError
        If the hour is none of the week, or a factor is not above 0 or names no class.
    """
    out = np.ones(len(CLASSES))
    if when is not None:
        hour = int(when)
        if isinstance(when, bool) or hour != when or not 0 <= hour < 168:
            raise RoadsError(f"when is {when!r}", "give an hour of the week, 0 to 167 from Monday 00:00")
        if profile.hours is None:
            raise RoadsError(
                f"profile {profile.name!r} has no [hours], so it cannot tell hours apart",
                "add them to the profile, or leave out when and give factor",
            )
        out[[CLASS_CODE[name] for name in profile.hours.classes]] = profile.hours.factor(hour)
    if isinstance(factor, Mapping):
        for name, value in factor.items():
            if name not in CLASS_CODE:
                raise RoadsError(f"factor names the class {name!r}", f"known classes are {list(CLASSES)}")
            out[CLASS_CODE[name]] *= _positive(value, f"factor[{name!r}]")
    elif factor is not None:
        out *= _positive(factor, "factor")
    return out


def junction_factor(factor: Factor) -> float:
    """Return what seconds at junctions are multiplied by: a plain factor counts for everything."""
    return 1.0 if factor is None or isinstance(factor, Mapping) else float(factor)


def _positive(value: float, label: str) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError) as err:
        raise RoadsError(f"{label} is {value!r}", "it must be a number above 0") from err
    if not 0 < number < np.inf:
        raise RoadsError(f"{label} is {value!r}", "it must be a finite number above 0")
    return number


def passable(graph: RoadGraph, kph: Floats) -> Mask:
    """Return which edges are open, shape (2 n_chains,)."""
    first = graph.chain_start[:-1]
    row, turned = graph.stretch_attributes[first], graph.stretch_turned[first].astype(np.intp)
    out = np.empty(2 * graph.n_chains, np.bool_)
    out[0::2] = kph[turned, 0, row] > 0
    out[1::2] = kph[1 - turned, 0, row] > 0
    return out


def chain_minutes(graph: RoadGraph, kph: Floats, factors: Floats, wait_min: float = 0.0) -> ChainMinutes:
    """Return the minutes along all chains at the given speeds, times a factor by class."""
    with np.errstate(divide="ignore"):
        pace = np.where(kph > 0, 60.0 / kph, 0.0) * factors[graph.attributes[:, 0].astype(np.intp)]
    built_up, turned = graph.stretch_built_up.astype(np.intp), graph.stretch_turned.astype(np.intp)
    by_class = factors[graph.attributes[graph.stretch_attributes, 0].astype(np.intp)]
    given, given_back = graph.stretch_min * by_class, graph.stretch_min_back * by_class
    sums = []
    for way_back in (False, True):
        side = 1 - turned if way_back else turned
        minutes = pace[side, built_up, graph.stretch_attributes] * graph.stretch_km
        own = np.where(side == 0, given, given_back)
        minutes = np.where(np.isnan(own), minutes, own)
        sums.append(np.concatenate([[0.0], np.cumsum(minutes)]))
    edge = np.empty(2 * graph.n_chains)
    for k in range(2):
        edge[k::2] = np.diff(sums[k][graph.chain_start])
    edge[~passable(graph, kph)] = np.inf
    if wait_min:
        edge += wait_min * _boarding(graph)
    return ChainMinutes(sums[0], sums[1], edge)


def carried(graph: RoadGraph) -> Mask:
    """Return which chains carry the car: ferries and trains, shape (n_chains,)."""
    road = graph.attributes[graph.stretch_attributes[graph.chain_start[:-1]], 0]
    return np.isin(road, [CLASS_CODE["ferry"], CLASS_CODE["shuttle_train"]])


def _boarding(graph: RoadGraph) -> Mask:
    """Return the edges on which one boards: carried, from a junction that touches a road."""
    on_board, ashore = carried(graph), np.zeros(graph.n_junctions, np.bool_)
    ashore[graph.chain_from[~on_board]] = True
    ashore[graph.chain_to[~on_board]] = True
    out = np.empty(2 * graph.n_chains, np.bool_)
    out[0::2], out[1::2] = on_board & ashore[graph.chain_from], on_board & ashore[graph.chain_to]
    return out
