"""What a reader of a plan should know of its officers; `standby check` asks for it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from standby._checks import ROUNDING_SLACK
from standby.plan import Note, Plan, PlanArrays, plan_arrays
from standby.workforce.staff import staffing

NOT_NEEDED = ("areas", "key_locations", "incidents")
"""Tables on which no count of officers depends; without them the arrays are made sooner."""


def notes_on_officers(plan: Plan) -> list[Note]:
    """Return a note for each force that the plan or an option arms more officers of than it has.

    Parameters
    ----------
    plan
        The base, free of faults.
    """
    tables = {name: frame[:0] if name in NOT_NEEDED else frame for name, frame in plan.tables.items()}
    bare = plan.document.model_copy(update={"options": {}, "scenarios": {}, "statements": {}})
    base = plan_arrays(replace(plan, document=bare, tables=tables))
    in_base = _more_than_all(base, base)

    # Where a strength above all officers is given, that itself has a note of its own.
    has_strength = ~np.isnan(base.forces.strength)
    notes = [
        _note(f"forces.{force}.officers", force, counts, "fewer units")
        for force, counts in in_base.items()
        if not has_strength[base.forces.ids.index(force)]
    ]

    # Each is laid over a plan without the others: a thousand would be gone through a thousand times.
    for name, option in plan.document.options.items():
        alone = bare.model_copy(update={"options": {name: option}})
        with_option = plan_arrays(replace(plan, document=alone, tables=tables).with_option(name))
        notes += [
            _note(f"options.{name}", force, counts, "the option fewer units")
            for force, counts in _more_than_all(with_option, base).items()
            if counts != in_base.get(force)
        ]
    return notes


def _more_than_all(plan: PlanArrays, base: PlanArrays) -> dict[str, tuple[float, float]]:
    """Return armed officers and all officers of each planned force that is to arm more than it has."""
    numbers = staffing(plan, base)
    too_many = plan.forces.planned & (numbers.armed > numbers.officers * (1 + ROUNDING_SLACK))
    return {
        plan.forces.ids[k]: (float(numbers.armed[k]), float(numbers.officers[k]))
        for k in np.flatnonzero(too_many)
    }


def _note(subject: str, force: str, counts: tuple[float, float], fewer: str) -> Note:
    armed, officers = counts
    text = (
        f"arms {armed:,.1f} officers of the force {force!r}, more than all that it has "
        f"(forces.{force}.officers is {officers:,.1f}): correct officers or strength there, or give {fewer}"
    )
    return Note(subject, text)
