"""A plan made ready and evaluated at its central values: what every table of its cover is made from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from standby._show import Shown
from standby._typing import Floats, Mask
from standby.attendance import (
    AttendanceModel,
    Outcome,
    Setting,
    attendance_model,
    available,
    evaluate,
    standard_weights,
    varies,
    without_variation,
)
from standby.cover.metrics import shares
from standby.demand import call_weights
from standby.plan import Plan, PlanArrays, ScopeArrays, Standard, UnitArrays
from standby.travel import Times


@dataclass(frozen=True, eq=False)
class Evaluated(Shown):
    """A plan with its model and its evaluation at central values.

    Parameters
    ----------
    arrays, model, setting
        The plan made ready.
    outcome, if_free
        With the chance that units are free, and as if all were.
    start
        Busy shares by period and unit, to start other evaluations from, shape (periods, units).
    """

    arrays: PlanArrays
    model: AttendanceModel
    setting: Setting
    outcome: Outcome
    if_free: Outcome
    start: Floats

    @property
    def scopes(self) -> ScopeArrays:
        """Whom numbers are about."""
        return self.arrays.scopes

    @property
    def varies(self) -> bool:
        """Whether trips, turnout or authorisation vary from call to call."""
        return varies(self.arrays)

    def by_means(self, look: Callable[[], object] | None = None) -> Evaluated:
        """Return the plan evaluated as if trips, turnout and authorisation took their means every time.

        Parameters
        ----------
        look
            As in `evaluate_plan`.
        """
        arrays = without_variation(self.arrays)
        return replace(
            self,
            arrays=arrays,
            outcome=evaluate(self.model, arrays, self.setting, start=self.start, look=look),
            if_free=evaluate(self.model, arrays, self.setting, if_free=True, look=look),
        )

    @property
    def standards(self) -> dict[str, Standard]:
        """The plan's standards by id."""
        return self.arrays.plan.document.standards


def evaluate_plan(plan: Plan, times: Times, *, look: Callable[[], object] | None = None) -> Evaluated:
    """Make a plan ready and evaluate it at its central values.

    Parameters
    ----------
    plan
        The plan.
    times
        Its minutes.
    look
        Called now and then; what it raises ends the work, which is how a caller keeps to a time limit.

    Raises
    ------
    KeyError
        If the times lack a site of the plan.
    ValueError
        If the times are for other places, or an attendance asks for too much to be followed.
    ArithmeticError
        If the busy shares of the units do not settle.
    """
    ready = available(plan, times, look=look)
    return Evaluated(
        arrays=ready.arrays,
        model=ready.model,
        setting=ready.setting,
        outcome=ready.outcome,
        if_free=evaluate(ready.model, ready.arrays, ready.setting, if_free=True, look=look),
        start=ready.outcome.shares,
    )


def weights_of_standards(arrays: PlanArrays) -> Floats:
    """Return what each standard's share is a share of, shape (standards, places).

    Parameters
    ----------
    arrays
        The plan at its central values, or at one draw.
    """
    return standard_weights(arrays, arrays.standards, call_weights(arrays))


def expected_shares(arrays: PlanArrays, outcome: Outcome) -> Floats:
    """Return the expected share inside each standard, shape (standards, scopes).

    Parameters
    ----------
    arrays, outcome
        The plan at its central values, or at one draw, and the evaluation at them.

    Returns
    -------
    ndarray
        NaN where a scope has nobody whom the standard is for.
    """
    expected = shares(weights_of_standards(arrays), outcome.reached, arrays.scopes)
    return np.minimum(expected, 1.0)  # rounding may make a share of everybody a little more than 1


def evaluate_units(
    evaluated: Evaluated,
    times: Times,
    units: UnitArrays,
    calling: Mask,
    *,
    stand_ins: bool,
    look: Callable[[], object] | None = None,
) -> tuple[AttendanceModel, Outcome]:
    """Evaluate other units in place of those of the plan, at central values.

    Parameters
    ----------
    evaluated, times
        The plan made ready, and its minutes.
    units
        The only units that there are; they are at their sites all the time.
    calling
        Forces whose calls keep them busy, shape (forces,).
    stand_ins
        Whether a tier may serve as another, as the plan says.
    look
        As in `evaluate_plan`.

    Returns
    -------
    model, outcome
        The model of these units, and its evaluation by the same rules as `evaluate_plan`.
    """
    tiers = evaluated.arrays.tiers
    if not stand_ins:
        tiers = replace(tiers, serves=np.eye(len(tiers), dtype=bool))

    no_patrols = np.zeros((len(units), len(evaluated.arrays.patrols)), dtype=bool)
    patrols = replace(evaluated.arrays.patrols, of_unit=no_patrols)
    arrays = replace(evaluated.arrays, tiers=tiers, units=units, patrols=patrols)
    model = attendance_model(arrays, times)
    return model, evaluate(model, arrays, evaluated.setting, calling=calling, look=look)
