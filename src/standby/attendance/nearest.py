"""Minutes of driving from the nearest site: where a plan's sites lie well, before anybody is on duty."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np
import pandas as pd

from standby._checks import one_of
from standby._refusals import Refusal
from standby._show import Shown, points
from standby._typing import Floats
from standby.attendance.arrival import drive_factor, driving_min
from standby.evidence import Manifest
from standby.plan import Plan, PlanArrays, plan_arrays
from standby.tables import pick, records
from standby.travel import Times
from standby.words import Number, Phrase, Sentence, phrase, sentence

Sites = Literal["existing", "all"]
"""Which sites count: those in use today, or every site of the plan."""

PERCENTILES = {"p50_min": 0.5, "p90_min": 0.9, "p95_min": 0.95}
SHOWN_MIN = 0.05
"""Smallest part of a mean that a table shows [min]."""

SCOPE_KINDS = ("all", "force", "setting", "class")
"""Parts of the plan that have a row of their own."""

PLACE_COLUMNS = ("name", "force", "class", "lon", "lat")

if TYPE_CHECKING:
    import geopandas

AT_SITES = "drives begin at sites here, while cover counts where units of the plan are on patrol"
"""Note where the plan has patrols."""


@dataclass(frozen=True, eq=False)
class Nearest(Shown):
    """Minutes of driving on an emergency call from the nearest site.

    Parameters
    ----------
    table
        One row each part of the plan (``scope_kind``, ``scope``): ``people``; ``mean_min``, in which what is
        beyond the plan's limit counts as the limit, and ``p50_min``, ``p90_min``, ``p95_min`` over people
        [min]; ``share_without``, the share of people whom no site reaches; ``at_least``, whether the mean is
        a lower bound, as people beyond the limit move it by what a table shows.
    areas, key_locations
        One row each place of a planned force: its id, name, force, class, position, people or weight, the
        ``site`` and ``site_name`` that is nearest, and ``drive_min`` from it [min].
    sites
        Ids of the sites that were asked.
    limit_min
        The plan's limit: the longest time that is told apart from never [min].
    manifest
        What makes them reproducible.
    notes
        What a reader should know of how they came about.
    """

    table: pd.DataFrame
    areas: pd.DataFrame
    key_locations: pd.DataFrame
    sites: tuple[str, ...]
    limit_min: float
    manifest: Manifest
    notes: tuple[str, ...] = ()

    def to_geodataframe(self, name: str = "areas") -> geopandas.GeoDataFrame:
        """Return the places with the site that is nearest as points in WGS 84 (EPSG:4326).

        Parameters
        ----------
        name
            ``"areas"`` or ``"key_locations"``.

        Raises
        ------
        ValueError
            If that table has no positions.
        ImportError
            If geopandas is not installed.
        """
        return points(vars(self), name)

    def summary(self) -> str:
        """Return one sentence."""
        return " ".join(sentence.text for sentence in nearest_sentences(self.table, limit_min=self.limit_min))


def nearest_sentences(table: pd.DataFrame, *, limit_min: float) -> tuple[Sentence, ...]:
    """Return a sentence on how long the drive to the people is; none where the table has not the whole.

    Parameters
    ----------
    table
        Minutes by part of the plan, as an edition has them.
    limit_min
        Longest time that is told apart from never [min].
    """
    key = (("scope_kind", "all"),)

    def minutes(row: dict[str, Any], column: str) -> Phrase:
        """Return how far the drive to so many people takes, in words."""
        value = row[column]
        if value > limit_min:
            return phrase("beyond {limit} minutes", limit=f"{limit_min:g}")
        return phrase("within {minutes} minutes", minutes=Number(value, "minutes", "nearest", key, column))

    sentences = []
    for row in records(pick(table, key)):
        if np.isnan(row["p50_min"]):  # nobody lives there
            continue
        without = phrase(
            "; {share} have no way from any",
            share=Number(row.get("share_without", 0.0), "share", "nearest", key, "share_without"),
        )
        sentences.append(
            sentence(
                "Half of the people live {half} of driving on an emergency call from the nearest site, nine "
                "in ten {most}{without}.",
                half=minutes(row, "p50_min"),
                most=minutes(row, "p90_min"),
                without=without if row.get("share_without") else "",
            )
        )
    return tuple(sentences)


def drive_minutes(arrays: PlanArrays, minutes: Floats) -> Floats:
    """Return minutes of driving on an emergency call by a tier as fast as the plan's emergency factor says.

    Parameters
    ----------
    arrays
        The plan at its central values, or at one draw; its ``travel`` is applied.
    minutes
        Minutes of `Times`, any shape [min].

    Returns
    -------
    ndarray
        The same shape [min].
    """
    return driving_min(minutes, arrays.travel.start_min, drive_factor(arrays))


def nearest(plan: Plan, times: Times, *, sites: Sites = "existing") -> Nearest:
    """Return the minutes of driving on an emergency call from the nearest site.

    Authorisation, turnout, whether anybody is free, and where units are on patrol are not in it: see
    `standby.cover` for these.

    Parameters
    ----------
    plan
        The plan, with an option laid over it or not.
    times
        Minutes from `travel_times`.
    sites
        ``"existing"``: those in use today, or where the plan has units; ``"all"``: every site of the plan.

    Returns
    -------
    Nearest
        Minutes by part of the plan, and by area and key location.

    Raises
    ------
    KeyError
        If the times lack a site of the plan.
    ValueError
        If the times are for other places, no site is in use, or `sites` is another word.
    """
    one_of("sites", sites, get_args(Sites))
    arrays = plan_arrays(plan)
    if times.place_ids != arrays.places.ids:
        raise Refusal("the times are for other areas or key locations", "make them with travel_times(plan)")

    used_sites = sites_of(plan, sites)
    site_ids = tuple(used_sites["id"])
    drive = drive_minutes(arrays, times.rows(site_ids))
    best = np.argmin(drive, axis=0)

    # One row each place, areas first; no site is named where none has a way there.
    by_place = pd.DataFrame({"drive_min": drive.min(axis=0)})
    is_reached = np.isfinite(by_place["drive_min"])
    for column, name in (("id", "site"), ("name", "site_name")):
        by_place[name] = np.where(is_reached, used_sites[column].to_numpy(dtype=object)[best], "")
    of_areas = arrays.places.of_areas
    of_key_locations = arrays.places.of_key_locations
    areas = _place_table(plan, "areas", by_place[of_areas], {"id": "area", "population": "people"})
    key_locations = _place_table(
        plan, "key_locations", by_place[of_key_locations], {"id": "key_location", "weight": "weight"}
    )

    # The table of areas has those of planned forces.
    limit = arrays.travel.limit_min
    in_scope = arrays.scopes.places[:, of_areas][:, arrays.forces.planned[arrays.areas.forces]]
    rows = [
        _scope_row(kind, scope, areas[own], limit)
        for (kind, scope), own in zip(arrays.scopes.names, in_scope, strict=True)
        if kind in SCOPE_KINDS
    ]
    return Nearest(
        table=pd.DataFrame(rows),
        areas=areas,
        key_locations=key_locations,
        sites=site_ids,
        limit_min=limit,
        manifest=times.manifest.with_settings(sites=sites),
        notes=(AT_SITES,) if len(plan.table("patrols")) else (),
    )


def sites_of(plan: Plan, sites: Sites) -> pd.DataFrame:
    """Return the sites of a plan that are in use, or all.

    Parameters
    ----------
    plan
        The plan.
    sites
        Which of them.

    Raises
    ------
    ValueError
        If no site is in use.
    """
    table = plan.table("sites")
    if sites == "existing":
        table = table[table["existing"].astype(bool) | table["id"].isin(plan.table("units")["site"])]
    if table.empty:
        raise Refusal("no site is in use", "mark one as existing in sites.csv, or ask for all sites")
    return table


def _place_table(plan: Plan, name: str, by_place: pd.DataFrame, names: dict[str, str]) -> pd.DataFrame:
    """Return the places of planned forces beside their nearest site; `names` renames the id and the size."""
    _, size = names
    own = plan.table(name).reset_index(drop=True)[["id", *PLACE_COLUMNS, size]].rename(columns=names)
    site = by_place.reset_index(drop=True)[["site", "site_name", "drive_min"]]
    whole = pd.concat([own, site], axis=1)
    return whole[whole["force"].isin(plan.forces)].reset_index(drop=True)


def _scope_row(kind: str, scope: str, areas: pd.DataFrame, limit_min: float) -> dict[str, Any]:
    """Return one row of `Nearest.table`."""
    people = areas["people"].to_numpy(dtype=float)
    minutes = areas["drive_min"].to_numpy(dtype=float)
    total = people.sum()
    row: dict[str, Any] = {"scope_kind": kind, "scope": scope, "people": total}
    if not total > 0:
        numbers = dict.fromkeys(("mean_min", *PERCENTILES, "share_without"), np.nan)
        return row | numbers | {"at_least": False}

    row["mean_min"] = float(np.minimum(minutes, limit_min) @ people / total)

    # A percentile is the first time within which so many people live, but for rounding.
    order = np.argsort(minutes, kind="stable")
    share_within = np.cumsum(people[order]) / total
    for name, share in PERCENTILES.items():
        row[name] = float(minutes[order][np.searchsorted(share_within, share - 1e-12)])

    row["share_without"] = float(people[~np.isfinite(minutes)].sum() / total)
    row["at_least"] = bool(people[minutes > limit_min].sum() * limit_min >= SHOWN_MIN * total)
    return row
