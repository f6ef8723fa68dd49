"""Keep what is used again: search graphs by profile, minutes by hour and factor, places."""

from __future__ import annotations

from collections import OrderedDict
from pathlib import Path
from threading import Lock
from typing import Final, TypeVar

import numpy as np
import numpy.typing as npt

from standby._typing import Floats
from standby.travel.roads._engine import GraphMinutes, Spots, spots, table
from standby.travel.roads._graph import Bytes, RoadGraph
from standby.travel.roads._search_graph import SearchGraph, search_graph
from standby.travel.roads._snap import RoadGrid, Snapped, make_grid, places, same_places, snap
from standby.travel.roads._speeds import Factor, chain_minutes, class_factors, junction_factor
from standby.travel.roads.profile import Profile
from standby.travel.roads.profiles import read_profile

K = TypeVar("K")
V = TypeVar("V")

MOST_KEPT: Final = 8
"""How many costs, profiles and sets of places are kept at a time."""


class Prepared:
    """A road graph made ready for searches; several threads may ask at once.

    Parameters
    ----------
    graph
        The road graph.
    max_snap_km
        Places further from every road than this are on none [km].
    """

    def __init__(self, graph: RoadGraph, max_snap_km: float) -> None:
        self.graph = graph
        self.max_snap_km = max_snap_km
        self._lock = Lock()
        self._grid: RoadGrid | None = None
        self._search: OrderedDict[str, SearchGraph] = OrderedDict()
        self._costs: OrderedDict[object, GraphMinutes] = OrderedDict()
        self._places: OrderedDict[object, tuple[Bytes, Snapped]] = OrderedDict()

    def costs(
        self, profile: str | Path | Profile, when: int | None, factor: Factor
    ) -> tuple[GraphMinutes, SearchGraph]:
        """Return the minutes of a profile in an hour of the week, and the graph that they are on."""
        chosen = read_profile(profile)
        factors = class_factors(chosen, when, factor)
        at_junctions = junction_factor(factor)

        profile_key = chosen.model_dump_json()
        costs_key = (profile_key, factors.tobytes(), at_junctions)
        with self._lock:
            search = self._search.get(profile_key)
            if search is None:
                search = search_graph(self.graph, chosen)
                _keep(self._search, profile_key, search)

            costs = self._costs.get(costs_key)
            if costs is None:
                wait_min = chosen.ferries.wait_min.value * at_junctions
                chains = chain_minutes(self.graph, search.kph, factors, wait_min)
                extra = search.extra * at_junctions
                weight = (chains.edge[search.base] + extra).astype(np.float32)
                costs = GraphMinutes(search, chains, extra, weight)
                _keep(self._costs, costs_key, costs)

        return costs, search

    def snapped(self, search: SearchGraph, given: npt.ArrayLike, label: str) -> Snapped:
        """Return where places meet the road; `label` says whether they are origins."""
        lonlat = places(given, self.graph, label=label)
        rank = search.origin_rank if label.startswith("origin") else search.destination_rank

        # An id may be given again to another array, so the array itself is kept beside it and compared.
        key = (id(rank), lonlat.tobytes())
        with self._lock:
            if self._grid is None:
                self._grid = make_grid(self.graph)
            if (kept := self._places.get(key)) is not None and kept[0] is rank:
                return kept[1]

        # Outside the lock, so that other threads need not wait.
        snapped = snap(self.graph, self._grid, search, lonlat, self.max_snap_km, rank)
        with self._lock:
            _keep(self._places, key, (rank, snapped))
        return snapped

    def spots(
        self, costs: GraphMinutes, search: SearchGraph, given: npt.ArrayLike, label: str
    ) -> tuple[Spots, Floats]:
        """Return places in minutes along their roads, and their distances from them [km]."""
        snapped = self.snapped(search, given, label)
        return spots(self.graph, costs.chains, snapped), snapped.km

    def minutes(
        self,
        costs: GraphMinutes,
        origins: tuple[npt.ArrayLike, Spots],
        destinations: tuple[npt.ArrayLike, Spots],
        limit_min: float,
    ) -> Floats:
        """Return the minutes between places, each given as its position and its spot on the road.

        From a place to itself it takes none: without that rule it might, because a place may be put on one
        carriageway to leave it and on the other to come to it.
        """
        origin_lonlat, start = origins
        destination_lonlat, end = destinations
        minutes = table(costs, start, end, limit_min)

        row, column = same_places(origin_lonlat, destination_lonlat)
        on_roads = (start.chain[row] >= 0) & (end.chain[column] >= 0)
        minutes[row[on_roads], column[on_roads]] = 0.0
        return minutes


def _keep(store: OrderedDict[K, V], key: K, value: V) -> None:
    """Keep a value, and drop the oldest beyond `MOST_KEPT`."""
    store[key] = value
    while len(store) > MOST_KEPT:
        store.popitem(last=False)
