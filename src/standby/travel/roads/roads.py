"""Roads: times, reasons and isochrones over a road graph."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from standby._show import Shown
from standby._typing import Floats
from standby.travel.roads._engine import reachable, table
from standby.travel.roads._errors import RoadsError
from standby.travel.roads._graph import RoadGraph
from standby.travel.roads._isochrone import isochrone, node_minutes, nodes_of_use
from standby.travel.roads._prepared import Prepared
from standby.travel.roads._tables import edge_table, line_table, node_table, snap_table
from standby.travel.roads.beat import Beat, BeatMinutes, beat_minutes, positions_in
from standby.travel.roads.profile import Profile
from standby.travel.roads.reasons import Reasons
from standby.words import count


class Roads(Shown):
    """A road network that answers how long it takes from here to there.

    Made by `read_roads`. Positions are longitude and latitude; a place is put on the nearest road that the
    profile may use (see `reasons` for how far that is) and the way between place and road takes no time.

    Parameters
    ----------
    graph
        The road graph.
    max_snap_km
        Places further from every road than this have no answer [km].
    """

    def __init__(self, graph: RoadGraph, *, max_snap_km: float = 1.0) -> None:
        if not 0 < max_snap_km < np.inf:
            raise RoadsError(f"max_snap_km is {max_snap_km}", "give a distance above 0")
        self.graph = graph
        self._prepared = Prepared(graph, float(max_snap_km))

    def __repr__(self) -> str:
        """Return the class and the summary."""
        return f"<Roads: {self.summary()}>"

    @property
    def max_snap_km(self) -> float:
        """Places further from every road than this have no answer [km]."""
        return self._prepared.max_snap_km

    @property
    def findings(self) -> tuple[str, ...]:
        """What was noticed while the file was read, one sentence each."""
        return self.graph.findings

    @property
    def km(self) -> float:
        """Length of all roads and ferries [km]."""
        return float(self.graph.stretch_km.sum(dtype=np.float64))

    @property
    def driving_side(self) -> str:
        """``"left"`` or ``"right"``."""
        return "left" if self.graph.left_hand else "right"

    def summary(self) -> str:
        """Return one sentence."""
        return (
            f"{count(round(self.km))} km of road, {count(self.graph.lon.size)} points, "
            f"{count(self.graph.n_junctions)} junctions, traffic on the {self.driving_side}"
        )

    def minutes(
        self,
        origins: npt.ArrayLike,
        destinations: npt.ArrayLike,
        *,
        profile: str | Path | Profile = "blue_light",
        limit_min: float | None = None,
        when: int | None = None,
        factor: float | Mapping[str, float] | None = None,
    ) -> Floats:
        """Return driving times.

        Dijkstra's algorithm from each origin, cut off at the limit, over junctions; positions along roads
        are exact. From a place to itself it takes no time, on whatever carriageway it is put.

        Parameters
        ----------
        origins
            Longitude and latitude, shape (n, 2) [degrees].
        destinations
            The same, shape (m, 2) [degrees].
        profile
            Name of a profile, path of a TOML file, or a profile.
        limit_min
            Longer times are ``inf``; a limit makes large tables faster [min].
        when
            Hour of the week, 0 to 167 from Monday 00:00: times are multiplied as the profile's ``[hours]``
            says. Without it they are those of an ordinary hour.
        factor
            Times are multiplied by this: one number for everything, or numbers by class of road, the others
            staying as they are.

        Returns
        -------
        numpy.ndarray
            Times, ``inf`` where there is no answer (`reasons` says why), shape (n, m) [min].

        Raises
        ------
        TravelInputError
            If positions, the profile, the hour or the factor cannot be used; the message says how to fix it.

        References
        ----------
        E. W. Dijkstra, "A note on two problems in connexion with graphs", Numerische Mathematik 1, 1959,
        pages 269-271.
        """
        limit = _limit(limit_min)
        costs, search = self._prepared.costs(profile, when, factor)
        start, _ = self._prepared.spots(costs, search, origins, "origins")
        end, _ = self._prepared.spots(costs, search, destinations, "destinations")
        return self._prepared.minutes(costs, (origins, start), (destinations, end), limit)

    def reasons(
        self,
        origins: npt.ArrayLike,
        destinations: npt.ArrayLike,
        *,
        profile: str | Path | Profile = "blue_light",
        limit_min: float | None = None,
        when: int | None = None,
        factor: float | Mapping[str, float] | None = None,
    ) -> Reasons:
        """Return why pairs have no answer, and how far each place lies from its road.

        Parameters
        ----------
        origins, destinations, profile, limit_min, when, factor
            As in `minutes` [degrees; min].

        Returns
        -------
        Reasons
            A code for every pair, and snapping distances [km].

        Raises
        ------
        TravelInputError
            As in `minutes`.
        """
        limit = _limit(limit_min)
        costs, search = self._prepared.costs(profile, when, factor)
        start, start_km = self._prepared.spots(costs, search, origins, "origins")
        end, end_km = self._prepared.spots(costs, search, destinations, "destinations")
        minutes = self._prepared.minutes(costs, (origins, start), (destinations, end), limit)
        answered = np.isfinite(minutes)

        # Positions in `REASONS`; where several reasons hold, the last that is written counts.
        codes = np.full(answered.shape, 2, np.int8)
        codes[answered] = 0
        if np.isfinite(limit):
            codes[reachable(costs, start, end, ~answered)] = 1
        codes[:, ~np.isfinite(end_km)] = 4
        codes[~np.isfinite(start_km), :] = 3
        return Reasons(codes, start_km, end_km)

    def isochrone(
        self,
        origin: npt.ArrayLike,
        minutes: float,
        *,
        profile: str | Path | Profile = "blue_light",
        when: int | None = None,
        factor: float | Mapping[str, float] | None = None,
    ) -> shapely.MultiPolygon:
        """Return the area that is reached in some minutes.

        It holds every point of the road network that is reached in time, and at most 5% of the points within
        2 km of those that are not. Places between roads belong to it if the roads around them do.

        Parameters
        ----------
        origin
            Longitude and latitude, shape (2,), or several places of which the nearest counts, shape (n, 2)
            [degrees].
        minutes
            How far [min].
        profile, when, factor
            As in `minutes`.

        Returns
        -------
        shapely.MultiPolygon
            In longitude and latitude; empty if the origin is on no road.

        Raises
        ------
        TravelInputError
            As in `minutes`.
        """
        limit = _limit(minutes)
        if not np.isfinite(limit):
            raise RoadsError("minutes are not finite, or not above 0", "give finite numbers above 0")

        costs, search = self._prepared.costs(profile, when, factor)
        start, _ = self._prepared.spots(costs, search, np.atleast_2d(np.asarray(origin)), "origin")
        reached_min = node_minutes(self.graph, costs, start, limit)

        # Nodes on roads that are closed to this driver, cut off or at sea are places like any other.
        off_network = np.flatnonzero(~nodes_of_use(self.graph, costs))
        if off_network.size:
            lonlat = np.stack([self.graph.lon[off_network], self.graph.lat[off_network]], axis=1)
            end, _ = self._prepared.spots(costs, search, lonlat, "nodes")
            reached_min[off_network] = table(costs, start, end, limit).min(axis=0, initial=np.inf)

        return isochrone(self.graph, reached_min, limit)

    def beat(
        self,
        area: shapely.Geometry | npt.ArrayLike,
        *,
        positions: int = 100,
        profile: str | Path | Profile = "blue_light",
    ) -> Beat:
        """Return a patrol area: positions spread evenly along its roads.

        Parameters
        ----------
        area
            A polygon in longitude and latitude, or its corners, shape (k, 2) [degrees].
        positions
            How many.
        profile
            Whose roads count.

        Returns
        -------
        Beat
            The positions, each standing for the same length of road.

        Raises
        ------
        RoadsError
            If the area is no polygon or holds no road.
        """
        _, search = self._prepared.costs(profile, None, None)
        return positions_in(self.graph, search, area, positions)

    def beat_minutes(
        self,
        beat: Beat,
        destinations: npt.ArrayLike,
        *,
        quantiles: tuple[float, ...] = (0.05, 0.5, 0.95),
        profile: str | Path | Profile = "blue_light",
        limit_min: float | None = None,
        when: int | None = None,
        factor: float | Mapping[str, float] | None = None,
    ) -> BeatMinutes:
        """Return the distribution of times from a unit that may be anywhere on its beat.

        Parameters
        ----------
        beat
            The patrol area.
        destinations, profile, limit_min, when, factor
            As in `minutes` [degrees; min].
        quantiles
            Chances for which to return the time within which the unit arrives.

        Returns
        -------
        BeatMinutes
            Mean, quantiles and the chance of an answer, for each destination.

        Raises
        ------
        TravelInputError
            As in `minutes`.
        """
        minutes = self.minutes(
            beat.lonlat, destinations, profile=profile, limit_min=limit_min, when=when, factor=factor
        )
        return beat_minutes(minutes, beat.weight, quantiles)

    def snap(
        self,
        given: npt.ArrayLike,
        *,
        role: str = "destination",
        profile: str | Path | Profile = "blue_light",
    ) -> pd.DataFrame:
        """Return where places meet the road.

        Parameters
        ----------
        given
            Longitude and latitude, shape (n, 2) [degrees].
        role
            ``"origin"`` or ``"destination"``: a road that one may leave but not come to serves origins only.
        profile
            Whose roads count.

        Returns
        -------
        pandas.DataFrame
            ``lon``, ``lat`` on the road, ``km`` from it and the ``road_class``; missing where none is near.

        Raises
        ------
        TravelInputError
            As in `minutes`.
        """
        _, search = self._prepared.costs(profile, None, None)
        if role not in {"origin", "destination"}:
            raise RoadsError(f"role is {role!r}", "give 'origin' or 'destination'")

        snapped = self._prepared.snapped(search, given, f"{role}s")
        return snap_table(self.graph, snapped)

    def edges(
        self,
        *,
        profile: str | Path | Profile = "blue_light",
        when: int | None = None,
        factor: float | Mapping[str, float] | None = None,
    ) -> pd.DataFrame:
        """Return the directed stretches that a profile may drive, for checks and for other engines.

        Junctions, turns and closed barriers are not in it: a plain search over it gives the times of
        ``profile.without_junctions()`` where no barrier is closed.

        Parameters
        ----------
        profile, when, factor
            As in `minutes`.

        Returns
        -------
        pandas.DataFrame
            ``from_node``, ``to_node`` (rows of `nodes`), ``km``, ``minutes``, ``road_class``.

        Raises
        ------
        TravelInputError
            As in `minutes`.
        """
        costs, _ = self._prepared.costs(profile, when, factor)
        return edge_table(self.graph, costs.chains)

    def nodes(self) -> pd.DataFrame:
        """Return all points of the roads: ``lon``, ``lat`` and whether it is a ``junction``.

        Returns
        -------
        pandas.DataFrame
            One row for each point.
        """
        return node_table(self.graph)

    def components(self, *, profile: str | Path | Profile = "blue_light") -> pd.DataFrame:
        """Return the parts of the network within which a profile can drive from everywhere to everywhere.

        Parameters
        ----------
        profile
            Whose roads count.

        Returns
        -------
        pandas.DataFrame
            ``km`` and ``share`` of the length, the largest first.

        Raises
        ------
        RoadsError
            As in `minutes`.
        """
        _, search = self._prepared.costs(profile, None, None)
        km = np.sort(search.part_km[search.part_km > 0])[::-1]
        return pd.DataFrame({"km": km, "share": km / km.sum() if km.size else km})

    def lines(self) -> gpd.GeoDataFrame:
        """Return all roads as lines with their class, for drawing.

        Returns
        -------
        geopandas.GeoDataFrame
            ``road_class`` and ``geometry`` in longitude and latitude, one row from junction to junction.
        """
        return line_table(self.graph)


def _limit(limit_min: float | None) -> float:
    """Return a checked limit, ``inf`` for none [min]."""
    if limit_min is None:
        return np.inf

    limit = float(limit_min)
    if not limit > 0:
        raise RoadsError(f"a limit of {limit_min} minutes reaches nothing", "give a number above 0")
    return limit
