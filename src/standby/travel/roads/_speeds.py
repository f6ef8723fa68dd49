"""Work out speeds and minutes of a graph under a profile, as arrays: another hour is a multiplication."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from standby._typing import Floats, Mask
from standby.travel.roads._codes import ACCESS, CLASS_CODE, CLASSES, SURFACE_CODE
from standby.travel.roads._errors import RoadsError
from standby.travel.roads._graph import AttributeColumn, RoadGraph
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
    road_class = attributes[:, AttributeColumn.ROAD_CLASS].astype(np.intp)
    access = attributes[:, AttributeColumn.ACCESS].astype(np.intp)

    # By class: the speed without a limit, outside and inside built-up areas, and the highest with one.
    base_kph = np.zeros((2, len(CLASSES)))
    most_kph = np.zeros(len(CLASSES))
    for name, speed in profile.speeds.items():
        code = CLASS_CODE[name]
        base_kph[:, code] = speed.open_kph.value, speed.built_up_kph.value
        most_kph[code] = speed.most_kph.value

    share = profile.limits.share.value
    exceed_kph = profile.limits.exceed_kph.value
    kph = np.empty((2, 2, road_class.size))
    for direction in range(2):
        limit = attributes[:, (AttributeColumn.FORWARD_KPH, AttributeColumn.BACKWARD_KPH)[direction]]
        with_limit = np.minimum(limit * share + exceed_kph, most_kph[road_class])
        for built_up in range(2):
            kph[direction, built_up] = np.where(limit > 0, with_limit, base_kph[built_up, road_class])
    _slow_down(kph, attributes, profile)

    # Roads with minutes of their own are open to every profile, so they come after who may enter.
    may_enter = np.array([name in profile.rules.access for name in ACCESS])[access]
    kph[:, :, ~may_enter | (most_kph[road_class] == 0)] = 0.0
    kph[:, :, timed(attributes)] = OPEN_KPH
    _close_one_ways(kph[1], attributes, profile)
    return kph


def _slow_down(kph: Floats, attributes: Floats, profile: Profile) -> None:
    """Lower speeds to what bad surfaces and roundabouts allow."""
    ceiling = np.full(attributes.shape[0], np.inf)
    surface = attributes[:, AttributeColumn.SURFACE]
    ceiling[surface == SURFACE_CODE["unpaved"]] = profile.surfaces.unpaved_kph.value
    ceiling[surface == SURFACE_CODE["rough"]] = profile.surfaces.rough_kph.value

    if (roundabout := profile.junctions.roundabout_kph) is not None:
        is_roundabout = attributes[:, AttributeColumn.ROUNDABOUT] > 0
        ceiling[is_roundabout] = np.minimum(ceiling[is_roundabout], roundabout.value)

    np.minimum(kph, ceiling, out=kph)


def timed(attributes: Floats) -> Mask:
    """Return which attributes are of roads whose minutes hold for every profile, shape (n_attributes,)."""
    return np.asarray(attributes[:, AttributeColumn.TIMED] > 0)


def _close_one_ways(kph_back: Floats, attributes: Floats, profile: Profile) -> None:
    """Close one-way roads against their direction, but for those that the profile drives all the same."""
    is_timed = timed(attributes)
    is_oneway = attributes[:, AttributeColumn.ONEWAY] > 0

    # Minutes that the file gives are those of the direction that it gives them for.
    kph_back[:, is_oneway & is_timed] = 0.0
    if not profile.rules.oneway:
        return

    closed = is_oneway & ~is_timed
    if (contraflow := profile.rules.contraflow) is not None:
        codes = [CLASS_CODE[name] for name in contraflow.classes]
        driven = (
            closed
            & (attributes[:, AttributeColumn.ROUNDABOUT] == 0)
            & np.isin(attributes[:, AttributeColumn.ROAD_CLASS], codes)
        )
        kph_back[:, driven] = np.minimum(kph_back[:, driven], contraflow.kph.value)
        closed &= ~driven

    kph_back[:, closed] = 0.0


def class_factors(profile: Profile, when: int | None, factor: Factor) -> Floats:
    """Return what the times of each class are multiplied by, shape (len(CLASSES),).

    Raises
    ------
    RoadsError
        If the hour is none of the week, or a factor is not above 0 or names no class.
    """
    factors = np.ones(len(CLASSES))

    if when is not None:
        hour = int(when)
        if isinstance(when, bool) or hour != when or not 0 <= hour < 168:
            raise RoadsError(f"when is {when!r}", "give an hour of the week, 0 to 167 from Monday 00:00")
        if profile.hours is None:
            raise RoadsError(
                f"profile {profile.name!r} has no [hours], so it cannot tell hours apart",
                "add them to the profile, or leave out when and give factor",
            )
        factors[[CLASS_CODE[name] for name in profile.hours.classes]] = profile.hours.factor(hour)

    if isinstance(factor, Mapping):
        for name, value in factor.items():
            if name not in CLASS_CODE:
                raise RoadsError(f"factor names the class {name!r}", f"known classes are {list(CLASSES)}")
            factors[CLASS_CODE[name]] *= _positive(value, f"factor[{name!r}]")
    elif factor is not None:
        factors *= _positive(factor, "factor")

    return factors


def junction_factor(factor: Factor) -> float:
    """Return what seconds at junctions are multiplied by: a plain factor counts for everything."""
    return 1.0 if factor is None or isinstance(factor, Mapping) else float(factor)


def _positive(value: float, label: str) -> float:
    """Return a factor that has been checked to be a finite number above 0."""
    try:
        number = float(value)
    except (TypeError, ValueError) as err:
        raise RoadsError(f"{label} is {value!r}", "it must be a number above 0") from err

    if not 0 < number < np.inf:
        raise RoadsError(f"{label} is {value!r}", "it must be a finite number above 0")
    return number


def passable(graph: RoadGraph, kph: Floats) -> Mask:
    """Return which edges are open, shape (2 n_chains,)."""
    # All stretches of a chain are open or closed alike, so the first decides.
    first = graph.chain_start[:-1]
    row = graph.stretch_attributes[first]
    turned = graph.stretch_turned[first].astype(np.intp)

    is_open = np.empty(2 * graph.n_chains, np.bool_)
    is_open[0::2] = kph[turned, 0, row] > 0
    is_open[1::2] = kph[1 - turned, 0, row] > 0
    return is_open


def chain_minutes(graph: RoadGraph, kph: Floats, factors: Floats, wait_min: float = 0.0) -> ChainMinutes:
    """Return the minutes along all chains at the given speeds, times a factor by class."""
    class_of_attributes = graph.attributes[:, AttributeColumn.ROAD_CLASS].astype(np.intp)
    with np.errstate(divide="ignore"):
        min_per_km = np.where(kph > 0, 60.0 / kph, 0.0) * factors[class_of_attributes]

    # Minutes that the file gives, in the order of the attributes and against it.
    own_factor = factors[class_of_attributes[graph.stretch_attributes]]
    own_min = graph.stretch_min * own_factor
    own_min_back = graph.stretch_min_back * own_factor

    built_up = graph.stretch_built_up.astype(np.intp)
    turned = graph.stretch_turned.astype(np.intp)
    sums = []
    for way_back in (False, True):
        # 0 where the chain, in this direction, runs in the order of the attributes.
        direction = 1 - turned if way_back else turned
        driven = min_per_km[direction, built_up, graph.stretch_attributes] * graph.stretch_km
        own = np.where(direction == 0, own_min, own_min_back)
        minutes = np.where(np.isnan(own), driven, own)
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
    first = graph.chain_start[:-1]
    road_class = graph.attributes[graph.stretch_attributes[first], AttributeColumn.ROAD_CLASS]
    return np.isin(road_class, [CLASS_CODE["ferry"], CLASS_CODE["shuttle_train"]])


def _boarding(graph: RoadGraph) -> Mask:
    """Return the edges on which one boards: carried, from a junction that touches a road."""
    is_carried = carried(graph)
    ashore = np.zeros(graph.n_junctions, np.bool_)
    ashore[graph.chain_from[~is_carried]] = True
    ashore[graph.chain_to[~is_carried]] = True

    boards = np.empty(2 * graph.n_chains, np.bool_)
    boards[0::2] = is_carried & ashore[graph.chain_from]
    boards[1::2] = is_carried & ashore[graph.chain_to]
    return boards
