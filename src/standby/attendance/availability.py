"""How busy the units of a plan are, and what cover that leaves, option by option."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from standby._refusals import Refusal
from standby._show import Shown
from standby._typing import Floats
from standby.attendance.model import AttendanceModel, attendance_model
from standby.attendance.outcome import Outcome, evaluate
from standby.attendance.standards import Setting, setting_of, standard_weights
from standby.demand import call_weights
from standby.evidence import Manifest
from standby.plan import BASE, Plan, PlanArrays, Standard, plan_arrays
from standby.tables import records
from standby.travel import Times, travel_times
from standby.words import share

PLACES = ("sites", "areas", "key_locations", "patrols")
"""Tables whose rows decide the minutes."""


@dataclass(frozen=True, eq=False)
class Available(Shown):
    """A plan, or one option of it, with the busy shares of its units at central values.

    Parameters
    ----------
    arrays
        The plan at its central values.
    model
        Who can attend what.
    setting
        Where each standard holds.
    outcome
        Busy shares, and who is reached with the chance that units are free.
    """

    arrays: PlanArrays
    model: AttendanceModel
    setting: Setting
    outcome: Outcome

    @property
    def standards(self) -> dict[str, Standard]:
        """The plan's standards by id."""
        return self.arrays.plan.document.standards

    @property
    def unit_hours(self) -> Floats:
        """Hours of the week that each unit is on duty, shape (units,) [h]."""
        return np.asarray(
            np.sum([period.hours * period.on_duty for period in self.model.periods], axis=0, dtype=float)
        )

    def busy_share(self, forces: NDArray[np.bool_], tier: int) -> float:
        """Return the mean busy share of the units of a tier, by hours on duty; NaN where there are none.

        Parameters
        ----------
        forces
            Whose units count, shape (forces,).
        tier
            Code of the tier.
        """
        units = self.arrays.units
        counted = forces[units.forces[self.model.rows]] & (units.tiers[self.model.rows] == tier)
        hours = self.unit_hours * counted
        return float(hours @ self.outcome.busy / hours.sum()) if hours.any() else np.nan

    def shares(self, places: NDArray[np.bool_]) -> Floats:
        """Return the expected share inside each standard among some places; NaN where it holds for nobody.

        Parameters
        ----------
        places
            Which places count, shape (places,).

        Returns
        -------
        ndarray
            Shape (standards,).
        """
        weights = standard_weights(self.arrays, self.arrays.standards, call_weights(self.arrays)) * places

        total = weights.sum(axis=1)
        reached = (weights * self.outcome.reached).sum(axis=1)
        share = np.full(total.shape, np.nan)
        np.divide(reached, total, out=share, where=total > 0)
        return np.minimum(share, 1.0)  # rounding may leave it a little above


@dataclass(frozen=True, eq=False)
class Availability(Shown):
    """Busy shares and expected cover of a plan and of each of its options, at central values.

    Parameters
    ----------
    table
        One row each option, planned force and tier: ``option``, ``force``, ``tier``, ``units_on_duty`` (mean
        over the week), ``busy_share`` (mean over hours on duty) and ``busiest_share`` (of its busiest unit).
    units
        One row each option and row of ``units.csv``, of all forces: ``option``, ``unit``, ``force``,
        ``tier``, ``site``, ``count``, ``hours_per_week`` [h] and ``busy_share``. For internal use.
    standards
        One row each option, standard and force (``""`` for all planned forces): ``option``, ``standard``,
        ``force`` and ``share_expected``.
    options
        The base (``"base"``) and each option, made ready, by id.
    manifest
        What makes it reproducible.
    """

    table: pd.DataFrame
    units: pd.DataFrame
    standards: pd.DataFrame
    options: dict[str, Available]
    manifest: Manifest

    def summary(self) -> str:
        """Return a sentence on how busy the units of the base are, by tier and force."""
        parts = [
            f"{row['tier']} in {row['force']}: busy {share(row['busy_share'])} of the time on duty"
            for row in records(self.table[self.table["option"] == BASE])
        ]
        return f"As it is: {'; '.join(parts)}." if parts else "No units are on duty."


def available(plan: Plan, times: Times, *, look: Callable[[], object] | None = None) -> Available:
    """Find how busy the units of one plan are, at its central values.

    Parameters
    ----------
    plan
        The plan, with an option laid over it or not.
    times
        Its minutes.
    look
        Called now and then; what it raises ends the work: for who has a time limit.

    Returns
    -------
    Available
        The plan made ready, with busy shares and who is reached.

    Raises
    ------
    KeyError
        If the times lack a site of the plan.
    ValueError
        If the times are for other places, or an attendance asks for too much to be followed.
    ArithmeticError
        If the busy shares of the units do not settle.
    """
    arrays = plan_arrays(plan)
    model = attendance_model(arrays, times)
    setting = setting_of(arrays.standards)
    outcome = evaluate(model, arrays, setting, look=look)
    return Available(arrays, model, setting, outcome)


def availability(plan: Plan, times: Times) -> Availability:
    """Find how busy units are, and the expected cover, for the base and for every option.

    The method is that of `standby.attendance.evaluate`: some tens of milliseconds an option of a region.

    Parameters
    ----------
    plan
        The plan without an option laid over it.
    times
        Minutes from `standby.travel.travel_times`. An option with sites, areas, key locations or patrols of
        its own has its minutes made anew, by the method that the plan names.

    Returns
    -------
    Availability
        Busy shares by unit, tier and force, and the expected share inside each standard.

    Raises
    ------
    ValueError
        If an option is laid over the plan, the times are for other places, or an attendance asks for too much
        to be followed.
    KeyError
        If the times lack a site of the plan.
    ArithmeticError
        If the busy shares of the units do not settle.

    References
    ----------
    Larson, R. C. (1975). Approximating the performance of urban emergency service systems. Operations
    Research 23(5), 845-868.

    Examples
    --------
    >>> from standby import examples, open_plan
    >>> from standby.travel import travel_times
    >>> plan = open_plan(examples.path("tiny"))
    >>> found = availability(plan, travel_times(plan))
    >>> sorted(set(found.table["option"])) == sorted(["base", *plan.document.options])
    True
    """
    if plan.variant is not None:
        raise Refusal(f"{plan.variant!r} is laid over this plan already", "start from the base")

    options = {BASE: available(plan, times)}
    for name in plan.document.options:
        option = plan.with_option(name)
        options[name] = available(option, _option_times(option, plan, times))

    return Availability(
        table=pd.DataFrame([row for name, a in options.items() for row in _tier_rows(name, a)]),
        units=pd.concat([_unit_table(name, a) for name, a in options.items()], ignore_index=True),
        standards=pd.DataFrame([row for name, a in options.items() for row in _standard_rows(name, a)]),
        options=options,
        manifest=plan.manifest(travel=times.method),
    )


def _option_times(option: Plan, base: Plan, times: Times) -> Times:
    """Return the minutes for an option: those given, unless it has sites or places of its own."""
    same_method = base.document.travel.method == option.document.travel.method
    same_classes = base.document.classes == option.document.classes
    if same_method and same_classes and all(option.table(name).equals(base.table(name)) for name in PLACES):
        return times

    option_times = travel_times(option)
    if option_times.method != times.method:
        raise Refusal(
            f"options.{option.variant} has sites, places or patrols of its own, and the times are by "
            f"{times.method} where the plan makes them by {option_times.method}",
            "give the plan a matrix with all sites and places",
        )
    return option_times


def _tier_rows(option: str, a: Available) -> Iterator[dict[str, object]]:
    """Yield a row for each planned force and each of its tiers that has units on duty."""
    arrays = a.arrays
    hours = a.unit_hours
    week_hours = sum(p.hours for p in a.model.periods)
    force = arrays.units.forces[a.model.rows]
    tier = arrays.units.tiers[a.model.rows]

    for f in np.flatnonzero(arrays.forces.planned):
        for t in np.unique(tier[force == f]):
            counted = (force == f) & (tier == t) & (hours > 0)
            if counted.any():
                yield {
                    "option": option,
                    "force": arrays.forces.ids[f],
                    "tier": arrays.tiers.ids[t],
                    "units_on_duty": float(hours[counted].sum() / week_hours),
                    "busy_share": a.busy_share(np.arange(len(arrays.forces)) == f, int(t)),
                    "busiest_share": float(a.outcome.busy[counted].max()),
                }


def _unit_table(option: str, a: Available) -> pd.DataFrame:
    """Return one row for each row of the plan's table of units, with the mean busy share of its units."""
    arrays = a.arrays
    units = arrays.units
    rows = np.unique(a.model.rows)
    busy_share = np.bincount(a.model.rows, a.outcome.busy, len(units)) / np.maximum(units.count, 1)

    return pd.DataFrame(
        {
            "option": option,
            "unit": [units.ids[row] for row in rows],
            "force": [arrays.forces.ids[units.forces[row]] for row in rows],
            "tier": [arrays.tiers.ids[units.tiers[row]] for row in rows],
            "site": [arrays.sites.ids[units.sites[row]] for row in rows],
            "count": units.count[rows],
            "hours_per_week": units.hours[rows].sum(axis=1),
            "busy_share": busy_share[rows],
        }
    )


def _standard_rows(option: str, a: Available) -> Iterator[dict[str, object]]:
    """Yield a row for each standard, in all planned forces and in each, where it holds for somebody."""
    arrays = a.arrays
    scopes = arrays.scopes
    for (kind, scope), places in zip(scopes.names, scopes.places, strict=True):
        if kind not in {"all", "force"}:
            continue
        for standard, reached in zip(a.standards, a.shares(places), strict=True):
            if not np.isnan(reached):
                yield {
                    "option": option,
                    "standard": standard,
                    "force": scope,
                    "share_expected": float(reached),
                }
