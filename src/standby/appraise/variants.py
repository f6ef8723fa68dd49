"""The base and its options, made ready."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from standby._refusals import Refusal
from standby._typing import Floats
from standby.cost import fleet, site_changes, site_prices
from standby.cover import Evaluated, evaluate_plan
from standby.demand import call_rates
from standby.plan import BASE, Option, Plan, PlanArrays, forces_opted_out, laid_over
from standby.travel import Times, travel_times
from standby.words import count, counted, listed
from standby.workforce import NOBODY, moves

SCALE = (
    ("plan", "forces"),
    ("plan", "price_year"),
    ("costs", "horizon_years"),
    ("travel", "limit_min"),
)
"""Section and field of the terms that all options share, so that they can be compared."""

COUNTED_AS_FREE = "counted as free"
"""End of each note on something that an option adds and the plan has no price for."""

FREE_IF_NOT_STATED = ("course_gbp", "course_weeks", "kit_gbp")
"""Prices of a tier without which its officers are trained and equipped at no cost."""

PRICES_OF_A_TIER = (*FREE_IF_NOT_STATED, "refresher_days", "vehicle_gbp", "vehicle_running_gbp")
"""What an officer or a vehicle of a tier costs."""

ACTS_ON_ALL = ("overtime_gbp", "relief_factor", "deployable_share", "spare_officers", "harm_gbp")
"""Terms of money and staffing that hold for everybody, and not just for what an option adds."""


@dataclass(frozen=True, eq=False)
class Variant:
    """The base or an option, made ready.

    Parameters
    ----------
    id
        ``"base"``, or the option's id.
    plan
        The plan with the option laid over it.
    option
        The option; None for the base.
    evaluated
        Its cover at central values.
    times
        Minutes between its places.
    """

    id: str
    plan: Plan
    option: Option | None
    evaluated: Evaluated
    times: Times

    @property
    def arrays(self) -> PlanArrays:
        """The plan at its central values."""
        return self.evaluated.arrays

    @property
    def ranked(self) -> bool:
        """Whether it takes part in the ranking."""
        return self.option is None or self.option.status == "open"

    def row(self) -> dict[str, Any]:
        """Return the variant's row of the table of options."""
        if self.option is None:
            base = self.plan.document.base
            return {
                "option": self.id,
                "name": base.name,
                "description": base.description,
                "status": "open",
                "reason": "",
                "forces_ruled_out": "",
            }

        forces = self.plan.document.forces
        ruled_out = [
            f"{forces[force].name}: {self.option.forces[force].reason}"
            for force in sorted(forces_opted_out(self.option))
        ]
        return {
            "option": self.id,
            "name": self.option.name,
            "description": self.option.description,
            "status": self.option.status,
            "reason": self.option.reason,
            "forces_ruled_out": "; ".join(ruled_out),
        }


def variants_of(plan: Plan, *, look: Callable[[], object] | None = None) -> list[Variant]:
    """Return the base and every option of a plan, the base first.

    Parameters
    ----------
    plan
        The base.
    look
        Called now and then; what it raises ends the work, which is how a caller keeps to a time limit.

    Raises
    ------
    ValueError
        If an option changes a standard, or for whom, over how many years or up to which limit options are
        counted: they are compared on one scale.
    """
    times = travel_times(plan)
    variants = [Variant(BASE, plan, None, evaluate_plan(plan, times, look=look), times)]

    for name, option in plan.document.options.items():
        with_option = plan.with_option(name)
        _require_same_scale(name, with_option, plan)
        times = travel_times(with_option)
        evaluated = evaluate_plan(with_option, times, look=look)
        variants.append(Variant(name, with_option, option, evaluated, times))

    return variants


def _require_same_scale(name: str, with_option: Plan, base: Plan) -> None:
    """Refuse an option that changes a standard, or a term that all options are counted by."""
    standards = with_option.document.standards
    base_standards = base.document.standards
    for standard in {**base_standards, **standards}:
        if standards.get(standard) != base_standards.get(standard):
            raise Refusal(
                f"options.{name} changes standards.{standard}, and options are compared by the same "
                "standards",
                "write it as a standard of the base, beside the one there is",
            )

    for section, field in SCALE:
        value = getattr(getattr(with_option.document, section), field)
        base_value = getattr(getattr(base.document, section), field)
        if value != base_value:
            raise Refusal(
                f"options.{name} changes {section}.{field}, and options are compared by the same one",
                "change it in the plan itself, or appraise a copy of the plan with it",
            )


def newly_in_time(variant: Variant, base: Variant) -> float:
    """Return the base's calls that an option newly brings inside the main standard [per hour].

    Counted on the base's calls where both have the same areas, else as the difference of what each reaches.
    """
    chance = _chances(variant)
    base_chance = _chances(base)
    calls = _calls(variant)
    base_calls = _calls(base)

    # On the base's calls an option gains nothing by having fewer or more calls to reach.
    if variant.arrays.areas.ids == base.arrays.areas.ids:
        return float(base_calls @ (chance - base_chance))
    return float(calls @ chance - base_calls @ base_chance)


def _chances(variant: Variant) -> Floats:
    """Return the chance that a call from each area is reached within the main standard."""
    arrays = variant.arrays
    reached = variant.evaluated.outcome.reached
    return np.minimum(reached[arrays.standards.main, arrays.places.of_areas], 1.0)


def _calls(variant: Variant) -> Floats:
    """Return calls of the main standard's type by area, of planned forces [per hour]."""
    arrays = variant.arrays
    incident_type = arrays.standards.types[arrays.standards.main]
    is_planned = arrays.forces.planned[arrays.areas.forces]
    return np.asarray(call_rates(arrays)[incident_type] * is_planned)


def notes_on_roads(base: Variant) -> list[dict[str, str]]:
    """Return notes on places to which no road leads, and on the road file, a sentence each.

    The subject of a note on one place is its row; how many such places there are is a note on travel.
    """
    tables = {"site": "sites", "area": "areas", "key location": "key_locations"}
    findings = base.times.findings[["kind", "id", "name", "reason"]]
    on_places = [
        {"subject": f"{tables[str(kind)]}[{row_id}]", "text": f"{name} has {reason}"}
        for kind, row_id, name, reason in findings.itertuples(index=False)
    ]

    texts = (*base.times.counts, *base.times.road_notes)
    on_travel = [{"subject": "travel", "text": text} for text in texts]
    return [*on_places, *on_travel]


def notes_on_options(variants: list[Variant]) -> list[dict[str, str]]:
    """Return what a reader should know of how the options are counted: ``subject`` and ``text``."""
    base, *options = variants
    notes = []
    for variant in options:
        texts = [
            *_forces_notes(variant, base),
            *_price_notes(variant, base),
            *_terms_note(variant, base),
            *_sites_note(variant, base),
        ]
        notes += [{"subject": f"options.{variant.id}", "text": text} for text in texts]
    return notes


def _forces_notes(variant: Variant, base: Variant) -> list[str]:
    """Return notes on figures of forces that an option sets to no effect on its cost."""
    now = variant.arrays
    before = base.arrays
    effects = {
        "strength": "staffing starts from the base's all the same",
        "officers": "no cost depends on it",
    }

    notes = []
    for k, force in enumerate(now.forces.ids):
        if force not in before.forces.ids:  # a force that the option adds has nothing to differ from
            continue
        base_row = before.forces.ids.index(force)
        for figure, effect in effects.items():
            value = float(getattr(now.forces, figure)[k])
            base_value = float(getattr(before.forces, figure)[base_row])
            if value != base_value and not (np.isnan(value) and np.isnan(base_value)):
                notes.append(
                    f"forces.{force}.{figure} is set, but {effect}: change units, and state other money in "
                    "running_gbp"
                )
    return notes


def _sites_note(variant: Variant, base: Variant) -> list[str]:
    """Return a note when the sites that an option opens have no price, or may be paid for twice."""
    now = variant.arrays
    opened = site_changes(now, base.arrays).opened[now.forces.planned]
    sites = int(np.count_nonzero(opened.any(axis=0)))
    if not sites:
        return []

    opens = f"opens {counted(sites, 'site')}"
    is_priced = any(float((price * opened).sum()) > 0 for price in site_prices(now))
    is_stated = any(
        float(np.nan_to_num(stated)) > 0 for stated in (now.option.capital_gbp, now.option.running_gbp)
    )
    if is_priced and is_stated:
        return [
            f"{opens} at the plan's price and states capital_gbp or running_gbp besides: both are counted"
        ]
    if is_priced or is_stated:
        return []

    prices = "costs.site_capital_gbp and site_running_gbp, or the site's own"
    return [f"{opens} and the plan gives no price of that ({prices}): {COUNTED_AS_FREE}"]


def _price_notes(variant: Variant, base: Variant) -> list[str]:
    """Return notes on tiers without a price, whose officers or vehicles an option adds at no cost."""
    now = variant.arrays
    before = base.arrays
    tiers = variant.plan.document.tiers
    planned = [int(force) for force in np.flatnonzero(now.forces.planned)]
    taught = moves(now, before).taught[planned].sum(axis=0)

    notes = []
    for tier, name in enumerate(now.tiers.ids):
        stated = tiers[name].model_fields_set
        free = [field for field in FREE_IF_NOT_STATED if field not in stated]
        if taught[tier] > NOBODY and free:
            notes.append(
                f"{count(taught[tier])} officers are trained for tiers.{name}, which does not say "
                f"{listed(free)}: {COUNTED_AS_FREE}"
            )

        added = sum(max(fleet(now, force, tier) - fleet(before, force, tier), 0) for force in planned)
        if added and "vehicle_gbp" not in stated:
            notes.append(
                f"{counted(added, 'more vehicle')} of tiers.{name}, which does not say "
                f"vehicle_gbp: {COUNTED_AS_FREE}"
            )
    return notes


def _terms_note(variant: Variant, base: Variant) -> list[str]:
    """Return a note when an option sets prices or terms that hold only for what it adds."""
    if variant.option is None:
        return []

    tiers = base.plan.document.tiers
    terms = []
    for path, _ in laid_over(variant.option.set, forces_opted_out(variant.option)):
        match path.split("."):
            case ["costs" | "workforce", term, *_] | ["forces", _, "workforce", term, *_]:
                is_partial = term not in ACTS_ON_ALL
            case ["tiers", tier, term, *_]:
                is_partial = term in PRICES_OF_A_TIER and tier in tiers and tiers[tier].armed
            case _:
                is_partial = False

        if is_partial:
            terms.append(path)

    if not terms:
        return []

    text = (
        f"sets {listed(terms)}, and its cost counts that for what it adds and gives up alone: what is saved "
        "or spent by it on officers, vehicles and sites that are there already is not counted"
    )
    return [text]
