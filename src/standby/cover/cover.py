"""Cover of a plan: who is reached, by how many, how soon."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from standby._show import Shown, points
from standby.attendance import MEASURES, WEIGHTS
from standby.cover.backup import backup_table
from standby.cover.beyond import beyond_share, is_bound
from standby.cover.build_up import build_up_table
from standby.cover.evaluated import Evaluated, evaluate_plan, weights_of_standards
from standby.cover.land import land_table
from standby.cover.metrics import STATISTICS, minutes, shares
from standby.cover.places import area_table, commitment_table, key_location_table, unit_table, worst_table
from standby.evidence import Manifest
from standby.plan import Plan
from standby.travel import Times

SMALL_DIFFERENCE = 1e-9
"""Shares closer than this to what is required count as meeting it."""

STANDARD_COLUMNS = (
    "standard", "name", "incident_type", "measure", "of", "within_min", "scope_kind", "scope",
    "share_if_free", "share_expected", "share_assured", "required", "reliability", "met",
)  # fmt: skip
"""Columns of the table of standards."""

if TYPE_CHECKING:
    import geopandas


@dataclass(frozen=True, eq=False)
class Cover(Shown):
    """Cover of a plan at its central values.

    Parameters
    ----------
    standards
        Share inside each standard by scope: if every unit is free (``share_if_free``), expected with the
        chance that units are free (``share_expected``), and of those who are reached with the standard's
        reliability (``share_assured``); the standard is met when the last is at least ``required``.
    minutes
        Mean, median, 90th and 95th percentile of arrival by incident type, measure, weight and scope [min];
        ``inf`` means beyond the limit. Percentiles are over people and over the hours at which calls come.
        The mean counts calls beyond the limit (``beyond_share``) as the limit; where these are enough to
        show, it is a lower bound (``at_least``).
    gap
        Urban and rural percentiles side by side [min].
    areas, key_locations, units, worst
        By place and by unit: for internal use.
    build_up
        Armed officers expected by then, by where they come from.
    backup
        Share with two units or more in time, for each standard of first armed arrival, by scope.
    land
        Share of the land inside each standard of areas, by scope; without rows where no extents are given.
    commitments
        Commitments beside the units on duty that could take them: for internal use.
    nowhere
        Standards that hold for nobody in this plan: they have no row in ``standards``.
    manifest
        What makes it reproducible.
    """

    standards: pd.DataFrame
    minutes: pd.DataFrame
    gap: pd.DataFrame
    areas: pd.DataFrame
    key_locations: pd.DataFrame
    units: pd.DataFrame
    worst: pd.DataFrame
    build_up: pd.DataFrame
    backup: pd.DataFrame
    land: pd.DataFrame
    commitments: pd.DataFrame
    nowhere: tuple[str, ...]
    manifest: Manifest

    @property
    def table(self) -> pd.DataFrame:
        """The share inside each standard, by scope."""
        return self.standards

    def to_geodataframe(self, name: str = "areas") -> geopandas.GeoDataFrame:
        """Return what was found by place as points in WGS 84 (EPSG:4326).

        Parameters
        ----------
        name
            A table with positions: ``"areas"``, ``"key_locations"`` or ``"units"``.

        Raises
        ------
        ValueError
            If that table has no positions.
        ImportError
            If geopandas is not installed.
        """
        return points(vars(self), name)

    def summary(self) -> str:
        """Return a sentence for each standard."""
        rows = [row for row in self.standards.to_dict("records") if row["scope_kind"] == "all"]
        met = [
            f"{row['name']}: {row['share_expected']:.0%} expected, {row['share_assured']:.0%} assured, "
            f"{row['required']:.0%} required ({'met' if row['met'] else 'not met'})."
            for row in rows
        ]
        return " ".join([*met, *(f"{name}: holds for nobody in this plan." for name in self.nowhere)])


def cover(plan: Plan, times: Times) -> Cover:
    """Return who is reached, by how many and how soon.

    Parameters
    ----------
    plan
        The plan, with an option laid over it or not.
    times
        Minutes from `standby.travel.travel_times`.

    Returns
    -------
    Cover
        Shares inside the standards, minutes, and the same by place and by unit.

    Raises
    ------
    KeyError
        If the times lack a site of the plan.
    ValueError
        If the times are for other places, or an attendance asks for too much to be followed.
    """
    return cover_of(evaluate_plan(plan, times))


def cover_of(evaluated: Evaluated) -> Cover:
    """Return the tables of an evaluation.

    Parameters
    ----------
    evaluated
        The plan evaluated at its central values, from `evaluate_plan`.
    """
    e = evaluated
    areas, table = area_table(e), minutes_table(e)
    standards = pd.DataFrame(_standard_rows(e), columns=list(STANDARD_COLUMNS))
    there = set(standards["standard"])
    return Cover(
        standards=standards,
        minutes=table,
        gap=gap_table(table),
        areas=areas,
        key_locations=key_location_table(e),
        units=unit_table(e),
        worst=worst_table(areas),
        build_up=build_up_table(e.model, e.resolved, e.scopes, e.outcome.shares),
        backup=backup_table(e),
        land=land_table(e),
        commitments=commitment_table(e),
        nowhere=tuple(standard.name for name, standard in e.standards.items() if name not in there),
        manifest=e.resolved.plan.manifest(),
    )


def _standard_rows(e: Evaluated) -> Iterator[dict[str, Any]]:
    weights = weights_of_standards(e, e.resolved)
    reliability = np.array([standard.reliability for standard in e.standards.values()])[:, None]
    assured = (e.outcome.reached >= reliability - SMALL_DIFFERENCE).astype(float)
    by_kind = [
        shares(weights, chance, e.scopes) for chance in (e.if_free.reached, e.outcome.reached, assured)
    ]
    for row, (name, standard) in enumerate(e.standards.items()):
        for scope, (kind, scope_name) in enumerate(e.scopes.names):
            if np.isnan(by_kind[0][row, scope]):
                continue
            free, expected, sure = (float(min(share[row, scope], 1.0)) for share in by_kind)
            yield {
                "standard": name,
                "name": standard.name,
                "incident_type": standard.incident_type,
                "measure": standard.measure,
                "of": standard.of,
                "within_min": standard.within_min,
                "scope_kind": kind,
                "scope": scope_name,
                "share_if_free": free,
                "share_expected": expected,
                "share_assured": sure,
                "required": standard.share,
                "reliability": standard.reliability,
                "met": sure >= standard.share - SMALL_DIFFERENCE,
            }


def minutes_table(e: Evaluated) -> pd.DataFrame:
    """Return mean and percentiles of arrival, one row each type, measure, weight and scope [min].

    ``beyond_share`` is the share of calls beyond the limit or never reached; where it is so large that the
    mean, which counts them as the limit, is a lower bound, ``at_least`` says so.
    """
    found = minutes(e.model, e.scopes, e.outcome)
    late = beyond_share(np.einsum("sg,tmwgb->tmwsb", e.scopes.members, e.outcome.histogram))
    rows = []
    for t in e.setting.measured:
        for m, measure in enumerate(MEASURES):
            for w, weight in enumerate(WEIGHTS):
                for scope, (kind, name) in enumerate(e.scopes.names):
                    values = found[t, m, w, scope]
                    if not np.isnan(values[0]):
                        own = {
                            "incident_type": e.model.structure.types[t],
                            "measure": measure,
                            "weight": weight,
                        }
                        numbers = {f"{s}_min": float(v) for s, v in zip(STATISTICS, values, strict=True)}
                        never = float(late[t, m, w, scope])
                        bound = {"beyond_share": never, "at_least": bool(is_bound(never, e.model.limit_min))}
                        rows.append({**own, "scope_kind": kind, "scope": name, **numbers, **bound})
    return pd.DataFrame(rows)


def gap_table(table: pd.DataFrame) -> pd.DataFrame:
    """Return urban and rural percentiles of people side by side, and rural less urban [min]."""
    people = table[(table["weight"] == "people") & (table["scope_kind"] == "setting")]
    rows = []
    for (incident_type, measure), part in people.groupby(["incident_type", "measure"], sort=False):
        by = part.set_index("scope")
        if {"urban", "rural"} <= set(by.index):
            row: dict[str, Any] = {"incident_type": incident_type, "measure": measure}
            for p in ("p50", "p90"):
                urban, rural = (float(by[f"{p}_min"].loc[name]) for name in ("urban", "rural"))
                gap = rural - urban if np.isfinite(urban) else np.nan
                row |= {f"urban_{p}_min": urban, f"rural_{p}_min": rural, f"gap_{p}_min": gap}
            rows.append(row)
    return pd.DataFrame(rows)
