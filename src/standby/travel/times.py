"""The minutes of a plan: from every site to every area and key location."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from standby._refusals import Refusal
from standby._show import Shown, points
from standby.evidence import Manifest
from standby.plan import Plan, read_matrix
from standby.travel._crow import car_minutes_from_km
from standby.travel._great_circle import great_circle_km
from standby.travel._plan_roads import FINDING_COLUMNS, road_minutes

if TYPE_CHECKING:
    import geopandas


@dataclass(frozen=True, eq=False)
class Times(Shown):
    """Minutes of a drive between the places of a plan.

    The drive is an ordinary one, or over roads the one that the plan's profile describes. The emergency
    factor and the doubt of the model are figures of the plan; `standby.cover` multiplies by them, so that a
    draw of the doubt rebuilds nothing.

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
        What makes them reproducible.
    findings
        Sites and places to which no road leads, a row each: ``kind`` (site, area or key location), ``id``,
        ``name`` and ``reason``. Their minutes are ``inf``.
    road_notes
        What was noticed while the road file was read.
    """

    site_ids: tuple[str, ...]
    place_ids: tuple[str, ...]
    minutes: NDArray[np.float64]
    areas: int
    method: str
    manifest: Manifest
    findings: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(FINDING_COLUMNS)))
    road_notes: tuple[str, ...] = ()

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
        """One row each pair: ``site``, ``place``, ``minutes`` of the drive [min]."""
        sites, places = len(self.site_ids), len(self.place_ids)
        return pd.DataFrame(
            {
                "site": np.repeat(self.site_ids, places),
                "place": np.tile(self.place_ids, sites),
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
            Points in WGS 84 (EPSG:4326), one row each place: ``id``, ``name``, ``lon``, ``lat``, the nearest
            ``site`` (empty where no road leads from any) and the ``minutes`` of the drive from it [min].

        Raises
        ------
        ValueError
            If a place of the times is not in the plan.
        ImportError
            If geopandas is not installed.
        """
        columns = ["id", "name", "lon", "lat"]
        places = pd.concat([plan.table(name)[columns] for name in ("areas", "key_locations")])
        if tuple(places["id"]) != self.place_ids:
            raise Refusal(
                "these times are of other places than the plan's", "make them with travel_times(plan)"
            )

        if self.site_ids:
            minutes, nearest = self.minutes.min(axis=0), self.minutes.argmin(axis=0)
        else:
            minutes, nearest = np.full(len(places), np.inf), np.zeros(len(places), dtype=int)
        site = ["" if np.isinf(m) else self.site_ids[k] for m, k in zip(minutes, nearest, strict=True)]
        return points({"places": places.assign(site=site, minutes=minutes)}, "places")

    def summary(self) -> str:
        """Return one sentence."""
        return f"{len(self.site_ids)} sites × {len(self.place_ids)} places by {self.method}."

    def rows(self, site_ids: tuple[str, ...]) -> NDArray[np.float64]:
        """Return the minutes from the named sites, shape (sites, places) [min].

        Raises
        ------
        KeyError
            If a site has no minutes; its id is named.
        """
        index = {name: row for row, name in enumerate(self.site_ids)}
        missing = [name for name in site_ids if name not in index]
        if missing:
            raise KeyError(
                f"no travel times from {', '.join(missing[:5])}; make them with travel_times(plan)"
            )
        return self.minutes[[index[name] for name in site_ids]]


def travel_times(plan: Plan) -> Times:
    """Return the minutes of a drive from every site to every area and key location of a plan.

    Parameters
    ----------
    plan
        The plan; an option's own sites are there when the option is laid over it.

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
        cannot be used, or roads of another place; the file and the mend are named.
    """
    sites, areas, keys = plan.table("sites"), plan.table("areas"), plan.table("key_locations")
    columns = ["id", "name", "lon", "lat", "class", "island"]
    places = pd.concat([areas[[*columns, "area_km2"]], keys[columns].assign(area_km2=0.0)])
    ids = tuple(sites["id"]), tuple(places["id"])
    travel = plan.document.travel
    manifest = plan.manifest(travel=travel.method)
    if travel.method == "matrix":
        minutes = read_matrix(plan, *ids)
        return Times(*ids, minutes, len(areas), "a table of minutes", manifest)
    apart = sites["island"].to_numpy()[:, None] != places["island"].to_numpy()[None, :]
    if travel.method == "great-circle":
        minutes = np.where(apart, np.inf, _modelled(plan, sites, places))
        method = "great-circle distance and the class of both ends"
        return Times(*ids, minutes, len(areas), method, manifest)
    kinds = ["area"] * len(areas) + ["key location"] * len(keys)
    found = road_minutes(plan, sites, places, kinds)
    minutes = np.where(apart, np.inf, found.minutes)
    own = manifest.with_settings(profile=travel.profile)
    return Times(*ids, minutes, len(areas), found.method, own, found.findings, found.notes)


def _count(number: int, kind: str) -> str:
    return f"1 {kind} has" if number == 1 else f"{number} {kind}s have"


def _modelled(plan: Plan, sites: pd.DataFrame, places: pd.DataFrame) -> NDArray[np.float64]:
    """Return the minutes of the model without roads, shape (sites, places) [min]."""
    classes = {name: c.travel_class for name, c in plan.document.classes.items()}
    centres = great_circle_km(sites[["lon", "lat"]].to_numpy(), places[["lon", "lat"]].to_numpy())
    extent = np.nan_to_num(places["area_km2"].to_numpy(dtype=float)) / (2.0 * np.pi)
    return car_minutes_from_km(
        np.sqrt(centres**2 + extent),
        [classes[name] for name in sites["class"]],
        [classes[name] for name in places["class"]],
    )
