"""Cover of a plan: who is reached, by how many, how soon."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from standby.cover.build_up import build_up_table
from standby.cover.metrics import (
    MEASURES,
    STATISTICS,
    WEIGHTS,
    Scopes,
    minutes,
    scopes_of,
    shares,
    standard_weights,
)
from standby.cover.model import CoverModel, Floats, cover_model
from standby.cover.outcome import Outcome, Setting, arrival_minutes, evaluate, setting_of
from standby.demand import HOURS_A_YEAR, call_rates
from standby.evidence import Manifest
from standby.plan import HOURS_A_WEEK, Plan, Resolved, Standard, resolve
from standby.travel import Times

WORST_SHOWN = 10
"""Areas in the list of the worst served."""

SMALL_DIFFERENCE = 1e-9
"""Shares closer than this to what is required count as meeting it."""


@dataclass(frozen=True, eq=False)
class Cover:
    """Cover of a plan at its central values.

    Parameters
    ----------
    standards
        Share inside each standard by scope: if every unit is free (``share_if_free``), expected with the
        chance that units are free (``share_expected``), and of those who are reached with the standard's
        reliability (``share_assured``); the standard is met when the last is at least ``required``.
    minutes
        Mean, median, 90th and 95th percentile of arrival by incident type, measure, weight and scope [min];
        ``inf`` means beyond the limit.
    gap
        Urban and rural percentiles side by side [min].
    areas, key_locations, units, worst
        By place and by unit: for internal use.
    build_up
        Armed officers expected by then, by where they come from.
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
    manifest: Manifest

    @property
    def table(self) -> pd.DataFrame:
        """The share inside each standard, by scope."""
        return self.standards

    def summary(self) -> str:
        """Return a sentence for each standard."""
        rows = self.standards[self.standards["scope_kind"] == "all"]
        return " ".join(
            f"{row['name']}: {row['share_expected']:.0%} expected, {row['share_assured']:.0%} assured, "
            f"{row['required']:.0%} required ({'met' if row['met'] else 'not met'})."
            for row in rows.to_dict("records")
        )


@dataclass(frozen=True, eq=False)
class Evaluated:
    """A plan with its model and its evaluation at central values.

    Parameters
    ----------
    resolved, model, setting, scopes, standards
        The plan made ready.
    outcome, if_free
        With the chance that units are free, and as if all were.
    start
        Busy shares by period and unit, to start other evaluations from, shape (periods, units).
    """

    resolved: Resolved
    model: CoverModel
    setting: Setting
    scopes: Scopes
    standards: dict[str, Standard]
    outcome: Outcome
    if_free: Outcome
    start: Floats


def evaluate_plan(plan: Plan, times: Times) -> Evaluated:
    """Make a plan ready and evaluate it at its central values.

    Parameters
    ----------
    plan
        The plan.
    times
        Its minutes.
    """
    resolved = resolve(plan)
    model = cover_model(resolved, times)
    standards = dict(plan.document.standards)
    setting = setting_of(model, standards)
    start = np.zeros((len(model.periods), len(model.rows)))
    outcome = evaluate(model, resolved, setting, start=start)
    if_free = evaluate(model, resolved, setting, if_free=True)
    return Evaluated(resolved, model, setting, scopes_of(model), standards, outcome, if_free, start)


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
    """
    return cover_of(evaluate_plan(plan, times))


def cover_of(evaluated: Evaluated) -> Cover:
    """Return the tables of an evaluation."""
    e = evaluated
    areas = area_table(e)
    main = main_standard(e.standards)
    worst = areas.sort_values(["first_mean_min", "area"], ascending=[False, True]).head(WORST_SHOWN)
    worst = worst.assign(rank=range(1, len(worst) + 1))
    columns = ["rank", "area", "name", "force", "class", "people", "first_mean_min", "chance_in_time"]
    table = minutes_table(e)
    return Cover(
        standards=pd.DataFrame(_standard_rows(e)),
        minutes=table,
        gap=gap_table(table),
        areas=areas,
        key_locations=_key_location_table(e, main),
        units=_unit_table(e),
        worst=worst[columns].reset_index(drop=True),
        build_up=build_up_table(e.model, e.resolved, e.scopes, 1.0 - e.outcome.busy),
        manifest=e.resolved.plan.manifest(),
    )


def main_standard(standards: dict[str, Standard]) -> str:
    """Return the standard that costs and places are related to: the one marked, else the first."""
    return next((name for name, standard in standards.items() if standard.main), next(iter(standards)))


def expected_shares(e: Evaluated, resolved: Resolved, outcome: Outcome) -> Floats:
    """Return the expected share inside each standard, shape (standards, scopes)."""
    weights = standard_weights(
        e.model, e.setting, e.standards, resolved["areas.population"], call_rates(resolved)
    )
    return shares(weights, outcome.reached, e.scopes)


def _standard_rows(e: Evaluated) -> Iterator[dict[str, Any]]:
    weights = standard_weights(
        e.model, e.setting, e.standards, e.resolved["areas.population"], call_rates(e.resolved)
    )
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
    """Return mean and percentiles of arrival, one row each type, measure, weight and scope [min]."""
    found = minutes(e.model, e.scopes, e.outcome)
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
                        rows.append({**own, "scope_kind": kind, "scope": name, **numbers})
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


def area_table(e: Evaluated) -> pd.DataFrame:
    """Return cover by area of the planned forces; for internal use."""
    s, areas = e.model.structure, len(e.model.structure.areas)
    name = main_standard(e.standards)
    standard = e.standards[name]
    row, t = list(e.standards).index(name), s.types.index(standard.incident_type)
    holds = ~np.isnan(e.setting.within_min[row, :areas])
    nearest, in_time, chance_free = _nearest(e, t, standard.within_min)
    frame = pd.DataFrame(
        {
            "area": s.areas.ids,
            "name": s.areas.names,
            "force": [s.forces[code] for code in s.areas.forces],
            "class": [s.classes[code] for code in s.areas.classes],
            "setting": ["rural" if s.rural[code] else "urban" for code in s.areas.classes],
            "lon": s.areas.positions[:, 0],
            "lat": s.areas.positions[:, 1],
            "people": e.resolved["areas.population"],
            "calls_per_year": call_rates(e.resolved)[t] * HOURS_A_YEAR,
            "nearest_min": nearest[:areas],
            "first_mean_min": e.outcome.mean_min[t, 0, :areas],
            "full_mean_min": e.outcome.mean_min[t, 1, :areas],
            "chance_in_time": np.where(holds, np.minimum(e.outcome.reached[row, :areas], 1.0), np.nan),
            "units_in_time": in_time[:areas],
            "chance_nearest_free": chance_free[:areas],
        }
    )
    return frame[s.planned[s.areas.forces]].reset_index(drop=True)


def _nearest(e: Evaluated, t: int, within_min: float) -> tuple[Floats, Floats, Floats]:
    """Return, as means over the week: nearest unit's minutes, units within a time, chance nearest is free."""
    arrive, lend = arrival_minutes(e.model, e.resolved)
    arrive = arrive + e.resolved["types.authorisation_min"][t]
    may = lend[:, e.model.place_force]
    places = e.model.group.size
    nearest, in_time, chance_free = np.zeros(places), np.zeros(places), np.zeros(places)
    able = e.model.first.kind[t] >= 0
    for busy, period in zip(e.start, e.model.periods, strict=True):
        share = period.hours / HOURS_A_WEEK
        on = np.flatnonzero(period.on_duty & able)
        if on.size == 0:
            nearest += np.inf
            continue
        first = on[np.argmin(arrive[on], axis=0)]
        nearest += share * arrive[first, np.arange(places)]
        in_time += share * (arrive[on] <= within_min).sum(axis=0)
        chance_free += share * (1.0 - busy[first]) * may[first, np.arange(places)]
    return nearest, in_time, chance_free


def _key_location_table(e: Evaluated, main: str) -> pd.DataFrame:
    s, areas = e.model.structure, len(e.model.structure.areas)
    t = s.types.index(e.standards[main].incident_type)
    rows = [k for k, standard in enumerate(e.standards.values()) if standard.of == "key_locations"]
    chance = e.outcome.reached[rows[0], areas:] if rows else np.full(len(s.key_locations), np.nan)
    frame = pd.DataFrame(
        {
            "key_location": s.key_locations.ids,
            "name": s.key_locations.names,
            "force": [s.forces[code] for code in s.key_locations.forces],
            "class": [s.classes[code] for code in s.key_locations.classes],
            "lon": s.key_locations.positions[:, 0],
            "lat": s.key_locations.positions[:, 1],
            "first_mean_min": e.outcome.mean_min[t, 0, areas:],
            "full_mean_min": e.outcome.mean_min[t, 1, areas:],
            "chance_in_time": np.minimum(chance, 1.0),
        }
    )
    return frame[s.planned[s.key_locations.forces]].reset_index(drop=True)


def _unit_table(e: Evaluated) -> pd.DataFrame:
    s = e.model.structure
    busy = pd.Series(e.outcome.busy).groupby(e.model.rows).mean()
    rows = busy.index.to_numpy()
    sites = s.units.sites[rows]
    return pd.DataFrame(
        {
            "unit": [s.units.ids[row] for row in rows],
            "tier": [s.tiers[s.units.tiers[row]] for row in rows],
            "site": [s.sites.ids[site] for site in sites],
            "site_name": [s.sites.names[site] for site in sites],
            "force": [s.forces[s.units.forces[row]] for row in rows],
            "lon": s.sites.positions[sites, 0],
            "lat": s.sites.positions[sites, 1],
            "count": s.units.count[rows],
            "hours_per_week": s.units.hours[rows].sum(axis=1),
            "busy_share": busy.to_numpy(),
        }
    )
