"""Cover hour by hour of the week, and how often nobody is free: for internal use only.

Each hour is taken as if it went on for ever: the busy shares of units are those that its calls and its units
would settle at. Calls of the hour before that still keep units busy are left out, which matters where an hour
is much quieter or busier than the one before it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from standby._show import Shown
from standby._typing import Codes, Floats, Mask
from standby.attendance import Outcome, Period, evaluate
from standby.cover.evaluated import Evaluated, weights_of_standards
from standby.cover.metrics import shares
from standby.plan import HOURS_A_WEEK
from standby.plan.schema.hours import DAYS

HOURS_A_DAY = 24

SCOPE_KINDS = ("all", "force")
"""Kinds of scope that are reported hour by hour."""


@dataclass(frozen=True, eq=False)
class ByHour(Shown):
    """Cover by hour of the week, for internal use.

    Parameters
    ----------
    standards
        One row each hour of the week, standard and scope (all planned forces, or one): ``hour`` (0 is Monday
        from midnight to one), ``day``, ``clock`` (hour of the day), ``standard``, ``name``, ``scope_kind``,
        ``scope`` and ``share_expected``, NaN in hours in which none of its calls come.
    forces
        One row each hour of the week and planned force: ``hour``, ``day``, ``clock``, ``force``,
        ``units_on_duty``, of the force's own and of those that others share with it, that can help in a first
        armed arrival of the main standard's incident type, and ``chance_nobody_free``, that all of these are
        busy.
    """

    standards: pd.DataFrame
    forces: pd.DataFrame


def cover_by_hour(e: Evaluated) -> ByHour:
    """Return cover hour by hour of the week.

    Parameters
    ----------
    e
        The plan evaluated at its central values, from `evaluate_plan`.

    Returns
    -------
    ByHour
        Expected shares by standard, and by force the chance that nobody is free.

    Raises
    ------
    ArithmeticError
        If the busy shares of an hour do not settle.
    """
    weights = weights_of_standards(e.arrays)
    standards = list[pd.DataFrame]()
    forces = list[pd.DataFrame]()
    for hours, row, period in kinds_of_hours(e):
        model = replace(e.model, periods=(period,), pools=e.model.pools[[row]])
        outcome = evaluate(model, e.arrays, e.setting, start=e.start[[row]])

        # One period of a whole week reaches its part of a type's calls in proportion to their weight.
        weight = period.weight[e.setting.types][:, None]
        reached = np.full(outcome.reached.shape, np.nan)
        np.divide(outcome.reached, weight, out=reached, where=weight > 0.0)
        expected = np.minimum(shares(weights, reached, e.scopes), 1.0)

        standards.append(_for_hours(hours, _standard_rows(e, expected)))
        forces.append(_for_hours(hours, _force_rows(e, period, outcome)))
    return ByHour(_sorted(standards, ["standard", "scope_kind", "scope"]), _sorted(forces, ["force"]))


def kinds_of_hours(evaluated: Evaluated) -> list[tuple[Codes, int, Period]]:
    """Return hours of the week that are alike: which they are, their row among the periods, and a period.

    Hours are alike when the same units are on duty, the same commitments take place and as many calls come.
    The period lasts all week.
    """
    model = evaluated.model
    arrays = evaluated.arrays
    on_duty = np.vstack([arrays.units.hours[model.rows], arrays.commitments.hours])
    on_duty_by_period = np.array(
        [np.concatenate([period.on_duty, period.commitments]) for period in model.periods]
    )
    by_hour = np.vstack([on_duty, arrays.types.hour_weight]).T  # (168, ...)
    kinds, kind_of_hour = np.unique(by_hour, axis=0, return_inverse=True)

    found = []
    for kind in range(len(kinds)):
        hours = np.flatnonzero(kind_of_hour == kind)
        first = hours[0]
        row = int(np.flatnonzero((on_duty_by_period == on_duty[:, first]).all(axis=1))[0])
        weight = arrays.types.hour_weight[:, first].astype(float)
        found.append((hours, row, replace(model.periods[row], hours=HOURS_A_WEEK, weight=weight)))
    return found


def _standard_rows(evaluated: Evaluated, expected: Floats) -> list[dict[str, object]]:
    """Return a row for each standard and scope, from expected shares of shape (standards, scopes)."""
    return [
        {
            "standard": name,
            "name": standard.name,
            "scope_kind": kind,
            "scope": scope,
            "share_expected": float(expected[row, column]),
        }
        for row, (name, standard) in enumerate(evaluated.standards.items())
        for column, (kind, scope) in enumerate(evaluated.scopes.names)
        if kind in SCOPE_KINDS and holds_somewhere(evaluated, row, column)
    ]


def holds_somewhere(evaluated: Evaluated, standard: int, scope: int) -> bool:
    """Return whether a standard holds anywhere in a scope, both given by their rows."""
    holds = ~np.isnan(evaluated.setting.within_min[standard])
    return bool((holds & evaluated.scopes.places[scope]).any())


def _force_rows(evaluated: Evaluated, period: Period, outcome: Outcome) -> list[dict[str, object]]:
    """Return by force how many units are on duty, and the chance that all of them are busy at once."""
    model = evaluated.model
    arrays = evaluated.arrays
    counted = period.on_duty & able_to_come_first(evaluated)

    rows: list[dict[str, object]] = []
    for force in np.flatnonzero(arrays.forces.planned):
        units = counted & ~model.border[:, force]

        # Units are busy together: independent of each other only at a node of their pool's congestion.
        first_place = np.flatnonzero(arrays.places.forces == force)[0]
        pool = model.congestion.place[first_place]
        nodes = slice(model.congestion.first[pool], model.congestion.first[pool + 1])
        all_busy = (1.0 - outcome.free[0, nodes][:, units]).prod(axis=1)

        rows.append(
            {
                "force": arrays.forces.ids[force],
                "units_on_duty": int(units.sum()),
                "chance_nobody_free": float(outcome.node_weight[0, nodes] @ all_busy),
            }
        )
    return rows


def able_to_come_first(evaluated: Evaluated) -> Mask:
    """Return units that can help in a first armed arrival of the main standard's type, shape (units,)."""
    standards = evaluated.arrays.standards
    incident_type = standards.types[standards.main]
    machines = evaluated.model.machines
    machine = machines.of[0, incident_type]
    return np.asarray(machines.kind[machine] >= 0)


def _for_hours(hours: Codes, rows: list[dict[str, object]]) -> pd.DataFrame:
    """Return the rows once for each hour of the week that they are for."""
    frame = pd.DataFrame(rows)

    parts = []
    for hour in hours:
        day, clock = divmod(int(hour), HOURS_A_DAY)
        part = frame.copy()
        part.insert(0, "clock", clock)
        part.insert(0, "day", DAYS[day])
        part.insert(0, "hour", int(hour))
        parts.append(part)
    return pd.concat(parts, ignore_index=True)


def _sorted(parts: list[pd.DataFrame], keys: list[str]) -> pd.DataFrame:
    """Return the hours in their order, and within an hour the rows in theirs."""
    together = pd.concat(parts, ignore_index=True)
    order = pd.MultiIndex.from_frame(together[keys]).factorize()[0]
    rows = np.lexsort([order, together["hour"].to_numpy()])
    return together.iloc[rows].reset_index(drop=True)


def hours_together(
    cells: Mapping[int, Sequence[str]], days: Sequence[str]
) -> list[tuple[str, str, tuple[str, ...]]]:
    """Return the hours of a week, merged where they read the same: ``mon–thu``, ``00–06``, cells.

    Neighbouring days that read the same are merged first, and within them neighbouring hours.

    Parameters
    ----------
    cells
        What is written of each hour of the week.
    days
        Names of the days, in their order.
    """
    by_hour = [tuple(cells[hour]) for hour in range(HOURS_A_DAY * len(days))]
    by_day = [by_hour[first : first + HOURS_A_DAY] for first in range(0, len(by_hour), HOURS_A_DAY)]

    rows = []
    first_day = 0
    for day in range(len(days)):
        # A row of days ends where the next day differs, or where there is none.
        if day + 1 < len(days) and by_day[day + 1] == by_day[first_day]:
            continue

        name = days[first_day] if day == first_day else f"{days[first_day]}–{days[day]}"
        hours = by_day[first_day]
        first_hour = 0
        for hour in range(HOURS_A_DAY):
            if hour + 1 == HOURS_A_DAY or hours[hour + 1] != hours[first_hour]:
                rows.append((name, f"{first_hour:02d}–{hour + 1:02d}", hours[first_hour]))
                first_hour = hour + 1
        first_day = day + 1
    return rows
