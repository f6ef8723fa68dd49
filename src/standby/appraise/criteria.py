"""The criteria that options are compared by, and their values for every draw."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from standby._show import Shown
from standby.appraise.sample import Sample
from standby.cost import plan_cost
from standby.cover import main_standard
from standby.plan import Plan, Resolved
from standby.workforce import staffing

Floats = NDArray[np.float64]
Better = Literal["higher", "lower", ""]

REACHED = "people_in_standard"
"""Id of the criterion that options are first compared by: how many are inside the main standard."""


@dataclass(frozen=True)
class Criterion(Shown):
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

    @property
    def matters(self) -> float:
        """The smallest difference that is one, in its unit: a smaller one is not seen in any table."""
        return _MATTERS.get(self.unit, 0.0)

    def row(self) -> dict[str, str]:
        """Return its row of the table of criteria."""
        own = {"name": self.name, "unit": self.unit, "better": self.better}
        return {"criterion": self.id, **own, "description": self.description}


_MATTERS = {"people": 0.5, "share": 5e-4, "min": 0.05, "£": 500.0, "officers": 0.05, "h/year": 0.5}

_LIMIT = "Over people; the main standard's incident type; beyond the plan's limit counted as the limit."
_MINUTES: tuple[tuple[str, str, frozenset[str], str], ...] = (
    ("first_mean_min", "First armed arrival, mean", frozenset(), _LIMIT),
    (
        "first_rural_p90_min",
        "First armed arrival, nine in ten rural people within",
        frozenset({"rural"}),
        f"Nine in ten rural people can expect it within. {_LIMIT}",
    ),
    ("full_mean_min", "Full attendance, mean", frozenset(), _LIMIT),
    (
        "gap_p50_min",
        "Urban–rural gap",
        frozenset({"urban", "rural"}),
        "Rural less urban median of the first armed arrival; beyond the limit counted as the limit.",
    ),
)
_OTHERS: tuple[tuple[str, str, str, Better, str], ...] = (
    (
        "present_value_gbp",
        "Cost, present value",
        "£",
        "lower",
        "What the planned forces pay beyond the base, after grants, discounted.",
    ),
    (
        "economic_value_gbp",
        "Economic cost, present value",
        "£",
        "lower",
        "Beyond the base, with the work of officers taken from response and not replaced; before grants.",
    ),
    ("officers_needed", "Officers to hold the armed posts", "officers", "", "Planned forces together."),
    ("armed_officers", "Armed officers", "officers", "", "In the planned forces, once staffed."),
    ("armed_share", "Share of officers armed", "share", "", "Of all officers of the planned forces."),
    ("armed_hours_year", "Armed hours on duty", "h/year", "", "Hours of armed officers on duty in a year."),
)
_OF = {"people": "people", "demand": "calls", "key_locations": "key locations"}


def criteria_of(plan: Plan) -> tuple[Criterion, ...]:
    """Return the criteria of a plan, in the order of the decision table.

    Those about rural or urban people are left out where the planned forces have none.

    Parameters
    ----------
    plan : Plan
        The plan; its standards and key locations decide which criteria there are.

    Returns
    -------
    tuple of Criterion
        The first is the one by which options are ranked.
    """
    document = plan.document
    main = document.standards[main_standard(document.standards)]
    counted = "key locations" if main.of == "key_locations" else "people"
    about = f"Expected number of {counted} reached in time."
    reached = Criterion(REACHED, f"{counted.capitalize()} inside '{main.name}'", counted, "higher", about)
    shares = [
        Criterion(
            f"share_{name}",
            f"Inside '{standard.name}'",
            "share",
            "higher",
            f"Expected share of {_OF[standard.of]} reached in {standard.within_min:g} minutes"
            + (", or in the location's own time." if standard.of == "key_locations" else "."),
        )
        for name, standard in document.standards.items()
    ]
    settings = _settings(plan)
    minutes = [
        Criterion(name, title, "min", "lower", text)
        for name, title, asked, text in _MINUTES
        if asked <= settings
    ]
    return (reached, *shares, *minutes, *(Criterion(*row) for row in _OTHERS))


def _settings(plan: Plan) -> set[str]:
    """Return the settings that people of the planned forces live in."""
    areas = plan.table("areas")
    lived_in = areas["force"].isin(plan.forces) & (areas["population"] > 0)
    return {plan.document.classes[name].setting for name in areas.loc[lived_in, "class"].unique()}


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
    values = {
        **{f"share_{name}": sample.shares[:, row, 0] for row, name in enumerate(sample.standards)},
        REACHED: sample.reached,
        "first_mean_min": sample.minutes[:, 0, 0, 0],
        "first_rural_p90_min": sample.minutes[:, 0, 2, 2],
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
