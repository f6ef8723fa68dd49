"""The criteria that options are compared by, and their values for every draw."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from standby._show import Shown
from standby._typing import Floats, Mask
from standby.appraise.delivered import Delivered
from standby.appraise.sample import SCOPES, STATISTICS, Sample
from standby.cost import plan_cost
from standby.cover import is_bound
from standby.plan import MEASURES, Plan, PlanArrays, Standard, main_standard
from standby.words import WEIGHED
from standby.workforce import staffing


class Direction(StrEnum):
    """Which way a criterion is better, if that is not for people to judge."""

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

DELIVERED = "people_delivered"
"""Id of the criterion that says how many are inside the main standard while posts are being filled."""

DELIVERED_COST = "delivered_value_gbp"
"""Id of the criterion that says what an option costs while posts are being filled."""

STAFFED = "staffed_share"
"""Id of the criterion that says how surely every post is filled within the years of the appraisal."""

YEARS = "years_to_staff"
"""Id of the criterion that says how long that takes."""


@dataclass(frozen=True)
class Criterion(Shown):
    """A criterion that options are compared by.

    Parameters
    ----------
    id, name
        What it is called, in tables and for people.
    unit
        What it is counted in.
    better
        Which direction is better; without one the criterion ranks no options.
    description
        What it means.
    """

    id: str
    name: str
    unit: str
    better: Direction
    description: str

    def __post_init__(self) -> None:
        """Accept the word for a direction as well."""
        object.__setattr__(self, "better", Direction(self.better))

    @property
    def matters(self) -> float:
        """The smallest difference that matters, in its unit: no table shows a smaller one."""
        return _MATTERS.get(self.unit, 0.0)

    def row(self) -> dict[str, str]:
        """Return the criterion's row of the table of criteria."""
        return {
            "criterion": self.id,
            "name": self.name,
            "unit": self.unit,
            "better": str(self.better),
            "description": self.description,
        }


_MATTERS = {
    "people": 0.5,
    "share": 5e-4,
    "min": 0.05,
    "£": 500.0,
    "officers": 0.05,
    "h/year": 0.5,
    "years": 0.05,
}

_PEOPLE_AND_HOURS = (
    "Over people, each as likely to call as the next, and over the hours at which calls come; the main "
    "standard's incident type."
)
_LIMITED = (
    f"{_PEOPLE_AND_HOURS} Calls that nobody reaches within the plan's limit count as the limit: where there "
    "are such, it is a lower bound."
)

# Id, name, settings that must have people, direction and description of each.
_MINUTES: tuple[tuple[str, str, frozenset[str], Direction, str], ...] = (
    ("first_mean_min", "First armed arrival, mean", frozenset(), Direction.LOWER, _LIMITED),
    (
        "first_rural_p90_min",
        "First armed arrival, nine in ten rural calls within",
        frozenset({"rural"}),
        Direction.LOWER,
        f"Nine in ten calls in the country are reached within it. {_LIMITED}",
    ),
    ("full_mean_min", "Full attendance, mean", frozenset(), Direction.LOWER, _LIMITED),
    (
        "gap_p50_min",
        "Urban–rural gap",
        frozenset({"urban", "rural"}),
        Direction.NONE,
        (
            "Minutes within which half of the calls in the country see the first armed officers, less the "
            "same in towns and cities. It closes too when towns are served worse, so it ranks nothing. "
            f"{_PEOPLE_AND_HOURS} Beyond the limit counts as the limit."
        ),
    ),
)

# The fields of `Criterion`, in order.
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


def criteria_of(plan: Plan) -> tuple[Criterion, ...]:
    """Return the criteria of a plan, in the order of the decision table.

    Those about rural or urban people are left out where the planned forces have none.

    Parameters
    ----------
    plan
        The plan; its standards, and the people of its areas, decide which criteria there are.

    Returns
    -------
    tuple of Criterion
        The first is the one by which options are ranked.
    """
    document = plan.document
    main = document.standards[main_standard(document.standards)]

    counted = "key locations" if main.of == "key_locations" else "people"
    reached = Criterion(
        id=REACHED,
        name=f"{counted.capitalize()} inside '{main.name}'",
        unit=counted,
        better=Direction.HIGHER,
        description=f"Expected number of {counted} reached in time.",
    )

    shares = [_share_criterion(name, standard) for name, standard in document.standards.items()]

    settings = _settings(plan)
    minutes = [
        Criterion(name, title, "min", direction, description)
        for name, title, needed_settings, direction, description in _MINUTES
        if needed_settings <= settings
    ]

    others = [Criterion(*row) for row in _OTHERS]
    return (reached, *_delivery_criteria(plan, reached), *shares, *minutes, *others)


def _delivery_criteria(plan: Plan, reached: Criterion) -> list[Criterion]:
    """Return the criteria of an option being delivered; none where no planned force says its strength."""
    document = plan.document
    if all(document.forces[force].strength is None for force in plan.forces):
        return []

    years = document.costs.horizon_years
    filling = "while courses fill the posts: those of a force are crewed for the share that is filled."
    return [
        Criterion(
            id=DELIVERED,
            name=f"{reached.name}, as posts are filled",
            unit=reached.unit,
            better=Direction.HIGHER,
            description=(
                f"Expected number of {reached.unit} reached in time, mean over {years} years {filling}"
            ),
        ),
        Criterion(
            id=DELIVERED_COST,
            name="Cost, present value, as posts are filled",
            unit="£",
            better=Direction.LOWER,
            description=f"What the planned forces pay beyond the base, after grants, discounted, {filling}",
        ),
        Criterion(
            id=STAFFED,
            name=f"Chance that every post is filled within {years} years",
            unit="share",
            better=Direction.HIGHER,
            description=(
                "Share of the draws in which every post of every planned force, the base's own included, is "
                "filled at the end of that time."
            ),
        ),
        Criterion(
            id=YEARS,
            name="Years until every post is filled",
            unit="years",
            better=Direction.LOWER,
            description=(
                "Years until every post is filled and stays so to the end, in the planned force where it "
                f"takes longest. More than {years} count as {years}: where there are such draws, it is a "
                "lower bound."
            ),
        ),
    ]


def _share_criterion(name: str, standard: Standard) -> Criterion:
    """Return the criterion of the share inside a standard."""
    own_time = ", or in the location's own time" if standard.of == "key_locations" else ""
    return Criterion(
        id=f"share_{name}",
        name=f"Inside '{standard.name}'",
        unit="share",
        better=Direction.HIGHER,
        description=(
            f"Expected share of {WEIGHED[standard.of]} reached in {standard.within_min:g} minutes{own_time}."
        ),
    )


def _settings(plan: Plan) -> set[str]:
    """Return the settings, such as rural, that people of the planned forces live in."""
    areas = plan.table("areas")
    is_lived_in = areas["force"].isin(plan.forces) & (areas["population"] > 0)
    classes = areas.loc[is_lived_in, "class"].unique()
    return {plan.document.classes[name].setting for name in classes}


def criterion_values(
    criteria: tuple[Criterion, ...],
    sample: Sample,
    arrays: PlanArrays,
    base: PlanArrays,
    found: Delivered,
) -> dict[str, Floats]:
    """Return every criterion for every draw.

    Parameters
    ----------
    criteria
        The criteria.
    sample
        Cover of the option, draw by draw.
    arrays, base
        The option and the base with the same table of draws.
    found
        The option as its posts are filled.

    Returns
    -------
    dict
        Values by criterion, each shape (draws,).
    """
    planned = arrays.forces.planned
    staff = staffing(arrays, base)
    officers = staff.officers[..., planned].sum(axis=-1)
    armed = staff.armed[..., planned].sum(axis=-1)
    budget = plan_cost(arrays, base, basis="budget")
    economic = plan_cost(arrays, base, basis="economic")
    years = found.delivery.years[..., planned].max(axis=-1)
    horizon = float(arrays.plan.document.costs.horizon_years)
    rural_median = _minutes_of(sample, "first", "rural", "p50")
    urban_median = _minutes_of(sample, "first", "urban", "p50")

    # The first scope of the shares is all planned forces together.
    values = {
        **{f"share_{name}": sample.shares[:, row, 0] for row, name in enumerate(sample.standards)},
        REACHED: sample.reached,
        DELIVERED: found.mean_reached,
        DELIVERED_COST: found.present_value_gbp,
        STAFFED: found.delivery.staffed[..., planned, -1].all(axis=-1).astype(float),
        YEARS: np.minimum(years, horizon),
        "first_mean_min": _minutes_of(sample, "first", "all", "mean"),
        "first_rural_p90_min": _minutes_of(sample, "first", "rural", "p90"),
        "full_mean_min": _minutes_of(sample, "full", "all", "mean"),
        "gap_p50_min": rural_median - urban_median,
        COST: budget.present_value_gbp(),
        "economic_value_gbp": economic.present_value_gbp(),
        "officers_needed": staff.needed[..., planned].sum(axis=-1),
        "armed_officers": armed,
        "armed_share": armed / officers,
        "armed_hours_year": staff.armed_hours[..., planned].sum(axis=-1),
    }

    # What no figure in doubt moves is one number for all draws.
    draws = sample.shares.shape[0]
    return {
        criterion.id: np.broadcast_to(values[criterion.id], (draws,)).astype(float) for criterion in criteria
    }


def _minutes_of(sample: Sample, measure: str, scope: str, statistic: str) -> Floats:
    """Return one of the main standard's minutes for every draw, shape (draws,) [min]."""
    return sample.minutes[:, MEASURES.index(measure), SCOPES.index(scope), STATISTICS.index(statistic)]


def lower_bounds(sample: Sample, found: Delivered, planned: Mask, limit_min: float) -> frozenset[str]:
    """Return the criteria that are lower bounds because calls, or years, lie beyond a limit.

    Parameters
    ----------
    sample
        Cover of the option, draw by draw.
    found
        The option as its posts are filled.
    planned
        Which forces are planned for, shape (forces,).
    limit_min
        What calls beyond the limit count as [min].

    Returns
    -------
    frozenset of str
        Means that such calls move visibly, percentiles that lie beyond the limit in any draw, and the years
        until posts are filled where they never are in some draw. The gap is not among them, as it is the
        difference of two such numbers.
    """
    horizon = found.delivery.filled.shape[-1]
    beyond = np.nan_to_num(sample.beyond).mean(axis=0)[:, SCOPES.index("all")]
    rural_p90 = _minutes_of(sample, "first", "rural", "p90")

    is_lower_bound = {
        "first_mean_min": bool(is_bound(beyond[MEASURES.index("first")], limit_min)),
        "full_mean_min": bool(is_bound(beyond[MEASURES.index("full")], limit_min)),
        "first_rural_p90_min": bool((rural_p90 >= limit_min).any()),
        YEARS: bool((found.delivery.years[..., planned] > horizon).any()),
    }
    return frozenset(name for name, is_bound_here in is_lower_bound.items() if is_bound_here)
