"""What is worked out once and used again: search graphs by profile, minutes by hour and factor, places."""

from __future__ import annotations

from collections import OrderedDict
from pathlib import Path
from threading import Lock
from typing import Final, TypeVar

import numpy as np
import numpy.typing as npt

from standby._typing import Floats
from standby.travel.roads._engine import Costs, Spots, spots, table
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
        self._costs: OrderedDict[object, Costs] = OrderedDict()
        self._places: OrderedDict[object, tuple[Bytes, Snapped]] = OrderedDict()

    def costs(
        self, profile: str | Path | Profile, when: int | None, factor: Factor
    ) -> tuple[Costs, SearchGraph]:
        """Return the minutes of a profile in an hour of the week, and the graph that they are on."""
        chosen = read_profile(profile)
        factors = class_factors(chosen, when, factor)
        slow = junction_factor(factor)
        form = chosen.model_dump_json()
        key = (form, factors.tobytes(), slow)
        with self._lock:
            search = self._search.get(form)
            if search is None:
                search = search_graph(self.graph, chosen)
                _keep(self._search, form, search)
            costs = self._costs.get(key)
            if costs is None:
                wait = chosen.ferries.wait_min.value * slow
                chains = chain_minutes(self.graph, search.kph, factors, wait)
                extra = search.extra * slow
                weight = (chains.edge[search.base] + extra).astype(np.float32)
                costs = Costs(search, chains, extra, weight)
                _keep(self._costs, key, costs)
        return costs, search

    def snapped(self, search: SearchGraph, given: npt.ArrayLike, label: str) -> Snapped:
        """Return where places meet the road; `label` says whether they are origins."""
        lonlat = places(given, self.graph, label=label)
        rank = search.origin_rank if label.startswith("origin") else search.destination_rank
        key = (id(rank), lonlat.tobytes())
        with self._lock:
            if self._grid is None:
                self._grid = make_grid(self.graph)
            if (known := self._places.get(key)) is not None and known[0] is rank:
                return known[1]
        found = snap(self.graph, self._grid, search, lonlat, self.max_snap_km, rank)
        with self._lock:
            _keep(self._places, key, (rank, found))
        return found

    def spots(
        self, costs: Costs, search: SearchGraph, given: npt.ArrayLike, label: str
    ) -> tuple[Spots, Floats]:
        """Return places in minutes along their roads, and their distances from them [km]."""
        found = self.snapped(search, given, label)
        return spots(self.graph, costs.chains, found), found.km

    def minutes(
        self,
        costs: Costs,
        origins: tuple[npt.ArrayLike, Spots],
        destinations: tuple[npt.ArrayLike, Spots],
        limit_min: float,
    ) -> Floats:
        """Return the minutes between places; from a place to itself it takes none.

        A place may be put on one carriageway to leave it and on the other to come to it.
        """
        (from_lonlat, start), (to_lonlat, end) = origins, destinations
        out = table(costs, start, end, limit_min)
        here, there = same_places(from_lonlat, to_lonlat)
        on_roads = (start.chain[here] >= 0) & (end.chain[there] >= 0)
        out[here[on_roads], there[on_roads]] = 0.0
        return out


def _keep(kept: OrderedDict[K, V], key: K, value: V) -> None:
    kept[key] = value
    while len(kept) > MOST_KEPT:
        kept.popitem(last=False)
