"""The criteria that options are compared by, and their values for every draw."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from standby._show import Shown
from standby._typing import Floats
from standby.appraise.sample import Sample
from standby.cost import plan_cost
from standby.cover import is_bound, main_standard
from standby.plan import Plan, Resolved
from standby.workforce import staffing


class Direction(StrEnum):
    """Which way a criterion is better, or that this is for people to judge."""

    HIGHER = "higher"
    LOWER = "lower"
    NONE = ""

    @property
    def sign(self) -> float | None:
        """1 where more is better, -1 where less is, None where neither is better in itself."""
        return {Direction.HIGHER: 1.0, Direction.LOWER: -1.0}.get(self)


REACHED = "people_in_standard"
"""Id of the criterion that options are first compared by: how many are inside the main standard."""

COST = "present_value_gbp"
"""Id of the criterion that says what an option costs."""


@dataclass(frozen=True)
class Criterion(Shown):
    """One criterion.

    Parameters
    ----------
    id, name, unit
        What it is called and counted in.
    better
        Which direction is better; without one the criterion ranks nobody.
    description
        What it means.
    """

    id: str
    name: str
    unit: str
    better: Direction
    description: str

    def __post_init__(self) -> None:
        """Take the word for a direction as well."""
        object.__setattr__(self, "better", Direction(self.better))

    @property
    def matters(self) -> float:
        """The smallest difference that is one, in its unit: a smaller one is not seen in any table."""
        return _MATTERS.get(self.unit, 0.0)

    def row(self) -> dict[str, str]:
        """Return its row of the table of criteria."""
        own = {"name": self.name, "unit": self.unit, "better": str(self.better)}
        return {"criterion": self.id, **own, "description": self.description}


_MATTERS = {"people": 0.5, "share": 5e-4, "min": 0.05, "£": 500.0, "officers": 0.05, "h/year": 0.5}

_OVER = (
    "Over people, each as likely to call as the next, and over the hours at which calls come; the main "
    "standard's incident type."
)
_LIMIT = (
    f"{_OVER} Calls that nobody reaches within the plan's limit count as the limit: where there are such, it "
    "is a lower bound."
)
_MINUTES: tuple[tuple[str, str, frozenset[str], Direction, str], ...] = (
    ("first_mean_min", "First armed arrival, mean", frozenset(), Direction.LOWER, _LIMIT),
    (
        "first_rural_p90_min",
        "First armed arrival, nine in ten rural calls within",
        frozenset({"rural"}),
        Direction.LOWER,
        f"Nine in ten calls in the country are reached within it. {_LIMIT}",
    ),
    ("full_mean_min", "Full attendance, mean", frozenset(), Direction.LOWER, _LIMIT),
    (
        "gap_p50_min",
        "Urban–rural gap",
        frozenset({"urban", "rural"}),
        Direction.NONE,
        (
            "Minutes within which half of the calls in the country see the first armed officers, less the "
            "same in towns and cities. It closes too when towns are served worse, so it ranks nothing. "
            f"{_OVER} Beyond the limit counts as the limit."
        ),
    ),
)
_OTHERS: tuple[tuple[str, str, str, Direction, str], ...] = (
    (
        COST,
        "Cost, present value",
        "£",
        Direction.LOWER,
        "What the planned forces pay beyond the base, after grants, discounted.",
    ),
    (
        "economic_value_gbp",
        "Economic cost, present value",
        "£",
        Direction.LOWER,
        "Beyond the base, with the work of officers taken from response and not replaced; before grants.",
    ),
    (
        "officers_needed",
        "Officers to hold the armed posts",
        "officers",
        Direction.NONE,
        "Planned forces together.",
    ),
    ("armed_officers", "Armed officers", "officers", Direction.NONE, "In the planned forces, once staffed."),
    (
        "armed_share",
        "Share of officers armed",
        "share",
        Direction.NONE,
        "Of all officers of the planned forces.",
    ),
    (
        "armed_hours_year",
        "Armed hours on duty",
        "h/year",
        Direction.NONE,
        "Hours of armed officers on duty in a year.",
    ),
)
_OF = {"people": "people", "demand": "calls", "key_locations": "key locations"}


def criteria_of(plan: Plan) -> tuple[Criterion, ...]:
    """Return the criteria of a plan, in the order of the decision table.

    Those about rural or urban people are left out where the planned forces have none.

    Parameters
    ----------
    plan
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
    reached = Criterion(
        REACHED, f"{counted.capitalize()} inside '{main.name}'", counted, Direction.HIGHER, about
    )
    shares = [
        Criterion(
            f"share_{name}",
            f"Inside '{standard.name}'",
            "share",
            Direction.HIGHER,
            f"Expected share of {_OF[standard.of]} reached in {standard.within_min:g} minutes"
            + (", or in the location's own time." if standard.of == "key_locations" else "."),
        )
        for name, standard in document.standards.items()
    ]
    settings = _settings(plan)
    minutes = [
        Criterion(name, title, "min", direction, text)
        for name, title, asked, direction, text in _MINUTES
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
        COST: plan_cost(resolved, base, basis="budget").present_value_gbp(),
        "economic_value_gbp": plan_cost(resolved, base, basis="economic").present_value_gbp(),
        "officers_needed": staff.needed[..., planned].sum(axis=-1),
        "armed_officers": armed,
        "armed_share": armed / officers,
        "armed_hours_year": staff.armed_hours[..., planned].sum(axis=-1),
    }
    count = sample.shares.shape[0]
    return {c.id: np.broadcast_to(values[c.id], (count,)).astype(float) for c in criteria}


def lower_bounds(sample: Sample, limit_min: float) -> frozenset[str]:
    """Return the criteria that calls beyond the limit make a lower bound.

    Parameters
    ----------
    sample
        Cover of the option, draw by draw.
    limit_min
        What such calls count as [min].

    Returns
    -------
    frozenset of str
        Means that such calls move by what a table shows, and percentiles that lie beyond the limit in any
        draw. The gap is none of them: it is a difference of two such numbers.
    """
    beyond = np.nan_to_num(sample.beyond).mean(axis=0)
    first, full = (bool(is_bound(beyond[measure, 0], limit_min)) for measure in (0, 1))
    rural = bool((sample.minutes[:, 0, 2, 2] >= limit_min).any())
    found = {"first_mean_min": first, "full_mean_min": full, "first_rural_p90_min": rural}
    return frozenset(name for name, bound in found.items() if bound)
