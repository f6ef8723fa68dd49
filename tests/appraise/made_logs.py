"""Logs of calls that are made from a plan: what tests of a fit and of a backtest take for the truth.

Calls are Poisson by area and hour of the week. Each unit on duty is free with the chance that the model gives
it, and on work to break off with its chance; whoever is expected first goes. Authorisation,
turnout and drives are lognormal around their means.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from standby.attendance import (
    arrival_minutes,
    attendance_model,
    evaluate,
    period_by_hour,
    setting_of,
    work_of,
)
from standby.attendance.arrival import drive_factor, driving_min
from standby.demand import call_rates, hour_of_week
from standby.plan import Plan, plan_arrays
from standby.travel import Times

SECONDS_AN_HOUR = 3600

SKIPPED = np.array(
    ["2022-03-27T01", "2023-03-26T01", "2024-03-31T01", "2025-03-30T01"], dtype="datetime64[h]"
)
"""Hours that no clock showed."""


def made_log(
    plan: Plan, times: Times, *, months: int = 24, seed: int, factor: float = 1.0, start: str = "2022-01"
) -> pd.DataFrame:
    """Return a log of a plan.

    Parameters
    ----------
    plan, times
        The truth, and its minutes.
    months
        How long the log is.
    seed
        Of all chance.
    factor
        Calls relative to those of the plan.
    start
        First month.
    """
    rng = np.random.default_rng(seed)
    arrays = plan_arrays(plan)
    calls = made_calls(plan, months=months, rng=rng, factor=factor, start=start)
    model = attendance_model(arrays, times)
    outcome = evaluate(model, arrays, setting_of(arrays.standards))
    work = work_of(model, arrays)
    period_of = period_by_hour(model, arrays)[hour_of_week(calls["when"].to_numpy())]

    mean_min, lent = arrival_minutes(model, arrays)
    tier = arrays.units.tiers[model.rows]
    drive_min = driving_min(model.car_min, arrays.travel.start_min, drive_factor(arrays, tier)[:, None])
    trip_cv = np.nan_to_num(arrays.classes.trip_cv)
    turnout_cv = np.nan_to_num(arrays.tiers.turnout_cv)
    authorisation_cv = np.nan_to_num(arrays.types.authorisation_cv)

    rows = []
    for k, call in enumerate(calls.itertuples()):
        period = period_of[k]
        place = call.area_code
        force = arrays.places.forces[place]
        of_use = model.machines.kind[model.machines.of[0, call.type_code]] >= 0

        # How congested the units are is one of the nodes of the place; given that, each is free by itself.
        pool = model.congestion.place[place]
        nodes = np.arange(model.congestion.first[pool], model.congestion.first[pool + 1])
        node = rng.choice(nodes, p=outcome.node_weight[period, nodes])
        free = model.periods[period].on_duty & of_use & (rng.random(tier.size) < outcome.free[period, node])
        free &= rng.random(tier.size) < lent[:, force]
        late = np.where(rng.random(tier.size) < work.breakable_share[period], work.break_off_min[period], 0.0)
        expected = np.where(free, mean_min[:, place] + late, np.inf)
        unit = int(np.argmin(expected))

        kind = call.type_code
        authorised = varied(rng, arrays.types.authorisation_min[kind], authorisation_cv[kind])
        scene = varied(rng, arrays.types.scene_min[kind], 0.8)
        row = {"authorised_min": authorised, "scene_min": scene}
        if np.isfinite(expected[unit]):
            drive = drive_min[unit, place]
            turnout_mean = arrays.tiers.turnout_min[tier[unit]]
            turnout = varied(rng, turnout_mean, turnout_cv[tier[unit]])
            notice = mean_min[unit, place] - drive - turnout_mean
            trip = varied(rng, drive, trip_cv[arrays.places.classes[place]])
            row["turnout_min"] = turnout + late[unit]  # from being sent to moving, breaking off included
            row["first_armed_min"] = authorised + notice + row["turnout_min"] + trip
            row["unit_site"] = arrays.sites.ids[arrays.units.sites[model.rows[unit]]]
        rows.append(row)

    log = pd.DataFrame(
        rows, columns=["authorised_min", "turnout_min", "first_armed_min", "unit_site", "scene_min"]
    )
    log["unit_site"] = log["unit_site"].fillna("")
    return (
        calls.drop(columns=["when", "area_code", "type_code"])
        .join(log)
        .assign(full_min=np.nan, source="assumption", note="")
    )


def made_calls(
    plan: Plan, *, months: int, rng: np.random.Generator, factor: float = 1.0, start: str = "2022-01"
) -> pd.DataFrame:
    """Return when and where calls come, without any minutes."""
    arrays = plan_arrays(plan)
    first = np.datetime64(start, "M")
    hours = np.arange(first.astype("datetime64[h]"), (first + months).astype("datetime64[h]"))
    week_hour = hour_of_week(hours)
    rates = factor * call_rates(arrays) * arrays.forces.planned[arrays.areas.forces]

    parts = []
    for code in range(len(arrays.types)):
        total = rates[code].sum()
        number = rng.poisson(total * arrays.types.hour_weight[code][week_hour])
        when = np.repeat(hours, number).astype("datetime64[s]")
        when = when[np.isin(when.astype("datetime64[h]"), SKIPPED, invert=True)]
        when = when + rng.integers(SECONDS_AN_HOUR, size=when.size).astype("timedelta64[s]")
        share = rates[code] / total if total else None
        area = rng.choice(len(arrays.areas), size=when.size, p=share)
        parts.append(pd.DataFrame({"when": when, "area_code": area, "type_code": code}))

    calls = pd.concat(parts).sort_values("when", ignore_index=True)
    position = arrays.areas.positions[calls["area_code"].to_numpy(np.int64)]
    return calls.assign(
        id=[f"c{k}" for k in range(len(calls))],
        time=np.datetime_as_string(calls["when"].to_numpy(), unit="m"),
        lon=position[:, 0],
        lat=position[:, 1],
        incident_type=[arrays.types.ids[code] for code in calls["type_code"]],
    )


def varied(rng: np.random.Generator, mean: float, cv: float) -> float:
    """Return a lognormal number with a mean and a coefficient of variation."""
    if cv <= 0.0 or mean <= 0.0:
        return float(mean)
    sigma = np.sqrt(np.log1p(cv**2))
    return float(mean * np.exp(sigma * rng.standard_normal() - 0.5 * sigma**2))


def of_points(plan: Plan) -> Plan:
    """Return a plan whose areas are points, so that a drive to an area is one to each of its calls."""
    areas = plan.table("areas").assign(area_km2=np.nan)
    return replace(plan, tables={**plan.tables, "areas": areas})


def with_log(plan: Plan, log: pd.DataFrame) -> Plan:
    """Return a plan with a log, as it is when the log stands in its folder."""
    return replace(plan, tables={**plan.tables, "incidents": log})
