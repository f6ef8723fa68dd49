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
)
from standby.cover.metrics import Scopes, scopes_of, shares
from standby.demand import call_weights
from standby.plan import Plan, Resolved, Standard
from standby.plan.structure import Units
from standby.travel import Times


@dataclass(frozen=True, eq=False)
class Evaluated(Shown):
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
    model: AttendanceModel
    setting: Setting
    scopes: Scopes
    standards: dict[str, Standard]
    outcome: Outcome
    if_free: Outcome
    start: Floats


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
        resolved=ready.resolved,
        model=ready.model,
        setting=ready.setting,
        scopes=scopes_of(ready.model),
        standards=ready.standards,
        outcome=ready.outcome,
        if_free=evaluate(ready.model, ready.resolved, ready.setting, if_free=True, look=look),
        start=ready.outcome.shares,
    )


def main_standard(standards: dict[str, Standard]) -> str:
    """Return the standard that costs and places are related to: the one marked, else the first.

    Parameters
    ----------
    standards
        The plan's standards by id.
    """
    return next((name for name, standard in standards.items() if standard.main), next(iter(standards)))


def weights_of_standards(evaluated: Evaluated, resolved: Resolved) -> Floats:
    """Return what each standard's share is a share of, shape (standards, places).

    Parameters
    ----------
    evaluated
        The plan made ready.
    resolved
        Its values, or those of one draw.
    """
    return standard_weights(
        evaluated.model,
        evaluated.setting,
        evaluated.standards,
        people=resolved["areas.population"],
        calls=call_weights(resolved),
    )


def expected_shares(e: Evaluated, resolved: Resolved, outcome: Outcome) -> Floats:
    """Return the expected share inside each standard, shape (standards, scopes).

    Parameters
    ----------
    e
        The plan made ready.
    resolved, outcome
        Its values, or those of one draw, and the evaluation at them.

    Returns
    -------
    ndarray
        NaN where a scope has nobody whom the standard is for.
    """
    expected = shares(weights_of_standards(e, resolved), outcome.reached, e.scopes)
    return np.minimum(expected, 1.0)  # rounding may make a share of everybody a little more than 1


def evaluate_units(
    evaluated: Evaluated,
    times: Times,
    units: Units,
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
        The only units that there are; the notice of each is that of its tier.
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
    structure = evaluated.model.structure
    serves = structure.serves if stand_ins else np.eye(len(structure.tiers), dtype=bool)

    # Place 0 of the table of values stands for "not said": these units have no notice of their own.
    no_notice = np.zeros(len(units), dtype=np.int64)
    resolved = replace(
        evaluated.resolved,
        structure=replace(structure, units=units, serves=serves),
        slots={**evaluated.resolved.slots, "units.notice_min": no_notice},
    )
    model = attendance_model(resolved, times)
    return model, evaluate(model, resolved, evaluated.setting, calling=calling, look=look)
