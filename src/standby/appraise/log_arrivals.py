"""Chances that a model gives the calls of a log to be reached by certain minutes, where and when each was."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from standby._show import Shown
from standby._typing import Codes, Floats
from standby.attendance import (
    AttendanceModel,
    Setting,
    arrival_minutes,
    attendance_model,
    chance_by,
    evaluate,
    period_by_hour,
    single_tiers,
    varying_minutes,
    work_of,
)
from standby.plan import MEASURES, Plan, PlanArrays, plan_arrays
from standby.travel import Times

STEPS = ((2.0, 40.0, 2.0), (42.5, 60.0, 2.5), (65.0, 120.0, 5.0), (130.0, 240.0, 10.0), (270.0, 720.0, 30.0))
"""Minutes at which chances are worked out: from, to, step [min]."""


@dataclass(frozen=True, eq=False)
class Arrivals(Shown):
    """Chances of calls to be reached by certain minutes.

    Parameters
    ----------
    grid
        Minutes from the call, from 0 up, shape (grid,) [min].
    chance
        By measure the chance to have been reached by then, 0 at 0, NaN where the model expects no call, shape
        (calls, grid).
    from_site
        The chance that the unit that came first was there by then, from where it started and after the
        authority that is logged, NaN where either is not known, shape (calls, grid).
    tier
        Tier of that unit, empty where it is not known, shape (calls,).
    """

    grid: Floats
    chance: dict[str, Floats]
    from_site: Floats
    tier: NDArray[np.object_]

    def by(self, chance: Floats, minutes: Floats | float) -> Floats:
        """Return chances by other minutes than those of the grid, between whose points they are straight.

        Parameters
        ----------
        chance
            One of the tables, or its mean over calls, shape (..., grid).
        minutes
            One for all calls, or one each [min].

        Returns
        -------
        ndarray
            Shape (...,).
        """
        minutes = np.broadcast_to(np.asarray(minutes, dtype=float), chance.shape[:-1])
        above = np.clip(np.searchsorted(self.grid, minutes), 1, self.grid.size - 1)
        low, high = self.grid[above - 1], self.grid[above]
        part = np.clip((minutes - low) / (high - low), 0.0, 1.0)

        before = np.take_along_axis(chance, (above - 1)[..., None], axis=-1)[..., 0]
        after = np.take_along_axis(chance, above[..., None], axis=-1)[..., 0]
        return np.asarray(before + part * (after - before))

    def within(self, by_grid: Floats, level: float) -> float:
        """Return the minutes at which what grows with them reaches a level; infinite where it never does.

        Parameters
        ----------
        by_grid
            What grows, such as the mean chance over calls, shape (grid,).
        level
            The level, such as a share of calls.
        """
        reached = np.flatnonzero(by_grid >= level)
        if not reached.size:
            return np.inf
        above = int(reached[0])
        if above == 0:
            return float(self.grid[0])
        low, high = by_grid[above - 1], by_grid[above]
        part = (level - low) / (high - low)
        return float(self.grid[above - 1] + part * (self.grid[above] - self.grid[above - 1]))


def log_arrivals(
    plan: Plan, times: Times, calls: pd.DataFrame, measures: Collection[str] = MEASURES
) -> Arrivals:
    """Return the chances that a plan's model gives the calls of a log.

    Parameters
    ----------
    plan, times
        The plan at its central values, and its minutes.
    calls
        One row each call: ``incident_type``, ``area``, ``hour`` of the week, ``unit_site`` and
        ``authorised_min``.
    measures
        Which of ``first`` and ``full`` are wanted; there are no chances of the other.

    Returns
    -------
    Arrivals
        The chances.

    Raises
    ------
    ArithmeticError
        If the busy shares of the units do not settle.
    """
    arrays = plan_arrays(plan)
    model = attendance_model(arrays, times)
    grid = _grid(arrays)
    type_of = _codes(calls["incident_type"], arrays.types.ids)
    area_of = _codes(calls["area"], arrays.areas.ids)
    period_of = period_by_hour(model, arrays)[calls["hour"].to_numpy(np.int64)]

    # A standard each type, measure and number of minutes, that holds where there were calls.
    types = np.unique(type_of)
    rows = [(t, MEASURES.index(m), minutes) for t in types for m in measures for minutes in grid[1:]]
    within_min = np.full((len(rows), len(arrays.places)), np.nan)
    within_min[:, np.unique(area_of)] = np.array([minutes for _, _, minutes in rows])[:, None]
    setting = Setting(
        within_min=within_min,
        types=np.array([t for t, _, _ in rows], dtype=np.int64),
        measures=np.array([m for _, m, _ in rows], dtype=np.int64),
        measured=tuple(types.tolist()),
    )

    # Each kind of hours by itself, as far as calls came in it.
    chance = {measure: np.full((len(calls), grid.size), np.nan) for measure in MEASURES}
    for number in np.unique(period_of):
        period = model.periods[number]
        one = replace(model, periods=(period,), pools=model.pools[[number]])
        reached = evaluate(one, arrays, setting).reached
        share_of_week = period.hours * period.weight / arrays.types.hour_weight.shape[1]

        for t in types:
            here = np.flatnonzero((period_of == number) & (type_of == t))
            if share_of_week[t] <= 0.0:
                continue  # the plan has no such calls at these hours
            for measure in measures:
                own = (setting.types == t) & (setting.measures == MEASURES.index(measure))
                by_grid = reached[own][:, area_of[here]].T / share_of_week[t]
                chance[measure][here, 0] = 0.0
                chance[measure][here, 1:] = np.minimum(by_grid, 1.0)

    tier, from_site = _from_site(arrays, model, calls, period_of, area_of, grid)
    return Arrivals(grid, chance, from_site, tier)


def _codes(names: pd.Series[Any], ids: tuple[str, ...]) -> Codes:
    """Return names as codes."""
    return np.asarray(names.map({name: code for code, name in enumerate(ids)}), dtype=np.int64)


def _grid(arrays: PlanArrays) -> Floats:
    """Return the minutes at which chances are worked out: even steps, and those of the standards."""
    steps = [np.arange(first, last + 0.5 * step, step) for first, last, step in STEPS]
    own = arrays.standards.within_min
    limit = float(arrays.travel.limit_min)
    minutes = np.concatenate([[0.0], *steps, np.unique(own[~np.isnan(own)])])
    return np.unique(minutes[minutes <= limit])


def _from_site(
    arrays: PlanArrays,
    model: AttendanceModel,
    calls: pd.DataFrame,
    period_of: Codes,
    area_of: Codes,
    grid: Floats,
) -> tuple[NDArray[np.object_], Floats]:
    """Return the tier of the unit that came first, and the chance that it was there by certain minutes.

    It is taken as a unit of the plan at that site, of the only armed tier there; it had nothing to do, or had
    to break off what it did.
    """
    # Minutes are by position, a patrol's among them; the log names sites, and each unit is at one.
    at_site = np.flatnonzero(model.positions.patrol < 0)  # (units,), in their order
    mean_min = arrival_minutes(model, arrays)[0][at_site]
    varying_min, varying_sd = (minutes[at_site] for minutes in varying_minutes(model, arrays))
    work = work_of(model, arrays)

    # The first unit of each site whose armed units are of one tier.
    tier_of_site = single_tiers(arrays.plan)
    unit_of_site = dict[str, int]()
    for number, row in enumerate(model.rows):
        site = arrays.sites.ids[arrays.units.sites[row]]
        if tier_of_site.get(site) == arrays.tiers.ids[arrays.units.tiers[row]]:
            unit_of_site.setdefault(site, number)

    tier = np.full(len(calls), "", dtype=object)
    chance = np.full((len(calls), grid.size), np.nan)
    sites = calls["unit_site"].fillna("").tolist()
    authorised = calls["authorised_min"].to_numpy(dtype=float)
    for call, site in enumerate(sites):
        if site not in unit_of_site or np.isnan(authorised[call]):
            continue
        unit = unit_of_site[site]
        tier[call] = tier_of_site[site]
        place = area_of[call]
        breakable = work.breakable_share[period_of[call], unit]
        delay = work.break_off_min[period_of[call], unit]
        free, broken_off = (
            chance_by(
                grid - authorised[call] - later,
                np.full(grid.size, mean_min[unit, place]),
                np.full(grid.size, varying_min[unit, place]),
                np.full(grid.size, varying_sd[unit, place]),
            )
            for later in (0.0, delay)
        )
        chance[call] = (1.0 - breakable) * free + breakable * broken_off
    return tier, chance
