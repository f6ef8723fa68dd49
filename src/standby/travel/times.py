"""Work out the minutes of a plan: from every site to every area and key location."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from standby._refusals import Refusal, UnknownNameError
from standby._show import Shown, points
from standby._typing import Floats, Mask
from standby.evidence import Manifest
from standby.plan import Plan, place_table, read_matrix
from standby.travel._crow import car_minutes_from_km
from standby.travel._great_circle import great_circle_km
from standby.travel._plan_roads import (
    FINDING_COLUMNS,
    minutes_over_roads,
    off_road_reason,
    off_the_roads,
    road_minutes,
)
from standby.travel.patrols import (
    PatrolMinutes,
    minutes_of_patrols,
    no_patrols,
    patrol_positions,
    patrolled_points,
)

if TYPE_CHECKING:
    import geopandas


@dataclass(frozen=True, eq=False)
class Times(Shown):
    """Minutes of a drive between the places of a plan.

    The drive is an ordinary one or, over roads, the one that the plan's profile describes. The emergency
    factor and the doubt of the model are figures of the plan that `standby.cover` multiplies by, so that a
    draw of the doubt needs no new times.

    Parameters
    ----------
    site_ids, place_ids
        Rows and columns; areas come before key locations.
    minutes
        The drive [min], shape (sites, places); ``inf`` means "may not or cannot serve".
    areas
        Number of columns that are areas.
    method
        What the minutes come from.
    manifest
        What is needed to reproduce them.
    findings
        Sites and places to which no road leads, or none on their island, and patrols without a road, one row
        each: ``kind`` (site, area, key location or patrol), ``id``, ``name`` and ``reason``. Their minutes
        are ``inf``.
    road_notes
        What was noticed while the road file was read.
    patrols
        Minutes from where units on patrol are, by the same method.
    """

    site_ids: tuple[str, ...]
    place_ids: tuple[str, ...]
    minutes: Floats
    areas: int
    method: str
    manifest: Manifest
    findings: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(FINDING_COLUMNS)))
    road_notes: tuple[str, ...] = ()
    patrols: PatrolMinutes = field(default_factory=no_patrols)

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences that name every site and place to which no road leads; they name places: internal."""
        groups = self.findings.groupby(["kind", "reason"], sort=False)
        return tuple(
            f"{_count(len(rows), str(kind))} {reason}: {', '.join(rows['name'] + ' (' + rows['id'] + ')')}."
            for (kind, reason), rows in groups
        )

    @property
    def counts(self) -> tuple[str, ...]:
        """The same sentences with numbers in place of names, for the public edition."""
        groups = self.findings.groupby(["kind", "reason"], sort=False)
        return tuple(f"{_count(len(rows), str(kind))} {reason}." for (kind, reason), rows in groups)

    @property
    def table(self) -> pd.DataFrame:
        """One row per pair: ``site``, ``place``, ``minutes`` of the drive [min]."""
        n_sites = len(self.site_ids)
        n_places = len(self.place_ids)
        return pd.DataFrame(
            {
                "site": np.repeat(self.site_ids, n_places),
                "place": np.tile(self.place_ids, n_sites),
                "minutes": self.minutes.ravel(),
            }
        )

    def _main_table(self) -> pd.DataFrame:
        """Return a corner of the minutes: all pairs would be a long table."""
        return pd.DataFrame(self.minutes[:5, :8], self.site_ids[:5], self.place_ids[:8])

    def to_geodataframe(self, plan: Plan) -> geopandas.GeoDataFrame:
        """Return the areas and key locations of a plan, each with the site whose drive is shortest.

        Parameters
        ----------
        plan
            The plan that the minutes are of: it knows where the places lie.

        Returns
        -------
        geopandas.GeoDataFrame
            Points in WGS 84 (EPSG:4326), one row per place: ``id``, ``name``, ``lon``, ``lat``, the nearest
            ``site`` (empty where no road leads from any) and the ``minutes`` of the drive from it [min].

        Raises
        ------
        ValueError
            If a place of the times is not in the plan.
        ImportError
            If geopandas is not installed.
        """
        places = place_table(plan.tables)[["id", "name", "lon", "lat"]]
        if tuple(places["id"]) != self.place_ids:
            raise Refusal(
                "these times are of other places than the plan's", "make them with travel_times(plan)"
            )

        if self.site_ids:
            shortest_min = self.minutes.min(axis=0)
            nearest_site = self.minutes.argmin(axis=0)
        else:
            shortest_min = np.full(len(places), np.inf)
            nearest_site = np.zeros(len(places), dtype=int)

        site = [
            "" if np.isinf(minutes) else self.site_ids[row]
            for minutes, row in zip(shortest_min, nearest_site, strict=True)
        ]
        return points({"places": places.assign(site=site, minutes=shortest_min)}, "places")

    def summary(self) -> str:
        """Return one sentence."""
        return f"{len(self.site_ids)} sites × {len(self.place_ids)} places by {self.method}."

    def rows(self, site_ids: tuple[str, ...]) -> Floats:
        """Return the minutes from the named sites, shape (sites, places) [min].

        Raises
        ------
        UnknownNameError
            A ``ValueError`` and a ``KeyError``: if a site has no minutes; its id is named.
        """
        row_of = {name: row for row, name in enumerate(self.site_ids)}

        missing = [name for name in site_ids if name not in row_of]
        if missing:
            named = ", ".join(map(str, missing[:5]))
            raise UnknownNameError(f"no travel times from {named}", "make them with travel_times(plan)")

        return self.minutes[[row_of[name] for name in site_ids]]


def travel_times(plan: Plan) -> Times:
    """Return the minutes of a drive from every site to every area and key location of a plan.

    Parameters
    ----------
    plan
        The plan; it has an option's own sites once the option is laid over it.

    Returns
    -------
    Times
        The minutes, by the method that ``travel.method`` in ``plan.toml`` names. Without roads an area that
        states its extent is a disc of people, not a point: the distance to it is the root mean square
        distance to them, √(d² + area / 2π). Over roads it is seven points on their nearest roads, its own
        and six around it that are as far from it, by root mean square, as people on that disc; the minutes
        are those within which half of them are reached. An area without extent is a point.

    Raises
    ------
    PlanError
        If the plan names a matrix that does not fit its sites and places, or a road file or a profile that
        cannot be used, or roads of another place; the message names the file and the fix.
    """
    sites = plan.table("sites")
    places = place_table(plan.tables)
    areas = int((places["kind"] == "area").sum())
    site_ids = tuple(sites["id"])
    place_ids = tuple(places["id"])

    travel = plan.document.travel
    manifest = plan.manifest(travel=travel.method)
    if travel.method == "matrix":
        minutes = read_matrix(plan, site_ids, place_ids)
        method = "a table of minutes"
        patrols = _patrols_at_sites(plan, site_ids, minutes)
        return Times(site_ids, place_ids, minutes, areas, method, manifest, patrols=patrols)

    # No drive leads from one island to another.
    if travel.method == "great-circle":
        minutes = np.where(_apart(sites, places), np.inf, _modelled(plan, sites, places))
        method = "great-circle distance and the class of both ends"
        patrols = _patrols_by_distance(plan, places)
        return Times(site_ids, place_ids, minutes, areas, method, manifest, patrols=patrols)

    by_road = road_minutes(plan, sites, places, _apart(sites, places))
    patrols, patrol_findings = _patrols_by_road(plan, places)
    return Times(
        site_ids=site_ids,
        place_ids=place_ids,
        minutes=by_road.minutes,
        areas=areas,
        method=by_road.method,
        manifest=manifest.with_settings(profile=travel.profile),
        findings=pd.concat([by_road.findings, patrol_findings], ignore_index=True),
        road_notes=by_road.notes,
        patrols=patrols,
    )


def _apart(origins: pd.DataFrame, places: pd.DataFrame) -> Mask:
    """Return which pairs the plan's islands keep apart, shape (origins, places)."""
    return np.asarray(origins["island"].to_numpy()[:, None] != places["island"].to_numpy()[None, :])


def _patrols_at_sites(plan: Plan, site_ids: tuple[str, ...], minutes: Floats) -> PatrolMinutes:
    """Return the minutes of patrols from a table that has minutes from sites alone."""
    positions = patrol_positions(patrolled_points(plan))
    patrols = plan.table("patrols")
    site_of = dict(zip(patrols["id"], patrols["site"], strict=True))
    rows = [site_ids.index(site_of[patrol]) for patrol in positions["patrol"]]
    return minutes_of_patrols(positions, minutes[rows])


def _patrols_by_distance(plan: Plan, places: pd.DataFrame) -> PatrolMinutes:
    """Return the minutes of patrols by great-circle distance and the class of both ends."""
    positions = patrol_positions(patrolled_points(plan))
    if positions.empty:
        return no_patrols(len(places))
    minutes = _modelled(plan, positions, places, positions["apart_km2"].to_numpy(dtype=float))
    return minutes_of_patrols(positions, minutes, _apart(positions, places))


def _patrols_by_road(plan: Plan, places: pd.DataFrame) -> tuple[PatrolMinutes, pd.DataFrame]:
    """Return the minutes of patrols over the plan's roads, and the patrols that are on none."""
    points = patrolled_points(plan, rings=True)
    if points.empty:
        return no_patrols(len(places)), pd.DataFrame(columns=list(FINDING_COLUMNS))

    # What lies off the roads is left out of a patrol, unless all of it does.
    off_road = off_the_roads(plan, points[["lon", "lat"]].to_numpy(dtype=float))
    all_off = pd.Series(off_road).groupby(points["patrol"].to_numpy()).transform("all").to_numpy()
    points = points[~off_road | all_off]

    positions = patrol_positions(points)
    minutes = minutes_over_roads(plan, positions[["lon", "lat"]].to_numpy(dtype=float), places)
    found = minutes_of_patrols(positions, minutes, _apart(positions, places))

    patrols = plan.table("patrols")
    lost = patrols[patrols["id"].isin(points["patrol"][all_off[~off_road | all_off]])]
    reason = off_road_reason(plan)
    findings = pd.DataFrame(
        {"kind": "patrol", "id": lost["id"], "name": lost["name"], "reason": reason},
        columns=list(FINDING_COLUMNS),
    )
    return found, findings


def _count(number: int, kind: str) -> str:
    """Return the subject and verb of a sentence: "1 area has" or "3 areas have"."""
    return f"1 {kind} has" if number == 1 else f"{number} {kind}s have"


def _modelled(
    plan: Plan, origins: pd.DataFrame, places: pd.DataFrame, apart_km2: Floats | None = None
) -> Floats:
    """Return the minutes of the model without roads, shape (origins, places) [min].

    apart_km2: mean square distance of where a drive may start from the origin, shape (origins,) [km²].
    """
    travel_class = {name: place_class.travel_class for name, place_class in plan.document.classes.items()}
    centre_km = great_circle_km(
        origins[["lon", "lat"]].to_numpy(dtype=float), places[["lon", "lat"]].to_numpy()
    )

    # The mean square distance to people spread over a disc is d² + A / 2π.
    extent = np.nan_to_num(places["area_km2"].to_numpy(dtype=float)) / (2.0 * np.pi)
    square = centre_km**2 + extent
    if apart_km2 is not None:
        square = square + apart_km2[:, None]
    return car_minutes_from_km(
        np.sqrt(square),
        [travel_class[name] for name in origins["class"]],
        [travel_class[name] for name in places["class"]],
    )
