"""The criteria that options are compared by, and their values for every draw."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from standby.appraise.sample import Sample
from standby.cost import plan_cost
from standby.cover import main_standard
from standby.plan import Plan, Resolved
from standby.workforce import staffing

Floats = NDArray[np.float64]
Better = Literal["higher", "lower", ""]


@dataclass(frozen=True)
class Criterion:
    """One criterion.

    Parameters
    ----------
    id, name, unit
        What it is called and counted in.
    better
        Which direction is better; empty where that is for people to decide.
    description
        What it means.
    """

    id: str
    name: str
    unit: str
    better: Better
    description: str

    def row(self) -> dict[str, str]:
        """Return its row of the table of criteria."""
        own = {"name": self.name, "unit": self.unit, "better": self.better}
        return {"criterion": self.id, **own, "description": self.description}


_OTHERS: tuple[tuple[str, str, str, Better, str], ...] = (
    (
        "first_mean_min",
        "First armed arrival, mean",
        "min",
        "lower",
        "Over people; main standard's incident type.",
    ),
    (
        "first_rural_p90_min",
        "First armed arrival, rural, 9 in 10 within",
        "min",
        "lower",
        "Over rural people.",
    ),
    ("full_mean_min", "Full attendance, mean", "min", "lower", "Over people; main standard's incident type."),
    ("gap_p50_min", "Urban–rural gap", "min", "lower", "Rural less urban median of the first armed arrival."),
    ("present_value_gbp", "Cost, present value", "£", "lower", "Budget cost beyond the base, discounted."),
    (
        "economic_value_gbp",
        "Economic cost, present value",
        "£",
        "lower",
        "Beyond the base, with officers taken from response and not replaced; without grants.",
    ),
    ("officers_needed", "Officers to hold the armed posts", "officers", "", "Planned forces together."),
    ("armed_officers", "Armed officers", "officers", "", "In the planned forces, once staffed."),
    ("armed_share", "Share of officers armed", "share", "", "Of all officers of the planned forces."),
    ("armed_hours_year", "Armed hours on duty", "h/year", "", "Hours of armed officers on duty in a year."),
)


def criteria_of(plan: Plan) -> tuple[Criterion, ...]:
    """Return the criteria of a plan, in the order of the decision table."""
    main = plan.document.standards[main_standard(plan.document.standards)]
    shares = [
        Criterion(
            f"share_{name}",
            f"Inside '{standard.name}'",
            "share",
            "higher",
            f"Expected share of {standard.of.replace('_', ' ')} reached in {standard.within_min:g} minutes.",
        )
        for name, standard in plan.document.standards.items()
    ]
    about = "Expected number of people reached in time."
    people = Criterion("people_in_standard", f"People inside '{main.name}'", "people", "higher", about)
    return (people, *shares, *(Criterion(*row) for row in _OTHERS))


def criterion_values(
    criteria: tuple[Criterion, ...], sample: Sample, resolved: Resolved, base: Resolved
) -> dict[str, Floats]:
    """Return every criterion for every draw.

    Parameters
    ----------
    criteria
        The criteria.
    sample
        Cover of the option, draw by draw.
    resolved, base
        The option and the base with the same table of draws.

    Returns
    -------
    dict
        Values by criterion, each shape (draws,).
    """
    planned = resolved.structure.planned
    staff = staffing(resolved, base)
    officers = staff.officers[..., planned].sum(axis=-1)
    armed = staff.armed[..., planned].sum(axis=-1)
    people = resolved["areas.population"] @ sample.in_main.astype(float)
    values = {
        **{f"share_{name}": sample.shares[:, row, 0] for row, name in enumerate(sample.standards)},
        "people_in_standard": people * sample.shares[:, sample.main, 0],
        "first_mean_min": sample.minutes[:, 0, 0, 0],
        "first_rural_p90_min": np.minimum(sample.minutes[:, 0, 2, 2], sample.limit_min),
        "full_mean_min": sample.minutes[:, 1, 0, 0],
        "gap_p50_min": sample.minutes[:, 0, 2, 1] - sample.minutes[:, 0, 1, 1],
        "present_value_gbp": plan_cost(resolved, base, basis="budget").present_value_gbp(),
        "economic_value_gbp": plan_cost(resolved, base, basis="economic").present_value_gbp(),
        "officers_needed": staff.needed[..., planned].sum(axis=-1),
        "armed_officers": armed,
        "armed_share": armed / officers,
        "armed_hours_year": staff.armed_hours[..., planned].sum(axis=-1),
    }
    count = sample.shares.shape[0]
    return {c.id: np.broadcast_to(values[c.id], (count,)).astype(float) for c in criteria}
