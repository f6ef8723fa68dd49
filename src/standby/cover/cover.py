"""Cover of a plan: who is reached, by how many, how soon."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from standby._show import Shown, points
from standby.attendance import WEIGHTS
from standby.cover.backup import backup_table
from standby.cover.beyond import beyond_share, is_bound
from standby.cover.build_up import build_up_table
from standby.cover.evaluated import Evaluated, evaluate_plan, weights_of_standards
from standby.cover.land import land_table
from standby.cover.metrics import STATISTICS, minutes, shares
from standby.cover.places import area_table, commitment_table, key_location_table, unit_table, worst_table
from standby.evidence import Manifest
from standby.plan import MEASURES, Plan
from standby.tables import records
from standby.travel import Times
from standby.words import Number, Phrase, Sentence, phrase, sentence

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
        chance that units are free (``share_expected``), and the share of those who are reached with at least
        the standard's reliability (``share_assured``); the standard is met when the last is at least
        ``required``.
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
        """Return a table by place or by unit as points in WGS 84 (EPSG:4326).

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
        sentences = [sentence.text for sentence in standard_sentences(self.standards)]
        sentences += [f"{name}: holds for nobody in this plan." for name in self.nowhere]
        return " ".join(sentences)


def standard_sentences(standards: pd.DataFrame) -> tuple[Sentence, ...]:
    """Return a sentence for each standard: its shares, what it asks for, and whether it is met.

    Parameters
    ----------
    standards
        The table of standards, as an edition has it.
    """
    return tuple(_sentence(row) for row in records(standards[standards["scope_kind"] == "all"]))


def _sentence(row: dict[str, Any]) -> Sentence:
    """Return a row of the table of standards in words."""
    key = (("standard", row["standard"]), ("scope_kind", "all"))
    assured: str | Phrase = ""
    if "share_assured" in row:  # the public edition has it not
        share = Number(row["share_assured"], "share", "standards", key, "share_assured")
        assured = phrase(", {share} assured", share=share)

    return sentence(
        "{name}: {expected} expected{assured}, {required} required ({met}).",
        name=row["name"],
        expected=Number(row["share_expected"], "share", "standards", key, "share_expected"),
        assured=assured,
        required=Number(row["required"], "share", "standards", key, "required", stated=True),
        met="met" if row["met"] else "not met",
    )


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
    model = evaluated.model
    arrays = evaluated.arrays
    areas = area_table(evaluated)
    minutes_by_scope = minutes_table(evaluated)
    standards = pd.DataFrame(_standard_rows(evaluated), columns=list(STANDARD_COLUMNS))
    with_rows = set(standards["standard"])
    return Cover(
        standards=standards,
        minutes=minutes_by_scope,
        gap=gap_table(minutes_by_scope),
        areas=areas,
        key_locations=key_location_table(evaluated),
        units=unit_table(evaluated),
        worst=worst_table(areas),
        build_up=build_up_table(model, arrays, evaluated.outcome.shares),
        backup=backup_table(evaluated),
        land=land_table(evaluated),
        commitments=commitment_table(evaluated),
        nowhere=tuple(
            standard.name for name, standard in evaluated.standards.items() if name not in with_rows
        ),
        manifest=arrays.plan.manifest(),
    )


def _standard_rows(evaluated: Evaluated) -> Iterator[dict[str, Any]]:
    """Yield a row for each standard and scope in which it holds for somebody."""
    scopes = evaluated.scopes
    weights = weights_of_standards(evaluated.arrays)
    share_if_free = shares(weights, evaluated.if_free.reached, scopes)
    share_expected = shares(weights, evaluated.outcome.reached, scopes)

    reliability = np.array([standard.reliability for standard in evaluated.standards.values()])
    is_assured = evaluated.outcome.reached >= reliability[:, None] - SMALL_DIFFERENCE
    share_assured = shares(weights, is_assured.astype(float), scopes)

    for row, (name, standard) in enumerate(evaluated.standards.items()):
        for scope, (kind, scope_name) in enumerate(scopes.names):
            if np.isnan(share_if_free[row, scope]):
                continue

            # Rounding may make a share of everybody a little more than 1.
            assured = float(min(share_assured[row, scope], 1.0))
            yield {
                "standard": name,
                "name": standard.name,
                "incident_type": standard.incident_type,
                "measure": standard.measure,
                "of": standard.of,
                "within_min": standard.within_min,
                "scope_kind": kind,
                "scope": scope_name,
                "share_if_free": float(min(share_if_free[row, scope], 1.0)),
                "share_expected": float(min(share_expected[row, scope], 1.0)),
                "share_assured": assured,
                "required": standard.share,
                "reliability": standard.reliability,
                "met": assured >= standard.share - SMALL_DIFFERENCE,
            }


def minutes_table(evaluated: Evaluated) -> pd.DataFrame:
    """Return mean and percentiles of arrival, one row each type, measure, weight and scope [min].

    ``beyond_share`` is the share of calls beyond the limit or never reached; where it is so large that the
    mean, which counts them as the limit, is a lower bound, ``at_least`` says so.
    """
    arrays = evaluated.arrays
    scopes = evaluated.scopes
    statistics = minutes(scopes, evaluated.outcome)
    by_scope = np.einsum("sg,tmwgb->tmwsb", scopes.members, evaluated.outcome.histogram)
    beyond = beyond_share(by_scope)

    sizes = (range(len(MEASURES)), range(len(WEIGHTS)), range(len(scopes.names)))
    rows = []
    for incident_type, measure, weight, scope in product(evaluated.setting.measured, *sizes):
        values = statistics[incident_type, measure, weight, scope]
        if np.isnan(values[0]):  # nothing of this weight in the scope
            continue

        share = float(beyond[incident_type, measure, weight, scope])
        kind, scope_name = scopes.names[scope]
        row: dict[str, Any] = {
            "incident_type": arrays.types.ids[incident_type],
            "measure": MEASURES[measure],
            "weight": WEIGHTS[weight],
            "scope_kind": kind,
            "scope": scope_name,
        }
        row |= {f"{name}_min": float(value) for name, value in zip(STATISTICS, values, strict=True)}
        row |= {"beyond_share": share, "at_least": bool(is_bound(share, arrays.travel.limit_min))}
        rows.append(row)
    return pd.DataFrame(rows)


def gap_table(table: pd.DataFrame) -> pd.DataFrame:
    """Return urban and rural percentiles of people side by side, and rural less urban [min].

    Parameters
    ----------
    table
        From `minutes_table`.
    """
    people = table[(table["weight"] == "people") & (table["scope_kind"] == "setting")]

    rows = []
    for (incident_type, measure), part in people.groupby(["incident_type", "measure"], sort=False):
        by_setting = part.set_index("scope")
        if not {"urban", "rural"} <= set(by_setting.index):
            continue

        row: dict[str, Any] = {"incident_type": incident_type, "measure": measure}
        for percentile in ("p50", "p90"):
            minutes_by_setting = by_setting[f"{percentile}_min"]
            urban = float(minutes_by_setting.loc["urban"])
            rural = float(minutes_by_setting.loc["rural"])
            row[f"urban_{percentile}_min"] = urban
            row[f"rural_{percentile}_min"] = rural
            row[f"gap_{percentile}_min"] = rural - urban if np.isfinite(urban) else np.nan
        rows.append(row)
    return pd.DataFrame(rows)
