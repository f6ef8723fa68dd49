"""The demand of a plan: calls by area and type, and the other work that keeps units busy."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from standby._show import Shown
from standby.demand.rates import HOURS_A_YEAR, area_rates
from standby.evidence import Manifest
from standby.plan import Plan, Resolved, resolve


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
        parts = planned.groupby("incident_type", sort=False)["per_year"].sum()
        return "; ".join(f"{name}: {count:,.1f} a year" for name, count in parts.items()) + "."


def demand(plan: Plan) -> Demand:
    """Return the calls of a plan by area and incident type.

    Parameters
    ----------
    plan
        The plan.
    """
    resolved = resolve(plan)
    s = resolved.structure
    rates = call_rates(resolved) * HOURS_A_YEAR
    areas = pd.DataFrame(
        {
            "area": s.areas.ids,
            "force": [s.forces[code] for code in s.areas.forces],
            "class": [s.classes[code] for code in s.areas.classes],
            "planned": s.planned[s.areas.forces],
        }
    )
    parts = [
        areas.assign(incident_type=name, stream=s.streams[code], per_year=rates[code])
        for code, name in enumerate(s.types)
    ]
    return Demand(pd.concat(parts, ignore_index=True), plan.manifest())


def call_rates(resolved: Resolved) -> NDArray[np.float64]:
    """Return calls an hour by incident type and area, mean over the week.

    Parameters
    ----------
    resolved
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
    s = resolved.structure
    class_weight = _or(resolved["types.class_weight"], 1.0)[..., s.areas.classes]
    weight = class_weight * resolved["areas.likelihood"][..., None, :]
    factor = _or(resolved["demand_factor"], 1.0)
    rates = area_rates(
        resolved["types.per_year"],
        resolved["types.per_100k_year"],
        resolved["areas.population"],
        weight,
        s.areas.forces,
        force_count=len(s.forces),
    )
    return np.asarray(rates * factor[..., None, None])


def call_weights(resolved: Resolved) -> NDArray[np.float64]:
    """Return where calls come: their rates, and where a type has none, where its calls would come.

    A share of calls depends on where they come and not on how many they are: a draw in which the rate is 0
    has the share that any other rate would have.

    Parameters
    ----------
    resolved
        A plan at its central values, or at one draw.

    Returns
    -------
    ndarray
        Shape (types, areas) [per hour].
    """
    rates = call_rates(resolved)
    none = rates.sum(axis=-1) <= 0.0
    if not none.any():
        return rates
    s = resolved.structure
    weight = _or(resolved["types.class_weight"], 1.0)[..., s.areas.classes] * resolved["areas.likelihood"]
    return np.where(none[:, None], resolved["areas.population"] * weight, rates)


def ordinary_share(resolved: Resolved) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the share of a tier's time taken by ordinary work: all of it, and what can't be broken off.

    Parameters
    ----------
    resolved
        A plan at its central values, at one draw, or with a table of draws.

    Returns
    -------
    busy, held
        Shape (..., tiers) [chance]. ``busy`` is the jobs' rate times their length, at most 1; ``held`` is the
        part that a call can't interrupt.
    """
    rate, minutes = _or(resolved["tiers.calls_per_hour"], 0.0), _or(resolved["tiers.minutes_per_call"], 0.0)
    busy = np.minimum(rate * minutes / 60.0, 1.0)
    return busy, busy * (1.0 - _or(resolved["tiers.break_off"], 1.0))


def _or(values: NDArray[np.float64], default: float) -> NDArray[np.float64]:
    """Return values with a default where the plan does not say."""
    return np.where(np.isnan(values), default, values)
