"""The demand of a plan: calls by area and type, and the other work that keeps units busy."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from standby._show import Shown
from standby._typing import Floats
from standby.demand.rates import area_rates
from standby.evidence import Manifest
from standby.plan import HOURS_A_YEAR, Plan, PlanArrays, plan_arrays
from standby.words import count


@dataclass(frozen=True, eq=False)
class Demand(Shown):
    """Calls of a plan at its central values.

    Parameters
    ----------
    table
        One row each area and incident type: ``area``, ``force``, ``class``, ``planned`` (whether the force is
        planned for), ``incident_type``, ``stream``, ``per_year`` [per year].
    manifest
        What makes it reproducible.
    """

    table: pd.DataFrame
    manifest: Manifest

    def summary(self) -> str:
        """Return one sentence: calls a year of the planned forces by incident type."""
        planned = self.table[self.table["planned"]]
        by_type = planned.groupby("incident_type", sort=False)["per_year"].sum()
        return "; ".join(f"{name}: {count(per_year)} a year" for name, per_year in by_type.items()) + "."


def demand(plan: Plan) -> Demand:
    """Return the calls of a plan by area and incident type.

    Parameters
    ----------
    plan
        The plan.
    """
    arrays = plan_arrays(plan)
    per_year = call_rates(arrays) * HOURS_A_YEAR

    areas = pd.DataFrame(
        {
            "area": arrays.areas.ids,
            "force": [arrays.forces.ids[code] for code in arrays.areas.forces],
            "class": [arrays.classes.ids[code] for code in arrays.areas.classes],
            "planned": arrays.forces.planned[arrays.areas.forces],
        }
    )
    parts = [
        areas.assign(incident_type=name, stream=arrays.types.streams[code], per_year=per_year[code])
        for code, name in enumerate(arrays.types.ids)
    ]
    return Demand(pd.concat(parts, ignore_index=True), plan.manifest())


def call_rates(arrays: PlanArrays) -> Floats:
    """Return calls an hour by incident type and area, mean over the week.

    Parameters
    ----------
    arrays
        A plan at its central values, at one draw, or with a table of draws.

    Returns
    -------
    ndarray
        Shape (..., types, areas) [per hour].

    Raises
    ------
    ValueError
        If a force has calls and no area to put them in.
    """
    class_weight = _filled(arrays.types.class_weight, 1.0)[..., arrays.areas.classes]
    weight = class_weight * arrays.areas.likelihood[..., None, :]
    factor = _filled(arrays.level.demand_factor, 1.0)

    rates = area_rates(
        arrays.types.per_year,
        arrays.types.per_100k_year,
        arrays.areas.population,
        weight,
        arrays.areas.forces,
        force_count=len(arrays.forces),
    )
    return np.asarray(rates * factor[..., None, None])


def call_weights(arrays: PlanArrays) -> Floats:
    """Return the rates of calls, and for a type that has none, weights that say where its calls would come.

    A share of calls depends on where they come and not on how many there are: a draw in which the rate is 0
    has the share that any other rate would have.

    Parameters
    ----------
    arrays
        A plan at its central values, or at one draw.

    Returns
    -------
    ndarray
        Shape (types, areas) [per hour, or people for a type without calls].
    """
    rates = call_rates(arrays)
    has_no_calls = rates.sum(axis=-1) <= 0.0
    if not has_no_calls.any():
        return rates

    area_class = arrays.areas.classes
    class_weight = _filled(arrays.types.class_weight, 1.0)[..., area_class]
    weight = class_weight * arrays.areas.likelihood
    return np.where(has_no_calls[:, None], arrays.areas.population * weight, rates)


def scene_min(arrays: PlanArrays) -> Floats:
    """Return minutes at the scene, those who are stood down on the way with none, shape (types,) [min].

    Parameters
    ----------
    arrays
        The plan's values: central, or of one draw.
    """
    return np.asarray(arrays.types.scene_min * (1.0 - arrays.types.stand_down_share))


def ordinary_share(arrays: PlanArrays) -> tuple[Floats, Floats]:
    """Return the share of a tier's time taken by ordinary work: all of it, and what can't be broken off.

    Parameters
    ----------
    arrays
        A plan at its central values, at one draw, or with a table of draws.

    Returns
    -------
    busy_share, committed_share
        Shape (..., tiers) [chance]. The first is the jobs' rate times their length, at most 1; the second is
        the part of it that a call can't interrupt.
    """
    jobs_per_hour = _filled(arrays.tiers.calls_per_hour, 0.0)
    minutes_per_job = _filled(arrays.tiers.minutes_per_call, 0.0)
    busy_share = np.minimum(jobs_per_hour * minutes_per_job / 60.0, 1.0)

    breakable_share = _filled(arrays.tiers.break_off, 1.0)
    return busy_share, busy_share * (1.0 - breakable_share)


def _filled(values: Floats, default: float) -> Floats:
    """Return values with a default where the plan does not say."""
    return np.where(np.isnan(values), default, values)
